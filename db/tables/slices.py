"""Large queries slice by slice, of the papers from one arXiv id to another: what is sorted and joined stays small."""

from __future__ import annotations

from db.store import Connection

# Of all papers, unless a slice was set.
WITHIN_SLICE = "arxiv_id BETWEEN coalesce(getvariable('first_id'), '') AND coalesce(getvariable('last_id'), '~')"


def set_slice(con: Connection, first_id: str, last_id: str) -> None:
    """Tells the connection which papers the next queries on a slice are of."""
    con.execute("SET VARIABLE first_id = $id", {"id": first_id})
    con.execute("SET VARIABLE last_id = $id", {"id": last_id})


def slices(con: Connection, table: str, rows: int) -> list[tuple[str, str]]:
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
