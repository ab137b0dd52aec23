"""The desk of authorities: officers, coordinators, child protection, auditors."""

from django.urls import path, register_converter

from registry.console import (
    applying,
    auditing,
    checking,
    children,
    deciding,
    home,
    listing,
    noticed,
    passing,
    photos,
    planning,
    reading,
    refusing,
    reviewing,
    stopping,
    tracing,
    watching,
)

app_name = "desk"


class Kind:
    """What vetting decides on, in an address."""

    regex = "provider|vehicle|dwelling"

    def to_python(self, value: str) -> str:
        """The kind itself."""
        return value

    def to_url(self, value: str) -> str:
        """The kind itself."""
        return value


register_converter(Kind, "vetted")

urlpatterns = [
    path("", home.home, name="home"),
    path("queue/", listing.listing, name="queue"),
    path("apply/", applying.apply, name="apply"),
    path("apply/organization/", applying.apply, {"kind": "organization"}, name="apply-organization"),
    path("provider/<uuid:pk>/", reading.provider, name="provider"),
    path("provider/<uuid:pk>/vehicle/", applying.add_vehicle, name="add-vehicle"),
    path("provider/<uuid:pk>/dwelling/", applying.add_dwelling, name="add-dwelling"),
    path("dwelling/<uuid:pk>/place/", reading.place, name="place"),
    path("dwelling/<uuid:pk>/residents/", applying.move_in, name="move-in"),
    path("dwelling/<uuid:pk>/residents/<uuid:resident>/out/", applying.move_out, name="move-out"),
    path(
        "dwelling/<uuid:pk>/residents/<uuid:resident>/check/<slug:code>/",
        checking.check,
        {"kind": "dwelling"},
        name="check-resident",
    ),
    path("<vetted:kind>/<uuid:pk>/edit/", applying.edit, name="edit"),
    path("<vetted:kind>/<uuid:pk>/start-review/", checking.step, {"name": "start-review"}, name="start-review"),
    path("<vetted:kind>/<uuid:pk>/renew/", checking.step, {"name": "renew"}, name="renew"),
    path("<vetted:kind>/<uuid:pk>/supply-info/", checking.supply_info, name="supply-info"),
    path("<vetted:kind>/<uuid:pk>/appeal/", checking.appeal, name="appeal"),
    path("<vetted:kind>/<uuid:pk>/check/<slug:code>/", checking.check, name="check"),
    path("<vetted:kind>/<uuid:pk>/request-info/", checking.request_info, name="request-info"),
    path("<vetted:kind>/<uuid:pk>/reject/", checking.reject, name="reject"),
    path("<vetted:kind>/<uuid:pk>/decide/<slug:decision>/", deciding.first, name="decide"),
    path(
        "<vetted:kind>/<uuid:pk>/hold/<uuid:hold>/clear/",
        deciding.first,
        {"decision": "clear_hold"},
        name="clear-hold",
    ),
    path("<vetted:kind>/<uuid:pk>/hold/", stopping.hold, name="hold"),
    path("<vetted:kind>/<uuid:pk>/suspend/", stopping.suspend, name="suspend"),
    path("<vetted:kind>/<uuid:pk>/halted/", stopping.halted, name="halted"),
    path("<vetted:kind>/<uuid:pk>/exposure/", tracing.exposure, name="exposure"),
    path("<vetted:kind>/<uuid:pk>/exposure.csv", tracing.as_csv, name="exposure-csv"),
    path("<vetted:kind>/<uuid:pk>/exposure.json", tracing.as_json, name="exposure-json"),
    path("reviews/", reviewing.reviews, name="reviews"),
    path("reviews/<uuid:pk>/", reviewing.review, name="review"),
    path("decision/<uuid:pk>/", deciding.second, name="decision"),
    path("decision/<uuid:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("pass/<uuid:pk>/", passing.shown, name="pass"),
    path("pass/<uuid:pk>/revoke/", passing.revoke, name="revoke-pass"),
    path("pass/<uuid:pk>/replace/", passing.replace, name="replace-pass"),
    path("photo/<uuid:pk>/confirm/", photos.confirm, name="photo-confirm"),
    path("journey/<uuid:pk>/call/", reading.call, name="call"),
    path("concerns/", watching.concerns, name="concerns"),
    path("concerns/<uuid:pk>/", watching.concern, name="concern"),
    path("alarms/", watching.alarms, name="alarms"),
    path("alarms/<uuid:pk>/take/", watching.take, name="take-alarm"),
    path("alarms/<uuid:pk>/close/", watching.close_alarm, name="close-alarm"),
    path("zones/", watching.zones, name="zones"),
    path("zones/<slug:code>/", watching.zone, name="zone"),
    path("plans/", planning.listing, name="plans"),
    path("plans/<uuid:pk>/", planning.plan, name="plan"),
    path("plans/<uuid:pk>/cancel/", planning.cancel, name="plan-cancel"),
    path("plans/<uuid:pk>/confirm/", planning.confirm, name="plan-confirm"),
    path("plans/<uuid:pk>/discard/", planning.discard, name="plan-discard"),
    path("plans/<uuid:pk>/remake/", planning.remake, name="plan-remake"),
    path("plans/<uuid:pk>/rows/<uuid:row>/", planning.change, name="plan-row"),
    path("children/", children.children, name="children"),
    path("children/<uuid:pk>/", children.child, name="child"),
    path("children/<uuid:pk>/contact/", children.contact, name="child-contact"),
    path("children/<uuid:pk>/decision/<uuid:decision>/end/", children.end, name="end-placement"),
    path("signals/", noticed.listing, name="signals"),
    path("signals/<uuid:pk>/", noticed.signal, name="signal"),
    path("register/", refusing.listing, name="register"),
    path("register/new/", refusing.new, name="refused-new"),
    path("register/<uuid:pk>/", refusing.entry, name="refused"),
    path("register/<uuid:pk>/<slug:decision>/first/", refusing.first, name="refused-first"),
    path("register/<uuid:pk>/appeal/", refusing.appeal, name="refused-appeal"),
    path("register/decisions/<uuid:pk>/", refusing.second, name="refused-second"),
    path("register/decisions/<uuid:pk>/withdraw/", refusing.withdraw, name="refused-withdraw"),
    path("provider/<uuid:pk>/refuse/", refusing.from_file, name="refuse-provider"),
    path("audit/", auditing.audit, name="audit"),
    path("audit/<int:seq>/", auditing.prove, name="prove"),
    path("audit/<int:seq>/proof.json", auditing.proof, name="proof"),
]
