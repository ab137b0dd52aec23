"""What every test may ask for, and what a run says about itself."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase

from registry import guards
from tests.invented import keyring

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = f"browser tests are skipped: none of {', '.join(BROWSERS)} is installed"
FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
# Folders whose tests touch no database unless they say so: the run on SQLite, which is embedded, is theirs.
PURE = ("geo", "identity", "planner", "rules", "signing")
DATABASE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def find_browser() -> str | None:
    """The path of the system's chromium, if there is one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def browser_required() -> bool:
    """Whether this run must not pass without its browser tests."""
    return os.environ.get("REQUIRE_BROWSER") == "1"


def pytest_configure() -> None:
    """Hash the passwords of invented people quickly."""
    settings.PASSWORD_HASHERS = [FAST_HASHER, *settings.PASSWORD_HASHERS]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Tell a failure as soon as it is known."""
    plugins = session.config.pluginmanager
    if terminal := plugins.get_plugin("terminalreporter"):
        plugins.register(FailuresAtOnce(terminal))


class FailuresAtOnce:
    """Says what failed when it fails: a run that is cut off never comes to its summary."""

    def __init__(self, terminal: Any) -> None:
        self._terminal = terminal

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The test, the phase and the whole of its failure."""
        if report.failed:
            self._terminal.write_line("")
            self._terminal.write_line(f"FAILED {report.nodeid} ({report.when})", red=True)
            report.toterminal(self._terminal._tw)


def pytest_report_header() -> list[str]:
    """Say which database and which browser the run uses."""
    return [f"database: {DATABASE_NAMES[connection.vendor]}", f"browser: {find_browser() or NO_BROWSER}"]


def touches_database(item: pytest.Item) -> bool:
    """Whether a test could come out differently on another database."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    if item.get_closest_marker("once"):
        return False
    asked = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
    return folder not in PURE or bool(asked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run what touches no database once, long files first; skip browser tests where no browser is, and say so."""
    if connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if not touches_database(item)])
        items[:] = [item for item in items if touches_database(item)]
    if hasattr(config, "workerinput"):
        items.sort(key=long_ones_first({item.path for item in items if item.get_closest_marker("slow")}))
    if find_browser():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def long_ones_first(slow: set[Path]) -> Callable[[pytest.Item], tuple[bool, int]]:
    """The order of files over several processes: a long one that came last would keep the others waiting."""
    return lambda item: (item.path not in slow, len(item.path.parts))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that had to drive a browser and did not."""
    if not browser_required() or hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    ran, skipped = browser_outcomes(session.config)
    if skipped or not ran:
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say in one line whether the pages were driven by a browser."""
    ran, skipped = browser_outcomes(config)
    if skipped or browser_required():
        verdict = "; REQUIRE_BROWSER=1, so the run fails" if browser_required() and (skipped or not ran) else ""
        terminalreporter.write_line(f"browser tests: {ran} ran, {skipped} skipped{verdict}")


def browser_outcomes(config: pytest.Config) -> tuple[int, int]:
    """How many browser tests ran and how many were skipped."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return 0, 0
    marked = {
        kind: sum("browser" in getattr(report, "keywords", ()) for report in reporter.stats.get(kind, []))
        for kind in ("passed", "failed", "skipped")
    }
    return marked["passed"] + marked["failed"], marked["skipped"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's chromium."""
    path = find_browser()
    if path is None:
        pytest.skip(NO_BROWSER)
    return path


@pytest.fixture(scope="session", autouse=True)
def flush_without_guards() -> Iterator[None]:
    """A test that commits ends in a flush, which the guards refuse; the flush itself puts them back."""
    teardown = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def unguarded(self: TransactionTestCase) -> None:
        guards.remove(connection)
        teardown(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", unguarded)
        yield


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Runs a call in many threads released together; gives each one's result or exception, in order.

    Each thread has a database connection of its own, so the test needs `transaction=True`.
    """

    def run(count: int, call: Callable[[int], Any]) -> list[Any]:
        barrier = threading.Barrier(count)

        def one(number: int) -> Any:
            try:
                barrier.wait(timeout=60)
                return call(number)
            except Exception as error:  # noqa: BLE001
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run


@pytest.fixture(scope="session", autouse=True)
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for private keys that dies with the run, with one for each purpose."""
    settings.KEYS_DIR = folder = tmp_path_factory.mktemp("keys")
    keyring.write(folder)
    return folder


@pytest.fixture(autouse=True)
def signing_keys(request: pytest.FixtureRequest, keys_folder: Path) -> None:
    """Every test with a database can sign: the keys are rows as their activation left them."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None:
        return
    request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
    keyring.enter()
