"""Settings that every command shares: which database, and where the files beside it are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_DB = Path("data/paperflops.duckdb")

DbOption = Annotated[
    Path,
    typer.Option("--db", envvar="PAPERFLOPS_DB", help="The database file.", show_default=True, dir_okay=False),
]


def pdf_store(db: Path) -> Path:
    """The folder of the PDFs that belong to this database: `pdfs` beside it, named by content."""
    return db.parent / "pdfs"


def pdf_path(db: Path, sha256: str) -> Path:
    """Where the PDF of this content stands: `pdfs/ab/ab12....pdf` beside the database."""
    return pdf_store(db) / sha256[:2] / f"{sha256}.pdf"
