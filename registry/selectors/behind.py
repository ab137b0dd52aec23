"""Who stands behind an offer, and how each stands in vetting: providers with their organizations, many at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from registry import models as m
from registry.rules.facts import Vetted
from registry.selectors import sql

HELD = "EXISTS (SELECT 1 FROM registry_hold h WHERE h.{what}_id = {row}.id AND h.cleared_at IS NULL)"

_PEOPLE = f"""
SELECT p.id, p.kind, p.sex, p.status, p.verified_until, {HELD.format(what="provider", row="p")}, o.kind,
    p.kind = 'person' AND p.organization_id IS NOT NULL,
    b.status, b.verified_until, {HELD.format(what="provider", row="b")}
FROM registry_provider p
LEFT JOIN registry_organization o ON o.id = p.organization_id
LEFT JOIN registry_provider b ON b.organization_id = p.organization_id AND b.kind = 'organization'
WHERE p.id IN (%s)
"""
_BEHIND = """
SELECT DISTINCT b.id FROM registry_provider a
JOIN registry_provider b ON b.organization_id = a.organization_id AND b.kind = 'organization'
WHERE a.id IN (%s)
"""
_VEHICLES = f"""
SELECT v.id, v.status, v.verified_until, {HELD.format(what="vehicle", row="v")}
FROM registry_vehicle v WHERE v.id IN (%s)
"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A provider as it stands now; ``organization`` is how the one it acts for stands."""

    sex: str
    own: Vetted
    organization: Vetted | None
    is_private: bool

    def vetted(self, role: str) -> tuple[Vetted, ...]:
        """Everybody who must be verified when this provider acts as ``role``."""
        own = Vetted(role, self.own.status, self.own.verified_until, self.own.held)
        return (own, self.organization) if self.organization else (own,)


def people(ids: Collection[UUID]) -> dict[UUID, Behind]:
    """These providers, by id. Private is everybody but an authority's own transport or shelter."""
    found = {}
    for pk, kind, sex, status, until, held, organization, acts_for, *behind in sql.rows(_PEOPLE, [*set(ids)]):
        own = Vetted("provider", status, until, bool(held))
        is_private = not (kind == "organization" and organization == "authority")
        found[sql.as_uuid(pk)] = Behind(sex, own, _organization(*behind) if acts_for else None, is_private)
    return found


def organizations_behind(ids: Collection[UUID]) -> list[UUID]:
    """The providers of the organizations that these act for."""
    return [sql.as_uuid(pk) for (pk,) in sql.rows(_BEHIND, [*ids])]


def _organization(status: str | None, until: object, held: object) -> Vetted:
    """An organization without a provider of its own has not even applied."""
    return Vetted("organization", status or "applied", until if status else None, bool(held))  # type: ignore[arg-type]


def vetted_for_pass(provider: m.Provider, vehicle: m.Vehicle | None) -> tuple[Vetted, ...]:
    """Everybody and everything that a pass speaks for: the provider, its organization, the vehicle."""
    own = people([provider.id])[provider.id].vetted("provider")
    if vehicle is None:
        return own
    [(_, status, until, held)] = sql.rows(_VEHICLES, [vehicle.id])
    return (*own, Vetted("vehicle", status, until, bool(held)))
