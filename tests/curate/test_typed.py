"""What a person types is read as what it means, and what a box is filled with reads back as the value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.answers.typed import read_typed, typed_text
from db.models import Field


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("parameters", "25.6M", 25.6e6),
        ("parameters", "25.6 million parameters", 25.6e6),
        ("parameters", "1,281,167", 1281167),
        ("parameters", "1.5B", 1.5e9),
        ("flops", "3.8 x 10^9", 3.8e9),
        ("flops", "3.8×10⁹ FLOPs", 3.8e9),
        ("flops", "4.1 GFLOPs", 4.1e9),
        ("multiply_adds", "569M", 569e6),
        ("multiply_adds", "11.3 GMACs", 11.3e9),
        ("training_flops", "2.3e19", 2.3e19),
        ("training_flops", "10^18", 1e18),
        ("training_time", "6 days", 518400),
        ("training_time", "3.5d", 302400),
        ("training_time", "36 h", 129600),
        ("training_time", "1 day 12 hours", 129600),
        ("training_time", "1 day and 12 h", 129600),
        ("training_time", "two weeks", 1209600),
        ("training_time", "90 min", 5400),
        ("training_time", "518400", 518400),
        ("training_time", "10-14 days", 1036800),
        ("training_time", "10 to 14 days", 1036800),
        ("device_count", "eight", 8),
        ("device_count", "1000", 1000),
        ("device_count", "64 GPUs", 64),
        ("epochs", "90 epochs", 90),
        ("score", "76.3 %", 76.3),
        ("score", "-1.5", -1.5),
        ("device", "  Tesla  P100 ", "Tesla P100"),
    ],
)
def test_reads(field: str, text: str, value: float | str) -> None:
    """it reads numbers, scales, times and ranges as people write them."""
    assert read_typed(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("parameters", ""),
        ("parameters", "about 25"),
        ("parameters", "25 apples"),
        ("training_time", "300k steps"),
        ("training_time", "a while"),
        ("score", "76.3 or 77"),
        ("flops", "4 GB"),
        ("flops", "3.8x109"),  # 10 to the 9, or 109?
    ],
)
def test_refuses(field: str, text: str) -> None:
    """it refuses what has no one meaning, rather than guessing."""
    with pytest.raises(ValueError, match=r"expected|nothing"):
        read_typed(field, text)


NUMERIC = [f.value for f in Field if f != Field.DEVICE]


@given(st.sampled_from(NUMERIC), st.floats(min_value=1e-3, max_value=1e25))
def test_filled_box_reads_back(field: str, value: float) -> None:
    """it fills the box with words that mean the value to ten digits, so that leaving them alone changes nothing."""
    assert read_typed(field, typed_text(field, value)) == pytest.approx(value, rel=1e-9)


@given(st.sampled_from(NUMERIC), st.integers(min_value=1, max_value=2**53))
def test_filled_box_reads_back_exactly(field: str, value: int) -> None:
    """it gives whole numbers back exactly."""
    assert read_typed(field, typed_text(field, float(value))) == float(value)
