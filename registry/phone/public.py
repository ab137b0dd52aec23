"""Pages for everybody, without an account: the landing page and "is this driver or host verified?"."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from registry.selectors import help as helplines
from registry.selectors import places
from registry.services import public
from registry.web import asking, forms, pages

TONES = {"VALID": "ok", "NOT VALID": "bad", "EXPIRED": "warn"}


class CheckForm(forms.Form):
    """What somebody reads off a pass or a car."""

    text = forms.line(
        _("Pass code or number plate"),
        longest=300,
        help_text=_("For example SZ7K3M9Q2A or B 123 ABC. Spaces, dashes and capitals do not matter."),
    )


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, numbers that help, and where the safe zones are: as a map and as a list."""
    context = {
        "lines": helplines.lines(),
        "verified": helplines.last_verified(),
        "zones": places.active_zones(),
        "crossings": places.crossings(),
    }
    return pages.page(request, "phone/landing.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """One of three answers for a code or a plate; nothing else is said."""
    form = CheckForm(request.POST or None)
    answer = None
    if request.method == "POST" and form.is_valid():
        try:
            answer = public.check(text=form.cleaned_data["text"], caller=asking.caller(request), at=asking.now())
        except pages.REFUSALS as error:
            return pages.refused(request, error, back=request.path)
    context = {"form": form, "answer": answer, "tone": TONES.get(answer or "", "")}
    return pages.page(request, "phone/check.html", context)
