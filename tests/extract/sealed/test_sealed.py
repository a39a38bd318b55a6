"""The figures that the documentation gives of examples that nobody makes rules on."""

from __future__ import annotations

import json

from tests.measure_sealed import FIGURES, ROOT, measured


def test_figures() -> None:
    """it reads them as well as figures.json says, neither better nor worse"""
    assert measured() == json.loads(FIGURES.read_text(encoding="utf-8"))


def test_figures_are_documented() -> None:
    """it prints every F1 of figures.json in docs/extract.md"""
    text = (ROOT / "docs" / "extract.md").read_text(encoding="utf-8")
    part = text.partition("### Invented examples")[2].partition("\n### ")[0]
    for of_file in json.loads(FIGURES.read_text(encoding="utf-8")).values():
        assert f"{of_file['F1']:.3f}".removeprefix("0") in part
