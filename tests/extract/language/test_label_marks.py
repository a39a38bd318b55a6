"""Marks around a label that are no part of a model's name."""

from __future__ import annotations

import pytest

from extract.language.model_names import without_marks


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("• ConvNeXt-T", "ConvNeXt-T"), ("◦ Swin-T", "Swin-T"), ("FooNet†", "FooNet"), ("FooNet [12]", "FooNet"),
        ("FooNet (ours)", "FooNet"), ("A·B-Net", "A·B-Net"), ("•", "•"),
    ],
)  # fmt: skip
def test_without_marks(label: str, name: str) -> None:
    """it takes bullets, footnote marks, citations and "(ours)" off, and leaves a label that is nothing else."""
    assert without_marks(label) == name
