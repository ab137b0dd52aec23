"""Rule 2 in raw SQL: of every pair of people only those two whom the rule allows bring anything to verified."""

import itertools
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from registry import models as m
from tests import factories as f
from tests.breaches.vetting import MADE
from tests.invented.rawsql import change, copy

pytestmark = pytest.mark.django_db

VERIFIED = {"status": "verified", "verified_at": f.NOW, "verified_until": f.TODAY + 20 * f.DAY}


def officer(organization: m.Organization | None, **fields: Any) -> m.Person:
    """An officer of the county."""
    return f.person("officer", county="RO-SV", organization=organization, **fields)


class Cast:
    """Everybody who might try, and what they would decide on."""

    def __init__(self, kind: str) -> None:
        ministry, crew = f.organization("Ministerul", "authority"), f.organization("Echipa", "company")
        self.creator, self.inviter, self.subject = officer(ministry), officer(ministry), officer(ministry)
        self.people = {
            "olena": f.known("olena"),
            "ioana": f.known("ioana"),
            "petru": f.known("petru"),
            "colleague": officer(f.known("olena").organization),
            "other_ngo": officer(f.organization("Alt ajutor")),
            "creator": self.creator,
            "inviter": self.inviter,
            "subject": self.subject,
            "employer": officer(crew),
            "freelance": officer(None),
            "gone": officer(ministry, is_active=False),
            "volunteer": f.known("maria"),
            "steward": f.known("sorin"),
        }
        near = {"created_by": self.creator, "invited_by": self.inviter, "account": self.subject}
        owner = f.verified_provider(driver=True, host=True, organization=crew, **near)
        self.row = f.bring(owner, "in_review") if kind == "provider" else self._thing(kind, owner)

    def _thing(self, kind: str, owner: m.Provider) -> Any:
        row = MADE[kind](owner, status="in_review", created_by=self.creator)
        f.checks_for(row)
        return row

    @property
    def template(self) -> m.Decision:
        """A decision of this row to write others after."""
        petru = f.known("petru")
        return m.Decision(
            created_at=f.NOW,
            kind="verify",
            first_by=petru,
            first_at=f.NOW,
            first_organization_id=petru.organization_id,
            first_reason="checks_complete",
            policy_version="test",
            **{type(self.row).__name__.lower(): self.row},
        )


def verified_by(cast: Cast, first: m.Person, second: m.Person) -> bool:
    """Whether raw SQL in the name of these two gets the row to verified; nothing of it stays."""
    one = {"first_by_id": first.pk, "first_organization_id": first.organization_id}
    two = {"second_by_id": second.pk, "second_organization_id": second.organization_id, "second_at": f.NOW}
    try:
        with transaction.atomic():
            copy(cast.template, **one)
            decision = m.Decision.objects.get(outcome="pending")
            change(decision, outcome="carried", **two)
            change(cast.row, **VERIFIED)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def pairs(cast: Cast) -> set[frozenset[str]]:
    """The pairs that get through, in whichever order."""
    found = set()
    for a, b in itertools.product(cast.people, repeat=2):
        if verified_by(cast, cast.people[a], cast.people[b]):
            assert verified_by(cast, cast.people[b], cast.people[a])
            found.add(frozenset((a, b)))
    return found


# Two organizations, one of them an authority, nobody near to the row.
RIGHT = {
    frozenset(pair)
    for pair in (
        ("olena", "ioana"),
        ("olena", "petru"),
        ("olena", "other_ngo"),
        ("ioana", "petru"),
        ("ioana", "colleague"),
        ("ioana", "other_ngo"),
        ("colleague", "petru"),
        ("colleague", "other_ngo"),
    )
}


@pytest.mark.parametrize("kind", MADE)
def test_of_all_pairs_only_the_right_ones_verify(kind: str, record_property: Any) -> None:
    cast = Cast(kind)
    found = pairs(cast)
    record_property("combinations", len(cast.people) ** 2)
    record_property("wrong", len(found ^ RIGHT))
    assert found == RIGHT


@pytest.mark.parametrize("kind", MADE)
def test_control_without_the_guards_the_wrong_ones_get_through(kind: str, record_property: Any) -> None:
    cast = Cast(kind)
    wrong = [("creator", "petru"), ("inviter", "petru"), ("subject", "olena"), ("petru", "other_ngo")]
    with f.unguarded():
        through = [verified_by(cast, cast.people[a], cast.people[b]) for a, b in wrong]
    record_property("control_wrong", sum(through))
    assert all(through)


def test_nobody_is_above_it() -> None:
    columns = {field.name for field in m.Person._meta.get_fields()}
    assert not columns & {"is_superuser", "is_staff", "is_admin"}
