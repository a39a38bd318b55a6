"""What people are asked and what they said. Owns review_tasks, decisions and sync_marks.

`decisions` is append-only: nothing here updates or deletes a row of it. Whoever takes a word back is followed by a
further decision, `withdrawn`; what stands now is worked out by `standing`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import Decision, ReviewTask, Verdict, normal_name
from db.safety.decision_lines import append_lines, lines_path
from db.store import Connection, file_of, insert_rows, now, rows_of

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
    """How many decisions were new; one that is there already stays as it is.

    The new ones are written as lines beside the database first (`db/safety/decision_lines.py`).
    """
    given = {d.key: d for d in decisions}
    there = con.execute("SELECT key FROM decisions WHERE list_contains($keys, key)", {"keys": list(given)}).fetchall()
    new = [d for key, d in given.items() if (key,) not in set(there)]
    if (db := file_of(con)) is not None:
        append_lines(lines_path(db), new)
    moment = now()
    return insert_rows(con, "decisions", [_decision_row(d, moment) for d in new], on_conflict="ignore")


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


@dataclass(frozen=True)
class AutoAcceptRule:
    """Values at least this sure are taken without asking, but for a share that people look at all the same."""

    threshold: float
    audit_share: float
    set_at: datetime
    withdrawn_at: datetime | None = None
    reason: str | None = None

    def takes(self, confidence: float | None) -> bool:
        """Whether a value of this confidence (that it is right, and its record's) is taken without asking."""
        return confidence is not None and confidence >= self.threshold

    def audits(self, judged_key: str) -> bool:
        """Whether this value is of the share that people look at: always the same ones, drawn by their keys."""
        return int(judged_key[:8], 16) / 0x1_0000_0000 < self.audit_share


def auto_accept_rule(con: Connection) -> AutoAcceptRule | None:
    """The rule in force; None where there is none."""
    rules = rows_of(con, "SELECT * FROM auto_accept_rules ORDER BY set_at DESC LIMIT 1")
    rule = AutoAcceptRule(**rules[0]) if rules else None
    return None if rule is None or rule.withdrawn_at is not None else rule


def last_rule(con: Connection) -> AutoAcceptRule | None:
    """The last rule that was set, in force or withdrawn."""
    rules = rows_of(con, "SELECT * FROM auto_accept_rules ORDER BY set_at DESC LIMIT 1")
    return AutoAcceptRule(**rules[0]) if rules else None


def set_auto_accept(con: Connection, threshold: float, audit_share: float) -> None:
    """Sets a rule in place of any other."""
    withdraw_auto_accept(con, "another threshold was set")
    row = {
        "set_at": now(), "threshold": threshold, "audit_share": audit_share, "withdrawn_at": None, "reason": None,
    }  # fmt: skip
    insert_rows(con, "auto_accept_rules", [row])


def withdraw_auto_accept(con: Connection, reason: str) -> None:
    """Withdraws the rule in force, if there is one."""
    con.execute("UPDATE auto_accept_rules SET withdrawn_at = ?, reason = ? WHERE withdrawn_at IS NULL", [now(), reason])


@dataclass(frozen=True)
class Witness:
    """What a leaderboard says of one value, beside what we read."""

    source: str
    arxiv_id: str
    benchmark: str | None
    model: str
    field: str
    metric: str | None
    theirs: float | str
    verdict: str  # agree | disagree | theirs_only
    record_key: str | None = None
    ours: float | str | None = None
    page: int | None = None


def save_witnesses(con: Connection, source: str, witnesses: Iterable[Witness]) -> int:
    """How many were saved, in place of all that this source said before."""
    con.execute("DELETE FROM witnesses WHERE source = ?", [source])
    moment = now()
    return insert_rows(
        con,
        "witnesses",
        [
            {
                "source": source, "arxiv_id": w.arxiv_id, "benchmark": w.benchmark, "model": w.model,
                "field": w.field, "metric": w.metric, "theirs": _number(w.theirs), "theirs_text": _text(w.theirs),
                "record_key": w.record_key, "ours": _number(w.ours), "ours_text": _text(w.ours), "page": w.page,
                "verdict": w.verdict, "seen_at": moment,
            }
            for w in witnesses
        ],
    )  # fmt: skip


def load_disagreements(con: Connection) -> dict[str, list[Witness]]:
    """What leaderboards say otherwise than we, by record key."""
    found: dict[str, list[Witness]] = {}
    for row in rows_of(con, "SELECT * FROM witnesses WHERE verdict = 'disagree' ORDER BY source, arxiv_id, model"):
        row.pop("seen_at")
        theirs_text, ours_text = row.pop("theirs_text"), row.pop("ours_text")
        row["theirs"] = theirs_text if row["theirs"] is None else row["theirs"]
        row["ours"] = ours_text if row["ours"] is None else row["ours"]
        found.setdefault(row["record_key"], []).append(Witness(**row))
    return found


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
