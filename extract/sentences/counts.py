"""Counts that sentences state: parameters, FLOPs, multiply-adds, FLOPs of a whole training.

One pass over a sentence finds each number with its unit ("3.6 billion FLOPs", "25.6M parameters") and what speaks
against it: a rate ("9.5 TFLOPS"), a difference ("8x fewer parameters"), a part ("embedding parameters").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.models import Field
from db.reference.benchmarks import find_benchmarks
from extract.language.metrics import PETAFLOP_PER_S_DAY
from extract.language.model_names import CITATION, model_names_in
from extract.language.number_lists import listed_name, number_groups
from extract.language.numbers import MAGNITUDES, Number, find_numbers
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage


@dataclass(frozen=True)
class Count:
    """A count that a passage states at `start:end`; `reason` says why it is not stood behind (None: it is)."""

    field: str
    value: float
    passage: Passage
    start: int
    end: int
    pattern: str
    subject: str | None
    role: str
    number: Number
    reason: str | None = None


_PREFIXES = {"k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15, "e": 1e18, "z": 1e21}
_PREFIX_WORDS = {"kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12, "peta": 1e15, "exa": 1e18, "zetta": 1e21}
_PARAMETERS = re.compile(
    r"[\s-]{0,2}(?:(?:total|trainable|free|learnable|learned|model|network|weight|different|unique"
    r"|distinct|real-valued|floating[- ]point|network's|tunable|non-embedding|embedding|trained)\s){0,2}"
    r"(?:param(?:eter)?s?\b\.?|weights\b)",
    re.IGNORECASE,
)
_PARAMETERS_BEFORE = re.compile(
    r"(?:\b(?:number|amount|total|count)\s(?:number\s)?of\s(?:\w+\s){0,2}?param(?:eter)?s(?:\s(?:of"
    r"|in|for)\s[^.,;()]{1,40}?)?|\bparam(?:eter)?\s(?:counts?|numbers?|sizes?|budgets?)(?:\s(?:of|in|for)\s[^.,;()\d]{1,40}?)?"
    r"|#\s?params?|\bparams?|(?:\btotal\s|^)parameters(?=\s?[:=])|\bparameters\sof\s(?:the|our|this)\s\w+(?=\snumber))"
    r"(?:\s?[:=(≈~]|,(?=\s$)|,?\s(?:is|are|was|were|of|to|at|being|reaches|equals|around|about|amounts?\sto|comes?\sto"
    r"|totals?|number|stands?\sat)(?:\s(?:about"
    r"|around|roughly|approximately|only|just|still|set\sto|equal\sto))?)\s?[≈~]?\s?$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?-?(?:(?P<word>[Kk]ilo|[Mm]ega|[Gg]iga|[Tt]era|[Pp]eta|[Ee]xa|[Zz]etta)|(?P<prefix>[KMGBTPEZkm])(?=-?\s?(?:FLOP"
    r"|Flop|flop|MAC|MAdd|Mult|mult|ops|Ops|OPs)|[Ff]\s?(?:/\s?s)?[-\s·∙⋅*]{1,2}days)|(?P<short>[Pp])(?=fs?[-\s]days))?"
    r"[\s-]?(?:(?:total|training|train|pre-?training)\s(?=[Ff][Ll][Oo][Pp]))?(?:(?P<days>(?:flops?|FLOPS?|FLOPs?|Flops?|f|F)?"
    r"\s?(?:/\s?s|[-\s]?s)?[-\s·∙⋅*]{1,2}days?\b)"
    r"|(?P<madds>(?:mult(?:ipl(?:y|ication)s?|i|s)?[-–\s]?(?:and[-\s])?(?:adds?|additions?"
    r"|accumulat\w+)\b|M(?:ult)?-?Adds?\b|MACs?\b|madds?\b|MAC\soperations))"
    r"|(?P<flops>FLOP[sS]?\b|[Ff]lops?\b|floating[-\s]point\s(?:operations|ops|calculations)"
    r"|operations?\b(?=\s(?:per|for|to|in\stotal))|ops\b(?!\s?/)|Ops\b|OPs\b))"
    r"(?P<rate>\s?/\s?s(?:ec\w*)?\b|\sper\ssecond|\s?ps\b)?"
)
_FLOPS_BEFORE = re.compile(
    r"\b(?P<kind>FLOPs?|FLOPS|MACs|MAdds|[Mm]ult(?:iply)?-?[Aa]dds)(?:\s(?:of|in"
    r"|for)\s[^.,;()]{1,40}?)?(?:\s?[:=≈~]|\s(?:is|are|of|to|was|were|amounts?\sto|comes?\sto|counts?\sis)(?:\s(?:about|around|only"
    r"|roughly|approximately))?)\s?[≈~]?\s?$"
)
_DIFFERENCE_AFTER = re.compile(
    r"^\s?(?:\w+\s){0,2}?(?:fewer|less|more|additional|extra|larger|smaller|lower|higher|reduction"
    r"|saving|increase)\b|^\s?[x×]\s|^\s?%|^-fold",
    re.IGNORECASE,
)
_DIFFERENCE_BEFORE = re.compile(
    r"(?<![\w-])(?:additional|extra|reduc\w+|sav\w+|cut\w*|increas\w+|decreas\w+|add(?:s|ed|ing)?|introduc\w+"
    r"|grow\w*|drop\w*|another|remov\w+|more|fewer|less)\s(?:\w+\s){0,3}?(?:by\s)?(?:about\s|around\s"
    r"|only\s|~|approximately\s|roughly\s)?$",
    re.IGNORECASE,
)
# "matches X with 17M", "X, 44.5M", "the deep one totals 43.1M", "compared with 4.1G for X"
_ANOTHERS = re.compile(
    r"(?:(?<![\w-])[A-Z][\w.+-]*(?:\s\d+[A-Z])?(?:,|\s(?:with|has|at|of|uses|needs))|\b(?:one|ones|other|latter|former)\s(?:totals|has|with|needs"
    r"|uses|of)|\b(?:compared\s(?:with|to)|against|versus|vs\.?|than|keeps))\s(?:the\s|about\s|only\s|just\s)?$"
)
_ALONE = re.compile(r"\s?(?:[.;)]|,\s|$|for\s|(?:of|in)\s(?:the\s)?(?=[A-Z\d]))")
_CARRIED_RANGE = {
    Field.PARAMETERS: (1e4, 1e13), Field.FLOPS: (1e6, 1e15), Field.MULTIPLY_ADDS: (1e6, 1e15),
    Field.TRAINING_FLOPS: (1e17, 1e27),
}  # fmt: skip
_UP_TO_THERE = re.compile(
    r"(?:\bto|(?<![\w-])[A-Z][\w.-]*\s(?:with|at|has|of))\s(?:(?:about|around|only|just|roughly|approximately)\s)?$"
)
_RATE_WORDS = re.compile(
    r"\b(?:GPUs?|CPUs?|TPUs?|peak|throughput|sustain\w*|utili[sz]ation|hardware|devices?"
    r"|accelerators?|pods?|clusters?|supercomputers?|chips?|single[-\s]precision|half[-\s]precision|per\ssecond|/s|clock|machine|card|processor)\b"
)
_PART = re.compile(
    r"\b(?:embedding|per[-\s](?:layer|block|stage|head|channel)|each\s(?:layer|block|module|head"
    r"|expert)|recurrent\sconnections?|classifier\slayer|fully[-\s]connected\slayers?"
    r"|in\sthe\s(?:first|last)|softmax|adapter|layer\shas|module\shas|head\shas|task-specific|of\swhich)\b",
    re.IGNORECASE,
)
_EACH_PART = re.compile(
    r"\b[Ee](?:ach|very)\s(?:\w+\s){0,2}?(?:expert|layer|block|head|module|stage|adapter|embedding)\s(?:has|had|have|with"
    r"|contains|contained|uses|of)\s(?:\w+\s){0,2}$"
)
_PART_NEAR = re.compile(
    r"\b(?:blocks?|bottleneck|layers?|modules?|kernels?|convolutions?|matri(?:x|ces)|cells?|units?|encoders?|heads?)\b",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"[^.,;]{0,30}\b(?:in|of|for|per|by|with)\s(?:the|each|an?|one|every"
    r"|this)\s(?:\w+\s){0,4}(?:layer|block|module|head|stem)\b"
    r"|\s(?:regime|budget|range|scale|level)\b"
)
_PART_BEFORE = re.compile(
    r"\b(?:layers?|blocks?|modules?|heads?|stem|softmax|overhead)(?:\sof\s[^.;,]{1,30}?)?"
    r"\s(?:itself\s|alone\s)?(?:takes?|costs?|has|have|needs?|requires?|is|are|consumes?|uses?|adds?)"
    r"\s(?:(?:about|around|only|just|roughly|approximately|[~≈])\s?)?$",
    re.IGNORECASE,
)
_VARIED = re.compile(r"\b(?:from|between)\s[^.;]{1,30}\b(?:to|and)\s$")
_PER_PASS = re.compile(
    r"\brequir\w+|\bneed\w*|\bcosts?\b|\bper (?:image|forward|inference|video|frame|example|sample"
    r"|clip|view|pass)|\bcomplexity|\bcomputation",
    re.IGNORECASE,
)
_BUDGET = re.compile(
    r"\b(?:levels?\sof|budgets?\sof|regimes?\sof|order\sof|constraints?\sof|complexity\sof|limit\sof"
    r"|e\.g\.,?|under|within|between|from|target(?:s|ed|ing)?(?:\sof)?|settings?\s\(|(?:limit|restrict|constrain)\w*\s[^.;]{0,40}\bto)"
    r"\s?(?:about|around|the|[~∼≈])?\s?$",
    re.IGNORECASE,
)
_MAGNITUDES = re.compile(r"\borders?\sof\smagnitude\b")
_TRAIN = re.compile(r"\b(?:pre-?)?train(?:ed|ing|s)?\b|\btotal compute\b|\bcompute budget\b", re.IGNORECASE)
_OWN_WORDS = re.compile(
    r"\b(?:we|our|ours|this (?:model|network|work|paper)|the (?:resulting|proposed))\b", re.IGNORECASE
)


_FOR_MODEL = re.compile(
    r"[\s-]?(?:%|percent|[\w-]+(?:\s[\w-]+)?)?\s(?:for|of|by)\s(?:the\s|our\s)?(?P<name>[A-Z][\w.+/-]*(?:\s[A-Z(][\w.+/()-]*){0,2})"
)
_CLAUSE_BEFORE = re.compile(r"[,;]\s|\s(?:and|while|whereas|but|against|versus|vs\.?|than|with|to)\s")


_OWNER_BEHIND = re.compile(
    r"[\s-]?(?:param(?:eter)?s?|weights)\s(?:(?:of|in)\s(?:the\s|our\s)?)?(?P<name>[A-Z][\w.+/-]*(?:\s[A-Z(][\w.+/()-]*){0,2})"
)
_ANY_KIND = re.compile(r"(?:RNN|CNN|LSTM|GRU|DNN|MLP|GAN|MoE|LLM|LM|NMT|GPT|ConvNet)s?(?![\w-])")
_KIND_OF = re.compile(r"-(?:level|style|like|sized|scale|type|trained|pretrained|inspired|compatible)$")
# a name of one plain word, known for a model's by what it does: "Gopher used", "for training Gopher was"
_PLAIN_NAME = re.compile(
    r"^(?:The\s)?(?P<name>[A-Z][A-Za-z]{2,}\w*(?:\s\d+(?:\.\d+)?[A-Z]?)?(?:\s\d+[BM])?)(?:['’]s)?\s(?:is|was|has|had|used|uses|needs?"
    r"|needed|requires?d?|contains?|took|takes|consumes?d?|comprises|costs?|achieve[ds]?|obtain(?:s|ed)|reache[ds]|attain(?:s|ed)"
    r"|gets?|got|scores?|totals|spent)\b"
    r"|\btrain(?:ing)?\s(?:of\s)?(?P<trained>[A-Z][A-Za-z]{2,}\w*(?:\s\d+(?:\.\d+)?[A-Z]?)?)\s(?:is|was|took|takes|needs?|requires?|consume[ds]|costs?)\b"
)
_NO_SUBJECT = frozenset(
    """the this that our ours its their his training pretraining inference testing total totals overall each all every
    both some many most these those there here which when where while with without table figure section model models
    network networks method methods system architecture performance accuracy error compute computation cost params
    parameters flops however moreover human humans and but thus hence then also using input output what one two three
    four five even just only still unlike like compared together here now training nobody following pruning removing
    replacing nothing everything data dataset imagenet table""".split()
)


def counts_in(passages: Sequence[Passage], context: PaperContext) -> Iterator[Count]:
    """Every count that the paper's sentences state, in reading order."""
    for passage in passages:
        if passage.kind not in ("prose", "caption", "footnote"):
            continue
        text = passage.text
        low_p = "aram" in text or "weights" in text
        low_f = (
            "FLOP" in text
            or "lop" in text
            or "dds" in text
            or "MAC" in text
            or "operations" in text
            or "Ops" in text
            or "ccumulat" in text
        )
        if not (low_p or low_f or "-day" in text):
            continue
        yield from _counts(passage, context, low_p, low_f)


