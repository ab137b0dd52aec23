"""Households, their members, what they ask for, and decisions that protect them."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry import states
from registry.models.base import Record, status_column, status_constraints
from registry.models.owned import Owned
from registry.models.person import Organization, Person
from registry.models.places import Crossing, Town, Zone
from registry.models.sealed import SealedText
from registry.rules.facts import AGE_BANDS, GUARDIANS, SEXES


class Household(Owned, Record):
    """People who travel together and are never split. ``code`` is all that others see of them.

    ``size``, ``minors``, ``men`` and ``women`` count its members; the rest are adults of unknown sex.
    """

    code = models.CharField(max_length=12, unique=True)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="households")
    crossing = models.ForeignKey(Crossing, null=True, on_delete=models.PROTECT, related_name="+")
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    contact_name = SealedText(120, blank=True)
    contact_phone = SealedText(20, blank=True)
    # The picture that only they and we know; empty until a volunteer has told them theirs.
    sign = SealedText(8, blank=True)
    language = models.CharField(max_length=2, default="uk")
    languages = models.CharField(max_length=60, blank=True)
    size = models.PositiveSmallIntegerField()
    minors = models.PositiveSmallIntegerField()
    men = models.PositiveSmallIntegerField()
    women = models.PositiveSmallIntegerField()
    wheelchairs = models.PositiveSmallIntegerField(default=0)
    pets = models.PositiveSmallIntegerField(default=0)
    luggage = models.PositiveSmallIntegerField(default=0)
    needs = models.CharField(max_length=200, blank=True)
    urgency = models.PositiveSmallIntegerField(default=10)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(size__gte=1, size__lte=30), name="household_size_sane"),
            CheckConstraint(condition=Q(size__gte=F("minors") + F("men") + F("women")), name="household_counts_within"),
            CheckConstraint(condition=Q(urgency__gte=10, urgency__lte=20), name="household_urgency_within"),
        ]
        indexes = [models.Index(fields=["zone", "id"], name="household_by_zone")]


class Member(models.Model):
    """One person of a household: a number, an age band and who cares for them; no name is kept."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    number = models.PositiveSmallIntegerField()
    age_band = models.CharField(max_length=8, choices=[(b, b) for b in AGE_BANDS])
    sex = models.CharField(max_length=8, choices=[(s, s) for s in SEXES], default="unknown")
    guardian = models.CharField(max_length=16, choices=[(g, g) for g in GUARDIANS], default="none")

    class Meta:
        ordering = ("household", "number")
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="member_numbered_once"),
            CheckConstraint(condition=Q(age_band__in=AGE_BANDS), name="member_age_band_known"),
        ]

    def __str__(self) -> str:
        return f"Member {self.pk}"


class HelpRequest(Record):
    """What a household asks for. One running request a household."""

    KINDS = ("ride", "stay", "both")

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=4, choices=[(k, k) for k in KINDS])
    origin = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="requests")
    destination = models.ForeignKey(Town, null=True, on_delete=models.PROTECT, related_name="+")
    max_km = models.PositiveSmallIntegerField()
    earliest_at = models.DateTimeField()
    from_date = models.DateField()
    nights = models.PositiveSmallIntegerField(default=1)
    status = status_column(states.REQUEST)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *status_constraints(states.REQUEST, "request"),
            CheckConstraint(condition=Q(kind__in=("ride", "stay", "both")), name="request_kind_known"),
            models.UniqueConstraint(
                fields=["household"], condition=Q(status__in=("open", "matched")), name="request_one_running"
            ),
        ]
        indexes = [models.Index(fields=["origin", "status", "id"], name="request_by_zone")]


class ProtectionDecision(Owned, Record):
    """A decision for one household: a child's placement (child protection), or two staff on rule 5."""

    KINDS = ("child_placement", "unrelated_men_accepted")

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=24, choices=[(k, k) for k in KINDS])
    first_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=40, blank=True)
    reason = SealedText(200, blank=True)
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    sealed_by = ("household_id",)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(kind="child_placement") | ~Q(reference=""), name="protection_child_reference"),
            CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")), name="protection_two_people"
            ),
            models.UniqueConstraint(
                fields=["household", "kind"], condition=Q(ended_at__isnull=True), name="protection_one_running"
            ),
        ]


class Consent(Record):
    """A household's consent to share with one partner: off until given, gone when withdrawn.

    ``recorded_by`` is nobody when the household has said so itself, by its code.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="consents")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "organization"], condition=Q(withdrawn_at__isnull=True), name="consent_one_running"
            )
        ]
