"""What waits for this actor now: the reads behind the page that each role lands on."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from registry import identity, states
from registry import models as m
from registry.errors import NotFound
from registry.ids import read_code
from registry.permissions import FIELD_STAFF, Actor
from registry.rules.facts import Ride, Stay
from registry.selectors import asked, facts, journeys, providers
from registry.selectors import requests as visible
from registry.selectors.facts import local
from registry.selectors.proposals import Proposal, Proposals
from registry.selectors.standing import Subject, about, owner_of, standing_of

LISTED = 100
MATCH_RELATED = ("household", "origin", "destination", "arrival_zone", "request")
LEG_RELATED = (
    "legs__transport_offer__vehicle",
    "legs__transport_offer__driver",
    "legs__accommodation_offer__town",
    "legs__accommodation_offer__dwelling",
)


@dataclass(frozen=True, slots=True)
class ZoneWork:
    """One zone of the actor's: who is on shift there, and how much waits."""

    zone: m.Zone
    on_shift: int
    waiting: int
    on_the_road: int


def zones(actor: Actor, *roles: str) -> QuerySet[m.Zone]:
    """The zones where the actor holds one of these roles (field staff's, unless named), by county and name."""
    roles = roles or FIELD_STAFF
    ordered = m.Zone.objects.select_related("county", "town").order_by("county", "name")
    if actor.everywhere(*roles):
        return ordered
    return ordered.filter(Q(pk__in=actor.zones(*roles)) | Q(county__in=actor.counties(*roles)))


def zone(actor: Actor, code: str) -> m.Zone:
    """One of the actor's own zones, else NotFound."""
    found = zones(actor).filter(pk=code).first()
    if found is None:
        raise NotFound
    return found


def zone_work(actor: Actor, at: datetime) -> list[ZoneWork]:
    """Every zone of the actor's with its numbers; zones that are in use first."""
    running = Q(shifts__ended_at=None, shifts__starts_at__lte=at, shifts__ends_at__gt=at)
    rows = zones(actor).exclude(status="retired").annotate(on_shift=Count("shifts", filter=running))
    waiting = _per_zone(visible.requests(actor).filter(status="open"))
    road = _per_zone(journeys.matches(actor).filter(status__in=states.MATCH_ON_THE_ROAD))
    found = [ZoneWork(row, row.on_shift, waiting.get(row.pk, 0), road.get(row.pk, 0)) for row in rows]
    return sorted(found, key=lambda w: not (w.on_shift or w.waiting or w.on_the_road))


def _per_zone(rows: "QuerySet[m.HelpRequest] | QuerySet[m.Match]") -> dict[str, int]:
    return dict(rows.order_by().values_list("origin").annotate(Count("pk")))


def shift(actor: Actor, at: datetime) -> m.Shift | None:
    """The actor's own running shift."""
    mine = m.Shift.objects.filter(person=actor.id, ended_at=None, starts_at__lte=at, ends_at__gt=at)
    return mine.select_related("zone").first()


def on_shift(place: m.Zone, at: datetime) -> QuerySet[m.Shift]:
    """Who is on shift in a zone now."""
    running = m.Shift.objects.filter(zone=place, ended_at=None, starts_at__lte=at, ends_at__gt=at)
    return running.select_related("person__organization").order_by("starts_at", "id")


def requests_waiting(actor: Actor) -> QuerySet[m.HelpRequest]:
    """Open requests of the actor's zones, the most urgent and longest waiting first."""
    waiting = visible.requests(actor).filter(status="open").select_related("household", "origin", "destination")
    return waiting.order_by("-household__urgency", "created_at", "id")[:LISTED]


def households_without_request(actor: Actor) -> QuerySet[m.Household]:
    """Households of the actor's zones that were registered and have not asked for anything yet."""
    asked = m.HelpRequest.objects.values("household")
    found = visible.households(actor).filter(closed_at=None).exclude(pk__in=asked)
    return found.select_related("zone").order_by("created_at", "id")[:LISTED]


def household_by_code(actor: Actor, code: str) -> m.Household:
    """The household in the actor's view with the code on its slip, else NotFound."""
    found = visible.households(actor).filter(code=read_code(code)).first()
    if found is None:
        raise NotFound
    return found


def matches_in(actor: Actor, *status: str) -> QuerySet[m.Match]:
    """Matches in these states that start in the actor's zones, the oldest first."""
    here = zones(actor).order_by().values("pk")
    found = journeys.with_word(m.Match.objects.filter(status__in=status, origin__in=here))
    return (
        found.select_related(*MATCH_RELATED)
        .prefetch_related(*LEG_RELATED)
        .order_by("eta_at", "created_at", "id")[:LISTED]
    )


