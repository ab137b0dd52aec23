"""The page that each role lands on: its real work, one section a role, one below the other."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry.permissions import FIELD_STAFF, Actor
from registry.phone.own import steps_of
from registry.phone.zones import ShiftForm
from registry.selectors import access, alarms, auditing, board, carrying, children, desk, own, queue, work
from registry.selectors.facts import local
from registry.services.alarms import OUTCOMES
from registry.web import asking, labels, pages

Work = Mapping[str, Any]
SHOWN = 10


def _field(actor: Actor, at: datetime) -> Work:
    """Zones, shift, and everything between a household's arrival and its confirmed journey's end."""
    requests, households = list(work.requests_waiting(actor)), list(work.households_without_request(actor))
    shift = work.shift(actor, at)
    return {
        "shift": shift,
        "alone": shift is not None and shift.zone.status == "active" and not board.others_on_duty(shift, at),
        "zones": work.zone_work(actor, at),
        "runs": actor.has("coordinator"),
        "shift_form": ShiftForm(),
        "requests": requests,
        "households": households,
        "waiting": len(requests) + len(households),
        "to_confirm": list(work.matches_in(actor, "proposed", "accepted")),
        "to_hand_over": list(work.matches_in(actor, "confirmed")),
        "on_the_road": list(work.matches_in(actor, "departed", "overdue", "alerted", "halted")),
        "arrivals": list(work.arrivals_expected(actor)),
        "arrived": list(work.matches_in(actor, "arrived")),
        "wishes": list(work.protection_to_second(actor)),
        "alarms": list(alarms.waiting(actor).select_related("zone", "match", "taken_by")[: work.LISTED]),
        "outcomes": labels.choices("alarm_outcome", OUTCOMES),
    }


def _officer(actor: Actor, at: datetime) -> Work:
    return {
        "counts": queue.counts(actor, local(at).date()),
        "alarms": alarms.waiting(actor).count(),
        "concerns": desk.concerns(actor).filter(closed_at=None).count(),
        "account_decisions": access.account_decisions(actor, at).count(),
    }


def _children(actor: Actor, _at: datetime) -> Work:
    files = children.waiting(actor)
    undecided = [file for file in files if file.decision is None]
    return {"waiting": undecided[:SHOWN], "undecided": len(undecided), "all": len(files)}


def _cases(_actor: Actor, _at: datetime) -> Work:
    return {}


def _own(actor: Actor, at: datetime) -> Work:
    """Own providers with their standing, passes, offers and journeys; a partner's are those of the organization."""
    every = [
        {
            "provider": row,
            "registration": (found := own.registration(row, at)),
            "steps": steps_of(found),
            "again": work.rides_to_repeat(row, at),
            "passes": list(work.own_passes(row)),
            "rides": list(work.own_rides(row)),
            "stays": list(work.own_stays(row)),
        }
        for row in work.own_providers(actor)[:SHOWN]
    ]
    return {"own": every, "journeys": carrying.carried(actor, at), "is_partner": actor.has("partner")}


def _auditor(actor: Actor, _at: datetime) -> Work:
    return {"entries": auditing.entries(actor, auditing.Wanted()).entries[:SHOWN]}


def _steward(actor: Actor, at: datetime) -> Work:
    return {
        "people": work.accounts(actor).count(),
        "organizations": work.organizations(actor).count(),
        "waiting": access.account_decisions(actor, at).count(),
    }


Section = tuple[tuple[str, ...], str, Callable[[Actor, datetime], Work]]
SECTIONS: tuple[Section, ...] = (
    (FIELD_STAFF, "field", _field),
    (("officer",), "officer", _officer),
    (("child_protection",), "children", _children),
    (("case_worker",), "cases", _cases),
    (("partner", "provider"), "own", _own),
    (("auditor",), "auditor", _auditor),
    (("steward",), "steward", _steward),
)


def _sections(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    roles = actor.roles | ({"provider"} if actor.provider else set())
    return [
        {"template": f"phone/home/{name}.html", "work": build(actor, at)}
        for wanted, name, build in SECTIONS
        if roles & set(wanted)
    ]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person who is signed in."""
    actor = asking.actor(request)
    context = {
        "sections": _sections(actor, asking.now()),
        "name": getattr(request.user, "given_name", ""),
        "roles": sorted(actor.roles),
    }
    return pages.page(request, "phone/home.html", context)
