"""What a header, a row's label or a caption says that cells are: a run's time, device, number of devices or of epochs.

A header is taken apart into words, each of a kind: of training ("Tr.", "fit", "wall-clock"), of time ("time", "hrs",
"(d)"), of devices, of parts of a run ("step"), of use ("decoding"). "Tr. hrs", "Time to train" and "Pre-training (d)"
are the time of a run because they hold a word of training and one of time, and none of a part or of use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

from db.reference.hardware import DeviceMention, find_devices
from extract.language.devices import core_of, may_name_device, singular
from extract.language.named_metric import metric_named
from extract.language.processors import SLICE
from extract.language.quantities import HOUR, MINUTE, UNIT, Unit, is_of_devices, read_unit, unit_seconds
from extract.language.wording import MACHINE_WORDS
from extract.pattern import Pattern

LONGEST_HEAD = 60  # characters; what is longer is a sentence


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


# --- the words of a header --------------------------------------------------------------------------------------------

_TRAINING = frozenset(
    "train training trained trains tr trn pretrain pretraining pretrained finetune finetuning finetuned tuning fit "
    "fitting learn learning search converge converges convergence optimization optimisation optim opt wallclock "
    "walltime".split()
)
_OPTIMIZERS = frozenset(("opt", "optim"))  # alone they head a column of these
_TIME = frozenset("time times duration durations walltime cost costs budget effort".split())
_SAYS_TIME = frozenset("time times duration durations walltime".split())
_HOW_LONG = frozenset("long took takes take lasted lasts".split())
_USE = (
    "infer", "test", "latency", "decod", "forward", "fps", "speed", "eval", "generation", "thinking", "throughput",
    "predict", "sampling", "query", "preprocess", "annotat", "label", "render", "collect", "index", "compil", "build",
    "load", "tokeni", "crawl", "download", "human", "simulat",
)  # fmt: skip  # use of a network, and other work than training
_PART = (
    "iter", "step", "batch", "img", "image", "sample", "frame", "token", "update", "sentence", "example", "sequence",
)  # fmt: skip
_PART_LETTERS = frozenset(("it", "im", "its"))
_IT_TAKES = Pattern(
    "a pronoun, and no iteration, before its verb",
    {r"\bit (?=(?:takes?|took|needs?|needed|lasts?|lasted|requires?|required|costs?)\b)": "How long it takes"},
    refuses=("time / it", "s/it"),
)
_COMPARED = ("relative", "ratio", "overhead", "speedup", "gain", "reduction", "saving", "increase", "normali")
_OF_DATA = ("data", "audio", "speech", "corpus", "corpora", "video", "recording", "length", "set", "size", "loss")
_MACHINES = frozenset("node nodes machine machines server servers host hosts".split())
_LINKS = frozenset("to of the our full total in a for on and per model models network run".split())
_IN_BRACKETS = re.compile(r"(?<=\w)\s?\([^()]*\)$")
_TOKEN = re.compile(r"[A-Za-z]+|\d[\d.,]*|[^\sA-Za-z\d]")
_COMPOUND = Pattern(
    "a word that papers print in two",
    {"(pre|fine|wall|speed)[- ](?=train|tun|clock|time|up)": ("pre-training", "wall clock", "fine tuning", "speed-up")},
    refuses=("prepare", "refine tuning"),
    before=r"\b",
)


@dataclass(frozen=True)
class _Words:
    """A header's text with its tokens, in small letters and as printed."""

    text: str

    @cached_property
    def printed(self) -> list[str]:
        return _TOKEN.findall(_COMPOUND.sub(r"\1", self.text))

    @cached_property
    def tokens(self) -> list[str]:
        return [t.lower() for t in self.printed]

    def any_of(self, words: frozenset[str]) -> bool:
        return any(t in words for t in self.tokens)

    def any_begins(self, stems: Sequence[str], *, apart: str = "") -> bool:
        return any(t.startswith(tuple(stems)) for t in self.tokens if t != apart)

    @cached_property
    def trains(self) -> bool:
        return self.any_of(_TRAINING)

    @cached_property
    def is_of_whole_runs(self) -> bool:
        """Whether no word says that it is the time of a part or of use, or a ratio."""
        if self.any_begins((*_USE, *_PART), apart="speedup") or self.any_of(_PART_LETTERS | _MACHINES):
            return False
        if _Words(_IN_BRACKETS.sub("", self.text)).any_begins(_COMPARED):
            return False  # "Relative training time"; of "Training time (speed-up)" the second figure is one
        return not any(t in ("%", "×") for t in self.tokens) and not _PER_SOMETHING.search(self.text)

    @cached_property
    def is_of_data(self) -> bool:
        """Whether it is a stretch of data, or what was reached in it: "Training audio (h)"."""
        return self.any_begins(_OF_DATA)

    @cached_property
    def unit(self) -> Unit | None:
        """The unit of time that it names."""
        return read_unit(self.text)

    @property
    def seconds(self) -> float | None:
        """Seconds in one of its unit."""
        return self.unit.seconds if self.unit else None


