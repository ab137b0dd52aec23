"""Households, their requests and what protects them, for field staff and child protection."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from registry import models as m
from registry.permissions import FIELD_STAFF, Actor
from registry.rules.facts import Group
from registry.rules.reasons import Reason
from registry.selectors import requests
from registry.selectors.left_out import Excluded
from registry.selectors.opened import beside
from registry.selectors.paging import Listing, Row
from registry.selectors.work import Choice

LISTED = ("id", "zone", "crossing", "size", "minors", "men", "wheelchairs", "pets", "luggage", "urgency")
TIMES = ("created_at", "closed_at", "version")
REQUEST = ("id", "household", "kind", "origin", "destination", "max_km", "earliest_at", "from_date", "nights", "status")
DECISION = ("id", "kind", "first_by", "second_by", "second_at", "reference", "expires_on", "ended_at")


def households(actor: Actor, **wanted: str) -> Listing:
    """Households in the actor's view, oldest first."""
    return Listing(requests.households(actor).filter(**wanted).values(*LISTED, *TIMES))


def household(actor: Actor, pk: UUID) -> dict[str, Any]:
    """One household in the actor's view; its code is for field staff, its contact for the audited reading alone."""
    row = requests.household(actor, pk)
    plain = {name: getattr(row, name) for name in (*LISTED, *TIMES) if name not in ("zone", "crossing")}
    members = [{"age_band": p.age_band, "sex": p.sex, "guardian": p.guardian} for p in row.members.all()]
    return {
        **plain,
        "zone": row.zone_id,
        "crossing": row.crossing_id,
        "code": row.code if actor.has(*FIELD_STAFF) else None,
        "language": row.language,
        "languages": row.languages.split(),
        "needs": row.needs.split(),
        "has_contact": bool(row.contact_phone or row.contact_name),
        "members": members,
        "requests": list(row.requests.order_by("id").values("id", "kind", "status")),
        "protection": beside(m.ProtectionDecision, list(row.decisions.order_by("id").values(*DECISION)), ("reason",)),
    }


def consents(actor: Actor, pk: UUID) -> Listing:
    """With whom a household in the actor's view shares, and with whom it has stopped to."""
    row = requests.household(actor, pk)
    return Listing(row.consents.values("id", "organization", "created_at", "withdrawn_at"))


def open_and_past(actor: Actor, **wanted: str) -> Listing:
    """Requests from the actor's zones."""
    size = {"size": F("household__size"), "urgency": F("household__urgency")}
    return Listing(requests.requests(actor).filter(**wanted).annotate(**size).values(*REQUEST, "version", *size))


def request(actor: Actor, pk: UUID) -> dict[str, Any]:
    """One request in the actor's view with the matches that were made for it."""
    row = requests.request(actor, pk)
    foreign = ("household", "origin", "destination")
    plain = {name: getattr(row, f"{name}_id" if name in foreign else name) for name in (*REQUEST, "version")}
    matches = list(row.matches.order_by("id").values("id", "status", "value"))
    return {**plain, "size": row.household.size, "urgency": row.household.urgency, "matches": matches}


def proposals(cards: Iterable[Choice], excluded: Iterable[Excluded], household: str, staff: str) -> dict[str, Any]:
    """Ranked proposals with who is in the car and the home, and what is left out, each with its reasons.

    The reasons are in the languages of the household and of whoever reads them out.
    """
    languages = {"staff": staff, "household": household}
    return {
        "ranked": [_proposal(card, languages) for card in cards],
        "excluded": [
            {"kind": row.kind, "offers": row.offers, "reason": _told(row.reason, languages)} for row in excluded
        ],
    }


def _proposal(card: Choice, languages: Mapping[str, str]) -> Row:
    row = card.proposal
    return {
        "value": round(row.value, 3),
        "reasons": [_told(reason, languages) for reason in row.reasons],
        "ride": _ride(card),
        "stay": _stay(card),
        "arrival_zone": row.arrival_zone.code if row.arrival_zone else None,
    }


def _company(group: Group) -> Row:
    return {name: getattr(group, name) for name in ("women", "men", "unknown", "children")}


def _ride(card: Choice) -> Row | None:
    offer, seen = card.proposal.ride, card.ride
    if offer is None or seen is None:
        return None
    return {
        "id": offer.id,
        "departs_from": offer.departs_from,
        "departs_until": offer.departs_until,
        "make": offer.vehicle.make,
        "color": offer.vehicle.color,
        "seats_free": seen.seats_free,
        "crew": _company(seen.crew),
        "others": len(seen.aboard),
        "languages": sorted(seen.languages),
    }


def _stay(card: Choice) -> Row | None:
    offer, seen = card.proposal.stay, card.stay
    if offer is None or seen is None:
        return None
    return {
        "id": offer.id,
        "town": offer.town_id,
        "cell": f"{offer.cell:x}",
        "km": card.proposal.distance_km,
        "beds_free": seen.beds_free,
        "to_date": seen.to_date,
        "residents": _company(seen.residents),
        "others": len(seen.guests),
        "languages": sorted(seen.languages),
    }


def _told(reason: Reason, languages: Mapping[str, str]) -> Row:
    return {
        "code": reason.code,
        "rule": reason.rule,
        "severity": reason.severity,
        "text": reason.text(languages["staff"]),
        "household_text": reason.text(languages["household"], "household"),
    }
