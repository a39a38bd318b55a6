"""The study's tables 1 to 4 beside ours, cell by cell: on its rows as published, as fitted, and corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.fits.projection import exponent
from analysis.fits.regression import CONSTANT, SLOPE, YEAR, Regression, Response, TooFewRowsError, fit_power_law
from analysis.report.findings import Section, Table, with_minus
from analysis.rows.inputs import Inputs, benchmark_name
from analysis.rows.observations import AS_FITTED, AS_PUBLISHED, CORRECTED, paper_of, usable
from db.reference.thompson2020 import load_published
from db.untyped import Row

TITLE = "The published tables, beside ours"
ORDER = 20

ALEXNET_OPERATIONS = 7.0e8  # operations of one pass of AlexNet, as the authors' table has them (from arXiv 1706.00885)

FEW_WRONG = 3  # figures that are told one by one where they differ

CLOSEST = "closest"  # the selection of the authors' rows that comes closest

_FORMS: Mapping[str, str] = {
    "log10 error": "log10 of the error rate",
    "1/error": "1 / error rate",
    "error": "error rate",
}


_FIGURES: Mapping[str, str] = {
    "r2": "R²",
    "adjusted_r2": "adjusted R²",
    "residual_se": "residual s.e.",
    "f": "F",
}


@dataclass(frozen=True)
class Published:
    """One regression as printed; figures stay text, so that their digits are known."""

    table: str
    benchmark: str
    compute: str  # "burden", or "relative" (operations per pass over AlexNet's)
    response: Response
    n: int
    printed: Mapping[str, tuple[str, str | None]]  # term -> (figure, standard error), in the paper's order
    reason: str
    closest: Row  # the selection of the authors' rows that comes closest; empty: all of them
    recounted: frozenset[str]  # the terms whose printed figure is known only from a recount that found it equal to ours


def published_regressions() -> list[Published]:
    """The regressions of arXiv 2007.05558 v1, in its order."""
    entries = load_published()["regression"]
    return [
        Published(
            e["table"],
            e["benchmark"],
            e["compute"],
            e["response"],
            e["n"],
            {
                **{
                    term: (e[key][0], e[key][1])
                    for key, term in (("constant", CONSTANT), ("slope", SLOPE), ("year", YEAR))
                    if key in e
                },
                **{term: (e[key], None) for key, term in _FIGURES.items() if key in e},
            },
            e.get("reason", ""),
            e.get("closest", {}),
            frozenset(_FIGURES[key] for key in e.get("recounted", [])),
        )
        for e in entries
    ]


def run(inputs: Inputs) -> Section:
    """Sets each published figure beside ours."""
    if not inputs.is_reference:
        return Section(
            "published",
            TITLE,
            ["The published tables rest on the authors' rows: run with --reference to compare with them."],
        )
    cells: list[Row] = []
    layouts: list[tuple[Published, Mapping[str, Regression | None]]] = []
    for entry in published_regressions():
        if inputs.options.benchmarks and entry.benchmark not in inputs.options.benchmarks:
            continue
        sets = (AS_PUBLISHED, *([] if entry.closest else [AS_FITTED]), CORRECTED)  # as fitted: where that is known
        ours = {data: refit(entry, rows_for(inputs, entry, data)) for data in sets}
        if entry.closest:
            ours[CLOSEST] = refit(entry, closest_rows(rows_for(inputs, entry, AS_PUBLISHED), entry.closest))
        cells.extend(compare(entry, ours))
        layouts.append((entry, ours))
    if not layouts:
        return Section("published", TITLE, ["The study fits none of these benchmarks."])
    frame = pd.DataFrame(cells)
    unknown = " and ".join(dict.fromkeys(benchmark_name(entry.benchmark) for entry, _ in layouts if entry.closest))
    words = _words(frame)
    return Section(
        "published",
        TITLE,
        key=" ".join(words[:2]),
        summary=[*words, *_exponents(layouts), *_reasons(layouts)],
        method=(
            "s.e. apart is (ours − published) / the published standard error, ours on the rows as fitted where these "
            "are known, else as published. A figure agrees when ours, rounded to as many digits as the paper prints, "
            "is the same. Rows as fitted are the authors' with the edits of thompson2020_as_fitted.csv, each with its "
            "evidence: they were found by asking under which edits the printed figures come out"
            + (f"; on {unknown} no such edit is known. " if unknown else ". ")
            + "The paper "
            "prints the headings of its tables 3 and 4 the wrong way round; here Table 3 is the polynomial form and "
            "Table 4 the exponential, as its figures show. Figures marked † (recounted) are known only through a "
            "recount that found them equal to the fit on the rows as fitted; they are not counted. Intervals of "
            "exponents here are the paper's classical ones."
        ),
        tables=[
            *(
                _layout(table, [x for x in layouts if x[0].table == table])
                for table in dict.fromkeys(e.table for e, _ in layouts)
            ),
            Table(
                "published",
                "Every published figure beside ours",
                frame,
                {**{f"ours, {data}": ".4g" for data in (*_SHOWN, CLOSEST)}, "s.e. apart": "+.2f"},
                note="n is the paper's number of rows; ours stand in the tables above.",
                folded=True,
            ),
        ],
    )


def _words(frame: pd.DataFrame) -> list[str]:
    """How many of the printed figures come out to the digit: where the rows as fitted are known, and elsewhere."""
    counted = frame[frame["recounted"] == ""]
    known, other = (counted[(counted["agrees, as fitted"] != "") == is_known] for is_known in (True, False))
    out = []
    if len(known):
        wrong = known[known["agrees, as fitted"] == "no"]
        out.append(
            f"On the rows as the paper fitted them, {len(known) - len(wrong)} of the {len(known)} figures that it "
            f"prints for {_listed(known)} come out to the printed digit ({_agreeing(known, AS_PUBLISHED)} on the "
            "authors' public rows as they are)"
            + "".join(
                f"; {r['benchmark']}'s {r['figure']} comes to {r['ours, as fitted']:.2f}, printed {r['published']}"
                for r in (wrong.to_dict("records") if len(wrong) <= FEW_WRONG else [])
                if r["ours, as fitted"] is not None and not pd.isna(r["ours, as fitted"])
            )
            + "."
        )
    if len(other):
        out.append(
            f"Which rows the paper fitted for {_listed(other)} could not be found: of its {len(other)} figures "
            f"{_agreeing(other, AS_PUBLISHED)} come out on the public rows, {_agreeing(other, CLOSEST)} on the "
            "selection that comes closest."
        )
    coefficients = counted[counted["s.e. apart"].notna()]
    within = int((pd.to_numeric(coefficients["s.e. apart"]).abs() <= 1).sum())
    out.append(f"{within} of the {len(coefficients)} coefficients lie within one published standard error of ours.")
    return out


def _listed(cells: pd.DataFrame) -> str:
    names = list(cells["benchmark"].unique())
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _agreeing(cells: pd.DataFrame, data: str) -> int:
    """How many of these figures come out to the printed digit on a data set."""
    pairs = zip(cells[f"ours, {data}"], cells["published"], strict=True)
    return sum(agrees(None if pd.isna(ours) else float(ours), printed) for ours, printed in pairs)


def _reasons(layouts: Sequence[tuple[Published, Mapping[str, Regression | None]]]) -> list[str]:
    """Why the public rows give other figures than the paper, each reason once with the tables that it holds for."""
    tables: dict[tuple[str, str], list[str]] = {}
    for entry, _ in layouts:
        if entry.reason:
            named = tables.setdefault((benchmark_name(entry.benchmark), entry.reason), [])
            named.extend([entry.table] if entry.table not in named else [])
    return [with_minus(f"{benchmark} ({', '.join(named)}): {reason}.") for (benchmark, reason), named in tables.items()]


def _exponents(layouts: Sequence[tuple[Published, Mapping[str, Regression | None]]]) -> list[str]:
    """The study's headline exponent, from Table 1's polynomial form, beside ours."""
    for entry, ours in layouts:
        if entry.table == "Table 1" and entry.response == "log10 error":
            said = [
                f"{exponent(fit)} on {entry.closest['note'] if data == CLOSEST else f'the rows {data}'} (n = {fit.n})"
                for data, fit in ours.items()
                if fit is not None
            ]
            return [
                "The study's headline, computing = O(performance^9) with an interval of 7 to 13.9, comes from "
                "Table 1's "
                "polynomial form; ours: " + "; ".join(said) + "."
            ]
    return []


def rows_for(inputs: Inputs, entry: Published, data: str) -> pd.DataFrame:
    """The rows of a data set that this regression is fitted on, with `computing`."""
    rows = inputs.observations(data, entry.benchmark)
    if entry.compute == "burden":
        return usable(rows, "burden")[0]
    rows = usable(rows, "operations")[0]
    rows["computing"] = rows["computing"] / ALEXNET_OPERATIONS
    return rows


def closest_rows(rows: pd.DataFrame, closest: Row) -> pd.DataFrame:
    """The rows of the selection that comes closest to the published figures, as the reference file describes it."""
    keep = pd.Series(True, index=rows.index)
    if closest.get("rule") == "first of each burden":
        keep &= ~rows.duplicated("computing")
    if "papers" in closest:
        keep &= rows["arxiv_id"].fillna("").isin(closest["papers"])
    if "without" in closest:
        keep &= ~rows["row_key"].isin(closest["without"])
    return rows[keep]


def refit(entry: Published, rows: pd.DataFrame) -> Regression | None:
    """Our fit of a published regression on these rows; None where they don't carry it."""
    if YEAR in entry.printed:
        rows = rows[rows["year"].notna()]
    try:
        return fit_power_law(
            rows["computing"],
            rows["error"],
            year=rows["year"] if YEAR in entry.printed else None,
            papers=list(paper_of(rows)),
            response=entry.response,
            covariance="classical",
            rows=list(rows["row_key"]),
            study="published",
            benchmark=entry.benchmark,
        )
    except TooFewRowsError:
        return None


