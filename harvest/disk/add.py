"""Taking PDFs from disk: each file's identity, its copy in the store, its row in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.errors import BadInputError
from db.models import Paper
from db.settings import pdf_path
from db.store import reading, writing
from db.tables.papers import (
    Key,
    StoredFile,
    known_files,
    known_pdfs,
    replace_file,
    save_files,
    save_papers,
)
from db.terminal.console import progress
from harvest.disk.first_page import FirstPage, first_page_reader
from harvest.ids import UNKNOWN_VERSION, ArxivId, id_from_file_name
from harvest.pdfs.store import fault_of_file, keep_copy, sha256_of, sweep_parts

BATCH = 25  # files between two saves: under a second's work, so that a kill costs as much


@dataclass(frozen=True)
class Identity:
    """What a file is taken to be; `local` where neither its name nor a stamp says."""

    id: ArxivId
    title: str | None
    local: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Added:
    """What came of adding files."""

    added: int = 0
    known: int = 0
    unidentified: int = 0
    refused: int = 0


def add(db: Path, paths: Sequence[Path]) -> Added:
    """Takes every PDF of the paths into the store and the database; says on the way what it could not identify."""
    files = pdf_files(paths)
    contents: dict[str, Key] = {}
    kept: dict[Key, str] = {}
    if db.exists():
        with reading(db) as con:
            contents, kept = known_files(con), known_pdfs(con)
    sweep_parts(db)
    added = known = unidentified = refused = 0
    with first_page_reader() as reader, progress("Adding", len(files)) as steps:
        for batch in _batches(files, BATCH):
            papers: list[Paper] = []
            stored: list[StoredFile] = []
            mended: list[StoredFile] = []
            for file in batch:
                sha256 = sha256_of(file)
                if sha256 in contents and pdf_path(db, sha256).exists():
                    known += 1
                    steps.advance(file.name)
                    continue
                identity = identify(file, sha256, reader.read(file))
                key = (identity.id.arxiv_id, identity.id.version or UNKNOWN_VERSION)
                rival = kept.get(key)
                if rival is not None and rival != sha256:
                    if fault_of_file(file) is not None or fault_of_file(pdf_path(db, rival)) is None:
                        steps.line(f"{file}: {identity.id} is here already with other content; the first is kept")
                        refused += 1
                        steps.advance(file.name)
                        continue
                    steps.line(f"{file}: takes the place of a damaged {identity.id}")
                if identity.note:
                    steps.line(f"{file}: {identity.note}")
                unidentified += identity.local
                content = keep_copy(db, file)
                row = StoredFile(content.sha256, content.path, content.bytes, file.name, *key)
                (mended if rival is not None and rival != sha256 else stored).append(row)
                papers.append(
                    Paper(
                        *key,
                        title=identity.title,
                        published=None if identity.local else identity.id.month,
                    )
                )
                contents[sha256], kept[key] = key, sha256
                added += 1
                steps.advance(file.name)
            if papers:
                with writing(db) as con:
                    save_papers(con, papers, authority=False)
                    save_files(con, stored)
                    for row in mended:
                        replace_file(con, row)
    return Added(added, known, unidentified, refused)


def pdf_files(paths: Iterable[Path]) -> list[Path]:
    """The PDFs that the paths name, folders searched through, in order. BadInputError names a path that is none."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix.lower() == ".pdf" and file.is_file():
                    found[file] = None
        elif not path.exists():
            raise BadInputError(f"there is no file or folder {path}", "name PDFs or folders that hold them")
        elif path.suffix.lower() != ".pdf":
            raise BadInputError(f"{path} is not named .pdf", "name PDFs or folders that hold them")
        else:
            found[path] = None
    return list(found)


def identify(file: Path, sha256: str, page: FirstPage) -> Identity:
    """Who the file is: by its name, else by its stamp, else a local name made of its content.

    A file that is cut or no PDF is believed only where its name says who it is: a stamp found in the remains must
    not take the place of the whole paper.
    """
    named = id_from_file_name(file.name)
    stamp = page.stamp
    if named is not None:
        note = None
        if stamp is not None and stamp.arxiv_id == named.arxiv_id and named.version is None:
            named = stamp
        elif stamp is not None and stamp != named:
            note = f"named {named} but stamped {stamp}; taken for {named}"
        if named.version is None:
            note = f"neither its name nor a stamp says which version of {named} this is; kept as version unknown"
        return Identity(named, page.title, note=note)
    fault = fault_of_file(file)
    if stamp is not None and fault is None:
        return Identity(stamp, page.title)
    local = ArxivId(f"local/{sha256[:12]}")
    why = {None: "no arXiv id in its name or on its first pages", "html": "an HTML page", "truncated": "cut short"}
    return Identity(local, page.title, local=True, note=f"{why.get(fault, 'not a PDF')}; kept as {local.arxiv_id}")


def _batches(files: Sequence[Path], size: int) -> Iterable[Sequence[Path]]:
    return (files[start : start + size] for start in range(0, len(files), size))
