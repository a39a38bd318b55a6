"""The commands of harvest."""

from __future__ import annotations

import typer


def mount(app: typer.Typer) -> None:
    """Adds this stage's commands to the command line."""
