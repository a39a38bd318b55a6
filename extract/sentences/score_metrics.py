"""The metric that stands beside a number in a sentence: "28.4 BLEU", "a top-5 error of 3.57%", "76.3% (top-1)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.reference.benchmarks import Benchmark, alternatives_of, benchmark, find_metric, is_meant
from extract.language.metrics import names_both_ranks, rank_and_sense
from extract.language.numbers import Number
from extract.pattern import Pattern


@dataclass(frozen=True)
class MetricSaid:
    """A metric in the sentence's words ("error", "mask AP"), the k of its top-k, and the pattern that found it."""

    words: str
    rank: int | None
    pattern: str


# Metrics as sentences print them, each with one of its names. `_RANK` may stand before or behind.
_KINDS = {
    r"errors?(?:\srates?)?|err\.": "error rate",
    r"acc(?:urac(?:y|ies)|\.)": "accuracy",
    r"(?:[Ss]acre)?BLEU(?:\sscores?|\spoints?)?": "BLEU",
    r"WERs?|word\serror(?:\srates?)?": "WER",
    r"m?AP(?:\s?[_^@]?\s?(?:\[?\.?5\s?[:,]\s?\.?95\]?|\.?50|\.?5|\.?75|box|mask|bb|kp|m|b|S|M|L|small))?(?![A-Za-z])"
    r"(?:\sscores?)?": "mAP@.5",
    r"F1(?:[-\s]?(?:scores?|measures?))?|F-?(?:score|measure)s?": "F1 score",
    r"EM(?:\sscores?)?|[Ee]xact[-\s][Mm]atch(?:\sscores?)?": "exact match",
    r"FID(?:-50[kK])?(?:\sscores?)?": "FID",
    r"[Ii]nception\s[Ss]cores?|IS(?=\s(?:of|is|=)\s)": "Inception score",
    r"PCKh(?:@0?\.5)?(?:\sscores?)?": "PCKh@0.5",
    r"[Tt]op-?\s?[15](?![\w/])": "top-5",
}
_RANK = r"(?:(?P<rank>[Tt]op-?\s?[15])[-\s]{0,2})?"
_NAME = r"[A-Z](?:-|[^\WA-Z\d])*[A-Z\d][\w-]*+"  # a data set's or a model's name, as a word before the metric
_DESCRIBED = (
    r"(?:(?![Tt]op-?\s?[15])(?:test|validation|val|dev|overall|average|mean|final|median|best|classification|detection|cased"
    r"|tokenized|detokenized|linear|probing|strong|new|absolute|set|total|exact|[a-z]+(?:-[a-z\d]+)+|\d{1,2}-crop"
    rf"|{_NAME}\+?)\s){{0,3}}"
    rf"{_RANK}(?:(?:test|validation|val|classification|set|box|mask|bbox|single-crop|dev|{_NAME})\s){{0,2}}(?P<kind>"
)
_RANK_AFTER = r")(?P<rest>\s(?:top-?[15]))?"
_CHANGES = r"(?:increas|improv|dropp?|decreas|reduc|rais|lower|go|went|grow|climb|jump|mov|fell|fall)\w*"

METRIC_BEHIND = Pattern(
    "a metric behind its number",
    {kind: f"% top-1 test {words} of " for kind, words in _KINDS.items()},
    refuses=(" errand", " APs", " IST"),
    before=r"^\s?(?:%|percent)?\s?(?:\(?(?:in\s)?(?:terms\sof\s)?)" + _DESCRIBED,
    after=_RANK_AFTER,
    flags=re.NOFLAG,
)
METRIC_BEFORE = Pattern(
    "a metric before its number",
    {
        kind: ("an IS of " if words == "Inception score" else f"a top-5 test {words} on the test set of about ")
        for kind, words in _KINDS.items()
    },
    refuses=("the errors we saw in ", "an accuracy above "),
    before=_DESCRIBED,
    after=_RANK_AFTER + r"(?:\s?\((?:%|in\s%|[^()\d]{1,16})\))?(?:"
    r"(?:\s(?:on|for|at|in|of)\s(?:[^.;:()\d]|\([^().;]{1,30}\)|(?<=[\w.-])\d|(?<![\w.-])\d(?=[\w.-])|\.(?=\d)){1,60}?)?"
    r"(?:\s(?:is|was|of|to|at|reaches|reached|becomes|equals|being|are|were|stands?\sat|amounts?\sto"
    rf"|(?:is\s)?(?:pushed|brought|rises|{_CHANGES})\sto)|\s?[:=])"
    r"(?:\s(?:about|around|only|just|approximately|roughly|as\s(?:low|high)\sas))?\s?[~≈]?|\s\(|\sfrom"
    r"|(?:\s(?:on|for|at|in)\s[\w-]+(?:\s[\w-]+){0,2}?)?\sfrom(?:\s[a-z][\w-]*){0,4}"
    rf"|\s[^.;:()\d]{{0,60}}?{_CHANGES}(?:\sup|\sdown)?\sfrom)\s?$",
    flags=re.NOFLAG,
)
BARE_METRIC_BEFORE = Pattern(
    "a metric's short name right before its number",
    {r"FID|IS": "FID ", r"(?:sacre)?BLEU|WER": "BLEU ", r"F1|EM": "F1 ", r"m?AP": "mAP ", r"PCKh": "PCKh "},
    refuses=("FIDs ", "accuracy "),
    before=r"(?<![\w-])(?P<kind>",
    after=r")\s$",
    flags=re.NOFLAG,
)
METRIC_HINT = Pattern(
    "any metric anywhere in a text",
    {
        r"BLEU": "28 BLEU",
        r"\b[Ee]rrors?\b|[Ww]ord error": "an error of",
        r"[Aa]ccurac": "accuracies",
        r"\bm?AP\d*\b|\bAP[a-z_^]": "AP50",
        r"\bF1\b|\bF-?(?:score|measure)": "F-score",
        r"\bEM\b|[Ee]xact match": "EM",
        r"\bWER\b": "WER",
        r"\bFID\b|[Ii]nception [Ss]core": "FID",
        r"PCKh": "PCKh",
        r"[Tt]op-?\s?[15]\b": "top-1",
    },
    refuses=("terrors", "MAPS"),
    before="(?=[AaBEeFIimPTtWw])",  # what any of them begins with: the others' places are passed sooner
    flags=re.NOFLAG,
)
HALF_OVERLAP = Pattern(
    "words behind an AP that ask for an overlap of one half",
    {r"50\s?%": "% at 50% overlap", r"0?\.50?\b": " mAP @ 0.5"},
    refuses=(" at 0.75",),
    before=r"^\s?%?\s?(?:m?AP\s)?(?:at|@|with|under)\s?(?:an?\s)?(?:IoU\s?(?:of|=|threshold\sof)?\s?)?",
    flags=re.NOFLAG,
)
OF_MASKS = Pattern(
    "words that make an AP that of masks",
    {r"\bmask\b": "mask AP", r"instance seg": "instance segmentation AP"},
    refuses=("masked AP",),
    flags=re.NOFLAG,
)
BRACKET_BEHIND = re.compile(r"\s?%?\s?\([^()%\d]{1,20}\)")


