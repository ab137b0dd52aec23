"""The app's shell: opens, installs, opens again without a network."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_app_opens_and_asks_who_works_here(phone):
    page = phone.open()
    assert page.locator("h1").inner_text() == "Who is working on this phone?"
    phone.ready()


def test_who_is_signed_in_is_welcomed_and_the_shell_opens_without_a_network(phone):
    page = phone.sign_in("maria").open()
    page.wait_for_selector(".tiles")
    phone.ready()
    phone.offline()
    page.reload()
    page.wait_for_selector(".tiles")
    page.wait_for_selector(".chip[data-tone=warn]")
