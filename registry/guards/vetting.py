"""Guards of vetting: verified only by two people on complete checks, and nothing stands on what no longer is."""

from registry.guards.guard import Guard, Lock, any_of, changed
from registry.rules.vetting import CHECKED_FIELDS, required

KINDS = ("provider", "vehicle", "dwelling")
# Fields that are no column of the subject, foreign keys, whose column has another name, and what is made of a field.
_ELSEWHERE = {"residents", "photo"}
_MADE_OF = {"provider": (), "vehicle": ("plate_key",), "dwelling": ("cell",)}
_KEYS = {"town": "town_id", "county": "county_id", "organization": "organization_id"}
# Who created it, whose it is and what it is decide who may decide on it.
_FIXED = {
    "provider": ("created_by_id", "invited_by_id", "kind"),
    "vehicle": ("created_by_id", "provider_id"),
    "dwelling": ("created_by_id", "provider_id"),
}
_BECOMES_VERIFIED = (
    "NEW.status = 'verified' AND (OLD.status <> 'verified' OR OLD.verified_at <> NEW.verified_at"
    " OR OLD.verified_until < NEW.verified_until)"
)


def _passed(about: str, codes: tuple[str, ...]) -> str:
    """Whether one of these checks is missing, failed or lapses before verification would."""
    listed = ", ".join(f"'{code}'" for code in codes)
    good = (
        f"SELECT COUNT(*) FROM registry_check c WHERE {about} AND c.superseded_at IS NULL AND c.passed"
        f" AND c.code IN ({listed}) AND (c.lapses_on IS NULL OR c.lapses_on >= NEW.verified_until)"
    )
    return f"({good}) < {len(codes)}"


def _incomplete(kind: str) -> str:
    mine = f"c.{kind}_id = NEW.id"
    if kind == "vehicle":
        return _passed(mine, required("vehicle"))
    if kind == "dwelling":
        resident = _passed("c.resident_id = r.id", required("resident"))
        unchecked = (
            f"SELECT 1 FROM registry_resident r WHERE r.dwelling_id = NEW.id AND r.moved_out_at IS NULL AND {resident}"
        )
        return any_of(_passed(mine, required("dwelling")), f"EXISTS ({unchecked})")
    return any_of(
        f"NEW.kind = 'organization' AND {_passed(mine, required('organization'))}",
        f"NEW.kind = 'person' AND {_passed(mine, required('person'))}",
        f"NEW.kind = 'person' AND NEW.is_driver AND {_passed(mine, required('driver'))}",
    )


def held(kind: str, row: str) -> str:
    """Whether a hold on the row is open."""
    return f"EXISTS (SELECT 1 FROM registry_hold h WHERE h.{kind}_id = {row}.id AND h.cleared_at IS NULL)"


def _carried(kind: str, decision: str) -> str:
    of_kind = f"d.outcome = 'carried' AND d.kind = {decision}"
    return f"SELECT 1 FROM registry_decision d WHERE d.{kind}_id = NEW.id AND {of_kind}"


def _by_two(kind: str) -> list[Guard]:
    """Verified only by a carried decision of two that saw the checks as they are; out of suspension likewise."""
    table = f"registry_{kind}"
    outdated = f"SELECT 1 FROM registry_check c WHERE c.{kind}_id = NEW.id AND c.superseded_at > d.second_at"
    fresh = f"{_carried(kind, repr('verify'))} AND d.second_at = NEW.verified_at AND NOT EXISTS ({outdated})"
    longer = "OLD.status = 'verified' AND OLD.verified_at = NEW.verified_at"
    out = "CASE NEW.status WHEN 'revoked' THEN 'revoke' ELSE 'lift' END"
    return [
        Guard(
            f"{kind}_verified_by_two",
            table,
            "UPDATE",
            "verified_by_two",
            any_of(longer, f"NOT EXISTS ({fresh})"),
            _BECOMES_VERIFIED,
        ),
        Guard(
            f"{kind}_checked",
            table,
            "UPDATE",
            "checks_incomplete",
            any_of(_incomplete(kind), held(kind, "NEW")),
            _BECOMES_VERIFIED,
        ),
        Guard(
            f"{kind}_lifted_by_two",
            table,
            "UPDATE OF status",
            "lifted_by_two",
            f"NOT EXISTS ({_carried(kind, out)} AND d.first_at >= OLD.suspended_at)",
            "OLD.status = 'suspended' AND NEW.status <> 'suspended'",
        ),
    ]


