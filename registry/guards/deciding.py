"""Guards of rules 2 and 3: which two people may decide on whom, and that a decision stays what it was."""

from registry.guards.guard import Guard, any_of, changed

_PROVIDER = (
    "COALESCE(NEW.provider_id, (SELECT v.provider_id FROM registry_vehicle v WHERE v.id = NEW.vehicle_id),"
    " (SELECT w.provider_id FROM registry_dwelling w WHERE w.id = {dwelling}))"
)
_DWELLING_OF_CHECK = (
    "COALESCE(NEW.dwelling_id, (SELECT r.dwelling_id FROM registry_resident r WHERE r.id = NEW.resident_id))"
)


def _own(column: str, dwelling: str = "NEW.dwelling_id") -> str:
    """Whether the person in ``column`` made the record, invited, is the subject, works there or is near to it.

    By blind marks, for names, phones and addresses are sealed; the services compare more of what they can read.
    """
    made = " OR ".join(
        f"NEW.{column} = (SELECT x.created_by_id FROM registry_{kind} x WHERE x.id = {key})"
        for kind, key in (
            ("provider", "NEW.provider_id"),
            ("vehicle", "NEW.vehicle_id"),
            ("dwelling", dwelling),
        )
    )
    near = any_of(
        "x.organization_id = p.organization_id",
        "x.phone_mark <> '' AND x.phone_mark = p.phone_mark",
        "x.town_id = p.town_id AND x.address_mark <> '' AND x.address_mark = p.address_mark",
        "x.town_id = p.town_id AND x.surname_mark <> '' AND x.surname_mark = p.surname_mark",
    )
    related = (
        f"SELECT 1 FROM registry_provider p JOIN registry_person x ON x.id = NEW.{column}"
        f" WHERE p.id = {_PROVIDER.format(dwelling=dwelling)}"
        f" AND (x.id = p.invited_by_id OR x.id = p.account_id OR {near})"
    )
    return any_of(made, f"EXISTS ({related})")


def no_officer(which: str, organization: str) -> str:
    """Whether this one of the two is no active officer of the organization."""
    return (
        f"NOT EXISTS (SELECT 1 FROM registry_person x JOIN registry_rolegrant g ON g.person_id = x.id"
        f" WHERE x.id = NEW.{which}_by_id AND x.organization_id = {organization} AND x.is_active"
        " AND g.role = 'officer' AND g.ended_at IS NULL)"
    )


# The first may work elsewhere by the time of the second: both what was written down and what is now count.
_FIRST_NOW = "(SELECT x.organization_id FROM registry_person x WHERE x.id = NEW.first_by_id)"
_AUTHORITY = (
    "EXISTS (SELECT 1 FROM registry_organization o WHERE o.kind = 'authority'"
    f" AND o.id IN (NEW.first_organization_id, NEW.second_organization_id, {_FIRST_NOW}))"
)
_OTHER_HOLD = (
    "NOT EXISTS (SELECT 1 FROM registry_hold h WHERE h.id = NEW.hold_id AND COALESCE(h.provider_id, h.vehicle_id,"
    " h.dwelling_id) = COALESCE(NEW.provider_id, NEW.vehicle_id, NEW.dwelling_id))"
)
_BOTH = any_of(
    "NEW.second_by_id IS NULL OR NEW.second_by_id = NEW.first_by_id",
    "NEW.second_organization_id IS NULL OR NEW.second_organization_id = NEW.first_organization_id",
    f"NEW.second_organization_id = {_FIRST_NOW}",
    f"NOT {_AUTHORITY}",
    no_officer("first", "x.organization_id"),
    no_officer("second", "NEW.second_organization_id"),
    _own("first_by_id"),
    _own("second_by_id"),
)
_ABOUT = ("provider_id", "vehicle_id", "dwelling_id", "hold_id", "kind")

DECIDING: tuple[Guard, ...] = (
    Guard("decision_starts", "registry_decision", "INSERT", "starts_elsewhere", when="NEW.outcome <> 'pending'"),
    Guard(
        "decision_first",
        "registry_decision",
        "INSERT",
        "two_people",
        any_of(no_officer("first", "NEW.first_organization_id"), _own("first_by_id")),
    ),
    Guard("decision_hold", "registry_decision", "INSERT", "other_hold", _OTHER_HOLD, "NEW.hold_id IS NOT NULL"),
    Guard("decision_carried", "registry_decision", "UPDATE", "two_people", _BOTH, "NEW.outcome = 'carried'"),
    Guard("decision_over", "registry_decision", "UPDATE", "decision_over", when="OLD.outcome <> 'pending'"),
    Guard(
        "decision_fixed",
        "registry_decision",
        "UPDATE",
        "written_once",
        when=changed(*_ABOUT, "first_by_id", "first_at", "first_organization_id"),
    ),
    Guard(
        "check_by_other",
        "registry_check",
        "INSERT",
        "two_people",
        _own("checked_by_id", _DWELLING_OF_CHECK),
    ),
    Guard(
        "hold_cleared_by_two",
        "registry_hold",
        "UPDATE",
        "cleared_by_two",
        "NOT EXISTS (SELECT 1 FROM registry_decision d WHERE d.hold_id = NEW.id AND d.kind = 'clear_hold'"
        " AND d.outcome = 'carried')",
        "OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL",
    ),
    Guard(
        "hold_fixed",
        "registry_hold",
        "UPDATE",
        "written_once",
        when=changed("provider_id", "vehicle_id", "dwelling_id", "code"),
    ),
)
