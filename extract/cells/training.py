"""Tables that say what runs were made on, for how long and for how many epochs.

A column (or a row: models and settings also stand side by side) headed "Epochs", "Training time (h)", "GPU days",
"#GPUs" or "Hardware" gives one value a model; all values of one model are one run. A table of nothing but training
times says so in its caption. What one cell says, `training_cells.py` reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from db.models import Candidate, Document, Field, Qualifier, Table
from db.vocabulary import Purpose, Reason, Refusal, Role
from extract.candidates import candidate_in_cell
from extract.cells.frame import DATA_STUB, frame_table
from extract.cells.headers import COUNTS
from extract.cells.models import MODEL_HEAD
from extract.cells.roles import role_of
from extract.cells.training_captions import (
    CAPTION_BEGINS,
    OF_A_PART,
    SAYS_COST,
    caption_device_unit,
    caption_says_times,
    caption_unit,
    unit_of_all,
)
from extract.cells.training_cells import named_device, printed_in, time_in, values_in
from extract.cells.training_devices import COUNT_HEAD, EACH_HEAD, MACHINES_HEAD, device_in, hardware_over
from extract.cells.training_heads import TIMES, Head, Kind, read_head
from extract.cells.training_table import CITATIONS, SAYS_TRAINING, Place, TableView, Value, without
from extract.cells.training_words import PER_EPOCH
from extract.language.devices import may_name_device
from extract.language.model_names import CITATION
from extract.language.numbers import parse_number
from extract.language.paper_context import PaperContext
from extract.language.purpose import INFERENCE_SECTION, purpose_of
from extract.language.quantities import read_unit, unit_seconds
from extract.pattern import Pattern, each_word
from extract.sentences.statements import Statement

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
_OWN_RUNS = Pattern(
    "a caption on runs that the paper made itself, whatever a row is named after",
    {
        r"\bablat\w+": "Ablation of the decoder",
        r"\bhyper-?\s?parameters?\b": "Hyper-parameters for each data set",
        r"\b(?:training|tuning|experiment(?:al)?) (?:settings?|details|configurations?|recipes?)\b": (
            "Fine-tuning details",
            "The experiment settings for each task",
        ),
    },
    refuses=("Comparison with the state of the art", "Training time (h)"),
)
_TIMED_TOGETHER = Pattern(
    "a caption on what all runs were timed on: the paper timed them itself, whoever is cited",
    {
        r"\b(?:times?|hours|costs?)\b[^.;]{0,50}\b(?:measured|benchmarked|timed|tested|reported on)\b": (
            "wall-clock time is benchmarked on",
            "Training time reported on 8 cards",
        ),
        r"\b(?:all|each|every|both)\s(?:(?:of\s)?the\s)?(?:models|methods|networks|runs|times|variants|systems|method"
        r"|model|approaches)\s(?:are|were|is|was)\s(?:\w+\s)?(?:trained|timed|run|measured|tested)\b"
        r"[^.;]{0,50}\b(?:[GTC]PUs?|cards?|machine|server|hardware|(?-i:[AVHPTK]\d{2,3}s?))\b": (
            "All models are trained on a single GPU",
            "all methods were run on the same machine",
        ),
    },
    refuses=("Comparison with the state of the art", "Training time (h)", "All models are trained on Foo-100."),
)
_QUOTED = Pattern(
    "a caption that says whose figures stand in the table, or a search, whose cost papers quote",
    {
        r"(?:quoted|copied|cited|borrowed)\b": "Rows marked with * are quoted",
        r"(?:taken|reported|collected|printed) (?:in|by|from)\b": "Numbers of others are taken from",
        r"as they (?:print|report|give)\b": "those of others as they print them",
        r"search": "Comparison of search methods",
    },
    before=r"\b",
    refuses=("Training time in hours", "research"),
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
        r"increment|estimation": ("Increment end", "Estimation steps"),
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


def read_training_tables(
    document: Document, context: PaperContext, statements: Sequence[Statement]
) -> list[Candidate]:  # fmt: skip
    """Candidates of device, count, training time and epochs in the paper's tables."""
    out: list[Candidate] = []
    for number, table in enumerate(document.tables):
        if table.rows and _may_tell(table):
            frame = frame_table(table, document.page(table.page), context)
            view = TableView(document, table, frame, statements, number)
            values = _values(view)
            timed = any(v.field == Field.TRAINING_TIME for v in values)
            out += [_candidate(view, value, timed) for value in values]
    return out


