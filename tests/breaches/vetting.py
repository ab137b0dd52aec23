"""Breaches of vetting: verified without two, without checks, edited behind its back, decided by the wrong people."""

from collections.abc import Callable
from typing import Any

from registry import models as m
from registry.services import decisions
from tests import factories as f
from tests.breaches.breach import Breach
from tests.invented.legally import decided
from tests.invented.rawsql import change, copy, erase

MADE: dict[str, Callable[..., Any]] = {"provider": f.provider, "vehicle": f.vehicle, "dwelling": f.dwelling}
# A checked field of each, and something else to put there.
CHECKED = {"provider": {"phone": "+40700000001"}, "vehicle": {"color": "red"}, "dwelling": {"beds": 9}}
VERIFIED = {"status": "verified", "verified_at": f.NOW, "verified_until": f.TODAY + 20 * f.DAY}


def in_review(kind: str) -> Any:
    """Something in review with every check passed."""
    row = MADE[kind](status="in_review")
    f.checks_for(row)
    return row


def _verified_by_nobody(kind: str) -> Callable[[], Any]:
    row = in_review(kind)
    return lambda: change(row, **VERIFIED)


def _verified_by_an_old_decision(kind: str) -> Callable[[], Any]:
    """Two had decided; then it was edited, checked anew and must be decided anew."""
    row = in_review(kind)
    old = f.NOW - f.DAY
    decided(row, "verify", old)
    check = m.Check.objects.filter(**{kind: row}).first()
    assert check
    m.Check.objects.filter(pk=check.pk).update(superseded_at=f.NOW)
    f.checks_for(row)
    return lambda: change(row, **{**VERIFIED, "verified_at": old})


def _verified_for_longer(kind: str) -> Callable[[], Any]:
    """Newer checks would carry it, but nobody has decided on them."""
    row = MADE[kind](status="in_review")
    f.checks_for(row)
    f.bring(row, "verified", verified_until=f.TODAY + f.DAY)
    return lambda: change(row, verified_until=f.TODAY + 20 * f.DAY)


def _verified_with_a_check_missing(kind: str) -> Callable[[], Any]:
    row = in_review(kind)
    check = m.Check.objects.filter(**{kind: row}).first()
    assert check
    m.Check.objects.filter(pk=check.pk).update(superseded_at=f.NOW)
    decided(row, "verify", f.NOW)
    return lambda: change(row, **VERIFIED)


def _verified_longer_than_its_checks(kind: str) -> Callable[[], Any]:
    row = in_review(kind)
    decided(row, "verify", f.NOW)
    return lambda: change(row, **{**VERIFIED, "verified_until": f.TODAY + 5000 * f.DAY})


def _verified_while_held(kind: str) -> Callable[[], Any]:
    row = in_review(kind)
    decided(row, "verify", f.NOW)
    f.hold(row)
    return lambda: change(row, **VERIFIED)


def verified_with_a_resident_unchecked() -> Callable[[], Any]:
    row = in_review("dwelling")
    f.resident(row)
    decided(row, "verify", f.NOW)
    return lambda: change(row, **VERIFIED)


def _lifted_by_nobody(kind: str) -> Callable[[], Any]:
    row = MADE[kind](status="suspended")
    return lambda: change(row, status="in_review")


def _lifted_by_what_was_decided_before(kind: str) -> Callable[[], Any]:
    row = MADE[kind](status="suspended", suspended_at=f.NOW - 3 * f.DAY)
    f.bring(row, "in_review", at=f.NOW - 2 * f.DAY)
    f.bring(row, "suspended", suspended_at=f.NOW)
    return lambda: change(row, status="in_review")


def _revoked_by_a_lift(kind: str) -> Callable[[], Any]:
    row = MADE[kind](status="suspended")
    decided(row, "lift", f.NOW)
    return lambda: change(row, status="revoked", revoked_at=f.NOW)


def _edited(kind: str) -> Callable[[], Any]:
    row = MADE[kind](status="verified")
    return lambda: change(row, **CHECKED[kind])


def _made_by_somebody_else(kind: str) -> Callable[[], Any]:
    row = MADE[kind](status="in_review")
    return lambda: change(row, created_by_id=f.known("andrei").pk)


def _suspended_some_other_day(kind: str) -> Callable[[], Any]:
    row = MADE[kind](status="suspended")
    return lambda: change(row, suspended_at=f.NOW - 100 * f.DAY)


OF_EACH = (
    ("verified_by_two", "verified_by_two", "", _verified_by_nobody),
    ("verified_by_two", "verified_by_two", "old", _verified_by_an_old_decision),
    ("verified_by_two", "verified_by_two", "longer", _verified_for_longer),
    ("checked", "checks_incomplete", "", _verified_with_a_check_missing),
    ("checked", "checks_incomplete", "lapses", _verified_longer_than_its_checks),
    ("checked", "checks_incomplete", "held", _verified_while_held),
    ("lifted_by_two", "lifted_by_two", "", _lifted_by_nobody),
    ("lifted_by_two", "lifted_by_two", "before", _lifted_by_what_was_decided_before),
    ("lifted_by_two", "lifted_by_two", "lift", _revoked_by_a_lift),
    ("edited", "checked_field", "", _edited),
    ("fixed", "written_once", "", _made_by_somebody_else),
    ("suspended", "written_once", "", _suspended_some_other_day),
)


