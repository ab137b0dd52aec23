"""What the ledger checker reads: public keys, signed checkpoints, exports and SQLite files. Copied beside it.

It imports nothing of the registry: whoever investigates needs these two files, Python 3.11 and `cryptography`.
"""

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

CHUNK_LEVEL = 13
CHUNK = 1 << CHUNK_LEVEL
LEVEL_SHIFT = 48
POSITION = b'{"position":'
Key = tuple[str | None, bytes]


class CannotCheck(Exception):
    """The input is not what it should be; nothing can be said about the log."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of size and root, and where it was read."""

    source: str
    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"checkpoint of {self.size} entries ({self.source})"


def read_key(path: Path) -> Key:
    """Name (None for PEM) and the 32 bytes of a public key."""
    text = path.read_text("utf-8").strip()
    if text.startswith("-----BEGIN"):
        key = load_pem_public_key(text.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise CannotCheck(f"{path}: not an Ed25519 public key")
        return None, key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    try:
        name, identifier, encoded = text.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise CannotCheck(f"{path}: neither a verifier key nor PEM") from error
    if len(raw) != 33 or raw[0] != 1 or identifier != key_id(name, raw[1:]).hex():
        raise CannotCheck(f"{path}: the verifier key is damaged")
    return name, raw[1:]


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that tell keys apart in a signed note (C2SP)."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def split_notes(text: str) -> Iterator[str]:
    """The notes of a file: text lines, an empty line, signature lines; whatever is between them is given back too."""
    note: list[str] = []
    for line in text.split("\n"):
        if note and not line.startswith("\u2014 ") and note[-1].startswith("\u2014 "):
            yield "\n".join(note) + "\n"
            note = []
        if note or line:
            note.append(line)
    if any(note):
        yield "\n".join(note) + "\n"


def read_note(note: str, source: str, keys: list[Key]) -> tuple[Checkpoint | None, bool]:
    """The checkpoint of a note (None when it is none) and whether one of the keys has signed it."""
    found = re.fullmatch(
        r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/=]+)\n((?:[^\n]+\n)*)\n((?:\u2014 .+\n)+)", note
    )
    if not found:
        return None, False
    try:
        root = base64.b64decode(found[3], validate=True)
    except ValueError:
        return None, False
    said = Checkpoint(source, found[1], int(found[2]), root)
    text = note[: note.rindex("\n\n") + 1].encode()
    return said, any(_signed(line, text, said.origin, keys) for line in found[5].splitlines())


def _signed(line: str, text: bytes, origin: str, keys: list[Key]) -> bool:
    try:
        _, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    for known, public in keys:
        if name == (known or origin) and name == origin and raw[:4] == key_id(name, public):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text)
            except InvalidSignature:
                continue
            return True
    return False


@dataclass
class Rows:
    """A run of positions: what is logged there, and the stored nodes by (level, index)."""

    start: int
    entries: list[tuple[int | None, Any]] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    gap: bool = False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are all different."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


STRICT = json.JSONDecoder(object_pairs_hook=_unique)


