"""The second factor: codes of an authenticator app and recovery codes, each good once; who may get a first one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db import transaction

from registry import models as m
from registry.errors import Invalid, NotAllowed
from registry.permissions import Actor, must_be_confirmed
from registry.selectors import access
from registry.services import audit, limits, rows
from registry.services.limits import Delay

PERIOD_S = 30
# A clock of a phone may be half a minute off, either way.
TOLERANCE = (-1, 0, 1)
GUESSES = Delay(free=4, first=timedelta(seconds=2), longest=timedelta(minutes=15))
KINDS = Authenticator.Type


def of(person: UUID) -> list[Authenticator]:
    """Everything that a person can show as a second factor, the oldest first."""
    return list(Authenticator.objects.filter(user_id=person).order_by("created_at", "pk"))


def has_any(person: UUID) -> bool:
    """Whether a person can show a second factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user_id=person).exclude(type=KINDS.RECOVERY_CODES).exists()


def has_code(person: UUID) -> bool:
    """Whether a person can type a code: of an app, or a recovery code."""
    return Authenticator.objects.filter(user_id=person).exclude(type=KINDS.WEBAUTHN).exists()


def codes_left(person: UUID) -> int:
    """How many recovery codes a person has not used yet."""
    row = Authenticator.objects.filter(user_id=person, type=KINDS.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def lock_state(person: UUID) -> m.FactorState:
    """The row that makes second factors count once, locked."""
    m.FactorState.objects.bulk_create([m.FactorState(person_id=person)], ignore_conflicts=True)
    return m.FactorState.objects.select_for_update(no_key=True).get(pk=person)


def show_code(*, person: UUID, code: str, at: datetime) -> str:
    """The kind of factor that the code proves, used up by this; Invalid when it proves nothing.

    A try is counted before the code is looked at, so a thousand guesses at once are a thousand counted tries.
    """
    limits.try_once(key=f"code:{person}", delay=GUESSES, at=at)
    with transaction.atomic():
        kind = _matching(lock_state(person), "".join(code.split()), at)
        if kind == KINDS.RECOVERY_CODES:
            used = m.Person.objects.get(pk=person)
            audit.record(actor=Actor(person), at=at, action="factor.recovery_code_used", about=used)
    if not kind:
        raise Invalid(fields={"code": "code_wrong"})
    limits.forgive(key=f"code:{person}")
    return kind


def _matching(state: m.FactorState, code: str, at: datetime) -> str:
    """The kind of the person's own factor that the code fits now and for the first time, else nothing."""
    for row in of(state.pk):
        if row.type == KINDS.TOTP and (step := _step(secret_of(row), code, at)) > state.last_totp_step:
            state.last_totp_step = step
            rows.update(state, "last_totp_step")
            return str(KINDS.TOTP)
        if row.type == KINDS.RECOVERY_CODES and RecoveryCodes(row).validate_code(code):
            return str(KINDS.RECOVERY_CODES)
    return ""


def secret_of(row: Authenticator) -> str:
    """The secret of an authenticator app, opened."""
    return get_adapter().decrypt(row.data["secret"])


def _step(secret: str, code: str, at: datetime) -> int:
    """The latest half-minute around now whose code this is, 0 for none."""
    now = step_at(at)
    fitting = [now + off for off in TOLERANCE if compare_user_code(actual=code, expected=code_of(secret, now + off))]
    return max(fitting, default=0)


def step_at(at: datetime) -> int:
    """The number of the half-minute (RFC 6238)."""
    return int(at.timestamp()) // PERIOD_S


def code_of(secret: str, step: int) -> str:
    """The six digits of one half-minute."""
    return format_hotp_value(hotp_value(secret, step))


# Getting one


def may_enroll(person: m.Person) -> bool:
    """Whether the first factor may be set up with a password alone: invited or enrolled for it, or nothing to guard."""
    if has_any(person.pk):
        return False
    if m.FactorState.objects.filter(pk=person.pk, enrolment_open=True).exists():
        return True
    return not access.needs_factor(person) and not m.FactorState.objects.filter(pk=person.pk).exists()


def open_enrolment(person: UUID) -> None:
    """The next sign-in by password may set up the first factor."""
    m.FactorState.objects.update_or_create(pk=person, defaults={"enrolment_open": True})


def guard(actor: Actor, at: datetime) -> m.Person:
    """The actor's own account, if it may have one more factor: the first one by invitation, the next by a fresh one."""
    person = m.Person.objects.select_for_update(no_key=True).get(pk=actor.person)
    if has_any(person.pk):
        must_be_confirmed(actor, at)
    elif not may_enroll(person):
        raise NotAllowed("enrolment_closed")
    return person


@dataclass(frozen=True, slots=True)
class Draft:
    """A secret that is not in use yet, and how an app takes it."""

    secret: str
    url: str
    svg: str


def draft_totp(person: m.Person, secret: str = "") -> Draft:
    """A new secret for an app, or the same one shown again, with its QR code as SVG."""
    adapter, secret = get_adapter(), secret or generate_totp_secret()
    url = adapter.build_totp_url(person, secret)
    svg = adapter.build_totp_svg(url)
    return Draft(secret, url, svg[svg.index("<svg") :])


@transaction.atomic
def add_totp(*, actor: Actor, secret: str, code: str, at: datetime) -> list[str]:
    """An authenticator app that has shown its first code; gives new recovery codes with the first factor."""
    person = guard(actor, at)
    if Authenticator.objects.filter(user=person, type=KINDS.TOTP).exists():
        raise NotAllowed("factor_exists")
    state, step = lock_state(person.pk), _step(secret, "".join(code.split()), at)
    if not step:
        raise Invalid(fields={"code": "code_wrong"})
    state.last_totp_step = step
    rows.update(state, "last_totp_step")
    TOTP.activate(person, secret)
    return added(actor=actor, person=person, kind="totp", at=at)


def added(*, actor: Actor, person: m.Person, kind: str, at: datetime) -> list[str]:
    """Write down a new factor; with the first one come recovery codes, and enrolment by password is over."""
    m.FactorState.objects.filter(pk=person.pk).update(enrolment_open=False)
    audit.record(actor=actor, at=at, action="factor.added", about=person, kind=kind)
    if Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES).exists():
        return []
    return RecoveryCodes.activate(person).generate_codes()


