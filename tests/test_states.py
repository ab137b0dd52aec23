"""Every state machine: each action leads where the table says or raises; the database holds what states imply."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from registry import models as m
from registry import states
from registry.services import rows
from registry.states import IllegalTransition, Machine
from tests import factories as f
from tests.invented import plans, refusals

PAIRS = [
    (machine, state, action)
    for machine in states.MACHINES.values()
    for state in machine.states
    for action in machine.transitions
]


def name_of(value: object) -> str:
    """A machine by its name in test ids."""
    return value.name if isinstance(value, Machine) else str(value)


@pytest.mark.parametrize(("machine", "state", "action"), PAIRS, ids=name_of)
def test_an_action_leads_where_the_table_says_or_raises(machine: Machine, state: str, action: str) -> None:
    sources, target = machine.transitions[action]
    if state in sources:
        assert machine.after(state, action) == target
        assert action in machine.actions_from(state)
    else:
        with pytest.raises(IllegalTransition) as refused:
            machine.after(state, action)
        assert (refused.value.code, refused.value.state, refused.value.action) == ("illegal_transition", state, action)
        assert action not in machine.actions_from(state)


@pytest.mark.parametrize("machine", states.MACHINES.values(), ids=name_of)
def test_every_name_in_a_table_is_a_state_and_every_state_is_reached(machine: Machine) -> None:
    named = {state for sources, target in machine.transitions.values() for state in (*sources, target)}
    assert named | {machine.initial} == set(machine.states)
    assert set(machine.implies) <= set(machine.states)
    assert _reached(machine) == set(machine.states)


def _reached(machine: Machine) -> set[str]:
    found = {machine.initial}
    while True:
        more = found | {target for sources, target in machine.transitions.values() if found & set(sources)}
        if more == found:
            return found
        found = more


def test_nothing_leads_to_verified_but_the_decision_to_verify() -> None:
    for machine in (states.PROVIDER, states.VEHICLE, states.DWELLING):
        assert [action for action, (_, target) in machine.transitions.items() if target == "verified"] == ["verify"]


def test_nothing_leads_out_of_revoked_and_nothing_to_a_closed_match_but_arrival() -> None:
    for machine in (states.PROVIDER, states.VEHICLE, states.DWELLING):
        assert machine.actions_from("revoked") == ()
    assert states.MATCH.transitions["close"] == (("arrived", "resolved"), "closed")
    assert states.MATCH.transitions["depart"] == (("confirmed",), "departed")


def test_the_groups_of_match_states_are_the_machine_s() -> None:
    everything = set(states.MATCH.states)
    for group in (states.MATCH_ACTIVE, states.MATCH_OVER, states.MATCH_ON_THE_ROAD, states.MATCH_UNDECIDED):
        assert set(group) <= everything
    assert not set(states.MATCH_ACTIVE) & set(states.MATCH_OVER)
    assert set(states.MATCH_ON_THE_ROAD) < set(states.MATCH_ACTIVE)


def row_of(name: str) -> Any:
    """A row of a machine's table, complete enough to be put into any state."""
    filled = {
        "provider": lambda: f.provider(suspended_at=f.NOW, revoked_at=f.NOW, verified_at=f.NOW, verified_until=f.TODAY),
        "vehicle": lambda: f.vehicle(suspended_at=f.NOW, revoked_at=f.NOW),
        "dwelling": lambda: f.dwelling(suspended_at=f.NOW, revoked_at=f.NOW),
        "request": lambda: f.help_request(closed_at=f.NOW),
        "pass": lambda: f.provider_pass(f.verified_provider(), revoked_at=f.NOW),
        "key": lambda: f.signing_key(activated_at=f.NOW, retired_at=f.NOW, withdrawn_at=f.NOW),
        "zone": lambda: f.geography().zones["siret"],
        "refusal": _entry,
        "plan": lambda: _drafted().plan,
        "plan row": _drafted,
    }
    return filled[name]() if name in filled else None


def _drafted() -> m.PlanRow:
    """A row of a plan, both with every column that a state may imply."""
    match = f.match("proposed", stay=f.accommodation_offer())
    leg = match.legs.select_related("accommodation_offer").get()
    assert leg.accommodation_offer
    plan = plans.drafted([(match.request, leg.accommodation_offer)])
    m.Plan.objects.filter(pk=plan.pk).update(closed_at=f.NOW)
    m.PlanRow.objects.filter(plan=plan).update(match=match, decided_at=f.NOW)
    return m.PlanRow.objects.select_related("plan").get(plan=plan)


