"""Guards of a match on its way: accepted, confirmed and handed over only as rules 1, 4, 5, 6, 7 and 10 allow."""

from registry.guards.guard import Guard, any_of
from registry.guards.relied_on import OF_LEG, OF_MATCH, locks, unverified
from registry.rules.facts import MINOR_BANDS, OWN_GUARDIANS

_AT = (
    "CASE NEW.status WHEN 'accepted' THEN NEW.accepted_at WHEN 'confirmed' THEN NEW.confirmed_at"
    " ELSE NEW.departed_at END"
)
_DAY = f"[[earliest_day|{_AT}]]"
_FORWARD = "OLD.status <> NEW.status AND NEW.status IN ('accepted', 'confirmed', 'departed')"
_SEATED = "OLD.status <> NEW.status AND NEW.status IN ('confirmed', 'departed')"
_LEAVES = "OLD.status <> NEW.status AND NEW.status = 'departed'"
_ARRIVES = "OLD.status <> NEW.status AND NEW.status = 'arrived'"
_HOUSEHOLD = "h.id = NEW.household_id"


def _listed(words: frozenset[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in sorted(words)) + ")"


def _leg(kind: str) -> str:
    return f"EXISTS (SELECT 1 FROM registry_leg l WHERE l.match_id = NEW.id AND l.kind = '{kind}')"


def _split() -> str:
    """Rule 6: not everybody who was taken down is on every leg, or not on every leg that was asked for."""
    whole = (
        f"SELECT 1 FROM registry_household h WHERE {_HOUSEHOLD} AND h.size = NEW.people AND h.size ="
        " (SELECT COUNT(*) FROM registry_member c WHERE c.household_id = h.id)"
    )
    part = "SELECT 1 FROM registry_leg l WHERE l.match_id = NEW.id AND l.people <> NEW.people"
    asked = (
        "SELECT 1 FROM registry_helprequest r WHERE r.id = NEW.request_id AND r.household_id = NEW.household_id"
        f" AND (r.kind IN ('ride', 'both')) = {_leg('ride')} AND (r.kind IN ('stay', 'both')) = {_leg('stay')}"
    )
    return any_of(f"NOT EXISTS ({whole})", f"EXISTS ({part})", f"NOT EXISTS ({asked})")


def _decided(kind: str, more: str = "") -> str:
    """Whether a decision of this kind is in force for the household."""
    return (
        f"EXISTS (SELECT 1 FROM registry_protectiondecision q WHERE q.household_id = NEW.household_id"
        f" AND q.kind = '{kind}' AND q.ended_at IS NULL AND q.expires_on >= {_DAY}{more})"
    )


def _child_unprotected() -> str:
    """Rule 4: a child alone, a private provider, and no decision of child protection in force.

    Private is everybody but an authority's own transport or shelter, whoever of its people is at the wheel.
    """
    minors, own = _listed(MINOR_BANDS), _listed(OWN_GUARDIANS)
    adult = f"SELECT 1 FROM registry_member g WHERE g.household_id = c.household_id AND g.age_band NOT IN {minors}"
    alone = (
        f"EXISTS (SELECT 1 FROM registry_member c WHERE c.household_id = NEW.household_id AND c.age_band IN {minors}"
        f" AND (c.guardian NOT IN {own} OR NOT EXISTS ({adult})))"
    )
    offering = f"{OF_MATCH.of_rides('provider_id')} UNION {OF_MATCH.of_stays('provider_id')}"
    private = (
        "EXISTS (SELECT 1 FROM registry_provider a LEFT JOIN registry_organization o ON o.id = a.organization_id"
        f" WHERE a.id IN ({offering}) AND NOT (a.kind = 'organization' AND COALESCE(o.kind, '') = 'authority'))"
    )
    return f"{alone} AND {private} AND NOT {_decided('child_placement')}"


def _among_men() -> str:
    """Rule 5 for the household itself: no man of its own, and nobody but unrelated men around it.

    That a man who joins later endangers a woman who is there already is left to the services: it needs every night
    of everybody. What is refused here, they refuse as well.
    """
    unguarded = f"EXISTS (SELECT 1 FROM registry_household h WHERE {_HOUSEHOLD} AND h.men = 0)"
    can_ask = f"EXISTS (SELECT 1 FROM registry_household h WHERE {_HOUSEHOLD} AND h.size > h.minors)"
    agreed = f"({can_ask} AND {_decided('unrelated_men_accepted', ' AND q.second_by_id IS NOT NULL')})"
    return f"{unguarded} AND NOT {agreed} AND {any_of(_men_aboard(), _men_at_home())}"


def _women_on(which: str) -> str:
    """Whether another household with a woman has its place there."""
    return (
        "EXISTS (SELECT 1 FROM registry_leg l JOIN registry_match k ON k.id = l.match_id"
        f" JOIN registry_household h ON h.id = k.household_id WHERE {which} AND l.match_id <> NEW.id"
        " AND l.taken_at IS NOT NULL AND l.released_at IS NULL AND h.women > 0)"
    )


def _men_aboard() -> str:
    """A ride whose crew has no woman, and no woman among those who have a seat."""
    crew = f"{OF_MATCH.of_rides('driver_id')} UNION {OF_MATCH.of_rides('escort_id')}"
    woman = f"EXISTS (SELECT 1 FROM registry_provider a WHERE a.id IN ({crew}) AND a.sex = 'f')"
    beside = _women_on(f"l.transport_offer_id IN ({OF_MATCH.of_rides('id')})")
    return f"{_leg('ride')} AND NOT {woman} AND NOT {beside}"


def _men_at_home() -> str:
    """A home where a man lives, and neither a woman nor a guest who is one."""
    homes = OF_MATCH.of_stays("dwelling_id")
    living = f"SELECT 1 FROM registry_resident r WHERE r.dwelling_id IN ({homes}) AND r.moved_out_at IS NULL"
    adult = f"[[earliest_year|{_AT}]] - r.birth_year >= 18"
    placed = f"SELECT s.id FROM registry_accommodationoffer s WHERE s.dwelling_id IN ({homes})"
    beside = _women_on(f"l.accommodation_offer_id IN ({placed})")
    man, woman = f"EXISTS ({living} AND r.sex <> 'f' AND {adult})", f"EXISTS ({living} AND r.sex = 'f')"
    return f"{man} AND NOT {woman} AND NOT {beside}"


def _no_pick_up() -> str:
    """Rule 7: the zone is not active or nobody is on shift there, or the journey does not start there at all."""
    on_shift = (
        "SELECT 1 FROM registry_shift s WHERE s.zone_id = z.code AND s.ended_at IS NULL"
        f" AND s.starts_at <= {_AT} AND s.ends_at > {_AT}"
    )
    good = f"SELECT 1 FROM registry_zone z WHERE z.code = NEW.origin_id AND z.status = 'active' AND EXISTS ({on_shift})"
    elsewhere = f"NEW.origin_id NOT IN ({OF_MATCH.of_rides('origin_id')})"
    return any_of(f"NOT EXISTS ({good})", f"{_leg('ride')} AND {elsewhere}")


def _nowhere() -> str:
    """Rule 10: a ride that ends neither at a bed nor in an active safe zone."""
    zone = "EXISTS (SELECT 1 FROM registry_zone z WHERE z.code = NEW.arrival_zone_id AND z.status = 'active')"
    return f"{_leg('ride')} AND NOT {_leg('stay')} AND NOT {zone}"


_WITHOUT_PLACE = (
    "EXISTS (SELECT 1 FROM registry_leg l WHERE l.match_id = NEW.id"
    " AND (l.taken_at IS NULL OR l.released_at IS NOT NULL))"
)


def _not_seen_off() -> str:
    """Rules 7 and 10: nobody handed over, or at night no second person on shift there.

    Hours that are night in winter and in summer; the service knows the hour in between.
    """
    second = (
        "SELECT 1 FROM registry_shift s WHERE s.person_id = NEW.second_staff_id AND s.zone_id = NEW.origin_id"
        " AND s.ended_at IS NULL AND s.starts_at <= NEW.departed_at AND s.ends_at > NEW.departed_at"
    )
    return any_of(
        "NEW.handed_over_by_id IS NULL",
        "NEW.second_staff_id IS NULL AND [[utc_hour|NEW.departed_at]] IN (20, 21, 22, 23, 0, 1, 2)",
        f"NEW.second_staff_id IS NOT NULL AND NOT EXISTS ({second})",
    )


def _no_pass() -> str:
    """Rule 10: no valid pass of the vetted driver for the vetted vehicle."""
    good = (
        "SELECT 1 FROM registry_providerpass p JOIN registry_leg l ON l.match_id = NEW.id"
        " JOIN registry_transportoffer t ON t.id = l.transport_offer_id AND t.driver_id = p.provider_id"
        " WHERE p.id = NEW.pass_shown_id AND p.status = 'issued'"
        " AND (p.vehicle_id IS NULL OR p.vehicle_id = t.vehicle_id)"
        " AND p.valid_from <= [[latest_day|NEW.departed_at]] AND p.valid_until >= [[earliest_day|NEW.departed_at]]"
    )
    return f"{_leg('ride')} AND NOT EXISTS ({good})"


def _one_side() -> str:
    """Rule 10: never left, or no receiving side has spoken, or a provider has spoken for the household."""
    theirs = (
        f"SELECT a.account_id FROM registry_provider a WHERE a.id IN ({OF_MATCH.people}) AND a.account_id IS NOT NULL"
    )
    return any_of(
        "NEW.departed_at IS NULL", "NEW.receiver_arrived_by_id IS NULL", f"NEW.refugee_arrived_by_id IN ({theirs})"
    )


def _on(name: str, code: str, refuse_if: str, when: str = _FORWARD) -> Guard:
    return Guard(f"match_{name}", "registry_match", "UPDATE OF status", code, refuse_if, when)


_PROPOSED_DAY = "[[earliest_day|(SELECT k.created_at FROM registry_match k WHERE k.id = NEW.match_id)]]"
_NOT_OPEN = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM registry_{offer}offer o WHERE o.id = NEW.{offer}_offer_id AND o.status = 'open')"
    for offer in ("transport", "accommodation")
)

MATCHING: tuple[Guard, ...] = (
    Guard(
        "match_verified",
        "registry_match",
        "UPDATE OF status",
        "not_verified",
        unverified(OF_MATCH, _DAY),
        _FORWARD,
        locks(OF_MATCH),
    ),
    _on("whole", "household_split", _split()),
    _on("child", "child_lock", _child_unprotected()),
    _on("men", "only_unrelated_men", _among_men()),
    _on("zone", "zone_not_ready", _no_pick_up()),
    _on("destination", "destination_not_safe", _nowhere()),
    _on("placed", "no_place_taken", _WITHOUT_PLACE, _SEATED),
    _on("seen_off", "not_seen_off", _not_seen_off(), _LEAVES),
    _on("pass", "pass_not_valid", _no_pass(), _LEAVES),
    _on("arrived", "arrival_by_one_side", _one_side(), _ARRIVES),
    Guard(
        "leg_verified",
        "registry_leg",
        "INSERT",
        "not_verified",
        unverified(OF_LEG, _PROPOSED_DAY),
        locks=locks(OF_LEG),
    ),
    Guard("leg_open", "registry_leg", "INSERT", "offer_not_open", _NOT_OPEN),
)
