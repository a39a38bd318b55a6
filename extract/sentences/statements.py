"""Sentences that say on what, how many, and for how long something was run: the ground of four fields.

A sentence's parts stand together ("Training took 3.5 days on 8 P100 GPUs"), so they are found together, once, here;
`extract/fields/device.py`, `device_count.py`, `training_time.py` and `epochs.py` make candidates of them, and
`extract/runs` joins those of one run. What each part may look like stands in `language/durations.py`, `processors.py`
and `epochs.py`; what a sentence's run is for in `purpose.py`, and whose it is in `whose_run.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.reference.hardware import DeviceMention, find_device, find_devices, has_device_context
from db.vocabulary import Purpose, Reason, Refusal
from extract.language.devices import may_name_device
from extract.language.durations import Duration, find_durations
from extract.language.epochs import Epochs, find_epochs
from extract.language.machines import Elided, Machines, Share, find_elided, find_machines, find_shares
from extract.language.numbers import NUMBER_WORDS
from extract.language.processor_count import Count
from extract.language.processors import find_counts
from extract.language.purpose import NEAR_TRAINING, near_training, purpose_at, purpose_of, says_training
from extract.language.whose_run import foreign_at, ours_at, set_against_ours, whose
from extract.layout.passages import Passage
from extract.pattern import Pattern


@dataclass(frozen=True)
class Statement:
    """One sentence that names a device, a duration or epochs."""

    number: int  # in document order
    passage: Passage
    start: int
    end: int
    purpose: Purpose
    foreign: Reason | None  # why it is not of this paper's runs
    trains: bool  # it speaks of training by itself
    tells: bool  # it says that something was run or used
    context: bool  # the sentences around it, or its section, do
    devices: tuple[DeviceMention, ...] = ()  # offsets in the passage
    counts: tuple[Count, ...] = ()
    durations: tuple[Duration, ...] = ()
    epochs: tuple[Epochs, ...] = ()
    machines: tuple[Machines, ...] = ()
    shares: tuple[Share, ...] = ()
    elided: tuple[Elided, ...] = ()

    @property
    def text(self) -> str:
        """The sentence."""
        return self.passage.text[self.start : self.end]

    @property
    def would_take(self) -> bool:
        """Whether it has times, and all of runs that were not made."""
        refused = [d.refused and d.refused.refusal for d in self.durations]
        return bool(refused) and all(refusal is Refusal.WOULD_TAKE for refusal in refused)

    def foreign_at(self, place: int) -> Reason | None:
        """Why the value at this place of the passage is of another paper's run; None where it is not."""
        if self.foreign is None and set_against_ours(self.text, place - self.start):
            return Reason(Refusal.SET_AGAINST_OURS)
        if self.foreign is not None and ours_at(self.text, place - self.start):
            return None
        return self.foreign or foreign_at(self.text, place - self.start, _heading(self.passage))

    def purpose_at(self, place: int) -> Purpose:
        """What the run of the value at this place of the passage is for."""
        return purpose_at(self.text, place - self.start, self.purpose, _heading(self.passage))


def _heading(passage: Passage) -> str | None:
    """The heading that says what a passage is about; a caption floats to where its page has room."""
    return None if passage.kind == "caption" else passage.section


