"""Settings that every command shares: which database, and where the files beside it are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from db.errors import BadInputError

DEFAULT_DB = Path("data/paperflops.duckdb")


def _without_backslash(db: Path) -> Path:
    """The path of the database; BadInputError for one that DuckDB would look for elsewhere."""
    if os.sep == "/" and "\\" in str(db):
        raise BadInputError(f"{db} can't be a database: DuckDB takes a backslash for a slash", "name another with --db")
    return db


DbOption = Annotated[
    Path,
    typer.Option(
        "--db", envvar="PAPERFLOPS_DB", help="The database file.", show_default=True, dir_okay=False,
        callback=_without_backslash,
    ),
]  # fmt: skip


def pdf_store(db: Path) -> Path:
    """The folder of the PDFs that belong to this database: `pdfs` beside it, named by content."""
    return db.parent / "pdfs"


def pdf_path(db: Path, sha256: str) -> Path:
    """Where the PDF of this content stands: `pdfs/ab/ab12....pdf` beside the database."""
    return pdf_store(db) / sha256[:2] / f"{sha256}.pdf"


def parts_folder(db: Path) -> Path:
    """Where workers of a cluster leave what they read until the database takes it in: `<database>.parts` beside it."""
    return db.with_name(f"{db.name}.parts")
