"""Decides on which benchmark and by which metric a cell was measured.

The nearest word wins: column header, row header and group, the header over the row headers, the caption, the
sentences that name the table, last what the paper as a whole is measured on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from db.reference.benchmarks import Benchmark, benchmark, find_metric, serves_another_task, short_names_in
from db.vocabulary import Reason, Refusal
from extract.cells.benchmarks_named import benchmarks_of_headers
from extract.cells.columns import VALUE_HEAD
from extract.cells.evidence import RESULTS, SETTINGS_TABLE, TableEvidence
from extract.cells.frame import TableFrame
from extract.cells.headers import OTHER
from extract.cells.orders import metric_by_order
from extract.cells.task import Place, ToldTask, benchmark_of_task, told_task
from extract.language.class_counts import tells_fewer_classes
from extract.language.languages import language_alone
from extract.language.metrics import in_percent_points, names_both_ranks, rank_and_sense
from extract.language.model_names import CITATION
from extract.language.named_metric import AVERAGE_PRECISION, has_metric, metric_named, resolve_metric
from extract.language.numbers import decimals
from extract.language.paper_context import OWN_DATA
from extract.pattern import Pattern

Pairs = list[tuple[str, str]]  # (benchmark, metric) of each of a cell's numbers
PAIR = re.compile(r"\s?[/|]\s?")
FAR_SHARE = 0.7  # of a column's values must be plausible where only the paper as a whole tells the data set
NEAR_ALL = 0.8  # of a column's values must be plausible where only the paper's words tell the metric
COLLAPSED = 0.02  # of a column's largest value: less is a training that failed
_METRIC = r"[\w^.@:]+(?:\s[A-Z]\w+)?"  # a metric's name in a list: "AP50", "mask AP"


@dataclass(frozen=True)
class Decision:
    """What a cell's numbers are: no pairs for numbers that are no scores. `reason` speaks against them."""

    pairs: Pairs
    pattern: str = ""
    reason: Reason | None = None
    lacks_metric: bool = False  # the data set is known, and no text of this table names a metric
    told: Mapping[str, str] = field(default_factory=dict)  # which places told data set, task and metric


NO_SCORE = Decision([])


@dataclass(frozen=True)
class Question:
    """A cell, and the texts that may name its metric."""

    column: int
    row: int
    values: Sequence[float]  # of the whole column
    texts: tuple[str, ...]  # the nearest first
    header: str  # what stands nearest
    near: Sequence[str]  # the benchmarks that the cell's own headers name
    task: ToldTask | None
    names_metric: bool  # whether one of the texts does


def decide(evidence: TableEvidence, column: int, r: int, values: Sequence[float]) -> Decision:
    """The (benchmark, metric) of the cell's numbers, by the first place that names a data set with the metric."""
    frame = evidence.frame
    near = benchmarks_of_headers(evidence, column, r)
    if near is None or evidence.shows_examples or (evidence.is_other_year(column) and evidence.translates(near)):
        return NO_SCORE
    if not near and OWN_DATA.search(frame.caption) and not frame.benchmarks_in(frame.caption):
        return NO_SCORE
    texts = _texts(frame, column, r)
    if (evidence.caption_measures_other or evidence.caption_tells_differences) and not any(
        metric_named(text) for text in texts
    ):
        return NO_SCORE
    question = Question(
        column, r, values, texts, f"{texts[0]} {texts[1]}" if frame.transposed else texts[0], near,
        told_task(frame, column, r), any(metric_named(text) for text in texts),
    )  # fmt: skip
    for source in SOURCES:
        answer = _answer(evidence, question, source)
        if answer is not None and answer.pairs and tells_fewer_classes(answer.pairs[0][0], *texts, frame.caption):
            return NO_SCORE
        if answer is not None:
            return replace(answer, told=_told(evidence, question, source, answer)) if answer.pairs else answer
    return NO_SCORE


