"""Boxes, rules and words of a page that is turned by quarters."""

from __future__ import annotations

from collections.abc import Sequence

from db.models import Box, Rule, Word


def turned_box(box: Box, quarters: int, width: float, height: float) -> Box:
    """The box on the page of this width and height when it is turned clockwise by so many quarter turns."""
    x0, top, x1, bottom = box
    for _ in range(quarters % 4):
        x0, top, x1, bottom = height - bottom, x0, height - top, x1
        width, height = height, width
    return x0, top, x1, bottom


def turned_rules(rules: Sequence[Rule], quarters: int, width: float, height: float) -> list[Rule]:
    return [Rule(*turned_box((r.x0, r.top, r.x1, r.bottom), quarters, width, height)) for r in rules]


def turned_words(words: Sequence[Word], quarters: int, width: float, height: float) -> list[Word]:
    return [Word(w.text, *turned_box(w.box, quarters, width, height), *w[5:]) for w in words]
