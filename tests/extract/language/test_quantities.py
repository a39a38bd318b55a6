"""Stretches of time in cells and headers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from extract.language.quantities import HOUR, read_quantities, read_unit, unit_seconds

DATA = Path(__file__).parent / "data"
UNITS = {"": None, "h": "Time (h)", "d": "Time (d)", "GPU-h": "GPU-h"}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of examples."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", rows("times_in_cells.csv"), ids=lambda r: f"{r['text']} in {r['unit'] or 'no unit'}")
def test_cell(row: dict[str, str]) -> None:
    """it reads a cell's times, in the unit that the header says where the cell has none, and no other numbers"""
    header = UNITS[row["unit"]]
    found = read_quantities(row["text"], read_unit(header) if header else None)
    assert [q.seconds / HOUR for q in found] == pytest.approx([float(h) for h in row["hours"].split()], rel=1e-3)
    assert all(0 <= q.start < q.end <= len(row["text"]) for q in found)


@pytest.mark.parametrize("row", rows("units_in_headers.csv"), ids=lambda r: r["header"])
def test_header(row: dict[str, str]) -> None:
    """it reads the unit that a header names, of what it is the time, and whether of all devices"""
    unit = read_unit(row["header"])
    found = (unit.seconds, unit.per, unit.of_devices) if unit else None
    assert found == ((float(row["seconds"]), row["per"], row["of_devices"] == "yes") if row["seconds"] else None)


def test_range() -> None:
    """it keeps both ends of a range and gives the midpoint"""
    (time,) = read_quantities("10-14 days")
    assert (time.low, time.seconds, time.high) == (10 * 24 * HOUR, 12 * 24 * HOUR, 14 * 24 * HOUR)


def test_product() -> None:
    """it keeps the factors of device time printed as a product"""
    (time,) = read_quantities("2 x 30", read_unit("device hours"))
    assert (time.factors, time.of_devices) == ((2, 30), True)


def test_part_of_a_run() -> None:
    """it says that a time is of an epoch, by the cell's words or by the header's"""
    (by_cell,), (by_header,) = read_quantities("0.4 h/epoch"), read_quantities("0.4", read_unit("h per epoch"))
    assert by_cell.per == by_header.per == "epoch"


def test_unknown_unit() -> None:
    """it raises KeyError for a word that is no unit of time"""
    assert unit_seconds("hrs") == HOUR
    with pytest.raises(KeyError):
        unit_seconds("steps")
