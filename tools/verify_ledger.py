"""Checks the audit ledger of a safe-zone registry without trusting the registry.

    verify_ledger.py LOG --key ledger.vkey [--witness witness.log ...]
    verify_ledger.py --bundle entry-17.proof.json --key ledger.vkey [--witness witness.log ...]

LOG is an export (manage.py export_ledger) or an SQLite database file of the registry. --key is the public key as one
line (name+id+key) or as PEM; --witness is what a witness has kept. Copy this file and ledger_reading.py together; the
standard library and `cryptography` are enough.

Three things are looked at: each entry against the leaf that was logged, the leaves against every signed checkpoint,
the checkpoints against the key and against each other. Exit code 0: intact; 1: tampering found; 2: cannot be checked.
"""

import argparse
import base64
import hashlib
import json
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.ledger_reading import (
        CHUNK,
        CHUNK_LEVEL,
        CannotCheck,
        Checkpoint,
        Database,
        Export,
        Key,
        Rows,
        read_key,
        read_note,
        split_notes,
    )
else:
    from ledger_reading import (
        CHUNK,
        CHUNK_LEVEL,
        CannotCheck,
        Checkpoint,
        Database,
        Export,
        Key,
        Rows,
        read_key,
        read_note,
        split_notes,
    )

# complete: nothing deleted; entries: each is what was logged; outside: none beside the tree; nodes: the tree is made of
# its leaves; signatures, roots, size, forks: what signed checkpoints say.
CHECKS = ("complete", "entries", "outside", "nodes", "signatures", "roots", "size", "forks")
KEYS = {"seq", "at", "actor", "action", "object_type", "object_id", "data"}
BUNDLE = "safezone-proof/1"
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, order=True)
class Finding:
    """One sign of tampering; ``at`` orders them by the first position that is concerned."""

    at: int
    check: str
    text: str


def leaf_of(entry: dict[str, Any]) -> bytes:
    """RFC 6962 leaf hash over the entry's canonical JSON."""
    return hashlib.sha256(b"\x00" + CANONICAL.encode(entry).encode()).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """RFC 6962 node hash."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Part:
    """What one run of positions has shown."""

    start: int
    seqs: list[int | None]
    tree: list[bytes]
    peaks: dict[int, list[bytes]]
    upper: dict[tuple[int, int], bytes]
    findings: list[Finding]
    changed: dict[int, tuple[bytes, bytes]]
    gap: bool


def examine(task: tuple[type[Export] | type[Database], int, Any, list[int]]) -> Part:
    """Each entry against its leaf, each inner node against its children; the subtrees left of each wanted size."""
    source, start, where, sizes = task
    rows = source.rows(start, where)
    part = Part(start, [seq for seq, _ in rows.entries], [], {}, {}, [], {}, rows.gap)
    levels = [[_leaf(part, rows, start + number, *entry) for number, entry in enumerate(rows.entries)]]
    for level in range(1, CHUNK_LEVEL + 1):
        below, first = levels[-1], start >> level
        levels.append([parent(below[n], below[n + 1]) for n in range(0, len(below) - 1, 2)])
        bad = (n for n, value in enumerate(levels[-1]) if rows.nodes.get((level, first + n)) != value)
        part.findings += [_bad_node(level, first + n) for n in bad]
    part.tree = levels[-1]
    part.peaks = {size: _peaks(levels, size - start) for size in sizes if size - start <= len(rows.entries)}
    part.upper = {place: value for place, value in rows.nodes.items() if place[0] > CHUNK_LEVEL}
    return part


def _leaf(part: Part, rows: Rows, position: int, leads_to: int | None, entry: Any) -> bytes:
    """The leaf that was logged at a position; what contradicts it is noted."""
    logged = rows.nodes.get((0, position), b"")
    computed = leaf_of(entry) if isinstance(entry, dict) else b""
    if entry is None:
        text = f"position {position}, seq {leads_to}: the entry was deleted"
        part.findings.append(Finding(position, "complete", text))
    elif not computed or set(entry) != KEYS or entry["seq"] != leads_to or computed != logged:
        part.changed[position] = (computed, logged)
    return logged or computed or bytes(32)


def _bad_node(level: int, index: int) -> Finding:
    return Finding(index << level, "nodes", f"node {level}/{index} of the tree is not made of what lies below it")


def _peaks(levels: list[list[bytes]], size: int) -> list[bytes]:
    """The complete subtrees over the first ``size`` leaves of a part, largest first."""
    found, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append(levels[level][start >> level])
            start += 1 << level
    return found


def _fold(peaks: list[bytes]) -> bytes:
    """The root over complete subtrees, largest first."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = parent(peak, root)
    return root


