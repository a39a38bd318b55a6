"""How many processors a sentence says worked together: "8 V100s", "V100 x 8", "4 nodes with 8 GPUs each", "32 cores".

A count belongs to a device's mention (`processors_beside_device.py`), or, where only "the same 32 chips" is printed, to
none (`processors_without_device.py`). Here the parts of a sentence's count are put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from db.reference.hardware import DeviceMention
from db.vocabulary import Reason, Refusal
from extract.language.numbers import whole
from extract.language.processor_count import MOST, NUMBER, Count, Counted, Mention
from extract.language.processors_beside_device import count_beside, lesser_counts, taken_out_of
from extract.language.processors_of_machines import number_of_machines
from extract.language.processors_refused import PER_DEVICE, why_refused
from extract.language.processors_without_device import counts_of_no_device, further_chips
from extract.pattern import Pattern

PAIR_BEFORE = Pattern(
    "two counts before a device, for the small and the large model",
    {r"(?:^|\s)(?P<first>\d{1,5})\s\((?P<second>\d{1,5})\)\s(?:NVIDIA\s|Tesla\s)*$": "used 16 (64) NVIDIA "},
    flags=re.RegexFlag(0),
    refuses=("in layer (64) ",),
)
REPLICAS = Pattern(
    "processes of which each has a device",
    {
        r"[^.;]{0,40}\b(?:each|every)\b": "50 replicas running each",
        r",? (?:which|that) (?:are|were|is|was|have|had|use[sd]?)\b": "50 workers, which were",
    },
    before=rf"(?<![\w.])(?P<n>{NUMBER})\s(?:\w+\s)?(?:replicas|workers|processes|learners|machines|nodes)\b",
    refuses=("50 workers.",),
)

# --- what counts no processors of a run -------------------------------------------------------------------------------

DEVICE_TIME_AFTER = Pattern(
    "device time goes on",
    {
        r"^(?:[\s-]?(?:GPUs?|TPUs?|cores?|chips?))?(?:\s?[-/·×]\s?|\.|\s)?(?:hours?|hrs?|days?|weeks?"
        r"|months?|years?)\b": (
            "-days",
            " GPU hours",
        )
    },
    refuses=(" for 3 days",),
)
MEMORY_AFTER = Pattern("memory of a device", {r"^\sG(?:i?B|b)\b": " Gb of memory"}, refuses=(" with 24 GB",))
OTHER_DEVICES = Pattern(
    "other devices than the run's",
    {r"\b(?:remaining|other|another|different|separate|next|half of the|rest of the)\s(?:\d+\s)?$": "the remaining 4 "},
    refuses=("all 4 ",),
)
POD = Pattern("a pod or slice", {r"\b(?:pod|slice)s?$": "TPU v3 pod"}, refuses=("TPU v3",))


def find_counts(text: str, start: int, end: int, devices: Sequence[DeviceMention]) -> list[Count]:
    """The counts of the sentence `text[start:end]`, whose devices these are."""
    sentence = text[start:end]
    found: list[Count] = []
    for device in devices:
        before = text[max(start, device.start - 110) : device.start]
        found += _of_device(Mention(sentence, start, device, before, text[device.end : min(end, device.end + 70)]))
    found = [replace(c, refused=Reason(Refusal.NOT_USED_SO)) if _instead(text, found, c) else c for c in found]
    if not any(c.refused is None for c in found):
        found += counts_of_no_device(text, start, sentence, devices)
    elif any(d.kind == "tpu" for d in devices):
        found += further_chips(sentence, start, found)
    return found


def _instead(text: str, found: Sequence[Count], count: Count) -> bool:
    """Whether another count was used instead: "on four GPUs instead of asynchronous updates across 32 GPUs"."""
    before = next((c for c in reversed(found) if c.refused is None and c.end < count.start), None)
    return before is not None and INSTEAD.search(text, before.end, count.start) is not None


INSTEAD = Pattern(
    "what was not used, behind what was",
    {
        r"(?:instead of|rather than|as opposed to|(?:when |as )?compared (?:to|with)|speed-?ups? over|as \w+ as"
        r"|(?:faster|slower|longer|better) than)": (
            " GPUs instead of asynchronous updates across ",
            " GPUs compared to 3 weeks of training on ",
            " GPUs, and its accuracy is as good as typical training in ",
        )
    },
    before=r"\b",
    after=r"\b[^.;,]{0,60}$",
    refuses=(" GPUs and ",),
)


def _of_device(m: Mention) -> Iterator[Count]:
    """The counts of one device: most often one, of a list or of "16 (64) GPUs" several."""
    if (
        DEVICE_TIME_AFTER.match(m.after)
        or MEMORY_AFTER.match(m.after)
        or PER_DEVICE.search(m.before)
        or OTHER_DEVICES.search(m.before)
    ):
        return
    if pair := (PAIR_BEFORE.search(m.before) if ") " in m.before else None):
        for name in ("first", "second"):
            place = m.origin + pair.start(name)
            yield Count(int(pair[name]), place, place + len(pair[name]), "count before device", m.device)
        return
    counted = count_beside(m)
    if counted is None or not 1 <= counted.value <= MOST:
        return
    refusal = why_refused(m, counted)
    counted = taken_out_of(m, counted)
    of_each = None
    machines = number_of_machines(m, counted)
    if machines > 1:
        refusal = None if refusal in (Refusal.ONE_MACHINE, Refusal.IN_GENERAL) else refusal
        of_each = counted.value
        counted = replace(counted, value=of_each * machines, pattern="nodes times devices")
    elif refusal is None and counted.pattern != "count after device" and POD.search(m.device.printed):
        refusal = Refusal.PODS
    elif counted.one and (replicas := REPLICAS.search(m.sentence)) and (many := whole(replicas["n"])) and many > 1:
        counted = Counted(
            many, m.start + replicas.start("n"), m.start + replicas.end("n"), "replicas with a device each",
            match=counted.match,
        )  # fmt: skip
        refusal = None
    cores = counted.cores and m.device.kind == "tpu" and counted.value > 1
    reason = Reason(refusal) if refusal else None
    yield Count(
        counted.value, counted.start, counted.end, counted.pattern, m.device, refused=reason, of_cores=cores,
        of_each=of_each,
    )  # fmt: skip
    if counted.match and counted.pattern in ("count before device", "one device"):
        yield from lesser_counts(m, counted.match, counted.value, reason)
