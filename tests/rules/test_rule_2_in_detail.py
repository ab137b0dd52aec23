"""Rules 2 and 3 word by word: what is one door, who is told which rule, who may look at a decision again."""

from uuid import UUID

import pytest

from registry.rules.decisions import (
    Contact,
    Decider,
    Subject,
    conflicts,
    may_decide,
    may_review,
    may_second,
    same_address,
    two_person,
)

OLENA, PETRU, ANA, THIRD = (UUID(int=n) for n in range(1, 5))
COUNTY, POLICE, CHARITY, COMPANY = (UUID(int=n) for n in range(11, 15))
FIRST = Decider(OLENA, COUNTY, is_authority=True)
SECOND = Decider(PETRU, CHARITY, is_authority=False)


def said(reasons) -> list[tuple[str, int]]:
    """Code and rule of each reason."""
    return [(reason.code, reason.rule) for reason in reasons]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("siret:5 lunga", "siret:lunga 5"),
        ("siret:5 lunga", "siret:5 lunga ap 3"),
        ("siret:5 lunga ap 3", "siret:5 lunga"),
        ("siret:5 lunga", ":5 lunga"),
        (":5 lunga", "siret:5 lunga"),
        ("5 lunga", "siret:5 lunga"),
        ("siret:5 hrushevskoho", "siret:5 grushevskogo"),
        ("siret:5 sadovyi", "siret:5 sadovii"),
        ("siret:5 jiu", "siret:5 iiu"),
    ],
)
def test_one_door_however_it_is_written(mine, theirs):
    assert same_address(mine, theirs) is True


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("siret:5 lunga", "iasi:5 lunga"),
        ("siret:5 lunga", "siret:7 lunga"),
        ("siret:5 lunga", "siret:5 alta"),
        ("siret:lunga", "siret:lunga 5"),
        ("siret:5", "siret:5 lunga"),
        ("siret:5 7", "siret:5 7 lunga"),
        ("siret:lunga alta", "siret:lunga alta 5"),
    ],
)
def test_two_doors_or_too_little_to_tell(mine, theirs):
    assert same_address(mine, theirs) is False
    assert same_address(theirs, mine) is False


@pytest.mark.parametrize(
    "title",
    ["sf", "sfantul", "sfanta", "sfintii", "gen", "general", "col", "colonel", "cpt", "capitan", "dr", "doctor"],
)
def test_a_title_that_is_left_away_or_written_out_is_no_other_street(title):
    assert same_address(f"siret:5 {title} stefan ap 1", "siret:5 stefan ap 1 bloc 2")
    assert not same_address("siret:5 xsf stefan ap 1", "siret:5 stefan ap 1 bloc 2")


def test_what_is_not_said_is_unknown():
    assert Contact() == Contact("", "", "", frozenset(), frozenset(), None)


def test_each_conflict_is_told_under_rule_3():
    everything = Contact(
        "popesk", "siret:5 lunga", "siret", frozenset({"+40721234567"}), frozenset({"SV01ABC"}), COMPANY
    )
    assert said(conflicts(everything, everything)) == [
        ("conflict_address", 3),
        ("conflict_phone", 3),
        ("conflict_plate", 3),
        ("conflict_employer", 3),
        ("conflict_surname", 3),
    ]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (Contact(surname_key="popesk", town="siret"), Contact(surname_key="popesk")),
        (Contact(surname_key="popesk"), Contact(surname_key="popesk")),
        (Contact(town="siret"), Contact(town="siret")),
        (Contact(surname_key="popesk", town="siret"), Contact(town="siret")),
        (Contact(surname_key="popesk", town="siret"), Contact(surname_key="lupu", town="siret")),
        (Contact(organization=COMPANY), Contact(organization=CHARITY)),
        (Contact(organization=COMPANY), Contact()),
        (Contact(address_key="siret:5 lunga"), Contact()),
        (Contact(), Contact(address_key="siret:5 lunga")),
        (Contact(), Contact()),
    ],
)
def test_half_of_a_conflict_is_none(mine, theirs):
    assert said(conflicts(mine, theirs)) == []


@pytest.mark.parametrize(
    ("decider", "subject", "declared", "expected"),
    [
        (FIRST, Subject(people=frozenset({OLENA})), False, ("decides_on_self", 2)),
        (FIRST, Subject(created_by=OLENA), False, ("decider_is_creator", 2)),
        (FIRST, Subject(invited_by=OLENA), False, ("decider_is_inviter", 2)),
        (Decider(OLENA, None, is_authority=True), Subject(), False, ("decider_without_organization", 2)),
        (FIRST, Subject(organizations=frozenset({COUNTY})), False, ("decides_on_own_organization", 2)),
        (FIRST, Subject(suspended_by=OLENA), False, ("lifts_own_suspension", 2)),
        (FIRST, Subject(decided_before=frozenset({OLENA})), False, ("decided_before", 2)),
        (FIRST, Subject(), True, ("conflict_declared", 3)),
    ],
)
def test_each_reason_is_told_with_its_rule(decider, subject, declared, expected):
    assert said(may_decide(decider, subject, declared)) == [expected]


def test_a_stranger_to_all_of_it_may_decide():
    subject = Subject(
        frozenset({ANA}), ANA, ANA, frozenset({COMPANY}), suspended_by=ANA, decided_before=frozenset({ANA})
    )
    assert may_decide(FIRST, subject) == ()


def test_the_own_car_of_an_officer_counts_like_the_officer():
    plates = Contact(plates=frozenset({"SV01ABC"}))
    driver = Decider(OLENA, COUNTY, is_authority=True, own_provider=plates)
    assert said(may_decide(driver, Subject(contacts=(plates,)))) == [("conflict_plate", 3)]


def test_who_may_second_is_told_under_rule_2():
    assert said(may_second(FIRST, FIRST)) == [("second_is_first", 2), ("same_organization_twice", 2)]
    loose = Decider(THIRD, None, is_authority=False)
    assert said(may_second(SECOND, loose)) == [("same_organization_twice", 2), ("no_authority_among_two", 2)]
    assert said(may_second(loose, SECOND)) == [("same_organization_twice", 2), ("no_authority_among_two", 2)]
    assert may_second(SECOND, FIRST) == ()


def test_two_are_two():
    assert said(two_person((), Subject())) == [("second_decision_missing", 2)]
    assert said(two_person((FIRST,), Subject(created_by=OLENA))) == [
        ("decider_is_creator", 2),
        ("second_decision_missing", 2),
    ]
    assert said(two_person((FIRST, SECOND), Subject(created_by=PETRU))) == [("decider_is_creator", 2)]


@pytest.mark.parametrize(
    ("third", "expected"),
    [
        (Decider(THIRD, POLICE, is_authority=True), []),
        (Decider(OLENA, COUNTY, is_authority=True), [("review_by_decider", 2)]),
        (Decider(PETRU, POLICE, is_authority=True), [("review_by_decider", 2)]),
        (Decider(THIRD, COUNTY, is_authority=True), [("review_by_same_organization", 2)]),
        (Decider(THIRD, CHARITY, is_authority=False), [("review_by_same_organization", 2)]),
        (Decider(THIRD, None, is_authority=False), [("decider_without_organization", 2)]),
    ],
)
def test_a_decision_is_done_again_by_a_third_of_a_third_organization(third, expected):
    assert said(may_review(third, FIRST, SECOND, Subject())) == expected


def test_whoever_may_not_decide_may_not_review_either():
    third = Decider(THIRD, POLICE, is_authority=True)
    assert said(may_review(third, FIRST, SECOND, Subject(created_by=THIRD))) == [("decider_is_creator", 2)]
