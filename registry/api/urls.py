"""Every address of the API, version 1."""

from collections.abc import Iterator

from django.urls import URLPattern, include, path

from registry.api import (
    access,
    docs,
    erasing,
    glass,
    households,
    journeys,
    ledger,
    matching,
    offers,
    passes,
    people,
    places,
    plans,
    providers,
    public,
    register,
    reviews,
    signals,
    things,
    tracing,
    vetting,
    watch,
)

VETTED = {"providers": "provider", "vehicles": "vehicle", "dwellings": "dwelling"}
OFFERS = {
    "transport-offers": ("transport", offers.TransportOffers, offers.OneTransportOffer),
    "accommodation-offers": ("accommodation", offers.AccommodationOffers, offers.OneAccommodationOffer),
}


def _vetting() -> Iterator[URLPattern]:
    """What is done with providers, vehicles and dwellings alike."""
    deeds = {
        "checks": vetting.Checks,
        "review": vetting.Review,
        "info-request": vetting.InfoRequest,
        "info": vetting.Info,
        "rejection": vetting.Rejection,
        "appeal": vetting.Appeal,
        "renewal": vetting.Renewal,
        "decisions": vetting.Decisions,
        "holds": vetting.Holds,
        "suspension": vetting.Suspension,
        "exposure": tracing.ExposureView,
        "exposure.csv": tracing.ExposureTable,
    }
    for folder, kind in VETTED.items():
        for name, view in deeds.items():
            yield path(f"{folder}/<uuid:pk>/{name}", view.as_view(kind=kind))


def _erasures() -> Iterator[URLPattern]:
    for folder, kind in {"households": "household", "providers": "provider", "people": "person"}.items():
        yield path(f"{folder}/<uuid:pk>/erasure", erasing.Erasure.as_view(kind=kind))


def _offers() -> Iterator[URLPattern]:
    for folder, (kind, many, one) in OFFERS.items():
        yield path(folder, many.as_view())
        yield path(f"{folder}/<uuid:pk>", one.as_view())
        yield path(f"{folder}/<uuid:pk>/publish", offers.Publish.as_view(kind=kind))
        yield path(f"{folder}/<uuid:pk>/pause", offers.Pause.as_view(kind=kind))
        yield path(f"{folder}/<uuid:pk>/withdraw", offers.Withdraw.as_view(kind=kind))


