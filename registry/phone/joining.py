"""Joining as a driver, a host or an organization: what to bring, one form, and in."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from registry.errors import TooMany
from registry.phone import join_forms as f
from registry.phone.entry import welcome
from registry.phone.intake import form_methods
from registry.phone.own import own_of
from registry.rules import vetting
from registry.selectors import joined
from registry.services import joining
from registry.web import asking, bring_words, gate, pages

STEPS = ("papers", "you", "thing", "photo", "meeting")


def checklist(kind: str) -> list[dict[str, Any]]:
    """What somebody who joins needs, from the checks' own files: part by part, each with how long it holds."""
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for code in vetting.asked_of(kind):
        line = {"code": code, "text": bring_words.BRING[code], "months": vetting.definitions()[code].months}
        parts[bring_words.PART_OF[code]].append(line)
    return [
        {"title": title, "part": part, "lines": parts[part]} for part, title in bring_words.PARTS.items() if parts[part]
    ]


def _known(kind: str) -> str:
    if kind not in vetting.JOINING:
        raise Http404
    return kind


@login_not_required
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """As what? A page for everybody."""
    return pages.page(request, "phone/join.html", {"kinds": list(vetting.JOINING)})


@login_not_required
@require_safe
def join_papers(request: HttpRequest, kind: str) -> HttpResponse:
    """What to bring, to be read, saved or printed before anything is typed."""
    context = {
        "kind": _known(kind),
        "parts": checklist(kind),
        "residents": vetting.required("resident") if kind == "host" else (),
        "step": 1,
    }
    return pages.page(request, "phone/join_papers.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@form_methods
def join_start(request: HttpRequest, kind: str) -> HttpResponse:
    """Who they are and a password: with it the application is here, and nothing of it can be lost."""
    if request.user.is_authenticated:
        return redirect("own_status" if asking.actor(request).provider else "apply")
    form = f.FORMS[_known(kind)](request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        answer = _joined(request, form)
        if answer is not None:
            return answer
    name = joining.sign_in_name(UUID(form.fresh_key))
    context = {"form": form, "kind": kind, "step": 2, "name": f"{name[:4]}-{name[4:]}"}
    return pages.page(request, "phone/join_form.html", context)


def _joined(request: HttpRequest, form: f.JoinForm) -> HttpResponse | None:
    """In, with the application; None when the form is shown again with what is wrong."""
    spoken = (get_language() or "")[:2]
    newcomer = form.newcomer(spoken if spoken in dict(settings.LANGUAGES) else "ro")
    try:
        key = pages.form_key(request)
        person = joining.join(id=key, newcomer=newcomer, address=asking.caller(request), at=asking.now())
    except TooMany as error:
        return pages.refused(request, error, back=request.path)
    except pages.REFUSALS as error:
        told = pages.refusal(error)
        form.refuse(told.status, told.lines, told.fields)
        return None
    gate.let_in(request, person, "")
    return welcome(request, person, reverse("own_start"))


@never_cache
@require_safe
def own_start(request: HttpRequest) -> HttpResponse:
    """Just joined: the sign-in name to keep, and what comes next."""
    own = pages.found(lambda: own_of(request))
    name = joined.name_of(getattr(request.user, "email", ""))
    return pages.page(
        request, "phone/own_start.html", {"name": name, "own": own, "step": 3, "title": gettext("Welcome")}
    )
