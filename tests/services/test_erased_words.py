"""What people wrote in their own words ends with those whom it is about, and a report can always be written."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import Conflict
from registry.ids import uuid7
from registry.selectors import erasing
from registry.services import answering, concerns, erasure
from tests import factories as f
from tests.sealing.written import WORDS, in_own_words

pytestmark = pytest.mark.django_db

READ = {
    m.TransportOffer: "note",
    m.AccommodationOffer: "note",
    m.Match: "provider_said",
    m.ProtectionDecision: "reason",
    m.BreakGlass: "reason",
    m.Concern: "text",
    m.InfoRequest: "answer",
    m.Appeal: "text",
}
OF_HOUSEHOLD = {m.Match, m.ProtectionDecision, m.BreakGlass, m.Concern}
OF_PROVIDER = {m.InfoRequest, m.Appeal, m.Concern}


def lost(rows: dict[Any, Any]) -> set[Any]:
    """The models whose row cannot be read anymore; whatever can be reads as it was written."""
    said = {model: getattr(model.objects.get(pk=row.pk), READ[model]) for model, row in rows.items()}
    assert set(said.values()) <= {WORDS, ""}
    return {model for model, words in said.items() if not words}


@pytest.mark.parametrize(("kind", "ended"), [("household", OF_HOUSEHOLD), ("provider", OF_PROVIDER)])
def test_what_is_about_somebody_ends_with_their_keys_and_nothing_else_does(kind: str, ended: set[Any]) -> None:
    rows = in_own_words()
    about = rows[m.Match].household if kind == "household" else rows[m.Appeal].provider
    assert lost(rows) == set()
    erasure.destroy(erasing.everything_of(kind, about), f.NOW)
    assert lost(rows) == ended


def test_a_report_is_written_and_read_though_everybody_in_it_has_been_erased() -> None:
    match = f.match("departed")
    driver = match.legs.get().transport_offer.driver
    for kind, about in (("household", match.household), ("provider", driver)):
        erasure.destroy(erasing.everything_of(kind, about), f.NOW)
    done = concerns.report(actor=f.maria(), match=match.pk, id=uuid7(), kind="other", text=WORDS, at=f.NOW)
    assert m.Concern.objects.get(pk=done.pk).text == WORDS


def test_who_was_erased_files_no_appeal() -> None:
    row = f.bring(f.provider(), "rejected")
    erasure.destroy([row.pk], f.NOW)
    with pytest.raises(Conflict) as caught:
        answering.appeal(actor=f.olena(), kind="provider", subject=row.pk, id=uuid7(), text=WORDS, at=f.NOW)
    assert caught.value.code == "erased"
    assert not m.Appeal.objects.exists()
