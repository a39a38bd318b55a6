"""Scores that sentences state: "achieves 28.4 BLEU on WMT 2014 English-to-German", "a top-5 error of 3.57%".

A number is a score where a metric stands right beside it. Differences ("improves by 2.0 BLEU", "1.3 points better")
and bounds ("over 90 F1") are none. The data set is the nearest one named: in the sentence, before it in the passage,
in the section's heading, or the one that the whole paper is measured on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.reference.benchmarks import find_metric, load_benchmarks
from db.reference.untracked import find_untracked_datasets, find_untracked_metrics
from extract.language.metrics import in_percent_points, split_of
from extract.language.model_names import CITATION
from extract.language.numbers import Number, decimals, find_numbers
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.sentences.counts import subject_of
from extract.sentences.score_lists import Listed, listed_scores, may_list


@dataclass(frozen=True)
class SentenceScore:
    """One score that a sentence states at `start:end` of its passage."""

    benchmark: str
    metric: str
    value: float
    passage: Passage
    start: int
    end: int
    pattern: str
    subject: str | None
    role: str
    split: str | None
    qualifiers: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None


_DIGIT = re.compile(r"\d")
_HINT = re.compile(
    r"BLEU|\b[Ee]rrors?\b|[Aa]ccurac|\bm?AP\d*\b|\bAP[a-z_^]|\bF1\b|\bF-?score|\bF-?measure|\bEM\b"
    r"|[Ee]xact match|\bWER\b|[Ww]ord error|\bFID\b|[Ii]nception [Ss]core|PCKh|[Tt]op-?\s?[15]\b"
)
# one of which stands in whatever `_HINT` finds
_HINT_PARTS = (
    "BLEU", "rror", "ccurac", "AP", "F1", "F-", "Fs", "Fm", "EM", "xact match", "WER", "FID", "core", "PCKh", "op",
)  # fmt: skip
_METRIC = (
    r"(?:(?![Tt]op-?\s?[15])(?:test|validation|val|dev|overall|average|mean|final|median|best|classification|detection|cased|tokenized"
    r"|detokenized|linear|probing|strong|new|absolute|set|total|exact|[a-z]+(?:-[a-z\d]+)+|\d{1,2}-crop"
    r"|[A-Z][\w-]*[A-Z\d][\w-]*\+?)\s){0,3}"
    r"(?:(?P<rank{n}>[Tt]op-?\s?[15])[-\s]{{0,2}})?(?:(?:test|validation|val|classification|set|box"
    r"|mask|bbox|single-crop|dev|[A-Z][\w-]*[A-Z\d][\w-]*)\s){{0,2}}"
    r"(?P<kind{n}>errors?(?:\srates?)?|err\.|acc(?:urac(?:y|ies)|\.)|(?:Sacre|sacre)?BLEU(?:\sscores?"
    r"|\spoints?)?|WERs?|word\serror(?:\srates?)?|m?AP(?:\s?[_^@]?\s?(?:\[?\.?5\s?[:,]\s?\.?95\]?|\.?50|\.?5"
    r"|\.?75|box|mask|bb|kp|m|b|S|M|L|small))?(?![A-Za-z])(?:\sscores?)?|F1(?:[-\s]?(?:scores?"
    r"|measures?))?|F-?(?:score|measure)s?|EM(?:\sscores?)?|[Ee]xact[-\s][Mm]atch(?:\sscores?)?"
    r"|FID(?:-50[kK])?(?:\sscores?)?|[Ii]nception\s[Ss]cores?|IS(?=\s(?:of|is|=)\s)|PCKh(?:@0?\.5)?(?:\sscores?)?|[Tt]op-?\s?[15](?![\w/]))"
    r"(?P<rest{n}>\s(?:top-?[15]))?"
)


def _metric(n: int) -> str:
    return _METRIC.replace("{n}", str(n)).replace("{{", "{").replace("}}", "}")


_AFTER = re.compile(r"\s?(?:%|percent)?\s?(?:\(?(?:in\s)?(?:terms\sof\s)?)" + _metric(1))
_BEFORE = re.compile(
    _metric(2) + r"(?:\s?\((?:%|in\s%|[^()\d]{1,16})\))?(?P<between>"
    r"(?:\s(?:on|for|at|in|of)\s(?:[^.;:()\d]|\([^().;]{1,30}\)|(?<=[\w.-])\d|\d(?=[\w.-])|\.(?=\d)){1,60}?)?"
    r"(?:\s(?:is|was|of|to|at|reaches|reached|becomes|equals|being|are|were|stands?\sat|amounts?\sto"
    r"|(?:is\s)?(?:pushed|raised|brought|drops|decreases|increases|improves|rises|falls|climbs|goes(?:\sup|\sdown)?)\sto)"
    r"|\s?[:=])(?:\s(?:about|around|only|just"
    r"|approximately|roughly|as\s(?:low|high)\sas))?\s?[~≈]?|\s\(|\sfrom"
    r"|(?:\s(?:on|for|at|in)\s[\w-]+(?:\s[\w-]+){0,2}?)?\sfrom(?:\s[a-z][\w-]*){0,4}"
    r"|\s[^.;:()\d]{0,60}?(?:increas|improv|dropp?|decreas|reduc|rais|lower|go|went|grow|climb|jump|mov|fell|fall)\w*(?:\sup|\sdown)?\sfrom)\s?$"
)
_BESIDE = re.compile(r"(?<![\w-])(?P<kind>FID|IS|(?:sacre)?BLEU|WER|F1|EM|m?AP|PCKh)\s$")  # "FID 4.59"
_BRACKET_BEHIND = re.compile(r"\s?%?\s?\([^()%\d]{1,20}\)")
_SIZED_OBJECTS = re.compile(r"\b(?P<size>small|medium|large)(?:-sized)?\sobjects\b")
_GAP_BETWEEN = re.compile(r"\b(?:gap|difference|margin|distance)s?\sbetween\b[^.;]*$", re.IGNORECASE)
_TARGET = re.compile(r"\btarget(?:ed)?\s(?:[\w-]+\s){0,3}(?:accuracy|error|AP|mAP|BLEU|F1|WER)\b", re.IGNORECASE)
_RANK_BEHIND = re.compile(r"\s?(?:%|percent)?\s?\(?(?P<rank>[Tt]op-?\s?[15])(?![\w/])")
_PARTNER = re.compile(r"(?:%|percent)?\s?(?:/|,?\sand|\svs\.?|\()\s?$")
_DIFFERENCE_BEFORE = re.compile(
    r"\b(?:by|gain(?:s|ed|ing)?(?:\sof)?|improvements?(?:\sof)?|increases?(?:\sof)?|increased"
    r"|improv(?:es|ed|ing)|reduction(?:\sof)?|reduces?|reducing|decrease(?:\sof)?|drops?(?:\sof)?"
    r"|difference(?:s)?(?:\sof)?|gap(?:\sof)?|margin(?:s)?(?:\sof)?|degradation(?:\sof)?|additional"
    r"|extra|another|within|boost(?:s|ed)?(?:\sof)?|outperform\w*(?:\s\w+){0,4}\sby|up\sto|loss\sof"
    r"|deviation(?:\sof)?|benefit\sof|lift)"
    r"\s(?:\w+\s)?(?:about\s|around\s|approximately\s|roughly\s|only\s|over\s|more\sthan\s"
    r"|at\sleast\s|an?\s(?:absolute\s|relative\s)?|absolute\s|relative\s|nearly\s|almost\s"
    r"|[~∼+]\s?)*[(]?$|[+−±∆Δ<>≤≥]\s?$",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"^\s?(?:%|percent)?\s?(?:absolute|relative|points?\b|p\.?p\.?\b|pts?\b|percentage\spoints?"
    r"|BLEU\spoints?|AP\spoints?)"
    r"|^[^.;,]{0,24}\b(?:higher|lower|better|worse|improvements?|gains?|reduction|increase|decrease"
    r"|drop|less|more|fewer|behind|above|below|boost|degradation|loss|over\sthe|than|gap|difference|margin)\b",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(
    r"\s?-?(?:ms|fps|FPS|s|sec\w*|min\w*|hours?|days?|[GMT]FLOPs?|[GMKB]|x|×|images?|epochs?|steps?"
    r"|iterations?|GPUs?|TPUs?|params?|parameters|layers?|classes|examples|samples|sentences|tokens"
    r"|px|pixels|IoU)(?![A-Za-z])"
)
_HALF_OVERLAP = re.compile(
    r"\s?%?\s?(?:m?AP\s)?(?:at|@|with|under)\s?(?:an?\s)?(?:IoU\s?(?:of|=|threshold\sof)?\s?)?(?:50\s?%|0?\.50?\b)"
)
_LOCALISATION = re.compile(r"\blocali[sz]ation\b", re.IGNORECASE)
_ONE_OF_SEVERAL = re.compile(r"[\d.]+\s?%?\s?(?:[A-Z]\w*\s)?(?:,|/|and|or|,\sand)\s$")  # "by 1.3 BLEU and 0.3 BLEU"
_BOTH_RANKS = re.compile(r"[Tt]op-?1\s?(?:/|and|&)\s?(?:[Tt]op-?)?5[^.;%]{0,40}$")
_OWN_WORDS = re.compile(
    r"\b(?:we|our|ours|this (?:model|network|work|paper)|the (?:resulting|proposed))\b", re.IGNORECASE
)
_OTHERS_DID = re.compile(
    r"\b(?:previous|prior|reported (?:in|by)|published|best (?:known|reported|published)"
    r"|state[-\s]of[-\s]the[-\s]art (?:result|performance|of)|existing|winner|runner|they\b|their\b)",
    re.IGNORECASE,
)


# "better than the 81.8% of X", "on par with the 2.65% of X"
_COMPARED = re.compile(r"\b(?:than|with|against|to|over|vs\.?|versus|match\w*|beat\w*)\s(?:the\s)?$")
_TAKEN_AWAY = re.compile(
    r"(?:Removing|Replacing|Without|Disabling|Dropping|Omitting|Ablating|If\s[^,]{1,60}\sremoved)\b"
)


def _may_score(text: str) -> bool:
    """Whether a metric could be named in the text: cheap, and never wrong where it says no."""
    if any(part in text for part in _HINT_PARTS) and _HINT.search(text) is not None:
        return True
    return "% on" in text or "% for" in text


def sentence_scores(passages: Sequence[Passage], context: PaperContext) -> Iterator[SentenceScore]:
    """Every score in running text, captions and footnotes, in reading order; doubtful ones with a reason."""
    measured = _measured_on(context)
    section, told = None, ""
    for passage in passages:
        if passage.section != section:
            section, told = passage.section, ""
        before, told = told, f"{told} {passage.text}"[-3000:] if passage.kind == "prose" else told
        if passage.kind not in ("prose", "caption", "footnote") or not _may_score(passage.text):
            continue
        for start, end in passage.sentences:
            sentence = passage.text[start:end]
            if _DIGIT.search(sentence) and _may_score(sentence):
                told_before = f"{before} {passage.text[:start]}"
                yield from _in_sentence(passage, start, end, context, _Measured(measured, told_before))


@dataclass(frozen=True)
class _Measured:
    """The benchmarks that the paper is about, and what its section told before: looked at for the few that need it."""

    benchmarks: Sequence[str]
    told: str

    def elsewhere(self, context: PaperContext) -> bool:
        """Whether the section speaks of a data set that is not tracked."""
        return _last_named_is_untracked(self.told, context)


def _last_named_is_untracked(told: str, context: PaperContext) -> bool:
    """Whether the data set that the section named last, or began with, is none of the tracked ones."""
    others = find_untracked_datasets(told)
    return bool(others) and not any(m.start > others[-1].start for m in context.mentions_in(told))


def _measured_on(context: PaperContext) -> list[str]:
    """The benchmarks that the paper is about, those named seldom left out."""
    if not context.counts:
        return []
    most = max(context.counts.values())
    return [b for b, n in context.counts.items() if n >= 3 and n * 3 >= most]


def _in_sentence(
    passage: Passage, start: int, end: int, context: PaperContext, measured: _Measured
) -> Iterator[SentenceScore]:
    text = passage.text
    numbers = find_numbers(text[start:end], words=False)
    kinds: dict[int, tuple[str, int | None, str]] = {}
    sentence = text[start:end]
    for i, n in enumerate(numbers):
        found = _metric_beside(sentence, n)
        if found:
            kinds[i] = found
    for i in range(len(numbers) - 1):
        # "19.1% top-1 and 4.4% top-5 error": the second says of what
        if i not in kinds and i + 1 in kinds and kinds[i + 1][1] == 5:
            between = sentence[numbers[i].end : numbers[i + 1].start]
            if re.fullmatch(r"\s?%?\s?[Tt]op-?\s?1\s?(?:and|/|,|,\sand|&)\s?", between):
                kinds[i] = (kinds[i + 1][0], 1, kinds[i + 1][2])
    lists = _share_in_lists(sentence, numbers, kinds)
    first = next((i for i in kinds if _is_pair(sentence, numbers, i)), None)
    if first is not None:
        # "its error is 24.6%/7.5%, vs. the original's 23.6%/7.1%": the later pair is of the same kind
        for i in range(first + 2, len(numbers) - 1):
            if i not in kinds and i - 1 not in kinds and _is_pair(sentence, numbers, i):
                kinds[i] = (kinds[first][0], None, kinds[first][2])
    listed: dict[int, Listed] = {}
    if (kinds and len(numbers) > 1) or (not kinds and may_list(sentence)):
        listed = listed_scores(sentence, numbers, kinds, context.mentions_in(sentence))
    # "20.1% / 4.8%", "23.6 and 7.1 top-1 and top-5": the partner shares the metric's name, not its rank
    for i, n in enumerate(numbers):
        if i in listed:
            said = listed[i]
            yield from _scores_of(passage, start, sentence, n, *said.kind, context, measured, said)
            continue
        kind = kinds.get(i)
        if kind is None:
            continue
        metric_text, rank, pattern = kind
        named = _named_for_list(sentence, metric_text, i, lists, context)
        if named is not None:
            if named:
                yield from _scores_of(
                    passage, start, sentence, n, metric_text, rank, pattern, context, measured, benchmark=named
                )
            continue
        both = _BOTH_RANKS.search(sentence[max(0, n.start - 60) : n.start])
        if i + 1 < len(numbers) and i + 1 not in kinds and i + 1 not in listed and (rank is None or both):
            between = sentence[n.end : numbers[i + 1].start]
            if (both and re.fullmatch(r"\s?%?\s?(?:/|and|,|&)\s?", between)) or _is_pair(sentence, numbers, i):
                rank = 1
                yield from _scores_of(
                    passage, start, sentence, numbers[i + 1], metric_text, 5, pattern, context, measured
                )
        yield from _scores_of(passage, start, sentence, n, metric_text, rank, pattern, context, measured)


_LIST = re.compile(r"\s?%?\s?(?:,\s?(?:and\s|or\s)?|\s(?:and|or)\s)")
_TWO_METRICS = re.compile(
    r"(?P<one>EM|F1|[Ee]xact [Mm]atch)(?:\sscores?)?\s?(?:/|and|,)\s?(?P<two>F1|EM|[Ee]xact [Mm]atch)(?:\s?scores?)?"
    r"\s?(?:=|:|of|is|are|at|reaches|,)?\s?(?:about\s)?$"
)


def _named_for_list(
    sentence: str, metric: str, i: int, lists: Sequence[Sequence[int]], context: PaperContext
) -> str | None:
    """Of "40.6 and 26.0 BLEU on X and Y" the data set of number i; "" if they don't go together, None: one for all."""
    members = next((m for m in lists if i in m), None)
    if members is None:
        return None
    named = list(dict.fromkeys(m.benchmark for m in context.mentions_in(sentence) if _has_metric(m.benchmark, metric)))
    if len(named) < 2:
        return None
    return named[members.index(i)] if len(named) == len(members) else ""


