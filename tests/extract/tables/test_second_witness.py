"""The second reading of tables: what it says of each number, and how often it agrees."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from db.models import Cell, Table
from db.store import reading, rows_of
from extract.read_paper import read_document
from extract.tables.second_witness import Witness, compare, read_again
from paperflops import app
from tests.extract.samples import SAMPLES

PDF = SAMPLES / "pdf" / "1706.99902v1.pdf"


def table_of(*rows: tuple[str, ...]) -> Table:
    cells = tuple(tuple(Cell(text, (), False, c, 1) for c, text in enumerate(row)) for row in rows)
    return Table(1, "1", "Table 1: x", len(rows[0]), (), cells, ("",) * len(rows), (0, 0, 100, 100))


OURS = table_of(("FooNet-18", "11.7M", "71.3"), ("FooNet-34", "21.8M", "75.1"), ("FooNet-50", "25.6M", "77.4"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [["FooNet-18", "11.7M", "71.3"], ["FooNet-34", "21.8M", "75.1"], ["FooNet-50", "25.6M", "77.4"]],
            "aa aa aa", id="the same"),
        pytest.param(
            [["Model", "", "Params", "Top-1"], ["FooNet-18", "", "11.7M", "71.3"], ["", "", "", ""],
             ["FooNet-34", "", "21.8M", "75.1"], ["FooNet-50", "", "25.6M", "77.4"]],
            "aa aa aa", id="a header, an empty column and an empty row more"),
        pytest.param(
            [["FooNet-18", "11.7M", "71.3"], ["FooNet-34", "21.8M", "75.7"], ["FooNet-50", "25.6M", "77.4"]],
            "aa ad aa", id="another number in one cell"),
        pytest.param(
            [["FooNet-18", "11.7M", "71.3"], ["FooNet-50", "25.6M", "77.4"]],
            "aa nn aa", id="a row that it does not see"),
        pytest.param(
            [["FooNet-18 11.7M", "71.3"], ["FooNet-34 21.8M", "75.1"], ["FooNet-50 25.6M", "77.4"]],
            "na na na", id="two columns that it runs together"),
        pytest.param([], "nn nn nn", id="nothing at all"),
    ],
)  # fmt: skip
def test_what_it_says(rows: list[list[str]], expected: str) -> None:
    """it agrees where it has the same number in the same row and column, and tells a gap from another number"""
    letters = {"a": Witness.AGREE, "d": Witness.DIFFER, "n": Witness.NONE}
    wanted = {(r, c): letters[x] for r, word in enumerate(expected.split()) for c, x in enumerate(word, 1)}
    assert compare(OURS, rows).verdicts == wanted


def test_samples() -> None:
    """it agrees with at least 95 of 100 numbers in the tables of the sample papers, and speaks of nearly all"""
    verdicts: Counter[Witness] = Counter()
    for pdf in sorted((SAMPLES / "pdf").glob("*.pdf")):
        data = pdf.read_bytes()
        for second in read_again(data, read_document(data, pdf.stem, 1).tables):
            verdicts.update(second.verdicts.values())
    assert verdicts.total() > 500
    assert verdicts[Witness.AGREE] >= 0.95 * verdicts.total()
    assert verdicts[Witness.NONE] <= 0.02 * verdicts.total()


def test_not_a_pdf_to_it() -> None:
    """it says nothing of a file that pdfplumber can't open"""
    assert read_again(b"%PDF-1.4 nothing else", [OURS]) == []


def test_commands(tmp_path: Path) -> None:
    """it marks the values of tables when asked for, and `show --tables` prints its number beside ours"""
    db, run = tmp_path / "test.duckdb", CliRunner().invoke
    assert run(app, ["add", str(PDF), "--db", str(db)]).exit_code == 0
    assert run(app, ["extract", "--witness", "--workers", "1", "--db", str(db)]).exit_code == 0
    with reading(db) as con:
        rows = rows_of(con, "SELECT qualifiers, table_label FROM candidates WHERE field = 'score'")
    said = {json.loads(row["qualifiers"]).get("witness") for row in rows if row["table_label"]}
    assert said <= {"agree", "differ", "none", None} and "agree" in said
    assert not [row for row in rows if not row["table_label"] and "witness" in json.loads(row["qualifiers"])]
    shown = run(app, ["show", "1706.99902", "--tables", "--db", str(db)])
    assert shown.exit_code == 0
    assert "3.3 · 10^18 [3.3·1]" in shown.stdout and "59 of 61 numbers are read alike" in shown.stdout


def test_show_without_the_pdf(tmp_path: Path) -> None:
    """it says in one line that the PDF is not in the store"""
    db, run = tmp_path / "test.duckdb", CliRunner().invoke
    run(app, ["add", str(PDF), "--db", str(db)])
    for kept in (tmp_path / "pdfs").rglob("*.pdf"):
        kept.unlink()
    result = run(app, ["show", "1706.99902", "--tables", "--db", str(db)])
    assert result.exit_code != 0 and "not in the store" in str(result.exception or result.output)
