"""Drawing figures for print: PNG and SVG by matplotlib, the same bytes each time."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from analysis.report.findings import Band, Figure, Line, Panel, Points, Ranges

# Okabe and Ito's palette: told apart by colour-blind readers and in grey print.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#e69f00", "#444444")

PANEL_INCHES = (4.6, 3.4)
PNG_DPI = 150


def draw(figure: Figure, folder: Path) -> tuple[Path, Path]:
    """Writes `NAME.png` and `NAME.svg` into the folder; returns their paths."""
    plt = _pyplot()
    columns = min(figure.columns, len(figure.panels))
    rows = math.ceil(len(figure.panels) / columns)
    height = max(PANEL_INCHES[1], *(_row_inches(p) * len(p.y_names) + 1.2 for p in figure.panels))
    width = 7.2 if columns == 1 else PANEL_INCHES[0] * columns
    drawing, axes = plt.subplots(rows, columns, figsize=(width, height * rows), squeeze=False)
    _margins(figure, drawing, width, height * rows, rows, columns)
    for panel, ax in zip(figure.panels, axes.flat, strict=False):
        _panel(panel, ax)
    for ax in list(axes.flat)[len(figure.panels) :]:
        ax.set_visible(False)
    png, svg = folder / f"{figure.name}.png", folder / f"{figure.name}.svg"
    drawing.savefig(png, dpi=PNG_DPI, metadata={"Software": None})
    drawing.savefig(svg, metadata={"Date": None, "Creator": None})
    plt.close(drawing)
    return png, svg


def _row_inches(panel: Panel) -> float:
    """The height of a name's row: each of its intervals side by side has room for its dot."""
    return max(0.24, 0.1 * sum(isinstance(layer, Ranges) for layer in panel.layers) + 0.08)


def _margins(figure: Figure, drawing: Any, width: float, height: float, rows: int, columns: int) -> None:
    """Sets margins in inches from the longest label: a tenth of the time that matplotlib's own layout takes."""
    longest = max((len(name) for p in figure.panels for name in p.y_names), default=0)
    left, right, bottom, top = max(0.66, 0.075 * longest + 0.15), 0.16, 0.5, 0.34
    panel_width = (width - columns * (left + right)) / columns
    panel_height = (height - rows * (bottom + top)) / rows
    drawing.subplots_adjust(
        left=left / width,
        right=1 - right / width,
        bottom=bottom / height,
        top=1 - top / height,
        wspace=(left + right) / panel_width,
        hspace=(bottom + top) / panel_height,
    )


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update(
        {
            "svg.hashsalt": "paperflops",  # the same element names each time
            "svg.fonttype": "none",  # text stays text
            "font.family": "DejaVu Sans",
            "font.size": 8.5,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#e6e6e6",
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "axes.titlesize": 9.5,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "legend.frameon": False,
            "legend.fontsize": 7.5,
        }
    )
    import matplotlib.pyplot as plt

    return plt


def _panel(panel: Panel, ax: Any) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator

    labelled = 0
    for layer in panel.layers:
        colour = layer.colour
        if isinstance(layer, Band):
            ax.fill_between(layer.x, layer.low, layer.high, color=colour, alpha=0.13, linewidth=0)
        elif isinstance(layer, Line):
            style = (0, (4, 2.5)) if layer.dashed else "-"
            ax.plot(layer.x, layer.y, color=colour, lw=1.4, ls=style, label=layer.name or None)
            labelled += bool(layer.name)
        elif isinstance(layer, Points):
            if len(layer.x) > 2000:  # small, and one picture in the SVG
                ax.plot(
                    layer.x,
                    layer.y,
                    ls="none",
                    marker="o",
                    ms=2,
                    mew=0,
                    color=colour,
                    alpha=0.35,
                    rasterized=True,
                    label=layer.name or None,
                )
            else:
                ax.scatter(
                    layer.x,
                    layer.y,
                    s=20 * layer.size,
                    facecolors="white" if layer.hollow else colour,
                    edgecolors=colour if layer.hollow else "white",
                    linewidths=0.9 if layer.hollow else 0.5,
                    alpha=0.9,
                    label=layer.name or None,
                    zorder=3,
                )
            labelled += bool(layer.name)
        elif isinstance(layer, Ranges):
            _ranges(layer, ax, colour)
            labelled += bool(layer.name)
    if panel.x_zero:
        ax.axvline(0, color="#888888", lw=0.8)
    if panel.x_log:
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())  # minor ticks take more time to draw than all else
    if panel.y_log:
        ax.set_yscale("log")
        ax.yaxis.set_minor_locator(NullLocator())
        _plain_log_ticks(ax.yaxis)
    if panel.y_names:
        ax.set_yticks(range(len(panel.y_names)), panel.y_names)
        ax.set_ylim(len(panel.y_names) - 0.4, -0.6)
    if panel.x_label.startswith("year"):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    _open_ends(panel, ax)
    ax.set_title(panel.title)
    ax.set_xlabel(panel.x_label)
    ax.set_ylabel(panel.y_label)
    if panel.note:  # above the axes, where no mark can hide it
        ax.set_title(panel.note, loc="right", fontsize=7.5, color="#444444", fontweight="normal")
    if labelled > 1:
        ax.legend(loc="best")


def _ranges(layer: Ranges, ax: Any, colour: str) -> None:
    x, y = np.asarray(layer.x, float), np.asarray(layer.y, float)
    low, high = np.asarray(layer.low, float), np.asarray(layer.high, float)
    for yi, lo, hi in zip(y, low, high, strict=True):
        if np.isfinite(lo) and np.isfinite(hi):
            ax.plot([lo, hi], [yi, yi], color=colour, lw=1.4, solid_capstyle="butt", zorder=2)
    ax.scatter(
        x,
        y,
        s=22,
        facecolors="white" if layer.hollow else colour,
        edgecolors=colour,
        zorder=3,
        label=layer.name or None,
    )


def _open_ends(panel: Panel, ax: Any) -> None:
    """Draws the intervals without an end on one side or both, off the axes on that side."""
    left, right = ax.get_xlim()
    for layer in panel.layers:
        if isinstance(layer, Ranges):
            for x, y, low, high in zip(layer.x, layer.y, layer.low, layer.high, strict=True):
                if np.isfinite(x) and not (np.isfinite(low) and np.isfinite(high)):
                    ends = [low if np.isfinite(low) else left, high if np.isfinite(high) else right]
                    ax.plot(ends, [y, y], color=layer.colour, lw=1.4, zorder=2)
    ax.set_xlim(left, right)


def _plain_log_ticks(axis: Any) -> None:
    """A few round ticks as plain numbers on a logarithmic axis: error rates span less than two powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator

    low, high = sorted(axis.get_view_interval())
    if not 0 < low < high or high / low > 1e4:
        return
    if high / low < 3:  # nearly linear: round steps
        step = next(s for s in sorted(m * 10.0**p for m in (1, 2, 5) for p in range(-6, 6)) if (high - low) / s <= 7)
        axis.set_major_locator(FixedLocator([step * k for k in range(math.ceil(low / step), int(high / step) + 1)]))
    else:
        axis.set_major_locator(LogLocator(base=10, subs=[1, 2, 3, 5] if high / low < 20 else [1, 2, 5], numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
