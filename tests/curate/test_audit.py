"""What needs no asking: taken without a person, audited, withdrawn where the audit fails."""

from __future__ import annotations

from pathlib import Path

from curate.answers.audit import audit
from curate.review import load_queue
from db.reviews import (
    AutoAcceptRule,
    append_decisions,
    auto_accept_rule,
    last_rule,
    load_decisions,
    set_auto_accept,
)  # fmt: skip
from db.store import reading, rows_of, writing
from tests.curate.command import paperflops
from tests.curate.invented import arxiv_id, fill, model_of
from tests.curate.test_decisions import MOMENT
from tests.curate.test_queue import judge

SURE = tuple(model_of(n, 20 + n / 10, 1e7 + n, confidence=0.97) for n in range(100))


class TestAutoAccept:
    def test_marked_and_not_asked(self, db_path: Path) -> None:
        """it takes sure values, marks them so, and asks only about the audited share."""
        fill(db_path, [*SURE, model_of(500, 30.0, 1e7, confidence=0.8)])
        out = paperflops(db_path, "review", "accept", "--threshold", "0.95")
        with reading(db_path) as con:
            states = [r["state"] for r in rows_of(con, "SELECT state FROM curated_values")]
            left = load_queue(con).open
        taken, waiting = states.count("auto_accepted"), states.count("unreviewed")
        assert taken + waiting >= 190
        assert 0 < waiting < 25
        assert f"taken without asking: {taken} values" in out
        assert len(left) < 30
        assert arxiv_id(500) in {t.payload["arxiv_id"] for t in left}

    def test_withdrawn(self, db_path: Path) -> None:
        """it withdraws a threshold whose audit fails, and asks about everything again."""
        fill(db_path, SURE)
        paperflops(db_path, "review", "accept", "--threshold", "0.95", "--audit", "0.2")
        with writing(db_path) as con:
            rule = auto_accept_rule(con)
            assert rule is not None
            audited = [(m, c) for m in SURE for c in m[1] if rule.audits(c.judged_key)]
            append_decisions(con, [judge(*of, "reject" if n % 3 == 0 else "accept") for n, of in enumerate(audited)])
        assert "the threshold is withdrawn" in paperflops(db_path, "review", "accept")
        with reading(db_path) as con:
            assert auto_accept_rule(con) is None
            last = last_rule(con)
            assert last is not None
            assert "right" in (last.reason or "")
            states = {r["state"] for r in rows_of(con, "SELECT DISTINCT state FROM curated_values")}
            assert "auto_accepted" not in states

    def test_stands(self) -> None:
        """it lets a threshold stand whose audit finds what it promises."""
        rule = AutoAcceptRule(0.95, 1.0, MOMENT)
        values = [(m, c) for m in SURE for c in m[1]]
        candidates = {c.key: c for _, c in values}
        decisions = [judge(*of, "reject" if n == 0 else "accept") for n, of in enumerate(values[:40])]
        found = audit(rule, candidates.values(), decisions)
        assert (found.judged, found.right, found.fails) == (40, 39, False)

    def test_person_goes_first(self, db_path: Path) -> None:
        """it never puts its word in place of a person's."""
        model = model_of(1, 20.0, 1e7, confidence=0.99)
        fill(db_path, [model])
        with writing(db_path) as con:
            append_decisions(con, [judge(model, model[1][1], "reject")])
            set_auto_accept(con, 0.9, 0.0)
        paperflops(db_path, "review", "accept")
        with reading(db_path) as con:
            (row,) = rows_of(con, "SELECT score_state, parameters_state FROM curated")
            assert row == {"score_state": "auto_accepted", "parameters_state": "rejected"}
            assert len(load_decisions(con)) == 1


def test_only_what_is_sure_enough_is_taken() -> None:
    """it takes a value of the threshold's confidence or more, and none whose confidence was never measured"""
    rule = AutoAcceptRule(0.9, 0.0, MOMENT)
    assert rule.takes(0.9)
    assert not rule.takes(0.85)
    assert not rule.takes(None)
