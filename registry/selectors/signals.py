"""The review queue: signals in the actor's view, with what was compared."""

from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from registry import models as m
from registry.errors import NotFound
from registry.permissions import Actor
from registry.rules.decisions import Subject
from registry.rules.reasons import Reason
from registry.selectors import providers

LEVELS = ("hold", "alert", "review")


def visible(actor: Actor) -> QuerySet[m.Signal]:
    """Signals of the providers and counties that an officer sees; never those about oneself."""
    if not actor.has("officer"):
        return m.Signal.objects.none()
    seen = Q(provider__in=providers.visible(actor).values("pk"))
    elsewhere = Q(provider=None)
    seen |= elsewhere if actor.everywhere("officer") else elsewhere & Q(county__in=actor.counties("officer"))
    related = (
        "provider__county",
        "provider__town",
        "other__county",
        "other__town",
        "person",
        "household",
        "hold",
        "entry",
    )
    mine = Q(person=actor.id) | Q(provider__account=actor.id)
    return (
        m.Signal.objects.filter(seen)
        .exclude(pk__in=m.Signal.objects.filter(mine).values("pk"))
        .select_related(*related)
    )


def waiting(actor: Actor, level: str = "", code: str = "") -> QuerySet[m.Signal]:
    """Open signals, the gravest first, then the oldest."""
    found = visible(actor).filter(outcome="open")
    found = found.filter(level=level) if level in LEVELS else found
    found = found.filter(code=code) if code else found
    grave = Case(*(When(level=level, then=Value(n)) for n, level in enumerate(LEVELS)), output_field=IntegerField())
    return found.order_by(grave, "created_at", "id")


def one(actor: Actor, pk: UUID) -> m.Signal:
    """One signal in the actor's view, else NotFound."""
    found = visible(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def reason_of(row: m.Signal) -> Reason:
    """The signal as a reason, to be said in words."""
    severity = {"hold": "hold", "review": "review", "alert": "alert"}[row.level]
    return Reason(row.code, severity=severity, params=row.params)  # type: ignore[arg-type]


def subject_of(row: m.Signal) -> Subject:
    """What is decided on when a signal is cleared, as the two-person rule sees it."""
    if row.provider is not None:
        return providers.subject_of(row.provider)
    if row.household is not None:
        return Subject(created_by=row.household.registered_by_id)
    return Subject(people=frozenset({row.person_id} if row.person_id else ()))


def counts(actor: Actor) -> dict[str, int]:
    """How many wait, by level."""
    found = visible(actor).filter(outcome="open")
    return {level: found.filter(level=level).count() for level in LEVELS}


def other_in_view(actor: Actor, row: m.Signal) -> bool:
    """Whether the officer may open the other file, too."""
    return row.other_id is not None and providers.visible(actor).filter(pk=row.other_id).exists()
