"""Breaches of the second look: judged again by the same people, or by nobody: lifts, appeals, reviews, the register."""

from collections.abc import Callable
from typing import Any

from registry import models as m
from registry.ids import uuid7
from registry.services import answering, vetting
from tests import factories as f
from tests.breaches.breach import Breach
from tests.invented import refusals
from tests.invented.legally import decided, written
from tests.invented.rawsql import change, copy

MADE: dict[str, Callable[..., Any]] = {"provider": f.provider, "vehicle": f.vehicle, "dwelling": f.dwelling}


def rejected(kind: str = "provider") -> Any:
    """Something that Ioana has rejected."""
    row = MADE[kind](status="in_review")
    vetting.reject(actor=f.ioana(), kind=kind, subject=row.pk, reason="failed_check", at=f.NOW)
    row.refresh_from_db()
    return row


def appeal(kind: str = "provider") -> m.Appeal:
    """An appeal that waits."""
    row = rejected(kind)
    owner = f.owner(row if kind == "provider" else row.provider)
    return answering.appeal(actor=owner, kind=kind, subject=row.pk, id=uuid7(), text="It is here.", at=f.NOW)


def lifted_by_the_one_who_suspended() -> Callable[[], Any]:
    row = f.provider(status="suspended", suspended_by=f.known("petru"))
    decision = written(row, "lift", f.NOW, (f.known("olena"), f.known("petru")))
    return lambda: change(decision, **carried(f.known("petru")))


def granted_by_the_one_who_rejected() -> Callable[[], Any]:
    asked = appeal()
    assert asked.provider
    decision = written(asked.provider, "grant_appeal", f.NOW, (f.known("ioana"), f.known("petru")))
    return lambda: change(decision, **carried(f.known("petru")))


def denied_by_one_who_had_decided_before() -> Callable[[], Any]:
    row = f.provider(status="in_review")
    before = written(row, "verify", f.NOW, (f.known("olena"), f.known("petru")))
    m.Decision.objects.filter(pk=before.pk).update(outcome="refused", second_by=f.known("petru"), second_at=f.NOW)
    vetting.reject(actor=f.ioana(), kind="provider", subject=row.pk, reason="failed_check", at=f.NOW)
    decision = written(row, "deny_appeal", f.NOW, (f.known("olena"), f.known("petru")))
    return lambda: change(decision, **carried(f.known("petru")))


def carried(second: m.Person) -> dict[str, Any]:
    """The columns of a decision that a second person carries."""
    return {
        "outcome": "carried",
        "second_by_id": second.pk,
        "second_at": f.NOW,
        "second_organization_id": second.organization_id,
    }


def granted_from_the_start() -> Callable[[], Any]:
    asked = appeal()
    other = decided(f.provider(status="in_review"), "grant_appeal", f.NOW)
    return lambda: copy(asked, outcome="granted", decision_id=other.pk, rejected_at=f.NOW - f.DAY)


def granted_by_nobody() -> Callable[[], Any]:
    asked = appeal()
    other = decided(f.provider(status="in_review"), "grant_appeal", f.NOW)
    return lambda: change(asked, outcome="granted", decision_id=other.pk)


def granted_by_what_denied_it() -> Callable[[], Any]:
    asked = appeal()
    assert asked.provider
    decision = decided(asked.provider, "deny_appeal", f.NOW)
    return lambda: change(asked, outcome="granted", decision_id=decision.pk)


def an_appeal_against_another_rejection() -> Callable[[], Any]:
    asked = appeal()
    return lambda: change(asked, rejected_at=f.NOW - f.DAY)


def _back_without_an_appeal(kind: str) -> Callable[[], Callable[[], Any]]:
    def scene() -> Callable[[], Any]:
        row = rejected(kind)
        return lambda: change(row, status="in_review", rejected_at=None, rejected_by_id=None, rejected_reason="")

    return scene


def review() -> m.Review:
    """A decision of two on which the lot fell."""
    row = f.provider(status="in_review")
    decision = decided(row, "verify", f.NOW)
    return m.Review.objects.create(id=uuid7(), created_at=f.NOW, decision=decision, due_at=f.NOW + f.DAY)


