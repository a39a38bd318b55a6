"""Counts that sentences state: parameters, FLOPs, multiply-adds, FLOPs of a whole training.

One pass over a passage finds each number with its unit ("3.6 billion FLOPs", "25.6M parameters"), or without where the
sentence leaves it out, and whose model it counts. `counts_of_parameters.py` and `counts_of_operations.py` say what a
number counts and what speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from db.models import Field
from db.vocabulary import Reason, Refusal, Role
from extract.language.model_names import CITATION
from extract.language.number_lists import listed_name, number_groups
from extract.language.numbers import DEVIATION, MAGNITUDES, Number, find_numbers
from extract.language.paper_context import PaperContext
from extract.layout.passages import Passage
from extract.pattern import Pattern
from extract.sentences.counts_of_operations import OPERATIONS_BEHIND, operations_counted
from extract.sentences.counts_of_parameters import parameters_counted, sized_name
from extract.sentences.number_counted import Counted, Place
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


# what may be counted, as cheap to find as a substring; a passage without any is not read
_PARAMETER_PARTS = ("aram", "weights")
_OPERATION_PARTS = ("FLOP", "lop", "dds", "MAC", "operations", "Ops", "ccumulat")
OTHERS_COUNT = Pattern(
    "words that give another model's count of the same thing",
    {
        r"(?<![\w-])(?-i:[A-Z])[\w.+-]*(?:\s\d+[A-Z])?(?:,|\s(?:with|has|at|of|uses|needs))": "matches SlowNet with ",
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
        r"for\s": " for FooNet",
        r"(?:of|in)\s(?:the\s)?(?=[A-Z\d])": " of the FooNet",
    },
    refuses=(" images", " of them"),
    before=r"^\s?",
    flags=re.NOFLAG,
)
PREDECESSOR = Pattern(
    "words that make the next name a predecessor's",
    {r"\b(?:predecessors?|previous|prior|earlier|original)\s(?:\w+\s){0,2}?$": "than its predecessor "},
    refuses=("the new ",),
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
        if parameters and (about := parameters_counted(place)):
            counted, said = about
            if counted.refused is None:
                carried[Field.PARAMETERS] = (place.number.magnitude, right)
            if said:
                yield _count(place, counted)
        elif parameters and (named := sized_name(place)) is not None:
            number = place.number
            sized = _count(place, Counted(Field.PARAMETERS, number.value, number.end, "prose_parameters_bracketed"))
            yield replace(sized, subject=named or sized.subject)
        elif (operations or "-day" in place.after) and (found := operations_counted(place)):
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
