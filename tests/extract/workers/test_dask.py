"""Reading on a real Dask cluster: its workers are killed and stopped, see another folder, or have another reader."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from db.store import reading
from extract.read_paper import reader_version
from extract.workers.read_unread import Wanted, jobs_for
from tests.conftest import ROOT
from tests.extract.conftest import run
from tests.extract.samples import PDFS
from tests.extract.test_extract_command import descendants, processes_by_parent
from tests.extract.workers.test_parts import contents, left_by_a_worker, parts_at

pytestmark = pytest.mark.slow
DASK = [sys.executable, "-m", "dask"]
GRACE_SECONDS = 10.0  # that a cluster's manager commonly gives between SIGTERM and SIGKILL


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@dataclass
class RealCluster:
    """A scheduler on loopback and the workers that were started."""

    address: str = field(default_factory=lambda: f"tcp://127.0.0.1:{free_port()}")
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str, cwd: Path = ROOT) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        process = subprocess.Popen([*DASK, *words], stdout=quiet, stderr=quiet, cwd=cwd, start_new_session=True)
        self.processes.append(process)
        return process

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        port = self.address.rsplit(":", 1)[1]
        return self.start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")

    def start_worker(self, nanny: str = "--no-nanny", cwd: Path = ROOT) -> subprocess.Popen[bytes]:
        return self.start("worker", self.address, "--nthreads", "1", nanny, "--no-dashboard", cwd=cwd)

    def extract(self, db: Path, *words: str) -> list[str]:
        """The command that reads on this cluster."""
        command = [sys.executable, "-m", "paperflops", "extract", "--executor", "dask", "--scheduler", self.address]
        return [*command, "--db", str(db), *words]


@pytest.fixture
def cluster() -> Iterator[RealCluster]:
    """A scheduler without workers."""
    pytest.importorskip("distributed")
    made = RealCluster()
    made.start_scheduler()
    yield made
    for process in reversed(made.processes):
        for pid in (*descendants(process.pid), process.pid):
            if pid in processes_by_parent():
                os.kill(pid, signal.SIGKILL)
        process.wait()


def wait_for(what: str, true: object, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(0.2)


def test_a_worker_dies(cluster: RealCluster, taken: Path, read_once: Path, tmp_path: Path) -> None:
    """it saves every paper once, as reading on this machine does, where a worker is killed and a part written twice"""
    local = shutil.copytree(read_once, tmp_path / "local") / "paperflops.duckdb"
    parts = parts_at(tmp_path / "parts")
    hangs = Path(
        jobs_for(taken, Wanted())[5].path
    )  # in the second of its parts, so that the first worker does not end it
    hangs.rename(tmp_path / "hangs.pdf")
    os.mkfifo(hangs)
    first = cluster.start_worker()
    command = cluster.extract(taken, "--parts", str(tmp_path / "parts"))
    reading_all = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    wait_for("a first part", lambda: parts.names() or parts_taken(taken))
    os.killpg(first.pid, signal.SIGKILL)
    (tmp_path / "hangs.pdf").rename(hangs)
    left_by_a_worker(local, parts, slice(4, 8))  # these papers once more, in another part
    cluster.start_worker()
    said, _ = reading_all.communicate(timeout=300)
    assert reading_all.returncode == 0
    assert f"read {len(PDFS)} of {len(PDFS)} papers" in said
    assert contents(taken) == contents(local)
    assert parts.names() == []


def parts_taken(db: Path) -> bool:
    with reading(db) as con:
        return con.execute("SELECT count(*) FROM readings").fetchall() != [(0,)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
@pytest.mark.parametrize("nanny", ["--nanny", "--no-nanny"])
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_stopped_with_its_scheduler(cluster: RealCluster, taken: Path, nanny: str, how: signal.Signals) -> None:
    """it ends within its grace time, with its reading server and the file in hand; the command ends in one line"""
    for pdf in (taken.parent / "pdfs").rglob("*.pdf"):
        pdf.unlink()
        os.mkfifo(pdf)  # a file that hangs
    worker = cluster.start_worker(nanny)
    command = cluster.extract(taken, "--time-limit", "600")
    reading_all = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait_for("a file in hand", lambda: any(is_reading(pid) for pid in descendants(worker.pid)))
    children = descendants(worker.pid)
    asked = time.monotonic()
    for process in (cluster.processes[0], worker):
        os.kill(process.pid, how)
    worker.wait(GRACE_SECONDS)
    wait_for("the end of its children", lambda: not children & set(processes_by_parent()), GRACE_SECONDS)
    assert time.monotonic() - asked < GRACE_SECONDS
    _, said = reading_all.communicate(timeout=120)
    assert reading_all.returncode == 75
    assert said.strip().splitlines()[-1].startswith(f"paperflops: the Dask scheduler at {cluster.address} is gone;")
    assert "Traceback" not in said


def is_reading(pid: int) -> bool:
    """Whether the process is a child of a reading server, and so has a file in hand."""
    parents = processes_by_parent()
    return "extract.workers.sandbox" in command_of(pid) and "extract.workers.sandbox" in command_of(parents.get(pid, 0))


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:  # ended meanwhile
        return ""


def test_a_worker_with_another_reader(cluster: RealCluster, taken: Path, tmp_path: Path) -> None:
    """it says in one line which worker has other rules, and what to do"""
    other = tmp_path / "other"
    for package in ("db", "extract"):
        shutil.copytree(ROOT / package, other / package, ignore=shutil.ignore_patterns("__pycache__", "labels"))
    with (other / "extract" / "candidates.py").open("a") as rules:
        rules.write("# another rule\n")
    cluster.start_worker(cwd=other)
    done = subprocess.run(cluster.extract(taken), cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 1
    assert f", this command {reader_version()}; install the same version of paperflops" in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("paperflops: worker ")
    assert "Traceback" not in done.stderr


def test_no_scheduler(db_path: Path) -> None:
    """it says in one line that no scheduler answers"""
    run("add", PDFS[0], db=db_path)
    done = run("extract", "--executor", "dask", "--scheduler", f"tcp://127.0.0.1:{free_port()}", db=db_path)
    assert done.returncode == 75
    assert "no Dask scheduler answers" in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_url(db_path: Path) -> None:
    """it finds the PDFs at a URL"""
    run("add", PDFS[0], db=db_path)
    done = run("extract", "--pdfs", (db_path.parent / "pdfs").as_uri(), db=db_path)
    assert "read 1 of 1 papers" in done.stdout, done.stderr
