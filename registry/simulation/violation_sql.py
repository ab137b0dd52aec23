# ruff: noqa: S608 - every part of these texts is written in this file
"""The queries behind ``violations``: each selects the rows that break one rule of docs/rules.md."""

from collections.abc import Iterator

from registry.simulation import violation_sql_later
from registry.simulation.violation_query import Dialect, Query

ACTIVE = "('proposed', 'accepted', 'confirmed', 'departed', 'overdue', 'alerted')"
# One that was halted before it left has given its places back: the household chooses anew.
CHOSEN = (
    "(status IN ('accepted', 'confirmed', 'departed', 'overdue', 'alerted', 'arrived')"
    " OR (status = 'halted' AND departed_at IS NOT NULL))"
)
ENDED_VERIFICATION = "('suspension.placed', 'vetting.back_to_review', 'vetting.expired', 'vetting.rejected')"
_RIDE = "FROM registry_leg l JOIN registry_transportoffer o ON o.id = l.transport_offer_id"
_STAY = "FROM registry_leg l JOIN registry_accommodationoffer o ON o.id = l.accommodation_offer_id"
# (match_id, id) of everybody and everything that a match relies on through its legs.
LEGS = {
    "provider": (
        f"SELECT l.match_id, o.provider_id AS id {_RIDE}",
        f"SELECT l.match_id, o.driver_id {_RIDE}",
        f"SELECT l.match_id, o.escort_id {_RIDE} WHERE o.escort_id IS NOT NULL",
        f"SELECT l.match_id, o.provider_id {_STAY}",
    ),
    "vehicle": (f"SELECT l.match_id, o.vehicle_id AS id {_RIDE}",),
    "dwelling": (f"SELECT l.match_id, o.dwelling_id AS id {_STAY}",),
}


def queries(d: Dialect) -> Iterator[Query]:
    """All of them."""
    for kind in LEGS:
        yield from _vetted(d, kind)
    yield from _households(d)
    yield from _company(d)
    yield from _capacity(d)
    yield from violation_sql_later.gate(d)
    yield from violation_sql_later.arrivals()
    yield from violation_sql_later.decisions()
    yield from violation_sql_later.audited(d)


def parties(kind: str) -> str:
    """(match_id, id) of everybody or everything of this kind that a match relies on."""
    direct = " UNION ".join(LEGS[kind])
    if kind != "provider":
        return direct
    return (
        f"{direct} UNION SELECT one.match_id, house.id FROM ({direct}) one"
        " JOIN registry_provider p ON p.id = one.id AND p.kind = 'person'"
        " JOIN registry_provider house ON house.kind = 'organization' AND house.organization_id = p.organization_id"
    )


def _moments(d: Dialect) -> str:
    """(match_id, seq, at) of every confirmation and every departure, in the order in which they happened."""
    return (
        "SELECT m.id AS match_id, a.seq, a.at FROM registry_match m"
        f" JOIN registry_auditentry a ON a.object_type = 'match' AND a.object_id = {d.key('m.id')}"
        " AND a.action IN ('match.confirmed', 'journey.departed')"
    )


def _vetted(d: Dialect, kind: str) -> Iterator[Query]:
    relied = f"SELECT mo.seq, mo.at, p.id FROM ({_moments(d)}) mo JOIN ({parties(kind)}) p ON p.match_id = mo.match_id"
    carried = (
        "registry_decision de JOIN registry_auditentry c ON c.object_type = 'decision'"
        f" AND c.object_id = {d.key('de.id')} AND c.action = 'decision.carried'"
    )
    yield Query(
        f"relied on a {kind} that was not verified then",
        1,
        f"SELECT 1 FROM ({relied}) r WHERE NOT EXISTS (SELECT 1 FROM {carried} WHERE de.kind = 'verify'"
        f" AND de.{kind}_id = r.id AND c.seq < r.seq AND NOT EXISTS (SELECT 1 FROM registry_auditentry e"
        f" WHERE e.object_type = '{kind}' AND e.object_id = {d.key('r.id')} AND e.action IN {ENDED_VERIFICATION}"
        " AND e.seq > c.seq AND e.seq < r.seq))",
    )
    yield Query(
        f"relied on a {kind} that was held then",
        1,
        f"SELECT 1 FROM ({relied}) r JOIN registry_hold h ON h.{kind}_id = r.id JOIN registry_auditentry e"
        f" ON e.object_type = 'hold' AND e.object_id = {d.key('h.id')} AND e.action = 'hold.placed' AND e.seq < r.seq"
        f" WHERE NOT EXISTS (SELECT 1 FROM {carried} WHERE de.hold_id = h.id AND c.seq < r.seq)",
    )
    yield Query(
        f"relied on a {kind} whose check had lapsed then",
        1,
        f"SELECT 1 FROM ({relied}) r JOIN registry_check k ON k.{kind}_id = r.id AND k.lapses_on IS NOT NULL"
        " AND k.checked_at <= r.at AND (k.superseded_at IS NULL OR k.superseded_at > r.at)"
        f" WHERE k.lapses_on < {d.local_date('r.at')}",
    )
    yield Query(
        f"active match with a {kind} that is not verified, or held",
        1,
        f"SELECT 1 FROM registry_match m JOIN ({parties(kind)}) p ON p.match_id = m.id"
        f" JOIN registry_{kind} x ON x.id = p.id WHERE m.status IN {ACTIVE} AND (x.status <> 'verified'"
        f" OR EXISTS (SELECT 1 FROM registry_hold h WHERE h.{kind}_id = x.id AND h.cleared_at IS NULL))",
    )


