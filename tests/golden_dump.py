"""Dumps everything the reader says of a folder of PDFs, so that a restructuring can be shown to change nothing.

    python -m tests.golden_dump tests/samples/pdf --out dump.jsonl      # every candidate and record, a JSON line each
    python -m tests.golden_dump ../shared/corpus/pdf --digests FILE      # one digest a paper, to compare or to commit

Versions of the reader and measured confidences are left out: both follow the rules, and a dump compares the rules.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from db.vocabulary import Link
from extract.read_paper import read_paper

_LEFT_OUT = frozenset(("extractor_version", "confidence"))


def lines_of(pdf: Path) -> list[str]:
    """The dump of one PDF: its outcome, candidates and records, each as one line of JSON."""
    reading = read_paper(pdf.read_bytes(), pdf.stem, 1, "")
    lines = [{"paper": pdf.stem, "outcome": reading.outcome, "pages": reading.pages, "tables": reading.tables}]
    lines += [{"paper": pdf.stem, "candidate": _plain(c)} for c in reading.candidates]
    lines += [{"paper": pdf.stem, "record": _plain(r)} for r in reading.records]
    return [json.dumps(line, ensure_ascii=False, sort_keys=True, default=str) for line in lines]


def digest_of(lines: list[str]) -> str:
    """A 16-character digest of a paper's dump."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def dump(pdfs: list[Path], workers: int = 2) -> Iterator[tuple[Path, list[str]]]:
    """Each PDF with its dump, in the order given."""
    with ProcessPoolExecutor(workers) as pool:
        yield from zip(pdfs, pool.map(lines_of, pdfs), strict=True)


def load_digests(file: Path) -> dict[str, str]:
    """The digests of a committed file, by paper."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["paper"]: row["digest"] for row in csv.DictReader(rows)}


def _plain(value: Any) -> Any:
    """Dataclasses as dictionaries without what is left out; mappings and sequences likewise."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in _LEFT_OUT)
        return {name: _plain(v) for name, v in fields}
    if isinstance(value, Link):
        return value.name
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def main() -> None:
    """Writes the dump (`--out`), or the digests (`--digests`); says which papers differ from the digests there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of PDFs")
    parser.add_argument("--out", type=Path, help="write the dump here, as JSON lines")
    parser.add_argument("--digests", type=Path, help="write one digest a paper here; compare with what stands there")
    parser.add_argument("--keep", action="store_true", help="only compare: leave the digests as they are")
    given = parser.parse_args()
    found = dict(dump(sorted(given.folder.glob("*.pdf"))))
    if given.out:
        given.out.write_text("".join(f"{line}\n" for lines in found.values() for line in lines), encoding="utf-8")
    digests = {pdf.stem: digest_of(lines) for pdf, lines in found.items()}
    if given.digests:
        before = load_digests(given.digests) if given.digests.exists() else {}
        changed = sorted(paper for paper, d in digests.items() if before.get(paper, d) != d)
        print(f"{len(digests)} papers, {len(changed)} differ from {given.digests}: {' '.join(changed) or 'none'}")
        if not given.keep:
            with given.digests.open("w", encoding="utf-8", newline="") as rows:
                writer = csv.writer(rows, lineterminator="\n")
                writer.writerow(("paper", "digest"))
                writer.writerows(digests.items())
        sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
