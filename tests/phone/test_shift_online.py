"""The whole shift of one volunteer with a network: zone, shift, household, choice, gate, arrival, handing over."""

import pytest

from registry import models as m
from tests import factories as f
from tests.phone.shift import clock, on_phone

__all__ = ["clock", "on_phone"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_volunteer_goes_from_the_zone_to_a_confirmed_journey(on_phone, clock):
    f.geography()
    f.transport_offer(), f.accommodation_offer()
    maria = on_phone()
    maria.chooses_zone().starts_shift()
    shift = m.Shift.objects.get()
    assert (shift.zone_id, shift.person_id) == ("siret", f.known("maria").pk)
    maria.registers()
    household = m.Household.objects.get()
    assert (household.size, household.minors, household.language, household.zone_id) == (3, 2, "uk", "siret")
    assert {row.guardian for row in household.members.all() if row.age_band != "18-59"} == {"parent"}
    maria.sees(household.code[:4])
    maria.follow("Find a ride or a bed")
    maria.sees("1 offer fits")
    maria.tap("Show to the family")
    page = maria.page.locator("dialog.v-family")
    assert page.get_attribute("lang") == "uk"
    assert "Обираєте ви" in page.inner_text()
    maria.tap("Так, ми обираємо це")
    maria.tap("Confirm")
    maria.sees("Confirmed: seats and beds are taken for them.")
    match = m.Match.objects.get()
    assert (match.status, match.household_id) == ("confirmed", household.pk)
    assert maria.page.get_by_role("link", name="Hand over at the gate").get_attribute("href") == f"#/gate/{match.pk}"
