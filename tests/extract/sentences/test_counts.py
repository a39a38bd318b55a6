"""Counts that sentences state, and the models that they speak of."""

from __future__ import annotations

import pytest

from tests.extract.written import written_paper

COUNTS: dict[str, list[tuple[str | None, float]]] = {
    "Small, Base and Large have 60 million, 220 million, and 3 billion parameters, respectively.": [
        ("Small", 60e6), ("Base", 220e6), ("Large", 3e9),
    ],
    "The smallest of our models, “Tiny”, has about 60 million parameters.": [("Tiny", 60e6)],
    "Base. This is our baseline in all that follows. It has roughly 220 million parameters.": [("Base", 220e6)],
    "For training it took 150±5 PFlops/s·days in all.": [(None, 150 * 8.64e19)],
    "This comes close to the 25 million parameters required by WideNet-50 alone.": [("WideNet-50", 25e6)],
    "We use QuickNet-L (0.77B parameters) and two others: Grande (17B) and Jumbo (178B).": [
        ("QuickNet-L", 0.77e9), ("Grande", 17e9), ("Jumbo", 178e9),
    ],
    # lists, and what a sentence does not repeat
    "WideNet-S and WideNet-L have 4M and 31M parameters.": [("WideNet-S", 4e6), ("WideNet-L", 31e6)],
    "The parameter counts are 7M (tiny), 21M (small) and 55M (base).": [
        ("tiny", 7e6), ("small", 21e6), ("base", 55e6),
    ],
    "WideNet-S has 4.5M parameters, against 31M for SlowNet-9.": [("WideNet-S", 4.5e6), ("SlowNet-9", 31e6)],
    "WideNet-S takes 569M multiply-adds and 4.2M parameters.": [("WideNet-S", 569e6), ("WideNet-S", 4.2e6)],
    "The FLOPs of SlowNet-9, once 4.1 GFLOPs, are cut to 2.2 GFLOPs so.": [("SlowNet-9", 4.1e9), ("SlowNet-9", 2.2e9)],
    "Its number of parameters, 6.6M, is small.": [(None, 6.6e6)],
    "In all 40 PF-days went into training it.": [(None, 40 * 8.64e19)],
    "Gibbon used 2.5e23 training FLOPs.": [("Gibbon", 2.5e23)],
    "WideNet-L took 3.1e21 FLOPs to train and WideNet-S with 7.1e20.": [("WideNet-L", 3.1e21), ("WideNet-S", 7.1e20)],
    # near misses
    "Our two models of 12M and 21M FLOPs differ.": [(None, 21e6)],
    "The softmax layer takes 1.3 GFLOPs.": [],
    "The pod has 100 petaflops.": [],
    "We vary the training from 1e18 to 1e21 FLOPs.": [],
    "The whole has 47B parameters but uses 13B parameters per token.": [(None, 47e9)],
    "We train all 60 million parameters on Europarl (4.5M sentences).": [(None, 60e6)],
    "That is two orders of magnitude less, to about 40M FLOPs.": [],
    "The search targets 400M FLOPS on a phone.": [],
    "It was trained for 2, 4 and 8 days with 60 million parameters.": [(None, 60e6)],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COUNTS.items(), ids=list(COUNTS))
def test_counts(text: str, expected: list[tuple[str | None, float]]) -> None:
    """it stands behind just these, each for its model"""
    found = [(c.subject, c.value) for c in written_paper(text).counts if c.reason is None]
    assert found == [(name, pytest.approx(value)) for name, value in expected]


def test_predecessors_count() -> None:
    """it gives a predecessor's count the role prior, the paper's own model's the role own"""
    text = "QuickNet-5 has 5 million parameters, less than its predecessor SlowNet-9, which used 60 million parameters."
    assert [(c.subject, c.role) for c in written_paper(text).counts] == [
        ("QuickNet-5", "own"),
        ("SlowNet-9", "prior"),
    ]


def test_same_figures_in_both_units() -> None:
    """it takes FLOPs for multiply-adds in a paper that gives the same figures in both, and not for one figure alone"""
    both = "QuickNet-5 costs 12M FLOPs, QuickNet-6 costs 21M FLOPs. We have models of 12M MAdds and of 21M MAdds."
    one = "QuickNet-5 costs 12M FLOPs, QuickNet-6 costs 21M FLOPs. We have models of 12M MAdds and of 24M MAdds."
    assert {c.field for c in written_paper(both).counts} == {"multiply_adds"}
    assert {c.field for c in written_paper(one).counts} == {"multiply_adds", "flops"}
