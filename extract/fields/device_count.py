"""How many processors worked together in a run of the paper's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from db.models import Candidate, Field
from db.vocabulary import Purpose, Reason, Refusal
from extract.fields.device import refusal
from extract.fields.paper import PaperView
from extract.language.devices import singular
from extract.language.processor_count import Count
from extract.sentences.statements import Statement

FIELD = Field.DEVICE_COUNT

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("We trained on 8 V100s for three days.", [8]),
    ("The network is trained on four TITAN X GPUs.", [4]),
    ("We train on 32 nodes with 8 V100 GPUs each.", [256]),
    ("Training on 64 TPU v3 cores took a week.", [64]),
    ("We use a single P100 GPU for training.", [1]),
    ("We trained it on 4 × RTX 2080 Ti for about 36 hours.", [4]),
    ("All models are trained on TPUv3 with 32 cores.", [32]),
    ("It was trained with 50 replicas running each on a NVidia Kepler GPU.", [50]),
    ("Training is performed on Tesla K80 GPUs, distributed over 8 parallel workers.", [8]),
    ("We trained on two 8-GPU machines.", [16]),
    ("Training was performed with 8 servers (64 GPUs), and each layer was frozen at the end.", [64]),
    ("Training is 3.75 times faster on a 4-GPU system, as compared to using a single GPU.", [4]),
    # near misses
    ("We train with 2 images per GPU.", []),
    ("It runs at 11 fps on a single TITAN X.", []),
    ("Each mini-batch has 16 images and training uses multi-GPU machines.", []),
    ("We train ResNet-50 GPU kernels.", []),
    ("To train it, we wrote a GPU implementation of the loss.", []),
    ("Such models cannot be trained on a single GPU.", []),
    ("Training cost 200 GPU days.", []),
    ("We train on Intel Xeon 5 CPUs and M40 GPUs.", []),
    ("We wrote two GPU kernels for training.", []),
    ("The training loads data with 4 workers.", []),
    ("We wanted to keep each model replica trainable on a single GPU.", []),
    ("After training, some of the models can be run on a single GPU.", []),
    ("For comparison with others, we assume training required 34 days on 992 A100 GPUs.", []),
)


@dataclass(frozen=True)
class _Paper:
    """What the paper counts elsewhere."""

    several: bool  # more than one GPU or TPU
    only_cpus: bool
    cores: bool  # cores of TPUs


def read(view: PaperView) -> Iterator[Candidate]:
    """Every count of processors; chosen where its sentence is about a run of the paper's own."""
    counts = [c for s in view.statements for c in s.counts]
    paper = _Paper(
        any(c.device and c.device.kind in ("gpu", "tpu") and c.value > 1 for c in counts),
        all(d.kind == "cpu" for s in view.statements for d in s.devices),
        any(c.of_cores and c.refused is None for c in counts),
    )
    for s in view.statements:
        for c in s.counts:
            purpose = s.purpose_at(c.start)
            reason = refusal(s, purpose, c.start) or c.refused or _refusal(s, c, paper)
            yield view.from_passage(
                s.passage, c.start, c.end, FIELD, float(c.value), c.pattern, purpose=purpose, chosen=reason is None,
                reason=reason and reason.words,
                qualifiers={
                    "statement": s.number, "place": c.start, "lesser": c.lesser,
                    "device": singular(c.device.printed) if c.device else None, "of_cores": c.of_cores,
                    "device_start": c.device.start if c.device else None,
                    "kind": c.device.kind if c.device else None,
                },
            )  # fmt: skip
    yield from (c for c in view.training_cells if c.field == FIELD)


def _in_passing(s: Statement, c: Count, paper: _Paper) -> bool:
    """CPUs beside GPUs, or with no word of a run."""
    if c.device is None or c.device.kind != "cpu":
        return False
    beside = any(d.kind in ("gpu", "tpu") for d in s.devices)
    told = (s.trains and s.durations) or paper.only_cpus if c.value == 1 else s.trains or s.durations
    return beside or not told


def _is_kind(s: Statement, c: Count, paper: _Paper) -> bool:
    """ "a TPU v3", where the cores that were used are counted elsewhere."""
    tpu = c.device is not None and c.device.kind == "tpu"
    return paper.cores and tpu and c.pattern == "one device" and not s.durations


def _named_alone(s: Statement, c: Count, paper: _Paper) -> bool:
    """One device of a list ("GPU: V100"), in a paper that counts several elsewhere."""
    return c.pattern == "one device named" and paper.several


def _counted_inside(s: Statement, c: Count, paper: _Paper) -> bool:
    """A machine, where the sentence counts the processors in it."""
    return c.device is not None and c.device.kind == "system" and any(
        o.device is not None and o.device.kind in ("gpu", "tpu") and s.purpose_at(o.start) is not Purpose.INFERENCE
        for o in s.counts
        if o is not c
    )  # fmt: skip


def _is_instance(s: Statement, c: Count, paper: _Paper) -> bool:
    """A rented instance, where the paper counts processors elsewhere."""
    return c.device is not None and c.device.kind == "system" and "." in c.device.printed and paper.several


REFUSALS: tuple[tuple[Callable[[Statement, Count, _Paper], bool], Refusal], ...] = (
    (lambda s, c, paper: s.would_take, Refusal.WOULD_TAKE),
    (_in_passing, Refusal.CPUS_IN_PASSING),
    (_is_kind, Refusal.KIND_OF_PROCESSOR),
    (_named_alone, Refusal.KIND_OF_PROCESSOR),
    (_counted_inside, Refusal.MACHINES_COUNTED),
    (_is_instance, Refusal.INSTANCES),
)


def _refusal(s: Statement, c: Count, paper: _Paper) -> Reason | None:
    """Why a count is not that of a run, by the first row that holds."""
    return next((Reason(refused) for holds, refused in REFUSALS if holds(s, c, paper)), None)
