"""The tracked benchmarks, their metrics, and where a text names them: `db/reference/benchmarks.toml`, compiled."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from db.errors import UnknownNameError
from db.reference.files import Place, faults_in_toml, read_toml
from db.reference.printed_names import Found, NameFinder, compile_names, fold, name_key
from db.reference.tasks import known_tasks

if TYPE_CHECKING:
    from db.reference.shapes import BenchmarkShape, MetricShape, SearchShape

BENCHMARKS_TOML = Path(__file__).parent / "benchmarks.toml"
CONTEXT_WINDOW = 400  # characters either side of a name in which its context words are looked for

VARIANT_WINDOW = 40  # characters around a hyphen in which a benchmark's whole name is found

Direction = Literal["lower", "higher"]
ErrorFrom = Literal["value", "complement", "none"]


class UnknownBenchmarkError(UnknownNameError, ValueError):
    """A benchmark or metric id that is not in benchmarks.toml."""


@dataclass(frozen=True)
class Metric:
    """One metric of a benchmark; `low` and `high` are as printed (percent points where `percent`)."""

    id: str
    names: tuple[str, ...]
    direction: Direction
    low: float
    high: float
    percent: bool
    primary: bool
    error_from: ErrorFrom
    quantity: str | None = None  # "error", "accuracy", "average precision": what a bare word names
    index: str | None = None  # "50", "S": what marks it among metrics of one quantity
    task: str | None = None  # "masks": the task that it measures, where that is not its benchmark's usual one
    rank: int | None = None  # the k of top-k
    usual: tuple[float, float] | None = None  # values that tell the metric where nothing else names it
    title: str | None = None  # what reports call it ("top-1 error"), where that is not its id with spaces

    def is_plausible(self, value: float) -> bool:
        """Whether a printed value lies where this metric's values have been seen to lie."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class ContextAliases:
    """Names that mean a benchmark only near one of `words`."""

    aliases: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """A name printed with a year: "newstest2014" is the benchmark's own where the year is among `years`."""

    name: str
    years: tuple[int, ...]
    test: bool = False


@dataclass(frozen=True)
class OtherTask:
    """Words that say that the data was used for another task, unless one of `unless` is printed too."""

    words: tuple[str, ...]
    unless: tuple[str, ...]


@dataclass(frozen=True)
class SearchTerm:
    """What a title, abstract or comment must say for a paper to be looked at: one of `phrases`, and one of `near`.

    By name ("ImageNet") the paper counts as found. By a task ("image classification", in some categories) it is a
    prospect: a look at its text decides.
    """

    phrases: tuple[str, ...]
    near: tuple[str, ...] = ()  # none: the phrase alone will do
    categories: tuple[str, ...] = ()  # none: any
    task: str | None = None  # None: a name

    @property
    def key(self) -> str:
        """The term's name in the database; it changes with what is asked for."""
        label = f"task: {self.task}" if self.task else self.phrases[0]
        if not self.task and len(self.phrases) == 1 and not self.near:
            return label
        content = json.dumps([self.phrases, self.near, self.categories])
        return f"{label} #{hashlib.sha256(content.encode()).hexdigest()[:6]}"

    @property
    def expression(self) -> str:
        """The term as arXiv's search takes it."""
        fields = (("all", self.phrases, '"'), ("all", self.near, '"'), ("cat", self.categories, ""))
        parts = [
            " OR ".join(f"{name}:{quote}{word}{quote}" for word in words) if len(words) == 1 else
            f"({' OR '.join(f'{name}:{quote}{word}{quote}' for word in words)})"
            for name, words, quote in fields if words
        ]  # fmt: skip
        return " AND ".join(parts)


