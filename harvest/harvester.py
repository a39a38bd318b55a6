"""One harvest from start to end: search what was never searched, read what has changed, fetch what waits.

Backfill is by search, from there on by OAI-PMH. Each step saves what it learned before it asks for more, so that a
run can be killed anywhere; the next run goes on from there.
"""

from __future__ import annotations

import errno
import json
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from db.benchmarks import Benchmark
from db.console import Steps, progress, warn
from db.errors import LockedError, PaperflopsError
from db.harvests import (
    Mark,
    OpenList,
    Queued,
    Run,
    Window,
    due,
    end_list,
    enqueue,
    load_lists,
    load_marks,
    load_windows,
    save_list,
    save_marks,
    save_notes,
    save_run,
    save_windows,
    set_waiting_reason,
    share_hits,
    waiting,
    withdraw,
)
from db.models import Paper, digest
from db.papers import Hit, hit_ids, latest_versions, save_hits, save_papers
from db.store import Connection, now, reading, writing
from harvest.api import SearchFeed
from harvest.download import Fetched, fetch_pdf, save_fetched
from harvest.endpoints import Endpoints
from harvest.keep import sweep_parts
from harvest.oai import BadTokenError, OaiFeed, OaiPage
from harvest.politeness import ComeBackLaterError, FetchError, PoliteSession
from harvest.relevance import TermMatcher, relevance, text_of
from harvest.search import ARXIV_BEGAN, STUBBORN_RUNS, Period, plan, read_window

LONGEST_LIST = timedelta(days=366)  # of changes asked for at once; after each the mark moves on
LIST_STARTS = 3  # of one list in a run; then it is asked for in halves
INTERRUPTED = 130  # exit code
SAVE_EVERY_SECONDS = 0.3  # at arXiv's pace that is every PDF; a faster server must not wait for the database each time
AHEAD = timedelta(days=1)  # of the clock to which papers are searched
CONFIRMATIONS = 2  # answers that say that nothing has changed, before we believe it


@dataclass(frozen=True)
class Order:
    """What a harvest is asked to do."""

    benchmarks: tuple[Benchmark, ...]
    since: datetime | None = None  # None: from where the last one ended, or the beginning of arXiv
    most: int | None = None  # PDFs to fetch
    source: str = "auto"  # auto | search | oai
    set_spec: str | None = None  # of OAI-PMH


@dataclass
class Tally:
    """What a run has done so far."""

    found: set[str] = field(default_factory=set)
    new_papers: int = 0
    new_versions: int = 0
    fetched: int = 0
    failed: dict[str, str] = field(default_factory=dict)  # "1512.03385v1" -> reason
    unconfirmed: list[str] = field(default_factory=list)  # what the server did not show whole


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


