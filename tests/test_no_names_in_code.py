"""No rule names a benchmark, a model or a data set: what is true of one of them stands in db/reference."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from db.reference.benchmarks import load_benchmarks
from db.reference.printed_names import expand_braces
from db.reference.untracked import UNTRACKED_TOML
from tests.conftest import ROOT

FOLDERS = ("analysis", "curate", "db", "extract", "harvest")
SOURCES = sorted(path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
LISTED = tomllib.loads((Path(__file__).parent / "names_in_code.toml").read_text(encoding="utf-8"))
NOT_YET_CLEAN = LISTED["not_yet_clean"]


@cache
def known_names() -> re.Pattern[str]:
    """Finds the ids of benchmarks, and the distinctive words of benchmarks', data sets' and models' names."""
    names = set(LISTED["models"].split()) | set(load_benchmarks())
    tracked = [alias for entry in load_benchmarks().values() for alias in (*entry.aliases, *entry.not_aliases)]
    untracked = [
        name for raw in tomllib.loads(UNTRACKED_TOML.read_text("utf-8"))["datasets"] for name in expand_braces(raw)
    ]
    # a word with a capital inside, or four capitals and more, is a name; "Cars", "test" and "AP" are words
    words = {word for name in (*tracked, *untracked) for word in re.findall(r"[A-Za-z]+", name)}
    names |= {edition.name for entry in load_benchmarks().values() for edition in entry.editions}
    names |= {word for word in words if re.search(r"[a-z][A-Z]|[A-Z]{4}|[A-Z]{2}[a-z]", word)}
    names -= {"DROP"}  # a data set, and a word of SQL
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?![a-z])")


def strings(source: str) -> Iterator[tuple[int, str]]:
    """The string constants of a module's code, with their lines; no docstrings, no examples of patterns and fields."""
    tree = ast.parse(source)
    left_out = {id(node) for top in ast.walk(tree) for node in _shown(top)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.lineno, node.value


def _shown(top: ast.AST) -> Iterator[ast.AST]:
    """The strings that are there for people: docstrings, EXAMPLES, and what a Pattern accepts and refuses."""
    if isinstance(top, ast.Call) and isinstance(top.func, ast.Name) and top.func.id == "Pattern":
        examples = [k.value for k in top.keywords if k.arg == "refuses"]
        examples += [v for a in top.args[1:] if isinstance(a, ast.Dict) for v in a.values]
        for example in examples:
            yield from ast.walk(example)
    body = getattr(top, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        yield body[0].value
    if isinstance(top, ast.AnnAssign | ast.Assign):
        targets = top.targets if isinstance(top, ast.Assign) else [top.target]
        if any(isinstance(target, ast.Name) and target.id in LISTED["examples"] for target in targets):
            yield from ast.walk(top)


def names_in(source: str) -> list[str]:
    return [f"line {line}: {m.group()}" for line, text in strings(source) for m in known_names().finditer(text)]


@pytest.mark.parametrize("source", [s for s in SOURCES if s not in NOT_YET_CLEAN])
def test_code_names_nothing(source: str) -> None:
    """it holds no benchmark's id and no model's or data set's name."""
    assert names_in((ROOT / source).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", NOT_YET_CLEAN)
def test_the_list_only_shrinks(source: str) -> None:
    """it is listed for as long as it holds a name, and no longer."""
    assert names_in((ROOT / source).read_text(encoding="utf-8")) != []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('KINDS = ("imagenet", "cifar10")', 2),
        ('if name.startswith("ResNet-50"):\n    pass', 1),
        ('X = re.compile(r"newstest|SQuAD")', 2),
        ('"""ResNet-50 is a model."""', 0),
        ('EXAMPLES = (("ResNet-50 has 25M parameters.", 25e6),)', 0),
        ('X = "the network of the paper"', 0),
    ],
)
def test_names_are_seen(code: str, found: int) -> None:
    """it sees a name in code, and not in a docstring or an example."""
    assert len(names_in(code)) == found
