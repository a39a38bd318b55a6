"""Which metric of a benchmark a text names: composed of its parts where a header composes it, else by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from db.reference.benchmarks import alternatives_of, benchmark, find_metric, without_short_names
from db.reference.untracked import find_untracked_datasets
from extract.language.average_precision import AveragePrecision, read_average_precision
from extract.language.metrics import ACCURACY, ERROR, TOP_1, TOP_5, names_both_ranks, rank_and_sense
from extract.pattern import Pattern

AVERAGE_PRECISION = "average precision"

_PRECISION_WORDS = Pattern(
    "words that make precision, or a part of it, of a metric",
    {
        r"\bm?ap": "mAP",
        r"\biou": "IoU = 0.5",
        r"\barea": "Area: small",
        r"\bavg": "Avg. Precision",
    },
    refuses=("top-1", "maximal", "F1"),
)
_SMALL_OBJECTS = Pattern(
    "small objects, which are a part of precision",
    {r"\bsmall objects?\b": "AP of small objects"},
    refuses=("small model",),
)
LETTER_OF_NAME = Pattern(
    "a name whose letter is no precision, recall or F score",
    {
        r"[PR]-(?=[A-Z\d])": ("R-CNN", "R-50"),
        r"R(?=\d)": "R101",
        r"F-(?!scores?\b|measures?\b|values?\b|beta\b|micro\b|macro\b)(?=[a-z]{4})": "F-correction",
    },
    refuses=("P@1", "FR-CNN", "F-score", "F-1", "F-measure (%)"),
    before=r"(?<![\w-])",
    after=r"[\w-]*",
    flags=re.NOFLAG,
)


@lru_cache(maxsize=4096)
def metric_named(text: str) -> bool:
    """Whether the text names a metric of any tracked benchmark, a data set's own name apart."""
    if TOP_1.search(text) or TOP_5.search(text) or ERROR.search(text) or ACCURACY.search(text):
        return True
    if read_average_precision(text) is not None:
        return True
    # "mean", "total", "F", "NER" and data sets' own names mean a metric only where the benchmark is known to be theirs
    rest = LETTER_OF_NAME.sub(" ", without_short_names(text))
    if not find_metric(None, rest):
        return False
    for found in reversed(find_untracked_datasets(rest)):
        rest = f"{rest[: found.start]} {rest[found.end :]}"  # "F-MNIST" is no F score
    return any(m not in _SIZES or _PRECISION_WORDS.search(rest) for m in find_metric(None, rest))


def has_metric(benchmark_id: str, text: str) -> bool:
    """Whether the metric that the text names is one of the benchmark's, or of the benchmark that shares its images."""
    if benchmark(benchmark_id).is_classification:
        said = rank_and_sense(text)
        return bool(said.rank or said.sense or names_both_ranks(text))
    known = [benchmark(benchmark_id), *alternatives_of(benchmark_id)]
    if read_average_precision(text) is not None and any(m.quantity == AVERAGE_PRECISION for m in known[0].metrics):
        return True
    return any(find_metric(one.id, text) for one in known)


def resolve_metric(
    benchmark_id: str, texts: Sequence[str], values: Sequence[float], *, task: str | None = None
) -> list[str]:
    """The metric ids of a benchmark that the texts name, the nearest text first (header, then caption, then prose).

    `values` are the numbers in the column: they decide between error and accuracy where no text does. `task` is told
    by a place around the texts. Two ids mean that cells hold pairs ("76.3/93.2").
    """
    if benchmark(benchmark_id).is_classification:
        return _classification_metric(benchmark_id, texts, values)
    if texts and ACCURACY.search(texts[0]) and not re.search(r"\bm?ap\b", texts[0], re.IGNORECASE):
        return []  # accuracy is no metric of these
    sized = _PRECISION_WORDS.search(" ".join(texts[:2])) is not None
    for text in texts:
        found = _composed(benchmark_id, text, task)
        if found is None:
            found = _by_name(benchmark_id, text, task, sized=sized)
        if found is not None:
            return found  # [] for a metric that is not kept: no farther text can say another
    return []


def _composed(benchmark_id: str, text: str, task: str | None) -> list[str] | None:
    """The metric of an average precision that the text composes; [] for one that is not kept, None for none."""
    said: AveragePrecision | None = read_average_precision(text)
    known = benchmark(benchmark_id)
    if said is None or all(metric.quantity != AVERAGE_PRECISION for metric in known.metrics):
        return None
    task = task or said.task
    index = "M" if said.is_m and not said.index and task != "masks" else said.index
    metric = known.indexed_metric(AVERAGE_PRECISION, index, task)
    return [metric.id] if metric else []


def _by_name(benchmark_id: str, text: str, task: str | None, *, sized: bool) -> list[str] | None:
    """The likeliest of the metrics that the text names; sizes of objects only where a precision is spoken of."""
    known = benchmark(benchmark_id)
    found = [known.metric(m) for m in find_metric(benchmark_id, text) if sized or m not in _SIZES]
    if not found:
        return None
    first = found[0]
    if first.quantity != AVERAGE_PRECISION:
        return [first.id]
    if len(found) == 1 and first.index is None and _SMALL_OBJECTS.search(text):
        first = known.indexed_metric(AVERAGE_PRECISION, "S", None) or first
    # a caption names both tasks: what is no mask column is a box column
    metric = known.indexed_metric(AVERAGE_PRECISION, first.index, task)
    return [metric.id] if metric else []


_SIZES = frozenset({"aps", "apm", "apl"})


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
    return "accuracy" if middle > 50 or 0.5 < middle <= 1 else "error"
