"""The tree over the audit log as it is stored: roots, proofs, checkpoints. A proof costs two small queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import QuerySet

from registry import ledger
from registry import models as m
from registry.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.ledger import LedgerError
from registry.permissions import Actor, may_read_audit

Made = TypeVar("Made")
PROOF_FORMAT = "safezone-proof/1"
COLUMNS = ("seq", "at", "actor", "action", "object_type", "object_id", "data")
_BLANK = bytes(32)


def with_nodes(work: Callable[[ledger.Node], Made]) -> Made:
    """What the work makes of stored nodes: first it is watched which ones it asks for, then they are read at once."""
    asked: set[int] = set()

    def note(level: int, index: int) -> bytes:
        asked.add(ledger.place_of(level, index))
        return _BLANK

    work(note)
    rows = m.LedgerNode.objects.filter(place__in=asked).values_list("place", "hash")
    found = {place: bytes(value) for place, value in rows}
    if len(found) < len(asked):
        raise LedgerError("node_missing")
    return work(lambda level, index: found[ledger.place_of(level, index)])


def root_at(size: int) -> bytes:
    """The root over the first ``size`` leaves, from stored nodes."""
    return with_nodes(lambda node: ledger.subtree(0, size, node)) if size else ledger.EMPTY_ROOT


def frontier(size: int) -> ledger.Frontier:
    """The right edge of the stored tree of this size."""
    return with_nodes(lambda node: ledger.frontier_of(size, node))


def tree_size() -> int:
    """How many entries are in the tree."""
    return m.LedgerHead.objects.filter(pk=1).values_list("size", flat=True).first() or 0


def halted() -> str:
    """Why no checkpoint is signed any more; empty when all is well."""
    return m.LedgerHead.objects.filter(pk=1).values_list("halted_code", flat=True).first() or ""


def last_checkpoint() -> m.LedgerCheckpoint | None:
    """The newest checkpoint of this log."""
    return m.LedgerCheckpoint.objects.filter(origin=settings.LEDGER_ORIGIN).order_by("-size").first()


def witnesses() -> QuerySet[m.LedgerWitness]:
    """Those that are configured now, for the log under its present name."""
    return m.LedgerWitness.objects.filter(origin=settings.LEDGER_ORIGIN, address__in=settings.LEDGER_WITNESSES)


@dataclass(frozen=True, slots=True)
class State:
    """What an auditor sees of the ledger at one glance."""

    size: int
    waiting: int
    checkpoint: m.LedgerCheckpoint | None
    halted: str
    witnesses: tuple[tuple[str, int, datetime | None], ...]


def state(actor: Actor) -> State:
    """Tree, newest checkpoint and witnesses, for auditors, else NotFound."""
    if not may_read_audit(actor):
        raise NotFound
    told = tuple(witnesses().order_by("address").values_list("address", "known_size", "failing_since"))
    return State(tree_size(), m.LedgerWaiting.objects.count(), last_checkpoint(), halted(), told)


def checkpoint(actor: Actor) -> dict[str, Any]:
    """The newest checkpoint as JSON for auditors; NotFound while none is signed."""
    _must_audit(actor)
    row = last_checkpoint()
    if row is None:
        raise NotFound
    said, _ = ledger.read(row.note)
    return {
        "origin": row.origin,
        "tree_size": row.size,
        "root_hash": ledger.base64_of(said.root),
        "checkpoint": row.note,
        "signed_at": row.signed_at,
        "halted": halted(),
    }


def entry_proof(actor: Actor, seq: int) -> dict[str, Any]:
    """Everything that proves one entry to somebody who has only the public key: the bundle of the stand-alone tool."""
    _must_audit(actor)
    entry = m.AuditEntry.objects.filter(seq=seq).values(*COLUMNS, "leaf__position").first()
    if entry is None:
        raise NotFound
    position = entry.pop("leaf__position")
    signed = last_checkpoint()
    if position is None or signed is None or position >= signed.size:
        raise Conflict("entry_not_proved_yet")
    proof = with_nodes(lambda node: ledger.inclusion_proof(position, signed.size, node))
    return {
        "format": PROOF_FORMAT,
        "entry": ledger.entry_fields(**entry),
        "position": position,
        "tree_size": signed.size,
        "proof": [ledger.base64_of(step) for step in proof],
        "checkpoint": signed.note,
    }


def holds(bundle: dict[str, Any]) -> bool:
    """Whether a bundle proves its entry: the entry's own bytes lead to the root of the checkpoint."""
    leaf = ledger.leaf_hash(ledger.canonical(bundle["entry"]))
    said, _ = ledger.read(bundle["checkpoint"])
    proof = [ledger.bytes_of(step) for step in bundle["proof"]]
    try:
        ledger.verify_inclusion(leaf, bundle["position"], said.size, proof, said.root)
    except LedgerError:
        return False
    return True


def consistency(actor: Actor, old: int, new: int) -> dict[str, Any]:
    """That the tree of ``new`` entries only added to the one of ``old``, for auditors."""
    _must_audit(actor)
    if not 0 < old <= new <= tree_size():
        raise Invalid(fields={"new" if old else "old": "out_of_range"})
    proof = with_nodes(lambda node: ledger.consistency_proof(old, new, node))
    return {
        "old_size": old,
        "new_size": new,
        "old_root_hash": ledger.base64_of(root_at(old)),
        "new_root_hash": ledger.base64_of(root_at(new)),
        "proof": [ledger.base64_of(step) for step in proof],
    }


def _must_audit(actor: Actor) -> None:
    if not may_read_audit(actor):
        raise NotAllowed
