"""Accounts: stewards give and take roles; tokens are kept as hashes and end with the account."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import accounts
from tests import factories as f
from tests.services.claims import again, entries, refused, said

pytestmark = pytest.mark.django_db


def grant(who: m.Person, role: str = "volunteer", by: Actor | None = None, **scope: str | None) -> m.RoleGrant:
    """Sorin gives a role."""
    values: dict[str, Any] = {"zone": None, "county": None, **scope}
    return accounts.grant_role(
        actor=by or f.sorin(),
        person=who.pk,
        id=uuid7(),
        role=role,
        zone=values["zone"],
        county=values["county"],
        at=f.NOW,
    )


def test_a_role_is_given_with_its_scope_and_taken_away() -> None:
    someone = f.person()
    row = grant(someone, zone="siret")
    assert f.actor(someone).zones("volunteer") == ("siret",)
    assert said(row, "role.granted", f.sorin()) == {"person": str(someone.pk), "role": "volunteer"}
    accounts.end_role(actor=f.sorin(), grant=row.pk, at=f.NOW)
    assert f.actor(someone).roles == frozenset()
    assert said(row, "role.ended", f.sorin()) == {"person": str(someone.pk)}
    with refused("role_ended"):
        accounts.end_role(actor=f.sorin(), grant=row.pk, at=f.NOW)


@pytest.mark.parametrize("who", ["olena", "maria", "andrei", "alina", "daria"])
def test_only_stewards_run_accounts(who: str) -> None:
    someone, somebody = f.person("volunteer", zone="siret"), f.actor(f.known(who))
    running = someone.grants.get()
    with refused("not_allowed"):
        grant(someone, by=somebody)
    with refused("not_allowed"):
        accounts.end_role(actor=somebody, grant=running.pk, at=f.NOW)
    with refused("not_allowed"):
        accounts.deactivate(actor=somebody, person=someone.pk, at=f.NOW)


def test_a_steward_gives_themselves_nothing() -> None:
    with refused("not_allowed"):
        grant(f.known("sorin"), "officer", county="RO-SV")
    with refused("not_allowed"):
        accounts.deactivate(actor=f.sorin(), person=f.known("sorin").pk, at=f.NOW)


def test_a_steward_is_no_officer() -> None:
    row = f.provider(status="in_review")
    with refused("not_found"):
        f.decide_first(row, "verify", by=f.sorin())


def test_roles_and_places_are_known() -> None:
    someone = f.person()
    with refused("invalid", role="unknown_choice"):
        grant(someone, "superuser")
    with refused("invalid", zone="unknown_choice"):
        grant(someone, zone="nowhere")
    with refused("invalid", county="unknown_choice"):
        grant(someone, zone="siret", county="RO-SV")
    gone = f.person(is_active=False)
    with refused("not_found"):
        grant(gone)


def test_a_token_is_shown_once_and_kept_as_a_hash() -> None:
    row, secret = accounts.issue_token(actor=f.pavel(), id=uuid7(), name="laptop", at=f.NOW)
    assert secret.startswith("szr_")
    assert secret not in str(m.ApiToken.objects.values_list())
    assert accounts.person_of_token(secret, f.NOW) == f.known("pavel")
    assert said(row, "token.issued", f.pavel()) == {}
    assert accounts.person_of_token(secret, f.NOW + 90 * f.DAY) is None
    assert accounts.person_of_token(secret[:-1] + "x", f.NOW) is None


def test_a_token_is_revoked_by_its_owner_only() -> None:
    row, secret = accounts.issue_token(actor=f.pavel(), id=uuid7(), name="laptop", at=f.NOW)
    with refused("not_found"):
        accounts.revoke_token(actor=f.sorin(), token=row.pk, at=f.NOW)
    accounts.revoke_token(actor=f.pavel(), token=row.pk, at=f.NOW)
    assert accounts.person_of_token(secret, f.NOW) is None
    assert said(row, "token.revoked", f.pavel()) == {}
    with refused("token_revoked"):
        accounts.revoke_token(actor=f.pavel(), token=row.pk, at=f.NOW)


def test_nobody_has_a_token_without_an_account() -> None:
    with refused("not_allowed"):
        accounts.issue_token(actor=f.SYSTEM, id=uuid7(), name="bot", at=f.NOW)


def test_a_closed_account_ends_with_everything_that_it_could_do() -> None:
    pavel = f.known("pavel")
    _, secret = accounts.issue_token(actor=f.pavel(), id=uuid7(), name="laptop", at=f.NOW)
    accounts.deactivate(actor=f.sorin(), person=pavel.pk, at=f.NOW)
    assert not again(pavel).is_active
    assert f.actor(pavel).grants == ()
    assert accounts.person_of_token(secret, f.NOW) is None
    assert said(pavel, "person.deactivated", f.sorin()) == {}
    with refused("not_found"):
        accounts.deactivate(actor=f.sorin(), person=pavel.pk, at=f.NOW)


def newcomer(**given: Any) -> accounts.Newcomer:
    """A steward of an authority that the registry does not know yet."""
    values: dict[str, Any] = {
        "email": "Nou@Example.org",
        "given_name": "Ana",
        "family_name": "Pop",
        "organization": "ISU Nou",
    }
    return accounts.Newcomer(**{**values, "organization_kind": "authority", "county": "RO-SV", **given})


def test_the_operator_enrolls_somebody_with_a_password_that_is_kept_as_a_hash_only() -> None:
    f.geography()
    person, secret = accounts.enroll(newcomer=newcomer(), role="steward", at=f.NOW)
    assert person.organization
    assert (person.email, person.organization.name) == ("nou@example.org", "ISU Nou")
    assert person.check_password(secret)
    assert secret not in person.password
    assert [(g.role, g.county_id) for g in person.grants.all()] == [("steward", "RO-SV")]
    assert [action for action, _ in entries(person)] == ["person.enrolled"]


def test_one_address_is_enrolled_once() -> None:
    f.geography()
    accounts.enroll(newcomer=newcomer(), role="steward", at=f.NOW)
    with refused("person_exists"):
        accounts.enroll(newcomer=newcomer(organization="Alta"), role="officer", at=f.NOW)


def test_the_command_prints_the_password_once_and_refuses_what_it_does_not_know() -> None:
    f.geography()
    printed = StringIO()
    call_command("enroll", "a@example.org", "Ana", "Pop", organization="ISU", county="RO-SV", stdout=printed)
    assert "enroll: a@example.org is a steward" in printed.getvalue()
    with pytest.raises(CommandError, match="unknown_choice"):
        call_command("enroll", "b@example.org", "Ana", "Pop", organization="ISU", county="RO-XX", stdout=printed)
