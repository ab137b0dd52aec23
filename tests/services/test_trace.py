"""Exposure: everybody who was ever with somebody or something, once, without exact places, always audited."""

import csv
import io
from typing import Any

import pytest

from registry import models as m
from registry.ids import uuid7
from registry.selectors.trace import Exposed
from registry.services import concerns, journeys, tracing
from registry.web import sheets
from tests import factories as f
from tests.services.claims import refused, said

pytestmark = pytest.mark.django_db


def traced(row: Any, actor: Any = None, form: Any = "json") -> list[Exposed]:
    kind = type(row).__name__.lower()
    return tracing.trace(actor=actor or f.olena(), kind=kind, subject=row.pk, form=form, at=f.NOW)[1]


def codes(rows: list[Exposed]) -> list[str]:
    return [row.household for row in rows]


def test_everybody_who_left_with_them_whatever_came_of_it() -> None:
    car = f.vehicle(f.verified_provider(driver=True))
    met, not_met = (
        ("departed", "arrived", "closed", "overdue", "halted"),
        ("proposed", "accepted", "confirmed", "declined"),
    )
    rows = {status: f.match(status, ride=f.transport_offer(car=_fresh(car))) for status in (*met, *not_met)}
    f.match("departed")
    expected = {rows[status].household.code for status in met}
    assert set(codes(traced(car))) == expected
    assert set(codes(traced(car.provider))) == expected


def _fresh(car: m.Vehicle) -> m.Vehicle:
    """The car and its owner, verified again after a test has halted them, and held them for two journeys at once."""
    with f.unguarded():
        m.Hold.objects.filter(provider=car.provider).update(cleared_at=f.NOW)
    fresh = m.Vehicle.objects.select_related("provider").get(pk=car.pk)
    for row in (fresh.provider, fresh):
        f.bring(row, "verified")
    with f.unguarded():
        m.ProviderPass.objects.filter(provider=car.provider).update(status="revoked", revoked_at=f.NOW)
    return m.Vehicle.objects.select_related("provider").get(pk=car.pk)


def test_a_row_says_who_when_where_with_whom_and_what_was_last_heard() -> None:
    ride = f.transport_offer(seats=4)
    two = [f.match("departed", f.help_request(who=f.household([f.WOMAN])), ride) for _ in range(2)]
    journeys.check_in(actor=f.maria(), match=two[0].pk, id=uuid7(), kind="underway", at=f.NOW + f.HOUR)
    concerns.report(actor=f.maria(), match=two[0].pk, id=uuid7(), kind="other", text="", at=f.NOW)
    row = next(r for r in traced(ride.driver) if r.match == two[0].pk)
    assert (row.household, row.people, row.legs) == (two[0].household.code, 1, ("ride",))
    assert (row.origin, row.destination, row.arrival_zone) == ("siret", "suceava", "suceava")
    assert row.together_with == (two[1].household.code,)
    assert row.handed_over_by == "Maria Mariaenko, Ajutor la Frontiera"
    assert (row.last_word, row.last_word_side, row.last_word_at) == ("underway", "staff", f.NOW + f.HOUR)
    assert (row.departed_at, row.open_concerns) == (f.NOW, 1)


def test_in_a_home_those_who_shared_a_night() -> None:
    home = f.dwelling(beds=8)
    stay = f.accommodation_offer(home, beds=8)
    first, second, later = (
        f.match("arrived", f.help_request("stay", who=f.household([f.WOMAN])), stay=stay) for _ in range(3)
    )
    m.Leg.objects.filter(match=later).update(from_date=f.TODAY + 20 * f.DAY, to_date=f.TODAY + 25 * f.DAY)
    m.Leg.objects.filter(match__in=[first, second]).update(from_date=f.TODAY, to_date=f.TODAY + 3 * f.DAY)
    rows = {row.match: row for row in traced(home)}
    assert rows[first.pk].together_with == (second.household.code,)
    assert rows[later.pk].together_with == ()


def test_an_organization_answers_for_its_people_and_a_member_for_itself() -> None:
    company = f.verified_provider("organization")
    one, two = (f.verified_provider(driver=True, organization=company.organization) for _ in range(2))
    rows = [f.match("departed", ride=f.transport_offer(who, f.vehicle(who))) for who in (one, two)]
    assert set(codes(traced(company))) == {row.household.code for row in rows}
    assert codes(traced(one)) == [rows[0].household.code]


@pytest.mark.parametrize("who", ["stefan", "maria", "andrei", "sorin", "alina", "pavel", "vasile"])
def test_nobody_else_learns_who_was_with_them(who: str) -> None:
    home = f.dwelling()
    f.match("arrived", stay=f.accommodation_offer(home))
    actor = f.actor(f.known(who))
    with refused("not_found"):
        traced(home, actor)


def test_the_provider_itself_learns_nothing() -> None:
    row = f.verified_provider(driver=True)
    owner = f.owner(row)
    with refused("not_found"):
        traced(row, owner)


@pytest.mark.parametrize("who", ["olena", "daria"])
@pytest.mark.parametrize("form", ["page", "csv", "json"])
def test_each_reading_is_one_entry(who: str, form: str) -> None:
    row = f.ride_of(f.match("departed")).driver  # type: ignore[union-attr]
    actor = f.actor(f.known(who))
    traced(row, actor, form)
    assert said(row, "read.exposure", actor) == {"kind": "provider", "form": form, "rows": 1}


def test_no_exact_place_and_no_phone_is_in_it() -> None:
    home = f.dwelling(address="Strada Ascunsa 77")
    journey = f.match("arrived", stay=f.accommodation_offer(home))
    text = sheets.as_csv(Exposed, traced(home)).decode()
    assert journey.household.code in text
    for hidden in ("Ascunsa", str(home.lat), home.provider.phone, journey.household.contact_phone or "+4072"):
        assert hidden not in text


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(evil: str) -> None:
    table = sheets.table(["a"], [[sheets.cell(evil)], [sheets.cell((evil, "b"))]])
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    assert [row[0][0] for row in rows[1:]] == ["'", "'"]


def test_control_without_the_guard_a_name_would_be_a_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "FORMULA", ("\0",))
    assert sheets.cell("=1") == "=1"


def test_letters_of_every_language_survive() -> None:
    words = ["Ștefăniță", "Їжак", "Ёлка", "ț"]
    rows = list(csv.reader(io.StringIO(sheets.table(words, []).decode("utf-8-sig"))))
    assert rows == [words]


def test_a_long_trace_asks_the_database_as_often_as_a_short_one(django_assert_max_num_queries: Any) -> None:
    ride = f.transport_offer(seats=4)
    for _ in range(4):
        f.match("departed", f.help_request(who=f.household([f.WOMAN])), ride)
    actor = f.olena()
    with django_assert_max_num_queries(14):
        assert len(traced(ride.driver, actor)) == 4
