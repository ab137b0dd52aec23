"""Broken glass: one record that somebody opened outside their view, in an emergency, for half an hour."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry.models.base import Record
from registry.models.household import Household
from registry.models.owned import Owned
from registry.models.person import Person
from registry.models.sealed import SealedText


class BreakGlass(Owned, Record):
    """Who opened the record of which household, why, and until when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    reason = SealedText(400)
    until = models.DateTimeField()

    sealed_by = ("household_id",)

    class Meta:
        constraints = [CheckConstraint(condition=Q(until__gt=F("created_at")), name="glass_ends")]
        indexes = [models.Index(fields=["person", "until"], name="glass_open")]
