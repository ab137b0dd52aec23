"""The nine ways to tamper with the log, each by somebody who owns the database and at most also the signing key."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from registry import ledger
from registry import models as m
from registry.services import ledgers
from registry.services.ledger_key import LedgerKey
from tests import factories as f
from tests.ledger.logs import MINUTE, Log, restore, run, snapshot, unguarded

BAD, OTHER = 16, 23
LOTS = (40, 30, 30)
SIZE = sum(LOTS)


def seq_at(position: int) -> int:
    return m.LedgerLeaf.objects.get(position=position).entry_id


def edit(log: Log) -> None:
    """One word of one entry."""
    with unguarded():
        run("UPDATE registry_auditentry SET action = 'read.nothing' WHERE seq = %s", seq_at(BAD))


def delete(log: Log) -> None:
    """One entry is gone."""
    with unguarded():
        run("DELETE FROM registry_auditentry WHERE seq = %s", seq_at(BAD))


def insert(log: Log) -> None:
    """An entry that was never written by the registry."""
    with unguarded():
        m.AuditEntry.objects.create(seq=10**6, at=f.NOW, action="x", object_type="x", object_id="1")


def swap(log: Log) -> None:
    """Two entries change places."""
    first, second = seq_at(BAD), seq_at(OTHER)
    with unguarded():
        for position, seq in ((BAD, -1), (OTHER, first), (BAD, second)):
            run("UPDATE registry_ledgerleaf SET entry_id = %s WHERE position = %s", seq, position)


def rehash(log: Log) -> None:
    """An edit with everything behind it made to fit: leaves, nodes, own checkpoints, signed with the stolen key."""
    with unguarded():
        run("UPDATE registry_auditentry SET action = 'read.nothing' WHERE seq = %s", seq_at(50))
        rebuild()
        run("DELETE FROM registry_ledgercheckpoint WHERE size > 50")
        assert ledgers._sign(log.key, f.NOW + 500 * MINUTE)


def rebuild() -> None:
    """Every node anew from the entries as they are now."""
    grown, nodes = ledger.Frontier(), []
    columns = ("seq", "at", "actor", "action", "object_type", "object_id", "data")
    rows = {row["seq"]: row for row in m.AuditEntry.objects.values(*columns)}
    for seq in m.LedgerLeaf.objects.order_by("position").values_list("entry", flat=True):
        leaf = ledger.leaf_hash(ledger.canonical(ledger.entry_fields(**rows[seq])))
        nodes += [
            m.LedgerNode(place=ledger.place_of(level, index), hash=value) for level, index, value in grown.append(leaf)
        ]
    run("DELETE FROM registry_ledgernode")
    m.LedgerNode.objects.bulk_create(nodes)


def truncate(log: Log) -> None:
    """The last entries are gone, with everything that speaks of them."""
    cut(80)


def cut(size: int) -> None:
    kept = snapshot()
    leaves = [row for row in kept[m.LedgerLeaf] if row.position < size]
    seqs = {row.entry_id for row in leaves}
    frontier, places = ledger.Frontier(), set()
    for _ in range(size):
        places |= {ledger.place_of(level, index) for level, index, _ in frontier.append(bytes(32))}
    restore(
        {
            m.AuditEntry: [row for row in kept[m.AuditEntry] if row.seq in seqs],
            m.LedgerLeaf: leaves,
            m.LedgerNode: [row for row in kept[m.LedgerNode] if row.place in places],
            m.LedgerCheckpoint: [row for row in kept[m.LedgerCheckpoint] if row.size <= size],
            m.LedgerHead: [m.LedgerHead(id=1, size=size)],
            m.LedgerWaiting: [],
        }
    )


def fork(log: Log) -> None:
    """The log goes on twice from the same backup: one branch is witnessed, the other is what the registry shows."""
    told, settings.LEDGER_WITNESSES = settings.LEDGER_WITNESSES, []
    cut(LOTS[0] + LOTS[1])
    log.grow(LOTS[2], action="test.other")
    settings.LEDGER_WITNESSES = told


def turn_back(log: Log) -> None:
    """An older backup is restored: consistent in itself."""
    cut(LOTS[0] + LOTS[1])


def forge(log: Log) -> None:
    """A witness's file holds a checkpoint that another key has signed."""
    other = LedgerKey(log.key.name, Ed25519PrivateKey.generate())
    last = m.LedgerCheckpoint.objects.get(size=SIZE)
    note = other.sign(ledger.Checkpoint(last.origin, last.size, bytes(last.root)))
    with log.witness.open("a", encoding="utf-8") as file:
        file.write(note + "\n")


@dataclass(frozen=True)
class Kind:
    """A way to tamper, what sees it, and what the first finding must say."""

    do: Callable[[Log], None]
    seen_by: tuple[str, ...]
    position: int
    says: str


KINDS = {
    "edit": Kind(edit, ("entries",), BAD, "was edited"),
    "delete": Kind(delete, ("complete",), BAD, "was deleted"),
    "insert": Kind(insert, ("outside",), SIZE, "seq 1000000 stands beside the log"),
    "swap": Kind(swap, ("entries",), BAD, f"was swapped with position {OTHER}"),
    "rehash": Kind(rehash, ("roots", "forks"), LOTS[0], "were rewritten"),
    "truncation": Kind(truncate, ("size",), 80, "end was cut off"),
    "fork": Kind(fork, ("roots", "forks"), 70, "do not lead to the signed"),
    "old backup": Kind(turn_back, ("size",), 70, "older copy"),
    "forgery": Kind(forge, ("signatures",), SIZE - 1, "forged"),
}
