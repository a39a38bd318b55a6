"""A number is read whole or not at all, in times, counts and epochs as everywhere."""

from __future__ import annotations

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from db.reference.hardware import find_devices
from extract.language.durations import find_durations
from extract.language.epochs import find_epochs
from tests.extract.language.test_numbers import spell
from tests.extract.sentences.test_training_sentences import KEYS, chosen

HOUR = 3600.0


def wholes(whole: int, separator: str, rest: str) -> set[float]:
    """What "36:30", "1,024", "2.5" may be read as, whole: a decimal, a number with thousands, hours and minutes."""
    values = set()
    if separator == ".":
        values.add(float(f"{whole}.{rest}"))
    if separator in ",'’ " and len(rest) == 3 and 0 < whole < 1000:
        values.add(float(f"{whole}{rest}"))
    if separator == ":" and len(rest) == 2 and int(rest) < 60:
        values.add(whole + int(rest) / 60)
    return values


@settings(deadline=None)
@given(
    st.integers(1, 99_999), st.text("0123456789", min_size=1, max_size=4), st.sampled_from([",", ".", ":", "'", "’"])
)
@example(36, "30", ":")
@example(2, "5", ",")
@example(1, "024", ",")
def test_separators(whole: int, rest: str, separator: str) -> None:
    """it gives no half of "2,5 days", "36:30 h", "1'024 epochs" """
    printed = f"{whole}{separator}{rest}"
    allowed = wholes(whole, separator, rest)
    text = f"Training took {printed} hours in the end."
    assert all(round(d.seconds / HOUR, 6) in {round(v, 6) for v in allowed} for d in find_durations(text, 0, len(text)))
    text = f"We train the network for {printed} epochs."
    assert all(e.value in allowed for e in find_epochs(text, 0, len(text)))


@settings(deadline=None)
@given(st.integers(2, 999))
def test_words(value: int) -> None:
    """it reads a time and a number of epochs in words as it reads them in digits"""
    text = f"We train the network for {spell(value)} epochs, which took {spell(value)} minutes."
    assert [e.value for e in find_epochs(text, 0, len(text))] == [value]
    assert [d.seconds for d in find_durations(text, 0, len(text))] == [value * 60]


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 4096), st.sampled_from(["V100s", "GPUs", "TPU v3 chips"]))
def test_counts(value: int, device: str) -> None:
    """it counts processors in words as in digits, with and without commas"""
    assume(len(find_devices(f"{value} {device}")) == len(find_devices(device)))  # "4090 GPUs" are cards of that name
    for printed in (str(value), f"{value:,}", spell(value)):
        found = chosen(f"We trained the network on {printed} {device} for nine days.")
        assert {c.value for c in found if c.field == KEYS["count"]} == {value}, printed
