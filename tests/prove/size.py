"""How many times a test tries: fewer in a quick run of the proofs."""

import os


def size(full: int, quick: int) -> int:
    """The full count, unless this is a quick run."""
    return quick if os.environ.get("PROVE_QUICK") == "1" else full


def is_full() -> bool:
    """Whether this is a full run of the proofs, which may take its time."""
    return os.environ.get("PROVE_FULL") == "1"