def metric_beside(sentence: str, number: Number) -> MetricSaid | None:
    """The metric right beside the number: behind it, behind its bracket ("90.3% (hard) AP"), or before it."""
    behind = METRIC_BEHIND.match(sentence[number.end :])
    bracket = None if behind else BRACKET_BEHIND.match(sentence, number.end)
    if bracket:
        behind = METRIC_BEHIND.match(sentence[bracket.end() :])
    if behind:
        rank = behind["rank"] or behind["rest"] or _rank_alone(behind["kind"])
        return MetricSaid(_words(behind), _rank(rank), "sentence_value_metric")
    told = sentence[max(0, number.start - 110) : number.start]
    before, match = None, METRIC_BEFORE.search(told)
    while match:  # the last one: "an EM of 70.0 and an F1 of 79.0"
        before, match = match, METRIC_BEFORE.search(told, match.end("kind"))
    if before:
        rank = before["rank"] or before["rest"] or _rank_alone(before["kind"])
        return MetricSaid(_words(before), _rank(rank), "sentence_metric_value")
    beside = BARE_METRIC_BEFORE.search(told) if "." in number.text else None
    return MetricSaid(beside["kind"], None, "sentence_metric_value") if beside else None


def _words(match: re.Match[str]) -> str:
    """The metric's own words; a mask AP keeps its "mask", a rank alone is the whole of it."""
    kind = match["kind"]
    if "AP" not in kind:
        return kind
    return f"mask {kind}" if OF_MASKS.search(match.group()) else kind


def _rank_alone(kind: str) -> str | None:
    """The kind, where it is a rank without "error" or "accuracy" behind it."""
    return kind if kind[:1] in "Tt" else None


def _rank(text: str | None) -> int | None:
    return (5 if "5" in text else 1) if text else None


def meant_benchmark(benchmark_id: str, words: str) -> str:
    """The benchmark, or its alternative where a metric of these words is only that one's: an AP of key points."""
    for other in alternatives_of(benchmark_id):
        if is_meant(other.id, words) or (find_metric(other.id, words) and not find_metric(benchmark_id, words)):
            return other.id
    return benchmark_id


def may_measure(benchmark_id: str, words: str) -> bool:
    """Whether the benchmark's papers report a metric of these words: an accuracy in classification, AP in detection."""
    entry = benchmark(benchmark_id)
    ranked = words.lower().startswith(("err", "acc", "top"))
    if ranked or entry.is_classification:
        return ranked and entry.is_classification
    return bool(find_metric(meant_benchmark(benchmark_id, words), words))


def metric_of(benchmark_id: str, said: MetricSaid, sentence: str, after: str, value: float) -> str | None:
    """The id of the benchmark's metric that was said of a value; None where which of several is not clear."""
    entry = benchmark(benchmark_id)
    if entry.is_classification:
        return _ranked_metric(entry, said, sentence, value)
    found = find_metric(benchmark_id, said.words)
    if found and found[0] == entry.primary_metric.id and HALF_OVERLAP.match(after):
        found = find_metric(benchmark_id, f"{said.words.split()[0]}50") or found
    return found[0] if found else None


def _ranked_metric(entry: Benchmark, said: MetricSaid, sentence: str, value: float) -> str | None:
    low, rank = said.words.lower(), said.rank
    quantity = "error" if low.startswith("err") else "accuracy" if low.startswith("acc") else None
    if low.startswith("top"):
        quantity = _quantity_of_rank(sentence, rank, value)
    if quantity is None:
        return None
    if rank is None and 5 in entry.ranks:
        if names_both_ranks(sentence):
            return None  # which of the two is not said
        rank = rank_and_sense(sentence).rank
    metric = entry.ranked_metric(quantity, rank or 1)
    return metric.id if metric else None


def _quantity_of_rank(sentence: str, rank: int | None, value: float) -> str | None:
    """Whether a number called only "top-1" or "top-5" is an error or an accuracy; None where neither is sure."""
    if sense := rank_and_sense(sentence).sense:
        return sense
    percent = 100 * value if 0 < value < 1 else value
    if percent >= (60 if rank == 5 else 50):
        return "accuracy"
    return "error" if percent < (25 if rank == 5 else 40) else None
