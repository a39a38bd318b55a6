"""Sentences that say on what, how many, and for how long something was run: the ground of four fields.

A sentence's parts stand together ("Training took 3.5 days on 8 P100 GPUs"), so they are found together, once, here;
`extract/fields/device.py`, `device_count.py`, `training_time.py` and `epochs.py` make candidates of them, and
`extract/runs.py` joins those of one run. What each part may look like stand in `durations`, `processor_counts`,
`epoch_counts`; what a sentence is about in `run_purpose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.reference.hardware import DeviceMention, find_device, find_devices, has_device_context
from extract.language.devices import may_name_device
from extract.language.durations import NUMBER_WORDS, Duration, find_durations
from extract.language.epochs import Epochs, find_epochs
from extract.language.processors import Count, find_counts
from extract.language.purpose import (
    foreign_at,
    near_training,
    ours_at,
    purpose_at,
    purpose_of,
    says_training,
    set_against_ours,
    whose,
)
from extract.layout.passages import Passage


@dataclass(frozen=True)
class Statement:
    """One sentence that names a device, a duration or epochs."""

    number: int  # in document order
    passage: Passage
    start: int
    end: int
    purpose: str
    foreign: str | None  # why it is not of this paper's runs
    trains: bool  # it speaks of training by itself
    context: bool  # the sentences around it, or its section, do
    devices: tuple[DeviceMention, ...] = ()  # offsets in the passage
    counts: tuple[Count, ...] = ()
    durations: tuple[Duration, ...] = ()
    epochs: tuple[Epochs, ...] = ()

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    def foreign_at(self, place: int) -> str | None:
        """Why the value at this place of the passage is of another paper's run; None where it is not."""
        if self.foreign is None and set_against_ours(self.text, place - self.start):
            return "set against the paper's own run"
        if self.foreign is not None and ours_at(self.text, place - self.start):
            return None
        return self.foreign or foreign_at(self.text, place - self.start, _heading(self.passage))

    def purpose_at(self, place: int) -> str:
        """What the run of the value at this place of the passage is for."""
        return purpose_at(self.text, place - self.start, self.purpose, _heading(self.passage))


def _heading(passage: Passage) -> str | None:
    """The heading that says what a passage is about; a caption floats to where its page has room."""
    return None if passage.kind == "caption" else passage.section


_BARE_PARTS = ("chips", "cores", "card", "accelerators", " of them ")
_UNIT_PARTS = ("hour", "day", "week", "month", "minute", "second", "year")
_SHORT_UNITS = re.compile(r"\d[ -]?(?:h|s|d|hrs?|mins?|secs?|ms|msecs?|wks?)\b|\d ?h ?\d", re.IGNORECASE)


def _may_count(text: str) -> bool:
    return may_name_device(text) or any(part in text for part in _BARE_PARTS)


def _other_passes(text: str) -> bool:
    return "passes " in text or "cycles " in text or "sweeps " in text or " times" in text or " ep." in text


def _may_time(text: str) -> bool:
    lowered = text.lower()
    return any(part in lowered for part in _UNIT_PARTS) or _SHORT_UNITS.search(text) is not None


# Words of a paper in which something learns: without one of them "training" and "hours" are people's.
_LEARNS = re.compile(
    r"neural|[Ll]earning rate|[Mm]achine learning|[Dd]eep [Ll]earning|epochs?\b|[Gg]radient|[Cc]lassifier"
    r"|[Ll]anguage [Mm]odel|[Tt]raining (?:set|data|examples)|[GT]PU|LSTM|[Cc]onvolution|[Pp]erceptron"
    r"|[Ss]upport [Vv]ector|[Rr]einforcement"
)
# "V-100": the hyphen is in no list of names
_HYPHENED = re.compile(
    r"\b(?:(?:NVIDIA|Nvidia|Tesla)\s)*(?P<letter>[VPAKH])-(?P<digits>100|40|80|20)s?\b(?=[^%]{0,40}(?:GPU|$))"
)
# what stands before a short name ("T4", "A100") where it is a device's: "on a T4", "8 x A100", "(A100"; not "Rows T4"
_SHORT_NAME_BEFORE = re.compile(
    r"(?:^|\b(?:on|using|with|an?|single|of|type|one|two|four|eight|sixteen|the|and|or|\d+\s?GB?|by|per|to"
    r"|from|use[sd]?|modern"
    r"|recent|is|are|NVLink|for|requires?|than|\w+['’]s)\s|\d\)?\s?|[-x×*(/~∼,:]\s?)$",
    re.IGNORECASE,
)
_MANY_BEFORE = re.compile(
    rf"\b(?:on|over|across|using|with|by)\s(?:\d+"
    rf"|{NUMBER_WORDS})\s$",
    re.IGNORECASE,
)  # "on 16 P100s"
_EXPERIMENTS = re.compile(r"\b(?:all|our)(?: of)?(?: our)? experiments\b|\b(?:ran|run|did) everything\b", re.IGNORECASE)
# "2 × T4", "one A100", "eight 80GB A100s": what is counted needs no word such as GPU near it
_COUNTED = re.compile(rf"(?:\d\s?[x×*✕]\s?|(?:^|[\s(])(?:\d{{1,5}}|{NUMBER_WORDS})\s(?:\d+\s?GB?\s)?)$", re.IGNORECASE)
_ON_ONE = re.compile(r"\bon (?:an?|one|a single|two|four|eight|\d+)\s$", re.IGNORECASE)  # "a week on a K40"


