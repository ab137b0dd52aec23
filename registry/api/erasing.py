"""Erasure of people: households, providers, closed accounts."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api.fields import Choice
from registry.api.forms import Input
from registry.api.operation import Api, does
from registry.services import erasure


class NewErasure(Input):
    """Why somebody is forgotten."""

    reason = Choice(erasure.REASONS)


class Erased(serializers.Serializer[Any]):
    """Somebody of whom only an id is left."""

    id = serializers.UUIDField()
    erased_at = serializers.DateTimeField()


class Erasure(Api):
    """Forgetting somebody for good."""

    kind = ""

    @does(NewErasure, Erased, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Destroy the key of their name, phone, papers and place; refused while somebody may need these"""
        row = erasure.erase(actor=self.actor, kind=self.kind, subject=pk, at=self.at, **data)
        return {"id": row.pk, "erased_at": row.erased_at}
