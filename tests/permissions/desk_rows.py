"""The desk of authorities: every page and button, and what each role gets."""

from collections.abc import Callable
from typing import Any

from registry import models as m
from registry.services import vetting
from tests import factories as f
from tests.permissions.table import Row, Scene, row
from tests.permissions.world import World

OFFICER = "officer=200/404 public=login *=404"
SENT = "officer=302/404 public=login *=404"
# A button has no page of its own: let in is what tells it from the others.
PRESSED = SENT.replace("302", "in")
LISTED = "officer=200 public=login *=404"
WATCH = "officer=200 coordinator=200 child_protection=200 public=login *=404"
ZONES = "officer=200/404 coordinator=200/404 public=login *=404"
CHILD = "child_protection=200/404 public=login *=404"
CHILD_SENT = "child_protection=302/404 public=login *=404"
READY = {"reason": "checks_complete", "conflict": "no"}
VEHICLE: dict[str, Any] = {
    "plate": "SV 55 XYZ",
    "plate_country": "RO",
    "make": "Dacia",
    "color": "red",
    "seats": 5,
    "child_seats": 0,
    "wheelchair_places": 0,
}
HOME: dict[str, Any] = {
    "address": "Strada Noua 1",
    "town": "suceava",
    "lat": "47.63",
    "lon": "26.25",
    "beds": 2,
    "rooms": 1,
}
RESIDENT: dict[str, Any] = {"given_name": "Ana", "family_name": "Noua", "birth_year": 1990, "sex": "f"}
PERSON: dict[str, Any] = {**RESIDENT, "phone": "0721234567", "town": "suceava"}

Made = Callable[[World], Scene]


def thing(kind: str, status: str = "verified", **body: Any) -> Made:
    """A provider, car or home in this state, and what is sent."""
    return lambda world: Scene({"kind": kind, "pk": world.thing(kind, status).pk}, body)


def sending(body: dict[str, Any]) -> Made:
    """An address about nothing in particular, and what is sent to it."""
    return lambda _world: Scene({}, body)


def check(world: World) -> Scene:
    return Scene({"kind": "provider", "pk": world.provider.pk, "code": "met_in_person"}, {"result": "passed"})


def resident_check(world: World) -> Scene:
    parts = {"pk": world.home.pk, "resident": world.resident.pk, "code": "code_of_conduct"}
    return Scene(parts, {"result": "passed"})


def verify(world: World) -> Scene:
    subject = world.thing("provider", "in_review")
    return Scene({"kind": "provider", "pk": subject.pk, "decision": "verify"}, READY)


def clear_hold(world: World) -> Scene:
    held = f.hold(world.car)
    return Scene(
        {"kind": "vehicle", "pk": world.car.pk, "hold": held.pk}, {"reason": "hold_explained", "conflict": "no"}
    )


def pending(world: World) -> Scene:
    return Scene({"pk": world.pending("dwelling").pk}, {"answer": "carry", **READY})


def own_pending(world: World) -> Scene:
    return Scene({"pk": world.pending("vehicle", f.olena()).pk})


def resident(world: World) -> Scene:
    return Scene({"pk": world.home.pk, "resident": world.resident.pk})


def edited(world: World) -> Scene:
    return Scene({"kind": "vehicle", "pk": world.car.pk}, {**VEHICLE, "version": world.car.version})


def asked(world: World) -> Scene:
    subject = world.thing("provider", "in_review")
    vetting.request_info(actor=f.olena(), kind="provider", subject=subject.pk, codes=["identity"], at=f.NOW)
    return Scene({"kind": "provider", "pk": subject.pk})


def call(world: World) -> Scene:
    return Scene({"pk": world.match("departed").pk})


def concern(world: World) -> Scene:
    return Scene({"pk": world.concern().pk}, {"reason": "unfounded"})


def alarm(world: World) -> Scene:
    return Scene({"pk": world.alarm("coordinator").pk}, {"reason": "safe"})


def zone(world: World) -> Scene:
    version = m.Zone.objects.get(pk="siret").version
    return Scene({"code": "siret"}, {"action": "suspend", "version": version})


