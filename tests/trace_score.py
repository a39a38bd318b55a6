"""Counts the modules that reading a paper passes through, and how often it goes back to one that it has left.

    python tests/trace_score.py PDF

Every call into `extract` is recorded while the PDF is read, at two grains: modules, and the parts of the drawing in
docs/design.md (sub-packages). A call into a part that an earlier call has left for another is a return. Leaf modules
(numbers, names) are called from everywhere; the parts above them should be entered one after the other.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from extract.read_paper import read_paper  # noqa: E402 - the path is set first

LEAVES = ("language", "candidates", "version")  # called from every part


def module_of(frame: FrameType | None) -> str | None:
    """The module of a frame within extract, "cells.scores"; None for code of others."""
    name = frame.f_globals.get("__name__", "") if frame else ""
    return name.removeprefix("extract.") if name.startswith("extract.") else None


def traced(data: bytes) -> list[str]:
    """The modules in the order in which calls entered them."""
    entered: list[str] = []

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and (module := module_of(frame)) is not None:
            entered.append(module)

    sys.setprofile(note)
    try:
        read_paper(data, "2001.99999", 1, "")
    finally:
        sys.setprofile(None)
    return entered


def returns(names: list[str]) -> tuple[int, int]:
    """How many different names there are, and how often one that was left for another comes again."""
    changes = [b for a, b in pairwise(["", *names]) if a != b]
    return len(set(changes)), len(changes) - len(set(changes))


def main(pdf: str) -> None:
    """Prints the counts at both grains."""
    data = Path(pdf).read_bytes()
    read_paper(data, "2001.99999", 1, "")  # what is compiled once is no step of a paper
    entered = traced(data)
    parts = [module.split(".")[0] for module in entered]
    for what, names in (
        ("modules", entered),
        ("parts without the leaves", [part for part in parts if part not in LEAVES]),
    ):
        count, back = returns(names)
        print(f"{what}: {count} entered, {back} returns")


if __name__ == "__main__":
    main(sys.argv[1])
