"""Providers whose passes must be looked at again: written with what made it necessary, paid off by the worker."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from registry import models as m


def remember(providers: Iterable[UUID], at: datetime) -> int:
    """Remember these providers once each; returns how many were named."""
    due = [m.OwedPass(provider_id=one, since=at) for one in sorted(set(providers))]
    m.OwedPass.objects.bulk_create(due, ignore_conflicts=True)
    return len(due)


def owe_those_under(key: m.SigningKey, at: datetime) -> int:
    """Everybody with a pass that this key signed."""
    return remember(m.ProviderPass.objects.filter(key=key, status="issued").values_list("provider_id", flat=True), at)


def owe_those_for_vehicles(at: datetime) -> int:
    """Everybody with a pass for a vehicle: it carries the plate under the secret of its day."""
    mine = m.ProviderPass.objects.filter(status="issued", vehicle__isnull=False)
    return remember(mine.values_list("provider_id", flat=True), at)
