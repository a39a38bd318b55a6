"""Words stamped across a page ("DRAFT", "CONFIDENTIAL 2026"), which must not run into the lines beneath them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from db.models import Word
from extract.pdf.read import RawPage

USUAL_PRINT = 10.0  # points: the height of print of a paper without words | 0 0 0 0
SAMPLED = 10  # every so many words are looked at for the usual height of print | 0 0 0 0
LARGE = 1.8  # of the usual height of print: what is stamped across a page is larger than titles of sections | 0 0 0 0
COVERED = 0.25  # of a word's box that a stamp lies over | 0 0 0 0
MIN_COVERED = 2  # words that a stamp lies over on one page: a large initial touches its neighbour alone | 0 0 0 0
MIN_LETTERS = 3  # of a stamp: single large characters are symbols of formulas | 0 0 0 0
LETTER_WIDTH = 0.35  # of the height of print: letters are wider on average, in narrow fonts too | 0 0 0 0
SAME_SIZE = 0.02  # of the height of print: other words of this height are part of the same stamp | 0 0 0 0


def without_watermarks(raw_pages: Sequence[RawPage]) -> list[RawPage]:
    """The pages without words that are stamped over other words, on all pages that repeat them."""
    usual = _usual_size(raw_pages)
    large = [[w for w in raw.words if w.size > LARGE * usual] for raw in raw_pages]
    if not any(large):
        return list(raw_pages)
    stamps = {_key(w) for raw, words in zip(raw_pages, large, strict=True) for w in _stamped(raw.words, words)}
    if not stamps:
        return list(raw_pages)
    return [
        replace(raw, words=tuple(w for w in raw.words if _key(w) not in stamps)) if words else raw
        for raw, words in zip(raw_pages, large, strict=True)
    ]


def _usual_size(raw_pages: Iterable[RawPage]) -> float:
    sizes = Counter(round(w.size, 1) for raw in raw_pages for w in raw.words[::SAMPLED])
    return sizes.most_common(1)[0][0] if sizes else USUAL_PRINT


def _key(word: Word) -> tuple[str, float]:
    return word.text, round(word.size, 1)


def _stamped(words: Sequence[Word], large: Sequence[Word]) -> list[Word]:
    """The large words of a page that lie over others, and those of the same height on their line."""
    found = [w for w in large if _is_large_print(w) and _covers_several(w, words)]
    return [w for w in large if any(_on_one_line(w, stamp) for stamp in found)]


def _is_large_print(word: Word) -> bool:
    """Whether a word is as wide as letters of its height are; the boxes of a formula's symbols are only tall."""
    letters = len(word.text)
    return letters >= MIN_LETTERS and word.text.isalnum() and word.x1 - word.x0 >= LETTER_WIDTH * word.size * letters


def _on_one_line(word: Word, stamp: Word) -> bool:
    same = SAME_SIZE * stamp.size
    return abs(word.size - stamp.size) <= same and abs(word.bottom - stamp.bottom) <= same


def _covers_several(word: Word, others: Sequence[Word]) -> bool:
    covered = [o for o in others if o.size < word.size / LARGE and _covers(word, o)]
    return len(covered) >= MIN_COVERED


def _covers(word: Word, other: Word) -> bool:
    wide = min(word.x1, other.x1) - max(word.x0, other.x0)
    tall = min(word.bottom, other.bottom) - max(word.top, other.top)
    return wide > 0 and tall > 0 and wide * tall >= COVERED * (other.x1 - other.x0) * (other.bottom - other.top)
