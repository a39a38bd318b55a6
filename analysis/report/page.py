"""What stands at the head and foot of the report: title, headline figures, where the data came from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.fits.projection import exponent, exponent_of
from analysis.fits.regression import SLOPE, Regression
from analysis.report.findings import Section, Table, refusals_by_need, with_minus
from analysis.report.writing import Card, Report
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import MEASURES, REFERENCE_SOURCE, paper_of

TITLE = "How performance scales with computing"


def compose(inputs: Inputs, sections: Sequence[Section]) -> Report:
    """The report of these sections."""
    observations = inputs.snapshot.observations
    main = inputs.observations(inputs.main_data)
    measure, unit = MEASURES[inputs.options.compute]
    papers, arxiv = paper_of(main).nunique(), main["arxiv_id"].nunique()
    opening = [
        f"{len(main):,} models of {papers:,} papers ({arxiv:,} of them on arXiv) on {main['benchmark'].nunique()} "
        f"benchmarks; computing is measured by {measure} ({unit}). The question: by what power does computing "
        "grow when performance is raised?"
    ]
    reviewed = int((main["source"] != REFERENCE_SOURCE).sum())
    if 0 < reviewed < len(main):
        opening.append(
            f"{reviewed:,} of these models were reviewed here, {len(main) - reviewed:,} are the reference table's "
            "(arXiv 2007.05558); tables show them also apart."
        )
    if main.empty:
        opening = [
            "No row is curated yet. What stands here rests on what the extractor read, with its doubts; people confirm "
            "it with “paperflops review”."
        ]
    if inputs.is_reference:
        opening.append(
            "The rows are those that the authors of arXiv 2007.05558 curated by hand. Fits stand up to three times: on "
            "the rows as they published them, on those that their paper fitted, where these are known, and corrected. "
            f"Where one set is shown it is “{inputs.main_data}”."
        )
    provenance = [
        ("Data", inputs.snapshot.origin),
        ("snapshot.parquet, SHA-256", inputs.snapshot.checksum),
        ("Rows", ", ".join(f"{(observations['data'] == d).sum():,} {d}" for d in inputs.data_sets)),
        ("Measure of computing", f"{measure} ({unit})"),
        ("Choices", "; ".join(inputs.options.words()) or "none: every row that can be fitted is"),
        ("Random draws", f"{inputs.options.draws:,} each, seed {inputs.options.seed}"),
        (
            "Run again",
            "python analysis/run.py --snapshot snapshot.parquet --out DIR, with the same choices, gives this report to "
            "the byte",
        ),
    ]
    silent = [s for s in sections if not s.failure and not s.figures and not any(len(t.frame) for t in s.tables)]
    provenance += [
        ("" if place else "Nothing to show", f"{'; '.join(titles)}: {why}")
        for place, (why, titles) in enumerate(_silent_by_reason(silent).items())
    ]
    provenance += [
        ("Not fitted", f"{'; '.join(refused)} ({need})") for need, refused in refusals_by_need(silent).items()
    ]
    return Report(
        title=TITLE,
        subtitle=f"Fits on {inputs.snapshot.origin}",
        opening=opening,
        cards=_cards(inputs, sections),
        cards_title=f"Computing grows as performance (1/error) to the power of ({inputs.main_data} rows)",
        sections=[s for s in sections if s not in silent],
        provenance=provenance,
        provenance_tables=[_used(inputs), _left_out(inputs)],
    )


def _silent_by_reason(sections: Sequence[Section]) -> dict[str, list[str]]:
    """The titles of sections that show nothing, by what they say instead."""
    out: dict[str, list[str]] = {}
    for section in sections:
        out.setdefault(" ".join(section.summary), []).append(section.title)
    return out


def _cards(inputs: Inputs, sections: Sequence[Section]) -> list[Card]:
    """The exponent of each fitted benchmark, by the interval that counts papers, with the study's beside it."""
    fits = {key: fit for s in sections for key, fit in s.fits.items()}
    return [_card(fit) for (data, _), fit in fits.items() if data == inputs.main_data]


def _card(fit: Regression) -> Card:
    power = exponent(fit)
    if not math.isfinite(power.value):
        value, told = "no power", ["error does not fall"]
    elif power.bounded:
        value, told = f"{power.value:.0f}", [f"95 %: {power.low:.0f} to {power.high:.0f}"]
    elif math.isfinite(power.low):
        value, told = f"at least {power.low:.0f}", ["95 %: no upper end", f"fitted line: {power.value:.0f}"]
    else:
        value, told = "any power", ["95 %: slope may be zero", f"fitted line: {power.value:.0f}"]
    study = exponent_of(fit.coefficients[SLOPE], *fit.classical[SLOPE][1:])
    classical = f"{study.low:.0f} to {study.high:.0f}" if study.bounded else f"at least {study.low:.0f}"
    lines = (
        *told,
        f"classical: {classical}" if math.isfinite(study.low) else "classical: none",
        with_minus(f"slope {fit.coefficients[SLOPE]:.3f} ({fit.standard_errors[SLOPE]:.3f})"),
        f"{fit.n} models, {fit.papers} papers",
    )
    return Card(benchmark_name(fit.benchmark), value, lines)


def _used(inputs: Inputs) -> Table:
    parts = []
    for data in inputs.data_sets:
        rows, _ = inputs.usable(data)
        parts.append(rows)
    rows = pd.concat(parts, ignore_index=True)
    frame = pd.DataFrame(
        {
            "data": rows["data"],
            "benchmark": rows["benchmark"],
            "row": rows["row_key"],
            "model": rows["model"],
            "paper": [
                (t or a or "", link) for t, a, link in zip(rows["title"], rows["arxiv_id"], rows["link"], strict=True)
            ],
            "error": rows["error"],
            "computing": rows["computing"],
            "page": rows["page"],
        }
    )
    return Table(
        "rows_used",
        "Rows used, each with its paper",
        frame.iloc[: len(frame)],
        {"paper": "link", "error": ".4f", "computing": ".3e", "page": ".0f"},
        folded=True,
    )


def _left_out(inputs: Inputs) -> Table:
    frames = [inputs.usable(data)[1] for data in inputs.data_sets]
    frame = pd.concat(frames, ignore_index=True)[["data", "benchmark", "row_key", "model", "reason"]]
    return Table("left_out_rows", "Rows left out, each with its reason", frame, folded=True)
