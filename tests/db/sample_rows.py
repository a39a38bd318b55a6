"""A small database as the stages would leave it: three papers, one read well, one encrypted, one not fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from db.models import Candidate, Decision, Evidence, Outcome, Record, RecordValue, Verdict
from db.store import insert_rows, now, writing
from db.tables.readings import Reading, save_readings
from db.tables.reviews import append_decisions

PAPER = "1512.03385"
QUOTES = {
    "device": "trained on 8 NVIDIA Tesla M40 GPUs for about 3.5 days",
    "parameters": "ResNet-152 has 60.2 million parameters",
    "score": "ResNet-152 | 4.49",
}


def candidate(field: str, value: float | str | None, quote: str, **more: Any) -> Candidate:
    """A candidate of the sample paper; `more` are fields of Candidate, or `page`, `start` of its evidence."""
    evidence = Evidence(PAPER, 1, more.pop("page", 5), quote, start=more.pop("start", None))
    told: dict[str, Any] = {"chosen": True, "role": "own", "confidence": 0.9, "pattern": f"{field}_plain"}
    return Candidate(field=field, value=value, evidence=evidence, extractor_version="1", **(told | more))


DEVICE = candidate("device", "NVIDIA Tesla M40", QUOTES["device"], run="r1", subject="ResNet-152")
COUNT = candidate("device_count", 8.0, QUOTES["device"], run="r1", unit="processors", subject="ResNet-152")
TIME = candidate("training_time", 302400.0, QUOTES["device"], run="r1", unit="s", subject="ResNet-152")
PARAMETERS = candidate("parameters", 60200000.0, QUOTES["parameters"], subject="ResNet-152", unit="parameters")
FLOPS = candidate("multiply_adds", 11.3e9, "11.3×10^9 multiply-adds", subject="ResNet-152", page=4)
SCORE = candidate(
    "score", 4.49, QUOTES["score"], subject="ResNet-152", benchmark="imagenet", metric="top5_error", page=6
)
TOP1 = candidate(
    "score", 19.38, QUOTES["score"], subject="ResNet-152", benchmark="imagenet", metric="top1_error", page=6
)
STEPS = candidate(
    "epochs", None, "for up to 60×10^4 iterations", subject="ResNet-152", reason="steps alone give no epochs"
)
PRIOR = candidate(
    "score", 9.33, "VGG-16 | 9.33", subject="VGG-16", benchmark="imagenet", metric="top5_error", role="prior", page=6
)
REFUSED = candidate(
    "parameters", 1e6, "1 M tokens a batch", subject="ResNet-152", chosen=False, confidence=None, reason="counts tokens"
)
LOOSE = candidate("device_count", 4.0, "4 nodes", chosen=False, confidence=None, reason="counts machines")
CIFAR = candidate("score", 6.43, "ResNet-110 | 6.43", subject="ResNet-110", benchmark="cifar10", metric="error", page=7)
SHALLOW = candidate(
    "score", 7.85, "34-layer | 7.85", subject="plain-34", benchmark="imagenet", metric="top5_error", role="ablation"
)
CANDIDATES = (
    DEVICE, COUNT, TIME, PARAMETERS, FLOPS, SCORE, TOP1, STEPS, PRIOR, REFUSED, LOOSE, CIFAR, SHALLOW,
)  # fmt: skip


def place(c: Candidate) -> RecordValue:
    return RecordValue(c.field, c.metric, c.key, c.chosen, c.reason)


RESNET = Record(
    PAPER, 1, "ResNet-152", "imagenet", "own",
    tuple(map(place, (DEVICE, COUNT, TIME, PARAMETERS, FLOPS, SCORE, TOP1, STEPS, REFUSED))),
)  # fmt: skip
RECORDS = (
    RESNET,
    Record(PAPER, 1, "ResNet-110", "cifar10", "own", (place(CIFAR),)),
    Record(PAPER, 1, "plain-34", "imagenet", "ablation", (place(SHALLOW),)),
)

READ = Reading(
    PAPER, 1, "ab" * 32, "1", Outcome.READ, pages=12, tables=14, seconds=3.21, candidates=CANDIDATES, records=RECORDS
)
ENCRYPTED = Reading("1706.03762", 5, "cd" * 32, "1", Outcome.ENCRYPTED, message="a password is needed to open it")


def decision(c: Candidate, verdict: Verdict, value: float | str | None = None, **more: Any) -> Decision:
    """A decision on what the candidate reads, by ann unless told otherwise."""
    told: dict[str, Any] = {
        "task_key": RESNET.key, "arxiv_id": PAPER, "version": 1, "model": "ResNet-152", "benchmark": "imagenet",
        "field": c.field, "metric": c.metric, "verdict": verdict, "judged_value": c.value, "value": value,
        "page": c.evidence.page, "quote": c.evidence.quote, "annotator": "ann",
        "decided_at": datetime(2026, 1, 2, 3, 4),
    }  # fmt: skip
    return Decision(**(told | more))


def save_sample(path: Path, decisions: Sequence[Decision] = ()) -> None:
    """Saves the sample rows in a database at this path."""
    with writing(path) as con:
        insert_rows(
            con,
            "papers",
            [
                {
                    "arxiv_id": PAPER, "version": 1, "title": "Deep Residual Learning for Image Recognition",
                    "authors": ["Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun"], "categories": ["cs.CV"],
                    "published": date(2015, 12, 10), "pdf_sha256": "ab" * 32, "added_at": now(),
                },
                {
                    "arxiv_id": "1706.03762", "version": 5, "title": "Attention Is All You Need", "authors": [],
                    "categories": ["cs.CL"], "published": date(2017, 6, 12), "pdf_sha256": "cd" * 32, "added_at": now(),
                },
                {
                    "arxiv_id": "2401.00001", "version": 1, "title": None, "authors": [], "categories": [],
                    "published": None, "pdf_sha256": None, "added_at": now(),
                },
            ],
        )  # fmt: skip
        insert_rows(
            con,
            "found_by",
            [
                {"arxiv_id": i, "benchmark": b, "term": t, "found_at": now()}
                for i, b, t in [
                    (PAPER, "imagenet", "ImageNet"), (PAPER, "imagenet", "ILSVRC"),
                    ("1706.03762", "wmt14_en_de", "WMT 2014"),
                    ("2401.00001", "imagenet", "ImageNet"),
                ]
            ],
        )  # fmt: skip
        save_readings(con, [READ, ENCRYPTED])
        append_decisions(con, decisions)
