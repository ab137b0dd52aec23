"""Words of the register of refused providers and of signals; part of the labels."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

Words = Mapping[str, object]

REFUSAL: Words = {
    "trafficking": _("Human trafficking"),
    "abuse": _("Sexual or other abuse"),
    "exploitation": _("Exploitation: work, money, papers"),
    "false_identity": _("False identity"),
    "threat": _("Threat or violence"),
    "other_abuse": _("Another danger to people"),
}
REFUSAL_STATUS: Words = {
    "suggested": _in("register", "Suggested"),
    "proposed": _in("register", "Waiting for a second decision"),
    "listed": _in("register", "Listed"),
    "appealed": _in("register", "Appealed"),
    "lifted": _in("register", "Lifted"),
    "dropped": _in("register", "Not listed"),
}
REFUSAL_DECISION: Words = {
    "list": _("List"),
    "lift": _("Lift the entry"),
    "uphold": _("Uphold the entry"),
}
SIGNAL_LEVEL: Words = {
    "hold": _("On hold"),
    "alert": _("Alert"),
    "review": _("To review"),
}
LEDGER_ALARM: Words = {
    "ledger_halted": _("The ledger contradicts its witness: nothing more is signed"),
    "ledger_witness_silent": _("A witness of the ledger cannot be reached"),
    "ledger_witness_contradicts": _("A witness of the ledger knows another history"),
    "ledger_entry_outside": _("An entry of the audit log is not in the ledger"),
}
HOLD: Words = {
    "officer_doubt": _("Doubt of an officer"),
    "report": _("A report"),
    "duplicate_identity": _("The same person twice"),
    "register_hit": _("Found in a register"),
    "signal": _("A warning signal"),
    "review_disagreed": _("A third officer decided otherwise"),
}
REVIEW_REASON: Words = {
    "evidence_convinces": _("The evidence convinces me"),
    "evidence_thin": _("The evidence is too thin"),
    "evidence_contradicts": _("The evidence contradicts itself"),
    "decided_too_soon": _("It was decided too soon"),
    "should_be_stopped": _("This provider should be stopped"),
}
SUSPENSION: Words = {
    "report": _("A report"),
    "failed_check": _("A check failed"),
    "false_statement": _("Made a false statement"),
    "missing_on_road": _("Missing on the road"),
    "police": _("Asked by the police"),
    "officer_doubt": _("Doubt of an officer"),
    "two_reports": _("Two independent reports"),
    "suspended": _("Suspended"),
    "held": _("On hold"),
    "expired": _("A check has lapsed"),
    "checked_field_changed": _("A checked detail has changed"),
}
