"""Guards of the second look: appeals, lifts, blind reviews and the register of refused providers.

Whoever had a hand in something does not judge it again, and nothing of it happens without two.
"""

from registry.guards.deciding import no_officer
from registry.guards.guard import Guard, any_of, changed

_SUBJECT = "COALESCE({row}.provider_id, {row}.vehicle_id, {row}.dwelling_id)"
_KINDS = ("provider", "vehicle", "dwelling")


def _of_subject(column: str) -> str:
    """A column of the provider, vehicle or dwelling that the row is about."""
    each = (f"(SELECT s.{column} FROM registry_{kind} s WHERE s.id = NEW.{kind}_id)" for kind in _KINDS)
    return f"COALESCE({', '.join(each)})"


def _one_of_the_two(person: str) -> str:
    return f"({person} = NEW.first_by_id OR {person} = NEW.second_by_id)"


_DECIDED_BEFORE = (
    "EXISTS (SELECT 1 FROM registry_decision e WHERE e.id <> NEW.id AND e.outcome IN ('carried', 'refused')"
    f" AND {_SUBJECT.format(row='e')} = {_SUBJECT.format(row='NEW')}"
    f" AND ({_one_of_the_two('e.first_by_id')} OR {_one_of_the_two('e.second_by_id')}))"
)
_APPEALS = "('grant_appeal', 'deny_appeal')"
_OF_THE_APPEAL = (
    "SELECT 1 FROM registry_decision d WHERE d.id = NEW.decision_id AND d.outcome = 'carried'"
    f" AND {_SUBJECT.format(row='d')} = {_SUBJECT.format(row='NEW')}"
    " AND d.kind = CASE NEW.outcome WHEN 'granted' THEN 'grant_appeal' ELSE 'deny_appeal' END"
)


def _granted(kind: str) -> Guard:
    """Out of a rejection only by an appeal against that rejection which two people have granted."""
    appeal = (
        f"SELECT 1 FROM registry_appeal a WHERE a.{kind}_id = NEW.id AND a.outcome = 'granted'"
        " AND a.rejected_at = OLD.rejected_at"
    )
    return Guard(
        f"{kind}_appeal_granted",
        f"registry_{kind}",
        "UPDATE OF status",
        "appeal_granted_by_two",
        f"NOT EXISTS ({appeal})",
        "OLD.status = 'rejected' AND NEW.status <> 'rejected'",
    )


_AUTHORITY = (
    "EXISTS (SELECT 1 FROM registry_organization o WHERE o.kind = 'authority'"
    " AND o.id IN (NEW.first_organization_id, NEW.second_organization_id))"
)
_REFUSED_BY_TWO = any_of(
    "NEW.second_by_id IS NULL OR NEW.second_by_id = NEW.first_by_id",
    "NEW.second_organization_id IS NULL OR NEW.second_organization_id = NEW.first_organization_id",
    f"NOT {_AUTHORITY}",
    no_officer("second", "NEW.second_organization_id"),
)
_SAME_PAIR = (
    "EXISTS (SELECT 1 FROM registry_refusaldecision e WHERE e.entry_id = NEW.entry_id AND e.id <> NEW.id"
    " AND e.outcome = 'carried' AND e.kind IN ('list', 'uphold')"
    f" AND ({_one_of_the_two('e.first_by_id')} OR {_one_of_the_two('e.second_by_id')}))"
)
_ENTRY_DECIDED = (
    "SELECT 1 FROM registry_refusaldecision d WHERE d.entry_id = NEW.id AND d.outcome = 'carried'"
    " AND d.kind = CASE WHEN NEW.status = 'lifted' THEN 'lift' WHEN OLD.status = 'appealed' THEN 'uphold'"
    " ELSE 'list' END"
)

JUDGING: tuple[Guard, ...] = (
    Guard(
        "decision_lifted_by_others",
        "registry_decision",
        "UPDATE",
        "decided_by_others",
        _one_of_the_two(_of_subject("suspended_by_id")),
        "NEW.outcome = 'carried' AND NEW.kind = 'lift'",
    ),
    Guard(
        "decision_appeal_by_others",
        "registry_decision",
        "UPDATE",
        "decided_by_others",
        any_of(_one_of_the_two(_of_subject("rejected_by_id")), _DECIDED_BEFORE),
        f"NEW.outcome = 'carried' AND NEW.kind IN {_APPEALS}",
    ),
    Guard("appeal_starts", "registry_appeal", "INSERT", "starts_elsewhere", when="NEW.outcome <> 'pending'"),
    Guard(
        "appeal_decided",
        "registry_appeal",
        "UPDATE",
        "appeal_decided_by_two",
        f"NOT EXISTS ({_OF_THE_APPEAL})",
        "OLD.outcome = 'pending' AND NEW.outcome <> 'pending'",
    ),
    Guard(
        "appeal_fixed",
        "registry_appeal",
        "UPDATE",
        "written_once",
        when=changed(*(f"{kind}_id" for kind in _KINDS), "filed_by_id", "rejected_at")
        + " OR (OLD.outcome <> 'pending' AND NEW.outcome <> OLD.outcome)",
    ),
    *(_granted(kind) for kind in _KINDS),
    Guard("review_starts", "registry_review", "INSERT", "starts_elsewhere", when="NEW.outcome <> 'pending'"),
    Guard(
        "review_by_third",
        "registry_review",
        "UPDATE",
        "done_by_third",
        "EXISTS (SELECT 1 FROM registry_decision d WHERE d.id = NEW.decision_id"
        " AND (NEW.done_by_id = d.first_by_id OR NEW.done_by_id = d.second_by_id))",
        "NEW.outcome <> 'pending'",
    ),
    Guard(
        "review_fixed",
        "registry_review",
        "UPDATE",
        "written_once",
        when=changed("decision_id", "due_at") + " OR (OLD.outcome <> 'pending' AND NEW.outcome <> OLD.outcome)",
    ),
    Guard(
        "refusaldecision_starts",
        "registry_refusaldecision",
        "INSERT",
        "starts_elsewhere",
        when="NEW.outcome <> 'pending'",
    ),
    Guard(
        "refusaldecision_first",
        "registry_refusaldecision",
        "INSERT",
        "two_people",
        no_officer("first", "NEW.first_organization_id"),
    ),
    Guard(
        "refusaldecision_carried",
        "registry_refusaldecision",
        "UPDATE",
        "two_people",
        _REFUSED_BY_TWO,
        "NEW.outcome = 'carried'",
    ),
    Guard(
        "refusaldecision_by_others",
        "registry_refusaldecision",
        "UPDATE",
        "decided_by_others",
        _SAME_PAIR,
        "NEW.outcome = 'carried' AND NEW.kind <> 'list'",
    ),
    Guard(
        "refusaldecision_fixed",
        "registry_refusaldecision",
        "UPDATE",
        "written_once",
        when=changed("entry_id", "kind", "first_by_id", "first_at", "first_organization_id")
        + " OR (OLD.outcome <> 'pending' AND NEW.outcome <> OLD.outcome)",
    ),
    Guard(
        "refusedentry_decided",
        "registry_refusedentry",
        "UPDATE OF status",
        "listed_by_two",
        f"NOT EXISTS ({_ENTRY_DECIDED})",
        "NEW.status IN ('listed', 'lifted') AND OLD.status <> NEW.status",
    ),
)
