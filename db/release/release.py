"""`paperflops release`: one folder that others can use without the database, made the same way each time.

The same database gives the same bytes: nothing in a release tells when or where it was made. Its date is the newest in
the database, or the one that is given.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from db.errors import BadInputError
from db.release.card import Compared, card
from db.release.changes import CHANGES, check_release, write_changes
from db.release.citation import CITATION, citation_cff, sentence
from db.release.columns import column
from db.release.contents import About, File, Tabular, files_in
from db.release.croissant import croissant
from db.release.datapackage import datapackage
from db.release.measured import load_measured
from db.release.page import page
from db.release.tables import CURATED, PREDICTIONS, Released, released_tables, write_table
from db.store import Connection, reading, rows_of
from db.terminal.console import say
from db.untyped import Parsed

LABELS = "labels"
CARD, PAGE, SUMS = "README.md", "index.html", "SHA256SUMS"
_DATA_PACKAGE, _CROISSANT = "datapackage.json", "croissant.json"
_LABEL_FOLDERS = ("papers", "calibration", "second")
_LABEL_FILES = ("README.md", "papers.csv", "baselines.csv", "measured.json", "agreement.json", "score.py")
_NEWEST_SQL = """
SELECT CAST(max(moment) AS DATE) AS newest FROM (
    SELECT max(added_at) AS moment FROM papers UNION ALL SELECT max(read_at) FROM readings
    UNION ALL SELECT max(saved_at) FROM decisions
)
"""
_CSV = {
    CHANGES: (
        "changes", "Changes", "What changed since the earlier release, row by row, with the reason.", (),
        ("table", "change", "key", "arxiv_id", "model", "benchmark", "column", "before", "after", "reason"),
    ),
    f"{LABELS}/papers.csv": (
        "labelled-papers", "Labelled papers", "The papers that were annotated by hand, and which PDF of each.",
        ("arxiv_id",), ("arxiv_id", "version", "set", "pdf_sha256", "pages", "style", "title"),
    ),
    f"{LABELS}/baselines.csv": (
        "baselines", "Baselines", "How well others read the labelled papers.", (),
        ("system", "papers", "mean_f1", "run_f1", "training_time_f1", "score_f1"),
    ),
}  # fmt: skip
_CSV_TYPES = {"version": "INTEGER", "pages": "INTEGER"} | dict.fromkeys(
    ("mean_f1", "run_f1", "training_time_f1", "score_f1"), "DOUBLE"
)


def release(db: Path, labels: Path, out: Path, since: Path | None = None, on: date | None = None) -> None:
    """Makes the release in the folder `out`, which must be new or empty, and says what is in it.

    `labels` is the folder of the labelled papers; `since` an earlier release that this one is compared with.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInputError(f"{out} is there already and not empty", "name a new folder with --out")
    if since is not None:
        check_release(since)
    with reading(db) as con, _whole_folder(out) as folder:
        con.execute("SET threads = 1")  # rows and row groups in one order, whatever the machine
        about = About(on or _newest(con))
        tables = [replace(t, rows=write_table(con, t, folder)) for t in released_tables(con)]
        if not any(t.rows for t in tables if t.name in (CURATED, PREDICTIONS)):
            raise BadInputError(
                f"{db} holds nothing to release", "read papers with `paperflops extract`, or load the study's table"
            )
        _copy_labels(labels, folder / LABELS)
        changes = None
        if since is not None:
            changes = Compared(_version_of(since), write_changes(since, folder))
        (folder / PAGE).write_text(page(con, tables, about), encoding="utf-8")
        (folder / CARD).write_text(card(con, about, tables, load_measured(labels), changes), encoding="utf-8")
        (folder / CITATION).write_text(citation_cff(about), encoding="utf-8")
        _describe(folder, about, tables)
        sums = "".join(f"{f.sha256}  {f.path}\n" for f in files_in(folder))
        (folder / SUMS).write_text(sums, encoding="utf-8")
    for t in tables:
        say(f"{t.name}: {t.rows:,} rows")
    if changes is not None:
        say(f"changes since {changes.since}: {changes.total:,}")
    say(f"release {about.version} written to {out}; open {out / PAGE} in a browser")


def _newest(con: Connection) -> date:
    (row,) = rows_of(con, _NEWEST_SQL)
    if row["newest"] is None:
        raise BadInputError("nothing in the database has a date", "give the release's date with --date YYYY-MM-DD")
    newest: date = row["newest"]
    return newest


def _version_of(earlier: Path) -> str:
    try:
        return str(json.loads((earlier / _DATA_PACKAGE).read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError) as error:
        raise BadInputError(
            f"{earlier / _DATA_PACKAGE} does not tell which release it is", "name the folder of a whole release"
        ) from error


def _copy_labels(labels: Path, folder: Path) -> None:
    """The labelled papers with the scorer, in a folder that stands by itself."""
    folder.mkdir()
    for name in _LABEL_FILES:
        shutil.copyfile(labels / name, folder / name)
    for name in _LABEL_FOLDERS:
        (folder / name).mkdir()
        for file in sorted((labels / name).glob("*.json")):
            shutil.copyfile(file, folder / name / file.name)


def _describe(folder: Path, about: About, tables: list[Released]) -> None:
    """Writes what describes the release's data to programs."""
    files = [f for f in files_in(folder) if f.path not in (CARD, PAGE, CITATION)]
    tabular = [*(_tabular(t) for t in tables), *_other_tables(files)]
    _write_json(folder / _DATA_PACKAGE, datapackage(about, files, tabular))
    _write_json(folder / _CROISSANT, croissant(about, files, tabular, sentence(about)))


def _tabular(t: Released) -> Tabular:
    return Tabular(t.name, t.title, t.description, f"{t.name}.csv", t.key, t.columns)


def _other_tables(files: list[File]) -> Iterator[Tabular]:
    """The CSV files that no query of the database gives."""
    there = {f.path for f in files}
    for path, (name, title, description, key, columns) in _CSV.items():
        if path in there:
            described = [column(c, _CSV_TYPES.get(c, "VARCHAR")) for c in columns]
            yield Tabular(name, title, description, path, key, described)


def _write_json(file: Path, content: Parsed) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def _whole_folder(out: Path) -> Iterator[Path]:
    """A folder to fill that takes the name only when it is complete."""
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise BadInputError(
            f"nothing can be written in {out.parent} ({error.strerror})", "name another folder with --out"
        ) from error
    try:
        yield made
        made.chmod(0o755)
        if out.exists():
            out.rmdir()
        made.rename(out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
