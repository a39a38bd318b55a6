"""What a harvest would do: what would be asked and fetched, and how much that is before the first one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from db.errors import PaperflopsError
from db.reference.benchmarks import SearchTerm
from db.store import now, reading
from db.tables.harvests import Mark, Queued, Window, due, load_marks, load_watermarks, load_windows, mean_pdf_bytes
from db.terminal.console import progress, say
from harvest.oai.changes import list_periods
from harvest.oai.watermarks import Watermarks, earliest, start_of
from harvest.order import Order, needs_search, sources_of, wanted_changes, wanted_marks
from harvest.polite.endpoints import Endpoints
from harvest.polite.session import FetchError, PoliteSession
from harvest.search.feed import SearchFeed
from harvest.search.windows import ARXIV_BEGAN, PAGE_SIZE, WINDOW_LIMIT, Period, plan, query

SHOWN = 10
PDF_BYTES = 900_000  # the mean of the 129 labelled papers is 872 kB; one's own mean is taken once there is one
NIGHT_HOURS = 1.0  # that a nightly harvest should take
NIGHTS = 30  # in which a backfill should be done
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Count:
    """How many papers a term has, by the feed's own counts: since the beginning (or --since), and in the last year."""

    term: SearchTerm
    papers: int
    last_year: int


@dataclass(frozen=True)
class Estimate:
    """What the first harvest takes. Papers that several terms find are counted once for each: it is at most so much."""

    papers: int
    last_year: int
    requests: int
    hours: float
    gigabytes: float

    @classmethod
    def of(cls, counts: Iterable[Count], delay: float, pdf_bytes: float) -> Estimate:
        """The sum over the terms."""
        known = list(counts)
        papers = sum(c.papers for c in known)
        pages = sum(max(1, math.ceil(c.papers / PAGE_SIZE)) + 2 * (c.papers // WINDOW_LIMIT) for c in known)
        requests = pages + papers
        return cls(papers, sum(c.last_year for c in known), requests, requests * delay / 3600, papers * pdf_bytes / 1e9)

    def most(self, delay: float) -> int:
        """A `--max` for one night, a round number."""
        fits = NIGHT_HOURS * 3600 / max(delay, 0.1)
        return max(1, min(self.papers, int(fits // 100 * 100) or 100))

    def since(self, most: int, moment: datetime) -> datetime | None:
        """A `--since` whose papers are fetched in some nights, by the last year's number; None where all are."""
        if self.papers <= most * NIGHTS or not self.last_year:
            return None
        years = most * NIGHTS / self.last_year
        return max(ARXIV_BEGAN, (moment - YEAR * years).replace(day=1))


@dataclass(frozen=True)
class Standing:
    """What the database knows before the run."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    watermarks: Watermarks = field(default_factory=dict)
    windows: Sequence[Window] = ()
    queue: Sequence[Queued] = ()
    pdf_bytes: float = PDF_BYTES


def print_plan(db: Path, endpoints: Endpoints, order: Order, session: PoliteSession) -> None:
    """Prints what would be asked and fetched; asks arXiv for counts where a benchmark was never searched for."""
    standing = _standing(db, order)
    sources = sources_of(order, endpoints)
    if "search" in sources:
        _print_search(standing, endpoints, order)
    if "oai" in sources:
        _print_changes(standing, endpoints, order)
    _print_pdfs(standing, endpoints, order)
    never = [b for b in order.benchmarks if b.id not in standing.marks]
    if never and "search" in sources:
        wanted = dict.fromkeys(term for b in never for term in b.search_terms)
        counts = count_papers(session, wanted, order.since or ARXIV_BEGAN)
        _print_estimate(counts, endpoints, standing.pdf_bytes)


def _standing(db: Path, order: Order) -> Standing:
    if not db.exists():
        return Standing()
    with reading(db) as con:
        return Standing(
            load_marks(con),
            load_watermarks(con),
            load_windows(con),
            due(con, [b.id for b in order.benchmarks], now()),
            mean_pdf_bytes(con) or PDF_BYTES,
        )


def _print_search(standing: Standing, endpoints: Endpoints, order: Order) -> None:
    wanted = wanted_marks(order, dict(standing.marks), now())
    searched = [m for m in wanted if needs_search(order, endpoints, standing.marks.get(m.benchmark), m)]
    terms = dict.fromkeys(term for m in searched for term in m.terms)
    say(f"search at {endpoints.api}: {len(terms) or 'no'} terms")
    for term in terms:
        for_it = [m for m in searched if term in m.terms]
        period = Period(min(m.since for m in for_it), max(m.horizon for m in for_it))
        todo = plan(term, period, [w for w in standing.windows if w.term == term])
        stretches = ", ".join(f"{w.start:%Y-%m-%d} to {w.end:%Y-%m-%d}" for w in todo[:3])
        more = f" and {len(todo) - 3} more" if len(todo) > 3 else ""
        users = ", ".join(m.benchmark for m in for_it)
        say(f"  {term.split(' #')[0]} (for {users}): {stretches or 'nothing'}{more}")


def _print_changes(standing: Standing, endpoints: Endpoints, order: Order) -> None:
    for set_spec in order.sets or ("",):
        changes = wanted_changes(order, standing.marks, set_spec)
        of_set = f" of set {set_spec}" if set_spec else ""
        if not changes:
            say(f"changes at {endpoints.oai}{of_set}: since the day before the search begins")
            continue
        start = earliest([start_of(w, standing.marks.get(w.benchmark), standing.watermarks) for w in changes])
        lists = list_periods(start, now().date())
        since = f"since {start}" if start else "from the beginning"
        say(f"changes at {endpoints.oai}: all{of_set} {since}, in {len(lists)} lists")


def _print_pdfs(standing: Standing, endpoints: Endpoints, order: Order) -> None:
    queue = standing.queue
    most = len(queue) if order.most is None else min(order.most, len(queue))
    say(
        f"PDFs from {endpoints.pdf}: {most} of the {len(queue)} that are due "
        f"({_hours(most * endpoints.delay / 3600)}), and what is found"
    )
    for q in queue[: min(most, SHOWN)]:
        say(f"  {q.arxiv_id}v{q.version}  score {q.score:.2f}  {q.reason}")
    if most > SHOWN:
        say(f"  and {most - SHOWN} more")


def count_papers(session: PoliteSession, terms: Iterable[SearchTerm], since: datetime) -> list[Count] | None:
    """The feed's counts for each term; None where arXiv does not answer."""
    feed, moment, counts = SearchFeed(session), now(), []
    wanted = list(terms)
    try:
        with progress("Counting", len(wanted)) as steps:
            for term in wanted:
                starts = (since, max(since, moment - YEAR))
                whole, year = (feed.page(query(term, start, moment), start=0, size=1).total for start in starts)
                counts.append(Count(term, whole, year))
                steps.advance(term.key)
    except (FetchError, PaperflopsError) as error:
        say(f"how much that is arXiv does not say now ({error})")
        return None
    return counts


def _print_estimate(counts: list[Count] | None, endpoints: Endpoints, pdf_bytes: float) -> None:
    if counts is None:
        return
    whole = Estimate.of(counts, endpoints.delay, pdf_bytes)
    named = Estimate.of([c for c in counts if c.term.task is None], endpoints.delay, pdf_bytes)
    say(
        f"the first harvest, by the feed's counts: at most {whole.papers:,} papers ({named.papers:,} by name, the rest "
        f"only by a task, looked into and ranked lower), {whole.requests:,} requests, {_hours(whole.hours)}, "
        f"{whole.gigabytes:,.1f} GB"
    )
    most = whole.most(endpoints.delay)
    nights = math.ceil(whole.papers / most) if whole.papers else 0
    say(
        f"suggested: --max {most} a night ({_hours(most * endpoints.delay / 3600)}, {most * pdf_bytes / 1e9:.1f} GB; "
        f"done after {nights} {'night' if nights == 1 else 'nights'})"
    )
    since = whole.since(most, now())
    if since is not None:
        say(f"or with --since {since:%Y-%m-%d} done after about {NIGHTS} nights")


def _hours(hours: float) -> str:
    return f"{hours * 60:.0f} minutes" if hours < 1 else f"{hours:,.1f} hours"
