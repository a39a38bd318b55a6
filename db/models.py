"""The values that flow through paperflops, in the order they are born.

arXiv id -> Paper -> Document -> Candidate (+ Evidence) -> Record -> ReviewTask -> Decision -> CuratedRow
-> Fit

Every one is a frozen dataclass. `None` always means "the paper does not say"; zero and "" mean themselves.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple

from db.vocabulary import Link


class Field(StrEnum):
    """The fields that rules name, as in the prediction format; a file in `extract/fields` may add others by name."""

    DEVICE = "device"
    DEVICE_COUNT = "device_count"
    TRAINING_TIME = "training_time"
    EPOCHS = "epochs"
    PARAMETERS = "parameters"
    FLOPS = "flops"
    MULTIPLY_ADDS = "multiply_adds"
    TRAINING_FLOPS = "training_flops"
    SCORE = "score"


OF_A_RUN = (Field.DEVICE, Field.DEVICE_COUNT, Field.TRAINING_TIME, Field.EPOCHS)  # what a run lends to its models

UNITS: Mapping[str, str | None] = {
    Field.DEVICE: None,
    Field.DEVICE_COUNT: "processors",
    Field.TRAINING_TIME: "s",
    Field.EPOCHS: "epochs",
    Field.PARAMETERS: "parameters",
    Field.FLOPS: "FLOP per network pass",
    Field.MULTIPLY_ADDS: "multiply-adds per network pass",
    Field.TRAINING_FLOPS: "FLOP for the whole training",
    Field.SCORE: None,  # the metric's own: see benchmarks.toml
}

# As people are shown them: what a reader of a paper meets first stands first, the result, the network, its training.
FIELD_NAMES: Mapping[str, str] = {
    Field.SCORE: "Score",
    Field.PARAMETERS: "Parameters",
    Field.FLOPS: "FLOPs",
    Field.MULTIPLY_ADDS: "Multiply-adds",
    Field.DEVICE: "Device",
    Field.DEVICE_COUNT: "Devices",
    Field.TRAINING_TIME: "Training time",
    Field.EPOCHS: "Epochs",
    Field.TRAINING_FLOPS: "Training FLOPs",
}


class Outcome(StrEnum):
    """How reading one PDF ended. Anything but `READ` is kept and not retried until the reader changes."""

    READ = "read"
    NOT_A_PDF = "not_a_pdf"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"


class Verdict(StrEnum):
    """What a person said of one field of one record."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    NOT_STATED = "not_stated"
    UNSURE = "unsure"
    WITHDRAWN = "withdrawn"  # what this person said before no longer stands: deleted, or the field left open


Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points (1/72 inch) from the page's top left corner."""


@dataclass(frozen=True)
class Paper:
    """One version of one arXiv article, with the metadata known of it."""

    arxiv_id: str
    version: int
    title: str | None = None
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    categories: tuple[str, ...] = ()
    published: date | None = None  # the date of v1; from the id (first of the month) where only the id is known
    updated: date | None = None
    license: str | None = None
    comment: str | None = None
    withdrawn: bool = False
    found_by: tuple[str, ...] = ()  # benchmark ids whose search terms found it
    pdf_sha256: str | None = None


class Word(NamedTuple):
    """One word of a page: its text as read (ligatures mended) and where it stands, in points from the top left.

    A named tuple, not a dataclass as the other types: hundreds are made a page, four times as fast.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float  # height of a character's box, which follows the font size
    bold: bool = False
    raised: tuple[int, ...] = ()  # places in `text` where a superscript begins ("1020" printed as 10^20: (2,))

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line drawn on the page, level or upright: in a table, over footnotes, the edge of a box."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that the PDF itself names, as LaTeX's hyperref does: ("section", "3.1"), ("table", "2")."""

    kind: str
    number: str
    x: float
    top: float


