"""Providers, their things and their vetting, as far as the actor's view goes."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry import models as m
from registry.errors import NotAllowed, NotFound
from registry.permissions import Actor
from registry.rules.decisions import Contact, Decider, Subject
from registry.selectors import connected
from registry.selectors.prepared import by_key, first, prepared
from registry.selectors.standing import Subject as Thing
from registry.selectors.standing import kind_of, owner_of

Row = TypeVar("Row", m.Provider, m.Vehicle, m.Dwelling)


def visible(actor: Actor) -> QuerySet[m.Provider]:
    """Providers that exist for the actor: own, own organization's, or of the counties an officer serves."""
    seen = Q(pk=actor.provider) if actor.provider else Q(pk__in=())
    if actor.has("partner") and actor.organization:
        seen |= Q(organization=actor.organization)
    if actor.everywhere("officer"):
        return m.Provider.objects.all()
    counties = actor.counties("officer")
    if counties:
        seen |= Q(county__in=counties) | Q(Exists(_picks_up_in(counties)))
    return m.Provider.objects.filter(seen)


def _picks_up_in(counties: tuple[str, ...]) -> QuerySet[m.TransportOffer]:
    here = m.TransportOffer.objects.filter(origin__county__in=counties)
    return here.filter(Q(provider=OuterRef("pk")) | Q(driver=OuterRef("pk")) | Q(escort=OuterRef("pk")))


def get(actor: Actor, pk: UUID) -> m.Provider:
    """One provider in the actor's view, else NotFound."""
    found = _row(m.Provider, pk)
    if not _is_plainly_seen(actor, found) and not visible(actor).filter(pk=pk).exists():
        raise NotFound
    return found


def _is_plainly_seen(actor: Actor, provider: m.Provider) -> bool:
    """Whether the row itself says that it is in the view: its own account, or an officer of its county."""
    if actor.everywhere("officer") or provider.county_id in actor.counties("officer"):
        return True
    return provider.pk == actor.provider


def _row(model: type[Row], pk: UUID) -> Row:
    found = by_key(model, [pk])
    if not found:
        raise NotFound
    return found[0]


def get_subject(actor: Actor, kind: str, pk: UUID) -> Thing:
    """A provider, vehicle or dwelling in the actor's view, else NotFound."""
    getters: dict[str, Callable[[Actor, UUID], Thing]] = {
        "provider": get,
        "vehicle": get_vehicle,
        "dwelling": get_dwelling,
    }
    if kind not in getters:
        raise NotFound
    return getters[kind](actor, pk)


def get_vehicle(actor: Actor, pk: UUID) -> m.Vehicle:
    """One vehicle in the actor's view, else NotFound."""
    found = _row(m.Vehicle, pk)
    found.provider = get(actor, found.provider_id)
    return found


def get_dwelling(actor: Actor, pk: UUID) -> m.Dwelling:
    """One dwelling in the actor's view, else NotFound."""
    found = _row(m.Dwelling, pk)
    found.provider = get(actor, found.provider_id)
    return found


def counties_served(provider: m.Provider) -> frozenset[str]:
    """Counties where the provider drives from."""
    rides = m.TransportOffer.objects.filter(Q(provider=provider) | Q(driver=provider) | Q(escort=provider))
    return frozenset(rides.values_list("origin__county", flat=True))


def decider_of(person: m.Person) -> Decider:
    """The officer as the two-person rule sees them, with the record that they may have as a provider."""
    organization = person.organization
    mine = first(_of_account(person.pk))
    plates = connected.plates_of([mine.pk])[mine.pk] if mine else ()
    return Decider(
        person=person.id,
        organization=person.organization_id,
        is_authority=bool(organization and organization.kind == "authority"),
        contact=connected.of_person(person),
        own_provider=connected.of_provider(mine, plates) if mine else Contact(),
    )


@prepared
def _of_account(person: UUID) -> QuerySet[m.Provider]:
    return m.Provider.objects.filter(account=person)


APPEALS = ("grant_appeal", "deny_appeal")


def employer_of(decider: Decider) -> UUID:
    """The organization that the officer decides for; NotAllowed for somebody who works for none."""
    if decider.organization is None:
        raise NotAllowed("decider_without_organization")
    return decider.organization


def subject_of(thing: Thing, decision: str = "") -> Subject:
    """What is decided on, as the two-person rule sees it; some kinds of ``decision`` bar more people."""
    provider = owner_of(thing)
    touched = connected.connected(thing)
    return Subject(
        people=touched.accounts,
        created_by=thing.created_by_id,
        invited_by=provider.invited_by_id,
        organizations=_known(provider.organization_id),
        contacts=touched.contacts,
        suspended_by=thing.suspended_by_id if decision == "lift" else None,
        decided_before=decided_before(thing) if decision in APPEALS else frozenset(),
    )


def decided_before(thing: Thing) -> frozenset[UUID]:
    """Whoever rejected it or was one of two in any decision about it."""
    over = m.Decision.objects.filter(outcome__in=("carried", "refused"), **{kind_of(thing): thing})
    pairs = over.values_list("first_by", "second_by")
    return _known(thing.rejected_by_id) | frozenset(pk for pair in pairs for pk in pair if pk)


def _known(pk: UUID | None) -> frozenset[UUID]:
    return frozenset({pk}) if pk else frozenset()
