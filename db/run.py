"""The commands that only read the database: status, show, export."""

from __future__ import annotations

from typing import Annotated

import typer

from db.settings import DEFAULT_DB, DbOption
from db.show import show as show_paper


def mount(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
    app.command()(show)


JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, for another program.")]


def show(
    paper: Annotated[str, typer.Argument(metavar="ID", help="An arXiv id, with or without its version.")],
    everything: Annotated[bool, typer.Option("--all", help="Rejected candidates too, with their reasons.")] = False,
    as_json: JsonOption = False,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Everything known of one paper: fields, values, page, quote, confidence, decision."""
    show_paper(db, paper, everything=everything, as_json=as_json)
