"""Rule 16: one record, a reason, a fresh second factor, half an hour, two people told."""

from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.errors import NotAllowed, NotFound, StepUpRequired
from registry.ids import uuid7
from registry.selectors import glass as selected
from registry.services import break_glass, disclosure
from tests import factories as f
from tests.services.claims import entries, refused

pytestmark = pytest.mark.django_db

REASON = "The child of this family has arrived in Tulcea alone."


def travelling() -> m.Match:
    """A household of Siret on its way to a bed."""
    who = f.household(contact_name="Oksana", contact_phone="+380501234567")
    home = f.dwelling(address="Aleea Florilor 3")
    return f.match("departed", request=f.help_request("both", who), stay=f.accommodation_offer(home))


def elsewhere(role: str = "volunteer") -> Any:
    """Somebody whose work is in Tulcea."""
    place = {"zone": "tulcea"} if role in ("volunteer", "coordinator") else {"county": "RO-TL"}
    return f.actor(f.person(role, **place))


def broken(actor: Any, household: m.Household, **given: Any) -> m.BreakGlass:
    values = {"id": uuid7(), "code": household.code, "reason": REASON, "at": f.NOW, **given}
    return break_glass.break_glass(actor=actor, **values)


@pytest.mark.parametrize("role", ["volunteer", "coordinator", "officer", "child_protection"])
def test_whoever_needs_it_reaches_one_household_outside_their_view(role: str) -> None:
    match, actor = travelling(), elsewhere(role)
    with pytest.raises((NotFound, NotAllowed)):
        disclosure.journey_contacts(actor=actor, match=match.pk, at=f.NOW)
    seen = break_glass.look(actor=actor, glass=broken(actor, match.household).pk, at=f.NOW)
    assert {one.phone for one in seen.contacts} >= {"+380501234567"}
    assert seen.destination
    assert seen.destination.address == "Aleea Florilor 3"
    with pytest.raises((NotFound, NotAllowed)):
        disclosure.journey_contacts(actor=actor, match=match.pk, at=f.NOW)


def test_two_people_are_told_and_everything_is_written_down() -> None:
    match, actor = travelling(), elsewhere()
    row = broken(actor, match.household)
    break_glass.look(actor=actor, glass=row.pk, at=f.NOW)
    told = m.Alarm.objects.filter(code="glass_broken").values_list("role", "zone")
    assert set(told) == {("auditor", "siret"), ("coordinator", "siret")}
    assert [action for action, _ in entries(row)] == ["glass.broken"]
    assert ("read.contact", {"glass": str(row.pk)}) in entries(match.household)
    assert ("read.exact_place", {"glass": str(row.pk)}) in entries(match)
    assert not [one for one in m.AuditEntry.objects.all() if REASON in str(one.data)]


def test_it_is_open_for_half_an_hour_and_for_nobody_else() -> None:
    match, actor = travelling(), elsewhere()
    row = broken(actor, match.household)
    break_glass.look(actor=actor, glass=row.pk, at=f.NOW + timedelta(minutes=29))
    for who, at in ((actor, f.NOW + timedelta(minutes=30)), (elsewhere(), f.NOW), (f.maria(), f.NOW)):
        with pytest.raises(NotFound):
            break_glass.look(actor=who, glass=row.pk, at=at)


@pytest.mark.parametrize("name", ["sorin", "alina", "pavel"])
def test_stewards_auditors_and_partners_never_do(name: str) -> None:
    match = travelling()
    with pytest.raises(NotAllowed):
        broken(f.actor(f.known(name)), match.household)


def test_a_reason_of_twenty_characters_and_a_fresh_second_factor() -> None:
    match, who = travelling(), f.person("volunteer", zone="tulcea")
    with refused("invalid", reason="too_short"):
        broken(f.actor(who), match.household, reason="help   " + " " * 40 + "me")
    with pytest.raises(StepUpRequired):
        broken(f.actor(who, confirmed_until=None), match.household)
    assert not m.BreakGlass.objects.exists()


def test_an_unknown_code_opens_nothing_and_guessing_ends() -> None:
    actor = elsewhere()
    household = travelling().household
    for _ in range(3):
        broken(actor, household)
    with refused("too_many"):
        broken(actor, household)
    with pytest.raises(NotFound):
        broken(elsewhere(), household, code="SZ-0000-0000")


def test_coordinators_of_the_zone_read_why_and_others_do_not() -> None:
    broken(elsewhere(), travelling().household)
    assert [row.reason for row in selected.lately(f.andrei(), 5)] == [REASON]
    assert selected.lately(elsewhere("coordinator"), 5) == []
    assert selected.lately(f.maria(), 5) == []


def test_a_household_on_no_journey_has_its_own_phone_only() -> None:
    who = f.household(contact_phone="+380501234567")
    actor = elsewhere()
    seen = break_glass.look(actor=actor, glass=broken(actor, who).pk, at=f.NOW)
    assert (seen.match, seen.destination, [one.phone for one in seen.contacts]) == (None, None, ["+380501234567"])
