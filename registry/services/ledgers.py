"""The ledger's part of a worker's round: sequence, sign a checkpoint when one is due, tell the witnesses."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from registry import ledger
from registry import models as m
from registry.ledger import LedgerError
from registry.selectors import ledger as stored
from registry.services import alarms, ledger_guard, ledger_key, ledger_tree, ledger_witness, rows
from registry.services.ledger_key import KeyFileRefused, LedgerKey
from registry.services.ledger_witness import Told

# Rounds are five seconds apart: so no entry waits longer than a minute for its checkpoint.
EVERY = timedelta(seconds=55)
ENTRIES = 1_000
PUSHES = 50
LONGEST_PAUSE = timedelta(minutes=5)
SILENT_FOR = timedelta(hours=1)


def start(*, at: datetime) -> str:
    """Compare this database with its file witnesses before anything is signed; returns why not, or nothing."""
    if ledger_tree.unlisted():
        _warn("ledger_entry_outside", at)
    try:
        key = ledger_key.load()
    except KeyFileRefused as refused:
        return refused.code
    if key is None:
        return "ledger_key_missing"
    if code := ledger_guard.trouble(key, thorough=True):
        ledger_guard.halt(code=code, at=at)
        return code
    ledger_guard.resume(at=at)
    if ledger_guard.forgetful(key):
        _warn("ledger_witness_silent", at)
    return ""


def work(*, at: datetime) -> int:
    """One round; returns how many entries got their place. A tree that cannot be read is said, never repaired."""
    try:
        taken = ledger_tree.sequence()
        key = ledger_key.load()
    except KeyFileRefused:
        return taken
    except (LedgerError, ValueError):
        ledger_guard.halt(code=ledger_guard.ALTERED, at=at)
        return 0
    if key is not None:
        checkpoint(key=key, at=at)
        push_due(at=at)
    return taken


def checkpoint(*, key: LedgerKey, at: datetime) -> m.LedgerCheckpoint | None:
    """Sign the tree when it has grown and a minute or a thousand entries have passed; else None."""
    if not _is_due(at):
        return None
    if code := ledger_guard.trouble(key):
        ledger_guard.halt(code=code, at=at)
        return None
    return _sign(key, at)


def _is_due(at: datetime) -> bool:
    size, last = stored.tree_size(), stored.last_checkpoint()
    if stored.halted() or size <= (last.size if last else 0):
        return False
    # A clock that was set back must not stop the log.
    return last is None or size - last.size >= ENTRIES or not timedelta(0) <= at - last.signed_at < EVERY


@transaction.atomic
def _sign(key: LedgerKey, at: datetime) -> m.LedgerCheckpoint | None:
    head = m.LedgerHead.objects.select_for_update(skip_locked=True).filter(pk=1, halted_code="").first()
    if head is None or not _is_due(at):
        return None
    said = ledger.Checkpoint(key.name, head.size, stored.root_at(head.size))
    row = m.LedgerCheckpoint(origin=said.origin, size=said.size, root=said.root, note=key.sign(said), signed_at=at)
    row.save(force_insert=True)
    return row


def push_due(*, at: datetime) -> int:
    """Tell each witness the checkpoints that it has not got, oldest first; returns how many were taken."""
    if stored.halted():
        return 0
    return sum(_push(address, at) for address in settings.LEDGER_WITNESSES)


def _push(address: str, at: datetime) -> int:
    row = _claim(address, at)
    if row is None:
        return 0
    known, told = row.known_size, 0
    for checkpoint in _pending(known):
        answer = _tell(address, known, checkpoint, at)
        if not answer.done:
            _missed(address, at)
            return told
        known, told = checkpoint.size, told + 1
        stored.witnesses().filter(address=address, known_size__lt=known).update(known_size=known)
    _reached(address, at)
    return told


def _pending(known: int) -> list[m.LedgerCheckpoint]:
    mine = m.LedgerCheckpoint.objects.filter(origin=settings.LEDGER_ORIGIN, size__gt=known)
    return list(mine.order_by("size")[:PUSHES])


@transaction.atomic
def _claim(address: str, at: datetime) -> m.LedgerWitness | None:
    """The witness's row when there is something to tell it; its next try is pushed on before the network is touched."""
    last = stored.last_checkpoint()
    if last is None:
        return None
    fresh = m.LedgerWitness(origin=last.origin, address=address, next_try_at=at, known_size=_from_here())
    m.LedgerWitness.objects.bulk_create([fresh], ignore_conflicts=True)
    row = stored.witnesses().select_for_update(skip_locked=True).filter(address=address).first()
    if row is None or row.next_try_at > at or row.known_size >= last.size:
        return None
    row.next_try_at = at + min(timedelta(seconds=30 * 2 ** min(row.failures, 10)), LONGEST_PAUSE)
    rows.update(row, "next_try_at")
    return row


def _from_here() -> int:
    """A witness that is new to an old log begins with the newest checkpoint, not with years of them."""
    sizes = m.LedgerCheckpoint.objects.filter(origin=settings.LEDGER_ORIGIN).order_by("-size")
    return next(iter(sizes.values_list("size", flat=True)[1:2]), 0)


def _tell(address: str, known: int, checkpoint: m.LedgerCheckpoint, at: datetime) -> Told:
    if ledger_witness.is_file(address):
        return ledger_witness.append(address, checkpoint.note)
    answer = _post(address, known, checkpoint)
    if 0 <= answer.knows <= checkpoint.size and answer.knows != known:
        known = answer.knows
        answer = _post(address, known, checkpoint)
    ahead = answer.knows > checkpoint.size
    if ahead and answer.knows <= stored.tree_size():
        return Told(done=True)
    # What it says that it knows is what we began at, and still it does not agree.
    if ahead or answer.refuses or answer.knows == known:
        # It signs nothing that we could check, so it may call people but not stop the log.
        _warn("ledger_witness_contradicts", at)
    return answer


def _post(address: str, old: int, checkpoint: m.LedgerCheckpoint) -> Told:
    steps = stored.with_nodes(lambda node: ledger.consistency_proof(old, checkpoint.size, node)) if old else []
    return ledger_witness.post(address, checkpoint.note, old, [ledger.base64_of(step) for step in steps])


def _reached(address: str, at: datetime) -> None:
    """It answers: the next checkpoint may be pushed at once."""
    mine = stored.witnesses().filter(address=address)
    mine.update(failures=0, failing_since=None, alarmed_at=None, next_try_at=at)


@transaction.atomic
def _missed(address: str, at: datetime) -> None:
    """Count the failure; after an hour of them somebody is told, once."""
    row = stored.witnesses().select_for_update().get(address=address)
    row.failures, row.failing_since = row.failures + 1, row.failing_since or at
    if row.alarmed_at is None and at - row.failing_since >= SILENT_FOR:
        row.alarmed_at = at
        alarms.raise_alarm(code="ledger_witness_silent", role="auditor", level=4, at=at)
    rows.update(row, "failures", "failing_since", "alarmed_at")


@transaction.atomic
def _warn(code: str, at: datetime) -> None:
    """Raise an alarm unless the same one is open."""
    if not m.Alarm.objects.filter(code=code, closed_at=None).exists():
        alarms.raise_alarm(code=code, role="auditor", level=5, at=at)
