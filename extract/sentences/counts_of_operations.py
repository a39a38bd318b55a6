"""What a number of operations counts, FLOPs, multiply-adds or FLOPs of a whole training, and what speaks against it.

It may be a rate ("9.5 TFLOPS"), a difference ("40% fewer FLOPs"), a budget, a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from db.models import Field
from db.vocabulary import Reason, Refusal
from extract.language.differences import HEDGE
from extract.language.metrics import PETAFLOP_PER_S_DAY
from extract.pattern import Pattern
from extract.sentences.number_counted import PART_BEHIND, Counted, Place, is_defined, is_difference

PREFIXES = {"k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15, "e": 1e18, "z": 1e21}
PREFIX_WORDS = {"kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21}
_PREFIX_NAMED = "|".join(f"[{w[0].upper()}{w[0]}]{w[1:]}" for w in PREFIX_WORDS)
_TRAINING_BEFORE_FLOPS = r"(?:(?:total|training|train|pre-?training)\s(?=[Ff][Ll][Oo][Pp]))?"
OPERATIONS_BEHIND = Pattern(
    "a unit of operations behind its number",
    {
        r"(?P<days>(?:flops?|FLOP[Ss]?|Flops?|[fF])?\s?(?:/\s?s|[-\s]?s)?[-\s·∙⋅*]{1,2}days?\b)": " petaflop/s-days",
        r"(?P<madds>(?:mult(?:ipl(?:y|ication)s?|i|s)?[-–\s]?(?:and[-\s])?(?:adds?|additions?|accumulat\w+)\b"
        r"|M(?:ult)?-?Adds?\b|MACs?\b|madds?\b))": (" multiply-adds", " GMACs", "M MAdds"),
        r"(?P<flops>FLOP[sS]?\b|[Ff]lops?\b|floating[-\s]point\s(?:operations|ops|calculations)"
        r"|operations?\b(?=\s(?:per|for|to|in\stotal))|ops\b(?!\s?/)|O[pP]s\b)": (" GFLOPs", " operations per image"),
    },
    refuses=(" Flopper", " operations are"),
    before=(
        rf"^\s?-?(?:(?P<word>{_PREFIX_NAMED})|(?P<prefix>[KMGBTPEZkm])(?=-?\s?(?:F[Ll][Oo][Pp]|flop|MAC|MAdd|[Mm]ult"
        r"|[oO]ps|OPs)|[Ff]\s?(?:/\s?s)?[-\s·∙⋅*]{1,2}days)|(?P<short>[Pp])(?=fs?[-\s]days))?[\s-]?"
        + _TRAINING_BEFORE_FLOPS
    ),
    after=r"(?P<rate>\s?/\s?s(?:ec\w*)?\b|\sper\ssecond|\s?ps\b)?",
    flags=re.NOFLAG,
)
OPERATIONS_BEFORE = Pattern(
    "a unit of operations before its number",
    {
        r"FLOP[sS]?": "the FLOPs of the net are about ",
        r"(?:MACs|MAdds|[Mm]ult(?:iply|i)?[-\s]?(?:and[-\s])?(?:[Aa]dds?|accumulates?)(?:\s(?:operations|ops))?)": (
            "multiply-adds: "
        ),
    },
    refuses=("FLOPs per image ",),
    before=r"\b(?P<kind>",
    after=(
        r")(?:\s(?:of|in|for)\s[^.,;()]{1,40}?)?"
        r"(?:\s?[:=≈~]|\s(?:is|are|of|to|was|were|amounts?\sto|comes?\sto|counts?\sis)(?:\s(?:about|around|only"
        r"|roughly|approximately))?)\s?[≈~]?\s?$"
    ),
    flags=re.NOFLAG,
)
PART_NEEDS = Pattern(
    "a part of a model before the operations that it needs",
    {r"\b(?:layers?|blocks?|modules?|heads?|stem|softmax|overhead)(?:\sof\s[^.;,]{1,30}?)?": "The stem costs "},
    refuses=("The model costs ",),
    after=(
        r"\s(?:itself\s|alone\s)?(?:takes?|costs?|has|have|needs?|requires?|is|are|consumes?|uses?|adds?)"
        rf"\s{HEDGE}$"
    ),
)  # fmt: skip
VARIED = Pattern(
    "the second end of a range",
    {r"\b(?:from|between)\s[^.;]{1,30}\b(?:to|and)\s$": "between 1e18 and "},
    refuses=("from there, and in it ",),
)
BUDGET = Pattern(
    "words that make a number of operations a budget",
    {
        r"\b(?:levels?|budgets?|regimes?|order|constraints?|complexity|limit)\sof": "at a complexity of around ",
        r"\b(?:e\.g\.,?|under|within|between|from)": "models within ",
        r"\btarget(?:s|ed|ing)?(?:\sof)?": "targeting ",
        r"\bsettings?\s\(": "in the small setting (",
        r"\b(?:limit|restrict|constrain)\w*\s[^.;]{0,40}\bto": "we limit the net to ",
    },
    refuses=("it needs ", "it costs about "),
    after=r"\s?(?:about|around|the|[~∼≈])?\s?$",
)
SMALLER_THAN_PASS = Pattern(
    "words behind operations that count something smaller than a pass",
    {r"\bper\s(?:second|clock|cycle|token|pixel|parameter)": "per token"},
    refuses=("per image",),
    flags=re.NOFLAG,
)
RATE_WORDS = Pattern(
    "words for hardware and its speed",
    {
        r"\b(?:[GCT]PUs?|devices?|accelerators?|pods?|clusters?|supercomputers?|chips?)\b": "a pod",
        r"\b(?:machine|card|processor)\b": "a card",
        r"\b(?:peak|throughput|sustain\w*|utili[sz]ation|hardware|clock|per\ssecond)\b": "sustained",
        r"\b(?:single|half)[-\s]precision\b": "in half precision",
    },
    refuses=("a network", "GPUless"),
    flags=re.NOFLAG,
)
PER_PASS = Pattern(
    "words that say that operations are needed, not done a second",
    {
        r"\b(?:requir\w+|need\w*|costs?\b)": "it requires",
        r"\bper\s(?:image|forward|inference|video|frame|example|sample|clip|view|pass)": "per clip",
        r"\b(?:complexity|computation)": "a complexity of",
    },
    refuses=("the peak is",),
)
TRAINING = Pattern(
    "words for a training's computing",
    {
        r"\b(?:pre-?)?train(?:ed|ing|s)?\b": "pretraining",
        r"\b(?:total\scompute|compute\sbudget)\b": "the total compute",
    },
    refuses=("a strain on",),
)
_ORDERS_OF_MAGNITUDE = Pattern(
    "orders of magnitude",
    {r"\borders?\sof\smagnitude\b": "two orders of magnitude"},
    refuses=("in order of size",),
    flags=re.NOFLAG,
)
_UNIT_DEFINED = Pattern(
    "a unit that is being defined",
    {"FLOP": "1 GFLOP", "flop": "1 petaflop", "day": "1 GPU-day"},
    refuses=("1 model", "11 days"),
    before=r"\b1\s\w*-?",
    flags=re.NOFLAG,
)
_MULTIPLY_ADDS_FOLLOW = Pattern(
    "multiply-adds as what follows a count",
    {"multiply": " (multiply-adds)", "mult-?adds": " mult-adds", "MAC": " MACs"},
    refuses=(" multti-scale", " FLOPs"),
    before=r"^\s?\(?\s?",
    flags=re.NOFLAG,
)


@dataclass(frozen=True)
class _Operations:
    """A number with a unit of operations behind it."""

    place: Place
    field: Field
    value: float
    scale: float
    unit: re.Match[str]
    rest: str  # what follows the unit


def operations_counted(place: Place) -> Counted | None:
    """The operations that the number counts."""
    unit = OPERATIONS_BEHIND.match(place.after)
    if unit is None:
        return _operations_before(place)
    end = place.number.end + unit.end()
    prefix = (unit["prefix"] or unit["short"] or "").lower()
    scale = PREFIX_WORDS.get((unit["word"] or "").lower(), 1.0) * PREFIXES.get(prefix, 1.0)
    if unit["days"]:
        days = float(f"{place.number.value * (scale / 1e15) * PETAFLOP_PER_S_DAY:.12g}")
        return Counted(Field.TRAINING_FLOPS, days, end, "prose_petaflop_days") if scale >= 1e15 else None
    value = float(f"{place.number.value * scale:.12g}")
    rest = place.passage.text[end : end + 70]
    found = _Operations(place, _field_of(place, unit, value, rest), value, scale, unit, rest)
    refused = next((reason for test, reason in _NO_OPERATIONS if test(found)), None)
    if refused is not None and refused.refusal is Refusal.FEW_OPERATIONS:
        if value < 1e3:
            return None
        refused = replace(refused, detail=f"{value:g}")
    return Counted(found.field, value, end, f"prose_{found.field}", refused)


def _operations_before(place: Place) -> Counted | None:
    """The operations of "the FLOPs are 3.6 billion"."""
    said = OPERATIONS_BEFORE.search(place.before)
    value = place.number.value
    if said is None or not place.number.magnitude or value < 1e5:
        return None
    are_flops = said["kind"].lower().startswith("flop") and not place.context.flops_are_multiply_adds
    field = Field.FLOPS if are_flops else Field.MULTIPLY_ADDS
    return Counted(field, value, place.number.end, f"prose_{field}_before")


def _field_of(place: Place, unit: re.Match[str], value: float, rest: str) -> Field:
    if value >= 1e16 and (TRAINING.search(place.sentence) or value >= 1e17):
        return Field.TRAINING_FLOPS
    if unit["madds"] or place.context.flops_are_multiply_adds or _MULTIPLY_ADDS_FOLLOW.match(rest):
        return Field.MULTIPLY_ADDS
    return Field.FLOPS


COMPARED_BEHIND = Pattern(
    "a difference, by the word behind it",
    {r"(?:less|more|fewer|lower|higher|cheaper)\b": " less than the baseline"},
    before=r"^\s",
    refuses=(" in total, more or less",),
)
_RATE_UNIT = Pattern("FLOPS in capitals, often a rate", {r"FLOPS\b": "TFLOPS"}, ("TFLOPs", "FLOPSA"), flags=re.NOFLAG)


def _is_rate(found: _Operations) -> bool:
    """Whether operations are a second's: by their unit, or teraFLOPS of a device and nothing that needs them."""
    unit, sentence = found.unit.group(), found.place.sentence
    if found.unit["rate"]:
        return True
    if found.field == Field.TRAINING_FLOPS:
        return found.scale >= 1e12 and not TRAINING.search(sentence) and RATE_WORDS.search(sentence) is not None
    if found.field != Field.FLOPS:
        return False
    if found.scale >= 1e12:
        return "FLOPs" not in unit or not PER_PASS.search(sentence)
    return bool(_RATE_UNIT.search(unit) and RATE_WORDS.search(sentence))


