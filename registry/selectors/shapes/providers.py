"""Providers, vehicles and dwellings as their owner and as an officer see them, with what vetting says."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from registry import models as m
from registry.errors import NotAllowed
from registry.permissions import Actor
from registry.rules.vetting import Standing
from registry.selectors import deciding, opened, providers, searching
from registry.selectors.paging import Listing, Row
from registry.selectors.standing import Subject, about, kind_of, standing_of

LISTED = ("id", "kind", "status", "county", "town", "organization", "is_driver", "is_host", "applied_at")
DECISION = ("id", "kind", "outcome", "hold", "first_by", "first_organization", "first_at", "first_reason")
SECOND = ("second_by", "second_organization", "second_at", "second_reason", "policy_version")
EVIDENCE = ("evidence_type", "evidence_country", "evidence_expires_on")
NAMES = ("given_name", "family_name", "organization_name", "registration_number", "birth_year", "sex", "phone", "email")
RESIDENT = ("id", "given_name", "family_name", "birth_year", "sex", "moved_in_at")
STATE = ("status", "version", "applied_at", "verified_at", "verified_until", "rejected_reason")


def queue(actor: Actor, *, search: str = "", **wanted: str) -> Listing:
    """Providers in the actor's view, oldest first; initials only, for a name is read in the provider's own page."""
    found = providers.visible(actor).filter(**wanted)
    if search.strip():
        found = found.filter(searching.providers(search))
    held = m.Hold.objects.filter(provider=OuterRef("pk"), cleared_at=None)
    waiting = m.Decision.objects.filter(provider=OuterRef("pk"), outcome="pending")
    rows = found.annotate(held=Exists(held), decision_pending=Exists(waiting))
    columns = (*LISTED, "verified_until", "organization_name")
    is_officer = actor.has("officer")
    return Listing(rows.values(*columns, "held", "decision_pending"), shape=lambda rows: _in_queue(rows, is_officer))


def _in_queue(rows: list[Row], is_officer: bool) -> list[Row]:
    named = opened.beside(m.Provider, rows, ("given_name", "family_name"))
    return [_line(row, is_officer) for row in named]


def _line(row: Row, is_officer: bool) -> Row:
    """What the provider itself must not learn from its own line is left out for everybody but officers."""
    given, family = row.pop("given_name"), row.pop("family_name")
    row["label"] = row.pop("organization_name") or "".join(f"{name[0]}." for name in (given, family) if name)
    if not is_officer:
        row["held"] = row["decision_pending"] = None
    return row


def provider(actor: Actor, row: m.Provider, today: date) -> dict[str, Any]:
    """A provider that a service has disclosed to the actor."""
    plain = {name: getattr(row, name) for name in (*NAMES, *STATE, "id", "kind", "address", "is_driver", "is_host")}
    return {
        **plain,
        "organization": row.organization_id,
        "town": row.town_id,
        "county": row.county_id,
        "languages": row.languages.split(),
        "info_requested": row.info_requested.split(),
        "vehicles": list(row.vehicles.order_by("id").values("id", "plate", "status")),
        "dwellings": list(row.dwellings.order_by("id").values("id", "town", "beds", "status")),
        "passes": list(row.passes.order_by("id").values("id", "code", "vehicle", "status", "valid_until")),
        **vetting(actor, row, today),
    }


def vehicle(actor: Actor, pk: UUID, today: date) -> dict[str, Any]:
    """A vehicle in the actor's view."""
    row = providers.get_subject(actor, "vehicle", pk)
    columns = ("plate", "plate_country", "make", "color", "seats", "child_seats", "wheelchair_places")
    return _thing(actor, row, columns, today)


def dwelling(actor: Actor, row: m.Dwelling, today: date) -> dict[str, Any]:
    """A dwelling whose exact place a service has disclosed to the actor, with those who live there."""
    columns = ("address", "lat", "lon", "beds", "rooms", "lockable_room", "step_free")
    living = row.residents.filter(moved_out_at=None).order_by("id")
    return {
        **_thing(actor, row, columns, today),
        "town": row.town_id,
        "county": row.county_id,
        "residents": [{name: getattr(one, name) for name in RESIDENT} for one in living],
    }


def _thing(actor: Actor, row: Any, columns: Iterable[str], today: date) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", *columns, *STATE)}
    asked = row.info_requested.split()
    return {**plain, "provider": row.provider_id, "info_requested": asked, **vetting(actor, row, today)}