def _entry() -> m.RefusedEntry:
    """An entry of the register with every column that a state may imply."""
    moments = dict.fromkeys(("listed_at", "appealed_at", "lifted_at"), f.NOW)
    m.RefusedEntry.objects.filter(pk=(entry := refusals.suggested(given_name="Ion", family_name="Popa")).pk).update(
        review_on=f.TODAY, **moments
    )
    return entry


def rows_of(name: str) -> Iterator[Any]:
    """The rows of a machine: offers come in two kinds."""
    if name == "offer":
        for offer in (f.transport_offer(), f.accommodation_offer()):
            type(offer).objects.filter(pk=offer.pk).update(published_at=f.NOW, withdrawn_at=f.NOW)
            yield offer
    elif name == "match":
        match = f.match("closed")
        m.Match.objects.filter(pk=match.pk).update(halted_at=f.NOW)
        yield match
    else:
        yield row_of(name)


def put(row: Any, **columns: Any) -> None:
    """Write columns past every service and model, as a hand on the database would."""
    sets = ", ".join(f"{column} = %s" for column in columns)
    sql = f"UPDATE {row._meta.db_table} SET {sets} WHERE {row._meta.pk.column} = %s"  # noqa: S608
    key = row._meta.pk.get_db_prep_value(row.pk, connection)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [*columns.values(), key])
        assert cursor.rowcount == 1


IMPLIED = [
    (machine.name, state, column)
    for machine in states.MACHINES.values()
    for state, columns in machine.implies.items()
    for column in columns
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "state", "column"), IMPLIED)
def test_the_database_refuses_a_state_without_what_it_implies(name: str, state: str, column: str) -> None:
    for row in rows_of(name):
        with f.unguarded():
            put(row, status=state)
            with pytest.raises(IntegrityError):
                put(row, **{column: None})
            put(row, status=state)


@pytest.mark.django_db
@pytest.mark.parametrize("name", states.MACHINES)
def test_the_database_knows_every_state_and_no_other(name: str) -> None:
    for row in rows_of(name):
        with f.unguarded():
            for state in states.MACHINES[name].states:
                put(row, status=state)
            for nonsense in ("", "approved", "Verified", "verified "):
                with pytest.raises(IntegrityError):
                    put(row, status=nonsense)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "taken", "there"),
    [
        ("transport", "seats_taken", "seats"),
        ("transport", "child_seats_taken", "child_seats"),
        ("transport", "wheelchair_places_taken", "wheelchair_places"),
        ("transport", "luggage_taken", "luggage"),
        ("accommodation", "beds_taken", "beds"),
    ],
)
def test_the_database_refuses_more_taken_than_there_is(table: str, taken: str, there: str) -> None:
    offer: Any = f.transport_offer() if table == "transport" else f.accommodation_offer()
    put(offer, **{taken: getattr(offer, there)})
    with pytest.raises(IntegrityError):
        put(offer, **{taken: getattr(offer, there) + 1})
    with pytest.raises(IntegrityError):
        put(offer, **{taken: -1})


@pytest.mark.django_db
def test_the_database_refuses_a_decision_of_one() -> None:
    row = f.provider(status="in_review")
    f.checks_for(row)
    decision = f.decide_first(row, "verify")
    # Without the guards, so that it is the constraint that refuses.
    with f.unguarded():
        with pytest.raises(IntegrityError):
            put(decision, outcome="carried")
        db_id = m.Person._meta.pk.get_db_prep_value(decision.first_by_id, connection)
        with pytest.raises(IntegrityError):
            put(decision, second_by_id=db_id)
        f.decide_second(decision)
        first_organization = m.Organization._meta.pk.get_db_prep_value(decision.first_organization_id, connection)
        with pytest.raises(IntegrityError):
            put(decision, second_organization_id=first_organization)


@pytest.mark.django_db
def test_the_database_refuses_an_arrival_by_one_and_a_second_choice() -> None:
    match = f.match("arrived")
    maria = m.Person._meta.pk.get_db_prep_value(match.refugee_arrived_by_id, connection)
    with pytest.raises(IntegrityError):
        put(match, receiver_arrived_by_id=maria)
    request = f.help_request()
    other, chosen = f.match("proposed", request), f.match("confirmed", request)
    assert m.Match.objects.get(pk=other.pk).status == "cancelled"
    with pytest.raises(IntegrityError):
        put(other, status="accepted", accepted_at=str(chosen.accepted_at))


@pytest.mark.django_db
def test_a_row_moves_along_its_machine_and_raises_its_version() -> None:
    offer = f.transport_offer()
    rows.move(offer, states.OFFER, "pause", paused_reason="owner")
    found = m.TransportOffer.objects.get(pk=offer.pk)
    assert (found.status, found.paused_reason, found.version) == ("paused", "owner", 2)
    with pytest.raises(IllegalTransition):
        rows.move(offer, states.OFFER, "fill")
