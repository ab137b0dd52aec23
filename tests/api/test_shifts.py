"""What a volunteer's phone asks for all day: the board, who would be with them, the shift's end and its tally."""

import pytest

from registry import models as m
from registry.ids import uuid7
from tests import factories as f
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def body(answer, status=200):
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.json()
    return answer.json()


def test_a_proposal_says_who_is_in_the_car_and_who_lives_in_the_home():
    f.staffed()
    ride, stay = f.transport_offer(), f.accommodation_offer()
    request = f.help_request("both")
    ranked = body(Caller(f.maria()).get(f"/requests/{request.pk}/proposals"))["ranked"]
    one = ranked[0]
    assert (one["ride"]["id"], one["stay"]["id"]) == (str(ride.pk), str(stay.pk))
    assert (one["ride"]["make"], one["ride"]["color"]) == (ride.vehicle.make, ride.vehicle.color)
    assert one["ride"]["crew"] == {"women": 1, "men": 0, "unknown": 0, "children": 0}
    assert one["ride"]["seats_free"] == ride.seats - ride.seats_taken
    assert one["stay"]["residents"] == {"women": 1, "men": 0, "unknown": 0, "children": 0}
    assert (one["stay"]["others"], one["stay"]["beds_free"]) == (0, stay.beds - stay.beds_taken)
    # Who is with them is said by numbers; nobody's name, phone, plate or address is in a proposal.
    told = str(ranked)
    for secret in (ride.driver.given_name, ride.driver.family_name, ride.driver.phone, ride.vehicle.plate):
        assert secret not in told
    assert stay.dwelling.address not in told


def test_a_board_is_everything_in_one_answer_and_names_nobody():
    match, waiting = f.match("departed"), f.help_request()
    board = body(Caller(f.maria()).get("/zones/siret/board"))
    assert [row["id"] for row in board["on_the_road"]] == [str(match.pk)]
    assert [row["id"] for row in board["waiting"]] == [str(waiting.pk)]
    ride = f.ride_of(match)
    assert board["on_the_road"][0]["plate"] == ride.vehicle.plate
    assert ride.driver.family_name not in str(board)
    assert ride.driver.phone not in str(board)
    assert match.household.code not in str(board)


def test_a_shift_is_handed_over_and_counted():
    f.staffed(who=f.known("andrei"))
    shift, match = f.staffed(), f.match("departed")
    maria, andrei = Caller(f.maria()), Caller(f.andrei())
    given = {"id": str(uuid7()), "to": str(f.andrei().person), "first": [str(match.pk)]}
    body(maria.post(f"/shifts/{shift.pk}/handovers", given), 201)
    (row,) = body(andrei.get("/zones/siret/board"))["handovers"]
    assert (row["given_by_name"], row["first"], row["counts"]["on_the_road"]) == ("Maria", [str(match.pk)], 1)
    body(andrei.post(f"/handovers/{given['id']}/take"))
    assert m.Shift.objects.get(pk=shift.pk).ended_at == f.NOW
    counted = body(maria.get(f"/shifts/{shift.pk}/tally"))
    assert (counted["handed_over"], counted["people_handed_over"]) == (1, match.people)


def test_the_last_one_says_that_the_zone_is_left():
    shift, maria = f.staffed(), Caller(f.maria())
    refused = maria.post(f"/shifts/{shift.pk}/end")
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_left_unstaffed")
    body(maria.post(f"/shifts/{shift.pk}/end", {"leave_unstaffed": True}))
