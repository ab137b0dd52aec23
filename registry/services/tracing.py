"""The exposure trace, read or exported: each time one audit entry, in the same transaction as the reading."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from registry.permissions import Actor, must_be_confirmed
from registry.selectors import trace as selected
from registry.selectors.standing import Subject, kind_of
from registry.services import audit

Form = Literal["page", "csv", "json"]


@transaction.atomic
def trace(
    *, actor: Actor, kind: str, subject: UUID, form: Form, at: datetime
) -> tuple[Subject, list[selected.Exposed]]:
    """Everybody who was ever with the subject, for officers of its counties and for child protection there.

    Whoever takes it away as a file shows a second factor first.
    """
    found = selected.subject(actor, kind, subject)
    if form != "page":
        must_be_confirmed(actor, at)
    exposed = selected.trace(found)
    audit.record(
        actor=actor, at=at, action="read.exposure", about=found, kind=kind_of(found), form=form, rows=len(exposed)
    )
    return found, exposed
