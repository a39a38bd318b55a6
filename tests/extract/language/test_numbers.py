"""Numbers as papers print them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.language.numbers import amount, decimals, find_numbers, parse_number
from extract.language.quantities import read_quantities, read_unit, unit_seconds

VALUES = {
    "25.6M": [25.6e6],
    "25.6 M params": [25.6e6],
    "1.3 billion parameters": [1.3e9],
    "a 1.3-billion parameter model": [1.3e9],
    "175B": [175e9],
    "3.8x10^9": [3.8e9],
    "3.8 × 109 (the superscript was lost)": [3.8e9],
    "8 × 1024 (a shape)": [8, 1024],
    "11.3 · 10^9": [11.3e9],
    "10^20": [1e20],
    "600 MFLOPs": [600],  # the unit is the caller's
    "2.3e19": [2.3e19],
    "a rate of 1e-4": [1e-4],
    "1,300,000 images": [1300000],
    "1 300 000 images": [1300000],
    "3, 4 and 5": [3, 4, 5],
    "1,2,3": [1, 2, 3],
    "10-14 days": [12],
    "10–14M": [12e6],
    "between 10 and 14 days": [12],
    "2 and 4 GPUs": [2, 4],
    "5-3": [5, 3],  # no range runs down
    "24h": [24],
    "8×V100": [8],
    "8xV100": [8],
    "16GB": [16],
    "ResNet-50 on 8 P100, TPU v3, CIFAR-10": [8],
    "eight GPUs": [8],
    "twenty-four hours": [24],
    "a dozen": [12],
    "two hundred": [200],
    "half a day": [0.5],
    "a single GPU": [1],
    "one-hot": [],
    "3.3·1018 FLOPs": [3.3e18],
    "300k steps (3.5 days)": [300000, 3.5],
    "90.5/94.3": [90.5, 94.3],
    "no numbers here": [],
}


@pytest.mark.parametrize(("text", "values"), VALUES.items(), ids=list(VALUES))
def test_values(text: str, values: list[float]) -> None:
    """it reads each number once, with its magnitude, and no digits of a name."""
    assert [n.value for n in find_numbers(text)] == pytest.approx(values)


def test_range_keeps_both_ends() -> None:
    """it keeps the ends of a range and puts the value between them."""
    (number,) = find_numbers("it took 10-14 days")
    assert (number.low, number.high, number.value, number.is_range) == (10, 14, 12, True)


@pytest.mark.parametrize(
    ("text", "approximate", "bound", "sign", "percent"),
    [
        ("about 5 days", True, "", "", False),
        ("~5 days", True, "", "", False),
        ("less than 24 hours", False, "below", "", False),
        ("over 90", False, "above", "", False),
        ("≥ 8", False, "above", "", False),
        ("+1.2", False, "", "+", False),
        ("(−1.2)", False, "", "-", False),
        ("3.2%", False, "", "", True),
        ("3.2 percent", False, "", "", True),
        ("exactly 5", False, "", "", False),
    ],
)
def test_words_around(text: str, approximate: bool, bound: str, sign: str, percent: bool) -> None:
    """it says whether the number is about, a bound, a difference, a percentage."""
    (number,) = find_numbers(text)
    assert (number.approximate, number.bound, number.sign, number.percent) == (approximate, bound, sign, percent)


CELLS = {
    "28.4": 28.4,
    "28.4%": 28.4,
    "76.3 ± 0.2": 76.3,
    "76.3 (0.2)": 76.3,
    "76.3±.2": 76.3,
    "†28.4": 28.4,
    "28.4*": 28.4,
    "28.4^4": 28.4,
    "28.4 [12]": 28.4,
    ".763": 0.763,
    "1.2M": 1.2e6,
    "1.0 · 10^20": 1e20,
    "< 5": 5,
    "~45": 45,
    "+1.2": 1.2,
    "−1.2": -1.2,
    "1,024": 1024,
    "-": None,
    "": None,
    "90.5/94.3": None,
    "ResNet-50": None,
    "3 layers": None,
    "He et al. (2016)": None,
    "28.4 (2017)": None,
    "4d": None,
}


@pytest.mark.parametrize(("text", "value"), CELLS.items(), ids=list(CELLS))
def test_cells(text: str, value: float | None) -> None:
    """it reads a text that is one number and nothing else."""
    number = parse_number(text)
    assert (number.value if number else None) == value


@given(st.text(alphabet="0123456789.,-–×x^e %MBk±()ab ", max_size=40))
def test_spans(text: str) -> None:
    """it gives spans in order that hold the words it read, whatever the text."""
    last = 0
    for number in find_numbers(text):
        assert last <= number.start < number.end <= len(text)
        assert text[number.start : number.end] == number.text
        last = number.end
    parse_number(text)


@given(st.integers(0, 10**12))
def test_thousands_separators(value: int) -> None:
    """it reads a whole number with and without separators as the same value."""
    assert [n.value for n in find_numbers(f"{value:,}")] == [n.value for n in find_numbers(str(value))] == [value]


def test_decimals() -> None:
    """it counts the digits behind the point."""
    assert [decimals(t) for t in ("28.45", ".5", "28", "28.")] == [2, 1, 0, 0]


with (Path(__file__).parent / "data" / "numbers.csv").open(encoding="utf-8", newline="") as lines:
    FORMS = list(csv.DictReader(lines))


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row["text"])
def test_whole_or_not_at_all(row: dict[str, str]) -> None:
    """it reads a number whole, with its separators, scripts, magnitudes and words, or gives none"""
    assert [n.value for n in find_numbers(row["text"])] == pytest.approx([float(v) for v in row["values"].split()])


def _grouped(value: int, separator: str) -> str:
    return f"{value:,}".replace(",", separator)


@given(
    st.integers(1000, 10**12),
    st.sampled_from([",", ".", "'", "’", "\u2009", "\u202f", " "]),
    st.sampled_from(["", " steps", "k", " million", " × 10^3", "%"]),
)
def test_a_grouped_number_is_never_cut(value: int, separator: str, behind: str) -> None:
    """it gives a number printed in groups of three its whole value, or none where the groups may be several numbers"""
    scale = {"k": 1e3, " million": 1e6, " × 10^3": 1e3}.get(behind, 1.0)
    found = [n.value for n in find_numbers(f"It has {_grouped(value, separator)}{behind}")]
    unsure = separator == "." or (separator == " " and value < 10**6)  # "1.024", "12 500": a decimal, two numbers
    assert found == pytest.approx([value * scale]) or unsure


@given(st.integers(0, 9999), st.text("0123456789", min_size=1, max_size=4), st.sampled_from([",", ":"]))
def test_an_unknown_separator_gives_nothing(whole: int, rest: str, separator: str) -> None:
    """it reads neither half of "25,6" and "36:30" """
    printed = f"{whole}{separator}{rest}"
    if len(rest) != 3 or separator == ":" or whole > 999:
        assert find_numbers(f"It took {printed} of them") == []


@settings(deadline=None)  # the first example compiles the patterns
@given(st.integers(1, 999_999))
def test_number_words(value: int) -> None:
    """it reads any number in words, with and without "and" and hyphens, as the same value"""
    spelled = spell(value)
    for text in (spelled, spelled.replace("-", " "), spelled.replace(" and ", " ")):
        (number,) = find_numbers(f"we ran {text} epochs")
        assert (number.value, number.text) == (value, text)
        assert amount(text) == value


def spell(value: int) -> str:
    """The number as an English writer spells it: "three hundred and fifty"."""
    ones = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    ).split()
    tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
    if value < 20:
        return ones[value]
    if value < 100:
        return tens[value // 10] + (f"-{ones[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{ones[value // 100]} hundred" + (f" and {spell(value % 100)}" if value % 100 else "")
    rest = value % 1000
    joint = " and " if 0 < rest < 100 else " "
    return f"{spell(value // 1000)} thousand" + (joint + spell(rest) if rest else "")


@settings(deadline=None)  # the first example compiles the patterns
@given(st.floats(0.01, 9999).map(lambda v: round(v, 2)), st.sampled_from(["h", "hours", "days", "min", "weeks"]))
def test_a_quantity_keeps_its_number(value: float, unit: str) -> None:
    """it reads a cell's time as its number times its unit, with a spread, a speed-up or a mark behind it"""
    expected = pytest.approx(value * unit_seconds(unit))
    for text in (f"{value} {unit}", f"{value} ± 0.3 {unit}", f"~{value} {unit} (1.7x)", f"{value} {unit}*"):
        assert [q.seconds for q in read_quantities(text)] == [expected]
    assert [q.seconds for q in read_quantities(f"{value} (48)", read_unit(f"time ({unit})"))] == [expected]
