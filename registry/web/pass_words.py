"""Why a pass ended, in words; labels.py lists them among its families."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

PASS_REASON: Mapping[str, object] = {
    "lost": _("The pass was lost"),
    "stolen": _("The pass was stolen"),
    "damaged": _("The pass cannot be read any more"),
    "misused": _("The pass was misused"),
    "officer_doubt": _("Doubt of an officer"),
    "replaced": _("Replaced by a newer pass"),
    "suspended": _("Suspended"),
    "held": _("On hold"),
    "revoked": _("Revoked for good"),
    "expired": _("A check has lapsed"),
    "checked_field_changed": _("Waiting for a new review"),
}
