"""The permission table of the pages at the root: for everybody, field staff, providers and stewards."""

from registry import models as m
from registry.web import photo_links
from tests import factories as f
from tests.permissions.scenes import departing, match_in, pk, shared, shown, zone
from tests.permissions.table import Row, Scene, pages
from tests.permissions.world import World

UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OFFER_STEP = rf"^offers/(?P<kind>transport|accommodation)/(?P<pk>{UUID})/(?P<step>publish|pause|withdraw)/$"
OWN_STEP = rf"^own/(?P<kind>provider|vehicle|dwelling)/(?P<pk>{UUID})/(?P<step>supply|appeal)/$"


def offer_step(w: World) -> Scene:
    """A draft to publish."""
    return Scene({"kind": "transport", "pk": w.offer("transport", "draft").pk, "step": "publish"})


def own_step(w: World) -> Scene:
    """A provider that was asked for something."""
    return Scene({"kind": "provider", "pk": w.thing("provider", "info_requested").pk, "step": "supply"})


def child(w: World) -> Scene:
    """A household with a child alone."""
    return pk(w.child)


def match_of_theirs(w: World) -> Scene:
    """The household is on its way; nobody here has shown its code."""
    w.match("departed")
    return Scene({}, {})


APPLIES = {"given_name": "Ana", "family_name": "Pop", "birth_year": "1980", "sex": "f", "phone": "0721 234 567"}
APPLIES |= {"address": "Strada Mare 1", "town": "suceava", "is_driver": "on", "password": "green-window-and-a-goat"}


def joining(_: World) -> Scene:
    """A newcomer's whole form."""
    return Scene({"kind": "driver"}, APPLIES)


def shown_photo(w: World) -> Scene:
    """The address that a household's own page gives for the photograph of its driver's car."""
    w.photo()
    address = photo_links.for_household(m.Match.objects.get(status="confirmed"))[0]["small"]
    return Scene({"token": address.rstrip("/").rpartition("/")[2]})


def registered(w: World) -> Scene:
    """The provider is there."""
    assert w.provider
    return Scene()


HAS_ITS_OWN = "partner=in/404 provider=in *=404 public=login"
LOOKS = "volunteer=does/404 coordinator=does/404 officer=does/404 partner=in/404 provider=in/404 *=404 public=login"
TAKES_AWAY = (
    "volunteer=in/404 coordinator=in/404 officer=does/404 partner=does/404 provider=does/404 *=404 public=login"
)
REPEATS = "volunteer=in coordinator=in officer=in/404 partner=does/404 provider=does/404 *=404 public=login"
CARRIERS_DO = "partner=does/404 provider=does/404 *=404 public=login"
ANYBODY = "*=in public=in"
SIGNED_IN = "*=in public=login"
GLASS = "volunteer=does coordinator=does officer=does child_protection=does *=404 public=login"
EMERGENCY = "Their child has arrived alone somewhere else."
FIELD_READS = "volunteer=in/404 coordinator=in/404 *=404 public=login"
FIELD_DOES = "volunteer=does/404 coordinator=does/404 *=404 public=login"
FIELD_AND_CHILD = "volunteer=in/404 coordinator=in/404 child_protection=in/404 *=404 public=login"
FIELD_AND_CHILD_READ = "volunteer=does/404 coordinator=does/404 child_protection=does/404 *=404 public=login"
STAFF_AND_CARRIERS = "volunteer=in/404 coordinator=in/404 partner=in/404 provider=in/404 *=404 public=login"
ALL_SIDES_DO = "volunteer=does/404 coordinator=does/404 partner=does/404 provider=does/404 *=404 public=login"
FIELD_DOES_CARRIERS_ASK = "volunteer=does/404 coordinator=does/404 partner=in/404 provider=in/404 *=404 public=login"
OWNER = "partner=in/404 provider=in/404 *=404 public=login"
OWNER_AND_OFFICER = "officer=in/404 partner=in/404 provider=in/404 *=404 public=login"
STEWARD = "steward=in *=404 public=login"
STEWARD_DOES = "steward=does *=in public=login"
# An officer of another organization where one steward is alone; the steward who asked sees it and may not.
SECOND = "officer=does steward=409 *=404 public=login"
ENDS_OWN = "officer=does/404 *=404 public=login"
ALARM = "volunteer=does/404 coordinator=does/404 officer=does/404 *=404 public=login"
FIELD_DOES_CHILD_ASKS = "volunteer=does/404 coordinator=does/404 child_protection=in/404 *=404 public=login"
FIELD_AND_CHILD_DO = "volunteer=does/404 coordinator=does/404 child_protection=does/404 *=404 public=login"

