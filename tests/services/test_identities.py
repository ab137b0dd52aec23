"""The same person twice: fingerprints kept with every writing, both held, cleared by two, remembered."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from registry import identity
from registry import models as m
from registry.identity import fingerprints as marks
from registry.ids import uuid7
from registry.services import checks, fingerprints, identities, providers, worker
from tests import factories as f
from tests.identity.disguises import STRONG
from tests.services.claims import again, refused

pytestmark = pytest.mark.django_db
PERSON: dict[str, Any] = {
    "given_name": "Олександр",
    "family_name": "Шевченко",
    "birth_year": 1980,
    "phone": "0721 000 001",
    "town": "suceava",
}
NAMES = (("Ana", "Lupu"), ("Тарас", "Бойко"), ("Jan", "Nowak"), ("Viorica", "Guzun"), ("Kinga", "Wrona"))


def applies(**given: Any) -> m.Provider:
    """Somebody applies; by default under a name, a year and a phone that nobody else has."""
    n = f.number()
    name = NAMES[n % len(NAMES)]
    fields = {
        **PERSON,
        "given_name": name[0],
        "family_name": f"{name[1]}{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}ur",
        "birth_year": 1950 + n % 50,
        "phone": f"+4075{n:07}",
        **given,
    }
    return providers.apply(actor=f.ioana(), id=uuid7(), kind="person", fields=fields, at=f.NOW)


def signals(row: m.Provider, **wanted: Any) -> list[tuple[str, str]]:
    """Code and level of the signals about a provider."""
    return sorted(m.Signal.objects.filter(provider=row, **wanted).values_list("code", "level"))


def held(row: m.Provider) -> bool:
    """Whether a hold is open."""
    return m.Hold.objects.filter(provider=row, cleared_at=None).exists()


def show(row: m.Provider, number: str, country: str = "RO", **given: Any) -> m.Check:
    """Olena has a paper in hand."""
    evidence = {"type": "id_card", "country": country, "number": number, "expires_on": f.TODAY + 900 * f.DAY}
    values: dict[str, Any] = {"actor": f.olena(), "kind": "provider", "subject": row.pk, "code": "identity", **given}
    return checks.record_check(id=uuid7(), passed=True, evidence=evidence, at=f.NOW, **values)


def test_an_application_keeps_fingerprints_and_no_plain_value() -> None:
    row = applies(email="Ana.Lupu+x@gmail.com")
    kept = m.Fingerprint.objects.filter(provider=row, ended_at=None)
    assert set(kept.values_list("kind", flat=True)) == {"phone", "email", "name", "exact_name"}
    written = " ".join(f"{one.digest} {one.value}" for one in kept)
    assert row.phone[1:] not in written
    assert all(len(one.digest) == 64 for one in kept)


# A number of another country without its code is turned away at the door, where it could not be called either.
AT_THE_DOOR = [row for row in STRONG if row[0] != "phone" or identity.phone(row[2])]


@pytest.mark.parametrize(("kind", "kept", "typed", "country"), AT_THE_DOOR)
def test_one_identifier_in_two_files_holds_both_whatever_the_disguise(
    kind: str, kept: str, typed: str, country: str
) -> None:
    one, other = _with(kind, kept, country), _with(kind, typed, country)
    assert ("same_identifier", "hold") in signals(one, other=other)
    assert ("same_identifier", "hold") in signals(other, other=one)
    assert held(one)
    assert held(other)


def _with(kind: str, value: str, country: str) -> m.Provider:
    """Somebody in whose file this identifier stands."""
    if kind in ("phone", "email"):
        return applies(**{kind: value})
    if kind == "registration":
        given = {"organization_name": f"Firma {f.number()}", "registration_number": value, "town": "suceava"}
        fields = {**given, "phone": f"+4075{f.number():07}"}
        return providers.apply(actor=f.ioana(), id=uuid7(), kind="organization", fields=fields, at=f.NOW)
    row = applies()
    if kind == "document":
        show(row, value, country)
    else:
        given = {"plate": value, "plate_country": "RO" if f.number() % 2 else "MD", "make": "Dacia", "color": "red"}
        for car in m.Vehicle.objects.filter(status="applied"):
            f.bring(car, "rejected")
        providers.add_vehicle(actor=f.olena(), provider=row.pk, id=uuid7(), fields={**given, "seats": 5}, at=f.NOW)
    return row


@pytest.mark.parametrize(("kind", "kept", "typed", "country"), STRONG[:1])
def test_control_without_the_comparison_nobody_is_held(
    monkeypatch: pytest.MonkeyPatch, kind: str, kept: str, typed: str, country: str
) -> None:
    monkeypatch.setattr(identities, "compare", lambda *_, **__: None)
    one, other = _with(kind, kept, country), _with(kind, typed, country)
    assert not held(one)
    assert not held(other)


def test_an_edit_is_compared_as_an_application_is() -> None:
    one, other = applies(phone="0721 000 777"), applies()
    assert not held(one)
    providers.edit_provider(actor=f.olena(), provider=other.pk, fields={"phone": "+40 721 000 777"}, at=f.NOW)
    assert held(one)
    assert held(other)


def test_a_phone_that_was_given_up_is_remembered_and_later_forgotten() -> None:
    one = applies(phone="0721 000 778")
    providers.edit_provider(actor=f.olena(), provider=one.pk, fields={"phone": "0721 000 779"}, at=f.NOW)
    met = applies(phone="0721 000 778")
    assert held(met)
    worker.clean_up(at=f.NOW + timedelta(days=731))
    later = f.NOW + timedelta(days=731)
    fields = {**PERSON, "given_name": "Zoe", "family_name": "Zaharovici", "phone": "0721 000 778"}
    m.Fingerprint.objects.filter(provider=met).delete()
    row = providers.apply(actor=f.ioana(), id=uuid7(), kind="person", fields=fields, at=later)
    assert signals(row, code="same_identifier") == []


def test_people_may_give_the_phone_of_the_organization_that_they_act_for() -> None:
    org = f.verified_provider("organization", phone="+40721000555")
    identities.provider_written(org, at=f.NOW)
    fields = {**PERSON, "phone": "0721 000 555"}
    driver = providers.apply(
        actor=f.ioana(), id=uuid7(), kind="person", fields=fields, at=f.NOW, organization=org.organization_id
    )
    assert not held(driver)
    assert held(applies(phone="0721 000 555"))


# The paper


def test_of_a_paper_only_the_last_four_and_a_fingerprint_stay() -> None:
    row = applies()
    check = show(row, "SV 104321")
    assert check.evidence_last_four == "4321"
    assert m.Fingerprint.objects.filter(provider=row, kind="document").count() == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute("SELECT * FROM " + connection.ops.quote_name(table))  # noqa: S608 - tables of our own
            assert "104321" not in str(cursor.fetchall()), table


def test_a_document_without_its_number_does_not_pass() -> None:
    row = applies()
    evidence = {"type": "id_card", "country": "RO", "last_four": "4321", "expires_on": f.TODAY + f.DAY}
    given: dict[str, Any] = {"kind": "provider", "subject": row.pk, "code": "identity", "passed": True}
    with refused("invalid", number="evidence_required"):
        checks.record_check(actor=f.olena(), id=uuid7(), evidence=evidence, at=f.NOW, **given)


def test_an_older_paper_is_not_forgotten_with_a_new_one() -> None:
    row = applies()
    show(row, "SV 104321")
    show(row, "SV 999888")
    other = applies()
    show(other, "sv104321")
    assert held(row)
    assert held(other)


# Names


def test_a_namesake_of_another_age_and_county_is_reviewed_and_not_held() -> None:
    one = applies(given_name="Олена", family_name="Коваленко", birth_year=1960, town="tulcea")
    two = applies(given_name="Elena", family_name="Kovalenko", birth_year=1990)
    assert signals(two) == [("name_alike", "review")]
    assert signals(one) == []
    assert not held(two)
    assert two.status == "applied"


@pytest.mark.parametrize("same", [{"birth_year": 1961}, {"town": "tulcea"}])
def test_a_namesake_with_the_year_or_the_county_is_held(same: dict[str, Any]) -> None:
    one = applies(given_name="Олена", family_name="Коваленко", birth_year=1960, town="tulcea")
    two = applies(**{"given_name": "Lena", "family_name": "Covalenco", "birth_year": 1990, **same})
    assert signals(two) == [("name_alike_and", "hold")]
    assert held(two)
    assert not held(one)


def test_a_signal_says_no_name_and_no_whole_number() -> None:
    applies(given_name="Олена", family_name="Коваленко", birth_year=1960, phone="0721 000 567")
    applies(given_name="Олена", family_name="Коваленко", birth_year=1960, phone="0721 000 567")
    for row in m.Signal.objects.all():
        said = f"{row.compared} {row.params}"
        assert "Коваленко" not in said
        assert "721000567" not in said
    assert {"kind": "phone", "ends": "67"} in m.Signal.objects.filter(code="same_identifier").first().compared  # type: ignore[union-attr]


# What two people have cleared


def explain(row: m.Provider) -> None:
    """Two people clear every hold of a provider."""
    for hold in m.Hold.objects.filter(provider=row, cleared_at=None):
        f.decide(row, "clear_hold", hold=hold)


def test_what_two_have_cleared_comes_back_only_with_new_data() -> None:
    wife = applies(phone="0721 000 600", address="Strada Lunga 1")
    man = applies(phone="0721 000 600", address="Strada Lunga 1")
    explain(wife)
    explain(man)
    assert set(m.Signal.objects.values_list("outcome", flat=True)) == {"cleared"}
    providers.edit_provider(actor=f.olena(), provider=man.pk, fields={"address": "Strada Scurta 2"}, at=f.NOW)
    worker.work_once(at=f.NOW)
    assert not held(wife)
    assert not held(man)
    providers.edit_provider(actor=f.olena(), provider=man.pk, fields={"phone": "0721 000 601"}, at=f.NOW)
    assert not held(man)
    providers.edit_provider(actor=f.olena(), provider=man.pk, fields={"phone": "0721 000 600"}, at=f.NOW)
    assert held(man)
    assert held(wife)


def test_control_without_memory_the_same_alarm_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.services import signals as service

    one, two = applies(phone="0721 000 610"), applies(phone="0721 000 610")
    explain(one)
    explain(two)
    monkeypatch.setattr(service, "_memory", lambda *_: uuid7().hex)
    worker.work_once(at=f.NOW)
    assert held(one)


def test_the_same_signal_is_raised_once() -> None:
    one, two = applies(phone="0721 000 620"), applies(phone="0721 000 620")
    for _ in range(3):
        worker.work_once(at=f.NOW)
        identities.provider_written(two, at=f.NOW)
    assert m.Signal.objects.filter(code="same_identifier").count() == 2
    assert m.Hold.objects.filter(provider__in=(one, two)).count() == 2


def test_two_at_the_same_moment_are_found_by_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(identities, "compare", lambda *_, **__: None)
        one, two = applies(phone="0721 000 630"), applies(phone="0721 000 630")
    assert not held(one)
    assert worker.work_once(at=f.NOW).noticed == 2
    assert held(one)
    assert held(two)


# Keys


def test_a_rotation_keeps_everybody_findable_and_nothing_that_was_cleared_comes_back(settings: Any) -> None:
    one, two = applies(phone="0721 000 640"), applies(phone="0721 000 640")
    show(one, "SV 640640")
    explain(one)
    explain(two)
    settings.FINGERPRINT_KEYS = f"2:{'ab' * 32},{settings.FINGERPRINT_KEYS}"
    assert held(applies(phone="+40 721 000 640"))
    done = fingerprints.rotate()
    assert done.renewed > 0
    assert set(done.left) == {1}
    left = m.Fingerprint.objects.filter(ended_at=None).exclude(key_version=2)
    assert set(left.values_list("kind", flat=True)) == {"document"}
    identities.provider_written(again(two), at=f.NOW)
    assert signals(two, outcome="open", other=one) == []
    settings.FINGERPRINT_KEYS = f"2:{'ab' * 32}"
    assert held(applies(phone="0040721000640"))
    assert fingerprints.rotate().renewed == 0


def test_a_key_that_is_gone_finds_nothing_any_more(settings: Any) -> None:
    applies(phone="0721 000 650")
    settings.FINGERPRINT_KEYS = f"2:{'cd' * 32}"
    assert not held(applies(phone="0721 000 650"))


def test_nothing_is_kept_when_the_application_is_refused() -> None:
    f.everybody()
    with refused("invalid", phone="not_a_phone"):
        applies(phone="12")


def test_fingerprints_are_written_in_the_transaction_of_the_application() -> None:
    f.everybody()
    before = m.Fingerprint.objects.count()
    with transaction.atomic():
        applies()
        assert m.Fingerprint.objects.count() > before
        transaction.set_rollback(True)
    assert m.Fingerprint.objects.count() == before


def test_the_table_says_which_kinds_there_are() -> None:
    assert set(marks.KINDS) == {"document", "phone", "plate", "email", "registration", "name", "exact_name"}
