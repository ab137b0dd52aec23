"""Guards of offers, places, passes and households: what a match relies on does not change under it."""

from registry.guards.guard import Guard, Lock, any_of, changed
from registry.guards.relied_on import OF_RIDE, OF_STAY, Offers, unverified

# Offer -> its counted columns, each with the column of a leg that it counts.
COUNTED = {
    "transport": {
        "seats": "people",
        "child_seats": "child_seats",
        "wheelchair_places": "wheelchairs",
        "luggage": "luggage",
    },
    "accommodation": {"beds": "people"},
}


def _held(offer: str, key: str, part: str, more: str = "") -> str:
    return (
        f"(SELECT COALESCE(SUM(l.{part}), 0) FROM registry_leg l WHERE l.{offer}_offer_id = {key}"
        f" AND l.taken_at IS NOT NULL AND l.released_at IS NULL{more})"
    )


def _counted(offer: str) -> list[Guard]:
    """Places that legs hold are counted in the offer, whoever writes either."""
    key = f"NEW.{offer}_offer_id"
    uncounted = any_of(
        *(
            f"{_held(offer, key, part, ' AND l.id <> NEW.id')} + NEW.{part}"
            f" > (SELECT o.{column}_taken FROM registry_{offer}offer o WHERE o.id = {key})"
            for column, part in COUNTED[offer].items()
        )
    )
    lowered = any_of(*(f"NEW.{c}_taken < {_held(offer, 'NEW.id', part)}" for c, part in COUNTED[offer].items()))
    return [
        Guard(
            f"leg_{offer}_counted",
            "registry_leg",
            "UPDATE",
            "over_capacity",
            uncounted,
            f"{key} IS NOT NULL AND NEW.taken_at IS NOT NULL AND NEW.released_at IS NULL"
            " AND (OLD.taken_at IS NULL OR OLD.released_at IS NOT NULL)",
            (Lock(f"registry_{offer}offer", key, "NO KEY UPDATE"),),
        ),
        Guard(
            f"{offer}_counted",
            f"registry_{offer}offer",
            "UPDATE",
            "over_capacity",
            lowered,
            any_of(*(f"NEW.{c}_taken < OLD.{c}_taken" for c in COUNTED[offer])),
        ),
    ]


def _opens(offer: str, offers: Offers) -> Guard:
    """Open only while everybody and everything involved is verified."""
    return Guard(
        f"{offer}_open",
        f"registry_{offer}offer",
        "UPDATE OF status",
        "not_verified",
        unverified(offers, "[[earliest_day|NEW.published_at]]"),
        "NEW.status = 'open' AND OLD.status IN ('draft', 'paused')",
    )


def _foreign(role: str) -> str:
    """Whether the driver or escort is neither the provider nor acts for the same organization."""
    same = "a.organization_id = p.organization_id"
    return (
        f"NEW.{role}_id <> NEW.provider_id AND NOT EXISTS (SELECT 1 FROM registry_provider a JOIN registry_provider p"
        f" ON p.id = NEW.provider_id WHERE a.id = NEW.{role}_id AND {same})"
    )


def _another_s(kind: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM registry_{kind} x WHERE x.id = NEW.{kind}_id AND x.provider_id = NEW.provider_id)"
    )


OFFERS = [
    Guard(
        "transport_own",
        "registry_transportoffer",
        "INSERT",
        "not_of_this_provider",
        any_of(_another_s("vehicle"), _foreign("driver"), _foreign("escort")),
    ),
    Guard("accommodation_own", "registry_accommodationoffer", "INSERT", "not_of_this_provider", _another_s("dwelling")),
    Guard(
        "transport_fixed",
        "registry_transportoffer",
        "UPDATE",
        "written_once",
        when=changed("provider_id", "driver_id", "escort_id", "vehicle_id", "origin_id"),
    ),
    Guard(
        "accommodation_fixed",
        "registry_accommodationoffer",
        "UPDATE",
        "written_once",
        when=changed("provider_id", "dwelling_id"),
    ),
]

_CHOSEN = (
    "EXISTS (SELECT 1 FROM registry_match k WHERE k.household_id = {0}"
    " AND k.status IN ('accepted', 'confirmed', 'departed', 'overdue', 'alerted'))"
)
HOUSEHOLDS = [
    *(
        Guard(
            f"member_{event.lower()}",
            "registry_member",
            event,
            "household_fixed",
            _CHOSEN.format(f"{row}.household_id"),
        )
        for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
    Guard(
        "household_fixed",
        "registry_household",
        "UPDATE",
        "household_fixed",
        _CHOSEN.format("NEW.id"),
        changed("size", "minors", "men", "women"),
    ),
]
MATCHES = [
    Guard("leg_starts", "registry_leg", "INSERT", "starts_elsewhere", when="NEW.taken_at IS NOT NULL"),
    Guard(
        "leg_late",
        "registry_leg",
        "INSERT",
        "written_once",
        "NOT EXISTS (SELECT 1 FROM registry_match k WHERE k.id = NEW.match_id AND k.status = 'proposed')",
    ),
    Guard(
        "leg_fixed",
        "registry_leg",
        "UPDATE",
        "written_once",
        when=changed("match_id", "kind", "transport_offer_id", "accommodation_offer_id", "people", "child_seats")
        + f" OR {changed('wheelchairs', 'luggage')}",
    ),
    Guard(
        "match_fixed",
        "registry_match",
        "UPDATE",
        "written_once",
        when=changed("household_id", "request_id", "people", "origin_id", "arrival_zone_id"),
    ),
]


def _pass_outlives() -> str:
    """Whether the provider or the vehicle is not verified for as long as the pass would say."""
    bad = any_of("x.status <> 'verified'", "x.verified_until < NEW.valid_until")
    return any_of(
        *(
            f"EXISTS (SELECT 1 FROM registry_{kind} x WHERE x.id = NEW.{kind}_id AND ({bad}))"
            for kind in ("provider", "vehicle")
        )
    )


PASSES = [
    Guard("pass_verified", "registry_providerpass", "INSERT", "not_verified", _pass_outlives()),
    Guard(
        "pass_fixed",
        "registry_providerpass",
        "UPDATE",
        "written_once",
        when=changed("provider_id", "vehicle_id", "code")
        + " OR NEW.valid_until > OLD.valid_until OR NEW.valid_from < OLD.valid_from",
    ),
]

OFFERING: tuple[Guard, ...] = (
    *(guard for offer in COUNTED for guard in _counted(offer)),
    _opens("transport", OF_RIDE),
    _opens("accommodation", OF_STAY),
    *OFFERS,
    *HOUSEHOLDS,
    *MATCHES,
    *PASSES,
)
