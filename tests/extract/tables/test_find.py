"""Tables out of words and rules: where they stand, their columns, their headers, their rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.models import Ruling, Table, Word
from extract.layout.blocks import lay_out
from extract.layout.captions import find_captions
from extract.layout.lines import is_blank, is_value
from extract.pdf.read import RawPage
from extract.tables.find import find_tables
from extract.tables.paths import header_path, label_columns
from tests.extract.samples import SAMPLES, sample_document
from tests.extract.typeset import STEP, Sheet, pages_of, tables_of, texts

COLUMNS = (110.0, 240.0, 300.0, 360.0)
BODY = (("ResNet-50", "76.3", "93.2", "25.6M"), ("ResNet-101", "77.4", "93.6", "44.5M"), ("Ours", "78.1", "-", "12M"))


def row_header(table: Table, row: int) -> tuple[str, ...]:
    """The group the row stands in, then its label cells from the left: ("Single model", "ResNet-50", "[14]")."""
    labels = label_columns(table)
    named = (cell.text for cell in table.rows[row] if cell.column in labels)
    return tuple(text for text in (table.groups[row], *named) if text)


def booktabs(
    sheet: Sheet, y: float, *, caption: str | None = "above", number: str = "2", x: float = 0.0, kind: str = "Table"
) -> float:
    """Sets a table with three rules and its caption; where it ends."""
    columns = [c + x for c in COLUMNS]
    if caption == "above":
        sheet.set(110 + x, y, f"{kind} {number}: Accuracy on ImageNet (%) and size.")
        y += 2 * STEP
    sheet.rule(105 + x, 400 + x, y - 4)
    sheet.row(y, columns, ("Model", "top-1", "top-5", "Params"))
    sheet.rule(105 + x, 400 + x, y + STEP - 2)
    y += STEP + 2
    for row in BODY:
        sheet.row(y, columns, row)
        y += STEP
    sheet.rule(105 + x, 400 + x, y)
    if caption == "below":
        y += 8
        sheet.set(110 + x, y, f"{kind} {number}: Accuracy on ImageNet (%) and size.")
    return y + 2 * STEP


@pytest.mark.parametrize("side", ["above", "below"])
def test_caption_on_either_side(side: str) -> None:
    """it finds the table above or below its caption, with header, rows and the words of each cell."""
    sheet = Sheet()
    booktabs(sheet, 120, caption=side)
    (table,) = tables_of(sheet)
    assert (table.number, table.label, table.caption) == (
        "2", "Table 2", "Table 2: Accuracy on ImageNet (%) and size.",
    )  # fmt: skip
    assert texts(table) == [list(row) for row in BODY]
    assert [header_path(table, c) for c in range(4)] == [("Model",), ("top-1",), ("top-5",), ("Params",)]
    page = pages_of(sheet)[0]
    cell = table.rows[1][1]
    assert [page.words[i].text for i in cell.words] == ["77.4"]
    assert label_columns(table) == {0}
    assert row_header(table, 1) == ("ResNet-101",)


@pytest.mark.parametrize("side", ["above", "below"])
def test_table_that_its_caption_calls_a_figure(side: str) -> None:
    """it reads a table that is captioned as a figure, under that name, and the plot beside it not."""
    sheet = Sheet()
    y = booktabs(sheet, 120, caption=side, kind="Figure")
    booktabs(sheet, y + 100)
    figure, table = tables_of(sheet)
    assert (figure.label, table.label) == ("Figure 2", "Table 2")
    assert texts(figure) == texts(table) == [list(row) for row in BODY]


def test_table_that_is_part_of_a_figure() -> None:
    """it reads the part of a figure that is a table, under both captions, though they stand side by side."""
    sheet = Sheet()
    sheet.set(
        60, 40, "Figure 1: The model that we train, from its first layer to its last, as wide as the page is here."
    )
    y = booktabs(sheet, 120, caption=None, x=180)
    sheet.set(110, y, "(a) A plot of it")
    sheet.set(380, y, "(b) Accuracy on ImageNet")
    sheet.set(240, y + 20, "Figure 2: Two parts.")
    (table,) = tables_of(sheet)
    assert (table.label, table.caption) == ("Figure 2", "Figure 2: Two parts. (b) Accuracy on ImageNet")
    assert texts(table) == [list(row) for row in BODY]


def plot(sheet: Sheet) -> None:
    """A plot in a frame: grid lines from side to side, numbers at the bars, ticks along both axes."""
    for n in range(6):
        sheet.rule(120, 400, 100 + 30 * n)
        sheet.set(104, 96 + 30 * n, f"{60 - 10 * n}.0")
    sheet.wall(120, 100, 250)
    sheet.wall(400, 100, 250)
    for n in range(5):
        sheet.set(140 + 55 * n, 190 - 17 * n, f"{30 + 6.5 * n}")
        sheet.set(140 + 55 * n, 255, f"{100 * n}")
    sheet.set(320, 110, "ResNet-50 76.3")
    sheet.set(320, 122, "ResNet-101 77.4")
    sheet.set(330, 134, "Ours 78.1")


def program(sheet: Sheet) -> None:
    sheet.rule(105, 400, 96)
    sheet.rule(105, 400, 112)
    for n, (left, right) in enumerate(
        (("def block(x, d):", "# x: input"), ("y = norm(x, 0.5)", "# y: 1"), ("return y", ""))
    ):
        sheet.row(116 + n * STEP, (110, 300), (left, right))
    sheet.rule(105, 400, 118 + 3 * STEP)


def lists(sheet: Sheet) -> None:
    sheet.rule(105, 400, 96)
    sheet.row(100, (110, 250), ("Source", "Target"))
    sheet.rule(105, 400, 112)
    for n, row in enumerate((("the cat", "die Katze"), ("the dog", "der Hund"), ("ten cats", "10 Katzen"))):
        sheet.row(116 + n * STEP, (110, 250), row)
    sheet.rule(105, 400, 118 + 3 * STEP)


@pytest.mark.parametrize("draw", [plot, program, lists])
def test_figures_are_no_tables(draw: Callable[[Sheet], None]) -> None:
    """it takes neither a plot in a frame nor a program nor examples of text for a table."""
    sheet = Sheet()
    draw(sheet)
    below = max(w.bottom for w in sheet.words)
    sheet.set(110, below + 10, "Figure 3: What we made, and how it does.")
    assert tables_of(sheet) == []


def test_table_within_a_plot_ends_at_its_rules() -> None:
    """it leaves the ticks of the axes out of a small table that stands within a plot."""
    sheet = Sheet()
    sheet.rule(105, 400, 116)
    sheet.row(120, COLUMNS, ("Model", "top-1", "top-5", "Params"))
    sheet.rule(105, 400, 132)
    for n, row in enumerate(BODY):
        sheet.row(136 + n * STEP, COLUMNS, row)
    sheet.rule(105, 400, 138 + 3 * STEP)
    sheet.row(140 + 3 * STEP, COLUMNS, ("20", "40", "60", "80"))
    sheet.set(110, 200, "Figure 3: Accuracy by epoch.")
    (table,) = tables_of(sheet)
    assert texts(table) == [list(row) for row in BODY]


def test_two_tables_on_a_page_keep_their_own_captions() -> None:
    """it gives each of two stacked tables the caption over it."""
    sheet = Sheet()
    y = booktabs(sheet, 120, number="1")
    booktabs(sheet, y, number="2")
    assert [(t.number, len(t.rows)) for t in tables_of(sheet)] == [("1", 3), ("2", 3)]


def test_side_by_side_tables() -> None:
    """it keeps two tables apart that stand beside each other, each under its caption."""
    sheet = Sheet(width=792)
    booktabs(sheet, 120, number="3")
    booktabs(sheet, 120, number="4", x=330)
    tables = tables_of(sheet)
    assert sorted((t.number or "", t.columns) for t in tables) == [("3", 4), ("4", 4)]
    assert all(texts(t) == [list(row) for row in BODY] for t in tables)


def test_caption_of_several_lines() -> None:
    """it takes all lines of a caption, not the header beneath it."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 5: Results on the validation set of ImageNet, with one crop of each")
    sheet.set(110, 111, "image, and the number of parameters of the net- ".rstrip("- ") + "-")
    sheet.set(110, 122, "works.")
    booktabs(sheet, 145, caption=None)
    (table,) = tables_of(sheet)
    assert table.caption.endswith("the number of parameters of the networks.")
    assert texts(table)[0] == list(BODY[0])


