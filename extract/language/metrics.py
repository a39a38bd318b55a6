"""Splits, ranges of metrics, ranks and senses of classification, as headers, captions and sentences name them."""

from __future__ import annotations

from dataclasses import dataclass

from db.reference.benchmarks import benchmark
from extract.language.editions import TEST_SETS
from extract.pattern import Pattern

PETAFLOP_PER_S_DAY = 8.64e19  # FLOP: 1e15 a second for 86,400 seconds

# --- splits -----------------------------------------------------------------------------------------------------------

_TEST_SETS = "|".join(TEST_SETS)
SPLIT = Pattern(
    "the part of the data that a text names, in lower case",
    {
        r"test-?\s?dev(?:20\d\d)?": ("AP (test-dev)", "test-dev2017"),
        r"test-?\s?std": "test-std",
        r"test-?\s?challenge": "test-challenge",
        r"mini-?val(?:20\d\d)?": "coco minival2014",
        r"trainval\w*": "trainval35k",
        r"val\s?20\d\d": "coco val2017",
        rf"(?:{_TEST_SETS})\s?20\d\d": "newstest 2014",
        rf"(?:{_TEST_SETS})\d\d": "newstest14",
        r"ntst\d\d": "ntst14",
        r"validation": "validation error",
        r"val\b\.?": "val. acc",
        r"dev(?:elopment)?(?:\sset)?\b": ("dev f1", "the development set"),
        r"test[ab]\b": "conll testa",
        r"test(?:\sset)?\b": "the test set",
        r"train(?:ing)?(?=\s(?:set|error|err|f1|acc))": "training error",
    },
    refuses=("valid for all", "training time", "latest"),
    before=r"\b(?P<split>",
    after=r")",
)
_SPLITS_OF_ONE_NAME = {
    "validation": "val", "val.": "val", "development": "dev", "developmentset": "dev", "devset": "dev",
    "testset": "test", "training": "train",
}  # fmt: skip


def split_of(low: str) -> str | None:
    """The part of the data that the text names, in the words of benchmarks.toml where it can."""
    match = SPLIT.search(low)
    if match is None:
        return None
    split = match["split"].replace(" ", "")
    if split.startswith(("test-dev", "testdev")):
        return "test-dev"
    if split.startswith("mini"):
        return "minival"
    for name in (*TEST_SETS, "ntst"):
        if split.startswith(name) and len(split) == len(name) + 2:
            return f"{TEST_SETS[0]}20{split[-2:]}"
    return _SPLITS_OF_ONE_NAME.get(split, split)


# --- ranges -----------------------------------------------------------------------------------------------------------


def in_percent_points(benchmark_id: str, metric_id: str, value: float, *, all_fractions: bool) -> float | None:
    """The value in the benchmark's unit (0.763 is 76.3 where a whole column is printed so); None if implausible."""
    metric = benchmark(benchmark_id).metric(metric_id)
    if metric.percent and all_fractions and 0 < value <= 1:
        value = round(value * 100, 6)
    return value if metric.is_plausible(value) else None


# --- ranks and senses of classification -------------------------------------------------------------------------------

ERROR = Pattern(
    "an error", {r"\berr(?:or)?s?(?![a-z])": ("top-1 err.", "errors", "err1")}, refuses=("terror", "erratic")
)
ACCURACY = Pattern(
    "an accuracy; precision and recall at rank 1 or 5 of one label are accuracies too",
    {
        r"\bacc(?:urac(?:y|ies))?(?![a-z])": ("Acc.", "accuracies", "acc1"),
        r"\bprec(?:ision)?\s?@\s?[15]": "Prec@1",
        r"\b[pr]@[15]\b": "P@1",
    },
    refuses=("accumulated", "precision"),
)
TOP_1 = Pattern(
    "rank 1",
    {
        r"\btop[-\s–−‐]?1\b": "Top-1",
        r"\b(?:err|acc)(?:or|uracy|\.)?[-\s]?1\b": ("err-1", "acc 1"),
        r"@1\b": "Acc@1",
        r"\bt-1\b": "T-1 err",
        r"\bt1(?=\s?(?:/|err|acc|\())": "T1 acc",
        r"\b1st\b": "1st (%)",
    },
    refuses=("top-10", "t1"),
)
TOP_5 = Pattern(
    "rank 5; T5 alone is a model",
    {
        r"\btop[-\s–−‐]?5\b": "Top-5",
        r"\b(?:err|acc)(?:or|uracy|\.)?[-\s]?5\b": ("err-5", "acc. 5"),
        r"@5\b": "Acc@5",
        r"\btop[-\s]?1\s?(?:[/&,]|and)\s?5\b": "top-1/5",
        r"(?<!\w)t-5\b(?=\s?(?:$|err|acc))": "T-5 err",
        r"(?<=t1/)t5\b": "T1/T5",
        r"\bt5(?=\s?(?:err|acc))": "T5 acc",
    },
    refuses=("T5", "T5-Large", "top-50"),
)


@dataclass(frozen=True)
class RankAndSense:
    """Rank (1 or 5) and sense ("error" or "accuracy") as far as a text says."""

    rank: int | None
    sense: str | None


def rank_and_sense(text: str) -> RankAndSense:
    """What the text says of rank and sense; both ranks named ("top-1 / top-5") gives no rank."""
    one, five = bool(TOP_1.search(text)), bool(TOP_5.search(text))
    error, accuracy = bool(ERROR.search(text)), bool(ACCURACY.search(text))
    return RankAndSense(
        None if one == five else 1 if one else 5, None if error == accuracy else "error" if error else "accuracy"
    )


def names_both_ranks(text: str) -> bool:
    """Whether the text says "top-1 / top-5" or "top-1/5"."""
    return bool(TOP_1.search(text) and TOP_5.search(text))
