"""Every guard as one condition, in SQL that both databases understand.

``refuse_if`` is true for what must not happen. ``when`` looks at the row alone and keeps the guard cheap.
``lock`` are rows that PostgreSQL reads FOR SHARE before it decides: a plain read would let a match and a
suspension both commit. SQLite has one writer and needs none.
"""

from dataclasses import dataclass

from registry.states import MACHINES


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: before ``event`` on ``table``; ``code`` is what the refusal is called."""

    name: str
    table: str
    event: str
    code: str
    refuse_if: str = "1 = 1"
    when: str = ""
    lock: tuple[tuple[str, str], ...] = ()


TABLES = {
    "provider": ("registry_provider",),
    "vehicle": ("registry_vehicle",),
    "dwelling": ("registry_dwelling",),
    "offer": ("registry_transportoffer", "registry_accommodationoffer"),
    "request": ("registry_helprequest",),
    "match": ("registry_match",),
    "pass": ("registry_providerpass",),
    "zone": ("registry_zone",),
}
KEPT_FOREVER = (
    "registry_auditentry",
    "registry_check",
    "registry_decision",
    "registry_hold",
    "registry_match",
    "registry_leg",
    "registry_provider",
    "registry_vehicle",
    "registry_dwelling",
    "registry_protectiondecision",
    "registry_ledgerhead",
    "registry_ledgerleaf",
    "registry_ledgernode",
    "registry_ledgercheckpoint",
)
NEVER_CHANGED = ("registry_auditentry", "registry_ledgerleaf", "registry_ledgernode", "registry_ledgercheckpoint")


def _transitions() -> list[Guard]:
    """A status moves only along its machine's table."""
    found = []
    for name, tables in TABLES.items():
        machine = MACHINES[name]
        pairs = sorted({(s, target) for sources, target in machine.transitions.values() for s in sources})
        allowed = " OR ".join(f"(OLD.status = '{a}' AND NEW.status = '{b}')" for a, b in pairs)
        for table in tables:
            short = table.removeprefix("registry_")
            found.append(
                Guard(
                    f"{short}_transition",
                    table,
                    "UPDATE OF status",
                    "illegal_transition",
                    f"NOT ({allowed})",
                    "OLD.status <> NEW.status",
                )
            )
    return found


def _kept() -> list[Guard]:
    """What must be provable later is never deleted; the audit log and its tree are never changed either."""
    deletes = [Guard(f"{t.removeprefix('registry_')}_delete", t, "DELETE", "kept_for_ever") for t in KEPT_FOREVER]
    updates = [Guard(f"{t.removeprefix('registry_')}_update", t, "UPDATE", "append_only") for t in NEVER_CHANGED]
    shrinks = Guard("ledgerhead_shrinks", "registry_ledgerhead", "UPDATE", "append_only", when="NEW.size < OLD.size")
    return [*deletes, *updates, shrinks]


def _vetted(kind: str) -> list[Guard]:
    """Verified only by a carried decision of two; out of suspension likewise."""
    table = f"registry_{kind}"
    carried = f"SELECT 1 FROM registry_decision d WHERE d.{kind}_id = NEW.id AND d.outcome = 'carried'"
    return [
        Guard(f"{kind}_starts", table, "INSERT", "starts_unverified", when="NEW.status <> 'applied'"),
        Guard(
            f"{kind}_verified_by_two",
            table,
            "UPDATE",
            "verified_by_two",
            f"NOT EXISTS ({carried} AND d.kind = 'verify' AND d.second_at = NEW.verified_at)",
            "NEW.status = 'verified' AND (OLD.status <> 'verified' OR OLD.verified_at <> NEW.verified_at"
            " OR OLD.verified_until <> NEW.verified_until)",
        ),
        Guard(
            f"{kind}_lifted_by_two",
            table,
            "UPDATE OF status",
            "lifted_by_two",
            f"NOT EXISTS ({carried} AND d.kind IN ('lift', 'revoke') AND d.second_at >= OLD.suspended_at)",
            "OLD.status = 'suspended' AND NEW.status <> 'suspended'",
        ),
    ]


def _own(column: str) -> str:
    """Whether the person in ``column`` created, invited or is the subject of the decision."""
    return (
        f"EXISTS (SELECT 1 FROM registry_provider p WHERE p.id = NEW.provider_id"
        f" AND NEW.{column} IN (p.created_by_id, p.invited_by_id, p.account_id))"
        f" OR EXISTS (SELECT 1 FROM registry_vehicle v JOIN registry_provider p ON p.id = v.provider_id"
        f" WHERE v.id = NEW.vehicle_id AND NEW.{column} IN (v.created_by_id, p.invited_by_id, p.account_id))"
        f" OR EXISTS (SELECT 1 FROM registry_dwelling w JOIN registry_provider p ON p.id = w.provider_id"
        f" WHERE w.id = NEW.dwelling_id AND NEW.{column} IN (w.created_by_id, p.invited_by_id, p.account_id))"
    )


