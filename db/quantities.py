"""Numbers as people say them, and as files carry them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from db.models import Field

_LARGEST_EXACT = 2**53  # beyond it not every whole number is a float: 2.3e23 would print digits nobody wrote

_STEPS: Mapping[str, Sequence[tuple[float, str]]] = {
    Field.PARAMETERS: ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")),
    Field.FLOPS: ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")),
    Field.MULTIPLY_ADDS: ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")),
    Field.TRAINING_TIME: ((86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s")),
}


def plain_number(value: float) -> float | int:
    """The same number, as an int where it is whole: 25600000.0 is written 25600000."""
    if math.isfinite(value) and value == int(value) and abs(value) <= _LARGEST_EXACT:
        return int(value)
    return value


def number_text(value: float) -> str:
    """The number as few digits as it takes: "25600000", "23.7", "2.3e23"."""
    plain = plain_number(value)
    return str(plain) if isinstance(plain, int) else f"{plain:.10g}".replace("e+", "e")


def counted(number: int, what: str) -> str:
    """The number with its noun: "1 paper", "2 papers"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def human(field: str, value: float | str | None) -> str:
    """The value as people say it: "25.6 M", "3.5 days", "2.3e19"; a device's name as it is; "" for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    for size, name in _STEPS.get(field, ()):
        if abs(value) >= size:
            number = value / size
            text = f"{number:.3g}" if abs(number) < 1000 else f"{number:.0f}"
            return f"{text} {'day' if text == '1' and name == 'days' else name}"
    return number_text(value)


def human_and_number(field: str, value: float | str | None) -> str:
    """As `human`, with the number behind it where the two differ: "25.6 M (25600000)", "3.5 days (302400 s)"."""
    said = human(field, value)
    if value is None or isinstance(value, str):
        return said
    number = number_text(value) + (" s" if field == Field.TRAINING_TIME else "")
    return said if said == number else f"{said} ({number})"
