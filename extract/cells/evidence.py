"""What tells on which data set and by which metric a table's numbers were measured, beside a column's own header.

Rows and groups, the header over the row names, the caption, the sentences that name the table, the text around them,
last what the whole paper is measured on. Everything here is asked once a table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from db.models import Field, normal_name
from db.reference.benchmarks import benchmark, find_metric, short_names_in
from db.reference.tasks import tasks_in
from db.reference.untracked import find_untracked_datasets, find_untracked_metrics
from extract.cells.columns import DATA_HEAD, TEST_OF_YEAR, WEIGHTS_SOURCE
from extract.cells.frame import TableFrame
from extract.cells.headers import NO_RESULT, Says
from extract.cells.other_data import other_data_in
from extract.cells.task import SENTENCE_END, headings, is_heading
from extract.language.data_names import names_called_data
from extract.language.editions import OWN_EDITION, TEST_SETS
from extract.language.languages import language_pairs, names_language_pair
from extract.language.metrics import rank_and_sense
from extract.language.model_names import CITATION
from extract.language.named_metric import has_metric, metric_named, resolve_metric
from extract.language.numbers import decimals
from extract.pattern import Pattern

LEAST_NAMED = 3  # how often a benchmark is named by what the paper is measured on
LEAST_NAMED_OF_METRIC = 4  # the same, of a benchmark chosen because it has the header's metric
LEAST_HEADED = 3  # columns headed by data sets that make a table one of results
EXAMPLE_WORDS = 7  # a row of a table of translations, answers or captions has at least as many

_TRAINED_ON = Pattern("a split that a model learnt from", {"train": "trainval35k"}, refuses=("val", "test-dev"))
PLAIN_METRIC = Pattern(
    "a metric that a caption names plainly",
    {
        r"\btop-?\s?[15]\b": "Top-1 results",
        r"\berror rates?\b": "Error rates",
        r"\b(?:test|val\w*|classification)\s(?:error|acc\w*)": "Validation accuracy",
        r"\b(?:BLEU|m{0,2}AP|F1|EM|WER|FID|PCKh)\b": ("mAP of detectors", "Detectors (mmAP, %)"),
        r"\b(?:errors?|accurac(?:y|ies))\s?\((?:in\s)?%\)": "Errors (%)",
        r"^(?:Table \w+[.:]\s)?(?:error|accuracy)\b": "Table 3: Accuracy of networks",
        r"\bword error": "Word errors",
    },
    refuses=("Networks", "the error of our ways"),
)
RESULTS = Pattern(
    "a caption over results",
    {
        r"\b(?:results?|performances?|scores?)\b": "Results",
        r"\bcompar\w+\b": "Comparison",
        r"\b(?:fine-?tun\w+|transfer\w*)\b": "Transfer to small data",
        r"\b(?:evaluat\w+|perform\w*)\b": "How networks perform",
        r"\b(?:ablat\w*|effect)\b": "Effect of depth",
        r"\bclassification on\b": "Linear classification on FooNet",
    },
    refuses=("Architecture", "Data sets"),
)
SETTINGS_TABLE = Pattern(
    "a caption over settings or statistics, not results",
    {
        r"\bhyper-?param\w*": "Hyper-parameters",
        r"\bconfigurations?(?: (?:of|for)|\.?$)": ("Configurations of networks", "Table 2: Head configurations"),
        r"\bdata ?sets? (?:statistics|summary|details)|\bstatistics\b": "Dataset statistics",
    },
    refuses=("Results", "Data sets"),
)
TRAINING_METRIC = Pattern(
    "a metric of training data",
    {
        r"\btrain(?:ing)?[-\s](?:set[-\s])?(?:top-?\s?[15]\s)?"
        r"(?:acc(?:urac(?:y|ies))?|err(?:or)?s?|errors? rates?|f1|bleu)\b": (
            "Training error",
            "train accuracies",
        ),
        r"\btrain(?:ing)?[-\s]set[-\s](?:performance|results?)\b": "training set performance",
    },
    refuses=("training", "training and test error", "trained accuracy"),
)
DIFFERENCES_SHOWN = Pattern(
    "a caption that begins with a difference between results",
    {
        r"(?:improvements?|gains?|drops?|degradations?|reductions?|increases?|decreases?|differences?|loss)\s(?:in|of|over)\s"
        r"(?:the\s)?(?:\w+[-\s]){0,2}(?:acc\w*|err\w*|m?AP\b|BLEU|F1|top-?\s?[15]|performance)": (
            "Gain in top-1 accuracy"
        ),
        r"(?:acc\w*|err\w*|m?AP|BLEU|F1|top-?\s?[15](?:\s\w+)?)\s"
        r"(?:improvements?|gains?|drops?|degradations?|differences?|loss)\b": ("Accuracy drop (%)"),
    },
    refuses=("Improvement by longer training: top-1 accuracy", "Accuracy and its drop"),
    before=r"^(?:absolute\s|relative\s|mean\s|average\s)?",
)
# names of metrics that are as often what is studied: "Effect of the loss"
_ALSO_WORDS = frozenset("loss density coverage precision recall p r calibration forgetting".split())
_FIRST_WORDS = re.compile(r"(?:\w+\s[\w.]+[.:]\s)?(?:\w+\s)?")  # what comes first in "Table 3: Mean rank correlation"
RECALL_AT = Pattern(
    "recall at a rank, which at rank 1 and 5 may be an accuracy",
    {r"\bR(?:ecall)?\s?@\s?(?P<rank>\d+)\b": ("R@1", "Recall @ 10")},
    refuses=("AR@100", "R-101"),
)
_IN_BRACKETS = Pattern(
    "words for brackets",
    {"parenthes[ie]s": "in parentheses", "parenthesi[sz]ed": "parenthesized", "brackets?": "in brackets"},
    refuses=("hypotheses", "bracketing"),
    before=r"\b",
    after=r"\b",
)
SCORE_WORDS = Pattern(
    "what stands in brackets is a score too",
    {
        rf"\b(?:dev|val|test|{'|'.join(TEST_SETS)})\w*\b": "the validation set in brackets",
        r"\b(?:scores?|BLEU|accurac\w+|errors?|F1|AP|results?)\b": "BLEU in brackets",
        r"\b(?:multi-?\w*|flip\w*|crops?)\b": "ten crops in brackets",
    },
    refuses=("gains in brackets",),
)
NO_SCORE_WORDS = Pattern(
    "what stands in brackets is no score",
    {
        r"\b(?:std\w*|standard|deviations?|variance|intervals?)\b": "standard deviation in brackets",
        r"\b(?:improve\w*|gains?|differences?|delta|drops?|change|relative)\b": "gains in brackets",
        r"\b(?:number of|ranks?|cit\w+)\b": "ranks in brackets",
    },
    refuses=("scores in brackets",),
)
_CLAUSES = Pattern(
    "what parts the clauses of a caption",
    {r"[;.,]\s": "BLEU on FooSet; ", r"\bwhile\b": "BLEU while", r"\bwhereas\b": "BLEU whereas"},
    refuses=("1.5", "meanwhile"),
    flags=re.NOFLAG,
)
_METRIC_ON = Pattern(
    "the words before a data set that may be the metric on it",
    {
        r"(?P<metric>[\w@.-]+(?:\s[\w@.-]+)?)\s(?:on|for)\s(?:the\s)?$": (
            "AP50 on VOC and AP on ",
            "top-1 accuracy for the ",
        )
    },
    refuses=("trained with ",),
)
_THIS_TEST_SET = Pattern(
    "the test set of the year that is tracked",
    {OWN_EDITION: ("WMT'14", "newstest2014")},
    refuses=("WMT16", "newstest 2015"),
    flags=re.NOFLAG,
)
_TEST_YEAR = 14
_DEV_YEAR = 13  # the development set of 2014's test set
_BRACKETED = re.compile(r"\(([^()]*)\)")


# a word as data sets are called: "FooNet-R", "LeafCount", "DTD"
LIKE_DATA = Pattern(
    "a word as data sets are called",
    {r"[A-Z\d]": ("LeafCount", "the DTD"), r"-[A-Z\d]": "Foo-R"},
    refuses=("Leaf", "the leafCount"),
    before=r"^(?:the\s)?[A-Z][\w]*(?:",
    after=r")[\w-]*",
    flags=re.NOFLAG,
)


def frame_values(frame: TableFrame, column: int) -> list[float]:
    """The first number of each of the column's cells."""
    return [numbers[0].value for numbers in frame.numbers[column].values()]


