"""Logs for tests: entries written by the service, signed and witnessed; and the stand-alone checker."""

import importlib
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from registry import guards
from registry import models as m
from registry.ids import uuid7
from registry.permissions import SYSTEM
from registry.services import audit, ledgers
from registry.services.ledger_key import LedgerKey
from tests import factories as f

ROOT = Path(__file__).resolve().parents[2]
TABLES = (m.LedgerCheckpoint, m.LedgerNode, m.LedgerLeaf, m.LedgerWaiting, m.LedgerHead, m.AuditEntry)
MINUTE = timedelta(minutes=1)


def entries(count: int, action: str = "test.entry") -> None:
    """So many entries in one commit."""
    about = m.Organization(id=uuid7())
    with transaction.atomic():
        audit.record_all(
            [audit.entry(actor=SYSTEM, at=f.NOW, action=action, about=about, number=n) for n in range(count)]
        )


def checker() -> ModuleType:
    """The stand-alone checker as a module, found the way a script finds what lies beside it."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("verify_ledger")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def run_checker(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The checker as an investigator runs it, in a folder and environment without the project."""
    command = [sys.executable, "-I", "-c", _ISOLATED, str(ROOT / "tools"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})


# -I leaves out the project; only the folder of the tool itself is put back.
_ISOLATED = (
    "import runpy, sys; folder = sys.argv.pop(1); sys.path.insert(0, folder);"
    "sys.argv[0] = folder + '/verify_ledger.py'; runpy.run_path(sys.argv[0], run_name='__main__')"
)


def whole() -> list[int]:
    """The entries in the order of the tree, after looking that positions have no gap and nothing stands twice."""
    leaves = list(m.LedgerLeaf.objects.order_by("position").values_list("position", "entry"))
    assert [position for position, _ in leaves] == list(range(len(leaves)))
    seqs = [seq for _, seq in leaves]
    assert len(set(seqs)) == len(seqs)
    return seqs


def snapshot() -> dict[type, list[Any]]:
    """The log's rows, as a backup would have them."""
    return {table: list(table._default_manager.all()) for table in TABLES}


def restore(kept: dict[type, list[Any]]) -> None:
    """The log's rows as they were, past every constraint."""
    with unguarded():
        for table in TABLES:
            run(f"DELETE FROM {table._meta.db_table}")  # noqa: S608
        for table in reversed(TABLES):
            table._default_manager.bulk_create(kept[table])


class unguarded:  # noqa: N801 - reads as a sentence
    """What somebody with the database's own password can do: no foreign keys, no triggers, so no guards."""

    def __enter__(self) -> None:
        if connection.vendor == "sqlite":
            guards.remove(connection)
        off = {"sqlite": "PRAGMA foreign_keys = OFF", "postgresql": "SET session_replication_role = replica"}
        run(off[connection.vendor])

    def __exit__(self, *_: object) -> None:
        on = {"sqlite": "PRAGMA foreign_keys = ON", "postgresql": "SET session_replication_role = DEFAULT"}
        run(on[connection.vendor])
        if connection.vendor == "sqlite":
            guards.install(connection)


def run(sql: str, *values: object) -> None:
    """One statement past the models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@dataclass
class Log:
    """A signed and witnessed log, and its check."""

    key: LedgerKey
    folder: Path
    rounds: int = 0

    @property
    def witness(self) -> Path:
        """What the file witness has kept."""
        return self.folder / "witness.log"

    def grow(self, *counts: int, action: str = "test.entry") -> None:
        """More entries; after each lot a round of the worker signs and pushes."""
        for count in counts:
            entries(count, action)
            self.rounds += 1
            ledgers.work(at=f.NOW + self.rounds * MINUTE)

    def sources(self) -> list[Path]:
        """The export, and on SQLite the database file itself as well."""
        self.rounds += 1
        export = self.folder / f"export-{self.rounds}.jsonl"
        call_command("export_ledger", out=export, verbosity=0)
        return [export, *([Path(connection.settings_dict["NAME"])] if connection.vendor == "sqlite" else [])]

    def findings(self, *, without: tuple[str, ...] = (), witness: bool = True) -> list[list[Any]]:
        """What the checker finds in each source."""
        tool = checker()
        keys = [(self.key.name, self.key.public)]
        texts = {"witness.log": self.witness.read_text("utf-8")} if witness else {}
        found = []
        for path in self.sources():
            source = tool.Export(path) if path.suffix == ".jsonl" else tool.Database(path)
            found.append(tool.check_log(source, texts, keys, without=without)[0].findings)
        return found

    def key_file(self) -> Path:
        """The public key as an investigator is given it."""
        path = self.folder / "ledger.vkey"
        path.write_text(self.key.verifier + "\n", "utf-8")
        return path
