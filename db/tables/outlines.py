"""What the queue takes of each record that was read: one row a record, few columns, worked out in the database.

Owns outlines and outlined_papers. A paper's rows are made at the end of the run that read it. They hold nothing of
their own: where a reading or the rules have changed since, whoever plans works them out for itself, and the next who
reads papers or sends records to review saves them.

A record shows its chosen values in an order (a benchmark's primary metric first, then by page); of two that a person
could not tell apart it shows one. `curate/queue/tasks.py` makes the pages by the same rules; a test compares both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from db.models import FIELD_NAMES, Field, digest
from db.store import Connection, reading, writing
from db.tables.auto_accept import Taken
from db.tables.shown import SHOWN, contradicted_records, records_that_show
from db.tables.slices import WITHIN_SLICE, each_slice
from db.untyped import Row

MEMORY = "160MB"  # that DuckDB may take before it goes on on the disk
PAPERS_AT_ONCE = 2000  # a second or two
RECORDS_AT_ONCE = 40_000  # more are slower: what is joined has to stay in memory
NUMBERS = (Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.FLOPS, Field.MULTIPLY_ADDS, Field.PARAMETERS)
POINT = ("error", "device", *NUMBERS)  # the columns that make a record's point


@dataclass(frozen=True)
class StoredOutlines:
    """The papers that were read, in order, and the columns of their records, NumPy arrays by name.

    `paper` is a place among the papers. `waits` is whether a value is not taken without asking (who has judged it is
    not asked here), `contradicted` whether a leaderboard gives one otherwise; `doubt_0` ... are of the measures of
    computing; the others are as in the schema. `as_taken`: the points of those records that the curated table has
    another point of, where a rule takes values; their columns without the others'.
    """

    papers: list[tuple[str, int]]
    published: list[str | None]  # ISO dates
    columns: Row
    as_taken: Row


def refresh_outlines(db: Path) -> None:
    """Makes the outlines of the papers that were read, or whose rules changed, since they were made.

    In rounds, so that nobody waits long for the database.
    """
    with reading(db) as con:
        outdated = _name_outdated(con, PAPERS_AT_ONCE)
    while outdated:
        with writing(db) as con:
            outdated = _name_outdated(con, PAPERS_AT_ONCE)
            _save_named(con)


def load_outlines(con: Connection, *, benchmark: str | None = None, taken: Taken | None = None) -> StoredOutlines:
    """The outlines of all records as they are to be now, in order of paper, benchmark and model."""
    con.execute(f"SET memory_limit = '{MEMORY}'")
    con.execute("CREATE OR REPLACE TEMP TABLE outlines_now AS FROM outlines LIMIT 0")
    if _name_outdated(con):
        _make(con, "outlines_now")
    _table(con, "contradicted", ("record_key VARCHAR",), [(key,) for key in contradicted_records(con)])
    shows_audited = records_that_show(con, taken.audited) if taken else []
    _table(con, "to_audit", ("record_key VARCHAR",), [(key,) for key in shows_audited])
    con.execute(_PAPERS)
    rows = con.execute("SELECT arxiv_id, version, published FROM outlined ORDER BY number").fetchall()
    sql = _AS_READ.format(
        point=", ".join(POINT), doubts=", ".join(f"doubts[{n + 1}] AS doubt_{n}" for n in range(len(_measures())))
    )
    threshold = taken.rule.threshold if taken else None
    columns = con.execute(sql, {"benchmark": benchmark, "threshold": threshold}).fetchnumpy()
    as_taken = con.execute(_AS_TAKEN, {"benchmark": benchmark}).fetchnumpy() if taken else {}
    return StoredOutlines([(a, v) for a, v, _ in rows], [day for _, _, day in rows], columns, as_taken)


# --- making -------------------------------------------------------------------------------------------------------


def _name_outdated(con: Connection, most: int | None = None) -> bool:
    """Tells the connection which papers' outlines are to be made anew (at most so many); whether there are any."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE to_outline AS
        SELECT r.arxiv_id, r.version, r.read_at FROM readings r ANTI JOIN outlined_papers o
            ON o.arxiv_id = r.arxiv_id AND o.version = r.version AND o.read_at = r.read_at AND o.made_by = $made_by
        ORDER BY r.arxiv_id, r.version LIMIT $most
        """,
        {"made_by": _rules(), "most": most},
    )
    return con.execute("SELECT 1 FROM to_outline LIMIT 1").fetchone() is not None


def _save_named(con: Connection) -> None:
    con.execute(f"SET memory_limit = '{MEMORY}'")
    con.execute("DELETE FROM outlines WHERE (arxiv_id, version) IN (SELECT (arxiv_id, version) FROM to_outline)")
    _make(con, "outlines")
    con.execute(
        "INSERT OR REPLACE INTO outlined_papers SELECT arxiv_id, version, read_at, $made_by FROM to_outline",
        {"made_by": _rules()},
    )


def _make(con: Connection, table: str) -> None:
    """Adds to the table the outlines of the papers in `to_outline`."""
    _tell_rules(con)
    con.execute(
        "CREATE OR REPLACE TEMP VIEW records_to_outline AS FROM records SEMI JOIN to_outline USING (arxiv_id, version)"
    )
    as_read, as_taken = (_sql(as_taken=as_taken) for as_taken in (False, True))
    for _ in each_slice(con, "records_to_outline", RECORDS_AT_ONCE):
        con.execute(_SHOWN_NOW)
        con.execute(f"INSERT INTO {table} {as_read}")
        con.execute(
            f"INSERT INTO {table} SELECT t.* FROM ({as_taken}) t JOIN {table} o ON o.record_key = t.record_key"
            f" WHERE o.{WITHIN_SLICE} AND NOT o.as_taken AND ({_point('t')}) IS DISTINCT FROM ({_point('o')})"
        )


def _tell_rules(con: Connection) -> None:
    """Tells the connection what the outlines depend on beside the database, as temporary tables."""
    _table(con, "field_places", ("field VARCHAR", "place INTEGER"), [(f, n) for n, f in enumerate(FIELD_NAMES)])
    _table(con, "primary_metrics", ("benchmark VARCHAR", "metric VARCHAR"), _primary_metrics())
    _table(
        con, "error_metrics",
        ("benchmark VARCHAR", "metric VARCHAR", "precedence INTEGER", "divisor DOUBLE", "inverted BOOLEAN"),
        _error_metrics(),
    )  # fmt: skip


def _table(con: Connection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Makes a temporary table of these rows."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(columns)})")
    lists = [list(values) for values in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    select = ", ".join(f"unnest(CAST(? AS {column.split()[1]}[]))" for column in columns)
    con.execute(f"INSERT INTO {name} SELECT {select}", lists)


@cache
def _primary_metrics() -> list[tuple[str, str]]:
    from db.reference.benchmarks import load_benchmarks

    return [(b.id, b.primary_metric.id) for b in load_benchmarks().values()]


@cache
def _error_metrics() -> list[tuple[str, str, int, float, bool]]:
    """The metrics that give an error rate: benchmark, metric, rank, what a score is divided by, whether turned."""
    from db.measures import primary_metrics
    from db.reference.benchmarks import load_benchmarks

    return [
        (b.id, m.id, precedence, 100.0 if m.percent else 1.0, m.error_from != "value")
        for b in load_benchmarks().values()
        for precedence, m in enumerate(map(b.metric, primary_metrics(b.id)))
        if m.error_from != "none"
    ]


def _measures() -> list[Sequence[str]]:
    """The fields that each measure of computing takes."""
    from db.measures import AXES  # NumPy comes with it: exports, which stand on the same tables, need not wait for it

    return list(AXES.values())


@cache
def _rules() -> str:
    """Names what outlines are made by beside the database: another name makes all of them anew."""
    told = (list(FIELD_NAMES), _primary_metrics(), _error_metrics())
    return digest(*told, _SHOWN_NOW, _sql(as_taken=False), _sql(as_taken=True))


def _sql(*, as_taken: bool) -> str:
    return _OUTLINES.format(
        within=WITHIN_SLICE,
        wanted=_OF_TWO_ORDERS if as_taken else "",
        page="" if as_taken else "page,",
        as_taken="true" if as_taken else "false",
        numbers="".join(f"{_first_number(field)} AS {field},\n    " for field in NUMBERS),
        doubt=_CHANCE.format(filter=""),
        doubts=", ".join(map(_doubt, _measures())),
    )


def _point(table: str) -> str:
    """SQL of a table's columns that make a record's point."""
    return ", ".join(f"{table}.{name}" for name in POINT)


def _first_number(field: str) -> str:
    """SQL of the number that stands first of the field; NULL where words stand before it ("300k steps")."""
    return f"struct_extract(arg_min({{'value': value}}, place) FILTER (field = '{field}' AND stated), 'value')"


def _doubt(takes: Sequence[str]) -> str:
    """SQL of the chance that a point is wrong: by its score, or by what the measure takes."""
    fields = ", ".join(f"'{f}'" for f in takes)
    return _CHANCE.format(filter=f"AND (field IN ({fields}) OR (field = 'score' AND of_primary))")


# The product is taken in the order of the page, so that it is the same to the last digit.
_CHANCE = """coalesce(1 - list_reduce(
        list(confidence ORDER BY place) FILTER (confidence IS NOT NULL {filter}), lambda a, b: a * b), 0.5)"""

# Records that show two values of one field, which the curated table may have in another order than the page.
_OF_TWO_ORDERS = """
    SEMI JOIN (SELECT record_key FROM shown_now GROUP BY record_key, field, metric HAVING min(page) < max(page)) t
        ON t.record_key = r.key
