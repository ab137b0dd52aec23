"""The people of the demo: staff of every role, providers in every state, crews and hosts whom scenes rely on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from registry import models as m
from registry.ids import uuid7
from registry.permissions import SYSTEM, Actor
from registry.selectors.standing import Subject, kind_of
from registry.services import decisions, holds, suspension, vetting, zones
from registry.simulation.enroll import Enrolled, Enroller
from registry.simulation.invented import Name
from registry.simulation.offering import Crew
from registry.simulation.staff import Staffing, acting
from registry.states import VETTED_STATES

TAG = "demo"
STAFFED = ("siret-crossing", "sighet-crossing", "isaccea-crossing", "halmeu-crossing")
HUBS = ("siret-camp", "radauti", "suceava", "botosani", "iasi", "baia-mare", "satu-mare", "tulcea")
FAR_HUBS = ("constanta", "cluj-napoca", "bucuresti-gara-de-nord")
CLOSED: Mapping[str, tuple[str, ...]] = {"albita": ("activate", "suspend"), "radauti-prut": ("activate", "retire")}


@dataclass(frozen=True, slots=True)
class Part:
    """An account that is shown: its login, role and scope, who it is, and what they can do."""

    login: str
    role: str
    name: Name
    employer: str
    can: str
    zone: str | None = None
    county: str | None = None


PARTS = (
    Part("volunteer", "volunteer", Name("Ilinca", "Botezatu"), "ngo", "register, match, hand over", "siret-crossing"),
    Part("hub", "volunteer", Name("Tudor", "Sava"), "ngo", "confirm arrivals in Suceava", "suceava"),
    Part("coordinator", "coordinator", Name("Corina", "Lungu"), "isu", "run zones, take alarms", None, "RO-SV"),
    Part("officer.isu.ro-sv", "officer", Name("Olena", "Savciuc"), "isu", "vet: first or second", None, "RO-SV"),
    Part("officer.dgaspc.ro-sv", "officer", Name("Petru", "Hreniuc"), "child", "vet: the other", None, "RO-SV"),
    Part("officer.isu.ro-tl", "officer", Name("Ștefan", "Maftei"), "isu-tl", "vet in Tulcea only", None, "RO-TL"),
    Part("child", "child_protection", Name("Adela", "Vieru"), "child", "children alone", None, "RO-SV"),
    Part("case", "case_worker", Name("Monica", "Filip"), "ngo", "cases and follow-ups"),
    Part("partner", "partner", Name("Radu", "Prodan"), "ngo", "offers of the NGO, API"),
    Part("auditor", "auditor", Name("Silvia", "Neagu"), "office", "read the audit log"),
    Part("steward", "steward", Name("Victor", "Olaru"), "office", "accounts and roles"),
    Part("steward2", "steward", Name("Lidia", "Cozma"), "office", "second for roles with power"),
)


@dataclass
class Cast:
    """Everybody of the demo at one moment; what exists is found again, what is no longer fit is replaced."""

    staffing: Staffing
    at: datetime
    actors: dict[str, Actor] = field(default_factory=dict)

    # Staff

    def hire(self) -> None:
        """The accounts that are shown, the officers of other counties and the staff of the zones."""
        office = self.staffing.organization("authority", "Centrul de coordonare (inventat)", None)
        for part in sorted(PARTS, key=lambda part: part.role != "steward"):
            person = self.staffing.account(part.login, part.name, self._employer(part, office))
            if part.role != "steward":
                self.staffing.grant(person, part.role, zone=part.zone, county=part.county)
            self.actors[part.login] = acting(person)
        for zone in (*STAFFED, *FAR_HUBS, *HUBS):
            self.staff_of(zone)

    def _employer(self, part: Part, office: m.Organization) -> m.Organization:
        of = self.staffing
        if part.employer == "ngo":
            return of.ngo(0)
        if part.employer == "office":
            return office
        county = part.county or "RO-SV"
        return of.child_office(county) if part.employer == "child" else of.inspectorate(county)

    def staff_of(self, zone: str) -> list[Actor]:
        """The volunteers of a zone, two where people are handed over."""
        count = 2 if zone in STAFFED else 1
        return [
            self.staffing.employ(f"volunteer{n}.{zone}", "volunteer", self.staffing.ngo(0), zone=zone)
            for n in range(1, count + 1)
        ]

    def open_zones(self) -> None:
        """Active zones, one that is suspended, one that is retired; the others stay drafts."""
        wanted = dict.fromkeys((*STAFFED, *HUBS, *FAR_HUBS), ("activate",)) | dict(CLOSED)
        drafts = m.Zone.objects.filter(status="draft", code__in=wanted)
        for zone in drafts:
            officer = self.staffing.officers(zone.county_id).first
            for action in wanted[zone.code]:
                zones.set_status(actor=officer, zone=zone.code, action=action, at=self.at)

    def start_shifts(self, ends_at: datetime) -> None:
        """Everybody who hands people over is on duty from now on."""
        on_duty = [(self.actors["volunteer"], "siret-crossing"), (self.actors["coordinator"], "siret-crossing")]
        on_duty += [(actor, zone) for zone in STAFFED for actor in self.staff_of(zone)]
        for actor, zone in on_duty:
            zones.start_shift(actor=actor, zone=zone, id=uuid7(), ends_at=ends_at, at=self.at)

    # Providers whom scenes rely on

    def enroller(self, at: datetime | None = None) -> Enroller:
        """Enrols and vets at this moment of the demo."""
        return Enroller(self.staffing, at or self.at)

    def crew(self, login: str, sex: str, make: str = "Dacia Lodgy", seats: int = 7) -> Crew:
        """A verified driver with a vehicle: found again, or enrolled under the next free login."""
        known = self.known(login)
        if known:
            vehicle = known.provider.vehicles.filter(status="verified").first()
            if vehicle and vehicle.verified_until and vehicle.verified_until > self._soon():
                return Crew(known.provider, known.actor, known.provider, vehicle)
        enroller, town = self.enroller(self.at - timedelta(days=5)), m.Town.objects.get(pk="suceava")
        new = enroller.own_account(self._free(login), sex, town, is_driver=True)
        vehicle = enroller.vehicle(new.provider, new.actor, make, seats, child_seats=2, wheelchairs=1)
        enroller.vet(new.provider, vehicle)
        return Crew(new.provider, new.actor, new.provider, vehicle)

    def host(self, login: str, town: str, beds: int, residents: tuple[str, ...]) -> tuple[m.Dwelling, Actor]:
        """A verified host with a home: found again, or enrolled under the next free login."""
        known = self.known(login)
        if known:
            home = known.provider.dwellings.filter(status="verified").select_related("provider").first()
            if home and home.verified_until and home.verified_until > self._soon():
                return home, known.actor
        enroller, place = self.enroller(self.at - timedelta(days=5)), m.Town.objects.get(pk=town)
        new = enroller.own_account(self._free(login), "f", place, is_host=True)
        home = enroller.dwelling(new.provider, new.actor, place, beds, residents)
        enroller.vet(new.provider, home)
        return home, new.actor

    def ngo_bus(self) -> Crew | None:
        """The minibus of the NGO with driver and escort; None once somebody or something of it is not verified."""
        partner = self.actors["partner"]
        mine = m.Provider.objects.filter(organization=partner.organization).order_by("created_at", "id")
        if not mine.exists():
            self._enroll_ngo(partner)
        fit = mine.filter(status="verified", verified_until__gt=self._soon())
        house = fit.filter(kind="organization").first()
        driver, escort = fit.filter(is_driver=True).first(), fit.filter(kind="person", is_driver=False).first()
        vehicle = house.vehicles.filter(status="verified", verified_until__gt=self._soon()).first() if house else None
        return Crew(house, partner, driver, vehicle, escort) if house and driver and escort and vehicle else None

    def _enroll_ngo(self, partner: Actor) -> None:
        by, town = self.enroller(self.at - timedelta(days=5)), m.Town.objects.get(pk="suceava")
        house = by.organization(partner, self.staffing.ngo(0).name, town)
        driver, escort = by.member(partner, "m", town, is_driver=True), by.member(partner, "f", town)
        by.vet(house, driver, escort, by.vehicle(house, partner, "Mercedes Sprinter", 17, child_seats=3, wheelchairs=2))

    def _soon(self) -> date:
        return (self.at + timedelta(days=2)).date()

    def _accounts(self, login: str) -> list[m.Person]:
        return list(m.Person.objects.filter(email__regex=rf"^{login}(-\d+)?@{TAG}\.").order_by("created_at", "id"))

    def _free(self, login: str) -> str:
        taken = len(self._accounts(login))
        return f"{login}-{taken + 1}" if taken else login

    def known(self, login: str) -> Enrolled | None:
        """The last enrolled under this login, if still verified and not held."""
        for person in reversed(self._accounts(login)):
            provider = m.Provider.objects.filter(account=person, status="verified").first()
            held = m.Hold.objects.filter(provider=provider, cleared_at=None).exists()
            if provider and not held and provider.verified_until and provider.verified_until > self._soon():
                return Enrolled(provider, acting(person))
        return None

    # Vetting in every state

    def enroll_every_state(self) -> None:
        """A provider, a vehicle and a home in every state of vetting, and the special cases of the queue."""
        for state in VETTED_STATES:
            early = self.enroller(self.at - timedelta(days=40 if state == "expired" else 4))
            self._into(state, early.own_account(f"provider.{state}", "m", self._town(), is_driver=True).provider, early)
            owner = early.own_account(f"vehicle.{state}", "f", self._town(), is_driver=True)
            early.vet(owner.provider)
            self._into(state, early.vehicle(owner.provider, owner.actor, "Ford Transit", 9), early)
            owner = early.own_account(f"home.{state}", "f", self._town(), is_host=True)
            early.vet(owner.provider)
            self._into(state, early.dwelling(owner.provider, owner.actor, self._town(), 4, ["f"]), early)
        vetting.expire_due(actor=SYSTEM, at=self.at)
        self._special_cases()

    def _town(self) -> m.Town:
        return m.Town.objects.get(pk=self.staffing.inventor.random.choice(("suceava", "radauti", "siret")))

    def _into(self, state: str, subject: Subject, by: Enroller) -> None:
        """Take an application to this state, the way people do."""
        officer, kind = self.staffing.officers("RO-SV").first, kind_of(subject)
        if state == "applied":
            return
        by.check(
            subject,
            fail=self._last_code(subject) if state == "rejected" else None,
            until=(by.at + timedelta(days=30)).date() if state == "expired" else None,
            leave=2 if state in ("in_review", "info_requested") else 0,
        )
        if state == "info_requested":
            codes = [self._last_code(subject)]
            vetting.request_info(actor=officer, kind=kind, subject=subject.pk, codes=codes, at=by.at)
        elif state == "rejected":
            vetting.reject(actor=officer, kind=kind, subject=subject.pk, reason="failed_check", at=by.at)
        elif state != "in_review":
            by.carry(subject, by.propose(subject))
        if state in ("suspended", "revoked"):
            suspension.suspend(actor=officer, kind=kind, subject=subject.pk, reason="false_statement", at=self.at)
        if state == "revoked":
            now = self.enroller()
            now.carry(subject, now.propose(subject, "revoke", "confirmed_abuse"), "confirmed_abuse")

    def _last_code(self, subject: Subject) -> str:
        codes = {"provider": "right_to_drive", "vehicle": "photo_with_plate", "dwelling": "beds_as_declared"}
        return codes[kind_of(subject)]

    def _special_cases(self) -> None:
        """One that waits for its second decision, one held, one held whose hold waits to be cleared."""
        by, officers = self.enroller(self.at - timedelta(days=1)), self.staffing.officers("RO-SV")
        second = by.own_account("provider.second", "f", self._town(), is_driver=True).provider
        by.check(second)
        by.propose(second)
        for login in ("provider.held", "provider.clearing"):
            held = by.own_account(login, "m", self._town(), is_driver=True).provider
            by.vet(held)
            hold = holds.place_by_officer(
                actor=officers.first, kind="provider", subject=held.pk, id=uuid7(), code="officer_doubt", at=self.at
            )
        decisions.decide_first(
            actor=officers.first,
            kind="provider",
            subject=held.pk,
            id=uuid7(),
            decision="clear_hold",
            reason="hold_explained",
            hold=hold.id,
            at=self.at,
        )
