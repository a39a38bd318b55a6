"""The commands of db: those that only look (status, show, export, release); `db/safety` has those that keep it safe.

Each loads what it needs when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from db.errors import BadInputError
from db.look.kinds import Format, What
from db.safety import commands as safety
from db.settings import DEFAULT_DB, DbOption
from db.terminal.command_line import PlainTyper, refuse_together
from db.terminal.console import say

if TYPE_CHECKING:
    from db.reference.check import Checked


def mount(
    app: typer.Typer,
    show_tables: Callable[[Path, str], None],
    labels: Path,
    check_stages: Callable[[], Iterable[Checked]],
) -> None:
    """Adds these commands to the command line.

    `show_tables` prints a paper's tables, given the database and the id; `check_stages` looks through the files that
    contributors write for the stages: neither is this package's business. `labels` is the folder of the labelled
    papers, which a release has beside its tables.
    """
    app.command()(_check_command(check_stages))
    app.command()(_show_command(show_tables))
    app.command()(status)
    exports = PlainTyper(name="export", help="Write rows to a file.")
    for command in (predictions, records, curated):
        exports.command()(command)
    app.add_typer(exports)
    app.command()(_release_command(labels))
    safety.mount(app)


JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, for another program.")]


def _show_command(show_tables: Callable[[Path, str], None]) -> Callable[..., None]:
    def show(
        paper: Annotated[str, typer.Argument(metavar="ID", help="An arXiv id, with or without its version.")],
        everything: Annotated[bool, typer.Option("--all", help="Rejected candidates too, with their reasons.")] = False,
        as_json: JsonOption = False,
        page: Annotated[
            int | None, typer.Option(min=1, help="Draw this page, every value read there boxed, as PNG.")
        ] = None,
        tables: Annotated[
            bool, typer.Option("--tables", help="Its tables, read again now, beside what a second reader sees in them.")
        ] = False,
        out: Annotated[Path | None, typer.Option(help="Where the picture goes (with --page).", dir_okay=False)] = None,
        db: DbOption = DEFAULT_DB,
    ) -> None:
        """Show everything known of one paper.

        Metadata, how the reading ended, and each model's values with page, words, confidence and decision.
        """
        refuse_together(tables=tables, page=page, json=as_json)
        refuse_together(tables=tables, page=page, all=everything)
        if out is not None and page is None:
            raise BadInputError("--out names where a page's picture goes", "add --page N")
        if tables:
            show_tables(db, paper)
            return
        if page is not None:
            from db.look.page import picture_of_page

            target, count = picture_of_page(db, paper, page, out)
            say(f"{count} values boxed on page {page}: {target}")
            return
        from db.look.show import show as show_paper

        show_paper(db, paper, everything=everything, as_json=as_json)

    return show


def _check_command(check_stages: Callable[[], Iterable[Checked]]) -> Callable[..., None]:
    def check() -> None:
        """Check what contributors write: reference tables, fields, studies.

        Each file with what it holds, or its faults: line, what is there, what was expected. The database has a check of
        its own, `paperflops db check`.
        """
        from db.look.contributions import check_files
        from db.reference.check import check_reference

        check_files(chain(check_reference(), check_stages()))

    return check


def status(as_json: JsonOption = False, db: DbOption = DEFAULT_DB) -> None:
    """Show how far the study is.

    The flow of papers, the summary by benchmark, how many models have each field, how readings ended.
    """
    from db.look.status import status as show_status

    show_status(db, as_json=as_json)


OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help='Where to; "-" is standard output.')]
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="Where the file's ending (.jsonl, .csv, .parquet) does not say.")
]


def predictions(out: OutOption, form: FormatOption = None, db: DbOption = DEFAULT_DB) -> None:
    """Write each value that was chosen.

    One line for each value that the extractor stands behind, with its page and words.
    """
    _export(db, What.PREDICTIONS, out, form)


def records(out: OutOption, form: FormatOption = None, db: DbOption = DEFAULT_DB) -> None:
    """Write each model on a benchmark.

    One line with the values that were chosen for it, each beside its page, words and confidence.
    """
    _export(db, What.RECORDS, out, form)


def curated(out: OutOption, form: FormatOption = None, db: DbOption = DEFAULT_DB) -> None:
    """Write the table for analysts.

    One line for each curated model, every value beside its page, words and state.
    """
    _export(db, What.CURATED, out, form)


def _release_command(labels: Path) -> Callable[..., None]:
    def release(
        out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder.", file_okay=False)],
        since: Annotated[
            Path | None,
            typer.Option(metavar="DIR", help="An earlier release: what changed since, and why.", file_okay=False),
        ] = None,
        on: Annotated[
            datetime | None,
            typer.Option("--date", metavar="DATE", formats=["%Y-%m-%d"], help="Its date; else the database's newest."),
        ] = None,
        db: DbOption = DEFAULT_DB,
    ) -> None:
        """Write a data release.

        The curated table and, apart, the machine-read values, with a data card, descriptions for programs, checksums, a
        page to search them offline, and the labelled papers with the scorer.
        """
        from db.release.release import release as make_release

        make_release(db, labels, out, since, on and date(on.year, on.month, on.day))

    return release


def _export(db: Path, what: What, out: Path, form: Format | None) -> None:
    from db.look.export import export

    export(db, what, out, form)