def test_label_alone_over_a_title_in_small_capitals() -> None:
    """it takes the title beneath a label that stands alone: centred, in smaller letters, as wide as the page."""
    sheet = Sheet()
    sheet.set(238, 100, "TABLE IV")
    sheet.set(138.5, 112, "DETECTORS OF ALL KINDS ON COCO TEST-DEV WITH ONE MODEL EACH AND NO MORE", size=7.2)
    sheet.set(224, 122, "AT INFERENCE TIME.", size=7.2)
    booktabs(sheet, 145, caption=None)
    (table,) = tables_of(sheet)
    assert table.caption.startswith("TABLE IV DETECTORS OF ALL KINDS") and table.caption.endswith("AT INFERENCE TIME.")
    assert texts(table)[0] == list(BODY[0])


def test_spanning_header_by_rule() -> None:
    """it lets an entry over a short rule head the columns under that rule."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Detection.")
    sheet.rule(105, 400, 118)
    sheet.set(255, 122, "COCO test-dev")
    sheet.rule(238, 330, 132)
    sheet.row(136, COLUMNS, ("Method", "AP", "AP50", "FPS"))
    sheet.rule(105, 400, 146)
    sheet.row(150, COLUMNS, ("RetinaNet", "39.1", "59.1", "5"))
    sheet.row(162, COLUMNS, ("Ours", "41.0", "61.2", "11"))
    sheet.rule(105, 400, 174)
    (table,) = tables_of(sheet)
    assert header_path(table, 1) == ("COCO test-dev", "AP")
    assert header_path(table, 2) == ("COCO test-dev", "AP50")
    assert header_path(table, 3) == ("FPS",)


def test_spanning_header_by_its_place_alone() -> None:
    """it lets entries centred over several columns head them where no rule is drawn under them."""
    sheet = Sheet()
    columns = (110.0, 220.0, 260.0, 320.0, 360.0)
    sheet.set(110, 100, "Table 1: WER (%).")
    sheet.rule(105, 390, 118)
    sheet.set(239, 122, "No LM")
    sheet.set(334, 122, "With LM")
    sheet.row(134, columns, ("Method", "SWBD", "CH", "SWBD", "CH"))
    sheet.rule(105, 390, 145)
    for y, row in ((149, ("LAS", "11.2", "21.6", "10.9", "19.4")), (161, ("Ours", "7.2", "14.6", "6.8", "14.1"))):
        sheet.row(y, columns, row)
    sheet.rule(105, 390, 173)
    (table,) = tables_of(sheet)
    assert [header_path(table, c) for c in (1, 2, 3, 4)] == [
        ("No LM", "SWBD"), ("No LM", "CH"), ("With LM", "SWBD"), ("With LM", "CH"),
    ]  # fmt: skip


def test_header_over_the_only_rule_and_walls_between_columns() -> None:
    """it reads a table with one rule, under its header, and vertical rules, as some authors set them."""
    sheet = Sheet()
    sheet.row(120, COLUMNS, ("model", "setting", "top-1 err", "top-5 err"))
    sheet.rule(105, 400, 131)
    sheet.row(135, COLUMNS, ("ResNet-50", "1×64d", "23.9", "7.0"))
    sheet.row(147, COLUMNS, ("ResNeXt-50", "32×4d", "22.2", "5.6"))
    for x in (232, 294):
        sheet.wall(x, 118, 158)
    sheet.set(110, 172, "Table 3. Cardinality at equal complexity.")
    (table,) = tables_of(sheet)
    assert [header_path(table, c) for c in range(4)] == [("model",), ("setting",), ("top-1 err",), ("top-5 err",)]
    assert texts(table) == [["ResNet-50", "1×64d", "23.9", "7.0"], ["ResNeXt-50", "32×4d", "22.2", "5.6"]]
    assert label_columns(table) == {0, 1}


def test_table_without_rules() -> None:
    """it reads rows that stand under a caption without any rule, and stops where the prose begins."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 7: Speed.")
    for y, row in ((118, ("Model", "ms", "fps")), (130, ("YOLO", "22", "45")), (142, ("SSD", "61", "16"))):
        sheet.row(y, COLUMNS, row)
    sheet.set(
        72, 170, "The models were run on one card and each time was measured ten times with a batch of one image."
    )
    (table,) = tables_of(sheet)
    assert texts(table) == [["YOLO", "22", "45"], ["SSD", "61", "16"]]
    assert header_path(table, 2) == ("fps",)


