"""Saving where a harvest stands. Owns the tables harvest_*: runs, windows, marks, lists, queue, failures, notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from db.store import Connection, insert_rows, now, rows_of
from db.untyped import Row


@dataclass(frozen=True)
class Run:
    """One harvest from start to end. `outcome`: None while it lasts (or when it was killed), done, stopped, failed."""

    run: str
    started_at: datetime
    settings: Row
    ended_at: datetime | None = None
    outcome: str | None = None
    found: int = 0  # papers that a term found, known ones included
    new_papers: int = 0
    new_versions: int = 0
    fetched: int = 0
    failed: int = 0
    waiting: int = 0
    requests: int = 0
    message: str | None = None
    exit_code: int | None = None


@dataclass(frozen=True)
class Streak:
    """The runs since the last one that ended well that all said "try later", and on how many nights they were made."""

    last_success: datetime | None = None
    runs: int = 0
    nights: tuple[date, ...] = ()


@dataclass(frozen=True)
class Window:
    """A term's papers first submitted in [start, end), as far as they have been read."""

    term: str
    start: datetime
    end: datetime
    state: str = "open"  # open | complete | short
    next_start: int = 0
    total: int | None = None
    seen: tuple[str, ...] = ()
    runs: int = 0
    message: str | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """How far a benchmark's search is. `oai_from`: the day of its first answer, from which OAI-PMH has to go on."""

    benchmark: str
    terms: tuple[str, ...]
    since: datetime
    horizon: datetime
    searched: bool = False
    oai_from: date | None = None


@dataclass(frozen=True)
class Watermark:
    """How far OAI-PMH was read for a benchmark in a set ("": the whole archive), for papers since when, by which terms.

    `read_to`: the server's date from which to ask; None while the first list is unfinished.
    """

    benchmark: str
    set_spec: str
    terms: tuple[str, ...]
    since: datetime
    read_to: date | None = None


@dataclass(frozen=True)
class OpenList:
    """An OAI-PMH list in the middle: the token that goes on with it."""

    name: str
    token: str
    response: date
    received: int


@dataclass(frozen=True)
class Queued:
    """A PDF in the queue."""

    arxiv_id: str
    version: int
    score: float
    reason: str
    tries: int = 0


@dataclass(frozen=True)
class Flow:
    """The papers of a benchmark first submitted in a month: how many were found, fetched, wait, failed by reason."""

    benchmark: str
    month: str  # "2016-03"; "" where the date is not known
    found: int
    fetched: int
    waiting: int
    failed: Mapping[str, int]


@dataclass(frozen=True)
class Failure:
    """A PDF that could not be fetched, and when to try again (None: not by itself)."""

    arxiv_id: str
    version: int
    reason: str
    message: str | None
    tries: int
    last_try: datetime
    next_try: datetime | None


# --- runs ---------------------------------------------------------------------------------------------------------


def save_run(con: Connection, run: Run) -> None:
    """Saves the run in place of what was known of it."""
    insert_rows(
        con,
        "harvest_runs",
        [
            {
                "run": run.run, "started_at": run.started_at, "ended_at": run.ended_at,
                "settings": json.dumps(dict(run.settings)), "outcome": run.outcome, "found": run.found,
                "fetched": run.fetched, "failed": run.failed, "message": run.message, "requests": run.requests,
                "new_papers": run.new_papers, "new_versions": run.new_versions, "waiting": run.waiting,
                "exit_code": run.exit_code,
            }
        ],
        on_conflict="replace",
    )  # fmt: skip


def last_runs(con: Connection, count: int = 1) -> list[Run]:
    """The latest runs, the last first."""
    rows = rows_of(con, "SELECT * FROM harvest_runs ORDER BY started_at DESC, run DESC LIMIT $n", {"n": count})
    return [
        Run(
            run=r["run"], started_at=r["started_at"], settings=json.loads(r["settings"]), ended_at=r["ended_at"],
            outcome=r["outcome"], found=r["found"] or 0, new_papers=r["new_papers"] or 0,
            new_versions=r["new_versions"] or 0, fetched=r["fetched"] or 0, failed=r["failed"] or 0,
            waiting=r["waiting"] or 0, requests=r["requests"] or 0, message=r["message"], exit_code=r["exit_code"],
        )
        for r in rows
    ]  # fmt: skip


