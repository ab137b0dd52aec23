"""The desk's queue: providers, vehicles and dwellings that wait for an officer, the oldest first, in pages."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from registry import identity
from registry import models as m
from registry.permissions import Actor
from registry.rules.reasons import Reason
from registry.selectors import deciding, searching
from registry.selectors.providers import visible
from registry.selectors.standing import Subject, owner_of

KINDS: Mapping[str, type[Subject]] = {"provider": m.Provider, "vehicle": m.Vehicle, "dwelling": m.Dwelling}
# What an officer of the county works through, then what anybody who sees the provider should know.
WORK = (
    *("second", "applied", "in_review", "info_requested", "info_lapsed", "appealed"),
    *("expiring", "expired", "second_other"),
)
WATCH = ("held", "suspended", "any")
STATES = (*WORK, *WATCH)
EXPIRING_WITHIN = timedelta(days=30)
PAGE = 25
_LONG_AGO = date(1970, 1, 1)

Since = date | datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the officer looks for; empty means everything in view."""

    state: str = "applied"
    kind: str = ""
    county: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. ``label`` names nobody: initials, a plate or a town."""

    kind: str
    thing: Subject
    owner: m.Provider
    label: str
    since: Since
    waits: bool
    decision: m.Decision | None = None
    reasons: tuple[Reason, ...] = ()
    lapsing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursor that the next ones come after."""

    rows: tuple[Row, ...] = ()
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row's place in the order, for merging three tables."""

    key: tuple[Since, UUID]
    kind: str = field(compare=False)


def label_of(thing: Subject) -> str:
    """How a list names it without naming a person."""
    if isinstance(thing, m.Vehicle):
        return f"{thing.plate} ({thing.plate_country})"
    if isinstance(thing, m.Dwelling):
        return ""
    return thing.organization_name or "".join(f"{n[0]}." for n in (thing.given_name, thing.family_name) if n)


def reference(pk: UUID) -> str:
    """Six characters to say on the phone; the random end of the id."""
    return pk.hex[-6:].upper()


def counties(actor: Actor) -> list[m.County]:
    """The counties whose providers the actor vets."""
    if actor.everywhere("officer"):
        return list(m.County.objects.filter(providers__isnull=False).distinct())
    return list(m.County.objects.filter(pk__in=actor.counties("officer")))


def _owners(actor: Actor, state: str) -> QuerySet[m.Provider]:
    """Work waits in the officer's own counties; what is held or suspended is shown wherever it is seen."""
    if not actor.has("officer"):
        return m.Provider.objects.none()
    if state in WATCH or actor.everywhere("officer"):
        return visible(actor)
    return m.Provider.objects.filter(county__in=actor.counties("officer"))


def _owner_path(model: type[Subject]) -> str:
    return "pk" if model is m.Provider else "provider"


def _pending(kind: str) -> QuerySet[m.Decision]:
    """Decisions about the outer row that wait for their second person."""
    return m.Decision.objects.filter(outcome="pending", **{kind: OuterRef("pk")})


def _not_mine(actor: Actor, kind: str) -> Q:
    """Pending decisions that this officer may not second, as far as columns tell (rule 2)."""
    owner = "provider" if kind == "provider" else f"{kind}__provider"
    refused = Q(first_by=actor.id) | Q(**{f"{kind}__created_by": actor.id}) | Q(**{f"{owner}__invited_by": actor.id})
    refused |= Q(**{f"{owner}__account": actor.id})
    if actor.organization is None:
        return Q()
    refused |= Q(first_organization=actor.organization) | Q(**{f"{owner}__organization": actor.organization})
    return refused if actor.is_authority else refused | ~Q(first_organization__kind="authority")


def _seconds(actor: Actor, kind: str) -> QuerySet[m.Decision]:
    barred = m.Decision.objects.filter(_not_mine(actor, kind)).values("pk")
    return _pending(kind).exclude(pk__in=barred)


def _others(actor: Actor, kind: str) -> QuerySet[m.Decision]:
    return _pending(kind).filter(_not_mine(actor, kind))


def _with_status(*states: str) -> Callable[..., "QuerySet[Any]"]:
    return lambda found, **_: found.filter(status__in=states).annotate(since=F("applied_at"))


