"""One request at a time and no closer than the limit, for every process of the machine.

A lock file carries the time of the last request. Who holds the lock may ask; the lock is held until the answer has
been read, so there is one connection. The clock is the machine's monotonic one: it has no zone, no summer time and
does not jump when somebody sets the date.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.errors import BadInputError

LONGEST_PAUSE = 24 * 3600.0  # seconds: a Retry-After beyond a day is taken for a day


@dataclass
class Turn:
    """The right to make one request, which ends with the block."""

    _state: dict[str, Any] = field(default_factory=dict)

    def arrived(self) -> None:
        """Notes that the request has reached the server: the next may follow one delay after this moment."""
        self._state["last"] = time.monotonic()
        self._state["open"] = False


class Limiter:
    """The machine's right to ask arXiv, passed from process to process."""

    def __init__(self, lock_file: Path, delay: float, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.lock_file, self.delay, self._sleep = lock_file, delay, sleep

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Waits until a request may be made and holds the right to it."""
        with self._locked() as descriptor:
            state = _read(descriptor)
            self._sleep_for(self._to_wait(state))
            turn = Turn(state)
            state["last"], state["open"] = time.monotonic(), True
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
            pauses = state.setdefault("pauses", {})
            pauses[server] = {"from": time.time(), "seconds": min(seconds, LONGEST_PAUSE)}
            _write(descriptor, state)

    def pause_left(self, server: str) -> float:
        """The seconds of rest that this server still wants; 0 where it wants none."""
        with self._locked() as descriptor:
            pause = _read(descriptor).get("pauses", {}).get(server)
        if not isinstance(pause, dict):
            return 0.0
        passed = time.time() - float(pause["from"])
        # a clock that was set back makes `passed` negative: the rest is then never longer than was asked
        return max(0.0, float(pause["seconds"]) - max(0.0, passed))

    def _to_wait(self, state: dict[str, Any]) -> float:
        last = state.get("last")
        if not isinstance(last, int | float):
            return 0.0
        passed = time.monotonic() - last
        # `open`: the last asker was killed before it knew that its request had arrived. `passed` < 0: the machine was
        # started anew. Both wait as if the request had been made just now.
        if state.get("open") or passed < 0:
            return self.delay
        return max(0.0, self.delay - passed)

    def _sleep_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._sleep(left)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        descriptor = _open(self.lock_file)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


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


def _read(descriptor: int) -> dict[str, Any]:
    try:
        state = json.loads(os.pread(descriptor, 1 << 16, 0) or b"{}")
    except ValueError:  # a writer was killed between two bytes: be careful, as after a request
        return {"last": time.monotonic(), "open": True}
    return state if isinstance(state, dict) else {}


def _write(descriptor: int, state: dict[str, Any]) -> None:
    data = json.dumps(state).encode()
    os.pwrite(descriptor, data.ljust(os.fstat(descriptor).st_size), 0)  # never shorter than before: no half state
    os.ftruncate(descriptor, len(data))