def end_killed_runs(con: Connection, ended: Iterable[Run]) -> None:
    """Saves how runs ended that could not say so here, with what is known of them already."""
    for run in ended:
        known = rows_of(con, "SELECT settings FROM harvest_runs WHERE run = $run", {"run": run.run})
        save_run(con, replace(run, settings=json.loads(known[0]["settings"])) if known else run)


def streak(con: Connection, later: int) -> Streak:
    """The latest runs that ended with the exit code `later`, up to the last one that ended well.

    A retry by hand is no run in this sense, nor is one that looks at citations alone: neither asks for new papers.
    """
    rows = rows_of(
        con,
        """
        WITH full_runs AS (
            SELECT * FROM harvest_runs
            WHERE coalesce(settings ->> 'benchmarks', '') <> '[]' AND coalesce(settings ->> 'source', '') <> 'none'
        ), good AS (SELECT max(ended_at) AS at, max(started_at) AS began FROM full_runs WHERE outcome = 'done')
        SELECT good.at, count(r.run) AS runs, list(DISTINCT CAST(r.started_at AS DATE)) AS nights
        FROM good LEFT JOIN full_runs r
             ON r.exit_code = $later AND (good.began IS NULL OR r.started_at > good.began)
        GROUP BY good.at
        """,
        {"later": later},
    )
    return Streak(rows[0]["at"], rows[0]["runs"], tuple(sorted(n for n in rows[0]["nights"] or () if n)))


def save_notes(con: Connection, run: str, notes: Iterable[tuple[str, str, str]]) -> None:
    """Keeps what could not be used: kind, subject, message. The same thing is kept once."""
    moment = now()
    insert_rows(
        con,
        "harvest_notes",
        [{"run": run, "kind": k, "subject": s, "message": m, "noted_at": moment} for k, s, m in notes],
    )


# --- what was asked -------------------------------------------------------------------------------------------------


def load_windows(con: Connection, term: str | None = None) -> list[Window]:
    """The windows of a term (or of all), in order of time."""
    rows = rows_of(
        con,
        "SELECT * FROM harvest_windows WHERE $term IS NULL OR term = $term ORDER BY term, period_from, period_to",
        {"term": term},
    )
    return [
        Window(
            term=r["term"], start=r["period_from"], end=r["period_to"], state=r["state"], next_start=r["next_start"],
            total=r["total"], seen=tuple(r["seen"]), runs=r["runs"], message=r["message"], asked_at=r["asked_at"],
        )
        for r in rows
    ]  # fmt: skip


def save_windows(con: Connection, windows: Iterable[Window], *, instead_of: Iterable[Window] = ()) -> None:
    """Saves the windows in place of themselves, and of those that they replace."""
    for w in instead_of:
        con.execute(
            "DELETE FROM harvest_windows WHERE term = ? AND period_from = ? AND period_to = ?", [w.term, w.start, w.end]
        )
    insert_rows(
        con,
        "harvest_windows",
        [
            {
                "term": w.term, "period_from": w.start, "period_to": w.end, "state": w.state,
                "next_start": w.next_start, "total": w.total, "seen": list(w.seen), "runs": w.runs,
                "message": w.message, "asked_at": w.asked_at,
            }
            for w in windows
        ],
        on_conflict="replace",
    )  # fmt: skip


def load_marks(con: Connection) -> dict[str, Mark]:
    """How far each benchmark is."""
    return {
        r["benchmark"]: Mark(
            r["benchmark"], tuple(r["terms"]), r["since"], r["horizon"], r["searched"], r["oai_from"]
        )
        for r in rows_of(con, "SELECT * FROM harvest_marks ORDER BY benchmark")
    }  # fmt: skip


