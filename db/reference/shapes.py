"""The shape of each reference file: its keys or columns, what may stand under them, and which may be missing.

pydantic checks it when a file is read (`files.py`); the faults come out with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, Strict, create_model, model_validator

from db.reference.printed_names import expand_braces, name_key
from db.untyped import Row


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _one_line(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty")
    return text


def _a_name(raw: str) -> str:
    """The name, if it can be looked for once its braces are expanded."""
    for name in expand_braces(raw):
        if "{" in name or "}" in name:
            raise ValueError(f"a brace is not closed, or stands within another: {raw!r}")
        if not name_key(name).strip("="):
            raise ValueError(f"a name needs a letter or a digit, found {name!r} in {raw!r}")
    return raw


def _expanded(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names with their braces expanded; "={A|B}" asks for capitals in each."""
    return tuple(dict.fromkeys(name for raw in names for name in expand_braces(raw)))


def _a_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"this is no regular expression ({error}): {text!r}") from error
    return text


Text = Annotated[str, AfterValidator(_one_line)]
Texts = tuple[Text, ...]
Name = Annotated[str, AfterValidator(_a_name)]
Names = Annotated[tuple[Name, ...], AfterValidator(_expanded)]
Flag = Annotated[bool, Strict()]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Number = float | None

# --- benchmarks.toml ----------------------------------------------------------------------------------------------


