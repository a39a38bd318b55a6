"""One request at a time and no closer than the limit, for every process of the machine.

A lock file carries the time of the last request. Who holds the lock may ask; the lock is held until the answer has
been read, so there is one connection. The clock is the machine's monotonic one: it has no zone, no summer time and
does not jump when somebody sets the date. Who waits for the lock says for whom, and does not wait for ever: a process
that was stopped (Ctrl-Z) holds it until somebody lets it go on.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.errors import BadInputError, LockedError
from db.untyped import Row

LONGEST_PAUSE = 24 * 3600.0  # seconds: a Retry-After beyond a day is taken for a day
LOCK_PATIENCE = 900.0  # seconds of one turn of another process; the slowest body allowed takes 770
STOPPED_PATIENCE = 60.0  # where that process is known to be stopped
SAY_AFTER = 5.0  # seconds of waiting for one turn: a delay of three seconds and a quick answer pass unsaid
POLL_SECONDS = 0.05
LOCK_WAIT_SETTING = "PAPERFLOPS_ARXIV_LOCK_WAIT"


@dataclass
class Turn:
    """The right to make one request, which ends with the block."""

    _state: Row = field(default_factory=dict)

    def arrived(self) -> None:
        """Notes that the request has reached the server: the next may follow one delay after this moment."""
        self._state["last"] = time.monotonic()
        self._state["open"] = False


class Limiter:
    """The machine's right to ask arXiv, passed from process to process."""

    def __init__(
        self,
        lock_file: Path,
        delay: float,
        *,
        patience: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.lock_file, self.delay, self._sleep, self._say = lock_file, delay, sleep, say
        self.patience = lock_patience(os.environ.get(LOCK_WAIT_SETTING)) if patience is None else patience

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Waits until a request may be made and holds the right to it."""
        with self._locked() as descriptor:
            state = _read(descriptor)
            self._sleep_for(self._to_wait(state))
            turn = Turn(state)
            state["last"], state["open"], state["holder"] = time.monotonic(), True, _myself()
            _write(descriptor, state)
            try:
                yield turn
            finally:
                if state["open"]:
                    turn.arrived()
                _write(descriptor, state)

    def pause(self, server: str, seconds: float) -> None:
        """Notes for every process that this server asked for `seconds` of rest."""
        with self._locked() as descriptor:
            state = _read(descriptor)
            state["pauses"][server] = {"from": time.time(), "seconds": min(seconds, LONGEST_PAUSE)}
            _write(descriptor, state)

    def pause_left(self, server: str) -> float:
        """The seconds of rest that this server still wants; 0 where it wants none."""
        with self._locked() as descriptor:
            pause = _read(descriptor)["pauses"].get(server)
        if pause is None:
            return 0.0
        passed = time.time() - pause["from"]
        # a clock that was set back makes `passed` negative: the rest is then never longer than was asked
        return float(max(0.0, min(pause["seconds"], LONGEST_PAUSE) - max(0.0, passed)))

    def _to_wait(self, state: Row) -> float:
        last = state["last"]
        if last is None:
            return 0.0
        passed = time.monotonic() - last
        # `open`: the last asker was killed before it knew that its request had arrived. `passed` < 0: the machine was
        # started anew. Both wait as if the request had been made just now.
        if state.get("open") or passed < 0:
            return self.delay
        return max(0.0, float(self.delay - passed))

    def _sleep_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._sleep(left)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        descriptor = _open(self.lock_file)
        try:
            self._acquire(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)

    def _acquire(self, descriptor: int) -> None:
        """Waits for the lock. LockedError where one turn of another process takes longer than our patience."""
        turn: object = None
        since = time.monotonic()
        said = False
        while not _lock(descriptor):
            state = _read(descriptor)
            if state["last"] != turn:
                turn, since = state["last"], time.monotonic()
            waited = time.monotonic() - since
            stopped = is_stopped(state["holder"])
            patience = min(self.patience, STOPPED_PATIENCE) if stopped else self.patience
            who = f"{holder_in_words(state['holder'])} holds arXiv's limiter ({self.lock_file})"
            if waited >= patience:
                raise LockedError(f"{who} for {waited:.0f} s", "let it go on or end it, and run again")
            if waited >= min(SAY_AFTER, patience / 2) and not said:
                self._say(f"{who}; waiting for it, at most {patience:.0f} s")
                said = True
            time.sleep(POLL_SECONDS * random.uniform(0.5, 1.5))


def lock_file_for(loopback: bool) -> Path:
    """The machine's lock file: one for arXiv, another for rehearsals against a loopback address.

    PAPERFLOPS_ARXIV_LOCK names another one. It stands in /tmp by its full name, whatever TMPDIR says, so that every
    user and every service finds the same.
    """
    named = os.environ.get("PAPERFLOPS_ARXIV_LOCK")
    if named:
        return Path(named)
    return Path("/tmp") / ("paperflops-loopback.lock" if loopback else "paperflops-arxiv.lock")


def _open(lock_file: Path) -> int:
    """The file opened for all users of the machine to share; made where it is missing."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        try:
            return os.open(lock_file, flags)
        except FileNotFoundError:
            lock_file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(lock_file, flags | os.O_CREAT, 0o666)
            if os.fstat(descriptor).st_uid == os.getuid():
                os.fchmod(descriptor, 0o666)
            return descriptor
    except OSError as error:
        raise BadInputError(
            f"the lock file {lock_file} can't be used: {error.strerror}", "name another with PAPERFLOPS_ARXIV_LOCK"
        ) from None


def lock_patience(setting: str | None) -> float:
    """The seconds to wait for one turn of another process: PAPERFLOPS_ARXIV_LOCK_WAIT, or 900."""
    if not (setting or "").strip():
        return LOCK_PATIENCE
    seconds = _number(setting)
    if seconds is None or seconds < 0:
        raise BadInputError(
            f"{LOCK_WAIT_SETTING} is {setting!r}", f"write a number of seconds, like {LOCK_PATIENCE:.0f}"
        )
    return seconds


def holder_in_words(holder: Any) -> str:
    """Who holds the lock: "process 12 on host.example (stopped: ...)"."""
    if not isinstance(holder, dict) or not isinstance(holder.get("pid"), int):
        return "a process that does not say who it is"
    pid = holder["pid"]
    stopped = f" (stopped: `kill -CONT {pid}` lets it go on, `kill -9 {pid}` ends it)" if is_stopped(holder) else ""
    return f"process {pid} on {holder.get('host')}{stopped}"


def is_stopped(holder: Any) -> bool:
    """Whether the process is known to be stopped, as Ctrl-Z does it. False where that can't be known."""
    if not isinstance(holder, dict) or holder.get("host") != socket.gethostname():
        return False
    try:
        status = Path(f"/proc/{holder.get('pid')}/stat").read_text()
    except (OSError, ValueError):
        return False
    return status.rpartition(")")[2].split()[:1] in (["T"], ["t"])


def _myself() -> Row:
    return {"pid": os.getpid(), "host": socket.gethostname()}


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(descriptor: int) -> Row:
    """What the lock file says: last, open, holder, pauses. Whatever else may stand there, these are of their types."""
    try:
        said = json.loads(os.pread(descriptor, 1 << 16, 0) or b"{}")
    except (ValueError, RecursionError):  # a writer was killed between two bytes: be careful, as after a request
        said = {"last": time.monotonic(), "open": True}
    except OSError as error:
        raise _unusable(error) from None
    if not isinstance(said, dict):
        said = {}
    last = _number(said.get("last"), strictly=True)
    if last is None and isinstance(said.get("last"), float):  # NaN or infinity
        last, said["open"] = time.monotonic(), True
    pauses = said.get("pauses")
    return {
        "last": last,
        "open": bool(said.get("open")),
        "holder": said.get("holder"),
        "pauses": {str(k): p for k, v in pauses.items() if (p := _pause(v))} if isinstance(pauses, dict) else {},
    }


def _pause(said: Any) -> dict[str, float] | None:
    if not isinstance(said, dict):
        return None
    start, seconds = _number(said.get("from"), strictly=True), _number(said.get("seconds"), strictly=True)
    return None if start is None or seconds is None else {"from": start, "seconds": seconds}


def _number(said: Any, *, strictly: bool = False) -> float | None:
    """The finite number that is said; `strictly`: text that reads as one is none."""
    if isinstance(said, bool) or (strictly and not isinstance(said, int | float)):
        return None
    try:
        number = float(said)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _write(descriptor: int, state: Row) -> None:
    data = json.dumps(state).encode()
    try:
        # never shorter than before: no half state
        os.pwrite(descriptor, data.ljust(os.fstat(descriptor).st_size), 0)
        os.ftruncate(descriptor, len(data))
    except OSError as error:
        raise _unusable(error) from None


def _unusable(error: OSError) -> BadInputError:
    return BadInputError(
        f"arXiv's limiter can't use its lock file: {error.strerror}", "name another with PAPERFLOPS_ARXIV_LOCK"
    )
