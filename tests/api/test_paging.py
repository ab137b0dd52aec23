"""Lists: pages by cursor, at most a hundred, each row once, and never a query for each row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry import models as m
from registry.ids import uuid7
from registry.services import providers
from tests import factories as f
from tests.api.caller import Caller
from tests.permissions.world import World

pytestmark = pytest.mark.django_db


def walked(caller, path, limit):
    """Every row of a list, page by page."""
    found, cursor = [], None
    joint = "&" if "?" in path else "?"
    for _ in range(100):
        page = caller.get(f"{path}{joint}limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json()
        assert 0 < len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found
    raise AssertionError("a list without end")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_every_row_comes_once_whatever_the_page(limit):
    made = [f.household().pk for _ in range(7)]
    rows = walked(Caller(f.maria()), "/households", limit)
    assert [row["id"] for row in rows] == [str(pk) for pk in made]


def test_an_order_of_several_columns_pages_without_a_gap():
    at = [f.NOW, f.NOW, f.NOW + f.HOUR]
    for level in (1, 5, 3, 5, 1, 3):
        for created_at in at:
            alarm = {"code": "x", "role": "volunteer", "zone_id": f.geography().zones["siret"].pk}
            m.Alarm.objects.create(id=uuid7(), created_at=created_at, level=level, **alarm)
    rows = walked(Caller(f.maria()), "/alarms", 4)
    assert len({row["id"] for row in rows}) == 18
    order = [(-row["level"], row["created_at"], row["id"]) for row in rows]
    assert order == sorted(order)


def test_the_newest_of_the_audit_log_comes_first():
    for _ in range(5):
        Caller(f.maria())
    rows = walked(Caller(f.alina()), "/audit-entries", 2)
    numbers = [row["seq"] for row in rows]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == m.AuditEntry.objects.count()


def test_a_page_has_fifty_rows_unless_asked():
    for _ in range(51):
        f.household()
    page = Caller(f.maria()).get("/households").json()
    assert (len(page["items"]), set(page)) == (50, {"items", "next"})


def test_a_list_that_grows_meanwhile_repeats_nothing():
    for _ in range(4):
        f.household()
    maria = Caller(f.maria())
    first = maria.get("/households?limit=2").json()
    f.household()
    rest = maria.get(f"/households?limit=100&cursor={first['next']}").json()["items"]
    seen = [row["id"] for row in first["items"] + rest]
    assert len(seen) == len(set(seen)) == 5


def test_a_filter_keeps_what_it_names():
    f.provider(), f.provider(status="in_review"), f.provider(town="tulcea")
    olena = Caller(f.olena())
    rows = olena.get("/providers?status=applied&county=RO-SV").json()["items"]
    assert {(row["status"], row["county"]) for row in rows} == {("applied", "RO-SV")}


def test_the_audit_log_is_read_by_who_did_it():
    for who in ("olena", "maria"):
        m.AuditEntry.objects.create(at=f.NOW, actor=f.known(who), action="x", object_type="x", object_id="1")
    rows = Caller(f.actor(f.known("alina"))).get(f"/audit-entries?actor={f.known('maria').pk}").json()["items"]
    assert {row["actor"] for row in rows} == {str(f.known("maria").pk)}


def test_a_name_is_found_however_it_is_written():
    for family, given, phone in (("Țîrău", "Ștefan", "0744 918 273"), ("Popescu", "Ion", "0744 000 111")):
        fields = {"family_name": family, "given_name": given, "phone": phone, "birth_year": 1980, "town": "suceava"}
        providers.apply(actor=f.olena(), id=uuid7(), kind="person", fields=fields, at=f.NOW)
    rows = Caller(f.olena()).get("/providers?search=tirau stefan").json()["items"]
    assert [row["label"] for row in rows] == ["Ș.Ț."]


def several(world):
    """More of everything that is listed."""
    for _ in range(6):
        f.household(), f.provider(), f.help_request()
        (
            f.accommodation_offer(world.home, note="Ask for Ana"),
            f.transport_offer(world.provider, world.car, destinations=("suceava", "siret"), note="Ask for Ion"),
        )
        f.checks_for(f.vehicle(world.provider, "applied"))
        world.alarm(), world.concern(), f.hold(f.provider())
        Caller(f.maria())


LISTS = {
    "/providers": "olena",
    "/transport-offers": "maria",
    "/accommodation-offers": "maria",
    "/households": "maria",
    "/requests": "maria",
    "/matches": "maria",
    "/journeys": "andrei",
    "/alarms": "maria",
    "/concerns": "olena",
    "/decisions": "olena",
    "/audit-entries": "alina",
    "/organizations": "maria",
    "/zones": "maria",
    "/towns": "maria",
    "/me/tokens": "maria",
}
# Signing in by token: the token with its person and organization, what it has stepped up, the roles, the provider.
# Then the list itself, and for rides the towns of the page.
MOST = 6
# What is sealed is opened for the page: its rows, and their keys when there is anything to open.
OPENED = {"/providers": 2, "/transport-offers": 2, "/accommodation-offers": 2}


@pytest.mark.parametrize(("path", "who"), LISTS.items())
def test_a_list_costs_the_same_whatever_its_length(path, who):
    world = World()
    world.match("confirmed"), world.alarm(), world.concern()
    for offer in (world.ride, world.stay):
        f.correct(offer, note="Ask for Maria")
    caller = Caller(f.actor(f.known(who)))
    few = queries(caller, path)
    several(world)
    for _ in range(3):
        f.match("confirmed", request=f.help_request())
    many = queries(caller, path)
    assert len(many) == len(few) <= MOST + OPENED.get(path, 0), many


def queries(caller, path):
    """The SQL of one call."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert caller.get(path).status_code == 200
    return [query["sql"] for query in captured.captured_queries]
