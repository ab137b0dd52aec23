"""Photographs, as far as the actor's view goes: their own, those of providers in an officer's view, and on journeys."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import FIELD_STAFF, Actor
from registry.selectors import providers
from registry.selectors.journeys import legs_with_offers
from registry.selectors.one import one
from registry.selectors.requests import in_scope

# While a household may still have to find the car, or to say who it was.
ON_JOURNEYS = ("proposed", "accepted", "confirmed", "departed", "overdue", "alerted", "halted", "arrived")
BYTES = ("picture", "thumb")


def current() -> QuerySet[m.Photo]:
    """Every photograph that was not taken away, without its pixels: those are fetched when somebody looks."""
    return m.Photo.objects.filter(removed_at=None).defer(*BYTES)


def of_provider(row: m.Provider) -> list[m.Photo]:
    """The photographs of a provider and its vehicles; whoever calls has found the provider in the actor's view."""
    return list(current().filter(provider=row).order_by("created_at", "id"))


def visible(actor: Actor) -> QuerySet[m.Photo]:
    """Photographs that exist for the actor. Staff of a journey's ends see what an officer has confirmed."""
    seen = Q(provider__in=providers.visible(actor).order_by().values("pk"))
    if actor.has(*FIELD_STAFF):
        legs = _legs_of(actor)
        drives = Q(transport_offer__driver=OuterRef("provider")) | Q(accommodation_offer__provider=OuterRef("provider"))
        car = Q(kind="vehicle") & Exists(legs.filter(transport_offer__vehicle=OuterRef("vehicle")))
        seen |= Q(confirmed_at__isnull=False) & (car | Q(kind="face") & Exists(legs.filter(drives)))
    return current().filter(seen)


def _legs_of(actor: Actor) -> QuerySet[m.Leg]:
    """Legs of running matches whose ends the actor works at."""
    running = m.Leg.objects.filter(match__status__in=ON_JOURNEYS)
    if actor.everywhere(*FIELD_STAFF):
        return running
    starts, ends = (in_scope(actor, f"match__{end}", *FIELD_STAFF) for end in ("origin", "arrival_zone"))
    return running.filter(starts | ends)


def get(actor: Actor, pk: UUID) -> m.Photo:
    """One photograph in the actor's view, else NotFound."""
    found = one(visible(actor).filter(pk=pk).select_related("provider", "vehicle"))
    if found is None:
        raise NotFound
    return found


def of_match(match: m.Match) -> list[m.Photo]:
    """What the household of a match may see of whom it travels with or stays at: confirmed, the vehicle first.

    Whoever calls has found the match in the actor's view, or by the household's own code.
    """
    return of_legs(legs_with_offers(match.pk))


def of_legs(legs: Iterable[m.Leg]) -> list[m.Photo]:
    """The same for legs that are loaded already, also of a proposal."""
    rides = [leg.transport_offer for leg in legs if leg.transport_offer]
    stays = [leg.accommodation_offer for leg in legs if leg.accommodation_offer]
    faces = [ride.driver_id for ride in rides] + [stay.provider_id for stay in stays]
    return of_crew([ride.vehicle_id for ride in rides], faces)


def of_crew(vehicles: Iterable[UUID], people: Iterable[UUID]) -> list[m.Photo]:
    """Confirmed photographs of these vehicles, then of these people."""
    wanted = Q(vehicle__in=list(vehicles)) | Q(kind="face", provider__in=list(people))
    return list(current().filter(wanted, confirmed_at__isnull=False).order_by("-kind", "created_at", "id"))


def shown_to_household(match: UUID, pk: UUID) -> m.Photo:
    """One of those of a match that still runs, else NotFound."""
    running = one(m.Match.objects.filter(pk=match, status__in=ON_JOURNEYS))
    found = next((photo for photo in of_match(running) if photo.pk == pk), None) if running else None
    if found is None:
        raise NotFound
    return found
