"""No option loses papers: each run moves the watermarks of what it asked for, and of nothing wider."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from db.errors import UnknownNameError
from db.store import migrate, now, reading, rows_of, writing
from db.tables.harvests import load_marks, load_watermarks, save_watermarks
from harvest.oai.sets import checked_sets, contains, known_sets
from harvest.oai.watermarks import Wanted, start_of
from tests.harvest.conftest import Harvest, assert_all_here, new_paper, paperflops, papers_of
from tests.loopback_arxiv import LoopbackArxiv


def test_set_goes_on_from_the_whole(arxiv: LoopbackArxiv, harvest: Harvest) -> None:
    """it reads a set from where the whole archive was read to, not from the beginning."""
    harvest(source="oai")
    before = len(arxiv.asked)
    harvest(source="oai", sets=("cs",))
    assert {a.query["from"] for a in arxiv.asked[before:]} == {f"{now():%Y-%m-%d}"}


def test_several_sets(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it reads each set that was asked for, and none else."""
    harvest()
    arxiv.put(new_paper(1), new_paper(2, set_spec="stat:stat:ML"), new_paper(3, set_spec="math:math:ST"))
    before = len(arxiv.asked)
    assert harvest(sets=("cs", "stat")).run.new_papers == 2
    assert {a.query.get("set") for a in arxiv.asked[before:] if a.kind == "oai"} == {"cs", "stat"}
    assert harvest().run.new_papers == 1


def test_terms_that_are_new_to_oai(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it reads OAI-PMH from the beginning for a term that the last run did not know."""
    from db.reference.benchmarks import SearchTerm
    from db.reference.benchmarks import benchmark as load

    nothing = (SearchTerm(("Nothing",)),)
    monkeypatch.setattr("tests.harvest.conftest.benchmark", lambda name: replace(load(name), search_terms=nothing))
    harvest(source="oai")
    monkeypatch.undo()
    for name, value in arxiv.environment(0.01).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PAPERFLOPS_ARXIV_LOCK", str(db_path.parent / "limiter.lock"))
    harvest(source="oai")
    assert_all_here(db_path, arxiv)


def test_database_whose_watermark_a_set_moved(db_path: Path) -> None:
    """it reads changes again from the day before the first run, once, in a database of the time before."""
    con = duckdb.connect(str(db_path))
    migrate(con, last_step=30)
    con.execute("INSERT INTO harvest_runs (run, started_at, settings) VALUES ('a', '2026-03-05', '{}')")
    values = "'imagenet', ['ImageNet'], '1991-08-01', '2026-03-06', true, '2026-09-01', '2026-09-01'"
    con.execute(f"INSERT INTO harvest_marks VALUES ({values})")
    con.close()
    with reading(db_path) as con:
        mark = load_marks(con)["imagenet"]
        assert load_watermarks(con) == {}
    assert mark.oai_from == datetime(2026, 3, 4).date()
    again = start_of(Wanted("imagenet", "", ("ImageNet",), mark.since), mark, {})
    assert again.read_to == mark.oai_from


# --- watermarks in the future -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["auto", "oai"])
def test_future_watermark(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, source: str) -> None:
    """it does not believe a watermark in the server's future: it says so and reads from the last good run."""
    harvest(source=source)
    with writing(db_path) as con:
        known = load_watermarks(con)
        save_watermarks(con, [replace(w, read_to=datetime(2031, 1, 1).date()) for w in known.values()])
    arxiv.put(new_paper(1))
    assert harvest(source=source).run.new_papers == 1
    with reading(db_path) as con:
        assert load_watermarks(con)["imagenet", ""].read_to == now().date()
        notes = rows_of(con, "SELECT subject, message FROM harvest_notes WHERE kind = 'clock'")
    assert [n["subject"] for n in notes] == ["imagenet"]
    assert "2031-01-01, which is after" in notes[0]["message"]


def test_future_watermark_after_narrow_runs(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it goes back to the last run that read all changes, not to a later one of a set, of citations, or a retry."""
    arxiv.now = lambda: now() - timedelta(days=30)
    harvest()
    arxiv.now = now
    with writing(db_path) as con:
        con.execute("UPDATE harvest_runs SET started_at = started_at - INTERVAL 20 DAY")
    arxiv.put(replace(new_paper(1), changed=now().date() - timedelta(days=10)))
    harvest(sets=("math",))
    harvest(source="none", cited=True)
    harvest(only=set())
    with writing(db_path) as con:
        known = load_watermarks(con)
        save_watermarks(con, [replace(w, read_to=datetime(2031, 1, 1).date()) for w in known.values()])
    assert harvest().run.new_papers == 1
    assert_all_here(db_path, arxiv)


def test_future_of_the_server(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it goes by the server's date where the clock here is ahead, too."""
    harvest(source="oai")
    with writing(db_path) as con:
        known = load_watermarks(con)
        save_watermarks(con, [replace(w, read_to=datetime(2031, 1, 1).date()) for w in known.values()])
    arxiv.put(new_paper(1))
    for module in ("harvester", "at_work", "oai.changes", "pdfs.fetch", "search.windows", "pdfs.download"):
        monkeypatch.setattr(f"harvest.{module}.now", lambda: datetime(2033, 1, 1))
    assert harvest(source="oai").run.new_papers == 1


def test_future_search(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it searches again what says that it was asked in the future."""
    harvest(source="search")
    with writing(db_path) as con:
        con.execute("UPDATE harvest_windows SET asked_at = '2031-01-01', period_to = '2031-01-02'")
        con.execute("UPDATE harvest_marks SET horizon = '2031-01-02'")
    arxiv.put(new_paper(1))
    assert harvest(source="search").run.new_papers == 1


# --- names of sets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cs.CV", "did you mean cs:cs:CV"),
        ("cs:CV", "cs:cs:CV"),
        ("maths", "did you mean math"),
        ("CL", "cs:cs:CL"),
        ("physics:hepex", "physics:hep-ex"),
        ("xyzzy-plugh", "sets begin with one of: cs, econ"),
    ],
)
def test_unknown_set(name: str, said: str) -> None:
    """it refuses a set that arXiv does not have and suggests the nearest."""
    with pytest.raises(UnknownNameError, match=said):
        checked_sets([name])


def test_unknown_set_on_the_command_line(arxiv: LoopbackArxiv, db_path: Path) -> None:
    """it answers with one line, asks nothing and makes no database."""
    run = paperflops(db_path, "harvest", "--all", "--set", "cs:cs:CV", "cs.LG")
    assert run.returncode == 2
    assert run.stderr == "paperflops: arXiv has no set 'cs.LG'; did you mean cs:cs:LG?\n"
    assert not arxiv.asked
    assert not db_path.exists()


def test_known_sets() -> None:
    """it knows groups, archives and categories, and drops sets within others."""
    known = set(known_sets())
    assert {"cs", "cs:cs", "cs:cs:CV", "physics:hep-ex", "physics:astro-ph:CO", "stat:stat:ML"} <= known
    assert checked_sets(["cs:cs:CV,cs", "stat"]) == ("cs", "stat")
    assert contains("", "math") and contains("cs", "cs:cs:CV") and not contains("cs", "csx")


def test_papers_of_other_sets(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it keeps the papers that a set gave when the whole is read later."""
    arxiv.put(new_paper(1, set_spec="math:math:ST"))
    harvest(source="oai", sets=("math",))
    assert len(papers_of(db_path)) == 1
    harvest(source="oai")
    assert_all_here(db_path, arxiv)
