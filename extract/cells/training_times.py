"""The time that a cell of a table says, and of what it is the time: "0.4 h/epoch", "8 x 3 d", "200 GPU-hours"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.language.quantities import HOUR, Quantity, Unit, read_quantities

_TIMES_BEFORE = re.compile(r"(?<![\w.])(?P<count>\d{1,4})\s?[x×*]\s?$")
_COMPLEXITY = re.compile(r"[OΘ]˜?\s?\(")  # "O(T d)"
_FOOTNOTE = re.compile(r"\^[a-z\W]+$|\^\d$")


@dataclass(frozen=True)
class CellTime:
    """A time in seconds; `of_epoch` where it is that of one epoch, `count` of a product such as "8 x 3 d"."""

    seconds: float
    low: float | None = None
    high: float | None = None
    of_epoch: bool = False
    of_devices: bool = False
    count: int | None = None


def read_time(text: str, unit: float | None = None, *, letters: bool = True) -> CellTime | None:
    """The first time that the text says, by its own unit or else by `unit` (seconds); None where it says none.

    `letters`: whether "50m" may be 50 minutes.
    """
    text = _FOOTNOTE.sub("", " ".join(text.split()))
    if _COMPLEXITY.match(text):
        return None
    found = read_quantities(text, Unit(unit)) if unit else read_quantities(text)
    if not found and unit is None and letters:
        found = [q for q in read_quantities(text, Unit(HOUR)) if text[q.end - 1] in "mw"]  # not "2k"
    return _as_time(text, found[0]) if found else None


def _as_time(text: str, q: Quantity) -> CellTime | None:
    if q.per not in ("", "epoch"):
        return None  # "12 s / step"
    times = _TIMES_BEFORE.search(text[: q.start])
    return CellTime(q.seconds, q.low, q.high, q.per == "epoch", q.of_devices, int(times["count"]) if times else None)
