"""What services do to rows: lock, check the version, move along a state machine, save named columns."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from registry.errors import Conflict, Invalid, NotFound, Stale
from registry.ids import is_uuid7
from registry.selectors import sql
from registry.states import Machine

Row = TypeVar("Row", bound=models.Model)


def _rows(model: type[Row]) -> QuerySet[Row]:
    return model._default_manager.all()


def lock(model: type[Row], pk: Any, *related: str) -> Row:
    """The row, locked until the transaction ends; NotFound when there is none.

    NO KEY UPDATE: writers of the row wait, foreign keys that point to it do not (they would deadlock).
    """
    found = lock_many(model, [pk], *related)
    if not found:
        raise NotFound
    return found[0]


def lock_many(model: type[Row], pks: Iterable[Any], *related: str) -> list[Row]:
    """Several rows, locked in the order of their ids so that two transactions never wait for each other."""
    _refuse_autocommit()
    if not related:
        return sql.by_key(model, pks, _for_update())
    wanted = _rows(model).select_for_update(of=("self",), no_key=True).select_related(*related)
    return list(wanted.filter(pk__in=set(pks)).order_by("pk"))


def hold(model: type[models.Model], pks: Iterable[Any]) -> None:
    """The same locks without the rows, for whoever only has to wait, or to make others wait."""
    _refuse_autocommit()
    if not alone() and (wanted := set(pks)):
        held = _rows(model).select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        list(held.values_list("pk"))


def alone() -> bool:
    """Whether a transaction has the database to itself from its first word: SQLite (IMMEDIATE), which locks no rows."""
    return not connection.features.has_select_for_update


def _for_update() -> str:
    return "" if alone() else " FOR NO KEY UPDATE"


def _refuse_autocommit() -> None:
    """A lock outside a transaction is none; SQLite would not say so."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("rows are locked inside a transaction only")


def new_id(given: UUID, model: type[Row]) -> UUID:
    """An id made by the client, once: a UUIDv7 that no row of the model has."""
    return new_ids([given], model)[0]


def new_ids(given: Sequence[UUID], model: type[Row]) -> Sequence[UUID]:
    """Ids made by the client, once: UUIDv7s, each different, that no row of the model has."""
    if not all(is_uuid7(one) for one in given):
        raise Invalid(fields={"id": "not_uuid7"})
    if len(set(given)) < len(given) or _rows(model).filter(pk__in=given).exists():
        raise Conflict("id_taken")
    return given


def check_version(row: models.Model, expected: int | None) -> None:
    """Refuse when the row has changed since the actor read it."""
    if expected is not None and row.version != expected:  # type: ignore[attr-defined]
        raise Stale


def save(row: models.Model, *columns: str) -> None:
    """Save these columns and raise the version."""
    row.version += 1  # type: ignore[attr-defined]
    row.save(update_fields=[*columns, "version"])


def move(row: models.Model, machine: Machine, action: str, *columns: str, **values: Any) -> None:
    """Take the row through one transition, with the columns that go with it, and save."""
    row.status = machine.after(row.status, action)  # type: ignore[attr-defined]
    for column, value in values.items():
        setattr(row, column, value)
    save(row, "status", *columns, *values)


def _refuse(error: IntegrityError, conflict: str) -> NoReturn:
    """A unique constraint is a Conflict; what a guard of the database refuses is a fault of ours and stays one."""
    if "guard: " in str(error):
        raise error
    raise Conflict(conflict) from error


def insert(row: Row, conflict: str = "conflict") -> Row:
    """Insert a new row; a unique constraint that says no is a Conflict with this code."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        _refuse(error, conflict)
    return row


def insert_all(model: type[Row], new: Sequence[Row], conflict: str = "conflict") -> None:
    """Insert several new rows at once; a unique constraint that says no is a Conflict with this code."""
    try:
        with transaction.atomic():
            _rows(model).bulk_create(new)
    except IntegrityError as error:
        _refuse(error, conflict)


def later(first: datetime | None, second: datetime) -> datetime:
    """The later of two moments, the first may be missing."""
    return max(first, second) if first else second
