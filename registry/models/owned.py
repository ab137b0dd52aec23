"""Rows with sealed columns, and the keys of their people: fetched together for rows that were loaded together.

No key outlives the rows that it was fetched for: the next read asks the table again, and a destroyed key is gone.
"""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Self
from uuid import UUID
from weakref import ref

from django.db import connection, models

from registry import sealing
from registry.errors import Conflict
from registry.models.sealing import DataKey, bound, masters

# One query fetches the keys of so many rows at most.
TOGETHER = 100
_STATE = ("_loaded_with", "_held", "_opened")


class Held:
    """A person's key as the table has it, unwrapped when it is first needed."""

    __slots__ = ("_key", "kind", "owner", "version", "wrapped")

    def __init__(self, owner: UUID, kind: str, wrapped: str, version: int) -> None:
        self.owner, self.kind, self.wrapped, self.version = owner, kind, wrapped, version
        self._key = b""

    @property
    def destroyed(self) -> bool:
        """Whether nothing opens with it anymore."""
        return not self.wrapped

    def key(self, kind: str) -> bytes:
        """The plain key for a row of this kind; ``Unreadable`` when it is not that one's."""
        if kind != self.kind:
            raise sealing.Unreadable("the key of another kind of row")
        if not self._key:
            self._key = masters().unwrap(self.version, bound(self.kind, self.owner), self.wrapped)
        return self._key


class Owned(models.Model):
    """A row whose sealed columns open with the key of ``sealed_for()``.

    ``sealed_by`` names the columns that say whose key it is: its own id, or foreign keys of which one is set.
    """

    sealed_by: tuple[str, ...] = ("id",)

    class Meta:
        abstract = True

    def __getstate__(self) -> dict[str, Any]:
        """Without keys and opened texts, for whoever copies or pickles a row."""
        return {name: value for name, value in super().__getstate__().items() if name not in _STATE}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a mark goes along with the column that it is made of."""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = with_marks(type(self), kwargs["update_fields"])
        super().save(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Self:
        """A row that remembers which others with something sealed were loaded beside it."""
        row = super().from_db(db, field_names, values, **how)
        state = row.__dict__
        if any(state.get(column) for column in _sealed(cls)):
            state["_loaded_with"] = _beside(row)
        return row

    def sealed_for(self) -> tuple[str, UUID]:
        """Whose key seals this row: kind and id of its person."""
        if self.sealed_by == ("id",):
            return self._meta.model_name or "", self.pk
        found = ((column.removesuffix("_id"), getattr(self, column)) for column in self.sealed_by)
        return next((kind, pk) for kind, pk in found if pk)

    def _owner(self) -> tuple[str, UUID]:
        """The same with an id for certain: columns are set from text, too."""
        kind, owner = self.sealed_for()
        return kind, owner if isinstance(owner, UUID) else UUID(str(owner))

    def opening_key(self) -> bytes | None:
        """The key of this row, None when it was destroyed; ``Unreadable`` when there is none or it is another's."""
        held = self.__dict__["_held"] if "_held" in self.__dict__ else _fetch(self)
        if held is None:
            raise sealing.Unreadable("there is no key")
        return None if held.destroyed else held.key(self.sealed_for()[0])

    def sealing_key(self) -> bytes:
        """The key to write with, made when it is the first time; Conflict once the person was erased."""
        kind, owner = self._owner()
        held = self.__dict__.get("_held")
        if held is None or held.owner != owner:
            held = self.__dict__["_held"] = _read([owner]).get(owner) or _make(owner, kind)
        if held.kind != kind:
            raise Conflict("id_taken")
        if held.destroyed:
            raise Conflict("erased")
        return held.key(kind)


def with_marks(model: type[models.Model], columns: Iterable[str]) -> set[str]:
    """These columns and the marks that are made of them."""
    given = set(columns)
    return given | {mark for mark, made_of in _marks(model) if made_of in given}


@cache
def _marks(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    """The marks of a model, each with the column that it is made of."""
    return tuple((f.name, f.made_of) for f in model._meta.concrete_fields if hasattr(f, "made_of"))  # noqa: SLF001


@cache
def _sealed(model: type[models.Model]) -> tuple[str, ...]:
    """The sealed columns of a model."""
    return tuple(f.attname for f in model._meta.concrete_fields if getattr(f, "is_sealed", False))  # noqa: SLF001


_now = threading.local()


def _beside(row: Owned) -> "list[ref[Owned]]":
    """The rows loaded just before by this thread, this one among them; weak, so that none is kept for it."""
    group: list[ref[Owned]] | None = getattr(_now, "group", None)
    if group is None or len(group) >= TOGETHER:
        group = _now.group = []
    group.append(ref(row))
    return group


def _fetch(row: Owned) -> Held | None:
    """The key of a row, and in the same query those of the rows beside it."""
    group = row.__dict__.get("_loaded_with", ())
    if group is getattr(_now, "group", None):
        _now.group = None
    beside = [one for one in (weak() for weak in group) if one is not None and one is not row]
    fetch_keys([row, *(one for one in beside if one.__dict__.keys() >= {*one.sealed_by})])
    held: Held | None = row.__dict__["_held"]
    return held


def fetch_keys(rows: Iterable[Owned]) -> None:
    """The keys of these rows in one query, for whoever is about to open all of them."""
    owners = [(one, one._owner()[1]) for one in rows if "_held" not in one.__dict__]  # noqa: SLF001
    found = _read({owner for _, owner in owners}) if owners else {}
    for one, owner in owners:
        one.__dict__["_held"] = found.get(owner)


_SELECT = "SELECT owner, kind, wrapped, master_version FROM registry_datakey WHERE owner IN ({})"
_INSERT = (
    "INSERT INTO registry_datakey (owner, kind, wrapped, master_version, destroyed_at)"
    " VALUES (%s, %s, %s, %s, NULL) ON CONFLICT DO NOTHING"
)


def _read(owners: Iterable[UUID]) -> Mapping[UUID, Held]:
    """What the table has of these keys. In plain SQL: every registration of a household asks."""
    wanted: Sequence[Any] = [_as_column(owner) for owner in owners]
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(", ".join(["%s"] * len(wanted))), wanted)
        rows = cursor.fetchall()
    ids = (one if isinstance(one, UUID) else UUID(hex=one) for one, *_ in rows)
    return {pk: Held(pk, *rest) for pk, (_, *rest) in zip(ids, rows, strict=True)}


def _as_column(owner: UUID) -> Any:
    return DataKey._meta.pk.get_db_prep_value(owner, connection)  # noqa: SLF001 (the column's own form of an id)


def _make(owner: UUID, kind: str) -> Held:
    """A new key; when two make one at the same moment, the first one's."""
    ring = masters()
    wrapped = ring.wrap(bound(kind, owner), sealing.new_key())
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [_as_column(owner), kind, wrapped, ring.newest])
        made = cursor.rowcount == 1
    return Held(owner, kind, wrapped, ring.newest) if made else _read([owner])[owner]