def _share_in_lists(
    sentence: str, numbers: Sequence[Number], kinds: dict[int, tuple[str, int | None, str]]
) -> list[list[int]]:
    """Adds what is said once for a list: "76.3%, 77.1% and 78.2% top-1 accuracy", "EM/F1 = 82.2/88.6".

    Returns the lists, as places in `numbers`.
    """
    lists = []
    for i in range(len(numbers) - 1):
        two = _TWO_METRICS.search(sentence[max(0, numbers[i].start - 60) : numbers[i].start])
        if two and two["one"] != two["two"] and _SLASH.fullmatch(sentence[numbers[i].end : numbers[i + 1].start]):
            kinds[i] = (two["one"], None, "sentence_metric_value")
            kinds[i + 1] = (two["two"], None, "sentence_metric_value")
    for i in sorted(kinds):
        kind = kinds[i]
        ranks = _BOTH_RANKS.search(sentence[max(0, numbers[i].start - 60) : numbers[i].start])
        if (
            ranks
            or (kind[1] is None and _BOTH_NAMED.search(sentence))
            or _TWO_METRICS.search(sentence[: numbers[i].start])
        ):
            continue
        steps = ((i - 1, -1),) if kind[2] == "sentence_value_metric" else ((i + 1, 1),)
        for start, way in steps:
            k, members = start, [i]
            while 0 <= k < len(numbers) and k not in kinds and _alike(numbers[k], numbers[k - way]):
                a, b = (k, k + 1) if way < 0 else (k - 1, k)
                if not _LIST.fullmatch(sentence[numbers[a].end : numbers[b].start]):
                    break
                kinds[k] = (kind[0], kind[1], f"{kind[2]}_listed")
                members.append(k)
                k += way
            if len(members) > 1:
                lists.append(sorted(members))
    return lists


