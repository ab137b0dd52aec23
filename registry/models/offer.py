"""Offers of transport and of accommodation. Capacity is taken by conditional update only."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry import states
from registry.models.base import Record, status_column, status_constraints, within
from registry.models.owned import Owned
from registry.models.places import County, Town, Zone
from registry.models.provider import Dwelling, Provider, Vehicle
from registry.models.sealed import SealedText


class Offer(Owned, Record):
    """What both kinds share."""

    sealed_by = ("provider_id",)

    languages = models.CharField(max_length=60, blank=True)
    pets = models.BooleanField(default=False)
    women_only = models.BooleanField(default=False)
    note = SealedText(500, blank=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    paused_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True


class TransportOffer(Offer):
    """Seats from a safe zone to one of several towns, leaving within a window."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="transport_offers")
    driver = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="rides_driven")
    escort = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="rides_escorted")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="offers")
    origin = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="rides")
    destinations = models.ManyToManyField(Town, related_name="rides")
    departs_from = models.DateTimeField()
    departs_until = models.DateTimeField()
    seats = models.PositiveSmallIntegerField()
    seats_taken = models.PositiveSmallIntegerField(default=0)
    child_seats = models.PositiveSmallIntegerField(default=0)
    child_seats_taken = models.PositiveSmallIntegerField(default=0)
    wheelchair_places = models.PositiveSmallIntegerField(default=0)
    wheelchair_places_taken = models.PositiveSmallIntegerField(default=0)
    luggage = models.PositiveSmallIntegerField(default=0)
    luggage_taken = models.PositiveSmallIntegerField(default=0)
    status = status_column(states.OFFER)

    class Meta:
        constraints = [
            *status_constraints(states.OFFER, "transport"),
            *(within(f"{c}_taken", c, "transport") for c in ("seats", "child_seats", "wheelchair_places", "luggage")),
            CheckConstraint(condition=Q(departs_until__gt=F("departs_from")), name="transport_window_in_order"),
            CheckConstraint(condition=Q(escort__isnull=True) | ~Q(escort=F("driver")), name="transport_escort_other"),
        ]
        indexes = [
            models.Index(fields=["origin", "departs_from"], condition=Q(status="open"), name="transport_open"),
            models.Index(fields=["departs_until"], condition=Q(status="open"), name="transport_lapsing"),
            models.Index(fields=["origin"], condition=Q(status="paused"), name="transport_paused"),
        ]


# Everything that a search asks of an open stay, what it chooses by first: it reads the index and never the row.
SEARCHED = [
    *("area", "cell", "town", "host_points", "child_friendly", "from_date", "to_date", "beds", "beds_taken"),
    *("languages", "pets", "wheelchair", "accepts_men", "accepts_children", "women_only", "status", "id"),
]


class AccommodationOffer(Offer):
    """Beds in a dwelling between two dates; ``cell`` is the dwelling's H3 cell (7), ``area`` its parent (5)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="accommodation_offers")
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="offers")
    town = models.ForeignKey(Town, on_delete=models.PROTECT, related_name="stays")
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+")
    cell = models.BigIntegerField()
    area = models.BigIntegerField()
    beds = models.PositiveSmallIntegerField()
    beds_taken = models.PositiveSmallIntegerField(default=0)
    from_date = models.DateField()
    to_date = models.DateField()
    accepts_men = models.BooleanField(default=True)
    accepts_children = models.BooleanField(default=True)
    child_friendly = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False)
    host_points = models.PositiveSmallIntegerField(default=0)
    status = status_column(states.OFFER)

    class Meta:
        constraints = [
            *status_constraints(states.OFFER, "stay"),
            within("beds_taken", "beds", "stay"),
            CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="stay_dates_in_order"),
            CheckConstraint(condition=Q(host_points__lte=5), name="stay_host_points_within"),
            CheckConstraint(condition=~Q(women_only=True) | Q(accepts_men=False), name="stay_women_only_no_men"),
        ]
        indexes = [
            models.Index(
                fields=SEARCHED,
                condition=Q(status="open"),
                name="stay_open",
            ),
            models.Index(fields=["area"], condition=Q(status="paused"), name="stay_paused"),
            models.Index(fields=["to_date"], condition=Q(status="open"), name="stay_lapsing"),
        ]
