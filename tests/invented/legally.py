"""Rows brought to a state the way the law allows, and the one way around it."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from registry import guards
from registry import models as m
from registry.ids import uuid7
from registry.selectors.standing import Subject, kind_of, owner_of, standing_of
from registry.states import MACHINES, Machine
from tests.invented import people, places

BY_TWO = {
    "verify": "checks_complete",
    "lift": "cause_removed",
    "revoke": "confirmed_abuse",
    "grant_appeal": "appeal_convinces",
    "deny_appeal": "appeal_fails",
}
VETTED = ("provider", "vehicle", "dwelling")
_PAIRS = (("olena", "petru"), ("ioana", "petru"), ("olena", "ioana"))
_AT = {
    "suspend": ("suspended_at",),
    "revoke": ("revoked_at",),
    "reject": ("rejected_at",),
    "activate": ("activated_at",),
    "withdraw": ("withdrawn_at",),
}


@contextmanager
def unguarded() -> Iterator[None]:
    """Without the guards of the database: for rows that no service could ever have written.

    It takes every guard out and writes it anew, which is slow (``tests.bench.guard_cost`` measures it). Use it
    where a test asks what the code does on its own when the database has failed; a row that people can bring about
    is brought about by ``bring``.
    """
    guards.remove(connection)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            guards.install(connection)


def way(machine: Machine, start: str, end: str) -> list[str]:
    """The shortest way of actions between two states, with as few decisions of two as can be."""
    waiting = deque([(start, [])])
    seen = {start}
    quick = sorted(machine.transitions.items(), key=lambda item: item[0] in BY_TWO)
    while waiting:
        state, actions = waiting.popleft()
        if state == end:
            return actions
        for action, (sources, target) in quick:
            if state in sources and target not in seen:
                seen.add(target)
                waiting.append((target, [*actions, action]))
    raise ValueError(f"no way from {start} to {end}")


def bring(row: Any, status: str, machine: str = "", at: datetime = places.NOW, **fields: Any) -> Any:
    """The row, walked to this status; ``fields`` are the columns of the last step."""
    table = MACHINES[machine or kind_of(row)]
    actions = way(table, row.status, status)
    for number, action in enumerate(actions, 1):
        _step(row, table, action, at, fields if number == len(actions) else {})
    return row


def _step(row: Any, table: Machine, action: str, at: datetime, fields: dict[str, Any]) -> None:
    values = {column: getattr(row, column) or at for column in _AT.get(action, ())} | fields
    if action == "verify":
        until = standing_of(row, places.TODAY).until
        values = {"verified_at": places.NOW - 5 * places.DAY, "verified_until": until} | values
    if action in BY_TWO and table.name in VETTED:
        decided(row, action, values.get("verified_at") or values.get("revoked_at") or at)
    if action == "appeal" and table.name in VETTED:
        _granted(row, at)
    if row.status == "verified" and action != "expire":
        values = {"verified_at": None, "verified_until": None} | values
    values["status"] = table.after(row.status, action)
    for column, value in values.items():
        setattr(row, column, value)
    row.save(update_fields=list(values))


def _granted(row: Subject, at: datetime) -> None:
    """An appeal against the rejection of the row, granted by two."""
    asked = m.Appeal.objects.create(
        id=uuid7(),
        created_at=at,
        filed_by_id=row.created_by_id,
        text="It is here.",
        rejected_at=row.rejected_at or at,
        **{kind_of(row): row},
    )
    decision = decided(row, "grant_appeal", at)
    m.Appeal.objects.filter(pk=asked.pk).update(outcome="granted", decision=decision)


def decided(row: Subject, kind: str, at: datetime) -> m.Decision:
    """A decision about the row that two people of two organizations have carried, neither of them near to it."""
    first, second = _pair(row)
    decision = written(row, kind, at, (first, second))
    second_one = {"second_by": second, "second_at": at, "second_organization_id": second.organization_id}
    m.Decision.objects.filter(pk=decision.pk).update(outcome="carried", second_reason=BY_TWO[kind], **second_one)
    return decision


def written(row: Subject, kind: str, at: datetime, pair: tuple[m.Person, m.Person]) -> m.Decision:
    """A decision about the row that the first of the pair proposes."""
    return m.Decision.objects.create(
        id=uuid7(),
        created_at=at,
        kind=kind,
        first_by=pair[0],
        first_at=at,
        first_organization_id=pair[0].organization_id,
        first_reason=BY_TWO[kind],
        policy_version="test",
        **{kind_of(row): row},
    )


def _pair(row: Subject) -> list[m.Person]:
    """The usual two unless one of them has something to do with the row."""
    owner = owner_of(row)
    near = {row.created_by_id, owner.created_by_id, owner.invited_by_id, owner.account_id}
    near |= {row.suspended_by_id, row.rejected_by_id}
    for names in _PAIRS:
        pair = [people.known(name) for name in names]
        if not any(who.pk in near or who.organization_id == owner.organization_id for who in pair):
            return pair
    raise ValueError(f"nobody may decide on {row}")
