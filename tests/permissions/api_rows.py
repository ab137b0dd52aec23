"""The permission table of the API: one line an address and method."""

from collections.abc import Callable
from typing import Any

from registry.ids import uuid7
from registry.rules import vetting
from tests import factories as f
from tests.permissions.table import Row, Scene, row
from tests.permissions.world import World

V1 = "api/v1/"
Scenery = Callable[[World], Scene]


def new(**members: Any) -> dict[str, Any]:
    """A body with a fresh id."""
    return {"id": str(uuid7()), **members}


def pk(thing: Any, body: dict[str, Any] | None = None, **headers: str) -> Scene:
    """A scene about one thing."""
    return Scene({"pk": thing.pk}, body, headers=headers)


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


def by_code(status: str, body: dict[str, Any] | None = None) -> Scenery:
    """The household's own journey."""

    def scene(w: World) -> Scene:
        w.match(status)
        return Scene({"code": w.household.code}, body)

    return scene


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


def vetted(folder: str, kind: str) -> tuple[Row, ...]:
    """What is done with providers, vehicles and dwellings alike."""
    at = f"{V1}{folder}/<uuid:pk>/"
    verify = new(decision="verify", reason="checks_complete")
    missing = {"codes": [vetting.required("person" if kind == "provider" else kind)[0]]}
    return (
        row(
            "GET",
            at + "checks",
            lambda w: listing(_check(w, kind), pk=w.thing(kind).pk),
            "officer=sees/404 partner=sees/404 provider=sees/404 *=404 public=401",
        ),
        row("POST", at + "checks", first_check(kind), OFFICER_ADDS),
        row("POST", at + "review", in_state(kind, "applied"), OFFICER_DOES),
        row("POST", at + "info-request", in_state(kind, "in_review", missing), OFFICER_DOES),
        row("POST", at + "info", in_state(kind, "info_requested"), OWNER_READS),
        row("POST", at + "rejection", in_state(kind, "in_review", {"reason": "failed_check"}), OFFICER_DOES),
        row("POST", at + "appeal", in_state(kind, "rejected"), OWNER_READS),
        row("POST", at + "renewal", in_state(kind, "expired"), OFFICER_DOES),
        row(
            "GET", at + "decisions", decided(kind), "officer=sees/404 partner=403/404 provider=403/404 *=404 public=401"
        ),
        row("POST", at + "decisions", in_state(kind, "in_review", verify), OFFICER_ADDS),
        row("POST", at + "holds", in_state(kind, "verified", new(code="officer_doubt")), OFFICER_ADDS),
        row("POST", at + "suspension", in_state(kind, "verified", {"reason": "report"}), OFFICER_DOES),
    )


def _check(w: World, kind: str) -> Any:
    return w.thing(kind).checks.first()


def offered(folder: str, kind: str) -> tuple[Row, ...]:
    """What is done with rides and beds alike."""
    at = V1 + folder
    return (
        row(
            "GET",
            at,
            lambda w: listing(w.offer(kind, "open")),
            "volunteer=sees coordinator=sees officer=sees/none partner=sees/none provider=sees/none *=none public=401",
        ),
        row(
            "POST",
            at,
            ride_draft if kind == "transport" else stay_draft,
            "officer=403/404 partner=201/404 provider=201/404 *=404 public=401",
        ),
        row(
            "GET",
            at + "/<uuid:pk>",
            lambda w: pk(w.offer(kind, "open")),
            "volunteer=200 coordinator=200 officer=200/404 partner=200/404 provider=200/404 *=404 public=401",
        ),
        row(
            "POST",
            at + "/<uuid:pk>/publish",
            lambda w: pk(w.offer(kind, "draft")),
            "officer=403/404 partner=200/404 provider=200/404 *=404 public=401",
        ),
        row(
            "POST",
            at + "/<uuid:pk>/pause",
            lambda w: pk(w.offer(kind, "open")),
            "volunteer=403 coordinator=403 officer=403/404 partner=200/404 provider=200/404 *=404 public=401",
        ),
        row(
            "POST",
            at + "/<uuid:pk>/withdraw",
            lambda w: pk(w.offer(kind, "open")),
            "volunteer=403 coordinator=403 officer=403/404 partner=200/404 provider=200/404 *=404 public=401",
        ),
    )


