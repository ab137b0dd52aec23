"""The Merkle tree against the published vectors, every proof against every size, and notes that were tampered with."""

from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registry import ledger
from registry.ledger import LedgerError

# The test tree of the Certificate Transparency reference implementation (RFC 6962).
LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZE = 67


class Grown:
    """A tree of SIZE leaves with every root on the way and every complete node."""

    def __init__(self) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.leaves = [ledger.leaf_hash(str(n).encode()) for n in range(SIZE)]
        frontier = ledger.Frontier()
        self.roots = [frontier.root()]
        for leaf in self.leaves:
            for level, index, value in frontier.append(leaf):
                self.nodes[level, index] = value
            self.roots.append(frontier.root())

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


@pytest.fixture(scope="module")
def tree() -> Grown:
    return Grown()


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(LedgerError) as caught:
        call()
    return caught.value.code


def test_the_published_roots_come_out():
    hashes = [ledger.leaf_hash(leaf) for leaf in LEAVES]
    assert [ledger.root_of(hashes[: n + 1]).hex() for n in range(len(LEAVES))] == ROOTS
    assert ledger.root_of([]) == ledger.EMPTY_ROOT


def test_every_leaf_is_proved_in_every_size_and_no_other_leaf_is(tree: Grown):
    for size in range(1, SIZE + 1):
        for index in range(size):
            proof = ledger.inclusion_proof(index, size, tree.node)
            ledger.verify_inclusion(tree.leaves[index], index, size, proof, tree.roots[size])
            other = tree.leaves[(index + 1) % SIZE]
            assert refused(lambda: ledger.verify_inclusion(other, index, size, proof, tree.roots[size]))  # noqa: B023


def test_every_smaller_tree_is_proved_to_be_the_beginning_and_no_other_root_is(tree: Grown):
    for new in range(1, SIZE + 1):
        for old in range(1, new + 1):
            proof = ledger.consistency_proof(old, new, tree.node)
            ledger.verify_consistency(old, new, tree.roots[old], tree.roots[new], proof)
            assert refused(
                lambda: ledger.verify_consistency(old, new, tree.roots[old - 1], tree.roots[new], proof)  # noqa: B023
            )


@pytest.mark.parametrize("spoil", ["longer", "shorter", "swapped", "flipped"])
def test_a_spoiled_proof_is_refused(tree: Grown, spoil: str):
    proof = ledger.inclusion_proof(5, SIZE, tree.node)
    spoiled = {
        "longer": [*proof, proof[0]],
        "shorter": proof[:-1],
        "swapped": [proof[1], proof[0], *proof[2:]],
        "flipped": [bytes([proof[0][0] ^ 1]) + proof[0][1:], *proof[1:]],
    }[spoil]
    assert refused(lambda: ledger.verify_inclusion(tree.leaves[5], 5, SIZE, spoiled, tree.roots[SIZE]))


def test_a_stored_tree_grows_on_from_its_frontier(tree: Grown):
    for size in range(1, SIZE):
        frontier = ledger.frontier_of(size, tree.node)
        frontier.append(tree.leaves[size])
        assert frontier.root() == tree.roots[size + 1]


def test_entries_have_one_spelling():
    assert ledger.canonical({"b": 1, "a": "ș"}) == '{"a":"ș","b":1}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        ledger.canonical({"a": float("nan")})


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
NAME = "registry.example/log"


def check(signature: bytes, data: bytes) -> bool:
    try:
        KEY.public_key().verify(signature, data)
    except InvalidSignature:
        return False
    return True


def note(size: int = 3) -> str:
    checkpoint = ledger.Checkpoint(NAME, size, ledger.EMPTY_ROOT)
    return ledger.sign(checkpoint, NAME, PUBLIC, KEY)


def test_a_signed_checkpoint_reads_back():
    assert ledger.verify(note(), NAME, PUBLIC, check) == ledger.Checkpoint(NAME, 3, ledger.EMPTY_ROOT)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("\n3\n", "\n4\n", "checkpoint_not_signed"),
        ("\n3\n", "\n03\n", "checkpoint_malformed"),
        ("\n3\n", "\n-3\n", "checkpoint_malformed"),
        ("\n3\n", "\n٣\n", "checkpoint_malformed"),
        (f"{NAME}\n3", "other.example\n3", "checkpoint_not_signed"),
        (f"\u2014 {NAME}", "\u2014 other", "checkpoint_not_signed"),
        ("\u2014", "-", "checkpoint_malformed"),
        ("\n\n", "\n", "checkpoint_malformed"),
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(old: str, new: str, code: str):
    assert refused(lambda: ledger.verify(note().replace(old, new, 1), NAME, PUBLIC, check)) == code


def test_a_signature_of_another_key_is_refused():
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert refused(lambda: ledger.verify(note(), NAME, other, check)) == "checkpoint_not_signed"
