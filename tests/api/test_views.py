"""Who sees what: what leaves the API is shaped to whoever asks."""

import pytest

from registry import models as m
from tests import factories as f
from tests.api.caller import Caller
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
PERSONAL = ("Oksana", "+380671234567")


@pytest.fixture
def world():
    """Things at Siret, carried and hosted by one provider."""
    return World()


def test_a_provider_never_learns_who_travels(world):
    match = world.match("confirmed")
    elena = Caller(f.actor(world.account))
    shown = elena.get(f"/journeys/{match.pk}")
    assert shown.json()["need"] == {
        "adults": 1,
        "children": 1,
        "child_seats": 0,
        "wheelchairs": 0,
        "pets": 0,
        "luggage": 0,
    }
    assert shown.json()["household_language"] is None
    for hidden in (*PERSONAL, world.household.code, str(world.household.pk), str(world.request.pk)):
        assert hidden not in shown.content.decode() + elena.get("/journeys").content.decode()


@pytest.mark.parametrize("status", ["proposed", "accepted", "declined"])
def test_a_provider_never_learns_of_a_proposal_or_a_refusal(world, status):
    match = world.match(status)
    elena = Caller(f.actor(world.account))
    assert elena.get(f"/journeys/{match.pk}").status_code == 404
    for path in ("/journeys", "/matches"):
        assert elena.get(path).json()["items"] == []


def test_the_contact_of_a_household_is_an_audited_reading(world):
    maria = Caller(f.maria())
    detail = maria.get(f"/households/{world.household.pk}")
    assert not any(hidden in detail.content.decode() for hidden in PERSONAL)
    before = m.AuditEntry.objects.filter(action="read.contact").count()
    assert maria.get(f"/households/{world.household.pk}/contact").json()["phone"] == PERSONAL[1]
    assert m.AuditEntry.objects.filter(action="read.contact").count() == before + 1


def test_a_provider_is_not_told_of_a_report_or_a_hold(world):
    f.hold(world.provider, "report")
    own = Caller(f.actor(world.account)).get(f"/providers/{world.provider.pk}").json()
    assert (own["holds"], own["pending"], own["why_not_me"], own["standing"]["reasons"]) == (None, None, None, [])
    officer = Caller(f.olena()).get(f"/providers/{world.provider.pk}").json()
    assert [hold["code"] for hold in officer["holds"]] == ["report"]
    assert [reason["code"] for reason in officer["standing"]["reasons"]] == ["hold_open"]


def test_a_queue_names_nobody(world):
    provider = world.provider
    rows = Caller(f.olena()).get("/providers")
    named = next(row for row in rows.json()["items"] if row["id"] == str(provider.pk))
    assert named["label"] == "E.G."
    assert provider.family_name not in rows.content.decode()


def test_an_officer_reading_an_identity_leaves_an_entry(world):
    Caller(f.olena()).get(f"/providers/{world.provider.pk}")
    entry = m.AuditEntry.objects.get(action="read.identity")
    assert (entry.actor_id, entry.object_id) == (f.olena().id, str(world.provider.pk))


def test_the_place_of_beds_is_a_cell_for_field_staff(world):
    text = Caller(f.maria()).get(f"/accommodation-offers/{world.stay.pk}").content.decode()
    assert world.home.address not in text
    assert str(world.home.lat) not in text
    assert f"{world.home.cell:x}" in text


def test_an_officer_sees_why_a_decision_waits_and_why_not_me(world):
    decision = world.pending("provider")
    petru = Caller(f.petru()).get(f"/decisions/{decision.pk}").json()
    assert "second_is_first" in [reason["code"] for reason in petru["why_not_me"]]
    assert Caller(f.olena()).get(f"/decisions/{decision.pk}").json()["why_not_me"] == []
    shown = Caller(f.olena()).get(f"/providers/{world.provider.pk}").json()
    assert [(d["id"], d["why_not_me"]) for d in shown["pending"]] == [(str(decision.pk), [])]


def test_a_suspension_answers_who_is_on_the_road(world):
    match = world.match("departed")
    olena = Caller(f.olena())
    done = olena.post(f"/providers/{world.provider.pk}/suspension", {"reason": "report"}).json()
    assert done["on_the_road"] == [str(match.pk)]
    called = olena.get(f"/journeys/{match.pk}/contacts").json()["items"]
    assert (called[0]["who"], called[0]["phone"]) == ("household", PERSONAL[1])


def test_a_child_alone_is_shown_to_child_protection_without_its_code(world):
    shown = Caller(f.daria()).get(f"/households/{world.child.pk}").json()
    assert (shown["code"], len(shown["members"])) == (None, 1)
    assert Caller(f.daria()).get(f"/households/{world.household.pk}").status_code == 404


def test_the_public_sees_active_zones_only():
    f.geography()
    f.zone("draft-one", status="draft")
    f.zone("closed-one", status="suspended")
    shown = Caller().get("/public/zones").json()
    assert [feature["id"] for feature in shown["features"]] == ["sighet", "siret", "suceava", "tulcea"]
    assert "draft-one" in Caller(f.maria()).get("/zones").content.decode()
    assert "draft-one" not in Caller(f.pavel()).get("/zones").content.decode()


def test_a_plate_is_answered_with_one_word(world):
    answer = Caller().raw("post", "/public/check", f'{{"text": "{world.car.plate}"}}'.encode())
    assert answer.json() == {"answer": "VALID"}
    f.hold(world.car)
    assert Caller().raw("post", "/public/check", b'{"text": "%s"}' % world.car.plate.encode()).json() == {
        "answer": "NOT VALID"
    }


def test_help_numbers_say_when_they_were_verified():
    lines = Caller().get("/public/helplines").json()["items"]
    assert {"112", "119", "0800 800 678", "0757 749 845"} <= {line["number"] for line in lines}
    assert all(line["source"] and line["last_verified"] for line in lines)


def test_a_reason_can_be_told_to_the_household_in_its_own_language(world):
    world.household.language = "ru"
    world.household.save()
    assert world.ride
    found = Caller(f.maria(), language="ro").get(f"/requests/{world.request.pk}/proposals").json()
    reason = found["ranked"][0]["reasons"][0]
    assert any("а" <= letter <= "я" for letter in reason["household_text"])
    assert not any("а" <= letter <= "я" for letter in reason["text"])


def test_a_household_finds_its_own_journey_by_its_code(world):
    world.match("departed")
    code = world.household.code
    spoken = f"{code[:4].lower()}-{code[4:]}"
    shown = Caller().get(f"/public/journey/{spoken}").json()
    assert (shown["driver"], shown["plate"], shown["status"]) == ("Elena", world.car.plate, "departed")
    assert Caller().get("/public/journey/AAAAAAAAAAAA").status_code == 404
