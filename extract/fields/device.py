"""Devices that the paper's own runs used, by their printed name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from db.models import Candidate, Field
from db.reference.hardware import DeviceMention
from db.vocabulary import Purpose, Reason, Refusal
from extract.fields.paper import PaperView
from extract.language.devices import core_of, family, singular
from extract.language.processors_refused import DESCRIBED
from extract.pattern import Pattern
from extract.sentences.statements import Statement

FIELD = Field.DEVICE
SHORTEST = 20.0  # seconds; what is shorter was no training run

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("We trained our models on one machine with 8 NVIDIA P100 GPUs.", ["NVIDIA P100"]),
    ("Training took 21 days on 2048 A100 GPUs with 80GB of memory.", ["A100"]),
    ("All experiments were run on a GeForce GTX TITAN X GPU.", ["GeForce GTX TITAN X"]),
    ("Our models are trained with 64 TPU v3 chips for two weeks.", ["TPU v3 chip"]),
    (
        "We trained on a DGX-2 machine with 16 V-100 GPUs for 7 days.",
        ["V-100"],
    ),  # the machine's processors stand beside
    ("The networks were trained on two Titan Xs in a server with an Intel Xeon E5-2680 CPU.", ["Titan X"]),
    ("We train on a V100, while inference runs on a GTX 1080.", ["V100"]),
    ("Networks are trained with Adam. Our desktop is equipped with an RTX 3090.", ["RTX 3090"]),
    ("We train it with SGD. The GPU type is A100.", ["A100"]),
    # near misses
    ("Inference takes 51 ms on a Titan X.", []),  # not a training run
    ("We trained our models on 8 GPUs.", []),  # no device named
    ("Rows T4 and P4 show the ablation of the training loss.", []),  # table rows, not Tesla T4
    ("Krizhevsky et al. [12] used two GTX 580 GPUs.", []),  # another paper's run
    ("Results in the literature were trained on either GTX 1080 or P100 GPUs.", []),
    ("Latency is measured on a V100 with batch size 1.", []),
    ("NASNet [71] (which used 500 P100 GPUs) is trained in 4 days.", []),
)


ABLE_BEFORE = Pattern(
    "what it can run on",
    {r"\bcan be (?:run|deployed|served|loaded|hosted)\b[^.;,]{0,45}$": "the model can be served on a single "},
    refuses=("the model was run on a ",),
)
LIKE_BEFORE = Pattern(
    "what was used is likened to it",
    {
        r"\b(?:similar|comparable|equivalent|akin) to\b[^,;]{0,20}$": "similar to 4 ",
        r"\b(?:such as|like|e\.g\.,?)\s(?:the\s|an?\s|\d+\s?[x×]?\s?)?(?:NVIDIA\s|Nvidia\s)?$": (
            "GPUs such as the ",
            "a cluster such as 8 ",
        ),
    },
    refuses=("on 4 ",),
)
ON_BEFORE = Pattern(
    "something ran on the device",
    {r"\b(?:on|using|with|via)\s(?:the\s|an?\s)?(?:Google\s|Cloud\s)*$": "on a Google Cloud "},
    refuses=("than a ",),
)


@dataclass(frozen=True)
class _Paper:
    """What the paper names elsewhere."""

    inside: Collection[str]  # processors: a rented instance is named beside those in it in other sentences too
    versions: bool  # a TPU with its version


def read(view: PaperView) -> Iterator[Candidate]:
    """Every device named in a sentence; chosen where the sentence is about a run of the paper's own."""
    devices = [d for s in view.statements for d in s.devices]
    paper = _Paper(
        {d.processor.name for d in devices if d.processor and d.kind != "system"},
        any(d.kind == "tpu" and _versioned(d) for d in devices),
    )
    for s in view.statements:
        for d in s.devices:
            purpose = s.purpose_at(d.start)
            reason = _names_nothing(s, d, paper) or refusal(s, purpose, d.start) or _refusal(s, d, paper)
            cores = any(c.of_cores and c.device is d for c in s.counts)
            name = core_of(d.printed) if cores else singular(d.printed)
            yield view.from_passage(
                s.passage, d.start, d.end, FIELD, name, pattern(s, purpose), purpose=purpose,
                chosen=reason is None, reason=reason and reason.words,
                qualifiers={"statement": s.number, "place": d.start},
            )  # fmt: skip
    yield from (c for c in view.training_cells if c.field == FIELD)


