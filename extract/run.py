"""The commands of extract.

Each loads what it needs when it runs: the reader's patterns take half a second, which no help has to wait for.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from db.errors import BadInputError
from db.settings import DEFAULT_DB, DbOption, parts_folder
from extract.confidence.grouping import By
from extract.workers.limits import MEMORY_LIMIT_MB, TIME_LIMIT_SECONDS


class Where(StrEnum):
    """Which executor reads the files."""

    processes = "processes"
    dask = "dask"


def mount(app: typer.Typer) -> None:
    """Adds this stage's commands to the command line."""
    app.command("extract")(extract)
    app.command("evaluate")(evaluate)
    app.command("sentences")(sentences)


def extract(
    ids: Annotated[
        list[str] | None, typer.Argument(help="arXiv ids, with or without a version; none: all unread.")
    ] = None,
    again: Annotated[bool, typer.Option("--all", help="Read also what this version of the reader has read.")] = False,
    witness: Annotated[
        bool,
        typer.Option(help="Read tables a second time, with pdfplumber, and note where both agree: 4 times slower."),
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Files read side by side.")] = max(1, os.cpu_count() or 1),
    time_limit: Annotated[float, typer.Option(min=1, max=86_400, help="Seconds for one file.")] = TIME_LIMIT_SECONDS,
    memory_limit: Annotated[int, typer.Option(min=64, max=1 << 20, help="MiB for one file.")] = MEMORY_LIMIT_MB,
    executor: Annotated[
        Where, typer.Option(help="Where files are read: this machine, or a Dask cluster.")
    ] = Where.processes,
    scheduler: Annotated[str | None, typer.Option(help="Address of the Dask scheduler (tcp://HOST:PORT).")] = None,
    pdfs: Annotated[
        str | None, typer.Option(help="The folder or URL at which workers find the PDF store, if not here.")
    ] = None,
    parts: Annotated[
        str | None,
        typer.Option(
            help="The folder or URL that Dask's workers and this machine share, for what was read on its way into the"
            " database; DATABASE.parts if not given."
        ),
    ] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Read hardware, time, operations, parameters and scores out of the PDFs that were not read yet."""
    from extract.workers.read_unread import Wanted, read_unread

    if executor is not Where.dask and (scheduler or parts):
        raise BadInputError("--scheduler and --parts are for a Dask cluster", "add --executor dask")
    wanted = Wanted(tuple(ids or ()), again, witness, time_limit, memory_limit, pdfs)
    if executor is Where.dask:
        from extract.workers.dask import cluster_at
        from extract.workers.in_parts import InParts

        read_unread(db, wanted, InParts(cluster_at(scheduler), parts or str(parts_folder(db))))
    else:
        from extract.workers import processes
        from extract.workers.in_batches import InBatches

        read_unread(db, wanted, InBatches(processes.open_executor, workers))


def evaluate(
    gold: Annotated[Path | None, typer.Option(help="Folder of annotated papers.", exists=True, file_okay=False)] = None,
    labels: Annotated[bool, typer.Option("--labels", help="Judge by the labelled papers of the repository.")] = False,
    decisions: Annotated[bool, typer.Option("--decisions", help="Judge by what people decided.")] = False,
    by: Annotated[By, typer.Option(help="How --labels groups papers.")] = By.set,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Fit confidences anew on what was judged.")] = False,
    confidences: Annotated[
        Path | None,
        typer.Option(help="Where --calibrate writes; by default the file of the source checkout.", dir_okay=False),
    ] = None,
    errors: Annotated[str | None, typer.Option(help="List what was wrong and missed for this field.")] = None,
    out: Annotated[Path | None, typer.Option(help="Also write the figures to this JSON file.", dir_okay=False)] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Measure the extractor on labelled papers, or on people's decisions."""
    from extract.confidence.evaluate import evaluate as measure

    measure(
        db, gold=gold, labels=labels, decisions=decisions, by=by, calibrate=calibrate, confidences=confidences,
        errors=errors, out=out,
    )  # fmt: skip


def sentences(
    paper: Annotated[str, typer.Argument(metavar="ARXIV_ID", help="An arXiv id, with or without a version.")],
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="The HTML file to write; sentences-ARXIV_ID.html otherwise.")
    ] = None,
    db: DbOption = DEFAULT_DB,
) -> None:
    """Draw a paper's sentences with every value that was read in them, refused ones too, as an HTML page."""
    # spaCy takes 0.6 s to import: the other commands need not wait for it
    from extract.mark_sentences import write_sentences

    write_sentences(paper, out, db)


def show_tables(db: Path, paper: str) -> None:
    """Prints a paper's tables as they are read: what `paperflops show ID --tables` does."""
    from extract.show_tables import show_tables as print_tables

    print_tables(db, paper)