def _told(evidence: TableEvidence, asked: Question, source: Source, answer: Decision) -> dict[str, str]:
    """Which places told the data set, the task and the metric: what is told by the header alone is the surest."""
    benchmark_id, metric_id = answer.pairs[0]
    task = asked.task.task if asked.task else None
    told = {"data_told_by": source.name}
    if asked.task and benchmark(benchmark_id).tasks:
        told["task_told_by"] = asked.task.place
    if metric_id in resolve_metric(benchmark_id, [asked.header], (), task=task):
        told["metric_told_by"] = "header"
    elif metric_id in resolve_metric(benchmark_id, [*asked.texts, evidence.frame.caption], (), task=task):
        told["metric_told_by"] = "table"
    else:
        told["metric_told_by"] = "values"
    return told


@dataclass(frozen=True)
class Source:
    """A place that may name the data set, asked only where no nearer one settled it."""

    name: str
    benchmarks: Callable[[TableEvidence, Question], Sequence[str]]
    is_far: bool  # outside the table and its caption


SOURCES = (
    Source("header", lambda evidence, asked: asked.near, is_far=False),
    Source("caption", lambda evidence, asked: evidence.named_in_caption, is_far=False),
    Source("sentence", lambda evidence, asked: evidence.named_in_sentences, is_far=True),
    Source("section", lambda evidence, asked: evidence.told_around, is_far=True),
    Source(
        "paper", lambda evidence, asked: _with_rank(evidence, asked) or evidence.of_paper(asked.header), is_far=True
    ),
)


def _with_rank(evidence: TableEvidence, asked: Question) -> list[str]:
    """The benchmarks that the paper names often and whose metrics have the header's rank, as the column's numbers look.

    "Top-1 Acc." is ImageNet's also where the paper speaks of CIFAR more.
    """
    said = rank_and_sense(asked.header)
    if not said.rank or any(_are_usual(b, asked) for b in evidence.dominating):
        return []
    metrics = [
        (b, metric)
        for b in evidence.often_named
        if (metric := benchmark(b).ranked_metric(said.sense or "accuracy", said.rank))
    ]
    return [
        b for b, metric in metrics if f"top{said.rank}_" in metric.id and _looks_the_part(b, metric.id, asked.values)
    ]


def _are_usual(benchmark_id: str, asked: Question) -> bool:
    """Whether all numbers of the column are such as networks have on a data set of which no top-5 is reported."""
    known = benchmark(benchmark_id)
    accuracy = known.ranked_metric("accuracy")
    if accuracy is None or accuracy.usual is None or 5 in known.ranks:
        return False
    low, high = accuracy.usual
    is_error = rank_and_sense(asked.header).sense == "error"
    return all(low < (100 - value if is_error else value) < high for value in asked.values)


def _answer(evidence: TableEvidence, asked: Question, source: Source) -> Decision | None:
    """What this source decides, or None where a farther one must be asked."""
    benchmarks = source.benchmarks(evidence, asked)
    if not benchmarks:
        return NO_SCORE if _names_other_data(evidence, asked, source) else None
    if source.name == "paper" and _paper_is_too_far(evidence, asked, benchmarks):
        return None
    if source.is_far and not asked.names_metric and SETTINGS_TABLE.search(evidence.title):
        return None
    more: Sequence[str] = ()
    if source.is_far and not (asked.names_metric or evidence.caption_names_metric):
        more = _metrics_elsewhere(evidence, asked, source)
        if not more:
            return None
    options = [pairs for b in _of_one_task(benchmarks, asked) if (pairs := _pairs(evidence, asked, b, more))]
    if not options and source.name in ("header", "caption"):
        options = _by_neighbours(evidence, asked, benchmarks)
    if not options:
        return _without_metric(evidence, asked, source, benchmarks)
    frame = evidence.frame
    if source.name == "paper" and not any(_looks_the_part(*o[0], asked.values) for o in options):
        return NO_SCORE
    if source.is_far and not metric_named(asked.header) and not VALUE_HEAD.fullmatch(asked.header):
        # nothing at the column says what it is: all the columns like it must look the part
        numbers = [n[0].value for c in evidence.unnamed_columns for n in frame.numbers[c].values()]
        options = [o for o in options if fits(*o[0], numbers or asked.values)]
        if not options:
            return NO_SCORE
    if source.name != "header" and not frame.transposed and len(frame.labels) > 2:
        options = [o for o in options if o[0][0] not in evidence.benchmarks_with_rows]
        if not options:
            return NO_SCORE
    return _chosen(evidence, asked, source, options)