class Harvester:
    """The state of one run."""

    def __init__(self, db: Path, endpoints: Endpoints, order: Order, session: PoliteSession) -> None:
        self.db, self.endpoints, self.order, self.session = db, endpoints, order, session
        self.tally = Tally()
        self._by_id = {b.id: b for b in order.benchmarks}
        self._searching: dict[str, Mark] = {}
        self._lists: dict[str, OpenList] = {}
        settings = {
            "benchmarks": sorted(self._by_id), "since": f"{order.since:%Y-%m-%d}" if order.since else "auto",
            "max": order.most, "source": order.source,
        }  # fmt: skip
        self.run = Run(uuid.uuid4().hex[:12], now(), settings)

    def harvest(self, *, only: set[tuple[str, int]] | None = None) -> Outcome:
        """Does the whole run (with `only`, fetches just these where they wait) and says how it ended."""
        sweep_parts(self.db)
        with writing(self.db) as con:
            save_run(con, self.run)
        try:
            if only is None:
                if "search" in sources_of(self.order, self.endpoints):
                    self._search()
                if "oai" in sources_of(self.order, self.endpoints):
                    self._read_changes()
            self._fetch(only)
        except PaperflopsError as error:
            later = error.exit_code == ComeBackLaterError.exit_code
            return self._end("stopped" if later else "failed", error.what, error.exit_code, error)
        except KeyboardInterrupt:
            return self._end("stopped", "interrupted", INTERRUPTED)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            full = PaperflopsError(f"the disk that holds {self.db.parent} is full", "make room and run again")
            return self._end("failed", full.what, full.exit_code, full)
        if self.tally.unconfirmed:
            message = f"arXiv did not show everything: {'; '.join(self.tally.unconfirmed[:3])}"
            return self._end("stopped", message, ComeBackLaterError.exit_code)
        return self._end("done", None, 0)

    def _end(self, outcome: str, message: str | None, exit_code: int, error: PaperflopsError | None = None) -> Outcome:
        tally = self.tally
        self.run = replace(
            self.run, ended_at=now(), outcome=outcome, message=message, found=len(tally.found),
            new_papers=tally.new_papers, new_versions=tally.new_versions, fetched=tally.fetched,
            failed=len(tally.failed), requests=self.session.requests,
        )  # fmt: skip
        try:
            with writing(self.db) as con:
                self.run = replace(self.run, waiting=waiting(con, list(self._by_id)))
                save_run(con, self.run)
        except LockedError as locked:  # somebody reads for long: the run's work is saved, its closing line is not
            error, exit_code = error or locked, exit_code or locked.exit_code
        return Outcome(self.run, exit_code, error)

    # --- backfill by search -----------------------------------------------------------------------------------------

    def _search(self) -> None:
        """Searches for what was never searched for; afterwards the marks say from where OAI-PMH goes on."""
        feed = SearchFeed(self.session)
        with reading(self.db) as con:
            known, windows = load_marks(con), load_windows(con)
        todo = {
            mark.benchmark: mark
            for mark in wanted_marks(self.order, known, self._moment())
            if needs_search(self.order, self.endpoints, known.get(mark.benchmark), mark)
        }
        with writing(self.db) as con:
            save_marks(con, todo.values())
            for mark in todo.values():
                share_hits(con, mark.benchmark, mark.terms)
        self._searching = todo
        wanted: dict[str, Period] = {}
        for mark in todo.values():
            for term in mark.terms:
                period = wanted.get(term, Period(mark.since, mark.horizon))
                wanted[term] = Period(min(period.start, mark.since), max(period.end, mark.horizon))
        unread: set[str] = set()
        with progress("Searching", len(wanted)) as steps:
            for term, period in wanted.items():
                if not self._search_term(feed, term, period, [w for w in windows if w.term == term], steps):
                    unread.add(term)
                steps.advance(term)
                if self._moment() > max(m.horizon for m in todo.values()):
                    steps.line(
                        "the clock of this machine is behind the server's; planning the search anew by the server's"
                    )
                    return self._search()
        with writing(self.db) as con:
            save_marks(con, [replace(m, searched=not unread & set(m.terms)) for m in self._searching.values()])
        return None

    def _search_term(self, feed: SearchFeed, term: str, period: Period, known: Sequence[Window], steps: Steps) -> bool:
        """Whether every window of the term's period was confirmed."""
        todo = plan(term, period, known)
        read: list[Window] = []
        confirmed = splittable = True
        too_large: list[Window] = []

        def save(at: Window, papers: Sequence[Paper]) -> None:
            self._save_found(term, papers, at)

        while todo:
            window = todo.pop(0)
            try:
                result = read_window(feed, window, save, splittable=splittable)
            except FetchError as error:
                confirmed = False
                self.tally.unconfirmed.append(f"{_words(window)}: {error}")
                steps.line(self.tally.unconfirmed[-1])
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
                    self.tally.unconfirmed.append(f"{_words(result)}: {result.message}")
        if confirmed and read:
            # one window instead of many: it is known as of when the first of those now read was asked for
            asked = min(w.asked_at for w in read if w.asked_at)
            with writing(self.db) as con:
                within = [w for w in load_windows(con, term) if period.start <= w.start and w.end <= period.end]
                whole = Window(term, period.start, period.end, state="complete", asked_at=asked)
                save_windows(con, [whole], instead_of=within)
        return confirmed

    def _save_windows(self, windows: Sequence[Window], *, instead_of: Sequence[Window]) -> None:
        with writing(self.db) as con:
            save_windows(con, windows, instead_of=instead_of)

    def _save_found(self, term: str, papers: Sequence[Paper], window: Window) -> None:
        benchmarks = [b for b in self._by_id.values() if term in b.search]
        hits = [(paper, [(b.id, term) for b in benchmarks]) for paper in papers]
        unreadable = [i for i in window.seen if i.startswith("? ")]
        with writing(self.db) as con:
            self._save(con, hits)
            save_windows(con, [window])
            self._set_start_of_changes(con, window)
            save_notes(
                con, self.run.run, [("unreadable", name[2:], "a feed entry without an id") for name in unreadable]
            )

    def _set_start_of_changes(self, con: Connection, window: Window) -> None:
        """Fixes with the first answer from which day OAI-PMH will go on: the search knows nothing of later days."""
        fresh = [m for m in self._searching.values() if m.oai_from is None]
        if fresh and window.asked_at:
            day = min(window.asked_at, *(m.horizon for m in fresh)).date() - timedelta(days=1)
            for mark in fresh:
                self._searching[mark.benchmark] = replace(mark, oai_from=day)
            save_marks(con, [self._searching[m.benchmark] for m in fresh])

    # --- changes by OAI-PMH -----------------------------------------------------------------------------------------

    def _read_changes(self) -> None:
        """Reads every record changed since the benchmarks' marks, in lists of limited length, oldest first."""
        with reading(self.db) as con:
            known, self._lists = load_marks(con), load_lists(con)
        marks = {m.benchmark: known.get(m.benchmark, m) for m in wanted_marks(self.order, known, self._moment())}
        if self.order.source == "oai":
            asked = self.order.since
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
        feed = OaiFeed(self.session)
        matcher = TermMatcher({name: self._by_id[name].search for name in marks})
        day: date | None = None
        with progress("Reading changes") as steps:
            for first, last in list_periods(start, self._moment().date()):
                if day is not None and first is not None and first > day:
                    break  # the clock here is ahead of the server's
                day = self._read_list(feed, first, last, marks, matcher, steps)
                if day is None:
                    self.tally.unconfirmed.append(f"changes since {first or 'the beginning'}")
                    return
                # the server's date; where ours is earlier, that one: to ask for a day twice costs little
                reached = min(day, now().date(), *([last + timedelta(days=1)] if last else []))
                marks = {name: replace(m, oai_from=max(m.oai_from or reached, reached)) for name, m in marks.items()}
                with writing(self.db) as con:
                    save_marks(con, marks.values())

    def _read_list(
        self, feed: OaiFeed, since: date | None, until: date | None, marks: dict[str, Mark], matcher: TermMatcher,
        steps: Steps,
    ) -> date | None:  # fmt: skip
        """The server's date when the list began, once it was read to its end; None where that never came about.

        A list whose token expires is started anew, then asked for in halves: a short list fits into a token's life.
        """
        name = digest("oai", since, until, self.order.set_spec, sorted((m.benchmark, *m.terms) for m in marks.values()))
        for _ in range(LIST_STARTS):
            try:
                day, received, size = self._read_pages(feed, name, since, until, marks, matcher, steps)
            except BadTokenError as error:
                steps.line(f"the list of changes since {since} has to be started anew: {error}")
            except FetchError as error:
                steps.line(f"the list of changes since {since} broke off: {error}")
                return None
            else:
                if size is None or received >= size:
                    return day
                steps.line(f"{received} changes since {since} came of {size} announced; asking again")
            with writing(self.db) as con:
                end_list(con, name)
        last = until or self._moment().date()
        if since is None or last <= since:
            return None
        middle = since + (last - since) // 2
        first = self._read_list(feed, since, middle, marks, matcher, steps)
        if first is None:
            return None
        return self._read_list(feed, middle + timedelta(days=1), until, marks, matcher, steps)

    def _read_pages(
        self, feed: OaiFeed, name: str, since: date | None, until: date | None, marks: dict[str, Mark],
        matcher: TermMatcher, steps: Steps,
    ) -> tuple[date, int, int | None]:  # fmt: skip
        """The server's date at the list's start, the records received, and how many it announced."""
        left = self._lists.pop(name, None)
        token = left.token if left else None
        received = left.received if left else 0
        day = left.response if left else None
        size: int | None = None
        ids: set[str] = set()
        empty = 0
        while True:
            page = feed.go_on(token) if token else feed.start(since, until, self.order.set_spec)
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
            self._save_changes(page, marks, matcher, OpenList(name, page.token or "", day, received))
            steps.advance(f"{received} records", by=len(page.records))
            if not page.token:
                return day, received, size
            empty = 0
            token = page.token

    def _save_changes(self, page: OaiPage, marks: dict[str, Mark], matcher: TermMatcher, at: OpenList) -> None:
        with writing(self.db) as con:
            known = hit_ids(con, [r.arxiv_id for r in page.records])
            found = []
            for record in page.records:
                if record.paper is None:
                    continue
                hits = [
                    (benchmark, term)
                    for benchmark, term in matcher.hits(text_of(record.paper))
                    if record.paper.published is None or record.paper.published >= marks[benchmark].since.date()
                ]
                if hits or record.arxiv_id in known:
                    found.append((record.paper, hits))
            self._save(con, found)
            deleted = [r.arxiv_id for r in page.records if r.deleted]
            if deleted and withdraw(con, deleted):
                save_notes(con, self.run.run, [("deleted", i, "arXiv deleted the record") for i in deleted])
            save_notes(
                con,
                self.run.run,
                [("unreadable", i, "an OAI-PMH record without id or version") for i in page.unreadable],
            )
            if at.token:
                save_list(con, at)
            else:
                end_list(con, at.name)

    # --- what both give ---------------------------------------------------------------------------------------------

    def _save(self, con: Connection, found: Iterable[tuple[Paper, Sequence[tuple[str, str]]]]) -> None:
        """Saves papers, hits and queue. Of a paper that comes in several versions the latest counts."""
        latest: dict[str, Paper] = {}
        hits: dict[str, list[tuple[str, str]]] = {}
        for paper, names in found:
            if paper.arxiv_id not in latest or paper.version > latest[paper.arxiv_id].version:
                latest[paper.arxiv_id] = paper
            hits.setdefault(paper.arxiv_id, []).extend(names)
        known = latest_versions(con, latest)
        papers = [p for p in latest.values() if p.version >= known.get(p.arxiv_id, 0)]
        save_papers(con, papers)
        save_hits(con, [Hit(i, benchmark, term) for i, names in hits.items() for benchmark, term in names])
        self.tally.found |= {i for i, names in hits.items() if names}
        self.tally.new_papers += sum(p.arxiv_id not in known for p in papers)
        self.tally.new_versions += sum(p.version > known[p.arxiv_id] for p in papers if p.arxiv_id in known)
        queued = []
        for paper in papers:
            names = hits[paper.arxiv_id]
            judged = relevance(paper, [self._by_id[b] for b in dict.fromkeys(b for b, _ in names)])
            queued.append(Queued(paper.arxiv_id, paper.version, judged.score, f"new; {judged.reason}"))
        enqueue(
            con,
            [q for q, p in zip(queued, papers, strict=True) if not p.withdrawn],
            withdrawn=[(p.arxiv_id, p.version) for p in papers if p.withdrawn],
        )

    def _note(self, notes: Sequence[tuple[str, str, str]]) -> None:
        with writing(self.db) as con:
            save_notes(con, self.run.run, notes)

    def _moment(self) -> datetime:
        """The time up to which to ask: the server's where the clock here is behind it."""
        server = self.session.server_time
        return max(now(), server or now())

    # --- PDFs -------------------------------------------------------------------------------------------------------

    def _fetch(self, only: set[tuple[str, int]] | None = None) -> None:
        """Fetches what is due, the most relevant first; what failed in passing once more at the end."""
        with reading(self.db) as con:
            wanted = due(con, list(self._by_id), now())
        if only is not None:
            wanted = [q for q in wanted if (q.arxiv_id, q.version) in only]
        most = len(wanted) if self.order.most is None else self.order.most
        chosen, rest = wanted[:most], wanted[most:]
        if rest:
            with writing(self.db) as con:
                set_waiting_reason(con, [(q.arxiv_id, q.version) for q in rest], f"beyond --max {most}")
        again: list[Queued] = []
        batch: list[Fetched] = []
        saved_at = time.monotonic()
        with progress("Fetching", len(chosen)) as steps:
            try:
                for queued in self._each_with_second_chance(chosen, again):
                    name = f"{queued.arxiv_id}v{queued.version}"
                    first = name not in self.tally.failed
                    fetched = fetch_pdf(self.db, self.session, queued)
                    batch.append(fetched)
                    if fetched.failure is None:
                        self.tally.fetched += 1
                        self.tally.failed.pop(name, None)
                    else:
                        if first and fetched.failure.next_try is not None:
                            again.append(queued)
                        self.tally.failed[name] = fetched.failure.reason
                        steps.line(f"{name}: {fetched.failure.reason} ({fetched.failure.message})")
                    if fetched.error is not None:
                        raise fetched.error
                    if first:
                        steps.advance(name)
                    if time.monotonic() - saved_at >= SAVE_EVERY_SECONDS:
                        self._save_fetched(batch)
                        saved_at = time.monotonic()
            finally:
                self._save_fetched(batch)

    def _save_fetched(self, batch: list[Fetched]) -> None:
        if batch:
            with writing(self.db) as con:
                save_fetched(con, batch)
            batch.clear()

    @staticmethod
    def _each_with_second_chance(first: Sequence[Queued], again: list[Queued]) -> Iterator[Queued]:
        yield from first
        yield from tuple(again)


