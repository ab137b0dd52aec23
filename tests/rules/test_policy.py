"""Thresholds are settings with a version, and the version changes with any of them."""

import re
from dataclasses import asdict, fields
from typing import Any

import pytest

from registry.rules import checklists
from registry.rules.policy import DEFAULT, Policy


def test_the_version_is_twelve_characters_that_fit_their_column_and_the_audit_log():
    assert re.fullmatch("p[0-9a-f]{11}", DEFAULT.version)


def test_the_same_thresholds_have_the_same_version():
    assert Policy().version == DEFAULT.version


@pytest.mark.parametrize("name", [f.name for f in fields(Policy)])
def test_any_threshold_changes_the_version(name):
    value = asdict(DEFAULT)[name]
    other: Any = (*value, "x") if isinstance(value, tuple) else value + 1
    assert Policy(**{name: other}).version != DEFAULT.version


def test_a_check_that_lives_longer_changes_the_version(monkeypatch):
    changed = checklists.rows()
    changed[5]["months"] = 7
    monkeypatch.setattr(checklists, "rows", lambda: changed)
    assert Policy().version != DEFAULT.version


def test_the_defaults_are_those_of_the_rules():
    assert (DEFAULT.night_starts_hour, DEFAULT.night_ends_hour) == (22, 6)
    assert DEFAULT.eta_factor == 1.3
    assert DEFAULT.overdue_minutes == (15, 30, 60, 90, 120)
    assert DEFAULT.overdue_minutes_with_minors == (0, 15, 30, 45, 60)
    assert (DEFAULT.concerns_that_hold, DEFAULT.concerns_that_suspend) == (1, 2)
    assert (DEFAULT.weight_distance, DEFAULT.weight_language, DEFAULT.weight_children) == (30, 15, 10)
    assert (DEFAULT.place_hidden_after_hours, DEFAULT.pick_up_shown_minutes) == (24, 120)
