"""How pages answer: rendering, a form that acts once, and refusals in the reader's language."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language, gettext

from geo.errors import GeoError
from registry.errors import Conflict, Invalid, NotFound, RegistryError, SignedOut, StepUpRequired, TooMany
from registry.permissions import Actor
from registry.rules.reasons import Audience, Reason
from registry.services import idempotency
from registry.states import IllegalTransition
from registry.web import asking, labels, refusals
from registry.web.forms import Form

REFUSALS = (RegistryError, IllegalTransition, GeoError)
# Not told on the page itself: the gate asks for the second factor, or to sign in, and comes back.
ASKED_ELSEWHERE = (StepUpRequired, SignedOut)
Refused = RegistryError | IllegalTransition | GeoError


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal for a person: HTTP status, a title, sentences, and one sentence for each bad field."""

    status: int
    title: str
    lines: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form's work needs: who sent it, when, and the new id that the form came with."""

    actor: Actor
    at: datetime
    id: UUID


# A form's work returns the address that the reader goes to next.
Work = Callable[[Sent], str]


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 0
) -> HttpResponse:
    """Render a page; what a signed-in person sees is not kept by any cache. A bad form sets the status."""
    values = dict(context or {})
    for one in _forms(values.values()):
        one.csrf = get_token(request)
    form = values.get("form")
    code = status or (form.status if isinstance(form, Form) else 200)
    response = render(request, template, values, status=code)
    if request.user.is_authenticated or request.method == "POST":
        add_never_cache_headers(response)
    return response


def _forms(values: Iterable[Any]) -> Iterator[Form]:
    """The forms among a page's values, also in lists and dicts: a form is drawn apart from its page's context."""
    for value in values:
        if isinstance(value, Form):
            yield value
        elif isinstance(value, list | tuple):
            yield from _forms(value)
        elif isinstance(value, dict):
            yield from _forms(value.values())


def reason_text(reason: Reason, language: str | None = None, audience: Audience = "staff") -> str:
    """A reason's sentence, in the reader's language unless another is named."""
    return reason.text(language or get_language() or "en", audience)


def _named(name: str, text: str) -> str:
    """A sentence with the words of the field that it is about, if the field has words."""
    return f"{labels.text('field', name)}: {text}" if name in labels.FIELD else text


def refusal(error: Refused, audience: Audience = "staff") -> Refusal:
    """A service's refusal in the reader's language; a household is told what concerns it, not how staff go on."""
    if isinstance(error, IllegalTransition):
        state = labels.text(refusals.MACHINES[error.machine], error.state)
        line = gettext("This step is not possible now. Status: %(state)s.") % {"state": state}
        return Refusal(409, refusals.sentence("conflict"), (line,))
    if isinstance(error, GeoError):
        return Refusal(422, refusals.sentence("invalid"), (refusals.sentence(error.code),))
    if isinstance(error, Invalid) and error.fields:
        fields = {name: refusals.sentence(code) for name, code in error.fields.items()}
        lines = tuple(_named(name, text) for name, text in fields.items())
        return Refusal(error.status, refusals.sentence("invalid"), lines, fields)
    if error.reasons:
        lines = tuple(dict.fromkeys(reason_text(reason, audience=audience) for reason in error.reasons))
        return Refusal(error.status, refusals.sentence(error.code), lines)
    return Refusal(error.status, _title(error), (_line(error),))


def _title(error: RegistryError) -> str:
    return {
        403: gettext("Not allowed"),
        404: gettext("Not found"),
        429: gettext("Please wait"),
    }.get(error.status, gettext("This cannot be done now"))


def _line(error: RegistryError) -> str:
    if not isinstance(error, TooMany):
        return refusals.sentence(error.code)
    minutes = max(1, -(-int(error.params.get("retry_after_s", 60)) // 60))
    again = gettext("Try again in %(minutes)d min.") % {"minutes": minutes}
    return f"{refusals.sentence('too_many')} {again}"


def refused(request: HttpRequest, error: Refused, back: str = "/") -> HttpResponse:
    """A page of its own for a refusal."""
    told = refusal(error)
    response = page(request, "registry/refused.html", {"refusal": told, "back": back}, status=told.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params.get("retry_after_s", 60))
    return response


def form_key(request: HttpRequest) -> UUID:
    """The key that a form came with: it makes the POST happen once and is the id of what it creates."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise Invalid("idempotency_key_malformed") from None


def _digest(request: HttpRequest) -> str:
    """What makes two sendings the same: address, fields and file, without the CSRF token."""
    sent = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = [(name, _content(file)) for name, file in sorted(request.FILES.items())]
    return hashlib.sha256(repr((request.path, sent, files)).encode()).hexdigest()


def _content(file: Any) -> str:
    file.seek(0)
    return hashlib.sha256(file.read()).hexdigest()


def _whose(request: HttpRequest) -> str:
    """Whose key it is: a household's wherever its phone has wandered meanwhile, a person's, or an address's."""
    household = getattr(request, "household_key", "")
    # A long address of IPv6 does not fit whole; the key beside it is enough to tell two forms apart.
    return household or str(request.user.pk or f"ip:{asking.caller(request)}")[:40]


def _once(request: HttpRequest, work: Work) -> str:
    key, at = form_key(request), asking.now()
    answer = idempotency.once(
        actor_key=_whose(request),
        key=str(key),
        digest=_digest(request),
        at=at,
        work=lambda: idempotency.Answer(303, {"to": work(Sent(asking.again(request), at, key))}),
    )
    if answer.body is None:
        raise Conflict("request_running")
    return str(answer.body["to"])


def submit(request: HttpRequest, form: Form, work: Work, done: str = "") -> HttpResponse | None:
    """Do a sent form's work once and go on; None when the form must be shown (again), with what is wrong in it."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        where = _once(request, work)
    except ASKED_ELSEWHERE:
        raise
    except REFUSALS as error:
        told = refusal(error)
        form.refuse(told.status, told.lines, told.fields)
        return None
    if done:
        messages.success(request, done)
    return redirect(where)


def act(request: HttpRequest, work: Work, *, back: str, done: str = "", audience: Audience = "staff") -> HttpResponse:
    """Do what one button asks, once, and go on; a refusal goes ``back`` with its sentences on top of the page."""
    try:
        where = _once(request, work)
    except ASKED_ELSEWHERE:
        raise
    except NotFound as error:
        return refused(request, error)
    except REFUSALS as error:
        messages.error(request, "\n".join(refusal(error, audience).lines))
        return redirect(back)
    if done:
        messages.success(request, done)
    return redirect(where)


def shown_once(request: HttpRequest, form: Form | None, work: Callable[[Sent], HttpResponse]) -> HttpResponse | None:
    """The page that a deed answers with, for a secret that is kept nowhere; None when the form is shown again."""
    if request.method != "POST" or (form is not None and not form.is_valid()):
        return None
    try:
        with transaction.atomic():
            return work(Sent(asking.again(request), asking.now(), form_key(request)))
    except ASKED_ELSEWHERE:
        raise
    except REFUSALS as error:
        if form is None:
            return refused(request, error)
        told = refusal(error)
        form.refuse(told.status, told.lines, told.fields)
        return None


def found(read: Callable[[], Any]) -> Any:
    """What a selector finds; a page that is not there when it finds nothing."""
    try:
        return read()
    except NotFound:
        raise Http404 from None
