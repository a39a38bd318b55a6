"""Stretches of time with their units, as sentences, headers and cells print them: "3.5 days", "36:30 h", "41 ± 3 h".

One grammar for all three. A cell is read by `read_quantities`, with the unit that its header, row or caption says
(`read_unit`) where it carries none itself; sentences are searched by the patterns (`language/durations.py`). A new
spelling of a unit is one entry of `UNIT_SECONDS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.language.numbers import NUMBER, NUMBER_WORDS, Number, amount, parse_number
from extract.pattern import Pattern, each_word

# --- units ------------------------------------------------------------------------------------------------------------

MINUTE, HOUR, DAY, WEEK = 60.0, 3600.0, 86400.0, 604800.0
UNIT_SECONDS = {
    "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": MINUTE, "minute": MINUTE,
    "h": HOUR, "hr": HOUR, "hour": HOUR, "d": DAY, "day": DAY, "wk": WEEK, "week": WEEK, "month": 30 * DAY,
    "yr": 365 * DAY, "year": 365 * DAY,
}  # fmt: skip  # a month is 30 days, as the study counts it
# letters that stand for a unit only where a header says that times are printed: "(m)" may be millions
_LETTER_SECONDS = {"m": MINUTE, "w": WEEK}
_PLURALS = tuple(unit for unit in UNIT_SECONDS if len(unit) > 2 or unit in ("hr", "wk", "yr"))


def _spellings(units: list[str]) -> str:
    return "|".join(f"{re.escape(u)}s?" if u in _PLURALS else u for u in sorted(units, key=len, reverse=True))


UNIT = f"(?:{_spellings(list(UNIT_SECONDS))})"  # any unit, singular or plural, as a part of a pattern
_LONG_UNIT = f"(?:{_spellings([u for u in UNIT_SECONDS if len(u) > 1 and u != 'ms'])})"  # two letters and more


def unit_seconds(unit: str) -> float:
    """Seconds in one unit, singular or plural, short or long: 3600.0 for "hrs". Raises KeyError for other words."""
    name = unit.lower().rstrip(".")
    return UNIT_SECONDS[name if name in UNIT_SECONDS else name.removesuffix("s")]


@dataclass(frozen=True)
class Unit:
    """What a header says that its numbers are: seconds in one, of what it is the time, whether of all devices."""

    seconds: float
    per: str = ""  # "epoch", "step"; "" for a whole run
    of_devices: bool = False  # GPU-hours


@dataclass(frozen=True)
class Quantity:
    """A stretch of time: `text[start:end]` prints it. Of a range the value is the midpoint."""

    seconds: float
    low: float | None
    high: float | None
    start: int
    end: int
    per: str = ""
    of_devices: bool = False
    factors: tuple[float, ...] = ()  # of a product ("2 x 30" device hours): as printed


# --- the grammar ------------------------------------------------------------------------------------------------------

NOT_WITHIN = r"(?<![\w.,/$€:'’^])(?<![A-Za-z]-)"  # no number begins within a token, a name or a power
_FILLER = (
    r"(?:full|whole|entire|complete|additional|more|wall[- ]?clock|calendar|straight|consecutive|solid|extra|further)"
)
_NOT_IN_NAME = (
    r"(?![-/](?!to\b|(?:epoch|iter|step|batch|update|run|fold|model|seed|image|task)s?\b)[a-z])"  # "3 day-ahead"
)
TIME = Pattern(
    "a number and a unit of time",
    {
        rf"(?P<low>{NUMBER})": (
            "3 days",
            "a run of 2.5 h",
            "twelve hours",
            "10-14 days",
            "2 to 3 weeks",
            "two and a half days",
        ),
        # "a" and "an" only as "a day": the word before decides
        rf"(?P<article>an?(?=\s(?:{_FILLER}\s)?(?:second|minute|hour|day|week|month|year)\b))": (
            "a day",
            "a week and a half",
            "an entire day",
        ),
    },
    before=NOT_WITHIN,
    after=rf"(?:\s?(?:±|\+/-|\+-)\s?[\d.]+)?(?:\s?(?:-|–|—|−|~|∼|to|or|and a)\s?(?P<high>{NUMBER}|half))?"
    rf"(?:\s?-?{_FILLER}\s)?[\s-]{{0,2}}(?P<unit>{UNIT})\b(?P<half>\sand a (?:half|quarter)\b)?{_NOT_IN_NAME}",
    refuses=("P100 days", "$5 days", "3 days/week", "3 experts", "L-250h", "2,5 days"),
)
_H = r"\s?h(?:ours?|rs?)?\.?"
_M = r"\s?m(?:in(?:ute)?s?)?\.?"
_S = r"\s?s(?:ec(?:ond)?s?)?\.?"
_AND = r"[\s:,]{0,2}(?:and\s)?"
# bare minutes end there, or a word that counts nothing follows: "8 h 20 epochs" is no clock, "4 h 05 on a GPU" is one
_COUNTS_NOTHING = r"(?:on|with|using|for|in|and|per|to|of|at|by|each|total|training|which|while)"
_NO_MORE = rf"(?![\w%]|[.,:]\d|\s?%|\s(?!{_COUNTS_NOTHING}\b)[A-Za-z])"
_NO_TIME_OF_DAY = r"(?<!\bat\s)(?<!\bto\s)(?<!\bfrom\s)(?<!\buntil\s)(?<!\bby\s)"
CLOCK = Pattern(
    "hours and minutes printed as one",
    {
        rf"(?P<h1>\d{{1,3}}){_H}{_AND}(?P<m1>\d{{1,2}}){_M}(?:{_AND}(?P<s1>\d{{1,2}}){_S})?\b": (
            "1 h 20 min",
            "02d:14h:25m",
            "5 h 12 min 40 s",
            "70h, 48min",
        ),
        rf"(?P<h2>\d{{1,3}})\s?h\s?(?P<m2>\d{{1,2}}){_NO_MORE}": ("2h30", "4 h 05", "2h7"),
        rf"(?P<m3>\d{{1,3}})\s?(?-i:m(?:in)?)\s?(?P<s3>\d{{1,2}})(?:\s?s(?:ec)?\b|{_NO_MORE})": (
            "12m40",
            "12 min 40 s",
        ),
        rf"{_NO_TIME_OF_DAY}(?P<h4>\d{{1,4}}):(?P<m4>[0-5]\d):(?P<s4>[0-5]\d)(?![\d:]|\.\d)": (
            "26:40:00",
            "1-03:20:00",
            "2 days, 3:20:00",
        ),
        rf"(?P<h5>\d{{1,4}}):(?P<m5>[0-5]\d){_H}(?![A-Za-z])": "36:30 h",
        r"(?P<m6>\d{1,4}):(?P<s6>[0-5]\d)\smin(?:ute)?s?\b": "5:20 min",
    },
    before=r"(?<![\w.,:/'’])(?:(?P<d>\d{1,3})(?:\s?d(?:ays?)?[\s:,]{0,2}(?:and\s)?|-(?=\d\d:)))?",
    refuses=("at 6:30", "at 12:30:15", "v2h30", "8 h 20 epochs", "3 hours"),
)
_DEVICE_WORD = r"(?:GPU|TPU|CPU|NPU|core|processor|chip|card|accelerator|device)"
# "A100", "TPUv4", "B7": a short name, which no letters or digits touch
_DEVICE_NAME = r"(?-i:\b(?:[A-Z]{1,2}\d{1,4}|TPU\s?v\d|TPUv?\d)(?:[a-z]|-\d+\s?GB)?\b)"
DEVICE_TIME = Pattern(
    "time of all devices together",
    {
        _DEVICE_WORD: ("200 GPU-days", "32 GPU/day", "half a GPU day", "2.5k TPUv3-core-days", "90 chip·weeks"),
        r"(?:node|machine)": "600 node hours",
        _DEVICE_NAME: ("1,200 A100 hours", "10 V100-hours"),
    },
    before=rf"(?<![\w.,:'’])(?P<low>{NUMBER}M?)(?:\s?(?:-|–|to)\s?(?P<high>{NUMBER}))?[\s-]?(?:[A-Za-z][\w-]*\s)?"
    r"(?P<device>(?:[A-Za-z]+[\w]*[\s-])?",
    # a hyphen at a line's end is lost: "GPUhours"
    after=r"s?(?:[\s-]?v\d|\d)?(?:[\s-]core)?)(?:\s?[-–/·.*×]\s?|\s|)"
    r"(?P<unit>hours?|hrs?|h|days?|d|weeks?|wks?|months?|years?|yrs?)\b",
    refuses=("200 days", "8 GPUs for 3 days", "8 GPUs 3 days"),
)
PAIR = Pattern(
    "a second time in brackets, of the second model",
    {
        rf"(?P<low>{NUMBER})\s\((?P<high>{NUMBER})(?:\s?[,;/]\s?(?P<third>{NUMBER}))?\)"
        r"\s(?P<unit>min|minutes|hrs|hours|h|days|d|weeks)": (
            "3 (8) days for the base (large) one",
            "takes 8 (17, 36) hours",
        )
    },
    before=NOT_WITHIN,
    after=r"\b",
    refuses=("3 (8 days)",),
)

# --- headers ----------------------------------------------------------------------------------------------------------

PER = Pattern(
    "of what a time is",
    {
        r"(?:/|\bper\b|\beach\b|\bone\b|\ban?\b|\bsingle\b|\b1\b)[\s-]?(?:training\s|full\s)?"
        r"(?P<part>epoch|ep\b|iteration|iter|step|batch|update)": ("time/epoch", "s per step", "1 epoch"),
        r"\b(?P<timed>epoch|iteration|step|batch|update)[\s-](?:time|duration)": "epoch time",
    },
    refuses=("epochs", "GPU-days"),
)
_PART_OF = {"ep": "epoch", "iter": "iteration"}
_OF_DEVICES = Pattern(
    "a device before the unit of a time",
    {_DEVICE_WORD: ("GPU-", "TPU core-"), _DEVICE_NAME: ("V100 ", "TPU v3-")},
    refuses=("wall-clock ", "v100-day"),
    after=r"s?(?:[\s-]?v\d)?\s?[-–/·.*×]?\s?$",
)
_TIMED = Pattern(
    "what of a header tells that its hours or minutes are of a run",
    each_word("time train fit dur wall run cost hours search learn") | {r"\btr\b": "Tr."},
    refuses=("Width (m)", "Speed", "Trees"),
)
UNIT_IN_BRACKETS = Pattern(
    "a unit in brackets",
    {
        # one letter: small, as "(S)" and "(M)" are sizes
        r"(?P<letter>(?-i:[shdmw]))": ("Fit (d)", "Time [s]", "Time (GPU-h)"),
        rf"(?P<word>{_LONG_UNIT}|ms)": ("time [min]/epoch", "Training (in hours)", "Time (hours on 8 B7s)"),
        # beside what it ran on, which has a digit
        r"[^()\[\]]*\d[^()\[\]]*[,;]\s?(?P<last>(?-i:[shdmw])|hours?|hrs?|days?|min)": "Time (8 x B7, h)",
    },
    before=r"[(\[](?:in\s|unit:?\s)?(?:[\w-]+?[\s·.×/-])?",
    after=r"\.?(?:\s?(?:/|per)\s?[\w-]+)?\s?(?:[)\]]|(?:[,;@]|\s(?:on|with|using|@))\s?[^()\[\]]*\d[^()\[\]]*[)\]])",
    refuses=("train (S)", "Params (M)", "Size (d, h)"),
)
UNIT_BEHIND_COMMA = Pattern(
    "a unit behind a comma, a slash or 'in'",
    {
        r"(?P<letter>(?-i:[shdmw]))": ("Training time, h", "time in s"),
        rf"(?P<word>{_LONG_UNIT}|ms)": ("wall clock, min", "cost in days"),
    },
    before=r"(?:,\s?|\bin\s|\btimes?\s?/\s?)",
    after=r"\.?(?:\s?(?:/|per)\s?[\w-]+)?$",
    refuses=("images/s", "train S"),
)
UNIT_WORD = Pattern(
    "a unit as a word of its own",
    {rf"(?P<word>{_LONG_UNIT})": ("Tr. hrs", "Days", "GPU days", "chip-hours", "hours/epoch", "Hrs. to train")},
    before=r"(?<![A-Za-z/])",
    after=r"(?![A-Za-z@]|\.?\s(?:learning|LR|value)\b)",
    refuses=("images/sec", "Mindays", "HR@10", "Min learning rate", "min. LR"),
)
UNIT_ALONE = Pattern(
    "a unit's letter, which is the whole header",
    {
        r"(?P<letter>[hd])": "h",
        r"(?P<part>[shd])(?=\s?/\s?(?:ep|step|iter|update|batch)|\sper\s)": ("h per epoch", "s/epoch", "s / iteration"),
        rf"(?:{_DEVICE_WORD}|{_DEVICE_NAME})s?\s?[-·/.×]\s?(?P<device>[hd])": ("GPU-h", "A100·h"),
        r"[GT]PUs?(?P<joined>h|hrs?|hours|d|days)": ("GPUh", "TPUhours"),
    },
    before="^",
    after=r"\.?(?:\s?(?:/|per\s).*)?$",
    flags=re.RegexFlag(0),
    refuses=("S", "s", "H", "d_model"),
)
RATE = Pattern(
    "a rate: so many a second",
    {
        r"/\s?(?:s|sec|second|min|h|hour|day)s?\b(?!\s?/)": ("img/s", "tokens / sec"),
        r"\bper\s(?:sec|second|min|minute|hour|day)s?\b": "samples per second",
        r"\bfps\b|\bit/s\b|\bthroughput\b": "FPS",
    },
    refuses=("time/epoch (s)", "days"),
)


_TIME_OVER = Pattern("a time over something", {r"\btimes?\s?/\s?": "Time/epoch"}, refuses=("images/time", "time"))


def read_unit(header: str) -> Unit | None:
    """The unit of time that a header names: hours for "Tr. hrs", days of all devices for "GPU-days".

    None for other headers, for rates ("images/s") and for sizes ("train (S)").
    """
    text = " ".join(header.split())
    timed_over = _TIME_OVER.search(text)
    if RATE.search(text) and not timed_over:
        return None
    for pattern in (UNIT_IN_BRACKETS, UNIT_BEHIND_COMMA, UNIT_ALONE, UNIT_WORD):
        m = pattern.search(text)
        seconds = _seconds_of(m, text) if m else None
        if m is None or seconds is None:
            continue
        name = next(name for name, printed in m.groupdict().items() if printed)
        return Unit(seconds, _part(text), is_of_devices(text[: m.start(name)]))
    return None


def is_of_devices(before: str) -> bool:
    """Whether a unit of time behind these words is one of all devices together: "Total GPU-"."""
    return _OF_DEVICES.search(before) is not None


def _seconds_of(m: re.Match[str], header: str) -> float | None:
    """Seconds in the unit that a header's match names; "m" and "w" only where the header speaks of time."""
    printed = next(printed for printed in m.groupdict().values() if printed)
    if printed in _LETTER_SECONDS:
        return _LETTER_SECONDS[printed] if _TIMED.search(header) else None
    return unit_seconds(printed)


