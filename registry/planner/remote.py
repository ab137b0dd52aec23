"""What a worker of a cluster does: holds shards of a job, answers for them, and says which ones it does not have."""

import hashlib
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from registry.planner.arrays import Households
from registry.planner.ground import Ground
from registry.planner.shards import Candidates, Shard
from registry.planner.tables import no_offers
from registry.rules.policy import Policy

Find = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Ask these shards of a job for ``method(*arguments)``, each after so many finds."""

    job: str
    shards: tuple[int, ...]
    finds: int
    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything to make one shard anew: its households with their first number, what it kept at the beginning."""

    shard: int
    first: int
    households: Households
    start: Candidates | None


@dataclass(frozen=True, slots=True)
class Freight:
    """Parcels for one worker with what they share: the offers laid out, and every find so far, in order."""

    job: str
    ground: Ground
    policy: Policy
    threads: int
    finds: tuple[Find, ...]
    parcels: tuple[Parcel, ...]


@dataclass(slots=True)
class _Held:
    shard: Shard
    finds: int


_held: dict[tuple[str, int], _Held] = {}
_lock = threading.Lock()


def answer(question: Question) -> dict[int, Any]:
    """What each shard that is here says; one that is missing, or is not where it should be, is left out."""
    with _lock:
        return {number: _ask(held, question) for number in question.shards if (held := _ready(question, number))}


def _ready(question: Question, number: int) -> _Held | None:
    held = _held.get((question.job, number))
    return held if held and held.finds - question.finds in ((0, 1) if question.method == "find" else (0,)) else None


def _ask(held: _Held, question: Question) -> Any:
    """The answer; a find that was done already, its answer lost on the way, is not done twice."""
    if question.method != "find":
        return getattr(held.shard, question.method)(*question.arguments)
    if held.finds == question.finds:
        # Whatever breaks off leaves a shard that nobody takes for whole.
        held.finds = -1
        held.shard.find(*question.arguments)
        held.finds = question.finds + 1
    return None


def unpack(freight: Freight) -> tuple[int, ...]:
    """Make these shards, with every find done again; returns their numbers."""
    with _lock:
        for parcel in freight.parcels:
            _held[freight.job, parcel.shard] = _made(freight, parcel)
    return tuple(parcel.shard for parcel in freight.parcels)


def _made(freight: Freight, parcel: Parcel) -> _Held:
    shard = Shard(
        parcel.households,
        no_offers(),
        freight.policy,
        first=parcel.first,
        threads=freight.threads,
        laid_out=freight.ground,
    )
    if parcel.start:
        shard.kept = Candidates(parcel.start.offer.copy(), parcel.start.points.copy())
    for find in freight.finds:
        shard.find(*find)
    return _Held(shard, len(freight.finds))


def forget(job: str, shards: Sequence[int] | None = None) -> None:
    """Let go of a job, or of some of its shards."""
    with _lock:
        for key in [key for key in _held if key[0] == job and (shards is None or key[1] in shards)]:
            del _held[key]


def fingerprint() -> str:
    """What must be the same everywhere for the same plan: Python, what computes, and the planner itself."""
    import numba

    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    versions = (".".join(map(str, sys.version_info[:2])), np.__version__, numba.__version__)
    return " ".join((*versions, digest.hexdigest()[:16]))
