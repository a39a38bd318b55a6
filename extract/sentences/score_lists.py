"""Scores that a sentence lists without repeating what they are: "3.5% and 17.2% on CIFAR-10 and CIFAR-100".

Numbers printed one behind the other share a metric, or take the names of a list as long as theirs, in its order:
metrics ("EM/F1 of 81.1/87.4"), data sets, models. A later number with a data set or a model of its own ("28.4 BLEU on
X and 41.0 on Y", "better than the 81.8% of Z") is of the metric named before it. A percentage "on" an image
classification benchmark behind a verb of reaching needs no metric: it is an accuracy, where it is one half or more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from db.reference.benchmarks import BenchmarkMention, is_classification
from extract.language.model_names import model_names_in
from extract.language.number_lists import AND, BETWEEN_NAMES, model_lists, number_groups
from extract.language.numbers import Number
from extract.pattern import Pattern
from extract.sentences.score_metrics import MetricSaid


@dataclass(frozen=True)
class Listed:
    """What a list says of one of its numbers; None where the sentence has to say it."""

    metric: MetricSaid
    benchmark: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class NumbersOfSentence:
    """A sentence's numbers, the metrics that stand beside some of them (by place), the benchmarks that it names."""

    text: str
    numbers: Sequence[Number]
    metrics: Mapping[int, MetricSaid]
    mentions: Sequence[BenchmarkMention]


UNIT_BEHIND = Pattern(
    "a unit behind a number that is therefore no score",
    {
        r"(?:ms|s|sec\w*|min\w*|hours?|days?)": " hours",
        r"(?:fps|FPS)": " fps",
        r"(?:[KMGT]?FLOPs?|[GMKB]|params?|parameters|layers?)": " GFLOPs",
        r"(?:x|×)": "x",
        r"(?:images?|classes|examples|samples|sentences|tokens|px|pixels)": " images",
        r"(?:epochs?|steps?|iterations?)": "-epoch",
        r"(?:GPUs?|TPUs?)": " GPUs",
        r"IoU": " IoU",
    },
    refuses=("% on", " BLEU", " Small"),
    before=r"^\s?-?",
    after=r"(?![A-Za-z])",
    flags=re.NOFLAG,
)
_METRIC_NAME = (
    r"(?:[Tt]op-?\s?[15]|(?:box|bbox|mask|segm?)(?:\sm?AP)?|EM|[Ee]xact[-\s][Mm]atch(?:\sscores?)?|F1(?:[-\s]scores?)?|FID"
    r"|IS|[Ii]nception\s[Ss]core|m?AP(?:@?\s?\.?\d\d|[SML]|_?(?:50|75)|box|mask|bb|mk)?|[Ss]mall|[Mm]edium|[Ll]arge"
    r"|[Ee]asy|[Hh]ard)"
)
ONE_METRIC = Pattern(
    "a metric in a list of metrics",
    {_METRIC_NAME: ("top-1", "box AP", "EM", "F1 score")},
    refuses=("accuracy", "BLEU"),
    flags=re.NOFLAG,
)
METRIC_LIST = Pattern(
    "metrics in a list",
    {rf"{_METRIC_NAME}(?:\s?{AND}\s?{_METRIC_NAME})+": ("top-1 and top-5", "EM/F1", "small, medium and large")},
    refuses=("top-1 accuracy", "EM of F1"),
    before=r"(?<![\w-])",
    after=r"(?![\w-])",
    flags=re.NOFLAG,
)
OWN_DATA_SET = Pattern(
    "words between a number and a data set of its own",
    {r"\s?(?:%|percent)?\s(?:on|for|in)\s(?:the\s)?": " on the ", r"\s?%?\s?\(": "% ("},
    refuses=(" and on ",),
    before="^",
    after="$",
)
OWN_MODEL = Pattern(
    "a model of its own behind a number",
    {r"(?:of|for|by|from|with)\s(?:the\s|our\s)?": "% of SlowNet-9", r"\(": " (SlowNet-9"},
    refuses=(" of it", " SlowNet-9"),
    before=r"^\s?(?:%|percent)?\s?",
    after=r"(?P<name>[A-Z][\w.+/-]*(?:\s[A-Z(][\w.+/()-]*){0,2})",
    flags=re.NOFLAG,
)
REACHES = Pattern(
    "a verb of reaching right before a number",
    {
        r"(?:achiev|reach|obtain|attain|yield|produc)\w*": "it achieves an impressive ",
        r"(?:scor|report|record|get|got|give|hit|has|had|have|is|are)\w*(?:\sat)?": "scored a new ",
    },
    refuses=("it keeps ", "it reaches, with "),
    before=r"\b",
    after=(
        r"(?:\s(?:an?|the|state[-\s]of[-\s]the[-\s]art|new|best|record|overall|final|accuracy|result|performance|of|up|to"
        r"|about|impressive|strong|remarkable)){0,5}\s$"
    ),
    flags=re.NOFLAG,
)
_TAG = re.compile(r"\s?%?\s?\((?P<tag>[^()%]{1,24})\)")  # "95.0% (medium)"


