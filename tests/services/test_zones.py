"""Safe zones: opened and closed by coordinators and officers, staffed by shifts."""

from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import zones
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db


def set_status(zone: str, action: str, **given: Any) -> m.Zone:
    """Andrei opens or closes a zone."""
    return zones.set_status(**{"actor": f.andrei(), "zone": zone, "action": action, "at": f.NOW, **given})


def start(**given: Any) -> m.Shift:
    """Maria goes on duty at siret."""
    values: dict[str, Any] = {
        "actor": f.maria(),
        "zone": "siret",
        "id": uuid7(),
        "ends_at": f.NOW + 8 * f.HOUR,
        "at": f.NOW,
    }
    return zones.start_shift(**{**values, **given})


@pytest.mark.parametrize("who", ["andrei", "olena"])
def test_a_zone_is_opened_and_closed(who: str) -> None:
    f.geography()
    zone, actor = f.zone("new", status="draft", activated_at=None), f.actor(f.known(who))
    set_status("new", "activate", actor=actor)
    assert (again(zone).status, again(zone).activated_at) == ("active", f.NOW)
    assert said(zone, "zone.active", actor) == {}
    set_status("new", "suspend", actor=actor)
    assert again(zone).status == "suspended"


@pytest.mark.parametrize("who", ["maria", "vasile", "stefan", "sorin", "pavel", "daria"])
def test_nobody_else_opens_or_closes_it(who: str) -> None:
    f.geography()
    somebody = f.actor(f.known(who))
    with refused("not_allowed"):
        set_status("siret", "suspend", actor=somebody)


@pytest.mark.parametrize(("status", "action"), [("active", "activate"), ("retired", "activate"), ("draft", "suspend")])
def test_a_step_from_the_wrong_state_is_refused(status: str, action: str) -> None:
    f.geography()
    f.zone("new", status=status)
    with refused("illegal_transition"):
        set_status("new", action)


def test_nonsense_is_refused() -> None:
    f.geography()
    with refused("invalid", action="unknown_choice"):
        set_status("siret", "explode")
    with refused("not_found"):
        set_status("nowhere", "activate")
    with refused("stale_version"):
        set_status("siret", "suspend", if_version=9)


def test_a_suspended_zone_lets_nobody_leave() -> None:
    match = f.match("confirmed")
    set_status("siret", "suspend")
    ride = f.ride_of(match)
    assert ride
    f.provider_pass(ride.driver, ride.vehicle)
    with refused("refused_by_rule", "zone_not_active"):
        f.depart(match)


def test_a_shift_staffs_the_zone() -> None:
    f.geography()
    shift = start()
    assert (shift.starts_at, shift.ended_at) == (f.NOW, None)
    assert said(shift, "shift.started", f.maria()) == {"zone": "siret"}
    second = start(at=f.NOW + f.HOUR)
    assert (again(shift).ended_at, again(second).ended_at) == (f.NOW + f.HOUR, None)


@pytest.mark.parametrize("who", ["vasile", "olena", "stefan", "sorin"])
def test_only_field_staff_of_the_zone_go_on_duty(who: str) -> None:
    f.geography()
    somebody = f.actor(f.known(who))
    with refused("not_allowed"):
        start(actor=somebody)


@pytest.mark.parametrize("ends_at", [f.NOW, f.NOW - f.HOUR, f.NOW + 13 * f.HOUR])
def test_a_shift_is_twelve_hours_at_most(ends_at: Any) -> None:
    f.geography()
    with refused("invalid", ends_at="out_of_range"):
        start(ends_at=ends_at)


def test_a_shift_is_ended_by_its_person_or_a_coordinator() -> None:
    first, second = f.staffed(), f.staffed(who=f.known("andrei"))
    zones.end_shift(actor=f.maria(), shift=first.pk, at=f.NOW)
    assert (again(first).ended_at, said(first, "shift.ended", f.maria())) == (f.NOW, {})
    with refused("not_found"):
        zones.end_shift(actor=f.maria(), shift=second.pk, at=f.NOW)
    with refused("shift_over"):
        zones.end_shift(actor=f.andrei(), shift=first.pk, at=f.NOW)


def test_a_shift_that_has_ended_by_itself_staffs_nothing() -> None:
    ride, request = f.transport_offer(), f.help_request()
    f.staffed("siret", at=f.NOW - 12 * f.HOUR)
    with refused("refused_by_rule", "zone_not_staffed"):
        f.propose(request, ride)
