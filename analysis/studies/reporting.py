"""Who reports computing at all, whether they score better, and what that could do to the slope."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.fits.imputation import rubin
from analysis.fits.inference import Estimate, Floats, clustered_slope
from analysis.fits.regression import MINIMUM_PAPERS, MINIMUM_ROWS, ordinary_least_squares
from analysis.report.colours import INK, KINDS
from analysis.report.findings import Figure, Layer, Line, Panel, Points, Section, Table, with_minus
from analysis.report.panels import slope_forest
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, measure_column, paper_of, records
from db.untyped import Row

TITLE = "Who reports computing"
ORDER = 130

# What the silent may have used, beside reporters like them: in words, and as powers of ten.
SHIFTS = {"a tenth of reporters'": -1.0, "as reporters": 0.0, "ten times reporters'": 1.0}
IMPUTATIONS = 50


def run(inputs: Inputs) -> Section:
    """Shares of papers that report, reporters against the silent, and the slope under three remedies."""
    data, compute = inputs.main_data, inputs.options.compute
    rows = inputs.observations(data)
    rows["reports"] = rows[measure_column(compute)].notna()
    rows["paper"] = paper_of(rows)
    tables: list[Table] = []
    measure = MEASURES[compute][0]
    if len(rows):
        tables.append(
            Table("reporting", f"Share of papers that report {measure}", shares(rows), {"share": ".0%"}, folded=True)
        )
    papers = inputs.snapshot.parts.get("papers")
    if papers is not None:
        tables.append(
            Table(
                "reporting_live",
                "What the live database's papers state, as the extractor reads them",
                live_shares(papers).rename(columns={"training_time": "training time"}),
                dict.fromkeys(("device", "training time", "operations", "parameters"), ".0%"),
            )
        )
    differences, remedies = [], []
    for number, benchmark in enumerate(inputs.benchmarks()):
        some = rows[(rows["benchmark"] == benchmark) & rows["error"].notna() & rows["year"].notna()]
        reporters = some[some["reports"]]
        if len(reporters) < MINIMUM_ROWS or len(some) - len(reporters) < MINIMUM_ROWS or not _apart(reporters):
            continue
        if reporters["paper"].nunique() < MINIMUM_PAPERS:
            continue
        found = remedied_slopes(inputs, some, np.random.default_rng([inputs.options.seed, number]))
        differences.append(_difference(some, benchmark))
        remedies += [{"benchmark": benchmark_name(benchmark), **line} for line in found]
    words = []
    if len(rows):
        by_paper = rows.groupby("paper")["reports"].any()
        words.append(
            f"{by_paper.mean():.0%} of {len(by_paper)} papers give enough to work out {measure}; the others "
            "can't be fitted."
        )
    if differences:
        better = [d for d in differences if d["high"] < 1]
        words.append(
            "At equal year, reporters' error lies below that of the silent, with its 95 % interval, on "
            f"{len(better)} of {len(differences)} benchmarks: "
            + "; ".join(
                f"{d['benchmark']} {_change(d['error ratio'])} ({_change(d['low'])} to {_change(d['high'])})"
                for d in differences
            )
            + "."
        )
    if remedies:
        frame = pd.DataFrame(remedies)
        tables += [
            Table(
                "reporters",
                "Reporters against the silent, at equal year",
                pd.DataFrame(differences),
                {"error ratio": ".3f", "low": ".3f", "high": ".3f"},
                note="error ratio: reporters' error over that of the silent, least squares of log10 error on "
                "reporting and year, intervals clustered by paper.",
            ),
            Table(
                "reporting_slopes",
                "The slope if the silent are allowed for",
                frame,
                {"slope": ".4f", "s.e.": ".4f", "low": ".4f", "high": ".4f"},
                note="Intervals: CR2 by paper.",
            ),
        ]
        words.append(_verdict(frame))
    figures = ([_by_year(rows, measure)] if len(rows) else []) + ([_forest(pd.DataFrame(remedies))] if remedies else [])
    return Section(
        "reporting",
        TITLE,
        words or ["No row is curated yet: who reports is counted on what the extractor read alone."],
        key=" ".join(words[:1] + words[2:3]),
        method=(
            "Weighting: reporters count by one over their chance of reporting, from a logistic regression of reporting "
            "on log10 error and year (ridge 1, chances not below 0.05). That is right if, at the same error and year, "
            "those who report are like those who don't. Filling in: computing of the silent is drawn from reporters' "
            f"regression of log10 computing on log10 error and year with its scatter, {IMPUTATIONS} times, moved by "
            "−1, 0 or +1 power of ten: the case that, at the same error and year, the silent used ten times less or "
            "more. All intervals are clustered by paper (CR2); those of filled-in slopes are joined by Rubin's rules."
        ),
        tables=tables,
        figures=figures,
    )


def shares(rows: pd.DataFrame) -> pd.DataFrame:
    """The share of papers that report, by benchmark, by year and by where the paper stands."""
    lines: list[Row] = []

    def add(kind: str, name: str, some: pd.DataFrame) -> None:
        by_paper = some.groupby("paper")["reports"].any()
        lines.append({"by": kind, "": name, "papers": len(by_paper), "share": float(by_paper.mean())})

    for benchmark, some in rows.groupby("benchmark", sort=False):
        add("benchmark", benchmark_name(str(benchmark)), some)
    for year, some in rows[rows["year"].notna()].groupby(rows["year"].dropna().astype(int)):
        add("year", str(year), some)
    where = rows["link"].map(_venue)
    for venue, some in rows.groupby(where, sort=True):
        add("where it stands", str(venue), some)
    return pd.DataFrame(lines)


def live_shares(papers: pd.DataFrame) -> pd.DataFrame:
    """The share of papers stating each kind of cost, by benchmark and by arXiv category."""
    costs = ["device", "training_time", "operations", "parameters"]
    lines: list[Row] = []
    for kind, column in (("benchmark", "benchmark"), ("arXiv category", "category")):
        for name, some in papers[papers[column].notna()].groupby(column, sort=True):
            one = some.drop_duplicates("arxiv_id")
            shown = benchmark_name(str(name)) if kind == "benchmark" else str(name)
            lines.append(
                {"by": kind, "": shown, "papers": len(one), **{c: float(one[c].astype(float).mean()) for c in costs}}
            )
    venue = papers["comment"].map(_announced)
    for name, some in papers.groupby(venue, sort=True):
        one = some.drop_duplicates("arxiv_id")
        lines.append(
            {
                "by": "announced for",
                "": str(name),
                "papers": len(one),
                **{c: float(one[c].astype(float).mean()) for c in costs},
            }
        )
    return pd.DataFrame(lines)


def remedied_slopes(inputs: Inputs, some: pd.DataFrame, rng: np.random.Generator) -> list[Row]:
    """The slope among reporters, reweighted, and with the silent filled in at three shifts; CR2 by paper each."""
    reports = some["reports"].to_numpy(bool)
    y, year, papers = np.log10(some["error"].to_numpy(float)), some["year"].to_numpy(float), list(some["paper"])
    z = np.column_stack([np.ones(len(some)), _standard(y), _standard(year)])
    chance = np.clip(logistic_chances(z, reports), 0.05, 1.0)
    x = np.log10(some.loc[some["reports"], measure_column(inputs.options.compute)].to_numpy(float))
    reporting = list(some.loc[some["reports"], "paper"])
    lines = [
        _line("none: reporters alone", clustered_slope(x, y[reports], reporting, way=""), len(x)),
        _line(
            "weighted by one over the chance of reporting",
            clustered_slope(x, y[reports], reporting, way="", weights=1 / chance[reports]),
            len(x),
        ),
    ]
    filled = _filled_in(z, reports, x, rng)
    for name, shift in SHIFTS.items():
        estimates = [clustered_slope(_together(reports, x, silent + shift), y, papers, way="") for silent in filled]
        lines.append(_line(f"silent filled in: {name}", _joined(estimates), len(some)))
    return lines


def _line(remedy: str, found: Estimate, n: int) -> Row:
    return {
        "remedy": remedy,
        "n": n,
        "slope": found.slope,
        "s.e.": found.standard_error,
        "low": found.low,
        "high": found.high,
    }


def _filled_in(z: Floats, reports: NDArray[np.bool_], x: Floats, rng: np.random.Generator) -> list[Floats]:
    """Draws of log10 computing of the silent, from reporters' regression of it on log10 error and year."""
    w = z[reports]
    beta, *_ = np.linalg.lstsq(w, x, rcond=None)
    degrees = max(len(x) - 3, 1)
    scatter = float(np.sqrt(np.sum((x - w @ beta) ** 2) / degrees))
    root = np.linalg.cholesky(np.linalg.inv(w.T @ w))
    out = []
    for _ in range(IMPUTATIONS):
        sigma = scatter * np.sqrt(degrees / rng.chisquare(degrees))
        drawn = beta + sigma * (root @ rng.standard_normal(3))
        out.append(np.asarray(z[~reports] @ drawn + sigma * rng.standard_normal(int((~reports).sum()))))
    return out