def save_marks(con: Connection, marks: Iterable[Mark]) -> None:
    """Saves the marks in place of earlier ones."""
    moment = now()
    insert_rows(
        con,
        "harvest_marks",
        [
            {
                "benchmark": m.benchmark, "terms": list(m.terms), "since": m.since, "horizon": m.horizon,
                "searched": m.searched, "oai_from": m.oai_from, "updated_at": moment,
            }
            for m in marks
        ],
        on_conflict="replace",
    )  # fmt: skip


def load_watermarks(con: Connection) -> dict[tuple[str, str], Watermark]:
    """How far OAI-PMH was read, by benchmark and set."""
    return {
        (r["benchmark"], r["set_spec"]): Watermark(
            r["benchmark"], r["set_spec"], tuple(r["terms"]), r["since"], r["read_to"]
        )
        for r in rows_of(con, "SELECT * FROM harvest_watermarks ORDER BY benchmark, set_spec")
    }  # fmt: skip


def save_watermarks(con: Connection, watermarks: Iterable[Watermark]) -> None:
    """Saves the watermarks in place of earlier ones of the same benchmark and set."""
    moment = now()
    insert_rows(
        con,
        "harvest_watermarks",
        [
            {
                "benchmark": w.benchmark, "set_spec": w.set_spec, "terms": list(w.terms), "since": w.since,
                "read_to": w.read_to, "updated_at": moment,
            }
            for w in watermarks
        ],
        on_conflict="replace",
    )  # fmt: skip


def last_whole_runs(con: Connection) -> dict[str, datetime]:
    """For each benchmark when the last run began that read all its changes to the end, with no option that narrows."""
    rows = rows_of(
        con,
        """
        SELECT unnest(CAST(settings -> 'benchmarks' AS VARCHAR[])) AS benchmark, max(started_at) AS at
        FROM harvest_runs
        WHERE outcome = 'done' AND settings ->> 'source' IN ('auto', 'oai') AND settings ->> 'since' = 'auto'
              AND CAST(settings -> 'sets' AS VARCHAR[]) = []
        GROUP BY 1
        """,
    )
    return {r["benchmark"]: r["at"] for r in rows}


def share_hits(con: Connection, benchmark: str, terms: Sequence[str]) -> None:
    """Gives the benchmark what its terms have found for other benchmarks: a term is asked for once."""
    con.execute(
        """
        INSERT OR IGNORE INTO found_by
        SELECT arxiv_id, $benchmark, term, min(found_at) FROM found_by
        WHERE list_contains($terms, term) AND benchmark <> $benchmark
        GROUP BY arxiv_id, term
        """,
        {"benchmark": benchmark, "terms": list(terms)},
    )


def load_lists(con: Connection) -> dict[str, OpenList]:
    """The lists that were left in the middle, by name."""
    rows = rows_of(con, "SELECT * FROM harvest_lists")
    return {r["list"]: OpenList(r["list"], r["token"], r["response"], r["received"]) for r in rows}


def save_list(con: Connection, open_list: OpenList) -> None:
    """Keeps the token that goes on with the list."""
    insert_rows(
        con,
        "harvest_lists",
        [
            {
                "list": open_list.name, "token": open_list.token, "response": open_list.response,
                "received": open_list.received, "updated_at": now(),
            }
        ],
        on_conflict="replace",
    )  # fmt: skip


def end_list(con: Connection, name: str) -> None:
    """Forgets the list's token: it was read to the end, or the token has expired."""
    con.execute("DELETE FROM harvest_lists WHERE list = ?", [name])


# --- the queue of PDFs ------------------------------------------------------------------------------------------------


