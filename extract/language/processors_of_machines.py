"""By how many machines a count of processors is multiplied: "4 nodes with 8 GPUs each", "4 x 8 V100".

Here the device's own sentence names the machines. `machines.py` finds those of sentences around it.
"""

from __future__ import annotations

import re

from extract.language.numbers import NUMBER_WORDS, whole
from extract.language.processor_count import NUMBER, UNITS, Counted, Mention
from extract.language.wording import MACHINE_WORDS, any_of
from extract.pattern import Pattern

MACHINES_BEFORE = Pattern(
    "machines before what each of them has: 4 8-GPU machines",
    {rf"(?:^|\s)(?P<nodes>{NUMBER})\s(?:\w+\s)?$": "on two "},
    refuses=("on the ",),
)
MACHINES_AFTER = Pattern("machines behind what each has", {rf"^\s?{MACHINE_WORDS}\b": " servers"}, refuses=(" cards",))
NODES = Pattern(
    "a number of machines",
    {
        rf"(?:{MACHINE_WORDS}|workers?)": (
            "64 nodes",
            "16 multi-GPU machines",
            "4 workers",
            "twelve Acme AB-41 servers",
        ),
        r"DGX[\w-]*": "6 DGX-2",
    },
    # a maker's name and model may stand between
    before=rf"(?<![\w.-])(?P<nodes>\d{{1,4}}|{NUMBER_WORDS})[\s-]"
    rf"(?:{any_of('compute computing worker GPU server physical multi-GPU cloud cluster identical AWS EC2')}[\s-])*"
    r"(?:(?-i:[A-Z])[\w.-]*\s){0,3}",
    after=r"(?![\w])(?![\s-]?(?:hours?|days?|h\b))",
    refuses=("600 node hours", "v3 nodes"),
)
EACH = Pattern(
    "words that say what one machine has",
    {
        r"\b(?:each|apiece|every one)\b(?! (?:[GT]PU|card|chip|device|accelerator)\b)": (
            "each",
            "apiece",
            "every one of them",
        ),
        rf"(?:/|\b(?:per|a|every|in every|in each) )(?:{MACHINE_WORDS}|worker)\b": ("per node", "/node"),
        r"\b(?:both|all|which all|which both)(?: of (?:them|which))? "
        r"(?:contain|hold|hous|hav|has|equipped|featur)\w*": (
            "two servers, both containing four",
            "3 hosts, all of them equipped with",
            "which both have",
        ),
        rf"\b{MACHINE_WORDS}(?<=s) (?:with|of|containing|holding|equipped|having)\b": "nodes of",
    },
    refuses=("in total", "each GPU treats 64 instances"),
)
EACH_SAID = Pattern(
    "one of them, by a word",
    {r"each|apiece|per|every|both|all": ("each", "per node")},
    before=r"\b",
    after=r"\b",
    refuses=("32 nodes with 128",),
)
EACH_OF_OTHERS = Pattern(
    "each of what is no machine",
    {r"\b(?:each|every|per|a) (?:\w+ )?(?:pod|slice|rack|run|model|experiment|task|batch)s?\b": "in each pod"},
    refuses=("each machine",),
)
PER_NODE_AFTER = Pattern(
    "the count is one machine's",
    {
        r"(?:each|apiece)\b": (" GPUs each", " apiece"),
        rf"per {MACHINE_WORDS}": " per node",
    },
    before=r"^\s?(?:GPUs?|cards|chips)?,?\s?",
    refuses=(" in total",),
)
TOTAL_AFTER = Pattern(
    "the count is of all machines",
    {r"^\s?(?:GPUs?|cards|chips|devices)?,?\s(?:in total|total|altogether|overall|in all)\b": " GPUs in total"},
    refuses=(" each",),
)
TOTAL_BEFORE = Pattern(
    "the count is of all machines, by the words before it",
    {r"\b(?:total of|totall?ing|in total|altogether|amounts? to|resulting in|giving|i\.e\.,?|=)\s$": "for a total of "},
    refuses=("each with ",),
)
IN_ALL = Pattern(
    "the machines' processors, counted in brackets",
    {r"\s?\((?:a total of |in total |total )?\d{1,5}$": " (64"},
    refuses=(" with 8",),
)


def number_of_machines(m: Mention, counted: Counted) -> int:
    """By how many machines to multiply: "4 nodes with 8 GPUs each", "4 x 8 V100", "4 8-GPU machines"."""
    match = counted.match
    if match is None:
        return 1
    if match["nodes"]:
        return whole(match["nodes"]) or 1
    per_node = PER_NODE_AFTER.match(m.after)
    if counted.value == 1 and not per_node:
        return 1
    if match["joint"].strip() in tuple("-x×*✕") and MACHINES_AFTER.match(m.after):
        machines = MACHINES_BEFORE.search(m.before[: match.start("count")])
        return (whole(machines["nodes"]) or 1) if machines else 1
    in_all = TOTAL_BEFORE.search(m.before[: match.start("count")]) or TOTAL_AFTER.match(m.after)
    if in_all or not EACH.search(m.sentence) or _each_of_others(m, counted):
        return 1
    place = counted.start - m.start
    if re.match(rf"^\s?(?:{UNITS})?\s?\(", m.after) and NODES.search(m.after.partition(")")[0]):
        return 1  # "64 A100s (8 nodes of 8)"
    for node in NODES.finditer(m.sentence):
        if IN_ALL.match(m.sentence[node.end() : place + 1]) and not per_node:
            return 1
        if not node.start() <= place < node.end():
            hosts = whole(node["nodes"]) or 1
            too_many = counted.value > MOST_OF_ONE and counted.value % hosts == 0 and m.device.kind == "gpu"
            return 1 if too_many and not EACH_SAID.search(m.sentence) else hosts
    return 1


MOST_OF_ONE = 16  # GPUs; what is more than any machine has is the number of all: "32 nodes with 128 GPUs"


def _each_of_others(m: Mention, counted: Counted) -> bool:
    """Whether "each" is of something else: "3072 chips in each pod", "8 GPUs for each model"."""
    return bool(EACH_OF_OTHERS.match(m.sentence, counted.end - m.start) or EACH_OF_OTHERS.search(m.after[:30]))
