"""The status list of all passes: places drawn at random, changes marked where they happen, newer and newer lists."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from registry import models as m
from registry import signing
from registry.selectors.prepared import prepared
from registry.services import keys
from registry.signing import Status

# So many that neither their order nor their number can be read from a pass; a list packs to some hundred bytes.
ENTRIES = 1 << 16
FULL = ENTRIES * 3 // 4
PUBLISH_EVERY = timedelta(hours=4)
DRAWS = 64
TRIES = 5


def draw() -> tuple[int, int]:
    """A list and a place in it that no pass has ever had, drawn at random."""
    number = _open_list()
    for _ in range(DRAWS):
        index = secrets.randbelow(ENTRIES)
        if not m.ProviderPass.objects.filter(list_number=number, list_index=index).exists():
            return number, index
    raise RuntimeError("no free place in the status list")


def _open_list() -> int:
    """The newest list; another one once it is three quarters full, so that a free place is found quickly."""
    newest = m.StatusListing.objects.order_by("-number").values_list("number", flat=True).first()
    number = newest or 0
    if newest is not None and m.ProviderPass.objects.filter(list_number=number).count() < FULL:
        return number
    number = 0 if newest is None else newest + 1
    m.StatusListing.objects.bulk_create([m.StatusListing(number=number, entries=ENTRIES)], ignore_conflicts=True)
    return number


def mark(numbers: Iterable[int | None], at: datetime) -> None:
    """These lists have changed: the worker publishes them soon."""
    due = [m.StatusListChange(number=number, at=at) for number in sorted({n for n in numbers if n is not None})]
    m.StatusListChange.objects.bulk_create(due)


def mark_and_publish(numbers: Iterable[int | None], at: datetime) -> None:
    """These lists have lost a pass: published as soon as the transaction is committed, by the worker if that fails."""
    mark(numbers, at)
    transaction.on_commit(partial(publish_due, at=at), robust=True)


def publish_due(*, at: datetime) -> int:
    """Publish every list that has changed, is hours old or was signed by a former key; returns how many."""
    try:
        key = keys.signing_key("status_list")
    except signing.PassError:
        return 0
    changed = set(_changed())
    due = [row.number for row in _lists() if row.number in changed or _is_old(row, key, at)]
    return sum(_publish(number, key, at) for number in due)


@prepared
def _changed() -> QuerySet[m.StatusListChange, int]:
    return m.StatusListChange.objects.values_list("number", flat=True)


@prepared
def _lists() -> QuerySet[m.StatusListing]:
    return m.StatusListing.objects.select_related("key").defer("signed").order_by("number")


def _is_old(row: m.StatusListing, key: signing.SigningKey, at: datetime) -> bool:
    if row.published_at is None or row.key is None:
        return True
    return at - row.published_at >= PUBLISH_EVERY or row.key.kid != key.public.kid.hex()


def _publish(number: int, key: signing.SigningKey, at: datetime) -> bool:
    """One list, signed outside any transaction; whoever was overtaken looks again at what is true now."""
    for _ in range(TRIES):
        row = m.StatusListing.objects.get(pk=number)
        # First what is due, then what is true: a change that comes in between is published twice, never missed.
        known = list(m.StatusListChange.objects.filter(number=number).values_list("pk", flat=True))
        sequence = next_sequence(row.sequence, at)
        signed = signing.build_list(_statuses(row), sequence, key, at, list_id=number)
        if _put(row, signed, sequence, key, known, at):
            return True
    return False


def next_sequence(last: int, at: datetime) -> int:
    """One more than the last, and never below the clock: a restored backup must not publish an old number again."""
    return max(last + 1, int(at.timestamp() * 1000))


def _statuses(row: m.StatusListing) -> list[Status]:
    """Every place of the list: valid where an issued pass has it, revoked everywhere else."""
    statuses = [Status.REVOKED] * row.entries
    for index in m.ProviderPass.objects.filter(list_number=row.number, status="issued").values_list(
        "list_index", flat=True
    ):
        statuses[index or 0] = Status.VALID
    return statuses


@transaction.atomic
def _put(
    row: m.StatusListing, signed: bytes, sequence: int, key: signing.SigningKey, known: list[int], at: datetime
) -> bool:
    """Publish unless somebody else has since the row was read."""
    unchanged = m.StatusListing.objects.filter(pk=row.pk, sequence=row.sequence)
    signer = m.SigningKey.objects.get(kid=key.public.kid.hex())
    if not unchanged.update(sequence=sequence, signed=signed, key=signer, published_at=at):
        return False
    m.StatusListChange.objects.filter(pk__in=known).delete()
    return True
