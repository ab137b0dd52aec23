"""The second factor: each code and challenge once, one's own only, on this origin only, and no way around it."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from registry import models as m
from registry.errors import Invalid, RegistryError, TooMany
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import accounts, factors, passkeys, sign_ins
from tests import factories as f
from tests.invented.passkeys import Passkey
from tests.services.claims import entries, refused

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "https://registry.example.org", "https://registry.example.org.evil.example"
STEP = timedelta(seconds=factors.PERIOD_S)


def show(person: m.Person, code: str, at: Any = f.NOW) -> str:
    """The kind of factor, or the code of the refusal."""
    try:
        return factors.show_code(person=person.pk, code=code, at=at)
    except Invalid as error:
        return error.fields["code"]


def test_a_code_is_good_once() -> None:
    olena = f.known("olena")
    code = f.code(olena, f.NOW)
    assert [show(olena, code), show(olena, code)] == ["totp", "code_wrong"]
    assert show(olena, code, f.NOW + STEP) == "code_wrong"
    assert show(olena, f.code(olena, f.NOW + STEP), f.NOW + STEP) == "totp"


def test_without_its_memory_a_code_would_be_good_again() -> None:
    """The control: what refuses the replay is the row that remembers the last half-minute."""
    olena = f.known("olena")
    code = f.code(olena, f.NOW)
    assert show(olena, code) == "totp"
    m.FactorState.objects.filter(pk=olena.pk).update(last_totp_step=0)
    assert show(olena, code) == "totp"


def test_an_older_code_is_not_good_after_a_newer_one() -> None:
    olena = f.known("olena")
    older = f.code(olena, f.NOW)
    assert show(olena, f.code(olena, f.NOW, later=1)) == "totp"
    assert show(olena, older) == "code_wrong"


@pytest.mark.parametrize("later", [-2, 2])
def test_a_code_of_another_minute_is_not_good(later: int) -> None:
    olena = f.known("olena")
    assert show(olena, f.code(olena, f.NOW, later)) == "code_wrong"


def test_the_code_of_another_account_is_not_good() -> None:
    olena, petru = f.known("olena"), f.known("petru")
    code = f.code(petru, f.NOW)
    f.app_of(olena)
    assert show(olena, code) == "code_wrong"
    assert show(petru, code) == "totp"


def test_a_secret_is_not_in_the_database_in_plain() -> None:
    secret = f.app_of(f.known("olena"))
    kept = str(list(factors.Authenticator.objects.values_list("data")))
    assert secret not in kept


def test_a_recovery_code_is_good_once_and_leaves_a_trace() -> None:
    olena = f.known("olena")
    f.app_of(olena)
    codes = factors.new_recovery_codes(actor=f.olena(), at=f.NOW)
    assert len(codes) == len(set(codes)) == 10
    assert [show(olena, codes[3]), show(olena, codes[3])] == ["recovery_codes", "code_wrong"]
    assert factors.codes_left(olena.pk) == 9
    assert [action for action, _ in entries(olena)][-1] == "factor.recovery_code_used"
    again = factors.new_recovery_codes(actor=f.olena(), at=f.NOW)
    assert show(olena, codes[4]) == "code_wrong"
    assert show(olena, again[4]) == "recovery_codes"


# Guessing


def test_wrong_codes_make_one_wait_longer_each_time_and_never_for_ever() -> None:
    olena, at, waits = f.known("olena"), f.NOW, []
    f.app_of(olena)
    for _ in range(14):
        try:
            assert show(olena, "000000", at) == "code_wrong"
        except TooMany as error:
            waits.append(error.params["retry_after_s"])
            at += timedelta(seconds=waits[-1])
    assert waits == sorted(waits)
    assert max(waits) <= factors.GUESSES.longest.total_seconds() + 1
    at += factors.GUESSES.longest
    assert show(olena, f.code(olena, at), at) == "totp"


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_guesses_at_once_four_are_looked_at(at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    olena = f.known("olena")
    f.app_of(olena)
    looked: list[str] = []
    real = factors._matching
    monkeypatch.setattr(factors, "_matching", lambda *given: looked.append(given[1]) or real(*given))

    def guess(number: int) -> list[str]:
        said = []
        for n in range(50):
            try:
                said.append(show(olena, f"{number:03d}{n:03d}"))
            except TooMany:
                said.append("wait")
        return said

    said = [one for answer in at_once(20, guess) for one in answer]
    assert len(said) == 1000
    assert len(looked) == said.count("code_wrong") == factors.GUESSES.free
    assert said.count("wait") == 1000 - factors.GUESSES.free


@pytest.mark.django_db(transaction=True)
def test_one_code_shown_twice_at_once_counts_once(at_once: Any) -> None:
    olena = f.known("olena")
    code = f.code(olena, f.NOW)
    said = at_once(4, lambda _: factors.show_code(person=olena.pk, code=code, at=f.NOW))
    assert [one for one in said if one == "totp"] == ["totp"]
    assert all(isinstance(one, RegistryError) for one in said if one != "totp")


# Passkeys


def enrolled(who: Actor, origin: str = HERE) -> Passkey:
    """A passkey of somebody, set up at this origin."""
    key = Passkey(origin)
    person = f.person_of(who)
    f.app_of(person)
    given = passkeys.begin_adding(person=person, origin=HERE)
    answer = key.make(given.options)
    passkeys.add(actor=who, name="key", state=given.state, answer=answer, origin=HERE, at=f.NOW)
    return key


def present(key: Passkey, who: Actor, **other: Any) -> str:
    """What comes of showing it to the server at its own origin."""
    given = passkeys.begin_showing(person=who.person, origin=HERE)
    assert given
    values = {"person": who.person, "state": given.state, "answer": key.show(given.options), "origin": HERE}
    try:
        return passkeys.show(**{**values, **other}, at=f.NOW)
    except Invalid as error:
        return error.fields["code"]


def test_a_passkey_is_shown_and_counts() -> None:
    assert present(enrolled(f.olena()), f.olena()) == "webauthn"


@pytest.mark.parametrize(
    "origin", [ELSEWHERE, "http://registry.example.org", HERE + ":8443", "https://sub." + HERE[8:]]
)
def test_a_passkey_shown_to_another_origin_counts_for_nothing(origin: str) -> None:
    key = enrolled(f.olena())
    key.origin = origin
    assert present(key, f.olena()) == "passkey_refused"


def test_a_passkey_is_not_set_up_by_another_origin() -> None:
    with pytest.raises(Invalid):
        enrolled(f.olena(), ELSEWHERE)
    assert not passkeys.rows_of(f.olena().person)


def test_the_passkey_of_another_person_counts_for_nothing() -> None:
    key = enrolled(f.petru())
    enrolled(f.olena())
    assert present(key, f.olena()) == "passkey_refused"


def test_an_answer_to_a_challenge_counts_once() -> None:
    olena = f.olena()
    key = enrolled(olena)
    given = passkeys.begin_showing(person=olena.person, origin=HERE)
    assert given
    answer: Any = {"person": olena.person, "state": given.state, "answer": key.show(given.options), "origin": HERE}
    assert passkeys.show(**answer, at=f.NOW) == "webauthn"
    with pytest.raises(Invalid):
        passkeys.show(**answer, at=f.NOW)
    m.FactorState.objects.update(last_challenge="")
    assert passkeys.show(**answer, at=f.NOW) == "webauthn", "the control: the memory of the challenge refused it"


def test_a_changed_signature_counts_for_nothing() -> None:
    key = enrolled(f.olena())
    given = passkeys.begin_showing(person=f.olena().person, origin=HERE)
    assert given
    answer = key.show(given.options)
    answer["response"]["signature"] = answer["response"]["signature"][:-4] + "AAAA"
    assert present(key, f.olena(), state=given.state, answer=answer) == "passkey_refused"
    for rubbish in ({}, {"id": 3}, {**answer, "response": {}}, {**answer, "rawId": "!"}):
        m.Attempt.objects.all().delete()
        assert present(key, f.olena(), answer=rubbish) == "passkey_refused"


# Getting one, and losing it


def test_the_first_factor_needs_an_invitation_and_the_next_a_fresh_one() -> None:
    olena = f.known("olena")
    secret = factors.new_secret()
    first: Any = {"secret": secret, "code": factors.code_of(secret, factors.step_at(f.NOW)), "at": f.NOW}
    with refused("enrolment_closed"):
        factors.add_totp(actor=f.olena(), **first)
    factors.open_enrolment(olena.pk)
    assert len(factors.add_totp(actor=f.actor(olena, confirmed_until=None), **first)) == 10
    assert not m.FactorState.objects.get(pk=olena.pk).enrolment_open
    given = passkeys.begin_adding(person=olena, origin=HERE)
    key: Any = {"name": "k", "state": given.state, "answer": Passkey(HERE).make(given.options), "origin": HERE}
    with refused("step_up_required"):
        passkeys.add(actor=f.actor(olena, confirmed_until=f.NOW), **key, at=f.NOW)
    assert passkeys.add(actor=f.olena(), **key, at=f.NOW) == []


def test_the_last_factor_cannot_be_removed() -> None:
    olena = f.olena()
    enrolled(olena)
    app, key = factors.of(olena.person)[0], passkeys.rows_of(olena.person)[0]
    with refused("step_up_required"):
        factors.remove(actor=f.actor(f.known("olena"), confirmed_until=None), factor=app.pk, at=f.NOW)
    factors.remove(actor=olena, factor=app.pk, at=f.NOW)
    with refused("last_factor"):
        factors.remove(actor=olena, factor=key.pk, at=f.NOW)
    with refused("last_factor"):
        factors.remove(actor=f.petru(), factor=key.pk, at=f.NOW)


# Fresh for five minutes, in one place


def test_a_second_factor_counts_for_five_minutes() -> None:
    olena = f.known("olena")
    row = sign_ins.begin(person=olena.pk, factor="totp", browser="", at=f.NOW)
    until = sign_ins.fresh_until(row, f.NOW + timedelta(minutes=4, seconds=59))
    assert until == f.NOW + timedelta(minutes=5)
    assert sign_ins.fresh_until(row, f.NOW + timedelta(minutes=5)) is None
    subject = f.provider(status="in_review")
    f.checks_for(subject)
    with refused("step_up_required"):
        f.decide_first(subject, "verify", by=f.actor(olena, confirmed_until=until), at=f.NOW + timedelta(minutes=5))
    f.decide_first(subject, "verify", by=f.actor(olena, confirmed_until=until), at=f.NOW + timedelta(minutes=4))


def test_a_sign_in_is_confirmed_by_its_own_person_alone() -> None:
    row = sign_ins.begin(person=f.known("olena").pk, factor="totp", browser="", at=f.NOW - timedelta(hours=1))
    with refused("not_allowed"):
        sign_ins.confirm(actor=f.petru(), sign_in=row.pk, factor="totp", at=f.NOW)
    with refused("not_allowed"):
        sign_ins.confirm(actor=f.olena(), sign_in=row.pk, factor="", at=f.NOW)


def test_the_step_up_of_one_token_serves_no_other() -> None:
    person = f.known("olena")
    tokens = [accounts.issue_token(actor=f.olena(), id=uuid7(), name=n, at=f.NOW)[0] for n in ("one", "two")]
    code = f.code(person, f.NOW)
    row, secret = sign_ins.step_up_token(actor=f.olena(), token=tokens[0].pk, code=code, at=f.NOW)
    assert sign_ins.stepped_up_until(secret, tokens[0].pk, f.NOW) == f.NOW + sign_ins.FRESH
    assert sign_ins.stepped_up_until(secret, tokens[1].pk, f.NOW) is None
    assert sign_ins.stepped_up_until(secret, tokens[0].pk, f.NOW + sign_ins.FRESH) is None
    assert secret not in str(m.StepUp.objects.values_list())
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()


def test_a_token_needs_a_fresh_second_factor() -> None:
    with refused("step_up_required"):
        accounts.issue_token(actor=f.actor(f.known("pavel"), confirmed_until=None), id=uuid7(), name="x", at=f.NOW)
