"""The permission table of the API: providers, their things, vetting and offers."""

import base64
from typing import Any

from registry.rules import vetting
from tests import factories as f
from tests.invented import snapshots
from tests.permissions.scenes import (
    FIELD_LOOKS,
    FIELD_WATCHES,
    OFFICER_ADDS,
    OFFICER_DOES,
    OFFICER_SEES,
    OWNER_ADDS,
    OWNER_DRAFTS,
    OWNER_MOVES,
    OWNER_OPENS,
    OWNER_READS,
    OWNER_SEES,
    V1,
    application,
    decided,
    first_check,
    in_state,
    listing,
    matched,
    new,
    pk,
    ride_draft,
    shown,
    stay_draft,
)
from tests.permissions.table import Row, Scene, row
from tests.permissions.world import World

TRACED = "officer=200/404 child_protection=200/404 *=404 public=401"
# Olena was one of the two; Stefan, of another county and organization, is the third.
REVIEWED = "officer=404/200 *=404 public=401"


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
            OWNER_SEES,
        ),
        row("POST", at + "checks", first_check(kind), OFFICER_ADDS),
        row("POST", at + "review", in_state(kind, "applied"), OFFICER_DOES),
        row("POST", at + "info-request", in_state(kind, "in_review", missing), OFFICER_DOES),
        row("POST", at + "info", in_state(kind, "info_requested"), OWNER_READS),
        row("POST", at + "rejection", in_state(kind, "in_review", {"reason": "failed_check"}), OFFICER_DOES),
        row("POST", at + "appeal", in_state(kind, "rejected", new(text="Look again.")), OWNER_ADDS),
        row("POST", at + "renewal", in_state(kind, "expired"), OFFICER_DOES),
        row("GET", at + "decisions", decided(kind), OFFICER_SEES),
        row("POST", at + "decisions", in_state(kind, "in_review", verify), OFFICER_ADDS),
        row("POST", at + "holds", in_state(kind, "verified", new(code="officer_doubt")), OFFICER_ADDS),
        *_erasure(at, kind),
        row("POST", at + "suspension", in_state(kind, "verified", {"reason": "report"}), OFFICER_DOES),
        row("GET", at + "exposure", in_state(kind, "verified"), TRACED),
        row("GET", at + "exposure.csv", in_state(kind, "verified"), TRACED),
    )


def _erasure(at: str, kind: str) -> tuple[Any, ...]:
    """Who may have a provider forgotten; its things go with it."""
    if kind != "provider":
        return ()
    return (row("POST", at + "erasure", in_state(kind, "applied", {"reason": "asked"}), OFFICER_DOES),)


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
            FIELD_WATCHES,
        ),
        row(
            "POST",
            at,
            ride_draft if kind == "transport" else stay_draft,
            OWNER_DRAFTS,
        ),
        row(
            "GET",
            at + "/<uuid:pk>",
            lambda w: pk(w.offer(kind, "open")),
            FIELD_LOOKS,
        ),
        row(
            "POST",
            at + "/<uuid:pk>/publish",
            lambda w: pk(w.offer(kind, "draft")),
            OWNER_OPENS,
        ),
        row(
            "POST",
            at + "/<uuid:pk>/pause",
            lambda w: pk(w.offer(kind, "open")),
            OWNER_MOVES,
        ),
        row(
            "POST",
            at + "/<uuid:pk>/withdraw",
            lambda w: pk(w.offer(kind, "open")),
            OWNER_MOVES,
        ),
    )


MOVED_IN = {"given_name": "Ion", "family_name": "Pop", "birth_year": 1990}
HOME = {"address": "Strada Mica 1", "town": "suceava", "lat": 47.63, "lon": 26.25, "beds": 2}
CAR = {"plate": "SV 77 XYZ", "plate_country": "RO", "make": "Dacia", "color": "red", "seats": 4}

PICTURE = base64.b64encode(snapshots.jpeg(320, 240)).decode()
LOOKS = "volunteer=200/404 coordinator=200/404 officer=200/404 partner=200/404 provider=200/404 *=404 public=401"
TAKES_AWAY = "volunteer=403/404 coordinator=403/404 officer=200/404 partner=200/404 provider=200/404 *=404 public=401"
# Field staff see a photograph once it is confirmed: until then it does not exist for them.
CONFIRMS = "officer=200/404 partner=403/404 provider=403/404 *=404 public=401"
REPEATS = "volunteer=403 coordinator=403 officer=403/404 partner=201/404 provider=201/404 *=404 public=401"

ROWS = (
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
    row("POST", V1 + "providers/<uuid:pk>/photos", lambda w: pk(w.provider, new(picture=PICTURE)), OWNER_ADDS),
    row("POST", V1 + "vehicles/<uuid:pk>/photos", lambda w: pk(w.car, new(picture=PICTURE)), OWNER_ADDS),
    row("GET", V1 + "photos/<uuid:pk>", lambda w: pk(w.photo()), LOOKS),
    row("GET", V1 + "photos/<uuid:pk>/thumb", lambda w: pk(w.photo()), LOOKS),
    row("POST", V1 + "photos/<uuid:pk>/removal", lambda w: pk(w.photo()), TAKES_AWAY),
    row("POST", V1 + "photos/<uuid:pk>/confirmation", lambda w: pk(w.photo(confirmed=False)), CONFIRMS),
    row("POST", V1 + "transport-offers/<uuid:pk>/repeat", lambda w: pk(w.offer("transport", "open"), new()), REPEATS),
    *vetted("providers", "provider"),
    *vetted("vehicles", "vehicle"),
    *vetted("dwellings", "dwelling"),
    row("GET", V1 + "passes/<uuid:pk>", shown(), OWNER_READS),
    row("POST", V1 + "passes/<uuid:pk>/revocation", shown({"reason": "lost"}), OFFICER_DOES),
    row("POST", V1 + "passes/<uuid:pk>/replacement", shown({"reason": "lost"}), OFFICER_ADDS),
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
    row("GET", V1 + "reviews", lambda w: listing(w.review()), "officer=none/sees *=none public=401"),
    row("GET", V1 + "reviews/<uuid:pk>", lambda w: pk(w.review()), REVIEWED),
    row(
        "POST",
        V1 + "reviews/<uuid:pk>/answer",
        lambda w: pk(w.review(), {"agree": True, "reason": "evidence_convinces"}),
        REVIEWED,
    ),
    *offered("transport-offers", "transport"),
    *offered("accommodation-offers", "accommodation"),
)
