"""A correction of a household: only what has changed is said, the rest stays as it was taken down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.permissions import Actor
from registry.rules import facts
from registry.selectors import requests as visible
from registry.services import intake

AS_IT_STANDS = ("language", "contact_name", "contact_phone", "wheelchairs", "pets", "luggage")


@transaction.atomic
def correct_household(
    *, actor: Actor, household: UUID, changes: Mapping[str, Any], at: datetime, if_version: int | None = None
) -> m.Household:
    """Change what is named in ``changes`` (members of ``intake.HouseholdDraft``); all rules of an update hold."""
    seen = visible.household(actor, household)
    draft = intake.HouseholdDraft(**{**_draft(seen), **changes})
    return intake.update_household(actor=actor, household=household, draft=draft, at=at, if_version=if_version)


def _draft(row: m.Household) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in AS_IT_STANDS},
        "members": [facts.Person(p.age_band, p.sex, p.guardian) for p in row.members.all()],
        "languages": row.languages.split(),
        "needs": row.needs.split(),
        "crossing": row.crossing_id,
    }
