"""Tables that say what runs were made on, for how long and for how many epochs.

A column (or a row: models and settings also stand side by side) headed "Epochs", "Training time (h)", "GPU days",
"#GPUs" or "Hardware" gives one value a model; all values of one model are one run. Cells that spell it out ("4d on 16
TPUv3s") are read as sentences are. A table of nothing but training times says so in its caption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from db.models import Candidate, Cell, Document, Field, Qualifier, Table
from db.reference.hardware import find_device, find_devices
from db.vocabulary import Purpose, Reason, Refusal, Role
from extract.candidates import candidate_in_cell
from extract.cells.frame import TableFrame, frame_table
from extract.cells.headers import COUNTS
from extract.cells.models import MODEL_HEAD
from extract.cells.roles import role_of
from extract.cells.training_captions import (
    CAPTION_BEGINS,
    OF_A_PART,
    SAYS_COST,
    caption_device_unit,
    caption_epochs,
    caption_says_times,
    caption_unit,
    unit_of_all,
)
from extract.cells.training_devices import EACH_HEAD, MACHINES_HEAD, device_in, hardware_over, name_and_count
from extract.cells.training_heads import TIMES, Head, Kind, epochs_of_schedule, may_tell, read_head
from extract.cells.training_times import CellTime, read_time
from extract.cells.training_words import PER_EPOCH
from extract.language.devices import family, may_name_device, singular
from extract.language.numbers import Number, find_numbers, parse_number
from extract.language.paper_context import PaperContext
from extract.language.purpose import INFERENCE_SECTION, purpose_of
from extract.language.quantities import unit_seconds
from extract.pattern import Pattern, each_word
from extract.sentences.statements import Statement

_CITATIONS = re.compile(r"\[[\d, ]+\]")
_DATA_STUB = Pattern(
    "a header over what is trained on",
    {
        r"data(?:\s?sets?)?": ("Data", "Training datasets"),
        "corpus": "corpus",
        "corpora": "Training corpora",
        r"sources?": "Sources",
    },
    refuses=("Database", "Model", "Data kept"),
    before=r"^(?:training\s)?",
    after=r"\b(?!\s(?:kept|used|pruned|removed|retained|seen|left))",
)
_MIXED = Pattern(
    "a header over the shares of a mixture of data",
    {
        r"tokens?|words|bytes|disk|(?:GB|TB)": ("Tokens (B)", "Disk size"),
        r"weight|proportion|share|ratio|fraction|mixture|sampling|quantity": "Weight in the mixture",
        r"elapsed": "Epochs elapsed",
    },
    before=r"\b",
    refuses=("Train size", "Dropout"),
)
_SPLIT = Pattern(
    "a header that names a split",
    {r"dev\w*": "dev", r"test\w*": "test", r"val\w*": "val", r"eval\w*": "eval"},
    refuses=("retest", "model"),
    before="^",
    after=r"\b",
)
_NAMES_MODELS = Pattern(
    "a header over names of models",
    each_word("model method name system approach algorithm"),
    refuses=("models", "nameless"),
    before=r"\b",
    after=r"\b",
)
_OTHER_STAGE = Pattern(
    "a row on another stage of the work than training",
    {
        "pre-?processing|cleaning|tokeni[sz]ation|annotation|label(?:l)?ing": "Data pre-processing",
        "collection|generation|download(?:ing)?|extraction|indexing|rendering|simulation": "Feature extraction",
        "evaluation|testing|inference|prediction|decoding|deployment": "Evaluation",
    },
    before=r"^(?:(?:data|feature|model|image|test|text) )?",
    after=r"(?: (?:time|stage|step|phase))?$",
    refuses=("Training", "Evaluation network"),
)
_OTHERS = Pattern(
    "results of others",
    {"best": "best published", "previous(?:ly)?": ("previous results", "previously reported"), "prior": "prior result"},
    refuses=("best model", "a prior"),
    before=r"\b",
    after=r"\s(?:published|reported|results?)\b",
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
        r"\bindexing|pre-?processing|\brendering|\bdata collection": "Cost of indexing",
    },
    refuses=("Training of the networks",),
)
_SAYS_TRAINING = Pattern(
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
_SCALING = Pattern(
    "a table of how training speeds up",
    {
        r"\biteration": "iteration time",
        r"\bstep": "step time",
        "speed-?up": "Speedup",
        "throughput": "Throughput",
        r"/\s?s(?:ec)?\b": "images/s",
        r"\bper sec": "per second",
        "efficiency": "scaling efficiency",
    },
    refuses=("footstep", "epoch/stage"),
)
_BY = Pattern(
    "a product of two numbers alone in a cell",
    {r"(?P<first>\d[\d,.]*)\s?[x×*]\s?(?P<second>\d[\d,.]*)": ("8 x 4", "~2×1,024")},
    refuses=("8", "8 x V100"),
    before=r"^[~≈∼]?\s?",
    after="$",
    flags=re.NOFLAG,
)
_POINT_BEFORE = Pattern(
    "what a number of epochs is not the length of a run of",
    {
        "warm": "warm-up",
        "drop": "drop at",
        "decay": "decay",
        r"\bat\b": "at 30 epochs",
        r"\bafter\b": "after 30",
        "best": "best epoch",
        "freez": "freeze",
        "milestone": "milestones",
        r"\blast\b": "last 10",
        r"\bfirst\b": "first 10",
    },
    refuses=("total", "that", "blast"),
)
_NO_MODEL = Pattern(
    "a label over settings, and no model's name",
    each_word("value setting configuration choice"),
    refuses=("Setting A", "valued"),
    before="^",
    after="s?$",
)
# "Net-50 (300 epochs)": how long the row's model was trained
_EPOCHS_IN_LABEL = Pattern(
    "a run's epochs at the end of a model's label",
    {"epochs?": "Net-50 (300 epochs)", r"ep\.?": "Net-50, 90 ep."},
    refuses=("Net-50", "300 epochs of it"),
    before=r"(?:^|[(\[,;]|\s)\s?(?P<epochs>\d{1,2},\d{3}|\d{1,5})[\s-]?",
    after=r"\s?[)\]]?$",
)

SHORTEST = 20.0  # seconds, as in extract/fields/training_time.py
SHORTEST_UNSAID = 1200.0  # seconds; a shorter time under "Time" is one of steps or of use, unless training is named


@dataclass(frozen=True)
class _Place:
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
class _Value:
    """One value of a run, read in a cell."""

    field: Field
    value: float | str
    place: _Place
    pattern: str
    refusal: str | None = None
    low: float | None = None
    high: float | None = None
    device_time: bool | None = None  # of times: whether it is the time of all devices together
    epochs: float | None = None  # of a time for one epoch: how many the caption says there were


def _without(label: str, cells: Sequence[str]) -> str:
    """A row's name without the cells that follow it: "Foonet V100" without "V100"."""
    for text in reversed([" ".join(cell.split()) for cell in cells if cell.strip()]):
        label = label.removesuffix(text).strip()
    return label


