"""The permission table of the API: one line an address and method."""

from dataclasses import replace
from typing import Any

from registry.ids import uuid7
from registry.services import accounts
from tests import factories as f
from tests.permissions import provider_rows
from tests.permissions.scenes import (
    ALARM,
    FIELD_ADDS,
    FIELD_ADDS_CHILD,
    FIELD_AND_CHILD,
    FIELD_BUT_CHILD,
    FIELD_READS,
    FIELD_SEES,
    OWN_ACCOUNT,
    ROLES_BY_STEWARD,
    SIGNED_IN,
    STAFF_AND_CARRIERS,
    STEWARD,
    V1,
    answered,
    by_code,
    departing,
    journey_of,
    listed_passes,
    listing,
    match_in,
    matched,
    new,
    pk,
    proved,
    shared,
    zone,
)
from tests.permissions.table import Scene, row
from tests.permissions.world import World

MEMBERS = [{"age_band": "18-59", "sex": "f"}]
WANTED = {"kind": "ride", "origin": "siret", "earliest_at": "2026-03-06T12:00:00Z", "from_date": "2026-03-06"}
UNTIL = "2026-03-20"
EMERGENCY = "Their child has arrived alone somewhere else."
OFFICER_OF_IT = "officer=200/404 *=404 public=401"
REFUSED = {"reason": "threat", "evidence_reference": "Case 7", "phone": "0721 999 888"}
ASKED = {"kind": "phone", "value": "0721 999 888"}
ASKED_FOR = {"reason": "asked"}
MARIA = "volunteer=200/404 *=404 public=401"
OWN_SHIFT = "volunteer=201/404 *=404 public=401"
# Maria is on duty, Andrei gives.
TAKES_SHIFT = "volunteer=200/404 coordinator=403/404 *=404 public=401"

# Officers plan whole counties: of a zone's plan they learn nothing.
PLANS = "coordinator=200/404 *=404 public=401"
PLANS_NEW = "coordinator=201/404 *=404 public=401"

# Somebody who joins without an invitation.
APPLIES = {"kind": "person", "given_name": "Ana", "family_name": "Pop", "birth_year": 1980, "phone": "0721 234 567"}
APPLIES |= {"town": "suceava", "is_driver": True, "password": "green-window-and-a-goat"}


def plan_row(w: World, **body: Any) -> Scene:
    """A row of a plan."""
    found = w.plan_row()
    return Scene({"pk": found.plan_id, "row": found.pk}, body or None)


