"""A household acts by its code alone: it chooses, refuses, consents and shares, and reaches nothing else."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict, NotFound
from registry.ids import uuid7
from registry.permissions import Actor, of_household
from registry.rules.disclosure import provider_may_see_match
from registry.selectors import by_slip, following, household_page
from registry.selectors import journeys as visible
from registry.selectors.shapes import journeys as shapes
from registry.services import disclosure, erasure, intake, journeys, matching, shares, suspension
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db


def them(match: m.Match) -> Actor:
    """The household of this match, with its code in hand."""
    return by_slip.holder(match.household.code)


def other() -> Actor:
    """Another household of the same zone."""
    return of_household(f.household().pk)


def driver_of(match: m.Match) -> Actor:
    """The driver with an account."""
    ride = f.ride_of(match)
    assert ride
    return f.owner(ride.driver)


def suspend_driver(match: m.Match) -> None:
    ride = f.ride_of(match)
    assert ride
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="police", at=f.NOW)


# Choosing.


def test_a_household_chooses_by_itself() -> None:
    match = f.match("proposed")
    matching.accept(actor=them(match), match=match.pk, at=f.NOW)
    row = again(match)
    assert (row.status, row.accepted_at, row.accepted_by) == ("accepted", f.NOW, None)
    assert said(row, "match.accepted", f.SYSTEM) == {"by": "household"}


def test_staff_still_confirm_what_a_household_chose() -> None:
    match = f.match("proposed")
    matching.accept(actor=them(match), match=match.pk, at=f.NOW)
    with refused("not_found"):
        matching.confirm(actor=them(match), match=match.pk, at=f.NOW)
    matching.confirm(actor=f.maria(), match=match.pk, at=f.NOW)
    assert again(match).status == "confirmed"


@pytest.mark.parametrize("act", [matching.accept, matching.refuse, matching.decline])
def test_another_household_s_match_does_not_exist(act: Any) -> None:
    match, stranger = f.match("proposed"), other()
    with refused("not_found"):
        act(actor=stranger, match=match.pk, at=f.NOW)
    act(actor=them(match), match=match.pk, at=f.NOW)
    assert again(match).status != "proposed"


def test_nobody_is_a_household_without_its_code() -> None:
    match = f.match("proposed")
    for nobody in (f.SYSTEM, Actor(id=None)):
        with refused("not_found"):
            matching.accept(actor=nobody, match=match.pk, at=f.NOW)
    assert list(by_slip.matches(f.SYSTEM)) == []
    assert list(by_slip.matches(them(match))) == [match]


def test_what_was_suspended_since_cannot_be_chosen() -> None:
    match, other_one = f.match("proposed"), f.match("proposed")
    suspend_driver(match)
    with refused("refused_by_rule", "provider_suspended"):
        matching.accept(actor=them(match), match=match.pk, at=f.NOW)
    matching.accept(actor=them(other_one), match=other_one.pk, at=f.NOW)


def test_a_held_driver_cannot_be_chosen_and_the_page_says_so_without_saying_why() -> None:
    match = f.match("proposed")
    ride = f.ride_of(match)
    assert ride
    assert household_page.page(them(match), f.NOW).choices[0].against == ()
    f.hold(ride.driver)
    with refused("refused_by_rule", "provider_held"):
        matching.accept(actor=them(match), match=match.pk, at=f.NOW)
    shown = household_page.page(them(match), f.NOW).choices[0]
    assert [reason.code for reason in shown.against] == ["provider_held"]
    assert not shown.verified
    assert "hold" not in shown.against[0].text("en", "household").lower()


# Refusing.


@pytest.mark.parametrize("status", ["proposed", "accepted"])
def test_a_household_refuses_without_a_reason_and_asks_anew(status: str) -> None:
    match = f.match(status)
    matching.refuse(actor=them(match), match=match.pk, at=f.NOW)
    assert (again(match).status, again(match.request).status) == ("declined", "open")
    assert said(match, "match.declined", f.SYSTEM) == {"by": "household"}


def test_a_household_may_say_no_until_it_leaves() -> None:
    match = f.match("confirmed")
    matching.refuse(actor=them(match), match=match.pk, at=f.NOW)
    row = again(match)
    assert (row.status, row.outcome, again(match.request).status) == ("cancelled", "plans_changed", "open")
    leg = row.legs.get()
    assert leg.released_at == f.NOW
    gone = f.match("departed")
    with refused("illegal_transition"):
        matching.refuse(actor=them(gone), match=gone.pk, at=f.NOW)


@pytest.mark.parametrize("status", ["proposed", "accepted"])
def test_a_provider_never_learns_of_a_refusal(status: str) -> None:
    match = f.match(status)
    before = m.Message.objects.count()
    matching.refuse(actor=them(match), match=match.pk, at=f.NOW)
    assert m.Message.objects.count() == before
    assert not visible.matches(driver_of(match)).exists()
    with pytest.raises(NotFound):
        shapes.detail(driver_of(match), match.pk)


def test_a_refused_agreement_looks_like_any_other_that_was_called_off() -> None:
    """Rule 14: the driver sees the same as when staff have called it off because plans changed."""
    by_staff, by_them = f.match("confirmed"), f.match("confirmed")
    matching.cancel(actor=f.maria(), match=by_staff.pk, reason="plans_changed", at=f.NOW)
    matching.refuse(actor=them(by_them), match=by_them.pk, at=f.NOW)

    def told(match: m.Match) -> tuple[Any, ...]:
        detail = shapes.detail(driver_of(match), match.pk)
        own_ids = ("id", "ride", "created_at", "version")
        messages = list(match.messages.order_by("code").values_list("code", "recipient", "params"))
        return {name: value for name, value in detail.items() if name not in own_ids}, messages

    assert told(by_staff) == told(by_them)
    assert provider_may_see_match("cancelled", was_confirmed=True)


def test_a_household_cannot_speak_for_the_provider() -> None:
    match = f.match("confirmed")
    with refused("invalid", reason="unknown_choice"):
        matching.cancel(actor=them(match), match=match.pk, reason="provider_withdrew", at=f.NOW, said="I do not want")


# Consent.


def consent(match: m.Match, who: Actor, given: bool = True) -> None:
    intake.set_consent(
        actor=who,
        household=match.household_id,
        organization=f.organization("Drum Bun", "ngo").pk,
        given=given,
        id=uuid7(),
        at=f.NOW,
    )


def test_consent_is_off_until_the_household_gives_it_and_gone_when_it_says_so() -> None:
    match = f.match("proposed")
    assert by_slip.shared_with(them(match)) == frozenset()
    consent(match, them(match))
    row = m.Consent.objects.get()
    assert (row.household, row.recorded_by, row.withdrawn_at) == (match.household, None, None)
    assert by_slip.shared_with(them(match)) == {row.organization_id}
    consent(match, them(match))
    assert m.Consent.objects.count() == 1
    consent(match, them(match), given=False)
    assert by_slip.shared_with(them(match)) == frozenset()


def test_nobody_consents_for_another_household() -> None:
    match = f.match("proposed")
    for stranger in (other(), f.SYSTEM):
        with refused("not_found"):
            consent(match, stranger)
    assert by_slip.shared_with(them(match)) == frozenset()


# Where they go.


def stay(status: str) -> m.Match:
    return f.match(status, f.help_request("stay"))


@pytest.mark.parametrize("status", ["confirmed", "departed", "arrived", "closed"])
def test_a_household_reads_its_own_address_and_the_reading_is_written_down(status: str) -> None:
    match = stay(status)
    end = disclosure.own_destination(actor=them(match), at=f.NOW + 2 * f.HOUR)
    bed = f.stay_of(match)
    assert bed
    assert (end.precision, end.address) == ("exact", bed.dwelling.address)
    assert said(match, "read.exact_place", f.SYSTEM) == {"by": "household"}


def test_the_address_is_gone_a_day_after_closing() -> None:
    match = stay("closed")
    closed = again(match).closed_at
    assert disclosure.own_destination(actor=them(match), at=closed + f.DAY - f.HOUR / 60).precision == "exact"
    with refused("not_found"):
        disclosure.own_destination(actor=them(match), at=closed + f.DAY)


@pytest.mark.parametrize("status", ["proposed", "accepted"])
def test_there_is_no_address_before_it_is_agreed(status: str) -> None:
    match = stay(status)
    with refused("not_found"):
        disclosure.own_destination(actor=them(match), at=f.NOW)


def test_a_halted_journey_tells_no_address() -> None:
    match = stay("confirmed")
    bed = f.stay_of(match)
    assert bed
    suspension.suspend(actor=f.olena(), kind="provider", subject=bed.provider_id, reason="police", at=f.NOW)
    assert disclosure.own_destination(actor=them(match), at=f.NOW).precision == "none"
    assert "read.exact_place" not in dict(entries(match))


# Who drives: verified at this moment.


def test_the_registry_s_word_is_taken_back_with_the_verification() -> None:
    match, sound = f.match("confirmed"), f.match("confirmed")
    assert household_page.page(them(match), f.NOW).journey
    suspend_driver(match)
    shown, still = (household_page.page(them(one), f.NOW).journey for one in (match, sound))
    assert shown
    assert still
    assert (shown.verified, still.verified) == (False, True)


def test_a_check_that_has_lapsed_takes_the_word_back_also_before_the_worker_runs() -> None:
    match = f.match("confirmed")
    later = f.NOW + 400 * f.DAY
    shown = household_page.page(them(match), later).journey
    assert shown
    assert not shown.verified
    assert again(match).status == "confirmed"


@pytest.mark.parametrize("status", ["closed", "resolved"])
def test_who_drove_is_gone_a_day_after_the_end(status: str) -> None:
    match = f.match(status)
    row = again(match)
    end = row.closed_at or row.ended_at
    assert household_page.page(them(match), end + f.DAY - f.HOUR / 60).journey
    assert household_page.page(them(match), end + f.DAY).journey is None


def test_a_code_of_somebody_erased_opens_nothing() -> None:
    row = f.household([f.WOMAN])
    assert by_slip.household(by_slip.holder(row.code)) == row
    erasure.erase(actor=f.andrei(), kind="household", subject=row.pk, reason="asked", at=f.NOW)
    for look in (lambda: by_slip.holder(row.code), lambda: by_slip.household(of_household(row.pk))):
        with pytest.raises(NotFound):
            look()


# Shared with somebody they trust.


def share(match: m.Match, who: Actor | None = None, at: Any = f.NOW) -> m.JourneyShare:
    return shares.make(actor=who or them(match), id=uuid7(), at=at)


def test_who_follows_learns_the_state_the_plate_a_first_name_and_the_county() -> None:
    match = f.match("departed")
    row = share(match)
    found = following.by_code(row.code.lower(), f.NOW)
    ride = f.ride_of(match)
    assert ride
    assert (found.status, found.driver, found.plate) == ("departed", ride.driver.given_name, ride.vehicle.plate)
    assert found.area == m.County.objects.get(pk="RO-SV")
    assert said(row, "share.made", f.SYSTEM) == {"match": str(match.pk), "by": "household"}
    assert set(following.Followed.__slots__) == {"status", "driver", "plate", "area"}


def test_the_code_of_a_share_is_kept_sealed_and_found_by_its_hash() -> None:
    row = share(f.match("confirmed"))
    assert row.code not in (row.digest, str(m.JourneyShare.objects.filter(code="").first()))
    assert m.JourneyShare.objects.get().code == row.code
    assert len(row.code) == shares.CODE_LENGTH


@pytest.mark.parametrize("status", ["proposed", "accepted", "closed", "resolved", "cancelled", "declined"])
def test_what_is_not_under_way_is_not_shared(status: str) -> None:
    match = f.match(status)
    with pytest.raises((NotFound, Conflict)):
        share(match)
    assert not m.JourneyShare.objects.exists()


def test_a_share_taken_back_opens_nothing_and_others_still_do() -> None:
    match = f.match("departed")
    first, second = share(match), share(match)
    shares.end(actor=them(match), share=first.pk, at=f.NOW)
    shares.end(actor=them(match), share=first.pk, at=f.NOW)
    assert [action for action, _ in entries(first)] == ["share.made", "share.ended"]
    with pytest.raises(NotFound):
        following.by_code(first.code, f.NOW)
    assert following.by_code(second.code, f.NOW)


def test_nobody_else_takes_a_share_back() -> None:
    row = share(f.match("departed"))
    for stranger in (other(), f.SYSTEM):
        with refused("not_found"):
            shares.end(actor=stranger, share=row.pk, at=f.NOW)
    assert following.by_code(row.code, f.NOW)


def test_a_share_ends_with_the_journey() -> None:
    match = f.match("departed")
    row = share(match)
    f.arrive(match, f.NOW + f.HOUR)
    arrived = f.NOW + f.HOUR
    assert following.by_code(row.code, arrived + f.DAY - f.HOUR / 60).status == "arrived"
    with pytest.raises(NotFound):
        following.by_code(row.code, arrived + f.DAY)
    journeys.close(actor=f.andrei(), match=match.pk, at=f.NOW + 2 * f.HOUR)
    with pytest.raises(NotFound):
        following.by_code(row.code, f.NOW + 2 * f.HOUR)


def test_three_may_follow_at_once() -> None:
    match = f.match("departed")
    rows = [share(match) for _ in range(shares.AT_ONCE)]
    with refused("shares_enough"):
        share(match)
    shares.end(actor=them(match), share=rows[0].pk, at=f.NOW)
    assert share(match)


def test_a_household_s_code_is_no_share_and_a_share_is_no_household() -> None:
    match = f.match("departed")
    row = share(match)
    with pytest.raises(NotFound):
        following.by_code(match.household.code, f.NOW)
    with pytest.raises(NotFound):
        by_slip.holder(row.code)
