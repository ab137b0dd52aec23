"""From what a household asked for to a confirmed match: proposals, the choice, confirming or calling off."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from registry import models as m
from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.selectors import requests, work
from registry.services import intake, matching
from registry.web import asking, labels, pages


@dataclass(frozen=True, slots=True)
class Said:
    """The same reasons twice: for staff in the reader's language, to be read out in the household's."""

    staff: tuple[str, ...]
    household: tuple[str, ...]


def said(reasons: Iterable[Reason], language: str) -> Said:
    """Reasons as plain sentences for both."""
    rows = tuple(reasons)
    return Said(
        tuple(dict.fromkeys(pages.reason_text(row) for row in rows)),
        tuple(dict.fromkeys(pages.reason_text(row, language, "household") for row in rows)),
    )


def _excluded(found: Iterable[Any], language: str) -> list[dict[str, Any]]:
    return [
        {"kind": labels.text("kind", row.kind), "said": said([row.reason], language), "offers": row.offers}
        for row in found
    ]


@require_safe
def request_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What can be offered to a household now, ranked, and what cannot, with the reasons for both."""
    actor, at = asking.actor(request), asking.now()
    row: m.HelpRequest = pages.found(lambda: requests.request(actor, pk))
    if row.status != "open":
        chosen = work.running_match(row)
        return redirect("journey", chosen.pk) if chosen else redirect("household", row.household_id)
    try:
        found = matching.search(actor=actor, request=pk, at=at)
    except pages.REFUSALS as error:
        return pages.refused(request, error, back=reverse("home"))
    language = row.household.language
    cards = [
        {"choice": choice, "said": said(choice.proposal.reasons, language), "key": str(uuid7())}
        for choice in work.choices(row, found, at)
    ]
    context = {
        "row": row,
        "household": row.household,
        "cards": cards,
        "excluded": _excluded(found.excluded, language),
        "spoken": language,
        "staffed": work.on_shift(row.origin, at).exists(),
    }
    return pages.page(request, "phone/request.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@require_POST
def choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The household chooses one proposal: it is put down and accepted in one go."""
    data = request.POST

    def accept(sent: pages.Sent) -> str:
        match = matching.propose(
            actor=sent.actor,
            request=pk,
            id=sent.id,
            ride=_uuid(data.get("ride", "")),
            stay=_uuid(data.get("stay", "")),
            arrival_zone=data.get("arrival_zone") or None,
            at=sent.at,
        )
        matching.accept(actor=sent.actor, match=match.pk, at=sent.at)
        return reverse("journey", args=[match.pk])

    return pages.act(request, accept, back=reverse("request", args=[pk]), done=gettext("Chosen. Now confirm it."))


@require_POST
def request_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The request is not needed anymore, or goes to somebody who can help."""

    def end(sent: pages.Sent) -> str:
        row = intake.end_request(actor=sent.actor, request=pk, action=request.POST.get("action", ""), at=sent.at)
        return reverse("household", args=[row.household_id])

    return pages.act(request, end, back=reverse("request", args=[pk]), done=gettext("Recorded."))


def step(request: HttpRequest, pk: UUID, do: Callable[..., m.Match], done: str, **values: Any) -> HttpResponse:
    """One step of a match by one button; back to its page either way."""
    here = reverse("journey", args=[pk])

    def take(sent: pages.Sent) -> str:
        do(actor=sent.actor, match=pk, at=sent.at, **values)
        return here

    return pages.act(request, take, back=here, done=done)


@require_POST
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The household chooses what was put before it."""
    return step(request, pk, matching.accept, gettext("Chosen. Now confirm it."))


@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything is checked once more, then seats and beds are taken."""
    return step(request, pk, matching.confirm, gettext("Confirmed. Seats and beds are taken."))


@require_POST
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The household says no; nobody asks why, and they choose again."""

    def refuse(sent: pages.Sent) -> str:
        row = matching.decline(actor=sent.actor, match=pk, at=sent.at)
        return reverse("request", args=[row.request_id])

    done = gettext("Declined. The provider does not learn of it.")
    return pages.act(request, refuse, back=reverse("journey", args=[pk]), done=done)


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A match is called off before departure."""
    return step(request, pk, matching.cancel, gettext("Called off."), **_why(request))


def _why(request: HttpRequest) -> dict[str, str]:
    """Why a match is called off, and what a provider said who takes it back."""
    return {name: request.POST.get(name, "").replace("\0", "")[:300] for name in ("reason", "said")}
