"""The permission table of the desk: officers, coordinators, child protection, auditors."""

from collections.abc import Callable
from typing import Any

from registry.ids import uuid7
from registry.services import photos
from tests import factories as f
from tests.permissions.scenes import match_in, pk, proved, shown, zone
from tests.permissions.table import Row, Scene, pages
from tests.permissions.world import World, small_picture

VERIFY = {"reason": "checks_complete", "conflict": "no"}
KIND = "desk/<vetted:kind>/<uuid:pk>/"


def thing(status: str, body: dict[str, Any] | None = None, **parts: object) -> Callable[[World], Scene]:
    """The provider in this state of vetting."""
    return lambda w: Scene({"kind": "provider", "pk": w.thing("provider", status).pk, **parts}, body)


def held(w: World) -> Scene:
    """A provider with a hold."""
    hold = f.hold(w.provider)
    return Scene({"kind": "provider", "pk": w.provider.pk, "hold": hold.pk})


def living(w: World) -> Scene:
    """Somebody in the home."""
    return Scene({"pk": w.home.pk, "resident": w.resident.pk, "code": "identity"})


def placed(w: World) -> Scene:
    """A child alone with a decision."""
    return Scene({"pk": w.child.pk, "decision": w.placement().pk})


def to_lift(w: World) -> Scene:
    """An entry of the register that is listed."""
    return Scene({"pk": w.refused().pk, "decision": "lift"}, {"conflict": "no"})


CLEAR = {"answer": "clear", "conflict": "no"}
CARRY = {"answer": "carry", "conflict": "no"}
SUGGEST = {"reason": "threat", "evidence_reference": "Case 7"}
EVERY_OFFICER_DOES = "officer=does *=404 public=login"


def reviewed(w: World) -> Scene:
    """A decision of Petru and Olena, for a third to do again."""
    return pk(w.review(), {"answer": "yes", "reason": "evidence_convinces", "conflict": "no"})


def unconfirmed(w: World) -> Scene:
    """A photograph of the car that nobody has confirmed."""
    row = photos.add(actor=f.owner(w.provider), id=uuid7(), vehicle=w.car.pk, picture=small_picture(), at=f.NOW)
    return pk(row)


TRACED = "officer=does/404 child_protection=does/404 *=404 public=login"
OFFICER = "officer=in/404 *=404 public=login"
OFFICERS = "officer=in *=404 public=login"
OFFICER_DOES = "officer=does/404 *=404 public=login"
CHILD_DOES = "child_protection=does/404 *=404 public=login"

PLANS = "coordinator=in/404 *=404 public=login"
PLANS_DO = "coordinator=does/404 *=404 public=login"


def plan_row(w: World) -> Scene:
    """A row of a plan, taken out of it when nothing is sent."""
    found = w.plan_row()
    return Scene({"pk": found.plan_id, "row": found.pk})


