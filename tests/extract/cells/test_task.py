"""Which task a cell's numbers measure, and which place tells it."""

from __future__ import annotations

import pytest

from db.reference.tasks import tasks_in
from extract.cells.task import Place, benchmark_of_task, told_task
from tests.extract.written_tables import table_paper


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("Object detection", ("boxes",)),
        ("AP^bb", ("boxes",)),
        ("multi-person pose estimation", ("keypoints",)),
        ("Keypoint detection", ("keypoints",)),
        ("Detection and instance segmentation", ("boxes", "masks")),
        ("semantic segmentation", ("semantic_segmentation",)),
        # near misses
        ("Mask R-CNN", ()),
        ("region proposal network", ()),
        ("the head's pose", ("keypoints",)),
        ("box regression loss", ()),
        ("composed of boxers", ()),
    ],
)
def test_words(text: str, tasks: tuple[str, ...]) -> None:
    """it finds the tasks that a text names, and none in names that hold their words"""
    assert tasks_in(text) == tasks


@pytest.mark.parametrize(
    ("lines", "caption", "heading", "told"),
    [
        ("Method | mask AP\nQuickDet | 37.1", "Detection on COCO.", "4 Results", ("masks", Place.COLUMN)),
        ("Method | AP\nQuickDet | 37.1", "Detection on COCO.", "4 Human poses", ("boxes", Place.CAPTION)),
        ("Method | AP\nQuickDet | 37.1", "Results on COCO.", "4 Human poses", ("keypoints", Place.SECTION)),
        ("Method | mask AP | AP50\nQuickDet | 37.1 | 55.0", "Results.", "4 Results", ("masks", Place.NEIGHBOUR)),
        ("Method | AP\nQuickDet | 37.1", "Boxes and masks on COCO.", "4 Human poses", None),
    ],
)
def test_places(lines: str, caption: str, heading: str, told: tuple[str, Place] | None) -> None:
    """it takes the task from the nearest place, and from none that is farther than one that names two"""
    text = "We train on COCO, and Table 1 has the numbers."
    (frame,) = table_paper(lines, caption=caption, heading=heading, text=text, title="Networks").tables
    found = told_task(frame, frame.table.columns - 1, 0)
    assert (found and (found.task, found.place)) == told


def test_benchmarks_of_a_task() -> None:
    """it finds the benchmark of the task on the same images, and none for a task that nobody measures on them"""
    assert [benchmark_of_task("coco", t) for t in (None, "boxes", "masks", "keypoints", "captioning")] == [
        "coco", "coco", "coco", "coco_keypoints", None,
    ]  # fmt: skip
    assert benchmark_of_task("coco_keypoints", "boxes") == "coco"
    assert benchmark_of_task("imagenet", "boxes") == "imagenet"
