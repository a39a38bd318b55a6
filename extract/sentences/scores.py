"""Scores that sentences state: "achieves 28.4 BLEU on WMT 2014 English-to-German", "a top-5 error of 3.57%".

A number is a score where a metric stands right beside it. Differences ("improves by 2.0 BLEU", "1.3 points better")
and bounds ("over 90 F1") are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from db.models import Qualifier
from db.reference.benchmarks import benchmark, is_classification, serves_another_task
from db.vocabulary import Reason, Refusal, Role
from extract.language.class_counts import FEW_EXAMPLES, tells_fewer_classes
from extract.language.differences import GAP_BETWEEN, SCORE_DIFFERENCE_AFTER, SCORE_DIFFERENCE_BEFORE
from extract.language.metrics import in_percent_points, names_both_ranks, split_of
from extract.language.model_names import CITATION
from extract.language.numbers import Number, decimals, find_numbers
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.pattern import Pattern, each_word
from extract.sentences.data_sets import Known, Measured, Sentence, benchmarks_of_paper, data_set_of
from extract.sentences.score_lists import UNIT_BEHIND, Listed, NumbersOfSentence, listed_scores, may_list
from extract.sentences.score_metrics import (
    METRIC_HINT,
    MetricSaid,
    may_measure,
    meant_benchmark,
    metric_beside,
    metric_of,
)
from extract.sentences.subjects import authors_in, is_kind_alone, subject_of, told_before
from extract.sentences.whose import OWN_WORDS


@dataclass(frozen=True)
class SentenceScore:
    """One score that a sentence states at `start:end` of its passage; `refused` says why it is not stood behind."""

    benchmark: str
    metric: str
    value: float
    passage: Passage
    start: int
    end: int
    pattern: str
    subject: str | None
    role: Role
    split: str | None
    qualifiers: dict[str, Qualifier] = field(default_factory=dict)
    refused: Reason | None = None

    @property
    def reason(self) -> str | None:
        """The refusal in words."""
        return self.refused.words if self.refused else None


# one of which stands in whatever METRIC_HINT finds
_HINT_PARTS = (
    "BLEU", "rror", "ccurac", "AP", "F1", "F-", "Fs", "Fm", "EM", "xact match", "WER", "FID", "core", "PCKh", "op",
)  # fmt: skip
NEAR_BEFORE, NEAR_BEHIND = 60, 40  # characters around a number in which its sentence tells what it is of
SECTION_WINDOW = 3000  # characters of a section before a sentence that may tell its data set

FROM_TO = Pattern(
    "words before a range whose two ends are both scores",
    {r"\bfrom\s(?:[a-z][\w-]*\s){0,4}$": "increased from a mere "},
    refuses=("between ",),
    flags=re.NOFLAG,
)
SHARE_OF_OTHER = Pattern(
    "what a percentage behind a metric is a share of",
    {
        r"\s?%?\s(?:overlap|IoU|confidence|sparsity|dropout|noise|noisy|corruption)\b": "% overlap",
        r"\s?%?\s(?:of|labell?ed|labels?|(?:training\s)?data)\b": "% of the labels",
    },
    refuses=("% on the test set", "% top-1 accuracy"),
    before="^",
    flags=re.NOFLAG,
)
TARGET = Pattern(
    "words for a score that is only aimed at",
    {r"\btarget(?:ed)?\s(?:[\w-]+\s){0,3}(?:accuracy|error|AP|mAP|BLEU|F1|WER)\b": "the target top-1 accuracy"},
    refuses=("the target was missed; the error",),
)
BOTH_RANKS = Pattern(
    "both ranks named before two numbers",
    {r"[Tt]op-?1\s?(?:/|and|&)\s?(?:[Tt]op-?)?5[^.;%]{0,40}$": "top-1/top-5 errors of "},
    refuses=("top-1 error of ",),
    flags=re.NOFLAG,
)
ANY_RANK = Pattern(
    "a rank", {r"top-?\s?(?P<rank>[15])\b": "Top-5"}, refuses=("top-10", "the top")
)  # fmt: skip
TWO_METRICS = Pattern(
    "two metrics named before two numbers",
    {
        r"(?P<one>EM|F1|[Ee]xact [Mm]atch)(?:\sscores?)?\s?(?:/|and|,)\s?(?P<two>F1|EM|[Ee]xact [Mm]atch)"
        r"(?:\s?scores?)?\s?(?:=|:|of|is|are|at|reaches|,)?\s?(?:about\s)?$": "EM/F1 of ",
    },
    refuses=("EM of ",),
    flags=re.NOFLAG,
)
OTHERS_DID = Pattern(
    "words for other people's results",
    {
        r"\b(?:previous|prior|published|existing)": "the previous best",
        r"\bbest\s(?:known|reported)": "the best known",
        r"\bstate[-\s]of[-\s]the[-\s]art\s(?:result|performance|of)": "the state-of-the-art of",
        r"\b(?:they|their)\b": "their error",
    },
    refuses=("the best",),
)
COMPARED = Pattern(
    "words of comparing right before a number",
    {r"\b(?:than|with|against|to|over|vs\.?|versus)": "better than the "},
    refuses=("it has ",),
    after=r"\s(?:the\s)?$",
)
CHANGED_INPUTS = Pattern(
    "words for results on training data, or on attacked or changed inputs",
    {
        r"\btrain(?:ing)?(?:[- ]set)?\s(?:top-?[15]\s)?(?:error|err\.|acc|BLEU|F1)": "a training accuracy of",
        r"\b(?:error|accuracy|F1)(?:\srate)?\son\s(?:the\s)?train(?:ing)?\b": "an error on the training set of",
        r"\b(?:adversarial|robust|corrupted|perturbed|attacked|certified)\s(?:top-?[15]\s)?(?:error|accuracy|inputs?"
        r"|images?|examples?|test|robustness)": "a robust top-1 accuracy of",
        r"\b(?:under|against)\s(?:an?\s|the\s)?(?:[\w-]+\s){0,2}?(?:attacks?|corruptions?|perturbations?)\b":
            "under a strong attack",
        r"\b(?:rotated|blurred|occluded|shuffled|downsampled)\s(?:[\w-]+\s){0,2}?(?:inputs?|images?|test|pixels|copies)\b":
            "on rotated test images",
    },
    refuses=("the training of a net with an error of", "adversarial training", "a robust net", "against others"),
)  # fmt: skip
NO_MODELS_SCORE = Pattern(
    "words for a score of people or of chance",
    {
        r"\b(?:human|people|annotators?)(?:['’]s?|-level)?\s(?:[\w-]+\s){0,2}?(?:error|accuracy|performance|score|F1|EM)":
            "a human-level top-5 error of",
        r"\b(?:chance|random(?:ly)?)[- ](?:level|guess\w*|choice|performance)": "random guessing gives",
    },
    refuses=("a human pose AP", "by chance", "random crops"),
)  # fmt: skip
TAKEN_AWAY = Pattern(
    "the beginning of a sentence on a model that lacks something",
    {r"(?:Removing|Replacing|Disabling|Dropping|Omitting|Ablating|Without)\b": "Removing it gives"},
    refuses=("We remove", "If it is kept"),
    before="^",
    flags=re.NOFLAG,
)
_SLASH = Pattern(
    "what joins the numbers of a pair",
    each_word("/ and", " {} "),
    refuses=(" or ", " to "),
    before=r"^\s?%?\s?",
    after=r"\s?$",
    flags=re.NOFLAG,
)
_PAIR = re.compile(r"\s?%?\s?/\s?")
_LIST = Pattern(
    "what parts the numbers of a list",
    {r",\s?(?:and\s|or\s)?": ("%, ", ", and "), r"\s(?:and|or)\s": " and "},
    refuses=(" to ", "; "),
    before=r"^\s?%?\s?",
    after="$",
    flags=re.NOFLAG,
)
_ONE_OF_SEVERAL = Pattern(
    "a number of a list before the one that is read",
    {",": "by 1.3, ", "/": "by 1.3 / ", "and": "by 1.3 BLEU and ", "or": "by 1.3 or ", r",\sand": "by 1.3, and "},
    refuses=("by 1.3 ", "by 1.3 to "),
    before=r"[\d.]+\s?%?\s?(?:[A-Z]\w*\s)?",
    after=r"\s$",
    flags=re.NOFLAG,
)
_CLAUSE = Pattern(
    "where the clause of a score ends",
    {
        "[;:]": "76.3;",
        r", and\b": "76.3, and",
        r", while\b": "76.3, while",
        r", whereas\b": "76.3, whereas",
        r", but\b": "76.3, but",
    },
    refuses=("76.3 and 77.1", ", android"),
    flags=re.NOFLAG,
)
_CLAUSE_BEFORE = Pattern(
    "where the clause of a score begins",
    {_CLAUSE.source(): "FooNet gains; BarNet gets", r", which\b": "FooNet, which gets"},
    refuses=("FooNet which",),
    flags=re.NOFLAG,
)
_ENSEMBLE = Pattern(
    "words for an ensemble",
    {r"\bensembl": ("an ensemble of", "ensembling")},
    refuses=("assembled", "resemble"),
    flags=re.NOFLAG,
)


def sentence_scores(passages: Sequence[Passage], context: PaperContext) -> Iterator[SentenceScore]:
    """Every score in running text, captions and footnotes, in reading order; doubtful ones with a reason."""
    benchmarks = benchmarks_of_paper(context)
    section, section_text = None, ""
    for passage in passages:
        if passage.section != section:
            section, section_text = passage.section, ""
        before = section_text
        if passage.kind == "prose":
            section_text = f"{section_text} {passage.text}"[-SECTION_WINDOW:]
        if passage.kind not in ("prose", "caption", "footnote") or not _may_score(passage.text):
            continue
        for start, end in passage.sentences:
            text = passage.text[start:end]
            if any(map(str.isdigit, text)) and _may_score(text):
                measured = Measured(benchmarks, f"{before} {passage.text[:start]}")
                yield from _in_sentence(Sentence(passage, start, text), context, measured)


def _may_score(text: str) -> bool:
    """Whether a metric could be named in the text: cheap, and never wrong where it says no."""
    if any(part in text for part in _HINT_PARTS) and METRIC_HINT.search(text) is not None:
        return True
    return "% on" in text or "% for" in text


def _in_sentence(sentence: Sentence, context: PaperContext, measured: Measured) -> Iterator[SentenceScore]:
    for stated in _stated(sentence.text, context):
        yield from _scores_of(stated, sentence, context, measured)


# Which numbers of a sentence state a score, and of which metric.


@dataclass(frozen=True)
class _Stated:
    """A number of a sentence with its metric, and what a list says of it."""

    number: Number
    metric: MetricSaid
    benchmark: str | None = None
    subject: str | None = None


def _stated(text: str, context: PaperContext) -> Iterator[_Stated]:
    """The numbers that a metric stands beside, or that a list gives one."""
    numbers = find_numbers(text, words=False)
    metrics = {i: said for i, number in enumerate(numbers) if (said := metric_beside(text, number))}
    lists = _add_listed(text, numbers, metrics)
    _add_later_pairs(text, numbers, metrics)
    listed: dict[int, Listed] = {}
    if (metrics and len(numbers) > 1) or (not metrics and may_list(text)):
        listed = listed_scores(NumbersOfSentence(text, numbers, metrics, context.mentions_in(text)))
    for i, number in enumerate(numbers):
        if i in listed:
            yield _Stated(number, listed[i].metric, listed[i].benchmark, listed[i].subject)
        elif i in metrics:
            yield from _stated_beside(text, numbers, i, metrics, listed, lists, context)


def _stated_beside(
    text: str, numbers: Sequence[Number], i: int, metrics: dict[int, MetricSaid], listed: dict[int, Listed],
    lists: Sequence[Sequence[int]], context: PaperContext,
) -> Iterator[_Stated]:  # fmt: skip
    """The number at `i` with the metric beside it, and a top-5 partner that shares the metric's name, not its rank."""
    number, said = numbers[i], metrics[i]
    members = next((m for m in lists if i in m), None)
    named = _data_sets_for(text, said.words, context) if members else []
    if members and len(named) > 1:
        if len(named) == len(members):
            yield _Stated(number, said, named[members.index(i)])
        return
    both = BOTH_RANKS.search(text[max(0, number.start - 60) : number.start]) is not None
    partner = i + 1 if i + 1 < len(numbers) and i + 1 not in metrics and i + 1 not in listed else None
    if partner is not None and (said.rank is None or both):
        together = both and _SLASH.fullmatch(text[number.end : numbers[partner].start])
        if together or _is_pair(text, numbers, i):
            yield _Stated(numbers[partner], replace(said, rank=5))
            said = replace(said, rank=1)
    yield _Stated(number, said)


