"""The audit log, as auditors read it: codes, ids and times."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor, may_read_audit

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the auditor looks for; empty means everything."""

    object_type: str = ""
    object_id: str = ""
    action: str = ""
    who: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and the cursor that older ones come after."""

    entries: Sequence[m.AuditEntry]
    next_cursor: str


def entries(actor: Actor, wanted: Wanted, cursor: str = "") -> Page:
    """One page of the log for an auditor, else NotFound."""
    if not may_read_audit(actor):
        raise NotFound
    columns = {"object_type": wanted.object_type, "object_id": wanted.object_id, "action": wanted.action}
    found = m.AuditEntry.objects.filter(**{name: value for name, value in columns.items() if value})
    if wanted.who:
        found = found.filter(actor=wanted.who)
    if cursor.isascii() and cursor.isdecimal() and len(cursor) < 19:
        found = found.filter(seq__lt=int(cursor))
    rows = list(found.order_by("-seq")[: PAGE + 1])
    return Page(rows[:PAGE], str(rows[PAGE - 1].seq) if len(rows) > PAGE else "")


def entry(actor: Actor, seq: int) -> m.AuditEntry:
    """One entry for an auditor, else NotFound."""
    found = m.AuditEntry.objects.filter(seq=seq).first() if may_read_audit(actor) else None
    if found is None:
        raise NotFound
    return found
