"""Two people verify, lift, revoke and clear: every combination of who, and what makes a decision lapse."""

import itertools
from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.rules import vetting as rules
from registry.services import accounts, checks, decisions, providers, suspension
from tests import factories as f
from tests.services.claims import again, refused, said

pytestmark = pytest.mark.django_db


def ready(**fields: Any) -> m.Provider:
    """A provider in review with every check passed."""
    row = f.provider(status="in_review", **fields)
    f.checks_for(row)
    return row


def expected_until(row: m.Provider) -> Any:
    """The day on which the first check lapses, by the rows."""
    return min(check.lapses_on for check in m.Check.objects.filter(provider=row) if check.lapses_on)


def colleague(works_for: str, kind: str) -> m.Person:
    """One more officer of RO-SV."""
    return f.person("officer", county="RO-SV", organization=f.organization(works_for, kind))


OFFICERS = {
    "olena": ("ISU Suceava", "authority"),
    "ioana": ("Politia Suceava", "authority"),
    "petru": ("Ajutor la Frontiera", "ngo"),
    "oana": ("ISU Suceava", "authority"),
    "paula": ("Drum Bun", "ngo"),
    "pia": ("Ajutor la Frontiera", "ngo"),
}


def officer(name: str) -> m.Person:
    """Known officers and three more of the same organizations."""
    return f.known(name) if name in f.KNOWN else colleague(*OFFICERS[name])


@pytest.mark.parametrize(("one", "two"), list(itertools.product(OFFICERS, repeat=2)))
def test_two_people_of_two_organizations_one_of_them_an_authority(one: str, two: str) -> None:
    row, first = ready(), officer(one)
    second = first if one == two else officer(two)
    decision = f.decide_first(row, "verify", by=f.actor(first))
    assert again(row).status == "in_review"
    reasons = []
    if one == two:
        reasons.append("second_is_first")
    if OFFICERS[one][0] == OFFICERS[two][0]:
        reasons.append("same_organization_twice")
    if "authority" not in (OFFICERS[one][1], OFFICERS[two][1]):
        reasons.append("no_authority_among_two")
    if reasons:
        with refused("refused_by_rule", *reasons):
            f.decide_second(decision, by=f.actor(second))
    else:
        f.decide_second(decision, by=f.actor(second))
    assert again(row).status == ("in_review" if reasons else "verified")


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel", "daria"])
def test_only_officers_of_the_county_decide(who: str) -> None:
    row = ready()
    decision = f.decide_first(row, "verify")
    stranger = f.actor(f.known(who))
    with refused("not_found"):
        f.decide_second(decision, by=stranger)
    with refused("not_found"):
        f.decide_first(row, "revoke", by=stranger)


def test_verified_is_what_two_people_and_the_checks_say() -> None:
    row = ready(is_driver=True)
    decision = f.decide_first(row, "verify")
    expected = {"kind": "verify", "subject": str(row.pk), "reason": "checks_complete"}
    assert said(decision, "decision.first", f.olena()) == expected
    f.decide_second(decision)
    row, decision = again(row), again(decision)
    assert (row.status, row.verified_at, row.verified_until) == ("verified", f.NOW, expected_until(row))
    assert (decision.outcome, decision.second_by, decision.second_at) == ("carried", f.known("petru"), f.NOW)
    assert said(decision, "decision.carried", f.petru()) == {"kind": "verify", "subject": str(row.pk)}
    shown = m.ProviderPass.objects.get(provider=row)
    assert (shown.status, shown.valid_from, shown.valid_until) == ("issued", f.TODAY, row.verified_until)
    assert said(shown, "pass.issued", f.petru()) == {"provider": str(row.pk)}


def test_a_refused_decision_changes_nothing_but_itself() -> None:
    row = ready()
    decision = f.decide_second(f.decide_first(row, "verify"), carry=False)
    assert (again(row).status, decision.outcome, decision.second_reason) == ("in_review", "refused", "not_convinced")
    assert said(decision, "decision.refused", f.petru()) == {"kind": "verify", "subject": str(row.pk)}


@pytest.mark.parametrize("code", rules.required("person"))
def test_nobody_is_verified_with_a_check_missing(code: str) -> None:
    row = ready()
    m.Check.objects.filter(provider=row, code=code).update(superseded_at=f.NOW)
    with refused("refused_by_rule", "check_missing"):
        f.decide_first(row, "verify")


