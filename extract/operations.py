"""Counts that sentences state: parameters, FLOPs, multiply-adds, FLOPs of a whole training.

One pass over a sentence finds each number with its unit ("3.6 billion FLOPs", "25.6M parameters") and what speaks
against it: a rate ("9.5 TFLOPS"), a difference ("8x fewer parameters"), a part ("embedding parameters").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from db.models import Field
from extract.candidates import Reader
from extract.models_named import CITATION, model_names_in
from extract.numbers import Number, find_numbers
from extract.paper_context import PaperContext, paper_context
from extract.table_columns import PETAFLOP_PER_S_DAY
from extract.text import Passage


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
    r"|in|for)\s[^.,;()]{1,40}?)?|\bparam(?:eter)?\s(?:count|number|size|budget)|\b#\s?params?|\bparams?)"
    r"(?:\s?[:=(≈~]|,?\s(?:is|are|was|were|of|to|at|being|reaches|equals|around|about)(?:\s(?:about"
    r"|around|roughly|approximately|only|just|still|set\sto|equal\sto))?)\s?[≈~]?\s?$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?-?(?:(?P<word>kilo|mega|giga|tera|peta|exa|zetta)|(?P<prefix>[KMGBTPEZkm])(?=-?\s?(?:FLOP"
    r"|Flop|flop|MAC|MAdd|Mult|mult|ops|Ops|OPs)))?"
    r"[\s-]?(?:(?P<days>(?:[Ff]lops?|FLOPS?|FLOPs?|f)?\s?(?:/\s?s|[-\s]?s)?[-\s·∙⋅*]{1,2}days?\b)"
    r"|(?P<madds>(?:mult(?:ipl(?:y|ication)s?|i|s)?[-–\s]?(?:and[-\s])?(?:adds?|additions?"
    r"|accumulat\w+)\b|M(?:ult)?-?Adds?\b|MACs?\b|madds?\b|MAC\soperations))"
    r"|(?P<flops>FLOP[sS]?\b|[Ff]lops?\b|floating[-\s]point\s(?:operations|ops|calculations)"
    r"|operations?\b(?=\s(?:per|for|to|in\stotal))|ops\b(?!\s?/)|Ops\b|OPs\b))"
    r"(?P<rate>\s?/\s?s(?:ec\w*)?\b|\sper\ssecond|\s?ps\b)?"
)
_FLOPS_BEFORE = re.compile(
    r"\b(?P<kind>FLOPs?|FLOPS|MACs|MAdds|[Mm]ult(?:iply)?-?[Aa]dds)(?:\s(?:of|in"
    r"|for)\s[^.,;()]{1,40}?)?(?:\s?[:=≈~]|\s(?:is|are|of|to|was|were)(?:\s(?:about|around|only"
    r"|roughly|approximately))?)\s?[≈~]?\s?$"
)
_DIFFERENCE_AFTER = re.compile(
    r"^\s?(?:\w+\s){0,2}?(?:fewer|less|more|additional|extra|larger|smaller|lower|higher|reduction"
    r"|saving|increase)\b|^\s?[x×]\s|^\s?%|^-fold",
    re.IGNORECASE,
)
_DIFFERENCE_BEFORE = re.compile(
    r"\b(?:additional|extra|reduc\w+|sav\w+|cut\w*|increas\w+|decreas\w+|add(?:s|ed|ing)?|introduc\w+"
    r"|grow\w*|drop\w*|another|remov\w+|more|fewer|less)\s(?:\w+\s){0,3}?(?:by\s)?(?:about\s|around\s"
    r"|only\s|~|approximately\s|roughly\s)?$",
    re.IGNORECASE,
)
_RATE_WORDS = re.compile(
    r"\b(?:GPUs?|CPUs?|TPUs?|peak|throughput|sustain\w*|utili[sz]ation|hardware|devices?"
    r"|accelerators?|single[-\s]precision|half[-\s]precision|per\ssecond|/s|clock|machine|card|processor)\b"
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
_PER_PASS = re.compile(
    r"\brequir\w+|\bneed\w*|\bcosts?\b|\bper (?:image|forward|inference|video|frame|example|sample"
    r"|clip|view|pass)|\bcomplexity|\bcomputation",
    re.IGNORECASE,
)
_BUDGET = re.compile(
    r"\b(?:levels?\sof|budgets?\sof|regimes?\sof|order\sof|constraints?\sof|complexity\sof|limit\sof"
    r"|e\.g\.,?|under|within|between|from|target(?:s|ed|ing)?(?:\sof)?|settings?\s\()"
    r"\s?(?:about|around|the|[~∼≈])?\s?$",
    re.IGNORECASE,
)
_MAGNITUDES = re.compile(r"\borders?\sof\smagnitude\b")
_TRAIN = re.compile(r"\b(?:pre-?)?train(?:ed|ing|s)?\b|\btotal compute\b|\bcompute budget\b", re.IGNORECASE)
_OWN_WORDS = re.compile(
    r"\b(?:we|our|ours|this (?:model|network|work|paper)|the (?:resulting|proposed))\b", re.IGNORECASE
)


def counts_in(reader: Reader) -> Iterator[Count]:
    """Every count that the paper's sentences state, in reading order."""
    context = paper_context(reader)
    for passage in reader.passages:
        if passage.kind not in ("prose", "caption", "footnote"):
            continue
        text = passage.text
        low_p = "aram" in text or "weights" in text
        low_f = (
            "FLOP" in text or "lop" in text or "dds" in text or "MAC" in text or "operations" in text or "Ops" in text
        )
        if not (low_p or low_f or "-day" in text):
            continue
        yield from _counts(passage, context, low_p, low_f)