# Cheap first looks: substrings are found ten times as fast as any pattern, and most passages hold none of these.
_BARE_PARTS = ("-way", "chips", "cores", "card", "accelerators", " of them", " of these", " of those")
_UNIT_PARTS = ("hour", "day", "week", "month", "minute", "second", "year", "s/s", "it/s")
_PASS_PARTS = (
    "passes",
    "pass over",
    "pass through",
    "cycles ",
    "sweeps ",
    "iterations over",
    "iterations through",
    " times",
    " ep.",
)
SHORT_UNIT = Pattern(
    "a short unit of time behind a digit",
    {
        r"[ -]?(?:h|s|d|hrs?|mins?|secs?|ms|msecs?|wks?|yrs?)\b": ("12 h", "4d"),
        r" ?[hm] ?\d": ("2h30", "12m40"),
        r":\d\d:\d\d": "26:40:00",
    },
    before=r"\d",
    refuses=("h 12",),
)
LEARNS = Pattern(
    "words of a paper in which something learns: without one of them, training and hours are people's",
    {
        r"neural|[Ll]earning rate|[Mm]achine learning|[Dd]eep [Ll]earning|[Rr]einforcement": "neural",
        r"epochs?\b|[Gg]radient|[Tt]raining (?:set|data|examples)": "epochs",
        r"[Cc]lassifier|[Ll]anguage [Mm]odel|LSTM|[Cc]onvolution|[Pp]erceptron|[Ss]upport [Vv]ector": "LSTM",
        r"[GT]PU": "GPU",
    },
    flags=re.RegexFlag(0),
    refuses=("the students learn",),
)
RECORDED = Pattern(
    "a paper whose epochs are stretches of a recording or times of an observation, and no passes over data",
    {
        r"\d[\d.]*[\s-]?(?:s|ms|sec(?:ond)?s?|minutes?)(?:[\s-]long)?[\s-]epochs?\b": "30-second epochs",
        r"\b(?:EEG|MEG|ECG|sleep|photometric|spectroscopic|radial[- ]velocity) (?:\w+ )?epochs\b": "EEG epochs",
        r"\b(?:observations?|photometr\w+|light curves?|velocit\w+)\b[^.;]{0,60}\bepochs\b": (
            "Photometric data of 53 epochs",
            "radial velocities were taken at 14 epochs",
        ),
    },
    refuses=("trained for 30 epochs in 40 s", "epochs of 2500 steps"),
)
HYPHENED = Pattern(
    "a device's short name with a hyphen, which stands in no list of names",
    {
        r"\b(?:(?:NVIDIA|Nvidia|Tesla)\s)*(?P<letter>[VPAKH])-(?P<digits>100|40|80|20)s?\b(?=[^%]{0,40}(?:GPU|$))": (
            "NVIDIA V-100 GPU"
        )
    },
    flags=re.RegexFlag(0),
    refuses=("A-100% increase",),
)
SHORT_NAME_BEFORE = Pattern(
    "what stands before a short name where it is a device's",
    {
        r"^": "",
        r"\b(?:on|using|with|by|to|from|for|than|per|of|and|or|the|an?|is|are|use[sd]?|requires?|type|single)\s": (
            "on a "
        ),
        r"\b(?:one|two|four|eight|sixteen|\d+\s?GB?|modern|recent|NVLink|\w+['’]s)\s": "four ",
        r"\d[kKM]?\)?\s?|[-x×*(/~∼,:]\s?": "8 x ",
        r"\b(?:an?|one|single)\s(?:(?-i:[a-z][a-z-]+)\s){1,2}": "on a dedicated ",
    },
    after=r"$",
    refuses=("rows ",),
)
EXPERIMENTS = Pattern(
    "the paper's runs, with no word of training",
    {
        r"\b(?:all|our)(?: of)?(?: our)? experiments\b": "in all of our experiments",
        r"\b(?:experiments|simulations) (?:use[sd]?|were|are|ran|run|took|take|have been|performed|conducted)\b": (
            "experiments use a V100",
            "Experiments performed on",
        ),
        r"\b[Ww]e implement(?:ed)? (?:our|the|all|it|both)\b[^.;]{0,60}\bon (?:an?|one|the|\d+|NVIDIA|Nvidia)\b": (
            "We implement our method with TensorFlow on a"
        ),
        r"\b(?:[Tt]his|the|our) work (?:here )?(?:was|were) (?:\w+ ){0,2}(?:run|done|carried|performed|trained)\b": (
            "This work was almost entirely run on",
            "All the work was done on",
        ),
        r"\b(?:ran|run|did) everything\b": "we ran everything",
        r"\b[Oo]ur (?:\w+ )?(?:search|training|optimi[sz]ation) (?:runs|ran|is run|was run)\b": "Our search runs on",
        r"\b(?:[Oo]ur|[Aa]ll|[Tt]he) (?:GPUs|cards|machines|servers|nodes|accelerators) "
        r"(?:are|were|have|had|use|contain)\b": "Our GPUs are NVIDIA",
        r"^(?:[•–-]\s|\d{1,2}\s?)?(?:\w+ ){0,2}?(?:hardware|GPUs?|comput(?:e|ing|er|ation)|infrastructure|accelerators?"
        r"|resources?)(?: (?:used|type|infrastructure|resources?|environment|platform))?\s?:": (
            "Hardware: 64 V100",
            "Computing infrastructure: one V100",
            "- GPUs: 4 A100",
            "4Hardware used: one K40",
        ),
        r"\bfor (?:all|each|every)(?: of)?(?: our| the)? (?:runs?|models?|networks?|variants?|experiments?)\b": (
            "For every model reported here we made use of"
        ),
        r"\b(?:all|each|every)(?: of)?(?: our| the)? (?:runs?|models?|networks?|variants?|stages?|phases|trials?|jobs?"
        r"|search(?:es)?) (?:use[sd]?|ran|(?:is|are|was|were) (?:run|executed|performed|carried|conducted|made"
        r"|done))\b": (
            "all runs used 8 GPUs",
            "All stages are run on 8 GPUs",
        ),
    },
    refuses=("an experiment",),
)
RUN_OR_USED = Pattern(
    "something was run, or used to run it",
    {
        r"(?:run|ran|runs|running|jobs?)\b": "The model ran on",
        r"(?:execut|conduct|implement|perform(?:s|ed)?\b|carried out|done\b|obtained\b|produced\b|distributes?\b)": (
            "was executed on",
            "All results were obtained on",
            "We distribute the images over",
        ),
        r"(?:us(?:e|es|ed|ing)|utili[sz]\w+|employ(?:s|ed|ing)?|leverag\w+|adopt(?:s|ed)?|rel(?:y|ies|ied) on)\b": (
            "We use two A100",
            "employing eight V100",
        ),
        r"(?:requir(?:e|es|ed)|need(?:s|ed)?|takes?|took|consum\w+|costs?|spen[dt]|occup\w+)\b": "It needs one V100",
        r"(?:equipped|powered|based on|resources?|budget|infrastructure|cluster of|clusters with|environment|platform"
        r"|hardware|setup|set-up|experiments?|implementation)\b": ("a server equipped with", "Our cluster of V100"),
        r"unless (?:otherwise )?(?:noted|stated|specified|mentioned)\b": "Unless otherwise noted, times are for",
        r"(?:GPU|device|accelerator|card|processor)s? (?:type|model|used)?\s?(?:is|are|was|were)\b": (
            "The GPU type is",
            "The cards are",
        ),
        r"(?:server|machine|node|workstation|cluster|desktop|laptop|PC)s? (?:is|are|was|were|with|featur\w+)\b": (
            "a server with",
            "The machine featured",
        ),
    },
    before=r"\b",
    refuses=("The T4 provides extreme performance", "A list of names", "a useful card"),
)
TO_THE_END = Pattern(
    "how far something learned in a time",
    {
        r"to (?:\w+ )?(?:reach|complete|finish|perform|process|make|run|do)\b[^.;]{0,30}\d[\w.,]*\s"
        r"(?:\w+ )?(?:updates|iterations|steps|epochs)": "68 hours to reach 286k updates",
        r"(?:to|until) (?:\w+ )?converge(?:s|nce|d)?": "19 hours to converge",
    },
    before=r"\b",
    after=r"\b",
    refuses=("to reach the server",),
)
COUNTED = Pattern(
    "a count: what is counted needs no word such as GPU near it",
    {
        r"\d\s?[x×*✕]\s?": "2 × ",
        rf"(?:^|[\s(])(?:\d{{1,5}}|{NUMBER_WORDS})\s(?:\d+\s?GB?\s)?": ("one ", "eight 80GB "),
    },
    after=r"$",
    refuses=("rows ",),
)
ON_ONE = Pattern(
    "on so many, in a sentence with a time",
    {
        r"\bon (?:an?|one|a single|two|four|eight|\d+)\s(?:(?!(?:of|in|for|with)\s)[a-z][a-z-]+\s)?$": (
            "a week on a ",
            "on a dedicated ",
        )
    },
    refuses=("row a ",),
)


