"""The command line as a test calls it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from paperflops import app


def paperflops(db: Path, *arguments: str) -> str:
    """What the command printed; a test fails where it did not end well."""
    done = CliRunner().invoke(app, ["--db", str(db), *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout
