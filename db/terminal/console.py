"""How every command speaks: bars and tables on a terminal, plain lines in a log.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.console import Console

if TYPE_CHECKING:
    from rich.progress import Progress

PLAIN_LINE_SECONDS = 10.0
GAP = 2  # spaces between the columns of a table


class _Quiet(Console):
    """A console whose reader may leave (`paperflops show ID | head`): that ends the program, and is no fault."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush at the end
        raise SystemExit(0)


out = _Quiet(highlight=False, emoji=False, soft_wrap=True)
err = _Quiet(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def speak_any_locale() -> None:
    """Lets a terminal without UTF-8 show "?" for what it has no sign for; without this it would be a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class Steps:
    """Counts finished steps of a long piece of work, for the eyes of whoever waits."""

    def __init__(self, what: str, total: int | None, bar: Progress | None) -> None:
        self.what, self.total, self.done = what, total, 0
        self._bar = bar
        self._task = bar.add_task(what, total=total) if bar else None
        self._started = self._said = time.monotonic()

    def advance(self, note: str = "", by: int = 1) -> None:
        """Says that `by` more steps are done; `note` names the last."""
        self.done += by
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task, advance=by, description=f"{self.what} [dim]{note}[/dim]" if note else self.what
            )
        elif time.monotonic() - self._said >= PLAIN_LINE_SECONDS or self.done == self.total:
            self._said = time.monotonic()
            of = f" of {self.total}" if self.total is not None else ""
            self.line(f"{self.what}: {self.done}{of}, {time.monotonic() - self._started:.0f} s")

    def line(self, text: str) -> None:
        """Prints a line that stays, above the bar."""
        (self._bar.console if self._bar else err).print(text, markup=False)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Steps]:
    """A progress bar on standard error where that is a terminal; else a plain line now and then."""
    if sys.stderr.isatty():
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=err, transient=True) as bar:
            yield Steps(what, total, bar)
    else:
        yield Steps(what, total, None)


def say(text: str) -> None:
    """Prints a line of result on standard output."""
    out.print(text, markup=False)


def warn(text: str) -> None:
    """Prints a line on standard error."""
    err.print(text, markup=False)


def say_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()) -> None:
    """Prints a table on standard output: ruled and folded to the width of a terminal; one line a row elsewhere.

    `right` names the columns that are set flush right (numbers). Words are never cut: where a terminal is too narrow
    for the longest word of each column, a row is printed as lines of its own.
    """
    table_rows = [list(row) for row in rows]
    if out.is_terminal:
        least = [
            _least_width(name, [row[i] for row in table_rows], whole=name in right) for i, name in enumerate(columns)
        ]
        if sum(least) + GAP * (len(least) - 1) > out.width:
            _say_blocks(columns, table_rows)
            return
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        for name, width in zip(columns, least, strict=True):
            justify: Literal["left", "right"] = "right" if name in right else "left"
            table.add_column(name, justify=justify, no_wrap=name in right, overflow="fold", min_width=width)
        for row in table_rows:
            table.add_row(*(Text(cell) for cell in row))
        out.print(table, soft_wrap=False)
        return
    lines = [[" ".join(cell.split()) for cell in row] for row in [list(columns), *table_rows]]
    widths = [max(cell_len(line[i]) for line in lines) for i in range(len(columns))]
    for line in lines:
        cells = [
            " " * (width - cell_len(cell)) + cell if name in right else cell + " " * (width - cell_len(cell))
            for name, cell, width in zip(columns, line, widths, strict=True)
        ]
        say("  ".join(cells).rstrip())


def _least_width(name: str, cells: Sequence[str], *, whole: bool) -> int:
    """The columns of a terminal that no word of these cells, or with `whole` no cell, is wider than."""
    words = [name, *cells] if whole else [word for cell in (name, *cells) for word in cell.split()]
    return max(map(cell_len, words), default=1)


def _say_blocks(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row as lines of "column: cell", a blank line between rows."""
    from rich.text import Text

    for place, row in enumerate(rows):
        if place:
            out.print()
        for name, cell in zip(columns, row, strict=True):
            if cell:
                out.print(Text(f"{name}: {cell}" if name else cell), soft_wrap=False)


def say_json(value: object) -> None:
    """Prints the value as JSON for another program to read."""
    say(json.dumps(value, ensure_ascii=False, indent=1))
