"""Review without a server in reach: tasks as a file that any Label Studio imports, answers from its JSON export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from curate.backends import Answered, PulledTask
from curate.backends.label_studio_json import answer_of, utc
from curate.page.pictures import PageImage, Picture
from curate.page.render import interface, task_data
from db.errors import BadInputError, told
from db.models import ReviewTask
from db.tables.reviews import shown_record

READ_ME = """To review these records without a connection to the database:

1. In a Label Studio of 1.20 or later make a project; under Settings, Labeling Interface, Code paste interface.xml.
2. Import tasks.json.
3. Label All Tasks. When done: Export, JSON.
4. Give the exported file to `paperflops review import FILE`.

The folder pages holds the page pictures. They are shown if the tasks were exported with the address under which that
server serves them (`--pictures-at URL`); otherwise each field shows the quote and its page number.
The pages are their authors': keep them among the reviewers.
"""


def write_offline(
    tasks: Sequence[ReviewTask],
    pictures: Callable[[ReviewTask], Mapping[int, Picture]],
    folder: Path,
    pictures_at: str | None,
) -> int:
    """How many tasks were written: tasks.json, interface.xml, the page pictures and how to go on."""
    pages = folder / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    written: list[dict[str, object]] = []
    for t in tasks:
        images = {}
        for number, picture in pictures(t).items():
            if not (pages / picture.name).exists():
                shutil.copyfile(picture.path, pages / picture.name)
            if pictures_at is not None:
                url = f"{pictures_at.rstrip('/')}/{picture.name}"
                images[number] = PageImage(url, picture.width, picture.height, picture.printed)
        written.append({"data": task_data(t.payload, images) | {"key": t.key}})
    (folder / "tasks.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    (folder / "interface.xml").write_text(interface() + "\n", encoding="utf-8")
    (folder / "README.txt").write_text(READ_ME, encoding="utf-8")
    return len(written)


def read_offline(path: Path, annotator: str | None = None) -> Iterator[PulledTask]:
    """The tasks of a JSON export with their answers. `annotator`: whose they are, where the file has only numbers."""
    try:
        exported = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(exported, list):
            raise ValueError("expected a list of tasks")
        for task in exported:
            data = task["data"]
            key = str(data["key"])
            answers = tuple(_answer(a, annotator, key) for a in task.get("annotations") or [])
            payload = shown_record(data["payload"])
            yield PulledTask(str(task.get("id", "")), key, payload, answers, utc(task.get("updated_at")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(
            f"{path} is not a JSON export of these tasks ({told(error)})",
            "export the project from Label Studio as JSON (not JSON-MIN)",
        ) from error


def _answer(annotation: Mapping[str, object], annotator: str | None, key: str) -> Answered:
    completed_by = annotation.get("completed_by")
    answer = answer_of(annotation, _who(completed_by, annotator), key)
    return replace(answer, unnamed=annotator is None and isinstance(completed_by, int))


def _who(completed_by: Any, annotator: str | None) -> str:
    if annotator is not None:
        return annotator
    if isinstance(completed_by, Mapping) and completed_by.get("email"):
        return str(completed_by["email"])
    return f"user {completed_by}" if completed_by is not None else "unknown"
