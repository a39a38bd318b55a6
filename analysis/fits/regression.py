"""Fitting how error falls with computing: ordinary least squares, in the study's forms.

| response      | formula                                  | in the study                              |
|---------------|------------------------------------------|-------------------------------------------|
| log10 error   | log10(error) = a + b log10(computing)    | polynomial form: tables 1, 2, 3, figure 3 |
| 1/error       | 1/error = a + b log10(computing)         | exponential form of table 4               |
| error         | error = a + b log10(computing)           | exponential form of table 1               |

Each may carry a time trend (`year`, counted from `YEAR_ZERO`). statsmodels does the fitting; the tests hold it to an
independent solution of the normal equations.

Models of one paper are alike, so intervals are clustered by paper: CR2 with Satterthwaite's degrees of freedom, unless
another covariance is asked for. Of the intervals tried it alone holds the planted slope in 93 of 100 samples or more on
the designs of all six benchmarks (`analysis/simulations/intervals.csv`). The study's classical errors stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.fits.cluster_robust import ClusterRobust, cluster_robust
from db.errors import PaperflopsError
from db.models import Fit
from db.quantities import counted

Response = Literal["log10 error", "1/error", "error"]
Covariance = Literal["CR2", "CR3", "CR1", "HC3", "classical"]
Floats = NDArray[np.float64]

YEAR_ZERO = 2012  # the year of AlexNet, from which the study counts
MINIMUM_ROWS = 10  # the study's smallest published fit has 12 rows; with 10 a slope still has 8 degrees of freedom
MINIMUM_PAPERS = 5  # fewer papers than this describe those papers, not a field

CONSTANT = "constant"
SLOPE = "log10 computing"
YEAR = "year"


class TooFewRowsError(PaperflopsError):
    """A benchmark whose rows can't carry a fit: says how many there are and how many it takes."""

    def __init__(self, benchmark: str, rows: int, papers: int) -> None:
        self.rows, self.papers = rows, papers
        super().__init__(
            f"{benchmark or 'this selection'}: {counted(rows, 'usable row')} from {counted(papers, 'paper')}",
            f"a fit needs at least {MINIMUM_ROWS} rows from {MINIMUM_PAPERS} papers, with more than one amount "
            "of computing",
        )


@dataclass(frozen=True)
class Regression(Fit):
    """A fit with what inference needs beside it. Errors and intervals are by `covariance`, at `level`, by Student's t.

    `degrees_of_freedom` of each coefficient's t; `classical` holds the errors and intervals of independent rows, as the
    study prints them, whatever the covariance.
    """

    covariance: str = "CR2"
    degrees_of_freedom: Mapping[str, float] = field(default_factory=dict)
    papers: int | None = None
    level: float = 0.95
    p_values: Mapping[str, float] = field(default_factory=dict)
    covariances: Mapping[tuple[str, str], float] = field(default_factory=dict)  # of the coefficients, by pair
    classical: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)  # standard error, low, high
    clusters: ClusterRobust | None = field(default=None, repr=False, compare=False)

    def stars(self, term: str) -> str:
        """The study's stars: *** below 0.01, ** below 0.05, * below 0.1."""
        p = self.p_values[term]
        return "***" if p < 0.01 else "**" if p < 0.05 else "*" if p < 0.1 else ""

    def predict(self, computing: ArrayLike, year: float | None = None) -> Floats:
        """The fitted response at these amounts of computing."""
        out = self.coefficients[CONSTANT] + self.coefficients[SLOPE] * np.log10(np.asarray(computing, float))
        if YEAR in self.coefficients:
            out = out + self.coefficients[YEAR] * ((YEAR_ZERO if year is None else year) - YEAR_ZERO)
        return np.asarray(out, float)

    def band(self, computing: ArrayLike) -> tuple[Floats, Floats]:
        """The confidence band of the fitted response (no time trend) at these amounts of computing: low, high."""
        half = self.margin(np.log10(np.asarray(computing, float)))
        middle = self.predict(computing)
        return middle - half, middle + half

    def margin(self, log10_computing: ArrayLike) -> Floats:
        """Half the width of the confidence band (no time trend) at these powers of ten of computing."""
        from scipy.stats import t as student

        x = np.asarray(log10_computing, float)
        variance = (
            self.covariances[CONSTANT, CONSTANT]
            + 2 * x * self.covariances[CONSTANT, SLOPE]
            + x * x * self.covariances[SLOPE, SLOPE]
        )
        quantile = student.ppf(0.5 + self.level / 2, self.band_degrees_of_freedom(x))
        return np.asarray(quantile * np.sqrt(np.maximum(variance, 0.0)))

    def band_degrees_of_freedom(self, log10_computing: Floats) -> Floats:
        """Degrees of freedom of the line's height at these powers of ten: far from the rows, those of the slope."""
        if self.covariance != "CR2" or self.clusters is None:
            return np.full(np.shape(log10_computing), self.degrees_of_freedom[SLOPE])
        heights = np.column_stack([np.ones_like(log10_computing).ravel(), log10_computing.ravel()])
        return self.clusters.degrees_of_freedom(heights).reshape(np.shape(log10_computing))

    def predict_error(self, computing: ArrayLike, year: float | None = None) -> Floats:
        """The fitted error rate (a fraction) at these amounts of computing, whatever the response was."""
        return to_error(self.predict(computing, year), self.formula)


