"""Which curve: a power law of which degree, or an exponential (figures 2b, 9 and 10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.fits.mixed import pooled_line
from analysis.fits.projection import exponent
from analysis.fits.regression import Regression, Response, TooFewRowsError, fit_power_law, to_response
from analysis.report.colours import INK, colour_of
from analysis.report.findings import Figure, Layer, Line, Panel, Points, Section, Table, with_minus
from analysis.report.panels import error_panel, error_points
from analysis.report.writing import RowFacts
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of
from db.untyped import Row

TITLE = "Power law or exponential"
ORDER = 50

DEGREES = tuple(range(1, 31))
APART = 2.0  # of Akaike's criterion: with less between them the rows can't tell two forms apart
LOWEST_R2 = -0.5  # figure 9 shows no fit that is worse than this
RESPONSES: tuple[tuple[Response, str], ...] = (
    ("log10 error", "power law"),
    ("1/error", "exponential (1/error)"),
    ("error", "exponential (error)"),
)
ACROSS: tuple[tuple[Response, str], ...] = RESPONSES[:2]  # the forms that are drawn across benchmarks


def run(inputs: Inputs) -> Section:
    """Fits the study's three forms and power laws of fixed degree; compares them on the same scale."""
    data = inputs.main_data
    lines: list[Row] = []
    curves: list[Panel] = []
    degrees: dict[str, dict[str, list[float]]] = {}
    pooled: list[Row] = []
    across: list[Panel] = []
    best: list[str] = []
    for compute in dict.fromkeys((inputs.options.compute, "operations")):
        fitted: dict[str, pd.DataFrame] = {}
        for benchmark in inputs.benchmarks():
            rows, _ = inputs.usable(data, benchmark, compute)
            try:
                fits = {name: _fit(rows, response, benchmark) for response, name in RESPONSES}
            except TooFewRowsError:
                continue
            fitted[benchmark] = rows
            errors = {form: aic(rows, fit) for form, fit in fits.items()}
            best.append(_clear_winner(errors))
            lines += [_line(benchmark, compute, form, fit, errors) for form, fit in fits.items()]
            curves.append(_curves(rows, fits, benchmark, compute))
        if fitted:
            degrees[compute] = {b: [r2_of_degree(rows, k) for k in DEGREES] for b, rows in fitted.items()}
            together = pd.concat(fitted.values(), ignore_index=True)
            degrees[compute][""] = [r2_within(together, k) for k in DEGREES]
            for response, form in ACROSS:
                panel, line = _across(fitted, together, response, form, compute)
                across.append(panel)
                pooled += [line] if line else []
    if not lines:
        return Section("forms", TITLE, ["No benchmark has enough rows."])
    wins, told = best.count("power law"), len(best) - best.count("")
    tops = "; ".join(
        f"{MEASURES[compute][0]}: "
        + ", ".join(f"{benchmark_name(b) if b else 'pooled'} {_top(r2)}" for b, r2 in by.items())
        for compute, by in degrees.items()
    )
    return Section(
        "forms",
        TITLE,
        [
            f"The rows tell the power law from both exponential forms (Akaike's criterion {APART:.0f} or more apart) "
            f"in {told} of {len(best)} cases: the power law fits better in {wins}, an exponential form in "
            f"{told - wins}. Where they can't be told apart they still project differently: see the section on lower "
            "error rates.",
            f"Power of performance with the highest R², of 1 to {DEGREES[-1]} (no intervals): {tops}.",
        ],
        method=(
            "The forms have different responses, so their R² can't be compared; the criterion is therefore "
            "worked out for the error rate itself, the likelihood of each form carried over by the slope of "
            "its response (Jacobian). Degree k fixes the power law's slope at −1/k and leaves the constant "
            "free; its R² is negative where that is worse than no slope. Pooled, in figure 9, every benchmark has its "
            "own constant and R² counts what is explained within benchmarks; in figure 10 the pooled line is that of a "
            "mixed model with a constant and a slope for each benchmark, through papers' means. Figure 10 is redrawn "
            "as we read it: the exponential form on hardware burden, beside the power law."
        ),
        formula="power law: log10(error) = a + b · log10 C\n"
        "exponential: 1/error = a + b · log10 C, or error = a + b · log10 C",
        tables=[
            Table(
                "forms",
                f"Three forms on the same rows ({data})",
                pd.DataFrame(lines),
                {"R² of its own response": ".2f", "ΔAIC": ".1f"},
            ),
            Table(
                "pooled_forms",
                "The pooled slope across benchmarks (mixed model)",
                pd.DataFrame(pooled),
                {"slope": ".4f", "low": ".4f", "high": ".4f", "scatter of slopes": ".4f"},
                note="scatter of slopes: the standard deviation of the benchmarks' own slopes about the pooled one.",
            ),
            Table("degrees", "R² of power laws of fixed degree", _degree_table(degrees), folded=True),
        ],
        figures=[
            Figure(
                "figure2b",
                "The forms on the data (figures 2b and 3)",
                curves,
                columns=2,
                log_switch=True,
                caption="Solid: power law. Dashed: exponential form in 1/error.",
            ),
            _degrees(degrees),
            Figure(
                "figure10",
                "Both forms across benchmarks (figure 10)",
                across,
                columns=2,
                caption="Each benchmark with its own line; dashed and dark: the pooled line of the mixed model.",
            ),
        ],
    )


