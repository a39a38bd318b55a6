"""A candidate beside the sentence that it stands in: what joining runs looks at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from db.models import Candidate, Field
from db.reference.hardware import find_device, find_devices
from db.vocabulary import Purpose
from extract.language.purpose import clause_at
from extract.pattern import Pattern
from extract.sentences.statements import Statement

_SETUP = Pattern(
    "a heading over how the paper's runs were made",
    {
        r"set-?\s?up": "4.1 Experimental setup",
        r"settings?\b": "Training settings",
        r"details": "B Details",
        r"hardware": "Hardware and schedule",
    },
    refuses=("4 Results", "Training on images"),
)
_ALL_RUNS = Pattern(
    "a sentence on all runs",
    {
        r"\b(?:all|our|these) (?:\w+ ){0,4}(?:experiments|models|networks|runs|trainings?|systems|variants|stages"
        r"|searches|trials|jobs) (?:\w+ )?"
        r"(?:are|were|is|was|used?|ran|run|took|takes?|train\w*|on|with)\b": (
            "All models are trained on", "All of our experiments use a", "Our experiments were run on",
            "All stages are run on",
        ),
        r"\b(?:each|every) (?:\w+ )?(?:experiment|model|network|run|training|system|variant)\b": (
            "Every model is trained on", "We use two cards for every experiment",
        ),
        r"\b(?:for|in|across) all (?:of )?(?:our |the )?(?:\w+ )?(?:experiments|models|networks|runs)\b": (
            "We use one card for all experiments",
        ),
        r"\bunless (?:otherwise )?(?:stated|noted|specified|said)\b": ("Unless noted", "unless otherwise stated"),
    },
    refuses=("The large model is trained on", "all of the data", "we used them for five months to build our models."),
)  # fmt: skip


# not behind "on": that is a data set's
_MODEL_NAME = re.compile(r"(?<!\bon )\b[A-Z](?:[a-z]+[A-Z]|[A-Za-z]+-[A-Z\d])[\w-]*")


@dataclass(frozen=True)
class Placed:
    """A candidate with its statement; `passage` is the place of the statement's passage in the paper."""

    candidate: Candidate
    statement: Statement
    passage: int

    @property
    def number(self) -> int:
        """The statement's place in the paper."""
        return self.statement.number

    @property
    def section(self) -> str | None:
        return self.statement.passage.section

    @property
    def place(self) -> int:
        """The value's place in its passage."""
        return self.candidate.whole_number("place")

    @cached_property
    def kind(self) -> str | None:
        """What the processor is: gpu, tpu, cpu ...; None where nothing says."""
        if self.candidate.field == Field.DEVICE_COUNT:
            kind = self.candidate.qualifiers.get("kind")
            return str(kind) if kind else None
        named = find_devices(str(self.candidate.value)) if self.candidate.field == Field.DEVICE else ()
        return named[0].kind if named else None

    @cached_property
    def value(self) -> object:
        """What is compared: a device by its processor's name in our list, however it is printed."""
        return self.candidate.value if self.candidate.field != Field.DEVICE else processor(str(self.candidate.value))

    @cached_property
    def clause(self) -> str:
        """The words of the clause around the value."""
        left, right = clause_at(self.statement.text, self.place - self.statement.start)
        return self.statement.text[left:right]

    @cached_property
    def models(self) -> frozenset[str]:
        """What its sentence names that may be a model: "Foonet-A", "BigNet", and no device."""
        found = frozenset(_MODEL_NAME.findall(self.statement.text))
        return found - {name for device in self.statement.devices for name in device.printed.split()}

    @cached_property
    def of_setup(self) -> bool:
        """Whether it is said of all the paper's runs, or in a section on how they were made."""
        return self.of_all_runs or _SETUP.search(self.section or "") is not None

    @cached_property
    def of_all_runs(self) -> bool:
        """Whether its clause speaks of all the paper's runs."""
        return _ALL_RUNS.search(self.clause) is not None

    @property
    def in_caption(self) -> bool:
        return self.statement.passage.kind == "caption"

    @property
    def trains(self) -> bool:
        """Whether the value is of training, and not the smaller of two ("8 or 16 GPUs")."""
        return self.candidate.purpose != Purpose.INFERENCE and not self.candidate.qualifiers.get("lesser")


def processor(printed: str) -> str:
    """A device by its processor's name in our list, however it is printed; as printed where it is not in it.

    Form factor and memory tell no device of a paper from another: "V100" and "V100 32GB" are one. So are a TPU's core,
    chip and slice.
    """
    known = find_device(printed)
    return _VARIANT.sub("", known.name) if known else printed


_VARIANT = Pattern(
    "a form of a processor",
    {
        r"(?: (?:PCIe|SXM\d|NVL|\d+ GB))+$": ("Tesla V100 SXM2 16 GB", "A100 PCIe 40 GB"),
        r"(?<=v\d)(?:-\d+| core| Pod)$": ("TPU v3 core", "TPU v3-512"),
        r"^Cloud (?=TPU)": "Cloud TPU v3",
    },
    refuses=("GeForce GTX 1080 Ti", "DGX A100"),
    flags=re.NOFLAG,
)


def same_processor(a: str, b: str) -> bool:
    """Whether two printed names are of one processor."""
    return processor(a) == processor(b)


def only_one(found: Sequence[Placed]) -> Placed | None:
    """The first of these where all have one value; None where they differ: a guess was wrong more often than right."""
    return found[0] if found and len({p.value for p in found}) == 1 else None
