"""A shift that somebody hands over to a colleague or to whoever comes next."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry.models.base import JsonColumn, Record
from registry.models.person import Person
from registry.models.places import Shift, Zone


class ShiftHandover(Record):
    """What was open when somebody went, what to look at first, and who has taken it. Ids and numbers, no words."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="handovers")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="handovers")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Nobody named: whoever is on duty there next.
    given_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    counts = JsonColumn(default=dict)
    first = JsonColumn(default=list)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(given_to__isnull=True) | ~Q(given_to=F("given_by")), name="shifthandover_to_another"
            ),
            CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | (Q(taken_at__isnull=False, taken_by__isnull=False, withdrawn_at__isnull=True))
                & ~Q(taken_by=F("given_by")),
                name="shifthandover_taken_by_another",
            ),
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="shifthandover_one_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["zone"],
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
                name="shifthandover_waits",
            )
        ]
