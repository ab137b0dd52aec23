"""What the desk's templates may ask for beside the shared ones."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import template
from django.http import HttpRequest
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import get_language, gettext

from registry import models as m
from registry.console import words
from registry.console.gate import WATCHERS
from registry.rules import reasons
from registry.selectors import queue
from registry.selectors.dossier import Line
from registry.selectors.standing import Subject, kind_of, owner_of
from registry.web import asking

register = template.Library()


@register.filter
def desk(code: object, family: str) -> str:
    """The desk's words for a code, e.g. {{ state|desk:"queue" }}."""
    return words.text(family, code)


@register.filter
def reference(pk: UUID) -> str:
    """Six characters of an id, to say on the phone."""
    return queue.reference(pk)


@register.filter
def kind(thing: Subject) -> str:
    """provider, vehicle or dwelling."""
    return kind_of(thing)


@register.filter
def unnamed(thing: Subject) -> str:
    """How a list names it without naming a person."""
    return queue.label_of(thing)


@register.filter
def named(thing: Subject) -> str:
    """Its full name; only for pages whose reading is audited."""
    if isinstance(thing, m.Provider):
        return thing.organization_name or f"{thing.given_name} {thing.family_name}"
    return queue.label_of(thing)


@register.filter
def full_name(person: m.Person | m.Resident | None) -> str:
    """A colleague's or a resident's name."""
    return f"{person.given_name} {person.family_name}" if person else gettext("the registry itself")


@register.filter
def owner_page(thing: Subject) -> str:
    """The page of the provider whose thing it is, at the thing."""
    anchor = "" if isinstance(thing, m.Provider) else f"#{kind_of(thing)}-{thing.pk}"
    return reverse("desk:provider", args=[owner_of(thing).pk]) + anchor


@register.inclusion_tag("console/menu.html", takes_context=True)
def desk_menu(context: Mapping[str, Any]) -> dict[str, Any]:
    """The desk's own menu: what the actor's roles open."""
    request: HttpRequest = context["request"]
    who = asking.actor(request)
    links = [
        ("desk:home", gettext("Desk"), True),
        ("desk:queue", gettext("Queue"), who.has("officer")),
        ("desk:apply", gettext("New application"), who.has("officer")),
        ("desk:reviews", gettext("Blind reviews"), who.has("officer")),
        ("desk:signals", gettext("Signals"), who.has("officer")),
        ("desk:register", gettext("Refused providers"), who.has("officer")),
        ("desk:concerns", gettext("Reports"), who.has("officer")),
        ("desk:alarms", gettext("Alarms"), who.has(*WATCHERS)),
        ("desk:children", gettext("Children alone"), who.has("child_protection")),
        ("desk:plans", gettext("Plans"), who.has("officer", "coordinator")),
        ("desk:zones", gettext("Safe zones"), who.has("officer", "coordinator")),
        ("desk:audit", gettext("Audit log"), who.has("auditor")),
    ]
    shown = [{"url": reverse(name), "text": text} for name, text, open_to in links if open_to]
    return {"links": shown, "here": request.path}


@register.filter
def compared(line: Mapping[str, str]) -> str:
    """One compared value in words, without the value: phone ends 67."""
    name = reasons.label("identifier", line["kind"], get_language() or "en")
    if line["kind"] == "name":
        return f"{line['initials']} {line['year']} {line['county']}"
    if line["kind"] == "check":
        return reasons.label("check", line["ends"], get_language() or "en")
    if line["kind"] == "exact_name":
        return gettext("name")
    if "starts" in line:
        return f"{name}: {line['starts']}…@{line['at']}"
    return gettext("%(what)s ends %(with)s") % {"what": name, "with": line["ends"] or "?"}


@register.filter
def masked(masks: Mapping[str, str]) -> str:
    """The last signs of an entry's identifiers, in one line."""
    return ", ".join(compared({"kind": kind, "ends": ends}) for kind, ends in masks.items())


@register.filter
def owner_id(thing: Subject) -> UUID:
    """The id of the provider whose thing it is."""
    return owner_of(thing).pk


@register.filter
def counting(lines: Sequence[Line], wanted: bool) -> list[Line]:
    """The checks that speak for verification today, or those that do not."""
    return [line for line in lines if line.counts == wanted]


@register.filter
def place_in(code: str, rows: Mapping[str, Any]) -> str:
    """The name of a zone or a town by its code, in the reader's language."""
    return str(rows[code].name_in(get_language() or "en")) if code in rows else code


@register.filter
def scope(plan: m.Plan) -> str:
    """For where a plan is, in the reader's language."""
    place = plan.zone or plan.county
    return place.name_in(get_language() or "en") if place else gettext("The whole country")


@register.filter
def percent(share: float) -> str:
    """A share as percent with two decimals, as the reader's language writes numbers."""
    return floatformat(100 * share, 2)
