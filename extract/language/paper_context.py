"""What the paper as a whole says that a table leaves out: title, benchmarks, own models, references to tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from db.models import Document, Page, Table, normal_name
from db.reference.benchmarks import (
    BenchmarkMention,
    benchmark,
    find_benchmarks,
    is_translation,
    load_benchmarks,
)
from db.reference.printed_names import NameFinder, compile_names
from db.reference.untracked import find_untracked_datasets
from extract.language.abbreviations import abbreviations
from extract.language.data_names import LEAST_CALLED, names_called_data
from extract.language.editions import names_a_pair, of_named_pairs, pairs_of_other_years, without_other_editions
from extract.language.languages import language_pairs
from extract.language.metrics import SPLIT
from extract.language.model_names import ModelNames, has_citation, read_names, says_ours, search_words, without_marks
from extract.language.operations_meant import flops_are_multiply_adds, ops_are_multiply_adds
from extract.layout.passages import Passage
from extract.pattern import Pattern

TABLES_NAMED = Pattern(
    "tables named by their numbers",
    {r"\bTab(?:le|les|\.)\s?": ("Table 3", "in Tables 2 and A.1")},
    refuses=("Tablet 3", "the table"),
    after=r"(?P<numbers>(?:[A-Z]?\.?\d{1,2}[a-z]?(?:\s?\([a-z]\))?(?:,?\s?(?:and|to|&|-|–)?\s?))+)",
    flags=re.NOFLAG,
)
OWN_DATA = Pattern(
    "a company's own data",
    {
        r"(?:production|in-house|internal|proprietary)\s(?:[\w→-]+\s){0,3}?": "our production En→Fr corpus",
    },
    refuses=("public data",),
    before=r"\b",
    after=r"(?:data|corpus|corpora|test|dataset)",
)
SENSES = Pattern(
    "a word for the share of right answers, or of wrong ones",
    {
        r"(?P<accuracy>accurac(?:y|ies))": "test accuracies",
        r"(?P<error>errors?\s?rates?|(?:test|top-?[15]|classification|validation|val)\s?errors?)": "a test error",
    },
    refuses=("inaccurate", "error bars"),
    before=r"\b",
    after=r"\b",
)
SHORT_NAME = Pattern(
    "a short name in brackets behind a data set's",
    {r"[A-Z]{1,3}-?\d{2,3}": "Foo-10 (F-10)", r"IN-?(?:1[kK])?": "the net (IN-1k)"},
    refuses=(" (net)", " (Foo-10)"),
    before=r"\s\((?P<short>",
    after=r")\)",
    flags=re.NOFLAG,
)
_NUMBERS = re.compile(r"[A-Z]?\.?\d{1,2}")
LEAST_SENSE, MORE_SENSE = 3, 3  # how often a paper speaks of accuracy, and how many times as often as of errors
PARAGRAPHS_BEFORE = 3  # of the section that a table stands in which no sentence names
BEFORE_TABLE = 800  # characters of a paragraph before it names a table, which often say what the table holds
LEAST_OF_TITLE = 8  # letters of a header that stand in the title, to be more than a common word
SHORT_WINDOW = 40  # characters before a bracket in which the long name of a data set ends


@dataclass(frozen=True)
class PaperContext:
    """One paper's frame: read once, asked by every field."""

    title: str
    abstract: str
    about: str  # of title, abstract and captions: the words that tell which benchmark an ambiguous name means
    counts: Mapping[str, int]  # benchmark -> how often title, abstract, captions and headings name it
    prose_counts: Mapping[str, int]  # benchmark -> how many stretches of running text name it
    sentences: Mapping[str, tuple[str, ...]]  # table number -> sentences of the text that name it
    around: Mapping[str, tuple[str, ...]]  # table number -> headings and what paragraphs say before they name it
    # (of a table that no sentence names: the section that it stands in)
    names: ModelNames
    flops_are_multiply_adds: bool
    ops_are_multiply_adds: bool  # "ops/timestep" and the like
    names_untracked: bool  # title, abstract or captions name a data set that is not tracked
    other_years: frozenset[str] = frozenset()  # translation pairs that the paper names with another year than their own
    short: Mapping[str, str] = field(default_factory=dict)  # "C-10" -> the benchmark it is said to be short for
    abbreviations: Mapping[str, str] = field(default_factory=dict)  # a long form -> the short one that it has
    sense: str | None = None  # "accuracy" or "error", whichever the text speaks of throughout
    called_data: frozenset[str] = frozenset()  # names that the paper calls data more than once
    _mentions: dict[tuple[str, bool], tuple[BenchmarkMention, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def mentions_in(self, text: str, *, year_told: bool = False) -> tuple[BenchmarkMention, ...]:
        """The benchmarks that the text names, in this paper: "En-De" means a tracked pair if the paper is about it.

        `year_told`: the year of the test set stands elsewhere (in a table's columns), whatever year the data is of.
        """
        found = self._mentions.get((text, year_told))
        if found is None:
            found = self._mentions[text, year_told] = tuple(self._named_in(text, year_told))
        return found

    def is_of_paper(self, head: str) -> bool:
        """Whether a header's entry says "ours", holds a name of the paper's own, or stands in the title."""
        said = normal_name(without_marks(head))
        in_title = len(said) >= LEAST_OF_TITLE and said in normal_name(self.title)
        return self.names.is_ours(head) or in_title or self.names.begins_with_own(head)

    def _named_in(self, text: str, year_told: bool) -> Sequence[BenchmarkMention]:
        named = _without_others_splits(find_benchmarks(text, self.about), text)
        bare = text.strip(" *†()")
        if not named and bare in self.short:
            return [BenchmarkMention(self.short[bare], 0, len(text), text, needs_context=True)]
        if not any(benchmark(m.benchmark).is_translation for m in named):
            return named
        named = without_other_editions(named, text)
        if self.other_years and not year_told:
            named = [m for m in named if not (m.needs_context and m.benchmark in self.other_years)]
        if named and OWN_DATA.search(text):
            # a company's own En-Fr data: the same languages, another test set
            named = [m for m in named if not (m.needs_context and is_translation(m.benchmark))]
        if names_a_pair(named):
            return of_named_pairs(named)  # the year's name stands for each of its pairs, unless the text names the pair
        if language_pairs(text):
            named = [m for m in named if not is_translation(m.benchmark)]  # "WMT'14 English-Czech"
        return named

    def benchmarks_in(self, text: str, *, year_told: bool = False) -> tuple[str, ...]:
        """The ids of the benchmarks that the text names, each once, left to right."""
        return tuple(dict.fromkeys(m.benchmark for m in self.mentions_in(text, year_told=year_told)))


def _without_others_splits(named: list[BenchmarkMention], text: str) -> list[BenchmarkMention]:
    """The mentions without parts of data that stand behind another data set's name: "OtherWorld minival"."""
    splits = [m for m in named if SPLIT.fullmatch(m.alias.lower())]
    if not splits:
        return named
    others = [found.end for found in find_untracked_datasets(text)]
    return [m for m in named if m not in splits or not any(0 <= m.start - end <= 2 for end in others)]


def read_context(document: Document, passages: Sequence[Passage]) -> PaperContext:
    """What title, abstract, captions, headings and running text say of the paper as a whole."""
    title = title_of(document.pages[0]) if document.pages else ""
    abstract = _abstract(passages)
    table_captions = [t.caption for t in document.tables]
    captions = [*table_captions, *(p.text for p in passages if p.kind == "caption")]
    frame = "\n".join([title, abstract, *captions])
    running = [p.text for p in passages if p.kind in ("prose", "footnote")]
    about = _about(frame, passages)
    short_forms = abbreviations(p.text for p in passages if "(" in p.text)
    sentences, around = _table_references(passages)
    around |= {
        t.number.replace(".", ""): _told_where_it_stands(t, document, passages)
        for t in document.tables
        if t.number and t.kind == "Table" and t.number.replace(".", "") not in around
    }
    return PaperContext(
        title,
        abstract,
        about,
        counts=_counts(title, abstract, captions, passages, about),
        prose_counts=_prose_counts(running, about),
        sentences=sentences,
        around=around,
        names=read_names(title, abstract, passages, short_forms, _rows_marked_ours(document)),
        flops_are_multiply_adds=flops_are_multiply_adds([title, *captions], running),
        ops_are_multiply_adds=ops_are_multiply_adds(
            [p.text for p in passages if p.kind in ("prose", "footnote", "caption")]
        ),
        names_untracked=bool(find_untracked_datasets(frame)),
        other_years=pairs_of_other_years([p.text for p in passages], about),
        short=_short_names([abstract, *table_captions, *(p.text for p in passages if p.kind == "prose")], about),
        abbreviations=short_forms,
        sense=_sense(running),
        called_data=names_called_data([title, *table_captions, *running], LEAST_CALLED),
    )


def _sense(running: Sequence[str]) -> str | None:
    """Whether the running text speaks of "accuracy" throughout, or of "error"; None of both, or of neither much."""
    ranked = Counter(match.lastgroup for text in running for match in SENSES.finditer(text)).most_common(2)
    told, often = ranked[0] if ranked else (None, 0)
    other = ranked[1][1] if len(ranked) > 1 else 0
    return told if often >= max(LEAST_SENSE, MORE_SENSE * other) else None


def _about(frame: str, passages: Sequence[Passage]) -> str:
    """The words of the paper beside which an ambiguous name means a benchmark."""
    likely = [p.text for p in passages if p.kind == "prose" and search_words().search(p.text)]
    around = "\n".join([frame, *likely])
    return " ; ".join(dict.fromkeys(around[f.start : f.end] for f in _context_words().find(around)))


@cache
def _context_words() -> NameFinder:
    """Finds the words beside which a benchmark's ambiguous names mean it."""
    groups = [group for entry in load_benchmarks().values() for group in entry.in_context]
    return compile_names([word for group in groups for word in group.words])


def _counts(
    title: str, abstract: str, captions: Sequence[str], passages: Sequence[Passage], about: str
) -> Counter[str]:
    """How often title (four times over), abstract (twice), captions and headings name each benchmark."""
    counts: Counter[str] = Counter()
    for text, weight in ((title, 4), (abstract, 2), *((caption, 1) for caption in captions)):
        for benchmark_id in {m.benchmark for m in find_benchmarks(text, about)}:
            counts[benchmark_id] += weight
    for passage in passages:
        if passage.kind == "heading":
            counts.update(m.benchmark for m in find_benchmarks(passage.text, about))
    return counts


def _prose_counts(running: Sequence[str], about: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in running:
        if search_words().search(text):
            counts.update({m.benchmark for m in find_benchmarks(text, about)})
    return counts


def _table_references(passages: Sequence[Passage]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """By table number: the sentences that name the table, and the headings and words that lead to them."""
    sentences: dict[str, list[str]] = {}
    around: dict[str, list[str]] = {}
    for number, sentence, before in _table_sentences(passages):
        known = sentences.setdefault(number, [])
        if sentence not in known:
            known.append(sentence)
            around.setdefault(number, []).extend(before)
    return (
        {number: tuple(texts) for number, texts in sentences.items()},
        {number: tuple(text for text in dict.fromkeys(texts) if text) for number, texts in around.items()},
    )


def _table_sentences(passages: Sequence[Passage]) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Each naming of a table: its number, the sentence, the section's heading and what stands before the sentence."""
    for passage in passages:
        text = passage.text
        if passage.kind not in ("prose", "footnote") or "Tab" not in text:
            continue
        for match in TABLES_NAMED.finditer(text):
            start, end = passage.sentence_at(match.start())
            before = (passage.section or "", text[max(0, start - BEFORE_TABLE) : start])
            for number in _NUMBERS.findall(match["numbers"]):
                yield number.replace(".", ""), text[start:end], before


def _told_where_it_stands(table: Table, document: Document, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The heading and the last paragraphs of the section that the table stands in."""
    found = _section_of(table, document)
    if found is None:
        return ()
    (section,) = found
    before = [p.text for p in passages if p.kind == "prose" and p.section == section and p.pages[0] <= table.page]
    return (section or "", *(text[-BEFORE_TABLE:] for text in reversed(before[-PARAGRAPHS_BEFORE:])))


def _section_of(table: Table, document: Document) -> tuple[str | None] | None:
    """The heading that stands above the table in its column, else on the page before; (None,) for text without one."""
    page = document.page(table.page)
    above = None
    for block in page.blocks:
        line = page.lines[block.first]
        beside = line.x1 < table.box[0] or line.x0 > table.box[2]
        if block.kind in ("prose", "heading") and line.top < table.box[1] and not beside:
            above = block
    if above is None and table.page > 1:
        before = [b for b in document.page(table.page - 1).blocks if b.kind in ("prose", "heading")]
        above = before[-1] if before else None
    if above is None:
        return None
    own = " ".join(w.text for line in page.lines[above.first : above.last] for w in page.words[line.first : line.last])
    return (own if above.kind == "heading" else above.section,)


def _short_names(texts: Sequence[str], about: str) -> dict[str, str]:
    """Short names with the benchmarks that they are said to be short for: "CIFAR-10 (C-10)"."""
    short: dict[str, str] = {}
    for text in texts:
        for said in SHORT_NAME.finditer(text) if "(" in text else ():
            before = text[max(0, said.start() - SHORT_WINDOW) : said.start()]
            named = find_benchmarks(before, about)
            if named and len(before) - named[-1].end <= 1:
                short.setdefault(said["short"], named[-1].benchmark)
    return short


def _rows_marked_ours(document: Document) -> list[str]:
    """The labels of table rows that say "ours", without those that another table cites somebody for."""
    labels = [cell.text for table in document.tables for row in table.rows for cell in row[:2]]
    cited = {normal_name(without_marks(label)) for label in labels if has_citation(label)}
    return [label for label in labels if says_ours(label) and normal_name(without_marks(label)) not in cited]


def title_of(page: Page) -> str:
    """The largest words of the upper half of the first page; "" for a page without any."""
    upper = [w for w in page.words if w.top < 0.45 * page.height and any(c.isalpha() for c in w.text)]
    if not upper:
        return ""
    sizes = Counter(round(w.size * 2) / 2 for w in upper for _ in w.text)
    size = max((s for s, count in sizes.items() if count >= 6), default=None)
    if size is None:
        return ""
    return " ".join(w.text for w in upper if abs(w.size - size) <= 0.75)


def _abstract(passages: Sequence[Passage]) -> str:
    for passage in passages[:60]:
        if passage.kind == "prose" and passage.section and passage.section.lower().startswith("abstract"):
            same = [p.text for p in passages[:60] if p.kind == "prose" and p.section == passage.section]
            return " ".join(same)[:4000]
    prose = [p.text for p in passages[:40] if p.kind == "prose" and p.pages[0] == 1]
    return " ".join(prose)[:2500]
