"""What a header or a row's label says that cells are: a run's time, its device, its number of devices or of epochs.

A header is taken apart into words (`training_words.py`). "Tr. hrs", "Time to train" and "Pre-training (d)" are the time
of a run because they hold a word of training and one of time, and none of a part or of use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from extract.cells.training_captions import OF_A_PART, SAYS_COST, caption_device_unit, caption_says_times, caption_unit
from extract.cells.training_devices import COUNT_HEAD, device_in
from extract.cells.training_words import (
    COMPARED,
    HOW_LONG,
    OF_PARTS,
    OF_TIME,
    OF_TRAINING,
    OF_USE,
    PER_EPOCH,
    SAYS_TIME,
    Words,
    clock_unit,
)
from extract.language.duration_parts import PARTS_OF_A_RUN
from extract.language.quantities import MINUTE, UNIT, Unit, unit_seconds
from extract.pattern import Pattern

LONGEST_HEAD = 60  # characters; what is longer is a sentence


class Kind(StrEnum):
    """What the cells of a column, or of a row, say of the runs."""

    EPOCHS = "epochs"
    COUNT = "count"
    DEVICE = "device"
    TIME = "time"
    EPOCH_TIME = "epoch time"
    STEP_TIME = "step time"
    DEVICE_TIME = "device time"
    TIME_BY_COUNT = "time by count"


TIMES = (Kind.TIME, Kind.EPOCH_TIME, Kind.STEP_TIME, Kind.DEVICE_TIME)


@dataclass(frozen=True)
class Head:
    """What a column, or a row where the models stand side by side, holds."""

    kind: Kind
    unit: float | None = None  # seconds
    count_first: bool = False  # of "8 x 3", where a time stands by a count
    device: str | None = None  # that the header names: "Number of V100s", "Time on A100 (h)"
    count: int | None = None  # "Time on 8 A100s"
    only_training: bool = False  # "Training": what of it, the cells must say
    schedule: bool = False  # of epochs: "Lr schd", whose cells carry their unit, "1x" by the caption's words
    unsure: bool = False  # of times: "Duration" and "Train hours" may be those of recordings


_OPTIMIZERS = frozenset(("opt", "optim"))  # alone they head a column of these
_LINKS = frozenset("to of the our full total in a for on and per model models network run".split())
_EPOCHS = Pattern(
    "a header over numbers of epochs",
    {
        r"^(?:[#№]\s?)?(?:of\s)?(?:training\s|train\s|total\s|max(?:imu[mn])?\.?\s|num(?:ber)?\.?\s(?:of\s)?|fine-?tun\w*\s"
        r"|pre-?train\w*\s|steps\s?/\s?|number of steps\s?/\s?)*(?:epochs?|ep)\.?$": (
            "Epochs", "# of epochs", "max. epochs", "Train Epoch", "Num. of epochs", "steps / epochs",
        ),
        r"\bepochs$": "Supervised epochs",
        r"^(?:[#№]\s?)?epochs\s(?:trained|run|used|in total|to converge)$": "Epochs to converge",
        r"^(?:[\w-]+\s)*(?:train\w*|length|duration|schedule|budget|tuning)\s?[(\[](?:in |# ?)?ep(?:ochs?|\.)?[)\]]$": (
            "Training length (epochs)"
        ),
    },
    refuses=("per epoch", "epochs of warm-up"),
)  # fmt: skip
_PART_BEHIND = Pattern(
    "the second of two numbers of a cell, which is of a part of the run",
    {r"[(/\[,]\s?(?:lr\s|learning[- ]rate\s)?(?:warm|decay|drop|cool|patience)[^()]*[)\]]?$": "epochs (warm-up)"},
    before=r"\s?",
    refuses=("warm-up (epochs)",),
)
_SCHEDULE = Pattern(
    "a header over names of schedules",
    {
        r"(?:lr|learning[- ]rate|learning|training|train)?\s?(?:schedules?|sched\.?|schd\.?)": ("Lr schd", "schedule"),
        "LS": "LS",
    },
    before=r"^",
    after=r"$",
    refuses=("scheduled sampling",),
)
_SCHEDULED = Pattern(
    "how long a schedule lasts, by its own unit",
    {r"(?P<n>\d{1,4})\s?e(?:p(?:ochs?|\.)?)?\b": ("12e", "1x = 12 epochs", "3x (36 epochs", "1x: 12ep")},
    before=r"^(?:(?P<name>\d(?:\.\d)?\s?[x×])\s?(?:[=:(,]|is|are|means|denotes|refers to)?\s?)?",
    refuses=("1x", "at 12e"),
)
_EPOCHS_NOT = Pattern(
    "a header on epochs that counts none of a whole run",
    {
        r"\btime\b": "time, epochs",
        r"\bper\b": "per 10 epochs",
        r"/\s?epoch": "steps/epoch",
        r"warm": "warm-up epochs",
        r"\bat\b": "at epochs",
        r"best": "best epoch",
        r"\bs\b": "s, epochs",
        r"sec": "sec epochs",
        r"loss": "loss, epochs",
        r"\bafter\b": "after epochs",
        r"\d": "20 epochs",
        r"decay": "decay epochs",
        r"drop": "drop epochs",
        r"milestone": "milestone epochs",
        r"freez": "frozen or freeze epochs",
    },
    refuses=("Epochs", "training epochs"),
)
# "TPU v3 cores", "V100 GPUs": how many of the device that the header names
_COUNTED = Pattern(
    "a header of counts of the device that it names",
    {
        r"cores(?:\sused)?": "V100 cores",
        r"chips(?:\sused)?": "V100 chips",
        r"devices(?:\sused)?": "V100 devices",
        r"GPUs(?:\sused)?": "V100 GPUs",
        r"TPUs(?:\sused)?": "V100 TPUs",
        r"processors(?:\sused)?": "V100 processors",
        r"nodes(?:\sused)?": "V100 nodes",
        r"\d{2,3}s": "V100s",
    },
    refuses=("V100 GPU", "GPUs of it"),
    after="$",
)
_COUNT_OF = Pattern(
    "a header that begins as a count does",
    {
        r"[#№]\s?(?:of\s)?": "# of V100",
        r"num(?:ber)?\.?\s(?:of\s)?": "number of V100",
        r"no\.?\s(?:of\s)?": "No. of V100",
        r"how many\s": "how many V100s were used",
    },
    refuses=("V100 number", "nothing of"),
    before="^",
)
_DEVICE = Pattern(
    "a header over names of devices",
    {
        r"hardware": "Hardware",
        r"devices?": "Device",
        r"GPUs?(?:\s(?:type|model|used))?": ("GPU", "GPU model"),
        r"(?:TPU|training)\s(?:type|hardware|device)": "training hardware",
        r"GPU\s(?:hardware|device)": "GPU device",
        r"accelerators?": "Accelerator",
        r"machine": "Machine",
        r"processors?": "Processor",
        r"platform": "Platform",
        r"(?:compute(?:\sresources?)?|resources?)": ("Compute resources", "Resources"),
        r"(?:graphics\s)?cards?|chip(?:\stype)?": ("Card", "Chip"),
    },
    refuses=("GPU hours", "device memory"),
    before="^",
    after="$",
)
# "days x CPU cores", "GPUs × hours": a time and how many
_TIME_BY_COUNT = Pattern(
    "a time and a number of processors in one cell",
    {
        r"\b(?P<unit>hours?|days?|weeks?)\s?[x×*]\s?(?:[#№]\s?)?(?:of\s)?(?:[GCT]PUs?|cores|chips|processors)\b": (
            "days x CPU cores",
        ),
        r"(?:[GCT]PUs?|cores|chips|cards|processors)\s?[x×*]\s?(?P<unit2>hours?|hrs?|h|days?|d|weeks?)\b": (
            "GPUs × hours",
            "#cards x h",
        ),
    },
    refuses=("GPU hours", "3 x faster"),
)
_BESIDE_RUNS = Pattern(
    "a header that stands beside a time of training",
    {
        r"epochs?": "Epochs",
        r"updates?|iterations?|steps?": "iterations",
        r"[GT]PUs?|chips|cards?": "GPUs",
        r"hardware|accelerators?|devices?": "Hardware",
    },
    refuses=("stepwise", "model"),
    before=r"\b",
    after=r"\b",
)
_TRAINS = Pattern(
    "a caption on training",
    {r"(?:train|tun)(?:ed|ing)": ("Trained", "pre-training", "fine-tuned")},
    refuses=("the train", "tunes"),
    before=r"\b(?:pre-?|fine-?)?",
    after=r"\b",
)


def read_head(text: str, caption: str, beside: str = "") -> Head | None:
    """What a header says its cells are, or None; `beside` are all headers of a table that may be of runs."""
    printed = " ".join(_RUN_TOGETHER.sub(" ", re.sub(r"[†‡*§↓↑]|\^\d", "", text)).split())
    for said in (printed, _legend(printed, caption)):
        if said and len(said) <= LONGEST_HEAD:
            words = Words(said)
            for reader in _READERS:
                if head := reader(words, caption, beside):
                    return head
    return None


_RUN_TOGETHER = Pattern(
    "where a header's words are run together, as in a program",
    {
        r"(?<=[a-z])(?=[A-Z][a-z])": "TrainTime (h)",
        r"(?<=[GTC]PU)(?=[A-Z][a-z])": "GPUHours",
        r"(?<=[a-z])_(?=[a-z])": "train_time",
    },
    refuses=("GPUs", "TIME", "train time"),
    flags=re.NOFLAG,
)
_MEANS = Pattern(
    "what a caption says that an abbreviation means, behind it",
    {
        ":": ": training hours",
        "=": " = time for an epoch",
        "is": " is the time of training",
        "are": " are hours",
        "denotes?": "” denotes time",
        "means": " means time",
        "stands for": " stands for the time",
        "refers to": " refers to the time",
        "indicates?": " indicates time",
    },
    refuses=(" training hours", " istime", " = h."),
    before=r"[\"”’']?\s?",
    after=r"\s(?:the\s)?(?P<text>[^.;,]{3,50})",
    flags=re.NOFLAG,
)
SHORT_HEAD = 8  # characters; what is longer is no abbreviation


def _legend(head: str, caption: str) -> str | None:
    """What the caption says that a short header means: "tt = training time in hours", "Seconds per epoch (SPE)"."""
    if len(head) > SHORT_HEAD or not (head.isalpha() or head == "#") or head not in caption:
        return None
    places = re.finditer(rf"(?<![\w-]){re.escape(head)}", caption)
    said = next((m for place in places if (m := _MEANS.match(caption, place.end()))), None)
    if said is None and head.isupper() and len(head) > 1:
        said = re.search(rf"(?P<text>(?:[A-Za-z]+[ -]){{1,4}})\({re.escape(head)}\)", caption)
    return said["text"].strip() if said else None


def _epochs(words: Words, caption: str, beside: str) -> Head | None:
    text = _PART_BEHIND.sub("", words.text)
    if _EPOCHS.search(text) and not _EPOCHS_NOT.search(text):
        return Head(Kind.EPOCHS)
    return Head(Kind.EPOCHS, schedule=True) if _SCHEDULE.match(text) else None


def epochs_of_schedule(printed: str, caption: str) -> float | None:
    """The epochs of a schedule as a cell prints it, "12e", or as the caption explains its name: "1x = 12 epochs"."""
    if said := _SCHEDULED.match(printed):
        return float(said["n"])
    name = re.escape(printed.rstrip("x×").strip())
    at = re.search(rf"(?<![\d.])(?={name}\s?[x×])", caption) if re.fullmatch(r"\d(?:\.\d)?\s?[x×]", printed) else None
    said = _SCHEDULED.match(caption[at.end() :]) if at else None
    return float(said["n"]) if said else None


def _count(words: Words, caption: str, beside: str) -> Head | None:
    if COUNT_HEAD.search(words.text):
        return Head(Kind.COUNT)
    named, counted = device_in(words.text)
    if named and not counted and (_COUNT_OF.search(words.text) or _COUNTED.search(words.text)):
        return Head(Kind.COUNT, device=named)
    return None


def _time_by_count(words: Words, caption: str, beside: str) -> Head | None:
    found = _TIME_BY_COUNT.search(words.text)
    if found is None and words.any_of(OF_TIME) and words.is_of_whole_runs:
        found = _TIME_BY_COUNT.search(caption)  # "Effort", of which the caption says: in GPUs x hours
    if found is None:
        return None
    return Head(Kind.TIME_BY_COUNT, unit_seconds(found["unit"] or found["unit2"]), found["unit"] is None)


def _device_time(words: Words, caption: str, beside: str) -> Head | None:
    if words.any_begins(OF_USE):
        return None
    unit = words.unit
    if unit is None and words.any_of(OF_TIME) and (seconds := caption_device_unit(caption)):
        unit = Unit(seconds, of_devices=True)  # "Cost", which the caption gives in GPU-days
    if unit is None or not unit.of_devices:
        return None
    named, _ = device_in(words.text)
    return Head(Kind.DEVICE_TIME, unit.seconds, count_first=True, device=named)


_UNITS_OF_NO_RUN = frozenset("s ms msec milliseconds month months year years yr yrs".split())  # speeds, or dates


def _bare_unit(words: Words, caption: str, beside: str) -> Head | None:
    """A column of "hours" in a table of which the caption says that it gives training times."""
    if words.unit is None or words.any_of(OF_TIME):
        return None
    named, count = device_in(words.text)
    if named and words.tokens[0] in ("hours", "hrs", "h", "days", "d") and not words.unit.of_devices:
        return Head(Kind.TIME, words.seconds, device=named, count=count)  # "Hours (8 x V100)"
    if len(words.tokens) > 1 or words.tokens[0] in _UNITS_OF_NO_RUN:
        return None
    word = len(words.text) > 2  # "h" beside "steps" is the number of heads
    of_training = SAYS_COST.search(caption) is not None or (
        _TRAINS.search(caption) is not None and device_in(caption)[0] is not None
    )
    told = of_training or (word and (_BESIDE_RUNS.search(beside) or SAYS_COST.search(beside)))
    return Head(Kind.TIME, words.seconds, unsure=True) if told else None


def _epoch_time(words: Words, caption: str, beside: str) -> Head | None:
    of_epoch = words.unit.per == "epoch" if words.unit else PER_EPOCH.search(words.text) and words.any_of(OF_TIME)
    if not of_epoch or words.any_begins((*OF_USE, *COMPARED, *OF_PARTS)):
        return None
    return _timed(Kind.EPOCH_TIME, words, caption)


def _step_time(words: Words, caption: str, beside: str) -> Head | None:
    """A column of seconds an iteration, where header or caption says that they are of training."""
    if words.unit is None or words.unit.per not in PARTS_OF_A_RUN or words.unit.per == "epoch":
        return None
    trains = words.trains or SAYS_COST.search(caption) is not None or _TRAINS.search(caption) is not None
    return _timed(Kind.STEP_TIME, words, caption) if trains and not words.any_begins((*OF_USE, *COMPARED)) else None


_DONE_IN_TRAINING = Pattern(
    "what is done while a model trains: no time is told",
    {
        rf"-time\s(?!(?:{UNIT}|per|in|on|of|for|to|until|cost|budget|total)\b)[a-z]\w+": (
            "train-time region proposals",
            "training-time augmentation",
        )
    },
    before=r"\btrain(?:ing)?",
    refuses=("train-time (h)", "training-time hours", "train time ratio"),
)


_FOR_OTHER_WORK = Pattern(
    "what time was spent on, where it is no training",
    {
        rf"(?:to|for)\s(?!(?:{'|'.join(sorted(OF_TRAINING))}|reach|achieve|get|all|each|one|a|an|the)\b)[a-z]+": (
            "time (s) taken to encode 0.5m sentences",
            "time needed for blocking",
        )
    },
    before=r"\b(?:taken|needed|required|spent)\s",
    refuses=("time needed to train", "time spent for a run", "time to encode"),
)


def _time(words: Words, caption: str, beside: str) -> Head | None:
    if not words.is_of_whole_runs or words.is_of_data or OF_A_PART.search(caption):
        return None
    if _DONE_IN_TRAINING.search(words.text) or _FOR_OTHER_WORK.search(words.text):
        return None
    says_time = words.any_of(SAYS_TIME)
    least = 1.0 if SAYS_COST.search(caption) else MINUTE
    timed = words.any_of(OF_TIME | HOW_LONG) or (words.seconds or 0.0) >= least
    unsure = not (words.trains and says_time)
    bare = Words(_ON_HARDWARE.sub("", words.text))
    only_training = words.trains and all(t in (OF_TRAINING | _LINKS) - _OPTIMIZERS or t == "." for t in bare.tokens)
    if words.trains and (timed or only_training):
        head = _timed(Kind.TIME, words, caption, beside)
        return replace(head, only_training=not timed, unsure=unsure)
    if words.tokens[0] == "t" and words.unit and caption_says_times(caption):
        return _timed(Kind.TIME, words, caption, beside)  # "T (h)"
    first = next((t for t in words.tokens if t not in _OF_ALL), "")
    starts = first in SAYS_TIME or (first == "running" and says_time)
    first = "runtime" if first == "run" and says_time else first
    if first == "runtime" or first != words.tokens[0]:  # "Runtime", "Avg. time": beside epochs or costs of training
        said = SAYS_COST.search(f"{caption} {beside}") or _EPOCHS_BESIDE.search(beside) or PER_EPOCH.search(caption)
        starts = said is not None and first in SAYS_TIME | {"runtime"}
        unsure = unsure and not _EPOCHS_BESIDE.search(beside)
    if all(t in HOW_LONG | {"it", "to", "train"} for t in bare.tokens):
        starts = caption_says_times(caption)  # "Took"
    if not starts and "duration" not in words.tokens:
        return None
    return replace(_timed(Kind.TIME, words, caption, beside), unsure=unsure)


_OF_ALL = frozenset("total overall full mean average avg approx approximate . ~ ≈".split())
_EPOCHS_BESIDE = Pattern(
    "a number of epochs beside", {r"\bepochs?(?!\w)": ("Epochs", "Budget in epochs")}, refuses=("epochal",),
    before=r"(?<!per )(?<!/)(?<!/ )",
)  # fmt: skip
_TIMES_SAID = Pattern(
    "times", {r"\b(?:run-?)?times?\b": ("Training time", "times", "runtime")}, refuses=("timestep", "sometimes")
)


def _timed(kind: Kind, words: Words, caption: str, beside: str = "") -> Head:
    """A time's head; a caption on the time per epoch is of another column where that one says so itself."""
    of_epochs = PER_EPOCH.search(caption) and _TIMES_SAID.search(caption) and not PER_EPOCH.search(beside)
    kind = Kind.EPOCH_TIME if kind == Kind.TIME and of_epochs else kind
    device, count = device_in(words.text)
    if device is None and (on := _ON_HARDWARE.search(words.text)):
        count = 1 if on["n"] in ("a", "one") else int(on["n"])  # "Train (1 GPU)"
    seconds = clock_unit(words.text) or words.seconds or _unit_of_legend(words.text, caption)
    return Head(kind, seconds or clock_unit(caption) or caption_unit(caption), device=device, count=count)