def _metrics_elsewhere(evidence: TableEvidence, asked: Question, source: Source) -> Sequence[str]:
    """The texts outside the table that name a metric, as far as the source goes; none where it may not."""
    if source.name == "section" and VALUE_HEAD.fullmatch(asked.header):
        return evidence.metrics_of_section
    if source.name in ("section", "paper"):
        return ()
    return [s for s in evidence.frame.sentences if metric_named(s)]


def _names_other_data(evidence: TableEvidence, asked: Question, source: Source) -> bool:
    """Whether the source names only data sets that are not tracked, and the header is no tracked one's own."""
    if source.name == "caption":
        return evidence.caption_names_other_data and not evidence.is_alias(asked.header)
    named = {"sentence": evidence.sentences_name_other_data, "section": evidence.section_names_other_data}
    return named.get(source.name, False) and not evidence.is_alias(asked.header)


def _paper_is_too_far(evidence: TableEvidence, asked: Question, benchmarks: Sequence[str]) -> bool:
    """Whether the paper as a whole can't say what the cell is: "accuracy" and "F1" are measured on everything."""
    if not asked.names_metric and not evidence.caption_metric_is_plain:
        return True
    context = evidence.frame.context
    if not context.names_untracked and context.counts:
        return False
    many = all(not benchmark(b).tasks and not benchmark(b).ranks for b in benchmarks)  # F1, BLEU, FID
    generic = many or _is_generic([*asked.texts, evidence.frame.caption, evidence.rank_sense])
    return generic and not evidence.is_alias(asked.header)


def _is_generic(texts: Sequence[str]) -> bool:
    """Whether the texts say no more than "accuracy" or "error", which any data set has."""
    text = texts[0] if metric_named(texts[0]) else " ".join(texts)
    said = rank_and_sense(text)
    return said.sense is not None and not said.rank and not names_both_ranks(text)


def _by_neighbours(evidence: TableEvidence, asked: Question, benchmarks: Sequence[str]) -> list[Pairs]:
    """The data set's metric as the table's other columns name it, where texts around the cell name none."""
    frame = evidence.frame
    if asked.names_metric or frame.transposed or evidence.caption_names_metric or len(benchmarks) != 1:
        return []
    metrics = evidence.metrics_beside(benchmarks[0], asked.column)
    good = len(metrics) == 1 and fits(benchmarks[0], metrics[0], asked.values) if asked.values else False
    return [[(benchmarks[0], metrics[0])]] if good else []


# --- where no metric fits ---------------------------------------------------------------------------------------------


def _without_metric(
    evidence: TableEvidence, asked: Question, source: Source, benchmarks: Sequence[str]
) -> Decision | None:
    """What is decided where the source names data sets and no text names a metric of one."""
    frame, column = evidence.frame, asked.column
    if source.name == "header":
        named = frame.columns[column].metrics or (frame.transposed and frame.row_says[asked.row].metrics)
        if named:  # a data set without the header's metric: where weights came from, but for a rank that it has not
            return NO_SCORE if _lacks_rank(asked.header, benchmarks) else None
        return _header_without_metric(evidence, asked, benchmarks)
    if source.name != "caption":
        return None
    if evidence.frame.untracked_caption and not evidence.is_alias(asked.header):
        return NO_SCORE  # the data set that the caption names for this metric is not tracked
    if RESULTS.search(frame.caption) and frame.row_says[asked.row].quantity != OTHER:
        pairs = _by_default(evidence, column, benchmarks)
        if pairs and not SETTINGS_TABLE.search(evidence.title) and frame.columns[column].quantity is None:
            return Decision(pairs, "table_score_metric_by_default")
    return None


def _lacks_rank(header: str, benchmarks: Sequence[str]) -> bool:
    """Whether the header names a rank that the benchmarks' papers don't report: a top-5 of ten classes."""
    rank = rank_and_sense(header).rank
    return bool(rank) and all(ranks and rank not in ranks for ranks in (benchmark(b).ranks for b in benchmarks))


