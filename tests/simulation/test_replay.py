"""A small day: nothing breaks a rule, nothing fails, and the queries that say so can tell."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from registry import guards
from registry import models as m
from registry.rules import eligibility, handover
from registry.services import geography
from registry.simulation import replay
from registry.simulation.arrivals import midnight
from registry.simulation.replay import Report, Wanted
from registry.simulation.violations import count_violations
from tests import factories
from tests.conftest import DATABASE_NAMES
from tests.invented import keyring

DAY = date(2022, 3, 6)
KEYS = [
    *("day", "scope", "database", "via", "people", "households", "registered", "matched", "departed", "arrived"),
    *("waiting", "held_by_rule", "violations", "wall_s", "latency_ms", "errors"),
]


def play(people: int, seed: int = 1) -> Report:
    geography.load()
    keyring.enter()
    return replay.by_services(Wanted(DAY, "ro-ua", people, seed), lambda _line: None)


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[Report]:
    """A finished day that every case reads or damages in a transaction of its own."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            yield play(150)
        finally:
            # The flush puts them back.
            guards.remove(connection)
            call_command("flush", interactive=False, verbosity=0)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_day_of_150_people_breaks_no_rule_and_fails_nowhere(report: Report) -> None:
    figures = json.loads(json.dumps(report.as_json()))
    assert list(figures) == KEYS
    assert report.tally.problems == []
    assert [v for v in report.violations if v.rows] == []
    assert (figures["violations"], figures["errors"], figures["people"]) == (0, 0, 150)
    assert figures["database"] == DATABASE_NAMES[connection.vendor]
    assert figures["registered"] == figures["households"] == m.Household.objects.count()
    assert figures["registered"] >= figures["matched"] >= figures["departed"] >= figures["arrived"]
    assert figures["arrived"] >= 0.5 * figures["registered"]
    assert figures["arrived"] == m.Match.objects.filter(arrived_at__isnull=False).count()
    assert {"p50", "p95", "max", "n"} == set(figures["latency_ms"]["confirm"])
    assert report.tally.counts["suspended"] >= 1
    assert report.is_clean


def broken_rules(report: Report) -> set[int]:
    return {v.rule for v in report.violations if v.rows}


SABOTAGE = {
    "unverified": (
        "DELETE FROM registry_auditentry WHERE action = 'decision.carried'",
        "relied on a provider that was not verified then",
    ),
    "split": (
        "UPDATE registry_leg SET people = people + 1 WHERE taken_at IS NOT NULL",
        "household split over a match",
    ),
    "one side": (
        "UPDATE registry_match SET departed_at = NULL WHERE arrived_at IS NOT NULL AND status = 'arrived'",
        "arrived or closed without having left",
    ),
    "unstaffed": ("DELETE FROM registry_shift", "left from a zone that was not staffed"),
    "no pass": (
        "UPDATE registry_match SET pass_shown_id = NULL WHERE departed_at IS NOT NULL",
        "left without the driver's own valid pass",
    ),
    "no entry": (
        "DELETE FROM registry_auditentry WHERE action = 'match.confirmed'",
        "confirmation without its audit entry",
    ),
    "lapsed": (
        "UPDATE registry_check SET lapses_on = '2022-03-01' WHERE provider_id IS NOT NULL",
        "relied on a provider whose check had lapsed then",
    ),
    "ladder": (
        "DELETE FROM registry_escalationstep WHERE number = 3",
        "overdue ladder of a departed journey that is not whole",
    ),
    "capacity": (
        "UPDATE registry_leg SET released_at = NULL, people = 200 WHERE kind = 'stay' AND taken_at IS NOT NULL",
        "beds taken beyond what there is, or counted wrongly",
    ),
}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("case", SABOTAGE)
def test_control_each_query_finds_what_is_damaged(report: Report, case: str) -> None:
    statement, name = SABOTAGE[case]
    assert not any(v.rows for v in count_violations(midnight(DAY)))
    with factories.unguarded(), connection.cursor() as cursor:
        # Entries are named by the ledger, which another query than these looks at.
        for table in ("ledgerleaf", "ledgerwaiting"):
            cursor.execute(f"DELETE FROM registry_{table}")  # noqa: S608 - names of this line
        cursor.execute(statement)
    found = {v.name: v.rows for v in count_violations(midnight(DAY))}
    assert found[name] > 0


@pytest.mark.slow
@pytest.mark.django_db
def test_control_without_the_gate_the_queries_find_what_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eligibility, "with_only_men", lambda *_args, **_options: iter(()))
    monkeypatch.setattr(eligibility, "pick_up", lambda *_args: iter(()))
    monkeypatch.setattr(handover, "_seen_off", lambda *_args: iter(()))
    monkeypatch.setattr("registry.selectors.ride_search.company.alone_with_men", lambda *_args: False)
    with factories.unguarded():
        report = play(130, seed=3)
    assert 5 in broken_rules(report)
    assert not report.is_clean
