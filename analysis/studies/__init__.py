"""The studies: one file each.

A study has `TITLE`, `ORDER` (its place in the report) and `run(inputs) -> Section`, or None where the data has nothing
for it. Its first docstring line says what it answers and stands in `run.py --list`. A new file here is a new study.
"""

from __future__ import annotations

import pkgutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from analysis.report.findings import Section
from analysis.rows.inputs import Inputs
from db.errors import UnknownNameError


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
    found = []
    for name in wanted or known:
        module = import_module(f"{__name__}.{name}")
        about = (module.__doc__ or "").strip().splitlines()[0]
        found.append(Study(name, module.TITLE, about, module.ORDER, module.run))
    return sorted(found, key=lambda s: (s.order, s.name))
