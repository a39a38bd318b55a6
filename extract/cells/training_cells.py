"""What one cell of a training table says: a time, epochs, a number of devices, or a device ("4d on 16 TPUv3s")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from db.models import Field
from db.reference.hardware import find_device, find_devices
from db.vocabulary import Reason, Refusal
from extract.cells.training_captions import caption_epochs
from extract.cells.training_devices import name_and_count
from extract.cells.training_heads import Head, Kind, epochs_of_schedule
from extract.cells.training_table import SAYS_TRAINING, Place, TableView, Value
from extract.cells.training_times import CellTime, read_time
from extract.language.devices import family, may_name_device, singular
from extract.language.durations import LONGEST
from extract.language.numbers import Number, find_numbers, parse_number
from extract.pattern import Pattern

_BY = Pattern(
    "a product of two numbers alone in a cell",
    {r"(?P<first>\d[\d,.]*)\s?[x×*]\s?(?P<second>\d[\d,.]*)": ("8 x 4", "~2×1,024")},
    refuses=("8", "8 x V100"),
    before=r"^[~≈∼]?\s?",
    after="$",
    flags=re.NOFLAG,
)

SHORTEST = 20.0  # seconds, as in extract/fields/training_time.py
LONGEST_ON_THE_WALL = 180 * 86400.0  # seconds; "5.5k" under "Hours" are those of all devices together
SHORTEST_UNSAID = 1200.0  # seconds; a shorter time under "Time" is one of steps or of use, unless training is named


def printed_in(view: TableView, r: int, c: int) -> str:
    """A cell's text, raised characters behind "^"."""
    return " ".join(view.frame.printed[r][c].split())


def time_in(head: Head, text: str) -> CellTime | None:
    """The time that a cell of a column so headed says."""
    return read_time(text, head.unit, letters=not head.only_training)


def values_in(view: TableView, head: Head, place: Place) -> Iterator[Value]:
    """The values of a cell of this line; none of a blank one."""
    if place.text not in ("", "-", "–", "—"):
        yield from _READERS[head.kind](view, head, place)


def _device_cell(view: TableView, head: Head, place: Place) -> Iterator[Value]:
    yield from named_device(place, headed=True)


def _epochs_cell(view: TableView, head: Head, place: Place) -> Iterator[Value]:
    """One number of epochs, or the several of "30/90"."""
    if head.schedule:
        lasts = epochs_of_schedule(place.text, view.table.caption)
        if lasts is not None:
            yield Value(Field.EPOCHS, lasts, place, "epochs column")
        return
    each = _OF_WHICH.sub("", place.text)
    bare = re.sub(r"\s?epochs?$", "", each if each != place.text else _BEHIND.sub("", place.text))
    for n in [single] if (single := parse_number(bare)) else _listed(bare):
        if 0.1 <= n.value <= 20_000 and not n.sign and not n.percent:
            yield Value(Field.EPOCHS, n.value, place, "epochs row" if place.across else "epochs column")


_OF_WHICH = Pattern(
    "the models that each of several numbers is of, in brackets behind it",
    {r"[A-Za-z][\w+-]*(?:\s?[/,]\s?[A-Za-z][\w+-]*)*": ("100 (B/L), 50 (H)", "300 (Tiny) / 90 (Base, Large)")},
    refuses=("300 (20)", "300 (12 h)", "300"),
    before=r"(?<=\d)\s?\((?!(?:warm|per|each)\b)",
    after=r"\)(?=\s?(?:[,;/|]|$))",
)
_BEHIND = re.compile(r"(?<=\d)\s?\([^()]*\)$|(?<=\d) / \d+$")  # "300 (20)", "90 / 5": the second is of the warm-up


def _count_cell(view: TableView, head: Head, place: Place) -> Iterator[Value]:
    """How many devices, or devices by name with their number."""
    number = parse_number(place.text)
    if not (number and number.is_whole and 1 <= number.value <= 200_000):
        yield from named_device(place, headed=True)
        return
    device, each = _processors(view, head.device) if head.device else (None, 1)
    if head.device and device is None:
        return  # machines of which the paper does not say what is in them
    yield Value(Field.DEVICE_COUNT, number.value * each, place, "count column")
    if device := device or _kind_alone(view, place.head):
        yield Value(Field.DEVICE, device, place, "device in a header")


def _kind_alone(view: TableView, head: str) -> str | None:
    """ "TPU core" of a header over numbers of them, in a paper that names no TPU better."""
    named = [d for d in find_devices(head) if d.kind == "tpu"] if "TPU" in head else []
    better = any(d.kind == "tpu" and d.processor for s in view.statements for d in s.devices)
    return singular(named[0].printed) if named and not better else None


