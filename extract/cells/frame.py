"""One table with the words around it: what its columns, rows, groups and caption say, and which axis holds models."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from string import ascii_lowercase

from db.models import Document, Field, Page, Table
from db.reference.benchmarks import find_metric
from db.reference.printed_names import Found
from db.reference.published_models import is_published
from db.reference.untracked import find_untracked_datasets, find_untracked_metrics
from extract.cells.columns import (
    BLANK,
    BROKEN,
    CHECK,
    DATA_HEAD,
    METHOD_HEAD,
    METRIC_HEAD,
    NAME_HEAD,
    NUMBER_WITH_NAME,
    TASK_HEAD,
    TEST_OF_YEAR,
    VALUE_HEAD,
    WEIGHTS_SOURCE,
    ColumnHeads,
    TableWords,
    column_heads,
    holds_scores_or_nothing,
    lender_of_names,
)
from extract.cells.headers import LETTER, OTHER, Says
from extract.cells.numbers import numbers_of_cell, printed_text
from extract.cells.roles import TableRoles, may_be_own, table_roles
from extract.language.average_precision import read_average_precision
from extract.language.model_names import CITATION, MODEL_NAME, model_names_in, without_marks
from extract.language.named_metric import metric_named
from extract.language.numbers import Number, decimals
from extract.language.paper_context import PaperContext
from extract.pattern import Pattern
from extract.tables.halves import table_halves

LEAST_COUNT = 1e5  # of parameters or operations: a model has no fewer, and a smaller number is in another unit
MOST_COUNTED = 0.75  # of a column's numbers, which say what it counts
LEAST_ROWS_ALIKE = 3  # rows with one text in a column that make it say nothing
LEAST_DIGITS_MEASURED = 3  # of a number that was measured; a setting's value is rounder
MOST_APART = 1.3  # times: the middle numbers of two columns that hold the same kind of scores
_UNMARKED = frozenset({"false", "no", "✗"})
_NO = _UNMARKED | {"n/a", "none"}  # "None" alone may be the name of a baseline
_NAMED_NUMBER = re.compile(r"(?:^|(?<=\s))[^=]{1,24}=\s?[\d.,]+\S*")
_MORE_DATA = Pattern(
    "data that was trained on beside the benchmark's own",
    {
        r"(?<=[\w.)])\s?(?:\+|\bw/|\bwith)\s?[A-Z][A-Za-z]*QA\b": "BigBird w/ OtherQA",
        r"(?<=[\w.)])\s?\+\s?[A-Z]\w+(?=\))": "BigBird (SQuAD 1.1 + Other)",
    },
    refuses=("OtherQA", "A + B"),
    flags=re.NOFLAG,
)
_ANY_NUMBER = re.compile(r"[\d.,]+")
_CHANGED_INPUTS = Pattern(
    "a caption on changed inputs",
    {"robust": "Robustness", "advers": "adversarial attacks"},
    refuses=("robot", "aversion"),
)
_PART_CAPTION = re.compile(r"(?:^|[.:]\s)\((?P<letter>[a-z])\)\s(?P<text>.{3,}?)\.?\s*$")
_JOINED = re.compile(r"[\w)]\s?\+\s?\w")  # "A + B": what is put together, not what is measured on
DATA_STUB = Pattern(
    "a header over data",
    {
        r"data(?:\s?-?sets?(?:\(s\))?)?": ("Data", "Data set(s)", "Training datasets"),
        "benchmarks?": "Benchmarks",
        "corpus": "Corpus",
        "corpora": "Training corpora",
    },
    refuses=("Database", "Model", "Data kept"),
    before=r"^(?:training\s)?",
    after=r"(?!\w|\s(?:kept|used|pruned|removed|retained|seen|left))",
)
_NUMBERED = re.compile(r"[A-Za-z]{2}\w{0,40}-\d{1,6}\w{0,20}$|T5\b")  # "plain-34"
_CODE = Pattern(
    "a model's code in place of its name",
    {r"[A-Za-z]{1,4}[-/]?\d[\w./@-]*": ("B7", "ViT-16"), r"[A-Z][A-Za-z]{0,3}[-/][A-Z\d][\w./-]*": "Foo-L/16"},
    refuses=("FooNet", "base"),
    before="^",
    after="$",
    flags=re.NOFLAG,
)
COMPLEXITY = Pattern(
    "a header over operations, where its numbers are such",
    {
        r"^(?:model |time )?complexity$": "Complexity",
        r"^comput(?:e|ations?)$": "Computation",
        r"^(?:computation(?:al)? )?costs?$": "Computational cost",
    },
    refuses=("Cost per hour", "Computer"),
)
PARAMETERS_PERHAPS = Pattern(
    "a header over parameters, where its numbers are printed as such: 25.6M",
    {
        r"(?:model |network )?n?para?(?:meter)?s?\.?": ("Para", "Model pars", "Parameter"),
        r"#\s?of pars?": "# of Pars",
        r"params?\s?↓|parametersn": ("Params↓", "ParametersN"),
        r"θ": "θ",
        r"#\s?size|model size|weights": ("#Size", "Model size", "Weights"),
    },
    refuses=("Parallel", "PAR loss", "Size", "θ = 0.5"),
    before="^",
    after="$",
)
_ROW_NUMBER_HEAD = Pattern(
    "a header over the numbers of rows",
    {r"(?:#|no\.?|id|index|idx|row|line|exp\w*\.?)?": ("#", "No.", "Exp.")},
    refuses=("Stage", "# layers"),
    before="^",
    after="$",
)
STUB_NAME = Pattern(
    "a header that is no part of the name of what stands under it",
    {
        r"^(?:#|no\.?|id|index)$": "No.",
        r"^(?:models?|methods?|name|systems?|approach|architecture|network|detector|backbone)$": "Name",
        r"^(?:framework|algorithm|config(?:uration)?|settings?|variant|type|case|encoder)$": "Setting",
        r"^.*\bmodel$": "Base model",
        r"^.*\bmethod$": "Training method",
    },
    refuses=("Depth", "Model size"),
)


_LEARNT_FROM = Pattern(
    "what stands before data that were trained on and not measured on",
    {
        r"\b(?:pre-?|fine-?)?(?:train|tun|learn|distill)(?:ed|t|ing)\s(?:on|with|from|using)\s(?:the\s)?$": (
            "pre-trained on ",
            "finetuned from the ",
        ),
        r"\bunlabell?ed\s(?:\w+\s)?(?:from\s)?(?:the\s)?$": "unlabeled images from ",
    },
    refuses=("measured on ", "trained "),
)
_LEARNS_FROM = Pattern(
    "what stands behind data that were trained on and not measured on",
    {
        r"^\s?(?:intermediate\s)?(?:pre-?|fine-?)(?:train|tun)\w*": (" pre-training", " intermediate fine-tuning"),
        r"^(?:,?\s(?:and\s)?+[A-Z][\w-]*)*\sas\s(?:the\s|our\s|an?\s)?"
        r"(?:unlabell?ed|(?:pre-)?training|extra|additional|upstream|source)\b": (" and JFT as the unlabeled data",),
        r"^\s(?:weights|initiali[sz]\w+|checkpoints?)\b": " weights",
    },
    refuses=(" results", " validation set"),
)


def _is_trained_on(text: str, found: Found) -> bool:
    """Whether the words around a data set's name say that models learnt from it."""
    return bool(_LEARNT_FROM.search(text[: found.start]) or _LEARNS_FROM.search(text[found.end :]))


