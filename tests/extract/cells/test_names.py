"""What the model of a table's score is called."""

from __future__ import annotations

import pytest

from tests.extract.written_tables import table_paper

NAMES = {
    "what was measured is no setting of a name": (
        """Model | Loss at end | Top-1 error
           WideNet-9 | 2.611 | 24.1
           WideNet-9 | 2.684 | 23.9""",
        "WideNet on ImageNet.",
        ["WideNet-9", "WideNet-9"],
    ),
    "nor is a score of training": (
        """Weights | Seen | Top-1 accuracy
           shared | 79.5 | 76.1
           apart | 87.7 | 72.9""",
        "Sharing the weights of WideNet-9 on ImageNet.",
        ["WideNet-9 shared", "WideNet-9 apart"],
    ),
    "a setting's values are rounder": (
        """Model | Rate | Top-1 error
           WideNet-9 | 0.05 | 24.1
           WideNet-9 | 0.1 | 23.9""",
        "WideNet on ImageNet.",
        ["WideNet-9 Rate=0.05", "WideNet-9 Rate=0.1"],
    ),
    "a baseline is none of the paper's own": (
        """Block | Top-1 error
           baseline | 24.1
           narrow | 23.9""",
        "Effects of the block of FooNet on ImageNet.",
        ["baseline", "FooNet narrow"],
    ),
    "a baseline of another's network is one of it": (
        """Block | Top-1 error
           baseline | 24.1
           narrow | 23.9""",
        "Effects of the block of WideNet-9 on ImageNet.",
        ["WideNet-9 baseline", "WideNet-9 narrow"],
    ),
    "what stands beside the paper's own is none of its own": (
        """Rate | SGD | FooNet
           0.1 | 24.1 | 23.9
           0.2 | 24.4 | 23.7""",
        "Top-1 errors of FooNet with other rates on ImageNet.",
        ["Rate=0.1 SGD", "Rate=0.1 FooNet", "Rate=0.2 SGD", "Rate=0.2 FooNet"],
    ),
    "numbers over columns have a name": (
        """Heads | 8 | 16
           Top-1 error | 24.1 | 23.9""",
        "Heads of WideNet-9 on ImageNet.",
        ["WideNet-9 Heads=8", "WideNet-9 Heads=16"],
    ),
    "a data set in a row's label is no model": (
        """ | B-16 | L-32
           ImageNet accuracy | 75.9 | 77.1""",
        "Encoders without training.",
        ["B-16", "L-32"],
    ),
    "a row's number is no name": (
        """No. | Model | Top-1 error
           1 | WideNet-9 | 24.1
           2 | FooNet-S | 23.9
           3 | FooNet-L | 21.3""",
        "Results on ImageNet.",
        ["WideNet-9", "FooNet-S", "FooNet-L"],
    ),
    "a row's letter is none either": (
        """ | Backbone | Rate | AP
           (a) | WideNet-9 | 0.1 | 34.1
           (b) | WideNet-9 | 0.2 | 35.9
           (c) | WideNet-50 | 0.2 | 41.3""",
        "Results on COCO val2017.",
        ["WideNet-9 Rate=0.1", "WideNet-9 Rate=0.2", "WideNet-50"],
    ),
    "capital letters are names": (
        """Model | Cards | Top-1 error
           A | B7 | 24.1
           B | B7 | 23.9
           C | B9 | 21.3""",
        "Results on ImageNet.",
        ["FooNet A B7", "FooNet B B7", "FooNet C B9"],
    ),
    "a stage's number is a setting": (
        """Stage | Block | Top-1 error
           1 | wide | 24.1
           2 | deep | 23.9
           3 | both | 21.3""",
        "Blocks of WideNet-9 on ImageNet.",
        ["WideNet-9 Stage=1 wide", "WideNet-9 Stage=2 deep", "WideNet-9 Stage=3 both"],
    ),
    "an author stays whole behind a word": (
        """Kind | Work | Top-1 error
           TD | Ho et al. [8] | 24.1
           BU | Li et al. [9] | 23.9""",
        "Results on ImageNet.",
        ["TD Ho et al.", "BU Li et al."],
    ),
    "an exponent is no footnote's mark": (
        """Tokens | Top-1 error
           2^29 | 24.1
           2^27 | 23.9""",
        "Effects of tokens on FooNet on ImageNet.",
        ["FooNet Tokens=2^29", "FooNet Tokens=2^27"],
    ),
    "words under a loss are a setting": (
        """Model | Loss | Top-1 error
           WideNet-9 | softmax | 24.1
           WideNet-9 | focal | 23.9""",
        "Results on ImageNet.",
        ["WideNet-9 softmax", "WideNet-9 focal"],
    ),
}


@pytest.mark.parametrize(("lines", "caption", "expected"), NAMES.values(), ids=list(NAMES))
def test_names(lines: str, caption: str, expected: list[str]) -> None:
    """it calls each row and column by its name, with what sets it apart and nothing else"""
    paper = table_paper(lines, caption=caption, text="We propose FooNet, a new network.")
    found = [r for r in paper.cells if r.quantity == "score" and r.reason is None]
    assert [r.model for r in sorted(found, key=lambda r: (r.row, r.column))] == expected


@pytest.mark.parametrize(
    ("title", "label", "expected"),
    [
        ("FooNet: Nets That Foo", "Ours (large)", "FooNet Ours (large)"),
        ("FooNet: Nets That Foo", "Our model", "FooNet Our model"),
        ("FooNet: Nets That Foo", "WideNet-9 (our impl.)", "WideNet-9 (our impl.)"),
        ("FooNet: Nets That Foo", "FooNet (ours)", "FooNet"),
        ("Nets That Foo", "Ours (large)", "Ours (large)"),
    ],
)
def test_what_ours_is_called(title: str, label: str, expected: str) -> None:
    """it puts the name that the title gives before a name that only says whose the model is"""
    lines = f"Model | Top-1 error\nWideNet-50 [3] | 24.1\n{label} | 22.9"
    paper = table_paper(lines, caption="Results on ImageNet.", text="We propose FooNet, a new net.", title=title)
    assert [r.model for r in paper.cells] == ["WideNet-50", expected]
