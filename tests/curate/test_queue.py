"""What is asked first, how soon that makes the slopes right, and what needs no asking."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curate.audit import audit
from curate.points import fit_line, point_of
from curate.queue import STRATEGIES, by_worth, doubt, doubt_on_fits, influences
from curate.review import load_queue
from curate.tasks import build_tasks
from db.models import Candidate, Decision, Evidence, Outcome, Record, RecordValue
from db.readings import Reading, save_readings
from db.reviews import (
    AutoAcceptRule,
    append_decisions,
    auto_accept_rule,
    last_rule,
    load_decisions,
    set_auto_accept,
)  # fmt: skip
from db.store import insert_rows, now, reading, rows_of, writing
from paperflops import app
from tests.curate.test_decisions import MOMENT


def paper(
    number: int, error: float, parameters: float | None, confidence: float = 0.8
) -> tuple[Record, list[Candidate]]:
    """A paper with one model: its error, and its parameters if they are read."""
    arxiv_id = f"20{number // 100:02}.{number:05}"

    def read(field: str, value: float, **more: Any) -> Candidate:
        return Candidate(
            field,
            value,
            Evidence(arxiv_id, 1, 1, f"Model {value}"),
            "test",
            "1",
            confidence=confidence,
            chosen=True,
            **more,
        )

    candidates = [read("score", error, metric="top1_error")]
    if parameters is not None:
        candidates.append(read("parameters", parameters))
    values = tuple(RecordValue(c.field, c.metric, c.key, True) for c in candidates)
    return Record(arxiv_id, 1, "Model", "imagenet", "own", values), candidates


def payloads_of(papers: list[tuple[Record, list[Candidate]]]) -> list[Any]:
    candidates = {c.key: c for _, cs in papers for c in cs}
    return [t.payload for t in build_tasks([r for r, _ in papers], candidates, {})]


class TestPoints:
    @pytest.mark.parametrize(
        ("metric", "score"), [("top1_error", 25.0), ("top1_accuracy", 75.0)], ids=["error", "accuracy"]
    )
    def test_error(self, metric: str, score: float) -> None:
        """it takes an accuracy for the error rate that it means."""
        point = point_of("imagenet", [("score", metric, score), ("parameters", None, 1e7)])
        assert point is not None
        assert point.log_error == pytest.approx(-0.60206, abs=1e-5)
        assert point.log_computing == {"parameters": 7.0}

    def test_burden(self) -> None:
        """it makes the hardware burden of device, count and time."""
        run = [("device", None, "Tesla P100"), ("device_count", None, 8.0), ("training_time", None, 3600.0)]
        point = point_of("imagenet", [("score", "top1_error", 25.0), *run])
        assert point is not None
        assert 10 ** point.log_computing["hardware burden"] == pytest.approx(8 * 3600 * 9.5e3, rel=0.15)

    def test_line(self) -> None:
        """it finds a planted slope, and none where there is none to find."""
        line = fit_line([1, 2, 3, 4], [1.1, 0.9, 0.7, 0.5])
        assert line is not None
        assert (line.slope, line.standard_error) == (pytest.approx(-0.2), pytest.approx(0, abs=1e-9))
        assert fit_line([1, 1, 1], [1, 2, 3]) is None
        assert fit_line([1, 2], [1, 2]) is None


class TestWorth:
    papers = tuple(paper(n, 40 * 10 ** (-0.1 * (n % 10)), 10 ** (6 + n % 10 / 5)) for n in range(30))

    def test_outlier_first(self) -> None:
        """it asks first about a point far out and off the line: what an error of scale looks like."""
        odd = paper(77, 20.0, 25e9)
        assert by_worth(payloads_of([*self.papers, odd]))[0]["arxiv_id"] == odd[0].arxiv_id

    def test_doubt_counts(self) -> None:
        """it asks first about the more doubtful of two equal points."""
        sure, doubtful = paper(78, 30.0, 1e8, confidence=0.99), paper(79, 30.0, 1e8, confidence=0.6)
        order = [p["arxiv_id"] for p in by_worth(payloads_of([*self.papers, sure, doubtful]))]
        assert order.index(doubtful[0].arxiv_id) < order.index(sure[0].arxiv_id)

    def test_doubt_off_the_fits(self) -> None:
        """it lets no doubtful value that is on no fit bring a record forward."""
        sure, beside, doubtful = (payloads_of([paper(n, 20.0, 1e7, 0.9)])[0] for n in range(3))
        extra = [{**f, "metric": "top5_error", "confidence": 0.1} for f in beside["fields"] if f["field"] == "score"]
        beside = {**beside, "fields": [*beside["fields"], *extra, {**extra[0], "field": "epochs", "metric": None}]}
        doubtful = {**doubtful, "fields": [{**f, "confidence": 0.5} for f in doubtful["fields"]]}
        assert doubt(beside) > doubt(doubtful) > doubt(sure)
        assert doubt_on_fits(beside) == doubt_on_fits(sure) < doubt_on_fits(doubtful)

    def test_off_the_fits_last(self) -> None:
        """it asks last about what is on no fit."""
        alone = paper(80, 30.0, None)
        assert by_worth(payloads_of([*self.papers, alone]))[-1]["arxiv_id"] == alone[0].arxiv_id

    def test_influence_is_what_leaving_does(self) -> None:
        """it ranks points off the line as leaving them out moves the slope."""
        rng = random.Random(1)
        papers = [paper(n, 40 * 10 ** (-0.1 * (n % 10) + rng.gauss(0, 0.1)), 10 ** (6 + n % 10 / 5)) for n in range(40)]
        payloads = payloads_of(papers)
        points = {
            p["key"]: point_of("imagenet", [(f["field"], f["metric"], f["value"]) for f in p["fields"]])
            for p in payloads
        }
        known = {k: p for k, p in points.items() if p is not None and p.log_error is not None}
        found = influences(payloads, known)

        def slope(without: str | None) -> float:
            kept = [p for k, p in known.items() if k != without]
            line = fit_line([p.log_computing["parameters"] for p in kept], [p.log_error or 0.0 for p in kept])
            assert line is not None
            return line.slope

        moved = {k: abs(slope(k) - slope(None)) for k in known}
        top = sorted(known, key=lambda k: -moved[k])[:4]
        assert set(top) <= set(sorted(known, key=lambda k: -found[k].there)[:10])

    @pytest.mark.parametrize("strategy", list(STRATEGIES))
    def test_every_strategy_keeps_all(self, strategy: str) -> None:
        """it orders the queue without losing or doubling a record, the same each time."""
        payloads = payloads_of(list(self.papers))
        ordered = STRATEGIES[strategy](payloads)
        assert sorted(p["key"] for p in ordered) == sorted(p["key"] for p in payloads)
        assert STRATEGIES[strategy](list(reversed(payloads))) == ordered


def fill(db: Path, papers: list[tuple[Record, list[Candidate]]]) -> None:
    with writing(db) as con:
        insert_rows(
            con, "papers", [{"arxiv_id": r.arxiv_id, "version": 1, "title": "T", "added_at": now()} for r, _ in papers]
        )
        save_readings(
            con,
            [
                Reading(r.arxiv_id, 1, "0", "1", Outcome.READ, candidates=tuple(cs), records=(r,)) for r, cs in papers
            ],
        )  # fmt: skip


def run(db: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--db", str(db), *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


class TestSimulation:
    def test_finds_planted_errors(self, db_path: Path, tmp_path: Path) -> None:
        """it has the slope right much sooner by worth than by chance when some readings are far off."""
        rng = random.Random(3)
        gold = tmp_path / "gold"
        gold.mkdir()
        papers = []
        for n in range(120):
            x = 6 + 3 * rng.random()
            error = round(100 * 10 ** (-0.15 * (x - 6) - 0.3 + rng.gauss(0, 0.03)), 2)
            wrong = n % 12 == 0
            papers.append(paper(n, error, 10**x * (1000 if wrong else 1), confidence=0.6 if wrong else 0.9))
            truth = {
                "arxiv_id": papers[-1][0].arxiv_id,
                "results": [{"model": "Model", "benchmark": "imagenet", "metric": "top1_error", "value": error}],
                "models": [{"name": "Model", "params": 10**x, "page": 1}],
            }  # fmt: skip
            (gold / f"{truth['arxiv_id']}.json").write_text(json.dumps(truth))
        fill(db_path, papers)
        out = run(db_path, "review", "simulate", "--gold", str(gold), "--out", str(tmp_path / "out"))
        at_30 = {line.split()[0]: line.split()[2] for line in out.splitlines() if line.split()[-1:][0].endswith("%")}
        assert float(at_30["worth"].rstrip("%")) <= 5.0
        assert float(at_30["random"].rstrip("%")) > 15.0
        assert (tmp_path / "out" / "simulation.png").stat().st_size > 10_000

    def test_no_such_papers(self, db_path: Path, tmp_path: Path) -> None:
        """it says so where the annotated papers are not in the database."""
        fill(db_path, [paper(1, 30.0, 1e7)])
        (tmp_path / "x.json").write_text(json.dumps({"arxiv_id": "9999.99999"}))
        with pytest.raises(Exception, match="none of the annotated papers"):
            run(db_path, "review", "simulate", "--gold", str(tmp_path))


def judge(c: Candidate, verdict: str) -> Decision:
    e = c.evidence
    return Decision(
        "t", e.arxiv_id, 1, "Model", "imagenet", c.field, c.metric, verdict, c.value, c.value, e.page, e.quote,
        "ann", MOMENT,
    )  # fmt: skip


class TestAutoAccept:
    def test_marked_and_not_asked(self, db_path: Path) -> None:
        """it takes sure values, marks them so, and asks only about the audited share."""
        papers = [paper(n, 20 + n / 10, 1e7 + n, confidence=0.97) for n in range(100)]
        fill(db_path, [*papers, paper(500, 30.0, 1e7, confidence=0.8)])
        out = run(db_path, "review", "accept", "--threshold", "0.95")
        with reading(db_path) as con:
            states = [r["state"] for r in rows_of(con, "SELECT state FROM curated_values")]
            left = load_queue(con).open
        taken, waiting = states.count("auto_accepted"), states.count("unreviewed")
        assert taken + waiting >= 190
        assert 0 < waiting < 25
        assert f"taken without asking: {taken} values" in out
        assert len(left) < 30
        assert "2005.00500" in {t.payload["arxiv_id"] for t in left}

    def test_withdrawn(self, db_path: Path) -> None:
        """it withdraws a threshold whose audit fails, and asks about everything again."""
        papers = [paper(n, 20 + n / 10, 1e7 + n, confidence=0.97) for n in range(100)]
        fill(db_path, papers)
        run(db_path, "review", "accept", "--threshold", "0.95", "--audit", "0.2")
        with writing(db_path) as con:
            rule = auto_accept_rule(con)
            assert rule is not None
            audited = [c for _, cs in papers for c in cs if rule.audits(c.judged_key)]
            append_decisions(con, [judge(c, "reject" if n % 3 == 0 else "accept") for n, c in enumerate(audited)])
        assert "the threshold is withdrawn" in run(db_path, "review", "accept")
        with reading(db_path) as con:
            assert auto_accept_rule(con) is None
            last = last_rule(con)
            assert last is not None
            assert "right" in (last.reason or "")
            states = {r["state"] for r in rows_of(con, "SELECT DISTINCT state FROM curated_values")}
            assert "auto_accepted" not in states

    def test_stands(self) -> None:
        """it lets a threshold stand whose audit finds what it promises."""
        papers = [paper(n, 20 + n / 10, 1e7 + n, confidence=0.97) for n in range(100)]
        candidates = {c.key: c for _, cs in papers for c in cs}
        rule = AutoAcceptRule(0.95, 1.0, MOMENT)
        decisions = [judge(c, "reject" if n == 0 else "accept") for n, c in enumerate(candidates.values()) if n < 40]
        found = audit(rule, candidates.values(), decisions)
        assert (found.judged, found.right, found.fails) == (40, 39, False)

    def test_person_goes_first(self, db_path: Path) -> None:
        """it never puts its word in place of a person's."""
        papers = [paper(1, 20.0, 1e7, confidence=0.99)]
        fill(db_path, papers)
        with writing(db_path) as con:
            append_decisions(con, [judge(papers[0][1][1], "reject")])
            set_auto_accept(con, 0.9, 0.0)
        run(db_path, "review", "accept")
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