class SearchShape(_Shape):
    """A name, a name with words near it, a task that is described, or a task that another benchmark describes."""

    name: Text | None = None
    task: Text | None = None
    near: Texts = ()
    phrases: Annotated[Texts, Field(min_length=1)] | None = None
    categories: Annotated[Texts, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _of_one_kind(self) -> SearchShape:
        if (self.name is None) == (self.task is None):
            raise ValueError("it needs a name or a task, one of them")
        if (self.phrases is None) != (self.categories is None) or (self.name and self.phrases):
            raise ValueError("phrases and categories describe a task, both together")
        return self


class InContextShape(_Shape):
    aliases: Names
    words: Names


class EditionShape(_Shape):
    name: Text
    years: tuple[int, ...]
    test: Flag = False


class OtherTaskShape(_Shape):
    words: Texts
    unless: Texts = ()


class MetricShape(_Shape):
    id: Annotated[str, Field(pattern="^[a-z0-9_]+$")]
    names: Names
    direction: Literal["lower", "higher"]
    low: float
    high: float
    percent: Flag
    primary: Flag
    error_from: Literal["value", "complement", "none"]
    quantity: Text | None = None
    index: Text | None = None
    task: Text | None = None
    rank: Count | None = None
    usual: tuple[float, float] | None = None
    title: Text | None = None

    @model_validator(mode="after")
    def _ranges(self) -> MetricShape:
        if self.low >= self.high:
            raise ValueError(f"low is {self.low:g} and high {self.high:g}: low must be less")
        return self


class BenchmarkShape(_Shape):
    name: Text
    task: Text
    study: Flag
    search: Annotated[tuple[SearchShape, ...], Field(min_length=1)]
    task_words: Annotated[Texts, Field(min_length=1)]
    aliases: Names
    not_aliases: Names
    in_context: tuple[InContextShape, ...] = ()
    splits: Annotated[Texts, Field(min_length=1)]
    training_set_size: Count
    training_set_unit: Text
    training_set_source: Text
    metrics: Annotated[tuple[MetricShape, ...], Field(min_length=1)]
    examples_match: Annotated[Texts, Field(min_length=4)]
    examples_refuse: Annotated[Texts, Field(min_length=4)]
    ranks: tuple[Count, ...] = ()
    classes: Count | None = None
    family: Text | None = None
    alternative_of: Text | None = None
    cues: Texts = ()
    pairs: tuple[Texts, ...] = ()
    orders: tuple[Texts, ...] = ()
    languages: tuple[Texts, ...] = ()
    editions: tuple[EditionShape, ...] = ()
    other_tasks: tuple[OtherTaskShape, ...] = ()
    short_names: Texts = ()
    tasks: Texts = ()
    series: tuple[Texts, ...] = ()

    @model_validator(mode="after")
    def _metrics_fit(self) -> BenchmarkShape:
        primaries = sum(metric.primary for metric in self.metrics)
        if primaries != 1:
            raise ValueError(f"it needs one primary metric, found {primaries}")
        own = {metric.id for metric in self.metrics}
        unknown = sorted({id for ids in (*self.pairs, *self.orders, *self.series) for id in ids} - own)
        if unknown:
            raise ValueError(f"pairs, orders and series name metrics of its own; it has no {', '.join(unknown)}")
        ranked = {metric.rank for metric in self.metrics if metric.quantity in ("error", "accuracy")}
        lacking = [rank for rank in self.ranks if rank not in ranked]
        if lacking:
            raise ValueError(f"each of its ranks needs an error or accuracy with that rank; none has {lacking[0]}")
        return self


BenchmarkId = Annotated[str, Field(pattern="^[a-z0-9_]+$")]


class BenchmarksShape(RootModel[dict[BenchmarkId, BenchmarkShape]]):
    """benchmarks.toml."""


# --- words and names ----------------------------------------------------------------------------------------------


class TaskShape(_Shape):
    words: Names
    not_words: Names


class TasksShape(RootModel[dict[str, TaskShape]]):
    """tasks.toml."""


class UntrackedShape(_Shape):
    """untracked.toml."""

    datasets: Names
    pretraining: Names
    metrics: Names


class PublishedModelsShape(RootModel[dict[str, Texts]]):
    """published_models.toml."""


Words = Annotated[str, AfterValidator(_one_line)]


class NotModelsShape(_Shape):
    """not_models.toml: words with white space between them, and names as printed."""

    words: Words
    kinds: Words
    tasks: Words
    measures: Words
    languages: Words
    products: Words
    data_sets: Words
    optimisers: Words
    nouns_behind: Words
    generic: Words
    printed: Texts
    printed_starts: Names


# --- tables -------------------------------------------------------------------------------------------------------


def _alias_cell(cell: str) -> str:
    for raw in cell.split(";"):
        _a_name(raw.removeprefix("?"))
    return cell


Format = Literal["fp32", "fp16", "bf16"]


class HardwareShape(_Shape):
    """A line of hardware.csv, in the order of its columns."""

    name: Name
    aliases: Annotated[str, AfterValidator(_alias_cell)] = ""
    vendor: Text
    kind: Literal["gpu", "tpu", "cpu", "other", "system"]
    year: Annotated[int, Field(ge=1990, le=2100)]
    peak_gflops_fp32: Positive | None = None
    peak_format: Format | None = None
    clock: Literal["boost", "base", "fixed", "vendor"] | None = None
    peak_gflops_tensor: Positive | None = None
    tensor_format: Literal["fp16", "bf16"] | None = None
    tdp_watts: Positive | None = None
    contains: Text | None = None
    processors: Count = 1
    source: Text

    @model_validator(mode="after")
    def _peaks_are_told(self) -> HardwareShape:
        if (self.peak_gflops_fp32 is None) != (self.peak_format is None) or (self.peak_format is None) != (
            self.clock is None
        ):
            raise ValueError("peak_gflops_fp32, peak_format and clock are given together, or none of them")
        if (self.peak_gflops_tensor is None) != (self.tensor_format is None):
            raise ValueError("peak_gflops_tensor and tensor_format are given together, or neither")
        return self


class TraitShape(_Shape):
    """A line of model_traits.csv, in the order of its columns."""

    trait: Literal["pre_training", "extra_data", "ensemble", "search"]
    where: Annotated[str, Field(pattern="^(model|title|comments)( or (model|title|comments))*$")]
    pattern: Annotated[str, AfterValidator(_a_pattern)]
    example: Text
    near_miss: Text
    source: Text


class CorrectionShape(_Shape):
    """A line of thompson2020_corrections.csv, in the order of its columns."""

    row: Text
    field: Text
    expected_old: str = ""
    new: str = ""
    reason: Text
    source: Text


class AsFittedShape(_Shape):
    """A line of thompson2020_as_fitted.csv, in the order of its columns."""

    row: Text
    field: Text
    expected_old: str = ""
    new: str = ""
    reason: Text
    evidence: Text


class PeakShape(_Shape):
    """A line of thompson2020_peaks.csv, in the order of its columns."""

    device: Text
    peak_gflops: Positive
    number_format: Format


def table_shape(columns: Mapping[str, type]) -> type[BaseModel]:
    """The shape of a table whose cells may all be empty: its columns, each with the type of its cells."""
    fields: Row = {name: (kind | None, None) for name, kind in columns.items()}
    return create_model("TableShape", __base__=_Shape, **fields)


# --- thompson2020_published.toml ----------------------------------------------------------------------------------


class RegressionShape(_Shape):
    table: Text
    benchmark: Text
    compute: Text
    response: Text
    n: Count
    constant: Texts
    slope: Texts
    r2: Text
    adjusted_r2: Text | None = None
    residual_se: Text | None = None
    f: Text | None = None
    year: Texts | None = None
    reason: Text | None = None
    closest: Row | None = None
    recounted: Texts | None = None


class ProjectionShape(_Shape):
    benchmark: Text
    error: Positive
    polynomial: tuple[Any, ...]
    exponential: tuple[Any, ...]


class FigureShape(_Shape):
    benchmark: Text
    papers: int
    models: int
    computation: int
    burden: int
    all: int
    note: Text | None = None


class PublishedShape(_Shape):
    """thompson2020_published.toml: what the paper prints, as printed."""

    regression: tuple[RegressionShape, ...]
    projection: tuple[ProjectionShape, ...]
    figure6: tuple[FigureShape, ...]
