"""Large queries slice by slice, of the papers from one arXiv id to another: what is sorted and joined stays small."""

from __future__ import annotations

from collections.abc import Iterator

from db.store import Connection

# Of all papers, unless a slice was set.
WITHIN_SLICE = "arxiv_id BETWEEN coalesce(getvariable('first_id'), '') AND coalesce(getvariable('last_id'), '~')"


def each_slice(con: Connection, table: str, rows: int) -> Iterator[int]:
    """The number of each slice of a table that has at most so many rows (or one paper), in order, from 0.

    While it is in hand, queries on a slice are of it alone; afterwards they are of all papers again. Of an empty table
    there is one slice.
    """
    try:
        for number, ids in enumerate(_slices(con, table, rows) or [("", "")]):
            con.execute("SET VARIABLE first_id = $id", {"id": ids[0]})
            con.execute("SET VARIABLE last_id = $id", {"id": ids[1]})
            yield number
    finally:
        con.execute("RESET VARIABLE first_id")
        con.execute("RESET VARIABLE last_id")


def _slices(con: Connection, table: str, rows: int) -> list[tuple[str, str]]:
    """The first and the last arXiv id of slices of a table that have at most so many rows (or one paper), in order."""
    found: list[tuple[str, str]] = []
    filled = rows
    for arxiv_id, count in con.execute(f"SELECT arxiv_id, count(*) FROM {table} GROUP BY 1 ORDER BY 1").fetchall():
        if found and filled + count <= rows:
            found[-1] = (found[-1][0], arxiv_id)
            filled += count
        else:
            found.append((arxiv_id, arxiv_id))
            filled = count
    return found
