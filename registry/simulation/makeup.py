"""Households as they came over the border in March 2022: who travels together and what they need. Seeded.

Nine in ten refugees were women and children (UNHCR, "Lives on Hold", July 2022): men from 18 to 60 were not free
to leave Ukraine. Everything finer is an assumption, stated in docs/replay.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from registry.rules.facts import Person
from registry.services.intake import HouseholdDraft
from registry.simulation.invented import Inventor

_CHILD_BANDS = ("0-3", "4-11", "12-17")
_CHILD_WEIGHTS = (22, 45, 33)

WOMAN = Person("18-59", "f")
MAN = Person("18-59", "m")
GRANDMOTHER = Person("60+", "f")
GRANDFATHER = Person("60+", "m")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of household: how common it is, its adults, how many children it may have and who cares for them."""

    code: str
    weight: float
    adults: tuple[Person, ...]
    children: tuple[int, ...] = (0,)
    guardian: str = "parent"


KINDS = (
    Kind("woman", 20.0, (WOMAN,)),
    Kind("older woman", 5.0, (GRANDMOTHER,)),
    Kind("mother and children", 25.0, (WOMAN,), (1, 1, 1, 2, 2, 3)),
    Kind("mother, grandmother and children", 8.0, (WOMAN, GRANDMOTHER), (1, 1, 2)),
    Kind("two women", 10.0, (WOMAN, WOMAN)),
    Kind("two mothers and children", 5.0, (WOMAN, WOMAN), (2, 3, 4)),
    Kind("daughter and mother", 8.0, (WOMAN, GRANDMOTHER)),
    Kind("older couple", 7.0, (GRANDMOTHER, GRANDFATHER)),
    Kind("couple and children", 5.0, (WOMAN, MAN), (1, 2, 3)),
    Kind("man", 3.5, (MAN,)),
    Kind("older man", 2.0, (GRANDFATHER,)),
    Kind("child with another adult", 0.5, (WOMAN,), (1,), "other_adult"),
    Kind("child alone", 0.6, (), (1,), "none"),
)

CHILD_ALONE_BANDS = ("12-17", "12-17", "12-17", "unknown")


@dataclass(frozen=True, slots=True)
class Shares:
    """How common a trait is, per household unless said otherwise."""

    wheelchair: float = 0.024
    pets: float = 0.10
    pregnant: float = 0.02
    medical: float = 0.06
    trauma: float = 0.04
    no_documents: float = 0.03
    speaks_english: float = 0.25
    speaks_romanian: float = 0.04
    russian_first: float = 0.20


SHARES = Shares()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a household asks for: a ride, a bed or both, for how many nights, and whether it knows a town."""

    kind: str
    nights: int
    knows_where: bool


def household(inventor: Inventor, crossing: str | None = None) -> HouseholdDraft:
    """One household, as a volunteer would take it down."""
    random = inventor.random
    kind = random.choices(KINDS, [k.weight for k in KINDS])[0]
    members = _members(kind, random)
    language = "ru" if inventor.chance(SHARES.russian_first) else "uk"
    name = inventor.name("uk", _contact_sex(members))
    return HouseholdDraft(
        members=members,
        language=language,
        languages=_languages(inventor),
        contact_name=f"{name.given} {name.family}",
        contact_phone=inventor.phone("uk"),
        wheelchairs=int(inventor.chance(SHARES.wheelchair)),
        pets=int(inventor.chance(SHARES.pets)),
        luggage=min(len(members), random.randint(1, 3)),
        needs=_needs(inventor, members),
        crossing=crossing,
    )


def _members(kind: Kind, random: Random) -> tuple[Person, ...]:
    count = random.choice(kind.children)
    bands = CHILD_ALONE_BANDS if not kind.adults else random.choices(_CHILD_BANDS, _CHILD_WEIGHTS, k=max(count, 1))
    children = tuple(Person(random.choice(bands), random.choice("fm"), kind.guardian) for _ in range(count))
    return kind.adults + children


def _contact_sex(members: Sequence[Person]) -> str:
    return "m" if members[0].sex == "m" else "f"


def _languages(inventor: Inventor) -> tuple[str, ...]:
    spoken = ["uk", "ru"]
    spoken += ["en"] if inventor.chance(SHARES.speaks_english) else []
    spoken += ["ro"] if inventor.chance(SHARES.speaks_romanian) else []
    return tuple(spoken)


def _needs(inventor: Inventor, members: Sequence[Person]) -> tuple[str, ...]:
    has_woman = any(p.age_band == "18-59" and p.sex == "f" for p in members)
    likely = {
        "medical": SHARES.medical,
        "trauma": SHARES.trauma,
        "no_documents": SHARES.no_documents,
        "pregnant": SHARES.pregnant if has_woman else 0.0,
    }
    return tuple(need for need, share in likely.items() if inventor.chance(share))


def wish(random: Random) -> Wish:
    """What a household asks for: most want to go on, half of them need a bed at the end of the ride."""
    kind = random.choices(("ride", "both", "stay"), (45, 45, 10))[0]
    return Wish(kind, random.choice((1, 2, 3, 3, 7, 14)), kind != "ride" or random.random() < 0.6)
