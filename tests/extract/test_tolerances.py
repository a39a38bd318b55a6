"""No number of page geometry stands in the code of layout and tables: each is a tolerance with a name and a meaning."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.measure_tolerances import Tolerance, tolerances

FILES = sorted(file for package in ("layout", "tables") for file in (ROOT / "extract" / package).glob("*.py"))


TOLERANCES = list(tolerances())


def anonymous_numbers(code: str) -> list[float]:
    """The numbers in functions that measure something: not places in sequences, counts by `len`, halves or a cache."""
    return [number for node in ast.parse(code).body if is_code(node) for number in _numbers(node)]


def is_code(node: ast.stmt) -> bool:
    """Whether a statement at the top of a module makes a function or a class, no named value."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def _numbers(node: ast.AST) -> Iterator[float]:
    for child in ast.iter_child_nodes(node):
        if not _is_no_measure(node, child):
            yield from _numbers(child)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1, 2):
        yield node.value


def _is_no_measure(parent: ast.AST, child: ast.AST) -> bool:
    """Whether numbers of the child are places, a remainder, a count compared with `len`, or a decorator's."""
    if isinstance(parent, ast.Subscript):
        return child is parent.slice
    if isinstance(parent, ast.BinOp):
        return child is parent.right and isinstance(parent.op, ast.Mod)
    if isinstance(parent, ast.Compare):
        return child in parent.comparators and isinstance(child, ast.Constant) and "len(" in ast.unparse(parent.left)
    return isinstance(parent, ast.FunctionDef) and child in parent.decorator_list


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_numbers_have_names(file: Path) -> None:
    """it measures by named tolerances alone"""
    assert anonymous_numbers(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("tolerance", TOLERANCES, ids=lambda t: f"{t.module.__name__}.{t.name}")
def test_a_tolerance_says_what_it_is(tolerance: Tolerance) -> None:
    """it has a comment on its own line: what it measures, in which unit, and what hangs on it"""
    code = Path(str(tolerance.module.__file__)).read_text(encoding="utf-8")
    assert re.search(rf"^{tolerance.name} = [^#\n]+  # \w", code, re.MULTILINE)


def test_a_number_is_seen() -> None:
    """it sees a number that a function measures by, and no place, no count and no named value"""
    code = "GAP = 2.5\ndef f(box, words):\n    return len(words) < 3 and box[3] > 0.7 * GAP"
    assert anonymous_numbers(code) == [0.7]
