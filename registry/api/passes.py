"""Passes: one with its picture, revoked or issued again; the keys and the status list that let anybody check one."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request

from registry.api import answers, door
from registry.api.fields import Choice
from registry.api.forms import Input
from registry.api.operation import Api, OpenApi, does, reads
from registry.selectors import passes as visible
from registry.services import pass_desk

SAME = ("id", "version", "code", "status", "valid_from", "valid_until", "revoked_at", "revoked_reason")


class PassDetail(serializers.Serializer[Any]):
    """A pass; `text` is what the QR code holds and `qr` its SVG, both empty unless the pass counts today."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    code = serializers.CharField()
    status = serializers.CharField()
    provider = serializers.UUIDField()
    vehicle = serializers.UUIDField(allow_null=True)
    plate = serializers.CharField(allow_blank=True, help_text="Partly shown.")
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_reason = serializers.CharField(allow_blank=True)
    kid = serializers.CharField(allow_null=True)
    status_list = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_blank=True)
    qr = serializers.CharField(allow_blank=True)


class OnePass(Api):
    """One pass."""

    @reads(PassDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One pass with its signed text and QR code, for its owner and officers who see the provider"""
        file = visible.file(self.actor, pk, timezone.localdate(self.at))
        row = file.row
        return {
            **{name: getattr(row, name) for name in SAME},
            "provider": row.provider_id,
            "vehicle": row.vehicle_id,
            "plate": file.plate,
            "kid": row.key.kid if row.key else None,
            "status_list": row.list_number,
            "text": row.text if file.qr else "",
            "qr": file.qr,
        }


class Revoking(Input):
    """Why the pass ends."""

    reason = Choice(pass_desk.REVOKE_REASONS)


class PassRevocation(Api):
    """The end of a pass."""

    @does(Revoking, answers.Moved, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Revoke one pass at once; any one officer of the county where the provider lives or picks up"""
        return answers.moved(pass_desk.revoke(actor=self.actor, shown=pk, at=self.at, **data))


class Replacing(Input):
    """Why a new pass is needed."""

    reason = Choice(pass_desk.REPLACE_REASONS)


class PassReplacement(Api):
    """A new pass in place of one."""

    @does(Replacing, answers.Moved)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Issue a pass again, only while everything behind it is verified; the former one is revoked"""
        return answers.moved(pass_desk.replace(actor=self.actor, shown=pk, at=self.at, **data))


class Kept(OpenApi):
    """What anybody may keep for a minute and then ask for again by its ETag."""

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """The response with its ETag; without a body for those who have it already."""
        done = super().finalize_response(request, response, *args, **kwargs)
        if done.status_code != 200:
            return done
        kept = {"ETag": _etag(done.data), "Cache-Control": "public, max-age=60"}
        if kept["ETag"] in parse_etags(request.headers.get("If-None-Match", "")):
            return HttpResponseNotModified(headers=kept)
        for name, value in kept.items():
            done.headers[name] = value
        return done


def _etag(body: Any) -> str:
    raw = body if isinstance(body, bytes) else door.as_json(body)
    return f'"{hashlib.sha256(raw).hexdigest()[:32]}"'


class PublicKey(serializers.Serializer[Any]):
    """A public key (Ed25519, hexadecimal); null once it was withdrawn: then nothing it signed counts."""

    kid = serializers.CharField()
    purpose = serializers.CharField()
    issuer = serializers.CharField()
    algorithm = serializers.CharField()
    state = serializers.CharField()
    public = serializers.CharField(allow_null=True)
    announced_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class PublicKeyring(serializers.Serializer[Any]):
    """All public keys, and which status lists there are."""

    keys = PublicKey(many=True)
    status_lists = serializers.ListField(child=serializers.IntegerField())


class PublicKeys(Kept):
    """The public keys."""

    @reads(PublicKeyring)
    def get(self) -> dict[str, Any]:
        """Every public key with its purpose, state and times; with an ETag, to be kept for a minute"""
        return visible.keyring()


class StatusListCwt(door.Json):
    """The bytes as they were signed."""

    media_type = "application/statuslist+cwt"
    format = "cwt"
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The list; anything else is a refusal, which is JSON."""
        return data if isinstance(data, bytes) else super().render(data, accepted_media_type, renderer_context)


class PublicStatusList(Kept):
    """A status list."""

    renderer_classes = [StatusListCwt, door.Json]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:  # noqa: ARG002
        """A list has one form, whatever else somebody would rather have: those who ask for JSON are given it, too."""
        renderer = StatusListCwt()
        return renderer, renderer.media_type

    @reads(OpenApiTypes.BINARY, media=StatusListCwt.media_type)
    def get(self, number: int) -> bytes:
        """The signed status list of this number (docs/passes.md); with an ETag, to be kept for a minute"""
        return visible.status_list(number)
