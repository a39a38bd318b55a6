"""OAI-PMH lists that lie, break off or never begin, and clocks that are wrong: in the end every paper is here once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.store import now
from tests.harvest.conftest import (
    Harvest,
    assert_all_here,
    papers_of,
    until_done,
)
from tests.loopback_arxiv import HTML, Act, LoopbackArxiv, ServedPaper, drop_last, nothing, some_papers

DAYS = 40
SINCE = f"{now() - timedelta(days=DAYS + 2):%Y-%m-%d}"


@pytest.fixture
def backlog(arxiv: LoopbackArxiv) -> LoopbackArxiv:
    """Enough new papers for an OAI-PMH list of several answers."""
    arxiv.papers.clear()
    start = (now() - timedelta(days=DAYS)).replace(microsecond=0)
    arxiv.put(*some_papers(DAYS, first=start, step=timedelta(days=1)))
    return arxiv


@pytest.mark.parametrize(
    "act",
    [
        Act(drop=nothing, total=DAYS),
        Act(drop=drop_last, total=DAYS),
        pytest.param(Act(body=HTML), marks=pytest.mark.slow),
        pytest.param(Act(cut=0.5, cut_unannounced=True), marks=pytest.mark.slow),
        Act(oai_error="badResumptionToken"),
        pytest.param(Act(oai_error="noRecordsMatch"), marks=pytest.mark.slow),
    ],
    ids=["empty", "short", "html", "cut", "expired", "none"],
)
def test_oai_lies(backlog: LoopbackArxiv, harvest: Harvest, db_path: Path, act: Act) -> None:
    """it is not fooled by a list that breaks off, shows less than it announces, or forgets its tokens."""
    backlog.script = lambda asked: act if asked.kind == "oai" and asked.number in (1, 2, 6) else None
    until_done(harvest, db_path, source="oai", since=SINCE, most=0)
    assert len(papers_of(db_path)) == DAYS


def test_empty_list_is_confirmed(backlog: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it asks again before it believes that nothing has changed."""
    backlog.script = lambda asked: (
        Act(oai_error="noRecordsMatch") if asked.kind == "oai" and asked.number == 0 else None
    )
    assert harvest(source="oai", since=SINCE, most=0).exit_code == 0
    assert len(papers_of(db_path)) == DAYS


def test_tokens_that_never_work(backlog: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it reads ever shorter lists where tokens expire before they can be used."""
    backlog.script = lambda asked: Act(oai_error="badResumptionToken") if "resumptionToken" in asked.query else None
    assert harvest(source="oai", since=SINCE, most=0).exit_code == 0
    assert len(papers_of(db_path)) == DAYS


def test_broken_off_list_goes_on(backlog: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it goes on with the token of a list that a dead server broke off."""
    backlog.script = lambda asked: Act(status=503) if asked.kind == "oai" and 2 <= asked.number < 9 else None
    assert harvest(source="oai", since=SINCE, most=0).exit_code == 75
    before = len(backlog.asked)
    assert harvest(source="oai", since=SINCE, most=0).exit_code == 0
    assert "resumptionToken" in backlog.asked[before].query
    assert len(papers_of(db_path)) == DAYS


def test_server_that_lies_about_the_date(arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path) -> None:
    """it does not set its mark into the future because a server's clock does."""
    arxiv.now = lambda: datetime(2031, 1, 1)
    harvest()
    arxiv.now = now
    arxiv.put(
        ServedPaper("2611.09999", "ImageNet at last", "On ImageNet.", datetime(2026, 11, 1), changed=now().date())
    )
    assert harvest().run.new_papers == 1


@pytest.mark.parametrize("years", [-8, pytest.param(8, marks=pytest.mark.slow)])
def test_clock_that_jumps(
    arxiv: LoopbackArxiv, harvest: Harvest, db_path: Path, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """it leaves no gap and keeps the limit when this machine's clock is set back or ahead and right again."""
    arxiv.put(*some_papers(6, first=now().replace(microsecond=0) - timedelta(days=40), step=timedelta(days=3)))
    real, shift = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + shift[0])
    wrong = timedelta(days=365 * years)
    for module in ("harvester", "at_work", "oai.changes", "pdfs.fetch", "search.windows", "pdfs.download"):
        monkeypatch.setattr(f"harvest.{module}.now", lambda: now() + wrong * bool(shift[0]))
    shift[0] = wrong.total_seconds()
    assert harvest().exit_code == 0
    shift[0] = 0.0
    later = now().replace(microsecond=0)
    arxiv.put(ServedPaper(f"{later:%y%m}.09999", "ImageNet at last", "On ImageNet.", later, changed=later.date()))
    assert harvest().exit_code == 0
    assert_all_here(db_path, arxiv)
    before = len(arxiv.asked)
    harvest()
    assert len(arxiv.asked) - before <= 6
