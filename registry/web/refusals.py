"""What a refusal says to a person: the sentence of its code in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.rules.reasons import known, texts

# Refusals of the pages themselves; every other code has its sentence beside the rules.
SENTENCES: Mapping[str, object] = {
    "wrong_login": _("E-mail or password is wrong."),
    "session_over": _("The page was open for too long. Please open it again and send it once more."),
    "trouble": _("Something went wrong on our side. Nothing was recorded. Please try again."),
}

MACHINES: Mapping[str, str] = {
    "provider": "vetting",
    "vehicle": "vetting",
    "dwelling": "vetting",
    "offer": "offer",
    "request": "request",
    "match": "match",
    "pass": "pass",
    "zone": "zone",
    "plan": "plan",
    "plan row": "plan_row",
}


def sentence(code: str) -> str:
    """The sentence for a code; a general one when it has none of its own."""
    if code in SENTENCES:
        return str(SENTENCES[code])
    sentences = texts(known(get_language() or "en"))
    return sentences.get(code, sentences["refused"])["staff"]
