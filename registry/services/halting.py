"""Many matches halted at once, by as few statements as it takes: a suspension must not wait for its journeys."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from registry import models as m
from registry import states
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import alarms, audit, capacity, outbox

BEFORE_LEAVING = (*states.MATCH_UNDECIDED, "confirmed")


def halt_all(
    *, actor: Actor, matches: Sequence[m.Match], provider: m.Provider, reason: str, at: datetime
) -> dict[UUID, str]:
    """Halt matches that the caller has locked; gives the state that each was in."""
    before = {match.pk: match.status for match in matches}
    for match in matches:
        match.status = states.MATCH.after(match.status, "halt")
        match.halted_at, match.halted_reason = at, reason
    found = m.Match.objects.filter(pk__in=list(before))
    found.update(status="halted", halted_at=at, halted_reason=reason, version=F("version") + 1)
    here = [match for match in matches if before[match.pk] in BEFORE_LEAVING]
    capacity.release_all(matches=[match.pk for match in here], at=at)
    _reopen({match.request_id for match in here})
    away = [match for match in matches if before[match.pk] not in BEFORE_LEAVING]
    _alert([(match, before[match.pk]) for match in away], provider, at)
    audit.record_all(_entries(actor, matches, before, reason, at))
    return before


def _entries(
    actor: Actor, matches: Iterable[m.Match], before: dict[UUID, str], reason: str, at: datetime
) -> Iterator[m.AuditEntry]:
    for match in matches:
        yield audit.entry(
            actor=actor, at=at, action="match.halted", about=match, before=before[match.pk], reason=reason
        )


def _reopen(requests: set[UUID]) -> None:
    """Requests whose match is gone are open again, unless another match is chosen; the caller has locked them."""
    chosen = m.Match.objects.filter(request__in=requests, status__in=("accepted", "confirmed")).values("request")
    waiting = m.HelpRequest.objects.filter(pk__in=requests, status="matched").exclude(pk__in=chosen)
    waiting.update(status=states.REQUEST.after("matched", "reopen"), version=F("version") + 1)


def _alert(matches: Sequence[tuple[m.Match, str]], provider: m.Provider, at: datetime) -> None:
    """For each household away from a zone: an alarm to officers, one to coordinators, a message to itself."""
    found, told = [], []
    for match, before in matches:
        code = "stay_halted" if before == "arrived" else "journey_halted"
        known = {"id": uuid7(), "created_at": at, "code": code, "match": match, "county_id": match.origin.county_id}
        found.append(m.Alarm(**known, role="officer", level=5, provider=provider))
        found.append(m.Alarm(**{**known, "id": uuid7()}, role="coordinator", level=4, zone=match.origin))
        told.append(outbox.message(key=f"{code}:{match.id}", code=code, recipient="household", match=match, at=at))
    alarms.raise_all(found)
    outbox.owe_all(told)
