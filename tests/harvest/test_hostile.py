"""`paperflops harvest` against a loopback arXiv that misbehaves: in the end every paper is here once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.store import now, reading, rows_of, writing
from db.tables.harvests import Queued, failures, load_marks, load_windows, retry_now
from harvest.pdfs.download import RETRY_AFTER_HOURS, failure_of
from tests.harvest.conftest import (
    ROOT,
    Harvest,
    assert_all_here,
    assert_polite,
    first,
    last_json,
    paperflops,
    papers_of,
    until_done,
)
from tests.loopback_arxiv import (
    HTML,
    Act,
    Asked,
    LoopbackArxiv,
    ServedPaper,
    by_chance,
    drop_last,
    nothing,
    some_papers,
)


def drop_middle(page: list[ServedPaper]) -> list[ServedPaper]:
    return page[: len(page) // 2] + page[len(page) // 2 + 1 :]


def doubled(page: list[ServedPaper]) -> list[ServedPaper]:
    return [p for paper in page for p in (paper, paper)]


def shuffled(page: list[ServedPaper]) -> list[ServedPaper]:
    return random.Random(len(page)).sample(page, len(page))


FEED_LIES = {
    "empty page, full total": Act(drop=nothing),
    "short page, full total": Act(drop=drop_last),
    "hole in the page": Act(drop=drop_middle),
    "everything twice": Act(drop=doubled),
    "out of order": Act(drop=shuffled),
    "total too large": Act(total=13),
    "total too small": Act(total=5),
    "html in place of the feed": Act(body=HTML),
    "empty body": Act(body=b""),
    "cut feed": Act(cut=0.6),
    "cut feed of unsaid length": Act(cut=0.6, cut_unannounced=True),
    "error entry": Act(
        body=b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        b'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><opensearch:totalResults>1</opensearch:totalResults>'
        b"<entry><id>http://arxiv.org/api/errors#incorrect_id</id><title>Error</title><summary>incorrect id</summary>"
        b"<updated>2026-01-01T00:00:00Z</updated><published>2026-01-01T00:00:00Z</published></entry></feed>"
    ),
}

NETWORK = {
    "429": Act(status=429, body=b"Rate exceeded."),
    "429 with Retry-After": Act(status=429, headers={"Retry-After": "0.05"}),
    "503": Act(status=503, body=HTML),
    "503 with a date": Act(status=503, headers={"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
    "500": Act(status=500),
    "502": Act(status=502, body=HTML),
    "reset": Act(reset=True),
    "redirect elsewhere": Act(status=302, headers={"Location": "https://arxiv.org/denied"}),
}


QUICK = {  # the others run with the slow tests
    "empty page, full total", "short page, full total", "everything twice", "cut feed of unsaid length", "error entry",
    "429 with Retry-After", "503", "reset",
}  # fmt: skip


@pytest.mark.parametrize(
    "act",
    [pytest.param(act, id=name, marks=() if name in QUICK else pytest.mark.slow) for name, act in FEED_LIES.items()],
)
@pytest.mark.parametrize("when", ["at first", pytest.param("by chance", marks=pytest.mark.slow)])
def test_feed_lies(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, act: Act, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it is not fooled by a search feed that shows too little, too much, or something else."""
    monkeypatch.setattr("harvest.search.windows.PAGE_SIZE", 5)
    lie = first(3, act) if when == "at first" else by_chance(7, 0.3, [act])
    arxiv.script = lambda asked: lie(asked) if asked.kind == "api" else None
    until_done(harvest, db_path, source="search")
    assert_all_here(db_path, arxiv)
    with reading(db_path) as con:
        assert {w.state for w in load_windows(con)} == {"complete"}


@pytest.mark.parametrize(
    "act",
    [pytest.param(act, id=name, marks=() if name in QUICK else pytest.mark.slow) for name, act in NETWORK.items()],
)
def test_bad_network(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, act: Act) -> None:
    """it gets through a server that is busy, breaks off or sends us elsewhere, at whatever service."""
    arxiv.script = by_chance(3, 0.3, [act])
    until_done(harvest, db_path)
    assert_all_here(db_path, arxiv)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3))])
