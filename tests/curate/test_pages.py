"""The review page, without a browser: keys, pages of long records, cuts, marks, and places of what people type."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from curate.answers.places import find_place
from curate.page.crops import _sides
from curate.page.marks import MARK_HEIGHT, MARK_WIDTH, lines_of, mark_places
from curate.page.pictures import PageImage
from curate.page.render import field_name, task_data
from curate.page.table_cut import table_cut
from curate.page.words import PrintedPage, PrintedPaper, PrintedWord, turned_box, turned_page
from curate.queue.tasks import MOST_FIELDS, Notes, build_tasks, pages_of
from db.models import Candidate, Decision, Evidence, Field, Place, Record, RecordValue, ReviewTask, ShownField
from db.tables.reviews import shown_record
from db.vocabulary import Link
from tests.curate.readings import IMAGENET_RESNET_50, RESIDUAL, RESIDUAL_ID, SAMPLES, Told, reading_of

MOMENT = datetime(2026, 1, 1)


def long_record(scores: int, read: int = 0) -> tuple[Record, list[Candidate]]:
    """A record with so many scores and so many other fields read, and its candidates."""
    fields = [Field.PARAMETERS, Field.FLOPS, Field.DEVICE_COUNT, Field.EPOCHS, Field.MULTIPLY_ADDS][:read]
    candidates = []
    for n in range(scores):
        evidence = Evidence("2001.00001", 1, 1 + n // 10, f"Ours {20 + n}", boxes=((90, 90 + n, 99, 99 + n),))
        candidates.append(Candidate("score", 20.0 + n, evidence, "test", "1", metric="top1_error", confidence=0.9))
    candidates += [
        Candidate(str(f), 7.0, Evidence("2001.00001", 1, 1, f"{f} 7"), "test", "1", confidence=0.9) for f in fields
    ]
    values = tuple(RecordValue(c.field, c.metric, c.key, True) for c in candidates)
    return Record("2001.00001", 1, "Ours", "imagenet", "own", values), candidates


def task_of(record: Record, candidates: list[Candidate]) -> ReviewTask:
    (task,) = build_tasks([record], {c.key: c for c in candidates}, {})
    return task


class TestLongRecords:
    @pytest.mark.parametrize("scores", [1, 2, 3, 7, 10, 11, 14, 30, 57])
    @pytest.mark.parametrize("read", [0, 3, 5])
    def test_pages(self, scores: int, read: int) -> None:
        """it shows every field once, ten a page at most, and on every page a value that was read."""
        task = task_of(*long_record(scores, read))
        pages = pages_of(task)
        shown = [f for p in pages for f in p.payload.fields]
        assert sorted(map(str, shown)) == sorted(map(str, task.payload.fields))
        assert all(len(p.payload.fields) <= MOST_FIELDS for p in pages)
        assert all(any(f.read for f in p.payload.fields) for p in pages)
        assert len({p.key for p in pages}) == len({p.payload.revision for p in pages}) == len(pages)
        assert {p.payload.key for p in pages} == {task.key}

    @pytest.mark.parametrize("scores", [1, 7, 14, 30])
    def test_keys(self, scores: int) -> None:
        """it gives every choice on a page a key of its own, and shows it."""
        for page in pages_of(task_of(*long_record(scores, 5))):
            data = task_data(page.payload, {})
            choices = [*data["whole"], *(c for f in data["fields"] for c in f["choices"])]
            keys = [c["hotkey"] for c in choices]
            assert len(keys) == len(set(keys))
            assert all(f"<kbd>{k.replace('shift+', '⇧').upper()}</kbd>".replace("&", "") in c["html"] for c, k in zip(choices, keys, strict=True))  # fmt: skip # noqa: E501


class TestHead:
    def test_score_page_first(self) -> None:
        """it shows the page of the score on top, then the other pages in the paper's order."""
        told = (
            Told(Field.SCORE, 20.74, 2, "ResNet-50 20.74 5.25", "20.74", "top1_error"),
            Told(Field.PARAMETERS, 25.6e6, 1, "ResNet-50 has 25.6M parameters", "25.6M"),
        )
        payload = sample_task(told).payload
        images = {n: PageImage(f"/{n}.webp", 612, 792) for n in (1, 2)}
        html = task_data(payload, images)["pages_html"]
        assert html.index("page 2") < html.index("page 1")

    def test_metric_names(self) -> None:
        """it names metrics as people do, not as the table of benchmarks spells its patterns."""
        from db.reference.benchmarks import load_benchmarks

        names = [field_name("score", m.id, b.id) for b in load_benchmarks().values() for m in b.metrics]
        assert "EM" in names
        assert not [n for n in names if set(n) & set("={}|")]

    def test_every_unsure_link_is_worded(self) -> None:
        """it says in a sentence how a value was given to the model, wherever that is not sure."""
        payload = sample_task(IMAGENET_RESNET_50).payload
        for link in Link:
            fields = (replace(payload.fields[2], joined=link.value),)
            html = str(task_data(replace(payload, fields=fields), {})["fields"])
            assert link.is_sure or f"The text {link.value}" not in html.replace("&#x27;", "'")

    @pytest.mark.parametrize(
        ("low", "high", "said"),
        [(864000.0, 1209600.0, "12 days (10 to 14 days)"), (82800.0, 1987200.0, "12 days (23 h to 23 days)")],
    )
    def test_range(self, low: float, high: float, said: str) -> None:
        """it says the unit of a range once where both ends have the same."""
        payload = sample_task(IMAGENET_RESNET_50).payload
        time = replace(payload.fields[6], value=1036800.0, low=low, high=high)
        (field,) = task_data(replace(payload, fields=(time,)), {})["fields"]
        assert f">{said}<" in field["html"]

    def test_comes_back_filled_in(self) -> None:
        """it has the given verdict chosen and the typed words in the box when a page comes back."""
        from db.models import GivenAnswer

        payload = sample_task(IMAGENET_RESNET_50).payload
        given = replace(payload.fields[2], given=GivenAnswer("correct", 26e6, 4, "26M"))
        fields = task_data(replace(payload, fields=(*payload.fields[:2], given)), {})["fields"]
        assert [c["value"] for c in fields[2]["choices"] if c.get("selected")] == ["correct"]
        assert (fields[2]["text"], fields[2]["page"]) == ("26M", "4")
        assert not [c for c in fields[0]["choices"] if c.get("selected")]


