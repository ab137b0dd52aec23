"""What `make test` leaves out on its second database, and that it leaves out nothing that was named."""

import pytest

from tests import conftest
from tests.scripts import ROOT, tool

run_tests = tool("run_tests")


def test_the_browser_is_driven_on_sqlite_and_not_again_on_postgresql(monkeypatch):
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    assert "not browser" not in run_tests.command("sqlite", [])
    assert "not browser" in run_tests.command("postgres", [])
    assert run_tests.environment("sqlite", [])["REQUIRE_BROWSER"] == "1"
    assert "REQUIRE_BROWSER" not in run_tests.environment("postgres", [])


def test_tests_that_were_named_run_wherever_one_says(monkeypatch):
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    assert run_tests.command("postgres", ["tests/browser"])[-1] == "tests/browser"
    assert run_tests.environment("postgres", ["tests/browser"])["REQUIRE_BROWSER"] == "1"


class Item:
    """A test as pytest collects it."""

    def __init__(self, path, *markers, fixtures=()):
        self.path, self.fixturenames, self._markers = ROOT / "tests" / path, fixtures, markers

    def get_closest_marker(self, name):
        """The marker, if the test has it."""
        return name if name in self._markers else None


@pytest.mark.parametrize(
    ("item", "again"),
    [
        (Item("rules/test_company.py"), False),
        (Item("rules/test_rules_on_rows.py", "django_db"), True),
        (Item("planner/test_plans.py", fixtures=("db",)), True),
        (Item("services/test_matching.py"), True),
        (Item("phone/test_vault.py", "django_db", "once"), False),
    ],
)
def test_what_asks_for_a_database_runs_on_both(item, again):
    assert conftest.touches_database(item) is again
