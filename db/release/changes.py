"""What changed since an earlier release, row by row, each with the reason as far as the two releases tell it.

A row is compared by its key, a value by what it is and how it came to stand; a confidence, a page or a quote that moved
is no change. Reasons follow from the papers (new? read by other rules? more answers of people?) and from the states of
values.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from db.errors import BadInputError
from db.quantities import number_text
from db.release.tables import CURATED, PAPERS, RECORDS
from db.store import rows_of
from db.tables.curated import REFERENCE

CHANGES = "changes.csv"
COMPARED = {CURATED: "row_key", RECORDS: "record"}  # and the column that names a row
_NOT_COMPARED = ("_page", "_quote", "_confidence")
_LISTS = ("scores", "others")  # JSON: scores are compared one by one; others are many and lesser
_OF_THE_PAPER = ("title", "published", "version")
_BY_PEOPLE = ("accepted", "corrected", "rejected", "not_stated", "unsure", "disputed")
_BY_RULE = "auto_accepted"

Row = Mapping[str, Any]
Paper = tuple[str, int]


class Reason(StrEnum):
    """Why a row or a value is another than it was."""

    NEW_PAPER = "new paper"
    NEW_VERSION = "another version of the paper"
    FIRST_READ = "the paper has been read for the first time"
    NEWER_READER = "read again by a newer reader"
    DECISION = "decision of a reviewer"
    RULE = "the rule of automatic acceptance"
    REFERENCE = "the study's own table was loaded or revised"
    PAPER_GONE = "the paper is no longer in the database"
    METADATA = "metadata of the paper"
    UNKNOWN = "not told by the two releases"


@dataclass(frozen=True)
class Change:
    """One row that came or went, or one value that is another."""

    table: str
    change: str  # added | removed | changed
    key: str
    arxiv_id: str | None
    model: str | None
    benchmark: str | None
    column: str | None
    before: str | None
    after: str | None
    reason: str


@dataclass(frozen=True)
class _Release:
    """What of a release is compared: rows by table and key, papers by id and version."""

    rows: Mapping[str, Mapping[str, Row]]
    papers: Mapping[Paper, Row]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(arxiv_id for arxiv_id, _ in self.papers)


def write_changes(earlier: Path, folder: Path) -> list[Change]:
    """The changes from the earlier release to the one in the folder, where they now stand in changes.csv."""
    changes = list(changes_between(_load(earlier), _load(folder)))
    with (folder / CHANGES).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(f.name for f in fields(Change))
        for c in changes:
            values = list(astuple(c))
            values[3] = c.arxiv_id and f"arXiv:{c.arxiv_id}"
            lines.writerow(values)
    return changes


def summary(changes: Iterable[Change]) -> Mapping[tuple[str, str, str], int]:
    """How many changes there are of each table, kind and reason, in the order in which they first come."""
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for c in changes:
        counts[(c.table, c.change, c.reason)] += 1
    return counts


def check_release(folder: Path) -> None:
    """BadInputError where the folder holds no earlier release."""
    lacking = [n for n in (*COMPARED, PAPERS) if not (folder / f"{n}.parquet").is_file()]
    if lacking:
        raise BadInputError(
            f"{folder} holds no release ({lacking[0]}.parquet is missing)", "name the folder of an earlier one"
        )


def _load(folder: Path) -> _Release:
    check_release(folder)

    def rows(name: str) -> list[dict[str, Any]]:
        try:
            with duckdb.connect() as con:
                return rows_of(con, "FROM read_parquet(?)", [str(folder / f"{name}.parquet")])
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise BadInputError(
                f"{folder / name}.parquet can't be read ({reason})", "name the folder of a whole release"
            ) from error

    return _Release(
        {name: {row[key]: row for row in rows(name)} for name, key in COMPARED.items()},
        {(row["arxiv_id"], row["version"]): row for row in rows(PAPERS)},
    )


def changes_between(old: _Release, new: _Release) -> Iterator[Change]:
    """Each change, by table, then by key."""
    for table in COMPARED:
        before, after = old.rows[table], new.rows[table]
        for key in sorted(before.keys() | after.keys()):
            if key not in before:
                row = after[key]
                yield _change(table, "added", key, row, None, (None, None), _why_added(table, row, old, new))
            elif key not in after:
                row = before[key]
                yield _change(table, "removed", key, row, None, (None, None), _why_removed(table, row, old, new))
            else:
                yield from _changed(table, key, (before[key], after[key]), (old, new))


def _change(
    table: str, what: str, key: str, row: Row, column: str | None, values: tuple[Any, Any], why: Sequence[Reason]
) -> Change:
    before, after = values
    reason = "; ".join(why or (Reason.UNKNOWN,))
    return Change(
        table, what, key, row["arxiv_id"], row["model"], row["benchmark"], column, _text(before), _text(after), reason
    )


def _changed(table: str, key: str, rows: tuple[Row, Row], releases: tuple[_Release, _Release]) -> Iterator[Change]:
    was, now = (_compared(row) for row in rows)
    for column in dict.fromkeys((*was, *now)):
        before, after = was.get(column), now.get(column)
        if before != after:
            why = _why_changed(table, column, (was, now), rows[1], releases)
            yield _change(table, "changed", key, rows[1], column, (before, after), why)


def _compared(row: Row) -> dict[str, Any]:
    """The values of a row that are compared; each of its scores as a column scores.METRIC, with its state."""
    values = {
        name: value for name, value in row.items() if not name.endswith(_NOT_COMPARED) and name not in _LISTS
    }  # fmt: skip
    said: dict[str, list[str]] = defaultdict(list)
    for entry in json.loads(row["scores"] or "[]"):
        name = "/".join(str(entry[part]) for part in ("metric", "split", "setting") if entry.get(part))
        state = f" ({entry['state']})" if entry.get("state") else ""
        said[f"scores.{name}"].append(f"{_text(entry['value']) or ''}{state}")
    primary = f"scores.{row['metric']}"
    return values | {name: ", ".join(sorted(texts)) for name, texts in said.items() if name != primary}


# --- reasons ---------------------------------------------------------------------------------------------------------


def _why_added(table: str, row: Row, old: _Release, new: _Release) -> list[Reason]:
    if _is_reference(row):
        return [Reason.REFERENCE]
    paper = (row["arxiv_id"], row["version"])
    why = []
    if paper not in old.papers:
        why.append(Reason.NEW_VERSION if row["arxiv_id"] in old.ids else Reason.NEW_PAPER)
    if table == CURATED:
        states = {value for name, value in row.items() if name.endswith("_state")}
        if states & set(_BY_PEOPLE):
            return [*why, Reason.DECISION]
        if _BY_RULE in states:
            return [*why, Reason.RULE]
    return why or _reread(paper, old, new)


def _why_removed(table: str, row: Row, old: _Release, new: _Release) -> list[Reason]:
    if _is_reference(row):
        return [Reason.REFERENCE]
    paper = (row["arxiv_id"], row["version"])
    if paper not in new.papers:
        return [Reason.NEW_VERSION if row["arxiv_id"] in new.ids else Reason.PAPER_GONE]
    decided = [Reason.DECISION] if table == CURATED and _more_decisions(paper, old, new) else []
    return [*decided, *_reread(paper, old, new)]


def _why_changed(
    table: str, column: str, values: tuple[Row, Row], row: Row, releases: tuple[_Release, _Release]
) -> list[Reason]:
    if _is_reference(row):
        return [Reason.REFERENCE]
    if column in _OF_THE_PAPER:
        return [Reason.METADATA]
    paper = (row["arxiv_id"], row["version"])
    reread = _reread(paper, *releases)
    if table != CURATED:
        return reread
    states = _states_of(column, values)
    decided = _more_decisions(paper, *releases)
    if states is None:  # a column of the row: its model, its metric
        return [*([Reason.DECISION] if decided else []), *reread]
    if decided and any(state in states for state in _BY_PEOPLE):
        return [Reason.DECISION]
    return [Reason.RULE] if _BY_RULE in states and not reread else reread


def _states_of(column: str, values: tuple[Row, Row]) -> str | None:
    """How the value of a column came to stand, before and after; None for a column that holds no value of a field."""
    if column.startswith("scores."):  # "4.49 (accepted)"
        return " ".join(str(row.get(column, "")) for row in values)
    state = f"{column.removesuffix('_state')}_state"
    if state not in values[1]:
        return None
    return " ".join(str(row.get(state, "")) for row in values)


def _is_reference(row: Row) -> bool:
    return row.get("source") == REFERENCE


def _reread(paper: Paper, old: _Release, new: _Release) -> list[Reason]:
    was, now = (r.papers.get(paper, {}).get("reader_version") for r in (old, new))
    if was == now:
        return []
    return [Reason.FIRST_READ if was is None else Reason.NEWER_READER]


def _more_decisions(paper: Paper, old: _Release, new: _Release) -> bool:
    was, now = (r.papers.get(paper, {}).get("decisions", 0) for r in (old, new))
    return bool(now > was)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return number_text(value)