@dataclass(frozen=True)
class _View:
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
            _without(label, [row[c].text for c in said])
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
        return _DATA_STUB.search(self.frame.stub) is not None and _MIXED.search(heads) is not None

    @cached_property
    def cost(self) -> str:
        """What sentences that name the table say of the cost of training: a column of "Days" beside scores is of it."""
        said = self.frame.context.sentences.get((self.table.number or "").replace(".", ""), ())
        return " ".join(s for s in said if SAYS_COST.search(s))

    @cached_property
    def heads_of_rows(self) -> list[Head | None]:
        """What each row's first cell says that the row holds: "GPUs", "Training time"."""
        labels = [_CITATIONS.sub("", row[0].text) for row in self.table.rows]
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
        if _SAYS_TRAINING.search(head):
            return False
        caption = self.table.caption
        return self.of_inference or bool(_SAYS_OTHER_WORK.search(caption) and not _SAYS_TRAINING.search(caption))


def read_training_tables(
    document: Document, context: PaperContext, statements: Sequence[Statement]
) -> list[Candidate]:  # fmt: skip
    """Candidates of device, count, training time and epochs in the paper's tables."""
    out: list[Candidate] = []
    for number, table in enumerate(document.tables):
        if table.rows and _may_tell(table):
            frame = frame_table(table, document.page(table.page), context)
            view = _View(document, table, frame, statements, number)
            out += [_candidate(view, value) for value in _values(view)]
    return out