def compare(entry: Published, ours: Mapping[str, Regression | None]) -> list[Row]:
    """One line a published figure: ours on each data set, whether it agrees, how many standard errors apart."""
    out = []
    for term, (figure, se) in entry.printed.items():
        values = {data: value_of(fit, term) for data, fit in ours.items()}
        mine = values.get(AS_FITTED, values[AS_PUBLISHED])
        apart = None if se is None or mine is None else (mine - float(figure)) / float(se)
        out.append(_compared(entry, term, figure, values, apart))
        if se is not None:
            errors = {data: None if fit is None else fit.standard_errors[term] for data, fit in ours.items()}
            out.append(_compared(entry, f"{term}, s.e.", se, errors))
    n = {data: None if fit is None else float(fit.n) for data, fit in ours.items()}
    return [*out, _compared(entry, "n", str(entry.n), n)]


_SHOWN = (AS_PUBLISHED, AS_FITTED, CORRECTED)


def _compared(
    entry: Published, term: str, figure: str, values: Mapping[str, float | None], apart: float | None = None
) -> Row:
    """The line of one printed figure."""
    return {
        "table": entry.table,
        "benchmark": benchmark_name(entry.benchmark),
        "response": entry.response,
        "figure": term,
        "published": figure,
        **{f"ours, {data}": values.get(data) for data in (*_SHOWN, CLOSEST)},
        **{
            f"agrees, {d}": ("yes" if agrees(values[d], figure) else "no") if d in values else ""
            for d in (AS_PUBLISHED, AS_FITTED)
        },
        "s.e. apart": apart,
        "recounted": "yes" if term in entry.recounted else "",
    }


