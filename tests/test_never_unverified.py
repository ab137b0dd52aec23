"""The promise: whatever people do in whatever order, nobody unverified is on an active match.

A random crowd uses the real services for thousands of steps: they vet, suspend, lift, hold, clear, edit, let
papers lapse, publish, propose, choose, confirm, hand over, arrive, and the worker runs. After every step SQL of
its own, which shares nothing with the rules, looks for a match that relies on somebody it may not rely on.

Midnight. The day after ``verified_until`` begins before the worker has run. No service asks the worker's opinion:
the gate compares the date itself, so from the first second nothing new can be built on the lapsed paper (checked
below at the moment of each step). What stands already is halted by the worker's next round, seconds later, as it
must be, for a journey may be on the road over midnight and no gate at its departure could know for how long. So
for what stands already the promise is read at the last round of the worker, and at once for everything else:
status and holds never wait for the worker.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from registry import models as m
from registry import states
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.rules import vetting as vetting_rules
from registry.selectors import gate
from registry.selectors.facts import local
from registry.selectors.standing import current_checks, needed
from registry.services import (
    checks,
    concerns,
    decisions,
    holds,
    intake,
    journeys,
    matching,
    offers,
    providers,
    standdown,
    suspension,
    vetting,
    worker,
)
from tests import factories as f
from tests.invented.world import World, build

pytestmark = pytest.mark.django_db

WAY = ("proposed", "accepted", "confirmed", "departed", "arrived")
MODELS: dict[str, Any] = {"provider": m.Provider, "vehicle": m.Vehicle, "dwelling": m.Dwelling}
OFFERS: dict[str, Any] = {"transport": m.TransportOffer, "accommodation": m.AccommodationOffer}
# How often each happens: enough goes well that there is something to lose.
WEIGHTS = {
    "propose": 4,
    "go_on": 10,
    "try_anything": 14,
    "end": 2,
    "ask_for_help": 2,
    "report": 1,
    "disturb": 3,
    "vet": 1,
    "vet_everybody": 2,
    "publish": 1,
    "draft": 1,
    "time_passes": 4,
    "work": 2,
}
FORWARD = ("accept", "confirm", "depart")
EXAMPLES, STEPS, WANTED = 170, 100, 10_000
REFUSED = (RegistryError, states.IllegalTransition)
ACTIVE = ", ".join(f"'{status}'" for status in ("proposed", "accepted", "confirmed", "departed", "overdue", "alerted"))

# One row for each thing that an active match relies on and may not; %s is the day.
_LEGS = f"""
    FROM registry_match ma JOIN registry_leg le ON le.match_id = ma.id AND ma.status IN ({ACTIVE})
    LEFT JOIN registry_transportoffer ri ON ri.id = le.transport_offer_id
    LEFT JOIN registry_accommodationoffer st ON st.id = le.accommodation_offer_id
"""
_BAD = """
    WHERE x.status <> 'verified' OR x.verified_until IS NULL OR x.verified_until < %s
       OR EXISTS (SELECT 1 FROM registry_hold h WHERE h.{kind}_id = x.id AND h.cleared_at IS NULL)
"""
_PEOPLE = "x.id IN (ri.provider_id, ri.driver_id, ri.escort_id, st.provider_id)"
_BEHIND = (
    "JOIN registry_provider y ON y.id IN (ri.provider_id, ri.driver_id, ri.escort_id, st.provider_id) "
    "AND y.kind = 'person' AND y.organization_id IS NOT NULL "
    "LEFT JOIN registry_provider x ON x.kind = 'organization' AND x.organization_id = y.organization_id"
)
VIOLATIONS = " UNION ALL ".join(
    [
        f"SELECT ma.id, 'person' {_LEGS} JOIN registry_provider x ON {_PEOPLE} {_BAD.format(kind='provider')}",
        f"SELECT ma.id, 'organization' {_LEGS} {_BEHIND} {_BAD.format(kind='provider')} OR x.id IS NULL",
        *(
            f"SELECT ma.id, '{kind}' {_LEGS} JOIN registry_{kind} x ON x.id = {of}.{kind}_id {_BAD.format(kind=kind)}"
            for kind, of in (("vehicle", "ri"), ("dwelling", "st"))
        ),
    ]
)
_TAKEN = """
    SELECT o.id FROM registry_{table} o WHERE o.{taken} <> COALESCE((SELECT SUM(le.{part}) FROM registry_leg le
    WHERE le.{offer}_id = o.id AND le.taken_at IS NOT NULL AND le.released_at IS NULL), 0)