def _may_tell(table: Table) -> bool:
    """A first look: whether a header or a row's label speaks of epochs, time or hardware, or a cell names a device."""
    heads = [c.text for row in table.header for c in row] + [row[0].text for row in table.rows] + list(table.groups)
    heads += [c.text for row in table.rows[:2] for c in row]
    if may_tell(" ".join(heads)) or "poch" in table.caption or caption_says_times(table.caption):
        return True
    if any(said.search(table.caption) for said in (CAPTION_BEGINS, SAYS_COST, PER_EPOCH)):
        return True
    return may_name_device(" ".join(c.text for row in table.rows for c in row if len(c.text) > 4))


# --- where a table says it --------------------------------------------------------------------------------------------


def _values(view: _View) -> list[_Value]:
    """Everything that the table says of runs: in columns, in rows, in labels, and everywhere if its caption says so."""
    found = list(_in_columns(view))
    found += list(_in_rows(view, _places(found)))
    found += list(_with_unit(view, _places(found)))
    if not any(v.field == Field.EPOCHS for v in found):
        found += list(_by_caption(view))
    if not any(v.field == Field.TRAINING_TIME for v in found):
        found += list(_everywhere(view))
    return list(_with_short_ones(found))


def _with_short_ones(found: Sequence[_Value]) -> Iterator[_Value]:
    """The values; times of seconds stand where the column, or a table of nothing else, has one as long as a run."""
    short = Reason(Refusal.TOO_SHORT).words
    long = {_column(v) for v in found if v.field == Field.TRAINING_TIME and v.refusal is None}
    for v in found:
        yield replace(v, refusal=None) if v.refusal == short and _column(v) in long else v


def _column(v: _Value) -> tuple[str, int | None]:
    return v.pattern, None if v.place.alone else v.place.row if v.place.across else v.place.column


def _places(values: Iterable[_Value]) -> set[tuple[int, int]]:
    return {(v.place.row, v.place.column) for v in values}


def _in_columns(view: _View) -> Iterator[_Value]:
    frame = view.frame
    if view.transposed:
        return
    heads = [" ".join(frame.column_path(c)) for c in range(view.table.columns)]
    beside = " | ".join(heads)
    timed = any(_is_time(read_head(h, "", beside)) for h in heads)
    scaling = any(_SCALING.search(h) for h in heads) and not timed
    splits = any(_SPLIT.search(h) for h in heads)
    for c in range(view.table.columns):
        text = _CITATIONS.sub("", heads[c])
        head = _head_of_column(view, c, heads)
        if head and head.kind == Kind.COUNT and scaling:
            continue  # how fast a step is on so many: no runs
        if head and head.only_training and splits:
            continue  # "train | dev | test": parts of the data
        if head and head.unsure and _DATA_STUB.search(frame.stub):
            continue  # hours of recordings
        if head and head.kind in TIMES and (view.times_inference(text) or _names_models(view, c, text)):
            continue
        yield from _in_column(view, head, c, text)
    yield from _machines_times_each(view, heads)


def _machines_times_each(view: _View, heads: Sequence[str]) -> Iterator[_Value]:
    """The counts of rows that give machines in one column and the processors of each in another."""
    machines = next((c for c, head in enumerate(heads) if MACHINES_HEAD.fullmatch(head)), None)
    each = next((c for c, head in enumerate(heads) if EACH_HEAD.fullmatch(head)), None)
    if machines is None or each is None:
        return
    for r, row in enumerate(view.table.rows):
        many, inside = parse_number(row[machines].text), parse_number(row[each].text)
        if many and inside and many.is_whole and inside.is_whole and many.value >= 1 and inside.value >= 1:
            place = _Place(r, each, row[each], view.labels[r], heads[each])
            yield _Value(Field.DEVICE_COUNT, many.value * inside.value, place, "count column")


