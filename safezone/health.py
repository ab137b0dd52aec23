"""What a supervisor or load balancer may ask: does the process live, and can it work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry import guards


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
    """200 when the database answers, has every migration and every guard, else 503 with a code."""
    if code := why_not_ready():
        return JsonResponse({"status": "not_ready", "code": code}, status=503)
    return JsonResponse({"status": "ready"})


def why_not_ready() -> str:
    """A code for what is missing, empty when nothing is."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "database_unreachable"
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        return "migrations_pending"
    return "guards_altered" if guards.look() else ""
