"""Passes as their owner and an officer see them, and what anybody may fetch to check them without asking us."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from registry import identity, signing
from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor, may_suspend, may_vet
from registry.rules import eligibility
from registry.selectors import providers
from registry.selectors.behind import vetted_for_pass
from registry.selectors.one import one
from registry.signing.card import card_png


def get(actor: Actor, pk: UUID) -> m.ProviderPass:
    """One pass of a provider in the actor's view, else NotFound."""
    related = ("provider__organization", "vehicle", "key")
    mine = m.ProviderPass.objects.filter(pk=pk, provider__in=providers.visible(actor))
    found = one(mine.select_related(*related))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class PassFile:
    """A pass with its picture and what the actor may do with it; no ``qr`` unless it counts today."""

    row: m.ProviderPass
    plate: str
    counts: bool
    qr: str
    may_revoke: bool
    may_replace: bool


def file(actor: Actor, pk: UUID, today: date) -> PassFile:
    """Everything that a page about a pass shows."""
    row = get(actor, pk)
    good = not any(eligibility.not_verified(vetted_for_pass(row.provider, row.vehicle), today))
    counts = good and row.status == "issued" and row.valid_from <= today <= row.valid_until
    suspends = may_suspend(actor, row.provider, providers.counties_served(row.provider))
    return PassFile(
        row=row,
        plate=identity.partly(row.vehicle.plate) if row.vehicle else "",
        counts=counts,
        qr=picture(row.text) if counts and row.text else "",
        may_revoke=row.status == "issued" and suspends,
        may_replace=good and may_vet(actor, row.provider) and not _is_followed(row),
    )


def _is_followed(row: m.ProviderPass) -> bool:
    """Whether provider and vehicle have a newer pass, which is then the one to work with."""
    others = m.ProviderPass.objects.filter(provider=row.provider_id, vehicle=row.vehicle_id, status="issued")
    return others.exclude(pk=row.pk).exists()


@lru_cache(maxsize=1024)
def picture(text: str) -> str:
    """The pass as an SVG, drawn once a process: drawing takes far longer than signing."""
    return signing.qr_svg(text)


@lru_cache(maxsize=256)
def card(text: str, code: str, plate: str, valid_until: date) -> bytes:
    """The pass as a PNG for the phone's gallery, drawn once a process."""
    return card_png(text, code, plate, valid_until)


def keyring() -> dict[str, Any]:
    """Every public key with its state and times, oldest first, and the numbers of the status lists."""
    found = m.SigningKey.objects.order_by("id")
    published = m.StatusListing.objects.filter(sequence__gt=0).order_by("number")
    return {
        "keys": [_public(row) for row in found],
        "status_lists": list(published.values_list("number", flat=True)),
    }


def _public(row: m.SigningKey) -> dict[str, Any]:
    """One key; of one that was withdrawn only that it was, so that nobody believes it by mistake."""
    times = ("announced_at", "activated_at", "retired_at", "withdrawn_at")
    return {
        "kid": row.kid,
        "purpose": row.purpose,
        "issuer": row.issuer,
        "algorithm": "Ed25519",
        "state": row.status,
        "public": None if row.status == "withdrawn" else row.public,
        **{name: getattr(row, name) for name in times},
    }


def status_list(number: int) -> bytes:
    """A status list as it was last published, signed; NotFound when there is none."""
    published = m.StatusListing.objects.filter(sequence__gt=0, number=number).values_list("signed", flat=True)
    signed = published.first() if number < signing.LISTS_AT_MOST else None
    if signed is None:
        raise NotFound
    return bytes(signed)
