"""Messages that a decision owes to people, written in its transaction and sent by the worker."""

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
    message = m.Message(
        key=key,
        code=code,
        recipient=recipient,
        match=match,
        provider=provider,
        params=params,
        created_at=at,
        next_try_at=at,
    )
    m.Message.objects.bulk_create([message], ignore_conflicts=True)