def child(world: World) -> Scene:
    return Scene({"pk": world.child.pk}, {"reference": "DGASPC-9", "expires_on": str(f.TODAY + f.DAY)})


def placement(world: World) -> Scene:
    return Scene({"pk": world.child.pk, "decision": world.placement().pk})


def both(
    address: str, made: Made, seen: str = OFFICER, sent: str = SENT, made_to_send: Made | None = None
) -> list[Row]:
    """A form: its page, and what is sent from it."""
    return [row("GET", f"desk/{address}", made, seen), row("POST", f"desk/{address}", made, sent)]


KIND = "<vetted:kind>/<uuid:pk>"
ROWS: tuple[Row, ...] = (
    row("GET", "desk/", None, "officer=200 coordinator=200 child_protection=200 auditor=200 public=login *=404"),
    row("GET", "desk/queue/", None, LISTED),
    *both("apply/", sending(PERSON), LISTED, "officer=302/422 public=login *=404"),
    *both("apply/organization/", sending({}), LISTED, "officer=422 public=login *=404"),
    row("GET", "desk/provider/<uuid:pk>/", thing("provider"), OFFICER),
    *both("provider/<uuid:pk>/vehicle/", thing("provider", **VEHICLE)),
    *both("provider/<uuid:pk>/dwelling/", thing("provider", **HOME)),
    row("GET", "desk/dwelling/<uuid:pk>/place/", thing("dwelling"), OFFICER),
    *both("dwelling/<uuid:pk>/residents/", thing("dwelling", **RESIDENT)),
    *both("dwelling/<uuid:pk>/residents/<uuid:resident>/out/", resident),
    *both("dwelling/<uuid:pk>/residents/<uuid:resident>/check/<slug:code>/", resident_check),
    *both(f"{KIND}/edit/", edited),
    row("POST", f"desk/{KIND}/start-review/", thing("dwelling", "applied"), PRESSED),
    row("POST", f"desk/{KIND}/renew/", thing("vehicle", "expired"), PRESSED),
    row("POST", f"desk/{KIND}/supply-info/", asked, PRESSED),
    row("POST", f"desk/{KIND}/appeal/", thing("provider", "rejected"), PRESSED),
    *both(f"{KIND}/check/<slug:code>/", check),
    *both(f"{KIND}/request-info/", thing("provider", "in_review", codes=["identity"])),
    *both(f"{KIND}/reject/", thing("provider", "in_review", reason="duplicate")),
    *both(f"{KIND}/decide/<slug:decision>/", verify),
    *both(f"{KIND}/hold/<uuid:hold>/clear/", clear_hold),
    *both(f"{KIND}/hold/", thing("dwelling", reason="officer_doubt")),
    *both(f"{KIND}/suspend/", thing("provider", reason="police")),
    row("GET", f"desk/{KIND}/halted/", thing("provider", "suspended"), OFFICER),
    *both("decision/<uuid:pk>/", pending),
    row("POST", "desk/decision/<uuid:pk>/withdraw/", own_pending, PRESSED),
    row("GET", "desk/journey/<uuid:pk>/call/", call, ZONES),
    row("GET", "desk/concerns/", None, LISTED),
    *both("concerns/<uuid:pk>/", concern),
    row("GET", "desk/alarms/", None, WATCH),
    row("POST", "desk/alarms/<uuid:pk>/take/", alarm, ZONES.replace("200", "in")),
    *both("alarms/<uuid:pk>/close/", alarm, ZONES, ZONES.replace("200", "302")),
    row("GET", "desk/zones/", None, "officer=200 coordinator=200 public=login *=404"),
    *both("zones/<slug:code>/", zone, ZONES, ZONES.replace("200", "302")),
    row("GET", "desk/children/", None, "child_protection=200 public=login *=404"),
    *both("children/<uuid:pk>/", child, CHILD, CHILD_SENT),
    row("GET", "desk/children/<uuid:pk>/contact/", child, CHILD),
    row("POST", "desk/children/<uuid:pk>/decision/<uuid:decision>/end/", placement, CHILD_SENT.replace("302", "in")),
    row("GET", "desk/audit/", None, "auditor=200 public=login *=404"),
)