def test_all_at_once(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it gets through everything at once."""
    monkeypatch.setattr("harvest.search.windows.PAGE_SIZE", 7)
    lies, network = by_chance(seed, 0.3, list(FEED_LIES.values())), by_chance(seed, 0.2, list(NETWORK.values()))
    pdfs = by_chance(seed, 0.3, [Act(body=HTML), Act(cut=0.5), Act(cut=0.5, cut_unannounced=True)])
    arxiv.script = lambda asked: network(asked) or {"api": lies, "pdf": pdfs}.get(asked.kind, lambda a: None)(asked)
    until_done(harvest, db_path, runs=30)
    assert_all_here(db_path, arxiv)


def test_unconfirmed_is_not_complete(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it never takes an empty page for the truth while the total says otherwise: the period stays open."""
    arxiv.script = lambda asked: Act(drop=nothing, total=12) if asked.kind == "api" else None
    outcome = harvest(source="search")
    assert outcome.exit_code == 75
    assert "arXiv did not show everything: ImageNet" in (outcome.run.message or "")
    with reading(db_path) as con:
        assert {w.state for w in load_windows(con)} == {"short"}
        assert not load_marks(con)["imagenet"].searched
    arxiv.script = lambda asked: None
    assert harvest(source="search").exit_code == 0
    assert_all_here(db_path, arxiv)


def test_stubborn_total(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it keeps asking once a run for what the server counts and never shows, and does not fail for it for ever."""
    monkeypatch.setattr("harvest.search.windows.STUBBORN_RUNS", 2)
    monkeypatch.setattr("harvest.search.backfill.STUBBORN_RUNS", 2)
    monkeypatch.setattr("harvest.search.windows.READINGS", 2)
    arxiv.script = lambda asked: Act(total=13) if asked.kind == "api" and "ImageNet" in str(asked.query) else None
    codes = [harvest(source="search", most=0).exit_code for _ in range(3)]
    assert (codes[0], codes[-1]) == (75, 0)
    before = len(arxiv.asked)
    harvest(source="search", most=0)
    assert 0 < len(arxiv.asked) - before < 8
    with reading(db_path) as con:
        assert "the server says 13, 12 came" in next(w.message or "" for w in load_windows(con) if w.state == "short")


def test_total_changes_while_paging(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it misses no paper that slides onto a page already read because another was taken away, nor a new one."""
    monkeypatch.setattr("harvest.search.windows.PAGE_SIZE", 4)
    new = ServedPaper("1501.00777", "ImageNet anew", "On ImageNet.", datetime(2015, 1, 6))
    hidden: set[str] = set()
    search = arxiv.search
    monkeypatch.setattr(arxiv, "search", lambda query: [p for p in search(query) if p.arxiv_id not in hidden])

    def script(asked: Asked) -> None:
        if asked.kind == "api" and asked.number == 1:
            hidden.add("1501.00002")
        if asked.kind == "api" and asked.number == 4:
            arxiv.put(new)

    arxiv.script = script
    assert harvest(source="search").exit_code == 0
    assert_all_here(db_path, arxiv)  # what was seen before it was taken away stays


def test_slow_body(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it gives up a body that trickles, and gets it later."""
    monkeypatch.setattr("harvest.polite.session.SLOW_AFTER_SECONDS", 0.3)
    monkeypatch.setattr("harvest.polite.session.SLOWEST_BYTES_PER_SECOND", 2000.0)
    slow = Act(bytes_per_second=200)
    arxiv.script = lambda a: slow if (a.kind, a.number) in {("api", 0), ("pdf", 2), ("oai", 0)} else None
    until_done(harvest, db_path)
    assert_all_here(db_path, arxiv)


def test_silence(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it does not wait for ever for a first byte."""
    monkeypatch.setattr("harvest.polite.session.READ_SECONDS", 0.2)

    def script(asked: Asked) -> None:
        if (asked.kind, asked.number) in {("api", 0), ("pdf", 1)}:
            time.sleep(0.5)

    arxiv.script = script
    until_done(harvest, db_path)
    papers = papers_of(db_path)
    assert sum(bool(row["pdf_sha256"]) for row in papers.values()) == 12


def test_forbidden(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it stops at once on a 403, asks nothing more, and says that somebody has to look."""
    arxiv.script = lambda asked: Act(status=403, body=HTML) if asked.number == 2 and asked.kind == "pdf" else None
    outcome = harvest()
    assert outcome.exit_code == 77
    assert arxiv.asked[-1] == arxiv.of_kind("pdf")[2]
    assert outcome.error is not None and "refuses us (403)" in outcome.error.what
    with reading(db_path) as con:
        assert [f.reason for f in failures(con)] == ["forbidden"]
    until_done(harvest, db_path)
    assert_all_here(db_path, arxiv)


def test_circuit_breaker(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it stops with a state to go on from when the server fails again and again, rather than hammer."""
    arxiv.script = lambda asked: Act(status=503) if len(arxiv.asked) > 6 else None
    outcome = harvest()
    assert outcome.exit_code == 75
    assert len(arxiv.asked) <= 6 + 10
    arxiv.script = lambda asked: None
    until_done(harvest, db_path)
    assert_all_here(db_path, arxiv)


BAD_PDFS = {
    "reset": Act(reset=True),
    "500": Act(status=500),
    "503": Act(status=503, headers={"Retry-After": "0"}),
    "html": Act(body=HTML),
    "cut": Act(cut=0.5),
    "404": Act(status=404, body=HTML),
}


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(act, id=name, marks=() if name in ("reset", "html") else pytest.mark.slow)
        for name, act in BAD_PDFS.items()
    ],
)
def test_bad_pdfs_are_not_a_bad_server(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, act: Act) -> None:
    """it does not blame a healthy server for twelve bad PDFs, which the second pass asks for in a row."""
    arxiv.put(*some_papers(16, first=datetime(2016, 1, 1), step=timedelta(days=3)))
    bad = {f"/pdf/{i}v1" for i in sorted(arxiv.papers)[4:16]}
    arxiv.script = lambda asked: act if asked.path in bad else None
    outcome = harvest()
    assert (outcome.exit_code, outcome.run.failed) == (0, 12), outcome.run.message
    assert_all_here(db_path, arxiv, but={path[5:-2] for path in bad})
    asked = len(arxiv.asked)
    with writing(db_path) as con:
        retry_now(con, failures(con))
    outcome = harvest()  # every PDF that is due now is a bad one
    assert (outcome.exit_code, outcome.run.failed) == (0, 12), outcome.run.message
    assert len(arxiv.asked) - asked <= (12 if act.status == 503 else 4) * 12 + 16 + 4
    arxiv.script = lambda asked: None
    until_done(harvest, db_path)
    assert_all_here(db_path, arxiv)


def test_bad_queries_are_not_a_bad_server(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it goes on to other terms, changes and PDFs where the search answers some queries with 500."""
    arxiv.put(*some_papers(3, term="SQuAD", first=datetime(2017, 1, 1)))
    arxiv.script = lambda asked: (
        Act(status=500) if asked.kind == "api" and "CIFAR" in asked.query["search_query"] else None
    )
    outcome = harvest("imagenet", "cifar10", "cifar100", "squad11")
    assert outcome.exit_code == 75
    assert "arXiv did not show everything" in (outcome.run.message or "")
    assert outcome.run.fetched == 15


def test_dead_server_in_the_second_pass(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it still stops after ten requests where the server dies while bad PDFs are asked for again."""
    arxiv.put(*some_papers(16, first=datetime(2016, 1, 1), step=timedelta(days=3)))
    bad = {f"/pdf/{i}v1" for i in sorted(arxiv.papers)[:12]}
    dead_after = 28 + 12  # PDFs: the first pass is over, each of its bad ones was asked for once
    arxiv.script = lambda asked: (
        Act(body=HTML) if asked.path in bad else Act(status=503) if asked.number > dead_after else None
    )
    first_pass = harvest()
    assert first_pass.exit_code in (0, 75)
    arxiv.script = lambda asked: Act(status=502) if asked.kind == "pdf" else None
    with writing(db_path) as con:
        retry_now(con, failures(con))
    asked = len(arxiv.of_kind("pdf"))
    outcome = harvest()
    assert outcome.exit_code == 75
    assert "failed 10 times in a row" in (outcome.run.message or "")
    assert len(arxiv.of_kind("pdf")) - asked == 10


def test_retry_after_is_kept(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it asks nothing for as long as Retry-After says, by date or by seconds."""
    date = Act(
        status=503, headers={"Retry-After": "Sun, 01 Mar 2026 00:00:02 GMT", "Date": "Sun, 01 Mar 2026 00:00:01 GMT"}
    )
    arxiv.script = lambda a: (
        {0: Act(status=429, headers={"Retry-After": "1"}), 1: date}.get(a.number) if a.kind == "api" else None
    )
    assert harvest(most=0).exit_code == 0
    times = [a.at for a in arxiv.of_kind("api")]
    assert times[1] - times[0] >= 1
    assert times[2] - times[1] >= 0.95


def test_long_retry_after_ends_the_run(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it does not wait for hours: the run ends with 75, and the next asks nothing before the time has come."""
    arxiv.script = lambda asked: Act(status=429, headers={"Retry-After": "7200"})
    assert harvest().exit_code == 75
    assert len(arxiv.asked) == 1
    outcome = harvest()
    assert (outcome.exit_code, len(arxiv.asked)) == (75, 1)
    assert "120 more minutes of rest" in (outcome.run.message or "")


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Act(body=HTML), "html"),
        pytest.param(Act(body=b"not a document"), "not_a_pdf", marks=pytest.mark.slow),
        pytest.param(Act(cut=0.5), "truncated", marks=pytest.mark.slow),
        pytest.param(Act(cut=0.9, cut_unannounced=True), "truncated", marks=pytest.mark.slow),
        pytest.param(Act(status=404, body=HTML), "not_found", marks=pytest.mark.slow),
        (Act(status=301, headers={"Location": "https://example.org/login"}), "redirected"),
        pytest.param(Act(status=301, headers={"Location": "/pdf/1501.00003v9"}), "redirected", marks=pytest.mark.slow),
        pytest.param(Act(reset=True), "reset", marks=pytest.mark.slow),
        pytest.param(Act(status=500), "http_500", marks=pytest.mark.slow),
        (Act(status=404, body=b"<html>This paper has been withdrawn</html>"), "withdrawn"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_pdf(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, act: Act, reason: str) -> None:
    """it records why a PDF could not be had and when it will be tried again, and keeps nothing of it."""
    bad = "/pdf/1501.00003v1"
    arxiv.script = lambda asked: act if asked.path == bad else None
    outcome = harvest()
    assert (outcome.exit_code, outcome.run.fetched, outcome.run.failed) == (0, 11, 1)
    assert_all_here(db_path, arxiv, but={"1501.00003"})
    with reading(db_path) as con:
        row = rows_of(con, "SELECT reason, tries, next_try FROM harvest_failures")[0]
        wanted = rows_of(con, "SELECT state FROM harvest_queue WHERE arxiv_id = '1501.00003'")[0]["state"]
    assert (row["reason"], row["tries"]) == (reason, 1)
    asked = len([a for a in arxiv.asked if a.path == bad])
    assert asked <= 4
    if reason == "withdrawn":
        assert (row["next_try"], wanted) == (None, "withdrawn")
    else:
        assert timedelta(minutes=50) < row["next_try"] - now() < timedelta(minutes=61)
    assert harvest().run.failed == 0  # not due
    assert len([a for a in arxiv.asked if a.path == bad]) == asked


def test_followed_redirect(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it follows a redirect of the same server to the same version, at the limiter's pace."""

    def script(asked: Asked) -> Act | None:
        if asked.kind == "pdf" and not asked.path.startswith("/pdf/moved/"):
            return Act(status=301, headers={"Location": asked.path.replace("/pdf/", "/pdf/moved/")})
        return None

    pdf = arxiv.pdf
    arxiv.pdf = lambda asked: pdf(replace(asked, path=asked.path.replace("/moved/", "/")))  # type: ignore[method-assign]
    arxiv.script = script
    assert harvest(most=3).run.fetched == 3
    assert_polite(arxiv)


def test_too_large(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it refuses a PDF beyond the limit, said or unsaid, and does not ask again."""
    monkeypatch.setattr("harvest.pdfs.download.MAX_PDF_BYTES", 600)
    arxiv.script = lambda asked: Act(cut_unannounced=True) if asked.number % 2 else None
    outcome = harvest()
    assert outcome.run.failed > 3
    with reading(db_path) as con:
        rows = rows_of(con, "SELECT DISTINCT reason, next_try FROM harvest_failures")
    assert [(r["reason"], r["next_try"]) for r in rows] == [("too_large", None)]


def test_schedule_of_retries() -> None:
    """it waits longer from try to try, and a month at most."""
    wanted = [Queued("1501.00003", 1, 0.5, "", tries) for tries in range(len(RETRY_AFTER_HOURS) + 1)]
    moment = datetime(2026, 1, 1)
    times = [failure_of(q, "html", "", moment).next_try for q in wanted]
    hours = [(t - moment) / timedelta(hours=1) for t in times if t]
    assert hours == sorted(hours) == list(RETRY_AFTER_HOURS)
    assert hours[-1] <= 31 * 24
    assert times[-1] is None


def test_given_up(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it tries a bad PDF as often as the schedule says, then gives it up until somebody says retry."""
    arxiv.script = lambda asked: Act(body=HTML) if asked.path == "/pdf/1501.00003v1" else None
    harvest()
    with writing(db_path) as con:
        con.execute(
            "UPDATE harvest_failures SET next_try = $now, tries = $n", {"now": now(), "n": len(RETRY_AFTER_HOURS)}
        )
    harvest()
    with reading(db_path) as con:
        failed = failures(con)
    assert [(f.tries, f.next_try) for f in failed] == [(len(RETRY_AFTER_HOURS) + 1, None)]
    before = len(arxiv.asked)
    harvest()
    assert not [a for a in arxiv.asked[before:] if a.kind == "pdf"]
    assert "given up" in paperflops(db_path, "harvest", "status").stdout
    arxiv.script = lambda asked: None
    run = paperflops(db_path, "harvest", "retry", "1501.00003", "--json")
    assert last_json(run.stdout)["fetched"] == 1
    assert_all_here(db_path, arxiv)
    assert "nothing has failed" in paperflops(db_path, "harvest", "retry").stdout


# --- kills ----------------------------------------------------------------------------------------------------------


def kill_at_random(arxiv: LoopbackArxiv, db: Path, *, kills: int, seed: int, longest: float) -> None:
    """Kills the harvest again and again at random moments, lets it end, and looks at what is there."""
    chance = random.Random(seed)
    command = [sys.executable, "-m", "paperflops", "--db", str(db), "harvest", "--benchmark", "imagenet"]
    for _ in range(kills):
        asked = len(arxiv.asked)
        child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while len(arxiv.asked) == asked and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)  # until it is at work: a kill during the imports shows nothing
        time.sleep(chance.uniform(0.0, longest))
        child.send_signal(signal.SIGKILL)
        child.wait()
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=dict(os.environ), timeout=300)
    assert run.returncode == 0, run.stderr
    assert_all_here(db, arxiv)
    before = len(arxiv.asked)
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (again.returncode, last_json(again.stdout)["fetched"]) == (0, 0)
    assert len(arxiv.asked) - before <= 4


def test_killed(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it goes on after a kill at any moment: nothing lost, nothing twice, the limit kept."""
    kill_at_random(arxiv, db_path, kills=2, seed=1, longest=0.6)


@pytest.mark.slow
@pytest.mark.parametrize("hostile", [False, True], ids=["quiet", "hostile"])
def test_killed_fifty_times(arxiv: LoopbackArxiv, db_path: Path, hostile: bool) -> None:
    """it goes on after fifty kills, against a server that misbehaves too."""
    arxiv.put(*some_papers(150, first=datetime(2016, 1, 1)))
    if hostile:
        lies = by_chance(5, 0.15, [FEED_LIES["short page, full total"], FEED_LIES["cut feed"], NETWORK["reset"]])
        arxiv.script = lambda asked: lies(asked) if asked.kind == "api" else None
    kill_at_random(arxiv, db_path, kills=50, seed=2, longest=1.0)
