"""The audit entry that every decision and every sensitive reading owes, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from registry import models as m
from registry.permissions import Actor
from registry.rules.disclosure import audit_problem


def record(*, actor: Actor, at: datetime, action: str, about: models.Model, **data: object) -> m.AuditEntry:
    """Append one entry: codes, ids, numbers and times only. It waits for the ledger from the same commit on."""
    written = entry(actor=actor, at=at, action=action, about=about, **data)
    with transaction.atomic(savepoint=False):
        written.save(force_insert=True)
        m.LedgerWaiting(entry=written).save(force_insert=True)
    return written


def record_all(entries: Iterable[m.AuditEntry]) -> None:
    """Append several entries at once, in order."""
    with transaction.atomic(savepoint=False):
        written = m.AuditEntry.objects.bulk_create(entries)
        m.LedgerWaiting.objects.bulk_create(m.LedgerWaiting(entry=one) for one in written)


def entry(*, actor: Actor, at: datetime, action: str, about: models.Model, **data: object) -> m.AuditEntry:
    """One entry, not written yet."""
    plain = {key: _plain(value) for key, value in data.items()}
    problems = audit_problem(plain)
    if problems:
        raise ValueError(f"not for the audit log: {[r.params['field'] for r in problems]}")
    return m.AuditEntry(
        at=at,
        actor_id=actor.id,
        action=action,
        object_type=type(about).__name__.lower(),
        object_id=str(about.pk),
        data=plain,
    )


def _plain(value: object) -> object:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) or hasattr(value, "isoformat") else value