def _header_without_metric(evidence: TableEvidence, asked: Question, benchmarks: Sequence[str]) -> Decision:
    """The headers name the data set; its metric may be said by sentences, by the numbers, or by other tables."""
    frame = evidence.frame
    by_task = _by_task_alone(asked, benchmarks)
    if by_task:
        return Decision(by_task, "table_score_header")
    for benchmark_id in benchmarks:
        pairs = _pairs(evidence, asked, benchmark_id, frame.sentences or evidence.metrics_of_section)
        if pairs and fits(*pairs[0], asked.values):
            return Decision(pairs, "table_score_header")
    if frame.row_says[asked.row].quantity == OTHER or SETTINGS_TABLE.search(evidence.title):
        return NO_SCORE
    known = evidence.known_metrics.get(benchmarks[0], ()) if len(benchmarks) == 1 else ()
    if evidence.untracked_suite or evidence.caption_names_metric or not (known or evidence.shows_results):
        return NO_SCORE
    pairs = _by_default(evidence, asked.column, benchmarks, asked.row) or []
    if pairs:
        return Decision(pairs, "table_score_metric_by_default")
    mine = frame.numbers[asked.column].get(asked.row) if frame.rows_name_data else None
    values = [mine[0].value] if mine else asked.values  # a column over rows of data sets holds others' numbers
    fitting = [m for m in known if fits(benchmarks[0], m, values)]
    if fitting and not (
        benchmark(benchmarks[0]).tasks and len(set(known)) > 1
    ):  # boxes, masks, sizes: any may be meant
        first = min(fitting, key=lambda m: benchmark(benchmarks[0]).metric(m).rank or 1)  # top-1 goes without saying
        return Decision([(benchmarks[0], first)], "table_score_metric_of_paper")
    return Decision([], lacks_metric=True)


def _by_task_alone(asked: Question, benchmarks: Sequence[str]) -> Pairs:
    """The average precision of the task that the column's entry names and nothing else: "COCO: box | mask"."""
    task = asked.task
    if task is None or task.place is not Place.COLUMN or len(benchmarks) != 1 or len(task.words.split()) > 1:
        return []
    of_task = benchmark_of_task(benchmarks[0], task.task)
    metric = benchmark(of_task).indexed_metric(AVERAGE_PRECISION, None, task.task) if of_task else None
    return [(of_task, metric.id)] if of_task and metric and fits(of_task, metric.id, asked.values) else []


def _by_default(evidence: TableEvidence, column: int, benchmarks: Sequence[str], r: int | None = None) -> Pairs | None:
    """The usual metric of the data set, where a results table names it and no text of it says by which measure.

    Only where the column's numbers say so too: pairs in the order that the benchmark's metrics have, or single ones
    with decimals between the limits that benchmarks.toml gives.
    """
    frame = evidence.frame
    if len(benchmarks) != 1 or frame.says_metrics:
        return None
    known = benchmark(benchmarks[0])
    if known.pairs and not known.is_classification:
        return _ordered_pairs(frame, column, benchmarks[0])
    if r is not None and frame.rows_name_data:  # a column over rows of data sets holds others' numbers
        numbers = [n[r][0] for n in (frame.numbers[c] for c in evidence.columns_of_scores()) if r in n]
    else:
        numbers = [n[0] for n in frame.numbers[column].values()]
    values = [n for n in numbers if not n.sign]
    metric = next((m for m in known.metrics if m.usual), None)
    if metric is None or metric.usual is None or len(values) < 2 or not any(decimals(n.text) for n in values):
        return None
    error = known.ranked_metric("error")
    if error is not None and evidence.columns_look_like_errors:
        return [(known.id, error.id)]
    fitting = [n for n in values if metric.usual[0] < n.value < metric.usual[1]]
    if len(fitting) < len(values):
        return _by_words_of_paper(frame, known, [n.value for n in values])
    return [(known.id, metric.id)]


def _by_words_of_paper(frame: TableFrame, known: Benchmark, values: Sequence[float]) -> Pairs | None:
    """The error or the accuracy, whichever the paper speaks of throughout, where nearly all numbers look like that."""
    metric = known.ranked_metric(frame.context.sense or "")
    return [(known.id, metric.id)] if metric and fits(known.id, metric.id, values, NEAR_ALL) else None