_SLASH = re.compile(r"\s?%?\s?(?:/|and|,)\s?")
_BOTH_NAMED = re.compile(r"[Tt]op-?\s?1\b.*[Tt]op-?\s?5\b|[Tt]op-?\s?5\b.*[Tt]op-?\s?1\b")


def _alike(a: Number, b: Number) -> bool:
    """Whether two numbers are printed in one manner: with as many decimals, both of a share or neither."""
    return decimals(a.text) == decimals(b.text) > 0 and not a.sign and not a.magnitude and not a.is_range


def _is_pair(sentence: str, numbers: Sequence[Number], i: int) -> bool:
    """Whether "24.6%/7.5%" stands here: a top-1 error and the smaller top-5 error behind it."""
    if i + 1 >= len(numbers) or numbers[i].sign or numbers[i + 1].sign:
        return False
    between = sentence[numbers[i].end : numbers[i + 1].start]
    return bool(re.fullmatch(r"\s?%?\s?/\s?", between)) and numbers[i + 1].value < 0.6 * numbers[i].value


def _metric_beside(sentence: str, n: Number) -> tuple[str, int | None, str] | None:
    """The metric's words, its rank and the pattern, where a metric stands right beside the number."""
    after = _AFTER.match(sentence, n.end)
    bracket = None if after else _BRACKET_BEHIND.match(sentence, n.end)
    if bracket:  # "90.3% (hard) AP"
        after = _AFTER.match(sentence, bracket.end())
    if after:
        rank = after["rank1"] or after["rest1"] or _rank_alone(after["kind1"])
        return _kind(after.group(), after["kind1"]), _rank(rank), "sentence_value_metric"
    told = sentence[max(0, n.start - 110) : n.start]
    before, match = None, _BEFORE.search(told)
    while match:  # the last one: "an EM of 70.0 and an F1 of 79.0"
        before, match = match, _BEFORE.search(told, match.end("kind2"))
    beside = None if before or "." not in n.text else _BESIDE.search(told)
    if beside:
        return beside["kind"], None, "sentence_metric_value"
    if before:
        rank = before["rank2"] or before["rest2"] or _rank_alone(before["kind2"]) or _rank_behind(sentence, n)
        return _kind(before.group(), before["kind2"]), _rank(rank), "sentence_metric_value"
    return None


