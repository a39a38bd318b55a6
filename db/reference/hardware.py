"""The processors that papers name, and where a text names them: `db/reference/hardware.csv`, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from db.errors import Fault, FaultyFileError
from db.reference.files import read_csv
from db.reference.printed_names import NameFinder, compile_names, expand_braces, fold, name_key

if TYPE_CHECKING:
    from db.reference.shapes import HardwareShape

HARDWARE_CSV = Path(__file__).parent / "hardware.csv"

Kind = Literal["gpu", "tpu", "cpu", "other", "system"]


@dataclass(frozen=True)
class Processor:
    """One line of hardware.csv. Peaks are GFLOP/s of the whole device, FP32 without tensor cores; TDP in watts.

    `peak_format` is the number format that `peak_gflops_fp32` is really of: "bf16" for TPUs, which have no FP32 peak.
    `clock` says at which clock: "boost", "base" (CPUs), "fixed" (GPUs without a boost clock), "vendor" (as published).
    `clock_is_told` says whether a source states it; of most GPUs none does, and it follows from kind and year.
    `None` means that the source gives no such figure. `contains` names the processor inside a system or a TPU
    device and `processors` says how many of them there are; a single processor contains nothing and counts 1.
    `context_aliases` are those of the aliases that mean the device only near a word such as GPU.
    """

    name: str
    aliases: tuple[str, ...]
    context_aliases: tuple[str, ...]
    vendor: str
    kind: Kind
    year: int
    peak_gflops_fp32: float | None
    peak_format: str | None
    clock: str | None
    peak_gflops_tensor: float | None
    tensor_format: str | None
    tdp_watts: float | None
    contains: str | None
    processors: int
    source: str

    @property
    def clock_is_told(self) -> bool:
        return self.clock in ("base", "vendor") or "clock:" in self.source


@dataclass(frozen=True)
class DeviceMention:
    """A device, or a word such as "GPUs" (`processor` None), printed at `start`:`end` of a text.

    `needs_context`: the printed name is also a label of other things ("T4", "A100"): see `has_device_context`.
    """

    start: int
    end: int
    processor: Processor | None
    printed: str
    needs_context: bool
    kind: Kind


# A vendor may stand before any name: "NVIDIA Tesla K40", "Intel(R) Xeon". It is part of what is found.
_VENDORS = (
    "nvidia",
    "google",
    "intel",
    "amd",
    "huawei",
    "graphcore",
    "amazon",
    "aws",
    "gcp",
    "azure",
    "baidu",
    "cambricon",
    "ibm",
    "habana",
    "cerebras",
    "xilinx",
)
# Its clock may stand between: "Intel 2.4 GHz Xeon".
_VENDOR_BEFORE = rf"(?i:(?:{'|'.join(_VENDORS)})(?:\((?:r|tm)\))?'?s?[ \-]{{1,3}}(?:[0-9]\.[0-9]{{1,2}} ?ghz )?)?"

# A plural, then form factor and memory, may follow any name: "V100s", "V100-SXM2 16GB", "A100 (80 GB)".
_VARIANT = r"(?:pci-?e|sxm-?[2-5]?|nvlink|[0-9]{1,3} ?gb?)"
_VARIANT_AFTER = rf"(?i:s?(?:[ ,\-]{{0,2}}[(\[]?{_VARIANT}(?![a-z0-9])[)\]]?){{0,3}})"
_QUALIFIERS = re.compile(r"pci-?e|sxm-?[2-5]?|nvl\b|[0-9]{1,3} ?gb?\b")

# Words for a processor of no known model. Every one also in the plural.
_GENERIC: Mapping[str, Kind] = MappingProxyType(
    {
        "GPU": "gpu",
        "GPGPU": "gpu",
        "GPU card": "gpu",
        "graphics card": "gpu",
        "graphics processing unit": "gpu",
        "graphical processing unit": "gpu",
        "TPU": "tpu",
        "TPU core": "tpu",
        "TPU chip": "tpu",
        "TPU pod": "tpu",
        "tensor processing unit": "tpu",
        "CPU": "cpu",
        "CPU core": "cpu",
        "central processing unit": "cpu",
    }
)

# What near a short name says that a processor is meant.
_CONTEXT = re.compile(
    r"(?<![a-z])(?:gpus?|tpus?|cpus?|nvidia|geforce|tesla|cuda|graphics|graphcore|huawei|amd|intel|train(?:ed|ing|s)?"
    r"|hardware|machines?|clusters?|nodes?|servers?|accelerators?|processors?|wall-clock|hours?|days?"
    r"|[0-9]+ ?gb)(?![a-z])"
)
_TOLD_AFTER = re.compile(r"[ \-]{0,2}(?:gpu|tpu|cpu|ipu|graphics|accelerator)s?(?![a-z])")
_CONTEXT_WINDOW = 80  # characters either side


@lru_cache(maxsize=1)
def load_hardware() -> Mapping[str, Processor]:
    """Every processor by name, in the file's order; read-only. FaultyFileError names each line at fault."""
    from db.reference.shapes import HardwareShape

    lines = read_csv(HARDWARE_CSV, HardwareShape)
    names = {line.name for line in lines.values()}
    first: dict[str, int] = {}
    faults = []
    for number, line in lines.items():
        if first.setdefault(line.name, number) != number:
            faults.append(Fault(number, f"{line.name} stands on line {first[line.name]} already"))
        if line.contains is not None and line.contains not in names:
            faults.append(Fault(number, f"{line.name} contains {line.contains!r}, which has no line"))
    if faults:
        raise FaultyFileError(HARDWARE_CSV, faults)
    return MappingProxyType({line.name: _processor(line) for line in lines.values()})


