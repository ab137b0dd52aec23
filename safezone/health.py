"""What a supervisor or load balancer may ask: does the process live, and can it work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry import guards
from registry.selectors.ledger import halted
from registry.services import keys


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 while the process answers at all."""
    return JsonResponse({"status": "alive"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 when the database answers and is whole, else 503 with a code.

    Whole: every migration, every guard, and nothing that the ledger's witnesses know otherwise.
    ``without`` says what waits: a missing signing key is no reason to turn people away, only passes wait for it.
    """
    if code := why_not_ready():
        return JsonResponse({"status": "not_ready", "code": code}, status=503)
    without = keys.problems()
    return JsonResponse({"status": "ready", **({"without": without} if without else {})})


def why_not_ready() -> str:
    """A code for what is missing, empty when nothing is."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "database_unreachable"
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return "migrations_pending"
    if guards.look():
        return "guards_altered"
    return f"ledger_{code}" if (code := halted()) else ""
