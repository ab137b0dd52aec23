"""One's own account in a real browser: pages that fit in four languages, a passkey, a form that is not lost."""

from datetime import timedelta

import pytest

from registry import models as m
from registry.services import factors
from tests import factories as f
from tests.browser.test_pages_browser import LANGUAGES, Visitor, noon, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(visitor: Visitor) -> None:
    """Give the browser a device that makes and shows passkeys."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_pages_of_an_account_fit_in_every_language(chrome, live_server, size, language):
    f.geography()
    sorin = signed_in(chrome, live_server, "sorin", size, language)
    for path in ("/account/", "/account/passkey/", "/account/password/", "/confirm/"):
        sorin.open(path)
    for path in ("/people/invite/", "/people/waiting/", f"/people/{f.known('olena').pk}/"):
        sorin.open(path)
    sorin.leave()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_newcomer_scans_types_and_keeps_the_recovery_codes(chrome, live_server, size):
    person = f.person("volunteer", zone="siret", email="new@example.org")
    factors.open_enrolment(person.pk)
    visitor = Visitor(chrome, live_server, size)
    page = visitor.open("/login/")
    page.fill("[name=email]", person.email)
    page.fill("[name=password]", f.PASSWORD)
    visitor.press("Sign in")
    page.wait_for_url("**/account/")
    visitor.press("Set up an authenticator app")
    assert page.locator(".qr svg").bounding_box()["width"] > 150
    page.locator("summary").click()
    secret = page.locator("p.code").inner_text().replace(" ", "")
    page.fill("[name=code]", factors.code_of(secret, factors.step_at(f.NOW)))
    visitor.press("Set it up")
    assert page.locator(".codes li").count() == 10
    page.emulate_media(media="print")
    assert page.locator(".codes li").first.is_visible()
    assert not page.locator("[data-print]").is_visible()
    page.emulate_media(media="screen")
    visitor.press("I have kept them: go on")
    assert page.url.endswith("/home/")
    visitor.leave()


def test_a_passkey_is_made_and_confirms_a_decision_whose_form_is_kept(chrome, live_server):
    row = f.provider(status="in_review")
    f.checks_for(row)
    olena = signed_in(chrome, live_server, "olena", "phone")
    with_device(olena)
    page = olena.open("/account/passkey/")
    page.fill("[name=name]", "My phone")
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_selector(".codes")
    olena.look()
    m.SignIn.objects.update(confirmed_at=f.NOW - timedelta(minutes=6))
    olena.open(f"/desk/provider/{row.pk}/decide/verify/")
    page.locator("label", has_text="I know of nothing").click()
    olena.press("Record my decision")
    assert page.locator("h1").inner_text() == "Confirm that it is you"
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_selector("h1:has-text('Confirmed')")
    olena.look()
    assert not m.Decision.objects.exists()
    olena.press("Go on and send it")
    assert m.Decision.objects.get().first_by == f.known("olena")
    olena.complaints = [said for said in olena.complaints if "status of 403" not in said]
    olena.leave()
