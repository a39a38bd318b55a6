"""Saving papers, their PDFs and how they were found. Owns papers, files and found_by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.models import Paper
from db.store import Connection, insert_rows, now, rows_of
from db.untyped import Row

Key = tuple[str, int]
"""arXiv id and version."""


@dataclass(frozen=True)
class StoredFile:
    """One kept PDF: its content's name, where it stands in the PDF store, and where it came from."""

    sha256: str
    path: str  # relative to the PDF store beside the database
    bytes: int
    source: str  # a file name or a URL
    arxiv_id: str
    version: int


@dataclass(frozen=True)
class Hit:
    """A paper that a benchmark's term found."""

    arxiv_id: str
    benchmark: str
    term: str


def save_papers(con: Connection, papers: Iterable[Paper], *, authority: bool = True) -> tuple[int, int]:
    """How many papers (versions) were new, and how many known ones now say something else.

    What is unknown (None, empty) never replaces what is known, and a kept PDF stays. Where both say something, the
    new wins if it has `authority` (arXiv's own metadata), else the old (a title read off a page).
    """
    batch: dict[Key, Paper] = {}
    for paper in papers:
        key = (paper.arxiv_id, paper.version)
        batch[key] = merged(batch[key], paper, authority=authority) if key in batch else paper
    if not batch:
        return 0, 0
    known = _papers_of(con, batch)
    moment = now()
    rows, new, changed = [], 0, 0
    for key, paper in batch.items():
        if key not in known:
            rows.append(_row(paper, moment))
            new += 1
            continue
        old, added_at = known[key]
        both = merged(old, paper, authority=authority)
        if replace(both, found_by=()) != replace(old, found_by=()):
            rows.append(_row(both, added_at))
            changed += 1
    insert_rows(con, "papers", rows, on_conflict="replace")
    return new, changed


def merged(old: Paper, new: Paper, *, authority: bool = True) -> Paper:
    """One paper of what both know."""
    first, second = (new, old) if authority else (old, new)
    return Paper(
        arxiv_id=old.arxiv_id,
        version=old.version,
        title=first.title or second.title,
        authors=first.authors or second.authors,
        abstract=first.abstract or second.abstract,
        categories=first.categories or second.categories,
        published=first.published or second.published,
        updated=first.updated or second.updated,
        license=first.license or second.license,
        comment=first.comment or second.comment,
        withdrawn=old.withdrawn or new.withdrawn,
        found_by=tuple(sorted({*old.found_by, *new.found_by})),
        pdf_sha256=old.pdf_sha256 or new.pdf_sha256,
    )


def save_files(con: Connection, files: Iterable[StoredFile]) -> int:
    """How many of the files were new; each is tied to its paper, which must have been saved.

    A paper that has a PDF keeps it: the same version with other bytes is not swapped silently.
    """
    moment = now()
    batch = list(files)
    count = insert_rows(
        con,
        "files",
        [
            {
                "sha256": f.sha256, "path": f.path, "bytes": f.bytes, "source": f.source, "arxiv_id": f.arxiv_id,
                "version": f.version, "added_at": moment,
            }
            for f in batch
        ],
    )  # fmt: skip
    for f in batch:
        con.execute(
            "UPDATE papers SET pdf_sha256 = ? WHERE arxiv_id = ? AND version = ? AND pdf_sha256 IS NULL",
            [f.sha256, f.arxiv_id, f.version],
        )
    return count


def replace_file(con: Connection, file: StoredFile) -> None:
    """Puts a whole PDF in place of the damaged one that a paper has; both files stay known."""
    con.execute("UPDATE papers SET pdf_sha256 = NULL WHERE arxiv_id = ? AND version = ?", [file.arxiv_id, file.version])
    save_files(con, [file])


def save_hits(con: Connection, hits: Iterable[Hit]) -> int:
    """How many of the hits were new."""
    moment = now()
    return insert_rows(
        con,
        "found_by",
        [{"arxiv_id": h.arxiv_id, "benchmark": h.benchmark, "term": h.term, "found_at": moment} for h in hits],
    )


def load_papers(con: Connection, ids: Sequence[str] = ()) -> list[Paper]:
    """Papers in order of id and version; `ids` (with or without a version) restricts."""
    rows = rows_of(
        con,
        """
        SELECT p.*, coalesce(f.benchmarks, []) AS found_by
        FROM papers p
        LEFT JOIN (SELECT arxiv_id, list(DISTINCT benchmark ORDER BY benchmark) AS benchmarks
                   FROM found_by GROUP BY arxiv_id) f USING (arxiv_id)
        WHERE len($ids) = 0 OR list_contains($ids, p.arxiv_id)
              OR list_contains($ids, p.arxiv_id || 'v' || p.version)
        ORDER BY p.arxiv_id, p.version
        """,
        {"ids": list(ids)},
    )
    return [_paper(row) for row in rows]


