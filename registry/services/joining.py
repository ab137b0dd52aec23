"""Joining without an invitation: one account that holds one application, and nothing else.

Nobody is asked to prove an address, so none is what one signs in with: the name is the registry's own. Thus nobody can
find out by joining whether a phone or mailbox is known here, and nobody can take somebody else's.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from registry import identity
from registry import models as m
from registry.errors import Conflict, Invalid
from registry.ids import is_uuid7, read_code, uuid7
from registry.permissions import Actor
from registry.selectors import joined
from registry.services import audit, invitations, limits, providers, rows, sign_ins

KINDS = ("person", "organization")
# A desk where many drivers register may stand behind one address; more than all of it in an hour is a flood.
BY_ADDRESS, BY_ADDRESS_A_DAY, BY_EVERYBODY = 20, 60, 300
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAME_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What somebody says who joins; ``fields`` are those of the application."""

    kind: str
    given_name: str
    family_name: str
    password: str
    fields: Mapping[str, Any]
    language: str = "ro"


def sign_in_name(id: UUID) -> str:
    """The name that the account with this id signs in with: shown before there is one, guessed by nobody."""
    said = hmac.new(settings.SECRET_KEY.encode(), b"registry.joining\0" + id.bytes, "sha256").digest()
    number = int.from_bytes(said[:5], "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(NAME_LENGTH)))


def logins_of(typed: str) -> list[str]:
    """Under which addresses to look for what somebody typed: an e-mail address, a phone, or a sign-in name."""
    if "@" in typed:
        return [typed.strip().casefold()]
    return joined.addresses_of_phone(typed) or [joined.address_of(read_code(typed))]


def join(*, id: UUID, newcomer: Newcomer, address: str, at: datetime) -> m.Person:
    """The account and its application, together or not at all; the same id and password again is the same account."""
    known = _again(id, newcomer.password, address, at)
    if known is not None:
        return known
    person = _person(id, newcomer, at)
    _spend(address, at)
    person.set_password(newcomer.password)
    with transaction.atomic():
        rows.insert(person, "id_taken")
        me = Actor(person.pk)
        audit.record(actor=me, at=at, action="person.joined", about=person)
        providers.apply(actor=me, id=uuid7(), kind=newcomer.kind, fields=newcomer.fields, at=at, own_account=True)
    return person


def _again(id: UUID, password: str, address: str, at: datetime) -> m.Person | None:
    """The account that the first sending made whose answer was lost; a wrong password counts as a try to sign in."""
    known = joined.person(id)
    if known is None:
        return None
    keys = sign_ins.try_password(email=known.email, address=address, device="", at=at)
    if not known.is_active or not known.check_password(password):
        raise Conflict("id_taken")
    sign_ins.was_right(account=keys[0], address=keys[1], at=at)
    return known


def _person(id: UUID, newcomer: Newcomer, at: datetime) -> m.Person:
    if not is_uuid7(id):
        raise Invalid(fields={"id": "not_uuid7"})
    names = {"given_name": newcomer.given_name.strip(), "family_name": newcomer.family_name.strip()}
    if missing := [name for name, said in names.items() if not said]:
        raise Invalid(fields=dict.fromkeys(missing, "required"))
    row = m.Person(
        id=id,
        created_at=at,
        email=joined.address_of(sign_in_name(id)),
        phone=identity.phone(str(newcomer.fields.get("phone", ""))) or "",
        language=newcomer.language,
        **names,
    )
    invitations.check_password(row, newcomer.password)
    return row


def _spend(address: str, at: datetime) -> None:
    limits.spend(key=f"join:{address}", limit=BY_ADDRESS, window=HOUR, at=at)
    limits.spend(key=f"join-day:{address}", limit=BY_ADDRESS_A_DAY, window=DAY, at=at)
    limits.spend(key="join", limit=BY_EVERYBODY, window=HOUR, at=at)
