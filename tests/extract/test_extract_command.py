"""`paperflops extract` on the sample papers: once, again, cut in the middle, and with bad files among them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.models import Outcome
from db.readings import load_candidates, load_records
from db.store import reading, rows_of
from tests.conftest import ROOT
from tests.extract.samples import BROKEN, PDFS


def run(*words: object, db: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "paperflops", *map(str, words), "--db", str(db)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)


@pytest.fixture
def taken(db_path: Path) -> Path:
    """A database that holds the sample papers, unread."""
    done = run("add", ROOT / "tests" / "samples" / "pdf", db=db_path)
    assert done.returncode == 0, done.stderr
    return db_path


def contents(db: Path) -> tuple[list[object], list[object], list[object]]:
    with reading(db) as con:
        outcomes = rows_of(con, "SELECT arxiv_id, version, outcome FROM readings ORDER BY ALL")
        return list(outcomes), list(load_candidates(con)), list(load_records(con))


def test_twice(taken: Path) -> None:
    """it reads every paper once; a second run adds nothing; reading all again gives the same"""
    first = run("extract", db=taken)
    assert first.returncode == 0, first.stderr
    assert f"read {len(PDFS)} of {len(PDFS)} papers" in first.stdout
    before = contents(taken)
    assert before[1] and before[2]
    second = run("extract", db=taken)
    assert "nothing to read" in second.stdout
    assert contents(taken) == before
    assert run("extract", "--all", "--workers", 1, db=taken).returncode == 0
    assert contents(taken) == before


def test_quotes_are_on_their_pages(taken: Path) -> None:
    """it gives every candidate words that stand on the page it names, and a box on it"""
    run("extract", db=taken)
    import pypdfium2 as pdfium

    with reading(taken) as con:
        shas = {r["arxiv_id"]: r["pdf_sha256"] for r in rows_of(con, "SELECT arxiv_id, pdf_sha256 FROM papers")}
        candidates = load_candidates(con)
    assert len(candidates) > 300
    texts: dict[tuple[str, int], str] = {}
    for c in candidates:
        e = c.evidence
        if (e.arxiv_id, e.page) not in texts:
            sha = shas[e.arxiv_id]
            document = pdfium.PdfDocument(taken.parent / "pdfs" / sha[:2] / f"{sha}.pdf")
            texts[e.arxiv_id, e.page] = plain(document[e.page - 1].get_textpage().get_text_range())
        assert plain(e.quote) in texts[e.arxiv_id, e.page], e
        assert e.boxes


def plain(text: str) -> str:
    """The text without white space and hyphens, ligatures spelled out."""
    for a, b in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(a, b)
    return "".join(c for c in text if not c.isspace() and c not in "-\x02\ufffe\xad‐\x00")


def test_one_paper(taken: Path) -> None:
    """it reads just the paper that is named, with or without its version; an unknown one is one line"""
    done = run("extract", "1706.99902", db=taken)
    assert "read 1 of 1 papers" in done.stdout
    assert "read 1 of 1 papers" in run("extract", "2003.99905v2", db=taken).stdout
    unknown = run("extract", "1234.56789", db=taken)
    assert unknown.returncode == 2
    assert unknown.stderr.strip().count("\n") == 0
    assert "1234.56789" in unknown.stderr


def test_broken_files(db_path: Path, tmp_path: Path) -> None:
    """it records each broken file's outcome, reads the rest, and does not try the broken ones again"""
    folder = tmp_path / "mixed"
    shutil.copytree(BROKEN, folder)
    shutil.copy(PDFS[0], folder)
    run("add", folder, db=db_path)
    done = run("extract", db=db_path)
    assert done.returncode == 0, done.stderr
    with reading(db_path) as con:
        ends = {r["outcome"] for r in rows_of(con, "SELECT outcome FROM readings")}
    assert ends == {Outcome.DAMAGED, Outcome.ENCRYPTED, Outcome.NO_TEXT, Outcome.NOT_A_PDF, Outcome.READ}
    assert "nothing to read" in run("extract", db=db_path).stdout


@pytest.mark.parametrize("after", [0.3, 1.5, 2.8], ids=lambda s: f"after {s} s")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_cut_in_the_middle(taken: Path, how: signal.Signals, after: float) -> None:
    """it loses nothing when it is cut: the same command goes on and ends with what an uncut run gives"""
    command = [sys.executable, "-m", "paperflops", "extract", "--workers", "1", "--db", str(taken)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    time.sleep(after)
    os.kill(process.pid, how)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    if process.returncode == 130:
        assert "goes on from there" in said
    done = run("extract", db=taken)
    assert done.returncode == 0, done.stderr
    with reading(taken) as con:
        assert len(rows_of(con, "SELECT * FROM readings WHERE outcome = 'read'")) == len(PDFS)
        assert load_records(con)
