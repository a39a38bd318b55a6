"""What goes beyond the study: progress, pooling, specifications, and training FLOP by two methods."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.fits.hierarchical import ERROR_DECADES, partially_pooled
from analysis.fits.mixed import pooled_line
from analysis.fits.regression import SLOPE, YEAR
from analysis.rows.inputs import Inputs, Options
from analysis.rows.observations import AS_FITTED, CORRECTED, reference_observations, usable
from analysis.rows.snapshot import freeze_reference
from analysis.studies import currency, progress, specifications


def planted(rng: np.random.Generator, n: int = 120, slope: float = -0.1, yearly: float = -0.03) -> pd.DataFrame:
    """Rows whose error falls with computing and with the year, two models a paper."""
    paper = np.repeat(np.arange(n // 2), 2)
    date = rng.uniform(2013, 2020, n // 2)[paper]
    computing = rng.uniform(8, 13, n)
    error = 10 ** (-0.3 + slope * (computing - 8) + yearly * (date - 2013) + 0.04 * rng.standard_normal(n))
    return pd.DataFrame(
        {
            "arxiv_id": [f"17{p % 12 + 1:02}.{p:05}" for p in paper], "title": None,
            "row_key": [f"r{i}" for i in range(n)], "computing": 10**computing,
            "error": np.clip(error, 1e-4, 0.99), "date": date, "pre_training": rng.random(n) < 0.3, "extra_data": False,
        }
    )  # fmt: skip


def test_planted_progress_comes_back() -> None:
    """it finds the planted ratio of year to computing inside its interval, and turns it into doublings."""
    fit = progress.progress_fit(planted(np.random.default_rng(1)))
    assert fit is not None
    ratio, low, high = progress.ratio_interval(fit)
    assert low < 0.3 < high and ratio == pytest.approx(fit.coefficients[YEAR] / fit.coefficients[SLOPE])
    assert ratio / math.log10(2) == pytest.approx(1.0, abs=0.2), "0.3 powers of ten a year are one doubling"


def test_progress_has_no_bound_where_computing_may_not_matter() -> None:
    """it leaves both ends open where computing's own slope may be zero."""
    fit = progress.progress_fit(planted(np.random.default_rng(2), n=24, slope=0.0))
    assert fit is not None
    assert progress.ratio_interval(fit)[1:] == (-math.inf, math.inf)


def test_rows_of_the_authors_are_dated_by_the_month() -> None:
    """it dates a row of a whole year by the month that its arXiv id names."""
    rows = reference_observations(CORRECTED).set_index("row_key")
    assert rows.loc["coco-001", "year"] == 2016
    assert rows.loc["coco-001", "date"] == pytest.approx(2016 + 3.5 / 12)


def test_an_uncertain_slope_is_drawn_to_the_others() -> None:
    """it draws a slope from few noisy rows to the mean of sure ones, and leaves the sure ones where they are."""
    rng = np.random.default_rng(3)
    x, y, benchmark = [], [], []
    for name, n, slope, noise in (
        ("a", 40, -0.05, 0.02),
        ("b", 40, -0.06, 0.02),
        ("c", 40, -0.055, 0.02),
        ("d", 8, 0.05, 0.2),
    ):
        some = rng.uniform(8, 13, n)
        x += some.tolist()
        y += (-0.3 + slope * (some - 8) + noise * rng.standard_normal(n)).tolist()
        benchmark += [name] * n
    own = {
        b: np.polyfit(np.array(x)[np.array(benchmark) == b], np.array(y)[np.array(benchmark) == b], 1)[0]
        for b in "abcd"
    }
    found = partially_pooled(x, y, benchmark, list(range(len(x))))
    assert abs(found.slopes["d"].value - found.mean.value) < abs(own["d"] - found.mean.value) / 2
    assert found.slopes["a"].value == pytest.approx(own["a"], abs=0.01)


def test_pooled_slopes_follow_from_priors_and_rows() -> None:
    """it gives the posterior of the model as written, by weighing draws of the priors with whole covariances."""
    rng = np.random.default_rng(7)
    sizes, papers = (5, 6, 4), ([0, 0, 1, 2, 2], [0, 1, 1, 1, 2, 3], [0, 0, 1, 2])
    some = [rng.uniform(8, 13, n) for n in sizes]
    found = [-0.6 - 0.1 * (x - 10) + 0.2 * rng.standard_normal(len(x)) for x in some]
    many = 200_000
    mu, tau = 0.2 * rng.standard_normal(many), np.abs(0.1 * rng.standard_normal(many))
    between = np.abs(0.2 * rng.standard_normal(many))
    weight, slopes = np.zeros(many), []
    for x, y, paper in zip(some, found, papers, strict=True):
        reliability = 1 - ERROR_DECADES**2 / x.var()
        slope, scatter = mu + tau * rng.standard_normal(many), np.abs(0.2 * rng.standard_normal(many))
        own = scatter**2 + slope**2 * reliability * ERROR_DECADES**2
        same = np.equal.outer(paper, paper)
        covariance = own[:, None, None] * np.eye(len(x)) + between[:, None, None] ** 2 * same + 0.7**2
        left = y + 0.6 - slope[:, None] * reliability * (x - x.mean())
        solved = np.linalg.solve(covariance, left[:, :, None])[:, :, 0]
        weight -= 0.5 * (np.linalg.slogdet(covariance)[1] + (left * solved).sum(axis=1))
        slopes.append(slope)
    weight = np.exp(weight - weight.max())
    pooled = partially_pooled(
        np.concatenate(some), np.concatenate(found), list("aaaaabbbbbbcccc"), [str(p) for of in papers for p in of]
    )
    for drawn, told in zip([mu, tau, *slopes], [pooled.mean, pooled.scatter, *pooled.slopes.values()], strict=True):
        order = np.argsort(drawn)
        low, high = np.interp([0.025, 0.975], np.cumsum(weight[order]) / weight.sum(), drawn[order])
        near = 0.02 * (high - low)
        assert told.value == pytest.approx(np.average(drawn, weights=weight), rel=0, abs=near)
        assert (told.low, told.high) == pytest.approx((low, high), rel=0, abs=3 * near)