def sources_of(order: Order, endpoints: Endpoints) -> tuple[str, ...]:
    """The services that this run asks: the one that was chosen, or those that are meant by the settings."""
    return endpoints.sources if order.source == "auto" else (order.source,)


def wanted_marks(order: Order, known: dict[str, Mark], moment: datetime) -> list[Mark]:
    """For each benchmark how far it is to be brought: since when, up to which horizon.

    The horizon lies a little ahead: clocks differ. A search that was broken off within a day keeps its horizon, so that
    its windows stay the same.
    """
    marks = []
    for b in order.benchmarks:
        mark = known.get(b.id)
        if mark is None:
            marks.append(Mark(b.id, b.search, order.since or ARXIV_BEGAN, moment + AHEAD))
            continue
        since = min(mark.since, order.since) if order.since else mark.since
        resumed = (
            not mark.searched
            and (since, b.search) == (mark.since, mark.terms)
            and moment <= mark.horizon <= moment + AHEAD
        )
        marks.append(
            replace(
                mark, terms=b.search, since=since, horizon=mark.horizon if resumed else moment + AHEAD, searched=False
            )
        )
    return marks


def needs_search(order: Order, endpoints: Endpoints, known: Mark | None, wanted: Mark) -> bool:
    """Whether the benchmark is to be searched: never was, not to its end, by other terms, from an earlier date.

    Where OAI-PMH is not to be used, every run searches: the last days before the last search, and what came since.
    """
    if "oai" not in sources_of(order, endpoints) or known is None or not known.searched:
        return True
    return set(known.terms) != set(wanted.terms) or wanted.since < known.since


def list_periods(start: date | None, today: date) -> list[tuple[date | None, date | None]]:
    """The lists of changes to ask for, oldest first; the last has no end."""
    if start is None:
        return [(None, None)]
    periods: list[tuple[date | None, date | None]] = []
    while today - start > LONGEST_LIST:
        periods.append((start, start + LONGEST_LIST - timedelta(days=1)))
        start += LONGEST_LIST
    return [*periods, (start, None)]


def _apart(a: Window, b: Window) -> bool:
    return a.end <= b.start or b.end <= a.start


def _words(window: Window) -> str:
    return f"{window.term} {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}"


def say_fault(text: str) -> None:
    """Prints what the session met, for whoever watches or reads the log."""
    warn(f"harvest: {text}")