def test_nobody_is_verified_with_a_hold() -> None:
    row = ready()
    decision = f.decide_first(row, "verify")
    f.hold(row)
    with refused("refused_by_rule", "hold_open"):
        f.decide_second(decision)


def test_a_home_is_not_verified_while_somebody_in_it_is_unchecked() -> None:
    home = f.dwelling(status="in_review")
    f.checks_for(home)
    newcomer = f.resident(home)
    with refused("refused_by_rule", "check_missing"):
        f.decide_first(home, "verify")
    newcomer.moved_out_at = f.NOW
    newcomer.save()
    f.decide(home, "verify")
    assert again(home).status == "verified"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"phone": "0744 111 222"}, "conflict_phone"),
        ({"address": "Str. Lalelelor nr. 5", "town_id": "suceava"}, "conflict_address"),
        ({"family_name": "Popovici", "town_id": "suceava"}, "conflict_surname"),
    ],
)
@pytest.mark.parametrize("place", ["first", "second"])
def test_an_apparent_conflict_cannot_decide(fields: dict[str, str], reason: str, place: str) -> None:
    f.correct(f.known("petru"), **fields)
    theirs = {"phone": "+40744111222", "address": "Strada Lalelelor 5", "family_name": "Popovici", "town": "suceava"}
    row = ready(**theirs)
    decision = f.decide_first(row, "verify") if place == "second" else None
    with refused("refused_by_rule", reason):
        if decision:
            f.decide_second(decision, by=f.petru())
        else:
            f.decide_first(row, "verify", by=f.petru())


def test_an_officer_whose_own_car_it_is_cannot_decide() -> None:
    own = f.provider(account=f.known("petru"))
    f.vehicle(own, status="rejected", plate="SV 77 PET")
    car = f.vehicle(f.provider(), status="in_review", plate="SV77PET")
    f.checks_for(car)
    with refused("refused_by_rule", "conflict_plate"):
        f.decide_first(car, "verify", by=f.petru())


def test_an_officer_does_not_decide_on_the_own_employer() -> None:
    row = ready(kind="organization", organization=f.known("petru").organization)
    with refused("refused_by_rule", "decides_on_own_organization", "conflict_employer"):
        f.decide_first(row, "verify", by=f.petru())


def test_an_officer_does_not_decide_on_themselves() -> None:
    row = ready(account=f.known("petru"), created_by=f.known("maria"))
    with refused("refused_by_rule", "decides_on_self"):
        f.decide_first(row, "verify", by=f.petru())


@pytest.mark.parametrize(
    ("column", "reason"), [("created_by", "decider_is_creator"), ("invited_by", "decider_is_inviter")]
)
def test_whoever_brought_somebody_in_does_not_decide(column: str, reason: str) -> None:
    row = ready(**{column: f.known("petru")})
    decision = f.decide_first(row, "verify")
    with refused("refused_by_rule", reason):
        f.decide_second(decision)


def test_a_declared_conflict_cannot_decide() -> None:
    row = ready()
    with refused("refused_by_rule", "conflict_declared"):
        f.decide_first(row, "verify", conflict_declared=True)
    decision = f.decide_first(row, "verify")
    with refused("refused_by_rule", "conflict_declared"):
        f.decide_second(decision, conflict_declared=True)


def test_an_officer_without_organization_cannot_decide() -> None:
    row, freelance = ready(), f.actor(f.person("officer", county="RO-SV"))
    with refused("refused_by_rule", "decider_without_organization"):
        f.decide_first(row, "verify", by=freelance)


def test_the_first_is_asked_again_when_the_second_decides() -> None:
    row = ready(address="Strada Lunga 3")
    decision = f.decide_first(row, "verify")
    f.correct(f.known("olena"), address="str. Lunga 3", town_id=row.town_id)
    with refused("refused_by_rule", "conflict_address"):
        f.decide_second(decision)


def test_a_first_who_changed_to_another_employer_still_counts_for_the_old_one() -> None:
    row, insider = ready(), colleague("Politia Suceava", "authority")
    decision = f.decide_first(row, "verify", by=f.actor(insider))
    m.Person.objects.filter(pk=insider.pk).update(organization=f.known("olena").organization)
    with refused("refused_by_rule", "same_organization_twice"):
        f.decide_second(decision, by=f.ioana())


@pytest.mark.parametrize("kind", ["verify", "lift", "revoke"])
def test_one_decision_of_a_kind_waits_at_a_time(kind: str) -> None:
    row = ready() if kind == "verify" else f.provider(status="suspended", suspended_at=f.NOW)
    f.decide_first(row, kind)
    with refused("decision_pending"):
        f.decide_first(row, kind, by=f.petru())


