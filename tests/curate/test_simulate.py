"""How soon the slopes are right, on annotated papers."""

from __future__ import annotations

import csv
import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from curate.queue.coverage import Ending, summary
from curate.queue.effort import Effort, measured_effort
from curate.queue.outlines import Settled, outlines_of
from curate.queue.points import point_of_payload
from curate.queue.remaining import Remaining, remaining_changes
from curate.queue.replay import load_replay, save_replay, with_mistakes
from curate.queue.simulate import Curve, fits_to_follow, simulate
from db.errors import BadInputError
from db.models import Decision
from tests.curate.command import paperflops
from tests.curate.invented import arxiv_id, fill, model_of, payloads_of


def after_30(told: str, annotator: str = "no mistakes") -> dict[str, float]:
    """By order, the mean distance in percent after 30 % of the hours."""
    lines = [line.removeprefix(annotator).strip() for line in told.splitlines() if line.startswith(annotator)]
    return {re.split(r"\s{2,}", line)[0]: float(re.search(r"([\d.]+)%", line)[1]) for line in lines}


@pytest.fixture
def gold(db_path: Path, tmp_path: Path) -> Path:
    """A database of 120 papers of which ten are read a thousandfold off, and their annotations."""
    rng = random.Random(3)
    folder = tmp_path / "gold"
    folder.mkdir()
    models = []
    for n in range(120):
        x = 6 + 3 * rng.random()
        error = round(100 * 10 ** (-0.15 * (x - 6) - 0.3 + rng.gauss(0, 0.03)), 2)
        wrong = n % 12 == 0
        models.append(model_of(n, error, 10**x * (1000 if wrong else 1), confidence=0.6 if wrong else 0.9))
        truth = {
            "arxiv_id": arxiv_id(n),
            "results": [{"model": "Model", "benchmark": "imagenet", "metric": "top1_error", "value": error}],
            "models": [{"name": "Model", "params": 10**x, "page": 1}],
        }  # fmt: skip
        (folder / f"{arxiv_id(n)}.json").write_text(json.dumps(truth))
    fill(db_path, models)
    return folder


def test_finds_planted_errors(db_path: Path, tmp_path: Path, gold: Path) -> None:
    """it has the slope right much sooner by worth than by chance, on all papers and on halves of them."""
    out, kept = tmp_path / "out", tmp_path / "kept.jsonl.gz"
    told = paperflops(
        db_path, "review", "simulate", "--gold", str(gold), "--out", str(out), "--seeds", "2", "--keep", str(kept)
    )
    for part in told.split("random halves"):
        found = after_30(part)
        assert found["worth"] <= 5.0
        assert found["random"] > 15.0
    assert "assumed, not measured" in told
    assert (out / "simulation.png").stat().st_size > 10_000
    with (out / "simulation.csv").open() as file:
        rows = list(csv.DictReader(file))
    last = {(r["annotator"], r["order"]): float(r["distance"]) for r in rows if r["papers"] == "all"}
    assert {distance for (who, _), distance in last.items() if who == "no mistakes"} == {0.0}
    assert min(distance for (who, _), distance in last.items() if who != "no mistakes") > 0.0
    assert simulate(load_replay(kept), Effort(), seeds=1).fits == simulate(load_replay(kept), Effort(), seeds=1).fits


def test_comes_along() -> None:
    """it has the figures of labelled papers with it, with slopes that the review has to set right."""
    replay = load_replay()
    fits, left_out = fits_to_follow(replay)
    assert len(replay.papers) > 50
    assert len(fits) >= 4
    assert any("right before the review" in why for why in left_out.values())


def test_kept_as_it_was(tmp_path: Path) -> None:
    """it keeps a replay so that it is the same when it is read, and the same figures make the same file."""
    save_replay(load_replay(), tmp_path / "a.jsonl.gz")
    again = load_replay(tmp_path / "a.jsonl.gz")
    save_replay(again, tmp_path / "b.jsonl.gz")
    assert again == load_replay()
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_mistakes() -> None:
    """it gets about one field in so many wrong, the same ones for the same seed."""
    replay = load_replay()
    wrong = with_mistakes(replay, 0.13, seed=1)
    fields = sum(len(r.values) for r in replay.reviewed.values())
    changed = sum(len(set(replay.reviewed[key].values) - set(r.values)) for key, r in wrong.items())
    assert 0.08 < changed / fields < 0.16
    assert with_mistakes(replay, 0.13, seed=1) == wrong
    assert with_mistakes(replay, 0.0, seed=1).keys() == wrong.keys()


class TestEffort:
    def test_measured(self) -> None:
        """it takes the costs from the times of answers, once there are enough of them."""
        rng = random.Random(1)
        said = []
        for n in range(80):
            verdicts = [rng.choice(["accept", "reject", "correct"]) for _ in range(rng.randint(1, 9))]
            seconds = 6 + sum({"accept": 2, "reject": 4, "correct": 20}[v] for v in verdicts)
            seconds += 30 if n % 4 == 0 else 0
            said += [decision(n, place, v, seconds / len(verdicts)) for place, v in enumerate(verdicts)]
        found = measured_effort(said)
        assert (found.answers, round(found.accept), round(found.turn_down)) == (80, 2, 4)
        assert (round(found.correct), round(found.record), round(found.paper)) == (20, 6, 30)

    def test_assumed(self) -> None:
        """it says that it assumes them while there are few."""
        assert measured_effort([decision(n, 0, "accept", 3.0) for n in range(10)]) == Effort()

    def test_another_paper_costs(self) -> None:
        """it counts a change of paper, and what was to be typed."""
        effort = Effort()
        assert effort.of_answer({"accept": 2}, True) - effort.of_answer({"accept": 2}, False) == effort.paper
        assert effort.of_answer({"add": 1}, False) > effort.of_answer({"accept": 1}, False)