THEY = Pattern(
    "a sentence on models that the one before names",
    {"were": "They were trained on 16 cards"},
    refuses=("They trained", "we say that they were trained"),
    before="^They ",
    after=" trained",
)
OURS_BEFORE = Pattern(
    "the paper's own models, by a word or by its table",
    {
        r"(?:we|our|ours|this (?:work|paper))": "We compare four variants",
        r"(?:table|fig(?:ure)?\.?|section|appendix) [\dA-Z]": "The variants in Table 1 have",
    },
    refuses=("NetX and NetY are strong", "a tableau"),
    before=r"\b",
    after=r"\b",
)


def _may_count(text: str) -> bool:
    return may_name_device(text) or any(part in text for part in _BARE_PARTS)


def _may_pass(text: str) -> bool:
    return "poch" in text or any(part in text for part in _PASS_PARTS)


def _may_time(text: str) -> bool:
    lowered = text.lower()
    return any(part in lowered for part in _UNIT_PARTS) or SHORT_UNIT.search(text) is not None


def find_statements(passages: Sequence[Passage]) -> list[Statement]:
    """The passages' statements in reading order."""
    return list(_statements(passages))


def _statements(passages: Sequence[Passage]) -> Iterator[Statement]:
    number = 0
    learns: bool | None = None
    recorded: bool | None = None
    for passage in passages[_title_ends(passages) :]:
        if passage.kind in ("heading", "front") or (passage.kind == "label" and len(passage.text) < 40):
            continue
        for parts in _parts_of(passage):
            if learns is None:
                learns = any(LEARNS.search(p.text) for p in passages) or sum(len(p.text) for p in passages) < 600
            if parts.epochs and recorded is None:
                recorded = any(RECORDED.search(p.text) for p in passages if "poch" in p.text)
            if recorded:
                parts = replace(parts, epochs=())
            yield _statement(number, passage, parts, learns)
            number += 1