V1 = [
    path("me", people.MeView.as_view()),
    path("me/tokens", people.Tokens.as_view()),
    path("me/tokens/<uuid:pk>/revocation", people.TokenRevocation.as_view()),
    path("me/step-ups", access.StepUps.as_view()),
    path("me/sign-ins", access.SignIns.as_view()),
    path("me/sign-ins/end", access.SignInsEnd.as_view()),
    path("me/sign-ins/<uuid:pk>/end", access.SignInEnd.as_view()),
    path("account-decisions", access.AccountDecisions.as_view()),
    path("account-decisions/<uuid:pk>/second", access.Second.as_view()),
    path("invitations", access.Invitations.as_view()),
    path("invitations/<uuid:pk>/revocation", access.InvitationRevocation.as_view()),
    path("people/<uuid:pk>/factors-revocation", access.FactorsRevocation.as_view()),
    path("people/<uuid:pk>/renewals", access.Renewals.as_view()),
    path("people", people.Accounts.as_view()),
    path("people/<uuid:pk>", people.OneAccount.as_view()),
    path("people/<uuid:pk>/roles", people.Roles.as_view()),
    path("people/<uuid:pk>/deactivation", people.Deactivation.as_view()),
    *_erasures(),
    path("roles/<uuid:pk>/end", people.RoleEnd.as_view()),
    path("organizations", places.Organizations.as_view()),
    path("organizations/<uuid:pk>", places.OneOrganization.as_view()),
    path("zones", places.Zones.as_view()),
    path("zones.geojson", places.ZonesGeoJson.as_view()),
    path("zones/<slug:code>", places.OneZone.as_view()),
    path("zones/<slug:code>/status", places.ZoneStatus.as_view()),
    path("zones/<slug:code>/shifts", places.Shifts.as_view()),
    path("shifts/<uuid:pk>/end", places.ShiftEnd.as_view()),
    path("crossings", places.Crossings.as_view()),
    path("towns", places.Towns.as_view()),
    path("counties", places.Counties.as_view()),
    path("providers", providers.Providers.as_view()),
    path("providers/<uuid:pk>", providers.OneProvider.as_view()),
    path("providers/<uuid:pk>/vehicles", things.Vehicles.as_view()),
    path("providers/<uuid:pk>/dwellings", things.Dwellings.as_view()),
    path("vehicles/<uuid:pk>", things.OneVehicle.as_view()),
    path("dwellings/<uuid:pk>", things.OneDwelling.as_view()),
    path("dwellings/<uuid:pk>/residents", things.Residents.as_view()),
    path("dwellings/<uuid:pk>/residents/<uuid:resident>/move-out", things.MoveOut.as_view()),
    *_vetting(),
    path("passes/<uuid:pk>", passes.OnePass.as_view()),
    path("passes/<uuid:pk>/revocation", passes.PassRevocation.as_view()),
    path("passes/<uuid:pk>/replacement", passes.PassReplacement.as_view()),
    path("decisions", vetting.PendingDecisions.as_view()),
    path("decisions/<uuid:pk>", vetting.OneDecision.as_view()),
    path("decisions/<uuid:pk>/second", vetting.Second.as_view()),
    path("decisions/<uuid:pk>/withdrawal", vetting.Withdrawal.as_view()),
    path("reviews", reviews.Reviews.as_view()),
    path("reviews/<uuid:pk>", reviews.OneReview.as_view()),
    path("reviews/<uuid:pk>/answer", reviews.Answer.as_view()),
    *_offers(),
    path("households", households.Households.as_view()),
    path("households/<uuid:pk>", households.OneHousehold.as_view()),
    path("break-glass", glass.Glasses.as_view()),
    path("break-glass/<uuid:pk>", glass.Glass.as_view()),
    path("households/<uuid:pk>/contact", households.HouseholdContact.as_view()),
    path("households/<uuid:pk>/requests", households.HouseholdRequests.as_view()),
    path("households/<uuid:pk>/consents", households.Consents.as_view()),
    path("households/<uuid:pk>/placements", households.Placements.as_view()),
    path("households/<uuid:pk>/acceptances", households.Acceptances.as_view()),
    path("protection-decisions/<uuid:pk>/agreement", households.Agreement.as_view()),
    path("protection-decisions/<uuid:pk>/end", households.ProtectionEnd.as_view()),
    path("requests", matching.Requests.as_view()),
    path("requests/<uuid:pk>", matching.OneRequest.as_view()),
    path("requests/<uuid:pk>/proposals", matching.Proposals.as_view()),
    path("requests/<uuid:pk>/cancellation", matching.Cancellation.as_view()),
    path("requests/<uuid:pk>/referral", matching.Referral.as_view()),
    path("matches", journeys.Matches.as_view()),
    path("matches/<uuid:pk>/accept", matching.Accept.as_view()),
    path("matches/<uuid:pk>/decline", matching.Decline.as_view()),
    path("matches/<uuid:pk>/confirm", matching.Confirm.as_view()),
    path("matches/<uuid:pk>/cancel", matching.Cancel.as_view()),
    path("journeys", journeys.Journeys.as_view()),
    path("journeys/<uuid:pk>", journeys.OneJourney.as_view()),
    path("journeys/<uuid:pk>/departure", journeys.Departure.as_view()),
    path("journeys/<uuid:pk>/check-ins", journeys.CheckIns.as_view()),
    path("journeys/<uuid:pk>/arrival", journeys.Arrival.as_view()),
    path("journeys/<uuid:pk>/resolution", journeys.Resolution.as_view()),
    path("journeys/<uuid:pk>/closure", journeys.Closure.as_view()),
    path("journeys/<uuid:pk>/contacts", journeys.Contacts.as_view()),
    path("journeys/<uuid:pk>/destination", journeys.Destination.as_view()),
    path("journeys/<uuid:pk>/concerns", journeys.JourneyConcerns.as_view()),
    path("plans", plans.Plans.as_view()),
    path("plans/<uuid:pk>", plans.OnePlan.as_view()),
    path("plans/<uuid:pk>/rows", plans.PlanRows.as_view()),
    path("plans/<uuid:pk>/rows/<uuid:row>/effect", plans.PlanRowEffect.as_view()),
    path("plans/<uuid:pk>/rows/<uuid:row>/change", plans.PlanRowChange.as_view()),
    path("plans/<uuid:pk>/confirm", plans.PlanConfirm.as_view()),
    path("plans/<uuid:pk>/cancel", plans.PlanCancel.as_view()),
    path("plans/<uuid:pk>/discard", plans.PlanDiscard.as_view()),
    path("plans/<uuid:pk>/remake", plans.PlanRemake.as_view()),
    path("alarms", watch.Alarms.as_view()),
    path("alarms/<uuid:pk>/take", watch.AlarmTake.as_view()),
    path("alarms/<uuid:pk>/close", watch.AlarmClose.as_view()),
    path("concerns", watch.Concerns.as_view()),
    path("concerns/<uuid:pk>", watch.OneConcern.as_view()),
    path("concerns/<uuid:pk>/close", watch.ConcernClose.as_view()),
    path("signals", signals.Signals.as_view()),
    path("signals/<uuid:pk>/clear", signals.SignalClear.as_view()),
    path("signals/<uuid:pk>/confirm", signals.SignalConfirm.as_view()),
    path("register", register.Entries.as_view()),
    path("register/ask", register.Ask.as_view()),
    path("register/<uuid:pk>/decisions", register.EntryDecisions.as_view()),
    path("register/<uuid:pk>/appeal", register.EntryAppeal.as_view()),
    path("register/decisions/<uuid:pk>/second", register.EntrySecond.as_view()),
    path("audit-entries", watch.AuditEntries.as_view()),
    path("audit-entries/<int:seq>/proof", ledger.EntryProof.as_view()),
    path("ledger/checkpoint", ledger.Checkpoint.as_view()),
    path("ledger/consistency", ledger.Consistency.as_view()),
    path("public/check", public.Check.as_view()),
    path("public/keys", passes.PublicKeys.as_view()),
    path("public/status-lists/<int:number>", passes.PublicStatusList.as_view()),
    path("public/zones", public.PublicZones.as_view()),
    path("public/helplines", public.Helplines.as_view()),
    path("public/journey/<slug:code>", public.PublicJourney.as_view()),
    path("public/journey/<slug:code>/check-ins", public.PublicCheckIns.as_view()),
    path("public/journey/<slug:code>/concerns", public.PublicConcerns.as_view()),
]

urlpatterns = [
    path("v1/", include(V1)),
    path("schema/", docs.SchemaView.as_view(), name="api-schema"),
    path("docs/", docs.documentation, name="api-docs"),
]
