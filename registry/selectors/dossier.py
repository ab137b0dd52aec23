"""One provider, one page: everything that an officer needs to decide, in one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import F, Q, prefetch_related_objects

from registry import models as m
from registry import states
from registry.permissions import Actor, may_suspend, may_vet
from registry.rules import vetting
from registry.rules.decisions import Decider
from registry.rules.reasons import Reason
from registry.selectors import asked, deciding, exposure, photos, providers
from registry.selectors.standing import (
    Subject,
    about,
    current_checks,
    kind_of,
    needed,
    owner_of,
    standing_of,
)

MACHINES = {"provider": states.PROVIDER, "vehicle": states.VEHICLE, "dwelling": states.DWELLING}
SOON = timedelta(days=30)
# Decisions about a thing itself; a hold is cleared where it is shown.
DECISIONS = tuple(kind for kind in m.Decision.KINDS if kind != "clear_hold")
CheckState = Literal["passed", "soon", "lapsed", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class Line:
    """One named check that is needed, with its latest result; ``resident`` is whom it is about in a dwelling."""

    code: str
    definition: vetting.Definition
    state: CheckState
    check: m.Check | None = None
    resident: m.Resident | None = None

    @property
    def counts(self) -> bool:
        """Whether it speaks for verification today."""
        return self.state in ("passed", "soon")


@dataclass(frozen=True, slots=True)
class HoldLine:
    """An open hold and the decision to clear it, if the first of two has taken one."""

    hold: m.Hold
    pending: m.Decision | None


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A decision that waits for its second person, and why this officer may not be that person."""

    decision: m.Decision
    is_own: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ThingFile:
    """A provider, vehicle or dwelling with its checks, holds, decisions and what may be done with it now."""

    kind: str
    thing: Subject
    standing: vetting.Standing
    lines: Sequence[Line]
    residents: Sequence[m.Resident]
    holds: Sequence[HoldLine]
    pending: Sequence[PendingLine]
    history: Sequence[m.Decision]
    why_not: tuple[Reason, ...]
    actions: frozenset[str]
    may_vet: bool
    question: m.InfoRequest | None = None
    appeal: m.Appeal | None = None
    photo: m.Photo | None = None

    @property
    def may_record(self) -> bool:
        """Whether this officer may record checks here."""
        return "record_check" in self.actions and not self.why_not

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions that this officer may take as the first of two."""
        return () if self.why_not else tuple(kind for kind in DECISIONS if kind in self.actions)

    @property
    def open_lines(self) -> list[Line]:
        """Checks that do not count today."""
        return [line for line in self.lines if not line.counts]

    @property
    def lines_of_residents(self) -> list[tuple[m.Resident, list[Line]]]:
        """Each resident with their checks."""
        return [(r, [x for x in self.lines if x.resident == r]) for r in self.residents]

    @property
    def own_lines(self) -> list[Line]:
        """Checks of the thing itself."""
        return [line for line in self.lines if line.resident is None]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A provider's page."""

    provider: m.Provider
    behind: m.Provider | None
    main: ThingFile
    things: Sequence[ThingFile]
    rides: Sequence[m.TransportOffer]
    stays: Sequence[m.AccommodationOffer]
    concerns: Sequence[m.Concern]
    passes: Sequence[m.ProviderPass]
    journeys: Sequence[m.Match]
    may_vet: bool


def subject_file(actor: Actor, thing: Subject, today: date, me: Decider | None = None) -> ThingFile:
    """One thing's checks, holds and decisions, and what the actor may do with it."""
    me = me or deciding.decider(actor)
    standing = standing_of(thing, today)
    residents = _residents(thing)
    why_not = deciding.why_not(me, thing)
    decisions = _decisions(actor, thing)
    pending = [_pending(d, me, thing) for d in decisions if d.outcome == "pending"]
    holds = _holds(thing, pending)
    return ThingFile(
        kind=kind_of(thing),
        thing=thing,
        standing=standing,
        lines=_lines(thing, residents, today),
        residents=list(residents.values()),
        holds=holds,
        pending=pending,
        history=[d for d in decisions if d.outcome != "pending"],
        why_not=why_not,
        actions=_actions(actor, thing, standing, pending) - _barred(me, thing),
        may_vet=may_vet(actor, owner_of(thing)),
        question=m.InfoRequest.objects.filter(**about(thing)).order_by("-created_at", "-id").first(),
        appeal=asked.appeal_of(thing),
        photo=_photo(thing),
    )


def _photo(thing: Subject) -> m.Photo | None:
    """The photograph of a vehicle, or of a provider's face."""
    if isinstance(thing, m.Dwelling):
        return None
    owner = owner_of(thing)
    wanted = {"vehicle": thing} if isinstance(thing, m.Vehicle) else {"kind": "face"}
    return photos.current().filter(provider=owner, **wanted).first()


def _barred(me: Decider, thing: Subject) -> frozenset[str]:
    """Decisions that this officer may not take here although others are open: on the own suspension or rejection."""
    barred = {"lift"} if thing.suspended_by_id == me.person else set()
    if thing.status == "rejected" and me.person in providers.decided_before(thing):
        barred |= set(providers.APPEALS)
    return frozenset(barred)


def _residents(thing: Subject) -> dict[str, m.Resident]:
    if not isinstance(thing, m.Dwelling):
        return {}
    return {str(r.id): r for r in thing.residents.filter(moved_out_at=None).order_by("id")}


