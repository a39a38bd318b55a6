"""Which model a cell of a table speaks of, whose it is, and how the number was made (crops, ensemble, extra data)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from db.models import Field, Qualifier, Qualifiers, Table
from db.reference.benchmarks import find_metric, is_short_name
from db.reference.published_models import is_published
from db.reference.tasks import tasks_in
from db.reference.untracked import find_pretraining_data
from db.vocabulary import Reason, Role
from extract.cells.columns import ALL_SIZES, BLANK, CHECK, PART_TITLE, TEST_OF_YEAR, VALUE_HEAD
from extract.cells.frame import COMPLEXITY, PARAMETERS_PERHAPS, TableFrame, is_mark
from extract.cells.headers import LETTER
from extract.cells.roles import (
    ORIGINAL,
    PRIOR_GROUP,
    REPORTED_COLUMN,
    RERUN,
    is_others,
    is_quoted,
    is_step,
    role_of,
    role_of_variant,
)
from extract.language.average_precision import read_average_precision
from extract.language.languages import language_alone
from extract.language.metrics import rank_and_sense, split_of
from extract.language.model_names import MODEL_NAME, has_citation, model_names_in, says_ours, without_marks
from extract.language.named_metric import metric_named
from extract.language.numbers import Number
from extract.language.settings import (
    HeaderSetting,
    is_data_variant,
    is_way_of_testing,
    kinds_in,
    setting_of,
    setting_of_header,
)
from extract.pattern import Pattern, each_word

MOST_SETTINGS = 6  # beside a row's name
LONGEST_SETTING = 16  # characters of a cell that may be one

_REFERENCE = Pattern(
    "a reference to another part of the paper",
    {
        r"Fig(?:ure|\.)?": "FooNet (Figure 3)",
        r"Sec(?:tion|\.)?": "FooNet, see Sec. 4",
        r"Tab(?:le|\.)?": "FooNet (Table 2)",
        r"Eq(?:n|\.)?": "FooNet (Eq. 5)",
    },
    refuses=("FooNet", "Figure it out"),
    before=r",?\s?\(?(?:see\s)?",
    after=r"\s?\.?\s?\(?\d+\w?\)?\)?",
)
OUTCOME = Pattern(
    "a header over something measured, tracked or not: no setting of the row",
    {
        r"\b(?:fps|time|latency|speed\w*|memory|throughput|hours|days|ms|cost)\b": "speedup",
        r"\b(?:ppl|perplexity|m?iou|loss|recall|prec\w*|ar|m?ap\w*|bleu)\b": "val loss",
        r"\b(?:avg|average|mean|total)\b": "Avg. rank",
        r"\b(?:gains?|improv\w*|diff\w*)\b": "Improvement",
        r"/\s?s(?:ec)?\b": "images/sec",
        r"[∆Δ]": "Δ",
    },
    refuses=("Depth", "Width", "Schedule"),
)
_WORD = re.compile(r"[\w.×-]*[A-Za-z\d][\w×-]*")
_UNITS = frozenset({"in", "percent", "score", "scores"})
_BARE_NUMBER = re.compile(r"\d+(?:\.\d+)?\s?%?")  # a setting's value, headed by its name
_VERSION = re.compile(r"v?[12]\.[01]")  # of a data set
_OURS_FIRST = Pattern(
    "a name that begins with whose the model is, or says no more",
    {
        r"ours|our(?=\)?$)": ("Ours (large)", "(our)"),
        r"(?:our|proposed|this) (?:method|model|approach|network|net|version|system|work|CNN)s?": "our CNN, wide",
    },
    refuses=("FooNet (ours)", "our WideNet", "our impl. of WideNet"),
    before=r"^\(?",
    after=r"\b\)?",
)
_PLAIN = Pattern(
    "what a model is called that the paper's own is set beside",
    {"baseline|vanilla|plain": "plain net", r"(?:original|standard)(?=\s(?-i:[a-z])|$)": ("standard", "original net")},
    refuses=("baselined", "originality", "Original WideNet"),
    before=r"\b",
    after=r"s?\b",
)
UNCHANGED = Pattern(
    "results on inputs that nobody changed",
    each_word("clean natural standard"),
    refuses=("cleaned", "unnatural"),
    before=r"\b",
    after=r"(?:\sinputs?|\simages?)?\b",
)
MODEL_HEAD = Pattern(
    "a header over models",
    each_word("model method name system approach algorithm variant network architecture"),
    refuses=("models of", "Modelling", "model size", "named"),
    before=r"^(?:best\s)?",
    after="s?$",
)
STATISTIC = Pattern(
    "a header that says which of several runs, or what was made of them",
    {
        r"(?:seed|run|trial|fold|repeat|repetition|split)s?\s?[#:=]?\s?\d{1,4}": ("seed 1", "Run #3"),
        r"(?:mean|avg\.?|average|median|best|last|max(?:imum)?|min(?:imum)?)(?:\s(?:acc\w*|err\w*|of\s\d+|over\s\d+)(?:\s(?:runs|seeds))?)?"
        r"\s?(?:[(±]?\s?\(?(?:±\s?)?(?:std|sd|s\.d\.|stdev|deviation)\.?\)?)?": (
            "mean (std)",
            "Avg. ± std",
            "best of 5 runs",
        ),
    },
    refuses=("seed", "BestNet", "mean teacher"),
    before="^",
    after="$",
)
# settings that are qualifiers, too, and what only a qualifier is
_QUALIFIERS = {"ensemble": "ensemble", "scales": "multi_scale", "extra data": "extra_data"}
_MORE_QUALIFIERS = {
    "single_model": Pattern("one model alone", {r"\bsingle[-\s]model\b": "Single-model results"}, ("models",)),
    "multi_scale": Pattern("tested at several scales, for short", {r"\bMS\b": "QuickDet (MS)"}, ("forms",)),
    "single_crop": Pattern(
        "tested on one crop",
        {r"\b(?:single|1)[-\s]crop\b": "single-crop", r"\bcenter crop\b": "center crop"},
        refuses=("10-crop", "random crop"),
    ),
    "multi_crop": Pattern(
        "tested on several crops",
        {r"\bmulti-?\s?crop\b": "multi-crop", r"\b(?:10|12|30|50|144|150)[-\s]crops?\b": "10-crop"},
        refuses=("1-crop", "single crop"),
    ),
}
_EITHER = (frozenset({"single_crop", "multi_crop"}), frozenset({"single_model", "ensemble"}))
_OF_ALL_ROWS = ("single_crop", "multi_crop", "single_model")  # an ensemble or more data are a row's own


@dataclass(frozen=True)
class CellReading:
    """One number of one cell, and what it is. `reason` says why it is not stood behind (None: it is)."""

    table: Table
    row: int
    column: int
    quantity: str  # a Field
    value: float
    pattern: str
    words: tuple[int, ...]
    row_words: tuple[int, ...]
    model: str | None
    role: str
    row_path: str
    column_path: str
    benchmark: str | None = None
    metric: str | None = None
    split: str | None = None
    low: float | None = None
    high: float | None = None
    qualifiers: Qualifiers = field(default_factory=dict)
    reason: Reason | None = None


@dataclass(frozen=True)
class CellValue:
    """A number of a cell before it is known whose it is: quantity, value, what speaks against it."""

    quantity: str  # a Field
    value: float
    pattern: str
    number: Number
    benchmark: str | None = None
    metric: str | None = None
    low: float | None = None
    high: float | None = None
    reason: Reason | None = None
    told: Mapping[str, str] = field(default_factory=dict)  # how surely it is known what the number is


@lru_cache(maxsize=2048)
def _said_of(text: str) -> tuple[str, ...]:
    """The qualifiers that the text names."""
    said = (_QUALIFIERS[kind] for kind in kinds_in(text) if kind in _QUALIFIERS)
    return (*said, *(name for name, pattern in _MORE_QUALIFIERS.items() if pattern.search(text)))


def _in_capitals(text: str) -> bool:
    """Whether a text is set in capitals throughout: every word of it looks like a name."""
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) > 0.6 * len(letters)


_LEADS_ON = Pattern(
    "a header's entry that goes on in the one below it",
    each_word("on with from of by for at in", "Fine-tuned {}"),
    refuses=("WideNet on=x y", "Fine-tuned", "ResNet-in"),
    before=r"\s",
    after=r"(?:=[^\s]+)?$",
)
_VARIED = Pattern(
    "the model of which a caption says that parts were put in or changed",
    {
        r"\b(?:[Ii]nfluence|[Ee]ffects?|[Ii]mpact|[Cc]ontributions?|[Aa]blations?|[Cc]omparisons?)\b[^.]{0,60}?\s(?:on|for|to|in)\s(?:the\s)?"
        r"(?P<name>[A-Z][\w-]*\d[\w-]*)(?!\s(?:data|val|test|benchmark|train))": (
            "Influence of Foo and Bar on the WideNet-50 classifier",
            "Effect of the Foo block for WideNet-50",
        )
    },
    refuses=("Results of WideNet-50", "Influence of Foo on accuracy"),
    flags=re.NOFLAG,
)


def _joined(*parts: str) -> str:
    return " ".join(" ".join(p for p in parts if p).split())


CHANGED_INPUTS = Pattern(
    "a caption of results on inputs that were changed by so much",
    {
        r"\b(?:rotation|translation|blur|occlusion|noise|corruption|perturbation|compression)s?\s(?:\w+\s){0,2}(?:of|on|to)\s"
        r"(?:the\s)?(?:test|input|clean)?\s?(?:images?|inputs?|data|pixels?|samples?|set)\b": (
            "under rotation of the test images",
            "noise added to inputs",
        ),
        r"\b(?:rotated|translated|shifted|blurred|occluded|noisy|corrupted|perturbed|attacked|distorted)\s"
        r"(?:test|input|images?|inputs?)\b": (
            "on rotated test images"
        ),
        r"\brobust(?:ness)?\s(?:to|against|under)\b": "Robustness to occlusion",
        r"\bunder\s(?:\w+\s)?(?:rotations?|attacks?|corruptions?|perturbations?|occlusions?|distortions?)\b": (
            "under attacks"
        ),
    },
    refuses=("label noise", "noisy labels of the training set", "random rotations"),
)  # fmt: skip
LEVEL = Pattern(
    "how much inputs were changed",
    {
        r"(?P<number>\d+(?:\.\d+)?)\s?(?:[°◦]|deg\w*|px|pixels?|dB|%|/\s?255)?": ("30°", "0.5"),
        r"(?:ε|ϵ|σ|eps\w*|sigma|severity|level|angle)\s?=?\s?(?P<of_name>\d+(?:\.\d+)?)\S*": "ε = 8/255",
    },
    refuses=("ResNet-50", "top-1"),
    before="^",
    after="$",
)


def change_of_inputs(frame: TableFrame, column: int) -> float | None:
    """By how much the column's inputs were changed, as its header says; None in tables of inputs as they are."""
    if not CHANGED_INPUTS.search(frame.caption):
        return None
    level = next((m for entry in frame.column_path(column) if (m := LEVEL.match(" ".join(entry.split())))), None)
    return float(level["number"] or level["of_name"]) if level else None