def _households(d: Dialect) -> Iterator[Query]:
    yield Query(
        "household split over a match",
        6,
        "SELECT 1 FROM registry_match m JOIN registry_household h ON h.id = m.household_id"
        " JOIN registry_leg l ON l.match_id = m.id WHERE m.confirmed_at IS NOT NULL AND (l.people <> h.size"
        " OR m.people <> h.size OR h.size <> (SELECT COUNT(*) FROM registry_member x WHERE x.household_id = h.id))",
    )
    yield Query(
        "household with two chosen matches",
        6,
        f"SELECT household_id FROM registry_match WHERE {CHOSEN} GROUP BY household_id HAVING COUNT(*) > 1",
    )
    alone = (
        "EXISTS (SELECT 1 FROM registry_member c WHERE c.household_id = m.household_id"
        " AND c.age_band IN ('0-3', '4-11', '12-17', 'unknown') AND (c.guardian NOT IN ('parent', 'legal_guardian')"
        " OR NOT EXISTS (SELECT 1 FROM registry_member g WHERE g.household_id = m.household_id"
        " AND g.age_band IN ('18-59', '60+'))))"
    )
    decided = (
        "EXISTS (SELECT 1 FROM registry_protectiondecision q WHERE q.household_id = m.household_id"
        " AND q.kind = 'child_placement' AND q.created_at <= m.confirmed_at"
        f" AND q.expires_on >= {d.local_date('m.confirmed_at')}"
        " AND (q.ended_at IS NULL OR q.ended_at > m.confirmed_at))"
    )
    for offer, leg in (("transportoffer", "transport_offer_id"), ("accommodationoffer", "accommodation_offer_id")):
        yield Query(
            f"child alone with a private provider without a decision ({offer})",
            4,
            f"SELECT 1 FROM registry_match m JOIN registry_leg l ON l.match_id = m.id JOIN registry_{offer} o"
            f" ON o.id = l.{leg} JOIN registry_provider p ON p.id = o.provider_id"
            " LEFT JOIN registry_organization org ON org.id = p.organization_id"
            " WHERE m.confirmed_at IS NOT NULL AND NOT (p.kind = 'organization' AND org.kind = 'authority')"
            f" AND {alone} AND NOT {decided}",
        )


def _entry(d: Dialect, name: str, match: str, action: str) -> str:
    """The audit entry of a match at which this happened: its number tells what came before and what after."""
    return (
        f"JOIN registry_auditentry {name} ON {name}.object_type = 'match' AND {name}.object_id = {d.key(match)}"
        f" AND {name}.action = '{action}'"
    )


def _has_left(d: Dialect, before: str) -> str:
    """Whether the leg ``x`` had given its places back before that entry, by the entry of whatever gave them back."""
    return (
        "EXISTS (SELECT 1 FROM registry_auditentry rx WHERE rx.object_type = 'match'"
        f" AND rx.object_id = {d.key('x.match_id')} AND rx.at = x.released_at AND rx.seq < {before}.seq)"
    )


