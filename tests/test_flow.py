"""The main job from the application to a confirmed arrival, on the real services alone."""

from datetime import date
from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules import vetting as rules
from registry.selectors.standing import Subject, needed
from registry.services import checks, intake, journeys, matching, offers, providers, public, worker, zones
from tests import factories as f

pytestmark = pytest.mark.django_db

EVIDENCE: dict[str, Any] = {"type": "id_card", "country": "RO", "last_four": "1234", "expires_on": date(2029, 5, 1)}
VEHICLE = {"plate": "SV 12 ABC", "plate_country": "RO", "make": "Dacia", "color": "white", "seats": 5, "child_seats": 2}
DWELLING = {"address": "Str. Florilor 1", "town": "suceava", "lat": 47.63, "lon": 26.25, "beds": 4, "rooms": 2}


def applied(name: str, **fields: Any) -> tuple[m.Provider, Actor]:
    """Somebody applies from a phone of their own."""
    account = f.person("provider", given_name=name)
    given: dict[str, Any] = {
        "given_name": name,
        "family_name": "Munteanu",
        "birth_year": 1984,
        "sex": "f",
        "town": "suceava",
    }
    given |= {"phone": f"0744 {f.number():06}", "address": f"Strada Mare {f.number()}", "languages": ["uk", "ro"]}
    row = providers.apply(
        actor=f.actor(account), id=uuid7(), kind="person", fields={**given, **fields}, own_account=True, at=f.NOW
    )
    return row, f.actor(account)


def seen(code: str) -> dict[str, Any]:
    """What Petru saw for this check; no two papers have one number."""
    number = {"number": f"SV {100000 + f.number()}"} if rules.shows_paper(code) else {}
    return {name: EVIDENCE[name] for name in rules.definitions()[code].evidence} | number


def vetted(row: Any) -> Any:
    """Petru does every check that any officer may do and Olena, of an authority, the others; both decide."""
    subject: Subject = type(row).objects.get(pk=row.pk)
    kind = type(row).__name__.lower()
    for resident, code in needed(subject):
        checks.record_check(
            actor=f.olena() if rules.definitions()[code].by == "authority" else f.petru(),
            kind=kind,
            subject=row.pk,
            id=uuid7(),
            code=code,
            passed=True,
            evidence=seen(code),
            resident=resident or None,  # type: ignore[arg-type]
            at=f.NOW,
        )
    f.decide(subject, "verify")
    return type(row).objects.get(pk=row.pk)


def a_ride() -> tuple[m.TransportOffer, Actor]:
    """A driver applies, is vetted with her car, and publishes a ride."""
    row, driver = applied("Ileana", is_driver=True)
    car = providers.add_vehicle(actor=driver, provider=row.pk, id=uuid7(), fields=VEHICLE, at=f.NOW)
    vetted(row)
    vetted(car)
    draft = offers.TransportDraft(
        driver=row.pk,
        vehicle=car.pk,
        origin="siret",
        destinations=["suceava"],
        departs_from=f.NOW,
        departs_until=f.NOW + 3 * f.HOUR,
        seats=4,
        child_seats=1,
        luggage=4,
        languages=["uk"],
    )
    offer = offers.draft_transport(actor=driver, provider=row.pk, id=uuid7(), draft=draft, at=f.NOW)
    offers.publish(actor=driver, kind="transport", offer=offer.pk, at=f.NOW)
    return offer, driver


def a_stay() -> tuple[m.AccommodationOffer, Actor]:
    """A host applies, is vetted with her home and who lives there, and publishes beds."""
    row, host = applied("Doina", is_host=True)
    residents = [(uuid7(), providers.ResidentDraft("Doina", "Munteanu", 1984, "f"))]
    home = providers.add_dwelling(
        actor=host, provider=row.pk, id=uuid7(), fields=DWELLING, residents=residents, at=f.NOW
    )
    vetted(row)
    vetted(home)
    draft = offers.AccommodationDraft(
        dwelling=home.pk, beds=4, from_date=f.TODAY, to_date=f.TODAY + 20 * f.DAY, languages=["ro"]
    )
    offer = offers.draft_accommodation(actor=host, provider=row.pk, id=uuid7(), draft=draft, at=f.NOW)
    offers.publish(actor=host, kind="accommodation", offer=offer.pk, at=f.NOW)
    return offer, host


def a_request(kind: str) -> m.HelpRequest:
    """Maria goes on duty and registers a mother with a baby."""
    maria = f.maria()
    zones.start_shift(actor=maria, zone="siret", id=uuid7(), ends_at=f.NOW + 8 * f.HOUR, at=f.NOW)
    draft = intake.HouseholdDraft(members=[f.WOMAN, f.INFANT], luggage=2, contact_phone="067 123 45 67")
    household = intake.register_household(actor=maria, id=uuid7(), zone="siret", draft=draft, at=f.NOW)
    return intake.open_request(
        actor=maria,
        household=household.pk,
        id=uuid7(),
        kind=kind,
        origin="siret",
        destination="suceava",
        max_km=60,
        earliest_at=f.NOW,
        from_date=f.TODAY,
        nights=4,
        at=f.NOW,
    )


