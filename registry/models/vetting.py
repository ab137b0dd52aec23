"""Checks with their evidence, decisions of two people, holds, passes and concerns."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry import states
from registry.models.base import JsonColumn, Record, one_of, status_column, status_constraints
from registry.models.owned import Owned
from registry.models.person import Person
from registry.models.provider import Provider, Vehicle
from registry.models.sealed import SealedText

SUBJECTS = ("provider", "vehicle", "dwelling")
# For what is sealed with the key of whatever it is about.
OF_SUBJECT = tuple(f"{kind}_id" for kind in SUBJECTS)


def about(model: str) -> "models.ForeignKey[models.Model | None, models.Model | None]":
    """A foreign key to what a row is about, when it is about this."""
    return models.ForeignKey(f"registry.{model}", null=True, on_delete=models.PROTECT, related_name="%(class)ss")


class Check(Owned, Record):
    """One named check, done: result, when, by whom, and metadata of the evidence, never the paper."""

    provider = about("Provider")
    vehicle = about("Vehicle")
    dwelling = about("Dwelling")
    resident = about("Resident")
    code = models.CharField(max_length=40)
    passed = models.BooleanField()
    # The provider would not be checked: not the same as a check that was done and failed.
    refused = models.BooleanField(default=False)
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    lapses_on = models.DateField(null=True)
    evidence_type = models.CharField(max_length=40, blank=True)
    evidence_country = models.CharField(max_length=2, blank=True)
    evidence_last_four = SealedText(4, blank=True)
    evidence_expires_on = models.DateField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of((*SUBJECTS, "resident"), "check_one_subject"),
            CheckConstraint(condition=Q(refused=False) | Q(passed=False), name="check_refused_not_passed"),
            *(
                models.UniqueConstraint(
                    fields=[subject, "code"], condition=Q(superseded_at__isnull=True), name=f"check_current_{subject}"
                )
                for subject in (*SUBJECTS, "resident")
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="check_age")]

    sealed_by = (*OF_SUBJECT, "resident_id")


class Decision(Record):
    """A decision that needs two people: the first proposes, the second carries or refuses it."""

    KINDS = ("verify", "lift", "revoke", "clear_hold", "grant_appeal", "deny_appeal")
    OUTCOMES = ("pending", "carried", "refused", "withdrawn", "lapsed")

    provider = about("Provider")
    vehicle = about("Vehicle")
    dwelling = about("Dwelling")
    hold = models.ForeignKey("registry.Hold", null=True, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in KINDS])
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in OUTCOMES], default="pending")
    first_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    first_organization = models.ForeignKey("registry.Organization", on_delete=models.PROTECT, related_name="+")
    first_reason = models.CharField(max_length=40)
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_organization = models.ForeignKey(
        "registry.Organization", null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_reason = models.CharField(max_length=40, blank=True)
    policy_version = models.CharField(max_length=12)
    evidence = JsonColumn(default=list)

    class Meta:
        constraints = [
            one_of(SUBJECTS, "decision_one_subject"),
            CheckConstraint(
                condition=Q(outcome__in=("pending", "carried", "refused", "withdrawn", "lapsed")),
                name="decision_outcome_known",
            ),
            CheckConstraint(
                condition=~Q(outcome="carried")
                | Q(second_by__isnull=False, second_at__isnull=False, second_organization__isnull=False),
                name="decision_carried_by_two",
            ),
            CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")), name="decision_two_people"
            ),
            CheckConstraint(
                condition=~Q(outcome="carried") | ~Q(second_organization=F("first_organization")),
                name="decision_two_organizations",
            ),
            CheckConstraint(condition=~Q(kind="clear_hold") | Q(hold__isnull=False), name="decision_hold_named"),
            *(
                models.UniqueConstraint(
                    fields=[subject, "kind"],
                    condition=Q(outcome="pending", hold__isnull=True),
                    name=f"decision_one_pending_{subject}",
                )
                for subject in SUBJECTS
            ),
            models.UniqueConstraint(
                fields=["hold"], condition=Q(outcome="pending", hold__isnull=False), name="decision_one_pending_hold"
            ),
        ]
        indexes = [models.Index(fields=["second_at"], name="decision_age")]


class Hold(Record):
    """No matching with the subject until two people clear it."""

    provider = about("Provider")
    vehicle = about("Vehicle")
    dwelling = about("Dwelling")
    code = models.CharField(max_length=40)
    placed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [one_of(SUBJECTS, "hold_one_subject")]
        indexes = [
            models.Index(fields=[subject], condition=Q(cleared_at__isnull=True), name=f"hold_open_{subject}")
            for subject in SUBJECTS
        ]


class ProviderPass(Record):
    """What a verified provider shows at the gate: a code to type and a signed text to scan, neither names anybody.

    ``text`` is the signed pass, ``key`` what signed it, ``list_number`` and ``list_index`` its place in the status
    list: all four or none.
    """

    code = models.CharField(max_length=12, unique=True)
    text = models.CharField(max_length=279, blank=True)
    key = models.ForeignKey("registry.SigningKey", null=True, on_delete=models.PROTECT, related_name="passes")
    list_number = models.PositiveIntegerField(null=True)
    list_index = models.PositiveIntegerField(null=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="passes")
    vehicle = models.ForeignKey(Vehicle, null=True, on_delete=models.PROTECT, related_name="passes")
    status = status_column(states.PASS)
    valid_from = models.DateField()
    valid_until = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            *status_constraints(states.PASS, "pass"),
            CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="pass_dates_in_order"),
            CheckConstraint(
                condition=Q(text="", key__isnull=True, list_number__isnull=True, list_index__isnull=True)
                | ~Q(text="") & Q(key__isnull=False, list_number__isnull=False, list_index__isnull=False),
                name="pass_signed_whole",
            ),
            models.UniqueConstraint(fields=["list_number", "list_index"], name="pass_one_per_entry"),
        ]
        indexes = [models.Index(fields=["list_number"], condition=Q(status="issued"), name="pass_listed")]


class Concern(Owned, Record):
    """A safeguarding report about a provider; ``source`` tells independent reporters apart.

    Its words are sealed with a key of its own: it can be written whoever has been erased.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="concerns")
    match = models.ForeignKey("registry.Match", null=True, on_delete=models.PROTECT, related_name="concerns")
    kind = models.CharField(max_length=16)
    text = SealedText(2000, blank=True)
    source = models.CharField(max_length=40)
    reported_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)