def _counts(passage: Passage, context: PaperContext, parameters: bool, flops: bool) -> Iterator[Count]:
    text = passage.text
    numbers = find_numbers(text)
    listed = _lists(text, numbers)
    carried: tuple[Field, int] | None = None  # what the last count counted, and where its sentence ends
    for i, number in enumerate(numbers):
        if number.sign or text[number.start - 1 : number.start] == "±":
            continue
        number, first, last = listed.get(i, (number, number, number))
        deviation = _DEVIATION.match(text, number.end)
        if deviation:  # "770±50 PFlops/s·days"
            last = number = replace(number, end=deviation.end())
        after = text[last.end : last.end + 70]
        before = text[max(0, first.start - 90) : first.start]
        left, right = passage.sentence_at(number.start)
        sentence = text[left:right]
        if parameters:
            match = _PARAMETERS.match(after)
            inverse = None if match or "aram" not in before else _PARAMETERS_BEFORE.search(before)
            if match or inverse:
                value, reason = number.value, None
                if _is_difference(before):
                    reason = "a difference, not a count"
                elif inverse and _DIFFERENCE_AFTER.match(after):
                    reason = "a ratio, not a count"
                elif (
                    _PART.search(match.group() if match else inverse.group() if inverse else "")
                    or _PART.search(after[match.end() if match else 0 :][:40].split(",")[0])
                    or _EACH_PART.search(before)
                ):
                    reason = "counts a part of the model"
                elif _no_count(number):
                    reason = f"{value:g} is no plausible number of parameters"
                elif match and re.match(r"\sper\s(?:token|example|expert|step)|\sat\sa\stime", after[match.end() :]):
                    reason = "counts what one step uses, not the model"
                elif match and _PART_AFTER.match(after[match.end() :]):
                    reason = "counts a part of the model"
                elif number.bound == "above" and CITATION.search(sentence):
                    reason = "a bound on other papers' models"
                elif re.search(
                    r"\b(?:layer|classifier|matrix|embeddings?|softmax|head|adapters?)\b[^.,;]{0,90}$", before
                ) or re.search(r"\bactivat\w+\s(?:\w+\s){0,4}$", before):
                    reason = "counts a part of the model"
                elif (
                    number.is_range
                    or number.bound
                    or re.search(r"\b(?:rang\w+|from|between)\s[^.;]{0,40}\b(?:to|and)\s$", before)
                ):
                    reason = "a range or a bound, not a model's count"
                elif value < 1e5 and _PART_NEAR.search(sentence):
                    reason = "counts a part of the model"
                elif re.search(r"=\s?$", before) and "^" in number.text and value < 1e5:
                    reason = "a formula"
                if reason is None:
                    carried = (Field.PARAMETERS, right)
                if value >= 1000 or number.magnitude:
                    end = last.end + match.end() if match else number.end
                    pattern = "prose_parameters" if match else "prose_parameters_before"
                    yield _count(
                        Field.PARAMETERS, value, passage, number, end, pattern, context, sentence, before, reason
                    )
                continue
        if parameters and number.magnitude in ("M", "B") and after[:1] == ")" and "aram" in sentence:
            named = _SIZED_NAME.search(before)
            if named and not number.is_range and not number.bound:
                count = _count(
                    Field.PARAMETERS, number.value, passage, number, number.end, "prose_parameters_bracketed", context,
                    sentence, before, None,
                )  # fmt: skip
                yield replace(count, subject=named["name"])
                continue
        if flops or "-day" in after:
            if last.start != number.start and listed_name(text, number) is None:
                continue  # "models of 12M and 21M FLOPs": which models is not said
            counted = list(_operations(passage, number, before, after, sentence, context))
            yield from counted
            if counted:
                carried = (Field(counted[-1].field), right) if counted[-1].reason is None else None
                continue
        if carried and carried[1] == right and number.magnitude and _ANOTHERS.search(before) and _ALONE.match(after):
            low, high = _CARRIED_RANGE[carried[0]]
            if low <= number.value <= high and not number.bound and not number.is_range:
                yield _count(
                    carried[0], number.value, passage, number, number.end, f"prose_{carried[0]}_carried", context,
                    sentence, before, None,
                )  # fmt: skip


