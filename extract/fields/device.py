"""Devices that the paper's own runs used, by their printed name."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.candidates import Reader
from extract.training_statements import Statement, singular

FIELD = Field.DEVICE
VERSION = "1"

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("We trained our models on one machine with 8 NVIDIA P100 GPUs.", ["NVIDIA P100"]),
    ("Training took 21 days on 2048 A100 GPUs with 80GB of memory.", ["A100"]),
    ("All experiments were run on a GeForce GTX TITAN X GPU.", ["GeForce GTX TITAN X"]),
    ("Our models are trained with 64 TPU v3 chips for two weeks.", ["TPU v3 chips"]),
    # near misses
    ("Inference takes 51 ms on a Titan X.", []),  # not a training run
    ("We trained our models on 8 GPUs.", []),  # no device named
    ("Rows T4 and P4 show the ablation of the training loss.", []),  # table rows, not Tesla T4
    ("Krizhevsky et al. [12] used two GTX 580 GPUs.", []),  # another paper's run
)


def read(reader: Reader) -> Iterator[Candidate]:
    """Every device named in a sentence; chosen where the sentence is about a run of the paper's own."""
    for s in reader.statements:
        for d in s.devices:
            reason = refusal(s)
            if d.processor is None:
                reason = "names no device"
            yield reader.from_passage(
                s.passage, d.start, d.end, FIELD, singular(d.printed), pattern(s), purpose=s.purpose,
                chosen=reason is None, reason=reason, qualifiers={"statement": s.number},
            )  # fmt: skip
    yield from (c for c in reader.training_tables if c.field == FIELD)


def pattern(s: Statement) -> str:
    """Which kind of sentence names it."""
    if s.purpose == "inference":
        return "device in a sentence on inference"
    if s.trains:
        return "device in a sentence on training"
    return "device near training" if s.context else "device elsewhere"


def refusal(s: Statement) -> str | None:
    """Why nothing in this statement is the paper's own training run, or None."""
    if s.foreign:
        return s.foreign
    if s.purpose == "inference":
        return "inference"
    if not s.context:
        return "nothing around it speaks of training"
    return None