def _ordered_pairs(frame: TableFrame, column: int, benchmark_id: str) -> Pairs | None:
    """The benchmark's two metrics, where most cells hold two numbers and the first is always the lower one."""
    numbers = frame.numbers[column]
    pairs = [n for r, n in numbers.items() if len(n) == 2 and PAIR.search(frame.printed[r][column])]
    rising = all(n[0].value < n[1].value for n in pairs)
    if not rising or 2 * len(pairs) <= len(numbers):
        return None
    return [(benchmark_id, metric_id) for metric_id in benchmark(benchmark_id).pairs[0]]


# --- choosing among several -------------------------------------------------------------------------------------------


def _chosen(evidence: TableEvidence, asked: Question, source: Source, options: list[Pairs]) -> Decision:
    """One of the options, with a reason against it where nothing decides between them."""
    pattern = f"table_score_{source.name}"
    if len(options) == 2 and PAIR.search(asked.header):
        # "CIFAR-10 / CIFAR-100" over "3.5 / 17.2": the first benchmark named is the first number's
        return Decision([options[0][0], options[1][0]], pattern)
    options = [o for o in options if fits(*o[0], asked.values)] or options[:1]
    if len(options) == 1:
        return Decision(options[0], pattern)
    into = language_alone(evidence.frame.column_path(asked.column)[-1]) if asked.header else None
    preferred = [o for o in options if into and any(into in names for names in benchmark(o[0][0]).languages[1:])]
    if len(preferred) == 1:
        return Decision(preferred[0], f"{pattern}_of_several")
    own, rank = short_names_in(asked.header)[:1], rank_and_sense(asked.header).rank
    preferred = [o for o in options if own and find_metric(o[0][0], own[0])]
    if rank and source.is_far and not any(_are_usual(o[0][0], asked) for o in options):
        preferred = [o for o in options if f"top{rank}_" in o[0][1]]
    if len(preferred) == 1:
        return Decision(preferred[0], pattern)
    return Decision(options[0], pattern, Reason(Refusal.SEVERAL_DATA_SETS, source.name))


def _looks_the_part(benchmark_id: str, metric_id: str, values: Sequence[float]) -> bool:
    """Whether nearly all values lie where the metric's do, those of failed trainings left out."""
    kept = [value for value in values if value > COLLAPSED * max(values)]
    return not kept or fits(benchmark_id, metric_id, kept, FAR_SHARE)


def fits(benchmark_id: str, metric_id: str, values: Sequence[float], share: float = 0.5) -> bool:
    """Whether most of the values, more than `share`, lie where the metric's do."""
    plausible = (in_percent_points(benchmark_id, metric_id, v, all_fractions=max(values) <= 1) for v in values)
    return sum(v is not None for v in plausible) > share * len(values)


# --- the metric -------------------------------------------------------------------------------------------------------


def _texts(frame: TableFrame, column: int, r: int) -> tuple[str, ...]:
    """The texts of the table itself that may name the metric, the nearest first."""
    path = frame.head(column)
    label, group = CITATION.sub(" ", frame.labels[r]), CITATION.sub(" ", frame.table.groups[r])
    if frame.transposed:
        return (label, path, group, frame.stub)
    own = [frame.metric_cell(r) or path]
    if frame.row_says[r].metrics and not frame.columns[column].metrics:
        own.append(label)
    return (*own, group, frame.stub)


def _pairs(evidence: TableEvidence, asked: Question, benchmark_id: str, more: Sequence[str]) -> Pairs:
    """The benchmark with each metric that the texts name for one cell; [] where they name none of its metrics."""
    caption, header = evidence.frame.caption, asked.header
    if serves_another_task(benchmark_id, caption):
        return []  # questions asked of a whole encyclopedia, objects to be localised
    of_task = benchmark_of_task(benchmark_id, asked.task.task if asked.task else None)
    if of_task is None:
        return []  # another task on the benchmark's images
    benchmark_id = of_task
    if _is_of_one_class(benchmark_id, f"{caption} {header}"):
        return []
    if metric_named(header) and not has_metric(benchmark_id, header):
        return []  # the header's metric is not one of this benchmark
    two = _two_metrics(benchmark_id, header)
    if two:
        return two
    task = asked.task.task if asked.task else None
    in_cells = evidence.numbers_in_cells(asked.column)
    for text in (
        (header, evidence.frame.caption) if in_cells > 1 and not benchmark(benchmark_id).is_classification else ()
    ):
        listed = _metrics_listed(benchmark_id, text, in_cells, task)
        if listed:
            return listed
    texts = [*asked.texts, evidence.caption_on(benchmark_id), evidence.rank_sense, *more]
    texts.append(_sense_of_paper(evidence, benchmark_id, texts, asked.values))
    metrics = resolve_metric(benchmark_id, texts, asked.values, task=task)
    if len(metrics) == 1 and not evidence.frame.transposed:
        metrics = [metric_by_order(evidence.frame, benchmark_id, asked.column) or metrics[0]]
    return [(benchmark_id, metric_id) for metric_id in metrics]