def test_row_groups() -> None:
    """it puts rows under the label-only line above them, between rules or not."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Results.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Method", "EM", "F1"))
    sheet.rule(105, 400, 133)
    sheet.row(137, COLUMNS, ("Single model",))
    sheet.row(149, COLUMNS, ("BiDAF", "68.0", "77.3"))
    sheet.row(161, COLUMNS, ("DCN", "66.2", "75.9"))
    sheet.rule(105, 400, 172)
    sheet.row(176, COLUMNS, ("Ensemble",))
    sheet.row(188, COLUMNS, ("BiDAF", "73.3", "81.1"))
    sheet.rule(105, 400, 200)
    (table,) = tables_of(sheet)
    assert table.groups == ("Single model", "Single model", "Ensemble")
    assert row_header(table, 2) == ("Ensemble", "BiDAF")


def test_name_that_wraps() -> None:
    """it joins a model's name that goes on in a second line with its row."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Results.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Method", "EM", "F1"))
    sheet.rule(105, 400, 133)
    sheet.row(137, COLUMNS, ("Dynamic coattention", "66.2", "75.9"))
    sheet.row(149, COLUMNS, ("(Xiong et al., 2016)",))
    sheet.row(161, COLUMNS, ("BiDAF", "68.0", "77.3"))
    sheet.rule(105, 400, 173)
    (table,) = tables_of(sheet)
    assert texts(table) == [["Dynamic coattention (Xiong et al., 2016)", "66.2", "75.9"], ["BiDAF", "68.0", "77.3"]]


