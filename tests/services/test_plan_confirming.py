"""Plans confirmed row by row: through the gate of a single match, once, by one of two, and never by force."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from registry import models as m
from registry.errors import Invalid, NotAllowed, NotFound, RegistryError, SignedOut
from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.selectors import gate, plans
from registry.services import matching, plan_confirming, planning, rows, signals, suspension
from registry.services.signals import About
from registry.states import IllegalTransition
from tests import factories as f
from tests.invented import plans as p


def confirm(plan: m.Plan, wanted: Any = None, **given: Any) -> list[planning.Outcome]:
    values = {"actor": f.andrei(), "at": f.NOW, **given}
    return planning.confirm(plan=plan.pk, wanted=wanted, **values)


def two_rows(beds: int = 4) -> m.Plan:
    world = p.crossing(beds=(beds, beds), waiting=2)
    return p.drafted(list(zip(world.requests, world.offers, strict=True)))


def ids(plan: m.Plan) -> list[Any]:
    return list(plan.rows.order_by("pk").values_list("pk", flat=True))


def codes(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.code for reason in reasons]


@pytest.mark.django_db
def test_confirming_puts_each_row_before_its_household_and_takes_no_bed() -> None:
    plan = two_rows()
    found = confirm(plan)
    plan.refresh_from_db()
    assert [one.came for one in found] == ["confirmed", "confirmed"]
    assert (plan.status, plan.closed_by_id) == ("confirmed", f.andrei().id)
    for row in plan.rows.select_related("match"):
        assert row.match is not None
        assert (row.status, row.match.status, row.match.request_id) == ("confirmed", "proposed", row.request_id)
        assert row.match.legs.get().accommodation_offer_id == row.stay_id
    assert set(m.HelpRequest.objects.values_list("status", flat=True)) == {"open"}
    assert not m.AccommodationOffer.objects.exclude(beds_taken=0).exists()
    said = Counter(m.AuditEntry.objects.values_list("action", flat=True))
    assert (said["plan.row_confirmed"], said["match.proposed"], said["plan.confirmed"]) == (2, 2, 1)


@pytest.mark.django_db
def test_the_household_chooses_afterwards_as_from_any_proposal() -> None:
    plan = two_rows()
    [one, _] = confirm(plan)
    assert one.match
    matching.accept(actor=f.maria(), match=one.match, at=f.NOW)
    assert matching.confirm(actor=f.maria(), match=one.match, at=f.NOW).status == "confirmed"


@pytest.mark.django_db
def test_a_part_may_be_confirmed_and_the_rest_later() -> None:
    plan = two_rows()
    first, second = ids(plan)
    assert [one.row for one in confirm(plan, [first])] == [first]
    plan.refresh_from_db()
    assert plan.status == "partly_confirmed"
    assert [one.row for one in confirm(plan)] == [second]
    plan.refresh_from_db()
    assert plan.status == "confirmed"


@pytest.mark.django_db
def test_twice_is_told_and_done_once() -> None:
    plan = two_rows()
    wanted = ids(plan)
    confirm(plan, wanted)
    again = confirm(plan, wanted)
    assert [one.came for one in again] == ["already", "already"]
    assert all(one.match for one in again)
    assert m.Match.objects.count() == 2
    with pytest.raises(IllegalTransition):
        confirm(plan)


# What has changed since


def _suspend_provider(row: m.PlanRow) -> None:
    assert row.stay
    suspension.suspend(actor=f.olena(), kind="provider", subject=row.stay.provider_id, reason="police", at=f.NOW)


def _suspend_home(row: m.PlanRow) -> None:
    assert row.stay
    suspension.suspend(actor=f.olena(), kind="dwelling", subject=row.stay.dwelling_id, reason="police", at=f.NOW)


def _hold(row: m.PlanRow) -> None:
    signals.notice(Reason("two_groups", severity="hold"), About(household=row.household), at=f.NOW)


def _fill(row: m.PlanRow) -> None:
    f.match("confirmed", stay=row.stay)


def _choose(row: m.PlanRow) -> None:
    f.match("accepted", request=row.request, stay=f.accommodation_offer())


def _go_home(_row: m.PlanRow) -> None:
    m.Shift.objects.update(ended_at=f.NOW)


CHANGED = [
    (_suspend_provider, {"provider_suspended", "offer_not_open"}),
    (_suspend_home, {"dwelling_suspended", "offer_not_open"}),
    (_hold, {"household_held"}),
    (_fill, {"beds_too_few", "offer_not_open"}),
    (_choose, {"request_not_open"}),
    (_go_home, {"zone_not_staffed"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("change", "expected"), CHANGED, ids=lambda one: getattr(one, "__name__", ""))
def test_what_changed_since_is_refused_with_its_reasons(change: Callable[[m.PlanRow], None], expected: set) -> None:
    plan = two_rows(beds=2)
    row = plan.rows.order_by("pk")[0]
    change(row)
    matches = m.Match.objects.filter(request=row.request, status="proposed").count()
    [told] = confirm(plan, [row.pk])
    row.refresh_from_db()
    plan.refresh_from_db()
    assert (told.came, row.status, row.match) == ("refused", "refused", None)
    assert set(codes(told.reasons)) <= expected
    assert codes(told.reasons) == codes(plans.unpacked(row.reasons))
    assert m.Match.objects.filter(request=row.request, status="proposed").count() == matches
    assert (plan.status, plan.placed, plan.unplaced) == ("draft", 2, 2)
    [entry] = m.AuditEntry.objects.filter(action="plan.row_refused")
    assert entry.data["reasons"] == sorted(set(codes(told.reasons)))


@pytest.mark.django_db
def test_without_the_gate_a_suspended_host_would_be_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it is the gate of a single match that refuses, nothing else."""
    plan = two_rows()
    row = plan.rows.order_by("pk")[0]
    _suspend_provider(row)
    monkeypatch.setattr(gate, "ask", lambda *_: gate.Verdict((), 1.0, ()))
    with f.unguarded():
        [told] = confirm(plan, [row.pk])
    assert told.came == "confirmed"


