"""The register of refused providers: enter, second, appeal, lift."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from registry.console import refusal_forms as forms
from registry.console.gate import ACT, FORM, desk, opened
from registry.errors import NotFound
from registry.identity.readings import STRONG
from registry.selectors import register as selected
from registry.services import register
from registry.web import asking, pages

PAGE = 25
STARTS = ("list", "lift", "uphold")


@desk("officer")
def listing(request: HttpRequest) -> HttpResponse:
    """Every entry, what waits for people first; never a name."""
    rows = Paginator(selected.entries(asking.actor(request)), PAGE).get_page(request.GET.get("page"))
    return pages.page(request, "console/register.html", {"rows": rows})


@desk("officer", methods=FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Suggest somebody whom no file here is about; only fingerprints stay."""
    form = forms.EntryForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        data = form.cleaned_data
        draft = register.EntryDraft(
            reason=data["reason"],
            evidence_reference=data["evidence_reference"],
            identifiers={kind: data[kind] for kind in STRONG},
            country=data["country"],
            given_name=data["given_name"],
            family_name=data["family_name"],
            birth_year=data["birth_year"],
        )
        row = register.suggest(actor=sent.actor, id=sent.id, draft=draft, at=sent.at)
        return reverse("desk:refused", args=[row.pk])

    if answer := pages.submit(request, form, work, done=gettext("Written down. Two people must list it.")):
        return answer
    return pages.page(request, "console/refused_new.html", {"form": form})


@desk("officer", methods=FORM)
def from_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Suggest a provider from their own file."""
    thing, file = opened(asking.actor(request), "provider", pk)
    form = forms.RefusalForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        data = form.cleaned_data
        reference = data["evidence_reference"]
        row = register.suggest_provider(
            actor=sent.actor, provider=pk, id=sent.id, reason=data["reason"], evidence_reference=reference, at=sent.at
        )
        return reverse("desk:refused", args=[row.pk])

    if answer := pages.submit(request, form, work, done=gettext("Written down. Two people must list it.")):
        return answer
    return pages.page(request, "console/refused_new.html", {"form": form, "thing": thing, "file": file})


@desk("officer")
def entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One entry with its decisions and what can be done about it now."""
    actor = asking.actor(request)
    row = selected.get(actor, pk)
    pending = selected.pending(row)
    context = {
        "row": row,
        "decisions": selected.decisions_of(row),
        "pending": pending,
        "is_own": pending is not None and pending.first_by_id == actor.id,
        "starts": selected.starts(row) if pending is None else (),
    }
    return pages.page(request, "console/refused.html", context)


@desk("officer", methods=FORM)
def first(request: HttpRequest, pk: UUID, decision: str) -> HttpResponse:
    """The first of two: list, lift or uphold."""
    row = selected.get(asking.actor(request), pk)
    if decision not in STARTS:
        raise NotFound
    form = forms.refusal_first(decision, row, request.POST or None)

    def work(sent: pages.Sent) -> str:
        data = form.cleaned_data
        register.decide_first(
            actor=sent.actor,
            entry=pk,
            id=sent.id,
            decision=decision,
            at=sent.at,
            reason=data.get("reason", ""),
            evidence_reference=data.get("evidence_reference", ""),
            conflict_declared=data["conflict"] == "yes",
        )
        return reverse("desk:refused", args=[pk])

    done = gettext("Your decision is recorded. It takes effect when a second person agrees.")
    if answer := pages.submit(request, form, work, done=done):
        return answer
    return pages.page(request, "console/refused_decide.html", {"form": form, "row": row, "decision": decision})


@desk("officer", methods=FORM)
def second(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second of two: carry it out, or refuse."""
    pending = selected.decision(asking.actor(request), pk)
    form = forms.RefusalSecondForm(request.POST or None)

    def work(sent: pages.Sent) -> str:
        carry, declared = form.cleaned_data["answer"] == "carry", form.cleaned_data["conflict"] == "yes"
        register.decide_second(actor=sent.actor, decision=pk, carry=carry, at=sent.at, conflict_declared=declared)
        return reverse("desk:refused", args=[pending.entry_id])

    if answer := pages.submit(request, form, work, done=gettext("Your decision is recorded.")):
        return answer
    context = {"form": form, "row": pending.entry, "decision": pending.kind, "pending": pending}
    return pages.page(request, "console/refused_decide.html", context)


@desk("officer", methods=ACT)
def appeal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write down that the person appeals."""
    back = reverse("desk:refused", args=[pk])

    def work(sent: pages.Sent) -> str:
        register.appeal(actor=sent.actor, entry=pk, at=sent.at)
        return back

    return pages.act(request, work, back=back, done=gettext("The appeal is recorded. Two others decide."))


@desk("officer", methods=ACT)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one's own first decision about an entry back."""
    pending = selected.decision(asking.actor(request), pk)
    back = reverse("desk:refused", args=[pending.entry_id])

    def work(sent: pages.Sent) -> str:
        register.withdraw(actor=sent.actor, decision=pk, at=sent.at)
        return back

    return pages.act(request, work, back=back, done=gettext("You have taken your decision back."))
