"""Printed names of devices: whether a text may hold one, its singular, the family it belongs to."""

from __future__ import annotations

import re
from functools import lru_cache

# Cheap first looks: most passages hold none of these and are read no further. Substrings are found ten times as fast
# as any pattern.
_DEVICE_PARTS = (
    "PU", "TX", "itan", "ITAN", "VIDIA", "vidia", "Vidia", "Tesla", "tesla", "eForce", "eforce", "Quadro", "DGX",
    "Xeon", "Xero", "Ascend", "Trainium", "Cerebras", "Gaudi", "rocessing unit", "rocessing Unit", "raphics card",
    "EPYC", "Opteron", "nights Landing",
    "Jetson", "Radeon", "tpu", "gpu", "Tpu", "Gpu", "xlarge", "Kepler", "Instinct", "Core i", "8800",
)  # fmt: skip

_SHORT_NAMES = re.compile(
    r"(?<![A-Za-wyz\d_])(?:[kpvmatlhbgKPVMATLHBG]-?\d{2,4}|[TPL]4\b|v\d-\d|\d{3,4} ?[Tt]i\b|MI\d\d|i[3579]-\d)"
)


@lru_cache(maxsize=1024)  # asked of the same sentences for devices, counts and times
def may_name_device(text: str) -> bool:
    """Whether a device could be named in the text: cheap, and seldom wrong where it says no."""
    for part in _DEVICE_PARTS:  # any() over a generator takes twice as long, ten thousand times a paper
        if part in text:
            return True
    return _SHORT_NAMES.search(text) is not None


def singular(device: str) -> str:
    """A device's printed name without plural, "GPU" and open bracket: "V100s" -> "V100", "Kepler GPU" -> "Kepler"."""
    name = re.sub(r"(?<=\w)\s(?:GPU|graphics card)s?$", "", device)  # "Kepler GPUs": the family is the name
    name = re.sub(r"(?<=[\dA-Zinpue])s$", "", name)
    return name + ")" if name.count("(") > name.count(")") else name


def family(processor: str | None) -> str:
    """The first word with a digit: "Tesla V100 SXM2 16 GB" -> "V100"."""
    return next((w for w in (processor or "").split() if any(c.isdigit() for c in w)), processor or "")