def _with_decision(waiting: Callable[[Actor, str], QuerySet[m.Decision]]) -> Callable[..., "QuerySet[Any]"]:
    def narrowed(found: "QuerySet[Any]", *, actor: Actor, kind: str, **_: object) -> "QuerySet[Any]":
        first = waiting(actor, kind).order_by().values(kind).annotate(at=Min("first_at")).values("at")
        return found.filter(Exists(waiting(actor, kind))).annotate(since=Subquery(first))

    return narrowed


def _ending(found: "QuerySet[Any]") -> "QuerySet[Any]":
    ends = Coalesce(F("verified_until"), Value(_LONG_AGO), output_field=DateField())
    return found.annotate(since=ends)


def _expiring(found: "QuerySet[Any]", *, today: date, **_: object) -> "QuerySet[Any]":
    return _ending(found.filter(status="verified", verified_until__lte=today + EXPIRING_WITHIN))


def _expired(found: "QuerySet[Any]", **_: object) -> "QuerySet[Any]":
    return _ending(found.filter(status="expired"))


def _held(found: "QuerySet[Any]", *, kind: str, **_: object) -> "QuerySet[Any]":
    holds = m.Hold.objects.filter(cleared_at=None, **{kind: OuterRef("pk")})
    first = holds.order_by().values(kind).annotate(at=Min("created_at")).values("at")
    return found.filter(Exists(holds)).annotate(since=Subquery(first))


def _info_lapsed(found: "QuerySet[Any]", *, kind: str, **_: object) -> "QuerySet[Any]":
    """Nobody answered by the day: for an officer to call, to ask again or to decide; no date rejects anybody."""
    asked = m.InfoRequest.objects.filter(closed_at=None, lapsed_at__isnull=False, **{kind: OuterRef("pk")})
    late = found.filter(Exists(asked), status="info_requested")
    return late.annotate(since=Subquery(asked.order_by("lapsed_at").values("lapsed_at")[:1]))


def _appealed(found: "QuerySet[Any]", *, kind: str, **_: object) -> "QuerySet[Any]":
    filed = m.Appeal.objects.filter(outcome="pending", **{kind: OuterRef("pk")})
    waiting = found.filter(Exists(filed), status="rejected")
    return waiting.annotate(since=Subquery(filed.order_by("created_at").values("created_at")[:1]))


def _suspended(found: "QuerySet[Any]", **_: object) -> "QuerySet[Any]":
    return found.filter(status="suspended").annotate(since=F("suspended_at"))


def _any(found: "QuerySet[Any]", **_: object) -> "QuerySet[Any]":
    return found.annotate(since=F("applied_at"))


NARROW: Mapping[str, Callable[..., "QuerySet[Any]"]] = {
    "second": _with_decision(_seconds),
    "second_other": _with_decision(_others),
    "applied": _with_status("applied"),
    "in_review": _with_status("in_review"),
    "info_requested": _with_status("info_requested"),
    "info_lapsed": _info_lapsed,
    "appealed": _appealed,
    "expiring": _expiring,
    "expired": _expired,
    "held": _held,
    "suspended": _suspended,
    "any": _any,
}


def _found(actor: Actor, wanted: Wanted, kind: str, today: date) -> "QuerySet[Any]":
    owners = _owners(actor, wanted.state)
    if wanted.county:
        owners = owners.filter(county=wanted.county)
    model = KINDS[kind]
    rows = model.objects.filter(**{f"{_owner_path(model)}__in": owners.values("pk")})
    if wanted.text:
        rows = rows.filter(_matching(model, wanted.text))
    return NARROW[wanted.state](rows, actor=actor, kind=kind, today=today)


def _matching(model: type[Subject], text: str) -> Q:
    """Whatever tells the owner, or the beginning of a plate."""
    owners = m.Provider.objects.filter(searching.providers(text)).values("pk")
    named = Q(**{f"{_owner_path(model)}__in": owners})
    plate = identity.plate(text)
    if len(plate) < 4:
        return named
    if model is m.Vehicle:
        return named | Q(plate_key__startswith=plate)
    cars = m.Vehicle.objects.filter(plate_key__startswith=plate).values("provider")
    return named | Q(**{f"{_owner_path(model)}__in": cars})


