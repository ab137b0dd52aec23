"""The phone reads passes, lists, plates and codes exactly as the server does: the same inputs, the same codes."""

import json
import unicodedata
from typing import Any

import pytest

from registry import identity, signing
from registry.ids import read_code
from registry.signing.base45 import ALPHABET
from tests.phone.gate_modules import Modules
from tests.signing.cases import BY_NAME, CASES, GOOD, RAW, STATUSES, Case, verdict
from tests.signing.forge import AT, CLAIMS, KEY, PLATE, RING, SECRET, good, text_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# A browser without Ed25519 of its own, as phones had until 2024.
NO_ED25519 = """(() => {
  const own = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = (form, key, how, ...more) =>
    how === "Ed25519" ? Promise.reject(new DOMException("", "NotSupportedError")) : own(form, key, how, ...more);
})()"""
JUDGE = """async (m, cases) => {
  const answers = [];
  for (const one of cases) {
    try {
      const keys = m.keyring.ring(await Promise.all(one.keys.map(m.keyring.verifyKey)));
      const [plate, listed] = [m.keyring.fromHex(one.plate), m.keyring.fromHex(one.listed)];
      const [atS, skewS, newestSeen] = [one.at ?? NaN, one.skew, one.newest];
      await m.check.judge({ text: one.text, keys, atS, skewS, plate, listed, newestSeen });
      answers.push("accepted");
    } catch (error) {
      answers.push(error instanceof m.errors.PassError ? error.code : `${error}`);
    }
  }
  return answers;
}"""
READ = """async (m, [texts, keys, atS]) => {
  const ring = m.keyring.ring(await Promise.all(keys.map(m.keyring.verifyKey)));
  const said = (text) => m.claims.decode(text, ring, atS).then(() => "accepted", (error) => error.code ?? `${error}`);
  const answers = [];
  for (const text of texts) answers.push(await said(text));
  return answers;
}"""


def key(row: signing.VerifyKey) -> dict[str, Any]:
    """A key as the API gives it."""
    retired = row.retired_at.isoformat() if row.retired_at else None
    return {"issuer": row.issuer, "public": row.public.hex(), "retired_at": retired}


def told(case: Case) -> dict[str, Any]:
    """A case as the page gets it."""
    return {
        "text": case.text,
        "keys": [key(row) for row in case.keys.all()],
        "at": case.at.timestamp() if case.at.tzinfo else None,
        "skew": case.skew.total_seconds(),
        "plate": case.plate.hex(),
        "listed": case.listed.hex(),
        "newest": case.newest_seen,
    }


@pytest.fixture(scope="module")
def modules(chrome):
    """A browser that verifies Ed25519 itself."""
    made = Modules(chrome)
    yield made
    made.close()


@pytest.fixture(scope="module")
def old_browser(chrome):
    """One that cannot."""
    made = Modules(chrome, script=NO_ED25519)
    yield made
    made.close()


@pytest.mark.parametrize("which", ["modules", "old_browser"])
def test_every_bad_pass_gets_the_code_that_the_server_gives_it(request, record_property, which):
    modules = request.getfixturevalue(which)
    assert modules.call("m => m.ed25519.hasOwn()") is (which == "modules")
    control = Case("control", "accepted")
    answers = modules.call(JUDGE, [told(case) for case in (control, *CASES)])
    said = dict(zip(["control", *(case.name for case in CASES)], answers, strict=True))
    assert said == {"control": verdict(control), **{case.name: verdict(case) for case in CASES}}
    assert said["control"] == "accepted"
    accepted = [name for name, code in said.items() if code == "accepted" and name != "control"]
    record_property("passes", len(CASES))
    record_property("accepted", len(accepted))
    assert (len(CASES), accepted) == (141, [])


