"""Vetting, step by step: start, record a check, ask for what is missing, reject, renew."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.console import forms
from registry.console.gate import ACT, FORM, desk, identity_read, needing, opened, thing_page, today
from registry.errors import NotFound
from registry.selectors import dossier, providers
from registry.services import answering, checks, vetting
from registry.web import asking, pages

STEPS = {
    "start-review": (vetting.start_review, _("The review has started.")),
    "renew": (vetting.renew, _("Back in review. The checks that have lapsed can be done again.")),
}


@desk("officer", methods=ACT)
def step(request: HttpRequest, kind: str, pk: UUID, name: str) -> HttpResponse:
    """One button: start the review, renew."""
    thing = providers.get_subject(asking.actor(request), kind, pk)
    service, done = STEPS[name]

    def work(sent: pages.Sent) -> str:
        service(actor=sent.actor, kind=kind, subject=pk, at=sent.at)
        return thing_page(thing)

    return pages.act(request, work, back=thing_page(thing), done=str(done))


@desk("officer", methods=FORM)
def check(request: HttpRequest, kind: str, pk: UUID, code: str, resident: UUID | None = None) -> HttpResponse:
    """Record the result of one check."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "record_check", file)
    line = dossier.line_of(thing, code, resident, today())
    if line is None:
        raise NotFound
    form = forms.CheckForm(line.definition, request.POST or None)

    def work(sent: pages.Sent) -> str:
        checks.record_check(
            actor=sent.actor,
            kind=kind,
            subject=pk,
            id=sent.id,
            code=code,
            passed=form.cleaned_data["result"] == "passed",
            refused=form.cleaned_data["result"] == "refused",
            evidence=form.evidence,
            at=sent.at,
            resident=resident,
        )
        return thing_page(thing)

    if answer := pages.submit(request, form, work, done=gettext("The check is recorded.")):
        return answer
    if line.resident:
        identity_read(asking.actor(request), thing)
    return pages.page(request, "console/check.html", {"form": form, "file": file, "thing": thing, "line": line})


@desk("officer", methods=FORM)
def request_info(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Tick what is missing; the provider is told."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "request_info", file)
    missing = list(dict.fromkeys(line.code for line in file.open_lines))
    every = list(dict.fromkeys(line.code for line in file.lines))
    form = forms.InfoForm(every, request.POST or None, initial={"codes": missing})

    def work(sent: pages.Sent) -> str:
        vetting.request_info(actor=sent.actor, kind=kind, subject=pk, codes=form.cleaned_data["codes"], at=sent.at)
        return thing_page(thing)

    if answer := pages.submit(request, form, work, done=gettext("The provider is asked for it.")):
        return answer
    return pages.page(request, "console/request_info.html", {"form": form, "file": file, "thing": thing})


@desk("officer", methods=FORM)
def reject(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Refuse an application with a reason."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "reject", file)
    form = forms.rejecting(request.POST or None)

    def work(sent: pages.Sent) -> str:
        vetting.reject(actor=sent.actor, kind=kind, subject=pk, reason=form.cleaned_data["reason"], at=sent.at)
        return thing_page(thing)

    if answer := pages.submit(request, form, work, done=gettext("Rejected.")):
        return answer
    return pages.page(request, "console/reject.html", {"form": form, "file": file, "thing": thing})


@desk("officer", methods=FORM)
def supply_info(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The information has come: what the provider said to it, and back to review."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "supply_info", file)
    form = forms.WordsForm(request.POST or None, needed=False)

    def work(sent: pages.Sent) -> str:
        text = form.cleaned_data["text"]
        answering.supply_info(actor=sent.actor, kind=kind, subject=pk, text=text, at=sent.at)
        return thing_page(thing)

    if answer := pages.submit(request, form, work, done=gettext("Back in review.")):
        return answer
    return pages.page(
        request, "console/words.html", {"form": form, "file": file, "thing": thing, "step": "supply_info"}
    )


@desk("officer", methods=FORM)
def appeal(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """An appeal has come by letter or by phone: the applicant's own words, for two others to decide on."""
    thing, file = opened(asking.actor(request), kind, pk)
    needing(request, "appeal", file)
    form = forms.WordsForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        words = form.cleaned_data["text"]
        answering.appeal(actor=sent.actor, kind=kind, subject=pk, id=sent.id, text=words, at=sent.at)
        return thing_page(thing)

    done = gettext("The appeal is recorded. Two officers who have not decided before decide on it.")
    if answer := pages.submit(request, form, work, done=done):
        return answer
    return pages.page(request, "console/words.html", {"form": form, "file": file, "thing": thing, "step": "appeal"})
