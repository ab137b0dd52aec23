"""Keys for tests: made once a run, entered as rows for each test that has a database."""

from pathlib import Path
from typing import Any

from registry.signing import SigningKey, keyfiles, load_signing_key

PLATE_SECRET = b"a plate secret for tests, 32 long"
SEEDS = {"pass": 101, "status_list": 102, "checkpoint": 103}


def key(purpose: str) -> SigningKey:
    """The private key of a purpose in tests."""
    return load_signing_key(bytes([SEEDS[purpose]]) * 32, "RO")


def write(folder: Path) -> None:
    """The files that a registry's own folder has."""
    keyfiles.write(folder, "plate-secret", PLATE_SECRET)
    for purpose in SEEDS:
        made = key(purpose)
        keyfiles.write(folder, f"{made.public.kid.hex()}.pem", made.private.private_bytes_raw())


def enter() -> None:
    """The rows of the keys, active for years."""
    from registry import models as m  # Django is not ready when this file is read
    from registry.ids import uuid7
    from tests.invented.places import DAY, NOW

    long_ago = NOW - 2000 * DAY
    rows = (
        m.SigningKey(
            id=uuid7(),
            created_at=long_ago,
            purpose=purpose,
            issuer="RO",
            kid=key(purpose).public.kid.hex(),
            public=key(purpose).public.public.hex(),
            announced_at=long_ago,
            reason="first",
        )
        for purpose in SEEDS
    )
    # A database that a whole file of tests shares has them already.
    m.SigningKey.objects.bulk_create(rows, ignore_conflicts=True)
    m.SigningKey.objects.filter(status="announced").update(status="active", activated_at=long_ago)


def signing_key(purpose: str = "pass", **fields: Any) -> Any:
    """The row of the key that signs for this purpose, with these columns."""
    from registry import models as m

    row = m.SigningKey.objects.get(purpose=purpose, status="active")
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    return row
