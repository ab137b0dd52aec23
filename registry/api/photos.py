"""Photographs of vehicles and of whoever drives or hosts: put in, looked at, taken away, confirmed."""

import base64
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api import door
from registry.api.fields import NewId, Text
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, does, reads
from registry.errors import Invalid
from registry.pictures import LARGEST_BYTES, Picture
from registry.services import photos

LONGEST = (LARGEST_BYTES + 2) // 3 * 4


@extend_schema_field({"type": "string", "contentEncoding": "base64", "maxLength": LONGEST})
class PictureField(Text):
    """A JPEG, PNG or WebP of at most 6 MB in base64; it is drawn anew before anything is written."""

    def to_internal_value(self, data: Any) -> Picture:  # type: ignore[override]
        """The photograph as it is kept."""
        text = super().to_internal_value(data)
        try:
            return photos.prepared(base64.b64decode(text, validate=True))
        except ValueError:
            raise serializers.ValidationError("Not base64.", code="not_base64") from None
        except Invalid as error:
            raise serializers.ValidationError("Not a photograph.", code=error.fields["picture"]) from None


class NewPhoto(Input):
    """A photograph."""

    id = NewId()
    picture = PictureField()


class PhotoShape(serializers.Serializer[Any]):
    """A photograph without its pixels; families and staff see it once it is confirmed."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kind = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)


def shape(row: Any) -> dict[str, Any]:
    """A photograph as it is answered."""
    same = ("version", "kind", "confirmed_at", "removed_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in same}}


class VehiclePhotos(Api):
    """The photograph of a vehicle."""

    parser_classes = [door.JsonWithPicture]

    @does(NewPhoto, PhotoShape)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The photograph of a vehicle with its plate; in place of a confirmed one the vehicle goes back to review"""
        return shape(photos.add(actor=self.actor, vehicle=pk, at=self.at, **data))


class FacePhotos(Api):
    """The photograph of a face."""

    parser_classes = [door.JsonWithPicture]

    @does(NewPhoto, PhotoShape)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """The face of whoever drives or hosts, with their agreement that families and staff see it"""
        return shape(photos.add(actor=self.actor, provider=pk, at=self.at, **data))


class OnePhoto(Api):
    """One photograph."""

    renderer_classes = [door.Jpeg, door.Json]

    @reads(OpenApiTypes.BINARY, media=door.Jpeg.media_type)
    def get(self, pk: UUID) -> bytes:
        """A photograph for its owner, officers who see the provider, and staff of a running journey; an audit entry"""
        return photos.look(actor=self.actor, photo=pk, at=self.at)


class PhotoThumb(Api):
    """One photograph, small."""

    renderer_classes = [door.Jpeg, door.Json]

    @reads(OpenApiTypes.BINARY, media=door.Jpeg.media_type)
    def get(self, pk: UUID) -> bytes:
        """The same photograph, at most 320 pixels; an audit entry"""
        return photos.look(actor=self.actor, photo=pk, at=self.at, thumb=True)


class PhotoRemoval(Api):
    """The end of a photograph."""

    @does(Nothing, PhotoShape, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Take a photograph away; of a verified vehicle a confirmed one is evidence, and it goes back to review"""
        return shape(photos.remove(actor=self.actor, photo=pk, at=self.at, **data))


class PhotoConfirmation(Api):
    """An officer's word on a photograph."""

    @does(Nothing, PhotoShape, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Say that it shows this vehicle with this plate, or this person's face (officers of the county)"""
        return shape(photos.confirm(actor=self.actor, photo=pk, at=self.at, **data))
