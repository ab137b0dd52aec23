"""Passes that must open no gate: forged, damaged, stale, revoked, swapped, copied; each with the reason it is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import cbor2

from registry import models as m
from registry import signing
from registry.ids import uuid7
from registry.services import journeys, pass_desk, passes, scanning
from registry.signing import Status
from tests import factories as f
from tests.invented import keyring
from tests.signing import forge

SECOND = f.HOUR / 3600
KEY = keyring.key("pass")
HEADER = b"\xa2\x01\x27\x04\x48" + KEY.public.kid


class Gate:
    """A confirmed ride at its gate, with the driver's own pass for the car."""

    def __init__(self) -> None:
        self.match = f.match("confirmed")
        ride = f.ride_of(self.match)
        assert ride
        self.ride = ride
        self.row = f.provider_pass(ride.driver, ride.vehicle)

    @cached_property
    def claims(self) -> signing.Claims:
        """What the pass says."""
        return signing.decode(self.row.text, signing.Keyring((KEY.public,)), f.NOW)

    @cached_property
    def raw(self) -> bytes:
        """The signed bytes."""
        return forge.bytes_of(self.row.text)

    @cached_property
    def values(self) -> dict[Any, Any]:
        """The claims as they are written."""
        found: dict[Any, Any] = cbor2.loads(cbor2.loads(self.raw).value[2])
        return found

    def said(self, **changes: Any) -> dict[Any, Any]:
        """The claims with others in their place: ``said(c4=1.5)`` sets claim 4, None takes it out."""
        values = self.values | {int(name[1:]): value for name, value in changes.items()}
        return {key: value for key, value in values.items() if value is not None}

    def about(self, *head: Any) -> dict[Any, Any]:
        """The claims about another subject, which begins with ``head``."""
        return self.values | {-65537: [*head, *self.values[-65537][len(head) :]]}

    def signed(self, key: signing.SigningKey = KEY, **changes: Any) -> str:
        """A pass as the registry's own code makes it, with other claims or by another key."""
        return signing.encode(replace(self.claims, **changes), key)

    def forged(self, payload: Any = None, **parts: Any) -> str:
        """A pass with anything in its parts."""
        parts = {"header": HEADER, "signer": KEY, **parts}
        return forge.text_of(forge.forged(self.values if payload is None else payload, **parts))

    def depart(self, **seen: Any) -> m.Match:
        """Maria hands over with all that is right but for what is given."""
        right = {"pass_code": self.row.text, "plate": self.ride.vehicle.plate, "counted": self.match.people}
        return journeys.depart(**{"actor": f.maria(), "match": self.match.pk, "at": f.NOW, **right, **seen})