def fit_power_law(
    computing: ArrayLike,
    error: ArrayLike,
    *,
    year: ArrayLike | None = None,
    papers: Sequence[object] | None = None,
    response: Response = "log10 error",
    covariance: Covariance = "CR2",
    level: float = 0.95,
    rows: Sequence[str] = (),
    rows_left_out: Mapping[str, str] | None = None,
    study: str = "",
    benchmark: str = "",
) -> Regression:
    """The least squares fit of an error rate on log10 of computing.

    computing: positive amounts, one a row, in any one unit (GFLOPs, FLOPs per pass).
    error: error rates as fractions, in (0, 1).
    year: decimal years, for a fit with a time trend.
    papers: the paper of each row, whose rows may be alike; without it each row counts as a paper of its own.
    covariance: of the coefficients: "CR2" (rows of one paper may be alike; t with Satterthwaite's degrees of freedom),
        "CR3" and "CR1" (the same with t on papers - 1), "HC3" (unequal scatter), "classical" (the study's).

    Raises TooFewRowsError where the rows can't carry the fit, ValueError on amounts outside their range.
    """
    c, e = np.asarray(computing, dtype=float), np.asarray(error, dtype=float)
    if c.shape != e.shape or c.ndim != 1:
        raise ValueError("computing and error must be two lists of the same length")
    if not (np.all(np.isfinite(c)) and np.all(c > 0)):
        raise ValueError("computing must be positive and finite in every row")
    if not (np.all(e > 0) and np.all(e < 1)):
        raise ValueError("error rates must be fractions between 0 and 1 (23.7 % is 0.237)")
    n_papers = len(set(papers)) if papers is not None else None
    if len(c) < MINIMUM_ROWS or (n_papers or MINIMUM_PAPERS) < MINIMUM_PAPERS or np.ptp(c) == 0:
        raise TooFewRowsError(benchmark, len(c), n_papers if n_papers is not None else len(c))

    columns: dict[str, Floats] = {CONSTANT: np.ones_like(c), SLOPE: np.log10(c)}
    if year is not None:
        columns[YEAR] = np.asarray(year, dtype=float) - YEAR_ZERO
    formula = f"{response} ~ " + " + ".join(name for name in columns if name != CONSTANT)
    fit = ordinary_least_squares(
        to_response(e, response), columns, formula=formula, papers=papers, covariance=covariance, level=level
    )
    return replace(
        fit, study=study, benchmark=benchmark, rows_used=tuple(rows), rows_left_out=dict(rows_left_out or {})
    )


