"""Tables that say what runs were made on, for how long and for how many epochs.

A column (or a row: models and settings also stand side by side) headed "Epochs", "Training time (h)", "GPU days",
"#GPUs" or "Hardware" gives one value a model; all values of one model are one run. Cells that spell it out ("4d on 16
TPUv3s") are read as sentences are. A table of nothing but training times says so in its caption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from db.models import Candidate, Cell, Document, Field, Table
from db.reference.hardware import find_device, find_devices
from db.vocabulary import Purpose, Reason, Refusal, Role
from extract.candidates import candidate_in_cell
from extract.cells.frame import TableFrame, frame_table
from extract.cells.roles import role_of
from extract.language.devices import family, may_name_device, singular
from extract.language.quantities import UNIT_SECONDS
from extract.language.numbers import Number, find_numbers, parse_number
from extract.language.paper_context import PaperContext
from extract.language.purpose import purpose_of
from extract.sentences.statements import Statement

# --- what a header may say --------------------------------------------------------------------------------------------

_EPOCHS = re.compile(
    r"^(?:[#№]\s?)?(?:of\s)?(?:training\s|train\s|total\s|max(?:imu[mn])?\.?\s|num(?:ber)?\.?\s(?:of\s)?"
    r"|fine-?tun\w*\s|pre-?train\w*\s|steps\s?/\s?|number of steps\s?/\s?)*(?:epochs?|ep)\.?$|\bepochs$",
    re.IGNORECASE,
)
_EPOCHS_NOT = re.compile(
    r"\btime\b|\bper\b|/\s?epoch|warm|\bat\b|best|\bs\b|sec|loss|\bafter\b|\d|decay|drop|milestone|freez", re.IGNORECASE
)
_COUNT = re.compile(
    r"^(?:[#№]\s?|num(?:ber)?\.?\s?|no\.\s?)(?:of\s)?(?:GPUs?|TPUs?|devices|accelerators|(?:TPU|GPU)?\s?(?:chips"
    r"|cores)|processors|workers)$"
    r"|^(?:GPUs|TPUs|(?:[GCT]PU\s)?(?:cores|chips|devices))\s?(?:used)?$",
    re.IGNORECASE,
)
# "TPU v3 cores", "V100 GPUs": how many of the device that the header names
_COUNTED = re.compile(r"(?:cores|chips|devices|GPUs|TPUs|processors|nodes)(?:\sused)?$|\d{2,3}s$", re.IGNORECASE)
_COUNT_OF = re.compile(r"^(?:[#№]\s?(?:of\s)?|(?:num(?:ber)?|no)\.?\s(?:of\s)?)", re.IGNORECASE)
_DEVICE = re.compile(
    r"^(?:hardware|devices?|GPUs?(?:\s(?:type|model|used))?|(?:GPU|TPU|training)\s(?:type|hardware|device)"
    r"|accelerators?|machine|processors?|platform|compute(?:\sresources?)?)$",
    re.IGNORECASE,
)
_DEVICE_TIME = re.compile(
    r"(?P<device>(?:[A-Z][\w ]*?[\s-])?(?:GPU|TPU|CPU|core|device|(?:[VPAH]100|K[248]0|T4)(?!s?\s?\()"
    r"|chip)s?(?:[\s-]?v?\d)?(?:[\s-]core)?)[\s-]?(?:\(?(?P<unit>hours?|hrs?|h|days?|d|weeks?|years?)\b)"
    r"|\((?P<unit2>GPU|TPU|core)[\s-](?P<unit3>hours?|days?)\)",
    re.IGNORECASE,
)
# "Training time", "Wall-clock hours", "Time", "Train (h)"; not "Train (s)", most often the time of one step
_TIME = re.compile(
    r"\b(?:(?:(?:pre-?)?train(?:ing)?|wall[- ]?clock|search|learning|running)[\s-]?(?:run-?)?(?:times?|duration|cost"
    r"|hours?|days?)|wall time)\b|^times?\b|\btime to (?:train|converge|accuracy)"
    r"|\bduration\b|^(?:hours|days) of training$|^train\.?(?: \+ infer)?$|\btrain(?:ing)? \((?:h|hrs?|hours?|days?)\)",
    re.IGNORECASE,
)
# a row's label may be anything: it must say training
_ROW_TIME = re.compile(r"\btrain|\bwall[- ]?(?:clock|time)|\bsearch (?:time|cost)", re.IGNORECASE)
_TIME_NOT = re.compile(
    r"infer|test|latency|decod|forward|/\s?(?:iter|it\b|step|img|im\b|image|batch|sample|frame)|\bfps\b|speed|\bms\b"
    r"|relative|ratio|eval|step|iter|overhead|%|×|batch|generation|thinking"
    r"|per[\s-](?!epoch)",
    re.IGNORECASE,
)
_PER_EPOCH = re.compile(
    r"(?:/|per|each|one|an|a single|single|1)[\s-]?(?:training |full )?epochs?\b|\bepoch[\s-](?:time|duration)"
    r"|\btimes?\s\(?(?:s|sec|min|h)?\)?\s?/\s?ep",
    re.IGNORECASE,
)
_UNIT_SAID = re.compile(
    r"[(\[,\s]\s?(?:in\s)?(?P<unit>sec(?:ond)?s?|s|min(?:ute)?s?|hours?|hrs?|h|days?|d|weeks?)\s?\.?[)\]]?$"
    r"|\bin (?P<unit2>seconds|minutes|hours|days|weeks)\b"
    r"|\((?P<unit3>s|sec|min|hours?|hrs?|h|days?)\)",
    re.IGNORECASE,
)
_UNIT_IN_HEAD = re.compile(r"\b(?P<unit>seconds|minutes|hours|days|weeks)\b", re.IGNORECASE)
_UNIT_SAID_IN_CAPTION = re.compile(
    r"\btimes?\b[^.;]{0,40}?(?:\bin |[(\[](?:in )?)"
    r"(?P<unit>sec(?:ond)?s?|s|min(?:ute)?s?|hours?|hrs?|h|days?|weeks?)\b",
    re.IGNORECASE,
)

# --- what a cell may say ----------------------------------------------------------------------------------------------

_DURATION_CELL = re.compile(
    r"(?<![\w.±/])(?P<value>[~≈<>∼]?\s?\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?)\s?-?(?P<unit>seconds?|secs?|s|minutes?"
    r"|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?![A-Za-z])"
    r"(?:,?\s?(?P<minutes>\d{1,2})\s?(?:m(?:in(?:ute)?s?)?\b|$)|,?\s?(?P<hours>\d{1,2})\s?h(?:ours?|rs?)?\b"
    r"|(?P<seconds>\d{1,2})s\b)?",
    re.IGNORECASE,
)
_COUNT_IN_CELL = re.compile(
    r"(?:(?P<nodes>\d{1,4})\s?[x×*]\s?)?(?P<count>\d[\d,]*)\s?(?:[x×*]\s?)?(?:NVIDIA |Nvidia |Tesla |Google |Cloud "
    r"|GeForce )*$"
)
_COUNT_AFTER_CELL = re.compile(r"^\s?(?:GPUs?|chips|cores)?\s?[(\[]?\s?[x×*]\s?(?P<count>\d{1,5})")
_CITATIONS = re.compile(r"\[[\d, ]+\]")
_DATA_STUB = re.compile(r"^(?:training\s)?(?:data\s?sets?|data|corpus|corpora|sources?|data sources?)\b", re.IGNORECASE)
_NAMES_MODELS = re.compile(r"\b(?:model|method|name|system|approach|algorithm)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:best|previous(?:ly)?|prior)\s(?:published|reported|results?)\b", re.IGNORECASE)
_SAYS_INFERENCE = re.compile(r"\binference|test(?:ing)? time|latency|speed\b|\bFPS\b|\brun-?time\b", re.IGNORECASE)
_SAYS_TRAINING = re.compile(r"\btrain|\bwall[- ]?(?:clock|time)|\bsearch (?:time|cost)", re.IGNORECASE)
_CAPTION_TIME = re.compile(
    r"^(?:Table|Tab\.)\s?[\w.]*[.:]?\s*(?:The )?(?:Comparison of )?(?:(?:pre-?)?train(?:ing)? times?\b"
    r"|(?:(?:pre-?)?training|running|run) (?P<unit>hours|days)\b)",
    re.IGNORECASE,
)
# a column of "hours" in a table of which the caption says that it gives training times
_BARE_UNIT = re.compile(r"^(?:hours|hrs|days)$", re.IGNORECASE)
_BESIDE_RUNS = re.compile(r"\bepochs?\b|\bupdates?\b|\biterations?\b|\bsteps?\b|\b[GT]PUs?\b", re.IGNORECASE)
_CAPTION_SAYS = re.compile(
    r"\b(?:training|wall[- ]?clock|search)[- ](?:times?|hours)\b[^.;]{0,40}|\btimes? (?:of"
    r"|for) (?:\w+ ){0,2}training\b",
    re.IGNORECASE,
)
_SCALING = re.compile(r"\biteration|\bstep|speed-?up|throughput|/\s?s(?:ec)?\b|\bper sec|efficiency", re.IGNORECASE)
# "days x CPU cores", "GPUs × hours": a time and how many
_TIME_BY_COUNT = re.compile(
    r"\b(?P<unit>hours?|days?|weeks?)\s?[x×*]\s?(?:[#№]\s?)?(?:of\s)?(?:[GCT]PUs?|cores|chips|processors)\b"
    r"|(?:[GCT]PUs?|cores|chips|processors)\s?[x×*]\s?(?P<unit2>hours?|days?|weeks?)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"^[~≈∼]?\s?(?P<first>\d[\d,.]*)\s?[x×*]\s?(?P<second>\d[\d,.]*)$")
_POINT_BEFORE = re.compile(r"warm|drop|decay|\bat\b|\bafter\b|best|freez|milestone|\blast\b|\bfirst\b", re.IGNORECASE)
# "Net-50 (300 epochs)": how long the row's model was trained
_EPOCHS_IN_LABEL = re.compile(
    r"(?:^|[(\[,;]|\s)\s?(?P<epochs>\d{1,2},\d{3}|\d{1,5})[\s-]?(?:epochs?|ep\.?)\s?[)\]]?$", re.IGNORECASE
)

SHORTEST = 20.0  # seconds, as in extract/fields/training_time.py


class Kind(StrEnum):
    """What the cells of a column, or of a row, say of the runs."""

    EPOCHS = "epochs"
    COUNT = "count"
    DEVICE = "device"
    TIME = "time"
    EPOCH_TIME = "epoch time"
    DEVICE_TIME = "device time"
    TIME_BY_COUNT = "time by count"


TIMES = (Kind.TIME, Kind.EPOCH_TIME, Kind.DEVICE_TIME)


@dataclass(frozen=True)
class _Line:
    """A column, or a row where the models stand side by side, and what it holds."""

    kind: Kind
    unit: float | None = None
    count_first: bool = False  # of "8 x 3", where a time stands by a count
    device: str | None = None  # that the header names: "Number of V100s", "Time on A100 (h)"
    count: int | None = None  # "Time on 8 A100s"


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
        return bool(_SAYS_INFERENCE.search(self.table.caption))

    def times_inference(self, head: str) -> bool:
        """Whether times under this header are those of inference."""
        return not _SAYS_TRAINING.search(head) and self.of_inference


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


_HEADS = re.compile(
    r"epoch|\bep\b|time|[gt]pu|hardware|devices?\b|hours|days|duration|^train|chips|cores|platform|machine|compute"
    r"|accelerator"
    r"|processor|workers|\bcost\b",
    re.IGNORECASE,
)


def _may_tell(table: Table) -> bool:
    """A first look: whether a header or a row's label speaks of epochs, time or hardware, or a cell names a device."""
    heads = [c.text for row in table.header for c in row] + [row[0].text for row in table.rows]
    if any(_HEADS.search(h) for h in heads if h) or _CAPTION_TIME.search(table.caption):
        return True
    return may_name_device(" ".join(c.text for row in table.rows for c in row if len(c.text) > 4))