def _overlap_alone(named: re.Match[str]) -> str:
    """The named number where it is an average precision's overlap, "AP@IoU=0.50", else nothing."""
    precision = read_average_precision(named.group())
    return named.group() if precision and precision.index else " "


def is_mark(text: str) -> bool:
    """Whether a cell says yes, no or nothing."""
    return CHECK.fullmatch(text) is not None or text in BLANK or text.lower() in _UNMARKED


@dataclass(frozen=True, eq=False)
class TableFrame:
    """One table, its caption, the sentences that name it and the paper's context; what follows from them is asked once.

    `names_from` is the table at the left whose row names are this one's too.
    """

    table: Table
    page: Page
    context: PaperContext
    heads: ColumnHeads
    names_from: TableFrame | None = None

    # --- the words around the table ---

    @cached_property
    def caption(self) -> str:
        """The caption, words broken at a line's end made whole."""
        return BROKEN.sub("-", self.table.caption)

    @cached_property
    def measures(self) -> str:
        """The caption without names of metrics that are not kept and hold one that is: "calibration error"."""
        text = self.caption
        for found in find_untracked_metrics(text):
            changed = _CHANGED_INPUTS.search(
                text[found.start : found.end]
            )  # "robust accuracy": columns tell which are not
            if not changed and metric_named(text[found.start : found.end]):
                text = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
        return text

    @cached_property
    def part(self) -> str:
        """What the caption says of the part that this table is: "(b) Results on COCO."; "" for a whole table."""
        found = _PART_CAPTION.search(self.caption)
        return found["text"] if found and not re.search(r"\.\s\([a-z]\)\s", found["text"]) else ""

    @cached_property
    def number(self) -> str:
        """The table's number as the text refers to it; "" for a figure: "Table 2" is not Figure 2."""
        return (self.table.number or "").replace(".", "") if self.table.kind == "Table" else ""

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of the text that name the table."""
        return self.context.sentences.get(self.number, ())

    @property
    def words(self) -> TableWords:
        """Reads texts of this table."""
        return self.heads.words

    def says(self, text: str) -> Says:
        """What a text of this table says of numbers."""
        return self.words.says(text)

    def benchmarks_in(self, text: str) -> tuple[str, ...]:
        """The benchmarks that a text of this table names."""
        return self.words.benchmarks_in(text)

    # --- columns ---

    @property
    def label_columns(self) -> tuple[int, ...]:
        """The columns of names and text."""
        return self.heads.label_columns

    @property
    def value_columns(self) -> tuple[int, ...]:
        """The columns that hold no names."""
        return self.heads.value_columns

    @cached_property
    def columns(self) -> tuple[Says, ...]:
        """What each column's header says; columns of one setting's values hold scores where a text names a metric."""
        said = tuple(self._with_parameters(c, says) for c, says in enumerate(self.heads.columns))
        if self.is_series:
            return tuple(replace(s, quantity=None) if s.quantity == OTHER else s for s in said)
        if not any(s.metrics for s in said):
            said = tuple(replace(s, quantity=None) if c in self.settings_of_scores else s for c, s in enumerate(said))
        alone = [c for c in self.value_columns if VALUE_HEAD.fullmatch(said[c].text)]
        if len(alone) == 1 and not any(s.metrics for s in said) and self.text_names_metric:
            return tuple(replace(s, quantity=None) if c in alone else s for c, s in enumerate(said))
        return said

    def _with_parameters(self, column: int, says: Says) -> Says:
        """What the header says; over 25.6M and 11M "Para" and "θ" say parameters."""
        head = " ".join(self.column_path(column)[-1:]).strip()
        if says.quantity not in (None, OTHER) or not PARAMETERS_PERHAPS.fullmatch(head):
            return says
        found = [numbers[0] for numbers in self.numbers[column].values()]
        counted = sum(bool(n.magnitude or n.value >= LEAST_COUNT) and not n.percent and not n.sign for n in found)
        enough = counted >= max(2, MOST_COUNTED * len(found))
        return replace(says, quantity=Field.PARAMETERS) if enough else says

    @cached_property
    def text_names_metric(self) -> bool:
        """Whether the caption or the text about the table names a metric."""
        around = self.context.around.get(self.number, ())
        return any(metric_named(text) for text in (self.caption, *self.sentences, *around))

    @cached_property
    def settings_of_scores(self) -> frozenset[int]:
        """The columns under one head of setting words with numbers alike, where the caption names a metric.

        "Weight decay" over "1e-4 | 5e-4", with the errors that each gives.
        """
        heads = self.heads.columns
        settings = [c for c in self.value_columns if heads[c].is_setting and self._has_decimals(c)]
        if not settings or not metric_named(self.caption):
            return frozenset()
        return frozenset(
            c for c in settings if any(self._are_alike(c, o) and self._have_one_head(c, o) for o in settings if o != c)
        )

    def _has_decimals(self, column: int) -> bool:
        texts = [n[0].text for n in self.numbers[column].values()]
        return len(texts) > 1 and 2 * sum(bool(decimals(t)) for t in texts) > len(texts)

    def _are_alike(self, column: int, other: int) -> bool:
        """Whether the middle numbers of two columns are near each other."""
        one, two = ([n[0].value for n in self.numbers[c].values()] for c in (column, other))
        low, high = sorted((sorted(one)[len(one) // 2], sorted(two)[len(two) // 2]))
        return 0 < high <= MOST_APART * low

    def _have_one_head(self, column: int, other: int) -> bool:
        one, two = self.column_path(column), self.column_path(other)
        return len(one) > 1 and len(two) > 1 and one[0] == two[0] and one != two

    @cached_property
    def is_series(self) -> bool:
        """Whether all columns are one setting's values over scores: "g = 1 | g = 2", "5 frames | 10 frames"."""
        heads = [" ".join(self.column_path(c)) for c in self.value_columns]
        forms = {_ANY_NUMBER.sub("#", head) for head in heads}
        others = all(self.heads.columns[c].quantity == OTHER for c in self.value_columns)
        alike = len(heads) >= 2 and len(set(heads)) == len(heads) and len(forms) == 1 and LETTER.search(heads[0])
        if not (others and alike) or "#" not in next(iter(forms)) or not self.text_names_metric:
            return False
        found = [[n[0].text for n in self.numbers[c].values()] for c in self.value_columns]
        return all(texts and 2 * sum(bool(decimals(t)) for t in texts) > len(texts) for texts in found)

    def column_path(self, column: int) -> tuple[str, ...]:
        """The column's header entries, from the top."""
        return self.heads.paths[column]

    def head(self, column: int) -> str:
        """The column's header as one text."""
        return self.heads.texts[column]

    @cached_property
    def stub(self) -> str:
        """What stands over the row headers: "Model", or what the rows are ("Top-1 error")."""
        return " ".join(self.head(c) for c in self.label_columns)

    @cached_property
    def name_columns(self) -> tuple[int, ...]:
        """The label columns that name the row; the others say its settings (input size, memory, year)."""
        told = self.label_columns[1:] if self.counts_rows else self.label_columns
        named = tuple(c for n, c in enumerate(told) if n == 0 or (self._may_name(c) and self._tells(c)))
        return named or self.label_columns[:1]

    @cached_property
    def counts_rows(self) -> bool:
        """Whether the first label column counts the rows: "1, 2" under "No.", "(a), (b)"; "A, B" are names."""
        if len(self.label_columns) < 2:
            return False
        first = self.label_columns[0]
        cells = [row[first].text.strip("() .") for row in self.table.rows]
        if cells == [*ascii_lowercase][: len(cells)]:
            return True
        counts = [[str(n) for n in range(start, start + len(cells))] for start in (0, 1)]
        return cells in counts and bool(_ROW_NUMBER_HEAD.match(self.head(first)))

    def _tells(self, column: int) -> bool:
        """Whether the column's cells tell rows apart: one text in all of them is no part of a name."""
        texts = [" ".join(row[column].text.split()) for row in self.table.rows]
        return len(texts) < LEAST_ROWS_ALIKE or len(set(texts)) > 1 or self.says(texts[0]).names_data

    def _may_name(self, column: int) -> bool:
        says = self.columns[column]
        known = (METHOD_HEAD, NAME_HEAD, DATA_HEAD, METRIC_HEAD)
        if any(head.fullmatch(says.text) for head in known):
            return True
        behind_scores = any(self.columns[c].metrics for c in self.value_columns if c < column)
        return holds_scores_or_nothing(says) and not (says.difference or behind_scores or self.is_measured(column))

    def is_measured(self, column: int) -> bool:
        """Whether the column holds outcomes, not settings: printed with decimals and three digits, hardly two alike."""
        texts = [n[0].text for n in self.numbers[column].values()]
        fine = [t for t in texts if decimals(t) and len(re.sub(r"\D", "", t).lstrip("0")) >= LEAST_DIGITS_MEASURED]
        return 2 * len(fine) > len(self.table.rows) > 1 and 2 * len(set(texts)) > len(texts)

    @cached_property
    def data_columns(self) -> tuple[int, ...]:
        """Of several columns of names those that say on what data or by which metric the row was measured."""
        if len(self.name_columns) < 2:
            return ()
        return tuple(c for c in self.name_columns if self._holds_data(c))

    def _holds_data(self, column: int) -> bool:
        head = self.head(column)
        if WEIGHTS_SOURCE.search(head) or any(row[column] in self._data_trained_on for row in self.printed):
            return False
        texts = dict.fromkeys(CITATION.sub(" ", row[column]).strip() for row in self.printed)
        said = [self.says(text) for text in texts if text not in BLANK]
        if not said:
            return False
        if TASK_HEAD.fullmatch(head):
            return True
        if METRIC_HEAD.fullmatch(head):
            return any(s.metrics for s in said)
        data = sum(s.names_data or bool(TEST_OF_YEAR.fullmatch(s.text)) for s in said)
        measures = sum(s.metrics or s.untracked_metric for s in said)
        return data >= (0.3 if DATA_HEAD.fullmatch(head) else 0.7) * len(said) or measures >= 0.8 * len(said)

    @cached_property
    def metric_column(self) -> int | None:
        """The column under "Metric" whose cells name each row's metric."""
        if not self.says_apart:
            return None
        return next((c for c in self.data_columns if METRIC_HEAD.fullmatch(self.head(c))), None)

    @cached_property
    def first_measure(self) -> int:
        """The first column of a tracked quantity; what stands behind it are outcomes, not settings."""
        return next((c for c, says in enumerate(self.columns) if says.is_measure), self.table.columns)

    @cached_property
    def says_metrics(self) -> bool:
        """Whether some column of numbers says which metric it holds; over the names it is the whole table's."""
        said = (self.columns[c] for c in self.value_columns)
        return any(says.metrics and says.quantity == "score" for says in said)

    @cached_property
    def columns_name_data(self) -> bool:
        """Whether most of the columns of numbers name data sets."""
        said = [self.columns[c] for c in self.value_columns]
        return sum(s.names_data for s in said) > 0.5 * len(said)

    def is_alias(self, column: int) -> bool:
        """Whether the column's header is a metric's short name that only its benchmark knows ("NER", "CH")."""
        return self._is_short_metric(self.columns[column].text)

    def _is_short_metric(self, text: str) -> bool:
        named = {*self.context.counts, *self.context.prose_counts}
        return any(find_metric(b, text) for b in named)

    def is_setting(self, column: int) -> bool:
        """Whether the column says how a row was made, and no result of it."""
        says = self.columns[column]
        return says.quantity == OTHER or (says.quantity is None and not says.benchmarks and self.says_metrics)

    @cached_property
    def heads_names(self) -> bool:
        """Whether what stands over the row headers says that they are names: "Model", "Network"."""
        path = self.column_path(self.name_columns[0]) if self.name_columns else ()
        return bool(path) and bool(NAME_HEAD.fullmatch(path[-1]))

    # --- cells and rows ---

    @cached_property
    def printed(self) -> tuple[tuple[str, ...], ...]:
        """Each cell's text with "^" before raised digits."""
        return tuple(tuple(printed_text(self.page, cell) for cell in row) for row in self.table.rows)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Each row's name as printed, citation marks included; a blank one is the name above (a cell over rows)."""
        return self.names_from.labels if self.names_from is not None else self._labels_of(self.name_columns)

    @cached_property
    def model_labels(self) -> tuple[str, ...]:
        """The labels without the cells that say on what data and by which metric; "" where nothing else is left."""
        columns = [c for c in self.name_columns if c not in self.data_columns]
        if len(columns) == len(self.name_columns) or self.names_from is not None:
            return self.labels
        return self._labels_of(columns)

    @cached_property
    def says_apart(self) -> bool:
        """Whether each row names its model in one column and its data or metric in another."""
        return bool(self.data_columns) and any(self.model_labels)

    def metric_cell(self, r: int) -> str:
        """What the row's own cell under "Metric" says, in a table that has such a column; else ""."""
        if self.metric_column is None:
            return ""
        text = " ".join(self.printed[r][self.metric_column].split())
        return text if text not in BLANK and self.says(text).metrics else ""

    def _labels_of(self, columns: Sequence[int]) -> tuple[str, ...]:
        if not columns:
            return ("",) * len(self.table.rows)
        out: list[str] = []
        above: dict[int, str] = {}
        for r, group in enumerate(self.table.groups):
            if r == 0 or group != self.table.groups[r - 1]:
                above.clear()
            parts = [self.named_cell(c, text) for c in columns if (text := self._cell_or_above(r, c, columns, above))]
            out.append(" ".join(p for p in parts if p))
        return tuple(out)

    def _cell_or_above(self, r: int, column: int, columns: Sequence[int], above: dict[int, str]) -> str:
        """The cell's text; of a blank one the text above, unless it is the last cell: only leading cells span rows."""
        text = " ".join(self.printed[r][column].split())
        if text in BLANK:
            spans = (column != columns[-1] or len(columns) == 1) and not CHECK.fullmatch(above.get(column, ""))
            return above.get(column, "") if spans else ""
        for later in [k for k in above if k > column]:
            del above[later]
        above[column] = text
        return text

    def named_cell(self, column: int, text: str) -> str:
        """The label's cell; a bare number gets its column's name ("dk=16"), so does a check mark."""
        path = [CITATION.sub(" ", entry).strip() for entry in self.column_path(column)]  # not who proposed the part
        name = path[-1] if path and not STUB_NAME.match(path[-1]) and len(path[-1]) <= 24 else ""
        if CHECK.fullmatch(text) and (name or column > 0):
            return name
        if column > 0 and text.lower() in _NO:
            return ""
        if LETTER.search(text):
            return text
        return f"{name}={text}" if name else text

    @cached_property
    def row_says(self) -> tuple[Says, ...]:
        """What each row's label says; a bare number says nothing: "140" under "MFLOPs" makes no row of FLOPs."""
        told = tuple(c for c in self.name_columns if not WEIGHTS_SOURCE.search(self.head(c)))
        whole = told == self.name_columns or self.names_from is not None
        labels = self.labels if whole else self._labels_of(told)
        bare = (CITATION.sub(" ", _NAMED_NUMBER.sub(_overlap_alone, label)) for label in labels)
        return tuple(self.says(_MORE_DATA.sub(" ", text)) for text in bare)

    @cached_property
    def group_says(self) -> tuple[Says, ...]:
        """What the heading of each row's group says."""
        return tuple(self.says(CITATION.sub(" ", group)) for group in self.table.groups)

    def is_joined(self, r: int) -> bool:
        """Whether the row's label puts things together: what it names is trained on, or a part of the model."""
        return bool(_JOINED.search(self.labels[r]))

    def is_code(self, text: str) -> bool:
        """Whether the text is a model's short name in a column of names: "S/16", "B4", "RX-101"."""
        return self.heads_names and bool(_CODE.fullmatch(text))

    def is_name(self, text: str) -> bool:
        """Whether the text looks like a model's name, or is one that the paper knows."""
        names = self.context.names
        return bool(text) and (
            bool(MODEL_NAME.search(text)) or bool(_NUMBERED.match(text)) or names.is_own(text) or names.is_cited(text)
        )

    @cached_property
    def numbers(self) -> tuple[dict[int, list[Number]], ...]:
        """Of each column the numbers of each cell that states some, by row."""
        return tuple(self._numbers_in(c) for c in range(self.table.columns))

    def _numbers_in(self, column: int) -> dict[int, list[Number]]:
        out = {}
        for r, row in enumerate(self.table.rows):
            if r < self.heads.lead or column >= len(row) or not row[column].words:
                continue
            found = numbers_of_cell(self.printed[r][column])
            if not found and column not in self.label_columns:
                named = NUMBER_WITH_NAME.fullmatch(row[column].text.strip())
                found = numbers_of_cell(named["value"]) if named else []
            if found:
                out[r] = found
        return out

    def named_in_cell(self, column: int, r: int) -> str | None:
        """The model that stands behind the cell's own number, or None."""
        named = NUMBER_WITH_NAME.fullmatch(self.table.rows[r][column].text.strip())
        return named["name"] if named and not numbers_of_cell(self.printed[r][column]) else None

    # --- which axis holds what ---

    @cached_property
    def transposed(self) -> bool:
        """Whether the rows are metrics or quantities and the columns are models."""
        if self.says_apart:
            return False
        rows = [s for s, label in zip(self.row_says, self.labels, strict=True) if label]
        if not rows or not self.value_columns:
            return False
        columns = [self.columns[c] for c in self.value_columns]
        said = sum(s.is_measure or s.names_data or s.untracked_metric for s in columns)
        return sum(s.is_measure for s in rows) >= max(1, 0.3 * len(rows)) and said <= 0.34 * len(columns)

    @cached_property
    def models_in_columns(self) -> bool:
        """Whether the columns are the models: the rows are measures or data sets, and the columns are neither."""
        if self.transposed:
            return True
        if self.says_apart:
            return False
        says = [self.columns[c] for c in self.value_columns]
        return self.rows_name_data and sum(s.says_nothing or s.untracked for s in says) > 0.5 * len(says)

    @cached_property
    def rows_name_data(self) -> bool:
        """Whether the row headers are data sets: half of them name one, and not always the same.

        Rows under "Initialization" or "Pre-trained on" name where weights came from.
        """
        named = [s for s in self.row_says if s.text]
        said = [s for s in named if s.names_data and not _JOINED.search(s.text)]
        if len(named) >= 2 and said and DATA_STUB.fullmatch(self.stub.strip()):
            return True
        if len(named) < 2 or len(said) < 0.5 * len(named) or WEIGHTS_SOURCE.search(self.stub):
            return False
        return len({s.benchmarks or s.text for s in said}) > 1

    @cached_property
    def groups_name_data(self) -> bool:
        """Whether the row groups are data sets that the numbers were measured on."""
        if self.untracked_caption and not self.benchmarks_in(self.caption):
            return False
        return not any(WEIGHTS_SOURCE.search(group) for group in self.table.groups)

    @cached_property
    def rows_name_tasks(self) -> bool:
        """Whether a column says which task each row is of: "bbox" and "segm" under "Task"."""
        return any(TASK_HEAD.fullmatch(self.head(c)) for c in self.label_columns)

    @cached_property
    def untracked_caption(self) -> bool:
        """Whether the caption names data sets that are not tracked, those that were only trained on apart."""
        return len(self._data_trained_on) < len(find_untracked_datasets(self.caption))

    @cached_property
    def _data_trained_on(self) -> tuple[str, ...]:
        """The names of data in the caption that models learnt from: "with JFT as the unlabeled data"."""
        found = find_untracked_datasets(self.caption)
        return tuple(self.caption[f.start : f.end] for f in found if _is_trained_on(self.caption, f))

    @cached_property
    def models(self) -> tuple[str, ...]:
        """The labels of the axis that holds the models, for the roles' frame."""
        return tuple(self.head(c) for c in self.value_columns) if self.models_in_columns else self.labels

    @cached_property
    def roles(self) -> TableRoles:
        """What the whole table shows of whose results it holds."""
        return table_roles(
            self.models, self.table.groups, self.caption, self.context.names, are_subjects=self.rows_are_subjects
        )

    @cached_property
    def rows_are_subjects(self) -> bool:
        """Whether columns tell what was done to each row's model: none is headed by an own name, no row ends in one."""
        if not self.columns_are_treatments:
            return False
        return self._has_own_treatment or not may_be_own(self.labels[-1], self.context.names)

    @cached_property
    def columns_are_treatments(self) -> bool:
        """Whether two columns or more are headed by what was done to each row's model, and not by another model."""
        if self.models_in_columns:
            return False
        return len({head for head in self.treatments.values() if not is_published(head)}) >= 2

    @cached_property
    def treatments(self) -> Mapping[int, str]:
        """Of each column with numbers the header entry that names no measure and no data set, the lowest one."""
        heads = {}
        for c in self.value_columns:
            named = [e for e in self.column_path(c) if self.says(e).says_nothing and LETTER.search(e)]
            if named and self.numbers[c] and not self._is_short_metric(named[-1]):
                heads[c] = named[-1]
        return heads

    @cached_property
    def treats_networks(self) -> bool:
        """Whether columns tell what was done to the rows' networks, which everybody knows."""
        known = [any(map(is_published, (without_marks(x), *model_names_in(x)))) for x in self.labels if x]
        return self.rows_are_subjects and 2 * sum(known) > len(known)

    @cached_property
    def treats_with_own(self) -> bool:
        """Whether one of the treatments is the paper's own: all numbers in the table are then the authors'."""
        return self.treats_networks and self._has_own_treatment

    @cached_property
    def _has_own_treatment(self) -> bool:
        """Whether a column is headed by a name of the paper's own, or one of its title."""
        return any(map(self.context.is_of_paper, self.treatments.values()))


def frame_table(table: Table, page: Page, context: PaperContext) -> TableFrame:
    """The table with the words around it, read by itself."""
    return TableFrame(table, page, context, column_heads(table, context))


def frame_tables(document: Document, context: PaperContext) -> list[TableFrame]:
    """Each of the paper's tables with the words around it; a table of two side by side gives two."""
    heads = [column_heads(half, context) for table in document.tables for half in table_halves(table)]
    lenders = [lender_of_names(one, heads) for one in heads]
    frames = {
        id(one): TableFrame(one.table, document.page(one.table.page), context, one)
        for one, lender in zip(heads, lenders, strict=True)
        if lender is None
    }
    for one, lender in zip(heads, lenders, strict=True):
        if lender is not None:
            frames[id(one)] = TableFrame(
                one.table, document.page(one.table.page), context, one.without_metric_labels(), frames[id(lender)]
            )
    return [frames[id(one)] for one in heads]
