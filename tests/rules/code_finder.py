"""Finds every code that the registry can refuse, explain or message with, by walking its syntax trees.

What a walk cannot follow must be declared in ``DECLARED``; anything else that it cannot follow is an error, so a
new way of making a code cannot slip past the texts.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from geo.errors import Code
from registry import errors, pictures, states
from registry.rules import eligibility, facts, handover, reasons, vetting
from registry.rules.signals.book import BOOK
from registry.selectors import erasing, left_out
from tests.rules import examples

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("rules", "selectors", "services")
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
FIELDS = "dict[str, str]"
# Dicts of names, not of codes.
NOT_FIELDS = ("services/geography.py",)
# Functions that refuse the fields which they are given.
WRAPPERS = ("refuse",)

_PROBLEMS = sorted({*eligibility._PROBLEMS.values(), "not_verified"})
_PASS_STATES = [state for state in states.PASS.states if state != "issued"]
_ROOM = ("seats_too_few", "child_seats_too_few", "wheelchair_places_too_few", "luggage_too_much", "beds_too_few")
_BY_COLUMN = {
    *left_out.stay_exclusions(examples.demanding()),
    *left_out.ride_exclusions(examples.demanding(), examples.NOON),
    *left_out.PAUSED.values(),
}

# (file, what is written there) -> the codes that it can become.
DECLARED: dict[tuple[str, str], Iterable[str]] = {
    ("rules/eligibility.py", "f\"{one.what}_{_PROBLEMS.get(one.status, 'not_verified')}\""): [
        f"{what}_{problem}" for what in facts.VETTED_KINDS for problem in _PROBLEMS
    ],
    ("rules/eligibility.py", "f'{one.what}_expired'"): [f"{what}_expired" for what in facts.VETTED_KINDS],
    ("rules/eligibility.py", "f'{one.what}_held'"): [f"{what}_held" for what in facts.VETTED_KINDS],
    ("rules/eligibility.py", "f'{what}_not_verified'"): [f"{what}_not_verified" for what in facts.VETTED_KINDS],
    ("rules/eligibility.py", "code"): _ROOM,
    ("rules/handover.py", "f'pass_{shown.problem}'"): [f"pass_{problem}" for problem in handover.PROBLEMS],
    ("rules/handover.py", "f'pass_{shown.status}'"): [f"pass_{state}" for state in _PASS_STATES],
    ("services/erasure.py", "code"): erasing.codes(),
    ("services/photos.py", "error.code"): pictures.CODES,
    ("rules/vetting.py", "code"): [code for _, code in vetting.EVIDENCE_FORMS.values()],
    ("selectors/left_out.py", "code"): _BY_COLUMN,
    ("selectors/left_out.py", "f'{code}_class'"): [f"{code}_class" for code in left_out._COUNTED_PARAMS],
    ("selectors/signals.py", "row.code"): BOOK,
    # What was packed into a row, which was found where it was made.
    ("selectors/plans.py", "one['code']"): (),
    # The default of ``rows.insert`` and what its callers name, which are found where they call it.
    ("services/rows.py", "conflict"): [errors.Conflict.code],
}


class Finder:
    """The codes of one file."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT / "registry").as_posix()
        self.tree = ast.parse(path.read_text("utf-8"))

    @cached_property
    def calls(self) -> list[tuple[ast.Call, ast.AST]]:
        """Every call with the function (or module) that it stands in."""
        found: list[tuple[ast.Call, ast.AST]] = []

        def walk(node: ast.AST, scope: ast.AST) -> None:
            inner = node if isinstance(node, ast.FunctionDef) else scope
            if isinstance(node, ast.Call):
                found.append((node, inner))
            for child in ast.iter_child_nodes(node):
                walk(child, inner)

        walk(self.tree, self.tree)
        return found

    def codes(self) -> Iterator[str]:
        for call, scope in self.calls:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            given = {k.arg: k.value for k in call.keywords}
            first = call.args[0] if call.args else given.get("code")
            if name == "Reason" or name in ERRORS:
                yield from self.strings(first, scope) if first else ()
            if name in ERRORS and "fields" in given:
                yield from self.values(given["fields"], scope)
            if name in WRAPPERS and call.args:
                yield from self.values(call.args[0], scope)
            if name == "insert" and len(call.args) + ("conflict" in given) == 2:
                yield from self.strings(given.get("conflict") or call.args[1], scope)
            if name == "owe" or ast.unparse(call.func) == "outbox.message":
                yield from (f"message_{code}" for code in self.strings(given["code"], scope))
        for function in (n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef)):
            yield from self._of_fields(function)

    def _of_fields(self, function: ast.FunctionDef) -> Iterator[str]:
        """Codes of fields that a function gives back or gathers in a dict of its own."""
        gives_fields = (
            self.name not in NOT_FIELDS and function.returns is not None and ast.unparse(function.returns) == FIELDS
        )
        for node in ast.walk(function):
            if gives_fields and isinstance(node, ast.Return) and node.value:
                yield from self.values(node.value, function)
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == FIELDS:
                yield from self.values(node.target, function)

    def strings(self, node: ast.expr, scope: ast.AST) -> Iterator[str]:
        """What an expression for a code can be."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from self.strings(node.body, scope)
            yield from self.strings(node.orelse, scope)
        elif isinstance(node, ast.Name) and (found := list(self._assigned(node.id, scope))):
            for value in found:
                yield from self.strings(value, scope)
        else:
            yield from self._declared(node)

    def values(self, node: ast.expr, scope: ast.AST, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """What the values of an expression for a dict of fields can be."""
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                yield from self.strings(value, scope) if key else self.values(value, scope, seen)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "dict.fromkeys":
            yield from self.strings(node.args[1], scope)
        elif isinstance(node, ast.DictComp):
            yield from self.strings(node.value, scope)
        elif isinstance(node, ast.BinOp):
            yield from self.values(node.left, scope, seen)
            yield from self.values(node.right, scope, seen)
        elif isinstance(node, ast.IfExp):
            yield from self.values(node.body, scope, seen)
            yield from self.values(node.orelse, scope, seen)
        elif isinstance(node, ast.Name):
            if node.id not in seen:
                yield from self._values_of(node, scope, seen | {node.id})
        elif not isinstance(node, ast.Call):  # what a function gives back is found in that function
            yield from self._declared(node)

    def _values_of(self, node: ast.Name, scope: ast.AST, seen: frozenset[str]) -> Iterator[str]:
        found = list(self._assigned(node.id, scope))
        items = [
            statement.value
            for statement in ast.walk(scope)
            if isinstance(statement, ast.Assign)
            and isinstance(statement.targets[0], ast.Subscript)
            and ast.unparse(statement.targets[0].value) == node.id
        ]
        for value in found:
            yield from self.values(value, scope, seen)
        for value in items:
            yield from self.strings(value, scope)
        # The parameter of a wrapper is found at its callers.
        if not found and not items and not (isinstance(scope, ast.FunctionDef) and scope.name in WRAPPERS):
            yield from self._declared(node)

    def _assigned(self, name: str, scope: ast.AST) -> Iterator[ast.expr]:
        for statement in ast.walk(scope):
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
                yield statement.value
            elif isinstance(statement, ast.AnnAssign | ast.AugAssign) and ast.unparse(statement.target) == name:
                yield from [statement.value] if statement.value else []

    def _declared(self, node: ast.expr) -> Iterable[str]:
        key = (self.name, ast.unparse(node))
        if key not in DECLARED:
            raise AssertionError(f"cannot follow the code in {key} (line {node.lineno}): declare what it can be")
        return DECLARED[key]


def labels(language: str) -> dict[str, dict[str, str]]:
    """The names of checks, languages and fields."""
    found: dict[str, dict[str, str]] = reasons._file(language)["labels"]
    return found


def find() -> set[str]:
    """Every code that can occur."""
    paths = [path for layer in LAYERS for path in sorted((ROOT / "registry" / layer).rglob("*.py"))]
    found = {code for path in paths for code in Finder(path).codes()}
    classes = {vars(errors)[name] for name in ERRORS}
    return found | {c.code for c in classes} | {states.IllegalTransition.code} | {str(code) for code in Code}