@dataclass(frozen=True)
class Benchmark:
    """One benchmark as benchmarks.toml describes it, braces expanded. The file's head says what each trait means."""

    id: str
    name: str
    task: str
    study: bool
    search: tuple[str, ...]  # the names among `search_terms`
    search_terms: tuple[SearchTerm, ...]
    task_words: tuple[str, ...]
    aliases: tuple[str, ...]
    not_aliases: tuple[str, ...]
    in_context: tuple[ContextAliases, ...]
    splits: tuple[str, ...]
    training_set_size: int
    training_set_unit: str
    training_set_source: str
    metrics: tuple[Metric, ...]
    examples_match: tuple[str, ...]
    examples_refuse: tuple[str, ...]
    ranks: tuple[int, ...] = ()
    classes: int | None = None
    family: str | None = None
    alternative_of: str | None = None
    cues: tuple[str, ...] = ()
    pairs: tuple[tuple[str, ...], ...] = ()
    orders: tuple[tuple[str, ...], ...] = ()
    languages: tuple[tuple[str, ...], ...] = ()
    editions: tuple[Edition, ...] = ()
    other_tasks: tuple[OtherTask, ...] = ()
    short_names: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    series: tuple[tuple[str, ...], ...] = ()

    @property
    def primary_metric(self) -> Metric:
        """The metric that the study fits."""
        return next(metric for metric in self.metrics if metric.primary)

    @property
    def is_classification(self) -> bool:
        """Whether its results are top-k errors or accuracies."""
        return bool(self.ranks)

    @property
    def is_translation(self) -> bool:
        """Whether its results are of translations from one language into another."""
        return bool(self.languages)

    def ranked_metric(self, quantity: str, rank: int = 1) -> Metric | None:
        """The metric of a quantity and rank, ("error", 5); None where papers report no such thing here."""
        return next((m for m in self.metrics if (m.quantity, m.rank) == (quantity, rank)), None)

    def indexed_metric(self, quantity: str, index: str | None, task: str | None) -> Metric | None:
        """The metric of a quantity, index and task, ("average precision", "50", "boxes"); None where none is kept."""
        task = task if task in self.tasks[1:] else None  # the usual task goes without saying
        return next((m for m in self.metrics if (m.quantity, m.index, m.task) == (quantity, index, task)), None)

    def counterpart(self, metric: Metric) -> Metric | None:
        """The error that an accuracy is the complement of, or the accuracy of an error; None for other metrics."""
        other = {"error": "accuracy", "accuracy": "error"}.get(metric.quantity or "")
        return self.ranked_metric(other, metric.rank or 1) if other else None

    def metric(self, metric_id: str) -> Metric:
        """The metric of that id. UnknownBenchmarkError (a ValueError) lists the known ones."""
        for metric in self.metrics:
            if metric.id == metric_id:
                return metric
        known = ", ".join(metric.id for metric in self.metrics)
        raise UnknownBenchmarkError(f"{self.id} has no metric {metric_id!r}", f"known: {known}")


@dataclass(frozen=True)
class BenchmarkMention:
    """A benchmark named in a text at `start`:`end`; `alias` as printed there.

    `needs_context`: the name alone would not have done, a word near it decided ("newstest2014" beside "En-De").
    """

    benchmark: str
    start: int
    end: int
    alias: str
    needs_context: bool = False


@lru_cache(maxsize=1)
def load_benchmarks() -> Mapping[str, Benchmark]:
    """Every benchmark by id, in the file's order; read-only. FaultyFileError where the file is at fault."""
    from db.reference.shapes import BenchmarksShape

    tables = read_toml(BENCHMARKS_TOML, BenchmarksShape).root
    faults = list(_faults_between(tables))
    if faults:
        raise faults_in_toml(BENCHMARKS_TOML, faults)
    tasks = _tasks(tables)
    return MappingProxyType(
        {benchmark_id: _benchmark(benchmark_id, table, tasks) for benchmark_id, table in tables.items()}
    )


@dataclass(frozen=True)
class ListedBenchmark:
    """What commands that only print need of a benchmark."""

    id: str
    name: str
    study: bool
    metrics: tuple[str, ...]  # ids
    primary_metric: str


@cache
def listed_benchmarks() -> Mapping[str, ListedBenchmark]:
    """Every benchmark by id, in the file's order. FaultyFileError where the file is at fault.

    Without the shapes that the file is checked by, which take longer to import than a paper to show.
    """
    try:
        with BENCHMARKS_TOML.open("rb") as file:
            return {
                key: ListedBenchmark(
                    key, table["name"], table["study"], tuple(m["id"] for m in table["metrics"]),
                    next(m["id"] for m in table["metrics"] if m["primary"]),
                )
                for key, table in tomllib.load(file).items()
            }  # fmt: skip
    except (KeyError, TypeError, ValueError, StopIteration):
        load_benchmarks()  # tells the fault, and where it is
        raise


