"""Two people who differ in every possible way: nobody's word goes silently before the other's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from curate.answers.agreement import agreement
from curate.backends import Answered, PulledTask
from curate.queue.load import Queue, queue_of
from curate.queue.tasks import pages_of
from curate.review import fresh_decisions
from db.models import CuratedRow, Decision, ReviewTask
from db.tables.curated import curated_rows
from db.tables.reviews import RECORD
from db.tables.settlement import settlements
from tests.curate.test_decisions import MOMENT, PARAMETERS, SCORE, answer, record
from tests.curate.test_pages import long_record

# What one person may say of the record: its score (0), its parameters (1), a field that was not read (2), the whole.
SAID: Mapping[str, Mapping[str, Any]] = {
    "all right": {"verdicts": {}, "whole": "all_right"},
    "not a result": {"verdicts": {}, "whole": "not_a_result"},
    "of model L": {"verdicts": {}, "whole": "other_model", "model": "Ours-L"},
    "of model XL": {"verdicts": {}, "whole": "other_model", "model": "Ours-XL"},
    "split to L": {"verdicts": {0: "accept", 1: "reject"}, "whole": "split", "model": "Ours-L"},
    "split to XL": {"verdicts": {0: "accept", 1: "reject"}, "whole": "split", "model": "Ours-XL"},
    "another value": {"verdicts": {0: "accept", 1: "correct"}, "texts": {1: "26M"}},
    "a third value": {"verdicts": {0: "accept", 1: "correct"}, "texts": {1: "30M"}},
    "rejected": {"verdicts": {0: "accept", 1: "reject"}},
    "not stated": {"verdicts": {0: "accept", 1: "not_stated"}},
    "added": {"verdicts": {0: "accept", 1: "accept", 2: "correct"}, "texts": {2: "3.8G"}, "pages": {2: "1"}},
    "added otherwise": {"verdicts": {0: "accept", 1: "accept", 2: "correct"}, "texts": {2: "7G"}, "pages": {2: "1"}},
    "not stated at all": {"verdicts": {0: "accept", 1: "accept", 2: "not_stated"}},
}
COMPATIBLE = {("all right", other) for other in ("added", "added otherwise", "not stated at all")}
PAIRS = [(a, b) for a in SAID for b in SAID if a != b and (a, b) not in COMPATIBLE and (b, a) not in COMPATIBLE]


def of(kind: str, **more: Any) -> Answered:
    return answer(**dict(SAID[kind]), **more)


class Desk:
    """One record under review, its answers kept as the database keeps them, without a database."""

    def __init__(self) -> None:
        self.record = record(SCORE, PARAMETERS)
        self.candidates = {c.key: c for c in (SCORE, PARAMETERS)}
        self.kept: list[Decision] = []

    @property
    def queue(self) -> Queue:
        return queue_of([self.record], self.candidates, {}, self.kept)

    @property
    def task(self) -> ReviewTask:
        (task,) = self.queue.tasks
        return task

    @property
    def rows(self) -> list[CuratedRow]:
        return sorted(curated_rows([self.record], self.candidates, self.kept, {}), key=lambda r: r.model)

    def states(self, field: str = "parameters") -> dict[str, str]:
        return {r.model: next((v.state for v in r.values if v.field == field), "") for r in self.rows}

    def say(self, *answers: Answered, task: ReviewTask | None = None, key: str | None = None) -> list[Decision]:
        """Takes these as all the answers to the page, under its own key or another one."""
        task = task or self.task
        pulled = PulledTask("1", key or task.key, task.payload, answers, answers[-1].answered_at)
        fresh = fresh_decisions([pulled], self.kept, [])
        self.kept += fresh
        return fresh

    def decide(self, kind: str, who: str = "cleo", days: int = 1, round: str = "r") -> None:
        """Has somebody answer the question asked anew."""
        key = f"{self.task.key}:{round}"
        self.say(of(kind, id=f"{who}{days}", key=key, who=who, at=MOMENT + timedelta(days=days)), key=key)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def two(first: str, second: str) -> tuple[Answered, Answered]:
    return of(first, id="a1", who="ann"), of(second, id="a2", who="bob", at=MOMENT + timedelta(hours=1))


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=lambda kind: kind.replace(" ", "_"))
def test_they_differ(desk: Desk, first: str, second: str) -> None:
    """it is disputed whatever the order, asked anew with both words, and the answer to that decides."""
    task = desk.task
    desk.say(*two(first, second))
    queue, asked = desk.queue, desk.task
    assert queue.disputes
    assert queue.open == [asked]
    words = [asked.payload.record_dispute, asked.payload.model_dispute, *(f.dispute for f in asked.payload.fields)]
    assert any("ann " in w and "bob " in w for w in words if w)
    assert asked.payload.revision != task.payload.revision
    assert [page.key for page in queue.open_pages(asked)] == [task.key]
    if RECORD in {d.field for d in queue.disputes}:
        assert set(desk.states("score").values()) - {""} == {"disputed"}
    assert any(a.share < 1 for a in agreement(settlements(desk.kept)))
    desk.decide(first)
    assert desk.queue.disputes == ()
    assert desk.queue.open == []


@pytest.mark.parametrize(
    ("ann", "bob", "same"),
    [
        ("NVIDIA V100", "Tesla V100", True), ("tpu v3", "TPUv3", True), ("K80", "Nvidia Tesla K80", True),
        ("TPUv3 core", "TPU v3", False), ("V100", "P100", False), ("our cluster", "V100", False),
        ("our cluster", "Our Cluster", True),
    ],
)  # fmt: skip
def test_names_of_one_device(desk: Desk, ann: str, bob: str, same: bool) -> None:
    """it takes two names of one device for one answer, and a part of a device or another one for another."""
    device = next(n for n, f in enumerate(desk.task.payload.fields) if f.field == "device")
    desk.say(
        answer({0: "accept", 1: "accept", device: "correct"}, "a1", who="ann", texts={device: ann}),
        answer({0: "accept", 1: "accept", device: "correct"}, "a2", who="bob", texts={device: bob}),
    )
    assert (desk.queue.disputes == ()) is same


@pytest.mark.parametrize("order", [("not a result", "all right"), ("all right", "not a result")])
def test_the_row_stays_until_it_is_decided(desk: Desk, order: tuple[str, str]) -> None:
    """it keeps the row, marked as disputed, and drops it only when the one who decides says so."""
    desk.say(*two(*order))
    (row,) = desk.rows
    assert {(v.field, v.value, v.state) for v in row.values} == {
        ("score", 23.7, "disputed"), ("parameters", 25.6e6, "disputed"),
    }  # fmt: skip
    assert "not a result" in (desk.task.payload.record_dispute or "")
    desk.decide("not a result")
    assert desk.rows == []


def test_two_other_models(desk: Desk) -> None:
    """it takes neither of two names that people give, and the one that is decided on."""
    desk.say(*two("of model L", "of model XL"))
    assert [r.model for r in desk.rows] == ["Ours"]
    desk.decide("of model XL")
    assert [r.model for r in desk.rows] == ["Ours-XL"]


def test_split_to_two_models(desk: Desk) -> None:
    """it marks a value as disputed with both models that people give it to, until one is decided on."""
    desk.say(*two("split to L", "split to XL"))
    assert desk.states() == {"Ours": "disputed", "Ours-L": "disputed", "Ours-XL": "disputed"}
    desk.decide("split to L")
    assert desk.states() == {"Ours": "rejected", "Ours-L": "accepted"}


def test_those_who_decide_differ(desk: Desk) -> None:
    """it asks once more where those who were to decide differ themselves."""
    desk.say(*two("rejected", "another value"))
    key = f"{desk.task.key}:r"
    cleo = of("rejected", id="a3", key=key, who="cleo", at=MOMENT + timedelta(days=1))
    dan = of("another value", id="a4", key=key, who="dan", at=MOMENT + timedelta(days=2))
    desk.say(cleo, dan, key=key)
    assert [d.people for d in desk.queue.disputes] == [("ann", "bob", "cleo", "dan")]
    desk.decide("rejected", who="eve", days=3, round="s")
    assert desk.queue.disputes == ()
    assert desk.states() == {"Ours": "rejected"}


def test_a_later_answer_does_not_undo_a_decision(desk: Desk) -> None:
    """it lets what was decided stand when one more person answers the first question."""
    task = desk.task
    ann, bob = two("rejected", "all right")
    desk.say(ann, bob)
    desk.decide("rejected")
    desk.say(ann, bob, of("all right", id="a4", who="dan", at=MOMENT + timedelta(days=2)), task=task)
    assert desk.queue.disputes == ()
    assert desk.states() == {"Ours": "rejected"}


class TestUnfinished:
    later = MOMENT + timedelta(hours=1)

    def again(self, desk: Desk, verdicts: dict[int, str]) -> list[Decision]:
        """What bob's answer to the page that came back adds."""
        key = f"{desk.task.key}:r"
        return desk.say(answer(verdicts, key=key, id="a2", who="bob", at=self.later), key=key)

    def test_partial(self, desk: Desk) -> None:
        """it asks again what was left open, with what was given filled in, and does not count that twice."""
        desk.say(answer({0: "accept"}))
        assert desk.queue.open == [desk.task]
        given = desk.task.payload.fields[0].given
        assert given is not None
        assert given.verdict == "accept"
        fresh = self.again(desk, {0: "accept", 1: "reject"})
        assert [(d.field, d.annotator) for d in fresh] == [("parameters", "bob")]
        assert desk.queue.open == []

    def test_empty(self, desk: Desk) -> None:
        """it asks again where somebody submitted nothing."""
        before = desk.task
        desk.say(answer({}))
        assert desk.queue.open == [before]

    def test_changed_when_it_comes_back(self, desk: Desk) -> None:
        """it takes another answer than the one filled in for what it is: another person's word."""
        desk.say(answer({0: "accept"}))
        assert [(d.field, d.verdict) for d in self.again(desk, {0: "reject"})] == [("score", "reject")]
        assert [d.field for d in desk.queue.disputes] == ["score"]

    def test_unsure(self, desk: Desk) -> None:
        """it has somebody else look where one is unsure, once."""
        desk.say(answer({0: "accept", 1: "unsure"}))
        assert desk.queue.open == [desk.task]
        self.again(desk, {1: "unsure"})
        assert desk.queue.open == []
        assert desk.states() == {"Ours": "unsure"}

    def test_unreadable(self, desk: Desk) -> None:
        """it comes back with the words that could not be read."""
        desk.say(answer({0: "accept", 1: "correct"}, texts={1: "lots"}))
        given = desk.task.payload.fields[1].given
        assert given is not None
        assert (given.verdict, given.typed) == ("correct", "lots")


def test_parts_are_asked_apart() -> None:
    """it asks again only those parts of a long record in which something was left open."""
    desk = Desk()
    desk.record, candidates = long_record(14)
    desk.candidates = {c.key: c for c in candidates}
    first, *rest = pages_of(desk.task)
    assert desk.queue.open_pages(desk.task) == [first, *rest]
    desk.say(answer({}, key=desk.task.key, whole="all_right"), task=first)
    assert [p.payload.part for p in desk.queue.open_pages(desk.task)] == [p.payload.part for p in rest]
