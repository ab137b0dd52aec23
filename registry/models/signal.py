"""Signals: what a rule noticed, what was compared, and what people made of it. A signal never proves anything."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry.models.base import JsonColumn, Record, one_of
from registry.models.household import Household
from registry.models.match import Match
from registry.models.person import Organization, Person
from registry.models.places import County
from registry.models.provider import Provider
from registry.models.register import RefusedEntry
from registry.models.vetting import Decision, Hold

LEVELS = ("hold", "review", "alert")
OUTCOMES = ("open", "cleared", "confirmed")
SUBJECTS = ("provider", "household", "person")


class Signal(Record):
    """One line of the review queue. ``memory`` is the same as long as the compared data are the same."""

    code = models.CharField(max_length=40)
    level = models.CharField(max_length=6, choices=[(x, x) for x in LEVELS])
    params = JsonColumn(default=dict)
    compared = JsonColumn(default=list)
    memory = models.CharField(max_length=64)
    policy_version = models.CharField(max_length=12)
    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="signals")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="signals")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="signals")
    other = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(RefusedEntry, null=True, on_delete=models.PROTECT, related_name="signals")
    match = models.ForeignKey(Match, null=True, on_delete=models.PROTECT, related_name="signals")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="signals")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    hold = models.ForeignKey(Hold, null=True, on_delete=models.PROTECT, related_name="signals")
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in OUTCOMES], default="open")
    first_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(null=True)
    first_organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            one_of(SUBJECTS, "signal_one_subject"),
            CheckConstraint(condition=Q(level__in=LEVELS), name="signal_level_known"),
            CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="signal_outcome_known"),
            CheckConstraint(
                condition=~Q(outcome="cleared") | Q(first_by__isnull=False, closed_by__isnull=False),
                name="signal_cleared_by_two",
            ),
            CheckConstraint(
                condition=~Q(outcome="cleared")
                | (~Q(closed_by=F("first_by")) & ~Q(closed_organization=F("first_organization"))),
                name="signal_cleared_by_two_organizations",
            ),
            models.UniqueConstraint(fields=["memory"], condition=Q(outcome="open"), name="signal_open_once"),
        ]
        indexes = [
            models.Index(fields=["memory"], name="signal_memory"),
            models.Index(fields=["county", "created_at"], condition=Q(outcome="open"), name="signal_open"),
        ]
