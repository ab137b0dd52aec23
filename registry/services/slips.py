"""A household's slip: a new code when the old one was lost, and the picture that is told by mouth."""

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.errors import Conflict, NotAllowed
from registry.ids import spoken_code
from registry.permissions import Actor, may_work_in
from registry.rules.signs import SIGNS
from registry.selectors import requests
from registry.services import audit, rows

CODE_LENGTH = 12


def _lock(actor: Actor, household: UUID) -> m.Household:
    """The household for field staff of its zone, locked; not one that was erased."""
    seen = requests.household(actor, household)
    if not may_work_in(actor, seen.zone):
        raise NotAllowed
    row = rows.lock(m.Household, household)
    if row.erased_at:
        raise Conflict("erased")
    return row


@transaction.atomic
def renew(*, actor: Actor, household: UUID, at: datetime) -> m.Household:
    """Another code and, when it is told, another picture: the old slip and every phone that used it are out."""
    row = _lock(actor, household)
    row.code, row.sign = spoken_code(CODE_LENGTH), ""
    rows.save(row, "code", "sign")
    audit.record(actor=actor, at=at, action="household.code_renewed", about=row)
    return row


@transaction.atomic
def tell_sign(*, actor: Actor, household: UUID, at: datetime) -> str:
    """The household's picture, drawn when it is told for the first time; each telling is an audit entry."""
    row = _lock(actor, household)
    drawn = not row.sign
    if drawn:
        row.sign = secrets.choice(SIGNS)
        rows.save(row, "sign")
    audit.record(actor=actor, at=at, action="read.sign", about=row, drawn=drawn)
    return str(row.sign)
