"""What the queue takes of each record that was read, worked out in the database: one row a record, few columns.

A record shows its chosen values in an order (a benchmark's primary metric first, then by page); of two that a person
could not tell apart it shows one. `curate/queue/tasks.py` makes the pages by the same rules; a test compares both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.models import OF_A_RUN, Field
from db.store import Connection
from db.tables.auto_accept import FEWEST_AUDITED, AutoAcceptRule, Taken
from db.tables.slices import WITHIN_SLICE, each_slice
from db.untyped import Row

MEMORY = "160MB"  # that DuckDB may take before it goes on on the disk
RECORDS_AT_ONCE = 40_000  # more are slower: what is joined has to stay in memory
NUMBERS = (Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.FLOPS, Field.MULTIPLY_ADDS, Field.PARAMETERS)


@dataclass(frozen=True)
class ErrorMetric:
    """A metric that gives a benchmark's error rate: score / divisor, or one less that."""

    benchmark: str
    metric: str
    precedence: int  # of several that a record has the least counts
    divisor: float
    inverted: bool


@dataclass(frozen=True)
class Terms:
    """What the outlines depend on beside the database."""

    field_order: Sequence[str]  # in which a record shows its fields
    measures: Sequence[Sequence[str]]  # the fields that each takes
    primary: Mapping[str, str]  # metric of each benchmark
    errors: Sequence[ErrorMetric]


def record_outlines(
    con: Connection, terms: Terms, *, benchmark: str | None = None, taken: Taken | None = None, as_taken: bool = False
) -> Row:
    """The columns of the records that show a value, NumPy arrays by name, in order of paper, benchmark and model.

    `waits` is whether a value is not taken without asking (who has judged it is not asked here), `contradicted` whether
    a leaderboard gives one otherwise; `doubt` is the chance that any is wrong, `doubt_0` ... that a point over each
    measure is. `device`, the numbers and `error` make the point: of each field the first value counts, in the order of
    the page or (`as_taken`) of a curated row. `page` and `top` are of the first.
    """
    import numpy as np  # exports, which stand on the same tables, need not wait for it

    con.execute(f"SET memory_limit = '{MEMORY}'")
    _tell(con, terms, taken)
    sql = _OUTLINES.format(
        shown=f"{_SHOWN} AND c.{WITHIN_SLICE}",
        within=WITHIN_SLICE,
        page="" if as_taken else "page,",
        taken="sure AND judged_key NOT IN (SELECT judged_key FROM audited)" if taken else "false",
        numbers="".join(f",\n    {_first_number(field)} AS {field}" for field in NUMBERS),
        doubts="".join(f",\n    {_doubt(takes)} AS doubt_{n}" for n, takes in enumerate(terms.measures)),
    )
    given = {"benchmark": benchmark, "threshold": taken.rule.threshold if taken else None}
    parts: list[Row] = []
    for _ in each_slice(con, "records", RECORDS_AT_ONCE):
        parts.append(con.execute(sql, given).fetchnumpy())
    # NumPy's masked arrays have no types: NULL is masked in them
    return {name: np.ma.concatenate([part.pop(name) for part in parts]) for name in list(parts[0])}  # type: ignore[no-untyped-call]


def taken_of_all(con: Connection, rule: AutoAcceptRule | None) -> Taken | None:
    """What a rule takes of all that the records show (`auto_accept.taken_by`, in the database); None without a rule."""
    if rule is None:
        return None
    given = {"threshold": rule.threshold, "share": rule.audit_share, "fewest": FEWEST_AUDITED}
    rows = con.execute(_AUDITED, given).fetchall() if rule.audit_share > 0 else []
    return Taken(rule, frozenset(key for (key,) in rows))


@dataclass(frozen=True)
class ShownKey:
    """One value that a record shows, by what a person judges."""

    field: str
    judged_key: str
    confidence: float | None
    stated: bool


def shown_keys(con: Connection, papers: Collection[str]) -> dict[str, list[ShownKey]]:
    """What the records of these papers show, by record key."""
    found: dict[str, list[ShownKey]] = {}
    rows = con.execute(
        f"SELECT record_key, field, judged_key, confidence, stated FROM ({_SHOWN})"
        " WHERE arxiv_id IN (SELECT unnest($ids))",
        {"ids": list(papers)},
    ).fetchall()
    for record_key, *rest in rows:
        found.setdefault(record_key, []).append(ShownKey(*rest))
    return found


def patterns_judged(con: Connection) -> dict[str, str]:
    """The pattern that read each value that somebody has judged, by its judged key, as far as a record shows it."""
    rows = con.execute(
        f"SELECT judged_key, max(pattern) FROM ({_SHOWN})"
        " WHERE judged_key IN (SELECT judged_key FROM decisions) GROUP BY 1"
    ).fetchall()
    return dict(rows)


