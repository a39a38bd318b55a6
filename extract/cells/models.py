"""Which model a cell of a table speaks of, whose it is, and how the number was made (crops, ensemble, extra data)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from db.models import Field, Table
from db.reference.untracked import find_pretraining_data
from extract.cells.frame import BLANK, CHECK, COMPLEXITY, LETTER, TEST_OF_YEAR, TableFrame, is_measure, says_nothing
from extract.cells.headers import BENCHMARKS_OWN, metric_named
from extract.cells.roles import PRIOR, PRIOR_GROUP, is_step, role_of, role_of_variant
from extract.language.metrics import split_of
from extract.language.model_names import MODEL_NAME, has_citation, model_names_in, says_ours, without_marks
from extract.language.numbers import Number

_REFERENCE = re.compile(
    r",?\s?\(?(?:see\s)?(?:Fig(?:ure|\.)?|Sec(?:tion|\.)?|Tab(?:le|\.)?|Eq(?:n|\.)?)\s?\.?\s?\(?\d+\w?\)?\)?",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"\b(?:fps|time|latency|speed\w*|memory|throughput|ppl|perplexity|m?iou|loss|hours|days|ms|cost"
    r"|recall|prec\w*|ar|m?ap\w*|avg|average|mean|total|bleu|gains?|improv\w*|diff\w*)\b|/\s?s(?:ec)?\b|[∆Δ]",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d+(?:\.\d+)?\s?%?")  # a setting's value, headed by its name
_VERSION = re.compile(r"v?[12]\.[01]")  # of a data set
_SUBTITLE = re.compile(r"\([a-z]\)\s")
_QUALIFIERS = {
    "ensemble": re.compile(
        r"\bensembles?\b|\bens\.|\(\s?\d+ models?\)|\b\d+ (?:model|net)s\b"
        r"|\bmodel averag", re.IGNORECASE),
    "single_model": re.compile(r"\bsingle[-\s]model\b", re.IGNORECASE),
    "multi_scale": re.compile(r"\bmulti-?\s?scale\b|\bms test\w*|\bMS\b|\bmulti-?scale test", re.IGNORECASE),
    "single_crop": re.compile(r"\bsingle[-\s]crop\b|\b1[-\s]crop\b|\bcenter crop\b", re.IGNORECASE),
    "multi_crop": re.compile(r"\bmulti-?\s?crop\b|\b(?:10|12|30|50|144|150)[-\s]crops?\b", re.IGNORECASE),
    "extra_data": re.compile(r"\bextra (?:training )?data\b|\bexternal data\b", re.IGNORECASE),
}  # fmt: skip


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
    qualifiers: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


@lru_cache(maxsize=2048)
def _said_of(text: str) -> tuple[str, ...]:
    """The qualifiers that the text names."""
    said = [name for name, regex in _QUALIFIERS.items() if regex.search(text)]
    if "extra_data" not in said and find_pretraining_data(text):
        said.append("extra_data")
    return tuple(said)


def _either(said: tuple[str, ...]) -> list[tuple[str, str]]:
    """The pairs of qualifiers of which the text says one: it can't be the other too."""
    pairs = (("single_crop", "multi_crop"), ("single_model", "ensemble"))
    return [pair for pair in pairs if pair[0] in said or pair[1] in said]


def _in_capitals(text: str) -> bool:
    """Whether a text is set in capitals throughout: every word of it looks like a name."""
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) > 0.6 * len(letters)


