"""Figures as Vega-Lite charts, by Altair: one description for the page, and by vl-convert for PNG and SVG.

A panel becomes one layered chart. The page draws each with Vega-Embed, so that marks answer and axes can be switched;
the files are made from the same charts, set side by side.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
from altair.utils.schemapi import debug_mode

from analysis.report.findings import Band, Figure, Layer, Line, Panel, Points, Ranges

MOST_POINTS = 1000  # of one layer that are drawn: an even sample of more; the CSV files hold them all
PNG_SCALE = 2.0
WIDE, NARROW, HEIGHT = 560, 330, 230  # pixels of a panel in the files: alone, in columns; height of a plain panel
ROW = 24  # pixels of a name's row in a forest plot, and 10 more for each interval side by side beyond the first
TOO_LONG = 1e5  # a tick from here on is written with its power of ten, and so are those beside it
PAD = 0.05  # of the axis' length, on both sides of what is drawn

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TOOLTIP = {"label": "model", "value": "value", "paper": "paper", "where": "place", "quote": "words", "link": "link"}

CONFIG: Mapping[str, object] = {
    "font": "DejaVu Sans, Segoe UI, system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "gridColor": "#e9ecf1", "domainColor": "#9aa3b0", "tickColor": "#9aa3b0", "labelColor": "#5c6675",
        "titleColor": "#5c6675", "titleFontWeight": "normal", "labelFontSize": 10.5, "titleFontSize": 11.5,
    },
    "legend": {"orient": "bottom", "title": None, "labelLimit": 0, "labelFontSize": 10.5},
    "title": {"anchor": "start", "fontSize": 12, "subtitleFontSize": 10.5, "subtitleColor": "#5c6675"},
}  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """One axis: what it spans, where its ticks stand, and how they read."""

    low: float
    high: float
    logarithmic: bool
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def channel(self, kind: Any, title: str, *, names: bool = False) -> Any:
        """The Altair channel (`alt.X` or `alt.Y`) of the field named like it."""
        # Labels are looked up by the tick's place in the list: text of our own, such as 10⁹, at every tick.
        texts = "[" + ",".join(repr(label) for label in self.labels) + "]"
        numbers = "[" + ",".join(f"{tick:.10g}" for tick in self.ticks) + "]"
        nearest = f"{texts}[indexof({numbers}, datum.value)]"
        axis = alt.Axis(
            values=list(self.ticks),
            labelExpr=nearest,
            title=title or None,
            grid=True,
            ticks=not names,
            domain=not names,
            labelLimit=0,
            labelOverlap=not names,
        )
        domain = [self.high, self.low] if names else [self.low, self.high]
        scale = alt.Scale(type="log" if self.logarithmic else "linear", domain=domain, nice=False, zero=False)
        return kind(scale=scale, axis=axis)


def panel_chart(panel: Panel, *, legend: bool = True, **properties: Any) -> Any:
    """The panel as a layered chart. The page draws legends itself: they wrap in a narrow window.

    `properties`: the chart's size, title and so on. Set here they cost no further copy of the chart.
    """
    x, y = _x_axis(panel), _y_axis(panel)
    named = _named(panel.layers) if legend else {}
    charts = []
    if panel.x_zero and not panel.x_log:
        charts.append(alt.Chart(_data([{"x": 0}])).mark_rule(color="#8b93a0").encode(x=alt.X("x:Q")))
    for layer in panel.layers:
        charts += _charts(layer, x, y, panel, named)
    return alt.layer(*charts, **properties)


def panel_height(panel: Panel) -> int:
    """Pixels: a forest plot has a row for each name."""
    side_by_side = len({layer.name for layer in panel.layers if isinstance(layer, Ranges)})
    return max(90, (ROW + 8 * max(0, side_by_side - 1)) * len(panel.y_names)) if panel.y_names else HEIGHT


def figure_chart(figure: Figure) -> Any:
    """All panels of a figure set in columns, each under its title."""
    columns = min(figure.columns, len(figure.panels))
    width = WIDE if columns == 1 else NARROW
    charts = [
        panel_chart(
            p, width=width, height=panel_height(p), title=alt.Title(p.title, subtitle=[p.note] if p.note else [])
        )
        for p in figure.panels
    ]
    rows = [alt.hconcat(*charts[i : i + columns], spacing=30) for i in range(0, len(charts), columns)]
    apart = alt.Resolve(scale=alt.ScaleResolveMap(color="independent"))
    return alt.vconcat(*rows, spacing=26, config=CONFIG, resolve=apart)


def draw(figure: Figure, folder: Path) -> tuple[Path, Path]:
    """Writes `NAME.png` and `NAME.svg` into the folder; returns their paths. The same bytes each time."""
    import vl_convert

    with debug_mode(False):
        specification = figure_chart(figure).to_dict(validate=False)
    png, svg = folder / f"{figure.name}.png", folder / f"{figure.name}.svg"
    text = _renumbered(vl_convert.vegalite_to_svg(specification))
    svg.write_text(text, encoding="utf-8")
    png.write_bytes(vl_convert.svg_to_png(text, scale=PNG_SCALE))
    return png, svg


def _renumbered(svg: str) -> str:
    """The picture with its clip paths counted from one: Vega goes on counting through all pictures of a process."""
    names = list(dict.fromkeys(re.findall(r'id="(clip\d+)"', svg)))
    places = {name: f"clip{i}" for i, name in enumerate(names, 1)}
    return re.sub(r"\bclip\d+\b", lambda m: places.get(m[0], m[0]), svg)


def page_panels(figure: Figure) -> list[dict[str, object]]:
    """What the page's script needs of each panel: title, note, height and chart."""
    with debug_mode(False):
        return [
            {
                "title": p.title,
                "note": p.note,
                "height": panel_height(p),
                "chart": panel_chart(p, legend=False, width="container", height=panel_height(p), config=CONFIG).to_dict(
                    validate=False
                ),
            }
            for p in figure.panels
        ]


