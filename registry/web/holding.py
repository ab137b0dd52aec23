"""A household in its browser: a signed cookie of its own, with no account and no session behind it.

It names the household and a mark of its code: a new code puts every phone out. It is sent to the household's own
pages alone, and forgotten twelve hours after they were last opened, or at once by "leave".
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare, salted_hmac

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor, of_household
from registry.selectors import by_slip

COOKIE, PATH = "household", "/mine/"
KEPT_S = 12 * 60 * 60
SALT = "registry.household"
_WHERE: dict[str, Any] = {"path": PATH, "samesite": "Lax"}


def household(request: HttpRequest) -> m.Household | None:
    """Whose pages this browser may open; None when it holds nothing that counts now."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_S)
        row = by_slip.household(of_household(UUID(kept["household"])))
    except (signing.BadSignature, NotFound, ValueError, KeyError, TypeError):
        return None
    return row if constant_time_compare(str(kept.get("mark", "")), _mark(row)) else None


def actor(row: m.Household) -> Actor:
    """The household as somebody who acts."""
    return of_household(row.pk)


def keep(response: Any, row: m.Household) -> HttpResponse:
    """Let this browser open the household's pages for as long again; nobody may keep what they show."""
    value = signing.dumps({"household": row.pk.hex, "mark": _mark(row)}, salt=SALT)
    response.set_cookie(COOKIE, value, max_age=KEPT_S, httponly=True, secure=not settings.DEBUG, **_WHERE)
    return private(response)


def forget(response: Any) -> HttpResponse:
    """Take it from this browser."""
    response.delete_cookie(COOKIE, **_WHERE)
    return private(response)


def private(response: Any) -> HttpResponse:
    """A page that no cache keeps and no search engine lists."""
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex"
    found: HttpResponse = response
    return found


def _mark(row: m.Household) -> str:
    """What changes with the code and gives nothing of it away."""
    return salted_hmac(SALT, f"{row.pk.hex}:{row.code}").hexdigest()[:32]
