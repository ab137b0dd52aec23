"""The phone app's shell: one page without anything personal, its service worker, manifest and texts."""

import hashlib
import json
import posixpath
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
# What the app uses of the pages.
SHARED = ("registry/css/site.css", "registry/img/mark.svg")
# How a module of the app names a file of others.
OTHERS = re.compile(r"\bvendor/([\w/-]+\.(?:js|css))")
WORKBOX = "registry/vendor/workbox/workbox.js"
# A module that must be there before the one that names it can run.
IMPORTED = re.compile(r"""^(?:import|export)\b[^"';]*?["'](\.[^"']+)["'];""", re.MULTILINE)
# Parts of the service worker, which the browser keeps with it.
OF_WORKER = (f"{APP}/core/worker.js", f"{APP}/core/resend.js")
BRAND = "#0f4c75"


# Files and their revisions


def found(path: str) -> Path:
    """Where a static file lies, in development and in production."""
    place = finders.find(path)
    if not place:
        raise FileNotFoundError(path)
    return Path(place)


def own_files() -> list[str]:
    """Every file of the app's own folder."""
    folder = found(f"{APP}/core").parent
    return sorted(f"{APP}/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.*") if path.is_file())


def of_others() -> list[str]:
    """Every file of others that a module of the app names, loaded at the start or when it is needed."""
    sources = [found(path).read_text("utf-8") for path in own_files() if path.endswith(".js")]
    return sorted({f"registry/vendor/{name}" for source in sources for name in OTHERS.findall(source)})


def loaded_first() -> list[str]:
    """Every module that must be there before the first screen: the browser gets them side by side, not in a chain."""
    reached = [f"{APP}/core/main.js", *(f"{APP}/{area}/index.js" for area in areas())]
    for path in reached:
        for name in IMPORTED.findall(found(path).read_text("utf-8")):
            module = posixpath.normpath(f"{posixpath.dirname(path)}/{name}")
            if module not in reached:
                reached.append(module)
    return reached


def areas() -> list[str]:
    """The parts of the app that bring screens."""
    folder = found(f"{APP}/core").parent
    return sorted(path.parent.name for path in folder.glob("*/index.js"))


def address(path: str) -> str:
    """The address of a static file by its plain name: modules name each other so; the worker knows the revision."""
    return f"{settings.STATIC_URL}{path}"


def digest(content: bytes) -> str:
    """A short mark of a content."""
    return hashlib.sha256(content).hexdigest()[:16]


def revisions() -> dict[str, str]:
    """What the phone keeps of the app: address and mark of the content of each file."""
    static = [*own_files(), *of_others(), *SHARED]
    known = {address(path): digest(found(path).read_bytes()) for path in static if path not in OF_WORKER}
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
        "areas": " ".join(areas()),
        "modules": [address(path) for path in loaded_first()],
        "early": address(f"{APP}/core/early.js"),
        "main": address(f"{APP}/core/main.js"),
        "styles": [address("registry/css/site.css"), *(address(p) for p in own_files() if p.endswith(".css"))],
        "mark": address("registry/img/mark.svg"),
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


MODULE_WORKER = """import "{workbox}";
import "{worker}";
import "{resend}";
self.keepShell({files});
"""
CLASSIC_WORKER = """importScripts("{workbox}", "{worker}");
self.keepShell({files});
"""


@login_not_required
@require_safe
@gzip_page
@ensure_csrf_cookie
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the list of what it keeps; a new revision of any file makes it a new worker."""
    files = [{"url": url, "revision": revision} for url, revision in _known().items()]
    text = CLASSIC_WORKER if request.GET.get("classic") else MODULE_WORKER
    core, resend = (address(path) for path in OF_WORKER)
    filled = text.format(workbox=address(WORKBOX), worker=core, resend=resend, files=json.dumps(files, indent=1))
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
