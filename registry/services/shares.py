"""A journey shared with somebody whom the household trusts: made, taken back, over with the journey."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, NotFound
from registry.ids import spoken_code
from registry.permissions import Actor
from registry.selectors import by_slip
from registry.selectors.following import digest
from registry.selectors.household_page import may_share
from registry.services import audit, rows

AT_ONCE = 3
# Eighty bits: it opens by itself, without the household's code.
CODE_LENGTH = 16


@transaction.atomic
def make(*, actor: Actor, id: UUID, at: datetime) -> m.JourneyShare:
    """A code with which somebody else can follow this journey, and nothing more."""
    seen = by_slip.journey(actor, at)
    if seen is None:
        raise NotFound
    match = rows.lock(m.Match, seen.pk)
    if not may_share(match, at):
        raise Conflict("journey_not_running")
    if match.shares.filter(ended_at=None).count() >= AT_ONCE:
        raise Conflict("shares_enough")
    code = spoken_code(CODE_LENGTH)
    share = m.JourneyShare(
        id=rows.new_id(id, m.JourneyShare),
        created_at=at,
        household_id=match.household_id,
        match=match,
        code=code,
        digest=digest(code),
    )
    rows.insert(share)
    audit.record(actor=actor, at=at, action="share.made", about=share, match=match.pk, by="household")
    return share


@transaction.atomic
def end(*, actor: Actor, share: UUID, at: datetime) -> m.JourneyShare:
    """Take it back: from now on the code opens nothing."""
    if not m.JourneyShare.objects.filter(pk=share, match__in=by_slip.matches(actor)).exists():
        raise NotFound
    row = rows.lock(m.JourneyShare, share)
    if row.ended_at is None:
        row.ended_at = at
        rows.save(row, "ended_at")
        audit.record(actor=actor, at=at, action="share.ended", about=row, by="household")
    return row
