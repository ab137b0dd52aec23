"""Children alone: child protection decides whether and until when a household with one may be placed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console import forms
from registry.console.gate import ACT, FORM, desk, today
from registry.rules.facts import MINOR_BANDS
from registry.selectors import children as selected
from registry.services import disclosure, protection
from registry.web import asking, pages


@desk("child_protection")
def children(request: HttpRequest) -> HttpResponse:
    """Households with a child alone, undecided ones first."""
    rows = selected.waiting(asking.actor(request))
    return pages.page(request, "console/children.html", {"rows": rows, "today": today()})


@desk("child_protection", methods=FORM)
def child(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One household, and the placement decision with its number and last day."""
    actor = asking.actor(request)
    selected.one(actor, pk)
    form = forms.PlacementForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        protection.place_child(actor=sent.actor, household=pk, id=sent.id, at=sent.at, **form.cleaned_data)
        return reverse("desk:child", args=[pk])

    if answer := pages.submit(request, form, work, done=gettext("The decision is recorded.")):
        return answer
    file = disclosure.child_file(actor=actor, household=pk, at=asking.now())
    return pages.page(
        request, "console/child.html", {"form": form, "file": file, "today": today(), "minors": MINOR_BANDS}
    )


@desk("child_protection")
def contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name and phone of the household."""
    actor = asking.actor(request)
    selected.one(actor, pk)
    found = disclosure.household_contact(actor=actor, household=pk, at=asking.now())
    return pages.page(request, "console/call.html", {"contacts": [found]})


@desk("child_protection", methods=ACT)
def end(request: HttpRequest, pk: UUID, decision: UUID) -> HttpResponse:
    """End a placement decision before its last day."""
    selected.one(asking.actor(request), pk)
    page = reverse("desk:child", args=[pk])

    def work(sent: pages.Sent) -> str:
        protection.end(actor=sent.actor, decision=decision, at=sent.at)
        return page

    return pages.act(request, work, back=page, done=gettext("The decision has ended."))
