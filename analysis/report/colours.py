"""Colours: one for each benchmark through the whole report, and a row of them for kinds set side by side."""

from __future__ import annotations

from db.reference.benchmarks import load_benchmarks

# In the order of benchmarks.toml. Those that the study fits have Okabe and Ito's colours, which colour-blind readers
# can tell apart; the others have shades between, and the last five wait for benchmarks to come.
PALETTE = (
    "#0072b2", "#7b4fa3", "#a23b2a", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#8a6d00", "#56b4e9", "#3b7a78",
    "#5d8a00", "#c2577f", "#4a5fa5", "#997a3d", "#333f6b",
    "#6b4226", "#1f7a4d", "#8c3f8c", "#b0563b", "#4d6b8a",
)  # fmt: skip
INK = "#444444"  # what belongs to no benchmark: pooled lines, references
# Kinds set side by side (row sets, intervals, remedies): no benchmark has one of these.
KINDS = ("#1d2430", "#b80c3c", "#8b96a5", "#5a2ca0", "#9c5f3c", "#3f9fb5")


def colour_of(benchmark: str) -> str:
    """The benchmark's colour: the same in every figure."""
    names = list(load_benchmarks())
    return PALETTE[names.index(benchmark) % len(PALETTE)] if benchmark in names else INK
