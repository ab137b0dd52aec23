"""The world of a replay: zones with their staff, and who drives, hosts and decides; made before the day begins."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import zones
from registry.simulation.arrivals import BORDER_TIME, ZoneShare, towns_from
from registry.simulation.staff import Staffing

DAY_STARTS_HOUR, NIGHT_STARTS_HOUR = 6, 18
SHIFT = timedelta(hours=12)
TEAM = 4


@dataclass(frozen=True, slots=True)
class Team:
    """The staff of a zone: who works by day, who by night; the first of each is the coordinator."""

    zone: str
    day: tuple[Actor, ...]
    night: tuple[Actor, ...]

    def on_duty(self, at: datetime) -> tuple[Actor, ...]:
        """Who is on shift at this moment."""
        hour = at.astimezone(BORDER_TIME).hour
        return self.day if DAY_STARTS_HOUR <= hour < NIGHT_STARTS_HOUR else self.night


@dataclass(frozen=True, slots=True)
class Car:
    """What stands at the gate for a ride: the pass the driver shows and the plate."""

    pass_code: str
    plate: str
    driver: UUID


@dataclass
class World:
    """Who and what there is; ids of offers lead to cars and hosts. In real time one team works around the clock."""

    staffing: Staffing
    shares: tuple[ZoneShare, ...]
    prepared_at: datetime
    real_time: bool = False
    teams: dict[str, Team] = field(default_factory=dict)
    receivers: dict[str, Actor] = field(default_factory=dict)
    child_officers: dict[str, Actor] = field(default_factory=dict)
    zones: dict[str, m.Zone] = field(default_factory=dict)
    towns: dict[str, m.Town] = field(default_factory=dict)
    cars: dict[UUID, Car] = field(default_factory=dict)
    hosts: dict[UUID, Actor] = field(default_factory=dict)
    bed_towns: dict[UUID, str] = field(default_factory=dict)

    def found(self) -> None:
        """Staff of every zone where people come or arrive, and open zones."""
        self.towns = m.Town.objects.in_bulk()
        reached = {town for share in self.shares for town, _ in towns_from(share.zone)}
        entries = {share.zone for share in self.shares}
        hubs = m.Zone.objects.filter(town__in=reached, kind="hub").exclude(code__in=entries)
        self.zones = {z.code: z for z in [*m.Zone.objects.filter(code__in=entries), *hubs]}
        for code, zone in self.zones.items():
            self._open(zone)
            self.receivers[code] = self._volunteer(f"arrivals.{code}", code)
        for county in sorted({str(self.towns[code].county_id) for code in reached}):
            self.staffing.officers(county)
        for share in self.shares:
            self.teams[share.zone] = self._team(share.zone)
            self._child_officer(self.zones[share.zone].county_id)

    def _open(self, zone: m.Zone) -> None:
        officer = self.staffing.officers(zone.county_id).first
        if zone.status in ("draft", "suspended"):
            zones.set_status(actor=officer, zone=zone.code, action="activate", at=self.prepared_at)

    def _volunteer(self, login: str, zone: str, role: str = "volunteer") -> Actor:
        ngo = self.staffing.ngo(len(self.teams))
        return self.staffing.employ(login, role, ngo, zone=zone)

    def _team(self, zone: str) -> Team:
        if self.real_time:
            everybody = tuple(
                self._volunteer(f"day{n}.{zone}", zone, "volunteer" if n else "coordinator") for n in range(TEAM)
            )
            return Team(zone, everybody, everybody)
        day, night = (
            tuple(self._volunteer(f"{turn}{n}.{zone}", zone, "volunteer" if n else "coordinator") for n in range(TEAM))
            for turn in ("day", "night")
        )
        return Team(zone, day, night)

    def _child_officer(self, county: str) -> None:
        if county not in self.child_officers:
            office = self.staffing.child_office(county)
            login = f"child.{county.lower()}"
            self.child_officers[county] = self.staffing.employ(login, "child_protection", office, county=county)

    def everybody(self) -> dict[UUID | None, Actor]:
        """Everybody who acts on the day, by id."""
        teams = [actor for team in self.teams.values() for actor in (*team.day, *team.night)]
        pairs = [actor for pair in self.staffing.known_pairs() for actor in (pair.first, pair.second)]
        others = (*self.receivers.values(), *self.child_officers.values(), *self.hosts.values())
        return {actor.id: actor for actor in (*teams, *pairs, *others)}

    def start_shifts(self, team: Team, at: datetime, hours: float = 12.0) -> None:
        """Whoever works at this moment goes on duty."""
        for actor in team.on_duty(at):
            zones.start_shift(actor=actor, zone=team.zone, id=uuid7(), ends_at=at + timedelta(hours=hours), at=at)
