"""The keys under which people's names, phones and places are sealed, each wrapped by a master key from outside."""

from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from registry.sealing import Masters, read_masters


class DataKey(models.Model):
    """One key. ``owner`` is the id of the row of kind ``kind`` whose it is; destroyed, it never comes back."""

    owner = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=24)
    wrapped = models.CharField(max_length=100, blank=True)
    master_version = models.PositiveSmallIntegerField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(destroyed_at__isnull=True) & ~Q(wrapped="") | Q(destroyed_at__isnull=False, wrapped=""),
                name="data_key_there_or_destroyed",
            )
        ]
        indexes = [
            models.Index(
                fields=["master_version", "owner"], condition=Q(destroyed_at__isnull=True), name="data_key_by_master"
            )
        ]

    def __str__(self) -> str:
        return f"DataKey {self.pk}"


def masters() -> Masters:
    """The master keys of this installation."""
    return _read(settings.MASTER_KEYS)


@lru_cache(maxsize=4)
def _read(text: str) -> Masters:
    return read_masters(text)


def bound(kind: str, owner: object) -> str:
    """What a wrapped key is bound to."""
    return f"{kind}|{owner}"
