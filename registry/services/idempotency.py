"""The same POST, the same answer: the key, the work and the answer are one transaction."""

import hashlib
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from registry import models as m
from registry.errors import Conflict, Invalid, RegistryError
from registry.models.sealing import masters
from registry.sealing import Unreadable, place
from registry.services import rows
from registry.states import IllegalTransition

KEPT = timedelta(days=7)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IN_ONE_QUERY = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What a POST was answered: HTTP status and JSON body; ``replayed`` when it is an old one."""

    status: int
    body: Any
    replayed: bool = False


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: method, path, body."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def once(*, actor_key: str, key: str, digest: str, at: datetime, work: Callable[[], Answer]) -> Answer:
    """Do the work once for this key. Refusals are remembered too; a crash leaves nothing behind."""
    known = replay(actor_key=actor_key, key=key, digest=digest)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            row = _claim(actor_key, key, digest, at)
            answer = work()
            _fill(row, answer)
            rows.update(row, "status", "answer", "mentions")
            return answer
    except _Taken:
        first = _known(actor_key, key, digest)
        if first is None:
            raise Conflict("still_running") from None
        return first


def replay(*, actor_key: str, key: str, digest: str) -> Answer | None:
    """What this key was answered before; None when it is new."""
    if not 8 <= len(key) <= 64 or not key.isascii() or not key.isprintable():
        raise Invalid("idempotency_key_malformed")
    return _known(actor_key, key, digest)


def remember(*, actor_key: str, key: str, digest: str, at: datetime, answer: Answer) -> None:
    """Keep an answer whose work is no transaction with it: a refusal, or many steps that are each done once."""
    row = m.IdempotencyKey(actor_key=actor_key, key=key, request_digest=digest, created_at=at)
    _fill(row, answer)
    m.IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)


def _fill(row: m.IdempotencyKey, answer: Answer) -> None:
    """Put an answer into a row: it may name somebody, so it is sealed."""
    text = json.dumps(answer.body)
    row.status, row.answer = answer.status, masters().seal(_place(row), text)
    row.mentions = " ".join(sorted(set(_UUID.findall(text))))


def _place(row: m.IdempotencyKey) -> bytes:
    return place("registry_idempotencykey", f"{row.actor_key}|{row.key}", "answer")


def _body(row: m.IdempotencyKey) -> Any:
    try:
        return json.loads(masters().unseal(_place(row), row.answer)) if row.answer else None
    except Unreadable:
        raise Conflict from None


class _Taken(Exception):
    """Somebody else has claimed the key in the meantime."""


def _known(actor_key: str, key: str, digest: str) -> Answer | None:
    row = m.IdempotencyKey.objects.filter(actor_key=actor_key, key=key).first()
    if row is None:
        return None
    if row.request_digest != digest:
        raise Invalid("idempotency_key_reused")
    return Answer(row.status or 500, _body(row), replayed=True)


def _claim(actor_key: str, key: str, digest: str, at: datetime) -> m.IdempotencyKey:
    row = m.IdempotencyKey(actor_key=actor_key, key=key, request_digest=digest, created_at=at)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _Taken from None
    return row


REMEMBERED = (RegistryError, IllegalTransition)


def forget_old(*, at: datetime) -> int:
    """Delete answers older than a week; returns how many."""
    return m.IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]


def forget_about(ids: Collection[UUID]) -> int:
    """Delete the answers that mention one of these; returns how many."""
    every, gone = sorted(map(str, ids)), 0
    for start in range(0, len(every), _IN_ONE_QUERY):
        mentioned = Q()
        for one in every[start : start + _IN_ONE_QUERY]:
            mentioned |= Q(mentions__contains=one)
        gone += m.IdempotencyKey.objects.filter(mentioned).delete()[0]
    return gone


@transaction.atomic
def reseal(at_once: int) -> int:
    """Seal some answers anew under the newest master key; returns how many, 0 when none is left that can be."""
    ring = masters()
    older = Q()
    for version in ring.keys:
        if version != ring.newest:
            older |= Q(answer__startswith=f"{version}.")
    if not older:
        return 0
    found = m.IdempotencyKey.objects.select_for_update(no_key=True).filter(older)[:at_once]
    changed = [row for row in found if _resealed(row)]
    m.IdempotencyKey.objects.bulk_update(changed, ["answer"])
    return len(changed)


def _resealed(row: m.IdempotencyKey) -> bool:
    ring = masters()
    try:
        row.answer = ring.seal(_place(row), ring.unseal(_place(row), row.answer))
    except Unreadable:
        return False
    return True


def by_master() -> dict[int, int]:
    """How many answers are sealed under each master key."""
    found: dict[int, int] = {}
    for head in m.IdempotencyKey.objects.exclude(answer="").values_list("answer", flat=True).iterator():
        version = int(head.partition(".")[0])
        found[version] = found.get(version, 0) + 1
    return found
