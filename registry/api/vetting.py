"""Vetting of providers, vehicles and dwellings alike: checks, questions, decisions of two, holds, suspension."""

import dataclasses
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Day, Id, Many, NewId, Text, Truth
from registry.api.forms import Input, Nothing, Problem
from registry.api.operation import Api, does, lists, reads
from registry.models import Appeal as AppealRow
from registry.models import Decision as DecisionRow
from registry.models.asking import LONGEST_TEXT
from registry.rules.vetting import definitions
from registry.selectors.paging import Listing
from registry.selectors.shapes import providers as shapes
from registry.services import answering, checks, decisions, holds, suspension, vetting

CHECKS = tuple(definitions())


class CheckRow(serializers.Serializer[Any]):
    """A check that was done: what the evidence was, never the paper. `checked_by` is for officers."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    passed = serializers.BooleanField()
    resident = serializers.UUIDField(allow_null=True)
    checked_by = serializers.UUIDField(allow_null=True)
    checked_at = serializers.DateTimeField()
    lapses_on = serializers.DateField(allow_null=True)
    evidence_type = serializers.CharField(allow_blank=True)
    evidence_country = serializers.CharField(allow_blank=True)
    evidence_last_four = serializers.CharField(allow_blank=True)
    evidence_expires_on = serializers.DateField(allow_null=True)


class Evidence(Input):
    """What was seen, in metadata."""

    type = Text(required=False, max_length=40)
    country = Text(required=False, min_length=2, max_length=2)
    last_four = Text(required=False, max_length=4)
    number = Text(required=False, max_length=40, help_text="Of a paper, whole; only its last four are kept.")
    expires_on = Day(required=False)


class NewCheck(Input):
    """The result of one named check."""

    id = NewId()
    code = Choice(CHECKS)
    passed = Truth()
    evidence = Evidence(required=False, default=dict)
    resident = Id(required=False, allow_null=True, default=None)
    refused = Truth(required=False, default=False, help_text="The provider would not undergo it.")


class RecordedCheck(serializers.Serializer[Any]):
    """A check that counts from now on."""

    id = serializers.UUIDField()
    lapses_on = serializers.DateField(allow_null=True)


class Checks(Api):
    """The checks of one thing."""

    @lists(CheckRow)
    def get(self, pk: UUID) -> Listing:
        """Its latest checks"""
        return shapes.checks(self.actor, self.kind, pk)

    @does(NewCheck, RecordedCheck)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Record a check; a failed one ends verification at once"""
        row = checks.record_check(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data)
        return {"id": row.pk, "lapses_on": row.lapses_on}