# --- one pattern a kind -----------------------------------------------------------------------------------------------

_PER_SOMETHING = Pattern(
    "what makes a rate of a time",
    {r"per[\s-](?!epoch)": "time per image", r"/\s?s(?:ec)?\b": "images/sec"},
    refuses=("time per epoch", "I/step"),
)
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
_COUNT = Pattern(
    "a header over numbers of processors",
    {
        r"^(?:[#№]\s?|num(?:ber)?\.?\s?|no\.\s?)(?:of\s)?(?:GPUs?|TPUs?|devices|accelerators|(?:TPU|GPU)?\s?(?:chips"
        r"|cores)|processors|workers|cards)$": ("# GPUs", "No. of TPUs", "number of chips", "#cards"),
        r"^(?:GPUs|TPUs|(?:[GCT]PU\s)?(?:cores|chips|devices|cards))\s?(?:used)?$": ("GPUs", "TPU cores", "chips used"),
    },
    refuses=("GPU", "# layers", "GPU memory"),
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
MACHINES_HEAD = Pattern(
    "a header over numbers of machines",
    {MACHINE_WORDS: ("# nodes", "Number of machines", "Nodes")},
    refuses=("GPUs per node", "Node features"),
    before=r"^(?:[#№]\s?|num(?:ber)?\.?\s|no\.\s)?(?:of\s)?",
    after="$",
)
EACH_HEAD = Pattern(
    "a header over numbers of processors in one machine",
    {r"(?:[GT]PUs?|devices?|accelerators?|cards?|chips?)": ("GPUs/node", "# GPUs per machine")},
    refuses=("GPUs", "GPU hours per node"),
    before=r"^(?:[#№]\s?|num(?:ber)?\.?\s|no\.\s)?(?:of\s)?",
    after=rf"\s?(?:/|per|a|in each)\s?{MACHINE_WORDS}$",
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
        r"(?:graphics\s)?cards?": "Card",
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
PER_EPOCH = Pattern(
    "of one epoch",
    {
        r"(?:/|per|each|one|an|a single|single|(?<![\d.,])1)[\s-]?(?:training |full )?epochs?\b": (
            "min / epoch", "time per epoch", "a single training epoch",
        ),
        r"\bepoch[\s-](?:time|duration)": "Epoch time",
        r"/\s?ep\b": "Time / ep",
    },
    refuses=("Epochs", "time for 10 epochs", "21 epochs"),
)  # fmt: skip
_DATA_BEHIND = r"(?:data|audio|speech|videos?|material|recordings?|corpus|corpora|examples?|samples?)\b"
_CAPTION_UNIT = Pattern(
    "the unit that a caption gives its times in",
    {
        rf"\b(?:times?|durations?|long|costs?|effort)\b[^.;]{{0,40}}?"
        rf"(?:\bin |[(\[](?:[^()\[\]]{{0,30}}[,;] )?(?:in )?)(?P<unit>{UNIT})\b": (
            "Training time in hours",
            "the duration of training (min)",
            "Training costs [h]",
        ),
        rf"\bhow many (?P<many>{UNIT})\b": "How many hours each variant took to train",
        r"(?<![\d.] )\b(?P<spent>hours|days|minutes|weeks|seconds) (?:of (?:pre-?)?training\b"
        rf"(?! {_DATA_BEHIND})|(?:that |which )?(?:are |were |is )?(?:need|requir|spen[dt]|tak|took|it took"
        r"|it takes|until|to train|for training|to converge|to fit|to learn)\w*)": (
            "Hours needed for training", "Minutes of training", "Days to train each model", "Hours it took",
        ),
        r"\b(?:training|wall[- ]?clock|search)[- ](?P<trained>hours|days|minutes)\b": "wall-clock hours",
    },
    refuses=("Training time of all", "960 hours of training", "Hours of training data"),
)  # fmt: skip
_CAPTION_DEVICE_TIME = Pattern(
    "a caption that says the device and unit of its times",
    {"times?": "Training time in GPU hours", "costs?": "cost (TPU v3 core-days)"},
    refuses=("time in hours", "GPU hours"),
    before=r"\b",
    after=rf"\b[^.;]{{0,30}}?(?:\bin |[(\[](?:in )?)(?P<unit>[\w ]{{0,12}}[\w-]+?[\s·-]{UNIT})\b",
)
OF_A_PART = Pattern(
    "a caption whose times are those of a part of a run",
    {
        r"\btimes?\b[^.;]{0,40}\b(?:per|for (?:each|every|one))": (
            "time in seconds per 1k training steps", "time for one update",
        ),
        r"\btimes?\b[^.;]{0,20}\bof (?:an?|one|each|every)": "Time of one iteration",
        r"\btimes?\b[^.;]{0,40}\bfor(?= \d{1,3} [a-z])": "time in seconds for 50 steps",
    },
    refuses=("time per run", "Training times, 90k iterations", "time of a model trained for 20k steps"),
    after=r"\s(?:[\d.,]+\s?k?\s)?(?:\w+\s)?(?:steps?|iterations?|updates?|mini-?batch|batch|images?|sentences?)\b",
)  # fmt: skip
_RUNNING = r"(?:(?:pre-?|fine-?)?(?:training|tuning)|learning|optimi[sz]ation|wall[- ]?clock|search)"
SAYS_COST = Pattern(
    "a caption or a sentence on what training costs",
    {
        rf"\b{_RUNNING}[- ](?:times?|hours|days|durations?|costs?|budgets?|effort|efficiency)\b": (
            "Training times of all", "Pre-training cost of our decoders", "the training duration",
        ),
        rf"\b(?:(?:run-?)?times?|hours|days|durations?|costs?|expense|effort)(?: (?:is|are) (?:that|those))?"
        rf" (?:of|for) (?:\w+ ){{0,2}}{_RUNNING}\b"
        rf"(?! (?:set|rate|{_DATA_BEHIND}))": (
            "the time for one training", "Runtime of our training code", "Runtime is that of training",
        ),
        r"\b(?:time|hours|days|long|cheap\w*|fast\w*|slow\w*|quick\w*|expensive|costly|takes?|took|needs?|needed|effort"
        r"|costs?)(?:,? [(\[]?in \w+[)\],]?)? (?:\w+ ){0,3}?to (?:pre-?|fine-?)?(?:train|learn|optimi[sz]e|fit"
        r"|converge)\b": (
            "the cheapest to train", "how long it takes to train", "What it costs (in days) to fit",
        ),
        r"\b(?:pre-?|fine-?)?(?:train|tun)(?:s|ed|ing) (?:\w+ ){0,2}?(?:faster|slower|longer|cheap\w*|quick\w*)\b": (
            "B trains faster",
        ),
    },
    refuses=("time at training", "training data", "a learning rate"),
)  # fmt: skip
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
_COUNT_BEFORE = Pattern(
    "a number before a device's name",
    {
        r"(?:(?P<nodes>\d{1,4})\s?[x×*]\s?)?(?P<count>\d[\d,]*)\s?(?:[x×*]\s?)?": ("8 ", "2x8 ", "16 × NVIDIA "),
        r"\b(?P<one>an?|one|a single)\s": ("on a ", "one Tesla "),
    },
    refuses=("on the ", "v3-"),
    after=r"(?:NVIDIA |Tesla |Google |Cloud |GeForce )*$",
)
_COUNT_BEHIND = Pattern(
    "a count behind a device's name",
    {r"^\s?(?:GPUs?|chips|cores)?\s?[(\[]?\s?[x×*]\s?(?P<count>\d{1,5})": (" x 8", " GPUs (×64)")},
    refuses=(" 8", " GPU-x"),
    flags=re.NOFLAG,
)


_MAY_TELL = Pattern(
    "a first look: what a header must have to tell of a run",
    {
        "epoch": "Epochs",
        r"\bep\b": "ep",
        r"\btimes?\b": "Time",
        r"\b[gtc]pu": "GPU",
        r"\bhardware": "Hardware",
        r"\bdevices?\b": "Device",
        r"\bhours?\b": "hours",
        r"\bhrs?\b": "hrs",
        r"\bh\b": "(h)",
        r"\bdays?\b": "days",
        r"\bweeks?\b": "weeks",
        r"\bmin": "min.",
        r"\bdurations?\b": "Duration",
        r"\btrain": "Training",
        r"\bpre-?train": "Pretrain",
        r"\bfine-?tun": "Fine-tuning",
        r"\btuning": "tuning",
        r"\btr\b": "Tr.",
        r"\bfit": "Fit",
        r"\bchips?\b": "chips",
        r"\bcores?\b": "cores",
        r"\bcards?\b": "cards",
        r"\bplatform": "Platform",
        r"\bmachine": "Machine",
        r"\bcomput": "Compute",
        r"\baccelerator": "accelerator",
        r"\bprocessor": "processors",
        r"\bworkers?\b": "workers",
        r"\bcosts?\b": "Cost",
        r"\beffort": "Effort",
        r"\boptim": "Optim. (min)",
        r"\bopt\b": "Opt. time",
        r"\bwall": "wall-clock",
        r"\bconverge": "convergence",
        r"\blearn": "Learning",
        r"\bsearch": "Search",
        r"\brun(?:ning|-?times?\b)": ("running", "Runtime"),
        r"\b(?:took|takes|take|lasted|lasts)\b": "Took",
        r"\bsec\b|\bseconds\b": "Fwd. and bwd. (sec)",
        r"\bsche?d": ("Lr schd", "schedule"),
        r"\bLS\b": "backbone LS AP",
    },
    refuses=("Accuracy", "Params", "Section"),
)


@lru_cache(maxsize=4096)  # a table's headers are asked about by its columns, its rows and its runs
def may_tell(text: str) -> bool:
    """A first look, faster than the patterns: whether a header could be of a run."""
    return _MAY_TELL.search(text) is not None or may_name_device(text)


def read_head(text: str, caption: str, beside: str = "") -> Head | None:
    """What a header says its cells are, or None; `beside` are all headers of a table that may be of runs."""
    printed = " ".join(re.sub(r"[†‡*§↓↑]|\^\d", "", text).split())
    for said in (printed, _legend(printed, caption)):
        if said and len(said) <= LONGEST_HEAD and may_tell(said):
            words = _Words(said)
            for reader in _READERS:
                if head := reader(words, caption, beside):
                    return head
    return None


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
    return said["text"].strip() if said and may_tell(said["text"]) else None


def _epochs(words: _Words, caption: str, beside: str) -> Head | None:
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


def _count(words: _Words, caption: str, beside: str) -> Head | None:
    if _COUNT.search(words.text):
        return Head(Kind.COUNT)
    named, counted = device_in(words.text)
    if named and not counted and (_COUNT_OF.search(words.text) or _COUNTED.search(words.text)):
        return Head(Kind.COUNT, device=named)
    return None


def _time_by_count(words: _Words, caption: str, beside: str) -> Head | None:
    found = _TIME_BY_COUNT.search(words.text)
    if found is None and words.any_of(_TIME) and words.is_of_whole_runs:
        found = _TIME_BY_COUNT.search(caption)  # "Effort", of which the caption says: in GPUs x hours
    if found is None:
        return None
    return Head(Kind.TIME_BY_COUNT, unit_seconds(found["unit"] or found["unit2"]), found["unit"] is None)


def _device_time(words: _Words, caption: str, beside: str) -> Head | None:
    if words.any_begins(_USE):
        return None
    unit = words.unit
    if unit is None and words.any_of(_TIME) and (seconds := caption_device_unit(caption)):
        unit = Unit(seconds, of_devices=True)  # "Cost", which the caption gives in GPU-days
    if unit is None or not unit.of_devices:
        return None
    named, _ = device_in(words.text)
    return Head(Kind.DEVICE_TIME, unit.seconds, count_first=True, device=named)


def _bare_unit(words: _Words, caption: str, beside: str) -> Head | None:
    """A column of "hours" in a table of which the caption says that it gives training times."""
    if words.unit is None or words.any_of(_TIME):
        return None
    named, count = device_in(words.text)
    if named and words.tokens[0] in ("hours", "hrs", "h", "days", "d") and not words.unit.of_devices:
        return Head(Kind.TIME, words.seconds, device=named, count=count)  # "Hours (8 x V100)"
    if len(words.tokens) > 1:
        return None
    word = len(words.text) > 2  # "h" beside "steps" is the number of heads
    of_training = SAYS_COST.search(caption) is not None or (
        _TRAINS.search(caption) is not None and device_in(caption)[0] is not None
    )
    told = of_training or (word and (_BESIDE_RUNS.search(beside) or SAYS_COST.search(beside)))
    return Head(Kind.TIME, words.seconds, unsure=True) if told else None


def _epoch_time(words: _Words, caption: str, beside: str) -> Head | None:
    of_epoch = words.unit.per == "epoch" if words.unit else PER_EPOCH.search(words.text) and words.any_of(_TIME)
    if not of_epoch or words.any_begins((*_USE, *_COMPARED, *_PART)):
        return None
    return _timed(Kind.EPOCH_TIME, words, caption)


def _time(words: _Words, caption: str, beside: str) -> Head | None:
    if not words.is_of_whole_runs or words.is_of_data or OF_A_PART.search(caption):
        return None
    says_time = words.any_of(_SAYS_TIME)
    least = 1.0 if SAYS_COST.search(caption) else MINUTE
    timed = words.any_of(_TIME | _HOW_LONG) or (words.seconds or 0.0) >= least
    unsure = not (words.trains and says_time)
    bare = _Words(_ON_HARDWARE.sub("", words.text))
    only_training = words.trains and all(t in (_TRAINING | _LINKS) - _OPTIMIZERS or t == "." for t in bare.tokens)
    if words.trains and (timed or only_training):
        head = _timed(Kind.TIME, words, caption)
        return replace(head, only_training=not timed, unsure=unsure)
    if words.tokens[0] == "t" and words.unit and caption_says_times(caption):
        return _timed(Kind.TIME, words, caption)  # "T (h)"
    starts = words.tokens[0] in _SAYS_TIME or (words.tokens[0] == "running" and says_time)
    if words.tokens[0] == "runtime":
        starts = SAYS_COST.search(f"{caption} {beside}") is not None or PER_EPOCH.search(caption) is not None
    if all(t in _HOW_LONG | {"it", "to", "train"} for t in bare.tokens):
        starts = caption_says_times(caption)  # "Took"
    if not starts and "duration" not in words.tokens:
        return None
    return replace(_timed(Kind.TIME, words, caption), unsure=unsure)


_TIMES_SAID = Pattern(
    "times", {r"\b(?:run-?)?times?\b": ("Training time", "times", "runtime")}, refuses=("timestep", "sometimes")
)


def _timed(kind: Kind, words: _Words, caption: str) -> Head:
    of_epochs = PER_EPOCH.search(caption) and _TIMES_SAID.search(caption)
    kind = Kind.EPOCH_TIME if kind == Kind.TIME and of_epochs else kind
    device, count = device_in(words.text)
    if device is None and (on := _ON_HARDWARE.search(words.text)):
        count = 1 if on["n"] in ("a", "one") else int(on["n"])  # "Train (1 GPU)"
    seconds = _clock_unit(words.text) or words.seconds or _unit_of_legend(words.text, caption)
    return Head(kind, seconds or _clock_unit(caption) or caption_unit(caption), device=device, count=count)


def _unit_of_legend(head: str, caption: str) -> float | None:
    """Seconds of the unit that a caption gives for just this header: "Train: hours of training"."""
    joint = r"[\"”’']?\s?(?::|=|is|are|denotes|means|gives|stands for)\s(?:the\s)?(?:[\w-]+\s){0,3}?"
    said = re.search(rf"\b{re.escape(head)}{joint}(?P<unit>{UNIT})\b", caption)
    return unit_seconds(said["unit"]) if said else None


_CLOCK = Pattern(
    "how times are printed: the unit before the colon",
    {
        r"(?P<h>hh?:mm?|h(?:ours?|rs?):m(?:in(?:ute)?s?)?)": ("(hh:mm)", "h:mm", "[hours:min]"),
        r"(?P<m>mm?:ss?|min(?:ute)?s?:s(?:ec(?:ond)?s?)?)": ("mm:ss", "(min:sec)"),
    },
    before=r"(?<![\w:])",
    after=r"(?![\w:])",
    refuses=("hh:mm:ss", "3:45"),
)


_ON_HARDWARE = Pattern(
    "so many processors in a header on something else",
    {
        r"\s?[(\[](?:on |with |using )?": "Train (1 GPU)",
        r"\b(?:on|with|using) ": "Time on 8 GPUs",
    },
    after=r"(?P<n>\d{1,5}|one|a)\s?[x×]?\s?[GT]PUs?[)\]]?",
    refuses=("Train (GPU)", "# GPUs"),
)


def _clock_unit(text: str) -> float | None:
    """Seconds of the unit before the colon of the times that a header or caption describes: 3600 for "hh:mm"."""
    found = _CLOCK.search(text)
    return None if found is None else HOUR if found["h"] else MINUTE


def _device(words: _Words, caption: str, beside: str) -> Head | None:
    return Head(Kind.DEVICE) if _DEVICE.search(words.text) else None


_READERS: Sequence[Callable[[_Words, str, str], Head | None]] = (
    _epochs, _count, _time_by_count, _device_time, _bare_unit, _epoch_time, _time, _device,
)  # fmt: skip


def device_in(text: str) -> tuple[str | None, int | None]:
    """The processor that a header names, and how many of them: "Time (8 x V100)", "Time on a V100"."""
    if not may_name_device(text):
        return None, None
    for d in find_devices(text):
        if d.processor is not None:
            return name_and_count(d, text)
    return None, None


_COUNTED_HEAD = Pattern(
    "a header that is a number of processors",
    {r"(?:[GT]PUs?|devices?|accelerators?|chips?|cards?|workers?)": ("4 GPUs", "8 x cards")},
    refuses=("# GPUs", "4 layers"),
    before=r"^(?P<n>\d{1,5})\s?(?:[x×*]\s)?",
    after="$",
)


def hardware_over(path: Sequence[str]) -> tuple[str | None, int | None]:
    """The processor, and how many, that a column of times is headed by: "8 x V100", "4 GPUs", "4" under "# GPUs"."""
    whole = " ".join(path)
    device, count = device_in(whole)
    if count is None and path and (counted := _COUNTED_HEAD.match(path[-1])):
        count = int(counted["n"])
    if count is None and len(path) > 1 and path[-1].isdigit() and _COUNT.search(path[-2]):
        count = int(path[-1])
    return device, count


def name_and_count(device: DeviceMention, text: str) -> tuple[str, int | None]:
    """The name of a device in a header or cell and how many of it: "8 x V100", "TPU v3-128" with its 128 cores."""
    count = count_beside(text[: device.start], text[device.end :])
    slice_ = SLICE.search(device.printed)
    if slice_ and count in (None, 1):
        return core_of(device.printed), int(slice_["n"])
    return singular(device.printed), count


def count_beside(before: str, after: str) -> int | None:
    """How many, by the words before and behind a device's name: "2 x 8 V100" is 16, "a V100" 1, "V100 x 4" 4."""
    found = _COUNT_BEFORE.search(before)
    if found:
        return 1 if found["one"] else int(found["count"].replace(",", "")) * int(found["nodes"] or 1)
    behind = _COUNT_BEHIND.match(after)
    return int(behind["count"]) if behind else None


# --- captions ---------------------------------------------------------------------------------------------------------

_LABEL = Pattern(
    "the label that a caption begins with",
    {"Table": "Table 3: Training", r"Tab\.": "Tab. 3. Training", "Figure": "Figure 2: Time", r"Fig\.": "Fig. 2 Time"},
    refuses=("Table of times", "see Table 3: A"),
    before="^",
    after=r"\s?[\w.]*?[.:]?\s+(?=[A-Z(\[])",
    flags=re.NOFLAG,
)
CAPTION_BEGINS = Pattern(
    "a caption that begins with training times",
    {
        r"(?:pre-?)?train(?:ing)? (?:times?|durations?)\b": (
            "Table 2: Training time of",
            "Table 4. The pre-training times",
            "Table 7: Training durations",
        ),
        r"(?:(?:pre-?)?training|running|run) (?P<unit>hours|days)\b": "Table 3: Training hours of",
        r"(?:total|overall|average|mean) (?:pre-?)?training times?\b": "Table 5: Total training time",
        r"wall[- ]?clock (?:training )?times?\b(?=[^.]*\btrain)": "Table 6: Wall-clock time to train",
    },
    refuses=("Table 2: Results and training time",),
    before=r"^(?:Table|Tab\.)\s?[\w.]*[.:]?\s*(?:The )?(?:Comparison of )?",
)


def caption_says_times(caption: str) -> bool:
    """Whether a sentence of the caption says that the cells are times of training: "How long each variant trained"."""
    return _saying_times(caption) is not None


def _saying_times(caption: str) -> str | None:
    """The sentence of a caption that says so."""
    sentences: Sequence[str] = re.split(r"(?<=[.;])\s(?=[A-Z(])", _LABEL.sub("", caption))
    for what in (_IT_TAKES, _TO_TARGET, _UNTIL, _SPLIT_NAMED):
        sentences = [what.sub("", s) for s in sentences]
    sentences = [_TRAINED.sub(r"\g<train>", s) for s in sentences]
    return next((s for s in sentences if _says_times(_Words(s))), None)


def _says_times(words: _Words) -> bool:
    said = words.any_of(_SAYS_TIME | _HOW_LONG) or caption_unit(words.text) is not None
    return words.trains and words.is_of_whole_runs and said


def unit_of_all(caption: str) -> float | None:
    """Seconds of the unit of all numbers of a table of which the caption says nothing but that they are times.

    None where it names a unit for none of them, or says that other figures stand beside.
    """
    said = _saying_times(caption)
    if said is None or _OTHER_FIGURES.search(rest := _UNTIL.sub("", _TO_TARGET.sub("", caption))) or metric_named(rest):
        return None
    return _clock_unit(caption) or caption_unit(said) or caption_unit(caption)


# "hours to 75% accuracy": until when a run lasted, no figure of the table
_TO_TARGET = Pattern(
    "until when a run lasted: no figure of the table",
    {
        r"(?:accuracy|error|AP|mAP|BLEU|perplexity|WER|FID|F1|score|reward|return)s?": (
            "hours to 75% accuracy",
            "time until reaching 25 BLEU",
        )
    },
    refuses=("time and accuracy", "up to accuracy"),
    before=r"\b(?:to|until) (?:(?:reach(?:es|ed|ing)?|achiev\w+|get|hit|a|an|the|target) )*\d[\d.]*\s?%? ?(?:[\w-]+ )?",
    after=r"\b",
)
_UNTIL = Pattern(
    "what stopped the runs: no figure of the table either",
    {
        r"stop(?:s|ped)?\b": "before the dev loss stopped decreasing",
        r"(?:converge|saturate|plateau|stabili[sz]e|settle)[sd]?\b": "until the validation error converged",
        r"no longer\b": "until accuracy no longer improves",
        r"(?:did|does) not\b": "until the score did not rise",
    },
    refuses=("before the first score", "loss stopped"),
    before=r"\b(?:before|until|till|when) (?:[\w-]+ ){1,4}?",
    after=r"(?: \w+){0,2}",
)
_SPLIT_NAMED = Pattern(
    "the part of the data that is for training",
    {
        r"(?:sub)?(?:sets?|splits?|portions?|parts?|partitions?|folds?)": "the training portion",
        r"(?:data|corpus|corpora|examples|dialogues|videos|recordings)": "training data",
    },
    refuses=("training time", "training the set"),
    before=r"\btrain(?:ing)? ",
    after=r"\b",
)
_TRAINED = Pattern(
    "what is trained, whatever words name it: an image encoder is no image",
    {
        r"(?:the|our|these|all|both)\s(?:(?!(?:on|in|with|for|by|per|at|from|and|under|of|to)\b)[\w/-]+\s){0,4}?"
        r"(?!(?:iter|step|batch|imag|sampl|fram|token|updat|sentenc|exampl|sequenc)\w*\b)[\w-]+"
        r"(?=\s?(?:[(\[,.;:]|$|(?:on|in|with|for|by|per|at|from|and|under)\b))": (
            "to train the learned index (in minutes)", "training of our image encoder on 4 cards",
        ),
    },
    refuses=("training the last batch", "training an image"),
    before=r"\b(?P<train>(?:pre-?|fine-?)?(?:train|tun|fit|learn|optimi[sz])(?:ing|e)?)\s(?:of\s)?",
)  # fmt: skip
_OTHER_FIGURES = Pattern(
    "other figures than times, of which a caption speaks",
    {
        r"accurac|error|scores?\b|performance|qualit|perplexit|loss(?:es)?\b|metric|results?\b": "time and performance",
        r"memory|param(?:eter)?s|throughput|FLOP|speed-?ups?\b": "training time and memory",
    },
    refuses=("time needed for training", "training hours by number of workers"),
)


def caption_unit(caption: str) -> float | None:
    """Seconds of the unit that a caption gives its times in: "Training time in hours"."""
    for said in _CAPTION_UNIT.finditer(caption):
        name = next(name for name, unit in said.groupdict().items() if unit)
        if not is_of_devices(caption[: said.start(name)]):
            return unit_seconds(said[name])
    return None


def caption_device_unit(caption: str) -> float | None:
    """Seconds of the unit of device time that a caption gives its figures in: "Training cost in GPU-hours"."""
    said = _CAPTION_DEVICE_TIME.search(caption)
    unit = read_unit(said["unit"]) if said else None
    return unit.seconds if unit and unit.of_devices else None


_CAPTION_EPOCHS = Pattern(
    "a caption that says how many epochs its models had",
    {r"(?P<n>\d[\d,]*)\s(?:training\s)?epochs\b(?!\s?(?:of warm|warm))": ("for 300 epochs", "90 training epochs")},
    refuses=("5 epochs of warm-up", "epochs"),
    before=r"\b",
)


def caption_epochs(caption: str) -> float | None:
    """The number of epochs that a caption gives for all rows; None where it gives none, or several."""
    found = {float(m["n"].replace(",", "")) for m in _CAPTION_EPOCHS.finditer(caption)}
    return found.pop() if len(found) == 1 else None
