"""Which printed names mean one model: "0.5x" and "0.5×", "SENets" and "SENet", "v2 0.5x" and "0.5x v2", a name in full.

Only what two ways of printing one name differ in is let go. Names that share their words but not what stands together
("depth=16 k=8" and "depth=8 k=16") are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from db.models import normal_name

_CROSSES = str.maketrans({"×": "x", "✕": "x", "✖": "x", "⨯": "x"})
# "SENets", "LSTMs": a name in the plural, not "Bliss", "Corpus", "Analysis"
_PLURAL = re.compile(r"(?=\S*[A-Z])(\S{2,}[A-Za-z](?<![sui]))s(?![\w-])")
_IN_FULL = re.compile(r"(?P<full>[^()]+?)\s?\((?P<short>[A-Z][\w-]*[A-Z]\w*)\)")


class ModelNames:
    """Gives each printed name the key of its model; the first way of printing it makes the key.

    `printed` are names that may define others: "Foo-and-Bar Network (FBN)" makes "FBN" and the name in full one.
    """

    def __init__(self, printed: Iterable[str] = ()) -> None:
        self._keys: dict[object, str] = {}
        self._key_of: dict[str, str] = {}  # a name's key never changes, and each is asked for hundreds of times
        for name in printed:
            if _definition(name):
                self.key(name)

    def key(self, name: str) -> str:
        """The key of the model that this name means: the same for every way of printing it."""
        known = self._key_of.get(name)
        if known is not None:
            return known
        forms = list(_forms(name))
        key = next((self._keys[form] for form in forms if form in self._keys), None)
        key = key or normal_name(name)
        for form in forms:
            self._keys.setdefault(form, key)
        self._key_of[name] = key
        return key


def _forms(name: str) -> Iterator[object]:
    """What a name has in common with other ways of printing it, the surest first."""
    for printed in dict.fromkeys((name, _PLURAL.sub(r"\1", name))):
        crossed = printed.translate(_CROSSES)
        yield normal_name(crossed)
        words = crossed.split()
        if len(words) > 1:
            yield tuple(sorted(map(normal_name, words)))
    yield from map(normal_name, _definition(name))


def _definition(name: str) -> tuple[str, ...]:
    """The short and the full name of a name that gives both."""
    defined = _IN_FULL.fullmatch(name)
    if defined is None or not _are_initials(defined["short"], defined["full"]):
        return ()
    return defined["short"], defined["full"]


def _are_initials(short: str, full: str) -> bool:
    """Whether the capitals of a short name are the initials of the full one: "Squeeze-and-Excitation Network (SEN)"."""
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", full)).lower()
    wanted = "".join(c for c in short if c.isupper()).lower()
    place = 0
    for letter in wanted:
        place = initials.find(letter, place) + 1
        if place == 0:
            return False
    return len(wanted) > 1