@dataclass
class Log:
    """Everything that was found out about the entries."""

    size: int = 0
    seqs: list[int | None] = field(default_factory=list)
    roots: dict[int, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    changed: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """The next run of positions."""
        before = [value for _, value in self.peaks]
        self.roots |= {size: _fold(before + peaks) for size, peaks in part.peaks.items()}
        self.size += len(part.seqs)
        self.seqs += part.seqs
        self.findings += part.findings
        self.changed |= part.changed
        for value in part.tree:
            self._carry(part.start >> CHUNK_LEVEL, value, part.upper)
        if part.gap:
            text = f"position {self.size} is missing or repeated in the export; nothing after it was looked at"
            self.findings.append(Finding(self.size, "complete", text))

    def _carry(self, index: int, value: bytes, upper: dict[tuple[int, int], bytes]) -> None:
        level = CHUNK_LEVEL
        while self.peaks and self.peaks[-1][0] == level:
            value, level, index = parent(self.peaks.pop()[1], value), level + 1, index >> 1
            if upper.get((level, index)) != value:
                self.findings.append(_bad_node(level, index))
        self.peaks.append((level, value))

    def name(self, position: int) -> str:
        """A position with the number of its entry."""
        return f"position {position} (seq {self.seqs[position]})" if position < self.size else f"position {position}"

    def say_changes(self) -> None:
        """Entries that are not what was logged; two that have each other's leaf were swapped."""
        at_home = {logged: position for position, (_, logged) in self.changed.items()}
        for position, (computed, _) in self.changed.items():
            other = at_home.get(computed)
            said = f"was swapped with {self.name(other)}" if other not in (None, position) else "was edited"
            self.findings.append(Finding(position, "entries", f"{self.name(position)}: the entry {said}"))


def read_log(source: Export | Database, sizes: set[int], jobs: int) -> Log:
    """Every entry looked at, by several processes when the log is long."""
    log = Log()
    tasks = (
        (type(source), start, where, sorted(s for s in sizes if start < s <= start + CHUNK))
        for start, where in source.chunks()
    )
    with multiprocessing.Pool(jobs) if jobs > 1 else nullcontext() as pool:
        for part in pool.imap(examine, tasks) if pool else map(examine, tasks):
            log.add(part)
            if part.gap:
                break
    log.say_changes()
    return log


@dataclass
class Given:
    """The checkpoints of all sources: those that count, and what is wrong with the others."""

    good: list[Checkpoint] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, notes: list[str], source: str, keys: list[Key], *, trusting: bool = False) -> None:
        """Every note of a source; only one that a key has signed counts."""
        for number, note in enumerate(notes, 1):
            said, signed = read_note(note, f"{source}, no. {number}", keys)
            if said and (signed or trusting):
                self.good.append(said)
            else:
                what = f"{said}: no key given here has signed it" if said else f"{source}, no. {number}: damaged"
                self.findings.append(Finding(said.size - 1 if said else 0, "signatures", f"forged: {what}"))


def judge(log: Log, good: list[Checkpoint]) -> Iterator[Finding]:
    """What signed checkpoints say about the entries: more of them, other ones, or two things at once."""
    fits = 0
    for said in sorted(good, key=lambda said: said.size):
        if said.size > log.size:
            text = f"the log ends before {log.name(log.size)}, but there is a signed {said}: its end was cut off, or"
            yield Finding(log.size, "size", f"{text} this is an older copy")
        elif said.size and log.roots[said.size] != said.root:
            text = f"{log.name(fits)} to {log.name(said.size - 1)} do not lead to the signed {said}: between these"
            yield Finding(fits, "roots", f"{text} two, entries were rewritten after they were signed for")
        else:
            fits = max(fits, said.size)
    yield from forks(good)


def forks(good: list[Checkpoint]) -> Iterator[Finding]:
    """Two signed checkpoints of the same size that differ."""
    same: dict[tuple[str, int], list[Checkpoint]] = defaultdict(list)
    for said in good:
        same[said.origin, said.size].append(said)
    for (_, size), several in same.items():
        other = next((one for one in several if one.root != several[0].root), None)
        if other:
            text = f"two histories were signed: {several[0]} and {other} contradict each other"
            yield Finding(size - 1, "forks", text)