"""
# Who is confirmed or on the road has places; who only considers has none.
_OUT_OF_STEP = """
    SELECT ma.id FROM registry_match ma JOIN registry_leg le ON le.match_id = ma.id
    WHERE (ma.status IN ('confirmed', 'departed', 'overdue', 'alerted', 'arrived')
           AND (le.taken_at IS NULL OR le.released_at IS NOT NULL))
       OR (ma.status IN ('proposed', 'accepted') AND le.taken_at IS NOT NULL AND le.released_at IS NULL)
"""
_COLUMNS = (
    ("seats_taken", "people"),
    ("child_seats_taken", "child_seats"),
    ("wheelchair_places_taken", "wheelchairs"),
    ("luggage_taken", "luggage"),
)
MISCOUNTED = " UNION ALL ".join(
    [
        *(
            _TAKEN.format(table="transportoffer", offer="transport_offer", taken=taken, part=part)
            for taken, part in _COLUMNS
        ),
        _TAKEN.format(table="accommodationoffer", offer="accommodation_offer", taken="beds_taken", part="people"),
        _OUT_OF_STEP,
    ]
)


def found(sql: str, *params: str) -> list[Any]:
    """What a query of this file finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
    return rows


def last_entry() -> Any:
    """The number of the newest audit entry."""
    return found("SELECT MAX(seq) FROM registry_auditentry")[0][0]


def violations(day: date) -> list[Any]:
    """Every active match and what it wrongly relies on, on this day."""
    return found(VIOLATIONS, *[str(day)] * 4)


