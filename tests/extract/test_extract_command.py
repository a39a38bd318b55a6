"""`paperflops extract` on the sample papers: once, again, cut in the middle, and with bad files among them."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from db.errors import UnreachableError
from db.models import Outcome
from db.store import reading, rows_of
from db.tables.readings import load_candidates, load_records
from extract import run as extract_command
from extract.workers import processes
from tests.conftest import ROOT
from tests.extract.conftest import run
from tests.extract.samples import BROKEN, PDFS


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


def test_quotes_are_on_their_pages(read: Path) -> None:
    """it gives every candidate words that stand on the page it names, and a box on it"""
    import pypdfium2 as pdfium

    with reading(read) as con:
        shas = {r["arxiv_id"]: r["pdf_sha256"] for r in rows_of(con, "SELECT arxiv_id, pdf_sha256 FROM papers")}
        candidates = load_candidates(con)
    assert len(candidates) > 300
    texts: dict[tuple[str, int], str] = {}
    for c in candidates:
        e = c.evidence
        if (e.arxiv_id, e.page) not in texts:
            sha = shas[e.arxiv_id]
            document = pdfium.PdfDocument(read.parent / "pdfs" / sha[:2] / f"{sha}.pdf")
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
    assert "Traceback" not in said or "paperflops.py" not in said  # Python itself may be starting still
    if process.returncode == 130:
        assert "goes on from there" in said or "before it began" in said
    done = run("extract", db=taken)
    assert done.returncode == 0, done.stderr
    with reading(taken) as con:
        assert len(rows_of(con, "SELECT * FROM readings WHERE outcome = 'read'")) == len(PDFS)
        assert load_records(con)


def processes_by_parent() -> dict[int, int]:
    """The parent of each process that runs."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # ended meanwhile
            state, parent = stat.read_text().rsplit(")", 1)[1].split()[:2]
            if state != "Z":  # ended, and nobody has asked how
                parents[int(stat.parent.name)] = int(parent)
    return parents


def descendants(pid: int) -> set[int]:
    """The processes that this one started, and those that they started."""
    children = {child for child, parent in processes_by_parent().items() if parent == pid}
    return children | {below for child in children for below in descendants(child)}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_ctrl_c_while_a_file_hangs(taken: Path) -> None:
    """it stops at once, in one line, without waiting for the file in hand, and leaves no process behind"""
    with reading(taken) as con:
        first = rows_of(con, "SELECT pdf_sha256 AS sha FROM papers ORDER BY arxiv_id LIMIT 1")[0]["sha"]
    hangs = taken.parent / "pdfs" / first[:2] / f"{first}.pdf"
    hangs.unlink()
    os.mkfifo(hangs)
    command = [sys.executable, "-m", "paperflops", "extract", "--workers", "1", "--db", str(taken)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while len(started := descendants(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)  # until there is a server with a child that has the first file
    asked = time.monotonic()
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert time.monotonic() - asked < 10
    assert process.returncode == 130
    assert said.strip() == "paperflops: stopped; what was done is saved, the same command goes on from there"
    assert not started & set(processes_by_parent())


def test_two_at_once(taken: Path) -> None:
    """it reads each paper once where two commands read side by side, each taking what the other has not"""
    command = [sys.executable, "-m", "paperflops", "extract", "--workers", "1", "--db", str(taken)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    read = [int(match[1]) if (match := re.search(r"^read (\d+) of", text)) else 0 for text in said]
    assert sum(read) == len(PDFS), said
    with reading(taken) as con:
        assert len(rows_of(con, "SELECT * FROM readings WHERE outcome = 'read'")) == len(PDFS)
    assert "nothing to read" in run("extract", db=taken).stdout


def test_claims(taken: Path) -> None:
    """it leaves a paper that another command has in hand, says who has it, and reads it once that one has ended"""
    holder = """
import sys, time
from pathlib import Path
from extract.workers.claims import claims_on
from extract.workers.sandbox import Job
job = Job(sys.argv[2], int(sys.argv[3]), "", "")
with claims_on(Path(sys.argv[1]), "r") as claims:
    print(len(list(claims.unclaimed([job], lambda: 1))), flush=True)
    sys.stdin.read()
"""
    with reading(taken) as con:
        first = rows_of(con, "SELECT arxiv_id, version FROM papers ORDER BY arxiv_id LIMIT 1")[0]
    command = [sys.executable, "-c", holder, str(taken), first["arxiv_id"], str(first["version"])]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline().strip() == "1"
        done = run("extract", db=taken)
        other.kill()
    assert f"read {len(PDFS) - 1} of {len(PDFS) - 1} papers" in done.stdout
    assert f"left to another paperflops extract (process {other.pid}): 1\n" in done.stdout
    assert "read 1 of 1 papers" in run("extract", db=taken).stdout


class LosesTheFirst(Executor):
    """An executor that loses the worker of its first file and hands the others on."""

    def __init__(self) -> None:
        self.inner = processes.open_executor(1)
        self.count = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.count += 1
        if self.count > 1:
            return self.inner.submit(fn, *args, **kwargs)
        lost: Future[Any] = Future()
        lost.set_exception(ConnectionError("worker gone"))
        return lost

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.inner.shutdown(wait=wait, cancel_futures=cancel_futures)


def test_a_lost_worker(taken: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """it reads the other files, says which was lost, and leaves that one to the next run"""
    executor = LosesTheFirst()
    with monkeypatch.context() as patch:
        patch.setattr(processes, "open_executor", lambda workers: executor)
        with pytest.raises(UnreachableError, match="1 files were not read"):
            extract_command.extract(workers=1, db=taken)
    said = capfd.readouterr()
    assert "not read: ConnectionError: worker gone" in said.err
    assert f"read {len(PDFS) - 1} of {len(PDFS)} papers" in said.out
    assert "read 1 of 1 papers" in run("extract", db=taken).stdout


def test_a_store_out_of_reach(read: Path) -> None:
    """it keeps what was read of a PDF that is gone, and says which it is"""
    before = contents(read)
    (read.parent / "pdfs").rename(read.parent / "elsewhere")
    done = run("extract", "--all", db=read)
    assert done.returncode == UnreachableError.exit_code
    assert done.stderr.count("the PDF is gone from the store") == len(PDFS)
    assert f"{len(PDFS)} files were not read" in done.stderr.splitlines()[-1]
    assert contents(read) == before
