"""Addresses under which a household without an account sees who drives it: signed, for one match, for half an hour."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.http import HttpResponse
from django.urls import reverse

from registry import models as m
from registry.selectors import photos

LASTS = timedelta(minutes=30)
_SALT = "registry.photo"


def for_household(match: m.Match) -> list[dict[str, str]]:
    """What the household of a match may see: kind, and addresses of the small and the large photograph.

    Only for a page that has checked the household's own code.
    """
    return [
        {"kind": photo.kind, "small": _address(match.pk, photo.pk, "s"), "large": _address(match.pk, photo.pk, "l")}
        for photo in photos.of_match(match)
        if match.status in photos.ON_JOURNEYS
    ]


def _address(match: UUID, photo: UUID, size: str) -> str:
    return reverse("photo_shown", args=[signing.dumps([match.hex, photo.hex, size], salt=_SALT)])


def read(token: str) -> tuple[UUID, UUID, bool] | None:
    """Match, photograph, and whether the small one is meant; None for what was not signed or is too old."""
    try:
        match, photo, size = signing.loads(token, salt=_SALT, max_age=LASTS)
        return UUID(match), UUID(photo), size == "s"
    except (signing.BadSignature, ValueError):
        return None


def as_response(jpeg: bytes) -> HttpResponse:
    """A photograph that nobody keeps and nothing else may embed."""
    response = HttpResponse(jpeg, content_type="image/jpeg")
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