def _data_sets_for(text: str, metric: str, context: PaperContext) -> list[str]:
    """The benchmarks of the sentence that have the metric, each once, left to right."""
    return list(dict.fromkeys(m.benchmark for m in context.mentions_in(text) if may_measure(m.benchmark, metric)))


def _add_later_pairs(text: str, numbers: Sequence[Number], metrics: dict[int, MetricSaid]) -> None:
    """Reads "its error is 24.6%/7.5%, vs. the original's 23.6%/7.1%": the later pair is of the same metric."""
    first = next((i for i in metrics if _is_pair(text, numbers, i)), None)
    if first is None:
        return
    for i in range(first + 2, len(numbers) - 1):
        if i not in metrics and i - 1 not in metrics and _is_pair(text, numbers, i):
            metrics[i] = replace(metrics[first], rank=None)


def _add_listed(text: str, numbers: Sequence[Number], metrics: dict[int, MetricSaid]) -> list[list[int]]:
    """Adds what is said once for a list: "76.3%, 77.1% and 78.2% top-1 accuracy", "EM/F1 = 82.2/88.6".

    Returns the lists, as places in `numbers`.
    """
    for i in range(len(numbers) - 1):
        two = TWO_METRICS.search(text[max(0, numbers[i].start - 60) : numbers[i].start])
        if two and two["one"] != two["two"] and _SLASH.fullmatch(text[numbers[i].end : numbers[i + 1].start]):
            metrics[i] = MetricSaid(two["one"], None, "sentence_metric_value")
            metrics[i + 1] = MetricSaid(two["two"], None, "sentence_metric_value")
    lists = []
    for i in sorted(metrics):
        if not _says_two(text, numbers[i], metrics[i]):
            members = _members(text, numbers, i, metrics)
            for k in members:
                metrics.setdefault(k, replace(metrics[i], pattern=f"{metrics[i].pattern}_listed"))
            if len(members) > 1:
                lists.append(sorted(members))
    return lists