def ordinary_least_squares(
    y: Floats,
    columns: Mapping[str, Floats],
    *,
    formula: str,
    papers: Sequence[object] | None = None,
    covariance: Covariance = "CR2",
    level: float = 0.95,
) -> Regression:
    """The least squares fit of `y` on these columns (one of them the constant), by statsmodels.

    It names no study, benchmark or rows: those are for who knows what the columns are of.
    """
    from statsmodels.regression.linear_model import OLS

    names = list(columns)
    design = np.column_stack([columns[name] for name in names])
    model = OLS(y, design)
    plain = model.fit()
    n_papers = len(set(papers)) if papers is not None else None
    clusters = None
    matrix: Floats = np.asarray(plain.cov_params())
    dof: Floats = np.full(len(names), float(plain.df_resid))
    if covariance == "HC3":
        matrix = np.asarray(model.fit(cov_type="HC3").cov_params())
    elif covariance != "classical":
        clusters = cluster_robust(design, np.asarray(plain.resid), papers, covariance)
        matrix = clusters.covariance
        few = n_papers if n_papers is not None else len(y)
        dof = clusters.degrees_of_freedom(np.eye(len(names))) if covariance == "CR2" else np.full(len(names), few - 1.0)
    errors = np.sqrt(np.diag(matrix))
    estimates = np.asarray(plain.params)
    return Regression(
        study="",
        benchmark="",
        formula=formula,
        n=int(plain.nobs),
        coefficients=dict(zip(names, map(float, estimates), strict=True)),
        standard_errors=dict(zip(names, map(float, errors), strict=True)),
        intervals=dict(zip(names, _intervals(estimates, errors, dof, level), strict=True)),
        r2=float(plain.rsquared),
        adjusted_r2=float(plain.rsquared_adj),
        residual_standard_error=float(np.sqrt(plain.mse_resid)),
        f_statistic=float(plain.fvalue),
        rows_used=(),
        rows_left_out={},
        covariance=covariance,
        degrees_of_freedom=dict(zip(names, map(float, dof), strict=True)),
        papers=n_papers,
        level=level,
        p_values=dict(zip(names, _p_values(estimates, errors, dof), strict=True)),
        covariances={(one, other): float(matrix[i, j]) for i, one in enumerate(names) for j, other in enumerate(names)},
        classical={
            name: (float(se), float(low), float(high))
            for name, se, (low, high) in zip(names, plain.bse, plain.conf_int(alpha=1 - level), strict=True)
        },
        clusters=clusters,
    )


def _intervals(estimates: Floats, errors: Floats, dof: Floats, level: float) -> list[tuple[float, float]]:
    from scipy.special import stdtrit  # the quantile of Student's t; scipy.stats checks its arguments for longer

    half = stdtrit(dof, 0.5 + level / 2) * errors
    return [(float(low), float(high)) for low, high in zip(estimates - half, estimates + half, strict=True)]


def _p_values(estimates: Floats, errors: Floats, dof: Floats) -> list[float]:
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        return [float(p) for p in 2 * stdtr(dof, -np.abs(estimates / errors))]


def to_response(error: Floats, response: str) -> Floats:
    """The error rate in the form that is fitted."""
    if response == "log10 error":
        return np.log10(error)
    if response == "1/error":
        return 1.0 / error
    if response == "error":
        return error
    raise ValueError(f"there is no response {response!r}; there are 'log10 error', '1/error' and 'error'")


def to_error(fitted: Floats, formula: str) -> Floats:
    """The error rate that a fitted response means; NaN where the response means none."""
    response = formula.split(" ~ ")[0]
    if response == "log10 error":
        return np.asarray(10.0**fitted)
    if response == "1/error":
        return np.where(fitted > 0, 1.0 / np.where(fitted > 0, fitted, 1.0), np.nan)
    return fitted
