"""Reminders that a verification lapses: each exactly once, the nearest due one when the worker was away."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from registry import models as m
from registry.permissions import SYSTEM
from registry.rules.policy import DEFAULT
from registry.rules.reminders import bands
from registry.selectors import sql
from registry.selectors.facts import local
from registry.selectors.queue import reference
from registry.selectors.standing import Subject, about, kind_of, owner_of
from registry.services import audit, outbox
from registry.services.vetting import lock_subject

MODELS: Sequence[type[Subject]] = (m.Provider, m.Vehicle, m.Dwelling)


def remind_due(*, at: datetime, limit: int = 200) -> int:
    """Announce every lapse that is near enough and was not announced yet; returns how many."""
    near = bands(DEFAULT.reminder_days, local(at).date())
    arms = [(model, *band) for band in near for model in MODELS]
    done = 0
    for model, days, first, last in _with_somebody(arms):
        waiting = _waiting(model, days, first, last).order_by("verified_until", "pk")
        done += sum(_remind(row, days, first, last, at) for row in list(waiting[: limit - done]))
    return done


Arm = tuple[type[Subject], int, date, date]
_ARM = """
SELECT {arm} WHERE EXISTS (SELECT 1 FROM registry_{kind} t
    WHERE t.status = 'verified' AND t.verified_until BETWEEN %s AND %s AND NOT EXISTS (SELECT 1 FROM registry_reminder r
        WHERE r.{kind}_id = t.id AND r.lapses_on = t.verified_until AND r.days = %s))
"""


def _with_somebody(arms: Sequence[Arm]) -> list[Arm]:
    """Those in which somebody waits, by one query: in nearly every round of the worker there is none."""
    texts = [_ARM.format(arm=number, kind=model.__name__.lower()) for number, (model, *_) in enumerate(arms)]
    values = [value for _, days, first, last in arms for value in (first, last, days)]
    return [arms[number] for (number,) in sorted(sql.rows(" UNION ALL ".join(texts), *values))]


def _waiting(model: type[Subject], days: int, first: date, last: date) -> QuerySet[Subject]:
    """Verified rows whose last day lies in a band, without the reminder of that band for that day."""
    said = m.Reminder.objects.filter(
        lapses_on=OuterRef("verified_until"), days=days, **{model.__name__.lower(): OuterRef("pk")}
    )
    near = model._default_manager.filter(status="verified", verified_until__range=(first, last))
    return near.filter(~Exists(said))


@transaction.atomic
def _remind(seen: Subject, days: int, first: date, last: date, at: datetime) -> bool:
    row = lock_subject(seen)
    until = row.verified_until
    if row.status != "verified" or until is None or not first <= until <= last:
        return False
    reminder = m.Reminder(lapses_on=until, days=days, at=at, **about(row))
    if m.Reminder.objects.filter(lapses_on=until, days=days, **about(row)).exists():
        return False
    reminder.save(force_insert=True)
    _owe(row, days, until, at)
    audit.record(actor=SYSTEM, at=at, action="vetting.reminded", about=row, days=days, until=until)
    return True


def _owe(row: Subject, days: int, until: date, at: datetime) -> None:
    """To the provider always, to the officers of its county when it is near."""
    key, owner = f"lapse:{kind_of(row)}:{row.pk}:{until}:{days}", owner_of(row)
    told: dict[str, Any] = {"provider": owner, "at": at, "on": until.isoformat()}
    outbox.owe(key=key, code="lapses", recipient="provider", **told)
    if days in DEFAULT.reminder_days_of_county:
        outbox.owe(key=f"{key}:c", code="lapses_county", recipient="officers", **told, reference=reference(owner.pk))
