"""Invented organizations and people with an account: authorities and NGOs, each role with its scope."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.selectors.actors import actor_of
from registry.services import accounts, renewals
from registry.simulation.invented import Inventor, Name, lists

# A domain that cannot exist (RFC 2606): whoever has an address in it is invented.
DOMAIN = "example"


def is_invented_only() -> bool:
    """Whether every account of this database belongs to an invented person; true for an empty database."""
    return not m.Person.objects.exclude(email__endswith=f".{DOMAIN}").exists()


def acting(person: m.Person) -> Actor:
    """The actor that an invented person is: one who shows a second factor whenever it is asked for."""
    return actor_of(person, confirmed_until=datetime.max.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two officers of one county, of two authorities: what one decides the other may second."""

    first: Actor
    second: Actor


@dataclass
class Staffing:
    """Makes accounts in the name of one steward; ``tag`` keeps the accounts of two runs apart."""

    inventor: Inventor
    tag: str
    at: datetime
    _stewards: dict[str, Actor] = field(default_factory=dict)
    _pairs: dict[str, Pair] = field(default_factory=dict)

    @property
    def steward(self) -> Actor:
        """Who keeps the accounts; the first one comes with the installation."""
        return self._keeper("steward")

    @property
    def second_steward(self) -> Actor:
        """Who agrees where one steward alone may give no power."""
        return self._keeper("steward2")

    def _keeper(self, login: str) -> Actor:
        if login not in self._stewards:
            office = self.organization("authority", "Centrul de coordonare (inventat)", None)
            person = self.account(login, self.inventor.name("ro", "f"), office)
            m.RoleGrant.objects.get_or_create(
                person=person, role="steward", ended_at=None, defaults={"id": uuid7(), "created_at": self.at}
            )
            self._stewards[login] = acting(person)
        return self._stewards[login]

    def organization(self, kind: str, name: str, county: str | None) -> m.Organization:
        """An organization of this name and run, made once."""
        number = f"{self.tag}-{kind}-{county or 'RO'}"
        found, _ = m.Organization.objects.get_or_create(
            name=name,
            kind=kind,
            registration_number=number[:40],
            defaults={
                "id": uuid7(),
                "created_at": self.at,
                "county_id": county,
                "phone": self.inventor.phone(),
                "email": f"office@{self.tag}.{DOMAIN}",
            },
        )
        return found

    def account(self, login: str, name: Name, organization: m.Organization | None, language: str = "ro") -> m.Person:
        """An account of this login and run, made once; nobody can sign in to it without a password."""
        found, _ = m.Person.objects.get_or_create(
            email=f"{login}@{self.tag}.{DOMAIN}",
            defaults={
                "id": uuid7(),
                "created_at": self.at,
                "given_name": name.given,
                "family_name": name.family,
                "phone": self.inventor.phone(),
                "language": language,
                "organization": organization,
                "password": "!invented",
            },
        )
        return found

    def grant(self, person: m.Person, role: str, *, zone: str | None = None, county: str | None = None) -> None:
        """A role with its scope, given once by the steward, and by both where it has power."""
        scope = {"zone": zone, "county": county}
        if not m.RoleGrant.objects.filter(person=person, role=role, ended_at=None, **scope).exists():
            given = accounts.grant_role(
                actor=self.steward, person=person.id, id=uuid7(), role=role, at=self.at, **scope
            )
            if isinstance(given, m.AccountDecision):
                renewals.second(actor=self.second_steward, decision=given.pk, carry=True, at=self.at)

    def employ(
        self,
        login: str,
        role: str,
        organization: m.Organization | None,
        *,
        zone: str | None = None,
        county: str | None = None,
    ) -> Actor:
        """Somebody of the organization with one role; gives the actor."""
        person = self.account(login, self.inventor.name("ro", self.inventor.random.choice("fm")), organization)
        self.grant(person, role, zone=zone, county=county)
        return acting(person)

    def officers(self, county: str) -> Pair:
        """The two officers of a county: emergency inspectorate and child protection, two authorities."""
        if county not in self._pairs:
            code = county.lower()
            self._pairs[county] = Pair(
                self.employ(f"officer.isu.{code}", "officer", self.inspectorate(county), county=county),
                self.employ(f"officer.dgaspc.{code}", "officer", self.child_office(county), county=county),
            )
        return self._pairs[county]

    def known_pairs(self) -> list[Pair]:
        """The officers of every county that has been asked for."""
        return list(self._pairs.values())

    def inspectorate(self, county: str) -> m.Organization:
        """The county's emergency inspectorate (ISU)."""
        return self.organization("authority", f"ISU {county} (inventat)", county)

    def child_office(self, county: str) -> m.Organization:
        """The county's directorate of social assistance and child protection (DGASPC)."""
        return self.organization("authority", f"DGASPC {county} (inventat)", county)

    def ngo(self, number: int) -> m.Organization:
        """One of the invented NGOs."""
        names = lists()["organizations"]["ngo"]
        return self.organization("ngo", f"Asociația {names[number % len(names)]}", None)
