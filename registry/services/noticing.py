"""The signals of conduct, each asked at its moment: publishing, refusing, checking, leaving, arriving, being late."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from registry import models as m
from registry.identity.readings import read
from registry.rules.policy import DEFAULT
from registry.rules.signals import company, conduct, road, words
from registry.selectors import conduct as found
from registry.selectors.journeys import driver_of
from registry.services import fingerprints, signals
from registry.services.signals import About

Offer = m.TransportOffer | m.AccommodationOffer


def offer_published(offer: Offer, *, at: datetime) -> None:
    """What an offer says, and where its people live; its provider is locked."""
    texts = found.texts_of(offer)
    prefers = words.prefers(texts)
    if prefers and not (found.is_womens_shelter(offer) and prefers.params["preference"] == "women"):
        signals.notice(prefers, About(provider=offer.provider, same=(offer.pk, *texts)), at=at)
    whose = offer.driver if isinstance(offer, m.TransportOffer) else offer.provider
    far = road.far_from_corridor(found.corridor_km(offer))
    signals.notice(far, About(provider=whose, same=(offer.pk,)), at=at)


def turned_away(match: m.Match, *, at: datetime) -> None:
    """A provider has taken a confirmed match back: what they said, and whom they have turned away so far."""
    for provider in carriers(match):
        about = About(provider=provider, match=match, same=(match.pk,))
        signals.notice(words.prefers((match.provider_said,)), about, at=at)
        declined = found.turned_away(provider)
        reason = conduct.declines_men([found.party_of(one) for one in declined], found.taken(provider))
        ordinary = [one.pk for one in declined if found.party_of(one).is_ordinary]
        signals.notice(reason, About(provider=provider, match=match, same=ordinary), at=at)


def carriers(match: m.Match) -> list[m.Provider]:
    """Who drives or hosts a match, each once."""
    legs = match.legs.select_related("transport_offer__driver", "accommodation_offer__provider")
    every = [
        leg.transport_offer.driver if leg.transport_offer else leg.accommodation_offer.provider  # type: ignore[union-attr]
        for leg in legs.order_by("kind")
    ]
    return list({provider.pk: provider for provider in every}.values())


def check_refused(provider: m.Provider, *, at: datetime) -> None:
    """Somebody would not be looked at."""
    refused = found.refused_checks(provider)
    reason = conduct.refuses_check(check.code for check in refused)
    compared = [{"kind": "check", "ends": check.code} for check in refused]
    signals.notice(reason, About(provider=provider, same=[c.pk for c in refused], compared=compared), at=at)


def departed(match: m.Match, *, at: datetime) -> bool:
    """A driver has left a gate: two roads at once, faster than a car, mostly by night; whether any was noticed."""
    driver = driver_of(match.pk)
    if driver is None:
        return False
    on_the_road = About(provider=driver, match=match, same=(match.pk,))
    drives = found.drives(driver, at)
    lately = [drive for drive in drives if drive.left_at >= at - found.LATELY]
    noticed = [
        signals.notice(road.journeys_overlap(found.trips(lately)), on_the_road, at=at),
        signals.notice(road.too_fast(found.hops(lately)), on_the_road, at=at),
    ]
    reason = road.mostly_at_night(found.pick_ups(drives))
    # Cleared for so many nights; four more are new data.
    nights = int(reason.params["nights"]) // DEFAULT.signal_night_least if reason else 0
    noticed.append(signals.notice(reason, About(provider=driver, same=("nights", nights)), at=at))
    return any(noticed)


def arrived(match: m.Match, *, at: datetime) -> None:
    """Both sides have said that they are there: sooner than the road allows?"""
    driver = driver_of(match.pk)
    if driver is None or match.departed_at is None:
        return
    reason = road.arrived_too_soon(match.departed_at, at, match.route_minutes)
    signals.notice(reason, About(provider=driver, match=match, same=(match.pk,)), at=at)


def overdue(match: m.Match, *, at: datetime) -> None:
    """A journey is overdue: not for the first time?"""
    driver = driver_of(match.pk)
    if driver is None:
        return
    times = found.overdue(driver, at)
    reason = road.overdue_again([moment for _, moment in times], at)
    same = [pk for pk, _ in times]
    signals.notice(reason, About(provider=driver, match=match, same=same), at=at)


def reported(provider: m.Provider, *, at: datetime) -> None:
    """A household has reported: is it the second that was taken somewhere else?"""
    journeys = found.route_changes(provider)
    signals.notice(road.destination_changed(len(journeys)), About(provider=provider, same=journeys), at=at)


def household_written(household: m.Household, *, at: datetime) -> None:
    """The adult of a household was here before, with others: nobody is matched until two people have looked."""
    readings = read("phone", household.contact_phone)
    fingerprints.keep(kind="phone", readings=readings, at=at, household=household)
    digests = [mark.digest for mark in fingerprints.keyring().marks("phone", readings)]
    since = at - timedelta(days=DEFAULT.signal_groups_days)
    before = found.same_adult(household, digests, since)
    reason = company.again(found.group_of(household), [found.group_of(one) for one in before])
    same = [one.pk for one in before]
    about = About(household=household, county=household.zone.county_id, same=same, compared=_phone(household))
    signals.notice(reason, about, at=at)


def _phone(household: m.Household) -> list[Mapping[str, str]]:
    return [{"kind": "phone", "ends": household.contact_phone[-2:]}]