def enqueue(con: Connection, papers: Iterable[Queued], *, withdrawn: Iterable[tuple[str, int]] = ()) -> None:
    """Queues the PDFs; of each paper only the latest known version is fetched, older ones that wait are superseded.

    One that is queued already keeps its place, with the better of both scores.
    """
    moment = now()
    batch = list(papers)
    gone = list(withdrawn)
    rows = [
        {
            "arxiv_id": q.arxiv_id, "version": q.version, "score": q.score, "state": "waiting", "reason": q.reason,
            "queued_at": moment, "updated_at": moment,
        }
        for q in batch
    ] + [
        {
            "arxiv_id": arxiv_id, "version": version, "score": 0.0, "state": "withdrawn",
            "reason": "withdrawn by its authors or by arXiv: there is no PDF", "queued_at": moment,
            "updated_at": moment,
        }
        for arxiv_id, version in gone
    ]  # fmt: skip
    insert_rows(con, "harvest_queue", rows)
    ids = sorted({q.arxiv_id for q in batch} | {arxiv_id for arxiv_id, _ in gone})
    con.execute(
        """
        UPDATE harvest_queue SET score = better.score
        FROM (SELECT unnest($ids) AS arxiv_id, unnest($versions) AS version, unnest($scores) AS score) better
        WHERE harvest_queue.arxiv_id = better.arxiv_id AND harvest_queue.version = better.version
              AND harvest_queue.score < better.score
        """,
        {
            "ids": [q.arxiv_id for q in batch],
            "versions": [q.version for q in batch],
            "scores": [q.score for q in batch],
        },
    )
    con.execute(
        """
        UPDATE harvest_queue SET state = 'waiting', reason = 'named since it was dropped', updated_at = $moment
        WHERE state = 'dropped' AND list_contains($ids, arxiv_id) AND arxiv_id IN (SELECT arxiv_id FROM found_by)
        """,
        {"moment": moment, "ids": [q.arxiv_id for q in batch]},
    )
    con.execute(
        """
        UPDATE harvest_queue SET state = 'fetched', reason = 'here already', updated_at = $moment
        WHERE state IN ('waiting', 'given_up') AND list_contains($ids, arxiv_id)
              AND (arxiv_id, version) IN (SELECT arxiv_id, version FROM papers WHERE pdf_sha256 IS NOT NULL)
        """,
        {"moment": moment, "ids": ids},
    )
    con.execute(
        """
        UPDATE harvest_queue SET state = 'withdrawn', updated_at = $moment,
               reason = 'withdrawn by its authors or by arXiv: there is no PDF'
        WHERE state IN ('waiting', 'given_up')
              AND (arxiv_id, version) IN (SELECT arxiv_id, version FROM papers WHERE withdrawn)
              AND list_contains($ids, arxiv_id)
        """,
        {"moment": moment, "ids": ids},
    )
    con.execute(
        """
        UPDATE harvest_queue
        SET state = 'superseded', reason = 'superseded by v' || newest.version, updated_at = $moment
        FROM (SELECT arxiv_id, max(version) AS version FROM papers
              WHERE list_contains($ids, arxiv_id) GROUP BY arxiv_id) newest
        WHERE harvest_queue.arxiv_id = newest.arxiv_id AND harvest_queue.version < newest.version
              AND harvest_queue.state IN ('waiting', 'given_up')
        """,
        {"moment": moment, "ids": ids},
    )


_WAITING = """
    FROM harvest_queue q
    JOIN papers p USING (arxiv_id, version)
    LEFT JOIN harvest_failures f USING (arxiv_id, version)
    WHERE q.state = 'waiting' AND p.pdf_sha256 IS NULL AND NOT p.withdrawn
      AND (len($benchmarks) = 0
           OR q.arxiv_id IN (SELECT arxiv_id FROM found_by WHERE list_contains($benchmarks, benchmark))
           OR q.arxiv_id IN (SELECT arxiv_id FROM harvest_prospects WHERE list_contains($benchmarks, benchmark)))
"""


def due(con: Connection, benchmarks: Sequence[str], moment: datetime) -> list[Queued]:
    """The PDFs to fetch now, the most relevant first. A failed one is due when its time has come.

    A last try that lies ahead means that the clock was set back: it is due, or it might wait for years.
    """
    rows = rows_of(
        con,
        f"""
        SELECT q.arxiv_id, q.version, q.score, q.reason, coalesce(f.tries, 0) AS tries {_WAITING}
          AND (f.arxiv_id IS NULL OR f.next_try <= $now OR f.last_try > $later)
        ORDER BY q.score DESC, p.published DESC NULLS LAST, q.arxiv_id, q.version
        """,
        {"benchmarks": list(benchmarks), "now": moment, "later": moment + timedelta(hours=1)},
    )
    return [Queued(**row) for row in rows]


