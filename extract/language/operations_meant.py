"""What a paper means by FLOPs: many count a multiply-add as one, and say so in one place, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.pattern import Pattern
from extract.required_words import in_small_letters

LONGEST_LABEL = 80  # characters

# "multiply-adds", "the number of floating-point multiplication-adds", "# MACs", "multiply-accumulate operations"
_MULTIPLY_ADDS = (
    r"(?:the\s)?(?:#\s?(?:of\s)?)?(?:in\s)?(?:total\s)?(?:number\sof\s)?(?:floating[-\s]point\s)?"
    r"(?:(?:fused\s)?multipl(?:y|ication)[-–\s/]*(?:and[-\s])?(?:adds?|additions?|accumulat\w+)"
    r"|multi?[-\s]?adds?|MACs?|MAdds?)"
)
_FLOPS = r"(?:\b[KMGTB]?FLOP[sS]?|\bfloating[-\s]point\soperations(?:\s\(FLOPs\))?)"
_CITED = r"(?:\[[\d,\s]+\]|\([^()]{0,60}\d{4}[a-z]?\))"
# "i.e.", "are measured in terms of", "is", "refers to"
_MEANS = (
    r"(?:(?:here|in\sthis\s(?:paper|work))\s)?(?:i\.e\.?,?|that\sis,?|namely|here|meaning|(?:which\s)?(?:"
    r"denotes?|means?|equals?|counts?|refers?\sto|stands?\sfor|corresponds?\sto|(?:is|are)(?:\s(?:defined|measured|counted"
    r"|computed|reported|calculated|represented|expressed|given|taken)\s(?:as|in(?:\sterms\sof)?|by|to\sbe))?))"
)

FLOPS_MEAN_MULTIPLY_ADDS = Pattern(
    "words that say that FLOPs are multiply-adds",
    {
        rf"{_FLOPS}(?:\s(?:numbers?|counts?|figures?|values?))?\s?(?:[(\[:=–—]\s?|,\s(?=i\.e|namely|or\s|in\s|as\s|meas))"
        r"(?:i\.e\.,?\s|namely\s|or\s|as\s|in\s|measured\s(?:in|by|as)\s)?(?:(?:m|b)illions?\s(?:of\s)?)?"
        rf"{_MULTIPLY_ADDS}": (
            "FLOPs (multiply-adds)",
            "FLOPs, measured in billions of multiply-adds",
            "the FLOPs number (in multiply-adds)",
        ),
        rf"{_FLOPS}\s(?:denote|are|mean|refer\sto)\s(?:the\s)?numbers?\sof\sparam\w+\sand\s{_MULTIPLY_ADDS}":
            "#P and FLOPs denote the number of parameters and multiply-adds",
        rf"{_FLOPS}\)?(?:\s(?:\w+\s){{1,2}}{_CITED})?,?\s{_MEANS}\s(?:(?:a|one|1)\s)?{_MULTIPLY_ADDS}": (
            "FLOPs here denotes multiply-adds",
            "the definition of FLOPs follows [15], i.e. the number of multiply-adds",
            "FLOPs is represented by Multi-Adds",
            "FLOPs, which stands for multiply-accumulates",
            "a FLOP corresponds to one multiply-add",
        ),
        r"\b(?:multiply[-\s](?:and[-\s])?adds?|multiply[-\s]accumulates?|MACs?|mult[-\s]adds?)(?:\soperations?)?\s(?:is|are)?"
        r"\s?(?:counted\s|treated\s|regarded\s|considered\s|counts\s)?as\s(?:(?:one|a|single|1)\s(?:single\s)?"
        r"(?:FLOP|operation)|FLOPs)": ("a multiply-add is counted as one operation", "we count MACs as FLOPs"),
    },
    refuses=(
        "FLOPs are twice the multiply-adds",
        "FLOPs (multiplications and additions)",
        "FLOPs follow [15], and multiply-adds",
        "FLOPs are computed with multiply-adds doubled",
    ),
    before="(?=[#bfgikmnt])",  # what any of them begins with: the others' places are passed sooner
)  # fmt: skip
OPS_MEAN_MULTIPLY_ADDS = Pattern(
    "words that say that ops in a header are multiply-adds",
    {
        rf"{_MULTIPLY_ADDS}[^.;]{{0,120}}(?:\.\s[Ww]e\s(?:call|refer\sto|denote)\sth\w+\s(?:\w+\s){{0,3}}|\s)\(?ops\s?/":
            "8 million multiply-and-adds in a step. We call this metric (ops/step)",
    },
    refuses=("we count ops/step",),
)  # fmt: skip
_MULTIPLY_ADDS_SAID = Pattern(
    "words for multiply-adds",
    {
        r"\b[Mm]ult(?:ipl(?:y|ication))?s?[-–\s](?:and[-\s])?(?:[Aa]dd|accumul)": (
            "multiply-adds",
            "Mult-Adds",
            "multiply and accumulate",
        ),
        r"\bMACs\b": "4.1B MACs",
    },
    refuses=("multiplies weights", "iMACs", "FLOPs"),
    flags=re.NOFLAG,
)
_FIGURE = Pattern(
    "a figure of operations, with what it counts",
    {
        "(?P<flops>FLOPs)": "600M FLOPs",
        "MAdds": "300M MAdds",
        "MACs": "4.1G MACs",
        "multiply-adds": "300M multiply-adds",
    },
    refuses=("600M parameters", "3.5.2M MAdds"),
    before=r"(?<![\d.])(?P<figure>\d{1,4}(?:\.\d+)?\s?[MG])\s?",
    after=r"\b",
    flags=re.NOFLAG,
)


def flops_are_multiply_adds(titles: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether the paper says that its FLOPs are multiply-adds, or gives the same figures under both names.

    It says so in a sentence, a title or a caption; the label of an axis, "TFLOPs (multiply-adds)", is of its figure.
    """
    stated = (*titles, *(t for t in texts if not _is_label(t)))
    said = (t for t in stated if ("FLOP" in t or "flop" in t) and _may_name_multiply_adds(t))
    return any(FLOPS_MEAN_MULTIPLY_ADDS.search(t) is not None for t in said) or _same_figures(texts)


def _is_label(text: str) -> bool:
    """Whether a text is too short for a sentence and does not end as one."""
    return len(text) < LONGEST_LABEL and text.rstrip()[-1:] not in ".:;"


def _may_name_multiply_adds(text: str) -> bool:
    """A first look: a long passage on FLOPs takes the pattern a millisecond."""
    small = in_small_letters(text)
    return "mult" in small or "mac" in small or "madd" in small


def _same_figures(texts: Sequence[str]) -> bool:
    """Whether the texts give two figures or more in FLOPs and the same again in multiply-adds: 12M, 21M."""
    figures: dict[bool, set[str]] = {True: set(), False: set()}
    for text in texts:
        if "FLOPs" in text or "Adds" in text or "MACs" in text or "-adds" in text:
            for match in _FIGURE.finditer(text):
                figures[match["flops"] is not None].add(match["figure"].replace(" ", ""))
    return len(figures[True] & figures[False]) >= 2


def ops_are_multiply_adds(texts: Sequence[str]) -> bool:
    """Whether "ops" in a header are multiply-adds: the paper says so, or speaks of these and never of FLOPs."""
    if any("ops/" in text and OPS_MEAN_MULTIPLY_ADDS.search(text) for text in texts):
        return True
    said = any(_MULTIPLY_ADDS_SAID.search(text) for text in texts if "ult" in text or "MAC" in text)
    return said and not any("FLOP" in text or "floating" in text for text in texts)
