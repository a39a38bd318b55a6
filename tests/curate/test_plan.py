"""The plan in columns says what the pages of the queue say: what waits, in which order, and how the rest stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from curate.queue.load import load_queue
from curate.queue.order import STRATEGIES, in_order
from curate.queue.outlines import outlines_of
from curate.queue.plan import load_plan
from db.models import Candidate, Outcome, RecordValue, Verdict
from db.store import Connection, now, reading, writing
from db.tables import outlines
from db.tables.auto_accept import AutoAcceptRule, set_auto_accept
from db.tables.curated import rebuild_curated
from db.tables.outlines import refresh_outlines
from db.tables.readings import Reading, save_readings
from db.tables.reviews import Witness, append_decisions, save_witnesses
from tests.curate.invented import Read, fill, model_of
from tests.curate.test_queue import ON_A_LINE, judge

MODELS: list[Read] = [
    *ON_A_LINE,
    *(
        model_of(70 + n // 5, 15.0 + n, 1e7 * (n + 1) if n % 2 else None, 0.5 + n / 40, name=f"Net-{n} x{n % 3}")
        for n in range(20)
    ),
]


# Two numbers of parameters: the page shows the one of page 1 first, the curated table the one of the lesser key.
_RECORD, (_SCORE, _PARAMETERS) = model_of(90, 22.0, 3e7, 0.9)
_OTHERS = [
    replace(_PARAMETERS, value=value, evidence=replace(_PARAMETERS.evidence, page=2)) for value in (5e7, 6e7, 7e7)
]
OF_TWO_ORDERS: Read = (
    replace(
        _RECORD, values=(*_RECORD.values, *(RecordValue("parameters", None, c.key, True) for c in _OTHERS))
    ),
    [_SCORE, _PARAMETERS, *_OTHERS],
)  # fmt: skip
MODELS.append(OF_TWO_ORDERS)


@pytest.fixture(params=["outlines saved", "outlines of some papers saved", "no outlines saved"])
def store(request: pytest.FixtureRequest, db_path: Path) -> Path:
    """The models' store; how much of what the plan takes of them has been worked out before must not matter."""
    fill(db_path, MODELS)
    if request.param != "no outlines saved":
        refresh_outlines(db_path)
    if request.param == "outlines of some papers saved":
        fill(db_path, MODELS[:7])  # they were read again
    return db_path


def assert_same(db: Path) -> None:
    with reading(db) as con:
        plan, queue = load_plan(con), load_queue(con)
    by_pages = outlines_of([t.payload for t in queue.open], queue.settled)
    assert list(plan.records.keys) == list(by_pages.keys)
    for name in ("read", "now", "waits", "judged", "tracked", "page", "top"):
        np.testing.assert_array_equal(getattr(plan.records, name), getattr(by_pages, name), err_msg=name)
    waits = plan.records.waits
    np.testing.assert_array_equal(plan.records.doubt[waits], by_pages.doubt[waits])
    np.testing.assert_array_equal(plan.records.doubt_of[waits], by_pages.doubt_of[waits])
    for strategy in STRATEGIES:
        ordered = [t.key for t in in_order(queue.open, queue.settled, strategy)]
        assert [a.key for a in plan.in_order(strategy)] == ordered, strategy


def decide(db: Path, *, rebuilt: bool) -> None:
    """Two people's words on some records: all of one, a part of another, and one on which they differ."""

    def said(model: Read, c: Candidate, verdict: str, who: str) -> None:
        with writing(db) as con:
            append_decisions(con, [judge(model, c, verdict, who)])

    for c in MODELS[0][1]:
        said(MODELS[0], c, Verdict.ACCEPT, "ann")
    said(MODELS[31], MODELS[31][1][0], Verdict.REJECT, "ann")
    for who, verdict in (("ann", Verdict.ACCEPT), ("bob", Verdict.REJECT)):
        for c in MODELS[33][1]:
            said(MODELS[33], c, verdict, who)
    if rebuilt:
        with writing(db) as con:
            rebuild_curated(con)


def test_nothing_judged(store: Path) -> None:
    """it is the order of the pages before anybody has judged anything."""
    assert_same(store)


@pytest.mark.parametrize("rebuilt", [True, False], ids=["curated table made anew", "curated table of before"])
def test_judged(store: Path, rebuilt: bool) -> None:
    """it takes in what people said, whether or not the curated table has it yet."""
    decide(store, rebuilt=rebuilt)
    assert_same(store)


def test_rule(store: Path) -> None:
    """it lets what a rule takes wait no more, except the audit's share."""
    decide(store, rebuilt=True)
    with writing(store) as con:
        set_auto_accept(con, AutoAcceptRule(0.7, 0.1, now()))
    assert_same(store)
    with reading(store) as con:
        records = load_plan(con).records
    assert 0 < (~records.waits).sum() < len(records)


