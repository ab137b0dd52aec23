"""What auditors get: checkpoint and proofs by API and on the desk, good enough for a stranger with the public key."""

import json

import pytest

from registry import ledger
from registry import models as m
from registry.selectors import ledger as stored
from registry.services import ledgers
from tests import factories as f
from tests.ledger import logs, tamper
from tests.ledger.logs import MINUTE
from tests.pages.desk import browser, clock, text_of

__all__ = ["clock"]

pytestmark = pytest.mark.django_db(transaction=True)
V1 = "/api/v1/"


@pytest.fixture
def grown(log):
    """A witnessed log, and the auditor's browser."""
    f.geography()
    f.alina()
    m.LedgerWaiting.objects.all().delete()
    m.AuditEntry.objects.all().delete()
    log.grow(*tamper.LOTS)
    return log


@pytest.fixture
def alina(grown):
    return browser("alina")


def raw(text: str) -> bytes:
    return ledger.bytes_of(text)


def test_the_newest_checkpoint_is_a_note_that_the_key_has_signed(grown, alina):
    answer = alina.get(V1 + "ledger/checkpoint").json()
    said = grown.key.signed(answer["checkpoint"])
    assert (said.origin, said.size, said.root) == (answer["origin"], 100, raw(answer["root_hash"]))
    assert (answer["tree_size"], answer["halted"]) == (100, "")


def test_every_entry_is_proved_under_the_checkpoint(grown, alina):
    for position, seq in enumerate(logs.whole()):
        bundle = alina.get(f"{V1}audit-entries/{seq}/proof").json()
        said = grown.key.signed(bundle["checkpoint"])
        leaf = ledger.leaf_hash(ledger.canonical(bundle["entry"]))
        proof = [raw(step) for step in bundle["proof"]]
        assert (bundle["position"], bundle["entry"]["seq"]) == (position, seq)
        ledger.verify_inclusion(leaf, position, said.size, proof, said.root)


def test_an_entry_that_is_too_new_or_does_not_exist_has_no_proof(grown, alina):
    logs.entries(1)
    seq = m.AuditEntry.objects.latest("seq").seq
    answer = alina.get(f"{V1}audit-entries/{seq}/proof")
    assert (answer.status_code, answer.json()["code"]) == (409, "entry_not_proved_yet")
    ledgers.ledger_tree.sequence()
    assert alina.get(f"{V1}audit-entries/{seq}/proof").status_code == 409
    for nothing in (10**9, 10**40):
        assert alina.get(f"{V1}audit-entries/{nothing}/proof").status_code == 404


@pytest.mark.parametrize(("old", "new"), [(1, 100), (40, 70), (70, 100), (64, 64), (33, 97)])
def test_two_sizes_are_proved_consistent(grown, alina, old, new):
    answer = alina.get(f"{V1}ledger/consistency?old={old}&new={new}").json()
    roots = raw(answer["old_root_hash"]), raw(answer["new_root_hash"])
    assert roots == (stored.root_at(old), stored.root_at(new))
    ledger.verify_consistency(old, new, *roots, [raw(step) for step in answer["proof"]])


@pytest.mark.parametrize(
    "query", ["old=2&new=1", "old=0&new=5", "old=1&new=101", "old=1", "old=x&new=5", "old=1&new=1e1"]
)
def test_sizes_that_make_no_sense_are_refused(alina, query):
    assert alina.get(f"{V1}ledger/consistency?{query}").status_code == 422


def test_without_a_checkpoint_there_is_none(key):
    answer = browser("alina").get(V1 + "ledger/checkpoint")
    assert answer.status_code == 404


def test_a_proof_takes_few_queries(grown, alina, django_assert_max_num_queries):
    seq, actor = logs.whole()[77], f.alina()
    with django_assert_max_num_queries(3):
        stored.entry_proof(actor, seq)