def _lines(thing: Subject, residents: Mapping[str, m.Resident], today: date) -> list[Line]:
    checks = current_checks(thing)
    prefetch_related_objects(checks, "checked_by")
    done = {(str(c.resident_id or ""), c.code): c for c in checks}
    return [
        Line(code, vetting.definitions()[code], _state(check, today), check, residents.get(key))
        for key, code in needed(thing)
        for check in [done.get((key, code))]
    ]


def _state(check: m.Check | None, today: date) -> CheckState:
    if check is None:
        return "missing"
    if not check.passed:
        return "failed"
    if check.lapses_on is None:
        return "passed"
    if check.lapses_on < today:
        return "lapsed"
    return "soon" if check.lapses_on <= today + SOON else "passed"


def _decisions(actor: Actor, thing: Subject) -> list[m.Decision]:
    related = ("first_by__organization", "first_organization", "second_by", "second_organization", "hold")
    seen = m.Decision.objects.filter(**about(thing)).exclude(deciding.under_review(actor))
    found = seen.select_related(*related)
    return list(found.order_by("-first_at", "-id")[:50])


def _pending(decision: m.Decision, me: Decider, thing: Subject) -> PendingLine:
    return PendingLine(decision, decision.first_by_id == me.person, deciding.why_not_second(me, decision, thing))


def _holds(thing: Subject, pending: Sequence[PendingLine]) -> list[HoldLine]:
    clearing = {line.decision.hold_id: line.decision for line in pending if line.decision.hold_id}
    holds = m.Hold.objects.filter(cleared_at=None, **about(thing)).select_related("placed_by").order_by("created_at")
    return [HoldLine(hold, clearing.get(hold.id)) for hold in holds]


def _actions(
    actor: Actor, thing: Subject, standing: vetting.Standing, pending: Sequence[PendingLine]
) -> frozenset[str]:
    """What the state and the actor's role leave open; the two-person rule is told apart from it."""
    owner = owner_of(thing)
    open_now = set(MACHINES[kind_of(thing)].actions_from(thing.status))
    allowed: set[str] = set()
    if may_suspend(actor, owner, providers.counties_served(owner)):
        allowed |= {"suspend"} & open_now
        allowed |= {"hold"}
    if not may_vet(actor, owner):
        return frozenset(allowed)
    allowed |= {"start_review", "request_info", "supply_info", "reject", "renew", "appeal"} & open_now
    waiting = {line.decision.kind for line in pending}
    allowed |= ({"verify", "lift", "revoke"} & open_now) - waiting
    allowed -= {"appeal"}
    if thing.status == "rejected":
        allowed |= set(asked.about_appeal(thing)) - waiting
    if not standing.complete or (thing.status == "verified" and thing.verified_until == standing.until):
        allowed -= {"verify"}
    if thing.status not in ("rejected", "revoked"):
        allowed |= {"record_check", "edit", "clear_hold"}
    return frozenset(allowed)


def dossier(actor: Actor, provider: m.Provider, today: date) -> Dossier:
    """The page of a provider that the actor sees; the reading of its identity is audited by who calls."""
    me = deciding.decider(actor)
    vehicles = provider.vehicles.select_related("provider").order_by("applied_at", "id")
    dwellings = provider.dwellings.select_related("provider", "town", "county").order_by("applied_at", "id")
    rides, stays = exposure.offers_touching(provider)
    things: list[Subject] = [*vehicles, *dwellings]
    newest = ("-created_at", "-id")
    return Dossier(
        provider=provider,
        behind=_behind(provider),
        main=subject_file(actor, provider, today, me),
        things=[subject_file(actor, thing, today, me) for thing in things],
        rides=list(rides.select_related("origin", "vehicle").prefetch_related("destinations").order_by(*newest)[:20]),
        stays=list(stays.select_related("town").order_by(*newest)[:20]),
        concerns=list(provider.concerns.order_by(F("closed_at").desc(nulls_first=True), "created_at", "id")[:50]),
        passes=list(provider.passes.select_related("vehicle").order_by(*newest)[:20]),
        journeys=exposure.running(provider),
        may_vet=may_vet(actor, provider),
    )


def _behind(provider: m.Provider) -> m.Provider | None:
    """The organization's own provider, for a person who acts for one."""
    if provider.kind != "person" or not provider.organization_id:
        return None
    return m.Provider.objects.filter(kind="organization", organization=provider.organization_id).first()


def lines_of(thing: Subject, today: date) -> list[Line]:
    """Every named check that a thing needs, residents' included, with its latest result."""
    return _lines(thing, _residents(thing), today)


def line_of(thing: Subject, code: str, resident: UUID | None, today: date) -> Line | None:
    """One named check of a thing or a resident of it; None when it needs no such check."""
    residents = _residents(thing)
    wanted = str(resident) if resident else ""
    lines = _lines(thing, residents, today)
    return next((x for x in lines if x.code == code and str(x.resident.id if x.resident else "") == wanted), None)


def checks_seen(decision: m.Decision) -> list[m.Check]:
    """The checks that the first person saw, in the order in which they were done."""
    seen = m.Check.objects.filter(pk__in=decision.evidence).select_related("checked_by", "resident")
    return list(seen.order_by("checked_at", "id"))


def organizations_for(actor: Actor, *, without_provider: bool) -> list[m.Organization]:
    """Organizations that an application can be written for, by name; those not yet registered as a provider."""
    found = m.Organization.objects.order_by("name", "id")
    if without_provider:
        found = found.exclude(providers__kind="organization")
    if not actor.everywhere("officer"):
        found = found.filter(Q(county__in=actor.counties("officer")) | Q(county=None))
    return list(found[:500])
