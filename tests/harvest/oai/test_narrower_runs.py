"""A run that asks for less loses no papers: a plain run after it finds what it left out.

What every test of a row begins with is harvested once and copied: the first plain run of a source, or the first
narrower run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from db.store import now
from tests.harvest.conftest import Harvest, assert_all_here, harvests_into, new_paper, point_to
from tests.loopback_arxiv import LoopbackArxiv, ServedPaper, serving, some_papers

# The narrower run that comes between two plain ones, by the option that narrows it.
NARROWER: dict[str, dict[str, Any]] = {
    "--set": {"sets": ("math",)},
    "--set, another": {"sets": ("cs:cs:CL", "stat")},
    "--since": {"since": f"{now() - timedelta(days=2):%Y-%m-%d}"},
    "--benchmark": {"ids": ("coco",)},
    "--source search": {"source": "search"},
    "--source oai": {"source": "oai"},
    "--source oai --set": {"source": "oai", "sets": ("math",)},
    "--source oai --since": {"source": "oai", "since": f"{now() - timedelta(days=2):%Y-%m-%d}"},
    "--max 0": {"most": 0},
}
SOURCES = ("auto", "oai", "search")


def narrower(harvest: Harvest, option: str) -> None:
    """A run with the option."""
    order = {key: value for key, value in NARROWER[option].items() if key != "ids"}
    harvest(*NARROWER[option].get("ids", ()), **order)


@pytest.fixture(scope="module")
def arxiv() -> Iterator[LoopbackArxiv]:
    """The loopback arXiv of all these tests."""
    with serving() as server:
        yield server


Begun = Callable[[str], Path]


@pytest.fixture(scope="module")
def begun(arxiv: LoopbackArxiv, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """The database after a first run, made when it is first asked for: "after SOURCE" three days ago, or "OPTION"."""
    made: dict[str, Path] = {}

    def after(first: str) -> Path:
        if first not in made:
            folder = tmp_path_factory.mktemp("begun")
            made[first] = folder / "paperflops.duckdb"
            harvest = harvests_into(made[first])
            with pytest.MonkeyPatch.context() as patch:
                point_to(arxiv, folder, patch)
                if first in NARROWER:
                    narrower(harvest, first)
                else:
                    arxiv.now = lambda: now() - timedelta(days=3)
                    harvest(source=first.removeprefix("after "))
                    arxiv.now = now
        return made[first]

    return after


@pytest.fixture
def goes_on(
    arxiv: LoopbackArxiv, begun: Begun, db_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, list[ServedPaper]], Harvest]:
    """Harvests into a copy of the database after a first run, with the papers that this arXiv had then."""

    def copied(first: str, papers: list[ServedPaper]) -> Harvest:
        arxiv.papers = {p.arxiv_id: p for p in papers}
        shutil.copytree(begun(first).parent, db_path.parent, dirs_exist_ok=True)
        arxiv.asked.clear()
        point_to(arxiv, db_path.parent, monkeypatch)
        return harvests_into(db_path)

    return copied


GoesOn = Callable[[str, list[ServedPaper]], Harvest]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("option", NARROWER)
def test_narrower_between(arxiv: LoopbackArxiv, goes_on: GoesOn, db_path: Path, option: str, source: str) -> None:
    """it finds, by a plain run, what came while runs with the option were made."""
    harvest = goes_on(f"after {source}", some_papers(12))
    arxiv.put(new_paper(1), new_paper(2, set_spec="math:math:ST"), new_paper(3, set_spec="cs:cs:CL"))
    arxiv.put(replace(new_paper(4), changed=now().date() - timedelta(days=2)))
    narrower(harvest, option)
    narrower(harvest, option)
    assert harvest(source=source).exit_code == 0
    assert_all_here(db_path, arxiv)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("option", NARROWER)
def test_narrower_first(arxiv: LoopbackArxiv, goes_on: GoesOn, db_path: Path, option: str, source: str) -> None:
    """it finds everything by a plain run after a first one with the option."""
    new = [new_paper(1), new_paper(2, set_spec="math:math:ST"), new_paper(3, old=True)]
    harvest = goes_on(option, [*some_papers(12), *new])
    assert harvest(source=source).exit_code == 0
    assert_all_here(db_path, arxiv)
    before = len(arxiv.asked)
    assert harvest(source=source).run.new_papers == 0
    assert len(arxiv.asked) - before <= 6
