"""A random crowd that uses the real services, as a state machine of hypothesis."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry import models as m
from registry import states
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.selectors.facts import local
from registry.services import concerns, intake, journeys, matching, offers, worker
from tests import factories as f
from tests.invented.promise import found, last_entry, miscounted, violations
from tests.invented.vetters import OFFERS, Vetters
from tests.invented.world import World

WAY = ("proposed", "accepted", "confirmed", "departed", "arrived")
# How often each happens: enough goes well that there is something to lose.
WEIGHTS = {
    "propose": 4,
    "go_on": 10,
    "try_anything": 14,
    "end": 2,
    "ask_for_help": 1,
    "report": 1,
    "disturb": 3,
    "vet": 1,
    "vet_everybody": 1,
    "publish": 1,
    "draft": 1,
    "time_passes": 4,
    "work": 2,
}
FORWARD = ("accept", "confirm", "depart")
REFUSED = (RegistryError, states.IllegalTransition)


class Crowd(Vetters, RuleBasedStateMachine):
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
        assert not miscounted()

    def everything_decided_is_audited(self) -> None:
        """Asked once, at the end of a run: entries are never taken away."""
        entries = set(m.AuditEntry.objects.values_list("action", "object_id"))
        decided = m.Decision.objects.filter(first_at__gte=f.NOW).values_list("pk", "outcome")
        owed = {("decision.first", str(pk)) for pk, _ in decided}
        owed |= {("decision.carried", str(pk)) for pk, outcome in decided if outcome == "carried"}
        for column, action in (("accepted_at", "match.accepted"), ("confirmed_at", "match.confirmed")):
            done = m.Match.objects.filter(**{f"{column}__isnull": False})
            owed |= {(action, str(pk)) for pk in done.values_list("pk", flat=True)}
        for column, action in (("departed_at", "journey.departed"), ("halted_at", "match.halted")):
            done = m.Match.objects.filter(**{f"{column}__isnull": False})
            owed |= {(action, str(pk)) for pk in done.values_list("pk", flat=True)}
        assert owed <= entries, owed - entries
