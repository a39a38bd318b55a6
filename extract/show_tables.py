"""A paper's tables as they are read, with what a second reader sees in each cell: `paperflops show ID --tables`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from db.errors import BadInputError
from db.look.show import paper_facts
from db.settings import pdf_path
from db.store import reading
from db.terminal.console import say, say_table
from extract.pdf.limits import UnreadableError
from extract.read_paper import read_document
from extract.tables.paths import header_path
from extract.tables.second_witness import SecondReading, Witness, read_again


def show_tables(db: Path, paper: str) -> None:
    """Prints each table that holds values, and in brackets what the second reader sees where it differs.

    Raises `BadInputError` where the PDF is not in the store or can't be read.
    """
    with reading(db) as con:
        facts = paper_facts(con, paper)
    name, sha256 = f"{facts['arxiv_id']}v{facts['version']}", (facts["pdf"] or {}).get("sha256")
    if sha256 is None or not pdf_path(db, sha256).exists():
        raise BadInputError(f"the PDF of {name} is not in the store", "fetch it with `paperflops harvest`")
    data = pdf_path(db, sha256).read_bytes()
    try:
        document = read_document(data, facts["arxiv_id"], facts["version"])
    except UnreadableError as error:
        raise BadInputError(f"{name} can't be read: {error.message}", "choose another") from error
    found = read_again(data, document.tables)
    if not found:
        say(f"no table of {name} holds values")
        return
    for second in found:
        _print_table(second)
    verdicts = Counter(v for second in found for v in second.verdicts.values())
    say(
        f"{verdicts[Witness.AGREE]} of {verdicts.total()} numbers are read alike by pdfplumber;"
        f" {verdicts[Witness.DIFFER]} differ (its number in brackets), {verdicts[Witness.NONE]} it does not see [-]"
    )


def _print_table(second: SecondReading) -> None:
    table = second.table
    say(f"{table.label or 'table'}, page {table.page}: {table.caption}")
    heads = [" / ".join(header_path(table, c)) for c in range(table.columns)]
    rows = [[_cell(second, r, c) for c in range(table.columns)] for r in range(len(table.rows))]
    names = [head or f"({n})" for n, head in enumerate(heads, 1)]
    if any(table.groups):
        names, rows = ["", *names], [[group, *row] for group, row in zip(table.groups, rows, strict=True)]
    say_table(names, rows)
    say("")


def _cell(second: SecondReading, row: int, column: int) -> str:
    text = second.table.rows[row][column].text
    verdict = second.verdicts.get((row, column), Witness.AGREE)
    if verdict is Witness.AGREE:
        return text
    return f"{text} [{second.seen.get((row, column)) or '-'}]"
