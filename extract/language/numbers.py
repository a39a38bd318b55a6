"""Numbers as papers print them: "25.6M", "1.3 billion", "3.8 × 10^9", "10-14", "three hundred and fifty", "a dozen".

A number is read whole or not at all: a separator with digits behind it, a magnitude or a number word that goes on
belongs to it. Of "25,6 million" neither 25 nor 6 is read; where a paper prints decimal commas, `separators` makes
points of them first. Of "36:30", "1.2.3" and "several hundred and fifty" nothing is read.

A superscript arrives as `^` (`layout/passages.py` puts it there); where it was lost, "3.8 × 109" is still read as
3.8e9. What follows the number (a unit, "GPUs", "%") is the caller's to read: `Number.end` is where it begins. "30m"
may be 30 million or 30 minutes: `Number.magnitude` is "m" and the caller decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from extract.pattern import Pattern


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
        """Whether two ends are printed: "10-14"."""
        return self.low != self.high

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands behind the point."""
        return self.value == int(self.value)


MAGNITUDES = {
    "k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6, "B": 1e9, "b": 1e9, "G": 1e9, "T": 1e12, "Mio": 1e6, "mio": 1e6,
    "Mn": 1e6, "mn": 1e6, "Bn": 1e9, "bn": 1e9, "MM": 1e6, "thousand": 1e3, "thousands": 1e3, "million": 1e6,
    "millions": 1e6, "billion": 1e9, "billions": 1e9, "trillion": 1e12, "trillions": 1e12, "quadrillion": 1e15,
    "mil": 1e6, "mill": 1e6, "hundred": 1e2, "dozen": 12.0,
}  # fmt: skip

# --- numbers in words -------------------------------------------------------------------------------------------------

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FRACTIONS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25}
_SMALL = {w: float(i) for i, w in enumerate([*_ONES, *_TEENS], start=1)} | {
    w: 10.0 * i for i, w in enumerate(_TENS, start=2)
}
_BIG = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_ALONE = {"a single": 1.0, "single": 1.0, "a couple of": 2.0, "zero": 0.0}


def _either(words: list[str]) -> str:
    return f"(?:{'|'.join(words)})"


_BELOW_100 = rf"(?:{_either(_TENS)}(?:[- ]{_either(_ONES)})?|{_either(_TEENS)}|{_either(_ONES)})"
_BELOW_1000 = rf"(?:(?:{_BELOW_100}|a)[- ]hundred(?:(?:\sand)?[- ]{_BELOW_100})?|{_BELOW_100})"
_BIG_WORD = _either(list(_BIG))
# "a quarter of a billion", "half a million", "half a", "three quarters of an"
_SHARE = rf"(?:half|(?:an?|one|two|three)\s(?:half|third|quarter)s?)(?:\sof)?\s(?:an?|one)(?:\s{_BIG_WORD})?"
_GROUPS = rf"(?:{_BELOW_1000}|a)(?:[- ]{_BIG_WORD})(?:(?:\sand|,)?\s{_BELOW_1000}(?:[- ]{_BIG_WORD})?)*"
_DOZEN = rf"(?:a|{_BELOW_100})\sdozen"
_AND_A_HALF = rf"{_BELOW_100}\sand\sa\s(?:half|third|quarter)\s{_BIG_WORD}"
# what a number in words continues: of "several hundred and fifty" nothing is read
_NOT_BEHIND = "".join(
    rf"(?<!{before}\s)"
    for word in ("hundred", "thousand", "million", "billion", "trillion", "dozen")
    for before in (word, rf"{word}\sand")
)
# a number in words of a half or more, as a part of a pattern; "a" alone is none
NUMBER_WORDS = (
    rf"(?=[aefhnost]){_NOT_BEHIND}(?:{_SHARE}|{_AND_A_HALF}|{_GROUPS}|{_DOZEN}|{_BELOW_1000}|a\ssingle|single|a\scouple\sof)"
    rf"(?!\s?-?(?:hundred|dozen|{_BIG_WORD[3:-1]}))"
)


