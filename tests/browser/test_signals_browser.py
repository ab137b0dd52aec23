"""The review queue and the register of refused providers in a real browser, phone and desk, in four languages."""

import pytest
from django.db import transaction

from registry import models as m
from registry.ids import uuid7
from registry.rules.reasons import Reason
from registry.services import identities, signals
from registry.services.signals import About
from tests import factories as f
from tests.browser.test_desk_browser import officers
from tests.invented import refusals

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
__all__ = ["officers"]
ENTRY = {"identifiers": {"phone": "0721 555 067", "document": "SV 104321"}, "country": "RO", "birth_year": 1980}


def twins():
    """Two files with one phone and one name."""
    rows = [
        f.provider(given_name=name, family_name=family, phone="+40721555001", birth_year=1980)
        for name, family in (("Олена", "Коваленко"), ("Elena", "Kovalenko"))
    ]
    for row in rows:
        written(row)
    return rows


@transaction.atomic
def written(row):
    """What the services say to the register after they have saved a file."""
    identities.provider_written(row, at=f.NOW)


def review(provider):
    """A signal to look at."""
    compared = [{"kind": "name", "initials": "О.К.", "year": "1980", "county": "RO-SV"}]
    about = About(provider=provider, other=f.provider(), same=(uuid7(),), compared=compared)
    return signals.notice(Reason("name_alike", severity="review"), about, at=f.NOW)


def test_two_officers_clear_a_signal(officers):
    row = review(f.provider())
    for name in ("olena", "petru"):
        officer = officers(name)
        officer.open("/desk/signals/")
        officer.open(f"/desk/signals/{row.pk}/")
        officer.choose("It means nothing: explained")
        officer.choose("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")
        officer.press("Record my answer")
        assert officer.says("Your answer is recorded.") or officer.page.url.endswith("/desk/signals/")
    row.refresh_from_db()
    assert row.outcome == "cleared"


def test_an_entry_is_suggested_listed_and_appealed(officers):
    olena, petru = officers("olena"), officers("petru")
    olena.open("/desk/register/new/")
    olena.page.get_by_label("Reason").select_option("trafficking")
    olena.page.get_by_label("Where the evidence lies").fill("Case 12/2026")
    olena.page.get_by_label("Phone").fill("0721 555 067")
    olena.press("Suggest it")
    entry = m.RefusedEntry.objects.get()
    olena.press("List")
    olena.choose("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")
    olena.press("Record my decision")
    assert olena.page.get_by_role("button", name="Take my decision back").is_visible()
    petru.open(f"/desk/register/{entry.pk}/")
    petru.press("Decide as the second")
    petru.choose("I agree: carry it out")
    petru.choose("I know of nothing that ties me to them: no family, friendship, work, debt or dispute.")
    petru.press("Record my decision")
    assert petru.says("Listed")
    petru.press("Write down an appeal")
    assert petru.says("Appealed")
    entry.refresh_from_db()
    assert entry.status == "appealed"


def test_every_page_fits_in_every_language(officers):
    twins()
    shown = review(f.provider())
    held = m.Signal.objects.filter(code="same_identifier").first()
    entry = refusals.listed(**ENTRY)
    written(f.provider(phone="+40721555067"))
    officer = officers("olena")
    for language in ("en", "ro", "uk", "ru"):
        officer.speak(language)
        for path in (
            "signals/",
            "signals/?level=hold",
            f"signals/{shown.pk}/",
            f"signals/{held.pk}/",
            "register/",
            "register/new/",
            f"register/{entry.pk}/",
            f"register/{entry.pk}/lift/first/",
            f"provider/{shown.provider_id}/refuse/",
        ):
            officer.open(f"/desk/{path}")
