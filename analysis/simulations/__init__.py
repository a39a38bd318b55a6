"""Simulations that methods were chosen by: each a script, and the table that it wrote, which the report quotes.

    python -m analysis.simulations.intervals       # intervals.csv: how often an interval holds the planted slope
    python -m analysis.simulations.intervals long  # intervals_long.csv: two of them by ten times as many samples
    python -m analysis.simulations.misread         # misread.csv: slopes through values that may be misread
    python -m analysis.simulations.open_budgets    # open_budgets.csv: errors at new budgets taken as upper bounds

Each takes some minutes on one core; the tests run small versions through the same functions.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd

from db.untyped import Row

HERE = Path(__file__).parent


@lru_cache(maxsize=8)
def simulated(name: str) -> pd.DataFrame:
    """The committed table of a simulation, by its name ("intervals"); do not change it in place."""
    return pd.read_csv(HERE / f"{name}.csv")


def write_simulated(name: str, lines: list[Row]) -> None:
    """Writes a simulation's table beside its script."""
    pd.DataFrame(lines).to_csv(HERE / f"{name}.csv", index=False, float_format="%.4g", lineterminator="\n")
