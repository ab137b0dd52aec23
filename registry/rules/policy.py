"""Every threshold of the rules, with its default. A decision stores the ``version`` it was taken under."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from registry.rules import checklists

_WORDS = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Policy:
    """Thresholds; units are in the names. Sources: docs/rules.md."""

    night_starts_hour: int = 22
    night_ends_hour: int = 6
    child_seat_bands: tuple[str, ...] = ("0-3",)
    eta_factor: float = 1.3
    overdue_minutes: tuple[int, ...] = (15, 30, 60, 90, 120)
    overdue_minutes_with_minors: tuple[int, ...] = (0, 15, 30, 45, 60)
    concerns_that_hold: int = 1
    concerns_that_suspend: int = 2
    weight_distance: int = 30
    weight_language: int = 15
    weight_children: int = 10
    default_max_km: int = 150
    ride_longest_wait_minutes: int = 24 * 60
    break_glass_reason_length: int = 20
    break_glass_minutes: int = 30
    break_glass_per_hour: int = 3
    proposal_count: int = 5
    promise_minutes: int = 15
    clock_skew_seconds: int = 120
    place_hidden_after_hours: int = 24
    pick_up_shown_minutes: int = 120
    signal_name_years: int = 1
    signal_declined_least: int = 3
    signal_far_km: int = 150
    signal_destination_changes: int = 2
    signal_top_kmh: int = 160
    signal_night_least: int = 4
    signal_night_share: float = 0.5
    signal_groups_days: int = 30
    signal_arrival_share: float = 0.6
    signal_overdue_times: int = 2
    signal_overdue_days: int = 90
    signal_decision_seconds: int = 90
    signal_decisions_per_hour: int = 8
    signal_pair_factor: float = 3.0
    signal_pair_least: int = 5
    signal_pair_days: int = 90
    signal_readings_per_hour: int = 20
    fingerprint_memory_days: int = 730
    register_review_months: int = 12
    register_questions_per_hour: int = 60
    reminder_days: tuple[int, ...] = (30, 14, 7, 1)
    reminder_days_of_county: tuple[int, ...] = (7, 1)
    info_days: int = 14
    appeal_days: int = 30
    rejected_kept_days: int = 30
    unmet_kept_days: int = 60
    household_kept_days: int = 30
    transit_kept_hours: int = 72
    free_text_days: int = 30
    review_days: int = 7

    @cached_property
    def version(self) -> str:
        """A p and eleven hex digits, which change whenever a threshold, a check, its lifetime or a word list does."""
        words = [path.read_text("utf-8") for path in sorted(_WORDS.glob("words_*.json"))]
        canonical = json.dumps([asdict(self), checklists.rows(), words], sort_keys=True)
        return "p" + hashlib.sha256(canonical.encode()).hexdigest()[:11]


DEFAULT = Policy()
