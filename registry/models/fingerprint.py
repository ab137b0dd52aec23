"""Keyed fingerprints of what tells people apart; the plain value is never in this table."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry.identity.fingerprints import KINDS
from registry.models.household import Household
from registry.models.provider import Provider, Resident, Vehicle


class Fingerprint(models.Model):
    """One reading of one value under one key. ``value`` is the same for all readings and keys of one value.

    ``provider`` is whose identity it belongs to, also for a resident or a vehicle of theirs; or it is a household's.
    """

    kind = models.CharField(max_length=12, choices=[(k, k) for k in KINDS])
    key_version = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    value = models.UUIDField()
    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="fingerprints")
    resident = models.ForeignKey(Resident, null=True, on_delete=models.PROTECT, related_name="fingerprints")
    vehicle = models.ForeignKey(Vehicle, null=True, on_delete=models.PROTECT, related_name="fingerprints")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="fingerprints")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=KINDS), name="fingerprint_kind_known"),
            CheckConstraint(
                condition=Q(provider__isnull=False, household__isnull=True)
                | Q(provider__isnull=True, household__isnull=False, resident__isnull=True, vehicle__isnull=True),
                name="fingerprint_one_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["digest"], name="fingerprint_digest"),
            models.Index(fields=["created_at"], name="fingerprint_age"),
        ]

    def __str__(self) -> str:
        return f"Fingerprint {self.pk}"
