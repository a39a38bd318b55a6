"""Invented papers: models on ImageNet with an error and, if it is read, a number of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curate.queue.order import STRATEGIES
from curate.queue.outlines import Settled, outlines_of
from curate.queue.tasks import build_tasks
from curate.queue.worth import expected_worth
from db.models import Candidate, Evidence, Outcome, Record, RecordValue, ShownRecord
from db.store import insert_rows, now, writing
from db.tables.readings import Reading, save_readings

Read = tuple[Record, list[Candidate]]


def arxiv_id(number: int) -> str:
    return f"20{number // 100:02}.{number:05}"


def model_of(
    number: int, error: float, parameters: float | None, confidence: float | None = 0.8, name: str = "Model"
) -> Read:  # fmt: skip
    """A record of the paper of this number, and its candidates."""

    def read(field: str, value: float, **more: Any) -> Candidate:
        evidence = Evidence(arxiv_id(number), 1, 1, f"{name} {value}")
        return Candidate(field, value, evidence, "test", "1", confidence=confidence, chosen=True, **more)

    candidates = [read("score", error, metric="top1_error")]
    if parameters is not None:
        candidates.append(read("parameters", parameters))
    values = tuple(RecordValue(c.field, c.metric, c.key, True) for c in candidates)
    return Record(arxiv_id(number), 1, name, "imagenet", "own", values), candidates


def payloads_of(models: Sequence[Read]) -> list[Any]:
    candidates = {c.key: c for _, cs in models for c in cs}
    return [t.payload for t in build_tasks([r for r, _ in models], candidates, {})]


def ordered(payloads: Sequence[ShownRecord], strategy: str = "worth") -> list[ShownRecord]:
    """The records in the order in which they are asked."""
    return [payloads[row] for row in STRATEGIES[strategy](outlines_of(payloads)).tolist()]


def worths(waiting: Sequence[ShownRecord], settled: Sequence[Settled] = ()) -> dict[str, float]:
    """By key, what the review of each record that waits is expected to do."""
    records = outlines_of(waiting, settled)
    return dict(zip(records.keys[: len(waiting)], expected_worth(records).tolist(), strict=False))


def fill(db: Path, models: Sequence[Read]) -> None:
    """Saves them, models of one number as one paper."""
    of: dict[str, list[Read]] = {}
    for record, candidates in models:
        of.setdefault(record.arxiv_id, []).append((record, candidates))
    with writing(db) as con:
        insert_rows(con, "papers", [{"arxiv_id": a, "version": 1, "title": "T", "added_at": now()} for a in of])
        save_readings(
            con,
            [
                Reading(
                    a, 1, "0", "1", Outcome.READ, candidates=tuple(c for _, cs in mine for c in cs),
                    records=tuple(r for r, _ in mine),
                )
                for a, mine in of.items()
            ],
        )  # fmt: skip
