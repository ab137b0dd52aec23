"""Log lines are JSON and carry nothing personal."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from safezone.logs import logging_config


@pytest.fixture
def lines():
    """Loggers set up as in the settings; calling gives the lines written so far."""
    stream = io.StringIO()
    config = logging_config("DEBUG")
    for handler in config["handlers"].values():
        handler["stream"] = stream
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


def test_a_line_carries_its_codes(lines):
    structlog.get_logger("registry.worker").warning("step_overdue", code="call", count=3)
    [line] = lines()
    assert (line["event"], line["code"], line["count"], line["level"]) == ("step_overdue", "call", 3, "warning")
    assert line["logger"] == "registry.worker"


def test_a_key_nobody_has_allowed_is_dropped(lines):
    structlog.get_logger("registry").warning("login_refused", email="olena@example.org", code="locked")
    assert "olena" not in json.dumps(lines())
    assert lines()[0]["code"] == "locked"


def test_the_path_somebody_typed_is_not_logged(lines):
    logging.getLogger("django.request").warning("Not Found: %s", "/verify/SV01ABC")
    assert lines()[0]["event"] == "Not Found: *"


def test_a_refused_request_is_logged_with_its_status(lines):
    logging.getLogger("django.request").warning("%s: %s", "Gone", "/mine/olena", extra={"status_code": 410})
    assert lines()[0]["event"] == "*: * (HTTP 410)"


def test_an_exception_is_logged_without_the_row_it_quotes(lines):
    try:
        int("Key (email)=(olena@example.org) already exists")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/login/")
    [line] = lines()
    assert "olena" not in json.dumps(line)
    assert line["error"] == "ValueError"
    assert line["where"][0].startswith("test_logs.py:")
