"""Which task a cell's numbers measure, where several tasks share images and metrics: boxes, masks, key points.

It is told by a place, the nearest that names exactly one task: the column's own header, the row's group, the column
at its left, the caption, the section, the title of the paper. "AP" in a paper on poses is that of key points, unless
the caption speaks of detection, unless a column is headed "mask AP".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from db.reference.benchmarks import alternatives_of, benchmark
from db.reference.tasks import tasks_in
from extract.cells.frame import TableFrame
from extract.language.average_precision import AveragePrecision, read_average_precision
from extract.language.model_names import has_citation
from extract.language.named_metric import metric_named

SENTENCE_END = re.compile(r"(?<=[a-z)])\.\s(?=[A-Z])")
LONGEST_HEADING = 90  # characters: what leads to a table's mention and is longer is a paragraph, not a heading


class Place(StrEnum):
    """Where something is told, the nearest first."""

    COLUMN = "column"
    ROW = "row"
    GROUP = "group"
    NEIGHBOUR = "neighbouring column"
    CAPTION = "caption"
    SENTENCE = "sentence"
    SECTION = "section"
    PAPER = "paper"


@dataclass(frozen=True)
class ToldTask:
    """A task, where it is told and by which words."""

    task: str
    place: Place
    words: str


def told_task(frame: TableFrame, column: int, r: int) -> ToldTask | None:
    """The task that the nearest place names; None where no place names one task alone."""
    for place, words in _places(frame, column, r):
        tasks = _tasks_of_header(frame, column, words) if place is Place.COLUMN else tasks_in(words)
        if place is Place.GROUP and set(tasks) == {"boxes", "keypoints"}:
            tasks = ("keypoints",)  # persons are detected first, and then their joints
        if len(tasks) == 1:
            return ToldTask(tasks[0], place, words)
        if tasks and place in (Place.CAPTION, Place.SECTION):
            return None  # boxes and masks: what a column is, its own header says or nothing does
    return ToldTask("keypoints", Place.NEIGHBOUR, "") if _lacks_small(frame, column) else None


def _places(frame: TableFrame, column: int, r: int) -> Iterator[tuple[Place, str]]:
    """The texts that may name the task, the nearest first."""
    yield from ((Place.COLUMN, entry) for entry in reversed(frame.column_path(column)))
    if frame.transposed or frame.rows_name_tasks:
        yield Place.ROW, frame.labels[r]
    if not has_citation(frame.table.groups[r]):  # a cited work's title over its rows says what that work is on
        yield Place.GROUP, frame.table.groups[r]
    yield Place.NEIGHBOUR, _neighbour(frame, column)
    yield Place.CAPTION, frame.part
    yield from ((Place.CAPTION, sentence) for sentence in _telling_sentences(frame.caption))
    yield from ((Place.SECTION, heading) for heading in headings(frame))
    yield from ((Place.SENTENCE, sentence) for sentence in sentences_on_metrics(frame))
    yield Place.PAPER, frame.context.title


def _telling_sentences(caption: str) -> Iterator[str]:
    """The caption's first sentence, which says what the table shows, and those of the others that name a metric."""
    first, *others = SENTENCE_END.split(caption)
    yield first
    yield from (sentence for sentence in others if metric_named(sentence))


def headings(frame: TableFrame) -> Iterator[str]:
    """The headings of the sections that mention the table."""
    for text in frame.context.around.get(frame.number, ()):
        if is_heading(text):
            yield text


def is_heading(text: str) -> bool:
    """Whether what leads to a table's mention is a heading and no paragraph; "4. Results" is one."""
    text = text.strip()
    return len(text) <= LONGEST_HEADING and ". " not in text and not text.endswith(".")


@lru_cache(maxsize=2)  # asked for each column of a table, one table after the other
def sentences_on_metrics(frame: TableFrame) -> tuple[str, ...]:
    """The sentences about the table, and of the text that leads to it, that name a metric: "We report AP by OKS."."""
    texts = (*frame.sentences, *frame.context.around.get(frame.number, ()))
    return tuple(sentence for text in texts for sentence in SENTENCE_END.split(text) if metric_named(sentence))


def _tasks_of_header(frame: TableFrame, column: int, entry: str) -> tuple[str, ...]:
    said = read_average_precision(entry)
    if said is not None and said.is_m and (said.index or not _m_is_medium(frame)):
        return ("masks",)
    return (said.task,) if said is not None and said.task else tasks_in(entry)


def _m_is_medium(frame: TableFrame) -> bool:
    """Whether a small m marks objects of medium size: other columns are of small or large ones, none is of boxes."""
    texts = [*(frame.column_path(c)[-1] for c in frame.value_columns if frame.column_path(c)), *frame.labels]
    said = [ap for text in texts if (ap := read_average_precision(text)) is not None]
    boxes = any(ap.task == "boxes" for ap in said)
    return not boxes and any(ap.index in ("S", "L") for ap in said)


def _neighbour(frame: TableFrame, column: int) -> str:
    """The nearest header at the left that names a task, over a column that has an index and no task: "AP50"."""
    said = _leaf(frame, column)
    if said is None or said.index is None or said.task or said.is_m:
        return ""
    for c in range(column - 1, -1, -1):
        left = _leaf(frame, c)
        if left is None:
            return ""
        if left.task or left.is_m:
            return frame.column_path(c)[-1]
        if left.index is None:
            return ""  # "AP" with no task: the columns go on from it
    return ""


def _lacks_small(frame: TableFrame, column: int) -> bool:
    """Whether the table has average precisions of medium and large objects and none of small ones: key points."""
    if _leaf(frame, column) is None:
        return False
    said = [leaf for c in frame.value_columns if (leaf := _leaf(frame, c)) is not None and not leaf.task]
    sizes = {"M" if leaf.is_m else leaf.index for leaf in said} & {"S", "M", "L"}
    return sizes == {"M", "L"}


def _leaf(frame: TableFrame, column: int) -> AveragePrecision | None:
    path = frame.column_path(column)
    return read_average_precision(path[-1]) if path else None


def benchmark_of_task(benchmark_id: str, task: str | None) -> str | None:
    """The benchmark, or the one of that task on its images; None where no benchmark measures the task on them."""
    if task is None or not benchmark(benchmark_id).tasks or task in benchmark(benchmark_id).tasks:
        return benchmark_id
    shared = benchmark(benchmark_id).alternative_of or benchmark_id
    of_images = [benchmark(shared), *alternatives_of(shared)]
    return next((known.id for known in of_images if task in known.tasks), None)