def find_device(printed: str, year: int | None = None) -> Processor | None:
    """The processor that a printed name means; None for "GPU", "CPU", "TPU" and names not in the table.

    Several lines may share a name ("V100", "Titan X"). Memory and form factor printed with it choose among them,
    then, if given, the paper's year (a 2015 "Titan X" is no Pascal), then the first line in the file.
    """
    names = _names()
    for found in names.finder.find(printed):
        processors = names.processors.get(found.key)
        if processors:
            return _choose(processors, printed, year)
    return None


def same_device(a: str, b: str) -> bool:
    """Whether two printed names mean one line of the table: "Tesla V100" and "NVIDIA V100" do.

    "TPUv3 core" and "TPU v3" do not: a core is half of a chip, and a cost counted in cores is another one.
    """
    devices = [find_device(printed) for printed in (a, b)]
    return devices[0] is not None and devices[0] == devices[1]


def find_devices(text: str, year: int | None = None) -> list[DeviceMention]:
    """Every device and generic word ("GPUs", "TPU cores") in a text, left to right, none within another.

    A generic word right after a name ("K40 GPUs") belongs to it and gives no mention of its own.
    """
    names = _names()
    mentions: list[DeviceMention] = []
    for found in names.finder.find(text):
        printed = text[found.start : found.end]
        processors = names.processors.get(found.key)
        if processors:
            processor = _choose(processors, printed, year)
            needs_context = found.key in names.needs_context and not _is_told(text, found.start, found.end)
            mentions.append(DeviceMention(found.start, found.end, processor, printed, needs_context, processor.kind))
            continue
        follows = bool(mentions) and text[mentions[-1].end : found.start].strip(" -\n") == ""
        if not (follows and mentions[-1].processor is not None):
            kind = names.generic[found.key]
            mentions.append(DeviceMention(found.start, found.end, None, printed, False, kind))
    return mentions


def has_device_context(text: str, mention: DeviceMention) -> bool:
    """Whether words near a mention say that a processor is meant (GPU, NVIDIA, trained, hours ...)."""
    before = text[max(0, mention.start - _CONTEXT_WINDOW) : mention.start]
    after = text[mention.end : mention.end + _CONTEXT_WINDOW]
    return any(_CONTEXT.search(fold(part)) for part in (before, after))


def device_pattern() -> re.Pattern[str]:
    """One pattern for any device or generic word, in whole words, for text that went through `fold`.

    Group 1 is the name without vendor, plural and variant. `find_devices` also tells capitals apart and resolves.
    """
    pattern = _names().finder.any_case
    assert pattern is not None
    return pattern


# What hardware.csv compiles to.


@dataclass(frozen=True)
class _Names:
    finder: NameFinder
    processors: Mapping[str, tuple[Processor, ...]]
    needs_context: frozenset[str]
    generic: Mapping[str, Kind]


@lru_cache(maxsize=1)
def _names() -> _Names:
    processors: dict[str, list[Processor]] = {}
    context_keys: set[str] = set()
    sure_keys: set[str] = set()
    names: list[str] = []
    for processor in load_hardware().values():
        for alias in (processor.name, *processor.aliases, *processor.context_aliases):
            names.append(alias)
            known = processors.setdefault(name_key(alias), [])
            if processor not in known:
                known.append(processor)
        sure_keys.update(name_key(alias) for alias in processor.aliases)
        context_keys.update(name_key(alias) for alias in processor.context_aliases)
    generic: dict[str, Kind] = {name_key(word): kind for word, kind in _GENERIC.items()}
    finder = compile_names([*names, *_GENERIC], before=_VENDOR_BEFORE, after=_VARIANT_AFTER, counted=True)
    return _Names(
        finder,
        {key: tuple(known) for key, known in processors.items()},
        frozenset(context_keys - sure_keys),
        generic,
    )


def _choose(processors: tuple[Processor, ...], printed: str, year: int | None) -> Processor:
    """The one of the processors sharing a name that memory, form factor and year speak for."""
    if year is not None:
        processors = tuple(p for p in processors if p.year <= year) or processors
    qualifiers = [_qualifier(match.group()) for match in _QUALIFIERS.finditer(fold(printed))]

    def agreement(processor: Processor) -> int:
        key = name_key(processor.name)
        return sum(qualifier in key for qualifier in qualifiers)

    return max(processors, key=agreement)  # the first of equals


def _qualifier(printed: str) -> str:
    """The key of a memory size or form factor: "80 GB" and "80g" are 80gb."""
    key = name_key(printed)
    return key + "b" if key[-1] == "g" else key


def _is_told(text: str, start: int, end: int) -> bool:
    """Whether a vendor before or a word such as GPU right after a short name says what it is."""
    if fold(text[start:end]).startswith(_VENDORS):
        return True
    return _TOLD_AFTER.match(fold(text[end : end + 16])) is not None


def _processor(line: HardwareShape) -> Processor:
    """The processor on a line of the file."""
    printed = [alias for cell in line.aliases.split(";") if cell for alias in _aliases(cell)]
    return Processor(
        **line.model_dump(exclude={"aliases"}),
        aliases=tuple(dict.fromkeys(alias for alias in printed if not alias.startswith("?"))),
        context_aliases=tuple(dict.fromkeys(alias[1:] for alias in printed if alias.startswith("?"))),
    )


def _aliases(cell: str) -> list[str]:
    """The names a cell stands for; its leading "?" goes to each."""
    mark = "?" if cell.startswith("?") else ""
    return [mark + name for name in expand_braces(cell.removeprefix("?"))]