class Crowd(RuleBasedStateMachine):
    """Everybody at once, one step after the other. Each run starts from the same world and is rolled back."""

    world: World
    counted: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.now = f.NOW
        self.worked_on = f.TODAY
        self.undo = transaction.atomic()
        self.undo.__enter__()

    def teardown(self) -> None:
        try:
            self.everything_decided_is_audited()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    # Helpers

    def step(self, name: str, call: Callable[[], Any]) -> Any:
        """One call of a service, and the promise right after it; a refusal is an answer and leaves nothing behind."""
        before = last_entry()
        try:
            answer = call()
        except REFUSED:
            assert before == last_entry(), f"{name} was refused and wrote"
            name, answer = f"{name} refused", None
        self.counted[name] = self.counted.get(name, 0) + 1
        self.nobody_unverified_is_on_an_active_match()
        return answer

    def forward(self, name: str, call: Callable[[], m.Match]) -> m.Match | None:
        """A step that builds on verification: right at this very moment, worker or not."""
        match: m.Match | None = self.step(name, call)
        if match is not None:
            assert not [row for row in violations(local(self.now).date()) if UUID(str(row[0])) == match.pk]
        return match

    def one(self, n: int, *status: str) -> UUID | None:
        """One of the matches in these states."""
        rows = found("SELECT id, status FROM registry_match ORDER BY id")
        ids = [pk for pk, is_now in rows if is_now in status]
        return UUID(str(ids[n % len(ids)])) if ids else None

    def open_offer(self, model: Any, n: int) -> UUID | None:
        """One of the open offers, now and then one that is not."""
        ids = list(model.objects.order_by("-status", "pk").values_list("pk", "status"))
        good = [pk for pk, status in ids if status == "open"]
        return good[n // 4 % len(good)] if good and n % 8 else ids[n % len(ids)][0]

    def subject(self, n: int) -> tuple[str, UUID, Any]:
        """One of those who are vetted, with its owner."""
        return self.world.subjects[n % len(self.world.subjects)]

    @rule(
        action=st.sampled_from([name for name, weight in WEIGHTS.items() for _ in range(weight)]), n=st.integers(0, 719)
    )
    def act(self, action: str, n: int) -> None:
        """Somebody does something; ``n`` says with what."""
        getattr(self, action)(n)

    # The household's way

    def propose(self, n: int) -> None:
        asked = m.HelpRequest.objects.filter(status="open").order_by("pk")
        waiting = list(asked.annotate(k=Count("matches", filter=Q(matches__status="proposed"))).filter(k__lt=2))
        if not waiting:
            return
        request = waiting[n % len(waiting)]
        ride = self.open_offer(m.TransportOffer, n) if request.kind != "stay" else None
        stay = self.open_offer(m.AccommodationOffer, n) if request.kind != "ride" else None
        self.forward("propose", lambda: self._propose(request.pk, ride, stay))

    def _propose(self, request: UUID, ride: UUID | None, stay: UUID | None) -> m.Match:
        zone = None if stay else "suceava"
        given: dict[str, Any] = {"actor": self.world.maria, "id": uuid7(), "at": self.now}
        return matching.propose(request=request, ride=ride, stay=stay, arrival_zone=zone, **given)

    def go_on(self, n: int) -> None:
        """The usual next step of one match."""
        match = self.one(n, *WAY)
        status = m.Match.objects.get(pk=match).status if match else ""
        given: dict[str, Any] = {"match": match, "at": self.now}
        if match is None:
            return
        if status == "proposed":
            self.forward("accept", lambda: matching.accept(actor=self.world.maria, **given))
        elif status == "accepted":
            self.forward("confirm", lambda: matching.confirm(actor=self.world.maria, **given))
        elif status == "confirmed":
            self.forward("depart", lambda: self._depart(match))
        elif status == "departed":
            self.step("arrive", lambda: journeys.arrive(actor=self.world.maria, side="refugee", **given))
            self.step("arrive", lambda: journeys.arrive(actor=self.world.andrei, side="receiver", **given))
        else:
            self.step("close", lambda: journeys.close(actor=self.world.andrei, **given))

    def _depart(self, match: UUID) -> m.Match:
        row = m.Match.objects.get(pk=match)
        ride = f.ride_of(row)
        shown = m.ProviderPass.objects.filter(provider=ride.driver, status="issued").first() if ride else None
        return journeys.depart(
            actor=self.world.maria,
            match=match,
            at=self.now,
            counted=row.people,
            pass_code=shown.code if shown else "",
            plate=ride.vehicle.plate if ride else "",
            second_staff=self.world.second,
        )

    def try_anything(self, n: int) -> None:
        """Any verb on any match, whatever its state; most of it is refused."""
        match = self.one(n // 9, *states.MATCH.states)
        if match is None:
            return
        maria, andrei = self.world.maria, self.world.andrei
        given: dict[str, Any] = {"match": match, "at": self.now}
        verbs: list[tuple[str, Callable[[], Any]]] = [
            ("accept", lambda: matching.accept(actor=maria, **given)),
            ("confirm", lambda: matching.confirm(actor=maria, **given)),
            ("depart", lambda: self._depart(match)),
            ("arrive", lambda: journeys.arrive(actor=maria, side="refugee", **given)),
            ("arrive", lambda: journeys.arrive(actor=andrei, side="receiver", **given)),
            ("close", lambda: journeys.close(actor=andrei, **given)),
            ("wrong", lambda: journeys.check_in(actor=maria, id=uuid7(), kind="wrong", **given)),
            ("decline", lambda: matching.decline(actor=maria, **given)),
            ("resolve", lambda: journeys.resolve(actor=andrei, outcome="returned", needs_new=True, **given)),
        ]
        name, call = verbs[n % 9]
        (self.forward if name in FORWARD else self.step)(name, call)

    def end(self, n: int) -> None:
        how, states_of = (
            ("resolve", ("halted", "overdue", "alerted")),
            ("cancel", ("proposed", "accepted", "confirmed")),
            ("decline", ("proposed", "accepted")),
        )[n % 3]
        match = self.one(n // 3, *states_of)
        if match is None:
            return
        given: dict[str, Any] = {"match": match, "at": self.now}
        maria, andrei = self.world.maria, self.world.andrei
        if how == "resolve":
            given |= {"outcome": "arrived_safe", "needs_new": n % 2 == 0}
            self.step(how, lambda: journeys.resolve(actor=andrei, **given))
        elif how == "cancel":
            self.step(how, lambda: matching.cancel(actor=maria, reason="plans_changed", **given))
        else:
            self.step(how, lambda: matching.decline(actor=maria, **given))

    def ask_for_help(self, n: int) -> None:
        kind = ("ride", "stay", "both")[n % 3]
        day = local(self.now).date()
        given: dict[str, Any] = {
            "origin": "siret",
            "destination": None,
            "max_km": 150,
            "earliest_at": self.now,
            "nights": 3,
        }
        given |= {
            "actor": self.world.maria,
            "household": self.world.parties[n % len(self.world.parties)],
            "id": uuid7(),
            "at": self.now,
        }
        self.step("request", lambda: intake.open_request(kind=kind, from_date=day, **given))

    def report(self, n: int) -> None:
        kind = ("money", "alone")[n % 2]
        if match := self.one(n, "confirmed", "departed", "arrived", "halted"):
            given: dict[str, Any] = {"actor": self.world.maria, "id": uuid7(), "kind": kind, "text": "", "at": self.now}
            self.step("report", lambda: concerns.report(match=match, **given))

    # Vetting and what ends it

    def disturb(self, n: int) -> None:
        (self._suspend, self._hold, self._edit, self._fail)[n % 4](n // 4)

    def _suspend(self, n: int) -> None:
        kind, subject, _ = self.subject(n)
        given: dict[str, Any] = {"actor": self.world.olena, "reason": "police", "at": self.now}
        self.step("suspend", lambda: suspension.suspend(kind=kind, subject=subject, **given))

    def _hold(self, n: int) -> None:
        kind, subject, _ = self.subject(n)
        given: dict[str, Any] = {"actor": self.world.olena, "id": uuid7(), "code": "officer_doubt", "at": self.now}
        self.step("hold", lambda: holds.place_by_officer(kind=kind, subject=subject, **given))

    def _edit(self, n: int) -> None:
        kind, subject, owner = self.subject(n)
        given: dict[str, Any] = {"actor": owner, "at": self.now}
        mark = f"{self.now:%d%H%M}{n}"
        if kind == "provider":
            self.step("edit", lambda: providers.edit_provider(provider=subject, fields={"address": mark}, **given))
        elif kind == "vehicle":
            self.step("edit", lambda: providers.edit_vehicle(vehicle=subject, fields={"color": mark}, **given))
        elif n % 2:
            self.step("edit", lambda: providers.edit_dwelling(dwelling=subject, fields={"rooms": 1 + n % 9}, **given))
        else:
            draft = providers.ResidentDraft("Ion", "Nou", 1990, "m")
            self.step("edit", lambda: providers.move_in(dwelling=subject, id=uuid7(), draft=draft, **given))

    def _fail(self, n: int) -> None:
        kind, subject, _ = self.subject(n)
        code = {"provider": "free_of_charge", "vehicle": "insurance", "dwelling": "home_visit"}[kind]
        self.step("fail", lambda: self._check(kind, subject, code, None, passed=False))

    def _check(self, kind: str, subject: UUID, code: str, resident: UUID | None, *, passed: bool) -> m.Check:
        wanted = vetting_rules.definitions()[code].evidence if passed else ()
        known: dict[str, Any] = {"type": "id", "country": "RO", "last_four": "1234"}
        known |= {"expires_on": local(self.now).date() + timedelta(days=3)}
        given: dict[str, Any] = {"id": uuid7(), "evidence": {name: known[name] for name in wanted}, "at": self.now}
        return checks.record_check(
            actor=self.world.olena, kind=kind, subject=subject, code=code, passed=passed, resident=resident, **given
        )

    def vet_everybody(self, _n: int) -> None:
        """Whoever is not verified now is seen to, and every paused offer is opened again."""
        held = {pk for row in m.Hold.objects.filter(cleared_at=None).values_list(*MODELS) for pk in row}
        good = {
            pk
            for model in MODELS.values()
            for pk in model.objects.filter(status="verified").values_list("pk", flat=True)
        }
        for n, (_, pk, _) in enumerate(self.world.subjects):
            if pk in held or pk not in good:
                self.vet(n)
        for kind, model in OFFERS.items():
            for offer in model.objects.filter(status="paused"):
                self._publish("publish", kind, offer)

    def vet(self, n: int) -> None:
        """Two officers bring somebody back as far as the rules let them, whatever had happened."""
        kind, subject, _ = self.subject(n)
        model: Any = MODELS[kind]
        row = model.objects.get(pk=subject)
        if row.status == "suspended":
            self.step("lift", lambda: self._two(kind, subject, "lift"))
        if row.status == "expired":
            self.step("renew", lambda: vetting.renew(actor=self.world.petru, kind=kind, subject=subject, at=self.now))
        for hold in m.Hold.objects.filter(cleared_at=None, **{kind: subject}):
            self.step("clear", lambda hold=hold: self._two(kind, subject, "clear_hold", hold.pk))  # type: ignore[misc]
        self.step("check", lambda: self._check_all(kind, subject, model))
        self.step("verify", lambda: self._two(kind, subject, "verify"))

    def _check_all(self, kind: str, subject: UUID, model: Any) -> None:
        row, today = model.objects.get(pk=subject), local(self.now).date()
        good = {
            (str(c.resident_id or ""), c.code)
            for c in current_checks(row)
            if c.passed and (c.lapses_on is None or c.lapses_on >= today)
        }
        for resident, code in needed(row):
            if (resident, code) not in good:
                self._check(kind, subject, code, UUID(resident) if resident else None, passed=True)

    def _two(self, kind: str, subject: UUID, decision: str, hold: UUID | None = None) -> m.Decision:
        reason = {"verify": "checks_complete", "lift": "cause_removed", "clear_hold": "hold_explained"}[decision]
        with transaction.atomic():
            first = decisions.decide_first(
                actor=self.world.olena,
                kind=kind,
                subject=subject,
                id=uuid7(),
                decision=decision,
                reason=reason,
                hold=hold,
                at=self.now,
            )
            return decisions.decide_second(
                actor=self.world.petru, decision=first.pk, carry=True, reason=reason, at=self.now
            )

    def publish(self, n: int) -> None:
        how = "pause" if n % 16 > 9 else "publish"
        """One of the offers that may still be opened."""
        kind = "transport" if n % 2 else "accommodation"
        status = ("draft", "paused") if how == "publish" else ("open", "full")
        waiting = list(OFFERS[kind].objects.filter(status__in=status).order_by("pk"))
        if waiting:
            self._publish(how, kind, waiting[n // 16 % len(waiting)])

    def _publish(self, how: str, kind: str, offer: Any) -> None:
        call, owner = offers.publish if how == "publish" else offers.pause, self.world.owner_of(offer.provider_id)
        self.step(how, lambda: call(actor=owner, kind=kind, offer=offer.pk, at=self.now))

    def draft(self, n: int) -> None:
        """A new ride like one of the first two, for the days to come."""
        old = m.TransportOffer.objects.get(pk=self.world.rides[n % 2])
        draft = offers.TransportDraft(
            driver=old.driver_id,
            escort=old.escort_id,
            vehicle=old.vehicle_id,
            origin="siret",
            destinations=["suceava"],
            departs_from=self.now,
            departs_until=self.now + timedelta(hours=20),
            seats=3,
            child_seats=1,
        )
        given: dict[str, Any] = {"provider": old.provider_id, "id": uuid7(), "draft": draft, "at": self.now}
        offer = self.step("draft", lambda: offers.draft_transport(actor=self.world.owner_of(old.provider_id), **given))
        self._publish("publish", "transport", offer)

    # Time

    def time_passes(self, n: int) -> None:
        self.now += timedelta(hours=(0.5, 1, 3, 9, 15, 24)[n % 6])
        if n % 5:
            self.work(n)

    def work(self, _n: int) -> None:
        worker.work_once(at=self.now)
        self.worked_on = local(self.now).date()
        self.counted["work"] = self.counted.get("work", 0) + 1
        self.nobody_unverified_is_on_an_active_match()

    # What must hold after every step

    def nobody_unverified_is_on_an_active_match(self) -> None:
        self.counted["steps"] = self.counted.get("steps", 0) + 1
        assert not violations(self.worked_on)

    @invariant()
    def every_place_taken_is_somebody_s(self) -> None:
        assert not found(MISCOUNTED)

    def everything_decided_is_audited(self) -> None:
        """Asked once, at the end of a run: entries are never taken away."""
        entries = set(m.AuditEntry.objects.values_list("action", "object_id"))
        decided = m.Decision.objects.values_list("pk", "outcome")
        owed = {("decision.first", str(pk)) for pk, _ in decided}
        owed |= {("decision.carried", str(pk)) for pk, outcome in decided if outcome == "carried"}
        for column, action in (("accepted_at", "match.accepted"), ("confirmed_at", "match.confirmed")):
            done = m.Match.objects.filter(**{f"{column}__isnull": False})
            owed |= {(action, str(pk)) for pk in done.values_list("pk", flat=True)}
        for column, action in (("departed_at", "journey.departed"), ("halted_at", "match.halted")):
            done = m.Match.objects.filter(**{f"{column}__isnull": False})
            owed |= {(action, str(pk)) for pk in done.values_list("pk", flat=True)}
        assert owed <= entries, owed - entries


@contextmanager
def crowd() -> Iterator[type[Crowd]]:
    """A crowd of its own with its world, which is built once for all runs."""
    yield type("FreshCrowd", (Crowd,), {"world": build(), "counted": {}})


def run(machine: type[Crowd], examples: int, *, shrink: bool = True) -> None:
    """Let the crowd loose."""
    phases = tuple(Phase) if shrink else (Phase.generate,)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=True,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_nobody_unverified_is_ever_on_an_active_match() -> None:
    with crowd() as machine:
        run(machine, EXAMPLES)
    counted = machine.counted
    print(dict(sorted(counted.items())))
    assert counted["steps"] >= WANTED
    lively = ("propose", "accept", "confirm", "depart", "arrive", "suspend", "hold", "edit", "fail", "verify", "lift")
    assert all(counted.get(name, 0) >= 20 for name in (*lively, "clear", "renew", "publish", "close", "resolve"))


def open_gate(_pair: gate.Pair, _at: object) -> gate.Verdict:
    """A gate that lets everybody through."""
    return gate.Verdict((), 0, ())


def touches_nothing(_rides: object, _stays: object) -> Any:
    """A suspension that halts nothing."""
    return m.Match.objects.none()


def expires_nobody(**_given: object) -> int:
    """A worker that forgets the papers."""
    return 0


CONTROLS = [(gate, "ask", open_gate), (standdown, "_touched", touches_nothing), (vetting, "expire_due", expires_nobody)]


@pytest.mark.parametrize(("module", "guard", "broken"), CONTROLS, ids=["gate", "halting", "expiry"])
def test_without_a_guard_the_crowd_finds_somebody_unverified(
    module: Any, guard: str, broken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, guard, broken)
    with crowd() as machine, pytest.raises(AssertionError):
        run(machine, 60, shrink=False)
