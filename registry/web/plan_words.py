"""The words of plans: how a plan and its rows stand, what came of a row, and why a plan broke."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

Words = Mapping[str, object]

PLAN: Words = {
    "queued": _in("plan", "Waits to be made"),
    "making": _in("plan", "Is being made"),
    "draft": _in("plan", "Draft"),
    "partly_confirmed": _in("plan", "Partly confirmed"),
    "confirmed": _in("plan", "Confirmed"),
    "discarded": _in("plan", "Discarded"),
    "cancelled": _in("plan", "Stopped"),
    "failed": _in("plan", "Failed"),
}
PLAN_ROW: Words = {
    "planned": _in("plan row", "Planned"),
    "changed": _in("plan row", "Changed by hand"),
    "confirmed": _in("plan row", "Put before the household"),
    "refused": _in("plan row", "Not possible any more"),
    "left_out": _in("plan row", "Without a place"),
    "moved": _in("plan row", "Not as in the plan before"),
}
PLAN_FAILURE: Words = {
    "broken": _("Something went wrong while it was made. Nothing was confirmed. Ask for a new plan."),
    "gave_up": _("The worker was stopped three times while making it. Ask for a new plan, or tell whoever runs this."),
}
