"""Matches: a household with a ride, a bed or both, from proposal to closure; its check-ins."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry import states
from registry.models.base import Record, one_of, status_column, status_constraints
from registry.models.household import HelpRequest, Household
from registry.models.offer import AccommodationOffer, TransportOffer
from registry.models.owned import Owned
from registry.models.person import Person
from registry.models.places import Town, Zone
from registry.models.sealed import SealedText


class Match(Owned, Record):
    """One household with its legs. From confirmation on it is called a journey."""

    request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="matches")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="matches")
    origin = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="departures")
    destination = models.ForeignKey(Town, on_delete=models.PROTECT, related_name="+")
    arrival_zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="arrivals")
    status = status_column(states.MATCH)
    people = models.PositiveSmallIntegerField()
    route_minutes = models.FloatField()
    value = models.FloatField(default=0)
    policy_version = models.CharField(max_length=12)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    departed_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_staff = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    pass_shown = models.ForeignKey("registry.ProviderPass", null=True, on_delete=models.PROTECT, related_name="+")
    eta_at = models.DateTimeField(null=True)
    refugee_arrived_at = models.DateTimeField(null=True)
    refugee_arrived_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    receiver_arrived_at = models.DateTimeField(null=True)
    receiver_arrived_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField(null=True)
    halted_at = models.DateTimeField(null=True)
    halted_reason = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)
    # What a provider said who took a confirmed match back.
    provider_said = SealedText(300, blank=True)
    closed_at = models.DateTimeField(null=True)

    sealed_by = ("household_id",)

    class Meta:
        constraints = [
            *status_constraints(states.MATCH, "match"),
            CheckConstraint(
                condition=Q(second_staff__isnull=True) | ~Q(second_staff=F("handed_over_by")), name="match_second_other"
            ),
            CheckConstraint(
                condition=Q(refugee_arrived_by__isnull=True)
                | Q(receiver_arrived_by__isnull=True)
                | ~Q(refugee_arrived_by=F("receiver_arrived_by")),
                name="match_arrival_by_two",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status__in=("accepted", "confirmed", "departed", "overdue", "alerted", "arrived")),
                name="match_one_chosen",
            ),
        ]
        indexes = [
            models.Index(fields=["origin", "status", "id"], name="match_by_zone"),
            models.Index(fields=["arrival_zone", "status"], name="match_by_arrival"),
            models.Index(fields=["household", "status"], name="match_by_household"),
        ]


class Leg(models.Model):
    """One part of a match: seats in a ride or beds in a stay, and whether they are taken now."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="legs")
    kind = models.CharField(max_length=4, choices=[("ride", "ride"), ("stay", "stay")])
    transport_offer = models.ForeignKey(TransportOffer, null=True, on_delete=models.PROTECT, related_name="legs")
    accommodation_offer = models.ForeignKey(
        AccommodationOffer, null=True, on_delete=models.PROTECT, related_name="legs"
    )
    people = models.PositiveSmallIntegerField()
    child_seats = models.PositiveSmallIntegerField(default=0)
    wheelchairs = models.PositiveSmallIntegerField(default=0)
    luggage = models.PositiveSmallIntegerField(default=0)
    from_date = models.DateField(null=True)
    to_date = models.DateField(null=True)
    taken_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of(("transport_offer", "accommodation_offer"), "leg_one_offer"),
            CheckConstraint(
                condition=(Q(kind="ride") & Q(transport_offer__isnull=False))
                | (Q(kind="stay") & Q(accommodation_offer__isnull=False)),
                name="leg_kind_of_offer",
            ),
            CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(taken_at__isnull=False), name="leg_released_was_taken"
            ),
            models.UniqueConstraint(fields=["match", "kind"], name="leg_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"Leg {self.pk}"


class CheckIn(Record):
    """A word from the road or from the door. ``silent``: a duress code was used; the screen looked the same."""

    SIDES = ("refugee", "driver", "receiver", "staff")
    KINDS = ("here", "underway", "arrived", "wrong")
    # What only a driver or host says, before anybody has left.
    PROMISES = ("coming",)

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="check_ins")
    side = models.CharField(max_length=8, choices=[(s, s) for s in SIDES])
    kind = models.CharField(max_length=8, choices=[(k, k) for k in (*KINDS, *PROMISES)])
    at = models.DateTimeField()
    silent = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["at"], condition=Q(silent=True), name="check_in_silent")]


class JourneyShare(Owned, Record):
    """A household lets somebody it trusts follow one journey; it ends with the journey or when they say so.

    The code is kept to be shown to the household again, and found by its hash.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="shares")
    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="shares")
    code = SealedText(20)
    digest = models.CharField(max_length=64, unique=True)
    ended_at = models.DateTimeField(null=True)

    sealed_by = ("household_id",)
