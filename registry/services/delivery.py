"""Messages out: the worker hands each to the gateway; what fails is tried again, later each time."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from registry import models as m
from registry.rules.reasons import LANGUAGES, label, text_of
from registry.services import rows

Send = Callable[[dict[str, object]], bool]


def gateway() -> Send | None:
    """How messages leave: POSTed to MESSAGE_GATEWAY_URL; None when there is no gateway and staff send by hand."""
    url = settings.MESSAGE_GATEWAY_URL
    return (lambda payload: _post(url, payload)) if url else None


def _post(url: str, payload: dict[str, object]) -> bool:
    request = urllib.request.Request(  # noqa: S310 - the operator sets the address
        url, data=json.dumps(payload).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return bool(200 <= answer.status < 300)
    except (urllib.error.URLError, TimeoutError):
        return False


def deliver_due(*, at: datetime, send: Send | None, limit: int = 200) -> int:
    """Send what waits, each claimed first so that two workers never send it at once; returns how many went out."""
    if send is None:
        return 0
    waiting = m.Message.objects.filter(sent_at=None, next_try_at__lte=at).order_by("next_try_at", "pk")
    return sum(_deliver(pk, at, send) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


def _deliver(pk: int, at: datetime, send: Send) -> bool:
    message = _claim(pk, at)
    if message is None or not send(payload_of(message)):
        return False
    m.Message.objects.filter(pk=pk).update(sent_at=at)
    return True


@transaction.atomic
def _claim(pk: int, at: datetime) -> m.Message | None:
    """Push the next try into the future before sending: at least once, and never by two at a time."""
    message = m.Message.objects.select_for_update().filter(pk=pk, sent_at=None, next_try_at__lte=at).first()
    if message is None:
        return None
    message.attempts += 1
    message.next_try_at = at + timedelta(minutes=min(60, 2**message.attempts))
    rows.update(message, "attempts", "next_try_at")
    return message


def payload_of(message: m.Message) -> dict[str, object]:
    """What the gateway gets: the phones, the sentence in the recipient's language, the key for its own dedupe."""
    phones, language = _recipient(message)
    text = text_of(f"message_{message.code}", language, "household" if message.recipient == "household" else "staff")
    filled = text.format(**in_words(message.params, language))
    return {"key": message.key, "to": phones, "text": filled, "language": language}


def in_words(params: Mapping[str, Any], language: str) -> Mapping[str, str]:
    """What a message is about, for its blanks: days as they are written here, codes by their names."""
    known: dict[str, Callable[[str], str]] = {
        "on": lambda day: f"{date.fromisoformat(day):%d.%m.%Y}",
        "checks": lambda codes: ", ".join(label("check", code, language) for code in codes.split()),
        "rejection": lambda code: label("rejection", code, language),
    }
    return {name: known.get(name, str)(str(value)) for name, value in params.items()}


def _recipient(message: m.Message) -> tuple[list[str], str]:
    if message.recipient == "household" and message.match:
        household = message.match.household
        return [household.contact_phone] if household.contact_phone else [], household.language
    if message.recipient == "officers" and message.provider:
        return _officers(message.provider.county_id), "ro"
    if message.provider:
        return [message.provider.phone], language_of(message.provider)
    if message.match is None:
        return [], "ro"
    legs = message.match.legs.select_related("transport_offer__driver", "accommodation_offer__provider").order_by(
        "kind"
    )
    drivers = [leg.transport_offer.driver.phone for leg in legs if leg.transport_offer]
    hosts = [leg.accommodation_offer.provider.phone for leg in legs if leg.accommodation_offer]
    return drivers + hosts, "ro"


def _officers(county: str) -> list[str]:
    """The phones of those who vet in this county."""
    grants = m.RoleGrant.objects.filter(role="officer", county=county, ended_at=None)
    people = m.Person.objects.filter(pk__in=grants.values("person"), is_active=True)
    return sorted({person.phone for person in people.exclude(phone="")})


def language_of(provider: m.Provider) -> str:
    """The language in which a provider is told something: its account's, else Romanian if spoken, else its first."""
    if provider.account:
        return provider.account.language
    spoken = [language for language in provider.languages.split() if language in LANGUAGES]
    return "ro" if "ro" in spoken or not spoken else spoken[0]
