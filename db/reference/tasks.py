"""Where a text names a task: `db/reference/tasks.toml`, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from db.reference.files import faults_in_toml, read_toml
from db.reference.printed_names import NameFinder, compile_names, name_key

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
def known_tasks() -> tuple[str, ...]:
    """The tasks that the file describes, in its order."""
    return tuple(dict.fromkeys(task for task in _names().tasks.values() if task))


@cache
def _names() -> _Names:
    from db.reference.shapes import TasksShape

    tasks: dict[str, str | None] = {}
    names: list[str] = []
    for task, table in read_toml(TASKS_TOML, TasksShape).root.items():
        for kind, meaning, printed in (("words", task, table.words), ("not_words", None, table.not_words)):
            for name in printed:
                if tasks.setdefault(name_key(name), meaning) != meaning:
                    raise faults_in_toml(TASKS_TOML, [((task, kind), f"{task}: {name!r} has two meanings")])
                names.append(name)
    return _Names(compile_names(names), tasks)
