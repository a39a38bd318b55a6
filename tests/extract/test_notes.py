"""What could not be read of a paper is noted: tables that are pictures, pages without text, other languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from db.look.show import paper_facts
from db.look.status import study_status
from db.models import Outcome, Paper
from db.store import reading, writing
from db.tables.papers import save_papers
from db.tables.readings import Reading, ReadingNote, save_readings
from db.vocabulary import NoteKind
from extract.read_paper import read_paper
from tests.extract.drawn import Drawn, pdf_of
from tests.extract.samples import PDFS
from tests.test_command_line import run

PROSE = (
    "We train the network on the images of the data set and measure the error of each model, which is",
    "given for the validation set. The method has two parts, and it can be used with any other network that",
    "we know of. In this section we describe the setting and the results that were found with it.",
)
GERMAN = (
    "Wir trainieren das Netz auf den Bildern der Datenmenge und messen den Fehler jedes Modells, der",
    "auf der Testmenge angegeben ist. Das Verfahren besteht aus zwei Teilen und kann mit jedem anderen",
    "Netz verwendet werden. In diesem Abschnitt beschreiben wir die Einstellungen und die Ergebnisse.",
)
CAPTION = "Table 3: Top-1 error (%) on the validation set of all the networks."
ROWS = (("Model", "Params", "Error"), ("Plainnet-50", "25.6M", "23.7"), ("Widenet-18", "11.7M", "30.2"))


def prose(page: Drawn, y: float = 720, lines: Sequence[str] = PROSE) -> None:
    for n, line in enumerate(lines):
        page.set(72, y - 12 * n, line)


def notes(*pages: Drawn) -> tuple[ReadingNote, ...]:
    read = read_paper(pdf_of(*pages), "2001.99999", 1, "0" * 64)
    assert read.outcome == "read", read.message
    return read.notes


def page_with_picture(*, gap: float = 8, above: bool = True, width: float = 300, height: float = 120) -> Drawn:
    """A page with a table's caption and a picture under it (or over it)."""
    page = Drawn()
    prose(page)
    page.set(72, 560, CAPTION)
    page.picture(72, 560 - gap - height if above else 560 + 10 + gap, width, height)
    prose(page, 300)
    return page


@pytest.mark.parametrize("above", [True, False], ids=["caption above", "caption below"])
def test_a_table_that_is_a_picture(above: bool) -> None:
    """it notes a table's caption with a picture beside it and no words in it"""
    table = ReadingNote(NoteKind.TABLE_IS_PICTURE, 1, "Table 3")
    assert notes(page_with_picture(above=above, height=60)) == (table,)
    assert table.words == "Table 3 is a picture: nothing in it was read (page 1)"


def test_no_note_where_the_table_was_read() -> None:
    """it notes nothing of a table with words, a picture elsewhere, a logo, or a caption alone"""
    page = Drawn()
    prose(page)
    page.set(72, 560, CAPTION)
    page.table(72, 540, ROWS)
    page.picture(72, 330, 300, 100)
    prose(page, 300)
    assert notes(page) == ()
    assert notes(page_with_picture(gap=100)) == ()
    assert notes(page_with_picture(width=30, height=10)) == ()


def test_pages_without_text() -> None:
    """it notes a page that is a picture, and no blank page"""
    first, scanned, blank = Drawn(), Drawn(), Drawn()
    prose(first)
    prose(first, 400)
    scanned.picture(50, 60, 500, 680)
    scanned.set(300, 30, "2")
    blank.set(300, 30, "3")
    assert notes(first, scanned, blank) == (ReadingNote(NoteKind.PAGE_WITHOUT_TEXT, 2),)


def test_another_language() -> None:
    """it notes a paper in another language, and none in English with a foreign abstract"""
    german, mixed = Drawn(), Drawn()
    for y in (720, 600, 480):
        prose(german, y, GERMAN)
        prose(mixed, y, GERMAN if y == 720 else PROSE)
    assert notes(german) == (ReadingNote(NoteKind.LANGUAGE_NOT_READ),)
    assert notes(mixed) == ()


@pytest.mark.parametrize("pdf", PDFS, ids=lambda p: p.stem)
def test_sample_papers_have_none(pdf: Path) -> None:
    """it notes nothing of the sample papers, all of which can be read"""
    assert read_paper(pdf.read_bytes(), "2001.99999", 1, "0" * 64).notes == ()


def test_they_are_kept_and_said(db_path: Path) -> None:
    """it saves them with the reading, in place of those of an earlier one, and show and status say them"""
    found = (ReadingNote(NoteKind.LANGUAGE_NOT_READ), ReadingNote(NoteKind.TABLE_IS_PICTURE, 5, "Table 3"))
    for kept in (found[:1], found):
        with writing(db_path) as con:
            save_papers(con, [Paper("2001.99999", 1, "A paper")])
            save_readings(con, [Reading("2001.99999", 1, "0" * 64, "r", Outcome.READ, pages=9, notes=kept)])
    with reading(db_path) as con:
        assert [note["said"] for note in paper_facts(con, "2001.99999")["notes"]] == [note.words for note in found]
        assert study_status(con)["notes"] == {
            "language_not_read": {"notes": 1, "papers": 1}, "table_is_a_picture": {"notes": 1, "papers": 1},
        }  # fmt: skip
    shown = run("show", "2001.99999", "--db", db_path, cwd=db_path.parent).stdout
    assert "note: Table 3 is a picture: nothing in it was read (page 5)" in shown
    assert "note: the paper is not in English" in shown
    status = run("status", "--db", db_path, cwd=db_path.parent).stdout
    assert "Not read in them: language not read 1 (1 paper), table is a picture 1 (1 paper)" in status