# --- where a table says it --------------------------------------------------------------------------------------------


def _values(view: _View) -> list[_Value]:
    """Everything that the table says of runs: in columns, in rows, in labels, and everywhere if its caption says so."""
    found = list(_in_columns(view))
    found += list(_in_rows(view, _places(found)))
    found += list(_in_labels(view, _places(found)))
    if _CAPTION_TIME.search(view.table.caption) and not any(v.field == Field.TRAINING_TIME for v in found):
        found += list(_everywhere(view))
    return found


def _places(values: Iterable[_Value]) -> set[tuple[int, int]]:
    return {(v.place.row, v.place.column) for v in values}


def _in_columns(view: _View) -> Iterator[_Value]:
    frame, caption = view.frame, view.table.caption
    if frame.transposed:
        return
    heads = [" ".join(frame.column_path(c)) for c in range(view.table.columns)]
    beside = "" if view.of_inference else " | ".join(heads)
    scaling = any(_SCALING.search(h) for h in heads) and not any(_TIME.search(h) for h in heads)
    for c in range(view.table.columns):
        path = [_CITATIONS.sub("", p) for p in frame.column_path(c)]
        head = " ".join(path)
        line = (_line(path[-1], caption, beside) if path else None) or _line(head, caption, beside)
        if line and line.kind == Kind.COUNT and scaling:
            continue  # how fast a step is on so many: no runs
        if line and line.kind in TIMES and (view.times_inference(head) or _names_models(view, c, head)):
            continue
        yield from _in_column(view, line, c, head)


