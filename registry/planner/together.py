"""A ride and a bed in a town that it reaches, both or neither.

Prices of beds and of seats are found at once; together they bound every plan. At these prices households climb into
pairs of both, and whoever is left looks again among what is free. Planning one after the other is tried, too.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from registry.planner import joint, kernels, pair_search, pair_start, prices, rides, rooms, seats, stays
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
from registry.planner.joint import Beds
from registry.planner.pair_prices import Both, Market
from registry.planner.pair_search import Pairs
from registry.planner.prices import Round
from registry.planner.rooms import Rooms
from registry.planner.seats import RideShard
from registry.planner.shards import Shard

Places = tuple[Any, Any]

ROUNDS = (
    Round(8.0, 1.0, 32, 48, 6.0, 2.0, 40),
    Round(4.0, 1.0, 24, 48, 3.0, 0.7, 60),
    Round(2.0, 1.0, 16, 48, 1.0, 0.3, 60),
    Round(1.5, 1.0, 16, 48, 0.5, 0.15, 60),
)
# A large market: its prices are known roughly already.
LATER_ROUNDS = (
    Round(4.0, 1.0, 48, 64, 2.0, 0.5, 50),
    Round(3.0, 1.0, 32, 64, 1.5, 0.4, 60),
    Round(2.0, 1.0, 32, 64, 1.0, 0.3, 60),
    Round(1.5, 1.0, 24, 64, 0.7, 0.2, 60),
    Round(1.0, 1.0, 24, 64, 0.5, 0.12, 60),
    Round(0.7, 1.0, 24, 64, 0.3, 0.08, 60),
)
# Beds in the towns of one ride: another market than that of all beds, cleared once.
AFTER_ROUND = Round(3.0, 1.0, 32, 32, 4.0, 0.3, 40)
# How far a price may fall in the first round, and in a later one by so many times its noise.
ANYWHERE, TRUST = 1e9, 2.0
CANDIDATES, SECOND_LOOKS = 28, 4
BEDS_LISTED, RIDES_LISTED = 40, 60


def plan(
    households: Households,
    by_ride: RideOffers,
    by_stay: StayOffers,
    settings: Settings,
    progress: Progress | None,
    cancelled: Cancelling | None,
    before: Places | None = None,
) -> JointPlan:
    """See registry.planner.plan_together and, with ``before`` (beds and rides), replan_together."""
    # With a bed, the ride goes to the bed's town, wherever that is.
    household = replace(households, destination=np.full(len(households), NOWHERE, np.int32))
    if not len(households) or not len(by_ride.rows) or not len(by_stay.rows):
        empty = stays.nothing(len(households), len(by_stay.rows)), stays.nothing(len(households), len(by_ride.rows))
        return JointPlan(*empty, 0.0, 0.0)
    clock = stays.Clock(3 + len(rounds_for(len(household))) + len(rooms.SHARES) + 1, progress)
    first = stays.plan(household, by_stay, settings, None, cancelled, None)
    clock.tell()
    pair = _Pair(household, by_ride, by_stay, settings, cancelled)
    plain = [] if before else pair.one_by_one(first, clock)
    market = pair.market()
    at = pair.clear(market, first.prices, clock)
    bound = market.bound(at)
    place = max((pair.climbed(market, at, clock, before), *plain), key=lambda places: pair.worth(*places))
    clock.tell()
    return pair.finished(*place, *at, bound)


def rounds_for(households: int) -> tuple[Round, ...]:
    """The rounds on the whole market; a large one begins with a thinned-out one."""
    return LATER_ROUNDS if households > prices.THIN_HOUSEHOLDS else ROUNDS


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
        self.anywhere = np.ones((len(households), by_ride.reaches.shape[1]), np.bool_)
        self.seats = np.where(by_ride.rows.possible, np.maximum(by_ride.rows.seats, 0), 0)

    def market(self) -> Market:
        """Both halves before prices."""
        return Market(self.shard, self.riding, self.towns, self.stays.rows.beds, self.seats)

    def clear(self, market: Market, beds: Floats, clock: stays.Clock) -> Both:
        """Prices of beds and seats, from those of the beds alone; a large market begins with a thinned-out one."""
        at: Both = beds, np.zeros(len(self.seats))
        rounds = rounds_for(len(self.households))
        has_begun = rounds is LATER_ROUNDS
        if has_begun:
            at = self._begun(market, beds)
        for number, one in enumerate(rounds):
            trust = TRUST * one.noise if number or has_begun else ANYWHERE
            at = market.clear(at, one, self.settings.seed * 109 + number, trust)
            clock.tell()
        return at

    def _begun(self, market: Market, beds: Floats) -> Both:
        """What the households of a thinned-out market would pay for everything."""
        seed, count = self.settings.seed, len(self.households)
        who, some_beds, some_rides = pair_start.thinned(count, len(beds), len(self.seats), seed)
        few = _Pair(
            self.households.take(who),
            pair_start.some_rides(self.rides, some_rides),
            prices.some_offers(self.stays, some_beds),
            self.settings,
            self.shard.cancelled,
        )
        thin = few.market()
        return pair_start.bids(market, thin, few.clear(thin, beds[some_beds], stays.Clock(len(ROUNDS), None)))

    def one_by_one(self, first: Plan, clock: stays.Clock) -> list[Places]:
        """Both plans of one after the other: ``first``, the beds, and then rides; rides and then beds."""
        found = [self.rides_after(first.offer)]
        clock.tell()
        by_ride = rides.plan(self.households, self.rides, self.settings, None, self.shard.cancelled)
        found.append(self.beds_after(by_ride.offer, first.prices))
        clock.tell()
        return found

    def climbed(self, market: Market, at: Both, clock: stays.Clock, before: Places | None) -> Places:
        """Everybody into pairs at these prices, those of most people and gain first, and again and again."""
        beds, riding, gain = market.best(at, BEDS_LISTED, RIDES_LISTED)
        lists = pair_search.lists_of(beds, riding, self.towns, self.riding.stops[self.riding.routes])
        found = Pairs(self.households, self.stays, self.rides, self.seats, np.concatenate(at))
        if before:
            lists = self.settled(found, lists, before)
        order = np.lexsort((-gain, -self.households.size))
        for share in rooms.SHARES:
            for _ in range(pair_search.PASSES):
                found.climb(lists, order, share)
                self.shard.stop_if_asked()
            clock.tell()
        return self._again(*found.places())

    def settled(self, found: Pairs, lists: pair_search.Lists, before: Places) -> pair_search.Lists:
        """Everybody where they were while both gates and the room allow it; lists with these pairs, worth more."""
        bed, ride = (np.asarray(some, np.int64) for some in before)
        points = np.stack([self.shard.exact(bed)[0], self.riding.exact(ride)])
        whole = (bed >= 0) & (ride >= 0) & (points > kernels.NO).all(axis=0)
        whole &= self.rides.reaches[self.rides.rows.route[ride], self.towns[bed]] & (self.towns[bed] >= 0)
        rows = np.flatnonzero(whole)
        return found.settle(rows, bed[rows], ride[rows], points[:, rows] + self.settings.stability, lists)

    def _beds_of(self, crowd: Beds, beds: Floats) -> Any:
        crowd.find(beds, 1.0, 1.0, self.settings.seed, CANDIDATES, CANDIDATES)
        taken = self._bed_rooms()
        found = crowd.candidates(beds, CANDIDATES)
        taken.fill(found, beds, self.shard.stop_if_asked)
        return taken.place

    def _bed_rooms(self) -> Rooms:
        s = self.stays.rows
        return Rooms(self.households, s.beds, s.roof, s.woman_lives)

    def rides_after(self, bed: Any) -> tuple[Any, Any]:
        """The plan of beds alone, and then the plan of rides to them: one after the other."""
        town = np.where(bed >= 0, self.towns[bed], NOWHERE).astype(np.int32)
        rows, ride = np.flatnonzero(town >= 0), np.full(len(bed), -1, np.int64)
        going = replace(self.households.take(rows), destination=town[rows])
        ride[rows] = rides.plan(going, self.rides, self.settings, None, self.shard.cancelled).offer
        return self._both_of(bed, ride)

    def beds_after(self, ride: Any, beds: Floats) -> tuple[Any, Any]:
        """The plan of rides alone, and then beds in the towns where they go, at prices cleared for these guests."""
        goes = self.rides.reaches[self.rides.rows.route[ride]] & (ride >= 0)[:, None]
        crowd = Beds(self.shard, self.towns, np.where(goes, 0.0, kernels.NO).astype(np.float32))
        seed = self.settings.seed * 127
        beds = prices.clear(crowd, beds, self.stays.rows.beds, AFTER_ROUND, seed, max(TRUST, float(beds.max())))
        return self._both_of(self._beds_of(crowd, beds), ride)

    def _both_of(self, bed: Any, ride: Any) -> tuple[Any, Any]:
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
        bonus, ride = joint.ride_bonus(self.riding, np.zeros(len(self.seats)), room, self.anywhere, left)
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
