"""What has changed since the last run, by OAI-PMH: one pass over all changes for all benchmarks, terms matched here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from db.models import Paper, digest
from db.store import now, reading, writing
from db.tables.harvests import (
    Mark,
    OpenList,
    Watermark,
    end_list,
    last_whole_runs,
    load_lists,
    load_marks,
    load_watermarks,
    save_list,
    save_notes,
    save_watermarks,
    withdraw,
)
from db.tables.papers import hit_ids
from db.terminal.console import Steps, progress
from harvest.at_work import AtWork
from harvest.oai.feed import BadTokenError, OaiFeed, OaiPage
from harvest.oai.watermarks import believed, earliest, start_of
from harvest.order import wanted_changes
from harvest.polite.session import FetchError
from harvest.search.relevance import TermHit, TermMatcher, text_of

LONGEST_LIST = timedelta(days=366)  # of changes asked for at once; after each the mark moves on
LIST_STARTS = 3  # of one list in a run; then it is asked for in halves
CONFIRMATIONS = 2  # answers that say that nothing has changed, before we believe it


class Changes:
    """The reading of changes in one run: how far each benchmark is, and the lists left in the middle."""

    def __init__(self, work: AtWork) -> None:
        self.work = work
        self._feed = OaiFeed(work.session)
        self._lists: dict[str, OpenList] = {}
        self._watermarks: dict[str, Watermark] = {}  # of the set that is being read, by benchmark
        self._set_spec = ""
        self._marks: dict[str, Mark] = {}
        self._whole_runs: dict[str, datetime] = {}
        self._matcher = TermMatcher({})

    def read(self) -> None:
        """Reads every record changed since the watermarks, set by set, in lists of limited length, oldest first."""
        with reading(self.work.db) as con:
            marks, known = load_marks(con), load_watermarks(con)
            self._lists, self._whole_runs = load_lists(con), last_whole_runs(con)
        self._marks = marks
        with progress("Reading changes") as steps:
            for set_spec in self.work.order.sets or ("",):
                self._set_spec = set_spec
                wanted = wanted_changes(self.work.order, marks, set_spec)
                self._watermarks = {w.benchmark: start_of(w, marks.get(w.benchmark), known) for w in wanted}
                self._read_set(steps)

    def _read_set(self, steps: Steps) -> None:
        """Reads the changes of one set for all its benchmarks, and moves their watermarks after each list."""
        if not self._watermarks:
            return
        self._matcher = TermMatcher({n: self.work.benchmarks[n].search_terms for n in self._watermarks})
        self._believe(self.work.moment().date(), steps)
        day: date | None = None
        periods = list_periods(earliest(self._watermarks.values()), self.work.moment().date())
        while periods:
            first, last = periods.pop(0)
            if day is not None and first is not None and first > day:
                break  # the clock here is ahead of the server's
            day = self._read_list(first, last, steps)
            if day is None:
                self.work.tally.unconfirmed.append(f"changes since {first or 'the beginning'}")
                return
            if first is not None and first > day and self._believe(day, steps):
                periods = list_periods(earliest(self._watermarks.values()), day)
                continue
            # the server's date; where ours is earlier, that one: to ask for a day twice costs little
            reached = min(day, now().date(), *([last + timedelta(days=1)] if last else []))
            self._watermarks = {
                name: replace(w, read_to=max(w.read_to or reached, reached)) for name, w in self._watermarks.items()
            }
            with writing(self.work.db) as con:
                save_watermarks(con, self._watermarks.values())

    def _believe(self, today: date, steps: Steps) -> bool:
        """Takes back watermarks that lie in the server's future, and says so; whether there was one."""
        clamped = {
            name: believed(w, today, self._marks.get(name), self._whole_runs.get(name))
            for name, w in self._watermarks.items()
        }
        future = {name: w for name, w in clamped.items() if w != self._watermarks[name]}
        notes = []
        for name, w in future.items():
            wrong, again = self._watermarks[name].read_to, w.read_to or "the beginning"
            said = f"read up to {wrong}, which is after {today}; reading again from {again}"
            notes.append(("clock", name, said))
        if future:
            shown = sorted({message for _, _, message in notes})
            steps.line(f"the watermarks of {', '.join(future)} lie in the future: {'; '.join(shown)}")
            with writing(self.work.db) as con:
                save_notes(con, self.work.run, notes)
        self._watermarks = clamped
        return bool(future)

    def _read_list(self, since: date | None, until: date | None, steps: Steps) -> date | None:
        """The server's date when the list began, once it was read to its end; None where that never came about.

        A list whose token expires is started anew, then asked for in halves: a short list fits into a token's life.
        """
        terms = sorted((w.benchmark, *w.terms) for w in self._watermarks.values())
        name = digest("oai", since, until, self._set_spec, terms)
        for _ in range(LIST_STARTS):
            try:
                day, received, size = self._read_pages(name, since, until, steps)
            except BadTokenError as error:
                steps.line(f"the list of changes since {since} has to be started anew: {error}")
            except FetchError as error:
                steps.line(f"the list of changes since {since} broke off: {error}")
                return None
            else:
                if size is None or received >= size:
                    return day
                steps.line(f"{received} changes since {since} came of {size} announced; asking again")
            with writing(self.work.db) as con:
                end_list(con, name)
        last = until or self.work.moment().date()
        if since is None or last <= since:
            return None
        middle = since + (last - since) // 2
        first = self._read_list(since, middle, steps)
        if first is None:
            return None
        return self._read_list(middle + timedelta(days=1), until, steps)

    def _read_pages(
        self, name: str, since: date | None, until: date | None, steps: Steps
    ) -> tuple[date, int, int | None]:
        """The server's date at the list's start, the records received, and how many it announced."""
        left = self._lists.pop(name, None)
        token = left.token if left else None
        received = left.received if left else 0
        day = left.response if left else None
        size: int | None = None
        ids: set[str] = set()
        empty = 0
        while True:
            page = self._feed.go_on(token) if token else self._feed.start(since, until, self._set_spec or None)
            day = day or page.response
            size = page.complete_size or size
            if not page.records and not page.unreadable and not page.token:
                empty += 1
                if token and (size is None or received < size):
                    # after a token there must be something, or the list's last records are kept from us
                    if empty < CONFIRMATIONS:
                        continue
                    raise BadTokenError("an empty answer where more was announced")
                if received == 0 and empty < CONFIRMATIONS:
                    continue
            fresh = {r.arxiv_id for r in page.records} - ids
            ids |= fresh
            received += len(fresh) + len(page.unreadable)
            self._save(page, OpenList(name, page.token or "", day, received))
            steps.advance(f"{received} records", by=len(page.records))
            if not page.token:
                return day, received, size
            empty = 0
            token = page.token

    def _save(self, page: OaiPage, at: OpenList) -> None:
        with writing(self.work.db) as con:
            known = hit_ids(con, [r.arxiv_id for r in page.records])
            found = []
            for record in page.records:
                if record.paper is None:
                    continue
                hits = self._hits(record.paper)
                if hits or record.arxiv_id in known:
                    found.append((record.paper, hits))
            self.work.save(con, found)
            deleted = [r.arxiv_id for r in page.records if r.deleted]
            if deleted and withdraw(con, deleted):
                save_notes(con, self.work.run, [("deleted", i, "arXiv deleted the record") for i in deleted])
            save_notes(
                con,
                self.work.run,
                [("unreadable", i, "an OAI-PMH record without id or version") for i in page.unreadable],
            )
            if at.token:
                save_list(con, at)
            else:
                end_list(con, at.name)

    def _hits(self, paper: Paper) -> list[TermHit]:
        """The benchmarks and terms that find the paper, of those for which it is not too old."""
        return [
            hit
            for hit in self._matcher.hits(text_of(paper), paper.categories)
            if paper.published is None or paper.published >= self._watermarks[hit.benchmark].since.date()
        ]


def list_periods(start: date | None, today: date) -> list[tuple[date | None, date | None]]:
    """The lists of changes to ask for, oldest first; the last has no end."""
    if start is None:
        return [(None, None)]
    periods: list[tuple[date | None, date | None]] = []
    while today - start > LONGEST_LIST:
        periods.append((start, start + LONGEST_LIST - timedelta(days=1)))
        start += LONGEST_LIST
    return [*periods, (start, None)]
