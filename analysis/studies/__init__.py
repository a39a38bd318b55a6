"""The studies: one file each.

A study has `TITLE`, `ORDER` (its place in the report) and `run(inputs) -> Section`, or None where the data has nothing
for it. Its first docstring line says what it answers and stands in `run.py --list`. A new file here is a new study.
"""

from __future__ import annotations

import pkgutil
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from analysis.report.findings import Section
from analysis.rows.inputs import Inputs
from db.errors import UnknownNameError
from db.reference.check import Checked, checked, load_module


@dataclass(frozen=True)
class Study:
    name: str
    title: str
    about: str
    order: int
    run: Callable[[Inputs], Section | None]  # None: this data has nothing for it


def names() -> list[str]:
    """The studies' names, unordered, without loading them."""
    return [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]


def run_study(study: Study, inputs: Inputs) -> Section | None:
    """What the study finds. One that fails gives a section that says where, and takes no other study with it."""
    try:
        return study.run(inputs)
    except Exception as error:  # a study may be anybody's file, and fail in any way
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({Path(where.filename).name}, line {where.lineno})"
        return Section(study.name, study.title, [f"This study failed on this data. {said}"], failure=said)


def load_studies(wanted: list[str] | tuple[str, ...] = ()) -> list[Study]:
    """These studies (all, where none is named) in the report's order. UnknownNameError names the known ones."""
    known = names()
    for name in wanted:
        if name not in known:
            raise UnknownNameError(f"there is no study {name!r}", "the studies are " + ", ".join(sorted(known)))
    return sorted((_study(name) for name in wanted or known), key=lambda s: (s.order, s.name))


def check_studies() -> Iterator[Checked]:
    """Each study's file: what it answers, or its faults."""
    for name in sorted(names()):
        yield checked(_file(name), lambda name=name: f"the study {_study(name).title!r}")  # type: ignore[misc]


def _file(name: str) -> Path:
    return Path(__file__).parent / f"{name}.py"


def _study(name: str) -> Study:
    """The study that a file is. FaultyFileError where it can't be loaded or lacks what a study must have."""
    module = load_module(f"{__name__}.{name}", _file(name), _faults_of)
    return Study(name, module.TITLE, (module.__doc__ or "").strip().splitlines()[0], module.ORDER, module.run)


def _faults_of(module: ModuleType) -> Iterator[str]:
    """What a file lacks to be a study."""
    if not (module.__doc__ or "").strip():
        yield "it lacks a docstring, whose first line says what the study answers"
    if not isinstance(getattr(module, "TITLE", None), str):
        yield "it lacks TITLE, the heading of its section"
    if not isinstance(getattr(module, "ORDER", None), int):
        yield "it lacks ORDER, a whole number: its place in the report"
    if not callable(getattr(module, "run", None)):
        yield "it lacks run(inputs), which returns a Section, or None where the data has nothing for it"
