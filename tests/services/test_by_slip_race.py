"""A household with several phones presses at the same moment: once is once."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import RegistryError
from registry.ids import uuid7
from registry.selectors import by_slip
from registry.services import duress, journeys, matching, shares
from registry.states import IllegalTransition
from tests import factories as f
from tests.services.claims import again

pytestmark = pytest.mark.django_db(transaction=True)
NO = (RegistryError, IllegalTransition)


def test_of_two_offers_chosen_at_once_one_is(at_once: Any) -> None:
    request = f.help_request("ride")
    offered = [f.match("proposed", request) for _ in range(2)]
    who = by_slip.holder(request.household.code)
    done = at_once(2, lambda number: matching.accept(actor=who, match=offered[number].pk, at=f.NOW))
    assert sum(isinstance(one, NO) for one in done) == 1
    assert sorted(again(one).status for one in offered) == ["accepted", "proposed"]


def test_yes_and_no_at_once_are_one_of_the_two(at_once: Any) -> None:
    match = f.match("proposed")
    who = by_slip.holder(match.household.code)
    acts = (matching.accept, matching.refuse)
    done = at_once(2, lambda number: acts[number](actor=who, match=match.pk, at=f.NOW))
    row = again(match)
    # A no after the yes is a no; a yes after the no comes too late.
    assert row.status in ("accepted", "declined")
    assert (row.status == "declined") == (not isinstance(done[1], NO))
    assert again(match.request).status == ("open" if row.status == "declined" else "matched")


def test_three_follow_also_when_ten_links_are_asked_for_at_once(at_once: Any) -> None:
    match = f.match("departed")
    who = by_slip.holder(match.household.code)
    done = at_once(10, lambda _: shares.make(actor=who, id=uuid7(), at=f.NOW))
    assert m.JourneyShare.objects.count() == shares.AT_ONCE
    assert sum(isinstance(one, NO) for one in done) == 10 - shares.AT_ONCE


def test_two_workers_tell_of_one_word_once(at_once: Any) -> None:
    match = f.match("departed")
    row = match.household
    row.sign = "sun"
    row.save(update_fields=["sign"])
    journeys.household_says(actor=f.SYSTEM, code=row.code, id=uuid7(), kind="underway", sign="fish", at=f.NOW)
    told = at_once(4, lambda _: duress.raise_due(at=f.NOW))
    assert sorted(told) == [0, 0, 0, 1]
    assert m.Alarm.objects.filter(code="duress").count() == 1
