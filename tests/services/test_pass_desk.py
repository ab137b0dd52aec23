"""One pass at the desk: any one officer ends it, and it is issued again only while everything behind it is verified."""

from typing import Any

import pytest

from registry import models as m
from registry.permissions import Actor
from registry.services import pass_desk
from registry.services import passes as issuing
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db


def shown(**fields: Any) -> m.ProviderPass:
    """A driver's pass for a car."""
    car = f.vehicle()
    return f.provider_pass(car.provider, car, **fields)


def revoke(row: m.ProviderPass, **given: Any) -> m.ProviderPass:
    """Olena ends it."""
    return pass_desk.revoke(**{"actor": f.olena(), "shown": row.pk, "reason": "lost", "at": f.NOW, **given})


def replace(row: m.ProviderPass, **given: Any) -> m.ProviderPass:
    """Olena issues it again."""
    return pass_desk.replace(**{"actor": f.olena(), "shown": row.pk, "reason": "lost", "at": f.NOW, **given})


def test_any_one_officer_revokes_a_pass_and_nothing_else() -> None:
    row = shown()
    done = revoke(row)
    assert (done.status, done.revoked_at, done.revoked_by_id) == ("revoked", f.NOW, f.olena().id)
    assert said(row, "pass.revoked", f.olena()) == {"reason": "lost"}
    assert (again(row.provider).status, again(row.vehicle).status) == ("verified", "verified")


def test_a_pass_is_revoked_once() -> None:
    row = revoke(shown())
    with refused("illegal_transition"):
        revoke(row)


def test_a_new_pass_takes_the_place_of_the_former() -> None:
    row = shown()
    fresh = replace(row)
    assert (again(row).status, fresh.status) == ("revoked", "issued")
    assert (fresh.provider, fresh.vehicle) == (row.provider, row.vehicle)
    assert len({row.code, fresh.code}) == len({row.text, fresh.text}) == len({row.list_index, fresh.list_index}) == 2
    assert fresh.valid_until == min(row.provider.verified_until, row.vehicle.verified_until)  # type: ignore[union-attr, type-var]
    assert said(row, "pass.replaced", f.olena()) == {"reason": "lost", "by": str(fresh.pk)}


def test_a_pass_that_was_revoked_is_issued_again() -> None:
    row = revoke(shown())
    assert replace(row).status == "issued"


def test_a_pass_that_has_a_newer_one_is_not_replaced_again() -> None:
    row = shown()
    fresh = replace(row)
    with refused("pass_replaced"):
        replace(row)
    assert again(fresh).status == "issued"


def test_the_two_have_one_pass_however_often_it_is_issued() -> None:
    row = shown()
    for _ in range(3):
        row = replace(row)
    issued = m.ProviderPass.objects.filter(provider=row.provider, vehicle=row.vehicle, status="issued")
    assert issued.get() == row


@pytest.mark.parametrize("what", ["provider", "vehicle"])
@pytest.mark.parametrize("how", ["in_review", "held", "lapsed"])
def test_nothing_is_issued_for_what_is_not_verified(what: str, how: str) -> None:
    row = shown()
    subject: Any = getattr(row, what)
    if how == "held":
        f.hold(subject)
    else:
        values = {"status": "in_review"} if how == "in_review" else {"verified_until": f.TODAY - f.DAY}
        type(subject).objects.filter(pk=subject.pk).update(**values)
    with refused("refused_by_rule"):
        replace(row)


def test_the_control_of_that() -> None:
    """The same without the check would issue."""
    row = shown()
    f.hold(row.provider)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pass_desk, "_refuse_unverified", lambda *_: None)
        assert replace(row).status == "issued"


@pytest.mark.parametrize("deed", [revoke, replace])
def test_others_cannot(deed: Any) -> None:
    row = shown()
    strangers: list[tuple[Actor, str]] = [
        (f.owner(row.provider), "not_allowed"),
        (f.stefan(), "not_found"),
        (f.maria(), "not_found"),
    ]
    for actor, code in strangers:
        with refused(code):
            deed(row, actor=actor)


@pytest.mark.parametrize(("deed", "reason"), [(revoke, "damaged"), (replace, "misused"), (revoke, ""), (replace, "x")])
def test_only_the_reasons_of_the_deed_count(deed: Any, reason: str) -> None:
    row = shown()
    with refused("invalid", reason="unknown_choice"):
        deed(row, reason=reason)


def test_nobody_issues_a_pass_for_oneself() -> None:
    row = shown()
    officer = f.known("olena")
    m.Provider.objects.filter(pk=row.provider_id).update(account=officer)
    with refused("refused_by_rule", "decides_on_self"):
        replace(row, actor=f.olena())


def test_without_a_key_it_is_said() -> None:
    row = shown()
    f.signing_key("pass", status="retired", retired_at=f.NOW)
    with refused("no_signing_key"):
        replace(row)


def test_in_the_last_second_of_the_last_day_nothing_is_issued() -> None:
    car = f.vehicle(f.verified_provider(driver=True, until=f.TODAY), until=f.TODAY)
    row = f.provider_pass(car.provider, car, valid_until=f.TODAY)
    with refused("conflict"):
        replace(row, at=issuing.end_of(f.TODAY))