ROWS = (
    row("GET", "api/schema/", None, "*=200"),
    row("GET", "api/docs/", None, "*=200"),
    row("GET", V1 + "me", None, SIGNED_IN),
    row("GET", V1 + "me/tokens", None, SIGNED_IN),
    row("POST", V1 + "me/tokens", lambda _: Scene(body=new(name="laptop")), OWN_ACCOUNT),
    row("POST", V1 + "me/tokens/<uuid:pk>/revocation", lambda _: pk(_token()), MARIA),
    row("POST", V1 + "me/step-ups", None, "*=422 public=401"),
    row("GET", V1 + "me/sign-ins", None, SIGNED_IN),
    row("POST", V1 + "me/sign-ins/end", None, SIGNED_IN),
    row(
        "POST",
        V1 + "me/sign-ins/<uuid:pk>/end",
        lambda _: pk(f.signed_in("maria")),
        "*=404 volunteer=200/404 public=401",
    ),
    row("GET", V1 + "account-decisions", None, "steward=200 officer=200 *=403 public=401"),
    row(
        "POST",
        V1 + "account-decisions/<uuid:pk>/second",
        lambda w: pk(w.account_decision(), {"carry": True}),
        "officer=200 steward=409 *=404 public=401",
    ),
    row("GET", V1 + "invitations", None, STEWARD),
    row(
        "POST",
        V1 + "invitations",
        lambda _: Scene(body=new(email="new@example.org", role="volunteer", zone="siret")),
        ROLES_BY_STEWARD,
    ),
    row("POST", V1 + "invitations/<uuid:pk>/revocation", lambda w: pk(w.invitation()), STEWARD),
    row("POST", V1 + "people/<uuid:pk>/factors-revocation", lambda _: pk(f.known("petru")), STEWARD),
    row("POST", V1 + "people/<uuid:pk>/renewals", lambda _: pk(f.known("petru"), new()), ROLES_BY_STEWARD),
    row("GET", V1 + "people", None, STEWARD),
    row("GET", V1 + "people/<uuid:pk>", lambda _: pk(f.known("maria")), STEWARD),
    row(
        "POST", V1 + "people/<uuid:pk>/roles", lambda _: pk(f.known("maria"), new(role="coordinator")), ROLES_BY_STEWARD
    ),
    row("POST", V1 + "people/<uuid:pk>/deactivation", lambda _: pk(f.known("petru")), STEWARD),
    row("POST", V1 + "people/<uuid:pk>/erasure", lambda _: pk(_closed_account(), ASKED_FOR), STEWARD),
    row(
        "POST",
        V1 + "households/<uuid:pk>/erasure",
        lambda _: pk(f.household(), ASKED_FOR),
        "volunteer=403/404 coordinator=200/404 *=404 public=401",
    ),
    row("POST", V1 + "roles/<uuid:pk>/end", lambda _: pk(f.known("petru").grants.get()), STEWARD),
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
    row("GET", V1 + "zones/<slug:code>/board", zone(), FIELD_READS),
    row("POST", V1 + "shifts/<uuid:pk>/end", lambda _: pk(f.staffed(), {"leave_unstaffed": True}), FIELD_READS),
    row("GET", V1 + "shifts/<uuid:pk>/tally", lambda _: pk(f.staffed()), FIELD_READS),
    row("POST", V1 + "shifts/<uuid:pk>/handovers", lambda _: pk(f.staffed(), new()), OWN_SHIFT),
    row("POST", V1 + "handovers/<uuid:pk>/take", lambda w: pk(w.handover("andrei")), TAKES_SHIFT),
    row("POST", V1 + "handovers/<uuid:pk>/withdrawal", lambda w: pk(w.handover("maria")), MARIA),
    row("GET", V1 + "zones/<slug:code>/gate", zone(), FIELD_READS),
    row("GET", V1 + "crossings", None, SIGNED_IN),
    row("GET", V1 + "towns", None, SIGNED_IN),
    row("GET", V1 + "counties", None, SIGNED_IN),
    *provider_rows.ROWS,
    row("GET", V1 + "break-glass", None, "auditor=200 coordinator=200 *=403 public=401"),
    row(
        "POST",
        V1 + "break-glass",
        lambda w: Scene(body=new(code=w.household.code, reason=EMERGENCY)),
        "volunteer=201 coordinator=201 officer=201 child_protection=201 *=403 public=401",
    ),
    row("GET", V1 + "break-glass/<uuid:pk>", lambda w: pk(w.broken()), MARIA),
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
        V1 + "journeys/<uuid:pk>/answer",
        match_in("confirmed", new(kind="coming")),
        "volunteer=403/404 coordinator=403/404 partner=200/404 provider=200/404 *=404 public=401",
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
    row("GET", V1 + "plans", lambda w: listing(w.plan()), "coordinator=sees/none *=none public=401"),
    row("POST", V1 + "plans", lambda _: Scene(body=new(zone="siret")), "coordinator=201/403 *=403 public=401"),
    row("GET", V1 + "plans/<uuid:pk>", lambda w: pk(w.plan()), PLANS),
    row("GET", V1 + "plans/<uuid:pk>/rows", lambda w: pk(w.plan()), PLANS),
    row("GET", V1 + "plans/<uuid:pk>/rows/<uuid:row>/effect", plan_row, PLANS),
    row("POST", V1 + "plans/<uuid:pk>/rows/<uuid:row>/change", plan_row, PLANS),
    row("POST", V1 + "plans/<uuid:pk>/confirm", lambda w: pk(w.plan()), PLANS),
    row("POST", V1 + "plans/<uuid:pk>/cancel", lambda w: pk(w.plan("queued")), PLANS),
    row("POST", V1 + "plans/<uuid:pk>/discard", lambda w: pk(w.plan()), PLANS),
    row("POST", V1 + "plans/<uuid:pk>/remake", lambda w: Scene({"pk": w.plan().pk}, new()), PLANS_NEW),
    row(
        "GET",
        V1 + "alarms",
        lambda w: listing(w.alarm()),
        "volunteer=sees/none coordinator=sees/none officer=sees/none *=none public=401",
    ),
    row("POST", V1 + "alarms/<uuid:pk>/take", lambda w: pk(w.alarm()), ALARM),
    row("POST", V1 + "alarms/<uuid:pk>/close", lambda w: pk(w.alarm(), {"outcome": "safe"}), ALARM),
    row("GET", V1 + "concerns/<uuid:pk>", lambda w: pk(w.concern()), "officer=200/404 *=404 public=401"),
    row("GET", V1 + "concerns", lambda w: listing(w.concern()), "officer=sees/none *=none public=401"),
    row(
        "POST",
        V1 + "concerns/<uuid:pk>/close",
        lambda w: pk(w.concern(), {"outcome": "unfounded"}),
        "officer=200/404 *=404 public=401",
    ),
    row("GET", V1 + "signals", lambda w: listing(w.signal()), "officer=sees/none *=none public=401"),
    row("POST", V1 + "signals/<uuid:pk>/clear", lambda w: pk(w.signal(), {}), OFFICER_OF_IT),
    row("POST", V1 + "signals/<uuid:pk>/confirm", lambda w: pk(w.signal()), OFFICER_OF_IT),
    row("GET", V1 + "register", lambda w: listing(w.refused()), "officer=sees *=none public=401"),
    row("POST", V1 + "register", lambda _: Scene(body=new(**REFUSED)), "officer=201 *=403 public=401"),
    row("POST", V1 + "register/ask", lambda _: Scene(body=ASKED), "officer=200 *=403 public=401"),
    row(
        "POST",
        V1 + "register/<uuid:pk>/decisions",
        lambda w: pk(w.refused(), new(decision="lift")),
        "officer=201 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "register/<uuid:pk>/appeal",
        lambda w: pk(w.refused()),
        "officer=200 provider=200/404 partner=200/404 *=404 public=401",
    ),
    row(
        "POST",
        V1 + "register/decisions/<uuid:pk>/second",
        lambda w: pk(w.refusal_pending(), {"carry": True}),
        "officer=200 *=404 public=401",
    ),
    row("GET", V1 + "audit-entries", None, "auditor=200 *=403 public=401"),
    row("GET", V1 + "audit-entries/<int:seq>/proof", proved, "auditor=200 *=403 public=401"),
    row("GET", V1 + "ledger/checkpoint", proved, "auditor=200 *=403 public=401"),
    row(
        "GET",
        V1 + "ledger/consistency",
        lambda w: replace(proved(w), query="?old=1&new=2"),
        "auditor=200 *=403 public=401",
    ),
    row("POST", V1 + "public/check", lambda _: Scene(body={"text": "SV 01 ABC"}), "*=200"),
    row("GET", V1 + "public/checklists/<slug:kind>", lambda _: Scene({"kind": "host"}), "*=200"),
    row("POST", V1 + "public/applications", lambda _: Scene(body=new(**APPLIES)), "*=200"),
    row("GET", V1 + "public/keys", None, "*=200"),
    row("GET", V1 + "public/status-lists/<int:number>", listed_passes, "*=200"),
    row("GET", V1 + "public/zones", None, "*=200"),
    row("GET", V1 + "public/helplines", None, "*=200"),
    row("GET", V1 + "public/journey/<slug:code>", by_code("confirmed"), "*=200"),
    row("POST", V1 + "public/journey/<slug:code>/check-ins", by_code("departed", new(kind="here")), "*=201"),
    row("POST", V1 + "public/journey/<slug:code>/concerns", by_code("departed", new(kind="money")), "*=201"),
    row("GET", V1 + "public/journey/<slug:code>/proposals", by_code("proposed"), "*=200"),
    row("POST", V1 + "public/journey/<slug:code>/proposals/<uuid:pk>/choice", answered, "*=200"),
    row("POST", V1 + "public/journey/<slug:code>/shares", by_code("confirmed", new()), "*=201"),
    row(
        "POST",
        V1 + "public/journey/<slug:code>/shares/<uuid:pk>/end",
        lambda w: Scene({"code": w.household.code, "pk": shared(w).pk}),
        "*=200",
    ),
    row("POST", V1 + "public/follow", lambda w: Scene(body={"code": shared(w).code}), "*=200"),
    row("POST", V1 + "households/<uuid:pk>/sign", lambda w: pk(w.household), FIELD_READS),
    row("POST", V1 + "households/<uuid:pk>/code", lambda w: pk(w.household), FIELD_READS),
)


def _token() -> Any:
    return accounts.issue_token(actor=f.maria(), id=uuid7(), name="tests", at=f.NOW)[0]


def _closed_account() -> Any:
    closed = f.person("volunteer", zone="siret")
    accounts.deactivate(actor=f.sorin(), person=closed.pk, at=f.NOW)
    return closed
