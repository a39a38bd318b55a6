"""Papers shared out among people, each person's progress, and what each differs on with others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from curate.queue.assign import assign_papers
from curate.queue.plan import Asked
from curate.review import _first_of_each_paper
from db.errors import BadInputError
from db.models import Place, ReviewTask
from db.store import reading, writing
from db.tables.reviews import append_decisions, load_assignments, save_assignments
from tests.curate.command import paperflops
from tests.curate.invented import arxiv_id, fill, model_of, payloads_of
from tests.curate.test_queue import judge

MODELS = [model_of(n, 20.0 + m, 1e7, name=f"Net-{m}") for n in range(12) for m in range(1 + n % 3)]
TASKS = [ReviewTask(p.key, p.key, p) for p in payloads_of(MODELS)]


class TestAssigning:
    def test_whole_papers(self) -> None:
        """it gives each paper to one person, and everybody about as many records."""
        given = assign_papers(TASKS, ["ann", "bob"], {})
        assert sorted(given) == sorted({t.payload.arxiv_id for t in TASKS})
        assert all(len(who) == 1 for who in given.values())
        records = {who: sum(given[t.payload.arxiv_id] == [who] for t in TASKS) for who in ("ann", "bob")}
        assert abs(records["ann"] - records["bob"]) <= 3

    def test_stays(self) -> None:
        """it takes no paper from anybody, and gives a new person what is new."""
        before = assign_papers(TASKS[:10], ["ann", "bob"], {})
        after = assign_papers(TASKS, ["ann", "bob", "cleo"], before)
        assert not before.keys() & after.keys()
        assert sum(who == ["cleo"] for who in after.values()) >= 2

    @pytest.mark.parametrize(("share", "pairs"), [(0.0, 0), (1.0, 12)])
    def test_twice(self, share: float, pairs: int) -> None:
        """it gives a share of the papers to two people."""
        given = assign_papers(TASKS, ["ann", "bob", "cleo"], {}, share)
        assert sum(len(set(who)) == 2 for who in given.values()) == pairs

    def test_kept(self, db_path: Path) -> None:
        """it keeps who has which paper."""
        fill(db_path, MODELS)
        with writing(db_path) as con:
            assert save_assignments(con, {arxiv_id(1): ["ann"], arxiv_id(2): ["ann", "bob"]}) == 3
            assert save_assignments(con, {arxiv_id(1): ["ann"]}) == 0
            assert load_assignments(con)[arxiv_id(2)] == ("ann", "bob")


class TestStatus:
    @pytest.fixture
    def db(self, db_path: Path) -> Path:
        """Two people who differ on one value of two."""
        fill(db_path, MODELS[:3])
        first, second = MODELS[0], MODELS[1]
        with writing(db_path) as con:
            append_decisions(
                con,
                [
                    *(judge(m, c, "accept", who=who) for m in (first, second) for c in m[1] for who in ("ann", "bob")),
                    judge(second, second[1][0], "reject", who="bob"),
                ],
            )
            save_assignments(con, {arxiv_id(2): ["ann"]})
        return db_path

    def test_people(self, db: Path) -> None:
        """it tells each person's records, agreement with others, pace and what is assigned and open."""
        out = paperflops(db, "review", "status")
        (ann,) = [line for line in out.splitlines() if line.startswith("ann ")]
        assert ann.split()[1:3] == ["2", "4"]
        assert "agrees with others" in out
        assert "on which people differ" in out

    def test_own_disputes(self, db: Path) -> None:
        """it lists what one person and others differ on, and says so of somebody whom it does not know."""
        out = paperflops(db, "review", "status", "--person", "bob")
        assert "ann accepted; bob rejected" in out
        with reading(db):
            pass
        with pytest.raises(BadInputError, match="dan has answered nothing"):
            paperflops(db, "review", "status", "--person", "dan")

    def test_own_values(self, db: Path) -> None:
        """it lists what became of each value that the person gave: the page and words that print it, or a statement."""
        first = MODELS[0]
        place = Place(1, "has 9.9M parameters", ((1, 2, 3, 4),))
        with writing(db) as con:
            append_decisions(
                con,
                [
                    replace(judge(first, first[1][0], "correct"), value=12.5),
                    replace(judge(first, first[1][1], "correct"), value=9.9e6, place=place),
                ],
            )
        out = paperflops(db, "review", "status", "--person", "ann")
        assert "ann gave 2 values: 1 found in the paper, 1 kept as ann's own statement" in out
        (own,) = [line for line in out.splitlines() if line.endswith("own statement") and "12.5" in line]
        (found,) = [line for line in out.splitlines() if "page 1: has 9.9M parameters" in line]
        assert out.index(own) < out.index(found)
        assert "gave" not in paperflops(db, "review", "status", "--person", "bob")

    def test_by_pattern(self, db: Path) -> None:
        """it lists the patterns that people change most, with links to the pages."""
        with writing(db) as con:
            append_decisions(con, [judge(MODELS[2], MODELS[2][1][0], "reject")])
        out = paperflops(db, "review", "status", "--by-pattern")
        row = next(line.split() for line in out.splitlines() if line.startswith("score "))
        assert row[:4] == ["score", "test", "2", "1"]
        assert f"https://arxiv.org/pdf/{MODELS[2][0].arxiv_id}v1#page=1" in out


@pytest.mark.parametrize(("most", "kept"), [(1, [0, 3]), (2, [0, 1, 3, 4]), (9, [0, 1, 2, 3, 4])])
def test_no_paper_takes_it_all(most: int, kept: list[int]) -> None:
    """it leaves the records of a large paper that exceed one person's part of the limit for the next time."""
    asked = [Asked(str(n), ("2001.00001" if n < 3 else "2001.00002", 1), None) for n in range(5)]
    assert [int(a.key) for a in _first_of_each_paper(asked, most)] == kept
