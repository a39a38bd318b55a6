"""In which setting a score was measured that is not on the data set as it is: long-tailed, 20 % noise, 5-shot, crops.

A score's benchmark is the base data set, and its setting tells it apart from scores that it can't be compared with.
To add a kind of setting, add a row to `KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.reference.benchmarks import load_benchmarks
from db.reference.untracked import find_pretraining_data
from extract.pattern import Pattern, each_word

# the images that are classified, by the name that several data sets of them share
_IMAGES = "|".join(dict.fromkeys(b.family or b.name for b in load_benchmarks().values() if b.is_classification))
_PERCENT = r"\d{1,2}(?:\.\d+)?"
_NUMBERS_IN_WORDS = {"one": "1", "single": "1"}


@dataclass(frozen=True)
class Kind:
    """One kind of setting: its pattern and its wording, `{}` being the pattern's group `n`.

    `of_data` kinds hold for all rows of a table whose caption names them; the others are a row's or a column's own.
    """

    name: str
    pattern: Pattern
    wording: str
    of_data: bool = False


KINDS = (
    Kind(
        "long-tailed",
        Pattern(
            "classes of very different sizes",
            {
                r"\blong[-\s]tail(?:ed)?\b": "long-tailed CIFAR-10",
                r"-LT\b": "CIFAR-10-LT",
                r"\b(?:class[-\s])?imbalanced?\b": "class-imbalanced",
            },
            refuses=("tail", "balanced"),
        ),
        "long-tailed",
        of_data=True,
    ),
    Kind(
        "noise",
        Pattern(
            "wrong labels in training",
            {
                rf"(?P<n>{_PERCENT})\s?%\s(?:[a-z]+\s){{0,3}}noise\b": ("40 % noise", "20% symmetric label noise"),
                rf"\bnois[ey]\w*\s(?:rate|ratio|level|label\w*)?\s?(?:of\s|=\s?|:\s?|\()?\s?(?P<m>{_PERCENT})\s?%": (
                    "noise ratio 40%"
                ),
                rf"\b(?:a?sym\w*|pair-?flip|uniform)[-.\s]*(?:noise\s)?\(?(?P<k>{_PERCENT})\s?%": (
                    "Symm. 40%",
                    "Asym-20%",
                ),
                rf"\bnoisy\slabels?\b|\blabel\snoise\b|\bnoisy\s(?={_IMAGES})": "noisy labels",
            },
            refuses=("noise", "40 % of the data"),
        ),
        "{} % noise",
        of_data=True,
    ),
    Kind(
        "shots",
        Pattern(
            "few examples of each class",
            {r"\b(?P<n>\d{1,3}|one|zero)[-\s]shots?\b": ("5-shot", "zero-shot"), r"\bfew[-\s]shots?\b": "few-shot"},
            refuses=("single-shot detector", "screenshots"),
        ),
        "{}-shot",
        of_data=True,
    ),
    Kind(
        "share",
        Pattern(
            "a share of the training data or of its labels",
            {
                rf"(?<![\d.])(?P<n>{_PERCENT})\s?%\s(?:of\s)?(?:the\s)?(?:[A-Za-z-]+\s){{0,2}}"
                rf"(?:data|labels?|labell?ed|images|samples|examples|annotations|{_IMAGES})\b": (
                    "1% labels",
                    "10 % of the training data",
                )
            },
            refuses=("100% labels", "1 % better", "10% of the time"),
        ),
        "{} % of the data",
        of_data=True,
    ),
    Kind(
        "labels",
        Pattern(
            "a number of labelled examples",
            {
                r"(?<![\d.,])(?P<n>\d{1,3}(?:,\d{3})|\d{2,6})\s(?:[a-z]+\s)?"
                r"(?:labels|labell?ed (?:images|examples|samples|data))\b": (
                    "4000 labels",
                    "250 labelled images",
                )
            },
            refuses=("two labels", "labels of 1000 classes"),
        ),
        "{} labels",
        of_data=True,
    ),
    Kind(
        "extra data",
        Pattern(
            "trained on more than the benchmark's own data",
            {r"\b(?:extra|external|additional) (?:training |unlabell?ed )?data\b": "w/ extra data"},
            refuses=("training data", "extra layers"),
        ),
        "extra data",
    ),
    Kind(
        "input size",
        Pattern(
            "the size of the images that are tested on, where a header gives it; a generator's is part of the data set",
            {r"(?<![\w.])(?<!Net\s)(?P<n>\d{3})\s?[×x]\s?(?P=n)(?![\d.])(?!\s?[×x])": "320 × 320"},
            refuses=("3 × 3", "ImageNet 256x256", "320 × 240", "224x224x3"),
        ),
        "{} px",
    ),
    Kind(
        "crops",
        Pattern(
            "tested on several crops",
            {
                r"\bmulti-?\s?crops?\b": "multi-crop",
                r"\b(?:[2-9]|[1-9]\d|1[45]\d)[-\s]crops?\b": ("10-crop", "144 crops"),
                r"\bdense(?:ly)? (?:evaluat|crop|test)\w*": "dense evaluation",
            },
            refuses=("1-crop", "single crop", "random crop", "224 crop"),
        ),
        "multi-crop",
    ),
    Kind(
        "scales",
        Pattern(
            "tested at several scales",
            {
                r"\bmulti-?\s?scale\b(?!\s(?:train|feature|fus|deform))": "multi-scale testing",
                r"\bms[-\s]test\w*": "MS testing",
            },
            refuses=("multi-scale training", "scale"),
        ),
        "multi-scale",
    ),
    Kind(
        "ensemble",
        Pattern(
            "several models together",
            {
                r"\bensembles?\b(?!\s(?:of\s)?(?:learning|distill))": "Ensemble of 4",
                r"\bens\.": "Ens. (4)",
                r"\(\s?\d+ models?\)": "WideNet (6 models)",
                r"\b\d+ (?:model|net)s\b": "7 nets",
                r"\bmodel averag": "Model averaging",
            },
            refuses=("single model", "models"),
        ),
        "ensemble",
    ),
    Kind(
        "test-time augmentation",
        Pattern(
            "tested with changed copies of each input",
            {
                r"\bTTA\b": "with TTA",
                r"\btest[-\s]time aug\w*": "test-time augmentation",
                r"\b(?:flip(?:ped|s|ping)?) test\w*": "flip test",
                r"\btest\w*(?: \w+)? flip\w*": "test with flipping",
            },
            refuses=("random flips", "test"),
        ),
        "test-time augmentation",
    ),
)  # fmt: skip


@lru_cache(maxsize=4096)
def _said(text: str) -> tuple[tuple[str, str], ...]:
    """Each kind that the text names once, with its wording; a kind named with two values is left out."""
    out = []
    for kind in KINDS:
        wordings = {_wording(kind, match) for match in kind.pattern.finditer(text)}
        if len(wordings) == 1:
            out.append((kind.name, wordings.pop()))
    if find_pretraining_data(text):
        out.append(("extra data", "extra data"))
    return tuple(dict(out).items())


def _wording(kind: Kind, match: re.Match[str]) -> str:
    number = next((value.lower() for value in match.groupdict().values() if value), None)
    if "{}" not in kind.wording:
        return kind.wording
    return (
        kind.wording.format(_NUMBERS_IN_WORDS.get(number, number.replace(",", "")))
        if number
        else _WITHOUT_NUMBER[kind.name]
    )


# --- settings told by a bare number in a header -----------------------------------------------------------------------

BARE_NUMBER = Pattern(
    "a header entry that is a number, and whose kind another text tells",
    {
        r"(?P<percent>\d{1,2}(?:\.\d+)?)\s?%": "20%",
        r"(?P<fraction>0?\.\d{1,2})": "0.2",
        r"(?:[A-Za-z]{1,2}\s?=\s?)?(?P<count>\d{1,3})": ("K = 5", "20"),
    },
    refuses=("100%", "top-5", "224 px"),
    before="^",
    after="$",
)
_NOISY = Pattern("labels that are noisy", {r"nois[ey]": ("noise", "noisy")}, refuses=("nose",), before=r"\b")
_NOISE_OF_A_KIND = Pattern(
    "what kind of noise labels have",
    {
        r"nois[ey]": "noisy",
        r"a?sym\w*\b": "Symm.",
        r"pair-?flip\b": "pairflip",
        r"uniform\b": "uniform",
        r"flip\b": "flip",
    },
    refuses=("flipped", "uniformly"),
    before=r"\b",
)
_SHARE_OF_DATA = Pattern(
    "a share of the data or of its labels",
    {
        r"semi-?supervised": "semi-supervised",
        r"labels?\b": "labels",
        r"labell?ed\b": "labelled",
        r"annotat\w+": "annotated",
        r"fractions?\b": "fraction",
        r"subsets?\b": "subset",
        r"data\b(?!\s?sets?)": "data",
    },
    refuses=("data sets", "datasets"),
    before=r"\b",
)
_A_CLASS = Pattern(
    "so many examples of a class",
    {r"shots?": "shots", "per class": "per class"},
    refuses=("screenshots",),
    before=r"\b",
    after=r"\b",
)
# what a bare number is by the words around it, in the order in which they are asked: unit, words, wording
_KINDS_OF_NUMBERS = (
    ("percent", _NOISE_OF_A_KIND, "{} % noise"),
    ("fraction", _NOISY, "{} % noise"),
    ("percent", _SHARE_OF_DATA, "{} % of the data"),
    ("count", _A_CLASS, "{}-shot"),
)


@dataclass(frozen=True)
class HeaderSetting:
    """A setting that a header tells by bare numbers: its wording, and the entries that it is made of."""

    wording: str
    entries: tuple[str, ...]


@lru_cache(maxsize=4096)
def setting_of_header(path: tuple[str, ...], around: str) -> HeaderSetting | None:
    """What "20%" under "Symmetric noise", or "1%" under "Label fraction", says; else the texts around tell."""
    for n, entry in enumerate(path):
        match = BARE_NUMBER.match(" ".join(entry.split()))
        if match is None:
            continue
        unit, number = next((unit, value) for unit, value in match.groupdict().items() if value)
        others = [text for k, text in enumerate(path) if k != n]
        named = "=" in entry
        for text in (*reversed(others), around):
            if text is around and unit != "percent" and not named:
                break  # "20" alone may be anything
            for of_unit, words, wording in _KINDS_OF_NUMBERS:
                if of_unit == unit and words.search(text):
                    value = f"{100 * float(number):g}" if unit == "fraction" else number
                    told = (entry,) if text is around else (entry, text)
                    return HeaderSetting(wording.format(value), told)
    return None


LONGEST_WAY = 24  # characters of a header that says how was tested, and nothing else
_ONE_CROP = Pattern(
    "a single crop or scale",
    each_word("single 1 one center centre", "{}-crop"),
    refuses=("ten-crop", "multi-scale", "crop"),
    after=r"[-\s](?:crop|scale)",
)
_WITHOUT_NUMBER = {"noise": "noisy labels", "shots": "few-shot", "share": "a share of the data"}


def setting_of(near: Sequence[str], caption: str) -> str | None:
    """The setting that the texts around a score name, in the order of `KINDS`; None for the data set as it is.

    `near` are the row's and the column's texts. What they say of a kind overrules the caption.
    """
    told: dict[str, str] = {}
    of_data = {kind.name for kind in KINDS if kind.of_data}
    told |= {name: wording for name, wording in _said(caption) if name in of_data}
    for text in near:
        told |= dict(_said(text))
    if not _names_share(near) and _WHOLE.search(" ".join(near)):
        told.pop("share", None)
    if told.get("noise") == _NO_NOISE:
        del told["noise"]
    return ", ".join(told[kind.name] for kind in KINDS if kind.name in told) or None


_NO_NOISE = "0 % noise"
_WHOLE = re.compile(r"\b100\s?%")


def _names_share(texts: Sequence[str]) -> bool:
    return any(name == "share" for text in texts for name, _ in _said(text))


def is_data_variant(setting: str) -> bool:
    """Whether a setting is a variant of the data set (long-tailed, 5-shot), and not only a way of testing."""
    return any(kind.of_data and kind.pattern.search(setting) for kind in KINDS)


def is_way_of_testing(text: str) -> bool:
    """Whether the text is a way of testing and no more: "10 crops", "single crop", "multi-scale"."""
    kinds = kinds_in(text)
    ways = {kind.name for kind in KINDS if not kind.of_data} - {"ensemble", "extra data"}
    return len(text) <= LONGEST_WAY and ((bool(kinds) and set(kinds) <= ways) or bool(_ONE_CROP.fullmatch(text)))


def kinds_in(text: str) -> tuple[str, ...]:
    """The names of the kinds of settings that the text names."""
    return tuple(name for name, _ in _said(text))
