"""The core's own screens in four languages, by day and night, 320 pixels wide: axe, targets, reflow, focus."""

import pytest

from registry.phone import words_book
from tests import factories as f
from tests.browser import screens
from tests.browser.test_pages_browser import noon
from tests.phone import axe
from tests.phone.households import ADD, household, request
from tests.phone.phone import Phone

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["noon"]
LOOKS = [("uk", "light"), ("ro", "dark"), ("en", "light"), ("ru", "dark")]


def shown(page, path):
    """Another screen of the open app."""
    page.evaluate(f"location.hash = '{path}'")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.tagName") == "H1"


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_every_screen_of_the_core_can_be_used_by_everybody(chrome, live_server, language, scheme):
    f.staffed("siret")
    phone = Phone(chrome, live_server, language, color_scheme=scheme, viewport={"width": 320, "height": 640})
    page = phone.choose(language).open()
    screens.at(page, "app-sign-in")
    axe.check(page)
    phone.welcome()
    axe.check(page)
    wrong = household("Olena + 2", zone="nowhere")
    phone.core(ADD, household("Iryna + 1"))
    after = phone.core(ADD, wrong)
    phone.until(lambda: [state for _, state in phone.entries()] == ["sent", "refused"])
    phone.offline()
    phone.core(ADD, request(wrong, after))
    shown(page, "/queue")
    page.wait_for_selector("[data-state=waiting]")
    screens.at(page, "app-queue")
    axe.check(page)
    shown(page, "/account")
    screens.at(page, "app-account")
    axe.check(page)
    page.get_by_role("button", name=words_book.book(language)["texts"]["core.sign_out"], exact=True).click()
    page.wait_for_selector("dialog[open]")
    axe.check(page)
    phone.close()


def test_axe_and_the_ruler_would_notice(phone):
    page = phone.open()
    page.evaluate("document.querySelector('.press').style.cssText = 'color: #999; background: #aaa'")
    assert any("color-contrast" in line for line in axe.violations(page))
    page.evaluate("document.querySelector('.press').style.cssText = 'min-height: 0; height: 30px'")
    assert axe.small(page)
    page.evaluate("document.querySelector('h1').style.cssText = 'min-width: 900px'")
    assert axe.overflow(page) > 0