GUARDS = {
    "byte after the end": ("cbor.js", 'must(reader.at === bytes.length, "damaged");'),
    "array length in two bytes": (
        "cbor.js",
        'must(number >= (size === 1 ? 24n : 256n ** BigInt(size / 2)), "damaged");',
    ),
    "header out of order": ("cbor.js", 'must(isAbove(written, before), "damaged");'),
    "ES256": ("cose.js", 'must(header.get(ALGORITHM) === EDDSA, "wrong_algorithm");'),
    "algorithm in both headers": ("cose.js", "checkHeader(header, loose, kind);"),
    "pass for another use": ("cose.js", "checkHeader(header, loose, kind);"),
    "stranger under our key id": (
        "cose.js",
        'must(signature.length === 64 && (await verify(key.raw, signature, signed)), "bad_signature");',
    ),
    "signature moved by the group's order": (
        "cose.js",
        'must(signature.length === 64 && (await verify(key.raw, signature, signed)), "bad_signature");',
    ),
    "signed by a retired key": (
        "keyring.js",
        'must(key.retiredAt === null || issuedAt < key.retiredAt, "retired_key");',
    ),
    "neighbour in our name": ("claims.js", 'must(claims.issuer === key.issuer, "wrong_issuer");'),
    "expired this second": ("claims.js", "checkTimes(claims, atS, skewS);"),
    "valid from tomorrow": ("claims.js", "checkTimes(claims, atS, skewS);"),
    "clock off by more than two minutes": ("claims.js", 'must(skewS >= 0 && skewS <= SKEW_AT_MOST_S, "stale_clock");'),
    "shown with another car": ("check.js", "checkPlate(claims, plate);"),
    "list from before a newer one": (
        "statuslist.js",
        'must(newestSeen === null || found.sequence >= newestSeen, "rolled_back");',
    ),
    "list a day old": ("statuslist.js", 'must(!isStale(list, atS), "stale_list");'),
    "revoked": ("statuslist.js", "must(status === 0, STATUSES[status]);"),
    "suspended": ("statuslist.js", "must(status === 0, STATUSES[status]);"),
    "not in the list": ("statuslist.js", "must(status === 0, STATUSES[status]);"),
}


def test_a_case_gets_through_when_its_guard_is_taken_away(chrome, record_property):
    """The control: the matrix would notice the loss of any of these guards."""
    said = {}
    for name, (file, guard) in GUARDS.items():
        loose = Modules(chrome, {file: [(guard, "")]})
        (said[name],) = loose.call(JUDGE, [told(BY_NAME[name])])
        loose.close()
    record_property("control_accepted", sum(code == "accepted" for code in said.values()))
    assert said == dict.fromkeys(GUARDS, "accepted")


def test_no_bit_turned_no_letter_changed_and_no_end_torn_off_is_read_otherwise(modules):
    """A spread of every kind: each place of the text with another letter, bits of each byte, each length."""
    texts = [GOOD[:at] + ALPHABET[(ALPHABET.index(GOOD[at]) + 7) % 45] + GOOD[at + 1 :] for at in range(4, len(GOOD))]
    texts += [text_of(RAW[:at] + bytes([RAW[at] ^ 1 << at % 8]) + RAW[at + 1 :]) for at in range(len(RAW))]
    texts += [text_of(RAW[:size]) for size in range(len(RAW))]
    answers = modules.call(READ, [texts, [key(row) for row in RING.all()], AT.timestamp()])
    assert answers == [read(text) for text in texts]
    assert "accepted" not in answers


def read(text: str) -> str:
    """What the server says of a text."""
    try:
        signing.decode(text, RING, AT)
    except signing.PassError as error:
        return error.code
    return "accepted"


def test_the_claims_of_a_good_pass_are_the_same(modules):
    script = """async (m, [text, keys, atS]) => {
      const ring = m.keyring.ring(await Promise.all(keys.map(m.keyring.verifyKey)));
      const claims = await m.claims.decode(text, ring, atS);
      return { ...claims, plate: claims.plate && m.keyring.toHex(claims.plate) };
    }"""
    for row in (CLAIMS, signing.decode(good(vehicle=None, plate=None, kind="organization"), RING, AT)):
        text = signing.encode(row, KEY)
        assert modules.call(script, [text, [key(one) for one in RING.all()], AT.timestamp()]) == {
            "issuer": row.issuer,
            "issuedAt": row.issued_at.timestamp(),
            "validFrom": row.valid_from.timestamp(),
            "validUntil": row.valid_until.timestamp(),
            "kind": row.kind,
            "provider": str(row.provider),
            "listId": row.list_id,
            "index": row.index,
            "vehicle": str(row.vehicle) if row.vehicle else None,
            "plate": row.plate.hex() if row.plate else None,
        }


def test_every_entry_of_a_list_is_read_the_same(modules):
    statuses = [signing.Status((at * 7) % 3) for at in range(1003)]
    listed = signing.build_list(statuses, 7, KEY, AT, list_id=1)
    script = """async (m, [listed, keys, atS]) => {
      const ring = m.keyring.ring(await Promise.all(keys.map(m.keyring.verifyKey)));
      const list = await m.statuslist.readList(m.keyring.fromHex(listed), ring, atS);
      const said = (index) => {
        try {
          m.statuslist.checkStatus(list, { issuer: "RO", listId: 1, index }, atS);
          return "valid";
        } catch (error) {
          return error.code;
        }
      };
      return Array.from({ length: 1010 }, (_, index) => said(index));
    }"""
    rest = ["revoked"] + ["unknown_status"] * 6
    expected = [status.name.lower() for status in statuses] + rest
    assert modules.call(script, [listed.hex(), [key(row) for row in RING.all()], AT.timestamp()]) == expected


