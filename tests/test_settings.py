"""The settings file on a laptop, on a server, and when somebody gets it wrong."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHOW = """
import json, sys
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""
SERVER = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-for-tests-only-0123456789",
    "ALLOWED_HOSTS": "registry.example",
    "SAFEZONE_FINGERPRINT_KEYS": "1:" + "ab" * 32,
    "SAFEZONE_MASTER_KEYS": "1:" + "cd" * 32,
}


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code with only the given settings in its environment."""
    kept = {name: os.environ[name] for name in ("PATH", "SAFEZONE_VAR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "safezone.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(name: str, **environment: str) -> Any:
    """One setting as a process with this environment sees it."""
    outcome = python(SHOW, name, **environment)
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)[name]


def refusal(**environment: str) -> str:
    """The last line of what a process with this environment says when it will not start."""
    outcome = python(SHOW, "DEBUG", **environment)
    assert outcome.returncode != 0
    return outcome.stderr.strip().splitlines()[-1]


def test_debug_is_off_unless_asked_for():
    assert setting("DEBUG", **SERVER) is False


def test_a_server_without_a_secret_key_does_not_start(tmp_path):
    assert "Set SECRET_KEY" in refusal(SAFEZONE_VAR=str(tmp_path))


def test_a_laptop_keeps_the_key_it_made_to_itself(tmp_path):
    first = setting("SECRET_KEY", SAFEZONE_DEBUG="1", SAFEZONE_VAR=str(tmp_path))
    assert setting("SECRET_KEY", SAFEZONE_DEBUG="1", SAFEZONE_VAR=str(tmp_path)) == first
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["SAFEZONE_FINGERPRINT_KEYS", "SAFEZONE_MASTER_KEYS"])
def test_a_server_without_keys_or_with_the_laptops_own_does_not_start(name):
    laptop = setting(name.removeprefix("SAFEZONE_"), SAFEZONE_DEBUG="1")
    without = {key: value for key, value in SERVER.items() if key != name}
    assert f"Set {name}=" in refusal(**without)
    assert f"{name} is the laptop's own" in refusal(**{**SERVER, name: laptop})
    assert f"{name}: " in refusal(**{**SERVER, name: "1:xyz"})
    assert "xyz" not in refusal(**{**SERVER, name: "1:xyz"})
    assert setting(name.removeprefix("SAFEZONE_"), **SERVER) == SERVER[name]


def test_the_demo_is_refused_on_a_server():
    assert "SAFEZONE_DEMO" in refusal(SAFEZONE_DEMO="1", **SERVER)


def test_the_demo_is_allowed_on_a_laptop(tmp_path):
    assert setting("DEMO", SAFEZONE_DEBUG="1", SAFEZONE_DEMO="1", SAFEZONE_VAR=str(tmp_path)) is True


@pytest.mark.parametrize("word", ["maybe", "2", "-1"])
def test_a_flag_that_is_neither_yes_nor_no_is_refused(word):
    assert "SAFEZONE_DEBUG must be 1 or 0" in refusal(SAFEZONE_DEBUG=word, **SERVER)


def test_a_number_that_is_none_is_refused():
    assert "SAFEZONE_HSTS_SECONDS" in refusal(SAFEZONE_HSTS_SECONDS="a year", **SERVER)


def test_a_message_gateway_that_is_no_web_address_is_refused():
    assert "MESSAGE_GATEWAY_URL" in refusal(MESSAGE_GATEWAY_URL="file:///etc/passwd", **SERVER)


def test_a_message_gateway_is_taken_from_the_environment():
    address = "https://gateway.example/send"
    assert setting("MESSAGE_GATEWAY_URL", MESSAGE_GATEWAY_URL=address, **SERVER) == address


def test_every_variable_the_settings_read_is_documented():
    sources = [ROOT / "safezone" / name for name in ("settings.py", "environment.py", "database.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    read = set(
        re.findall(r'(?:flag|words|whole_number|web_address|origin|witnesses|_keys|environ\.get)\(\s*"([A-Z_]+)"', text)
    )
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.MULTILINE)
    )
    assert {"SECRET_KEY", "SAFEZONE_DEBUG", "MESSAGE_GATEWAY_URL"} <= read
    assert read <= documented


@pytest.mark.parametrize(
    "name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
)
def test_a_server_speaks_only_https(name):
    assert setting(name, **SERVER) is True


def test_a_server_passes_the_deployment_check():
    code = (
        "import sys; from django.core.management import execute_from_command_line; execute_from_command_line(sys.argv)"
    )
    outcome = python(code, "check", "--deploy", "--fail-level", "WARNING", **SERVER)
    assert outcome.returncode == 0, outcome.stderr


def test_manage_py_on_an_unconfigured_machine_is_a_laptop(tmp_path):
    outcome = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", "from django.conf import settings; print(settings.DEBUG)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SAFEZONE_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.stdout.splitlines()[-1:] == ["True"], outcome.stderr


def test_the_four_languages_are_offered():
    assert [code for code, _ in setting("LANGUAGES", **SERVER)] == ["uk", "ro", "en", "ru"]
