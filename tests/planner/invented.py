"""Random facts that meet every condition of the gate now and then, so that no part of it can go missing unseen."""

import random
from datetime import timedelta

from registry.rules.facts import AGE_BANDS, GUARDIANS, SEXES, Group, Guest, Person
from registry.rules.facts import ProtectionDecision as Decision
from tests.rules.examples import DAY, HOUR, NOON, TODAY, need, party, ride, stay, vetted

LANGUAGES = ("uk", "ru", "ro", "en", "hu")
TOWNS = ("suceava", "iasi", "cluj")
OF_STAY, OF_RIDE = ("provider", "dwelling"), ("provider", "vehicle", "driver")


class Inventor:
    """Facts from one seed; ``rare`` says how often something is wrong with an offer."""

    def __init__(self, seed, rare=0.05):
        self.random, self.rare = random.Random(seed), rare

    def often(self, share=0.5):
        return self.random.random() < share

    def words(self, share=0.4):
        return frozenset(word for word in LANGUAGES if self.often(share))

    def group(self):
        kinds = (Group(), Group(women=1), Group(men=1), Group(women=1, men=1), Group(children=1), Group(unknown=1))
        return self.random.choice(kinds)

    def member(self):
        band = self.random.choice(AGE_BANDS if self.often(0.2) else ("18-59", "4-11", "0-3", "60+"))
        guardian = "parent" if self.often(0.9) else self.random.choice(GUARDIANS)
        return Person(band, self.random.choice(SEXES if self.often(0.2) else ("f", "m")), guardian)

    def need(self):
        members = [self.member() for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 4)))]
        rare = {
            "wheelchairs": int(self.often(0.1)),
            "pets": int(self.often(0.15)),
            "luggage": self.random.randint(0, 3),
        }
        who = party(*members, languages=self.words(), **rare)
        if self.often(0.01):
            who = type(who)(members=())
        kinds = ("child_placement", "unrelated_men_accepted")
        decisions = [Decision(k, "SV-1", TODAY + self.random.randint(-2, 4) * DAY) for k in kinds if self.often(0.2)]
        return need(
            who,
            origin=self.random.choice(("siret", "sighet")),
            destination=self.random.choice((None, *TOWNS)),
            max_km=self.random.choice((0, 20, 100, 150, 200)),
            earliest_at=NOON + self.random.randint(-2, 4) * HOUR + timedelta(microseconds=self.random.randint(0, 3)),
            from_date=TODAY + self.random.randint(-3, 3) * DAY,
            nights=self.random.choice((0, 1, 2, 5)),
            urgency=self.random.randint(10, 20),
            decisions=tuple(decisions),
        )

    def vetted(self, kinds):
        found = {kind: self._one(kind) for kind in kinds}
        if self.often(self.rare / 2):
            del found[self.random.choice(kinds)]
        return tuple(found.values())

    def _one(self, kind):
        good = vetted(kind)[0]
        if not self.often(self.rare):
            return good
        until = TODAY + self.random.randint(-1, 5) * DAY if self.often(0.8) else None
        return type(good)(kind, "verified" if self.often(0.7) else "suspended", until, self.often(0.2))

    def guest(self):
        first = TODAY + self.random.randint(-3, 3) * DAY
        group = self.group()
        agreed = Group(group.women, group.men, group.children, group.unknown, self.often(0.3))
        return Guest(agreed, first, first + self.random.randint(1, 6) * DAY)

    def stay(self):
        return stay(
            vetted=self.vetted(OF_STAY),
            status="open" if not self.often(self.rare) else self.random.choice(("full", "paused", "withdrawn")),
            from_date=TODAY + self.random.randint(-5, 1) * DAY,
            to_date=TODAY + self.random.randint(2, 30) * DAY,
            beds_free=self.random.randint(0, 6),
            accepts_men=self.often(0.8),
            accepts_children=self.often(0.8),
            women_only=self.often(0.15),
            pets=self.often(),
            wheelchair=self.often(),
            private=self.often(0.7),
            residents=self.group(),
            guests=tuple(self.guest() for _ in range(self.random.choice((0, 0, 1, 2, 3)))),
            child_friendly=self.often(),
            host_points=self.random.randint(0, 5),
            languages=self.words(),
        )

    def ride(self):
        leaves = NOON + self.random.randint(-2, 30) * HOUR
        return ride(
            vetted=self.vetted(OF_RIDE),
            status="open" if not self.often(self.rare) else "full",
            origin=self.random.choice(("siret", "sighet")),
            origin_status="active" if not self.often(self.rare) else "suspended",
            origin_staffed=not self.often(self.rare),
            destinations=frozenset(town for town in TOWNS if self.often()),
            departs_from=leaves,
            departs_until=leaves + self.random.randint(0, 3) * HOUR,
            seats_free=self.random.randint(0, 6),
            child_seats_free=self.random.randint(0, 2),
            wheelchairs_free=self.random.randint(0, 1),
            luggage_free=self.random.randint(0, 6),
            pets=self.often(0.8),
            women_only=self.often(0.15),
            private=self.often(0.7),
            crew=self.random.choice((Group(men=1), Group(women=1), Group(women=1, men=1), Group(men=2))),
            aboard=tuple(self.guest().group for _ in range(self.random.choice((0, 0, 1, 2)))),
            languages=self.words(),
        )

    def place(self):
        return 26.0 + self.random.randint(0, 20) / 10, 47.0 + self.random.randint(0, 15) / 10
