"""Traits of a model: every pattern finds its example and refuses its near miss."""

from __future__ import annotations

import pytest

from db.reference.model_traits import TraitPattern, load_trait_patterns, traits_of


@pytest.mark.parametrize("line", load_trait_patterns(), ids=lambda line: f"{line.trait}: {line.example}")
def test_pattern_finds_its_example_and_not_its_near_miss(line: TraitPattern) -> None:
    """it finds the example, refuses the near miss, and names where the fact comes from."""
    assert line.pattern.search(line.example)
    assert not line.pattern.search(line.near_miss)
    assert line.source


@pytest.mark.parametrize(
    ("model", "title", "traits"),
    [
        ("BERT (ensemble)", "", {"pre_training", "ensemble"}),
        ("BiDAF", "XLNet: Generalized Autoregressive Pretraining", {"pre_training"}),
        ("I-DARTS + Flair", "", {"pre_training", "search"}),
        ("ResNet-50", "Deep Residual Learning", set()),
        ("BiDAF(single model)", "", set()),
    ],
)
def test_traits_of_a_model(model: str, title: str, traits: set[str]) -> None:
    """it tells all traits of a model from its name and its paper's title."""
    assert traits_of(model, title) == traits
