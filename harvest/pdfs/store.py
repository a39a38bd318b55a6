"""Keeping PDFs by content: written aside, flushed to disk, then renamed into place. No half file is ever seen."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db.settings import pdf_path, pdf_store

PART_SUFFIX = ".part"
STALE_PART_SECONDS = 24 * 3600.0  # a part file this old belongs to nobody: its writer was killed
HEADER_WITHIN = 1024  # bytes: readers accept a header that does not stand first (ISO 32000, annex H.3)
TRAILER_WITHIN = 2048


@dataclass(frozen=True)
class KeptFile:
    """A content in the store: its name, its place relative to the store, its size, and whether it was there before."""

    sha256: str
    path: str
    bytes: int
    new: bool


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep_copy(db: Path, source: Path) -> KeptFile:
    """The file's content in the database's PDF store, copied there unless it stands there already."""
    with source.open("rb") as file:
        return keep_stream(db, iter(lambda: file.read(1 << 20), b""))


def keep_stream(db: Path, blocks: Iterable[bytes]) -> KeptFile:
    """The content that the blocks make, in the database's PDF store. Nothing is left behind where they fail."""
    part = new_part(db)
    try:
        with part.open("wb") as file:
            sha256, size = _write(file, blocks)
        return keep_part(db, part, sha256, size)
    finally:
        part.unlink(missing_ok=True)


def new_part(db: Path) -> Path:
    """A fresh name in the store for a file that is being written."""
    store = pdf_store(db)
    store.mkdir(parents=True, exist_ok=True)
    return store / f"{uuid.uuid4().hex}{PART_SUFFIX}"


def keep_part(db: Path, part: Path, sha256: str, size: int) -> KeptFile:
    """The part file under its content's name: on disk first, then renamed, then the folder's entry on disk too."""
    place = pdf_path(db, sha256)
    relative = str(place.relative_to(pdf_store(db)))
    if place.exists() and place.stat().st_size == size:
        return KeptFile(sha256, relative, size, new=False)
    place.parent.mkdir(parents=True, exist_ok=True)
    part.replace(place)
    _sync_folder(place.parent)
    return KeptFile(sha256, relative, size, new=True)


def sweep_parts(db: Path, *, older_than: float = STALE_PART_SECONDS) -> int:
    """How many part files that a killed writer left were removed."""
    count = 0
    for part in pdf_store(db).glob(f"*{PART_SUFFIX}"):
        with suppress(FileNotFoundError):  # its writer has finished meanwhile, or another sweep took it
            if abs(time.time() - part.stat().st_mtime) >= older_than:
                part.unlink()
                count += 1
    return count


def fault_of_pdf(head: bytes, tail: bytes) -> str | None:
    """Why bytes of this beginning and end can't be a whole PDF (html, not_a_pdf, truncated), or None where they can."""
    start = head[:HEADER_WITHIN].lstrip()
    if start.startswith(b"<") or b"%PDF-" not in start:
        return "html" if start.lower().startswith((b"<!doctype html", b"<html", b"<head", b"<body")) else "not_a_pdf"
    return None if b"%%EOF" in tail[-TRAILER_WITHIN:] else "truncated"


def fault_of_file(path: Path) -> str | None:
    """Why the file can't be a whole PDF, or None where it can."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEADER_WITHIN)
        file.seek(max(0, size - TRAILER_WITHIN))
        return fault_of_pdf(head, file.read())


def free_bytes(db: Path) -> int:
    """The room left on the disk of the PDF store."""
    store = pdf_store(db)
    store.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(store).free


def _write(file: BinaryIO, blocks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        file.write(block)
        digest.update(block)
        size += len(block)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
