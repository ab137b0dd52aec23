"""Columns that are sealed on the way into the database and opened when somebody first looks at them.

The column holds ciphertext: it can be neither compared, sorted nor read in ``values()``, and says so aloud.
"""

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, cast

import structlog
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, IsNull
from django.db.models.query_utils import DeferredAttribute
from django.utils.functional import cached_property

from registry import sealing
from registry.models.owned import Owned

log = structlog.get_logger(__name__)
# What stands for a text that cannot be opened: the same in every language.
UNREADABLE = "\u2592\u2592\u2592"


class SealedColumn(FieldError):
    """A query tried to compare, sort, read or write a sealed column past its rows."""

    def __init__(self, field: "models.Field[Any, Any]") -> None:
        super().__init__(f"{field.model.__name__}.{field.name} is sealed: read and write it through its rows")


class Sealed:
    """A text as it was loaded, not opened yet."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token


def is_sealed(row: models.Model, column: str) -> bool:
    """Whether there is a text in this column that nobody has opened yet."""
    return isinstance(row.__dict__.get(column), Sealed)


class Token(str):
    """Ciphertext on its way into the column; nothing else may be written there."""

    __slots__ = ()


class SealedCol(Col):
    """The column in a query: may be loaded with its row, and nothing else."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """SQL while the columns of rows are chosen; refused in conditions and orders."""
        if compiler.select is not None:
            raise SealedColumn(self.target)
        return super().as_sql(compiler, connection)

    def get_group_by_cols(self) -> Any:
        """Grouping by a whole row is no comparison."""
        return [self.plain()]

    def plain(self) -> Col:
        """The column for the one question that it answers: whether anything is there."""
        return Col(self.alias, self.target, self.output_field)


class Empty(Exact):
    """``column = ''``: an empty text is not sealed."""

    def get_prep_lookup(self) -> Any:
        """Nothing but the empty text."""
        if self.rhs != "":
            raise SealedColumn(self.lhs.output_field)
        return self.rhs

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        """The column without its guard."""
        return super().process_lhs(compiler, connection, _plain(lhs or self.lhs))


class Missing(IsNull):
    """``column IS NULL``."""

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        """The column without its guard."""
        return super().process_lhs(compiler, connection, _plain(lhs or self.lhs))


def _plain(lhs: Any) -> Any:
    return lhs.plain() if isinstance(lhs, SealedCol) else lhs


class SealedAttribute(DeferredAttribute):
    """The attribute of a row: opens the text when it is first asked for."""

    field: "_Sealing"

    def __get__(self, instance: Any, cls: type[models.Model] | None = None) -> Any:
        """The plain value; empty when the person's key was destroyed."""
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:
            return super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(instance, value.token)
        return value

    def __set__(self, instance: Owned, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _Field = models.Field
else:
    _Field = object


class _Sealing(_Field):
    """What both kinds of sealed columns do."""

    descriptor_class = SealedAttribute
    is_sealed = True
    lost: Any = ""
    unreadable: Any = UNREADABLE

    def as_value(self, text: str) -> Any:
        """The value that a text stands for."""
        return text

    def as_text(self, value: Any) -> str:
        """A value as the text that is sealed."""
        return str(value)

    def opened(self, row: Owned, token: str) -> Any:
        """The value of a token of this row, or what stands for it when nobody can read it."""
        try:
            key = row.opening_key()
            value = self.lost if key is None else self.as_value(sealing.unseal(key, self.place(row), token))
        except sealing.Unreadable as error:
            where = f"{row._meta.db_table}.{self.column}"  # noqa: SLF001
            log.error("sealed_unreadable", kind=where, id=str(row.pk), code=str(error))  # noqa: TRY400
            value = self.unreadable
        row.__dict__.setdefault("_opened", {})[self.attname] = (token, value)
        return value

    def place(self, row: Owned) -> bytes:
        """Where the text belongs."""
        return sealing.place(row._meta.db_table, row.pk, self.column or "")  # noqa: SLF001

    def get_col(self, alias: Any, output_field: Any = None) -> Any:
        """A column that refuses to be compared; the same one for every query, which must not make and hash it anew."""
        if alias == self.model._meta.db_table and output_field in (None, self):  # noqa: SLF001
            return self.cached_col
        return SealedCol(alias, cast("Any", self), output_field or self)

    @cached_property
    def cached_col(self) -> SealedCol:
        """The column in queries that call its table by its own name."""
        return SealedCol(self.model._meta.db_table, cast("Any", self))  # noqa: SLF001

    def select_format(self, compiler: Any, sql: str, params: Any) -> Any:
        """Chosen as part of whole rows, never by ``values()``."""
        if not compiler.query.default_cols:
            raise SealedColumn(cast("Any", self))
        return sql, params

    def get_lookup(self, lookup_name: str) -> Any:
        """Whether it is empty, and no other question."""
        known = {"exact": Empty, "isnull": Missing}
        if lookup_name not in known:
            raise SealedColumn(cast("Any", self))
        return known[lookup_name]

    def get_transform(self, _lookup_name: str) -> Any:
        """No function of the database can do anything with it."""
        raise SealedColumn(cast("Any", self))

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> Any:
        """What the row keeps until somebody looks."""
        return Sealed(value) if value else value

    def pre_save(self, model_instance: Any, add: bool) -> Any:  # noqa: ARG002 (Django calls it so)
        """The token to write: the old one while the value is the old one, so that nothing looks changed."""
        row, value = model_instance, model_instance.__dict__.get(self.attname, "")
        if isinstance(value, Sealed):
            return Token(value.token)
        if value is None or value == "":
            return self._unless_lost(row, value)
        token, before = row.__dict__.get("_opened", {}).get(self.attname, ("", None))
        if not token or before != value:
            token = sealing.seal(row.sealing_key(), self.place(row), self.as_text(value))
            row.__dict__.setdefault("_opened", {})[self.attname] = (token, value)
        return Token(token)

    def _unless_lost(self, row: Any, value: Any) -> Any:
        """What was read of a destroyed key stays as it is: it is lost, not emptied."""
        token, before = row.__dict__.get("_opened", {}).get(self.attname, ("", None))
        return Token(token) if token and before == value else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:  # noqa: ARG002 (Django calls it so)
        """A token, or nothing at all; a plain text has come past its row."""
        if value is None or value == "":
            return value
        if not isinstance(value, Token):
            raise SealedColumn(cast("Any", self))
        return str(value)


class SealedText(_Sealing, models.CharField):
    """A text of one person, of at most ``longest`` letters."""

    def __init__(self, longest: int = 80, **options: Any) -> None:
        self.longest = longest
        super().__init__(**{**options, "max_length": sealing.longest(longest)})

    def deconstruct(self) -> Any:
        """As a migration writes it down."""
        name, path, args, options = super().deconstruct()
        del options["max_length"]
        return name, path, args, {**options, "longest": self.longest}


class SealedFloat(_Sealing, models.TextField):
    """A number of one person, kept as sealed text; None once it is lost."""

    if TYPE_CHECKING:
        _pyi_private_set_type: float  # type: ignore[assignment]
        _pyi_private_get_type: float  # type: ignore[assignment]

    lost = unreadable = None

    def as_value(self, text: str) -> float:
        """The number that was written."""
        return float(text)

    def as_text(self, value: Any) -> str:
        """Every digit of it."""
        return repr(float(value))

    def to_python(self, value: Any) -> Any:
        """A number."""
        return None if value is None else float(value)


class SealedBytes(_Sealing, models.TextField):
    """Bytes of one person, e.g. a picture, kept as sealed text; none once they are lost."""

    if TYPE_CHECKING:
        _pyi_private_set_type: bytes  # type: ignore[assignment]
        _pyi_private_get_type: bytes  # type: ignore[assignment]

    lost = unreadable = b""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"default": "", **options})

    def as_value(self, text: str) -> bytes:
        """The bytes that were written."""
        return b64decode(text)

    def as_text(self, value: Any) -> str:
        """All of them, as letters."""
        return b64encode(value).decode()