def may_list(sentence: str) -> bool:
    """Whether a sentence without a metric beside any number could still list scores: cheap."""
    return "% on" in sentence or "% for" in sentence or METRIC_LIST.search(sentence) is not None


def listed_scores(sentence: NumbersOfSentence) -> dict[int, Listed]:
    """What the sentence's lists say of its numbers, by their places; numbers with a metric beside them stay theirs
    unless a list says which of several it is."""
    found: dict[int, Listed] = {}
    for group in number_groups(sentence.text, sentence.numbers):
        if all(_may_be_score(sentence, i) for i in group):
            found.update(_in_group(sentence, group))
    return {**found, **_carried(sentence, found)} if sentence.mentions else found


def _may_be_score(sentence: NumbersOfSentence, i: int) -> bool:
    """Whether nothing at the number says that it is something else."""
    number = sentence.numbers[i]
    return (
        not number.magnitude and not number.sign and not number.is_range and "." in number.text
        and not UNIT_BEHIND.match(sentence.text[number.end :])
    )  # fmt: skip


def _carried(sentence: NumbersOfSentence, listed: Mapping[int, Listed]) -> dict[int, Listed]:
    """The numbers whose metric an earlier number was said to have, or that need none."""
    found: dict[int, Listed] = {}
    metrics = {**sentence.metrics, **{i: said.metric for i, said in listed.items()}}
    for i in range(len(sentence.numbers)):
        if i in metrics or not _may_be_score(sentence, i):
            continue
        said = _carried_to(sentence, i, metrics, {**listed, **found})
        if said is not None:
            found[i] = said
            metrics[i] = said.metric
    return found


def _carried_to(
    sentence: NumbersOfSentence, i: int, metrics: Mapping[int, MetricSaid], listed: Mapping[int, Listed]
) -> Listed | None:
    """The metric of an earlier number for the number at `i`, which has a data set or a model of its own."""
    text, numbers = sentence.text, sentence.numbers
    number = numbers[i]
    own = next((m for m in sentence.mentions if OWN_DATA_SET.match(text[number.end : m.start])), None)
    in_brackets = own is not None and text[: own.start].endswith("(")
    alike = [j for j in metrics if numbers[j].percent == number.percent]
    givers = [j for j in alike if j < i] or (alike[:1] if in_brackets else [])
    carried = replace(metrics[givers[-1]], pattern="sentence_metric_carried") if givers else None
    if own and carried:
        return Listed(carried, own.benchmark)
    model = OWN_MODEL.match(text[number.end :])
    named = model_names_in(model["name"]) if model else ()
    if carried and named and i - givers[-1] == 1:
        giver = listed.get(givers[-1])
        return Listed(carried, giver.benchmark if giver else None, named[0])
    reached = own and not in_brackets and number.percent and is_classification(own.benchmark)
    if own and reached and REACHES.search(text[max(0, number.start - 70) : number.start]):
        quantity = "accuracy" if number.value >= 50 else "error"
        return Listed(MetricSaid(quantity, None, "sentence_percentage"), own.benchmark)
    return None


# Lists: each way gives what it says of the group's numbers, one a number, or nothing.


@dataclass(frozen=True)
class _Group:
    """Numbers printed one behind the other, by their places in the sentence."""

    sentence: NumbersOfSentence
    places: Sequence[int]

    @property
    def start(self) -> int:
        return self.sentence.numbers[self.places[0]].start

    @property
    def end(self) -> int:
        return self.sentence.numbers[self.places[-1]].end

    @property
    def tags(self) -> list[re.Match[str] | None]:
        """The brackets behind the numbers."""
        return [_TAG.match(self.sentence.text, self.sentence.numbers[i].end) for i in self.places]

    @property
    def shared(self) -> MetricSaid | None:
        """The one metric that stands beside any of the numbers."""
        beside = [self.sentence.metrics[i] for i in self.places if i in self.sentence.metrics]
        same = len({(said.words, said.rank) for said in beside}) == 1
        return replace(beside[0], pattern="sentence_list") if same else None


