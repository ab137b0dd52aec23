"""Plans: asked for, looked at row by row, changed by hand, confirmed in parts, discarded."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Code, Id, Many, NewId, Whole
from registry.api.forms import Input, Nothing, PageQuery, Problem
from registry.api.operation import Api, does, does_in_steps, lists, reads
from registry.selectors.paging import Listing
from registry.selectors.shapes import plans as shapes
from registry.services import planning
from registry.states import PLAN, PLAN_ROW
from registry.web import asking, problems


class WantedBed(serializers.Serializer[Any]):
    """A town where one more bed would be worth so many points."""

    town = serializers.CharField()
    points = serializers.FloatField()


class PlanShape(serializers.Serializer[Any]):
    """A plan with its figures; `gap` is how far from the best possible it is at most."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    zone = serializers.CharField(allow_null=True)
    county = serializers.CharField(allow_null=True)
    made_by = serializers.UUIDField()
    after = serializers.UUIDField(allow_null=True)
    seed = serializers.IntegerField()
    status = serializers.CharField()
    progress = serializers.IntegerField()
    failure = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    households = serializers.IntegerField()
    people = serializers.IntegerField()
    placed = serializers.IntegerField()
    unplaced = serializers.IntegerField()
    value = serializers.FloatField()
    bound = serializers.FloatField()
    gap = serializers.FloatField()
    seconds = serializers.FloatField()
    wanted = WantedBed(many=True)


class PlanQuery(PageQuery):
    """Which plans."""

    status = Choice(PLAN.states, required=False)


class NewPlan(Input):
    """For whom: a zone, a county, or neither for everywhere."""

    id = NewId()
    zone = Code(required=False, allow_null=True, default=None)
    county = Code(required=False, allow_null=True, default=None)
    seed = Whole(required=False, default=1, min_value=0, max_value=planning.LARGEST_SEED)


def _filters(asked: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name not in ("cursor", "limit")}


class Plans(Api):
    """Plans."""

    @lists(PlanShape, PlanQuery)
    def get(self) -> Listing:
        """Plans that I may look at, newest first"""
        return shapes.listing(self.actor, **_filters(self.asked))

    @does(NewPlan, answers.Moved)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Ask for a plan of a zone, a county or everywhere; the worker makes it"""
        return answers.moved(planning.make(actor=self.actor, at=self.at, **data))


class OnePlan(Api):
    """One plan."""

    @reads(PlanShape)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One plan with its figures and how far it is"""
        return shapes.one(self.actor, pk)


