"""The register of refused providers: fingerprints alone, entered and lifted by two, with an appeal."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry import states
from registry.identity.fingerprints import KINDS
from registry.models.base import JsonColumn, Record, status_column, status_constraints
from registry.models.person import Organization, Person
from registry.models.provider import Provider

REFUSED_FOR = ("trafficking", "abuse", "exploitation", "false_identity", "threat", "other_abuse")


class RefusedEntry(Record):
    """Somebody who is never to carry or host again.

    ``masks`` are the last signs of each identifier, to tell entries apart; ``provider`` is the file that it came from,
    when it came from one of ours.
    """

    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="refusals")
    status = status_column(states.REFUSAL)
    reason = models.CharField(max_length=20, choices=[(r, r) for r in REFUSED_FOR])
    evidence_reference = models.CharField(max_length=80, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    masks = JsonColumn(default=dict)
    review_on = models.DateField(null=True)
    suggested_by = models.CharField(max_length=20)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    listed_at = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *status_constraints(states.REFUSAL, "refusal"),
            CheckConstraint(condition=Q(reason__in=REFUSED_FOR), name="refusal_reason_known"),
            models.UniqueConstraint(
                fields=["provider"],
                condition=Q(status__in=("suggested", "proposed", "listed", "appealed")),
                name="refusal_one_running",
            ),
        ]


class RefusedFingerprint(models.Model):
    """One reading of one identifier of an entry, under one key."""

    entry = models.ForeignKey(RefusedEntry, on_delete=models.PROTECT, related_name="fingerprints")
    kind = models.CharField(max_length=12, choices=[(k, k) for k in KINDS])
    key_version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "kind", "key_version", "digest"], name="refused_fingerprint_once")
        ]
        indexes = [models.Index(fields=["digest"], name="refused_digest")]

    def __str__(self) -> str:
        return f"RefusedFingerprint {self.pk}"


class RefusalDecision(Record):
    """What two people decide about an entry: to list it, to lift it, or to uphold it after an appeal."""

    KINDS = ("list", "lift", "uphold")

    entry = models.ForeignKey(RefusedEntry, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=[(k, k) for k in KINDS])
    outcome = models.CharField(max_length=10, default="pending")
    first_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    first_organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=("list", "lift", "uphold")), name="refusal_decision_kind_known"),
            CheckConstraint(
                condition=Q(outcome__in=("pending", "carried", "refused", "withdrawn")),
                name="refusal_decision_outcome_known",
            ),
            CheckConstraint(
                condition=~Q(outcome="carried")
                | Q(second_by__isnull=False, second_at__isnull=False, second_organization__isnull=False),
                name="refusal_carried_by_two",
            ),
            CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")), name="refusal_two_people"
            ),
            CheckConstraint(
                condition=~Q(outcome="carried") | ~Q(second_organization=F("first_organization")),
                name="refusal_two_organizations",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(outcome="pending"), name="refusal_decision_one_pending"
            ),
        ]
