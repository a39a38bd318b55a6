"""How fast papers are read, beside three others on the same pages: `python tests/benchmark_speed.py FOLDER`.

One process, one core, CPU time (a busy machine does not slow a contender down), everything loaded and compiled by a
first file that does not count. The contenders take turns on each file. Not a test: what it prints depends on the
machine; the ratios do so less.
"""

from __future__ import annotations

import argparse
import gc
import io
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdf
import pypdfium2 as pdfium

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from db.models import Document
from extract.fields.paper import view_paper
from extract.layout.blocks import lay_out
from extract.pdf.limits import UnreadableError
from extract.pdf.read import read_pages
from extract.read_paper import read_candidates
from extract.records.make import make_records
from extract.tables.find import find_tables
from extract.version import rules_version
from extract.workers.sandbox import COLLECT_AFTER
from extract.workers.warm_up import warm_up

OURS = "paperflops: words, tables, all fields"
PLUMBER, PYPDF, PDFIUM = "pdfplumber: extract_words", "pypdf: plain text", "pypdfium2: plain text"


def paperflops(data: bytes, steps: dict[str, float]) -> int:
    """The pages of a paper read in full; adds each step's CPU seconds to `steps`."""
    now = time.process_time()

    def step(name: str) -> None:
        nonlocal now
        before, now = now, time.process_time()
        steps[name] = steps.get(name, 0.0) + now - before

    raw = list(read_pages(data))
    step("words and rules of the page (PDFium)")
    pages = lay_out(raw)
    step("lines, blocks, sections")
    document = Document("2001.00001", 1, pages, tuple(find_tables(pages)), rules_version())
    step("tables")
    view = view_paper(document)
    step("running text, and what sentences and cells say")
    found = read_candidates(view)
    step("candidates of all fields, runs, links")
    list(make_records("2001.00001", 1, found))
    step("records")
    return len(pages)


def pdfplumber_words(data: bytes) -> int:
    """The pages, each word with its box taken from them."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_words()
            page.close()
        return len(document.pages)


def pypdf_text(data: bytes) -> int:
    """The pages, their plain text taken from them."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    for page in pages:
        page.extract_text()
    return len(pages)


def pdfium_text(data: bytes) -> int:
    """The pages, their plain text taken from them: nobody who reads through PDFium is faster."""
    document = pdfium.PdfDocument(data)
    count = len(document)
    for number in range(count):
        page = document[number]
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()
    return count


def main() -> None:
    """Prints pages a second of each contender, how many times as long as ours it takes, and where our time goes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="PDFs, looked for in all its folders")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth file (by name) only")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="go over the files N times; the best counts")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # pypdf and pdfminer warn of much that does not matter here
    files = sorted(options.folder.rglob("*.pdf"))[:: options.every]
    if not files:
        parser.error(f"there is no PDF in {options.folder}")
    warm_up()
    steps: dict[str, float] = {}
    contenders: dict[str, Callable[[bytes], int]] = {
        OURS: lambda data: paperflops(data, steps), PLUMBER: pdfplumber_words, PYPDF: pypdf_text, PDFIUM: pdfium_text,
    }  # fmt: skip
    first = files[0].read_bytes()
    for contender in contenders.values():
        contender(first)
    gc.collect()
    gc.freeze()  # as the reading server does: what is loaded is not looked through while any of the four reads
    gc.set_threshold(COLLECT_AFTER)
    pages = read = 0
    best = dict.fromkeys(contenders, float("inf"))
    best_steps: dict[str, float] = {}
    for _ in range(options.rounds):
        pages = read = 0
        seconds = dict.fromkeys(contenders, 0.0)
        steps.clear()
        for path in files:
            data = path.read_bytes()
            try:
                took = {name: _timed(contender, data) for name, contender in contenders.items()}
            except (UnreadableError, pdfium.PdfiumError, pypdf.errors.PyPdfError) as error:
                print(f"left out: {path.name}: {error}")
                continue
            read += 1
            pages += took[OURS][0]
            for name, (_, spent) in took.items():
                seconds[name] += spent
        if seconds[OURS] < best[OURS]:
            best_steps = dict(steps)
        best = {name: min(best[name], seconds[name]) for name in contenders}
    gc.unfreeze()  # DuckDB reports what is never collected as leaked
    print(f"{read} files, {pages} pages, one core, CPU time, best of {options.rounds}\n")
    print(f"| {'reader':40} | pages/s | ms/page | to ours |")
    print(f"|{'-' * 42}|--------:|--------:|--------:|")
    for name, spent in best.items():
        print(f"| {name:40} | {pages / spent:7.1f} | {1000 * spent / pages:7.2f} | {spent / best[OURS]:6.2f}x |")
    print(f"\n| {'step':46} | ms/page | share |")
    print(f"|{'-' * 48}|--------:|------:|")
    whole = sum(best_steps.values())
    for name, spent in best_steps.items():
        print(f"| {name:46} | {1000 * spent / pages:7.2f} | {spent / whole:5.0%} |")


def _timed(contender: Callable[[bytes], int], data: bytes) -> tuple[int, float]:
    """The pages it read and the CPU seconds it took."""
    started = time.process_time()
    pages = contender(data)
    return pages, time.process_time() - started


if __name__ == "__main__":
    main()
