"""Plans as the worker leaves them, without waiting for the planner, and small worlds to plan for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import planning
from tests.invented import households, people, places, providers


def asked(zone: str | None = "siret", county: str | None = None, who: Actor | None = None, **given: Any) -> m.Plan:
    """A plan that waits to be made, asked for by Andrei."""
    values = {"actor": who or people.andrei(), "id": uuid7(), "at": places.NOW, **given}
    return planning.make(zone=zone, county=county, **values)


def made(zone: str | None = "siret", county: str | None = None, **given: Any) -> m.Plan:
    """A plan that the worker has made."""
    plan = asked(zone, county, **given)
    assert planning.make_due(at=places.NOW) == 1
    plan.refresh_from_db()
    return plan


@dataclass(frozen=True)
class Crossing:
    """Households that wait at Siret, and homes that could take them."""

    requests: tuple[m.HelpRequest, ...]
    offers: tuple[m.AccommodationOffer, ...]


def crossing(beds: Sequence[int] = (4, 2), waiting: int = 3, kind: str = "stay") -> Crossing:
    """So many mothers with a child, and homes with so many beds; the zone is staffed."""
    people.staffed("siret")
    offers = [providers.accommodation_offer(providers.dwelling(beds=number), beds=number) for number in beds]
    requests = [households.help_request(kind) for _ in range(waiting)]
    return Crossing(tuple(requests), tuple(offers))


def drafted(rows: Sequence[tuple[m.HelpRequest, m.AccommodationOffer | None]], zone: str = "siret") -> m.Plan:
    """A draft with exactly these rows, written as rows: for what comes after the making."""
    worth = 100.0
    plan = asked(zone)
    total = sum(request.household.size for request, _ in rows)
    placed = sum(request.household.size for request, stay in rows if stay)
    m.Plan.objects.filter(pk=plan.pk).update(
        status="draft",
        started_at=places.NOW,
        beat_at=places.NOW,
        finished_at=places.NOW,
        progress=100,
        households=len(rows),
        people=total,
        placed=placed,
        unplaced=total - placed,
        value=worth * sum(stay is not None for _, stay in rows),
        bound=worth * len(rows),
    )
    for request, stay in rows:
        m.PlanRow.objects.create(
            id=uuid7(),
            created_at=places.NOW,
            plan=plan,
            request=request,
            household=request.household,
            origin=request.origin,
            stay=stay,
            people=request.household.size,
            worth=worth if stay else 0,
            status="planned" if stay else "left_out",
            reasons=[] if stay else [{"code": "plan_all_given", "rule": 0, "severity": "info", "params": {}}],
        )
    plan.refresh_from_db()
    return plan
