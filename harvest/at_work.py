"""A harvest at work: what its steps share, and how each saves the papers that it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from db.benchmarks import Benchmark
from db.harvests import Queued, enqueue
from db.models import Paper
from db.papers import Hit, latest_versions, save_hits, save_papers
from db.store import Connection, now
from harvest.order import Order
from harvest.polite.endpoints import Endpoints
from harvest.polite.session import PoliteSession
from harvest.search.relevance import relevance
from harvest.storage import check_room


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

    def save(self, con: Connection, found: Iterable[tuple[Paper, Sequence[tuple[str, str]]]]) -> None:
        """Saves papers, hits and queue. Of a paper that comes in several versions the latest counts."""
        check_room(self.db)
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
        queued, benchmarks = [], self.benchmarks
        for paper in papers:
            names = hits[paper.arxiv_id]
            judged = relevance(paper, [benchmarks[b] for b in dict.fromkeys(b for b, _ in names)])
            queued.append(Queued(paper.arxiv_id, paper.version, judged.score, f"new; {judged.reason}"))
        enqueue(
            con,
            [q for q, p in zip(queued, papers, strict=True) if not p.withdrawn],
            withdrawn=[(p.arxiv_id, p.version) for p in papers if p.withdrawn],
        )
