"""The proofs that are tests with recorded figures."""

from collections.abc import Iterator

from registry.simulation.fairness import MOST
from tests.prove.by_tests import Ran, by_tests
from tests.prove.proof import Figure, Run, at_least, at_most, none_of, some_of

LEAST_RECALL, MOST_LOAD = 0.95, 0.03


def _combinations(_run: Run, ran: Ran) -> Iterator[Figure]:
    yield none_of(ran.total("wrong"), ran.total("combinations"), "combinations of people", "decided wrongly")
    yield some_of(ran.total("control_wrong"), "wrong decisions without the rule or the guards")


two_person = by_tests("tests/rules/test_rule_2_two_people.py", figures=_combinations)
two_person_sql = by_tests("tests/test_guards_two_people.py", figures=_combinations)


def _breaches(_run: Run, ran: Ran) -> Iterator[Figure]:
    count = ran.total("breaches")
    yield none_of(ran.total("breached"), count, "breaches tried", "went through")
    through = ran.total("control_breached")
    yield at_least(through, count, f"control: {through:,} of {count:,} go through without the guard", "all")


guards = by_tests("tests/test_guards_rules.py", figures=_breaches)


def _interleavings(run: Run, ran: Ran) -> Iterator[Figure]:
    least = run.size(500, 50)
    yield none_of(ran.total("bad"), ran.total("interleavings"), "forced interleavings", "bad", least=least)
    for name, says in (("confirm_first", "the match came first"), ("suspend_first", "the suspension came first")):
        yield Figure(f"{says}: {ran.total(name):,}", "more than 0", ran.total(name) > 0)
    yield some_of(ran.total("control_bad"), "bad without FOR SHARE")


race = by_tests("tests/test_guards_race.py", figures=_interleavings)


def _seats(_run: Run, ran: Ran) -> Iterator[Figure]:
    winners = ran.total("winners")
    yield Figure(f"{ran.total('clients'):,} clients for one seat, {winners} got it", "exactly 1", winners == 1)
    sold = ran.total("control_sold")
    yield Figure(f"control: sold {sold} times without the guards", "more than once", sold > 1)


seat = by_tests("tests/test_capacity_race.py", figures=_seats)


def _crowd(run: Run, ran: Ran) -> Iterator[Figure]:
    # The crowd looks after every step and fails at the first bad one: whoever ended has found none.
    steps = ran.total("steps")
    yield none_of(0, steps, "random steps", "left somebody unverified on a match", least=run.size(10_000, 1_000))
    yield Figure(
        f"control: {ran.total('control_found')} of 3 missing guards found", "3", ran.total("control_found") == 3
    )


expiry = by_tests("tests/test_never_unverified.py", figures=_crowd)


def _tampered(_run: Run, ran: Ran) -> Iterator[Figure]:
    kinds, found = ran.total("kinds"), ran.total("found")
    yield Figure(f"{found} of {kinds} kinds found", "9 of 9", kinds == found == 9)
    missed = ran.total("control_missed")
    yield Figure(f"control: {missed} of {kinds} missed without their check", "all", missed == kinds)


tamper = by_tests("tests/ledger/test_tamper.py", figures=_tampered)


def _passes(_run: Run, ran: Ran) -> Iterator[Figure]:
    yield none_of(ran.total("accepted"), ran.total("passes"), "bad passes", "accepted", least=40)
    yield some_of(ran.total("control_accepted"), "accepted when a guard is taken away")


passes = by_tests("tests/signing/test_passes.py", figures=_passes)
gate = by_tests("tests/services/test_gate_passes.py", figures=_passes)
on_the_phone = by_tests("tests/phone/test_gate_reader.py", "tests/phone/test_gate_offline.py", figures=_passes)


def _pictures(_run: Run, ran: Ran) -> Iterator[Figure]:
    count, read = ran.total("pictures"), ran.total("read")
    yield at_least(read, 32, f"{read} of {count} blurred, glaring, leaning and dark pictures read", "32 of 40")
    yield none_of(ran.total("misread"), count, "pictures", "misread", least=40)


pictures = by_tests("tests/phone/test_gate_pictures.py", figures=_pictures)

FIGURES = "tests/identity/test_figures.py"


def _strong(_run: Run, ran: Ran) -> Iterator[Figure]:
    count, found = ran.total("disguises"), ran.total("disguises_found")
    recall = f"{found} of {count} disguises found: {found / count:.0%}"
    yield Figure(recall, "100 % of at least 20", found == count >= 20)
    yield none_of(ran.total("others_held"), ran.total("others"), "other identifiers", "taken for the same")
    yield some_of(ran.total("control_through"), "disguises go through without a step of the reading")


strong_ids = by_tests(FIGURES, "-k", "identifier or disguises or reading", figures=_strong)


def _names(_run: Run, ran: Ran) -> Iterator[Figure]:
    count, missed = ran.total("variants"), ran.total("variants_missed")
    recall = 1 - missed / count
    goal = f"at least {LEAST_RECALL:.0%} of at least 1,000"
    yield Figure(f"{recall:.1%} of {count:,} variants into review", goal, recall >= LEAST_RECALL and count >= 1000)
    load = ran.total("honest_reviewed") / ran.total("honest")
    says = f"review load {load:.2%} of {ran.total('honest'):,} honest registrations"
    yield at_most(load, MOST_LOAD, says, f"at most {MOST_LOAD:.0%}")
    yield some_of(ran.total("control_missed"), "variants missed without the alphabets")
    yield some_of(ran.total("control_reviewed"), "honest people reviewed by a coarser comparison")


names = by_tests(FIGURES, "-k", "name or registrations or step or alphabets or coarser", figures=_names)


def _fair(_run: Run, ran: Ran) -> Iterator[Figure]:
    ratio = ran.total("ratio")
    says = f"highest flag-rate ratio {ratio:.2f} over {ran.total('people'):,} honest people"
    yield at_most(ratio, MOST, says, f"at most {MOST}")
    yield some_of(ran.total("control_unfair"), "a rule against one group is found")


fairness = by_tests(FIGURES, "-k", "honest_people_is_flagged or rule_against", figures=_fair)


def _extra(_run: Run, ran: Ran) -> Iterator[Figure]:
    members = ran.total("api_members")
    yield none_of(ran.total("api_taken"), members, "members added to valid bodies", "not refused")
    yield none_of(ran.total("api_changed"), members, "members added to valid bodies", "changed something")
    yield none_of(ran.total("form_changed"), ran.total("form_posts"), "forms with more fields", "values changed")
    endpoints, columns = ran.total("api_endpoints"), max(ran.said["columns"])
    yield Figure(f"{endpoints} endpoints, {columns} names of columns", "all", endpoints > 0 and columns > 0)
    yield some_of(ran.total("control_taken"), "bodies taken when unknown members are dropped instead")


mass_assignment = by_tests("tests/test_mass_assignment.py", figures=_extra)


def _mistakes(_run: Run, ran: Ran) -> Iterator[Figure]:
    count = len(set(ran.said.get("mistake", ())))
    yield at_least(count, 10, f"{count} mistakes of others, each with its test", "10")


peer_mistakes = by_tests("tests/test_peer_mistakes.py", figures=_mistakes)
