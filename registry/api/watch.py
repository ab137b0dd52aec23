"""Alarms, concerns, and the audit log."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Anything, Choice, Id, Text
from registry.api.forms import Input, Nothing, PageQuery
from registry.api.operation import Api, does, lists, reads
from registry.selectors.paging import Listing
from registry.selectors.shapes import watch as shapes
from registry.services import alarms, concerns, disclosure


class Alarm(serializers.Serializer[Any]):
    """Something a person must act on."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    code = serializers.CharField()
    level = serializers.IntegerField()
    role = serializers.CharField()
    match = serializers.UUIDField(allow_null=True)
    provider = serializers.UUIDField(allow_null=True)
    zone = serializers.CharField(allow_null=True)
    county = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)
    taken_by = serializers.UUIDField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)


class StateQuery(PageQuery):
    """Open ones unless closed ones are asked for."""

    state = Choice(("open", "closed"), required=False)


class Alarms(Api):
    """Alarms."""

    @lists(Alarm, StateQuery)
    def get(self) -> Listing:
        """Alarms of my roles and places, gravest and oldest first"""
        return shapes.alarm_list(self.actor, closed=self.asked.get("state") == "closed")


class AlarmTake(Api):
    """Looking after an alarm."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Say that I look after it; the first one has it"""
        return answers.made(alarms.take(actor=self.actor, alarm=pk, at=self.at, **data))


class AlarmClosed(Input):
    """What came of it."""

    outcome = Choice(alarms.OUTCOMES)


class AlarmClose(Api):
    """The end of an alarm."""

    @does(AlarmClosed, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Close it with what came of it"""
        return answers.made(alarms.close(actor=self.actor, alarm=pk, at=self.at, **data))


class ConcernRow(serializers.Serializer[Any]):
    """A safeguarding report without its words."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    provider = serializers.UUIDField()
    match = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.UUIDField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)


class ConcernDetail(ConcernRow):
    """A safeguarding report in its own words; reading it is an audit entry."""

    text = serializers.CharField(allow_blank=True)


class Concerns(Api):
    """Reports."""

    @lists(ConcernRow, StateQuery)
    def get(self) -> Listing:
        """Reports about providers in my view (officers)"""
        return shapes.concern_list(self.actor, closed=self.asked.get("state") == "closed")


class OneConcern(Api):
    """One report."""

    @reads(ConcernDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One report in its own words (officers); that it was read is written down"""
        return shapes.concern(disclosure.concern(actor=self.actor, concern=pk, at=self.at))


class ConcernClosed(Input):
    """What came of it."""

    outcome = Choice(concerns.OUTCOMES)


class ConcernClose(Api):
    """The end of a report."""

    @does(ConcernClosed, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Close a report with what came of it (officers); the hold is cleared by two"""
        return answers.made(concerns.close(actor=self.actor, concern=pk, at=self.at, **data))


class AuditEntry(serializers.Serializer[Any]):
    """One decision or sensitive reading: codes, ids, times; never a name."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(allow_null=True)
    action = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.CharField()
    data = Anything()  # type: ignore[assignment]


class AuditQuery(PageQuery):
    """Which entries."""

    object_type = Text(required=False, max_length=24)
    object_id = Text(required=False, max_length=40)
    action = Text(required=False, max_length=40)
    actor = Id(required=False)


class AuditEntries(Api):
    """The audit log."""

    @lists(AuditEntry, AuditQuery)
    def get(self) -> Listing:
        """The audit log, newest first (auditors)"""
        wanted = {name: value for name, value in self.asked.items() if name not in ("cursor", "limit")}
        return shapes.audit_entries(self.actor, **wanted)
