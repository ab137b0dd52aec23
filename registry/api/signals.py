"""Signals for officers: what waits, and what two people make of it."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Truth
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, does, lists
from registry.selectors import signals as selected
from registry.selectors.paging import Listing
from registry.services import signals

SHOWN = ("id", "code", "level", "params", "compared", "created_at", "provider", "household", "person", "other", "entry")


class SignalLine(serializers.Serializer[Any]):
    """An open signal: what a rule noticed, and the last signs of what was compared."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    level = serializers.CharField()
    params = serializers.DictField()
    compared = serializers.ListField(child=serializers.DictField())
    created_at = serializers.DateTimeField()
    provider = serializers.UUIDField(allow_null=True)
    household = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    other = serializers.UUIDField(allow_null=True)
    entry = serializers.UUIDField(allow_null=True)


class Signals(Api):
    """The review queue."""

    @lists(SignalLine)
    def get(self) -> Listing:
        """Open signals in my view"""
        return Listing(selected.visible(self.actor).filter(outcome="open").select_related(None).values(*SHOWN))


class Clearing(Input):
    """Whether something ties me to them."""

    conflict_declared = Truth(required=False, default=False)


class SignalState(answers.Made):
    """Where a signal stands: open until the second of two has cleared it."""

    outcome = serializers.CharField()


class SignalClear(Api):
    """It means nothing."""

    @does(Clearing, SignalState, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Clear it: the first of two, or the second, of another organization"""
        row = signals.clear(actor=self.actor, signal=pk, at=self.at, **data)
        return {**answers.made(row), "outcome": row.outcome}


class SignalConfirm(Api):
    """There is something to it."""

    @does(Nothing, SignalState, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Confirm it: the provider is held at once"""
        row = signals.confirm(actor=self.actor, signal=pk, at=self.at, **data)
        return {**answers.made(row), "outcome": row.outcome}
