"""The line of a TOML file on which a value stands: Python's reader keeps none, and a fault needs its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

# strings of all four kinds, and comments: what stands in them is no TOML
_OPAQUE = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*')
_HEADER = re.compile(r"^\[+\s*(?P<name>[^\s\]]+)\s*\]+", re.MULTILINE)


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line, from 1, of the value at this place: ("imagenet", "metrics", 2, "direction").

    Where the place is not there (a key that is missing), the line of what should hold it.
    """
    bare = _OPAQUE.sub(lambda m: re.sub(r"[^\n]", " " if m[0][0] == "#" else "_", m[0]), text)
    start, end, table = 0, len(bare), ""
    parts = list(place)
    while parts:
        part = parts.pop(0)
        if isinstance(part, int):
            found = _element(bare, start, end, part)
        elif headers := _headers(bare, start, end, name := f"{table}.{part}" if table else part):
            among, table = 0, name
            if bare.startswith("[[", headers[0]) and parts and isinstance(parts[0], int):
                among, parts = parts[0], parts[1:]
            found = _table(bare, headers, among, name, end)
        else:
            found = _key(bare, start, end, part)
        if found is None:
            break
        start, end = found
    return bare.count("\n", 0, start) + 1


def _headers(bare: str, start: int, end: int, name: str) -> list[int]:
    """Where tables of that name begin: one `[name]`, or each `[[name]]`."""
    return [m.start() for m in _HEADER.finditer(bare, start, end) if m["name"] == name]


def _table(bare: str, headers: Sequence[int], number: int, name: str, end: int) -> tuple[int, int]:
    """From the header of that number to the next that is not of a table within it."""
    begins = headers[min(number, len(headers) - 1)]
    after = (m for m in _HEADER.finditer(bare, begins + 1, end) if not m["name"].startswith(f"{name}."))
    return begins, next((m.start() for m in after), end)


def _key(bare: str, start: int, end: int, name: str) -> tuple[int, int] | None:
    """From the key to the end of its surroundings."""
    found = re.compile(rf"(?:^|[{{,\s])({re.escape(name)})\s*=", re.MULTILINE).search(bare, start, end)
    return (found.start(1), end) if found else None


def _element(bare: str, start: int, end: int, number: int) -> tuple[int, int] | None:
    """The element of that number, from 0, of the array whose key begins at `start`; None where it is no array."""
    opened = re.compile(r"[^\[\n]*=\s*\[").match(bare, start, end)
    if opened is None:
        return None
    depth, seen, begins = 0, 0, opened.end()
    for place in range(opened.end(), end):
        letter = bare[place]
        if letter in "[{":
            depth += 1
        elif depth == 0 and letter in ",]":
            if seen == number:
                begins += len(bare[begins:place]) - len(bare[begins:place].lstrip())
                return begins, place
            seen, begins = seen + 1, place + 1
            if letter == "]":
                return None
        elif letter in "]}":
            depth -= 1
    return None
