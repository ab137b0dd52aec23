"""What the registry forgets by itself, at the ages of the policy, a little at a time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from registry import models as m
from registry.permissions import SYSTEM
from registry.rules.policy import DEFAULT
from registry.selectors import erasing, joined
from registry.services import erasure, rows, sign_ins

AT_ONCE = 50


def erase_due(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Erase households and rejected applications whose time is over, and free texts that are; returns how many."""
    people = sum(
        erasure.erase_all(kind, erasing.due(kind, at, limit), at, SYSTEM) for kind in ("household", "provider")
    )
    accounts = sum(_close(pk, at) for pk in joined.left_over(limit))
    return people + accounts + forget_texts(at=at, limit=limit)


@transaction.atomic
def _close(pk: UUID, at: datetime) -> bool:
    """An account whose only application is erased is closed and erased with it."""
    person = rows.lock(m.Person, pk)
    person.is_active = False
    rows.update(person, "is_active")
    sign_ins.end_all(pk, at)
    erasure.erase_known(actor=SYSTEM, kind="person", subject=pk, reason="time_over", at=at)
    return True


@transaction.atomic
def forget_texts(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Blank what people wrote in their own words and what has been over for long; returns how many."""
    ago = at - timedelta(days=DEFAULT.free_text_days)
    return sum(
        (
            _blank(m.Concern.objects.filter(closed_at__lt=ago), "text", limit),
            _blank(m.InfoRequest.objects.filter(closed_at__lt=ago), "answer", limit),
            _blank(m.Appeal.objects.filter(created_at__lt=ago).exclude(outcome="pending"), "text", limit),
            _blank(m.ProtectionDecision.objects.filter(ended_at__lt=ago), "reason", limit),
            _blank(m.Match.objects.filter(ended_at__lt=ago), "provider_said", limit),
        )
    )


def _blank(found: "QuerySet[Any]", column: str, limit: int) -> int:
    over = list(found.exclude(**{column: ""}).values_list("pk", flat=True)[:limit])
    return found.filter(pk__in=over).update(**{column: ""})