def arrivals_expected(actor: Actor) -> QuerySet[m.Match]:
    """Journeys that are on the way to the actor's zones, the first to arrive first."""
    here = zones(actor).order_by().values("pk")
    found = m.Match.objects.filter(status__in=states.MATCH_ON_THE_ROAD, arrival_zone__in=here)
    return found.select_related(*MATCH_RELATED).prefetch_related(*LEG_RELATED).order_by("eta_at", "id")[:LISTED]


def journey(actor: Actor, pk: UUID) -> m.Match:
    """One match in the actor's view with its legs and people, else NotFound."""
    related = (*MATCH_RELATED, "household__zone", "handed_over_by", "second_staff")
    found = journeys.matches(actor).select_related(*related).prefetch_related(*LEG_RELATED).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def running_match(request: m.HelpRequest) -> m.Match | None:
    """The match that a household has chosen for this request, if there is one."""
    over = ("proposed", "declined", "cancelled")
    return m.Match.objects.filter(request=request).exclude(status__in=over).order_by("-created_at").first()


def household_requests(row: m.Household) -> QuerySet[m.HelpRequest]:
    """Everything that a household has asked for, the newest first."""
    return row.requests.select_related("origin", "destination").order_by("-created_at", "-id")


def protection_running(row: m.Household) -> QuerySet[m.ProtectionDecision]:
    """Decisions that protect this household and have not been ended."""
    return row.decisions.filter(ended_at=None).select_related("first_by", "second_by").order_by("created_at")


def protection_to_second(actor: Actor) -> QuerySet[m.ProtectionDecision]:
    """Wishes of women to accept unrelated men that wait for a second member of staff of their zone."""
    seen = visible.households(actor).values("pk")
    waiting = m.ProtectionDecision.objects.filter(
        kind="unrelated_men_accepted", second_by=None, ended_at=None, household__in=seen
    )
    return waiting.exclude(first_by=actor.id).select_related("household__zone", "first_by").order_by("created_at")


def check_ins(row: m.Match) -> QuerySet[m.CheckIn]:
    """Words from the road, the newest first."""
    return row.check_ins.order_by("-at", "-id")


# What a provider sees of their own.


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the provider's that is vetted, and what is missing for it."""

    kind: str
    subject: Subject
    missing: tuple[str, ...]
    failed: tuple[str, ...]
    lapsed: tuple[str, ...]
    asked_for: tuple[str, ...]
    answer_by: date | None = None
    appeal: m.Appeal | None = None
    may_appeal: bool = False


def own_providers(actor: Actor) -> QuerySet[m.Provider]:
    """The actor's own record, and for a partner those of the organization."""
    mine = Q(pk=actor.provider) if actor.provider else Q(pk__in=())
    if actor.has("partner") and actor.organization:
        mine |= Q(organization=actor.organization)
    return (
        m.Provider.objects.filter(mine)
        .select_related("town", "county", "organization")
        .order_by("-kind", "search_key", "id")
    )


