"""Provider passes and their status list: bytes, keys and signatures. No Django, no clock, no database."""

from registry.signing.errors import PassError
from registry.signing.keys import (
    Keyring,
    SigningKey,
    VerifyKey,
    as_pem,
    load_signing_key,
    load_verify_key,
    private_key,
)
from registry.signing.passes import (
    LISTS_AT_MOST,
    PREFIX,
    Claims,
    check_plate,
    code_fingerprint,
    decode,
    encode,
    plate_fingerprint,
    qr_svg,
    text_fingerprint,
)
from registry.signing.statuslist import Status, StatusList, build_list, read_list

__all__ = [
    "LISTS_AT_MOST",
    "PREFIX",
    "Claims",
    "Keyring",
    "PassError",
    "SigningKey",
    "Status",
    "StatusList",
    "VerifyKey",
    "as_pem",
    "build_list",
    "check_plate",
    "code_fingerprint",
    "decode",
    "encode",
    "load_signing_key",
    "load_verify_key",
    "plate_fingerprint",
    "private_key",
    "qr_svg",
    "read_list",
    "text_fingerprint",
]