def value_of_words(text: str) -> float | None:
    """The number that words stand for: 350.0 for "three hundred and fifty"; None for other words."""
    words = text.lower().replace("-", " ").replace(",", " ").split()
    alone = _ALONE.get(" ".join(words))
    if alone is not None or not words:
        return alone
    if words[0] == "half" or (len(words) > 1 and words[1].removesuffix("s") in _FRACTIONS and words[1:2] != ["and"]):
        return _value_of_share(words)
    total, group = 0.0, None
    for i, word in enumerate(words):
        if word in ("and", "a", "an"):
            continue
        if word in _SMALL:
            group = (group or 0.0) + _SMALL[word]
        elif word in _FRACTIONS and i and group is not None:
            group += _FRACTIONS[word]
        elif word in ("hundred", "dozen"):
            group = (1.0 if group is None else group) * MAGNITUDES[word]
        elif word in _BIG:
            total, group = total + (1.0 if group is None else group) * _BIG[word], None
        else:
            return None
    return total + (group or 0.0)


def _value_of_share(words: list[str]) -> float | None:
    """ "half a", "a quarter of a billion", "three quarters of an"."""
    count = 1.0
    if words[0] != "half":
        count = 1.0 if words[0] in ("a", "an") else _SMALL.get(words[0], 0.0)
        words = words[1:]
    share = _FRACTIONS.get(words[0].removesuffix("s"))
    rest = [w for w in words[1:] if w not in ("of", "a", "an", "one")]
    if share is None or not count or len(rest) > 1 or (rest and rest[0] not in _BIG):
        return None
    return count * share * (_BIG[rest[0]] if rest else 1.0)


# --- numbers in digits ------------------------------------------------------------------------------------------------

