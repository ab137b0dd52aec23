"""The review queue of signals: what was compared, and what people make of it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console import refusal_forms as forms
from registry.console.gate import FORM, desk
from registry.selectors import signals as selected
from registry.services import signals
from registry.web import asking, pages

PAGE = 25


@desk("officer")
def listing(request: HttpRequest) -> HttpResponse:
    """Open signals in view, the gravest first."""
    actor = asking.actor(request)
    level = request.GET.get("level", "")
    found = Paginator(selected.waiting(actor, level), PAGE).get_page(request.GET.get("page"))
    rows = [(row, selected.reason_of(row)) for row in found]
    tabs = [{"level": one, "count": count} for one, count in selected.counts(actor).items()]
    context = {"rows": rows, "tabs": tabs, "level": level if level in selected.LEVELS else "", "page": found}
    return pages.page(request, "console/signals.html", context)


@desk("officer", methods=FORM)
def signal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One signal: what was compared, then clear or confirm it."""
    actor = asking.actor(request)
    row = selected.one(actor, pk)
    form = forms.SignalForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        if form.cleaned_data["answer"] == "confirm":
            signals.confirm(actor=sent.actor, signal=pk, at=sent.at)
        else:
            declared = form.cleaned_data["conflict"] == "yes"
            signals.clear(actor=sent.actor, signal=pk, at=sent.at, conflict_declared=declared)
        return reverse("desk:signals")

    if answer := pages.submit(request, form, work, done=gettext("Your answer is recorded.")):
        return answer
    context = {
        "row": row,
        "reason": selected.reason_of(row),
        "form": form,
        "is_open": row.outcome == "open",
        "is_first": row.first_by_id == actor.id,
        "other_in_view": selected.other_in_view(actor, row),
    }
    return pages.page(request, "console/signal.html", context)
