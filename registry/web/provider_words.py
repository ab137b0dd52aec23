"""The words of a provider's own pages: what a driver or host said, and what a photograph is of."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

OWN_WORD: Mapping[str, object] = {
    "coming": _("will be there"),
    "here": _("is at the gate"),
    "underway": _("under way, all is well"),
    "arrived": _in("own word", "has arrived"),
    "wrong": _("something is wrong"),
}
# The same to whoever said it.
OWN_SAID: Mapping[str, object] = {
    "coming": _("I will be there"),
    "here": _("I am here, at the gate"),
    "underway": _("Under way, all is well"),
    "arrived": _("We have arrived"),
    "wrong": _("Something is wrong"),
}
PHOTO: Mapping[str, object] = {"vehicle": _("Photo of the vehicle"), "face": _("Photo of the driver or host")}