@pytest.mark.parametrize(("kind", "status"), [("lift", "in_review"), ("revoke", "verified"), ("verify", "suspended")])
def test_a_decision_that_the_state_does_not_allow_is_not_opened(kind: str, status: str) -> None:
    row = f.bring(ready(), status)
    with refused("illegal_transition"):
        f.decide_first(row, kind)


def test_a_decision_is_made_once() -> None:
    decision = f.decide(ready(), "verify")
    with refused("decision_over"):
        f.decide_second(decision, by=f.ioana())


def test_the_first_may_take_it_back_and_nobody_else() -> None:
    decision = f.decide_first(ready(), "verify")
    with refused("not_found"):
        decisions.withdraw_decision(actor=f.petru(), decision=decision.pk, at=f.NOW)
    decisions.withdraw_decision(actor=f.olena(), decision=decision.pk, at=f.NOW)
    assert again(decision).outcome == "withdrawn"
    assert said(decision, "decision.withdrawn", f.olena()) == {}
    with refused("decision_over"):
        f.decide_second(decision)


def new_check(row: m.Provider) -> object:
    given: dict[str, Any] = {"actor": f.olena(), "kind": "provider", "subject": row.pk, "id": uuid7(), "at": f.NOW}
    return checks.record_check(code="met_in_person", passed=True, evidence={}, **given)


def edited(row: m.Provider) -> object:
    return providers.edit_provider(actor=f.owner(row), provider=row.pk, fields={"sex": "m"}, at=f.NOW)


def suspended(row: m.Provider) -> object:
    return suspension.suspend(actor=f.ioana(), kind="provider", subject=row.pk, reason="police", at=f.NOW)


def account_closed(_row: m.Provider) -> object:
    return accounts.deactivate(actor=f.sorin(), person=f.known("olena").pk, at=f.NOW)


def role_ended(_row: m.Provider) -> object:
    grant = m.RoleGrant.objects.get(person=f.known("olena"))
    return accounts.end_role(actor=f.sorin(), grant=grant.pk, at=f.NOW)


@pytest.mark.parametrize("what", [new_check, edited, suspended, account_closed, role_ended])
def test_a_first_decision_lapses_when_its_ground_goes(what: Any) -> None:
    row = ready()
    decision = f.decide_first(row, "verify")
    what(row)
    assert again(decision).outcome == "lapsed"
    with refused("decision_over"):
        f.decide_second(decision)


def test_a_decision_to_revoke_does_not_outlive_the_suspension_it_was_about() -> None:
    row = f.provider(status="suspended", suspended_at=f.NOW)
    revoke = f.decide_first(row, "revoke")
    f.decide(row, "lift")
    suspended(row)
    assert again(revoke).outcome == "lapsed"


def test_a_suspended_provider_is_lifted_into_review_only() -> None:
    row = f.verified_provider()
    suspended(row)
    f.decide(row, "lift")
    row = again(row)
    assert (row.status, row.suspended_at, row.suspended_reason) == ("in_review", None, "")
    f.decide(row, "verify")
    assert again(row).status == "verified"


def test_a_revoked_provider_never_comes_back() -> None:
    row = f.verified_provider()
    suspended(row)
    f.decide(row, "revoke")
    assert again(row).status == "revoked"
    for kind in ("verify", "lift", "revoke"):
        with refused("illegal_transition"):
            f.decide_first(row, kind)


def test_an_unknown_decision_is_refused() -> None:
    row = ready()
    with refused("invalid", decision="unknown_choice"):
        decisions.decide_first(
            actor=f.olena(), kind="provider", subject=row.pk, id=uuid7(), decision="bless", reason="withdrew", at=f.NOW
        )
    with refused("invalid", reason="unknown_choice"):
        f.decide_first(row, "verify", reason="a friend of mine")
    with refused("not_found"):
        decisions.decide_second(actor=f.petru(), decision=uuid7(), carry=True, reason="withdrew", at=f.NOW)


def test_a_verified_organization_gives_its_verified_people_their_passes() -> None:
    org = ready(kind="organization")
    driver = f.verified_provider(driver=True, organization=org.organization)
    applicant = f.provider(is_driver=True, organization=org.organization)
    f.decide(org, "verify")
    assert m.ProviderPass.objects.filter(provider=driver, status="issued", vehicle=None).count() == 1
    assert not m.ProviderPass.objects.filter(provider=applicant).exists()