def legend_of(figure: Figure) -> list[dict[str, str]]:
    """The names that tell the figure's layers apart, once each: name, colour, and how it is drawn."""
    found: dict[str, dict[str, str]] = {}
    for panel in figure.panels:
        named = _named(panel.layers)
        for layer in panel.layers:
            if layer.name in named and layer.name not in found:
                kind = ("dashed" if layer.dashed else "line") if isinstance(layer, Line) else "mark"
                found[layer.name] = {"name": layer.name, "colour": layer.colour, "kind": kind}
    return list(found.values())


# --- layers -----------------------------------------------------------------------------------------------------


def _named(layers: Sequence[Layer]) -> dict[str, str]:
    """The colours of a legend by name; {} where a legend would tell nothing apart."""
    found = {layer.name: layer.colour for layer in layers if layer.name and not isinstance(layer, Band)}
    return found if len(set(found.values())) > 1 else {}


def _colour(layer: Layer, named: Mapping[str, str]) -> Any:
    if layer.name not in named:
        return alt.ColorValue(layer.colour)
    scale = alt.Scale(domain=list(named), range=list(named.values()))
    longest = max(len(name) for name in named)
    columns = 3 if longest < 24 else 2 if longest < 36 else 1
    return alt.Color("series:N", scale=scale, legend=alt.Legend(columns=columns))


def _charts(layer: Layer, x: Axis, y: Axis, panel: Panel, named: Mapping[str, str]) -> list[alt.Chart]:
    across = x.channel(lambda **k: alt.X("x:Q", **k), panel.x_label)
    up = y.channel(lambda **k: alt.Y("y:Q", **k), panel.y_label, names=bool(panel.y_names))
    colour = _colour(layer, named)
    if isinstance(layer, Band):
        values = _rows(layer.name, x=layer.x, y=layer.low, y2=layer.high, keep=(x, y))
        band = alt.Chart(_data(values)).mark_area(opacity=0.14, clip=True)
        return [band.encode(x=across, y=up, y2=alt.Y2("y2:Q"), color=alt.ColorValue(layer.colour))]
    if isinstance(layer, Line):
        values = _rows(layer.name, x=layer.x, y=layer.y, keep=(x, y))
        line = alt.Chart(_data(values))
        dash = [5, 3] if layer.dashed else [1, 0]
        return [
            line.mark_line(strokeWidth=1.8, strokeDash=dash, clip=True).encode(
                x=across, y=up, color=colour, order=alt.Order("i:Q")
            )
        ]
    if isinstance(layer, Ranges):
        return _intervals(layer, (x, y), across, up, colour)
    return [_points(layer, (x, y), across, up, colour)]