@dataclass(frozen=True, slots=True)
class Line:
    """Consecutive words of a page on one base line, in one column: `words[first:last]` of the page."""

    first: int
    last: int
    x0: float
    top: float
    x1: float
    bottom: float
    size: float  # of most of its characters


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines that belong together: `lines[first:last]` of the page.

    `kind`: prose | heading | caption | footnote | table | label (in figures, loose words) | margin (running heads,
    page numbers) | reference (an entry of the bibliography) | front (title, authors).
    """

    first: int
    last: int
    kind: str
    section: str | None = None  # the nearest heading above, in reading order
    appendix: bool = False


@dataclass(frozen=True)
class Page:
    """One page: its words in reading order, the lines and blocks they make, and the text that quotes are cut from.

    `text` is the words joined by one space within a line, a newline between lines; `starts[i]` is the offset in it
    of `words[i]`.
    """

    number: int  # from 1
    width: float  # points
    height: float
    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    lines: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    rotated: tuple[Word, ...] = ()  # the arXiv stamp and sideways labels, kept apart
    turned: tuple[Turned, ...] = ()  # sideways tables and text: they end `words`, `lines` and `blocks`
    anchors: tuple[Anchor, ...] = ()  # where the PDF says that sections, tables and figures begin


@dataclass(frozen=True)
class Turned:
    """Text printed on its side: the page's words from `first` on, and `view`, the page turned so that it can be read.

    Word i of the view is word `first + i` of the page; only the boxes differ.
    """

    quarters: int  # clockwise quarter turns from the page to the view
    first: int
    view: Page


@dataclass(frozen=True)
class Cell:
    """One cell: its words' text in reading order ("" if empty) and where it stands."""

    text: str
    words: tuple[int, ...] = ()  # places in the page's words
    bold: bool = False
    column: int = 0  # first column it covers, from 0
    span: int = 1  # how many columns it covers


@dataclass(frozen=True)
class Table:
    """One table on one page: caption, header rows and body rows of cells.

    Every body row has `columns` cells, one a column. A header row has one cell for each printed entry, with the
    columns it covers. `groups[i]` is the row-group label that body row i stands under ("" if none).
    """

    page: int
    number: str | None  # as printed: "2", "A1"
    caption: str
    columns: int
    header: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[str, ...]
    box: Box
    caption_words: tuple[int, ...] = ()  # places in the page's words
    kind: str = "Table"  # or "Figure": what its caption calls it

    @property
    def label(self) -> str | None:
        return f"{self.kind} {self.number}" if self.number else None


@dataclass(frozen=True)
class Document:
    """What a PDF says: pages and tables, under the version of the reader that read it."""

    arxiv_id: str
    version: int
    pages: tuple[Page, ...]
    tables: tuple[Table, ...]
    reader_version: str

    def page(self, number: int) -> Page:
        """The page of this number, from 1."""
        there = self.pages[min(number, len(self.pages)) - 1]  # unless a page before it could not be read
        return there if there.number == number else next(p for p in self.pages if p.number == number)


Qualifier = str | float | bool | None
Qualifiers = Mapping[str, Qualifier]  # what else the words beside a value say of it: crops, a setting, the printed form


@dataclass(frozen=True)
class Evidence:
    """Where a value was read. `quote` is verbatim on `page` (white space and hyphenation apart)."""

    arxiv_id: str
    version: int
    page: int  # from 1
    quote: str
    start: int | None = None  # offsets of the value in the page's text
    end: int | None = None
    boxes: tuple[Box, ...] = ()  # of the words that carry the value
    table: str | None = None  # "Table 2", where the value stands in a cell
    row: str | None = None  # row header path of that cell
    column: str | None = None  # column header path of that cell


@dataclass(frozen=True)
class Candidate:
    """One value that some pattern read, right or wrong."""

    field: str  # a Field
    value: float | str | None  # device: its printed name; else a number; None for a hard form ("300k steps")
    evidence: Evidence
    pattern: str  # name of the pattern that read it
    extractor_version: str
    unit: str | None = None
    low: float | None = None  # of a printed range
    high: float | None = None
    subject: str | None = None  # the model it speaks of, as printed
    run: str | None = None  # label shared by device, count and time of one training run
    benchmark: str | None = None
    metric: str | None = None
    split: str | None = None
    purpose: str = "training"  # training | pretraining | finetuning | search | inference
    role: str | None = None  # own | ablation | prior
    qualifiers: Qualifiers = dataclasses.field(default_factory=dict)
    confidence: float | None = None  # measured chance that it is right
    chosen: bool = False  # the extractor stands behind it
    reason: str | None = None  # why it was rejected (or how a hard form came to None)

    def whole_number(self, name: str) -> int:
        """The whole number that this qualifier holds: a place in a passage, a sentence's number."""
        return int(self.qualifiers[name] or 0)

    @cached_property
    def key(self) -> str:
        """Stable name of what was read: the same words read the same way have the same key."""
        e = self.evidence
        return digest(
            e.arxiv_id, e.version, self.field, self.value, self.benchmark, self.metric, self.subject,
            self.run, e.page, e.start, e.end, e.quote, self.pattern,
        )  # fmt: skip

    @cached_property
    def judged_key(self) -> str:
        """What a person judges: paper, version, page, quote, field (and metric), value.

        It outlives a better extractor: no pattern, offset or version of ours is in it.
        """
        e = self.evidence
        return judged_key(e.arxiv_id, e.version, e.page, e.quote, self.field, self.metric, self.value)