def _stays_as_checked(kind: str) -> list[Guard]:
    """Rule 8: what was checked is not changed behind the back of vetting; who made it and whose it is, never."""
    table = f"registry_{kind}"
    checked = sorted(_KEYS.get(name, name) for name in CHECKED_FIELDS[kind] if name not in _ELSEWHERE)
    fixed = changed(*_FIXED[kind])
    if kind == "provider":
        # Who signs in as it may be entered later, and is the same for ever.
        fixed += f" OR (OLD.account_id IS NOT NULL AND {changed('account_id')})"
    return [
        Guard(
            f"{kind}_edited",
            table,
            "UPDATE",
            "checked_field",
            changed(*checked, *_MADE_OF[kind]),
            "OLD.status = 'verified' AND NEW.status = 'verified'",
        ),
        Guard(f"{kind}_fixed", table, "UPDATE", "written_once", when=fixed),
        Guard(
            f"{kind}_suspended",
            table,
            "UPDATE",
            "written_once",
            when="OLD.status = 'suspended' AND NEW.status = 'suspended' AND NEW.suspended_at <> OLD.suspended_at",
        ),
    ]


_RESIDENTS = [
    Guard(
        f"resident_{event.lower()}",
        "registry_resident",
        event,
        "checked_field",
        f"EXISTS (SELECT 1 FROM registry_dwelling w WHERE w.id = {row}.dwelling_id AND w.status = 'verified')",
    )
    for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
]


def _relying(kind: str, subject: str) -> str:
    """Matches with a part that stands on the subject; those of an organization stand on it, too."""
    if kind == "vehicle":
        return _riding(f"t.vehicle_id = {subject}")
    if kind == "dwelling":
        return _staying(f"s.dwelling_id = {subject}")
    house = (
        f"SELECT a.id FROM registry_provider a JOIN registry_provider b ON b.id = {subject} WHERE a.id = b.id"
        " OR (b.kind = 'organization' AND a.organization_id = b.organization_id)"
    )
    people = " OR ".join(f"t.{role}_id IN ({house})" for role in ("provider", "driver", "escort"))
    return f"{_riding(people)} UNION {_staying(f's.provider_id IN ({house})')}"


def _riding(which: str) -> str:
    return (
        "SELECT l.match_id FROM registry_leg l JOIN registry_transportoffer t ON t.id = l.transport_offer_id"
        f" WHERE {which}"
    )


def _staying(which: str) -> str:
    return (
        "SELECT l.match_id FROM registry_leg l JOIN registry_accommodationoffer s ON s.id = l.accommodation_offer_id"
        f" WHERE l.released_at IS NULL AND ({which})"
    )


def _halted(relying: str) -> str:
    """What is confirmed or on the road is halted; what is only considered cannot go on by itself."""
    return (
        "UPDATE registry_match SET status = 'halted', halted_at = CURRENT_TIMESTAMP, halted_reason = 'database',"
        f" version = version + 1 WHERE status IN ('confirmed', 'departed', 'overdue', 'alerted') AND id IN ({relying})"
    )


def _falls(kind: str) -> list[Guard]:
    """Rule 9: whoever stops being verified, or is held, is on no journey any more, whoever wrote it.

    The services have halted everything by then, with alarms and messages; this is for everybody else.
    """
    subject = (Lock(f"registry_{kind}", f"NEW.{kind}_id", "NO KEY UPDATE"),)
    return [
        Guard(
            f"{kind}_left",
            f"registry_{kind}",
            "UPDATE OF status",
            refuse_if="",
            when="OLD.status = 'verified' AND NEW.status <> 'verified'",
            then=_halted(_relying(kind, "NEW.id")),
        ),
        Guard(
            f"hold_on_{kind}",
            "registry_hold",
            "INSERT",
            refuse_if="",
            when=f"NEW.{kind}_id IS NOT NULL AND NEW.cleared_at IS NULL",
            locks=subject,
            then=_halted(_relying(kind, f"NEW.{kind}_id")),
        ),
    ]


VETTING: tuple[Guard, ...] = (
    *(guard for kind in KINDS for guard in (*_by_two(kind), *_stays_as_checked(kind), *_falls(kind))),
    *_RESIDENTS,
)
