"""What services do to rows: lock, check the version, move along a state machine, save named columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from registry.errors import Conflict, Invalid, NotFound, Stale
from registry.ids import is_uuid7
from registry.models.owned import with_marks
from registry.selectors.prepared import Prepared, by_key, prepared
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
    return by_key(model, pks, *related, lock=True)


def hold(model: type[models.Model], pks: Iterable[Any]) -> None:
    """The same locks without the rows, for whoever only has to wait, or to make others wait."""
    _refuse_autocommit()
    if not alone() and (wanted := set(pks)):
        held = _rows(model).select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        list(held.values_list("pk"))


def alone() -> bool:
    """Whether a transaction has the database to itself from its first word: SQLite (IMMEDIATE), which locks no rows."""
    return not connection.features.has_select_for_update


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
    if len(set(given)) < len(given) or _taken(model)(list(given)):
        raise Conflict("id_taken")
    return given


@cache
def _taken(model: type[models.Model]) -> Prepared[[list[UUID]], UUID]:
    return prepared(lambda given: _rows(model).filter(pk__in=given).values_list("pk", flat=True))


def check_version(row: models.Model, expected: int | None) -> None:
    """Refuse when the row has changed since the actor read it."""
    if expected is not None and row.version != expected:  # type: ignore[attr-defined]
        raise Stale


def save(row: models.Model, *columns: str) -> None:
    """Save these columns and raise the version."""
    row.version += 1  # type: ignore[attr-defined]
    update(row, *columns, "version")


def update(row: models.Model, *columns: str) -> None:
    """Save these columns, and the marks that are made of them, as the ORM would: by SQL that is built once."""
    statement = _update(type(row), frozenset(with_marks(type(row), columns)))
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in statement.fields]
    with connection.cursor() as cursor:
        cursor.execute(statement.text, values)
        if cursor.rowcount != 1:
            raise DatabaseError(f"{cursor.rowcount} rows of {type(row).__name__} were saved")


@dataclass(frozen=True, slots=True)
class _Update:
    text: str
    fields: tuple[Any, ...]


@cache
def _update(model: type[models.Model], columns: frozenset[str]) -> _Update:
    """The update of these columns of one row, and the fields that its parameters come from; the key is the last."""
    quote, options = connection.ops.quote_name, model._meta  # noqa: SLF001 (the ORM's own table of columns)
    fields = [f for f in options.concrete_fields if {f.name, f.attname} & columns]
    if len(fields) < len(columns):
        raise FieldDoesNotExist(f"{options.label}: one of {', '.join(sorted(columns))}")
    written = ", ".join(f"{quote(f.column or '')} = %s" for f in fields)
    key = quote(options.pk.column or "")
    text = f"UPDATE {quote(options.db_table)} SET {written} WHERE {key} = %s"  # noqa: S608 - names from the models
    return _Update(text, (*fields, options.pk))


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
