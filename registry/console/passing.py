"""One pass at the desk: print it, revoke it, issue it again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console.forms import ReasonForm
from registry.console.gate import FORM, desk, today
from registry.errors import NotFound
from registry.selectors import passes
from registry.services import pass_desk
from registry.web import asking, pages


@desk("officer")
def shown(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the pass is, whether it counts, and what may be done with it."""
    return pages.page(request, "console/pass.html", {"file": passes.file(asking.actor(request), pk, today())})


@desk("officer", methods=FORM)
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One officer ends one pass, at once."""
    file = passes.file(asking.actor(request), pk, today())
    _needing(request, file.may_revoke)
    form = ReasonForm("pass_reason", pass_desk.REVOKE_REASONS, request.POST or None)

    def work(sent: pages.Sent) -> str:
        pass_desk.revoke(actor=sent.actor, shown=pk, reason=form.cleaned_data["reason"], at=sent.at)
        return reverse("desk:pass", args=[pk])

    if answer := pages.submit(request, form, work, done=gettext("Revoked. It does not count from now on.")):
        return answer
    return pages.page(request, "console/pass_revoke.html", {"form": form, "file": file})


@desk("officer", methods=FORM)
def replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new pass for the same provider and vehicle."""
    file = passes.file(asking.actor(request), pk, today())
    _needing(request, file.may_replace)
    form = ReasonForm("pass_reason", pass_desk.REPLACE_REASONS, request.POST or None)

    def work(sent: pages.Sent) -> str:
        fresh = pass_desk.replace(actor=sent.actor, shown=pk, reason=form.cleaned_data["reason"], at=sent.at)
        return reverse("desk:pass", args=[fresh.pk])

    if answer := pages.submit(request, form, work, done=gettext("Issued. Print it or let the driver open it.")):
        return answer
    return pages.page(request, "console/pass_replace.html", {"form": form, "file": file})


def _needing(request: HttpRequest, open_now: bool) -> None:
    """A form whose deed is not open is no page; what is sent goes to the service, which may have done it already."""
    if request.method != "POST" and not open_now:
        raise NotFound