@pytest.mark.django_db
def test_one_refusal_does_not_hold_up_the_others() -> None:
    plan = two_rows()
    _suspend_provider(plan.rows.order_by("pk")[0])
    assert [one.came for one in confirm(plan)] == ["refused", "confirmed"]
    plan.refresh_from_db()
    assert plan.status == "confirmed"


@pytest.mark.django_db
def test_a_refused_row_is_not_confirmed_by_asking_again() -> None:
    plan = two_rows()
    row = plan.rows.order_by("pk")[0]
    _go_home(row)
    confirm(plan, [row.pk])
    f.staffed("siret")
    assert [one.came for one in confirm(plan, [row.pk])] == ["already"]
    row.refresh_from_db()
    assert row.status == "refused"


# Who


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "error"),
    [
        (lambda: f.actor(f.person("coordinator", county="RO-TL")), NotFound),
        (f.maria, NotFound),
        (f.alina, NotFound),
        (f.stefan, NotFound),
        (f.olena, NotFound),
        (lambda: f.actor(f.person("officer")), NotAllowed),
    ],
)
def test_only_coordinators_of_the_zone_confirm(who: Callable[[], Any], error: type[RegistryError]) -> None:
    plan = two_rows()
    entries = m.AuditEntry.objects.count()
    for wanted in (None, ids(plan)):
        with pytest.raises(error):
            confirm(plan, wanted, actor=who())
    assert not m.Match.objects.exists()
    assert m.AuditEntry.objects.count() == entries


@pytest.mark.django_db
def test_of_a_wide_plan_one_confirms_the_own_zone_s_rows() -> None:
    f.staffed("siret")
    f.staffed("tulcea", f.known("vasile"))
    f.accommodation_offer()
    f.accommodation_offer(f.dwelling(town="tulcea"))
    f.help_request("stay")
    away = f.help_request("stay", f.household(zone="tulcea"))
    ministry = f.person("officer")
    f.grant(ministry, "coordinator", zone="siret")
    plan = p.made(None, who=f.actor(ministry))
    other = plan.rows.get(request=away)
    assert other.status == "planned"
    with pytest.raises(NotAllowed):
        confirm(plan, [other.pk], actor=f.actor(ministry))
    with pytest.raises(NotFound):
        confirm(plan, [other.pk])
    assert [one.came for one in confirm(plan)] == ["confirmed"]
    plan.refresh_from_db()
    assert plan.status == "partly_confirmed"


