"""Signals about colleagues: decisions and readings looked through by the worker, and when a shift ends."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.rules.reasons import Reason
from registry.rules.signals import insiders as rule
from registry.selectors import conduct as found
from registry.services import signals
from registry.services.signals import About

# A worker that stood still for a day catches up; what was noticed is not noticed twice.
LOOKED_BACK = timedelta(days=1)


def watch(*, at: datetime) -> int:
    """Look through the decisions of the last day and the readings of the last hours; returns how many are noticed."""
    decided, readers = found.carried(at - LOOKED_BACK), found.readers(at)
    if not decided and not readers:
        return 0
    before = m.Signal.objects.filter(person__isnull=False).count()
    every = found.pairs(at) if decided else []
    for decision in decided:
        _decision(decision, every, at)
    for person in readers:
        reader(person, at=at)
    return m.Signal.objects.filter(person__isnull=False).count() - before


@transaction.atomic
def _decision(decision: m.Decision, every: list[rule.Pair], at: datetime) -> None:
    """Both halves of a decision, and the two together."""
    halves = ((decision.first_by, decision.first_at), (decision.second_by, decision.second_at))
    for person, moment in halves:
        if person is None or moment is None:
            continue
        half = found.approval(decision, person.pk, moment)
        _about(rule.decided_too_fast(half), person, decision, at, decision.pk)
        _about(rule.approves_refused(half), person, decision, at, decision.pk)
        many = rule.decides_too_many(found.moments_of(person.pk, moment))
        _about(many, person, decision, at, moment.strftime("%Y-%m-%dT%H"))
    if decision.second_by is not None:
        pair = rule.Pair(decision.first_by_id, decision.second_by.pk)
        together = rule.pair_too_often(pair, every)
        two = sorted(str(pk) for pk in (pair.first, pair.second))
        _about(together, decision.second_by, decision, at, *two, at.strftime("%Y-%m"))


def _about(reason: Reason | None, person: m.Person, decision: m.Decision, at: datetime, *same: object) -> None:
    county = found.owner_of(decision).county_id
    signals.notice(reason, About(person=person, decision=decision, county=county, same=same), at=at)


@transaction.atomic
def reader(person: UUID, *, at: datetime) -> None:
    """What somebody has read lately that is nothing of theirs."""
    reason = rule.reads_unassigned(found.readings_of(person, at), found.assigned_to(person, at))
    who = m.Person.objects.get(pk=person)
    about = About(person=who, county=found.county_of(person), same=(at.strftime("%Y-%m-%dT%H"),))
    signals.notice(reason, about, at=at)
