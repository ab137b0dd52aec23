"""The one sequencer: puts every committed audit entry into the tree, once, in an order without gaps.

An entry waits from the commit that wrote it, so nothing depends on the order of sequence numbers: one that was
numbered earlier and commits later is simply a later leaf. Sequencers lock the head, writers never do.
"""

from django.db import transaction

from registry import ledger
from registry import models as m
from registry.ledger import LedgerError
from registry.selectors import ledger as stored
from registry.services import rows

BATCH = 1_000
A_ROUND = 50_000


def sequence(*, limit: int = A_ROUND) -> int:
    """Give everything that waits its position, batch by batch; returns how many. Killed anywhere, it goes on."""
    done = 0
    while done < limit and m.LedgerWaiting.objects.exists() and (taken := _batch()):
        done += taken
    return done


@transaction.atomic
def _batch() -> int:
    """One batch in one transaction: leaves, nodes, size. Whoever finds the head locked leaves it to the other."""
    if not m.LedgerHead.objects.exists():
        m.LedgerHead.objects.bulk_create([m.LedgerHead(id=1)], ignore_conflicts=True)
    head = m.LedgerHead.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if head is None:
        return 0
    waiting = list(m.LedgerWaiting.objects.order_by("entry").values_list("entry", flat=True)[:BATCH])
    if not waiting:
        return 0
    entries = list(m.AuditEntry.objects.filter(seq__in=waiting).order_by("seq").values(*stored.COLUMNS))
    if len(entries) != len(waiting):
        raise LedgerError("entry_missing")
    grown = stored.frontier(head.size)
    leaves, nodes = [], []
    for entry in entries:
        leaf = ledger.leaf_hash(ledger.canonical(ledger.entry_fields(**entry)))
        leaves.append(m.LedgerLeaf(position=grown.size, entry_id=entry["seq"]))
        nodes += [
            m.LedgerNode(place=ledger.place_of(level, index), hash=value) for level, index, value in grown.append(leaf)
        ]
    m.LedgerLeaf.objects.bulk_create(leaves)
    m.LedgerNode.objects.bulk_create(nodes)
    m.LedgerWaiting.objects.filter(entry__in=waiting).delete()
    head.size = grown.size
    rows.update(head, "size")
    return len(entries)


def unlisted() -> int:
    """How many entries are neither in the tree nor waiting for it: written past the services."""
    return m.AuditEntry.objects.filter(leaf=None).exclude(seq__in=m.LedgerWaiting.objects.values("entry")).count()
