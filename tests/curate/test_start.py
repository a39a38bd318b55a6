"""Starting a Label Studio: waiting for as long as it gets on, and on PostgreSQL, which a team needs."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from curate.backends.label_studio_server import VENV_VARIABLE, _progress, _wait_until_up, postgres_environment, running
from db.errors import BadInputError, UnreachableError
from tests.curate.annotator import ApiAnnotator
from tests.curate.command import paperflops
from tests.curate.conftest import free_port
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, reading_of, save_paper

POSTGRES_PROGRAMS = Path("/usr/lib/postgresql")


class TestWaiting:
    def wait(self, folder: Path, code: str, standstill: float) -> float:
        """How long it waits for a server that does this and never answers."""
        process = subprocess.Popen([sys.executable, "-c", code], cwd=folder)
        began = time.monotonic()
        try:
            with pytest.raises(UnreachableError, match="stands still"):
                _wait_until_up(f"http://127.0.0.1:{free_port()}", process, folder / "server.log", standstill)
        finally:
            process.kill()
            process.wait()
        return time.monotonic() - began

    def test_gets_on(self, tmp_path: Path) -> None:
        """it waits longer than the limit for a start that writes its log all the time."""
        writes = "import time\nfor n in range(20):\n open('server.log', 'a').write('x')\n time.sleep(0.2)\n"
        assert self.wait(tmp_path, writes + "time.sleep(60)", standstill=1.5) > 4.0

    def test_files_come_and_go(self, tmp_path: Path) -> None:
        """a database's journal that goes while the folder is read is no fault of the start."""
        journal = "while True:\n open('db.sqlite3-journal', 'w').close()\n os.remove('db.sqlite3-journal')\n"
        process = subprocess.Popen([sys.executable, "-c", f"import os\n{journal}"], cwd=tmp_path)
        try:
            seen = {_progress(process.pid, tmp_path)[2] for _ in range(20_000)}
        finally:
            process.kill()
            process.wait()
        assert len(seen) > 2

    def test_stands_still(self, tmp_path: Path) -> None:
        """it gives up a start that does nothing."""
        assert self.wait(tmp_path, "import time; time.sleep(60)", standstill=1.0) < 20.0


def postgres_programs() -> Path:
    """The folder of Debian's PostgreSQL programs; without them the test is skipped."""
    found = sorted(POSTGRES_PROGRAMS.glob("*/bin/initdb"))
    program = shutil.which("initdb") or (str(found[-1]) if found else None)
    if program is None:
        pytest.skip("PostgreSQL is not installed (apt install postgresql)")
    return Path(program).resolve().parent


@pytest.fixture
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this test's own: the URL of its database."""
    programs, port = postgres_programs(), free_port()
    user = None
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    with tempfile.TemporaryDirectory(prefix="paperflops-postgres-") as name:
        folder = Path(name)
        if user is not None:
            shutil.chown(folder, user)
        data = str(folder / "data")
        run = {"user": user, "check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
        subprocess.run([programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust"], **run)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
        subprocess.run(
            [programs / "pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start"], **run
        )
        try:
            yield f"postgresql://postgres:x@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)


@pytest.mark.slow
@pytest.mark.label_studio
def test_on_postgres(
    db_path: Path, postgres: str, label_studio_venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it sends, takes answers and syncs as on SQLite, and keeps nothing in a SQLite file."""
    monkeypatch.setenv(VENV_VARIABLE, str(label_studio_venv))
    save_paper(db_path, RESIDUAL, reading_of(RESIDUAL, {("ResNet-50", "imagenet"): IMAGENET_RESNET_50}))
    saved = db_path.parent / "label-studio.json"
    with running(tmp_path / "data", free_port(), saved, postgres=postgres) as (server, _):
        assert "1 sent" in paperflops(db_path, "review", "send")
        annotator = ApiAnnotator(server, "paperflops")
        annotator.answer(annotator.task("ResNet-50"), {0: "accept"}, whole="all_right")
        assert "7 new decisions" in paperflops(db_path, "review", "sync")
    assert not list((tmp_path / "data").glob("*.sqlite3"))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "203.0.113.1"])
def test_address_of_nobody(label_studio_venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """it says at once that nobody can listen there, and leaves no file"""
    monkeypatch.setenv(VENV_VARIABLE, str(label_studio_venv))
    with (
        pytest.raises(BadInputError, match=f"nobody can listen at {host}:8080"),
        running(tmp_path / "data", 8080, tmp_path / "saved.json", host=host),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_port_in_use(label_studio_venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it says at once that another program listens there"""
    monkeypatch.setenv(VENV_VARIABLE, str(label_studio_venv))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(BadInputError, match=f"port {port} is in use"),
            running(tmp_path / "data", port, tmp_path / "saved.json"),
        ):
            pass


@pytest.mark.slow
@pytest.mark.label_studio
def test_on_an_address_of_its_own(label_studio_venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """it waits for the server where it listens, which need not be 127.0.0.1"""
    monkeypatch.setenv(VENV_VARIABLE, str(label_studio_venv))
    port = free_port()
    with running(tmp_path / "data", port, tmp_path / "saved.json", host="127.0.0.2") as (server, _):
        assert server.url == f"http://127.0.0.2:{port}"


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "postgresql:///name", "postgresql://host", "nonsense", "postgresql://u:p@host:x/name"]
)
def test_no_postgres(url: str) -> None:
    """it says how a database is named where a URL names none."""
    with pytest.raises(BadInputError, match="names no PostgreSQL database"):
        postgres_environment(url)