_MAY_TELL = Pattern(
    "a first look: what a header must have to tell of a run",
    each_word(
        "gpu tpu cpu hardware min train pretrain fine-tun finetun fit platform machine comput accelerator processor "
        "effort optim wall converge learn search running"
    )
    | {
        rf"{word}s?\b": word
        for word in "ep time device hour hr h day week duration tuning tr chip core card worker cost opt runtime "
        "run-time took take lasted last sec second sched schd LS".split()
    }
    | {r"\w*epoch": "#epochs", r"/\s?(?:iter|step|update)": ("s / iteration", "ms/step")},
    before=r"(?:\b|\s)",
    refuses=("Accuracy", "Params", "Section"),
)


def _may_tell(table: Table) -> bool:
    """A first look: whether a header or a row's label speaks of epochs, time or hardware, or a cell names a device."""
    heads = [c.text for row in table.header for c in row] + [row[0].text for row in table.rows] + list(table.groups)
    heads += [c.text for row in table.rows[:2] for c in row]
    if _MAY_TELL.search(" ".join(heads)) or "poch" in table.caption or caption_says_times(table.caption):
        return True
    if any(said.search(table.caption) for said in (CAPTION_BEGINS, SAYS_COST, PER_EPOCH)):
        return True
    return may_name_device(" ".join((*heads, *(c.text for row in table.rows for c in row if len(c.text) > 4))))


# --- where a table says it --------------------------------------------------------------------------------------------


def _values(view: TableView) -> list[Value]:
    """Everything that the table says of runs: in columns, in rows, in labels, and everywhere if its caption says so."""
    found = list(_in_columns(view))
    found += list(_in_rows(view, _places(found)))
    found += list(_with_unit(view, _places(found)))
    if not any(v.field == Field.EPOCHS for v in found):
        found += list(_by_caption(view))
    if not any(v.field == Field.TRAINING_TIME for v in found):
        found += list(_everywhere(view))
    return list(_with_short_ones(found))


def _with_short_ones(found: Sequence[Value]) -> Iterator[Value]:
    """The values; times of seconds stand where the column, or a table of nothing else, has one as long as a run."""
    short = Reason(Refusal.TOO_SHORT).words
    long = {_column(v) for v in found if v.field == Field.TRAINING_TIME and v.refusal is None}
    for v in found:
        yield replace(v, refusal=None) if v.refusal == short and _column(v) in long else v


def _column(v: Value) -> tuple[str, int | None]:
    return v.pattern, None if v.place.alone else v.place.row if v.place.across else v.place.column


def _places(values: Iterable[Value]) -> set[tuple[int, int]]:
    return {(v.place.row, v.place.column) for v in values}


def _in_columns(view: TableView) -> Iterator[Value]:
    frame = view.frame
    if view.transposed:
        return
    heads = [" ".join(frame.column_path(c)) for c in range(view.table.columns)]
    beside = " | ".join(heads)
    times = [read_head(h, "", beside) for h in heads]
    timed = any(h and _is_time(h) and _holds_times(view, h, c) for c, h in enumerate(times))
    scaling = any(_SCALING.search(h) for h in heads) and not timed
    splits = any(_SPLIT.search(h) for h in heads)
    for c in range(view.table.columns):
        text = CITATIONS.sub("", heads[c])
        head = _head_of_column(view, c, heads)
        if head and head.kind == Kind.COUNT and scaling:
            continue  # how fast a step is on so many: no runs
        if head and head.only_training and (splits or view.has_rows_of_hardware):
            continue  # "train | dev | test": parts of the data; "Pre-train | Fine-tune" over rows of hardware: runs
        if head and head.unsure and (c == 0 or (DATA_STUB.search(frame.stub) and not _NAMES_MODELS.search(frame.stub))):
            continue  # hours of recordings, or what the rows differ by
        if head and head.kind in TIMES and (view.times_inference(text) or _names_models(view, c, text)):
            continue
        yield from _in_column(view, head, c, text)
    yield from _machines_times_each(view, heads)


def _machines_times_each(view: TableView, heads: Sequence[str]) -> Iterator[Value]:
    """The counts of rows that give machines in one column and the processors of each in another."""
    machines = next((c for c, head in enumerate(heads) if MACHINES_HEAD.fullmatch(head)), None)
    each = next((c for c, head in enumerate(heads) if EACH_HEAD.fullmatch(head)), None)
    if machines is None or each is None:
        return
    for r, row in enumerate(view.table.rows):
        many, inside = parse_number(row[machines].text), parse_number(row[each].text)
        if many and inside and many.is_whole and inside.is_whole and many.value >= 1 and inside.value >= 1:
            place = Place(r, each, row[each], view.labels[r], heads[each])
            yield Value(Field.DEVICE_COUNT, many.value * inside.value, place, "count column")