def benchmark(benchmark_id: str) -> Benchmark:
    """The benchmark of that id. UnknownBenchmarkError (a ValueError) lists the known ones."""
    known = load_benchmarks()
    if benchmark_id not in known:
        raise UnknownBenchmarkError(f"unknown benchmark {benchmark_id!r}", f"known: {', '.join(known)}")
    return known[benchmark_id]


def find_benchmarks(text: str, context: str = "") -> list[BenchmarkMention]:
    """Every benchmark that the text names, left to right; of overlapping names the longest alone counts.

    A name that goes on behind a hyphen, "CIFAR-10-Foo", is another data set's, unless a metric follows, "COCO-AP".
    A name that needs a word near it is looked up within CONTEXT_WINDOW characters and in all of `context`
    (a caption, a heading). A name shared by two benchmarks ("CIFAR-10/100") gives a mention of each.
    """
    names = _names()
    mentions = []
    for found in names.finder.find(text):
        for meaning in names.meanings[found.key]:
            if _goes_on(meaning.benchmark, text, found.end):
                continue
            if meaning.words is None or _near(meaning.words, found, text, context):
                alias = text[found.start : found.end]
                mentions.append(
                    BenchmarkMention(meaning.benchmark, found.start, found.end, alias, meaning.words is not None)
                )
    return mentions


@lru_cache(maxsize=4096)  # as of names: half of all texts are asked about again
def find_variants(text: str) -> Sequence[Found]:
    """Each data set in the text whose name begins with a benchmark's and goes on, "CIFAR-10-Foo", left to right."""
    names = _names()
    variants = []
    for more in _VARIANT.finditer(text) if "-" in text or "\u2010" in text or "\u2011" in text else ():
        if more["run"].lower() not in names.last_runs:
            continue
        hyphen = more.end("run")
        left = max(0, hyphen - VARIANT_WINDOW)  # looked at around the few hyphens, not all over the text
        for found in names.finder.find(text[left : hyphen + VARIANT_WINDOW]):
            start, end = left + found.start, left + found.end
            if end == hyphen and any(_goes_on(m.benchmark, text, end) for m in names.meanings[found.key]):
                variants.append(Found(start, more.end("rest"), found.key))
            elif start < hyphen < end and not names.meanings[found.key]:
                variants.append(Found(start, end, found.key))  # a name that benchmarks.toml knows to be another's
    return tuple(variants)


def find_metric(benchmark_id: str | None, header_text: str) -> list[str]:
    """Metric ids that a table header or a phrase may mean, the likeliest first; [] where none is named.

    The longest name wins; a name may stand for two metrics ("top-1": error or accuracy) and gives both, in the
    order of benchmarks.toml: the value and the caption decide. Without a benchmark, the metrics of all are tried.
    """
    if benchmark_id is not None:
        benchmark(benchmark_id)
    names = _metric_names(benchmark_id)
    found = sorted(names.finder.find(header_text), key=lambda name: -len(name.key))
    return list(dict.fromkeys(metric_id for name in found for metric_id in names.metric_ids[name.key]))


def alternatives_of(benchmark_id: str) -> tuple[Benchmark, ...]:
    """The benchmarks that share this one's images and names: key points on the images of a detection benchmark."""
    return tuple(entry for entry in load_benchmarks().values() if entry.alternative_of == benchmark_id)


def is_classification(benchmark_id: str) -> bool:
    """Whether the benchmark's results are top-k errors or accuracies; False for "", which is no benchmark."""
    known = load_benchmarks().get(benchmark_id)
    return known is not None and known.is_classification


def is_translation(benchmark_id: str) -> bool:
    """Whether the benchmark's results are of translations; False for "", which is no benchmark."""
    known = load_benchmarks().get(benchmark_id)
    return known is not None and known.is_translation


def serves_another_task(benchmark_id: str, text: str) -> bool:
    """Whether the text says that the benchmark's data was used for another task: localisation, not classification."""
    return any(words.find(text) and not (unless and unless.find(text)) for words, unless in _other_tasks(benchmark_id))


