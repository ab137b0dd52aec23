"""Questions with a day, rejections with a reason, and the one appeal that two others decide on."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.rules import decisions as rules
from registry.selectors import asked
from registry.services import answering, asking, vetting, worker
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db

WORDS = "Certificatul a fost eliberat ieri. Îl aduc mâine."


def about(row: Any) -> dict[str, Any]:
    return {"kind": type(row).__name__.lower(), "subject": row.pk, "at": f.NOW}


def questioned() -> m.Provider:
    row = f.provider(status="in_review")
    vetting.request_info(actor=f.olena(), codes=["identity"], **about(row))
    return again(row)


def rejected(row: Any = None) -> Any:
    row = row or f.provider(status="in_review")
    vetting.reject(actor=f.olena(), reason="failed_check", **about(row))
    return again(row)


def appealed() -> Any:
    row = rejected()
    answering.appeal(actor=f.owner(row), id=uuid7(), text=WORDS, **about(row))
    return row


def test_a_question_has_a_day_and_its_answer_is_kept() -> None:
    row = questioned()
    question = m.InfoRequest.objects.get()
    assert (question.codes, question.due_on, question.asked_by) == ("identity", f.TODAY + 14 * f.DAY, f.known("olena"))
    answering.supply_info(actor=f.owner(row), text=f"  {WORDS} ", **about(row))
    assert (again(question).answer, again(question).closed_at) == (WORDS, f.NOW)
    assert again(row).status == "in_review"


def test_a_question_that_nobody_answers_lapses_into_a_queue_and_not_into_a_no() -> None:
    row = questioned()
    assert worker.work_once(at=f.NOW + 14 * f.DAY).unanswered == 0
    assert worker.work_once(at=f.NOW + 15 * f.DAY).unanswered == 1
    assert worker.work_once(at=f.NOW + 15 * f.DAY).unanswered == 0
    assert again(row).status == "info_requested"
    assert m.Message.objects.filter(code="info_lapsed", provider=row).count() == 1
    assert ("vetting.info_lapsed", {}) in entries(row)
    answering.supply_info(actor=f.owner(row), **{**about(row), "at": f.NOW + 20 * f.DAY})
    assert again(row).status == "in_review"


def test_a_question_about_what_was_suspended_since_lapses_silently() -> None:
    row = questioned()
    m.Provider.objects.filter(pk=row.pk).update(status="suspended", suspended_at=f.NOW)
    assert asking.lapse_due(at=f.NOW + 15 * f.DAY) == 0
    assert not m.Message.objects.filter(code="info_lapsed").exists()


@pytest.mark.parametrize(("text", "code"), [("x" * 1001, "too_long"), ("", "required"), ("   ", "required")])
def test_an_appeal_has_words_and_not_too_many(text: str, code: str) -> None:
    row = rejected()
    owner = f.owner(row)
    with refused("invalid", text=code):
        answering.appeal(actor=owner, id=uuid7(), text=text, **about(row))


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel", "daria"])
def test_nobody_else_appeals_for_them(who: str) -> None:
    row = rejected()
    with refused("not_found"):
        answering.appeal(actor=f.actor(f.known(who)), id=uuid7(), text=WORDS, **about(row))


def test_an_appeal_is_made_once_and_in_time() -> None:
    row = rejected()
    owner, late = f.owner(row), {**about(row), "at": f.NOW + 31 * f.DAY}
    with refused("appeal_too_late"):
        answering.appeal(actor=owner, id=uuid7(), text=WORDS, **late)
    answering.appeal(actor=owner, id=uuid7(), text=WORDS, **about(row))
    with refused("appeal_filed"):
        answering.appeal(actor=owner, id=uuid7(), text=WORDS, **about(row))
    assert again(row).status == "rejected"
    assert said(row, "vetting.appealed", owner) == {}


@pytest.mark.parametrize("status", ["applied", "in_review", "verified", "suspended"])
def test_only_a_rejection_is_appealed(status: str) -> None:
    row = f.verified_provider()
    owner = f.owner(row)
    with f.unguarded():
        m.Provider.objects.filter(pk=row.pk).update(status=status, suspended_at=f.NOW)
    with refused("illegal_transition"):
        answering.appeal(actor=owner, id=uuid7(), text=WORDS, **about(row))


def decide(row: Any, kind: str, one: Any, two: Any) -> m.Decision:
    return f.decide_second(f.decide_first(row, kind, by=one), by=two)


def test_two_others_grant_it_and_the_applicant_is_told() -> None:
    row = appealed()
    decision = decide(row, "grant_appeal", f.petru(), f.ioana())
    assert (again(row).status, again(row).rejected_at, again(row).rejected_by) == ("in_review", None, None)
    filed = m.Appeal.objects.get()
    assert (filed.outcome, filed.decision) == ("granted", decision)
    assert m.Message.objects.get(code="appeal_granted").provider == row
    assert said(filed, "appeal.granted", f.ioana()) == {"subject": str(row.pk)}


def test_two_others_let_the_rejection_stand_and_it_stays_so() -> None:
    row = appealed()
    decide(row, "deny_appeal", f.petru(), f.ioana())
    assert (again(row).status, m.Appeal.objects.get().outcome) == ("rejected", "denied")
    assert m.Message.objects.get(code="appeal_denied").provider == row
    fresh, owner = f.person("officer", county="RO-SV", organization=f.organization("Alta", "authority")), f.owner(row)
    actor = f.actor(fresh)
    with refused("no_appeal"):
        f.decide_first(row, "grant_appeal", by=actor)
    with refused("appeal_filed"):
        answering.appeal(actor=owner, id=uuid7(), text=WORDS, **about(row))


@pytest.mark.parametrize("kind", ["grant_appeal", "deny_appeal"])
def test_who_rejected_is_neither_of_the_two(kind: str) -> None:
    row = appealed()
    with refused("refused_by_rule", "decided_before"):
        f.decide_first(row, kind)
    first = f.decide_first(row, kind, by=f.petru())
    with refused("refused_by_rule", "decided_before"):
        f.decide_second(first, by=f.olena())


def test_who_decided_anything_about_it_before_is_neither_of_the_two() -> None:
    row = f.provider(status="in_review")
    f.checks_for(row)
    f.decide_second(f.decide_first(row, "verify", by=f.petru()), by=f.ioana(), carry=False)
    row = rejected(row)
    answering.appeal(actor=f.owner(row), id=uuid7(), text=WORDS, **about(row))
    for who in (f.petru(), f.ioana()):
        with refused("refused_by_rule", "decided_before"):
            f.decide_first(row, "grant_appeal", by=who)


def test_control_without_the_guard_who_rejected_would_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    row = appealed()
    monkeypatch.setattr(rules, "_may_decide", lambda *_: iter(()))
    with f.unguarded():
        decide(row, "deny_appeal", f.olena(), f.ioana())
    assert m.Appeal.objects.get().outcome == "denied"


def test_a_rejection_after_a_granted_appeal_can_be_appealed_again() -> None:
    row = appealed()
    decide(row, "grant_appeal", f.petru(), f.ioana())
    vetting.reject(actor=f.olena(), reason="duplicate", **{**about(row), "at": f.NOW + f.DAY})
    answering.appeal(actor=f.owner(row), id=uuid7(), text=WORDS, **{**about(row), "at": f.NOW + f.DAY})
    assert m.Appeal.objects.count() == 2


def test_what_is_kept_too_long_is_found_unless_an_appeal_waits() -> None:
    row, waiting = rejected(), appealed()
    limit = f.NOW + 30 * f.DAY
    assert list(asked.kept_too_long(m.Provider, limit)) == []
    assert list(asked.kept_too_long(m.Provider, limit + f.HOUR)) == [row]
    assert waiting not in asked.kept_too_long(m.Provider, limit + f.HOUR)