def _is_time(head: Head | None) -> bool:
    return head is not None and head.kind in TIMES


def _head_of_column(view: _View, c: int, heads: Sequence[str]) -> Head | None:
    """What the lowest header over the column says, else all of them; the device may stand in those above."""
    caption = view.table.caption
    beside = "" if view.of_inference else " | ".join([*heads, view.cost])
    path = [_CITATIONS.sub("", p) for p in view.frame.column_path(c)]
    whole = " ".join(path)
    lowest = read_head(path[-1], caption, beside) if path else None
    if lowest is None or lowest.only_training:  # "train" under "Time (h)"
        lowest = read_head(whole, caption, beside) or lowest
    if lowest is None and _NUMBER.fullmatch(whole) and c and (left := view.head(heads[c - 1])):
        lowest = Head(Kind.COUNT) if left.kind == Kind.DEVICE else None
    return _with_device(lowest, whole)


_NUMBER = Pattern(
    "a header that says only number",
    {
        "#": "#",
        r"no\.?": "No.",
        r"num\.?": "num",
        "number": "Number",
        "count": "count",
        r"qty\.?": "Qty.",
        "quantity": "quantity",
    },
    refuses=("number of it", "none"),
    before="^",
    after="$",
)


def _with_device(head: Head | None, text: str) -> Head | None:
    """A time's head with the device and the count that the text names, where it has none of its own."""
    if head is None or head.kind not in TIMES or head.device:
        return head
    device, count = device_in(text)
    return replace(head, device=device, count=count) if device else head


def _names_models(view: _View, c: int, head: str) -> bool:
    """Whether a column heads names with figures of many kinds: "Model (training time)"."""
    return c in view.frame.label_columns and _NAMES_MODELS.search(head) is not None


def _in_column(view: _View, head: Head | None, c: int, text: str) -> Iterator[_Value]:
    """The values of one column's cells; a device named once holds for the rows below ("8 x V100", then "8")."""
    above: str | None = None
    for r, row in enumerate(view.table.rows):
        if c >= len(row) or not row[c].words:
            continue
        place = _Place(r, c, row[c], view.labels[r], text)
        group = view.table.groups[r]
        if head is None:
            of_group = read_head(group, view.table.caption) if group and c in view.frame.value_columns else None
            if of_group and of_group.kind in TIMES and not of_group.only_training and _SAYS_TRAINING.search(group):
                yield from _in_cell(view, of_group, place)
            elif not view.of_inference and not (c and view.heads_of_rows[r]):
                yield from _named_device(place)
            continue
        found = list(_in_cell(view, _with_device(head, group) or head, place))
        yield from found
        named = next((str(v.value) for v in found if v.field == Field.DEVICE), None)
        above = named or above
        counted = any(v.field == Field.DEVICE_COUNT for v in found)
        if counted and above and not named and head.kind in (Kind.COUNT, Kind.DEVICE):
            yield _Value(Field.DEVICE, above, place, "device of the rows above")


def _in_rows(view: _View, seen: Collection[tuple[int, int]]) -> Iterator[_Value]:
    """Rows that a label names ("Epochs", "Training time", "Hardware"): one value for each column's model."""
    table, frame = view.table, view.frame
    columns = frame.value_columns if view.transposed else range(1, table.columns)
    for r, row in enumerate(table.rows):
        label, head = _CITATIONS.sub("", row[0].text), view.heads_of_rows[r]
        trains = view.has_rows_of_hardware or _SAYS_TRAINING.search(label)
        if head is None or (head.kind in (Kind.TIME, Kind.EPOCH_TIME) and not trains):
            continue
        if head.kind in TIMES and view.times_inference(label):
            continue
        mixed = "step" in label.lower()
        for c in columns:
            if c >= len(row) or not row[c].words or (r, c) in seen:
                continue
            if mixed and not any("poch" in row[k].text for k in (c, c + 1) if k < len(row)):
                continue
            over = _over(view, c)
            yield from _in_cell(view, _with_device(head, over) or head, _Place(r, c, row[c], over, label, across=True))


