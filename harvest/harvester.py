"""One harvest from start to end: search what was never searched, read what has changed, fetch what waits.

Backfill is by search, from there on by OAI-PMH. Each step saves what it learned before it asks for more, so that a
run can be killed anywhere; the next run goes on from there.
"""

from __future__ import annotations

import errno
import json
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from db.console import warn
from db.errors import LockedError, PaperflopsError
from db.harvests import Run, save_run, waiting
from db.store import now, writing
from harvest.at_work import AtWork
from harvest.oai.changes import Changes
from harvest.order import Order, sources_of
from harvest.pdfs.fetch import fetch_due
from harvest.pdfs.store import sweep_parts
from harvest.polite.endpoints import Endpoints
from harvest.polite.session import ComeBackLaterError, PoliteSession
from harvest.search.backfill import Backfill

INTERRUPTED = 130  # exit code


@dataclass(frozen=True)
class Outcome:
    """How a run ended; `error` where something stopped it."""

    run: Run
    exit_code: int
    error: PaperflopsError | None = None

    def line(self) -> str:
        """The run as one line of JSON."""
        r = self.run
        seconds = (r.ended_at - r.started_at).total_seconds() if r.ended_at else None
        fields: dict[str, Any] = {
            "run": r.run, "started_at": r.started_at.isoformat(timespec="seconds") + "Z",
            "seconds": None if seconds is None else round(seconds, 1), "outcome": r.outcome,
            "exit_code": self.exit_code, "found": r.found, "new_papers": r.new_papers,
            "new_versions": r.new_versions, "fetched": r.fetched, "failed": r.failed, "waiting": r.waiting,
            "requests": r.requests, "message": r.message, **r.settings,
        }  # fmt: skip
        return json.dumps(fields, ensure_ascii=False)


def harvest_papers(
    db: Path,
    endpoints: Endpoints,
    order: Order,
    session: PoliteSession,
    *,
    only: set[tuple[str, int]] | None = None,
) -> Outcome:
    """Does the whole run (with `only`, fetches just these where they wait) and says how it ended."""
    settings = {
        "benchmarks": sorted(b.id for b in order.benchmarks),
        "since": f"{order.since:%Y-%m-%d}" if order.since else "auto",
        "sets": list(order.sets), "max": order.most, "source": order.source,
    }  # fmt: skip
    run = Run(uuid.uuid4().hex[:12], now(), settings)
    work = AtWork(run.run, db, endpoints, order, session)
    sweep_parts(db)
    with writing(db) as con:
        save_run(con, run)
    try:
        if only is None:
            sources = sources_of(order, endpoints)
            if "search" in sources:
                Backfill(work).search()
            if "oai" in sources:
                Changes(work).read()
        fetch_due(work, only)
    except PaperflopsError as error:
        later = error.exit_code == ComeBackLaterError.exit_code
        return _end(work, run, "stopped" if later else "failed", error.what, error.exit_code, error)
    except KeyboardInterrupt:
        return _end(work, run, "stopped", "interrupted", INTERRUPTED)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        full = PaperflopsError(f"the disk that holds {db.parent} is full", "make room and run again")
        return _end(work, run, "failed", full.what, full.exit_code, full)
    if work.tally.unconfirmed:
        message = f"arXiv did not show everything: {'; '.join(work.tally.unconfirmed[:3])}"
        return _end(work, run, "stopped", message, ComeBackLaterError.exit_code)
    return _end(work, run, "done", None, 0)


def _end(
    work: AtWork, run: Run, outcome: str, message: str | None, exit_code: int, error: PaperflopsError | None = None
) -> Outcome:
    """Saves how the run ended."""
    tally = work.tally
    run = replace(
        run, ended_at=now(), outcome=outcome, message=message, found=len(tally.found),
        new_papers=tally.new_papers, new_versions=tally.new_versions, fetched=tally.fetched,
        failed=len(tally.failed), requests=work.session.requests,
    )  # fmt: skip
    try:
        with writing(work.db) as con:
            run = replace(run, waiting=waiting(con, list(work.benchmarks)))
            save_run(con, run)
    except LockedError as locked:  # somebody reads for long: the run's work is saved, its closing line is not
        error, exit_code = error or locked, exit_code or locked.exit_code
    return Outcome(run, exit_code, error)


def say_fault(text: str) -> None:
    """Prints what the session met, for whoever watches or reads the log."""
    warn(f"harvest: {text}")
