"""What can go wrong through no fault of the program, each told in one line with the way out.

PaperflopsError
├── LockedError          another process holds the database for writing
├── UnknownNameError     an id (benchmark, paper, study ...) that nobody knows
├── UnreachableError     a server that is down or refuses us
├── BadInputError        a path, file or setting that can't be used
│   └── FaultyFileError  a reference table, a field or a study as somebody left it
├── DamagedError         a database that can't be read or written any more
└── StoppedError         Ctrl-C
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path


class PaperflopsError(Exception):
    """An error with a message (`what`) and a hint on how to fix it (`mend`)."""

    exit_code = 1

    def __init__(self, what: str, mend: str | None = None) -> None:
        super().__init__(what if mend is None else f"{what}; {mend}")
        self.what = what
        self.mend = mend


class LockedError(PaperflopsError):
    """Another process holds the database for writing. Try again later."""

    exit_code = 75  # EX_TEMPFAIL


class UnknownNameError(PaperflopsError):
    """A name that is not in the tables."""

    exit_code = 2


class UnreachableError(PaperflopsError):
    """A server that is down or refuses us. Try again later."""

    exit_code = 75


class BadInputError(PaperflopsError):
    """A path, file or setting that can't be used as it is."""

    exit_code = 2


@dataclass(frozen=True)
class Fault:
    """What is wrong on one line of a file (None: with the file as a whole)."""

    line: int | None
    what: str


def told(error: Exception) -> str:
    """Why a file that somebody handed in can't be read, without Python's words: "'key' is missing"."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    if isinstance(error, JSONDecodeError):
        return f"it is not JSON: line {error.lineno}, column {error.colno}"
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing"
    if isinstance(error, TypeError | AttributeError):
        return "a value in it is of another kind than expected"
    return str(error)


class FaultyFileError(BadInputError):
    """A file that contributors write (a reference table, a field, a study) and that can't be used as it is."""

    def __init__(self, file: Path, faults: Sequence[Fault]) -> None:
        self.file, self.faults = file, tuple(faults)
        others = len(faults) - 1
        more = f" (and {others} more {'fault' if others == 1 else 'faults'})" if others else ""
        super().__init__(self.told(faults[0]) + more, "mend it there; `paperflops check` looks through all such files")

    def told(self, fault: Fault) -> str:
        """One fault with its place, as compilers print it: "db/reference/hardware.csv:12: kind is ..."."""
        here = Path.cwd()
        file = self.file.relative_to(here) if self.file.is_relative_to(here) else self.file
        return f"{file}:{fault.line}: {fault.what}" if fault.line else f"{file}: {fault.what}"


class DamagedError(PaperflopsError):
    """The database can't be read or written any more: damaged, or the disk is full."""

    exit_code = 74  # EX_IOERR


class StoppedError(PaperflopsError):
    """The user stopped the command."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("stopped", "what was done is saved, the same command goes on from there")
