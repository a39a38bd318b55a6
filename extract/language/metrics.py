"""Metrics, splits and their ranges, as headers, captions and sentences name them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.reference.benchmarks import alternatives_of, benchmark, find_metric, without_short_names
from extract.language.pattern import Pattern

PETAFLOP_PER_S_DAY = 8.64e19  # FLOP: 1e15 a second for 86,400 seconds

# --- splits -----------------------------------------------------------------------------------------------------------

SPLIT = Pattern(
    "the part of the data that a text names, in lower case",
    {
        r"test-?\s?dev(?:20\d\d)?": ("AP (test-dev)", "test-dev2017"),
        r"test-?\s?std": "test-std",
        r"test-?\s?challenge": "test-challenge",
        r"mini-?val(?:20\d\d)?": "coco minival2014",
        r"trainval\w*": "trainval35k",
        r"val\s?20\d\d": "coco val2017",
        r"newstest\s?20\d\d": "newstest 2014",
        r"newstest\d\d": "newstest14",
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
    "testset": "test", "ntst14": "newstest2014", "training": "train",
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
    if split.startswith("newstest") and len(split) == len("newstest14"):
        return f"newstest20{split[-2:]}"
    return _SPLITS_OF_ONE_NAME.get(split, split)


# --- ranges -----------------------------------------------------------------------------------------------------------


def in_percent_points(benchmark_id: str, metric_id: str, value: float, *, all_fractions: bool) -> float | None:
    """The value in the benchmark's unit (0.763 is 76.3 where a whole column is printed so); None if implausible."""
    metric = benchmark(benchmark_id).metric(metric_id)
    if metric.percent and all_fractions and 0 < value <= 1:
        value = round(value * 100, 6)
    return value if metric.is_plausible(value) else None


# --- ranks and senses of classification -------------------------------------------------------------------------------

ERROR = Pattern("an error", {r"\berr(?:or)?s?\b": ("top-1 err.", "errors")}, refuses=("terror",))
ACCURACY = Pattern(
    "an accuracy; precision and recall at rank 1 or 5 of one label are accuracies too",
    {
        r"\bacc(?:urac(?:y|ies))?\b": ("Acc.", "accuracies"),
        r"\bprec(?:ision)?\s?@\s?[15]": "Prec@1",
        r"\b[pr]@[15]\b": "P@1",
    },
    refuses=("accumulated", "precision"),
)
TOP_1 = Pattern(
    "rank 1",
    {
        r"\btop[-\s–−‐]?1\b": "Top-1",
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
        r"@5\b": "Acc@5",
        r"(?<!\w)t-5\b(?=\s?(?:$|err|acc))": "T-5 err",
        r"(?<=t1/)t5\b": "T1/T5",
        r"\bt5(?=\s?(?:err|acc))": "T5 acc",
    },
    refuses=("T5", "T5-Large", "top-50"),
)
_TOP_1_AND_5 = re.compile(r"top[-\s]?1\s?(?:/|&|and|,)\s?5\b", re.IGNORECASE)


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
    return bool(TOP_1.search(text) and TOP_5.search(text)) or bool(_TOP_1_AND_5.search(text))


# --- which metric -----------------------------------------------------------------------------------------------------