Seen = Callable[[Gate], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """What is shown at the gate, and the reason to stop."""

    name: str
    reason: str
    seen: Seen


def text(name: str, reason: str, shown: Callable[[Gate], str]) -> Case:
    """A case of which only the text is wrong."""
    return Case(name, reason, lambda gate: {"pass_code": shown(gate)})


def of_texts() -> Iterator[Case]:
    """What is no pass, or not all of one."""
    yield text("nothing shown", "pass_unknown", lambda _: "")
    yield text("a code that nobody has", "pass_unknown", lambda _: "SZ00000000")
    yield text("another version", "pass_unknown", lambda g: g.row.text.replace("SZ1", "SZ2"))
    yield text("a health certificate", "pass_unknown", lambda g: g.row.text.replace("SZ1", "HC1"))
    yield text("the prefix alone", "pass_damaged", lambda _: "SZ1:")
    yield text("small letters", "pass_damaged", lambda g: "SZ1:" + g.row.text[4:].lower())
    yield text("the last letter torn off", "pass_damaged", lambda g: g.row.text[:-1])
    yield text("half of it torn off", "pass_damaged", lambda g: g.row.text[: len(g.row.text) // 2])
    yield text("a letter too many", "pass_damaged", lambda g: g.row.text + "0")
    yield text("two passes in one", "pass_damaged", lambda g: g.row.text + g.row.text[4:])
    yield text("a byte after the end", "pass_damaged", lambda g: forge.text_of(g.raw + b"\x00"))
    yield text("longer than any code", "pass_damaged", lambda _: "SZ1:" + "0" * 290)
    yield text("a claim twice", "pass_damaged", lambda g: g.forged(_twice(g)))
    yield text("an end that is a fraction", "pass_damaged", lambda g: g.forged(cbor2.dumps(g.said(c4=1.5))))
    flipped = 60
    yield text(
        "one bit fallen over",
        "pass_bad_signature",
        lambda g: forge.text_of(g.raw[:flipped] + bytes([g.raw[flipped] ^ 1]) + g.raw[flipped + 1 :]),
    )


def _twice(gate: Gate) -> bytes:
    payload = cbor2.dumps(gate.values, canonical=True)
    return bytes([payload[0] + 1]) + payload[1:] + b"\x04\x1a\x7f\xff\xff\xff"


def of_headers() -> Iterator[Case]:
    """Signed by the right key, under another header."""
    kid = b"\x04\x48" + KEY.public.kid
    bare = b"\xa1" + kid
    yield text("ES256", "pass_wrong_algorithm", lambda g: g.forged(header=b"\xa2\x01\x26" + kid))
    yield text("HMAC with the public key", "pass_wrong_algorithm", lambda g: g.forged(header=b"\xa2\x01\x05" + kid))
    yield text("no algorithm", "pass_wrong_algorithm", lambda g: g.forged(header=bare))
    yield text(
        "the algorithm unprotected",
        "pass_wrong_algorithm",
        lambda g: g.forged(header=bare, loose=b"\xa1\x01\x27"),
    )
    yield text("a remark unprotected", "pass_damaged", lambda g: g.forged(loose=b"\xa1\x18\x63\x00"))
    yield text("a critical header", "pass_damaged", lambda g: g.forged(header=b"\xa3\x01\x27\x02\x81\x18\x63" + kid))
    typed = HEADER.replace(b"\xa2", b"\xa3", 1) + b"\x10\x61x"
    yield text("a pass for another use", "pass_wrong_type", lambda g: g.forged(header=typed))
    short = signing.build_list([Status.VALID] * 8, 8, KEY, f.NOW)
    yield text("a status list as a pass", "pass_wrong_type", lambda _: forge.text_of(short))


def of_keys() -> Iterator[Case]:
    """Signed by somebody else, or by a key that may not, or may not any more."""
    stranger = forge.STRANGER
    yield text("a stranger's key", "pass_unknown_key", lambda g: g.signed(stranger))
    yield text("the status list's key", "pass_unknown_key", lambda g: g.signed(keyring.key("status_list")))
    yield text("the checkpoints' key", "pass_unknown_key", lambda g: g.signed(keyring.key("checkpoint")))
    yield text("an announced key", "pass_unknown_key", _by_announced)
    yield text("no key id", "pass_unknown_key", lambda g: g.forged(header=b"\xa1\x01\x27"))
    yield Case("a withdrawn key", "pass_withdrawn_key", _withdrawn)
    yield Case("a retired key, signed too late", "pass_retired_key", _retired)
    yield text("a stranger under our key id", "pass_bad_signature", lambda g: g.forged(signer=stranger))
    yield text("our key in a neighbor's name", "pass_wrong_issuer", lambda g: g.forged(g.said(c1="UA")))


def _by_announced(gate: Gate) -> str:
    key = forge.NEXT_KEY
    kid, public = key.public.kid.hex(), key.public.public.hex()
    known = {"id": uuid7(), "created_at": f.NOW, "announced_at": f.NOW, "issuer": "RO", "purpose": "pass"}
    m.SigningKey.objects.create(**known, kid=kid, public=public)
    return gate.signed(key)


def _withdrawn(gate: Gate) -> dict[str, Any]:
    f.signing_key("pass", status="withdrawn", withdrawn_at=f.NOW)
    return {}


def _retired(gate: Gate) -> dict[str, Any]:
    f.signing_key("pass", status="retired", retired_at=f.NOW - f.HOUR)
    return {"pass_code": gate.signed(issued_at=f.NOW - f.HOUR / 2)}


def of_signatures() -> Iterator[Case]:
    """The right key id and the wrong signature."""
    tricks: dict[str, Callable[[Gate], str]] = {
        "a signature of zeros": lambda g: g.forged(signature=bytes(64)),
        "a signature a byte short": lambda g: g.forged(signature=forge.signature_of(g.raw)[:-1]),
        "the signature of another pass": lambda g: g.forged(signature=forge.signature_of(_another(g))),
        "a signature moved by the group's order": lambda g: forge.text_of(forge.other_signature_of_same(g.raw)),
        "a signature over many signers": lambda g: g.forged(context="Signature"),
        "the provider changed": lambda g: forge.text_of(g.raw.replace(g.claims.provider.bytes, bytes(16))),
        "the vehicle changed": lambda g: forge.text_of(g.raw.replace(g.ride.vehicle_id.bytes, bytes(16))),
        "the plate changed": lambda g: forge.text_of(g.raw.replace(g.claims.plate or b"-", bytes(8))),
        "the end moved by a year": lambda g: g.forged(
            g.said(c4=g.values[4] + 31_536_000), signature=forge.signature_of(g.raw)
        ),
        "another place in the list": lambda g: g.forged(
            g.about(1, 0, g.claims.index ^ 1), signature=forge.signature_of(g.raw)
        ),
    }
    yield from (text(name, "pass_bad_signature", trick) for name, trick in tricks.items())


def _another(gate: Gate) -> bytes:
    return forge.bytes_of(f.provider_pass(f.verified_provider(driver=True)).text)


def of_claims() -> Iterator[Case]:
    """Well signed: an issuer's mistake, or whoever stole the key."""
    yield text("no end", "pass_bad_claims", lambda g: g.forged(g.said(c4=None)))
    yield text("an unknown kind", "pass_bad_claims", lambda g: g.forged(g.about(3)))
    yield text("a start before 1970", "pass_bad_claims", lambda g: g.forged(g.said(c5=-1)))
    yield text("a place that no pass has", "pass_not_issued", lambda g: g.signed(index=g.claims.index ^ 1))
    yield text("a list that there is not", "pass_not_issued", lambda g: g.signed(list_id=77))
    yield text("a longer life", "pass_not_issued", lambda g: g.signed(valid_until=g.claims.valid_until + 30 * f.DAY))
    yield text("another provider in our place", "pass_not_issued", lambda g: g.signed(provider=uuid7()))
    yield text("no plate in our place", "pass_not_issued", lambda g: g.signed(vehicle=None, plate=None))


def of_times() -> Iterator[Case]:
    """The right pass at the wrong time."""
    yield Case("ended yesterday", "pass_expired", lambda g: _for_days(g, -9, -1))
    yield Case("ended yesterday, by its code", "pass_expired", lambda g: _for_days(g, -9, -1, by_code=True))
    yield Case("from tomorrow", "pass_not_yet_valid", lambda g: _for_days(g, 1, 9))
    yield Case("from tomorrow, by its code", "pass_not_yet_valid", lambda g: _for_days(g, 1, 9, by_code=True))
    yield text("issued in an hour", "pass_stale_clock", lambda g: g.signed(issued_at=f.NOW + f.HOUR))


def _for_days(gate: Gate, first: int, last: int, by_code: bool = False) -> dict[str, Any]:
    f.bring(gate.row, "revoked", "pass")
    days = {"valid_from": f.TODAY + first * f.DAY, "valid_until": f.TODAY + last * f.DAY}
    row = f.provider_pass(gate.ride.driver, gate.ride.vehicle, **days)
    return {"pass_code": row.code if by_code else row.text}


def of_lists() -> Iterator[Case]:
    """A true pass that was called back."""
    yield Case("revoked by an officer", "pass_revoked", lambda g: _revoked(g, g.row.text))
    yield Case("revoked by an officer, by its code", "pass_revoked", lambda g: _revoked(g, g.row.code))
    yield Case("the former of two", "pass_revoked", lambda g: _replaced(g, g.row.text))
    yield Case("the former of two, by its code", "pass_revoked", lambda g: _replaced(g, g.row.code))
    yield Case("expired with its papers", "pass_expired", _lapsed)


def _revoked(gate: Gate, shown: str) -> dict[str, Any]:
    pass_desk.revoke(actor=f.olena(), shown=gate.row.pk, reason="stolen", at=f.NOW)
    return {"pass_code": shown}


def _replaced(gate: Gate, shown: str) -> dict[str, Any]:
    pass_desk.replace(actor=f.olena(), shown=gate.row.pk, reason="lost", at=f.NOW)
    return {"pass_code": shown}


def _lapsed(gate: Gate) -> dict[str, Any]:
    passes.end([gate.row], "expire", actor=f.SYSTEM, at=f.NOW)
    return {}


def of_gates() -> Iterator[Case]:
    """A true pass in the wrong hands, at the wrong car, or twice."""
    yield Case("another driver's", "other_driver", lambda g: {"pass_code": _others(g).text})
    yield Case("another driver's, by its code", "other_driver", lambda g: {"pass_code": _others(g).code})
    yield Case("another journey's, with its car", "other_driver", _other_journey)
    yield Case("the driver's other car's", "other_vehicle", _other_car)
    yield Case("a car with another plate", "other_plate", lambda _: {"plate": "SV 00 XXX"})
    yield Case("a plate that was not read", "other_plate", lambda _: {"plate": ""})
    yield Case("made for the plate before", "pass_other_plate", _plate_before)
    yield Case("made under another secret", "pass_other_plate", _other_secret)
    yield Case("a copy of one on the road", "pass_elsewhere", lambda g: _on_the_road(g, g.row.text))
    yield Case("a copy of one on the road, by its code", "pass_elsewhere", lambda g: _on_the_road(g, g.row.code))


def _others(gate: Gate) -> m.ProviderPass:
    car = f.vehicle()
    return f.provider_pass(car.provider, car)


def _other_journey(gate: Gate) -> dict[str, Any]:
    shown = _others(gate)
    assert shown.vehicle
    return {"pass_code": shown.text, "plate": shown.vehicle.plate}


def _other_car(gate: Gate) -> dict[str, Any]:
    return {"pass_code": f.provider_pass(gate.ride.driver, f.vehicle(gate.ride.driver)).text}


def _plate_before(gate: Gate) -> dict[str, Any]:
    with f.unguarded():
        m.Vehicle.objects.filter(pk=gate.ride.vehicle_id).update(plate="SV 77 NEW", plate_key="SV77NEW")
    return {"plate": "SV 77 NEW"}


def _other_secret(gate: Gate) -> dict[str, Any]:
    secret = b"another secret of the registry.."
    row = gate.row
    text = passes.signed(row, passes.Pen(f.signing_key("pass"), KEY, secret), f.NOW)
    m.ProviderPass.objects.filter(pk=row.pk).update(text=text)
    return {"pass_code": text}


def _on_the_road(gate: Gate, shown: str) -> dict[str, Any]:
    elsewhere = f.transport_offer(gate.ride.driver, gate.ride.vehicle)
    other = f.match("departed", ride=elsewhere)
    assert other.pass_shown_id == gate.row.pk
    return {"pass_code": shown}


GROUPS: tuple[Callable[[], Iterator[Case]], ...] = (
    of_texts,
    of_headers,
    of_keys,
    of_signatures,
    of_claims,
    of_times,
    of_lists,
    of_gates,
)
CASES = [case for group in GROUPS for case in group()]
BY_NAME = {case.name: case for case in CASES}


def loosely(held: str, claims: signing.Claims) -> scanning.Shown:
    """What the gate would read if it looked no pass up to the letter: for controls."""
    row = m.ProviderPass.objects.select_related("provider", "vehicle").get(
        list_number=claims.list_id, list_index=claims.index
    )
    return scanning.Shown(row, "", claims)
