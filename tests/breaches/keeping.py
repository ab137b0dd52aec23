"""Breaches of what every row owes: jumps between states, wrong beginnings, deletions, rewritten records."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from registry import models as m
from registry.guards.keeping import KEPT_FOREVER, short
from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.services import accounts, erasure, ledger_tree, protection, signals
from registry.services.signals import About
from tests import factories as f
from tests.breaches.breach import Breach
from tests.invented import refusals
from tests.invented.rawsql import change, copy, execute


def one_of_each() -> None:
    """A row of every table whose rows are kept for ever."""
    match = f.match("departed")
    host = f.verified_provider(host=True)
    f.dwelling(host)
    f.hold(host)
    m.Concern.objects.create(
        id=uuid7(), created_at=f.NOW, provider=host, match=match, kind="money", source="h:1", text=""
    )
    placement(f.household([f.CHILD_ALONE]))
    refusals.listed(identifiers={"phone": "0721 555 001"})
    judged()
    signed_ledger()


def judged() -> None:
    """An appeal, a blind review and a signal."""
    row = f.bring(f.provider(status="in_review"), "rejected")
    row = f.bring(row, "in_review")
    decision = m.Decision.objects.filter(provider=row).latest("created_at")
    m.Review.objects.create(id=uuid7(), created_at=f.NOW, decision=decision, due_at=f.NOW)
    signals.notice(Reason("name_alike", severity="review"), About(provider=row, same=(row.pk,)), at=f.NOW)


def signed_ledger() -> m.LedgerCheckpoint:
    """The head, leaves and nodes of a ledger, and a checkpoint over them."""
    m.AuditEntry.objects.create(at=f.NOW, action="x", object_type="x", object_id="1")
    m.LedgerWaiting.objects.bulk_create(
        [m.LedgerWaiting(entry=entry) for entry in m.AuditEntry.objects.all()], ignore_conflicts=True
    )
    size = ledger_tree.sequence()
    return m.LedgerCheckpoint.objects.create(origin="x", size=size, root=bytes(32), note="x", signed_at=f.NOW)


def placement(household: m.Household) -> m.ProtectionDecision:
    """A child placed by child protection."""
    return protection.place_child(
        actor=f.daria(),
        household=household.pk,
        id=uuid7(),
        reference="DGASPC-1",
        expires_on=f.TODAY + 5 * f.DAY,
        at=f.NOW,
    )


def _all_of(statement: str) -> Callable[[], Callable[[], Any]]:
    """The statement on a table that has rows."""

    def scene() -> Callable[[], Any]:
        one_of_each()

        def act() -> int:
            connection.check_constraints()
            if connection.vendor == "sqlite":
                # As in a shell that knows nothing of our settings.
                execute("PRAGMA recursive_triggers = OFF")
            return execute(statement)

        return act

    return scene


def _kept(table: str) -> list[Breach]:
    found = [Breach(f"{short(table)}_delete", "kept_for_ever", _all_of(f"DELETE FROM {table}"))]  # noqa: S608
    if connection.vendor == "sqlite":
        replace = f"REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608
        return [*found, Breach(f"{short(table)}_replace", "kept_for_ever", _all_of(replace))]
    return [*found, Breach(f"{short(table)}_truncate", "kept_for_ever", _all_of(f"TRUNCATE {table} CASCADE"))]


def _new_zone() -> m.Zone:
    f.geography()
    return f.zone("new", status="draft")


def _new_refusal() -> m.RefusedEntry:
    return refusals.suggested(identifiers={"phone": "0721 555 001"})


# Guard -> (a row as it begins, a state that nothing leads to from there, columns it needs).
JUMPS: dict[str, tuple[Callable[[], Any], str, dict[str, Any]]] = {
    "provider": (f.provider, "rejected", {}),
    "vehicle": (lambda: f.vehicle(status="applied"), "rejected", {}),
    "dwelling": (lambda: f.dwelling(status="applied"), "info_requested", {}),
    "transportoffer": (lambda: f.transport_offer(status="draft"), "paused", {}),
    "accommodationoffer": (lambda: f.accommodation_offer(status="draft"), "full", {"published_at": f.NOW}),
    "helprequest": (f.help_request, "completed", {"closed_at": f.NOW}),
    "match": (f.match, "resolved", {}),
    "providerpass": (lambda: f.provider_pass(f.verified_provider(), status="revoked", revoked_at=f.NOW), "issued", {}),
    "signingkey": (lambda: f.signing_key(status="retired", retired_at=f.NOW), "active", {}),
    "zone": (_new_zone, "suspended", {}),
    "refusedentry": (_new_refusal, "listed", {"listed_at": f.NOW, "review_on": f.TODAY}),
}
# What two passes never share.
ANOTHER_PASS: dict[str, Any] = {"code": "SZOTHER", "list_number": 9}
# Guard -> (a row to copy, a state that nothing begins in, columns that a copy must not share).
STARTS: dict[str, tuple[Callable[[], Any], str, dict[str, Any]]] = {
    "provider": (f.provider, "in_review", {}),
    "vehicle": (lambda: f.vehicle(status="applied"), "in_review", {"plate_key": "OTHER1"}),
    "dwelling": (lambda: f.dwelling(status="applied"), "in_review", {}),
    "transportoffer": (lambda: f.transport_offer(status="draft"), "paused", {}),
    "accommodationoffer": (lambda: f.accommodation_offer(status="draft"), "paused", {}),
    "helprequest": (f.help_request, "cancelled", {"closed_at": f.NOW}),
    "match": (f.match, "declined", {}),
    "providerpass": (lambda: f.provider_pass(f.verified_provider()), "expired", ANOTHER_PASS),
    "signingkey": (f.signing_key, "retired", {"kid": "0" * 16, "public": "0" * 64, "retired_at": f.NOW}),
    "zone": (_new_zone, "suspended", {"code": "newer"}),
    "refusedentry": (_new_refusal, "dropped", {}),
}


def _jump(table: str) -> Breach:
    make, status, columns = JUMPS[table]

    def scene() -> Callable[[], Any]:
        row = make()
        return lambda: change(row, status=status, **columns)

    return Breach(f"{table}_transition", "illegal_transition", scene)


def _start(table: str) -> Breach:
    make, status, columns = STARTS[table]

    def scene() -> Callable[[], Any]:
        row = make()
        return lambda: copy(row, status=status, **columns)

    return Breach(f"{table}_starts", "starts_elsewhere", scene)


def an_entry_rewritten() -> Callable[[], Any]:
    entry = m.AuditEntry.objects.create(at=f.NOW, action="x", object_type="x", object_id="1")
    return lambda: change(entry, action="y")


def a_leaf_moved() -> Callable[[], Any]:
    signed_ledger()
    leaf = m.LedgerLeaf.objects.get(position=0)
    return lambda: change(leaf, position=1_000_000)


def a_node_rewritten() -> Callable[[], Any]:
    signed_ledger()
    node = m.LedgerNode.objects.first()
    return lambda: change(node, hash=bytes(32))


def a_checkpoint_rewritten() -> Callable[[], Any]:
    row = signed_ledger()
    return lambda: change(row, note="y")


def a_ledger_made_shorter() -> Callable[[], Any]:
    signed_ledger()
    head = m.LedgerHead.objects.get()
    return lambda: change(head, size=head.size - 1)


def a_check_turned_round() -> Callable[[], Any]:
    f.verified_provider()
    check = m.Check.objects.first()
    return lambda: change(check, passed=False)


def a_check_brought_back() -> Callable[[], Any]:
    row = f.provider(status="in_review")
    check = f.checks_for(row)[0]
    m.Check.objects.filter(pk=check.pk).update(superseded_at=f.NOW)
    return lambda: change(check, superseded_at=None)


def _key_of(row: Any) -> m.DataKey:
    return m.DataKey.objects.get(pk=row.pk)


def a_key_brought_back() -> Callable[[], Any]:
    key = _key_of(f.household(contact_name="Oksana"))
    erasure.destroy([key.pk], f.NOW)
    return lambda: change(key, wrapped=key.wrapped, destroyed_at=None)


def a_key_given_to_another() -> Callable[[], Any]:
    key = _key_of(f.household(contact_name="Oksana"))
    return lambda: change(key, owner=uuid7())


def a_key_of_another_kind() -> Callable[[], Any]:
    key = _key_of(f.household(contact_name="Oksana"))
    return lambda: change(key, kind="provider")


def a_role_turned_into_another() -> Callable[[], Any]:
    grant = m.RoleGrant.objects.get(person=f.known("maria"))
    return lambda: change(grant, role="officer")


def a_role_brought_back() -> Callable[[], Any]:
    grant = m.RoleGrant.objects.get(person=f.known("maria"))
    m.RoleGrant.objects.filter(pk=grant.pk).update(ended_at=f.NOW)
    return lambda: change(grant, ended_at=None)


def a_token_that_lives_on() -> Callable[[], Any]:
    token, _ = accounts.issue_token(actor=f.maria(), id=uuid7(), name="x", at=f.NOW)
    return lambda: change(token, expires_at=f.NOW + 4000 * f.DAY)


def a_placement_prolonged() -> Callable[[], Any]:
    row = placement(f.household([f.CHILD_ALONE]))
    return lambda: change(row, expires_on=f.TODAY + 50 * f.DAY)


def a_placement_by_a_volunteer() -> Callable[[], Any]:
    row = placement(f.household([f.CHILD_ALONE]))
    other = f.household([f.CHILD_ALONE])
    return lambda: copy(row, first_by_id=f.known("maria").pk, household_id=other.pk)


KEEPING = [
    *(breach for table in KEPT_FOREVER for breach in _kept(table)),
    *(_jump(table) for table in JUMPS),
    *(_start(table) for table in STARTS),
    Breach("auditentry_update", "append_only", an_entry_rewritten),
    Breach("ledgerleaf_update", "append_only", a_leaf_moved),
    Breach("ledgernode_update", "append_only", a_node_rewritten),
    Breach("ledgercheckpoint_update", "append_only", a_checkpoint_rewritten),
    Breach("ledgerhead_shrinks", "append_only", a_ledger_made_shorter),
    Breach("check_fixed", "written_once", a_check_turned_round),
    Breach("check_fixed", "written_once", a_check_brought_back, "back"),
    Breach("datakey_destroyed", "key_destroyed", a_key_brought_back),
    Breach("datakey_fixed", "written_once", a_key_given_to_another),
    Breach("datakey_fixed", "written_once", a_key_of_another_kind, "kind"),
    Breach("grant_fixed", "written_once", a_role_turned_into_another),
    Breach("grant_fixed", "written_once", a_role_brought_back, "back"),
    Breach("token_fixed", "written_once", a_token_that_lives_on),
    Breach("protection_fixed", "written_once", a_placement_prolonged),
    Breach("protection_child", "not_child_protection", a_placement_by_a_volunteer),
]
