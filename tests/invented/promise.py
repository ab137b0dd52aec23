"""The promise, asked of the database by SQL that shares nothing with the rules or the services."""

from datetime import date
from typing import Any

from django.db import connection

ACTIVE = ", ".join(f"'{status}'" for status in ("proposed", "accepted", "confirmed", "departed", "overdue", "alerted"))

# One row for each thing that an active match relies on and may not; %s is the day.
_LEGS = f"""
    FROM registry_match ma JOIN registry_leg le ON le.match_id = ma.id AND ma.status IN ({ACTIVE})
    LEFT JOIN registry_transportoffer ri ON ri.id = le.transport_offer_id
    LEFT JOIN registry_accommodationoffer st ON st.id = le.accommodation_offer_id
"""
_BAD = """
    WHERE x.status <> 'verified' OR x.verified_until IS NULL OR x.verified_until < %s
       OR EXISTS (SELECT 1 FROM registry_hold h WHERE h.{kind}_id = x.id AND h.cleared_at IS NULL)
"""
_PEOPLE = "x.id IN (ri.provider_id, ri.driver_id, ri.escort_id, st.provider_id)"
_BEHIND = (
    "JOIN registry_provider y ON y.id IN (ri.provider_id, ri.driver_id, ri.escort_id, st.provider_id) "
    "AND y.kind = 'person' AND y.organization_id IS NOT NULL "
    "LEFT JOIN registry_provider x ON x.kind = 'organization' AND x.organization_id = y.organization_id"
)
VIOLATIONS = " UNION ALL ".join(
    [
        f"SELECT ma.id, 'person' {_LEGS} JOIN registry_provider x ON {_PEOPLE} {_BAD.format(kind='provider')}",
        f"SELECT ma.id, 'organization' {_LEGS} {_BEHIND} {_BAD.format(kind='provider')} OR x.id IS NULL",
        *(
            f"SELECT ma.id, '{kind}' {_LEGS} JOIN registry_{kind} x ON x.id = {of}.{kind}_id {_BAD.format(kind=kind)}"
            for kind, of in (("vehicle", "ri"), ("dwelling", "st"))
        ),
    ]
)
_TAKEN = """
    SELECT o.id FROM registry_{table} o WHERE o.{taken} <> COALESCE((SELECT SUM(le.{part}) FROM registry_leg le
    WHERE le.{offer}_id = o.id AND le.taken_at IS NOT NULL AND le.released_at IS NULL), 0)
"""
# Who is confirmed or on the road has places; who only considers has none.
_OUT_OF_STEP = """
    SELECT ma.id FROM registry_match ma JOIN registry_leg le ON le.match_id = ma.id
    WHERE (ma.status IN ('confirmed', 'departed', 'overdue', 'alerted', 'arrived')
           AND (le.taken_at IS NULL OR le.released_at IS NOT NULL))
       OR (ma.status IN ('proposed', 'accepted') AND le.taken_at IS NOT NULL AND le.released_at IS NULL)
"""
_COLUMNS = (
    ("seats_taken", "people"),
    ("child_seats_taken", "child_seats"),
    ("wheelchair_places_taken", "wheelchairs"),
    ("luggage_taken", "luggage"),
)
MISCOUNTED = " UNION ALL ".join(
    [
        *(
            _TAKEN.format(table="transportoffer", offer="transport_offer", taken=taken, part=part)
            for taken, part in _COLUMNS
        ),
        _TAKEN.format(table="accommodationoffer", offer="accommodation_offer", taken="beds_taken", part="people"),
        _OUT_OF_STEP,
    ]
)


def found(sql: str, *params: str) -> list[Any]:
    """What a query of this file finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
    return rows


def last_entry() -> Any:
    """The number of the newest audit entry."""
    return found("SELECT MAX(seq) FROM registry_auditentry")[0][0]


def violations(day: date) -> list[Any]:
    """Every active match and what it wrongly relies on, on this day."""
    return found(VIOLATIONS, *[str(day)] * 4)


def miscounted() -> list[Any]:
    """Offers whose taken places are not the sum of their legs, and matches that hold what they should not."""
    return found(MISCOUNTED)
