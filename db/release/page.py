"""`index.html`: the release to look at, in one file that asks nothing of a network.

The rows stand in it as JSON, each text and quote once; a script draws fifty at a time. Its security policy lets nothing
be fetched and nothing run but that script, whatever a paper's words are.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from db.models import UNITS, Field
from db.quantities import human
from db.reference.benchmarks import load_benchmarks
from db.reference.hardware import find_device
from db.release.contents import About
from db.release.tables import CURATED, RECORDS, Released
from db.store import Connection, rows_of
from db.tables.curated import COLUMNS, REFERENCE
from db.untyped import Parsed

HERE = Path(__file__).parent
MOST_ROWS = 20_000  # 4 MB, there in a second and filtered in 0.2; what is beyond stands in the files
_LABELS = {
    Field.SCORE: "Score",
    Field.DEVICE: "Device",
    Field.DEVICE_COUNT: "Processors",
    Field.TRAINING_TIME: "Training time",
    Field.EPOCHS: "Epochs",
    Field.PARAMETERS: "Parameters",
    Field.FLOPS: "FLOPs",
    Field.MULTIPLY_ADDS: "Multiply-adds",
    Field.TRAINING_FLOPS: "Training FLOPs",
}
_SHOWN = {field: "score" if field is Field.SCORE else COLUMNS[field] for field in _LABELS}
_CONFIRMED, _STUDY, _READ = range(3)  # the kinds of rows, in the order of the page's menu
# Records that nobody has judged and that have a value. One that people turned down as a whole has no curated row, and
# is not shown as if nobody had looked: a decision's task has the record's key.
_UNJUDGED_SQL = f"""
SELECT * FROM ({{records}})
WHERE record NOT IN (SELECT row_key FROM curated_rows)
  AND record NOT IN (SELECT task_key FROM decisions)
  AND coalesce({", ".join(f"CAST({column} AS VARCHAR)" for column in _SHOWN.values())}) IS NOT NULL
"""


@dataclass(frozen=True)
class _Names:
    """Texts that many rows share, each once, in the order in which they come."""

    places: dict[Any, int]

    def place(self, text: Any) -> int:
        return self.places.setdefault(text, len(self.places))

    def all(self) -> list[Any]:
        return list(self.places)


def page(con: Connection, tables: Sequence[Released], about: About) -> str:
    """The page as HTML."""
    by_name = {t.name: t for t in tables}
    curated, unjudged = by_name[CURATED].sql, _UNJUDGED_SQL.format(records=by_name[RECORDS].sql)
    data = _data(islice(_rows(con, curated, unjudged), MOST_ROWS))
    there = sum(_count(con, sql) for sql in (curated, unjudged))
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    script = (HERE / "page.js").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        about=about,
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=_inside_html(data),
        beyond=max(0, there - MOST_ROWS),
    )


def _inside_html(data: Any) -> str:
    """The data as JSON that can stand in a script element: no "<" in it, so that nothing in it can end the element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def _rows(con: Connection, curated: str, unjudged: str) -> Iterator[Parsed]:
    """The rows that are shown: curated ones, then records that nobody has judged; no more of either than can be."""
    for row in rows_of(con, f"SELECT * FROM ({curated}) LIMIT {MOST_ROWS}"):
        yield row | {"kind": _STUDY if row["source"] == REFERENCE else _CONFIRMED}
    for row in rows_of(con, f"SELECT * FROM ({unjudged}) LIMIT {MOST_ROWS}"):
        yield row | {"kind": _READ}


def _count(con: Connection, sql: str) -> int:
    (row,) = rows_of(con, f"SELECT count(*) AS n FROM ({sql})")
    return int(row["n"])


def _data(rows: Iterable[Parsed]) -> Parsed:
    """The page's data: lists of shared texts, and rows that point into them by place."""
    papers, quotes, hardware, states, metrics = (_Names({}) for _ in range(5))
    names = {b.id: b.name for b in load_benchmarks().values()}
    benchmarks = _Names({})
    packed = []
    for row in rows:
        year = row["published"].year if row["published"] else None
        paper = (row["arxiv_id"], row["version"] or 0, row["title"], year)
        device = find_device(row["device"], year) if row["device"] else None
        packed.append(
            [
                row["kind"],
                papers.place(paper),
                row["model"],
                None if row["benchmark"] is None else benchmarks.place(names.get(row["benchmark"], row["benchmark"])),
                row["role"],
                None if row["metric"] is None else metrics.place(row["metric"].replace("_", " ")),
                None if row["device"] is None else hardware.place(device.name if device else ""),
                [_value(row, field, column, quotes, states) for field, column in _SHOWN.items()],
            ]
        )
    return {
        "fields": list(_LABELS.values()),
        "units": [UNITS[field] or "" for field in _LABELS],
        "papers": papers.all(),
        "benchmarks": benchmarks.all(),
        "metrics": metrics.all(),
        "hardware": hardware.all(),
        "states": states.all(),
        "quotes": quotes.all(),
        "rows": packed,
    }


def _value(row: Parsed, field: Field, column: str, quotes: _Names, states: _Names) -> list[Any] | None:
    """A value as the page has it: text, number, page, quote, and its state or its confidence; None without a value."""
    value = row[column]
    if value is None:
        return None
    quote = row[f"{column}_quote"]
    sure = states.place(row[f"{column}_state"].replace("_", " ")) if "row_key" in row else _rounded(row, column)
    return [
        human(field, value),
        None if isinstance(value, str) else value,
        row[f"{column}_page"],
        None if quote is None else quotes.place(quote),
        sure,
    ]


def _rounded(row: Parsed, column: str) -> float | None:
    confidence = row[f"{column}_confidence"]
    return None if confidence is None else round(confidence, 2)
