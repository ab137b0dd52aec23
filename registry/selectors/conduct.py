"""What the rows say of a provider's conduct and of colleagues', as the plain facts that the signals judge."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from geo.corridors import km_from_roads, straight_km
from registry import models as m
from registry.errors import NotFound
from registry.rules.facts import OWN_GUARDIANS
from registry.rules.policy import DEFAULT
from registry.rules.signals.company import Group
from registry.rules.signals.conduct import Party
from registry.rules.signals.insiders import Approval, Pair
from registry.rules.signals.road import Hop, Trip
from registry.selectors import standing
from registry.selectors.facts import local
from registry.selectors.prepared import prepared
from registry.selectors.standing import Subject

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LOOKED_BACK = timedelta(days=90)
LATELY = 2 * DAY
READINGS = ("read.identity", "read.exact_place", "read.contact", "read.case")


def texts_of(offer: m.TransportOffer | m.AccommodationOffer) -> tuple[str, ...]:
    """The words of an offer."""
    return (offer.note,) if offer.note else ()


def is_womens_shelter(offer: m.TransportOffer | m.AccommodationOffer) -> bool:
    """A place for women only that an organization runs may say so; a private person may not prefer them."""
    return offer.women_only and offer.provider.kind == "organization"


def corridor_km(offer: m.TransportOffer | m.AccommodationOffer) -> float:
    """How far the driver's home, or the beds, are from every road that the offer is about."""
    if isinstance(offer, m.AccommodationOffer):
        zones = m.Zone.objects.filter(status="active")
        roads = [((z.lon, z.lat), (offer.town.lon, offer.town.lat)) for z in zones]
        return km_from_roads(_place_of(offer.dwelling), roads) if roads else 0.0
    start = (offer.origin.lon, offer.origin.lat)
    home = offer.driver.town
    return km_from_roads((home.lon, home.lat), [(start, (t.lon, t.lat)) for t in offer.destinations.all()])


def _place_of(home: m.Dwelling) -> tuple[float, float]:
    """Where the home is; its town where that cannot be read."""
    exact: tuple[float | None, float | None] = home.lon, home.lat
    lon, lat = exact
    return (home.town.lon, home.town.lat) if lon is None or lat is None else (lon, lat)


def _carried_by(provider: m.Provider) -> QuerySet[m.Match]:
    """Matches whose ride or bed is this provider's own."""
    ride = Q(legs__transport_offer__provider=provider) | Q(legs__transport_offer__driver=provider)
    return m.Match.objects.filter(ride | Q(legs__accommodation_offer__provider=provider)).distinct()


def party_of(match: m.Match) -> Party:
    """Who a match is about, as the rule on turning people away sees them."""
    household = match.household
    older = household.members.filter(age_band="60+").count()
    return Party(men=household.men, older=older, is_family=bool(household.minors and household.men))


def turned_away(provider: m.Provider) -> list[m.Match]:
    """Confirmed matches that the provider took back."""
    found = _carried_by(provider).filter(outcome="provider_withdrew").select_related("household")
    return list(found.order_by("ended_at", "id"))


def taken(provider: m.Provider) -> list[Party]:
    """Parties that the provider has carried or housed."""
    found = _carried_by(provider).filter(departed_at__isnull=False).select_related("household")
    return [party_of(match) for match in found]


def refused_checks(provider: m.Provider) -> list[m.Check]:
    """Current checks that the provider, for itself or its things, would not undergo."""
    about = Q(provider=provider) | Q(vehicle__provider=provider) | Q(dwelling__provider=provider)
    about |= Q(resident__dwelling__provider=provider)
    return list(m.Check.objects.filter(about, refused=True, superseded_at=None).order_by("checked_at", "id"))


@dataclass(frozen=True, slots=True)
class Drive:
    """One household driven: when it left which gate, for how long at the very least, the ride, the pass shown."""

    ride: UUID
    left_at: datetime
    least: timedelta
    gate: tuple[float, float]
    pass_shown: bool


def drives(driver: m.Provider, at: datetime) -> list[Drive]:
    """Whom the driver has taken from a gate in the last ninety days, the first one first."""
    share = DEFAULT.signal_arrival_share
    return [
        Drive(ride, left_at, timedelta(minutes=minutes * share), (lon, lat), shown is not None)
        for ride, left_at, minutes, shown, lon, lat in _departures(driver.pk, at - LOOKED_BACK)
    ]


