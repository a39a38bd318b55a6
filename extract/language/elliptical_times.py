"""Times whose unit is left out, as one before them prints it: "9 hours, the base model after 21, and the large one 58".

A sentence on several models prints the unit once. What follows is read clause by clause: a clause that repeats the
preposition or the verb of the first time, or leaves both out, and ends in a number, gives a time in the same unit. So
does a number that stands first and is followed by the preposition that followed the first time ("3 days for A, 5 for
B"). A number behind any other verb ("the score is 31") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extract.language.numbers import NUMBER, amount
from extract.language.wording import any_of, hedged
from extract.pattern import Pattern

MOST_APART = 40.0  # how many times as long as the first a time of the same unit may be, or as short

_VERBS = any_of(
    "takes? took requires? required needs? needed lasts? lasted costs? cost used consumes? consumed occupied occupies",
    "finishes finished converges converged completes completed",
)
_PREPOSITIONS = "after in within for at under over"
_LINK = any_of("on for with using in of by from")
_PARTS = Pattern(
    "where a clause on another model may begin",
    {
        r"[,;]": "takes 9 hours, the base model",
        r",?\s(?:and|while|whereas|but|against|versus)": "9 hours and the base model",
        r"\s\(": "9 hours (15",
    },
    after=r"\s?(?:(?:and|while|whereas|but|that)\s)*",
    flags=re.NOFLAG,
    refuses=("9 hours on a card",),
)
_LEAD = Pattern(
    "the preposition or verb before a time",
    {
        rf"(?P<preposition>{any_of(_PREPOSITIONS)})": ("converges after about ", "in "),
        rf"(?P<verb>{_VERBS})": "takes ",
    },
    before=r"\b",
    after=rf"\s{hedged('only', 'another', 'a further', 'us')}$",
    refuses=("the first ", "every "),
)
_HEDGE = hedged("only", "another", "a further", "merely", "even")
_NO_MODEL = Pattern(
    "what is no model and may be followed by a number",
    {
        r"epochs?|steps?|iterations?|batch|seeds?|layers?|heads?|beam|size|rank": "stops after epoch",
        r"loss|rate|accuracy|scores?|errors?|BLEU|m?AP|results?|top|dropout": "the BLEU score is",
        r"table|section|figure|fig|page|chapter|equation|eq|level|version|year|number": "in Table",
    },
    before=r"\b",
    after=r"\b",
    refuses=("the large one", "our tables"),
)
_A_PART = Pattern(
    "a part of the first time, and no other model's",
    {r"train|tun|evaluat|validat|infer|test|search|decod": " training and 10 for tuning"},
    before=r"\s(?:pre-?|fine-?)?",
    after=r"\w*",
    refuses=(" the deep one",),
)
_NAMED = Pattern(
    "a model with nothing between it and its time",
    {
        r"(?:the|our|that of the)\s(?:[\w-]+\s){1,3}?(?:one|model|network|version|variant|stage|phase|system)s?\s": (
            "the large one "
        ),
    },
    before="^",
    after="$",
    refuses=("reaches ", "the last "),
)


@dataclass(frozen=True)
class Elliptical:
    """A number that stands for a time in the unit of another one; offsets in the sentence."""

    value: float
    start: int
    end: int


def times_without_unit(sentence: str, start: int, end: int, value: float, until: int) -> Iterator[Elliptical]:
    """The times behind the one at `start:end`, which is `value` of its unit, whose unit is left out."""
    lead = _LEAD.search(sentence[:start])
    rest = sentence[end:until]
    parts = list(_PARTS.finditer(rest))
    link = re.match(rf"\s(?:to train\s|of training\s)?(?P<word>{_LINK})\s", rest)
    missed = 0
    for i, part in enumerate(parts):
        ends = parts[i + 1].start() if i + 1 < len(parts) else len(rest)
        clause = rest[part.end() : ends].rstrip(" .)")
        found = _clause(clause, sentence[:start], lead, link["word"] if link else None, part[0].strip() == "(")
        if found is None:
            missed += 1
            if missed > 1:
                return
            continue
        number = amount(found["n"])
        if number is not None and value / MOST_APART <= number <= value * MOST_APART:
            origin = end + part.end()
            yield Elliptical(number, origin + found.start("n"), origin + found.end("n"))


def _clause(
    clause: str, before: str, lead: re.Match[str] | None, link: str | None, in_brackets: bool
) -> re.Match[str] | None:  # fmt: skip
    """The number of a clause that is a time; None where its words say that it is something else."""
    first = re.match(rf"{_HEDGE}(?P<n>{NUMBER})\s(?P<word>{_LINK})\s(?!\d|an?\s|one\s)", clause)
    if first and (first["word"] == link or (in_brackets and first["word"] in ("for", "with"))):
        return None if _NO_MODEL.search(clause) or _A_PART.match(clause, first.end("word")) else first
    last = re.search(rf"(?<![\w.-]){_HEDGE}(?P<n>{NUMBER})$", clause)
    if last is None or _NO_MODEL.search(clause):
        return None
    who = clause[: last.start()]
    if last["n"].lower() == "one" and re.search(r"\b(?:the|our)\s[\w-]+\s$", who):
        return None  # "the deep one"
    if len(who.split()) > 9 or re.search(r"(?<![\w-])\d", who):
        return None
    same = [rf"\b{_VERBS}\s"]
    if lead and lead["preposition"]:
        same.append(rf"\b{lead['preposition']}\s")
    if len(who.split()) > 1 and re.search(rf"(?:{'|'.join(same)})$", who):
        return last
    of_data = re.match(rf"(?P<word>{_LINK})\s(?!\d)[\w'’ -]+\s$", who)
    linked = of_data["word"] if of_data else ""
    if linked and lead and lead["verb"] and re.search(rf"\b{linked}\s", before[-90:]):
        return last
    return last if _NAMED.search(who) else None
