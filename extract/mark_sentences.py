"""The `sentences` command: a paper's sentences with what was read in them, drawn by displaCy as one HTML page.

Every sentence that states a value is shown, refused values too, with the names that the language layer marked in it:
devices, benchmarks, other data sets, metrics, and whatever a component of the project's own puts into `doc.spans`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy import displacy

from db.errors import PaperflopsError, UnknownNameError, told
from db.settings import pdf_path
from db.store import Connection, reading, rows_of
from db.terminal.console import say
from extract.fields.paper import PaperView, view_paper
from extract.language.pipeline import read_language
from extract.layout.passages import Passage
from extract.pdf.limits import UnreadableError
from extract.read_paper import read_document

COLOURS = {
    "device": "#b9d7ea", "count": "#b9d7ea", "time": "#f6c28b", "epochs": "#f6c28b", "parameters": "#cfe3b4",
    "operations": "#cfe3b4", "score": "#f3b6c5", "refused": "#dddddd", "benchmark": "#fbe4ea", "data": "#efe3fb",
    "other": "#efe3fb", "metric": "#fff3c4",
}  # fmt: skip
OTHER_COLOUR = "#e8e8e8"  # of a component of the project's own
STYLE = """
  body { padding: 2rem !important; max-width: 60rem; margin: auto; }
  figure { margin-bottom: 0.4rem !important; }
  h2 { font-size: 0.9rem; font-weight: 600; color: #666; margin: 1.2rem 0 0.3rem; }
  .entities { line-height: 2.1 !important; font-size: 0.95rem; }
  mark { padding: 0.2em 0.35em !important; }
"""


@dataclass(frozen=True)
class Mark:
    """A value or a name at `start:end` of a text, and what it was read as."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Sentence:
    """A sentence with its marks, left to right and apart, and where it stands."""

    text: str
    place: str
    marks: Sequence[Mark]


def write_sentences(paper: str, out: Path | None, db: Path) -> None:
    """Writes the HTML page of a paper of the database. Raises UnknownNameError where no PDF of it is kept."""
    with reading(db) as con:
        arxiv_id, version, sha256 = _kept_pdf(con, paper)
    try:
        view = view_paper(read_document(pdf_path(db, sha256).read_bytes(), arxiv_id, version))
    except (UnreadableError, FileNotFoundError) as error:
        raise PaperflopsError(
            f"the PDF of {arxiv_id}v{version} can't be read: {told(error)}", "take it in again: paperflops add FILE.pdf"
        ) from error
    found = list(marked_sentences(view))
    file = out or Path(f"sentences-{arxiv_id.replace('/', '_')}.html")
    file.write_text(page_of(found, f"{arxiv_id}v{version}"), encoding="utf-8")
    say(f"{len(found)} sentences with values: {file}")


def _kept_pdf(con: Connection, paper: str) -> tuple[str, int, str]:
    """The id, the newest version (or the one asked for) and the PDF's checksum of a paper whose PDF is kept."""
    arxiv_id, _, version = paper.partition("v") if paper[:1].isdigit() else (paper, "", "")
    rows = rows_of(
        con,
        """
        SELECT arxiv_id, version, pdf_sha256 FROM papers
        WHERE arxiv_id = $id AND pdf_sha256 IS NOT NULL AND ($version = '' OR version::VARCHAR = $version)
        ORDER BY version DESC
        """,
        {"id": arxiv_id, "version": version},
    )
    if not rows:
        raise UnknownNameError(f"no PDF of {paper} is kept", "see which are: paperflops status")
    return rows[0]["arxiv_id"], rows[0]["version"], rows[0]["pdf_sha256"]


def marked_sentences(view: PaperView) -> Iterator[Sentence]:
    """Each sentence in which a value was read, in reading order, with its marks."""
    marks = _marks(view)
    for passage in view.passages:
        for start, end in passage.sentences if id(passage) in marks else ():
            values = [
                Mark(m.start - start, m.end - start, m.label)
                for m in marks[id(passage)] if start <= m.start and m.end <= end
            ]  # fmt: skip
            if values:
                text = passage.text[start:end]
                place = f"page {passage.pages[start]} · {passage.section or passage.kind}"
                yield Sentence(text, place, _apart([*values, *_names(text)]))


def _names(text: str) -> Iterator[Mark]:
    """The names that the language layer marks in a sentence, those of a project's own components too."""
    doc = read_language()(text)
    for group, spans in doc.spans.items():
        yield from (Mark(span.start_char, span.end_char, group.rstrip("s").replace("_", " ")) for span in spans)


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """The marks without those that overlap an earlier one, left to right: displaCy draws one at a place."""
    kept: list[Mark] = []
    for mark in marks:
        if not any(mark.start < other.end and other.start < mark.end for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda mark: mark.start)


def page_of(sentences: Sequence[Sentence], title: str) -> str:
    """The HTML page of marked sentences, a heading before each section's first."""
    docs = [
        {
            "text": sentence.text,
            "ents": [{"start": m.start, "end": m.end, "label": m.label} for m in sentence.marks],
            "title": sentence.place if i == 0 or sentences[i - 1].place != sentence.place else None,
        }
        for i, sentence in enumerate(sentences)
    ]
    labels = {m.label for sentence in sentences for m in sentence.marks}
    colours = {label: COLOURS.get(label.split()[0].rstrip(":"), OTHER_COLOUR) for label in labels}
    page: str = displacy.render(docs, style="ent", manual=True, page=True, jupyter=False, options={"colors": colours})
    page = page.replace("<title>displaCy</title>", f"<title>{title}: what its sentences say</title>", 1)
    return page.replace("</head>", f"<style>{STYLE}</style></head>", 1)


def _marks(view: PaperView) -> Mapping[int, list[Mark]]:
    """What was read in each passage, by the passage's identity: passages are many and long to compare."""
    marks: dict[int, list[Mark]] = defaultdict(list)

    def add(passage: Passage, start: int, end: int, label: str, refusal: str | None = None) -> None:
        marks[id(passage)].append(Mark(start, end, f"refused: {refusal}" if refusal else label))

    for s in view.statements:
        for device in s.devices:
            add(s.passage, device.start, device.end, "device")
        for count in s.counts:
            add(s.passage, count.start, count.end, f"count {count.value:g}")
        for duration in s.durations:
            add(s.passage, duration.start, duration.end, "time")
        for epochs in s.epochs:
            add(s.passage, epochs.start, epochs.end, "epochs")
    for counted in view.counts:
        name = "parameters" if counted.field == "parameters" else f"operations: {counted.field}"
        add(counted.passage, counted.start, counted.end, name, counted.reason)
    for score in view.scores:
        add(score.passage, score.start, score.end, f"score {score.benchmark} {score.metric}", score.reason)
    return marks