@transaction.atomic
def new_recovery_codes(*, actor: Actor, at: datetime) -> list[str]:
    """Ten new codes; those from before are void."""
    must_be_confirmed(actor, at)
    person = m.Person.objects.select_for_update(no_key=True).get(pk=actor.person)
    Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES).delete()
    audit.record(actor=actor, at=at, action="factor.recovery_codes_made", about=person)
    return RecoveryCodes.activate(person).generate_codes()


@transaction.atomic
def remove(*, actor: Actor, factor: int, at: datetime) -> None:
    """One of one's own factors is gone; the last one stays."""
    must_be_confirmed(actor, at)
    person = m.Person.objects.select_for_update(no_key=True).get(pk=actor.person)
    mine = Authenticator.objects.filter(user=person).exclude(type=KINDS.RECOVERY_CODES)
    row = mine.filter(pk=factor).first()
    if row is None or mine.count() < 2:
        raise NotAllowed("last_factor")
    kind = row.type
    row.delete()
    audit.record(actor=actor, at=at, action="factor.removed", about=person, kind=kind)


def remove_all(person: UUID) -> int:
    """Every factor of a person is void and no first one may be set up; gives how many there were."""
    state = lock_state(person)
    state.enrolment_open = False
    rows.update(state, "enrolment_open")
    return Authenticator.objects.filter(user_id=person).delete()[0]


def demo_code(person: UUID, at: datetime) -> str:
    """The next code of an invented person, for the sign-in page of a demo; nothing anywhere else."""
    if not (settings.DEMO and settings.DEBUG) or not m.Person.objects.filter(pk=person, email__endswith=".example"):
        return ""
    row = Authenticator.objects.filter(user_id=person, type=KINDS.TOTP).first()
    used = m.FactorState.objects.filter(pk=person).values_list("last_totp_step", flat=True).first() or 0
    step = max(step_at(at), used + 1)
    return code_of(secret_of(row), step) if row and step <= step_at(at) + 1 else ""


@transaction.atomic
def invent(person: m.Person, secret: str) -> None:
    """An authenticator with this secret for an invented person; for demos, replays and tests."""
    Authenticator.objects.filter(user=person, type=KINDS.TOTP).delete()
    lock_state(person.pk)
    TOTP.activate(person, secret)


def new_secret() -> str:
    """A secret of 160 bits as authenticator apps take it."""
    return generate_totp_secret()