def _kind(whole: str, kind: str) -> str:
    """The metric's own words; a mask AP keeps its "mask", a rank alone is the whole of it."""
    if "AP" not in kind:
        return kind
    sized = _SIZED_OBJECTS.search(whole)
    if sized:
        return f"AP{sized['size'][0].upper()}"
    return f"mask {kind}" if re.search(r"\bmask\b|instance seg", whole) else kind


def _rank_alone(kind: str) -> str | None:
    """The kind, where it is a rank without "error" or "accuracy" behind it."""
    return kind if kind[:1] in "Tt" else None


def _rank_behind(sentence: str, n: Number) -> str | None:
    """The rank printed behind a number whose metric stands before it: "an accuracy of 82.7% (top-1)"."""
    match = _RANK_BEHIND.match(sentence, n.end)
    return match["rank"] if match else None


def _rank(text: str | None) -> int | None:
    return (5 if "5" in text else 1) if text else None


def _scores_of(
    passage: Passage, start: int, sentence: str, n: Number, kind: str, rank: int | None, pattern: str,
    context: PaperContext, measured: _Measured, listed: Listed | None = None, benchmark: str | None = None,
) -> Iterator[SentenceScore]:  # fmt: skip
    before, after = sentence[max(0, n.start - 60) : n.start], sentence[n.end : n.end + 60]
    reason = None
    from_to = n.is_range and re.search(
        r"\bfrom\s(?:[a-z][\w-]*\s){0,4}$", before
    )  # "increased from 25.9 to 30.6": both are scores
    if (
        n.sign
        or (not from_to and _DIFFERENCE_BEFORE.search(_ONE_OF_SEVERAL.sub("", before)))
        or _DIFFERENCE_AFTER.search(after)
    ) or _GAP_BETWEEN.search(sentence[: n.start]):
        reason = "a difference, not a score"
    elif _TARGET.search(before):
        reason = "a target, not a score"
    elif n.bound:
        reason = "a bound, not a score"
    elif n.is_range and not from_to:
        reason = "a range, not one score"
    elif n.magnitude or _OTHER_UNIT.match(after):
        return
    benchmark = benchmark or (listed.benchmark if listed is not None else None)
    place = (benchmark, "here") if benchmark else _data_set(passage, start, n, sentence, kind, context, measured)
    if place is None:
        return
    benchmark_id, how = place
    if kind.endswith("kp") and benchmark_id == "coco":
        benchmark_id, kind = "coco_keypoints", "AP"
    if benchmark_id == "imagenet" and _LOCALISATION.search(sentence) and "lassif" not in sentence:
        return
    if (
        rank is None
        and benchmark_id == "imagenet"
        and _last_rank(measured.told) == 5
        and not _ANY_RANK.search(sentence)
    ):
        rank = 5
    metric_id = _metric_id(benchmark_id, kind, rank, sentence, after, n.value)
    if metric_id is None:
        return
    values = [n.low, n.high] if n.is_range else [n.value]
    if rank is None and metric_id in ("top1_error", "top1_accuracy"):
        fifth = metric_id.replace("1", "5")
        if not any(in_percent_points(benchmark_id, metric_id, v, all_fractions=False) for v in values) and all(
            in_percent_points(benchmark_id, fifth, v, all_fractions=False) for v in values
        ):
            metric_id = fifth  # "3.6% error" on ImageNet without a rank: the challenge's own, the top-5
    cited = _cited(sentence, n)
    subject = (listed and listed.subject) or subject_of(passage, start + n.start, start + n.end, context)
    own_name = subject is not None and context.names.is_own(subject)
    own = own_name or bool(_OWN_WORDS.search(sentence))
    role = "prior" if (cited and not own) or (_OTHERS_DID.search(before) and not own) else "own"
    if listed is not None and listed.subject and not own_name and _COMPARED.search(before):
        role = "prior"
    elif role == "own" and _TAKEN_AWAY.match(sentence):
        role = "ablation"
    for value in values:
        shown = in_percent_points(benchmark_id, metric_id, value, all_fractions=0 < value < 1 and not n.percent)
        why = reason
        if shown is None:
            shown, why = value, why or f"{value:g} is no plausible {metric_id} on {benchmark_id}"
        if why is None and n.approximate:
            why = "about so much: a rounded restatement"
        if why is None and how == "paper" and role == "prior":
            why = "another paper's result, its data set not named beside it"
        if (
            why is None
            and how == "paper"
            and rank is None
            and context.names_untracked
            and not _stands_out(benchmark_id, context)
        ):
            why = "the data set is not named beside it, and the paper has several"
        if why is None and 0 < value < 1 and shown != value and how != "here":
            why = "a fraction without its data set beside it"
        if why is None and "." not in n.text:
            why = "a whole number: a rounding, or a number of something else"
        qualifiers: dict[str, Any] = {"printed": n.text}
        if re.search(r"\bensembl", sentence):
            qualifiers["ensemble"] = True
        yield SentenceScore(
            benchmark_id, metric_id, shown, passage, start + n.start, start + n.end, f"{pattern}_{how}", subject, role,
            split_of(sentence.lower()), qualifiers, why,
        )  # fmt: skip