def decision(n: int, place: int, verdict: str, seconds: float) -> Decision:
    value = 1.0 if verdict != "reject" else None
    return Decision(
        f"t{n}", arxiv_id(n // 4), 1, "M", "imagenet", "epochs", None, verdict, 1.0, value, 1, f"q{n} {place}", "ann",
        datetime(2026, 1, 1) + timedelta(minutes=n), seconds, backend_id=f"t{n}#1",
    )  # fmt: skip


class TestRemaining:
    """How far the slopes are expected to move: when to stop."""

    def test_sure_points_settle(self) -> None:
        """it expects slopes of sure points to stay, and those of doubtful ones to move."""
        sure = payloads_of([model_of(n, 40 - n % 10 * 2, 10 ** (6 + n % 10 / 5), 0.999) for n in range(40)])
        doubtful = payloads_of([model_of(n, 40 - n % 10 * 2 + n % 3, 10 ** (6 + n % 10 / 5), 0.4) for n in range(40)])
        (calm,), (open_one,) = remaining_changes(outlines_of(sure)), remaining_changes(outlines_of(doubtful))
        assert calm.settled
        assert not open_one.settled
        assert open_one.low < open_one.slope < open_one.high

    def test_nothing_left(self) -> None:
        """it expects no change once everything is reviewed."""
        done = payloads_of([model_of(n, 40 - n % 10 * 2, 10 ** (6 + n % 10 / 5), 0.4) for n in range(40)])
        (found,) = remaining_changes(outlines_of([], [Settled(p, point_of_payload(p)) for p in done]))
        assert found.settled
        assert found.change == pytest.approx(0.0, abs=1e-9)
        assert (found.low, found.high) == (pytest.approx(found.slope), pytest.approx(found.slope))


def test_no_such_papers(db_path: Path, tmp_path: Path) -> None:
    """it says so where the annotated papers are not in the database."""
    fill(db_path, [model_of(1, 30.0, 1e7)])
    (tmp_path / "x.json").write_text(json.dumps({"arxiv_id": "9999.99999"}))
    with pytest.raises(BadInputError, match="none of the annotated papers"):
        paperflops(db_path, "review", "simulate", "--gold", str(tmp_path))


def test_two_papers_are_no_benchmark(db_path: Path, tmp_path: Path) -> None:
    """it follows no slope that two papers alone make."""
    for number in (1, 2):
        rows = [
            {"model": f"Net-{n} a", "benchmark": "imagenet", "metric": "top1_error", "value": 40.0 - n}
            for n in range(10)
        ]
        (tmp_path / f"{number}.json").write_text(json.dumps({"arxiv_id": arxiv_id(number), "results": rows}))
    fill(db_path, [model_of(p, 40.0 - n, 10 ** (6 + n / 5), name=f"Net-{n} a") for p in (1, 2) for n in range(10)])
    with pytest.raises(BadInputError, match="no benchmark has a slope to follow"):
        paperflops(db_path, "review", "simulate", "--gold", str(tmp_path))


def test_curve() -> None:
    """it is within the goal from where it stays there, not from where it first was."""
    c = Curve((0.0, 25.0, 50.0, 75.0, 100.0), (0.2, 0.01, 0.1, 0.02, 0.0))
    assert c.distance_at(50.0) == pytest.approx(0.1)
    assert c.seconds_for(0.05) == 75.0
    assert c.seconds_for(0.5) == 0.0
    assert Curve((0.0, 1.0), (0.2, 0.1)).seconds_for(0.05) == float("inf")


class TestWhenToStop:
    def test_intervals(self, db_path: Path, gold: Path) -> None:
        """it asks for the interval at each moment of reviews with and without mistakes, and says how many held."""
        told = paperflops(db_path, "review", "simulate", "--gold", str(gold), "--seeds", "1", "--stop")
        rows = [re.split(r"\s{2,}", line) for line in told.splitlines() if line.startswith("no mistakes")]
        assert [row[1] for row in rows] == ["0%", "10%", "25%", "50%", "75%", "90%", "any"]
        assert sum(int(row[2]) for row in rows[:-1]) == int(rows[-1][2])
        # what is said to be right in six of ten is always wrong here: it can't hold as it says, but it narrows
        assert 0.0 < float(rows[-1][3].rstrip("%")) <= 100.0
        assert float(rows[0][4].rstrip("%")) > float(rows[5][4].rstrip("%"))
        assert "13% mistakes" in told

    def test_summary(self) -> None:
        """it counts an interval as held where the slope ended in it, and a settled slope that moved all the same."""
        said = Remaining("imagenet", "FLOPs", 20, 5, -0.10, -0.12, -0.08, 0.01, 0.04)
        endings = [Ending("no mistakes", "worth", 0, 0.0, said, slope) for slope in (-0.10, -0.12, -0.13, -0.07)]
        at_0, whole = summary(endings)
        assert (at_0.stage, at_0.intervals, at_0.held) == (0.0, 4, 0.5)
        assert (at_0.half_width, at_0.moved) == (pytest.approx(0.2), pytest.approx(0.25))
        assert (at_0.settled, at_0.unsettled) == (4, 3)
        assert (whole.stage, whole.held) == (-1.0, 0.5)
