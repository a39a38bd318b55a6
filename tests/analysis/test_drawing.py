"""Figures as charts: axes with round ticks, open intervals, one colour a benchmark, the same bytes each time."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from analysis.report.colours import KINDS, PALETTE, colour_of
from analysis.report.drawing import axis_of, draw, legend_of, page_panels, panel_chart, panel_height
from analysis.report.findings import Figure, Line, Panel, Points, Ranges
from db.reference.benchmarks import load_benchmarks


def forest(high: float) -> Panel:
    layer = Ranges("", [0.0, 1.0], [1.0, 2.0], [0.5, 1.0], [6.0, high], colour="#d55e00")
    return Panel("slopes", "slope", "", [layer], y_names=["one", "other"])


@pytest.mark.parametrize("high", [4.0, math.inf], ids=["bounded", "open"])
def test_open_intervals_run_to_the_edge(high: float) -> None:
    """it draws each interval, one without an upper end to the edge of the axes."""
    chart = panel_chart(forest(high)).to_dict()
    rule = next(layer for layer in chart["layer"] if layer["mark"]["type"] == "rule")
    edge = rule["encoding"]["x"]["scale"]["domain"][1]
    one, other = rule.get("data", chart.get("data"))["values"]
    assert one["high"] == 6.0
    assert (other["high"] == pytest.approx(edge, rel=1e-5)) == math.isinf(high)


@pytest.mark.parametrize(
    ("values", "logarithmic", "labels"),
    [
        ([1e5, 1e12], True, "10⁵ 10⁷ 10⁹ 10¹¹"),
        ([20.0, 60.0], True, "20 30 50"),
        ([5.0, 50.0], True, "5 10 20 50"),
        ([-0.3, 0.05], False, "−0.3 −0.2 −0.1 0"),
        ([2012.0, 2019.0], False, "2012 2014 2016 2018"),
        ([300.0, 150_000.0], True, "5×10² 1×10³ 5×10⁴ 1×10⁵"),
    ],
)
def test_ticks_of_an_axis_are_of_one_kind(values: list[float], logarithmic: bool, labels: str) -> None:
    """it writes all ticks as powers of ten over more than three of them, else all as plain round numbers."""
    axis = axis_of(values, logarithmic=logarithmic, wanted=5)
    assert [label for label in labels.split() if label not in axis.labels] == []
    assert axis.low < min(values) and axis.high > max(values)


def test_a_benchmark_has_one_colour() -> None:
    """it gives each benchmark a colour of its own."""
    colours = {colour_of(name) for name in load_benchmarks()}
    assert len(colours) == len(load_benchmarks()) <= len(PALETTE) == len(set(PALETTE))


def test_kinds_have_no_benchmarks_colour() -> None:
    """it gives row sets, intervals and remedies colours that no benchmark has."""
    assert not set(KINDS) & set(PALETTE) and len(KINDS) == len(set(KINDS))


def test_a_figure_has_one_legend() -> None:
    """it names what several panels draw once, outside the charts of the page, and not what one colour tells."""
    lines = [Line("a name too long for a legend of one line", [1, 2], [3, 4], colour="#111111")]
    both = [*lines, Line("pooled", [1, 2], [4, 5], colour="#222222", dashed=True)]
    figure = Figure("f", "f", [Panel("p", "x", "y", both), Panel("q", "x", "y", both)])
    assert [(e["name"], e["kind"]) for e in legend_of(figure)] == [(both[0].name, "line"), ("pooled", "dashed")]
    assert '"color": {"field"' not in json.dumps(page_panels(figure))
    assert '"color": {"field"' in json.dumps(panel_chart(figure.panels[0]).to_dict())
    assert legend_of(Figure("g", "g", [Panel("p", "x", "y", lines)])) == []


def test_a_name_has_one_row_however_many_layers() -> None:
    """it gives a forest plot of one interval a name the same height whether a layer or several draw it."""
    apart = [Ranges("", [float(i)], [1.0], [0.5], [2.0]) for i in range(4)]
    names = ["a", "b", "c", "d"]
    together = Ranges("", [0.0, 1.0, 2.0, 3.0], [1.0] * 4, [0.5] * 4, [2.0] * 4)
    one, other = (Panel("p", "x", "", layers, y_names=names) for layers in (apart, [together]))
    assert panel_height(one) == panel_height(other)


def test_marks_say_and_lead() -> None:
    """it gives a mark its facts as a tooltip, and its link."""
    points = Points("", [1.0], [2.0], [{"label": "VGG19", "link": "https://arxiv.org/abs/1409.1556"}], colour="#0072b2")
    layer = panel_chart(Panel("p", "x", "y", [points])).to_dict()["layer"][0]
    assert layer["encoding"]["href"]["field"] == "link"
    assert [t["field"] for t in layer["encoding"]["tooltip"]] == ["label", "link"]


def test_files_are_the_same_each_time(tmp_path: Path) -> None:
    """it writes a PNG and an SVG, the same bytes again, with the labels as text."""
    figure = Figure("f", "f", [forest(math.inf), Panel("q", "x", "y", [Line("", [1, 2], [3, 4])])], columns=2)
    first = [path.read_bytes() for path in draw(figure, tmp_path)]
    assert [path.read_bytes() for path in draw(figure, tmp_path)] == first
    assert first[0].startswith(b"\x89PNG") and "other" in first[1].decode()
