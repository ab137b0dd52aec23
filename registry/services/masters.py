"""Another master key: every person's key is wrapped anew, a few at a time, while everybody goes on writing."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from registry import models as m
from registry.models.sealing import bound, masters
from registry.sealing import Unreadable
from registry.services import idempotency

AT_ONCE = 200
# Only what still is what was read: a key destroyed in the meantime stays destroyed.
_REWRAP = "UPDATE registry_datakey SET wrapped = %s, master_version = %s WHERE owner = %s AND wrapped = %s"


def rotate(*, at_once: int = AT_ONCE) -> Iterator[int]:
    """Wrap keys under the newest master key; gives how many after each short transaction. Safe to stop and repeat."""
    after: UUID | None = None
    while True:
        done, after = _some(after, at_once)
        if after is None:
            break
        yield done
    while (done := idempotency.reseal(at_once)) > 0:
        yield done


@transaction.atomic
def _some(after: UUID | None, at_once: int) -> tuple[int, UUID | None]:
    """One batch behind this owner, and the last owner of it; None when there was nothing left."""
    ring = masters()
    old = m.DataKey.objects.filter(destroyed_at=None, master_version__in=[v for v in ring.keys if v != ring.newest])
    if after is not None:
        old = old.filter(pk__gt=after)
    found = list(old.select_for_update(no_key=True).order_by("pk")[:at_once])
    with connection.cursor() as cursor:
        changes = [change for row in found for change in _rewrapped(row)]
        if changes:
            cursor.executemany(_REWRAP, changes)
    return len(changes), found[-1].pk if found else None


def _rewrapped(row: m.DataKey) -> Iterator[tuple[Any, ...]]:
    ring, whose = masters(), bound(row.kind, row.pk)
    try:
        key = ring.unwrap(row.master_version, whose, row.wrapped)
    except Unreadable:
        return
    owner = m.DataKey._meta.pk.get_db_prep_value(row.pk, connection)  # noqa: SLF001 (the column's own form of an id)
    yield ring.wrap(whose, key), ring.newest, owner, row.wrapped


def left() -> dict[int, int]:
    """How many keys and stored answers still need an older master key, by its version."""
    newest = masters().newest
    old = m.DataKey.objects.filter(destroyed_at=None).exclude(master_version=newest)
    found = {row["master_version"]: row["n"] for row in old.values("master_version").annotate(n=Count("pk"))}
    for version, count in idempotency.by_master().items():
        if version != newest:
            found[version] = found.get(version, 0) + count
    return dict(sorted(found.items()))
