"""Why a household has no place in a plan: the one thing that is in the way, or that all that fits is given away."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import numpy as np

from geo.distance import haversine_kms
from registry.rules import eligibility
from registry.rules.reasons import Reason
from registry.selectors import facts, gate, left_out, planned
from registry.selectors.planned import Choice, Offers, Waiting

# So many of the nearest offers are asked why not.
LOOKED_AT = 100


class Why:
    """Asks the gate about the offers as they were before the plan."""

    def __init__(self, offers: Offers, at: datetime) -> None:
        self.offers, self.now = offers, facts.local(at)
        self.stays = [*offers.stays]
        self.places = np.array([offers.places[pk] for pk in self.stays]).reshape(-1, 2)
        self._near: dict[tuple[float, float], list[tuple[UUID, float]]] = {}

    def not_placed(self, one: Waiting) -> tuple[Reason, ...]:
        """The binding reason; a household for which nothing could be looked for has its own."""
        own = tuple(not_to_plan(one))
        if own:
            return own
        parts = {"stay": (self._stay,), "ride": (self._ride,), "both": (self._stay, self._ride)}[one.need.kind]
        found = (part(one) for part in parts)
        return next((why for why in found if why), (Reason("plan_all_given", severity="info"),))

    def _stay(self, one: Waiting) -> tuple[Reason, ...]:
        near = [Choice(stay=pk) for pk, km in self._nearest(one.center) if km <= one.need.max_km]
        nothing = Reason("plan_nothing_near", params={"max_km": one.need.max_km})
        return self._binding(one, near, _of_bed, nothing)

    def _ride(self, one: Waiting) -> tuple[Reason, ...]:
        from_here = (pk for pk, ride in self.offers.rides.items() if ride.origin == one.need.origin)
        choices = [Choice(pk, arrival=self.offers.arrival_of(one.need, self.offers.rides[pk])) for pk in from_here]
        return self._binding(one, choices[:LOOKED_AT], _of_seat, Reason("plan_no_ride"))

    def _nearest(self, center: tuple[float, float]) -> list[tuple[UUID, float]]:
        if center not in self._near and self.stays:
            kms = haversine_kms(self.places, [center])
            order = np.argsort(kms, kind="stable")[:LOOKED_AT].tolist()
            self._near[center] = [(self.stays[row], float(kms[row])) for row in order]
        return self._near.get(center, [])

    def _binding(
        self, one: Waiting, choices: list[Choice], part: Callable[[gate.Seen], gate.Seen], nothing: Reason
    ) -> tuple[Reason, ...]:
        """Nothing when one of these would do; else what alone is in the way most often, or simply most often."""
        if not choices:
            return (nothing,)
        alone: Counter[str] = Counter()
        often: Counter[str] = Counter()
        example: dict[str, Reason] = {}
        for choice in choices:
            against = gate.judge(part(planned.seen(one, self.offers, choice)), self.now).reasons
            if not against:
                return ()
            codes = {reason.code: reason for reason in against}
            example |= codes
            often.update([*codes])
            alone.update([*codes] if len(codes) == 1 else [])
        [(code, _)] = (alone or often).most_common(1)
        return (left_out.of_many(example[code]),)


def _of_bed(seen: gate.Seen) -> gate.Seen:
    """The bed alone, whatever else was asked for."""
    return replace(seen, need=replace(seen.need, kind="stay"), ride=None, arrival=None)


def _of_seat(seen: gate.Seen) -> gate.Seen:
    """The ride alone; with a bed it may go anywhere."""
    if seen.need.kind == "ride":
        return seen
    return replace(seen, need=replace(seen.need, kind="ride", destination=None), stay=None, arrival="active")


def not_to_plan(one: Waiting) -> Iterator[Reason]:
    """Why nobody may look for a place for this household now."""
    if one.choosing:
        yield Reason("plan_choosing", severity="info")
    if one.held:
        yield Reason("household_held", severity="hold")
    if one.request.status != "open":
        yield Reason("request_not_open")
    yield from eligibility.pick_up(one.request.origin.status, one.staffed)
