"""The whole flow over HTTP, as volunteers, officers, providers and a household use it."""

from datetime import timedelta
from itertools import count

import pytest

from registry.ids import uuid7
from registry.rules import vetting
from registry.web import asking
from tests import factories as f
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def ok(answer, status=200):
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.json()
    return answer.json()


PAPERS = count(101234, 10000)


def evidence(code):
    """Evidence metadata that this check must record."""
    all_of_it = {"type": "id_card", "country": "RO", "last_four": "1234", "expires_on": "2027-03-06"}
    number = {"number": f"SV {next(PAPERS)}"} if vetting.shows_paper(code) else {}
    return {name: all_of_it[name] for name in vetting.definitions()[code].evidence} | number


def verify(kind, pk, codes, first, second, residents=()):
    """Every check recorded, then two people of two organizations decide."""
    for code in codes:
        body = {"id": str(uuid7()), "code": code, "passed": True, "evidence": evidence(code)}
        ok(first.post(f"/{kind}/{pk}/checks", body), 201)
    for resident in residents:
        for code in vetting.required("resident"):
            body = {"id": str(uuid7()), "code": code, "passed": True, "evidence": evidence(code), "resident": resident}
            ok(first.post(f"/{kind}/{pk}/checks", body), 201)
    decision = str(uuid7())
    body = {"id": decision, "decision": "verify", "reason": "checks_complete"}
    ok(first.post(f"/{kind}/{pk}/decisions", body), 201)
    waiting = ok(second.get("/decisions"))["items"]
    assert decision in [row["id"] for row in waiting]
    assert ok(second.get(f"/decisions/{decision}"))["why_not_me"] == []
    done = ok(second.post(f"/decisions/{decision}/second", {"carry": True, "reason": "checks_complete"}))
    assert done["outcome"] == "carried"


