"""Tables that say what runs were made on, for how long and for how many epochs.

A column (or a row: models and settings also stand side by side) headed "Epochs", "Training time (h)", "GPU days",
"#GPUs" or "Hardware" gives one value a model; all values of one model are one run. Cells that spell it out ("4d on 16
TPUv3s") are read as sentences are. A table of nothing but training times says so in its caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.models import Candidate, Cell, Document, Field, Table
from db.reference.hardware import find_device, find_devices
from extract.candidates import candidate_in_cell
from extract.cells.read import TableReader
from extract.cells.roles import role_of
from extract.language.devices import family, may_name_device, singular
from extract.language.numbers import Number, find_numbers, parse_number
from extract.language.paper_context import PaperContext
from extract.language.purpose import purpose_of
from extract.language.quantities import UNIT_SECONDS
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


@dataclass(frozen=True)
class _Line:
    """A column, or a row where the models stand side by side, and what it holds."""

    kind: str  # epochs | count | device | time | epoch_time | device_time | time_by_count
    unit: float | None = None
    count_first: bool = False  # of "8 x 3", where a time stands by a count
    device: str | None = None  # that the header names: "Number of V100s", "Time on A100 (h)"
    count: int | None = None  # "Time on 8 A100s"


def read_training_tables(
    document: Document, context: PaperContext, statements: Sequence[Statement]
) -> list[Candidate]:  # fmt: skip
    """Candidates of device, count, training time and epochs in the paper's tables."""
    out: list[Candidate] = []
    for number, table in enumerate(document.tables):
        if table.rows and _may_tell(table):
            out += _Reading(document, table, context, statements, number).candidates()
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


