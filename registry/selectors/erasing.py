"""Whom the registry may forget: what speaks against it, whose time is over, and everything that is theirs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from registry import models as m
from registry import states
from registry.rules.policy import DEFAULT, Policy
from registry.selectors import joined

_ME = OuterRef("pk")
_RIDES = Q(provider=_ME) | Q(driver=_ME) | Q(escort=_ME)
_OFFERS_OVER = ("withdrawn", "lapsed")
_THINGS = Q(provider=_ME) | Q(vehicle__provider=_ME) | Q(dwelling__provider=_ME)
_LEGS = (
    Q(transport_offer__provider=_ME)
    | Q(transport_offer__driver=_ME)
    | Q(transport_offer__escort=_ME)
    | Q(transport_offer__vehicle__provider=_ME)
    | Q(accommodation_offer__provider=_ME)
)


def _household() -> Mapping[str, "QuerySet[Any]"]:
    return {
        "erase_request_open": m.HelpRequest.objects.filter(household=_ME, status__in=("open", "matched")),
        "erase_journey_running": m.Match.objects.filter(household=_ME).exclude(status__in=states.MATCH_OVER),
        "erase_concern_open": m.Concern.objects.filter(match__household=_ME, closed_at=None),
        "erase_alarm_open": m.Alarm.objects.filter(match__household=_ME, closed_at=None),
        "erase_signal_open": m.Signal.objects.filter(household=_ME, outcome="open"),
    }


def _provider() -> Mapping[str, "QuerySet[Any]"]:
    in_register = ("suggested", "proposed", "listed", "appealed")
    return {
        "erase_suspended": m.Provider.objects.filter(pk=_ME, status__in=("suspended", "revoked")),
        "erase_suspended_2": m.Vehicle.objects.filter(provider=_ME, status__in=("suspended", "revoked")),
        "erase_suspended_3": m.Dwelling.objects.filter(provider=_ME, status__in=("suspended", "revoked")),
        "erase_in_register": m.RefusedEntry.objects.filter(provider=_ME, status__in=in_register),
        "erase_journey_running": m.Leg.objects.filter(_LEGS).exclude(match__status__in=states.MATCH_OVER),
        "erase_offer_open": m.TransportOffer.objects.filter(_RIDES).exclude(status__in=_OFFERS_OVER),
        "erase_offer_open_2": m.AccommodationOffer.objects.filter(provider=_ME).exclude(status__in=_OFFERS_OVER),
        "erase_concern_open": m.Concern.objects.filter(provider=_ME, closed_at=None),
        "erase_alarm_open": m.Alarm.objects.filter(provider=_ME, closed_at=None),
        "erase_held": m.Hold.objects.filter(_THINGS, cleared_at=None),
        "erase_signal_open": m.Signal.objects.filter(Q(provider=_ME) | Q(other=_ME), outcome="open"),
        "erase_appeal_open": m.Appeal.objects.filter(_THINGS, outcome="pending"),
    }


def _person() -> Mapping[str, "QuerySet[Any]"]:
    return {
        "erase_account_open": m.Person.objects.filter(pk=_ME, is_active=True),
        "erase_provider_first": m.Provider.objects.filter(account=_ME, erased_at=None),
        "erase_signal_open": m.Signal.objects.filter(person=_ME, outcome="open"),
    }


_AGAINST = {"household": _household, "provider": _provider, "person": _person}
_MODELS: Mapping[str, type[Any]] = {"household": m.Household, "provider": m.Provider, "person": m.Person}


def against(kind: str, pk: UUID) -> list[str]:
    """Why this one cannot be erased now, as codes of reasons; empty when nothing speaks against it."""
    found = {code: Exists(rows) for code, rows in _AGAINST[kind]().items()}
    said: dict[str, bool] = _MODELS[kind].objects.filter(pk=pk).annotate(**found).values(*found).get()
    return list(dict.fromkeys(_code(question) for question, is_so in said.items() if is_so))


def _code(question: str) -> str:
    """Two questions may have one answer: their numbers are left out."""
    return question.rstrip("_23")


def codes() -> frozenset[str]:
    """Every reason that there can be."""
    return frozenset(_code(question) for questions in _AGAINST.values() for question in questions())


def _free(kind: str) -> "QuerySet[Any]":
    """Everybody of a kind whom nothing speaks against, and who is there still."""
    rows = _MODELS[kind].objects.filter(erased_at=None)
    for found in _AGAINST[kind]().values():
        rows = rows.filter(~Exists(found))
    return rows


def due(kind: str, at: datetime, limit: int, policy: Policy = DEFAULT) -> list[UUID]:
    """Whose time is over: households after their last request, applications after their rejection or when unmet."""
    rows = _free(kind)
    if kind == "provider":
        long_ago = at - timedelta(days=policy.rejected_kept_days)
        unmet = Q(applied_at__lt=at - timedelta(days=policy.unmet_kept_days)) & joined.UNMET
        over = rows.filter(Q(status="rejected", rejected_at__lt=long_ago) | unmet)
        return list(over.order_by("rejected_at", "applied_at").values_list("pk", flat=True)[:limit])
    return list(_households_over(rows, at, policy).values_list("pk", flat=True)[:limit])


def _households_over(rows: "QuerySet[Any]", at: datetime, policy: Policy) -> "QuerySet[Any]":
    """Thirty days after the last word; three days for whoever only asked for a ride, and is gone."""
    slept = m.HelpRequest.objects.filter(household=_ME).exclude(kind="ride")
    asked = m.HelpRequest.objects.filter(household=_ME)
    last = asked.filter(closed_at__isnull=False).order_by("-closed_at").values("closed_at")[:1]
    ended = Coalesce(Subquery(last), F("created_at"))
    in_transit = Exists(asked) & ~Exists(slept)
    long_ago, lately = timedelta(days=policy.household_kept_days), timedelta(hours=policy.transit_kept_hours)
    return (
        rows.alias(over_at=ended)
        .filter(Q(over_at__lt=at - long_ago) | Q(in_transit, over_at__lt=at - lately))
        .order_by("pk")
    )


def everything_of(kind: str, row: Any) -> frozenset[UUID]:
    """Ids of a person and of all that is theirs: whose keys are destroyed and whose stored answers are forgotten."""
    if kind == "household":
        parts = [row.requests.all(), row.matches.all(), m.Concern.objects.filter(match__household=row)]
        return frozenset({row.pk, *_ids(*parts)})
    if kind == "provider":
        return frozenset({row.pk, *_of_provider(row)})
    return frozenset({row.pk})


def _ids(*parts: "QuerySet[Any]") -> set[UUID]:
    return {pk for part in parts for pk in part.values_list("pk", flat=True)}


def _of_provider(row: m.Provider) -> set[UUID]:
    residents = m.Resident.objects.filter(dwelling__provider=row)
    legs = m.Leg.objects.filter(Q(transport_offer__driver=row) | Q(accommodation_offer__provider=row))
    found = _ids(row.vehicles.all(), row.dwellings.all(), residents, row.concerns.all())
    found |= set(legs.values_list("match", flat=True))
    is_only_one = row.kind == "organization" and not m.Person.objects.filter(organization=row.organization_id).exists()
    return found | ({row.organization_id} if is_only_one and row.organization_id else set())
