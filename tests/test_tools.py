"""The scripts behind `make`: what they refuse, and that they leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.scripts import ROOT, tool

POSTGRES = [sys.executable, "tools/with_postgres.py"]
TRANSLATED = """{% load i18n %}<p>{% translate "Open" %}
{% blocktranslate count n=n %}{{ n }} bed{% plural %}{{ n }} beds{% endblocktranslate %}</p>"""


def leftovers() -> set[Path]:
    """The folders of throw-away PostgreSQL servers."""
    return set(Path(tempfile.gettempdir()).glob("safezone-pg-*"))


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """The text check pointed at an empty folder."""
    module = tool("check_texts")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


@pytest.mark.parametrize(
    "parts",
    [("https://", "py", "pi.org/simple"), ("open /", "home", "/olena/registry"), ("cp x /", "tmp", "/place")],
)
def test_a_registry_host_or_machine_path_is_found(texts, tmp_path, parts):
    (tmp_path / "notes.md").write_text("".join(parts), encoding="utf-8")
    assert texts.main() == 1


@pytest.mark.parametrize(
    "text", ["see https://example.org/home/page", "{{ root }}/tmp", "GET /api/v1/zones", "a/tmp/b"]
)
def test_an_ordinary_address_is_not_a_machine_path(texts, tmp_path, text):
    (tmp_path / "notes.md").write_text(text, encoding="utf-8")
    assert texts.main() == 0


@pytest.fixture
def locks(tmp_path, monkeypatch):
    """The lock check pointed at a copy of the locks."""
    module = tool("check_locks")
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    monkeypatch.setattr(module, "REQUIREMENTS", tmp_path / "requirements")
    return module


def test_the_locks_are_whole(locks):
    assert locks.main() == 0


@pytest.mark.parametrize(
    ("file", "line"), [("run.txt", "left-pad==1.0\n"), ("run.in", "left-pad\n"), ("dev.in", "left-pad\n")]
)
def test_a_dependency_without_a_hashed_pin_is_found(locks, file, line):
    with (locks.REQUIREMENTS / file).open("a", encoding="utf-8") as lock:
        lock.write(line)
    assert locks.main() == 1


@pytest.fixture
def messages(tmp_path, monkeypatch):
    """The message tool pointed at a tree with one template and no translation."""
    module = tool("messages")
    template = tmp_path / "registry" / "templates" / "page.html"
    template.parent.mkdir(parents=True)
    template.write_text(TRANSLATED, encoding="utf-8")
    (tmp_path / "safezone").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOCALE", tmp_path / "registry" / "locale")
    return module


def translate(module: ModuleType, language: str, single: str, forms: list[str]) -> None:
    """Fill a language's .po file and compile it."""
    catalog = module.catalog_of(language)
    catalog["Open"].string = single
    catalog["%(n)s bed"].string = tuple(forms)
    with module.po_path(language).open("wb") as file:
        module.write_po(file, catalog)
    module.compile_all()


def translate_all(module: ModuleType) -> None:
    """Give every language a whole translation."""
    module.update()
    for language in module.LANGUAGES:
        translate(module, language, "X", ["%(n)s x"] * module.catalog_of(language).num_plurals)


def test_a_string_nobody_has_translated_is_found(messages, capsys):
    assert messages.check() == 1
    assert "uk: no translation: 'Open'" in capsys.readouterr().out


def test_a_whole_translation_passes(messages):
    translate_all(messages)
    assert messages.check() == 0


@pytest.mark.parametrize(
    ("single", "form", "fault"),
    [
        ("", "%(n)s x", "no translation"),
        ("X %(who)s", "%(n)s x", "a placeholder the original lacks"),
        ("X", "x", "a placeholder is lost"),
        ("X\u015f", "%(n)s x", "a letter with cedilla"),
    ],
)
def test_a_broken_translation_is_found(messages, capsys, single, form, fault):
    translate_all(messages)
    translate(messages, "ro", single, [form] * 3)
    assert messages.check() == 1
    assert f"ro: {fault}" in capsys.readouterr().out


def test_a_stale_compiled_file_is_found(messages, capsys):
    translate_all(messages)
    messages.mo_path("uk").write_bytes(b"old")
    assert messages.check() == 1
    assert "django.mo does not match" in capsys.readouterr().out


def test_an_update_keeps_translations(messages):
    translate_all(messages)
    messages.update()
    assert messages.check() == 0


def test_a_vendored_pip_that_was_changed_is_refused(tmp_path, monkeypatch):
    module = tool("bootstrap")
    shutil.copytree(module.VENDOR, tmp_path / "vendor")
    monkeypatch.setattr(module, "VENDOR", tmp_path / "vendor")
    wheel = module.checked_wheel()
    wheel.write_bytes(wheel.read_bytes() + b"x")
    with pytest.raises(SystemExit, match="not the file it should be"):
        module.checked_wheel()


def test_a_changed_lock_is_installed_again(tmp_path, monkeypatch):
    module = tool("bootstrap")
    monkeypatch.setattr(module, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(module, "environment_works", lambda: True)
    module.STAMP.write_text(module.stamp_of("dev"), encoding="utf-8")
    assert module.is_up_to_date("dev")
    assert module.is_up_to_date("run")
    module.STAMP.write_text("dev 0", encoding="utf-8")
    assert not module.is_up_to_date("dev")
    module.STAMP.write_text(module.stamp_of("run"), encoding="utf-8")
    assert not module.is_up_to_date("dev")


def test_a_command_gets_a_real_postgresql_and_its_exit_code_comes_back():
    code = "import os, psycopg, sys; sys.exit(psycopg.connect(os.environ['DATABASE_URL']).info.server_version // 10000)"
    before = leftovers()
    outcome = subprocess.run([*POSTGRES, sys.executable, "-c", code], cwd=ROOT, check=False)
    assert outcome.returncode == 18
    assert leftovers() <= before


def test_the_throw_away_postgresql_is_stopped_when_its_owner_is_ended(tmp_path):
    note = tmp_path / "url"
    code = f"import os, time; open({str(note)!r}, 'w').write(os.environ['DATABASE_URL']); time.sleep(60)"
    process = subprocess.Popen([*POSTGRES, sys.executable, "-c", code], cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.05)
    folder = Path(note.read_text(encoding="utf-8").split("@")[1].split("/")[0].replace("%2F", "/"))
    assert folder.exists()
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGTERM
    assert not folder.exists()


def test_no_check_is_told_to_drive_the_browser(monkeypatch):
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    check = tool("check")
    assert [name for name in check.STEPS if "REQUIRE_BROWSER" in check.environment(name)] == []