def _of(kind: str, make: Callable[[str], Callable[[], Any]]) -> Callable[[], Callable[[], Any]]:
    return lambda: make(kind)


def plate_read_differently() -> Callable[[], Any]:
    car = f.vehicle()
    return lambda: change(car, plate_key="B99XYZ")


def signed_in_by_somebody_else() -> Callable[[], Any]:
    row = f.verified_provider(account=f.person("provider"))
    other = f.person("provider")
    return lambda: change(row, account_id=other.pk)


def _with_resident(act: Callable[[m.Resident], Any]) -> Callable[[], Callable[[], Any]]:
    def scene() -> Callable[[], Any]:
        resident = f.dwelling().residents.get()
        return lambda: act(resident)

    return scene


def pending(**fields: Any) -> m.Decision:
    """A decision to verify that Olena has proposed."""
    row = f.provider(status="in_review", **fields)
    f.checks_for(row)
    return f.decide_first(row, "verify")


def by(name: str, which: str) -> dict[str, Any]:
    """The columns that name one of the known people as first or second."""
    who = f.known(name)
    return {f"{which}_by_id": who.pk, f"{which}_at": f.NOW, f"{which}_organization_id": who.organization_id}


def carried_from_the_start() -> Callable[[], Any]:
    decision = pending()
    return lambda: copy(decision, outcome="carried", **by("petru", "second"))


def proposed_by_a_volunteer() -> Callable[[], Any]:
    decision = pending()
    decisions.withdraw_decision(actor=f.olena(), decision=decision.pk, at=f.NOW)
    return lambda: copy(decision, outcome="pending", **by("andrei", "first"))


def about_the_hold_of_another() -> Callable[[], Any]:
    decision, hold = pending(), f.hold(f.verified_provider())
    return lambda: copy(decision, kind="clear_hold", hold_id=hold.pk)


def seconded_by_the_creator() -> Callable[[], Any]:
    decision = pending(created_by=f.known("petru"))
    return lambda: change(decision, outcome="carried", **by("petru", "second"))


def seconded_by_a_volunteer() -> Callable[[], Any]:
    decision = pending()
    return lambda: change(decision, outcome="carried", **by("pavel", "second"))


def turned_into_another() -> Callable[[], Any]:
    decision = pending()
    return lambda: change(decision, kind="revoke")


def decided_again() -> Callable[[], Any]:
    decision = f.decide_second(pending(), carry=False)
    return lambda: change(decision, outcome="carried")


def checked_by_the_creator() -> Callable[[], Any]:
    row = f.provider(status="in_review")
    check = f.checks_for(row)[0]
    return lambda: copy(check, checked_by_id=row.created_by_id, superseded_at=f.NOW)


def cleared_by_nobody() -> Callable[[], Any]:
    hold = f.hold(f.provider())
    return lambda: change(hold, cleared_at=f.NOW)


def moved_to_another() -> Callable[[], Any]:
    hold, other = f.hold(f.provider()), f.provider()
    return lambda: change(hold, provider_id=other.pk)


VETTING = [
    *(
        Breach(f"{kind}_{guard}", code, _of(kind, make), variant)
        for guard, code, variant, make in OF_EACH
        for kind in MADE
    ),
    Breach("dwelling_checked", "checks_incomplete", verified_with_a_resident_unchecked, "resident"),
    Breach("vehicle_edited", "checked_field", plate_read_differently, "plate"),
    Breach("provider_fixed", "written_once", signed_in_by_somebody_else, "account"),
    Breach("resident_insert", "checked_field", _with_resident(lambda r: copy(r, family_name="Nou"))),
    Breach("resident_update", "checked_field", _with_resident(lambda r: change(r, sex="m"))),
    Breach("resident_delete", "checked_field", _with_resident(erase)),
    Breach("decision_starts", "starts_elsewhere", carried_from_the_start),
    Breach("decision_first", "two_people", proposed_by_a_volunteer),
    Breach("decision_hold", "other_hold", about_the_hold_of_another),
    Breach("decision_carried", "two_people", seconded_by_the_creator),
    Breach("decision_carried", "two_people", seconded_by_a_volunteer, "volunteer"),
    Breach("decision_fixed", "written_once", turned_into_another),
    Breach("decision_over", "decision_over", decided_again),
    Breach("check_by_other", "two_people", checked_by_the_creator),
    Breach("hold_cleared_by_two", "cleared_by_two", cleared_by_nobody),
    Breach("hold_fixed", "written_once", moved_to_another),
]
