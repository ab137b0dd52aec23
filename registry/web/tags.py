"""What templates may ask for: labels, place names, reasons, one-button forms, the head and foot of every page."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.selectors import help as helplines
from registry.web import asking, labels, pages, photo_links

register = template.Library()

SHORT_NAMES = (("uk", "Укр"), ("ro", "Ro"), ("en", "En"), ("ru", "Рус"))
TONES = {"success": "ok", "error": "bad", "warning": "warn", "info": "info", "debug": "info"}


@register.filter
def label(code: object, family: str) -> str:
    """The words for a code, e.g. {{ match.status|label:"match" }}."""
    return labels.text(family, code)


@register.filter
def label_list(codes: str, family: str) -> str:
    """The words for a column of space-separated codes."""
    return labels.texts(family, codes.split())


@register.filter
def tone(code: object) -> str:
    """ok, warn, bad or info: the colour of a status or of a message's level."""
    return TONES.get(str(code)) or labels.tone(str(code))


@register.filter
def place(row: Any) -> str:
    """The name of a zone, town, county or crossing in the reader's language."""
    return str(row.name_in(get_language() or "en")) if row else ""


@register.filter
def reason(row: Reason) -> str:
    """A reason's sentence for staff, in the reader's language."""
    return pages.reason_text(row)


@register.filter
def moment(at: datetime | None) -> str:
    """Day and time at the border, e.g. 6 March, 14:05."""
    if at is None:
        return ""
    there = timezone.localtime(at)
    return f"{_written(there, 'j E')}, {there:%H:%M}"


def _written(on: date, form: str) -> str:
    """A day in words; Romanian writes its months small."""
    words = date_format(on, form)
    return words.lower() if get_language() == "ro" else words


@register.filter
def until(start: datetime, end: datetime) -> str:
    """A window of time at the border; the day once when it is the same."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    same = first.date() == last.date()
    return f"{moment(start)}–{last:%H:%M}" if same else f"{moment(start)} – {moment(end)}"


@register.filter
def day(on: date | None) -> str:
    """A day in words."""
    return _written(on, "j E Y") if on else ""


@register.filter
def ago(at: datetime | None) -> str:
    """How long something has been waiting, e.g. 1 h 20 min."""
    if at is None:
        return ""
    minutes = max(0, int((asking.now() - at).total_seconds()) // 60)
    return labels.duration(minutes)


@register.filter
def span(minutes: int) -> str:
    """Minutes in words, e.g. 1 h 20 min."""
    hours, rest = divmod(int(minutes), 60)
    return gettext("%(hours)d h") % {"hours": hours} if hours and not rest else labels.duration(int(minutes))


@register.filter
def in_fours(code: str) -> str:
    """A code as it is read out: ABCD 1234 EFGH."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.simple_tag
def fresh_key() -> str:
    """A new key for a form: sending it twice does the thing once."""
    return str(uuid7())


@register.inclusion_tag("registry/action.html", takes_context=True)
def action(context: Mapping[str, Any], url: str, text: str, look: str = "", **values: Any) -> dict[str, Any]:
    """A form of one button that POSTs ``values`` to ``url``."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "text": text,
        "look": look,
        "values": values,
    }


@register.inclusion_tag("registry/head.html", takes_context=True)
def site_head(context: Mapping[str, Any]) -> dict[str, Any]:
    """Name, languages and menu; also on pages of refusal."""
    request: HttpRequest | None = context.get("request")
    names = dict(settings.LANGUAGES)
    return {
        "csrf_token": context.get("csrf_token"),
        "demo": settings.DEMO,
        "languages": [(code, short, names[code]) for code, short in SHORT_NAMES],
        "links": _links(request) if request else [],
        "here": request.get_full_path() if request else "/",
        "path": request.path if request else "/",
        "own": reverse("factors"),
        "signed_in": bool(request and asking.actor(request).id),
    }


def _links(request: HttpRequest) -> list[dict[str, str]]:
    who = asking.actor(request)
    links = [(reverse("landing"), gettext("Start"))]
    if who.id is None:
        links += [(reverse("check"), pgettext("menu", "Check")), (reverse("login"), gettext("Sign in"))]
    else:
        links = [(reverse("home"), gettext("My work"))]
        if who.has("officer"):
            links.append(("/desk/", gettext("Desk")))
        links.append((reverse("check"), pgettext("menu", "Check")))
    return [{"url": url, "text": text} for url, text in links]


@register.inclusion_tag("registry/foot.html")
def site_foot() -> dict[str, Any]:
    """Help numbers on every page."""
    return {"lines": helplines.lines(), "verified": helplines.last_verified()}


@register.inclusion_tag("registry/reasons.html")
def reasons(rows: Any) -> dict[str, Any]:
    """A list of reasons for staff, in the reader's language."""
    return {"lines": [pages.reason_text(row) for row in rows]}


@register.inclusion_tag("registry/reasons.html")
def household_reasons(rows: Any) -> dict[str, Any]:
    """A list of reasons as a household is told them, in the reader's language."""
    return {"lines": list(dict.fromkeys(pages.reason_text(row, audience="household") for row in rows))}


@register.inclusion_tag("registry/sign.html")
def sign(name: str) -> dict[str, str]:
    """A sign that says the same as colour and word: ok, bad or warn."""
    return {"name": name}


@register.filter
def as_json(value: object) -> str:
    """A value as compact JSON, for a data attribute."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@register.inclusion_tag("phone/steps.html")
def join_steps(step: int) -> dict[str, Any]:
    """Where somebody stands who joins."""
    words = (gettext("What to bring"), gettext("About you"), gettext("Vehicle or home, photo"), gettext("Meeting"))
    return {"step": step, "steps": list(enumerate(words, start=1))}


@register.filter
def lookup(words: Mapping[str, object], code: str) -> str:
    """The words for a code in a mapping of the page's own; nothing when there are none."""
    return str(words.get(code, ""))


@register.simple_tag
def household_photos(match: Any) -> list[dict[str, str]]:
    """Photographs that the household of a match may see now, on a page that has asked for its code."""
    return photo_links.for_household(match)
