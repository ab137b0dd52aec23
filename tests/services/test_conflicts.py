"""Rule 3 for both deciders: whatever ties them to anybody whose record the decision touches."""

from collections.abc import Callable
from typing import Any

import pytest

from registry import models as m
from registry.rules import decisions as rules
from registry.rules.decisions import same_address
from registry.services import vetting
from tests import factories as f
from tests.services.claims import again, refused

pytestmark = pytest.mark.django_db

HOME = {"address": "Strada Lalelelor nr. 5, bl. A3, ap. 7", "town": "suceava"}


def ready(thing: Any) -> Any:
    f.checks_for(thing)
    return thing


def organization() -> m.Provider:
    return f.provider("organization", status="in_review")


def own_phone() -> tuple[Any, dict[str, Any]]:
    return ready(f.provider(status="in_review", phone="+40744111222")), {"phone": "0744 111 222"}


def own_address() -> tuple[Any, dict[str, Any]]:
    return ready(f.provider(status="in_review", **HOME)), {"address": "lalelelor 5 bloc A3", "town_id": "suceava"}


def account_phone() -> tuple[Any, dict[str, Any]]:
    account = f.person("provider", phone="+40744111222")
    return ready(f.provider(status="in_review", account=account)), {"phone": "+40744111222"}


def account_employer() -> tuple[Any, dict[str, Any]]:
    account = f.person("provider", organization=f.known("petru").organization)
    return ready(f.provider(status="in_review", account=account)), {}


def colleague_of_organization() -> tuple[Any, dict[str, Any]]:
    company = organization()
    f.provider(organization=company.organization, phone="+40744111222")
    return ready(company), {"phone": "0744111222"}


def surname_of_colleague() -> tuple[Any, dict[str, Any]]:
    company = organization()
    f.provider(organization=company.organization, family_name="Ковальська")
    return ready(company), {"family_name": "Covalschi", "town_id": "suceava"}


def office_of_organization() -> tuple[Any, dict[str, Any]]:
    company = organization()
    f.correct(company.organization, phone="+40230530530")
    return ready(company), {"phone": "0230 530 530"}


def representative_when_a_member_is_decided() -> tuple[Any, dict[str, Any]]:
    company = f.provider("organization", address="Bd. Unirii 12", phone="+40744111222")
    return ready(f.provider(status="in_review", organization=company.organization)), {"phone": "0744111222"}


def resident_when_the_host_is_decided() -> tuple[Any, dict[str, Any]]:
    host = ready(f.provider(status="in_review", is_host=True))
    f.resident(f.dwelling(host, "applied"), family_name="Popovici")
    return host, {"family_name": "Popovici", "town_id": "suceava"}


def empty_home_of_the_host() -> tuple[Any, dict[str, Any]]:
    host = ready(f.provider(status="in_review", is_host=True))
    f.dwelling(host, "applied", residents=(), address="Aleea Florilor 3")
    return host, {"address": "al. Florilor nr. 3", "town_id": "suceava"}


def resident_of_the_home() -> tuple[Any, dict[str, Any]]:
    home = f.dwelling(status="in_review", address="Str. Sf. Nicolae 9")
    return ready(home), {"address": "strada Sfântul Nicolae nr 9", "town_id": "suceava"}


def driver_of_the_vehicle() -> tuple[Any, dict[str, Any]]:
    company = f.verified_provider("organization")
    driver = f.verified_provider(driver=True, phone="+40744111222", organization=company.organization)
    car = f.vehicle(company, "in_review")
    f.transport_offer(driver, car, "draft", provider=company)
    return ready(car), {"phone": "0744111222"}


def driver_of_the_organization() -> tuple[Any, dict[str, Any]]:
    company = organization()
    driver = f.provider(is_driver=True, account=f.known("petru"), organization=company.organization)
    f.transport_offer(driver, f.vehicle(company, "applied"), "draft", provider=company)
    return ready(company), {}


def plate_of_another_vehicle() -> tuple[Any, dict[str, Any]]:
    owner = f.provider(status="in_review")
    f.vehicle(f.provider(account=f.known("petru")), "rejected", plate="SV77PET")
    f.vehicle(owner, "applied", plate="SV 77 PET")
    return ready(owner), {}


def phone_of_the_deciders_own_record() -> tuple[Any, dict[str, Any]]:
    f.provider(account=f.known("petru"), phone="+40744111222")
    return ready(f.provider(status="in_review", phone="+40744111222")), {}


