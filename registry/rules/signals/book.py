"""Every signal in one table: how grave it is, where the rule comes from, which thresholds it reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Level = Literal["hold", "review", "alert"]
GRETA = "GRETA(2022)09, recommendations on vetting and registering volunteers"
EUAA = "EUAA, Practical recommendations on private accommodation, May 2022"
UNHCR = "UNHCR, protection risks at the border of Ukraine, April 2022"
OSCE = "OSCE/ODIHR, Recommendations on preventing trafficking of people fleeing Ukraine, 2022"
REGISTRY = "the registry's own, after the four-eyes principle; for the authority to confirm"


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal: ``page`` also raises an alarm of the highest level."""

    level: Level
    source: str
    settings: tuple[str, ...] = ()
    page: bool = False


BOOK: Mapping[str, Signal] = {
    "same_identifier": Signal("hold", GRETA),
    "same_identifier_claimed": Signal("review", REGISTRY),
    "register_hit": Signal("hold", GRETA, page=True),
    "register_name_and_year": Signal("hold", GRETA, ("signal_name_years",), page=True),
    "register_name": Signal("review", GRETA),
    "name_alike_and": Signal("hold", GRETA, ("signal_name_years",)),
    "name_alike": Signal("review", GRETA),
    "prefers": Signal("hold", OSCE),
    "declines_men": Signal("hold", UNHCR, ("signal_declined_least",)),
    "refuses_check": Signal("hold", EUAA),
    "far_from_corridor": Signal("review", OSCE, ("signal_far_km",)),
    "destination_changed": Signal("review", OSCE, ("signal_destination_changes",)),
    "journeys_overlap": Signal("hold", REGISTRY),
    "too_fast": Signal("hold", REGISTRY, ("signal_top_kmh",)),
    "mostly_at_night": Signal("review", OSCE, ("signal_night_least", "signal_night_share")),
    "other_children": Signal("hold", UNHCR, ("signal_groups_days",)),
    "two_groups": Signal("hold", UNHCR, ("signal_groups_days",)),
    "arrived_too_soon": Signal("alert", REGISTRY, ("signal_arrival_share",)),
    "overdue_again": Signal("hold", REGISTRY, ("signal_overdue_times", "signal_overdue_days")),
    "decided_too_fast": Signal("review", REGISTRY, ("signal_decision_seconds",)),
    "decides_too_many": Signal("review", REGISTRY, ("signal_decisions_per_hour",)),
    "approves_refused": Signal("review", REGISTRY),
    "pair_too_often": Signal("review", REGISTRY, ("signal_pair_factor", "signal_pair_least", "signal_pair_days")),
    "reads_unassigned": Signal("alert", REGISTRY, ("signal_readings_per_hour",)),
}
