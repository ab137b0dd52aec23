"""Sign-ins: who is in, since when, with which second factor; ended for good at once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from registry import models as m
from registry.errors import NotAllowed, NotFound, SignedOut
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import audit, factors, limits, rows
from registry.services.limits import Delay

LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
# How long a second factor counts for decisions, exports, keys and roles.
FRESH = timedelta(minutes=5)
BY_ACCOUNT = Delay(free=4, first=timedelta(seconds=2), longest=timedelta(minutes=5))
# A whole zone may stand behind one address.
BY_ADDRESS = Delay(free=40, first=timedelta(seconds=1), longest=timedelta(minutes=1))


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Tries


def try_password(*, email: str, address: str, device: str, at: datetime) -> tuple[str, str]:
    """Take one try of the address and one of the account, whether it exists or not; gives both keys.

    A browser that has been in before (``device``) has tries of its own: strangers' guesses do not make it wait.
    """
    account = f"login:{device or digest(email.strip().casefold())[:40]}"
    limits.try_once(key=f"from:{address}", delay=BY_ADDRESS, at=at)
    limits.try_once(key=account, delay=BY_ACCOUNT, at=at)
    return account, f"from:{address}"


def was_right(*, account: str, address: str, at: datetime) -> None:
    """The password was right: the account's tries are forgotten, the address gets this one back."""
    limits.forgive(key=account)
    limits.give_back(key=address, at=at)


# In and out


@transaction.atomic
def begin(*, person: UUID, factor: str, browser: str, at: datetime) -> m.SignIn:
    """A new sign-in; ``factor`` is the kind that was shown, empty for none."""
    who = m.Person.objects.select_for_update(no_key=True).filter(pk=person, is_active=True).first()
    if who is None:
        raise SignedOut
    row = m.SignIn(
        id=uuid7(),
        created_at=at,
        person=who,
        seen_at=at,
        browser=browser[:60],
        factor=factor,
        confirmed_at=at if factor else None,
    )
    row.save(force_insert=True)
    audit.record(actor=Actor(person), at=at, action="signed_in", about=row, factor=factor)
    return row


def running(pk: UUID | str, person: UUID | str, at: datetime) -> m.SignIn | None:
    """This person's sign-in if it still counts: not ended, not older than half a day, the account not closed."""
    found = m.SignIn.objects.filter(pk=pk, person_id=str(person), ended_at=None, created_at__gt=at - LASTS)
    return found.filter(person__is_active=True).select_related("person__organization").first()


def was_revoked(pk: UUID | str, person: UUID | str) -> bool:
    """Whether somebody has ended this sign-in or closed the account: a phone that still holds it is to be wiped.

    Not when it ran out, and not when it ended because its holder was given a role.
    """
    row = m.SignIn.objects.filter(pk=pk, person_id=str(person)).select_related("person").first()
    if row is None or row.ended_at is None:
        return row is not None and not row.person.is_active
    return not m.RoleGrant.objects.filter(person=row.person_id, created_at=row.ended_at).exists()


def fresh_until(row: m.SignIn, at: datetime) -> datetime | None:
    """Until when the last second factor of this sign-in counts; None when there was none or it is too old."""
    until = row.confirmed_at + FRESH if row.confirmed_at else None
    return until if until and until > at else None


def seen(row: m.SignIn, at: datetime) -> None:
    """Note now and then that somebody still works in it."""
    if at - row.seen_at >= SEEN_EVERY:
        m.SignIn.objects.filter(pk=row.pk, ended_at=None).update(seen_at=at)


def confirm(*, actor: Actor, sign_in: UUID, factor: str, at: datetime) -> m.SignIn:
    """The second factor was shown again in this sign-in and in no other."""
    with transaction.atomic():
        row = rows.lock(m.SignIn, sign_in)
        if row.person_id != actor.id or row.ended_at or not factor:
            raise NotAllowed
        row.factor, row.confirmed_at = factor, at
        rows.save(row, "factor", "confirmed_at")
        audit.record(actor=actor, at=at, action="stepped_up", about=row, factor=factor)
    return row


@transaction.atomic
def end(*, actor: Actor, sign_in: UUID, at: datetime) -> m.SignIn:
    """One of one's own sign-ins is over at once."""
    row = rows.lock(m.SignIn, sign_in)
    if row.person_id != actor.id:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = at
        rows.save(row, "ended_at")
        audit.record(actor=actor, at=at, action="signed_out", about=row)
    return row


@transaction.atomic
def end_others(*, actor: Actor, keep: UUID | None, at: datetime) -> int:
    """Every sign-in of one's own but this one, and every token, is over at once; gives how many sign-ins."""
    person = rows.lock(m.Person, actor.person)
    ended = end_all(person.pk, at, keep=keep)
    audit.record(actor=actor, at=at, action="signed_out_everywhere", about=person, count=ended)
    return ended


def end_all(person: UUID, at: datetime, keep: UUID | None = None) -> int:
    """Sign-ins and tokens of a person are over; the caller holds the person's row."""
    m.ApiToken.objects.filter(person=person, revoked_at=None).update(revoked_at=at)
    ended = m.SignIn.objects.filter(person=person, ended_at=None)
    return (ended.exclude(pk=keep) if keep else ended).update(ended_at=at)


def hold(person: UUID) -> None:
    """Inside of a transaction: whoever closes the account or changes its roles waits until this deed is done.

    SQLite has one writer at a time; on PostgreSQL the row is read FOR SHARE.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM registry_person WHERE id = %s FOR SHARE", [person])


# Step-up of programs


def step_up_token(*, actor: Actor, token: UUID, code: str, at: datetime) -> tuple[m.StepUp, str]:
    """A secret that makes decisions by this token possible for five minutes; shown this once."""
    kind = factors.show_code(person=actor.person, code=code, at=at)
    secret = "szs_" + secrets.token_urlsafe(32)
    with transaction.atomic():
        owner = rows.lock(m.ApiToken, token)
        if owner.person_id != actor.id or owner.revoked_at:
            raise SignedOut
        row = m.StepUp(id=uuid7(), created_at=at, token=owner, digest=digest(secret), expires_at=at + FRESH)
        rows.insert(row)
        audit.record(actor=actor, at=at, action="stepped_up", about=owner, factor=kind)
    return row, secret


def stepped_up_until(secret: str, token: UUID, at: datetime) -> datetime | None:
    """Until when this secret counts for this very token; None when it does not."""
    found = m.StepUp.objects.filter(digest=digest(secret), token=token, expires_at__gt=at)
    return found.values_list("expires_at", flat=True).first()


def forget_old(*, at: datetime) -> int:
    """Delete step-ups that are over for a day; returns how many."""
    return m.StepUp.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]


def forget(person: UUID) -> None:
    """What is kept of how somebody signed in: browsers, second factors, tries. The account was closed before."""
    m.SignIn.objects.filter(person=person).update(browser="")
    factors.remove_all(person)
