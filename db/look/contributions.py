"""Saying what came of looking through the files that contributors write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from db.errors import BadInputError
from db.quantities import counted
from db.reference.check import Checked
from db.terminal.console import say

ROOT = Path(__file__).parent.parent.parent


def check_files(found: Iterable[Checked]) -> None:
    """Says of each file what it holds, or its faults, each once. BadInputError where there are any."""
    told: set[str] = set()
    for one in found:
        if not one.faults:
            say(f"{one.file.relative_to(ROOT)}: {one.holds}")
        for fault in one.faults:
            if fault not in told:
                say(fault)
                told.add(fault)
    if told:
        raise BadInputError(f"{counted(len(told), 'fault')} in the files above", "mend what each line says")
