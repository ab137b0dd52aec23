"""How the library for second factors keeps its secrets, and what it calls this registry."""

import base64
import os
from functools import cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAME = "Safe-zone registry"
_NONCE_BYTES = 12


class Adapter(DefaultMFAAdapter):
    """Secrets are kept under a key that is not in the database; nothing is asked of another host."""

    def encrypt(self, text: str) -> str:
        """AES-GCM under a key derived from ``SECRET_KEY``."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), None)
        return base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again, also under a key of ``SECRET_KEY_FALLBACKS``."""
        raw = base64.b64decode(encrypted_text)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
            except InvalidTag:
                continue
        raise ImproperlyConfigured("a second factor was kept under a SECRET_KEY that is not configured any more")

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows above the code."""
        return NAME

    def _get_site_name(self) -> str:
        return NAME


@cache
def _cipher(secret_key: str) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=b"registry second factor").derive(secret_key.encode())
    return AESGCM(derived)
