"""Each strong identifier in the one form, or the few, that all its disguises share. No Django."""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
from anyascii import anyascii

from registry.identity.plain import PHONE_REGIONS, phone, plate
from registry.ids import LOOK_ALIKES

STRONG = ("document", "phone", "plate", "email", "registration")
_MAIL = Path(__file__).parent / "data" / "mail_providers.json"
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# What people write around a number.
_LABELS = re.compile(r"№|n°|\b(?:no\.|nr\b\.?|seria\b|series\b|серія\b|серия\b|numar\b|номер\b)", re.IGNORECASE)
_SHORTEST = {"document": 5, "registration": 4, "plate": 4}


def read(kind: str, raw: str, country: str = "") -> frozenset[str]:
    """Every reading of what was typed as ``kind`` (one of STRONG); none when it cannot be one."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", raw.replace("№", " "))).strip()
    if not text:
        return frozenset()
    if kind == "phone":
        return phone_readings(text)
    found = {
        "document": lambda: document(text, country),
        "plate": lambda: plate(text),
        "email": lambda: email(text),
        "registration": lambda: registration(text),
    }[kind]()
    return frozenset({found} if len(found) >= _SHORTEST.get(kind, 1) else ())


def _letters_and_digits(text: str) -> str:
    """Capitals of one alphabet and digits: Cyrillic look-alikes as Latin, O as 0, I as 1, nothing between."""
    latin = anyascii(text.upper().translate(LOOK_ALIKES)).upper()
    return re.sub(r"[^A-Z0-9]", "", latin).translate(str.maketrans("OI", "01"))


def document(number: str, country: str = "") -> str:
    """A document's number behind its country; what kind of paper it is said to be makes no difference."""
    bare = _letters_and_digits(_LABELS.sub(" ", number))
    return f"{country.upper()}:{bare}" if len(bare) >= _SHORTEST["document"] else ""


def registration(number: str) -> str:
    """A registration or tax number: the prefix RO of a Romanian tax number and zeros in front say nothing."""
    bare = _letters_and_digits(number)
    without = re.sub(r"^R0(?=\d+$)", "", bare)
    return without.lstrip("0") if without.isdigit() else without


def phone_readings(raw: str) -> frozenset[str]:
    """Every number that the digits could mean, also when they have been taken down with a country code already.

    +40 721 234 567 may have been typed as 0721 234 567 by somebody from Ukraine: what exists there counts, too.
    """
    meant = phone(raw)
    if meant is None:
        return frozenset(n for n in (phone(raw, region) for region in PHONE_REGIONS) if n)
    national = str(phonenumbers.parse(meant).national_number)
    elsewhere = (phone(f"0{national}", region) for region in PHONE_REGIONS)
    typed = (phone(raw, region) for region in PHONE_REGIONS)
    return frozenset({meant, *(n for n in (*elsewhere, *typed) if n)})


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    found = json.loads(_MAIL.read_text("utf-8"))["providers"]
    return {domain: service for service in found for domain in service["domains"]}


def email(address: str) -> str:
    """A mailbox: small letters, and without the dots and the +tag that its own service does not look at."""
    local, _, domain = address.casefold().replace(" ", "").rpartition("@")
    domain = _ascii_domain(domain.rstrip("."))
    if not local or not domain:
        return ""
    service = _services().get(domain)
    if service is None:
        return f"{local}@{domain}"
    local = local.partition("+")[0] if service["plus"] else local
    local = local.replace(".", "") if service["ignores_dots"] else local
    local = local.replace(".", "-") if service.get("dots_are_hyphens") else local
    home = service["domains"][0] if service.get("one_mailbox", True) else domain
    return f"{local}@{home}"


def _ascii_domain(domain: str) -> str:
    """A domain as the name servers know it."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