_SPACES = "\u2009\u202f\u00a0"
_THOUSANDS = Pattern(
    "digits in groups of three",
    {
        r"\d{1,3}(?:,\d{3})+": "1,300,000",
        r"\d{1,3}(?:\.\d{3}){2,}": "11.689.512",
        r"\d{1,3}(?:['’]\d{3})+": "1'300'000",
        rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+": "20\u2009500",
        r"\d{1,3}(?:\s\d{3}){2,}": "1 300 000",
        r"\d{1,3},?\s000": ("20 000", "20, 000"),
        # "12 500 steps": between words in small letters
        r"(?<=[a-z]\s)\d{1,3}\s\d{3}(?=\s[a-z])": "trained for 12 500 steps",
    },
    after=r"(?!\d)",
    refuses=("25,6", "1.024", "ResNet-50 300 epochs"),
)
DIGITS = rf"(?:{_THOUSANDS.source()}|\d+)"
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_PLAIN = rf"(?:{DIGITS}(?:\.\d+|[{''.join(_VULGAR)}])?|\.\d+|[{''.join(_VULGAR)}])"
# a number in digits or words, hedges and units left out, as a part of a pattern
IN_DIGITS = rf"{_PLAIN}[kK]?"
NUMBER = rf"(?:{IN_DIGITS}|{NUMBER_WORDS}(?![\w-]))"
_TIMES = r"\s?[x×✕·⋅∙•*∗]\s?"
_POWER = (
    rf"(?:{_TIMES}10(?:\s?\^\s?\{{?(?P<power>[-−–+]?\d{{1,3}})\}}?|(?P<script>[⁺⁻]?[⁰¹²³⁴-⁹]+))"
    r"|[eE](?P<e>[-−+]?\d{1,3})(?![\dA-Za-z]|\.\d))"
)
_LOST_POWER = r"\s?[×·⋅∙]\s?10(?P<lost>\d{1,2})(?![\d.,]*\d)"
_MAGNITUDE_WORD = r"\s?-?(?:thousands?|millions?|billions?|trillions?|quadrillion|hundred|dozen)(?![A-Za-z])"
_SUFFIX = r"(?:Mio|mio|Mn|mn|Bn|bn|MM|[kKmMBbGT])(?![A-Za-z0-9/²])"
_SPACED_SUFFIX = r"\s(?:Mio\.?|mio\.?|mil|mill|Bn|bn|[MBK])(?![A-Za-z0-9/.'’=-])"
_MAGNITUDE_SUFFIX = rf"{_SUFFIX}|{_SPACED_SUFFIX}"
_ONE = Pattern(
    "a number in digits, with its sign, magnitude, per cent and deviation",
    {rf"(?P<digits>{_PLAIN})": ("76.3 ± 0.2 %", "1.2×10^9", "−5", "1,300,000", "25.6M", "3e18")},
    refuses=("v2", "F1", "FooNet-50"),
    before=r"(?P<sign>(?<![\w)\]%])[+±−–-]\s?(?=[\d.]))?"
    r"(?:(?<![\w.^])|(?<=[^\W\d]\.))(?<![A-Za-z][-_/])(?<![A-Za-z]\d[-.])",
    after=rf"(?P<scale>{_POWER}|{_LOST_POWER}|{_MAGNITUDE_WORD}|{_MAGNITUDE_SUFFIX})?"
    r"(?P<percent>\s?%|\s?percent\b|\s?per\s?cent\b)?"
    r"(?:\s?(?:±|\+/-|\+-|\+/−)\s?(?P<deviation>\d*\.?\d+)\s?%?)?",
    flags=re.NOFLAG,
)
_NUMBER_WORD = Pattern(
    "a number in words",
    {rf"(?P<word>{NUMBER_WORDS}|zero)(?P<scale>{_MAGNITUDE_WORD})?": ("twenty-five", "half a million", "zero")},
    refuses=("one-shot", "one-to-many", "twenty-fifth", "someone"),
    before=r"(?<![\w-])",
    after=r"(?!\w|-(?:shot|hot|to-one|to-many|odd|something)|-\w+(?:th|st|nd|rd)\b)",
)
_RANGE_JOINT = Pattern(
    "what joins the two numbers of a range",
    {r"\s?[-–—−~∼]\s?": " – ", r"\sand\s": " and "},
    refuses=(" or ", ", "),
    flags=re.NOFLAG,
)
_DASH_JOINT = Pattern(
    "what joins the two numbers of a range, whatever stands before them",
    {"[-–—−~∼]": "-", r"\s?[–—∼~]\s?": " – ", r"\sto\s": " to "},
    refuses=(" and ", ", "),
    flags=re.NOFLAG,
)
_BETWEEN = Pattern(
    "what opens a range whose numbers a word joins",
    {"between": "between ", "from": "from about "},
    refuses=("within ", "between models "),
    before=r"\b",
    after=r"\s(?:about\s|around\s)?$",
)
ABOUT = Pattern(
    "about",
    {
        r"\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|circa|some|ca\.|an estimated|close to)": (
            "about "
        ),
        r"[~∼≈≃'˜]": "~",
    },
    after=r"\s?$",
    refuses=("exactly ",),
)
_ABOUT_TOO = r"\s?(?:about\s|[~≈∼]\s?)?$"
BELOW = Pattern(
    "an upper bound",
    {
        r"\b(?:(?:less|fewer|smaller|lower|no more|not more) than|under|below|up to|at most|within|as little as)": (
            "less than "
        ),
        r"[<≤⩽]": "< ",
    },
    after=_ABOUT_TOO,
    refuses=("more than ",),
)
ABOVE = Pattern(
    "a lower bound",
    {
        r"\b(?:(?:more|greater|larger|higher|no less|not less) than|over|above|at least|exceeding|upwards of"
        r"|as many as)": ("more than "),
        r"[>≥⩾]": "≥ ",
    },
    after=_ABOUT_TOO,
    refuses=("less than ",),
)
_LETTERS = re.compile("[A-Za-z]+")
# one of these stands in every number in words, and one of these or an article begins it
_TELLING_WORDS = frozenset(
    [*"zero single couple hundred dozen halfs thirds quarters".split(), *_ONES, *_TEENS, *_TENS, *_BIG, *_FRACTIONS]
)
_FIRST_WORDS = _TELLING_WORDS | {"a", "an"}
_DIGIT = re.compile(rf"[\d{''.join(_VULGAR)}]")
_BEFORE_DIGIT = 3  # characters of a number before its first digit, at most: a sign, a space, a point


