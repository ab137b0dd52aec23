"""Which carried decisions are done again: nobody can foresee it, anybody can prove it afterwards.

The draw is an HMAC of the decision's id under a secret. Before the secret is shown only its commitment is known,
which stands in the audit entry of every draw; after it is shown, everybody can repeat each draw.
"""

import hashlib
import hmac
from uuid import UUID

_LABEL = b"safe-zone registry, blind review, "


def is_drawn(secret: bytes, decision: UUID, percent: int) -> bool:
    """Whether this decision is one of the ``percent`` of a hundred."""
    digest = hmac.new(secret, _LABEL + decision.bytes, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") * 100 < percent << 64


def commitment(secret: bytes) -> tuple[str, str]:
    """What is published of the secret: a SHA-256 hash, written as two ids because the audit log takes ids."""
    digest = hashlib.sha256(_LABEL + secret).digest()
    return str(UUID(bytes=digest[:16])), str(UUID(bytes=digest[16:]))
