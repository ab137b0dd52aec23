"""Invented households and what they ask for."""

from collections.abc import Sequence
from typing import Any

from registry import models as m
from registry.ids import spoken_code, uuid7
from registry.rules import facts, ranking
from tests.invented.legally import bring
from tests.invented.people import known
from tests.invented.places import HOUR, NOW, TODAY, geography

WOMAN, MAN, OLDER = facts.Person("18-59", "f"), facts.Person("18-59", "m"), facts.Person("60+", "f")


CHILD, INFANT = facts.Person("4-11", "f", "parent"), facts.Person("0-3", "m", "parent")


CHILD_ALONE = facts.Person("12-17", "m", "none")


def household(members: Sequence[facts.Person] = (WOMAN, CHILD), zone: str = "siret", **fields: Any) -> m.Household:
    """A household at a zone: a mother with a child of school age, unless others are named."""
    geography()
    party = facts.Party(members=tuple(members), needs=frozenset(str(fields.get("needs", "")).split()))
    values = {
        "id": uuid7(),
        "created_at": NOW - HOUR,
        "code": spoken_code(12),
        "zone_id": zone,
        "registered_by": fields.get("registered_by") or known("maria"),
        "contact_name": "Oksana",
        "contact_phone": "+380671234567",
        "languages": "uk",
        "size": party.size,
        "minors": party.minors,
        "women": party.women,
        "men": party.men,
        "urgency": ranking.urgency(
            party.needs, party.in_bands(("0-3",)), party.in_bands(("60+",)), party.children_alone
        ),
    }
    row = m.Household.objects.create(**{**values, **fields})
    m.Member.objects.bulk_create(
        m.Member(household=row, number=n, age_band=p.age_band, sex=p.sex, guardian=p.guardian)
        for n, p in enumerate(members, start=1)
    )
    return row


def help_request(kind: str = "ride", who: m.Household | None = None, **fields: Any) -> m.HelpRequest:
    """An open request of a household at its zone: a ride, a stay or both, now, for three nights."""
    who = who or household()
    values = {
        "id": uuid7(),
        "created_at": NOW - HOUR,
        "household": who,
        "kind": kind,
        "origin_id": who.zone_id,
        "max_km": 150,
        "earliest_at": NOW,
        "from_date": TODAY,
        "nights": 3,
        "requested_by": who.registered_by,
    }
    status = fields.pop("status", "open")
    return bring(m.HelpRequest.objects.create(**{**values, **fields}), status, "request", closed_at=NOW)
