"""One table with the words around it: what its columns, rows, groups and caption say, and which axis holds models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from db.models import Cell, Field, Page, Table
from db.reference.benchmarks import find_metric
from db.reference.untracked import find_untracked_datasets
from extract.cells.headers import OTHER, Says, read_header
from extract.cells.numbers import numbers_of_cell, printed_text
from extract.cells.roles import TableRoles, table_roles
from extract.language.model_names import CITATION, MODEL_NAME
from extract.language.numbers import Number
from extract.language.paper_context import PaperContext
from extract.tables.paths import label_columns

BLANK = frozenset({"", "-", "–", "—", "−", "''", '"', "”", "〃", "N/A", "n/a"})
CHECK = re.compile(r"[✓✔√Xx×●•]|[Tt]rue|[Yy]es|✓+")
_NAMED_NUMBER = re.compile(r"(?:^|(?<=\s))[^=]{1,24}=\s?[\d.,]+\S*")
_MORE_DATA = re.compile(r"(?<=[\w.)])\s?(?:\+|\bw/|\bwith)\s?[A-Z][A-Za-z]*QA\b|(?<=[\w.)])\s?\+\s?[A-Z]\w+(?=\))")
LETTER = re.compile(r"[A-Za-zα-ωΑ-Ω]")
_PART_CAPTION = re.compile(r"(?:^|[.:]\s)\((?P<letter>[a-z])\)\s(?P<text>.{3,}?)\.?\s*$")
SOURCE = re.compile(
    r"\binitiali[sz]\w*|\binit\b|\bpre-?train\w*|\bcheckpoints?\b|\bsource\b|\btrain(?:ed|ing)\s(?:on"
    r"|data|set)|\bweights\b|\biters\b|\bupstream\b|\b(?:extra|external|additional|unlabell?ed) (?:training )?data\b|→",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[\w)]\s?\+\s?\w")  # "A + B": what is put together, not what is measured on
_DATA_HEAD = re.compile(
    r"(?:data(?:\s?-?sets?)?|benchmarks?|corpus|corpora|test sets?|tasks?|(?:language )?pairs?|languages?|directions?)"
    r"(?:\s?\([^()]*\))?|eval\w*(?: data| set| on)?",
    re.IGNORECASE,
)
_DATA_STUB = re.compile(r"(?:data\s?-?sets?|benchmarks?|corpus|corpora)(?:\(s\))?", re.IGNORECASE)
_TASK_HEAD = re.compile(r"tasks?", re.IGNORECASE)
_METRIC_HEAD = re.compile(r"(?:eval\w*\s)?(?:metrics?|measures?)", re.IGNORECASE)
_NAMED_VALUE = re.compile(
    r"(?P<value>\d{1,3}(?:\.\d+)?)\s?%?\s?[(\[](?P<name>(?=[^()\[\]]*[A-Za-z])[^()\[\]]{2,40})[)\]]\s?[*†‡]?"
)  # "14.2 (Name)": a score, and whose it is
TEST_OF_YEAR = re.compile(
    r"(?:news|ntst|nst|wmt|test|tst|newstest|nt|dev|valid|mt)*\s?[-'’]?\s?(?:20)?(?P<year>0[5-9]|1\d|2[0-4])",
    re.IGNORECASE,
)
_BROKEN = re.compile(r"(?<=\w)-\s(?=\d)")
_MARKED_VALUE = re.compile(r"\d{1,3}\.\d{1,3}\s?\^?[^\w\s.,()%/±+–-]{1,2}")
_NUMBERED = re.compile(r"[A-Za-z]{2}\w{0,40}-\d{1,6}\w{0,20}$|T5\b")  # "plain-34"
_NAME_HEAD = re.compile(
    r"(?:model|network|architecture|backbone|system|detector)?\s?(?:names?|variants?)|(?:models?|networks?|net|architectures?|systems?"
    r"|detectors?|backbones?|encoders?|teams?|entry|entries|submissions?)", re.IGNORECASE
)  # fmt: skip
_CODE = re.compile(r"[A-Za-z]{1,4}[-/]?\d[\w./@-]*|[A-Z][A-Za-z]{0,3}[-/][A-Z\d][\w./-]*")
COMPLEXITY = re.compile(
    r"(?:model |time )?complexity|comput(?:e|ations?)|(?:computation(?:al)? )?costs?", re.IGNORECASE
)  # operations, where its numbers are such
_METHOD = re.compile(r"methods?|configuration|setting|training method", re.IGNORECASE)
_STUB_NAME = re.compile(
    r"^(?:#|no\.?|id|index|model|models|method|methods|name|system|systems|approach|architecture"
    r"|network|detector|backbone|"
    r"framework|algorithm|configuration|config|setting|settings|variant|type|case|encoder|.*\bmodel|.*\bmethod)$",
    re.IGNORECASE,
)


def says_nothing(says: Says) -> bool:
    """Whether a header names neither measure, data set nor split: a model then, or a setting of one."""
    return (
        bool(says.text) and says.quantity is None and not says.benchmarks and not says.untracked and not says.split
        and not says.metrics and bool(LETTER.search(says.text) or re.match(r"[×x]\s?\d", says.text))
    )  # fmt: skip


def is_measure(says: Says) -> bool:
    return says.metrics or says.quantity in (
        Field.PARAMETERS, Field.FLOPS, Field.MULTIPLY_ADDS, Field.TRAINING_FLOPS, Field.SCORE,
    )  # fmt: skip


class TableFrame:
    """One table, its caption, the sentences that name it and the paper's context."""

    def __init__(self, table: Table, page: Page, context: PaperContext) -> None:
        self.table = table
        self.page = page
        self.context = context
        self.caption = _BROKEN.sub("-", table.caption)  # "ILSVRC- 2010" at a line's end
        spoken_of = (table.number or "").replace(".", "") if table.kind == "Table" else ""  # "Table 2" is not Figure 2
        self.sentences = context.sentences.get(spoken_of, ())
        self._decisions: dict[tuple[int, str, int, bool], tuple[list[tuple[str, str]], str, str | None] | None] = {}
        self._numbers: dict[int, dict[int, list[Number]]] = {}
        self.borrowed: TableFrame | None = None  # the table whose rows' names are this one's too
        self.unresolved = False  # whether a cell's data set is known and its metric is not
        self.known_metrics: dict[str, list[str]] = {}  # of each benchmark, those of other tables, the commonest first
        self.label_columns = sorted(set(label_columns(table)))
        named = [c for c in self.label_columns[1:] if self._names_values(c)]
        self.label_columns = [c for c in self.label_columns if c not in named]
        self.value_columns = [c for c in range(table.columns) if c not in self.label_columns]
        part = _PART_CAPTION.search(self.caption)
        self.part = part["text"] if part and not re.search(r"\.\s\([a-z]\)\s", part["text"]) else ""
        # rows above the first label are header rows that were taken for the body
        self.lead = 0
        while self.lead < len(table.rows) - 1 and not any(
            table.rows[self.lead][c].text.strip() for c in self.label_columns
        ):
            self.lead += 1
        if self.lead > 3 or self.lead == len(table.rows) - 1:
            self.lead = 0
        if self.lead == 0 and self._heads_metrics(0):
            self.lead = 1
        # rows further down that name columns which had no name so far: "# layers", "# params"
        self._heads_within = [r for r in range(self.lead + 1, len(table.rows) - 1) if self._names_columns(r)]

    def _names_values(self, column: int) -> bool:
        """Whether a column holds numbers with a name or a footnote's sign behind each: "5.3 (Name)", "33.1^?"."""
        cells = [row[column].text.strip() for row in self.table.rows if row[column].text.strip() not in BLANK]
        named = sum(bool(_NAMED_VALUE.fullmatch(t) or _MARKED_VALUE.fullmatch(t)) for t in cells)
        return bool(cells) and named > 0.5 * len(cells)

    def _heads_metrics(self, r: int) -> bool:
        """Whether a row taken for the body's first is the header's last: metrics over columns of numbers."""
        if len(self.table.rows) < 3:
            return False
        cells = [self.table.rows[r][c].text for c in range(1, self.table.columns)]
        named = [c for c, text in enumerate(cells, 1) if re.search(r"[A-Za-z]{2}", text) and self.says(text).metrics]
        below = [self.table.rows[k][c].text for k in range(r + 1, len(self.table.rows)) for c in named]
        return len(named) >= 2 and sum(bool(numbers_of_cell(t)) for t in below) >= 0.8 * len(below)

    def _names_columns(self, r: int) -> bool:
        cells = [cell.text.strip() for cell in self.table.rows[r]]
        named = [c for c, text in enumerate(cells) if text]
        if not named or cells[0] or len(named) > len(cells) - 2:
            return False
        if any(self.says(cells[c]).quantity is None or not cells[c].startswith(("#", "num")) for c in named):
            return False
        return not any(self.table.rows[k][c].text.strip() for k in range(r) for c in named)

    def borrow_names(self, frames: Sequence[TableFrame]) -> None:
        """Takes the rows' names from the table at its left, where a table of two halves has them only once."""
        table = self.table
        if not table.columns or 0 not in self.label_columns or not self.says(" ".join(self._paths[0])).metrics:
            return
        for other in frames:
            if (
                other is not self and other.table.page == table.page and other.table.label == table.label
                and len(other.table.rows) == len(table.rows) and abs(other.table.box[1] - table.box[1]) < 30
                and not other.says(" ".join(other._paths[0])).metrics
            ):  # fmt: skip
                self.borrowed = other
                self.label_columns = [c for c in self.label_columns if not self.says(" ".join(self._paths[c])).metrics]
                self.value_columns = [c for c in range(table.columns) if c not in self.label_columns]
                return

    def says(self, text: str) -> Says:
        return read_header(text, self.benchmarks_in(text))

    def benchmarks_in(self, text: str) -> tuple[str, ...]:
        """The benchmarks that the text names, in this table of this paper."""
        return self.context.benchmarks_in(text, year_told=self.tells_years)

    @cached_property
    def tells_years(self) -> bool:
        """Whether columns are headed by the years of test sets: 2014, newstest15, Test17."""
        heads = [self.table.header[-1]] if self.table.header else []
        return sum(bool(TEST_OF_YEAR.fullmatch(cell.text.strip())) for row in heads for cell in row) >= 2

    def column_path(self, column: int) -> list[str]:
        return self._paths[column]

    @cached_property
    def _paths(self) -> list[list[str]]:
        return [self._path(c) for c in range(self.table.columns)]

    def _path(self, column: int) -> list[str]:
        lead = [self.table.rows[r][column].text for r in (*range(self.lead), *self._heads_within)]
        heads = [
            self._share(cell, column)
            for row in self.table.header
            for cell in row
            if cell.column <= column < cell.column + cell.span
        ]
        return [" ".join(t.split()) for t in (*heads, *lead) if t.strip()]

    def _share(self, cell: Cell, column: int) -> str:
        """The header entry's text; of one that prints a data set for each part of its columns, this column's."""
        if cell.span < 2:
            return cell.text
        found = {(m.start, m.end) for m in self.context.mentions_in(cell.text)}
        found |= {(f.start, f.end) for f in find_untracked_datasets(cell.text)}
        names = sorted(f for f in found if not any(o != f and o[0] <= f[0] and f[1] <= o[1] for o in found))
        count = len(names)
        if count < 2 or cell.span % count or cell.text[: names[0][0]].strip():
            return cell.text
        if any(cell.text[a[1] : b[0]].strip() or b[0] < a[1] for a, b in pairwise(names)):
            return cell.text
        place = (column - cell.column) // (cell.span // count)
        return cell.text[names[place][0] : names[place + 1][0] if place + 1 < count else None]

    @cached_property
    def columns(self) -> dict[int, Says]:
        return {c: self.says(" ".join(self.column_path(c))) for c in range(self.table.columns)}

    @cached_property
    def stub(self) -> str:
        """What stands over the row headers: "Model", or what the rows are ("Top-1 error")."""
        return " ".join(" ".join(self.column_path(c)) for c in self.label_columns)

    @cached_property
    def printed(self) -> list[list[str]]:
        return [[printed_text(self.page, cell) for cell in row] for row in self.table.rows]

    @cached_property
    def name_columns(self) -> list[int]:
        """The label columns that name the row; the others say its settings (input size, memory, year)."""
        named = [
            c
            for c in self.label_columns
            if c == self.label_columns[0]
            or (self.columns[c].quantity in (None, Field.SCORE) and not self.columns[c].difference)
            or _METHOD.fullmatch(self.columns[c].text)
            or _NAME_HEAD.fullmatch(self.columns[c].text)
            or _DATA_HEAD.fullmatch(self.columns[c].text)
            or _METRIC_HEAD.fullmatch(self.columns[c].text)
        ]
        return named or self.label_columns[:1]

    @cached_property
    def labels(self) -> list[str]:
        """Each row's name as printed, citation marks included; a blank one is the name above (a cell over rows)."""
        return self.borrowed.labels if self.borrowed is not None else self._labels_of(self.name_columns)

    @cached_property
    def model_labels(self) -> list[str]:
        """The labels without the cells that say on what data and by which metric; "" where nothing else is left."""
        columns = [c for c in self.name_columns if c not in self.data_columns]
        if len(columns) == len(self.name_columns) or self.borrowed is not None:
            return self.labels
        return self._labels_of(columns) if columns else [""] * len(self.table.rows)

    @cached_property
    def says_apart(self) -> bool:
        """Whether each row names its model in one column and its data or metric in another."""
        return bool(self.data_columns) and any(self.model_labels)

    def metric_cell(self, r: int) -> str:
        """What the row's own cell under "Metric" says, in a table that has such a column; else ""."""
        if self._metric_column is None:
            return ""
        text = " ".join(self.printed[r][self._metric_column].split())
        return text if text not in BLANK and self.says(text).metrics else ""

    @cached_property
    def _metric_column(self) -> int | None:
        heads = ((c, " ".join(self.column_path(c))) for c in (self.data_columns if self.says_apart else ()))
        return next((c for c, head in heads if _METRIC_HEAD.fullmatch(head)), None)

    @cached_property
    def data_columns(self) -> list[int]:
        """Of several columns of names those that say on what data or by which metric the row was measured."""
        if len(self.name_columns) < 2:
            return []
        return [c for c in self.name_columns if self._holds_data(c)]

    def _holds_data(self, column: int) -> bool:
        head = " ".join(self.column_path(column))
        if SOURCE.search(head):
            return False
        texts = dict.fromkeys(CITATION.sub(" ", self.printed[r][column]).strip() for r in range(len(self.table.rows)))
        said = [self.says(text) for text in texts if text not in BLANK]
        if not said:
            return False
        if _TASK_HEAD.fullmatch(head):
            return True
        if _METRIC_HEAD.fullmatch(head):
            return any(s.metrics for s in said)
        data = sum(bool(s.benchmarks) or s.untracked for s in said)
        measures = sum(s.metrics or s.untracked_metric for s in said)
        return data >= (0.3 if _DATA_HEAD.fullmatch(head) else 0.7) * len(said) or measures >= 0.8 * len(said)

    def _labels_of(self, columns: Sequence[int]) -> list[str]:
        if not columns:
            return [""] * len(self.table.rows)
        out: list[str] = []
        above: dict[int, str] = {}
        group = ""
        for r in range(len(self.table.rows)):
            if self.table.groups[r] != group:
                above.clear()
                group = self.table.groups[r]
            parts = []
            for c in columns:
                text = " ".join(self.printed[r][c].split())
                if text in BLANK:
                    # only the leading cells go on over rows; a blank last cell is blank
                    text = above.get(c, "") if c != columns[-1] or len(columns) == 1 else ""
                else:
                    for later in [k for k in above if k > c]:
                        del above[later]
                    above[c] = text
                if text:
                    parts.append(self._named(c, text))
            out.append(" ".join(p for p in parts if p))
        return out

    def _named(self, column: int, text: str) -> str:
        """The label's cell; a bare number gets its column's name ("dk=16"), so does a check mark."""
        head = self.column_path(column)
        name = head[-1] if head and not _STUB_NAME.match(head[-1]) and len(head[-1]) <= 24 else ""
        if CHECK.fullmatch(text) and (name or column > 0):
            return name
        if column > 0 and text.lower() in ("false", "no", "n/a", "none", "✗"):
            return ""
        if LETTER.search(text):
            return text
        return f"{name}={text}" if name else text

    @cached_property
    def row_says(self) -> list[Says]:
        # a bare number says nothing, whatever its column is called: "140" under "MFLOPs" makes no row of FLOPs
        told = [c for c in self.name_columns if not SOURCE.search(" ".join(self.column_path(c)))]
        labels = self.labels if told == self.name_columns or self.borrowed is not None else self._labels_of(told)
        bare = (CITATION.sub(" ", _NAMED_NUMBER.sub(" ", label)) for label in labels)
        return [self.says(_MORE_DATA.sub(" ", text)) for text in bare]

    @cached_property
    def group_says(self) -> list[Says]:
        return [self.says(CITATION.sub(" ", group)) for group in self.table.groups]

    @cached_property
    def transposed(self) -> bool:
        """Whether the rows are metrics or quantities and the columns are models."""
        if self.says_apart:
            return False
        rows = [s for s, label in zip(self.row_says, self.labels, strict=True) if label]
        if not rows or not self.value_columns:
            return False
        ours = sum(is_measure(s) for s in rows)
        columns = [self.columns[c] for c in self.value_columns]
        said = sum(is_measure(s) or bool(s.benchmarks) or s.untracked or s.untracked_metric for s in columns)
        return ours >= max(1, 0.3 * len(rows)) and said <= 0.34 * len(columns)

    @cached_property
    def models_in_columns(self) -> bool:
        """Whether the columns are the models: the rows are measures or data sets, and the columns are neither."""
        if self.transposed:
            return True
        if self.says_apart:
            return False
        says = [self.columns[c] for c in self.value_columns]
        return self.rows_name_data and sum(says_nothing(s) or s.untracked for s in says) > 0.5 * len(says)

    @cached_property
    def models(self) -> list[str]:
        """The labels of the axis that holds the models, for the roles' frame."""
        return [" ".join(self.column_path(c)) for c in self.value_columns] if self.models_in_columns else self.labels

    @cached_property
    def roles(self) -> TableRoles:
        return table_roles(self.models, self.table.groups, self.caption, self.context.names)

    def numbers_in(self, column: int) -> dict[int, list[Number]]:
        """The numbers of each of the column's cells that states some, by row."""
        if column not in self._numbers:
            self._numbers[column] = self._numbers_of(column)
        return self._numbers[column]

    def _numbers_of(self, column: int) -> dict[int, list[Number]]:
        out = {}
        for r, row in enumerate(self.table.rows):
            if r < self.lead or column >= len(row) or not row[column].words:
                continue
            found = numbers_of_cell(self.printed[r][column])
            named = None if found or column in self.label_columns else _NAMED_VALUE.fullmatch(row[column].text.strip())
            if named:
                found = numbers_of_cell(named["value"])
            if found:
                out[r] = found
        return out

    def named_in_cell(self, column: int, r: int) -> str | None:
        """The model that stands behind the cell's own number, or None."""
        named = _NAMED_VALUE.fullmatch(self.table.rows[r][column].text.strip())
        return named["name"] if named and not numbers_of_cell(self.printed[r][column]) else None

    @cached_property
    def says_metrics(self) -> bool:
        """Whether some column says which metric it holds."""
        return any(
            self.columns[c].metrics and self.columns[c].quantity == Field.SCORE for c in range(self.table.columns)
        )

    def is_alias(self, column: int) -> bool:
        """Whether the column's header is a metric's short name that only its benchmark knows ("NER", "CH")."""
        return any(find_metric(b, self.columns[column].text) for b in self.context.counts)

    @cached_property
    def first_measure(self) -> int:
        """The first column of a tracked quantity; what stands behind it are outcomes, not settings."""
        return next((c for c in range(self.table.columns) if is_measure(self.columns[c])), self.table.columns)

    @cached_property
    def untracked_caption(self) -> bool:
        return bool(find_untracked_datasets(self.caption))

    @cached_property
    def rows_name_data(self) -> bool:
        """Whether the row headers are data sets: half of them name one, and not always the same.

        Rows under "Initialization" or "Pre-trained on" name where weights came from.
        """
        named = [s for s in self.row_says if s.text]
        said = [s for s in named if (s.benchmarks or s.untracked) and not _JOINED.search(s.text)]
        if len(named) >= 2 and said and _DATA_STUB.fullmatch(self.stub.strip()):
            return True
        if len(named) < 2 or len(said) < 0.5 * len(named) or SOURCE.search(self.stub):
            return False
        return len({s.benchmarks or s.text for s in said}) > 1

    def is_joined(self, r: int) -> bool:
        """Whether the row's label puts things together: what it names is trained on, or a part of the model."""
        return bool(_JOINED.search(self.labels[r]))

    @cached_property
    def groups_name_data(self) -> bool:
        """Whether the row groups are data sets that the numbers were measured on."""
        if self.untracked_caption and not self.benchmarks_in(self.caption):
            return False
        return not any(SOURCE.search(group) for group in self.table.groups)

    @cached_property
    def heads_names(self) -> bool:
        """Whether what stands over the row headers says that they are names: "Model", "Method", "Network"."""
        head = self.column_path(self.name_columns[0]) if self.name_columns else []
        return bool(head) and bool(_NAME_HEAD.fullmatch(head[-1]))

    def is_code(self, text: str) -> bool:
        """Whether the text is a model's short name in a column of names: "S/16", "B4", "RX-101"."""
        return self.heads_names and bool(_CODE.fullmatch(text))

    def is_setting(self, column: int) -> bool:
        says = self.columns[column]
        return says.quantity == OTHER or (says.quantity is None and not says.benchmarks and self.says_metrics)

    def is_name(self, text: str) -> bool:
        names = self.context.names
        return bool(text) and (
            bool(MODEL_NAME.search(text)) or bool(_NUMBERED.match(text)) or names.is_own(text) or names.is_cited(text)
        )
