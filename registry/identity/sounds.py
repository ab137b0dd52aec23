"""What a written name may sound like, in one small alphabet for Cyrillic, Romanian and the ways from one to the other.

The skeleton of consonants is our own: Slavic and Romanian spellings of one name share it, whichever standard wrote it
(the Ukrainian resolution 55/2010, ICAO Doc 9303, GOST, French passports of Soviet times, Polish, German, Hungarian).
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

from anyascii import anyascii

MOST_READINGS = 12
# What is told apart and what is not: č is ч, k к; g is г and х, z з and ж, s с and ш, t т and ц, v в and ф.
_SOUNDS = (
    ("а a", "б b", "в v", "г g", "ґ g", "д d", "е e", "є ie", "ж z", "з z", "и i", "і i", "ї i", "й i", "к k", "л l"),
    ("м m", "н n", "о o", "п p", "р r", "с s", "т t", "у u", "ф v", "х g", "ц t", "ч č", "ш s", "щ sč", "ь ", "ю iu"),
    ("я ia", "ы i", "э e", "ё io", "ъ ", "ў u", "ѓ g", "ќ k", "ђ z", "ћ č", "љ l", "њ n", "џ z", "ј i", "ѕ z"),
)
_CYRILLIC = dict(pair.split(" ") for row in _SOUNDS for pair in row)
_MARKED = {"č": "č", "ć": "č", "š": "s", "ś": "s", "ș": "s", "ş": "s", "ț": "t", "ţ": "t", "ž": "z", "ż": "z", "ź": "z"}
_APOSTROPHES = re.compile(r"['’ʼ`´ʹ\"″]")
# Latin spellings in order; a second reading stands behind the bar.
_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"schtsch|schtch|chtch|shch|szcz|stsch|šč|sč", "sč"),
    (r"tsch|tch|tsh|tš|cz|č", "č"),
    (r"cs", "č|ks"),
    (r"dzh|dsch|dj|dz", "z"),
    (r"sch(?=i$)", "sk|s"),
    (r"sch", "s|sk"),
    (r"sh|sz", "s"),
    (r"sc(?=[ei])", "sč|sk"),
    (r"zh", "z"),
    (r"kh|gh", "g"),
    (r"ch", "č|k|g|s"),
    (r"ck|q", "k"),
    (r"tz|ts", "t"),
    (r"th", "t"),
    (r"ph", "v"),
    (r"gu(?=[ei])", "g|gu"),
    (r"c(?=[eiy])", "č|t|s"),
    (r"c$", "k|t"),
    (r"c", "k"),
    (r"x", "ks"),
    (r"j", "i|z"),
    (r"y", "i"),
    (r"ou|oo", "u"),
    (r"ee", "i"),
    (r"h", "g"),
    (r"[wf]", "v"),
)
_SPELLED = re.compile("|".join(f"(?P<s{n}>{written})" for n, (written, _) in enumerate(_SPELLINGS)))
_VOWEL = re.compile(r"[aeiou]")


def words(text: str) -> tuple[str, ...]:
    """The words of a name, lower case, in NFC, apostrophes gone; a double name is two words."""
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())
    return tuple(re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", plain)))


@lru_cache(maxsize=8192)
def readings(word: str) -> frozenset[str]:
    """How one word may sound, in our alphabet."""
    parts = [part.split("|") for part in _parts(_latin(word))]
    found = {_smooth("".join(choice)) for choice, _ in zip(product(*parts), range(MOST_READINGS * 4), strict=False)}
    return frozenset(sorted(found - {""}, key=lambda sound: (len(sound), sound))[:MOST_READINGS])


def _parts(latin: str) -> list[str]:
    found, position = [], 0
    for match in _SPELLED.finditer(latin):
        found += [latin[position : match.start()], _SPELLINGS[int((match.lastgroup or "s0")[1:])][1]]
        position = match.end()
    return [*found, latin[position:]]


def _latin(word: str) -> str:
    """The word in our letters and those of the Latin spellings; Cyrillic is sounds at once, its ч already our č."""
    one = one_script(word)
    if any(c in _CYRILLIC for c in one):
        return "".join(_CYRILLIC.get(c, c if "a" <= c <= "z" else "") for c in one)
    marked = "".join(_MARKED.get(c, c) for c in one)
    return "č".join(_bare(part) for part in marked.split("č"))


def _bare(text: str) -> str:
    """Only a to z: marks gone, other alphabets written in Latin."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^a-z]", "", anyascii(plain).casefold())


# Letters of the other alphabet that look the same, typed without noticing or to be overlooked.
_TO_CYRILLIC = str.maketrans("abcehikmoptxy", "авсенікмортху")
_TO_LATIN = str.maketrans("авсеніікмортху", "abcehiikmoptxy")


def one_script(word: str) -> str:
    """A word of two alphabets, small, in the one that all its letters can be of; in doubt that of most of them."""
    cyrillic = {c for c in word if "\u0400" <= c <= "\u04ff"}
    latin = {c for c in word if "a" <= c <= "z"}
    if not cyrillic or not latin:
        return word
    if all(ord(c) in _TO_CYRILLIC for c in latin):
        return word.translate(_TO_CYRILLIC)
    if all(ord(c) in _TO_LATIN for c in cyrillic):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_CYRILLIC if len(cyrillic) >= len(latin) else _TO_LATIN)


def _smooth(sound: str) -> str:
    """No double letters, no glide before a vowel but at the start (Яна is not Анна)."""
    single = re.sub(r"(.)\1+", r"\1", sound)
    glided = re.sub(r"(?<!^)i(?=[aeou])", "", single)
    return re.sub(r"(.)\1+", r"\1", glided)


def skeleton(sound: str) -> str:
    """The consonants of a sound form behind a mark for a vowel at the start; double ones once."""
    start = "a" if _VOWEL.match(sound) else ""
    return start + re.sub(r"(.)\1+", r"\1", _VOWEL.sub("", sound))


_FEMININE = re.compile(r"(?<=sk|tk)(?:a|i|e|oi|ei)+$|(?<=ov|ev|iv|in)a$")
_SHORTEST_STEM = 4


@cache
def stem(sound: str) -> str:
    """A surname's sound without the ending that tells man from woman."""
    bare = _FEMININE.sub("", sound)
    return bare if len(bare) >= _SHORTEST_STEM else sound


def distance(a: str, b: str, most: int) -> int:
    """How many letters were added, left out, changed or swapped with their neighbour; ``most`` + 1 stands for more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = last, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            swapped = i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y
            row.append(min(cost, before[j - 2] + 1) if swapped else cost)
    return min(row[-1], most + 1)
