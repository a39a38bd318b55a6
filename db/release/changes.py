"""What changed since an earlier release, row by row, each with the reason as far as the two releases tell it.

A row is compared by its key, a value by what it is and how it came to stand; a confidence, a page or a quote that moved
is no change. Reasons follow from the papers (new? read by other rules? more answers of people?) and from the states of
values.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from db.errors import BadInputError
from db.quantities import number_text
from db.release.tables import CURATED, PAPERS, RECORDS
from db.store import Connection, rows_of
from db.tables.curated import REFERENCE
from db.untyped import Parsed, Row

CHANGES = "changes.csv"
COMPARED = {CURATED: "row_key", RECORDS: "record"}  # and the column that names a row
_NOT_COMPARED = ("_page", "_quote", "_confidence", "others")  # how columns end; `others` are many and lesser
_OF_THE_PAPER = ("title", "published", "version")
_BY_PEOPLE = ("accepted", "corrected", "rejected", "not_stated", "unsure", "disputed")
_BY_RULE = "auto_accepted"

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
    """The papers of a release by id and version, and their ids."""

    papers: Mapping[Paper, Parsed]
    ids: frozenset[str]


def write_changes(earlier: Path, folder: Path) -> Mapping[tuple[str, str, str], int]:
    """The changes from the earlier release to the one in the folder, counted by table, kind and reason.

    They now stand in its changes.csv: removed rows, added rows, changed values, each by key.
    """
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    with (folder / CHANGES).open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(f.name for f in fields(Change))
        for c in changes_between(earlier, folder):
            lines.writerow(astuple(replace(c, arxiv_id=c.arxiv_id and f"arXiv:{c.arxiv_id}")))
            counts[(c.table, c.change, c.reason)] += 1
    return counts


def check_release(folder: Path) -> None:
    """BadInputError where the folder holds no earlier release."""
    lacking = [n for n in (*COMPARED, PAPERS) if not (folder / f"{n}.parquet").is_file()]
    if lacking:
        raise BadInputError(
            f"{folder} holds no release ({lacking[0]}.parquet is missing)", "name the folder of an earlier one"
        )


def changes_between(earlier: Path, later: Path) -> Iterator[Change]:
    """Each change from one release to the other, by table. DuckDB compares: rows that are the same are never loaded."""
    check_release(earlier)
    with duckdb.connect() as con:
        try:
            for name in (*COMPARED, PAPERS):
                for age, folder in (("old", earlier), ("new", later)):
                    con.execute(f"CREATE VIEW {age}_{name} AS FROM read_parquet('{_quoted(folder / name)}.parquet')")
            old, new = (_release(con, age) for age in ("old", "new"))
            for table, key in COMPARED.items():
                yield from _changes_of(con, table, key, (old, new))
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise BadInputError(
                f"{earlier} can't be compared with ({reason})", "name the folder of a whole release"
            ) from error


def _release(con: Connection, age: str) -> _Release:
    papers = {(row["arxiv_id"], row["version"]): row for row in rows_of(con, f"FROM {age}_{PAPERS}")}
    return _Release(papers, frozenset(arxiv_id for arxiv_id, _ in papers))


def _changes_of(con: Connection, table: str, key: str, releases: tuple[_Release, _Release]) -> Iterator[Change]:
    old, new = f"old_{table}", f"new_{table}"
    for row in rows_of(con, f"FROM {old} ANTI JOIN {new} USING ({key}) ORDER BY {key}"):
        yield _change(table, "removed", row[key], row, None, (None, None), _why_removed(table, row, *releases))
    for row in rows_of(con, f"FROM {new} ANTI JOIN {old} USING ({key}) ORDER BY {key}"):
        yield _change(table, "added", row[key], row, None, (None, None), _why_added(table, row, *releases))
    known = _columns(con, old)
    columns = [c for c in _columns(con, new) if c in known and not c.endswith(_NOT_COMPARED)]
    differ = " OR ".join(f"o.{c} IS DISTINCT FROM n.{c}" for c in columns)
    pairs = f"FROM {old} o JOIN {new} n USING ({key}) WHERE {differ} ORDER BY {key}"
    before, after = (rows_of(con, f"SELECT {', '.join(f'{age}.{c}' for c in columns)} {pairs}") for age in "on")
    for rows in zip(before, after, strict=True):
        yield from _changed(table, rows[1][key], rows, releases)


def _columns(con: Connection, table: str) -> list[str]:
    return [row["column_name"] for row in rows_of(con, f"DESCRIBE {table}")]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _change(
    table: str, what: str, key: str, row: Parsed, column: str | None, values: tuple[Any, Any], why: Sequence[Reason]
) -> Change:
    before, after = values
    reason = "; ".join(why or (Reason.UNKNOWN,))
    return Change(
        table, what, key, row["arxiv_id"], row["model"], row["benchmark"], column, _text(before), _text(after), reason
    )


def _changed(
    table: str, key: str, rows: tuple[Parsed, Parsed], releases: tuple[_Release, _Release]
) -> Iterator[Change]:
    was, now = (_compared(row) for row in rows)
    for column in dict.fromkeys((*was, *now)):
        before, after = was.get(column), now.get(column)
        if before != after:
            why = _why_changed(table, column, (was, now), rows[1], releases)
            yield _change(table, "changed", key, rows[1], column, (before, after), why)


def _compared(row: Parsed) -> Row:
    """The values of a row that are compared; each of its scores as a column scores.METRIC, with its state."""
    values = {name: value for name, value in row.items() if name != "scores"}
    said: dict[str, list[str]] = defaultdict(list)
    for entry in json.loads(row["scores"] or "[]"):
        name = "/".join(str(entry[part]) for part in ("metric", "split", "setting") if entry.get(part))
        state = f" ({entry['state']})" if entry.get("state") else ""
        said[f"scores.{name}"].append(f"{_text(entry['value']) or ''}{state}")
    primary = f"scores.{row['metric']}"
    return values | {name: ", ".join(sorted(texts)) for name, texts in said.items() if name != primary}


# --- reasons ---------------------------------------------------------------------------------------------------------


def _why_added(table: str, row: Parsed, old: _Release, new: _Release) -> list[Reason]:
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


def _why_removed(table: str, row: Parsed, old: _Release, new: _Release) -> list[Reason]:
    if _is_reference(row):
        return [Reason.REFERENCE]
    paper = (row["arxiv_id"], row["version"])
    if paper not in new.papers:
        return [Reason.NEW_VERSION if row["arxiv_id"] in new.ids else Reason.PAPER_GONE]
    decided = [Reason.DECISION] if table == CURATED and _more_decisions(paper, old, new) else []
    return [*decided, *_reread(paper, old, new)]


def _why_changed(
    table: str, column: str, values: tuple[Parsed, Parsed], row: Parsed, releases: tuple[_Release, _Release]
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


def _states_of(column: str, values: tuple[Parsed, Parsed]) -> str | None:
    """How the value of a column came to stand, before and after; None for a column that holds no value of a field."""
    if column.startswith("scores."):  # "4.49 (accepted)"
        return " ".join(str(row.get(column, "")) for row in values)
    state = f"{column.removesuffix('_state')}_state"
    if state not in values[1]:
        return None
    return " ".join(str(row.get(state, "")) for row in values)


def _is_reference(row: Parsed) -> bool:
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