def rows(actor: Actor, wanted: Wanted, cursor: str, today: date) -> Page:
    """One page of the queue, the longest waiting first."""
    after = _read_cursor(cursor, wanted.state)
    kinds = [wanted.kind] if wanted.kind else list(KINDS)
    tables = [_lines(_found(actor, wanted, kind, today), kind, after) for kind in kinds]
    lines = list(islice(heapq.merge(*tables, key=lambda line: line.key), PAGE + 1))
    shown = lines[:PAGE]
    more = _write_cursor(shown[-1].key) if len(lines) > PAGE else ""
    return Page(tuple(_rows(actor, wanted.state, shown)), more)


def _lines(found: "QuerySet[Any]", kind: str, after: tuple[Since, UUID] | None) -> Iterator[_Line]:
    if after:
        found = found.filter(Q(since__gt=after[0]) | Q(since=after[0], pk__gt=after[1]))
    keys = found.order_by("since", "pk").values_list("since", "pk")[: PAGE + 1]
    return iter([_Line((since, pk), kind) for since, pk in keys])


def _rows(actor: Actor, state: str, lines: list[_Line]) -> Iterator[Row]:
    things = {pk: thing for kind in KINDS for pk, thing in _things(kind, lines).items()}
    decisions = _decisions(lines) if state in ("second", "second_other") else {}
    decider = deciding.decider(actor) if decisions else None
    lapsing = _lapsing(things) if state in ("expiring", "expired") else {}
    for line in lines:
        thing = things[line.key[1]]
        decision = decisions.get(thing.pk)
        reasons = deciding.why_not_second(decider, decision, thing) if decider and decision else ()
        yield Row(
            line.kind,
            thing,
            owner_of(thing),
            label_of(thing),
            line.key[0],
            state in ("expiring", "expired"),
            decision,
            reasons,
            lapsing.get(thing.pk, ()),
        )


def _lapsing(things: Mapping[UUID, Subject]) -> dict[UUID, tuple[str, ...]]:
    """The checks that end first, by the thing whose verification they end."""
    ids = list(things)
    mine = Q(provider__in=ids) | Q(vehicle__in=ids) | Q(dwelling__in=ids) | Q(resident__dwelling__in=ids)
    checks = m.Check.objects.filter(mine, superseded_at=None).order_by("code")
    found: dict[UUID, dict[str, None]] = {pk: {} for pk in ids}
    for *parts, code, ends in checks.values_list(
        "provider", "vehicle", "dwelling", "resident__dwelling", "code", "lapses_on"
    ):
        pk = next(part for part in parts if part)
        if ends is not None and ends == things[pk].verified_until:
            found[pk][code] = None
    return {pk: tuple(codes) for pk, codes in found.items()}


def _things(kind: str, lines: list[_Line]) -> dict[UUID, Subject]:
    ids = [line.key[1] for line in lines if line.kind == kind]
    related = ("town", "county", "organization")
    paths = {
        "provider": related,
        "vehicle": tuple(f"provider__{name}" for name in related),
        "dwelling": ("town", *(f"provider__{name}" for name in related)),
    }
    found = KINDS[kind]._default_manager.select_related(*paths[kind]).filter(pk__in=ids)
    return {thing.pk: thing for thing in found}


def _decisions(lines: list[_Line]) -> dict[UUID, m.Decision]:
    ids = [line.key[1] for line in lines]
    about = Q(provider__in=ids) | Q(vehicle__in=ids) | Q(dwelling__in=ids)
    found = m.Decision.objects.filter(about, outcome="pending").select_related("first_by__organization")
    oldest = found.order_by("-first_at")
    return {(d.provider_id or d.vehicle_id or d.dwelling_id): d for d in oldest}  # type: ignore[misc]


def _write_cursor(key: tuple[Since, UUID]) -> str:
    return f"{key[0].isoformat()}~{key[1]}"


def _read_cursor(cursor: str, state: str) -> tuple[Since, UUID] | None:
    """The place that a cursor names; one that makes no sense starts from the beginning."""
    since, _, pk = cursor.partition("~")
    read: Callable[[str], Since] = date.fromisoformat if state in ("expiring", "expired") else datetime.fromisoformat
    try:
        place = read(since), UUID(pk)
    except ValueError:
        return None
    return place if not isinstance(place[0], datetime) or place[0].tzinfo else None


def counts(actor: Actor, today: date) -> dict[str, int]:
    """How many of each state wait in the actor's view."""
    return {
        state: sum(_found(actor, Wanted(state), kind, today).count() for kind in KINDS)
        for state in STATES
        if state != "any"
    }