"""

_SHOWN_NOW = f"""
CREATE OR REPLACE TEMP TABLE shown_now AS
SELECT s.* FROM ({SHOWN}) s SEMI JOIN to_outline t ON t.arxiv_id = s.arxiv_id AND t.version = s.version
WHERE s.{WITHIN_SLICE}
"""

_OUTLINES = """
WITH wanted AS (
    SELECT r.*, m.metric AS primary_metric
    FROM records_to_outline r {wanted}
    LEFT JOIN primary_metrics m ON m.benchmark = r.benchmark
    WHERE r.{within}
),
placed AS (
    SELECT s.record_key, s.candidate_key, s.field, s.metric, s.value, s.value_text, s.page, s.judged_key, s.stated,
           s.confidence, w.benchmark,
           split_part(coalesce(s.metric, ''), '_', 1) = split_part(w.primary_metric, '_', 1) AS of_primary,
           row_number() OVER (
               PARTITION BY s.record_key
               ORDER BY f.place, s.metric IS DISTINCT FROM w.primary_metric, coalesce(s.metric, ''), {page}
                        s.listed, s.listed_metric, s.candidate_key
           ) AS place
    FROM shown_now s JOIN wanted w ON w.key = s.record_key LEFT JOIN field_places f ON f.field = s.field
),
doubles AS (
    SELECT record_key, judged_key, min(place) AS first, max(place) AS last
    FROM placed GROUP BY record_key, judged_key HAVING count(*) > 1
),
-- of what a person could not tell apart: the first, in the place of the last
once AS (
    SELECT p.* REPLACE (coalesce(d.last, p.place) AS place)
    FROM placed p LEFT JOIN doubles d ON d.record_key = p.record_key AND d.judged_key = p.judged_key
    WHERE d.first IS NULL OR p.place = d.first
),
scores AS (
    SELECT o.record_key, e.precedence, e.inverted, arg_min(o.value / e.divisor, o.place) AS share,
           min(o.place) AS place
    FROM once o JOIN error_metrics e ON e.benchmark = o.benchmark AND e.metric = o.metric
    WHERE o.field = 'score' AND o.value IS NOT NULL
    GROUP BY o.record_key, o.metric, e.precedence, e.inverted
),
errors AS (
    SELECT record_key, arg_min(CASE WHEN inverted THEN 1 - share ELSE share END, (precedence, place)) AS error
    FROM scores
    WHERE share > 0 AND share < 1
    GROUP BY record_key
),
outlines AS (
    SELECT record_key, arg_min(candidate_key, place) AS first,
    arg_min(value_text, place) FILTER (field = 'device') AS device,
    {numbers}min(CASE WHEN stated THEN coalesce(confidence, -1) ELSE -1 END) AS least_sure,
    {doubt} AS doubt, [{doubts}] AS doubts
    FROM once GROUP BY record_key
)
SELECT w.key AS record_key, w.arxiv_id, w.version, w.model, w.benchmark, {as_taken} AS as_taken, c.page,
       coalesce(list_min(CAST(json_extract(c.boxes, '$[*][1]') AS DOUBLE[])), 0) AS top, e.error,
       o.* EXCLUDE (record_key, first)
