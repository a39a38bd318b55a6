"""Files of examples with what they state, some of which are listed as not read right yet."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest


def shortfalls(folder: Path, name: str) -> dict[int, str]:
    """The cases of one file that are not read right yet: number -> why."""
    with (folder / "shortfalls.toml").open("rb") as file:
        return {row["case"]: row["why"] for row in tomllib.load(file)["shortfall"] if row["file"] == name}


def cases(folder: Path, name: str) -> list[Any]:
    """(name, case) of each of one file; those not read right yet fail strictly, so that the list can only shrink."""
    missing = shortfalls(folder, name)
    with (folder / f"{name}.toml").open("rb") as file:
        loaded = tomllib.load(file)["case"]
    return [
        pytest.param(
            name,
            case,
            id=f"{name} {n} {case['kind']}",
            marks=[pytest.mark.xfail(reason=missing[n], strict=True)] if n in missing else [],
        )
        for n, case in enumerate(loaded, 1)
    ]
