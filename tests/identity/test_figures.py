"""What identity is worth, in figures: every disguised identifier found, nearly every disguised name, few honest people
troubled, no group more than another. Each figure falls when a step of the comparison is taken out."""

from collections import Counter
from functools import cache
from random import Random

import pytest

from registry.identity import names, nicknames, sounds
from registry.identity.fingerprints import read_keys
from registry.identity.readings import read
from registry.simulation import fairness, honest
from tests.identity.disguises import DIFFERENT, STRONG, variant

RING = read_keys("2:" + "22" * 32 + ",1:" + "11" * 32)
LEAST_RECALL, MOST_LOAD = 0.95, 0.03


def meets(kind, one, other, country="", other_country=None):
    """Whether what is kept of one value is found by the other."""
    kept = {RING.mark(kind, reading) for reading in read(kind, one, country)}
    asked = read(kind, other, country if other_country is None else other_country)
    return bool(kept & set(RING.marks(kind, asked)))


@pytest.mark.parametrize(("kind", "kept", "typed", "country"), STRONG)
def test_a_disguised_identifier_is_found(kind, kept, typed, country):
    assert meets(kind, kept, typed, country)


@pytest.mark.parametrize(("kind", "kept", "typed", "country", "other"), DIFFERENT)
def test_another_identifier_is_another(kind, kept, typed, country, other, record_property):
    is_held = meets(kind, kept, typed, country, other)
    record_property("others", 1)
    record_property("others_held", int(is_held))
    assert not is_held


def test_there_are_at_least_twenty_disguises_of_every_kind(record_property):
    record_property("disguises", len(STRONG))
    record_property("disguises_found", sum(meets(*row) for row in STRONG))
    assert len(STRONG) >= 20
    assert set(Counter(kind for kind, *_ in STRONG)) == {"phone", "document", "plate", "email", "registration"}


@pytest.mark.parametrize("step", ["document", "registration", "email", "phone_readings", "plate"])
def test_control_without_a_reading_a_disguise_goes_through(monkeypatch, record_property, step):
    from registry.identity import readings

    plain = (lambda raw: frozenset({raw})) if step == "phone_readings" else lambda raw, *_: raw
    monkeypatch.setattr(readings, step, plain)
    kind = step.removesuffix("_readings")
    through = sum(not meets(*row) for row in STRONG if row[0] == kind)
    record_property("control_through", through)
    assert through


@cache
def variants():
    """A thousand people and what they may call themselves."""
    random = Random(7)
    return [variant(person, random) for person in honest.population(1000, random, honest.EVEN_MIX)]


def recall():
    """The share of variants that are noticed when the person is on file, and the disguises of those that are not."""
    missed = []
    for one in variants():
        files = honest.Files()
        files.add(one.person.name)
        if not files.add(one.name):
            missed.append(one)
    return 1 - len(missed) / len(variants()), missed


def test_nearly_every_disguised_name_reaches_review(record_property):
    share, missed = recall()
    print(f"\nnames: {share:.1%} of {len(variants())} variants, missed {Counter(m.how for m in missed).most_common(5)}")
    record_property("variants", len(variants()))
    record_property("variants_missed", len(missed))
    assert share >= LEAST_RECALL


def forget_caches():
    """Nothing that was computed with a step stays when the step is taken out."""
    for cached in (sounds.readings, sounds.stem, nicknames.groups_of):
        cached.cache_clear()


@pytest.fixture
def without(monkeypatch):
    """Takes a step of the comparison out for one test."""
    yield lambda module, name, instead: (monkeypatch.setattr(module, name, instead), forget_caches())
    monkeypatch.undo()
    forget_caches()


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        (names, "groups_of", lambda _word, **_: frozenset()),
        (sounds, "_latin", lambda word: word),
        (names, "_close", lambda _x, _y: False),
        (names, "_shortened", lambda bone: [bone]),
        (names, "readings", lambda word: frozenset({word})),
    ],
    ids=["nicknames", "alphabets", "slips", "skeletons with a gap", "readings"],
)
def test_control_without_a_step_fewer_names_are_found(without, module, name, instead):
    whole, _ = recall()
    without(module, name, instead)
    assert recall()[0] < whole


def test_control_without_alphabets_the_promise_is_broken(without, record_property):
    without(sounds, "_latin", lambda word: word)
    share, missed = recall()
    record_property("control_missed", len(missed))
    assert share < LEAST_RECALL


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_few_honest_registrations_reach_review(seed, record_property):
    found = honest.judge(honest.population(5000, Random(seed)))
    by_name = sum(bool(one.codes & fairness.ABOUT_NAMES) for one in found) / len(found)
    print(f"\nreview load: {by_name:.2%} of {len(found)} honest registrations")
    record_property("honest", len(found))
    record_property("honest_reviewed", round(by_name * len(found)))
    assert 0 < by_name <= MOST_LOAD


@pytest.mark.slow
def test_control_a_coarser_comparison_would_trouble_too_many(without, record_property):
    without(names, "alike", lambda _one, _other: True)
    from registry.rules.signals import identity

    without(identity, "alike", lambda _one, _other: True)
    found = honest.judge(honest.population(5000, Random(1)))
    troubled = sum(bool(one.codes & fairness.ABOUT_NAMES) for one in found)
    record_property("control_reviewed", troubled)
    assert troubled / len(found) > MOST_LOAD


@pytest.mark.slow
def test_no_group_of_honest_people_is_flagged_much_more_than_another(record_property):
    found = fairness.report(3000, seed=3, rounds=6, tell=lambda _: None)
    record_property("people", found["people"])
    record_property("ratio", max(line["ratio"] for line in found["comparisons"] if line["must_hold"]))
    assert found["fair"], found["comparisons"]
    assert all(line["ratio"] <= fairness.MOST for line in found["comparisons"] if line["must_hold"])


def test_control_a_rule_against_one_group_is_found(monkeypatch, record_property):
    noticed = honest._noticed

    def against(person):
        return [*noticed(person), *([honest.prefers(("only girls",))] if person.nationality == "ua" else [])]

    monkeypatch.setattr(honest, "_noticed", against)
    found = fairness.report(400, seed=1, rounds=1, tell=lambda _: None)
    record_property("control_unfair", int(not found["fair"]))
    assert not found["fair"]
