"""Who was ever with a provider, a vehicle or a dwelling: one list, each reading an audit entry."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer

from registry.api.door import Json, as_json
from registry.api.operation import Api, reads
from registry.selectors.trace import Exposed
from registry.services import tracing
from registry.web import sheets


class Csv(BaseRenderer):
    """A table for a spreadsheet; a refusal as JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """Bytes as they are; a problem as JSON."""
        return data if isinstance(data, bytes) else as_json(data)


class ExposedRow(serializers.Serializer[Any]):
    """A household's time with it. Places are zones and towns, never exact ones."""

    match = serializers.UUIDField()
    household = serializers.CharField()
    people = serializers.IntegerField()
    minors = serializers.IntegerField()
    status = serializers.CharField()
    legs = serializers.ListField(child=serializers.CharField())
    departed_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    from_date = serializers.DateField(allow_null=True)
    to_date = serializers.DateField(allow_null=True)
    origin = serializers.CharField()
    destination = serializers.CharField()
    arrival_zone = serializers.CharField(allow_blank=True)
    together_with = serializers.ListField(child=serializers.CharField())
    handed_over_by = serializers.CharField(allow_blank=True)
    second_staff = serializers.CharField(allow_blank=True)
    last_word = serializers.CharField(allow_blank=True)
    last_word_side = serializers.CharField(allow_blank=True)
    last_word_at = serializers.DateTimeField(allow_null=True)
    open_concerns = serializers.IntegerField()


class Exposure(serializers.Serializer[Any]):
    """Everybody who was ever with it."""

    items = ExposedRow(many=True)


class ExposureView(Api):
    """The trace as data."""

    @reads(Exposure)
    def get(self, pk: UUID) -> dict[str, Any]:
        """Who was ever with it: households, dates, places, who was together, who handed over"""
        _, rows = tracing.trace(actor=self.actor, kind=self.kind, subject=pk, form="json", at=self.at)
        return {"items": [{name: getattr(row, name) for name in Exposed.__slots__} for row in rows]}


class ExposureTable(Api):
    """The trace as a table."""

    renderer_classes = [Csv, Json]

    @reads(OpenApiTypes.STR, media=Csv.media_type)
    def get(self, pk: UUID) -> bytes:
        """The same as CSV in UTF-8, safe to open in a spreadsheet"""
        _, rows = tracing.trace(actor=self.actor, kind=self.kind, subject=pk, form="csv", at=self.at)
        return sheets.as_csv(Exposed, rows)
