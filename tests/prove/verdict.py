"""What came of the kills: the counts of ``counting``, the ledger, the guards, and controls of the counting itself."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from registry import guards
from registry import models as m
from registry.services import ledgers
from tests.prove import counting
from tests.prove.counting import Before
from tests.prove.proof import ROOT

__all__ = ["Before", "after_round", "at_the_end"]


def after_round(load: Any, before: Before, *, thorough: bool) -> None:
    """Note what is wrong at once: with what was acknowledged lately or, thoroughly, with everything."""
    _note(load, "lost", [write.key for write in counting.lost(load.acknowledged[-300:])])
    if thorough:
        _note(load, "unaudited", counting.unaudited(before)[1])
        _note(load, "unfounded", counting.unfounded(before)[1])
        _note(load, "guards", list(guards.altered(connection)))


def _note(load: Any, kind: str, found: list[str]) -> None:
    load.bad.setdefault(kind, []).extend(found)


def at_the_end(load: Any, before: Before, folder: Path) -> dict[str, Any]:
    """Everything looked through once more, with all that was acknowledged in all rounds."""
    rows, without_entry = counting.unaudited(before)
    entries, without_row = counting.unfounded(before)
    _note(load, "lost", [write.key for write in counting.lost(load.acknowledged)])
    _note(load, "unaudited", without_entry)
    _note(load, "unfounded", without_row)
    _note(load, "guards", list(guards.altered(connection)))
    _note(load, "doubled", [*_done_twice(before), *counting.miscounted()])
    intact, said = _ledger(folder)
    for kind, found in (*load.bad.items(), ("differing", load.differing)):
        if found:
            print(f"{kind}: {len(set(found))}, the first: {found[:5]}", file=sys.stderr)
    counts = {
        kind: len(set(load.bad.get(kind, ()))) for kind in ("lost", "unaudited", "unfounded", "doubled", "guards")
    }
    return counts | {
        "acknowledged": len(load.acknowledged),
        "rows": rows,
        "entries": entries,
        "repeated": load.repeated,
        "differing": len(load.differing),
        "ledger": said,
        "intact": intact and _database_is_whole(),
        "controls": _controls(load, before),
    }


def _done_twice(before: Before) -> list[str]:
    """Deeds that can be done once and have two entries."""
    once = {action for _, _, action in counting.OWED}
    found: dict[tuple[str, str], int] = {}
    entries = m.AuditEntry.objects.filter(seq__gt=before.seq, action__in=once)
    for action, pk in entries.values_list("action", "object_id"):
        found[action, pk] = found.get((action, pk), 0) + 1
    return [f"{action} {pk}" for (action, pk), count in found.items() if count > 1]


def _ledger(folder: Path) -> tuple[bool, str]:
    """What the stand-alone checker says of an export, with the public key and what the witness has kept."""
    ledgers.work(at=timezone.now() + timedelta(minutes=2))
    export = folder / "export.jsonl"
    call_command("export_ledger", out=export, verbosity=0)
    command = [sys.executable, "tools/verify_ledger.py", export, "--key", folder / "ledger.vkey"]
    command += ["--witness", folder / "witness.log"]
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode or m.LedgerWaiting.objects.exists():
        return False, f"not intact: {(done.stdout + done.stderr)[-300:]}"
    checkpoints = m.LedgerCheckpoint.objects.count()
    return True, f"intact: {m.LedgerLeaf.objects.count():,} entries under {checkpoints:,} checkpoints"


def _database_is_whole() -> bool:
    """What the database itself says of its files; PostgreSQL's checks need no asking."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        whole = cursor.execute("PRAGMA integrity_check").fetchall()
        return bool(whole == [("ok",)]) and not cursor.execute("PRAGMA foreign_key_check").fetchall()


def _controls(load: Any, before: Before) -> dict[str, bool]:
    """Each damage, done in a transaction that is taken back, and whether the counting noticed it."""
    return {name: _noticed(do, look) for name, (do, look) in _damages(load, before).items()}


def _noticed(do: Callable[[], object], look: Callable[[], object]) -> bool:
    with transaction.atomic():
        guards.remove(connection)
        do()
        seen = bool(look())
        transaction.set_rollback(True)
    return seen and not look()


def _damages(load: Any, before: Before) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    word = next(write for write in load.acknowledged if write.step == "check-in")
    owing = [action for _, _, action in counting.OWED]
    owed = m.AuditEntry.objects.filter(seq__gt=before.seq, action__in=owing).latest("seq")

    def without_entry() -> None:
        for model, column in ((m.LedgerLeaf, "entry"), (m.LedgerWaiting, "entry"), (m.AuditEntry, "pk")):
            model._default_manager.filter(**{column: owed.pk})._raw_delete("default")  # type: ignore[attr-defined]

    def alone() -> None:
        m.AuditEntry.objects.create(at=owed.at, action="match.confirmed", object_type="match", object_id="0" * 32)

    return {
        "a lost row": (
            lambda: m.CheckIn.objects.filter(pk=word.about).delete(),
            lambda: counting.lost(load.acknowledged),
        ),
        "a lost answer": (
            lambda: m.IdempotencyKey.objects.filter(key=word.key).delete(),
            lambda: counting.lost(load.acknowledged),
        ),
        "a lost entry": (without_entry, lambda: counting.unaudited(before)[1]),
        "an entry alone": (alone, lambda: counting.unfounded(before)[1]),
        "a lost guard": (lambda: None, lambda: guards.altered(connection)),
    }
