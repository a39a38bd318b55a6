"""Cells that hold scores: which of a cell's numbers are scores, and what speaks against them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from db.models import Field
from db.reference.benchmarks import benchmark
from db.vocabulary import Reason, Refusal
from extract.cells.decide import PAIR, Decision, Pairs, decide
from extract.cells.evidence import TableEvidence
from extract.cells.headers import NO_RESULT
from extract.cells.models import UNCHANGED, CellReading, CellValue, TableModels, change_of_inputs
from extract.language.metrics import in_percent_points, names_both_ranks, rank_and_sense
from extract.language.numbers import Number, decimals
from extract.language.settings import is_data_variant
from extract.pattern import Pattern

Score = tuple[Number, tuple[str, str]]  # a number with its benchmark and metric
SAME_SCORE = 0.5  # points: two numbers of one cell as near as this are two reports of one score
LARGE_DEVIATION = 0.3  # of the value: what stands in brackets is no deviation
LEAST_GOOD_NEIGHBOURS = 3  # plausible numbers in a column that make an implausible one a bad run

LEAST_OF_VARIANT = 1.0  # percent points: less is no result of a network that learnt something
LEAST_PLAIN = 10.0  # percent points of accuracy: less is a difference, or chance

ATTACKED = Pattern(
    "results on inputs that were attacked or corrupted",
    {
        r"\badversarial (?:attack|robust|example|accurac)": "adversarial accuracy",
        r"\bunder [\w-]+(?: \w+)? attack": "under white-box attack",
        r"\b(?:FGSM|PGD)\b": "FGSM",
        r"\bcorrupt\w+\b(?!\s(?:objective|rate|span|token|text))": "corrupted",
        r"\brobust(?:ness)? (?:acc|err|to)": "robustness to noise",
    },
    refuses=("adversarial training", "robust", "corruption objective", "corrupted tokens"),
)
# "single-scale / multi-scale", "val / test": what the two numbers of a cell are
_SETTING = (
    r"(?:single|multi|val\w*|test\w*|dev|minival|with(?:out)?|w/o?|no|flip\w*|last|best|mean|median|max|min|greedy|beam"
    r"|fp\d+|int8|small|large|\d+-?\s?crops?)"
)
_TWO_SETTINGS = Pattern(
    "two settings side by side",
    {
        rf"{_SETTING}\b[\w -]{{0,25}}\s?/\s?{_SETTING}": (
            "single-crop / multi-crop",
            "with/without LM",
            "1-crop / 10-crop",
        )
    },
    refuses=("accuracy / error", "single-crop, multi-crop"),
    before=r"\b",
    after=r"\b",
)
_FIRST_OF_TWO = re.compile(r"\bv?1\.1\s?/\s?v?2\.0")  # "SQuAD 1.1/2.0": the first number is the tracked data set's
_NUMBER_AND_BRACKET = re.compile(r"[\d.]+\s?%?\s?\(\s?[\d.]+\s?%?\s?\)\W?")
DELTA_ROW = Pattern(
    "a row of differences",
    {
        r"^\s*[∆Δδ](?!\s?=).*$": "Δ",
        r"^\s*(?:(?:abs|rel)\w*\.?)?\s?(?:delta|differences?|gains?|improve(?:ments?|d)?)(?:\sfrom\s[\w\s-]+)?"
        r"(?:\s?\([^()]*\))?\s*$": ("Relative improvement (%)", "Improve (abs)", "Gain from the baseline (rel)"),
    },
    refuses=("WideNet gains", "Delta-Net", "Improved WideNet", "δ = 0.1"),
)


class ColumnScores:
    """Reads the scores of one column; what decides a row decides all rows that say the same."""

    def __init__(self, evidence: TableEvidence, models: TableModels, column: int) -> None:
        self.evidence, self.models, self.column = evidence, models, column
        self.frame = evidence.frame
        self.numbers = self.frame.numbers[column]
        self.values = [n[0].value for n in self.numbers.values()]
        self.decisions: dict[tuple[str, int, bool], Decision] = {}
        self.attacked: dict[str, bool] = {}  # by the group of rows

    @property
    def lacks_metric(self) -> bool:
        """Whether a cell's data set is known and nothing in the table says its metric."""
        return any(decision.lacks_metric for decision in self.decisions.values())

    @cached_property
    def change_of_inputs(self) -> float | None:
        """By how much the column's inputs were changed; None in tables of inputs as they are."""
        return change_of_inputs(self.frame, self.column)

    @cached_property
    def says_no_result(self) -> bool:
        """Whether an entry of the column's header stands over numbers that are no result of the benchmark."""
        return any(NO_RESULT.search(entry) for entry in self.frame.column_path(self.column))

    @cached_property
    def is_like_its_neighbours(self) -> bool:
        """Whether a column that names no metric holds scores as others do: a data set stands over it, or a variant.

        "COCO: zero-shot | fine-tuned" beside "LVIS: AP"; "1 %" of the labels beside "top-1". Its numbers have decimals.
        """
        if not self.numbers or not any(decimals(n[0].text) for n in self.numbers.values()):
            return False
        return self.models.header_setting(self.column) is not None or self.evidence.stands_under_data_alone(self.column)

    def decision(self, r: int) -> Decision:
        """On which benchmark and by which metric the row's cell was measured."""
        frame, row = self.frame, self.frame.row_says[r]
        speaks = frame.transposed or frame.rows_name_data or frame.rows_name_tasks or row.names_data or row.metrics
        key = (frame.table.groups[r], r if speaks else -1, bool(frame.labels[r]))
        if key not in self.decisions:
            self.decisions[key] = decide(self.evidence, self.column, r, self.values)
        return self.decisions[key]

    def read(self, r: int) -> Iterator[CellReading]:
        """The cell's scores."""
        found = self.numbers[r]
        if self._is_attacked(r) or found[0].sign or found[0].magnitude or DELTA_ROW.fullmatch(self.frame.labels[r]):
            return
        decision = self.decision(r)
        if not decision.pairs:
            return
        leaf = self.frame.column_path(self.column)[-1:]
        cell = ScoreCell(
            self.frame.printed[r][self.column], self.frame.head(self.column), " ".join(leaf), found, decision
        )
        pairs, reason = cell.scores(self.frame.caption, bracket_scores=self.evidence.brackets_hold_scores)
        for number, (benchmark_id, metric_id) in pairs:
            value, why = self._value(number, found, benchmark_id, metric_id)
            if why and LEAST_PLAIN <= value <= 100 - LEAST_PLAIN and self._is_plain(decision, benchmark_id):
                why = None  # a network may be as bad as that where data and metric are printed
            if why and LEAST_OF_VARIANT <= value < 100 and is_data_variant(self.models.setting(self.column, r) or ""):
                why = None  # with few or wrong labels a network may be as bad as that
            score = CellValue(
                Field.SCORE,
                value,
                decision.pattern,
                number,
                benchmark_id,
                metric_id,
                reason=reason or why,
                told=decision.told,
            )
            yield self.models.reading(self.column, r, score)

    def _is_plain(self, decision: Decision, benchmark_id: str) -> bool:
        """Whether the table itself says data set and metric, and its numbers are percentages as classifiers have."""
        plain = (
            decision.told.get("data_told_by") in ("header", "caption") and decision.told["metric_told_by"] != "values"
        )
        shares = all(0 < value <= 100 for value in self.values) and max(self.values) > 1
        return plain and shares and benchmark(benchmark_id).is_classification and self.evidence.caption_names_metric

    def _is_attacked(self, r: int) -> bool:
        group = self.frame.table.groups[r]
        if group not in self.attacked:
            header = self.frame.head(self.column)
            attacked = ATTACKED.search(f"{header} {group} {self.frame.caption}")
            unchanged = UNCHANGED.search(header) or self.change_of_inputs == 0
            self.attacked[group] = attacked is not None and not unchanged
        return self.attacked[group]

    def _value(
        self, number: Number, found: Sequence[Number], benchmark_id: str, metric_id: str
    ) -> tuple[float, Reason | None]:
        """The value in the benchmark's unit, and the reason against an implausible one."""
        fractions = all(0 <= value <= 1 for value in self.values)
        value = in_percent_points(benchmark_id, metric_id, number.value, all_fractions=fractions)
        if value is not None:
            return value, None
        place = found.index(number) if number in found else 0
        column = [n[place] for n in self.numbers.values() if len(n) > place]
        if is_bad_run(benchmark_id, metric_id, number, column):
            return number.value, None
        detail = f"{number.value:g} is no plausible {metric_id} on {benchmark_id}"
        return number.value, Reason(Refusal.IMPLAUSIBLE_SCORE, detail)