# "Large (7.5B)", in a sentence that speaks of parameters
_SIZED_NAME = re.compile(r"(?P<name>[A-Z][\w.+-]*(?:\s[A-Z\d][\w.+-]*)?)\s\([~≈∼]?\s?$")
_DEVIATION = re.compile(r"\s?±\s?[\d.]+")


def _operations(
    passage: Passage, number: Number, before: str, after: str, sentence: str, context: PaperContext
) -> Iterator[Count]:
    kind: str
    match = _UNIT.match(after)
    if match is None:
        inverse = _FLOPS_BEFORE.search(before)
        if inverse is None or not number.magnitude or number.value < 1e5:
            return
        said = inverse["kind"].lower().startswith("flop") and not context.flops_are_multiply_adds
        kind = Field.FLOPS if said else Field.MULTIPLY_ADDS
        if said and number.value >= 1e17 and _TRAIN.search(sentence):
            kind = Field.TRAINING_FLOPS
        yield _count(
            kind, number.value, passage, number, number.end, f"prose_{kind}_before", context, sentence, before, None
        )
        return
    end = number.end + match.end()
    prefix = (match["prefix"] or match["short"] or "").lower()
    scale = _PREFIX_WORDS.get((match["word"] or "").lower(), 1.0) * _PREFIXES.get(prefix, 1.0)
    value = float(f"{number.value * scale:.12g}")
    reason: str | None = None
    if match["days"]:
        if scale < 1e15:
            return
        value = float(f"{number.value * (scale / 1e15) * PETAFLOP_PER_S_DAY:.12g}")
        yield _count(
            Field.TRAINING_FLOPS, value, passage, number, end, "prose_petaflop_days", context, sentence, before, None
        )
        return
    if match["madds"]:
        kind = Field.MULTIPLY_ADDS
    else:
        kind = Field.MULTIPLY_ADDS if context.flops_are_multiply_adds else Field.FLOPS
        follows = passage.text[end : end + 40]
        if re.match(r"\s?\(?\s?(?:multiply|mult-?adds|MAC)", follows):
            kind = Field.MULTIPLY_ADDS
    if value >= 1e16 and (_TRAIN.search(sentence) or value >= 1e17):
        kind = Field.TRAINING_FLOPS
    unit = match.group()
    if match["rate"] or (kind == Field.FLOPS and _is_rate(unit, scale, sentence)):
        reason = "a rate (operations per second), not a count"
    elif kind != Field.TRAINING_FLOPS and re.search(
        r"\bper\s(?:second|clock|cycle|token|pixel|parameter)", passage.text[end : end + 30]
    ):
        reason = "counted per something smaller than a pass"
    elif (
        kind == Field.TRAINING_FLOPS and scale >= 1e12 and not _TRAIN.search(sentence) and _RATE_WORDS.search(sentence)
    ):
        reason = "a rate (operations per second), not a count"
    elif _is_difference(before):
        reason = "a difference, not a count"
    elif _VARIED.search(before):
        reason = "a range, not a model's count"
    elif _PART_BEFORE.search(before):
        reason = "counts a part of the model"
    elif kind != Field.TRAINING_FLOPS and (
        number.is_range or number.bound or _BUDGET.search(before) or (number.approximate and _MAGNITUDES.search(before))
    ):
        reason = "a range or a budget, not a model's count"
    elif re.search(r"=\s?$", before) and re.search(r"\b1\s\w*-?(?:FLOP|flop|day)", before):
        reason = "a unit's definition"
    elif _PART_AFTER.match(passage.text[end : end + 70]):
        reason = "counts a part of the model"
    elif number.percent or value < 1e4:
        if value < 1e3:
            return
        reason = f"{value:g} is no plausible number of operations"
    yield _count(kind, value, passage, number, end, f"prose_{kind}", context, sentence, before, reason)


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
            if alike and not number.is_range and not _UNIT.match(text[number.end : number.end + 30]):
                found[i] = (number, numbers[group[0]], last)
    return found


