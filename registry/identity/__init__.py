"""The same person, phone, plate or paper however it was written, and fingerprints of them. No Django."""

from registry.identity.plain import (
    PHONE_REGIONS,
    PLATE_LENGTH,
    address_key,
    partly,
    phone,
    phones,
    plate,
    search_key,
    surname_key,
)

__all__ = [
    "PHONE_REGIONS",
    "PLATE_LENGTH",
    "address_key",
    "partly",
    "phone",
    "phones",
    "plate",
    "search_key",
    "surname_key",
]
