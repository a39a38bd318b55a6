"""Printed names of devices: whether a text may hold one, its singular, the family it belongs to."""

from __future__ import annotations

import re
from functools import lru_cache

from extract.pattern import Pattern

# Cheap first looks: most passages hold none of these and are read no further. Substrings are found ten times as fast
# as any pattern.
_DEVICE_PARTS = (
    "PU", "TX", "itan", "ITAN", "VIDIA", "vidia", "Vidia", "Tesla", "tesla", "eForce", "eforce", "Quadro", "DGX",
    "Xeon", "Xero", "Ascend", "Trainium", "Cerebras", "Gaudi", "rocessing unit", "rocessing Unit", "raphics card",
    "EPYC", "Opteron", "nights Landing",
    "Jetson", "Radeon", "tpu", "gpu", "Tpu", "Gpu", "xlarge", "Kepler", "Instinct", "Core i", "8800", "KNL", "Knights",
    "NPU", "unlun", "POWER", "IBM P", "Inferentia", "Groq", "SambaNova", "SN40L", "Apple M", "Arria", "Stratix",
    "Alveo", "A64FX", "SW26010", "Graphcore", "GRID", "Tegra", "Nervana", "MLU", "Hygon", "FirePro", "Ponte Vecchio",
    "Max 1", "Arc A", "H200", "B200", "B300", "Hopper", "Xavier", "Orin", "Vega", "RX ", "HD 79", "R9 ", "Trillium",
    "Ryzen", "hreadripper", "Habana", "HL-2", "WSE-", "KNC", "KNM", "PVC", "Kirin", "anguang", "MTT", "Biren",
    "Moore Threads", "MetaX", "Enflame", "Dojo", "MTIA", "Maia", "CMP 1", "PX 2", "PX2", "highgpu",
    "ultragpu", "ND40", "Bow Pod",
)  # fmt: skip

_SHORT_NAMES = Pattern(
    "a first look: a short name that may be a device's",
    {
        r"[kpvmatlhbgKPVMATLHBG]-?\d{2,4}": "V100",
        r"[TPL]4\b": "T4",
        r"v\d-\d": "v3-8",
        r"\d{3,4} ?[Tt]i\b": "1080 Ti",
        r"MI\d\d": "MI250",
        r"i[3579]-\d": "Core i7-8700",
    },
    refuses=("ResNet", "B7x"),
    before=r"(?<![A-Za-wyz\d_])",
    flags=re.NOFLAG,
)


@lru_cache(maxsize=1024)  # asked of the same sentences for devices, counts and times
def may_name_device(text: str) -> bool:
    """Whether a device could be named in the text: cheap, and seldom wrong where it says no."""
    for part in _DEVICE_PARTS:  # any() over a generator takes twice as long, ten thousand times a paper
        if part in text:
            return True
    return _SHORT_NAMES.search(text) is not None


_KIND_BEHIND = Pattern(
    "what a device is, behind its name",
    {r"GPU": "Kepler GPUs"},
    refuses=("GPU", "GPU Kepler"),
    before=r"(?<=\w)\s",
    after="s?$",
    flags=re.NOFLAG,
)


def singular(device: str) -> str:
    """A device's printed name without plural, "GPU" and open bracket: "V100s" -> "V100", "Kepler GPU" -> "Kepler"."""
    name = _KIND_BEHIND.sub("", device)  # "Kepler GPUs": the family is the name
    name = re.sub(r"(?<=[\dA-Zinpue])s$", "", name)
    return name + ")" if name.count("(") > name.count(")") else name


def family(processor: str | None) -> str:
    """The first word with a digit: "Tesla V100 SXM2 16 GB" -> "V100"."""
    return next((w for w in (processor or "").split() if any(c.isdigit() for c in w)), processor or "")


_PART_BEHIND = Pattern(
    "what of a TPU is counted, behind its version",
    {
        r"(?:[\s-]?(?:pods?|slices?|chips?|cores?|devices?|boards?))+": "TPU v3 pod slices",
        r"(?:(?<=v\d)|(?<=v\d[a-z]))-\d+(?:\sTPUs?)?": ("TPU v3-512", "v5e-16 TPUs"),
    },
    refuses=("TPU v3", "TPUs"),
    after="$",
)


def core_of(printed: str) -> str:
    """The name of one core of a TPU, where cores are counted: "TPUv3 with 32 cores", "TPU v3-512" -> "TPU v3 core".

    A chip has two: a count of cores beside the name of the chip would double the hardware.
    """
    bare = _PART_BEHIND.sub("", printed)
    return f"{bare if 'tpu' in bare.lower() else f'TPU {bare}'} core"