_PERSON_OF = (
    "SELECT 1 FROM registry_person x WHERE x.id = NEW.{0}_by_id AND x.organization_id = NEW.{0}_organization_id"
)
_AUTHORITY = (
    "SELECT 1 FROM registry_organization o"
    " WHERE o.id IN (NEW.first_organization_id, NEW.second_organization_id) AND o.kind = 'authority'"
)
_TWO_PEOPLE = (
    f"NOT EXISTS ({_PERSON_OF.format('first')}) OR {_own('first_by_id')}"
    f" OR (NEW.second_by_id IS NOT NULL AND (NOT EXISTS ({_PERSON_OF.format('second')}) OR {_own('second_by_id')}))"
    f" OR (NEW.outcome = 'carried' AND (NEW.second_by_id IS NULL OR NOT EXISTS ({_AUTHORITY})))"
)

DECISIONS = [
    Guard("decision_insert", "registry_decision", "INSERT", "two_people", _TWO_PEOPLE),
    Guard("decision_update", "registry_decision", "UPDATE", "two_people", _TWO_PEOPLE),
    Guard("decision_over", "registry_decision", "UPDATE", "decision_over", when="OLD.outcome <> 'pending'"),
    Guard(
        "hold_cleared_by_two",
        "registry_hold",
        "UPDATE",
        "cleared_by_two",
        "NOT EXISTS (SELECT 1 FROM registry_decision d WHERE d.hold_id = NEW.id AND d.kind = 'clear_hold'"
        " AND d.outcome = 'carried')",
        "OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL",
    ),
]


def _unfit(table: str, ids: str, key: str, day: str) -> str:
    """Whether any of these rows is not verified through the day, or held."""
    return (
        f"EXISTS (SELECT 1 FROM {table} s WHERE s.id IN ({ids}) AND (s.status <> 'verified' OR s.verified_until < {day}"
        f" OR EXISTS (SELECT 1 FROM registry_hold h WHERE h.{key}_id = s.id AND h.cleared_at IS NULL)))"
    )


def _legs(match: str, offer: str, column: str) -> str:
    return (
        f"SELECT t.{column} FROM registry_leg l JOIN registry_{offer}offer t ON t.id = l.{offer}_offer_id"
        f" WHERE l.match_id = {match} AND t.{column} IS NOT NULL"
    )


def _people(match: str) -> str:
    return " UNION ".join(
        [
            _legs(match, "transport", "provider_id"),
            _legs(match, "transport", "driver_id"),
            _legs(match, "transport", "escort_id"),
            _legs(match, "accommodation", "provider_id"),
        ]
    )


def _organizations(match: str) -> str:
    """The providers of the organizations that those people act for."""
    return (
        "SELECT b.id FROM registry_provider b JOIN registry_provider a ON a.organization_id = b.organization_id"
        f" WHERE b.kind = 'organization' AND a.id IN ({_people(match)})"
    )


def _houseless(match: str) -> str:
    """Whether somebody acts for an organization that has no provider at all."""
    return (
        f"EXISTS (SELECT 1 FROM registry_provider a WHERE a.id IN ({_people(match)}) AND a.organization_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM registry_provider b WHERE b.kind = 'organization'"
        " AND b.organization_id = a.organization_id))"
    )


_MINOR = "('0-3', '4-11', '12-17', 'unknown')"
_OWN = "('parent', 'legal_guardian')"


def _child_unprotected(day: str) -> str:
    """Rule 4: a child alone, a private provider, and no decision of child protection in force."""
    alone = (
        f"EXISTS (SELECT 1 FROM registry_member c WHERE c.household_id = NEW.household_id AND c.age_band IN {_MINOR}"
        f" AND (c.guardian NOT IN {_OWN} OR NOT EXISTS (SELECT 1 FROM registry_member g"
        f" WHERE g.household_id = NEW.household_id AND g.age_band NOT IN {_MINOR})))"
    )
    private = (
        f"EXISTS (SELECT 1 FROM registry_provider a LEFT JOIN registry_organization o ON o.id = a.organization_id"
        f" WHERE a.id IN ({_people('NEW.id')})"
        " AND NOT (a.kind = 'organization' AND o.kind = 'authority'))"
    )
    decided = (
        "EXISTS (SELECT 1 FROM registry_protectiondecision q WHERE q.household_id = NEW.household_id"
        f" AND q.kind = 'child_placement' AND q.ended_at IS NULL AND q.expires_on >= {day})"
    )
    return f"({alone} AND {private} AND NOT {decided})"


_SPLIT = (
    "(NOT EXISTS (SELECT 1 FROM registry_leg l WHERE l.match_id = NEW.id)"
    " OR EXISTS (SELECT 1 FROM registry_leg l JOIN registry_household h ON h.id = NEW.household_id"
    " WHERE l.match_id = NEW.id AND (l.people <> h.size OR NEW.people <> h.size)))"
)


