"""A steward's pages: people and roles; nobody changes their own."""

import pytest

from registry import models as m
from tests import factories as f
from tests.pages.site import browser, clock, press, send, words

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


def test_a_name_is_found_however_its_marks_are_typed():
    f.person(given_name="Ștefan", family_name="Țurcanu")
    for text in ("ștefan", "STEFAN", "Ţurcanu", "turcanu stefan"):
        assert "Țurcanu" in words(browser("sorin").get("/people/", {"q": text})), text


def test_people_are_found_by_name_or_e_mail():
    f.known("maria"), f.known("olena")
    said = words(browser("sorin").get("/people/?q=maria@EXAMPLE"))
    assert "Mariaenko" in said
    assert "Olenaenko" not in said


def test_only_a_steward_has_these_pages():
    person = f.known("maria")
    for who in ("maria", "olena", "alina", "andrei"):
        assert browser(who).get("/people/").status_code == 404
        assert browser(who).get(f"/people/{person.pk}/").status_code == 404


def test_a_role_is_granted_with_its_scope_and_ended():
    f.geography()
    person = f.person()
    page = f"/people/{person.pk}/"
    assert send(browser("sorin"), page, role="volunteer", zone="siret").status_code == 302
    grant = m.RoleGrant.objects.get(person=person)
    assert (grant.role, grant.zone_id, grant.county_id) == ("volunteer", "siret", None)
    press(browser("sorin"), page, f"/roles/{grant.pk}/end/")
    grant.refresh_from_db()
    assert grant.ended_at == f.NOW


def test_a_role_for_a_zone_and_a_county_at_once_is_refused():
    f.geography()
    answer = send(browser("sorin"), f"/people/{f.person().pk}/", role="volunteer", zone="siret", county="RO-SV")
    assert answer.status_code == 422


def test_nobody_grants_a_role_to_themselves():
    sorin = f.known("sorin")
    page = browser("sorin").get(f"/people/{sorin.pk}/")
    assert 'name="role"' not in page.content.decode()
    key = str(f.provider().pk)
    answer = browser("sorin").post(f"/people/{sorin.pk}/", {"key": key, "role": "officer", "zone": "", "county": ""})
    assert answer.status_code == 403
    assert not m.RoleGrant.objects.filter(person=sorin, role="officer").exists()


def test_a_closed_account_is_out_at_once():
    maria, client = f.known("maria"), browser("maria")
    assert client.get("/home/").status_code == 200
    press(browser("sorin"), f"/people/{maria.pk}/", f"/people/{maria.pk}/close/")
    assert client.get("/home/").status_code == 302
