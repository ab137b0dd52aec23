"""What the rows of the table are about, and the expectations that many of them share."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from registry import models as m
from registry.ids import uuid7
from registry.permissions import of_household
from registry.services import audit, ledger_key, ledger_tree, ledgers, shares, status_lists
from tests import factories as f
from tests.permissions.table import Scene
from tests.permissions.world import World

V1 = "api/v1/"
Scenery = Callable[[World], Scene]


def new(**members: Any) -> dict[str, Any]:
    """A body with a fresh id."""
    return {"id": str(uuid7()), **members}


def pk(thing: Any, body: dict[str, Any] | None = None, **headers: str) -> Scene:
    """A scene about one thing."""
    return Scene({"pk": thing.pk}, body, headers=headers)


def proved(_: World) -> Scene:
    """Two entries under a signed checkpoint."""
    key = ledger_key.LedgerKey(settings.LEDGER_ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    first, _ = (audit.record(actor=f.SYSTEM, at=f.NOW, action="x", about=f.person_of(f.olena())) for _ in range(2))
    ledger_tree.sequence()
    ledgers.checkpoint(key=key, at=f.NOW)
    return Scene({"seq": first.seq})


def listing(thing: Any, **parts: Any) -> Scene:
    """A list that shows, or hides, one thing."""
    return Scene(parts, shows=thing.pk)


def matched(thing: Any, body: dict[str, Any]) -> Scene:
    """A change of the version that stands in the database."""
    return pk(thing, body, **{"If-Match": f'"{thing.version}"'})


def zone(body: dict[str, Any] | None = None) -> Scenery:
    """The zone Siret."""
    return lambda _: Scene({"code": "siret"}, body)


def match_in(status: str, body: dict[str, Any] | None = None, stay: bool = False) -> Scenery:
    """A match in this state."""
    return lambda w: pk(w.match(status, stay), body)


def journey_of(status: str) -> Scenery:
    """A journey in this state, in a list."""
    return lambda w: listing(w.match(status))


def departing(w: World) -> Scene:
    """A confirmed ride at the gate with the right pass and plate."""
    match = w.match("confirmed")
    shown = f.provider_pass(w.provider, w.car)
    return pk(match, {"counted": match.people, "pass_code": shown.code, "plate": w.car.plate})


def shown(body: dict[str, Any] | None = None) -> Scenery:
    """The provider's pass for its car."""
    return lambda w: pk(f.provider_pass(w.provider, w.car), body)


def listed_passes(w: World) -> Scene:
    """The status list, published once."""
    assert f.provider_pass(w.provider, w.car)
    status_lists.publish_due(at=f.NOW)
    return Scene({"number": 0})


def by_code(status: str, body: dict[str, Any] | None = None) -> Scenery:
    """The household's own journey."""

    def scene(w: World) -> Scene:
        w.match(status)
        return Scene({"code": w.household.code}, body)

    return scene


def answered(w: World) -> Scene:
    """A proposal that the household answers itself."""
    match = w.match("proposed")
    return Scene({"code": w.household.code, "pk": match.pk}, {"choice": "refuse"})


def shared(w: World) -> m.JourneyShare:
    """The household lets somebody follow its journey."""
    w.match("confirmed")
    return shares.make(actor=of_household(w.household.pk), id=uuid7(), at=f.NOW)


def application() -> dict[str, Any]:
    """An application written for somebody."""
    named = {"given_name": "Ana", "family_name": "Pop", "birth_year": 1980, "phone": "0721234567", "town": "suceava"}
    return new(kind="person", **named)


def ride_draft(w: World) -> Scene:
    """A draft of a ride by the provider."""
    times = {"departs_from": "2026-03-07T10:00:00+02:00", "departs_until": "2026-03-07T12:00:00+02:00"}
    who = {"provider": str(w.provider.pk), "driver": str(w.provider.pk), "vehicle": str(w.car.pk)}
    return Scene(body=new(**who, **times, origin="siret", destinations=["suceava"], seats=3))


def stay_draft(w: World) -> Scene:
    """A draft of beds by the provider."""
    who = {"provider": str(w.provider.pk), "dwelling": str(w.home.pk)}
    return Scene(body=new(**who, beds=2, from_date="2026-03-06", to_date="2026-04-06"))


def first_check(kind: str) -> Scenery:
    """A check that such a thing needs, passed."""
    code = {"provider": "code_of_conduct", "vehicle": "photo_with_plate", "dwelling": "lockable_room"}[kind]
    return lambda w: pk(w.thing(kind, "in_review"), new(code=code, passed=True))


def in_state(kind: str, status: str, body: dict[str, Any] | None = None) -> Scenery:
    """A thing in this state of vetting."""
    return lambda w: pk(w.thing(kind, status), body)


def decided(kind: str) -> Scenery:
    """A pending decision about a thing, in the list of that thing."""

    def scene(w: World) -> Scene:
        decision = w.pending(kind)
        return listing(decision, pk=w.thing(kind, "in_review").pk)

    return scene


OWN_ACCOUNT = "*=201 public=401"
FIELD_BUT_CHILD = "volunteer=200/404 coordinator=200/404 child_protection=403/404 *=404 public=401"
FIELD_ADDS_CHILD = "volunteer=201/404 coordinator=201/404 child_protection=403/404 *=404 public=401"
FIELD_AND_CHILD = "volunteer=200/404 coordinator=200/404 child_protection=200/404 *=404 public=401"
FIELD_READS = "volunteer=200/404 coordinator=200/404 *=404 public=401"
FIELD_ADDS = "volunteer=201/404 coordinator=201/404 *=404 public=401"
OWNER_READS = "officer=200/404 partner=200/404 provider=200/404 *=404 public=401"
OWNER_ADDS = "officer=201/404 partner=201/404 provider=201/404 *=404 public=401"
OFFICER_DOES = "officer=200/404 partner=403/404 provider=403/404 *=404 public=401"
OFFICER_ADDS = "officer=201/404 partner=403/404 provider=403/404 *=404 public=401"
FIELD_SEES = "volunteer=sees/none coordinator=sees/none *=none public=401"
STAFF_AND_CARRIERS = "volunteer=200/404 coordinator=200/404 partner=200/404 provider=200/404 *=404 public=401"
ALARM = "volunteer=200/404 coordinator=200/404 officer=200/404 *=404 public=401"
ROLES_BY_STEWARD = "steward=201 *=403 public=401"
SIGNED_IN = "*=200 public=401"
STEWARD = "steward=200 *=403 public=401"


FIELD_WATCHES = (
    "volunteer=sees coordinator=sees officer=sees/none partner=sees/none provider=sees/none *=none public=401"
)
FIELD_LOOKS = "volunteer=200 coordinator=200 officer=200/404 partner=200/404 provider=200/404 *=404 public=401"
OWNER_MOVES = "volunteer=403 coordinator=403 officer=403/404 partner=200/404 provider=200/404 *=404 public=401"
OWNER_DRAFTS = "officer=403/404 partner=201/404 provider=201/404 *=404 public=401"
OWNER_OPENS = "officer=403/404 partner=200/404 provider=200/404 *=404 public=401"
OWNER_SEES = "officer=sees/404 partner=sees/404 provider=sees/404 *=404 public=401"
OFFICER_SEES = "officer=sees/404 partner=403/404 provider=403/404 *=404 public=401"
