"""Which processors a header or cell names, and how many: "Time (8 x V100)", "2 x 8 A100", "4" under "# GPUs"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.reference.hardware import DeviceMention, find_devices
from extract.language.devices import core_of, may_name_device, singular
from extract.language.processors_beside_device import SLICE
from extract.language.wording import MACHINE_WORDS
from extract.pattern import Pattern

COUNT_HEAD = Pattern(
    "a header over numbers of processors",
    {
        r"^(?:[#№]\s?|num(?:ber)?\.?\s?|no\.\s?)(?:of\s)?(?:GPUs?|TPUs?|devices|accelerators|(?:TPU|GPU)?\s?(?:chips"
        r"|cores)|processors|workers|cards)$": ("# GPUs", "No. of TPUs", "number of chips", "#cards"),
        r"^(?:GPUs|TPUs|(?:[GCT]PU\s)?(?:cores|chips|devices|cards))\s?(?:used)?$": ("GPUs", "TPU cores", "chips used"),
    },
    refuses=("GPU", "# layers", "GPU memory"),
)
MACHINES_HEAD = Pattern(
    "a header over numbers of machines",
    {MACHINE_WORDS: ("# nodes", "Number of machines", "Nodes")},
    refuses=("GPUs per node", "Node features"),
    before=r"^(?:[#№]\s?|num(?:ber)?\.?\s|no\.\s)?(?:of\s)?",
    after="$",
)
EACH_HEAD = Pattern(
    "a header over numbers of processors in one machine",
    {r"(?:[GT]PUs?|devices?|accelerators?|cards?|chips?)": ("GPUs/node", "# GPUs per machine")},
    refuses=("GPUs", "GPU hours per node"),
    before=r"^(?:[#№]\s?|num(?:ber)?\.?\s|no\.\s)?(?:of\s)?",
    after=rf"\s?(?:/|per|a|in each)\s?{MACHINE_WORDS}$",
)
_COUNT_BEFORE = Pattern(
    "a number before a device's name",
    {
        r"(?:(?P<nodes>\d{1,4})\s?[x×*]\s?)?(?P<count>\d[\d,]*)\s?(?:[x×*]\s?)?": ("8 ", "2x8 ", "16 × NVIDIA "),
        r"\b(?P<one>an?|one|a single)\s": ("on a ", "one Tesla "),
    },
    refuses=("on the ", "v3-"),
    after=r"(?:NVIDIA |Tesla |Google |Cloud |GeForce )*$",
)
_COUNT_BEHIND = Pattern(
    "a count behind a device's name",
    {
        r"^\s?(?:GPUs?|chips|cores)?\s?[(\[]?\s?[x×*]\s?(?P<count>\d{1,5})(?![\d.]|\s?[x×*]\s?\d)": (
            " x 8",
            " GPUs (×64)",
        )
    },
    refuses=(" 8", " GPU-x", " × 14 × 14"),
    flags=re.NOFLAG,
)


def device_in(text: str) -> tuple[str | None, int | None]:
    """The processor that a header names, and how many of them: "Time (8 x V100)", "Time on a V100"."""
    if not may_name_device(text):
        return None, None
    for d in find_devices(text):
        if d.processor is not None:
            return name_and_count(d, text)
    return None, None


_COUNTED_HEAD = Pattern(
    "a header that is a number of processors",
    {r"(?:[GT]PUs?|devices?|accelerators?|chips?|cards?|workers?)": ("4 GPUs", "8 x cards")},
    refuses=("# GPUs", "4 layers"),
    before=r"^(?P<n>\d{1,5})\s?(?:[x×*]\s)?",
    after="$",
)


def hardware_over(path: Sequence[str]) -> tuple[str | None, int | None]:
    """The processor, and how many, that a column of times is headed by: "8 x V100", "4 GPUs"."""
    whole = " ".join(path)
    device, count = device_in(whole)
    if count is None and path and (counted := _COUNTED_HEAD.match(path[-1])):
        count = int(counted["n"])
    return device, count


def name_and_count(device: DeviceMention, text: str) -> tuple[str, int | None]:
    """The name of a device in a header or cell and how many of it: "8 x V100", "TPU v3-128" with its 128 cores."""
    count = count_beside(text[: device.start], text[device.end :])
    slice_ = SLICE.search(device.printed)
    if slice_ and count in (None, 1):
        return core_of(device.printed), int(slice_["n"])
    return singular(device.printed), count


def count_beside(before: str, after: str) -> int | None:
    """How many, by the words before and behind a device's name: "2 x 8 V100" is 16, "a V100" 1, "V100 x 4" 4."""
    found = _COUNT_BEFORE.search(before)
    if found:
        return 1 if found["one"] else int(found["count"].replace(",", "")) * int(found["nodes"] or 1)
    behind = _COUNT_BEHIND.match(after)
    return int(behind["count"]) if behind else None