def _says_two(text: str, number: Number, said: MetricSaid) -> bool:
    """Whether the words before the number name two metrics or ranks, so that its neighbour has one of its own."""
    return bool(
        BOTH_RANKS.search(text[max(0, number.start - 60) : number.start])
        or (said.rank is None and names_both_ranks(text))
        or TWO_METRICS.search(text[: number.start])
    )


def _members(text: str, numbers: Sequence[Number], i: int, metrics: dict[int, MetricSaid]) -> list[int]:
    """The numbers that share the metric of number `i`: before it where the metric stands behind, else behind it."""
    step = -1 if metrics[i].pattern == "sentence_value_metric" else 1
    members = [i]
    k = i + step
    while 0 <= k < len(numbers) and k not in metrics and _alike(numbers[k], numbers[k - step]):
        first, second = sorted((k, k - step))
        if not _LIST.fullmatch(text[numbers[first].end : numbers[second].start]):
            break
        members.append(k)
        k += step
    return members


def _alike(a: Number, b: Number) -> bool:
    """Whether two numbers are printed in one manner: with as many decimals, both of a share or neither."""
    return decimals(a.text) == decimals(b.text) > 0 and not a.sign and not a.magnitude and not a.is_range


def _is_pair(text: str, numbers: Sequence[Number], i: int) -> bool:
    """Whether "24.6%/7.5%" stands here: a top-1 error and the smaller top-5 error behind it."""
    if i + 1 >= len(numbers) or numbers[i].sign or numbers[i + 1].sign:
        return False
    between = text[numbers[i].end : numbers[i + 1].start]
    return bool(_PAIR.fullmatch(between)) and numbers[i + 1].value < 0.6 * numbers[i].value