def _is_difference(before: str) -> bool:
    """Whether the words before a number make it a difference: "adds 5M", not "is cut to 5M" or "than X with 5M"."""
    return bool(_DIFFERENCE_BEFORE.search(before)) and not _UP_TO_THERE.search(before)


def _no_count(number: Number) -> bool:
    """Whether a number before "parameters" is too small to count a model's."""
    small = not number.magnitude and number.value < 20_000 and "," not in number.text
    return number.value < 1000 or number.percent or small


def _is_rate(unit: str, scale: float, sentence: str) -> bool:
    """Whether FLOPs are operations per second: teraFLOPS of a device, unless the sentence says what needs them."""
    if scale >= 1e12:
        return "FLOPs" not in unit or not _PER_PASS.search(sentence)
    return bool(re.search(r"FLOPS\b", unit) and _RATE_WORDS.search(sentence))


def _count(
    kind: str, value: float, passage: Passage, number: Number, end: int, pattern: str, context: PaperContext,
    sentence: str, before: str, reason: str | None,
) -> Count:  # fmt: skip
    subject = listed_name(passage.text, number) or subject_of(passage, number.start, number.end, context)
    cited = bool(CITATION.search(sentence)) and not _OWN_WORDS.search(sentence)
    own = subject is not None and context.names.is_own(subject)
    role = "own" if own or not cited else "prior"
    if subject is not None and not own and context.names.is_cited(subject) and not _OWN_WORDS.search(sentence):
        role = "prior"
    if subject is not None and not own and _PREDECESSOR.search(before[: before.rfind(subject)]):
        role = "prior"
    if number.bound == "above" and reason is None and kind == Field.PARAMETERS and number.word:
        reason = "a bound, not a count"
    return Count(kind, value, passage, number.start, end, pattern, subject, role, number, reason)


