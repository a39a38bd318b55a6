"""The labelled papers of the repository: complete, short, and judged as their own scorer judges."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from db.models import Candidate, Evidence, Field
from extract.confidence.labels import FOLDER, LabelSet, load_entries, load_labels, truths_of, year_of
from extract.confidence.truth import is_right, said_by
from extract.labels.score import Truth, mean_over_papers, score_fields, whose_right

LONGEST_QUOTE = 200  # characters
ENTRIES = load_entries()
FILES = sorted(FOLDER.glob("*/*.json"))


def test_sets() -> None:
    """it has every labelled paper in exactly one set, with a file"""
    labels = load_labels()
    assert {e.arxiv_id for e in ENTRIES} == set(labels) and len(ENTRIES) == len(labels)
    assert {s: sum(e.set is s for e in ENTRIES) for s in LabelSet} == {
        LabelSet.TUNED: 200, LabelSet.HELD_OUT: 31, LabelSet.CALIBRATION: 17, LabelSet.BLIND: 75
    }  # fmt: skip


def test_card_tells_the_numbers() -> None:
    """it says in its data card how many papers, runs, models and scores there are"""
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for folder in ("papers", "calibration", "second"):
        files = [json.loads(f.read_text(encoding="utf-8")) for f in FILES if f.parent.name == folder]
        counts = [len(files), *(sum(len(g[key]) for g in files) for key in ("training_runs", "models", "results"))]
        assert re.search(rf"\| `{folder}/` \| " + r" \| ".join(f"{n:,}" for n in counts) + r" \|", card), counts


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_file(file: Path) -> None:
    """it carries facts and short quotes alone, under the id and the checksum that papers.csv lists"""
    stored = json.loads(file.read_text(encoding="utf-8"))
    (entry,) = [e for e in ENTRIES if e.arxiv_id == stored["arxiv_id"]]
    assert entry.pdf_sha256 == stored["pdf_sha256"] and file.stem == entry.arxiv_id.replace("/", "_")
    for run in stored["training_runs"]:
        assert len(run.get("quote") or "") <= LONGEST_QUOTE


def test_checksums(shared: Path) -> None:
    """it is of the very PDFs that the shared corpus holds, and of others"""
    with (shared / "corpus" / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        known = {row["arxiv_id"]: row["sha256"] for row in csv.DictReader(rows)}
    labelled = {e.arxiv_id: e.pdf_sha256 for e in ENTRIES}
    assert known and known.items() <= labelled.items()


def test_year() -> None:
    """it tells the year by the id, in the new form and the old"""
    years = {e.arxiv_id: year_of(e) for e in ENTRIES}
    assert years["1706.03762"] == "2017"
    assert years["cs/0702144"] == "before 2007"


def read_right(truth: Truth) -> list[Candidate]:
    """Candidates that say of a paper just what its annotation says."""
    at = Evidence(truth.arxiv_id, 1, 1, "q")
    out = [
        Candidate(field, v[0] if isinstance(v, list) else v, at, "p", "1", chosen=True)
        for field, values in truth.must.items()
        for v in values
    ]
    for n, run in enumerate(truth.runs):
        count = run["count"][0] if isinstance(run["count"], list) else run["count"]
        said = {Field.DEVICE: run["device"], Field.DEVICE_COUNT: count, Field.TRAINING_TIME: run["time_seconds"]}
        out += [Candidate(field, v, at, "p", "1", run=str(n), chosen=True) for field, v in said.items()]
    for (benchmark, metric, value), rows in truth.scores.items():
        role, model = rows[0]["role"], rows[0]["model"]
        out.append(
            Candidate(
                Field.SCORE, float(value), at, "p", "1", subject=model, benchmark=benchmark, metric=metric, role=role,
                chosen=True,
            )
        )  # fmt: skip
    return out


def test_a_perfect_reader_scores_one() -> None:
    """it gives about 1 on every field to a reader who says what the labels say, and 0 to one who says nothing"""
    truths = truths_of([e for e in ENTRIES if e.set is LabelSet.TUNED], load_labels())
    said = [c for truth in truths.values() for c in read_right(truth)]
    told = said_by(said)
    # a count with two right readings may be another run's too: then one of them is found twice
    assert all(s.f1 is not None and s.f1 > 0.985 for s in score_fields(truths, told) if s.labelled)
    assert all(is_right(c, truths[c.evidence.arxiv_id]) for c in said if c.field != Field.DEVICE_COUNT)
    assert whose_right(truths, told).model == 1.0
    assert mean_over_papers(truths, told, "score") == 1.0
    assert {s.recall for s in score_fields(truths, [])} == {0.0}