Case = Callable[[], tuple[Any, dict[str, Any]]]
CASES: dict[Case, tuple[str, ...]] = {
    own_phone: ("conflict_phone",),
    own_address: ("conflict_address",),
    account_phone: ("conflict_phone",),
    account_employer: ("conflict_employer",),
    colleague_of_organization: ("conflict_phone",),
    surname_of_colleague: ("conflict_surname",),
    office_of_organization: ("conflict_phone",),
    representative_when_a_member_is_decided: ("conflict_phone",),
    resident_when_the_host_is_decided: ("conflict_surname",),
    empty_home_of_the_host: ("conflict_address",),
    resident_of_the_home: ("conflict_address",),
    driver_of_the_vehicle: ("conflict_phone",),
    driver_of_the_organization: ("decides_on_self",),
    plate_of_another_vehicle: ("conflict_plate",),
    phone_of_the_deciders_own_record: ("conflict_phone",),
}


def set_up(case: Case) -> Any:
    thing, of_petru = case()
    f.correct(f.known("petru"), **of_petru)
    return thing


@pytest.mark.parametrize(("case", "reasons"), CASES.items(), ids=lambda x: getattr(x, "__name__", ""))
@pytest.mark.parametrize("place", ["first", "second"])
def test_a_conflict_is_found_for_either_of_the_two(case: Case, reasons: tuple[str, ...], place: str) -> None:
    thing = set_up(case)
    if place == "first":
        with refused("refused_by_rule", *reasons):
            f.decide_first(thing, "verify", by=f.petru())
        return
    decision = f.decide_first(thing, "verify")
    with refused("refused_by_rule", *reasons):
        f.decide_second(decision, by=f.petru())
    assert again(thing).status == "in_review"


@pytest.mark.parametrize("case", CASES, ids=lambda x: x.__name__)
def test_a_first_who_comes_into_conflict_later_is_found_by_the_second(case: Case, monkeypatch: Any) -> None:
    thing = set_up(case)
    with monkeypatch.context() as lenient, f.unguarded():
        lenient.setattr(rules, "_may_decide", lambda *_: iter(()))
        decision = f.decide_first(thing, "verify", by=f.petru())
    with refused("refused_by_rule", *CASES[case]):
        f.decide_second(decision, by=f.olena())


@pytest.mark.parametrize("case", CASES, ids=lambda x: x.__name__)
def test_control_without_the_rule_all_of_them_would_decide(case: Case, monkeypatch: Any) -> None:
    thing = set_up(case)
    monkeypatch.setattr(rules, "_may_decide", lambda *_: iter(()))
    with f.unguarded():
        f.decide_second(f.decide_first(thing, "verify"), by=f.petru())
    assert again(thing).status == "verified"


def test_a_resident_who_has_moved_out_ties_nobody() -> None:
    home = f.dwelling(status="in_review")
    gone = f.resident(home, family_name="Popovici", moved_out_at=f.NOW)
    f.correct(f.known("petru"), family_name=gone.family_name, town_id="suceava")
    f.decide(ready(home), "verify")
    assert again(home).status == "verified"


def test_rejecting_and_checking_need_no_conflict_either() -> None:
    thing = set_up(own_phone)
    with refused("refused_by_rule", "conflict_phone"):
        vetting.reject(actor=f.petru(), kind="provider", subject=thing.pk, reason="duplicate", at=f.NOW)


SAME = [
    ("str. Ștefan cel Mare nr. 5, ap. 7", "Strada Stefan cel Mare 5 apartament 7"),
    ("Strada Mihai Viteazu 5", "Mihai Viteazu nr.5, bl. A3, sc. B, ap. 7"),
    ("7, Mihai Viteazu 5", "str. Mihai Viteazu 5 ap 7"),
    ("B-dul Unirii 12", "bulevardul Unirii nr. 12"),
    ("Str. Sf. Nicolae 9", "Strada Sfântul Nicolae 9"),
    ("Str. Gen. Eremia Grigorescu 4", "Strada General Eremia Grigorescu nr 4"),
    ("вул. Головна 5, кв. 2", "vul. Holovna 5 kv. 2"),
    ("Şoseaua Naţională 18", "sos. Națională nr 18"),
]
OTHER = [
    ("Strada Lunga 5", "Strada Lunga 6"),
    ("Strada Lunga 5 ap 2", "Strada Lunga 5 ap 3"),
    ("Strada Lunga 5", "Strada Scurta 5"),
    ("Strada Lunga", "Strada Lunga 5"),
]


def key(address: str, town: str = "suceava") -> str:
    from registry import identity

    return identity.address_key(address, town)


@pytest.mark.parametrize(("one", "two"), SAME)
def test_one_door_however_it_is_written(one: str, two: str) -> None:
    assert same_address(key(one), key(two))
    assert same_address(key(two), key(one))
    assert same_address(key(one, ""), key(two))
    assert not same_address(key(one, "siret"), key(two))


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_another_door_is_another(one: str, two: str) -> None:
    assert not same_address(key(one), key(two))