_last: tuple[Reader, list[Count]] | None = None


def counts_of(reader: Reader) -> list[Count]:
    """`counts_in`, kept for the last paper: four fields ask for it."""
    global _last
    if _last is None or _last[0] is not reader:
        _last = (reader, list(counts_in(reader)))
    return _last[1]


def _counts(passage: Passage, context: PaperContext, parameters: bool, flops: bool) -> Iterator[Count]:
    text = passage.text
    found = find_numbers(text)
    for place, number in enumerate(found):
        if number.sign or text[number.start - 1 : number.start] == "±":
            continue
        deviation = _DEVIATION.match(text, number.end)
        if deviation:  # "770±50 PFlops/s·days"
            number = replace(number, end=deviation.end())
        after = text[number.end : number.end + 70]
        before = text[max(0, number.start - 90) : number.start]
        left, right = passage.sentence_at(number.start)
        sentence = text[left:right]
        if parameters:
            match = _PARAMETERS.match(after)
            inverse = None if match else _PARAMETERS_BEFORE.search(before)
            if match or inverse:
                value, reason = number.value, None
                if _DIFFERENCE_BEFORE.search(before):
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
                if value >= 1000 or number.magnitude:
                    end = number.end + (match.end() if match else 0)
                    pattern = "prose_parameters" if match else "prose_parameters_before"
                    yield _count(
                        Field.PARAMETERS, value, passage, number, end, pattern, context, sentence, before, reason
                    )
                    if match and reason is None:
                        for one in _listed_before(text, found, place):
                            yield _count(
                                Field.PARAMETERS, one.value, passage, one, one.end, "prose_parameters_listed", context,
                                sentence, text[max(0, one.start - 90) : one.start], None,
                            )  # fmt: skip
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
            yield from _operations(passage, number, before, after, sentence, context)


# "Large (7.5B)", in a sentence that speaks of parameters
_SIZED_NAME = re.compile(r"(?P<name>[A-Z][\w.+-]*(?:\s[A-Z\d][\w.+-]*)?)\s\([~≈∼]?\s?$")
_DEVIATION = re.compile(r"\s?±\s?[\d.]+")


def _listed_before(text: str, found: list[Number], place: int) -> list[Number]:
    """The other numbers of the list that ends with `found[place]`: "60 million, 220 million, and 3 billion"."""
    out = []
    while place and found[place - 1].magnitude and _LIST.fullmatch(text[found[place - 1].end : found[place].start]):
        place -= 1
        if found[place].sign or found[place].bound:
            return []
        out.append(found[place])
    return out


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
    scale = _PREFIX_WORDS.get(match["word"] or "", 1.0) * _PREFIXES.get((match["prefix"] or "").lower(), 1.0)
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
    elif _DIFFERENCE_BEFORE.search(before):
        reason = "a difference, not a count"
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
    subject = subject_of(passage, number.start, number.end, context)
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


_LIST = re.compile(r"\s?%?\s?(?:,\s?(?:and\s|or\s)?|\s(?:and|or)\s|\s?/\s?)")  # what stands between the parts of a list
_QUOTED_NAME = re.compile(r"[“\"‘']([A-Z\d][\w.+/ -]{0,18}?)[,.]?[”\"’']")
_RUN_IN = re.compile(r"(?:^|(?<=[.:]\s))(?P<name>[A-Z\d][\w+/-]*(?:\s[\w+/-]+){0,2})\.\s$")


_PREDECESSOR = re.compile(r"\b(?:predecessors?|previous|prior|earlier|original)\s(?:\w+\s){0,2}?$")


def subject_of(passage: Passage, start: int, end: int, context: PaperContext) -> str | None:
    """The model that a number in running text speaks of: the nearest name before it in the sentence, else behind it,
    else an "our ... model", else None."""
    left, right = passage.sentence_at(start)
    before, after = passage.text[left:start], passage.text[end:right]
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
    names = model_names_in(before)
    if quoted and (not names or before.rfind(names[-1]) < before.rfind(quoted[-1])):
        return str(quoted[-1])
    if names:
        short = re.findall(
            r"(?<![\w-])[A-Z]\d(?![\w-])(?=\s(?:with|has|model|uses|,))", before[before.rfind(names[-1]) :]
        )
        return short[-1] if short else names[-1]
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