def _match(status: str) -> list[Guard]:
    """A match may become ``status`` only with everybody verified on that day, whole, and no child unprotected."""
    day = f"date(NEW.{status}_at)"
    when = f"NEW.status = '{status}' AND OLD.status <> '{status}'"
    vehicles, dwellings = _legs("NEW.id", "transport", "vehicle_id"), _legs("NEW.id", "accommodation", "dwelling_id")
    unfit = " OR ".join(
        [
            _unfit("registry_provider", f"{_people('NEW.id')} UNION {_organizations('NEW.id')}", "provider", day),
            _unfit("registry_vehicle", vehicles, "vehicle", day),
            _unfit("registry_dwelling", dwellings, "dwelling", day),
            _houseless("NEW.id"),
        ]
    )
    lock = (
        ("registry_provider", f"{_people('NEW.id')} UNION {_organizations('NEW.id')}"),
        ("registry_vehicle", vehicles),
        ("registry_dwelling", dwellings),
    )
    event = "UPDATE OF status"
    return [
        Guard(f"match_{status}_verified", "registry_match", event, "not_verified", unfit, when, lock),
        Guard(f"match_{status}_whole", "registry_match", event, "household_split", _SPLIT, when),
        Guard(f"match_{status}_child", "registry_match", event, "child_lock", _child_unprotected(day), when),
    ]


def _capacity() -> list[Guard]:
    """Places that legs hold are counted in the offer, whoever writes either."""
    found = []
    for offer, column in (("transport", "seats"), ("accommodation", "beds")):
        held = (
            f"(SELECT COALESCE(SUM(l.people), 0) FROM registry_leg l WHERE l.{offer}_offer_id = {{0}}"
            " AND l.taken_at IS NOT NULL AND l.released_at IS NULL{1})"
        )
        others = held.format(f"NEW.{offer}_offer_id", " AND l.id <> NEW.id")
        found.append(
            Guard(
                f"leg_{column}_counted",
                "registry_leg",
                "UPDATE",
                "over_capacity",
                f"{others} + NEW.people > (SELECT o.{column}_taken FROM registry_{offer}offer o"
                f" WHERE o.id = NEW.{offer}_offer_id)",
                f"NEW.{offer}_offer_id IS NOT NULL AND NEW.taken_at IS NOT NULL AND NEW.released_at IS NULL"
                " AND (OLD.taken_at IS NULL OR OLD.released_at IS NOT NULL)",
            )
        )
        found.append(
            Guard(
                f"{offer}_{column}_counted",
                f"registry_{offer}offer",
                f"UPDATE OF {column}_taken",
                "over_capacity",
                f"NEW.{column}_taken < {held.format('NEW.id', '')}",
                f"NEW.{column}_taken < OLD.{column}_taken",
            )
        )
    return found


FIXED = [
    Guard("match_starts", "registry_match", "INSERT", "starts_proposed", when="NEW.status <> 'proposed'"),
    Guard("leg_starts", "registry_leg", "INSERT", "starts_untaken", when="NEW.taken_at IS NOT NULL"),
    Guard(
        "leg_late",
        "registry_leg",
        "INSERT",
        "leg_fixed",
        "NOT EXISTS (SELECT 1 FROM registry_match k WHERE k.id = NEW.match_id AND k.status = 'proposed')",
    ),
    Guard(
        "leg_fixed",
        "registry_leg",
        "UPDATE",
        "leg_fixed",
        when="NEW.match_id <> OLD.match_id OR NEW.people <> OLD.people"
        " OR COALESCE(NEW.transport_offer_id, NEW.accommodation_offer_id)"
        " <> COALESCE(OLD.transport_offer_id, OLD.accommodation_offer_id)",
    ),
    Guard(
        "match_fixed",
        "registry_match",
        "UPDATE",
        "match_fixed",
        when="NEW.household_id <> OLD.household_id OR NEW.request_id <> OLD.request_id OR NEW.people <> OLD.people",
    ),
    Guard(
        "ride_fixed",
        "registry_transportoffer",
        "UPDATE",
        "offer_fixed",
        when="NEW.provider_id <> OLD.provider_id OR NEW.driver_id <> OLD.driver_id OR NEW.vehicle_id <> OLD.vehicle_id"
        " OR COALESCE(NEW.escort_id, NEW.id) <> COALESCE(OLD.escort_id, OLD.id)",
    ),
    Guard(
        "stay_fixed",
        "registry_accommodationoffer",
        "UPDATE",
        "offer_fixed",
        when="NEW.provider_id <> OLD.provider_id OR NEW.dwelling_id <> OLD.dwelling_id",
    ),
]

GUARDS: tuple[Guard, ...] = (
    *_kept(),
    *_transitions(),
    *(g for kind in ("provider", "vehicle", "dwelling") for g in _vetted(kind)),
    *DECISIONS,
    *(g for status in ("accepted", "confirmed", "departed") for g in _match(status)),
    *_capacity(),
    *FIXED,
)