@dataclass(frozen=True)
class RecordValue:
    """One candidate's place in a record: chosen, or rejected with the reason."""

    field: str
    metric: str | None  # for scores
    candidate_key: str
    chosen: bool
    reason: str | None = None
    link: Link | None = None  # how the value is known to be this model's; None where it stands in the model's own row
    confidence: float | None = None  # measured chance that it is right, and this model's


@dataclass(frozen=True)
class Record:
    """One model of one paper on one benchmark (or on none, where only its cost is stated)."""

    arxiv_id: str
    version: int
    model: str  # as printed; "*" for the paper's models in general
    benchmark: str | None
    role: str  # own | ablation
    values: tuple[RecordValue, ...] = ()

    @property
    def key(self) -> str:
        return digest(self.arxiv_id, self.version, normal_name(self.model), self.benchmark)

    def shown(self, candidates: Mapping[str, Candidate]) -> list[Candidate]:
        """Its chosen candidates, each with the confidence that it is right and this model's.

        None for what a run lent to the model before the worth of that was measured.
        """
        chosen = [(v, candidates[v.candidate_key]) for v in self.values if v.chosen and v.candidate_key in candidates]
        return [
            c if v.confidence is None and v.field not in OF_A_RUN else replace(c, confidence=v.confidence)
            for v, c in chosen
        ]


@dataclass(frozen=True)
class GivenAnswer:
    """What somebody has already said of a field that is asked about again: the page comes back with it filled in."""

    verdict: str  # a Verdict
    value: float | str | None = None  # of a correction
    page: int | None = None
    typed: str | None = None  # the person's words for `value`, or words that could not be read
    decided: bool = True  # False: the person put the page aside, so that nothing was decided yet


@dataclass(frozen=True)
class Place:
    """Where a value that a person gave stands in the paper."""

    page: int
    quote: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class GivenValue:
    """A value that somebody gave in place of what was read, or where nothing was, and where the paper prints it."""

    value: float | str | None
    annotator: str
    typed: str | None = None  # the person's own words for `value`
    place: Place | None = None  # None: the paper's text has it nowhere, it is the person's own statement
    current: bool = True  # False: given on other evidence than is shown now


@dataclass(frozen=True)
class ShownField:
    """One field as a person is shown it: what was read and where, or that nothing was (`page` is None)."""

    field: str
    metric: str | None
    value: float | str | None
    unit: str | None
    page: int | None
    quote: str | None
    boxes: tuple[Box, ...] = ()
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    table: str | None = None  # "Table 1"
    row: str | None = None  # row header path of the value's cell: "ResNet / ResNet-50"
    column: str | None = None  # column header path of that cell
    pattern: str | None = None  # that read it
    joined: str | None = None  # how it is known to be this model's, where its words do not name the model
    others: tuple[str, ...] = ()  # other values that were read for this field and turned down: "44.5 M, page 3"
    before: str | None = None  # what a person said while the evidence was another: shown when a question reopens
    already: str | None = None  # what was said of this very evidence: shown when another field is asked anew
    dispute: str | None = None  # what two people said of it who differ
    witness: str | None = None  # what a leaderboard says instead
    elsewhere: str | None = None  # a verdict on the same evidence in another record of the paper
    given: GivenAnswer | None = None  # filled in when the page comes back
    stated: tuple[GivenValue, ...] = ()  # what people gave instead, each with its place in the paper

    @property
    def pages(self) -> list[int]:
        """The pages that its evidence stands on: that of what was read, then those of what people gave instead."""
        found = [g.place.page for g in self.stated if g.place is not None]
        return list(dict.fromkeys([*([] if self.page is None else [self.page]), *found]))

    @property
    def read(self) -> bool:
        """Whether a value was read for it; otherwise people may only add one."""
        return self.page is not None


@dataclass(frozen=True)
class ShownRecord:
    """All that one review page shows: a record, or a part of one that has too many fields for a page."""

    key: str  # the record's
    arxiv_id: str
    version: int
    title: str | None
    published: str | None  # ISO date
    pdf_sha256: str | None
    model: str
    benchmark: str | None
    role: str
    extractor_version: str
    fields: tuple[ShownField, ...]
    part: int = 1
    parts: int = 1
    record_dispute: str | None = None  # what people said who differ on whether it is a result at all
    model_dispute: str | None = None  # ... and on whose result it is
    assigned: tuple[str, ...] = ()  # the people who are to answer; empty: anybody
    revision: str = ""  # names what is shown

    @property
    def paper(self) -> tuple[str, int]:
        return (self.arxiv_id, self.version)

    def judged_key(self, shown: ShownField) -> str:
        """What a verdict on this field judges (see `judged_key`)."""
        return judged_key(self.arxiv_id, self.version, shown.page, shown.quote, shown.field, shown.metric, shown.value)


