"""Who may do what: predicates on (actor, object). Roles come with a scope; nobody is above the rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from registry import models as m
from registry.errors import NotAllowed, StepUpRequired

FIELD_STAFF = ("volunteer", "coordinator")
STAFF = ("volunteer", "coordinator", "officer", "child_protection", "case_worker", "auditor", "steward")
PLANNERS = ("coordinator", "officer")
# Rule 16. Not stewards and auditors, who never see personal records, and not partners and providers.
BREAKS_GLASS = (*FIELD_STAFF, "officer", "child_protection")
# Whoever holds one of these may do nothing with it before a second factor.
SECOND_FACTOR_ROLES = (*STAFF, "partner")


@dataclass(frozen=True, slots=True)
class Grant:
    """One running role: everywhere, or in one zone, or in one county."""

    role: str
    zone: str | None = None
    county: str | None = None

    def covers(self, zone: str | None, county: str | None) -> bool:
        """Whether the scope includes a thing in this zone or county."""
        if self.zone:
            return self.zone == zone
        return self.county in (None, county)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person with running roles, or the system (``id`` None).

    ``household``: whoever showed the code of this household, and may do what is the household's own to do.
    """

    id: UUID | None
    grants: tuple[Grant, ...] = ()
    organization: UUID | None = None
    is_authority: bool = False
    provider: UUID | None = None
    household: UUID | None = None
    language: str = "en"
    # Until when the last second factor counts for decisions; None when there was none.
    confirmed_until: datetime | None = field(default=None, compare=False)

    @property
    def person(self) -> UUID:
        """The id of the signed-in person; NotAllowed when nobody is signed in."""
        if self.id is None:
            raise NotAllowed("not_signed_in")
        return self.id

    @property
    def roles(self) -> frozenset[str]:
        """The names of the actor's running roles."""
        return frozenset(g.role for g in self.grants)

    def has(self, *roles: str, zone: str | None = None, county: str | None = None) -> bool:
        """Whether one of these roles covers the place; without a place, whether it is held anywhere."""
        wanted = [g for g in self.grants if g.role in roles]
        if zone is None and county is None:
            return bool(wanted)
        return any(g.covers(zone, county) for g in wanted)

    def everywhere(self, *roles: str) -> bool:
        """Whether one of these roles is held without a scope."""
        return any(g.role in roles and not g.zone and not g.county for g in self.grants)

    def zones(self, *roles: str) -> tuple[str, ...]:
        """Zone codes named in the scopes of these roles."""
        return tuple(g.zone for g in self.grants if g.role in roles and g.zone)

    def counties(self, *roles: str) -> tuple[str, ...]:
        """County codes named in the scopes of these roles."""
        return tuple(g.county for g in self.grants if g.role in roles and g.county)


def of_household(household: UUID) -> Actor:
    """A household that has shown its code: nobody with an account, and no role."""
    return Actor(id=None, household=household)


SYSTEM = Actor(id=None)
ANYBODY = Actor(id=None)


def must_be_confirmed(actor: Actor, at: datetime) -> None:
    """StepUpRequired unless the actor showed a second factor a moment ago: for decisions, exports, keys and roles."""
    if actor.confirmed_until is None or at >= actor.confirmed_until:
        raise StepUpRequired


def in_zone(actor: Actor, zone: m.Zone, *roles: str) -> bool:
    """Whether the actor holds one of these roles for this zone (or its county, or everywhere)."""
    return actor.has(*roles, zone=zone.code, county=zone.county_id)


def may_work_in(actor: Actor, zone: m.Zone) -> bool:
    """Register, propose, confirm, hand over, confirm arrivals: field staff of the zone."""
    return in_zone(actor, zone, *FIELD_STAFF)


def may_run_zone(actor: Actor, zone: m.Zone) -> bool:
    """Staff a zone, open and close it, take its overdue alarms: its coordinators."""
    return in_zone(actor, zone, "coordinator")


def may_plan(actor: Actor, zone: m.Zone | None, county: str | None) -> bool:
    """Have a plan made, stop and discard it: coordinators for their zone, they and officers for a county or all."""
    if zone is not None:
        return may_run_zone(actor, zone)
    if county is not None:
        return actor.has(*PLANNERS, county=county)
    return actor.everywhere(*PLANNERS)


def may_vet(actor: Actor, provider: m.Provider) -> bool:
    """Record checks and decide: officers whose county includes the provider's. The rules say more."""
    return actor.has("officer", county=provider.county_id)


def may_suspend(actor: Actor, provider: m.Provider, counties_served: Iterable[str]) -> bool:
    """Any one officer where the provider lives or picks people up."""
    return any(actor.has("officer", county=county) for county in (provider.county_id, *counties_served))


def may_trace(actor: Actor, provider: m.Provider, counties_served: Iterable[str]) -> bool:
    """Learn who was ever with a provider: also child protection, where the provider lives or picks people up."""
    return any(actor.has("child_protection", county=county) for county in (provider.county_id, *counties_served))


def owns(actor: Actor, provider: m.Provider) -> bool:
    """The provider's own account, or a partner of the organization that it acts for."""
    if actor.provider == provider.id:
        return True
    return actor.has("partner") and actor.organization is not None and actor.organization == provider.organization_id


def may_decide_on_child(actor: Actor, county: str) -> bool:
    """Placement of an unaccompanied or separated child: child protection of the county."""
    return actor.has("child_protection", county=county)


def may_read_audit(actor: Actor) -> bool:
    """Auditors read ids, times and codes."""
    return actor.has("auditor")


def may_run_accounts(actor: Actor) -> bool:
    """Stewards keep accounts and organizations."""
    return actor.has("steward")
