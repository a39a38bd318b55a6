"""Cells that hold scores: on which benchmark and by which metric, and what speaks against it.

The nearest word wins: column header, row header and group, the header over the row headers, the caption, the
sentences that name the table, last what the paper as a whole is measured on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from db.models import Field
from db.reference.benchmarks import benchmark, find_metric
from db.reference.untracked import find_untracked_datasets
from extract.cells.frame import SOURCE, TEST_OF_YEAR
from extract.cells.headers import (
    BENCHMARKS_OWN,
    OTHER,
    Says,
    classification_metric,
    metric_named,
    names_both_ranks,
    resolve_metric,
)
from extract.cells.models import CellReading, TableModels
from extract.language.languages import language_pairs, names_language_pair
from extract.language.metrics import in_percent_points
from extract.language.model_names import CITATION
from extract.language.numbers import Number, decimals
from extract.language.paper_context import OWN_DATA

PAIR = re.compile(r"\s?[/|]\s?")
_TRAINED_ON = re.compile(r"train", re.IGNORECASE)  # "trainval35k" beside a model says what it learnt from
_MASK = re.compile(
    r"\b[Mm]asks?\b(?!\s(?:\w+\s)?R-?CNN)"
    r"|\b[Ss]egm?\b|\bAP\s?[_^]?\s?(?:m|mk|mask|seg|segm)(?![A-Za-z])|[Ii]nstance [Ss]eg\w*"
)
_BOX = re.compile(r"\b[Bb](?:b|bounding )?-?box\b|\bAP\s?[_^]?\s?(?:b|bb|box|bbox)(?![A-Za-z])|[Dd]etection\b")
_KEYPOINT = re.compile(r"\bkey-?points?\b|\bAP\^?\s?(?:kp|keypoint)\b|\bpose\b", re.IGNORECASE)
_PLAIN_METRIC = re.compile(
    r"\btop-?\s?[15]\b|\berror rates?\b|\b(?:test|val\w*|classification)\s(?:error|acc\w*)"
    r"|\b(?:errors?|accurac(?:y|ies))\s?\((?:in\s)?%\)|^(?:Table \w+[.:]\s)?(?:error|accuracy)\b"
    r"|\bBLEU\b|\bm?AP\b|\bF1\b|\bEM\b|\bWER\b|\bword error|\bFID\b|\bPCKh\b",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:results?|performances?|compar\w+|fine-?tun\w+|transfer\w*|evaluat\w+|scores?|perform\w*|ablat\w+|effect)\b",
    re.IGNORECASE,
)
_ATTACKED = re.compile(
    r"\badversarial (?:attack|robust|example|accurac)|\bunder [\w-]+(?: \w+)? attack|\bFGSM\b|\bPGD\b"
    r"|\bcorrupt\w+|\brobust(?:ness)? (?:acc|err|to)",
    re.IGNORECASE,
)
# ILSVRC's localisation error is counted as its classification error is, on the same images
_LOCALISATION = re.compile(r"\blocali[sz]ation\b", re.IGNORECASE)
_ALIAS = re.compile(r"(?<![\w-])(?:NER|SWBD?|CHM?|CallHome|Switchboard|E[Nn].?(?:to.?)?(?:D[Ee]|F[Rr]))(?![\w-])")
# "single-scale / multi-scale", "val / test": what the two numbers of a cell are
_SETTING = (
    r"(?:single|multi|val\w*|test\w*|dev|minival|with(?:out)?|w/o?|no|flip\w*|last|best|mean|median|max|min|greedy|beam"
    r"|fp\d+|int8|small|large)"
)
_TWO_SETTINGS = re.compile(rf"\b{_SETTING}\b[\w -]{{0,25}}\s?/\s?{_SETTING}\b", re.IGNORECASE)
_FIRST_OF_TWO = re.compile(r"\bv?1\.1\s?/\s?v?2\.0")
_SETTINGS = re.compile(
    r"\bhyper-?param\w*|\bconfigurations? (?:of|for)|\bdata ?sets? (?:statistics|summary|details)|\bstatistics\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\b(?:parenthes[ie]s|parenthesi[sz]ed|brackets?)\b", re.IGNORECASE)
_BRACKETED = re.compile(r"[\d.]+\s?%?\s?\(\s?[\d.]+\s?%?\s?\)\W?")
_SCORE_TOO = re.compile(
    r"\b(?:dev\w*|val\w*|test\w*|newstest\w*|scores?|BLEU|accurac\w+|errors?|F1|AP|results?|multi-?\w*|flip\w*|crops?)\b",
    re.IGNORECASE,
)
_NO_SCORE = re.compile(
    r"\b(?:std\w*|standard|deviations?|improve\w*|gains?|differences?|number of|variance|relative|intervals?|delta"
    r"|ranks?|cit\w+|drops?|change)\b", re.IGNORECASE
)  # fmt: skip
# between these a number is an accuracy, and none can be an error
_ACCURATE = {
    "imagenet": ("top1_accuracy", 60.0, 93.0),
    "cifar10": ("accuracy", 80.0, 99.9), "cifar100": ("accuracy", 60.0, 97.0),
}  # fmt: skip
_CLASSIFIES = re.compile(r"\b(?:image )?classif\w+|\bzero-shot\b|\brecognition\b", re.IGNORECASE)
_OPEN_DOMAIN = re.compile(r"\bopen[-\s]domain\b|\b(?:full|entire|whole|all(?: of)?) Wikipedia\b", re.IGNORECASE)
_DELTA_ROW = re.compile(
    r"\s*(?:[∆Δδ].*|(?:abs\w*\.?|rel\w*\.?)?\s?(?:delta|differences?|gains?|improvements?)(?:\s?\([^()]*\))?)\s*",
    re.IGNORECASE,
)
_SHOTS = re.compile(r"\b(?:few|one|zero|\d+)[-\s]?shots?\b", re.IGNORECASE)  # "Cifar10" may be CIFAR by ten examples
_CLAUSES = re.compile(r"[;.,]\s|\b(?:while|whereas)\b")
_TELLING_METRIC = re.compile(r"\btop-?\s?[15]\b|\bAP\s?_?\^?(?:50|75|S|M|L)\b", re.IGNORECASE)


class ScoreCells(TableModels):
    """The part of a table's reading that scores."""

    def read_scores(
        self, column: int, r: int, found: list[Number], numbers: Mapping[int, list[Number]]
    ) -> Iterator[CellReading]:
        text = self.printed[r][column]
        header = " ".join(self.column_path(column))
        attacked = _ATTACKED.search(f"{header} {self.table.groups[r]} {self.caption}")
        if attacked and not re.search(r"\bclean\b|\bstandard\b|\bnatural\b", header, re.IGNORECASE):
            return
        if found[0].sign or found[0].magnitude or _DELTA_ROW.fullmatch(self.labels[r]):
            return
        decided = self._decided(column, r, [n[0].value for n in numbers.values()])
        if decided is None:
            return
        pairs, pattern, reason = decided
        if not pairs:
            return
        all_fractions = all(0 <= n[0].value <= 1 for n in numbers.values()) and len(numbers) > 0
        if len(pairs) == 1 and len(found) == 1 and self._several_metrics(column, pairs[0][0]):
            reason = reason or "the header names several metrics"
        wanted = found[: len(pairs)] if len(found) >= len(pairs) > 1 else found[:1]
        if len(pairs) == 1 and len(found) > 1 and not PAIR.search(text[found[0].end : found[1].start]):
            # "4.92 (4.99±0.14)": best and mean of the same runs, both are results
            inner = text[found[0].end : found[1].start].strip()
            if inner.endswith("(") and (found[1].deviation is not None or found[0].deviation is not None):
                wanted, pairs = found[:2], [pairs[0], pairs[0]]
        beside = found[0].deviation
        if len(pairs) == len(found) == 1 and beside and beside > 0.3 * found[0].value and self._brackets_score:
            wanted, pairs = [found[0], replace(found[0], value=beside, deviation=None)], [pairs[0], pairs[0]]
        elif len(pairs) == 1 and len(found) == 2 and _BRACKETED.fullmatch(text.strip()) and self._brackets_score:
            wanted, pairs = found, [pairs[0], pairs[0]]
        header = " ".join(self.column_path(column))
        if _FIRST_OF_TWO.search(header):
            # "SQuAD 1.1/2.0" over "90.4/79.1": the first number is the tracked data set's
            first = re.match(r"[^/]*\d[^/]*(?=/)", text)
            if first is None:
                return
            wanted = found[:1]
            pairs = pairs[:1]
        elif (
            len(found) == 2
            and PAIR.search(text)
            and pairs[0][0] == "squad11"
            and not re.search(r"EM\s?/\s?F1|F1\s?/\s?EM", f"{header} {self.caption}")
        ):
            # exact match never exceeds F1
            low, high = (("squad11", "em"), ("squad11", "f1"))
            wanted, pairs = found, [high, low] if found[0].value > found[1].value else [low, high]
        if (
            len(pairs) == 1
            and len(found) == 2
            and not _FIRST_OF_TWO.search(header)
            and PAIR.search(text)
            and (abs(found[0].value - found[1].value) <= 0.5 or _TWO_SETTINGS.search(f"{self.caption} {header}"))
        ):
            wanted, pairs = found, [pairs[0], pairs[0]]  # two reports of one score, or of one model in two settings
        if (
            len(pairs) == 1
            and len(found) > 1
            and len(wanted) == 1
            and PAIR.search(text)
            and not _FIRST_OF_TWO.search(header)
        ):
            reason = reason or "two numbers in the cell, one metric in the header"
        for number, (benchmark_id, metric_id) in zip(wanted, pairs, strict=False):
            value = in_percent_points(benchmark_id, metric_id, number.value, all_fractions=all_fractions)
            why = reason
            if value is None:
                value = number.value
                place = found.index(number)
                column_has = [n[place] for n in numbers.values() if len(n) > place]
                if not self.is_outlier(benchmark_id, metric_id, number, column_has):
                    why = why or f"{number.value:g} is no plausible {metric_id} on {benchmark_id}"
            yield self.make_reading(
                column, r, Field.SCORE, value, pattern, number, reason=why, benchmark=benchmark_id, metric=metric_id
            )

    @cached_property
    def _title(self) -> str:
        """The caption's first sentence: what the table shows; the rest says how it was made."""
        return re.split(r"(?<=[a-z)])\.\s(?=[A-Z])", self.caption, maxsplit=1)[0]

    @cached_property
    def _brackets_score(self) -> bool:
        """Whether the caption or the text says that what stands in brackets is a score too, of another split."""
        said = (s for text in (self.caption, *self.sentences) for s in re.split(r"\.\s", text) if _BRACKETS.search(s))
        return any(_SCORE_TOO.search(s) and not _NO_SCORE.search(s) for s in said)

    @staticmethod
    def is_outlier(benchmark_id: str, metric_id: str, number: Number, others: Sequence[Number]) -> bool:
        """Whether an implausible number is one bad run in a column of good ones: a percentage printed as they are."""
        fits = [
            n for n in others if in_percent_points(benchmark_id, metric_id, n.value, all_fractions=False) is not None
        ]
        percent = benchmark(benchmark_id).metric(metric_id).percent
        alike = decimals(number.text) in {decimals(n.text) for n in fits if decimals(n.text)}
        return percent and alike and 0 < number.value < 100 and len(fits) >= 3 and len(fits) > 0.5 * len(others)

    def _several_metrics(self, column: int, benchmark_id: str) -> bool:
        """Whether one header entry over one column names two metrics: columns that were taken for one."""
        path = self.column_path(column)
        if not path or benchmark_id in ("imagenet", "cifar10", "cifar100"):
            return False
        return len(re.findall(r"\bm?AP", path[-1])) > 1 or len(re.findall(r"\b(?:F1|EM|BLEU)\b", path[-1])) > 1

    def _texts(self, column: int, r: int) -> list[str]:
        """The texts that may name the metric, the nearest first."""
        path = " ".join(self.column_path(column))
        label = CITATION.sub(" ", self.labels[r])
        group = CITATION.sub(" ", self.table.groups[r])
        own = [label, path] if self.transposed else [self.metric_cell(r) or path]
        if not self.transposed and self.row_says[r].metrics and not self.columns[column].metrics:
            own.append(label)
        return [*own, group, self.stub, self.caption, self._rank_sense]

    @cached_property
    def _rank_sense(self) -> str:
        """What the numbers of a table with top-1 and top-5 tell: a top-5 accuracy is the higher of the two."""
        ranks = {c: classification_metric(" ".join(self.column_path(c))).rank for c in self.value_columns}
        firsts, fifths = ([c for c in self.value_columns if ranks[c] == k] for k in (1, 5))
        if not firsts or len(firsts) != len(fifths):
            return ""
        higher = lower = 0
        for one, five in zip(firsts, fifths, strict=True):
            a, b = self.numbers_in(one), self.numbers_in(five)
            for r in a.keys() & b.keys():
                higher += b[r][0].value > a[r][0].value
                lower += b[r][0].value < a[r][0].value
        return "accuracy" if higher > lower else "error" if lower > higher else ""

    def _decided(
        self, column: int, r: int, values: Sequence[float]
    ) -> tuple[list[tuple[str, str]], str, str | None] | None:
        """`_benchmark_and_metrics`, asked once for all rows that say the same of their data and metric."""
        row = self.row_says[r]
        speaks = self.transposed or row.benchmarks or row.untracked or row.metrics or self.rows_name_data
        key = (column, self.table.groups[r], r if speaks else -1, bool(self.labels[r]))
        if key not in self._decisions:
            self._decisions[key] = self._benchmark_and_metrics(column, r, values)
        return self._decisions[key]

    def _benchmark_and_metrics(
        self, column: int, r: int, values: Sequence[float]
    ) -> tuple[list[tuple[str, str]], str, str | None] | None:
        """The cell's (benchmark, metric) pairs, the pattern that found them, and a reason against; None: no score."""
        near = self._near(column, r)
        if near is None or (self._is_other_year(column) and self._translates(near)):
            return None
        if not near and OWN_DATA.search(self.caption) and not self.benchmarks_in(self.caption):
            return None
        texts = self._texts(column, r)
        header = texts[0] if not self.transposed else f"{texts[0]} {texts[1]}"
        mask = self._is_mask(column, r)
        named_here = any(metric_named(t, t.lower()) for t in texts[:-2])
        # asked one after the other: most cells are settled by the first that names anything
        sources: tuple[tuple[str, Callable[[], Sequence[str]]], ...] = (
            ("header", lambda: near),
            ("caption", lambda: self.benchmarks_in(self.caption)),
            ("sentence", lambda: self._sentence_benchmarks),
            ("section", lambda: self._told_around),
            ("paper", lambda: self._of_paper(header)),
            ("mention", lambda: self._mentioned_with(header)),
        )
        for source, ask in sources:
            benchmarks = ask()
            if not benchmarks:
                if source == "caption" and self.untracked_caption and not self._header_is_alias(header):
                    return None  # the caption names data sets, none of them tracked
                continue
            if source == "paper" and not named_here and not self._caption_metric:
                continue
            if (
                source == "paper"
                and self._is_generic(texts)
                and not self._header_is_alias(header)
                and (self.context.names_untracked or not self.context.counts)
            ):
                continue  # "accuracy" is measured on everything
            if source in ("sentence", "section", "paper", "mention") and not (
                named_here or metric_named(self.caption, self.caption.lower())
            ):
                extra = [s for s in self.sentences if metric_named(s, s.lower())]
                if source in ("section", "paper") or not extra:
                    continue
                texts = [*texts, *extra]
            options: list[list[tuple[str, str]]] = []
            for benchmark_id in self._of_one_task(benchmarks, header):
                pairs = self._pairs(benchmark_id, header, texts, values, mask)
                if pairs:
                    options.append(pairs)
            if not options:
                if source == "header" and (
                    self.columns[column].metrics or (self.transposed and self.row_says[r].metrics)
                ):
                    continue  # a data set without the header's metric: where weights came from
                if source == "header":
                    # the header names the data set; its metric may be said by the sentences only
                    for benchmark_id in benchmarks:
                        pairs = self._pairs(benchmark_id, header, [*texts, *self.sentences], values, mask)
                        if pairs:
                            return pairs, "table_score_header", None
                    if self.row_says[r].quantity == OTHER or _SETTINGS.search(self._title):
                        return None
                    if self._untracked_suite:
                        return None
                    if metric_named(self.caption, self.caption.lower()) or not _RESULTS.search(self.caption):
                        return None
                    default = self._by_default(column, benchmarks)
                    if default:
                        return default, "table_score_metric_by_default", None
                    self.unresolved = True
                    known = self.known_metrics.get(benchmarks[0], ()) if len(benchmarks) == 1 else ()
                    mine = self.numbers_in(column).get(r) if self.rows_name_data else None
                    of_it = [mine[0].value] if mine else values  # a column over rows of data sets holds others' numbers
                    fitting = [m for m in known if self._fits(benchmarks[0], m, of_it)]
                    if fitting:
                        return [(benchmarks[0], fitting[0])], "table_score_metric_of_paper", None
                    return None
                if source == "caption" and self.untracked_caption and not self._header_is_alias(header):
                    return None  # the data set that the caption names for this metric is not tracked
                if source == "caption" and _RESULTS.search(self.caption) and self.row_says[r].quantity != OTHER:
                    default = self._by_default(column, benchmarks)
                    if default and not _SETTINGS.search(self._title) and self.columns[column].quantity is None:
                        return default, "table_score_metric_by_default", None
                continue
            if source != "header" and not self.transposed and len(self.labels) > 2:
                options = [o for o in options if o[0][0] not in self._rows_of_benchmarks]
                if not options:
                    return None
            paired = self._paired_by_header(header, options)
            if paired:
                return paired, f"table_score_{source}", None
            options = self._fitting(options, values)
            if len(options) == 1:
                return options[0], f"table_score_{source}", None
            own = BENCHMARKS_OWN.search(header)
            preferred = [o for o in options if own and find_metric(o[0][0], own.group())]
            if len(preferred) == 1:
                return preferred[0], f"table_score_{source}", None
            preferred = [o for o in options if o[0][0] == self._section_benchmark]
            if len(preferred) == 1:
                return preferred[0], f"table_score_{source}_of_several", None
            return options[0], f"table_score_{source}", f"the {source} names several data sets"
        return None

    def _near(self, column: int, r: int) -> list[str] | None:
        """Benchmarks that the cell's own headers name; None where they name what is not tracked."""
        col, row, group = self.columns[column], self.row_says[r], self.group_says[r]
        row = self._data_cell(r) or row
        if col.untracked_metric and not col.metrics:
            return None
        leaf = self.column_path(column)[-1:]
        if leaf and col.benchmarks and find_untracked_datasets(leaf[0]) and not self.benchmarks_in(leaf[0]):
            return None  # "SQuAD" over a wide span and "MNLI" below it
        if self.transposed and row.untracked_metric and not row.metrics:
            return None
        rows_tell = self._row_label_names_data(r)
        measure = self.row_says[r] if self.transposed else col
        cell = self.metric_cell(r)
        if cell:
            measure = self.says(cell)
        by_row = self.rows_name_data and not self.is_joined(r) and not self._columns_name_data
        if by_row and row.untracked and not row.benchmarks and not self.transposed:
            return None  # what a column's name holds is where weights came from
        found: list[str] = []
        for says in (col, row if rows_tell else None, group if self.groups_name_data else None):
            if says is None or not says.benchmarks:
                continue
            able = [b for b in says.benchmarks if not measure.metrics or self._has_metric(b, measure.text)]
            if says is row and able and found and self.rows_name_data and not self._columns_name_data:
                found = able  # rows of data sets: what a column's name holds is where weights came from
            elif able:
                found = able if not found else [b for b in found if b in able] or found
        if group.untracked and self.groups_name_data:
            return None
        if found:
            if self._multilingual and all(b.startswith("wmt") for b in found):
                return None
            return found
        if self.part:
            first = self.part.split(". ")[0]
            named = self.benchmarks_in(first)
            if named:
                return list(named)
            if find_untracked_datasets(first):
                return None
        if (
            col.untracked
            or (row.untracked and (rows_tell or self._is_mostly_data(r)))
            or (group.untracked and self.groups_name_data)
        ):
            return None
        if self.stub and not SOURCE.search(self.stub):
            stub = self.benchmarks_in(self.stub)
            if len(stub) == 1:
                return list(stub)
            others = find_untracked_datasets(self.stub)
            if not stub and others and 2 * sum(f.end - f.start for f in others) >= len(self.stub):
                return None  # the names stand under another data set
        siblings = [self.columns[c] for c in self.value_columns if c != column]
        if any(s.benchmarks for s in siblings) and not col.metrics and col.text:
            return None  # its neighbours name data sets: this one is a data set we do not know
        if self.rows_name_data and not row.metrics and not self.transposed and self.labels[r]:
            return None
        return []

    def _is_other_year(self, column: int) -> bool:
        """Whether the column is headed by the year of a test set, and that is not 2014's (nor 2013's, its dev set)."""
        path = self.column_path(column)
        year = TEST_OF_YEAR.fullmatch(path[-1]) if path else None
        return year is not None and int(year["year"]) not in ((14,) if self.tells_years else (13, 14))

    def _translates(self, near: Sequence[str]) -> bool:
        named = near or [*self.benchmarks_in(self.caption), *self._dominating]
        return any(b.startswith("wmt") for b in named)

    @cached_property
    def _columns_name_data(self) -> bool:
        """Whether most of the columns name data sets."""
        columns = [self.columns[c] for c in self.value_columns]
        return sum(bool(s.benchmarks) or s.untracked for s in columns) > 0.5 * len(columns)

    @cached_property
    def _multilingual(self) -> bool:
        """Whether the table's languages are many and no year is named: En-Fr there is one pair of another data set."""
        said = [*self.row_says] if self.transposed or self.rows_name_data else [*self.columns.values()]
        others = {pair for s in said if s.untracked for pair in language_pairs(s.text)}
        return len(others) >= 3 and not re.search(r"WMT\W{0,2}(?:20)?14|newstest\s?(?:20)?14", self.caption)

    def _by_default(self, column: int, benchmarks: Sequence[str]) -> list[tuple[str, str]] | None:
        """Accuracy, where a results table names ImageNet or CIFAR and no table of it says by which measure.

        Only where the column's numbers say so too: with decimals, all above what an error would be.
        """
        if list(benchmarks) == ["squad11"] and not self.says_metrics:
            pairs = [
                n for r, n in self.numbers_in(column).items() if len(n) == 2 and PAIR.search(self.printed[r][column])
            ]
            exact = [n for n in pairs if n[0].value < n[1].value]
            if len(exact) == len(pairs) and 2 * len(pairs) > len(self.numbers_in(column)):
                return [("squad11", "em"), ("squad11", "f1")]  # exact match never exceeds F1
            return None
        values = [n[0] for n in self.numbers_in(column).values() if not n[0].sign]
        if (
            len(benchmarks) != 1
            or benchmarks[0] not in _ACCURATE
            or self.says_metrics
            or len(values) < 2
            or _SHOTS.search(self.caption)
        ):
            return None
        metric_id, low, high = _ACCURATE[benchmarks[0]]
        fitting = [n for n in values if low < n.value < high]
        few = len(fitting) < len(values) and not _CLASSIFIES.search(self.caption)
        if few or 2 * len(fitting) < len(values) or not any("." in n.text for n in values):
            return None
        return [(benchmarks[0], metric_id)]

    def _has_metric(self, benchmark_id: str, text: str) -> bool:
        """Whether the metric that the text names is one of the benchmark's."""
        if benchmark_id in ("imagenet", "cifar10", "cifar100"):
            said = classification_metric(text)
            return bool(said.rank or said.sense or names_both_ranks(text))
        return bool(find_metric(benchmark_id, text)) or bool(
            benchmark_id == "coco" and find_metric("coco_keypoints", text)
        )

    @cached_property
    def _untracked_suite(self) -> bool:
        """Whether the caption names data that are not tracked and none that are: the columns are that suite's parts."""
        return self.untracked_caption and not self.benchmarks_in(self.caption)

    def _is_generic(self, texts: Sequence[str]) -> bool:
        """Whether the texts say no more than "accuracy", "error" or "F1", which any data set has."""
        text = " ".join(texts[:1]) if any(metric_named(t, t.lower()) for t in texts[:1]) else " ".join(texts)
        said = classification_metric(text)
        if said.sense and not said.rank and not names_both_ranks(text):
            return not re.search(r"\bBLEU\b|\bm?AP|\bWER\b", text)
        return False

    def _header_is_alias(self, header: str) -> bool:
        """Whether the header names a metric that belongs to one benchmark alone ("NER", "SWB", "En-De")."""
        own = _ALIAS.search(header)
        if own and any(find_metric(benchmark_id, own.group()) for benchmark_id in self._dominating):
            return True  # "NER (F1)"
        return not metric_named(header, header.lower()) and any(
            find_metric(benchmark_id, header) for benchmark_id in self._dominating
        )

    @cached_property
    def _caption_metric(self) -> bool:
        """Whether the caption says plainly what the numbers are, and no column of the table is another measure."""
        if any(self.columns[c].untracked_metric for c in self.value_columns):
            return False
        return bool(_PLAIN_METRIC.search(self.caption))

    def _is_mostly_data(self, r: int) -> bool:
        """Whether a data set's name makes up half of the row's label."""
        if self.is_joined(r) or self.heads_names:
            return False
        label = self.labels[r]
        named = sum(f.end - f.start for f in find_untracked_datasets(label))
        return 2 * named >= len(re.sub(r"[^A-Za-z0-9]", "", label))

    @cached_property
    def _rows_of_benchmarks(self) -> frozenset[str]:
        """The benchmarks that have a row of their own in this table: the other rows are not theirs."""
        if SOURCE.search(self.stub):
            return frozenset()
        return frozenset(
            m.benchmark
            for label in self.labels
            for m in self.context.mentions_in(label)
            if 2 * len(m.alias) > len(label) and len(self.benchmarks_in(label)) == 1 and not _TRAINED_ON.match(m.alias)
        )

    def _data_cell(self, r: int) -> Says | None:
        """Of several label cells the last that names a data set, in a table whose label columns do."""
        if len(self.label_columns) < 2 or not (self.rows_name_data or self.says_apart):
            return None
        for c in reversed(self.data_columns if self.says_apart else self.label_columns):
            says = self.says(CITATION.sub(" ", self.printed[r][c]))
            if says.benchmarks or says.untracked:
                return says
        return None

    def _row_label_names_data(self, r: int) -> bool:
        """Whether the row's label says on which data it was measured ("ImageNet-22k pre-trained" does not)."""
        if self.says_apart and self._data_cell(r) is not None:
            return True
        if SOURCE.search(self.stub):
            return False
        if SOURCE.search(self.labels[r]) and not names_language_pair(self.labels[r]):
            return False
        if self.transposed or (self.rows_name_data and not self.is_joined(r)):
            return True
        label = CITATION.sub(" ", self.labels[r])
        if re.search(r"\bon\b", label):
            return True
        inner = " ".join(re.findall(r"\(([^()]*)\)", label))
        return bool(inner) and bool(self.benchmarks_in(inner) or find_untracked_datasets(inner))

    def _pairs(
        self, benchmark_id: str, header: str, texts: Sequence[str], values: Sequence[float], mask: bool
    ) -> list[tuple[str, str]]:
        if benchmark_id == "squad11" and _OPEN_DOMAIN.search(self.caption):
            return []
        if benchmark_id == "imagenet" and _LOCALISATION.search(self.caption) and "lassif" not in self.caption:
            return []
        if benchmark_id == "coco" and _KEYPOINT.search(header + " " + self.caption) and not _BOX.search(header):
            benchmark_id = "coco_keypoints"
        if metric_named(header, header.lower()) and not self._has_metric(benchmark_id, header):
            return []  # the header's metric is not one of this benchmark
        for part_of in (header, self.stub, self.caption):
            parts = [p for p in re.split(r"\s?[/|&]\s?", part_of) if p.strip()]
            if len(parts) == 2 and part_of != self.caption:
                metrics = [find_metric(benchmark_id, re.sub(r"^\([^()]*\)", " ", p)) for p in parts]
                if (
                    all(metrics)
                    and (metrics[0][0] != metrics[1][0] or parts[0] != parts[1])
                    and benchmark_id not in ("imagenet", "cifar10", "cifar100")
                ):
                    return [(benchmark_id, m[0]) for m in metrics]
            break
        texts = [self._caption_on(benchmark_id) if text is self.caption else text for text in texts]
        return [(benchmark_id, m) for m in resolve_metric(benchmark_id, texts, values, mask=mask)]

    def _caption_on(self, benchmark_id: str) -> str:
        """The caption; of one that names several metrics the clause that names the benchmark, if that names one."""
        if benchmark_id not in self._captions:
            self._captions[benchmark_id] = self._caption_clause(benchmark_id)
        return self._captions[benchmark_id]

    @cached_property
    def _captions(self) -> dict[str, str]:
        return {}

    def _caption_clause(self, benchmark_id: str) -> str:
        if len(find_metric(benchmark_id, self.caption)) < 2:
            return self.caption
        clauses = [c for c in _CLAUSES.split(self.caption) if benchmark_id in self.benchmarks_in(c)]
        named = [c for c in clauses if len(find_metric(benchmark_id, c)) == 1]
        return named[0] if len(named) == 1 else self.caption

    def _of_one_task(self, benchmarks: Sequence[str], header: str) -> list[str]:
        """The benchmarks, one of those that share images: COCO's detection or its keypoints, as the table says."""
        out = list(dict.fromkeys(benchmarks))
        if "coco" in out and "coco_keypoints" in out:
            out.remove("coco" if _KEYPOINT.search(f"{header} {self.caption}") else "coco_keypoints")
        return out

    def _is_mask(self, column: int, r: int) -> bool:
        header = " ".join([*self.column_path(column), self.table.groups[r], self.labels[r] if self.transposed else ""])
        if re.search(r"AP\^?\s?_?m\b", header):
            siblings = " ".join(" ".join(self.column_path(c)) for c in self.value_columns) + " ".join(
                self.labels if self.transposed else ()
            )
            return bool(re.search(r"AP\^?\s?_?(?:b|bb|box|bbox)\b", siblings)) or not re.search(
                r"AP\^?\s?_?[sl]\b", siblings, re.IGNORECASE
            )
        if _MASK.search(header):
            return not re.search(r"\bbox\b|\bbb(?:ox)?\b", " ".join(self.column_path(column)), re.IGNORECASE)
        if _BOX.search(header):
            return False
        caption = self.caption
        return bool(
            re.search(r"\b(?:mask|segmentation) (?:m?AP|results|performance)\b|instance seg\w+", caption, re.IGNORECASE)
        ) and not re.search(r"\bbox|detect", caption, re.IGNORECASE)

    @staticmethod
    def _fits(benchmark_id: str, metric_id: str, values: Sequence[float]) -> bool:
        """Whether most of the values lie where the metric's do."""
        plausible = (in_percent_points(benchmark_id, metric_id, v, all_fractions=max(values) <= 1) for v in values)
        return sum(v is not None for v in plausible) > 0.5 * len(values)

    def _fitting(self, options: list[list[tuple[str, str]]], values: Sequence[float]) -> list[list[tuple[str, str]]]:
        """The options whose metric's range holds most of the column's values."""
        fitting = [o for o in options if self._fits(*o[0], values)]
        return fitting or options[:1]

    def _paired_by_header(self, header: str, options: list[list[tuple[str, str]]]) -> list[tuple[str, str]] | None:
        """ "CIFAR-10 / CIFAR-100" over "3.5 / 17.2": the first benchmark named is the first number's."""
        if len(options) == 2 and PAIR.search(header):
            return [options[0][0], options[1][0]]
        return None

    @cached_property
    def _dominating(self) -> list[str]:
        """The paper's benchmarks, if one stands out among those that share a metric with the table's header."""
        ranked = Counter(self.context.counts).most_common()
        if not ranked or ranked[0][1] < 3:
            # named once in passing is not what the paper is measured on; named all through the text is
            ranked = Counter(self.context.prose_counts).most_common()
            if not ranked or ranked[0][1] < 3:
                return []
        return [b for b, n in ranked if n * 2 >= ranked[0][1]]

    def _of_paper(self, header: str) -> list[str]:
        """The benchmarks that dominate the paper; where none of them has the header's metric, those that do."""
        if (
            self.context.names_untracked
            or not metric_named(header, header.lower())
            or any(self._has_metric(b, header) for b in self._dominating)
        ):
            return self._dominating
        counts = Counter(self.context.counts) + Counter(self.context.prose_counts)
        able = [(b, n) for b, n in counts.most_common() if n >= 4 and self._has_metric(b, header)]
        return [b for b, n in able if n * 2 >= able[0][1]]

    @cached_property
    def _told_around(self) -> list[str]:
        """What the headings and the paragraphs that lead to the table's mention name; [] where that is no one thing."""
        for text in self.context.around.get((self.table.number or "").replace(".", ""), ()):
            mentions = self.context.mentions_in(text)
            others = find_untracked_datasets(text)
            if mentions and (not others or others[-1].start < mentions[-1].start):
                return list(dict.fromkeys(m.benchmark for m in mentions))
            if others:
                return []
        return []

    @cached_property
    def _sentence_benchmarks(self) -> list[str]:
        return [b for s in self.sentences for b in self.benchmarks_in(s)]

    def _mentioned_with(self, header: str) -> list[str]:
        """The one benchmark named anywhere in the text that the header's metric belongs to ("top-5", "AP75")."""
        if not _TELLING_METRIC.search(header):
            return []
        named = [b for b in {*self.context.counts, *self.context.prose_counts} if find_metric(b, header)]
        return named if len(named) == 1 else []

    @cached_property
    def _section_benchmark(self) -> str | None:
        named = Counter(self._sentence_benchmarks)
        if len(named) == 1:
            return next(iter(named))
        return None
