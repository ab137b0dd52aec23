"""Who may do what: every predicate of ``registry.permissions`` on plain values, without a database."""

from dataclasses import fields
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from registry import models as m
from registry import permissions as p
from registry.errors import NotAllowed, StepUpRequired
from registry.permissions import Actor, Grant

ME, OTHER, HOUSE, ELSEWHERE = (UUID(int=n) for n in range(1, 5))
NOW = datetime.fromisoformat("2026-03-06T12:00:00+02:00")
SIRET = m.Zone(code="siret", county_id="RO-SV")
EVERY_ROLE = ("volunteer", "coordinator", "officer", "child_protection", "case_worker", "auditor", "steward")
OUTSIDE = ("partner", "provider")


def having(role: str, zone: str | None = None, county: str | None = None) -> Actor:
    """Somebody with one role."""
    return Actor(ME, (Grant(role, zone, county),))


def provider(county: str = "RO-SV", organization: UUID | None = None) -> m.Provider:
    """A provider that is not written anywhere."""
    return m.Provider(id=OTHER, county_id=county, organization_id=organization)


@pytest.mark.parametrize(
    ("grant", "zone", "county", "covers"),
    [
        (Grant("volunteer"), "siret", "RO-SV", True),
        (Grant("volunteer"), None, None, True),
        (Grant("volunteer", zone="siret"), "siret", "RO-SV", True),
        (Grant("volunteer", zone="siret"), "siret", None, True),
        (Grant("volunteer", zone="siret"), "vama", "RO-SV", False),
        (Grant("volunteer", zone="siret"), None, "RO-SV", False),
        (Grant("volunteer", county="RO-SV"), "siret", "RO-SV", True),
        (Grant("volunteer", county="RO-SV"), "siret", "RO-TL", False),
        (Grant("volunteer", county="RO-SV"), "siret", None, False),
    ],
)
def test_a_grant_covers_its_scope_and_no_other(grant, zone, county, covers):
    assert grant.covers(zone, county) is covers


def test_roles_are_fixed():
    assert p.STAFF == EVERY_ROLE
    assert p.FIELD_STAFF == ("volunteer", "coordinator")
    assert [*p.SECOND_FACTOR_ROLES] == [*EVERY_ROLE, "partner"]
    assert p.PLANNERS == ("coordinator", "officer")
    assert p.BREAKS_GLASS == ("volunteer", "coordinator", "officer", "child_protection")


def test_a_person_is_somebody():
    assert Actor(ME).person == ME
    for nobody in (p.SYSTEM, p.ANYBODY):
        with pytest.raises(NotAllowed) as refused:
            _ = nobody.person
        assert refused.value.code == "not_signed_in"


def test_the_system_and_strangers_hold_nothing():
    for nobody in (p.SYSTEM, p.ANYBODY, Actor(None)):
        assert (nobody.id, nobody.grants, nobody.roles) == (None, (), frozenset())
        assert (nobody.organization, nobody.is_authority, nobody.provider) == (None, False, None)
        assert (nobody.language, nobody.confirmed_until) == ("en", None)


def test_a_household_is_itself_and_nobody_with_an_account():
    they = p.of_household(HOUSE)
    assert (they.household, they.id, they.grants) == (HOUSE, None, ())


def test_a_factor_makes_nobody_another():
    assert Actor(ME) == Actor(ME, confirmed_until=NOW)
    assert "name" not in {field.name for field in fields(Actor)}


def test_actors_and_grants_stay_as_they_were_made():
    for thing in (Actor(ME), Grant("officer")):
        with pytest.raises((AttributeError, TypeError)):
            thing.role = thing.id = "other"  # type: ignore[union-attr, misc, assignment]


def test_roles_are_named_and_asked_for():
    both = Actor(ME, (Grant("officer", county="RO-SV"), Grant("volunteer", zone="siret")))
    assert both.roles == {"officer", "volunteer"}
    assert both.has("officer") is True
    assert both.has("auditor", "volunteer") is True
    assert both.has("auditor") is False
    assert both.has() is False


@pytest.mark.parametrize(
    ("zone", "county", "expected"),
    [("siret", "RO-SV", True), (None, "RO-SV", True), (None, "RO-TL", False), ("vama", None, False)],
)
def test_a_role_counts_in_its_place_only(zone, county, expected):
    both = Actor(ME, (Grant("officer", county="RO-SV"), Grant("auditor", county="RO-TL")))
    assert both.has("officer", zone=zone, county=county) is expected


def test_a_zone_alone_is_a_place():
    assert having("volunteer", zone="siret").has("volunteer", zone="siret") is True
    assert having("volunteer", zone="siret").has("volunteer", zone="vama") is False
    assert having("volunteer", county="RO-SV").has("volunteer", zone="siret") is False


def test_everywhere_is_without_any_scope():
    assert having("officer").everywhere("officer") is True
    assert having("officer", county="RO-SV").everywhere("officer") is False
    assert having("officer", zone="siret").everywhere("officer") is False
    assert having("auditor").everywhere("officer") is False


