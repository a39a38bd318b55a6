"""The whole path: an arXiv, harvest, extract, decisions, the curated table, the report. And all of it again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from db.models import Decision, Verdict
from db.store import reading, rows_of, writing
from db.tables.curated import rebuild_curated
from db.tables.readings import load_candidates, load_records
from db.tables.reviews import append_decisions
from tests.conftest import ROOT
from tests.loopback_arxiv import LoopbackArxiv, ServedPaper, serving

SAMPLES = ROOT / "tests" / "samples" / "pdf"
STAMP = re.compile(r"arXiv:(?P<id>[\w./-]+?)v(?P<version>\d)\s")


@dataclass(frozen=True)
class ServedSample(ServedPaper):
    """A sample paper as arXiv would serve it."""

    file: Path = Path()

    @property
    def pdf(self) -> bytes:
        return self.file.read_bytes()


def served_samples() -> Iterator[ServedSample]:
    for file in sorted(SAMPLES.glob("*.pdf")):
        text = pdfium.PdfDocument(file)[0].get_textpage().get_text_range()
        text = "".join(c if c.isprintable() or c == "\n" else "-" for c in text)
        name = re.match(r"(?P<id>\d{4}\.\d{5}|[a-z]+_\d{7})v(?P<version>\d)", file.stem) or STAMP.search(text)
        assert name, file
        yield ServedSample(
            name["id"].replace("_", "/"), text.split("\n")[0].strip(), text[:1800], datetime(2020, 1, 14),
            version=int(name["version"]), file=file,
        )  # fmt: skip


@pytest.fixture(scope="module")
def arxiv() -> Iterator[LoopbackArxiv]:
    with serving(served_samples()) as server:
        yield server


def paperflops(db: Path, *words: object, script: bool = False, **settings: str) -> str:
    start = [sys.executable, *map(str, words)] if script else [sys.executable, "-m", "paperflops", *map(str, words)]
    done = subprocess.run(
        [*start, "--db", str(db)], cwd=ROOT, capture_output=True, text=True, env={**os.environ, **settings}, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def decide(db: Path) -> int:
    """A person accepts every chosen value of every record; how many new decisions that made."""
    with writing(db) as con:
        by_key = {c.key: c for c in load_candidates(con)}
        made = []
        for record in load_records(con):
            for value in record.values:
                if value.chosen:
                    c = by_key[value.candidate_key]
                    made.append(
                        Decision(
                            record.key,
                            record.arxiv_id,
                            record.version,
                            record.model,
                            record.benchmark,
                            value.field,
                            value.metric,
                            Verdict.ACCEPT,
                            c.value,
                            c.value,
                            c.evidence.page,
                            c.evidence.quote,
                            "reader",
                            datetime(2026, 1, 1),
                            backend="test",
                        )
                    )
        new = append_decisions(con, made)
        rebuild_curated(con)
    return new


def whole_path(db: Path, server: LoopbackArxiv, out: Path) -> dict[str, object]:
    settings = {**server.environment(0.0), "PAPERFLOPS_ARXIV_LOCK": str(db.parent / "limiter.lock")}
    paperflops(db, "harvest", "--all", **settings)
    paperflops(db, "extract")
    new = decide(db)
    exports = {}
    for what in ("predictions", "records", "curated"):
        file = out / f"{what}.jsonl"
        paperflops(db, "export", what, "--out", file)
        exports[what] = file.read_text()
    report = out / "report"
    paperflops(db, "analysis/run.py", "--out", report, script=True)
    return {"new": new, **exports, "report": (report / "report.html").read_text()}


def test_twice(arxiv: LoopbackArxiv, db_path: Path, tmp_path: Path) -> None:
    """it brings sample papers from an arXiv to a report, and a second pass adds nothing and says the same"""
    first = whole_path(db_path, arxiv, tmp_path)
    assert first["new"]
    fetched = len(arxiv.of_kind("pdf"))
    second = whole_path(db_path, arxiv, tmp_path)
    assert second["new"] == 0
    assert len(arxiv.of_kind("pdf")) == fetched
    for what in ("predictions", "records", "curated"):
        assert second[what] == first[what], what
    with reading(db_path) as con:
        papers = {r["arxiv_id"]: r for r in rows_of(con, "SELECT * FROM papers")}
        found = rows_of(con, "SELECT DISTINCT arxiv_id FROM found_by")
    assert len(papers) == len(found) >= 8
    rows = [json.loads(line) for line in str(first["curated"]).splitlines()]
    assert {r["benchmark"] for r in rows} >= {"imagenet", "wmt14_en_de", "conll2003"}
    for row in rows:
        for field in ("score", "device", "device_count", "training_seconds", "epochs", "parameters"):
            if row[field] is not None:
                assert row[f"{field}_page"] and row[f"{field}_quote"] and row[f"{field}_state"] == "accepted", row


@pytest.mark.slow
def test_real_papers(shared: Path, db_path: Path, tmp_path: Path) -> None:
    """it takes the real papers of the shared folder from PDF to predictions, each field among them"""
    paperflops(db_path, "add", shared / "corpus" / "pdf")
    paperflops(db_path, "extract")
    out = tmp_path / "predictions.jsonl"
    paperflops(db_path, "export", "predictions", "--out", out)
    fields = {json.loads(line)["field"] for line in out.read_text().splitlines()}
    assert len(fields) == 9
    with reading(db_path) as con:
        ends = {r["outcome"] for r in rows_of(con, "SELECT DISTINCT outcome FROM readings")}
    assert ends == {"read"}