def _names_models(view: _View, c: int, head: str) -> bool:
    """Whether a column heads names with figures of many kinds: "Model (training time)"."""
    return c in view.frame.label_columns and _NAMES_MODELS.search(head) is not None


def _in_column(view: _View, line: _Line | None, c: int, head: str) -> Iterator[_Value]:
    """The values of one column's cells; a device named once holds for the rows below ("8 x V100", then "8")."""
    above: str | None = None
    for r, row in enumerate(view.table.rows):
        if c >= len(row) or not row[c].words:
            continue
        place = _Place(r, c, row[c], view.frame.labels[r], head)
        if line is None:
            if not view.of_inference:
                yield from _named_device(place)
            continue
        found = list(_in_cell(view, line, place))
        yield from found
        named = next((str(v.value) for v in found if v.field == Field.DEVICE), None)
        above = named or above
        counted = any(v.field == Field.DEVICE_COUNT for v in found)
        if counted and above and not named and line.kind in (Kind.COUNT, Kind.DEVICE):
            yield _Value(Field.DEVICE, above, place, "device of the rows above")


def _in_rows(view: _View, seen: Collection[tuple[int, int]]) -> Iterator[_Value]:
    """Rows that a label names ("Epochs", "Training time", "Hardware"): one value for each column's model."""
    table, frame = view.table, view.frame
    columns = frame.value_columns if frame.transposed else range(1, table.columns)
    for r, row in enumerate(table.rows):
        label = _CITATIONS.sub("", row[0].text)
        line = _line(label, table.caption) if label else None
        if line is None or (line.kind in (Kind.TIME, Kind.EPOCH_TIME) and not _ROW_TIME.search(label)):
            continue
        if line.kind in TIMES and view.times_inference(label):
            continue
        mixed = "step" in label.lower()
        for c in columns:
            if c >= len(row) or not row[c].words or (r, c) in seen:
                continue
            if mixed and not any("poch" in row[k].text for k in (c, c + 1) if k < len(row)):
                continue
            yield from _in_cell(view, line, _Place(r, c, row[c], _over(view, c), label, across=True))


