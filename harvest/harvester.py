"""One harvest from start to end: search what was never searched, read what has changed, fetch what waits.

Backfill is by search, from there on by OAI-PMH. Each step saves what it learned before it asks for more, so that a
run can be killed anywhere; the next run goes on from there.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path

from db.errors import LockedError, PaperflopsError
from db.store import now, writing
from db.tables.harvests import Run, end_killed_runs, save_run, waiting
from db.terminal.console import warn
from harvest.at_work import AtWork
from harvest.cited.citations import Citations
from harvest.ends import forget_ends, note_end, noted_ends, reserve
from harvest.oai.changes import Changes
from harvest.order import Order, sources_of
from harvest.outcome import ALERT_AFTER_NIGHTS, DONE, INTERRUPTED, LATER, Outcome, with_streak
from harvest.pdfs.fetch import fetch_due
from harvest.pdfs.store import sweep_parts
from harvest.polite.endpoints import Endpoints
from harvest.polite.session import PoliteSession
from harvest.search.backfill import Backfill
from harvest.storage import check_room, storage_error


def harvest_papers(
    db: Path,
    endpoints: Endpoints,
    order: Order,
    session: PoliteSession,
    *,
    only: set[tuple[str, int]] | None = None,
    alert_after: int = 0,
) -> Outcome:
    """Does the whole run (with `only`, fetches just these where they wait) and says how it ended.

    After "try later" on `alert_after` nights in a row (0: never) the exit code is one that alerts.
    """
    run = _new_run(order if only is None else replace(order, source="none"))
    work = AtWork(run.run, db, endpoints, order, session)
    try:
        _begin(work, run)
        _do(work, only)
    except PaperflopsError as error:
        outcome = _end(work, run, "stopped" if error.exit_code == LATER else "failed", error=error)
    except KeyboardInterrupt:
        outcome = _end(work, run, "stopped", message="interrupted", exit_code=INTERRUPTED)
    except Exception as error:
        fault = storage_error(error, db)
        if fault is None:
            raise
        outcome = _end(work, run, "failed", error=fault)
    else:
        outcome = _end(work, run, *_verdict(work))
    return outcome if only is not None else with_streak(outcome, db, alert_after)


def locked_out(db: Path, order: Order, error: LockedError, *, alert_after: int = ALERT_AFTER_NIGHTS) -> Outcome:
    """The outcome of a run that could not begin, because another harvest is at work; kept beside the database."""
    run = replace(_new_run(order), ended_at=now(), outcome="stopped", message=error.what, exit_code=error.exit_code)
    note_end(db, run)
    return with_streak(Outcome(run, error.exit_code, error), db, alert_after)


def _new_run(order: Order) -> Run:
    settings = {
        "benchmarks": sorted(b.id for b in order.benchmarks),
        "since": f"{order.since:%Y-%m-%d}" if order.since else "auto",
        "sets": list(order.sets), "max": order.most, "source": order.source, "cited": order.cited,
    }  # fmt: skip
    return Run(uuid.uuid4().hex[:12], now(), settings)


def _begin(work: AtWork, run: Run) -> None:
    """Saves that the run has begun, and how earlier ones ended that could not say so."""
    reserve(work.db)
    check_room(work.db)
    sweep_parts(work.db)
    with writing(work.db) as con:
        end_killed_runs(con, noted_ends(work.db))
        save_run(con, run)
    forget_ends(work.db)


def _do(work: AtWork, only: set[tuple[str, int]] | None) -> None:
    if only is None:
        sources = sources_of(work.order, work.endpoints)
        if "search" in sources:
            Backfill(work).search()
        if "oai" in sources:
            Changes(work).read()
        if work.order.cited:
            Citations(work).read()
    fetch_due(work, only)


def _verdict(work: AtWork) -> tuple[str, str | None, int]:
    """Outcome, message and exit code of a run that nothing stopped."""
    if work.tally.unconfirmed:
        return "stopped", f"arXiv did not show everything: {'; '.join(work.tally.unconfirmed[:3])}", LATER
    return "done", None, DONE


def _end(
    work: AtWork, run: Run, outcome: str, message: str | None = None, exit_code: int = DONE,
    *, error: PaperflopsError | None = None,
) -> Outcome:  # fmt: skip
    """Saves how the run ended: in the database, or beside it where that can't be written."""
    tally = work.tally
    if error is not None:
        message, exit_code = error.what, error.exit_code
    run = replace(
        run, ended_at=now(), outcome=outcome, message=message, exit_code=exit_code, found=len(tally.found),
        new_papers=tally.new_papers, new_versions=tally.new_versions, fetched=tally.fetched,
        failed=len(tally.failed), requests=work.session.requests,
    )  # fmt: skip
    try:
        with writing(work.db) as con:
            run = replace(run, waiting=waiting(con, list(work.benchmarks)))
            save_run(con, run)
    except LockedError as locked:  # somebody reads for long: the run's work is saved, its closing line is not
        error = error or locked
        run = replace(run, exit_code=exit_code or locked.exit_code)
        note_end(work.db, run)
    except Exception as other:
        fault = other if isinstance(other, PaperflopsError) else storage_error(other, work.db)
        if fault is None:
            raise
        error = error or fault
        run = replace(run, outcome="failed", message=error.what, exit_code=exit_code or fault.exit_code)
        note_end(work.db, run)
    if error is not None and error.exit_code != LATER and (tally.found or tally.fetched):
        error = _with_kept(error, work)
    return Outcome(run, run.exit_code or DONE, error)


def _with_kept(error: PaperflopsError, work: AtWork) -> PaperflopsError:
    """The error with what the run has saved all the same."""
    tally = work.tally
    kept = f"kept: {len(tally.found)} papers found ({tally.new_papers} new), {tally.fetched} PDFs"
    told = PaperflopsError(f"{error.what}; {kept}", error.mend)
    told.exit_code = error.exit_code
    return told


def say_fault(text: str) -> None:
    """Prints what the session met, for whoever watches or reads the log."""
    warn(f"harvest: {text}")
