"""A journey as somebody follows it whom the household trusts: how it stands, the plate, a first name, an area."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from registry import models as m
from registry.errors import NotFound
from registry.ids import read_code
from registry.rules.disclosure import follows


@dataclass(frozen=True, slots=True)
class Followed:
    """Nothing about who travels, from where or to which town."""

    status: str
    driver: str
    plate: str
    area: m.County | None


def digest(code: str) -> str:
    """What the code of a share is found by."""
    return hashlib.sha256(f"share:{read_code(code)}".encode()).hexdigest()


def by_code(code: str, at: datetime) -> Followed:
    """The journey behind a share, else NotFound: the same for a wrong code, one taken back and one that is over."""
    live = m.JourneyShare.objects.filter(digest=digest(code), ended_at=None, household__erased_at=None)
    found = live.select_related("match__destination__county").first()
    if found is None or not follows(found.match.status, found.match.arrived_at, at):
        raise NotFound
    return _followed(found.match)


def _followed(row: m.Match) -> Followed:
    leg = row.legs.select_related("transport_offer__driver", "transport_offer__vehicle").filter(kind="ride").first()
    ride = leg.transport_offer if leg else None
    return Followed(
        status=row.status,
        driver=ride.driver.given_name if ride else "",
        plate=ride.vehicle.plate if ride else "",
        area=row.destination.county,
    )
