"""What a study is given: the frozen data and the analyst's choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis.fits.projection import Conversions
from analysis.fits.regression import TooFewRowsError
from analysis.rows.observations import AS_PUBLISHED, CORRECTED, CURATED, REFERENCE, usable
from analysis.rows.snapshot import Snapshot
from db.reference.benchmarks import load_benchmarks


@dataclass(frozen=True)
class Options:
    """The analyst's choices; every one is printed in the report."""

    compute: str = "burden"  # burden | tensor | operations | training
    benchmarks: tuple[str, ...] = ()  # empty: all
    since: float | None = None  # decimal year
    max_models_per_paper: int | None = None
    leave_out_reimplementations: bool = False
    leave_out_extra_data: bool = False
    rows: str | None = None  # the data set that is shown where only one can be
    level: float = 0.95
    draws: int = 1000  # of a bootstrap or a simulation
    seed: int = 2007  # of everything random
    conversions: Conversions = field(default_factory=Conversions)

    def words(self) -> list[str]:
        """The choices that differ from the defaults, in words."""
        out = [] if self.rows is None else [f"figures on the rows {self.rows}"]
        if self.benchmarks:
            out.append("benchmarks: " + ", ".join(self.benchmarks))
        if self.since is not None:
            out.append(f"published since {self.since:.2f}")
        if self.max_models_per_paper is not None:
            out.append(f"at most {self.max_models_per_paper} models a paper")
        if self.leave_out_reimplementations:
            out.append("without re-implementations")
        if self.leave_out_extra_data:
            out.append("without rows trained on extra data")
        return out


@dataclass(frozen=True)
class Inputs:
    """The snapshot and the options; what every study's `run` takes."""

    snapshot: Snapshot
    options: Options = field(default_factory=Options)
    _usable: dict[tuple[str, str | None, str], tuple[pd.DataFrame, pd.DataFrame]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def data_sets(self) -> list[str]:
        return self.snapshot.data_sets or [CURATED]

    @property
    def main_data(self) -> str:
        """The data set that a figure shows where only one can be shown: one's own rows before the authors'."""
        asked = (self.options.rows, CURATED, CORRECTED, REFERENCE)
        return next((str(name) for name in asked if name in self.data_sets), CURATED)

    @property
    def is_reference(self) -> bool:
        """Whether this is the authors' table, whose published figures can be compared."""
        return AS_PUBLISHED in self.data_sets

    def observations(self, data: str, benchmark: str | None = None) -> pd.DataFrame:
        """The rows of one data set that the options let in, of one benchmark or of all."""
        rows = self.snapshot.observations
        keep = rows["data"] == data
        if benchmark is not None:
            keep &= rows["benchmark"] == benchmark
        elif self.options.benchmarks:
            keep &= rows["benchmark"].isin(self.options.benchmarks)
        if self.options.since is not None:
            keep &= rows["year"] >= self.options.since
        return rows[keep].reset_index(drop=True)

    def usable(
        self, data: str, benchmark: str | None = None, compute: str | None = None
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows that can be fitted and those left out with reasons, by the options (your own copies)."""
        key = (data, benchmark, compute or self.options.compute)
        if key not in self._usable:
            self._usable[key] = self._find_usable(*key)
        rows, left_out = self._usable[key]
        return rows.copy(), left_out.copy()

    def _find_usable(self, data: str, benchmark: str | None, compute: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        return usable(
            self.observations(data, benchmark),
            compute,
            leave_out_reimplementations=self.options.leave_out_reimplementations,
            leave_out_extra_data=self.options.leave_out_extra_data,
            max_models_per_paper=self.options.max_models_per_paper,
        )

    def benchmarks(self, data: str | None = None) -> list[str]:
        """The benchmarks with rows, in the order of benchmarks.toml."""
        rows = self.snapshot.observations
        there = set(rows.loc[rows["data"] == (data or self.main_data), "benchmark"])
        wanted: Sequence[str] = self.options.benchmarks or list(load_benchmarks())
        return [name for name in load_benchmarks() if name in there and name in wanted]

    def benchmarks_of(self, names: Iterable[str]) -> list[str]:
        """Those of these benchmarks that the options let in, in the order of benchmarks.toml."""
        there, wanted = set(names), self.options.benchmarks or tuple(load_benchmarks())
        return [name for name in load_benchmarks() if name in there and name in wanted]

    def with_options(self, **changes: object) -> Inputs:
        """The same data under other options."""
        return Inputs(self.snapshot, replace(self.options, **changes))  # type: ignore[arg-type]


def benchmark_name(benchmark: str) -> str:
    """The benchmark as people say it."""
    known = load_benchmarks()
    return known[benchmark].name if benchmark in known else benchmark


def refused(error: TooFewRowsError, benchmark: str, data: str) -> dict[str, str]:
    """Why this benchmark was not fitted on this data set, for a section's refusals: in the same words in each study."""
    return {f"{data} {benchmark}": f"{benchmark_name(benchmark)} ({data}): " + str(error).split(": ", 1)[1]}


def metric_name(benchmark: str) -> str:
    """The benchmark's primary metric as its table header prints it ("top-1 error", "box AP")."""
    metric = load_benchmarks()[benchmark].primary_metric
    return metric.title or metric.id.replace("_", " ")