# What a stated score is of, and what speaks against it.


@dataclass(frozen=True)
class _Score:
    """A stated number on its benchmark, before it is judged."""

    stated: _Stated
    sentence: str
    context: PaperContext
    benchmark: str
    known: Known
    metric: str
    role: Role
    value: float  # as printed
    shown: float | None  # in the benchmark's unit; None where it is not plausible

    @property
    def number(self) -> Number:
        return self.stated.number

    @property
    def before(self) -> str:
        return self.sentence[max(0, self.number.start - 60) : self.number.start]

    @property
    def clause(self) -> str:
        """The number's own clause."""
        return _clause(self.sentence, self.number)

    @property
    def clause_before(self) -> str:
        """The clause up to the number."""
        return self.sentence[_clause_start(self.sentence, self.number) : self.number.start]


def _scores_of(
    stated: _Stated, sentence: Sentence, context: PaperContext, measured: Measured
) -> Iterator[SentenceScore]:
    """The score that a number states on its benchmark, both of "from 25.9 to 30.6"; none where nothing names one."""
    number, text = stated.number, sentence.text
    if _has_another_unit(text, number):
        return
    place = (
        (stated.benchmark, Known.HERE) if stated.benchmark
        else data_set_of(sentence, number, stated.metric.words, context, measured)
    )  # fmt: skip
    if place is None or serves_another_task(place[0], text):
        return
    benchmark_id = meant_benchmark(place[0], stated.metric.words)
    beside = text[max(0, number.start - NEAR_BEFORE) : number.end + NEAR_BEHIND]
    if tells_fewer_classes(benchmark_id, text) or (is_classification(benchmark_id) and FEW_EXAMPLES.search(beside)):
        return
    values = [number.low, number.high] if number.is_range else [number.value]
    metric_id = _metric_id(stated.metric, benchmark_id, text, number, measured)
    if metric_id is None:
        return
    if stated.metric.rank is None:
        metric_id = _rank_by_value(benchmark_id, metric_id, values)
    start, end = sentence.start + number.start, sentence.start + number.end
    subject = stated.subject or subject_of(sentence.passage, start, end, context)
    role = _role(stated, subject, text, context)
    if is_kind_alone(subject, context):
        told = authors_in if role is Role.PRIOR else told_before
        subject = told(sentence.passage, start, context) or subject
    for value in values:
        fraction = 0 < value < 1 and not number.percent
        shown = in_percent_points(benchmark_id, metric_id, value, all_fractions=fraction)
        score = _Score(stated, text, context, benchmark_id, place[1], metric_id, role, value, shown)
        qualifiers: dict[str, Qualifier] = {"printed": number.text}
        if _ENSEMBLE.search(text):
            qualifiers["ensemble"] = True
        yield SentenceScore(
            benchmark_id, metric_id, value if shown is None else shown, sentence.passage, start, end,
            f"{stated.metric.pattern}_{place[1]}", subject, role, split_of(text.lower()), qualifiers, _refused(score),
        )  # fmt: skip


