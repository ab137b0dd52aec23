"""A shift handed over: nothing is lost, and a zone is left without anybody only when somebody says so."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict
from registry.ids import uuid7
from registry.permissions import Actor
from registry.selectors import board
from registry.services import handing_over, zones
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db
NOTHING = {
    **dict.fromkeys(("households", "waiting", "expected"), 0),
    **dict.fromkeys(("chosen", "confirmed", "on_the_road", "overdue", "arrived"), 0),
}


def hand_over(shift: m.Shift, **given: Any) -> m.ShiftHandover:
    """Maria hands her shift over to whoever comes."""
    values: dict[str, Any] = {"actor": f.maria(), "id": uuid7(), "to": None, "first": (), "at": f.NOW}
    return handing_over.hand_over(shift=shift.pk, **{**values, **given})


def take(row: m.ShiftHandover, actor: Actor | None = None, at: Any = f.NOW) -> m.ShiftHandover:
    """Andrei takes it."""
    return handing_over.take(actor=actor or f.andrei(), handover=row.pk, at=at)


def two_on_duty() -> m.Shift:
    """Maria and Andrei at siret; Maria's shift."""
    f.staffed(who=f.known("andrei"))
    return f.staffed()


def test_the_last_one_leaves_only_knowingly() -> None:
    shift = f.staffed()
    maria = f.maria()
    with refused("zone_left_unstaffed"):
        zones.end_shift(actor=maria, shift=shift.pk, at=f.NOW)
    zones.end_shift(actor=maria, shift=shift.pk, at=f.NOW, leave_unstaffed=True)
    assert said(shift, "shift.ended", maria) == {"unstaffed": True}


def test_nobody_has_to_say_so_of_a_zone_that_is_closed_or_of_a_forgotten_shift() -> None:
    shift = f.staffed()
    m.Zone.objects.filter(pk="siret").update(status="suspended")
    zones.end_shift(actor=f.maria(), shift=shift.pk, at=f.NOW)
    m.Zone.objects.filter(pk="siret").update(status="active")
    forgotten = f.staffed(at=f.NOW - 24 * f.HOUR)
    zones.end_shift(actor=f.andrei(), shift=forgotten.pk, at=f.NOW)
    assert said(forgotten, "shift.ended", f.andrei()) == {}


def test_going_on_duty_elsewhere_leaves_nobody_behind_alone() -> None:
    f.geography()
    f.grant(f.known("maria"), "volunteer", zone="suceava")
    maria, there = f.actor(f.known("maria")), {"zone": "suceava", "id": uuid7(), "ends_at": f.NOW + f.HOUR}
    f.staffed()
    with refused("zone_left_unstaffed"):
        zones.start_shift(actor=maria, at=f.NOW, **there)  # type: ignore[arg-type]
    f.staffed(who=f.known("andrei"))
    zones.start_shift(actor=maria, at=f.NOW, **there)  # type: ignore[arg-type]


def test_a_shift_goes_on_until_a_colleague_has_taken_it() -> None:
    shift, waiting = two_on_duty(), f.help_request()
    row = hand_over(shift, to=f.andrei().person, first=[waiting.pk, waiting.pk])
    assert (row.counts, row.first) == ({**NOTHING, "waiting": 1}, [str(waiting.pk)])
    told = {"shift": str(shift.pk), "to": str(f.andrei().person), **row.counts}
    assert said(row, "shift.handed_over", f.maria()) == told
    assert again(shift).ended_at is None
    take(row, at=f.NOW + f.HOUR)
    assert (again(row).taken_at, again(row).taken_by_id) == (f.NOW + f.HOUR, f.andrei().id)
    assert said(row, "shift.taken_over", f.andrei()) == {"shift": str(shift.pk), "given_by": str(f.maria().id)}
    assert again(shift).ended_at == f.NOW + f.HOUR
    assert said(shift, "shift.ended", f.andrei()) == {"taken_by": str(f.andrei().id)}
    with refused("handover_taken"):
        take(row)


def test_what_was_left_to_the_next_one_waits_for_whoever_comes() -> None:
    shift = f.staffed()
    row, andrei = hand_over(shift), f.andrei()
    zones.end_shift(actor=f.maria(), shift=shift.pk, at=f.NOW, leave_unstaffed=True)
    with refused("not_on_shift_here"):
        take(row)
    assert list(board.handovers(andrei, "siret")) == [row]
    f.staffed(who=f.known("andrei"), at=f.NOW + f.HOUR)
    take(row, at=f.NOW + f.HOUR)
    assert again(shift).ended_at == f.NOW
    assert list(board.handovers(andrei, "siret")) == []


def test_a_named_colleague_has_it_until_the_old_shift_is_over() -> None:
    shift, third = two_on_duty(), f.person("volunteer", zone="siret")
    f.staffed(who=third)
    row = hand_over(shift, to=f.andrei().person)
    somebody = f.actor(third)
    with refused("handover_for_another"):
        take(row, somebody)
    zones.end_shift(actor=f.maria(), shift=shift.pk, at=f.NOW)
    take(row, somebody)
    assert again(row).taken_by_id == third.pk


def test_nobody_takes_their_own_shift_over() -> None:
    shift = two_on_duty()
    row, maria = hand_over(shift), f.maria()
    with refused("handover_for_another"):
        take(row, maria)


def test_a_handover_is_taken_back_by_whoever_gave_it() -> None:
    shift = two_on_duty()
    row, andrei, maria = hand_over(shift), f.andrei(), f.maria()
    with refused("handover_waits"):
        hand_over(shift)
    with refused("not_found"):
        handing_over.withdraw(actor=andrei, handover=row.pk, at=f.NOW)
    handing_over.withdraw(actor=maria, handover=row.pk, at=f.NOW)
    assert [action for action, _ in entries(row)] == ["shift.handed_over", "shift.handover_withdrawn"]
    with refused("handover_withdrawn"):
        take(row)
    assert hand_over(shift).taken_at is None


def test_nonsense_is_refused() -> None:
    shift, elsewhere = two_on_duty(), f.known("vasile")
    for to in (elsewhere.pk, f.maria().person):
        with refused("invalid", to="not_on_shift_here"):
            hand_over(shift, to=to)
    with refused("invalid", first="unknown_choice"):
        hand_over(shift, first=[uuid7()])
    with refused("shift_over"):
        hand_over(shift, at=f.NOW + 13 * f.HOUR)


@pytest.mark.parametrize("who", ["andrei", "vasile", "olena", "stefan", "sorin"])
def test_nobody_else_hands_a_shift_over(who: str) -> None:
    shift, somebody = two_on_duty(), f.actor(f.known(who))
    with refused("not_found"):
        hand_over(shift, actor=somebody)


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "sorin"])
def test_nobody_outside_of_the_zone_takes_it(who: str) -> None:
    row, somebody = hand_over(two_on_duty()), f.actor(f.known(who))
    with refused("not_found"):
        take(row, somebody)


@pytest.mark.django_db(transaction=True)
def test_two_who_go_at_the_same_time_do_not_both_count_on_the_other(at_once: Any) -> None:
    shifts = [f.staffed(who=f.known("andrei")), f.staffed()]
    actors = [f.andrei(), f.maria()]
    done = at_once(2, lambda n: zones.end_shift(actor=actors[n], shift=shifts[n].pk, at=f.NOW))
    assert sorted(type(one) is Conflict for one in done) == [False, True]
    assert m.Shift.objects.filter(ended_at=None).count() == 1