def own_provider(actor: Actor, pk: UUID) -> m.Provider:
    """One provider of the actor's own, else NotFound."""
    found = own_providers(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def own_thing(actor: Actor, kind: str, pk: UUID) -> Subject:
    """A provider, vehicle or home of the actor's own, else NotFound."""
    thing = providers.get_subject(actor, kind, pk)
    own_provider(actor, owner_of(thing).pk)
    return thing


def own_standing(provider: m.Provider, at: datetime) -> list[Thing]:
    """The provider and each vehicle and home of theirs, with what vetting still needs."""
    today = local(at).date()
    things: list[tuple[str, Subject]] = [("provider", provider)]
    things += [("vehicle", row) for row in provider.vehicles.order_by("created_at")]
    things += [("dwelling", row) for row in provider.dwellings.select_related("town").order_by("created_at")]
    found = []
    for kind, subject in things:
        said = standing_of(subject, today)
        asked_for = tuple(subject.info_requested.split())
        found.append(Thing(kind, subject, said.missing, said.failed, said.lapsed, asked_for, **_asked(subject)))
    return found


def _asked(subject: Subject) -> dict[str, Any]:
    """Until when an answer is wanted, and where an appeal stands."""
    if subject.status == "info_requested":
        open_one = m.InfoRequest.objects.filter(closed_at=None, **about(subject)).first()
        return {"answer_by": open_one.due_on if open_one else None}
    if subject.status != "rejected":
        return {}
    return {"appeal": asked.appeal_of(subject), "may_appeal": "appeal" in asked.about_appeal(subject)}


def own_passes(provider: m.Provider) -> QuerySet[m.ProviderPass]:
    """The provider's passes that count."""
    return provider.passes.filter(status="issued").select_related("vehicle").order_by("valid_until")


def own_rides(provider: m.Provider) -> QuerySet[m.TransportOffer]:
    """The provider's rides that are not over, the next one first."""
    live = provider.transport_offers.exclude(status__in=("withdrawn", "lapsed"))
    return live.select_related("vehicle", "origin", "driver").prefetch_related("destinations").order_by("departs_from")


def rides_to_repeat(provider: m.Provider, at: datetime) -> list[m.TransportOffer]:
    """The provider's last rides that are over and were published: they may drive the same way again."""
    over = provider.transport_offers.filter(Q(status="lapsed") | Q(departs_until__lt=at), published_at__isnull=False)
    found = over.exclude(status="withdrawn").select_related("vehicle", "origin").prefetch_related("destinations")
    return list(found.order_by("-departs_from", "id")[:3])


def own_stays(provider: m.Provider) -> QuerySet[m.AccommodationOffer]:
    """The provider's beds that are not over."""
    live = provider.accommodation_offers.exclude(status__in=("withdrawn", "lapsed"))
    return live.select_related("dwelling", "town").order_by("from_date", "id")


def colleagues(provider: m.Provider) -> list[m.Provider]:
    """People who may drive for this provider: itself, or those of the same organization."""
    people = m.Provider.objects.filter(kind="person")
    mine = Q(pk=provider.pk)
    if provider.organization_id:
        mine |= Q(organization=provider.organization_id)
    return sorted(people.filter(mine), key=_by_name)


# What a steward sees.


def must(allowed: bool) -> None:
    """NotFound for whom the page does not exist."""
    if not allowed:
        raise NotFound


def accounts(actor: Actor) -> QuerySet[m.Person]:
    """People with an account, for a steward."""
    if not actor.has("steward"):
        return m.Person.objects.none()
    return m.Person.objects.select_related("organization").prefetch_related("grants__zone", "grants__county")


def accounts_named(actor: Actor, text: str) -> list[m.Person]:
    """People with an account by surname, at most ``LISTED``; those whose name or e-mail has every word of ``text``."""
    words = identity.search_key(text).split()
    every = accounts(actor).prefetch_related(None).only(*_SAID)
    found = sorted((one for one in every if _says(one, words)), key=_by_name)[:LISTED]
    whole = accounts(actor).in_bulk([one.pk for one in found])
    return [whole[one.pk] for one in found]


_SAID = ("given_name", "family_name", "email", "organization")


def _says(one: m.Person, words: list[str]) -> bool:
    """Whether every word is there, in any case and marks. The names are sealed: no database could look."""
    said = identity.search_key(f"{one.given_name} {one.family_name} {one.email}") if words else ""
    return all(word in said for word in words)


def _by_name(one: m.Person | m.Provider) -> tuple[str, str, UUID]:
    return identity.search_key(one.family_name), identity.search_key(one.given_name), one.pk


def account(actor: Actor, pk: UUID) -> m.Person:
    """One account, for a steward, else NotFound."""
    found = accounts(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def organizations(actor: Actor) -> QuerySet[m.Organization]:
    """Organizations with how many people they have, for a steward."""
    if not actor.has("steward"):
        return m.Organization.objects.none()
    return m.Organization.objects.select_related("county").annotate(staff=Count("people")).order_by("name", "id")


# What a household is shown before it chooses.


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposal with who is in the car and who lives in the home, as a household should know it."""

    proposal: Proposal
    ride: Ride | None
    stay: Stay | None


def choices(request: m.HelpRequest, found: Proposals, at: datetime) -> list[Choice]:
    """The ranked proposals of a request with the facts behind them."""
    rides = [p.ride.pk for p in found.ranked if p.ride]
    stays = [p.stay.pk for p in found.ranked if p.stay]
    cars, homes = facts.rides_of(rides, at), facts.stays_of(stays, facts.search_center(request), at)
    return [Choice(p, cars[p.ride.pk] if p.ride else None, homes[p.stay.pk] if p.stay else None) for p in found.ranked]
