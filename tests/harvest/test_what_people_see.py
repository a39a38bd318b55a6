"""The dry run before the first harvest, the flow of papers, and what the search terms find."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.reference.benchmarks import SearchTerm, load_benchmarks
from db.store import now, reading
from db.tables.harvests import flow_by_month
from harvest.dry_run import Count, Estimate
from harvest.search.measure import front_matter, labelled_rows
from harvest.search.recall import ALL, LABELLED_CSV, NAMES, load_costs, load_labelled, recall_of, term_costs
from tests.harvest.conftest import Harvest, paperflops
from tests.loopback_arxiv import HTML, Act, LoopbackArxiv, ServedPaper, some_papers

# --- the dry run ------------------------------------------------------------------------------------------------------


def test_first_dry_run(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it says from the feed's counts how many papers, requests, hours and gigabytes the first harvest takes."""
    arxiv.put(*some_papers(30, first=now().replace(microsecond=0) - timedelta(days=70)))
    run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--dry-run")
    assert run.returncode == 0, run.stderr
    said = re.search(
        r"at most ([\d,]+) papers \((\d+) by name.*?([\d,]+) requests, (\d+ minutes), ([\d.]+) GB", run.stdout
    )
    assert said is not None, run.stdout
    named = 42
    by_tasks = sum(arxiv.search(t.expression).__len__() for t in load_benchmarks()["imagenet"].search_terms[2:])
    assert int(said[1]) == named + by_tasks
    assert int(said[2]) == named
    assert int(said[3]) == named + by_tasks + len(load_benchmarks()["imagenet"].search_terms)
    assert "suggested: --max " in run.stdout
    assert {a.kind for a in arxiv.asked} == {"api"}
    assert {a.query["max_results"] for a in arxiv.asked} == {"1"}
    assert not db_path.exists()


def test_dry_run_without_network(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it shows the plan all the same, and why there are no counts."""
    arxiv.stop()
    run = paperflops(db_path, "harvest", "--all", "--dry-run")
    assert run.returncode == 0
    assert "how much that is arXiv does not say now" in run.stdout
    assert "Traceback" not in run.stderr


def test_estimate() -> None:
    """it adds up papers, pages, hours and bytes, and suggests what a night and a month can hold."""
    counts = [Count(SearchTerm(("ImageNet",)), 60_000, 9_000), Count(SearchTerm(("COCO",)), 500, 100)]
    whole = Estimate.of(counts, 3.0, 1e6)
    assert (whole.papers, whole.requests) == (60_500, 60_500 + 60 + 12 + 1)
    assert whole.hours == pytest.approx(whole.requests * 3 / 3600)
    assert whole.gigabytes == 60.5
    assert whole.most(3.0) == 1200
    since = whole.since(1200, datetime(2026, 1, 1))
    assert since is not None and since.year == 2022
    assert Estimate.of(counts[1:], 3.0, 1e6).since(1200, datetime(2026, 1, 1)) is None


# --- the flow ---------------------------------------------------------------------------------------------------------


def test_flow(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it counts what was found, fetched, waits and failed (with the reason), by benchmark and month."""
    arxiv.put(ServedPaper("1503.00001", "SQuAD and ImageNet", "On ImageNet and SQuAD.", datetime(2015, 3, 1)))
    arxiv.script = lambda asked: Act(body=HTML) if asked.path == "/pdf/1501.00003v1" else None
    harvest("imagenet", "squad11", most=9)
    with reading(db_path) as con:
        flow = {(f.benchmark, f.month): f for f in flow_by_month(con)}
    months = Counter(f"{p.submitted:%Y-%m}" for p in arxiv.papers.values())
    assert {month: f.found for (benchmark, month), f in flow.items() if benchmark == "imagenet"} == months
    assert flow["squad11", "2015-03"].found == 1
    imagenet = [f for f in flow.values() if f.benchmark == "imagenet"]
    assert sum(f.fetched for f in imagenet) == 8
    assert sum(f.waiting for f in imagenet) == 4
    assert flow["imagenet", "2015-01"].failed == {"html": 1}
    status = paperflops(db_path, "harvest", "status").stdout
    assert re.search(r"imagenet +all +13 +8 +4 +1  1 html", status), status
    assert re.search(r"squad11 +2015-03 +1 ", status)
    assert "2015-03" not in paperflops(db_path, "harvest", "status", "--months", "0").stdout


# --- terms ------------------------------------------------------------------------------------------------------------


def test_recall() -> None:
    """it finds 0.95 of the labelled papers, 0.9 for every benchmark, for three times the papers at most."""
    rows = {r.benchmark: r for r in recall_of(load_benchmarks().values(), load_labelled())}
    whole = rows.pop("all papers")
    assert whole.papers > 80
    assert whole.kept / whole.papers >= 0.95
    assert whole.by_name / whole.papers < 0.75  # what the names alone find
    assert all(r.by_any_term / r.papers >= 0.9 for r in rows.values()), rows
    costs = load_costs()
    assert costs[ALL] / 1165 <= 3  # what the names found before the ambiguous ones were restricted
    assert costs[NAMES] <= 1165


def test_every_term_is_measured() -> None:
    """it has a measured cost for every term of the study as it is; `python -m harvest.search.measure` asks arXiv."""
    costs = load_costs()
    for row in term_costs([b for b in load_benchmarks().values() if b.study], load_labelled(), costs):
        assert row.papers_a_year is not None, row.term.key
    known = {t.key for b in load_benchmarks().values() for t in b.search_terms}
    assert {term for p in load_labelled() for term in p.terms} <= known


def test_labelled_facts(shared: Path) -> None:
    """it holds what the labelled papers say, and nothing but facts."""
    rows = [
        {key: str(value) for key, value in row.items()}
        for row in labelled_rows(shared / "gold" / "papers", shared / "corpus" / "pdf")
    ]
    with LABELLED_CSV.open() as file:
        assert rows == list(csv.DictReader(file))


def test_status_of_terms(db_path: Path) -> None:
    """it prints recall by benchmark and the cost of each term, without a database and without labelled papers."""
    run = paperflops(db_path, "harvest", "status", "--terms")
    assert run.returncode == 0, run.stderr
    assert re.search(r"conll2003 +7 +1 +7 +7 +7 +1\.00", run.stdout)
    assert re.search(r"imagenet +ImageNet +\d+/\d+ +664", run.stdout)
    assert "times)" in run.stdout.splitlines()[-1]


def test_terms_here(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it says what each task brought to this database."""
    arxiv.put(
        ServedPaper("1603.01361", "Entities", "Named entity recognition.", datetime(2016, 3, 4), categories=("cs.CL",))
    )
    harvest("conll2003", tasks=True)
    said = paperflops(db_path, "harvest", "status", "--terms").stdout
    assert re.search(r"conll2003 +task: named entity recognition .* 1 looked for, 0 kept, 1 dropped", said)


@pytest.mark.parametrize(
    ("text", "abstract"),
    [
        ("Title\nAbstract\nWe train net-\nworks.\n1. Introduction\nMore.", "We train networks."),
        ("Title\nABSTRACT. We train.\nIntroduction\nMore.", "We train."),
        ("Title\nAbstract—The introduction of nets\nhelps.\nI. INTRODUCTION\nMore.", "The introduction of nets helps."),
    ],
)
def test_front_matter(text: str, abstract: str) -> None:
    """it takes the abstract from a first page, up to the heading of the introduction."""
    assert front_matter("Title", text).abstract == abstract
