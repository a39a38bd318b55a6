"""Counts that sentences state: parameters, FLOPs, multiply-adds, FLOPs of a whole training.

One pass over a passage finds each number with its unit ("3.6 billion FLOPs", "25.6M parameters") and what speaks
against it: a rate ("9.5 TFLOPS"), a difference ("8x fewer parameters"), a part ("embedding parameters").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models import Field
from db.vocabulary import Reason, Refusal, Role
from extract.language.differences import (
    COUNT_DIFFERENCE_BEFORE,
    HEDGE,
    UP_TO_THERE,
)
from extract.language.metrics import PETAFLOP_PER_S_DAY
from extract.language.model_names import CITATION
from extract.language.number_lists import listed_name, number_groups
from extract.language.numbers import DEVIATION, MAGNITUDES, Number, find_numbers
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.pattern import Pattern
from extract.sentences.subjects import subject_of
from extract.sentences.whose import OWN_WORDS


@dataclass(frozen=True)
class Count:
    """A count that a passage states at `start:end`; `refused` says why it is not stood behind (None: it is)."""

    field: str
    value: float
    passage: Passage
    start: int
    end: int
    pattern: str
    subject: str | None
    role: Role
    number: Number
    refused: Reason | None = None

    @property
    def reason(self) -> str | None:
        """The refusal in words."""
        return self.refused.words if self.refused else None


@dataclass(frozen=True)
class Place:
    """A number in a passage with the words around it; in a list, `after` is what stands behind the list's last."""

    passage: Passage
    context: PaperContext
    number: Number
    sentence: str
    before: str
    after: str
    end_of_list: int
    in_list: bool = False


@dataclass(frozen=True)
class Counted:
    """What the words around a number count: the field, the value, where its words end, what speaks against it."""

    field: Field
    value: float
    end: int
    pattern: str
    refused: Reason | None = None


