"""What anybody may ask without an account: is this driver or host verified now? Three answers, nothing else."""

from datetime import datetime, timedelta
from typing import Literal

from registry import models as m
from registry.rules import eligibility, handover
from registry.selectors.behind import vetted_for_pass
from registry.selectors.facts import local
from registry.services import limits, passes, scanning

Answer = Literal["VALID", "NOT VALID", "EXPIRED"]

LIMIT = 20
WINDOW = timedelta(minutes=5)


def check(*, text: str, caller: str, at: datetime) -> Answer:
    """VALID, NOT VALID or EXPIRED for a pass (code or scanned text) or a plate; ``caller`` is what is limited."""
    limits.spend(key=f"check:{caller}", limit=LIMIT, window=WINDOW, at=at)
    shown = scanning.read(text, at)
    if shown.problem:
        return "EXPIRED" if shown.problem == "expired" else "NOT VALID"
    if shown.row is not None:
        return _of_pass(shown.row, at)
    vehicles = passes.find_by_plate(text)
    answers = {_of_vehicle(vehicle, at) for vehicle in vehicles}
    return "VALID" if answers == {"VALID"} else "EXPIRED" if answers == {"EXPIRED"} else "NOT VALID"


def _of_pass(shown: m.ProviderPass, at: datetime) -> Answer:
    today = local(at).date()
    if shown.status == "expired" or (shown.status == "issued" and shown.valid_until < today):
        return "EXPIRED"
    if any(
        handover.pass_problems(handover.PassSeen(shown.status, shown.valid_from, shown.valid_until, None, None), today)
    ):
        return "NOT VALID"
    return _standing(shown.provider, shown.vehicle, at)


def _of_vehicle(vehicle: m.Vehicle, at: datetime) -> Answer:
    return _standing(vehicle.provider, vehicle, at)


def _standing(provider: m.Provider, vehicle: m.Vehicle | None, at: datetime) -> Answer:
    reasons = list(eligibility.not_verified(vetted_for_pass(provider, vehicle), local(at).date()))
    if not reasons:
        return "VALID"
    return "EXPIRED" if all(r.code.endswith("_expired") for r in reasons) else "NOT VALID"
