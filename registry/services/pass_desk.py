"""One pass at the desk: revoked by any one officer, issued again only while everything behind it is verified."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, Refused
from registry.permissions import Actor, may_suspend, may_vet
from registry.rules import eligibility
from registry.selectors import passes as visible
from registry.selectors import providers
from registry.selectors.behind import vetted_for_pass
from registry.selectors.facts import local
from registry.services import audit, passes, rows, vetting

REVOKE_REASONS = ("lost", "stolen", "misused", "officer_doubt")
REPLACE_REASONS = ("lost", "stolen", "damaged")


@transaction.atomic
def revoke(*, actor: Actor, shown: UUID, reason: str, at: datetime) -> m.ProviderPass:
    """End one pass at once; provider and vehicle stay verified."""
    _check_reason(reason, REVOKE_REASONS)
    seen = visible.get(actor, shown)
    if not may_suspend(actor, seen.provider, providers.counties_served(seen.provider)):
        raise NotAllowed
    rows.lock(m.Provider, seen.provider_id)
    row = rows.lock(m.ProviderPass, shown)
    passes.end([row], "revoke", actor=actor, reason=reason, at=at)
    return row


@transaction.atomic
def replace(*, actor: Actor, shown: UUID, reason: str, at: datetime) -> m.ProviderPass:
    """A new pass for the same provider and vehicle; the one before it, if it still counts, is revoked.

    Only the newest pass of the two is replaced: whoever presses twice has one new pass, not two.
    """
    _check_reason(reason, REPLACE_REASONS)
    seen = visible.get(actor, shown)
    if not may_vet(actor, seen.provider):
        raise NotAllowed
    provider = vetting.lock_subject(seen.provider)
    vetting.refuse_conflict(actor, provider)
    vehicle = rows.lock(m.Vehicle, seen.vehicle_id) if seen.vehicle_id else None
    _refuse_unverified(provider, vehicle, at)
    fresh = _replace(actor, seen, provider, vehicle, reason, at)
    audit.record(actor=actor, at=at, action="pass.replaced", about=seen, reason=reason, by=fresh.id)
    return fresh


def _replace(
    actor: Actor, seen: m.ProviderPass, provider: m.Provider, vehicle: m.Vehicle | None, reason: str, at: datetime
) -> m.ProviderPass:
    with_what = passes.pen()
    if with_what is None:
        raise Conflict("no_signing_key")
    has = passes.current(provider, vehicle)
    if has and has.pk != seen.pk:
        raise Conflict("pass_replaced")
    if has:
        passes.end(rows.lock_many(m.ProviderPass, [has.pk]), "revoke", actor=actor, reason=reason, at=at)
    today = local(at).date()
    fresh = passes.issue(with_what, actor=actor, provider=provider, vehicle=vehicle, at=at, today=today)
    if fresh is None:
        raise Conflict
    return fresh


def _refuse_unverified(provider: m.Provider, vehicle: m.Vehicle | None, at: datetime) -> None:
    reasons = tuple(eligibility.not_verified(vetted_for_pass(provider, vehicle), local(at).date()))
    if reasons:
        raise Refused(reasons=reasons)


def _check_reason(reason: str, known: tuple[str, ...]) -> None:
    if reason not in known:
        raise Invalid(fields={"reason": "unknown_choice"})
