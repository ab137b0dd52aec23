"""The same phone, plate, name or address however it was typed. No Django."""

import re
import unicodedata

import phonenumbers
from anyascii import anyascii

from registry.ids import LOOK_ALIKES

PHONE_REGIONS = ("RO", "UA", "MD")
PLATE_LENGTH = 16
_EXPLICIT = (
    phonenumbers.CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN,
    phonenumbers.CountryCodeSource.FROM_NUMBER_WITH_IDD,
)


def phone(raw: str, region: str = "RO") -> str | None:
    """E.164 of a number as typed in ``region`` (RO, UA, MD), None when nobody there could have meant it.

    Without a country code the number must be one that exists in the region: 069 123 456 is a mobile in
    Moldova and nothing in Romania.
    """
    parsed = _parse(raw, region)
    if parsed is None:
        return None
    is_explicit = parsed.country_code_source in _EXPLICIT
    return _e164(parsed) if is_explicit or phonenumbers.is_valid_number(parsed) else None


def phones(raw: str) -> frozenset[str]:
    """Every number that the digits could mean: 0721234567 is a different number in each country."""
    found = (_parse(raw, region) for region in PHONE_REGIONS)
    return frozenset(_e164(number) for number in found if number)


def _parse(raw: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number if it is long enough to be dialled from anywhere."""
    try:
        parsed = phonenumbers.parse(raw, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    verdict = phonenumbers.is_possible_number_with_reason(parsed)
    return parsed if verdict == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def plate(raw: str) -> str:
    """A plate for comparing: capitals, letters and digits only, Cyrillic look-alikes as Latin, O as 0, I as 1."""
    upper = unicodedata.normalize("NFKC", raw).upper().translate(LOOK_ALIKES)
    latin = re.sub(r"[^A-Z0-9]", "", anyascii(upper).upper())
    return latin.translate(str.maketrans("OI", "01"))[:PLATE_LENGTH]


def partly(raw: str) -> str:
    """A plate of which only the first and the last two letters or digits can be read."""
    places = [at for at, letter in enumerate(raw) if letter.isalnum()]
    hidden = set(places[2:-2] if len(places) > 4 else places[:-2])
    return "".join("•" if at in hidden else letter for at, letter in enumerate(raw))


def search_key(text: str) -> str:
    """Text for searching: case and marks gone, ș and ş the same, words in one space."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


# What the same sound is written as, in Romanian, Polish, and both ways of writing Cyrillic in Latin; in this order.
_SOUNDS = (
    (r"schi", "ski"),
    (r"shch|sch|sh|sz", "s"),
    (r"ch|cz|ck|q", "c"),
    (r"kh|gh", "g"),
    (r"zh|dz", "z"),
    (r"ts|tz", "t"),
    (r"ph", "f"),
    (r"[yj]", "i"),
    (r"w", "v"),
    (r"h", "g"),
    (r"c", "k"),
    (r"x", "ks"),
    (r"(.)\1+", r"\1"),
    (r"i(?=[aeou])", ""),
    (r"(.)\1+", r"\1"),
)


def surname_key(name: str) -> str:
    """A surname for the conflict rule: the sound in Latin letters, without the ending that tells man from woman.

    Coarse on purpose: it is asked only of people of one town, and another officer can always decide.
    """
    key = re.sub(r"[^a-z]", "", anyascii(name).casefold())
    for written, sound in _SOUNDS:
        key = re.sub(written, sound, key)
    bare = re.sub(r"[aeiou]+$", "", key)
    return bare if len(bare) >= _SHORTEST_STEM else key


_SHORTEST_STEM = 4
_STREET_WORDS = frozenset(
    re.findall(
        r"\w+",
        """str strada bd bdul bulevardul sos soseaua aleea calea piata nr numarul ap apartament bl bloc sc scara et etaj
        com comuna sat satul oras orasul mun municipiul jud judetul
        vul vulytsia vulitsya vulytsya ul ulitsa ulytsya prov provulok prosp prospekt bulv bulvar
        bud budynok budinok d dom kv kvartyra kvartira""",
    )
)


def address_key(address: str, town: str) -> str:
    """An address for comparing: words and numbers without the kind of street or door, in any order, behind the town."""
    words = re.findall(r"[a-z]+|\d+", search_key(anyascii(address)))
    kept = sorted(word for word in words if word not in _STREET_WORDS)
    return f"{town}:{' '.join(kept)}" if kept else ""
