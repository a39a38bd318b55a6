"""The commands of harvest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from db.console import say
from db.settings import DEFAULT_DB, DbOption


def mount(app: typer.Typer) -> None:
    """Adds this stage's commands to the command line."""
    app.command()(add)


def add(
    paths: Annotated[list[Path], typer.Argument(help="PDFs, or folders that hold them (searched through).")],
    db: DbOption = DEFAULT_DB,
) -> None:
    """Take PDFs from disk: id and version from the file's name or from its arXiv stamp."""
    from harvest.add import add as add_files

    result = add_files(db, paths)
    say(
        f"added {result.added}, known {result.known}, unidentified {result.unidentified}"
        + (f", refused {result.refused}" if result.refused else "")
    )
