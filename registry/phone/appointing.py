"""A steward's invitations, and what two people decide about accounts."""

from uuid import UUID

from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from registry.phone.accounts import GrantForm, steward
from registry.phone.intake import form_methods
from registry.selectors import access, work
from registry.services import invitations, renewals
from registry.services.appointments import Appointment
from registry.web import asking, forms, pages


def _organizations(actor: object) -> list[tuple[str, str]]:
    return [(str(row.pk), row.name) for row in work.organizations(actor)]  # type: ignore[arg-type]


class InviteForm(GrantForm):
    """Who is invited, to which role, for whom they work."""

    email = django_forms.EmailField(label=_("E-mail"), max_length=254)
    organization = forms.pick(_("Organization"), list, required=False, empty=_("None"))
    language = forms.pick(_("Language"), settings.LANGUAGES, initial="ro")
    groups = (("", "", False, ("email", "organization", "language", "role", "zone", "county")),)


@never_cache
@form_methods
def invite(request: HttpRequest) -> HttpResponse:
    """An invitation; its code is shown once. Below, those that can still be used."""
    actor = steward(request)
    form = InviteForm(request.POST or None)
    form.fields["organization"].choices = [("", _("None")), *_organizations(actor)]  # type: ignore[attr-defined]

    def make(sent: pages.Sent) -> HttpResponse:
        data = form.cleaned_data
        row, secret = invitations.invite(
            actor=sent.actor,
            id=sent.id,
            email=data["email"],
            wanted=Appointment(role=data["role"], zone=data["zone"] or None, county=data["county"] or None),
            organization=UUID(data["organization"]) if data["organization"] else None,
            language=data["language"],
            at=sent.at,
        )
        return _code_page(request, row.email, secret)

    if answer := pages.shown_once(request, form, make):
        return answer
    running = list(access.invitations(actor, asking.now()))
    return pages.page(request, "phone/invite.html", {"form": form, "running": running})


def _code_page(request: HttpRequest, email: str, secret: str) -> HttpResponse:
    return pages.page(request, "phone/invitation_code.html", {"email": email, "secret": secret})


@require_POST
def invitation_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An invitation is taken back."""

    def revoke(sent: pages.Sent) -> str:
        invitations.revoke(actor=sent.actor, invitation=pk, at=sent.at)
        return reverse("invite")

    return pages.act(request, revoke, back=reverse("home"), done=gettext("The invitation is taken back."))


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a second person: for stewards, and for officers where one steward is alone."""
    actor = asking.actor(request)
    pages.found(lambda: work.must(actor.has("steward", "officer")))
    rows = list(access.account_decisions(actor, asking.now()))
    return pages.page(request, "phone/account_decisions.html", {"rows": rows, "me": actor.id})


@never_cache
@require_POST
def second(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person agrees or refuses; the code of a new start is shown once."""

    def decide(sent: pages.Sent) -> HttpResponse:
        carry = request.POST.get("carry") == "yes"
        done = renewals.second(actor=sent.actor, decision=pk, carry=carry, at=sent.at)
        if done.secret:
            return _code_page(request, done.decision.person.email, done.secret)
        messages.success(request, gettext("Carried out.") if carry else gettext("Refused."))
        return redirect("account_decisions")

    return pages.shown_once(request, None, decide) or redirect("account_decisions")


@require_POST
def factors_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A lost device: every second factor of the person is void."""

    def revoke(sent: pages.Sent) -> str:
        renewals.revoke_factors(actor=sent.actor, person=pk, at=sent.at)
        return reverse("person", args=[pk])

    done = gettext("Their second factor is void and they are signed out everywhere.")
    return pages.act(request, revoke, back=reverse("home"), done=done)


@require_POST
def renewal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first of two asks for a new start."""

    def ask(sent: pages.Sent) -> str:
        renewals.ask_renewal(actor=sent.actor, person=pk, id=sent.id, at=sent.at)
        return reverse("person", args=[pk])

    return pages.act(request, ask, back=reverse("home"), done=gettext("Asked. A second person must agree."))
