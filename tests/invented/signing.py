"""How invented people sign in: with a real code of an authenticator app of their own."""

from datetime import datetime

from django.test import Client

from registry import models as m
from registry.services import factors, sign_ins
from registry.web import asking
from tests.invented.people import actor, known
from tests.invented.places import NOW


def app_of(person: m.Person) -> str:
    """The secret in the person's authenticator app, which is set up when first asked for."""
    row = factors.Authenticator.objects.filter(user=person, type=factors.KINDS.TOTP).first()
    if row is not None:
        return factors.secret_of(row)
    secret = factors.new_secret()
    factors.invent(person, secret)
    return secret


def code(person: m.Person, at: datetime, later: int = 0) -> str:
    """What the person's app shows at this moment, or so many half-minutes later."""
    return factors.code_of(app_of(person), factors.step_at(at) + later)


def sign_in(client: Client, person: m.Person, at: datetime | None = None) -> m.SignIn:
    """A browser after password and second factor, by the services that the pages call."""
    at = at or asking.now()
    shown = code(person, at)
    # The clock of tests stands still, so one code would serve for one browser alone.
    m.FactorState.objects.filter(pk=person.pk).update(last_totp_step=0)
    kind = factors.show_code(person=person.pk, code=shown, at=at)
    row = sign_ins.begin(person=person.pk, factor=kind, browser="Test", at=at)
    return attach(client, person, row)


def signed_in(name: str, at: datetime = NOW) -> m.SignIn:
    """A running sign-in of one of the known people."""
    return sign_ins.begin(person=known(name).pk, factor="totp", browser="Test", at=at)


def step_up(token: m.ApiToken, at: datetime = NOW) -> str:
    """The secret of a second factor that the token's owner has just shown."""
    person = token.person
    shown = code(person, at)
    m.FactorState.objects.filter(pk=person.pk).update(last_totp_step=0)
    return sign_ins.step_up_token(actor=actor(person), token=token.pk, code=shown, at=at)[1]


def attach(client: Client, person: m.Person, row: m.SignIn) -> m.SignIn:
    """A session for a sign-in that stands in the database."""
    client.force_login(person)
    session = client.session
    session["sign_in"] = str(row.pk)
    session.save()
    return row
