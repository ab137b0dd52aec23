"""The part of the crowd that vets and doubts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from registry import models as m
from registry.ids import uuid7
from registry.rules import vetting as vetting_rules
from registry.selectors.facts import local
from registry.selectors.standing import current_checks, needed
from registry.services import checks, decisions, holds, providers, suspension, vetting
from tests.invented.world import World

MODELS: dict[str, Any] = {"provider": m.Provider, "vehicle": m.Vehicle, "dwelling": m.Dwelling}
OFFERS: dict[str, Any] = {"transport": m.TransportOffer, "accommodation": m.AccommodationOffer}


class Vetters:
    """Officers and owners: they suspend, hold, edit, fail a check, and bring everybody back."""

    world: World
    now: datetime
    step: Callable[[str, Callable[[], Any]], Any]
    _publish: Callable[[str, str, Any], None]

    def subject(self, n: int) -> tuple[str, UUID, Any]:
        """One of those who are vetted, with its owner."""
        return self.world.subjects[n % len(self.world.subjects)]

    def disturb(self, n: int) -> None:
        (self._suspend, self._hold, self._edit, self._fail)[n % 4](n // 4)

    def _suspend(self, n: int) -> None:
        kind, subject, _ = self.subject(n)
        given: dict[str, Any] = {"actor": self.world.ioana, "reason": "police", "at": self.now}
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
        number = f"ZZ{int(subject) % 10**9:09d}" if vetting_rules.shows_paper(code) and passed else None
        known |= {"expires_on": local(self.now).date() + timedelta(days=3)}
        given: dict[str, Any] = {"id": uuid7(), "evidence": {name: known[name] for name in wanted}, "at": self.now}
        if number:
            given["evidence"]["number"] = f"{number}{resident.int % 10**6 if resident else 0}"
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