def _with_unit(view: _View, seen: Collection[tuple[int, int]]) -> Iterator[_Value]:
    """Epochs that a label, a cell or a header says with their unit: "Net-50 (300 epochs)", "200 ep" over a column."""
    for r, row in enumerate(view.table.rows):
        for c, cell in enumerate(row):
            in_label = c in view.frame.label_columns
            text = cell.text if in_label else f"{' '.join(view.frame.column_path(c))} {cell.text}"
            if (r, c) in seen or "ep" not in cell.text.lower() or _POINT_BEFORE.search(text):
                continue
            said = _EPOCHS_IN_LABEL.search(" ".join(cell.text.split()))
            if said and (in_label or not said.start()):
                place = _Place(r, c, cell, view.frame.labels[r], "")
                yield _Value(Field.EPOCHS, float(said["epochs"].replace(",", "")), place, "epochs in a row's label")
    for cell in (cell for header in view.table.header for cell in header):
        said = _EPOCHS_IN_LABEL.match(" ".join(cell.text.split()))
        if said and not _CURVE.search(view.table.caption):
            place = _Place(0, cell.column, cell, "", "", across=True)
            yield _Value(Field.EPOCHS, float(said["epochs"].replace(",", "")), place, "epochs in a header")


_CURVE = Pattern(
    "a caption on how figures change while a network learns",
    {r"during (?:the )?training|over time|converge|progress|curve|learning rate": "Loss during training"},
    refuses=("Longer schedules", "trained"),
)


def _by_caption(view: _View) -> Iterator[_Value]:
    """The cells of a table of which the caption says that they are numbers of epochs."""
    if _CAPTION_COUNTS.search(view.table.caption) is None:
        return
    for r, row in enumerate(view.table.rows):
        for c in range(1, len(row)):
            number = parse_number(row[c].text)
            if number and number.is_whole and not number.percent and not view.frame.columns[c].metrics:
                place = _Place(r, c, row[c], view.frame.labels[r], " ".join(view.frame.column_path(c)), alone=True)
                yield _Value(Field.EPOCHS, number.value, place, "epochs column")


_CAPTION_COUNTS = Pattern(
    "a caption that begins with numbers of epochs",
    {
        r"(?:number|amount)s? of (?:\w+[- ]?(?:training|tuning) |training )?epochs\b": (
            "Table 3: Number of training epochs"
        ),
    },
    before=r"^(?:Table|Tab\.)\s?[\w.]*[.:]?\s*(?:The )?",
    after=r"(?!\s(?:to|until|needed to|required to|before)\b)",
    refuses=("Table 3: Number of epochs to reach 75%",),
)


def _over(view: _View, c: int) -> str:
    """The header over a column; where it has none, the nearest one that is set over several columns."""
    path = view.frame.column_path(c)
    if path:
        return " ".join(path)
    for row in reversed(view.table.header):
        named = [h for h in row if h.text and h.column > 0]
        if named:
            return min(named, key=lambda h: abs(h.column - c)).text
    return ""