def _names_nothing(s: Statement, device: DeviceMention, paper: _Paper) -> Reason | None:
    """ "on 64 GPUs" names no device; "on 64 TPUs" does, in a paper that names none better."""
    if device.processor is None and (device.kind != "tpu" or paper.versions or not _used(s, device)):
        return Reason(Refusal.NAMES_NO_DEVICE)
    return None


def _version_elsewhere(s: Statement, device: DeviceMention, paper: _Paper) -> bool:
    return device.kind == "tpu" and paper.versions and not (_versioned(device) or _counted(s, device))


def _cpu_beside(s: Statement, device: DeviceMention, paper: _Paper) -> bool:
    """A CPU beside the GPUs, which did the work."""
    return device.kind == "cpu" and bool({"gpu", "tpu"} & {d.kind for d in _beside(s, device)})


def _machine_around(s: Statement, device: DeviceMention, paper: _Paper) -> bool:
    """A machine beside the processors in it."""
    if device.kind != "system":
        return False
    if {"gpu", "tpu"} & {d.kind for d in _beside(s, device) if d.processor is not None}:
        return True
    if "." not in device.printed or device.processor is None:
        return False
    return family(device.processor.contains) in {family(name) for name in paper.inside}  # a rented instance


def _beside(s: Statement, device: DeviceMention) -> list[DeviceMention]:
    return [d for d in s.devices if d is not device and s.purpose_at(d.start) is not Purpose.INFERENCE]


def _before(s: Statement, device: DeviceMention, characters: int) -> str:
    return s.passage.text[s.start : device.start][-characters:]


REFUSALS: tuple[tuple[Callable[[Statement, DeviceMention, _Paper], object], Refusal], ...] = (
    (_version_elsewhere, Refusal.VERSION_ELSEWHERE),
    (lambda s, d, paper: s.would_take, Refusal.WOULD_TAKE),
    (lambda s, d, paper: ABLE_BEFORE.search(_before(s, d, 70)), Refusal.ABLE_TO_RUN),
    (lambda s, d, paper: LIKE_BEFORE.search(_before(s, d, 60)), Refusal.LIKENED),
    (_cpu_beside, Refusal.CPU_BESIDE),
    (_machine_around, Refusal.MACHINE_AROUND),
    (lambda s, d, paper: not s.trains and described(s, d), Refusal.IN_GENERAL),
)


def _refusal(s: Statement, device: DeviceMention, paper: _Paper) -> Reason | None:
    """Why a device was not what a run used, by the first row that holds."""
    return next((Reason(refused) for holds, refused in REFUSALS if holds(s, device, paper)), None)


def _versioned(device: DeviceMention) -> bool:
    """Whether the printed name has a version or a number: "TPU v3", not "Cloud TPU"."""
    return any(c.isdigit() for c in device.printed)


def _counted(s: Statement, device: DeviceMention) -> bool:
    return any(c.device is device and c.refused is None for c in s.counts)


def _used(s: Statement, device: DeviceMention) -> bool:
    """Whether a sentence says that something ran on this device: it is counted, or trained "on" it."""
    if _counted(s, device):
        return True
    return s.trains and ON_BEFORE.search(s.passage.text[s.start : device.start]) is not None


def described(s: Statement, device: DeviceMention) -> bool:
    """Whether the sentence says what such a device is: "An A100 offers 80 GB"."""
    text = s.passage.text
    return device.start - s.start < 20 and DESCRIBED.match(text[device.end : s.end]) is not None


def pattern(s: Statement, purpose: Purpose) -> str:
    """Which kind of sentence names it."""
    if purpose is Purpose.INFERENCE:
        return "device in a sentence on inference"
    if s.trains:
        return "device in a sentence on training"
    return "device near training" if s.context else "device elsewhere"


def refusal(s: Statement, purpose: Purpose, place: int) -> Reason | None:
    """Why the value at `place` of this statement is not of the paper's own training run, or None."""
    if foreign := s.foreign_at(place):
        return foreign
    if purpose is Purpose.INFERENCE:
        return Reason(Refusal.INFERENCE)
    if not s.trains and s.durations and all(d.seconds < SHORTEST and not d.per for d in s.durations):
        return Reason(Refusal.TASK_OF_SECONDS)
    if not s.context:
        return Reason(Refusal.NO_TRAINING_NEAR)
    return None