def is_meant(alternative_id: str, text: str) -> bool:
    """Whether a cue in the text ("key points") says that an alternative is meant, not what it is an alternative of."""
    return bool(_cues(alternative_id).find(text))


def short_names_in(text: str) -> list[str]:
    """The short names of metrics or benchmarks that the text holds, as printed: "SWB", "En-De", "total"."""
    return [match.group() for match in _short_names().finditer(text)]


def without_short_names(text: str) -> str:
    """The text, each short name of a metric or benchmark replaced by a space."""
    return _short_names().sub(" ", text)


def is_short_name(text: str) -> bool:
    """Whether the whole text is a short name of a metric or benchmark."""
    return _short_names().fullmatch(text) is not None


def canonical_error(benchmark_id: str, metric_id: str, value: float) -> float:
    """The error rate, in [0, 1], that a printed score means: 76.3 (% top-1 accuracy) gives 0.237.

    ValueError where the metric has no error rate (FID) or the value can't be in percent points.
    """
    metric = benchmark(benchmark_id).metric(metric_id)
    if metric.error_from == "none":
        raise ValueError(f"{metric_id} of {benchmark_id} has no error rate: it is not a share")
    share = value / 100 if metric.percent else value
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{metric_id} of {benchmark_id} lies between 0 and 100 percent points, found {value}")
    return share if metric.error_from == "value" else 1.0 - share


# What benchmarks.toml compiles to.


@cache
def _other_tasks(benchmark_id: str) -> list[tuple[NameFinder, NameFinder | None]]:
    tasks = benchmark(benchmark_id).other_tasks
    return [(compile_names(task.words), compile_names(task.unless) if task.unless else None) for task in tasks]


@cache
def _cues(alternative_id: str) -> NameFinder:
    return compile_names(benchmark(alternative_id).cues)


@dataclass(frozen=True)
class _Meaning:
    """What a name stands for; `words` finds the context it needs, None where it needs none."""

    benchmark: str
    words: NameFinder | None


@dataclass(frozen=True)
class _Names:
    finder: NameFinder
    meanings: Mapping[str, tuple[_Meaning, ...]]
    last_runs: frozenset[str]  # what names end with: "imagenet", "10"


@dataclass(frozen=True)
class _MetricNames:
    finder: NameFinder
    metric_ids: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _names() -> _Names:
    meanings: dict[str, list[_Meaning]] = {}
    names: list[str] = []

    def add(aliases: Iterable[str], meaning: _Meaning | None) -> None:
        for alias in aliases:
            names.append(alias)
            known = meanings.setdefault(name_key(alias), [])
            if meaning is not None and all(other.benchmark != meaning.benchmark for other in known):
                known.append(meaning)

    for entry in load_benchmarks().values():
        add(entry.aliases, _Meaning(entry.id, None))
        for group in entry.in_context:
            add(group.aliases, _Meaning(entry.id, compile_names(group.words)))
        add(entry.not_aliases, None)
    return _Names(
        compile_names(names),
        {key: tuple(known) for key, known in meanings.items()},
        frozenset(_last_run(name) for name in names),
    )


def _last_run(text: str) -> str:
    """The letters and digits that the text ends with, in small letters."""
    return re.split(r"[^a-z0-9]+", fold(text))[-1]


@lru_cache(maxsize=1)
def _short_names() -> re.Pattern[str]:
    names = {name for entry in load_benchmarks().values() for name in entry.short_names}
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    spelled = (re.escape(name).replace(r"\-", ".?") for name in longest_first)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(spelled)})(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=64)
def _metric_names(benchmark_id: str | None) -> _MetricNames:
    entries = load_benchmarks().values() if benchmark_id is None else [benchmark(benchmark_id)]
    metric_ids: dict[str, list[str]] = {}
    names: list[str] = []
    for entry in entries:
        for metric in entry.metrics:
            for name in metric.names:
                names.append(name)
                known = metric_ids.setdefault(name_key(name), [])
                if metric.id not in known:
                    known.append(metric.id)
    finder = compile_names(names, loose=True)
    return _MetricNames(finder, {key: tuple(known) for key, known in metric_ids.items()})


SETTING_MARKS = frozenset({"LT"})  # "CIFAR-10-LT" is CIFAR-10 with a long tail: its own data, under a setting
_GOES_ON = re.compile(r"(?<=[A-Za-z\d])[-\u2010\u2011](?P<rest>[A-Z\d][\w.]*)")

