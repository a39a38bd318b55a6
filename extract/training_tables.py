"""Tables that say what runs were made on, for how long and for how many epochs.

A column (or, in a table with models as columns, a row) headed "Epochs", "Training time (h)", "GPU days", "#GPUs" or
"Hardware" gives one value a model; all values of one model are one run. Cells that spell it out ("4d on 16 TPUv3s")
are read as sentences are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from db.hardware import find_devices
from db.models import Candidate, Cell, Field, Table
from extract.candidates import Reader
from extract.numbers import Number, find_numbers, parse_number
from extract.paper_context import paper_context
from extract.table_reading import TableReader
from extract.table_roles import role_of
from extract.durations import UNIT_SECONDS
from extract.run_purpose import purpose_of
from extract.training_statements import singular

_EPOCHS = re.compile(
    r"^(?:[#№]\s?)?(?:of\s)?(?:training\s|train\s|total\s|max\.?\s|num(?:ber)?\.?\s(?:of\s)?)*epochs?\.?$|\bepochs$",
    re.I,
)
_EPOCHS_NOT = re.compile(r"\btime\b|\bper\b|/\s?epoch|warm|\bat\b|best|\bs\b|sec|loss|\bafter\b|\d", re.I)
_COUNT = re.compile(
    r"^(?:[#№]\s?|num(?:ber)?\.?\s?)(?:of\s)?(?:GPUs?|TPUs?|devices|accelerators|(?:TPU|GPU)?\s?(?:chips|cores)|processors|workers)$",
    re.I,
)
_DEVICE = re.compile(
    r"^(?:hardware|devices?|GPUs?(?:\s(?:type|model|used))?|(?:GPU|TPU|training)\s(?:type|hardware|device)|accelerators?|machine|processors?|platform|compute(?:\sresources?)?)$",
    re.I,
)
_DEVICE_TIME = re.compile(
    r"(?P<device>(?:[A-Z][\w ]*?[\s-])?(?:GPU|TPU|CPU|core|device|chip)s?(?:[\s-]?v?\d)?(?:[\s-]core)?)[\s-]?(?:\(?(?P<unit>hours?|hrs?|h|days?|d|weeks?|years?)\b)"
    r"|\((?P<unit2>GPU|TPU|core)[\s-](?P<unit3>hours?|days?)\)",
    re.I,
)
_TIME = re.compile(
    r"\b(?:(?:pre-?)?train(?:ing)?|wall[- ]?clock|search|learning|running)[\s-]?(?:times?|duration|cost|hours?|days?)\b|^times?\b|\btime to (?:train|converge|accuracy)|\bduration\b"
    r"|^(?:hours|days) of training$|^train\.?(?: \+ infer)?$",
    re.I,
)
_TIME_NOT = re.compile(
    r"infer|test|latency|decod|forward|per[\s-]|/\s?(?:iter|it\b|step|epoch|img|im\b|image|batch|sample|frame)|\bfps\b|speed|\bms\b|relative|ratio|epoch|eval|step|iter|overhead|%|×|batch|generation",
    re.I,
)
_UNIT_SAID = re.compile(
    r"[(\[,\s]\s?(?:in\s)?(?P<unit>sec(?:ond)?s?|s|min(?:ute)?s?|hours?|hrs?|h|days?|d|weeks?)\s?\.?[)\]]?$|\bin (?P<unit2>seconds|minutes|hours|days|weeks)\b",
    re.I,
)
_UNIT_IN_HEAD = re.compile(r"\b(?P<unit>seconds|minutes|hours|days|weeks)\b", re.I)
_DURATION_CELL = re.compile(
    r"(?<![\w.±/])(?P<value>[~≈<>∼]?\s?\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?)\s?-?(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?![A-Za-z])"
    r"(?:\s?(?P<minutes>\d{1,2})\s?(?:m(?:in)?\b|$)|(?P<seconds>\d{1,2})s\b)?",
    re.I,
)
_COUNT_IN_CELL = re.compile(r"(?P<count>\d[\d,]*)\s?(?:[x×*]\s?)?(?:NVIDIA |Nvidia |Tesla |Google |Cloud |GeForce )*$")
_COUNT_AFTER_CELL = re.compile(r"^\s?(?:GPUs?|chips|cores)?\s?[(\[]?\s?[x×*]\s?(?P<count>\d{1,5})")


_DATA_STUB = re.compile(r"^(?:training\s)?(?:data\s?sets?|data|corpus|corpora|sources?|data sources?)\b", re.I)


@dataclass(frozen=True)
class _Line:
    """A column, or a row of a transposed table, and what it holds."""

    kind: str  # epochs | count | device | time | device_time | words
    unit: float | None = None


def read_training_tables(reader: Reader) -> list[Candidate]:
    """Candidates of device, count, training time and epochs in the paper's tables."""
    context = paper_context(reader)
    out: list[Candidate] = []
    for number, table in enumerate(reader.document.tables):
        if table.rows:
            out += _Reading(reader, TableReader(table, reader.page_by_number[table.page], context), number).candidates()
    return out