def test_name_that_spans_rows() -> None:
    """it repeats a name that is set beside the middle of its rows in each of them."""
    sheet = Sheet()
    columns = (110.0, 180.0, 260.0, 320.0)
    sheet.set(110, 100, "Table 1: Results.")
    sheet.rule(105, 400, 118)
    sheet.row(122, columns, ("Detector", "Backbone", "AP", "AP50"))
    sheet.rule(105, 400, 133)
    for y, name, rows in ((137, "ATSS", ("43.5", "47.2")), (163, "Sparse", ("44.5", "47.9"))):
        sheet.row(y, columns, ("", "R-50", rows[0], "61.0"))
        sheet.set(110, y + STEP / 2, name)
        sheet.row(y + STEP, columns, ("", "Swin-T", rows[1], "66.0"))
        sheet.rule(105, 400, y + 2 * STEP)
    (table,) = tables_of(sheet)
    assert [row_header(table, r) for r in range(4)] == [
        ("ATSS", "R-50"), ("ATSS", "Swin-T"), ("Sparse", "R-50"), ("Sparse", "Swin-T"),
    ]  # fmt: skip


def test_names_filled_down() -> None:
    """it repeats a name printed in the first of its rows in those below that leave the column empty."""
    sheet = Sheet()
    columns = (110.0, 180.0, 260.0)
    sheet.set(110, 100, "Table 1: Results.")
    sheet.rule(105, 400, 118)
    sheet.row(122, columns, ("Net", "Depth", "error"))
    sheet.rule(105, 400, 133)
    for n, row in enumerate((("ResNet", "20", "8.75"), ("", "32", "7.51"), ("WRN", "40", "4.97"), ("", "28", "4.17"))):
        sheet.row(137 + n * STEP, columns, row)
    sheet.rule(105, 400, 137 + 4 * STEP)
    (table,) = tables_of(sheet)
    assert [row[0].text for row in table.rows] == ["ResNet", "ResNet", "WRN", "WRN"]


def test_header_printed_again() -> None:
    """it gives the rows under a second header a table of their own, with that header."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 9: Both tasks.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Model", "top-1", "top-5", "Params"))
    sheet.rule(105, 400, 133)
    sheet.row(137, COLUMNS, BODY[0])
    sheet.row(149, COLUMNS, BODY[1])
    sheet.rule(105, 400, 160)
    sheet.row(164, COLUMNS, ("Model", "box AP", "mask AP", "Params"))
    sheet.rule(105, 400, 175)
    sheet.row(179, COLUMNS, ("Mask R-CNN", "37.9", "34.6", "44M"))
    sheet.rule(105, 400, 191)
    first, second = tables_of(sheet)
    assert (first.number, second.number) == ("9", "9")
    assert header_path(first, 1) == ("top-1",)
    assert header_path(second, 1) == ("box AP",)
    assert len(first.rows) == 2


def test_sub_captions() -> None:
    """it gives each of several grids under one caption its sub-caption too."""
    sheet = Sheet()
    y = booktabs(sheet, 120, caption=None)
    sheet.set(110, y - 14, "(a) Networks with shortcuts.")
    y = booktabs(sheet, y + 24, caption=None)
    sheet.set(110, y - 14, "(b) Networks without.")
    sheet.set(110, y + 10, "Table 6: What shortcuts do.")
    tables = tables_of(sheet)
    assert [t.number for t in tables] == ["6", "6"]
    assert [t.caption for t in tables] == [
        "Table 6: What shortcuts do. (a) Networks with shortcuts.",
        "Table 6: What shortcuts do. (b) Networks without.",
    ]


def test_continued_table() -> None:
    """it gives a table that goes on on the next page the header and caption it began with."""
    first, second = Sheet(1), Sheet(2)
    booktabs(first, 120, number="2")
    second.set(110, 100, "Table 2: (continued)")
    second.rule(105, 400, 118)
    second.row(122, COLUMNS, ("ViT-B", "84.2", "97.1", "86M"))
    second.row(134, COLUMNS, ("ViT-L", "87.1", "98.0", "307M"))
    second.rule(105, 400, 146)
    tables = tables_of(first, second)
    assert [t.page for t in tables] == [1, 2]
    assert header_path(tables[1], 1) == ("top-1",)
    assert tables[1].caption.startswith("Table 2: Accuracy on ImageNet")


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        pytest.param("23.7 ±0.1", ["23.7 ±0.1"], id="a deviation stays"),
        pytest.param("3.8 · 10^20", ["3.8 · 10^20"], id="a power of ten stays"),
        pytest.param("76.3 / 93.2", ["76.3 / 93.2"], id="two numbers with a stroke stay"),
        pytest.param("76.3^†", ["76.3^†"], id="a mark is raised"),
        pytest.param("25.6 M", ["25.6 M"], id="a unit stays"),
    ],
)
def test_what_one_cell_holds(row: str, cells: list[str]) -> None:
    """it keeps together what belongs to one number."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Numbers.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Model", "score", "time"))
    sheet.rule(105, 400, 133)
    for n in range(3):
        sheet.row(138 + n * STEP, COLUMNS, ("Net", row, "12"))
    sheet.rule(105, 400, 138 + 3 * STEP)
    (table,) = tables_of(sheet)
    assert texts(table) == [["Net", *cells, "12"]] * 3


