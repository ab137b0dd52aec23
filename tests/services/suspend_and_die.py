"""Suspends a provider and kills its own process at one of its statements: what is left must be nothing."""

import os
import signal
import sys
from typing import Any

import django


def main(officer: str, provider: str, at_statement: int) -> None:
    """Run in a process of its own, on the database of DATABASE_URL."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safezone.settings")
    django.setup()
    from django.db import connection

    from registry.services import suspension
    from tests import factories as f

    done = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        done += not sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA"))
        answer = execute(sql, params, many, context)
        if done == at_statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    from registry import models as m

    actor = f.actor(m.Person.objects.get(pk=officer))
    with connection.execute_wrapper(count):
        suspension.suspend(actor=actor, kind="provider", subject=provider, reason="police", at=f.NOW)  # type: ignore[arg-type]
    print(done)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
