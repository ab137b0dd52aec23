"""COSE_Sign1 (RFC 9052) with Ed25519 and nothing else: one header form, so one text a statement."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.signing.cbor import Value, dump, load
from registry.signing.errors import PassError
from registry.signing.keys import Keyring, SigningKey, VerifyKey

Header = dict[int | str, Value]

ALGORITHM, KEY_ID, TYPE = 1, 4, 16
EDDSA = -8
SIGN1_TAG = b"\xd2"


def sign(payload: Value, key: SigningKey, kind: str | None = None) -> bytes:
    """A tagged COSE_Sign1 of the payload; ``kind`` is its type header (RFC 9596)."""
    header: Header = {ALGORITHM: EDDSA, KEY_ID: key.public.kid}
    protected, content = dump(header | ({TYPE: kind} if kind else {})), dump(payload)
    signature = key.private.sign(_to_be_signed(protected, content))
    return SIGN1_TAG + dump([protected, {}, content, signature])


def open_signed(data: bytes, keys: Keyring, kind: str | None = None) -> tuple[VerifyKey, Value]:
    """Who signed the bytes and what they say, once the signature is found to be good."""
    protected, loose, content, signature = _parts(data)
    header = load(protected)
    if not isinstance(header, dict):
        raise PassError("damaged")
    _check_algorithm(header)
    _check_header(header, loose, kind)
    key = _key_of(header, keys)
    _check_signature(key, signature, _to_be_signed(protected, content))
    return key, load(content)


def _parts(data: bytes) -> tuple[bytes, Header, bytes, bytes]:
    """Protected header, unprotected header, payload and signature."""
    if data[:1] != SIGN1_TAG:
        raise PassError("damaged")
    match load(data[1:]):
        case [bytes() as protected, dict() as loose, bytes() as content, bytes() as signature]:
            return protected, loose, content, signature
    raise PassError("damaged")


def _check_algorithm(header: Header) -> None:
    """Refuse every algorithm but EdDSA, and one that the signature does not cover."""
    if header.get(ALGORITHM) != EDDSA:
        raise PassError("wrong_algorithm")


def _check_header(header: Header, loose: Header, kind: str | None) -> None:
    """Refuse what is signed for another use, and every header this format does not have."""
    if header.get(TYPE) != kind:
        raise PassError("wrong_type")
    if loose or header.keys() - {ALGORITHM, KEY_ID, TYPE}:
        raise PassError("damaged")


def _key_of(header: Header, keys: Keyring) -> VerifyKey:
    """The believed key that the header names."""
    kid = header.get(KEY_ID)
    if not isinstance(kid, bytes):
        raise PassError("unknown_key")
    return keys.find(kid)


def _check_signature(key: VerifyKey, signature: bytes, signed: bytes) -> None:
    """Refuse a signature that is not of this key over these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except InvalidSignature:
        raise PassError("bad_signature") from None


def _to_be_signed(protected: bytes, content: bytes) -> bytes:
    """The Sig_structure of RFC 9052, section 4.4."""
    return dump(["Signature1", protected, b"", content])
