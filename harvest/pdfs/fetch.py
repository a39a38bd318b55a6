"""Fetching the PDFs that wait: the most relevant first, what failed in passing once more at the end."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from db.store import now, reading, writing
from db.tables.harvests import Queued, due, fetched_from, set_waiting_reason
from db.tables.papers import found_ids
from db.tables.prospects import open_prospects
from db.terminal.console import Steps, progress
from harvest.at_work import AtWork
from harvest.pdfs.download import Fetched, check_pdf, fetch_pdf, look_into, save_fetched
from harvest.pdfs.quick_look import QuickLook
from harvest.storage import check_room

SAVE_EVERY_SECONDS = 0.3  # at arXiv's pace that is every PDF; a faster server must not wait for the database each time


def fetch_due(work: AtWork, only: set[tuple[str, int]] | None = None) -> None:
    """Fetches what is due, the most relevant first; what failed in passing once more at the end."""
    with reading(work.db) as con:
        wanted = due(con, list(work.benchmarks), now())
        good = fetched_from(con, work.endpoints.pdf)
        if only is not None:
            wanted = [q for q in wanted if (q.arxiv_id, q.version) in only]
        most = len(wanted) if work.order.most is None else work.order.most
        chosen, rest = wanted[:most], wanted[most:]
        ids = [q.arxiv_id for q in chosen]
        prospects, named = open_prospects(con, ids), found_ids(con, ids)
    if good is not None:
        work.session.known_good(good, check_pdf)
    if rest:
        with writing(work.db) as con:
            set_waiting_reason(con, [(q.arxiv_id, q.version) for q in rest], f"beyond --max {most}")
    with progress("Fetching", len(chosen)) as steps:
        _Fetching(work, prospects, named, steps).fetch(chosen)


class _Fetching:
    """The fetching of one run: what has not been saved yet, and what is to be tried again at the end."""

    def __init__(self, work: AtWork, prospects: Mapping[str, list[str]], named: set[str], steps: Steps) -> None:
        self.work, self._prospects, self._named, self._steps = work, prospects, named, steps
        self._look = QuickLook()
        self._batch: list[Fetched] = []
        self._saved_at = time.monotonic()

    def fetch(self, chosen: Sequence[Queued]) -> None:
        """Fetches each, and once more at the end what failed and may go better."""
        try:
            again = [queued for queued in chosen if self._fetch_one(queued)]
            for queued in again:
                self._fetch_one(queued)
        finally:
            self._look.close()
            self._save()

    def _fetch_one(self, queued: Queued) -> bool:
        """Whether it failed for the first time in this run and is worth another try."""
        work, name = self.work, f"{queued.arxiv_id}v{queued.version}"
        first = name not in work.tally.failed
        fetched = fetch_pdf(work.db, work.session, queued)
        prospects = self._prospects.get(queued.arxiv_id, ())
        fetched = look_into(work.db, self._look, fetched, prospects, named=queued.arxiv_id in self._named)
        self._batch.append(fetched)
        if fetched.failure is None:
            work.tally.failed.pop(name, None)
            work.tally.fetched += fetched.dropped is None
            work.tally.dropped += fetched.dropped is not None
        else:
            work.tally.failed[name] = fetched.failure.reason
            self._steps.line(f"{name}: {fetched.failure.reason} ({fetched.failure.message})")
        if fetched.error is not None:
            raise fetched.error
        if first:
            self._steps.advance(name)
        if time.monotonic() - self._saved_at >= SAVE_EVERY_SECONDS:
            self._save()
        return first and fetched.failure is not None and fetched.failure.next_try is not None

    def _save(self) -> None:
        if self._batch:
            check_room(self.work.db)
            with writing(self.work.db) as con:
                save_fetched(con, self._batch)
            self._batch.clear()
        self._saved_at = time.monotonic()
