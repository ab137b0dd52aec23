"""The status list: valid is what is issued and nothing else, it only grows newer, and a revocation is out at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cwt import COSE, COSEKey
from django.db import transaction

from registry import models as m
from registry import signing
from registry.permissions import SYSTEM
from registry.services import pass_desk, passes, status_lists, suspension, worker
from registry.signing import Status
from tests import factories as f
from tests.invented import keyring

pytestmark = pytest.mark.django_db

RING = signing.Keyring((keyring.key("status_list").public,))


def published(number: int = 0, at: datetime = f.NOW, seen: int | None = None) -> signing.StatusList:
    """The list as a phone reads it."""
    row = m.StatusListing.objects.get(pk=number)
    return signing.read_list(bytes(row.signed), RING, at, seen)


def status_of(row: m.ProviderPass) -> Status:
    """What the published list says of a pass."""
    return published().status_of(row.list_index or 0)


def a_pass() -> m.ProviderPass:
    """A driver's pass for a car."""
    car = f.vehicle()
    return f.provider_pass(car.provider, car)


def test_an_issued_pass_is_valid_and_every_other_place_is_revoked() -> None:
    rows = [a_pass() for _ in range(3)]
    assert status_lists.publish_due(at=f.NOW) == 1
    listed = published()
    valid = {index for index in range(status_lists.ENTRIES) if listed.status_of(index) == Status.VALID}
    assert valid == {row.list_index for row in rows}
    assert listed.status_of(status_lists.ENTRIES) == Status.UNKNOWN


def test_a_reader_that_is_not_ours_verifies_the_list() -> None:
    a_pass()
    status_lists.publish_due(at=f.NOW)
    public = keyring.key("status_list").public
    key = COSEKey.new({1: 1, 3: -8, -1: 6, 2: public.kid, -2: public.public, 4: [2]})
    signed = bytes(m.StatusListing.objects.get().signed)
    header, _, _ = COSE.new().decode_with_headers(signed, key)
    assert header[16] == "application/statuslist+cwt"


