"""Which alternatives of the patterns no PDF of these folders needs: what never matches decides nothing.

    python -m tests.measure_patterns ../shared/corpus/pdf tests/samples/pdf --every 8

Every PDF is read as `extract` reads it, while each pattern notes which of its alternatives made the match. Those that
never did are printed with their pattern's place. An alternative that stands within a lookahead that refuses, or that is
counted by number, can't be told and passes as needed. Readings of invented papers, in the tests, are not asked here.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extract.pattern import Pattern
from extract.read_paper import read_paper
from tests.extract.test_patterns import PATTERNS

_REFUSING = re.compile(r"\(\?<?![^()]*$")  # a lookaround that the alternatives stand in
_NUMBERED = re.compile(r"(?<!\\)\\[1-9]")
_GROUP = "alternative_"


class Tally:
    """The alternatives of one pattern that have not made a match yet, by number."""

    def __init__(self, pattern: Pattern) -> None:
        """Each alternative as a group of its own, which says afterwards whether the match came by it."""
        self.pattern = pattern
        self.left = set(range(len(pattern.any_of)))
        if _REFUSING.search(pattern.before) or _NUMBERED.search(pattern.source()):
            self.left.clear()
        parts = (f"(?P<{_GROUP}{n}>{alternative})" for n, alternative in enumerate(pattern.any_of))
        self.told_apart = re.compile(f"{pattern.before}(?:{'|'.join(parts)}){pattern.after}", pattern.flags)

    def note(self, match: re.Match[str]) -> None:
        """Takes away the alternatives that this match came by."""
        if self.left and (again := self.told_apart.match(match.string, match.start(), match.endpos)):
            self.left -= {n for n in self.left if again.start(f"{_GROUP}{n}") >= 0}

    def never_matched(self) -> list[str]:
        """The alternatives that are left, as they are written."""
        return [alternative for n, alternative in enumerate(self.pattern.any_of) if n in self.left]


@contextmanager
def tallied(patterns: Mapping[str, Pattern]) -> Iterator[dict[str, Tally]]:
    """A tally of each pattern by its place, while every match of these patterns is noted."""
    by_place = {place: Tally(pattern) for place, pattern in patterns.items()}
    of_pattern = {id(tally.pattern): tally for tally in by_place.values()}
    kept = {name: vars(Pattern)[name] for name in ("search", "match", "fullmatch", "finditer", "sub", "split")}

    def noting(name: str) -> Callable[..., Any]:
        def noted(self: Pattern, *given: Any) -> Any:
            tally = of_pattern.get(id(self))
            if tally and tally.left and name in ("sub", "split", "finditer"):
                text, *places = given[1:] if name == "sub" else given
                for match in self.compiled.finditer(text, *places):
                    tally.note(match)
            found = kept[name](self, *given)
            if tally and isinstance(found, re.Match):
                tally.note(found)
            return found

        return noted

    try:
        for name in kept:
            setattr(Pattern, name, noting(name))
        yield by_place
    finally:
        for name, method in kept.items():
            setattr(Pattern, name, method)


def main() -> None:
    """Prints a line for each alternative that never matched, and how many of how many there are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of PDFs")
    parser.add_argument("--every", type=int, default=1, help="every so many PDFs of the folders, 1 for all")
    given = parser.parse_args()
    pdfs = sorted(pdf for folder in given.folders for pdf in folder.glob("*.pdf"))[:: given.every]
    with tallied(PATTERNS) as by_place:
        for pdf in pdfs:
            read_paper(pdf.read_bytes(), pdf.stem, 1, "")
    idle = {place: left for place, tally in by_place.items() if (left := tally.never_matched())}
    for place, alternatives in idle.items():
        for alternative in alternatives:
            print(f"{place:60} {alternative}")
    every = sum(len(pattern.any_of) for pattern in PATTERNS.values())
    never = sum(map(len, idle.values()))
    print(f"{len(pdfs)} papers: {never} of {every} alternatives of {len(PATTERNS)} patterns never matched")


if __name__ == "__main__":
    main()
