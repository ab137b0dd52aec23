"""Every message that has blanks goes out filled, in the language of whom it is for."""

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.rules.reasons import LANGUAGES
from registry.services import asking, delivery, reminders, vetting
from tests import factories as f

pytestmark = pytest.mark.django_db


def sent(code: str) -> dict[str, object]:
    """What the gateway would get of the latest message of this code."""
    return delivery.payload_of(m.Message.objects.filter(code=code).latest("pk"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_applicant_is_told_in_the_language_of_the_account(language: str) -> None:
    account = f.person("provider", language=language)
    row = f.provider(status="in_review", account=account)
    vetting.reject(actor=f.olena(), kind="provider", subject=row.pk, reason="failed_check", at=f.NOW)
    told = sent("rejected")
    assert (told["to"], told["language"]) == ([row.phone], language)
    assert "05.04.2026" in str(told["text"])
    assert "{" not in str(told["text"])


@pytest.mark.parametrize(
    ("spoken", "language"), [("ro uk", "ro"), ("uk", "uk"), ("pl ru", "ru"), ("pl", "ro"), ("", "ro")]
)
def test_without_an_account_the_spoken_language_counts(spoken: str, language: str) -> None:
    assert delivery.language_of(f.provider(languages=spoken)) == language


def test_questions_reminders_and_lapses_are_filled() -> None:
    row = f.provider(status="in_review", languages="uk")
    vetting.request_info(
        actor=f.olena(), kind="provider", subject=row.pk, codes=["identity", "met_in_person"], at=f.NOW
    )
    assert "документ" in str(sent("info_requested")["text"])
    assert "20.03.2026" in str(sent("info_requested")["text"])
    asking.lapse_due(at=f.NOW + 15 * f.DAY)
    assert "{" not in str(sent("info_lapsed")["text"])
    f.correct(f.known("olena"), phone="+40744000111")
    f.verified_provider(until=f.TODAY + 7 * f.DAY)
    reminders.remind_due(at=f.NOW)
    assert "13.03.2026" in str(sent("lapses")["text"])
    county = sent("lapses_county")
    assert county["to"] == ["+40744000111"]
    assert "13.03.2026" in str(county["text"])
    assert uuid7().hex not in str(county["text"])
