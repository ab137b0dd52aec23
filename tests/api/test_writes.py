"""Every POST of the API that does something: it works and leaves an audit entry, repeats itself safely, refuses another
body under its key, refuses to happen twice, and writes nothing for somebody who may not. Questions are asked anew."""

import json
import re

import pytest

from registry import models as m
from registry.ids import uuid7
from tests.api.caller import QUESTIONS, check
from tests.invented import refusals
from tests.permissions import api_rows
from tests.permissions.table import Row, Scene
from tests.permissions.world import World
from tests.test_permissions import path_of

pytestmark = pytest.mark.django_db

POSTS = [row for row in api_rows.ROWS if row.method == "POST"]
# It ends the very token that would ask again (tests/api/test_access.py).
ENDS_ITSELF = "me/sign-ins/end"
DEEDS = [row for row in POSTS if not row.address.endswith((*QUESTIONS, ENDS_ITSELF))]
# Told with the first answer alone, and kept nowhere.
TOLD_ONCE = {"secret": None, "to_call": None, "sign": None}
TOLD_ONCE_AT = {"api/v1/public/journey/<slug:code>/shares": {"code": None}}
# What doing it again under a new key leads to, where that is not a conflict.
AGAIN = {
    "api/v1/households/<uuid:pk>/consents": (200, "consent stays as it is"),
    "api/v1/me/sign-ins/<uuid:pk>/end": (200, "it stays ended"),
    "api/v1/account-decisions/<uuid:pk>/second": (404, "what is decided waits for nobody"),
    "api/v1/people/<uuid:pk>/factors-revocation": (200, "none is left to be revoked"),
    "api/v1/people/<uuid:pk>/deactivation": (404, "an account that is closed is gone"),
    "api/v1/public/journey/<slug:code>/shares/<uuid:pk>/end": (200, "it stays ended"),
    "api/v1/households/<uuid:pk>/sign": (200, "the same picture is told again"),
    "api/v1/households/<uuid:pk>/code": (200, "another new code"),
    "api/v1/photos/<uuid:pk>/confirmation": (200, "it stays confirmed"),
    "api/v1/zones/<slug:code>/shifts": (409, "the id is taken"),
}


def doer(row: Row) -> tuple[str, bool]:
    """Somebody who may."""
    return next(key for key, wanted in row.outcomes().items() if wanted in ("200", "201"))


def stranger(row: Row) -> tuple[str, bool] | None:
    """Somebody signed in who may not."""
    refused = (key for key, wanted in row.outcomes().items() if wanted in ("403", "404"))
    return next(refused, None)


def send(world: World, who: tuple[str, bool], path: str, scene: Scene, key: str, blank: str = ""):
    """One POST; ``blank`` makes it another body that says the same."""
    body = json.dumps(scene.body or {}) + blank
    headers = {"Idempotency-Key": key, **scene.headers}
    answer = world.client(*who).post(path, body, content_type="application/json", headers=headers)
    check("post", path, answer)
    return answer


def written() -> dict[str, int]:
    """How many rows there are of everything but keys."""
    models = (getattr(m, name) for name in m.__all__ if name not in ("IdempotencyKey", "RateWindow"))
    return {model.__name__: model._default_manager.count() for model in models}


def scene_of(row: Row, world: World) -> tuple[Scene, str]:
    """The scene of a row with everybody who may come in, so that only the deed itself changes anything."""
    scene = row.scene(world)
    for who in (doer(row), stranger(row)):
        if who:
            world.client(*who)
    return scene, path_of(row.address, scene)


@pytest.mark.parametrize("row", DEEDS, ids=lambda row: row.name)
def test_a_deed_is_done_once_and_told_twice(row):
    world = World()
    scene, path = scene_of(row, world)
    entries = m.AuditEntry.objects.count()
    first = send(world, doer(row), path, scene, "key-number-one")
    assert first.status_code in (200, 201), first.json()
    assert m.AuditEntry.objects.count() > entries
    after = written()
    replay = send(world, doer(row), path, scene, "key-number-one")
    assert (replay.status_code, replay.headers["Idempotent-Replayed"]) == (first.status_code, "true")
    once = TOLD_ONCE | TOLD_ONCE_AT.get(row.address, {})
    assert replay.json() | once == first.json() | once
    other = send(world, doer(row), path, scene, "key-number-one", blank=" ")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    again = send(world, doer(row), path, scene, "key-number-two")
    assert again.status_code == AGAIN.get(row.address, (409, ""))[0], again.json()
    if again.status_code >= 400:
        assert written() == after


@pytest.mark.parametrize("row", [row for row in POSTS if stranger(row)], ids=lambda row: row.name)
def test_a_deed_of_somebody_who_may_not_writes_nothing(row):
    world = World()
    scene, path = scene_of(row, world)
    before = written()
    who = stranger(row)
    assert who
    answer = send(world, who, path, scene, "key-number-one")
    assert answer.status_code in (403, 404)
    assert written() == before


def test_the_register_is_asked_anew_each_time_and_every_question_is_written_down():
    """A kept answer would be false once somebody is listed; its key would keep a digest of what was asked."""
    row = next(row for row in POSTS if row.address.endswith("register/ask"))
    world = World()
    scene, path = scene_of(row, world)
    entries = m.AuditEntry.objects.filter(action="register.asked")
    assert send(world, doer(row), path, scene, "key-number-one").json() == {"answer": "NOT KNOWN"}
    refusals.listed(identifiers={"phone": api_rows.ASKED["value"]})
    again = send(world, doer(row), path, scene, "key-number-one")
    assert (again.json(), "Idempotent-Replayed" in again.headers) == ({"answer": "KNOWN"}, False)
    assert [entry.data["known"] for entry in entries.order_by("seq")] == [False, True]
    assert not m.IdempotencyKey.objects.exists()


GONE = [row for row in DEEDS if re.search("<uuid:pk>", row.address)]


@pytest.mark.parametrize("row", GONE, ids=lambda row: row.name)
def test_a_deed_to_what_does_not_exist_is_the_same_404(row):
    """For somebody elsewhere what exists and what does not look the same, to the letter."""
    world = World()
    scene, path = scene_of(row, world)
    nowhere = Scene({**scene.parts, "pk": uuid7()}, scene.body, headers=scene.headers)
    missing = send(world, doer(row), path_of(row.address, nowhere), nowhere, "key-number-one")
    assert missing.status_code == 404
    elsewhere = (doer(row)[0], False)
    if row.outcomes().get(elsewhere) == "404":
        hidden = send(world, elsewhere, path, scene, "key-number-two")
        assert hidden.json() == missing.json()