def find_statements(passages: Sequence[Passage]) -> list[Statement]:
    """The passages' statements in reading order."""
    return list(_statements(passages))


def _statements(passages: Sequence[Passage]) -> Iterator[Statement]:
    number = 0
    learns: bool | None = None
    for passage in passages[_title_ends(passages) :]:
        if passage.kind in ("heading", "front") or (passage.kind == "label" and len(passage.text) < 40):
            continue
        text = passage.text
        some_device, some_time, some_epochs = _may_count(text), _may_time(text), "poch" in text or _other_passes(text)
        if not (some_device or some_time or some_epochs):
            continue
        for start, end in passage.sentences:
            sentence = text[start:end]
            here = some_device and _may_count(sentence)
            devices = tuple(_devices(sentence, start)) if here else ()
            counts = tuple(find_counts(text, start, end, devices)) if here else ()
            durations = tuple(find_durations(text, start, end)) if some_time and _may_time(sentence) else ()
            epochs = (
                tuple(find_epochs(text, start, end))
                if some_epochs and ("poch" in sentence or _other_passes(sentence))
                else ()
            )
            if not (devices or durations or epochs or counts):
                continue
            if learns is None:
                learns = any(_LEARNS.search(p.text) for p in passages) or sum(len(p.text) for p in passages) < 600
            trains = says_training(sentence)
            context = trains or _tells_a_run(sentence, devices, durations) or near_training(passage, start, end)
            under = _heading(passage)
            yield Statement(
                number, passage, start, end, purpose_of(sentence, under), whose(sentence, under), trains,
                learns and context, devices, counts, durations, epochs,
            )  # fmt: skip
            number += 1


def _title_ends(passages: Sequence[Passage]) -> int:
    """Where the abstract begins, if a heading says so: a title ("Training X in an Hour") is no statement."""
    for i, passage in enumerate(passages[:12]):
        if passage.kind == "heading":
            return i if passage.text.strip().lower().startswith("abstract") and passage.pages[0] == 1 else 0
    return 0


def _tells_a_run(
    sentence: str, devices: tuple[DeviceMention, ...], durations: tuple[Duration, ...]
) -> bool:  # fmt: skip
    """Whether a sentence that says no word of training tells one: by "our experiments", or hours on a named device."""
    if _EXPERIMENTS.search(sentence):
        return True
    named = any(d.processor is not None for d in devices)
    return named and any(d.refused is None and not d.per and d.seconds >= 3600.0 for d in durations)


def _devices(sentence: str, start: int) -> Iterator[DeviceMention]:
    hyphened: list[DeviceMention] = []
    for m in _HYPHENED.finditer(sentence) if "-" in sentence else ():
        known = find_device(m["letter"] + m["digits"])
        if known:
            hyphened.append(DeviceMention(m.start(), m.end(), known, m[0], False, known.kind))
    for device in (*hyphened, *find_devices(sentence)):
        if device.needs_context:
            before = sentence[: device.start]
            if device.printed.isdigit():
                continue  # "3090 GPUs" are known by the word behind them; "3090 steps" are none
            told = (
                _COUNTED.search(before)
                or has_device_context(sentence, device)
                or (_ON_ONE.search(before) and _may_time(sentence))
                or (device.printed.endswith("s") and _MANY_BEFORE.search(before))
            )
            if not (told and _SHORT_NAME_BEFORE.search(before)):
                continue
        if device not in hyphened and any(h.start <= device.start <= h.end + 1 for h in hyphened):
            continue  # the "GPUs" of "V-100 GPUs"
        yield replace(device, start=device.start + start, end=device.end + start)