def _in_labels(view: _View, seen: Collection[tuple[int, int]]) -> Iterator[_Value]:
    """Epochs that a row's label says: "Net-50 (300 epochs)"."""
    for r, row in enumerate(view.table.rows):
        for c in view.frame.label_columns:
            if c >= len(row) or (r, c) in seen or "ep" not in row[c].text.lower():
                continue
            said = _EPOCHS_IN_LABEL.search(" ".join(row[c].text.split()))
            if said and not _POINT_BEFORE.search(row[c].text):
                place = _Place(r, c, row[c], view.frame.labels[r], "")
                yield _Value(Field.EPOCHS, float(said["epochs"].replace(",", "")), place, "epochs in a row's label")


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
    """The durations of a table whose caption says that they are training times."""
    table, frame = view.table, view.frame
    said = _CAPTION_TIME.search(table.caption)
    unit = _seconds(said["unit"]) if said and said["unit"] else None
    line = _Line(Kind.EPOCH_TIME if _PER_EPOCH.search(table.caption) else Kind.TIME, unit)
    for c in frame.value_columns:
        head = " ".join(frame.column_path(c))
        if re.search(r"test|infer|decod|speed", head, re.IGNORECASE):
            continue
        spelled = [
            r for r, row in enumerate(table.rows)
            if c < len(row) and (_spelled(row[c].text.strip()) or (unit and _figure(row[c].text)))
        ]  # fmt: skip
        if len(spelled) < 0.5 * len(table.rows):
            continue
        several = len(frame.value_columns) > 1
        for r in spelled:
            model = head if several and head else frame.labels[r]
            yield from _in_cell(view, line, _Place(r, c, table.rows[r][c], model, head, across=several, alone=True))


