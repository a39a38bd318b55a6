"""Reading on a real Dask cluster of two worker processes, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import reading
from db.tables.readings import load_candidates, load_records
from tests.conftest import ROOT
from tests.extract.samples import PDFS
from tests.extract.test_extract_command import run

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two single-threaded workers on loopback: its address and the workers."""
    pytest.importorskip("distributed")
    address = f"tcp://127.0.0.1:{free_port()}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT, "start_new_session": True}
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1], "--no-dashboard"], **quiet
    )  # type: ignore[call-overload]
    workers = [
        subprocess.Popen([*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"], **quiet)  # type: ignore[call-overload]
        for _ in range(2)
    ]
    from distributed import Client

    with Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    yield address, workers
    for process in (*workers, scheduler):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_worker_dies(cluster: tuple[str, list[subprocess.Popen[bytes]]], db_path: Path, tmp_path: Path) -> None:
    """it reads every paper once although a worker is killed, and gives what local processes give"""
    address, workers = cluster
    local = tmp_path / "local" / "paperflops.duckdb"
    for db in (db_path, local):
        assert run("add", ROOT / "tests" / "samples" / "pdf", db=db).returncode == 0
    assert run("extract", db=local).returncode == 0
    command = [sys.executable, "-m", "paperflops", "extract", "--executor", "dask", "--scheduler", address]
    reading_all = subprocess.Popen([*command, "--db", str(db_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    time.sleep(3.0)
    os.killpg(workers[0].pid, signal.SIGKILL)
    said, _ = reading_all.communicate(timeout=180)
    assert reading_all.returncode == 0
    assert f"read {len(PDFS)} of {len(PDFS)} papers" in said
    with reading(db_path) as a, reading(local) as b:
        assert load_candidates(a) == load_candidates(b)
        assert load_records(a) == load_records(b)


def test_no_scheduler(db_path: Path) -> None:
    """it says in one line that no scheduler answers"""
    run("add", PDFS[0], db=db_path)
    done = run("extract", "--executor", "dask", "--scheduler", f"tcp://127.0.0.1:{free_port()}", db=db_path)
    assert done.returncode == 75
    assert "no Dask scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr


def test_url(db_path: Path) -> None:
    """it finds the PDFs at a URL"""
    run("add", PDFS[0], db=db_path)
    done = run("extract", "--pdfs", (db_path.parent / "pdfs").as_uri(), db=db_path)
    assert "read 1 of 1 papers" in done.stdout, done.stderr