def test_columns_set_close_together() -> None:
    """it parts columns of numbers with no more than a word space between them."""
    sheet = Sheet()
    columns = (110.0, 180.0, 201.0, 222.0)  # 18 points of print, 3 of white
    sheet.set(110, 100, "Table 1: Detection.")
    sheet.rule(105, 250, 118)
    sheet.row(122, columns, ("Model", "AP", "AP50", "AP75"))
    sheet.rule(105, 250, 133)
    for n, name in enumerate(("Mask R-CNN", "Mask Net", "Ours R")):
        sheet.row(138 + n * STEP, columns, (name, "46.3", "64.3", "50.5"))
    sheet.rule(105, 250, 138 + 3 * STEP)
    (table,) = tables_of(sheet)
    assert texts(table)[0] == ["Mask R-CNN", "46.3", "64.3", "50.5"]


SPANNING = (  # data set and its rows: metric, two models
    ("SQuAD", (("EM", "80.1", "84.0"), ("F1", "88.0", "91.2"))),
    ("COCO", (("AP", "37.1", "41.5"), ("AP50", "57.0", "61.2"), ("AP75", "40.1", "44.1"))),
    ("SVHN", (("Error", "4.1", "3.1"),)),
    (
        "ImageNet",
        (("Top-1", "76.1", "79.5"), ("Top-5", "93.0", "94.2"), ("Params", "25M", "30M"), ("Depth", "50", "44")),
    ),
)


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("ruled", [True, False])
def test_names_centred_over_their_rows(first: int, ruled: bool) -> None:
    """it repeats a name in each of the rows that it is centred over, whichever comes first, with and without rules."""
    blocks = SPANNING[first:] + SPANNING[:first]
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Two models on four data sets.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Data", "Metric", "Base", "Ours"))
    y = 138.0
    sheet.rule(105, 400, y - 4)
    for name, rows in blocks:
        sheet.set(COLUMNS[0], y + STEP * (len(rows) - 1) / 2, name)
        for row in rows:
            sheet.row(y, COLUMNS[1:], row)
            y += STEP
        if ruled:
            sheet.rule(105, 400, y)
            y += 4
    if not ruled:
        sheet.rule(105, 400, y)
    (table,) = tables_of(sheet)
    assert texts(table) == [[name, *row] for name, rows in blocks for row in rows]


@pytest.mark.parametrize("ruled", [True, False])
def test_names_of_two_lines_centred_over_their_rows(ruled: bool) -> None:
    """it joins a name's two lines, each of which stands beside a row, and repeats it in all four rows."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Translation.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Data", "Model", "BLEU", "Params"))
    y = 138.0
    sheet.rule(105, 400, y - 4)
    for pair in ("En-De", "En-Fr"):
        for n, model in enumerate(("Base", "Big", "Huge", "Ours")):
            sheet.row(y, COLUMNS, (("", "WMT14", pair, "")[n], model, f"2{n}.3", f"{n + 1}5M"))
            y += STEP
        if ruled:
            sheet.rule(105, 400, y)
            y += 4
    if not ruled:
        sheet.rule(105, 400, y)
    (table,) = tables_of(sheet)
    assert [row[0].text for row in table.rows] == ["WMT14 En-De"] * 4 + ["WMT14 En-Fr"] * 4
    assert [row[1].text for row in table.rows] == ["Base", "Big", "Huge", "Ours"] * 2


def test_nested_names_centred_over_their_rows() -> None:
    """it finds two columns of names none of which stands in a row with another."""
    sheet = Sheet()
    columns = (110, 190, 250, 300, 350)
    sheet.set(110, 100, "Table 1: Reading.")
    sheet.rule(105, 400, 118)
    sheet.row(122, columns, ("Data", "Split", "Model", "EM", "F1"))
    y = 138.0
    sheet.rule(105, 400, y - 4)
    for data in ("SQuAD1.1", "SQuAD2.0"):
        sheet.set(columns[0], y + 1.5 * STEP, data)  # a rule in the middle puts it off the middle
        for split in ("dev", "test"):
            sheet.set(columns[1], y + STEP / 2, split)
            for n, model in enumerate(("Base", "Ours")):
                sheet.row(y, columns[2:], (model, f"8{n}.1", f"9{n}.2"))
                y += STEP
            sheet.rule(185 if split == "dev" else 105, 400, y)
            y += 5
    (table,) = tables_of(sheet)
    assert [[c.text for c in row[:3]] for row in table.rows] == [
        [data, split, model]
        for data in ("SQuAD1.1", "SQuAD2.0")
        for split in ("dev", "test")
        for model in ("Base", "Ours")
    ]


@pytest.mark.parametrize("ruled", [True, False])
def test_numbers_between_rows_belong_to_both(ruled: bool) -> None:
    """it gives a model and its size, set half-way between two rows, to both rows."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Transfer.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Model", "Params", "Data", "Top-1"))
    y = 138.0
    sheet.rule(105, 400, y - 4)
    for model, size in (("ResNet-50", "25.6M"), ("ViT-B", "86M"), ("Ours", "30M")):
        sheet.row(y + STEP / 2, COLUMNS[:2], (model, size))
        for data in ("ImageNet", "V2"):
            sheet.row(y, COLUMNS[2:], (data, "76.1"))
            y += STEP
        if ruled:
            sheet.rule(105, 400, y)
            y += 4
    if not ruled:
        sheet.rule(105, 400, y)
    (table,) = tables_of(sheet)
    assert texts(table) == [
        [model, size, data, "76.1"]
        for model, size in (("ResNet-50", "25.6M"), ("ViT-B", "86M"), ("Ours", "30M"))
        for data in ("ImageNet", "V2")
    ]