def _part(text: str) -> str:
    """ "epoch" of "time per epoch"; "" where nothing says of what a time is."""
    m = PER.search(text)
    part = (m["part"] or m["timed"]).lower() if m else ""
    return _PART_OF.get(part, part)


# --- cells ------------------------------------------------------------------------------------------------------------

_PER_BEHIND = Pattern(
    "what a quantity is said to be per",
    {"/": "/epoch", r"per\s": " per image"},
    refuses=(" of it", "person"),
    before=r"\s?",
    after="(?P<part>[A-Za-z]+)",
    flags=re.NOFLAG,
)
_DIFFERENCE = re.compile(r"^[(\[]?\s?[+−–-]\s?\d")
_PRODUCT = Pattern(
    "a product of two numbers",
    {"[x×*·]": ("3 x 24", "two × 12")},
    refuses=("3 + 24", "3x"),
    before=rf"^(?P<first>{NUMBER})\s?",
    after=rf"\s?(?P<second>{NUMBER})$",
    flags=re.NOFLAG,
)
_SECOND_FIGURE = Pattern(
    "a second figure or a mark behind a quantity",
    {
        r"\s?[(\[][^()\[\]]*[)\]]\s?[*†‡§¶]*$": "3 h (1.5x)",
        r",\s?[+−–-]\s?\d[\d.]*\s?%$": "3 h, -20%",
        r"\s?[*†‡§¶^]+\d?$": "3 h*",
    },
    refuses=("3 h", "(3) h"),
    flags=re.NOFLAG,
)
_LETTER_TIME = Pattern(
    "a time whose unit is one letter",
    {r"(?P<low>\d+(?:\.\d+)?)\s?(?P<unit>[mw])": ("30m", "2 w")},
    refuses=("2.5.30m", "30ms"),
    before=r"(?<![\w.,:-])",
    after=r"(?![\w/])",
    flags=re.NOFLAG,
)


