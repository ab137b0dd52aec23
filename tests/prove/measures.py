"""The proofs that are programs of their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.prove.proof import POSTGRES, Figure, Run, at_least, at_most, none_of, program, some_of


def _answer(run: Run, module: str, *arguments: object) -> dict[str, Any]:
    """What a module of ours wrote into the file that is its last argument."""
    path = run.folder / "answer.json"
    program(run, module, *arguments, path)
    found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return found


def ledger(run: Run) -> Iterator[Figure]:
    """A long log, checked as an investigator does, and one entry proved from the database."""
    entries = run.size(1_000_000, 20_000)
    found = _answer(run, "tests.bench.ledger", entries)
    yield at_most(found["verify_s"], 60, f"export of {entries:,} entries verified in {found['verify_s']:.1f} s", "60 s")
    if "verify_file_s" in found:
        yield at_most(found["verify_file_s"], 60, f"database file in {found['verify_file_s']:.1f} s", "60 s")
    says = f"inclusion proof p50 {found['proof_p50']:.1f} ms, p99 {found['proof_p99']:.1f} ms"
    yield at_most(found["proof_p99"], 10, says, "p99 under 10 ms")


def suspension(run: Run) -> Iterator[Figure]:
    """The red button while others work."""
    found = _answer(run, "tests.prove.suspending", run.size(100, 5))
    count, least = found["suspensions"], run.size(100, 5)
    yield at_least(count, least, f"{count} suspensions of {found['journeys']} journeys each", f"at least {least}")
    says = f"p50 {found['p50']:.3f} s, p99 {found['p99']:.3f} s, slowest {found['slowest']:.3f} s"
    yield Figure(says, "p99 under 1 s", found["p99"] < 1)
    yield none_of(found["not_halted"], count, "suspensions", "left a journey active")
    others = found["others"]
    said = ", ".join(f"{name} {number:,}" for name, number in sorted(others.items()))
    yield Figure(f"meanwhile: {said}", "both", all(others.get(name) for name in ("check-in", "confirm")))


def revocation(run: Run) -> Iterator[Figure]:
    """Removal over HTTP while the removed keep calling."""
    found = _answer(run, "tests.prove.leaving", run.size(25, 3))
    for kind, lived in found["lived"].items():
        slowest = max(lived)
        says = "answered within {:.3f} s" if kind.endswith(": answer") else "last taken {:.3f} s after"
        yield Figure(f"{kind}: {len(lived)} times, {says.format(slowest)}", "under 1 s", slowest < 1)
    yield some_of(found["taken_before"], "calls taken before the removal")


def kill(run: Run) -> Iterator[Figure]:
    """SIGKILL at random moments under write load: of the server on SQLite, of PostgreSQL itself on PostgreSQL."""
    kills = run.size(20, 2) if run.database == POSTGRES else run.size(100, 3)
    yield from kill_figures(_answer_of_own(run, "tests.prove.killing", run.database, kills), run, kills)


def kill_figures(found: dict[str, Any], run: Run, kills: int) -> Iterator[Figure]:
    """What was counted after so many kills, against its goals."""
    victim = "PostgreSQL" if run.database == POSTGRES else "the server"
    yield at_least(found["kills"], kills, f"{victim} killed {found['kills']} times", f"{kills}")
    yield none_of(found["lost"], found["acknowledged"], "acknowledged writes", "lost")
    yield none_of(found["unaudited"], found["rows"], "rows", "without audit entry")
    yield none_of(found["unfounded"], found["entries"], "audit entries", "without their row or place in the ledger")
    yield none_of(found["differing"], found["repeated"], "keys repeated after a crash", "answered differently")
    yield none_of(found["doubled"], found["repeated"], "keys repeated after a crash", "done twice")
    verdict = found["ledger"]
    yield Figure(f"ledger: {verdict}", "intact", found["intact"])
    yield Figure(f"guards altered: {found['guards']}", "0", found["guards"] == 0)
    noticed = found["controls"]
    says = f"control: {sum(noticed.values())} of {len(noticed)} damages noticed ({', '.join(sorted(noticed))})"
    yield Figure(says, "all", bool(noticed) and all(noticed.values()))


def _answer_of_own(run: Run, module: str, *arguments: object) -> dict[str, Any]:
    """The same for a program that brings its own database, which it will kill."""
    own = Run("", run.quick, run.folder)
    return _answer(own, module, *arguments)


def dump(run: Run) -> Iterator[Figure]:
    """Whether a dump of the database shows anything that is kept encrypted, in any spelling."""
    yield from dump_figures(_answer(run, "tests.prove.dump"), run.size(480, 48))


def dump_figures(found: dict[str, Any], least: int) -> Iterator[Figure]:
    """What was looked for in the dump and found, against its goals."""
    megabytes = f"looked for in {found['bytes'] / 2**20:.0f} MiB"
    yield none_of(found["plain"], found["secrets"], f"encrypted values {megabytes}", "found in plain text", least=least)
    for name, says in (("control", "with sealing off"), ("open", "of e-mails, plates, organizations, never sealed")):
        count, seen = found[name], found[f"{name}_plain"]
        yield Figure(f"control: {seen:,} of {count:,} found {says}", "all", seen == count > 0)


def mutation(run: Run) -> Iterator[Figure]:
    """Faults put in one after the other."""
    found = _answer(run, "tests.prove.mutation", "--sample", run.size(1_000_000, 12), "--answer")
    for part, score in found.items():
        counted = score["killed"] + score["survived"]
        share = score["killed"] / counted if counted else 0
        equivalent = f", {score['equivalent']} equivalent" if score["equivalent"] else ""
        says = f"{part}: {score['killed']} of {counted} killed: {share:.1%}{equivalent}"
        yield at_least(share, 0.9, says, "at least 90 %")