@dataclass(frozen=True, eq=False)
class TableModels:
    """How the models of one table are called."""

    frame: TableFrame

    def model_of(self, column: int, r: int) -> str | None:
        """The name of the model that the cell speaks of, with what sets its row and column apart."""
        frame = self.frame
        behind = frame.named_in_cell(column, r)
        if behind is not None and not says_ours(behind) and frame.says(behind).quantity is None:
            return without_marks(behind)
        name = self._with_own_name(self._name(column, r))
        path = frame.column_path(column)
        around = f"{frame.table.groups[r]} {path[0] if path else ''}"
        for found in find_pretraining_data(around)[:1]:
            data = around[found.start : found.end]
            if name and data not in name:
                return f"{name} ({data})"  # the same model trained on more data is another model
        return name or None

    def _with_own_name(self, name: str) -> str:
        """The name, where it only says "ours" behind the paper's own in the title: "FooNet Ours (large)"."""
        context = self.frame.context
        if not _OURS_FIRST.match(name) or context.names.is_own(name):
            return name
        titled = (own for own in context.names.printed if own.lower() in context.title.lower())
        return _joined(next(titled, ""), name)

    def _name(self, column: int, r: int) -> str:
        """The name by the axis that holds the models."""
        frame, inner = self.frame, self.inner_names[column]
        label = self._label(r)
        apart = without_marks(frame.model_labels[r]) if frame.says_apart else ""
        if apart:
            return _joined(apart, *inner)
        if frame.transposed:
            named = inner or [without_marks(frame.head(column))]
            if all(_BARE_NUMBER.fullmatch(n) for n in named) and LETTER.search(frame.stub):
                value = f"{without_marks(frame.stub)}={' '.join(named)}"
                return _joined(self.row_models[r] or self.caption_model or "", value)
            settings = self._settings_above(column)
            return _joined(self.row_models[r], *named) or _joined(self._base_of(settings, []), settings)
        measured = frame.row_says[r].metrics or label.lower() in _UNITS
        row_is_measure = measured and not frame.columns[column].metrics and not frame.is_name(label)
        if (frame.rows_name_data and not frame.columns_name_data) or row_is_measure:
            return self._name_by_column(column, r)
        return self._name_by_row(label, column, r)

    def _label(self, r: int) -> str:
        """The row's label as a name; two papers' models of one name are told apart by their citations."""
        label = self.labels[r]
        return label if self._same_name_elsewhere[r] else _REFERENCE.sub("", without_marks(label))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Each row's name; a cited one is what stands under "Method" alone, where no other row's is the same."""
        frame = self.frame
        headed = [c for c in frame.name_columns if MODEL_HEAD.fullmatch(" ".join(frame.column_path(c)[-1:]).strip())]
        if len(headed) != 1 or len(frame.name_columns) < 2 or frame.names_from is not None:
            return frame.labels
        cells = [" ".join(row[headed[0]].split()) for row in frame.printed]
        times = Counter(map(without_marks, cells))
        return tuple(
            cell if has_citation(cell) and self._tells_apart(cell) and times[without_marks(cell)] == 1 else label
            for cell, label in zip(cells, frame.labels, strict=True)
        )

    def _tells_apart(self, cell: str) -> bool:
        """Whether a cell names a model by itself: not whose it is, nor a change to the one above."""
        return bool(LETTER.search(cell)) and not says_ours(cell) and not is_step(cell)

    def _name_by_column(self, column: int, r: int) -> str:
        """The name in a table whose rows are data sets or metrics."""
        frame, inner = self.frame, self.inner_names[column]
        if self._model_column is not None:
            inner = [without_marks(frame.printed[r][self._model_column])]
        if not inner:
            inner = [frame.table.groups[r] if frame.says_metrics else without_marks(frame.head(column))]
        return _joined(*inner) or _joined(self.caption_model or "")

    def _name_by_row(self, label: str, column: int, r: int) -> str:
        """The name in a table whose rows are models, or variants of the one that group or caption name."""
        frame, inner, settings = self.frame, self.inner_names[column], self.settings[r]
        step = is_step(label)
        if step and inner:
            parts = [*inner, label, settings]
        else:
            label = _joined(self._base_of_step[r], label) if step and self._base_of_step[r] else label
            parts = [label, settings, *inner]
        if self._names_itself(label, r) or any(frame.is_name(p) and not _LEADS_ON.search(p) for p in inner):
            return _joined(*parts)
        group = without_marks(frame.table.groups[r])
        if self._is_rival_row(r, group):
            return _joined(label or group, settings, *inner)  # another's row takes no name of the paper's own
        if frame.is_name(group):
            return _joined(group, *parts)
        if PRIOR_GROUP.search(group):
            return _joined(*parts)
        # "ours", "this work" over the rows say whose they are, and are no name
        base = self._base_of("" if self._marked_rows[r] else label, inner)
        return _joined(base, "" if says_ours(group) else group, *parts)

    def _base_of(self, label: str, inner: Sequence[str]) -> str:
        """The model that the caption speaks of, a variant of which a row is; a baseline is none of the paper's own."""
        base, names = self.caption_model, self.frame.context.names
        beside_own = inner and any(map(names.is_own, self.frame.treatments.values()))
        others = beside_own or _PLAIN.search(label) or any("baseline" in name.lower() for name in inner)
        return "" if base is None or (others and names.is_own(base)) else base

    def _names_itself(self, label: str, r: int) -> bool:
        frame = self.frame
        named = frame.is_name(label) or frame.is_code(label) or has_citation(frame.labels[r]) or is_published(label)
        return (named or (self._rows_are_named and label[:1].isupper())) and not self._marked_rows[r]

    @cached_property
    def _rows_are_named(self) -> bool:
        """Whether half of the rows or more are called by names: a capitalised word among them is one too."""
        labels = [label for label in dict.fromkeys(self.frame.labels) if label]
        named = [x for x in labels if self.frame.is_name(x) or has_citation(x) or is_published(without_marks(x))]
        return len(labels) > 1 and 2 * len(named) >= len(labels)

    def _is_rival_row(self, r: int, group: str) -> bool:
        roles, names = self.frame.roles, self.frame.context.names
        return roles.has_ours and role_of(self.frame.labels[r], group, roles, names) == Role.PRIOR

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """What sets each row apart beside its name: check marks and the columns of no tracked quantity.

        A name that is cited once in its group needs none.
        """
        frame = self.frame
        times = Counter(zip(frame.table.groups, frame.labels, strict=True))
        out = []
        for r, label in enumerate(frame.labels):
            if has_citation(label) and times[frame.table.groups[r], label] == 1:
                out.append("")  # told by its citation
                continue
            nameless = not frame.is_name(label) and not (frame.heads_names and LETTER.search(label))
            told_apart = nameless or times[frame.table.groups[r], label] > 1
            parts = list(self._row_settings(r, told_apart=told_apart))[:MOST_SETTINGS]
            out.append(" ".join(p for p in parts if p))
        return tuple(out)

    def _row_settings(self, r: int, *, told_apart: bool) -> Iterator[str]:
        """The row's check marks; of a row that needs to be told apart its other settings too."""
        frame = self.frame
        for c in range(frame.table.columns):
            if c in frame.name_columns or not frame.column_path(c) or (c == 0 and frame.counts_rows):
                continue
            text = " ".join(frame.printed[r][c].split())
            checked = CHECK.fullmatch(text)
            if c > frame.first_measure and not checked:
                return
            if checked or (told_apart and self._may_set(c) and text not in BLANK and len(text) <= LONGEST_SETTING):
                yield frame.named_cell(c, text)

    def _may_set(self, column: int) -> bool:
        says = self.frame.columns[column]
        # "Head" over words is no joint, "Loss" over words no outcome
        named = says.untracked_metric and bool(self.frame.numbers[column])
        outcome = OUTCOME.search(says.text) and any(re.search(r"\d", row[column]) for row in self.frame.printed)
        measured = outcome or named or says.untracked or self.frame.is_measured(column)
        return self.frame.is_setting(column) and not measured

    @cached_property
    def _same_name_elsewhere(self) -> tuple[bool, ...]:
        labels = self.labels
        bare = [without_marks(label) for label in labels]
        names = Counter(b for b, _ in set(zip(bare, labels, strict=True)))
        return tuple(names[b] > 1 and has_citation(label) for b, label in zip(bare, labels, strict=True))

    @cached_property
    def inner_names(self) -> tuple[list[str], ...]:
        """Of each column the header entries that name neither measure nor data set: a model, or a setting of one."""
        return tuple(self._inner_names(c) for c in range(self.frame.table.columns))

    def _inner_names(self, column: int) -> list[str]:
        path = self.frame.column_path(column)
        of_settings = self.frame.is_series or column in self.frame.settings_of_scores
        if of_settings and column in self.frame.value_columns and not self._is_of_data(column):
            return [without_marks(" ".join(path))]
        heading_names = self.frame.column_path(0) if column else ()
        told = self.header_setting(column)
        path = tuple(p for p in path if not (told and p in told.entries))
        named = [
            f"{without_marks(p)}={below}" if _BARE_NUMBER.fullmatch(below) else without_marks(p)
            for p, below in zip(path, [*path[1:], ""], strict=False)
            if self._may_name_column(p) and p not in heading_names  # what heads the names as well names no column
        ]
        return [*named, self._told_apart[column]] if column in self._told_apart else named

    def _is_of_data(self, column: int) -> bool:
        """Whether the column's header says how the data were changed, and nothing of the model."""
        return self.header_setting(column) is not None or change_of_inputs(self.frame, column) is not None

    def header_setting(self, column: int) -> HeaderSetting | None:
        """The variant of the data set that the column's header tells by a bare number."""
        return setting_of_header(self.frame.column_path(column), self._around)

    @cached_property
    def _around(self) -> str:
        """The caption, and the text that leads to the table: they tell what a bare percentage in a header is."""
        frame = self.frame
        return " ".join((frame.caption, *frame.context.around.get(frame.number, ())))

    @cached_property
    def _told_apart(self) -> dict[int, str]:
        """Of columns of one metric the words that tell them apart: "cosine" of "top-1 err. (cosine)"."""
        alike: dict[tuple[object, ...], list[int]] = {}
        for c in self.frame.value_columns:
            head = self.frame.head(c)
            of_setting = kinds_in(head) or _said_of(head) or self.header_setting(c)
            if self.frame.columns[c].metrics and not of_setting:
                alike.setdefault(self._metric_of(head), []).append(c)
        apart = {}
        for columns in alike.values():
            words = {c: dict.fromkeys(_WORD.findall(self._head_without_names(c))) for c in columns}
            shared = set.intersection(*(set(of_column) for of_column in words.values())) | _UNITS
            for c, of_column in words.items():
                apart[c] = " ".join(word for word in of_column if word not in shared)
        return {c: told for c, told in apart.items() if told}

    def _head_without_names(self, column: int) -> str:
        """The column's header without the entries that are names already, or tasks."""
        path = self.frame.column_path(column)
        return " ".join(p for p in path if not self._may_name_column(p) and not tasks_in(p))

    def _metric_of(self, entry: str) -> tuple[object, ...]:
        """What the entry says of metric, split and data; entries that differ in it need nothing to tell them apart."""
        says = self.frame.says(entry)
        precision = read_average_precision(entry)
        marks = (precision.index, precision.task, precision.is_m) if precision else None
        metrics = tuple(find_metric(None, entry))
        return rank_and_sense(entry), marks, metrics, says.split, says.benchmarks, says.untracked

    def _may_name_column(self, entry: str) -> bool:
        if not self.frame.says(entry).says_nothing or is_short_name(entry.rstrip(".")) or PART_TITLE.match(entry):
            return False
        if PARAMETERS_PERHAPS.fullmatch(entry):
            return False
        if is_data_variant(entry) or STATISTIC.fullmatch(entry) or language_alone(entry):
            return False  # "Symm. 40%", "seed 2", "mean (std)", "English", "DE"
        if (tasks_in(entry) and not MODEL_NAME.search(entry)) or UNCHANGED.fullmatch(entry):
            return False  # "Object detection" over columns of metrics, "clean" beside changed inputs
        if is_way_of_testing(entry) or _OURS_FIRST.fullmatch(entry):
            return False
        no_names = (TEST_OF_YEAR, COMPLEXITY, _VERSION, VALUE_HEAD, ALL_SIZES)
        return not any(other.fullmatch(entry) for other in no_names)

    @cached_property
    def _base_of_step(self) -> tuple[str, ...]:
        """Of each row the name of the one that it is, or goes on from as a step "+ X"; "" where there is none."""
        labels = self.frame.labels
        return tuple(without_marks(labels[base]) if base is not None else "" for base in self._row_above)

    @cached_property
    def _row_above(self) -> tuple[int | None, ...]:
        """Of each row the nearest named one in the same group that is no step, itself or above it."""
        frame = self.frame
        out: list[int | None] = []
        base = None
        for r, label in enumerate(frame.labels):
            if r and frame.table.groups[r] != frame.table.groups[r - 1]:
                base = None
            if not is_step(label):
                base = r if frame.is_name(label) or has_citation(label) else None
            out.append(base)
        return tuple(out)

    def _is_step_of_others(self, r: int) -> bool:
        """Whether the row goes on from another paper's, in a table where the paper's own rows stand by themselves."""
        frame, base = self.frame, self._row_above[r]
        if base is None or not is_step(frame.labels[r]) or not self._has_own_rows:
            return False
        return role_of(frame.labels[base], frame.table.groups[base], frame.roles, frame.context.names) == Role.PRIOR

    @cached_property
    def _has_own_rows(self) -> bool:
        """Whether rows that are no steps carry names of the paper's own: steps above them may be others'."""
        names = self.frame.context.names
        return any(names.is_ours(x) and not is_step(x) for x in self.frame.labels)

    @cached_property
    def _marked_rows(self) -> tuple[bool, ...]:
        """Whether all that a row is called by are check marks, "yes" or "no", and numbers under the names of parts."""
        cells = ([" ".join(row[c].split()) for c in self.frame.name_columns] for row in self.frame.printed)
        return tuple(all(is_mark(text) or not LETTER.search(text) for text in row) for row in cells)

    @cached_property
    def _model_column(self) -> int | None:
        """In a table whose rows are data sets: the column that says which model was measured on each."""
        columns = range(1, self.frame.table.columns)
        return next((c for c in columns if MODEL_HEAD.fullmatch(self.frame.head(c))), None)

    @cached_property
    def row_models(self) -> tuple[str, ...]:
        """Where rows are measures: the model that a row's label names beside the measure, else the row above's."""
        frame = self.frame
        out, above = [], ""
        for r, label in enumerate(frame.labels):
            group = frame.table.groups[r]
            if r and (group != frame.table.groups[r - 1] or not frame.row_says[r - 1].is_measure):
                above = ""
            named = [name for name in model_names_in(label) if not metric_named(name)]
            above = named[0] if named else above
            out.append(above or (without_marks(group) if frame.is_name(group) else ""))
        return tuple(out)

    def _settings_above(self, column: int) -> str:
        """In a table whose columns are variants told apart by rows of check marks: the names of the marked rows."""
        frame = self.frame
        parts = []
        for r, label in enumerate(frame.labels):
            text = " ".join(frame.printed[r][column].split())
            if not frame.row_says[r].is_measure and text not in BLANK:
                parts.append(label if CHECK.fullmatch(text) else f"{label}={text}")
        return " ".join(parts[:8]) or "baseline"

    @cached_property
    def caption_model(self) -> str | None:
        """The model that the caption speaks of: one of the paper's own, else the first name in it, else the paper's."""
        names = self.frame.context.names
        own = (*names.printed, *names.runs)
        for text in (self.frame.part, self.frame.caption):
            varied = _VARIED.search(text)
            if varied and self._looks_made(varied["name"]) and not self.frame.says(varied["name"]).names_data:
                return varied["name"]
            for name in own[:6]:
                match = re.search(rf"(?<!\w){re.escape(name)}[\w-]*", text)
                if match:
                    return match.group()
            found = [n for n in model_names_in(text) if self._looks_made(n)] if not _in_capitals(text) else []
            if found:
                return found[0]
        return own[0] if own else None

    def _looks_made(self, name: str) -> bool:
        """Whether the name is one that a model has: known, or with a digit or capitals inside; "MIT" is none."""
        names = self.frame.context.names
        if names.is_own(name) or names.is_cited(name) or is_published(name) or any(c.isdigit() for c in name):
            return True
        return not name.isupper() and any(a.islower() and b.isupper() for a, b in pairwise(name))

    # --- role, split, qualifiers ---

    def role_in(self, column: int, r: int, label: str) -> str:
        """Whose result the cell is."""
        frame, names = self.frame, self.frame.context.names
        if frame.models_in_columns:
            return role_of(label, "", frame.roles, names)
        role = role_of(label, frame.table.groups[r], frame.roles, names)
        path, inner = frame.column_path(column), self.inner_names[column]
        if frame.treats_networks and any(is_others(entry, names) for entry in inner):
            return Role.PRIOR
        ours = (entry for entry in path if says_ours(entry))
        cited = (entry for entry in path if has_citation(entry) and without_marks(entry) in inner)
        if role == Role.ABLATION and not names.is_own(label) and self._is_step_of_others(r):
            role = Role.PRIOR
        step, own = is_step(label) or self._rows_are_steps, names.is_ours(label)
        beside = self._reports_columns
        titles = [t for t in (*cited, *inner, *ours) if self._reruns_columns or not ORIGINAL.match(t)]
        told = role_of_variant(role, titles, names, step=step, own=own, beside_reported=beside)
        if told == Role.PRIOR and frame.treats_with_own and not any(map(is_quoted, path)):
            return Role.ABLATION  # a network that another paper made, treated by the authors
        return told

    @cached_property
    def _reports_columns(self) -> bool:
        """Whether a column holds results as others printed them: one beside it is what the authors got."""
        return any(REPORTED_COLUMN.match(name) for names in self.inner_names for name in names)

    @cached_property
    def _reruns_columns(self) -> bool:
        """Whether a column holds what the authors got: "original" beside it is what others printed."""
        names = self.frame.context.names
        heads = [
            *map(self.frame.head, self.frame.value_columns),
            *(name for inner in self.inner_names for name in inner),
        ]
        return any(RERUN.search(h) or names.is_ours(h) for h in heads)

    @cached_property
    def _rows_are_steps(self) -> bool:
        labels = self.frame.labels
        return 2 * sum(is_step(label) for label in labels) >= len(labels)

    @cached_property
    def _split_said_of_table(self) -> str | None:
        """The split that the caption names, else the sentences about the table."""
        told = (split_of(text.lower()) for text in (self.frame.caption, *self.frame.sentences))
        return next((split for split in told if split), None)

    @cached_property
    def _caption_qualifiers(self) -> frozenset[str]:
        """What the caption says of all rows' making; one that it says of some and not of others is said of none."""
        said = {name for name in _said_of(self.frame.caption) if name in _OF_ALL_ROWS}
        crops = _EITHER[0]
        return frozenset(said - crops if crops <= said else said)

    def _score_qualifiers(self, text: str, number: Number, *, bold: bool) -> dict[str, Qualifier]:
        near = _said_of(text)
        settled = {name for pair in _EITHER if pair & set(near) for name in pair}
        qualifiers: dict[str, Qualifier] = dict.fromkeys(near, True)
        qualifiers |= {name: True for name in _OF_ALL_ROWS if name in self._caption_qualifiers - settled}
        if number.deviation is not None:
            qualifiers["deviation"] = number.deviation
        if bold:
            qualifiers["bold"] = True
        return qualifiers

    def setting(self, column: int, r: int) -> str | None:
        """The variant of the data set or of the test that the cell was measured in; None for the data set as it is."""
        frame = self.frame
        path, label = frame.head(column), frame.labels[r]
        label = path if frame.models_in_columns else label
        of_header = self.header_setting(column)
        of_row = setting_of_header((frame.stub, frame.labels[r].rpartition("=")[2]), "")
        told = (setting.wording for setting in (of_header, of_row) if setting)
        return setting_of((frame.table.groups[r], label, path, *told), frame.caption)

    def reading(self, column: int, r: int, value: CellValue) -> CellReading:
        """The value as a reading of its cell: with model, role, split and qualifiers."""
        frame = self.frame
        cell, path, group = frame.table.rows[r][column], frame.head(column), frame.table.groups[r]
        label = path if frame.models_in_columns else frame.labels[r]
        number = value.number
        qualifiers: dict[str, Qualifier] = {}
        if value.quantity == Field.SCORE:
            qualifiers = self._score_qualifiers(f"{label} {group} {path}", number, bold=cell.bold)
            setting = self.setting(column, r)
            if setting:
                qualifiers["setting"] = setting
            qualifiers |= value.told
        if number.approximate:
            qualifiers["approximate"] = True
        if number.bound:
            qualifiers["bound"] = number.bound
        return CellReading(
            frame.table, r, column, value.quantity, value.value, value.pattern, cell.words,
            tuple(i for c in frame.table.rows[r] for i in c.words), self.model_of(column, r),
            self.role_in(column, r, label),
            " / ".join(x for x in (group, *(frame.table.rows[r][c].text for c in frame.label_columns)) if x),
            " / ".join(frame.column_path(column)), value.benchmark, value.metric,
            split_of(f"{path} \n {frame.labels[r]} \n {group}".lower()) or self._split_said_of_table,
            value.low, value.high, qualifiers, value.reason,
        )  # fmt: skip
