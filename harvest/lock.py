"""One harvest a database at a time: a lock file that says who holds it and that is free when the holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import BadInputError, LockedError
from db.store import now


def lock_path(db: Path) -> Path:
    """The lock file of harvests into this database."""
    return db.with_name(f"{db.name}.harvest.lock")


@contextmanager
def harvest_lock(db: Path) -> Iterator[None]:
    """Holds the lock for the block. LockedError names who holds it already."""
    path = lock_path(db)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise BadInputError(f"{path} can't be made ({error.strerror})", "name another database with --db") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(f"another harvest is at work on {db}: {holder(db)}", "wait for it to end") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(
            descriptor,
            json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": f"{now():%F %T}"}).encode(),
            0,
        )
        yield
    finally:
        os.close(descriptor)


def holder(db: Path) -> str:
    """Who wrote the lock file last, in words."""
    try:
        said = json.loads(lock_path(db).read_text())
        return f"process {said['pid']} on {said['host']} since {said['since']} UTC"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that does not say who it is"


def is_held(db: Path) -> bool:
    """Whether a harvest is at work on the database."""
    try:
        descriptor = os.open(lock_path(db), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
