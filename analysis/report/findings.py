"""What a study hands to the report: sections of words, tables and figures, each value before any drawing or layout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.fits.regression import Regression
from analysis.report.colours import INK

Text = str  # plain; 10^21 is printed with the power raised


@dataclass(frozen=True)
class Table:
    """One table. `frame` holds full precision (it is the CSV); `formats` say how a column is printed.

    formats: column -> a format spec (".3f"), or "link" for a column of (text, address) pairs, "log" for powers of ten.
    """

    name: str  # the file's name, without ending
    title: str
    frame: pd.DataFrame
    formats: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    emphasis: Sequence[int] = ()  # rows printed bold
    folded: bool = False  # long tables: closed until asked for
    file_only: Sequence[str] = ()  # columns that stand in the CSV but not on the page


@dataclass(frozen=True)
class Points:
    """Marks, each with the facts shown when it is pointed at."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    facts: Sequence[Mapping[str, str]] = ()  # "label" first; "link" makes the mark clickable
    colour: str = INK
    hollow: bool = False
    size: float = 1.0


@dataclass(frozen=True)
class Line:
    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str = INK
    dashed: bool = False


@dataclass(frozen=True)
class Band:
    """The region between two curves."""

    name: str
    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    colour: str = INK


@dataclass(frozen=True)
class Ranges:
    """Horizontal intervals with their middle, one for each y position: a forest plot."""

    name: str
    y: Sequence[float]
    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    colour: str = INK
    hollow: bool = False
    faint: bool = False  # intervals so many that they lie on each other: drawn thin, without their middles
    facts: Sequence[Mapping[str, str]] = ()


Layer = Points | Line | Band | Ranges


@dataclass(frozen=True)
class Panel:
    """One set of axes. Values are given plain, also where an axis is logarithmic."""

    title: str
    x_label: str
    y_label: str
    layers: Sequence[Layer]
    x_log: bool = False
    y_log: bool = False
    y_names: Sequence[str] = ()  # categories: y = 0, 1, 2 ... from the top
    x_zero: bool = False  # draw a line at x = 0
    note: str = ""  # printed in the panel's corner


@dataclass(frozen=True)
class Figure:
    """Panels that are read together; drawn once for the screen and once for print."""

    name: str
    title: str
    panels: Sequence[Panel]
    caption: str = ""
    columns: int = 1
    log_switch: bool = False  # offer linear axes too


@dataclass(frozen=True)
class Section:
    """What one study found."""

    study: str
    title: str
    summary: Sequence[Text]  # what came out, in sentences
    key: Text = ""  # the one sentence that the report's head takes over
    method: str = ""
    formula: str = ""
    tables: Sequence[Table] = ()
    figures: Sequence[Figure] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)  # benchmark -> why it was not fitted
    fits: Mapping[tuple[str, str], Regression] = field(default_factory=dict)  # (data, benchmark) -> what the head shows
    failure: Text = ""  # why the study broke off, where it did; then there is nothing else


def refusals_by_need(sections: Sequence[Section]) -> dict[str, list[str]]:
    """What was not fitted, by what a fit would need: each benchmark once, in the sections' order."""
    out: dict[str, list[str]] = {}
    for why in dict.fromkeys(why for s in sections for why in s.refusals.values()):
        what, _, need = why.partition("; ")
        out.setdefault(need, []).append(what)
    return out


def with_minus(text: str) -> str:
    """The text with the hyphens before numbers set as minus signs; "pre-training" keeps its own."""
    return re.sub(r"(?<![\w)])-(?=[\d.])", "\N{MINUS SIGN}", text)
