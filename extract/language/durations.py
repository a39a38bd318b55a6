"""Stretches of time in a sentence: what was printed, of what it is the time, and why it is no run's.

"3.5 days", "10-14 days", "between 24 and 48 hours", "a week and a half", "70h 48min", "200 GPU-days", "24 minutes per
epoch", "step time was 1.0 seconds". How a time may be printed stands here; what the words around it say of it, in
`duration_context` and `duration_parts`. Whether the sentence speaks of a run of the paper's own is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.vocabulary import Reason, Refusal
from extract.language.duration_context import article_counts, is_more_time, meaning_of, would_have_taken
from extract.language.duration_parts import PARTS_OF_A_RUN, TimeBefore, part_meant, steps_timed
from extract.language.elliptical_times import times_without_unit
from extract.language.numbers import NUMBER, amount
from extract.language.quantities import (
    CLOCK,
    DEVICE_TIME,
    NOT_WITHIN,
    PAIR,
    TIME,
    UNIT,
    are_one,
    clock_seconds,
    unit_seconds,
)
from extract.language.wording import hedged
from extract.pattern import Pattern

__all__ = ["LONGEST", "PARTS_OF_A_RUN", "Duration", "find_durations"]

LONGEST = 2 * 31536000.0  # seconds; what is longer was no single run

KEYED = Pattern(
    "a time behind its unit",
    {
        rf"(?P<unit>hours|days|hrs|minutes)(?: used)?\)?\s?[:=]\s?(?P<low>{NUMBER})": (
            "hours used: 120",
            "training time (days): 3",
        )
    },
    before=r"(?<!GPU )(?<!GPU-)(?<!TPU )\b",
    after=r"(?![\w%]|[.,:]\d)",
    refuses=("GPU hours: 120", "hours: 30%"),
)
DEVICES_TIMES = Pattern(
    "devices before the sign of a product with a time",
    {
        r"cores|chips|cards": "8 TPU cores",
    },
    after=r"\s?$",
    flags=re.RegexFlag(0),
    refuses=("a matrix of 8",),
)
RATE = Pattern(
    "so many steps in a time",
    {
        rf"(?P<low>{NUMBER})\s?(?:(?:training|gradient|optimi[sz]ation|optimizer)\s)?"
        r"(?:iterations?|iters?|steps|updates|mini-?batches|it)\s?(?:/|per\s|an?\s)\s?"
        r"(?P<unit>s|sec|second|min|minute|h|hr|hour|day)": ("3 updates per second", "2.5 it/s", "900 steps an hour")
    },
    before=NOT_WITHIN,
    after=r"\b",
    refuses=("300 images per second", "3 steps per epoch", "900 steps per hourglass"),
)
RESPECTIVELY = Pattern(
    "the times before are one of each model", {r"\brespectively\b": ", respectively"}, refuses=("a respective time",)
)
_NAME = r"\([A-Za-z][\w .+-]{0,24}\)"
NAMED_PAIR = Pattern(
    "two times, each behind its number named in brackets",
    {
        rf"(?P<low>{NUMBER})\s{_NAME},?\s(?:and|or)?\s?(?P<high>{NUMBER})\s{_NAME}"
        rf"\s(?P<unit>{UNIT})": "2 (base) and 7 (large) days"
    },
    before=NOT_WITHIN,
    after=r"\b",
    refuses=("2 (3) and 7 (8) days",),
)
BETWEEN_BEFORE = Pattern(
    "the first of two times that bound the run's",
    {
        rf"\bbetween\s(?P<low>{NUMBER})\s(?:(?P<unit>{UNIT})\s)?and\s{hedged()}$": (
            "between 24 and ",
            "between half an hour and ",
        )
    },
    refuses=("24 and ",),
)
LISTED_BEFORE = Pattern(
    "times before the last one, which alone carries the unit",
    {rf"(?P<list>(?:{NUMBER}\s?,\s?)*{NUMBER})\s?,?\s(?:and|or|&)\s$": ("3 and ", "1, 3 and ", "three or ")},
    before=r"(?<![\w.-])",
    refuses=("P100 and ",),
)
_TAKES = "takes?|took|lasts?|lasted|needs?|needed|costs?|requires?|required"
DAYS_BEFORE = Pattern(
    "words before days that are printed as one letter",
    {
        rf"\b(?:train\w*|times?|{_TAKES})\b(?!\s$)[^.;\d]{{0,16}}$": (
            "training: ~", "time (h",
        ),
        rf"\b(?:{_TAKES})\s$": "which takes ",
        r"(?:[(,:~≈∼/–-]|\b(?:for|within|about|around|after|over|than|approximately|to|or))\s?$": ("(", "for about "),
    },
    refuses=("an input of ", "pre-trained ", "Fig. 5c and "),
)  # fmt: skip
DIMENSIONS_AFTER = Pattern(
    "what has dimensions: a d before it is no day",
    {
        r"\s?(?:[\w-]+\s){0,2}?(?:vector|em-?\s?bedding|feature|space|hidden|word|representation|point|boxes|pose|shape"
        r"|image)s?\b": (" vectors", " character em- beddings"),
    },
    refuses=(" of training",),
)
FORMULA_AFTER = Pattern("a formula goes on", {r"\s?[×∈∥⊗*^]": "×T"}, refuses=(" on 3",))
_OPERATORS = tuple("×∈∥⊗*^·")
# a first look, as most sentences hold no device time
_DEVICE_PARTS = ("PU", "core", "chip", "card", "node", "achine", "evice", "ccelerator", "rocessor")
_SHORT_NAME = re.compile(r"[A-Z]\d")
_PRODUCT = ("× ", "x ", "* ", "×", "*")


@dataclass(frozen=True)
class Duration:
    """A stretch of time in seconds as printed; `per` says of what (epoch, step ...), "" for the whole."""

    seconds: float
    low: float | None
    high: float | None
    start: int
    end: int
    per: str
    of_devices: bool  # device time: GPU-days
    pattern: str
    refused: Reason | None = None


def find_durations(text: str, start: int, end: int) -> list[Duration]:
    """The durations of the sentence `text[start:end]`; offsets are those of the text."""
    found = []
    for d in _durations(text[start:end], text[max(0, start - 300) : start]):
        if d.refused is None and not d.of_devices and d.seconds > LONGEST:
            d = replace(d, refused=Reason(Refusal.LONGER_THAN_ANY_RUN))
        found.append(replace(d, start=d.start + start, end=d.end + start))
    return found


def _durations(sentence: str, earlier: str) -> Iterator[Duration]:
    """The sentence's durations, form by form: a form that says more takes its words from the next one.

    `earlier` is the text before the sentence, for pronouns: "We train for 60 epochs. Each of them takes 20 minutes."
    """
    device_times = list(_device_times(sentence))
    taken = [(d.start, d.end) for d in device_times]
    clocks = list(_clock_times(sentence, taken))
    taken += [(d.start, d.end) for d in clocks]
    pairs = [*PAIR.finditer(sentence), *NAMED_PAIR.finditer(sentence)] if ") " in sentence else []
    taken += [m.span() for m in pairs]
    yield from device_times
    yield from clocks
    for m in pairs:
        yield from _two_times(sentence, m)
    yield from _keyed_times(sentence)
    yield from _rates(sentence)
    yield from _plain_times(sentence, taken, earlier)


def _overlaps(m: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < m.end() and m.start() < b for a, b in taken)


def _device_times(sentence: str) -> Iterator[Duration]:
    """ "200 GPU-days": the time of all devices together."""
    if not (any(part in sentence for part in _DEVICE_PARTS) or _SHORT_NAME.search(sentence)):
        return
    for m in DEVICE_TIME.finditer(sentence):
        low, high = amount(m["low"]), amount(m["high"]) if m["high"] else None
        if low is None:
            continue
        unit = unit_seconds(m["unit"])
        refusal = None
        if would_have_taken(sentence[: m.start()]):
            refusal = Reason(Refusal.WOULD_TAKE)
        elif re.search(r"\bbeyond\s$", sentence[: m.start()]):
            refusal = Reason(Refusal.INTERVAL)
        elif re.match(r"(?:\w+[\s-])?(?:node|machine)s?$", m["device"], re.IGNORECASE):
            refusal = Reason(Refusal.MACHINE_TIME)
        value = (low + high) / 2 if high else low
        least, most = (low * unit, high * unit) if high else (None, None)
        yield Duration(value * unit, least, most, m.start(), m.end(), "", True, "device time", refusal)


def _clock_times(sentence: str, taken: Sequence[tuple[int, int]]) -> Iterator[Duration]:
    """ "70h, 48min", "6:30 h", "26:40:00"."""
    for m in CLOCK.finditer(sentence):
        seconds = clock_seconds(m)
        if seconds is not None and not _overlaps(m, taken):
            per, refusal = meaning_of(sentence, m.start(), m.end(), "hours")
            yield Duration(seconds, None, None, m.start(), m.end(), per, False, "compound time", refusal)


def _two_times(sentence: str, m: re.Match[str]) -> Iterator[Duration]:
    """ "3 (8) days": one time of each of two models."""
    unit = unit_seconds(m["unit"])
    _, refusal = meaning_of(sentence, m.start(), m.end(), m["unit"])
    for name in ("low", "high", "third"):
        if (printed := m.groupdict().get(name)) and (each := amount(printed)) is not None:
            yield Duration(each * unit, None, None, m.start(name), m.end(name), "", False, "listed times", refusal)


def _keyed_times(sentence: str) -> Iterator[Duration]:
    """ "hours used: 120"."""
    for m in KEYED.finditer(sentence) if ":" in sentence or "=" in sentence else ():
        if (each := amount(m["low"])) is not None:
            seconds = each * unit_seconds(m["unit"])
            yield Duration(seconds, None, None, m.start("low"), m.end("low"), "", False, "time after its unit")


def _rates(sentence: str) -> Iterator[Duration]:
    """ "3 updates per second": the time of one."""
    for m in RATE.finditer(sentence) if "/" in sentence or " per " in sentence or " a " in sentence else ():
        if many := amount(m["low"]):
            seconds = unit_seconds(m["unit"]) / many
            yield Duration(seconds, None, None, m.start(), m.end(), "iteration", False, "steps in a time")


def _plain_times(sentence: str, taken: Sequence[tuple[int, int]], earlier: str) -> Iterator[Duration]:
    """ "3 days", "10-14 days", and those that belong together: "3 days and 4 hours" is one, "3 and 6 days" are two."""
    previous: Duration | None = None
    for m in TIME.finditer(sentence):
        found = None if _overlaps(m, taken) else _plain_time(sentence, m, previous, earlier)
        if found is None:
            continue
        apart = (
            RESPECTIVELY.search(sentence, m.end()) and "and" in sentence[previous.end if previous else 0 : m.start()]
        )
        apart = apart or (found.refused is not None and found.refused.refusal is Refusal.DIFFERENCE_OF_TIMES)
        if previous and found.seconds < previous.seconds and not apart and are_one(sentence[previous.end : m.start()]):
            previous = replace(
                previous, seconds=previous.seconds + found.seconds, low=None, high=None, end=found.end,
                per=previous.per or found.per, pattern="compound time",
            )  # fmt: skip
            continue
        if previous and previous.start >= found.start:
            previous = None  # "between half an hour and two hours" is one
        if previous:
            yield previous
        if not found.refused:
            yield from _listed_times(sentence, found, m["unit"])
            yield from _times_without_unit(sentence, found, m["unit"])
        previous = found
    if previous:
        yield previous


def _listed_times(sentence: str, last: Duration, unit: str) -> Iterator[Duration]:
    """The other times of "3 and 6 days": the unit stands behind the last one only."""
    origin = max(0, last.start - 80)
    listed = LISTED_BEFORE.search(sentence[origin : last.start])
    for item in re.finditer(NUMBER, listed["list"], re.IGNORECASE) if listed else ():
        each = amount(item[0])
        if each is not None and listed is not None:
            at = listed.start("list") + item.start()
            seconds = each * unit_seconds(unit)
            yield Duration(seconds, None, None, at, at + len(item[0]), last.per, False, "listed times", last.refused)


def _times_without_unit(sentence: str, first: Duration, unit: str) -> Iterator[Duration]:
    """The times behind this one whose unit is left out: "the small model takes 9 hours, the large one 31"."""
    if first.per or first.of_devices:
        return
    seconds = unit_seconds(unit)
    following = next((m.start() for m in TIME.finditer(sentence, first.end)), len(sentence))
    for t in times_without_unit(sentence, first.start, first.end, first.seconds / seconds, following):
        yield Duration(t.value * seconds, None, None, t.start, t.end, "", False, "listed times")


def _plain_time(sentence: str, m: re.Match[str], previous: Duration | None, earlier: str) -> Duration | None:
    """The duration that a match is, or None where its letters are no unit or its article counts nothing."""
    if _no_unit(sentence, m):
        return None
    read = _range_of(sentence, m)
    if read is None:
        return None
    low, high, begins = read
    is_range = high is not None and (m["high"] or "").lower() != "half" and high > low
    unit = unit_seconds(m["unit"])
    value = ((low + high) / 2 if is_range and high is not None else low if high is None else high) * unit
    before, after = sentence[:begins], sentence[m.end() : m.end() + 60]
    of_data = previous is not None and previous.refused is not None and previous.refused.refusal is Refusal.DATA_LENGTH
    told = TimeBefore(previous.end, previous.per, previous.refused is None, of_data) if previous else None
    per, refusal = meaning_of(sentence, begins, m.end(), m["unit"], told, value)
    if per == "epoch" and unit < 1.0:
        per = "step"  # "a single pass forwards and backwards takes 190 ms"
    if not per and (part := part_meant(before, earlier)):
        per, refusal = part, None
    steps = None if is_range else steps_timed(before, after, earlier, value)
    if steps:
        value, per, refusal = value / steps, "iteration", None
    if refusal is None and is_more_time(before, m[0]):
        refusal = Reason(Refusal.MORE_TIME)
    if m["article"] and refusal is None and not article_counts(before, sentence[m.end() :]):
        return None
    least, most = (low * unit, high * unit) if is_range and high is not None else (None, None)
    return Duration(value, least, most, begins, m.end(), per, False, "time in a sentence", refusal)


def _range_of(sentence: str, m: re.Match[str]) -> tuple[float, float | None, int] | None:
    """(the number, a second one, where the first begins): "10-14", "two and a half", "between 10 and 14"."""
    low = 1.0 if m["article"] else amount(m["low"])
    if low is None:
        return None
    high = None
    if m["high"]:
        high = low + 0.5 if m["high"].lower() == "half" else amount(m["high"])
    if m["half"]:
        low += 0.5 if m["half"].lower().endswith("half") else 0.25
    before = sentence[: m.start()]
    between = BETWEEN_BEFORE.search(before[-60:]) if high is None else None
    least = amount(between["low"]) if between else None
    if between and least is not None and between["unit"]:
        least *= unit_seconds(between["unit"]) / unit_seconds(m["unit"])
    if between and least is not None and least < low:
        return least, low, max(0, len(before) - 60) + between.start("low")
    return low, high, m.start()


def _no_unit(sentence: str, m: re.Match[str]) -> bool:
    """Whether the letters behind the number are no unit of time: "R 8d×T", "50d vectors", "1000s of operations"."""
    printed, number = m["unit"], m["low"] or ""
    before, behind = sentence[: m.start()], sentence[m.end() :]
    operator = before.rstrip()[-1:]
    if printed in ("D", "S", "H", "M") or (printed in ("d", "s", "h") and not number[-1:].isdigit()):
        return True
    if printed == "d" and not (DAYS_BEFORE.search(before) and operator != "=" and not DIMENSIONS_AFTER.match(behind)):
        return True
    if printed == "s" and behind.startswith(" of "):
        return True
    if len(printed) == 1 and (FORMULA_AFTER.match(behind[:3]) or operator in _OPERATORS):
        return True
    return before.endswith(_PRODUCT) and not DEVICES_TIMES.search(before.rstrip("×x* "))
