"""What a phone takes along to the gate: the plate secret and who is expected; each taking is an audit entry."""

from datetime import datetime
from typing import Any

from django.db import transaction

from registry import models as m
from registry import signing
from registry.permissions import Actor
from registry.selectors import gate_packs
from registry.services import audit, keys, passes


@transaction.atomic
def take(*, actor: Actor, zone: str, at: datetime) -> dict[str, Any]:
    """What the gate of a zone needs without a network, for its own field staff."""
    found = gate_packs.zone(actor, zone)
    expected = gate_packs.expected(found, at)
    secret = _secret()
    audit.record(actor=actor, at=at, action="read.gate_pack", about=found, journeys=len(expected))
    return {
        "zone": found.code,
        "taken_at": at,
        "plate_secret": secret.hex() if secret else None,
        "journeys": [_journey(one, secret) for one in expected],
    }


def _secret() -> bytes | None:
    """The plate secret; None where it cannot be read, which /ready tells and which stops every plate off line."""
    try:
        return keys.plate_secret()
    except signing.PassError:
        return None


def _journey(one: gate_packs.Expected, secret: bytes | None) -> dict[str, Any]:
    ride = _ride(one, one.ride, secret) if one.ride else None
    language = one.match.household.language
    return {"id": one.match.pk, "people": one.match.people, "household_language": language, "ride": ride}


def _ride(one: gate_packs.Expected, ride: m.TransportOffer, secret: bytes | None) -> dict[str, Any]:
    key = ride.vehicle.plate_key
    return {
        "driver": ride.driver_id,
        "vehicle": ride.vehicle_id,
        "plate": signing.plate_fingerprint(key, secret).hex() if secret and key else None,
        "passes": [_pass(row, secret, row.pk in one.elsewhere) for row in one.passes] if secret else [],
    }


def _pass(row: m.ProviderPass, secret: bytes, elsewhere: bool) -> dict[str, Any]:
    """A pass by its marks: nobody can show what is written here."""
    return {
        "code": signing.code_fingerprint(row.code, secret).hex(),
        "text": signing.text_fingerprint(row.text, secret).hex() if row.text else None,
        "issuer": row.key.issuer if row.key else None,
        "vehicle": row.vehicle_id,
        "status": row.status,
        "status_list": row.list_number,
        "index": row.list_index,
        "valid_from": passes.start_of(row.valid_from),
        "valid_until": passes.end_of(row.valid_until),
        "elsewhere": elsewhere,
    }
