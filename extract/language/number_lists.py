"""Numbers printed one behind the other ("5M, 22M and 86M parameters") and the names whose order they follow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.language.model_names import model_names_in
from extract.language.numbers import Number, find_numbers
from extract.pattern import Pattern

AND = r"(?:/|,\s?(?:and\s|or\s)?|\band\b|&|\bvs\b\.?|\bversus\b)"
BETWEEN_NAMES = Pattern(
    "what stands between the names of a list",
    {AND: (", and ", "/", " vs. ")},
    refuses=(" on ", "; "),
    before=r"^\s?",
    after=r"\s?(?:the\s|on\s)?$",
    flags=re.NOFLAG,
)
_BETWEEN_NUMBERS = Pattern(
    "what stands between the numbers of a list",
    {AND: ("%, ", " (small), and ")},
    refuses=(" to ", "; "),
    before=r"^\s?(?:%|percent)?\s?(?:\(\s?[^()%]{1,30}\)\s?)?",
    after=r"\s?$",
    flags=re.NOFLAG,
)
_NUMBER_BEFORE = re.compile(r"\d[^\d]{0,36}\Z")
_NUMBER_BEHIND = re.compile(r"[^\d]{0,36}\d")
_TAG = re.compile(r"\s?\((?P<tag>[A-Za-z][\w.+ -]{0,20})\)")


def number_groups(text: str, numbers: Sequence[Number]) -> list[list[int]]:
    """The places of numbers that stand one behind the other, parted by commas, slashes and "and": two at the least."""
    groups: list[list[int]] = []
    for i in range(1, len(numbers)):
        if _BETWEEN_NUMBERS.fullmatch(text[numbers[i - 1].end : numbers[i].start]):
            if groups and groups[-1][-1] == i - 1:
                groups[-1].append(i)
            else:
                groups.append([i - 1, i])
    return groups


def model_lists(text: str) -> list[list[str]]:
    """Runs of models' names one behind the other, two or more in each, the last run first."""
    runs: list[list[str]] = []
    place = last_end = 0
    for name in model_names_in(text):
        at = text.find(name, place)
        if at < 0:
            continue
        if runs and BETWEEN_NAMES.fullmatch(text[last_end:at]):
            runs[-1].append(name)
        else:
            runs.append([name])
        place = last_end = at + len(name)
    return [run for run in reversed(runs) if len(run) > 1]


def listed_name(text: str, number: Number) -> str | None:
    """The model that a number of a list belongs to: the name in brackets behind each of them ("39M (tiny), 74M
    (base)"), or the one at its place in a list of as many names before or behind; None for a number in no list."""
    if not (
        _NUMBER_BEFORE.search(text, max(0, number.start - 40), number.start) or _NUMBER_BEHIND.match(text, number.end)
    ):
        return None  # no other number near it: the common case, told cheaply
    left = max(0, number.start - 160)
    near = text[left : number.end + 160]
    numbers = find_numbers(near, words=False)
    for group in number_groups(near, numbers):
        places = [left + numbers[i].start for i in group]
        if number.start not in places:
            continue
        place = places.index(number.start)
        tags = [_TAG.match(near, numbers[i].end) for i in group]
        if all(tags):
            return str(tags[place]["tag"])  # type: ignore[index]
        start, end = numbers[group[0]].start, numbers[group[-1]].end
        before = near[:start][max(near.rfind(". ", 0, start), 0) :]
        for names in (*model_lists(before)[:1], *model_lists(near[end:].split(". ")[0])[-1:]):
            if len(names) == len(group):
                return names[place]
    return None


_LISTED = r"[A-Z\d][\w.+/-]*(?:\s[A-Z\d][\w.+/-]*)?"
_SCALE = r"(?:%|million|billion|[MBKG]\b)"
_NUMBERS_BEFORE = Pattern(
    "the numbers of a list before its last",
    {r",\s?(?:and\s)?": "reach 76.3%, ", r"and\s": "have 1.3 billion and "},
    before=rf"(?:\d++(?:[.,]\d+)*+(?:\s?{_SCALE})?\s?",
    after=")*$",
    flags=re.NOFLAG,
)
_NUMBERS_BEHIND = Pattern(
    "the rest of a list behind its first number",
    {r",\s(?:and\s)?": "%, 77.1%, and 78.2%", r"\sand\s": " million and 30 million"},
    before=rf"\s?{_SCALE}?(?:",
    after=rf"[\d.]+\s?{_SCALE}?)*",
    flags=re.NOFLAG,
)
_NAME_LIST = Pattern(
    "names in a list",
    {rf"{_LISTED}(?:,\s{_LISTED})*,?\sand\s{_LISTED}": ("FooNet and BarNet", "A1, B2, and C3")},
    refuses=("FooNet, BarNet", "foonet and barnet"),
    flags=re.NOFLAG,
)


_NEXT_NUMBER = Pattern(
    "the next number of a list", {r",\s?\d": ", 77.1", r"and\s?\d": " and 77.1"}, ("77.1",), flags=re.NOFLAG
)
_LIST_JOINT = Pattern(
    "what joins the names of a list", {r",\s(?:and\s)?": ("A, B", "A, and B"), r"\sand\s": "A and B"}, ("A or B",)
)


def name_of_respective_list(before: str, after: str) -> str | None:
    """Of "A, B and C reach x, y and z, respectively" the name that stands where the number between `before` and `after`
    stands in its list; None where no list of names is as long."""
    numbers = _NUMBERS_BEFORE.search(before)
    place = len(re.findall(r"\d[\d.,]*\d|\d", numbers.group())) if numbers else 0
    rest = _NUMBERS_BEHIND.match(after)
    count = place + 1 + (len([*_NEXT_NUMBER.finditer(rest.group())]) if rest else 0)
    lists = _NAME_LIST.finditer(before[: numbers.start()] if numbers else before)
    for text in reversed([m[0] for m in lists]):
        names = [n for n in _LIST_JOINT.split(text) if n]
        if len(names) == count > 1 and not names[place].isdigit():  # "in 2015 and 2016" lists no models
            return names[place]
    return None
