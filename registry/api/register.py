"""The register of refused providers: one question with one answer for partners, the entries for officers."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, NewId, Text, Truth, Whole
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, asks, does, lists
from registry.identity.readings import STRONG
from registry.models.register import REFUSED_FOR, RefusalDecision, RefusedEntry
from registry.selectors import register as selected
from registry.selectors.paging import Listing
from registry.services import register

ANSWERS = ("KNOWN", "NOT KNOWN")
SHOWN = (
    *("id", "status", "reason", "evidence_reference", "masks"),
    *("review_on", "suggested_by", "listed_at", "appealed_at"),
)


class Question(Input):
    """One value, in plain; nothing of it is kept."""

    kind = Choice(STRONG)
    value = Text(max_length=254)
    country = Text(required=False, default="", max_length=2, help_text="Of a document: RO, UA, MD ...")


class Answer(serializers.Serializer[Any]):
    """One of two answers, nothing else."""

    answer = serializers.ChoiceField([(a, a) for a in ANSWERS])


class Ask(Api):
    """Asking the register."""

    @asks(Question, Answer)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Does the register know this value? KNOWN or NOT KNOWN; 60 questions an hour and organization"""
        return {"answer": ANSWERS[0 if register.ask(actor=self.actor, at=self.at, **data) else 1]}


class EntryLine(serializers.Serializer[Any]):
    """An entry: why, with which evidence, and the last signs of its identifiers. Never a name."""

    id = serializers.UUIDField()
    status = serializers.CharField()
    reason = serializers.CharField()
    evidence_reference = serializers.CharField(allow_blank=True)
    masks = serializers.DictField(child=serializers.CharField())
    review_on = serializers.DateField(allow_null=True)
    suggested_by = serializers.CharField()
    listed_at = serializers.DateTimeField(allow_null=True)
    appealed_at = serializers.DateTimeField(allow_null=True)


class NewEntry(Input):
    """Somebody who is to be refused, in plain; only fingerprints of it stay."""

    id = NewId()
    reason = Choice(REFUSED_FOR)
    evidence_reference = Text(max_length=80)
    document = Text(required=False, default="", max_length=40)
    country = Text(required=False, default="", max_length=2)
    phone = Text(required=False, default="", max_length=40)
    plate = Text(required=False, default="", max_length=20)
    email = Text(required=False, default="", max_length=254)
    registration = Text(required=False, default="", max_length=40)
    given_name = Text(required=False, default="", max_length=80)
    family_name = Text(required=False, default="", max_length=80)
    birth_year = Whole(required=False, allow_null=True, default=None, min_value=1900, max_value=2100)


def draft_of(data: dict[str, Any]) -> register.EntryDraft:
    """What was filled in as the draft of an entry."""
    identifiers = {kind: data.pop(kind, "") for kind in STRONG}
    return register.EntryDraft(identifiers=identifiers, **data)


class Entries(Api):
    """The register."""

    @lists(EntryLine)
    def get(self) -> Listing:
        """Every entry, for officers"""
        rows: QuerySet[RefusedEntry] = selected.entries(self.actor)
        return Listing(rows.order_by().values(*SHOWN))

    @does(NewEntry, answers.Made)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Suggest an entry; it counts when two people have listed it"""
        new = data.pop("id")
        return answers.made(register.suggest(actor=self.actor, id=new, draft=draft_of(data), at=self.at))


class FirstOfEntry(Input):
    """What the first of two wants: list, lift or uphold."""

    id = NewId()
    decision = Choice(RefusalDecision.KINDS)
    reason = Choice(REFUSED_FOR, required=False)
    evidence_reference = Text(required=False, default="", max_length=80)
    conflict_declared = Truth(required=False, default=False)


class RefusalState(answers.Made):
    """Where a decision about an entry stands."""

    outcome = serializers.CharField()


def _state(row: RefusalDecision) -> dict[str, Any]:
    return {**answers.made(row), "outcome": row.outcome}


class EntryDecisions(Api):
    """Decisions about an entry."""

    @does(FirstOfEntry, RefusalState)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The first of two decides on an entry; nothing changes until the second agrees"""
        return _state(register.decide_first(actor=self.actor, entry=pk, at=self.at, **data))


class SecondOfEntry(Input):
    """What the second of two says."""

    carry = Truth()
    conflict_declared = Truth(required=False, default=False)


class EntrySecond(Api):
    """The second of two."""

    @does(SecondOfEntry, RefusalState, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The second of two, of another organization, carries it out or refuses it"""
        return _state(register.decide_second(actor=self.actor, decision=pk, at=self.at, **data))


class EntryAppeal(Api):
    """Appealing an entry."""

    @does(Nothing, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The person appeals, or an officer writes the appeal down; another pair decides"""
        return answers.moved(register.appeal(actor=self.actor, entry=pk, at=self.at, **data))