@dataclass(frozen=True)
class ScoreCell:
    """A cell of scores: as printed, its header and the entry nearest to it, its numbers, and what decided them."""

    text: str
    header: str
    leaf: str
    numbers: Sequence[Number]
    decision: Decision

    def scores(self, caption: str, *, bracket_scores: bool) -> tuple[list[Score], Reason | None]:
        """Each score's number with its benchmark and metric, and the reason against them."""
        pairs, reason = self.decision.pairs, self.decision.reason
        if _FIRST_OF_TWO.search(self.header):
            kept = self.numbers[:1] if re.match(r"[^/]*\d[^/]*(?=/)", self.text) else []
            return list(zip(kept, pairs, strict=False)), reason
        paired = self._pair_of_metrics(caption)
        if paired:
            return list(zip(self.numbers, paired, strict=True)), reason
        if len(pairs) > 1:
            wanted = self.numbers[: len(pairs)] if len(self.numbers) >= len(pairs) else self.numbers[:1]
            return list(zip(wanted, pairs, strict=False)), reason
        wanted = self._of_one_metric(caption, bracket_scores=bracket_scores)
        if len(wanted) == 1:
            reason = reason or self._doubt()
        return [(number, pairs[0]) for number in wanted], reason

    def _doubt(self) -> Reason | None:
        """What speaks against one number read by one metric."""
        if len(self.numbers) == 1 and self._names_several_metrics():
            return Reason(Refusal.SEVERAL_METRICS)
        if len(self.numbers) > 1 and PAIR.search(self.text):
            return Reason(Refusal.SEVERAL_NUMBERS)
        return None

    def _names_several_metrics(self) -> bool:
        """Whether the header entry over one column names two metrics: columns that were taken for one."""
        if benchmark(self.decision.pairs[0][0]).is_classification:
            return False
        return any(len(re.findall(several, self.leaf)) > 1 for several in (r"\bm?AP", r"\b(?:F1|EM|BLEU)\b"))

    def _pair_of_metrics(self, caption: str) -> Pairs | None:
        """The two metrics of "84.1/90.9": in the order that header or caption print, else the lower number's first.

        "EM/F1", "top-1 / top-5"; exact match is never above F1.
        """
        benchmark_id, metric_id = self.decision.pairs[0]
        known = benchmark(benchmark_id)
        pair = next((pair for pair in known.pairs if metric_id in pair), None)
        if pair is None or len(self.numbers) != 2 or not PAIR.search(self.text):
            return None
        lesser, greater = pair
        said = f"{self.header} {caption}"
        if known.is_classification:
            one_rank = rank_and_sense(self.header).rank and not names_both_ranks(self.header)
            if len(self.decision.pairs) > 1 or not names_both_ranks(said) or one_rank:
                return None  # a head of one rank over pairs: two settings
        elif re.search(rf"\b{greater}\s?/\s?{lesser}\b", said, re.IGNORECASE) or (
            self.numbers[0].value > self.numbers[1].value
            and not re.search(rf"\b{lesser}\s?/\s?{greater}\b", said, re.IGNORECASE)
        ):
            lesser, greater = greater, lesser
        return [(benchmark_id, lesser), (benchmark_id, greater)]

    def _of_one_metric(self, caption: str, *, bracket_scores: bool) -> Sequence[Number]:
        """Which of the cell's numbers are scores by the one metric of its header."""
        first = self.numbers[0]
        if len(self.numbers) == 1:
            beside = first.deviation
            if beside and beside > LARGE_DEVIATION * first.value and bracket_scores:
                return [first, replace(first, value=beside, deviation=None)]
            return self.numbers
        second = self.numbers[1]
        between = self.text[first.end : second.start]
        deviates = first.deviation is not None or second.deviation is not None
        if deviates and between.strip().endswith("(") and not PAIR.search(between):
            return self.numbers[:2]  # "4.92 (4.99±0.14)": best and mean of the same runs
        if len(self.numbers) == 2 and _NUMBER_AND_BRACKET.fullmatch(self.text.strip()) and bracket_scores:
            return self.numbers
        alike = abs(first.value - second.value) <= SAME_SCORE or _TWO_SETTINGS.search(f"{caption} {self.header}")
        if len(self.numbers) == 2 and PAIR.search(self.text) and alike:
            return self.numbers  # two reports of one score, or of one model in two settings
        return self.numbers[:1]


def is_bad_run(benchmark_id: str, metric_id: str, number: Number, others: Sequence[Number]) -> bool:
    """Whether an implausible number is one bad run in a column of good ones: a percentage printed as they are."""
    fits = [n for n in others if in_percent_points(benchmark_id, metric_id, n.value, all_fractions=False) is not None]
    percent = benchmark(benchmark_id).metric(metric_id).percent
    alike = decimals(number.text) in {decimals(n.text) for n in fits if decimals(n.text)}
    enough = len(fits) >= LEAST_GOOD_NEIGHBOURS and len(fits) > 0.5 * len(others)
    return percent and alike and 0 < number.value < 100 and enough
