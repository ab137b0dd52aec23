"""The whole ledger as JSON lines for the stand-alone checker: what is there, also where it contradicts itself."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q

from registry import ledger
from registry import models as m
from registry.selectors.ledger import COLUMNS

FORMAT = "safezone-ledger/1"
RUN = 4_096
_LEVEL_0_END = ledger.place_of(1, 0)
_LEVELS = 48


def lines() -> Iterator[str]:
    """Header, checkpoints, entries beside the tree, then one line for each position."""
    end = _end()
    yield _json({"format": FORMAT, "positions": end})
    for note in m.LedgerCheckpoint.objects.order_by("size", "pk").values_list("note", flat=True).iterator():
        yield _json({"checkpoint": note})
    yield from _outside(end)
    for start in range(0, end, RUN):
        yield from _run(start, min(end, start + RUN))


def _end() -> int:
    """Behind the last position that a leaf or a node speaks of."""
    leaf = m.LedgerLeaf.objects.order_by("-position").values_list("position", flat=True).first()
    nodes = m.LedgerNode.objects.filter(place__lt=_LEVEL_0_END).order_by("-place")
    node = nodes.values_list("place", flat=True).first()
    return 1 + max(-1 if leaf is None else leaf, -1 if node is None else node)


def _outside(end: int) -> Iterator[str]:
    """Entries without a position below ``end``; one that is waiting has a right to be there."""
    waits = Exists(m.LedgerWaiting.objects.filter(entry=OuterRef("pk"))) | Q(leaf__position__gte=end)
    found = m.AuditEntry.objects.filter(Q(leaf=None) | Q(leaf__position__gte=end)).order_by("seq")
    for row in found.annotate(waits=waits).values(*COLUMNS, "waits").iterator():
        waiting = row.pop("waits")
        yield _json({"outside": row["seq"], "waiting": waiting, "entry": ledger.entry_fields(**row)})


def _run(start: int, end: int) -> Iterator[str]:
    """The lines of an aligned run of positions."""
    leads_to = dict(m.LedgerLeaf.objects.filter(position__range=(start, end - 1)).values_list("position", "entry"))
    entries = {row["seq"]: row for row in _entries(list(leads_to.values()))}
    nodes = _nodes(start, end)
    for position in range(start, end):
        seq = leads_to.get(position)
        entry = entries.get(seq)
        completed = [nodes.get((level, position >> level)) for level in range(_completed(position))]
        fields = None if entry is None else ledger.entry_fields(**entry)
        yield _json({"position": position, "seq": seq, "nodes": completed, "entry": fields})


def _entries(seqs: list[int]) -> Iterator[dict[str, Any]]:
    found = m.AuditEntry.objects.filter(seq__in=seqs)
    yield from found.values(*COLUMNS)


def _completed(position: int) -> int:
    """How many nodes the leaf at this position completes, itself among them."""
    return (~position & position + 1).bit_length()


def _nodes(start: int, end: int) -> Mapping[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for level in range(_LEVELS):
        first, last = ledger.place_of(level, start >> level), ledger.place_of(level, end >> level)
        if first < last:
            rows = m.LedgerNode.objects.filter(place__gte=first, place__lt=last).values_list("place", "hash")
            found |= {
                (level, place - ledger.place_of(level, 0)): ledger.base64_of(bytes(value)) for place, value in rows
            }
    return found


def _json(line: Mapping[str, object]) -> str:
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n"
