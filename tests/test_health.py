"""What a supervisor is told, and the headers every answer carries."""

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from safezone import health

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


def test_a_living_process_answers_without_a_database_or_a_login(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_a_migrated_database_is_ready(client):
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(client):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "migrations_pending")


def test_a_database_out_of_reach_is_not_ready(client, monkeypatch):
    def unreachable(_connection):
        raise OperationalError

    monkeypatch.setattr(health, "MigrationExecutor", unreachable)
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unreachable")


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_health_takes_no_writes(client, path):
    assert client.post(path).status_code == 405


def test_every_answer_carries_the_strict_headers(client):
    headers = client.get("/health").headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in headers["Permissions-Policy"]
