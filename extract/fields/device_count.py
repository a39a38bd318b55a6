"""How many processors worked together in a run of the paper's own."""

from __future__ import annotations

from collections.abc import Iterator

from db.models import Candidate, Field
from extract.candidates import Reader
from extract.fields.device import refusal
from extract.training_statements import singular

FIELD = Field.DEVICE_COUNT
VERSION = "1"

EXAMPLES: tuple[tuple[str, list[object]], ...] = (
    ("We trained on 8 V100s for three days.", [8]),
    ("The network is trained on four TITAN X GPUs.", [4]),
    ("We train on 32 nodes with 8 V100 GPUs each.", [256]),
    ("Training on 64 TPU v3 cores took a week.", [64]),
    ("We use a single P100 GPU for training.", [1]),
    # near misses
    ("We train with 2 images per GPU.", []),
    ("It runs at 11 fps on a single TITAN X.", []),
    ("Each mini-batch has 16 images and training uses multi-GPU machines.", []),
    ("We train ResNet-50 GPU kernels.", []),
)


def read(reader: Reader) -> Iterator[Candidate]:
    """Every count of processors; chosen where its sentence is about a run of the paper's own."""
    for s in reader.statements:
        for c in s.counts:
            reason = refusal(s)
            if reason is None and c.device.kind == "cpu" and c.pattern == "one device":
                reason = "one CPU said in passing"
            yield reader.from_passage(
                s.passage, c.start, c.end, FIELD, float(c.value), c.pattern, purpose=s.purpose, chosen=reason is None,
                reason=reason, qualifiers={"statement": s.number, "device": singular(c.device.printed), "device_start": c.device.start},
            )  # fmt: skip
    yield from (c for c in reader.training_tables if c.field == FIELD)
