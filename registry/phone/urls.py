"""Addresses of the pages at the root: for everybody, for field staff, for providers, for stewards."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from registry.phone import (
    accounts,
    app,
    appointing,
    emergency,
    entry,
    home,
    intake,
    journeys,
    matching,
    passes,
    providers,
    public,
    security,
    word,
    zones,
)

PUBLIC = [
    path("", public.landing, name="landing"),
    path("check/", public.check, name="check"),
    path("word/", word.word, name="word"),
    path("worry/", word.worry, name="worry"),
    path("language/", login_not_required(require_POST(set_language)), name="language"),
    path("login/", entry.login, name="login"),
    path("login/second/", entry.login_second, name="login_second"),
    path("logout/", entry.logout, name="logout"),
    path("invitation/", entry.invitation, name="invitation"),
]
APP = [
    path("app/", app.shell, name="app"),
    path("app/sw.js", app.worker, name="app_worker"),
    path("app/manifest.webmanifest", app.manifest, name="app_manifest"),
    path("app/words/<slug:language>.json", app.words, name="app_words"),
]
OWN = [
    path("confirm/", entry.confirm, name="confirm"),
    path("account/", security.overview, name="factors"),
    path("account/app/", security.totp_new, name="totp_new"),
    path("account/passkey/", security.passkey_new, name="passkey_new"),
    path("account/codes/", security.recovery_codes, name="recovery_codes"),
    path("account/factors/<int:pk>/remove/", security.factor_remove, name="factor_remove"),
    path("account/password/", security.password, name="password"),
    path("account/sign-ins/<uuid:pk>/end/", security.sign_in_end, name="sign_in_end"),
    path("account/sign-ins/end/", security.sign_out_everywhere, name="sign_out_everywhere"),
]
FIELD = [
    path("home/", home.home, name="home"),
    path("zones/<slug:code>/", zones.zone, name="zone"),
    path("zones/<slug:code>/shift/", zones.shift_start, name="shift_start"),
    path("zones/<slug:code>/status/", zones.zone_status, name="zone_status"),
    path("shifts/<uuid:pk>/end/", zones.shift_end, name="shift_end"),
    path("alarms/<uuid:pk>/take/", zones.alarm_take, name="alarm_take"),
    path("alarms/<uuid:pk>/close/", zones.alarm_close, name="alarm_close"),
    path("households/new/", intake.household_new, name="household_new"),
    path("households/find/", intake.household_of_code, name="household_find"),
    path("households/<uuid:pk>/", intake.household, name="household"),
    path("households/<uuid:pk>/edit/", intake.household_edit, name="household_edit"),
    path("households/<uuid:pk>/contact/", intake.household_contact, name="household_contact"),
    path("households/<uuid:pk>/request/", intake.request_new, name="request_new"),
    path("households/<uuid:pk>/accept-men/", intake.accept_men, name="accept_men"),
    path("decisions/<uuid:pk>/agree/", intake.protection_agree, name="protection_agree"),
    path("decisions/<uuid:pk>/end/", intake.protection_end, name="protection_end"),
    path("requests/<uuid:pk>/", matching.request_page, name="request"),
    path("requests/<uuid:pk>/choose/", matching.choose, name="choose"),
    path("requests/<uuid:pk>/end/", matching.request_end, name="request_end"),
    path("journeys/<uuid:pk>/", journeys.journey, name="journey"),
    path("journeys/<uuid:pk>/accept/", matching.accept, name="accept"),
    path("journeys/<uuid:pk>/confirm/", matching.confirm, name="confirm"),
    path("journeys/<uuid:pk>/decline/", matching.decline, name="decline"),
    path("journeys/<uuid:pk>/cancel/", matching.cancel, name="cancel"),
    path("journeys/<uuid:pk>/handover/", journeys.handover, name="handover"),
    path("journeys/<uuid:pk>/go/", journeys.go, name="go"),
    path("journeys/<uuid:pk>/check-in/", journeys.check_in, name="check_in"),
    path("journeys/<uuid:pk>/arrive/", journeys.arrive, name="arrive"),
    path("journeys/<uuid:pk>/resolve/", journeys.resolve, name="resolve"),
    path("journeys/<uuid:pk>/close/", journeys.close, name="close"),
    path("journeys/<uuid:pk>/concern/", journeys.concern, name="report_concern"),
    path("journeys/<uuid:pk>/contacts/", journeys.contacts, name="contacts"),
    path("journeys/<uuid:pk>/destination/", journeys.destination, name="destination"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/<uuid:pk>/", emergency.glass, name="glass"),
]
PROVIDER = [
    path("provider/apply/", providers.apply, name="apply"),
    path("providers/<uuid:pk>/vehicles/new/", providers.vehicle_new, name="vehicle_new"),
    path("providers/<uuid:pk>/homes/new/", providers.dwelling_new, name="dwelling_new"),
    path("providers/<uuid:pk>/rides/new/", providers.ride_new, name="ride_new"),
    path("providers/<uuid:pk>/stays/new/", providers.stay_new, name="stay_new"),
    re_path(
        r"^offers/(?P<kind>transport|accommodation)/(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<step>publish|pause|withdraw)/$",
        providers.offer_step,
        name="offer_step",
    ),
    re_path(
        r"^own/(?P<kind>provider|vehicle|dwelling)/(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<step>supply|appeal)/$",
        providers.own_step,
        name="own_step",
    ),
    path("passes/<uuid:pk>/", passes.pass_page, name="pass"),
    path("passes/<uuid:pk>/print/", passes.pass_print, name="pass_print"),
    path("carried/<uuid:pk>/", providers.carried, name="carried"),
    path("carried/<uuid:pk>/word/", providers.carried_word, name="carried_word"),
]
STEWARD = [
    path("people/", accounts.people, name="people"),
    path("people/invite/", appointing.invite, name="invite"),
    path("people/waiting/", appointing.waiting, name="account_decisions"),
    path("people/waiting/<uuid:pk>/", appointing.second, name="account_second"),
    path("invitations/<uuid:pk>/revoke/", appointing.invitation_revoke, name="invitation_revoke"),
    path("people/<uuid:pk>/", accounts.person, name="person"),
    path("people/<uuid:pk>/close/", accounts.deactivate, name="account_close"),
    path("people/<uuid:pk>/factors/revoke/", appointing.factors_revoke, name="factors_revoke"),
    path("people/<uuid:pk>/renewal/", appointing.renewal, name="renewal"),
    path("roles/<uuid:pk>/end/", accounts.role_end, name="role_end"),
]
urlpatterns = PUBLIC + APP + OWN + FIELD + PROVIDER + STEWARD