PREFIXES = {"k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15, "e": 1e18, "z": 1e21}
PREFIX_WORDS = {"kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21}
_PREFIX_NAMED = "|".join(f"[{w[0].upper()}{w[0]}]{w[1:]}" for w in PREFIX_WORDS)

# what may be counted, as cheap to find as a substring; a passage without any is not read
_PARAMETER_PARTS = ("aram", "weights")
_OPERATION_PARTS = ("FLOP", "lop", "dds", "MAC", "operations", "Ops", "ccumulat")

_KINDS_OF_PARAMETER = (
    r"(?:total|trainable|free|learnable|learned|model|network|weight|different|unique|distinct|real-valued"
    r"|floating[- ]point|network's|tunable|non-embedding|embedding|trained)"
)
PARAMETERS_BEHIND = Pattern(
    "parameters behind their number",
    {r"param(?:eter)?s?\b\.?": " trainable model parameters", r"weights\b": " free weights"},
    refuses=(" hyper-parameters", " weighted"),
    before=rf"^[\s-]{{0,2}}(?:{_KINDS_OF_PARAMETER}\s){{0,2}}",
)
_IS = (
    r"(?:\s?[:=(≈~]|,(?=\s$)|,?\s(?:is|are|was|were|of|to|at|being|reaches|equals|around|about|amounts?\sto|comes?\sto"
    rf"|totals?|number|stands?\sat)(?:\s(?:set\sto|equal\sto|{HEDGE}(?<=\w)))?)\s?[≈~]?\s?$"
)
PARAMETERS_BEFORE = Pattern(
    "parameters before their number",
    {
        r"\b(?:number|amount|total|count)\s(?:number\s)?of\s(?:\w+\s){0,2}?param(?:eter)?s(?:\s(?:of|in|for)\s[^.,;()]{1,40}?)?":
            "the number of parameters in the whole net is about ",
        r"\bparam(?:eter)?\s(?:counts?|numbers?|sizes?|budgets?)(?:\s(?:of|in|for)\s[^.,;()\d]{1,40}?)?":
            "a parameter count of ",
        r"\bparams?": "params = ",
        r"(?:\btotal\s|^|[.;]\s)parameters(?=\s?[:=])": "total parameters: ",
        r"\bparameters\sof\s(?:the|our|this)\s\w+(?=\snumber)": "the parameters of the net number ",
    },
    refuses=("its parameters are ", "the number of layers is "),
    after=_IS,
)  # fmt: skip
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
    {r"FLOP[sS]?": "the FLOPs of the net are about ", r"(?:MACs|MAdds|[Mm]ult(?:iply)?-?[Aa]dds)": "multiply-adds: "},
    refuses=("FLOPs per image ",),
    before=r"\b(?P<kind>",
    after=(
        r")(?:\s(?:of|in|for)\s[^.,;()]{1,40}?)?"
        r"(?:\s?[:=≈~]|\s(?:is|are|of|to|was|were|amounts?\sto|comes?\sto|counts?\sis)(?:\s(?:about|around|only"
        r"|roughly|approximately))?)\s?[≈~]?\s?$"
    ),
    flags=re.NOFLAG,
)

# What speaks against a count, by the words around it.

PART_NAMED = Pattern(
    "words for a part of a model",
    {
        r"\b(?:embedding|softmax|adapter|task-specific)\b": "embedding parameters",
        r"\b(?:per[-\s]|each\s|every\s)(?:layer|block|stage|head|channel|module|expert)\b": "parameters per layer",
        r"\b(?:(?:fully[-\s]connected|classifier)\slayers?|recurrent\sconnections?)\b": "of recurrent connections",
        r"\bin\sthe\s(?:first|last)\b": "parameters in the last one",
        r"\b(?:layer|module|head)\shas\b": "a layer has",
        r"\bof\swhich\b": "parameters of which",
    },
    refuses=("trainable parameters in the net",),
)  # fmt: skip
EACH_PART = Pattern(
    "a sentence that begins with a part of a model",
    {
        r"\b(?:each|every)\s(?:\w+\s){0,2}?(?:expert|layer|block|head|module|stage|adapter|embedding)"
        r"\s(?:has|had|have|with|contains|contained|uses|of)\s(?:\w+\s){0,2}$": "Each such expert has about ",
    },
    refuses=("Each model has ",),
)
PART_OF_ALL = Pattern(
    "a part of a model before its parameters",
    {
        r"\b(?:layer|classifier|matrix|embeddings?|softmax|head|adapters?)\b[^.,;]{0,90}$": "the softmax needs ",
        r"\bactivat\w+\s(?:\w+\s){0,4}$": "each token activates ",
    },
    refuses=("the softmax, and the net has ",),
)
PART_NEAR = Pattern(
    "a part of a network anywhere in the sentence",
    {
        r"\b(?:blocks?|layers?|modules?|units?|cells?|heads?|encoders?)\b": "with 3 layers",
        r"\b(?:bottleneck|kernels?|convolutions?|matri(?:x|ces))\b": "two matrices",
    },
    refuses=("the headline",),
)
PART_BEHIND = Pattern(
    "a part of a model behind what is counted",
    {
        r"[^.,;]{0,30}\b(?:in|of|for|per|by|with)\s(?:the|each|an?|one|every|this)\s(?:\w+\s){0,4}"
        r"(?:layer|block|module|head|stem)\b": " in the last layer",
        r"\s(?:regime|budget|range|scale|level)\b": " budget",
    },
    refuses=(" in the net",),
    before="^",
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
RANGED = Pattern(
    "the second end of a range of parameters",
    {r"\b(?:rang\w+|from|between)\s[^.;]{0,40}\b(?:to|and)\s$": "ranging up to "},
    refuses=("it comes to 3, and",),
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
STEP_OF_MODEL = Pattern(
    "words behind parameters that say that a step uses them, not the model",
    {r"^\sper\s(?:token|example|expert|step)": " per token", r"^\sat\sa\stime": " at a time"},
    refuses=(" per model",),
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
OTHERS_COUNT = Pattern(
    "words that give another model's count of the same thing",
    {
        r"(?<![\w-])(?-i:[A-Z])[\w.+-]*(?:\s\d+[A-Z])?(?:,|\s(?:with|has|at|of|uses|needs))": "matches SlowNet with ",
        r"\b(?:one|ones|other|latter|former)\s(?:totals|has|with|needs|uses|of)": "the deep one totals ",
        r"\b(?:compared\s(?:with|to)|against|versus|vs\.?|than|keeps)": "compared with ",
    },
    refuses=("and another",),
    after=r"\s(?:the\s|about\s|only\s|just\s)?$",
)
OTHERS_BRACKET = Pattern(
    "a bracket behind another model's name, or the word that names another part, before its count",
    {
        r"\)[,;]?\s(?:and\s|or\s)?(?:the\s)?[\w.+-]+\s\((?:[~≈∼]?\s?[\d.]+\s?[KMBGT],\s)?": (
            "(5.7M params, 1G), small (22M, "
        ),
        r"(?:,|\band)\s(?:the|a|an)\s[a-z]\w*\s": "the generator holds 43M and the critic ",
    },
    after=r"[~≈∼]?\s?$",
    refuses=("trained on images (", "has 5M and "),
)
NOTHING_FOLLOWS = Pattern(
    "what shows that a count's number has no noun behind it",
    {
        "[.;)]": ".",
        r",\s": ", and",
        "$": "",
        r"for\s": " for FooNet",
        r"(?:of|in)\s(?:the\s)?(?=[A-Z\d])": " of the FooNet",
    },
    refuses=(" images", " of them"),
    before=r"^\s?",
    flags=re.NOFLAG,
)
SIZED_NAME = Pattern(
    "a name before a size in brackets",
    {r"(?P<name>[A-Z][\w.+-]*(?:\s[A-Z\d][\w.+-]*)?)\s\([~≈∼]?\s?$": "Large 2 (~"},
    refuses=("the large one (",),
    flags=re.NOFLAG,
)
PREDECESSOR = Pattern(
    "words that make the next name a predecessor's",
    {r"\b(?:predecessors?|previous|prior|earlier|original)\s(?:\w+\s){0,2}?$": "than its predecessor "},
    refuses=("the new ",),
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

# what the count of another model may be where the sentence does not repeat the unit
_CARRIED_RANGE = {
    Field.PARAMETERS: (1e4, 1e13), Field.FLOPS: (1e6, 1e15), Field.MULTIPLY_ADDS: (1e6, 1e15),
    Field.TRAINING_FLOPS: (1e17, 1e27),
}  # fmt: skip


def counts_in(passages: Sequence[Passage], context: PaperContext) -> Iterator[Count]:
    """Every count that the paper's sentences state, in reading order."""
    for passage in passages:
        if passage.kind not in ("prose", "caption", "footnote"):
            continue
        parameters = any(part in passage.text for part in _PARAMETER_PARTS)
        operations = any(part in passage.text for part in _OPERATION_PARTS)
        if parameters or operations or "-day" in passage.text:
            yield from _counts(passage, context, parameters, operations)


def _counts(passage: Passage, context: PaperContext, parameters: bool, operations: bool) -> Iterator[Count]:
    carried: dict[Field, tuple[str, int]] = {}  # what was counted: in which magnitude, and where its sentence ends
    for place in _places(passage, context):
        _, right = passage.sentence_at(place.number.start)
        if parameters and (about := _parameters(place)):
            counted, said = about
            if counted.refused is None:
                carried[Field.PARAMETERS] = (place.number.magnitude, right)
            if said:
                yield _count(place, counted)
        elif parameters and (named := _sized_name(place)):
            number = place.number
            counted = Counted(Field.PARAMETERS, number.value, number.end, "prose_parameters_bracketed")
            yield replace(_count(place, counted), subject=named)
        elif (operations or "-day" in place.after) and (found := _operations(place)):
            if not _is_unnamed_in_list(place):
                yield _count(place, found)
                carried.pop(found.field, None)
                if found.refused is None:
                    carried[found.field] = (_magnitude(place.number, found.value), right)
        elif field := _carried_field(place, carried, right):
            yield _count(place, Counted(field, place.number.value, place.number.end, f"prose_{field}_carried"))


def _magnitude(number: Number, value: float) -> str:
    """The magnitude of a count, "G" of "1.2 GFLOPs" too, whose letter stands at the unit."""
    return number.magnitude or {1e9: "G", 1e6: "M", 1e12: "T"}.get(value / number.value if number.value else 0.0, "")


def _carried_field(place: Place, carried: Mapping[Field, tuple[str, int]], right: int) -> Field | None:
    """What a number counts that leaves its unit out, by the counts before it in the sentence: of two, by magnitude."""
    fields = [f for f, (_, end) in carried.items() if end == right]
    alike = [f for f in fields if carried[f][0] == place.number.magnitude]
    field = next(iter(alike if len(alike) == 1 else fields[-1:]), None)
    return field if field and _is_anothers(place, field) else None


def _places(passage: Passage, context: PaperContext) -> Iterator[Place]:
    """Each number of the passage that may be a count, with the words around it."""
    text = passage.text
    numbers = find_numbers(text)
    lists = _lists(text, numbers)
    for i, number in enumerate(numbers):
        if number.sign or text[number.start - 1 : number.start] == "±":
            continue
        number, first, last = lists.get(i, (number, number, number))
        deviation = DEVIATION.match(text, number.end)
        if deviation:  # "770±50 PFlops/s·days"
            last = number = replace(number, end=deviation.end())
        left, right = passage.sentence_at(number.start)
        before = text[max(0, first.start - 90) : first.start]
        after = text[last.end : last.end + 70]
        yield Place(passage, context, number, text[left:right], before, after, last.end, last.start != number.start)


def _lists(text: str, numbers: Sequence[Number]) -> dict[int, tuple[Number, Number, Number]]:
    """Of the numbers of a list ("5M, 22M and 86M parameters"): each with the list's magnitude where it has none of its
    own ("15.3/19.6 billion"), the list's first and its last, which say what is counted."""
    found = {}
    for group in number_groups(text, numbers):
        last = numbers[group[-1]]
        factor = MAGNITUDES.get(last.magnitude)
        for i in group:
            number = numbers[i]
            if not number.magnitude and factor and number.value < 1000 and "/" in text[number.end : last.start]:
                value = float(f"{number.value * factor:.12g}")
                number = replace(number, value=value, low=value, high=value, magnitude=last.magnitude)
            alike = number.magnitude and (number.magnitude in MAGNITUDES) == (last.magnitude in MAGNITUDES)
            if alike and not number.is_range and not OPERATIONS_BEHIND.match(text[number.end : number.end + 30]):
                found[i] = (number, numbers[group[0]], last)
    return found


def _is_unnamed_in_list(place: Place) -> bool:
    """Whether a list does not say whose its numbers are: "models of 12M and 21M FLOPs"."""
    return place.in_list and listed_name(place.passage.text, place.number) is None


def _is_anothers(place: Place, field: Field) -> bool:
    """Whether the number is another model's count of the same thing: "... FLOPs, against 4.1G for X"."""
    number = place.number
    low, high = _CARRIED_RANGE[field]
    return bool(
        number.magnitude and (OTHERS_COUNT.search(place.before) or OTHERS_BRACKET.search(place.before))
        and NOTHING_FOLLOWS.match(place.after)
        and low <= number.value <= high and not number.bound and not number.is_range
    )  # fmt: skip


def _count(place: Place, counted: Counted) -> Count:
    """The count with its model, whose it is, and what speaks against it."""
    number, passage, names = place.number, place.passage, place.context.names
    subject = listed_name(passage.text, number) or subject_of(passage, number.start, number.end, place.context)
    own = subject is not None and names.is_own(subject)
    ours = OWN_WORDS.search(place.sentence) is not None
    prior = not own and (
        (not ours and (CITATION.search(place.sentence) or (subject and names.is_cited(subject))))
        or (subject and PREDECESSOR.search(place.before[: place.before.rfind(subject)]))
    )
    refused = counted.refused
    if refused is None and counted.field == Field.PARAMETERS and number.bound == "above" and number.word:
        refused = Reason(Refusal.BOUND)
    return Count(
        counted.field, counted.value, passage, number.start, counted.end, counted.pattern, subject,
        Role.PRIOR if prior else Role.OWN, number, refused,
    )  # fmt: skip


# Parameters.


def _parameters(place: Place) -> tuple[Counted, bool] | None:
    """The parameters that the number counts, and whether it is large enough to be mentioned at all."""
    behind = PARAMETERS_BEHIND.match(place.after)
    free = behind is None and "aram" in place.before and not OPERATIONS_BEHIND.match(place.after)
    before = PARAMETERS_BEFORE.search(place.before) if free else None
    if not behind and not before:
        return None
    words = behind or before
    assert words is not None
    refused = next((reason for test, reason in _NO_PARAMETERS if test(place, words)), None)
    if refused is not None and refused.refusal is Refusal.FEW_PARAMETERS:
        refused = replace(refused, detail=f"{place.number.value:g}")
    end = place.end_of_list + behind.end() if behind else place.number.end
    pattern = "prose_parameters" if behind else "prose_parameters_before"
    said = place.number.value >= 1000 or bool(place.number.magnitude)
    return Counted(Field.PARAMETERS, place.number.value, end, pattern, refused), said


def _behind(place: Place, words: re.Match[str]) -> str:
    """What stands behind the number and, if they follow it, the words that say that parameters are counted."""
    return place.after[words.end() :] if _follows(place, words) else place.after


def _follows(place: Place, words: re.Match[str]) -> bool:
    return words.string is place.after


def _is_difference(before: str) -> bool:
    """Whether the words before a number make it a difference: "adds 5M", not "is cut to 5M" or "than X with 5M"."""
    return bool(COUNT_DIFFERENCE_BEFORE.search(before)) and not UP_TO_THERE.search(before)


def _counts_a_part(place: Place, words: re.Match[str]) -> bool:
    near = _behind(place, words)[:40].split(",")[0]
    return bool(PART_NAMED.search(words.group()) or PART_NAMED.search(near) or EACH_PART.search(place.before))


def _is_few(place: Place, words: re.Match[str]) -> bool:
    """Whether a number before "parameters" is too small to count a model's."""
    number = place.number
    small = not number.magnitude and number.value < 20_000 and "," not in number.text
    return number.value < 1000 or number.percent or small


def _is_defined(place: Place) -> bool:
    return place.before.rstrip().endswith("=")


def _is_range(place: Place, words: re.Match[str]) -> bool:
    return bool(place.number.is_range or place.number.bound or RANGED.search(place.before))


_NO_PARAMETERS: Sequence[tuple[Callable[[Place, re.Match[str]], object], Reason]] = (
    (lambda place, words: _is_difference(place.before), Reason(Refusal.COUNT_DIFFERENCE)),
    (_counts_a_part, Reason(Refusal.PART)),
    (_is_few, Reason(Refusal.FEW_PARAMETERS)),
    (
        lambda place, words: _follows(place, words) and STEP_OF_MODEL.match(_behind(place, words)),
        Reason(Refusal.STEP),
    ),
    (lambda place, words: _follows(place, words) and PART_BEHIND.match(_behind(place, words)), Reason(Refusal.PART)),
    (
        lambda place, words: place.number.bound == "above" and CITATION.search(place.sentence),
        Reason(Refusal.OTHERS_BOUND),
    ),
    (lambda place, words: PART_OF_ALL.search(place.before), Reason(Refusal.PART)),
    (_is_range, Reason(Refusal.COUNT_RANGE)),
    (lambda place, words: place.number.value < 1e5 and PART_NEAR.search(place.sentence), Reason(Refusal.PART)),
    (
        lambda place, words: place.number.value < 1e5 and "^" in place.number.text and _is_defined(place),
        Reason(Refusal.FORMULA),
    ),
)


def _sized_name(place: Place) -> str | None:
    """The name before a size in brackets, "Large (7.5B)", in a sentence that speaks of parameters."""
    number = place.number
    if number.magnitude not in ("M", "B") or place.after[:1] != ")" or "aram" not in place.sentence:
        return None
    named = SIZED_NAME.search(place.before)
    return named["name"] if named and not number.is_range and not number.bound else None


# Operations.


@dataclass(frozen=True)
class _Operations:
    """A number with a unit of operations behind it."""

    place: Place
    field: Field
    value: float
    scale: float
    unit: re.Match[str]
    rest: str  # what follows the unit


def _operations(place: Place) -> Counted | None:
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
    if are_flops and value >= 1e17 and TRAINING.search(place.sentence):
        field = Field.TRAINING_FLOPS
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
    (lambda found: _is_difference(found.place.before), Reason(Refusal.COUNT_DIFFERENCE)),
    (lambda found: COMPARED_BEHIND.match(found.rest), Reason(Refusal.COUNT_DIFFERENCE)),
    (lambda found: VARIED.search(found.place.before), Reason(Refusal.VARIED)),
    (lambda found: PART_NEEDS.search(found.place.before), Reason(Refusal.PART)),
    (_is_budget, Reason(Refusal.BUDGET)),
    (
        lambda found: _is_defined(found.place) and _UNIT_DEFINED.search(found.place.before),
        Reason(Refusal.UNIT_DEFINED),
    ),
    (lambda found: PART_BEHIND.match(found.rest), Reason(Refusal.PART)),
    (lambda found: found.place.number.percent or found.value < 1e4, Reason(Refusal.FEW_OPERATIONS)),
)