def test_rule_takes_another_value_first(store: Path) -> None:
    """it takes the curated table's first value of a record that needs no asking, as the fits do."""
    with writing(store) as con:
        set_auto_accept(con, AutoAcceptRule(0.6, 0.0, now()))
    assert_same(store)
    with reading(store) as con:
        records = load_plan(con).records
    row = list(records.keys).index(OF_TWO_ORDERS[0].key)
    assert not records.waits[row]
    assert records.read[row, -1] == np.log10(3e7)
    assert records.now[row, -1] != records.read[row, -1]


class TestOutlines:
    """What the plan takes of records is kept in the database."""

    @pytest.fixture
    def saved(self, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(outlines, "PAPERS_AT_ONCE", 7)
        fill(db_path, MODELS)
        refresh_outlines(db_path)
        return db_path

    def outlined(self, db: Path, where: str = "NOT as_taken") -> set[str]:
        with reading(db) as con:
            return {key for (key,) in con.execute(f"SELECT record_key FROM outlines WHERE {where}").fetchall()}

    def mark(self, db: Path) -> None:
        """Gives the rows a page that no record has: those that are made anew lose it."""
        with writing(db) as con:
            con.execute("UPDATE outlines SET page = 77")

    def test_twice(self, saved: Path) -> None:
        """it has a row a record after several rounds, and a second time nothing is made anew."""
        assert self.outlined(saved) == {record.key for record, _ in MODELS}
        self.mark(saved)
        refresh_outlines(saved)
        assert self.outlined(saved, "page <> 77") == set()

    def test_is_what_the_plan_reads(self, saved: Path) -> None:
        """it is read by the plan in place of the values."""
        self.mark(saved)
        with reading(saved) as con:
            assert set(load_plan(con).records.page.tolist()) == {77}

    def test_other_reading(self, saved: Path) -> None:
        """it goes by a paper's new reading, before and after its rows are made anew; the others' stay."""
        record, (score, *rest) = MODELS[3]
        fill(saved, [(record, [replace(score, confidence=0.1), *rest])])
        assert_same(saved)
        self.mark(saved)
        refresh_outlines(saved)
        assert self.outlined(saved, "page <> 77") == {record.key}

    def test_paper_that_is_not_read_any_more(self, saved: Path) -> None:
        """it drops the rows of a paper whose last reading failed."""
        failed = Reading(MODELS[3][0].arxiv_id, 1, "0", "2", Outcome.TIMEOUT)
        with writing(saved) as con:
            save_readings(con, [failed])
        assert_same(saved)
        refresh_outlines(saved)
        assert MODELS[3][0].key not in self.outlined(saved)
        assert_same(saved)

    def test_other_rules(self, saved: Path) -> None:
        """it is made anew when the rules have changed by which it is made: another primary metric, say."""
        with writing(saved) as con:
            con.execute("UPDATE outlined_papers SET made_by = 'rules of before'")
        self.mark(saved)
        assert_same(saved)
        refresh_outlines(saved)
        assert self.outlined(saved, "page = 77") == set()

    def test_killed_between_rounds(self, db_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it is right to the plan after a kill, and goes on where it was."""
        fill(db_path, MODELS)
        monkeypatch.setattr(outlines, "PAPERS_AT_ONCE", 7)
        save, rounds = outlines._save_named, iter([True, True, False])

        def killed(con: Connection) -> None:
            save(con)
            if not next(rounds):
                raise KeyboardInterrupt

        monkeypatch.setattr(outlines, "_save_named", killed)
        with pytest.raises(KeyboardInterrupt):
            refresh_outlines(db_path)
        kept = self.outlined(db_path)
        assert 0 < len(kept) < len(MODELS)
        assert_same(db_path)
        monkeypatch.setattr(outlines, "_save_named", save)
        refresh_outlines(db_path)
        assert kept < self.outlined(db_path)
        assert_same(db_path)


def test_contradicted(store: Path) -> None:
    """it doubts what a leaderboard gives otherwise."""
    record, (score, *_) = MODELS[5]
    witness = Witness(
        "board", record.arxiv_id, "imagenet", "Model", "score", score.metric, 12.0, "disagree", record.key
    )  # fmt: skip
    with writing(store) as con:
        save_witnesses(con, "board", [replace(witness, ours=None)])
    assert_same(store)
    with reading(store) as con:
        records = load_plan(con).records
    assert records.doubt[list(records.keys).index(record.key)] == 1.0


def test_only_what_changed(store: Path) -> None:
    """it makes curated rows anew for the paper that somebody judged, and leaves the others' alone."""
    decide(store, rebuilt=True)
    rows = "SELECT v.rowid, row_key FROM curated_values v JOIN curated_rows r USING (row_key) WHERE arxiv_id {} $id"
    paper = {"id": MODELS[0][0].arxiv_id}
    with writing(store) as con:
        before = [con.execute(rows.format(sign), paper).fetchall() for sign in ("=", "<>")]
        append_decisions(con, [judge(MODELS[0], MODELS[0][1][0], Verdict.REJECT, "bob")])
        rebuild_curated(con)
        after = [con.execute(rows.format(sign), paper).fetchall() for sign in ("=", "<>")]
    assert before[0] != after[0]
    assert before[1] == after[1]