class TestGivenValues:
    found = Place(1, "ResNet-101 101 44.5 7.6×109", ((340.0, 300.0, 360.0, 310.0),))

    def shown(self, said: tuple[Decision, ...], dispute: str | None = None) -> ReviewTask:
        read = reading_of(RESIDUAL, {("ResNet-50", "imagenet"): IMAGENET_RESNET_50})
        candidates = {c.key: c for c in read.candidates}
        (parameters,) = [c for c in read.candidates if c.field == Field.PARAMETERS]
        said = tuple(
            replace(d, page=c.evidence.page, quote=c.evidence.quote, judged_value=c.value)
            for d, c in zip(said, [parameters] * len(said), strict=True)
        )
        notes = {read.records[0].key: Notes({parameters.judged_key: dispute} if dispute else {})}
        (task,) = build_tasks(read.records, candidates, {}, said, notes)
        return task

    def field(self, task: ReviewTask) -> Any:
        images = {n: PageImage(f"/{n}.webp", 612, 792) for n in (1, 2)}
        data = task_data(task.payload, images)
        return data["fields"][2], str(data["pages_html"])

    def test_found(self) -> None:
        """it shows whose value it is, the page and words that print it, its box on the page and a number to click."""
        task = self.shown((given(Field.PARAMETERS, 44.5e6, "44.5M", 1, place=self.found),))
        field, pages = self.field(task)
        assert "ann corrected it to" in field["html"]
        assert "found on page 1" in field["html"]
        assert "ResNet-101 101 44.5" in field["html"]
        assert 'for="pf-at-3a"' in field["html"]
        assert 'id="pf-at-3a"' in pages
        assert pages.count("pf-given") == 1
        assert "Answered:" not in field["html"]
        assert (field["text"], field["page"]) == ("44.5M", "1")

    def test_nowhere(self) -> None:
        """it marks a value that the paper prints nowhere as the person's own statement, in that person's words."""
        field, pages = self.field(self.shown((given(Field.PARAMETERS, 26e6, "about 26M", 1),)))
        assert "kept as ann's own statement: <q>about 26M</q>" in field["html"]
        assert "pf-at-3a" not in pages

    def test_two_who_differ(self) -> None:
        """it shows each value of people who differ with its place, and fills in the only one that was given."""
        said = (
            given(Field.PARAMETERS, 44.5e6, "44.5M", 1, place=self.found),
            replace(given(Field.PARAMETERS, 25.6e6, None, 1), annotator="bob", verdict="accept"),
        )
        field, _ = self.field(self.shown(said, "ann corrected to 44.5 M; bob accepted"))
        assert "To decide between: ann corrected to 44.5 M; bob accepted" in field["html"]
        assert "found on page 1" in field["html"]
        assert field["text"] == "44.5M"
        said = (said[0], replace(given(Field.PARAMETERS, 26e6, "26M", 1), annotator="bob"))
        field, _ = self.field(self.shown(said, "ann corrected to 44.5 M; bob corrected to 26 M"))
        assert field["html"].count("pf-stated") == 2
        assert "bob's own statement" in field["html"]
        assert field["text"] == "25.6 M"

    def test_on_other_evidence(self) -> None:
        """it says of a value given on evidence that is no longer shown that it is of earlier, with its place."""
        task = self.shown((given(Field.PARAMETERS, 44.5e6, "44.5M", 1, place=self.found),))
        other = replace(
            task.payload.fields[2], stated=tuple(replace(g, current=False) for g in task.payload.fields[2].stated)
        )
        fields = (*task.payload.fields[:2], other, *task.payload.fields[3:])
        field, _ = self.field(replace(task, payload=replace(task.payload, fields=fields)))
        assert "ann said earlier, on other evidence:" in field["html"]
        assert "found on page 1" in field["html"]

    def test_kept(self) -> None:
        """it comes back from a server as it was sent."""
        task = self.shown((given(Field.PARAMETERS, 44.5e6, "44.5M", 1, place=self.found),))
        stored = json.loads(json.dumps(task_data(task.payload, {})["payload"]))
        assert shown_record(stored) == task.payload


