"""Who is acting: a person's running roles and relations."""

from datetime import datetime

from registry import models as m
from registry.permissions import SECOND_FACTOR_ROLES, Actor, Grant


def actor_of(person: m.Person, *, factor: bool = True, confirmed_until: datetime | None = None) -> Actor:
    """The actor that a signed-in person is now; without a second factor the roles that ask for one are not held."""
    running = m.RoleGrant.objects.filter(person=person, ended_at=None)
    if not factor:
        running = running.exclude(role__in=SECOND_FACTOR_ROLES)
    grants = running.values_list("role", "zone_id", "county_id")
    organization = person.organization
    return Actor(
        id=person.id,
        grants=tuple(Grant(*row) for row in grants) if person.is_active else (),
        organization=person.organization_id,
        is_authority=bool(organization and organization.kind == "authority"),
        provider=m.Provider.objects.filter(account=person).values_list("id", flat=True).first(),
        language=person.language,
        confirmed_until=confirmed_until,
    )


def by_email(email: str) -> Actor | None:
    """The actor with this address, for commands at the machine itself; None when nobody active has it."""
    person = m.Person.objects.filter(email__iexact=email, is_active=True).select_related("organization").first()
    return actor_of(person) if person else None
