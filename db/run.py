"""The commands that only read the database: status, show, export."""

from __future__ import annotations

import typer


def mount(app: typer.Typer) -> None:
    """Adds these commands to the command line."""