def _has_another_unit(text: str, number: Number) -> bool:
    """Whether a number is of something else, and nothing else says that it is no score."""
    if _is_difference(text, number) or TARGET.search(text[max(0, number.start - 60) : number.start]) or number.bound:
        return False
    if number.is_range and not _is_from_to(text, number):
        return False
    return bool(number.magnitude or UNIT_BEHIND.match(text[number.end :]))


def _is_from_to(text: str, number: Number) -> bool:
    """Whether both ends of the range are scores: "increased from 25.9 to 30.6"."""
    return number.is_range and FROM_TO.search(text[: number.start]) is not None


def _is_difference(text: str, number: Number) -> bool:
    before, after = text[max(0, number.start - 60) : number.start], text[number.end : number.end + 60]
    by = not _is_from_to(text, number) and SCORE_DIFFERENCE_BEFORE.search(_ONE_OF_SEVERAL.sub("", before))
    return bool(number.sign or by or SCORE_DIFFERENCE_AFTER.search(after) or GAP_BETWEEN.search(text[: number.start]))


def _metric_id(said: MetricSaid, benchmark_id: str, text: str, number: Number, measured: Measured) -> str | None:
    """The benchmark's metric; a rank that the sentence leaves out is the one that the section spoke of."""
    if said.rank is None and 5 in benchmark(benchmark_id).ranks and not ANY_RANK.search(text):
        ranks = {m["rank"] for m in ANY_RANK.finditer(measured.section_text[-400:])}
        if ranks == {"5"}:
            said = replace(said, rank=5)
    return metric_of(benchmark_id, said, text, text[number.end : number.end + 60], number.value)


