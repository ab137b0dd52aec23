"""Whether tests notice faults in what matters most: ``mutation [--part passes] [--sample N] [--answer FILE]``.

Survivors are listed; those that change nothing that anybody could see are named in ``equivalents.json`` with the
reason, and an entry there that is not needed any more is an error.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.prove.proof import ROOT

EQUIVALENTS = Path(__file__).with_name("equivalents.json")
LEAST = 0.9


@dataclass(frozen=True)
class Part:
    """Modules that get faults, and the tests that should notice."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


PARTS = {
    "eligibility": Part(
        ("registry.rules.eligibility", "registry.rules.company"),
        tuple(
            f"tests/rules/test_{name}.py"
            for name in (
                "rule_1_verified",
                "rule_4_children",
                "rule_5_company",
                "rule_6_together",
                "rule_7_zone",
                "rule_10_handover",
                "gate_in_detail",
            )
        ),
    ),
    "two-person": Part(
        ("registry.rules.decisions",),
        ("tests/rules/test_rule_2_two_people.py", "tests/rules/test_rule_2_in_detail.py"),
    ),
    "passes": Part(
        tuple(f"registry.signing.{name}" for name in ("passes", "cose", "cbor", "keys", "base45", "statuslist")),
        ("tests/signing",),
    ),
    "permissions": Part(("registry.permissions",), ("tests/test_predicates.py",)),
}


def main(arguments: list[str]) -> int:
    """Try every part that was asked for; print its score and its survivors."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove.mutation")
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--sample", type=int, default=1_000_000)
    parser.add_argument("--answer", type=Path)
    chosen = parser.parse_args(arguments)
    scores = {name: score(name, chosen.sample) for name in chosen.part or PARTS}
    if chosen.answer:
        chosen.answer.write_text(json.dumps(scores), "utf-8")
    missed = any(found["killed"] < LEAST * (found["killed"] + found["survived"]) for found in scores.values())
    # Whoever reads the answer judges it.
    return int(missed and not chosen.answer)


def score(name: str, sample: int) -> dict[str, Any]:
    """How many faults of a part were noticed, how many not, and how many are none."""
    part, known = PARTS[name], json.loads(EQUIVALENTS.read_text("utf-8"))
    found = _tried(part, sample)
    survivors = [fault for fault, killed in found if not killed]
    equivalent = [fault for fault in survivors if fault in known]
    wrong = [fault for fault, killed in found if killed and fault in known]
    if wrong:
        raise RuntimeError(f"called equivalent, but noticed: {wrong}")
    rest = [fault for fault in survivors if fault not in known]
    killed = len(found) - len(survivors)
    print(f"{name}: {killed} of {killed + len(rest)} killed, {len(equivalent)} equivalent", flush=True)
    for fault in rest:
        print(f"  survived: {fault}", flush=True)
    return {"killed": killed, "survived": len(rest), "equivalent": len(equivalent), "survivors": rest}


def _tried(part: Part, sample: int) -> list[tuple[str, bool]]:
    """Each fault and whether it was noticed."""
    with tempfile.TemporaryDirectory(prefix="safezone-mutation-") as folder:
        answer = Path(folder) / "answer.json"
        plugins = ["-p", "no:cacheprovider", "-p", "no:randomly", "-p", "tests.prove.mutating"]
        command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow and not django_db", *plugins, *part.tests]
        environment = {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
            "MUTATE_MODULES": ",".join(part.modules),
            "MUTATE_ANSWER": str(answer),
            "MUTATE_SAMPLE": str(sample),
        }
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if not answer.exists():
            raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return [(fault, killed) for fault, killed in json.loads(answer.read_text("utf-8"))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