class _Reading:
    def __init__(self, reader: Reader, frame: TableReader, number: int) -> None:
        self.reader, self.frame, self.number = reader, frame, number
        self.table: Table = frame.table

    def candidates(self) -> Iterator[Candidate]:
        table, frame = self.table, self.frame
        says_inference = re.search(
            r"\binference|test(?:ing)? time|latency|speed\b|(?:per|single|one|each)\s(?:training\s)?(?:epoch|iteration|step)",
            table.caption,
            re.I,
        )
        if frame.transposed:
            for r, label in enumerate(frame.labels):
                line = _line(re.sub(r"\[[\d, ]+\]", "", label), table.caption)
                if line and not (says_inference and line.kind in ("time", "device_time")):
                    for c in frame.value_columns:
                        yield from self._cell(
                            line, table.rows[r][c], r, c, " ".join(frame.column_path(c)), table.groups[r], label
                        )
            return
        for c in range(table.columns):
            head = " ".join(frame.column_path(c))
            line = _line(frame.column_path(c)[-1] if frame.column_path(c) else "", table.caption) or _line(
                head, table.caption
            )
            for r, row in enumerate(table.rows):
                if c >= len(row) or not row[c].words:
                    continue
                if line and not (says_inference and line.kind in ("time", "device_time")):
                    yield from self._cell(line, row[c], r, c, frame.labels[r], table.groups[r], head)
                elif line is None and not says_inference:
                    yield from self._words(row[c], r, c, head)

    def _emit(
        self, field: str, value: float | str, words: tuple[int, ...], r: int, c: int, model: str, head: str, pattern: str,
        reason: str | None = None, low: float | None = None, high: float | None = None, **more: object,
    ) -> Candidate:  # fmt: skip
        frame, table = self.frame, self.table
        role = role_of(model, table.groups[r], frame.roles, frame.context.names)
        if reason is None and role == "prior":
            reason = "another paper's model"
        if reason is None and field == Field.EPOCHS and _DATA_STUB.search(frame.stub):
            reason = "passes over one of several data sets"
        index = c if frame.transposed else r
        purpose = purpose_of(f"{table.caption} {head}")
        row_words = tuple(w for cell in table.rows[r] for w in cell.words)
        return self.reader.from_cell(
            table, words, field, value, pattern, row_words=row_words, row=model, column=head, subject=model or None,
            role=role, purpose="training" if purpose == "inference" else purpose, chosen=reason is None, reason=reason,
            run=f"table {self.number + 1}.{index + 1}", low=low, high=high, qualifiers={"table": self.number, **more},
        )  # fmt: skip

    def _cell(self, line: _Line, cell: Cell, r: int, c: int, model: str, group: str, head: str) -> Iterator[Candidate]:
        text = " ".join(cell.text.split())
        if not text or text in ("-", "–", "—"):
            return
        if line.kind in ("words", "device"):
            yield from self._words(cell, r, c, head, model=model, headed=line.kind == "device")
            return
        number = parse_number(text)
        if line.kind == "epochs":
            for n in [number] if number else _listed(text):
                if 0.1 <= n.value <= 20_000 and not n.sign:
                    yield self._emit(Field.EPOCHS, n.value, cell.words, r, c, model, head, "epochs column")
        elif line.kind == "count" and number and number.is_whole and 1 <= number.value <= 200_000:
            yield self._emit(Field.DEVICE_COUNT, number.value, cell.words, r, c, model, head, "count column")
        elif line.kind in ("time", "device_time"):
            spelled = _spelled(text)
            if spelled is None and number and line.unit and not number.sign and number.magnitude in ("", "k", "K"):
                spelled = (number.value * line.unit, number.low * line.unit, number.high * line.unit)
            if spelled is None:
                return
            value, low, high = spelled
            yield self._emit(
                Field.TRAINING_TIME, value, cell.words, r, c, model, head,
                "device time column" if line.kind == "device_time" else "time column",
                "device time" if line.kind == "device_time" else ("too short for a training run" if value < 20 else None),
                low if low != high else None, high if low != high else None, device_time=line.kind == "device_time",
            )  # fmt: skip
            yield from self._words(cell, r, c, head, model=model, time=False)

    def _words(
        self,
        cell: Cell,
        r: int,
        c: int,
        head: str,
        *,
        model: str | None = None,
        headed: bool = False,
        time: bool = True,
    ) -> Iterator[Candidate]:
        """A cell that names a device: its count and its time, where it says them."""
        text = " ".join(cell.text.split())
        if len(text) < 3 or len(text) > 90:
            return
        model = self.frame.labels[r] if model is None else model
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
                yield self._emit(Field.DEVICE, singular(d.printed), cell.words, r, c, model, head, "device in a cell")
            if counted:
                count = float(counted["count"].replace(",", ""))
                yield self._emit(Field.DEVICE_COUNT, count, cell.words, r, c, model, head, "count in a cell")
            if spelled:
                yield self._emit(Field.TRAINING_TIME, spelled[0], cell.words, r, c, model, head, "time in a cell")


