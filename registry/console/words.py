"""The desk's own words: states of the queue and of checks, what an officer may do, types of documents."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

Words = Mapping[str, object]

QUEUE: Words = {
    "second": _("Waiting for your second decision"),
    "second_other": _("Waiting for somebody else's second decision"),
    "applied": _("New applications"),
    "in_review": _in("queue", "In review"),
    "info_requested": _in("queue", "Waiting for information"),
    "info_lapsed": _("Asked, and no answer in time"),
    "appealed": _("Appeals"),
    "expiring": _("Lapsing within 30 days"),
    "expired": _in("queue", "Expired"),
    "held": _("On hold"),
    "suspended": _in("queue", "Suspended"),
    "any": _("Everything in view"),
}
CHECK_STATE: Words = {
    "passed": _in("check", "Passed"),
    "soon": _in("check", "Passed, lapses soon"),
    "lapsed": _in("check", "Lapsed"),
    "failed": _in("check", "Failed"),
    "missing": _in("check", "Missing"),
}
CHECK_TONE: Mapping[str, str] = {"passed": "ok", "soon": "warn", "lapsed": "bad", "failed": "bad", "missing": "warn"}
DECIDE: Words = {
    "verify": _("Decide: verify"),
    "lift": _("Decide: lift the suspension"),
    "revoke": _("Decide: revoke for good"),
    "clear_hold": _("Decide: clear the hold"),
    "grant_appeal": _("Decide: the appeal is right"),
    "deny_appeal": _("Decide: the rejection stands"),
}
DECIDE_MEANS: Words = {
    "verify": _("With two decisions it is verified until its first check lapses, and passes are issued."),
    "lift": _("With two decisions the suspension ends and the file goes back to review. It is not verified yet."),
    "revoke": _("With two decisions it is closed for good. It can never be verified again."),
    "clear_hold": _("With two decisions the hold ends. Nothing else changes."),
    "grant_appeal": _("With two decisions the rejection is taken back and the file goes back to review."),
    "deny_appeal": _("With two decisions the rejection stands for good. The applicant is told."),
}
APPEAL: Words = {
    "pending": _in("appeal", "Waits for two people"),
    "granted": _in("appeal", "Granted"),
    "denied": _in("appeal", "The rejection stands"),
}
DOCUMENT: Words = {
    "id_card": _("Identity card"),
    "passport": _("Passport"),
    "residence_permit": _("Residence permit"),
    "temporary_protection": _("Temporary protection permit"),
    "licence_b": _("License, category B"),
    "licence_be": _("License, category BE"),
    "licence_c": _("License, category C"),
    "licence_d1": _("License, category D1"),
    "licence_d": _("License, category D"),
    "owner": _("Title of ownership"),
    "tenant": _("Tenancy agreement"),
    "institution": _("Contract of an institution"),
    "other": _in("document", "Another document"),
}
DOCUMENTS_FOR: Mapping[str, tuple[str, ...]] = {
    "identity": ("id_card", "passport", "residence_permit", "temporary_protection", "other"),
    "representative": ("id_card", "passport", "residence_permit", "other"),
    "driving_licence": ("licence_b", "licence_be", "licence_c", "licence_d1", "licence_d"),
    "right_to_dwelling": ("owner", "tenant", "institution", "other"),
}
LEDGER_HALT: Words = {
    "behind_witness": _("A witness has seen more entries than this database has: it was restored from an older copy."),
    "forked": _("A witness has seen another history than this database has."),
    "tree_altered": _("The tree does not lead to its own last checkpoint: it was altered past the registry."),
}
COLOR: Words = {
    "white": _("White"),
    "black": _("Black"),
    "grey": _("Gray"),
    "silver": _("Silver"),
    "blue": _("Blue"),
    "red": _("Red"),
    "green": _("Green"),
    "yellow": _("Yellow"),
    "brown": _("Brown"),
    "other": _in("color", "Another color"),
}

FAMILIES: Mapping[str, Words] = {
    "queue": QUEUE,
    "check_state": CHECK_STATE,
    "check_tone": CHECK_TONE,
    "decide": DECIDE,
    "decide_means": DECIDE_MEANS,
    "appeal": APPEAL,
    "document": DOCUMENT,
    "color": COLOR,
    "ledger_halt": LEDGER_HALT,
}


def text(family: str, code: object) -> str:
    """The words for one code; the code itself when it has none."""
    return str(FAMILIES[family].get(str(code), code))


def choices(family: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their words, for a form."""
    return [(code, text(family, code)) for code in codes]