class _Reading:
    def __init__(
        self, document: Document, table: Table, context: PaperContext, statements: Sequence[Statement], number: int
    ) -> None:
        self.document, self.statements, self.number, self.table = document, statements, number, table
        self.frame = TableReader(table, document.page(table.page), context)
        self.seen: set[tuple[int, int]] = set()
        self.timed = False
        self.each_cell = False  # whether every cell is a run of its own
        self.purposes: dict[str, str] = {}
        self.of_inference = bool(_SAYS_INFERENCE.search(table.caption))

    def candidates(self) -> Iterator[Candidate]:
        yield from self._columns()
        yield from self._rows()
        yield from self._labels()
        if _CAPTION_TIME.search(self.table.caption) and not self.timed:
            yield from self._everywhere()

    def _columns(self) -> Iterator[Candidate]:
        table, frame = self.table, self.frame
        if frame.transposed:
            return
        heads = [" ".join(frame.column_path(c)) for c in range(table.columns)]
        beside = "" if self.of_inference else " | ".join(heads)
        scaling = any(_SCALING.search(h) for h in heads) and not any(_TIME.search(h) for h in heads)
        for c in range(table.columns):
            path = [_CITATIONS.sub("", p) for p in frame.column_path(c)]
            head = " ".join(path)
            line = (_line(path[-1], table.caption, beside) if path else None) or _line(head, table.caption, beside)
            device: str | None = None  # of the rows above, where a column says "8 x V100" and then "8"
            if line and line.kind == "count" and scaling:
                continue  # how fast a step is on so many: no runs
            timed = line is not None and line.kind in ("time", "device_time", "epoch_time")
            if timed and (self._inference(head) or (c in frame.label_columns and _NAMES_MODELS.search(head))):
                continue  # "Model (training time)": names with figures of many kinds
            for r, row in enumerate(table.rows):
                if c >= len(row) or not row[c].words:
                    continue
                if line:
                    found = list(self._cell(line, row[c], r, c, frame.labels[r], head, across=False))
                    yield from found
                    named = next((str(f.value) for f in found if f.field == Field.DEVICE), None)
                    device = named or device
                    counted = next((f for f in found if f.field == Field.DEVICE_COUNT), None)
                    if counted and device and not named and line.kind in ("count", "device"):
                        yield self._emit(
                            Field.DEVICE, device, row[c].words, (r, c), frame.labels[r], head,
                            "device of the rows above", False,
                        )  # fmt: skip
                elif not self.of_inference:
                    yield from self._words(row[c], r, c, frame.labels[r], head, across=False)

    def _rows(self) -> Iterator[Candidate]:
        """Rows that a label names ("Epochs", "Training time", "Hardware"): one value for each column's model."""
        table, frame = self.table, self.frame
        columns = frame.value_columns if frame.transposed else range(1, table.columns)
        for r, row in enumerate(table.rows):
            label = _CITATIONS.sub("", row[0].text)
            line = _line(label, table.caption) if label else None
            if line is None or (line.kind in ("time", "epoch_time") and not _ROW_TIME.search(label)):
                continue
            if line.kind in ("time", "device_time", "epoch_time") and self._inference(label):
                continue
            cells = [c for c in columns if c < len(row) and row[c].words and (r, c) not in self.seen]
            mixed = "step" in label.lower()
            for c in cells:
                if mixed and not any("poch" in row[k].text for k in (c, c + 1) if k < len(row)):
                    continue
                yield from self._cell(line, row[c], r, c, self._over(c), label, across=True)

    def _labels(self) -> Iterator[Candidate]:
        """Epochs that a row's label says: "Net-50 (300 epochs)"."""
        for r, row in enumerate(self.table.rows):
            for c in self.frame.label_columns:
                if c >= len(row) or (r, c) in self.seen or "ep" not in row[c].text.lower():
                    continue
                said = _EPOCHS_IN_LABEL.search(" ".join(row[c].text.split()))
                if said and not _POINT_BEFORE.search(row[c].text):
                    value = float(said["epochs"].replace(",", ""))
                    label = self.frame.labels[r]
                    yield self._emit(
                        Field.EPOCHS, value, row[c].words, (r, c), label, "", "epochs in a row's label", False
                    )

    def _over(self, c: int) -> str:
        """The header over a column; where it has none, the nearest one that is set over several columns."""
        path = self.frame.column_path(c)
        if path:
            return " ".join(path)
        for row in reversed(self.table.header):
            named = [h for h in row if h.text and h.column > 0]
            if named:
                return min(named, key=lambda h: abs(h.column - c)).text
        return ""

    def _everywhere(self) -> Iterator[Candidate]:
        """The durations of a table whose caption says that they are training times."""
        self.each_cell = True
        table, frame = self.table, self.frame
        said = _CAPTION_TIME.search(table.caption)
        unit = _seconds(said["unit"]) if said and said["unit"] else None
        line = _Line("epoch_time" if _PER_EPOCH.search(table.caption) else "time", unit)
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
            for r in spelled:
                by_column = len(frame.value_columns) > 1
                model = head if by_column and head else frame.labels[r]
                yield from self._cell(line, table.rows[r][c], r, c, model, head, across=by_column)

    def _inference(self, head: str) -> bool:
        """Whether times under this header are those of inference."""
        if _SAYS_TRAINING.search(head):
            return False
        return self.of_inference

    def _emit(
        self, field: str, value: float | str, words: tuple[int, ...], at: tuple[int, int], model: str, head: str,
        pattern: str, across: bool, reason: str | None = None, low: float | None = None, high: float | None = None,
        **more: object,
    ) -> Candidate:  # fmt: skip
        frame, table = self.frame, self.table
        r, c = at
        self.seen.add(at)
        self.timed = self.timed or field == Field.TRAINING_TIME
        role = role_of(model, table.groups[r], frame.roles, frame.context.names)
        if reason is None and (role == "prior" or _OTHERS.search(model)):
            reason = "another paper's model"
        if reason is None and field == Field.EPOCHS and _DATA_STUB.search(frame.stub) and not across:
            reason = "passes over one of several data sets"
        if head not in self.purposes:
            self.purposes[head] = purpose_of(f"{table.caption} {head}")
        purpose = self.purposes[head]
        row_words = tuple(w for cell in table.rows[r] for w in cell.words)
        subject = model or None
        if across and subject and (frame.columns[c].benchmarks or frame.columns[c].untracked):
            subject = None  # the columns are data sets
        place = f"{r + 1}.{c + 1}" if self.each_cell else f"c{c + 1}" if across else f"{r + 1}"
        return candidate_in_cell(
            self.document, table, words, field, value, pattern, row_words=row_words, row=frame.labels[r],
            column=head, subject=subject,
            role=role, purpose="training" if purpose == "inference" else purpose, chosen=reason is None, reason=reason,
            run=f"table {self.number + 1}.{place}", low=low, high=high,
            qualifiers={"table": self.number, **more},
        )  # fmt: skip

    def _cell(
        self, line: _Line, cell: Cell, r: int, c: int, model: str, head: str, *, across: bool
    ) -> Iterator[Candidate]:
        text = " ".join(cell.text.split())
        if not text or text in ("-", "–", "—"):
            return
        at = (r, c)
        if line.kind == "device":
            number = parse_number(text)
            if (
                number
                and number.is_whole
                and not number.magnitude
                and 1 <= number.value <= 4096
                and _PLURAL.search(head)
            ):
                yield self._emit(Field.DEVICE_COUNT, number.value, cell.words, at, model, head, "count column", across)
            else:
                yield from self._words(cell, r, c, model, head, headed=True, across=across)
            return
        number = parse_number(text)
        if line.kind == "epochs":
            bare = re.sub(r"\s?epochs?$", "", text)
            found = [n] if (n := parse_number(bare)) else _listed(bare)
            for n in found:
                if 0.1 <= n.value <= 20_000 and not n.sign and not n.percent:
                    yield self._emit(
                        Field.EPOCHS,
                        n.value,
                        cell.words,
                        at,
                        model,
                        head,
                        "epochs row" if across else "epochs column",
                        across,
                    )
        elif line.kind == "count" and number and number.is_whole and 1 <= number.value <= 200_000:
            device, each = self._processors(line.device) if line.device else (None, 1)
            if line.device and device is None:
                return  # machines of which the paper does not say what is in them
            count = number.value * each
            yield self._emit(Field.DEVICE_COUNT, count, cell.words, at, model, head, "count column", across)
            if device:
                yield self._emit(Field.DEVICE, device, cell.words, at, model, head, "device in a header", across)
        elif line.kind == "count":
            yield from self._words(cell, r, c, model, head, headed=True, across=across)
        elif line.kind == "time_by_count":
            if (both := _BY.match(text)) and line.unit:
                first, second = parse_number(both["first"]), parse_number(both["second"])
                length, many = (second, first) if line.count_first else (first, second)
                if length and many and many.is_whole and many.value >= 1:
                    yield self._emit(
                        Field.TRAINING_TIME,
                        length.value * line.unit,
                        cell.words,
                        at,
                        model,
                        head,
                        "time by count",
                        across,
                    )
                    yield self._emit(
                        Field.DEVICE_COUNT, many.value, cell.words, at, model, head, "time by count", across
                    )
        elif line.kind in ("time", "device_time", "epoch_time"):
            spelled = _spelled(text)
            if spelled is None:
                number = _figure(text)
            if spelled is None and number and line.unit and not number.sign and number.magnitude in ("", "k", "K"):
                spelled = (number.value * line.unit, number.low * line.unit, number.high * line.unit)
            if spelled is None:
                return
            value, low, high = spelled
            reason = {"device_time": "device time", "epoch_time": "time for one epoch"}.get(line.kind)
            if line.kind == "epoch_time" and not _SAYS_TRAINING.search(f"{head} {self.table.caption[:60]}"):
                reason = "time for one epoch, compared"  # a column beside scores: nobody says that runs were made so
            if reason is None and value < SHORTEST:
                reason = "too short for a training run"
            pattern = f"{line.kind.replace('_', ' ')} {'row' if across else 'column'}"
            yield self._emit(
                Field.TRAINING_TIME, value, cell.words, at, model, head, pattern,
                across, reason, low if low != high else None, high if low != high else None,
                device_time=line.kind == "device_time",
            )  # fmt: skip
            if line.device:
                yield self._emit(Field.DEVICE, line.device, cell.words, at, model, head, "device in a header", across)
            if line.count:
                yield self._emit(
                    Field.DEVICE_COUNT, float(line.count), cell.words, at, model, head, "count in a header", across
                )
            yield from self._words(cell, r, c, model, head, time=False, across=across)

    def _processors(self, printed: str) -> tuple[str | None, int]:
        """What is counted under this name, and how many to one: of a DGX-2 the 16 V100s that the paper speaks of."""
        known = find_device(printed)
        if known is None or known.kind != "system":
            return printed, 1
        inside = known.contains or ""
        for s in self.statements:
            for d in s.devices:
                if d.processor and d.kind != "system" and family(d.processor.name) == family(inside):
                    return singular(d.printed), known.processors
        return None, 1

    def _words(
        self, cell: Cell, r: int, c: int, model: str, head: str, *, headed: bool = False, time: bool = True,
        across: bool,
    ) -> Iterator[Candidate]:  # fmt: skip
        """A cell that names a device: its count and its time, where it says them."""
        text = " ".join(cell.text.split())
        if len(text) < 3 or len(text) > 90:
            return
        at = (r, c)
        if not may_name_device(text):
            return
        for d in find_devices(text):
            if d.processor is None and not re.search(r"\d", text):
                continue
            before, after = text[: d.start], text[d.end :]
            counted = _COUNT_IN_CELL.search(before) or _COUNT_AFTER_CELL.match(after)
            spelled = _spelled(text) if time else None
            if not (headed or counted or spelled):
                continue
            if re.match(r"[\s-]?(?:hours|days|h\b|d\b)", after):
                continue
            if d.processor is not None:
                yield self._emit(
                    Field.DEVICE, singular(d.printed), cell.words, at, model, head, "device in a cell", across
                )
            if counted:
                count = float(counted["count"].replace(",", "")) * float(counted.groupdict().get("nodes") or 1)
                yield self._emit(Field.DEVICE_COUNT, count, cell.words, at, model, head, "count in a cell", across)
            if spelled:
                yield self._emit(Field.TRAINING_TIME, spelled[0], cell.words, at, model, head, "time in a cell", across)


