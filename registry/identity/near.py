"""What two people may have in common, one reading each: so that a database can compare what it cannot read."""

from registry.identity.plain import address_key, phone, phones, surname_key


def near_phone(raw: str) -> str:
    """The number that is most likely meant; nothing when there is none."""
    return phone(raw) or min(phones(raw), default="") if raw else ""


def near_address(raw: str) -> str:
    """An address without its town, which stands in a column of its own."""
    return address_key(raw, "") if raw else ""


def near_surname(raw: str) -> str:
    """A surname by its sound in Latin letters."""
    return surname_key(raw) if raw else ""


READINGS = {"near_phone": near_phone, "near_address": near_address, "near_surname": near_surname}
