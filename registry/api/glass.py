"""Break-glass: one household outside one's view, in an emergency, for half an hour."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Code, NewId, Text
from registry.api.forms import Input
from registry.api.households import ContactShape, contact
from registry.api.operation import Api, does, lists, reads
from registry.selectors.paging import Listing
from registry.selectors.shapes import watch as shapes
from registry.services import break_glass


class Emergency(Input):
    """Whom it is about, and why it cannot wait."""

    id = NewId()
    code = Code()
    reason = Text(max_length=break_glass.LONGEST_REASON, help_text="At least 20 characters; kept with your name.")


class Broken(serializers.Serializer[Any]):
    """A record that somebody opened. `code` and `reason` are for coordinators; auditors get ids."""

    id = serializers.UUIDField()
    person = serializers.UUIDField()
    household = serializers.UUIDField()
    code = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


class Glasses(Api):
    """Opened records."""

    @lists(Broken)
    def get(self) -> Listing:
        """What was opened in emergencies: everywhere for auditors, in their zones for coordinators"""
        return shapes.broken_glass(self.actor)

    @does(Emergency, answers.Made)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Open one household's contacts and destination for half an hour; two people are told at once"""
        return answers.made(break_glass.break_glass(actor=self.actor, at=self.at, **data))


class Opened(serializers.Serializer[Any]):
    """Whom to call, and where they go."""

    until = serializers.DateTimeField()
    journey = serializers.UUIDField(allow_null=True)
    contacts = ContactShape(many=True)
    address = serializers.CharField(allow_blank=True)
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)


class Glass(Api):
    """One opened record."""

    @reads(Opened)
    def get(self, pk: UUID) -> dict[str, Any]:
        """The opened record, for whoever opened it, while it is open; each look is an audit entry"""
        seen = break_glass.look(actor=self.actor, glass=pk, at=self.at)
        end = seen.destination
        return {
            "until": seen.row.until,
            "journey": seen.match.pk if seen.match else None,
            "contacts": [contact(one) for one in seen.contacts],
            "address": end.address if end else "",
            "lat": end.lat if end else None,
            "lon": end.lon if end else None,
        }
