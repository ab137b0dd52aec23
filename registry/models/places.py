"""Counties, towns, border crossing points, safe zones and who is on shift in them."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry import states
from registry.models.base import JsonColumn, Record, status_column, status_constraints


class Place(models.Model):
    """A named place with a stable code; names in four languages; WGS 84 degrees."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=100)
    names = JsonColumn(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def name_in(self, language: str) -> str:
        """The name in one of uk, ro, en, ru, else the local name."""
        return str(self.names.get(language) or self.name)


class County(Place):
    """A Romanian county or a bordering oblast; the code is ISO 3166-2 (RO-SV, UA-77)."""

    country = models.CharField(max_length=2)
    pcode = models.CharField(max_length=12, blank=True)
    outline = JsonColumn()

    class Meta:
        ordering = ("code",)


class Town(Place):
    """A town that journeys go to; ``cell`` is its H3 cell of resolution 5 as an integer."""

    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="towns")
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=16)
    lat = models.FloatField()
    lon = models.FloatField()
    cell = models.BigIntegerField()

    class Meta:
        ordering = ("code",)


class Crossing(Place):
    """A border crossing point with its two posts."""

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="crossings")
    kind = models.CharField(max_length=16)
    note = models.CharField(max_length=300, blank=True)
    lat_ro = models.FloatField()
    lon_ro = models.FloatField()
    lat_uk = models.FloatField()
    lon_uk = models.FloatField()

    class Meta:
        ordering = ("code",)


class Zone(Place):
    """A safe zone: declared by the authority, the only place where people are picked up."""

    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=16)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="zones")
    town = models.ForeignKey(Town, null=True, on_delete=models.PROTECT, related_name="zones")
    crossing = models.ForeignKey(Crossing, null=True, on_delete=models.PROTECT, related_name="zones")
    outline = JsonColumn()
    lat = models.FloatField()
    lon = models.FloatField()
    status = status_column(states.ZONE)
    activated_at = models.DateTimeField(null=True)
    pickup_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = status_constraints(states.ZONE, "zone")


class Shift(Record):
    """Somebody on duty in a zone; a zone is staffed while a shift runs."""

    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="shifts")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at__isnull=True), name="shift_one_at_a_time"),
        ]
        indexes = [models.Index(fields=["zone", "ends_at"], condition=Q(ended_at__isnull=True), name="shift_running")]
