"""Two people on one value: agreement, disputes, who was right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.answers.agreement import agreement, agrees_with_others, alpha, disputes, error_rates
from curate.queue.load import load_queue
from db.models import Decision
from db.store import reading, writing
from db.tables.reviews import append_decisions
from db.tables.settlement import settlements
from tests.curate.test_decisions import KEY, MOMENT, PARAMETERS, SCORE, record, save


def said(
    who: str, verdict: str, n: int = 0, value: float | None = None, later: int = 0, anew: bool = False
) -> Decision:
    judged = 100.0 + n
    return Decision(
        f"t{n}", "2001.00001", 1, "Ours", "imagenet", "parameters", None, verdict, judged,
        judged if verdict == "accept" else value, 1, f"quote {n}", who, MOMENT + timedelta(hours=later),
        backend_id=f"t{n}{':r' if anew else ''}#{who}", adjudicates=anew,
    )  # fmt: skip


class TestAlpha:
    def test_perfect(self) -> None:
        """it is 1 where two people always agree on different things."""
        decisions = [said(who, verdict, n) for who in "ab" for n, verdict in enumerate(["accept", "reject"] * 5)]
        (found,) = agreement(settlements(decisions))
        assert (found.judged_twice, found.share, found.alpha) == (10, 1.0, 1.0)

    def test_known_value(self) -> None:
        """it is Krippendorff's: ten pairs, one disagreement, six accepts and four rejects otherwise."""
        a = ["accept"] * 6 + ["reject"] * 4
        b = ["accept"] * 6 + ["reject"] * 3 + ["accept"]
        decisions = [said("a", v, n) for n, v in enumerate(a)] + [said("b", v, n) for n, v in enumerate(b)]
        (found,) = agreement(settlements(decisions))
        # by hand: 13 accepts and 7 rejects in 20; observed 2/20, expected 2*13*7/(20*19)
        assert found.alpha == pytest.approx(1 - (2 / 20) / (2 * 13 * 7 / (20 * 19)))
        assert found.share == 0.9

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=4), min_size=2, max_size=30))
    def test_as_the_package(self, units: list[list[int]]) -> None:
        """it is what the `krippendorff` package gives, of any number of people and categories."""
        if len({code for unit in units for code in unit}) < 2:
            return  # chance can't be told from agreement: ours is None there, the package refuses
        raters = max(map(len, units))
        table = np.array([[unit[r] if r < len(unit) else np.nan for unit in units] for r in range(raters)])
        expected = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
        assert alpha(units)[1] == pytest.approx(expected, abs=1e-9)

    def test_no_chance(self) -> None:
        """it is unknown where everybody always said the same."""
        (found,) = agreement(settlements([said(who, "accept", n) for who in "ab" for n in range(5)]))
        assert (found.share, found.alpha) == (1.0, None)

    def test_tolerance(self) -> None:
        """it takes corrections within a percent for the same, and an accept for the value that was shown."""
        close = [said("a", "correct", value=200.0), said("b", "correct", value=201.0)]
        assert disputes(settlements(close)) == []
        far = [said("a", "correct", value=200.0), said("b", "correct", value=210.0)]
        assert len(disputes(settlements(far))) == 1
        assert disputes(settlements([said("a", "accept"), said("b", "correct", value=100.2)])) == []


class TestDisputes:
    def test_settled(self) -> None:
        """it is settled by the answer to the question asked anew, and the other was wrong."""
        two = [said("a", "accept"), said("b", "reject", later=1)]
        assert [d.words for d in disputes(settlements(two))] == ["a accepted; b rejected"]
        settled = [*two, said("c", "accept", later=2, anew=True)]
        assert disputes(settlements(settled)) == []
        rates = error_rates(settlements(settled))
        assert (rates.machine_judged, rates.machine_wrong) == (1, 0)
        assert (rates.human_judged, rates.human_wrong) == (2, 1)

    def test_settled_by_one_of_them(self) -> None:
        """it counts what a person said first, also when the same person settles it."""
        settled = [said("a", "reject"), said("b", "accept", later=1), said("a", "accept", later=2, anew=True)]
        assert disputes(settlements(settled)) == []
        rates = error_rates(settlements(settled))
        assert (rates.human_judged, rates.human_wrong) == (2, 1)

    def test_not_settled_by_a_third(self) -> None:
        """it is not settled by one more answer to the same question."""
        three = [said("a", "accept"), said("b", "reject", later=1), said("c", "accept", later=2)]
        assert len(disputes(settlements(three))) == 1

    def test_asked_anew(self, db_path: Path) -> None:
        """it puts what two people differ on back into the queue, with what each said."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))

        def verdict(who: str, word: str) -> list[Decision]:
            return [
                Decision(
                    KEY, "2001.00001", 1, "Ours", "imagenet", c.field, c.metric, word, c.value, c.value, 1,
                    c.evidence.quote, who, MOMENT, backend_id=f"{KEY}#{who}",
                )
                for c in (SCORE, PARAMETERS)
            ]  # fmt: skip

        with writing(db_path) as con:
            append_decisions(con, verdict("ann", "accept"))
        with reading(db_path) as con:
            before = load_queue(con)
        assert before.open == []
        with writing(db_path) as con:
            append_decisions(con, verdict("bob", "reject"))
        with reading(db_path) as con:
            (task,) = load_queue(con).open
        assert task.payload.fields[0].dispute == "ann accepted; bob rejected"
        assert task.payload.revision != before.tasks[0].payload.revision


def test_each_persons_agreement() -> None:
    """it tells of each person how often all others said the same of what several judged."""
    said_by = [said("a", "accept", 0), said("b", "accept", 0), said("a", "accept", 1), said("b", "reject", 1)]
    found = agrees_with_others(settlements([*said_by, said("c", "accept", 2)]))
    assert found["a"] == (4, 3)  # two values, and twice that it is this record's: b lets nothing of the second stand
    assert "c" not in found