class TestMarks:
    def test_on_no_word(self) -> None:
        """it puts numbers on no word, no box and no other number, on every page of the samples."""
        placed = 0
        for pdf in sorted(SAMPLES.glob("*.pdf")):
            with PrintedPaper(pdf) as paper:
                for number in range(1, len(paper) + 1):
                    page = paper.page(number)
                    assert page is not None
                    words = [w.box for w in page.words if len(w.text) > 1]
                    evidence = {n: (box,) for n, box in enumerate(words[:: max(len(words) // 9, 1)][:10])}
                    spots = mark_places(evidence, page, (MARK_WIDTH, MARK_HEIGHT))
                    boxes = [(x, y, x + MARK_WIDTH, y + MARK_HEIGHT) for x, y in spots.values()]
                    placed += len(boxes)
                    assert not [(b, w) for b in boxes for w in page.words if overlaps(b, w.box)]
                    assert not [1 for a, b in combinations(boxes, 2) if overlaps(a, b)]
                    assert not [1 for b in boxes for of in evidence.values() for e in lines_of(of) if overlaps(b, e)]
        assert placed > 100


class TestTableCuts:
    def test_cell(self) -> None:
        """it finds a cell's row label on its line and its column's header above it."""
        shown = cell("25.6", "ResNet-50", "params (M)")
        with PrintedPaper(RESIDUAL) as paper:
            page = paper.page(1)
            assert page is not None
            cut = table_cut(shown, page)
            assert cut is not None
            (row,) = cut.rows
            words = {(w.text, w.box) for w in page.words}
            label = next(box for text, box in words if text == "ResNet-50" and box[0] > 306 and overlaps(box, row))
            assert row[0] < label[0] < label[2] < row[2]
            assert row[2] < cut.cell[0]
            (header,) = cut.headers
            assert header[3] <= cut.cell[1]
            assert [t for t, b in words if overlaps(b, header)] in (["params", "(M)"], ["(M)", "params"])

    def test_sideways(self) -> None:
        """it finds them in a table that is printed on its side, turned so that it can be read."""
        shown = cell("25.6", "ResNet-50", "params (M)")
        with PrintedPaper(RESIDUAL) as paper:
            upright = paper.page(1)
        assert upright is not None
        expected = table_cut(shown, upright)
        sideways = turned_page(upright, 3)
        boxes = shown.boxes
        height, width = upright.height, upright.width
        for _ in range(3):
            boxes = tuple(turned_box(b, height) for b in boxes)
            height, width = width, height
        cut = table_cut(replace(shown, boxes=boxes), sideways)
        assert cut is not None
        assert expected is not None
        assert cut.quarters == 1
        for found, box in zip((cut.cell, *cut.rows, *cut.headers), (expected.cell, *expected.rows, *expected.headers), strict=True):  # fmt: skip # noqa: E501
            assert found == pytest.approx(box)

    def test_parts_of_a_label(self) -> None:
        """it cuts every part of a label: a name over two rows, a setting, a group's title above; and no other line."""
        page = page_of_words(
            ("Detectors", 200, 100), ("FPN+", 50, 116), ("ResNet-101", 100, 112), ("no", 160, 108), ("38.5", 250, 108),
            ("yes", 160, 118), ("42.6", 250, 118), ("AP", 250, 88),
        )  # fmt: skip
        shown = replace(
            cell("25.6", "Detectors / FPN+ / ResNet-101 / yes", "AP"), boxes=((250.0, 118.0, 268.0, 127.0),)
        )
        cut = table_cut(shown, page)
        assert cut is not None
        assert [[w.text for w in page.words if inside(w.box, r)] for r in cut.rows] == [
            ["Detectors"], ["FPN+"], ["ResNet-101"], ["yes"],
        ]  # fmt: skip
        assert [w.text for w in page.words if overlaps(w.box, cut.cell)] == ["42.6"]

    def test_text_is_no_cell(self) -> None:
        """it cuts running text as text."""
        shown = sample_task(IMAGENET_RESNET_50).payload.fields[2]
        with PrintedPaper(RESIDUAL) as paper:
            page = paper.page(1)
            assert page is not None
            assert table_cut(shown, page) is None


class TestPassages:
    def test_own_column(self) -> None:
        """it shows the column of the evidence from side to side, and none of the column beside it."""
        page = page_of_words(
            *((f"left{n}", 60 + 27 * n, 100) for n in range(9)), *((f"right{n}", 320 + 31 * n, 101) for n in range(9)),
            *((f"under{n}", 60 + 31 * n, 111) for n in range(8)),
        )  # fmt: skip
        left, right = _sides(((100.0, 100.0, 130.0, 109.0),), 612, page)
        shown = {w.text for w in page.words if w.box[0] >= left and w.box[2] <= right}
        cut = {w.text for w in page.words if w.box[0] < left < w.box[2] or w.box[0] < right < w.box[2]}
        assert shown == {w.text for w in page.words if not w.text.startswith("right")}
        assert cut == set()

    def test_row_of_a_table(self) -> None:
        """it shows a table's row with its label where no header was read, as of a value that a person gave."""
        page = page_of_words(("ResNet-101", 60, 100), ("101", 150, 100), ("44.5", 230, 100), ("7.6", 300, 100))
        left, right = _sides(((230.0, 100.0, 248.0, 109.0),), 612, page)
        assert left < 60
        assert right > 318


class TestPlaces:
    @pytest.mark.parametrize(
        ("field", "value", "typed", "page", "words"),
        [
            (Field.PARAMETERS, 44.5e6, "44.5M", 1, "ResNet-101 101 44.5"),
            (Field.PARAMETERS, 25.6e6, "25.6 million", 1, "ResNet-50 has 25.6M parameters"),
            (Field.MULTIPLY_ADDS, 7.6e9, "7.6G", 1, "7.6×109"),
            (Field.TRAINING_TIME, 6 * 86400.0, "144 h", 1, "6 days"),
            (Field.DEVICE, "Titan X", "Titan X", 1, "Titan X"),
            (Field.SCORE, 19.87, "19.87", 2, "ResNet-101 19.87"),
        ],
        ids=lambda v: str(v),
    )
    def test_found(self, field: str, value: float | str, typed: str, page: int, words: str) -> None:
        """it finds a typed value by whatever way the paper prints it, and quotes the line that does."""
        with PrintedPaper(RESIDUAL) as paper:
            place = find_place(paper, given(field, value, typed, page=1))
        assert place is not None
        assert place.page == page
        assert words in place.quote
        assert place.boxes
        with PrintedPaper(RESIDUAL) as paper:
            printed = paper.page(place.page)
            assert printed is not None
            assert place.quote in " ".join(w.text for w in printed.words)

    def test_nowhere(self) -> None:
        """it finds nothing where the paper does not print the value, and takes no bare small number for it."""
        with PrintedPaper(RESIDUAL) as paper:
            assert find_place(paper, given(Field.PARAMETERS, 123.4e6, "123.4M", page=1)) is None
            assert find_place(paper, given(Field.EPOCHS, 18.0, "18", page=None)) is None

    def test_small_number(self) -> None:
        """it looks for a small number beside the evidence that was shown, also spelled out."""
        device = sample_task(IMAGENET_RESNET_50).payload.fields[4]
        with PrintedPaper(RESIDUAL) as paper:
            place = find_place(paper, given(Field.DEVICE_COUNT, 8.0, "8", page=1), device.boxes)
        assert place is not None
        assert "trained on eight NVIDIA" in place.quote

    def test_nearest(self) -> None:
        """it takes the printing nearest to the evidence that was shown."""
        shown = cell("25.6", "ResNet-50", "params (M)")
        with PrintedPaper(RESIDUAL) as paper:
            place = find_place(paper, given(Field.PARAMETERS, 60.2e6, "60.2M", page=1), shown.boxes)
        assert place is not None
        assert place.quote.startswith("ResNet-152")


def page_of_words(*words: tuple[str, float, float]) -> PrintedPage:
    """A page with these words, each by its left and top, in type 9 points high."""
    placed = [PrintedWord(text, (x, y, x + 4.5 * len(text), y + 9.0)) for text, x, y in words]
    return PrintedPage(1, 612, 792, tuple(placed))


def inside(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return b[0] <= a[0] and a[2] <= b[2] and b[1] <= a[1] and a[3] <= b[3]


def overlaps(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def sample_task(told: tuple[Told, ...]) -> ReviewTask:
    read = reading_of(RESIDUAL, {("ResNet-50", "imagenet"): told})
    (task,) = build_tasks(read.records, {c.key: c for c in read.candidates}, {})
    return task


def cell(words: str, row: str, column: str) -> ShownField:
    """A cell of the sample's first table, as it is shown."""
    told = Told(Field.PARAMETERS, 25.6e6, 1, "ResNet-50 50 25.6 3.8×109", words)
    shown = sample_task((told,)).payload.fields
    return replace(next(f for f in shown if f.read), table="Table 1", row=row, column=column)


def given(field: str, value: float | str, typed: str | None, page: int | None, **more: Any) -> Decision:
    return Decision(
        "t", RESIDUAL_ID, 1, "ResNet-50", "imagenet", str(field), None, "correct", None, value, page, "x", "ann",
        MOMENT, typed=typed, **more,
    )  # fmt: skip


def test_pictures_carry_words(tmp_path: Path) -> None:
    """it renders each page once and keeps its words with it."""
    from curate.page.pictures import page_pictures

    found = page_pictures(RESIDUAL, "0" * 64, {1, 2, 99}, tmp_path)
    assert sorted(found) == [1, 2]
    assert all(p.printed is not None and p.printed.words for p in found.values())
