"""Reading hostile files safely: each in a process of its own, with limits on time and memory and a typed outcome.

A `Sandbox` keeps one small server process (this module run with `-m`) that has the reader loaded and forks a child
for each file. A child that hangs is killed, one that dies takes nothing with it, and a server that dies is started
again. Threads, process pools and Dask workers can each hold a sandbox: the server is an ordinary subprocess.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

from db.errors import PaperflopsError
from db.models import Outcome
from db.tables.readings import Reading
from extract.read_paper import read_paper, reader_version
from extract.workers.limits import MEMORY_LIMIT_MB, TIME_LIMIT_SECONDS
from extract.workers.warm_up import warm_up

GONE = "the PDF is gone from the store"
STOPPED = "stopped before it was read"
COLLECT_AFTER = 100_000  # new objects: with no collection at all a reading took 3 % less time


@dataclass(frozen=True)
class Job:
    """One file to read."""

    arxiv_id: str
    version: int
    pdf_sha256: str
    path: str
    time_limit: float = TIME_LIMIT_SECONDS
    memory_limit_mb: int = MEMORY_LIMIT_MB
    witness: bool = False  # whether its tables are read a second time

    @property
    def name(self) -> str:
        return f"{self.arxiv_id}v{self.version}"


@dataclass(frozen=True)
class Unable:
    """The answer of a server that can't read anything: a rule or a table of its own is at fault."""

    why: str


