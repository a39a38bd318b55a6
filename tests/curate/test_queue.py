"""What is asked first."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from curate.queue.load import load_queue
from curate.queue.order import STRATEGIES, batch, in_order
from curate.queue.outlines import Settled, doubt
from curate.queue.points import Point, fit_line, point_of_payload
from curate.queue.worth import move
from db.models import Candidate, Decision, RecordValue, ReviewTask, Verdict
from db.store import reading, writing
from db.tables.reviews import append_decisions
from tests.curate.invented import Read, arxiv_id, fill, model_of, ordered, payloads_of, worths
from tests.curate.test_decisions import MOMENT

# thirty papers on a line, but for the scatter that real ones have
ON_A_LINE = tuple(
    model_of(n, round(40 * 10 ** (-0.1 * (n % 10) + random.Random(n).gauss(0, 0.02)), 3), 10 ** (6 + n % 10 / 5))
    for n in range(30)
)


def place_of(model: Read, *among: Read) -> int:
    """Its place in the order by worth among the papers on the line and these."""
    record, _ = model
    asked = ordered(payloads_of([*ON_A_LINE, model, *among]))
    return [p.key for p in asked].index(record.key)


class TestWrongPoints:
    def test_outlier_first(self) -> None:
        """it asks first about a point far out and off the line: what an error of scale looks like."""
        assert place_of(model_of(77, 20.0, 25e9)) == 0

    def test_doubt_counts(self) -> None:
        """it asks first about the more doubtful of two equal points."""
        sure, doubtful = model_of(78, 30.0, 1e8, confidence=0.99), model_of(79, 30.0, 1e8, confidence=0.6)
        assert place_of(doubtful, sure) < place_of(sure, doubtful)

    def test_doubt_off_the_fits(self) -> None:
        """it lets no doubtful value that is on no fit bring a record forward."""
        *rest, plain = payloads_of([*ON_A_LINE, model_of(78, 30.0, 1e8, confidence=0.9)])
        score = next(f for f in plain.fields if f.field == "score")
        beside = (
            replace(score, metric="top5_error", confidence=0.1), replace(score, field="epochs", confidence=0.1),
        )  # fmt: skip
        more = replace(plain, fields=(*plain.fields, *beside))
        assert doubt(more.fields) > doubt(plain.fields)
        assert worths([*rest, more])[plain.key] == worths([*rest, plain])[plain.key]

    def test_witness(self) -> None:
        """it takes a value for doubtful that a leaderboard gives otherwise, however sure it is itself."""
        *rest, plain = payloads_of([*ON_A_LINE, model_of(78, 20.0, 1e8, confidence=0.999)])
        told = replace(
            plain, fields=(replace(plain.fields[0], witness="25.0 (board, Model)"), *plain.fields[1:])
        )  # fmt: skip
        assert ordered([*rest, plain])[0] != plain
        assert ordered([*rest, told])[0] == told

    def test_move_is_what_leaving_does(self) -> None:
        """it ranks points off the line as leaving them out moves the slope."""
        rng = random.Random(1)
        xy = {n: (6 + n % 10 / 5, -0.4 - 0.1 * (n % 10) + rng.gauss(0, 0.1)) for n in range(40)}

        def line_of(without: int | None) -> Any:
            kept = [place for n, place in xy.items() if n != without]
            return fit_line([x for x, _ in kept], [y for _, y in kept])

        whole = line_of(None)
        left = {n: abs(line_of(n).slope - whole.slope) for n in xy}
        told = {n: move(whole, *xy[n]) for n in xy}
        most = sorted(xy, key=lambda n: -left[n])[:4]
        assert set(most) <= set(sorted(xy, key=lambda n: -told[n])[:10])


class TestMissingPoints:
    """A record that lacks its cost, in a paper that states costs."""

    lacks = model_of(80, 15.0, None, name="Net-50 large")

    def test_alike(self) -> None:
        """it takes a cost for likelier missed where the paper states that of a model of like name."""
        alike = place_of(self.lacks, model_of(80, 30.0, 1e8, name="Net-50"))
        other = place_of(self.lacks, model_of(80, 30.0, 1e8, name="Tree-9"))
        alone = place_of(self.lacks)
        assert alike <= other <= alone
        assert alike < alone

    def test_off_the_fits_last(self) -> None:
        """it asks last about what no review can bring on a fit."""
        untracked, candidates = model_of(81, 30.0, None)
        *rest, alone = payloads_of([*ON_A_LINE, (untracked, candidates)])
        alone = replace(alone, benchmark=None)
        assert ordered([alone, *rest])[-1] == alone

    def test_no_line_yet(self) -> None:
        """it does not leave a benchmark aside because none of its costs was read where they are likely stated."""
        found = [model_of(90, 20.0 + n, None, name=f"Net-{n}") for n in range(12)]
        first, *rest = payloads_of(found)
        none_known = worths([first, *rest])
        one_found = worths(rest, [Settled(first, Point("imagenet", -0.6, {"parameters": 7.0}))])
        assert all(one_found[p.key] > 0.1 > none_known[p.key] for p in rest)


class TestLearning:
    """What people have judged tells of what they have not."""

    models = tuple(model_of(80 + n // 5, 15.0 + n, None, name=f"Net-{n} x{n}") for n in range(10))

    def worths(self, *settled: tuple[int, bool]) -> dict[str, float]:
        """By model, once those numbered are judged: their cost was found, or the paper does not state it."""
        payloads = payloads_of([*ON_A_LINE, *self.models])
        mine = payloads[len(ON_A_LINE) :]
        judged = []
        for n, found in settled:
            read = point_of_payload(mine[n])
            assert read is not None
            judged.append(
                Settled(mine[n], Point("imagenet", read.log_error, {"parameters": 8.5}) if found else read)
            )  # fmt: skip
        keys = {s.payload.key for s in judged}
        worth = worths([p for p in payloads if p.key not in keys], judged)
        return {p.model: worth[p.key] for p in mine if p.key in worth}

    def test_siblings_of_a_find(self) -> None:
        """it brings the records of a paper forward in which a cost was found that had not been read."""
        before, after = self.worths(), self.worths((0, True))
        assert all(after[f"Net-{n} x{n}"] > 3 * before[f"Net-{n} x{n}"] for n in range(1, 5))

    def test_siblings_of_nothing(self) -> None:
        """it lets the records of a paper wait in which there was nothing to find."""
        before, after = self.worths(), self.worths((0, False), (1, False))
        assert all(after[f"Net-{n} x{n}"] < before[f"Net-{n} x{n}"] for n in range(2, 5))

    def test_other_papers(self) -> None:
        """it learns of other papers too, but less."""
        before, after = self.worths(), self.worths((0, True), (1, True))
        assert after["Net-7 x7"] > before["Net-7 x7"]
        assert after["Net-7 x7"] < after["Net-3 x3"]

    def test_wrong_sibling(self) -> None:
        """it doubts the points of a paper more in which one was wrong, and less where one was right."""
        paper = [model_of(80, 15.0 + n, 1e8 + n, confidence=0.95, name=f"Net-{n}") for n in range(3)]
        first, *rest = payloads_of(paper)
        others = payloads_of(ON_A_LINE)
        right = point_of_payload(first)
        wrong = Point("imagenet", -0.5, {"parameters": 6.0})
        none, good, bad = (
            worths([*others, *rest], [Settled(first, point, by_people=people)])[rest[0].key]
            for point, people in ((right, False), (right, True), (wrong, True))
        )
        assert good < none < bad


class TestOrder:
    @pytest.mark.parametrize("strategy", list(STRATEGIES))
    def test_keeps_all(self, strategy: str) -> None:
        """it orders the queue without losing or doubling a record, the same each time."""
        payloads = payloads_of(ON_A_LINE)
        asked = ordered(payloads, strategy)
        assert sorted(p.key for p in asked) == sorted(p.key for p in payloads)
        assert ordered(list(reversed(payloads)), strategy) == asked

    def test_paper_by_paper(self) -> None:
        """it goes through one paper after another, the worthiest first, each in the order of its pages."""
        slight = [replace_page(model_of(80, 15.0, 1e9, name=f"Net-{n}"), 9 - n) for n in range(3)]
        weighty = [replace_page(model_of(81, 15.0, 1e10, 0.3, name=f"Net-{n}"), n) for n in (2, 1)]
        asked = ordered(payloads_of([*slight, *weighty, *ON_A_LINE]))
        papers = [p.arxiv_id for p in asked]
        assert sum(a != b for a, b in pairwise(papers)) == len(set(papers)) - 1
        assert papers.index(arxiv_id(81)) < papers.index(arxiv_id(80))
        assert [p.fields[0].page for p in asked if p.arxiv_id in (arxiv_id(80), arxiv_id(81))] == [1, 2, 7, 8, 9]

    @pytest.mark.parametrize(("limit", "sent"), [(None, 7), (7, 7), (6, 5), (5, 5), (4, 3), (2, 2)])
    def test_batch(self, limit: int | None, sent: int) -> None:
        """it splits no paper at the end of a batch, except one that is larger than the batch."""
        tasks = [
            ReviewTask(p.key, p.key, p)
            for size, number in ((3, 1), (2, 2), (2, 3))
            for p in payloads_of([model_of(number, 20.0 + n, 1e7, name=f"Net-{n}") for n in range(size)])
        ]
        assert batch(tasks, limit, lambda t: t.payload.paper) == tasks[:sent]

    def test_papers_alternate(self) -> None:
        """it asks, record by record, about another paper's first before a paper's tenth that is worth as much."""
        models = [model_of(80 + n % 2, 15.0, 1e9, name=f"Net-{n}") for n in range(12)]
        asked = ordered(payloads_of([*ON_A_LINE, *models]), "records")
        first = [p.arxiv_id for p in asked if p.arxiv_id in (arxiv_id(80), arxiv_id(81))][:6]
        assert first.count(arxiv_id(80)) == 3

    def test_decisions_count(self, db_path: Path) -> None:
        """it learns from the decisions in the database when the queue is made anew."""
        models = [model_of(80 + n // 5, 15.0 + n, None, name=f"Net-{n} x{n}") for n in range(10)]
        fill(db_path, [*ON_A_LINE, *models])

        def first() -> str:
            with reading(db_path) as con:
                queue = load_queue(con)
            lacking = [t for t in in_order(queue.open, queue.settled, "worth") if "Net-" in t.payload.model]
            return str(lacking[0].payload.arxiv_id)

        was_first = first()
        settled = models[5] if was_first == arxiv_id(80) else models[0]
        with writing(db_path) as con:
            append_decisions(con, [judge(settled, settled[1][0], "accept"), added(settled, 3e8)])
        assert first() != was_first


def judge(model: Read, c: Candidate, verdict: str, who: str = "ann") -> Decision:
    """What somebody says of one value of the record."""
    return Decision(
        model[0].key, c.evidence.arxiv_id, 1, model[0].model, "imagenet", c.field, c.metric, verdict, c.value, c.value,
        c.evidence.page, c.evidence.quote, who, MOMENT, backend_id=None if who == "ann" else f"{model[0].key}#{who}",
    )  # fmt: skip


def replace_page(model: Read, page: int) -> Read:
    """The same model, read on another page."""
    record, candidates = model
    moved = [replace(c, evidence=replace(c.evidence, page=page)) for c in candidates]
    values = tuple(RecordValue(c.field, c.metric, c.key, True) for c in moved)
    return replace(record, values=values), moved


def added(model: Read, parameters: float) -> Decision:
    """The number of parameters that somebody found where none was read."""
    record, _ = model
    return Decision(
        record.key, record.arxiv_id, 1, record.model, "imagenet", "parameters", None, Verdict.CORRECT, None,
        parameters, None, None, "ann", MOMENT, answer_page=1,
    )  # fmt: skip