def _everywhere(view: _View) -> Iterator[_Value]:
    """The times of a table of which nothing but the caption says that they are of training."""
    table, frame = view.table, view.frame
    begins = CAPTION_BEGINS.search(table.caption)
    if not (begins or (caption_says_times(table.caption) and not view.of_inference)) or OF_A_PART.search(table.caption):
        return
    unit = unit_seconds(begins["unit"]) if begins and begins["unit"] else None
    kind = Kind.EPOCH_TIME if PER_EPOCH.search(table.caption) else Kind.TIME
    unit = unit or (caption_unit(table.caption) if begins else None)
    of_all = None if unit or begins else unit_of_all(table.caption)
    if kind == Kind.TIME and (of_devices := caption_device_unit(table.caption)):
        kind, unit = Kind.DEVICE_TIME, of_devices
    head = Head(kind, unit or of_all, only_training=begins is None)
    models_in_rows = MODEL_HEAD.search(" ".join(frame.column_path(0))) is not None
    columns = [c for c in range(1, table.columns) if _holds_times(view, head, c)]
    if of_all:
        columns = [c for c in columns if frame.columns[c].quantity is None or any(hardware_over(frame.column_path(c)))]
    for c in columns:
        text = " ".join(frame.column_path(c))
        device, count = hardware_over(frame.column_path(c))
        of_models = not (models_in_rows or device or count or frame.columns[c].names_data)
        across = len(columns) > 1 and bool(text) and begins is not None and of_models
        for r, row in enumerate(table.rows):
            label = _without(frame.labels[r], [row[k].text for k in columns])
            place = _Place(r, c, row[c], text if across else label, text, across=across, alone=True)
            if row[c].words and _time_in(head, _printed(view, r, c)):
                yield from _in_cell(view, replace(head, device=device, count=count), place)


def _holds_times(view: _View, head: Head, c: int) -> bool:
    """Whether half of a column's cells or more are times, and neither its header nor a metric says another thing."""
    rows = view.table.rows
    says = view.frame.columns[c]
    if INFERENCE_SECTION.search(" ".join(view.frame.column_path(c))) or says.quantity in COUNTS:
        return False
    if says.metrics or says.untracked_metric:
        return False
    return sum(_time_in(head, _printed(view, r, c)) is not None for r in range(len(rows))) >= 0.5 * len(rows)


def _printed(view: _View, r: int, c: int) -> str:
    """A cell's text, raised characters behind "^"."""
    return " ".join(view.frame.printed[r][c].split())


def _time_in(head: Head, text: str) -> CellTime | None:
    """The time that a cell of a column so headed says."""
    return read_time(text, head.unit, letters=not head.only_training)


# --- what one cell says -----------------------------------------------------------------------------------------------


def _in_cell(view: _View, head: Head, place: _Place) -> Iterator[_Value]:
    """The values of a cell of this line; none of a blank one."""
    if place.text not in ("", "-", "–", "—"):
        yield from _READERS[head.kind](view, head, place)


def _device_cell(view: _View, head: Head, place: _Place) -> Iterator[_Value]:
    """A device's name; a bare number under "GPUs" is how many."""
    number = parse_number(place.text)
    plain = number and number.is_whole and not number.magnitude and 1 <= number.value <= 4096
    if number and plain and place.head.rstrip().lower().endswith("s"):
        yield _Value(Field.DEVICE_COUNT, number.value, place, "count column")
    else:
        yield from _named_device(place, headed=True)


def _epochs_cell(view: _View, head: Head, place: _Place) -> Iterator[_Value]:
    """One number of epochs, or the several of "30/90"."""
    if head.schedule:
        lasts = epochs_of_schedule(place.text, view.table.caption)
        if lasts is not None:
            yield _Value(Field.EPOCHS, lasts, place, "epochs column")
        return
    bare = re.sub(r"\s?epochs?$", "", _BEHIND.sub("", place.text))
    for n in [single] if (single := parse_number(bare)) else _listed(bare):
        if 0.1 <= n.value <= 20_000 and not n.sign and not n.percent:
            yield _Value(Field.EPOCHS, n.value, place, "epochs row" if place.across else "epochs column")


_BEHIND = re.compile(r"(?<=\d)\s?\([^()]*\)$|(?<=\d) / \d+$")  # "300 (20)", "90 / 5": the second is of the warm-up


def _count_cell(view: _View, head: Head, place: _Place) -> Iterator[_Value]:
    """How many devices, or devices by name with their number."""
    number = parse_number(place.text)
    if not (number and number.is_whole and 1 <= number.value <= 200_000):
        yield from _named_device(place, headed=True)
        return
    device, each = _processors(view, head.device) if head.device else (None, 1)
    if head.device and device is None:
        return  # machines of which the paper does not say what is in them
    yield _Value(Field.DEVICE_COUNT, number.value * each, place, "count column")
    if device:
        yield _Value(Field.DEVICE, device, place, "device in a header")