MOVED_IN = {"given_name": "Ion", "family_name": "Pop", "birth_year": 1990}
HOME = {"address": "Strada Mica 1", "town": "suceava", "lat": 47.63, "lon": 26.25, "beds": 2}
CAR = {"plate": "SV 77 XYZ", "plate_country": "RO", "make": "Dacia", "color": "red", "seats": 4}
MEMBERS = [{"age_band": "18-59", "sex": "f"}]
WANTED = {"kind": "ride", "origin": "siret", "earliest_at": "2026-03-06T12:00:00Z", "from_date": "2026-03-06"}
UNTIL = "2026-03-20"

ROWS = (
    row("GET", "api/schema/", None, "*=200"),
    row("GET", "api/docs/", None, "*=200"),
    row("GET", V1 + "me", None, SIGNED_IN),
    row("GET", V1 + "me/tokens", None, SIGNED_IN),
    row("POST", V1 + "me/tokens", lambda _: Scene(body=new(name="laptop")), OWN_ACCOUNT),
    row("POST", V1 + "me/tokens/<uuid:pk>/revocation", lambda w: pk(_token(w)), "volunteer=200/404 *=404 public=401"),
    row("GET", V1 + "people", None, STEWARD),
    row("GET", V1 + "people/<uuid:pk>", lambda w: pk(f.known("maria")), STEWARD),
    row(
        "POST", V1 + "people/<uuid:pk>/roles", lambda w: pk(f.known("maria"), new(role="coordinator")), ROLES_BY_STEWARD
    ),
    row("POST", V1 + "people/<uuid:pk>/deactivation", lambda w: pk(f.known("petru")), STEWARD),
    row("POST", V1 + "roles/<uuid:pk>/end", lambda w: pk(f.known("petru").grants.get()), STEWARD),
    row("GET", V1 + "organizations", lambda w: listing(w.drum_bun), "*=sees public=401"),
    row("GET", V1 + "organizations/<uuid:pk>", lambda w: pk(w.drum_bun), SIGNED_IN),
    row("GET", V1 + "zones", None, SIGNED_IN),
    row("GET", V1 + "zones.geojson", None, SIGNED_IN),
    row("GET", V1 + "zones/<slug:code>", zone(), SIGNED_IN),
    row(
        "POST",
        V1 + "zones/<slug:code>/status",
        zone({"action": "suspend"}),
        "coordinator=200/403 officer=200/403 *=403 public=401",
    ),
    row("GET", V1 + "zones/<slug:code>/shifts", zone(), ALARM),
    row(
        "POST",
        V1 + "zones/<slug:code>/shifts",
        zone(new(ends_at="2026-03-06T20:00:00+02:00")),
        "volunteer=201/403 coordinator=201/403 *=403 public=401",
    ),
    row("POST", V1 + "shifts/<uuid:pk>/end", lambda w: pk(f.staffed()), FIELD_READS),
    row("GET", V1 + "crossings", None, SIGNED_IN),
    row("GET", V1 + "towns", None, SIGNED_IN),
    row("GET", V1 + "counties", None, SIGNED_IN),
    row(
        "GET",
        V1 + "providers",
        lambda w: listing(w.provider),
        "officer=sees/none partner=sees/none provider=sees/none *=none public=401",
    ),
    row(
        "POST",
        V1 + "providers",
        lambda _: Scene(body=application()),
        "volunteer=201 coordinator=201 officer=201 partner=201 *=403 public=401",
    ),
    row("GET", V1 + "providers/<uuid:pk>", lambda w: pk(w.provider), OWNER_READS),
    row("PATCH", V1 + "providers/<uuid:pk>", lambda w: matched(w.provider, {"given_name": "Ana"}), OWNER_READS),
    row("POST", V1 + "providers/<uuid:pk>/vehicles", lambda w: pk(w.provider, new(**CAR)), OWNER_ADDS),
    row("POST", V1 + "providers/<uuid:pk>/dwellings", lambda w: pk(w.provider, new(**HOME)), OWNER_ADDS),
    row("GET", V1 + "vehicles/<uuid:pk>", lambda w: pk(w.car), OWNER_READS),
    row("PATCH", V1 + "vehicles/<uuid:pk>", lambda w: matched(w.car, {"color": "blue"}), OWNER_READS),
    row("GET", V1 + "dwellings/<uuid:pk>", lambda w: pk(w.home), OWNER_READS),
    row("PATCH", V1 + "dwellings/<uuid:pk>", lambda w: matched(w.home, {"beds": 3}), OWNER_READS),
    row("POST", V1 + "dwellings/<uuid:pk>/residents", lambda w: pk(w.home, new(**MOVED_IN)), OWNER_ADDS),
    row(
        "POST",
        V1 + "dwellings/<uuid:pk>/residents/<uuid:resident>/move-out",
        lambda w: Scene({"pk": w.home.pk, "resident": w.resident.pk}),
        OWNER_READS,
    ),
    *vetted("providers", "provider"),
    *vetted("vehicles", "vehicle"),
    *vetted("dwellings", "dwelling"),
    row("GET", V1 + "decisions", lambda w: listing(w.pending("provider")), "officer=sees/none *=none public=401"),
    row("GET", V1 + "decisions/<uuid:pk>", lambda w: pk(w.pending("provider")), "officer=200/404 *=404 public=401"),
    row(
        "POST",
        V1 + "decisions/<uuid:pk>/second",
        lambda w: pk(w.pending("provider"), {"carry": True, "reason": "checks_complete"}),
        OFFICER_DOES,
    ),
    row(
        "POST",
        V1 + "decisions/<uuid:pk>/withdrawal",
        lambda w: pk(w.pending("provider", f.olena())),
        "officer=200/404 *=404 public=401",
    ),
    *offered("transport-offers", "transport"),
    *offered("accommodation-offers", "accommodation"),
    row("GET", V1 + "households", lambda w: listing(w.household), FIELD_SEES),
    row(
        "POST",
        V1 + "households",
        lambda _: Scene(body=new(zone="siret", members=MEMBERS)),
        "volunteer=201/403 coordinator=201/403 *=403 public=401",
    ),
    row(
        "GET",
        V1 + "households/<uuid:pk>",
        lambda w: pk(w.child),
        FIELD_AND_CHILD,
    ),
    row("PATCH", V1 + "households/<uuid:pk>", lambda w: matched(w.child, {"pets": 1}), FIELD_BUT_CHILD),
    row(
        "GET",
        V1 + "households/<uuid:pk>/contact",
        lambda w: pk(w.child),
        FIELD_AND_CHILD,
    ),
    row("POST", V1 + "households/<uuid:pk>/requests", lambda w: pk(w.child, new(**WANTED)), FIELD_ADDS_CHILD),
    row("GET", V1 + "households/<uuid:pk>/consents", lambda w: pk(w.child), FIELD_AND_CHILD),
    row(
        "POST",
        V1 + "households/<uuid:pk>/consents",
        lambda w: pk(w.child, new(organization=str(w.drum_bun.pk), given=True)),
        FIELD_BUT_CHILD,
    ),
    row(
        "POST",
        V1 + "households/<uuid:pk>/placements",
        lambda w: pk(w.child, new(reference="D-1", expires_on=UNTIL)),
        "volunteer=403/404 coordinator=403/404 child_protection=201/404 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "households/<uuid:pk>/acceptances",
        lambda w: pk(w.child, new(reason="She asked for it in private.", expires_on=UNTIL)),
        FIELD_ADDS_CHILD,
    ),
    row(
        "POST",
        V1 + "protection-decisions/<uuid:pk>/agreement",
        lambda w: pk(w.acceptance()),
        "volunteer=200/404 coordinator=409/404 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "protection-decisions/<uuid:pk>/end",
        lambda w: pk(w.placement()),
        "volunteer=403/404 coordinator=403/404 child_protection=200/404 *=404 public=401",
    ),
    row("GET", V1 + "requests", lambda w: listing(w.request), FIELD_SEES),
    row("GET", V1 + "requests/<uuid:pk>", lambda w: pk(w.request), FIELD_READS),
    row("GET", V1 + "requests/<uuid:pk>/proposals", lambda w: pk(w.request), FIELD_READS),
    row("POST", V1 + "requests/<uuid:pk>/cancellation", lambda w: pk(w.request), FIELD_READS),
    row("POST", V1 + "requests/<uuid:pk>/referral", lambda w: pk(w.request), FIELD_READS),
    row("GET", V1 + "matches", journey_of("proposed"), FIELD_SEES),
    row(
        "POST",
        V1 + "matches",
        lambda w: Scene(body=new(request=str(w.request.pk), ride=str(w.ride.pk), arrival_zone="suceava")),
        FIELD_ADDS,
    ),
    row("POST", V1 + "matches/<uuid:pk>/accept", match_in("proposed"), FIELD_READS),
    row("POST", V1 + "matches/<uuid:pk>/decline", match_in("proposed"), FIELD_READS),
    row("POST", V1 + "matches/<uuid:pk>/confirm", match_in("accepted"), FIELD_READS),
    row(
        "POST",
        V1 + "matches/<uuid:pk>/cancel",
        match_in("confirmed", {"reason": "plans_changed"}),
        "volunteer=200/404 coordinator=200/404 partner=403/404 provider=403/404 *=404 public=401",
    ),
    row(
        "GET",
        V1 + "journeys",
        journey_of("confirmed"),
        "volunteer=sees/none coordinator=sees/none partner=sees/none provider=sees/none *=none public=401",
    ),
    row("GET", V1 + "journeys/<uuid:pk>", match_in("confirmed"), STAFF_AND_CARRIERS),
    row(
        "POST",
        V1 + "journeys/<uuid:pk>/departure",
        departing,
        "volunteer=200/404 coordinator=200/404 partner=403/404 provider=403/404 *=404 public=401",
    ),
    row("GET", V1 + "journeys/<uuid:pk>/check-ins", match_in("departed"), STAFF_AND_CARRIERS),
    row(
        "POST",
        V1 + "journeys/<uuid:pk>/check-ins",
        match_in("departed", new(kind="underway")),
        "volunteer=201/404 coordinator=201/404 partner=201/404 provider=201/404 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "journeys/<uuid:pk>/arrival",
        match_in("departed", {"side": "receiver"}),
        "volunteer=409/404 coordinator=200/404 partner=409/404 provider=409/404 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "journeys/<uuid:pk>/resolution",
        match_in("overdue", {"outcome": "arrived_safe", "needs_new": False}),
        "volunteer=403/404 coordinator=200/404 partner=403/404 provider=403/404 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "journeys/<uuid:pk>/closure",
        match_in("arrived"),
        "volunteer=200/404 coordinator=200/404 partner=403/404 provider=403/404 *=404 public=401",
    ),
    row(
        "GET",
        V1 + "journeys/<uuid:pk>/contacts",
        match_in("halted"),
        "volunteer=200/404 coordinator=200/404 officer=200/404 partner=403/404 provider=403/404 *=404 public=401",
    ),
    row("GET", V1 + "journeys/<uuid:pk>/destination", match_in("confirmed", stay=True), STAFF_AND_CARRIERS),
    row(
        "POST",
        V1 + "journeys/<uuid:pk>/concerns",
        match_in("departed", new(kind="money")),
        "volunteer=201/404 coordinator=201/404 partner=403/404 provider=403/404 *=404 public=401",
    ),
    row(
        "GET",
        V1 + "alarms",
        lambda w: listing(w.alarm()),
        "volunteer=sees/none coordinator=sees/none officer=sees/none *=none public=401",
    ),
    row("POST", V1 + "alarms/<uuid:pk>/take", lambda w: pk(w.alarm()), ALARM),
    row("POST", V1 + "alarms/<uuid:pk>/close", lambda w: pk(w.alarm(), {"outcome": "safe"}), ALARM),
    row("GET", V1 + "concerns", lambda w: listing(w.concern()), "officer=sees/none *=none public=401"),
    row(
        "POST",
        V1 + "concerns/<uuid:pk>/close",
        lambda w: pk(w.concern(), {"outcome": "unfounded"}),
        "officer=200/404 *=404 public=401",
    ),
    row("GET", V1 + "audit-entries", None, "auditor=200 *=403 public=401"),
    row("POST", V1 + "public/check", lambda _: Scene(body={"text": "SV 01 ABC"}), "*=200"),
    row("GET", V1 + "public/zones", None, "*=200"),
    row("GET", V1 + "public/helplines", None, "*=200"),
    row("GET", V1 + "public/journey/<slug:code>", by_code("confirmed"), "*=200"),
    row("POST", V1 + "public/journey/<slug:code>/check-ins", by_code("departed", new(kind="here")), "*=201"),
    row("POST", V1 + "public/journey/<slug:code>/concerns", by_code("departed", new(kind="money")), "*=201"),
)


def _token(w: World) -> Any:
    from registry.services import accounts

    return accounts.issue_token(actor=f.maria(), id=uuid7(), name="tests", at=f.NOW)[0]
