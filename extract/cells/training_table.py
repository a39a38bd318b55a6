"""A table and what is known of its training runs: its rows' names, which way it stands, whether it times inference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from db.models import Cell, Document, Field, Table
from extract.cells.frame import DATA_STUB, TableFrame
from extract.cells.training_captions import SAYS_COST
from extract.cells.training_heads import Head, Kind, read_head
from extract.cells.training_words import PER_EPOCH
from extract.pattern import Pattern
from extract.sentences.statements import Statement

CITATIONS = re.compile(r"\[[\d, ]+\]")
_MIXED = Pattern(
    "a header over the shares of a mixture of data",
    {
        r"tokens?|words|bytes|disk|(?:GB|TB)": ("Tokens (B)", "Disk size"),
        r"weight|proportion|share|ratio|fraction|mixture|sampling|quantity": "Weight in the mixture",
    },
    before=r"\b",
    refuses=("Train size", "Dropout"),
)
_SAYS_INFERENCE = Pattern(
    "a caption on the speed of use",
    {
        r"\binference": "Inference on the test set",
        r"test(?:ing)? time": ("test time", "testing time"),
        r"latency": "Latency of the networks",
        r"(?<!training )speed\b(?! of training)": "Speed of the networks",
        r"\bFPS\b": "FPS on one card",
    },
    refuses=("Training time", "the fastest test", "Speed of training"),
)
_RUNTIME = Pattern(
    "a caption on how long something ran",
    {r"run-?time": ("Runtime of the parts", "run-time")},
    refuses=("running", "in overtime"),
    before=r"\b",
    after=r"\b",
)
_SAYS_OTHER_WORK = Pattern(
    "a caption on what people did, or on recordings",
    {
        r"recordings?\b|transcri(?:ption|bing)": "Duration of the recordings",
        r"\b(?:human|user) (?:study|evaluation|performance)|participants|annotat|labell?ing": "Human study",
    },
    refuses=("Training of the networks",),
)
SAYS_TRAINING = Pattern(
    "a header on training, or on the whole of a search",
    {
        r"\btrain": "Training time",
        r"\btr\.": "Tr. hrs",
        r"\bwall[- ]?(?:clock|time)": "wall-clock",
        r"\bsearch (?:time|cost)": "search cost",
        r"\bfit(?:ting)?\b": "Fit (d)",
        r"\bfine-?tun": "Fine-tuning min.",
        r"\bpre-?train": "Pretraining",
        r"\bconverge": "time to convergence",
        r"\blearn(?:ing)?\b": "Learning time",
        r"\boptim(?:i[sz]|\.)": ("Optim. (min)", "optimisation time"),
    },
    refuses=("Time", "Decoding (s)"),
)


@dataclass(frozen=True)
class Place:
    """A cell, the model whose run it speaks of and the text that heads it."""

    row: int
    column: int
    cell: Cell
    model: str
    head: str
    across: bool = False  # the models stand side by side: a run is a column
    alone: bool = False  # the cell is a run of its own

    @property
    def text(self) -> str:
        return " ".join(self.cell.text.split())


@dataclass(frozen=True)
class Value:
    """One value of a run, read in a cell."""

    field: Field
    value: float | str
    place: Place
    pattern: str
    refusal: str | None = None
    low: float | None = None
    high: float | None = None
    device_time: bool | None = None  # of times: whether it is the time of all devices together
    epochs: float | None = None  # of a time for one epoch: how many the caption says there were


def without(label: str, cells: Sequence[str]) -> str:
    """A row's name without the cells that follow it: "Foonet V100" without "V100"."""
    for text in reversed([" ".join(cell.split()) for cell in cells if cell.strip()]):
        label = label.removesuffix(text).strip()
    return label


@dataclass(frozen=True)
class TableView:
    """One table with what is known of it and of its paper."""

    document: Document
    table: Table
    frame: TableFrame
    statements: Sequence[Statement]
    number: int  # of the table in its paper

    @cached_property
    def of_inference(self) -> bool:
        caption = self.table.caption
        of_training = SAYS_COST.search(caption) or PER_EPOCH.search(caption)
        return bool(_SAYS_INFERENCE.search(caption) or (_RUNTIME.search(caption) and not of_training))

    @cached_property
    def labels(self) -> list[str]:
        """The rows' names, without the cells of columns that say what runs were made on."""
        of_stub = [h for h in map(self.head, self.frame.column_path(0)) if h and not h.schedule]
        if self.frame.label_columns == (0,) and of_stub:
            return [""] * len(self.frame.labels)  # rows of "1, 2, 4 GPUs"
        said = [c for c in self.frame.label_columns if c and any(map(self.head, self.frame.column_path(c)))]
        return [
            without(label, [row[c].text for c in said])
            for label, row in zip(self.frame.labels, self.table.rows, strict=True)
        ]

    @cached_property
    def transposed(self) -> bool:
        """Whether the rows hold quantities and the columns are models, as far as what is said of runs shows."""
        paths = (self.frame.column_path(c) for c in range(1, self.table.columns))
        in_columns = any(self.head(path[-1]) for path in paths if path)
        return self.frame.transposed and not (in_columns and not any(self.heads_of_rows))

    @cached_property
    def mixes_data(self) -> bool:
        """Whether the rows are the parts of the data of one run, each seen so many times."""
        heads = " | ".join(" ".join(self.frame.column_path(c)) for c in range(1, self.table.columns))
        return DATA_STUB.search(self.frame.stub) is not None and _MIXED.search(heads) is not None

    @cached_property
    def cost(self) -> str:
        """What sentences that name the table say of the cost of training: a column of "Days" beside scores is of it."""
        said = self.frame.context.sentences.get((self.table.number or "").replace(".", ""), ())
        return " ".join(s for s in said if SAYS_COST.search(s))

    @cached_property
    def heads_of_rows(self) -> list[Head | None]:
        """What each row's first cell says that the row holds: "GPUs", "Training time"."""
        labels = [CITATIONS.sub("", row[0].text) for row in self.table.rows]
        beside = "" if self.of_inference else " | ".join(labels)
        return [read_head(label, self.table.caption, beside) if label else None for label in labels]

    @cached_property
    def has_rows_of_hardware(self) -> bool:
        """Whether rows say what the columns' models were trained on: a "Time" beside them is that of training."""
        kinds = {head.kind for head in self.heads_of_rows if head}
        return bool(kinds & {Kind.COUNT, Kind.DEVICE}) and not self.of_inference

    def head(self, text: str) -> Head | None:
        """What a text of the header says under this caption."""
        return read_head(text, self.table.caption)

    def times_inference(self, head: str) -> bool:
        """Whether times under this header are those of inference, or of people's work."""
        if SAYS_TRAINING.search(head):
            return False
        caption = self.table.caption
        return self.of_inference or bool(_SAYS_OTHER_WORK.search(caption) and not SAYS_TRAINING.search(caption))