# --- what one cell says -----------------------------------------------------------------------------------------------


def _in_cell(view: _View, line: _Line, place: _Place) -> Iterator[_Value]:
    """The values of a cell of this line; none of a blank one."""
    if place.text not in ("", "-", "–", "—"):
        yield from _READERS[line.kind](view, line, place)


def _device_cell(view: _View, line: _Line, place: _Place) -> Iterator[_Value]:
    """A device's name; a bare number under "GPUs" is how many."""
    number = parse_number(place.text)
    if number and number.is_whole and not number.magnitude and 1 <= number.value <= 4096 and _PLURAL.search(place.head):
        yield _Value(Field.DEVICE_COUNT, number.value, place, "count column")
    else:
        yield from _named_device(place, headed=True)


def _epochs_cell(view: _View, line: _Line, place: _Place) -> Iterator[_Value]:
    """One number of epochs, or the several of "30/90"."""
    bare = re.sub(r"\s?epochs?$", "", place.text)
    for n in [single] if (single := parse_number(bare)) else _listed(bare):
        if 0.1 <= n.value <= 20_000 and not n.sign and not n.percent:
            yield _Value(Field.EPOCHS, n.value, place, "epochs row" if place.across else "epochs column")


def _count_cell(view: _View, line: _Line, place: _Place) -> Iterator[_Value]:
    """How many devices, or devices by name with their number."""
    number = parse_number(place.text)
    if not (number and number.is_whole and 1 <= number.value <= 200_000):
        yield from _named_device(place, headed=True)
        return
    device, each = _processors(view, line.device) if line.device else (None, 1)
    if line.device and device is None:
        return  # machines of which the paper does not say what is in them
    yield _Value(Field.DEVICE_COUNT, number.value * each, place, "count column")
    if device:
        yield _Value(Field.DEVICE, device, place, "device in a header")


def _time_by_count_cell(view: _View, line: _Line, place: _Place) -> Iterator[_Value]:
    """A time and how many devices took it: "3 x 8" under "Days x GPUs"."""
    both = _BY.match(place.text)
    if both is None or line.unit is None:
        return
    first, second = parse_number(both["first"]), parse_number(both["second"])
    length, many = (second, first) if line.count_first else (first, second)
    if length and many and many.is_whole and many.value >= 1:
        yield _Value(Field.TRAINING_TIME, length.value * line.unit, place, "time by count")
        yield _Value(Field.DEVICE_COUNT, many.value, place, "time by count")


def _time_cell(view: _View, line: _Line, place: _Place) -> Iterator[_Value]:
    """A time, by its own unit or the line's, and the device and count that the header or the cell says it took."""
    spelled = _spelled(place.text)
    if spelled is None and line.unit and (number := _figure(place.text)):
        if number.sign or number.magnitude not in ("", "k", "K"):
            return
        spelled = (number.value * line.unit, number.low * line.unit, number.high * line.unit)
    if spelled is None:
        return
    value, low, high = spelled
    yield _Value(
        Field.TRAINING_TIME, value, place, f"{line.kind} {'row' if place.across else 'column'}",
        _refusal_of_time(view, line, place, value), low if low != high else None, high if low != high else None,
        device_time=line.kind == Kind.DEVICE_TIME,
    )  # fmt: skip
    if line.device:
        yield _Value(Field.DEVICE, line.device, place, "device in a header")
    if line.count:
        yield _Value(Field.DEVICE_COUNT, float(line.count), place, "count in a header")
    yield from _named_device(place, time=False)


