"""When two printed names of a device are one device, as the labelled papers are judged.

Annotators write a device as the paper prints it ("NVIDIA Tesla V100-SXM2 16GB", "V100s"); what tells it from others
is its model ("v100"). A name that says only "GPU" or "CPU" says how many, and not what.
"""

from __future__ import annotations

import re
from functools import cache

from extract.pattern import Pattern

# tried in order on the lower-case name without brackets, hyphens and slashes; the groups that matched are the model
_MODELS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(titan\s*(?:rtx|xp|x|v|z|black))",
        r"(?:gtx|rtx)\s*(\d{3,4})\s*(ti|super)?",
        r"\b(\d{3,4})\s*(ti)\b",
        r"\b(dgx)\s*-?\s*(\d)",
        r"\b([kpvamthbl]\d{1,4}[a-z]?)\b",
        r"\bm?i(\d{3})x?\b",
        r"\b(gh200|b200|h200|h800|a800|a6000|a5000|a4000)\b",
    )
)
_TPU = Pattern(
    "a TPU with its generation",
    {r"tpu\s*v?\s*(\d)(?:\s*(e|p|lite)\b)?": ("tpu v3", "tpuv5 lite", "tpu v5e")},
    refuses=("gpu v3", "tpu pod"),
    flags=re.NOFLAG,
)
_ANY_TPU = Pattern(
    "a TPU, of whatever generation",
    {r"\btpus?": "cloud tpu", "tensor processing": "tensor processing units"},
    refuses=("ctpu", "output"),
    flags=re.NOFLAG,
)
_KINDS = ("xeon", "titan", "gpu", "cpu")


@cache
def device_model(printed: str) -> str:
    """What tells the device from others: "NVIDIA Tesla V100-SXM2 16GB" -> "v100", "8 GPUs" -> "gpu"."""
    name = " " + re.sub(r"[-_/]", " ", re.sub(r"\(.*?\)", " ", printed.lower())) + " "
    if tpu := _TPU.search(name):
        return f"tpuv{tpu[1]}{tpu[2] or ''}"
    if _ANY_TPU.search(name):
        return "tpu"
    for pattern in _MODELS:
        if match := pattern.search(name):
            return "".join(group for group in match.groups() if group).replace(" ", "")
    return next((kind for kind in _KINDS if kind in name), re.sub(r"[^a-z0-9]+", "", printed.lower()))


def same_device(read: str, labelled: str) -> bool:
    """Whether the name that was read is the labelled device; "TPU" stands for a TPU of any version."""
    a, b = device_model(read), device_model(labelled)
    return a == b or (a.startswith("tpuv") and b == "tpu")


def names_no_device(printed: str) -> bool:
    """Whether it says only "GPU" or "CPU": how many, not what."""
    return device_model(printed) in ("gpu", "cpu", "")
