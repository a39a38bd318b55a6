"""Numbers as papers print them: "25.6M", "1.3 billion", "3.8 × 10^9", "10-14", "about 1,300,000", "a dozen".

A superscript arrives as `^` (`extract.text` puts it there); where it was lost, "3.8 × 109" is still read as 3.8e9.
What follows the number (a unit, "GPUs", "%") is the caller's to read: `Number.end` is where it begins. "30m" may be
30 million or 30 minutes: `Number.magnitude` is "m" and the caller decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Number:
    """One printed number: `text[start:end]` holds its digits, sign, power of ten, magnitude ("M", "billion")."""

    value: float  # of a range: the midpoint
    low: float  # of a range; else the value
    high: float
    start: int
    end: int
    text: str
    sign: str = ""  # "+" or "-" as printed before it: a difference, most often
    magnitude: str = ""  # "M", "billion", "x10" ...: what scaled the digits; "" if nothing did
    approximate: bool = False  # about, ~, roughly
    bound: str = ""  # "below" (less than, up to) | "above" (more than, at least)
    percent: bool = False  # a % sign or "percent" follows; the value is in percent points
    deviation: float | None = None  # what stands behind ±
    word: bool = False  # printed in letters: "eight"

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    @property
    def is_whole(self) -> bool:
        return self.value == int(self.value)


MAGNITUDES = {
    "k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "B": 1e9, "b": 1e9, "G": 1e9, "T": 1e12, "Mio": 1e6, "mio": 1e6,
    "Mn": 1e6, "mn": 1e6, "Bn": 1e9, "bn": 1e9, "MM": 1e6, "thousand": 1e3, "thousands": 1e3, "million": 1e6,
    "millions": 1e6, "billion": 1e9, "billions": 1e9, "trillion": 1e12, "trillions": 1e12, "quadrillion": 1e15,
    "mil": 1e6, "mill": 1e6, "hundred": 1e2, "dozen": 12.0,
}  # fmt: skip

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS: dict[str, float] = {w: float(i) for i, w in enumerate(_ONES)} | {
    w: 10.0 * i for i, w in enumerate(_TENS, start=2)
}
WORDS |= {f"{tens}-{one}": WORDS[tens] + WORDS[one] for tens in _TENS for one in _ONES[1:10]}
WORDS |= {"a single": 1.0, "single": 1.0, "a dozen": 12.0, "a couple of": 2.0, "half a": 0.5, "half an": 0.5}
WORDS |= {"a hundred": 100.0, "a thousand": 1e3, "a million": 1e6, "a billion": 1e9, "a trillion": 1e12}
WORDS |= {"one hundred": 100.0, "two hundred": 200.0, "one thousand": 1e3}
# the words of half and more, as alternatives of a pattern
NUMBER_WORDS = "|".join(sorted((re.escape(w) for w, v in WORDS.items() if v >= 0.5), key=len, reverse=True))

_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[ \u2009\u202f]\d{3}){2,}(?!\d)|\d{1,3}(?:[\u2009\u202f]\d{3})+(?!\d)|\d+)"
)
_PLAIN = rf"(?:{_DIGITS}(?:\.\d+)?|\.\d+)"
_TIMES = r"\s?[x×✕·⋅∙•*∗]\s?"
_POWER = rf"(?:{_TIMES}10\s?\^\s?\{{?(?P<power>[-−–+]?\d{{1,3}})\}}?|[eE](?P<e>[-−+]?\d{{1,3}})(?![\dA-Za-z]|\.\d))"
_LOST_POWER = r"\s?[×·⋅∙]\s?10(?P<lost>\d{1,2})(?![\d.,]*\d)"
_MAGNITUDE_WORD = r"\s?-?(?:thousands?|millions?|billions?|trillions?|quadrillion|hundred|dozen)(?![A-Za-z])"
_MAGNITUDE_SUFFIX = (
    r"(?:Mio|mio|Mn|mn|Bn|bn|MM|[kKmMBbGT])(?![A-Za-z0-9/²])|\s(?:Mio|mio|mil|mill|Bn|bn|[MBK])(?![A-Za-z0-9/.'’=-])"
)
_ONE = re.compile(
    rf"(?P<sign>(?<![\w)\]%])[+±−–-]\s?(?=[\d.]))?"
    rf"(?:(?<![\w.^])|(?<=[^\W\d]\.))(?<![A-Za-z][-_/])(?<![A-Za-z]\d[-.])"
    rf"(?P<digits>{_PLAIN})"
    rf"(?P<scale>{_POWER}|{_LOST_POWER}|{_MAGNITUDE_WORD}|{_MAGNITUDE_SUFFIX})?"
    rf"(?P<percent>\s?%|\s?percent\b|\s?per\s?cent\b)?"
    rf"(?:\s?(?:±|\+/-|\+-|\+/−)\s?(?P<deviation>\d*\.?\d+)\s?%?)?"
)
_NUMBER_WORD = re.compile(
    r"(?<![\w-])(?P<word>"
    + "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
    + rf")(?P<scale>{_MAGNITUDE_WORD})?(?![\w])(?!-(?:shot|hot|to-one|to-many))",
    re.IGNORECASE,
)
_RANGE_JOINT = re.compile(r"\s?[-–—−~∼]\s?|\s(?:to|and)\s")
_DASH_JOINT = re.compile(r"[-–—−~∼]|\s?[–—∼~]\s?|\sto\s")
_BETWEEN = re.compile(r"\b(?:between|from)\s(?:about\s|around\s)?$", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|circa|some|ca\.|an estimated|close to)"
    r"|[~∼≈≃'˜])\s?$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:\b(?:less than|fewer than|under|below|up to|at most|no more than|not more than|within|smaller than"
    r"|as little as|lower than|only up to)|[<≤⩽])\s?(?:about\s|[~≈∼]\s?)?$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?:\b(?:more than|over|above|at least|no less than|not less than|exceeding|greater than|larger than|higher than"
    r"|upwards of|as many as)|[>≥⩾])\s?(?:about\s|[~≈∼]\s?)?$",
    re.IGNORECASE,
)
_ANY_WORD = re.compile(r"\b(?:" + "|".join(sorted({w.split()[0] for w in WORDS})) + r")\b", re.IGNORECASE)


def find_numbers(text: str, *, words: bool = True) -> list[Number]:
    """Every number printed in the text, left to right; a range counts as one. `words=False` leaves "eight" alone.

    Digits inside a name ("ResNet-50", "v3", "P100") are no numbers; digits before letters ("24h", "8x") are.
    """
    found = []
    place = 0
    while (match := _ONE.search(text, place)) is not None:
        found.append(_number(text, match))
        place = max(found[-1].end, match.start() + 1)
    if words and _ANY_WORD.search(text):
        spelled = [_spelled(m) for m in _NUMBER_WORD.finditer(text)]
        found = sorted(found + spelled, key=lambda n: n.start)
    return [_in_context(text, n) for n in _joined(text, found)]


_TAIL = re.compile(
    r"\s?(?:[(]\s?(?:±|\+/-)?\s?(?P<deviation>\d*\.?\d+)\s?%?\s?[)])?"
    r"(?:\s?\^\s?(?:\d{1,2}|[a-z]))?[\s*†‡§¶#∗⋆★♯↑↓]*(?:\[\d+(?:,\s?\d+)*\])?\s*\.?$"
)


def parse_number(text: str) -> Number | None:
    """The one number that the whole text is ("76.3 ± 0.2", "†28.4", "28.4*", "1.2M"), or None.

    Footnote marks, a deviation in brackets and a citation behind it are let go; a difference ("+1.2") keeps its sign.
    """
    if not any(c.isdigit() for c in text):
        return None
    stripped = text.strip().lstrip("*†‡§¶#∗⋆★♯^ ")
    offset = text.find(stripped)
    body = stripped.lstrip("~∼≈<≤>≥ ")
    offset += len(stripped) - len(body)
    match = _ONE.match(body)
    if match is None:
        return None
    number = _number(body, match)
    rest = body[match.end() :]
    second = _DASH_JOINT.match(rest)
    if second:
        other = _ONE.match(body, match.end() + second.end())
        if other is not None:
            joined = _joined(body, [number, _number(body, other)])
            if len(joined) == 1:
                number, rest = joined[0], body[joined[0].end :]
    tail = _TAIL.match(rest)
    if tail is None:
        return None
    deviation = number.deviation
    if deviation is None and tail["deviation"]:
        inner = tail["deviation"]
        # "76.3 (0.2)": a deviation is smaller than what it belongs to; "(2017)" is a year
        if "." in inner and float(inner) < abs(number.value):
            deviation = float(inner)
        elif "±" not in rest:
            return None
    head = text[:offset]
    number = replace(number, start=number.start + offset, end=number.end + offset, deviation=deviation)
    if any(c in head for c in "~∼≈"):
        number = replace(number, approximate=True)
    if any(c in head for c in "<≤"):
        number = replace(number, bound="below")
    if any(c in head for c in ">≥"):
        number = replace(number, bound="above")
    return number


def amount(text: str) -> float | None:
    """The number that digits or a number word stand for."""
    lowered = text.lower()
    if lowered in WORDS:
        return WORDS[lowered]
    number = parse_number(text)
    return number.value if number else None


def whole(text: str) -> int | None:
    """The whole number, one or more, that digits or a number word stand for."""
    value = amount(text.replace(",", ""))
    return int(value) if value is not None and value == int(value) and value >= 1 else None


def decimals(text: str) -> int:
    """How many digits are printed behind the decimal point of the first number in the text."""
    match = re.search(r"\d\.(\d+)|(?<!\d)\.(\d+)", text)
    return len(match[1] or match[2]) if match else 0


_BETWEEN_DIGITS = re.compile(r"[,\s\u2009\u202f]")


def _number(text: str, match: re.Match[str]) -> Number:
    digits = _BETWEEN_DIGITS.sub("", match["digits"])
    value = float(digits)
    scale = match["scale"] or ""
    start, end = match.start("digits"), match.end("scale") if scale else match.end("digits")
    magnitude = ""
    if scale:
        exponent = match["power"] or match["e"]
        if exponent is not None:
            value, magnitude = _times_ten_to(value, int(exponent.translate(_MINUS))), "x10"
        elif match["lost"] is not None:
            if _superscript_was_lost(match["digits"], match["lost"]):
                value, magnitude = _times_ten_to(value, int(match["lost"])), "x10"
            else:
                end = match.end("digits")
        else:
            magnitude = scale.strip().lstrip("-")
            value *= MAGNITUDES[magnitude]
    elif text.startswith("^", match.end("digits")) and digits in ("10", "2"):
        power = re.compile(r"\^\s?\{?([-−–+]?\d{1,3})\}?").match(text, match.end("digits"))
        if power is not None and (digits == "10" or int(power[1].translate(_MINUS)) > 3):
            exponent = power[1].translate(_MINUS)
            value = _times_ten_to(1.0, int(exponent)) if digits == "10" else 2.0 ** min(int(exponent), 300)
            magnitude, end = "x10", power.end()
    sign = (match["sign"] or "").strip().translate(_MINUS)
    if sign == "-":
        value = -value
    if sign:
        start = match.start("sign")
    return Number(
        value, value, value, start, end, text[start:end], sign, magnitude, percent=bool(match["percent"]),
        deviation=float(match["deviation"]) if match["deviation"] else None,
    )  # fmt: skip


_MINUS = str.maketrans({"−": "-", "–": "-"})


def _times_ten_to(value: float, exponent: int) -> float:
    """`value` times a power of ten, as the decimal reads: 3.3 and 18 give 3.3e18 to the last digit."""
    return float(f"{value!r}e{exponent}") if abs(exponent) < 300 and "e" not in repr(value) else value


def _superscript_was_lost(digits: str, exponent: str) -> bool:
    """Whether "3.8 × 109" means 3.8e9: one digit before the point, and no power of two ("8 × 1024")."""
    return len(digits.split(".")[0]) == 1 and ("." in digits or exponent != "24") and 2 <= int(exponent) <= 26


def _spelled(match: re.Match[str]) -> Number:
    value, text = WORDS[match["word"].lower()], match.group()
    magnitude = (match["scale"] or "").strip().lstrip("-").lower()
    if magnitude:
        value *= MAGNITUDES[magnitude]
    return Number(
        value,
        value,
        value,
        match.start(),
        match.end(),
        text[match.start() : match.end()],
        magnitude=magnitude,
        word=True,
    )


def _joined(text: str, numbers: list[Number]) -> list[Number]:
    """The numbers with "10-14", "10 to 14", "between 10 and 14" made one."""
    out: list[Number] = []
    i = 0
    while i < len(numbers):
        a = numbers[i]
        b = numbers[i + 1] if i + 1 < len(numbers) else None
        if b is not None and b.start >= a.end and _is_range(text, a, b):
            first = a.value
            if b.magnitude and not a.magnitude and a.value < b.value / (b.value / _digits_value(b)):
                first = a.value * (b.value / _digits_value(b))
            high = abs(b.value)
            out.append(
                replace(
                    b, value=(first + high) / 2, low=first, high=high, start=a.start, text=text[a.start : b.end],
                    sign="", word=a.word and b.word,
                )
            )  # fmt: skip
            i += 2
            continue
        out.append(a)
        i += 1
    return out


def _digits_value(number: Number) -> float:
    """The number without its magnitude."""
    if number.magnitude in MAGNITUDES:
        return abs(number.value) / MAGNITUDES[number.magnitude]
    return abs(number.value)


def _is_range(text: str, a: Number, b: Number) -> bool:
    between = text[a.end : b.start] + ("-" if b.sign == "-" and text[b.start] in "-–−" else "")
    if a.percent:
        between = re.sub(r"^\s?(?:%|percent)", "", between)
    if b.sign == "+" or a.sign:
        return False
    low, high = a.value, abs(b.value)
    if b.magnitude and not a.magnitude:
        high = _digits_value(b)
    if not low < high or low < 0:
        return False
    if _DASH_JOINT.fullmatch(between):
        after = text[b.end : b.end + 2]
        return not re.match(r"[-–]\d", after) and (" to " not in between or high <= 20 * max(low, 0.05))
    return bool(_RANGE_JOINT.fullmatch(between) and _BETWEEN.search(text[max(0, a.start - 24) : a.start]))


def _in_context(text: str, number: Number) -> Number:
    before = text[max(0, number.start - 28) : number.start]
    if not before:
        return number
    if _BELOW.search(before):
        return replace(number, bound="below")
    if _ABOVE.search(before):
        return replace(number, bound="above")
    if _ABOUT.search(before):
        return replace(number, approximate=True)
    return number
