"""Intake: a household registered at a zone, what it asks for, what it consents to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from registry import identity, states
from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ids import spoken_code
from registry.permissions import Actor, may_work_in
from registry.rules import facts, ranking
from registry.rules.policy import DEFAULT
from registry.selectors import by_slip
from registry.selectors import requests as visible
from registry.selectors.prepared import one_with
from registry.services import alarms, audit, noticing, rows

NEEDS = ("medical", "pregnant", "disability", "elderly_care", "trauma", "newborn", "no_documents")
LANGUAGES = ("uk", "ro", "en", "ru", "pl", "de", "fr", "it", "es", "hu", "bg", "tr", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdDraft:
    """What a volunteer takes down; nothing of it has to be typed but the members."""

    members: Sequence[facts.Person]
    language: str = "uk"
    languages: Sequence[str] = ("uk",)
    contact_name: str = ""
    contact_phone: str = ""
    wheelchairs: int = 0
    pets: int = 0
    luggage: int = 0
    needs: Sequence[str] = ()
    crossing: str | None = None


def _zone(actor: Actor, code: str) -> m.Zone:
    zone = one_with(m.Zone, code)
    if zone is None:
        raise Invalid(fields={"zone": "unknown_choice"})
    if not may_work_in(actor, zone):
        raise NotAllowed
    return zone


@transaction.atomic
def register_household(*, actor: Actor, id: UUID, zone: str, draft: HouseholdDraft, at: datetime) -> m.Household:
    """Register those who travel together; they get a code that is theirs alone."""
    place = _zone(actor, zone)
    _refuse_bad_household(draft)
    household = m.Household(
        id=rows.new_id(id, m.Household),
        created_at=at,
        code=spoken_code(12),
        zone=place,
        crossing_id=draft.crossing,
        registered_by_id=actor.person,
        **_columns(draft),
    )
    rows.insert(household)
    _write_members(household, draft.members)
    audit.record(actor=actor, at=at, action="household.registered", about=household, zone=zone, size=household.size)
    if household_party(draft).children_alone:
        _tell_child_protection(household, at)
    noticing.household_written(household, at=at)
    return household


def household_party(draft: HouseholdDraft) -> facts.Party:
    """The draft as the rules see it."""
    return facts.Party(members=tuple(draft.members), needs=frozenset(draft.needs))


def _tell_child_protection(household: m.Household, at: datetime) -> None:
    alarms.raise_alarm(code="child_alone", role="child_protection", level=4, zone=household.zone, at=at)


def _refuse_bad_household(draft: HouseholdDraft) -> None:
    bad: dict[str, str] = {}
    if not 1 <= len(draft.members) <= 30:
        bad["members"] = "size_out_of_range"
    if any(p.age_band not in facts.AGE_BANDS or p.sex not in facts.SEXES for p in draft.members):
        bad["members"] = "unknown_choice"
    if any(p.guardian not in facts.GUARDIANS for p in draft.members):
        bad["members"] = "unknown_choice"
    if set(draft.needs) - set(NEEDS):
        bad["needs"] = "unknown_choice"
    if set(draft.languages) - set(LANGUAGES) or draft.language not in ("uk", "ro", "en", "ru"):
        bad["languages"] = "unknown_choice"
    if draft.contact_phone and not identity.phones(draft.contact_phone):
        bad["contact_phone"] = "not_a_phone"
    if not 0 <= draft.wheelchairs <= len(draft.members):
        bad["wheelchairs"] = "more_than_people"
    if not 0 <= draft.pets <= 20 or not 0 <= draft.luggage <= 60:
        bad["pets" if not 0 <= draft.pets <= 20 else "luggage"] = "out_of_range"
    if draft.crossing and not m.Crossing.objects.filter(pk=draft.crossing).exists():
        bad["crossing"] = "unknown_choice"
    if bad:
        raise Invalid(fields=bad)


def _columns(draft: HouseholdDraft) -> dict[str, object]:
    party = household_party(draft)
    region = "UA" if draft.language in ("uk", "ru") else "RO"
    return {
        "contact_name": draft.contact_name,
        "contact_phone": (identity.phone(draft.contact_phone, region) or draft.contact_phone)[:20],
        "language": draft.language,
        "languages": " ".join(sorted(set(draft.languages))),
        "size": party.size,
        "minors": party.minors,
        "men": party.men,
        "women": party.women,
        "wheelchairs": draft.wheelchairs,
        "pets": draft.pets,
        "luggage": draft.luggage,
        "needs": " ".join(sorted(set(draft.needs))),
        "urgency": ranking.urgency(
            party.needs, party.in_bands(("0-3",)), party.in_bands(("60+",)), party.children_alone
        ),
    }


def _write_members(household: m.Household, members: Sequence[facts.Person]) -> None:
    m.Member.objects.bulk_create(
        m.Member(household=household, number=n, age_band=p.age_band, sex=p.sex, guardian=p.guardian)
        for n, p in enumerate(members, start=1)
    )


@transaction.atomic
def update_household(
    *, actor: Actor, household: UUID, draft: HouseholdDraft, at: datetime, if_version: int | None = None
) -> m.Household:
    """Correct what was taken down, while no match stands on it."""
    seen = visible.household(actor, household)
    _zone(actor, seen.zone_id)
    _refuse_bad_household(draft)
    row = rows.lock(m.Household, household)
    rows.check_version(row, if_version)
    running = m.HelpRequest.objects.filter(household=row, status__in=("open", "matched"))
    requests = rows.lock_many(m.HelpRequest, running.values_list("pk", flat=True))
    if row.erased_at:
        raise Conflict("erased")
    if any(request.status == "matched" for request in requests) or row.closed_at:
        raise Conflict("household_is_matched")
    _cancel_proposals(row, actor, at)
    columns = _columns(draft)
    for column, value in columns.items():
        setattr(row, column, value)
    rows.save(row, *columns)
    m.Member.objects.filter(household=row).delete()
    _write_members(row, draft.members)
    audit.record(actor=actor, at=at, action="household.updated", about=row, size=row.size)
    noticing.household_written(row, at=at)
    return row


def _cancel_proposals(household: m.Household, actor: Actor, at: datetime) -> None:
    """A proposal stood on the household as it was."""
    waiting = m.Match.objects.filter(household=household, status="proposed").values_list("pk", flat=True)
    for match in rows.lock_many(m.Match, waiting):
        rows.move(match, states.MATCH, "cancel", ended_at=at, ended_by_id=actor.id, outcome="household_changed")
        audit.record(actor=actor, at=at, action="match.cancelled", about=match, reason="household_changed")


@transaction.atomic
def open_request(
    *,
    actor: Actor,
    household: UUID,
    id: UUID,
    kind: str,
    origin: str,
    destination: str | None,
    max_km: int | None,
    earliest_at: datetime,
    from_date: date,
    nights: int,
    at: datetime,
) -> m.HelpRequest:
    """What the household asks for: a ride, a bed, or both."""
    seen = visible.household(actor, household)
    if seen.erased_at:
        raise Conflict("erased")
    place = _zone(actor, origin)
    bad: dict[str, str] = {}
    if kind not in m.HelpRequest.KINDS:
        bad["kind"] = "unknown_choice"
    if destination and not m.Town.objects.filter(pk=destination).exists():
        bad["destination"] = "unknown_choice"
    if not 1 <= nights <= 365:
        bad["nights"] = "out_of_range"
    if max_km is not None and not 1 <= max_km <= 600:
        bad["max_km"] = "out_of_range"
    if bad:
        raise Invalid(fields=bad)
    request = m.HelpRequest(
        id=rows.new_id(id, m.HelpRequest),
        created_at=at,
        household=seen,
        kind=kind,
        origin=place,
        destination_id=destination,
        max_km=max_km or DEFAULT.default_max_km,
        earliest_at=earliest_at,
        from_date=from_date,
        nights=nights,
        requested_by_id=actor.person,
    )
    rows.insert(request, "request_running")
    audit.record(actor=actor, at=at, action="request.opened", about=request, household=household, kind=kind)
    return request


@transaction.atomic
def end_request(*, actor: Actor, request: UUID, action: str, at: datetime) -> m.HelpRequest:
    """Cancel a request that is no longer needed, or refer it to somebody who can help."""
    if action not in ("cancel", "refer"):
        raise Invalid(fields={"action": "unknown_choice"})
    seen = visible.request(actor, request)
    _zone(actor, seen.origin_id)
    row = rows.lock(m.HelpRequest, request)
    rows.move(row, states.REQUEST, action, closed_at=at)
    _cancel_proposals(seen.household, actor, at)
    audit.record(actor=actor, at=at, action=f"request.{row.status}", about=row)
    return row


def _consents(actor: Actor, household: UUID) -> m.Household:
    """Whose consent it is: of a household of the actor's zone, or their own."""
    if actor.household == household:
        return by_slip.household(actor)
    seen = visible.household(actor, household)
    _zone(actor, seen.zone_id)
    return seen


@transaction.atomic
def set_consent(*, actor: Actor, household: UUID, organization: UUID, given: bool, id: UUID, at: datetime) -> None:
    """Consent to share with one partner: given or withdrawn; nothing else changes with it (rule 14)."""
    seen = _consents(actor, household)
    if not m.Organization.objects.filter(pk=organization, kind="ngo").exists():
        raise NotFound
    running = m.Consent.objects.filter(household=seen, organization=organization, withdrawn_at=None)
    if given and not running.exists():
        rows.insert(
            m.Consent(
                id=rows.new_id(id, m.Consent),
                created_at=at,
                household=seen,
                organization_id=organization,
                recorded_by_id=actor.id,
            )
        )
    elif not given:
        running.update(withdrawn_at=at)
    audit.record(actor=actor, at=at, action="consent.set", about=seen, organization=organization, given=given)
