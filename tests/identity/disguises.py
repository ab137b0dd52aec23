"""Disguises: one identifier or one name as somebody writes it who does not want to be found.

The names are disguised by tables of this file's own: what is to be found may not know how it was hidden.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from registry.identity.names import Name
from registry.simulation.honest import Honest

# kind, what was kept, what is typed later, country: each pair is one and the same.
STRONG: tuple[tuple[str, str, str, str], ...] = (
    ("phone", "+40721234567", "0721 234 567", ""),
    ("phone", "+40721234567", "0040-721-234-567", ""),
    ("phone", "+40721234567", "+40 (0)721 234567", ""),
    ("phone", "+40721234567", "０７２１２３４５６７", ""),
    ("phone", "+380501234567", "050 123 45 67", ""),
    ("phone", "+380501234567", "00380 (50) 123-45-67", ""),
    ("phone", "+37369123456", "069 123 456", ""),
    ("phone", "+40721234567", "\u200e+40\u00a0721\u200b234\u00a0567", ""),
    ("document", "SV 123456", "sv-123456", "RO"),
    ("document", "SV 123456", "Seria SV nr. 123456", "RO"),
    ("document", "СН 123456", "CH123456", "UA"),
    ("document", "OI 123450", "01 12345O", "MD"),
    ("document", "FE123456", "№ ＦＥ １２３ ４５６", "UA"),
    ("plate", "SV 10 ABC", "sv10abc", ""),
    ("plate", "AA 1234 BO", "АА1234ВО", ""),
    ("plate", "SV 10 OBI", "SV-1O-0B1", ""),
    ("email", "ivan.petrenko@gmail.com", "IvanPetrenko+bus@googlemail.com", ""),
    ("email", "olena@proton.me", "o.lena+x@protonmail.com", ""),
    ("email", "i.popa@yandex.ua", "I-Popa@ya.ru", ""),
    ("email", "drum@casă.ro", "DRUM@xn--cas-cpa.ro", ""),
    ("email", "a.popa@firma.ro", " A.Popa@FIRMA.RO. ", ""),
    ("registration", "RO 12345678", "12345678", ""),
    ("registration", "00123456", "RO123456", ""),
    ("registration", "J33/123/2020", "j33 123 2020", ""),
)
# Near, and not the same: dots that a service looks at, another country's paper, one digit.
DIFFERENT: tuple[tuple[str, str, str, str, str], ...] = (
    ("email", "a.popa@firma.ro", "apopa@firma.ro", "", ""),
    ("email", "ana+1@ukr.net", "ana+2@ukr.net", "", ""),
    ("document", "SV 123456", "SV 123456", "RO", "MD"),
    ("document", "SV 123456", "SV 123457", "RO", "RO"),
    ("phone", "+40721234567", "+40721234568", "", ""),
    ("plate", "SV 10 ABC", "SV 10 ABD", "", ""),
    ("registration", "12345678", "12345679", "", ""),
)

Write = Callable[[str, Random], str]
_ICAO_PAIRS = (
    ("а=a", "б=b", "в=v", "г=h", "ґ=g", "д=d", "е=e", "є=ie", "ж=zh", "з=z", "и=y", "і=i", "ї=i", "й=i", "к=k", "л=l"),
    ("м=m", "н=n", "о=o", "п=p", "р=r", "с=s", "т=t", "у=u", "ф=f", "х=kh", "ц=ts", "ч=ch", "ш=sh", "щ=shch", "ь="),
    ("ю=iu", "я=ia"),
)
_ICAO = dict(pair.split("=") for row in _ICAO_PAIRS for pair in row)
_RUSSIAN = {**_ICAO, "г": "g", "и": "i", "є": "e", "й": "y", "ї": "i", "я": "ya", "ю": "yu", "щ": "sch"}
_FRENCH = {**_RUSSIAN, "ж": "j", "ч": "tch", "ш": "ch", "щ": "chtch", "у": "ou", "ю": "iou", "й": "i", "я": "ia"}
_POLISH = {
    **_ICAO,
    "в": "w",
    "ж": "z",
    "х": "ch",
    "ц": "c",
    "ч": "cz",
    "ш": "sz",
    "щ": "szcz",
    "й": "j",
    "ю": "ju",
    "я": "ja",
}
_GERMAN = {
    **_RUSSIAN,
    "в": "w",
    "ж": "sch",
    "ц": "z",
    "ч": "tsch",
    "ш": "sch",
    "щ": "schtsch",
    "й": "j",
    "ю": "ju",
    "я": "ja",
}
_GERMAN |= {"ж": "sh", "ц": "ts"}
_ROMANIAN = {**_RUSSIAN, "ж": "j", "х": "h", "ц": "ț", "ш": "ș", "й": "i", "ю": "iu", "я": "ia", "щ": "șc"}
STANDARDS = (_ICAO, _RUSSIAN, _FRENCH, _POLISH, _GERMAN, _ROMANIAN)

# One person's names in another language or among friends, written down for these tests.
OTHERWISE = {
    "Олександр": ("Александр", "Саша", "Sashko", "Alexandr", "Alexandru"),
    "Сергій": ("Сергей", "Serghei", "Sergiu", "Сережа"),
    "Володимир": ("Владимир", "Vova", "Volodya", "Vladimir"),
    "Микола": ("Николай", "Kolya", "Nicolae", "Nikolai"),
    "Михайло": ("Михаил", "Misha", "Mihail", "Mihai"),
    "Дмитро": ("Дмитрий", "Dima", "Dumitru", "Dmitri"),
    "Іван": ("Иван", "Vanya", "Ivan", "Ion"),
    "Андрій": ("Андрей", "Andrei", "Andriy"),
    "Юрій": ("Юрий", "Yura", "Iurie", "Youri"),
    "Василь": ("Василий", "Vasya", "Vasile"),
    "Олена": ("Елена", "Lena", "Elena", "Yelena"),
    "Наталія": ("Наталья", "Natasha", "Natalia"),
    "Тетяна": ("Татьяна", "Tanya", "Tatiana"),
    "Ірина": ("Ирина", "Ira", "Irina"),
    "Ольга": ("Olya", "Olga", "Оля"),
    "Світлана": ("Светлана", "Sveta", "Svetlana"),
    "Катерина": ("Екатерина", "Katya", "Ecaterina"),
    "Марія": ("Мария", "Masha", "Maria"),
    "Анна": ("Ганна", "Anya", "Ana"),
    "Юлія": ("Юлия", "Yulia", "Iulia"),
    "Ion": ("Іван", "Ivan", "Vania", "Ionel"),
    "Mihai": ("Михайло", "Mihail", "Misha"),
    "Gheorghe": ("Georgi", "Георгій", "Ghiță"),
    "Vasile": ("Василь", "Vasilică", "Vasily"),
    "Nicolae": ("Микола", "Nicu", "Nikolai"),
    "Ștefan": ("Степан", "Stefan", "Fane"),
    "Petru": ("Петро", "Pyotr", "Petrică"),
    "Elena": ("Олена", "Lenuța", "Лена"),
    "Maria": ("Марія", "Mărioara", "Masha"),
    "Ana": ("Анна", "Anca", "Anişoara"),
    "Tatiana": ("Тетяна", "Tania"),
    "Alexandru": ("Олександр", "Sandu", "Alexandr"),
    "Dumitru": ("Дмитро", "Mitică", "Dima"),
    "Serghei": ("Сергій", "Serioja", "Sergiu"),
}
PATRONYMICS = ("Іванович", "Петрівна", "Mykolayovych", "Sergeevna", "Vasilievich", "Олександрівна")


@dataclass(frozen=True)
class Variant:
    """A person and the same person under another name; ``how`` names the disguises."""

    person: Honest
    name: Name
    how: tuple[str, ...]


def _by(table: dict[str, str], word: str) -> str:
    return "".join(table.get(c, c) for c in word.casefold()).replace("_", "").capitalize()


def _is_cyrillic(word: str) -> bool:
    return any("\u0400" <= c <= "\u04ff" for c in word)


def standard(name: Name, random: Random) -> Name:
    """Both halves by one of the ways of writing Cyrillic in Latin."""
    table = random.choice(STANDARDS)
    return Name(_by(table, name.given), _by(table, name.family))


def otherwise(name: Name, random: Random) -> Name:
    """A pet name, or the name in another language."""
    return Name(random.choice(OTHERWISE[name.given]), name.family)


def bare(name: Name, _random: Random) -> Name:
    """Without marks."""
    table = str.maketrans("ăâîșțşţȘȚĂÂÎąęłńóśźżć", "aaisttsSTAAIaelnoszzc".replace("tts", "sts"))
    return Name(name.given.translate(table), name.family.translate(table))


def swapped(name: Name, _random: Random) -> Name:
    """Surname first."""
    return Name(name.family, name.given)


def fathered(name: Name, random: Random) -> Name:
    """With a father's name."""
    return Name(f"{name.given} {random.choice(PATRONYMICS)}", name.family)