def _is_time(head: Head | None) -> bool:
    return head is not None and head.kind in TIMES


def _head_of_column(view: TableView, c: int, heads: Sequence[str]) -> Head | None:
    """What the lowest header over the column says, else all of them; the device may stand in those above."""
    caption = view.table.caption
    beside = "" if view.of_inference else " | ".join([*heads, view.cost])
    path = [CITATIONS.sub("", p) for p in view.frame.column_path(c)]
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


def _names_models(view: TableView, c: int, head: str) -> bool:
    """Whether a column heads names with figures of many kinds: "Model (training time)"."""
    return c in view.frame.label_columns and _NAMES_MODELS.search(head) is not None


def _in_column(view: TableView, head: Head | None, c: int, text: str) -> Iterator[Value]:
    """The values of one column's cells; a device named once holds for the rows below ("8 x V100", then "8")."""
    above: str | None = None
    for r, row in enumerate(view.table.rows):
        if c >= len(row) or not row[c].words:
            continue
        place = Place(r, c, row[c], view.labels[r], text)
        if head and head.kind in TIMES and head.unit is None and (unit := _unit_alone(place.text)):
            head = replace(head, unit=unit)
            continue
        group = view.table.groups[r]
        if head is None:
            of_group = read_head(group, view.table.caption) if group and c in view.frame.value_columns else None
            if of_group and of_group.kind in TIMES and not of_group.only_training and SAYS_TRAINING.search(group):
                yield from values_in(view, of_group, place)
            elif not view.of_inference and not (c and view.heads_of_rows[r]):
                yield from named_device(place)
            continue
        found = list(values_in(view, _with_device(head, group) or head, place))
        yield from found
        named = next((str(v.value) for v in found if v.field == Field.DEVICE), None)
        above = named or above
        counted = any(v.field == Field.DEVICE_COUNT for v in found)
        if counted and above and not named and head.kind in (Kind.COUNT, Kind.DEVICE):
            yield Value(Field.DEVICE, above, place, "device of the rows above")


def _unit_alone(cell: str) -> float | None:
    """Seconds of the unit that a cell under a time's header is, in a line of units that no ruling sets off."""
    unit = read_unit(cell) if cell.strip("()[] ").isalpha() else None
    return unit.seconds if unit and not unit.per else None


def _in_rows(view: TableView, seen: Collection[tuple[int, int]]) -> Iterator[Value]:
    """Rows that a label names ("Epochs", "Training time", "Hardware"): one value for each column's model."""
    table, frame = view.table, view.frame
    columns = frame.value_columns if view.transposed else range(1, table.columns)
    for r, row in enumerate(table.rows):
        label, head = CITATIONS.sub("", row[0].text), view.heads_of_rows[r]
        trains = view.has_rows_of_hardware or SAYS_TRAINING.search(label) or CAPTION_BEGINS.search(table.caption)
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
            counted = _with_device(head, over) or head
            if over.isdigit() and head.kind in TIMES and COUNT_HEAD.search(frame.stub):
                over, counted = "", replace(head, count=int(over))  # "#GPUs | 5 | 10 | 20" over one row of times
            yield from values_in(view, counted, Place(r, c, row[c], over, label, across=True))


def _with_unit(view: TableView, seen: Collection[tuple[int, int]]) -> Iterator[Value]:
    """Epochs that a label, a cell or a header says with their unit: "Net-50 (300 epochs)", "200 ep" over a column."""
    for r, row in enumerate(view.table.rows):
        for c, cell in enumerate(row):
            in_label = c in view.frame.label_columns
            text = f"{view.frame.labels[r]} {' '.join(view.frame.column_path(c))} {cell.text}"
            if (r, c) in seen or "ep" not in cell.text.lower() or _POINT_BEFORE.search(text):
                continue
            said = _EPOCHS_IN_LABEL.search(" ".join(cell.text.split()))
            if said and (in_label or not said.start()):
                place = Place(r, c, cell, view.frame.labels[r], "")
                yield Value(Field.EPOCHS, float(said["epochs"].replace(",", "")), place, "epochs in a row's label")
    for cell in (cell for header in view.table.header for cell in header):
        said = _EPOCHS_IN_LABEL.match(" ".join(cell.text.split()))
        if said and not _CURVE.search(view.table.caption):
            place = Place(0, cell.column, cell, "", "", across=True)
            yield Value(Field.EPOCHS, float(said["epochs"].replace(",", "")), place, "epochs in a header")


