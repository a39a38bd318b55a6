"""What has changed since the last run, by OAI-PMH: one pass over all changes for all benchmarks, terms matched here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from db.console import Steps, progress
from db.harvests import Mark, OpenList, end_list, load_lists, load_marks, save_list, save_marks, save_notes, withdraw
from db.models import digest
from db.papers import hit_ids
from db.store import now, reading, writing
from harvest.at_work import AtWork
from harvest.oai.feed import BadTokenError, OaiFeed, OaiPage
from harvest.order import wanted_marks
from harvest.polite.session import FetchError
from harvest.search.relevance import TermMatcher, text_of
from harvest.search.windows import ARXIV_BEGAN

LONGEST_LIST = timedelta(days=366)  # of changes asked for at once; after each the mark moves on
LIST_STARTS = 3  # of one list in a run; then it is asked for in halves
CONFIRMATIONS = 2  # answers that say that nothing has changed, before we believe it


class Changes:
    """The reading of changes in one run: how far each benchmark is, and the lists left in the middle."""

    def __init__(self, work: AtWork) -> None:
        self.work = work
        self._feed = OaiFeed(work.session)
        self._lists: dict[str, OpenList] = {}
        self._marks: dict[str, Mark] = {}
        self._matcher = TermMatcher({})

    def read(self) -> None:
        """Reads every record changed since the benchmarks' marks, in lists of limited length, oldest first."""
        with reading(self.work.db) as con:
            known, self._lists = load_marks(con), load_lists(con)
        order = self.work.order
        marks = {m.benchmark: known.get(m.benchmark, m) for m in wanted_marks(order, known, self.work.moment())}
        if order.source == "oai":
            asked = order.since
            for name, mark in marks.items():
                if mark.oai_from is None or (asked and asked < mark.since):
                    since = asked or ARXIV_BEGAN
                    marks[name] = replace(mark, oai_from=asked.date() if asked else None, since=since)
        else:
            marks = {name: mark for name, mark in marks.items() if mark.oai_from is not None}
        if not marks:
            return
        starts = [m.oai_from for m in marks.values()]
        start = None if None in starts else min(s for s in starts if s is not None)
        self._marks, self._matcher = marks, TermMatcher({n: self.work.benchmarks[n].search for n in marks})
        day: date | None = None
        with progress("Reading changes") as steps:
            for first, last in list_periods(start, self.work.moment().date()):
                if day is not None and first is not None and first > day:
                    break  # the clock here is ahead of the server's
                day = self._read_list(first, last, steps)
                if day is None:
                    self.work.tally.unconfirmed.append(f"changes since {first or 'the beginning'}")
                    return
                # the server's date; where ours is earlier, that one: to ask for a day twice costs little
                reached = min(day, now().date(), *([last + timedelta(days=1)] if last else []))
                self._marks = {
                    name: replace(m, oai_from=max(m.oai_from or reached, reached)) for name, m in self._marks.items()
                }
                with writing(self.work.db) as con:
                    save_marks(con, self._marks.values())

    def _read_list(self, since: date | None, until: date | None, steps: Steps) -> date | None:
        """The server's date when the list began, once it was read to its end; None where that never came about.

        A list whose token expires is started anew, then asked for in halves: a short list fits into a token's life.
        """
        terms = sorted((m.benchmark, *m.terms) for m in self._marks.values())
        name = digest("oai", since, until, self.work.order.set_spec, terms)
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
            page = self._feed.go_on(token) if token else self._feed.start(since, until, self.work.order.set_spec)
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
                hits = [
                    (benchmark, term)
                    for benchmark, term in self._matcher.hits(text_of(record.paper))
                    if record.paper.published is None or record.paper.published >= self._marks[benchmark].since.date()
                ]
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


def list_periods(start: date | None, today: date) -> list[tuple[date | None, date | None]]:
    """The lists of changes to ask for, oldest first; the last has no end."""
    if start is None:
        return [(None, None)]
    periods: list[tuple[date | None, date | None]] = []
    while today - start > LONGEST_LIST:
        periods.append((start, start + LONGEST_LIST - timedelta(days=1)))
        start += LONGEST_LIST
    return [*periods, (start, None)]
