# ruff: noqa: S608 - every part of these texts is written in this file
"""The queries for what comes later: the gate, the road, arrivals, decisions and the audit log."""

from collections.abc import Iterator

from registry.simulation.violation_query import Dialect, Query


def gate(d: Dialect) -> Iterator[Query]:
    left = "m.departed_at IS NOT NULL"
    here = "s.zone_id = m.origin_id AND s.starts_at <= m.departed_at AND s.ends_at > m.departed_at"
    on_shift = f"SELECT 1 FROM registry_shift s WHERE {here} AND (s.ended_at IS NULL OR s.ended_at > m.departed_at)"
    yield Query(
        "left from a zone that was not staffed",
        7,
        f"SELECT 1 FROM registry_match m WHERE {left} AND NOT EXISTS ({on_shift})",
    )
    last = (
        "SELECT a.action FROM registry_auditentry a WHERE a.object_type = 'zone' AND a.object_id = m.origin_id"
        " AND a.at <= m.departed_at ORDER BY a.seq DESC LIMIT 1"
    )
    yield Query(
        "left from a zone that was not active",
        7,
        f"SELECT 1 FROM registry_match m WHERE {left} AND COALESCE(({last}), '') <> 'zone.active'",
    )
    night = f"({d.local_hour('m.departed_at')} >= 22 OR {d.local_hour('m.departed_at')} < 6)"
    yield Query(
        "left at night without a second member of staff on shift",
        7,
        f"SELECT 1 FROM registry_match m WHERE {left} AND {night} AND (m.second_staff_id IS NULL"
        f" OR m.second_staff_id = m.handed_over_by_id"
        f" OR NOT EXISTS ({on_shift} AND s.person_id = m.second_staff_id))",
    )
    ride = "JOIN registry_leg l ON l.match_id = m.id JOIN registry_transportoffer o ON o.id = l.transport_offer_id"
    yield Query(
        "left without the driver's own valid pass",
        10,
        f"SELECT 1 FROM registry_match m {ride} LEFT JOIN registry_providerpass p ON p.id = m.pass_shown_id"
        f" WHERE {left} AND (p.id IS NULL OR p.provider_id <> o.driver_id"
        " OR (p.vehicle_id IS NOT NULL AND p.vehicle_id <> o.vehicle_id)"
        f" OR p.valid_until < {d.local_date('m.departed_at')} OR p.valid_from > {d.local_date('m.departed_at')}"
        " OR (p.revoked_at IS NOT NULL AND p.revoked_at < m.departed_at))",
    )
    yield Query(
        "left after the window of its ride",
        10,
        f"SELECT 1 FROM registry_match m {ride} WHERE {left} AND m.departed_at > o.departs_until",
    )
    yield Query(
        "ride without a bed that ends outside an active zone",
        10,
        f"SELECT 1 FROM registry_match m {ride} LEFT JOIN registry_zone z ON z.code = m.arrival_zone_id"
        f" WHERE {left} AND NOT EXISTS (SELECT 1 FROM registry_leg b WHERE b.match_id = m.id AND b.kind = 'stay')"
        " AND (z.code IS NULL OR z.status <> 'active')",
    )


def arrivals() -> Iterator[Query]:
    yield Query(
        "arrival confirmed by one side only, or by one person",
        10,
        "SELECT 1 FROM registry_match WHERE arrived_at IS NOT NULL AND (refugee_arrived_at IS NULL"
        " OR receiver_arrived_at IS NULL OR arrived_at < refugee_arrived_at OR arrived_at < receiver_arrived_at"
        " OR refugee_arrived_by_id = receiver_arrived_by_id)",
    )
    yield Query(
        "arrived or closed without having left",
        10,
        "SELECT 1 FROM registry_match WHERE arrived_at IS NOT NULL AND departed_at IS NULL",
    )
    yield Query(
        "overdue step that was due ten minutes before the arrival and not taken",
        11,
        "SELECT 1 FROM registry_escalationstep s JOIN registry_match m ON m.id = s.match_id JOIN"
        " registry_escalationstep later ON later.match_id = s.match_id AND later.number > s.number"
        " AND later.done_at IS NOT NULL WHERE s.done_at IS NULL",
    )
    yield Query(
        "overdue ladder of a departed journey that is not whole",
        11,
        "SELECT m.id FROM registry_match m LEFT JOIN registry_escalationstep s ON s.match_id = m.id"
        " WHERE m.departed_at IS NOT NULL GROUP BY m.id HAVING COUNT(s.id) <> 5",
    )


