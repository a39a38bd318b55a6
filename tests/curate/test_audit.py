"""What needs no asking: taken from a threshold on that judged values bear out, audited, withdrawn where it fails."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from curate.answers.audit import Known, audit, derived, likeness, precision_of
from curate.queue.load import load_queue
from db.errors import BadInputError
from db.models import Candidate, Evidence
from db.store import reading, rows_of, writing
from db.tables.auto_accept import (
    FEWEST_AUDITED,
    AutoAcceptRule,
    audit_sample,
    auto_accept_rule,
    last_rule,
    set_auto_accept,
    taken_by,
)  # fmt: skip
from db.tables.reviews import append_decisions, load_decisions
from tests.curate.command import paperflops
from tests.curate.invented import arxiv_id, fill, model_of
from tests.curate.test_decisions import MOMENT
from tests.curate.test_queue import judge

SURE = tuple(model_of(n, 20 + n / 10, 1e7 + n, confidence=0.97) for n in range(100))
JUDGED = tuple(model_of(200 + n, 30 + n / 10, 2e7 + n, confidence=0.97) for n in range(80))


def judged_right(db: Path, wrong_every: int = 0) -> None:
    """Has somebody judge the values of `JUDGED`, all right or every so many-th wrong."""
    with writing(db) as con:
        values = [(m, c) for m in JUDGED for c in m[1]]
        said = ["reject" if wrong_every and n % wrong_every == 0 else "accept" for n in range(len(values))]
        append_decisions(con, [judge(*of, word) for of, word in zip(values, said, strict=True)])


class TestAutoAccept:
    def test_marked_and_not_asked(self, db_path: Path) -> None:
        """it takes sure values, marks them so, and asks only about the audited share."""
        fill(db_path, [*SURE, *JUDGED, model_of(500, 30.0, 1e7, confidence=0.8)])
        judged_right(db_path)
        out = paperflops(db_path, "review", "accept")
        with reading(db_path) as con:
            states = [r["state"] for r in rows_of(con, "SELECT state FROM curated_values")]
            left = load_queue(con).open
        taken, waiting = states.count("auto_accepted"), states.count("unreviewed")
        assert taken > 170
        assert 0 < waiting < 30
        assert "expected to be wrong: 0.0% of them (90 % interval 0.0% to " in out
        assert len(left) < 30
        assert arxiv_id(500) in {t.payload.arxiv_id for t in left}

    def test_refused(self, db_path: Path) -> None:
        """it takes nothing where judged values do not bear out what is asked, and says what could be promised."""
        fill(db_path, [*SURE, *JUDGED])
        judged_right(db_path, wrong_every=12)
        with pytest.raises(BadInputError, match="no threshold can promise that 97") as told:
            paperflops(db_path, "review", "accept")
        assert "--precision 0." in (told.value.mend or "")
        with reading(db_path) as con:
            assert auto_accept_rule(con) is None
        assert "taken without asking" in paperflops(db_path, "review", "accept", "--precision", "0.85")

    def test_nothing_judged(self, db_path: Path) -> None:
        """it takes nothing on the word of the confidences alone."""
        fill(db_path, SURE)
        with pytest.raises(BadInputError, match="nothing tells how often values are right"):
            paperflops(db_path, "review", "accept")

    def test_withdrawn(self, db_path: Path) -> None:
        """it withdraws a threshold whose audit fails, and asks about everything again."""
        fill(db_path, SURE)
        rule = AutoAcceptRule(0.95, 0.2, MOMENT, precision=0.97)
        with writing(db_path) as con:
            set_auto_accept(con, rule)
            taken = taken_by(rule, [c for m in SURE for c in m[1]])
            assert taken is not None
            audited = [(m, c) for m in SURE for c in m[1] if c.judged_key in taken.audited]
            append_decisions(con, [judge(*of, "reject" if n % 3 == 0 else "accept") for n, of in enumerate(audited)])
        assert "nothing is taken without asking" in paperflops(db_path, "review", "accept", "--off")
        with writing(db_path) as con:
            set_auto_accept(con, AutoAcceptRule(0.95, 0.2, MOMENT.replace(year=2027), precision=0.97))
        from curate.review import check_audit

        with writing(db_path) as con:
            found = check_audit(con)
            assert found is not None
            assert found[1].fails
            assert auto_accept_rule(con) is None
            last = last_rule(con)
            assert last is not None
            assert "97% was promised" in (last.reason or "")
            states = {r["state"] for r in rows_of(con, "SELECT DISTINCT state FROM curated_values")}
            assert "auto_accepted" not in states

    def test_stands(self) -> None:
        """it lets a threshold stand whose audit finds what it promises."""
        rule = AutoAcceptRule(0.95, 1.0, MOMENT, precision=0.95)
        values = [(m, c) for m in SURE for c in m[1]]
        decisions = [judge(*of, "reject" if n == 0 else "accept") for n, of in enumerate(values[:40])]
        found = audit(rule, [c for _, c in values], decisions)
        assert (found.judged, found.right, found.fails) == (40, 39, False)

    def test_person_goes_first(self, db_path: Path) -> None:
        """it never puts its word in place of a person's."""
        model = model_of(1, 20.0, 1e7, confidence=0.99)
        fill(db_path, [model, *JUDGED])
        judged_right(db_path)
        with writing(db_path) as con:
            append_decisions(con, [judge(model, model[1][1], "reject")])
        paperflops(db_path, "review", "accept", "--audit", "0", "--precision", "0.9")
        with reading(db_path) as con:
            (row,) = rows_of(
                con, "SELECT score_state, parameters_state FROM curated WHERE arxiv_id = ?", [arxiv_id(1)]
            )  # fmt: skip
            assert row == {"score_state": "auto_accepted", "parameters_state": "rejected"}