def _refusal_of_time(view: _View, line: _Line, place: _Place, seconds: float) -> str | None:
    """Why the time is not, or not yet, that of a whole run."""
    if line.kind == Kind.DEVICE_TIME:
        return Reason(Refusal.DEVICE_TIME).words
    if line.kind == Kind.EPOCH_TIME:
        if _SAYS_TRAINING.search(f"{place.head} {view.table.caption[:60]}"):
            return Reason(Refusal.TIME_FOR_ONE, "epoch").words
        return Reason(Refusal.EPOCH_TIMES_COMPARED).words  # beside scores: nobody says that runs were made so
    return Reason(Refusal.TOO_SHORT).words if seconds < SHORTEST else None


_READERS: Mapping[Kind, Callable[[_View, _Line, _Place], Iterator[_Value]]] = {
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
    if not 3 <= len(text) <= 90 or not may_name_device(text):
        return
    spelled = _spelled(text) if time else None
    for d in find_devices(text):
        if d.processor is None and not re.search(r"\d", text):
            continue
        before, after = text[: d.start], text[d.end :]
        counted = _COUNT_IN_CELL.search(before) or _COUNT_AFTER_CELL.match(after)
        if not (headed or counted or spelled) or re.match(r"[\s-]?(?:hours|days|h\b|d\b)", after):
            continue
        if d.processor is not None:
            yield _Value(Field.DEVICE, singular(d.printed), place, "device in a cell")
        if counted:
            yield _Value(Field.DEVICE_COUNT, _counted(counted), place, "count in a cell")
        if spelled:
            yield _Value(Field.TRAINING_TIME, spelled[0], place, "time in a cell")


def _counted(match: re.Match[str]) -> float:
    """How many devices: of "2 x 8" the product."""
    return float(match["count"].replace(",", "")) * float(match.groupdict().get("nodes") or 1)


# --- candidates -------------------------------------------------------------------------------------------------------


def _candidate(view: _View, value: _Value) -> Candidate:
    """The value with its evidence, its model, its role and the label of its run."""
    frame, table, place = view.frame, view.table, value.place
    r, c = place.row, place.column
    role = role_of(place.model, table.groups[r], frame.roles, frame.context.names)
    refusal = value.refusal or _refusal_of_row(view, value, role)
    purpose = purpose_of(f"{table.caption} {place.head}")
    of_data = place.across and (frame.columns[c].benchmarks or frame.columns[c].untracked)  # the columns are data sets
    where = f"{r + 1}.{c + 1}" if place.alone else f"c{c + 1}" if place.across else f"{r + 1}"
    more = {} if value.device_time is None else {"device_time": value.device_time}
    return candidate_in_cell(
        view.document, table, place.cell.words, value.field, value.value, value.pattern,
        row_words=tuple(w for cell in table.rows[r] for w in cell.words), row=frame.labels[r], column=place.head,
        subject=None if of_data else place.model or None, role=role,
        purpose=Purpose.TRAINING if purpose == Purpose.INFERENCE else purpose, chosen=refusal is None, reason=refusal,
        run=f"table {view.number + 1}.{where}", low=value.low, high=value.high,
        qualifiers={"table": view.number, **more},
    )  # fmt: skip


def _refusal_of_row(view: _View, value: _Value, role: str | None) -> str | None:
    """Why what the row says is not of a run of the paper's own."""
    if role == Role.PRIOR or _OTHERS.search(value.place.model):
        return Reason(Refusal.ANOTHERS_MODEL).words
    if value.field == Field.EPOCHS and _DATA_STUB.search(view.frame.stub) and not value.place.across:
        return Reason(Refusal.PASSES_OVER_ONE_OF_SEVERAL).words
    return None


_PLURAL = re.compile(r"\b(?:GPUs|TPUs|devices|processors|accelerators)\b", re.IGNORECASE)


def _line(head: str, caption: str, beside: str = "") -> _Line | None:
    """What a header says its cells are, or None; `beside` are all headers of a table that may be of runs."""
    head = " ".join(re.sub(r"[†‡*§↓↑]|\^\d", "", head).split())
    if not head or len(head) > 60:
        return None
    if _EPOCHS.search(head) and not _EPOCHS_NOT.search(head):
        return _Line(Kind.EPOCHS)
    if _COUNT.search(head):
        return _Line(Kind.COUNT)
    named, counted = _device_in(head)
    if named and not counted and (_COUNT_OF.search(head) or _COUNTED.search(head)):
        return _Line(Kind.COUNT, device=named)
    by_count = _TIME_BY_COUNT.search(head)
    if by_count:
        return _Line(Kind.TIME_BY_COUNT, _seconds(by_count["unit"] or by_count["unit2"]), by_count["unit"] is None)
    device_time = _DEVICE_TIME.search(head)
    if device_time and not re.search(r"infer|test|/", head, re.IGNORECASE):
        return _Line(Kind.DEVICE_TIME, _seconds(device_time["unit"] or device_time["unit3"]), device=named)
    if _BARE_UNIT.search(head) and (_CAPTION_SAYS.search(caption) or _BESIDE_RUNS.search(beside)):
        return _Line(Kind.TIME, _seconds(head.split()[0]))
    per_epoch = _PER_EPOCH.search(head)
    if (
        _TIME.search(head) or (per_epoch and re.search(r"time|\bs\b|sec|min|hour", head, re.IGNORECASE))
    ) and not _TIME_NOT.search(head):
        said = _UNIT_SAID.search(head) or _UNIT_IN_HEAD.search(head) or _UNIT_SAID_IN_CAPTION.search(caption)
        unit = next((g for g in said.groups() if g), None) if said else None
        each = per_epoch or (_PER_EPOCH.search(caption) and re.search(r"\btimes?\b", caption, re.IGNORECASE))
        seconds = _seconds(unit) if unit else None
        return _Line(Kind.EPOCH_TIME if each else Kind.TIME, seconds, device=named, count=counted)
    if _DEVICE.search(head):
        return _Line(Kind.DEVICE)
    return None


def _device_in(head: str) -> tuple[str | None, int | None]:
    """The processor that a header names, and how many of them: "Time (8 x V100)"."""
    if not may_name_device(head):
        return None, None
    for d in find_devices(head):
        if d.processor is not None:
            counted = _COUNT_IN_CELL.search(head[: d.start]) or _COUNT_AFTER_CELL.match(head[d.end :])
            count = int(counted["count"].replace(",", "")) if counted else None
            if counted and count and counted.groupdict().get("nodes"):
                count *= int(counted["nodes"])
            return singular(d.printed), count
    return None, None


def _figure(text: str) -> Number | None:
    """The number of a cell, what stands behind it in brackets let go: "1.9 (71)"."""
    text = re.sub(r"\^[^\w\s.]+$", "", " ".join(text.split()))  # a footnote's raised mark
    return parse_number(text) or parse_number(re.sub(r"\s?\([^()]*\)$", "", text))


def _seconds(unit: str) -> float | None:
    unit = unit.lower().rstrip(".")
    return UNIT_SECONDS.get(unit) or UNIT_SECONDS.get(unit.rstrip("s"))


def _listed(text: str) -> list[Number]:
    """The numbers of "30/90" or "30, 90"; nothing for other text."""
    found = find_numbers(text, words=False)
    left = re.sub(r"[\d.\s/,|]", "", text)
    return found if len(found) > 1 and not left else []


def _spelled(text: str) -> tuple[float, float, float] | None:
    """Seconds (value, low, high) of a cell that carries its own unit: "12h", "4d on 16 TPUv3s", "3h8", "70h, 48min"."""
    m = _DURATION_CELL.search(text)
    if not m or m["unit"] == "M" or (m["unit"] == "m" and re.search(r"param|\dM\b", text)):
        return None
    number = parse_number(m["value"].lstrip("~≈<>∼ "))
    unit = {"m": 60.0, "w": 604800.0}.get(m["unit"].lower()) or _seconds(m["unit"])
    if number is None or unit is None:
        return None
    more = float(m["minutes"] or 0) * (60.0 if unit > 60 else 1.0) + float(m["seconds"] or 0)
    more += float(m["hours"] or 0) * 3600.0
    return number.value * unit + more, number.low * unit + more, number.high * unit + more