_SIZES = frozenset({"aps", "apm", "apl"})
_PRECISION_WORDS = re.compile(r"\bm?ap|\biou|\barea|average precision|\bavg|\bprecision", re.IGNORECASE)
# "mAP val 50", "AP test .75"; "50-95" is over all thresholds
_AP_AT = re.compile(
    r"\bm?AP\s?_?(?:val(?:idation)?|test(?:-?dev)?|box|bbox)\s?_?@?\s?(?P<at>(?:0?\.)?(?:50?|75))(?![\d.]|\s?[-–:]\s?[\d.])",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def metric_named(text: str) -> bool:
    """Whether the text names a metric of any tracked benchmark, a data set's own name apart."""
    if TOP_1.search(text) or TOP_5.search(text) or ERROR.search(text) or ACCURACY.search(text):
        return True
    # "mean", "total", "F", "NER" and data sets' own names mean a metric only where the benchmark is known to be theirs
    rest = without_short_names(text)
    return any(m not in _SIZES or _PRECISION_WORDS.search(rest) for m in find_metric(None, rest))


def has_metric(benchmark_id: str, text: str) -> bool:
    """Whether the metric that the text names is one of the benchmark's, or of the benchmark that shares its images."""
    if benchmark(benchmark_id).is_classification:
        said = rank_and_sense(text)
        return bool(said.rank or said.sense or names_both_ranks(text))
    return any(find_metric(b, text) for b in (benchmark_id, *(other.id for other in alternatives_of(benchmark_id))))


def resolve_metric(
    benchmark_id: str, texts: Sequence[str], values: Sequence[float], *, mask: bool = False
) -> list[str]:
    """The metric ids of a benchmark that the texts name, the nearest text first (header, then caption, then prose).

    `values` are the numbers in the column: they decide between error and accuracy where no text does. Two ids mean
    that cells hold pairs ("76.3/93.2").
    """
    if benchmark(benchmark_id).is_classification:
        return _classification_metric(benchmark_id, texts, values)
    if texts and ACCURACY.search(texts[0]) and not re.search(r"\bm?ap\b", texts[0], re.IGNORECASE):
        return []  # accuracy is no metric of these
    for text in texts:
        found = find_metric(benchmark_id, text)
        if not found:
            continue
        if not any(m in _SIZES for m in _ids(benchmark_id)):
            return found[:1]
        sized = _PRECISION_WORDS.search(" ".join(texts[:2]))
        found = [m for m in found if sized or m not in _SIZES]
        if found:
            # a metric that is not kept: no farther text can say another
            return _average_precision(text, found, mask=mask)[:1]
    return []


def _ids(benchmark_id: str) -> tuple[str, ...]:
    return tuple(metric.id for metric in benchmark(benchmark_id).metrics)


def _average_precision(text: str, found: list[str], *, mask: bool) -> list[str]:
    """Mask AP kept apart: of a mask column only the AP over all thresholds is tracked."""
    if found == ["box_ap"] and re.search(r"\bsmall objects?\b", text, re.IGNORECASE):
        found = ["aps"]
    overlap = _AP_AT.search(text) if found == ["box_ap"] else None
    if overlap:
        found = [f"ap{overlap['at'].lstrip('0.').ljust(2, '0')}"]
    if mask:
        if re.search(r"50|75|\.5\b|(?<=AP)\s?_?[SML]\b", text) and not re.search(r"0?\.5\s?:", text):
            return []
        return ["mask_ap"] if found[0] in ("box_ap", "mask_ap", "apm") else []
    if found[0] == "mask_ap" and len(text) > 60:
        found = ["box_ap"]  # a caption names both; what is no mask column is a box column
    if found[0] == "mask_ap" and re.search(r"50|75|_[SML]\b", text):
        return []
    return found


def _classification_metric(benchmark_id: str, texts: Sequence[str], values: Sequence[float]) -> list[str]:
    rank: int | None = None
    sense: str | None = None
    both = False
    for i, text in enumerate(texts):
        says = rank_and_sense(text)
        both = both or (i < 2 and rank is None and names_both_ranks(text))
        rank = rank or (None if both else says.rank)
        sense = sense or says.sense
        if sense and (rank or both):
            break
    sense = sense or _sense_of_values(benchmark_id, texts, values)
    if sense is None:
        return []
    known = (benchmark(benchmark_id).ranked_metric(sense, k) for k in ((1, 5) if both else (rank or 1,)))
    return [metric.id for metric in known if metric]


def _sense_of_values(benchmark_id: str, texts: Sequence[str], values: Sequence[float]) -> str | None:
    """Where the texts name a rank and no sense: "accuracy" for numbers mostly above 50, else "error"."""
    ranked = any(TOP_1.search(t) or TOP_5.search(t) for t in texts)
    if not values or not (ranked or any(find_metric(benchmark_id, t) for t in texts)):
        return None
    middle = sorted(values)[len(values) // 2]
    return "accuracy" if middle > 50 or (middle <= 1 and middle > 0.5) else "error"