def _points(layer: Points, axes: tuple[Axis, Axis], across: Any, up: Any, colour: Any) -> alt.Chart:
    keep = np.linspace(0, len(layer.x) - 1, min(MOST_POINTS, len(layer.x))).astype(int).tolist() if len(layer.x) else []
    at = getattr(layer.facts, "at", None)
    facts = at(keep) if at else [dict(layer.facts[i]) for i in keep] if layer.facts else [{}] * len(keep)
    values = _rows(layer.name, x=[layer.x[i] for i in keep], y=[layer.y[i] for i in keep], keep=axes, facts=facts)
    size = (14 if len(layer.x) > 400 else 42) * layer.size
    mark = alt.Chart(_data(values)).mark_point(
        filled=not layer.hollow, size=size, strokeWidth=1.3 if layer.hollow else 0.6, opacity=0.9, clip=True
    )
    return _answering(mark.encode(x=across, y=up, color=colour), values)


def _intervals(layer: Ranges, axes: tuple[Axis, Axis], across: Any, up: Any, colour: Any) -> list[alt.Chart]:
    x, _ = axes
    # an end that is not finite is open: the line runs to the edge of the axes
    low = [max(v, x.low) if math.isfinite(v) else x.low for v in layer.low]
    high = [min(v, x.high) if math.isfinite(v) else x.high for v in layer.high]
    facts = [dict(f) for f in layer.facts] or [{}] * len(layer.x)
    values = _rows(layer.name, x=layer.x, y=layer.y, low=low, high=high, keep=axes, facts=facts)
    data = _data(values)
    rule = alt.Chart(data).mark_rule(
        strokeWidth=1 if layer.faint else 1.7, opacity=0.25 if layer.faint else 1, clip=True
    )
    dot = alt.Chart(data).mark_point(filled=not layer.hollow, size=34, opacity=1, clip=True)
    whole = across.copy()
    whole.shorthand = "low:Q"
    lines = rule.encode(x=whole, x2=alt.X2("high:Q"), y=up, color=colour)
    if layer.faint:
        return [_answering(lines, values)]
    return [
        lines,
        _answering(dot.encode(x=across, y=up, color=colour), values),
    ]


def _answering(chart: alt.Chart, values: Sequence[Mapping[str, object]]) -> alt.Chart:
    """The chart with what a mark says when it is pointed at, and where it leads."""
    there = {name for row in values for name in row}
    tooltip = [alt.Tooltip(f"{name}:N", title=title) for name, title in TOOLTIP.items() if name in there]
    if tooltip:
        chart = chart.encode(tooltip=tooltip)
    return chart.encode(href=alt.Href("link:N")) if "link" in there else chart


def _data(values: Sequence[Mapping[str, object]]) -> alt.Data:
    """The marks' values as Altair takes them; a tuple, since it copies lists each time that charts are put together."""
    return alt.Data(values=tuple(values))


def _rows(
    series: str, *, keep: tuple[Axis, Axis], facts: Sequence[Mapping[str, str]] = (), **columns: Sequence[float]
) -> list[dict[str, object]]:
    """One record a mark, six digits each, without those that an axis can't show."""
    out = []
    for i, values in enumerate(zip(*columns.values(), strict=True)):
        named = dict(zip(columns, values, strict=True))
        across, up = [v for k, v in named.items() if k[0] in "xlh"], [v for k, v in named.items() if k[0] == "y"]
        if all(_shown(v, keep[0]) for v in across) and all(_shown(v, keep[1]) for v in up):
            said = facts[i] if facts else {}
            out.append({"i": i, "series": series, **{k: float(f"{v:.6g}") for k, v in named.items()}, **said})
    return out


