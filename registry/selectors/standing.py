"""What vetting says of a provider, a vehicle or a dwelling today, from its checks and holds."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry.rules import vetting
from registry.selectors.prepared import Prepared, prepared

Subject = m.Provider | m.Vehicle | m.Dwelling


def kind_of(subject: Subject) -> str:
    """provider, vehicle or dwelling: the name of the foreign key that points to it."""
    return type(subject).__name__.lower()


def owner_of(subject: Subject) -> m.Provider:
    """The provider whose thing it is."""
    return subject if isinstance(subject, m.Provider) else subject.provider


def about(subject: Subject) -> dict[str, Subject]:
    """The keyword that points a check, hold or decision at the subject."""
    return {kind_of(subject): subject}


def needed(subject: Subject) -> tuple[tuple[str, str], ...]:
    """Every (subject_key, check code) that the subject needs; residents have their id as key."""
    if isinstance(subject, m.Provider):
        codes = vetting.required_of_provider(subject.kind, is_driver=subject.is_driver)
        return tuple(("", code) for code in codes)
    if isinstance(subject, m.Vehicle):
        return tuple(("", code) for code in vetting.required("vehicle"))
    own = tuple(("", code) for code in vetting.required("dwelling"))
    return own + tuple((str(r), code) for r in _resident_ids(subject) for code in vetting.required("resident"))


def _resident_ids(dwelling: m.Dwelling) -> Iterable[object]:
    return dwelling.residents.filter(moved_out_at=None).order_by("id").values_list("id", flat=True)


def current_checks(subject: Subject) -> list[m.Check]:
    """The latest check of each kind, residents' included, oldest first."""
    return _current_checks(kind_of(subject))(subject.pk)


@cache
def _current_checks(kind: str) -> Prepared[[UUID], m.Check]:
    paths = ("dwelling", "resident__dwelling") if kind == "dwelling" else (kind,)

    def build(subject: UUID) -> QuerySet[m.Check]:
        of_it = reduce(or_, (Q(**{path: subject}) for path in paths))
        return m.Check.objects.filter(of_it, superseded_at=None).order_by("checked_at", "id")

    return prepared(build)


def is_held(subject: Subject) -> bool:
    """Whether a hold on it is open."""
    return bool(_open_holds(kind_of(subject))(subject.pk))


@cache
def _open_holds(kind: str) -> Prepared[[UUID], UUID]:
    return prepared(
        lambda subject: m.Hold.objects.filter(cleared_at=None, **{kind: subject}).values_list("pk", flat=True)[:1]
    )


def standing_of(subject: Subject, today: date, checks: Sequence[m.Check] | None = None) -> vetting.Standing:
    """What vetting says of the subject on this day, by these or by its current checks."""
    results = (
        vetting.CheckResult(c.code, c.passed, c.lapses_on, str(c.resident_id or ""))
        for c in (current_checks(subject) if checks is None else checks)
    )
    return vetting.standing(needed(subject), results, is_held(subject), today)