@prepared
def _departures(driver: UUID, since: datetime) -> QuerySet[m.Leg, tuple[Any, ...]]:
    legs = m.Leg.objects.filter(transport_offer__driver=driver, match__departed_at__gte=since)
    asked = ("transport_offer_id", "match__departed_at", "match__route_minutes", "match__pass_shown_id")
    return legs.order_by("match__departed_at", "match_id").values_list(
        *asked, "match__origin__lon", "match__origin__lat"
    )


def trips(lately: Iterable[Drive]) -> list[Trip]:
    """Each drive as long as it must have taken at the very least.

    The end is never the moment of the paperwork: a host who confirms late makes nobody a suspect.
    """
    return [Trip(str(one.ride), one.left_at, one.left_at + one.least) for one in lately]


def hops(lately: Iterable[Drive]) -> list[Hop]:
    """From gate to gate: where the pass was shown one time, and the next."""
    seen = [one for one in lately if one.pass_shown]
    return [Hop(straight_km(a.gate, b.gate), (b.left_at - a.left_at).total_seconds() / 60) for a, b in pairwise(seen)]


def pick_ups(every: Iterable[Drive]) -> list[datetime]:
    """When the driver left with people, on the clock of the border; a shared ride once."""
    first: dict[UUID, datetime] = {}
    for one in every:
        first.setdefault(one.ride, local(one.left_at))
    return list(first.values())


def overdue(provider: m.Provider, at: datetime) -> list[tuple[UUID, datetime]]:
    """Journeys of the provider that became overdue: match and moment; households of one ride count once."""
    since = at - timedelta(days=DEFAULT.signal_overdue_days)
    steps = m.EscalationStep.objects.filter(
        number=1, done_at__gte=since, match__legs__transport_offer__driver=provider
    ).order_by("done_at", "pk")
    rides: dict[UUID, tuple[UUID, datetime]] = {}
    for match, ride, done_at in steps.values_list("match_id", "match__legs__transport_offer", "done_at"):
        if done_at is not None:
            rides.setdefault(ride, (match, done_at))
    return list(rides.values())


def route_changes(provider: m.Provider) -> list[UUID]:
    """Reports of households that the way or the end was changed, one of each journey."""
    rows = m.Concern.objects.filter(provider=provider, kind="route_changed").exclude(outcome="unfounded")
    return sorted({pk for pk in rows.values_list("match_id", flat=True) if pk})


def group_of(household: m.Household) -> Group:
    """A household as the rule on returning adults sees it."""
    others = sum(
        p.age_band in ("0-3", "4-11", "12-17") and p.guardian not in OWN_GUARDIANS for p in household.members.all()
    )
    shape = (household.size, household.minors, household.men, household.women)
    return Group(household.created_at, shape, others)


def same_adult(household: m.Household, digests: Iterable[str], since: datetime) -> list[m.Household]:
    """Other households of whom the same phone was taken down since then."""
    return _same_phone(list(digests), household.pk, since)


@prepared
def _same_phone(digests: list[str], household: UUID, since: datetime) -> QuerySet[m.Household]:
    rows = m.Fingerprint.objects.filter(kind="phone", digest__in=digests, household__isnull=False)
    found = m.Household.objects.filter(pk__in=rows.exclude(household=household).values("household"))
    return found.filter(created_at__gte=since).prefetch_related("members").order_by("created_at", "id")


# Colleagues


@prepared
def carried(since: datetime) -> QuerySet[m.Decision]:
    """Decisions to verify that were carried out since then."""
    related = ("provider", "vehicle__provider", "dwelling__provider", "first_by", "second_by")
    found = m.Decision.objects.filter(kind="verify", outcome="carried", second_at__gte=since)
    return found.select_related(*related).order_by("second_at", "id")


def approval(decision: m.Decision, person: UUID, at: datetime) -> Approval:
    """One half of a decision: when they opened the file, and whether somebody else had said no before."""
    owner = owner_of(decision)
    opened = m.AuditEntry.objects.filter(
        actor=person, action="read.identity", object_id=str(owner.pk), at__gte=at - DAY, at__lte=at
    ).order_by("-at")
    return Approval(person, at, opened.values_list("at", flat=True).first(), _refused_before(decision, person, at))


