"""Every pattern of the package: what it accepts and refuses, and that it needs each of its alternatives."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from types import FrameType

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


# runs of one thing, as a broken font, a sequence of letters or a row of numbers makes them
RUNS = (*"A a 1 - _ ( A1 A- a- 1, A+ 1x".split(), " ", "a ", "A ", "1 ", "a, ", "1, ", "A and ", "A 1 ", "(a) ")
RUN_LENGTH = 250  # characters, as many as a long sentence has
LONGEST_SEARCH = 1.0  # seconds of a processor; the slowest takes 0.02


def hostile(pattern: Pattern) -> Iterator[str]:
    """Long runs alone, and behind what the pattern accepts, whole or cut where it may go on: no text of any paper."""
    texts = [text for _, text in pattern.examples()][:3]
    for head in ("", *texts, *(text[: len(text) // 2] for text in texts)):
        yield from (head + run * (RUN_LENGTH // len(run)) + " !" for run in (*RUNS, head or "a"))


def _too_long(signal_number: int, frame: FrameType | None) -> None:
    raise TimeoutError


def test_no_text_takes_long() -> None:
    """it answers any text at once: no two repeats of a pattern share out the same letters in every way there is"""
    slow = set()
    before = signal.signal(signal.SIGVTALRM, _too_long)
    try:
        for place, pattern in PATTERNS.items():
            try:
                for text in hostile(pattern):
                    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_SEARCH)
                    pattern.compiled.search(text)
            except TimeoutError:
                slow.add(place)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert not slow


def _same(a: re.Match[str] | None, b: re.Match[str] | None) -> bool:
    """Whether two searches found the same words in the same groups."""
    return (a and (a.span(), a.groupdict())) == (b and (b.span(), b.groupdict()))


def test_names_are_told_apart() -> None:
    """it has a name of its own within its module"""
    names = [(place.rsplit(".", 1)[0], pattern.name) for place, pattern in PATTERNS.items()]
    assert len(names) == len(set(names))