def vetting(actor: Actor, thing: Subject, today: date) -> dict[str, Any]:
    """What vetting says; for officers also holds, pending decisions and why they may not decide themselves.

    The owner is not told of a hold: whoever is reported must not learn of the report.
    """
    standing = standing_of(thing, today)
    if not actor.has("officer"):
        return {"standing": _standing(_without_holds(standing)), "holds": None, "pending": None, "why_not_me": None}
    me = deciding.decider(actor)
    holds = m.Hold.objects.filter(cleared_at=None, **about(thing)).order_by("id")
    related = ("first_by__organization", "first_organization")
    waiting = m.Decision.objects.filter(outcome="pending", **about(thing)).select_related(*related).order_by("id")
    return {
        "standing": _standing(standing),
        "holds": list(holds.values("id", "code", "created_at")),
        "pending": [_pending(d, deciding.why_not_second(me, d, thing)) for d in waiting],
        "why_not_me": list(deciding.why_not(me, thing)),
    }


def _without_holds(standing: Standing) -> Standing:
    reasons = tuple(r for r in standing.reasons if r.severity != "hold")
    missing, failed, lapsed = standing.missing, standing.failed, standing.lapsed
    return Standing(not (missing or failed or lapsed), standing.until, missing, failed, lapsed, reasons)


def _standing(standing: Standing) -> dict[str, Any]:
    until = standing.until if standing.until and standing.until.year < 9999 else None
    lists = {name: list(getattr(standing, name)) for name in ("missing", "failed", "lapsed", "reasons")}
    return {"complete": standing.complete, "until": until, **lists}


def _pending(row: m.Decision, reasons: tuple[Any, ...]) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "kind", "first_at", "first_reason")}
    ids = {"hold": row.hold_id, "first_by": row.first_by_id, "first_organization": row.first_organization_id}
    return {**plain, **ids, "why_not_me": list(reasons)}


def checks(actor: Actor, kind: str, pk: UUID) -> Listing:
    """The latest checks of a thing in the actor's view; who did them is for officers."""
    thing = providers.get_subject(actor, kind, pk)
    mine = Q(**about(thing))
    if isinstance(thing, m.Dwelling):
        mine |= Q(resident__dwelling=thing, resident__moved_out_at=None)
    rows = m.Check.objects.filter(mine, superseded_at=None)
    columns = ("id", "code", "passed", "resident", "checked_by", "checked_at", "lapses_on", *EVIDENCE)
    named = actor.has("officer")
    return Listing(
        rows.values(*columns),
        shape=lambda found: [{**r, "checked_by": r["checked_by"] if named else None} for r in _with_last_four(found)],
    )


def _with_last_four(rows: list[Row]) -> list[Row]:
    return opened.beside(m.Check, rows, ("evidence_last_four",))


def decisions(actor: Actor, kind: str, pk: UUID) -> Listing:
    """Every decision about a thing, for officers who see it."""
    thing = providers.get_subject(actor, kind, pk)
    if not actor.has("officer"):
        raise NotAllowed
    seen = m.Decision.objects.filter(**about(thing)).exclude(deciding.under_review(actor))
    return Listing(seen.values(*DECISION, *SECOND))


def pending_decisions(actor: Actor) -> Listing:
    """Decisions in an officer's view that wait for their second person."""
    if not actor.has("officer"):
        return Listing(m.Decision.objects.none().values(*DECISION, "provider", "vehicle", "dwelling"))
    seen = providers.visible(actor).values("pk")
    mine = Q(provider__in=seen) | Q(vehicle__provider__in=seen) | Q(dwelling__provider__in=seen)
    rows = m.Decision.objects.filter(mine, outcome="pending")
    return Listing(rows.values(*DECISION, "provider", "vehicle", "dwelling"))


def decision(actor: Actor, pk: UUID, today: date) -> dict[str, Any]:
    """One decision with what is missing today and why the actor may not be its second person."""
    row, thing = deciding.decision(actor, pk)
    plain = {name: getattr(row, name) for name in (*DECISION, *SECOND) if not name.endswith(("_by", "_organization"))}
    ids = {name: getattr(row, f"{name}_id") for name in (*DECISION, *SECOND) if name.endswith(("_by", "_organization"))}
    reasons = deciding.why_not_second(deciding.decider(actor), row, thing)
    return {
        **plain,
        **ids,
        "hold": row.hold_id,
        "version": row.version,
        "subject_kind": kind_of(thing),
        "subject": thing.pk,
        "missing": list(standing_of(thing, today).reasons),
        "why_not_me": list(reasons),
    }
