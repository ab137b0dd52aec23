"""Who is with whom: the journeys and offers that a provider, vehicle or dwelling is part of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from registry import models as m
from registry import states
from registry.selectors import opened
from registry.selectors.standing import Subject

LEG = ("transport_offer__driver", "transport_offer__vehicle", "accommodation_offer")
RUNNING = (*states.MATCH_ACTIVE, "arrived", "halted")


def offers_touching(subject: Subject) -> tuple[QuerySet[m.TransportOffer], QuerySet[m.AccommodationOffer]]:
    """Every offer that the subject is part of, through itself or through its organization."""
    if isinstance(subject, m.Vehicle):
        return m.TransportOffer.objects.filter(vehicle=subject), m.AccommodationOffer.objects.none()
    if isinstance(subject, m.Dwelling):
        return m.TransportOffer.objects.none(), m.AccommodationOffer.objects.filter(dwelling=subject)
    rides = Q(provider=subject) | Q(driver=subject) | Q(escort=subject)
    stays = Q(provider=subject)
    if subject.kind == "organization":
        mine = subject.organization_id
        rides |= Q(provider__organization=mine) | Q(driver__organization=mine) | Q(escort__organization=mine)
        stays |= Q(provider__organization=mine)
    return m.TransportOffer.objects.filter(rides), m.AccommodationOffer.objects.filter(stays)


def matches_touching(subject: Subject) -> QuerySet[m.Match]:
    """Every match that the subject is part of, with the last word from the road."""
    rides, stays = offers_touching(subject)
    legs = m.Leg.objects.filter(Q(transport_offer__in=rides) | Q(accommodation_offer__in=stays))
    return _told(m.Match.objects.filter(pk__in=legs.values("match")))


def _told(found: QuerySet[m.Match]) -> QuerySet[m.Match]:
    related = m.Leg.objects.select_related(*LEG)
    known = found.select_related("household", "origin", "destination", "arrival_zone")
    return _heard(known.prefetch_related(Prefetch("legs", related.order_by("kind"))))


def _heard(found: QuerySet[m.Match]) -> QuerySet[m.Match]:
    """With the last word from the road."""
    words = m.CheckIn.objects.filter(match=OuterRef("pk")).order_by("-at", "-id")
    return found.annotate(
        last_word_at=Subquery(words.values("at")[:1]),
        last_word=Subquery(words.values("kind")[:1]),
        last_word_side=Subquery(words.values("side")[:1]),
    )


HEARD = ("last_word", "last_word_side", "last_word_at")
TOLD = ("pk", "people", "departed_at", "eta_at", "arrived_at", *HEARD)
CALLED = ("household", "household__code")
REACHED = ("contact_name", "contact_phone")
NAMES = ("given_name", "family_name", "organization_name", "phone")


def to_call(matches: Iterable[UUID]) -> list[dict[str, Any]]:
    """Each journey with its household's phone and the last word, the longest under way first; in plain rows."""
    found = _heard(m.Match.objects.filter(pk__in=list(matches)))
    rows = list(found.order_by("departed_at", "id").values(*TOLD, *CALLED))
    return opened.beside(m.Household, rows, REACHED, key="household")


def carriers(matches: Sequence[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Who drives and who hosts on each journey, by the journey: who, their names and phone."""
    found: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for who, path in (("driver", "transport_offer__driver"), ("host", "accommodation_offer__provider")):
        legs = m.Leg.objects.filter(match__in=matches, **{f"{path}__isnull": False})
        rows = [
            dict(zip(("match", "person"), pair, strict=True)) for pair in legs.order_by("pk").values_list("match", path)
        ]
        for row in opened.beside(m.Provider, rows, NAMES, key="person"):
            found[row["match"]].append({"who": who, **{name: row[name] for name in NAMES}})
    return found


def running(subject: Subject) -> list[m.Match]:
    """Matches of the subject that are not over, the oldest first."""
    return list(matches_touching(subject).filter(status__in=RUNNING).order_by("created_at", "id")[:100])


@dataclass(frozen=True)
class Halted:
    """What stands still since a subject was suspended or held."""

    on_the_road: Sequence[m.Match]
    staying: Sequence[m.Match]
    not_left: Sequence[m.Match]
    rides: Sequence[m.TransportOffer]
    stays: Sequence[m.AccommodationOffer]
    passes: Sequence[m.ProviderPass]


def halted(subject: Subject) -> Halted:
    """Everybody who must be called and everything that stands still; the longest under way first."""
    matches = list(matches_touching(subject).filter(status="halted").order_by("departed_at", "id"))
    rides, stays = offers_touching(subject)
    return Halted(
        on_the_road=[x for x in matches if x.departed_at and not x.arrived_at],
        staying=[x for x in matches if x.arrived_at],
        not_left=[x for x in matches if not x.departed_at],
        rides=list(rides.filter(status="paused").select_related("origin").order_by("departs_from", "id")),
        stays=list(stays.filter(status="paused").select_related("town").order_by("from_date", "id")),
        passes=list(_passes(subject).filter(status="revoked").order_by("-revoked_at", "id")[:20]),
    )


def _passes(subject: Subject) -> QuerySet[m.ProviderPass]:
    if isinstance(subject, m.Dwelling):
        return m.ProviderPass.objects.none()
    if isinstance(subject, m.Vehicle):
        return m.ProviderPass.objects.filter(vehicle=subject)
    if subject.kind == "organization":
        return m.ProviderPass.objects.filter(provider__organization=subject.organization_id)
    return m.ProviderPass.objects.filter(provider=subject)