def find_numbers(text: str, *, words: bool = True) -> list[Number]:
    """Every number printed in the text, left to right; a range counts as one. `words=False` leaves "eight" alone.

    Digits inside a name ("ResNet-50", "v3", "P100") are no numbers; digits before letters ("24h", "8x") are. A token of
    which only a part could be read gives none: "25,6", "36:30", "1.2.3".
    """
    found = []
    place = 0
    while (digit := _DIGIT.search(text, place)) is not None:  # ten times as fast as to try the number at each place
        match = _ONE.search(text, max(place, digit.start() - _BEFORE_DIGIT))
        if match is None:
            break
        number = _number(text, match)
        if _is_whole_token(text, match, number):
            found.append(number)
        place = max(number.end, match.start() + 1)
    if words:
        found = sorted((*found, *_in_words(text)), key=lambda n: n.start)
    return [_in_context(text, n) for n in _joined(text, found)]


def _in_words(text: str) -> Iterator[Number]:
    """The numbers printed in letters."""
    end = 0
    for word in _LETTERS.finditer(text):
        if word.start() < end or word[0].lower() not in _FIRST_WORDS:
            continue
        match = _NUMBER_WORD.match(text, word.start())
        if match is not None:
            end = match.end()
            number = _spelled(match)
            if number is not None:
                yield number


def may_number(text: str) -> bool:
    """A first look: whether a number could stand in the text, in digits or in words."""
    return _DIGIT.search(text) is not None or not _TELLING_WORDS.isdisjoint(_LETTERS.findall(text.lower()))


_TOKEN = "0123456789.,:'’"
DEVIATION = re.compile(r"\s?±\s?\d*\.?\d+")
_LIST = re.compile(r"\d{1,4}(?:,\d{1,4})+|\d+\.\d+(?:,\d+\.\d+)+")
_POWER_CUT = re.compile(r"[eE][-+−]?\d")  # "1e4.5"
_GOES_ON = Pattern(
    "a second magnitude behind a number that has one",
    {"[KMBT]": " M", "thousand": " thousand", "million": " million", "billion": "billion", "trillion": " trillion"},
    refuses=(" millions", " M/s", " Models"),
    before=r"\s?",
    after=r"(?![\w/.-])",
    flags=re.NOFLAG,
)


def _is_whole_token(text: str, match: re.Match[str], number: Number) -> bool:
    """Whether the digits are all of their token, or an item of a list ("1,2,3", "(16,32)")."""
    start, end = match.span("digits")
    if _GOES_ON.match(text, number.end) if number.magnitude else _POWER_CUT.match(text, end):
        return False
    left, right = start, end
    while left and text[left - 1] in _TOKEN:
        left -= 1
    while right < len(text) and text[right] in _TOKEN:
        right += 1
    token, digits = text[left:right].strip(_TOKEN[10:]), text[start:end].strip(".")
    if token == digits:
        return True
    in_brackets = text[left - 1 : left] in tuple("([{") and text[right : right + 1] in tuple(")]}")
    return bool(_LIST.fullmatch(token)) and (token.count(",") > 1 or "." in token or in_brackets)


