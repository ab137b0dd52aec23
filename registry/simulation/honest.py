"""An honest population and what the rules say of it: how many of each group go to review."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from random import Random
from typing import Any

from registry.identity.names import Name, keys
from registry.rules.reasons import Reason
from registry.rules.signals import conduct, road
from registry.rules.signals import identity as rule
from registry.rules.signals.conduct import Party
from registry.rules.signals.identity import Known
from registry.rules.signals.words import prefers
from registry.simulation.invented import FOLDER

# Who registers at this border; the fairness report takes them in equal parts instead.
REAL_MIX = {"ro": 0.5, "ua": 0.3, "md": 0.12, "pl": 0.08}
EVEN_MIX = dict.fromkeys(REAL_MIX, 0.25)
COUNTIES = tuple(f"C{n}" for n in range(12))
GROUPS = ("nationality", "script", "sex")
_SPOKEN = {"ro": ("ro",), "ua": ("uk", "ru"), "md": ("ro", "ru"), "pl": ("en",)}
DAYS, DRIVES, LATE, DECLINED = 90, 6, 0.05, 0.1
_START = datetime(2026, 1, 1, tzinfo=UTC)
# A fifth of the hours of leaving are hours of the night.
_HOURS = (*range(6, 22), 22, 23, 2, 5)
TAIL_STEEPNESS = 0.5
# What stands between stem and ending, so that the tail is as long as a country's.
MIDDLES = {
    "ro": ("", "an", "or", "ul", "il", "im", "ot", "ag", "ur", "ed", "iș", "ob"),
    "ua": ("", "ан", "ор", "ул", "ил", "им", "от", "аг", "ур", "ед", "иш", "об"),
    "md": ("", "an", "or", "ul", "il", "im", "ot", "ag", "ur", "ed", "iș", "ob"),
    "pl": ("", "an", "or", "ul", "il", "im", "ot", "ag", "ur", "ed", "isz", "ob"),
}

# Resolution 55/2010 of the government of Ukraine, as its passports write names.
_PASSPORT = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia".split(),  # noqa: SIM905
        strict=True,
    )
)
_MOLDOVAN = str.maketrans("abcdefghijklmnopqrstuvxzăâîșț", "абкдефгхижклмнопкрстувхзэыышц")


@dataclass(frozen=True, slots=True)
class Honest:
    """Somebody who means well; every one is another person."""

    nationality: str
    sex: str
    script: str
    name: Name
    birth_year: int
    county: str
    note: str
    departures: tuple[datetime, ...] = ()
    late: tuple[datetime, ...] = ()
    declined: tuple[Party, ...] = ()


@cache
def tables() -> Mapping[str, Any]:
    """Names with their shares."""
    found: dict[str, Any] = json.loads((FOLDER / "honest_names.json").read_text("utf-8"))
    return found


@cache
def _families(nationality: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Surnames with their shares: the common ones as published, then a long tail that makes up the rest."""
    table = tables()[nationality]
    head: dict[str, float] = table["family"]
    parts = product(MIDDLES[nationality], table["endings"], table["stems"])
    tail = [stem + middle + ending for middle, ending, stem in parts]
    Random(nationality).shuffle(tail)  # noqa: S311 - the same tail every time
    weights = [1 / (n + 20) ** TAIL_STEEPNESS for n in range(len(tail))]
    scale = (100 - sum(head.values())) / sum(weights)
    return (*head, *tail), (*head.values(), *(w * scale for w in weights))


def population(n: int, random: Random, mix: Mapping[str, float] = REAL_MIX) -> list[Honest]:
    """So many honest people, in the order in which they register."""
    nationalities = random.choices(list(mix), list(mix.values()), k=n)
    return [_one(nationality, random) for nationality in nationalities]


def _one(nationality: str, random: Random) -> Honest:
    table = tables()[nationality]
    sex = random.choice("fm")
    given = random.choices(list(table[sex]), list(table[sex].values()))[0]
    families, shares = _families(nationality)
    family = _by_sex(random.choices(families, shares)[0], sex)
    script = random.choices(list(table["scripts"]), list(table["scripts"].values()))[0]
    write = _WRITING[script]
    language = random.choice(_SPOKEN[nationality])
    return Honest(
        nationality=nationality,
        sex=sex,
        script="cyrillic" if script.startswith("cyrillic") else "latin",
        name=Name(write(given), write(family)),
        birth_year=random.randint(1956, 2003),
        county=random.choice(COUNTIES),
        note=random.choice(tables()["notes"][language]),
        **_conduct(random),
    )


