"""Invented providers, vehicles and dwellings, applied for and vetted through the services as people do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules.vetting import definitions, shows_paper
from registry.selectors.standing import Subject, about, kind_of, needed, owner_of
from registry.services import checks, decisions, providers
from registry.services.providers import ResidentDraft
from registry.simulation.invented import Inventor, Name
from registry.simulation.staff import Staffing, acting

DOCUMENTS_HOLD = timedelta(days=900)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A provider and the actor who acts for it: its own account, or a partner of its organization."""

    provider: m.Provider
    actor: Actor


@dataclass(frozen=True, slots=True)
class Enroller:
    """Enrols invented providers at one moment."""

    staffing: Staffing
    at: datetime

    @property
    def inventor(self) -> Inventor:
        """Where names and numbers come from."""
        return self.staffing.inventor

    # Providers

    def own_account(self, login: str, sex: str, town: m.Town, **fields: Any) -> Enrolled:
        """A person who applies for themselves with an account of their own."""
        name = self.inventor.name("ro", sex)
        person = self.staffing.account(login, name, None)
        self.staffing.grant(person, "provider")
        provider = providers.apply(
            actor=acting(person),
            id=uuid7(),
            kind="person",
            fields=self._person(name, sex, town) | fields,
            at=self.at,
            own_account=True,
        )
        return Enrolled(provider, acting(person))

    def member(self, partner: Actor, sex: str, town: m.Town, **fields: Any) -> m.Provider:
        """A person who acts for the partner's organization, applied for by the partner."""
        return providers.apply(
            actor=partner,
            id=uuid7(),
            kind="person",
            fields=self._person(self.inventor.name("ro", sex), sex, town) | fields,
            at=self.at,
            organization=partner.organization,
        )

    def organization(self, partner: Actor, name: str, town: m.Town) -> m.Provider:
        """The partner's organization itself as a provider."""
        fields = {
            "organization_name": name,
            "registration_number": f"RO00{self.inventor.next('registration'):06d}",
            "phone": self.inventor.phone(),
            "address": self.inventor.address(),
            "town": town.code,
        }
        return providers.apply(
            actor=partner, id=uuid7(), kind="organization", fields=fields, at=self.at, organization=partner.organization
        )

    def _person(self, name: Name, sex: str, town: m.Town) -> dict[str, Any]:
        spoken = ["ro"]
        spoken += ["uk"] if self.inventor.chance(0.35) else []
        spoken += ["en"] if self.inventor.chance(0.5) else []
        return {
            "given_name": name.given,
            "family_name": name.family,
            "birth_year": self.at.year - self.inventor.random.randint(23, 66),
            "sex": sex,
            "phone": self.inventor.phone(),
            "address": self.inventor.address(),
            "town": town.code,
            "languages": spoken,
        }

    # Things

    def vehicle(
        self, owner: m.Provider, actor: Actor, make: str, seats: int, *, child_seats: int = 0, wheelchairs: int = 0
    ) -> m.Vehicle:
        """A vehicle with a plate that nobody has."""
        fields = {
            "plate": self.inventor.plate(owner.county_id),
            "plate_country": "RO",
            "make": make,
            "color": self.inventor.word("colors"),
            "seats": seats,
            "child_seats": child_seats,
            "wheelchair_places": wheelchairs,
        }
        return providers.add_vehicle(actor=actor, provider=owner.id, id=uuid7(), fields=fields, at=self.at)

    def dwelling(
        self, owner: m.Provider, actor: Actor, town: m.Town, beds: int, residents: Sequence[str] = (), **fields: Any
    ) -> m.Dwelling:
        """A dwelling within about 3 km of the middle of its town; ``residents`` are their sexes."""
        random = self.inventor.random
        place = {
            "address": self.inventor.address(),
            "town": town.code,
            "lat": round(town.lat + random.uniform(-0.025, 0.025), 6),
            "lon": round(town.lon + random.uniform(-0.035, 0.035), 6),
            "beds": beds,
            "rooms": max(1, beds // 3),
            "lockable_room": True,
            "step_free": random.random() < 0.3,
        }
        return providers.add_dwelling(
            actor=actor,
            provider=owner.id,
            id=uuid7(),
            fields=place | fields,
            residents=[(uuid7(), self._resident(owner, sex)) for sex in residents],
            at=self.at,
        )

    def _resident(self, owner: m.Provider, sex: str) -> ResidentDraft:
        given = self.inventor.name("ro", sex).given
        return ResidentDraft(given, owner.family_name, self.at.year - self.inventor.random.randint(19, 70), sex)

    # Vetting

    def check(self, subject: Subject, *, fail: str | None = None, until: date | None = None, leave: int = 0) -> None:
        """Record the checks it needs, all but the last ``leave``; ``fail`` is a code that does not pass.

        ``until`` is the expiry of the documents: before long, the subject expires by itself.
        """
        wanted = needed(subject)
        drafts = [self._draft(key, code, code != fail, until) for key, code in wanted[: len(wanted) - leave]]
        officer = self._officers(subject).first
        checks.record_checks(actor=officer, kind=kind_of(subject), subject=subject.pk, drafts=drafts, at=self.at)

    def _draft(self, resident: str, code: str, passed: bool, until: date | None) -> checks.CheckDraft:
        return checks.CheckDraft(
            id=uuid7(),
            code=code,
            passed=passed,
            evidence=self._evidence(code, until) if passed else {},
            resident=UUID(resident) if resident else None,
        )

    def _officers(self, subject: Subject) -> Any:
        return self.staffing.officers(owner_of(subject).county_id)

    def _evidence(self, code: str, until: date | None) -> dict[str, Any]:
        values: dict[str, Any] = {
            "type": "identity_card",
            "country": "RO",
            "last_four": f"{self.inventor.random.randrange(10_000):04d}",
            "number": f"ZZ{self.inventor.next('document'):07d}",
            "expires_on": until or (self.at + DOCUMENTS_HOLD).date(),
        }
        if not shows_paper(code):
            return {name: values[name] for name in definitions()[code].evidence}
        return {name: value for name, value in values.items() if name != "last_four"}

    def explain(self, subject: Subject) -> None:
        """Two officers clear the holds that the rules placed on a namesake; few names make many of them."""
        for hold in m.Hold.objects.filter(cleared_at=None, placed_by=None, **about(subject)).order_by(
            "created_at", "id"
        ):
            reason = "hold_explained"
            self.carry(subject, self.propose(subject, "clear_hold", reason, hold.pk), reason)

    def propose(
        self, subject: Subject, decision: str = "verify", reason: str = "checks_complete", hold: UUID | None = None
    ) -> m.Decision:
        """The first of two decisions."""
        return decisions.decide_first(
            actor=self._officers(subject).first,
            kind=kind_of(subject),
            subject=subject.pk,
            id=uuid7(),
            decision=decision,
            reason=reason,
            hold=hold,
            at=self.at,
        )

    def carry(self, subject: Subject, decision: m.Decision, reason: str = "checks_complete") -> None:
        """The second of two decisions, by another person of another authority."""
        second = self._officers(subject).second
        decisions.decide_second(actor=second, decision=decision.id, carry=True, reason=reason, at=self.at)

    def vet(self, *subjects: Subject, until: date | None = None) -> None:
        """All checks and both decisions for each."""
        for subject in subjects:
            self.check(subject, until=until)
            self.explain(subject)
            self.carry(subject, self.propose(subject))
            subject.refresh_from_db()
