"""Whether a number counts a model's parameters, "25.6M parameters", "Large (7.5B)", and what speaks against it.

It may be a difference ("8x fewer parameters"), a part ("embedding parameters"), a range, a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from db.models import Field
from db.vocabulary import Reason, Refusal
from extract.language.differences import HEDGE
from extract.language.model_names import CITATION
from extract.pattern import Pattern
from extract.sentences.counts_of_operations import OPERATIONS_BEHIND
from extract.sentences.number_counted import PART_BEHIND, Counted, Place, is_defined, is_difference

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
    r"(?:\s?[:=(≈~∼]|,(?=\s$)|,?\s(?:is|are|was|were|of|to|at|being|reaches|equals|around|about|amounts?\sto|comes?\sto"
    rf"|totals?|number|stands?\sat)(?:\s(?:set\sto|equal\sto|{HEDGE}(?<=\w)))?)\s?[≈~∼]?\s?$"
)
PARAMETERS_BEFORE = Pattern(
    "parameters before their number",
    {
        r"\b(?:number|amount|total|count)\s(?:number\s)?of\s(?:\w+\s){0,2}?(?:param(?:eter)?s|weights)"
        r"(?:\s(?:of|in|for|to)\s(?:(?!\s(?:is|are)\s)[^.,;()]){1,40}?)?": (
            "the number of parameters in the whole net is about ",
            "the total number of weights is ",
            "a number of parameters to learn (∼ ",
        ),
        r"\bparam(?:eter)?\s(?:counts?|numbers?|sizes?|budgets?)(?:\s(?:of|in|for)\s[^.,;()\d]{1,40}?)?":
            "a parameter count of ",
        r"\bparams?": "params = ",
        r"(?:\btotal\s|^|[.;]\s)parameters(?=\s?[:=])": "total parameters: ",
        r"\bparameters\sof\s(?:the|our|this)\s\w+(?=\snumber)": "the parameters of the net number ",
    },
    refuses=("its parameters are ", "the number of layers is "),
    after=_IS,
)  # fmt: skip
COUNTED_ALREADY = Pattern(
    "a number that the parameters behind it belong to",
    {r"\d\s?(?:[KMB]|[mb]illion)?\s?$": "the net has 36.5M "},
    refuses=("layer 3: ", "the number of "),
)

# What speaks against a count, by the words around it.

PART_NAMED = Pattern(
    "words for a part of a model",
    {
        r"\b(?:embedding|softmax|adapter|task-specific)\b": "embedding parameters",
        r"\b(?:per[-\s]|each\s|every\s)(?:layer|block|stage|head|channel|module|expert)\b": "parameters per layer",
        r"\b(?:(?:fully[-\s]connected|classifier)\slayers?|recurrent\sconnections?)\b": "of recurrent connections",
        r"\b(?:in\sthe\s(?:first|last)|for\sthe\s(?:template|conv\d))\b": (
            "parameters in the last one",
            "for the template of",
        ),
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
        r"(?:\b(?:classifier|matrix|embeddings?|softmax|head|adapters?)|(?<!\d[-\s])\blayer)\b[^.,;]{0,90}$": (
            "the softmax needs "
        ),
        r"\bactivat\w+\s(?:\w+\s){0,4}$": "each token activates ",
        r"\b(?:account(?:s|ed|ing)?\sfor|mak(?:e|es|ing)\sup|occup(?:y|ies)|responsible\sfor)\s[^.,;]{0,20}$": (
            "convolutions account for about "
        ),
    },
    refuses=("the softmax, and the net has ", "the 32-layer net has "),
)
PART_NEAR = Pattern(
    "a part of a network anywhere in the sentence",
    {
        r"\b(?:blocks?|layers?|modules?|units?|cells?|heads?|encoders?)\b": "with 3 layers",
        r"\b(?:bottleneck|kernels?|convolutions?|matri(?:x|ces))\b": "two matrices",
    },
    refuses=("the headline",),
)
CHANGE_OF = Pattern(
    "words that make the number of parameters behind them a difference",
    {
        r"\b(?:increas\w*|reduc\w+|growth|overhead|differences?|decreas\w*|change|saving)\s(?:in|of)\s(?:the\s)?$": (
            "such an increase in the "
        ),
    },
    refuses=("regardless of the ",),
)
OF_A_CLASS = Pattern(
    "words before a size of many models, among which some are compared",
    {
        r"\b(?:among|amongst|compared\s(?:to|with)|than)\s(?:[\w-]+\s){0,3}(?:networks|models|methods|architectures)"
        r"\s(?:with|of|having|that\shave|at)\s[^.,;]{0,20}$": "Among neural networks with around ",
    },
    refuses=("both networks with ", "than SlowNet with "),
)
RANGED = Pattern(
    "the second end of a range of parameters",
    {r"\b(?:rang\w+|from|between)\s[^.;]{0,40}\b(?:to|and)\s$": "ranging up to "},
    refuses=("it comes to 3, and",),
)
STEP_OF_MODEL = Pattern(
    "words behind parameters that say that a step uses them or a device holds them, not the model",
    {
        r"^\s(?:per|on\seach|in\seach)\s(?:token|example|expert|step|[GT]PU|device|card|chip|core|node|worker|rank)": (
            " per token",
            " per GPU",
            " on each device",
        ),
        r"^\sat\sa\stime": " at a time",
    },
    refuses=(" per model",),
)
SIZED_NAME = Pattern(
    "a name before a size in brackets",
    {r"(?P<name>[A-Z][\w.+-]*(?:\s[A-Z\d][\w.+-]*)?)\s\([~≈∼]?\s?$": "Large 2 (~"},
    refuses=("the large one (",),
    flags=re.NOFLAG,
)
SIZED_MODEL = Pattern(
    "a model behind its size",
    {r"(?:(?P<name>[A-Z][\w.+-]*)\s)?(?:model|network|variant|version)\b": ("-model", " Huge model")},
    refuses=(" images", " models", " modelling"),
    before=r"^[\s-]",
    flags=re.NOFLAG,
)


def parameters_counted(place: Place) -> tuple[Counted, bool] | None:
    """The parameters that the number counts, and whether it is large enough to be mentioned at all."""
    behind = PARAMETERS_BEHIND.match(place.after)
    named = "aram" in place.before or "weights" in place.before
    free = behind is None and named and not OPERATIONS_BEHIND.match(place.after)
    before = PARAMETERS_BEFORE.search(place.before) if free else None
    if before and COUNTED_ALREADY.search(place.before[: before.start()]):
        before = None  # "36M params, 6.8G memory"
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


def _counts_a_part(place: Place, words: re.Match[str]) -> bool:
    near = _behind(place, words)[:40].split(",")[0]
    return bool(PART_NAMED.search(words.group()) or PART_NAMED.search(near) or EACH_PART.search(place.before))


def _says_total(words: re.Match[str]) -> bool:
    """Whether the parameters are said to be all: "a softmax layer (1.7M total parameters)"."""
    return "total" in words.group().lower()


def _is_few(place: Place, words: re.Match[str]) -> bool:
    """Whether a number before "parameters" is too small to count a model's."""
    number = place.number
    small = not number.magnitude and number.value < 20_000 and "," not in number.text
    return number.value < 1000 or number.percent or small


