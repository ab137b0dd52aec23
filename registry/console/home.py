"""The desk's first page: what waits, counted."""

from django.http import HttpRequest, HttpResponse

from registry.console.gate import WATCHERS, desk, today
from registry.selectors import alarms, children, queue
from registry.selectors import desk as selected
from registry.web import asking, pages

ROLES = ("officer", "coordinator", "child_protection", "auditor")


@desk(*ROLES)
def home(request: HttpRequest) -> HttpResponse:
    """Counts with links, by role."""
    actor = asking.actor(request)
    is_officer = actor.has("officer")
    counts = queue.counts(actor, today()) if is_officer else {}
    sees_alarms = actor.has(*WATCHERS)
    return pages.page(
        request,
        "console/home.html",
        {
            "is_officer": is_officer,
            "counts": counts,
            "work": [(state, count) for state, count in counts.items() if state != "second"],
            "concerns": selected.concerns(actor).filter(closed_at=None).count() if is_officer else 0,
            "sees_alarms": sees_alarms,
            "alarms": alarms.waiting(actor).count() if sees_alarms else 0,
            "is_child_protection": actor.has("child_protection"),
            "children": children.undecided(actor),
            "runs_zones": actor.has("officer", "coordinator"),
            "is_auditor": actor.has("auditor"),
        },
    )
