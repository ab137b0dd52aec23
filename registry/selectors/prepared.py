"""Queries of the ORM that are built once: building a small one costs five times what the database takes for it.

``@prepared`` stands over a function that gives a QuerySet. The function is called once, with a slot for each value;
afterwards only the values change. Where a list is given, there is a slot for each of its values.

A slot has no value yet: it can be compared (``=``, ``<``, ``IN``), not reckoned with, and never be None, for which SQL
has another word than ``=``. After a foreign key say ``__pk__in``, where the ORM would look into the list.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, update_wrapper
from operator import itemgetter
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Model, QuerySet, prefetch_related_objects
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

from registry.selectors import sql

Given = ParamSpec("Given")
Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)

# A longer list is built for the occasion and not kept.
LONGEST_KEPT = 128


class Slot(Expression):
    """Where a value goes: which argument, and which of its values when that is a list."""

    def __init__(self, argument: int, place: int | None = None) -> None:
        super().__init__()
        self.argument, self.place = argument, place

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """One mark, and this slot instead of a parameter."""
        return "%s", (self,)

    def of(self, values: Sequence[Any]) -> Any:
        """The value of this slot, as its column would take it."""
        value = values[self.argument]
        return sql.plain(value if self.place is None else value[self.place])


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a query has become: its text, its parameters, and how one of its rows is read."""

    text: str
    parameters: tuple[Any, ...]
    columns: int
    converters: tuple[tuple[int, Any, tuple[Callable[..., Any], ...]], ...]
    read: Callable[[list[Any]], Any]
    fetched_too: tuple[Any, ...]

    def rows(self, values: Sequence[Any]) -> list[Any]:
        """What the database answers with these values in the slots."""
        connection = connections[DEFAULT_DB_ALIAS]
        filled = [one.of(values) if isinstance(one, Slot) else one for one in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.text, filled)
            found = cursor.fetchall()
        rows = [self.read(self._put_right(row, connection)) for row in found]
        if self.fetched_too:
            prefetch_related_objects(rows, *self.fetched_too)
        return rows

    def _put_right(self, row: Sequence[Any], connection: Any) -> list[Any]:
        values = list(row[: self.columns])
        for place, column, converters in self.converters:
            value = values[place]
            for convert in converters:
                value = convert(value, column, connection)
            values[place] = value
        return values


class Prepared(Generic[Given, Row]):
    """A function that gives rows; see the module."""

    def __init__(self, build: Callable[Given, QuerySet[Any, Row]]) -> None:
        self._build = build
        self._kept: dict[tuple[object, ...], _Statement | None] = {}
        update_wrapper(self, build)

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> list[Row]:
        """The rows, in the order of the query."""
        if named:
            raise TypeError("the values of a prepared query have their order, not their names")
        values = [_rounded_up(one) if isinstance(one, list) else _present(one) for one in given]
        lengths = [len(one) if isinstance(one, list) else -1 for one in values]
        shape = (connections[DEFAULT_DB_ALIAS].vendor, *lengths)
        if shape in self._kept:
            statement = self._kept[shape]
        else:
            statement = self._statement(values)
            if max(lengths, default=0) <= LONGEST_KEPT:
                self._kept[shape] = statement
        return statement.rows(values) if statement else []

    def _statement(self, values: Sequence[Any]) -> _Statement | None:
        """The query for values of this shape, built; None when it can find nothing, whatever they are."""
        build: Callable[..., QuerySet[Any, Row]] = self._build
        rows = build(
            *(
                [Slot(argument, place) for place in range(len(value))] if isinstance(value, list) else Slot(argument)
                for argument, value in enumerate(values)
            )
        )
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            text, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        return _Statement(
            text,
            tuple(parameters),
            compiler.col_count,
            tuple((place, column, tuple(found)) for place, (found, column) in converters.items()),
            _reader(rows, compiler),
            tuple(rows._prefetch_related_lookups),  # type: ignore[attr-defined] # noqa: SLF001
        )


prepared = Prepared


def _present(value: Any) -> Any:
    if value is None:
        raise TypeError("None is not equal to anything in SQL: ask with isnull")
    return value


def _rounded_up(values: list[Any]) -> list[Any]:
    """As many as the next power of two, the last one again and again: few lengths, and IN asks for the same."""
    missing = (1 << (len(values) - 1).bit_length()) - len(values) if values else 0
    return [_present(one) for one in values] + values[-1:] * missing


def _reader(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], Any]:
    """How the ORM would make one thing of a row: an object, a tuple or the value alone."""
    made_by: Any = rows._iterable_class  # noqa: SLF001
    if made_by is ModelIterable:
        return _reader_of_objects(compiler)
    readers: dict[Any, Callable[[list[Any]], Any]] = {ValuesListIterable: tuple, FlatValuesListIterable: itemgetter(0)}
    return readers[made_by]


def _reader_of_objects(compiler: Any) -> Callable[[list[Any]], Model]:
    if compiler.annotation_col_map:
        raise TypeError("the objects of a prepared query have their columns, nothing reckoned")
    own, model = compiler.klass_info["select_fields"], compiler.klass_info["model"]
    first, last = own[0], own[-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[first:last]]
    populators: Callable[..., Sequence[Any]] = get_related_populators
    related = populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)

    def read(row: list[Any]) -> Model:
        found: Model = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for each in related:
            each.populate(row, found)
        return found

    return read


def first(rows: Sequence[Row]) -> Row | None:
    """The first row of an answer, or None."""
    return rows[0] if rows else None


# The rows of any model by their keys


def by_key(model: type[Record], keys: Iterable[Any], *related: str, lock: bool = False) -> list[Record]:
    """Rows of a model by their keys, in the order of these, with these foreign keys; locked if so wanted."""
    key: Any = model._meta.pk  # noqa: SLF001 (the ORM's own table of columns)
    return _by_key(model, related, lock)([key.to_python(one) for one in set(keys) if one is not None])


@cache
def _by_key(model: type[Record], related: tuple[str, ...], lock: bool) -> Prepared[[list[Any]], Record]:
    def build(keys: list[Any]) -> QuerySet[Record]:
        rows = model._default_manager.filter(pk__in=keys).order_by("pk")
        found = rows.select_related(*related) if related else rows
        return found.select_for_update(of=("self",), no_key=True) if lock else found

    return prepared(build)


def one_with(model: type[Record], key: Any, *related: str) -> Record | None:
    """The row with this key and these foreign keys of it; None when there is none."""
    return first(by_key(model, [key], *related))
