"""Whether a row is called by a published model's name and nothing else: `db/reference/published_models.toml`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from db.reference.files import read_toml

PUBLISHED_MODELS_TOML = Path(__file__).parent / "published_models.toml"

_JOINTS = re.compile(r",\s|\s[/&|–-]\s")
_PLUS = re.compile(r"\s\+\s?|(?<=\w)\+\s")
# what a family's name may go on with: sizes, depths, versions, settings in brackets
_SIZE = (
    r"(?:v?\d[\w.×]*|[×x]\d[\w.]*|[A-HW]?\d+|[SMLXBTHG]{1,3}\d*|[A-H]|xs|tiny|small|base|medium|large|big|huge|giant|xlarge|nano|lite"
    r"|tuned|fine-?tuned|uncased|cased|single|ensemble|only|\([^()]*\))"
)
_GOES_ON = re.compile(rf"\+*(?:[-_\s/^]?{_SIZE})*", re.IGNORECASE)
_SETTING = re.compile(
    rf"(?:[a-z][a-z-]*|N/?A|[YN]|{_SIZE}|[^\w]+|[\d.]+[KMG]?|\d+\s?[x×]\s?\d+)(?:\s[a-z\d.×x-]+)*", re.NOFLAG
)
_SHORT_BACKBONE = re.compile(r"(?:R|RN|X|RX|S|V|D)-?\d{2,3}(?:-\w+)*|Efficient-?[BD]\d|(?:Res|Dark)\w*-?\d+\w*")


@cache
def load_published_models() -> frozenset[str]:
    """The families' names in small letters without dashes and spaces; read once."""
    from db.reference.shapes import PublishedModelsShape

    return frozenset(
        _plain(n) for group in read_toml(PUBLISHED_MODELS_TOML, PublishedModelsShape).root.values() for n in group
    )


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """By first letter or sign the families in small letters without dashes and spaces, the longest first."""
    by_start: dict[str, list[str]] = {}
    for name in sorted(load_published_models(), key=lambda name: (-len(name), name)):
        by_start.setdefault(name[0], []).append(name)
    return {start: tuple(found) for start, found in by_start.items()}


def _plain(text: str) -> str:
    return re.sub(r"[\s_‐-―-]", "", text).lower()


@lru_cache(maxsize=4096)
def family_of(label: str) -> str | None:
    """The family that the label begins with, in small letters: "resnet" of "ResNet-50"; None for a name of nobody's."""
    words = label.split()
    for count in range(min(len(words), 5), 0, -1):
        plain = _plain(" ".join(words[:count]))
        for family in _families().get(plain[:1], ()):
            if plain.startswith(family) and _GOES_ON.fullmatch(_behind(" ".join(words[:count]), len(family))):
                return family
    return None


@lru_cache(maxsize=4096)
def first_name(label: str) -> str:
    """The words at the label's front that are a family's name with its size: "Mask R-CNN" of "Mask R-CNN R-50"."""
    return _words(label)[0] if label.split() else ""


@lru_cache(maxsize=4096)
def is_published(label: str) -> bool:
    """Whether all parts of the label are published models' names or settings, and the first is one of the names.

    "ResNet-50", "RetinaNet R-101-FPN", "HTC++ Swin-L" are; "YOLO-Foo-M", "ResNet-50 + FooBlock" are not.
    """
    label = label.strip(" †‡*§∗⋆")
    if not label:
        return False
    if _is_family(label) or _is_pair(label):
        return True
    first, *added = _PLUS.split(label)
    if any(not _is_family(more) for more in added):
        return False  # "with one thing more": whose that is, the name does not say
    parts = [part for part in _JOINTS.split(first) if part.strip()]
    words = [word for part in parts for word in _words(part)]
    return bool(words) and (_is_family(words[0]) or _is_pair(words[0])) and all(_is_known(word) for word in words[1:])


def _words(part: str) -> list[str]:
    """The part's words, as many at the front as make a family's name taken together."""
    words = part.split()
    for count in range(len(words), 0, -1):
        if _is_family(" ".join(words[:count])):
            rest = words[count:]
            return [" ".join(words[:count]), *(_words(" ".join(rest)) if rest else ())]
    return words


def _is_known(word: str) -> bool:
    return _is_pair(word) or _is_family(word) or bool(_SETTING.fullmatch(word)) or bool(_SHORT_BACKBONE.fullmatch(word))


def _is_pair(word: str) -> bool:
    """Whether the word is two families' names with a dash between: "DINO-Swin-T"."""
    pieces = word.split("-")
    return any(_is_family("-".join(pieces[:n])) and _is_family("-".join(pieces[n:])) for n in range(1, len(pieces)))


def _is_family(text: str) -> bool:
    """Whether the text is a family's name with nothing behind it but sizes and versions."""
    plain = _plain(text)
    if not plain:
        return False
    for family in _families().get(plain[0], ()):
        if plain.startswith(family) and _GOES_ON.fullmatch(_behind(text, len(family))):
            return True
    return False


def _behind(text: str, letters: int) -> str:
    """What stands behind the first so many letters and signs of the text, dashes and spaces not counted."""
    for place, char in enumerate(text):
        if letters == 0:
            return text[place:]
        letters -= len(_plain(char))
    return ""
