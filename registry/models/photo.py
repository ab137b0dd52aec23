"""Photographs: of a vehicle with its plate, of the face of whoever drives or hosts."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry.models.base import Record
from registry.models.owned import Owned
from registry.models.person import Person
from registry.models.provider import Provider, Vehicle
from registry.models.sealed import SealedBytes


class Photo(Owned, Record):
    """One photograph, small and clean, sealed with its provider's key.

    ``confirmed_at``: an officer has seen that it shows what it is of; before that nobody but the provider and
    officers sees it. A photograph that was taken away leaves its row and none of its pixels.
    """

    KINDS = ("vehicle", "face")

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="photos")
    vehicle = models.ForeignKey(Vehicle, null=True, on_delete=models.PROTECT, related_name="photos")
    kind = models.CharField(max_length=8, choices=[(k, k) for k in KINDS])
    picture = SealedBytes(blank=True)
    thumb = SealedBytes(blank=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    sealed_by = ("provider_id",)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(kind="vehicle", vehicle__isnull=False) | Q(kind="face", vehicle__isnull=True),
                name="photo_of_something",
            ),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="photo_confirmed_by_somebody",
            ),
            CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("added_by")),
                name="photo_confirmed_by_another",
            ),
            CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(picture="", thumb=""), name="photo_removed_is_empty"
            ),
            models.UniqueConstraint(
                fields=["vehicle"], condition=Q(removed_at__isnull=True), name="photo_one_per_vehicle"
            ),
            models.UniqueConstraint(
                fields=["provider"], condition=Q(removed_at__isnull=True, kind="face"), name="photo_one_face"
            ),
        ]