@dataclass(frozen=True)
class _Parts:
    """What a sentence holds; offsets in the passage."""

    start: int
    end: int
    devices: tuple[DeviceMention, ...]
    counts: tuple[Count, ...]
    durations: tuple[Duration, ...]
    epochs: tuple[Epochs, ...]
    machines: tuple[Machines, ...] = ()
    shares: tuple[Share, ...] = ()
    elided: tuple[Elided, ...] = ()

    @property
    def may_count(self) -> bool:
        """Whether the sentence counts machines, or processors by what was said before."""
        return bool(self.shares or self.elided) or any(m.number is not None for m in self.machines)


def _parts_of(passage: Passage) -> Iterator[_Parts]:
    """The parts of each sentence that has any."""
    text = passage.text
    some_device, some_time, some_epochs = _may_count(text), _may_time(text), _may_pass(text)
    for start, end in passage.sentences:
        sentence = text[start:end]
        here = some_device and _may_count(sentence)
        devices = tuple(_devices(sentence, start)) if here else ()
        parts = _Parts(
            start,
            end,
            devices,
            tuple(find_counts(text, start, end, devices)) if here else (),
            tuple(find_durations(text, start, end)) if some_time and _may_time(sentence) else (),
            tuple(find_epochs(text, start, end)) if some_epochs and _may_pass(sentence) else (),
            find_machines(sentence, start),
            find_shares(sentence, start),
            find_elided(sentence, start),
        )
        if devices or parts.durations or parts.epochs or parts.counts or parts.may_count:
            yield parts


