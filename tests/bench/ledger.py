"""A ledger of a million entries on one database: ``python -m tests.bench.ledger ENTRIES ANSWER.json``.

Entries, leaves and nodes are made in bulk by the same arithmetic as the sequencer's; nobody decides a million times
for a benchmark. Measured are the sequencer itself, an inclusion proof from the database, the export, and the
stand-alone checker on the export (and on SQLite on the database file).
"""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]
BATCH, PROOFS, SEQUENCED, EACH = 5_000, 300, 5_000, 1_000


def main(entries: int, answer: Path) -> None:
    """Fill the log, measure, write what was found."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "safezone.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from registry import guards
    from registry.services import ledger_key

    settings.LEDGER_KEY = answer.with_name("ledger.pem")
    key = ledger_key.create()
    call_command("migrate", verbosity=0, skip_checks=True)
    guards.remove(connection)
    witness = answer.with_name("witness.log")
    found: dict[str, Any] = {"entries": entries}
    _fill(entries, key, witness)
    found |= _proofs(entries)
    export = answer.with_name("export.jsonl")
    found["export_s"] = _seconds(lambda: call_command("export_ledger", out=export, stdout=io.StringIO()))
    public = answer.with_name("ledger.vkey")
    public.write_text(key.verifier, "utf-8")
    before = os.times().children_user
    found["verify_s"] = _seconds(lambda: _check(export, public, witness))
    found["verify_cpu_s"] = round(os.times().children_user - before, 1)
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        found["verify_file_s"] = _seconds(lambda: _check(path, public, witness))
    found["sequenced_per_s"] = _sequenced()
    answer.write_text(json.dumps(found), encoding="utf-8")


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return round(time.perf_counter() - started, 2)


def _fill(entries: int, key: Any, witness: Path) -> None:
    """The rows of so many entries, each thousand under a checkpoint that the witness has."""
    from django.db import transaction
    from django.utils import timezone

    from registry import ledger
    from registry import models as m

    grown, notes, start = ledger.Frontier(), [], timezone.now() - timedelta(days=30)
    for first in range(0, entries, BATCH):
        rows = [_entry(number, start) for number in range(first, min(entries, first + BATCH))]
        nodes, signed = [], []
        for row in rows:
            columns = {name: getattr(row, name) for name in ("seq", "at", "action", "object_type", "object_id", "data")}
            leaf = ledger.leaf_hash(ledger.canonical(ledger.entry_fields(**columns, actor=None)))
            nodes += [
                m.LedgerNode(place=ledger.place_of(level, index), hash=value)
                for level, index, value in grown.append(leaf)
            ]
            if grown.size % EACH == 0 or grown.size == entries:
                said = ledger.Checkpoint(key.name, grown.size, grown.root())
                signed.append(_signed(said, key.sign(said), start))
        with transaction.atomic():
            m.AuditEntry.objects.bulk_create(rows)
            m.LedgerLeaf.objects.bulk_create(m.LedgerLeaf(position=row.seq - 1, entry=row) for row in rows)
            m.LedgerNode.objects.bulk_create(nodes)
            m.LedgerCheckpoint.objects.bulk_create(signed)
        notes += [row.note for row in signed]
    m.LedgerHead.objects.create(size=entries)
    witness.write_text("".join(f"{note}\n" for note in notes), "utf-8")
    _settle(entries)


def _signed(said: Any, note: str, at: Any) -> Any:
    from registry import models as m

    return m.LedgerCheckpoint(origin=said.origin, size=said.size, root=said.root, note=note, signed_at=at)


def _entry(number: int, start: Any) -> Any:
    from registry import models as m

    return m.AuditEntry(
        seq=number + 1,
        at=start + timedelta(seconds=2 * number, microseconds=number),
        action="match.confirmed",
        object_type="match",
        object_id=f"01a1f86d-09c3-711d-be4c-{number:012x}",
        data={"policy": "p0123456789a", "before": "accepted", "people": number % 9},
    )


def _settle(entries: int) -> None:
    """Statistics, and the counter behind the numbers that were given by hand."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
        else:
            cursor.execute("SELECT setval(pg_get_serial_sequence('registry_auditentry', 'seq'), %s)", [entries])
            cursor.execute("VACUUM ANALYZE")


def _proofs(entries: int) -> dict[str, float]:
    """Milliseconds of the proof of one entry after another, all over the log, each looked at."""
    from registry.permissions import Actor, Grant
    from registry.selectors import ledger as stored

    auditor = Actor(id=None, grants=(Grant("auditor"),))
    dice, times, cpus = Random(1), [], []
    for _ in range(20):
        stored.entry_proof(auditor, entries)
    for _ in range(PROOFS):
        seq = dice.randrange(entries) + 1
        wall, cpu = time.perf_counter(), time.thread_time()
        bundle = stored.entry_proof(auditor, seq)
        times.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.thread_time() - cpu) * 1000)
        assert stored.holds(bundle)
    return {
        "proof_p50": round(sorted(times)[PROOFS // 2], 2),
        "proof_p99": round(sorted(times)[int(PROOFS * 0.99)], 2),
        "proof_cpu_p99": round(sorted(cpus)[int(PROOFS * 0.99)], 2),
    }


def _check(log: Path, key: Path, witness: Path) -> None:
    command = [sys.executable, "tools/verify_ledger.py", log, "--key", key, "--witness", witness, "--jobs", "2"]
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _sequenced() -> float:
    """Entries a second that the sequencer puts behind those that are there."""
    from registry.ids import uuid7
    from registry.models import Organization
    from registry.permissions import SYSTEM
    from registry.services import audit, ledger_tree

    about, at = Organization(id=uuid7()), _now()
    audit.record_all([audit.entry(actor=SYSTEM, at=at, action="bench", about=about, n=n) for n in range(SEQUENCED)])
    return round(SEQUENCED / _seconds(ledger_tree.sequence))


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
