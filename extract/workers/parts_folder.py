"""The folder in which a cluster's workers leave their readings until the database takes them in.

It is any folder or object store that fsspec opens, the same to the command and to all workers. A part is named by its
content: one that was written twice is one, and one that was cut or damaged does not match its name. It gets its name
when it is whole.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from db.errors import BadInputError, UnreachableError

ID_FILE = "paperflops-parts.txt"  # says which folder this is: a worker that sees another folder under that name is told
HALF = ".half"  # ending of a part that is being written
HALF_SECONDS = 600.0  # a part is written in far less than a second; a half one of this age has lost its worker


class DamagedPartError(Exception):
    """A part whose content is not what its name says."""


@dataclass(frozen=True)
class PartsFolder:
    """The parts of one version of the reader in a folder or object store."""

    url: str  # absolute, with its protocol
    version: str  # of reader and schema: parts of another stand in another sub-folder

    @cached_property
    def _store(self) -> tuple[Any, str]:
        """fsspec's file system and the folder's path in it."""
        from fsspec.core import url_to_fs

        file_system, path = url_to_fs(self.url)
        return file_system, str(path).rstrip("/")

    def make(self) -> str:
        """The folder's id; makes the folder where it is missing. BadInputError where that can't be done."""
        try:
            files, path = self._store
            files.makedirs(f"{path}/{self.version}", exist_ok=True)
            if not files.exists(f"{path}/{ID_FILE}"):
                files.pipe_file(f"{path}/{ID_FILE}", uuid.uuid4().hex.encode())
            return str(files.cat_file(f"{path}/{ID_FILE}").decode())
        except Exception as error:  # each kind of store has errors of its own
            raise BadInputError(
                f"no parts can be kept at {self.url} ({_why(error)})",
                "name a folder or URL that this machine and all workers can write to with --parts",
            ) from error

    def check(self, folder_id: str, where: str) -> None:
        """Nothing, if this is the folder of that id. UnreachableError on a machine (`where`) that sees another one."""
        try:
            files, path = self._store
            seen = files.cat_file(f"{path}/{ID_FILE}").decode()
        except Exception as error:
            seen, why = None, f" ({_why(error)})"
        else:
            why = ", but another folder of that name"
        if seen != folder_id:
            raise UnreachableError(
                f"worker {where} does not see the parts folder {self.url}{why}",
                "name one that this machine and all workers share with --parts",
            )

    def write(self, data: bytes, where: str) -> str:
        """The name of the part that was written. UnreachableError where this machine (`where`) can't write there."""
        name = f"{hashlib.sha256(data).hexdigest()}.parquet"
        try:
            files, path = self._store
            half = f"{path}/{self.version}/{uuid.uuid4().hex}{HALF}"
            files.pipe_file(half, data)
            files.mv(half, f"{path}/{self.version}/{name}")
        except Exception as error:
            raise UnreachableError(
                f"worker {where} can't write to the parts folder {self.url} ({_why(error)})",
                "give it the right to, or name another with --parts",
            ) from error
        return name

    def names(self) -> list[str]:
        """The names of whole parts, in order."""
        return sorted(name for name in self._listed() if name.endswith(".parquet"))

    def fetch(self, name: str, into: Path) -> Path:
        """A copy of the part in a folder here. DamagedPartError if it is not what was written, FileNotFoundError."""
        files, path = self._store
        data = files.cat_file(f"{path}/{self.version}/{name}")
        if name != f"{hashlib.sha256(data).hexdigest()}.parquet":
            raise DamagedPartError(name)
        copy = into / name
        copy.write_bytes(data)
        return copy

    def remove(self, names: Iterable[str]) -> None:
        """Removes parts; one that is gone already is no fault."""
        files, path = self._store
        for name in names:
            with suppress(FileNotFoundError):
                files.rm_file(f"{path}/{self.version}/{name}")

    def remove_halves(self) -> int:
        """How many half parts were removed, of workers that ended while they wrote."""
        files, path = self._store
        left = 0
        for name in self._listed():
            if name.endswith(HALF):
                with suppress(FileNotFoundError):
                    written = files.modified(f"{path}/{self.version}/{name}").timestamp()
                    if time.time() - written > HALF_SECONDS:
                        files.rm_file(f"{path}/{self.version}/{name}")
                        left += 1
        return left

    def _listed(self) -> list[str]:
        """The names of all files."""
        files, path = self._store
        files.invalidate_cache()
        try:
            return [str(found).rsplit("/", 1)[1] for found in files.ls(f"{path}/{self.version}", detail=False)]
        except FileNotFoundError:
            return []  # an object store has no empty folders


def folder_at(place: str, version: str) -> PartsFolder:
    """The parts folder at a path or URL. BadInputError where nothing can open such a URL."""
    try:
        from fsspec.core import url_to_fs

        file_system, path = url_to_fs(place)
        return PartsFolder(str(file_system.unstrip_protocol(path)), version)
    except (ImportError, ValueError) as error:
        raise BadInputError(
            f"{place} can't be opened ({error})", "name a folder or another URL with --parts"
        ) from error


def _why(error: Exception) -> str:
    """The reason in a few words."""
    said = getattr(error, "strerror", None) or str(error) or "no reason given"
    return f"{type(error).__name__}: {said}".splitlines()[0]
