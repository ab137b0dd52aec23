"""What a gate needs while there is no network."""

from typing import Any

from rest_framework import serializers

from registry.api.operation import Api, reads
from registry.services import gate_packs


class ExpectedPass(serializers.Serializer[Any]):
    """A pass of a driver by its marks (docs/passes.md): with them one knows it again, and cannot show it."""

    code = serializers.CharField()
    text = serializers.CharField(allow_null=True)
    issuer = serializers.CharField(allow_null=True)
    vehicle = serializers.UUIDField(allow_null=True)
    status = serializers.CharField()
    status_list = serializers.IntegerField(allow_null=True)
    index = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    elsewhere = serializers.BooleanField(help_text="Another ride left with it and has not arrived.")


class ExpectedRide(serializers.Serializer[Any]):
    """The driver and vehicle of a journey by id, the plate as its fingerprint."""

    driver = serializers.UUIDField()
    vehicle = serializers.UUIDField()
    plate = serializers.CharField(allow_null=True)
    passes = ExpectedPass(many=True)


class ExpectedJourney(serializers.Serializer[Any]):
    """A confirmed journey; `ride` is null for a household that drives itself."""

    id = serializers.UUIDField()
    people = serializers.IntegerField()
    household_language = serializers.CharField(help_text="What the family reads.")
    ride = ExpectedRide(allow_null=True)


class GatePack(serializers.Serializer[Any]):
    """What a phone keeps for a day at most; `plate_secret` (hexadecimal) is null while it cannot be read."""

    zone = serializers.CharField()
    taken_at = serializers.DateTimeField()
    plate_secret = serializers.CharField(allow_null=True)
    journeys = ExpectedJourney(many=True)


class ZoneGate(Api):
    """The gate of a zone."""

    @reads(GatePack)
    def get(self, code: str) -> dict[str, Any]:
        """What the gate of my zone needs without a network; the reading is an audit entry"""
        return gate_packs.take(actor=self.actor, zone=code, at=self.at)
