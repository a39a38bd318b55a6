"""The words of printed model names: whether two names mean one model, and whether a sentence speaks of another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from db.reference.benchmarks import find_benchmarks
from db.reference.hardware import find_devices
from db.reference.untracked import find_untracked_datasets
from extract.pattern import Pattern

WORDS_AND_NUMBERS = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_TIMES = re.compile(r"(?<=\d)\s?[x×✕](?![\w.])|(?<![\w.])[x×✕]\s?(?=\d)")  # of a width: "0.5×", and not "32×4d"
_PARAMETERS_IN_NAME = re.compile(r"\s?\(\s?[\d.]+\s?[MBK]\s?\)")  # "FooNet-1001 (10.2M)"
SIZES = ("base", "big", "large", "small", "tiny", "huge", "medium", "xlarge", "xxlarge", "mini", "nano", "giant")
_SIZE = "|".join(SIZES)
SIZE_SAID = Pattern(
    "a size that tells a model from others of its family",
    {
        rf"\b(?P<of>{_SIZE})(?:[- ]size[d]?)? (?:models?|networks?|configurations?|variants?|versions?)\b(?! of\b)":
            "the large-sized model",
        rf"(?:(?<=[A-Za-z\d])(?:[-_]|\s?\()|(?-i:\b[A-Z]\w*[A-Z\d]\w*)\s)(?P<behind>{_SIZE})\b(?![- ](?:scale|batch))":
            ("FooNet-base", "FNET (large)", "FNET large"),
    },
    refuses=("a large model of it", "FNET large-scale", "a large net"),
)  # fmt: skip
_GLUED_SIZE = Pattern(
    "a size in capitals glued to a name",
    {_SIZE.upper(): "FNETBASE"},
    refuses=("FNET BASE", "FNETBASED", "fnetbase"),
    before="(?<=[A-Z])",
    after=r"\b",
    flags=re.NOFLAG,
)
_NUMBERED = Pattern(
    "a model's family with its number",
    {r"(?P<family>[A-Z][A-Za-z]*[A-Za-z])-?(?P<number>\d+(?:-\d+)*)": ("FooNet-50", "FooNet-12-768")},
    refuses=("FooNet-0.5", "foonet-50"),
    before="(?<![A-Za-z])",
    after=r"(?![\d.%])",
    flags=re.NOFLAG,
)
_SETTING = Pattern(
    "a setting of two numbers in a name",
    {r"(\d+)\s?[×x✕]\s?(\d+)": "FooNet-101 (64 x 4d)"},
    refuses=("224×224 pixels", "8 x 32 GPUs", "1.5x3 px"),
    before=r"(?<![\d.])",
    after=r"(?![\d.]*\s?(?:pixel|px|GPU|TPU|[VAP]100))",
    flags=re.NOFLAG,
)


@lru_cache(maxsize=8192)
def words_in(text: str) -> tuple[str, ...]:
    """The words and numbers of a name or a sentence, in the one form in which names are compared.

    Small letters, singular, numbers without a sign of times or needless zeros: "0.50×", "0.5x" and "×0.5" are one.
    """
    low = text.lower()
    if "x" in low or "×" in low or "✕" in low:
        low = _TIMES.sub(" ", low)
    return tuple(_one_form(word) for word in WORDS_AND_NUMBERS.findall(low))


def _one_form(word: str) -> str:
    if word[0].isdigit():
        return word.rstrip("0").rstrip(".") if "." in word else word
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


@lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """The words and numbers of a name, each once."""
    return frozenset(words_in(name))


@lru_cache(maxsize=8192)  # each name with a cost is compared with each record's, once a field
def same_model(a: str, b: str) -> bool:
    """Whether two printed names mean one model: the same letters and digits, or one's words all in the other's."""
    a, b = (_PARAMETERS_IN_NAME.sub("", name) for name in (a, b))
    p, q = words_of(a), words_of(b)
    if p and q and "".join(words_in(a)) == "".join(words_in(b)):
        return True
    return one_within_the_other(a, b, least=2) and not any(w[0].isdigit() for w in p ^ q)


def one_within_the_other(a: str, b: str, *, least: int = 1) -> bool:
    """Whether all words of one name, `least` or more, are among the other's: "ResNet-50" in "ResNet-50 (ours)"."""
    small, large = sorted((words_of(a), words_of(b)), key=len)
    return len(small) >= least and small <= large


def speaks_of_another(text: str, model: str) -> bool:
    """Whether the text names the model's family with other numbers or settings, or another size than the model's.

    "FooNet-101 (64 x 4d)" is neither FooNet-29 nor FooNet-101 (32 x 4d); "the large model" is no base model.
    """
    said = _numbers_of_families(text)
    for family, numbers in _numbers_of_families(model).items():
        if family in said and not numbers & said[family]:
            return True
    ours = {m.groups() for m in _SETTING.finditer(model)}
    settings = {m.groups() for m in _SETTING.finditer(text)} if ours else set()
    if settings and not settings & ours:
        return True
    size = (words_of(model) & frozenset(SIZES)) | _glued(model)
    sizes = _sizes_said(text) if size else frozenset()
    return bool(sizes and not sizes & size)


@lru_cache(maxsize=4096)
def _numbers_of_families(text: str) -> Mapping[str, frozenset[str]]:
    """family -> the numbers printed with it: "ResNet-50 and ResNet-101"; data sets and processors are no families."""
    said: dict[str, frozenset[str]] = {}
    for match in _NUMBERED.finditer(text):
        if not (find_benchmarks(match[0]) or find_untracked_datasets(match[0]) or find_devices(match[0])):
            family = match["family"].lower()
            said[family] = said.get(family, frozenset()) | {match["number"]}
    return said


@lru_cache(maxsize=4096)
def _sizes_said(text: str) -> frozenset[str]:
    """The sizes by which a sentence tells a model: asked of the same sentence for every model of the paper."""
    return frozenset((m["of"] or m["behind"]).lower() for m in SIZE_SAID.finditer(text)) | _glued(text)


def _glued(text: str) -> set[str]:
    return {m[0].lower() for m in _GLUED_SIZE.finditer(text)}