@pytest.mark.parametrize("centred", [True, False])
def test_numbers_of_a_middle_row(centred: bool) -> None:
    """it repeats a middle row's number where all stretches between rules have but that, and nowhere else."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Transfer.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Model", "Top-1", "Hours", "Params"))
    y = 138.0
    sheet.rule(105, 400, y - 4)
    for k in range(2):
        for n in range(3):
            known = n == 1 or (n == 0 and k == 1 and not centred)
            sheet.row(y, COLUMNS, (f"Net-{k}{n}", f"7{n}.3", f"1{n}", f"{k + 2}5M" if known else ""))
            y += STEP
        sheet.rule(105, 400, y)
        y += 4
    (table,) = tables_of(sheet)
    found = [row[3].text for row in table.rows]
    assert found == (["25M"] * 3 + ["35M"] * 3 if centred else ["", "25M", "", "35M", "35M", ""])


def test_heads_that_nearly_touch() -> None:
    """it gives two heads that hardly a hair parts to their columns"""
    sheet = Sheet()
    columns = (110, 200, 223, 246)
    sheet.set(110, 100, "Table 1: Cost.")
    sheet.rule(105, 275, 118)
    sheet.row(122, columns, ("Model", "param", "FLOPs", "FPS"))
    assert sheet.words[-2].x0 - sheet.words[-3].x1 < 0.06 * sheet.words[-3].size
    sheet.rule(105, 275, 133)
    for n, name in enumerate(("A", "B", "Ours")):
        sheet.row(138 + n * STEP, columns, (name, "86M", "45G", "10.4"))
    sheet.rule(105, 275, 138 + 3 * STEP)
    (table,) = tables_of(sheet)
    assert [header_path(table, c) for c in range(4)] == [("Model",), ("param",), ("FLOPs",), ("FPS",)]


def test_sideways_header() -> None:
    """it reads names of columns that are printed sideways."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Nineteen tasks.")
    sheet.rule(105, 400, 116)
    sheet.rotated += [
        Word("Pets", 243, 120, 252, 140, 9.0),
        Word("Sun397", 303, 118, 312, 145, 9.0),
        Word("DTD", 363, 122, 372, 140, 9.0),
    ]  # fmt: skip
    sheet.rule(105, 400, 150)
    for n in range(3):
        sheet.row(154 + n * STEP, COLUMNS, ("ViT", "97.2", "65.0", "75.2"))
    sheet.rule(105, 400, 154 + 3 * STEP)
    (table,) = tables_of(sheet)
    assert [header_path(table, c) for c in (1, 2, 3)] == [("Pets",), ("Sun397",), ("DTD",)]


@pytest.mark.parametrize("lean", ["none", "middle", "foot"])
def test_sideways_heads_beside_an_upright_one(lean: str) -> None:
    """it reads names that stand or lean over their columns, where the column of models has an upright head."""
    sheet = Sheet()
    columns = (110, 240, 270, 300, 330)
    sheet.set(110, 80, "Table 1: Four tasks.")
    sheet.rule(105, 400, 96)
    sheet.set(110, 136, "Model")
    for x, name in zip(columns[1:], ("CIFAR-10", "Pets", "ImageNet", "DTD"), strict=True):
        wide, tall = (9.0, 4.5 * len(name)) if lean == "none" else (3.2 * len(name) + 6, 3.2 * len(name) + 6)
        left = x + 4 if lean == "foot" else x + 9 - wide / 2
        sheet.rotated.append(Word(name, left, 145 - tall, left + wide, 145, wide))
    sheet.rule(105, 400, 150)
    for n in range(3):
        sheet.row(154 + n * STEP, columns, ("ViT", "97.2", "65.0", "75.2", "61.3"))
    sheet.rule(105, 400, 154 + 3 * STEP)
    (table,) = tables_of(sheet)
    heads = [header_path(table, c) for c in range(5)]
    assert heads == [("Model",), ("CIFAR-10",), ("Pets",), ("ImageNet",), ("DTD",)]


