"""How runs ended that could not be saved in the database: it was locked, or its disk was full.

A file of a fixed size beside the database, made when a run starts and written in place: that needs no room on the disk.
The next run that can write to the database moves its lines there.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from db.tables.harvests import Run
from db.untyped import Row

SIZE = 8192  # bytes, two blocks of a usual file system; a line takes about 250
LONGEST_MESSAGE = 160


def ends_path(db: Path) -> Path:
    """The file of this database."""
    return db.with_name(f"{db.name}.harvest.ends")


def reserve(db: Path) -> None:
    """Makes the file where it is missing, so that writing to it later needs no room."""
    if not ends_path(db).exists():
        _write(db, [])


def note_end(db: Path, run: Run) -> None:
    """Keeps how the run ended. Of more runs than there is room for, the first and the latest are kept."""
    runs = [run if r.run == run.run else r for r in noted_ends(db)]
    if run not in runs:
        runs.append(run)
    with suppress(OSError):  # it was the last resort
        _write(db, runs)


def noted_ends(db: Path) -> list[Run]:
    """The runs whose end is kept here, in order; [] where the file is missing or says nothing."""
    try:
        said = json.loads(ends_path(db).read_text(encoding="utf-8"))
        return [_run(fields) for fields in said]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def forget_ends(db: Path) -> None:
    """Empties the file once its runs are in the database."""
    if noted_ends(db):
        _write(db, [])


def _write(db: Path, runs: Sequence[Run]) -> None:
    kept = list(runs)
    while len(data := json.dumps([_fields(r) for r in kept]).encode()) > SIZE:
        del kept[1]
    path = ends_path(db)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        os.pwrite(descriptor, data.ljust(SIZE), 0)
    finally:
        os.close(descriptor)


def _fields(run: Run) -> Row:
    fields: Row = {f.name: getattr(run, f.name) for f in dataclasses.fields(run)}
    fields.update(message=(run.message or "")[:LONGEST_MESSAGE], settings={})
    return {key: v.isoformat() if isinstance(v, datetime) else v for key, v in fields.items() if v}


def _run(fields: Row) -> Run:
    times: Row = {key: datetime.fromisoformat(fields[key]) for key in ("started_at", "ended_at") if key in fields}
    known: Row = {"settings": {}} | fields
    return Run(**known | times)