def _clear_winner(errors: dict[str, float]) -> str:
    """The power law or the better exponential form, where Akaike's criterion tells these apart; else ""."""
    exponential = min((form for form in errors if form != "power law"), key=lambda form: errors[form])
    ahead = errors[exponential] - errors["power law"]
    return "" if abs(ahead) < APART else "power law" if ahead > 0 else exponential


def _top(r2: list[float]) -> str:
    """The degree of the highest R²; "30 or more" where the highest degree tried has it."""
    place = int(np.argmax(r2))
    return f"{DEGREES[place]}" + (" or more" if place == len(DEGREES) - 1 else "")


def _line(benchmark: str, compute: str, form: str, fit: Regression, errors: dict[str, float]) -> Row:
    return {
        "benchmark": benchmark_name(benchmark),
        "computing": MEASURES[compute][0],
        "form": form,
        "n": fit.n,
        "R² of its own response": fit.r2,
        "ΔAIC": errors[form] - min(errors.values()),
    }


def _fit(rows: pd.DataFrame, response: Any, benchmark: str) -> Regression:
    return fit_power_law(
        rows["computing"], rows["error"], papers=list(paper_of(rows)), response=response, benchmark=benchmark
    )


def aic(rows: pd.DataFrame, fit: Regression) -> float:
    """Akaike's criterion of a fit as a model of the error rate itself (three parameters each)."""
    error = rows["error"].to_numpy(float)
    response = fit.formula.split(" ~ ")[0]
    residual = to_response(error, response) - fit.predict(rows["computing"])
    n = len(error)
    variance = float(residual @ residual) / n
    jacobian = {"log10 error": -np.log(error * np.log(10)), "1/error": -2 * np.log(error), "error": np.zeros(n)}[
        response
    ]
    likelihood = -n / 2 * (np.log(2 * np.pi * variance) + 1) + float(jacobian.sum())
    return float(2 * 3 - 2 * likelihood)


def r2_of_degree(rows: pd.DataFrame, degree: int) -> float:
    """R² of log10 error = a - log10(computing) / degree."""
    y = np.log10(rows["error"].to_numpy(float)) + np.log10(rows["computing"].to_numpy(float)) / degree
    total = np.log10(rows["error"].to_numpy(float))
    return float(1 - np.sum((y - y.mean()) ** 2) / np.sum((total - total.mean()) ** 2))


def r2_within(rows: pd.DataFrame, degree: int) -> float:
    """R² of the same with a constant for each benchmark, of what varies within benchmarks."""
    total = pd.Series(np.log10(rows["error"].to_numpy(float)))
    left = total + np.log10(rows["computing"].to_numpy(float)) / degree
    benchmark = rows["benchmark"].to_numpy()

    def squares(values: pd.Series) -> float:
        return float(((values - values.groupby(benchmark).transform("mean")) ** 2).sum())

    return 1 - squares(left) / squares(total)