def read_quantities(text: str, unit: Unit | None = None) -> list[Quantity]:
    """The stretches of time that a cell states, most often one: 41 hours for "41 ± 3 h", 7 for "7 h, -30 %".

    A number without a unit takes the given one, which a header, a row or a caption said: "3.1 (48)" in hours is 3.1
    hours, "2 x 30" in device hours 60. Spreads, second figures in brackets, speed-ups and footnote marks are let go;
    "5 (12) days" and "3 h / 6 h" are two. Differences ("+2 h"), rates and other numbers give nothing.
    """
    body = " ".join(text.split())
    if not body or _DIFFERENCE.match(body) or RATE.search(body):
        return []
    own = list(_with_units(body, unit))
    if own or unit is None:
        return own
    return _in_unit(body, unit)


def _with_units(text: str, unit: Unit | None) -> Iterator[Quantity]:
    """The times that carry their own unit."""
    found: list[Quantity] = []
    for m in DEVICE_TIME.finditer(text):
        found += _quantity(m, unit_seconds(m["unit"]), of_devices=True)
    for m in CLOCK.finditer(text):
        seconds = clock_seconds(m)
        if seconds is not None and not _overlaps(m, found):
            found.append(Quantity(seconds, None, None, *m.span()))
    for m in PAIR.finditer(text):
        if not _overlaps(m, found):
            found += (
                Quantity(value * unit_seconds(m["unit"]), None, None, *m.span(name))
                for name in ("low", "high", "third")
                if m[name] and (value := amount(m[name])) is not None
            )
    for m in TIME.finditer(text):
        if not _overlaps(m, found) and not is_no_unit(m):
            found += _quantity(m, unit_seconds(m["unit"]))
    if unit is not None:
        for m in _LETTER_TIME.finditer(text):
            if not _overlaps(m, found):
                found += _quantity(m, _LETTER_SECONDS[m["unit"]])
    for quantity in _joined(text, sorted(found, key=lambda q: q.start)):
        per = _PER_BEHIND.match(text, quantity.end)
        part = _part(f"/{per['part']}") if per else unit.per if unit else ""
        of_devices = quantity.of_devices or (unit is not None and unit.of_devices)
        yield replace(quantity, per=part, of_devices=of_devices)


