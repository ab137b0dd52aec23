"""Providers, their vehicles, their dwellings and who lives there."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry import states
from registry.models.base import Vetted, lapsing_index, status_column, status_constraints
from registry.models.marks import BlindMark
from registry.models.owned import Owned
from registry.models.person import Organization, Person
from registry.models.places import County, Town
from registry.models.sealed import SealedFloat, SealedText

SEXES = [(s, s) for s in ("f", "m", "unknown")]


class Provider(Owned, Vetted):
    """A person or an organization that offers transport or accommodation.

    A person may act for an ``organization``; then that organization's own provider must be verified too.
    """

    kind = models.CharField(max_length=12, choices=[("person", "person"), ("organization", "organization")])
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="providers")
    account = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="provider")
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    given_name = SealedText(80, blank=True)
    family_name = SealedText(80, blank=True)
    organization_name = models.CharField(max_length=120, blank=True)
    registration_number = models.CharField(max_length=40, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=8, choices=SEXES, default="unknown")
    phone = SealedText(20)
    email = models.EmailField(blank=True)
    address = SealedText(200, blank=True)
    phone_mark = BlindMark("phone", "near_phone")
    address_mark = BlindMark("address", "near_address")
    surname_mark = BlindMark("family_name", "near_surname")
    town = models.ForeignKey(Town, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="providers")
    languages = models.CharField(max_length=60, blank=True)
    is_driver = models.BooleanField(default=False)
    is_host = models.BooleanField(default=False)
    # Of an organization's name alone; people are found by marks and fingerprints.
    search_key = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)
    status = status_column(states.PROVIDER)

    class Meta:
        constraints = [
            *status_constraints(states.PROVIDER, "provider"),
            CheckConstraint(
                condition=~Q(kind="organization") | Q(organization__isnull=False), name="provider_organization_named"
            ),
            CheckConstraint(condition=~Q(kind="person") | ~Q(family_name=""), name="provider_person_named"),
            CheckConstraint(
                condition=Q(erased_at__isnull=True) | ~Q(status="verified"), name="provider_erased_not_verified"
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(kind="organization"), name="provider_one_per_organization"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "county", "id"], name="provider_queue"),
            models.Index(fields=["search_key"], name="provider_search"),
            models.Index(fields=["surname_mark"], name="provider_surname"),
            lapsing_index("provider"),
        ]


class Vehicle(Vetted):
    """A vehicle; ``plate_key`` is the plate for comparing, one vehicle a plate."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="vehicles")
    plate = models.CharField(max_length=16)
    plate_key = models.CharField(max_length=16)
    plate_country = models.CharField(max_length=2)
    make = models.CharField(max_length=40)
    color = models.CharField(max_length=20)
    seats = models.PositiveSmallIntegerField()
    child_seats = models.PositiveSmallIntegerField(default=0)
    wheelchair_places = models.PositiveSmallIntegerField(default=0)
    status = status_column(states.VEHICLE)

    class Meta:
        constraints = [
            *status_constraints(states.VEHICLE, "vehicle"),
            CheckConstraint(condition=Q(seats__gte=1, seats__lte=90), name="vehicle_seats_sane"),
            models.UniqueConstraint(
                fields=["plate_key", "plate_country"],
                condition=~Q(status__in=("rejected", "revoked")),
                name="vehicle_one_per_plate",
            ),
        ]
        indexes = [models.Index(fields=["plate_key"], name="vehicle_plate"), lapsing_index("vehicle")]


class Dwelling(Owned, Vetted):
    """A home or shelter; the exact place stays here, everybody else sees ``cell`` (H3 resolution 7)."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="dwellings")
    address = SealedText(200)
    town = models.ForeignKey(Town, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+")
    lat = SealedFloat()
    lon = SealedFloat()
    cell = models.BigIntegerField()
    beds = models.PositiveSmallIntegerField()
    rooms = models.PositiveSmallIntegerField(default=1)
    lockable_room = models.BooleanField(default=False)
    step_free = models.BooleanField(default=False)
    status = status_column(states.DWELLING)

    class Meta:
        constraints = [
            *status_constraints(states.DWELLING, "dwelling"),
            CheckConstraint(condition=Q(beds__gte=1, beds__lte=2000), name="dwelling_beds_sane"),
        ]
        indexes = [lapsing_index("dwelling")]

    # A home is where somebody lives.
    sealed_by = ("provider_id",)


class Resident(Owned):
    """Somebody of 16 or more who lives in a dwelling; each is checked."""

    id = models.UUIDField(primary_key=True, editable=False)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="residents")
    given_name = SealedText(80)
    family_name = SealedText(80)
    birth_year = models.PositiveSmallIntegerField()
    sex = models.CharField(max_length=8, choices=SEXES, default="unknown")
    moved_in_at = models.DateTimeField()
    moved_out_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Resident {self.pk}"