class Sandbox:
    """Reads files one after the other, each in its own process. Not for several threads at once."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._stopped = False
        with _open_lock:
            _open.add(self)

    def read(self, job: Job) -> Reading:
        """The file's reading. Never raises for a bad file or a dying worker; PaperflopsError for a faulty reader."""
        for _ in range(2):
            if self._stopped:
                return _failed(job, Outcome.CRASHED, STOPPED)
            try:
                server = self._running()
                assert server.stdin is not None and server.stdout is not None
                _send(server.stdin, job)
                answer = _receive(server.stdout)
            except (BrokenPipeError, EOFError, OSError):
                self.close()
                continue
            if isinstance(answer, Unable):
                raise PaperflopsError(
                    f"the reader can't start: {answer.why}", "mend that, and the same command goes on"
                )
            assert isinstance(answer, Reading)
            return answer
        return _failed(job, Outcome.CRASHED, "the reading server died twice on it")

    def _running(self) -> subprocess.Popen[bytes]:
        if self._server is None or self._server.poll() is not None:
            # its own session: Ctrl-C goes to the command alone, which decides what becomes of the file in hand
            self._server = subprocess.Popen(
                [sys.executable, "-m", "extract.workers.sandbox"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                start_new_session=True,
            )  # fmt: skip
        return self._server

    def stop(self) -> None:
        """Ends the file in hand, from another thread: `read` returns at once, a failure that nobody should keep."""
        self._stopped = True
        _kill(self._server)

    def close(self) -> None:
        """Ends the server and its child, if any."""
        server, self._server = self._server, None
        if server is None:
            return
        _kill(server)
        for pipe in (server.stdin, server.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        server.wait()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_open: weakref.WeakSet[Sandbox] = weakref.WeakSet()
_open_lock = threading.Lock()


def stop_all() -> None:
    """Ends the files in hand in every sandbox of this process."""
    with _open_lock:
        for sandbox in list(_open):
            sandbox.stop()


def _kill(server: subprocess.Popen[bytes] | None) -> None:
    """Kills the server and its child by their session."""
    if server is not None and server.returncode is None:
        with contextlib.suppress(OSError):
            os.killpg(server.pid, signal.SIGKILL)


def _failed(job: Job, outcome: Outcome, message: str, **more: Any) -> Reading:
    return Reading(job.arxiv_id, job.version, job.pdf_sha256, reader_version(), outcome, message, **more)


# --- the server and its children -------------------------------------------------------------------------------


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answers jobs until whoever asks is gone; where the reader itself is at fault, the first one with the reason."""
    try:
        warm_up()
    except Exception as error:
        _receive(requests)
        _send(answers, Unable(f"{type(error).__name__}: {error}{_where(error)}"))
        return
    gc.collect()
    gc.freeze()  # what is loaded stays: no collection in a child looks through it, and has its memory copied
    gc.set_threshold(COLLECT_AFTER)
    while True:
        try:
            _send(answers, _in_child(_receive(requests), requests.fileno()))
        except (EOFError, BrokenPipeError):
            gc.unfreeze()  # DuckDB reports what is never collected as leaked
            return


def _in_child(job: Job, asker: int | None = None) -> Reading:
    """The reading by a forked child under the job's limits. EOFError once whoever asks, at that pipe, is gone."""
    read_end, write_end = os.pipe()
    started = time.monotonic()
    loaded_mb = _memory_mb().resident
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(read_end)
            _work(job, write_end)
            status = 0
        finally:
            os._exit(status)
    os.close(write_end)
    try:
        payload, timed_out = _drain(read_end, started + job.time_limit, asker)
    except EOFError:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(read_end)
    if timed_out:
        os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    seconds, peak_mb = time.monotonic() - started, usage.ru_maxrss / 1024
    if timed_out:
        return _failed(job, Outcome.TIMEOUT, f"not read within {job.time_limit:g} s", seconds=seconds, peak_mb=peak_mb)
    try:
        reading = pickle.loads(payload)
    except Exception:
        how = f"signal {signal.Signals(os.WTERMSIG(status)).name}" if os.WIFSIGNALED(status) else "an internal error"
        full = peak_mb - loaded_mb > 0.75 * job.memory_limit_mb  # what the server had loaded counts in the child's peak
        outcome = Outcome.OUT_OF_MEMORY if full else Outcome.CRASHED
        return _failed(job, outcome, f"the reader ended with {how}", seconds=seconds, peak_mb=peak_mb)
    assert isinstance(reading, Reading)
    return replace(reading, peak_mb=peak_mb)


def _work(job: Job, write_end: int) -> None:
    """Reads the file under the limits and writes the pickled reading to the pipe. Runs in the child."""
    limit = int((_memory_mb().address_space + job.memory_limit_mb) * 2**20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seconds = int(job.time_limit) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        data = _bytes_of(job.path)
        reading = read_paper(data, job.arxiv_id, job.version, job.pdf_sha256, witness=job.witness)
    except MemoryError:
        reading = _failed(job, Outcome.OUT_OF_MEMORY, f"more than {job.memory_limit_mb} MiB were needed")
    except FileNotFoundError:
        reading = _failed(job, Outcome.DAMAGED, GONE)
    except Exception as error:
        reading = _failed(job, Outcome.CRASHED, f"{type(error).__name__}: {error}{_where(error)}"[:500])
    data = pickle.dumps(reading, protocol=pickle.HIGHEST_PROTOCOL)
    with os.fdopen(write_end, "wb") as pipe:
        pipe.write(data)


def _where(error: BaseException) -> str:
    """The file and line that raised it: " in rows.py:12"."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    return f" in {Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else ""


def _bytes_of(path: str) -> bytes:
    """The file's bytes: from a folder, or from any URL that fsspec opens."""
    if "://" not in path:
        return Path(path).read_bytes()
    import fsspec

    with fsspec.open(path, "rb") as file:
        return bytes(file.read())


def _drain(read_end: int, deadline: float, asker: int | None) -> tuple[bytes, bool]:
    """All bytes until the pipe closes, and whether the deadline passed first.

    EOFError as soon as the asker's pipe has something: it sends no second job before the answer, so it is gone.
    """
    chunks: list[bytes] = []
    watched = [read_end] if asker is None else [read_end, asker]
    while True:
        left = deadline - time.monotonic()
        ready = select.select(watched, [], [], left)[0] if left > 0 else []
        if not ready:
            return b"".join(chunks), True
        if asker in ready:
            raise EOFError
        chunk = os.read(read_end, 1 << 20)
        if not chunk:
            return b"".join(chunks), False
        chunks.append(chunk)


class _Memory(NamedTuple):
    """What this process has, in MiB."""

    address_space: float
    resident: float


def _memory_mb() -> _Memory:
    """What this process has now; a guess for the address space where there is no /proc."""
    try:
        pages = [int(n) for n in Path("/proc/self/statm").read_text().split()[:2]]
    except (OSError, ValueError):
        return _Memory(1024.0, 0.0)
    return _Memory(*(n * resource.getpagesize() / 2**20 for n in pages))


def _send(pipe: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(struct.pack(">Q", len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    head = pipe.read(8)
    if len(head) < 8:
        raise EOFError
    (length,) = struct.unpack(">Q", head)
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


if __name__ == "__main__":
    # what the reader prints must not mix with the answers
    answers_pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # run as __main__, this module's classes would be pickled under that name
    from extract.workers import sandbox

    with contextlib.suppress(BrokenPipeError):  # whoever asked was killed
        sandbox.serve(sys.stdin.buffer, answers_pipe)
    with contextlib.suppress(BrokenPipeError):
        answers_pipe.close()
