"""Keeps the state tables of docs/architecture.md equal to registry/states.py: `state_tables.py update|check`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- states: begin -->", "<!-- states: end -->"


def main(arguments: list[str]) -> int:
    """Write the tables, or return 1 when they are stale."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    wanted = f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"
    if arguments == ["update"]:
        DOCUMENT.write_text(wanted, encoding="utf-8")
        return 0
    print("states: as in registry/states.py" if text == wanted else "docs/architecture.md: stale tables; run make fix")
    return int(text != wanted)


def tables() -> str:
    """One table for each distinct machine."""
    from registry.states import MACHINES

    groups: dict[str, list[str]] = {}
    for name, machine in MACHINES.items():
        groups.setdefault("\n".join(rows(machine.transitions)), []).append(name)
    head = "| action | from | to |\n|---|---|---|\n"
    return "\n".join(f"**{', '.join(names)}**\n\n{head}{body}\n" for body, names in groups.items())


def rows(transitions: Mapping[str, tuple[tuple[str, ...], str]]) -> Iterator[str]:
    """One line for each action."""
    for action, (sources, target) in transitions.items():
        yield f"| {action} | {', '.join(sources)} | {target} |"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