def _product(head: Head, text: str) -> tuple[Number, Number] | None:
    """(time, processors) of "3 x 8" under "Days x GPUs", of "8 x 3" under "GPU days"."""
    both = _BY.match(text)
    if both is None or head.unit is None:
        return None
    first, second = parse_number(both["first"]), parse_number(both["second"])
    length, many = (second, first) if head.count_first else (first, second)
    return (length, many) if length and many and many.is_whole and many.value >= 1 else None


def _time_by_count_cell(view: _View, head: Head, place: _Place) -> Iterator[_Value]:
    """A time and how many devices took it."""
    if (both := _product(head, place.text)) and head.unit:
        length, many = both
        yield _Value(Field.TRAINING_TIME, length.value * head.unit, place, "time by count")
        yield _Value(Field.DEVICE_COUNT, many.value, place, "time by count")


def _time_cell(view: _View, head: Head, place: _Place) -> Iterator[_Value]:
    """A time, by its own unit or the head's, and the device and count that the head or the cell says it took."""
    if head.kind == Kind.DEVICE_TIME and _product(head, place.text):
        yield from _time_by_count_cell(view, head, place)
        return
    time = _time_in(head, _printed(view, place.row, place.column))
    if time is None:
        return
    kind = head.kind
    if kind == Kind.TIME and (time.of_epoch or time.of_devices):
        kind = Kind.EPOCH_TIME if time.of_epoch else Kind.DEVICE_TIME
    yield _Value(
        Field.TRAINING_TIME, time.seconds, place, f"{kind} {'row' if place.across else 'column'}",
        _refusal_of_time(view, head, kind, place, time.seconds),
        time.low, time.high,
        device_time=kind == Kind.DEVICE_TIME,
        epochs=caption_epochs(view.table.caption) if kind == Kind.EPOCH_TIME else None,
    )  # fmt: skip
    if head.device:
        yield _Value(Field.DEVICE, head.device, place, "device in a header")
    if count := time.count or head.count:
        yield _Value(Field.DEVICE_COUNT, float(count), place, "count in a cell" if time.count else "count in a header")
    yield from _named_device(place, time=False)


def _refusal_of_time(view: _View, head: Head, kind: Kind, place: _Place, seconds: float) -> str | None:
    """Why the time is not, or not yet, that of a whole run."""
    if kind == Kind.DEVICE_TIME:
        return Reason(Refusal.DEVICE_TIME).words
    if kind == Kind.EPOCH_TIME:
        if _SAYS_TRAINING.search(f"{place.head} {view.table.caption[:60]}"):
            return Reason(Refusal.TIME_FOR_ONE, "epoch").words
        return Reason(Refusal.EPOCH_TIMES_COMPARED).words  # beside scores: nobody says that runs were made so
    if seconds < SHORTEST:
        return Reason(Refusal.TOO_SHORT).words
    short = seconds < SHORTEST_UNSAID and (head.unit or 1.0) <= 1.0
    if short and not _SAYS_TRAINING.search(f"{place.head} {place.model} {view.table.caption}"):
        return Reason(Refusal.TIME_OF_WHAT).words
    return None


_READERS: Mapping[Kind, Callable[[_View, Head, _Place], Iterator[_Value]]] = {
    Kind.DEVICE: _device_cell,
    Kind.EPOCHS: _epochs_cell,
    Kind.COUNT: _count_cell,
    Kind.TIME_BY_COUNT: _time_by_count_cell,
    Kind.TIME: _time_cell,
    Kind.EPOCH_TIME: _time_cell,
    Kind.DEVICE_TIME: _time_cell,
}