def _tell(con: Connection, terms: Terms, taken: Taken | None) -> None:
    """Tells the connection the terms, as temporary tables."""
    _table(con, "field_places", ("field VARCHAR", "place INTEGER"), [(f, n) for n, f in enumerate(terms.field_order)])
    _table(con, "primary_metrics", ("benchmark VARCHAR", "metric VARCHAR"), list(terms.primary.items()))
    _table(
        con, "error_metrics",
        ("benchmark VARCHAR", "metric VARCHAR", "precedence INTEGER", "divisor DOUBLE", "inverted BOOLEAN"),
        [(e.benchmark, e.metric, e.precedence, e.divisor, e.inverted) for e in terms.errors],
    )  # fmt: skip
    _table(con, "audited", ("judged_key VARCHAR",), [(key,) for key in taken.audited] if taken else [])


def _table(con: Connection, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Makes a temporary table of these rows."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(columns)})")
    lists = [list(values) for values in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    select = ", ".join(f"unnest(CAST(? AS {column.split()[1]}[]))" for column in columns)
    con.execute(f"INSERT INTO {name} SELECT {select}", lists)


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

_SHOWN = f"""
    SELECT v.record_key, v.field AS listed, v.metric AS listed_metric, v.candidate_key, c.field, c.metric, c.value,
           c.value_text, c.page, c.judged_key, c.pattern, c.arxiv_id,
           c.value IS NOT NULL OR c.value_text IS NOT NULL AS stated,
           CASE WHEN v.confidence IS NULL AND v.field NOT IN ({", ".join(f"'{f}'" for f in OF_A_RUN)})
                THEN c.confidence ELSE v.confidence END AS confidence
    FROM record_values v JOIN candidates c ON c.key = v.candidate_key
    WHERE v.chosen
"""

_OUTLINES = """
WITH wanted AS (
    SELECT r.*, m.metric AS primary_metric
    FROM records r
    LEFT JOIN primary_metrics m ON m.benchmark = r.benchmark
    WHERE r.{within} AND ($benchmark IS NULL OR r.benchmark = $benchmark)
),
shown AS ({shown}),
contradictions AS (
    SELECT DISTINCT record_key, field, coalesce(metric, '') AS metric FROM witnesses WHERE verdict = 'disagree'
),
placed AS (
    SELECT s.record_key, s.candidate_key, s.field, s.metric, s.value, s.value_text, s.page, s.judged_key, s.stated,
           s.confidence, x.record_key IS NOT NULL AS contradicted,
           coalesce(s.stated AND s.confidence >= $threshold, false) AS sure, w.benchmark,
           split_part(coalesce(s.metric, ''), '_', 1) = split_part(w.primary_metric, '_', 1) AS of_primary,
           row_number() OVER (
               PARTITION BY s.record_key
               ORDER BY f.place, s.metric IS DISTINCT FROM w.primary_metric, coalesce(s.metric, ''), {page}
                        s.listed, s.listed_metric, s.candidate_key
           ) AS place
    FROM shown s JOIN wanted w ON w.key = s.record_key JOIN field_places f ON f.field = s.field
    LEFT JOIN contradictions x
        ON x.record_key = s.record_key AND x.field = s.field AND x.metric = coalesce(s.metric, '')
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
    SELECT record_key, bool_or(NOT ({taken})) AS waits, bool_or(contradicted) AS contradicted,
           arg_min(candidate_key, place) AS first, min(place) AS place,
    {chance} AS doubt,
    arg_min(value_text, place) FILTER (field = 'device') AS device{numbers}{doubts}
    FROM once GROUP BY record_key
)
SELECT w.key, w.arxiv_id, w.version, w.model, w.benchmark, CAST(p.published AS VARCHAR) AS published, e.error,
       c.page, coalesce(list_min(CAST(json_extract(c.boxes, '$[*][1]') AS DOUBLE[])), 0) AS top,
       o.* EXCLUDE (record_key, first, place)
FROM outlines o
JOIN wanted w ON w.key = o.record_key
JOIN candidates c ON c.key = o.first
LEFT JOIN errors e ON e.record_key = o.record_key
LEFT JOIN papers p ON p.arxiv_id = w.arxiv_id AND p.version = w.version
ORDER BY w.arxiv_id, w.version, w.benchmark, w.model, w.key
""".replace("{chance}", _CHANCE.format(filter=""))

_AUDITED = f"""
WITH sure AS (
    SELECT DISTINCT field, pattern, judged_key, arxiv_id,
           CAST('0x' || left(judged_key, 8) AS UBIGINT) / CAST(4294967296 AS DOUBLE) AS draw
    FROM ({_SHOWN}) WHERE stated AND confidence >= $threshold
),
of_papers AS (
    SELECT *, row_number() OVER (PARTITION BY field, pattern, arxiv_id ORDER BY draw) > 1 AS of_one_before FROM sure
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY field, pattern ORDER BY of_one_before, draw) AS place FROM of_papers
)
SELECT DISTINCT judged_key FROM placed WHERE draw < $share OR place <= $fewest
"""