def waiting(con: Connection, benchmarks: Sequence[str] = ()) -> int:
    """How many PDFs wait, those included that are not due."""
    return int(rows_of(con, f"SELECT count(*) AS n {_WAITING}", {"benchmarks": list(benchmarks)})[0]["n"])


def fetched_from(con: Connection, base: str) -> str | None:
    """The address of the smallest PDF that was fetched from below this one; None where there is none."""
    found = rows_of(
        con, "SELECT source FROM files WHERE starts_with(source, $base) ORDER BY bytes, source LIMIT 1", {"base": base}
    )
    return found[0]["source"] if found else None


def set_waiting_reason(con: Connection, papers: Iterable[tuple[str, int]], reason: str) -> None:
    """Says why these are not fetched now."""
    keys = list(papers)
    con.execute(
        """
        UPDATE harvest_queue SET reason = $reason, updated_at = $now
        WHERE state = 'waiting' AND reason <> $reason AND (arxiv_id, version) IN
              (SELECT unnest($ids), unnest($versions))
        """,
        {"reason": reason, "now": now(), "ids": [k[0] for k in keys], "versions": [k[1] for k in keys]},
    )


def mark_fetched(con: Connection, arxiv_id: str, version: int) -> None:
    """Takes the PDF off the queue; what had failed is forgotten."""
    con.execute("DELETE FROM harvest_failures WHERE arxiv_id = ? AND version = ?", [arxiv_id, version])
    con.execute(
        """
        UPDATE harvest_queue SET state = 'fetched', reason = 'fetched', updated_at = ?
        WHERE arxiv_id = ? AND version = ?
        """,
        [now(), arxiv_id, version],
    )


def record_failure(con: Connection, failure: Failure) -> None:
    """Saves the failure in place of the last one; without a next try the PDF is given up."""
    insert_rows(
        con,
        "harvest_failures",
        [
            {
                "arxiv_id": failure.arxiv_id, "version": failure.version, "reason": failure.reason,
                "message": failure.message, "tries": failure.tries, "last_try": failure.last_try,
                "next_try": failure.next_try,
            }
        ],
        on_conflict="replace",
    )  # fmt: skip
    state = "waiting" if failure.next_try is not None else "given_up"
    if failure.reason == "withdrawn":
        state = "withdrawn"
    when = f"try {failure.tries + 1} after {failure.next_try:%Y-%m-%d %H:%M} UTC" if failure.next_try else "given up"
    con.execute(
        """
        UPDATE harvest_queue SET state = ?, reason = ?, updated_at = ?
        WHERE arxiv_id = ? AND version = ? AND state IN ('waiting', 'given_up')
        """,
        [state, f"{failure.reason}; {when}", now(), failure.arxiv_id, failure.version],
    )
    if failure.reason == "withdrawn":
        con.execute(
            "UPDATE papers SET withdrawn = true WHERE arxiv_id = ? AND version = ?", [failure.arxiv_id, failure.version]
        )


def withdraw(con: Connection, ids: Iterable[str]) -> int:
    """Marks every version of the papers as withdrawn (arXiv deleted the record); how many were known and not yet."""
    wanted = sorted(set(ids))
    rows = con.execute(
        "UPDATE papers SET withdrawn = true WHERE NOT withdrawn AND list_contains(?, arxiv_id) RETURNING arxiv_id",
        [wanted],
    ).fetchall()
    if rows:
        con.execute(
            """
            UPDATE harvest_queue SET state = 'withdrawn', reason = 'deleted by arXiv', updated_at = ?
            WHERE state IN ('waiting', 'given_up') AND list_contains(?, arxiv_id)
            """,
            [now(), wanted],
        )
    return len({r[0] for r in rows})


def failures(con: Connection, ids: Sequence[str] = ()) -> list[Failure]:
    """The failures of PDFs still wanted, the next to be tried first; `ids` (with or without a version) restricts."""
    rows = rows_of(
        con,
        """
        SELECT f.* FROM harvest_failures f JOIN harvest_queue q USING (arxiv_id, version)
        WHERE q.state IN ('waiting', 'given_up') AND (len($ids) = 0 OR list_contains($ids, f.arxiv_id)
              OR list_contains($ids, f.arxiv_id || 'v' || f.version))
        ORDER BY f.next_try NULLS LAST, f.arxiv_id, f.version
        """,
        {"ids": list(ids)},
    )
    return [Failure(**row) for row in rows]