def test_the_places_of_a_role_are_its_own():
    grants = (Grant("officer", county="RO-SV"), Grant("officer"), Grant("volunteer", zone="siret"))
    actor = Actor(ME, (*grants, Grant("auditor", county="RO-TL"), Grant("auditor", zone="vama")))
    assert actor.counties("officer") == ("RO-SV",)
    assert actor.zones("volunteer") == ("siret",)
    assert actor.counties("volunteer") == actor.zones("officer") == ()


@pytest.mark.parametrize(
    ("until", "is_fresh"),
    [(NOW + timedelta(seconds=1), True), (NOW, False), (NOW - timedelta(seconds=1), False), (None, False)],
)
def test_a_second_factor_counts_until_its_moment(until, is_fresh):
    actor = Actor(ME, confirmed_until=until)
    if is_fresh:
        assert p.must_be_confirmed(actor, NOW) is None
    else:
        with pytest.raises(StepUpRequired):
            p.must_be_confirmed(actor, NOW)


PLACES = {"everywhere": {}, "here": {"zone": "siret"}, "county": {"county": "RO-SV"}, "vama": {"zone": "vama"}}
PLACES |= {"other county": {"county": "RO-TL"}}
NEAR = ("everywhere", "here", "county")


@pytest.mark.parametrize(("role", "place"), list(product((*EVERY_ROLE, *OUTSIDE), PLACES)))
def test_in_a_zone_its_field_staff_work_and_its_coordinators_run_it(role, place):
    actor = having(role, **PLACES[place])
    assert p.may_work_in(actor, SIRET) is (role in ("volunteer", "coordinator") and place in NEAR)
    assert p.may_run_zone(actor, SIRET) is (role == "coordinator" and place in NEAR)
    assert p.in_zone(actor, SIRET, "officer") is (role == "officer" and place in NEAR)


@pytest.mark.parametrize(("role", "place"), list(product((*EVERY_ROLE, *OUTSIDE), PLACES)))
def test_a_zone_is_planned_by_its_coordinators_and_more_by_officers_too(role, place):
    actor, plans = having(role, **PLACES[place]), role in ("coordinator", "officer")
    assert p.may_plan(actor, SIRET, None) is (role == "coordinator" and place in NEAR)
    assert p.may_plan(actor, SIRET, "RO-TL") is (role == "coordinator" and place in NEAR)
    assert p.may_plan(actor, None, "RO-SV") is (plans and place in ("everywhere", "county"))
    assert p.may_plan(actor, None, None) is (plans and place == "everywhere")


@pytest.mark.parametrize(("role", "place"), list(product((*EVERY_ROLE, *OUTSIDE), PLACES)))
def test_a_provider_is_vetted_suspended_and_traced_by_its_county(role, place):
    actor, theirs = having(role, **PLACES[place]), provider()
    near = place in ("everywhere", "county")
    assert p.may_vet(actor, theirs) is (role == "officer" and near)
    assert p.may_suspend(actor, theirs, ()) is (role == "officer" and near)
    assert p.may_trace(actor, theirs, ()) is (role == "child_protection" and near)
    assert p.may_decide_on_child(actor, "RO-SV") is (role == "child_protection" and near)


def test_suspension_and_trace_reach_where_people_are_picked_up_and_vetting_does_not():
    for role, question in (("officer", p.may_suspend), ("child_protection", p.may_trace)):
        served = having(role, county="RO-TL")
        assert question(served, provider(), ("RO-MM", "RO-TL")) is True
        assert question(served, provider(), ("RO-MM",)) is False
    assert p.may_vet(having("officer", county="RO-TL"), provider()) is False


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (Actor(ME, provider=OTHER), True),
        (Actor(ME, provider=ELSEWHERE), False),
        (Actor(ME, (Grant("partner"),), organization=HOUSE), True),
        (Actor(ME, (Grant("partner"),), organization=ELSEWHERE), False),
        (Actor(ME, (Grant("partner"),)), False),
        (Actor(ME, (Grant("officer"),), organization=HOUSE), False),
        (Actor(ME, organization=HOUSE), False),
        (p.SYSTEM, False),
    ],
)
def test_a_provider_belongs_to_its_account_and_to_partners_of_its_organization(actor, expected):
    assert p.owns(actor, provider(organization=HOUSE)) is expected


def test_nobody_s_organization_is_not_the_same_organization():
    assert p.owns(Actor(ME, (Grant("partner"),)), provider()) is False
    assert p.owns(Actor(ME, (Grant("partner"),), organization=HOUSE), provider()) is False


@pytest.mark.parametrize("role", [*EVERY_ROLE, *OUTSIDE])
def test_auditors_read_and_stewards_keep_accounts(role):
    assert p.may_read_audit(having(role)) is (role == "auditor")
    assert p.may_run_accounts(having(role)) is (role == "steward")
    assert p.may_read_audit(p.SYSTEM) is p.may_run_accounts(p.SYSTEM) is False
