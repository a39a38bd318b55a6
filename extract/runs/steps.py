"""Steps of training in sentences: how many a run had, and how many a printed time is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extract.language.numbers import find_numbers
from extract.layout.passages import Passage
from extract.pattern import Pattern

BEHIND = 25  # characters behind the start of a time in which the steps that took it stand
FEWEST = 1000  # steps of a whole run; fewer are steps of something else

_STEPS = Pattern(
    "steps of training behind their number",
    {
        r"steps\b": "steps in all",
        r"iterations\b": "training iterations",
        r"updates\b": "gradient updates",
        r"iters\b": "iters",
    },
    refuses=("step sizes", "images"),
    before=r"^\s?(?:training |gradient |optimi[sz]ation |SGD |total |mini-?batch )*",
)
_LENGTH_BEFORE = Pattern(
    "what stands before the number of a whole run's steps",
    {
        r"\bfor": "we trained for a total of ",
        r"\bof": "a schedule of ",
        r"\btotal": "in total ",
        r"\btakes?": "it takes ",
        r"\btrain\w*": "we train about ",
        r"\bneeds?": "it needs ",
        r"\brequires?": "training requires ",
        r"\b(?:runs?|ran)": ("it runs ", "it ran "),
        r"\bperform\w*": "we perform up to ",
        r"\b(?:we|[Ii]t|which) (?:then |always )?(?:use|have|has|do|go through|take|set)": ("we use ", "and we have "),
        r"\b(?:is|are|was|were) (?:\w+ )?(?:given|run|set|trained|allowed|limited|stopped)"
        r"(?: (?:to|for|with|after|at))?": (
            "each agent is given ",
            "the maximum is set to ",
        ),
        r"\b(?:gets?|sees?|saw|receives?|lasts?|lasted|comprises?|spans?|amounts? to|makes?|made|do(?:es)?|did"
        r"|completes?)": (
            "the schedule comprises ",
            "every run gets ",
        ),
        r"\b(?:with|over|within|until)": "optimised over ",
        r"\b(?:ends?|ended|stops?|stopped|finish(?:es|ed)|terminate[sd]?) (?:at|after)": "training ends at ",
    },
    refuses=("every ", "after the first "),
    after=r"\s(?:a total of |about |around |roughly |approximately |up to |exactly )?$",
)
_MADE = Pattern(
    "what stands behind a whole run's steps",
    {
        r"(?:are|were) (?:made|performed|run|done|executed|carried out|used)\b": " are made in all",
        r"(?:in (?:all|total)|overall|altogether)\b": " in total",
    },
    before=r"^\s",
    refuses=(" are skipped", " take 3 hours"),
)
_NUMBER_IS = Pattern(
    "the number of steps, before its number",
    {
        r"\b(?:number|amount|maximum|total) of (?:\w+ ){0,2}(?:steps|iterations|updates)\b"
        r"[^.;,\d]{0,9}\s(?:is|was|to|at)": ("the total number of gradient steps is "),
        r"\b(?:steps|iterations|updates)\s?[:=]": "training steps: ",
    },
    refuses=("we train with the number of layers ", "steps are "),
    after=r"\s?(?:about |around )?$",
)
_TAKE = Pattern(
    "between a number of steps and the time that they took",
    {
        r"(?:steps|iterations|updates|iters)\b": "steps took ",
        r"of (?:them|these)\b": "of them cost about ",
    },
    refuses=("steps and training took ", "steps of warm-up, which took "),
    before=r"^\s?(?:training |gradient )?",
    after=r"\s(?:takes?|took|costs?|needs?|needed|lasts?|lasted|requires?|required|(?:are|were) (?:done|made) in)"
    r"(?:\s(?:us|about|around|roughly|approximately|only|some|nearly|almost))*\s(?:[~≈∼]\s?)?$",
)


def steps_of_a_run(passage: Passage, place: int | None, passages: Iterable[Passage]) -> float | None:
    """The steps of a run that the passage gives, else its section or the paper; None for none or several.

    Those right behind `place`, where a time that is no rate stands, are those that took it: "2 hours for 20k steps".
    """
    every = list(passages)
    section = [p for p in every if p.section is not None and p.section == passage.section]
    for texts in ([passage], section, every):
        found = {n for p in texts if p.kind == "prose" for n in _lengths(p.text, place if p is passage else None)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def steps_of_a_table(named: re.Pattern[str], passages: Iterable[Passage]) -> float | None:
    """The steps of the runs of a table that is `named` so: by its caption, the passages that name it, their sections.

    Then by the chapter that these sections belong to, then by the whole paper; None for none or several.
    """
    every = list(passages)
    captions = [p for p in every if p.kind == "caption" and named.match(p.text)]
    prose = [p for p in every if p.kind == "prose"]
    naming = [p for p in prose if named.search(p.text)]
    sections = {p.section for p in naming if p.section}
    chapters = {_chapter(section) for section in sections} - {None}
    near = [p for p in prose if p.section in sections]
    chapter = [p for p in prose if p.section and _chapter(p.section) in chapters]
    for texts in (captions, naming, near, chapter, prose):
        found = {n for p in texts for n in _lengths(p.text)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _chapter(section: str) -> str | None:
    """The number of the chapter: "4" of "4.2. Setup"."""
    number = re.match(r"\d+|[A-Z](?=[. ])", section)
    return number[0] if number else None


def _lengths(text: str, place: int | None = None) -> Iterator[float]:
    for n in find_numbers(text, words=False):
        if n.value < FEWEST or n.sign or (place is not None and place < n.start < place + BEHIND):
            continue
        before = text[max(0, n.start - 50) : n.start]
        steps = _STEPS.match(text[n.end : n.end + 40])
        counted = steps and (_LENGTH_BEFORE.search(before) or _MADE.match(text[n.end + steps.end() :]))
        if counted or _NUMBER_IS.search(before):
            yield n.value


def steps_timed(text: str, start: int, place: int) -> float | None:
    """How many steps the time at `place` is for: 20000 of "Every 20 000 updates cost 4 hours"; None for a whole run."""
    sentence = text[start:place]
    for n in reversed(find_numbers(_whole_thousands(sentence), words=False)):
        if n.value >= 1 and not n.sign and _TAKE.match(_whole_thousands(sentence)[n.end :]):
            return n.value
    return None


def _whole_thousands(text: str) -> str:
    """ "20 000" as "20,000": of two groups of digits a space may be a thousands separator."""
    return re.sub(r"(?<![\d.,])(\d{1,3}) (?=000\b)", r"\1,", text)