def queue_state(con: Connection, arxiv_id: str, version: int | None) -> str | None:
    """How the paper's latest PDF (or that version's) stands, in words; None where the paper is not known."""
    found = rows_of(
        con,
        """
        SELECT p.pdf_sha256, q.state, q.reason FROM papers p LEFT JOIN harvest_queue q USING (arxiv_id, version)
        WHERE p.arxiv_id = $id AND ($version IS NULL OR p.version = $version) ORDER BY p.version DESC LIMIT 1
        """,
        {"id": arxiv_id, "version": version},
    )
    if not found:
        return None
    row = found[0]
    return "its PDF is here" if row["pdf_sha256"] else f"{row['state'] or 'not queued'}, {row['reason'] or 'no reason'}"


def retry_now(con: Connection, chosen: Iterable[Failure]) -> None:
    """Makes the failed PDFs due, those given up too, with their tries counted from none."""
    moment = now()
    for f in chosen:
        con.execute(
            "UPDATE harvest_failures SET next_try = ?, tries = 0 WHERE arxiv_id = ? AND version = ?",
            [moment, f.arxiv_id, f.version],
        )
        con.execute(
            """
            UPDATE harvest_queue SET state = 'waiting', reason = 'to be tried again', updated_at = ?
            WHERE arxiv_id = ? AND version = ? AND state = 'given_up'
            """,
            [moment, f.arxiv_id, f.version],
        )


def flow_by_month(con: Connection) -> list[Flow]:
    """How the papers that count went on, by benchmark and month of first submission (the study's figure 5)."""
    rows = rows_of(
        con,
        """
        WITH newest AS (
            SELECT arxiv_id, max_by(version, version) AS version, min(published) AS published,
                   bool_or(pdf_sha256 IS NOT NULL) AS here
            FROM papers GROUP BY arxiv_id
        )
        SELECT h.benchmark, coalesce(strftime(n.published, '%Y-%m'), '') AS month,
               CASE WHEN n.here THEN 'fetched' WHEN f.reason IS NOT NULL THEN f.reason
                    WHEN q.state IN ('withdrawn', 'given_up') THEN q.state ELSE 'waiting' END AS state,
               count(*) AS n
        FROM (SELECT DISTINCT benchmark, arxiv_id FROM found_by) h
        JOIN newest n USING (arxiv_id)
        LEFT JOIN harvest_failures f ON f.arxiv_id = n.arxiv_id AND f.version = n.version
        LEFT JOIN harvest_queue q ON q.arxiv_id = n.arxiv_id AND q.version = n.version
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """,
    )
    flow: dict[tuple[str, str], dict[str, int]] = {}
    for r in rows:
        flow.setdefault((r["benchmark"], r["month"]), {})[r["state"]] = r["n"]
    return [
        Flow(
            benchmark, month, sum(states.values()), states.pop("fetched", 0), states.pop("waiting", 0), states
        )
        for (benchmark, month), states in flow.items()
    ]  # fmt: skip


def mean_pdf_bytes(con: Connection, *, least: int = 20) -> float | None:
    """The mean size of the PDFs that were fetched; None where there are fewer than `least`."""
    found = rows_of(con, "SELECT avg(bytes) AS mean, count(*) AS n FROM files WHERE starts_with(source, 'http')")
    mean: float | None = found[0]["mean"]
    return mean if found[0]["n"] >= least else None


def queue_counts(con: Connection) -> list[tuple[str, str, int]]:
    """How many PDFs are in each state, by reason (its time of next try left out)."""
    rows = rows_of(
        con,
        """
        SELECT state, regexp_replace(split_part(reason, ';', 1), 'v[0-9]+$', 'a later version') AS reason, count(*) AS n
        FROM harvest_queue WHERE state <> 'fetched' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
        """,
    )
    return [(r["state"], r["reason"], r["n"]) for r in rows]
