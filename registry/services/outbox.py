"""Messages that a decision owes to people, written in its transaction and sent by the worker."""

from collections.abc import Iterable
from datetime import datetime

from registry import models as m


def owe(
    *,
    key: str,
    code: str,
    recipient: str,
    at: datetime,
    match: m.Match | None = None,
    provider: m.Provider | None = None,
    **params: str | int,
) -> None:
    """Write a message once: the same ``key`` again changes nothing."""
    owe_all(
        [message(key=key, code=code, recipient=recipient, at=at, match=match, provider=provider, **params)],
    )


def owe_all(messages: Iterable[m.Message]) -> None:
    """Write several messages, each once by its key."""
    m.Message.objects.bulk_create(messages, ignore_conflicts=True)


def message(
    *,
    key: str,
    code: str,
    recipient: str,
    at: datetime,
    match: m.Match | None = None,
    provider: m.Provider | None = None,
    **params: str | int,
) -> m.Message:
    """A message, not written yet."""
    return m.Message(
        key=key,
        code=code,
        recipient=recipient,
        match=match,
        provider=provider,
        params=params,
        created_at=at,
        next_try_at=at,
    )
