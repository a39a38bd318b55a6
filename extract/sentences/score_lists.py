"""Scores that a sentence lists without repeating what they are: "3.5% and 17.2% on CIFAR-10 and CIFAR-100".

Numbers printed one behind the other share a metric, or take the names of a list as long as theirs, in its order:
metrics ("EM/F1 of 81.1/87.4"), data sets, models. A later number with a data set or a model of its own ("28.4 BLEU on
X and 41.0 on Y", "better than the 81.8% of Z") is of the metric named before it. A percentage "on" an image
classification benchmark behind a verb of reaching needs no metric: it is an accuracy, where it is one half or more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.reference.benchmarks import BenchmarkMention
from extract.language.model_names import model_names_in
from extract.language.number_lists import AND, BETWEEN_NAMES, model_lists, number_groups
from extract.language.numbers import Number

Kind = tuple[str, int | None, str]  # the metric's words, its rank, the pattern


@dataclass(frozen=True)
class Listed:
    """What a list says of one of its numbers; None where the sentence has to say it."""

    kind: Kind
    benchmark: str | None = None
    subject: str | None = None


_UNIT_BEHIND = re.compile(
    r"\s?-?(?:ms|fps|FPS|s|sec\w*|min\w*|hours?|days?|[KMGT]?FLOPs?|[GMKB]|x|×|images?|epochs?|steps?|iterations?"
    r"|GPUs?|TPUs?|params?|parameters|layers?|classes|examples|samples|tokens|pixels|points?)(?![A-Za-z])"
)
_METRIC_NAME = (
    r"(?:[Tt]op-?\s?[15]|(?:box|bbox|mask|segm?)(?:\sm?AP)?|EM|[Ee]xact[-\s][Mm]atch(?:\sscores?)?|F1(?:[-\s]scores?)?|FID"
    r"|IS|[Ii]nception\s[Ss]core|m?AP(?:@?\s?\.?\d\d|[SML]|_?(?:50|75)|box|mask|bb|mk)?|[Ss]mall|[Mm]edium|[Ll]arge"
    r"|[Ee]asy|[Hh]ard)"
)
_METRIC_LIST = re.compile(rf"(?<![\w-]){_METRIC_NAME}(?:\s?{AND}\s?{_METRIC_NAME})+(?![\w-])")
_ONE_METRIC = re.compile(_METRIC_NAME)
_TWO_IN_ONE = re.compile(r"/|&|\band\b")  # "CIFAR-10/100"
_SIZES = {"small": "APS", "medium": "APM", "large": "APL"}
_TAG = re.compile(r"\s?%?\s?\((?P<tag>[^()%]{1,24})\)")  # "95.0% (medium)"
_OWN_DATA_SET = re.compile(r"\s?(?:%|percent)?\s(?:on|for|in)\s(?:the\s)?$|\s?%?\s?\($")
_OWN_MODEL = re.compile(
    r"\s?(?:%|percent)?\s?(?:(?:of|for|by|from|with)\s(?:the\s|our\s)?|\()(?P<name>[A-Z][\w.+/-]*(?:\s[A-Z(][\w.+/()-]*){0,2})"
)
_REACHES = re.compile(
    r"\b(?:achiev|reach|obtain|attain|scor|report|record|get|got|yield|give|hit|produc|has|had|have|is|are)\w*"
    r"(?:\sat)?(?:\s(?:an?|the|state[-\s]of[-\s]the[-\s]art|new|best|record|overall|final|accuracy|result|performance|of"
    r"|up|to|about|impressive|strong|remarkable)){0,5}\s$"
)


def may_list(sentence: str) -> bool:
    """Whether a sentence without a metric beside any number could still list scores: cheap."""
    return "% on" in sentence or "% for" in sentence or _METRIC_LIST.search(sentence) is not None


def listed_scores(
    sentence: str, numbers: Sequence[Number], kinds: Mapping[int, Kind], mentions: Sequence[BenchmarkMention]
) -> dict[int, Listed]:
    """What the sentence's lists say of its numbers, by their places; numbers with a metric beside them stay theirs
    unless a list says which of several it is."""
    found: dict[int, Listed] = {}
    for group in _groups(sentence, numbers):
        found.update(_in_group(sentence, numbers, group, kinds, mentions))
    if not mentions:
        return found
    donors = {**kinds, **{i: said.kind for i, said in found.items()}}
    for i, number in enumerate(numbers):
        if i - 1 in found:
            donors[i - 1] = found[i - 1].kind
        if i in donors or not _may_be_score(sentence, number):
            continue
        near = [m for m in mentions if _OWN_DATA_SET.fullmatch(sentence[number.end : m.start])]
        earlier = [j for j in donors if j < i and numbers[j].percent == number.percent]
        bracketed = bool(near) and sentence[: near[0].start].endswith("(")
        if not earlier and bracketed:
            earlier = [j for j in donors if j > i and numbers[j].percent == number.percent][:1]
        model = _OWN_MODEL.match(sentence, number.end)
        named = model_names_in(model["name"]) if model else ()
        if near and earlier:
            found[i] = Listed((*donors[earlier[-1]][:2], "sentence_metric_carried"), near[0].benchmark)
        elif earlier and named and i - earlier[-1] == 1:
            data = found[earlier[-1]].benchmark if earlier[-1] in found else None
            found[i] = Listed((*donors[earlier[-1]][:2], "sentence_metric_carried"), data, named[0])
        elif (
            near and not bracketed and number.percent and _is_classification(near[0].benchmark)
            and _REACHES.search(sentence[max(0, number.start - 70) : number.start])
        ):  # fmt: skip
            kind = "accuracy" if number.value >= 50 else "error"
            found[i] = Listed((kind, None, "sentence_percentage"), near[0].benchmark)
    return found


def _is_classification(benchmark_id: str) -> bool:
    return benchmark_id in ("imagenet", "cifar10", "cifar100")


def _may_be_score(sentence: str, number: Number) -> bool:
    """Whether nothing at the number says that it is something else."""
    return (
        not number.magnitude and not number.sign and not number.is_range and "." in number.text
        and not _UNIT_BEHIND.match(sentence, number.end)
    )  # fmt: skip


def _groups(sentence: str, numbers: Sequence[Number]) -> list[list[int]]:
    return [g for g in number_groups(sentence, numbers) if all(_may_be_score(sentence, numbers[i]) for i in g)]


def _in_group(
    sentence: str, numbers: Sequence[Number], group: Sequence[int], kinds: Mapping[int, Kind],
    mentions: Sequence[BenchmarkMention],
) -> dict[int, Listed]:  # fmt: skip
    start, end = numbers[group[0]].start, numbers[group[-1]].end
    size = len(group)
    metrics = _metrics_beside(sentence, start, end, size, any(m.benchmark == "widerface" for m in mentions))
    if metrics and any(not a[0].startswith("top") for a in metrics) and not (mentions or kinds):
        return {}
    if metrics:
        return {i: Listed((kind, rank, "sentence_list")) for i, (kind, rank) in zip(group, metrics, strict=True)}
    tags = [_TAG.match(sentence, numbers[i].end) for i in group]
    said = [tag["tag"] for tag in tags if tag]
    if len(said) == size and all(_ONE_METRIC.fullmatch(tag) for tag in said):
        whole = "/".join(said)
        kinds_said = [_metric_of(tag, whole, "ard" in whole) for tag in said]
        return {i: Listed((kind, rank, "sentence_list")) for i, (kind, rank) in zip(group, kinds_said, strict=True)}
    shared = [kinds[i] for i in group if i in kinds]
    if not shared or len({k[:2] for k in shared}) > 1:
        return {}
    kind: Kind = (*shared[0][:2], "sentence_list")
    tagged = [
        next((m.benchmark for m in mentions if tag is not None and tag.start("tag") <= m.start < tag.end()), None)
        for tag in tags
    ]
    if all(tagged):
        return {i: Listed(kind, benchmark) for i, benchmark in zip(group, tagged, strict=True)}
    data = _nearest_data_sets(sentence, mentions, start, end, size)
    if data:
        return {i: Listed(kind, benchmark) for i, benchmark in zip(group, data, strict=True)}
    models = next((r for r in model_lists(sentence[:start]) if len(r) == size), None)
    if models:
        return {i: Listed(kind, None, name) for i, name in zip(group, models, strict=True)}
    return {}


def _metrics_beside(sentence: str, start: int, end: int, size: int, faces: bool) -> list[tuple[str, int | None]]:
    """The metrics of the list that is as long as the numbers' and nearest to them: their words and ranks."""
    best: tuple[int, str] | None = None
    for match in _METRIC_LIST.finditer(sentence):
        gap = start - match.end() if match.end() <= start else match.start() - end
        if len(_ONE_METRIC.findall(match.group())) == size and 0 <= gap <= 90 and (best is None or gap < best[0]):
            best = (gap, match.group())
    if best is None:
        return []
    return [_metric_of(name.group(), best[1], faces) for name in _ONE_METRIC.finditer(best[1])]


