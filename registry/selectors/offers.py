"""Offers, as far as the actor's view goes: open ones for field staff, own ones for providers."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from registry import models as m
from registry.errors import NotFound
from registry.permissions import FIELD_STAFF, Actor
from registry.selectors import providers

Offer = TypeVar("Offer", m.TransportOffer, m.AccommodationOffer)


def visible(actor: Actor, model: type[Offer]) -> QuerySet[Offer]:
    """Offers of one kind in the actor's view. Field staff see open ones; their places by cell only."""
    offers: QuerySet[Offer] = model.objects.all()
    seen = Q(provider__in=providers.visible(actor).values("pk"))
    if actor.has(*FIELD_STAFF):
        seen |= Q(status__in=("open", "full"))
    return offers.filter(seen)


def get(actor: Actor, model: type[Offer], pk: UUID) -> Offer:
    """One offer in the actor's view, else NotFound."""
    found = visible(actor, model).select_related("provider").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def get_any(actor: Actor, kind: str, pk: UUID) -> m.TransportOffer | m.AccommodationOffer:
    """One offer of either kind (transport, accommodation) in the actor's view, else NotFound."""
    if kind == "transport":
        return get(actor, m.TransportOffer, pk)
    return get(actor, m.AccommodationOffer, pk)
