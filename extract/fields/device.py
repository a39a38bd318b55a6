"""Devices that the paper's own runs used, by their printed name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from db.models import Candidate, Field
from db.reference.hardware import DeviceMention
from extract.fields.paper import PaperView
from extract.language.devices import family, singular
from extract.language.durations import WOULD
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
    # near misses
    ("Inference takes 51 ms on a Titan X.", []),  # not a training run
    ("We trained our models on 8 GPUs.", []),  # no device named
    ("Rows T4 and P4 show the ablation of the training loss.", []),  # table rows, not Tesla T4
    ("Krizhevsky et al. [12] used two GTX 580 GPUs.", []),  # another paper's run
    ("Results in the literature were trained on either GTX 1080 or P100 GPUs.", []),
    ("Latency is measured on a V100 with batch size 1.", []),
    ("NASNet [71] (which used 500 P100 GPUs) is trained in 4 days.", []),
)


def read(view: PaperView) -> Iterator[Candidate]:
    """Every device named in a sentence; chosen where the sentence is about a run of the paper's own."""
    inside = {d.processor.name for s in view.statements for d in s.devices if d.processor and d.kind != "system"}
    versions = any(d.kind == "tpu" and _versioned(d) for s in view.statements for d in s.devices)
    for s in view.statements:
        for d in s.devices:
            purpose = s.purpose_at(d.start)
            reason = refusal(s, purpose, d.start)
            if d.processor is None and (d.kind != "tpu" or versions or not _used(s, d)):
                reason = "names no device"  # "on 64 TPUs" says what was used, unlike "on 64 GPUs"
            elif reason is None and d.kind == "tpu" and versions and not (_versioned(d) or _counted(s, d)):
                reason = "its version is said elsewhere"
            elif reason is None and s.durations and all(t.refused == WOULD for t in s.durations):
                reason = WOULD
            elif reason is None and _ABLE.search(s.passage.text[s.start : d.start][-70:]):
                reason = "what it can run on, not what it was trained on"
            elif reason is None and _LIKE.search(s.passage.text[s.start : d.start][-60:]):
                reason = "what was used is likened to it"
            elif reason is None:
                reason = _beside(s, d, inside)
            if reason is None and not s.trains and described(s, d):
                reason = "a processor in general"
            cores = any(c.of_cores and c.device is d for c in s.counts)
            name = core_of(d.printed) if cores else singular(d.printed)
            yield view.from_passage(
                s.passage, d.start, d.end, FIELD, name, pattern(s, purpose), purpose=purpose,
                chosen=reason is None, reason=reason, qualifiers={"statement": s.number, "place": d.start},
            )  # fmt: skip
    yield from (c for c in view.training_cells if c.field == FIELD)


def _versioned(device: DeviceMention) -> bool:
    """Whether the printed name has a version or a number: "TPU v3", not "Cloud TPU"."""
    return any(c.isdigit() for c in device.printed)


def _counted(s: Statement, device: DeviceMention) -> bool:
    return any(c.device is device and c.refused is None for c in s.counts)


def _used(s: Statement, device: DeviceMention) -> bool:
    """Whether a sentence says that something ran on this device: it is counted, or trained "on" it."""
    if _counted(s, device):
        return True
    return s.trains and _ON.search(s.passage.text[s.start : device.start]) is not None


_ABLE = re.compile(r"\bcan be (?:run|deployed|served|loaded|hosted)\b[^.;,]{0,45}$", re.IGNORECASE)
_LIKE = re.compile(r"\b(?:similar|comparable|equivalent|akin) to\b[^,;]{0,20}$", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|using|with|via)\s(?:the\s|an?\s)?(?:Google\s|Cloud\s)*$", re.IGNORECASE)


def described(s: Statement, device: DeviceMention) -> bool:
    """Whether the sentence says what such a device is: "An A100 offers 80 GB"."""
    text = s.passage.text
    return device.start - s.start < 20 and _DESCRIBED.match(text[device.end : s.end]) is not None


_DESCRIBED = re.compile(r"\s?(?:GPU |card )?(?:delivers|has \d|offers|provides|peaks|supports|consumes|draws)\b")


def _beside(s: Statement, device: DeviceMention, inside: Collection[str]) -> str | None:
    """Why this device did not do the work: a CPU beside the GPUs, a machine beside the processors in it.

    `inside` are the processors that the paper names: a rented instance is named beside them in other sentences too.
    """
    beside = [d for d in s.devices if d is not device and s.purpose_at(d.start) != "inference"]
    others = {d.kind for d in beside}
    if device.kind == "cpu" and others & {"gpu", "tpu"}:
        return "the CPU beside the GPUs"
    named = {d.kind for d in beside if d.processor is not None}
    if device.kind == "system" and named & {"gpu", "tpu"}:
        return "the machine around the processors"
    if device.kind == "system" and "." in device.printed and device.processor:
        known = {family(name) for name in inside}
        return "the machine around the processors" if family(device.processor.contains) in known else None
    return None


def core_of(printed: str) -> str:
    """The name of one core of a TPU, where cores are counted: "TPUv3 with 32 cores", "TPU v3-512" -> "TPU v3 core".

    A chip has two: a count of cores beside the name of the chip would double the hardware.
    """
    printed = re.sub(r"^(v\d[a-z]?)-\d+ TPUs?$", r"TPU \1", printed)
    bare = re.sub(
        r"(?:[\s-]?(?:pods?|slices?|chips?|cores?|devices?|boards?))+$|(?<=v\d)-\d+$", "", printed, flags=re.IGNORECASE
    )
    return f"{bare if 'tpu' in bare.lower() else f'TPU {bare}'} core"


def pattern(s: Statement, purpose: str) -> str:
    """Which kind of sentence names it."""
    if purpose == "inference":
        return "device in a sentence on inference"
    if s.trains:
        return "device in a sentence on training"
    return "device near training" if s.context else "device elsewhere"


def refusal(s: Statement, purpose: str, place: int) -> str | None:
    """Why the value at `place` of this statement is not of the paper's own training run, or None."""
    if foreign := s.foreign_at(place):
        return foreign
    if purpose == "inference":
        return "inference"
    if not s.trains and s.durations and all(d.seconds < SHORTEST and not d.per for d in s.durations):
        return "a task of seconds, no training"
    if not s.context:
        return "nothing around it speaks of training"
    return None
