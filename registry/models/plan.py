"""Plans: who could go where, drafted for many households at once; a draft until people confirm its rows."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry import states
from registry.models.base import JsonColumn, Record, status_column, status_constraints
from registry.models.household import HelpRequest, Household
from registry.models.match import Match
from registry.models.offer import AccommodationOffer, TransportOffer
from registry.models.person import Person
from registry.models.places import County, Zone


class Plan(Record):
    """One draft for a zone, a county or (neither named) everywhere, with its figures.

    ``households`` and ``people`` were looked at; ``placed`` and ``unplaced`` are people. ``value`` and ``bound`` are
    points of rules.ranking: no plan for the same households and offers can be worth more than ``bound``.
    ``after``: the plan that this one was made from anew; whoever had a place there keeps it unless moving pays.
    ``attempt`` counts the rounds that took it up: a round whose number is not the last has been given up.
    """

    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="plans")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    # The scope as one word, so that two plans of the same scope are never made at once.
    scope = models.CharField(max_length=48)
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    seed = models.PositiveIntegerField(default=1)
    status = status_column(states.PLAN)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    cancel_wished_at = models.DateTimeField(null=True)
    cancel_wished_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    failure = models.CharField(max_length=40, blank=True)
    policy_version = models.CharField(max_length=12, blank=True)
    households = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    unplaced = models.PositiveIntegerField(default=0)
    value = models.FloatField(default=0)
    bound = models.FloatField(default=0)
    seconds = models.FloatField(default=0)
    # Where one more bed would do the most: town, points for one bed; the most valuable first.
    wanted = JsonColumn(default=list)

    class Meta:
        constraints = [
            *status_constraints(states.PLAN, "plan"),
            CheckConstraint(condition=Q(zone__isnull=True) | Q(county__isnull=True), name="plan_one_scope"),
            CheckConstraint(condition=Q(progress__lte=100), name="plan_progress_within"),
            models.UniqueConstraint(
                fields=["scope"], condition=Q(status__in=states.PLAN_RUNNING), name="plan_one_running"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(status__in=states.PLAN_RUNNING), name="plan_queue")]

    @property
    def gap(self) -> float:
        """How far from the best possible the plan is at most, as a share of the bound."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0


class PlanRow(Record):
    """One household of a plan: where it would go and why, or why nowhere. Ids, codes and numbers only.

    ``reasons``: codes with parameters, for the place or against it; ``worth`` in points for the whole household.
    ``was_ride``, ``was_stay``: the place that the household had in the plan before, if this one was made from another.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rows")
    request = models.ForeignKey(HelpRequest, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    origin = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="+")
    ride = models.ForeignKey(TransportOffer, null=True, on_delete=models.PROTECT, related_name="+")
    stay = models.ForeignKey(AccommodationOffer, null=True, on_delete=models.PROTECT, related_name="+")
    was_ride = models.ForeignKey(TransportOffer, null=True, on_delete=models.PROTECT, related_name="+")
    was_stay = models.ForeignKey(AccommodationOffer, null=True, on_delete=models.PROTECT, related_name="+")
    arrival_zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveSmallIntegerField()
    km = models.FloatField(null=True)
    worth = models.FloatField(default=0)
    reasons = JsonColumn(default=list)
    status = status_column(states.PLAN_ROW)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    match = models.OneToOneField(Match, null=True, on_delete=models.PROTECT, related_name="plan_row")

    class Meta:
        constraints = [
            *status_constraints(states.PLAN_ROW, "planrow"),
            CheckConstraint(
                condition=Q(status="left_out") | Q(ride__isnull=False) | Q(stay__isnull=False),
                name="planrow_placed_somewhere",
            ),
            models.UniqueConstraint(fields=["plan", "request"], name="planrow_once"),
        ]
        indexes = [
            models.Index(fields=["plan", "status", "id"], name="planrow_by_status"),
            models.Index(fields=["plan", "origin", "id"], name="planrow_by_zone"),
        ]
