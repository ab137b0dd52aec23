"""The phone app's shell: one page without anything personal, its service worker, manifest and texts."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from registry.phone import words_book
from registry.rules.reasons import LANGUAGES

APP = "registry/app"
# One file of each kind, made of the app's modules by `make vendor` (tools/vendor_js/app.mjs).
BUILT = f"{APP}/built"
MAIN, STYLE, EARLY = f"{BUILT}/index.js", f"{BUILT}/index.css", f"{APP}/core/early.js"
MARK = "registry/img/mark.svg"
# The browser keeps the service worker itself.
MODULE_WORKER, CLASSIC_WORKER = f"{BUILT}/worker_modern.js", f"{BUILT}/worker_classic.js"
# A piece that must be there before the main module can run.
IMPORTED = re.compile(r"""(?:^|;)import[^"'();]*["']\./([^"']+)["']""")
BRAND = "#0f4c75"


# Files and their revisions


def found(path: str) -> Path:
    """Where a static file lies, in development and in production."""
    place = finders.find(path)
    if not place:
        raise FileNotFoundError(path)
    return Path(place)


def kept_files() -> list[str]:
    """Every static file that the phone keeps: what was built, but the workers, and what stands beside it."""
    folder = found(MAIN).parent
    built = {f"{BUILT}/{path.name}" for path in folder.iterdir() if path.suffix in {".js", ".css"}}
    return sorted(built - {MODULE_WORKER, CLASSIC_WORKER} | {EARLY, MARK})


def loaded_first() -> list[str]:
    """The main module and its pieces: the browser gets them side by side, not in a chain."""
    return [MAIN, *(f"{BUILT}/{name}" for name in IMPORTED.findall(found(MAIN).read_text("utf-8")))]


def address(path: str) -> str:
    """The address of a static file by its plain name: modules name each other so; the worker knows the revision."""
    return f"{settings.STATIC_URL}{path}"


def digest(content: bytes) -> str:
    """A short mark of a content."""
    return hashlib.sha256(content).hexdigest()[:16]


def revisions() -> dict[str, str]:
    """What the phone keeps of the app: address and mark of the content of each file."""
    known = {address(path): digest(found(path).read_bytes()) for path in kept_files()}
    for language in LANGUAGES:
        known[f"/app/words/{language}.json"] = digest(words_book.written(language).encode())
    known["/app/manifest.webmanifest"] = digest(json.dumps(described("en")).encode())
    with translation.override("en"):
        known["/app/"] = digest(render_to_string("phone/app.html", shown()).encode())
    return known


@cache
def _revisions_once() -> dict[str, str]:
    return revisions()


def _known() -> dict[str, str]:
    return revisions() if settings.DEBUG else _revisions_once()


# Pages. They carry no secret and nothing of who asks, so they may be compressed.


def spoken() -> str:
    """The language of the request, one of the four."""
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"


def shown() -> dict[str, Any]:
    """What the shell's page is made of."""
    return {
        "modules": [address(path) for path in loaded_first()],
        "main": address(MAIN),
        "early": address(EARLY),
        "style": address(STYLE),
        "mark": address(MARK),
        "touch_icon": address("registry/img/icon-apple-180.png"),
        "brand": BRAND,
        "opening": words_book.book(spoken())["texts"]["core.opening"],
    }


@login_not_required
@require_safe
@gzip_page
@ensure_csrf_cookie
def shell(_request: HttpRequest) -> HttpResponse:
    """The one page of the app; the same for everybody."""
    response = HttpResponse(render_to_string("phone/app.html", shown()))
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
@gzip_page
@ensure_csrf_cookie
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the list of what it keeps; a new revision of any file makes it a new worker."""
    files = [{"url": url, "revision": revision} for url, revision in _known().items()]
    if request.GET.get("classic"):
        begin = f'importScripts("{address(CLASSIC_WORKER)}");'
    else:
        begin = f'import "{address(MODULE_WORKER)}";'
    filled = f"{begin}\nself.keepShell({json.dumps(files, indent=1)});\n"
    response = HttpResponse(filled, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/app/"
    return response


def described(language: str) -> dict[str, Any]:
    """What a phone needs to know to install the app."""
    name = words_book.book(language)["texts"]["core.app"]
    icons = [
        {"src": address(f"registry/img/icon-{kind}{pixels}.png"), "sizes": f"{pixels}x{pixels}", "type": "image/png"}
        | ({"purpose": "maskable"} if kind else {"purpose": "any"})
        for kind in ("", "maskable-")
        for pixels in (192, 512)
    ]
    return {
        "id": "/app/",
        "name": name,
        "short_name": name.split()[0] if len(name) > 24 else name,
        "lang": language,
        "start_url": "/app/",
        "scope": "/app/",
        "display": "standalone",
        "theme_color": BRAND,
        "background_color": "#f4f6f7",
        "icons": icons,
    }


@login_not_required
@require_safe
@gzip_page
def manifest(_request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the language of the request."""
    response = JsonResponse(described(spoken()), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language"])
    return response


@login_not_required
@require_safe
@gzip_page
def words(_request: HttpRequest, language: str) -> HttpResponse:
    """Every text of the app in one language."""
    if language not in LANGUAGES:
        raise Http404
    text = words_book.written(language) if settings.DEBUG else words_book.kept(language)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Whether somebody is signed in: a phone that knows nobody asks this before it asks who."""
    response = JsonResponse({"signed_in": request.user.is_authenticated})
    response.headers["Cache-Control"] = "no-store"
    return response
