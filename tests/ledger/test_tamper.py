"""Nine ways to tamper, each found on both databases; and each missed when its check is taken away."""

import re

import pytest
from django.core.management import CommandError, call_command

from registry import ledger
from registry import models as m
from tests.ledger import logs, tamper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def grown(log):
    """A hundred entries under three checkpoints, all of them with the witness."""
    log.grow(*tamper.LOTS)
    assert list(m.LedgerCheckpoint.objects.order_by("size").values_list("size", flat=True)) == [40, 70, 100]
    return log


def test_an_untampered_log_passes(grown):
    assert grown.findings() == [[] for _ in grown.sources()]


@pytest.mark.parametrize("name", tamper.KINDS)
def test_each_way_to_tamper_is_found_and_the_first_bad_place_is_named(grown, name, record_property):
    kind = tamper.KINDS[name]
    kind.do(grown)
    found = grown.findings()
    record_property("kinds", 1)
    record_property("found", int(all(found)))
    for findings in found:
        assert {finding.check for finding in findings} == set(kind.seen_by)
        assert (findings[0].at, kind.says in findings[0].text) == (kind.position, True), findings[0]


@pytest.mark.parametrize("name", tamper.KINDS)
def test_control_without_its_check_each_passes(grown, name, record_property):
    kind = tamper.KINDS[name]
    kind.do(grown)
    missed = not any(grown.findings(without=kind.seen_by))
    record_property("control_missed", int(missed))
    assert missed


@pytest.mark.parametrize("name", ["rehash", "truncation", "fork", "old backup"])
def test_control_what_only_the_witness_knows_is_missed_without_the_witness(grown, name):
    tamper.KINDS[name].do(grown)
    assert not any(grown.findings(witness=False))


def test_a_position_is_named_with_its_seq(grown):
    seq = tamper.seq_at(tamper.BAD)
    tamper.edit(grown)
    assert all(f"position {tamper.BAD} (seq {seq})" in findings[0].text for findings in grown.findings())


def test_an_entry_whose_own_columns_are_swapped_is_found(grown):
    first, second = (tamper.seq_at(position) for position in (tamper.BAD, tamper.OTHER))
    rows = {row.seq: row.data for row in m.AuditEntry.objects.filter(seq__in=(first, second))}
    with logs.unguarded():
        m.AuditEntry.objects.filter(seq=first).update(data=rows[second])
        m.AuditEntry.objects.filter(seq=second).update(data=rows[first])
    for findings in grown.findings():
        assert [finding.at for finding in findings] == [tamper.BAD, tamper.OTHER]


@pytest.mark.parametrize("column", ["at", "actor_id", "action", "object_type", "object_id", "data"])
def test_every_column_of_an_entry_is_under_the_leaf(grown, column):
    values = {"at": "2020-01-01 00:00:00", "actor_id": "0" * 32, "data": '{"a":1}'}
    with logs.unguarded():
        seq = tamper.seq_at(tamper.BAD)
        value = values.get(column, "other")
        logs.run(f"UPDATE registry_auditentry SET {column} = %s WHERE seq = %s", value, seq)  # noqa: S608
    assert all([finding.at for finding in findings] == [tamper.BAD] for findings in grown.findings())


def test_an_altered_inner_node_is_found(grown):
    with logs.unguarded():
        m.LedgerNode.objects.filter(place=ledger.place_of(3, 1)).update(hash=bytes(32))
    for findings in grown.findings():
        assert {(finding.check, finding.at) for finding in findings} == {("nodes", 8)}


def test_a_line_cut_out_of_an_export_is_found(grown):
    tool, export = logs.checker(), grown.sources()[0]
    kept = [line for line in export.read_text("utf-8").splitlines(keepends=True) if '"position":16,' not in line]
    export.write_text("".join(kept), "utf-8")
    keys = [(grown.key.name, grown.key.public)]
    findings = tool.check_log(tool.Export(export), {}, keys)[0].findings
    assert (findings[0].at, findings[0].check) == (tamper.BAD, "complete")


def test_a_checkpoint_with_an_altered_size_is_forged(grown):
    text = grown.witness.read_text("utf-8")
    grown.witness.write_text(text.replace("\n70\n", "\n71\n"), "utf-8")
    assert all([finding.check for finding in findings] == ["signatures"] for findings in grown.findings())


def test_damage_in_a_witness_is_said_and_the_rest_still_counts(grown):
    tamper.turn_back(grown)
    grown.witness.write_text("torn write\n" + grown.witness.read_text("utf-8"), "utf-8")
    assert all({finding.check for finding in findings} == {"signatures", "size"} for findings in grown.findings())


def test_the_tool_says_it_in_sentences_and_exit_codes(grown):
    key, witness = grown.key_file(), grown.witness
    for source in grown.sources():
        fine = run(source, "--key", key, "--witness", witness, "--jobs", 2)
        assert (fine.returncode, fine.stderr) == (0, "")
        assert "100 entries, 6 signed checkpoints, the largest of 100 entries" in fine.stdout
        assert "INTACT: every entry is what was logged, and nothing is missing" in fine.stdout
    seq = tamper.seq_at(tamper.BAD)
    tamper.delete(grown)
    for source in grown.sources():
        bad = run(source, "--key", key, "--witness", witness)
        assert bad.returncode == 1
        assert f"The first: position {tamper.BAD}, seq {seq}: the entry was deleted" in bad.stdout


def test_the_tool_says_what_nothing_vouches_for(grown):
    logs.entries(3)
    logs.ledgers.ledger_tree.sequence()
    said = run(grown.sources()[0], "--key", grown.key_file()).stdout
    assert "note: 3 entries are newer than every checkpoint: nothing vouches for them yet" in said
    assert "note: witnesses vouch for 0 entries; for the rest, only the registry's own key does" in said


def test_the_tool_does_not_pass_what_it_cannot_check(grown, tmp_path):
    source, key = grown.sources()[0], grown.key_file()
    bare = tmp_path / "bare.jsonl"
    lines = source.read_text("utf-8").splitlines(keepends=True)
    bare.write_text("".join(line for line in lines if '"checkpoint"' not in line), "utf-8")
    for arguments in (
        [bare, "--key", key],
        [key, "--key", key],
        ["/nonexistent", "--key", key],
        [source, "--key", source],
    ):
        answer = run(*arguments)
        assert (answer.returncode, answer.stdout[:18]) == (2, "CANNOT BE CHECKED:"), answer


def test_an_existing_export_is_not_replaced(grown):
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_ledger", out=grown.sources()[0])


def test_the_tool_names_nothing_of_the_project():
    for name in ("verify_ledger.py", "ledger_reading.py"):
        imports = re.findall(r"^(?:from|import) (\w+)", (logs.ROOT / "tools" / name).read_text("utf-8"), re.MULTILINE)
        assert not {"registry", "safezone", "geo", "django"} & set(imports)


run = logs.run_checker
