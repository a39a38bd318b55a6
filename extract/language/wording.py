"""Words that the readers of times, counts and epochs share, and how a list of words becomes a part of a pattern.

A list is written as running text, as a person would: `words_of("takes took needs")` is a set to look words up in,
`any_of("takes took", "run[- ]time")` the alternatives of a pattern, longest first.
"""

from __future__ import annotations

import re

# what makes a number less than exact, between a verb and the number: "takes about 3 days", "for roughly ~5 hours"
HEDGES = "about around approximately approx. roughly nearly almost some circa ca. only just barely merely exactly"
# what holds several processors
MACHINE_WORDS = r"(?:nodes?|machines?|servers?|hosts?|workstations?|boxes|box|instances?)"


def words_of(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


def any_of(*lists: str) -> str:
    """A group of a pattern that accepts any word of the lists: `any_of("on in")` is "(?:on|in)".

    A word may be a small pattern of its own ("takes?"); phrases are separated by "; ".
    """
    words = [word for text in lists for word in (text.split("; ") if "; " in text else text.split())]
    return f"(?:{'|'.join(sorted(dict.fromkeys(words), key=len, reverse=True))})"


def hedged(*more: str) -> str:
    """A part of a pattern that passes over hedges, and over the words given: "about 3", "up to ~ 3"."""
    words = any_of(*(re.escape(word) for word in HEDGES.split()), *more)
    return rf"(?:{words}\s|[~≈∼<>]\s?)*"
