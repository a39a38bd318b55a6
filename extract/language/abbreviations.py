"""The abbreviations that a paper defines: "Wide Foo Network (WFN)" makes WFN and Wide Foo Network one name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from extract.pattern import Pattern

ABBREVIATION = Pattern(
    "an abbreviation in brackets",
    {
        r"\s\((?P<short>[A-Z][A-Za-z]{0,6}[A-Z][A-Za-z]{0,3})s?(?:-\d+)?\)": (
            "a Wide Foo Network (WFN)",
            "Foo Nets (FoNs)",
        )
    },
    refuses=("a network (Foo)", "results (see WFN)", "(A)"),
    flags=re.NOFLAG,
)
WORD = re.compile(r"[^\W\d_]+")
_LITTLE_WORDS = frozenset("of the for and with in by to a an on".split())
WINDOW = 90  # characters before the bracket in which the long form stands


def abbreviations(texts: Iterable[str]) -> Mapping[str, str]:
    """Long form, as printed, -> the abbreviation that the texts define for it; the first definition of each counts."""
    found: dict[str, str] = {}
    for text in texts:
        for match in ABBREVIATION.finditer(text):
            long = long_form(text[max(0, match.start() - WINDOW) : match.start()], match["short"])
            if long is not None and match["short"] not in found.values():
                found.setdefault(long, match["short"])
    return found


def long_form(before: str, short: str) -> str | None:
    """The words right before a bracket whose first letters the abbreviation is made of; little words may stand between.

    Of "we train a Wide Network of Foos" and WNF: "Wide Network of Foos".
    """
    letters = [c.lower() for c in short if c.isupper()]
    start = None
    for word in reversed(list(WORD.finditer(before))):
        if not letters:
            break
        if word.group()[0].lower() == letters[-1]:
            letters.pop()
            start = word.start()
        elif word.group() not in _LITTLE_WORDS:
            return None
    return before[start:].strip() if start is not None and not letters else None
