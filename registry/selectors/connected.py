"""Everybody whose record a decision touches: owner, organization, colleagues, drivers, residents, accounts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import identity
from registry import models as m
from registry.rules.decisions import Contact
from registry.selectors import sql
from registry.selectors.prepared import by_key, prepared
from registry.selectors.standing import Subject, owner_of


@dataclass(frozen=True, slots=True)
class Connected:
    """The accounts of those people, and what an officer could have in common with them."""

    accounts: frozenset[UUID]
    contacts: tuple[Contact, ...]


def of_person(person: m.Person) -> Contact:
    """What others can have in common with somebody who has an account."""
    return Contact(
        surname_key=identity.surname_key(person.family_name),
        address_key=identity.address_key(person.address, person.town_id or ""),
        town=person.town_id or "",
        phones=phones(person.phone),
        organization=person.organization_id,
    )


def of_provider(provider: m.Provider, plates: Iterable[str]) -> Contact:
    """What others can have in common with a provider, whose plates are these."""
    return Contact(
        surname_key=identity.surname_key(provider.family_name),
        address_key=identity.address_key(provider.address, provider.town_id),
        town=provider.town_id,
        phones=phones(provider.phone),
        plates=frozenset(plates),
        organization=provider.organization_id,
    )


def phones(raw: str) -> frozenset[str]:
    """Every number that the digits could mean; none when there are none."""
    return identity.phones(raw) if raw else frozenset()


def plates_of(providers: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Plates by provider, of vehicles in any state."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for provider, plate in _plates(list(providers)):
        found[provider].append(plate)
    return found


@prepared
def _plates(providers: list[UUID]) -> QuerySet[m.Vehicle, tuple[UUID, str]]:
    return m.Vehicle.objects.filter(provider__pk__in=providers).values_list("provider", "plate_key")


def connected(thing: Subject) -> Connected:
    """Owner, colleagues of its organization, whoever drives or rides for it, residents of its homes."""
    owner = owner_of(thing)
    people = _people(owner)
    plates = plates_of(p.pk for p in people)
    contacts = [of_provider(p, plates[p.pk]) for p in people]
    contacts += [of_person(p.account) for p in people if p.account]
    return Connected(
        frozenset(p.account_id for p in people if p.account_id),
        (*contacts, *_homes(owner), *_organization(owner)),
    )


_RIDES = """
SELECT provider_id, driver_id, escort_id FROM registry_transportoffer WHERE provider_id = %s OR driver_id = %s
    OR escort_id = %s OR vehicle_id IN (SELECT id FROM registry_vehicle WHERE provider_id = %s)
"""


def _people(owner: m.Provider) -> list[m.Provider]:
    near = {owner.pk, *(sql.as_uuid(who) for ride in sql.rows(_RIDES, *[owner.pk] * 4) for who in ride if who)}
    if owner.organization_id:
        return _near_or_of(list(near), owner.organization_id)
    return by_key(m.Provider, near, "account")


@prepared
def _near_or_of(near: list[UUID], organization: UUID) -> QuerySet[m.Provider]:
    found = m.Provider.objects.filter(Q(pk__in=near) | Q(organization=organization))
    return found.select_related("account")


def _homes(owner: m.Provider) -> Iterator[Contact]:
    """Each home by its address, and each of its residents by address and surname."""
    for home in owner.dwellings.prefetch_related("residents"):
        address = identity.address_key(home.address, home.town_id)
        yield Contact(address_key=address, town=home.town_id)
        for one in home.residents.all():
            if one.moved_out_at is None:
                yield Contact(surname_key=identity.surname_key(one.family_name), address_key=address, town=home.town_id)


def _organization(owner: m.Provider) -> Iterator[Contact]:
    found = m.Organization.objects.filter(pk=owner.organization_id) if owner.organization_id else ()
    yield from (Contact(phones=phones(one.phone)) for one in found)