def _is_budget(found: _Operations) -> bool:
    number, before = found.place.number, found.place.before
    return found.field != Field.TRAINING_FLOPS and bool(
        number.is_range or number.bound or BUDGET.search(before)
        or (number.approximate and _ORDERS_OF_MAGNITUDE.search(before))
    )  # fmt: skip


_NO_OPERATIONS: Sequence[tuple[Callable[[_Operations], object], Reason]] = (
    (_is_rate, Reason(Refusal.RATE)),
    (
        lambda found: found.field != Field.TRAINING_FLOPS and SMALLER_THAN_PASS.search(found.rest[:30]),
        Reason(Refusal.SMALLER_THAN_PASS),
    ),
    (lambda found: is_difference(found.place.before), Reason(Refusal.COUNT_DIFFERENCE)),
    (lambda found: COMPARED_BEHIND.match(found.rest), Reason(Refusal.COUNT_DIFFERENCE)),
    (lambda found: VARIED.search(found.place.before), Reason(Refusal.VARIED)),
    (lambda found: PART_NEEDS.search(found.place.before), Reason(Refusal.PART)),
    (_is_budget, Reason(Refusal.BUDGET)),
    (
        lambda found: is_defined(found.place) and _UNIT_DEFINED.search(found.place.before),
        Reason(Refusal.UNIT_DEFINED),
    ),
    (lambda found: PART_BEHIND.match(found.rest), Reason(Refusal.PART)),
    (lambda found: found.place.number.percent or found.value < 1e4, Reason(Refusal.FEW_OPERATIONS)),
)