def _together(reports: NDArray[np.bool_], x: Floats, silent: Floats) -> Floats:
    """log10 computing of all rows in their order: reporters' own, the silent's as drawn."""
    out = np.empty(len(reports))
    out[reports], out[~reports] = x, silent
    return out


def _joined(estimates: list[Estimate]) -> Estimate:
    """The imputations' estimates by Rubin's rules; t with the degrees of freedom that Barnard and Rubin give."""
    joined = rubin(
        np.array([e.slope for e in estimates]),
        np.array([e.standard_error**2 for e in estimates]),
        float(np.mean([e.degrees_of_freedom for e in estimates])),
    )
    return Estimate("", joined.estimate, joined.standard_error, joined.low, joined.high, joined.degrees_of_freedom)


def logistic_chances(z: Floats, reports: NDArray[np.bool_], ridge: float = 1.0) -> Floats:
    """Fitted chances of a logistic regression with a ridge on all but the constant (it never runs away)."""
    beta, penalty = np.zeros(z.shape[1]), ridge * np.diag([0.0] + [1.0] * (z.shape[1] - 1))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(z @ beta)))
        step = np.linalg.solve(
            z.T @ (z * (p * (1 - p))[:, None]) + penalty + 1e-9 * np.eye(len(beta)),
            z.T @ (reports - p) - penalty @ beta,
        )
        beta = beta + step
        if np.max(np.abs(step)) < 1e-10:
            break
    return np.asarray(1 / (1 + np.exp(-(z @ beta))))


