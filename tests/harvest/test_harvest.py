"""`paperflops harvest` against a loopback arXiv that behaves."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from db.errors import BadInputError
from db.settings import pdf_path
from db.store import now, reading, rows_of, writing
from db.tables.harvests import failures, last_runs, load_marks, load_watermarks, queue_counts
from db.tables.papers import load_paper
from harvest.lock import harvest_lock
from harvest.polite.endpoints import read_endpoints
from paperflops import main
from tests.harvest.conftest import ROOT, Harvest, assert_all_here, assert_polite, last_json, paperflops, papers_of
from tests.loopback_arxiv import HTML, Act, LoopbackArxiv, ServedPaper, some_papers


def test_complete(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it brings every matching paper once with its whole PDF, and nothing that does not match."""
    arxiv.put(ServedPaper("1501.00999", "On something else", "Nothing of interest here.", datetime(2015, 1, 9)))
    outcome = harvest()
    assert (outcome.exit_code, outcome.run.found, outcome.run.fetched) == (0, 12, 12)
    assert_all_here(db_path, arxiv, but={"1501.00999"})
    assert ("1501.00999", 1) not in papers_of(db_path)


def test_metadata(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it saves what the feed and OAI-PMH say of a paper, the licence from OAI-PMH included."""
    arxiv.put(replace(arxiv.papers["1501.00001"], comment="12 pages", changed=now().date()))
    harvest()
    with reading(db_path) as con:
        paper = load_paper(con, "1501.00001")
    assert paper is not None
    assert paper.authors == ("Ada Author", "Ben Author", "Cy Author")
    assert (paper.comment, paper.license) == ("12 pages", "http://creativecommons.org/licenses/by/4.0/")
    assert (paper.published, paper.found_by) == (date(2015, 1, 5), ("imagenet",))


@pytest.mark.parametrize("source", ["auto", "search"])
def test_second_run(arxiv: LoopbackArxiv, harvest: Harvest, source: str) -> None:
    """it asks for next to nothing the second time and fetches nothing."""
    harvest(source=source)
    before = len(arxiv.asked)
    outcome = harvest(source=source)
    assert (outcome.exit_code, outcome.run.new_papers, outcome.run.fetched) == (0, 0, 0)
    assert len(arxiv.asked) - before <= 4  # one list, or one question a term; an empty answer is confirmed
    assert not [a for a in arxiv.asked[before:] if a.kind == "pdf"]


@pytest.mark.parametrize("source", ["auto", "search"])
def test_new_papers(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, source: str) -> None:
    """it finds the next day's papers."""
    harvest(source=source)
    today = now().replace(microsecond=0)
    arxiv.put(
        ServedPaper(f"{today:%y%m}.09999", "ImageNet at last", "We train on ImageNet.", today, changed=today.date())
    )
    outcome = harvest(source=source)
    assert (outcome.run.new_papers, outcome.run.fetched) == (1, 1)
    assert_all_here(db_path, arxiv)


def test_late_announcement(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it finds a paper that was submitted before the last search and announced after it, by search alone too."""
    harvest(source="search")
    held = now().replace(microsecond=0) - timedelta(days=10)
    arxiv.put(ServedPaper(f"{held:%y%m}.09998", "Held by moderators", "On ImageNet.", held))
    assert harvest(source="search").run.new_papers == 1


def test_new_version(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it notices a new version, even one that no term matches, and keeps it beside the old one."""
    harvest()
    old = arxiv.papers["1501.00001"]
    arxiv.put(replace(old, version=2, title="Renamed", abstract="No data set is named.", changed=now().date()))
    outcome = harvest()
    assert (outcome.run.new_versions, outcome.run.fetched) == (1, 1)
    papers = papers_of(db_path)
    assert pdf_path(db_path, papers["1501.00001", 1]["pdf_sha256"]).read_bytes() == old.pdf
    assert pdf_path(db_path, papers["1501.00001", 2]["pdf_sha256"]).read_bytes() == arxiv.papers["1501.00001"].pdf


def test_superseded_before_it_was_fetched(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it does not fetch a version that a newer one has replaced in the meantime."""
    harvest(most=0)
    arxiv.put(replace(arxiv.papers["1501.00001"], version=3, changed=now().date()))
    harvest()
    assert "/pdf/1501.00001v3" in {a.path for a in arxiv.asked}
    assert "/pdf/1501.00001v1" not in {a.path for a in arxiv.asked}
    with reading(db_path) as con:
        assert ("superseded", "superseded by a later version", 1) in queue_counts(con)


def test_older_version_changes_nothing(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it is not fooled by a stale index that shows an older version again."""
    arxiv.put(replace(arxiv.papers["1501.00001"], version=2))
    harvest(source="search")
    arxiv.put(replace(arxiv.papers["1501.00001"], version=1, changed=now().date()))
    outcome = harvest()
    assert (outcome.run.new_versions, outcome.run.fetched) == (0, 0)
    assert ("1501.00001", 1) not in papers_of(db_path)


def test_withdrawn(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it records a withdrawn paper with its reason and does not ask for its PDF again."""
    said = replace(arxiv.papers["1501.00001"], comment="This paper has been withdrawn by the author due to an error.")
    unsaid = replace(arxiv.papers["1501.00002"], withdrawn=True)
    other = replace(arxiv.papers["1501.00003"], comment="Supersedes arXiv:1402.0001, which has been withdrawn")
    arxiv.put(replace(said, withdrawn=True), unsaid, other)
    harvest()
    papers = papers_of(db_path)
    assert [papers[f"1501.0000{n}", 1]["withdrawn"] for n in (1, 2, 3)] == [True, True, False]
    assert papers["1501.00003", 1]["pdf_sha256"]
    with reading(db_path) as con:
        assert sum(count for state, _, count in queue_counts(con) if state == "withdrawn") == 2
    before = len(arxiv.of_kind("pdf"))
    harvest()
    assert len(arxiv.of_kind("pdf")) == before
    assert "/pdf/1501.00001v1" not in {a.path for a in arxiv.asked}


def test_withdrawn_by_oai(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it notices a later version that is a withdrawal, and keeps the PDF of the earlier one."""
    harvest()
    arxiv.put(replace(arxiv.papers["1501.00001"], version=2, withdrawn=True, changed=now().date()))
    assert harvest().exit_code == 0
    papers = papers_of(db_path)
    assert papers["1501.00001", 2]["withdrawn"]
    assert papers["1501.00001", 1]["pdf_sha256"]
    assert "/pdf/1501.00001v2" not in {a.path for a in arxiv.asked}


def test_deleted(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it marks a paper that arXiv deleted, and takes its PDF off the queue."""
    harvest(most=4)
    waiting = next(key for key, row in papers_of(db_path).items() if row["pdf_sha256"] is None)
    arxiv.put(replace(arxiv.papers[waiting[0]], deleted=True, changed=now().date()))
    harvest()
    assert papers_of(db_path)[waiting]["withdrawn"]
    assert_all_here(db_path, arxiv)


def test_most_relevant_first(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it spends --max on papers that train and report, and lets surveys wait with the reason."""
    outcome = harvest(most=10)
    assert (outcome.run.found, outcome.run.fetched, outcome.run.waiting) == (12, 10, 2)
    fetched = [row["title"] for row in papers_of(db_path).values() if row["pdf_sha256"]]
    assert not [title for title in fetched if "survey" in title]
    with reading(db_path) as con:
        assert ("waiting", "beyond --max 10", 2) in queue_counts(con)
    assert harvest(most=10).run.fetched == 2
    assert_all_here(db_path, arxiv)


@pytest.mark.parametrize("source", ["search", "oai"])
def test_since(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, source: str) -> None:
    """it takes papers first submitted since the date, whichever way it finds them."""
    arxiv.put(*some_papers(3, first=now().replace(microsecond=0) - timedelta(days=20)))
    arxiv.put(replace(arxiv.papers["1501.00001"], changed=now().date()))
    harvest(since=f"{now() - timedelta(days=30):%Y-%m-%d}", source=source)
    expected = {p.arxiv_id for p in arxiv.papers.values() if p.submitted.year > 2015}
    assert {key[0] for key in papers_of(db_path)} == expected


def test_earlier_since_later(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it searches only the time that was missing when an earlier date is asked for."""
    harvest(since="2015-01-15")
    before = len(arxiv.asked)
    harvest(since="2015-01-01")
    assert_all_here(db_path, arxiv)
    asked = [a.query["search_query"] for a in arxiv.asked[before:] if a.kind == "api"]
    assert any("[201501010000 TO 201501142359]" in q for q in asked)


def test_oai_alone(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it can make the whole backfill by OAI-PMH."""
    arxiv.put(*some_papers(30, first=datetime(2016, 1, 1)))
    outcome = harvest(source="oai")
    assert (outcome.exit_code, outcome.run.found) == (0, 42)
    assert_all_here(db_path, arxiv)
    assert not arxiv.of_kind("api")


def test_one_pass_for_all(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it asks once for a term that two benchmarks share, and reads one list of changes for all."""
    arxiv.put(*some_papers(2, term="WMT 2014", first=datetime(2017, 1, 1)))
    outcome = harvest("wmt14_en_de", "wmt14_en_fr", "imagenet")
    assert outcome.run.found == 14
    questions = [a.query["search_query"] for a in arxiv.of_kind("api")]
    assert sum('all:"WMT 2014"' in q for q in questions) == 1
    with reading(db_path) as con:
        rows = rows_of(con, "SELECT DISTINCT benchmark, term FROM found_by ORDER BY ALL")
    assert [(r["benchmark"], r["term"]) for r in rows] == [
        ("imagenet", "ImageNet"), ("wmt14_en_de", "WMT 2014"), ("wmt14_en_fr", "WMT 2014"),
    ]  # fmt: skip


def test_benchmark_added_later(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it gives a benchmark that is added later what its terms have found before, without searching all again."""
    arxiv.put(*some_papers(2, term="WMT 2014", first=datetime(2017, 1, 1)))
    harvest("wmt14_en_de")
    harvest("wmt14_en_fr")
    with reading(db_path) as con:
        rows = rows_of(con, "SELECT benchmark, count(DISTINCT arxiv_id) AS n FROM found_by GROUP BY 1")
    assert {r["benchmark"]: r["n"] for r in rows} == {"wmt14_en_de": 2, "wmt14_en_fr": 2}


def test_added_from_disk(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, tmp_path: Path) -> None:
    """it does not fetch a PDF that was added from disk, and completes its metadata."""
    paper = arxiv.papers["1501.00001"]
    (tmp_path / "1501.00001v1.pdf").write_bytes(paper.pdf)
    paperflops(db_path, "add", str(tmp_path / "1501.00001v1.pdf"))
    harvest()
    assert "/pdf/1501.00001v1" not in {a.path for a in arxiv.asked}
    assert_all_here(db_path, arxiv)


def test_old_ids(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it harvests papers with identifiers of the old form."""
    arxiv.put(ServedPaper("cs/0612001", "Early ImageNet", "ImageNet before its time.", datetime(2006, 12, 1)))
    harvest()
    assert_all_here(db_path, arxiv)


def test_user_agent(arxiv: LoopbackArxiv, harvest: Harvest, monkeypatch: pytest.MonkeyPatch) -> None:
    """it says who it is and whom to write to, in every request."""
    monkeypatch.setenv("PAPERFLOPS_ARXIV_CONTACT", "ops@example.org")
    harvest(most=1)
    assert all(re.match(r"paperflops/\d.* \(ops@example\.org", a.agent) for a in arxiv.asked)


def test_page_and_window_limits(
    arxiv: LoopbackArxiv, harvest: Harvest, monkeypatch: pytest.MonkeyPatch, db_path: Path
) -> None:
    """it splits a period with too many papers by date, and no query goes beyond the limits."""
    monkeypatch.setattr("harvest.search.windows.WINDOW_LIMIT", 4)
    monkeypatch.setattr("harvest.search.windows.PAGE_SIZE", 3)
    assert harvest(source="search", since="2014-01-01", most=0).exit_code == 0
    assert len(papers_of(db_path)) == 12
    for asked in arxiv.of_kind("api"):
        assert int(asked.query["start"]) + int(asked.query["max_results"]) <= 4 + 3
    with reading(db_path) as con:
        left = rows_of(con, "SELECT term, state FROM harvest_windows ORDER BY term")
    assert [(r["term"], r["state"]) for r in left] == [("ILSVRC", "complete"), ("ImageNet", "complete")]


def test_server_without_dates(
    arxiv: LoopbackArxiv, harvest: Harvest, monkeypatch: pytest.MonkeyPatch, db_path: Path
) -> None:
    """it does not split for ever where the server takes no notice of dates."""
    monkeypatch.setattr("harvest.search.windows.WINDOW_LIMIT", 4)
    monkeypatch.setattr("harvest.search.windows.PAGE_SIZE", 3)
    search = arxiv.search
    monkeypatch.setattr(arxiv, "search", lambda query: search(re.sub(r" AND submittedDate.*", "", query)))
    assert harvest(source="search", most=0).exit_code == 0
    assert len(papers_of(db_path)) == 12
    assert len(arxiv.asked) < 40


def test_command_line(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it prints a summary and one line of JSON; status says where things stand; a dry run fetches nothing."""
    dry = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--dry-run")
    assert dry.returncode == 0
    assert "ImageNet (for imagenet): 1991-08-01 to" in dry.stdout
    assert {a.kind for a in arxiv.asked} == {"api"}
    assert not db_path.exists()
    run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--max", "5")
    assert run.returncode == 0, run.stderr
    line = last_json(run.stdout)
    assert (line["outcome"], line["exit_code"], line["found"], line["fetched"], line["waiting"]) == (
        "done",
        0,
        12,
        5,
        7,
    )
    assert "12 papers found (12 new" in run.stdout
    before = len(arxiv.asked)
    dry = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--dry-run")
    assert "7 of the 7 that are due" in dry.stdout
    assert len(arxiv.asked) == before
    status = paperflops(db_path, "harvest", "status")
    assert status.returncode == 0
    assert "backlog    7 PDFs wait" in status.stdout
    assert "beyond --max 5" in status.stdout
    assert re.search(r"imagenet +1991-08-01 to 20\d\d-\d\d-\d\d +20\d\d-\d\d-\d\d", status.stdout)


def test_several_benchmarks(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it takes several ids after one --benchmark, or with commas."""
    run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "cifar10,cifar100", "--max", "0", "--json")
    assert last_json(run.stdout)["benchmarks"] == ["cifar10", "cifar100", "imagenet"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["harvest", "--benchmark", "imagenette"], 2, "known: imagenet, cifar10"),
        (["harvest"], 2, "which benchmarks?"),
        (["harvest", "--all", "--since", "last week"], 2, "write it like 2020-01-31"),
        (["harvest", "status"], 2, "there is no database"),
    ],
)
def test_mistakes(
    arxiv: LoopbackArxiv, db_path: Path, words: list[str], code: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """it answers a mistake with one line that says what is known."""
    monkeypatch.setattr(sys, "argv", ["paperflops", "--db", str(db_path), *words])
    with pytest.raises(SystemExit) as end:
        main()
    error = capsys.readouterr().err
    assert end.value.code == code
    assert said in error
    assert len(error.strip().splitlines()) == 1
    assert not arxiv.asked


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"PAPERFLOPS_ARXIV_API_URL": "https://export.arxiv.org/api/query"},
            "only a loopback address may be asked faster",
        ),
        ({"PAPERFLOPS_ARXIV_PDF_URL": ""}, "only a loopback address may be asked faster"),
        ({"PAPERFLOPS_ARXIV_DELAY": "soon"}, "write a number of seconds"),
        ({"PAPERFLOPS_ARXIV_DELAY": "-1"}, "write a number of seconds"),
        ({"PAPERFLOPS_ARXIV_API_URL": "arxiv.org"}, "no base URL"),
    ],
)
def test_settings(arxiv: LoopbackArxiv, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: str) -> None:
    """it refuses to ask arXiv faster than arXiv allows, and settings that mean nothing."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadInputError, match=said):
        read_endpoints()


def test_no_network(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it says in one line that nobody is there, with exit code 75, and goes on later."""
    arxiv.stop()
    run = paperflops(db_path, "harvest", "--benchmark", "imagenet", "--json")
    assert run.returncode == 75
    assert run.stderr.splitlines() == [
        f"paperflops: {arxiv.url} can't be reached: Connection refused; is there a network? what was done is saved; "
        "run again later"
    ]
    line = last_json(run.stdout)
    assert (line["outcome"], line["exit_code"]) == ("stopped", 75)


@pytest.mark.parametrize("missing", ["API", "OAI", "PDF"])
@pytest.mark.parametrize("words", [["harvest", "--all"], ["harvest", "--all", "--dry-run"], ["harvest", "retry"]])
def test_rehearsal_that_could_reach_arxiv(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], missing: str, words: list[str],
) -> None:  # fmt: skip
    """it asks nobody where one of the three addresses is this machine's own and another is not, however slow it is."""
    if "retry" in words:
        arxiv.script = lambda asked: Act(body=HTML) if asked.path == "/pdf/1501.00003v1" else None
        harvest()
    before = len(arxiv.asked)
    monkeypatch.delenv(f"PAPERFLOPS_ARXIV_{missing}_URL")
    monkeypatch.setenv("PAPERFLOPS_ARXIV_DELAY", "3")
    monkeypatch.setattr(sys, "argv", ["paperflops", "--db", str(db_path), *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert f"set PAPERFLOPS_ARXIV_{missing}_URL to a loopback address too" in capsys.readouterr().err
    assert len(arxiv.asked) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["1501.00044"], 2, "is not in the database; did you mean 1501.00004?"),
        (["1501.00003", "nonsense"], 2, "nonsense is no arXiv id"),
        (["1501.00004"], 0, "1501.00004 has not failed: its PDF is here"),
        (["1501.00003v2"], 2, "is not in the database"),
    ],
)
def test_retry_of_others(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str,
) -> None:  # fmt: skip
    """it refuses an id that it does not know, and says of one that has not failed how it stands."""
    arxiv.script = lambda asked: Act(body=HTML) if asked.path == "/pdf/1501.00003v1" else None
    harvest()
    before = len(arxiv.asked)
    monkeypatch.setattr(sys, "argv", ["paperflops", "--db", str(db_path), "harvest", "retry", *words])
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code or 0) == code
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert len(arxiv.asked) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(arxiv: LoopbackArxiv, db_path: Path, number: signal.Signals) -> None:
    """it ends with one line on Ctrl-C, or when a service is stopped, and goes on from there."""
    command = [sys.executable, "-m", "paperflops", "--db", str(db_path), "harvest", "--benchmark", "imagenet"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    arxiv.script = lambda asked: time.sleep(0.05)  # type: ignore[func-returns-value]
    while not arxiv.of_kind("pdf"):
        time.sleep(0.01)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert last_json(out)["outcome"] == "stopped"
    assert "interrupted; what was done is saved" in err.splitlines()[-1]
    assert paperflops(db_path, "harvest", "--benchmark", "imagenet").returncode == 0
    assert_all_here(db_path, arxiv)


def test_two_databases_at_once(arxiv: LoopbackArxiv, tmp_path: Path) -> None:
    """it keeps the limit, and one connection, when two harvests into two databases run at once."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "paperflops", "--db", f"{tmp_path}/{n}.db", "harvest", "--benchmark", "imagenet"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for n in range(2)
    ]  # fmt: skip
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    assert len(arxiv.of_kind("pdf")) == 24
    assert_polite(arxiv)


def test_two_at_once(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it says who is at work when a harvest is already running, and leaves with exit code 75."""
    with harvest_lock(db_path):
        run = paperflops(db_path, "harvest", "--benchmark", "imagenet")
    assert run.returncode == 75
    assert re.search(r"another harvest is at work on .*: process \d+ on \S+ since 20", run.stderr)
    assert not arxiv.asked
    assert paperflops(db_path, "harvest", "--benchmark", "imagenet", "--max", "0").returncode == 0


@pytest.mark.slow
def test_database_in_use(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it says who holds the database, with exit code 75."""
    monkeypatch.setattr("db.store.LOCK_WAIT_SECONDS", 0.2)
    with writing(db_path):
        pass
    import duckdb

    with duckdb.connect(str(db_path)) as holder:
        holder.execute("SELECT 1")
        run = paperflops(db_path, "harvest", "--benchmark", "imagenet")
    assert run.returncode == 75
    assert "Traceback" not in run.stderr


def test_runs_are_kept(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it keeps each run with what it found, and each benchmark's mark."""
    harvest()
    harvest()
    with reading(db_path) as con:
        runs, marks, failed = last_runs(con, 5), load_marks(con), failures(con)
        watermarks = load_watermarks(con)
    assert [r.outcome for r in runs] == ["done", "done"]
    assert runs[-1].requests > 12 > runs[0].requests
    assert marks["imagenet"].searched
    assert watermarks["imagenet", ""].read_to == now().date()
    assert not failed