@pytest.mark.parametrize("rules", ["none", "between", "beside"])
def test_sideways_names_at_the_left(rules: str) -> None:
    """it heads rows with the name printed sideways beside them, up to the next rule or as far as it is centred."""
    sheet = Sheet()
    columns = (130, 240, 300, 360)
    sheet.set(110, 100, "Table 1: Two data sets.")
    sheet.rule(105, 400, 118)
    sheet.row(122, columns, ("Model", "top-1", "top-5", "Params"))
    y = 138.0
    sheet.rule(105, 400, y - 4)
    for name, count in (("CIFAR", 3), ("ImageNet", 5)):
        middle = y + STEP * (count - 1) / 2 + 4.5
        sheet.rotated.append(Word(name, 112, middle - 2.2 * len(name), 121, middle + 2.2 * len(name), 9.0))
        for n in range(count):
            sheet.row(y, columns, (f"Net-{n}", "76.3", "93.2", "25M"))
            if rules == "beside" and n < count - 1:
                sheet.rule(126, 400, y + STEP - 1.5)
            y += STEP
        if rules != "none" or name == "ImageNet":
            sheet.rule(105, 400, y - 1.5)
    (table,) = tables_of(sheet)
    assert table.groups == ("CIFAR",) * 3 + ("ImageNet",) * 5
    assert [row[0].text for row in table.rows] == [f"Net-{n}" for n in (0, 1, 2, 0, 1, 2, 3, 4)]


def test_a_label_beside_the_table_heads_nothing() -> None:
    """it leaves the rows alone where what is printed sideways at their left is not centred over them."""
    sheet = Sheet()
    booktabs(sheet, 120, x=30)
    sheet.rotated.append(Word("accuracy", 80, 90, 89, 130, 9.0))
    (table,) = tables_of(sheet)
    assert set(table.groups) == {""}


def test_bold_cells() -> None:
    """it says which cells are bold throughout."""
    sheet = Sheet()
    sheet.set(110, 100, "Table 1: Best values.")
    sheet.rule(105, 400, 118)
    sheet.row(122, COLUMNS, ("Model", "EM", "F1"))
    sheet.rule(105, 400, 133)
    sheet.row(138, COLUMNS, ("A", "68.0", "77.3"))
    sheet.row(150, COLUMNS[:2], ("B", "71.0"))
    sheet.set(COLUMNS[2], 150, "81.1", bold=True)
    sheet.rule(105, 400, 162)
    (table,) = tables_of(sheet)
    assert [[c.bold for c in row] for row in table.rows] == [[False, False, False], [False, False, True]]


def test_figures_and_algorithms_are_no_tables() -> None:
    """it leaves rules to the figure or algorithm whose caption is nearer."""
    sheet = Sheet()
    sheet.rule(105, 400, 100)
    sheet.set(110, 104, "Algorithm 1: Training")
    sheet.rule(105, 400, 116)
    sheet.row(120, COLUMNS, ("1:", "for x", "in", "data"))
    sheet.row(132, COLUMNS, ("2:", "y", "=", "f(x)"))
    sheet.rule(105, 400, 146)
    for y in (200, 240, 280):
        sheet.rule(105, 400, y)
    sheet.row(290, COLUMNS, ("0", "10", "20", "30"))
    sheet.set(110, 310, "Figure 2: Loss over time.")
    assert tables_of(sheet) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Table 2: Results", "2"), ("Table 2. Results on", "2"), ("TABLE IV", "IV"), ("Tab. 3: Speed", "3"),
        ("Table A.1: More", "A.1"), ("Table S1. More", "S1"), ("Table 12 Results of", "12"),
        ("Table 3 (continued)", "3"),
        ("Table 5, continued from the previous page", "5"),
        ("表 1: Accuracy on ImageNet.", "1"), ("表1 各模型的准确率", "1"), ("表２：结果", "2"),
        ("Tabelle 2: Ergebnisse", "2"), ("Tableau 4 – Précision", "4"), ("Tabla 2. Resultados", "2"),
        ("Таблица 3. Точность", "3"), ("표 2: 정확도", "2"),
    ],
)  # fmt: skip
def test_labels_of_captions(text: str, number: str) -> None:
    """it knows a caption by its label."""
    sheet = Sheet()
    sheet.set(110, 100, text)
    sheet.set(110, 400, "Something else stands far below on the page.")
    (caption,) = find_captions(pages_of(sheet)[0])
    assert (caption.what, caption.number) == ("table", number)


