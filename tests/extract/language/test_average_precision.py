"""Average precision as headers compose it."""

from __future__ import annotations

import pytest

from extract.language.average_precision import read_average_precision

HEADS: dict[str, tuple[str | None, str | None, str | None] | None] = {
    # index, task, split
    "AP": (None, None, None), "mAP (%)": (None, None, None), "AP50": ("50", None, None), "AP_75": ("75", None, None),
    "AP^val_S": ("S", None, "val"), "APvalS": ("S", None, "val"), "AP-test (M)": ("M", None, "test"),
    "mAP@.75": ("75", None, None), "AP@IoU=0.5": ("50", None, None), "AP.5:.95": (None, None, None),
    "AP@[0.5,0.95]": (None, None, None), "AP50:95": (None, None, None), "mAP val 50-95": (None, None, "val"),
    "AP (small)": ("S", None, None), "AP, large objects": ("L", None, None),
    "Avg. Precision, Area: M": ("M", None, None),
    "APbb": (None, "boxes", None), "AP^b_50": ("50", "boxes", None), "APmk75": ("75", "masks", None),
    "mask AP": (None, "masks", None), "AP^kp": (None, "keypoints", None),
    "COCO test-dev AP50": ("50", None, "test-dev"),
    "AP60": ("60", None, None), "AP ResNet-50": (None, None, None), "WideNet-50 AP": (None, None, None),
    "AP val2017": (None, None, "val2017"),
    # two at once, and letters that are no marks
    "AP50 AP75": None, "AP50/75": None, "APE": None, "MAPE": None, "top-1": None, "box": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), HEADS.items(), ids=list(HEADS))
def test_parts(text: str, parts: tuple[str | None, str | None, str | None] | None) -> None:
    """it takes index, task and split apart, in any order and spelling"""
    said = read_average_precision(text)
    assert (said and (said.index, said.task, said.split)) == parts


def test_a_caption_is_no_head() -> None:
    """it leaves long texts alone, which name several metrics"""
    assert (
        read_average_precision("We report AP over all overlaps, AP50 and the AP of small objects on the test set.")
        is None
    )
