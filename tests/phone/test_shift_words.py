"""Whatever the server may say to a volunteer's screens, the app has words for it in four languages."""

import pytest

from registry import models as m
from registry import states
from registry.phone import words_book
from registry.rules import concerns, facts, overdue
from registry.rules.reasons import LANGUAGES
from registry.services import alarms, intake, journeys, matching
from registry.web import labels

CODES = {
    "age": facts.AGE_BANDS,
    "sex": facts.SEXES,
    "guardian": facts.GUARDIANS,
    "need": intake.NEEDS,
    "language": intake.LANGUAGES,
    "kind": m.HelpRequest.KINDS,
    "status": states.MATCH.states,
    "request_status": states.REQUEST.states,
    "zone_status": states.ZONE.states,
    "check_in": (*m.CheckIn.KINDS, *m.CheckIn.PROMISES),
    "carrier_said": (*m.CheckIn.KINDS, *m.CheckIn.PROMISES),
    "side": labels.SIDE,
    "concern.kind": concerns.KINDS,
    "cancel": matching.CANCEL_REASONS,
    "outcome": journeys.OUTCOMES,
    "alarm_outcome": alarms.OUTCOMES,
    "ladder": overdue.STEPS,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", CODES)
def test_every_code_has_its_words(family: str, language: str) -> None:
    known = words_book.book(language)["texts"]
    assert [code for code in CODES[family] if f"volunteer.{family}.{code}" not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alarm_that_must_stay_quiet_is_named_by_nothing(language: str) -> None:
    # The phone may lie between the volunteer and whoever threatens the household.
    assert "volunteer.alarm.duress" not in words_book.book(language)["texts"]
    assert "volunteer.alarm.other" in words_book.book(language)["texts"]
