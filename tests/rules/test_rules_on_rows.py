"""The rules asked of real rows: what the selectors tell them is what they must know."""

from dataclasses import replace

import pytest

from registry import models as m
from registry.errors import NotFound
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules import eligibility
from registry.rules.facts import Group, Person
from registry.selectors import facts, journeys, left_out, requests, sql
from registry.services import disclosure, matching, protection, suspension
from tests import factories as f

pytestmark = pytest.mark.django_db

SOMEBODY = Person("18-59", "unknown")
REASON = "She said so in private and has known him for years."


def aboard(ride, leaving_out=None):
    return facts.rides_of([ride.id], f.NOW, leaving_out)[ride.id].aboard


def guests(stay, at=f.NOW):
    return facts.stays_of([stay.id], (26.0, 47.9), at)[stay.id].guests


def confirmed(*members, ride=None, stay=None, **request):
    kind = "both" if ride and stay else "stay" if stay else "ride"
    asked = f.help_request(kind, f.household(members), **request)
    return f.match("confirmed", asked, ride, stay)


def couple_drives():
    """A ride with a woman at the wheel, so that rule 5 is not in the way."""
    return f.transport_offer()


def test_an_adult_of_unknown_sex_is_aboard_as_such():
    ride = couple_drives()
    confirmed(f.WOMAN, SOMEBODY, f.CHILD, ride=ride)
    assert aboard(ride) == (Group(women=1, men=0, children=1, unknown=1),)


def test_a_child_of_unknown_sex_is_a_child_and_not_an_unknown_adult():
    ride = couple_drives()
    confirmed(f.WOMAN, Person("4-11", "unknown", "parent"), ride=ride)
    assert aboard(ride) == (Group(women=1, children=1),)


def test_a_match_that_is_asked_about_does_not_see_itself_aboard():
    ride = couple_drives()
    row = confirmed(f.WOMAN, f.CHILD, ride=ride)
    assert aboard(ride, leaving_out=row.pk) == ()


def test_an_agreement_of_two_staff_travels_with_the_household_while_it_holds():
    ride = couple_drives()
    row = confirmed(f.WOMAN, ride=ride)
    agreement(row.household)
    assert aboard(ride)[0].agreed
    m.ProtectionDecision.objects.update(ended_at=f.NOW)
    assert not aboard(ride)[0].agreed


def test_the_first_of_two_signatures_is_no_agreement():
    ride = couple_drives()
    row = confirmed(f.WOMAN, ride=ride)
    first_signature(row.household)
    assert not aboard(ride)[0].agreed


def first_signature(household):
    return protection.ask_to_accept_men(
        actor=f.maria(), household=household.pk, id=uuid7(), reason=REASON, expires_on=f.TODAY + f.DAY, at=f.NOW
    )


def agreement(household):
    first = first_signature(household)
    return protection.agree_to_accept_men(actor=f.andrei(), decision=first.pk, at=f.NOW)


def test_guests_of_a_home_are_known_with_their_nights():
    stay = f.accommodation_offer()
    confirmed(f.WOMAN, f.CHILD, stay=stay)
    (guest,) = guests(stay)
    assert (guest.group, guest.from_date, guest.to_date) == (
        Group(women=1, children=1),
        f.TODAY,
        f.TODAY + 3 * f.DAY,
    )


def test_guests_who_should_have_left_and_have_not_are_there_tonight():
    stay = f.accommodation_offer()
    confirmed(f.WOMAN, f.CHILD, stay=stay)
    later = f.NOW + 5 * f.DAY
    (guest,) = guests(stay, later)
    assert guest.to_date == later.date() + f.DAY


def test_a_place_for_women_only_is_not_proposed_to_an_adult_of_unknown_sex():
    f.staffed("siret")
    stay = f.accommodation_offer(women_only=True, accepts_men=False)
    asked = f.help_request("stay", f.household((f.WOMAN, SOMEBODY)))
    found = matching.search(actor=f.maria(), request=asked.pk, at=f.NOW)
    assert stay.pk not in [p.stay and p.stay.pk for p in found.ranked]
    assert "women_only" in [x.reason.code for x in found.excluded]


def test_the_columns_and_the_rule_refuse_the_same_for_every_need():
    """A stay that the columns let through is refused by the gate for none of the columns' reasons."""
    stay = f.accommodation_offer(women_only=True, accepts_men=False)
    for members in ((f.WOMAN,), (f.MAN,), (SOMEBODY,), (f.WOMAN, f.CHILD)):
        need = facts.need_of(f.help_request("stay", f.household(members)))
        by_columns = {
            code
            for code, rule in left_out.stay_exclusions(need).items()
            if sql.rows("SELECT 1 FROM registry_accommodationoffer o WHERE " + rule.text, *rule.parameters)  # noqa: S608
        }
        fact = replace(facts.stays_of([stay.id], (26.0, 47.9), f.NOW)[stay.pk], distance_km=0.0)
        by_rule = {r.code for r in eligibility.stay(need, fact, f.NOW)}
        assert by_columns == by_rule & {"women_only", "no_men", "no_children", "beds_too_few", "dates_do_not_fit"}


def test_child_protection_sees_children_who_name_each_other_as_family_but_have_no_adult():
    brothers = f.household((Person("12-17", "m", "parent"), Person("4-11", "m", "parent")))
    family = f.household((f.WOMAN, f.CHILD))
    seen = set(requests.households(f.daria()).values_list("pk", flat=True))
    assert brothers.pk in seen
    assert family.pk not in seen


def owner_of(ride) -> Actor:
    return f.owner(ride.driver)


@pytest.mark.parametrize("status", ["declined", "cancelled", "proposed", "accepted"])
def test_a_provider_never_learns_of_a_match_that_was_not_confirmed(status):
    ride = couple_drives()
    row = f.match(status, ride=ride)
    assert not journeys.matches(owner_of(ride)).exists()
    with pytest.raises(NotFound):
        journeys.match(owner_of(ride), row.pk)


def test_a_provider_knows_a_confirmed_match_that_was_called_off():
    ride = couple_drives()
    row = f.match("confirmed", ride=ride)
    matching.cancel(actor=f.maria(), match=row.pk, reason="plans_changed", at=f.NOW)
    assert journeys.match(owner_of(ride), row.pk).status == "cancelled"


def test_a_driver_loses_the_address_the_moment_the_journey_is_halted():
    ride, stay = couple_drives(), f.accommodation_offer()
    row = f.match("departed", f.help_request("both"), ride, stay)
    driver = owner_of(ride)
    assert disclosure.journey_destination(actor=driver, match=row.pk, at=f.NOW).precision == "exact"
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="report", at=f.NOW)
    told = disclosure.journey_destination(actor=driver, match=row.pk, at=f.NOW)
    assert (told.precision, told.address, told.lat) == ("none", "", None)


def test_staff_keep_the_address_of_a_halted_journey_to_find_the_people():
    ride, stay = couple_drives(), f.accommodation_offer()
    row = f.match("departed", f.help_request("both"), ride, stay)
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="report", at=f.NOW)
    assert disclosure.journey_destination(actor=f.maria(), match=row.pk, at=f.NOW).precision == "exact"
