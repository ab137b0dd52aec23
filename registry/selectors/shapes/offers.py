"""Offers as field staff and as their owner see them: free places, never an address."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import F

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor
from registry.selectors import offers
from registry.selectors.opened import beside
from registry.selectors.paging import Listing, Row

COMMON = ("id", "provider", "status", "version", "languages", "pets", "women_only", "paused_reason")
RIDE = ("driver", "escort", "vehicle", "origin", "departs_from", "departs_until")
PLACES = ("seats", "child_seats", "wheelchair_places", "luggage")
STAY = ("dwelling", "town", "county", "cell", "beds", "from_date", "to_date", "accepts_men", "accepts_children")
STAY_MORE = ("child_friendly", "wheelchair", "host_points")


def transport(actor: Actor, **wanted: Any) -> Listing:
    """Rides in the actor's view."""
    free = {f"{name}_free": F(name) - F(f"{name}_taken") for name in PLACES}
    rows = offers.visible(actor, m.TransportOffer).filter(**wanted).annotate(**free)
    return Listing(rows.values(*COMMON, *RIDE, *PLACES, *free), shape=_rides)


def _rides(rows: list[Row]) -> list[Row]:
    towns: dict[UUID, list[str]] = defaultdict(list)
    through = m.TransportOffer.destinations.through.objects.filter(transportoffer__in=[r["id"] for r in rows])
    for offer, town in through.order_by("town_id").values_list("transportoffer_id", "town_id"):
        towns[offer].append(town)
    told = beside(m.TransportOffer, rows, ("note",))
    return [{**_common(row), "destinations": towns[row["id"]]} for row in told]


def accommodation(actor: Actor, **wanted: Any) -> Listing:
    """Beds in the actor's view, placed by their H3 cell."""
    rows = offers.visible(actor, m.AccommodationOffer).filter(**wanted).annotate(beds_free=F("beds") - F("beds_taken"))
    return Listing(rows.values(*COMMON, *STAY, *STAY_MORE, "beds_free"), shape=_stays)


def _stays(rows: list[Row]) -> list[Row]:
    told = beside(m.AccommodationOffer, rows, ("note",))
    return [{**_common(row), "cell": f"{row['cell']:x}"} for row in told]


def _common(row: Row) -> Row:
    """Who paused an offer is told as yes or no: why is not for everybody who may see it."""
    reason = row.pop("paused_reason")
    return {**row, "languages": row["languages"].split(), "paused_by_registry": reason not in ("", "owner")}


def one(actor: Actor, kind: str, pk: UUID) -> dict[str, Any]:
    """One offer in the actor's view, else NotFound."""
    listing = transport(actor, pk=pk) if kind == "transport" else accommodation(actor, pk=pk)
    found = listing.shape(list(listing.rows))
    if not found:
        raise NotFound
    return found[0]
