"""Plain values that the rules decide on: a good example of each, from which a test changes one thing."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from registry.rules.facts import Group, Guest, Need, Party, Person, ProtectionDecision, Ride, Stay, Vetted
from registry.rules.handover import Gate, PassSeen

BUCHAREST = ZoneInfo("Europe/Bucharest")
NOON = datetime(2022, 3, 6, 12, 0, tzinfo=BUCHAREST)
TODAY = NOON.date()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

WOMAN = Person("18-59", "f")
MAN = Person("18-59", "m")
OLDER = Person("60+", "f")
UNKNOWN_SEX = Person("18-59", "unknown")
UNKNOWN_AGE = Person("unknown", "f")
CHILD = Person("4-11", "f", "parent")
INFANT = Person("0-3", "m", "parent")
TEENAGER = Person("12-17", "m", "parent")
CHILD_ALONE = Person("12-17", "f", "none")
NIECE = Person("4-11", "f", "other_adult")

OF_RIDE = ("provider", "vehicle", "driver", "escort", "organization")
OF_STAY = ("provider", "dwelling", "organization")
FAMILY = (WOMAN, MAN, CHILD)
COUPLE = Group(women=1, men=1)
LONE_MAN = Group(men=1)
LONE_WOMAN = Group(women=1)

DRIVER, VEHICLE, STAFF, COLLEAGUE = (UUID(int=n) for n in range(1, 5))


def vetted(*kinds: str, **other: Any) -> tuple[Vetted, ...]:
    """Everybody verified for a year, unless said otherwise: ``vehicle=Vetted(...)``."""
    good = {kind: Vetted(kind, "verified", TODAY + 365 * DAY) for kind in kinds}
    return tuple({**good, **other}.values())


def party(*members: Person, **fields: Any) -> Party:
    """A household; a family of three unless members are named."""
    return Party(members=members or FAMILY, **fields)


def need(who: Party | None = None, **fields: Any) -> Need:
    """A bed and a ride from Siret to Suceava, now, for three nights."""
    values: dict[str, Any] = {
        "kind": "both",
        "party": who or party(),
        "origin": "siret",
        "destination": "suceava",
        "max_km": 100,
        "earliest_at": NOON,
        "from_date": TODAY,
        "nights": 3,
    }
    return Need(**{**values, **fields})


def demanding() -> Need:
    """A need that every column of an offer can disappoint."""
    return need(party(MAN, WOMAN, INFANT, wheelchairs=1, pets=1, luggage=3))


def ride(**fields: Any) -> Ride:
    """A verified ride from Siret to Suceava in two hours with a couple in front."""
    values: dict[str, Any] = {
        "vetted": vetted(*OF_RIDE),
        "status": "open",
        "origin": "siret",
        "origin_status": "active",
        "origin_staffed": True,
        "destinations": frozenset({"suceava"}),
        "departs_from": NOON + 2 * HOUR,
        "departs_until": NOON + 3 * HOUR,
        "seats_free": 6,
        "child_seats_free": 2,
        "wheelchairs_free": 1,
        "luggage_free": 6,
        "pets": True,
        "women_only": False,
        "private": True,
        "crew": COUPLE,
    }
    return Ride(**{**values, **fields})


def stay(**fields: Any) -> Stay:
    """A verified home of a couple in Suceava, 40 km away, for a month."""
    values: dict[str, Any] = {
        "vetted": vetted(*OF_STAY),
        "status": "open",
        "town": "suceava",
        "county": "RO-SV",
        "from_date": TODAY,
        "to_date": TODAY + 30 * DAY,
        "beds_free": 6,
        "accepts_men": True,
        "accepts_children": True,
        "women_only": False,
        "pets": True,
        "wheelchair": True,
        "private": True,
        "residents": COUPLE,
        "distance_km": 40.0,
    }
    return Stay(**{**values, **fields})


def guest(group: Group, first: int = 0, until: int = 30) -> Guest:
    """A household in the dwelling from the night of day ``first`` to the morning of day ``until``."""
    return Guest(group, TODAY + first * DAY, TODAY + until * DAY)


def agreed(kind: Any, expires_on: date = TODAY + DAY) -> ProtectionDecision:
    """A decision in force for the household."""
    return ProtectionDecision(kind, "DGASPC-SV-17", expires_on)


def gate(**fields: Any) -> Gate:
    """A handover at noon where everything is right."""
    values: dict[str, Any] = {
        "shown": PassSeen("issued", TODAY - DAY, TODAY + DAY, DRIVER, VEHICLE),
        "plate_seen": "SV01ABC",
        "plate_vetted": "SV01ABC",
        "driver": DRIVER,
        "vehicle": VEHICLE,
        "counted": 3,
        "expected": 3,
        "staff": STAFF,
        "second_staff": None,
        "local_time": NOON,
    }
    return Gate(**{**values, **fields})


def codes(reasons: Any) -> list[str]:
    """The codes of some reasons, in order."""
    return [reason.code for reason in reasons]
