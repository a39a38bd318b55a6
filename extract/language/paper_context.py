"""What the paper as a whole says that a table leaves out: title, benchmarks, own models, references to tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from db.models import Document, Page, normal_name
from db.reference.benchmarks import BenchmarkMention, find_benchmarks, load_benchmarks
from db.reference.printed_names import NameFinder, compile_names
from db.reference.untracked import find_untracked_datasets
from extract.language.languages import language_pairs
from extract.language.model_names import ModelNames, has_citation, read_names, says_ours, search_words, without_marks
from extract.layout.passages import Passage

_TABLE_NAMED = re.compile(
    r"\bTab(?:le|les|\.)\s?(?P<numbers>(?:[A-Z]?\.?\d{1,2}[a-z]?(?:\s?\([a-z]\))?(?:,?\s?(?:and|to|&|-|–)?\s?))+)"
)
_NUMBERS = re.compile(r"[A-Z]?\.?\d{1,2}")
# "multiply-adds", "the number of floating-point multiplication-adds", "# MACs", "multiply-accumulate operations"
_MULTIPLY_ADDS = (
    r"(?:the\s)?(?:#\s?(?:of\s)?)?(?:in\s)?(?:total\s)?(?:number\sof\s)?(?:floating[-\s]point\s)?"
    r"(?:(?:fused\s)?multipl(?:y|ication)[-–\s/]*(?:and[-\s])?(?:adds?|additions?|accumulat\w+)"
    r"|mult[-\s]?adds?|MACs?|MAdds?)"
)
_FLOPS = r"(?:\b[KMGTB]?FLOP[sS]?|\bfloating[-\s]point\soperations(?:\s\(FLOPs\))?)"
_FLOPS_MEAN = re.compile(
    rf"{_FLOPS}\s?(?:[(\[:=–—]\s?|,\s(?=i\.e|namely|or\s|in\s|as\s|meas))"
    rf"(?:i\.e\.,?\s|namely\s|or\s|as\s|in\s|measured\s(?:in|by|as)\s)?(?:(?:m|b)illions?\s(?:of\s)?)?{_MULTIPLY_ADDS}"
    rf"|{_FLOPS}\s(?:denote|are|mean|refer\sto)\s(?:the\s)?numbers?\sof\sparam\w+\sand\s{_MULTIPLY_ADDS}"
    rf"|{_FLOPS}\)?,?\s(?:here\s|in\sthis\spaper\s)?(?:i\.e\.,?|namely|here|meaning|(?:is\s"
    rf"|are\s)?defined\s(?:as|by)|refers?\sto|denotes?|means?|equals?|(?:is|are)\s(?:measured|counted|computed|reported"
    rf"|calculated)\s(?:as|in|by))\s{_MULTIPLY_ADDS}"
    rf"|{_MULTIPLY_ADDS}(?:\soperations|\sops)?\s?[(\[]\s?(?:i\.e\.,?\s|or\s)?{_FLOPS}\s?[)\]]"
    r"|\b(?:multiply[-\s](?:and[-\s])?adds?|multiply[-\s]accumulates?|MACs?|mult[-\s]adds?)(?:\soperations?)?\s(?:is|are)?\s?"
    r"(?:counted\s|treated\s|regarded\s|considered\s|counts\s)?as\s(?:one|a|single|1)\s(?:single\s)?(?:FLOP|operation)",
    re.IGNORECASE,
)
# accepts "FLOPs (multiply-adds)", "FLOPs, i.e. multiply-adds", "FLOPs here denote multiply-adds", "multiply-adds
# (FLOPs)", "count a multiply-add as one FLOP"; refuses "FLOPs are twice the multiply-adds" and "FLOPs (multiplications
# and additions)", which counts both
# accepts "8 million multiply-and-adds in the forward pass. We call this metric (ops/timestep)"
_OPS_MEAN = re.compile(
    rf"{_MULTIPLY_ADDS}[^.;]{{0,120}}(?:\.\s[Ww]e\s(?:call|refer\sto|denote)\sth\w+\s(?:\w+\s){{0,3}}|\s)\(?ops\s?/",
    re.IGNORECASE,
)
_MULTIPLY_ADDS_SAID = re.compile(r"\b[Mm]ult(?:ipl(?:y|ication))?s?[-–\s](?:and[-\s])?(?:[Aa]dd|accumul)|\bMACs\b")
_OTHER_YEAR = re.compile(
    r"newstest\s?(?:20)?(?:0\d|1[012 5-9]|2\d)\b|WMT\W?\s?(?:20)?(?:0\d|1[0-35-9]|2\d)\b|IWSLT", re.IGNORECASE
)
_PAIR_OF_LANGUAGES = re.compile(
    r"German|French|\b(?:En|Eng)\W{0,3}(?:to|2)?\W{0,3}(?:De|Ge|Ger|Fr)\b|En(?:De|Fr)", re.IGNORECASE
)
_PAIR_NAMED = r"(?:[Ee]nglish|E[Nn])\s?(?:→|-|–|to|2|⇒)+\s?(?:German|D[Ee]|French|F[Rr])"
_ANOTHER_YEAR = r"WMT\s?[’']?\s?(?:20)?(?:1[5-9]|2\d)"
_YEAR_AND_PAIR = re.compile(
    rf"{_ANOTHER_YEAR}\s(?:\w+\s)?(?P<pair>{_PAIR_NAMED})(?!\w)"
    rf"|(?P<first>{_PAIR_NAMED})(?!\w)(?:\s(?!and\b|or\b|with\b)\w+){{0,4}}?(?:\s(?:of|from|in|at|on)(?:\sthe)?\s|\s?\(){_ANOTHER_YEAR}"
)
_OTHER_TEST = re.compile(r"newstest\s?(?:20)?(?:0\d|1[0125-9]|2\d)\b", re.IGNORECASE)
OWN_DATA = re.compile(
    r"\b(?:production|in-house|internal|proprietary)\s(?:[\w→-]+\s){0,3}?(?:data|corpus|corpora|test|dataset)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\s\((?P<short>[A-Z]{1,3}-?\d{2,3}|IN-?(?:1[kK])?)\)")  # "CIFAR-10 (C-10)"
_THIS_YEAR = re.compile(r"(?:20)?1[34]")


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
    names: ModelNames
    flops_are_multiply_adds: bool
    ops_are_multiply_adds: bool  # "ops/timestep" and the like
    names_untracked: bool  # title, abstract or captions name a data set that is not tracked
    other_years: frozenset[str] = frozenset()  # translation pairs that the paper names with another year than 2014
    short: Mapping[str, str] = field(default_factory=dict)  # "C-10" -> the benchmark it is said to be short for
    _mentions: dict[tuple[str, bool], tuple[BenchmarkMention, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def mentions_in(self, text: str, *, year_told: bool = False) -> tuple[BenchmarkMention, ...]:
        """The benchmarks that the text names, in this paper: "En-De" means WMT 2014 where the paper is about it.

        `year_told`: the year of the test set stands elsewhere (in a table's columns), whatever year the data is of.
        """
        found = self._mentions.get((text, year_told))
        if found is None:
            named = find_benchmarks(text, self.about)
            bare = text.strip(" *†()")
            if not named and bare in self.short:
                named = [BenchmarkMention(self.short[bare], 0, len(text), text, needs_context=True)]
            if any(m.needs_context and m.benchmark.startswith("wmt") for m in named) and _OTHER_YEAR.search(text):
                # "English-German, newstest2015": another year's test set of the same languages
                other = _OTHER_TEST.search(text) and not re.search(r"newstest\s?(?:20)?1[34]\b", text, re.IGNORECASE)
                sure = {m.benchmark for m in named if not other and (not m.needs_context or _THIS_YEAR.search(m.alias))}
                named = [m for m in named if not m.benchmark.startswith("wmt") or m.benchmark in sure]
            if self.other_years and not year_told:
                named = [m for m in named if not (m.needs_context and m.benchmark in self.other_years)]
            if named and OWN_DATA.search(text):
                # a company's own En-Fr data: the same languages, another test set
                named = [m for m in named if not (m.needs_context and m.benchmark.startswith("wmt"))]
            pairs = {m.benchmark for m in named if m.benchmark.startswith("wmt") and _PAIR_OF_LANGUAGES.search(m.alias)}
            if pairs:
                # the year's name stands for each of its language pairs, unless the text names the pair
                named = [m for m in named if not m.benchmark.startswith("wmt") or m.benchmark in pairs]
            elif any(m.benchmark.startswith("wmt") for m in named) and language_pairs(text):
                named = [m for m in named if not m.benchmark.startswith("wmt")]  # "WMT'14 English-Czech"
            found = self._mentions[text, year_told] = tuple(named)
        return found

    def benchmarks_in(self, text: str, *, year_told: bool = False) -> tuple[str, ...]:
        """The ids of the benchmarks that the text names, each once, left to right."""
        return tuple(dict.fromkeys(m.benchmark for m in self.mentions_in(text, year_told=year_told)))


def read_context(document: Document, passages: Sequence[Passage]) -> PaperContext:
    """What title, abstract, captions, headings and running text say of the paper as a whole."""
    pages = document.pages
    title = title_of(pages[0]) if pages else ""
    abstract = _abstract(passages)
    captions = [t.caption for t in document.tables]
    figure_captions = [p.text for p in passages if p.kind == "caption"]
    frame = "\n".join([title, abstract, *captions, *figure_captions])
    likely = [p.text for p in passages if p.kind == "prose" and search_words().search(p.text)]
    around = "\n".join([frame, *likely])
    about = " ; ".join(dict.fromkeys(around[f.start : f.end] for f in _context_words().find(around)))
    counts: Counter[str] = Counter()
    for text, weight in ((title, 4), (abstract, 2), *((c, 1) for c in captions), *((c, 1) for c in figure_captions)):
        for benchmark in {m.benchmark for m in find_benchmarks(text, about)}:
            counts[benchmark] += weight
    prose_counts: Counter[str] = Counter()
    sentences: dict[str, list[str]] = {}
    led_by: dict[str, list[str]] = {}
    multiply_adds = bool(_FLOPS_MEAN.search(frame))
    for passage in passages:
        text = passage.text
        if passage.kind in ("prose", "footnote"):
            if search_words().search(text):
                prose_counts.update({m.benchmark for m in find_benchmarks(text, about)})
            if "Tab" in text:
                for match in _TABLE_NAMED.finditer(text):
                    start, end = passage.sentence_at(match.start())
                    for number in _NUMBERS.findall(match["numbers"]):
                        key = number.replace(".", "")
                        known = sentences.setdefault(key, [])
                        if text[start:end] not in known:
                            known.append(text[start:end])
                            led_by.setdefault(key, []).extend(
                                (passage.section or "", text[max(0, start - 800) : start])
                            )
            if not multiply_adds and ("FLOP" in text or "flop" in text):
                multiply_adds = bool(_FLOPS_MEAN.search(text))
        elif passage.kind == "heading":
            for mention in find_benchmarks(text, about):
                counts[mention.benchmark] += 1
    multiply_adds = multiply_adds or _same_figures(passages)
    short: dict[str, str] = {}
    for text in (abstract, *captions, *(p.text for p in passages if p.kind == "prose" and "(" in p.text)):
        for said in _SHORT.finditer(text):
            named = find_benchmarks(text[max(0, said.start() - 40) : said.start()], about)
            if named and said.start() - max(0, said.start() - 40) - named[-1].end <= 1:
                short.setdefault(said["short"], named[-1].benchmark)
    own_rows = [
        cell.text for table in document.tables for row in table.rows for cell in row[:2] if says_ours(cell.text)
    ]
    cited_rows = {
        normal_name(without_marks(cell.text)) for table in document.tables for row in table.rows
        for cell in row[:2] if has_citation(cell.text)
    }  # fmt: skip
    own_rows = [text for text in own_rows if normal_name(without_marks(text)) not in cited_rows]
    names = read_names(title, abstract, passages, own_rows)
    untracked = bool(find_untracked_datasets(frame))
    return PaperContext(
        title,
        abstract,
        about,
        counts,
        prose_counts,
        {n: tuple(s) for n, s in sentences.items()},
        {n: tuple(t for t in dict.fromkeys(texts) if t) for n, texts in led_by.items()},
        names,
        multiply_adds,
        _ops_are_multiply_adds(passages),
        untracked,
        _pairs_of_other_years(passages, about),
        short,
    )


def _pairs_of_other_years(passages: Sequence[Passage], about: str) -> frozenset[str]:
    """The WMT pairs that running text calls another year's ("WMT 2015 English-German") and never 2014's."""
    others: set[str] = set()
    speaking = [p.text for p in passages if "WMT" in p.text]
    for text in speaking:
        for match in _YEAR_AND_PAIR.finditer(text):
            french = re.search(r"F[Rr]\w*$", match["pair"] or match["first"])
            others.add("wmt14_en_fr" if french else "wmt14_en_de")
    if not others:
        return frozenset()
    direct = {m.benchmark for text in speaking for m in find_benchmarks(text, about) if not m.needs_context}
    return frozenset(others - direct)


_FIGURE = re.compile(
    r"(?<![\d.])(?P<figure>\d{1,4}(?:\.\d+)?\s?[MG])\s?(?:(?P<flops>FLOPs)|MAdds|Mult-Adds|MACs|multiply-adds)\b"
)


def _same_figures(passages: Sequence[Passage]) -> bool:
    """Whether running text gives two figures or more in FLOPs and the same again in multiply-adds: 12M, 21M."""
    figures: dict[bool, set[str]] = {True: set(), False: set()}
    for passage in passages:
        if "FLOPs" in passage.text or "Adds" in passage.text or "MACs" in passage.text or "-adds" in passage.text:
            for match in _FIGURE.finditer(passage.text):
                figures[match["flops"] is not None].add(match["figure"].replace(" ", ""))
    return len(figures[True] & figures[False]) >= 2


def _ops_are_multiply_adds(passages: Sequence[Passage]) -> bool:
    """Whether "ops" in a header are multiply-adds: the paper says so, or speaks of these and never of FLOPs."""
    texts = [p.text for p in passages if p.kind in ("prose", "footnote", "caption")]
    if any("ops/" in text and _OPS_MEAN.search(text) for text in texts):
        return True
    said = any(_MULTIPLY_ADDS_SAID.search(text) for text in texts if "ult" in text or "MAC" in text)
    return said and not any("FLOP" in text or "floating" in text for text in texts)


@cache
def _context_words() -> NameFinder:
    """Finds the words beside which a benchmark's ambiguous names mean it."""
    groups = [group for entry in load_benchmarks().values() for group in entry.in_context]
    return compile_names([word for group in groups for word in group.words])


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
