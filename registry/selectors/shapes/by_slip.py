"""A household's proposals as its own program sees them, in the household's language."""

from datetime import datetime
from typing import Any

from registry.permissions import Actor
from registry.selectors import household_page


def proposals(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """What the household can choose from, the oldest first."""
    page = household_page.page(actor, at)
    return [_proposal(one, page.household.language) for one in page.choices]


def _proposal(shown: household_page.Shown, language: str) -> dict[str, Any]:
    row, car, home = shown.match, shown.car, shown.home
    reasons = shown.against or shown.speaks_for
    return {
        "id": row.pk,
        "status": row.status,
        "destination": row.destination_id,
        "arrival_zone": row.arrival_zone_id,
        "departs_from": car.departs_from if car else None,
        "driver": car.name if car else None,
        "vehicle": f"{car.make}, {car.color}" if car else None,
        "town": home.town.pk if home else None,
        "from_date": home.from_date if home else None,
        "to_date": home.to_date if home else None,
        "possible": not shown.against,
        "verified": shown.verified,
        "reasons": list(dict.fromkeys(one.text(language, "household") for one in reasons)),
    }
