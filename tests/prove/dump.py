"""Whether a dump of the database shows anything that is kept encrypted: ``dump ANSWER.json``.

Words that nobody else has are planted by the services, then as many others with sealing switched off, and the whole
database is searched for all of them. The second half must be found, and so must what is not encrypted by decision.
"""

import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.test.utils import setup_test_environment

from tests.prove import stage
from tests.prove.size import size


def main(answer: Path) -> None:
    """Plant, dump, search, write what was found."""
    stage.set_up(answer.parent)
    setup_test_environment()
    from tests.prove.planting import Words, plant
    from tests.sealing import stolen

    seed, rounds = secrets.randbelow(2**32), size(20, 2)
    words, control = Words(seed), Words(seed + 1)
    plant(words, rounds)
    with stolen.unsealed():
        plant(control, rounds)
    parts = stolen.everything()
    leaked, missed = _found(parts, words.sealed), set(control.sealed) - _found(parts, control.sealed)
    for place in sorted(leaked):
        print(f"in plain: {place}, seed {seed}", file=sys.stderr)
    for place in sorted(missed):
        print(f"not found with sealing off: {place}, seed {seed}", file=sys.stderr)
    told = {
        "secrets": len(words.sealed),
        "plain": len(leaked),
        "control": len(control.sealed),
        "control_plain": len(control.sealed) - len(missed),
        "open": len(words.open),
        "open_plain": len(_found(parts, words.open)),
        "bytes": sum(map(len, parts)),
    }
    answer.write_text(json.dumps(told), "utf-8")


def _found(parts: Sequence[bytes], words: Mapping[str, str]) -> set[str]:
    from tests.sealing.spelling import found_in

    return {name for part in parts for name in found_in(part, words)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
