"""Alarms, concerns and the audit log as those who answer for them see them."""

from registry import models as m
from registry.errors import NotAllowed
from registry.permissions import Actor, may_read_audit
from registry.selectors import alarms, glass, providers
from registry.selectors.opened import beside
from registry.selectors.paging import Listing, Row

ALARM = ("id", "code", "level", "role", "match", "provider", "zone", "county", "created_at")
BROKEN = ("id", "person", "household", "created_at", "until")
CONCERN = ("id", "provider", "match", "kind", "created_at", "closed_at", "closed_by", "outcome")


def alarm_list(actor: Actor, *, closed: bool) -> Listing:
    """Alarms of the actor's roles and places, gravest and oldest first."""
    found = alarms.open_or_closed(actor).filter(closed_at__isnull=not closed)
    columns = (*ALARM, "taken_at", "taken_by", "closed_at", "outcome", "version")
    return Listing(found.values(*columns), ("-level", "created_at", "id"))


def concern_list(actor: Actor, *, closed: bool) -> Listing:
    """Reports about the providers whom an officer sees, oldest first; their words are read one by one, with a trace."""
    seen = m.Concern.objects.filter(provider__in=providers.visible(actor).values("pk"))
    found = seen.filter(closed_at__isnull=not closed) if actor.has("officer") else m.Concern.objects.none()
    return Listing(found.values(*CONCERN, "version"))


def concern(row: m.Concern) -> dict[str, object]:
    """A report that a service has disclosed, in its own words."""
    ids = {"provider": row.provider_id, "match": row.match_id, "closed_by": row.closed_by_id}
    plain = {name: getattr(row, name) for name in (*CONCERN, "version") if name not in ids}
    return {**plain, **ids, "text": row.text}


def audit_entries(actor: Actor, /, **wanted: str) -> Listing:
    """The audit log for auditors, newest first: ids, times, codes."""
    if not may_read_audit(actor):
        raise NotAllowed
    rows = m.AuditEntry.objects.filter(**wanted)
    return Listing(rows.values("seq", "at", "actor", "action", "object_type", "object_id", "data"), ("-seq",))


def broken_glass(actor: Actor) -> Listing:
    """Records opened in emergencies, newest first: ids for auditors, code and reason for coordinators of the zone."""
    told = not actor.has("auditor")
    rows = glass.broken(actor).values(*BROKEN, "household__code")
    return Listing(rows, ("-created_at", "id"), _with_words if told else _without)


def _with_words(page: list[Row]) -> list[Row]:
    return [_broken(row, row["household__code"], row["reason"]) for row in beside(m.BreakGlass, page, ("reason",))]


def _without(page: list[Row]) -> list[Row]:
    return [_broken(row, "", "") for row in page]


def _broken(row: Row, code: str, reason: str) -> Row:
    return {name: row[name] for name in BROKEN} | {"code": code, "reason": reason}
