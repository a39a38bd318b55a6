"""Which curve: a power law of which degree, or an exponential (figures 2b, 9 and 10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.fits.projection import exponent
from analysis.fits.regression import Regression, TooFewRowsError, fit_power_law, to_response
from analysis.report.findings import Figure, Layer, Line, Panel, Section, Table
from analysis.report.panels import error_panel, error_points
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, paper_of

TITLE = "Power law or exponential"
ORDER = 50

DEGREES = tuple(range(1, 31))
RESPONSES = (("log10 error", "power law"), ("1/error", "exponential (1/error)"), ("error", "exponential (error)"))


def run(inputs: Inputs) -> Section:
    """Fits the study's three forms and power laws of fixed degree; compares them on the same scale."""
    data = inputs.main_data
    lines: list[dict[str, Any]] = []
    curves: list[Panel] = []
    degrees: list[tuple[str, list[float]]] = []
    best: list[str] = []
    for compute in dict.fromkeys((inputs.options.compute, "operations")):
        for benchmark in inputs.benchmarks():
            rows, _ = inputs.usable(data, benchmark, compute)
            try:
                fits = {name: _fit(rows, response, benchmark) for response, name in RESPONSES}
            except TooFewRowsError:
                continue
            name = f"{benchmark_name(benchmark)}, {MEASURES[compute][0]}"
            errors = {form: aic(rows, fit) for form, fit in fits.items()}
            least = min(errors.values())
            best.append(min(errors, key=lambda form: errors[form]))
            for form, fit in fits.items():
                lines.append(
                    {
                        "benchmark": benchmark_name(benchmark),
                        "computing": MEASURES[compute][0],
                        "form": form,
                        "n": fit.n,
                        "R² of its own response": fit.r2,
                        "ΔAIC": errors[form] - least,
                    }
                )
            degrees.append((name, [r2_of_degree(rows, k) for k in DEGREES]))
            curves.append(_curves(rows, fits, name, compute, len(curves)))
    if not lines:
        return Section("forms", TITLE, ["No benchmark has enough rows."])
    wins = best.count("power law")
    top = ", ".join(f"{name}: {DEGREES[int(np.argmax(r2))]}" for name, r2 in degrees)
    return Section(
        "forms",
        TITLE,
        [
            f"The power law fits best by Akaike's criterion in {wins} of {len(best)} cases, an exponential form "
            "in the rest. Where ΔAIC is below 2 the rows can't tell the forms apart; how differently they "
            "project is in the section on targets.",
            f"Power of performance with the highest R², of 1 to {DEGREES[-1]}: {top}.",
        ],
        method=(
            "The forms have different responses, so their R² can't be compared; the criterion is therefore "
            "worked out for the error rate itself, the likelihood of each form carried over by the slope of "
            "its response (Jacobian). Degree k fixes the power law's slope at −1/k and leaves the constant "
            "free; its R² is negative where that is worse than no slope. Figure 10 is redrawn as we read it: "
            "the exponential form on hardware burden."
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
                "degrees",
                "R² of power laws of fixed degree",
                pd.DataFrame({"degree": DEGREES, **dict(degrees)}),
                {name: ".3f" for name, _ in degrees},
                folded=True,
            ),
        ],
        figures=[
            Figure(
                "figure2b",
                "The forms on the data (figures 2b, 3 and 10)",
                curves,
                columns=2,
                log_switch=True,
                caption="Solid: power law. Dashed: exponential form in 1/error.",
            ),
            _degrees(degrees),
        ],
    )


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
    return 2 * 3 - 2 * likelihood


def r2_of_degree(rows: pd.DataFrame, degree: int) -> float:
    """R² of log10 error = a - log10(computing) / degree."""
    y = np.log10(rows["error"].to_numpy(float)) + np.log10(rows["computing"].to_numpy(float)) / degree
    total = np.log10(rows["error"].to_numpy(float))
    return float(1 - np.sum((y - y.mean()) ** 2) / np.sum((total - total.mean()) ** 2))


def _curves(rows: pd.DataFrame, fits: dict[str, Regression], name: str, compute: str, number: int) -> Panel:
    grid = np.geomspace(rows["computing"].min(), rows["computing"].max() * 100, 60)
    layers: list[Layer] = [error_points(rows, number)]
    for (form, fit), dashed in zip(list(fits.items())[:2], (False, True), strict=True):
        layers.append(Line(form, grid.tolist(), (100 * fit.predict_error(grid)).tolist(), colour=number, dashed=dashed))
    return error_panel(name, compute, layers, f"power {exponent(fits['power law']).value:.0f}")


def _degrees(degrees: list[tuple[str, list[float]]]) -> Figure:
    layers = [
        Line(name, list(DEGREES), [max(v, -0.5) for v in r2], colour=i % 8, dashed=i >= 8)
        for i, (name, r2) in enumerate(degrees)
    ]
    title = "R² of power laws by their degree (figure 9)"
    return Figure(
        "figure9",
        title,
        [Panel(title, "degree k: computing grows as performanceᵏ", "R²", layers)],
        caption="Values below −0.5 are drawn at −0.5.",
    )
