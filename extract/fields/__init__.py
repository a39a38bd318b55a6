"""One file a field. Each has FIELD (its name), EXAMPLES (half of them near misses: they are its tests) and `read`.

A field that no rule of the project names also has UNIT, what its numbers count ("kWh"; None for words). Such a field
needs no other line of code: its values are stored, shown, reviewed and exported like the others, and join the model
that they name.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Protocol, cast

from db.errors import Fault, FaultyFileError
from db.models import UNITS, Candidate
from db.reference.check import Checked, checked, load_module
from extract.fields.paper import PaperView

SHARED = frozenset({"paper", "counting"})  # what the fields share: no fields themselves
FEWEST_EXAMPLES = 3  # with a value, and as many without


class FieldReader(Protocol):
    """What a file in this folder offers."""

    FIELD: str
    EXAMPLES: Sequence[Any]

    def read(self, view: PaperView) -> Iterator[Candidate]: ...


@cache
def field_readers() -> Mapping[str, FieldReader]:
    """The fields' readers by name of field: every module of this folder but what they share.

    FaultyFileError where one can't be loaded or lacks what a field must have.
    """
    found: dict[str, FieldReader] = {}
    for file in _files():
        reader = _reader(file)
        if reader.FIELD in found:
            raise FaultyFileError(file, [Fault(None, f"the field {reader.FIELD!r} has another file already")])
        found[reader.FIELD] = reader
    return MappingProxyType(found)


def read_fields(view: PaperView) -> Iterator[Candidate]:
    """Every field's candidates of one paper, each with its unit."""
    for reader in field_readers().values():
        unit = getattr(reader, "UNIT", None)
        for candidate in reader.read(view):
            yield replace(candidate, unit=unit) if unit and candidate.unit is None else candidate


def check_fields() -> Iterator[Checked]:
    """Each field's file: what it reads, or its faults."""
    for file in _files():
        yield checked(file, lambda file=file: f"the field {_reader(file).FIELD}")  # type: ignore[misc]
    yield checked(Path(__file__).parent, lambda: f"{len(field_readers())} fields")


def _files() -> list[Path]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name not in SHARED)
    return [Path(__file__).parent / f"{name}.py" for name in names]


def _reader(file: Path) -> FieldReader:
    """The reader that a file is."""
    return cast(FieldReader, load_module(f"{__name__}.{file.stem}", file, _faults_of))


def _faults_of(module: ModuleType) -> Iterator[str]:
    """What a file lacks to be a field."""
    name = getattr(module, "FIELD", None)
    if not (isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]*", name)):
        yield f"FIELD is {name!r}, expected the field's name in small letters: FIELD = 'training_energy'"
    elif name not in UNITS and not hasattr(module, "UNIT"):
        yield f"{name!r} is no field of db/models.py and lacks UNIT, what its numbers count: UNIT = 'kWh', or None"
    if not callable(getattr(module, "read", None)):
        yield "it lacks read(view), which yields candidates"
    examples = getattr(module, "EXAMPLES", None)
    try:
        values = [bool(expected) for _, expected in examples or ()]
    except (TypeError, ValueError):
        yield "EXAMPLES is expected to hold pairs: a sentence, and the list of values to read in it"
        return
    if values.count(True) < FEWEST_EXAMPLES or values.count(False) < FEWEST_EXAMPLES:
        yield f"EXAMPLES needs {FEWEST_EXAMPLES} sentences with a value and {FEWEST_EXAMPLES} near misses without"
