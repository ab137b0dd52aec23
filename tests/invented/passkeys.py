"""A passkey in software: makes and shows credentials as a browser with a security key would (WebAuthn, ES256)."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Passkey:
    """One key pair, made for the host that the options name."""

    origin: str
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser sends when a passkey is set up."""
        wanted = options["publicKey"]
        attested = AttestedCredentialData.create(
            b"\0" * 16, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            self._host(wanted["rp"]["id"]), FLAGS | AuthenticatorData.FLAG.AT, 0, bytes(attested)
        )
        made = AttestationObject.create("none", data, {})
        client = self._client("webauthn.create", wanted["challenge"])
        return self._answer(
            {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(bytes(made))}
        )

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the browser sends when a passkey is shown."""
        wanted = options["publicKey"]
        data = AuthenticatorData.create(self._host(wanted["rpId"]), FLAGS, 1)
        client = self._client("webauthn.get", wanted["challenge"])
        signature = self.key.sign(bytes(data) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        sent = {"clientDataJSON": client, "authenticatorData": bytes(data), "signature": signature}
        return self._answer({name: websafe_encode(value) for name, value in sent.items()})

    def _host(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _client(self, kind: str, challenge: Any) -> bytes:
        raw = challenge if isinstance(challenge, bytes) else websafe_decode(challenge)
        return bytes(CollectedClientData.create(kind, raw, self.origin))

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return json.loads(
            json.dumps(
                {
                    "id": name,
                    "rawId": name,
                    "type": "public-key",
                    "response": response,
                    "clientExtensionResults": {},
                }
            )
        )
