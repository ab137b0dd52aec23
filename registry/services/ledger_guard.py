"""Whether this database is still the log that its witnesses know; if not, nothing more is signed."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction

from registry import ledger
from registry import models as m
from registry.ledger import LedgerError
from registry.permissions import SYSTEM
from registry.selectors import ledger as stored
from registry.services import alarms, audit, ledger_witness, rows
from registry.services.ledger_key import LedgerKey

BEHIND, FORKED, ALTERED = "behind_witness", "forked", "tree_altered"


def trouble(key: LedgerKey, *, thorough: bool = False) -> str:
    """A code for the first contradiction between this tree, its last checkpoint and the file witnesses; empty if none.

    Only what our own key has signed can contradict: nobody can stop the log by writing into a witness's file.
    """
    try:
        return next(_contradictions(key, thorough), "")
    except LedgerError:
        return ALTERED


def _contradictions(key: LedgerKey, thorough: bool) -> Iterator[str]:
    own = stored.last_checkpoint()
    size = stored.tree_size()
    if own and (own.size > size or stored.root_at(own.size) != bytes(own.root)):
        yield ALTERED
    for address in settings.LEDGER_WITNESSES:
        if ledger_witness.is_file(address):
            seen = _seen(key, address)
            yield from _against(seen if thorough else seen[:1], size)


def _seen(key: LedgerKey, address: str) -> list[ledger.Checkpoint]:
    """Our own checkpoints at the end of a file witness, the largest first."""
    notes = [key.signed(note) for note in ledger_witness.last_notes(address)]
    mine = [said for said in notes if said is not None and said.origin == settings.LEDGER_ORIGIN]
    return sorted(mine, key=lambda said: said.size, reverse=True)


def forgetful(key: LedgerKey) -> list[str]:
    """File witnesses that were told checkpoints and show none of them: moved, emptied or out of reach."""
    told = stored.witnesses().filter(known_size__gt=0)
    files = [address for address in told.values_list("address", flat=True) if ledger_witness.is_file(address)]
    return [address for address in files if not _seen(key, address)]


def _against(seen: list[ledger.Checkpoint], size: int) -> Iterator[str]:
    for said in seen:
        if said.size > size:
            yield BEHIND
        elif stored.root_at(said.size) != said.root:
            yield FORKED


@transaction.atomic
def halt(*, code: str, at: datetime) -> None:
    """Stop signing, once: alarm, audit entry, and /ready turns red."""
    head = _head()
    if head.halted_code:
        return
    head.halted_code, head.halted_at = code, at
    rows.update(head, "halted_code", "halted_at")
    audit.record(actor=SYSTEM, at=at, action="ledger.halted", about=head, code=code)
    alarms.raise_alarm(code="ledger_halted", role="auditor", level=5, at=at)


@transaction.atomic
def resume(*, at: datetime) -> None:
    """Sign again: whatever contradicted this database does so no longer."""
    head = _head()
    if not head.halted_code:
        return
    audit.record(actor=SYSTEM, at=at, action="ledger.resumed", about=head, code=head.halted_code)
    head.halted_code, head.halted_at = "", None
    rows.update(head, "halted_code", "halted_at")


def _head() -> m.LedgerHead:
    if not m.LedgerHead.objects.exists():
        m.LedgerHead.objects.bulk_create([m.LedgerHead(id=1)], ignore_conflicts=True)
    return m.LedgerHead.objects.select_for_update().get(pk=1)
