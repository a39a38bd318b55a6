"""The pieces of text of which a regular expression needs one, so that most texts need not be searched at all.

A search for "per class" or "per category" takes 8 us in a table's header, and finds nothing in nearly all of them. That
neither "class" nor "category" stands there is known sooner. The pieces are read from the expression itself, as
Python's `re` has parsed it; nobody has to keep a list.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MAX_SPELLINGS = 48  # of one stretch: an expression that can be spelled in more ways is cut into two stretches
MAX_PIECES = 96  # more take as long as the search of a header
MANY_PIECES = 512  # of so many it is worked out which hold others

# what `re.IGNORECASE` takes for an ASCII letter, and `str.lower` does not make one
_ODD_LETTERS = str.maketrans({"İ": "i", "ı": "i", "ſ": "s", "K": "k"})

DIGIT = "\0"  # the piece of an expression that needs a digit, whichever; it stands in small letters behind the text
_DIGITS = re.compile(r"\d")

Strings = frozenset[str]
_EMPTY: Strings = frozenset(("",))


@lru_cache(maxsize=1024)  # the same text is searched for dozens of patterns
def in_small_letters(text: str) -> str:
    """The text as pieces are looked for in it: `DIGIT` ends one that has a digit."""
    small = text.lower() if text.isascii() else text.translate(_ODD_LETTERS).lower()
    return small + DIGIT if _DIGITS.search(text) else small


def required_pieces(expression: str, flags: int = 0) -> tuple[str, ...]:
    """Pieces in small letters of which every text that the expression accepts has one; () where none are known."""
    needs = _shortest(_of_sequence(_parser.parse(expression, flags)).pieces())
    return tuple(sorted(needs, key=lambda piece: (len(piece), piece)))


@dataclass(frozen=True)
class _Needs:
    """What an expression's text is made of: every spelling where these are few, and strings that it has one of."""

    spellings: Strings | None
    one_of: Strings = frozenset()  # empty: nothing is known

    def pieces(self) -> Strings:
        return _better(self.one_of, _useful(self.spellings or frozenset()))


_ANYTHING = _Needs(None)
_NOTHING = _Needs(_EMPTY)  # look-arounds, anchors: no text of their own


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> _Needs:
    """Of expressions one behind the other: neighbouring spellings are joined, the best set of all is kept."""
    best: Strings = frozenset()
    run, whole = _EMPTY, True
    for item in items:
        found = _of_item(item)
        best = _better(best, found.one_of)
        joined = _joined(run, found.spellings)
        if joined is None:
            whole = False
            best = _better(best, _useful(run))
            run = found.spellings if found.spellings is not None else _EMPTY
        else:
            run = joined
    return _Needs(run, best) if whole else _Needs(None, _better(best, _useful(run)))


def _joined(run: Strings, more: Strings | None) -> Strings | None:
    if more is None or len(run) * len(more) > MAX_SPELLINGS:
        return None
    return frozenset(a + b for a, b in itertools.product(run, more))


def _useful(strings: Strings) -> Strings:
    """The strings; none where they are many, or one stands in nearly every text: a letter, a digit, a space."""
    if MAX_PIECES < len(strings) <= MANY_PIECES:
        strings = _shortest(strings)
    useful = 0 < len(strings) <= MAX_PIECES and not any(len(s) < 2 and (s.isalnum() or not s.strip()) for s in strings)
    return strings if useful else frozenset()


def _shortest(strings: Strings) -> Strings:
    """The strings without those that hold another."""
    return frozenset(s for s in strings if not any(other != s and other in s for other in strings))


def _better(a: Strings, b: Strings) -> Strings:
    """Of two sets the one that fewer texts will have a string of: the one whose shortest string is longer."""
    if not a or not b:
        return a or b
    return max(a, b, key=lambda s: (min(map(_rarity, s)) + (len(s) <= 4) / 2, -len(s)))


def _rarity(piece: str) -> float:
    return 0.5 if piece == DIGIT else len(piece)


def _of_item(item: tuple[Any, Any]) -> _Needs:
    kind, value = item
    reader = _READERS.get(kind)
    return reader(value) if reader else _ANYTHING


def _is_plain(code: int) -> bool:
    """Whether `in_small_letters` makes one character of all that an expression takes for this one."""
    return code < 128 or chr(code).lower() == chr(code).upper()


_SOME_DIGIT = ((sre.CATEGORY, sre.CATEGORY_DIGIT), (sre.RANGE, (ord("0"), ord("9"))))


def _of_literal(code: int) -> _Needs:
    return _Needs(frozenset((chr(code).lower(),))) if _is_plain(code) else _ANYTHING


def _of_set(members: Sequence[tuple[Any, Any]]) -> _Needs:
    """Of `[...]`: each of its characters, where these are few and named one by one; or that it is a digit."""
    if all(member in _SOME_DIGIT for member in members):
        return _Needs(None, frozenset((DIGIT,)))
    if any(kind is not sre.LITERAL or not _is_plain(code) for kind, code in members):
        return _ANYTHING
    return _Needs(frozenset(chr(code).lower() for _, code in members))


def _of_branches(value: tuple[Any, Sequence[Any]]) -> _Needs:
    found = [_of_sequence(branch) for branch in value[1]]
    spellings: Strings | None = frozenset()
    for needs in found:
        spellings = None if spellings is None or needs.spellings is None else spellings | needs.spellings
    if spellings is not None and len(spellings) <= MAX_SPELLINGS:
        return _Needs(spellings)
    sets = [needs.pieces() for needs in found]
    return _Needs(None, _useful(frozenset().union(*sets)) if all(sets) else frozenset())


def _of_look_around(value: tuple[int, Any]) -> _Needs:
    """Of `(?=...)` and `(?<=...)`: no text of their own, but what they accept stands in the text that is searched."""
    return _Needs(_EMPTY, _of_sequence(value[1]).pieces())


def _of_repeat(value: tuple[int, int, Any]) -> _Needs:
    least, most, inner = value
    found = _of_sequence(inner)
    if (least, most) == (1, 1):
        return found
    if (least, most) == (0, 1) and found.spellings is not None:
        return _Needs(found.spellings | _EMPTY)
    return _Needs(None, found.pieces() if least else frozenset())


_READERS: dict[Any, Callable[[Any], _Needs]] = {
    sre.LITERAL: _of_literal,
    sre.IN: _of_set,
    sre.BRANCH: _of_branches,
    sre.SUBPATTERN: lambda value: _of_sequence(value[-1]),
    sre.ATOMIC_GROUP: _of_sequence,
    sre.MAX_REPEAT: _of_repeat,
    sre.MIN_REPEAT: _of_repeat,
    sre.POSSESSIVE_REPEAT: _of_repeat,
    sre.AT: lambda _: _NOTHING,
    sre.ASSERT: _of_look_around,
    sre.ASSERT_NOT: lambda _: _NOTHING,
}
