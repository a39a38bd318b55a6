"""`README.md` of a release: what it covers, how good it is, what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from db.models import UNITS, Field
from db.reference.benchmarks import load_benchmarks
from db.release.citation import sentence
from db.release.contents import About
from db.release.measured import SCORED, Figures, Measured
from db.release.tables import Released
from db.store import Connection, rows_of
from db.tables.curated import COLUMNS, REFERENCE
from db.untyped import Row

_READERS_SQL = "SELECT DISTINCT reader_version FROM readings WHERE outcome = 'read' ORDER BY 1"
_OUTCOMES_SQL = "SELECT outcome, count(*) AS n FROM readings GROUP BY 1 ORDER BY n DESC, outcome"
_PAPERS_SQL = """
SELECT count(*) AS found, count(*) FILTER (r.outcome = 'read') AS read
FROM papers p LEFT JOIN readings r ON r.arxiv_id = p.arxiv_id AND r.version = p.version
"""
_YEARS_SQL = f"""
WITH counted AS (
    SELECT year(p.published) AS year, 1 AS papers, 0 AS confirmed, 0 AS study, 0 AS records
    FROM papers p JOIN readings r ON r.arxiv_id = p.arxiv_id AND r.version = p.version WHERE r.outcome = 'read'
    UNION ALL
    SELECT year(published), 0, CAST(source <> '{REFERENCE}' AS INTEGER), CAST(source = '{REFERENCE}' AS INTEGER), 0
    FROM curated_rows
    UNION ALL
    SELECT year(p.published), 0, 0, 0, 1
    FROM records r LEFT JOIN papers p ON r.arxiv_id = p.arxiv_id AND r.version = p.version
)
SELECT year, sum(papers) AS papers, sum(confirmed) AS confirmed, sum(study) AS study, sum(records) AS records
FROM counted GROUP BY 1 ORDER BY year NULLS LAST
"""
_BENCHMARKS_SQL = f"""
WITH counted AS (
    SELECT benchmark, arxiv_id, CAST(source <> '{REFERENCE}' AS INTEGER) AS confirmed,
           CAST(source = '{REFERENCE}' AS INTEGER) AS study, 0 AS records
    FROM curated_rows
    UNION ALL
    SELECT benchmark, arxiv_id, 0, 0, 1 FROM records
)
SELECT benchmark, sum(confirmed) AS confirmed, sum(study) AS study, sum(records) AS records,
       count(DISTINCT arxiv_id) AS papers
FROM counted GROUP BY 1 ORDER BY benchmark IS NULL, sum(confirmed + study + records) DESC, benchmark
"""
_STATES_SQL = f"""
SELECT state, count(*) AS n FROM curated_values JOIN curated_rows USING (row_key)
WHERE source <> '{REFERENCE}' GROUP BY 1 ORDER BY n DESC, state
"""
# of each value that was judged more than once: what each reviewer said last, those who decide between others left out
_TWICE_SQL = """
WITH last AS (
    SELECT judged_key, annotator, max_by(verdict, position) AS verdict,
           max_by(coalesce(CAST(value AS VARCHAR), value_text, ''), position) AS value
    FROM decisions WHERE NOT coalesce(adjudicates, false) AND field NOT IN ('record', 'model')
    GROUP BY 1, 2
),
judged AS (
    SELECT judged_key, count(*) AS people, count(DISTINCT verdict || ' ' || value) AS answers
    FROM last WHERE verdict <> 'withdrawn' GROUP BY 1
)
SELECT count(*) AS judged, count(*) FILTER (answers = 1) AS alike FROM judged WHERE people > 1
"""


@dataclass(frozen=True)
class Compared:
    """What changed since an earlier release, counted by table, kind and reason."""

    since: str
    counts: Mapping[tuple[str, str, str], int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def card(
    con: Connection, about: About, tables: Sequence[Released], measured: Measured, changes: Compared | None
) -> str:
    """The data card as Markdown."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=False, undefined=StrictUndefined,
        keep_trailing_newline=True,
    )  # fmt: skip
    environment.globals |= {"number": "{:,}".format, "share": _share}
    readers = [row["reader_version"] for row in rows_of(con, _READERS_SQL)]
    return environment.get_template("card.md.j2").render(
        about=about,
        tables=tables,
        changes=changes,
        papers=_papers(con),
        years=rows_of(con, _YEARS_SQL),
        benchmarks=[{**row, "name": _benchmark(row["benchmark"])} for row in rows_of(con, _BENCHMARKS_SQL)],
        fields=_fields(con, {t.name: t for t in tables}),
        states=_counts(con, _STATES_SQL, "state"),
        measured=measured,
        sets=[{"title": f"{s.replace('_', ' ')} ({papers})"} for s, papers in measured.papers.items()],
        measured_rows=_measured_rows(measured),
        scored=SCORED,
        same_reader=set(readers) <= set(measured.readers),
        readers=", ".join(readers),
        agreement=measured.agreement,
        twice=rows_of(con, _TWICE_SQL)[0],
        citation=sentence(about),
    )


def _papers(con: Connection) -> Row:
    (counts,) = rows_of(con, _PAPERS_SQL)
    unread = counts["found"] - counts["read"]
    return {**counts, "unread": unread, "outcomes": _counts(con, _OUTCOMES_SQL, "outcome") if unread else ""}


def _counts(con: Connection, sql: str, name: str) -> str:
    return ", ".join(f"{row[name].replace('_', ' ')} {row['n']:,}" for row in rows_of(con, sql))


def _benchmark(benchmark: str | None) -> str:
    if benchmark is None:
        return "none: only the cost is stated"
    known = load_benchmarks().get(benchmark)
    return f"{known.name} (`{benchmark}`)" if known else f"`{benchmark}`"


def _fields(con: Connection, tables: Mapping[str, Released]) -> list[Row]:
    """Of each value column, in how many rows it has a value."""
    columns = {Field.SCORE: "score", **COLUMNS}
    study = f"source = '{REFERENCE}'"
    said = ", ".join(
        f"count({c}) FILTER (NOT {study}) AS {c}_confirmed, count({c}) FILTER ({study}) AS {c}_study"
        for c in columns.values()
    )
    (curated,) = rows_of(con, f"SELECT {said} FROM ({tables['curated'].sql})")
    counted = ", ".join(f"count({c}) AS {c}" for c in columns.values())
    (records,) = rows_of(con, f"SELECT {counted} FROM ({tables['records'].sql})")
    return [
        {
            "column": c,
            "unit": UNITS[field],
            "confirmed": curated[f"{c}_confirmed"],
            "study": curated[f"{c}_study"],
            "records": records[c],
        }
        for field, c in columns.items()
    ]


def _measured_rows(measured: Measured) -> list[list[str]]:
    """Of each field its figures on each set; last the means."""
    rows = [[f"`{field}`", *(_cell(measured.sets[s][field]) for s in measured.sets)] for field in SCORED]
    means = [f"**{_share(measured.mean_f1(s))}**" for s in measured.sets]
    return [*rows, ["mean of fields with five values or more", *means]]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}".removeprefix("0") if value < 1 else "1.000"


def _cell(f: Figures) -> str:
    """One field's figures on one set: precision, recall, F1 and the number of labelled values; "" without a label."""
    if not f["labelled"]:
        return ""
    precision = "none read" if f["precision"] is None else f"{_share(f['precision'])} {_share(f['recall'])}"
    return f"{precision} **{_share(f['f1'])}** {f['labelled']}"