class Review(Api):
    """Taking an application."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Take it into review"""
        return answers.moved(vetting.start_review(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class InfoRequested(Input):
    """The checks whose evidence is missing."""

    codes = Many(Choice(CHECKS), min_length=1, max_length=8)


class InfoRequest(Api):
    """Questions to the provider."""

    @does(InfoRequested, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Ask the provider for what is missing"""
        return answers.moved(vetting.request_info(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class InfoSupplied(Input):
    """What the provider says to it."""

    text = Text(required=False, allow_blank=True, default="", max_length=LONGEST_TEXT)


class Info(Api):
    """Answers of the provider."""

    @does(InfoSupplied, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Say that what was asked for is there; back into review"""
        return answers.moved(answering.supply_info(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class Rejected(Input):
    """Why it is refused."""

    reason = Choice(vetting.REJECTION_REASONS)


class Rejection(Api):
    """Refusing an application."""

    @does(Rejected, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Refuse it with a reason that the applicant is told and may appeal"""
        return answers.moved(vetting.reject(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class NewAppeal(Input):
    """The applicant's own words."""

    id = NewId()
    text = Text(max_length=LONGEST_TEXT)


class Appealed(answers.Made):
    """An appeal."""

    outcome = serializers.ChoiceField([(o, o) for o in AppealRow.OUTCOMES])


class Appeal(Api):
    """Appealing a refusal."""

    @does(NewAppeal, Appealed)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Appeal the refusal, once; two people who have not decided before decide on it"""
        return _outcome(answering.appeal(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class Renewal(Api):
    """Renewing what lapsed."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Take an expired one back into review"""
        return answers.moved(vetting.renew(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class DecisionBase(serializers.Serializer[Any]):
    """A decision of two people, as its first person left it."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    outcome = serializers.CharField()
    hold = serializers.UUIDField(allow_null=True)
    first_by = serializers.UUIDField()
    first_organization = serializers.UUIDField()
    first_at = serializers.DateTimeField()
    first_reason = serializers.CharField()


class DecisionLine(DecisionBase):
    """A decision with both of its people."""

    second_by = serializers.UUIDField(allow_null=True)
    second_organization = serializers.UUIDField(allow_null=True)
    second_at = serializers.DateTimeField(allow_null=True)
    second_reason = serializers.CharField(allow_blank=True)
    policy_version = serializers.CharField()


class WaitingDecision(DecisionBase):
    """A decision that waits for its second person, and what it is about."""

    provider = serializers.UUIDField(allow_null=True)
    vehicle = serializers.UUIDField(allow_null=True)
    dwelling = serializers.UUIDField(allow_null=True)


class DecisionDetail(DecisionLine):
    """A decision with what is missing today and why the second person cannot be me."""

    version = serializers.IntegerField()
    subject_kind = serializers.CharField()
    subject = serializers.UUIDField()
    missing = Problem.Reason(many=True)
    why_not_me = Problem.Reason(many=True)


class FirstDecision(Input):
    """What the first of two proposes."""

    id = NewId()
    decision = Choice(DecisionRow.KINDS)
    reason = Choice(decisions.DECISION_REASONS)
    hold = Id(required=False, allow_null=True, default=None)
    conflict_declared = Truth(required=False, default=False, help_text="I know somebody involved.")


class DecisionState(answers.Made):
    """Where a decision stands."""

    outcome = serializers.CharField()


def _outcome(row: DecisionRow | AppealRow) -> dict[str, Any]:
    return {**answers.made(row), "outcome": row.outcome}


class Decisions(Api):
    """Decisions about one thing."""

    @lists(DecisionLine)
    def get(self, pk: UUID) -> Listing:
        """Every decision about it (officers)"""
        return shapes.decisions(self.actor, self.kind, pk)

    @does(FirstDecision, DecisionState)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The first of two decides; nothing changes until the second agrees"""
        return _outcome(decisions.decide_first(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class PendingDecisions(Api):
    """Decisions that wait."""

    @lists(WaitingDecision)
    def get(self) -> Listing:
        """Decisions in my view that wait for their second person"""
        return shapes.pending_decisions(self.actor)


class OneDecision(Api):
    """One decision."""

    @reads(DecisionDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One decision: what is missing, and why not me"""
        return shapes.decision(self.actor, pk, timezone.localdate(self.at))


class SecondDecision(Input):
    """What the second of two says."""

    carry = Truth()
    reason = Choice(decisions.DECISION_REASONS)
    conflict_declared = Truth(required=False, default=False, help_text="I know somebody involved.")


class Second(Api):
    """The second of two."""

    @does(SecondDecision, DecisionState, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The second of two, of another organization, carries the decision or refuses it"""
        return _outcome(decisions.decide_second(actor=self.actor, decision=pk, at=self.at, **data))


class Withdrawal(Api):
    """Taking a decision back."""

    @does(Nothing, DecisionState, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The first person takes the decision back"""
        return _outcome(decisions.withdraw_decision(actor=self.actor, decision=pk, at=self.at, **data))


class NewHold(Input):
    """Why there is to be no matching."""

    id = NewId()
    code = Choice(holds.CODES)


class Holds(Api):
    """Holding it."""

    @does(NewHold, answers.Made)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Hold it: no matching until two people clear it (decision clear_hold)"""
        return answers.made(holds.place_by_officer(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data))


class Suspended(Input):
    """Why it is suspended."""

    reason = Choice(suspension.REASONS)


class ToCall(serializers.Serializer[Any]):
    """People who are on the road or staying with it, whom to call first, and when somebody last heard of them."""

    class Phone(serializers.Serializer[Any]):
        """Whom to call."""

        who = serializers.CharField()
        name = serializers.CharField(allow_blank=True)
        phone = serializers.CharField(allow_blank=True)

    match = serializers.UUIDField()
    household = serializers.CharField()
    people = serializers.IntegerField()
    staying = serializers.BooleanField()
    departed_at = serializers.DateTimeField(allow_null=True)
    eta_at = serializers.DateTimeField(allow_null=True)
    last_word = serializers.CharField(allow_null=True)
    last_word_side = serializers.CharField(allow_null=True)
    last_word_at = serializers.DateTimeField(allow_null=True)
    contacts = Phone(many=True)


class Consequences(serializers.Serializer[Any]):
    """What the suspension did. `to_call` is told once; afterwards journeys/{id}/contacts has the phones."""

    paused_offers = serializers.ListField(child=serializers.UUIDField())
    revoked_passes = serializers.ListField(child=serializers.UUIDField())
    halted = serializers.ListField(child=serializers.UUIDField())
    on_the_road = serializers.ListField(child=serializers.UUIDField())
    staying = serializers.ListField(child=serializers.UUIDField())
    to_call = ToCall(many=True, allow_null=True)


class Suspension(Api):
    """The red button."""

    @does(Suspended, Consequences, 200, told_once="to_call")
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Suspend it at once; the answer says who is on the road, with phones and their last word"""
        done = suspension.suspend(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data)
        return dataclasses.asdict(done)
