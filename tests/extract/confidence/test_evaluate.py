"""`paperflops evaluate`: what it checks before it works, and where it writes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import extract.confidence.evaluate
from db.errors import BadInputError, PaperflopsError
from db.models import Candidate, Decision, Evidence, Outcome
from db.store import insert_rows, now, writing
from db.tables.readings import Reading, save_readings
from db.tables.reviews import append_decisions
from extract.confidence.chance import CONFIDENCE_FILE
from extract.confidence.labels import load_entries
from paperflops import app

PAPER = "1512.03385"
PARAMETERS = {1: 25.6e6, 2: 44.5e6, 3: 60.2e6}


@pytest.fixture
def db(db_path: Path) -> Path:
    """A database with one paper of three parameter counts, of which the annotation knows the first two."""
    candidates = [
        Candidate("parameters", value, Evidence(PAPER, 1, page, f"{value}"), "test", "1", chosen=True)
        for page, value in PARAMETERS.items()
    ]
    with writing(db_path) as con:
        insert_rows(con, "papers", [{"arxiv_id": PAPER, "version": 1, "title": "T", "added_at": now()}])
        save_readings(con, [Reading(PAPER, 1, "0", "1", Outcome.READ, candidates=tuple(candidates))])
    return db_path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    models = [{"name": "A", "params": PARAMETERS[1]}, {"name": "B", "params": PARAMETERS[2]}]
    (folder / "a.json").write_text(json.dumps({"arxiv_id": PAPER, "models": models}))
    return folder


def evaluate(db: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--db", str(db), "evaluate", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def judge(db: Path, verdicts: dict[int, str]) -> None:
    decisions = [
        Decision(
            "t", PAPER, 1, "A", "imagenet", "parameters", None, verdict, PARAMETERS[page], PARAMETERS[page], page,
            f"{PARAMETERS[page]}", "ann", datetime(2026, 1, 1),
        )
        for page, verdict in verdicts.items()
    ]  # fmt: skip
    with writing(db) as con:
        append_decisions(con, decisions)


def test_figures_in_a_new_folder(db: Path, gold: Path, tmp_path: Path) -> None:
    """it makes the folder that the figures go to"""
    out = tmp_path / "new" / "deep" / "figures.json"
    evaluate(db, "--gold", str(gold), "--out", str(out))
    found = json.loads(out.read_text())
    assert found["groups"]["gold"]["parameters"]["precision"] == pytest.approx(2 / 3)
    assert (found["papers"], found["readers"]) == ({"gold": 1}, ["1"])


def test_no_folder_for_the_figures(tmp_path: Path) -> None:
    """it says at once that the figures can't be written, before it opens the database"""
    (tmp_path / "file").write_text("")
    with pytest.raises((PaperflopsError, OSError)):
        evaluate(tmp_path / "no such database", "--decisions", "--out", str(tmp_path / "file" / "figures.json"))


@pytest.mark.parametrize("judges", ["--decisions", "--gold"])
def test_unknown_field(tmp_path: Path, judges: str) -> None:
    """it refuses an unknown field before it reads anything, with those it knows"""
    by = ["--decisions"] if judges == "--decisions" else ["--gold", str(tmp_path)]
    with pytest.raises(BadInputError, match=r"no field 'speed'; choose one of device, .*score"):
        evaluate(tmp_path / "no such database", *by, "--errors", "speed")


def test_errors_before_any_decision(db: Path) -> None:
    """it says that nobody has decided anything, whatever else was asked"""
    with pytest.raises(BadInputError, match="nobody has decided anything yet"):
        evaluate(db, "--decisions", "--errors", "parameters")


def test_errors_by_decisions(db: Path) -> None:
    """it lists what people turned down, with its page, and says so where that is nothing"""
    judge(db, {1: "accept", 3: "reject"})
    told = evaluate(db, "--decisions", "--errors", "parameters").splitlines()
    assert told[-1] == f"parameters wrong: {PAPER} p. 3 60200000.0"
    assert "epochs: nothing that people judged was wrong" in evaluate(db, "--decisions", "--errors", "epochs")


class TestCalibrate:
    def test_named(self, db: Path, gold: Path, tmp_path: Path) -> None:
        """it writes the confidences where it is told, and leaves its own alone"""
        before = CONFIDENCE_FILE.read_bytes()
        file = tmp_path / "new" / "confidence.json"
        assert str(file) in evaluate(db, "--gold", str(gold), "--calibrate", "--confidences", str(file))
        assert {k: json.loads(file.read_text())[k] for k in ("papers", "values", "right")} == {
            "papers": 1, "values": 3, "right": 2
        }  # fmt: skip
        assert CONFIDENCE_FILE.read_bytes() == before

    def test_checkout(self, db: Path, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it writes the checkout's file by default"""
        (tmp_path / "pyproject.toml").touch()
        own = tmp_path / "extract" / "confidence" / "confidence.json"
        own.parent.mkdir(parents=True)
        monkeypatch.setattr(extract.confidence.evaluate, "CONFIDENCE_FILE", own)
        evaluate(db, "--gold", str(gold), "--calibrate")
        assert own.exists()

    def test_installed(self, db: Path, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """it never writes into an installed package"""
        inside = tmp_path / "site-packages" / "extract" / "confidence" / "confidence.json"
        monkeypatch.setattr(extract.confidence.evaluate, "CONFIDENCE_FILE", inside)
        with pytest.raises(BadInputError, match=r"the installed package .*--confidences"):
            evaluate(db, "--gold", str(gold), "--calibrate")
        assert not inside.exists()

    def test_without(self, db: Path, gold: Path) -> None:
        """it refuses a file for confidences that are not asked for"""
        with pytest.raises(BadInputError, match="add --calibrate"):
            evaluate(db, "--gold", str(gold), "--confidences", "x.json")


class TestLabels:
    def test_papers_here_and_missing(self, db: Path) -> None:
        """it scores the labelled papers whose PDFs are here, and lists the others"""
        told = evaluate(db, "--labels").splitlines()
        assert told[0] == f"{len(load_entries())} labelled papers, 1 of them read here"
        assert told[1].startswith(f"without a reading here ({len(load_entries()) - 1}): 0908.0054 ")
        assert any(line.startswith("parameters") and "held_out (1)" in told[2] for line in told)

    def test_no_errors_of_unseen_papers(self, db: Path) -> None:
        """it lists no error of a paper that no rule was made on"""
        told = evaluate(db, "--labels", "--errors", "parameters")
        assert "no rule was made on" in told and "parameters wrong" not in told

    def test_one_judge(self, db: Path, gold: Path) -> None:
        """it wants one thing to judge by"""
        with pytest.raises(BadInputError, match="one of --labels, --gold DIR and --decisions"):
            evaluate(db, "--labels", "--gold", str(gold))

    def test_none_here(self, db_path: Path) -> None:
        """it says what to do where no labelled paper was read"""
        with writing(db_path) as con:
            save_readings(con, [])
        with pytest.raises(BadInputError, match="none of the annotated papers is in the database"):
            evaluate(db_path, "--labels")
