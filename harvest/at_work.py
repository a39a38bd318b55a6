"""A harvest at work: what its steps share, and how each saves the papers that it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from db.models import Paper
from db.reference.benchmarks import Benchmark
from db.store import Connection, now
from db.tables.harvests import Queued, enqueue
from db.tables.papers import Hit, latest_versions, save_hits, save_papers
from db.tables.prospects import only_dropped, save_prospects
from harvest.order import Order
from harvest.polite.endpoints import Endpoints
from harvest.polite.session import PoliteSession
from harvest.search.relevance import TermHit, relevance
from harvest.storage import check_room


@dataclass
class Tally:
    """What a run has done so far."""

    found: set[str] = field(default_factory=set)
    new_papers: int = 0
    new_versions: int = 0
    fetched: int = 0
    dropped: int = 0  # fetched, looked into, and none of ours
    failed: dict[str, str] = field(default_factory=dict)  # "1512.03385v1" -> reason
    unconfirmed: list[str] = field(default_factory=list)  # what the server did not show whole


@dataclass(frozen=True)
class AtWork:
    """One run: its name, where it saves, whom it asks, what for, and what it has done so far."""

    run: str
    db: Path
    endpoints: Endpoints
    order: Order
    session: PoliteSession
    tally: Tally = field(default_factory=Tally)

    @property
    def benchmarks(self) -> dict[str, Benchmark]:
        """The benchmarks asked for, by id."""
        return {b.id: b for b in self.order.benchmarks}

    def moment(self) -> datetime:
        """The time up to which to ask: the server's where the clock here is behind it."""
        server = self.session.server_time
        return max(now(), server or now())

    def save(self, con: Connection, found: Iterable[tuple[Paper, Sequence[TermHit]]]) -> None:
        """Saves papers, hits, prospects and queue. Of a paper that comes in several versions the latest counts."""
        check_room(self.db)
        latest: dict[str, Paper] = {}
        hits: dict[str, list[TermHit]] = {}
        for paper, terms in found:
            if paper.arxiv_id not in latest or paper.version > latest[paper.arxiv_id].version:
                latest[paper.arxiv_id] = paper
            hits.setdefault(paper.arxiv_id, []).extend(terms)
        known = latest_versions(con, latest)
        papers = [p for p in latest.values() if p.version >= known.get(p.arxiv_id, 0)]
        save_papers(con, papers)
        named = {(i, h.benchmark) for i, terms in hits.items() for h in terms if h.by_name}
        all_hits = [(i, h) for i, terms in hits.items() for h in terms]
        save_hits(con, [Hit(i, h.benchmark, h.term) for i, h in all_hits if h.by_name])
        save_prospects(con, [Hit(i, h.benchmark, h.term) for i, h in all_hits if (i, h.benchmark) not in named])
        self.tally.found |= {i for i, _ in named}
        self.tally.new_papers += sum(p.arxiv_id not in known for p in papers)
        self.tally.new_versions += sum(p.version > known[p.arxiv_id] for p in papers if p.arxiv_id in known)
        dropped = only_dropped(con, latest)
        wanted = [p for p in papers if p.arxiv_id not in dropped]
        enqueue(
            con,
            [self._queued(p, hits[p.arxiv_id]) for p in wanted if not p.withdrawn],
            withdrawn=[(p.arxiv_id, p.version) for p in wanted if p.withdrawn],
        )

    def _queued(self, paper: Paper, hits: Sequence[TermHit]) -> Queued:
        """The paper's place in the queue, by the benchmarks that were found by name, else by those of its tasks."""
        by_name = [h for h in hits if h.by_name]
        benchmarks = dict.fromkeys(h.benchmark for h in by_name or hits)
        judged = relevance(paper, [self.benchmarks[b] for b in benchmarks])
        only = "" if by_name or not hits else f"; only by {hits[0].term.split(' #')[0]}"
        return Queued(paper.arxiv_id, paper.version, judged.score, f"new; {judged.reason}{only}")