def _curves(rows: pd.DataFrame, fits: dict[str, Regression], benchmark: str, compute: str) -> Panel:
    grid, colour = np.geomspace(rows["computing"].min(), rows["computing"].max() * 100, 60), colour_of(benchmark)
    layers: list[Layer] = [error_points(rows, colour)]
    for (form, fit), dashed in zip(list(fits.items())[:2], (False, True), strict=True):
        layers.append(Line(form, grid.tolist(), (100 * fit.predict_error(grid)).tolist(), colour=colour, dashed=dashed))
    name = f"{benchmark_name(benchmark)}, {MEASURES[compute][0]}"
    power = exponent(fits["power law"])
    return error_panel(name, compute, layers, f"power {power.value:.0f}" if np.isfinite(power.value) else "no power")


def _degree_table(degrees: dict[str, dict[str, list[float]]]) -> pd.DataFrame:
    columns = {
        f"{benchmark_name(b) if b else 'pooled'}, {MEASURES[compute][0]}": np.round(r2, 4)
        for compute, by in degrees.items()
        for b, r2 in by.items()
    }
    return pd.DataFrame({"degree": DEGREES, **columns})


def _degrees(degrees: dict[str, dict[str, list[float]]]) -> Figure:
    panels = []
    for compute, by in degrees.items():
        layers = []
        for benchmark, r2 in by.items():
            kept = [(float(k), v) for k, v in zip(DEGREES, r2, strict=True) if v >= LOWEST_R2]
            name, colour = (benchmark_name(benchmark), colour_of(benchmark)) if benchmark else ("pooled", INK)
            layers.append(Line(name, [k for k, _ in kept], [v for _, v in kept], colour=colour, dashed=not benchmark))
        panels.append(Panel(MEASURES[compute][0], "degree k: computing grows as performanceᵏ", "R²", layers))
    title = "R² of power laws by their degree (figure 9)"
    caption = f"Degrees whose R² is below {LOWEST_R2} are left out. Dashed: within benchmarks, all together."
    return Figure("figure9", title, panels, columns=2, caption=with_minus(caption))


def _across(
    fitted: dict[str, pd.DataFrame], together: pd.DataFrame, response: Response, form: str, compute: str
) -> tuple[Panel, Row | None]:
    """All benchmarks in one panel, each with its own line, and the pooled line with the table's row for it."""
    measure, unit = MEASURES[compute]
    layers: list[Layer] = []

    def shown(values: NDArray[np.float64]) -> list[float]:
        return [float(v) for v in (100 * 10**values if response == "log10 error" else values)]

    for benchmark, rows in fitted.items():
        grid, colour = np.geomspace(rows["computing"].min(), rows["computing"].max(), 20), colour_of(benchmark)
        y = to_response(rows["error"].to_numpy(float), response)
        facts = RowFacts(rows, lambda r: f"error {100 * r['error']:.2f} %")
        layers.append(
            Points(benchmark_name(benchmark), rows["computing"].tolist(), shown(y), facts, colour=colour, size=0.6)
        )
        layers.append(Line("", grid.tolist(), shown(_fit(rows, response, benchmark).predict(grid)), colour=colour))
    x, y = np.log10(together["computing"].to_numpy(float)), to_response(together["error"].to_numpy(float), response)
    found = pooled_line(x, y, list(together["benchmark"]), list(paper_of(together)))
    line = None
    if found is not None:
        ends = np.linspace(x.min(), x.max(), 20)
        layers.append(Line("pooled", (10**ends).tolist(), shown(found.predict(ends)), colour=INK, dashed=True))
        line = {
            "computing": measure,
            "form": form,
            "benchmarks": found.benchmarks,
            "papers": found.papers,
            "slope": found.slope,
            "low": found.low,
            "high": found.high,
            "scatter of slopes": found.slope_scatter,
        }
    logarithmic = response == "log10 error"
    label = "error rate (%)" if logarithmic else "1 / error rate"
    note = with_minus(f"pooled {found.slope:.3f}") if found is not None else ""
    return Panel(f"{form}, {measure}", f"{measure} ({unit})", label, layers, True, logarithmic, note=note), line
