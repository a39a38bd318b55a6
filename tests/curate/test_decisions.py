"""Answers become decisions, decisions become curated rows, and neither is lost when the extractor changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.answers.decisions import decisions_of, news
from curate.backends import Answered, PulledTask
from curate.queue.load import load_queue
from curate.queue.tasks import build_tasks
from curate.review import fresh_decisions
from db.models import Candidate, Decision, Evidence, Outcome, Record, RecordValue, ReviewTask
from db.store import reading, rows_of, writing
from db.tables.curated import rebuild_curated
from db.tables.readings import Reading, save_readings
from db.tables.reviews import append_decisions, load_decisions, standing

MOMENT = datetime(2026, 1, 1, 12)


def candidate(field: str, value: float | str | None, quote: str, page: int = 1, **more: Any) -> Candidate:
    return Candidate(field, value, Evidence("2001.00001", 1, page, quote), "test", "1", **more)


SCORE = candidate("score", 23.7, "Ours 23.7 7.1", metric="top1_error")
TOP5 = candidate("score", 7.1, "Ours 23.7 7.1", metric="top5_error")
PARAMETERS = candidate("parameters", 25.6e6, "has 25.6M parameters")
EPOCHS = candidate("epochs", 90.0, "for 90 epochs")


def record(*candidates: Candidate, model: str = "Ours", turned_down: tuple[Candidate, ...] = ()) -> Record:
    values = [RecordValue(c.field, c.metric, c.key, True) for c in candidates]
    values += [RecordValue(c.field, c.metric, c.key, False, "another") for c in turned_down]
    return Record("2001.00001", 1, model, "imagenet", "own", tuple(values))


def save(db: Path, candidates: tuple[Candidate, ...], *records: Record) -> None:
    read = Reading("2001.00001", 1, "00", "1", Outcome.READ, candidates=candidates, records=records)
    with writing(db) as con:
        save_readings(con, [read])


def task_of(r: Record, *candidates: Candidate, decisions: tuple[Decision, ...] = ()) -> ReviewTask:
    (task,) = build_tasks([r], {c.key: c for c in candidates}, {}, decisions)
    return task


KEY = record().key  # of every record here whose model is "Ours"


def answer(
    verdicts: dict[int, str], id: str = "a1", key: str = KEY, who: str = "ann", at: datetime = MOMENT, **more: Any
) -> Answered:
    base: dict[str, Any] = {"texts": {}, "pages": {}}
    return Answered(id=f"{key}#{id}", annotator=who, answered_at=at, verdicts=verdicts, **base | more)


def say(db: Path, task: ReviewTask, *answers: Answered) -> list[Decision]:
    """Takes these as all the answers that the backend now holds of the task, as `sync` does."""
    with writing(db) as con:
        fresh = fresh_decisions([PulledTask("1", task.key, task.payload, answers, MOMENT)], load_decisions(con), [])
        append_decisions(con, fresh)
        rebuild_curated(con)
    return fresh


def curated(db: Path) -> list[dict[str, Any]]:
    with reading(db) as con:
        return rows_of(con, "SELECT * FROM curated WHERE source = 'review' ORDER BY model")


class TestShown:
    def test_order(self) -> None:
        """it shows the benchmark's primary metric first, then what was read, then what was not."""
        task = task_of(record(EPOCHS, TOP5, SCORE), EPOCHS, TOP5, SCORE)
        read = [(f.field, f.metric) for f in task.payload.fields if f.page is not None]
        assert read == [("score", "top1_error"), ("score", "top5_error"), ("epochs", None)]
        assert {f.field for f in task.payload.fields} >= {"device", "training_time", "flops"}

    def test_turned_down(self) -> None:
        """it shows other values that were read for the same field."""
        other = candidate("parameters", 44.5e6, "has 44.5M parameters", page=3)
        task = task_of(record(PARAMETERS, turned_down=(other,)), PARAMETERS, other)
        assert task.payload.fields[0].others == ("44.5 M, page 3",)

    def test_turned_down_name_of_the_same_device(self) -> None:
        """it does not show another name of the device that is shown, and shows another device."""
        device = candidate("device", "NVIDIA V100", "on NVIDIA V100 GPUs")
        same = candidate("device", "Tesla V100", "a Tesla V100", page=3)
        other = candidate("device", "Tesla P100", "a Tesla P100", page=4)
        task = task_of(record(device, turned_down=(same, other)), device, same, other)
        assert task.payload.fields[0].others == ("Tesla P100, page 4",)

    def test_nothing_read(self) -> None:
        """it asks nothing about a record that shows nothing."""
        assert build_tasks([record()], {}, {}) == []

    def test_revision(self) -> None:
        """it has another revision when what is shown is another, and not when the confidence is."""
        sure = replace(SCORE, confidence=0.9)
        other = candidate("score", 23.8, "Ours 23.8 7.1", metric="top1_error")
        revision = task_of(record(SCORE), SCORE).payload.revision
        assert task_of(record(sure), sure).payload.revision == revision
        assert task_of(record(other), other).payload.revision != revision