def _rank_by_value(benchmark_id: str, metric_id: str, values: Sequence[float]) -> str:
    """The metric's other rank where only that can have such values: "3.6% error" is the challenge's own, the top-5."""
    entry = benchmark(benchmark_id)
    metric = entry.metric(metric_id)
    if metric.quantity is None or any(metric.is_plausible(v) for v in values):
        return metric_id
    others = (entry.ranked_metric(metric.quantity, rank) for rank in entry.ranks if rank != metric.rank)
    return next((o.id for o in others if o and all(o.is_plausible(v) for v in values)), metric_id)


def _role(stated: _Stated, subject: str | None, text: str, context: PaperContext) -> Role:
    number = stated.number
    before = text[max(0, number.start - 60) : number.start]
    own_name = subject is not None and context.names.is_own(subject)
    own = own_name or OWN_WORDS.search(text) is not None
    if not own and (_cited(text, number) or OTHERS_DID.search(before)):
        return Role.PRIOR
    if stated.subject and not own_name and COMPARED.search(before):
        return Role.PRIOR
    return Role.ABLATION if TAKEN_AWAY.match(text) else Role.OWN


def _cited(text: str, number: Number) -> bool:
    """Whether a citation mark stands in the number's own clause."""
    return CITATION.search(_clause(text, number)) is not None


def _clause(text: str, number: Number) -> str:
    """The clause that the number stands in."""
    stop = _CLAUSE.search(text, number.end)
    return text[_clause_start(text, number) : stop.start() if stop else len(text)]


def _clause_start(text: str, number: Number) -> int:
    return max((m.end() for m in _CLAUSE_BEFORE.finditer(text[: number.start])), default=0)


def _is_unsure_of_data(score: _Score) -> bool:
    """Whether the data set is only the paper's, and the paper has others that compare with it."""
    return bool(
        score.known is Known.PAPER and score.stated.metric.rank is None and score.context.names_untracked
        and not _stands_out(score.benchmark, score.context)
    )  # fmt: skip


def _stands_out(benchmark_id: str, context: PaperContext) -> bool:
    """Whether the paper is about this benchmark far more than about any other classification benchmark."""
    others = [n for b, n in context.counts.items() if b != benchmark_id and is_classification(b)]
    return context.counts.get(benchmark_id, 0) >= 6 + 3 * max(others, default=0)


def _is_lone_fraction(score: _Score) -> bool:
    return 0 < score.value < 1 and score.shown != score.value and score.known is not Known.HERE


def _is_whole_per_cent(score: _Score) -> bool:
    """Whether a number without decimals is a score in per cent: "an accuracy of 88%", not "at 50% overlap"."""
    return score.number.percent and not SHARE_OF_OTHER.match(score.sentence[score.number.end :])


_NO_SCORE: Sequence[tuple[Callable[[_Score], object], Refusal]] = (
    (lambda score: _is_difference(score.sentence, score.number), Refusal.SCORE_DIFFERENCE),
    (lambda score: TARGET.search(score.before), Refusal.TARGET),
    (lambda score: score.number.bound, Refusal.SCORE_BOUND),
    (lambda score: score.number.is_range and not _is_from_to(score.sentence, score.number), Refusal.SCORE_RANGE),
    (lambda score: CHANGED_INPUTS.search(score.clause), Refusal.CHANGED_INPUTS),
    (lambda score: NO_MODELS_SCORE.search(score.clause_before), Refusal.NO_MODELS_SCORE),
    (lambda score: score.shown is None, Refusal.SCORE_IMPLAUSIBLE),
    (lambda score: score.number.approximate, Refusal.ROUNDED_SCORE),
    (lambda score: score.known is Known.PAPER and score.role is Role.PRIOR, Refusal.OTHERS_DATA_UNNAMED),
    (_is_unsure_of_data, Refusal.DATA_UNNAMED),
    (_is_lone_fraction, Refusal.FRACTION_DATA_UNNAMED),
    (lambda score: "." not in score.number.text and not _is_whole_per_cent(score), Refusal.WHOLE_NUMBER),
)


def _refused(score: _Score) -> Reason | None:
    """Why the score is not stood behind; None: it is."""
    refusal = next((refusal for test, refusal in _NO_SCORE if test(score)), None)
    if refusal is Refusal.SCORE_IMPLAUSIBLE:
        return Reason(refusal, f"{score.value:g} is no plausible {score.metric} on {score.benchmark}")
    return Reason(refusal) if refusal else None
