"""A form on its way past the question for the second factor, and where somebody wanted to go."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from registry.models import SignIn

KEPT_FOR = timedelta(minutes=30)
# Never carried: what belongs to one sending of one page.
NOT_CARRIED = ("csrfmiddlewaretoken",)


@dataclass(frozen=True, slots=True)
class Carried:
    """A form on its way: where it goes and what was typed."""

    to: str
    fields: tuple[tuple[str, str], ...]


def pack(request: HttpRequest) -> str:
    """The sent form, signed."""
    pairs = [(name, value) for name, values in request.POST.lists() if name not in NOT_CARRIED for value in values]
    sent = {"to": request.get_full_path(), "fields": pairs}
    return signing.dumps(sent, salt=_salt(request), compress=True)


def repack(request: HttpRequest, carried: Carried | None) -> str:
    """The same form signed anew, for the next try; nothing for nothing."""
    if carried is None:
        return ""
    return signing.dumps({"to": carried.to, "fields": carried.fields}, salt=_salt(request), compress=True)


def unpack(request: HttpRequest, text: str) -> Carried | None:
    """The form that was carried, if this very sign-in sent it a short while ago."""
    try:
        sent: Any = signing.loads(text, salt=_salt(request), max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return Carried(sent["to"], tuple((str(name), str(value)) for name, value in sent["fields"]))


def _salt(request: HttpRequest) -> str:
    row = getattr(request, "sign_in", None)
    return f"registry.step_up.{row.pk if isinstance(row, SignIn) else ''}"


def here(request: HttpRequest, default: str = "home") -> str:
    """Where the person wanted to go, if it is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse(default)
