"""A row of every table in which somebody writes in their own words, and may name whomever they like."""

from typing import Any

from django.db import models

from registry import models as m
from registry.ids import uuid7
from tests import factories as f

WORDS = "Ion Munteanu ne-a sunat"


def in_own_words(words: str = WORDS) -> dict[type[models.Model], Any]:
    """The rows by their models, each with these words."""
    match, host, olena = f.match("proposed"), f.provider(), f.known("olena")
    household, until = match.household, f.NOW + f.HOUR
    f.correct(match, provider_said=words)
    about = {"provider": host}
    return {
        m.TransportOffer: f.transport_offer(note=words),
        m.AccommodationOffer: f.accommodation_offer(note=words),
        m.Match: m.Match.objects.get(pk=match.pk),
        m.ProtectionDecision: _made(
            m.ProtectionDecision,
            household=household,
            kind="unrelated_men_accepted",
            first_by=olena,
            reason=words,
            expires_on=f.TODAY,
        ),
        m.BreakGlass: _made(m.BreakGlass, person=olena, household=household, reason=words, until=until),
        m.Concern: _made(m.Concern, **about, match=match, kind="other", text=words, source="h:x"),
        m.InfoRequest: _made(m.InfoRequest, **about, codes="x", asked_by=olena, due_on=f.TODAY, answer=words),
        m.Appeal: _made(m.Appeal, **about, filed_by=olena, text=words, rejected_at=f.NOW),
    }


def _made(model: type[Any], **values: Any) -> Any:
    return model.objects.create(id=uuid7(), created_at=f.NOW, **values)
