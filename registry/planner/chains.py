"""The last step of a plan: a place for whoever is left, by chains of others who go elsewhere.

What counts here is the value of the plan and ``Settings.everybody`` points for each person with a place: so much of its
value a plan may lose for one person more.
"""

import numpy as np

from registry.planner import rooms
from registry.planner.arrays import Floats, Households, Settings
from registry.planner.kernels import NO
from registry.planner.rooms import Rooms
from registry.planner.shards import Candidates, Shard

ROUNDS, WANTED = 8, 32
# A round ends when so many looks in a row have found no place for anybody more, for each who is left and at most.
PATIENCE, LONGEST = 10, 4_000
# How differently each round looks, in points per person.
NOISE = 30.0


def rehouse(
    taken: Rooms,
    found: Candidates,
    bed_prices: Floats,
    households: Households,
    shard: Shard,
    settings: Settings,
) -> None:
    """Places for those who are left, round by round, each with a look at other offers; then offers choose again.

    Nothing is done while more people are left than beds: then somebody is left whatever is done.
    """
    left = np.flatnonzero((taken.place < 0) & households.possible)
    people = int(households.size[left].sum())
    if not people or people > taken.free.sum():
        return
    placed = taken.place >= 0
    taken.worth[placed] += settings.everybody
    lists = Candidates(found.offer, found.points + np.float32(settings.everybody)).wider(WANTED)
    for number in range(ROUNDS):
        shard.stop_if_asked()
        noise, seed = NOISE * (number > 0), settings.seed * 131 + number
        offer, points, _ = shard.best(bed_prices, shard.room, WANTED, NO / 2, noise=noise, seed=seed, rows=left)
        lists.offer[left], lists.points[left] = -1, 0.0
        lists.offer[left, :WANTED], lists.points[left, :WANTED] = offer, points + settings.everybody
        before, people = people, taken.guided(left, lists, min(LONGEST, PATIENCE * len(left)), seed)
        left = np.flatnonzero((taken.place < 0) & households.possible)
        if not people or (people == before and number):
            break
    taken.improve(lists, bed_prices, 0.0, rooms.listed(lists, len(bed_prices)))
    taken.worth[taken.place >= 0] -= settings.everybody
