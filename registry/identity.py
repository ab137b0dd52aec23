"""The same phone, plate or name however it was typed. No Django."""

import re
import unicodedata

import phonenumbers
from anyascii import anyascii

PHONE_REGIONS = ("RO", "UA", "MD")
_CYRILLIC_PLATE = str.maketrans("АВСЕНІКМОРТХУЅЈ", "ABCEHIKMOPTXYSJ")


def phone(raw: str, region: str = "RO") -> str | None:
    """E.164 of a number as typed in ``region`` (RO, UA, MD), None when it is no possible number there."""
    try:
        parsed = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phones(raw: str) -> frozenset[str]:
    """Every number that the digits could mean: 0721234567 is a different number in each country."""
    found = (phone(raw, region) for region in PHONE_REGIONS)
    return frozenset(number for number in found if number)


def plate(raw: str) -> str:
    """A plate for comparing: capitals, letters and digits only, Cyrillic look-alikes as Latin, O as 0, I as 1."""
    upper = unicodedata.normalize("NFKC", raw).upper().translate(_CYRILLIC_PLATE)
    latin = re.sub(r"[^A-Z0-9]", "", anyascii(upper).upper())
    return latin.translate(str.maketrans("OI", "01"))


def search_key(text: str) -> str:
    """Text for searching: case, marks and ș/ş apart, words in one space."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


def surname_key(name: str) -> str:
    """A surname for the conflict rule: Latin letters, doubled letters once, feminine and y/i endings folded."""
    latin = re.sub(r"[^a-z]", "", anyascii(name).casefold())
    single = re.sub(r"(.)\1+", r"\1", latin).replace("y", "i")
    return re.sub(r"(ska|ski|skii|skaia)$", "sk", re.sub(r"(ova|eva|ina)$", lambda m: m[0][:-1], single))


def address_key(address: str, town: str) -> str:
    """An address for comparing: street words without their kind, numbers kept, town in front."""
    words = search_key(anyascii(address)).split()
    kinds = {
        "str",
        "strada",
        "bd",
        "bulevardul",
        "nr",
        "numarul",
        "ap",
        "bl",
        "sc",
        "et",
        "vul",
        "vulytsia",
        "ulitsa",
        "ul",
    }
    kept = [word for word in words if word not in kinds]
    return f"{town}:{' '.join(kept)}" if kept else ""