def doubled(name: Name, random: Random) -> Name:
    """With a second surname."""
    second = random.choice(("Bondar", "Козак", "Lupu"))
    return Name(name.given, f"{name.family}-{second}" if random.random() < 0.5 else f"{second} {name.family}")


def shouted(name: Name, _random: Random) -> Name:
    """In capitals, with blanks."""
    return Name(f" {name.given.upper()} ", name.family.upper().replace("-", " - "))


def twins(name: Name, _random: Random) -> Name:
    """Latin letters in a Cyrillic name that look the same."""
    table = str.maketrans("аеіорсухАЕІОРС", "aeiopcyxAEIOPC")
    return Name(name.given.translate(table), name.family.translate(table))


def slipped(name: Name, random: Random) -> Name:
    """One slip in the surname: a letter doubled, left out, or two of them swapped."""
    word, at = name.family, random.randrange(1, len(name.family) - 1)
    slip = random.choice("dls")
    if slip == "d":
        return Name(name.given, word[:at] + word[at] + word[at:])
    if slip == "l":
        return Name(name.given, word[:at] + word[at + 1 :])
    return Name(name.given, word[:at] + word[at + 1] + word[at] + word[at + 2 :])


def _possible(name: Name) -> Iterator[Callable[[Name, Random], Name]]:
    cyrillic = _is_cyrillic(name.given + name.family)
    yield from (standard, twins) if cyrillic else (bare,)
    if name.given in OTHERWISE:
        yield otherwise
    yield from (swapped, fathered, doubled, shouted)
    if len(name.family) >= 7:
        yield slipped


def variant(person: Honest, random: Random) -> Variant:
    """One or two disguises of a person; a name that has a change of alphabet takes that first."""
    possible = list(_possible(person.name))
    chosen = random.sample(possible, min(len(possible), random.choice((1, 2))))
    # The table of names knows whole names: it is asked before letters are changed.
    chosen.sort(key=lambda step: (step is not otherwise, step is swapped))
    name = person.name
    for step in chosen:
        name = step(name, random)
    return Variant(person, name, tuple(step.__name__ for step in chosen))
