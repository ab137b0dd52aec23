"""What a phone without a network says of the passes that must open no gate: STOP, for the server's own reason."""

import json
from datetime import timedelta
from typing import Any

import pytest

from registry.errors import Refused
from registry.selectors import passes as public
from registry.services import gate_packs, status_lists
from tests import factories as f
from tests.phone.gate_modules import Modules
from tests.services.gate_cases import BY_NAME, CASES, Case, Gate

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

LOOK = """async (m, { rows, lists, pack, clock, seen }) => {
  const keys = await m.keyring.keyring(rows, "pass");
  const listKeys = await m.keyring.keyring(rows, "status_list");
  const withdrawn = new Set(rows.filter((row) => row.state === "withdrawn").map((row) => row.kid));
  const found = new Map();
  for (const bytes of lists) {
    const list = await m.statuslist.readList(m.keyring.fromHex(bytes), listKeys, clock.atS);
    found.set(list.listId, list);
  }
  const kept = { keys: rows.length ? keys : null, listKeys, withdrawn, lists: found, pack, clock };
  const { verdict, reasons, paired } = await m.check.look(seen, kept);
  return { verdict, paired, reasons: reasons.map((one) => one.code) };
}"""
# Only the database knows whose short code it is when its driver does not wait at this gate.
NOT_KNOWN_HERE = {"another driver's, by its code": "pass_unknown"}


@pytest.fixture(scope="module")
def modules(chrome):
    """The gate's modules."""
    made = Modules(chrome)
    yield made
    made.close()


def looked(modules: Modules, gate: Gate, seen: dict[str, Any], **kept: Any) -> dict[str, Any]:
    """What the phone says that took everything along a moment ago."""
    status_lists.publish_due(at=f.NOW)
    ring = public.keyring()
    pack = gate_packs.take(actor=f.maria(), zone="siret", at=f.NOW)
    right = {"shown": gate.row.text, "plate": gate.ride.vehicle.plate, "counted": gate.match.people}
    seen = {"shown" if name == "pass_code" else name: value for name, value in seen.items()}
    taken = {
        "rows": ring["keys"],
        "lists": [public.status_list(number).hex() for number in ring["status_lists"]],
        "pack": pack,
        "clock": {"atS": f.NOW.timestamp(), "skewS": 0, "isRight": True},
        "seen": {"journey": gate.match.pk, **right, **seen},
        **kept,
    }
    return modules.call(LOOK, json.loads(json.dumps(taken, default=plain)))