def owner_of(decision: m.Decision) -> m.Provider:
    """The provider whose file a decision is in."""
    thing = decision.provider or decision.vehicle or decision.dwelling
    if not isinstance(thing, Subject):
        raise NotFound
    return standing.owner_of(thing)


def _refused_before(decision: m.Decision, person: UUID, at: datetime) -> bool:
    """Another officer had refused the same decision, or rejected the application, since the last verification."""
    same = {"provider": decision.provider_id, "vehicle": decision.vehicle_id, "dwelling": decision.dwelling_id}
    earlier = m.Decision.objects.filter(kind="verify", second_at__lt=at, **same)
    no = earlier.filter(outcome="refused").exclude(second_by=person).order_by("-second_at").first()
    yes = earlier.filter(outcome="carried").order_by("-second_at").first()
    if no and no.second_at and (yes is None or yes.second_at is None or yes.second_at < no.second_at):
        return True
    thing = str(next(pk for pk in same.values() if pk))
    rejected = m.AuditEntry.objects.filter(action="vetting.rejected", object_id=thing, at__lt=at).exclude(actor=person)
    return rejected.exists()


def pairs(at: datetime) -> list[Pair]:
    """The two people of every decision carried in the last ninety days."""
    since = at - timedelta(days=DEFAULT.signal_pair_days)
    rows = m.Decision.objects.filter(outcome="carried", second_at__gte=since, second_by__isnull=False)
    return [Pair(first, second) for first, second in rows.values_list("first_by_id", "second_by_id") if second]


def moments_of(person: UUID, at: datetime) -> list[datetime]:
    """When somebody approved something in the last two hours, as first or as second."""
    since = at - 2 * HOUR
    rows = m.Decision.objects.filter(kind="verify").exclude(outcome__in=("refused", "withdrawn"))
    first = rows.filter(first_by=person, first_at__gte=since, first_at__lte=at).values_list("first_at", flat=True)
    second = rows.filter(second_by=person, second_at__gte=since, second_at__lte=at, outcome="carried")
    return [*first, *(moment for moment in second.values_list("second_at", flat=True) if moment)]


def readers(at: datetime) -> list[UUID]:
    """Who read more records in the last two hours than the threshold: nobody else needs to be looked at."""
    return sorted(_who_read(at - 2 * HOUR, at))


@prepared
def _who_read(since: datetime, until: datetime) -> QuerySet[m.AuditEntry, UUID]:
    rows = m.AuditEntry.objects.filter(action__in=READINGS, at__gte=since, at__lte=until, actor__isnull=False)
    many = rows.values("actor").annotate(records=Count("object_id", distinct=True)).order_by()
    return many.filter(records__gt=DEFAULT.signal_readings_per_hour).values_list("actor", flat=True)


def readings_of(person: UUID, at: datetime) -> list[tuple[datetime, str]]:
    """What somebody read in the last two hours."""
    rows = m.AuditEntry.objects.filter(actor=person, action__in=READINGS, at__gte=at - 2 * HOUR, at__lte=at)
    return list(rows.values_list("at", "object_id"))


def assigned_to(person: UUID, at: datetime) -> frozenset[str]:
    """Records that are somebody's own work: they have done something about them in the last thirty days."""
    rows = m.AuditEntry.objects.filter(actor=person, at__gte=at - timedelta(days=30), at__lte=at)
    found: set[str] = set()
    for record, data in rows.exclude(action__in=READINGS).values_list("object_id", "data"):
        found.add(record)
        found |= {value for value in data.values() if isinstance(value, str) and len(value) == 36}
    return frozenset(found)


def county_of(person: UUID) -> str | None:
    """The county where a colleague's signal is shown: of a running role, else of the employer."""
    grants = m.RoleGrant.objects.filter(person=person, ended_at=None).select_related("zone")
    for grant in grants.order_by("role", "id"):
        if grant.county_id or grant.zone:
            return grant.county_id or (grant.zone.county_id if grant.zone else None)
    return m.Person.objects.filter(pk=person).values_list("organization__county", flat=True).first()
