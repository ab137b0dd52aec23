"""A provider's pass: big on a phone for the gate, and as paper to fold; officers print it for those without one."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.selectors import help as helplines
from registry.selectors import passes
from registry.selectors.facts import local
from registry.web import asking, pages

SIZES = ("a6", "a4")


def _file(request: HttpRequest, pk: UUID) -> passes.PassFile:
    today = local(asking.now()).date()
    found: passes.PassFile = pages.found(lambda: passes.file(asking.actor(request), pk, today))
    return found


@require_safe
def pass_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The QR code as large as the screen allows, and the short code below it."""
    return pages.page(request, "phone/pass.html", {"file": _file(request, pk), "check": _check_address(request)})


@never_cache
@require_safe
def pass_show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Nothing but the pass: white, as large as the screen, for the gate at night."""
    return pages.page(request, "phone/pass_show.html", {"file": _file(request, pk)})


@never_cache
@require_safe
def pass_image(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pass as a picture to keep on the phone: it is there without a network."""
    file = _file(request, pk)
    if not file.qr:
        raise Http404
    row = file.row
    response = HttpResponse(passes.card(row.text, row.code, file.plate, row.valid_until), content_type="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="pass-{row.code}.png"'
    return response


@require_safe
def pass_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pass on paper: two sides of A6, or one side of A4 to fold twice."""
    wanted = request.GET.get("size", "")
    context = {
        "file": _file(request, pk),
        "check": _check_address(request),
        "size": wanted if wanted in SIZES else "a4",
        "titles": list(_in_every_language()),
        "lines": helplines.lines(),
        "verified": helplines.last_verified(),
        "printed": local(asking.now()).date(),
    }
    return pages.page(request, "phone/pass_print.html", context)


def _check_address(request: HttpRequest) -> str:
    """Where anybody checks a pass, as it is typed."""
    return request.build_absolute_uri(reverse("check")).split("://", 1)[1].rstrip("/")


def _in_every_language() -> Iterable[tuple[str, str]]:
    """The pass's title in the four languages, the reader's own first: whoever is shown it must understand it."""
    own = translation.get_language()
    for code in sorted((code for code, _ in settings.LANGUAGES), key=lambda code: code != own):
        with translation.override(code):
            yield code, gettext("Pass of a verified provider")
