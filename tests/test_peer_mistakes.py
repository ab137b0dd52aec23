"""What went wrong in registries like this one, each as a test: the mistake must not come back by any door.

Where a guard keeps it out, a control takes the guard away and the mistake is there again.
"""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework import serializers

from registry import models as m
from registry.api import forms
from registry.ids import uuid7
from registry.rules import decisions, eligibility, vetting
from registry.selectors import providers as visible_providers
from registry.services import capacity, matching, offers
from registry.services.providers import edit_provider
from tests import factories as f
from tests.api.caller import Caller
from tests.invented import rawsql
from tests.permissions.scenes import application, ride_draft
from tests.permissions.world import World
from tests.services.claims import again, refused
from tests.services.test_identities import PERSON, applies
from tests.services.test_identities import signals as told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody calls at noon of the factories' day."""
    monkeypatch.setattr("registry.web.asking.now", lambda: f.NOW)


@pytest.fixture(autouse=True)
def named(request: pytest.FixtureRequest, record_property: Any) -> None:
    """The mistake is counted under the name of its group."""
    record_property("mistake", request.cls.__name__)


class TestSelfVerification:
    """A status in a posted body was saved as it came: whoever called the interface verified themselves."""

    WANTED = {"status": "verified", "verified_at": "2026-03-06T12:00:00Z", "verified_until": "2027-03-06"}

    @pytest.mark.parametrize("field", WANTED)
    def test_a_posted_status_is_refused(self, field: str) -> None:
        caller = Caller(f.actor(f.person()))
        answer = caller.post("/providers", {**application(), field: self.WANTED[field]})
        assert (answer.status_code, answer.json()["fields"]) == (422, {field: "unknown_field"})
        assert not m.Provider.objects.exists()

    def test_it_is_refused_in_an_edit_too(self) -> None:
        row = f.provider()
        caller = Caller(f.owner(row))
        row.refresh_from_db()
        answer = caller.patch(f"/providers/{row.pk}", {"status": "verified"}, row.version)
        assert answer.status_code == 422
        assert again(row).status == "applied"

    def test_even_a_body_whose_unknown_members_are_dropped_verifies_nobody(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(forms.Input, "to_internal_value", serializers.Serializer.to_internal_value)
        answer = Caller(f.actor(f.person())).post("/providers", {**application(), "own_account": True, **self.WANTED})
        assert answer.status_code == 201
        assert m.Provider.objects.get().status == "applied"

    def test_the_database_refuses_a_status_from_nowhere(self) -> None:
        row = f.provider()
        verified = {"status": "verified", "verified_at": f.NOW, "verified_until": f.TODAY + f.DAY}
        with pytest.raises(IntegrityError, match="guard: "), transaction.atomic():
            rawsql.change(row, **verified)
        with f.unguarded():
            assert rawsql.change(row, **verified)


class TestAnyDonor:
    """An offer could be entered under any provider's id: whoever knew one offered in a stranger's good name."""

    def post(self) -> Any:
        world = World()
        body = ride_draft(world).body
        return Caller(f.actor(world.other_account)).post("/transport-offers", body)

    def test_nobody_offers_in_the_name_of_another(self) -> None:
        assert self.post().status_code == 404
        assert not m.TransportOffer.objects.exists()

    def test_control_without_ownership_a_stranger_would(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(visible_providers, "visible", lambda _: m.Provider.objects.all())
        monkeypatch.setattr(offers, "owns", lambda *_: True)
        assert self.post().status_code == 201


class TestEverybodySeesEveryDriver:
    """Any signed-in account could list all drivers with their papers, phones and addresses."""

    def seen(self) -> tuple[int, bool]:
        """What another driver is answered about a driver, and whether the driver stands in his list."""
        world = World()
        pk, caller = world.provider.pk, Caller(f.actor(world.other_account))
        one = caller.get(f"/providers/{pk}")
        return one.status_code, str(pk) in caller.get("/providers").content.decode()

    def test_another_driver_sees_nothing(self) -> None:
        assert self.seen() == (404, False)

    @pytest.mark.parametrize("who", ["maria", "andrei", "alina", "sorin", "daria"])
    def test_staff_who_do_not_vet_see_no_file(self, who: str) -> None:
        world = World()
        caller = Caller(f.actor(f.known(who)))
        assert caller.get(f"/providers/{world.provider.pk}").status_code in (403, 404)

    def test_whoever_proposes_rides_sees_no_phone_and_no_address(self) -> None:
        world = World()
        assert world.ride
        text = Caller(f.maria()).get("/transport-offers").content.decode()
        assert str(world.ride.pk) in text
        for hidden in (world.provider.phone, world.provider.address, world.provider.family_name):
            assert hidden not in text

    def test_control_without_the_scope_everybody_would(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(visible_providers, "visible", lambda _: m.Provider.objects.all())
        status, is_listed = self.seen()
        # The file itself has a second lock, which knows that he is no officer and not the owner.
        assert (status, is_listed) == (403, True)


class TestApprovedAtSignUp:
    """A host was approved by filling in the form: families were sent to homes that nobody had looked at."""

    def test_whoever_applies_is_nobody_yet(self) -> None:
        answer = Caller(f.actor(f.person())).post("/providers", {**application(), "own_account": True, "is_host": True})
        row = m.Provider.objects.get()
        assert (answer.status_code, row.status, row.verified_at, row.verified_until) == (201, "applied", None, None)

    def test_the_home_of_somebody_new_opens_to_nobody(self) -> None:
        home = f.dwelling(f.provider(is_host=True), status="applied")
        bed = f.accommodation_offer(home, status="draft")
        owner = f.owner(home.provider)
        with refused("refused_by_rule", "provider_not_verified", "dwelling_not_verified"):
            offers.publish(actor=owner, kind="accommodation", offer=bed.pk, at=f.NOW)

    def test_control_without_rule_and_guards_it_would(self, monkeypatch: Any) -> None:
        home = f.dwelling(f.provider(is_host=True), status="applied")
        bed, owner = f.accommodation_offer(home, status="draft"), f.owner(home.provider)
        monkeypatch.setattr(eligibility, "not_verified", lambda *_: iter(()))
        with f.unguarded():
            assert offers.publish(actor=owner, kind="accommodation", offer=bed.pk, at=f.NOW).status == "open"


class TestApprovalKeptAfterAnEdit:
    """An approved host changed the address and stayed approved: the check had been of another house."""

    def edited(self) -> tuple[m.Provider, m.Match]:
        match = f.match("confirmed")
        ride = f.ride_of(match)
        assert ride
        edit_provider(provider=ride.driver_id, actor=f.olena(), fields={"address": "Strada Alta 99"}, at=f.NOW)
        return again(ride.driver), again(match)

    def test_a_new_address_needs_a_new_look(self) -> None:
        driver, match = self.edited()
        assert (driver.status, driver.verified_until, match.status) == ("in_review", None, "halted")

    def test_control_without_the_list_of_fields_it_would_stay(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(vetting, "CHECKED_FIELDS", dict.fromkeys(vetting.CHECKED_FIELDS, frozenset()))
        with f.unguarded():
            driver, match = self.edited()
        assert (driver.status, match.status) == ("verified", "confirmed")


class TestEnclosedStay:
    """Only the first and last day of other stays were compared: a stay inside or around another was not seen."""

    # Days from today until which the first and the second household stay: one inside the other, both ways.
    @pytest.fixture(params=[(9, 2), (2, 9)], ids=["inside", "around"])
    def second(self, request: pytest.FixtureRequest) -> m.Match:
        """Three people who chose a home of four beds in which three others are expected already."""
        bed = f.accommodation_offer(beds=4)
        party = (f.WOMAN, f.CHILD, f.OLDER)
        first, second = (
            f.match("accepted", f.help_request("stay", f.household(party), nights=nights), stay=bed)
            for nights in request.param
        )
        matching.confirm(actor=f.maria(), match=first.pk, at=f.NOW)
        return second

    def test_no_bed_is_promised_twice(self, second: m.Match) -> None:
        with refused("refused_by_rule", "beds_too_few"):
            matching.confirm(actor=f.maria(), match=second.pk, at=f.NOW)

    def test_the_count_alone_would_refuse_it(self, second: m.Match, monkeypatch: Any) -> None:
        monkeypatch.setattr(eligibility, "_short", lambda *_, **__: iter(()))
        with refused("refused_by_rule", "beds_gone"):
            matching.confirm(actor=f.maria(), match=second.pk, at=f.NOW)

    def test_control_without_rule_and_count_it_would_be(self, second: m.Match, monkeypatch: Any) -> None:
        monkeypatch.setattr(eligibility, "_short", lambda *_, **__: iter(()))
        monkeypatch.setattr(capacity, "take", lambda *_, **__: None)
        with f.unguarded():
            assert matching.confirm(actor=f.maria(), match=second.pk, at=f.NOW).status == "confirmed"


class TestOneMatchEatsTheVan:
    """A match took the whole vehicle whatever it needed: seven seats left empty, people left behind."""

    def test_a_household_takes_its_own_seats_and_the_next_ones_get_theirs(self) -> None:
        van = f.transport_offer(seats=8, child_seats=3)
        parties = ((f.WOMAN,), (f.WOMAN, f.INFANT), (f.WOMAN, f.OLDER, f.INFANT))
        matches = [f.match("confirmed", f.help_request("ride", f.household(party)), van) for party in parties]
        assert {again(match).status for match in matches} == {"confirmed"}
        assert (again(van).seats_taken, again(van).child_seats_taken, again(van).status) == (6, 2, "open")

    def test_what_one_gives_back_is_its_own_only(self) -> None:
        van = f.transport_offer(seats=8)
        stays, goes = (f.match("confirmed", f.help_request("ride", f.household([f.WOMAN])), van) for _ in range(2))
        matching.cancel(actor=f.maria(), match=goes.pk, reason="plans_changed", at=f.NOW)
        assert (again(van).seats_taken, again(stays).status) == (1, "confirmed")


class TestSafetyCheckByAStranger:
    """Anybody could answer "arrived safely" for a journey that was not theirs: nobody looked for the missing."""

    @pytest.mark.parametrize("who", ["vasile", "stefan", "pavel", "sorin", "alina"])
    def test_nobody_speaks_for_a_journey_of_others(self, who: str) -> None:
        match = f.match("departed")
        caller = Caller(f.actor(f.known(who)))
        word = caller.post(f"/journeys/{match.pk}/check-ins", {"id": str(uuid7()), "kind": "arrived"})
        arrival = caller.post(f"/journeys/{match.pk}/arrival", {"side": "refugee"})
        assert (word.status_code, arrival.status_code) == (404, 404)
        assert not m.CheckIn.objects.exists()

    def test_the_driver_alone_ends_nothing(self) -> None:
        match = f.match("departed")
        ride = f.ride_of(match)
        assert ride
        driver = Caller(f.owner(ride.driver))
        answers = [driver.post(f"/journeys/{match.pk}/arrival", {"side": side}) for side in ("refugee", "receiver")]
        assert {answer.status_code for answer in answers} == {409}
        row = again(match)
        assert (row.status, row.refugee_arrived_at, row.receiver_arrived_at) == ("departed", None, None)

    def test_a_guessed_code_speaks_for_nobody(self) -> None:
        match = f.match("departed")
        code = "".join("Z" if letter != "Z" else "Y" for letter in match.household.code)
        answer = Caller().post(f"/public/journey/{code}/check-ins", {"id": str(uuid7()), "kind": "arrived"})
        assert answer.status_code == 404
        assert not m.CheckIn.objects.exists()


class TestExactNamesOnly:
    """The list of the barred was searched by the exact name: one letter, or the other alphabet, was enough."""

    SAME = ({"given_name": "Oleksandr", "family_name": "Shevchenko"}, {"given_name": "Саша", "family_name": "Шевченко"})

    @pytest.mark.parametrize("name", SAME, ids=["another alphabet", "a pet name"])
    def test_whoever_comes_back_under_another_spelling_is_noticed(self, name: dict[str, str]) -> None:
        old, new = (
            applies(**{**PERSON, "phone": "0721 000 001"}),
            applies(**{**PERSON, "phone": "0722 000 002", **name}),
        )
        assert told(new, other=old)

    def test_control_by_exact_names_nobody_would_be(self, monkeypatch: Any) -> None:
        from registry.identity import names
        from registry.rules.signals import identity

        for module in (names, identity):
            monkeypatch.setattr(module, "alike", lambda one, other: one == other)
        old, new = applies(**PERSON), applies(**{**PERSON, "phone": "0722 000 002", **self.SAME[0]})
        assert not told(new, other=old)


class TestOwnOrganization:
    """An organization's own officer approved its own case: the only check was on paper."""

    def case(self) -> m.Provider:
        return f.bring(f.provider("organization", organization=f.known("petru").organization), "in_review")

    def test_nobody_decides_on_the_own_organization(self) -> None:
        row = self.case()
        f.checks_for(row)
        with refused("refused_by_rule", "decides_on_own_organization"):
            f.decide_first(row, "verify", by=f.petru())

    def test_nobody_seconds_it_either(self) -> None:
        row = self.case()
        f.checks_for(row)
        first = f.decide_first(row, "verify")
        with refused("refused_by_rule", "decides_on_own_organization"):
            f.decide_second(first, by=f.petru())

    def test_control_without_rule_and_guards_they_would(self, monkeypatch: Any) -> None:
        row = self.case()
        f.checks_for(row)
        monkeypatch.setattr(decisions, "_may_decide", lambda *_: iter(()))
        with f.unguarded():
            first = f.decide_first(row, "verify", by=f.petru())
            assert f.decide_second(first, by=f.olena()).outcome == "carried"
