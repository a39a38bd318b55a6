"""The time that a cell of a table says: "11 h", "2h7", "26:40:00", "41 ± 3 h", "7 h, -30 %", "0.4 h/epoch", "2 x 30 h".

A bare number takes the unit of its header. What stands behind the time (a spread, a speed-up, a second figure in
brackets) is left alone; what makes it no time (a per cent sign, "it/s", a name such as "L-250H") makes it none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.language.durations import UNSAID, find_durations
from extract.language.numbers import Number, parse_number

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
_UNITS = {
    "s": 1.0, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY,
    "sec": 1.0, "second": 1.0, "min": MINUTE, "minute": MINUTE, "hr": HOUR, "hour": HOUR, "day": DAY, "week": 7 * DAY,
    "wk": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY,
}  # fmt: skip
_SMALLER = {DAY: HOUR, HOUR: MINUTE, MINUTE: 1.0}  # what a number behind "4 h" without a unit counts


@dataclass(frozen=True)
class CellTime:
    """A time in seconds; `of_epoch` where it is that of one epoch, `count` of a product such as "8 x 3 d"."""

    seconds: float
    low: float
    high: float
    of_epoch: bool = False
    count: int | None = None


_NUMBER = r"\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?"
_UNIT = (
    r"(?:seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|years?)\.?(?![A-Za-z.]*[A-Za-z])"
)
_FIRST = re.compile(
    rf"(?<![\w.±:/-])(?:(?P<count>\d{{1,4}})\s?[x×*]\s?)?(?P<value>{_NUMBER})\s?(?:(?:±|\+/-)\s?[\d.]+\s?)?-?"
    rf"(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_NEXT = re.compile(rf"(?:,\s?|\sand\s|\s?:\s?|\s)?(?P<value>\d+(?:\.\d+)?)\s?(?P<unit>{_UNIT})", re.IGNORECASE)
_LAST = re.compile(r"\s?(?P<value>[0-5]?\d)(?![\d.:%]|\s?[x×/A-Za-z])")
_CLOCK = re.compile(
    r"[~≈<>]?\s?(?:(?P<d>\d+)(?:-|:(?=\d+:\d+:)))?(?P<h>\d{1,4}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?(?P<unit>\s?h(?:rs|ours)?)?"
)
_PER = re.compile(r"\s?(?:/|per\s|a\s)\s?(?P<what>[A-Za-z]+)", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\^[^\s.]+$|[*†‡§¶]+$")
_CAPITALS = frozenset("SDMW")  # "3D", "12M": no units


def read_time(text: str, unit: float | None = None, *, clock: bool = False, minutes: bool = True) -> CellTime | None:
    """The first time that the text says, by its own unit or else by `unit` (seconds); None where it says none.

    `clock`: the header says that minutes stand behind a colon; `minutes`: whether "50m" may be 50 minutes.
    """
    text = _FOOTNOTE.sub("", " ".join(text.split())).strip()
    return (
        _by_clock(text, unit, clock=clock)
        or _by_own_unit(text, minutes=minutes)
        or (_by_unit_of_the_head(text, unit) if unit else None)
        or _by_words(text)
    )


def _by_clock(text: str, unit: float | None, *, clock: bool) -> CellTime | None:
    """ "26:40:00", and "36:30" where something says that the first are hours."""
    m = _CLOCK.fullmatch(text)
    if m is None or not (m["s"] or m["unit"] or clock or unit in (HOUR, MINUTE)):
        return None
    parts = [float(m[g] or 0) for g in ("h", "m", "s")]
    seconds = parts[0] * HOUR + parts[1] * MINUTE + parts[2] + float(m["d"] or 0) * DAY
    if not (m["s"] or m["unit"] or clock) and unit == MINUTE:
        seconds = parts[0] * MINUTE + parts[1]
    return CellTime(seconds, seconds, seconds)


def _by_own_unit(text: str, *, minutes: bool) -> CellTime | None:
    for m in _FIRST.finditer(text):
        unit = _unit(m["unit"])
        number = parse_number(m["value"].replace(" ", ""))
        if unit is None or number is None or number.sign:
            continue
        more, end = _smaller_parts(text, m.end(), unit)
        if m["unit"] == "m" and not minutes and end == m.end():
            continue
        per = _PER.match(text, end)
        if per and not per["what"].lower().startswith("ep"):
            return None  # "12 s / step"
        count = int(m["count"]) if m["count"] else None
        low, high = number.low * unit + more, number.high * unit + more
        return CellTime(number.value * unit + more, low, high, per is not None, count)
    return None


def _unit(printed: str) -> float | None:
    word = printed.lower().rstrip(".")
    return None if printed in _CAPITALS else _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))


def _smaller_parts(text: str, end: int, unit: float) -> tuple[float, int]:
    """Seconds of the smaller units behind a first one, and where they end: of "2h7" the 7 minutes."""
    more = 0.0
    while m := _NEXT.match(text, end):
        smaller = _unit(m["unit"])
        if smaller is None or smaller >= unit:
            return more, end
        more, end, unit = more + float(m["value"]) * smaller, m.end(), smaller
    last = _LAST.match(text, end) if unit in _SMALLER else None
    return (more + float(last["value"]) * _SMALLER[unit], last.end()) if last else (more, end)


def _by_unit_of_the_head(text: str, unit: float) -> CellTime | None:
    number = read_figure(text)
    if number is None or number.sign or number.percent or number.magnitude not in ("", "k", "K"):
        return None
    return CellTime(number.value * unit, number.low * unit, number.high * unit)


def read_figure(text: str) -> Number | None:
    """The number of a cell, what stands behind it in brackets let go: "1.9 (71)"."""
    return parse_number(text) or parse_number(re.sub(r"\s?[(\[][^()\[\]]*[)\]]$", "", text))


def _by_words(text: str) -> CellTime | None:
    """A time in words, as in a sentence: "half a day", "two weeks"."""
    for d in find_durations(text, 0, len(text)):
        if d.refused in (None, UNSAID) and not d.of_devices and not d.per and not text[d.start : d.end][0].isdigit():
            return CellTime(d.seconds, d.low or d.seconds, d.high or d.seconds)
    return None