def _in_group(sentence: NumbersOfSentence, places: Sequence[int]) -> dict[int, Listed]:
    """What is said of the numbers at these places, which stand one behind the other."""
    group = _Group(sentence, places)
    said = next((found for way in _WAYS if (found := way(group)) is not None), None)
    return dict(zip(places, said, strict=True)) if said else {}


def _metrics_in_order(group: _Group) -> list[Listed] | None:
    """The metrics of the list that is as long as the numbers' and nearest to them."""
    best: tuple[int, str] | None = None
    for match in METRIC_LIST.finditer(group.sentence.text):
        gap = group.start - match.end() if match.end() <= group.start else match.start() - group.end
        as_long = len([*ONE_METRIC.finditer(match.group())]) == len(group.places)
        if as_long and 0 <= gap <= 90 and (best is None or gap < best[0]):
            best = (gap, match.group())
    if best is None:
        return None
    metrics = [_metric_named(name.group()) for name in ONE_METRIC.finditer(best[1])]
    if any(said.rank is None for said in metrics) and not (group.sentence.mentions or group.sentence.metrics):
        return []  # nothing says that "small / medium" are sizes of objects
    return [Listed(said) for said in metrics]


def _metrics_in_tags(group: _Group) -> list[Listed] | None:
    """The metrics in brackets behind the numbers: "95.0% (medium), 91.4% (hard)"."""
    tags = [tag["tag"] for tag in group.tags if tag]
    if len(tags) < len(group.places) or not all(ONE_METRIC.fullmatch(tag) for tag in tags):
        return None
    return [Listed(_metric_named(tag)) for tag in tags]


def _data_sets_in_tags(group: _Group) -> list[Listed] | None:
    """The data sets in brackets behind the numbers, which share a metric."""
    if group.shared is None:
        return []
    mentions = group.sentence.mentions
    within = [
        next((m.benchmark for m in mentions if tag and tag.start("tag") <= m.start < tag.end()), None)
        for tag in group.tags
    ]
    return [Listed(group.shared, benchmark) for benchmark in within] if all(within) else None


def _data_sets_in_order(group: _Group) -> list[Listed] | None:
    """The benchmarks of the list that is as long as the numbers' and nearest to them."""
    runs = [run for run in _data_set_lists(group.sentence) if len(run) == len(group.places)]
    if not runs or group.shared is None:
        return None
    nearest = min(
        runs, key=lambda run: run[0].start - group.end if run[0].start >= group.end else group.start - run[-1].end
    )
    return [Listed(group.shared, mention.benchmark) for mention in nearest]


def _models_in_order(group: _Group) -> list[Listed] | None:
    """The models of the list before the numbers that is as long as theirs."""
    names = next((r for r in model_lists(group.sentence.text[: group.start]) if len(r) == len(group.places)), None)
    return [Listed(group.shared, None, name) for name in names] if names and group.shared else None


_WAYS: Sequence[Callable[[_Group], list[Listed] | None]] = (
    _metrics_in_order,
    _metrics_in_tags,
    _data_sets_in_tags,
    _data_sets_in_order,
    _models_in_order,
)


def _metric_named(name: str) -> MetricSaid:
    """The metric of a name in a list; "medium" is what the benchmark calls so."""
    low = name.lower()
    if low.startswith("top"):
        return MetricSaid("top-" + low[-1], int(low[-1]), "sentence_list")
    if low.startswith(("box", "bbox")):
        return MetricSaid("box AP", None, "sentence_list")
    if low.startswith(("mask", "seg")):
        return MetricSaid("mask AP", None, "sentence_list")
    return MetricSaid(name, None, "sentence_list")


def _data_set_lists(sentence: NumbersOfSentence) -> list[list[BenchmarkMention]]:
    """Runs of benchmarks named one behind the other ("X and Y", "X/Y"), two or more in each."""
    runs: list[list[BenchmarkMention]] = []
    for mention in sorted(sentence.mentions, key=lambda m: m.start):
        last = runs[-1][-1] if runs else None
        if last is not None and BETWEEN_NAMES.fullmatch(sentence.text[last.end : mention.start]):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return [run for run in runs if len({m.benchmark for m in run}) == len(run) > 1]
