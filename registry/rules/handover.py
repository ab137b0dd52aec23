"""Rules 7, 10 and 14 at the gate: may this driver leave with this household now, and who closes the journey."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from registry.rules.eligibility import is_night
from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason

PROBLEMS = (
    "damaged",
    "wrong_algorithm",
    "wrong_type",
    "unknown_key",
    "withdrawn_key",
    "bad_signature",
    "bad_claims",
    "wrong_issuer",
    "retired_key",
    "stale_clock",
    "not_yet_valid",
    "expired",
    "not_issued",
)


@dataclass(frozen=True, slots=True)
class PassSeen:
    """The pass that was shown, as the registry knows it; ``status`` is "unknown" when there is none.

    ``problem`` is one of PROBLEMS: why its signed text is not believed. ``other_plate``: it was signed for another
    plate than the one at the gate. ``elsewhere``: a journey with another ride that left with it is still on the road.
    """

    status: str
    valid_from: date | None
    valid_until: date | None
    driver: UUID | None
    vehicle: UUID | None
    problem: str = ""
    other_plate: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands at the gate: keys are normalised plates; ids are the vetted driver and vehicle of the match."""

    shown: PassSeen
    plate_seen: str
    plate_vetted: str
    driver: UUID
    vehicle: UUID
    counted: int
    expected: int
    staff: UUID
    second_staff: UUID | None
    local_time: datetime


def pass_problems(shown: PassSeen, today: date) -> Iterator[Reason]:
    """Rule 10: why the pass itself does not count; its last day is the whole of ``valid_until``."""
    if shown.problem:
        yield Reason(f"pass_{shown.problem}", rule=10)
    elif shown.status == "unknown":
        yield Reason("pass_unknown", rule=10)
    elif shown.status != "issued":
        yield Reason(f"pass_{shown.status}", rule=10)
    elif (shown.valid_until or date.min) < today:
        yield Reason("pass_expired", rule=10)
    elif (shown.valid_from or date.max) > today:
        yield Reason("pass_not_yet_valid", rule=10)


def departure(gate: Gate, policy: Policy = DEFAULT) -> tuple[Reason, ...]:
    """Every reason to stop the car; empty means GO as far as the gate can see."""
    return tuple(_departure(gate, policy))


def _departure(gate: Gate, policy: Policy) -> Iterator[Reason]:
    yield from pass_problems(gate.shown, gate.local_time.date())
    if gate.shown.other_plate:
        yield Reason("pass_other_plate", rule=10)
    if gate.shown.elsewhere:
        yield Reason("pass_elsewhere", rule=10)
    if gate.shown.status != "unknown" and gate.shown.driver != gate.driver:
        yield Reason("other_driver", rule=10)
    if gate.shown.vehicle not in (None, gate.vehicle):
        yield Reason("other_vehicle", rule=10)
    if not gate.plate_seen or gate.plate_seen != gate.plate_vetted:
        yield Reason("other_plate", rule=10)
    yield from _seen_off(gate.counted, gate.expected, gate.local_time, gate.staff, gate.second_staff, policy)


def seen_off(
    counted: int,
    expected: int,
    local_time: datetime,
    staff: UUID,
    second_staff: UUID | None,
    policy: Policy = DEFAULT,
) -> tuple[Reason, ...]:
    """Rules 7 and 10 for whoever leaves a zone, with a driver or alone: heads counted, two staff at night."""
    return tuple(_seen_off(counted, expected, local_time, staff, second_staff, policy))


def _seen_off(
    counted: int, expected: int, local_time: datetime, staff: UUID, second_staff: UUID | None, policy: Policy
) -> Iterator[Reason]:
    if counted != expected:
        yield Reason("other_count", rule=10, params={"counted": counted, "expected": expected})
    if is_night(local_time, policy) and second_staff is None:
        yield Reason("night_needs_second_staff", rule=7)
    if second_staff == staff:
        yield Reason("second_staff_is_first", rule=7)


ARRIVAL_SIDES = ("refugee", "receiver")


def may_confirm_arrival(side: str, actor_side: str) -> tuple[Reason, ...]:
    """Rule 10: each side speaks for itself; ``actor_side`` is refugee, receiver, driver or staff.

    Staff may record either side after speaking to them; a driver or host never speaks for the household,
    and a driver is not a side at all.
    """
    if side in ARRIVAL_SIDES and actor_side in (side, "staff"):
        return ()
    return (Reason("arrival_by_other_side", rule=10),)


def closes(refugee_at: datetime | None, receiver_at: datetime | None) -> tuple[Reason, ...]:
    """Rule 10: an arrival counts when both the household and the receiving side have said so."""
    missing = []
    if refugee_at is None:
        missing.append(Reason("refugee_not_heard", rule=10))
    if receiver_at is None:
        missing.append(Reason("receiver_not_heard", rule=10))
    return tuple(missing)
