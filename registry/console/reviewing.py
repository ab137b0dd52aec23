"""The blind second look: decisions to do again, without those who took them and without their reasons."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console import forms
from registry.console.gate import FORM, desk
from registry.selectors import reviews as selected
from registry.services import reviews as service
from registry.web import asking, pages


@desk("officer")
def reviews(request: HttpRequest) -> HttpResponse:
    """What this officer may do again, the most urgent first."""
    rows = selected.queue(asking.actor(request), asking.now())
    return pages.page(request, "console/reviews.html", {"rows": rows})


@desk("officer", methods=FORM)
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The checks that the first two saw, and the third person's own answer."""
    form = forms.ReviewForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        service.answer(
            actor=sent.actor,
            review=pk,
            agree=form.cleaned_data["answer"] == "yes",
            reason=form.cleaned_data["reason"],
            at=sent.at,
            conflict_declared=form.cleaned_data["conflict"] == "yes",
        )
        return reverse("desk:reviews")

    if answer := pages.submit(request, form, work, done=gettext("Your answer is recorded.")):
        return answer
    file = service.read(actor=asking.actor(request), review=pk, at=asking.now())
    return pages.page(request, "console/review.html", {"form": form, "file": file})
