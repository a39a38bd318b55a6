"""The command `status`: the study's flow and its summary by benchmark, counted by hand here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.look.status import status, study_status
from db.models import Candidate, Evidence, Outcome, Record, RecordValue
from db.reference.benchmarks import load_benchmarks
from db.store import insert_rows, now, reading, writing
from db.tables.readings import Reading, save_readings
from tests.db.sample_rows import COUNT, DEVICE, FLOPS, PAPER, PARAMETERS, SCORE, TIME, save_sample


def facts_of(db_path: Path) -> dict[str, Any]:
    with reading(db_path) as con:
        return study_status(con)


def counts_of(facts: dict[str, Any], benchmark: str) -> tuple[int, ...]:
    row = next(b for b in facts["benchmarks"] if b["benchmark"] == benchmark)
    return tuple(row[c] for c in ("found", "read", "models", "computation", "burden", "all"))


def save_model(
    path: Path, arxiv_id: str, version: int, benchmark: str | None, given: Sequence[Candidate], **more: Any
) -> None:
    """Saves a paper that was read, with one record of these candidates (taken over from the sample paper)."""
    mine = [replace(c, evidence=Evidence(arxiv_id, version, 1, c.evidence.quote)) for c in given]
    values = tuple(RecordValue(c.field, c.metric, c.key, c.chosen) for c in mine)
    record = Record(arxiv_id, version, more.get("model", "Net"), benchmark, more.get("role", "own"), values)
    paper = {"arxiv_id": arxiv_id, "version": version, "pdf_sha256": arxiv_id, "added_at": now()}
    with writing(path) as con:
        insert_rows(con, "papers", [paper])
        save_readings(
            con,
            [Reading(arxiv_id, version, arxiv_id, "1", Outcome.READ, candidates=tuple(mine), records=(record,))],
        )


def test_flow(db_path: Path) -> None:
    """it counts papers and models from found to both costs."""
    save_sample(db_path)
    assert facts_of(db_path)["flow"] == {
        "papers known": 3,
        "found by search": 3,
        "with a PDF": 2,
        "reading tried": 2,
        "read": 1,
        "with a model of their own on a benchmark": 1,
        "models": 2,
        "models with computation": 1,
        "models with hardware burden": 1,
        "models with both": 1,
    }


def test_benchmarks(db_path: Path) -> None:
    """it has a row for each of the study's nine benchmarks, in their order, and for others with papers."""
    save_sample(db_path)
    save_model(db_path, "2001.00001", 1, "widerface", [SCORE])
    facts = facts_of(db_path)
    known = [b for b in load_benchmarks().values() if b.study or b.id == "widerface"]
    assert [b["benchmark"] for b in facts["benchmarks"]] == [b.id for b in known]
    assert sum(b["study"] for b in facts["benchmarks"]) == 9
    assert counts_of(facts, "imagenet") == (2, 1, 1, 1, 1, 1)
    assert counts_of(facts, "cifar10") == (1, 1, 1, 0, 0, 0)
    assert counts_of(facts, "wmt14_en_de") == (1, 0, 0, 0, 0, 0)
    assert counts_of(facts, "cifar100") == (0, 0, 0, 0, 0, 0)
    assert counts_of(facts, "widerface") == (1, 1, 1, 0, 0, 0)
    assert facts["total"] == {"found": 4, "read": 2, "models": 3, "computation": 1, "burden": 1, "all": 1}


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ([SCORE], (1, 0, 0, 0)),
        ([SCORE, FLOPS], (1, 1, 0, 0)),
        ([SCORE, replace(FLOPS, field="flops")], (1, 1, 0, 0)),
        ([SCORE, PARAMETERS], (1, 0, 0, 0)),
        ([SCORE, replace(FLOPS, field="training_flops")], (1, 0, 0, 0)),
        ([SCORE, DEVICE, COUNT], (1, 0, 0, 0)),
        ([SCORE, DEVICE, COUNT, TIME], (1, 0, 1, 0)),
        ([SCORE, DEVICE, COUNT, TIME, FLOPS], (1, 1, 1, 1)),
        ([SCORE, DEVICE, COUNT, replace(TIME, purpose="inference")], (1, 0, 0, 0)),
        ([SCORE, DEVICE, COUNT, replace(TIME, chosen=False)], (1, 0, 0, 0)),
        ([SCORE, DEVICE, COUNT, replace(TIME, value=None)], (1, 0, 0, 0)),
    ],
    ids=[
        "score alone", "multiply-adds", "flops", "parameters are no operations", "operations of the whole training",
        "no time", "device, count, time", "both", "time of inference", "rejected time", "time without a value",
    ],
)  # fmt: skip
def test_what_counts(db_path: Path, given: list[Candidate], counts: tuple[int, ...]) -> None:
    """it counts computation by operations per pass, and burden by device, count and time of training together."""
    save_model(db_path, PAPER, 1, "squad11", given)
    assert counts_of(facts_of(db_path), "squad11")[2:] == counts


@pytest.mark.parametrize("more", [{"role": "ablation"}, {"model": "*"}], ids=str)
def test_what_is_no_model(db_path: Path, more: dict[str, str]) -> None:
    """it counts neither ablations nor what is said of a paper's models in general."""
    save_model(db_path, PAPER, 1, "squad11", [SCORE, FLOPS], **more)
    assert counts_of(facts_of(db_path), "squad11") == (1, 1, 0, 0, 0, 0)


def test_versions_count_once(db_path: Path) -> None:
    """it counts a paper with two versions once, by the newer one that was read."""
    save_model(db_path, PAPER, 1, "squad11", [SCORE])
    save_model(db_path, PAPER, 2, "squad11", [SCORE, FLOPS])
    assert counts_of(facts_of(db_path), "squad11") == (1, 1, 1, 1, 0, 0)


def test_fill_rates_and_outcomes(db_path: Path) -> None:
    """it says how many models have each field, and how readings ended."""
    save_sample(db_path)
    facts = facts_of(db_path)
    fields = {f["field"]: f for f in facts["fields"]}
    assert fields["parameters"] == {"field": "parameters", "models": 1, "share": 0.5, "chosen": 1, "rejected": 1}
    assert fields["epochs"]["models"] == 0, "a hard form fills nothing"
    assert fields["score"]["models"] == 2
    assert facts["outcomes"] == {"read": 1, "encrypted": 1}


def test_printed(db_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """it prints the flow, the table and the rest, and the same facts as JSON."""
    save_sample(db_path)
    status(db_path)
    text = capsys.readouterr().out
    rows = {line.split("  ")[0]: line.split()[-6:] for line in text.splitlines()}
    assert rows["ImageNet"] == ["2", "1", "1", "1", "1", "1"]
    assert rows["all benchmarks"] == ["3", "1", "2", "1", "1", "1"]
    assert "Readings: read 1, encrypted 1" in text
    status(db_path, as_json=True)
    assert json.loads(capsys.readouterr().out) == facts_of(db_path)


def test_nothing_yet(db_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """it stands on an empty database."""
    with writing(db_path):
        pass
    status(db_path)
    assert "Readings: none yet" in capsys.readouterr().out
