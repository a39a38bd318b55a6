"""What a count of processors is: the number, its place, the device it belongs to, and why it is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.reference.hardware import DeviceMention
from db.vocabulary import Reason
from extract.language.numbers import NUMBER_WORDS
from extract.pattern import Pattern

MOST = 200_000  # processors; no run of any paper used more

NUMBER = rf"(?:\d{{1,5}}|{NUMBER_WORDS})"
UNITS = r"(?:GPUs?|TPUs?|cards?|devices?|accelerators?|chips?|cores?)"
HOURS = Pattern(
    "a time", {r"(?<![a-z])(?:minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?)\b": "9h"}, refuses=("epochs",)
)


@dataclass(frozen=True)
class Count:
    """How many processors; offsets in the text."""

    value: int
    start: int
    end: int
    pattern: str
    device: DeviceMention | None  # the mention that it counts
    lesser: bool = False  # not the last of several ("8 or 16 GPUs")
    refused: Reason | None = None
    of_cores: bool = False  # cores of TPUs, of which a chip has two
    of_each: int | None = None  # what each of several machines has, where their product is counted


@dataclass(frozen=True)
class Mention:
    """A device with its sentence, and the words around it."""

    sentence: str
    start: int  # of the sentence in the text
    device: DeviceMention
    before: str
    after: str

    @property
    def origin(self) -> int:
        """Where `before` begins in the text."""
        return self.device.start - len(self.before)


@dataclass(frozen=True)
class Counted:
    """What the words beside a device count, before anything asks whether they count processors of a run."""

    value: int
    start: int
    end: int
    pattern: str
    cores: bool = False
    match: re.Match[str] | None = None  # of COUNT_BEFORE, where the count stands before the device

    @property
    def one(self) -> bool:
        return self.pattern in ("one device", "one device named")
