"""The decision of two people: the first, the second, and taking the first one back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from registry.console import forms
from registry.console.gate import ACT, FORM, desk, identity_read, needing, opened, thing_page, today
from registry.errors import NotFound
from registry.models import Decision
from registry.selectors import deciding as selected
from registry.selectors import dossier
from registry.selectors.standing import Subject, kind_of
from registry.services import decisions
from registry.web import asking, pages


@desk("officer", methods=FORM)
def first(request: HttpRequest, kind: str, pk: UUID, decision: str, hold: UUID | None = None) -> HttpResponse:
    """The first of two decisions: nothing changes until the second person agrees."""
    thing, file = opened(asking.actor(request), kind, pk)
    if decision not in forms.REASONS_FOR:
        raise NotFound
    needing(request, decision, file)
    held = next((line.hold for line in file.holds if line.hold.pk == hold), None)
    if request.method != "POST" and (hold is None) != (held is None):
        raise NotFound
    form = forms.FirstForm(decision, request.POST or None)

    def work(sent: pages.Sent) -> str:
        decisions.decide_first(
            actor=sent.actor,
            kind=kind,
            subject=pk,
            id=sent.id,
            decision=decision,
            reason=form.cleaned_data["reason"],
            at=sent.at,
            hold=hold,
            conflict_declared=form.cleaned_data["conflict"] == "yes",
        )
        return thing_page(thing)

    done = gettext("Your decision is recorded. It takes effect when a second person agrees.")
    if answer := pages.submit(request, form, work, done=done):
        return answer
    context = {"form": form, "file": file, "thing": thing, "decision": decision, "hold": held}
    return pages.page(request, "console/first.html", context)


@desk("officer", methods=FORM)
def second(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second of two: what the first saw and said, then carry it out or refuse it."""
    actor = asking.actor(request)
    row, thing = selected.decision(actor, pk)
    file = dossier.subject_file(actor, thing, today())
    form = forms.SecondForm(row.kind, request.POST or None)

    def work(sent: pages.Sent) -> str:
        decisions.decide_second(
            actor=sent.actor,
            decision=pk,
            carry=form.cleaned_data["answer"] == "carry",
            reason=form.cleaned_data["reason"],
            at=sent.at,
            conflict_declared=form.cleaned_data["conflict"] == "yes",
        )
        return thing_page(thing)

    if answer := pages.submit(request, form, work, done=gettext("Your decision is recorded.")):
        return answer
    identity_read(actor, thing)
    return pages.page(request, "console/second.html", {"form": form, **_seen(row, thing, file)})


def _seen(row: Decision, thing: Subject, file: dossier.ThingFile) -> dict[str, object]:
    """What the second person must see: the first one's evidence, what changed since, and why not me."""
    line = next((x for x in file.pending if x.decision.pk == row.pk), None)
    return {
        "row": row,
        "thing": thing,
        "kind": kind_of(thing),
        "file": file,
        "checks": dossier.checks_seen(row),
        "pending": row.outcome == "pending",
        "is_own": bool(line and line.is_own),
        "reasons": line.reasons if line else (),
        "reasons_first": selected.why_not_first(row, thing) if line else (),
    }


@desk("officer", methods=ACT)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one's own first decision back."""
    _, thing = selected.decision(asking.actor(request), pk)

    def work(sent: pages.Sent) -> str:
        decisions.withdraw_decision(actor=sent.actor, decision=pk, at=sent.at)
        return thing_page(thing)

    return pages.act(request, work, back=thing_page(thing), done=gettext("You have taken your decision back."))
