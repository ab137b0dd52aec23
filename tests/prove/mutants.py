"""Faults that are put into a module one at a time: another comparison, constant, condition, result, a step left out."""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
# What a removed statement may be: something that acts, refuses or reports.
ACTS = (ast.Expr, ast.Raise, ast.AugAssign)
# Not looked into: they are no behavior, or not of the module's making.
BLIND = ("annotation", "returns", "decorator_list", "type_params", "bases")


@dataclass(frozen=True)
class Mutant:
    """The module with one fault; ``name`` says where and which, and stays when lines move."""

    name: str
    tree: ast.Module


@dataclass(frozen=True)
class _Fault:
    where: str
    node: ast.AST
    change: Callable[[ast.AST], ast.AST | None]


def mutants(source: str) -> Iterator[Mutant]:
    """Every fault of the source, each in a tree of its own."""
    original = ast.parse(source)
    seen: Counter[str] = Counter()
    for number, fault in enumerate(_faults(original)):
        tree = copy.deepcopy(original)
        twin = list(_faults(tree))[number]
        before = ast.unparse(fault.node)
        made = twin.change(twin.node)
        if made is not twin.node:
            _Swap(twin.node, made).visit(tree)
        after = ast.unparse(made) if made is not None else "left out"
        name = f"{fault.where}: {_short(before)} -> {_short(after)}"
        seen[name] += 1
        numbered = f"{name} #{seen[name]}" if seen[name] > 1 else name
        yield Mutant(numbered, ast.fix_missing_locations(tree))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else f"{line[:107]}..."


class _Swap(ast.NodeTransformer):
    """Puts one node in the place of another; a statement that is left out becomes ``pass``."""

    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self.old, self.new = old, new or ast.Pass()

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _faults(tree: ast.Module) -> Iterator[_Fault]:
    yield from _inside(tree, "module")


def _inside(node: ast.AST, where: str) -> Iterator[_Fault]:
    for name, value in ast.iter_fields(node):
        if name in BLIND:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_blind(child):
                yield from _of(child, where, test=name in ("test", "ifs") or name == "guard")
                here = f"{where}.{child.name}".removeprefix("module.") if _is_named(child) else where
                yield from _inside(child, here)


def _is_named(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def _is_blind(node: ast.AST) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_import = isinstance(node, ast.Import | ast.ImportFrom)
    return is_text or is_import or isinstance(node, ast.JoinedStr)


def _of(node: ast.AST, where: str, *, test: bool) -> Iterator[_Fault]:
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in COMPARISONS:
                yield _Fault(where, node, _compared(number))
    elif isinstance(node, ast.BoolOp):
        yield _Fault(where, node, _swapped_junction)
        yield from (_Fault(where, node, _without(number)) for number in range(len(node.values)))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _Fault(where, node, lambda found: found.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield _Fault(where, node, _calculated)
    elif isinstance(node, ast.Constant) and node.value is not None and node.value is not Ellipsis:
        yield _Fault(where, node, _other_constant)
    elif isinstance(node, ast.Return) and not _is_none(node.value):
        yield _Fault(where, node, lambda _: ast.Return(ast.Constant(None)))
    elif isinstance(node, ACTS):
        yield _Fault(where, node, lambda _: None)
    if test and not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        yield _Fault(where, node, lambda found: ast.UnaryOp(ast.Not(), found))


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _compared(number: int) -> Callable[[ast.Compare], ast.AST]:
    def change(node: ast.Compare) -> ast.AST:
        operators = list(node.ops)
        operators[number] = COMPARISONS[type(operators[number])]()
        return ast.Compare(node.left, operators, node.comparators)

    return change


def _swapped_junction(node: ast.BoolOp) -> ast.AST:
    return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _without(number: int) -> Callable[[ast.BoolOp], ast.AST]:
    def change(node: ast.BoolOp) -> ast.AST:
        rest = [value for n, value in enumerate(node.values) if n != number]
        return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)

    return change


def _calculated(node: ast.BinOp) -> ast.AST:
    return ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)


def _other_constant(node: ast.Constant) -> ast.AST:
    value = node.value
    if isinstance(value, bool):
        return ast.Constant(not value)
    if isinstance(value, int | float):
        return ast.Constant(value + 1)
    return ast.Constant(value + (b"X" if isinstance(value, bytes) else "X"))
