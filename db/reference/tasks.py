"""Where a text names a task: `db/reference/tasks.toml`, compiled."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from db.reference.printed_names import NameFinder, compile_names, expand_braces, name_key

TASKS_TOML = Path(__file__).parent / "tasks.toml"


@lru_cache(maxsize=4096)
def tasks_in(text: str) -> tuple[str, ...]:
    """The tasks that the text names, each once, left to right: ("boxes", "masks")."""
    names = _names()
    found = (names.tasks.get(name.key) for name in names.finder.find(text))
    return tuple(dict.fromkeys(task for task in found if task))


@dataclass(frozen=True)
class _Names:
    finder: NameFinder
    tasks: Mapping[str, str | None]  # of each name's key its task; None for a name that is something else


@cache
def _names() -> _Names:
    with TASKS_TOML.open("rb") as file:
        tables = tomllib.load(file)
    tasks: dict[str, str | None] = {}
    names: list[str] = []
    for task, table in tables.items():
        for kind, meaning in (("words", task), ("not_words", None)):
            for name in _expanded(table[kind]):
                if tasks.setdefault(name_key(name), meaning) != meaning:
                    raise ValueError(f"{TASKS_TOML.name}: {name!r} has two meanings")
                names.append(name)
    return _Names(compile_names(names), tasks)


def _expanded(names: list[str]) -> Iterator[str]:
    return (name for raw in names for name in expand_braces(raw))
