"""A paper's bibliography: which arXiv papers it cites, under which mark, and what stands before the mark in the text.

Read from the PDF's text in a process that may die. Marks are numbers in brackets ("[41]"); where a paper cites by
author and year, an entry has no mark, and its own words have to speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.untyped import Row
from harvest.ids import NEW_FORM, OLD_FORM, parse_id
from harvest.pdfs import reader_process
from harvest.pdfs.quick_look import REFERENCES, text_of_pdf
from harvest.pdfs.reader_process import ReaderProcess

READ_SECONDS = 30.0
LONGEST_ENTRY = 600  # letters: what follows is the appendix

# "arXiv:1512.03385", "arXiv preprint arXiv:1512.03385v1", "arxiv.org/abs/cs/0112017", "CoRR, abs/1512.03385"
CITED_ID = re.compile(
    rf"(?:arxiv\s*:\s*|arxiv\.org/(?:abs|pdf)/|\babs/)(?P<id>(?:{NEW_FORM}|{OLD_FORM})(?:v\d+)?)", re.IGNORECASE
)
ENTRY_MARK = re.compile(r"^\s*\[(\d{1,3})\]", re.MULTILINE)
# "ResNet-101 [14]", "Faster R-CNN [28, 29]"
NAME_BEFORE_MARK = re.compile(r"((?:[A-Za-z][\w.+-]*[ ]){0,2}[A-Za-z][\w.+-]*(?:\s?\([^()]{1,20}\))?)\s?\[([\d,\s]+)\]")


@dataclass(frozen=True)
class Entry:
    """A cited arXiv paper: its id, the entry's mark and words, and the names before its mark in the text."""

    arxiv_id: str
    mark: str  # "41"; "" where the paper cites by author and year
    words: str
    names: tuple[str, ...] = ()


class BibliographyReader:
    """Reads bibliographies, one PDF after the other."""

    def __init__(self) -> None:
        self._process = ReaderProcess("harvest.cited.bibliography")

    def read(self, pdf: Path) -> list[Entry] | None:
        """The cited arXiv papers; None where the PDF can't be read."""
        answer = self._process.ask(pdf, seconds=READ_SECONDS)
        if not answer:
            return None
        return [Entry(e["id"], e["mark"], e["words"], tuple(e["names"])) for e in answer["entries"]]

    def close(self) -> None:
        """Ends the process."""
        self._process.close()


def entries_of(text: str) -> list[Entry]:
    """The entries of a text's bibliography that name an arXiv paper, in order; each paper once."""
    headings = list(REFERENCES.finditer(text))
    if not headings:
        return []
    body, listed = text[: headings[-1].start()], text[headings[-1].end() :]
    names: dict[str, list[str]] = {}
    for match in NAME_BEFORE_MARK.finditer(body):
        for mark in re.findall(r"\d+", match[2]):
            names.setdefault(mark, []).append(" ".join(match[1].split()))
    found: dict[str, Entry] = {}
    for mark, words in _split(listed):
        for match in CITED_ID.finditer(words):
            cited = parse_id(match["id"])
            if cited is not None:
                found.setdefault(
                    cited.arxiv_id, Entry(cited.arxiv_id, mark, words, tuple(dict.fromkeys(names.get(mark, ()))))
                )
    return list(found.values())


def serve() -> None:
    """The process's side of `BibliographyReader`."""

    def answer(pdf: Path) -> Row:
        entries = entries_of(text_of_pdf(pdf).replace("\r\n", "\n"))
        return {"entries": [{"id": e.arxiv_id, "mark": e.mark, "words": e.words, "names": e.names} for e in entries]}

    reader_process.serve(answer)


def _split(listed: str) -> Iterator[tuple[str, str]]:
    """The bibliography's entries with their marks; without marks each arXiv id with the words before it."""
    marks = list(ENTRY_MARK.finditer(listed))
    for number, match in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else match.end() + LONGEST_ENTRY
        yield match[1], " ".join(listed[match.end() : min(end, match.end() + LONGEST_ENTRY)].split())
    if not marks:
        start = 0
        for match in CITED_ID.finditer(listed):
            yield "", " ".join(listed[max(start, match.start() - LONGEST_ENTRY // 2) : match.end()].split())
            start = match.end()
