"""How people get in: sign-ins, their second factor, invitations, what two must decide about an account, delays."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from registry.models.base import Record
from registry.models.person import ROLES, ApiToken, Organization, Person
from registry.models.places import County, Zone


class SignIn(Record):
    """One signed-in browser. It counts while nobody has ended it; every request looks at this row."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sign_ins")
    seen_at = models.DateTimeField()
    browser = models.CharField(max_length=60, blank=True)
    factor = models.CharField(max_length=16, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(confirmed_at__isnull=True) | ~Q(factor=""), name="sign_in_confirmed_by_factor")
        ]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="sign_in_running")]


class FactorState(models.Model):
    """What makes a second factor count once, and whether the account may get its first one with a password alone."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="factor_state")
    last_totp_step = models.BigIntegerField(default=0)
    last_challenge = models.CharField(max_length=64, blank=True)
    enrolment_open = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"FactorState {self.pk}"


class StepUp(Record):
    """A second factor shown by a program: a secret bound to its token, good for minutes. Only its hash is kept."""

    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="step_ups")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()


class AccountDecision(Record):
    """A role with power, or a new second factor: the first steward asks, somebody else carries it or refuses."""

    KINDS = ("role", "renewal")
    OUTCOMES = ("pending", "carried", "refused", "lapsed")

    kind = models.CharField(max_length=8, choices=[(k, k) for k in KINDS])
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="account_decisions")
    role = models.CharField(max_length=20, blank=True)
    zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    first_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=[(o, o) for o in OUTCOMES], default="pending")
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=("role", "renewal")), name="account_decision_kind_known"),
            CheckConstraint(
                condition=Q(outcome__in=("pending", "carried", "refused", "lapsed")),
                name="account_decision_outcome_known",
            ),
            CheckConstraint(
                condition=Q(kind="role", role__in=ROLES) | Q(kind="renewal", role=""), name="account_decision_role"
            ),
            CheckConstraint(
                condition=~Q(first_by=F("person"))
                & (Q(second_by__isnull=True) | (~Q(second_by=F("first_by")) & ~Q(second_by=F("person")))),
                name="account_decision_three_people",
            ),
            CheckConstraint(
                condition=~Q(outcome="carried") | Q(second_by__isnull=False), name="account_decision_carried_by_two"
            ),
            UniqueConstraint(
                fields=["person", "kind", "role"], condition=Q(outcome="pending"), name="account_decision_pending_once"
            ),
        ]


class Invitation(Record):
    """A way in for one e-mail address, once: to a new account with one role, or back into one's own."""

    email = models.EmailField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, blank=True)
    zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, default="ro")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(person__isnull=False, role="") | Q(person__isnull=True, role__in=ROLES),
                name="invitation_for_one_purpose",
            )
        ]


class Attempt(models.Model):
    """Tries of one account or address: how many in a row went wrong, and when the next one is looked at."""

    key = models.CharField(max_length=80, primary_key=True)
    failed = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    not_before = models.DateTimeField()

    def __str__(self) -> str:
        return f"Attempt {self.pk}"