_VARIANT = re.compile(rf"(?P<run>[A-Za-z0-9]+)(?={_GOES_ON.pattern})")


def _goes_on(benchmark_id: str, text: str, end: int) -> bool:
    """Whether the printed name goes on with a capital or a digit; that of a translation may: with its languages."""
    more = _GOES_ON.match(text, end)
    if more is None or is_translation(benchmark_id) or more["rest"].rstrip(".") in SETTING_MARKS:
        return False
    return not find_metric(benchmark_id, more["rest"])


def _near(words: NameFinder, found: Found, text: str, context: str) -> bool:
    """Whether one of the words is printed near the name, outside it, or in the context."""
    before = text[max(0, found.start - CONTEXT_WINDOW) : found.start]
    after = text[found.end : found.end + CONTEXT_WINDOW]
    return any(words.find(part) for part in (before, after, context) if part)


def _faults_between(tables: Mapping[str, BenchmarkShape]) -> Iterator[tuple[Place, str]]:
    """What one benchmark says of another, or of tasks, and that is not so: with its place in the file."""
    described: set[str | None] = set()
    for key, table in tables.items():
        for number, term in enumerate(table.search):
            if term.phrases and term.task in described:
                yield (key, "search", number), f"{key} describes the task {term.task!r} again"
            described |= {term.task} if term.phrases else set()
    for key, table in tables.items():
        for number, term in enumerate(table.search):
            if term.task is not None and term.task not in described:
                yield (key, "search", number), f"{key} searches by the task {term.task!r}, which no benchmark describes"
        if table.alternative_of is not None and table.alternative_of not in tables:
            yield (key, "alternative_of"), f"{key} is an alternative of {table.alternative_of!r}, which is no benchmark"
        for task in table.tasks:
            if task not in known_tasks():
                yield (key, "tasks"), f"{key} has the task {task!r}; those of tasks.toml are {', '.join(known_tasks())}"


def _tasks(tables: Mapping[str, BenchmarkShape]) -> Mapping[str | None, SearchTerm]:
    """The search terms by task, each described at one benchmark and named at others."""
    return {
        term.task: SearchTerm(term.phrases, term.near, term.categories or (), term.task)
        for table in tables.values()
        for term in table.search
        if term.phrases
    }


def _search_term(entry: SearchShape, tasks: Mapping[str | None, SearchTerm]) -> SearchTerm:
    """The term that an entry of `search` describes or names."""
    return SearchTerm((entry.name,), entry.near) if entry.name else tasks[entry.task]


def _benchmark(benchmark_id: str, table: BenchmarkShape, tasks: Mapping[str | None, SearchTerm]) -> Benchmark:
    """The benchmark that a table of the file describes."""
    terms = tuple(_search_term(entry, tasks) for entry in table.search)
    return Benchmark(
        id=benchmark_id,
        name=table.name,
        task=table.task,
        study=table.study,
        search=tuple(term.phrases[0] for term in terms if term.task is None),
        search_terms=terms,
        task_words=table.task_words,
        aliases=table.aliases,
        not_aliases=table.not_aliases,
        in_context=tuple(ContextAliases(group.aliases, group.words) for group in table.in_context),
        splits=table.splits,
        training_set_size=table.training_set_size,
        training_set_unit=table.training_set_unit,
        training_set_source=table.training_set_source,
        metrics=tuple(_metric(entry) for entry in table.metrics),
        examples_match=table.examples_match,
        examples_refuse=table.examples_refuse,
        ranks=table.ranks,
        classes=table.classes,
        family=table.family,
        alternative_of=table.alternative_of,
        cues=table.cues,
        pairs=table.pairs,
        orders=table.orders,
        languages=table.languages,
        editions=tuple(Edition(entry.name, entry.years, entry.test) for entry in table.editions),
        other_tasks=tuple(OtherTask(entry.words, entry.unless) for entry in table.other_tasks),
        short_names=table.short_names,
        tasks=table.tasks,
        series=table.series,
    )


def _metric(table: MetricShape) -> Metric:
    """The metric that a `metrics` table of the file describes."""
    return Metric(**table.model_dump())