@pytest.mark.parametrize("way", ["revoked", "replaced", "suspended", "lapsed"])
def test_what_ends_is_marked_with_its_end_and_published_right_after(
    way: str, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    row = a_pass()
    status_lists.publish_due(at=f.NOW)
    assert status_of(row) == Status.VALID
    with django_capture_on_commit_callbacks() as waiting:
        _end(row, way)
        assert m.StatusListChange.objects.exists()
        assert status_of(row) == Status.VALID
    for publish in waiting:
        publish()
    assert status_of(row) == Status.REVOKED
    assert not m.StatusListChange.objects.exists()


def _end(row: m.ProviderPass, way: str) -> None:
    if way == "revoked":
        pass_desk.revoke(actor=f.olena(), shown=row.pk, reason="lost", at=f.NOW)
    elif way == "replaced":
        pass_desk.replace(actor=f.olena(), shown=row.pk, reason="lost", at=f.NOW)
    elif way == "suspended":
        suspension.suspend(actor=f.olena(), kind="vehicle", subject=row.vehicle_id, reason="report", at=f.NOW)
    else:
        passes.end([row], "expire", actor=SYSTEM, at=f.NOW)


def test_a_publication_that_failed_is_made_up_for_by_the_worker() -> None:
    row = a_pass()
    status_lists.publish_due(at=f.NOW)
    pass_desk.revoke(actor=f.olena(), shown=row.pk, reason="lost", at=f.NOW)
    assert status_of(row) == Status.VALID
    assert worker.work_once(at=f.NOW).lists_published == 1
    assert status_of(row) == Status.REVOKED


def test_a_revocation_that_is_rolled_back_marks_nothing() -> None:
    row = a_pass()
    status_lists.publish_due(at=f.NOW)
    with transaction.atomic():
        pass_desk.revoke(actor=f.olena(), shown=row.pk, reason="lost", at=f.NOW)
        transaction.set_rollback(True)
    assert not m.StatusListChange.objects.exists()


def test_the_worker_publishes_every_few_hours_and_not_in_between() -> None:
    a_pass()
    assert status_lists.publish_due(at=f.NOW) == 1
    assert status_lists.publish_due(at=f.NOW + status_lists.PUBLISH_EVERY - timedelta(seconds=1)) == 0
    later = f.NOW + status_lists.PUBLISH_EVERY
    assert status_lists.publish_due(at=later) == 1
    assert published(at=later).issued_at == later


def test_a_new_key_publishes_at_once() -> None:
    a_pass()
    status_lists.publish_due(at=f.NOW)
    m.StatusListing.objects.update(key=f.signing_key("pass"))
    assert status_lists.publish_due(at=f.NOW) == 1


def test_the_sequence_never_falls_whatever_the_clock_and_the_backup_say() -> None:
    a_pass()
    seen = 0
    for at in (f.NOW, f.NOW, f.NOW - f.DAY, f.NOW + f.HOUR):
        m.StatusListChange.objects.create(number=0, at=at)
        assert status_lists.publish_due(at=at) == 1
        row = m.StatusListing.objects.get()
        assert row.sequence > seen
        seen = row.sequence
    m.StatusListing.objects.update(sequence=1)
    m.StatusListChange.objects.create(number=0, at=f.NOW)
    status_lists.publish_due(at=f.NOW + 2 * f.HOUR)
    assert m.StatusListing.objects.get().sequence > seen


def test_an_older_list_is_refused_by_whoever_saw_the_newer() -> None:
    a_pass()
    status_lists.publish_due(at=f.NOW)
    old = bytes(m.StatusListing.objects.get().signed)
    m.StatusListChange.objects.create(number=0, at=f.NOW)
    status_lists.publish_due(at=f.NOW)
    newest = m.StatusListing.objects.get().sequence
    with pytest.raises(signing.PassError, match="rolled_back"):
        signing.read_list(old, RING, f.NOW, newest)


def test_without_a_key_nothing_is_published_and_nothing_forgotten() -> None:
    a_pass()
    m.StatusListChange.objects.create(number=0, at=f.NOW)
    f.signing_key("status_list", status="retired", retired_at=f.NOW)
    assert status_lists.publish_due(at=f.NOW) == 0
    assert m.StatusListChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_publishers_at_once_each_count_up_and_lose_no_revocation(at_once: Callable[..., list[Any]]) -> None:
    rows = [a_pass() for _ in range(8)]
    status_lists.publish_due(at=f.NOW)
    officer = f.olena()

    def revoke(number: int) -> None:
        pass_desk.revoke(actor=officer, shown=rows[number].pk, reason="lost", at=f.NOW)

    assert at_once(8, revoke) == [None] * 8
    status_lists.publish_due(at=f.NOW)
    assert {status_of(row) for row in rows} == {Status.REVOKED}
    assert not m.StatusListChange.objects.exists()


def test_a_publisher_that_was_overtaken_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """One reads what is true, another revokes and publishes, and only then the first would put its old list."""
    row = a_pass()
    status_lists.publish_due(at=f.NOW)
    build, meanwhile = signing.build_list, [row]

    def slow(*args: Any, **more: Any) -> bytes:
        made = build(*args, **more)
        if meanwhile:
            pass_desk.revoke(actor=f.olena(), shown=meanwhile.pop().pk, reason="lost", at=f.NOW)
            status_lists.publish_due(at=f.NOW)
        return made

    monkeypatch.setattr(signing, "build_list", slow)
    m.StatusListChange.objects.create(number=0, at=f.NOW)
    status_lists.publish_due(at=f.NOW)
    assert status_of(row) == Status.REVOKED


def test_places_are_drawn_at_random_and_never_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_lists, "ENTRIES", 8)
    monkeypatch.setattr(status_lists, "FULL", 6)
    driver = f.verified_provider(driver=True)
    rows = [f.provider_pass(driver) for _ in range(14)]
    places = [(row.list_number, row.list_index) for row in rows]
    assert len(set(places)) == len(places)
    assert [number for number, _ in places] == [0] * 6 + [1] * 6 + [2] * 2
    assert status_lists.publish_due(at=f.NOW) == 3


def test_neither_order_nor_number_can_be_read_from_the_places() -> None:
    driver = f.verified_provider(driver=True)
    places = [f.provider_pass(driver).list_index or 0 for _ in range(12)]
    assert places != sorted(places)
    assert max(places) > 1000
