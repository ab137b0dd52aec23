"""Every signal: when it speaks, when it does not, and that its thresholds are those of the policy."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from registry.identity.names import Name
from registry.rules.policy import DEFAULT, Policy
from registry.rules.signals import company, conduct, identity, insiders, road, words
from registry.rules.signals.book import BOOK
from registry.rules.signals.company import Group
from registry.rules.signals.conduct import Party
from registry.rules.signals.identity import Known, Listed
from registry.rules.signals.insiders import Approval, Pair
from registry.rules.signals.road import Hop, Trip

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
A, B, C, D = (UUID(int=n) for n in range(1, 5))


def code(reason):
    """The code of a reason, None without one."""
    return reason.code if reason else None


def test_the_book_names_thresholds_that_exist_and_a_source_for_each():
    known = {field.name for field in fields(Policy)}
    assert {name for entry in BOOK.values() for name in entry.settings} <= known
    assert all(entry.source for entry in BOOK.values())
    used = {name for entry in BOOK.values() for name in entry.settings}
    assert used == {name for name in known if name.startswith("signal_")}


def test_a_changed_word_list_changes_the_version(monkeypatch, tmp_path):
    from registry.rules import policy

    for path in policy._WORDS.glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(policy, "_WORDS", tmp_path)
    same = Policy().version
    (tmp_path / "words_en.json").write_text("{}", "utf-8")
    assert same == DEFAULT.version
    assert Policy().version != same


# Names and identifiers

OLENA = Known(Name("Олена", "Коваленко"), 1985, "RO-SV", frozenset({"plate"}))


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (Known(Name("Elena", "Kovalenko")), "name_alike"),
        (Known(Name("Elena", "Kovalenko"), 1999, "RO-TL"), "name_alike"),
        (Known(Name("Elena", "Kovalenko"), 1986, "RO-TL"), "name_alike_and"),
        (Known(Name("Elena", "Kovalenko"), 1987, "RO-TL"), "name_alike"),
        (Known(Name("Elena", "Kovalenko"), 1999, "RO-SV"), "name_alike_and"),
        (Known(Name("Elena", "Kovalenko"), None, "", frozenset({"plate"})), "name_alike_and"),
        (Known(Name("Elena", "Popescu"), 1985, "RO-SV"), None),
    ],
)
def test_a_name_alone_is_reviewed_and_with_more_it_is_held(other, found):
    assert code(identity.by_name(OLENA, other)) == found


def test_a_name_alone_never_is_more_than_review():
    reason = identity.by_name(OLENA, Known(Name("Elena", "Kovalenko")))
    assert reason
    assert (reason.severity, BOOK[reason.code].level) == ("review", "review")


def test_unknown_years_and_counties_meet_nothing():
    assert code(identity.by_name(Known(OLENA.name), Known(OLENA.name))) == "name_alike"


def test_each_kind_of_identifier_is_said_once():
    found = identity.same_identifiers(["phone", "plate", "phone"])
    assert [reason.params["identifier"] for reason in found] == ["phone", "plate"]


@pytest.mark.parametrize(
    ("entry", "year", "found"),
    [
        (Listed(("phone",), False), None, "register_hit"),
        (Listed((), True, 1985), 1986, "register_name_and_year"),
        (Listed((), True, 1985), 1990, "register_name"),
        (Listed((), True), 1985, "register_name"),
        (Listed((), False, 1985), 1985, None),
    ],
)
def test_the_register_weighs_an_identifier_most(entry, year, found):
    assert code(identity.registered(year, entry)) == found


# Words

PREFERS = {
    "Looking for a young girl, free room": {"women", "young"},
    "Prefer single women": {"women", "alone"},
    "Cazare gratuită, prefer fete tinere": {"women", "young"},
    "Doar pentru o fată singură": {"women", "alone"},
    "Лише дівчата до 25 років": {"women", "young"},
    "Візьму тільки жінок, без чоловіків": {"women"},
    "Только молодые девушки": {"young"},
    "Приму одинокую женщину": {"alone"},
    "Prefer copii": {"children"},
    "Тiльки дiвчатa": {"women"},
    "Лише дів\u200bчата": {"women", "young"} & {"women"},
    "prеfer gіrls": {"women"},
}
HONEST = (
    "Child seats available, women and families welcome",
    "Avem scaun pentru copii, familii binevenite",
    "Mame cu copii, bunici, toată lumea",
    "Поїду в Сучаву, є дитяче крісло, візьму родину з дітьми",
    "Жінки з дітьми, літні люди, всі",
    "Есть место для семьи с детьми и собаки",
    "Quiet house, garden for children, no smoking please",
    "",
)


@pytest.mark.parametrize(("text", "preferred"), PREFERS.items())
def test_words_that_prefer_are_found_however_they_are_typed(text, preferred):
    assert words.preferences(text) == preferred


@pytest.mark.parametrize("text", HONEST)
def test_honest_words_are_left_alone(text):
    assert words.prefers((text,)) is None


def test_each_list_says_where_it_comes_from_and_speaks_of_all_four():
    for name, data in words.lists().items():
        assert data["metadata"]["language"] == name
        assert data["metadata"]["source"]
        assert data["metadata"]["date"]
        assert set(data["prefers"]) == {"women", "children", "alone", "young"}
        phrases = [phrase for listed in data["prefers"].values() for phrase in listed]
        assert all(words.preferences(phrase.replace("*", "").replace("... ", "")) for phrase in phrases)


# Conduct

FAMILY, MAN, OLDER, WOMAN = Party(1, 0, True), Party(1, 0, False), Party(0, 1, False), Party(0, 0, False)


@pytest.mark.parametrize(
    ("declined", "accepted", "found"),
    [
        ([FAMILY, MAN, OLDER], [], "declines_men"),
        ([FAMILY, MAN, OLDER], [WOMAN, WOMAN], "declines_men"),
        ([FAMILY, MAN], [], None),
        ([FAMILY, MAN, OLDER], [OLDER], None),
        ([WOMAN] * 9, [], None),
    ],
)
def test_three_men_families_or_elderly_turned_away_and_none_taken(declined, accepted, found):
    assert code(conduct.declines_men(declined, accepted)) == found


def test_a_refused_check_that_shows_the_person_holds_and_another_does_not():
    assert code(conduct.refuses_check(["photo_with_plate"])) == "refuses_check"
    assert conduct.refuses_check(["code_of_conduct"]) is None


# Road


@pytest.mark.parametrize(("km", "found"), [(150, None), (150.1, "far_from_corridor")])
def test_far_begins_behind_the_threshold(km, found):
    assert code(road.far_from_corridor(km)) == found


@pytest.mark.parametrize(("times", "found"), [(1, None), (2, "destination_changed")])
def test_the_second_change_is_noticed(times, found):
    assert code(road.destination_changed(times)) == found


def test_two_roads_at_once_and_one_shared_ride():
    first, second = Trip("a", NOON, NOON + HOUR), Trip("b", NOON + HOUR / 2, NOON + 2 * HOUR)
    assert code(road.journeys_overlap([second, first])) == "journeys_overlap"
    assert road.journeys_overlap([first, replace(second, key="a")]) is None
    assert road.journeys_overlap([first, replace(second, left_at=NOON + HOUR)]) is None


@pytest.mark.parametrize(
    ("hop", "found"), [(Hop(160, 60), None), (Hop(161, 60), "too_fast"), (Hop(9, 0.1), None), (Hop(50, 0), "too_fast")]
)
def test_nobody_drives_that_fast(hop, found):
    assert code(road.too_fast([hop])) == found


@pytest.mark.parametrize(
    ("hours", "found"),
    [((23, 1, 2, 12), "mostly_at_night"), ((23, 1, 12, 13), None), ((23, 1, 2), None), ((22, 5, 21, 6), None)],
)
def test_over_half_of_at_least_four_by_night(hours, found):
    assert code(road.mostly_at_night([NOON.replace(hour=hour) for hour in hours])) == found


@pytest.mark.parametrize(("minutes", "found"), [(59, "arrived_too_soon"), (60, None)])
def test_an_arrival_in_under_six_tenths_of_the_time(minutes, found):
    assert code(road.arrived_too_soon(NOON, NOON + timedelta(minutes=minutes), 100)) == found


def test_overdue_twice_in_ninety_days():
    assert code(road.overdue_again([NOON - 89 * DAY, NOON], NOON)) == "overdue_again"
    assert road.overdue_again([NOON - 90 * DAY, NOON], NOON) is None


# Company

NOW = Group(NOON, (2, 1, 0, 1), 1)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ([Group(NOON - DAY, (3, 2, 0, 1), 1)], "other_children"),
        ([Group(NOON - DAY, (3, 2, 0, 1), 0)], "two_groups"),
        ([Group(NOON - 30 * DAY, (3, 2, 0, 1), 1)], None),
        ([Group(NOON - DAY, NOW.shape, 1)], None),
        ([], None),
    ],
)
def test_the_same_adult_with_another_group(before, found):
    assert code(company.again(NOW, before)) == found


# Insiders


def approval(seconds=None, refused=False):
    """An approval at noon of a file that was opened some seconds before, or never."""
    opened = None if seconds is None else NOON - seconds * SECOND
    return Approval(A, NOON, opened, refused)


@pytest.mark.parametrize(("seconds", "found"), [(None, True), (0, True), (89, True), (90, False), (900, False)])
def test_an_approval_takes_at_least_ninety_seconds(seconds, found):
    assert bool(insiders.decided_too_fast(approval(seconds))) is found


@pytest.mark.parametrize(("count", "minutes", "found"), [(9, 5, True), (8, 5, False), (9, 8, False)])
def test_over_eight_approvals_within_any_hour(count, minutes, found):
    moments = [NOON + n * timedelta(minutes=minutes) for n in range(count)]
    assert bool(insiders.decides_too_many(moments)) is found


def test_what_another_refused():
    assert code(insiders.approves_refused(approval(900, refused=True))) == "approves_refused"
    assert insiders.approves_refused(approval(900)) is None


def test_a_pair_far_more_often_than_chance():
    crowd = [Pair(UUID(int=100 + n), UUID(int=200 + n)) for n in range(40)]
    assert code(insiders.pair_too_often(Pair(A, B), crowd + [Pair(A, B)] * 5)) == "pair_too_often"
    assert insiders.pair_too_often(Pair(A, B), crowd + [Pair(A, B)] * 4) is None


def test_a_small_office_is_no_conspiracy():
    """Three officers must meet each other often: that is what chance would bring."""
    three = [Pair(A, B), Pair(B, C), Pair(A, C)] * 10
    assert insiders.pair_too_often(Pair(A, B), three) is None


def test_over_twenty_records_of_no_work_of_theirs_within_an_hour():
    read = [(NOON + n * SECOND, f"r{n}") for n in range(21)]
    assert code(insiders.reads_unassigned(read, frozenset())) == "reads_unassigned"
    assert insiders.reads_unassigned(read, frozenset({"r3"})) is None
    assert insiders.reads_unassigned([(at, "same") for at, _ in read], frozenset()) is None
    slow = [(NOON + n * timedelta(minutes=4), f"r{n}") for n in range(21)]
    assert insiders.reads_unassigned(slow, frozenset()) is None
