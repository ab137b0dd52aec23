"""Keys: loaded from files, named by what they are, rotated and removed."""

import hashlib

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry import signing
from tests.signing.forge import AT, DAY, KEY, NEIGHBOUR, NEXT_KEY, RING, STRANGER

PKCS8 = (form.Encoding.PEM, form.PrivateFormat.PKCS8)
PUBLIC = (form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
ECDSA = ec.generate_private_key(ec.SECP256R1())


def code_of(work, *arguments):
    """The code with which the work refuses."""
    with pytest.raises(signing.PassError) as refusal:
        work(*arguments)
    return refusal.value.code


def test_a_private_key_is_loaded_from_pem_with_or_without_password_and_from_raw_bytes():
    plain = KEY.private.private_bytes(*PKCS8, form.NoEncryption())
    locked = KEY.private.private_bytes(*PKCS8, form.BestAvailableEncryption(b"word"))
    raw = KEY.private.private_bytes_raw()
    loaded = [
        signing.load_signing_key(plain, "RO"),
        signing.load_signing_key(locked, "RO", b"word"),
        signing.load_signing_key(raw, "RO"),
    ]
    assert {key.public for key in loaded} == {KEY.public}


def test_a_public_key_is_loaded_from_pem_and_from_raw_bytes():
    pem = KEY.private.public_key().public_bytes(*PUBLIC)
    assert signing.load_verify_key(pem, "RO") == signing.load_verify_key(KEY.public.public, "RO") == KEY.public


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * 31,
        b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n",
        ECDSA.private_bytes(*PKCS8, form.NoEncryption()),
        KEY.private.private_bytes(*PKCS8, form.BestAvailableEncryption(b"word")),
    ],
)
def test_what_is_no_ed25519_key_does_not_sign(data):
    assert code_of(signing.load_signing_key, data, "RO") == "bad_key"


def test_a_password_for_another_key_opens_nothing():
    locked = KEY.private.private_bytes(*PKCS8, form.BestAvailableEncryption(b"word"))
    assert code_of(signing.load_signing_key, locked, "RO", b"other") == "bad_key"


@pytest.mark.parametrize("data", [b"", b"x" * 33, b"-----BEGIN", ECDSA.public_key().public_bytes(*PUBLIC)])
def test_what_is_no_ed25519_key_is_not_believed(data):
    assert code_of(signing.load_verify_key, data, "RO") == "bad_key"


@pytest.mark.parametrize("issuer", ["", "R" * 17, "R O", "РО", "RO\n"])
def test_an_issuer_has_a_short_plain_name(issuer):
    assert code_of(signing.load_verify_key, KEY.public.public, issuer) == "bad_key"


def test_a_key_is_named_by_its_digest_and_does_not_print_its_secret():
    assert KEY.public.kid == hashlib.sha256(KEY.public.public).digest()[:8]
    assert KEY.private.private_bytes_raw().hex() not in repr(KEY)
    assert "private" not in repr(KEY)


def test_a_rotated_key_is_still_believed_for_what_it_signed_before():
    ring = RING.rotated(NEXT_KEY, AT)
    former = ring.find(KEY.public.kid)
    former.check_issued(AT - DAY)
    assert code_of(former.check_issued, AT) == "retired_key"
    assert ring.active == NEXT_KEY
    assert [key.kid for key in ring.all()] == [key.public.kid for key in (NEXT_KEY, KEY, NEIGHBOUR)]


def test_a_key_may_be_announced_before_it_signs():
    announced = signing.Keyring((NEXT_KEY.public, NEIGHBOUR.public), KEY)
    assert announced.rotated(NEXT_KEY, AT) == RING.rotated(NEXT_KEY, AT)


def test_a_retired_key_does_not_come_back():
    assert code_of(RING.rotated(NEXT_KEY, AT).rotated, KEY, AT + DAY) == "bad_key"


def test_a_leaked_key_is_gone_and_signs_no_more():
    ring = RING.without(KEY.public.kid)
    assert ring.active is None
    assert ring.all() == (NEIGHBOUR.public,)
    assert RING.without(NEIGHBOUR.public.kid).all() == (KEY.public,)


def test_a_ring_without_an_active_key_gets_one():
    assert signing.Keyring().rotated(KEY, AT).all() == (KEY.public,)


def test_one_key_cannot_stand_twice_in_a_ring():
    other_name = signing.VerifyKey("UA", KEY.public.public)
    assert code_of(signing.Keyring, (other_name,), KEY) == "bad_key"
    assert code_of(RING.rotated, KEY, AT) == "bad_key"


def test_an_unknown_key_is_not_found():
    assert code_of(RING.find, STRANGER.public.kid) == "unknown_key"
    assert code_of(RING.find, b"") == "unknown_key"


def test_new_keys_differ():
    one, two = (signing.SigningKey("RO", Ed25519PrivateKey.generate()) for _ in range(2))
    assert one.public.kid != two.public.kid
