"""Backfill by search: every term of the benchmarks, by periods of first submission, until nothing is unconfirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from db.models import Paper
from db.store import Connection, reading, writing
from db.tables.harvests import Mark, Window, load_marks, load_windows, save_marks, save_notes, save_windows, share_hits
from db.tables.prospects import share_prospects
from db.terminal.console import Steps, progress
from harvest.at_work import AtWork
from harvest.order import needs_search, wanted_marks
from harvest.polite.session import FetchError
from harvest.search.feed import SearchFeed
from harvest.search.relevance import TermHit, TermMatcher, text_of
from harvest.search.windows import STUBBORN_RUNS, Period, plan, read_window


class Backfill:
    """The search of one run, and how far it has brought each benchmark."""

    def __init__(self, work: AtWork) -> None:
        self.work = work
        self._feed = SearchFeed(work.session)
        self._searching: dict[str, Mark] = {}
        self._terms = {term.key: term for b in work.order.benchmarks for term in b.search_terms}

    def search(self) -> None:
        """Searches for what was never searched for; afterwards the marks say from where OAI-PMH goes on."""
        with reading(self.work.db) as con:
            known, windows = load_marks(con), load_windows(con)
        todo = {
            mark.benchmark: mark
            for mark in wanted_marks(self.work.order, known, self.work.moment())
            if needs_search(self.work.order, self.work.endpoints, known.get(mark.benchmark), mark)
        }
        if not todo:
            return None
        with writing(self.work.db) as con:
            save_marks(con, todo.values())
            for mark in todo.values():
                names = [key for key in mark.terms if self._terms[key].task is None]
                share_hits(con, mark.benchmark, names)
                share_prospects(con, mark.benchmark, [key for key in mark.terms if key not in names])
        self._searching = todo
        wanted: dict[str, Period] = {}
        for mark in todo.values():
            for term in mark.terms:
                period = wanted.get(term, Period(mark.since, mark.horizon))
                wanted[term] = Period(min(period.start, mark.since), max(period.end, mark.horizon))
        unread: set[str] = set()
        with progress("Searching", len(wanted)) as steps:
            for term, period in wanted.items():
                if not self._search_term(term, period, [w for w in windows if w.term == term], steps):
                    unread.add(term)
                steps.advance(term)
                if self.work.moment() > max(m.horizon for m in todo.values()):
                    steps.line(
                        "the clock of this machine is behind the server's; planning the search anew by the server's"
                    )
                    return self.search()
        with writing(self.work.db) as con:
            save_marks(con, [replace(m, searched=not unread & set(m.terms)) for m in self._searching.values()])
        return None

    def _search_term(self, term: str, period: Period, known: Sequence[Window], steps: Steps) -> bool:
        """Whether every window of the term's period was confirmed."""
        todo = plan(term, period, known, self.work.moment())
        read: list[Window] = []
        confirmed = splittable = True
        too_large: list[Window] = []

        def save(at: Window, papers: Sequence[Paper]) -> None:
            self._save_found(term, papers, at)

        while todo:
            window = todo.pop(0)
            try:
                result = read_window(self._feed, self._terms[term], window, save, splittable=splittable)
            except FetchError as error:
                confirmed = False
                self.work.tally.unconfirmed.append(f"{_words(window)}: {error}")
                steps.line(self.work.tally.unconfirmed[-1])
                continue
            if isinstance(result, tuple):
                if result[0].total == window.total:
                    too_large.append(window)
                if any(_apart(a, b) for a in too_large for b in too_large):
                    # two periods apart from each other that hold as much as their whole: nobody looks at the dates
                    steps.line(f"{term}: the server does not look at dates; its papers are read as one period")
                    splittable = False
                    rest = [window, *todo]
                    todo = [Window(term, min(w.start for w in rest), max(w.end for w in rest))]
                    self._save_windows(todo, instead_of=rest)
                else:
                    todo += result  # at the end: halves of one size are asked for before halves of halves
                    self._save_windows(result, instead_of=[window])
                continue
            read.append(result)
            if todo or not confirmed or result.state != "complete":  # else it is saved below, as part of the whole
                self._save_windows([result], instead_of=[window])
            if result.state != "complete":
                confirmed = False
                steps.line(f"{_words(result)}: {result.message}")
                if result.runs < STUBBORN_RUNS:
                    self.work.tally.unconfirmed.append(f"{_words(result)}: {result.message}")
        if confirmed and read:
            # one window instead of many: it is known as of when the first of those now read was asked for
            asked = min(w.asked_at for w in read if w.asked_at)
            with writing(self.work.db) as con:
                within = [w for w in load_windows(con, term) if period.start <= w.start and w.end <= period.end]
                whole = Window(term, period.start, period.end, state="complete", asked_at=asked)
                save_windows(con, [whole], instead_of=within)
        return confirmed

    def _save_windows(self, windows: Sequence[Window], *, instead_of: Sequence[Window]) -> None:
        with writing(self.work.db) as con:
            save_windows(con, windows, instead_of=instead_of)

    def _save_found(self, term: str, papers: Sequence[Paper], window: Window) -> None:
        hits = [(paper, self._hits(term, paper)) for paper in papers]
        hits = [(paper, found) for paper, found in hits if found]
        unreadable = [i for i in window.seen if i.startswith("? ")]
        with writing(self.work.db) as con:
            self.work.save(con, hits)
            save_windows(con, [window])
            self._set_start_of_changes(con, window)
            save_notes(
                con, self.work.run, [("unreadable", name[2:], "a feed entry without an id") for name in unreadable]
            )

    def _hits(self, key: str, paper: Paper) -> list[TermHit]:
        """What the term found the paper for. A name is the server's to judge; words near it and tasks are looked up."""
        term = self._terms[key]
        users = [b.id for b in self.work.order.benchmarks if term in b.search_terms]
        if term.near or term.task:
            return TermMatcher({b: [term] for b in users}).hits(text_of(paper), paper.categories)
        return [TermHit(b, key, by_name=True) for b in users]

    def _set_start_of_changes(self, con: Connection, window: Window) -> None:
        """Fixes with the first answer from which day OAI-PMH will go on: the search knows nothing of later days."""
        fresh = [m for m in self._searching.values() if m.oai_from is None]
        if fresh and window.asked_at:
            day = min(window.asked_at, *(m.horizon for m in fresh)).date() - timedelta(days=1)
            for mark in fresh:
                self._searching[mark.benchmark] = replace(mark, oai_from=day)
            save_marks(con, [self._searching[m.benchmark] for m in fresh])


def _apart(a: Window, b: Window) -> bool:
    return a.end <= b.start or b.end <= a.start


def _words(window: Window) -> str:
    return f"{window.term} {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"
