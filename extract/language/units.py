"""Units of time: their spellings and their seconds. A new spelling is one entry."""

from __future__ import annotations

import re

MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86400.0, 604800.0
UNIT_SECONDS = {
    "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": MINUTE, "minute": MINUTE,
    "h": HOUR, "hr": HOUR, "hour": HOUR, "d": DAY, "day": DAY, "wk": WEEK, "week": WEEK, "month": 30 * DAY,
    "year": 365 * DAY,
}  # fmt: skip  # a month is 30 days, as the study counts it
_PLURALS = tuple(unit for unit in UNIT_SECONDS if len(unit) > 2 or unit in ("hr", "wk"))
# any unit, singular or plural, as a part of a pattern
UNIT = (
    f"(?:{'|'.join(f'{re.escape(u)}s?' if u in _PLURALS else u for u in sorted(UNIT_SECONDS, key=len, reverse=True))})"
)


def unit_seconds(unit: str) -> float:
    """Seconds in one unit, singular or plural, short or long: 3600.0 for "hrs". Raises KeyError for other words."""
    name = unit.lower().rstrip(".")
    return UNIT_SECONDS[name if name in UNIT_SECONDS else name.removesuffix("s")]
