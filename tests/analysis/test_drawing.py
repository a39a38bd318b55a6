"""Figures for print: what stands in the file is what the page shows."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from analysis.report.drawing import draw
from analysis.report.findings import Figure, Panel, Ranges


@pytest.mark.parametrize("high", [4.0, math.inf], ids=["bounded", "open"])
def test_open_intervals_run_off_the_axes(tmp_path: Path, high: float) -> None:
    """it draws each interval, one without an upper end to the edge of the axes."""
    layer = Ranges("", [0.0, 1.0], [1.0, 2.0], [0.5, 1.0], [6.0, high], colour=1)
    panel = Panel("slopes", "slope", "", [layer], y_names=["one", "other"])
    _, svg = draw(Figure("f", "f", [panel]), tmp_path)
    # each interval is a path of two points in its colour: M x y L x y
    paths = re.findall(r'<path d="M [\d.]+ [\d.]+ \nL ([\d.]+) [\d.]+ \n"[^>]*stroke: #d55e00', svg.read_text())
    one, other = (float(right) for right in paths)
    assert (other > one) == math.isinf(high)