_TAIL = Pattern(
    "the deviation, footnote marks and citation behind the number of a cell",
    {
        r"\s?(?:[(]\s?(?:±|\+/-)?\s?(?P<deviation>\d*\.?\d+)\s?%?\s?[)])?"
        r"(?:\s?\^\s?(?:\d{1,2}|[a-z]))?[\s*†‡§¶#∗⋆★♯↑↓]*(?:\[\d+(?:,\s?\d+)*\])?\s*\.?$": (
            " (±0.2)",
            "^3",
            "*†[1, 2].",
        ),
    },
    refuses=(" (FooNet)", "ms", "^ab"),
    before="^",
    flags=re.NOFLAG,
)


@lru_cache(maxsize=4096)  # a table's cells are asked for their numbers by rows, by columns and by their heads
def parse_number(text: str) -> Number | None:
    """The one number that the whole text is ("76.3 ± 0.2", "†28.4", "28.4*", "1.2M"), or None.

    Footnote marks, a deviation in brackets and a citation behind it are let go; a difference ("+1.2") keeps its sign.
    """
    if not any(c.isdigit() or c in _VULGAR for c in text):
        return None
    stripped = text.strip().lstrip("*†‡§¶#∗⋆★♯^ ")
    offset = text.find(stripped)
    body = stripped.lstrip("~∼≈<≤>≥ ")
    offset += len(stripped) - len(body)
    match = _ONE.match(body)
    if match is None:
        return None
    number, rest = _number_or_range(body, match)
    tail = _TAIL.match(rest)
    if tail is None or (rest[:1] in tuple(",:'’.") and rest[1:2].isdigit()):
        return None
    deviation = number.deviation
    if deviation is None and tail["deviation"]:
        inner = tail["deviation"]
        # "76.3 (0.2)": a deviation is smaller than what it belongs to; "(2017)" is a year
        if "." in inner and float(inner) < abs(number.value):
            deviation = float(inner)
        elif "±" not in rest:
            return None
    placed = replace(number, start=number.start + offset, end=number.end + offset, deviation=deviation)
    return _hedged(placed, text[:offset])


def _number_or_range(body: str, match: re.Match[str]) -> tuple[Number, str]:
    """The number at the start of a text, or the range that it begins, and the rest of the text."""
    number = _number(body, match)
    second = _DASH_JOINT.match(body, match.end())
    other = _ONE.match(body, second.end()) if second else None
    if other is not None:
        joined = _joined(body, [number, _number(body, other)])
        if len(joined) == 1:
            return joined[0], body[joined[0].end :]
    return number, body[match.end() :]


def _hedged(number: Number, head: str) -> Number:
    """The number with what the signs before it say: about so much, at most, at least."""
    if any(c in head for c in "~∼≈"):
        number = replace(number, approximate=True)
    if any(c in head for c in "<≤"):
        number = replace(number, bound="below")
    if any(c in head for c in ">≥"):
        number = replace(number, bound="above")
    return number


def amount(text: str) -> float | None:
    """The number that digits or number words stand for: 2500.0 for "2.5k", 350.0 for "three hundred and fifty"."""
    if any(c.isdigit() or c in _VULGAR for c in text):
        number = parse_number(text)
        return number.value if number else None
    return value_of_words(text)


def whole(text: str) -> int | None:
    """The whole number, one or more, that digits or number words stand for."""
    value = amount(text)
    return int(value) if value is not None and value == int(value) and value >= 1 else None


def decimals(text: str) -> int:
    """How many digits are printed behind the decimal point of the first number in the text."""
    match = re.search(r"\d\.(\d+)|(?<!\d)\.(\d+)", text)
    return len(match[1] or match[2]) if match else 0


_BETWEEN_DIGITS = re.compile(r"[,'’\s]")


def _number(text: str, match: re.Match[str]) -> Number:
    """The number of a match: its digits times what scales them."""
    value, end, magnitude = _scaled(text, match)
    start = match.start("digits")
    sign = (match["sign"] or "").strip().translate(_MINUS)
    if sign == "-":
        value = -value
    if sign:
        start = match.start("sign")
    return Number(
        value, value, value, start, end, text[start:end], sign, magnitude, percent=bool(match["percent"]),
        deviation=float(match["deviation"]) if match["deviation"] else None,
    )  # fmt: skip


