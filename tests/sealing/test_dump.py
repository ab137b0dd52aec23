"""A stolen database tells nothing: neither its pages nor its rows hold a name, a phone, a paper, a place."""

from typing import Any

import pytest
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.rules import vetting as checklists
from registry.services import (
    answering,
    break_glass,
    concerns,
    geography,
    matching,
    protection,
    suspension,
    vetting,
    worker,
)
from registry.simulation import demo
from tests import factories as f
from tests.api.caller import Caller
from tests.pages.site import browser, clock
from tests.sealing.spelling import SHORTEST, found_in
from tests.sealing.stolen import everything, unsealed

__all__ = ["clock"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Each is found nowhere else in the registry.
PLANTED = {
    "given": "Zenobiusz",
    "family": "Xerxescu-Plantată",
    "phone": "+40744918273",
    "address": "Strada Ascunsă 4711",
    "home": "Aleea Nevăzută 815",
    "lat": "47.6512349",
    "lon": "26.2556781",
    "paper": "ЖЩЮЄ",
    "resident": "Wolodymyra",
    "contact": "Чужозем-Пошукана",
    "reached": "+380671928374",
    "account": "Oktavianka",
    "office": "+40230918273",
    "answer": "Dosarul e la Ruxandra Știrbulescu",
    "appeal": "Cumnatul Valentyn Hryhorovych a mințit",
    "said": "Чула його прізвище Пантелеймонов",
    "reported": "Wadim Zakharczuk asked for money",
    "reason": "Kostiantyn Omelyanenko did not answer",
    "asked": "Nadija Wynnyczenko asked me in private",
    "noted": "Ring at Eufrosina Vasluianu first",
}


def flow() -> None:
    """What the planted people go through, by API and pages: applied, checked, edited, registered, called, suspended."""
    f.geography()
    olena, petru, maria = Caller(f.olena()), Caller(f.petru()), Caller(f.maria())
    provider, home, household = str(uuid7()), str(uuid7()), str(uuid7())
    body = {"id": provider, "kind": "person", "given_name": PLANTED["given"], "family_name": PLANTED["family"]}
    more = {"birth_year": 1980, "phone": PLANTED["phone"], "town": "suceava", "address": PLANTED["address"]}
    done(olena.post("/providers", {**body, **more, "is_host": True}))
    place = {"address": PLANTED["home"], "lat": float(PLANTED["lat"]), "lon": float(PLANTED["lon"])}
    living = [{"id": str(uuid7()), "given_name": PLANTED["resident"], "family_name": "Pop", "birth_year": 1980}]
    beds = {"id": home, "town": "suceava", "beds": 4, "residents": living}
    done(olena.post(f"/providers/{provider}/dwellings", {**place, **beds}))
    evidence = {"type": "id_card", "country": "RO", "number": f"SV 10{PLANTED['paper']}", "expires_on": "2027-03-06"}
    evidence = {name: value for name, value in evidence.items() if name == "number" or name in known("identity")}
    done(
        petru.post(
            f"/providers/{provider}/checks",
            {"id": str(uuid7()), "code": "identity", "passed": True, "evidence": evidence},
        )
    )
    version = done(olena.get(f"/providers/{provider}"))["version"]
    done(olena.patch(f"/providers/{provider}", {"address": PLANTED["address"] + " bis"}, version))
    reach = {"contact_name": PLANTED["contact"], "contact_phone": PLANTED["reached"]}
    members = [{"age_band": "18-59", "sex": "f"}]
    done(maria.post("/households", {"id": household, "zone": "siret", "members": members, **reach}))
    done(maria.get(f"/households/{household}/contact"))
    # A twin by phone: signals say what was compared.
    twin = {**body, **more, "id": str(uuid7()), "given_name": "Ana", "family_name": "Pop"}
    done(olena.post("/providers", twin))
    office = {"kind": "organization", "organization_name": "Casa", "registration_number": "RO123456"}
    done(olena.post("/providers", {"id": str(uuid7()), **office, "phone": PLANTED["office"], "town": "suceava"}))
    pages(provider, household)
    own_words(twin["id"], household)
    f.person("provider", given_name=PLANTED["account"])
    suspension.suspend(
        actor=f.olena(), kind="provider", subject=m.Provider.objects.get(pk=provider).pk, reason="report", at=f.NOW
    )
    worker.work_once(at=f.NOW)


def own_words(provider: str, household: str) -> None:
    """What people write about each other: asked, answered, reported, taken back, noted, opened."""
    about = {"kind": "provider", "subject": m.Provider.objects.get(pk=provider).pk, "at": f.NOW}
    vetting.start_review(actor=f.petru(), **about)
    vetting.request_info(actor=f.petru(), codes=["identity"], **about)
    answering.supply_info(actor=f.olena(), text=PLANTED["answer"], **about)
    vetting.reject(actor=f.petru(), reason="failed_check", **about)
    answering.appeal(actor=f.olena(), id=uuid7(), text=PLANTED["appeal"], **about)
    f.staffed("siret")
    taken_back, left = f.match("confirmed"), f.match("departed")
    matching.cancel(actor=f.maria(), match=taken_back.pk, reason="provider_withdrew", said=PLANTED["said"], at=f.NOW)
    given = {"id": uuid7(), "at": f.NOW}
    concerns.report(actor=f.maria(), match=left.pk, kind="other", text=PLANTED["reported"], **given)
    outside = f.actor(f.person("volunteer", zone="tulcea"))
    break_glass.break_glass(actor=outside, code=left.household.code, reason=PLANTED["reason"], **given)
    where = m.Household.objects.get(pk=household).pk
    protection.ask_to_accept_men(
        actor=f.andrei(), household=where, reason=PLANTED["asked"], expires_on=f.TODAY + f.DAY, **given
    )
    f.transport_offer(note=PLANTED["noted"])


def known(code: str) -> tuple[str, ...]:
    return tuple(checklists.definitions()[code].evidence)


def done(answer: Any) -> Any:
    """The body of an answer that is well."""
    assert answer.status_code in (200, 201), answer.json()
    return answer.json()


def pages(provider: str, household: str) -> None:
    """Somebody looks them up, and types the names into a search."""
    desk: Client = browser("olena")
    assert PLANTED["family"] in desk.get(f"/desk/provider/{provider}/").content.decode()
    assert desk.get("/desk/queue/", {"q": PLANTED["family"], "state": "any"}).status_code == 200
    assert browser("maria").get(f"/households/{household}/").status_code == 200


def leaks(words: dict[str, str]) -> set[str]:
    """Which of these words the database shows."""
    return {name for part in everything() for name in found_in(part, words)}


def test_the_database_holds_no_planted_word() -> None:
    flow()
    assert leaks(PLANTED) == set()


def test_control_with_sealing_off_every_one_is_found() -> None:
    with unsealed():
        flow()
    assert leaks(PLANTED) == set(PLANTED)


SEALED = {
    m.Provider: ("family_name", "phone", "address"),
    m.Dwelling: ("address", "lat", "lon"),
    m.Household: ("contact_name", "contact_phone"),
    m.Person: ("phone", "address"),
}


def test_a_day_of_the_demo_leaves_nothing_that_can_be_read() -> None:
    geography.load()
    demo.load(at=f.NOW)
    held = {
        str(getattr(row, name))
        for table, columns in SEALED.items()
        for row in table.objects.all()
        for name in columns
        if len(str(getattr(row, name) or "")) >= SHORTEST
    }
    assert len(held) > 80
    # An e-mail is what somebody signs in with; a name in it is not sealed.
    mails = " ".join(x for t in (m.Person, m.Provider) for x in t.objects.values_list("email", flat=True)).casefold()
    assert leaks({word: word for word in held if word.casefold() not in mails}) == set()