def confirmed(request: m.HelpRequest) -> m.Match:
    """The best proposal is put before the household, chosen and confirmed."""
    maria = f.maria()
    best = matching.search(actor=maria, request=request.pk, at=f.NOW).ranked[0]
    match = matching.propose(
        actor=maria,
        request=request.pk,
        id=uuid7(),
        ride=best.ride.pk if best.ride else None,
        stay=best.stay.pk if best.stay else None,
        arrival_zone=best.arrival_zone.pk if best.arrival_zone else None,
        at=f.NOW,
    )
    matching.accept(actor=maria, match=match.pk, at=f.NOW)
    return matching.confirm(actor=maria, match=match.pk, at=f.NOW)


def departed(match: m.Match) -> m.Match:
    """Maria looks at the pass and the plate, asks the public check, counts heads, and lets them go."""
    ride = f.ride_of(match)
    shown: dict[str, Any] = {}
    if ride:
        code = m.ProviderPass.objects.get(provider=ride.driver, vehicle=ride.vehicle, status="issued").code
        assert public.check(text=code, caller="192.0.2.1", at=f.NOW) == "VALID"
        shown = {"pass_code": code, "plate": "sv12abc"}
    return journeys.depart(actor=f.maria(), match=match.pk, counted=2, at=f.NOW, **shown)


def told(match: m.Match) -> list[str]:
    """What the audit log says of the match."""
    mine = m.AuditEntry.objects.filter(object_type="match", object_id=str(match.pk))
    return list(mine.order_by("seq").values_list("action", flat=True))


def test_a_ride_from_the_gate_to_another_safe_zone() -> None:
    f.geography()
    _, driver = a_ride()
    match = departed(confirmed(a_request("ride")))
    journeys.check_in(actor=driver, match=match.pk, id=uuid7(), kind="underway", at=f.NOW + f.HOUR / 2)
    code = m.Household.objects.get(pk=match.household_id).code
    given: dict[str, Any] = {"code": code, "id": uuid7(), "kind": "arrived", "at": f.NOW + f.HOUR}
    journeys.household_says(actor=f.SYSTEM, **given)
    receiver = f.actor(f.person("volunteer", zone="suceava"))
    journeys.arrive(actor=receiver, match=match.pk, side="receiver", at=f.NOW + f.HOUR)
    row = journeys.close(actor=receiver, match=match.pk, at=f.NOW + f.HOUR)
    assert (row.status, m.HelpRequest.objects.get(pk=match.request_id).status) == ("closed", "completed")
    assert worker.work_once(at=f.NOW + 2 * f.HOUR).escalated == 0
    assert told(match) == [
        "match.proposed",
        "match.accepted",
        "match.confirmed",
        "journey.departed",
        "journey.check_in",
        "journey.check_in",
        "journey.arrival_said",
        "journey.arrival_said",
        "journey.arrived",
        "journey.closed",
    ]


def test_a_bed_for_a_household_that_drives_itself() -> None:
    f.geography()
    stay, host = a_stay()
    match = departed(confirmed(a_request("stay")))
    journeys.arrive(actor=host, match=match.pk, side="receiver", at=f.NOW + f.HOUR)
    journeys.arrive(actor=f.maria(), match=match.pk, side="refugee", at=f.NOW + f.HOUR)
    stay.refresh_from_db()
    assert stay.beds_taken == 2
    journeys.close(actor=host, match=match.pk, at=f.NOW + 4 * f.DAY)
    stay.refresh_from_db()
    assert stay.beds_taken == 0


def test_a_ride_and_a_bed_together() -> None:
    f.geography()
    ride, driver = a_ride()
    stay, host = a_stay()
    match = departed(confirmed(a_request("both")))
    assert {leg.kind for leg in match.legs.all()} == {"ride", "stay"}
    ride.refresh_from_db()
    stay.refresh_from_db()
    assert (ride.seats_taken, ride.child_seats_taken, ride.luggage_taken, stay.beds_taken) == (2, 1, 2, 2)
    journeys.check_in(actor=driver, match=match.pk, id=uuid7(), kind="underway", at=f.NOW + f.HOUR / 2)
    journeys.arrive(actor=f.maria(), match=match.pk, side="refugee", at=f.NOW + f.HOUR)
    journeys.arrive(actor=host, match=match.pk, side="receiver", at=f.NOW + f.HOUR)
    assert journeys.close(actor=host, match=match.pk, at=f.NOW + 4 * f.DAY).status == "closed"


def test_everything_decided_on_the_way_is_in_the_log_without_a_name() -> None:
    f.geography()
    a_ride()
    a_stay()
    departed(confirmed(a_request("both")))
    log = [str(data).casefold() for data in m.AuditEntry.objects.values_list("data", flat=True)]
    assert len(log) > 50
    for secret in ("munteanu", "ileana", "doina", "florilor", "744000", "671234567", "sv12abc", "4321"):
        assert not [entry for entry in log if secret in entry]
