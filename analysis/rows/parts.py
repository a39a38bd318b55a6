"""What a snapshot of a database holds beside the observations: candidates, papers, and the study's flow."""

from __future__ import annotations

import pandas as pd

from db.look.status import study_status
from db.store import Connection

CANDIDATE_FIELDS = ("score", "device", "device_count", "training_time", "flops", "multiply_adds", "parameters")

_CANDIDATES = """
WITH newest AS (SELECT arxiv_id, max(version) AS version FROM readings WHERE outcome = 'read' GROUP BY arxiv_id)
SELECT r.key AS record, r.arxiv_id, r.model, r.benchmark, r.role, p.title, CAST(p.published AS VARCHAR) AS published,
       c.field, c.metric, c.value, c.value_text, coalesce(v.confidence, c.confidence) AS confidence,
       v.chosen, c.page, c.quote
FROM records r
JOIN newest USING (arxiv_id, version)
JOIN record_values v ON v.record_key = r.key
JOIN candidates c ON c.key = v.candidate_key
LEFT JOIN papers p ON p.arxiv_id = r.arxiv_id AND p.version = r.version
WHERE r.benchmark IS NOT NULL AND r.role = 'own' AND r.model <> '*' AND c.purpose <> 'inference'
  AND list_contains($fields, c.field) AND (c.value IS NOT NULL OR c.value_text IS NOT NULL)
ORDER BY r.key, c.field, v.chosen DESC, c.key
"""

_DECIDED = """
SELECT r.row_key, r.arxiv_id, r.model, r.benchmark, v.field, v.metric, v.value, v.value_text, v.state
FROM curated_rows r JOIN curated_values v USING (row_key)
WHERE r.source = 'review' AND v.state IN ('accepted', 'corrected', 'rejected', 'not_stated')
  AND list_contains($fields, v.field)
ORDER BY r.row_key, v.field, v.metric, v.value
"""

_PAPERS = """
WITH newest AS (SELECT arxiv_id, max(version) AS version FROM readings WHERE outcome = 'read' GROUP BY arxiv_id),
stated AS (
    SELECT DISTINCT c.arxiv_id, c.field
    FROM candidates c JOIN newest USING (arxiv_id, version)
    WHERE c.chosen AND c.purpose <> 'inference' AND (c.value IS NOT NULL OR c.value_text IS NOT NULL)
)
SELECT r.benchmark, r.arxiv_id, CAST(any_value(p.published) AS VARCHAR) AS published,
       any_value(p.categories[1]) AS category, any_value(p.comment) AS comment,
       coalesce(bool_or(r.arxiv_id IN (SELECT arxiv_id FROM stated WHERE field = 'device')), false) AS device,
       coalesce(bool_or(r.arxiv_id IN (SELECT arxiv_id FROM stated WHERE field = 'training_time')), false)
           AS training_time,
       coalesce(bool_or(r.arxiv_id IN (SELECT arxiv_id FROM stated WHERE field IN ('flops', 'multiply_adds'))), false)
           AS operations,
       coalesce(bool_or(r.arxiv_id IN (SELECT arxiv_id FROM stated WHERE field = 'parameters')), false) AS parameters
FROM records r JOIN newest USING (arxiv_id, version)
LEFT JOIN papers p ON p.arxiv_id = r.arxiv_id AND p.version = r.version
WHERE r.benchmark IS NOT NULL AND r.role = 'own'
GROUP BY r.benchmark, r.arxiv_id
ORDER BY r.benchmark, r.arxiv_id
"""


_QUERIES = {"candidates": _CANDIDATES, "decided": _DECIDED, "papers": _PAPERS}


def part_queries(con: Connection) -> dict[str, str]:
    """The SQL of those large parts of this database that have rows, in order by name: candidates, decided, papers."""
    fields = ", ".join(f"'{f}'" for f in CANDIDATE_FIELDS)
    found = {name: sql.replace("$fields", f"[{fields}]") for name, sql in _QUERIES.items()}
    there = {name for name, sql in found.items() if con.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchone()}
    if "candidates" not in there:
        there.discard("decided")
    return {name: sql for name, sql in found.items() if name in there}


def flow_of(con: Connection) -> dict[str, pd.DataFrame]:
    """The study's flow and its table by benchmark, as far as they have rows."""
    status = study_status(con)
    found = {
        "flow": pd.DataFrame([{"step": step, "count": count} for step, count in status["flow"].items()]),
        "benchmarks": pd.DataFrame(status["benchmarks"]),
    }
    return {name: frame for name, frame in found.items() if len(frame)}
