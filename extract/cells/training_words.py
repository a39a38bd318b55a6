"""The words of a header or caption on training runs, each of a kind: of training ("Tr.", "fit", "wall-clock"), of time.

Others are of parts of a run ("step"), of use ("decoding"), of data. A unit of time is one too: "hrs", "(d)", "hh:mm".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from extract.language.quantities import HOUR, MINUTE, Unit, read_unit
from extract.pattern import Pattern

OF_TRAINING = frozenset(
    "train training trained trains tr trn pretrain pretraining pretrained finetune finetuning finetuned tuning fit "
    "fitting learn learning search converge converges convergence optimization optimisation optim opt wallclock "
    "walltime".split()
)
OF_TIME = frozenset("time times duration durations walltime cost costs budget effort".split())
SAYS_TIME = frozenset("time times duration durations walltime".split())
HOW_LONG = frozenset("howlong took takes take lasted lasts".split())
OF_USE = (
    "infer", "test", "latency", "decod", "forward", "fps", "speed", "eval", "generation", "thinking", "throughput",
    "predict", "sampling", "query", "preprocess", "annotat", "label", "render", "collect", "index", "compil", "build",
    "load", "tokeni", "crawl", "download", "human", "simulat", "processing", "reconstruct",
)  # fmt: skip  # use of a network, and other work than training
OF_PARTS = (
    "iter", "step", "batch", "img", "image", "sample", "frame", "token", "update", "sentence", "example", "sequence",
)  # fmt: skip
_PART_LETTERS = frozenset(("it", "im", "its"))
COMPARED = ("relative", "ratio", "overhead", "speedup", "gain", "reduction", "saving", "increase", "normali")
_OF_DATA = ("data", "audio", "speech", "corpus", "corpora", "video", "recording", "length", "set", "size", "loss")
_MACHINES = frozenset("node nodes machine machines server servers host hosts".split())
_IN_BRACKETS = re.compile(r"(?<=\w)\s?\([^()]*\)$")
_TOKEN = re.compile(r"[A-Za-z]+|\d[\d.,]*|[^\sA-Za-z\d]")
_COMPOUND = Pattern(
    "a word that papers print in two",
    {
        r"(pre|fine|wall|speed|how)[- ](?=train|tun|clock|time|up|long\b)": (
            "pre-training", "wall clock", "fine tuning", "speed-up", "how long",
        )
    },
    refuses=("prepare", "refine tuning"),
    before=r"\b",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
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
        return self.any_of(OF_TRAINING)

    @cached_property
    def is_of_whole_runs(self) -> bool:
        """Whether no word says that it is the time of a part or of use, or a ratio."""
        if self.any_begins((*OF_USE, *OF_PARTS), apart="speedup") or self.any_of(_PART_LETTERS | _MACHINES):
            return False
        if Words(_IN_BRACKETS.sub("", self.text)).any_begins(COMPARED):
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


_PER_SOMETHING = Pattern(
    "what makes a rate of a time",
    {r"per[\s-](?!epoch)": "time per image", r"/\s?s(?:ec)?\b": "images/sec"},
    refuses=("time per epoch", "I/step"),
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


def clock_unit(text: str) -> float | None:
    """Seconds of the unit before the colon of the times that a header or caption describes: 3600 for "hh:mm"."""
    found = _CLOCK.search(text)
    return None if found is None else HOUR if found["h"] else MINUTE