ROWS: tuple[Row, ...] = (
    *pages("POST", "desk/photo/<uuid:pk>/confirm/", unconfirmed, OFFICER_DOES),
    *pages("GET", "desk/pass/<uuid:pk>/", shown(), OFFICER),
    *pages("GET", "desk/pass/<uuid:pk>/revoke/", shown(), OFFICER),
    *pages("POST", "desk/pass/<uuid:pk>/revoke/", shown({"reason": "lost"}), OFFICER_DOES),
    *pages("GET", "desk/pass/<uuid:pk>/replace/", shown(), OFFICER),
    *pages("POST", "desk/pass/<uuid:pk>/replace/", shown({"reason": "lost"}), OFFICER_DOES),
    *pages("GET", "desk/", None, "coordinator=in officer=in child_protection=in auditor=in *=404 public=login"),
    *pages("GET", "desk/queue/", None, OFFICERS),
    *pages("GET POST", "desk/apply/", None, OFFICERS),
    *pages("GET POST", "desk/apply/organization/", None, OFFICERS),
    *pages("GET", "desk/provider/<uuid:pk>/", lambda w: pk(w.provider), OFFICER_DOES),
    *pages("GET POST", "desk/provider/<uuid:pk>/vehicle/", lambda w: pk(w.provider), OFFICER),
    *pages("GET POST", "desk/provider/<uuid:pk>/dwelling/", lambda w: pk(w.provider), OFFICER),
    *pages("GET", "desk/dwelling/<uuid:pk>/place/", lambda w: pk(w.home), OFFICER_DOES),
    *pages("GET POST", "desk/dwelling/<uuid:pk>/residents/", lambda w: pk(w.home), OFFICER_DOES),
    *pages("GET POST", "desk/dwelling/<uuid:pk>/residents/<uuid:resident>/out/", living, OFFICER_DOES),
    *pages("GET POST", "desk/dwelling/<uuid:pk>/residents/<uuid:resident>/check/<slug:code>/", living, OFFICER_DOES),
    *pages("GET POST", KIND + "edit/", thing("in_review"), OFFICER_DOES),
    *pages("POST", KIND + "start-review/", thing("applied"), OFFICER_DOES),
    *pages("POST", KIND + "renew/", thing("expired"), OFFICER_DOES),
    *pages("GET", KIND + "supply-info/", thing("info_requested"), OFFICER),
    *pages("POST", KIND + "supply-info/", thing("info_requested", {"text": "Sent."}), OFFICER_DOES),
    *pages("GET", KIND + "appeal/", thing("rejected"), OFFICER),
    *pages("POST", KIND + "appeal/", thing("rejected", {"text": "Look again."}), OFFICER_DOES),
    *pages("GET", KIND + "exposure/", thing("verified"), TRACED),
    *pages("GET", KIND + "exposure.csv", thing("verified"), TRACED),
    *pages("GET", KIND + "exposure.json", thing("verified"), TRACED),
    *pages("GET", "desk/reviews/", None, OFFICERS),
    *pages("GET POST", "desk/reviews/<uuid:pk>/", reviewed, "officer=404/does *=404 public=login"),
    *pages(
        "GET", KIND + "check/<slug:code>/", thing("in_review", {"result": "passed"}, code="code_of_conduct"), OFFICER
    ),
    *pages(
        "POST",
        KIND + "check/<slug:code>/",
        thing("in_review", {"result": "passed"}, code="code_of_conduct"),
        OFFICER_DOES,
    ),
    *pages("GET", KIND + "request-info/", thing("in_review", {"codes": "identity"}), OFFICER),
    *pages("POST", KIND + "request-info/", thing("in_review", {"codes": "identity"}), OFFICER_DOES),
    *pages("GET", KIND + "reject/", thing("in_review", {"reason": "failed_check"}), OFFICER),
    *pages("POST", KIND + "reject/", thing("in_review", {"reason": "failed_check"}), OFFICER_DOES),
    *pages("GET", KIND + "decide/<slug:decision>/", thing("in_review", VERIFY, decision="verify"), OFFICER),
    *pages("POST", KIND + "decide/<slug:decision>/", thing("in_review", VERIFY, decision="verify"), OFFICER_DOES),
    *pages("GET POST", KIND + "hold/<uuid:hold>/clear/", held, OFFICER),
    *pages("GET", KIND + "hold/", thing("verified", {"reason": "officer_doubt"}), OFFICER),
    *pages("POST", KIND + "hold/", thing("verified", {"reason": "officer_doubt"}), OFFICER_DOES),
    *pages("GET", KIND + "suspend/", thing("verified", {"reason": "report"}), OFFICER),
    *pages("POST", KIND + "suspend/", thing("verified", {"reason": "report"}), OFFICER_DOES),
    *pages("GET", KIND + "halted/", thing("suspended"), OFFICER),
    *pages(
        "GET POST",
        "desk/decision/<uuid:pk>/",
        lambda w: pk(w.pending("provider"), {**VERIFY, "answer": "carry"}),
        OFFICER_DOES,
    ),
    *pages("POST", "desk/decision/<uuid:pk>/withdraw/", lambda w: pk(w.pending("provider", f.olena())), OFFICER_DOES),
    *pages(
        "GET",
        "desk/journey/<uuid:pk>/call/",
        match_in("halted"),
        "coordinator=does/404 officer=does/404 *=404 public=login",
    ),
    *pages("GET", "desk/signals/", None, OFFICERS),
    *pages("GET", "desk/signals/<uuid:pk>/", lambda w: pk(w.signal()), OFFICER),
    *pages("POST", "desk/signals/<uuid:pk>/", lambda w: pk(w.signal(), CLEAR), OFFICER_DOES),
    *pages("GET", "desk/register/", None, OFFICERS),
    *pages("GET POST", "desk/register/new/", None, OFFICERS),
    *pages("GET", "desk/register/<uuid:pk>/", lambda w: pk(w.refused()), OFFICERS),
    *pages("GET", "desk/register/<uuid:pk>/<slug:decision>/first/", to_lift, OFFICERS),
    *pages("POST", "desk/register/<uuid:pk>/<slug:decision>/first/", to_lift, EVERY_OFFICER_DOES),
    *pages("POST", "desk/register/<uuid:pk>/appeal/", lambda w: pk(w.refused()), EVERY_OFFICER_DOES),
    *pages("GET", "desk/register/decisions/<uuid:pk>/", lambda w: pk(w.refusal_pending(), CARRY), OFFICERS),
    *pages("POST", "desk/register/decisions/<uuid:pk>/", lambda w: pk(w.refusal_pending(), CARRY), EVERY_OFFICER_DOES),
    *pages(
        "POST",
        "desk/register/decisions/<uuid:pk>/withdraw/",
        lambda w: pk(w.refusal_pending(f.olena())),
        "officer=does/404 *=404 public=login",
    ),
    *pages("GET", "desk/provider/<uuid:pk>/refuse/", lambda w: pk(w.provider), OFFICER),
    *pages("POST", "desk/provider/<uuid:pk>/refuse/", lambda w: pk(w.provider, SUGGEST), OFFICER_DOES),
    *pages("GET", "desk/concerns/", None, OFFICERS),
    *pages("GET POST", "desk/concerns/<uuid:pk>/", lambda w: pk(w.concern(), {"outcome": "unfounded"}), OFFICER_DOES),
    *pages("GET", "desk/alarms/", None, "coordinator=in officer=in child_protection=in auditor=in *=404 public=login"),
    *pages("POST", "desk/alarms/<uuid:pk>/take/", lambda w: pk(w.alarm("officer")), OFFICER_DOES),
    *pages("GET POST", "desk/alarms/<uuid:pk>/close/", lambda w: pk(w.alarm("officer"), {"outcome": "safe"}), OFFICER),
    *pages("GET", "desk/zones/", None, "coordinator=in officer=in *=404 public=login"),
    *pages(
        "GET POST",
        "desk/zones/<slug:code>/",
        zone({"action": "suspend"}),
        "coordinator=in/404 officer=in/404 *=404 public=login",
    ),
    *pages("GET POST", "desk/plans/", None, "coordinator=in officer=in *=404 public=login"),
    *pages("GET", "desk/plans/<uuid:pk>/", lambda w: pk(w.plan()), PLANS),
    *pages("POST", "desk/plans/<uuid:pk>/cancel/", lambda w: pk(w.plan("queued")), PLANS_DO),
    *pages("POST", "desk/plans/<uuid:pk>/confirm/", lambda w: pk(w.plan(), {"all": "yes"}), PLANS_DO),
    *pages("POST", "desk/plans/<uuid:pk>/discard/", lambda w: pk(w.plan()), PLANS_DO),
    *pages("POST", "desk/plans/<uuid:pk>/remake/", lambda w: pk(w.plan()), PLANS_DO),
    *pages("GET", "desk/plans/<uuid:pk>/rows/<uuid:row>/", plan_row, PLANS),
    *pages("POST", "desk/plans/<uuid:pk>/rows/<uuid:row>/", plan_row, PLANS_DO),
    *pages("GET", "desk/children/", None, "child_protection=in *=404 public=login"),
    *pages(
        "GET POST",
        "desk/children/<uuid:pk>/",
        lambda w: pk(w.child, {"reference": "D-17", "expires_on": "2026-03-20"}),
        CHILD_DOES,
    ),
    *pages("GET", "desk/children/<uuid:pk>/contact/", lambda w: pk(w.child), CHILD_DOES),
    *pages("POST", "desk/children/<uuid:pk>/decision/<uuid:decision>/end/", placed, CHILD_DOES),
    *pages("GET", "desk/audit/", None, "auditor=in *=404 public=login"),
    *pages("GET", "desk/audit/<int:seq>/", proved, "auditor=in *=404 public=login"),
    *pages("GET", "desk/audit/<int:seq>/proof.json", proved, "auditor=in *=404 public=login"),
)
