"""The phone counts a household and its days as the server's own form does."""

import json
import random
from datetime import datetime, timedelta

import pytest

from registry.phone.intake_forms import NUMBERS, HouseholdForm
from registry.rules import facts
from registry.selectors.facts import local
from registry.services import intake
from tests import factories as f

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PARTY = """async ([name, ...given]) => {
  const party = await import("/static/registry/app/volunteer/party.js");
  return JSON.stringify(party[name](...given));
}"""


def asked(page, name, *given):
    """What a function of the app's party.js says."""
    return json.loads(page.evaluate(PARTY, [name, *given]))


def forms():
    """Invented households, as somebody counts them: adults, children, children of absent people, unknown ages."""
    drawn = random.Random(7)
    for _ in range(40):
        counts = {name: drawn.choice((0, 0, 0, 1, 2)) for name in NUMBERS}
        counts["n_18_59_f"] += 1
        minors = sum(n for name, n in counts.items() if NUMBERS[name][0] in facts.MINOR_BANDS)
        others = drawn.randint(0, minors)
        yield counts, drawn.choice(facts.GUARDIANS) if minors else "", others


def test_members_are_those_of_the_servers_form(phone):
    f.geography()
    page = phone.open()
    for counts, guardian, others in forms():
        data = {**counts, "zone": "siret", "language": "uk", "guardian": guardian, "others": others}
        data |= {"wheelchairs": 0, "pets": 0, "luggage": 0}
        form = HouseholdForm(data, zones=[("siret", "Siret")])
        if sum(counts.values()) > 30:
            continue
        assert form.is_valid(), form.errors
        of_phone = {" ".join(NUMBERS[name]): n for name, n in counts.items()}
        typed = {"counts": of_phone, "guardian": guardian, "others": others}
        said = [facts.Person(**one) for one in asked(page, "members", typed)]
        assert said == form.members()


def test_a_body_is_typed_again_as_it_was(phone):
    page = phone.open()
    counts = {"18-59 f": 1, "4-11 f": 2, "unknown unknown": 1}
    form = {**asked(page, "emptyForm", "ro"), "counts": counts, "guardian": "parent", "others": 1, "needs": ["trauma"]}
    body = asked(page, "householdBody", form, "an id", "siret")
    assert asked(page, "typed", body) == form
    assert set(body["needs"]) <= set(intake.NEEDS)


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        ("2026-03-06T12:00", "2026-03-07T07:00+02:00"),
        ("2026-03-28T23:30", "2026-03-29T07:00+03:00"),
        ("2026-10-24T23:30", "2026-10-25T07:00+02:00"),
        ("2026-10-25T00:10", "2026-10-26T07:00+02:00"),
        ("2026-12-31T23:59", "2027-01-01T07:00+02:00"),
    ],
)
def test_tomorrow_morning_is_seven_oclock_there_also_when_the_clock_is_changed(phone, at, morning):
    page = phone.open()
    now = local(f.NOW).replace(**_parts(at))
    script = """async (ms) => {
      const party = await import("/static/registry/app/volunteer/party.js");
      const asked = { ...party.emptyRequest(), tomorrow: true };
      return party.requestBody(asked, "an id", "siret", new Date(ms));
    }"""
    body = page.evaluate(script, now.timestamp() * 1000)
    assert datetime.fromisoformat(body["earliest_at"]) == datetime.fromisoformat(morning)
    assert body["from_date"] == morning[:10]


def _parts(text):
    at = datetime.fromisoformat(text)
    return {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute")}


def test_a_night_is_the_day_there_not_of_the_phone(phone):
    page = phone.open()
    late = f.NOW.replace(hour=23, minute=30) - timedelta(hours=1)
    script = """async (ms) => (await import("/static/registry/app/volunteer/party.js")).dayThere(new Date(ms))"""
    assert page.evaluate(script, late.timestamp() * 1000) == local(late).date().isoformat()
