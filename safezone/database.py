"""Turns DATABASE_URL into Django's DATABASES."""

import os
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

KEPT_OPEN_S = 600


def databases(directory: Path) -> dict[str, dict[str, Any]]:
    """The one database: SQLite in ``directory`` unless DATABASE_URL names another."""
    config: dict[str, Any] = dict(
        dj_database_url.config(
            default=f"sqlite:///{directory / 'safezone.sqlite3'}",
            conn_max_age=KEPT_OPEN_S,
            conn_health_checks=True,
        )
    )
    engine = config["ENGINE"].rpartition(".")[2]
    if engine == "sqlite3":
        return {"default": _sqlite(config)}
    if engine == "postgresql":
        return {"default": _postgresql(config)}
    raise ImproperlyConfigured("DATABASE_URL must start with sqlite:// or postgres://")


def _sqlite(config: dict[str, Any]) -> dict[str, Any]:
    """SQLite's settings; the test database is a file, for a memory one cannot be shared by threads."""
    from safezone.backends.sqlite.base import OPTIONS

    test_file = Path(tempfile.gettempdir()) / f"safezone-test-{os.getpid()}.sqlite3"
    return {
        **config,
        "ENGINE": "safezone.backends.sqlite",
        "OPTIONS": {**config.get("OPTIONS", {}), **OPTIONS},
        "TEST": {"NAME": str(test_file)},
    }


def _postgresql(config: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL's settings."""
    from safezone.backends.postgresql.base import OPTIONS

    return {
        **config,
        "ENGINE": "safezone.backends.postgresql",
        "OPTIONS": {**config.get("OPTIONS", {}), **OPTIONS},
    }