def plain(value: Any) -> str:
    """As the API writes it."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


GOOD = {"verdict": "good", "paired": True, "reasons": []}


def test_the_right_pass_at_its_own_gate_is_good_and_nothing_more(modules):
    gate = Gate()
    assert looked(modules, gate, {}) == GOOD
    code = gate.row.code
    assert looked(modules, gate, {"shown": f" {code[:5].lower()}-{code[5:]}"}) == GOOD


def test_a_driver_of_an_organization_may_show_a_pass_without_a_car(modules):
    gate = Gate()
    assert looked(modules, gate, {"shown": f.provider_pass(gate.ride.driver).text}) == GOOD


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_pass_that_opens_no_gate_is_stop_for_the_servers_reason(modules, record_property, case: Case):
    gate = Gate()
    seen = case.seen(gate)
    said = looked(modules, gate, seen)
    with pytest.raises(Refused) as refusal:
        gate.depart(**seen)
    assert case.reason in {reason.code for reason in refusal.value.reasons}
    record_property("passes", 1)
    record_property("accepted", int(said["verdict"] != "stop"))
    assert said["verdict"] == "stop"
    assert NOT_KNOWN_HERE.get(case.name, case.reason) in said["reasons"]


GUARDS = {
    "a longer life": {"check.js": [('if (!expected && isForged(claims, kept.pack)) return "not_issued";', "")]},
    "revoked by an officer": {
        "check.js": [('if (expected && expected.status !== "issued") return expected.status;', "")],
        "statuslist.js": [("must(status === 0, STATUSES[status]);", "")],
    },
    "a copy of one on the road": {"pairing.js": [("pass_elsewhere: Boolean(own?.elsewhere),", "")]},
    "another driver's": {
        "pairing.js": [
            ("other_driver: driver !== null && driver !== ride.driver,", ""),
            ("other_vehicle: vehicle !== null && vehicle !== ride.vehicle,", ""),
            ("pass_other_plate: Boolean(claims?.vehicle && mark) && toHex(claims.plate) !== mark,", ""),
        ]
    },
    "the driver's other car's": {
        "pairing.js": [
            ("other_vehicle: vehicle !== null && vehicle !== ride.vehicle,", ""),
            ("pass_other_plate: Boolean(claims?.vehicle && mark) && toHex(claims.plate) !== mark,", ""),
        ]
    },
    "a car with another plate": {
        "pairing.js": [
            ("other_plate: ride.plate !== null && mark !== ride.plate,", ""),
            ("pass_other_plate: Boolean(claims?.vehicle && mark) && toHex(claims.plate) !== mark,", ""),
        ]
    },
    "made under another secret": {
        "pairing.js": [("pass_other_plate: Boolean(claims?.vehicle && mark) && toHex(claims.plate) !== mark,", "")]
    },
    "ended yesterday, by its code": {
        "check.js": [('if (atS >= Date.parse(expected.valid_until) / 1000) return "expired";', "")]
    },
    "from tomorrow, by its code": {
        "check.js": [('if (atS < Date.parse(expected.valid_from) / 1000) return "not_yet_valid";', "")]
    },
    "a stranger's key": {
        "cose.js": [
            ('if (!key) throw new PassError("unknown_key", name);', "if (!key) return [...keys.values()][0];"),
            ('must(signature.length === 64 && (await verify(key.raw, signature, signed)), "bad_signature");', ""),
        ],
        "check.js": [('if (!expected && isForged(claims, kept.pack)) return "not_issued";', "")],
    },
}


@pytest.mark.parametrize("name", GUARDS)
def test_a_case_is_good_when_its_guards_are_taken_away(chrome, record_property, name):
    """The control: the matrix would notice the loss of any of these guards."""
    gate = Gate()
    seen = BY_NAME[name].seen(gate)
    loose = Modules(chrome, GUARDS[name])
    said = looked(loose, gate, seen)
    loose.close()
    record_property("control_accepted", int(said["verdict"] == "good"))
    assert said["verdict"] == "good", said


def test_heads_are_counted(modules):
    gate = Gate()
    assert looked(modules, gate, {"counted": gate.match.people + 1})["reasons"] == ["other_count"]


def test_a_list_that_is_a_day_old_makes_nothing_good(modules):
    """The control is the second before."""
    gate = Gate()
    for before, verdict in ((1, "good"), (0, "unknown")):
        at = f.NOW + timedelta(days=1, seconds=-before)
        clock = {"atS": at.timestamp(), "skewS": 0, "isRight": True}
        said = looked(modules, gate, {}, clock=clock)
        assert (said["verdict"], said["reasons"]) == (verdict, [] if before else ["stale_list"])
        said = looked(modules, gate, {"shown": gate.row.code}, clock=clock)
        assert said["verdict"] == verdict


def test_an_old_list_still_stops_whom_it_knows_to_be_revoked(modules):
    gate = Gate()
    seen = BY_NAME["revoked by an officer"].seen(gate)
    clock = {"atS": (f.NOW + timedelta(days=3)).timestamp(), "skewS": 0, "isRight": True}
    said = looked(modules, gate, seen, clock=clock, pack=None)
    assert (said["verdict"], said["reasons"]) == ("stop", ["pass_revoked"])


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ({"rows": []}, "no_keys"),
        ({"lists": []}, "no_list"),
        ({"clock": {"atS": f.NOW.timestamp(), "skewS": 121, "isRight": False}}, "clock_off"),
    ],
)
def test_what_is_missing_makes_nothing_good(modules, kept, reason):
    gate = Gate()
    if "rows" in kept:
        kept = {**kept, "lists": []}
    said = looked(modules, gate, {}, **kept)
    assert (said["verdict"], said["reasons"]) == ("unknown", [reason])


def test_without_the_secret_the_plate_is_not_taken_for_the_right_one(modules):
    gate = Gate()
    pack = gate_packs.take(actor=f.maria(), zone="siret", at=f.NOW)
    for journey in pack["journeys"]:
        journey["ride"] |= {"plate": None, "passes": []}
    said = looked(modules, gate, {}, pack={**pack, "plate_secret": None})
    assert said["verdict"] == "unknown"
    assert "plate_not_compared" in said["reasons"]


def test_a_journey_that_the_phone_does_not_know_is_not_paired(modules):
    gate = Gate()
    other = f.provider_pass(f.verified_provider(driver=True))
    said = looked(modules, gate, {"shown": other.text, "journey": None})
    assert said == {"verdict": "good", "paired": False, "reasons": []}
    said = looked(modules, gate, {"journey": None, "plate": "SV 00 XXX"})
    assert (said["verdict"], said["reasons"]) == ("stop", ["pass_other_plate"])


def test_a_short_code_of_nobody_who_waits_here_needs_the_network(modules):
    gate = Gate()
    other = f.provider_pass(f.verified_provider(driver=True))
    said = looked(modules, gate, {"shown": other.code, "journey": None})
    assert (said["verdict"], said["reasons"]) == ("unknown", ["code_needs_network"])
