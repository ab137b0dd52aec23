"""What applicants were asked and what they said: questions past their day, and appeals against a rejection."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from registry import models as m
from registry.rules.policy import DEFAULT
from registry.selectors.standing import Subject, about


def appeal_of(thing: Subject) -> m.Appeal | None:
    """The latest appeal of a thing, whatever came of it."""
    return m.Appeal.objects.filter(**about(thing)).order_by("-created_at", "-id").first()


def about_appeal(thing: Subject) -> tuple[str, ...]:
    """What may be done about the appeal of a rejected thing: file one, or decide on the one that waits."""
    filed = appeal_of(thing)
    if filed is None or filed.rejected_at != thing.rejected_at:
        return ("appeal",)
    return ("grant_appeal", "deny_appeal") if filed.outcome == "pending" else ()


def kept_too_long(model: type[Subject], at: datetime) -> QuerySet[Subject]:
    """Rejected applications whose personal data is due to go: kept for an appeal, and no appeal waits."""
    limit = at - timedelta(days=DEFAULT.rejected_kept_days)
    waiting = m.Appeal.objects.filter(outcome="pending", **{f"{model.__name__.lower()}__isnull": False})
    over = model._default_manager.filter(status="rejected", rejected_at__lt=limit)
    return over.exclude(pk__in=waiting.values(model.__name__.lower())).order_by("rejected_at", "pk")
