"""The photograph beside the plate, and an officer's word on it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console.gate import ACT, desk, thing_page
from registry.selectors import photos as selected
from registry.services import photos
from registry.web import asking, pages


@desk("officer", methods=ACT)
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It shows this vehicle with this plate, or this person: from now on families and the gate see it."""
    seen = selected.get(asking.actor(request), pk)
    back = thing_page(seen.vehicle or seen.provider)

    def say(sent: pages.Sent) -> str:
        photos.confirm(actor=sent.actor, photo=pk, at=sent.at)
        return back

    return pages.act(request, say, back=back or reverse("desk:home"), done=gettext("The photo is confirmed."))
