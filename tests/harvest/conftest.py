"""A loopback arXiv with papers, settings that point there, and harvests into a database of the test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from db.reference.benchmarks import Benchmark, benchmark
from db.settings import pdf_path
from db.store import now, reading, rows_of, writing
from db.tables.harvests import failures, retry_now
from harvest.harvester import Outcome, harvest_papers
from harvest.order import Order
from harvest.polite.endpoints import read_endpoints
from harvest.polite.session import PoliteSession
from tests.loopback_arxiv import Act, Asked, LoopbackArxiv, ServedPaper, serving, some_papers

ROOT = Path(__file__).resolve().parents[2]
DELAY = 0.01


@pytest.fixture
def arxiv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackArxiv]:
    """A loopback arXiv with 12 papers on ImageNet, to which the settings point."""
    with serving(some_papers(12)) as server:
        point_to(server, tmp_path, monkeypatch)
        yield server


def point_to(server: LoopbackArxiv, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Has the settings point to the server, with a limiter of its own in the folder."""
    for name, value in server.environment(DELAY).items():
        patch.setenv(name, value)
    patch.setenv("PAPERFLOPS_ARXIV_LOCK", str(folder / "limiter.lock"))


Harvest = Callable[..., Outcome]


@pytest.fixture
def harvest(db_path: Path) -> Harvest:
    """One harvest of ImageNet (or `ids`) in this process: by its names alone, or (`tasks`) by all its terms."""

    return harvests_into(db_path)


def harvests_into(db: Path) -> Harvest:
    """What makes one harvest into this database."""

    def run(
        *ids: str, since: str | None = None, only: set[tuple[str, int]] | None = None, tasks: bool = False, **order: Any
    ) -> Outcome:
        endpoints = read_endpoints()
        benchmarks = [benchmark(i) for i in ids or ("imagenet",)]
        wanted = Order(
            tuple(b if tasks else by_names(b) for b in benchmarks),
            since=datetime.strptime(since, "%Y-%m-%d") if since else None,
            **order,
        )
        return harvest_papers(db, endpoints, wanted, PoliteSession(endpoints), only=only)

    return run


def new_paper(number: int, *, term: str = "ImageNet", set_spec: str = "cs:cs:CV", old: bool = False) -> ServedPaper:
    """A paper that arXiv shows as changed today."""
    submitted = datetime(2014, 6, 1) if old else now().replace(microsecond=0)
    return ServedPaper(
        f"{submitted:%y%m}.{9000 + number:0{4 if old else 5}d}", f"On {term}, {number}", f"We train on {term}.",
        submitted, changed=now().date(), set_spec=set_spec,
    )  # fmt: skip


def by_names(benchmark: Benchmark) -> Benchmark:
    """The benchmark without its task terms: most tests are about how is asked, not what for."""
    return replace(benchmark, search_terms=tuple(term for term in benchmark.search_terms if term.task is None))


def paperflops(db: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "paperflops", "--db", str(db), *words],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, **settings}, timeout=300,
    )  # fmt: skip


def papers_of(db: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """The papers in the database by id and version; each must stand there once."""
    with reading(db) as con:
        rows = rows_of(con, "SELECT * FROM papers")
    by_key = {(r["arxiv_id"], r["version"]): r for r in rows}
    assert len(by_key) == len(rows)
    return by_key


def assert_all_here(db: Path, server: LoopbackArxiv, *, but: set[str] | frozenset[str] = frozenset()) -> None:
    """Every matching paper exactly once, every PDF whole, nothing else in the store, the limit kept, one connection."""
    papers = papers_of(db)
    expected = {
        (p.arxiv_id, p.version): p
        for p in server.papers.values()
        if not (p.deleted or p.withdrawn) and p.arxiv_id not in but
    }
    assert {key for key, row in papers.items() if row["pdf_sha256"]} >= set(expected)
    for key, paper in expected.items():
        assert pdf_path(db, papers[key]["pdf_sha256"]).read_bytes() == paper.pdf
        assert papers[key]["title"] == paper.title
        assert papers[key]["abstract"] == paper.abstract
        assert papers[key]["published"] == paper.submitted.date()
    kept = {row["pdf_sha256"] for row in papers.values() if row["pdf_sha256"]}
    assert {f.stem for f in (db.parent / "pdfs").rglob("*.pdf")} == kept
    assert_polite(server)


def assert_polite(server: LoopbackArxiv, delay: float = DELAY) -> None:
    """No two requests came closer than the limit, nor two at once."""
    assert min(server.gaps, default=delay) >= delay
    assert server.most_connections <= 1 or server.was_slow  # it goes on writing for a while after we have hung up


def last_json(output: str) -> dict[str, Any]:
    """The last line of the output, which must be JSON."""
    line: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return line


def first(count: int, act: Act, *, kind: str | None = None) -> Callable[[Asked], Act | None]:
    """A script that acts on the first requests (of a kind) and answers the rest."""
    return lambda asked: act if asked.number < count and kind in (None, asked.kind) else None


def until_done(harvest: Harvest, db: Path, *, runs: int = 12, **order: Any) -> int:
    """Runs harvests until one ends well, failed PDFs made due before each; how many it took."""
    for number in range(1, runs + 1):
        outcome = harvest(**order)
        assert outcome.exit_code in (0, 75), outcome.run.message
        with writing(db) as con:
            failed = failures(con)
            retry_now(con, failed)
        if outcome.exit_code == 0 and not failed:
            return number
    raise AssertionError(f"not done after {runs} runs: {outcome.run.message}; {failed}")