def test_the_log_shows_its_checkpoint_and_leads_to_the_proof(grown, alina):
    page = alina.get("/desk/audit/")
    text, seq = text_of(page), logs.whole()[-1]
    assert "Last checkpoint" in text
    assert "knows 100 entries" in text
    assert f'href="/desk/audit/{seq}/"' in page.content.decode()
    assert "The proof holds. It is leaf 99 of the 100 entries" in text_of(alina.get(f"/desk/audit/{seq}/"))


def test_the_downloaded_proof_passes_the_tool_and_an_altered_one_does_not(grown, alina, tmp_path):
    seq = logs.whole()[tamper.BAD]
    answer = alina.get(f"/desk/audit/{seq}/proof.json")
    assert answer["Content-Disposition"] == f'attachment; filename="entry-{seq}.proof.json"'
    bundle, key = tmp_path / "proof.json", grown.key_file()
    bundle.write_bytes(answer.content)
    fine = logs.run_checker("--bundle", bundle, "--key", key, "--witness", grown.witness)
    assert (fine.returncode, fine.stdout) == (0, f"INTACT: entry seq {seq} is in the signed log\n"), fine.stderr
    for altered in spoiled(json.loads(answer.content)):
        bundle.write_text(json.dumps(altered), "utf-8")
        bad = logs.run_checker("--bundle", bundle, "--key", key, "--witness", grown.witness)
        assert bad.returncode in (1, 2), (altered, bad)
        assert "INTACT" not in bad.stdout


def spoiled(bundle):
    """The bundle with each part altered."""
    for name, value in (("action", "x"), ("seq", 5), ("at", "2020-01-01T00:00:00.000000Z"), ("data", {})):
        yield {**bundle, "entry": {**bundle["entry"], name: value}}
    yield {**bundle, "position": bundle["position"] + 1}
    yield {**bundle, "position": -1}
    yield {**bundle, "proof": bundle["proof"][:-1]}
    yield {**bundle, "proof": [*bundle["proof"], bundle["proof"][0]]}
    yield {**bundle, "checkpoint": bundle["checkpoint"].replace("\n100\n", "\n99\n")}
    yield {**bundle, "format": "other"}
    yield {"entry": {}}
    yield []


def test_a_proof_of_a_forked_log_is_contradicted_by_the_witness(grown, alina, tmp_path):
    tamper.fork(grown)
    bundle = tmp_path / "proof.json"
    bundle.write_bytes(alina.get(f"/desk/audit/{logs.whole()[3]}/proof.json").content)
    bad = logs.run_checker("--bundle", bundle, "--key", grown.key_file(), "--witness", grown.witness)
    assert (bad.returncode, "two histories were signed" in bad.stdout) == (1, True)


def test_an_edited_entry_is_seen_on_its_page(grown, alina):
    seq = logs.whole()[tamper.BAD]
    tamper.edit(grown)
    assert "The proof does not hold." in text_of(alina.get(f"/desk/audit/{seq}/"))


def test_a_new_entry_is_told_to_wait(grown, alina):
    logs.entries(1)
    seq = m.AuditEntry.objects.latest("seq").seq
    assert "Look again in a minute." in text_of(alina.get(f"/desk/audit/{seq}/"))
    assert alina.get(f"/desk/audit/{seq}/proof.json").status_code == 409


def test_auditors_get_the_ledgers_alarms_and_close_them(grown, alina):
    tamper.turn_back(grown)
    ledgers.start(at=f.NOW + 600 * MINUTE)
    row = m.Alarm.objects.get()
    text = text_of(alina.get("/desk/alarms/"))
    assert "The ledger contradicts its witness: nothing more is signed" in text
    assert "Signing has stopped." in text_of(alina.get("/desk/audit/"))
    assert browser("olena").get(f"/desk/alarms/{row.pk}/close/").status_code == 404
    page = alina.get(f"/desk/alarms/{row.pk}/close/")
    assert page.status_code == 200
