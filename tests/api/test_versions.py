"""Updates say which version they have seen: without it 428, with an old one 412, and nothing is written."""

import pytest

from registry import models as m
from tests import factories as f
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def updates():
    """Each PATCH there is: who, address, body, the row it changes."""
    provider = f.provider(account=f.person("provider"))
    elena = Caller(f.owner(provider))
    car, home = f.vehicle(provider, "applied"), f.dwelling(provider, "applied")
    household = f.household()
    return {
        "provider": (elena, f"/providers/{provider.pk}", {"address": "Strada Noua 2"}, provider),
        "vehicle": (elena, f"/vehicles/{car.pk}", {"color": "blue"}, car),
        "dwelling": (elena, f"/dwellings/{home.pk}", {"beds": 2}, home),
        "household": (Caller(f.maria()), f"/households/{household.pk}", {"pets": 1}, household),
    }


KINDS = ("provider", "vehicle", "dwelling", "household")


@pytest.mark.parametrize("kind", KINDS)
def test_the_version_that_was_read_may_be_changed_once(kind):
    caller, path, body, row = updates()[kind]
    seen = caller.get(path)
    assert seen.headers["ETag"] == f'"{seen.json()["version"]}"'
    changed = caller.patch(path, body, seen.json()["version"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] == f'"{changed.json()["version"]}"' != seen.headers["ETag"]
    name, value = next(iter(body.items()))
    row.refresh_from_db()
    assert getattr(row, name) == value
    assert caller.patch(path, body, seen.json()["version"]).status_code == 412


@pytest.mark.parametrize("kind", KINDS)
def test_an_update_that_has_seen_nothing_is_refused(kind):
    caller, path, body, row = updates()[kind]
    before = row.version
    for condition in ({}, {"If-Match": "*"}, {"If-Match": ""}):
        answer = caller.patch(path, body, **condition)
        assert (answer.status_code, answer.json()["code"]) == (428, "if_match_missing")
    row.refresh_from_db()
    assert row.version == before


@pytest.mark.parametrize("condition", ["1", 'W/"1"', '"1", "2"', '"x"', '"99999999999999999999"', '"-1"', '"٣"'])
def test_a_condition_that_is_no_version_matches_nothing(condition):
    household = f.household()
    answer = Caller(f.maria()).patch(
        f"/households/{household.pk}", {"pets": 1}, **{"If-Match": condition.encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    assert m.Household.objects.get().pets == 0


def test_a_deed_may_say_what_it_has_seen():
    offer = f.transport_offer()
    owner = Caller(f.owner(offer.provider))
    assert owner.post(f"/transport-offers/{offer.pk}/pause", **{"If-Match": '"7"'}).status_code == 412
    assert owner.post(f"/transport-offers/{offer.pk}/pause", **{"If-Match": '"1"'}).status_code == 200


def test_a_change_of_a_checked_field_sends_a_verified_provider_back():
    provider = f.verified_provider(account=f.person("provider"))
    elena = Caller(f.owner(provider))
    version = elena.get(f"/providers/{provider.pk}").json()["version"]
    answer = elena.patch(f"/providers/{provider.pk}", {"phone": "0722 000 111"}, version)
    assert (answer.status_code, answer.json()["status"]) == (200, "in_review")


def test_a_correction_leaves_what_it_does_not_name():
    household = f.household(contact_name="Oksana", needs="medical", pets=1)
    maria = Caller(f.maria())
    assert maria.patch(f"/households/{household.pk}", {"luggage": 3}, 1).status_code == 200
    household.refresh_from_db()
    assert (household.contact_name, household.needs, household.pets, household.luggage) == ("Oksana", "medical", 1, 3)
    assert household.members.count() == 2
