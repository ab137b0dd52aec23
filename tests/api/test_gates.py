"""What a gate needs without a network, over HTTP."""

import pytest

from registry import models as m
from tests import factories as f
from tests.api.caller import Caller
from tests.services.gate_cases import Gate

pytestmark = pytest.mark.django_db


def test_field_staff_of_the_zone_take_along_what_the_gate_needs() -> None:
    gate = Gate()
    answer = Caller(f.maria()).get("/zones/siret/gate")
    assert answer.status_code == 200
    (journey,) = answer.json()["journeys"]
    assert (journey["id"], journey["people"]) == (str(gate.match.pk), gate.match.people)
    assert answer.headers["Cache-Control"] == "no-store"
    assert m.AuditEntry.objects.filter(action="read.gate_pack").count() == 1


@pytest.mark.parametrize("who", [f.olena, f.stefan])
def test_nobody_else_does(who: object) -> None:
    Gate()
    assert Caller(who()).get("/zones/siret/gate").status_code == 404  # type: ignore[operator]
    assert not m.AuditEntry.objects.filter(action="read.gate_pack").exists()
