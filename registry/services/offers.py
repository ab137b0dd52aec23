"""Offers: drafted by the provider, published only while everybody involved is verified, paused, withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from registry import models as m
from registry import states
from registry.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from registry.permissions import SYSTEM, Actor, owns
from registry.rules import eligibility
from registry.selectors import facts, providers
from registry.selectors import offers as visible
from registry.selectors.prepared import Prepared, prepared
from registry.services import audit, fitting, noticing, parties, rows
from registry.services.providers import LANGUAGES

Offer = m.TransportOffer | m.AccommodationOffer
MODELS: dict[str, type[Offer]] = {"transport": m.TransportOffer, "accommodation": m.AccommodationOffer}


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportDraft:
    """What a provider says of a ride."""

    driver: UUID
    vehicle: UUID
    origin: str
    destinations: Sequence[str]
    departs_from: datetime
    departs_until: datetime
    seats: int
    escort: UUID | None = None
    child_seats: int = 0
    wheelchair_places: int = 0
    luggage: int = 0
    pets: bool = False
    women_only: bool = False
    languages: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccommodationDraft:
    """What a provider says of beds."""

    dwelling: UUID
    beds: int
    from_date: date
    to_date: date
    accepts_men: bool = True
    accepts_children: bool = True
    child_friendly: bool = False
    women_only: bool = False
    pets: bool = False
    wheelchair: bool = False
    languages: Sequence[str] = ()
    note: str = ""


def _own_provider(actor: Actor, pk: UUID) -> m.Provider:
    provider = providers.get(actor, pk)
    if not owns(actor, provider):
        raise NotAllowed
    return provider


@transaction.atomic
def draft_transport(*, actor: Actor, provider: UUID, id: UUID, draft: TransportDraft, at: datetime) -> m.TransportOffer:
    """A ride as a draft; nobody sees it until it is published."""
    owner = _own_provider(actor, provider)
    vehicle = m.Vehicle.objects.filter(pk=draft.vehicle, provider=owner).first()
    driver = _colleague(owner, draft.driver, "driver")
    escort = _colleague(owner, draft.escort, "escort") if draft.escort else None
    origin = m.Zone.objects.filter(pk=draft.origin).exclude(status__in=("draft", "retired")).first()
    towns = list(m.Town.objects.filter(pk__in=draft.destinations))
    _refuse_bad_ride(draft, vehicle, driver, escort, origin, towns)
    offer = m.TransportOffer(
        id=rows.new_id(id, m.TransportOffer),
        created_at=at,
        provider=owner,
        driver=driver,
        escort=escort,
        vehicle=vehicle,
        origin=origin,
        departs_from=draft.departs_from,
        departs_until=draft.departs_until,
        seats=draft.seats,
        child_seats=draft.child_seats,
        wheelchair_places=draft.wheelchair_places,
        luggage=draft.luggage,
        **_common(draft),
    )
    rows.insert(offer)
    offer.destinations.set(towns)
    audit.record(actor=actor, at=at, action="offer.drafted", about=offer, provider=owner.id)
    return offer


def _common(draft: TransportDraft | AccommodationDraft) -> dict[str, object]:
    if set(draft.languages) - LANGUAGES:
        raise Invalid(fields={"languages": "unknown_choice"})
    return {
        "pets": draft.pets,
        "women_only": draft.women_only,
        "languages": " ".join(sorted(set(draft.languages))),
        "note": draft.note,
    }


def _colleague(owner: m.Provider, pk: UUID, field: str) -> m.Provider:
    """The provider itself, or a person who acts for the same organization."""
    found = m.Provider.objects.filter(pk=pk, kind="person").filter(_same_house(owner)).first()
    if found is None:
        raise Invalid(fields={field: "not_of_this_provider"})
    return found


def _same_house(owner: m.Provider) -> Q:
    return Q(pk=owner.pk) | (Q(organization=owner.organization_id) if owner.organization_id else Q(pk__in=()))


def _refuse_bad_ride(
    draft: TransportDraft,
    vehicle: m.Vehicle | None,
    driver: m.Provider,
    escort: m.Provider | None,
    origin: m.Zone | None,
    towns: Sequence[m.Town],
) -> None:
    bad = _negative(draft) | ({"vehicle": "not_of_this_provider"} if vehicle is None else {})
    if vehicle is not None:
        bad |= fitting.too_much_for_vehicle(
            vehicle,
            seats=draft.seats,
            child_seats=draft.child_seats,
            wheelchair_places=draft.wheelchair_places,
            escorted=escort is not None,
        )
    if not driver.is_driver:
        bad["driver"] = "not_a_driver"
    if escort and escort.pk == driver.pk:
        bad["escort"] = "same_as_driver"
    if origin is None:
        bad["origin"] = "unknown_choice"
    if not towns or len(towns) != len(set(draft.destinations)):
        bad["destinations"] = "unknown_choice"
    if draft.departs_until <= draft.departs_from:
        bad["departs_until"] = "before_start"
    fitting.refuse(bad)


def _negative(draft: TransportDraft) -> dict[str, str]:
    """Numbers that no ride has."""
    counts = {"child_seats": draft.child_seats, "wheelchair_places": draft.wheelchair_places, "luggage": draft.luggage}
    bad = {name: "out_of_range" for name, count in counts.items() if not 0 <= count <= fitting.MOST_LUGGAGE}
    return bad | ({"seats": "too_small"} if draft.seats < 1 else {})


@transaction.atomic
def draft_accommodation(
    *, actor: Actor, provider: UUID, id: UUID, draft: AccommodationDraft, at: datetime
) -> m.AccommodationOffer:
    """Beds as a draft; nobody sees them until they are published."""
    owner = _own_provider(actor, provider)
    dwelling = m.Dwelling.objects.filter(pk=draft.dwelling, provider=owner).first()
    dwelling = _fit_dwelling(draft, dwelling)
    offer = m.AccommodationOffer(
        id=rows.new_id(id, m.AccommodationOffer),
        created_at=at,
        provider=owner,
        dwelling=dwelling,
        beds=draft.beds,
        from_date=draft.from_date,
        to_date=draft.to_date,
        accepts_men=draft.accepts_men and not draft.women_only,
        accepts_children=draft.accepts_children,
        child_friendly=draft.child_friendly,
        wheelchair=draft.wheelchair,
        **fitting.place_of(dwelling),
        **_common(draft),
    )
    rows.insert(offer)
    audit.record(actor=actor, at=at, action="offer.drafted", about=offer, provider=owner.id)
    return offer


def _fit_dwelling(draft: AccommodationDraft, dwelling: m.Dwelling | None) -> m.Dwelling:
    """The dwelling, if the draft fits it."""
    if dwelling is None:
        raise Invalid(fields={"dwelling": "not_of_this_provider"})
    bad = fitting.too_much_for_dwelling(dwelling, beds=draft.beds, wheelchair=draft.wheelchair)
    if draft.beds < 1:
        bad["beds"] = "too_small"
    if draft.to_date <= draft.from_date:
        bad["to_date"] = "before_start"
    fitting.refuse(bad)
    return dwelling


def _own_offer(actor: Actor, kind: str, pk: UUID, version: int | None) -> Offer:
    """The offer, locked behind its provider; only its owner may touch it."""
    model = MODELS.get(kind)
    if model is None:
        raise NotFound
    seen = visible.get_any(actor, kind, pk)
    if not owns(actor, seen.provider):
        raise NotAllowed
    parties.lock(*(([pk], []) if isinstance(seen, m.TransportOffer) else ([], [pk])))
    offer: Offer = rows.lock(model, pk, "provider")
    rows.check_version(offer, version)
    return offer


@transaction.atomic
def publish(*, actor: Actor, kind: str, offer: UUID, at: datetime, if_version: int | None = None) -> Offer:
    """Open a draft or a paused offer, if everybody and everything involved is verified."""
    row = _own_offer(actor, kind, offer, if_version)
    _refuse_unverified(row, at)
    _refuse_over(row, at)
    places = _fit_again(row)
    rows.move(row, states.OFFER, "publish", published_at=at, paused_reason="", **places)
    _fill_if_full(row)
    audit.record(actor=actor, at=at, action="offer.published", about=row)
    noticing.offer_published(row, at=at)
    # A signal may have put its provider on hold: then the offer is paused already.
    row.refresh_from_db()
    return row


@transaction.atomic
def repeat(*, actor: Actor, offer: UUID, id: UUID, at: datetime) -> m.TransportOffer:
    """The same ride tomorrow, at the same time on the clock of the border, published at once.

    Of a ride that is still to come: the day after it. What has changed since is asked again by publishing.
    """
    row = _own_offer(actor, "transport", offer, None)
    if not isinstance(row, m.TransportOffer) or row.published_at is None or row.status == "withdrawn":
        raise Conflict("nothing_to_repeat")
    days = _days_until_next(row.departs_from, at)
    draft = TransportDraft(
        **{name: getattr(row, name) for name in _REPEATED},
        driver=row.driver_id,
        vehicle=row.vehicle_id,
        escort=row.escort_id,
        origin=row.origin_id,
        destinations=[town.pk for town in row.destinations.all()],
        departs_from=_later(row.departs_from, days),
        departs_until=_later(row.departs_until, days),
        languages=row.languages.split(),
    )
    made = draft_transport(actor=actor, provider=row.provider_id, id=id, draft=draft, at=at)
    publish(actor=actor, kind="transport", offer=made.pk, at=at)
    made.refresh_from_db()
    return made


_REPEATED = ("seats", "child_seats", "wheelchair_places", "luggage", "pets", "women_only", "note")


def _days_until_next(departs_from: datetime, at: datetime) -> int:
    """From the ride's day to tomorrow, or to the day after it if it is still to come."""
    return max(1, (facts.local(at).date() - facts.local(departs_from).date()).days + 1)


