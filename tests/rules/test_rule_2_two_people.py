"""Rules 2 and 3: two people of two organizations decide, at least one an authority, nobody on their own affairs."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from registry.rules import decisions
from registry.rules.decisions import Contact, Decider, Subject, may_decide, may_second, two_person
from tests.rules.examples import codes

OLENA, PETRU, ANA = (UUID(int=n) for n in range(1, 4))
COUNTY, POLICE, CHARITY, COMPANY = (UUID(int=n) for n in range(11, 15))

OFFICER = Decider(OLENA, COUNTY, is_authority=True)
COLLEAGUE = Decider(PETRU, CHARITY, is_authority=False)
PROVIDER = Subject(
    people=frozenset({ANA}),
    created_by=ANA,
    organizations=frozenset({COMPANY}),
    contacts=(
        Contact("popesk", "siret:5 lunga", "siret", frozenset({"+40721234567"}), frozenset({"SV01ABC"}), COMPANY),
    ),
)


def test_two_people_of_two_organizations_with_one_authority_may_decide():
    assert two_person((OFFICER, COLLEAGUE), PROVIDER) == ()
    assert two_person((COLLEAGUE, OFFICER), PROVIDER) == ()


def test_one_person_alone_never_decides():
    assert codes(two_person((OFFICER,), PROVIDER)) == ["second_decision_missing"]
    assert codes(two_person((OFFICER, OFFICER), PROVIDER)) == ["second_is_first", "same_organization_twice"]
    assert codes(two_person((), PROVIDER)) == ["second_decision_missing"]


def test_a_person_who_changed_employer_in_between_is_still_the_same_person():
    elsewhere = replace(OFFICER, organization=POLICE)
    assert codes(may_second(OFFICER, elsewhere)) == ["second_is_first"]


def test_a_second_person_without_an_organization_is_no_second_organization():
    loose = Decider(PETRU, None, is_authority=False)
    assert codes(may_second(OFFICER, loose)) == ["same_organization_twice"]
    assert codes(may_second(loose, OFFICER)) == ["same_organization_twice"]


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        (replace(PROVIDER, people=frozenset({OLENA, ANA})), "decides_on_self"),
        (replace(PROVIDER, created_by=OLENA), "decider_is_creator"),
        (replace(PROVIDER, invited_by=OLENA), "decider_is_inviter"),
        (replace(PROVIDER, organizations=frozenset({COUNTY})), "decides_on_own_organization"),
    ],
)
def test_nobody_decides_on_what_they_are_or_made_or_invited(subject, code):
    assert codes(may_decide(OFFICER, subject)) == [code]


CONFLICTS: dict[str, Any] = {
    "conflict_address": ({"address_key": "siret:5 lunga"}, {"address_key": "siret:7 lunga"}),
    "conflict_phone": (
        {"phones": frozenset({"+40721234567", "+380721234567"})},
        {"phones": frozenset({"+40721234568"})},
    ),
    "conflict_plate": ({"plates": frozenset({"SV01ABC"})}, {"plates": frozenset({"SV02ABC"})}),
    "conflict_employer": ({"organization": COMPANY}, {"organization": CHARITY}),
    "conflict_surname": ({"surname_key": "popesk", "town": "siret"}, {"surname_key": "popesk", "town": "iasi"}),
}


@pytest.mark.parametrize("code", CONFLICTS)
def test_each_apparent_conflict_is_found_and_its_neighbor_is_not(code):
    shared, other = CONFLICTS[code]
    assert codes(may_decide(replace(OFFICER, contact=Contact(**shared)), PROVIDER)) == [code]
    assert may_decide(replace(OFFICER, contact=Contact(**other)), PROVIDER) == ()


def test_what_is_unknown_is_no_conflict():
    nothing = replace(PROVIDER, contacts=(Contact(),))
    assert may_decide(replace(OFFICER, contact=Contact()), nothing) == ()


def test_a_surname_alone_is_no_conflict_and_neither_is_a_town():
    for mine in (Contact(surname_key="popesk"), Contact(town="siret")):
        assert may_decide(replace(OFFICER, contact=mine), PROVIDER) == ()


def test_a_conflict_with_any_resident_counts_and_is_said_once():
    neighbor = Contact(address_key="siret:9 noua")
    subject = replace(PROVIDER, contacts=(*PROVIDER.contacts, neighbor, neighbor))
    assert codes(may_decide(replace(OFFICER, contact=neighbor), subject)) == ["conflict_address"]


def test_a_declared_conflict_needs_no_proof():
    assert codes(may_decide(OFFICER, PROVIDER, declared_conflict=True)) == ["conflict_declared"]


# The whole table, against an oracle that was written from the text of the rule and not from the code.

RELATIONS = ("none", "self", "creator", "inviter", "own_organization")
SHARED = ("nothing", "address", "phone", "plate", "employer", "surname_and_town")
WHO = {"first": (OLENA, COUNTY), "second": (PETRU, CHARITY)}


@dataclass(frozen=True)
class Case:
    same_person: bool
    same_organization: bool
    first_authority: bool
    second_authority: bool
    first_has_organization: bool
    second_has_organization: bool
    relation_of_first: str
    relation_of_second: str
    shared_by_first: str
    shared_by_second: str


def cases():
    flags = list(product((False, True), repeat=4))
    organized = ((True, True), (True, False), (False, True), (False, False))
    for (person, house, first, second), (one, two) in product(flags, organized):
        for relations in product(RELATIONS, repeat=2):
            yield Case(person, house, first, second, one, two, relations[0], relations[1], "nothing", "nothing")
        for shared in product(SHARED, repeat=2):
            yield Case(person, house, first, second, one, two, "none", "none", shared[0], shared[1])


def oracle(case: Case) -> bool:
    """Whether the text of rules 2 and 3 lets these two decide."""
    if not (case.first_has_organization and case.second_has_organization):
        return False
    if case.same_person or case.same_organization:
        return False
    if not case.first_authority and not case.second_authority:
        return False
    relations = {case.relation_of_first, case.relation_of_second}
    shared = {case.shared_by_first, case.shared_by_second}
    return relations == {"none"} and shared == {"nothing"}


def pair_of(case: Case) -> tuple[tuple[Decider, Decider], Subject]:
    """The case as deciders and subject."""
    first = Decider(
        OLENA, COUNTY if case.first_has_organization else None, case.first_authority, contact(case.shared_by_first)
    )
    house = first.organization if case.same_organization and first.organization else POLICE
    if case.same_organization and not first.organization:
        house = COUNTY
    second = Decider(
        OLENA if case.same_person else PETRU,
        house if case.second_has_organization else None,
        case.second_authority,
        contact(case.shared_by_second),
    )
    subject = PROVIDER
    for relation, decider in ((case.relation_of_first, first), (case.relation_of_second, second)):
        subject = related(subject, relation, decider)
    return (first, second), subject


def contact(shared: str) -> Contact:
    return {
        "nothing": Contact("ionesk", "siret:1 alta", "siret", frozenset({"+40700000001"}), frozenset({"B01XYZ"})),
        "address": Contact(address_key="siret:5 lunga"),
        "phone": Contact(phones=frozenset({"+40721234567"})),
        "plate": Contact(plates=frozenset({"SV01ABC"})),
        "employer": Contact(organization=COMPANY),
        "surname_and_town": Contact(surname_key="popesk", town="siret"),
    }[shared]


def related(subject: Subject, relation: str, decider: Decider) -> Subject:
    if relation == "self":
        return replace(subject, people=subject.people | {decider.person})
    if relation == "creator":
        return replace(subject, created_by=decider.person)
    if relation == "inviter":
        return replace(subject, invited_by=decider.person)
    if relation == "own_organization" and decider.organization:
        return replace(subject, organizations=subject.organizations | {decider.organization})
    return subject


def test_the_two_person_rule_agrees_with_the_text_on_the_whole_table(record_property):
    table = list(cases())
    wrong = [case for case in table if (not two_person(*pair_of(case))) != oracle(case)]
    record_property("combinations", len(table))
    record_property("wrong", len(wrong))
    assert len(table) == 64 * (25 + 36)
    assert sum(map(oracle, table)) == 6
    assert wrong == []


@pytest.mark.parametrize("guard", ["_may_decide", "_may_second"])
def test_control_without_a_guard_the_table_finds_wrong_decisions(monkeypatch, record_property, guard):
    monkeypatch.setattr(decisions, guard, lambda *_: iter(()))
    wrong = [case for case in cases() if not two_person(*pair_of(case)) and not oracle(case)]
    record_property("control_wrong", len(wrong))
    assert wrong


def test_control_without_the_conflict_guard_a_neighbor_would_decide(monkeypatch):
    monkeypatch.setattr(decisions, "conflicts", lambda *_: iter(()))
    assert may_decide(replace(OFFICER, contact=Contact(address_key="siret:5 lunga")), PROVIDER) == ()