def _done(who: m.Person) -> dict[str, Any]:
    return {
        "outcome": "agreed",
        "done_by_id": who.pk,
        "done_at": f.NOW,
        "done_organization_id": who.organization_id,
        "reason": "evidence_convinces",
    }


def reviewed_from_the_start() -> Callable[[], Any]:
    row = review()
    other = decided(f.provider(status="in_review"), "verify", f.NOW)
    return lambda: copy(row, **_done(f.known("ioana")), decision_id=other.pk)


def reviewed_by_one_of_the_two() -> Callable[[], Any]:
    row = review()
    return lambda: change(row, **_done(row.decision.first_by))


def a_review_of_another_decision() -> Callable[[], Any]:
    row = review()
    other = decided(f.provider(status="in_review"), "verify", f.NOW)
    return lambda: change(row, decision_id=other.pk)


def _proposed() -> m.RefusalDecision:
    """The first of two wants to list somebody."""
    entry = refusals.suggested(identifiers={"phone": "0721 555 001"})
    return refusals.propose(entry, "list")


def listed_from_the_start() -> Callable[[], Any]:
    row = _proposed()
    m.RefusalDecision.objects.filter(pk=row.pk).update(outcome="withdrawn")
    return lambda: copy(row, **carried(f.known("petru")))


def listed_first_by_a_volunteer() -> Callable[[], Any]:
    row = _proposed()
    m.RefusalDecision.objects.filter(pk=row.pk).update(outcome="withdrawn")
    maria = f.known("maria")
    return lambda: copy(row, outcome="pending", first_by_id=maria.pk, first_organization_id=maria.organization_id)


def listed_second_by_a_volunteer() -> Callable[[], Any]:
    row = _proposed()
    return lambda: change(row, **carried(f.known("maria")))


def lifted_by_one_who_listed() -> Callable[[], Any]:
    entry = refusals.listed(identifiers={"phone": "0721 555 001"})
    row = refusals.propose(entry, "lift", f.olena())
    lister = m.Person.objects.get(email="zina@example.org")
    return lambda: change(row, **carried(lister))


def a_listing_turned_into_a_lift() -> Callable[[], Any]:
    row = _proposed()
    return lambda: change(row, kind="lift")


def listed_by_one() -> Callable[[], Any]:
    row = _proposed()
    return lambda: change(row.entry, status="listed", listed_at=f.NOW, review_on=f.TODAY)


JUDGING = [
    Breach("decision_lifted_by_others", "decided_by_others", lifted_by_the_one_who_suspended),
    Breach("decision_appeal_by_others", "decided_by_others", granted_by_the_one_who_rejected),
    Breach("decision_appeal_by_others", "decided_by_others", denied_by_one_who_had_decided_before, "before"),
    Breach("appeal_starts", "starts_elsewhere", granted_from_the_start),
    Breach("appeal_decided", "appeal_decided_by_two", granted_by_nobody),
    Breach("appeal_decided", "appeal_decided_by_two", granted_by_what_denied_it, "denied"),
    Breach("appeal_fixed", "written_once", an_appeal_against_another_rejection),
    *(Breach(f"{kind}_appeal_granted", "appeal_granted_by_two", _back_without_an_appeal(kind)) for kind in MADE),
    Breach("review_starts", "starts_elsewhere", reviewed_from_the_start),
    Breach("review_by_third", "done_by_third", reviewed_by_one_of_the_two),
    Breach("review_fixed", "written_once", a_review_of_another_decision),
    Breach("refusaldecision_starts", "starts_elsewhere", listed_from_the_start),
    Breach("refusaldecision_first", "two_people", listed_first_by_a_volunteer),
    Breach("refusaldecision_carried", "two_people", listed_second_by_a_volunteer),
    Breach("refusaldecision_by_others", "decided_by_others", lifted_by_one_who_listed),
    Breach("refusaldecision_fixed", "written_once", a_listing_turned_into_a_lift),
    Breach("refusedentry_decided", "listed_by_two", listed_by_one),
]
