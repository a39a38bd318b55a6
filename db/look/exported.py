"""Records as rows: one line a model on a benchmark, each chosen value beside its page, words and confidence."""

from __future__ import annotations

from collections.abc import Mapping

from db.models import Field
from db.store import Connection
from db.tables.curated import COLUMNS
from db.tables.slices import WITHIN_SLICE


def name_primary_metrics(con: Connection, primary: Mapping[str, str]) -> None:
    """Tells the connection each benchmark's primary metric, by which `RECORDS_SQL` chooses the score of a row."""
    con.execute("CREATE OR REPLACE TEMP TABLE primary_metrics (benchmark VARCHAR, metric VARCHAR)")
    con.executemany("INSERT INTO primary_metrics VALUES (?, ?)", list(primary.items()))


def _fields() -> str:
    """The fields that have columns, as SQL writes a list."""
    return ", ".join(f"'{field}'" for field in COLUMNS)


def _value_columns() -> str:
    """The columns of each field: value, page, quote and confidence of the value that comes first."""
    parts = []
    for field, column in {Field.SCORE: "score", **COLUMNS}.items():
        value = "value_text" if field is Field.DEVICE else "value"
        for name, suffix in ((value, ""), ("page", "_page"), ("quote", "_quote"), ("confidence", "_confidence")):
            parts.append(f"max(CASE WHEN field = '{field}' AND place = 1 THEN {name} END) AS {column}{suffix}")
    return ",\n        ".join(parts)


# Where a field has several chosen values (two training runs), the surest of the whole training stands in its column and
# the others in `others`, as do the values of fields that have no column. A lent value whose joining was never measured
# has no confidence.
RECORDS_SQL = f"""
WITH chosen AS (
    SELECT v.record_key, c.*,
           CASE WHEN v.confidence IS NOT NULL THEN v.confidence
                WHEN v.field IN ('device', 'device_count', 'training_time', 'epochs') THEN NULL
                ELSE c.confidence END AS sure
    FROM record_values v JOIN candidates c ON c.key = v.candidate_key
    WHERE {WITHIN_SLICE} AND v.chosen AND (c.value IS NOT NULL OR c.value_text IS NOT NULL)
),
placed AS (
    SELECT h.* EXCLUDE (sure, confidence), h.sure AS confidence,
           row_number() OVER (
               PARTITION BY h.record_key, h.field
               ORDER BY h.metric IS DISTINCT FROM p.metric, h.purpose <> 'training', coalesce(h.sure, 0) DESC,
                        coalesce(h.run, ''), h.page, h.key
           ) AS place
    FROM chosen h JOIN records r ON r.key = h.record_key LEFT JOIN primary_metrics p ON p.benchmark = r.benchmark
),
wide AS (
    SELECT record_key,
        max(CASE WHEN field = 'score' AND place = 1 THEN metric END) AS metric,
        {_value_columns()},
        to_json(coalesce(list({{'metric': metric, 'split': split, 'setting': qualifiers ->> 'setting', 'value': value,
                               'page': page, 'quote': quote, 'confidence': confidence}} ORDER BY place)
                         FILTER (field = 'score'), [])) AS scores,
        to_json(coalesce(list({{'field': field, 'run': run, 'purpose': purpose,
                               'value': coalesce(to_json(value_text), to_json(value)), 'page': page, 'quote': quote,
                               'confidence': confidence}} ORDER BY field, place)
                         FILTER (field <> 'score' AND (place > 1 OR field NOT IN ({_fields()}))), [])) AS others
    FROM placed
    GROUP BY record_key
)
SELECT r.key AS record, r.arxiv_id, r.version, a.title, a.published, r.model, r.benchmark, r.role,
       w.* EXCLUDE (record_key, scores, others),
       coalesce(w.scores, to_json([]::VARCHAR[])) AS scores, coalesce(w.others, to_json([]::VARCHAR[])) AS others
FROM records r
LEFT JOIN wide w ON w.record_key = r.key
LEFT JOIN papers a ON a.arxiv_id = r.arxiv_id AND a.version = r.version
WHERE r.{WITHIN_SLICE}
ORDER BY r.arxiv_id, r.version, r.benchmark, r.model, r.key
"""
