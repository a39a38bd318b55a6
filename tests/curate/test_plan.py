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
from db.models import Candidate, Verdict
from db.store import now, reading, writing
from db.tables.auto_accept import AutoAcceptRule, set_auto_accept
from db.tables.curated import rebuild_curated
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


@pytest.fixture
def store(db_path: Path) -> Path:
    fill(db_path, MODELS)
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
