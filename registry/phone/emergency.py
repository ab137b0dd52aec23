"""Break-glass on the page: one household by its code, a reason, half an hour, and two people who are told."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.errors import NotFound
from registry.permissions import BREAKS_GLASS, must_be_confirmed
from registry.phone.intake import form_methods
from registry.rules.policy import DEFAULT
from registry.selectors import glass as selected
from registry.services import break_glass
from registry.web import asking, forms, pages

SHOWN = 20


class EmergencyForm(forms.Form):
    """Whom it is about, and why it cannot wait."""

    code = forms.line(_("Code of the household"), longest=20, help_text=_("It stands on their slip."))
    reason = forms.paragraph(
        _("Why can this not wait for their zone?"),
        longest=break_glass.LONGEST_REASON,
        help_text=_("At least 20 characters. The coordinators of their zone read it."),
    )


@never_cache
@form_methods
def emergency(request: HttpRequest) -> HttpResponse:
    """Open one record; the second factor is asked before anything is typed."""
    me = asking.actor(request)
    if not me.has(*BREAKS_GLASS):
        return pages.refused(request, NotFound())
    must_be_confirmed(me, asking.now())
    form = EmergencyForm(request.POST or None, initial={"code": request.GET.get("code", "")[:20]})

    def opened(sent: pages.Sent) -> str:
        row = break_glass.break_glass(actor=sent.actor, id=sent.id, at=sent.at, **form.cleaned_data)
        return reverse("glass", args=[row.pk])

    if answer := pages.submit(request, form, opened, gettext("Opened. The auditors and the zone have been told.")):
        return answer
    lately = selected.lately(me, SHOWN)
    context = {"form": form, "minutes": DEFAULT.break_glass_minutes, "lately": lately}
    return pages.page(request, "phone/emergency.html", context)


@never_cache
@require_safe
def glass(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The opened record, for half an hour and for nobody else."""
    try:
        seen = break_glass.look(actor=asking.actor(request), glass=pk, at=asking.now())
    except pages.REFUSALS as error:
        return pages.refused(request, error, reverse("home"))
    return pages.page(request, "phone/glass.html", {"seen": seen})
