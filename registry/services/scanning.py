"""A pass as it was held out: typed as a code or scanned as its signed text, and what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime

from registry import models as m
from registry import signing
from registry.services import keys, passes


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown: the pass as the registry knows it, if it does, and the code of what is wrong with a text."""

    row: m.ProviderPass | None = None
    problem: str = ""
    claims: signing.Claims | None = None

    def other_plate(self, plate_seen: str) -> bool:
        """Whether the signed text was made for another plate than the one on the car (as ``identity.plate`` has it)."""
        if self.claims is None or self.claims.vehicle is None or not plate_seen:
            return False
        try:
            signing.check_plate(self.claims, signing.plate_fingerprint(plate_seen, keys.plate_secret()))
        except signing.PassError:
            return True
        return False


def read(text: str, at: datetime) -> Shown:
    """What somebody typed or scanned; never an exception."""
    held = text.strip()
    if not held.startswith(signing.PREFIX):
        return Shown(passes.find(held))
    try:
        claims = signing.decode(held, keys.keyring("pass"), at)
    except signing.PassError as error:
        return _refused(held, error.code)
    return _known(held, claims)


def _known(held: str, claims: signing.Claims) -> Shown:
    """Only what this registry issued, to the letter: a stolen key alone opens no gate that asks it."""
    mine = m.ProviderPass.objects.select_related("provider", "vehicle")
    row = mine.filter(list_number=claims.list_id, list_index=claims.index).first()
    if row is None or row.text != held:
        return Shown(None, "not_issued", claims)
    return Shown(row, "", claims)


def _refused(held: str, code: str) -> Shown:
    """Why the text is not believed; of a pass that is known, the row tells who showed it."""
    row = m.ProviderPass.objects.select_related("provider", "vehicle", "key").filter(text=held).first()
    if code == "unknown_key" and row and row.key and row.key.status == "withdrawn":
        code = "withdrawn_key"
    return Shown(row, PROBLEMS.get(code, code))


# Two codes of the reader that are one to a gate.
PROBLEMS = {"bad_time": "bad_claims"}
