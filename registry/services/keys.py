"""The keys that sign: public halves in the table, private ones in files; announced, active, retired or withdrawn.

Whoever signs asks ``signing_key(purpose)``, whoever verifies ``keyring(purpose)``; nothing else of this module is
needed for a new purpose.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from registry import models as m
from registry import signing, states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import uuid7
from registry.permissions import SYSTEM, Actor, may_run_accounts
from registry.selectors.prepared import first, prepared
from registry.services import audit, owed_passes, rows
from registry.signing import keyfiles

PURPOSES = m.SigningKey.PURPOSES
# A server without these still serves, but cannot do all it should; /ready says so.
NEEDED = ("pass", "status_list")
REASONS = ("first", "scheduled", "leaked", "lost", "drill")
# Readers that were not on line for a day must know a key before it signs.
ANNOUNCED_FOR = timedelta(days=1)
# What a running request signs with the former key still counts.
GRACE = timedelta(minutes=2)
PLATE_SECRET = "plate-secret"  # noqa: S105 - the name of a file
PLATE_SECRET_BYTES = 32


def signing_key(purpose: str) -> signing.SigningKey:
    """The key that signs for this purpose now; PassError says why there is none."""
    row = active(purpose)
    if row is None:
        raise signing.PassError("no_signing_key")
    key = signing.load_signing_key(keyfiles.read(settings.KEYS_DIR, _file_of(row)), row.issuer)
    if key.public.public.hex() != row.public:
        raise signing.PassError("key_file_wrong")
    return key


def active(purpose: str) -> m.SigningKey | None:
    """The row of the key that signs for this purpose."""
    return first(_active(purpose))


@prepared
def _active(purpose: str) -> QuerySet[m.SigningKey]:
    return m.SigningKey.objects.filter(purpose=purpose, status="active").order_by("pk")


def keyring(purpose: str) -> signing.Keyring:
    """The public keys that are believed for this purpose: the active and the retired, never one withdrawn."""
    believed = m.SigningKey.objects.filter(purpose=purpose, status__in=("active", "retired")).order_by("id")
    return signing.Keyring(tuple(_public(row) for row in believed))


def _public(row: m.SigningKey) -> signing.VerifyKey:
    return signing.VerifyKey(row.issuer, bytes.fromhex(row.public), row.retired_at)


def plate_secret() -> bytes:
    """The secret under which passes carry a plate."""
    return keyfiles.read(settings.KEYS_DIR, PLATE_SECRET)


def problems() -> Mapping[str, str]:
    """What cannot be signed now, and why, by purpose; empty when all is well."""
    found = {purpose: code for purpose in NEEDED if (code := _why_not(purpose))}
    try:
        plate_secret()
    except signing.PassError as error:
        found.setdefault("pass", f"plate_secret_{error.code.removeprefix('key_file_')}")
    return found


def _why_not(purpose: str) -> str:
    try:
        signing_key(purpose)
    except signing.PassError as error:
        return error.code
    return ""


@transaction.atomic
def create(*, actor: Actor, purpose: str, at: datetime) -> m.SigningKey:
    """A new key, announced: everybody may fetch its public half, nothing is signed with it yet."""
    _refuse_stranger(actor)
    if purpose not in PURPOSES:
        raise Invalid(fields={"purpose": "unknown_choice"})
    return _create(actor, purpose, at)


def _create(actor: Actor, purpose: str, at: datetime) -> m.SigningKey:
    key = signing.SigningKey(settings.ISSUER, Ed25519PrivateKey.generate())
    row = m.SigningKey(
        id=uuid7(),
        created_at=at,
        purpose=purpose,
        issuer=key.issuer,
        kid=key.public.kid.hex(),
        public=key.public.public.hex(),
        announced_at=at,
    )
    keyfiles.write(settings.KEYS_DIR, _file_of(row), signing.as_pem(key.private))
    if purpose == "pass":
        _make_plate_secret()
    rows.insert(row)
    audit.record(actor=actor, at=at, action="key.created", about=row, purpose=purpose)
    return row


def _make_plate_secret() -> None:
    if not keyfiles.exists(settings.KEYS_DIR, PLATE_SECRET):
        keyfiles.write(settings.KEYS_DIR, PLATE_SECRET, secrets.token_bytes(PLATE_SECRET_BYTES))


def _file_of(row: m.SigningKey) -> str:
    return f"{row.kid}.pem"


@transaction.atomic
def activate(*, actor: Actor, key: str, at: datetime, now: bool = False, reason: str = "scheduled") -> m.SigningKey:
    """From now on this key signs, and the former one is retired; a day after its announcement unless ``now``."""
    _refuse_stranger(actor)
    _check_reason(reason)
    row = _locked(key)
    states.KEY.after(row.status, "activate")
    if not now and at < row.announced_at + ANNOUNCED_FOR:
        raise Conflict("announced_too_late")
    _activate(actor, row, reason, at)
    return row


def _activate(actor: Actor, row: m.SigningKey, reason: str, at: datetime) -> None:
    _check_file(row)
    for former in m.SigningKey.objects.filter(purpose=row.purpose, status="active"):
        _retire(actor, _locked(former.kid), reason, at)
    rows.move(row, states.KEY, "activate", activated_at=at, reason=reason)
    audit.record(actor=actor, at=at, action="key.activated", about=row, purpose=row.purpose, reason=reason)


def _check_file(row: m.SigningKey) -> None:
    """Refuse to rely on a key whose private half is not here."""
    try:
        keyfiles.read(settings.KEYS_DIR, _file_of(row))
    except signing.PassError as error:
        raise Conflict("key_file_trouble", file=error.code) from error


@transaction.atomic
def retire(*, actor: Actor, key: str, reason: str, at: datetime) -> m.SigningKey:
    """It signs no more; what it signed before stays good. Its private half is destroyed."""
    _refuse_stranger(actor)
    _check_reason(reason)
    row = _locked(key)
    _retire(actor, row, reason, at)
    return row


def _retire(actor: Actor, row: m.SigningKey, reason: str, at: datetime) -> None:
    rows.move(row, states.KEY, "retire", retired_at=at + GRACE, reason=reason)
    audit.record(actor=actor, at=at, action="key.retired", about=row, purpose=row.purpose, reason=reason)
    _destroy_after_commit(row)


@transaction.atomic
def withdraw(*, actor: Actor, key: str, reason: str, at: datetime) -> m.SigningKey:
    """It leaked: nothing it ever signed is believed. Passes under it are owed anew."""
    _refuse_stranger(actor)
    _check_reason(reason)
    row = _locked(key)
    rows.move(row, states.KEY, "withdraw", withdrawn_at=at, reason=reason)
    owed = owed_passes.owe_those_under(row, at) if row.purpose == "pass" else 0
    audit.record(actor=actor, at=at, action="key.withdrawn", about=row, purpose=row.purpose, reason=reason, owed=owed)
    _destroy_after_commit(row)
    return row


def _destroy_after_commit(row: m.SigningKey) -> None:
    """What signs no more is not kept: it could only leak."""
    name = _file_of(row)
    transaction.on_commit(partial(keyfiles.destroy, settings.KEYS_DIR, name), robust=True)


@transaction.atomic
def renew_plate_secret(*, actor: Actor, reason: str, at: datetime) -> int:
    """A new secret for plates; every pass for a vehicle is owed anew. Returns for how many providers."""
    _refuse_stranger(actor)
    _check_reason(reason)
    key = active("pass")
    if key is None:
        raise Conflict("no_signing_key")
    owed = owed_passes.owe_those_for_vehicles(at)
    audit.record(actor=actor, at=at, action="key.plate_secret_renewed", about=key, reason=reason, owed=owed)
    fresh = f"{PLATE_SECRET}.new"
    keyfiles.destroy(settings.KEYS_DIR, fresh)
    keyfiles.write(settings.KEYS_DIR, fresh, secrets.token_bytes(PLATE_SECRET_BYTES))
    # Before the commit: whoever pays off what is owed must find the new secret.
    keyfiles.move(settings.KEYS_DIR, fresh, PLATE_SECRET)
    return owed


@transaction.atomic
def ensure(*, at: datetime, purposes: Iterable[str] = PURPOSES) -> list[m.SigningKey]:
    """Keys that sign at once, made where one is missing or its file is: for the demo and for runs on invented data."""
    made = []
    _make_plate_secret()
    for purpose in purposes:
        if _why_not(purpose):
            row = _create(SYSTEM, purpose, at)
            _activate(SYSTEM, row, "first", at)
            made.append(row)
    return made


def listed() -> list[dict[str, Any]]:
    """Every key with its state and whether its private half is here, oldest first."""
    found = m.SigningKey.objects.order_by("purpose", "id")
    return [{"key": row, "file": keyfiles.exists(settings.KEYS_DIR, _file_of(row))} for row in found]


def _locked(kid: str) -> m.SigningKey:
    row = m.SigningKey.objects.filter(kid=kid.lower()).first()
    if row is None:
        raise NotFound
    return rows.lock(m.SigningKey, row.pk)


def _refuse_stranger(actor: Actor) -> None:
    """Stewards keep the keys."""
    if not may_run_accounts(actor):
        raise NotAllowed


def _check_reason(reason: str) -> None:
    if reason not in REASONS:
        raise Invalid(fields={"reason": "unknown_choice"})