class Export:
    """A file of JSON lines: a header, the database's checkpoints, entries outside the tree, entries in its order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self.outside: list[tuple[int, bool]] = []
        with path.open("rb") as file:
            if not file.readline().startswith(b'{"format":"safezone-ledger/1"'):
                raise CannotCheck(f"{path}: neither an export of a ledger nor an SQLite database")

    def own_notes(self) -> list[str]:
        """The database's own checkpoints; they stand before the entries, as does what is outside the tree."""
        with self.path.open("rb") as file:
            for line in file:
                if line.startswith(POSITION):
                    break
                self._other(line)
        return self.notes

    def _other(self, line: bytes) -> None:
        try:
            said = json.loads(line)
            if "checkpoint" in said:
                self.notes.append(str(said["checkpoint"]))
            elif "outside" in said:
                self.outside.append((int(said["outside"]), said["waiting"] is True))
        except (ValueError, TypeError, KeyError) as error:
            raise CannotCheck(f"{self.path}: a line cannot be read") from error

    def chunks(self) -> Iterator[tuple[int, list[bytes]]]:
        """Lines of CHUNK positions each."""
        start = 0
        lines: list[bytes] = []
        with self.path.open("rb") as file:
            for line in file:
                if not line.startswith(POSITION) and not (start or lines):
                    continue
                lines.append(line)
                if len(lines) == CHUNK:
                    yield start, lines
                    start, lines = start + CHUNK, []
        if lines:
            yield start, lines

    @staticmethod
    def rows(start: int, lines: list[bytes]) -> Rows:
        """The positions of these lines."""
        found = Rows(start)
        for number, line in enumerate(lines):
            try:
                said = STRICT.decode(line.decode())
                if said["position"] != start + number:
                    found.gap = True
                    break
                for level, text in enumerate(said["nodes"]):
                    if text is not None:
                        found.nodes[level, said["position"] >> level] = base64.b64decode(text)
                found.entries.append((said["seq"], said["entry"]))
            except (ValueError, KeyError, TypeError):
                found.entries.append((None, "unreadable"))
        return found


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _entry_of(columns: list[Any]) -> Any:
    """An entry as it is exported, from the columns of SQLite; None when the row is gone."""
    seq, at, actor, action, object_type, object_id, data = columns
    if seq is None:
        return None
    try:
        moment = datetime.fromisoformat(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        person = None if actor is None else str(UUID(actor))
        said = STRICT.decode(data)
    except (ValueError, TypeError, AttributeError):
        return "unreadable"
    return {"seq": seq, "at": moment, "actor": person, "action": action} | {
        "object_type": object_type,
        "object_id": object_id,
        "data": said,
    }


class Database:
    """An SQLite database file of the registry, read as it is."""

    SQL = (
        "SELECT l.position, l.entry_id, e.seq, e.at, e.actor_id, e.action, e.object_type, e.object_id, e.data"
        " FROM registry_ledgerleaf l LEFT JOIN registry_auditentry e ON e.seq = l.entry_id"
        " WHERE l.position >= ? AND l.position < ? ORDER BY l.position"
    )
    OUTSIDE = (
        "SELECT e.seq, w.entry_id IS NOT NULL FROM registry_auditentry e"
        " LEFT JOIN registry_ledgerleaf l ON l.entry_id = e.seq"
        " LEFT JOIN registry_ledgerwaiting w ON w.entry_id = e.seq WHERE l.entry_id IS NULL ORDER BY e.seq"
    )

    NODES = "SELECT place, hash FROM registry_ledgernode WHERE place >= ? AND place < ?"

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with closing(_open(path)) as file:
                (self.end,) = file.execute(
                    "SELECT 1 + max(coalesce((SELECT max(position) FROM registry_ledgerleaf), -1),"
                    " coalesce((SELECT max(place) FROM registry_ledgernode WHERE place < ?), -1))",
                    (1 << LEVEL_SHIFT,),
                ).fetchone()
                self.notes = [n for (n,) in file.execute("SELECT note FROM registry_ledgercheckpoint ORDER BY size")]
                self.outside = [(seq, bool(waits)) for seq, waits in file.execute(self.OUTSIDE)]
        except sqlite3.Error as error:
            raise CannotCheck(f"{path}: {error}") from error

    def own_notes(self) -> list[str]:
        """The database's own checkpoints."""
        return self.notes

    def chunks(self) -> Iterator[tuple[int, tuple[str, int]]]:
        """Where each run of positions begins and ends."""
        for start in range(0, self.end, CHUNK):
            yield start, (str(self.path), min(self.end, start + CHUNK))

    @staticmethod
    def rows(start: int, where: tuple[str, int]) -> Rows:
        """The positions from ``start`` on, read from the file."""
        path, end = where
        found = Rows(start, [(None, None)] * (end - start))
        with closing(_open(Path(path))) as file:
            for position, leads_to, *columns in file.execute(Database.SQL, (start, end)):
                found.entries[position - start] = (leads_to, _entry_of(columns))
            # Levels above the chunk's own are complete at its end only.
            for level in range(LEVEL_SHIFT if end - start == CHUNK else CHUNK_LEVEL + 1):
                shift = level << LEVEL_SHIFT
                places = (shift + (start >> level), shift + (end >> level))
                found.nodes |= {(level, at - shift): bytes(value) for at, value in file.execute(Database.NODES, places)}
        return found