def _company(d: Dialect) -> Iterator[Query]:
    """Rule 5 at departure for a vehicle, at confirmation for a home; an adult of unknown sex is protected."""
    guarded = "h.men = 0 AND h.size > 0"
    agreed = (
        "EXISTS (SELECT 1 FROM registry_protectiondecision q WHERE q.household_id = h.id"
        " AND q.kind = 'unrelated_men_accepted' AND q.second_by_id IS NOT NULL)"
    )
    others = (
        "SELECT 1 FROM registry_leg x JOIN registry_match xm ON xm.id = x.match_id"
        " JOIN registry_household xh ON xh.id = xm.household_id"
        f" {_entry(d, 'cx', 'xm.id', 'match.confirmed')} {{joins}}"
        f" WHERE {{same}} AND x.match_id <> m.id AND cx.seq < c.seq AND NOT {_has_left(d, 'c')}"
        " AND xh.{sex} > 0{nights}"
    )
    aboard = others.replace("{joins}", "").replace("{same}", "x.transport_offer_id = o.id").replace("{nights}", "")
    women_aboard = f"EXISTS ({aboard.replace('xh.{sex}', '(xh.size - xh.minors - xh.men)')})"
    men_aboard = f"EXISTS ({aboard.replace('{sex}', 'men')})"
    crew = "SELECT 1 FROM registry_provider p WHERE p.id IN (o.driver_id, o.escort_id) AND p.sex"
    yield Query(
        "women left in a vehicle with unrelated men only",
        5,
        "SELECT 1 FROM registry_match m JOIN registry_household h ON h.id = m.household_id JOIN registry_leg l"
        " ON l.match_id = m.id JOIN registry_transportoffer o ON o.id = l.transport_offer_id"
        f" {_entry(d, 'c', 'm.id', 'journey.departed')} WHERE {guarded} AND NOT {agreed}"
        f" AND NOT EXISTS ({crew} = 'f') AND NOT {women_aboard} AND (EXISTS ({crew} <> 'f') OR {men_aboard})",
    )
    guests = others.replace("{joins}", "JOIN registry_accommodationoffer xo ON xo.id = x.accommodation_offer_id")
    guests = guests.replace("{same}", "xo.dwelling_id = o.dwelling_id")
    guests = guests.replace("{nights}", " AND x.to_date > l.from_date")
    women_there = f"EXISTS ({guests.replace('xh.{sex}', '(xh.size - xh.minors - xh.men)')})"
    men_there = f"EXISTS ({guests.replace('{sex}', 'men')} AND x.from_date <= l.from_date)"
    living = (
        "SELECT 1 FROM registry_resident r WHERE r.dwelling_id = o.dwelling_id AND r.moved_out_at IS NULL AND r.sex"
    )
    yield Query(
        "women put under a roof with unrelated men only",
        5,
        "SELECT 1 FROM registry_match m JOIN registry_household h ON h.id = m.household_id JOIN registry_leg l"
        " ON l.match_id = m.id JOIN registry_accommodationoffer o ON o.id = l.accommodation_offer_id"
        f" {_entry(d, 'c', 'm.id', 'match.confirmed')} WHERE {guarded} AND NOT {agreed}"
        f" AND NOT EXISTS ({living} = 'f') AND NOT {women_there} AND (EXISTS ({living} <> 'f') OR {men_there})",
    )


def _capacity(d: Dialect) -> Iterator[Query]:
    held = "taken_at IS NOT NULL AND released_at IS NULL"
    rides = {"seats": "people", "child_seats": "child_seats", "wheelchair_places": "wheelchairs", "luggage": "luggage"}
    parts = [("transportoffer", "transport_offer_id", column, taken) for column, taken in rides.items()]
    parts.append(("accommodationoffer", "accommodation_offer_id", "beds", "people"))
    for table, leg, column, taken in parts:
        total = f"COALESCE((SELECT SUM(l.{taken}) FROM registry_leg l WHERE l.{leg} = o.id AND l.{held}), 0)".replace(
            "AND released_at", "AND l.released_at"
        )
        yield Query(
            f"{column} taken beyond what there is, or counted wrongly",
            6,
            f"SELECT 1 FROM registry_{table} o WHERE {total} > o.{column} OR o.{column}_taken <> {total}",
        )
        yield Query(
            f"{column} taken beyond what there was at some moment",
            6,
            f"SELECT 1 FROM registry_leg y JOIN registry_{table} o ON o.id = y.{leg}"
            f" {_entry(d, 'cy', 'y.match_id', 'match.confirmed')} WHERE (SELECT SUM(x.{taken}) FROM registry_leg x"
            f" {_entry(d, 'cx', 'x.match_id', 'match.confirmed')} WHERE x.{leg} = o.id AND cx.seq <= cy.seq"
            f" AND NOT {_has_left(d, 'cy')}) > o.{column}",
        )