def _conduct(random: Random) -> dict[str, Any]:
    """Three months of an honest driver: a fifth of the drives by night, some late, now and then a refusal."""
    days = sorted(random.sample(range(DAYS), DRIVES))
    left = [_START + timedelta(days=day, hours=random.choice(_HOURS)) for day in days]
    return {
        "departures": tuple(left),
        "late": tuple(at for at in left if random.random() < LATE),
        "declined": tuple(Party(1, 0, True) for _ in range(DRIVES) if random.random() < DECLINED),
    }


def _by_sex(family: str, sex: str) -> str:
    """Women of Slavic families have an ending of their own."""
    if sex == "m":
        return family
    slavic = {"ський": "ська", "цький": "цька", "ski": "ska", "cki": "cka"}
    ending = next((e for e in slavic if family.endswith(e)), "")
    return family.removesuffix(ending) + slavic[ending] if ending else family


def _passport(word: str) -> str:
    written = "".join(_PASSPORT.get(c, c) for c in word.casefold()).replace("_", "")
    return written[:1].upper() + written[1:]


def _bare(word: str) -> str:
    return word.translate(str.maketrans("ăâîșțȘȚąęłńóśźżćŁŚŻü", "aaistSTaelnoszzcLSZu"))


_WRITING: Mapping[str, Callable[[str], str]] = {
    "marked": str,
    "plain": _bare,
    "cyrillic": str,
    "passport": _passport,
    "cyrillic_md": lambda word: word.casefold().translate(_MOLDOVAN).title(),
}


class Files:
    """The files of a registry in memory, found by the same blind keys and judged by the same rules."""

    def __init__(self) -> None:
        self.by_key: dict[str, list[int]] = defaultdict(list)
        self.known: list[Known] = []

    def add(self, name: Name, birth_year: int | None = None, county: str = "") -> list[str]:
        """Register somebody; gives the codes of what is noticed about them, the gravest of each other file."""
        mine, found = Known(name, birth_year, county), keys(name)
        candidates = {n for key in found for n in self.by_key.get(key, ())}
        reasons = [reason for n in sorted(candidates) if (reason := rule.by_name(mine, self.known[n]))]
        for key in found:
            self.by_key[key].append(len(self.known))
        self.known.append(mine)
        return [reason.code for reason in reasons]


@dataclass(frozen=True, slots=True)
class Flagged:
    """One honest person and the signals about them."""

    person: Honest
    codes: frozenset[str]


def judge(people: Iterable[Honest]) -> list[Flagged]:
    """What the rules notice about honest people who register one after the other."""
    files, found = Files(), []
    for person in people:
        codes = set(files.add(person.name, person.birth_year, person.county))
        codes |= {reason.code for reason in _noticed(person) if reason}
        found.append(Flagged(person, frozenset(codes)))
    return found


def _noticed(person: Honest) -> list[Reason | None]:
    """What the rules of conduct and of words notice."""
    taken = [Party(1, 0, True)] if person.departures else []
    return [
        prefers((person.note,)),
        road.mostly_at_night(person.departures),
        road.overdue_again(person.late, _START + timedelta(days=DAYS - 1)),
        conduct.declines_men(person.declined, taken),
    ]


def rates(flagged: Iterable[Flagged], group: str, codes: frozenset[str] | None = None) -> dict[str, float]:
    """The share of each group about whom something (of these codes) is noticed."""
    people: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for one in flagged:
        value = str(getattr(one.person, group))
        people[value] += 1
        hit[value] += bool(one.codes if codes is None else one.codes & codes)
    return {value: hit[value] / people[value] for value in sorted(people)}


def ratio(found: Mapping[str, float]) -> float:
    """The highest rate over the lowest; 1 when nobody is flagged, infinite when one group never is and another is."""
    low, high = min(found.values()), max(found.values())
    return 1.0 if high == 0 else float("inf") if low == 0 else high / low


def rewritten(name: Name) -> tuple[str, str]:
    """A Ukrainian name as a passport writes it."""
    return _passport(name.given), _passport(name.family)