def _later(moment: datetime, days: int) -> datetime:
    """So many days later at the same time on the wall clock, also over the change to summer time."""
    there = facts.local(moment)
    return there + timedelta(days=days)


def _refuse_unverified(row: Offer, at: datetime) -> None:
    today = facts.local(at).date()
    if isinstance(row, m.TransportOffer):
        vetted = facts.rides_of([row.pk], at)[row.pk].vetted
    else:
        vetted = facts.stays_of([row.pk], (0.0, 0.0), at)[row.pk].vetted
    reasons = tuple(eligibility.not_verified(vetted, today))
    if reasons:
        raise Refused(reasons=reasons)


def _refuse_over(row: Offer, at: datetime) -> None:
    over = row.departs_until <= at if isinstance(row, m.TransportOffer) else row.to_date <= facts.local(at).date()
    if over:
        raise Conflict("offer_is_over")


def _fit_again(row: Offer) -> dict[str, object]:
    """The vehicle or home may have changed since the draft: refuse what is too much, give the place as it is now."""
    if isinstance(row, m.TransportOffer):
        fitting.refuse(fitting.misfit_of_ride(row))
        return {}
    fitting.refuse(fitting.misfit_of_stay(row))
    return fitting.place_of(row.dwelling)


def _fill_if_full(row: Offer) -> None:
    """A paused offer whose places are all taken is full, not open, when it comes back."""
    taken, total = (row.seats_taken, row.seats) if isinstance(row, m.TransportOffer) else (row.beds_taken, row.beds)
    if taken == total:
        rows.move(row, states.OFFER, "fill")