@pytest.mark.parametrize("fault", ["same computing", "two rows each", "little scatter", "steep"])
def test_pooled_slopes_of_odd_rows(fault: str) -> None:
    """it gives slopes inside their intervals, about the same with half as many cells, whatever the rows say."""
    rng = np.random.default_rng(8)
    each = 2 if fault == "two rows each" else 12
    x = np.full(3 * each, 10.0) if fault == "same computing" else rng.uniform(8, 13, 3 * each)
    y = (-2.5 if fault == "steep" else -0.05) * x + (
        0.005 if fault == "little scatter" else 0.05
    ) * rng.standard_normal(len(x))
    benchmark = np.repeat(["a", "b", "c"], each).tolist()
    found, coarser = (partially_pooled(x, y, benchmark, list(range(len(x))), finer=n) for n in (1, 0.5))
    for told, again in zip(found.slopes.values(), coarser.slopes.values(), strict=True):
        assert -3 < told.low < told.value < told.high < 3
        near = 0.1 * (again.high - again.low)
        assert (told.value, told.low, told.high) == pytest.approx((again.value, again.low, again.high), rel=0, abs=near)


def test_a_pooled_line_lies_among_the_benchmarks() -> None:
    """it gives the mean of benchmarks' slopes where levels differ, which one line through all rows misses."""
    rng = np.random.default_rng(5)
    benchmark = np.repeat(np.arange(5), 20)
    x = rng.uniform(0, 2, 100) + 2 * benchmark
    y = 3.0 * benchmark - 0.5 * x + 0.05 * rng.standard_normal(100)
    found = pooled_line(x, y, benchmark.tolist(), list(range(100)))
    assert found is not None
    assert found.low < -0.5 < found.high
    assert np.polyfit(x, y, 1)[0] > 0


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return Inputs(freeze_reference(), Options(draws=200, benchmarks=("wmt14_en_fr",)))


def test_the_study_s_own_specification_is_marked(inputs: Inputs) -> None:
    """it marks one fit a benchmark as the study's own, with its slope and classical interval."""
    section = specifications.run(inputs)
    rows = section.tables[0].frame
    mine = rows[rows["the study's"]]
    assert len(mine) == 1
    assert mine.iloc[0][["rows", "peaks", "response", "covariance", "selection"]].tolist() == [
        AS_FITTED, "authors", "log10 error", "classical", "all",
    ]  # fmt: skip
    assert mine.iloc[0]["slope"] == pytest.approx(-0.0237, abs=5e-5)


@pytest.mark.parametrize("response", specifications.load_specifications()["responses"])
def test_forms_are_told_on_one_scale(response: str) -> None:
    """it gives nearly the slope of log10 error from every form where error moves little."""
    rng = np.random.default_rng(6)
    x = rng.uniform(8, 10, 60)
    error = 10 ** (-0.5 - 0.02 * (x - 9) + 0.001 * rng.standard_normal(60))
    y, scale = specifications.on_log10_error(error, 100 * (1 - error), response)
    assert scale * np.polyfit(x, y, 1)[0] == pytest.approx(-0.02, rel=0.03)


@pytest.mark.parametrize("selection", specifications.load_specifications()["selections"])
def test_selections_keep_rows(selection: str) -> None:
    """it keeps some of the rows and changes none."""
    rows = usable(reference_observations(CORRECTED).query("benchmark == 'squad11'"))[0]
    kept = specifications.select(rows, selection)
    assert 0 < len(kept) <= len(rows)
    assert set(kept["row_key"]) <= set(rows["row_key"])
    assert (len(kept) == len(rows)) == (selection in ("all", "no re-implementations", "since 2015"))


def test_both_methods_of_training_flop() -> None:
    """it finds the share of the peak that a row's operations imply."""
    rows = pd.DataFrame({"training_operations": [3e18, np.nan, 1e18], "burden": [1e10, 1e10, np.nan]})
    found = currency.both_methods(rows)
    assert found["share of peak"].tolist() == [pytest.approx(0.3)]
    assert found["by hardware"].tolist() == [pytest.approx(3e18)]
