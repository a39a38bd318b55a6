"""Counts of processors with no device beside them: "8 parallel workers", "the number of GPUs is 24", "32 chips"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from db.reference.hardware import DeviceMention
from db.vocabulary import Reason, Refusal
from extract.language.numbers import NUMBER_WORDS, whole
from extract.language.processor_count import NUMBER, Count, Counted, Mention
from extract.language.processors_refused import DONE_SO, NOT_DONE_BEFORE, PER_DEVICE, why_refused
from extract.language.wording import any_of
from extract.pattern import Pattern

WORKERS = Pattern(
    "workers, where a device is named elsewhere in the sentence",
    {
        rf"(?P<n>{NUMBER})\s(?:parallel |synchronous |asynchronous |distributed |training )*"
        r"(?:workers|replicas|learners)\b(?! for (?:data|loading))": "8 parallel workers"
    },
    before=r"(?<![\w.])",
    refuses=("4 workers for data loading",),
)


BARE = Pattern(
    "chips, cores or cards with no device named",
    {
        rf"(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{NUMBER_WORDS})[\s-]"
        rf"(?:{any_of('parallel; identical; such; physical; synchronous; of (?:the|these|those)')}\s)*"
        r"(?P<what>chips|cores|cards|accelerators)\b": ("the same 32 chips", "eight identical cards")
    },
    before=r"(?<![\w.-])",
    refuses=("a chip", "v3-32 chips"),
)
SEVERAL_BEFORE = Pattern(
    "the others of a list of counts",
    {r"(?:\d{1,6}\s?,\s)*\d{1,6},?\s(?:and|or)\s$": "128, 256 and "},
    refuses=("and ",),
)
USED_BEFORE = Pattern(
    "what was used, by the words before its count",
    {
        r"\b(?:takes?|took|use[sd]?|using|needs?|needed|requires?|required|on|across|over|with|to|employ\w*|occup\w+)\s"
        r"(?:a total of |all |our |(?:of )?the same |these |those |up to |about |only |just )?$": (
            "on the same ",
            "a run needs only ",
        ),
        r"TPU[\w .-]{0,14}[(:]\s?$": "a TPU v3 pod (",
        r"\b(?:made|makes?|making) use of\s$": "the run made use of ",
    },
    refuses=("each has ",),
)
USED_AFTER = Pattern(
    "what was used, by the words behind it",
    {
        r"^\s(?:is|are|was|were) (?:\w+ )?(?:used|employed|needed|occupied|dedicated|allocated|assigned)\b": (
            " were used to train"
        )
    },
    refuses=(" are idle",),
)
ON_BEFORE = Pattern("on so many", {r"\b(?:on|using|with|across)\s$": "on "}, refuses=("has ",))
CARDS_IN_NAME = Pattern(
    "a machine whose name counts its cards",
    {
        rf"(?:an?|one|the|our|same|single)\s(?P<n>{NUMBER}|quad|octo?)-(?:card|way|chip|board|accelerator|GPU)\s(?:[\w-]+\s)?"
        r"(?:machine|server|box|node|workstation|system|PC|instance|rig)\b": (
            "on a 4-card machine",
            "on a quad-GPU workstation",
        ),
        rf"(?P<way>{NUMBER})-way (?:synchronous )?data[- ]parallel": "with 8-way data parallelism",
    },
    before=r"\b",
    refuses=("four 4-card machines", "a 4-layer machine"),
)
ONE_USED = Pattern(
    "one of the devices named before, which was used",
    {
        r"(?P<one>one|a single) (?:of (?:them|these|the) )?(?:cards?|GPUs?|devices?)?\s?(?:is|was) (?:\w+ )?"
        r"(?:used|employed|needed)\b": "One card was used"
    },
    before=r"\b",
    refuses=("One model was used",),
)
DEVICES_NEAR = Pattern(
    "devices are spoken of",
    {
        r"[GT]PUs?": "GPUs",
        r"[Cc]ards?|[Cc]hips|[Aa]ccelerators?": "graphics cards",
        r"Titan|TITAN|Tesla|Quadro|[GR]TX": "a Tesla",
        r"(?:[VAHPKTL]|GH|MI)\d{1,3}s?": "on A40s",
    },
    before=r"\b",
    after=r"\b",
    flags=re.NOFLAG,
    refuses=("on three of them", "games"),
)
SOME_OF_THEM = Pattern(
    "some of the devices named before",
    {
        r"(?P<one>one|a single) (?:such )?card\b": "each run used one card",
        rf"(?P<n>\d{{1,3}}|{NUMBER_WORDS}) of (?:them|these|those)\b(?! (?:is|are|was|were|\w+s\b))": (
            "a run occupies 4 of them"
        ),
    },
    before=r"\b(?:use[sd]?|using|on|with|over|across|occupies|occupied|takes|took|needs?|needed|requires?|required)\s(?:only\s|just\s)?",
    refuses=("on 4 of them are idle",),
)
NUMBER_OF = Pattern(
    "the number of devices is",
    {
        r"\bnumber of (?:GPU|TPU|device|chip|core|processor|accelerator|worker)s?\b[^.;]{0,40}?"
        r"(?:\b(?:is|was|are|ranged? from|ranges from|to|equals|of)\s|[:=]\s?)"
        rf"(?P<n>\d+(?:,\d{3})*|{NUMBER_WORDS})(?:\sto\s(?P<most>\d+(?:,\d{3})*))?(?!\w|\.\d)": (
            "the number of TPUs ranged from 64 to 512",
            "number of GPUs: 24",
        )
    },
    refuses=("the number of GPUs is large",),
)
TPU_NEAR = Pattern("TPUs are spoken of", {"TPU|chips": "a TPU"}, refuses=("CPU",))


def further_chips(sentence: str, start: int, found: Sequence[Count]) -> Iterator[Count]:
    """The bare counts beside a named one: "A was trained on 512 TPU v4 chips and B on 1024 chips"."""
    for m in BARE.finditer(sentence):
        n = whole(m["n"])
        at = start + m.start("n")
        if not n or n < 2 or m["what"].lower() != "chips" or any(c.start - 3 <= at <= c.end + 3 for c in found):
            continue
        before = sentence[: m.start()]
        if ON_BEFORE.search(before) and not NOT_DONE_BEFORE.search(before[-70:]):
            yield Count(n, at, start + m.end("n"), "chips, cores or cards", None)


def counts_of_no_device(text: str, start: int, sentence: str, devices: Sequence[DeviceMention]) -> list[Count]:
    """Counts of workers with a device somewhere in the sentence, and of bare chips, cores, cards: the first kind found.

    "Training on K80s, over 8 parallel workers", "the number of GPUs is 24", "each run used one card", "on 32 chips".
    """
    gpus = [d for d in devices if d.kind in ("gpu", "tpu")]
    gpu = next((d for d in gpus if d.processor is not None), gpus[0] if gpus else None)
    return (
        _of_workers(start, sentence, gpu)
        or _of_number(start, sentence, gpu)
        or _of_named_cards(start, sentence, gpu)
        or _of_named_before(text, start, sentence)
        or _of_bare(text, start, sentence)
    )


def _of_workers(start: int, sentence: str, gpu: DeviceMention | None) -> list[Count]:
    if gpu is None or re.search(r"\b(?:each|every|per|a) [GT]PU\b", sentence):
        return []
    found = WORKERS.search(sentence)
    value = whole(found["n"]) if found else None
    if found is None or not value:
        return []
    mention = Mention(sentence, start, gpu, sentence[: found.start()], sentence[found.end() :])
    counted = Counted(value, start + found.start("n"), start + found.end("n"), "workers")
    refusal = why_refused(mention, counted)
    return [
        Count(value, counted.start, counted.end, "workers", gpu, refused=Reason(refusal) if refusal else None)
    ]  # fmt: skip


def _of_number(start: int, sentence: str, gpu: DeviceMention | None) -> list[Count]:
    found = NUMBER_OF.search(sentence) if "umber of" in sentence else None
    return [
        Count(value, start + found.start(name), start + found.end(name), "number of devices is", gpu)
        for name in ("n", "most")
        if found and found[name] and (value := whole(found[name]))
    ]


_LATIN = {"quad": 4, "oct": 8, "octo": 8}


def _of_named_cards(start: int, sentence: str, gpu: DeviceMention | None) -> list[Count]:
    found = CARDS_IN_NAME.search(sentence) if "-" in sentence else None
    if found and gpu is None and not found["way"]:
        return []
    name = "way" if found and found["way"] else "n"
    printed = found[name].lower() if found else ""
    value = _LATIN.get(printed) or whole(printed)
    if found is None or not value:
        return []
    return [Count(value, start + found.start(name), start + found.end(name), "count in a machine's name", gpu)]


def _of_named_before(text: str, start: int, sentence: str) -> list[Count]:
    if not DEVICES_NEAR.search(text, max(0, start - 400), start + len(sentence)):
        return []  # "better than people on three of them"
    spoken_of = any(word in sentence for word in (" card", " of the"))  # "of them", "of these", "of those"
    found = (SOME_OF_THEM.search(sentence) or ONE_USED.search(sentence)) if spoken_of or " of tho" in sentence else None
    name = "one" if found and found["one"] else "n"
    value = 1 if name == "one" else whole(found[name]) if found else None
    if found is None or not value:
        return []
    return [Count(value, start + found.start(name), start + found.end(name), "some of the named ones", None)]


def _of_bare(text: str, start: int, sentence: str) -> list[Count]:
    """The bare counts and the others of their lists; "cores" only where TPUs are near."""
    if not any(what in sentence for what in ("chips", "cores", "cards", "accelerators")):
        return []
    found: list[Count] = []
    for m in BARE.finditer(sentence):
        value = whole(m["n"])
        of_cores = m["what"].lower() == "cores"
        near = text[max(0, start - 400) : start + len(sentence)]
        if value and value > 1 and (not of_cores or TPU_NEAR.search(near)):
            found += _bare(start, sentence, m, value)
    return found


def _bare(start: int, sentence: str, m: re.Match[str], value: int) -> list[Count]:
    before = sentence[: m.start()]
    several = SEVERAL_BEFORE.search(before)
    listed = several[0] if several else ""
    before = before[: len(before) - len(listed)]
    told = USED_BEFORE.search(before[-50:]) or USED_AFTER.match(sentence[m.end() :])
    said = NOT_DONE_BEFORE.search(before[-70:]) and not DONE_SO.search(before[-90:])
    used = told and not (said or PER_DEVICE.search(before))
    count = Count(
        value, start + m.start("n"), start + m.end("n"), "chips, cores or cards", None,
        refused=None if used else Reason(Refusal.NOT_USED_SO),
    )  # fmt: skip
    lesser = (
        replace(count, value=int(item[0]), start=place, end=place + len(item[0]), lesser=True)
        for item in re.finditer(r"\d+", listed)
        for place in [start + len(before) + item.start()]
    )
    return [count, *lesser]
