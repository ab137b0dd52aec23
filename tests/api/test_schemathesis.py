"""Invented requests by the hundred, from the published document: no 5xx, and every answer as the document says."""

from collections import Counter
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from registry.models.person import ROLES
from tests import factories as f
from tests.api.caller import token_of
from tests.permissions.world import World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}


def undone() -> transaction.Atomic:
    """A transaction around one call, taken back by it; what insists on being the outermost one lets it pass."""
    block = transaction.atomic()
    block._from_testcase = True
    return block


@pytest.fixture(autouse=True)
def one_connection():
    """The test's transaction goes through every request: none of them may close the connection."""
    load_all_checks()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def somebody_with_every_role(world: World) -> str:
    """A token that opens as many doors as there are, so that what lies behind them is reached."""
    who = f.person(organization=f.organization("Toate rolurile", "authority"))
    for role in ROLES:
        f.grant(who, role)
    f.staffed(who=who)
    assert world.ride
    assert world.stay
    return token_of(f.actor(who))


def real_ids(world: World) -> dict[str, Any]:
    """An id that exists for each kind of thing, by the first word of the address."""
    match = world.match("departed")
    return {
        "providers": world.provider.pk,
        "vehicles": world.car.pk,
        "dwellings": world.home.pk,
        "transport-offers": world.ride.pk,
        "accommodation-offers": world.stay.pk,
        "households": world.household.pk,
        "requests": world.request.pk,
        "matches": match.pk,
        "journeys": match.pk,
        "alarms": world.alarm().pk,
        "concerns": world.concern().pk,
        "decisions": f.known("maria").pk,
        "people": f.known("maria").pk,
        "organizations": world.drum_bun.pk,
        "zones": "siret",
        "public": world.household.code,
    }


def calls(operation: Any, mode: GenerationMode, token: str, ids: dict[str, Any], tally: Counter[int]) -> None:
    """Call one operation with invented input; each deed is undone again."""
    thing = ids.get(operation.path.split("/")[3])

    @hypothesis.settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def one(case: schemathesis.Case) -> None:
        case.headers["Authorization"] = f"Bearer {token}"
        for name in ("id", "code"):
            if thing and name in (case.path_parameters or {}):
                case.path_parameters[name] = str(thing)
        with undone():
            answer = case.call_and_validate(checks=CHECKS)
            transaction.set_rollback(True)
        tally[answer.status_code] += 1

    one()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(EXAMPLES))
def test_invented_requests_get_the_answers_of_the_document(mode):
    world = World()
    token, ids = somebody_with_every_role(world), real_ids(world)
    api = schemathesis.openapi.from_wsgi("/api/schema/", WSGIHandler())
    tally: Counter[int] = Counter()
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        try:
            calls(found.ok(), mode, token, ids, tally)
        except hypothesis.errors.Unsatisfiable:
            # An address without input has nothing that could be wrong.
            assert mode is GenerationMode.NEGATIVE
    assert sum(tally.values()) >= 100
    assert {status for status in tally if status >= 500} == set()
    if mode is GenerationMode.POSITIVE:
        assert tally[200] + tally[201] > 50, tally