def _scaled(text: str, match: re.Match[str]) -> tuple[float, int, str]:
    """(the value, where its text ends, what scaled the digits): of "3.8 × 10^9", "1.3 billion", "25M"."""
    value, scale, end = _value_of_digits(match["digits"]), match["scale"], match.end("digits")
    if not scale:
        return _power_of(text, match["digits"], end) or (value, end, "")
    exponent = match["power"] or match["e"] or (match["script"] or "").translate(_SCRIPT)
    if exponent:
        return _times_ten_to(value, int(exponent.translate(_MINUS))), match.end("scale"), "x10"
    if match["lost"] is not None:
        if _superscript_was_lost(match["digits"], match["lost"]):
            return _times_ten_to(value, int(match["lost"])), match.end("scale"), "x10"
        return value, end, ""
    magnitude = scale.strip().strip("-.")
    return value * MAGNITUDES[magnitude], match.end("scale"), magnitude


def _value_of_digits(printed: str) -> float:
    """1300000.0 for "1,300,000", 2.5 for "2½", 11689512.0 for "11.689.512"."""
    more = _VULGAR.get(printed[-1], 0.0)
    digits = _BETWEEN_DIGITS.sub("", printed[:-1] if more else printed)
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    return (float(digits) if digits else 0.0) + more


def _power_of(text: str, digits: str, end: int) -> tuple[float, int, str] | None:
    """ "10^20", "10²⁰" and "2^30", which is no footnote's mark."""
    power = _EXPONENT.match(text, end) if digits in ("10", "2") else None
    if power is None:
        return None
    exponent = int((power[1] or power[2].translate(_SCRIPT)).translate(_MINUS))
    if digits == "10":
        return _times_ten_to(1.0, exponent), power.end(), "x10"
    return (2.0 ** min(exponent, 300), power.end(), "x10") if exponent > 3 else None


_EXPONENT = re.compile(r"\^\s?\{?([-−–+]?\d{1,3})\}?|([⁺⁻]?[⁰¹²³⁴-⁹]+)")
_SCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_MINUS = str.maketrans({"−": "-", "–": "-"})


def _times_ten_to(value: float, exponent: int) -> float:
    """`value` times a power of ten, as the decimal reads: 3.3 and 18 give 3.3e18 to the last digit."""
    return float(f"{value!r}e{exponent}") if abs(exponent) < 300 and "e" not in repr(value) else value


def _superscript_was_lost(digits: str, exponent: str) -> bool:
    """Whether "3.8 × 109" means 3.8e9: one digit before the point, and no power of two ("8 × 1024")."""
    return len(digits.split(".")[0]) == 1 and ("." in digits or exponent != "24") and 2 <= int(exponent) <= 26


def _spelled(match: re.Match[str]) -> Number | None:
    """The number of a match in words."""
    value = value_of_words(match["word"])
    if value is None:
        return None
    magnitude = (match["scale"] or "").strip().lstrip("-").lower()
    value *= MAGNITUDES[magnitude] if magnitude else 1.0
    return Number(value, value, value, match.start(), match.end(), match[0], magnitude=magnitude, word=True)


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


_PERCENT_BEHIND = Pattern("per cent behind a number", {r"^\s?%": " % - ", r"^\s?percent": " percent to "}, (" to 5 %",))


def _is_range(text: str, a: Number, b: Number) -> bool:
    between = text[a.end : b.start] + ("-" if b.sign == "-" and text[b.start] in "-–−" else "")
    if a.percent:
        between = _PERCENT_BEHIND.sub("", between)
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
    if BELOW.search(before):
        return replace(number, bound="below")
    if ABOVE.search(before):
        return replace(number, bound="above")
    if ABOUT.search(before):
        return replace(number, approximate=True)
    return number