@dataclass(frozen=True)
class ReviewTask:
    """One page that a person is asked to answer."""

    key: str  # stable: the record's key, with the part's number behind it from the second part on
    record_key: str
    payload: ShownRecord
    backend: str | None = None
    backend_id: str | None = None
    state: str = "queued"  # queued | sent | done | stale


@dataclass(frozen=True)
class Decision:
    """One person's word on one field of one record. Append-only."""

    task_key: str
    arxiv_id: str
    version: int
    model: str
    benchmark: str | None
    field: str
    metric: str | None
    verdict: str  # a Verdict
    judged_value: float | str | None  # what was shown
    value: float | str | None  # what is right, by this person (None unless accept or correct)
    page: int | None
    quote: str | None
    annotator: str
    decided_at: datetime
    seconds_spent: float | None = None
    backend: str = "label_studio"
    backend_id: str | None = None  # the annotation there; a change there is a new decision here
    note: str | None = None
    answer_page: int | None = None  # the page that the person named for `value`, if not `page`
    adjudicates: bool = False  # given by somebody who was shown what others differ on
    place: Place | None = None  # where `value` was found in the paper; None: nowhere, or nobody looked
    typed: str | None = None  # the person's own words for `value`

    @cached_property
    def judged_key(self) -> str:
        return judged_key(
            self.arxiv_id, self.version, self.page, self.quote, self.field, self.metric, self.judged_value
        )

    @cached_property
    def key(self) -> str:
        """Names this decision: pulling the same annotation twice gives the same key."""
        return digest(
            self.judged_key, self.model, self.benchmark, self.verdict, self.value, self.annotator,
            self.backend, self.backend_id, self.decided_at.isoformat(),
        )  # fmt: skip


@dataclass(frozen=True)
class CuratedValue:
    """One value of a curated row with its evidence and how it came to stand."""

    field: str
    metric: str | None
    value: float | str | None
    unit: str | None
    page: int | None
    quote: str | None
    # accepted | corrected | rejected | not_stated | unsure | disputed | auto_accepted | unreviewed | reference
    state: str
    decision_key: str | None = None
    confidence: float | None = None
    stated_by: str | None = None  # whose words `quote` is, where the value stands nowhere in the paper's text


@dataclass(frozen=True)
class CuratedRow:
    """The row that analysts use: a model on a benchmark, every value with its evidence and decision."""

    row_key: str
    source: str  # review | thompson2020
    arxiv_id: str | None
    version: int | None
    title: str | None
    published: date | None
    model: str
    benchmark: str | None
    role: str
    values: tuple[CuratedValue, ...] = ()


@dataclass(frozen=True)
class Fit:
    """One fitted regression."""

    study: str
    benchmark: str
    formula: str
    n: int
    coefficients: Mapping[str, float]
    standard_errors: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]  # 95 %
    r2: float
    adjusted_r2: float
    residual_standard_error: float
    f_statistic: float
    rows_used: tuple[str, ...]  # row keys
    rows_left_out: Mapping[str, str]  # row key -> reason


def digest(*parts: object) -> str:
    """A 16-character name made of the parts, the same on every machine."""
    return hashlib.sha256(_json([_plain(p) for p in parts]).encode()).hexdigest()[:16]


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # `dumps` makes an encoder a call


def judged_key(
    arxiv_id: str,
    version: int,
    page: int | None,
    quote: str | None,
    field: str,
    metric: str | None,
    value: float | str | None,
) -> str:
    """Names what a person judges; white space in the quote does not count."""
    return digest(arxiv_id, version, page, " ".join((quote or "").split()), field, metric, value)


@lru_cache(maxsize=8192)
def normal_name(model: str) -> str:
    """A model's name without case, spaces and punctuation: "ResNet-50" and "resnet 50" meet.

    The plus sign stays: "DeepLabv3" and "DeepLabv3+" are two models.
    """
    return _NO_PART_OF_A_NAME.sub("", model.lower())


_NO_PART_OF_A_NAME = re.compile(r"[^\w+]+|_+")


def _plain(part: object) -> object:
    if isinstance(part, float):
        return f"{part + 0.0:.10g}"  # -0.0 is 0.0
    if isinstance(part, int) and not isinstance(part, bool):
        return f"{float(part):.10g}"
    return part if isinstance(part, str | bool) or part is None else str(part)