def _processors(view: _View, printed: str) -> tuple[str | None, int]:
    """What is counted under this name, and how many to one: of a DGX-2 the 16 V100s that the paper speaks of."""
    known = find_device(printed)
    if known is None or known.kind != "system":
        return printed, 1
    inside = known.contains or ""
    for s in view.statements:
        for d in s.devices:
            if d.processor and d.kind != "system" and family(d.processor.name) == family(inside):
                return singular(d.printed), known.processors
    return None, 1


def _named_device(place: _Place, *, headed: bool = False, time: bool = True) -> Iterator[_Value]:
    """A cell that names a device: its count and its time, where it says them; `headed`: its header says hardware."""
    text = place.text
    if not 2 <= len(text) <= 90 or not may_name_device(text):
        return
    timed = read_time(text) if time else None
    for d in find_devices(text):
        if d.processor is None and not re.search(r"\d", text):
            continue
        name, count = name_and_count(d, text)
        if not (headed or count or timed) or re.match(r"[\s-]?(?:hours|days|h\b|d\b)", text[d.end :]):
            continue
        if d.processor is not None:
            yield _Value(Field.DEVICE, name, place, "device in a cell")
        if count:
            yield _Value(Field.DEVICE_COUNT, float(count), place, "count in a cell")
        if timed:
            yield _Value(Field.TRAINING_TIME, timed.seconds, place, "time in a cell")


# --- candidates -------------------------------------------------------------------------------------------------------


def _names_no_model(view: _View, place: _Place) -> bool:
    """Whether a run's label is none of a model: a word in general, a data set, a number of processors ("# GPUs=4")."""
    label = place.model
    stub, keyed, _ = label.partition("=")
    of_data = not place.across and _DATA_STUB.fullmatch(view.frame.stub.strip()) is not None
    return of_data or bool(_NO_MODEL.fullmatch(label)) or (bool(keyed) and view.head(stub) is not None)


def _candidate(view: _View, value: _Value) -> Candidate:
    """The value with its evidence, its model, its role and the label of its run."""
    frame, table, place = view.frame, view.table, value.place
    r, c = place.row, place.column
    role = role_of(place.model, table.groups[r], frame.roles, frame.context.names)
    refusal = value.refusal or _refusal_of_row(view, value, role)
    purpose = purpose_of(f"{table.caption} {place.head}")
    of_data = place.across and (frame.columns[c].benchmarks or frame.columns[c].untracked)  # the columns are data sets
    where = f"{r + 1}.{c + 1}" if place.alone else f"c{c + 1}" if place.across else f"{r + 1}"
    more: dict[str, Qualifier] = {} if value.device_time is None else {"device_time": value.device_time}
    if value.epochs is not None:
        more["epochs"] = value.epochs
    return candidate_in_cell(
        view.document, table, place.cell.words, value.field, value.value, value.pattern,
        row_words=tuple(w for cell in table.rows[r] for w in cell.words), row=frame.labels[r], column=place.head,
        subject=None if of_data or _names_no_model(view, place) else place.model or None, role=role,
        purpose=Purpose.TRAINING if purpose == Purpose.INFERENCE else purpose, chosen=refusal is None, reason=refusal,
        run=f"table {view.number + 1}.{where}", low=value.low, high=value.high,
        qualifiers={"table": view.number, **more},
    )  # fmt: skip


def _refusal_of_row(view: _View, value: _Value, role: str | None) -> str | None:
    """Why what the row says is not of a run of the paper's own."""
    if role == Role.PRIOR or _OTHERS.search(value.place.model):
        return Reason(Refusal.ANOTHERS_MODEL).words
    if value.field == Field.TRAINING_TIME and _OTHER_STAGE.match(value.place.model.strip()):
        return Reason(Refusal.OTHER_WORK).words
    if value.field == Field.EPOCHS and view.mixes_data and not value.place.across:
        return Reason(Refusal.PASSES_OVER_ONE_OF_SEVERAL).words
    return None


def _listed(text: str) -> list[Number]:
    """The numbers of "30/90" or "30, 90"; nothing for other text."""
    found = find_numbers(text, words=False)
    left = re.sub(r"[\d.\s/,|]", "", text)
    return found if len(found) > 1 and not left else []