_ANY_RANK = re.compile(r"[Tt]op-?\s?(?P<rank>[15])\b")


def _last_rank(told: str) -> int | None:
    """The rank that the section's last sentences speak of, if they speak of one alone."""
    ranks = {m["rank"] for m in _ANY_RANK.finditer(told[-400:])}
    return int(ranks.pop()) if len(ranks) == 1 else None


def _stands_out(benchmark_id: str, context: PaperContext) -> bool:
    """Whether the paper is about this benchmark far more than about any other of its kind."""
    others = [n for b, n in context.counts.items() if b != benchmark_id and b in ("imagenet", "cifar10", "cifar100")]
    return context.counts.get(benchmark_id, 0) >= 6 + 3 * max(others, default=0)


def _cited(sentence: str, n: Number) -> bool:
    """Whether a citation mark stands in the number's own clause."""
    left = max(
        (m.end() for m in re.finditer(r"[;:]|, (?:and|while|whereas|but|which)\b", sentence[: n.start])), default=0
    )
    stop = re.compile(r"[;:]|, (?:and|while|whereas|but)\b").search(sentence, n.end)
    return bool(CITATION.search(sentence[left : stop.start() if stop else len(sentence)]))


def _metric_id(benchmark_id: str, kind: str, rank: int | None, sentence: str, after: str, value: float) -> str | None:
    low = kind.lower()
    if benchmark_id in ("imagenet", "cifar10", "cifar100"):
        if low.startswith("top"):
            sense = _sense_of(sentence, rank, value)
            if sense is None:
                return None
        elif low.startswith("err"):
            sense = "error"
        elif low.startswith("acc"):
            sense = "accuracy"
        else:
            return None
        if benchmark_id != "imagenet":
            return sense if rank in (None, 1) else None
        if rank is None and re.search(r"top-?\s?5", sentence, re.IGNORECASE):
            if re.search(r"top-?\s?1", sentence, re.IGNORECASE):
                return None  # which of the two is not said
            rank = 5
        return f"top{rank or 1}_{sense}"
    if low.startswith("acc") or (low.startswith("err") and benchmark_id not in ("swb_hub500", "callhome_hub500")):
        return None
    found = find_metric(benchmark_id, kind)
    if found and found[0] == "box_ap" and _HALF_OVERLAP.match(after):
        return "ap50"
    return found[0] if found else None