def _product(head: Head, text: str) -> tuple[Number, Number] | None:
    """(time, processors) of "3 x 8" under "Days x GPUs", of "8 x 3" under "GPU days"."""
    both = _BY.match(text)
    if both is None or head.unit is None:
        return None
    first, second = parse_number(both["first"]), parse_number(both["second"])
    length, many = (second, first) if head.count_first else (first, second)
    return (length, many) if length and many and many.is_whole and many.value >= 1 else None


def _time_by_count_cell(view: TableView, head: Head, place: Place) -> Iterator[Value]:
    """A time and how many devices took it."""
    if (both := _product(head, place.text)) and head.unit:
        length, many = both
        yield Value(Field.TRAINING_TIME, length.value * head.unit, place, "time by count")
        yield Value(Field.DEVICE_COUNT, many.value, place, "time by count")


def _time_cell(view: TableView, head: Head, place: Place) -> Iterator[Value]:
    """A time, by its own unit or the head's, and the device and count that the head or the cell says it took."""
    if head.kind == Kind.DEVICE_TIME and _product(head, place.text):
        yield from _time_by_count_cell(view, head, place)
        return
    time = time_in(head, printed_in(view, place.row, place.column))
    if time is None:
        return
    kind = head.kind
    if kind == Kind.TIME and (time.of_epoch or time.of_devices):
        kind = Kind.EPOCH_TIME if time.of_epoch else Kind.DEVICE_TIME
    if kind == Kind.TIME and LONGEST_ON_THE_WALL < time.seconds <= LONGEST:
        kind = Kind.DEVICE_TIME
    yield Value(
        Field.TRAINING_TIME, time.seconds, place, f"{kind} {'row' if place.across else 'column'}",
        _refusal_of_time(view, head, kind, place, time.seconds),
        time.low, time.high,
        device_time=kind == Kind.DEVICE_TIME,
        epochs=caption_epochs(view.table.caption) if kind == Kind.EPOCH_TIME else None,
    )  # fmt: skip
    if head.device:
        yield Value(Field.DEVICE, head.device, place, "device in a header")
    if count := time.count or head.count:
        yield Value(Field.DEVICE_COUNT, float(count), place, "count in a cell" if time.count else "count in a header")
    yield from named_device(place, time=False)


def _refusal_of_time(view: TableView, head: Head, kind: Kind, place: Place, seconds: float) -> str | None:
    """Why the time is not, or not yet, that of a whole run."""
    if kind == Kind.DEVICE_TIME:
        return Reason(Refusal.DEVICE_TIME).words
    if kind == Kind.STEP_TIME:
        return Reason(Refusal.TIME_FOR_ONE, "step").words
    if kind == Kind.EPOCH_TIME:
        if SAYS_TRAINING.search(f"{place.head} {view.table.caption[:60]}"):
            return Reason(Refusal.TIME_FOR_ONE, "epoch").words
        return Reason(Refusal.EPOCH_TIMES_COMPARED).words  # beside scores: nobody says that runs were made so
    if seconds < SHORTEST:
        return Reason(Refusal.TOO_SHORT).words
    if seconds > LONGEST:
        return Reason(Refusal.LONGER_THAN_ANY_RUN).words
    short = seconds < SHORTEST_UNSAID and (head.unit or 1.0) <= 1.0
    if short and not SAYS_TRAINING.search(f"{place.head} {place.model} {view.table.caption}"):
        return Reason(Refusal.TIME_OF_WHAT).words
    return None


_READERS: Mapping[Kind, Callable[[TableView, Head, Place], Iterator[Value]]] = {
    Kind.DEVICE: _device_cell,
    Kind.EPOCHS: _epochs_cell,
    Kind.COUNT: _count_cell,
    Kind.TIME_BY_COUNT: _time_by_count_cell,
    Kind.TIME: _time_cell,
    Kind.EPOCH_TIME: _time_cell,
    Kind.STEP_TIME: _time_cell,
    Kind.DEVICE_TIME: _time_cell,
}


def _processors(view: TableView, printed: str) -> tuple[str | None, int]:
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


def named_device(place: Place, *, headed: bool = False, time: bool = True) -> Iterator[Value]:
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
            yield Value(Field.DEVICE, name, place, "device in a cell")
        if count:
            yield Value(Field.DEVICE_COUNT, float(count), place, "count in a cell")
        if timed:
            yield Value(Field.TRAINING_TIME, timed.seconds, place, "time in a cell")


def _listed(text: str) -> list[Number]:
    """The numbers of "30/90" or "30, 90"; nothing for other text."""
    found = find_numbers(text, words=False)
    left = re.sub(r"[\d.\s/,|]", "", text)
    return found if len(found) > 1 and not left else []
