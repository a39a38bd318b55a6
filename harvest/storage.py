"""Whether there is room to go on, and what a fault of the disk or the database is called."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb

from db.errors import PaperflopsError
from harvest.pdfs.store import free_bytes

LEAST_FREE_BYTES = 256 << 20  # the largest PDF, which also leaves the database room to save what was done

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What the statements are to blame for, not the disk: a fault of the program, which must be seen as one.
_OUR_FAULTS = (duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError, duckdb.NotSupportedError)


class StorageError(PaperflopsError):
    """The disk is full, or the database can't be written."""


def check_room(db: Path) -> None:
    """StorageError where less than LEAST_FREE_BYTES are free on the disk of the database and its PDFs."""
    free = free_bytes(db)
    if free < LEAST_FREE_BYTES:
        raise StorageError(
            f"the disk that holds {db.parent} is nearly full ({free >> 20} MB free, {LEAST_FREE_BYTES >> 20} needed)",
            "make room and run again",
        )


def storage_error(error: Exception, db: Path) -> StorageError | None:
    """What an exception of the system or of DuckDB says of the disk; None where it is something else."""
    if isinstance(error, OSError):
        if error.errno not in _NO_ROOM:
            return None
        why = {errno.EDQUOT: "the disk quota is used up", errno.EFBIG: "files may not grow further (ulimit -f)"}
        full = f"the disk that holds {db.parent} is full"
        return StorageError(why.get(error.errno, full), "make room and run again")
    if isinstance(error, duckdb.Error) and not isinstance(error, _OUR_FAULTS):
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        return StorageError(f"{db} can't be written ({said})", "make room or restore it from a copy, and run again")
    return None
