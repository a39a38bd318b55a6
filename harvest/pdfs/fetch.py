"""Fetching the PDFs that wait: the most relevant first, what failed in passing once more at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from db.console import progress
from db.harvests import Queued, due, fetched_from, set_waiting_reason
from db.store import now, reading, writing
from harvest.at_work import AtWork
from harvest.pdfs.download import Fetched, check_pdf, fetch_pdf, save_fetched
from harvest.storage import check_room

SAVE_EVERY_SECONDS = 0.3  # at arXiv's pace that is every PDF; a faster server must not wait for the database each time


def fetch_due(work: AtWork, only: set[tuple[str, int]] | None = None) -> None:
    """Fetches what is due, the most relevant first; what failed in passing once more at the end."""
    with reading(work.db) as con:
        wanted = due(con, list(work.benchmarks), now())
        good = fetched_from(con, work.endpoints.pdf)
    if good is not None:
        work.session.known_good(good, check_pdf)
    if only is not None:
        wanted = [q for q in wanted if (q.arxiv_id, q.version) in only]
    most = len(wanted) if work.order.most is None else work.order.most
    chosen, rest = wanted[:most], wanted[most:]
    if rest:
        with writing(work.db) as con:
            set_waiting_reason(con, [(q.arxiv_id, q.version) for q in rest], f"beyond --max {most}")
    again: list[Queued] = []
    batch: list[Fetched] = []
    saved_at = time.monotonic()
    with progress("Fetching", len(chosen)) as steps:
        try:
            for queued in _each_with_second_chance(chosen, again):
                name = f"{queued.arxiv_id}v{queued.version}"
                first = name not in work.tally.failed
                fetched = fetch_pdf(work.db, work.session, queued)
                batch.append(fetched)
                if fetched.failure is None:
                    work.tally.fetched += 1
                    work.tally.failed.pop(name, None)
                else:
                    if first and fetched.failure.next_try is not None:
                        again.append(queued)
                    work.tally.failed[name] = fetched.failure.reason
                    steps.line(f"{name}: {fetched.failure.reason} ({fetched.failure.message})")
                if fetched.error is not None:
                    raise fetched.error
                if first:
                    steps.advance(name)
                if time.monotonic() - saved_at >= SAVE_EVERY_SECONDS:
                    _save(work, batch)
                    saved_at = time.monotonic()
        finally:
            _save(work, batch)


def _save(work: AtWork, batch: list[Fetched]) -> None:
    if batch:
        check_room(work.db)
        with writing(work.db) as con:
            save_fetched(con, batch)
        batch.clear()


def _each_with_second_chance(first: Sequence[Queued], again: list[Queued]) -> Iterator[Queued]:
    yield from first
    yield from tuple(again)