_CURVE = Pattern(
    "a caption on how figures change while a network learns",
    {r"during (?:the )?training|over time|converge|progress|curve|learning rate": "Loss during training"},
    refuses=("Longer schedules", "trained"),
)


def _by_caption(view: TableView) -> Iterator[Value]:
    """The cells of a table of which the caption says that they are numbers of epochs."""
    if _CAPTION_COUNTS.search(view.table.caption) is None:
        return
    for r, row in enumerate(view.table.rows):
        for c in range(1, len(row)):
            number = parse_number(row[c].text)
            if number and number.is_whole and not number.percent and not view.frame.columns[c].metrics:
                place = Place(r, c, row[c], view.frame.labels[r], " ".join(view.frame.column_path(c)), alone=True)
                yield Value(Field.EPOCHS, number.value, place, "epochs column")


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


def _over(view: TableView, c: int) -> str:
    """The header over a column; where it has none, the nearest one that is set over several columns."""
    path = view.frame.column_path(c)
    if path:
        return " ".join(path)
    for row in reversed(view.table.header):
        named = [h for h in row if h.text and h.column > 0]
        if named:
            return min(named, key=lambda h: abs(h.column - c)).text
    return ""


def _everywhere(view: TableView) -> Iterator[Value]:
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
            label = without(frame.labels[r], [row[k].text for k in columns])
            place = Place(r, c, row[c], text if across else label, text, across=across, alone=True)
            if row[c].words and time_in(head, printed_in(view, r, c)):
                yield from values_in(view, replace(head, device=device, count=count), place)


def _holds_times(view: TableView, head: Head, c: int) -> bool:
    """Whether half of a column's cells or more are times, and neither its header nor a metric says another thing."""
    rows = view.table.rows
    says = view.frame.columns[c]
    if INFERENCE_SECTION.search(" ".join(view.frame.column_path(c))) or says.quantity in COUNTS:
        return False
    if says.metrics or says.untracked_metric:
        return False
    return sum(time_in(head, printed_in(view, r, c)) is not None for r in range(len(rows))) >= 0.5 * len(rows)


# --- candidates -------------------------------------------------------------------------------------------------------


def _names_no_model(view: TableView, place: Place) -> bool:
    """Whether a run's label is none of a model: a word in general, a data set, a number of processors ("# GPUs=4")."""
    label = place.model
    stub, keyed, _ = label.partition("=")
    of_data = not place.across and DATA_STUB.fullmatch(view.frame.stub.strip()) is not None
    return of_data or bool(_NO_MODEL.fullmatch(label)) or (bool(keyed) and view.head(stub) is not None)


def _candidate(view: TableView, value: Value, timed: bool) -> Candidate:
    """The value with its evidence, its model, its role and the label of its run; `timed`: the table has times."""
    frame, table, place = view.frame, view.table, value.place
    r, c = place.row, place.column
    role = role_of(place.model, table.groups[r], frame.roles, frame.context.names)
    if role == Role.PRIOR and _made_by_us(view, place, timed):
        role = Role.ABLATION  # "Transformer [31]" is a decoder of ours, named after its source
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


def _made_by_us(view: TableView, place: Place, timed: bool) -> bool:
    """Whether a run that is named after another's model is the paper's own: a time that cites nobody was measured."""
    caption = view.table.caption
    if _OWN_RUNS.search(caption):
        return True
    if not timed or _TIMED_TOGETHER.search(caption):
        return timed
    label = f"{view.table.groups[place.row]} {view.frame.labels[place.row]} {place.model}"
    return not any(said.search(f"{label} {place.head} {caption}") for said in (CITATION, _QUOTED))


def _refusal_of_row(view: TableView, value: Value, role: str | None) -> str | None:
    """Why what the row says is not of a run of the paper's own."""
    if role == Role.PRIOR or _OTHERS.search(value.place.model):
        return Reason(Refusal.ANOTHERS_MODEL).words
    if value.field == Field.TRAINING_TIME and _OTHER_STAGE.match(value.place.model.strip()):
        return Reason(Refusal.OTHER_WORK).words
    if value.field == Field.EPOCHS and view.mixes_data and not value.place.across:
        return Reason(Refusal.PASSES_OVER_ONE_OF_SEVERAL).words
    return None