_QUOTED_NAME = re.compile(r"[“\"‘']([A-Z\d][\w.+/ -]{0,18}?)[,.]?[”\"’']")
_RUN_IN = re.compile(r"(?:^|(?<=[.:]\s))(?P<name>[A-Z\d][\w+/-]*(?:\s[\w+/-]+){0,2})\.\s$")


_PREDECESSOR = re.compile(r"\b(?:predecessors?|previous|prior|earlier|original)\s(?:\w+\s){0,2}?$")


def subject_of(passage: Passage, start: int, end: int, context: PaperContext) -> str | None:
    """The model that a number in running text speaks of: the nearest name before it in the sentence, else behind it,
    else an "our ... model", else None."""
    left, right = passage.sentence_at(start)
    before, after = passage.text[left:start], passage.text[end:right]
    owner = _OWNER_BEHIND.match(after)
    if owner and model_names_in(owner["name"]) and not _ANY_KIND.match(owner["name"]):
        return model_names_in(owner["name"])[0]  # "the 110M parameters of X", "a 557M-parameter X"
    bracket = re.match(r"[^.,;()]{0,24}\(([^()]{2,40})", after)
    named = model_names_in(bracket[1]) if bracket else ()
    if named and bracket and bracket[1].startswith(named[0]):
        return named[0]  # "1.5 billion parameters (X)"
    if "respectively" in after:
        listed = _listed_name(before, after)
        if listed:
            return listed
    owner = _OWNED_BY.match(after)
    named = model_names_in(after[owner.end() :][:40]) if owner else ()
    if owner and named and after[owner.end() :].startswith(named[0]):
        return named[0]  # "the 25 million parameters required by X"
    quoted = _QUOTED_NAME.findall(before)
    names = tuple(name for name in model_names_in(before) if not _KIND_OF.search(name))
    if quoted and (not names or before.rfind(names[-1]) < before.rfind(quoted[-1])):
        return str(quoted[-1])
    if names:
        short = re.findall(
            r"(?<![\w-])[A-Z]\d(?![\w-])(?=\s(?:with|has|model|uses|,))", before[before.rfind(names[-1]) :]
        )
        if short:
            return short[-1]
        behind = _FOR_MODEL.match(after)
        if behind and model_names_in(behind["name"]) and not model_names_in(_CLAUSE_BEFORE.split(before)[-1]):
            return model_names_in(behind["name"])[0]  # "80.1% for X and 82.4% for Y"
        if len(names) > 1:
            between = before[before.find(names[-2]) + len(names[-2]) : before.rfind(names[-1])]
            if re.fullmatch(r"\s(?:with|using|w/|plus)\s(?:an?\s|the\s)?", between):
                return names[-2]  # "X with Y reaches"
        return names[-1]
    for name in context.names.printed:
        if name in before:
            return name
    match = re.search(
        r"\b(?:[Oo]ur|[Tt]he|[Tt]his|[Aa]n?)\s(?P<m>(?:[\w-]+\s){0,3}?(?:[\w-]*LSTM|RNN|CNN|network"
        r"|model|Transformer|transformer|architecture|detector|ensemble|system))\b",
        before,
    )
    if match and set(match["m"].lower().split()) - _NO_NAME - _KINDS:
        return match["m"]
    run_in = _run_in_name(passage, left)
    if run_in:
        return run_in
    if match:
        kinds = [w for w in match["m"].lower().split() if w in _KINDS]
        return (
            " ".join((context.names.printed[0], *kinds))
            if context.names.printed and _OUR.match(match.group())
            else match["m"]
        )
    plain = _PLAIN_NAME.search(before)
    said = plain and (plain["name"] or plain["trained"])
    if said and said.split()[0].lower() not in _NO_SUBJECT and not find_benchmarks(said, ""):
        return str(said)
    names = model_names_in(after.split(",")[0] if _TOTAL.search(before) else after)
    if names:
        return names[0]
    if _TOTAL.search(before) and context.names.printed:
        return context.names.printed[0]  # "the total number of parameters is": of the paper's own model
    return None


