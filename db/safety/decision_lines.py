"""Decisions as JSON lines beside the database: the only data that no program can make again.

Every decision is written to `<database>.decisions.jsonl`, and the file flushed to the disk, before the database
commits. A line too many (the commit failed) restores a real answer; a line too few would lose one.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from db.errors import BadInputError, told
from db.models import Decision, Place
from db.untyped import Row


def lines_path(db: Path) -> Path:
    """Where the decisions of this database stand as lines: `study.duckdb` -> `study.decisions.jsonl`."""
    return db.with_suffix(".decisions.jsonl")


def append_lines(file: Path, decisions: Iterable[Decision]) -> None:
    """Adds one line a decision to the file, on the disk when this returns."""
    text = "".join(json.dumps(_plain(d), ensure_ascii=False, sort_keys=True) + "\n" for d in decisions)
    if not text:
        return
    with file.open("a", encoding="utf-8") as out:
        _end_last_line(file)
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def read_lines(file: Path) -> Iterator[Decision]:
    """The file's decisions in the order in which they were given to it.

    A last line that a kill cut short is left out; any other line that is no decision is a BadInputError.
    """
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _decision(json.loads(line))
            except _NO_DECISION as error:
                if not line.endswith("\n"):
                    return
                raise BadInputError(
                    f"{file}, line {number} is no decision ({told(error)})", "mend or remove that line, and try again"
                ) from error


# What a line that is JSON, but no decision, ends in: not an object, a name missing, a value of another type.
_NO_DECISION = (ValueError, TypeError, KeyError, AttributeError)


def _end_last_line(file: Path) -> None:
    """Ends a last line without its line end: cuts off what a kill or a full disk left of a decision.

    Nothing is lost with it: the database commits after its lines are on the disk, so it does not have that decision.
    """
    with file.open("rb+") as data:
        content = data.read()
        if not content or content.endswith(b"\n"):
            return
        kept = content.rfind(b"\n") + 1
        try:
            _decision(json.loads(content[kept:]))
        except _NO_DECISION:
            data.truncate(kept)
        else:
            data.write(b"\n")


def _plain(decision: Decision) -> Row:
    return dataclasses.asdict(decision) | {"decided_at": decision.decided_at.isoformat(), "key": decision.key}


def _decision(row: Row) -> Decision:
    names = {f.name for f in dataclasses.fields(Decision)}
    place = row.get("place")
    return Decision(
        **{k: v for k, v in row.items() if k in names}
        | {
            "decided_at": datetime.fromisoformat(row["decided_at"]),
            "place": None if place is None else _place(place),
        }
    )


def _place(stored: Row) -> Place:
    return Place(stored["page"], stored["quote"], tuple(tuple(box) for box in stored.get("boxes", ())))
