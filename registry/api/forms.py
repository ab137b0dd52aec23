"""Bodies and queries of known members only, and the shape of a refusal."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.fields import Text
from registry.errors import Invalid

PAGE, LARGEST_PAGE = 50, 100
# Codes of REST framework's fields, in the words that the services use.
_CODES = {
    "invalid_choice": "unknown_choice",
    "null": "required",
    "blank": "required",
    "max_length": "too_long",
    "min_length": "too_short",
    "max_value": "out_of_range",
    "min_value": "out_of_range",
    "not_a_list": "invalid",
    "not_a_dict": "invalid",
}


class Problem(serializers.Serializer[Any]):
    """Why it was refused (RFC 9457)."""

    class Reason(serializers.Serializer[Any]):
        """One reason, with the rule it comes from and a sentence to read out."""

        code = serializers.CharField()
        rule = serializers.IntegerField()
        severity = serializers.ChoiceField([(s, s) for s in ("block", "hold", "review", "info")])
        text = serializers.CharField()

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    reasons = Reason(many=True)
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]


class Input(serializers.Serializer[Any]):
    """A body or query of known members only."""

    def to_internal_value(self, data: Any) -> Any:
        """The clean members; an unknown one is refused, not dropped."""
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({str(name)[:40]: ["unknown"] for name in unknown}, code="unknown_field")
        return super().to_internal_value(data)


class Nothing(Input):
    """No members."""


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE})
class Limit(Text):
    """How many rows of a list are wanted, in plain digits."""


class PageQuery(Input):
    """Where a list goes on and how much of it is wanted."""

    cursor = Text(required=False, max_length=400, help_text="`next` of the page before.")
    limit = Limit(required=False, help_text=f"1 to {LARGEST_PAGE}, else {PAGE}.")


def clean(form: type[Input], data: Any) -> dict[str, Any]:
    """The members of a body or query, or Invalid with a code for each bad one."""
    bound = form(data=dict(data))
    if not bound.is_valid():
        raise Invalid(fields=_flat(bound.errors))
    return dict(bound.validated_data)


def _flat(errors: Any, prefix: str = "") -> dict[str, str]:
    """Nested errors as path -> code, at most fifty."""
    found: dict[str, str] = {}
    for name, value in errors.items() if isinstance(errors, Mapping) else enumerate(errors):
        path = f"{prefix}{name}".removesuffix(".non_field_errors")
        if isinstance(value, Mapping) or (value and isinstance(value, list) and isinstance(value[0], Mapping)):
            found |= _flat(value, f"{path}.")
        elif value:
            first = value[0] if isinstance(value, list) else value
            code = str(getattr(first, "code", "invalid"))
            found[path] = _CODES.get(code, code)
    return dict(list(found.items())[:50])
