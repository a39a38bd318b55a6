"""Reading a term's papers from arXiv's search, period by period, until the server's own count is reached.

A page is not believed: it may be empty or short although it says 200, and the total may change while we read. A period
counts as read when as many different papers came as the server counts, while its count stood still. A period of which
that is never true stays short, with the reason, and is read again by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db.models import Paper
from db.reference.benchmarks import SearchTerm
from db.store import now
from db.tables.harvests import Window
from harvest.search.feed import SearchFeed

ARXIV_BEGAN = datetime(1991, 8, 1)
PAGE_SIZE = 1000  # arXiv's limit is 2,000; large pages come late or not at all
# arXiv says 30,000 results a query, but answers 500 where start + max_results passes 10,000 (seen 2025)
WINDOW_LIMIT = 9000
READINGS = 4  # of a period in one run
EMPTY_ASKS = 3  # for a page that should not be empty
STUBBORN_RUNS = 3  # that found not one paper more: from then on a period is read once a run, and no run fails for it
SETTLING = timedelta(days=14)  # a submission may wait so long for moderators before the search knows it
MINUTE = timedelta(minutes=1)

Save = Callable[[Window, Sequence[Paper]], None]


@dataclass(frozen=True)
class Period:
    """A stretch of time, without its end."""

    start: datetime
    end: datetime


def query(term: SearchTerm, start: datetime, end: datetime) -> str:
    """arXiv's query for papers with the term first submitted in [start, end)."""
    last = end - timedelta(microseconds=1)
    return f"{term.expression} AND submittedDate:[{start:%Y%m%d%H%M} TO {last:%Y%m%d%H%M}]"


def plan(term: str, wanted: Period, known: Iterable[Window], moment: datetime | None = None) -> list[Window]:
    """The windows that are still to be read so that `wanted` is covered, in order of time.

    A window that was read to its end covers its period; if it was read for an earlier goal (another end), nothing is
    sure of the time shortly before it was asked: submissions appear late. Windows left open go on where they stopped.
    One that says it was asked after `moment` (a wrong clock, an edit by hand) covers nothing.
    """
    latest = (moment or now()) + timedelta(hours=1)
    known = [w for w in known if w.asked_at is None or w.asked_at <= latest]
    covered = []
    for window in known:
        if window.state == "complete" and window.asked_at is not None:
            settled = (window.asked_at - SETTLING).replace(second=0, microsecond=0)
            sure = window.end if window.end == wanted.end else min(window.end, settled)
            if sure > window.start:
                covered.append(Period(window.start, sure))
    todo: list[Window] = []
    for gap in _gaps(wanted, covered):
        within = [w for w in known if w.state != "complete" and gap.start <= w.start and w.end <= gap.end]
        todo += within
        todo += [Window(term, g.start, g.end) for g in _gaps(gap, [Period(w.start, w.end) for w in within])]
    return sorted(todo, key=lambda w: w.start)


def read_window(
    feed: SearchFeed, term: SearchTerm, window: Window, save: Save, *, splittable: bool = True
) -> Window | tuple[Window, Window]:
    """The window as it stands after reading it, or the two halves of one that holds too many papers (their number in
    `total`).

    `save` is called with each page's papers and where the window then stands, before the next page is asked for: a
    kill costs a page. FetchError, ComeBackLaterError and ForbiddenError of the session come through.
    """
    seen_before = len(window.seen)
    for reading in range(READINGS if window.runs < STUBBORN_RUNS else 1):
        empty_asks = 0
        while True:
            start = window.next_start
            page = feed.page(query(term, window.start, window.end), start=start, size=PAGE_SIZE)
            if start == 0 and splittable and page.total > WINDOW_LIMIT and window.end - window.start > MINUTE:
                return _halves(window, page.total)
            ids = dict.fromkeys([p.arxiv_id for p in page.papers] + [f"? {name}" for name in page.unreadable])
            # only what came while the total stood still can be held against it: a paper that is taken away moves the
            # others up, and one of them past us
            before = window.seen if page.total == window.total else ()
            window = replace(
                window, state="open", total=page.total, seen=tuple(dict.fromkeys(before) | ids),
                # never by more than came or was asked for: a page that repeats itself must not push papers out
                next_start=start + min(len(ids), PAGE_SIZE),
                asked_at=min(page.server_time or now(), now()),
            )  # fmt: skip
            save(window, page.papers)
            if ids:
                empty_asks = 0
                if window.next_start >= page.total and len(ids) < PAGE_SIZE:
                    break
            elif start >= page.total and (start > 0 or empty_asks > 0):
                break  # nothing where nothing should be; a whole period without papers was asked for twice
            else:
                empty_asks += 1
                if empty_asks > EMPTY_ASKS:
                    break
        window = replace(window, next_start=0)
        if len(window.seen) >= (window.total or 0):
            return replace(window, state="complete", message=f"confirmed by reading {reading + 1}" if reading else None)
    runs = window.runs + 1 if len(window.seen) <= seen_before else 1
    message = f"the server says {window.total}, {len(window.seen)} came; {runs} runs found no more"
    return replace(window, state="short", runs=runs, message=message)


def _halves(window: Window, total: int) -> tuple[Window, Window]:
    minutes = int((window.end - window.start) / MINUTE)
    middle = window.start + MINUTE * (minutes // 2)
    return (
        Window(window.term, window.start, middle, total=total),
        Window(window.term, middle, window.end, total=total),
    )


def _gaps(wanted: Period, covered: Iterable[Period]) -> list[Period]:
    """The parts of `wanted` that no covered period holds."""
    gaps, start = [], wanted.start
    for period in sorted(covered, key=lambda p: p.start):
        if period.end <= start or period.start >= wanted.end:
            continue
        if period.start > start:
            gaps.append(Period(start, period.start))
        start = max(start, period.end)
    if start < wanted.end:
        gaps.append(Period(start, wanted.end))
    return gaps