def is_no_unit(m: re.Match[str]) -> bool:
    """Whether a capital letter behind a number is a size's or a model's: "250 H", "4 D"; and "3 s" of words."""
    printed, number = m["unit"], m["low"] or ""
    return printed in ("D", "S", "H") or (len(printed) == 1 and not number[-1:].isdigit())


def _quantity(m: re.Match[str], seconds: float, *, of_devices: bool = False) -> list[Quantity]:
    """What a match of `low`, `high` and perhaps `article` and `half` says, in seconds."""
    groups = m.groupdict()
    low = 1.0 if groups.get("article") else amount(m["low"].removesuffix("M"))
    if low is None:
        return []
    low *= 1e6 if (m["low"] or "").endswith("M") else 1.0
    if groups.get("half"):
        low += 0.5 if groups["half"].lower().endswith("half") else 0.25
    printed = groups.get("high")
    high = None if not printed else low + 0.5 if printed.lower() == "half" else amount(printed)
    if high is None or printed is None:
        return [Quantity(low * seconds, None, None, *m.span(), of_devices=of_devices)]
    if printed.lower() == "half" or high <= low:
        return [Quantity(high * seconds, None, None, *m.span(), of_devices=of_devices)]
    ends = low * seconds, high * seconds
    return [Quantity(sum(ends) / 2, *ends, *m.span(), of_devices=of_devices)]