class PlanRowShape(serializers.Serializer[Any]):
    """One household of a plan: where it would go and why, or why nowhere."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    request = serializers.UUIDField()
    household = serializers.UUIDField()
    origin = serializers.CharField()
    ride = serializers.UUIDField(allow_null=True)
    stay = serializers.UUIDField(allow_null=True)
    was_ride = serializers.UUIDField(allow_null=True)
    was_stay = serializers.UUIDField(allow_null=True)
    arrival_zone = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()
    km = serializers.FloatField(allow_null=True)
    worth = serializers.FloatField()
    status = serializers.CharField()
    match = serializers.UUIDField(allow_null=True)
    reasons = Problem.Reason(many=True)


class PlanRowQuery(PageQuery):
    """Which rows."""

    status = Choice(PLAN_ROW.states, required=False)
    origin = Code(required=False)


class PlanRows(Api):
    """The rows of a plan."""

    @lists(PlanRowShape, PlanRowQuery)
    def get(self, pk: UUID) -> Listing:
        """The rows of a plan: all for whoever may plan its scope, else those of my zones"""
        return shapes.rows(self.actor, pk, problems.reason, **_filters(self.asked))


class OtherPlace(Input):
    """Where a household should go instead; nothing takes it out of the plan."""

    ride = Id(required=False, allow_null=True, default=None)
    stay = Id(required=False, allow_null=True, default=None)


class EffectShape(serializers.Serializer[Any]):
    """What a change does to the plan, and whose rows lose their place."""

    value_before = serializers.FloatField()
    value_after = serializers.FloatField()
    gap_before = serializers.FloatField()
    gap_after = serializers.FloatField()
    worth = serializers.FloatField()
    reasons = Problem.Reason(many=True)
    displaced = serializers.ListField(child=serializers.UUIDField())
    people_displaced = serializers.IntegerField()


def _effect(done: planning.Effect) -> dict[str, Any]:
    figures = ("value_before", "value_after", "gap_before", "gap_after", "worth")
    return {
        **{name: round(getattr(done, name), 5) for name in figures},
        "reasons": [problems.reason(reason) for reason in done.reasons],
        "displaced": [row.pk for row in done.displaced],
        "people_displaced": done.people_displaced,
    }


class PlaceQuery(OtherPlace):
    """The place that is thought of."""


class PlanRowEffect(Api):
    """A change that is only thought of."""

    @reads(EffectShape, PlaceQuery)
    def get(self, pk: UUID, row: UUID) -> dict[str, Any]:
        """What another place for this household would do to the plan"""
        return _effect(planning.effect(actor=self.actor, plan=pk, row=row, at=self.at, **self.asked))


class PlanRowChange(Api):
    """A change by hand."""

    @does(OtherPlace, EffectShape, 200)
    def post(self, data: dict[str, Any], pk: UUID, row: UUID) -> dict[str, Any]:
        """Give the household another place, or none; the gate is asked, and others may lose theirs"""
        return _effect(planning.change(actor=self.actor, plan=pk, row=row, at=self.at, **data))


class RowsToConfirm(Input):
    """Which rows; without them every row of my zones that waits, 100 at most."""

    rows = Many(Id(), required=False, allow_null=True, default=None, max_length=planning.AT_MOST, min_length=1)


class OutcomeShape(serializers.Serializer[Any]):
    """What came of one row: confirmed, refused with reasons, already (somebody was there before), or stopped."""

    row = serializers.UUIDField()
    household = serializers.UUIDField()
    came = serializers.CharField()
    status = serializers.CharField()
    match = serializers.UUIDField(allow_null=True)
    reasons = Problem.Reason(many=True)


class Confirmed(serializers.Serializer[Any]):
    """What came of each row, and where the plan stands."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    rows = OutcomeShape(many=True)


class PlanConfirm(Api):
    """Confirmation in parts."""

    @does_in_steps(RowsToConfirm, Confirmed)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Put rows before their households, each through the same gate as a single match"""
        found = planning.confirm(
            actor=self.actor, plan=pk, wanted=data["rows"], at=self.at, again=lambda: asking.again(self.request)
        )
        return {"id": pk, "status": shapes.one(self.actor, pk)["status"], "rows": [_outcome(row) for row in found]}


def _outcome(one: planning.Outcome) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("row", "household", "came", "status", "match")}
    return {**plain, "reasons": [problems.reason(reason) for reason in one.reasons]}


class PlanCancel(Api):
    """Stopping it."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Stop a plan that waits or is being made"""
        return answers.moved(planning.cancel(actor=self.actor, plan=pk, at=self.at, **data))


class Again(Input):
    """A new plan for the same scope, made from this one."""

    id = NewId()
    seed = Whole(required=False, allow_null=True, default=None, min_value=0, max_value=planning.LARGEST_SEED)


class PlanRemake(Api):
    """Making it anew."""

    @does(Again, answers.Moved)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Ask for a finished plan once more after things changed; few of those who had a place move"""
        return answers.moved(planning.remake(actor=self.actor, plan=pk, at=self.at, **data))


class PlanDiscard(Api):
    """Throwing it away."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Discard a draft; what was confirmed of it stays"""
        return answers.moved(planning.discard(actor=self.actor, plan=pk, at=self.at, **data))
