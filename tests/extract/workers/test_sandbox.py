"""Reading in a process apart: limits, typed outcomes, and that nothing a file does takes the run with it."""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.models import Outcome
from extract.workers import sandbox as sandbox_module
from extract.workers.sandbox import Job, Sandbox, _in_child
from tests.extract.samples import BROKEN, PDFS


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def job(path: Path, **limits: float) -> Job:
    return Job("2001.99901", 1, "0" * 64, str(path), **limits)  # type: ignore[arg-type]


def test_reads(sandbox: Sandbox) -> None:
    """it gives the file's reading with its time and memory"""
    reading = sandbox.read(job(PDFS[0]))
    assert reading.outcome == Outcome.READ
    assert reading.candidates
    assert reading.peak_mb is not None and 20 < reading.peak_mb < 1024


def test_bad_files_go_by(sandbox: Sandbox) -> None:
    """it ends each broken file in its outcome and reads the next"""
    ends = {p.name: sandbox.read(job(p)).outcome for p in sorted(BROKEN.iterdir())}
    assert ends == {
        "encrypted_empty_password.pdf": Outcome.READ,
        "encrypted_user_password.pdf": Outcome.ENCRYPTED,
        "html_named_pdf.pdf": Outcome.NOT_A_PDF,
        "image_only.pdf": Outcome.NO_TEXT,
        "truncated.pdf": Outcome.DAMAGED,
    }
    assert sandbox.read(job(PDFS[0])).outcome == Outcome.READ


def test_time_limit(sandbox: Sandbox) -> None:
    """it stops a file at its time limit"""
    started = time.monotonic()
    reading = sandbox.read(job(PDFS[0], time_limit=0.001))
    assert reading.outcome == Outcome.TIMEOUT
    assert time.monotonic() - started < 20  # a server that starts anew on a busy machine takes some


def test_stop(tmp_path: Path) -> None:
    """it leaves a file that hangs as soon as it is told to stop, and takes no other"""
    hangs = tmp_path / "hangs.pdf"
    os.mkfifo(hangs)
    with Sandbox() as mine:
        assert mine.read(job(PDFS[0])).outcome == Outcome.READ
        reader = threading.Thread(target=lambda: mine.read(job(hangs)))
        reader.start()
        reader.join(0.5)
        assert reader.is_alive()
        mine.stop()
        reader.join(5)
        assert not reader.is_alive()
        assert mine.read(job(PDFS[0])).message == "stopped before it was read"


def test_missing_file(sandbox: Sandbox) -> None:
    """it says that the PDF is gone"""
    reading = sandbox.read(job(Path("no/such.pdf")))
    assert reading.outcome == Outcome.DAMAGED
    assert "gone" in (reading.message or "")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (lambda: (faulthandler.disable(), os.kill(os.getpid(), signal.SIGSEGV)), Outcome.CRASHED),
        (lambda: os._exit(3), Outcome.CRASHED),
        (lambda: bytearray(3 << 30), Outcome.OUT_OF_MEMORY),
        (lambda: 1 / 0, Outcome.CRASHED),
        (lambda: time.sleep(30), Outcome.TIMEOUT),
    ],
    ids=["segfault", "exit", "memory", "exception", "hangs"],
)
def test_faults(monkeypatch: pytest.MonkeyPatch, fault: object, outcome: Outcome) -> None:
    """it turns whatever happens inside a child into an outcome"""

    def faulty(*_: object, **__: object) -> None:
        fault()  # type: ignore[operator]

    monkeypatch.setattr(sandbox_module, "read_paper", faulty)
    reading = _in_child(job(PDFS[0], time_limit=2.0))
    assert reading.outcome == outcome
    assert reading.message


def test_what_was_loaded_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """it doesn't take a crash for a lack of memory where the server itself holds more than the limit"""
    monkeypatch.setattr(sandbox_module, "read_paper", lambda *_, **__: os._exit(3))
    assert _in_child(job(PDFS[0], memory_limit_mb=64)).outcome == Outcome.CRASHED


def test_dead_server_is_started_again() -> None:
    """it reads on when its server was killed"""
    with Sandbox() as made:
        assert made.read(job(PDFS[0])).outcome == Outcome.READ
        assert made._server is not None
        made._server.kill()
        made._server.wait()
        assert made.read(job(PDFS[0])).outcome == Outcome.READ