_NO_NAME = frozenset("model models network architecture system results in with final full whole resulting".split())
_KINDS = frozenset("ensemble single big large base small largest smallest best top performing".split())
_OUR = re.compile(r"[Oo]ur\b")
_OWNED_BY = re.compile(
    r"\s?(?:learnable\s|trainable\s)?(?:param(?:eter)?s|weights|FLOPs|mult\w*-adds)\s(?:of|required\sby|needed\sby|used\sby|used\sin)"
    r"\s(?:the\s|a\s)?"
)
_TOTAL = re.compile(r"\b[Tt]he\s(?:total\s)?(?:number|amount|count)\sof\s(?:\w+\s){0,2}$|\b[Tt]otal\snumber\sof\sparam")


def _run_in_name(passage: Passage, left: int) -> str | None:
    """The short heading that a stretch of the passage before this sentence begins with: "Base. This is our ..."."""
    for start, end in reversed([s for s in passage.sentences if s[0] < left][-4:]):
        match = _RUN_IN.search(passage.text[start:end])
        if (
            match
            and match.start() == 0
            and match["name"].split()[0].lower() not in ("table", "figure", "section", "fig")
        ):
            return match["name"]
    return None


_LISTED = r"[A-Z\d][\w.+/-]*(?:\s[A-Z\d][\w.+/-]*)?"
_REST_OF_LIST = re.compile(
    r"\s?(?:%|million|billion|[MBKG]\b)?(?:(?:,\s(?:and\s)?|\sand\s)[\d.]+\s?(?:%|million|billion|[MBKG]\b)?)*"
)
_NAME_LIST = re.compile(rf"{_LISTED}(?:,\s{_LISTED})*,?\sand\s{_LISTED}")


def _listed_name(before: str, after: str) -> str | None:
    """Of "A, B and C reach x, y and z, respectively" the name that stands where the number stands in its list."""
    run = re.search(r"(?:[\d.,]+\s?(?:%|million|billion|[MBKG])?\s?(?:,\s?(?:and\s)?|\s?and\s))*$", before)
    place = len(re.findall(r"\d[\d.,]*\d|\d", run.group())) if run else 0
    rest = _REST_OF_LIST.match(after)
    count = place + 1 + (len(re.findall(r"(?:,|and)\s?\d", rest.group())) if rest else 0)
    head = before[: run.start()] if run else before
    lists = _NAME_LIST.findall(head)
    for text in reversed(lists):
        names = [n for n in re.split(r",\s(?:and\s)?|\sand\s", text) if n]
        if len(names) == count > 1:
            return names[place]
    return None