def _shown(value: float | None, axis: Axis) -> bool:
    return value is not None and math.isfinite(value) and not (axis.logarithmic and value <= 0)


# --- axes -------------------------------------------------------------------------------------------------------


def _x_axis(panel: Panel) -> Axis:
    values = [v for layer in panel.layers for v in layer.x]
    for layer in panel.layers:
        if isinstance(layer, Ranges):
            values += [*layer.low, *layer.high]
    if panel.x_zero and not panel.x_log:
        values.append(0.0)
    return axis_of(values, logarithmic=panel.x_log, wanted=5)


def _y_axis(panel: Panel) -> Axis:
    if panel.y_names:
        places = tuple(float(i) for i in range(len(panel.y_names)))
        return Axis(-0.6, len(panel.y_names) - 0.4, False, places, tuple(panel.y_names))
    values: list[float] = []
    for layer in panel.layers:
        values += [*layer.low, *layer.high] if isinstance(layer, Band) else layer.y
    return axis_of(values, logarithmic=panel.y_log, wanted=6)


def axis_of(values: Iterable[float], *, logarithmic: bool, wanted: int) -> Axis:
    """The axis that holds these values, with about `wanted` round ticks: all powers of ten, or all plain numbers."""
    there = [v for v in values if v is not None and math.isfinite(v) and not (logarithmic and v <= 0)]
    low, high = (min(there), max(there)) if there else (1.0, 10.0)
    if logarithmic:
        pad = max(high / low, 1.2) ** PAD
        low, high = low / pad, high * pad
        ticks = _log_ticks(low, high, wanted)
        powers = math.log10(high / low) > 3
        return Axis(low, high, True, ticks, tuple(map(_power, ticks)) if powers else _labels(ticks))
    pad = (high - low) * PAD or max(abs(high), 1.0) * PAD
    ticks = _round_ticks(low - pad, high + pad, wanted)
    return Axis(low - pad, high + pad, False, ticks, _labels(ticks))


def _round_ticks(low: float, high: float, wanted: int) -> tuple[float, ...]:
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    if low >= 1900 and high <= 2100:  # years are whole
        step = max(1.0, round(step))
    return tuple(float(f"{k * step:.10g}") for k in range(math.ceil(low / step), math.floor(high / step) + 1))


def _log_ticks(low: float, high: float, wanted: int) -> tuple[float, ...]:
    span = math.log10(high / low)
    if span > 3:
        every = max(1, math.ceil(span / wanted))
        first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
        return tuple(10.0**p for p in range(first, last + 1) if (p - first) % every == 0)
    if span < 0.5:
        return _round_ticks(low, high, wanted)
    steps = (1, 2, 5) if span > 1 else (1, 2, 3, 5, 7)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return tuple(t for p in powers for s in steps if low <= (t := float(f"{s * 10.0**p:.10g}")) <= high)


def _power(value: float) -> str:
    return "10" + str(round(math.log10(value))).translate(SUPERSCRIPTS)


def _labels(ticks: Sequence[float]) -> tuple[str, ...]:
    """The ticks as plain numbers or, where one is too long for that, all with their power of ten."""
    write = _plain if all(abs(tick) < TOO_LONG for tick in ticks) else _short
    return tuple(write(tick) for tick in ticks)


def _plain(value: float) -> str:
    return f"{value:.10g}".replace("-", "\N{MINUS SIGN}")


def _short(value: float) -> str:
    mantissa, power = f"{value:.2e}".split("e")
    shown = f"{float(mantissa):g}".replace("-", "\N{MINUS SIGN}")
    return "0" if value == 0 else f"{shown}×10{str(int(power)).translate(SUPERSCRIPTS)}"