@pytest.mark.parametrize(
    "text",
    [
        "Table 2 shows that",
        "Table 5). We",
        "Table 2; results",
        "Tables 3 and 4 list",
        "Table 2(c) shows",
        "Tabelle 2 zeigt die Ergebnisse",
        "Таблица 3 показывает",
        "表1给出了各模型的准确率",
        "表 2 显示",
        "Tableaux 3: x",
    ],
)
def test_mentions_are_no_captions(text: str) -> None:
    """it takes no sentence that begins a line with a table's name for a caption."""
    sheet = Sheet()
    sheet.set(110, 100, text)
    assert find_captions(pages_of(sheet)[0]) == []


def test_mention_within_a_paragraph() -> None:
    """it takes "Table 2. The" for prose where the line above runs on into it."""
    sheet = Sheet()
    sheet.set(72, 100, "All of the networks that we trained for this comparison are to be found in the lower part of")
    sheet.set(72, 112, "Table 2. The deeper ones do better on all of the data sets that we have looked at so far, too.")
    assert find_captions(pages_of(sheet)[0]) == []


VALUES = [
    "76.3",
    "-1.2",
    "25.6M",
    "3.8·10^20",
    "23.7±0.1",
    "76.3/93.2",
    "(2.1)",
    "~4",
    ">95",
    "41.8%",
    "1,234",
    "2x",
    "12h",
]
NAMES = [
    "ResNet-50",
    "4-layer",
    "v2",
    "F1",
    "[12]",
    "top-1",
    "224×224",
    "32×4d",
    "2016b]",
    "RNN",
    "",
    "-",
    "GPT-3 175B",
]


@pytest.mark.parametrize("text", VALUES)
def test_values(text: str) -> None:
    """it takes numbers with a unit, a deviation or a mark for values."""
    assert is_value(text)


@pytest.mark.parametrize("text", NAMES)
def test_names(text: str) -> None:
    """it takes names, sizes, citations and dashes for no values."""
    assert not is_value(text)


def test_blanks() -> None:
    """it knows a dash, "n/a" and a tick for cells that say nothing."""
    assert all(map(is_blank, ("", "-", "–", "n/a", "✓")))
    assert not any(map(is_blank, ("0", "BERT", "-1.2")))


words = st.builds(
    lambda text, x, y, size, bold: Word(text, x, y, x + len(text) * size / 2, y + size, size, bold),
    st.sampled_from(["Table", "1:", "76.3", "Model", "-", "(a)", "±0.1", "ResNet-50", "2:", "continued", "10", "é"]),
    st.floats(20, 560),
    st.integers(3, 30).map(lambda n: n * 11.0),
    st.sampled_from([5.0, 7.0, 9.0, 9.0, 9.0]),
    st.booleans(),
)
rules = st.builds(
    lambda x, y, wide, tall: Ruling(x, y, x + wide, y + tall),
    st.floats(20, 300),
    st.floats(30, 340),
    st.sampled_from([0.5, 60.0, 250.0]),
    st.sampled_from([0.5, 40.0]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(words, max_size=60), st.lists(rules, max_size=12))
def test_any_page(found: list[Word], drawn: list[Ruling]) -> None:
    """it reads whatever stands on a page without an error, into rows of as many cells as there are columns."""
    head = [Word("Table", 100, 60, 122, 69, 9.0), Word("1:", 125, 60, 134, 69, 9.0)]
    pages = lay_out([RawPage(1, 612.0, 792.0, tuple(head + found), (), tuple(drawn), ())])
    for table in find_tables(pages):
        assert all(len(row) == table.columns for row in table.rows)
        assert len(table.groups) == len(table.rows)
        for row in (*table.header, *table.rows):
            for cell in row:
                assert 0 <= cell.column < cell.column + cell.span <= table.columns
                assert all(0 <= i < len(pages[0].words) for i in cell.words)


WITHOUT_STAMP = {"1605.99904": "wide-residual-note"}  # a conference copy, named as its author named it
GOLD = sorted((SAMPLES / "gold").glob("*.json"))


@pytest.mark.parametrize("gold", GOLD, ids=lambda p: p.stem)
def test_samples(gold: Path) -> None:
    """it finds every number of the sample papers' tables in a cell of that table, under a header."""
    truth = json.loads(gold.read_text())
    document = sample_document(WITHOUT_STAMP.get(gold.stem, gold.stem))
    missing = []
    for result in truth["results"]:
        where = re.match(r"Table (\d+)", result["where"])
        if where is None:
            continue
        cells = [
            (table, cell)
            for table in document.tables
            if table.number == where[1] and table.page == result["page"]
            for row in table.rows
            for cell in row
            if result["value"] in [float(n) for n in re.findall(r"\d+\.?\d*|\.\d+", cell.text)]
        ]
        if not any(header_path(table, cell.column) for table, cell in cells):
            missing.append((result["where"], result["model"], result["value"]))
    assert missing == []
