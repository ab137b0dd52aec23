"""Guards of what every row owes: a lawful way through its states, and what is proof later stays as it was written."""

from registry.guards.guard import Guard, changed
from registry.states import MACHINES

TABLES = {
    "provider": ("registry_provider",),
    "vehicle": ("registry_vehicle",),
    "dwelling": ("registry_dwelling",),
    "offer": ("registry_transportoffer", "registry_accommodationoffer"),
    "request": ("registry_helprequest",),
    "match": ("registry_match",),
    "pass": ("registry_providerpass",),
    "key": ("registry_signingkey",),
    "zone": ("registry_zone",),
    "refusal": ("registry_refusedentry",),
}
# Table -> its key. Nothing of it is ever deleted.
KEPT_FOREVER = {
    "registry_appeal": "id",
    "registry_auditentry": "seq",
    "registry_check": "id",
    "registry_concern": "id",
    "registry_datakey": "owner",
    "registry_decision": "id",
    "registry_dwelling": "id",
    "registry_hold": "id",
    "registry_ledgercheckpoint": "id",
    "registry_ledgerhead": "id",
    "registry_ledgerleaf": "position",
    "registry_ledgernode": "place",
    "registry_leg": "id",
    "registry_match": "id",
    "registry_protectiondecision": "id",
    "registry_provider": "id",
    "registry_providerpass": "id",
    "registry_refusaldecision": "id",
    "registry_refusedentry": "id",
    "registry_review": "id",
    "registry_rolegrant": "id",
    "registry_signal": "id",
    "registry_vehicle": "id",
}


def short(table: str) -> str:
    """A table's name as guards are called after it."""
    return table.removeprefix("registry_")


def _along_the_table(name: str, table: str) -> Guard:
    """A status moves only along its machine's table."""
    pairs = sorted({(s, target) for sources, target in MACHINES[name].transitions.values() for s in sources})
    allowed = " OR ".join(f"(OLD.status = '{a}' AND NEW.status = '{b}')" for a, b in pairs)
    return Guard(
        f"{short(table)}_transition",
        table,
        "UPDATE OF status",
        "illegal_transition",
        f"NOT ({allowed})",
        "OLD.status <> NEW.status",
    )


def _from_the_start(name: str, table: str) -> Guard:
    """A row begins where its machine begins."""
    return Guard(
        f"{short(table)}_starts", table, "INSERT", "starts_elsewhere", when=f"NEW.status <> '{MACHINES[name].initial}'"
    )


def _kept(table: str, key: str) -> list[Guard]:
    """No deletion, in none of the ways that a database has for it.

    REPLACE INTO deletes without asking the delete trigger wherever recursive_triggers is off; TRUNCATE asks none.
    """
    there = f"SELECT 1 FROM {table} x WHERE x.{key} = NEW.{key}"
    return [
        Guard(f"{short(table)}_delete", table, "DELETE", "kept_for_ever"),
        Guard(f"{short(table)}_replace", table, "INSERT", "kept_for_ever", f"EXISTS ({there})", only="sqlite"),
        Guard(f"{short(table)}_truncate", table, "TRUNCATE", "kept_for_ever", only="postgresql"),
    ]


NEVER_CHANGED = ("registry_auditentry", "registry_ledgerleaf", "registry_ledgernode", "registry_ledgercheckpoint")
WRITTEN_ONCE = [
    *(Guard(f"{short(table)}_update", table, "UPDATE", "append_only") for table in NEVER_CHANGED),
    Guard("ledgerhead_shrinks", "registry_ledgerhead", "UPDATE", "append_only", when="NEW.size < OLD.size"),
    Guard(
        "check_fixed",
        "registry_check",
        "UPDATE",
        "written_once",
        when=changed(
            *("provider_id", "vehicle_id", "dwelling_id", "resident_id", "code", "passed", "lapses_on"),
            *("checked_by_id", "checked_at"),
        )
        + " OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS NULL)",
    ),
    Guard(
        "grant_fixed",
        "registry_rolegrant",
        "UPDATE",
        "written_once",
        when=changed("person_id", "role", "zone_id", "county_id", "granted_by_id")
        + " OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)",
    ),
    Guard("datakey_fixed", "registry_datakey", "UPDATE", "written_once", when=changed("owner", "kind")),
    Guard(
        "datakey_destroyed",
        "registry_datakey",
        "UPDATE",
        "key_destroyed",
        when=f"OLD.destroyed_at IS NOT NULL AND ({changed('wrapped', 'destroyed_at')})",
    ),
    Guard(
        "token_fixed",
        "registry_apitoken",
        "UPDATE",
        "written_once",
        when=changed("person_id", "digest")
        + " OR NEW.expires_at > OLD.expires_at OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL)",
    ),
    Guard(
        "protection_fixed",
        "registry_protectiondecision",
        "UPDATE",
        "written_once",
        when=changed("household_id", "kind", "first_by_id", "reference")
        + " OR NEW.expires_on > OLD.expires_on OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)",
    ),
    Guard(
        "protection_child",
        "registry_protectiondecision",
        "INSERT",
        "not_child_protection",
        "NOT EXISTS (SELECT 1 FROM registry_rolegrant g WHERE g.person_id = NEW.first_by_id"
        " AND g.role = 'child_protection' AND g.ended_at IS NULL)",
        "NEW.kind = 'child_placement'",
    ),
]

KEEPING: tuple[Guard, ...] = (
    *(guard for table, key in KEPT_FOREVER.items() for guard in _kept(table, key)),
    *(_along_the_table(name, table) for name, tables in TABLES.items() for table in tables),
    *(_from_the_start(name, table) for name, tables in TABLES.items() for table in tables),
    *WRITTEN_ONCE,
)