def _unit_of_legend(head: str, caption: str) -> float | None:
    """Seconds of the unit that a caption gives for just this header: "Train: hours of training"."""
    joint = r"[\"”’']?\s?(?::|=|is|are|denotes|means|gives|stands for)\s(?:the\s)?(?:[\w-]+\s){0,3}?"
    said = re.search(rf"\b{re.escape(head)}{joint}(?P<unit>{UNIT})\b", caption)
    return unit_seconds(said["unit"]) if said else None


_ON_HARDWARE = Pattern(
    "so many processors in a header on something else",
    {
        r"\s?[(\[](?:on |with |using )?": "Train (1 GPU)",
        r"\b(?:on|with|using) ": "Time on 8 GPUs",
    },
    after=r"(?P<n>\d{1,5}|one|a)\s?[x×]?\s?[GT]PUs?[)\]]?",
    refuses=("Train (GPU)", "# GPUs"),
)


def _device(words: Words, caption: str, beside: str) -> Head | None:
    return Head(Kind.DEVICE) if _DEVICE.search(words.text) else None


_READERS: Sequence[Callable[[Words, str, str], Head | None]] = (
    _epochs, _count, _time_by_count, _device_time, _bare_unit, _epoch_time, _step_time, _time, _device,
)  # fmt: skip