def _sense_of(sentence: str, rank: int | None, value: float) -> str | None:
    """Whether a number called only "top-1" or "top-5" is an error or an accuracy; None where neither is sure."""
    error, accuracy = "rror" in sentence or re.search(r"\berr\b", sentence), "ccura" in sentence or "acc." in sentence
    if bool(error) != bool(accuracy):
        return "error" if error else "accuracy"
    percent = 100 * value if 0 < value < 1 else value
    if percent >= (60 if rank == 5 else 50):
        return "accuracy"
    return "error" if percent < (25 if rank == 5 else 40) else None


def _data_set(
    passage: Passage, start: int, n: Number, sentence: str, kind: str, context: PaperContext, measured: _Measured
) -> tuple[str, str] | None:
    """The benchmark that the number was measured on and how it is known; None where another data set is nearer."""
    if find_untracked_metrics(sentence[max(0, n.start - 30) : n.end + 30]) and not _HINT.search(kind):
        return None
    here = [(m.start, m.end, m.benchmark) for m in context.mentions_in(sentence)]
    if any(b == "coco_keypoints" for *_, b in here) and any(b == "coco" for *_, b in here):
        other = "coco" if re.search(r"[Kk]ey-?point|\bpose\b", sentence) else "coco_keypoints"
        here = [m for m in here if m[2] != other]
    untracked = [
        (f.start, f.end, "") for f in find_untracked_datasets(sentence)
        if not any(s <= f.start < e or f.start <= s < f.end for s, e, _ in here)
    ]  # fmt: skip
    if here or untracked:
        ranked = sorted([*here, *untracked], key=lambda m: _distance(n, m[0], m[1], sentence))
        able = [m for m in ranked if not m[2] or _has_metric(m[2], kind)]
        if able and able[0][2]:
            return able[0][2], "here"
        if able:
            return None
    before = passage.text[max(0, start - 500) : start]
    mentions = [m for m in context.mentions_in(before) if _has_metric(m.benchmark, kind)]
    others = find_untracked_datasets(before)
    if mentions and (not others or others[-1].start < mentions[-1].start):
        last = mentions[-1]
        near = {m.benchmark for m in mentions if last.start - m.start < 40}
        if len(near) == 1:
            return last.benchmark, "before"
        return None
    if others:
        return None
    if passage.section:
        named = [m.benchmark for m in context.mentions_in(passage.section) if _has_metric(m.benchmark, kind)]
        if len(set(named)) == 1:
            return named[0], "section"
    fitting = [b for b in measured.benchmarks if _has_metric(b, kind)]
    if len(fitting) == 1 and not measured.elsewhere(context):
        return fitting[0], "paper"
    return None


def _distance(n: Number, start: int, end: int, sentence: str) -> int:
    """How far a name stands from the number: what follows it in the same clause ("28.4 BLEU on X") counts half."""
    if end <= n.start:
        between = sentence[end : n.start]
        return (n.start - end) + 40 * len(re.findall(r"[;]|, (?:and|while)", between))
    between = sentence[n.end : start]
    if len(between) < 45 and re.fullmatch(r"[^.;,]*\b(?:on|for|in|at)\s(?:the\s)?", between):
        return 0  # "3.92% error on X"
    if re.search(r",\s(?:and\s)?on\b|\)\s", between):
        return start - n.end + 60  # ", on X": the next clause's data set
    return (start - n.end) // 2 + 40 * len(re.findall(r"[;]|, (?:and|while)|\band\b", between))


def _has_metric(benchmark_id: str, kind: str) -> bool:
    low = kind.lower()
    if low.startswith(("err", "acc", "top")):
        return benchmark_id in ("imagenet", "cifar10", "cifar100")
    if benchmark_id in ("imagenet", "cifar10", "cifar100"):
        return False
    return benchmark_id in load_benchmarks() and bool(find_metric(benchmark_id, kind.removesuffix("kp")))