def check_log(
    source: Export | Database,
    witnesses: dict[str, str],
    keys: list[Key],
    *,
    jobs: int = 1,
    without: Collection[str] = (),
) -> tuple[Log, Given]:
    """Every finding about a log, the first bad position first."""
    given, trusting = Given(), "signatures" in without
    for name, text in witnesses.items():
        given.read(list(split_notes(text)), f"witness {name}", keys, trusting=trusting)
    own = source.own_notes()
    given.read(own, "the database's own", keys, trusting=trusting)
    log = read_log(source, {said.size for said in given.good}, jobs)
    for seq, waiting in source.outside:
        if not waiting:
            text = f"seq {seq} stands beside the log: it was inserted past the registry"
            log.findings.append(Finding(log.size, "outside", text))
    log.findings += [*given.findings, *judge(log, given.good)]
    log.findings = sorted(f for f in log.findings if f.check not in without)
    return log, given


def check_bundle(bundle: Any, given: Given, keys: list[Key]) -> list[Finding]:
    """What is wrong with the proof of one entry."""
    try:
        position, entry = bundle["position"], bundle["entry"]
        said, signed = read_note(bundle["checkpoint"], "the bundle", keys)
        proof = [base64.b64decode(step, validate=True) for step in bundle["proof"]]
        if bundle["format"] != BUNDLE or said is None or set(entry) != KEYS or type(position) is not int:
            raise CannotCheck("the bundle is not a proof of an entry")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotCheck("the bundle is not a proof of an entry") from error
    found = list(given.findings)
    if not signed:
        found.append(Finding(said.size - 1, "signatures", f"forged: {said}: no key given here has signed it"))
    if climb(leaf_of(entry), position, said.size, proof) != said.root:
        found.append(
            Finding(position, "entries", f"seq {entry['seq']} is not at position {position} of the signed log")
        )
    return [*found, *forks([*given.good, said])]


def climb(leaf: bytes, position: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); empty when it cannot be one."""
    last, value = size - 1, leaf
    if not 0 <= position <= last:
        return b""
    for step in proof:
        if not last:
            return b""
        if position & 1 or position == last:
            value = parent(step, value)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            value = parent(value, step)
        position, last = position >> 1, last >> 1
    return b"" if last else value


def main(arguments: list[str]) -> int:
    """Check what is given and say it in sentences; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", nargs="?", type=Path, help="an export or an SQLite database file")
    parser.add_argument("--bundle", type=Path, help="the proof of one entry")
    parser.add_argument("--key", type=Path, action="append", required=True, help="public key; may be given again")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="may be given again")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 8))
    chosen = parser.parse_args(arguments)
    if (chosen.log is None) == (chosen.bundle is None):
        parser.error("give either a log or --bundle")
    try:
        keys = [read_key(path) for path in chosen.key]
        witnesses = {path.name: path.read_text("utf-8", errors="replace") for path in chosen.witness}
        return _one(chosen.bundle, witnesses, keys) if chosen.bundle else _all(chosen.log, witnesses, keys, chosen.jobs)
    except (CannotCheck, OSError) as error:
        print(f"CANNOT BE CHECKED: {error}")
        return 2


def _one(path: Path, witnesses: dict[str, str], keys: list[Key]) -> int:
    given = Given()
    for name, text in witnesses.items():
        given.read(list(split_notes(text)), f"witness {name}", keys)
    bundle = json.loads(path.read_text("utf-8"))
    return _verdict(check_bundle(bundle, given, keys), f"entry seq {bundle['entry']['seq']} is in the signed log")


def _all(path: Path, witnesses: dict[str, str], keys: list[Key], jobs: int) -> int:
    with path.open("rb") as file:
        is_sqlite = file.read(16) == b"SQLite format 3\0"
    source: Export | Database = Database(path) if is_sqlite else Export(path)
    log, given = check_log(source, witnesses, keys, jobs=jobs)
    if not log.findings and not given.good:
        raise CannotCheck("no signed checkpoint was given: there is nothing to compare the log with")
    largest = max((said.size for said in given.good), default=0)
    seen = max((said.size for said in given.good if said.source.startswith("witness")), default=0)
    print(f"{log.size} entries, {len(given.good)} signed checkpoints, the largest of {largest} entries")
    if log.size > largest:
        print(f"note: {log.size - largest} entries are newer than every checkpoint: nothing vouches for them yet")
    if seen < largest:
        print(f"note: witnesses vouch for {seen} entries; for the rest, only the registry's own key does")
    return _verdict(log.findings, "every entry is what was logged, and nothing is missing")


def _verdict(findings: list[Finding], all_well: str) -> int:
    if not findings:
        print(f"INTACT: {all_well}")
        return 0
    print(f"TAMPERED: {len(findings)} signs. The first: {findings[0].text}")
    for number, finding in enumerate(findings[:50], 1):
        print(f"{number:>3}. [{finding.check}] {finding.text}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