ROWS: tuple[Row, ...] = (
    *pages("GET", "", None, ANYBODY),
    *pages("GET POST", "check/", None, ANYBODY),
    *pages("POST", "language/", None, ANYBODY),
    *pages("GET", "app/", None, ANYBODY),
    *pages("GET", "app/sw.js", None, ANYBODY),
    *pages("GET", "app/manifest.webmanifest", None, ANYBODY),
    *pages("GET", "app/session.json", None, ANYBODY),
    *pages("GET", "app/words/<slug:language>.json", lambda _w: Scene({"language": "uk"}), ANYBODY),
    *pages("GET POST", "login/", None, ANYBODY),
    *pages("GET POST", "login/second/", None, SIGNED_IN),
    *pages("POST", "logout/", None, "*=does public=login"),
    *pages("GET", "emergency/", None, GLASS.replace("does", "in")),
    *pages("POST", "emergency/", lambda w: Scene({}, {"code": w.household.code, "reason": EMERGENCY}), GLASS),
    *pages("GET", "emergency/<uuid:pk>/", lambda w: pk(w.broken()), "volunteer=does/404 *=404 public=login"),
    *pages("GET POST", "invitation/", None, ANYBODY),
    *pages("GET", "join/", None, ANYBODY),
    *pages("GET", "join/<slug:kind>/", lambda _: Scene({"kind": "driver"}), ANYBODY),
    *pages("GET", "join/<slug:kind>/start/", lambda _: Scene({"kind": "driver"}), ANYBODY),
    *pages("POST", "join/<slug:kind>/start/", joining, "*=in public=does"),
    *pages("GET", "photos/shown/<str:token>/", shown_photo, "*=does public=does"),
    *pages("GET POST", "confirm/", None, SIGNED_IN),
    *pages("GET", "account/", None, SIGNED_IN),
    *pages("GET POST", "account/app/", None, SIGNED_IN),
    *pages("GET POST", "account/passkey/", None, SIGNED_IN),
    *pages("POST", "account/codes/", None, "*=does public=login"),
    *pages("POST", "account/factors/<int:pk>/remove/", lambda _: Scene({"pk": 1}), SIGNED_IN),
    *pages("GET POST", "account/password/", None, SIGNED_IN),
    *pages("POST", "account/sign-ins/<uuid:pk>/end/", lambda _: pk(f.signed_in("olena")), ENDS_OWN),
    *pages("POST", "account/sign-ins/end/", None, "*=does public=login"),
    *pages("GET POST", "worry/", None, ANYBODY),
    *pages("GET", "way/", None, ANYBODY),
    *pages("GET POST", "follow/", None, ANYBODY),
    # A household's own pages: whoever has not shown its code is asked for it, whatever their role.
    *pages("GET POST", "mine/", None, ANYBODY),
    *pages("POST", "mine/leave/", None, ANYBODY),
    *pages("GET", "mine/print/", None, ANYBODY),
    *pages("GET POST", "mine/partners/", lambda w: Scene({}, {"organization": w.drum_bun.pk, "given": "yes"}), ANYBODY),
    *pages("GET POST", "mine/worry/", lambda _: Scene({}, {"kind": "money"}), ANYBODY),
    *pages("POST", "mine/wrong/", match_of_theirs, ANYBODY),
    *pages("POST", "mine/where/", match_of_theirs, ANYBODY),
    *pages("POST", "mine/share/", match_of_theirs, ANYBODY),
    *pages("POST", "mine/share/<uuid:pk>/end/", lambda w: pk(shared(w)), ANYBODY),
    *pages("GET POST", "mine/words/<slug:kind>/", lambda _: Scene({"kind": "arrived"}), ANYBODY),
    *pages("POST", "mine/offers/<uuid:pk>/choose/", match_in("proposed"), ANYBODY),
    *pages("POST", "mine/offers/<uuid:pk>/refuse/", match_in("proposed"), ANYBODY),
    *pages("GET", "home/", None, SIGNED_IN),
    *pages("GET", "zones/<slug:code>/", zone(), FIELD_READS),
    *pages(
        "POST",
        "zones/<slug:code>/shift/",
        zone({"hours": "8"}),
        "volunteer=does/in coordinator=does/in *=in public=login",
    ),
    *pages(
        "POST",
        "zones/<slug:code>/status/",
        zone({"action": "suspend"}),
        "coordinator=does/in officer=does/in *=in public=login",
    ),
    *pages("POST", "shifts/<uuid:pk>/end/", lambda _: pk(f.staffed(), {"leave": "unstaffed"}), FIELD_DOES),
    *pages("POST", "alarms/<uuid:pk>/take/", lambda w: pk(w.alarm()), ALARM),
    *pages("POST", "alarms/<uuid:pk>/close/", lambda w: pk(w.alarm(), {"outcome": "safe"}), ALARM),
    *pages("GET POST", "households/new/", None, SIGNED_IN),
    *pages("GET", "households/find/", lambda w: Scene(query=f"?code={w.household.code}"), FIELD_READS),
    *pages("GET", "households/<uuid:pk>/", child, FIELD_AND_CHILD),
    *pages("GET POST", "households/<uuid:pk>/edit/", child, FIELD_AND_CHILD_READ),
    *pages("GET", "households/<uuid:pk>/slip/", child, FIELD_AND_CHILD),
    *pages("POST", "households/<uuid:pk>/slip/new/", child, FIELD_DOES_CHILD_ASKS),
    *pages("POST", "households/<uuid:pk>/sign/", child, FIELD_DOES_CHILD_ASKS.replace("in/", "403/")),
    *pages("POST", "households/<uuid:pk>/contact/", child, FIELD_AND_CHILD_DO),
    *pages("GET POST", "households/<uuid:pk>/request/", child, FIELD_AND_CHILD),
    *pages("GET POST", "households/<uuid:pk>/accept-men/", child, FIELD_AND_CHILD),
    *pages(
        "POST",
        "decisions/<uuid:pk>/agree/",
        lambda w: pk(w.acceptance()),
        "volunteer=does/404 coordinator=in/404 *=404 public=login",
    ),
    *pages("POST", "decisions/<uuid:pk>/end/", lambda w: pk(w.acceptance()), FIELD_DOES),
    *pages("GET", "requests/<uuid:pk>/", lambda w: pk(w.request), FIELD_READS),
    *pages("POST", "requests/<uuid:pk>/choose/", lambda w: pk(w.request), FIELD_READS),
    *pages("POST", "requests/<uuid:pk>/end/", lambda w: pk(w.request, {"action": "cancel"}), FIELD_DOES),
    *pages("GET", "journeys/<uuid:pk>/", match_in("confirmed"), STAFF_AND_CARRIERS),
    *pages("POST", "journeys/<uuid:pk>/confirm/", match_in("accepted"), FIELD_DOES),
    *pages("POST", "journeys/<uuid:pk>/accept/", match_in("proposed"), FIELD_DOES),
    *pages("POST", "journeys/<uuid:pk>/decline/", match_in("proposed"), FIELD_DOES),
    *pages(
        "POST",
        "journeys/<uuid:pk>/cancel/",
        match_in("confirmed", {"reason": "plans_changed"}),
        FIELD_DOES_CARRIERS_ASK,
    ),
    *pages("GET", "journeys/<uuid:pk>/handover/", departing, STAFF_AND_CARRIERS),
    *pages(
        "POST",
        "journeys/<uuid:pk>/handover/",
        departing,
        "volunteer=does/404 coordinator=does/404 partner=403/404 provider=403/404 *=404 public=login",
    ),
    *pages("GET", "journeys/<uuid:pk>/go/", match_in("departed"), STAFF_AND_CARRIERS),
    *pages("POST", "journeys/<uuid:pk>/check-in/", match_in("departed", {"kind": "underway"}), ALL_SIDES_DO),
    *pages(
        "POST",
        "journeys/<uuid:pk>/arrive/",
        match_in("departed", {"side": "receiver"}),
        "volunteer=in/404 coordinator=does/404 partner=in/404 provider=in/404 *=404 public=login",
    ),
    *pages("GET", "journeys/<uuid:pk>/resolve/", match_in("overdue", {"outcome": "arrived_safe"}), STAFF_AND_CARRIERS),
    *pages(
        "POST",
        "journeys/<uuid:pk>/resolve/",
        match_in("overdue", {"outcome": "arrived_safe"}),
        "volunteer=403/404 coordinator=does/404 partner=403/404 provider=403/404 *=404 public=login",
    ),
    *pages("POST", "journeys/<uuid:pk>/close/", match_in("arrived"), FIELD_DOES_CARRIERS_ASK),
    *pages("GET POST", "journeys/<uuid:pk>/concern/", match_in("departed"), STAFF_AND_CARRIERS),
    *pages(
        "POST",
        "journeys/<uuid:pk>/contacts/",
        match_in("departed"),
        "volunteer=does/404 coordinator=does/404 officer=does/404 partner=403/404 provider=403/404 *=404 public=login",
    ),
    *pages("POST", "journeys/<uuid:pk>/destination/", match_in("confirmed", stay=True), ALL_SIDES_DO),
    *pages("GET POST", "provider/apply/", None, SIGNED_IN),
    *pages("GET", "provider/start/", registered, HAS_ITS_OWN),
    *pages("GET", "provider/status/", registered, HAS_ITS_OWN),
    *pages("GET POST", "providers/<uuid:pk>/photo/", lambda w: pk(w.provider), OWNER),
    *pages("GET POST", "vehicles/<uuid:pk>/photo/", lambda w: pk(w.car), OWNER),
    *pages("GET", "photos/<uuid:pk>/", lambda w: pk(w.photo()), LOOKS),
    *pages("GET", "photos/<uuid:pk>/small/", lambda w: pk(w.photo()), LOOKS),
    *pages("POST", "photos/<uuid:pk>/remove/", lambda w: pk(w.photo()), TAKES_AWAY),
    *pages("POST", "offers/<uuid:pk>/repeat/", lambda w: pk(w.offer("transport", "open")), REPEATS),
    *pages("GET POST", "providers/<uuid:pk>/vehicles/new/", lambda w: pk(w.provider), OWNER),
    *pages("GET POST", "providers/<uuid:pk>/homes/new/", lambda w: pk(w.provider), OWNER),
    *pages("GET POST", "providers/<uuid:pk>/rides/new/", lambda w: pk(w.provider), OWNER),
    *pages("GET POST", "providers/<uuid:pk>/stays/new/", lambda w: pk(w.provider), OWNER),
    *pages("POST", OFFER_STEP, offer_step, "officer=in/404 partner=does/404 provider=does/404 *=404 public=login"),
    *pages("GET", OWN_STEP, own_step, OWNER),
    *pages("POST", OWN_STEP, own_step, "partner=does/404 provider=does/404 *=404 public=login"),
    *pages("GET", "passes/<uuid:pk>/", shown(), OWNER_AND_OFFICER),
    *pages("GET", "passes/<uuid:pk>/print/", shown(), OWNER_AND_OFFICER),
    *pages("GET", "passes/<uuid:pk>/show/", shown(), OWNER_AND_OFFICER),
    *pages("GET", "passes/<uuid:pk>/picture/", shown(), OWNER_AND_OFFICER),
    *pages("GET", "carried/<uuid:pk>/", match_in("confirmed"), STAFF_AND_CARRIERS),
    *pages("POST", "carried/<uuid:pk>/word/", match_in("departed", {"kind": "underway"}), ALL_SIDES_DO),
    *pages("POST", "carried/<uuid:pk>/answer/", match_in("confirmed", {"kind": "coming"}), CARRIERS_DO),
    *pages("GET", "carried/<uuid:pk>/cannot/", match_in("confirmed"), OWNER),
    *pages("POST", "carried/<uuid:pk>/cannot/", match_in("confirmed", {"why": "car"}), CARRIERS_DO),
    *pages("GET", "people/", None, STEWARD),
    *pages("GET POST", "people/<uuid:pk>/", lambda _: pk(f.known("petru")), STEWARD),
    *pages("GET POST", "people/invite/", None, STEWARD),
    *pages("GET", "people/waiting/", None, "steward=in officer=in *=404 public=login"),
    *pages("POST", "people/waiting/<uuid:pk>/", lambda w: pk(w.account_decision(), {"carry": "yes"}), SECOND),
    *pages("POST", "invitations/<uuid:pk>/revoke/", lambda w: pk(w.invitation()), STEWARD_DOES),
    *pages("POST", "people/<uuid:pk>/factors/revoke/", lambda _: pk(f.known("petru")), STEWARD_DOES),
    *pages("POST", "people/<uuid:pk>/renewal/", lambda _: pk(f.known("petru")), STEWARD_DOES),
    *pages("POST", "people/<uuid:pk>/close/", lambda _: pk(f.known("petru")), STEWARD_DOES),
    *pages("POST", "roles/<uuid:pk>/end/", lambda _: pk(f.known("petru").grants.get()), STEWARD_DOES),
    *pages("GET", "health", None, ANYBODY),
    *pages("GET", "ready", None, ANYBODY),
)
