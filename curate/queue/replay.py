"""Labelled papers as a review to be replayed: what each record shows, and what somebody who knows answers.

Kept as a file of figures, so that the simulation can be run again without the papers.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from random import Random

from curate.answers.decisions import decisions_of
from curate.answers.labelled import answer_by
from curate.queue.effort import kind_of
from curate.queue.points import Point, Value, point_of
from db.errors import BadInputError, told
from db.models import Candidate, Record, ReviewTask, ShownField, ShownRecord
from db.reference.labelled_papers import LabelledPaper
from db.tables.curated import curated_rows
from db.tables.reviews import MODEL, RECORD
from db.untyped import Parsed, Row

SHIPPED = "replay.jsonl.gz"

FieldValue = tuple[str, str | None, Value]


@dataclass(frozen=True)
class Reviewed:
    """A record once somebody who knows the paper has answered: its values, and how much of what was to be done."""

    values: tuple[FieldValue, ...]  # none where it is not a result
    work: Mapping[str, int]  # how many fields were accepted, turned down, corrected, added


@dataclass(frozen=True)
class Replay:
    """The records of labelled papers as they are read and as they are once reviewed."""

    payloads: tuple[ShownRecord, ...]
    reviewed: Mapping[str, Reviewed]

    def of(self, papers: Collection[str]) -> Replay:
        """The same of these papers alone."""
        payloads = tuple(p for p in self.payloads if p.arxiv_id in papers)
        return Replay(payloads, {p.key: self.reviewed[p.key] for p in payloads})

    @property
    def papers(self) -> list[str]:
        return sorted({p.arxiv_id for p in self.payloads})

    def point(self, p: ShownRecord) -> Point | None:
        """The record's point once it is reviewed without a mistake."""
        return point_of(p.benchmark, self.reviewed[p.key].values) if self.reviewed[p.key].values else None


def replay_of(
    tasks: Sequence[ReviewTask],
    records: Mapping[str, Record],
    candidates: Mapping[str, Candidate],
    papers: Mapping[str, LabelledPaper],
) -> Replay:
    """Every record of the labelled papers through the review."""
    tasks = [t for t in tasks if t.payload.arxiv_id in papers and t.payload.benchmark is not None]
    if not tasks:
        raise BadInputError("none of the annotated papers has a record here", "add their PDFs and extract them")
    return Replay(
        tuple(t.payload for t in tasks),
        {t.key: _reviewed(t, records[t.key], candidates, papers[t.payload.arxiv_id]) for t in tasks},
    )


def _reviewed(
    task: ReviewTask, record: Record, candidates: Mapping[str, Candidate], paper: LabelledPaper
) -> Reviewed:  # fmt: skip
    answer = answer_by(paper, task.payload, datetime(2000, 1, 1))
    decisions = decisions_of(answer, task.payload, "simulation").decisions
    rows = list(curated_rows([record], candidates, decisions, {}))
    values = tuple((v.field, v.metric, v.value) for v in rows[0].values if v.value is not None) if rows else ()
    work = Counter(kind_of(d) for d in decisions if d.field not in (RECORD, MODEL))
    return Reviewed(values, work)


def with_mistakes(replay: Replay, rate: float, seed: int) -> Mapping[str, Reviewed]:
    """The reviews of somebody who gets one field in so many wrong.

    What should have been changed or added is left as it was read, and what was right is replaced by the same field of
    another record of the paper, the slip that people make most; where there is none, by ten times the value.
    """
    chance = Random(seed)
    siblings: dict[tuple[str, str, str | None], list[Value]] = defaultdict(list)
    for p in replay.payloads:
        for field, metric, value in replay.reviewed[p.key].values:
            siblings[(p.arxiv_id, field, metric)].append(value)
    return {p.key: _mistaken(p, replay.reviewed[p.key], siblings, rate, chance) for p in replay.payloads}


def _mistaken(
    p: ShownRecord,
    right: Reviewed,
    siblings: Mapping[tuple[str, str, str | None], Sequence[Value]],
    rate: float,
    chance: Random,
) -> Reviewed:
    read = {(f.field, f.metric): f.value for f in p.fields if f.read}
    truth = {(field, metric): value for field, metric, value in right.values}
    values: list[FieldValue] = []
    for about in dict.fromkeys([*read, *truth]):
        value = truth.get(about)
        if chance.random() < rate:
            if value == read.get(about):
                others = [v for v in siblings[(p.arxiv_id, *about)] if v != value]
                value = chance.choice(others) if others else (value * 10 if isinstance(value, float) else value)
            else:
                value = read.get(about)
        if value is not None:
            values.append((*about, value))
    return replace(right, values=tuple(values))


# --- kept as figures --------------------------------------------------------------------------------------------


def save_replay(replay: Replay, path: Path) -> None:
    """Writes the replay as JSON lines, a record a line: figures, models and pages, no words of the papers."""
    lines = [json.dumps(_stored(p, replay.reviewed[p.key]), ensure_ascii=False) for p in replay.payloads]
    path.parent.mkdir(parents=True, exist_ok=True)
    # without a time and a name in it, so that the same figures make the same file
    path.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def load_replay(path: Path | None = None) -> Replay:
    """The replay in a file, or the one that comes with paperflops."""
    try:
        data = resources.files("curate.queue").joinpath(SHIPPED).read_bytes() if path is None else path.read_bytes()
        stored = [json.loads(line) for line in gzip.decompress(data).decode().splitlines()]
        pairs = [_read(s) for s in stored]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(
            f"{path or SHIPPED} is no replay ({told(error)})",
            "make one with `paperflops review simulate --gold DIR --keep FILE`",
        ) from error  # fmt: skip
    return Replay(tuple(p for p, _ in pairs), {p.key: reviewed for p, reviewed in pairs})


def _stored(p: ShownRecord, reviewed: Reviewed) -> Row:
    return {
        "key": p.key, "paper": p.arxiv_id, "version": p.version, "published": p.published, "model": p.model,
        "benchmark": p.benchmark,
        "read": [[f.field, f.metric, f.value, f.confidence, f.page, _top(f)] for f in p.fields if f.read],
        "not_read": [[f.field, f.metric] for f in p.fields if not f.read],
        "reviewed": [list(v) for v in reviewed.values], "work": dict(reviewed.work),
    }  # fmt: skip


def _read(stored: Parsed) -> tuple[ShownRecord, Reviewed]:
    fields = [
        ShownField(
            field, metric, value, None, page, None, boxes=((0.0, top, 0.0, top),), confidence=confidence
        )
        for field, metric, value, confidence, page, top in stored["read"]
    ]  # fmt: skip
    fields += [ShownField(field, metric, None, None, None, None) for field, metric in stored["not_read"]]
    payload = ShownRecord(
        key=stored["key"], arxiv_id=stored["paper"], version=stored["version"], title=None,
        published=stored["published"], pdf_sha256=None, model=stored["model"], benchmark=stored["benchmark"],
        role="own", extractor_version="", fields=tuple(fields),
    )  # fmt: skip
    return payload, Reviewed(tuple((f, m, v) for f, m, v in stored["reviewed"]), stored["work"])


def _top(f: ShownField) -> float:
    return round(min((b[1] for b in f.boxes), default=0.0), 1)


def halves(replay: Replay, count: int, seed: int = 0) -> Iterator[Replay]:
    """So many random halves of the papers: what is only luck of these papers does not last through them."""
    chance = Random(seed)
    for _ in range(count):
        yield replay.of(set(chance.sample(replay.papers, max(len(replay.papers) // 2, 1))))
