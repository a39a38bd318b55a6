"""What records show: of each its chosen values, with the confidence that a value is right and this model's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from db.models import OF_A_RUN
from db.store import Connection
from db.tables.auto_accept import FEWEST_AUDITED, AutoAcceptRule, Taken

SHOWN = f"""
    SELECT v.record_key, v.field AS listed, v.metric AS listed_metric, v.candidate_key, c.field, c.metric, c.value,
           c.value_text, c.page, c.judged_key, c.pattern, c.arxiv_id, c.version,
           c.value IS NOT NULL OR c.value_text IS NOT NULL AS stated,
           CASE WHEN v.confidence IS NULL AND v.field NOT IN ({", ".join(f"'{f}'" for f in OF_A_RUN)})
                THEN c.confidence ELSE v.confidence END AS confidence
    FROM record_values v JOIN candidates c ON c.key = v.candidate_key
    WHERE v.chosen
"""


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
        f"SELECT record_key, field, judged_key, confidence, stated FROM ({SHOWN}"
        # asked of the records, so that only their values are joined
        " AND v.record_key IN (SELECT key FROM records WHERE arxiv_id IN (SELECT unnest($ids))))",
        {"ids": list(papers)},
    ).fetchall()
    for record_key, *rest in rows:
        found.setdefault(record_key, []).append(ShownKey(*rest))
    return found


def records_that_show(con: Connection, judged_keys: Collection[str]) -> list[str]:
    """The keys of the records that show any of these."""
    if not judged_keys:
        return []
    rows = con.execute(
        f"SELECT DISTINCT record_key FROM ({SHOWN}) WHERE judged_key IN (SELECT unnest($keys))",
        {"keys": list(judged_keys)},
    ).fetchall()
    return [key for (key,) in rows]


def contradicted_records(con: Connection) -> list[str]:
    """The keys of the records of which a leaderboard gives a value otherwise that they show."""
    rows = con.execute(
        f"""
        SELECT DISTINCT s.record_key FROM ({SHOWN}) s JOIN witnesses w
            ON w.record_key = s.record_key AND w.field = s.field AND coalesce(w.metric, '') = coalesce(s.metric, '')
        WHERE w.verdict = 'disagree'
        """
    ).fetchall()
    return [key for (key,) in rows]


def patterns_judged(con: Connection) -> dict[str, str]:
    """The pattern that read each value that somebody has judged, by its judged key, as far as a record shows it."""
    rows = con.execute(
        f"SELECT judged_key, max(pattern) FROM ({SHOWN})"
        " WHERE judged_key IN (SELECT judged_key FROM decisions) GROUP BY 1"
    ).fetchall()
    return dict(rows)


_AUDITED = f"""
WITH sure AS (
    SELECT DISTINCT field, pattern, judged_key, arxiv_id,
           CAST('0x' || left(judged_key, 8) AS UBIGINT) / CAST(4294967296 AS DOUBLE) AS draw
    FROM ({SHOWN}) WHERE stated AND confidence >= $threshold
),
of_papers AS (
    SELECT *, row_number() OVER (PARTITION BY field, pattern, arxiv_id ORDER BY draw) > 1 AS of_one_before FROM sure
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY field, pattern ORDER BY of_one_before, draw) AS place FROM of_papers
)
SELECT DISTINCT judged_key FROM placed WHERE draw < $share OR place <= $fewest
"""
