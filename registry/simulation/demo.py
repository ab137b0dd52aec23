"""The demo: invented people of every role, everything in every state, journeys of the last and the next hours."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.utils.crypto import salted_hmac

from registry import models as m
from registry.permissions import SECOND_FACTOR_ROLES, SYSTEM, Actor
from registry.services import audit, escalation, factors, offers
from registry.simulation.clock import Timeline
from registry.simulation.demo_cast import PARTS, TAG, Cast
from registry.simulation.demo_offers import Shelf
from registry.simulation.demo_past import retire
from registry.simulation.demo_scenes import Scenes
from registry.simulation.invented import Inventor
from registry.simulation.staff import DOMAIN, Staffing

SEED = 20220306
PAST = timedelta(hours=3, minutes=30)
SHIFT = timedelta(hours=12)
FRESH_FOR = timedelta(hours=4)
PROVIDER_LOGINS = (("driver1", "own rides, own pass"), ("host1", "own home, own guests"))
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the table that the demo prints."""

    role: str
    name: str
    email: str
    password: str
    can: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What a load did: whether it played anything, how many rows there are, who may sign in."""

    played: bool
    counts: dict[str, int]
    accounts: tuple[Account, ...]


def has_geography() -> bool:
    """Whether there are zones, drafts or not."""
    return m.Zone.objects.exists()


@transaction.atomic
def load(*, at: datetime) -> Demo:
    """Make the demo, or bring it up to date: nothing is doubled, and within four hours nothing changes."""
    first = not m.Person.objects.filter(email__endswith=f"@{TAG}.{DOMAIN}").exists()
    start = at - PAST
    random = Random(SEED + _numbers_used())  # noqa: S311 - invented people, not secrets
    staffing = Staffing(Inventor(random, first=_numbers_used()), TAG, start)
    cast = Cast(staffing, start)
    cast.hire()
    stale = not m.AuditEntry.objects.filter(action="demo.played", at__gt=at - FRESH_FOR, at__lte=at).exists()
    if stale:
        _play(cast, first, start, at)
    return Demo(stale, _counts(), tuple(_accounts(cast)))


def _numbers_used() -> int:
    """Phones, plates and addresses go on where the last load stopped."""
    return 1000 * m.AuditEntry.objects.filter(action="demo.played").count()


def _play(cast: Cast, first: bool, start: datetime, at: datetime) -> None:
    retire(cast, at)
    cast.start_shifts(start + SHIFT)
    if first:
        cast.open_zones()
        Cast(cast.staffing, at, cast.actors).enroll_every_state()
    shelf = Shelf(cast, start, at)
    shelf.fill()
    shelf.show_every_state()
    Scenes(cast, shelf, at, Timeline(start)).play()
    escalation.run_due(at=at)
    offers.lapse_due(at=at)
    audit.record(actor=SYSTEM, at=at, action="demo.played", about=m.Organization.objects.earliest("created_at"))


def _counts() -> dict[str, int]:
    counted = {
        "providers": m.Provider,
        "vehicles": m.Vehicle,
        "homes": m.Dwelling,
        "rides": m.TransportOffer,
        "stays": m.AccommodationOffer,
        "households": m.Household,
        "journeys": m.Match,
        "alarms": m.Alarm,
    }
    return {name: model._default_manager.count() for name, model in counted.items()}


def _accounts(cast: Cast) -> list[Account]:
    """Everybody of the table, each with a password that only this installation knows."""
    shown = [_account(cast.actors[part.login], part.role, part.can) for part in PARTS]
    for login, can in PROVIDER_LOGINS:
        known = cast.known(login)
        if known:
            shown.append(_account(known.actor, "provider", can))
    return shown


def _account(actor: Actor, role: str, can: str) -> Account:
    person = m.Person.objects.get(pk=str(actor.id))
    password = _password(person.email)
    if not person.check_password(password):
        person.set_password(password)
        person.save(update_fields=["password"])
    if role in SECOND_FACTOR_ROLES and not factors.has_any(person.pk):
        factors.invent(person, app_secret())
    return Account(role, f"{person.given_name} {person.family_name}", person.email, password, can)


def app_secret() -> str:
    """The key that every account of the table has in its authenticator app; this installation's own."""
    digest = salted_hmac("registry.simulation.demo", "authenticator", algorithm="sha256").digest()
    return base64.b32encode(digest[:20]).decode("ascii")


def _password(email: str) -> str:
    """Three groups of four letters from the secret key and the address: the same each time, here only."""
    digest = salted_hmac("registry.simulation.demo", email, algorithm="sha256").digest()
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:12])
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
