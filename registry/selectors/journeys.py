"""Matches and journeys, as far as the actor's view goes: staff of both ends, and the providers who carry them."""

from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from registry import models as m
from registry import states
from registry.errors import NotFound
from registry.permissions import FIELD_STAFF, Actor
from registry.rules.disclosure import HIDDEN_FROM_PROVIDER
from registry.selectors import providers
from registry.selectors.one import one
from registry.selectors.prepared import first, one_with, prepared
from registry.selectors.requests import in_scope


def matches(actor: Actor) -> QuerySet[m.Match]:
    """Matches that exist for the actor; a proposal or a refusal never exists for a provider (rule 14)."""
    seen = Q(pk__in=())
    if actor.has(*FIELD_STAFF):
        if actor.everywhere(*FIELD_STAFF):
            return m.Match.objects.all()
        seen |= in_scope(actor, "origin", *FIELD_STAFF) | in_scope(actor, "arrival_zone", *FIELD_STAFF)
    if actor.provider or (actor.has("partner") and actor.organization):
        seen |= Q(pk__in=carried_by(actor).values("pk"))
    return m.Match.objects.filter(seen)


def carried_by(actor: Actor) -> QuerySet[m.Match]:
    """Journeys that the actor's own provider, or organization, carries."""
    mine = Q()
    if actor.provider:
        rides = m.TransportOffer.objects.filter(
            Q(provider=actor.provider) | Q(driver=actor.provider) | Q(escort=actor.provider)
        )
        stays = m.AccommodationOffer.objects.filter(provider=actor.provider)
        mine |= Q(legs__transport_offer__in=rides) | Q(legs__accommodation_offer__in=stays)
    if actor.has("partner") and actor.organization:
        mine |= Q(legs__transport_offer__provider__organization=actor.organization)
        mine |= Q(legs__accommodation_offer__provider__organization=actor.organization)
    if not mine:
        return m.Match.objects.none()
    confirmed = m.Match.objects.filter(mine, confirmed_at__isnull=False)
    return confirmed.exclude(status__in=HIDDEN_FROM_PROVIDER).distinct()


def match(actor: Actor, pk: UUID) -> m.Match:
    """One match in the actor's view, else NotFound."""
    related = ("origin", "arrival_zone")
    found = one_with(m.Match, pk, *related)
    # Staff of its ends, nearly everybody who asks, are told by the row itself: a fourth of the work of the filter.
    if found and not is_staff_of(actor, found):
        found = one(matches(actor).select_related(*related).filter(pk=pk))
    if found is None:
        raise NotFound
    return found


def is_staff_of(actor: Actor, row: m.Match) -> bool:
    """Whether the actor is field staff of the zone where it starts or ends."""
    ends = [zone for zone in (row.origin, row.arrival_zone) if zone]
    return any(actor.has(*FIELD_STAFF, zone=zone.code, county=zone.county_id) for zone in ends)


def side_of(actor: Actor, row: m.Match) -> str | None:
    """For whom the actor speaks on this journey: staff, driver or receiver (the host); None for nobody."""
    if is_staff_of(actor, row):
        return "staff"
    legs = legs_with_offers(row.pk)
    organization = actor.organization if actor.has("partner") else None
    for leg in legs:
        offer = leg.accommodation_offer
        if offer and (offer.provider_id == actor.provider or _same(offer.provider.organization_id, organization)):
            return "receiver"
    for leg in legs:
        ride = leg.transport_offer
        if ride and (_carries(actor, ride) or _same(ride.provider.organization_id, organization)):
            return "driver"
    return None


def _carries(actor: Actor, ride: m.TransportOffer) -> bool:
    """Whether the actor's own provider offers, drives or rides along; somebody without a provider never does."""
    return actor.provider is not None and actor.provider in (ride.provider_id, ride.driver_id, ride.escort_id)


@prepared
def legs_of(match: UUID) -> QuerySet[m.Leg]:
    """The legs of a match, the ride first."""
    return m.Leg.objects.filter(match=match).order_by("kind")


@prepared
def legs_with_offers(match: UUID) -> QuerySet[m.Leg]:
    """The same with their offers and whose they are."""
    related = ("transport_offer__provider", "accommodation_offer__provider")
    return m.Leg.objects.filter(match=match).select_related(*related).order_by("kind")


def driver_of(match: UUID) -> m.Provider | None:
    """Who drives the ride of a match; None when it has none."""
    return first(_drivers(match))


@prepared
def _drivers(match: UUID) -> QuerySet[m.Provider]:
    return m.Provider.objects.filter(rides_driven__legs__match=match, rides_driven__legs__kind="ride")


def ride_of(row: m.Match) -> m.TransportOffer | None:
    """The ride of a match, if it has one."""
    leg = row.legs.filter(kind="ride").select_related("transport_offer").first()
    return leg.transport_offer if leg else None


def with_word(rows: QuerySet[m.Match]) -> QuerySet[m.Match]:
    """Matches with the last word of their driver or host: ``carrier_said`` and ``carrier_said_at``."""
    words = m.CheckIn.objects.filter(match=OuterRef("pk"), side__in=("driver", "receiver")).order_by("-at", "-id")
    return rows.annotate(
        carrier_said=Subquery(words.values("kind")[:1]), carrier_said_at=Subquery(words.values("at")[:1])
    )


def carries(actor: Actor, row: m.Match) -> bool:
    """Whether the actor's own provider drives, rides along or hosts, whatever else the actor is."""
    legs = legs_with_offers(row.pk)
    rides = any(leg.transport_offer and _carries(actor, leg.transport_offer) for leg in legs)
    hosts = (leg.accommodation_offer.provider_id for leg in legs if leg.accommodation_offer)
    return rides or (actor.provider is not None and actor.provider in hosts)


def _same(a: object, b: object) -> bool:
    return a is not None and a == b


def on_the_road(actor: Actor) -> QuerySet[m.Match]:
    """Journeys under way in the actor's view, the longest overdue first."""
    return matches(actor).filter(status__in=(*states.MATCH_ON_THE_ROAD, "halted")).order_by("eta_at", "id")


def halted_for_officer(actor: Actor) -> QuerySet[m.Match]:
    """Halted, overdue and alerted journeys from an officer's county or with providers that the officer sees.

    These are the people to call now. An organization that is seen brings those who act for it.
    """
    if not actor.has("officer"):
        return m.Match.objects.none()
    seen = providers.visible(actor)
    organizations = seen.filter(kind="organization").values("organization")
    mine = m.Provider.objects.filter(Q(pk__in=seen.values("pk")) | Q(organization__in=organizations)).values("pk")
    rides = m.TransportOffer.objects.filter(Q(provider__in=mine) | Q(driver__in=mine) | Q(escort__in=mine))
    stays = m.AccommodationOffer.objects.filter(provider__in=mine)
    legs = m.Leg.objects.filter(Q(transport_offer__in=rides) | Q(accommodation_offer__in=stays)).values("match")
    missed = Q(status__in=("halted", "overdue", "alerted")) & in_scope(actor, "origin", "officer")
    carried = Q(pk__in=legs, status__in=("halted", "overdue", "alerted", "departed"))
    return m.Match.objects.filter(carried | missed)