def _statement(number: int, passage: Passage, parts: _Parts, learns: bool) -> Statement:
    sentence = passage.text[parts.start : parts.end]
    under = _heading(passage)
    if THEY.match(sentence):
        before = next((passage.text[a:b] for a, b in passage.sentences if b <= parts.start < b + 3), "")
        foreign = whose(sentence, under) or (None if OURS_BEFORE.search(before) else Reason(Refusal.FOREIGN_RUN))
    else:
        foreign = whose(sentence, under)
    trains = says_training(sentence)
    context = trains or _tells_a_run(sentence, parts) or near_training(passage, parts.start, parts.end)
    return Statement(
        number, passage, parts.start, parts.end, purpose_of(sentence, under), foreign, trains,
        trains or _tells_of_use(sentence, parts), learns and context,
        parts.devices, parts.counts, parts.durations, parts.epochs, parts.machines, parts.shares, parts.elided,
    )  # fmt: skip


def _title_ends(passages: Sequence[Passage]) -> int:
    """Where the abstract begins, if a heading says so: a title ("Training X in an Hour") is no statement."""
    for i, passage in enumerate(passages[:12]):
        if passage.kind == "heading":
            return i if passage.text.strip().lower().startswith("abstract") and passage.pages[0] == 1 else 0
    return 0


def _tells_a_run(sentence: str, parts: _Parts) -> bool:
    """Whether a sentence that says no word of training tells one: by "our experiments", or hours on a named device."""
    if EXPERIMENTS.search(sentence):
        return True
    long = any(d.refused is None and not d.per and d.seconds >= 3600.0 for d in parts.durations)
    named = any(d.processor is not None for d in parts.devices)
    return long and (named or TO_THE_END.search(sentence) is not None)


def _tells_of_use(sentence: str, parts: _Parts) -> bool:
    """Whether a sentence says that something was run or used, has a time, or is a piece of one that says so."""
    if any(d.refused is None for d in parts.durations) or not parts.devices or parts.may_count:
        return True
    piece = sentence[:1].islower() or (sentence.endswith(".") and len(sentence.split()) <= FEW_WORDS)
    return piece or bool(RUN_OR_USED.search(sentence) or NEAR_TRAINING.search(sentence))


FEW_WORDS = 7  # of a piece of a sentence, the rest of which stands in another column or before a figure


def _devices(sentence: str, start: int) -> Iterator[DeviceMention]:
    """The devices that the sentence names; offsets in the passage."""
    hyphened = list(_hyphened(sentence)) if "-" in sentence else []
    for device in (*hyphened, *find_devices(sentence)):
        if device.needs_context and not _is_device(sentence, device):
            continue
        if device not in hyphened and any(h.start <= device.start <= h.end + 1 for h in hyphened):
            continue  # the "GPUs" of "V-100 GPUs"
        yield replace(device, start=device.start + start, end=device.end + start)


def _hyphened(sentence: str) -> Iterator[DeviceMention]:
    """ "V-100"."""
    for m in HYPHENED.finditer(sentence):
        if known := find_device(m["letter"] + m["digits"]):
            yield DeviceMention(m.start(), m.end(), known, m[0], False, known.kind)


def _is_device(sentence: str, device: DeviceMention) -> bool:
    """Whether a short name is a device's: "on a T4", "8 x A100", "(A100"; not "Rows T4", "3090 steps"."""
    before = sentence[: device.start]
    if device.printed.isdigit():
        return False
    told = (
        COUNTED.search(before)
        or has_device_context(sentence, device)
        or (ON_ONE.search(before) and _may_time(sentence))
        or re.match(r"[GR]TX", device.printed)
    )
    return bool(told) and SHORT_NAME_BEFORE.search(before) is not None
