"""What people are asked and what they said. Owns review_tasks, decisions and sync_marks.

`decisions` is append-only: nothing here updates or deletes a row of it. Whoever takes a word back is followed by a
further decision, `withdrawn`; what stands now is worked out by `standing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from db.models import Decision, ReviewTask, Verdict, normal_name
from db.store import Connection, insert_rows, now, rows_of

RECORD = "record"  # the field of a decision on the record as a whole: is it a result at all?
MODEL = "model"  # the field of a decision on the record's model: is the result linked to the right one?


def save_tasks(con: Connection, tasks: Iterable[ReviewTask]) -> int:
    """How many tasks were saved, each in place of an earlier one of the same key; it keeps its time of birth."""
    batch = {t.key: t for t in tasks}
    there = con.execute(
        "SELECT key, created_at FROM review_tasks WHERE list_contains($keys, key)", {"keys": list(batch)}
    )
    born = dict(there.fetchall())
    moment = now()
    return insert_rows(
        con,
        "review_tasks",
        [
            {
                "key": t.key, "record_key": t.record_key, "payload": json.dumps(t.payload, ensure_ascii=False),
                "backend": t.backend, "backend_id": t.backend_id, "state": t.state,
                "created_at": born.get(t.key, moment), "updated_at": moment,
            }
            for t in batch.values()
        ],
        on_conflict="replace",
    )  # fmt: skip


def load_tasks(con: Connection) -> list[ReviewTask]:
    """Every task, the oldest first."""
    return [
        ReviewTask(
            key=row["key"], record_key=row["record_key"], payload=json.loads(row["payload"]),
            backend=row["backend"], backend_id=row["backend_id"], state=row["state"],
        )
        for row in rows_of(con, "SELECT * FROM review_tasks ORDER BY created_at, key")
    ]  # fmt: skip


def append_decisions(con: Connection, decisions: Iterable[Decision]) -> int:
    """How many decisions were new; one that is there already stays as it is."""
    moment = now()
    return insert_rows(con, "decisions", [_decision_row(d, moment) for d in decisions], on_conflict="ignore")


def load_decisions(con: Connection, arxiv_id: str | None = None) -> list[Decision]:
    """Decisions in the order in which they were saved (of one paper, or all)."""
    rows = rows_of(
        con,
        "SELECT * FROM decisions WHERE $id IS NULL OR arxiv_id = $id ORDER BY position",
        {"id": arxiv_id},
    )
    return [_decision(row) for row in rows]


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that stand: the last of each person on each thing judged, unless it was withdrawn.

    `decisions` are in the order in which they were saved. One person's word replaces an earlier word of the same
    person on the same evidence of the same record, wherever it was given; another person's word does not. They come
    back in the order in which they were given.
    """
    last: dict[tuple[object, ...], Decision] = {}
    for d in decisions:
        last[(d.annotator, d.task_key, normal_name(d.model), d.judged_key)] = d
    return sorted((d for d in last.values() if d.verdict != Verdict.WITHDRAWN), key=lambda d: d.decided_at)


def high_water(con: Connection, backend: str) -> datetime | None:
    """How far this backend's answers have been pulled (the server's own time), None if never."""
    found = con.execute("SELECT high_water FROM sync_marks WHERE backend = ?", [backend]).fetchone()
    return found[0] if found else None


def set_high_water(con: Connection, backend: str, mark: datetime | None) -> None:
    """Remembers how far this backend's answers have been pulled. Save it together with what was pulled."""
    insert_rows(
        con,
        "sync_marks",
        [{"backend": backend, "high_water": mark, "synced_at": now()}],
        on_conflict="replace",
    )


def _decision_row(d: Decision, moment: datetime) -> dict[str, Any]:
    return {
        "key": d.key, "task_key": d.task_key, "arxiv_id": d.arxiv_id, "version": d.version, "model": d.model,
        "benchmark": d.benchmark, "field": str(d.field), "metric": d.metric, "verdict": str(d.verdict),
        "judged_value": _number(d.judged_value), "judged_text": _text(d.judged_value), "value": _number(d.value),
        "value_text": _text(d.value), "page": d.page, "quote": d.quote, "judged_key": d.judged_key,
        "annotator": d.annotator, "decided_at": d.decided_at, "seconds_spent": d.seconds_spent,
        "backend": d.backend, "backend_id": d.backend_id, "note": d.note, "saved_at": moment,
        "answer_page": d.answer_page,
    }  # fmt: skip


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(
        task_key=row["task_key"], arxiv_id=row["arxiv_id"], version=row["version"], model=row["model"],
        benchmark=row["benchmark"], field=row["field"], metric=row["metric"], verdict=row["verdict"],
        judged_value=row["judged_text"] if row["judged_value"] is None else row["judged_value"],
        value=row["value_text"] if row["value"] is None else row["value"], page=row["page"], quote=row["quote"],
        annotator=row["annotator"], decided_at=row["decided_at"], seconds_spent=row["seconds_spent"],
        backend=row["backend"], backend_id=row["backend_id"], note=row["note"], answer_page=row["answer_page"],
    )  # fmt: skip


def _number(value: float | str | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: float | str | None) -> str | None:
    return value if isinstance(value, str) else None