def _is_range(place: Place, words: re.Match[str]) -> bool:
    return bool(place.number.is_range or place.number.bound or RANGED.search(place.before))


_FACTOR_BEFORE = re.compile(r"\d\s?[×∗*]\s?$")  # "50×100,000"
_NO_PARAMETERS: Sequence[tuple[Callable[[Place, re.Match[str]], object], Reason]] = (
    (lambda place, words: is_difference(place.before), Reason(Refusal.COUNT_DIFFERENCE)),
    (
        lambda place, words: not _follows(place, words) and CHANGE_OF.search(words.string[: words.start()]),
        Reason(Refusal.COUNT_DIFFERENCE),
    ),
    (lambda place, words: OF_A_CLASS.search(place.before), Reason(Refusal.COUNT_RANGE)),
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
    (lambda place, words: PART_OF_ALL.search(place.before) and not _says_total(words), Reason(Refusal.PART)),
    (_is_range, Reason(Refusal.COUNT_RANGE)),
    (lambda place, words: _FACTOR_BEFORE.search(place.before), Reason(Refusal.FORMULA)),
    (lambda place, words: place.number.value < 1e5 and PART_NEAR.search(place.sentence), Reason(Refusal.PART)),
    (
        lambda place, words: place.number.value < 1e5 and "^" in place.number.text and is_defined(place),
        Reason(Refusal.FORMULA),
    ),
)


def sized_name(place: Place) -> str | None:
    """The name of "Large (7.5B)", "a 7.5B Large model", "" of "a 7.5B model", where parameters are spoken of."""
    number = place.number
    if number.magnitude not in ("M", "B") or "aram" not in place.sentence or number.is_range or number.bound:
        return None
    behind = SIZED_MODEL.match(place.after)
    if behind:
        return behind["name"] or ""
    named = SIZED_NAME.search(place.before) if place.after[:1] == ")" else None
    return named["name"] if named else None
