"""Power over others is given by two, taken by one; invitations work once; a lost device is the end of every sign-in."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from registry import models as m
from registry.ids import uuid7
from registry.models.person import POWER_ROLES
from registry.permissions import Actor
from registry.services import accounts, appointments, factors, invitations, renewals, sign_ins
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db


def rival() -> Actor:
    """A second steward."""
    found = m.Person.objects.filter(email="rival@example.org").first()
    return f.actor(found or f.person("steward", email="rival@example.org", organization=f.organization("Alta")))


def ask(person: m.Person, role: str = "officer", by: Actor | None = None) -> Any:
    """Sorin asks for a role."""
    given: dict[str, Any] = {"role": role, "zone": None, "county": "RO-SV" if role != "steward" else None}
    return accounts.grant_role(actor=by or f.sorin(), person=person.pk, id=uuid7(), at=f.NOW, **given)


def second(row: Any, by: Actor, carry: bool = True) -> renewals.Seconded:
    return renewals.second(actor=by, decision=row.pk, carry=carry, at=f.NOW)


@pytest.mark.parametrize("role", POWER_ROLES)
def test_a_role_with_power_counts_when_a_second_steward_agrees(role: str) -> None:
    someone, other = f.person(), rival()
    row = ask(someone, role)
    assert isinstance(row, m.AccountDecision)
    assert f.actor(someone).roles == frozenset()
    second(row, other)
    assert f.actor(someone).roles == {role}
    grant = someone.grants.get()
    assert (grant.granted_by_id, grant.seconded_by_id) == (f.sorin().id, other.id)
    assert said(row, "role.asked", f.sorin()) == {"person": str(someone.pk), "role": role}
    assert said(row, "account_decision.carried", other) == {"kind": "role", "person": str(someone.pk)}


def test_one_steward_alone_gives_no_power() -> None:
    someone = f.person()
    row = ask(someone)
    with refused("refused_by_rule", "second_is_first"):
        second(row, f.sorin())
    assert f.actor(someone).roles == frozenset()


def test_nobody_seconds_their_own_role() -> None:
    other = rival()
    row = ask(f.person_of(other), "officer")
    with refused("refused_by_rule", "second_is_first"):
        second(row, other)


@pytest.mark.parametrize("columns", [{"seconded_by": None}, {"seconded_by": "granter"}, {"seconded_by": "person"}])
def test_the_database_refuses_power_from_one_alone(columns: dict[str, Any]) -> None:
    sorin, someone = f.known("sorin"), f.person()
    who = {"granter": sorin, "person": someone, None: None}[columns["seconded_by"]]
    with pytest.raises(IntegrityError), transaction.atomic():
        m.RoleGrant.objects.create(
            id=uuid7(), created_at=f.NOW, person=someone, role="officer", granted_by=sorin, seconded_by=who
        )
    m.RoleGrant.objects.create(
        id=uuid7(), created_at=f.NOW, person=someone, role="officer", granted_by=sorin, seconded_by=f.person()
    )


def test_where_one_steward_is_alone_an_officer_of_another_organization_seconds() -> None:
    someone = f.person()
    row = ask(someone)
    with refused("not_found"):
        second(row, f.olena())  # of Sorin's own organization
    with refused("not_found"):
        second(row, f.maria())
    second(row, f.petru())
    assert f.actor(someone).roles == {"officer"}


def test_where_there_are_two_stewards_no_officer_seconds() -> None:
    rival()
    row = ask(f.person())
    with refused("not_found"):
        second(row, f.petru())


def test_what_the_second_refuses_does_not_count() -> None:
    someone = f.person()
    row = ask(someone)
    second(row, rival(), carry=False)
    assert (again(row).outcome, f.actor(someone).roles) == ("refused", frozenset())
    with refused("not_found"):
        second(row, rival())


def test_what_waited_for_a_week_is_over() -> None:
    row, other = ask(f.person()), rival()
    with refused("not_found"):
        renewals.second(actor=other, decision=row.pk, carry=True, at=f.NOW + appointments.WAITS)


def test_what_a_steward_asked_who_is_none_any_more_is_over() -> None:
    other = rival()
    row = ask(f.person(), by=other)
    accounts.end_role(actor=f.sorin(), grant=f.person_of(other).grants.get().pk, at=f.NOW)
    assert again(row).outcome == "lapsed"


def test_roles_need_a_fresh_second_factor_and_ending_them_does_not() -> None:
    tired, someone = f.actor(f.known("sorin"), confirmed_until=None), f.person("volunteer", zone="siret")
    with refused("step_up_required"):
        ask(someone, by=tired)
    row, other = ask(someone), rival()
    with refused("step_up_required"):
        second(row, f.actor(f.person_of(other), confirmed_until=None))
    accounts.end_role(actor=tired, grant=someone.grants.get().pk, at=f.NOW)
    accounts.deactivate(actor=tired, person=someone.pk, at=f.NOW)


def test_any_change_of_roles_ends_sign_ins_and_tokens() -> None:
    pavel = f.known("pavel")
    deeds = [
        lambda: ask(pavel, "volunteer"),
        lambda: accounts.end_role(actor=f.sorin(), grant=pavel.grants.first().pk, at=f.NOW),  # type: ignore[union-attr]
        lambda: renewals.revoke_factors(actor=f.sorin(), person=pavel.pk, at=f.NOW),
        lambda: accounts.deactivate(actor=f.sorin(), person=pavel.pk, at=f.NOW),
    ]
    for deed in deeds:
        row = sign_ins.begin(person=pavel.pk, factor="totp", browser="", at=f.NOW)
        token, secret = accounts.issue_token(actor=f.pavel(), id=uuid7(), name="laptop", at=f.NOW)
        deed()
        assert sign_ins.running(row.pk, pavel.pk, f.NOW) is None
        assert accounts.person_of_token(secret, f.NOW) is None
        assert accounts.token_runs(token.pk, f.NOW) is None


# A lost device


def test_a_lost_device_is_ended_by_one_and_replaced_by_two() -> None:
    olena, other = f.known("olena"), rival()
    f.app_of(olena)
    factors.new_recovery_codes(actor=f.olena(), at=f.NOW)
    renewals.revoke_factors(actor=f.actor(f.known("sorin"), confirmed_until=None), person=olena.pk, at=f.NOW)
    assert said(olena, "factor.revoked", f.sorin()) == {"count": 2}
    assert factors.of(olena.pk) == []
    assert not factors.may_enroll(olena), "the password alone sets up no new one"
    row = renewals.ask_renewal(actor=f.sorin(), person=olena.pk, id=uuid7(), at=f.NOW)
    with refused("refused_by_rule", "second_is_first"):
        second(row, f.sorin())
    secret = second(row, other).secret
    assert not again(olena).has_usable_password()
    given = invitations.Acceptance(email=olena.email, code=secret.lower(), password="copper-violin-29")
    assert invitations.accept(given=given, address="10.0.0.1", at=f.NOW) == olena
    assert again(olena).check_password("copper-violin-29")
    assert factors.may_enroll(olena)
    assert f.actor(olena).roles == {"officer"}


def test_nobody_revokes_or_renews_for_themselves_and_only_stewards_do() -> None:
    for who, whom in ((f.sorin(), f.known("sorin")), (f.olena(), f.known("maria"))):
        with refused("not_allowed"):
            renewals.revoke_factors(actor=who, person=whom.pk, at=f.NOW)
        with refused("not_allowed"):
            renewals.ask_renewal(actor=who, person=whom.pk, id=uuid7(), at=f.NOW)


# Invitations

NEW = "ana.pop@example.org"


def invite(role: str = "volunteer", **given: Any) -> tuple[m.Invitation, str]:
    wanted = appointments.Appointment(role=role, zone="siret" if role == "volunteer" else None)
    values: dict[str, Any] = {"organization": None, "language": "uk", "email": "Ana.Pop@Example.org", "at": f.NOW}
    return invitations.invite(**{"actor": f.sorin(), "id": uuid7(), "wanted": wanted, **values, **given})


def acceptance(secret: str, **given: Any) -> invitations.Acceptance:
    names = {"given_name": "Ana", "family_name": "Pop", "password": "copper-violin-29", "email": NEW}
    return invitations.Acceptance(**{**names, "code": secret, **given})


def accept(secret: str, at: Any = f.NOW, **given: Any) -> m.Person:
    return invitations.accept(given=acceptance(secret, **given), address="10.0.0.1", at=at)


def test_an_invitation_makes_one_account_with_its_role() -> None:
    f.geography()
    row, secret = invite()
    person = accept(secret)
    assert f.actor(person).zones("volunteer") == ("siret",)
    assert factors.may_enroll(person)
    assert [action for action, _ in entries(row)] == ["invitation.made", "invitation.used"]
    assert secret.replace("-", "") not in str(m.Invitation.objects.values_list())
    with pytest.raises(invitations.Invalid):
        accept(secret)
    assert m.Person.objects.filter(email=NEW).count() == 1


@pytest.mark.parametrize(
    "wrong", [{"email": "other@example.org"}, {"code": "AAAA-AAAA-AAAA-AAAA"}, {"at": f.NOW + invitations.LASTS}]
)
def test_an_invitation_of_another_an_old_and_a_wrong_one_are_refused_alike(wrong: dict[str, Any]) -> None:
    f.geography()
    _, secret = invite()
    given = {"secret": wrong.pop("code", secret), **wrong}
    m.Attempt.objects.create(pk="invitation:10.0.0.1", last_at=f.NOW, not_before=f.NOW)
    before = m.Person.objects.count()
    with pytest.raises(invitations.Invalid) as caught:
        accept(**given)
    assert caught.value.fields == {"code": "invitation_wrong"}
    assert m.Person.objects.count() == before


def test_an_invitation_that_was_taken_back_is_refused() -> None:
    f.geography()
    row, secret = invite()
    invitations.revoke(actor=f.sorin(), invitation=row.pk, at=f.NOW)
    with refused("invitation_over"):
        invitations.revoke(actor=f.sorin(), invitation=row.pk, at=f.NOW)
    with pytest.raises(invitations.Invalid):
        accept(secret)


def test_an_invitation_to_power_gives_none_before_the_second_agrees() -> None:
    f.geography()
    person = accept(invite("officer")[1])
    assert f.actor(person).roles == frozenset()
    row = m.AccountDecision.objects.get(person=person)
    assert (row.role, row.first_by_id) == ("officer", f.sorin().id)
    second(row, rival())
    assert f.actor(person).roles == {"officer"}


def test_an_invitation_of_a_steward_who_is_none_any_more_makes_nothing() -> None:
    f.geography()
    _, secret = invite(actor=rival())
    m.RoleGrant.objects.filter(person__email="rival@example.org").update(ended_at=f.NOW, ended_by=f.known("sorin"))
    with pytest.raises(invitations.Invalid):
        accept(secret)
    assert not m.Person.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "ana.pop@example.org"])
def test_a_weak_password_is_refused_and_the_code_stays_good(password: str) -> None:
    f.geography()
    _, secret = invite()
    with pytest.raises(invitations.Invalid) as caught:
        accept(secret, password=password)
    assert caught.value.fields == {"password": "password_weak"}
    assert accept(secret).email == NEW


@pytest.mark.parametrize("who", ["olena", "maria", "alina"])
def test_only_stewards_invite(who: str) -> None:
    f.geography()
    row, _ = invite()
    somebody = f.actor(f.known(who))
    with refused("not_allowed"):
        invite(actor=somebody)
    with refused("not_allowed"):
        invitations.revoke(actor=somebody, invitation=row.pk, at=f.NOW)


def test_an_invitation_needs_a_fresh_second_factor_and_an_address_that_is_free() -> None:
    f.geography()
    with refused("step_up_required"):
        invite(actor=f.actor(f.known("sorin"), confirmed_until=None))
    with refused("person_exists"):
        invite(email="olena@example.org")
    with refused("invalid", email="invalid"):
        invite(email="nobody")


@pytest.mark.django_db(transaction=True)
def test_an_invitation_used_twice_at_once_makes_one_account(at_once: Any) -> None:
    f.geography()
    _, secret = invite()
    f.everybody()
    made = at_once(6, lambda n: invitations.accept(given=acceptance(secret), address=f"10.0.0.{n}", at=f.NOW))
    people = [one for one in made if isinstance(one, m.Person)]
    assert len(people) == m.Person.objects.filter(email=NEW).count() == 1
    assert m.RoleGrant.objects.filter(person=people[0]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_seconds_at_once_carry_it_out_once(at_once: Any) -> None:
    someone = f.person()
    row, others = ask(someone), [rival(), f.actor(f.person("steward"))]
    at_once(2, lambda n: second(row, others[n]))
    assert m.RoleGrant.objects.filter(person=someone).count() == 1


def test_a_changed_password_ends_everything_else() -> None:
    olena = f.known("olena")
    here, there = (sign_ins.begin(person=olena.pk, factor="totp", browser="", at=f.NOW) for _ in range(2))
    _, secret = accounts.issue_token(actor=f.olena(), id=uuid7(), name="laptop", at=f.NOW)
    f.app_of(olena)
    given: Any = {"keep": here.pk, "new": "copper-violin-29", "at": f.NOW}
    with refused("step_up_required"):
        invitations.change_password(actor=f.actor(olena, confirmed_until=None), old=f.PASSWORD, **given)
    with refused("invalid", old="password_wrong"):
        invitations.change_password(actor=f.olena(), old="wrong", **given)
    invitations.change_password(actor=f.olena(), old=f.PASSWORD, **given)
    assert [bool(again(row).ended_at) for row in (here, there)] == [False, True]
    assert accounts.person_of_token(secret, f.NOW) is None