def test_the_whole_flow_from_the_border_to_a_confirmed_arrival(monkeypatch):  # noqa: PLR0915
    f.geography()
    olena, petru, maria, andrei = (Caller(who) for who in (f.olena(), f.petru(), f.maria(), f.andrei()))
    account = f.person("provider", given_name="Elena", family_name="Munteanu")
    elena = Caller(f.actor(account))

    # A driver and host applies, is checked and verified by two people, with her car and her home.
    provider = str(uuid7())
    body = {
        "id": provider,
        "kind": "person",
        "given_name": "Elena",
        "family_name": "Munteanu",
        "birth_year": 1980,
        "sex": "f",
        "phone": "0721 234 567",
        "town": "suceava",
        "languages": ["ro", "uk"],
        "is_driver": True,
        "is_host": True,
        "own_account": True,
    }
    assert ok(elena.post("/providers", body), 201)["status"] == "applied"
    codes = vetting.required_of_provider("person", is_driver=True)
    assert set(ok(olena.get(f"/providers/{provider}"))["standing"]["missing"]) == set(codes)
    verify("providers", provider, codes, olena, petru)

    car = str(uuid7())
    body = {"id": car, "plate": "SV 12 ABC", "plate_country": "RO", "make": "Dacia", "color": "white", "seats": 5}
    ok(elena.post(f"/providers/{provider}/vehicles", {**body, "child_seats": 1}), 201)
    verify("vehicles", car, vetting.required("vehicle"), olena, petru)

    home, resident = str(uuid7()), str(uuid7())
    body = {"id": home, "address": "Strada Florilor 3", "town": "suceava", "lat": 47.634, "lon": 26.251, "beds": 4}
    living = [{"id": resident, "given_name": "Elena", "family_name": "Munteanu", "birth_year": 1980, "sex": "f"}]
    ok(elena.post(f"/providers/{provider}/dwellings", {**body, "residents": living}), 201)
    verify("dwellings", home, vetting.required("dwelling"), olena, petru, [resident])

    shown = ok(elena.get(f"/providers/{provider}"))
    assert shown["status"] == "verified"
    passes = [p for p in shown["passes"] if p["status"] == "issued" and p["vehicle"] == car]
    assert len(passes) == 1

    # She offers seats and beds.
    ride, stay = str(uuid7()), str(uuid7())
    body = {
        "id": ride,
        "provider": provider,
        "driver": provider,
        "vehicle": car,
        "origin": "siret",
        "destinations": ["suceava"],
        "departs_from": "2026-03-06T12:30:00+02:00",
        "departs_until": "2026-03-06T18:00:00+02:00",
        "seats": 4,
        "child_seats": 1,
        "luggage": 4,
        "languages": ["uk"],
    }
    ok(elena.post("/transport-offers", body), 201)
    assert ok(elena.post(f"/transport-offers/{ride}/publish"))["status"] == "open"
    body = {"id": stay, "provider": provider, "dwelling": home, "beds": 4}
    ok(elena.post("/accommodation-offers", {**body, "from_date": "2026-03-06", "to_date": "2026-04-06"}), 201)
    assert ok(elena.post(f"/accommodation-offers/{stay}/publish"))["status"] == "open"

    # Maria comes on duty, registers a mother with a small child and asks who can take them.
    ok(maria.post("/zones/siret/shifts", {"id": str(uuid7()), "ends_at": "2026-03-06T20:00:00+02:00"}), 201)
    household, request = str(uuid7()), str(uuid7())
    members = [{"age_band": "18-59", "sex": "f"}, {"age_band": "0-3", "sex": "m", "guardian": "parent"}]
    body = {"id": household, "zone": "siret", "crossing": "siret", "members": members, "contact_phone": "0671234567"}
    code = ok(maria.post("/households", body), 201)["code"]
    body = {
        "id": request,
        "kind": "both",
        "origin": "siret",
        "earliest_at": f.NOW.isoformat(),
        "from_date": "2026-03-06",
        "nights": 3,
    }
    ok(maria.post(f"/households/{household}/requests", body), 201)
    proposals = ok(maria.get(f"/requests/{request}/proposals"))
    best = proposals["ranked"][0]
    assert (best["ride"]["id"], best["stay"]["id"]) == (ride, stay)
    assert all(reason["text"] and reason["household_text"] for reason in best["reasons"])

    # Proposed, chosen, confirmed.
    match = str(uuid7())
    ok(maria.post("/matches", {"id": match, "request": request, "ride": ride, "stay": stay}), 201)
    assert ok(elena.get("/journeys"))["items"] == []
    ok(maria.post(f"/matches/{match}/accept"))
    ok(maria.post(f"/matches/{match}/confirm"))
    mine = ok(elena.get(f"/journeys/{match}"))
    assert (mine["side"], mine["household"], mine["need"]["children"]) == ("receiver", None, 1)
    own = ok(Caller().get(f"/public/journey/{code}"))
    assert (own["driver"], own["plate"], own["next_step"]) == ("Elena", "SV 12 ABC", "come_to_the_gate")

    # Handed over at the gate, on the road, arrived: the household says so, then the host.
    gone = ok(
        maria.post(f"/journeys/{match}/departure", {"counted": 2, "pass_code": passes[0]["code"], "plate": "sv12abc"})
    )
    assert gone["status"] == "departed"
    later = f.NOW + timedelta(minutes=50)
    monkeypatch.setattr(asking, "now", lambda: later)
    assert ok(elena.get(f"/journeys/{match}/destination"))["precision"] == "exact"
    said = ok(Caller().post(f"/public/journey/{code}/check-ins", {"id": str(uuid7()), "kind": "arrived"}), 201)
    assert said["next_step"] == "wait_for_the_other_side"
    assert ok(elena.post(f"/journeys/{match}/arrival", {"side": "receiver"}))["status"] == "arrived"
    assert ok(andrei.post(f"/journeys/{match}/closure"))["status"] == "closed"
    assert ok(maria.get(f"/requests/{request}"))["status"] == "completed"
    trail = ok(Caller(f.alina()).get(f"/audit-entries?object_id={match}"))["items"]
    deeds = [row["action"] for row in reversed(trail) if row["action"].startswith(("match.", "journey.", "read."))]
    assert deeds == [
        "match.proposed",
        "match.accepted",
        "match.confirmed",
        "journey.departed",
        "read.exact_place",
        "journey.check_in",
        "journey.arrival_said",
        "journey.arrival_said",
        "journey.arrived",
        "journey.closed",
    ]
