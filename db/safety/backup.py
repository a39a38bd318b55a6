"""Whole copies of the database, made while others read, and put back whole."""

from __future__ import annotations

from pathlib import Path

from db.errors import BadInputError, DamagedError
from db.safety.check import check
from db.safety.decision_lines import lines_path, read_lines
from db.store import copy_whole, now, reading, writing
from db.tables.reviews import append_decisions, load_decisions


def back_up(db: Path, to: Path) -> int:
    """Copies the database to a file, whole, and returns its size in bytes. Nobody can write while it is copied."""
    if to.is_dir():
        raise BadInputError(f"{to} is a folder", "name the file that the copy goes to")
    if to.exists() and db.exists() and to.samefile(db):
        raise BadInputError(f"{to} is the database itself", "name another file")
    with reading(db):  # readers keep writers out, so that the file does not change under the copy
        copy_whole(db, to)
    return to.stat().st_size


def restore(db: Path, copy: Path) -> tuple[Path | None, int]:
    """Puts a backup in the database's place; returns where the old file went and how many decisions came after it.

    The copy is checked and on this disk before the old file is moved: that is kept beside it under another name.
    Decisions that were given since the copy was made stand in the lines beside the database: they are added again.
    """
    if not copy.exists():
        raise BadInputError(f"there is no file {copy}", "name a file that `paperflops db backup` made")
    if db.exists() and copy.samefile(db):
        raise BadInputError(f"{copy} is the database itself", "name a file that `paperflops db backup` made")
    found = check(copy)
    if found.damaged:
        raise DamagedError(f"{copy} is damaged itself ({', '.join(found.damaged)})", "restore an older copy")
    db.parent.mkdir(parents=True, exist_ok=True)
    arrived = db.with_name(f".{db.name}.restored")
    copy_whole(copy, arrived)  # a full disk ends here, with the old file in its place
    aside = _set_aside(db) if db.exists() else None
    arrived.replace(db)
    return aside, restore_decisions(db, lines_path(db))


def restore_decisions(db: Path, lines: Path) -> int:
    """Adds the decisions of a file of lines to the database, made anew where it is missing; how many were new."""
    if not lines.exists():
        return 0
    given = list(read_lines(lines))
    with writing(db) as con:
        known = {d.key for d in load_decisions(con)}
        return append_decisions(con, [d for d in given if d.key not in known])


def _set_aside(db: Path) -> Path:
    stamp = f"{now():%Y%m%dT%H%M%S}"
    aside = db.with_name(f"{db.name}.replaced-{stamp}")
    number = 1
    while aside.exists():
        aside = db.with_name(f"{db.name}.replaced-{stamp}-{number}")
        number += 1
    db.rename(aside)
    wal = db.with_name(f"{db.name}.wal")
    if wal.exists():  # of the old file: on the new one it would be applied to what it does not know
        wal.rename(aside.with_name(f"{aside.name}.wal"))
    return aside
