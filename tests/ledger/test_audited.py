"""Every write of a service is an audit entry in the same transaction, and every sensitive reading too."""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.services import alarms, disclosure, intake, matching, suspension, vetting
from tests import factories as f
from tests.ledger.logs import ROOT
from tests.pages.desk import audited, browser, clock
from tests.services.claims import entries, said

__all__ = ["clock"]

pytestmark = pytest.mark.django_db
SERVICES = ROOT / "registry" / "services"
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "move", "insert", "insert_all"}
RECORDS = {"audit.record", "audit.record_all"}
# What a caller has to write down itself, or what decides nothing about anybody.
NOT_DECISIONS = {
    "audit": "writes the entries themselves",
    "rows": "what services do to rows",
    "capacity": "seats taken and given back: part of the caller's own entry",
    "delivery": "sends what was decided",
    "outbox": "owes what was decided",
    "idempotency": "remembers answers",
    "limits": "counts tries",
    "fingerprints": "keeps what is compared beside what was written: part of the caller's own entry",
    "identities.resident_gone": "forgets fingerprints: moving out is recorded",
    "signals.hold_cleared": "clears with the hold: the decision is recorded",
    "appointments.await_second": "the row that waits: who asked for it is recorded",
    "asking.ask": "what an officer asks for: asking is recorded",
    "asking.answered": "closes the question: the answer is recorded",
    "factors.lock_state": "makes second factors count once",
    "factors.remove_all": "part of a revocation or renewal, which is recorded",
    "factors.invent": "invented people only",
    "passkeys.show": "proves a factor: what it is shown for is recorded",
    "sign_ins.try_password": "counts tries",
    "sign_ins.was_right": "counts tries",
    "sign_ins.seen": "when a browser was last here",
    "sign_ins.end_all": "part of what ends them, which is recorded",
    "sign_ins.forget_old": "forgets sign-ins that are over",
    "geography": "loads public places at installation",
    "ledger_tree": "puts entries into the tree",
    "ledger_key": "makes a file",
    "ledger_witness": "tells what is signed",
    "ledgers": "signs and tells",
    "owed_passes": "remembers which passes wait: issuing one is recorded",
    "status_lists": "tells which passes count: ending one is recorded",
    "public.check": "counts tries; the answer names nobody",
    "erasure.destroy": "part of an erasure, which is recorded",
    "sign_ins.forget": "part of an erasure, which is recorded",
    "retention.forget_texts": "forgets what is over, at the ages of the policy",
    "masters": "wraps keys anew: nothing else becomes of them",
    "vetting.go": "one step of a caller that records it",
    "worker.clean_up": "forgets answers and tries",
}


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(SERVICES.glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{path.stem}.{node.name}", node


@cache
def tables() -> dict[str, ast.FunctionDef]:
    return dict(functions())


def calls(name: str, source: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> set[str]:
    """Everything that a service calls, through other services too."""
    module, found = name.split(".", maxsplit=1)[0], set()
    for node in ast.walk(source[name]):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        found.add(called)
        target = called if called in source else f"{module}.{called}"
        if target in source and target not in seen and target.split(".")[0] not in ("audit", "rows"):
            found |= calls(target, source, seen | {name})
    return found


def silent(source: dict[str, ast.FunctionDef]) -> list[str]:
    """Public services that write something and record nothing."""
    return [
        name
        for name in source
        if not name.split(".")[1].startswith("_")
        and not {name, name.split(".")[0]} & set(NOT_DECISIONS)
        and {called.split(".")[-1] for called in calls(name, source)} & WRITES
        and not calls(name, source) & RECORDS
    ]


def test_every_service_that_writes_records():
    assert silent(tables()) == []


def test_control_a_service_that_forgets_its_entry_is_found():
    text = "def quiet(*, actor, at):\n    row = rows.lock(m.Zone, 1)\n    rows.save(row, 'name')\n"
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    assert silent({**tables(), "zones.quiet": node}) == ["zones.quiet"]


def test_only_the_audit_service_makes_entries():
    folders = [ROOT / "registry", ROOT / "safezone"]
    files = [path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts]
    made = ("m.AuditEntry(", "AuditEntry.objects.create", "AuditEntry.objects.bulk_create")
    makers = {path.name for path in files if any(call in path.read_text("utf-8") for call in made)}
    assert makers == {"audit.py"}


def test_an_entry_waits_for_the_ledger_from_its_own_commit_on():
    row = f.household([f.WOMAN])
    before = m.LedgerWaiting.objects.count()
    disclosure.household_contact(actor=f.maria(), household=row.pk, at=f.NOW)
    waiting = set(m.LedgerWaiting.objects.values_list("entry", flat=True))
    assert len(waiting) == before + 1
    assert waiting == set(m.AuditEntry.objects.values_list("seq", flat=True))


def test_an_alarm_is_a_decision_of_the_registry():
    f.geography()
    row = alarms.raise_alarm(code="concern", role="officer", level=4, county="RO-SV", at=f.NOW)
    assert said(row, "alarm.raised", f.SYSTEM) == {"code": "concern", "role": "officer", "level": 4}


def test_a_proposal_that_falls_away_is_written_down():
    request = f.help_request("both", f.household([f.WOMAN]))
    other, chosen = f.match("proposed", request), f.match("accepted", request)
    matching.confirm(actor=f.maria(), match=chosen.pk, at=f.NOW)
    assert said(other, "match.cancelled", f.maria()) == {"reason": "other_chosen"}


def test_a_proposal_of_a_request_that_ends_is_written_down():
    request = f.help_request()
    proposal = f.match("proposed", request)
    intake.end_request(actor=f.maria(), request=request.pk, action="cancel", at=f.NOW)
    assert said(proposal, "match.cancelled", f.maria()) == {"reason": "household_changed"}


def test_a_first_decision_that_lapses_is_written_down():
    row = f.provider(status="in_review")
    f.checks_for(row)
    first = f.decide_first(row, "verify")
    vetting.reject(actor=f.petru(), kind="provider", subject=row.pk, reason="failed_check", at=f.NOW)
    first.refresh_from_db()
    assert first.outcome == "lapsed"
    assert said(first, "decision.lapsed", f.SYSTEM) == {"kind": "verify"}


def test_a_hold_that_two_clear_is_written_down():
    row = f.verified_provider()
    hold = f.hold(row)
    f.decide(row, "clear_hold", hold=hold)
    assert ("hold.cleared", {"code": hold.code}) in entries(hold)


def test_an_offer_that_a_suspension_pauses_is_written_down():
    ride = f.transport_offer()
    suspension.suspend(actor=f.olena(), kind="provider", subject=ride.driver_id, reason="report", at=f.NOW)
    assert said(ride, "offer.paused", f.olena()) == {"reason": "suspended"}


def test_the_form_that_shows_whom_to_call_is_a_reading(client):
    row = f.household([f.WOMAN])
    assert browser("maria").get(f"/households/{row.pk}/edit/").status_code == 200
    assert audited("read.contact", row.pk) == 1


def test_the_file_of_a_child_alone_is_a_reading():
    row = f.household([f.CHILD_ALONE])
    assert browser("daria").get(f"/desk/children/{row.pk}/").status_code == 200
    assert audited("read.child_decision", row.pk) == 1


def test_the_words_of_a_report_are_read_one_by_one_with_a_trace():
    row = m.Concern.objects.create(
        id=uuid7(),
        created_at=f.NOW,
        provider=f.verified_provider(),
        kind="money",
        source="h:1",
        text="They asked.",
    )
    client = browser("olena")
    (listed,) = client.get("/api/v1/concerns").json()["items"]
    assert "text" not in listed
    assert audited("read.case", row.pk) == 0
    assert client.get(f"/api/v1/concerns/{row.pk}").json()["text"] == "They asked."
    assert audited("read.case", row.pk) == 1
    assert browser("stefan").get(f"/api/v1/concerns/{row.pk}").status_code == 404
    assert audited("read.case", row.pk) == 1