class TestDecisions:
    task = task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS)
    missing = next(n for n, f in enumerate(task.payload.fields) if f.field == "epochs")

    def said(self, answered: Answered) -> dict[tuple[str, str | None], tuple[str, Any]]:
        read = decisions_of(answered, self.task.payload, "test")
        return {(d.field, d.metric): (d.verdict, d.value) for d in read.decisions}

    def test_all_right(self) -> None:
        """it takes "all right" for every shown field that has no verdict of its own, and for nothing else."""
        said = self.said(answer({1: "unsure"}, whole="all_right"))
        assert said == {("score", "top1_error"): ("accept", 23.7), ("parameters", None): ("unsure", None)}

    def test_added(self) -> None:
        """it takes an added value with the page that the person named."""
        given = answer({self.missing: "correct"}, texts={self.missing: "120"}, pages={self.missing: "4"})
        (d,) = decisions_of(given, self.task.payload, "test").decisions
        assert (d.field, d.verdict, d.value, d.page, d.quote, d.answer_page) == (
            "epochs",
            "correct",
            120,
            None,
            None,
            4,
        )

    def test_corrected_to_the_same(self) -> None:
        """it takes a correction that changes nothing for an accept."""
        assert self.said(answer({1: "correct"}, texts={1: "25.6M"}, pages={1: "1"})) == {
            ("parameters", None): ("accept", 25.6e6)
        }

    def test_unreadable(self) -> None:
        """it keeps a correction that can't be read, as unsure with the words, and says so."""
        read = decisions_of(answer({1: "correct"}, texts={1: "lots"}), self.task.payload, "test")
        (d,) = read.decisions
        assert (d.verdict, d.value, d.note) == ("unsure", None, "typed: lots")
        assert "lots" in read.doubts[0]

    def test_time_is_shared(self) -> None:
        """it shares the time of an answer among its decisions."""
        read = decisions_of(answer({0: "accept", 1: "accept"}, seconds_spent=9.0), self.task.payload, "test")
        assert [d.seconds_spent for d in read.decisions] == [4.5, 4.5]


