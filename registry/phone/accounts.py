"""A steward's pages: people, their roles with scope, organizations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from registry.models import RoleGrant
from registry.models.person import ROLES
from registry.permissions import Actor, may_run_accounts
from registry.phone.intake import form_methods
from registry.selectors import access, places, work
from registry.services import accounts, factors
from registry.web import asking, forms, labels, pages


class GrantForm(forms.Form):
    """A role and where it holds."""

    role = forms.pick(_("Role"), lambda: labels.choices("role", ROLES), empty=_("Choose …"))
    zone = forms.pick(
        _("Only in this safe zone"),
        lambda: places.named(places.zones_to_drive_from(), lambda z: z.name_in(get_language() or "en")),
        required=False,
        empty=_("Not bound to a zone"),
    )
    county = forms.pick(
        _("Only in this county"),
        lambda: places.named(places.counties(), lambda c: c.name_in(get_language() or "en")),
        required=False,
        empty=_("Not bound to a county"),
    )


def _told(given: object) -> str:
    """Whether the role counts at once or waits."""
    if isinstance(given, RoleGrant):
        return gettext("The role is granted. They sign in once more to use it.")
    return gettext("Asked. The role counts when a second person agrees.")


def steward(request: HttpRequest) -> Actor:
    """The actor, if they keep accounts; else there is no such page."""
    actor = asking.actor(request)
    pages.found(lambda: work.must(may_run_accounts(actor)))
    return actor


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People with an account, searched by name or e-mail."""
    actor, text = steward(request), request.GET.get("q", "")[:80].replace("\0", "")
    found = work.accounts_named(actor, text)
    context = {"people": found, "text": text, "organizations": work.organizations(actor), "most": work.LISTED}
    return pages.page(request, "phone/people.html", context)


@form_methods
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account with its roles; a role is granted here."""
    row = pages.found(lambda: work.account(steward(request), pk))
    form = GrantForm(request.POST or None)
    here = reverse("person", args=[pk])

    def grant(sent: pages.Sent) -> str:
        data = form.cleaned_data
        given = accounts.grant_role(
            actor=sent.actor,
            person=pk,
            id=sent.id,
            role=data["role"],
            zone=data["zone"] or None,
            county=data["county"] or None,
            at=sent.at,
        )
        messages.success(request, _told(given))
        return here

    if answer := pages.submit(request, form, grant):
        return answer
    grants = [g for g in row.grants.all() if g.ended_at is None]
    context = {
        "person": row,
        "grants": grants,
        "form": form,
        "me": asking.actor(request).id,
        "has_factor": factors.has_any(pk),
        "waits": access.waits_for_second(row),
    }
    return pages.page(request, "phone/person.html", context)


@require_POST
def role_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A role ends; it is gone with that person's next page."""

    def end(sent: pages.Sent) -> str:
        row = accounts.end_role(actor=sent.actor, grant=pk, at=sent.at)
        return reverse("person", args=[row.person_id])

    return pages.act(request, end, back=reverse("home"), done=gettext("The role has ended."))


@require_POST
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An account is closed, with its sessions, keys and roles."""

    def close(sent: pages.Sent) -> str:
        accounts.deactivate(actor=sent.actor, person=pk, at=sent.at)
        return reverse("people")

    return pages.act(request, close, back=reverse("person", args=[pk]), done=gettext("The account is closed."))
