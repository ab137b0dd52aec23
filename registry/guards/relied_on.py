"""What a match, a leg or an offer relies on, as SQL: people, their organizations, vehicles and dwellings.

``Offers`` says which offers are meant; everything else follows from them.
"""

from dataclasses import dataclass

from registry.guards.guard import Lock, any_of
from registry.guards.vetting import held


@dataclass(frozen=True, slots=True)
class Offers:
    """Which rides and which stays: conditions on ``t`` and ``s``."""

    rides: str
    stays: str

    def of_rides(self, column: str) -> str:
        """One column of these rides."""
        return f"SELECT t.{column} FROM registry_transportoffer t WHERE {self.rides} AND t.{column} IS NOT NULL"

    def of_stays(self, column: str) -> str:
        """One column of these stays."""
        return f"SELECT s.{column} FROM registry_accommodationoffer s WHERE {self.stays}"

    @property
    def people(self) -> str:
        """Whoever offers, drives, rides along or hosts."""
        riding = [self.of_rides(f"{role}_id") for role in ("provider", "driver", "escort")]
        return " UNION ".join([*riding, self.of_stays("provider_id")])

    @property
    def organizations(self) -> str:
        """The providers of the organizations that those people act for."""
        return (
            "SELECT b.id FROM registry_provider b JOIN registry_provider a ON a.organization_id = b.organization_id"
            f" WHERE b.kind = 'organization' AND a.id IN ({self.people})"
        )

    @property
    def vouched_for(self) -> str:
        """Everybody who must be verified."""
        return f"{self.people} UNION {self.organizations}"


def _legs(offer: str) -> str:
    return f"SELECT l.{offer}_offer_id FROM registry_leg l WHERE l.match_id = NEW.id"


OF_MATCH = Offers(f"t.id IN ({_legs('transport')})", f"s.id IN ({_legs('accommodation')})")
OF_LEG = Offers("t.id = NEW.transport_offer_id", "s.id = NEW.accommodation_offer_id")
OF_RIDE = Offers("t.id = NEW.id", "1 = 0")
OF_STAY = Offers("1 = 0", "s.id = NEW.id")


def unverified(offers: Offers, day: str) -> str:
    """Rule 1: whether anybody or anything that these offers rely on is not verified through the day, or held."""
    nobody_behind = (
        f"EXISTS (SELECT 1 FROM registry_provider a WHERE a.id IN ({offers.people}) AND a.organization_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM registry_provider b WHERE b.kind = 'organization'"
        " AND b.organization_id = a.organization_id))"
    )
    return any_of(
        _unfit("provider", offers.vouched_for, day),
        _unfit("vehicle", offers.of_rides("vehicle_id"), day),
        _unfit("dwelling", offers.of_stays("dwelling_id"), day),
        nobody_behind,
    )


def _unfit(kind: str, ids: str, day: str) -> str:
    bad = any_of("x.status <> 'verified'", f"x.verified_until < {day}", held(kind, "x"))
    return f"EXISTS (SELECT 1 FROM registry_{kind} x WHERE x.id IN ({ids}) AND ({bad}))"


def locks(offers: Offers) -> tuple[Lock, ...]:
    """The same rows, locked in the order that the services use: providers, vehicles, dwellings."""
    return (
        Lock("registry_provider", offers.vouched_for),
        Lock("registry_vehicle", offers.of_rides("vehicle_id")),
        Lock("registry_dwelling", offers.of_stays("dwelling_id")),
    )
