"""The same POST, the same answer: the key, the work and the answer are one transaction."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from registry import models as m
from registry.errors import Conflict, Invalid, RegistryError
from registry.states import IllegalTransition

KEPT = timedelta(days=7)


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
            row.status, row.answer = answer.status, answer.body
            row.save(update_fields=["status", "answer"])
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
    m.IdempotencyKey.objects.bulk_create(
        [
            m.IdempotencyKey(
                actor_key=actor_key,
                key=key,
                request_digest=digest,
                created_at=at,
                status=answer.status,
                answer=answer.body,
            )
        ],
        ignore_conflicts=True,
    )


class _Taken(Exception):
    """Somebody else has claimed the key in the meantime."""


def _known(actor_key: str, key: str, digest: str) -> Answer | None:
    row = m.IdempotencyKey.objects.filter(actor_key=actor_key, key=key).first()
    if row is None:
        return None
    if row.request_digest != digest:
        raise Invalid("idempotency_key_reused")
    return Answer(row.status or 500, row.answer, replayed=True)


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