def test_the_largest_list_is_read_and_one_that_unpacks_beyond_it_is_not(modules):
    assert len(STATUSES) > 40_000
    largest = signing.build_list([signing.Status.VALID] * (1 << 20), 7, KEY, AT, list_id=1)
    wide = Case("largest", "accepted", listed=largest)
    assert modules.call(JUDGE, [told(wide)]) == [verdict(wide)] == ["accepted"]


TYPED = (
    *(
        "SV 12 ABC",
        "sv-12-abc",
        "АВ 1234 СЕ",
        "ав1234се",
        "ВС 0077 ОО",
        "B 101 OIO",
        "AI 5555 IO",
        "ІВ 1111 КО",
        "х 001 кх",
    ),
    *(
        "Ж 123 ЖЖ",
        "Ґ 55 ЇЄ",
        "ŠV 12 Ț",
        "Ș-77-Ă",
        "ＳＶ１２",
        "  SV\u00a012\u200bABC ",
        "Ø 12 Æ",
        "ß 1",
        "Љ 12 Њ",
        "PB•1234•AA",
        "a" * 30,
    ),
)


@pytest.mark.parametrize("typed", TYPED)
def test_a_plate_is_folded_as_the_server_folds_it(modules, typed):
    assert modules.call("(m, typed) => m.plate.plateKey(typed)", typed) == identity.plate(typed)


def test_no_letter_is_folded_otherwise_and_what_is_not_known_is_refused(modules):
    """Every character up to the end of Cyrillic: the server's answer, or none at all; never another plate."""
    letters = [chr(code) for code in range(0x20, 0x530) if unicodedata.category(chr(code)) != "Cn"]
    script = """(m, letters) => letters.map((letter) => {
      try {
        return m.plate.plateKey(`A${letter}7`);
      } catch (error) {
        return error.code;
      }
    })"""
    said = dict(zip(letters, modules.call(script, letters), strict=True))
    wrong = {one: got for one, got in said.items() if got not in ("bad_plate", identity.plate(f"A{one}7"))}
    assert wrong == {}
    needed = (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯЫЭЁЪЎЈЅЂЉЊЋЏ"
        "ĂÂÎȘȚŞŢÁÉÍÓÖŐÚÜŰŁŚŻŹĆŃĘĄČŠŽĐ -"
    )
    assert [one for one in needed + needed.lower() if said[one] == "bad_plate"] == []


@pytest.mark.parametrize("typed", ["sz abcd-efgh", "SZ 01l0 oiuv", "ЅZ АВСЕ НКМО", " sz:1234.5678 ", "SZ１２３４ABCD"])
def test_a_short_code_is_folded_as_the_server_folds_it(modules, typed):
    assert modules.call("(m, typed) => m.plate.readCode(typed)", typed) == read_code(typed)


def test_the_marks_of_plate_text_and_code_are_the_servers(modules):
    script = """async (m, [plate, text, code, secret]) => {
      const bytes = m.keyring.fromHex(secret);
      const { plateFingerprint, textMark, codeMark } = m.plate;
      const marks = [plateFingerprint(plate, bytes), textMark(text, bytes), codeMark(code, bytes)];
      return (await Promise.all(marks)).map(m.keyring.toHex);
    }"""
    assert modules.call(script, ["SV12ABC", GOOD, "SZ12345678", SECRET.hex()]) == [
        PLATE.hex(),
        signing.text_fingerprint(GOOD, SECRET).hex(),
        signing.code_fingerprint("SZ12345678", SECRET).hex(),
    ]


def test_a_plate_without_letters_and_a_short_secret_are_refused(modules):
    script = """(m, [plate, secret]) =>
      m.plate.plateFingerprint(plate, m.keyring.fromHex(secret)).then(() => "accepted", (error) => error.code)"""
    said = [
        modules.call(script, list(given))
        for given in (("", SECRET.hex()), ("SV12ABC", "00" * 15), ("SV12ABC", SECRET.hex()))
    ]
    assert said == ["bad_plate", "bad_key", "accepted"]


def test_two_keys_of_one_name_make_no_ring(modules):
    script = """async (m, keys) => {
      const made = await Promise.all(keys.map(m.keyring.verifyKey));
      try {
        return m.keyring.ring(made).size;
      } catch (error) {
        return error.code;
      }
    }"""
    assert json.dumps(modules.call(script, [key(KEY.public)] * 2)) == '"bad_key"'
