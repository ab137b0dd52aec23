"""A ledger that shows every later change: RFC 6962 Merkle tree and signed checkpoints. No Django.

Leaves are the canonical bytes of audit entries, in order. Nodes are addressed by (level, index): level 0 are
leaf hashes, a node of level n covers 2**n leaves. Only complete nodes are ever stored; the ragged right edge is
computed. Checkpoints follow C2SP tlog-checkpoint as signed notes with Ed25519.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

LEVEL_SHIFT = 48
# Made once: json.dumps would make one for each entry.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
EMPTY_ROOT = hashlib.sha256(b"").digest()
Node = Callable[[int, int], bytes]


class Signer(Protocol):
    """An Ed25519 private key, as the cryptography package has it."""

    def sign(self, data: bytes, /) -> bytes:
        """The 64 bytes of the signature."""
        ...


class LedgerError(Exception):
    """A proof, checkpoint or signature that does not hold. ``code`` is stable."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def canonical(entry: Mapping[str, object]) -> bytes:
    """The bytes of an entry that are hashed: JSON, keys sorted, no spaces, UTF-8."""
    return _CANONICAL.encode(entry).encode()


def entry_fields(
    *, seq: int, at: datetime, actor: object, action: str, object_type: str, object_id: str, data: object
) -> dict[str, object]:
    """An audit entry as it is exported and hashed: everything of it, the time in UTC to the microsecond."""
    return {
        "seq": seq,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": None if actor is None else str(actor),
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "data": data,
    }


def base64_of(value: bytes) -> str:
    """A hash as tlog conventions write it."""
    return base64.b64encode(value).decode()


def bytes_of(text: str) -> bytes:
    """The hash behind its base64; LedgerError when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise LedgerError("hash_malformed") from error


def verifier_key(name: str, public_key: bytes) -> str:
    """The public key as one line (C2SP signed-note): name, key id, algorithm byte and key."""
    return f"{name}+{key_id(name, public_key).hex()}+{base64_of(bytes([1]) + public_key)}"


def place_of(level: int, index: int) -> int:
    """One number for the place of a node: level in the upper bits, index in the lower 48."""
    return level << LEVEL_SHIFT | index


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """The right edge of a growing tree: the complete subtrees, largest first. Enough to append and to say the root."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; returns the nodes that it completed, as (level, index, hash), the leaf first."""
        done = [(0, self.size, leaf)]
        level, index, carried = 0, self.size, leaf
        while index & 1:
            carried = node_hash(self.peaks.pop(), carried)
            level, index = level + 1, index >> 1
            done.append((level, index, carried))
        self.peaks.append(carried)
        self.size += 1
        return done

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def frontier_of(size: int, node: Node) -> Frontier:
    """The frontier of a stored tree of this size."""
    peaks, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(node(level, start >> level))
            start += 1 << level
    return Frontier(size, peaks)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def subtree(start: int, end: int, node: Node) -> bytes:
    """The hash over leaves ``start`` to ``end`` (exclusive), start a multiple of the power of two above the size."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(subtree(start, middle, node), subtree(middle, end, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves, from the leaf up (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise LedgerError("index_outside_tree")
    return _path(index, 0, size, node)


def _path(index: int, start: int, end: int, node: Node) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, node), subtree(middle, end, node)]
    return [*_path(index, middle, end, node), subtree(start, middle, node)]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of ``new`` leaves only added to the one of ``old`` (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise LedgerError("sizes_out_of_order")
    return _subproof(old, 0, new, True, node)


def _subproof(old: int, start: int, end: int, whole: bool, node: Node) -> list[bytes]:
    if old == end - start:
        return [] if whole else [subtree(start, end, node)]
    half = _split(end - start)
    if old <= half:
        return [*_subproof(old, start, start + half, whole, node), subtree(start + half, end, node)]
    return [*_subproof(old - half, start + half, end, False, node), subtree(start, start + half, node)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise unless the proof puts the leaf hash at ``index`` under this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise LedgerError("index_outside_tree")
    position, last, running = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise LedgerError("proof_too_long")
        if position & 1 or position == last:
            running = node_hash(sibling, running)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        position, last = position >> 1, last >> 1
    if last or running != root:
        raise LedgerError("not_included")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise unless the proof shows that the old tree is the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        raise LedgerError("sizes_out_of_order")
    if old == new:
        if proof or old_root != new_root:
            raise LedgerError("not_consistent")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise LedgerError("not_consistent")
    first, second = _roll_up(path, old - 1, new - 1)
    if first != old_root or second != new_root:
        raise LedgerError("not_consistent")


def _roll_up(path: Sequence[bytes], position: int, last: int) -> tuple[bytes, bytes]:
    """Both roots that a consistency path leads to."""
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            raise LedgerError("proof_too_long")
        if position & 1 or position == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, step)
        position, last = position >> 1, last >> 1
    if last:
        raise LedgerError("proof_too_short")
    return first, second


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a signature stands for: which log, how many entries, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed (C2SP tlog-checkpoint)."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, public_key: bytes) -> bytes:
    """Four bytes that tell keys apart in a signed note; ``public_key`` is 32 raw Ed25519 bytes."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public_key).digest()[:4]


def sign(checkpoint: Checkpoint, name: str, public_key: bytes, signer: Signer) -> str:
    """The checkpoint as a signed note (C2SP signed-note)."""
    text = checkpoint.text()
    signature = key_id(name, public_key) + signer.sign(text.encode())
    return f"{text}\n\u2014 {name} {base64.b64encode(signature).decode()}\n"


def read(note: str) -> tuple[Checkpoint, Mapping[str, bytes]]:
    """A signed note taken apart, nothing verified yet: the checkpoint, and key id + signature by name."""
    text, separator, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not separator or len(lines) < 3 or not lines[1].isascii() or not lines[1].isdecimal():
        raise LedgerError("checkpoint_malformed")
    try:
        checkpoint = Checkpoint(lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True))
        signatures = dict(_signature(line) for line in tail.splitlines())
    except ValueError as error:
        raise LedgerError("checkpoint_malformed") from error
    if checkpoint.text() != text + "\n" or len(checkpoint.root) != 32:
        raise LedgerError("checkpoint_malformed")
    return checkpoint, signatures


def _signature(line: str) -> tuple[str, bytes]:
    dash, name, value = line.split(" ")
    if dash != "\u2014":
        raise ValueError(line)
    return name, base64.b64decode(value, validate=True)


def verify(note: str, name: str, public_key: bytes, check: Callable[[bytes, bytes], bool]) -> Checkpoint:
    """The checkpoint of a note that this key has signed; ``check(signature, data)`` does the Ed25519 part."""
    checkpoint, signatures = read(note)
    found = signatures.get(name, b"")
    if found[:4] != key_id(name, public_key) or not check(found[4:], checkpoint.text().encode()):
        raise LedgerError("checkpoint_not_signed")
    return checkpoint