def _title_of(caption: str) -> str:
    return SENTENCE_END.split(caption, maxsplit=1)[0]


def _is_data_alone(says: Says) -> bool:
    """Whether the heading of a group is a tracked data set's name, and little else."""
    return bool(says.benchmarks) and len(says.text.split()) <= 4


@dataclass(frozen=True, eq=False)
class TableEvidence:
    """One table's evidence. `known_metrics` are those of the paper's other tables by benchmark, the commonest first."""

    frame: TableFrame
    known_metrics: Mapping[str, Sequence[str]] = field(default_factory=dict)
    models: frozenset[str] = frozenset()  # normal names of what the paper's tables have as models

    @cached_property
    def shows_examples(self) -> bool:
        """Whether the rows are sentences, as in a table of translations or answers: what judges rated is no score."""
        labels = [label.strip() for label in self.frame.labels if label.strip()]
        sentences = [
            label for label in labels if len(label.split()) >= EXAMPLE_WORDS and label.endswith((".", "?", "!"))
        ]
        return len(sentences) > 1 and 2 * len(sentences) >= len(labels)

    # --- the caption ---

    @cached_property
    def title(self) -> str:
        """The caption's first sentence: what the table shows; the rest says how it was made."""
        return _title_of(self.frame.caption)

    @cached_property
    def caption_names_metric(self) -> bool:
        """Whether the caption names a metric."""
        return metric_named(self.frame.measures)

    @cached_property
    def caption_measures_other(self) -> bool:
        """Whether what the caption says to be shown is by a metric that is not kept: "Calibration errors"."""
        title = _title_of(self.frame.measures)
        named = ((f, self.title[f.start : f.end].lower()) for f in find_untracked_metrics(self.title))
        others = [f for f, name in named if name not in _ALSO_WORDS and not metric_named(name)]
        if any(_FIRST_WORDS.fullmatch(self.title[: f.start]) for f in others):
            return True
        other = bool(others) or bool(TRAINING_METRIC.search(title))
        return other and not metric_named(TRAINING_METRIC.sub(" ", title))

    @cached_property
    def caption_metric_is_plain(self) -> bool:
        """Whether the caption says plainly what the numbers are, and no column of the table is another measure."""
        if any(self.frame.columns[c].untracked_metric for c in self.frame.value_columns):
            return False
        return bool(PLAIN_METRIC.search(self.frame.caption))

    @cached_property
    def untracked_suite(self) -> bool:
        """Whether the caption names data that are not tracked and none that are: the columns are that suite's parts."""
        return self.frame.untracked_caption and not self.frame.benchmarks_in(self.frame.caption)

    @cached_property
    def caption_tells_differences(self) -> bool:
        """Whether the caption begins by saying that differences are shown: "Improvement in accuracy over ..."."""
        if any(says.difference for says in (*self.frame.columns, *self.frame.row_says)):
            return False  # they have a column or a row of their own, beside the results
        if any(_IN_BRACKETS.search(s) and NO_SCORE_WORDS.search(s) for s in re.split(r"\.\s", self.frame.caption)):
            return False  # they stand in brackets, behind the results
        return DIFFERENCES_SHOWN.match(re.sub(r"^\w+\s[\w.]+[.:]\s", "", self.title)) is not None

    def caption_on(self, benchmark_id: str) -> str:
        """The caption; of one that names several metrics the phrase or clause that names the benchmark with one."""
        caption = self.frame.measures
        if len(find_metric(benchmark_id, caption)) < 2:
            return caption
        before = (caption[: m.start] for m in self.frame.context.mentions_in(caption) if m.benchmark == benchmark_id)
        phrases = (match["metric"] for text in before if (match := _METRIC_ON.search(text)))
        told = [phrase for phrase in phrases if len(find_metric(benchmark_id, phrase)) == 1]
        if len(told) == 1:
            return told[0]  # "AP50 on the one and AP on the other"
        clauses = [c for c in _CLAUSES.split(caption) if benchmark_id in self.frame.benchmarks_in(c)]
        named = [c for c in clauses if len(find_metric(benchmark_id, c)) == 1]
        return named[0] if len(named) == 1 else caption

    @cached_property
    def shows_results(self) -> bool:
        """Whether the caption speaks of results, or several columns are headed by data sets."""
        headed = sum(self.frame.columns[c].names_data for c in self.frame.value_columns)
        return headed >= LEAST_HEADED or RESULTS.search(self.frame.caption) is not None

    @cached_property
    def caption_names_other_data(self) -> bool:
        """Whether the caption names data sets that are not tracked, listed or not."""
        return self.frame.untracked_caption or self.names_other_data(self.frame.caption)

    def names_other_data(self, text: str, *, called: bool = False) -> bool:
        """Whether the text names a data set that is in no list; `called`: only one that it calls so."""
        return any(not self.frame.benchmarks_in(name) for name in other_data_in(text, self.is_model, called=called))

    def is_model(self, name: str) -> bool:
        """Whether the name is a model's: the paper's own, a cited one, what a row is called; no data's name."""
        if name in self.called_data or name.endswith("Bench"):
            return False
        names = self.frame.context.names
        normal = normal_name(name)
        return names.is_own(name) or names.is_cited(name) or any(normal in model for model in self.models)

    @cached_property
    def called_data(self) -> frozenset[str]:
        """The names that the paper calls data, or caption, headings or sentences do; a title may introduce one."""
        near = (self.frame.caption, *headings(self.frame), *self.frame.sentences)
        return self.frame.context.called_data | names_called_data(near)

    @cached_property
    def named_in_caption(self) -> tuple[str, ...]:
        """The benchmarks that the caption names; of those that share a name the one that the section is headed by.

        "BLEU on newstest2014" in a section on English to French is that pair's.
        """
        frame = self.frame
        families = {family: b for b in self.named_in_headings if (family := benchmark(b).family)}
        if len(self.named_in_headings) != 1 or not families:
            return frame.benchmarks_in(frame.caption)
        mentions = frame.context.mentions_in(frame.caption, year_told=frame.words.tells_years)
        told = (families.get(benchmark(m.benchmark).family or "") if m.needs_context else None for m in mentions)
        return tuple(dict.fromkeys(other or m.benchmark for m, other in zip(mentions, told, strict=True)))

    @cached_property
    def groups_of_other_data(self) -> frozenset[str]:
        """The row groups that are called as data sets are where another group is a tracked one, and name none that is.

        "ImageNet" over some rows and "FooNet-R test" over others.
        """
        frame = self.frame
        told = dict(zip(frame.table.groups, frame.group_says, strict=True))
        if not frame.groups_name_data or not any(_is_data_alone(says) for says in told.values()):
            return frozenset()
        return frozenset(
            group for group, says in told.items()
            if LIKE_DATA.search(group) and not says.names_data and not says.metrics
            and not self.is_model(group.split()[0])
        )  # fmt: skip

    @cached_property
    def brackets_hold_scores(self) -> bool:
        """Whether caption or text say that what stands in brackets is a score too, of another split."""
        texts = (self.frame.caption, *self.frame.sentences)
        said = [s for text in texts for s in re.split(r"\.\s", text) if _IN_BRACKETS.search(s)]
        return any(SCORE_WORDS.search(s) and not NO_SCORE_WORDS.search(s) for s in said)

    # --- the text ---

    @cached_property
    def named_in_sentences(self) -> list[str]:
        """The benchmarks that sentences about the table name."""
        return [b for s in self.frame.sentences for b in self.frame.benchmarks_in(s)]

    @cached_property
    def told_around(self) -> list[str]:
        """What the headings and the paragraphs that lead to the table's mention name; [] where that is no one thing."""
        context = self.frame.context
        for text in context.around.get(self.frame.number, ()):
            mentions = context.mentions_in(text)
            others = find_untracked_datasets(text)
            if not mentions and is_heading(text) and self.names_other_data(text):
                return []
            if mentions and (not others or others[-1].start < mentions[-1].start):
                return list(dict.fromkeys(m.benchmark for m in mentions))
            if others:
                return []
        return []

    @cached_property
    def metrics_of_section(self) -> tuple[str, ...]:
        """The sentences that name a metric of the section in which a table stands that no sentence names."""
        if self.frame.sentences:
            return ()
        paragraphs = self.frame.context.around.get(self.frame.number, ())
        sentences = (s for text in paragraphs for s in re.split(r"(?<=[a-z)])\.\s(?=[A-Z])", text))
        return tuple(s for s in sentences if metric_named(s))

    @cached_property
    def unnamed_columns(self) -> tuple[int, ...]:
        """The columns that may hold scores and whose headers name no metric."""
        return tuple(c for c in self.columns_of_scores() if not self.frame.columns[c].metrics)

    @cached_property
    def section_names_other_data(self) -> bool:
        """Whether the section that mentions the table is headed by data sets of which none is tracked."""
        named = list(headings(self.frame))
        if any(self.frame.benchmarks_in(heading) for heading in named):
            return False
        return any(find_untracked_datasets(h) or self.names_other_data(h) for h in named)

    @cached_property
    def sentences_name_other_data(self) -> bool:
        """Whether a sentence that names the table calls something a data set that is in no list."""
        return any(self.names_other_data(s, called=True) for s in self.frame.sentences)

    @cached_property
    def named_in_headings(self) -> tuple[str, ...]:
        """The benchmarks that the headings of the sections name which mention the table."""
        return tuple(dict.fromkeys(b for heading in headings(self.frame) for b in self.frame.benchmarks_in(heading)))

    # --- the paper ---

    @cached_property
    def dominating(self) -> list[str]:
        """The benchmarks that the paper is measured on: those named half as often as the one named most."""
        for counts in (self.frame.context.counts, self.frame.context.prose_counts):
            # named once in passing is not what the paper is measured on; named all through the text is
            ranked = Counter(counts).most_common()
            if ranked and ranked[0][1] >= LEAST_NAMED:
                return [b for b, n in ranked if n * 2 >= ranked[0][1]]
        return []

    @cached_property
    def often_named(self) -> Counter[str]:
        """The benchmarks that the paper names often enough to be chosen for having the header's metric."""
        counts = Counter(self.frame.context.counts) + Counter(self.frame.context.prose_counts)
        return Counter({b: n for b, n in counts.items() if n >= LEAST_NAMED_OF_METRIC})

    def of_paper(self, header: str) -> list[str]:
        """The benchmarks that dominate the paper; where none of them has the header's metric, those that do."""
        context = self.frame.context
        if context.names_untracked or not metric_named(header) or any(has_metric(b, header) for b in self.dominating):
            return self.dominating
        able = [(b, n) for b, n in self.often_named.most_common() if has_metric(b, header)]
        return [b for b, n in able if n * 2 >= able[0][1]]

    def is_alias(self, header: str) -> bool:
        """Whether the header names a metric that belongs to one benchmark alone ("NER", "SWB", "En-De")."""
        capitals = [name for name in short_names_in(header) if len(name) > 1 and name[0].isupper()]
        if any(find_metric(b, name) for name in capitals for b in self.dominating):
            return True  # "NER (F1)"
        return not metric_named(header) and any(find_metric(b, header) for b in self.dominating)

    # --- rows, groups and columns ---

    @cached_property
    def rank_sense(self) -> str:
        """What the numbers of a table with top-1 and top-5 tell: a top-5 accuracy is the higher of the two."""
        frame = self.frame
        ranks = {c: rank_and_sense(frame.head(c)).rank for c in frame.value_columns}
        firsts, fifths = ([c for c in frame.value_columns if ranks[c] == k] for k in (1, 5))
        if not firsts or len(firsts) != len(fifths):
            return ""
        higher = lower = 0
        for one, five in zip(firsts, fifths, strict=True):
            a, b = frame.numbers[one], frame.numbers[five]
            for r in a.keys() & b.keys():
                higher += b[r][0].value > a[r][0].value
                lower += b[r][0].value < a[r][0].value
        return "accuracy" if higher > lower else "error" if lower > higher else ""

    @cached_property
    def retrieves(self) -> bool:
        """Whether the columns are recalls of retrieval: one at a rank that no classifier is judged by is among them."""
        ranks = {m["rank"] for c in self.frame.value_columns for m in RECALL_AT.finditer(self.frame.head(c))}
        return bool(ranks - {"1", "5"})

    @cached_property
    def is_multilingual(self) -> bool:
        """Whether the table's languages are many and no year is named: En-Fr there is one pair of another data set."""
        frame = self.frame
        said = frame.row_says if frame.transposed or frame.rows_name_data else frame.columns
        others = {pair for s in said if s.untracked for pair in language_pairs(s.text)}
        return len(others) >= 3 and not _THIS_TEST_SET.search(frame.caption)

    def names_this_test_set(self, column: int, r: int) -> bool:
        """Whether the cell's own headers name the test set by its year: "newstest2014" over "en-fr"."""
        frame = self.frame
        return any(_THIS_TEST_SET.search(text) for text in (frame.head(column), frame.labels[r], frame.table.groups[r]))

    def is_other_year(self, column: int) -> bool:
        """Whether the column is headed by the year of a test set, and that is not 2014's (nor 2013's, its dev set)."""
        path = self.frame.column_path(column)
        year = TEST_OF_YEAR.fullmatch(path[-1]) if path else None
        ours = (_TEST_YEAR,) if self.frame.words.tells_years else (_DEV_YEAR, _TEST_YEAR)
        return year is not None and int(year["year"]) not in ours

    def translates(self, near: Sequence[str]) -> bool:
        """Whether the cell is measured on a translation benchmark, whose test sets have years."""
        named = near or [*self.frame.benchmarks_in(self.frame.caption), *self.dominating]
        return any(benchmark(b).is_translation for b in named)

    @cached_property
    def benchmarks_with_rows(self) -> frozenset[str]:
        """The benchmarks that have a row of their own in this table: the other rows are not theirs."""
        frame = self.frame
        if WEIGHTS_SOURCE.search(frame.stub):
            return frozenset()
        return frozenset(
            m.benchmark
            for label in frame.labels
            for m in frame.context.mentions_in(label)
            if 2 * len(m.alias) > len(label) and len(frame.benchmarks_in(label)) == 1 and not _TRAINED_ON.match(m.alias)
        )

    def data_cell(self, r: int) -> Says | None:
        """Of several label cells the last that names a data set, in a table whose label columns do."""
        frame = self.frame
        if len(frame.label_columns) < 2 or not (frame.rows_name_data or frame.says_apart):
            return None
        for c in reversed(frame.data_columns if frame.says_apart else frame.label_columns):
            says = frame.says(CITATION.sub(" ", frame.printed[r][c]))
            if tasks_in(says.text):
                continue  # "bbox" and "segm" under "Task" are measured on the same images
            if says.says_nothing and DATA_HEAD.fullmatch(frame.head(c)) and c in frame.data_columns:
                return replace(says, untracked=True)  # what stands under "Dataset" is one, known or not
            if says.untracked and names_language_pair(says.text) and frame.row_says[r].benchmarks:
                return frame.row_says[r]  # the pair in one column, the test set in another
            if says.names_data:
                return says
        return None

    def label_names_data(self, r: int) -> bool:
        """Whether the row's label says on which data it was measured ("ImageNet-22k pre-trained" does not)."""
        frame = self.frame
        if frame.says_apart and self.data_cell(r) is not None:
            return True
        if WEIGHTS_SOURCE.search(frame.stub):
            return False
        if WEIGHTS_SOURCE.search(frame.labels[r]) and not names_language_pair(frame.labels[r]):
            return False
        if frame.transposed or (frame.rows_name_data and not frame.is_joined(r)):
            return True
        label = CITATION.sub(" ", frame.labels[r])
        if re.search(r"\bon\b", label):
            return True
        inner = " ".join(_BRACKETED.findall(label))
        return bool(inner) and bool(frame.benchmarks_in(inner) or find_untracked_datasets(inner))

    def is_mostly_data(self, r: int) -> bool:
        """Whether a data set's name makes up half of the row's label."""
        if self.frame.is_joined(r) or self.frame.heads_names:
            return False
        label = self.frame.labels[r]
        named = sum(f.end - f.start for f in find_untracked_datasets(label))
        return 2 * named >= len(re.sub(r"[^A-Za-z0-9]", "", label))

    @cached_property
    def says_other_data(self) -> bool:
        """Whether caption or columns name data, or metrics that are not tracked."""
        said = (self.frame.columns[c] for c in self.frame.value_columns)
        return self.frame.untracked_caption or any(s.names_data or s.untracked_metric for s in said)

    def is_way_measured(self, r: int) -> bool:
        """Whether a row beside models in columns is a way of measuring what the caption says: "Linear", "k-NN"."""
        frame = self.frame
        if any(s.metrics for s in frame.row_says) or not (self.caption_names_metric and self.named_in_caption):
            return False
        numbers = [frame.numbers[c][r][0] for c in frame.value_columns if r in frame.numbers[c]]
        return frame.row_says[r].says_nothing and 2 * sum(bool(decimals(n.text)) for n in numbers) > len(numbers)

    @cached_property
    def may_repeat_scores(self) -> bool:
        """Whether nothing in or around the table says that it is measured on other data or by another metric."""
        frame = self.frame
        other = self.says_other_data or self.caption_names_other_data or self.caption_measures_other
        if other or self.section_names_other_data or self.sentences_name_other_data or self.caption_tells_differences:
            return False
        odd = any(s.untracked or s.untracked_metric for s in (*frame.row_says, *frame.group_says))
        return not (odd or frame.transposed or frame.rows_name_data or SETTINGS_TABLE.search(self.title))

    def has_metric_told(self, metric_id: str) -> bool:
        """Whether nothing about the table names another metric: a head of accuracy is over no errors."""
        frame = self.frame
        heads = [frame.head(c) for c in frame.value_columns if frame.columns[c].metrics]
        said = [rank_and_sense(text) for text in (*heads, self.title)]
        senses, ranks = {s.sense for s in said if s.sense}, {s.rank for s in said if s.rank}
        return all(sense in metric_id for sense in senses) and all(f"top{rank}_" in metric_id for rank in ranks)

    @cached_property
    def columns_look_like_errors(self) -> bool:
        """Whether two columns or more are headed by a data set of classes, and all numbers of each are such errors.

        Below 30 % throughout and with decimals, those of the data set with more classes the larger: "4.3 | 19.2".
        """
        frame = self.frame
        columns = {b: c for c in self.unnamed_columns for b in frame.columns[c].benchmarks[:1] if benchmark(b).ranks}
        if len(columns) < 2 or set(columns) != set(
            frame.context.benchmarks_in(" | ".join(map(frame.head, columns.values())))
        ):
            return False
        for benchmark_id, column in columns.items():
            error, accuracy = (benchmark(benchmark_id).ranked_metric(kind) for kind in ("error", "accuracy"))
            numbers = [n[0] for n in frame.numbers[column].values()]
            if error is None or accuracy is None or not any(decimals(n.text) for n in numbers):
                return False
            if not all(error.is_plausible(n.value) and not accuracy.is_plausible(n.value) for n in numbers):
                return False
        return True

    def stands_under_data_alone(self, column: int) -> bool:
        """Whether a tracked data set stands over the column, and no column under that names a metric."""
        frame = self.frame
        path = frame.column_path(column)
        if len(path) < 2 or not frame.benchmarks_in(path[0]):
            return False
        beside = [frame.columns[c] for c in frame.value_columns if frame.column_path(c)[:1] == path[:1]]
        return not any(s.metrics or s.quantity not in (None, Field.SCORE) for s in beside)

    def numbers_in_cells(self, column: int) -> int:
        """How many numbers, parted by strokes, most cells of the column hold."""
        frame = self.frame
        counts = Counter(
            len(n) if frame.printed[r][column].count("/") + frame.printed[r][column].count("|") == len(n) - 1 else 0
            for r, n in frame.numbers[column].items()
        )
        return counts.most_common(1)[0][0] if counts else 0

    def metrics_beside(self, benchmark_id: str, column: int) -> list[str]:
        """The metric of the benchmark that the table's other columns name, where they agree on one."""
        frame = self.frame
        named = (frame.column_path(c)[-1] for c in frame.value_columns if c != column and frame.columns[c].metrics)
        found = {tuple(resolve_metric(benchmark_id, [text], frame_values(frame, column))) for text in named}
        found.discard(())
        return list(found.pop()) if len(found) == 1 else []

    def columns_of_scores(self) -> list[int]:
        """The columns that hold numbers and may hold scores."""
        frame = self.frame
        return [
            c for c in frame.value_columns
            if frame.columns[c].quantity in (None, Field.SCORE) and not frame.columns[c].difference and frame.numbers[c]
            and not any(NO_RESULT.search(entry) for entry in frame.column_path(c))
        ]  # fmt: skip
