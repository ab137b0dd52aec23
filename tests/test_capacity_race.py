"""Two hundred clients at a barrier for one seat; suspension against confirmation; each with a control.

The controls take the guards away (locks, transaction, conditional update) and must go wrong: a race that
cannot go wrong without its guard proves nothing about the guard.
"""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from registry import models as m
from registry import states
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules.reasons import Reason
from registry.selectors import gate
from registry.services import capacity, matching, rows, suspension
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 200
ATTEMPTS = 12
AtOnce = Callable[..., list[Any]]


def accepted(count: int, ride: m.TransportOffer) -> list[m.Match]:
    """As many households, each with an accepted match on the same ride."""
    f.staffed("siret")
    return [accepted_one(f.help_request(who=f.household([f.WOMAN])), ride) for _ in range(count)]


def accepted_one(request: m.HelpRequest, ride: m.TransportOffer) -> m.Match:
    """A match as the services leave it after the household's choice, written as rows to be quick."""
    match = m.Match.objects.create(
        id=uuid7(),
        created_at=f.NOW,
        request=request,
        household=request.household,
        origin_id="siret",
        destination_id="suceava",
        arrival_zone_id="suceava",
        people=1,
        route_minutes=60,
        policy_version="test",
        proposed_by=request.requested_by,
    )
    m.Leg.objects.create(match=match, kind="ride", transport_offer=ride, people=1)
    m.Match.objects.filter(pk=match.pk).update(status="accepted", accepted_at=f.NOW)
    m.HelpRequest.objects.filter(pk=request.pk).update(status="matched")
    return match


def confirming(matches: list[m.Match], actor: Actor) -> Callable[[int], m.Match]:
    """What client number n does."""
    return lambda n: matching.confirm(actor=actor, match=matches[n].pk, at=f.NOW)


def confirmed_on(ride: m.TransportOffer) -> int:
    """How many matches are confirmed on the ride, by the rows."""
    return m.Match.objects.filter(legs__transport_offer=ride, status="confirmed").count()


def take_guards_away(monkeypatch: pytest.MonkeyPatch, clients: int = 1) -> Callable[..., m.Match]:
    """Confirm without transaction, locks and conditional update: everybody reads, then everybody writes."""
    all_have_read = threading.Barrier(clients)

    def take_by_looking(leg: m.Leg, at: Any) -> None:
        assert leg.transport_offer_id
        offer = m.TransportOffer.objects.get(pk=leg.transport_offer_id)
        assert offer.seats_taken + leg.people <= offer.seats
        all_have_read.wait(timeout=30)
        m.TransportOffer.objects.filter(pk=offer.pk).update(seats_taken=offer.seats_taken + leg.people)
        m.Leg.objects.filter(pk=leg.pk).update(taken_at=at)

    monkeypatch.setattr(rows, "lock", lambda model, pk, *related: model.objects.select_related(*related).get(pk=pk))
    monkeypatch.setattr(rows, "lock_many", lambda model, pks, *_related: list(model.objects.filter(pk__in=set(pks))))
    monkeypatch.setattr(rows, "hold", lambda _model, _pks: None)
    monkeypatch.setattr(capacity, "_take_leg", take_by_looking)
    bare: Callable[..., m.Match] = matching.confirm.__wrapped__  # type: ignore[attr-defined]
    return bare


@pytest.mark.slow
def test_one_of_two_hundred_gets_the_only_seat(at_once: AtOnce, record_property: Any) -> None:
    ride = f.transport_offer(seats=1)
    matches = accepted(CLIENTS, ride)
    outcomes = at_once(CLIENTS, confirming(matches, f.maria()))
    winners = [outcome for outcome in outcomes if isinstance(outcome, m.Match)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, RegistryError)]
    others = Counter(repr(o) for o in outcomes if not isinstance(o, m.Match | RegistryError))
    record_property("clients", CLIENTS)
    record_property("winners", confirmed_on(ride))
    assert (len(winners), len(losers), others) == (1, CLIENTS - 1, Counter())
    assert {loser.status for loser in losers} == {409}
    assert all({r.code for r in loser.reasons} <= {"offer_not_open", "seats_too_few", "seats_gone"} for loser in losers)
    ride.refresh_from_db()
    assert (ride.seats_taken, ride.status, confirmed_on(ride)) == (1, "full", 1)
    assert m.Leg.objects.filter(transport_offer=ride, taken_at__isnull=False).count() == 1
    assert m.AuditEntry.objects.filter(action="match.confirmed").count() == 1


def test_without_the_guards_the_only_seat_is_sold_often(
    at_once: AtOnce, monkeypatch: pytest.MonkeyPatch, record_property: Any
) -> None:
    ride = f.transport_offer(seats=1)
    matches, maria = accepted(20, ride), f.maria()
    bare = take_guards_away(monkeypatch, clients=20)
    with f.unguarded():
        at_once(20, lambda n: bare(actor=maria, match=matches[n].pk, at=f.NOW))
    record_property("control_sold", confirmed_on(ride))
    assert confirmed_on(ride) > 1


