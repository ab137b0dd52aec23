"""A ride and a bed in a town that it reaches, both or neither.

Prices of beds and of seats are found in turns, each at what the other half is worth at its prices; together they
bound every plan. Households take beds at those prices, then rides to their towns, and whoever is left without one of
the two gives the other back and looks again among what is free. Planning one after the other is tried, too.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from registry.planner import joint, kernels, prices, rides, rooms, seats, stays
from registry.planner.arrays import (
    NOWHERE,
    Cancelling,
    Floats,
    Households,
    JointPlan,
    Plan,
    Progress,
    RideOffers,
    Settings,
    StayOffers,
)
from registry.planner.joint import Beds, Seats
from registry.planner.prices import Round
from registry.planner.rooms import Rooms
from registry.planner.seats import RideShard
from registry.planner.shards import Shard

TURNS = 4
# How far a price may fall in one turn.
TRUST = 6.0
BED_ROUND = Round(3.0, 0.5, 32, 48, 0.8, 0.2, 40)
SEAT_ROUND = Round(3.0, 1.0, 32, 48, 0.8, 0.2, 40)
CANDIDATES, SECOND_LOOKS = 28, 4


def plan(
    households: Households,
    by_ride: RideOffers,
    by_stay: StayOffers,
    settings: Settings,
    progress: Progress | None,
    cancelled: Cancelling | None,
) -> JointPlan:
    """See registry.planner.plan_together."""
    # With a bed, the ride goes to the bed's town, wherever that is.
    household = replace(households, destination=np.full(len(households), NOWHERE, np.int32))
    if not len(households) or not len(by_ride.rows) or not len(by_stay.rows):
        empty = stays.nothing(len(households), len(by_stay.rows)), stays.nothing(len(households), len(by_ride.rows))
        return JointPlan(*empty, 0.0, 0.0)
    clock = stays.Clock(2 + 2 * TURNS + 2, progress)
    first = stays.plan(household, by_stay, settings, None, cancelled, None)
    clock.tell()
    pair = _Pair(household, by_ride, by_stay, settings, cancelled)
    one_by_one = pair.rides_for(first.offer.astype(np.int64), np.zeros(len(by_ride.rows)))
    clock.tell()
    beds, seat = pair.clear(first.prices, settings, clock)
    bound = pair.bound(beds, seat)
    jointly = pair.rides_for(pair.beds_at(beds, seat), seat)
    clock.tell()
    place = max((one_by_one, jointly), key=lambda places: pair.worth(*places))
    clock.tell()
    return pair.finished(*place, beds, seat, bound)


class _Pair:
    """Both halves of one problem."""

    def __init__(
        self,
        households: Households,
        by_ride: RideOffers,
        by_stay: StayOffers,
        settings: Settings,
        cancelled: Cancelling | None,
    ) -> None:
        self.households, self.rides, self.stays, self.settings = households, by_ride, by_stay, settings
        self.shard = Shard(households, by_stay, settings.policy, threads=settings.threads, cancelled=cancelled)
        self.riding = RideShard(households, by_ride, settings, cancelled)
        self.towns = by_stay.rows.town
        # A town that no ride reaches is nowhere.
        self.towns = np.where(self.towns < by_ride.reaches.shape[1], self.towns, NOWHERE).astype(np.int32)
        self.seats = np.where(by_ride.rows.possible, np.maximum(by_ride.rows.seats, 0), 0)

    def clear(self, beds: Floats, settings: Settings, clock: stays.Clock) -> tuple[Floats, Floats]:
        """Prices of beds and seats, in turns from those of the beds alone."""
        seat = np.zeros(len(self.seats))
        for turn in range(TURNS):
            bonus = joint.bed_bonus(self.shard, self.towns, beds, self.rides.reaches.shape[1])
            seat = prices.clear(
                Seats(self.riding, bonus), seat, self.seats, SEAT_ROUND, settings.seed * 109 + turn, TRUST
            )
            clock.tell()
            bonus, _ = joint.ride_bonus(self.riding, seat, self.riding.room)
            crowd = Beds(self.shard, self.towns, bonus)
            beds = prices.clear(crowd, beds, self.stays.rows.beds, BED_ROUND, settings.seed * 113 + turn, TRUST)
            clock.tell()
        return beds, seat

    def bound(self, beds: Floats, seat: Floats) -> float:
        """No plan of both can be worth more: beds and seats at these prices, and what is beyond them."""
        bonus, _ = joint.ride_bonus(self.riding, seat, self.riding.room)
        crowd = Beds(self.shard, self.towns, bonus)
        return float((seat * self.seats).sum()) + prices.bound(crowd, beds, self.stays.rows.beds)

    def beds_at(self, beds: Floats, seat: Floats) -> Any:
        """Beds for everybody at these prices, each worth what the ride there is worth, too."""
        bonus, _ = joint.ride_bonus(self.riding, seat, self.riding.room)
        crowd = Beds(self.shard, self.towns, bonus)
        crowd.find(beds, 1.0, 1.0, self.settings.seed, CANDIDATES, CANDIDATES)
        taken = self._bed_rooms()
        found = crowd.candidates(beds, CANDIDATES)
        gain = np.where(found.offer[:, 0] >= 0, found.points[:, 0] - beds[found.offer[:, 0]], 0.0)
        taken.settle(np.lexsort((-gain, -self.households.size)), found, beds)
        who = rooms.listed(found, len(beds))
        for share in stays.SHARES:
            taken.improve(found, beds, share, who)
            self.shard.stop_if_asked()
        return taken.place

    def _bed_rooms(self) -> Rooms:
        s = self.stays.rows
        return Rooms(self.households, s.beds, s.roof, s.woman_lives)

    def rides_for(self, bed: Any, seat: Floats) -> tuple[Any, Any]:
        """Beds and rides from these beds on: whoever finds no ride gives the bed back and looks again."""
        town = np.where(bed >= 0, self.towns[bed], NOWHERE).astype(np.int32)
        going = replace(self.households, destination=town, possible=self.households.possible & (town >= 0))
        sizes = np.where(town >= 0, going.size, 0)
        shard = RideShard(replace(going, size=sizes), self.rides, self.settings, self.shard.cancelled)
        shard.find(seat, 1.0, 1.0, self.settings.seed, CANDIDATES, CANDIDATES)
        seated = rides.boarded(shard, replace(going, size=sizes), self.rides, seat)
        ride = np.where(town >= 0, seated.place, -1)
        has_both = (bed >= 0) & (ride >= 0)
        return self._again(np.where(has_both, bed, -1), np.where(has_both, ride, -1))

    def _again(self, bed: Any, ride: Any) -> tuple[Any, Any]:
        """Whoever has nothing yet looks for both among what is free, a few times."""
        sleeping, seated = self._bed_rooms(), self._ride_rooms()
        for taken, place in ((sleeping, bed), (seated, ride)):
            for h in np.flatnonzero(place >= 0).tolist():
                taken.put(h, int(place[h]), 0.0)
        for _ in range(SECOND_LOOKS):
            left = np.flatnonzero((sleeping.place < 0) & self.households.possible)
            if not len(left) or not self._look_again(sleeping, seated, left):
                break
        return sleeping.place, seated.place

    def _ride_rooms(self) -> Rooms:
        alone = np.arange(len(self.seats), dtype=np.int32)
        extra = seats.needs(self.households), seats.spare(self.rides)
        return Rooms(self.households, self.seats, alone, seats.safe(self.rides), *extra)

    def _look_again(self, sleeping: Rooms, seated: Rooms, left: Any) -> int:
        """Both for those who are left, from what is free now; returns how many found both."""
        room = np.concatenate([seated.free[:, None], seated.spare], axis=1)
        bonus, ride = joint.ride_bonus(self.riding, np.zeros(len(self.seats)), room, left)
        few = Shard(self.households.take(left), self.stays, self.settings.policy, threads=self.shard.threads,
                    cancelled=self.shard.cancelled, laid_out=self.shard.ground)  # fmt: skip
        free = np.empty_like(sleeping.free)
        free[self.shard.ground.place] = sleeping.free
        offer, points, _ = Beds(few, self.towns, bonus).best(np.zeros(len(self.towns)), free, 12, 0.0)
        done = 0
        for i in np.argsort(-points[:, 0] * self.households.size[left], kind="stable").tolist():
            done += self._take_both(sleeping, seated, int(left[i]), offer[i], ride[i])
        return done

    def _take_both(self, sleeping: Rooms, seated: Rooms, h: int, offers: Any, by_town: Any) -> bool:
        for bed in offers[offers >= 0].tolist():
            ride = int(by_town[self.towns[bed]])
            if ride >= 0 and sleeping.has_room(h, bed) and seated.has_room(h, ride):
                sleeping.put(h, bed, 0.0)
                seated.put(h, ride, 0.0)
                return True
        return False

    def worth(self, bed: Any, ride: Any) -> float:
        """What this plan of both is worth."""
        whole = (bed >= 0) & (ride >= 0)
        points = self.shard.exact(bed)[0] + self.riding.exact(ride)
        return float((points * self.households.size)[whole].sum())

    def finished(self, bed: Any, ride: Any, beds: Floats, seat: Floats, bound: float) -> JointPlan:
        """The plan with exact points; whoever the gate would refuse one of the two gets neither."""
        bed_points, kms = self.shard.exact(bed)
        ride_points = self.riding.exact(ride)
        whole = (bed >= 0) & (ride >= 0) & (bed_points > kernels.NO) & (ride_points > kernels.NO)
        whole &= self.rides.reaches[self.rides.rows.route[ride], self.towns[bed]]
        halves = [
            _half(whole, bed, bed_points, np.where(whole, kms, 0.0), beds, self.households),
            _half(whole, ride, ride_points, np.zeros(len(whole)), seat, self.households),
        ]
        return JointPlan(halves[0], halves[1], bound, halves[0].total + halves[1].total)


def _half(whole: Any, place: Any, points: Floats, kms: Floats, at: Floats, households: Households) -> Plan:
    """One half of the plan; its own bound is not told apart from the whole's."""
    per_person = np.where(whole, points, 0.0)
    value: Floats = per_person * households.size
    offer, total = np.where(whole, place, -1).astype(np.int32), float(value.sum())
    return Plan(offer, per_person, value, kms, at, np.inf, total)