class TestThreshold:
    def known(self, confidence: float, right: bool, paper: int) -> Known:
        return Known(f"{confidence}{right}{paper}{random.random()}", confidence, right, "score", "p", str(paper))

    def test_goes_down_as_far_as_it_holds(self) -> None:
        """it is the lowest threshold above which the values are right often enough."""
        known = [self.known(0.99, True, n) for n in range(200)]
        known += [self.known(0.95, n % 40 != 0, n) for n in range(400)]
        known += [self.known(0.80, n % 3 != 0, n) for n in range(200)]
        assert derived(known, 0.95).threshold == 0.95
        assert derived(known, 0.98).threshold == 0.99

    def test_values_of_one_paper_tell_less(self) -> None:
        """it promises less by the same values where they are right and wrong together, paper by paper."""
        apart = [self.known(0.99, n % 20 != 0, n) for n in range(400)]
        together = [self.known(0.99, n // 20 != 0, n // 20) for n in range(400)]
        assert likeness(together) > 0.9
        assert precision_of(apart).share == precision_of(together).share == 0.95
        assert precision_of(apart).low > 0.92
        assert precision_of(together).low < 0.85

    def test_interval_holds(self) -> None:
        """it gives a lower end that the true share is below in about one of twenty draws."""
        rng = random.Random(2)
        below = sum(
            precision_of([self.known(0.9, rng.random() < 0.95, n) for n in range(150)]).low > 0.95 for _ in range(400)
        )
        assert below <= 400 * 0.09

    def test_few_papers(self) -> None:
        """it rests on no threshold that fewer than five papers bear out."""
        with pytest.raises(BadInputError, match="of 2 papers"):
            derived([self.known(0.99, True, n % 2) for n in range(500)], 0.9)


def test_every_field_and_pattern_is_audited() -> None:
    """it looks at a few values of each field and pattern, from different papers, also of a rare one"""
    common = [candidate(n, "score", "cell") for n in range(1000)]
    rare = [candidate(n // 5, "epochs", "odd sentence", offset=n) for n in range(40)]
    drawn = audit_sample([*common, *rare], 0.01)
    of = defaultdict(list)
    for c in [*common, *rare]:
        if c.judged_key in drawn:
            of[c.pattern].append(c.evidence.arxiv_id)
    assert 3 <= len(of["cell"]) < 40
    assert len(set(of["odd sentence"])) >= FEWEST_AUDITED
    assert audit_sample([*common, *rare, *common], 0.01) == drawn


def candidate(paper: int, field: str, pattern: str, offset: int = 0) -> Candidate:
    evidence = Evidence(arxiv_id(paper), 1, 1, f"words {paper} {offset}")
    return Candidate(field, 1.0 + offset, evidence, pattern, "1", confidence=0.99)


def test_only_what_is_sure_enough_is_taken() -> None:
    """it takes a value of the threshold's confidence or more, and none whose confidence was never measured"""
    rule = AutoAcceptRule(0.9, 0.0, MOMENT)
    sure, doubtful, unknown = (model_of(1, 20.0, None, confidence=c)[1][0] for c in (0.9, 0.85, None))
    assert rule.sure(sure)
    assert not rule.sure(doubtful)
    assert not rule.sure(unknown)


def test_kept(db_path: Path) -> None:
    """it keeps with the rule what was asked of it and what was expected"""
    fill(db_path, [*SURE, *JUDGED])
    judged_right(db_path)
    paperflops(db_path, "review", "accept", "--precision", "0.95")
    with reading(db_path) as con:
        rule = auto_accept_rule(con)
        assert rule is not None
        assert (rule.precision, rule.expected_wrong, rule.wrong_low) == (0.95, 0.0, 0.0)
        assert 0 < (rule.wrong_high or 0) < 0.05
        assert load_decisions(con)
