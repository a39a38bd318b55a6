"""How much hangs on each tolerance of layout and tables: how many tables in a hundred change when it is another.

    python -m tests.measure_tolerances ../shared/corpus/pdf --every 8              # every eighth PDF of the folder
    python -m tests.measure_tolerances ../shared/corpus/pdf --every 8 --write      # and beside each in the code

A tolerance is a number with a name at the top of a module of `extract/layout` or `extract/tables`; its unit and its
meaning stand beside it there, and behind a bar what was measured: `| 12 3 0 5`, for a half of it, four fifths, five
quarters and twice. Zeros are a plateau: there the value could as well be another. Pages are read once; for each
tolerance and factor they are laid out and their tables found anew.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import extract.layout
import extract.tables
from db.models import Page, Table
from extract.layout.blocks import lay_out
from extract.layout.captions import FLOATS
from extract.pdf.limits import UnreadableError
from extract.pdf.read import RawPage, read_pages
from extract.tables.find import find_tables

MEASURED = re.compile(r" \|(?: \d+)+$")
FACTORS = (0.5, 0.8, 1.25, 2.0)
Number = int | float
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Tolerance:
    """A named number of a module."""

    module: ModuleType
    name: str
    value: Number | tuple[Number, ...]

    def times(self, factor: float) -> Number | tuple[Number, ...]:
        """Its value times a factor; a count stays a whole number, and one at least."""
        if isinstance(self.value, tuple):
            return tuple(_times(part, factor) for part in self.value)
        return _times(self.value, factor)


def _times(value: Number, factor: float) -> Number:
    return max(1, round(value * factor)) if isinstance(value, int) else value * factor


def tolerances() -> Iterator[Tolerance]:
    """Every number, or tuple of numbers, in capitals at the top of a module of layout or tables, where it is made."""
    for package in (extract.layout, extract.tables):
        for entry in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(entry.name)
            for name in _assigned(module):
                value = vars(module)[name]
                parts = value if isinstance(value, tuple) else (value,)
                if parts and all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
                    yield Tolerance(module, name, value)


def _assigned(module: ModuleType) -> Iterator[str]:
    """The names in capitals that the module gives a value itself, in order."""
    for node in ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(part, ast.Name) and part.id.isupper():
                    yield part.id


@contextmanager
def changed(tolerance: Tolerance, factor: float) -> Iterator[None]:
    """The tolerance times the factor, in its module and wherever it was imported."""
    holders = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("extract.") and vars(module).get(tolerance.name) is tolerance.value
    ]
    for module in holders:
        setattr(module, tolerance.name, tolerance.times(factor))
    try:
        yield
    finally:
        for module in holders:
            setattr(module, tolerance.name, tolerance.value)


def may_name_a_table(page: RawPage) -> bool:
    """Whether a page may have a table's caption: all others cost time and change nothing."""
    return any(word.text in FLOATS["table"] for side in (page, *page.turned) for word in side.words)


def laid_out(papers: Mapping[str, Sequence[RawPage]]) -> dict[str, Sequence[Page]]:
    """The pages of each paper with lines and blocks."""
    return {paper: lay_out(raw) for paper, raw in papers.items()}


def digests(papers: Mapping[str, Sequence[Page]]) -> dict[Place, str]:
    """A digest of each table's cells, by paper, page and place on the page."""
    found: dict[Place, str] = {}
    for paper, pages in papers.items():
        for table in find_tables(pages):
            place = sum(key[:2] == (paper, table.page) for key in found)
            found[paper, table.page, place] = _digest(table)
    return found


def _digest(table: Table) -> str:
    cells = [[(cell.text, cell.column, cell.span) for cell in row] for row in (*table.header, *table.rows)]
    return hashlib.sha256(repr((len(table.header), cells, table.groups)).encode()).hexdigest()


def share_changed(before: Mapping[Place, str], after: Mapping[Place, str]) -> float:
    """The share of tables, of both, that are not the same in the other."""
    every = before.keys() | after.keys()
    return sum(before.get(key) != after.get(key) for key in every) / max(len(every), 1)


def measured(
    tolerance: Tolerance,
    papers: Mapping[str, Sequence[RawPage]],
    before: Mapping[Place, str],
    pages: Mapping[str, Sequence[Page]],
) -> list[float]:
    """The share of tables that change, by factor; `before` and `pages` are those of the values as they are."""
    anew = tolerance.module.__name__.startswith("extract.layout")

    def share(factor: float) -> float:
        with changed(tolerance, factor):
            return share_changed(before, digests(laid_out(papers) if anew else pages))

    least, most = share(FACTORS[0]), share(FACTORS[-1])
    # where a half of it changes nothing, four fifths don't either
    return [least, share(FACTORS[1]) if least else 0.0, share(FACTORS[2]) if most else 0.0, most]


def write_beside(tolerance: Tolerance, shares: Sequence[float]) -> None:
    """Writes in hundredths what was measured behind the comment on the tolerance."""
    file = Path(str(tolerance.module.__file__))
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    figures = " ".join(str(round(100 * share)) for share in shares)
    place = next(n for n, line in enumerate(lines) if re.match(rf"{tolerance.name} = .*#", line))
    lines[place] = f"{MEASURED.sub('', lines[place].rstrip())} | {figures}\n"
    file.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Prints each tolerance with the share of tables that change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of PDFs")
    parser.add_argument("--every", type=int, default=1, help="read every Nth PDF")
    parser.add_argument("--write", action="store_true", help="write the figures beside each tolerance, in hundredths")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="measure these tolerances alone")
    given = parser.parse_args()
    papers: dict[str, Sequence[RawPage]] = {}
    for pdf in sorted(given.folder.glob("*.pdf"))[:: given.every]:
        try:
            papers[pdf.stem] = [page for page in read_pages(pdf.read_bytes()) if may_name_a_table(page)]
        except UnreadableError:
            continue
    pages = laid_out(papers)
    before = digests(pages)
    print(f"{len(before)} tables of {len(papers)} papers; share that changes with a tolerance times {FACTORS}")
    for tolerance in (t for t in tolerances() if not given.only or t.name in given.only):
        shares = measured(tolerance, papers, before, pages)
        place = f"{tolerance.module.__name__.removeprefix('extract.')}.{tolerance.name}"
        print(f"{place:45} {tolerance.value!s:14}", *(f"{share:6.3f}" for share in shares), flush=True)
        if given.write:
            write_beside(tolerance, shares)


if __name__ == "__main__":
    main()
