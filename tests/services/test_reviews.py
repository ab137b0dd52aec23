"""The blind second look: drawn by lot, done by a third who sees neither names nor reasons, provable afterwards."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry import models as m
from registry.rules import decisions as rules
from registry.rules import draw
from registry.selectors import alarms as seen_alarms
from registry.selectors import deciding, dossier
from registry.selectors import reviews as selected
from registry.services import reviews, suspension, worker
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db
SECRET = b"the secret of this test, long enough"


@pytest.fixture(autouse=True)
def everything_drawn(settings: Any) -> None:
    """Every decision is drawn; a test that is about the draw says otherwise."""
    settings.REVIEW_PERCENT, settings.REVIEW_SECRET = 100, SECRET


def ready() -> m.Provider:
    row = f.provider(status="in_review")
    f.checks_for(row)
    return row


def drawn(row: Any = None) -> m.Review:
    """Olena and Petru have verified somebody, and the lot fell on it."""
    return m.Review.objects.get(decision=f.decide(row or ready(), "verify"))


def elsewhere() -> Any:
    """An officer of another county and organization."""
    return f.stefan()


def test_a_carried_decision_is_drawn_in_its_own_transaction() -> None:
    review = drawn()
    assert (review.outcome, review.due_at) == ("pending", f.NOW + 7 * f.DAY)
    entry = m.AuditEntry.objects.get(action="review.draw")
    assert (entry.object_id, entry.actor_id) == (str(review.decision_id), None)
    assert entry.data == {"drawn": True, "percent": 100, "commitment": list(draw.commitment(SECRET))}


def test_what_the_lot_spares_leaves_its_proof_too(settings: Any) -> None:
    settings.REVIEW_PERCENT = 0
    f.decide(ready(), "verify")
    assert not m.Review.objects.exists()
    assert m.AuditEntry.objects.get(action="review.draw").data["drawn"] is False


def test_a_refused_decision_is_not_drawn() -> None:
    f.decide_second(f.decide_first(ready(), "verify"), carry=False)
    assert not m.Review.objects.exists()
    assert not m.AuditEntry.objects.filter(action="review.draw").exists()


def test_with_the_secret_anybody_can_repeat_every_draw(settings: Any) -> None:
    settings.REVIEW_PERCENT = 50
    for _ in range(6):
        f.decide(ready(), "verify")
    proof = selected.prove(SECRET)
    assert (proof.checked, proof.under_another_secret, proof.wrong) == (6, 0, ())
    assert selected.prove(b"another secret, as long as the first") == selected.Proof(0, 6, ())
    settings.REVIEW_PERCENT = 100
    review = drawn()
    with f.unguarded():
        m.Review.objects.filter(pk=review.pk).delete()
    assert selected.prove(SECRET).wrong == (str(review.decision_id),)


@pytest.mark.parametrize(("who", "sees"), [("olena", 0), ("petru", 0), ("ioana", 1), ("stefan", 1), ("maria", 0)])
def test_the_queue_is_for_a_third_of_another_organization(who: str, sees: int) -> None:
    drawn()
    assert len(selected.queue(f.actor(f.known(who)), f.NOW)) == sees


def test_a_colleague_of_either_of_the_two_is_no_third() -> None:
    review = drawn()
    for name in ("olena", "petru"):
        colleague = f.person("officer", county="RO-TL", organization=f.known(name).organization)
        assert [r.code for r in selected.why_not(f.actor(colleague), review)] == ["review_by_same_organization"]
        with refused("not_found"):
            reviews.answer(
                actor=f.actor(colleague), review=review.pk, agree=True, reason="evidence_convinces", at=f.NOW
            )


def test_somebody_in_conflict_is_no_third() -> None:
    review = drawn(_with_phone("+40744111222"))
    f.correct(f.known("stefan"), phone="0744111222")
    actor = f.stefan()
    with refused("not_found"):
        reviews.answer(actor=actor, review=review.pk, agree=True, reason="evidence_convinces", at=f.NOW)


def _with_phone(phone: str) -> m.Provider:
    row = ready()
    f.correct(row, phone=phone)
    return row


def test_a_declared_conflict_is_no_third() -> None:
    review, actor = drawn(), elsewhere()
    given: dict[str, Any] = {"review": review.pk, "agree": True, "reason": "evidence_convinces", "at": f.NOW}
    with refused("refused_by_rule", "conflict_declared"):
        reviews.answer(actor=actor, conflict_declared=True, **given)


def test_until_it_is_over_nobody_else_sees_who_decided() -> None:
    row = ready()
    review = drawn(row)
    decision = review.decision
    for who, shown in (("ioana", 0), ("olena", 1), ("petru", 1)):
        actor = f.actor(f.known(who))
        assert len(dossier.subject_file(actor, again(row), f.TODAY).history) == shown
    with refused("not_found"):
        deciding.decision(f.ioana(), decision.pk)
    reviews.answer(actor=elsewhere(), review=review.pk, agree=True, reason="evidence_convinces", at=f.NOW)
    assert len(dossier.subject_file(f.ioana(), again(row), f.TODAY).history) == 1


def test_agreement_closes_it() -> None:
    row = ready()
    review, actor = drawn(row), elsewhere()
    reviews.answer(actor=actor, review=review.pk, agree=True, reason="evidence_convinces", at=f.NOW)
    review = again(review)
    assert (review.outcome, review.done_by, review.done_at) == ("agreed", f.known("stefan"), f.NOW)
    assert said(review, "review.agreed", actor) == {"decision": str(review.decision_id), "reason": "evidence_convinces"}
    assert again(row).status == "verified"
    assert not m.Hold.objects.exists()
    with refused("review_over"):
        reviews.answer(actor=actor, review=review.pk, agree=True, reason="evidence_convinces", at=f.NOW)


def test_disagreement_holds_halts_and_tells_the_auditor() -> None:
    car = f.vehicle(f.verified_provider(driver=True), "in_review")
    f.checks_for(car)
    review = drawn(car)
    journey = f.match("confirmed", ride=f.transport_offer(car=again(car)))
    reviews.answer(actor=elsewhere(), review=review.pk, agree=False, reason="evidence_thin", at=f.NOW)
    assert m.Hold.objects.get(vehicle=car, cleared_at=None).code == "review_disagreed"
    assert again(journey).status == "halted"
    told = m.Alarm.objects.filter(code="review_disagreed").values_list("role", flat=True)
    assert set(told) == {"auditor", "officer"}
    assert [a.code for a in seen_alarms.waiting(f.alina())] == ["review_disagreed"]
    f.decide(again(car), "clear_hold", hold=m.Hold.objects.get())
    assert not m.Hold.objects.filter(cleared_at=None).exists()


@pytest.mark.parametrize(
    ("agree", "reason"), [(True, "evidence_thin"), (False, "evidence_convinces"), (True, "because")]
)
def test_a_reason_goes_with_its_answer(agree: bool, reason: str) -> None:
    review, actor = drawn(), elsewhere()
    with refused("invalid", reason="unknown_choice"):
        reviews.answer(actor=actor, review=review.pk, agree=agree, reason=reason, at=f.NOW)


def test_a_late_review_raises_the_alarm_once() -> None:
    review = drawn()
    assert worker.work_once(at=review.due_at).late == 0
    late = review.due_at + f.HOUR
    assert worker.work_once(at=late).late == 1
    assert worker.work_once(at=late).late == 0
    assert set(m.Alarm.objects.filter(code="review_late").values_list("role", flat=True)) == {"auditor", "officer"}
    assert selected.queue(elsewhere(), late)[0].is_late


def test_the_file_shows_the_evidence_and_its_reading_is_an_entry() -> None:
    row = ready()
    review, actor = drawn(row), elsewhere()
    file = reviews.read(actor=actor, review=review.pk, at=f.NOW)
    assert {check.code for check in file.checks} == set(m.Check.objects.values_list("code", flat=True))
    assert said(row, "read.identity", actor) == {}


def test_control_without_the_guard_one_of_the_two_would_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    review = drawn()
    monkeypatch.setattr(rules, "_may_review", lambda *_: iter(()))
    with f.unguarded():
        reviews.answer(actor=f.petru(), review=review.pk, agree=True, reason="evidence_convinces", at=f.NOW)
    assert again(review).done_by == f.known("petru")


def test_the_two_who_lift_are_not_the_one_who_suspended(monkeypatch: pytest.MonkeyPatch) -> None:
    row = f.verified_provider()
    suspension.suspend(actor=f.olena(), kind="provider", subject=row.pk, reason="police", at=f.NOW)
    with refused("refused_by_rule", "lifts_own_suspension"):
        f.decide_first(row, "lift")
    first = f.decide_first(row, "lift", by=f.ioana())
    with refused("refused_by_rule", "lifts_own_suspension"):
        f.decide_second(first, by=f.olena())
    f.decide_second(first, by=f.petru())
    assert again(row).status == "in_review"
    again_suspended = f.verified_provider()
    suspension.suspend(actor=f.olena(), kind="provider", subject=again_suspended.pk, reason="police", at=f.NOW)
    monkeypatch.setattr(rules, "_may_decide", lambda *_: iter(()))
    with f.unguarded():
        f.decide(again_suspended, "lift")
    assert again(again_suspended).status == "in_review"


def test_the_command_repeats_the_draws_and_fails_on_a_false_one(tmp_path: Any, capsys: Any) -> None:
    review = drawn()
    call_command("draws")
    assert capsys.readouterr().out == "draws: 1 repeated, 0 under another secret\n"
    older = tmp_path / "secret"
    older.write_bytes(SECRET + b"\n")
    call_command("draws", secret_file=str(older))
    with f.unguarded():
        m.Review.objects.filter(pk=review.pk).delete()
    with pytest.raises(CommandError, match="1 not as the lot says"):
        call_command("draws")
    with pytest.raises(CommandError, match="cannot read"):
        call_command("draws", secret_file=str(tmp_path / "none"))