class TableModels(TableFrame):
    """A table whose cells are named: model, role, split, qualifiers."""

    @cached_property
    def settings(self) -> list[str]:
        """What sets each row apart beside its name: check marks and the columns of no tracked quantity."""
        out = []
        names = Counter((g, x) for g, x in zip(self.table.groups, self.labels, strict=True))
        for r, label in enumerate(self.labels):
            parts = []
            bare = not self.is_name(label) and not (self.heads_names and LETTER.search(label))
            twice = names[(self.table.groups[r], label)] > 1
            for c in range(self.table.columns):
                if c in self.name_columns or not self.column_path(c):
                    continue
                if c > self.first_measure and not CHECK.fullmatch(" ".join(self.printed[r][c].split())):
                    break
                text = " ".join(self.printed[r][c].split())
                if CHECK.fullmatch(text) or (
                    (bare or twice) and self.is_setting(c) and text not in BLANK
                    and not _OUTCOME.search(self.columns[c].text)
                    and not self.columns[c].untracked_metric and not self.columns[c].untracked and len(text) <= 16
                ):  # fmt: skip
                    parts.append(self._named(c, text))
            out.append(" ".join(p for p in parts[:6] if p))
        return out

    @cached_property
    def _same_name_elsewhere(self) -> list[bool]:
        bare = [without_marks(label) for label in self.labels]
        count = Counter(set(zip(bare, self.labels, strict=True)))
        names = Counter(b for b, _ in count)
        return [names[b] > 1 and has_citation(label) for b, label in zip(bare, self.labels, strict=True)]

    @cached_property
    def _inner_names(self) -> list[list[str]]:
        """Of each column the header entries that name neither measure nor data set: a model, or a setting of one."""
        return [
            [
                f"{without_marks(p)}={below}" if _BARE_NUMBER.fullmatch(below) else without_marks(p)
                for p, below in zip(path, [*path[1:], ""], strict=False)
                if says_nothing(self.says(p))
                and not BENCHMARKS_OWN.fullmatch(p)
                and not _SUBTITLE.match(p)
                and not TEST_OF_YEAR.fullmatch(p)
                and not COMPLEXITY.fullmatch(p)
                and not _VERSION.fullmatch(p)
                and not (c and p in self.column_path(0))  # it heads the names as well
            ]
            for c, path in enumerate(self._paths)
        ]

    def model_of(self, column: int, r: int) -> str | None:
        """The name of the model that the cell speaks of, with what sets its row and column apart."""
        behind = self.named_in_cell(column, r)
        if behind is not None and not says_ours(behind) and self.says(behind).quantity is None:
            return without_marks(behind)
        label = _REFERENCE.sub("", without_marks(self.labels[r]))
        if self._same_name_elsewhere[r]:
            label = self.labels[r]  # two papers' models of one name: the citation tells them apart
        inner = self._inner_names[column]
        apart = without_marks(self.model_labels[r]) if self.says_apart else ""
        if apart:
            parts = [apart, *inner]
        elif self.transposed:
            parts = [self._row_models[r], *(inner or [without_marks(" ".join(self.column_path(column)))])]
            if not any(parts):
                parts = [self.caption_model() or "", self._settings_above(column)]
        elif self.rows_name_data or (
            self.row_says[r].metrics and not self.columns[column].metrics and not self.is_name(label)
        ):
            path = self.column_path(column)
            inner = inner if self._model_column is None else [without_marks(self.printed[r][self._model_column])]
            parts = inner or [without_marks(" ".join(path)) if not self.says_metrics else self.table.groups[r]]
            if not any(parts):
                parts = [self.caption_model() or ""]
        else:
            if is_step(label) and not inner and self._base_of_step[r]:
                label = f"{self._base_of_step[r]} {label}"
            parts = [*inner, label, self.settings[r]] if is_step(label) and inner else [label, self.settings[r], *inner]
            named = self.is_name(label) or self.is_code(label) or has_citation(self.labels[r])
            named = named and not self._marked_rows[r]
            if not (named or any(self.is_name(p) for p in inner)):
                group = without_marks(self.table.groups[r])
                if self.roles.compares and self.roles.has_ours and role_of(
                    self.labels[r], group, self.roles, self.context.names
                ) == PRIOR:  # fmt: skip
                    parts = [label or group, self.settings[r], *inner]  # another's row takes no name of the paper's own
                    return " ".join(" ".join(p for p in parts if p).split()) or None
                role_words = says_ours(group) or bool(PRIOR_GROUP.search(group))  # whose the rows are, no name
                if self.is_name(group) or not role_words:
                    parts = [group if self.is_name(group) else f"{self.caption_model() or ''} {group}", *parts]
                elif not PRIOR_GROUP.search(group):
                    parts = [self.caption_model() or "", *parts]
        name = " ".join(" ".join(p for p in parts if p).split())
        around = f"{self.table.groups[r]} {self.column_path(column)[0] if self.column_path(column) else ''}"
        for found in find_pretraining_data(around)[:1]:
            data = around[found.start : found.end]
            if name and data not in name:
                name = f"{name} ({data})"  # the same model trained on more data is another model
        return name or None

    @cached_property
    def _base_of_step(self) -> list[str]:
        """Of each row "+ X" the named row above, in the same group, that it goes on from; "" where there is none."""
        out, base = [], ""
        for r, label in enumerate(self.labels):
            if r and self.table.groups[r] != self.table.groups[r - 1]:
                base = ""
            if not is_step(label):
                base = without_marks(label) if self.is_name(label) or has_citation(label) else ""
            out.append(base)
        return out

    @cached_property
    def _marked_rows(self) -> list[bool]:
        """Whether all that a row is called by are check marks under the names of parts."""
        return [
            all(
                CHECK.fullmatch(t) or t in BLANK
                for t in (" ".join(self.printed[r][c].split()) for c in self.name_columns)
            )
            for r in range(len(self.table.rows))
        ]

    @cached_property
    def _model_column(self) -> int | None:
        """In a table whose rows are data sets: the column that says which model was measured on each."""
        for c in range(1, self.table.columns):
            if re.fullmatch(
                r"(?:best\s)?(?:models?|networks?|architectures?|methods?)",
                " ".join(self.column_path(c)),
                re.IGNORECASE,
            ):
                return c
        return None

    @cached_property
    def _row_models(self) -> list[str]:
        """Where rows are measures: the model that a row's label names beside the measure, else the row above's."""
        out, above = [], ""
        for r, label in enumerate(self.labels):
            if r and (self.table.groups[r] != self.table.groups[r - 1] or not is_measure(self.row_says[r - 1])):
                above = ""
            match = MODEL_NAME.search(label)
            if match and not metric_named(match.group(), match.group().lower()):
                above = match.group()
            out.append(above or (without_marks(self.table.groups[r]) if self.is_name(self.table.groups[r]) else ""))
        return out

    def _settings_above(self, column: int) -> str:
        """In a table whose columns are variants told apart by rows of check marks: the names of the marked rows."""
        parts = []
        for r, label in enumerate(self.labels):
            text = " ".join(self.printed[r][column].split())
            if is_measure(self.row_says[r]) or text in BLANK:
                continue
            parts.append(label if CHECK.fullmatch(text) else f"{label}={text}")
        return " ".join(parts[:8]) or "baseline"

    def caption_model(self) -> str | None:
        """The model that the caption speaks of, or None."""
        return self._caption_model

    @cached_property
    def _caption_model(self) -> str | None:
        """The model that the caption speaks of: one of the paper's own, else the first name in it, else the paper's."""
        for text in (self.part, self.caption):
            for name in self.context.names.printed[:6]:
                match = re.search(rf"(?<!\w){re.escape(name)}[\w-]*", text)
                if match:
                    return match.group()
            found = model_names_in(text) if not _in_capitals(text) else ()
            if found:
                return found[0]
        return self.context.names.printed[0] if self.context.names.printed else None

    @cached_property
    def _far_split(self) -> str | None:
        """The split that the caption names, else the sentences about the table."""
        return next((s for s in (split_of(t.lower()) for t in (self.caption, *self.sentences)) if s), None)

    @cached_property
    def _caption_qualifiers(self) -> dict[str, Any]:
        """What the caption says of all rows' making; an ensemble or more data are a row's own."""
        said = [name for name in _said_of(self.caption) if name in ("single_crop", "multi_crop", "single_model")]
        crops = {"single_crop", "multi_crop"}
        return {name: True for name in said if name not in crops or not crops <= set(said)}

    def _role(self, label: str, column: int, group: str) -> str:
        names = self.context.names
        if self.models_in_columns:
            return role_of(label, "", self.roles, names)
        role = role_of(label, group, self.roles, names)
        return role_of_variant(role, self._inner_names[column], names, step=is_step(label) or self._rows_are_steps)

    @cached_property
    def _rows_are_steps(self) -> bool:
        return 2 * sum(is_step(label) for label in self.labels) >= len(self.labels)

    def make_reading(
        self, column: int, r: int, quantity: str, value: float, pattern: str, number: Number, *, reason: str | None,
        benchmark: str | None = None, metric: str | None = None, low: float | None = None, high: float | None = None,
    ) -> CellReading:  # fmt: skip
        cell = self.table.rows[r][column]
        path = " ".join(self.column_path(column))
        label = path if self.models_in_columns else self.labels[r]
        group = self.table.groups[r]
        split = split_of(f"{path} \n {self.labels[r]} \n {group}".lower()) or self._far_split
        qualifiers: dict[str, Any] = {}
        if quantity == Field.SCORE:
            near = _said_of(f"{label} {group} {path}")
            far = {q: v for q, v in self._caption_qualifiers.items() if not any(q in pair for pair in _either(near))}
            qualifiers = dict.fromkeys(near, True) | far
            if number.deviation is not None:
                qualifiers["deviation"] = number.deviation
            if cell.bold:
                qualifiers["bold"] = True
        if number.approximate:
            qualifiers["approximate"] = True
        if number.bound:
            qualifiers["bound"] = number.bound
        return CellReading(
            self.table, r, column, quantity, value, pattern, cell.words,
            tuple(i for c in self.table.rows[r] for i in c.words), self.model_of(column, r),
            self._role(label, column, group),
            " / ".join(x for x in (group, *(self.table.rows[r][c].text for c in self.label_columns)) if x),
            " / ".join(self.column_path(column)), benchmark, metric, split, low, high, qualifiers, reason,
        )  # fmt: skip
