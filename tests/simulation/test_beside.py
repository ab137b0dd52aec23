"""Searches beside the replay's clock find what the same search finds in it, as the database was when it was asked."""

import pytest

from registry import models as m
from registry.simulation.beside import readers
from registry.simulation.port import search
from registry.simulation.tally import Refusal
from tests import factories as f

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked() -> m.HelpRequest:
    f.staffed("siret")
    f.transport_offer()
    f.transport_offer()
    return f.help_request(kind="ride")


def test_a_reader_finds_what_the_service_finds(asked: m.HelpRequest) -> None:
    wanted = search(f.maria(), asked.id, f.NOW)
    with readers(search, Refusal) as beside:
        found, is_refusal, took_ms = beside.answer(beside.ask(f.maria(), asked.id, f.NOW))
    assert len(wanted.choices) == 2
    assert (found, is_refusal) == (wanted, False)
    assert took_ms > 0


def test_a_reader_sees_the_moment_of_the_question(asked: m.HelpRequest) -> None:
    with readers(search, Refusal, number=1) as beside:
        before = beside.ask(f.maria(), asked.id, f.NOW)
        m.TransportOffer.objects.update(status="paused", paused_reason="suspended")
        after = beside.ask(f.maria(), asked.id, f.NOW)
        assert len(beside.answer(before)[0].choices) == 2
        assert beside.answer(after)[0].choices == ()


def test_a_refusal_comes_back_as_one(asked: m.HelpRequest) -> None:
    m.HelpRequest.objects.update(status="matched")
    with readers(search, Refusal) as beside:
        why, is_refusal, _ = beside.answer(beside.ask(f.maria(), asked.id, f.NOW))
    assert is_refusal
    assert Refusal(*why).code == "request_not_open"


def test_control_a_question_asked_later_sees_what_has_changed(asked: m.HelpRequest) -> None:
    m.TransportOffer.objects.update(status="paused", paused_reason="suspended")
    with readers(search, Refusal) as beside:
        assert beside.answer(beside.ask(f.maria(), asked.id, f.NOW))[0].choices == ()
