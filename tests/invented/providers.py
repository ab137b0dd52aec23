"""Invented providers with their cars, homes, checks, passes and holds, and what they offer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from geo.privacy import SEARCH_RESOLUTION, cell_of, parent_cell
from registry import identity
from registry import models as m
from registry.ids import spoken_code, uuid7
from registry.permissions import Actor
from registry.rules import vetting
from registry.selectors.standing import Subject, current_checks, needed, owner_of
from registry.services import passes, status_lists
from tests.invented.legally import bring
from tests.invented.people import actor, known, organization, person
from tests.invented.places import DAY, HOUR, NOW, TODAY, TOWNS, geography, number


def checks_for(subject: Subject, at: datetime = NOW - 10 * DAY, until: date | None = None) -> list[m.Check]:
    """Every check that the subject still needs, passed; none counts longer than ``until``."""
    there = {(str(c.resident_id or ""), c.code) for c in current_checks(subject)}
    officer = _checker(subject)
    return m.Check.objects.bulk_create(
        _check(subject, key, code, officer, at, until) for key, code in needed(subject) if (key, code) not in there
    )


def _checker(subject: Subject) -> m.Person:
    """Olena, or Ioana where Olena may not."""
    owner, officer = owner_of(subject), known("olena")
    near = (subject.created_by_id, owner.invited_by_id, owner.account_id)
    return known("ioana") if officer.pk in near or officer.organization_id == owner.organization_id else officer


def _check(subject: Subject, resident: str, code: str, officer: m.Person, at: datetime, until: date | None) -> m.Check:
    evidence = vetting.definitions()[code].evidence
    expires_on = (until or at.date() + 2000 * DAY) if "expires_on" in evidence else None
    lapses_on = vetting.lapses_on(code, at.date(), expires_on)
    target: dict[str, Any] = {"resident_id": resident} if resident else {type(subject).__name__.lower(): subject}
    return m.Check(
        id=uuid7(),
        created_at=at,
        code=code,
        passed=True,
        checked_by=officer,
        checked_at=at,
        lapses_on=min(lapses_on, until) if lapses_on and until else lapses_on,
        evidence_type="id_card" if "type" in evidence else "",
        evidence_country="RO" if "country" in evidence else "",
        evidence_last_four="4321" if "last_four" in evidence else "",
        evidence_expires_on=expires_on,
        **target,
    )


def verified(subject: Any, until: date | None = None) -> Any:
    """The same subject, verified by two with all checks passed."""
    checks_for(subject, until=until)
    return bring(bring(subject, "in_review"), "verified")


def provider(kind: str = "person", town: str = "suceava", **fields: Any) -> m.Provider:
    """A person or an organization that has applied; ``account`` is who signs in as it, ``status`` what came of it."""
    geography()
    n = number()
    organized = kind == "organization"
    values = {
        "id": uuid7(),
        "created_at": NOW - 20 * DAY,
        "applied_at": NOW - 20 * DAY,
        "created_by": fields.get("account") or known("maria"),
        "kind": kind,
        "given_name": "" if organized else "Elena",
        "family_name": "" if organized else f"Gazda{n}",
        "organization_name": f"Drumuri {n}" if organized else "",
        "registration_number": f"RO{n:08}" if organized else "",
        "birth_year": None if organized else 1980,
        "sex": "unknown" if organized else "f",
        "phone": f"+4072{n:07}",
        "address": f"Strada Lunga {n}",
        "town_id": town,
        "county_id": TOWNS[town][1],
        "languages": "ro uk",
    }
    status = fields.pop("status", "applied")
    row = m.Provider(**{**values, **fields})
    if organized and row.organization_id is None:
        row.organization = organization(row.organization_name, "company")
    row.search_key = identity.search_key(row.organization_name)
    row.save(force_insert=True)
    return _finished(row, status)


def verified_provider(
    kind: str = "person", *, driver: bool = False, host: bool = False, until: date | None = None, **fields: Any
) -> m.Provider:
    """A verified provider: a driver, a host or an organization."""
    row: m.Provider = verified(provider(kind, is_driver=driver, is_host=host, **fields), until)
    return row


def owner(row: m.Provider) -> Actor:
    """The provider itself as an actor, with an account of its own."""
    if row.account is None:
        row.account = person("provider", given_name=row.given_name or "Firma", family_name=row.family_name or "Cont")
        row.save(update_fields=["account"])
    return actor(row.account)


def vehicle(
    provider: m.Provider | None = None, status: str = "verified", until: date | None = None, **fields: Any
) -> m.Vehicle:
    """A car of five seats, verified unless told otherwise."""
    owned_by = provider or verified_provider(driver=True)
    plate = fields.pop("plate", f"SV {number():04} ABC")
    values = {
        "id": uuid7(),
        "created_at": NOW - 20 * DAY,
        "applied_at": NOW - 20 * DAY,
        "created_by": known("maria"),
        "provider": owned_by,
        "plate": plate,
        "plate_key": identity.plate(plate),
        "plate_country": "RO",
        "make": "Dacia",
        "color": "white",
        "seats": 5,
        "child_seats": 2,
        "wheelchair_places": 0,
    }
    row = m.Vehicle(**{**values, **fields})
    row.save(force_insert=True)
    return _finished(row, status, until)


def _finished(row: Any, status: str, until: date | None = None) -> Any:
    """The new row, walked to this state of vetting."""
    if status in ("verified", "expired"):
        verified(row, until)
    return bring(row, status)


def dwelling(
    provider: m.Provider | None = None,
    status: str = "verified",
    town: str = "suceava",
    residents: Sequence[tuple[str, int]] = (("f", 1980),),
    until: date | None = None,
    **fields: Any,
) -> m.Dwelling:
    """A home with its ``residents`` (sex, birth year), verified unless told otherwise."""
    owned_by = provider or verified_provider(host=True)
    _, county, lat, lon = TOWNS[town]
    values = {
        "id": uuid7(),
        "created_at": NOW - 20 * DAY,
        "applied_at": NOW - 20 * DAY,
        "created_by": known("maria"),
        "provider": owned_by,
        "address": f"Strada Florilor {number()}",
        "town_id": town,
        "county_id": county,
        "lat": lat,
        "lon": lon,
        "cell": cell_of(lat, lon),
        "beds": 4,
        "rooms": 2,
        "lockable_room": True,
    }
    row = m.Dwelling(**{**values, **fields})
    row.save(force_insert=True)
    for sex, birth_year in residents:
        resident(row, sex=sex, birth_year=birth_year)
    return _finished(row, status, until)


def resident(home: m.Dwelling, **fields: Any) -> m.Resident:
    """Somebody of 16 or more who lives there."""
    values = {"given_name": "Elena", "family_name": f"Locatar{number()}", "birth_year": 1980, "sex": "f"}
    return m.Resident.objects.create(id=uuid7(), dwelling=home, moved_in_at=NOW - 100 * DAY, **{**values, **fields})


def provider_pass(driver: m.Provider, car: m.Vehicle | None = None, **fields: Any) -> m.ProviderPass:
    """An issued pass that counts today, signed as the service signs it."""
    values: dict[str, Any] = {
        "id": uuid7(),
        "created_at": NOW,
        "code": "SZ" + spoken_code(8),
        "provider": driver,
        "vehicle": car,
        "valid_from": TODAY - DAY,
        "valid_until": min(TODAY + 90 * DAY, *(x.verified_until for x in (driver, car) if x and x.verified_until)),
    }
    status = fields.pop("status", "issued")
    row = m.ProviderPass(**{**values, **fields})
    with_what = passes.pen()
    assert with_what
    row.key = with_what.row
    row.list_number, row.list_index = status_lists.draw()
    row.text = passes.signed(row, with_what, min(NOW, passes.end_of(row.valid_until) - DAY))
    row.save(force_insert=True)
    return bring(row, status, "pass")


def hold(subject: Subject, code: str = "officer_doubt", **fields: Any) -> m.Hold:
    """An open hold."""
    target: dict[str, Any] = {type(subject).__name__.lower(): subject}
    return m.Hold.objects.create(id=uuid7(), created_at=NOW, code=code, **target, **fields)


def transport_offer(
    driver: m.Provider | None = None,
    car: m.Vehicle | None = None,
    status: str = "open",
    destinations: Sequence[str] = ("suceava",),
    **fields: Any,
) -> m.TransportOffer:
    """An open ride from siret to suceava this afternoon, with a woman at the wheel."""
    driver = driver or (car.provider if car else verified_provider(driver=True))
    car = car or vehicle(fields.get("provider", driver))
    values = {
        "id": uuid7(),
        "created_at": NOW - DAY,
        "provider": driver,
        "driver": driver,
        "vehicle": car,
        "origin_id": "siret",
        "departs_from": NOW,
        "departs_until": NOW + 6 * HOUR,
        "seats": 4,
        "child_seats": 1,
        "luggage": 6,
        "languages": "ro uk",
        "published_at": None if status == "draft" else NOW - DAY,
        "withdrawn_at": NOW - HOUR if status == "withdrawn" else None,
    }
    row = m.TransportOffer.objects.create(**{**values, **fields})
    row.destinations.set(m.Town.objects.filter(pk__in=destinations))
    return bring(row, status, "offer")


def accommodation_offer(home: m.Dwelling | None = None, status: str = "open", **fields: Any) -> m.AccommodationOffer:
    """Open beds for the next month in a woman's home in suceava."""
    home = home or dwelling()
    values = {
        "id": uuid7(),
        "created_at": NOW - DAY,
        "provider": home.provider,
        "dwelling": home,
        "town_id": home.town_id,
        "county_id": home.county_id,
        "cell": home.cell,
        "area": parent_cell(home.cell, SEARCH_RESOLUTION),
        "beds": 4,
        "from_date": TODAY - DAY,
        "to_date": TODAY + 30 * DAY,
        "languages": "ro uk",
        "published_at": None if status == "draft" else NOW - DAY,
        "withdrawn_at": NOW - HOUR if status == "withdrawn" else None,
    }
    return bring(m.AccommodationOffer.objects.create(**{**values, **fields}), status, "offer")