@pytest.mark.django_db
def test_rows_of_another_plan_and_too_many_are_refused() -> None:
    plan, other = two_rows(), p.drafted([(f.help_request("stay"), f.accommodation_offer())], "suceava")
    with pytest.raises(NotFound):
        confirm(plan, ids(other))
    for wanted in ([], [uuid7() for _ in range(planning.AT_MOST + 1)]):
        with pytest.raises(Invalid):
            confirm(plan, wanted)


@pytest.mark.django_db
def test_who_lost_the_role_in_between_confirms_no_further_row() -> None:
    plan = two_rows()
    calls: list[int] = []

    def again() -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise SignedOut
        return f.andrei()

    with pytest.raises(SignedOut):
        confirm(plan, again=again)
    assert Counter(plan.rows.values_list("status", flat=True)) == Counter(confirmed=1, planned=1)


@pytest.mark.django_db
def test_a_plan_discarded_between_two_rows_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, andrei = two_rows(), f.andrei()
    one = plan_confirming._one

    def discard_after(*args: Any) -> planning.Outcome:
        found = one(*args)
        if m.Plan.objects.get(pk=plan.pk).status != "discarded":
            planning.discard(actor=andrei, plan=plan.pk, at=f.NOW)
        return found

    monkeypatch.setattr(plan_confirming, "_one", discard_after)
    found = confirm(plan)
    assert [(one.came, codes(one.reasons)) for one in found] == [("confirmed", []), ("stopped", ["plan_closed"])]
    assert m.Match.objects.count() == 1


# At once


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_propose_each_household_once(at_once: Callable[..., list[Any]]) -> None:
    world = p.crossing(beds=(4,) * 6, waiting=6)
    plan = p.drafted(list(zip(world.requests, world.offers, strict=True)))
    wanted, both = ids(plan), [f.andrei(), f.actor(f.person("coordinator", zone="siret"))]
    outcomes = at_once(2, lambda n: planning.confirm(actor=both[n], plan=plan.pk, wanted=wanted, at=f.NOW))
    assert all(isinstance(found, list) for found in outcomes), outcomes
    came = [Counter(one.came for one in found) for found in outcomes]
    assert came[0]["confirmed"] + came[1]["confirmed"] == 6
    assert came[0]["already"] + came[1]["already"] == 6
    assert m.Match.objects.count() == 6
    plan.refresh_from_db()
    assert plan.status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_household_would_be_asked_twice(
    at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the locks two coordinators put the same household before the same choice twice."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite gives a writer the whole database: there is no lock to take away")
    plan = two_rows()
    wanted, andrei = ids(plan)[:1], f.andrei()
    monkeypatch.setattr(rows, "lock", lambda model, pk, *_: model.objects.get(pk=pk))
    monkeypatch.setattr(plan_confirming.rows, "save", lambda *_: None)
    propose = plan_confirming._propose

    def slowly(*args: Any) -> m.Match:
        time.sleep(0.5)
        return propose(*args)

    monkeypatch.setattr(plan_confirming, "_propose", slowly)
    at_once(2, lambda _: planning.confirm(actor=andrei, plan=plan.pk, wanted=wanted, at=f.NOW))
    assert m.Match.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_confirming_against_a_suspension_never_leaves_an_open_proposal(at_once: Callable[..., list[Any]]) -> None:
    olena, andrei = f.olena(), f.andrei()
    for _ in range(6):
        home = f.accommodation_offer()
        f.staffed("siret")
        plan = p.drafted([(f.help_request("stay"), home)])

        def one(n: int, plan: m.Plan = plan, home: m.AccommodationOffer = home) -> Any:
            if n:
                who = {"kind": "provider", "subject": home.provider_id}
                return suspension.suspend(actor=olena, reason="police", at=f.NOW, **who)  # type: ignore[arg-type]
            return planning.confirm(actor=andrei, plan=plan.pk, wanted=None, at=f.NOW)

        outcomes = at_once(2, one)
        assert not [found for found in outcomes if isinstance(found, Exception)], outcomes
        row = plan.rows.select_related("match").get()
        assert row.status == "refused" or (row.match is not None and row.match.status == "halted")


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_a_plan_once(at_once: Callable[..., list[Any]]) -> None:
    p.crossing()
    plan = p.asked()
    assert sorted(at_once(2, lambda _: planning.make_due(at=f.NOW))) == [0, 1]
    plan.refresh_from_db()
    assert (plan.status, plan.attempt, plan.rows.count()) == ("draft", 1, 3)
