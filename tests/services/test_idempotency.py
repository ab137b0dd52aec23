"""The same POST, the same answer: one work for one key, also when many ask at once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from registry import models as m
from registry.errors import Conflict, Invalid
from registry.ids import uuid7
from registry.services import idempotency, zones
from registry.services.idempotency import Answer
from tests import factories as f

pytestmark = pytest.mark.django_db

KEY = "key-0001"


def once(work: Callable[[], Answer], **given: Any) -> Answer:
    """Ask with the same key unless another is given."""
    values: dict[str, Any] = {"actor_key": "maria", "key": KEY, "digest": "one", "at": f.NOW, **given}
    return idempotency.once(work=work, **values)


def counting() -> tuple[list[int], Callable[[], Answer]]:
    """Work that counts how often it is done."""
    done: list[int] = []

    def work() -> Answer:
        done.append(1)
        return Answer(201, {"number": len(done)})

    return done, work


def test_the_same_request_gets_the_same_answer() -> None:
    done, work = counting()
    first, second = once(work), once(work)
    assert (first.status, first.body, first.replayed) == (201, {"number": 1}, False)
    assert (second.status, second.body, second.replayed) == (201, {"number": 1}, True)
    assert len(done) == 1


def test_another_body_with_the_same_key_is_refused() -> None:
    _, work = counting()
    once(work)
    with pytest.raises(Invalid) as refused:
        once(work, digest="two")
    assert refused.value.code == "idempotency_key_reused"


def test_two_people_may_use_the_same_key() -> None:
    done, work = counting()
    once(work)
    assert once(work, actor_key="andrei").body == {"number": 2}
    assert len(done) == 2


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "ключ-0001", "key\n00001"])
def test_a_key_is_printable_and_of_a_sane_length(key: str) -> None:
    _, work = counting()
    with pytest.raises(Invalid) as refused:
        once(work, key=key)
    assert refused.value.code == "idempotency_key_malformed"


def test_a_crash_leaves_nothing_behind() -> None:
    done, work = counting()

    def crash() -> Answer:
        f.organization("Half made")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        once(crash)
    assert not m.IdempotencyKey.objects.exists()
    assert not m.Organization.objects.filter(name="Half made").exists()
    assert once(work).status == 201
    assert len(done) == 1


def test_a_refusal_is_remembered_though_its_work_is_undone() -> None:
    given: dict[str, Any] = {"actor_key": "maria", "key": KEY, "digest": "one", "at": f.NOW}
    idempotency.remember(answer=Answer(409, {"code": "plate_taken"}), **given)
    done, work = counting()
    answer = once(work)
    assert (answer.status, answer.body, answer.replayed, done) == (409, {"code": "plate_taken"}, True, [])


def test_the_fingerprint_tells_method_path_and_body_apart() -> None:
    parts = [("POST", "/a", b"{}"), ("PUT", "/a", b"{}"), ("POST", "/b", b"{}"), ("POST", "/a", b"{ }")]
    assert len({idempotency.fingerprint(*part) for part in parts}) == 4


def test_old_answers_are_forgotten_after_a_week() -> None:
    _, work = counting()
    once(work)
    assert idempotency.forget_old(at=f.NOW + 7 * f.DAY) == 0
    assert idempotency.forget_old(at=f.NOW + 8 * f.DAY) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_the_work_once(at_once: Callable[..., list[Any]]) -> None:
    f.geography()
    maria = f.maria()

    def work() -> Answer:
        with transaction.atomic():
            shift = zones.start_shift(actor=maria, zone="siret", id=uuid7(), ends_at=f.NOW + f.HOUR, at=f.NOW)
        return Answer(201, {"id": str(shift.pk)})

    answers = at_once(12, lambda _: once(work))
    assert not [a for a in answers if not isinstance(a, Answer | Conflict)]
    assert len({a.body["id"] for a in answers if isinstance(a, Answer)}) == 1
    assert m.Shift.objects.count() == 1
