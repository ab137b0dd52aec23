"""The slip that a household takes along: its code on paper, how to use it, whom to call; and its picture, by mouth."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from registry import models as m
from registry.permissions import may_work_in
from registry.rules.reasons import known
from registry.selectors import help as helplines
from registry.selectors import requests
from registry.selectors.facts import local
from registry.services import slips
from registry.web import asking, labels, pages, qr


def _household(request: HttpRequest, pk: UUID) -> m.Household:
    found: m.Household = pages.found(lambda: requests.household(asking.actor(request), pk))
    return found


@require_safe
def slip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The slip in the household's language, or in one that the volunteer picks."""
    row = _household(request, pk)
    spoken = known(request.GET.get("in", row.language))
    address = request.build_absolute_uri(reverse("mine"))
    context = {
        "household": row,
        "spoken": spoken,
        "languages": settings.LANGUAGES,
        "is_staff": may_work_in(asking.actor(request), row.zone),
        "address": address.split("://", 1)[1].rstrip("/"),
        # Behind the #, where browsers send nothing: no server, log or other site ever gets the code with an address.
        "qr": qr.svg(f"{address}#{row.code}"),
        "lines": helplines.lines(),
        "verified": helplines.last_verified(),
        "printed": local(asking.now()).date(),
    }
    return pages.page(request, "mine/slip.html", context)


@require_POST
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The household's picture, to be told by mouth and shown to nobody else; the telling is recorded."""
    row = _household(request, pk)
    try:
        code = slips.tell_sign(actor=asking.actor(request), household=pk, at=asking.now())
    except pages.REFUSALS as error:
        return pages.refused(request, error, back=reverse("slip", args=[pk]))
    with translation.override(row.language):
        name = labels.text("sign", code)
    return pages.page(request, "mine/sign.html", {"household": row, "code": code, "name": name})


@require_POST
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new code: the old slip and every phone that used it open nothing any more."""
    back = reverse("slip", args=[pk])

    def anew(sent: pages.Sent) -> str:
        slips.renew(actor=sent.actor, household=pk, at=sent.at)
        return back

    done = gettext("There is a new code. Print the new slip, tear up the old one, and tell them their picture again.")
    return pages.act(request, anew, back=back, done=done)
