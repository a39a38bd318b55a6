"""Saving papers that a task or a citation found and that may not count. Owns harvest_prospects and harvest_citing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.store import Connection, insert_rows, now, rows_of
from db.tables.papers import Hit, save_hits


@dataclass(frozen=True)
class Verdict:
    """What a look at a paper's text says of one benchmark."""

    arxiv_id: str
    benchmark: str
    verdict: str  # found | dropped | unread
    reason: str


@dataclass(frozen=True)
class Citing:
    """A paper that was read: the benchmarks of its own scores, and whose scores it repeats (benchmark, model)."""

    arxiv_id: str
    version: int
    pdf_sha256: str
    benchmarks: tuple[str, ...]
    prior: tuple[tuple[str, str], ...]  # the model as printed


def citing_papers(con: Connection, benchmarks: Sequence[str]) -> list[Citing]:
    """Papers that were read, with the scores whose benchmarks are among these and were not looked up in it before."""
    rows = rows_of(
        con,
        """
        SELECT r.arxiv_id, r.version, r.pdf_sha256,
               list(DISTINCT c.benchmark ORDER BY c.benchmark) FILTER (c.role IS DISTINCT FROM 'prior') AS own,
               list(DISTINCT [c.benchmark, c.subject]) FILTER (c.role = 'prior' AND c.subject IS NOT NULL) AS prior
        FROM readings r JOIN candidates c USING (arxiv_id, version)
        LEFT JOIN harvest_citing done
             ON done.arxiv_id = r.arxiv_id AND done.version = r.version AND done.benchmark = c.benchmark
        WHERE r.outcome = 'read' AND c.field = 'score' AND c.chosen AND list_contains($benchmarks, c.benchmark)
              AND done.arxiv_id IS NULL
        GROUP BY 1, 2, 3 ORDER BY 1, 2
        """,
        {"benchmarks": list(benchmarks)},
    )
    return [
        Citing(
            r["arxiv_id"], r["version"], r["pdf_sha256"], tuple(r["own"] or ()),
            tuple((benchmark, model) for benchmark, model in r["prior"] or ()),
        )
        for r in rows
    ]  # fmt: skip


def save_citing(con: Connection, citing: Citing) -> None:
    """Notes that the paper's bibliography was looked at for the benchmarks of its scores."""
    moment = now()
    insert_rows(
        con,
        "harvest_citing",
        [
            {"arxiv_id": citing.arxiv_id, "version": citing.version, "benchmark": benchmark, "read_at": moment}
            for benchmark in sorted({*citing.benchmarks, *(benchmark for benchmark, _ in citing.prior)})
        ],
    )


def save_prospects(con: Connection, prospects: Iterable[Hit]) -> int:
    """How many of the prospects were new."""
    moment = now()
    return insert_rows(
        con,
        "harvest_prospects",
        [
            {"arxiv_id": p.arxiv_id, "benchmark": p.benchmark, "term": p.term, "found_at": moment}
            for p in prospects
        ],
    )  # fmt: skip


def open_prospects(con: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """The benchmarks for which each of the papers is still to be looked into."""
    rows = rows_of(
        con,
        """
        SELECT arxiv_id, list(DISTINCT benchmark ORDER BY benchmark) AS benchmarks FROM harvest_prospects
        WHERE verdict IS NULL AND list_contains($ids, arxiv_id) GROUP BY arxiv_id
        """,
        {"ids": sorted(set(ids))},
    )
    return {r["arxiv_id"]: r["benchmarks"] for r in rows}


def only_dropped(con: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the papers that were looked into and count for no benchmark."""
    rows = rows_of(
        con,
        """
        SELECT arxiv_id FROM harvest_prospects
        WHERE list_contains($ids, arxiv_id) AND arxiv_id NOT IN (SELECT arxiv_id FROM found_by)
        GROUP BY arxiv_id HAVING bool_and(verdict = 'dropped')
        """,
        {"ids": sorted(set(ids))},
    )
    return {r["arxiv_id"] for r in rows}


def decide(con: Connection, verdicts: Iterable[Verdict]) -> None:
    """Saves what the looks said; a prospect that counts is a hit of its term from now on."""
    for v in verdicts:
        rows = con.execute(
            """
            UPDATE harvest_prospects SET verdict = ?, reason = ?, decided_at = ?
            WHERE arxiv_id = ? AND benchmark = ? AND verdict IS NULL RETURNING term
            """,
            [v.verdict, v.reason, now(), v.arxiv_id, v.benchmark],
        ).fetchall()
        if v.verdict == "found":
            save_hits(con, [Hit(v.arxiv_id, v.benchmark, term) for (term,) in rows])


def drop_paper(con: Connection, arxiv_id: str, version: int, reason: str) -> None:
    """Takes the paper off the queue: its text says that it is none of ours. The PDF is not kept."""
    con.execute(
        "UPDATE harvest_queue SET state = 'dropped', reason = ?, updated_at = ? WHERE arxiv_id = ? AND version = ?",
        [reason, now(), arxiv_id, version],
    )
    con.execute("DELETE FROM harvest_failures WHERE arxiv_id = ? AND version = ?", [arxiv_id, version])


def share_prospects(con: Connection, benchmark: str, terms: Sequence[str]) -> None:
    """Gives the benchmark what its task terms have found for other benchmarks, to be looked into."""
    con.execute(
        """
        INSERT OR IGNORE INTO harvest_prospects (arxiv_id, benchmark, term, found_at)
        SELECT arxiv_id, $benchmark, term, min(found_at) FROM harvest_prospects
        WHERE list_contains($terms, term) AND benchmark <> $benchmark GROUP BY arxiv_id, term
        """,
        {"benchmark": benchmark, "terms": list(terms)},
    )


def prospect_counts(con: Connection) -> list[tuple[str, str, int, int, int]]:
    """For each benchmark and term: how many papers it brought, how many count, how many were dropped."""
    rows = rows_of(
        con,
        """
        SELECT benchmark, term, count(*) AS n, count(*) FILTER (verdict = 'found') AS found,
               count(*) FILTER (verdict = 'dropped') AS dropped
        FROM harvest_prospects GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
        """,
    )
    return [(r["benchmark"], r["term"], r["n"], r["found"], r["dropped"]) for r in rows]