def value_of(fit: Regression | None, term: str) -> float | None:
    """A figure of a fit by the name it has in the paper's tables."""
    if fit is None:
        return None
    named = {
        "R²": fit.r2,
        "adjusted R²": fit.adjusted_r2,
        "residual s.e.": fit.residual_standard_error,
        "F": fit.f_statistic,
    }
    return named[term] if term in named else fit.coefficients[term]


def agrees(ours: float | None, printed: str) -> bool:
    """Whether ours, rounded to as many digits as are printed, is what is printed."""
    if ours is None:
        return False
    digits = len(printed.split(".")[1]) if "." in printed else 0
    return float(f"{ours:.{digits}f}") == float(printed)


def _layout(table: str, entries: Sequence[tuple[Published, Mapping[str, Regression | None]]]) -> Table:
    """A table of the paper: each regression as published, ours on the rows as they are, ours on the corrected rows."""
    terms = list(dict.fromkeys(t for e, _ in entries for t in e.printed))
    lines = []
    for entry, ours in entries:
        name = benchmark_name(entry.benchmark)
        if len({e.response for e, _ in entries}) > 1:
            name += f", {_FORMS[entry.response]}"
        lines.append(
            {"regression": name, "rows": "published", **{t: _printed_cell(entry, t) for t in terms}, "n": str(entry.n)}
        )
        for data, fit in ours.items():
            cells = {t: _cell(fit, t, entry) for t in terms}
            said = "closest selection" if data == CLOSEST else f"rows {data}"
            lines.append({"regression": name, "rows": f"ours, {said}", **cells, "n": "" if fit is None else str(fit.n)})
    form = _FORMS[entries[0][0].response]
    title = {
        "Table 1": f"Table 1: {benchmark_name(entries[0][0].benchmark)}, operations per network pass relative to the "
        "first network's",
        "Table 2": f"Table 2: the same with a time trend, years since 2012 ({form})",
        "Table 3": f"Table 3: hardware burden, polynomial form ({form})",
        "Table 4": f"Table 4: hardware burden, exponential form ({form})",
    }[table]
    return Table(
        table.lower().replace(" ", "_"),
        title,
        pd.DataFrame(lines),
        note="Standard errors in brackets, classical as in the paper. Ours: *** below 0.01, ** below 0.05, * below 0.1."
        + (
            " †: known only from a recount, not read in print; blank: printed, but not known here."
            if any(e.recounted for e, _ in entries)
            else ""
        )
        + "".join(
            f" Closest selection: {note}." for note in dict.fromkeys(e.closest["note"] for e, _ in entries if e.closest)
        ),
        emphasis=[i for i, line in enumerate(lines) if line["rows"] == "published"],
    )


def _printed_cell(entry: Published, term: str) -> str:
    if term not in entry.printed:
        return ""
    figure, se = entry.printed[term]
    mark = " †" if term in entry.recounted else ""
    return with_minus(figure if se is None else f"{figure} ({se})") + mark


def _cell(fit: Regression | None, term: str, entry: Published) -> str:
    if fit is None or term not in entry.printed:
        return ""
    figure, se = entry.printed[term]
    digits = max(2, len(figure.split(".")[1]))
    value = value_of(fit, term)
    if se is None:
        return with_minus(f"{value:.{digits}f}")
    se_digits = len(se.split(".")[1])
    return with_minus(f"{value:.{digits}f} ({fit.standard_errors[term]:.{se_digits}f}){fit.stars(term)}")