def _line(head: str, caption: str) -> _Line | None:
    """What a header says its cells are, or None."""
    head = " ".join(re.sub(r"[†‡*§↓↑]|\^\d", "", head).split())
    if not head or len(head) > 60:
        return None
    if _EPOCHS.search(head) and not _EPOCHS_NOT.search(head):
        return _Line("epochs")
    if _COUNT.search(head):
        return _Line("count")
    device_time = _DEVICE_TIME.search(head)
    if device_time and not re.search(r"infer|test|/", head, re.I):
        unit = device_time["unit"] or device_time["unit3"]
        return _Line("device_time", _seconds(unit))
    if _TIME.search(head) and not _TIME_NOT.search(head):
        said = _UNIT_SAID.search(head) or _UNIT_IN_HEAD.search(head) or _UNIT_SAID_IN_CAPTION.search(caption)
        unit = next((g for g in said.groups() if g), None) if said else None
        return _Line("time", _seconds(unit) if unit else None)
    if _DEVICE.search(head):
        return _Line("device")
    return None


_UNIT_SAID_IN_CAPTION = re.compile(r"\btimes?\b[^.;]{0,30}\bin (?P<unit>seconds|minutes|hours|days|weeks)\b", re.I)


def _seconds(unit: str) -> float | None:
    unit = unit.lower().rstrip(".")
    return UNIT_SECONDS.get(unit) or UNIT_SECONDS.get(unit.rstrip("s"))


def _listed(text: str) -> list[Number]:
    """The numbers of "30/90" or "30, 90"; nothing for other text."""
    found = find_numbers(text, words=False)
    left = re.sub(r"[\d.\s/,|]", "", text)
    return found if len(found) > 1 and not left else []


def _spelled(text: str) -> tuple[float, float, float] | None:
    """Seconds (value, low, high) of a cell that carries its own unit: "12h", "4d on 16 TPUv3s", "3h8"."""
    m = _DURATION_CELL.search(text)
    if not m or (m["unit"] in ("m", "M") and re.search(r"param|\dM\b", text)):
        return None
    number = parse_number(m["value"].lstrip("~≈<>∼ "))
    unit = {"m": 60.0, "w": 604800.0}.get(m["unit"].lower()) or _seconds(m["unit"])
    if number is None or unit is None or (m["unit"] == "M"):
        return None
    more = float(m["minutes"] or 0) * unit / 60 + float(m["seconds"] or 0)
    return number.value * unit + more, number.low * unit + more, number.high * unit + more
