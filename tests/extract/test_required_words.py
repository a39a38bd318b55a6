"""Which pieces an expression needs, and that a text without any of them is rightly not searched."""

from __future__ import annotations

import re

import pytest

from extract.required_words import DIGIT, in_small_letters, required_pieces


@pytest.mark.parametrize(
    ("expression", "pieces"),
    [
        (r"\bper[-\s](?:class|category)", ("class", "category")),
        (r"GPUs?", ("gpu",)),
        (r"fine-?tun(?:ing|ed)?", ("finetun", "fine-tun")),
        (r"\d+ (?:epochs?|passes) in all", (" epoch in all", " epochs in all", " passes in all")),
        (r"(?:on|with) \w+ data", (" data",)),
        (r"[≥>]\s?\d", (">", "≥")),
        (r"(?:all|[A-Z]\w+)s", ()),  # one of two needs nothing
        (r"(?:tests? )?\w+", ()),
        (r"(?:tests? )?\d+", (DIGIT,)),
        (r"[A-Z]+-?[0-9]|\d[xk]", (DIGIT,)),
        (r"(?!train)\w+", ()),  # what must not follow need not stand anywhere
        (r"(?!train)\w+(?=\sepochs|\spasses)", ("epochs", "passes")),
        (r"(?<=epochs)\w+", ("epochs",)),
        (r"(?:\w+(?=\sepochs))?\w+", ()),
        (r"[^x]", ()),
    ],
)
def test_pieces(expression: str, pieces: tuple[str, ...]) -> None:
    """it reads the longest words of which one must stand in the text"""
    assert set(required_pieces(expression)) == set(pieces)


@pytest.mark.parametrize("letter", ["İ", "ı", "ſ", "K"])
def test_odd_letters(letter: str) -> None:
    """it looks for letters as `re.IGNORECASE` takes them"""
    text = f"ab{letter}cd"
    accepted = [c for c in "iks" if re.search(f"b{c}c", text, re.IGNORECASE)]
    assert accepted and all(f"b{c}c" in in_small_letters(text) for c in accepted)


@pytest.mark.parametrize("text", ["ResNet-50", "٣", "x²", "fifty"])
def test_digits(text: str) -> None:
    """it knows of a digit in the text where `re` does"""
    assert (DIGIT in in_small_letters(text)) == bool(re.search(r"\d", text))
