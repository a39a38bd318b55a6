"""Looking through the files that contributors write, for `paperflops check` and before papers are read."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from db.errors import Fault, FaultyFileError
from db.reference.benchmarks import BENCHMARKS_TOML, find_benchmarks, load_benchmarks
from db.reference.files import faults_in_toml
from db.reference.hardware import HARDWARE_CSV, load_hardware
from db.reference.model_traits import TRAITS_CSV, load_trait_patterns
from db.reference.not_models import NOT_MODELS_TOML, load_not_models
from db.reference.published_models import PUBLISHED_MODELS_TOML, load_published_models
from db.reference.tasks import TASKS_TOML, known_tasks
from db.reference.untracked import UNTRACKED_TOML, load_untracked


@dataclass(frozen=True)
class Checked:
    """What came of looking through one file: what it holds, or its faults as lines for people."""

    file: Path
    holds: str = ""
    faults: tuple[str, ...] = ()


def checked(file: Path, look: Callable[[], str]) -> Checked:
    """The file's faults, all of them; where `look` finds none, what it says that the file holds."""
    try:
        return Checked(file, look())
    except FaultyFileError as error:
        return Checked(error.file, "", tuple(error.told(fault) for fault in error.faults))


def load_for_reading() -> None:
    """Loads each table that papers are read by. FaultyFileError where one can't be used."""
    for load in (load_benchmarks, load_hardware, known_tasks, load_untracked, load_not_models, load_published_models):
        load()


def check_reference() -> Iterator[Checked]:
    """Each reference file; of those with examples, whether these hold."""
    yield checked(BENCHMARKS_TOML, _benchmarks)
    yield checked(HARDWARE_CSV, lambda: f"{len(load_hardware())} processors")
    yield checked(TASKS_TOML, lambda: f"{len(known_tasks())} tasks")
    yield checked(UNTRACKED_TOML, lambda: f"{sum(map(len, load_untracked().values()))} names")
    yield checked(NOT_MODELS_TOML, lambda: f"{len(load_not_models().words)} words")
    yield checked(PUBLISHED_MODELS_TOML, lambda: f"{len(load_published_models())} families")
    yield checked(TRAITS_CSV, _traits)
    yield from _study()


def _benchmarks() -> str:
    known = load_benchmarks()
    wrong: list[tuple[tuple[str | int, ...], str]] = []
    for entry in known.values():
        for key, texts, must in (
            ("examples_match", entry.examples_match, True),
            ("examples_refuse", entry.examples_refuse, False),
        ):
            for number, text in enumerate(texts):
                if (entry.id in {found.benchmark for found in find_benchmarks(text)}) is not must:
                    found_or_not = "is not found in" if must else "is found in"
                    wrong.append(((entry.id, key, number), f"{entry.id} {found_or_not} its example {text!r}"))
    if wrong:
        raise faults_in_toml(BENCHMARKS_TOML, wrong)
    return f"{len(known)} benchmarks"


def _traits() -> str:
    lines = load_trait_patterns()
    wrong = []
    for number, line in enumerate(lines, start=2):
        if not line.pattern.search(line.example):
            wrong.append(Fault(number, f"the pattern does not match its example {line.example!r}"))
        if line.pattern.search(line.near_miss):
            wrong.append(Fault(number, f"the pattern matches its near miss {line.near_miss!r}"))
    if wrong:
        raise FaultyFileError(TRAITS_CSV, wrong)
    return f"{len(lines)} patterns"


def _study() -> Iterator[Checked]:
    # pandas takes half a second to import, which no other command should pay
    from db.reference import thompson2020 as study

    yield checked(study.ROWS_CSV, lambda: f"{len(study.load_rows())} rows")
    yield checked(study.CORRECTIONS_CSV, lambda: _corrections(study.CORRECTIONS_CSV, lambda: study.load_rows(True)))
    yield checked(study.AS_FITTED_CSV, lambda: _corrections(study.AS_FITTED_CSV, study.load_rows_as_fitted))
    yield checked(study.PEAKS_CSV, lambda: f"{len(study.load_study_peaks())} devices")
    yield checked(study.PUBLISHED_TOML, lambda: f"{sum(map(len, study.load_published().values()))} figures")


def _corrections(file: Path, apply: Callable[[], object]) -> str:
    from db.reference.thompson2020 import CorrectionError

    try:
        apply()
    except CorrectionError as error:
        raise FaultyFileError(file, [Fault(None, str(error))]) from error
    return f"{sum(1 for _ in file.open(encoding='utf-8')) - 1} corrections"


def load_module(name: str, file: Path, faults_of: Callable[[ModuleType], Iterable[str]]) -> ModuleType:
    """A contributed module, loaded. FaultyFileError where that fails, or where `faults_of` finds something amiss."""
    try:
        module = import_module(name)
    except SyntaxError as error:
        raise FaultyFileError(
            Path(error.filename or file), [Fault(error.lineno, f"this is no Python: {error.msg}")]
        ) from error
    except Exception as error:  # it may be anybody's file, and fail in any way
        frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == file]
        line = frames[-1].lineno if frames else None
        raise FaultyFileError(file, [Fault(line, f"it can't be loaded: {type(error).__name__}: {error}")]) from error
    faults = [Fault(None, what) for what in faults_of(module)]
    if faults:
        raise FaultyFileError(file, faults)
    return module
