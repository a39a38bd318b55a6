"""A number in a passage with the words around it, what it counts, and what speaks against a count of either kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.models import Field
from db.vocabulary import Reason
from extract.language.differences import COUNT_DIFFERENCE_BEFORE, UP_TO_THERE
from extract.language.numbers import Number
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.pattern import Pattern


@dataclass(frozen=True)
class Place:
    """A number in a passage with the words around it; in a list, `after` is what stands behind the list's last."""

    passage: Passage
    context: PaperContext
    number: Number
    sentence: str
    before: str
    after: str
    end_of_list: int
    in_list: bool = False


@dataclass(frozen=True)
class Counted:
    """What the words around a number count: the field, the value, where its words end, what speaks against it."""

    field: Field
    value: float
    end: int
    pattern: str
    refused: Reason | None = None


PART_BEHIND = Pattern(
    "a part of a model behind what is counted",
    {
        r"[^.,;]{0,30}\b(?:in|of|for|per|by|with)\s(?:the|each|an?|one|every|this)\s(?:\w+\s){0,4}"
        r"(?:layer|block|module|head|stem)\b": " in the last layer",
        r"\s(?:regime|budget|range|scale|level)\b": " budget",
    },
    refuses=(" in the net",),
    before="^",
    flags=re.NOFLAG,
)


def is_difference(before: str) -> bool:
    """Whether the words before a number make it a difference: "adds 5M", not "is cut to 5M" or "than X with 5M"."""
    return bool(COUNT_DIFFERENCE_BEFORE.search(before)) and not UP_TO_THERE.search(before)


def is_defined(place: Place) -> bool:
    """Whether the number is one side of an equation: "1 GFLOP = 10^9"."""
    return place.before.rstrip().endswith("=")
