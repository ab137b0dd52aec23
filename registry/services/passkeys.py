"""Passkeys (WebAuthn): set up and shown for one origin, each challenge good once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, parse_authentication_response, parse_registration_response
from django.core.exceptions import ValidationError
from django.db import transaction
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry import models as m
from registry.errors import Invalid
from registry.permissions import Actor
from registry.services import factors, limits, rows
from registry.services.factor_storage import NAME

KIND = factors.KINDS.WEBAUTHN
Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the browser is given, and what the server keeps until the browser answers."""

    options: Options
    state: Options


def _server(origin: str) -> Fido2Server:
    """Knows exactly this origin: no other port, no other scheme, no subdomain."""
    host = urlsplit(origin).hostname or ""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name=NAME), verify_origin=lambda given: given == origin)


def rows_of(person: UUID) -> list[Authenticator]:
    """The person's passkeys."""
    return [row for row in factors.of(person) if row.type == KIND]


def _credentials(person: UUID) -> list[AttestedCredentialData]:
    found = (row.wrap().authenticator_data.credential_data for row in rows_of(person))
    return [credential for credential in found if credential is not None]


def begin_adding(*, person: m.Person, origin: str) -> Challenge:
    """What the browser needs to make a passkey for this person here."""
    options, state = _server(origin).register_begin(
        user=PublicKeyCredentialUserEntity(
            id=person.pk.bytes, name=person.email, display_name=f"{person.given_name} {person.family_name}"
        ),
        credentials=_credentials(person.pk),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Challenge(dict(options), dict(state))


@transaction.atomic
def add(
    *, actor: Actor, name: str, state: Options | None, answer: Mapping[str, Any], origin: str, at: datetime
) -> list[str]:
    """A passkey that the browser made for this origin; gives recovery codes with the first factor."""
    person = factors.guard(actor, at)
    if state is None:
        raise Invalid(fields={"credential": "passkey_refused"})
    _use_challenge(person.pk, state)
    try:
        parse_registration_response(answer)
        _server(origin).register_complete(state, answer)
    except (ValueError, TypeError, KeyError, ValidationError):
        raise Invalid(fields={"credential": "passkey_refused"}) from None
    WebAuthn.add(person, name[:60], dict(answer))
    return factors.added(actor=actor, person=person, kind="webauthn", at=at)


def begin_showing(*, person: UUID, origin: str) -> Challenge | None:
    """What the browser needs to show a passkey of this person; None when there is none."""
    known = _credentials(person)
    if not known:
        return None
    options, state = _server(origin).authenticate_begin(
        credentials=known, user_verification=UserVerificationRequirement.PREFERRED
    )
    return Challenge(dict(options), dict(state))


def show(*, person: UUID, state: Options | None, answer: Mapping[str, Any], origin: str, at: datetime) -> str:
    """The kind of factor that the passkey proves; Invalid for another's, another origin's or an old answer."""
    limits.try_once(key=f"code:{person}", delay=factors.GUESSES, at=at)
    if state is None:
        raise Invalid(fields={"code": "passkey_refused"})
    with transaction.atomic():
        _use_challenge(person, state)
        try:
            parse_authentication_response(answer)
            _server(origin).authenticate_complete(state, _credentials(person), answer)
        except (ValueError, TypeError, KeyError, ValidationError):
            raise Invalid(fields={"code": "passkey_refused"}) from None
    limits.forgive(key=f"code:{person}")
    return str(KIND)


def _use_challenge(person: UUID, state: Options) -> None:
    """Two answers to one challenge at once: only one of them is looked at."""
    digest = hashlib.sha256(str(state.get("challenge")).encode()).hexdigest()
    row = factors.lock_state(person)
    if row.last_challenge == digest:
        raise Invalid(fields={"code": "passkey_refused"})
    row.last_challenge = digest
    rows.update(row, "last_challenge")
