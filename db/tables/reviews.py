"""What people are asked and what they said. Owns review_tasks, decisions and sync_marks.

`decisions` is append-only: nothing here updates or deletes a row of it. Whoever takes a word back is followed by a
further decision, `withdrawn`; what stands now is worked out by `standing`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from db.models import (
    Decision,
    GivenAnswer,
    GivenValue,
    Place,
    ReviewTask,
    ShownField,
    ShownRecord,
    Verdict,
    normal_name,
)  # fmt: skip
from db.safety.decision_lines import append_lines, lines_path
from db.store import Connection, file_of, insert_rows, now, rows_of
from db.untyped import Row

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
                "key": t.key, "record_key": t.record_key,
                "payload": json.dumps(asdict(t.payload), ensure_ascii=False),
                "backend": t.backend, "backend_id": t.backend_id, "state": t.state,
                "created_at": born.get(t.key, moment), "updated_at": moment,
            }
            for t in batch.values()
        ],
        on_conflict="replace",
    )  # fmt: skip


def load_tasks(con: Connection, *, papers: Collection[str] | None = None) -> list[ReviewTask]:
    """Every task (of the records of these papers), the oldest first."""
    return [
        ReviewTask(
            key=row["key"], record_key=row["record_key"], payload=shown_record(json.loads(row["payload"])),
            backend=row["backend"], backend_id=row["backend_id"], state=row["state"],
        )
        for row in rows_of(
            con,
            """
            SELECT * FROM review_tasks
            WHERE $papers IS NULL OR payload ->> 'arxiv_id' IN (SELECT unnest($papers))
            ORDER BY created_at, key
            """,
            {"papers": None if papers is None else list(papers)},
        )
    ]  # fmt: skip


def sent_to(con: Connection) -> dict[str, str | None]:
    """The backend of each record that was sent, by record key."""
    rows = con.execute(
        "SELECT record_key, backend FROM review_tasks WHERE backend_id IS NOT NULL ORDER BY created_at, key"
    ).fetchall()
    return dict(rows)


def papers_to_look_at(con: Connection, *, all_sent: bool) -> set[tuple[str, int]]:
    """The papers that were judged or whose pages are done; with `all_sent` also those of which any page was sent."""
    rows = con.execute(
        """
        SELECT arxiv_id, version FROM decisions
        UNION
        SELECT payload ->> 'arxiv_id', CAST(payload ->> 'version' AS INTEGER) FROM review_tasks
        WHERE backend_id IS NOT NULL AND (state <> 'sent' OR $all_sent)
        """,
        {"all_sent": all_sent},
    ).fetchall()
    return set(rows)


def shown_record(stored: Row) -> ShownRecord:
    """What a task shows, from its JSON as it stands in the database or on a server.

    Pages sent by an earlier version lack what was added since, and may say where a value stands in words of their own.
    KeyError or TypeError where it is something else.
    """
    shown = _known(ShownRecord, stored)
    shown["fields"] = tuple(_shown_field(f) for f in stored["fields"])
    shown["assigned"] = tuple(stored.get("assigned") or ())
    return ShownRecord(**shown)


def _shown_field(stored: Row) -> ShownField:
    shown = _known(ShownField, stored)
    shown["boxes"] = tuple(tuple(box) for box in stored.get("boxes") or ())
    shown["others"] = tuple(stored.get("others") or ())
    if stored.get("given"):
        shown["given"] = GivenAnswer(**_known(GivenAnswer, stored["given"]))
    shown["stated"] = tuple(_given_value(g) for g in stored.get("stated") or ())
    return ShownField(**shown)


def _given_value(stored: Row) -> GivenValue:
    given = _known(GivenValue, stored)
    if place := stored.get("place"):
        boxes = tuple(tuple(box) for box in place.get("boxes") or ())
        given["place"] = Place(place["page"], place["quote"], boxes)
    return GivenValue(**given)


def _known(of: type, stored: Row) -> Row:
    """The stored values that this version has a place for."""
    return {f.name: stored[f.name] for f in fields(of) if f.name in stored}


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


def load_decisions(
    con: Connection, arxiv_id: str | None = None, *, papers: Collection[str] | None = None
) -> list[Decision]:
    """Decisions in the order in which they were saved (of one paper, of these, or all)."""
    wanted = [arxiv_id] if arxiv_id is not None else None if papers is None else list(papers)
    rows = rows_of(
        con,
        "SELECT * FROM decisions WHERE $papers IS NULL OR arxiv_id IN (SELECT unnest($papers)) ORDER BY position",
        {"papers": wanted},
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


def _decision_row(d: Decision, moment: datetime) -> Row:
    return {
        "key": d.key, "task_key": d.task_key, "arxiv_id": d.arxiv_id, "version": d.version, "model": d.model,
        "benchmark": d.benchmark, "field": str(d.field), "metric": d.metric, "verdict": str(d.verdict),
        "judged_value": _number(d.judged_value), "judged_text": _text(d.judged_value), "value": _number(d.value),
        "value_text": _text(d.value), "page": d.page, "quote": d.quote, "judged_key": d.judged_key,
        "annotator": d.annotator, "decided_at": d.decided_at, "seconds_spent": d.seconds_spent,
        "backend": d.backend, "backend_id": d.backend_id, "note": d.note, "saved_at": moment,
        "answer_page": d.answer_page, "adjudicates": d.adjudicates, "typed": d.typed,
        "found_page": d.place.page if d.place else None, "found_quote": d.place.quote if d.place else None,
        "found_boxes": json.dumps(d.place.boxes) if d.place else None,
    }  # fmt: skip


def _decision(row: Row) -> Decision:
    return Decision(
        task_key=row["task_key"], arxiv_id=row["arxiv_id"], version=row["version"], model=row["model"],
        benchmark=row["benchmark"], field=row["field"], metric=row["metric"], verdict=row["verdict"],
        judged_value=row["judged_text"] if row["judged_value"] is None else row["judged_value"],
        value=row["value_text"] if row["value"] is None else row["value"], page=row["page"], quote=row["quote"],
        annotator=row["annotator"], decided_at=row["decided_at"], seconds_spent=row["seconds_spent"],
        backend=row["backend"], backend_id=row["backend_id"], note=row["note"], answer_page=row["answer_page"],
        adjudicates=bool(row["adjudicates"]), place=_place(row), typed=row["typed"],
    )  # fmt: skip


def _place(row: Row) -> Place | None:
    if row["found_page"] is None:
        return None
    boxes = json.loads(row["found_boxes"] or "[]")
    return Place(row["found_page"], row["found_quote"], tuple((b[0], b[1], b[2], b[3]) for b in boxes))


def _number(value: float | str | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: float | str | None) -> str | None:
    return value if isinstance(value, str) else None


def load_assignments(con: Connection) -> dict[str, tuple[str, ...]]:
    """Who is to answer each paper that was assigned, by arXiv id."""
    rows = rows_of(
        con, "SELECT arxiv_id, list(annotator ORDER BY assigned_at, annotator) AS who FROM assignments GROUP BY 1"
    )
    return {row["arxiv_id"]: tuple(row["who"]) for row in rows}


def save_assignments(con: Connection, assigned: Mapping[str, Iterable[str]]) -> int:
    """How many assignments were new. One that stands is never taken from its person."""
    moment = now()
    rows = [
        {"arxiv_id": a, "annotator": who, "assigned_at": moment} for a, people in assigned.items() for who in people
    ]
    return insert_rows(con, "assignments", rows)


def save_annotators(con: Connection, server: str, people: Mapping[int, str]) -> None:
    """Remembers by which numbers this server's exports name people."""
    rows = [{"server": server, "number": number, "annotator": who} for number, who in people.items()]
    insert_rows(con, "annotators", rows, on_conflict="replace")


def load_annotators(con: Connection) -> dict[str, dict[int, str]]:
    """The people of each server by the numbers that its exports name them by."""
    found: dict[str, dict[int, str]] = {}
    for row in rows_of(con, "SELECT * FROM annotators"):
        found.setdefault(row["server"], {})[row["number"]] = row["annotator"]
    return found
