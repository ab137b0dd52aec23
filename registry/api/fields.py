"""Fields that take exactly what the schema says: no text for numbers, no numbers for texts, no sloppy dates."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.ids import is_uuid7

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Text(serializers.CharField):
    """A text, and nothing that only looks like one."""

    def to_internal_value(self, data: Any) -> str:
        """The text without blanks around it."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Email(Text, serializers.EmailField):
    """An e-mail address."""


class Whole(serializers.IntegerField):
    """A whole number, not a boolean and not a text."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


class Number(serializers.FloatField):
    """A finite number, not a boolean and not a text."""

    def to_internal_value(self, data: Any) -> float:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return float(data)


class Truth(serializers.BooleanField):
    """true or false, and no word for it."""

    def to_internal_value(self, data: Any) -> bool:
        """The boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class Choice(serializers.ChoiceField):
    """One of several codes."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices=[(c, c) for c in choices], **options)

    def to_internal_value(self, data: Any) -> str:
        """The code."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return str(super().to_internal_value(data))


class Id(serializers.UUIDField):
    """The id of something that exists, in its usual form."""

    def to_internal_value(self, data: Any) -> UUID:
        """The id."""
        if not isinstance(data, str) or _UUID.fullmatch(data) is None:
            self.fail("invalid", value=data)
        return UUID(data)


class NewId(Id):
    """The id of something new: a UUIDv7 made by the client."""

    default_error_messages = {"not_uuid7": "Make a UUIDv7."}

    def to_internal_value(self, data: Any) -> UUID:
        """The id, refused when it is no UUIDv7."""
        made = super().to_internal_value(data)
        if not is_uuid7(made):
            self.fail("not_uuid7")
        return made


class Moment(serializers.DateTimeField):
    """A moment with its offset, between 2000 and 2100."""

    default_error_messages = {"out_of_range": "Not a time of this registry."}

    def to_internal_value(self, value: Any) -> datetime:
        """The moment in UTC."""
        if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
            self.fail("invalid", format="RFC 3339")
        try:
            read = datetime.fromisoformat(value)
            if not EARLIEST <= read < LATEST:
                self.fail("out_of_range")
            return read.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("invalid", format="RFC 3339")


class Day(serializers.DateField):
    """A day between 2000 and 2100."""

    default_error_messages = {"out_of_range": "Not a day of this registry."}

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            read = date.fromisoformat(value)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DD")
        if not EARLIEST.date() <= read < LATEST.date():
            self.fail("out_of_range")
        return read


class Many(serializers.ListField):
    """A list of at most so many."""

    def __init__(self, child: serializers.Field, **options: Any) -> None:
        super().__init__(child=child, **{"max_length": 30, **options})


class Code(Text):
    """The code of a place: letters, digits and dashes."""

    default_error_messages = {"unknown_choice": "There is no such place."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 40, **options})

    def to_internal_value(self, data: Any) -> str:
        """The code."""
        code = super().to_internal_value(data)
        if re.fullmatch(r"[A-Za-z0-9_-]+", code) is None:
            self.fail("unknown_choice")
        return code


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class Names(serializers.DictField):
    """A name in each language, by language code."""


@extend_schema_field({"type": "object", "additionalProperties": True})
class Anything(serializers.DictField):
    """An object whose members depend on its code."""


@extend_schema_field(
    {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["Polygon", "MultiPolygon"]},
            "coordinates": {"type": "array", "items": {}},
        },
    }
)
class Outline(serializers.DictField):
    """A GeoJSON polygon, WGS 84 longitude and latitude."""