def decisions() -> Iterator[Query]:
    yield Query(
        "decision carried by one person or one organization",
        2,
        "SELECT 1 FROM registry_decision WHERE outcome = 'carried' AND (second_by_id IS NULL"
        " OR second_by_id = first_by_id OR second_organization_id IS NULL"
        " OR second_organization_id = first_organization_id)",
    )
    yield Query(
        "decision carried without an authority",
        2,
        "SELECT 1 FROM registry_decision d JOIN registry_organization a ON a.id = d.first_organization_id"
        " JOIN registry_organization b ON b.id = d.second_organization_id"
        " WHERE d.outcome = 'carried' AND a.kind <> 'authority' AND b.kind <> 'authority'",
    )
    yield Query(
        "decision carried by whoever wrote or invited the application",
        2,
        "SELECT 1 FROM registry_decision d JOIN registry_provider p ON p.id = d.provider_id WHERE d.outcome = 'carried'"
        " AND (p.created_by_id IN (d.first_by_id, d.second_by_id) OR p.invited_by_id IN (d.first_by_id, d.second_by_id)"
        " OR p.account_id IN (d.first_by_id, d.second_by_id))",
    )
    for kind in ("provider", "vehicle", "dwelling"):
        yield Query(
            f"{kind} verified without a carried decision",
            2,
            f"SELECT 1 FROM registry_{kind} x WHERE x.status = 'verified' AND NOT EXISTS (SELECT 1 FROM"
            f" registry_decision d WHERE d.{kind}_id = x.id AND d.kind = 'verify' AND d.outcome = 'carried'"
            " AND d.second_at = x.verified_at)",
        )


def audited(d: Dialect) -> Iterator[Query]:
    """Rule 15: each decision of a person has its entry."""
    owed = (
        ("household", "registry_household x", "", "household.registered"),
        ("request", "registry_helprequest x", "", "request.opened"),
        ("proposal", "registry_match x", "", "match.proposed"),
        ("choice", "registry_match x", "x.accepted_at IS NOT NULL", "match.accepted"),
        ("confirmation", "registry_match x", "x.confirmed_at IS NOT NULL", "match.confirmed"),
        ("departure", "registry_match x", "x.departed_at IS NOT NULL", "journey.departed"),
        ("arrival", "registry_match x", "x.arrived_at IS NOT NULL", "journey.arrived"),
        ("halt", "registry_match x", "x.halted_at IS NOT NULL", "match.halted"),
        ("first decision", "registry_decision x", "", "decision.first"),
        ("second decision", "registry_decision x", "x.outcome = 'carried'", "decision.carried"),
        ("check", "registry_check x", "", "check.recorded"),
        ("hold", "registry_hold x", "", "hold.placed"),
        ("pass", "registry_providerpass x", "", "pass.issued"),
        ("protection", "registry_protectiondecision x", "", "protection.decided"),
    )
    for name, table, condition, action in owed:
        kind = table.split()[0].removeprefix("registry_")
        yield Query(
            f"{name} without its audit entry",
            15,
            f"SELECT 1 FROM {table} WHERE {condition or '1 = 1'} AND NOT EXISTS (SELECT 1 FROM registry_auditentry a"
            f" WHERE a.object_type = '{kind}' AND a.object_id = {d.key('x.id')} AND a.action = '{action}')",
        )
