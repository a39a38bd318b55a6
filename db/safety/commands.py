"""The commands that keep a study safe: `paperflops db check`, `db backup`, `db restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from db.errors import BadInputError, DamagedError
from db.settings import DEFAULT_DB, DbOption
from db.terminal.command_line import PlainTyper
from db.terminal.console import say


def mount(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    group = PlainTyper(name="db", help="Check, back up and restore the database.")
    group.command()(check)
    group.command()(backup)
    group.command()(restore)
    app.add_typer(group)


def check(db: DbOption = DEFAULT_DB) -> None:
    """Read every table to its last row, and say what is damaged and what is safe."""
    from db.safety.check import check as check_tables
    from db.safety.decision_lines import lines_path, read_lines

    found = check_tables(db)
    lines = lines_path(db)
    kept = sum(1 for _ in read_lines(lines)) if lines.exists() else 0
    rows = sum(found.rows.values())
    for table, fault in found.damaged.items():
        say(f"{table}: can't be read: {fault}")
    say(f"{len(found.rows)} tables can be read, {rows} rows; {kept} decisions are safe in {lines}")
    if found.damaged:
        raise DamagedError(
            f"{db} is damaged",
            "put a backup in its place with `paperflops db restore COPY`: decisions given since are added again",
        )


def backup(
    file: Annotated[Path, typer.Argument(help="Where the copy goes.", dir_okay=False)], db: DbOption = DEFAULT_DB
) -> None:
    """Copy the database, whole, while others read it."""
    from db.safety.backup import back_up

    size = back_up(db, file)
    say(f"{db} copied to {file} ({size / 1e6:.1f} MB)")


def restore(
    copy: Annotated[
        Path | None, typer.Argument(help="A file that `paperflops db backup` made.", dir_okay=False)
    ] = None,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Only add the decisions that stand beside the database as lines.")
    ] = False,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Put a backup in the database's place, with the decisions given since.

    The old file is kept under another name. With --decisions the database stays, or is made anew where it is missing.
    """
    from db.safety.backup import restore as restore_copy
    from db.safety.backup import restore_decisions
    from db.safety.decision_lines import lines_path

    if (copy is None) == (not decisions):
        raise BadInputError("restore needs one thing to restore from", "name a COPY, or give --decisions")
    if copy is not None:
        aside, added = restore_copy(db, copy)
        say(f"{db} is {copy} again" + (f"; the old file is {aside}" if aside else ""))
    else:
        lines = lines_path(db)
        if not lines.exists():
            raise BadInputError(
                f"there are no decisions at {lines}", "name the database that they stand beside with --db"
            )
        added = restore_decisions(db, lines)
    say(f"decisions added from the lines beside it: {added}")
