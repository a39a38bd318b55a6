"""Quotes as they may leave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.release.quotes import LONGEST, short_quote

BEFORE = "We follow the usual recipe of earlier work in every respect that is not said otherwise here, " * 2
AFTER = ", and all of this holds for the smaller models of the appendix too, whose runs were not any different, " * 2


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("60.2 million", 60.2e6),
        ("3.5 days", 302400.0),
        ("11.3 billion", 11.3e9),
        ("76.15%", 76.15),
        ("8 GPUs", 8.0),
        ("Tesla M40", "Tesla M40"),
        ("90 epochs", 90.0),
    ],
)
def test_value_stays_in_sight(printed: str, value: float | str) -> None:
    """it cuts at both ends and keeps the words around the value, whole"""
    short = short_quote(f"{BEFORE}it took {printed}{AFTER}", value)
    assert printed in short
    assert len(short) <= LONGEST
    assert short.startswith("…") and short.endswith("…")
    assert short.strip("…").split()[0] in BEFORE.split() and short.strip("…").split()[-1] in AFTER.split()


@pytest.mark.parametrize(
    ("quote", "value"), [("8 GPUs for 3.5 days", 8.0), ("", None), ("w" * LONGEST, 1.0)], ids=["short", "none", "full"]
)
def test_short_ones_stay(quote: str, value: float | None) -> None:
    """it leaves a quote that is short enough as it is"""
    assert short_quote(quote, value) == quote


def test_a_number_within_another_is_not_the_value() -> None:
    """it does not take the 8 of 128 or of 8.5 for the value"""
    quote = f"a batch of 128 and 8.5 hours {'of words ' * 40} on 8 GPUs"
    assert short_quote(quote, 8.0).endswith("on 8 GPUs")


def test_where_the_value_is_not_found() -> None:
    """it keeps the beginning where the value's digits stand nowhere"""
    short = short_quote("It took about a fortnight, " + AFTER, 1209600.0)
    assert short.startswith("It took about a fortnight") and short.endswith("…")


def test_nobodys_name() -> None:
    """it says of a reviewer's words whose kind they are, and no name"""
    said = "about a week (stated by ann@example.org, not found in the paper)"
    assert short_quote(said, 604800.0) == "about a week (stated by a reviewer, not found in the paper)"
    long = short_quote(BEFORE + said, 604800.0)
    assert (
        "ann" not in long and len(long) <= LONGEST and long.endswith("(stated by a reviewer, not found in the paper)")
    )


@given(
    st.text(max_size=600), st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=9))
)
def test_never_longer(quote: str, value: float | str | None) -> None:
    """it never gives more than a release may carry, and nothing that is not in the quote"""
    short = short_quote(quote, value)
    assert len(short) <= LONGEST
    if len(quote) > LONGEST and "(stated by" not in quote:
        assert short.removeprefix("…").removesuffix("…").strip() in quote or "…" in quote