FROM outlines o
JOIN wanted w ON w.key = o.record_key
JOIN candidates c ON c.key = o.first
LEFT JOIN errors e ON e.record_key = o.record_key
ORDER BY w.arxiv_id, w.version, w.benchmark, w.model, w.key
"""

# --- loading ------------------------------------------------------------------------------------------------------

_PAPERS = """
CREATE OR REPLACE TEMP TABLE outlined AS
SELECT row_number() OVER (ORDER BY r.arxiv_id, r.version) - 1 AS number, r.arxiv_id, r.version,
       CAST(p.published AS VARCHAR) AS published, t.arxiv_id IS NULL AS saved
FROM readings r
LEFT JOIN papers p ON p.arxiv_id = r.arxiv_id AND p.version = r.version
LEFT JOIN to_outline t ON t.arxiv_id = r.arxiv_id AND t.version = r.version
"""

# `now` are the rows as they are to be now: saved ones, unless they are of an earlier reading or earlier rules.
_NOW = """
WITH every AS (
    SELECT *, true AS saved FROM outlines UNION ALL SELECT *, false AS saved FROM outlines_now
),
now AS (
    SELECT p.number, e.* FROM every e JOIN outlined p
        ON p.arxiv_id = e.arxiv_id AND p.version = e.version AND p.saved = e.saved
    WHERE $benchmark IS NULL OR e.benchmark = $benchmark
)
"""
_AS_READ = (
    _NOW
    + """
SELECT number AS paper, record_key AS key, model, benchmark, page, top, {point}, doubt, {doubts},
       $threshold IS NULL OR least_sure < $threshold OR record_key IN (FROM to_audit) AS waits,
       record_key IN (FROM contradicted) AS contradicted
FROM now
WHERE NOT as_taken
ORDER BY number, benchmark, model, record_key
"""
)
_AS_TAKEN = _NOW + f"SELECT record_key AS key, {', '.join(POINT)} FROM now WHERE as_taken"