def _sense_of_paper(evidence: TableEvidence, benchmark_id: str, texts: Sequence[str], values: Sequence[float]) -> str:
    """The word that the paper has for its shares of right or wrong answers, where texts name a rank alone: "Top-1".

    As long as nearly all values may be such a share.
    """
    known, sense = benchmark(benchmark_id), evidence.frame.context.sense
    rank = next((said.rank for text in texts if (said := rank_and_sense(text)).rank), None)
    metric = known.ranked_metric(sense, rank) if sense and rank else None
    return str(sense) if metric and fits(benchmark_id, metric.id, values, NEAR_ALL) else ""


ONE_CLASS = Pattern(
    "one class of a data set with many",
    {
        r"\b(?:the|on|for|of)\s[a-z]+\s(?:category|class)\b(?!\s(?:of|label|accurac))": "on the person category",
        r"\bm?AP\w*(?:[\s_^(\[-]|\w)*(?:person|people|pedestrians?|cars?|vehicles?|dogs?|cats?)\b": (
            "AP^bb_person",
            "AP (car)",
        ),
        r"\b(?:person|pedestrian|car|vehicle)s?[-\s](?:category\s)?(?:class\s)?m?AP\b": "person AP",
    },
    refuses=("each class", "AP of all classes", "the class of networks", "class-wise AP"),
)  # fmt: skip


def _is_of_one_class(benchmark_id: str, text: str) -> bool:
    """Whether the text restricts a data set of many classes of objects to one; key points are persons' always."""
    tasks = benchmark(benchmark_id).tasks
    return len(tasks) > 1 and ONE_CLASS.search(text) is not None


def _two_metrics(benchmark_id: str, header: str) -> Pairs:
    """The metrics of "EM / F1", one for each of the cell's numbers; [] where the header is no pair of them."""
    parts = [p for p in re.split(r"\s?[/|&]\s?", header) if p.strip()]
    if len(parts) != 2 or benchmark(benchmark_id).is_classification:
        return []
    found = [find_metric(benchmark_id, re.sub(r"^\([^()]*\)", " ", p)) for p in parts]
    if not all(found) or (found[0][0] == found[1][0] and parts[0] == parts[1]):
        return []
    return [(benchmark_id, m[0]) for m in found]


def _metrics_listed(benchmark_id: str, text: str, count: int, task: str | None) -> Pairs:
    """The metrics of a list of `count`, "AP/AP50/AP75", one for each of a cell's numbers; [] where there is none."""
    for listed in re.finditer(rf"{_METRIC}(?:{PAIR.pattern}{_METRIC}){{{count - 1}}}(?!\s?[/|])", text):
        parts = [part.strip() for part in PAIR.split(listed.group())]
        found = [resolve_metric(benchmark_id, [part], (), task=task) for part in parts]
        metrics = [metrics[0] for metrics in found if len(metrics) == 1]
        if len(set(metrics)) == count:
            return [(benchmark_id, metric_id) for metric_id in metrics]
    return []


# --- tasks on the same images -----------------------------------------------------------------------------------------


def _of_one_task(benchmarks: Sequence[str], asked: Question) -> list[str]:
    """The benchmarks, one of those that share images: COCO's detection or its key points, as the table says."""
    out = list(dict.fromkeys(benchmarks))
    shared_by = {b: shared for b in out if (shared := benchmark(b).alternative_of) in out and shared}
    for other, shared in shared_by.items():
        out.remove(shared if asked.task and asked.task.task in benchmark(other).tasks else other)
    return out