def _standard(v: Floats) -> Floats:
    spread = float(np.std(v))
    return np.asarray((v - v.mean()) / (spread if spread > 0 else 1.0), float)


def _apart(rows: pd.DataFrame) -> bool:
    """Whether error and year vary, each apart from the other: else the one can't be held equal."""
    columns = [np.ones(len(rows)), np.log10(rows["error"].to_numpy(float)), rows["year"].to_numpy(float) - 2012]
    return int(np.linalg.matrix_rank(np.column_stack(columns))) == len(columns)


def _difference(some: pd.DataFrame, benchmark: str) -> Row:
    fit = ordinary_least_squares(
        np.log10(some["error"].to_numpy(float)),
        {
            "constant": np.ones(len(some)),
            "reports": some["reports"].to_numpy(float),
            "year": some["year"].to_numpy(float) - 2012,
        },
        formula="log10 error ~ reports + year",
        papers=list(some["paper"]),
    )
    low, high = fit.intervals["reports"]
    return {
        "benchmark": benchmark_name(benchmark),
        "reporters": int(some["reports"].sum()),
        "silent": int((~some["reports"]).sum()),
        "error ratio": 10 ** fit.coefficients["reports"],
        "low": 10**low,
        "high": 10**high,
    }


def _venue(link: Any) -> str:
    host = urlparse(str(link)).netloc.removeprefix("www.") if link else ""
    return (
        "arXiv"
        if "arxiv" in host
        else "ACL Anthology"
        if "aclweb" in host or "aclanthology" in host
        else host or "no link"
    )


def _announced(comment: Any) -> str:
    text = str(comment or "").upper()
    for venue in ("CVPR", "ICCV", "ECCV", "NEURIPS", "NIPS", "ICLR", "ICML", "EMNLP", "NAACL", "ACL", "AAAI", "COLING"):
        if venue in text:
            return {"NEURIPS": "NeurIPS", "NIPS": "NeurIPS"}.get(venue, venue)
    return "nothing said"


def _change(ratio: float) -> str:
    """How much higher or lower, in words: "−11 %"."""
    percent = round(100 * (ratio - 1))
    return with_minus(f"{percent:+d} %") if percent else "0 %"


def _verdict(frame: pd.DataFrame) -> str:
    plain = frame[frame["remedy"].str.startswith("none")].set_index("benchmark")["slope"]
    rest = frame[~frame["remedy"].str.startswith("none")]
    turned = sorted({str(r["benchmark"]) for r in records(rest) if (r["slope"] < 0) != (plain[r["benchmark"]] < 0)})
    if turned:
        return "Allowing for the silent turns the sign of the slope, by some remedy, on " + ", ".join(turned) + "."
    ratio = rest["slope"] / rest["benchmark"].map(plain)
    return (
        f"No remedy turns the sign of a slope; between the remedies slopes range from {ratio.min():.2f} to "
        f"{ratio.max():.2f} times that of the reporters alone."
    )


def _by_year(rows: pd.DataFrame, measure: str) -> Figure:
    layers: list[Layer] = []
    dated = rows[rows["year"].notna()]
    years = dated["year"].astype(int)
    by = dated.groupby([years, "paper"])["reports"].any().groupby(level=0).agg(["mean", "size"])
    by = by[by["size"] >= 3]
    x, y = [float(v) for v in by.index], (100 * by["mean"]).tolist()
    layers = [
        Line("", x, y, colour=INK),
        Points(
            "",
            x,
            y,
            [
                {"label": str(int(a)), "value": f"{b:.0f} % of {n} papers"}
                for a, b, n in zip(x, y, by["size"], strict=True)
            ],
            colour=INK,
        ),
    ]
    panel = Panel(f"Papers that report {measure}, by year", "year", "% of papers", layers)
    return Figure("reporting", panel.title, [panel], caption="Years with three papers or more.")


def _forest(frame: pd.DataFrame) -> Figure:
    return slope_forest(
        "reporting_slopes",
        "The slope if the silent are allowed for",
        frame,
        "remedy",
        dict(zip(dict.fromkeys(frame["remedy"]), KINDS, strict=False)),
        lambda r: f"slope {r['slope']:.4f} ({r['s.e.']:.4f})",
    )