@transaction.atomic
def pause(*, actor: Actor, kind: str, offer: UUID, at: datetime, if_version: int | None = None) -> Offer:
    """No new match for now; what is confirmed stays."""
    row = _own_offer(actor, kind, offer, if_version)
    rows.move(row, states.OFFER, "pause", paused_reason="owner")
    audit.record(actor=actor, at=at, action="offer.paused", about=row)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, kind: str, offer: UUID, at: datetime, if_version: int | None = None) -> Offer:
    """Take the offer back; refused while a household counts on it, whom staff must first place elsewhere."""
    row = _own_offer(actor, kind, offer, if_version)
    counted_on = row.legs.filter(taken_at__isnull=False, released_at=None).exclude(
        match__status__in=("closed", "resolved")
    )
    if isinstance(row, m.TransportOffer):
        counted_on = counted_on.exclude(match__status="arrived")
    if counted_on.exists():
        raise Conflict("household_counts_on_it")
    rows.move(row, states.OFFER, "withdraw", withdrawn_at=at)
    audit.record(actor=actor, at=at, action="offer.withdrawn", about=row)
    return row


def lapse_due(*, at: datetime, limit: int = 500) -> int:
    """Lapse offers whose window or dates are over; returns how many."""
    over = ((m.TransportOffer, "departs_until", at), (m.AccommodationOffer, "to_date", facts.local(at).date()))
    return sum(_lapse(model, pk, at) for model, last, now in over for pk in _over(model, last, limit)(now))


@cache
def _over(model: type[Offer], last: str, limit: int) -> Prepared[[date], UUID]:
    """Offers that are still to be had and whose last moment or day is over."""
    live = model.objects.filter(status__in=("draft", "open", "paused", "full")).order_by("pk")
    return prepared(lambda now: live.filter(**{f"{last}__lt": now}).values_list("pk", flat=True)[:limit])


@transaction.atomic
def _lapse(model: type[Offer], pk: UUID, at: datetime) -> bool:
    row = rows.lock(model, pk)
    if row.status not in ("draft", "open", "paused", "full"):
        return False
    rows.move(row, states.OFFER, "lapse")
    audit.record(actor=SYSTEM, at=at, action="offer.lapsed", about=row)
    return True
