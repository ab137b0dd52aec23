"""The named checks as data: each with its source, its lifetime, who may do it and a name in four languages."""

import json
import shutil

import pytest

from registry.rules import checklists, reasons, vetting

NAMES = {language: dict(reasons.labels("check", language)) for language in reasons.LANGUAGES}


@pytest.fixture
def folder(tmp_path):
    """A copy of the data files that a test may spoil."""
    copy = tmp_path / "checks"
    shutil.copytree(checklists.FOLDER, copy)
    return copy


def spoil(folder, name, change):
    file = folder / f"{name}.json"
    data = json.loads(file.read_text("utf-8"))
    change(data["checks"])
    file.write_text(json.dumps(data), "utf-8")


def test_our_own_files_are_clean():
    assert checklists.problems(checklists.FOLDER, NAMES) == []


def test_each_kind_of_provider_has_its_file_and_a_host_every_adult():
    assert sorted(path.stem for path in checklists.FOLDER.iterdir()) == sorted(checklists.FILES)
    assert {"identity", "integrity_certificate"} <= set(vetting.required("resident"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[0].update(source=""), "has no source"),
        (lambda rows: rows[0].update(source="   "), "has no source"),
        (lambda rows: rows[0].update(months=0), "lives for no sensible number of months"),
        (lambda rows: rows[0].update(months=True), "lives for no sensible number of months"),
        (lambda rows: rows[0].update(months=None, evidence=[]), "never lapses"),
        (lambda rows: rows[0].update(subjects=[]), "applies to nobody"),
        (lambda rows: rows[0].update(subjects=["cat"]), "applies to nobody"),
        (lambda rows: rows[0].update(subjects=["person"]), "stands in the wrong file"),
        (lambda rows: rows[0].update(subjects=["driver", "person"]), "stands in the wrong file"),
        (lambda rows: rows[0].update(evidence=["scan"]), "wants evidence that is not kept"),
        (lambda rows: rows[0].update(by="anybody"), "may be done by nobody"),
        (lambda rows: rows[0].update(note="x"), "has members"),
        (lambda rows: rows[0].pop("source"), "has members"),
        (lambda rows: rows.append(rows[0]), "written twice"),
        (lambda rows: rows[0].update(code="brand_new"), "has no name"),
        (lambda rows: rows.pop(), "is the name of no check"),
    ],
)
def test_a_spoilt_file_is_found_out(folder, change, said):
    spoil(folder, "driver", change)
    assert any(said in line for line in checklists.problems(folder, NAMES))


def test_a_file_that_nobody_reads_is_found_out(folder):
    (folder / "pilot.json").write_text('{"checks": []}', "utf-8")
    assert checklists.problems(folder, NAMES) == ["pilot.json: no such kind of provider"]


@pytest.mark.parametrize("language", reasons.LANGUAGES)
def test_a_name_that_is_missing_in_one_language_is_found_out(language):
    names = {**NAMES, language: {**NAMES[language], "insurance": ""}}
    assert checklists.problems(checklists.FOLDER, names) == [f"{language}: insurance has no name"]


@pytest.mark.parametrize("code", ["integrity_certificate", "right_to_drive"])
def test_what_is_about_convictions_is_for_an_authority(code):
    (reason,) = vetting.may_record(code, is_authority=False)
    assert (reason.code, dict(reason.params)) == ("check_needs_authority", {"check": code})
    assert vetting.may_record(code, is_authority=True) == ()
    assert "GDPR art. 10" in checklists.definitions()[code].source


def test_everything_else_any_officer_may_do():
    assert all(
        vetting.may_record(c, is_authority=False) == ()
        for c, d in checklists.definitions().items()
        if d.by == "officer"
    )
