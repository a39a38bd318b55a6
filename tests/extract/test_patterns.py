"""Every pattern of the package: what it accepts and refuses, and that it needs each of its alternatives."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import extract
from extract.pattern import Pattern


def patterns() -> Iterator[tuple[str, Pattern]]:
    """Every pattern of extract, with the place where it is made."""
    seen: set[int] = set()
    for entry in pkgutil.walk_packages(extract.__path__, "extract."):
        for name, value in vars(importlib.import_module(entry.name)).items():
            for place, part in parts_of(name, value):
                if isinstance(part, Pattern) and id(part) not in seen:
                    seen.add(id(part))
                    yield f"{entry.name}.{place}", part


def parts_of(name: str, value: object) -> Iterator[tuple[str, object]]:
    """A module's value with its name, or the parts of a tuple or a mapping, each with its own."""
    if isinstance(value, tuple | dict):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from parts_of(f"{name}[{key}]", part)
    else:
        yield name, value


PATTERNS = dict(patterns())


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_examples(pattern: Pattern) -> None:
    """it accepts each example of its alternatives and none of its near misses"""
    accepted = [text for _, text in pattern.examples()]
    assert accepted and not [text for text in accepted if not pattern.search(text)]
    assert not [text for text in pattern.refuses if pattern.search(text)]


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_each_alternative_is_needed(pattern: Pattern) -> None:
    """it loses an example when an alternative is taken away"""
    idle = []
    for alternative in pattern.any_of:
        rest = re.compile(pattern.source(without=alternative), pattern.flags)
        if all(_same(rest.search(text), pattern.search(text)) for a, text in pattern.examples() if a == alternative):
            idle.append(alternative)
    assert not idle


TEXTS = list(dict.fromkeys(t for p in PATTERNS.values() for t in (*(e for _, e in p.examples()), *p.refuses)))


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_texts_without_its_pieces(pattern: Pattern) -> None:
    """it accepts in every other pattern's examples what its expression does, though few of them are searched"""
    wrong = [text for text in TEXTS if not _same(pattern.search(text), pattern.compiled.search(text))]
    assert not wrong, pattern.pieces


def _same(a: re.Match[str] | None, b: re.Match[str] | None) -> bool:
    """Whether two searches found the same words in the same groups."""
    return (a and (a.span(), a.groupdict())) == (b and (b.span(), b.groupdict()))


def test_names_are_told_apart() -> None:
    """it has a name of its own within its module"""
    names = [(place.rsplit(".", 1)[0], pattern.name) for place, pattern in PATTERNS.items()]
    assert len(names) == len(set(names))
