"""A pytest plugin that writes down what tests measured (``record_property``) and how they ended."""

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest


class Collector:
    """Outcomes and recorded figures of a whole run."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed: list[str] = []
        self.skipped: list[str] = []
        self.said: dict[str, list[Any]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of each test, and its figures once."""
        if report.when == "call":
            self.passed += report.passed
            for name, value in report.user_properties:
                self.said[name].append(value)
        if report.failed:
            self.failed.append(report.nodeid)
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write it all to the file that the proof reads."""
        found = {"passed": self.passed, "failed": self.failed, "skipped": self.skipped, "said": self.said}
        Path(os.environ["PROVE_ANSWER"]).write_text(json.dumps(found, default=str), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Listen to this run."""
    config.pluginmanager.register(Collector(), "prove-collector")