_PLURAL = re.compile(r"\b(?:GPUs|TPUs|devices|processors|accelerators)\b", re.IGNORECASE)


def _line(head: str, caption: str, beside: str = "") -> _Line | None:
    """What a header says its cells are, or None; `beside` are all headers of a table that may be of runs."""
    head = " ".join(re.sub(r"[†‡*§↓↑]|\^\d", "", head).split())
    if not head or len(head) > 60:
        return None
    if _EPOCHS.search(head) and not _EPOCHS_NOT.search(head):
        return _Line("epochs")
    if _COUNT.search(head):
        return _Line("count")
    named, counted = _device_in(head)
    if named and not counted and (_COUNT_OF.search(head) or _COUNTED.search(head)):
        return _Line("count", device=named)
    by_count = _TIME_BY_COUNT.search(head)
    if by_count:
        return _Line("time_by_count", _seconds(by_count["unit"] or by_count["unit2"]), by_count["unit"] is None)
    device_time = _DEVICE_TIME.search(head)
    if device_time and not re.search(r"infer|test|/", head, re.IGNORECASE):
        return _Line("device_time", _seconds(device_time["unit"] or device_time["unit3"]), device=named)
    if _BARE_UNIT.search(head) and (_CAPTION_SAYS.search(caption) or _BESIDE_RUNS.search(beside)):
        return _Line("time", _seconds(head.split()[0]))
    per_epoch = _PER_EPOCH.search(head)
    if (
        _TIME.search(head) or (per_epoch and re.search(r"time|\bs\b|sec|min|hour", head, re.IGNORECASE))
    ) and not _TIME_NOT.search(head):
        said = _UNIT_SAID.search(head) or _UNIT_IN_HEAD.search(head) or _UNIT_SAID_IN_CAPTION.search(caption)
        unit = next((g for g in said.groups() if g), None) if said else None
        each = per_epoch or (_PER_EPOCH.search(caption) and re.search(r"\btimes?\b", caption, re.IGNORECASE))
        seconds = _seconds(unit) if unit else None
        return _Line("epoch_time" if each else "time", seconds, device=named, count=counted)
    if _DEVICE.search(head):
        return _Line("device")
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
