"""Signals of conduct at their moments, the review queue, and who may clear or confirm."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules.reasons import Reason
from registry.rules.signals.book import BOOK
from registry.selectors import signals as selected
from registry.services import (
    checks,
    concerns,
    disclosure,
    insiders,
    intake,
    journeys,
    matching,
    noticing,
    offers,
    signals,
    worker,
    zones,
)
from registry.services.intake import HouseholdDraft
from registry.services.signals import About
from tests import factories as f
from tests.services.claims import again, entries, refused

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def codes(row: m.Provider) -> list[str]:
    """The codes of the signals about a provider."""
    return sorted(m.Signal.objects.filter(provider=row).values_list("code", flat=True))


def review(provider: m.Provider | None = None, code: str = "name_alike", **given: Any) -> m.Signal:
    """A signal about a provider."""
    about = {"provider": provider or f.verified_provider(), "same": (uuid7(),), **given}
    found = signals.notice(Reason(code, severity=BOOK[code].level), About(**about), at=f.NOW)
    assert found
    return found


# At their moments


@pytest.mark.parametrize(
    ("note", "found"), [("Prefer fete tinere", ["prefers"]), ("Місце для родини з дітьми", []), ("", [])]
)
def test_an_offer_that_prefers_is_held_and_paused_as_it_is_published(note: str, found: list[str]) -> None:
    offer = f.accommodation_offer(status="draft", note=note)
    owner = f.owner(offer.provider)
    row = offers.publish(actor=owner, kind="accommodation", offer=offer.pk, at=f.NOW)
    assert codes(offer.provider) == found
    assert row.status == ("paused" if found else "open")


def test_control_without_the_word_lists_it_would_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing.words, "preferences", lambda _: frozenset())
    offer = f.accommodation_offer(status="draft", note="Prefer fete tinere")
    assert (
        offers.publish(actor=f.owner(offer.provider), kind="accommodation", offer=offer.pk, at=f.NOW).status == "open"
    )


def test_a_shelter_for_women_of_an_organization_may_say_so() -> None:
    org = f.verified_provider("organization")
    home = f.dwelling(org)
    offer = f.accommodation_offer(home, status="draft", note="Women only", women_only=True, accepts_men=False)
    offers.publish(actor=f.owner(org), kind="accommodation", offer=offer.pk, at=f.NOW)
    assert codes(org) == []


def test_a_driver_who_lives_far_from_the_road_is_reviewed() -> None:
    far = f.verified_provider(driver=True, town="tulcea")
    offer = f.transport_offer(far, f.vehicle(far), status="draft", departs_from=f.NOW + f.HOUR)
    offers.publish(actor=f.owner(far), kind="transport", offer=offer.pk, at=f.NOW)
    assert codes(far) == ["far_from_corridor"]
    assert again(offer).status == "open"


def test_a_check_that_is_refused_holds() -> None:
    car = f.vehicle(status="in_review")
    given: dict[str, Any] = {"kind": "vehicle", "subject": car.pk, "code": "photo_with_plate", "passed": False}
    check = checks.record_check(actor=f.olena(), id=uuid7(), evidence={}, refused=True, at=f.NOW, **given)
    assert check.refused
    assert codes(car.provider) == ["refuses_check"]
    with refused("invalid", refused="refused_is_not_passed"):
        checks.record_check(
            actor=f.olena(), id=uuid7(), evidence={}, refused=True, at=f.NOW, **{**given, "passed": True}
        )


def turned_away(driver: m.Provider, car: m.Vehicle, members: list[Any], said: str = "") -> None:
    """The driver takes a confirmed match back."""
    row = f.match("confirmed", f.help_request("ride", f.household(members)), ride=f.transport_offer(driver, car))
    matching.cancel(actor=f.maria(), match=row.pk, reason="provider_withdrew", said=said, at=f.NOW)


def test_who_turns_three_men_away_and_takes_none_is_held() -> None:
    f.staffed("siret")
    driver = f.verified_provider(driver=True, sex="f")
    car = f.vehicle(driver)
    for expected in ([], [], ["declines_men"]):
        turned_away(driver, car, [f.MAN])
        assert codes(driver) == expected


def test_the_words_of_a_refusal_are_read_as_those_of_an_offer_are() -> None:
    f.staffed("siret")
    driver = f.verified_provider(driver=True)
    turned_away(driver, f.vehicle(driver), [f.WOMAN], said="Беру тільки молодих дівчат")
    assert "prefers" in codes(driver)
    assert m.Match.objects.get().provider_said == "Беру тільки молодих дівчат"


def on_the_road(driver: m.Provider, car: m.Vehicle, left_at: datetime, status: str = "departed") -> m.Match:
    """A journey of this driver that has left; the next one with the same pass leaves when this one is over."""
    row = f.match(status, ride=f.transport_offer(driver, car))
    row.departed_at, row.route_minutes = left_at, 60
    row.save(update_fields=["departed_at", "route_minutes"])
    return row


def test_two_roads_at_once_are_noticed() -> None:
    """In another car with another pass: the same pass opens no second gate while its journey is on the road."""
    driver = f.verified_provider(driver=True)
    on_the_road(driver, f.vehicle(driver), f.NOW - 20 * MINUTE)
    noticing.departed(on_the_road(driver, f.vehicle(driver), f.NOW), at=f.NOW)
    assert codes(driver) == ["journeys_overlap"]


def test_late_paperwork_of_a_host_is_no_overlap() -> None:
    driver = f.verified_provider(driver=True)
    on_the_road(driver, f.vehicle(driver), f.NOW - 100 * MINUTE)
    noticing.departed(on_the_road(driver, f.vehicle(driver), f.NOW), at=f.NOW)
    assert codes(driver) == []


def test_mostly_by_night_is_reviewed() -> None:
    driver = f.verified_provider(driver=True)
    car = f.vehicle(driver)
    night = f.NOW.replace(hour=23)
    for days in (4, 3, 2):
        on_the_road(driver, car, night - days * f.DAY, "arrived")
    noticing.departed(on_the_road(driver, car, f.NOW), at=f.NOW)
    assert codes(driver) == ["mostly_at_night"]


def test_an_arrival_sooner_than_the_road_allows_is_an_alarm() -> None:
    driver = f.verified_provider(driver=True)
    row = on_the_road(driver, f.vehicle(driver), f.NOW - 20 * MINUTE)
    noticing.arrived(row, at=f.NOW)
    assert codes(driver) == ["arrived_too_soon"]
    assert m.Alarm.objects.filter(code="arrived_too_soon", match=row, role="officer").exists()
    assert not m.Hold.objects.exists()


def test_overdue_twice_is_held_by_the_ladder_itself() -> None:
    driver = f.verified_provider(driver=True)
    car = f.vehicle(driver)
    for days in (10, 0):
        row = on_the_road(driver, car, f.NOW - days * f.DAY - 3 * f.HOUR)
        m.EscalationStep.objects.filter(match=row).delete()
        due = f.NOW - days * f.DAY
        m.EscalationStep.objects.create(match=row, number=1, code="message_both", due_at=due)
        assert "overdue_again" not in codes(driver)
        worker.work_once(at=due)
        journeys.resolve(actor=f.andrei(), match=row.pk, outcome="arrived_safe", needs_new=False, at=due + f.HOUR)
    assert "overdue_again" in codes(driver)


def test_the_second_household_that_was_taken_elsewhere_is_noticed() -> None:
    driver = f.verified_provider(driver=True)
    car = f.vehicle(driver)
    for days, expected in ((1, False), (0, True)):
        row = on_the_road(driver, car, f.NOW - days * f.DAY)
        f.staffed("siret")
        concerns.report(actor=f.maria(), match=row.pk, id=uuid7(), kind="route_changed", text="", at=f.NOW)
        assert ("destination_changed" in codes(driver)) is expected
        f.arrive(row, f.NOW)


# Households


def arrives(phone: str, members: Any, at: datetime = f.NOW) -> m.Household:
    """A household is registered with this phone."""
    draft = HouseholdDraft(members=members, contact_phone=phone)
    return intake.register_household(actor=f.maria(), id=uuid7(), zone="siret", draft=draft, at=at)


def test_the_same_adult_with_another_group_is_not_matched_until_two_have_looked() -> None:
    f.geography()
    arrives("+380501112233", [f.WOMAN, f.CHILD], f.NOW - 5 * f.DAY)
    second = arrives("050 111 22 33", [f.WOMAN, f.CHILD_ALONE, f.CHILD_ALONE])
    signal = m.Signal.objects.get(household=second)
    assert signal.level == "hold"
    f.staffed("siret")
    request = f.help_request("ride", second)
    ride = f.transport_offer()
    with refused("refused_by_rule", "household_held"):
        matching.propose(
            actor=f.maria(), request=request.pk, id=uuid7(), ride=ride.pk, stay=None, arrival_zone="suceava", at=f.NOW
        )
    signals.clear(actor=f.olena(), signal=signal.pk, at=f.NOW)
    signals.clear(actor=f.petru(), signal=signal.pk, at=f.NOW)
    signals.refuse_held(second)


def test_the_same_family_may_come_twice() -> None:
    f.geography()
    arrives("+380501112233", [f.WOMAN, f.CHILD], f.NOW - 5 * f.DAY)
    arrives("+380501112233", [f.WOMAN, f.CHILD])
    assert not m.Signal.objects.exists()


# Colleagues


def decided(opened: datetime | None = None, at: datetime = f.NOW, **given: Any) -> m.Decision:
    """Olena and Petru verify somebody; both open the file at that moment."""
    row = f.provider(**given)
    f.checks_for(row)
    row.status = "in_review"
    row.save(update_fields=["status"])
    if opened:
        for who in (f.olena(), f.petru()):
            disclosure.provider_identity(actor=who, provider=row.pk, at=opened)
    return f.decide(row, "verify", at=at)


def about(who: Actor) -> list[str]:
    """The codes of the signals about a colleague."""
    return sorted(m.Signal.objects.filter(person=who.id).values_list("code", flat=True))


@pytest.mark.parametrize(("seconds", "found"), [(89, ["decided_too_fast"]), (90, [])])
def test_an_approval_without_reading_is_noticed_of_both(seconds: int, found: list[str]) -> None:
    decided(f.NOW - timedelta(seconds=seconds))
    insiders.watch(at=f.NOW)
    assert about(f.olena()) == found
    assert about(f.petru()) == found
    insiders.watch(at=f.NOW + MINUTE)
    assert about(f.olena()) == found


def test_what_another_refused_is_noticed() -> None:
    row = f.provider()
    f.checks_for(row)
    row.status = "in_review"
    row.save(update_fields=["status"])
    first = f.decide_first(row, "verify", at=f.NOW - f.HOUR)
    f.decide_second(first, at=f.NOW - f.HOUR, by=f.ioana(), carry=False)
    f.decide(row, "verify")
    insiders.watch(at=f.NOW)
    assert "approves_refused" in about(f.olena())


def test_nine_approvals_in_an_hour_are_noticed() -> None:
    for n in range(9):
        decided(f.NOW - f.HOUR, at=f.NOW + n * MINUTE)
    insiders.watch(at=f.NOW + 9 * MINUTE)
    assert "decides_too_many" in about(f.olena())


@pytest.mark.parametrize(("count", "found"), [(21, ["reads_unassigned"]), (20, [])])
def test_who_reads_what_is_not_theirs_is_an_alarm_when_the_shift_ends(count: int, found: list[str]) -> None:
    shift = f.staffed("siret", f.known("olena"))
    for row in [f.provider() for _ in range(count)]:
        disclosure.provider_identity(actor=f.olena(), provider=row.pk, at=f.NOW)
    zones.end_shift(actor=f.olena(), shift=shift.pk, at=f.NOW + MINUTE, leave_unstaffed=True)
    assert about(f.olena()) == found
    assert m.Alarm.objects.filter(code="reads_unassigned").exists() is bool(found)


def test_nobody_sees_or_clears_a_signal_about_themselves() -> None:
    decided(f.NOW)
    insiders.watch(at=f.NOW)
    mine = m.Signal.objects.get(person=f.olena().id)
    assert not selected.waiting(f.olena()).filter(pk=mine.pk).exists()
    assert selected.waiting(f.ioana()).filter(pk=mine.pk).exists()
    with refused("not_found"):
        signals.clear(actor=f.olena(), signal=mine.pk, at=f.NOW)


# Two people


def test_two_people_of_two_organizations_clear_a_review() -> None:
    row = review()
    signals.clear(actor=f.olena(), signal=row.pk, at=f.NOW)
    assert again(row).outcome == "open"
    with refused("refused_by_rule", "second_is_first"):
        signals.clear(actor=f.olena(), signal=row.pk, at=f.NOW)
    signals.clear(actor=f.petru(), signal=row.pk, at=f.NOW)
    assert again(row).outcome == "cleared"
    assert [action for action, _ in entries(row)] == ["signal.raised", "signal.first", "signal.cleared"]
    with refused("signal_closed"):
        signals.clear(actor=f.petru(), signal=row.pk, at=f.NOW)


def test_a_signal_behind_a_hold_is_cleared_with_it_and_not_alone() -> None:
    provider = f.verified_provider()
    row = review(provider, "prefers")
    with refused("signal_has_hold"):
        signals.clear(actor=f.olena(), signal=row.pk, at=f.NOW)
    hold = m.Hold.objects.get(provider=provider)
    pending = f.decide_first(provider, "clear_hold", hold=hold.pk)
    assert again(row).outcome == "open"
    f.decide_second(pending)
    assert again(row).outcome == "cleared"
    assert {again(row).first_by_id, again(row).closed_by_id} == {f.olena().id, f.petru().id}


def test_one_person_confirms_and_the_provider_is_held_at_once() -> None:
    row = review()
    signals.confirm(actor=f.olena(), signal=row.pk, at=f.NOW)
    assert again(row).outcome == "confirmed"
    assert m.Hold.objects.get(provider=row.provider).placed_by_id == f.olena().id


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel"])
def test_only_officers_who_see_the_provider_answer(who: str) -> None:
    row = review()
    for answer in (signals.clear, signals.confirm):
        with refused("not_found"):
            answer(actor=f.actor(f.known(who)), signal=row.pk, at=f.NOW)


def test_a_conflict_of_interest_cannot_clear() -> None:
    row = review()
    with refused("refused_by_rule", "conflict_declared"):
        signals.clear(actor=f.olena(), signal=row.pk, at=f.NOW, conflict_declared=True)


@pytest.mark.parametrize("code", sorted(BOOK))
def test_every_signal_of_the_book_does_what_its_level_says(code: str) -> None:
    provider = f.verified_provider(driver=True)
    row = review(provider, code)
    held = m.Hold.objects.filter(provider=provider, cleared_at=None).exists()
    assert held is (BOOK[code].level == "hold")
    assert m.Alarm.objects.filter(provider=provider).exists() is (BOOK[code].level == "alert" or BOOK[code].page)
    assert row.policy_version
    assert UUID(str(row.pk)).version == 7


def test_the_queue_shows_the_gravest_first() -> None:
    for code in ("name_alike", "arrived_too_soon", "prefers"):
        review(code=code)
    assert [row.level for row in selected.waiting(f.olena())] == ["hold", "alert", "review"]


def test_a_departure_that_is_halted_by_a_signal_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row that the service gives back is what the database says, also when a signal stopped the journey."""
    f.staffed("siret")
    row = f.match("confirmed")
    ride = f.ride_of(row)
    assert ride
    monkeypatch.setattr(noticing.road, "journeys_overlap", lambda _: Reason("journeys_overlap", severity="hold"))
    left = f.depart(row)
    assert left.status == "halted"
    assert journeys.by_code(row.household.code).status == "halted"
