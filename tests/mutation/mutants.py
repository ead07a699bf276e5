"""Which mutants a module has: one small change each, everywhere in what it does when it runs.

Annotations, docstrings and the way a class is declared stay as they are: no test could notice those.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_Put = Callable[[ast.AST], None]

# Each comparison becomes its boundary and its opposite; what is left over is noticed with these, or means the same.
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NOT_RUN = frozenset({"annotation", "returns", "decorator_list", "bases"})
_LONG = 200
_TOLD_BY_ITS_PARTS = (ast.Compare, ast.BoolOp, ast.UnaryOp)


@dataclass(frozen=True)
class Mutant:
    """A module's source with one change, and the line of the change before and after it."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    @property
    def change(self) -> str:
        return f"{self.path.stem}: {self.before} -> {self.after}"

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}  {self.before}  ->  {self.after}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    original = ast.unparse(tree).splitlines()
    for node, put in _places(tree):
        for changed in _changes(node):
            put(ast.fix_missing_locations(changed))
            source = ast.unparse(tree)
            put(node)
            pairs = zip(original, source.splitlines(), strict=False)
            before, after = next(pair for pair in pairs if pair[0] != pair[1])
            if len(before) > _LONG:
                before, after = ast.unparse(node), ast.unparse(changed)
            yield Mutant(path, getattr(node, "lineno", 0), before.strip(), after.strip(), source)


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, _Put]]:
    """Every node below this one that runs, and how to put another in its place."""
    for field, value in ast.iter_fields(node):
        if field in _NOT_RUN or (field == "keywords" and isinstance(node, ast.ClassDef)):
            continue
        puts: list[tuple[object, _Put]] = [(value, partial(setattr, node, field))]
        if isinstance(value, list):
            puts = [(item, partial(value.__setitem__, index)) for index, item in enumerate(value)]
        for child, put in puts:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield child, put
                yield from _places(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    yield from _operator_changes(node)
    yield from _value_changes(node)
    yield from _statement_changes(node)


def _operator_changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for index, op in enumerate(ops):
                for other in _COMPARED[type(op)]:
                    yield ast.Compare(left, [*ops[:index], other(), *ops[index + 1 :]], comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for index in range(len(values)):
                rest = [*values[:index], *values[index + 1 :]]
                yield ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _COMPUTED:
            yield ast.BinOp(left, _COMPUTED[type(op)](), right)


def _value_changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1)
            yield ast.Constant(number - 1)
        case ast.Constant(value=str(text)):
            yield ast.Constant(text + "X")
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _SWAPPED:
            yield ast.Call(ast.Name(_SWAPPED[name]), args, keywords)
        case ast.IfExp(test=test, body=body, orelse=orelse) if not isinstance(test, _TOLD_BY_ITS_PARTS):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)


def _statement_changes(node: ast.AST) -> Iterator[ast.stmt]:
    match node:
        case ast.If(test=test, body=body, orelse=orelse) if not isinstance(test, _TOLD_BY_ITS_PARTS):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.For(target=target, body=body, orelse=orelse):
            yield ast.For(target, ast.Tuple([]), body, orelse)
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in _COMPUTED:
            yield ast.AugAssign(target, _COMPUTED[type(op)](), value)
            yield ast.Pass()
        case ast.AnnAssign(target=ast.Name()):
            return  # the field of a class
        case ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Return() | ast.Delete() | ast.Raise():
            yield ast.Pass()