def _metric_of(name: str, whole: str, faces: bool) -> tuple[str, int | None]:
    low = name.lower()
    if low.startswith("top"):
        return "top-" + low[-1], int(low[-1])
    if low in ("easy", "hard") or (low == "medium" and (faces or "asy" in whole)):
        return "AP", None
    if low in _SIZES:
        return _SIZES[low], None
    if low.startswith(("box", "bbox")):
        return "box AP", None
    if low.startswith(("mask", "seg")):
        return "mask AP", None
    return name.replace("Exact-Match", "exact match").replace("exact-match", "exact match"), None


def _nearest_data_sets(
    sentence: str, mentions: Sequence[BenchmarkMention], start: int, end: int, size: int
) -> list[str] | None:
    """The benchmarks of the list that is as long as the numbers' at `start:end` and nearest to them."""
    runs = [run for run in _data_set_lists(sentence, mentions) if len(run) == size]
    gaps = [run[0].start - end if run[0].start >= end else start - run[-1].end for run in runs]
    return [m.benchmark for m in runs[gaps.index(min(gaps))]] if runs else None


def _data_set_lists(sentence: str, mentions: Sequence[BenchmarkMention]) -> list[list[BenchmarkMention]]:
    """Runs of benchmarks named one behind the other ("X and Y", "X/Y"), two or more in each."""
    runs: list[list[BenchmarkMention]] = []
    for mention in sorted(mentions, key=lambda m: m.start):
        last = runs[-1][-1] if runs else None
        joined = last is not None and (
            (mention.start == last.start and _TWO_IN_ONE.search(mention.alias) is not None)
            or BETWEEN_NAMES.fullmatch(sentence[last.end : mention.start]) is not None
        )
        if joined:
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return [run for run in runs if len({m.benchmark for m in run}) == len(run) > 1]
