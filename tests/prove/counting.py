"""What must be true after any crash: nothing acknowledged lost, no row without its entry, no entry alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Sum

from registry import models as m
from registry.services import idempotency
from tests.prove.at_work import Write

# The column that a step leaves behind, by which one sees that it was done.
DONE: dict[str, tuple[Any, Q]] = {
    "household": (m.Household, Q()),
    "request": (m.HelpRequest, Q()),
    "propose": (m.Match, Q()),
    "accept": (m.Match, Q(accepted_at__isnull=False)),
    "confirm": (m.Match, Q(confirmed_at__isnull=False)),
    "cancel": (m.Match, Q(status="cancelled")),
    "check-in": (m.CheckIn, Q()),
    "suspend": (m.Provider, Q(suspended_at__isnull=False)),
}
# Each row in this state owes exactly one entry of this action about itself.
OWED: tuple[tuple[Any, Q, str], ...] = (
    (m.Household, Q(), "household.registered"),
    (m.HelpRequest, Q(), "request.opened"),
    (m.Match, Q(), "match.proposed"),
    (m.Match, Q(accepted_at__isnull=False), "match.accepted"),
    (m.Match, Q(confirmed_at__isnull=False), "match.confirmed"),
    (m.Match, Q(status="cancelled"), "match.cancelled"),
    (m.Match, Q(status="halted"), "match.halted"),
    (m.Provider, Q(status="suspended"), "suspension.placed"),
)


class Before:
    """What stood there before the load began: tests wrote it, partly without entries."""

    def __init__(self) -> None:
        self.owed = set(_owed())
        self.check_ins = set(m.CheckIn.objects.values_list("pk", flat=True))
        self.seq = m.AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _owed() -> Iterator[tuple[str, str]]:
    for model, state, action in OWED:
        for pk in model.objects.filter(state).values_list("pk", flat=True):
            yield action, str(pk)


def lost(writes: Collection[Write]) -> list[Write]:
    """Acknowledged writes whose row, or whose remembered answer, is not in the database."""
    kept = {row.key: row for row in _in_pieces(m.IdempotencyKey, "key", [w.key for w in writes])}
    there = {step: _there(step, writes) for step in {w.step for w in writes}}
    return [w for w in writes if w.about not in there[w.step] or not _is_remembered(w, kept.get(w.key))]


def _is_remembered(write: Write, row: Any) -> bool:
    if row is None:
        return False
    # What is kept is sealed: it is asked for as the next POST with this key would ask.
    kept = idempotency.replay(actor_key=row.actor_key, key=row.key, digest=row.request_digest)
    return kept is not None and (kept.status, kept.body) == (write.status, write.kept)


def _there(step: str, writes: Iterable[Write]) -> set[str]:
    model, done = DONE[step]
    return {str(row.pk) for row in _in_pieces(model, "pk", [w.about for w in writes if w.step == step], done)}


def _in_pieces(model: Any, column: str, values: list[Any], more: Q | None = None) -> Iterator[Any]:
    for start in range(0, len(values), 500):
        wanted = Q(**{f"{column}__in": values[start : start + 500]})
        yield from model._default_manager.filter(wanted & (more or Q()))


def unaudited(before: Before) -> tuple[int, list[str]]:
    """How many rows owe an entry, and those that have none, or more than one."""
    entries = Counter(_entries(before).values_list("action", "object_id"))
    owed = [one for one in _owed() if one not in before.owed]
    words = Counter(str(pk) for pk in _new_words(before).values_list("match_id", flat=True))
    bad = [f"{action} {pk}" for action, pk in owed if entries[action, pk] != 1]
    bad += [f"journey.check_in {pk}" for pk in words if words[pk] != entries["journey.check_in", pk]]
    return len(owed) + words.total(), bad


def _new_words(before: Before) -> Any:
    return m.CheckIn.objects.exclude(pk__in=before.check_ins)


def unfounded(before: Before) -> tuple[int, list[str]]:
    """How many entries there are, and those whose row is missing or which have no place, or two, in the ledger."""
    bad = [f"no place for {seq}" for seq in _placeless()]
    tables = {model.__name__.lower(): model for model in apps.get_app_config("registry").get_models()}
    owed = {action: (model, state) for model, state, action in OWED}
    for action, kind, pk in _entries(before).values_list("action", "object_type", "object_id").distinct():
        _, state = owed.get(action, (None, Q()))
        if not tables[kind]._default_manager.filter(state, pk=pk).exists():
            bad.append(f"{action} of no {kind} {pk}")
    said = _entries(before).filter(action="journey.check_in").count()
    if said != _new_words(before).count():
        bad.append("check-ins and their entries differ")
    return _entries(before).count(), bad


def _entries(before: Before) -> Any:
    return m.AuditEntry.objects.filter(seq__gt=before.seq)


def _placeless() -> Iterable[int]:
    leaf = Exists(m.LedgerLeaf.objects.filter(entry=OuterRef("pk")))
    waiting = Exists(m.LedgerWaiting.objects.filter(entry=OuterRef("pk")))
    marked = m.AuditEntry.objects.annotate(in_tree=leaf, waits=waiting)
    return marked.filter(Q(in_tree=F("waits"))).values_list("seq", flat=True)


def miscounted() -> list[str]:
    """Rides whose taken seats are not the people on their legs."""
    taken = Q(legs__taken_at__isnull=False, legs__released_at__isnull=True)
    rides = m.TransportOffer.objects.annotate(people=Sum("legs__people", filter=taken))
    return [str(ride.pk) for ride in rides if ride.seats_taken != (ride.people or 0)]
