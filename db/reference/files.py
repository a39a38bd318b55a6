"""Reading a reference file by the shape that it must have (`shapes.py`): each fault is told with file, line and what
was expected, all of them at once.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from db.errors import Fault, FaultyFileError
from db.reference.toml_lines import line_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    Shape = TypeVar("Shape", bound=BaseModel)

# where something stands in a file's values: ("imagenet", "metrics", 2, "direction")
Place = Sequence[str | int]


def read_toml(file: Path, shape: type[Shape]) -> Shape:
    """The file's values. FaultyFileError where it is no TOML, or lacks the shape."""
    from pydantic import ValidationError  # takes 0.1 s to import, which commands without reference files can do without

    text = _text_of(file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        what = re.sub(r" \(at .*\)$", "", str(error))
        raise FaultyFileError(file, [Fault(int(line[1]) if line else None, f"this is no TOML: {what}")]) from error
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise faults_in_toml(file, [(e["loc"], _words(e)) for e in _own(error.errors())]) from error


def faults_in_toml(file: Path, found: Iterable[tuple[Place, str]]) -> FaultyFileError:
    """The error that tells these faults, each given by the place where it stands."""
    text = _text_of(file)
    return FaultyFileError(file, [Fault(line_of(text, place), what) for place, what in found])


def read_csv(file: Path, shape: type[Shape]) -> dict[int, Shape]:
    """The file's rows by line. FaultyFileError where the header, a row's length or a cell is not as it must be.

    An empty cell takes its column's default; a column without one must be filled.
    """
    from pydantic import ValidationError

    reader = csv.reader(_text_of(file).splitlines(keepends=True), strict=True)
    header, rows, faults, line = list(shape.model_fields), {}, [], 1
    try:
        found = next(reader, [])
        if found != header:
            raise FaultyFileError(file, [Fault(1, f"the header is {','.join(found)!r}, expected {','.join(header)!r}")])
        line = reader.line_num + 1
        for cells in reader:
            if not cells:
                faults.append(Fault(line, "an empty line; take it out"))
            elif len(cells) != len(header):
                faults.append(Fault(line, f"{len(cells)} cells, expected {len(header)}: {','.join(header)}"))
            else:
                filled = {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
                try:
                    rows[line] = shape.model_validate(filled)
                except ValidationError as error:
                    faults += [Fault(line, _words(e, cells[0])) for e in error.errors()]
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(line, f"this is no CSV: {error}"))
    if faults:
        raise FaultyFileError(file, faults)
    return rows


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise FaultyFileError(file, [Fault(line, "this is no UTF-8; save the file as UTF-8")]) from error


# --- the words of a fault ---------------------------------------------------------------------------------------


def _own(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The errors without those that follow from others: a list is short of the entries that are at fault."""
    for e in errors:
        within = [o for o in errors if o is not e and o["loc"][: len(e["loc"])] == e["loc"]]
        if not (e["type"] == "too_short" and within):
            yield e


def _words(error: ErrorDetails, row: str = "") -> str:
    """What is wrong, in words: "imagenet lacks not_aliases", "K80: kind is 'banana', expected 'gpu' or 'cpu'".

    `row` names the row of a table.
    """
    place = ([row] if row else []) + list(error["loc"])
    key, where, told = str(place[-1]) if place else "", _place(place[:-1]), error["msg"]
    if error["type"] == "missing":
        return f"{where or 'this file'} lacks {key}"
    if error["type"] == "extra_forbidden":
        return f"{where or 'this file'} has {key!r}, which nothing reads: is it misspelt?"
    if error["type"] == "value_error":
        return f"{_place(place)}: {told.removeprefix('Value error, ')}"
    expected = told.removeprefix("Input should be ").replace("a valid tuple", "a list").replace("Tuple", "the list")
    if error["type"] != "literal_error":
        expected = expected.split(", unable")[0]
    if error["type"] == "too_short":  # the input is the whole list
        return f"{_place(place)}: {expected.replace(' after validation', '')}"
    if place and isinstance(place[-1], int):
        where, key = "", _place(place)
    printed = repr(error["input"]) if len(repr(error["input"])) < 60 else f"{repr(error['input'])[:57]}..."
    return f"{where + ': ' if where else ''}{key} is {printed}, expected {expected}"


def _place(place: Place) -> str:
    """A place as people say it: "imagenet, metrics 3"."""
    said = ""
    for part in place:
        said += f" {part + 1}" if isinstance(part, int) else f", {part}" if said else part
    return said
