"""Every proof by name, in the order in which they run: quick ones first."""

from tests.prove import measures, tested
from tests.prove.proof import NO_DATABASE, POSTGRES, Proof

PURE = (NO_DATABASE,)
PROOFS = (
    Proof(
        "two-person",
        "Two people of two organizations, one an authority, none of them near: every combination agrees with the text",
        "`tests/rules/test_rule_2_two_people.py`",
        tested.two_person,
        PURE,
    ),
    Proof(
        "two-person-sql",
        "In raw SQL, of every pair of people only the right ones bring a provider, vehicle or dwelling to verified",
        "`tests/test_guards_two_people.py`",
        tested.two_person_sql,
    ),
    Proof(
        "guards",
        "Each guard of the database refuses its breach in raw SQL, and nothing else would",
        "`tests/test_guards_rules.py`",
        tested.guards,
    ),
    Proof(
        "race",
        "Confirmation against suspension in every order of their steps: never an active match with somebody suspended",
        "`tests/test_guards_race.py`",
        tested.race,
        (POSTGRES,),
    ),
    Proof("seat", "Two hundred clients at a barrier for one seat", "`tests/test_capacity_race.py`", tested.seat),
    Proof(
        "expiry",
        "Whatever a crowd does in whatever order, over midnight too, nobody unverified or lapsed is on an active match",
        "`tests/test_never_unverified.py`",
        tested.expiry,
    ),
    Proof(
        "tamper",
        "Nine ways to tamper with the ledger are found by the stand-alone checker, each with its first bad place",
        "`tests/ledger/test_tamper.py`",
        tested.tamper,
    ),
    Proof(
        "passes",
        "Forged, damaged, stale, swapped and replayed passes: none is accepted by the codec",
        "`tests/signing/test_passes.py`",
        tested.passes,
        PURE,
    ),
    Proof(
        "gate",
        "The same and more, held up at the gate of the safe zone: no household leaves",
        "`tests/services/test_gate_passes.py`",
        tested.gate,
    ),
    Proof(
        "phone-gate",
        "The same passes in a browser without a network: the server's own code for each, and none is called good",
        "`tests/phone/test_gate_reader.py`, `tests/phone/test_gate_offline.py`",
        tested.on_the_phone,
    ),
    Proof(
        "pictures",
        "Forty bad pictures of passes: most are read, none is read as something else",
        "`tests/phone/test_gate_pictures.py`",
        tested.pictures,
        PURE,
    ),
    Proof(
        "strong-ids",
        "A disguised phone, document, plate, mailbox or registration number is found, another one is not",
        "`tests/identity/test_figures.py`",
        tested.strong_ids,
        PURE,
    ),
    Proof(
        "names",
        "A disguised name reaches review, honest people seldom do",
        "`tests/identity/test_figures.py`",
        tested.names,
        PURE,
    ),
    Proof(
        "fairness",
        "No script, nationality or sex of honest people is flagged much more than another",
        "`manage.py fairness`, `tests/identity/test_figures.py`",
        tested.fairness,
        PURE,
    ),
    Proof(
        "mass-assignment",
        "A field that a write does not document does nothing: every column, every endpoint, every form",
        "`tests/test_mass_assignment.py`",
        tested.mass_assignment,
    ),
    Proof(
        "peer-mistakes",
        "What went wrong in registries like this one does not go wrong here",
        "`tests/test_peer_mistakes.py`",
        tested.peer_mistakes,
    ),
    Proof(
        "revocation",
        "Whoever is removed is out: sessions and tokens, over HTTP, while they are in use",
        "`python -m tests.prove --only revocation`",
        measures.revocation,
    ),
    Proof(
        "suspension",
        "A suspension halts 200 journeys while others confirm and check in over HTTP",
        "`python -m tests.prove --only suspension`",
        measures.suspension,
    ),
    Proof(
        "ledger",
        "A million entries are verified, and one is proved, in time",
        "`python -m tests.bench --parts ledger`",
        measures.ledger,
    ),
    Proof(
        "dump",
        "A dump of the database holds no plaintext of an encrypted field",
        "`tests/prove/dump.py`",
        measures.dump,
    ),
    Proof(
        "kill",
        "kill -9 under write load: nothing acknowledged is lost, all of it is in the audit log, the ledger verifies",
        "`python -m tests.prove --only kill`",
        measures.kill,
    ),
    Proof(
        "mutation",
        "A fault put into eligibility, the two-person rule, passes or permissions is noticed by the tests",
        "`python -m tests.prove.mutation`",
        measures.mutation,
        PURE,
    ),
)
