"""Which regular expressions need not be Patterns: those on signs, digits and shapes of words, and short.

A rule about printed words has a name, examples and near misses, so it is a `Pattern`. A bare regular expression holds
no word (three letters in a row) and no more than 60 characters. Those that still do stand in
`words_in_bare_patterns.toml`, so many a file; the numbers may only shrink.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

ALONE = "extract/labels/score.py"  # it must run without the rest of the package, so it can have no Patterns
LONGEST = 60  # characters: what is longer can't be read at a glance, words or not
LEFT = tomllib.loads(Path(__file__).with_name("words_in_bare_patterns.toml").read_text(encoding="utf-8"))
NO_WORDS = re.compile(
    r"\(\?P[<=]\w+[>)]|\(\?[imsx-]+[:)]|\[(?:\\.|[^\]\\])+\]|\\[A-Za-z]"
)  # groups' names, classes, escapes


def is_a_rule(source: str) -> bool:
    """Whether a regular expression is one on words, or too long to stay bare."""
    return len(source) > LONGEST or re.search(r"[A-Za-z]{3}", NO_WORDS.sub(" ", source)) is not None


def bare_rules(code: str) -> list[str]:
    """The rules on words that the code gives to the module `re` as they are, outside `Pattern`."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).startswith("re."):
            parts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
            source = "".join(part for part in parts if isinstance(part, str))
            if ast.unparse(node.func) != "re.escape" and is_a_rule(source):
                found.append(source)
    return found


def test_rules_on_words_are_patterns() -> None:
    """it has no more bare rules in a file than are listed, and none in a file that is not"""
    found: Counter[str] = Counter()
    for file in sorted((ROOT / "extract").rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        if place != ALONE and (rules := bare_rules(file.read_text(encoding="utf-8"))):
            found[place] = len(rules)
    assert dict(found) == LEFT


@pytest.mark.parametrize("source", [r"\bepochs?\b", r"[;,]|\band\b", r"(?P<n>\d)\s?hours", r"\d[\d.,]*\s?" * 6])
def test_a_rule_is_seen(source: str) -> None:
    """it sees a word, or that the expression is long"""
    assert is_a_rule(source)


@pytest.mark.parametrize(
    "source", [r"\s?[/|]\s?", r"(?P<value>\d+)\w{3}", r"[A-Za-z]{2,}", r"\bv?[12]\.[01]", r"[KMGBT]b"]
)
def test_signs_and_shapes_are_no_rule(source: str) -> None:
    """it leaves signs, digits, classes and the names of groups alone"""
    assert not is_a_rule(source)
