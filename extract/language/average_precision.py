"""Average precision as headers compose it: quantity, task, split, overlap and size of objects, in any order.

    "AP^val_S"       small objects            "mAP@.75"        at an overlap of .75
    "AP-test (M)"    medium objects           "AP.5:.95"       over all overlaps
    "APbb 50"        boxes, overlap .5        "mask AP"        masks

A superscript or subscript that the text layer glued on is taken off letter by letter: "APvalS", "APbb50".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from db.reference.benchmarks import load_benchmarks
from db.reference.tasks import tasks_in
from extract.language.metrics import split_of
from extract.pattern import Pattern

LONGEST_HEAD = 80  # characters: longer texts are captions or sentences, which name several metrics

# glued to the quantity or printed beside it; a row here is all that a new mark needs
SIZES = {
    "S": "S",
    "M": "M",
    "L": "L",
    "s": "S",
    "l": "L",
    "small": "S",
    "sm": "S",
    "medium": "M",
    "med": "M",
    "media": "M",
    "large": "L",
}
SIZE_WORDS = frozenset(size for size in SIZES if len(size) > 2)  # written with a capital too: "Area: Small"
TASK_MARKS = {
    "b": "boxes", "bb": "boxes", "box": "boxes", "bbox": "boxes", "mk": "masks", "mask": "masks", "seg": "masks",
    "segm": "masks", "kp": "keypoints", "keypoint": "keypoints", "pose": "keypoints",
}  # fmt: skip
SPLIT_MARKS = frozenset("val validation test testdev dev minival trainval".split())
# words that may stand between the quantity and its marks
_WORDS_BETWEEN = "at iou area overlap threshold thr thresh objects object set in on of by the for score"
_BETWEEN = frozenset(_WORDS_BETWEEN.split()) | {
    word.lower()
    for entry in load_benchmarks().values()
    if entry.primary_metric.quantity == "average precision"
    for word in entry.name.split()
}

_QUANTITY = Pattern(
    "average precision as it is printed",
    {
        "m{0,2}AP(?P<glued>[A-Za-z]*)": ("mAP", "mmAP", "APs", "AP at 50"),
        r"(?:[Mm]ean\s)?[Aa]v(?:era)?ge?\.?\s[Pp]recision": ("mean average precision", "Avg. Precision"),
    },
    refuses=("GAP", "average recall", "ap"),
    before="(?<![A-Za-z])",
    flags=re.NOFLAG,
)
_ALL_OVERLAPS = Pattern(
    "all overlaps from 0.5 to 0.95",
    {":": "AP@[.5:.95]", ",": "AP 50,95", "-": "0.5-0.95"},
    refuses=("0.5:0.9", "1.5-0.95"),
    before=r"(?<![\d.])(?:0?\.|)50?\s?",
    after=r"\s?(?:0?\.|)95(?!\d)",
    flags=re.NOFLAG,
)
_TOKEN = re.compile(r"[A-Za-z]+|\d*\.\d+|\d+|\S")
_GLUED_MARKS = Pattern(
    "what is glued to AP: a split before or behind a task, a size",
    {
        rf"(?P<split>{'|'.join(sorted(SPLIT_MARKS, key=len, reverse=True))})?"
        rf"(?P<task>{'|'.join(sorted(TASK_MARKS, key=len, reverse=True))}|m)?"
        rf"(?P<behind>{'|'.join(sorted(SPLIT_MARKS, key=len, reverse=True))})?"
        rf"(?P<size>{'|'.join(sorted(SIZES, key=len, reverse=True))})?(?P<at>at)?": (
            "test",
            "box",
            "s",
            "at",
            "maskval",
        ),
    },
    flags=re.NOFLAG,
)


@dataclass(frozen=True)
class AveragePrecision:
    """What a header says of an average precision. `index` is "50", "75", "S", "M", "L" or another overlap, "60"."""

    index: str | None = None
    task: str | None = None
    split: str | None = None
    is_m: bool = False  # marked by a small m: masks, or objects of medium size where no index stands beside it
    end: int = 0  # where in the text the marks end; what stands behind them is no part of the metric


@lru_cache(maxsize=4096)
def read_average_precision(text: str) -> AveragePrecision | None:
    """The average precision that a short header names; None where it names none, or two of them."""
    if len(text) > LONGEST_HEAD:
        return None
    plain = text.replace("^", " ").replace("_", " ")
    named = [_named(plain, match) for match in _QUANTITY.finditer(plain)]
    if not named or None in named:
        return None
    parts = [part for part in named if part is not None]
    tasks = tasks_in(text)
    indices, marked, splits = (
        list(dict.fromkeys(value for part in parts if (value := getattr(part, name))))
        for name in ("index", "task", "split")
    )
    if len(indices) > 1 or len(marked) > 1:
        return None  # "AP50 AP75"
    task = marked[0] if marked else tasks[0] if len(tasks) == 1 else None
    split = splits[0] if splits else split_of(plain.lower())
    return AveragePrecision(indices[0] if indices else None, task, split, parts[-1].is_m, parts[-1].end)


_INDEX_ALONE = re.compile(rf"@?\s?(?:0?\.)?(?:50|75|5)|{'|'.join(SIZES)}")


def is_index(text: str) -> bool:
    """Whether a header is the index of an average precision and nothing else: "50", "@.75", "S", "small"."""
    return _INDEX_ALONE.fullmatch(text.strip(" ()")) is not None or text.strip(" ()").lower() in SIZES


def _named(text: str, quantity: re.Match[str]) -> AveragePrecision | None:
    """The quantity at one place with the marks glued to it and behind it; None where letters stand there instead."""
    glued = _GLUED_MARKS.fullmatch(quantity["glued"] or "")
    if glued is None:
        return None
    following = _QUANTITY.search(text, quantity.end())
    behind = text[quantity.end() : following.start() if following else None]
    ranges = list(_ALL_OVERLAPS.finditer(behind))
    behind = _ALL_OVERLAPS.sub(lambda m: " " * len(m.group()), behind)
    indices, end = _marks(behind)
    if glued["size"]:
        indices.add(SIZES[glued["size"]])
    if len(indices) > 1:
        return None
    end = max([end, *(m.end() for m in ranges)])
    is_m = glued["task"] == "m" or bool(re.match(r"\s*\(?m\b", behind))
    return AveragePrecision(
        next(iter(indices), None), TASK_MARKS.get(glued["task"] or "") or _task_mark(behind[:end]),
        glued["split"] or glued["behind"], is_m, quantity.end() + end,
    )  # fmt: skip


def _marks(behind: str) -> tuple[set[str], int]:
    """The overlaps and sizes behind the quantity, up to the first word that is no mark, and where that is."""
    indices: set[str] = set()
    end = 0
    for token in _TOKEN.finditer(behind):
        word = token.group()
        overlap = _overlap(word)
        if overlap:
            indices.add(overlap)
        elif word in SIZES or word.lower() in SIZE_WORDS:
            indices.add(SIZES[word if word in SIZES else word.lower()])
        elif word.isalpha() and not _is_mark(word):
            break
        end = token.end()
    return indices, end


def _overlap(word: str) -> str | None:
    """The overlap in hundredths that a number says: ".5", "0.5", "50" give "50"; None for other numbers."""
    if word.startswith((".", "0.")) and word != ".":
        return word.lstrip("0.").ljust(2, "0")
    return word if word.isdigit() and len(word) == 2 and 50 <= int(word) <= 95 else None


def _is_mark(word: str) -> bool:
    low = word.lower()
    return low in SPLIT_MARKS or low in TASK_MARKS or low in _BETWEEN or low in ("m", "bb")


def _task_mark(behind: str) -> str | None:
    words = (token.group() for token in _TOKEN.finditer(behind))
    return next((TASK_MARKS[word] for word in words if word in TASK_MARKS), None)