def test_the_conditional_update_alone_holds_without_any_lock(at_once: AtOnce, monkeypatch: pytest.MonkeyPatch) -> None:
    ride = f.transport_offer(seats=1)
    matches, maria = accepted(20, ride), f.maria()
    take = capacity._take_leg
    bare = take_guards_away(monkeypatch)
    monkeypatch.setattr(capacity, "_take_leg", take)
    with f.unguarded():
        at_once(20, lambda n: bare(actor=maria, match=matches[n].pk, at=f.NOW))
    assert confirmed_on(ride) == 1


def test_seats_given_back_and_taken_at_once_never_go_wrong(at_once: AtOnce) -> None:
    ride = f.transport_offer(seats=2)
    matches, maria = accepted(12, ride), f.maria()
    for match in matches[:2]:
        matching.confirm(actor=maria, match=match.pk, at=f.NOW)

    def one(n: int) -> m.Match:
        if n < 2:
            return matching.cancel(actor=maria, match=matches[n].pk, reason="plans_changed", at=f.NOW)
        return matching.confirm(actor=maria, match=matches[n].pk, at=f.NOW)

    outcomes = at_once(12, one)
    assert not [o for o in outcomes if not isinstance(o, m.Match | RegistryError)]
    ride.refresh_from_db()
    assert ride.seats_taken == confirmed_on(ride) <= 2
    assert (ride.status == "full") == (ride.seats_taken == ride.seats)


def race(at_once: AtOnce, confirm: Callable[[m.Match], Any], kind: str) -> Counter[str]:
    """Confirmation against suspension at a barrier, many times; what the matches were in the end."""
    olena = f.olena()
    ended: Counter[str] = Counter()
    for _ in range(ATTEMPTS):
        ride = f.transport_offer()
        match = accepted(1, ride)[0]
        subject = ride.vehicle_id if kind == "vehicle" else ride.driver_id

        def one(n: int, match: m.Match = match, subject: Any = subject) -> Any:
            if n:
                return suspension.suspend(actor=olena, kind=kind, subject=subject, reason="police", at=f.NOW)
            return confirm(match)

        outcomes = at_once(2, one)
        assert not [o for o in outcomes if isinstance(o, Exception) and not _is_refusal(o)]
        ended[m.Match.objects.get(pk=match.pk).status] += 1
    return ended


def _is_refusal(outcome: object) -> bool:
    return isinstance(outcome, RegistryError | states.IllegalTransition)


@pytest.mark.parametrize("kind", ["provider", "vehicle"])
def test_no_match_is_confirmed_with_somebody_suspended(at_once: AtOnce, kind: str) -> None:
    maria = f.maria()
    ended = race(at_once, lambda match: matching.confirm(actor=maria, match=match.pk, at=f.NOW), kind)
    assert ended == Counter(halted=ATTEMPTS)
    assert not m.TransportOffer.objects.exclude(seats_taken=0).exists()


def test_a_suspension_between_look_and_write_would_be_missed_without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    ride = f.transport_offer()
    match, olena, ask = accepted(1, ride)[0], f.olena(), gate.ask

    def ask_then_suspend(pair: gate.Pair, at: Any) -> gate.Verdict:
        verdict = ask(pair, at)
        suspension.suspend(actor=olena, kind="provider", subject=ride.driver_id, reason="police", at=at)
        return verdict

    monkeypatch.setattr(gate, "ask", ask_then_suspend)
    bare, maria = take_guards_away(monkeypatch), f.maria()
    with f.unguarded():
        bare(actor=maria, match=match.pk, at=f.NOW)
    match.refresh_from_db()
    ride.driver.refresh_from_db()
    assert (match.status, ride.driver.status) == ("confirmed", "suspended")


def test_two_choices_of_one_household_are_never_both_accepted(at_once: AtOnce) -> None:
    request = f.help_request(who=f.household([f.WOMAN]))
    f.staffed("siret")
    matches, maria = [f.propose(request, f.transport_offer()) for _ in range(8)], f.maria()
    outcomes = at_once(8, lambda n: matching.accept(actor=maria, match=matches[n].pk, at=f.NOW))
    assert sum(isinstance(o, m.Match) for o in outcomes) == 1
    assert all(isinstance(o, m.Match) or _is_refusal(o) for o in outcomes)
    assert m.Match.objects.filter(request=request, status="accepted").count() == 1


def test_a_refusal_says_what_is_gone() -> None:
    ride = f.transport_offer(seats=1)
    first, second = accepted(2, ride)
    matching.confirm(actor=f.maria(), match=first.pk, at=f.NOW)
    with pytest.raises(RegistryError) as refused:
        matching.confirm(actor=f.maria(), match=second.pk, at=f.NOW)
    assert {r.code for r in refused.value.reasons} >= {"seats_too_few"}
    assert all(isinstance(reason, Reason) for reason in refused.value.reasons)
