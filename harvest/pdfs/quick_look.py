"""Whether a paper that only a task or a citation found is about a benchmark: how often its text names it.

The text is read once, without tables or layout, in a process that may die. The names are those by which the extractor
knows a benchmark. References do not count, since many papers cite ImageNet; an appendix behind them does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from db.reference.benchmarks import find_benchmarks
from db.tables.prospects import Verdict
from db.untyped import Row
from harvest.pdfs import reader_process
from harvest.pdfs.reader_process import ReaderProcess

LOOK_SECONDS = 30.0
MOST_PAGES = 40
# Of the labelled papers' 148 pairs of paper and benchmark with own results 146 name the benchmark at least once, 144
# twice; of the pairs named without a result of their own it keeps 18, or 8.
LEAST_MENTIONS = 1
REFERENCES = re.compile(
    r"^\s*(?:\d+\.?\s*)?(?:references|bibliography|literature cited)\s*$", re.IGNORECASE | re.MULTILINE
)
# A heading behind the references: "A APPENDIX", "Supplementary Material", "A.1 Datasets", "A. Benchmarks". An entry
# whose line begins with "A." goes on with a comma or a full stop. Of 129 labelled papers 37 have such a heading there;
# no line of their entries is taken for one.
APPENDIX = re.compile(
    r"^\s*(?:"
    r"(?:(?:[A-Z]|[IVX]+|\d+)\.?\s+)?(?:appendi(?:x|ces)|supplement(?:ary|al)?(?: material| information)?s?)\b"
    r"|A(?:\.1\.?|\.)\s+[A-Z][a-z]+"
    r")[^.,;\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)


class QuickLook:
    """Looks into PDFs, one after the other."""

    def __init__(self) -> None:
        self._process = ReaderProcess("harvest.pdfs.quick_look")

    def verdicts(self, arxiv_id: str, pdf: Path, benchmarks: Iterable[str]) -> list[Verdict]:
        """Whether the paper counts for each of the benchmarks, with the reason; `unread`: there is no text."""
        answer = self._process.ask(pdf, seconds=LOOK_SECONDS)
        if not answer or not answer["letters"]:
            return [Verdict(arxiv_id, b, "unread", "its text can't be read quickly") for b in benchmarks]
        named = answer["named"]
        return [
            Verdict(
                arxiv_id, b, "found" if named.get(b, 0) >= LEAST_MENTIONS else "dropped",
                f"its text names {b} {_times(named.get(b, 0))}",
            )
            for b in benchmarks
        ]  # fmt: skip

    def close(self) -> None:
        """Ends the process."""
        self._process.close()


def mentions(text: str) -> Counter[str]:
    """How often the text names each benchmark, its references left out."""
    return Counter(m.benchmark for part in _without_references(text) for m in find_benchmarks(part))


def text_of_pdf(pdf: Path) -> str:
    """The text of the first pages, in the order of the file. Any exception of the PDF library may come out."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = min(len(document), MOST_PAGES)
        return "\n".join(document[number].get_textpage().get_text_range() for number in range(pages))
    finally:
        document.close()


def serve() -> None:
    """The process's side of `QuickLook`."""

    def answer(pdf: Path) -> Row:
        text = text_of_pdf(pdf).replace("\r\n", "\n")
        return {"named": dict(mentions(text)), "letters": sum(letter.isalpha() for letter in text)}

    reader_process.serve(answer)


def _without_references(text: str) -> tuple[str, ...]:
    """The text before the references, and the appendix behind them where there is one."""
    heading = next((m for m in REFERENCES.finditer(text) if m.start() > len(text) / 4), None)
    if heading is None:
        return (text,)
    appendix = APPENDIX.search(text, heading.end())
    return (text[: heading.start()], text[appendix.start() :]) if appendix else (text[: heading.start()],)


def _times(count: int) -> str:
    return {0: "nowhere", 1: "once"}.get(count, f"{count} times")
