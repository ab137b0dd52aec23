"""Rows of an invented day (registry.simulation.influx) as facts again, to ask the scalar gate of each pair."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from geo.distance import haversine_kms
from registry.planner.arrays import FOREVER, NEVER
from registry.rules import eligibility
from registry.rules.facts import Group, Guest, Need, Party, Person, ProtectionDecision, Ride, Stay, Vetted
from registry.simulation.influx import LANGUAGES, NOON_US

BUCHAREST = ZoneInfo("Europe/Bucharest")
AT = datetime.fromtimestamp(NOON_US / 1e6, tz=BUCHAREST)
LAST = date(2100, 1, 1)


def day_of(number):
    return LAST if number == FOREVER else date(1970, 1, 1) + timedelta(days=int(number))


def moment_of(us):
    return datetime.fromtimestamp(us / 1e6, tz=BUCHAREST)


def words(bits):
    return frozenset(name for bit, name in enumerate(LANGUAGES) if int(bits) >> bit & 1)


def need_of(h, i):
    """The household of row ``i`` as the rules see it."""
    adults = [("f", h.women[i]), ("m", h.men[i]), ("unknown", h.unknown[i])]
    members = [Person("18-59", sex) for sex, count in adults for _ in range(count)]
    infants = int(h.child_seats[i])
    children = ["0-3"] * infants + ["4-11"] * (int(h.minors[i]) - infants)
    members += [Person(band, "f", "none" if h.child_until[i] != FOREVER else "parent") for band in children]
    kinds = (("unrelated_men_accepted", h.agreed_until[i]), ("child_placement", h.child_until[i]))
    decisions = [ProtectionDecision(kind, "x", day_of(last)) for kind, last in kinds if last not in (NEVER, FOREVER)]
    party = Party(tuple(members), words(h.languages[i]), int(h.wheelchairs[i]), int(h.pets[i]), int(h.luggage[i]))
    nights = int(h.until_day[i] - h.from_day[i])
    return Need("both", party, str(h.origin[i]), None, int(h.max_km[i]), moment_of(h.earliest_us[i]),
                day_of(h.from_day[i]), nights, int(h.urgency[i]), tuple(decisions))  # fmt: skip


def stay_of(offers, j, km, beds, more):
    """The offer of row ``j`` with so many beds left and these guests besides its own."""
    s, n = offers.rows, offers.nights
    spans = range(int(n.start[j]), int(n.start[j + 1]))
    always = any(n.first[k] == NEVER for k in spans)
    there = {0: Group(men=1), 1: Group(women=1)}
    guests = [
        Guest(there[int(n.kind[k])], day_of(n.first[k]), day_of(n.until[k])) for k in spans if n.first[k] != NEVER
    ]
    until = None if s.verified_until[j] == NEVER else day_of(s.verified_until[j])
    vetted = tuple(Vetted(what, "verified", until) for what in ("provider", "dwelling"))
    return Stay(
        vetted, "open", str(s.town[j]), "", day_of(s.from_day[j]), day_of(s.to_day[j]), beds, bool(s.takes_men[j]),
        bool(s.takes_children[j]), False, bool(s.pets[j]), bool(s.wheelchair[j]), bool(s.private[j]),
        Group(men=1) if always else Group(women=int(s.woman_lives[j])), (*guests, *more), distance_km=km,
    )  # fmt: skip


def ride_of(offers, j, taken, aboard):
    """The ride of row ``j`` with what is taken of it and who is aboard."""
    r = offers.rows
    crew = Group(women=1) if r.woman_drives[j] else Group(men=1)
    vetted = tuple(Vetted(what, "verified" if r.possible[j] else "suspended", LAST) for what in ("provider", "vehicle"))
    return Ride(
        vetted, "open", str(r.origin[j]), "active", True,
        frozenset(map(str, np.flatnonzero(offers.reaches[r.route[j]]))),
        moment_of(r.leaves_us[j]), moment_of(r.until_us[j]), *(int(has - used) for has, used in zip(
            (r.seats[j], r.child_seats[j], r.wheelchairs[j], r.luggage[j]), taken, strict=True)),
        bool(r.pets[j]), not r.takes_men[j], bool(r.private[j]), crew, tuple(aboard),
    )  # fmt: skip


def by_offer(offer, seed):
    """The households of each offer in an order drawn at random."""
    order = [h for h in range(len(offer)) if offer[h] >= 0]
    random.Random(seed).shuffle(order)
    found = {}
    for h in order:
        found.setdefault(int(offer[h]), []).append(h)
    return found


def refused(households, offers, offer, seed=1):
    """How many pairs of a plan the scalar gate refuses, each household confirmed after those before it."""
    h, s, count = households, offers.rows, 0
    placed = np.flatnonzero(offer >= 0)
    kms = np.zeros(len(offer))
    to = offer[placed]
    kms[placed] = haversine_kms(np.stack([h.lon[placed], h.lat[placed]], 1), np.stack([s.lon[to], s.lat[to]], 1))
    for j, there in by_offer(offer, seed).items():
        beds, guests = int(s.beds[j]), []
        for i in there:
            need = need_of(h, i)
            count += bool(eligibility.stay(need, stay_of(offers, j, float(kms[i]), beds, guests), AT))
            beds -= need.party.size
            guests.append(Guest(need.party.group, need.from_date, need.until))
    return count


def refused_rides(households, offers, offer, seed=1):
    """The same for seats."""
    count = 0
    for j, there in by_offer(offer, seed).items():
        taken, aboard = [0, 0, 0, 0], []
        for i in there:
            need = need_of(households, i)
            count += bool(eligibility.ride(need, ride_of(offers, j, taken, aboard), AT))
            party = need.party
            more = (party.size, party.in_bands(("0-3",)), party.wheelchairs, party.luggage)
            taken = [a + b for a, b in zip(taken, more, strict=True)]
            aboard.append(party.group)
    return count
