"""Quotes as they may leave: short, and nobody's name in them.

The extractor keeps up to 300 characters around a value, and a row of a table can be longer. A release carries
`LONGEST` of them, cut so that the value stays in sight. Where a reviewer gave a value in words of their own, the
curated table says whose they are; a release says that they are a reviewer's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from db.quantities import number_text
from db.store import Connection, insert_rows, rows_of

LONGEST = 200  # characters of a quote, with the marks that show where it was cut
_MARK = "…"
_STATED_BY = re.compile(r" \(stated by .*, not found in the paper\)\Z", re.DOTALL)
_REVIEWERS_WORDS = " (stated by a reviewer, not found in the paper)"
# by what a printed number may differ from the value that is kept: thousands to trillions, percent, minutes to weeks
_SCALES = (1.0, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18, 0.01, 60.0, 3600.0, 86400.0, 604800.0)
_QUOTES_OF = {"quote": "value"}  # the column of the value that a quote is for, where its name does not say


def short_quote(quote: str, value: float | str | None) -> str:
    """The quote with at most `LONGEST` characters: whole words around the value, or its beginning."""
    ends = _REVIEWERS_WORDS if _STATED_BY.search(quote) else ""
    words = _STATED_BY.sub("", quote)
    room = LONGEST - len(ends)
    if len(words) <= room:
        return words + ends
    start, end = _place_of(value, words)
    room -= 2 * len(_MARK)
    left = min(max(0, (start + end - room) // 2), len(words) - room)
    right = left + room
    if left > 0:
        left = words.find(" ", left, start) + 1 or left
    if right < len(words):
        last = words.rfind(" ", end, right)
        right = last if last > 0 else right
    return (_MARK if left else "") + words[left:right].strip() + (_MARK if right < len(words) else "") + ends


def _place_of(value: float | str | None, words: str) -> tuple[int, int]:
    """Where the value is printed in the words; (0, 0) where it is not found."""
    if isinstance(value, str):
        at = words.find(value)
        return (at, at + len(value)) if at >= 0 else (0, 0)
    for scale in _SCALES if value is not None else ():
        assert value is not None
        printed = re.escape(number_text(value / scale))
        if found := re.search(rf"(?<![\d.,]){printed}0*(?![\d]|[.,]\d)", words):
            return found.span()
    return (0, 0)


def with_short_quotes(con: Connection, sql: str, columns: Mapping[str, str]) -> str:
    """The same query with every quote in it short. The connection is told of the quotes that had to be cut."""
    cut = _cutter(con)
    replaced = []
    for name, kind in columns.items():
        if name == "quote" or name.endswith("_quote"):
            beside = _QUOTES_OF.get(name, name.removesuffix("_quote"))
            both = ", value_text" if name == "quote" and "value_text" in columns else ""
            said = f"coalesce(CAST({beside} AS VARCHAR){both}, '')"
            cut(sql, f"{name} AS held, {said} AS said", _cut_quote)
            replaced.append(_in_place_of(name, said))
        elif kind == "JSON":
            cut(sql, f"CAST({name} AS VARCHAR) AS held, '' AS said", _cut_json)
            replaced.append(_in_place_of(name, "''", cast="JSON"))
    return f"SELECT * REPLACE ({', '.join(replaced)}) FROM ({sql})" if replaced else sql


def _in_place_of(name: str, said: str, cast: str = "VARCHAR") -> str:
    held = f"CAST({name} AS VARCHAR)"
    shown = f"(SELECT any_value(shown) FROM short_quotes WHERE held = {held} AND said = {said})"
    return f"CAST(coalesce({shown}, {held}) AS {cast}) AS {name}"


def _cutter(con: Connection) -> Callable[[str, str, Callable[[str, str], str]], None]:
    """What puts the quotes of a query that must be cut into the temporary table `short_quotes`."""
    con.execute("CREATE TEMP TABLE IF NOT EXISTS short_quotes (held VARCHAR, said VARCHAR, shown VARCHAR)")

    def cut(sql: str, columns: str, shorten: Callable[[str, str], str]) -> None:
        long = f"SELECT DISTINCT {columns} FROM ({sql})"
        rows = rows_of(con, f"FROM ({long}) WHERE length(held) > {LONGEST} OR contains(held, '(stated by ')")
        insert_rows(con, "short_quotes", _changed(rows, shorten))

    return cut


def _changed(rows: list[dict[str, str]], shorten: Callable[[str, str], str]) -> Iterator[dict[str, str]]:
    for row in rows:
        shown = shorten(row["held"], row["said"])
        if shown != row["held"]:
            yield {**row, "shown": shown}


def _cut_quote(held: str, said: str) -> str:
    return short_quote(held, _number_or_text(said))


def _cut_json(held: str, _: str) -> str:
    entries = json.loads(held)
    short = [{**e, "quote": e["quote"] and short_quote(e["quote"], e["value"])} for e in entries]
    return held if short == entries else json.dumps(short, ensure_ascii=False, separators=(",", ":"))


def _number_or_text(said: str) -> float | str | None:
    try:
        return float(said)
    except ValueError:
        return said or None
