"""Panels that several studies draw: errors against computing, and slopes with their intervals side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from analysis.report.findings import Figure, Layer, Panel, Points, Ranges, with_minus
from analysis.report.writing import RowFacts
from analysis.rows.observations import MEASURES, records
from db.untyped import Row

APART = 0.75  # of the distance between two names: what their intervals side by side take up


def error_points(
    rows: pd.DataFrame, colour: str, *, hollow: bool = False, said: Callable[[Row], str] = lambda _: ""
) -> Points:
    """The rows as marks at their computing and error (in %). `said`: what a mark says beside its error."""
    return Points(
        "",
        rows["computing"].tolist(),
        (100 * rows["error"]).tolist(),
        RowFacts(rows, lambda r: f"error {100 * r['error']:.2f} %{said(r)}"),
        colour=colour,
        hollow=hollow,
    )


def error_panel(title: str, compute: str, layers: Sequence[Layer], note: str, *, of: str = "") -> Panel:
    """Error rate (in %) against a measure of computing, both logarithmic. `of`: what the error is made from."""
    measure, unit = MEASURES[compute]
    return Panel(
        title, f"{measure} ({unit})", f"error rate (%){of}", layers, x_log=True, y_log=True, note=with_minus(note)
    )


def slope_forest(
    name: str,
    title: str,
    frame: pd.DataFrame,
    kind: str,
    colours: Mapping[str, str],
    said: Callable[[Row], str],
    *,
    of: str = "benchmark",
) -> Figure:
    """A forest plot: for each of `of` one interval a kind.

    frame: one interval a row, with `slope`, `low`, `high` and the columns `of` and `kind`.
    colours: by kind, in the order from the top. said: what an interval says when it is pointed at.
    """
    names = list(dict.fromkeys(frame[of]))
    layers = []
    for number, (which, colour) in enumerate(colours.items()):
        some = frame[frame[kind] == which]
        if some.empty:
            continue
        shift = (number - (len(colours) - 1) / 2) * APART / len(colours)
        layers.append(
            Ranges(
                which if len(colours) > 1 else "",
                [names.index(n) + shift for n in some[of]],
                some["slope"].tolist(),
                some["low"].tolist(),
                some["high"].tolist(),
                colour=colour,
                facts=[{"label": f"{r[of]}, {r[kind]}", "value": with_minus(said(r))} for r in records(some)],
            )
        )
    return Figure(name, title, [Panel(title, "slope", "", layers, y_names=names, x_zero=True)])
