"""Cells of a table as text and as numbers: "4.92 (4.89±0.14)", "90.4/83.2", "28.4 (+1.2)", "3.3 · 10^18"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from db.models import Cell, Page
from extract.language.model_names import CITATION
from extract.language.numbers import DEVIATION, Number, find_numbers, parse_number
from extract.layout.sideways_text import as_read
from extract.pattern import Pattern

DELTA_BEHIND = Pattern(
    "a difference behind a cell's number",
    {
        r"[+−–-]\s?\d+(?:\.\d+)?\s?%?\s?[↑↓]?": ("28.4 (+1.2)", "36.1 -0.4"),
        r"[↑↓▲▼△▽]\s?[+−–-]?\s?\d+(?:\.\d+)?\s?%?": ("28.4 ↑1.2", "70.1 (▲ 2.0)"),
    },
    refuses=("28.4", "90.4/83.2", "P-100"),
    before=r"(?<=[\d)%\s])[(\[]?\s?(?:",
    after=r")\s?[)\]]?",
)
_BEST_IN_BRACKETS = re.compile(r"±[^()]*\((?P<best>\d+\.\d+)\)")
_FACTOR = re.compile(r"(?<=\S)\s?\(\s?[~≈]?\s?\d+(?:\.\d+)?\s?[x×]\s?\)")  # "3.3e18 (19x)": how many times another
# "85.6" with its deviation as an index, which the text layer glues on: "85.65.3"; as many digits behind each point
_GLUED = re.compile(r"\d{1,3}\.\d{2,5}\.\d{1,3}(?=\s?\^?\W{0,2}$)")
_EACH_DEVIATION = re.compile(r"\s?\(\s?±?\s?\d?\d?\.\d+\s?\)\s?")  # "80.2(0.2)/87.9(0.3)"
_WORDS_IN_CELL = re.compile(r"[A-Za-z]{2,}")
_COUNT_WORDS = Pattern(
    "a unit of counts",
    {"flops?": "GFLOPs", "macs?": "MMACs", "fmas?": "FMA", "params?": "params", "madds?": "MAdds"},
    refuses=("flopping", "ms"),
    before=r"\b[kmgbt]?",
    after=r"\b",
)
LONGEST_CELL = 40  # characters of a cell of several numbers


def printed_text(page: Page, cell: Cell) -> str:
    """The cell's words with `^` before raised digits, which `Cell.text` has lost."""
    parts: list[str] = []
    words = as_read(page, cell.words)
    for place, word in enumerate(words):
        text = word.text
        for cut in reversed(word.raised):
            text = text[:cut] + "^" + text[cut:]
        if place:
            before = words[place - 1]
            raised = (
                word.size < 0.8 * before.size
                and word.bottom < before.bottom - 0.15 * before.size
                and text[:1] in "0123456789−–-*†‡"
            )
            parts.append("^" if raised else " ")
        parts.append(text)
    return "".join(parts)


def numbers_of_cell(text: str) -> list[Number]:
    """The numbers that a cell states, deltas ("(+1.2)") let go; [] for a cell of words, ratios or shapes."""
    return list(_numbers_of_cell(text))


@lru_cache(maxsize=4096)  # the same cells are asked by rows, by columns and by their heads
def _numbers_of_cell(text: str) -> Sequence[Number]:
    text = text.strip()
    if not text or not any(c.isdigit() for c in text):
        return []
    glued = _value_and_index(text)
    if glued is not None:
        return [glued]
    if text.count("/") == 1 and all(_EACH_DEVIATION.search(half) for half in text.split("/")):
        text = _blanked(_EACH_DEVIATION, text)
    one = parse_number(text)
    if one is not None:
        return _with_best(one, text)
    return _numbers_among_asides(text) if len(text) <= LONGEST_CELL else []


def _with_best(number: Number, text: str) -> list[Number]:
    """The number, and the best of the same runs where it stands in brackets: "21.78 ± 0.05 (21.83)"."""
    best = _BEST_IN_BRACKETS.search(text) if number.deviation is not None else None
    second = parse_number(best["best"]) if best else None
    if best and second and abs(second.value - number.value) < 0.3 * abs(number.value):
        return [number, replace(second, start=best.start("best"), end=best.end("best"))]
    return [number]


def _numbers_among_asides(text: str) -> list[Number]:
    """The numbers beside citations, differences, factors and deviations; [] where words or products stand there too."""
    bare = _blanked(CITATION.compiled, text)
    bare = DELTA_BEHIND.compiled.sub(lambda m: " " * len(m.group()) if m.start() else m.group(), bare)
    bare = _blanked(_FACTOR, bare)
    found = [n for n in find_numbers(bare, words=False) if not bare[: n.start].rstrip().endswith("±")]
    rest = _blanked(DEVIATION, bare)
    for n in reversed(found):
        rest = rest[: n.start] + rest[n.end :]
    if _WORDS_IN_CELL.search(_COUNT_WORDS.sub("", rest)):
        return []
    product = re.search(r"[×xX*=]", rest) and not re.fullmatch(r"[*]+", rest.strip())
    return [] if product else found


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with spaces in place of what the pattern accepts, so that positions stay."""
    return pattern.sub(lambda m: " " * len(m.group()), text)


def _value_and_index(text: str) -> Number | None:
    """The number of a cell whose deviation is printed as an index: 85.6 of "85.65.3"; None for other cells."""
    match = _GLUED.match(text)
    if match is None:
        return None
    digits = match.group()
    whole, _, last = digits.rpartition(".")
    cut = whole.index(".") + 1 + len(last)
    value, deviation = parse_number(digits[:cut]), parse_number(digits[cut:])
    if cut >= len(whole) or value is None or deviation is None or deviation.value >= value.value:
        return None
    return replace(value, deviation=deviation.value)


def exact_product(value: float, factor: float) -> float:
    """The product as the decimals read: 25.6 and 1e6 give 25600000.0."""
    return float(f"{value * factor:.12g}")