class TestRows:
    def test_row(self, db_path: Path) -> None:
        """it makes a row once something is decided, with what is not as unreviewed."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))
        assert curated(db_path) == []
        say(db_path, task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS), answer({0: "accept"}))
        (row,) = curated(db_path)
        assert (row["score"], row["score_state"]) == (23.7, "accepted")
        assert (row["parameters"], row["parameters_state"]) == (25.6e6, "unreviewed")

    @pytest.mark.parametrize(
        ("verdict", "value", "state"),
        [
            ("accept", 25.6e6, "accepted"),
            ("reject", None, "rejected"),
            ("not_stated", None, "not_stated"),
            ("unsure", 25.6e6, "unsure"),
        ],
    )
    def test_states(self, db_path: Path, verdict: str, value: float | None, state: str) -> None:
        """it carries each verdict as a state, with the value only where it may stand."""
        save(db_path, (PARAMETERS,), record(PARAMETERS))
        say(db_path, task_of(record(PARAMETERS), PARAMETERS), answer({0: verdict}))
        (row,) = curated(db_path)
        assert (row["parameters"], row["parameters_state"]) == (value, state)

    def test_added_value(self, db_path: Path) -> None:
        """it carries an added value with its page."""
        save(db_path, (SCORE,), record(SCORE))
        task = task_of(record(SCORE), SCORE)
        place = next(n for n, f in enumerate(task.payload.fields) if f.field == "epochs")
        say(db_path, task, answer({place: "correct"}, texts={place: "120"}, pages={place: "4"}))
        (row,) = curated(db_path)
        assert (row["epochs"], row["epochs_page"], row["epochs_state"]) == (120, 4, "corrected")

    def test_not_a_result(self, db_path: Path) -> None:
        """it makes no row of what is not a result, and keeps the decision."""
        save(db_path, (SCORE,), record(SCORE))
        say(db_path, task_of(record(SCORE), SCORE), answer({}, whole="not_a_result"))
        assert curated(db_path) == []
        with reading(db_path) as con:
            assert [d.verdict for d in load_decisions(con)] == ["reject"]
            assert load_queue(con).open == []

    def test_other_model(self, db_path: Path) -> None:
        """it puts the row under the model that the person named."""
        save(db_path, (SCORE,), record(SCORE))
        say(db_path, task_of(record(SCORE), SCORE), answer({}, whole="other_model", model="Ours-L"))
        (row,) = curated(db_path)
        assert (row["model"], row["score"], row["score_state"]) == ("Ours-L", 23.7, "accepted")

    def test_split(self, db_path: Path) -> None:
        """it gives the rejected fields of a split record to the other model."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))
        given = answer({0: "accept", 1: "reject"}, whole="split", model="Ours-L")
        say(db_path, task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS), given)
        small, large = curated(db_path)
        assert (small["model"], small["score"], small["parameters_state"]) == ("Ours", 23.7, "rejected")
        assert (large["model"], large["parameters"], large["parameters_state"]) == ("Ours-L", 25.6e6, "accepted")

    def test_primary_metric_first(self, db_path: Path) -> None:
        """it takes the benchmark's primary metric for the row's score, unless that was rejected."""
        save(db_path, (SCORE, TOP5), record(TOP5, SCORE))
        task = task_of(record(TOP5, SCORE), TOP5, SCORE)
        say(db_path, task, answer({0: "accept", 1: "accept"}))
        assert [r["metric"] for r in curated(db_path)] == ["top1_error"]
        say(db_path, task, answer({0: "reject", 1: "accept"}))
        assert [(r["metric"], r["score"]) for r in curated(db_path)] == [("top5_error", 7.1)]


