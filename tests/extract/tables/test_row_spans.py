"""Names beside several rows of a table."""

from extract.tables.row_spans import BodyRow, RowCell, _fill_tiles


def test_nothing_is_centred_over_one_row() -> None:
    """it leaves a single row with two names beside it as it is, and rows that stand at one height."""
    names = [(148.0, RowCell([], [])), (170.0, RowCell([], []))]
    for rows in ([BodyRow(140.0)], [BodyRow(140.0), BodyRow(140.0)]):
        assert not _fill_tiles(rows, 0, names)
        assert all(not r.cells for r in rows)