def load_paper(con: Connection, arxiv_id: str, version: int | None = None) -> Paper | None:
    """That version of the paper, or its latest known one; None where there is none."""
    papers = [p for p in load_papers(con, [arxiv_id]) if version is None or p.version == version]
    return papers[-1] if papers else None


def known_files(con: Connection) -> dict[str, Key]:
    """The contents (sha256) that are kept, each with its paper."""
    return {r["sha256"]: (r["arxiv_id"], r["version"]) for r in rows_of(con, "SELECT * FROM files")}


def known_pdfs(con: Connection) -> dict[Key, str]:
    """The papers that have a PDF, with its content's name."""
    rows = rows_of(con, "SELECT arxiv_id, version, pdf_sha256 FROM papers WHERE pdf_sha256 IS NOT NULL")
    return {(r["arxiv_id"], r["version"]): r["pdf_sha256"] for r in rows}


def latest_versions(con: Connection, ids: Iterable[str]) -> dict[str, int]:
    """The latest version known of each of the ids that are known."""
    rows = rows_of(
        con,
        "SELECT arxiv_id, max(version) AS version FROM papers WHERE list_contains($ids, arxiv_id) GROUP BY arxiv_id",
        {"ids": sorted(set(ids))},
    )
    return {r["arxiv_id"]: r["version"] for r in rows}


def known_among(con: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that are in the database, in whatever version."""
    return set(latest_versions(con, ids))


def known_ids(con: Connection) -> list[str]:
    """The arXiv ids of all papers, in order."""
    return [r["arxiv_id"] for r in rows_of(con, "SELECT DISTINCT arxiv_id FROM papers ORDER BY arxiv_id")]


def found_ids(con: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that count as found for some benchmark."""
    rows = rows_of(
        con,
        "SELECT DISTINCT arxiv_id FROM found_by WHERE list_contains($ids, arxiv_id)",
        {"ids": sorted(set(ids))},
    )
    return {r["arxiv_id"] for r in rows}


def hit_ids(con: Connection, ids: Iterable[str]) -> set[str]:
    """Those of the ids that a benchmark's term has found, those that are still to be looked into included."""
    rows = rows_of(
        con,
        """
        SELECT arxiv_id FROM found_by WHERE list_contains($ids, arxiv_id)
        UNION SELECT arxiv_id FROM harvest_prospects WHERE list_contains($ids, arxiv_id) AND verdict IS NULL
        """,
        {"ids": sorted(set(ids))},
    )
    return {r["arxiv_id"] for r in rows}


def _papers_of(con: Connection, keys: Iterable[Key]) -> dict[Key, tuple[Paper, datetime]]:
    wanted = list(keys)
    rows = rows_of(
        con,
        """
        WITH wanted AS (SELECT unnest($ids) AS arxiv_id, unnest($versions) AS version)
        SELECT p.*, [] AS found_by FROM papers p JOIN wanted USING (arxiv_id, version)
        """,
        {"ids": [k[0] for k in wanted], "versions": [k[1] for k in wanted]},
    )
    return {(r["arxiv_id"], r["version"]): (_paper(r), r["added_at"]) for r in rows}


def _row(paper: Paper, added_at: datetime) -> Row:
    return {
        "arxiv_id": paper.arxiv_id, "version": paper.version, "title": paper.title, "authors": list(paper.authors),
        "abstract": paper.abstract, "categories": list(paper.categories), "published": paper.published,
        "updated": paper.updated, "license": paper.license, "comment": paper.comment, "withdrawn": paper.withdrawn,
        "pdf_sha256": paper.pdf_sha256, "added_at": added_at,
    }  # fmt: skip


def _paper(row: Row) -> Paper:
    return Paper(
        arxiv_id=row["arxiv_id"], version=row["version"], title=row["title"], authors=tuple(row["authors"] or ()),
        abstract=row["abstract"], categories=tuple(row["categories"] or ()), published=row["published"],
        updated=row["updated"], license=row["license"], comment=row["comment"], withdrawn=row["withdrawn"],
        found_by=tuple(row["found_by"]), pdf_sha256=row["pdf_sha256"],
    )  # fmt: skip