class TestReextraction:
    def test_same_evidence(self, db_path: Path) -> None:
        """it keeps the answer on the same evidence, whatever else a later extractor reads."""
        save(db_path, (SCORE,), record(SCORE))
        say(db_path, task_of(record(SCORE), SCORE), answer({0: "accept"}))
        better = replace(SCORE, pattern="better", extractor_version="2", confidence=0.99)
        save(db_path, (better, PARAMETERS), record(better, PARAMETERS))
        with writing(db_path) as con:
            rebuild_curated(con)
        (row,) = curated(db_path)
        assert (row["score_state"], row["parameters_state"]) == ("accepted", "unreviewed")

    def test_changed_evidence(self, db_path: Path) -> None:
        """it lets the old answer stand, reopens the question and shows the old answer."""
        save(db_path, (SCORE,), record(SCORE))
        say(db_path, task_of(record(SCORE), SCORE), answer({0: "accept"}))
        with reading(db_path) as con:
            assert load_queue(con).open == []
        other = candidate("score", 24.1, "Ours (v2) 24.1", page=5, metric="top1_error")
        save(db_path, (other,), record(other))
        with writing(db_path) as con:
            rebuild_curated(con)
        (row,) = curated(db_path)
        assert (row["score"], row["score_page"], row["score_state"]) == (23.7, 1, "accepted")
        with reading(db_path) as con:
            (task,) = load_queue(con).open
        assert task.payload.fields[0].value == 24.1
        assert task.payload.fields[0].before == "accepted: 23.7 (page 1)"
        say(db_path, task, answer({0: "accept"}, id="a2", at=MOMENT + timedelta(hours=1)))
        assert [(r["score"], r["score_state"]) for r in curated(db_path)] == [(24.1, "accepted")]

    def test_rejected_then_better(self, db_path: Path) -> None:
        """it shows a new reading as unreviewed where only the old one was rejected."""
        save(db_path, (SCORE,), record(SCORE))
        say(db_path, task_of(record(SCORE), SCORE), answer({0: "reject"}))
        other = candidate("score", 24.1, "Ours (v2) 24.1", page=5, metric="top1_error")
        save(db_path, (other,), record(other))
        with writing(db_path) as con:
            rebuild_curated(con)
        assert [(r["score"], r["score_state"]) for r in curated(db_path)] == [(24.1, "unreviewed")]

    def test_renamed_model(self, db_path: Path) -> None:
        """it follows a record whose model is read otherwise by the evidence that it shows."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))
        say(db_path, task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS), answer({0: "accept"}))
        renamed = record(SCORE, PARAMETERS, model="Ours (single crop)")
        save(db_path, (SCORE, PARAMETERS), renamed)
        with writing(db_path) as con:
            rebuild_curated(con)
        (row,) = curated(db_path)
        assert (row["row_key"], row["model"]) == (renamed.key, "Ours (single crop)")
        assert row["score_state"] == "accepted"

    def test_record_gone(self, db_path: Path) -> None:
        """it keeps the row of a record that is no longer read at all, made of its answers."""
        save(db_path, (SCORE,), record(SCORE))
        say(db_path, task_of(record(SCORE), SCORE), answer({0: "accept"}))
        save(db_path, ())
        with writing(db_path) as con:
            rebuild_curated(con)
        assert [(r["model"], r["score"], r["score_state"]) for r in curated(db_path)] == [("Ours", 23.7, "accepted")]


class TestHistory:
    def test_same_twice(self, db_path: Path) -> None:
        """it says nothing twice."""
        task = task_of(record(SCORE), SCORE)
        assert len(say(db_path, task, answer({0: "accept"}))) == 1
        assert say(db_path, task, answer({0: "accept"}, at=MOMENT + timedelta(days=1))) == []

    def test_changed(self, db_path: Path) -> None:
        """it appends only what changed in a changed answer."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))
        task = task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS)
        say(db_path, task, answer({0: "accept", 1: "accept"}))
        (fresh,) = say(db_path, task, answer({0: "accept", 1: "reject"}, at=MOMENT + timedelta(hours=1)))
        assert (fresh.field, fresh.verdict) == ("parameters", "reject")
        with reading(db_path) as con:
            assert len(load_decisions(con)) == 3

    def test_left_open_again(self, db_path: Path) -> None:
        """it withdraws what an answer no longer says."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))
        task = task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS)
        say(db_path, task, answer({0: "accept", 1: "accept"}))
        (fresh,) = say(db_path, task, answer({0: "accept"}, at=MOMENT + timedelta(hours=1)))
        assert (fresh.field, fresh.verdict) == ("parameters", "withdrawn")
        assert [r["parameters_state"] for r in curated(db_path)] == ["unreviewed"]
        assert say(db_path, task, answer({0: "accept"}, at=MOMENT + timedelta(hours=1))) == []

    def test_deleted_and_given_again(self, db_path: Path) -> None:
        """it withdraws a deleted answer and takes it when it is given again, each once."""
        save(db_path, (SCORE,), record(SCORE))
        task = task_of(record(SCORE), SCORE)
        say(db_path, task, answer({0: "accept"}))
        assert [d.verdict for d in say(db_path, task)] == ["withdrawn"]
        assert curated(db_path) == []
        assert say(db_path, task) == []
        assert len(say(db_path, task, answer({0: "accept"}, id="a2", at=MOMENT + timedelta(hours=2)))) == 1
        assert len(curated(db_path)) == 1

    def test_asked_anew(self, db_path: Path) -> None:
        """it leaves the answers of a record's first task alone when only its second is pulled."""
        save(db_path, (SCORE, PARAMETERS), record(SCORE, PARAMETERS))
        task = task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS)
        say(db_path, task, answer({0: "accept"}))
        anew = PulledTask("2", f"{KEY}:2", task.payload, (answer({1: "accept"}, key=f"{KEY}:2"),), MOMENT)
        with reading(db_path) as con:
            fresh = fresh_decisions([anew], load_decisions(con), [])
        assert [(d.field, d.verdict) for d in fresh] == [("parameters", "accept")]

    def test_skipped(self, db_path: Path) -> None:
        """it takes nothing from an answer that was put aside."""
        assert say(db_path, task_of(record(SCORE), SCORE), answer({0: "accept"}, skipped=True)) == []

    def test_older_page(self, db_path: Path) -> None:
        """it takes nothing from an answer to a page that has changed since, and says so."""
        doubts: list[str] = []
        task = task_of(record(SCORE), SCORE)
        pulled = PulledTask("1", task.key, task.payload, (answer({0: "accept"}, revision="another"),), MOMENT)
        assert fresh_decisions([pulled], [], doubts) == []
        assert "older page" in doubts[0]

    def test_two_people(self, db_path: Path) -> None:
        """it keeps both words, takes neither's side, and lets the one stand when the other is withdrawn."""
        save(db_path, (SCORE,), record(SCORE))
        task = task_of(record(SCORE), SCORE)
        ann = answer({0: "accept"})
        bob = answer({0: "reject"}, id="a2", who="bob", at=MOMENT + timedelta(hours=1))
        say(db_path, task, ann, bob)
        assert [(r["score"], r["score_state"]) for r in curated(db_path)] == [(23.7, "disputed")]
        say(db_path, task, ann)
        assert [r["score_state"] for r in curated(db_path)] == ["accepted"]

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.dictionaries(
                st.sampled_from(["a1", "a2"]),
                st.dictionaries(st.sampled_from([0, 1]), st.sampled_from(["accept", "reject", "unsure"]), min_size=1),
            ),
            max_size=6,
        )
    )
    def test_whatever_happens(self, states: list[dict[str, dict[int, str]]]) -> None:
        """it ends with exactly what the backend last held standing, and says nothing twice."""
        task = task_of(record(SCORE, PARAMETERS), SCORE, PARAMETERS)
        kept: list[Decision] = []
        for hour, state in enumerate(states):
            at = MOMENT + timedelta(hours=hour)
            answers = [answer(v, id=i, who=i, at=at) for i, v in state.items()]
            pulled = [PulledTask("1", task.key, task.payload, tuple(answers), at)]
            fresh = fresh_decisions(pulled, kept, [])
            assert fresh_decisions(pulled, kept + fresh, []) == []
            assert {d.key for d in fresh}.isdisjoint(d.key for d in kept)
            kept += fresh
        last = states[-1] if states else {}
        fields = ["score", "parameters"]
        expected = {(i, fields[place], verdict) for i, v in last.items() for place, verdict in v.items()}
        assert {(d.annotator, d.field, d.verdict) for d in standing(kept)} == expected


def test_news_of_nothing() -> None:
    """it appends nothing where nothing was said and nothing is known."""
    assert news([], [], "k", [], MOMENT) == []