def clock_seconds(m: re.Match[str]) -> float | None:
    """Seconds of a match of `CLOCK`; None where its minutes or seconds are sixty and more."""
    parts = {name[0]: int(value) for name, value in m.groupdict().items() if value}
    minutes, seconds = parts.get("m", 0), parts.get("s", 0)
    if (minutes >= 60 and "h" in parts) or seconds >= 60:
        return None
    return parts.get("d", 0) * DAY + parts.get("h", 0) * HOUR + minutes * MINUTE + seconds


def are_one(between: str) -> bool:
    """Whether two times, a longer and a shorter one, are one: "3 days 4 hours", "1 hour and 20 minutes"."""
    return between.strip(" ,:") in ("", "and")


_DASH = re.compile(r"\s?[-–—~∼]\s?|\sto\s")


def _joined(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The times, "1d 3h" and "10 h – 14 h" as one."""
    previous: Quantity | None = None
    for q in found:
        if previous and previous.seconds < q.seconds and _DASH.fullmatch(text[previous.end : q.start]):
            ends = previous.seconds, q.seconds
            previous = replace(previous, seconds=sum(ends) / 2, low=ends[0], high=ends[1], end=q.end)
            continue
        if previous and q.seconds < previous.seconds and are_one(text[previous.end : q.start]):
            previous = replace(previous, seconds=previous.seconds + q.seconds, low=None, high=None, end=q.end)
            continue
        if previous:
            yield previous
        previous = q
    if previous:
        yield previous


def _overlaps(m: re.Match[str], found: list[Quantity]) -> bool:
    return any(q.start < m.end() and m.start() < q.end for q in found)


def _in_unit(text: str, unit: Unit) -> list[Quantity]:
    """The numbers of a cell without a unit of its own, in the header's: "3.1 (48)", "5 / 12", "2 x 30", "6:30"."""
    body = text
    while (shorter := _SECOND_FIGURE.sub("", body)) != body:
        body = shorter
    clock = re.fullmatch(r"(?P<first>\d{1,4}):(?P<second>[0-5]\d)", body)
    if clock and unit.seconds in (MINUTE, HOUR):
        seconds = int(clock["first"]) * unit.seconds + int(clock["second"]) * unit.seconds / 60
        return [Quantity(seconds, None, None, 0, len(body), unit.per, unit.of_devices)]
    product = _PRODUCT.match(body)
    if product and unit.of_devices:
        factors = tuple(value for name in ("first", "second") if (value := amount(product[name])) is not None)
        if len(factors) == 2:
            seconds = factors[0] * factors[1] * unit.seconds
            return [Quantity(seconds, None, None, 0, len(body), unit.per, True, factors)]
        return []
    numbers = [(parse_number(part) or _in_words(part), part) for part in re.split(r"\s?[/|]\s?|,\s", body)]
    if not all(n for n, _ in numbers):
        return []
    return [q for n, part in numbers if n is not None for q in _from_number(n, unit, body.index(part))]


_ALL_WORDS = re.compile(NUMBER_WORDS, re.IGNORECASE)


def _in_words(text: str) -> Number | None:
    value = amount(text) if _ALL_WORDS.fullmatch(text) else None
    return None if value is None else Number(value, value, value, 0, len(text), text, word=True)


def _from_number(number: Number, unit: Unit, place: int) -> list[Quantity]:
    if number.sign or number.percent or number.value < 0 or number.magnitude not in ("", "k", "K", "x10"):
        return []
    low, high = number.low * unit.seconds, number.high * unit.seconds
    least, most = (low, high) if number.is_range else (None, None)
    start, end = place + number.start, place + number.end
    return [Quantity(number.value * unit.seconds, least, most, start, end, unit.per, unit.of_devices)]
