"""The command line: mounts the stages' commands, nothing else."""

from __future__ import annotations

import signal
import threading

_MAIN_THREAD = threading.current_thread() is threading.main_thread()
if _MAIN_THREAD:  # Ctrl-C while the stages load (half a second) ends the program without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import curate.run
import db.run
import extract.labels
import extract.run
import harvest.run
from db.errors import PaperflopsError
from db.terminal.command_line import OneLineGroup, PlainTyper
from db.terminal.console import say, speak_any_locale, warn

if TYPE_CHECKING:
    from db.reference.check import Checked


class Commands(OneLineGroup):
    """The commands in the order of a study."""

    order = (
        "add", "harvest", "schedule", "extract", "show", "sentences", "review", "crosscheck", "reference", "status",
        "export", "release", "evaluate", "check", "db",
    )  # fmt: skip


app = PlainTyper(
    name="paperflops",
    cls=Commands,
    epilog="The fits and the report: python analysis/run.py --help",
    help="What a machine-learning result cost: read from arXiv papers, confirmed by people.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def check_stages() -> Iterator[Checked]:
    """The fields and the studies, looked through. The studies take a second to import, for this command alone."""
    from analysis.studies import check_studies
    from extract.fields import check_fields

    yield from check_fields()
    yield from check_studies()


for stage in (harvest.run, extract.run, curate.run):
    stage.mount(app)
db.run.mount(app, extract.run.show_tables, extract.labels.FOLDER, check_stages)


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        say(f"paperflops {version('paperflops')}")
        raise typer.Exit


@app.callback()
def settings(
    _version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
    ] = False,
    db: Annotated[
        Path | None,
        typer.Option("--db", dir_okay=False, help="The database file, for any command (also PAPERFLOPS_DB)."),
    ] = None,
) -> None:
    if db is not None:
        os.environ["PAPERFLOPS_DB"] = str(db)


def main() -> None:
    """Runs the command; a user's mistake ends in one line and an exit code, never a traceback."""
    try:
        speak_any_locale()
        app(prog_name="paperflops")
    except PaperflopsError as error:
        warn(f"paperflops: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:  # a command that runs ends by itself, and says what it kept
        warn("paperflops: stopped before it began")
        sys.exit(128 + signal.SIGINT)


if _MAIN_THREAD:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if __name__ == "__main__":
    main()
