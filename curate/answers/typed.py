"""What a person types into a correction, read as the value it means.

Accepted, beside plain numbers: 25.6M, 25.6 million, 11.3B, 3.8G, 3.8x10^9, 1,281,167; times as 6 days, 3.5d,
36 h, 1 day 12 h, 90 min; ranges as 10-14 days (their midpoint, the study's rule); a device's name as it is.
"""

from __future__ import annotations

import re

from db.models import Field
from db.quantities import human, number_text

_POWERS_OF_TEN = {
    "": 0, "k": 3, "thousand": 3, "m": 6, "mio": 6, "million": 6, "b": 9, "bn": 9, "billion": 9, "g": 9, "t": 12,
    "trillion": 12, "p": 15, "e": 18, "z": 21,
}  # fmt: skip
_SECONDS = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "m": 60.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hr": 3600.0,
    "hour": 3600.0, "d": 86400.0, "day": 86400.0, "w": 604800.0, "wk": 604800.0, "week": 604800.0,
}  # fmt: skip
_WORDS = {
    word: str(n)
    for n, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_POWER = re.compile(r"(?:\s*[x×*·]\s*|^\s*)10\s*(?:\^|\*\*)\s*(\{?[+-]?\d+\}?)$", re.IGNORECASE)
_SCALED = re.compile(rf"({_NUMBER})\s*([a-z]*)", re.IGNORECASE)
_TIME_PART = re.compile(rf"({_NUMBER})\s*([a-z]*)", re.IGNORECASE)
_RANGE = re.compile(rf"^\s*({_NUMBER})\s*(?:-|–|—|to)\s*({_NUMBER})\s*(.*)$", re.IGNORECASE)
_NOUNS = re.compile(
    r"\b(?:flops?|macs?|mult-?adds?|multiply-?adds?|parameters?|params?|epochs?|gpus?|tpus?|processors?|devices?)\b",
    re.IGNORECASE,
)
_GLUED_UNIT = re.compile(r"(?<=[kmgtpe])(?:flops?|macs?)\b", re.IGNORECASE)


def read_typed(field: str, text: str) -> float | str:
    """The value that the typed text means: seconds for a time, a name for a device, else a number.

    ValueError says what was expected.
    """
    text = " ".join(text.split())
    if not text:
        raise ValueError("nothing was typed")
    if field == Field.DEVICE:
        return text
    found = _RANGE.match(text.replace(",", ""))
    if found and not re.match(r"e", found[3], re.IGNORECASE):
        low, high = (_read_one(field, f"{end} {found[3]}") for end in (found[1], found[2]))
        return (low + high) / 2
    return _read_one(field, text)


def typed_text(field: str, value: float | str | None) -> str:
    """The value as the correction box is pre-filled with it: reading it back gives the value again."""
    if value is None or isinstance(value, str):
        return value or ""
    text = human(field, value)
    try:
        exact = read_typed(field, text) == value
    except ValueError:
        exact = False
    return text if exact else number_text(value)


def _read_one(field: str, text: str) -> float:
    return _read_time(text) if field == Field.TRAINING_TIME else _read_number(text)


def _read_number(text: str) -> float:
    bare = _GLUED_UNIT.sub("", _lowered(text).replace(",", "").lower())
    bare = _NOUNS.sub("", bare).replace("%", "").strip()
    bare = _WORDS.get(bare, bare)
    power = _POWER.search(bare)
    if power:
        mantissa = bare[: power.start()].strip() or "1"
        if re.fullmatch(_NUMBER, mantissa, re.IGNORECASE):
            return float(f"{mantissa}e{power[1].strip('{}')}")
    found = _SCALED.fullmatch(bare)
    if not found or found[2] not in _POWERS_OF_TEN:
        raise ValueError(f"expected a number such as 25.6M or 3.8e9, found {text!r}")
    mantissa, _, exponent = found[1].partition("e")
    return float(f"{mantissa}e{int(exponent or 0) + _POWERS_OF_TEN[found[2]]}")


def _lowered(text: str) -> str:
    """The text with raised digits as powers: "10⁹" as "10^9"."""
    return _RAISED.sub(lambda raised: "^" + raised[0].translate(_SUPERSCRIPT), text)


def _read_time(text: str) -> float:
    bare = text.replace(",", "").lower()
    for word, digits in _WORDS.items():
        bare = re.sub(rf"\b{word}\b", digits, bare)
    bare = re.sub(r"\band\b", " ", bare).strip()
    parts = _TIME_PART.findall(bare)
    if not parts or re.sub(r"\s", "", _TIME_PART.sub("", bare)):
        raise ValueError(f"expected a time such as 6 days or 36 h, found {text!r}")
    total = 0.0
    for number, unit in parts:
        name = unit if unit in _SECONDS else unit.removesuffix("s")
        if unit and name not in _SECONDS:
            raise ValueError(f"expected a time such as 6 days or 36 h, found {text!r}")
        total += float(number) * _SECONDS[name or "s"]
    return total
