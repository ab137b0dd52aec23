"""Blind marks: columns by which the database compares what it cannot read."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models

from registry.identity.fingerprints import Keyring, read_keys
from registry.identity.near import READINGS
from registry.models.sealed import UNREADABLE, Sealed


def keyring() -> Keyring:
    """The keys of fingerprints of this installation."""
    return _read(settings.FINGERPRINT_KEYS)


@lru_cache(maxsize=4)
def _read(text: str) -> Keyring:
    return read_keys(text)


class BlindMark(models.CharField):
    """The keyed mark of another column of the row (``made_of``), made anew whenever that one is written."""

    def __init__(self, made_of: str = "", kind: str = "", **options: Any) -> None:
        self.made_of, self.kind = made_of, kind
        super().__init__(**{"max_length": 80, "blank": True, "default": "", "editable": False, **options})

    def deconstruct(self) -> Any:
        """As a migration writes it down."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "made_of": self.made_of, "kind": self.kind}

    def pre_save(self, model_instance: Any, add: bool) -> Any:  # noqa: ARG002 (Django calls it so)
        """The mark of what the column says now; the one before while nobody has looked at it."""
        if self._can_be_read(model_instance.__dict__):
            value = model_instance.__dict__[self.made_of]
            setattr(model_instance, self.attname, keyring().blind(self.kind, READINGS[self.kind](value)))
        return getattr(model_instance, self.attname)

    def _can_be_read(self, state: dict[str, Any]) -> bool:
        """Whether the row knows the text: not one that is still sealed, lost or unreadable."""
        value = state.get(self.made_of)
        if isinstance(value, Sealed) or value is None or value == UNREADABLE:
            return False
        return bool(value) or not state.get("_opened", {}).get(self.made_of, ("",))[0]
