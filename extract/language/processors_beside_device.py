"""The count of processors printed beside a device: "8 V100s", "V100 x 8", "a single A100", "32 cores of a TPUv3"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from db.reference.hardware import DeviceMention
from db.vocabulary import Reason
from extract.language.numbers import NUMBER_WORDS, whole
from extract.language.processor_count import HOURS, NUMBER, UNITS, Count, Counted, Mention
from extract.language.processors_without_device import CARDS_IN_NAME, NUMBER_OF
from extract.language.purpose import says_training
from extract.language.wording import MACHINE_WORDS, any_of
from extract.pattern import Pattern

# What may stand between a number and its device: "8 NVIDIA Tesla", "four high-end", "16 synchronous 40 GB".
_MAKERS = any_of(
    "NVIDIA(?:\\(R\\)|®|’s|'s)? Te(?:sl|ls)a(?:\\((?:R|TM)\\)|®|™)? GeForce "
    "Google Cloud Intel AMD Quadro Huawei Titan DGX Volta Pascal Ampere Hopper Kepler Maxwell Turing GTX RTX"
)
_KINDS = any_of("PCI-?e SXM\\d? NVLink workers? replicas? units? pieces sets? of the such same these those a an")
# an adjective, by its ending or its hyphen, and a few that have neither: "4 synchronized GPUs", "a fast GPU"
_ADJECTIVE = (
    r"(?-i:(?!(?:used|based|trained|limited|need|non|multi|dual|quad|total)\b)(?:[a-z]+(?:ed|al|ic|ous|ern|able|ible|ful|ive|ar|ant|ent"
    r"|less|ary|ing)|(?!dual|quad|multi|single|half)[a-z]+(?:-[a-z]+)++))|"
    + any_of("fast new old spare separate parallel concurrent desktop consumer commodity server type state-of-the-art")
)
_BETWEEN = rf"(?:{_MAKERS}|{_KINDS}|{_ADJECTIVE}|(?!TPU){UNITS}|[\d.]+\s?GHz|[(]?\d+\s?GB?(?:[\s-]memory)?[)]?)"
COUNT_BEFORE = Pattern(
    "a count before its device",
    {
        r"\d{1,3}(?:[,'’\u2009\u202f]\d{3}|\s0\d\d)+|\d{1,6}": (
            "trained on 8 NVIDIA ",
            "on 1,024 Cloud ",
            "4x",
            "on 3 machines × 8 ",
            "using 4-16 NVIDIA ",
            "with 8, 32GB ",
        ),
        r"\d{1,3}(?:\.\d)?k": "with 1.5k ",
        NUMBER_WORDS: ("four high-end ", "a single "),
        r"an?|our|(?:its|their) own": ("on an ", "on their own "),
        r"dual|(?:an?|the same) pair of": ("a dual ", "the same pair of "),
    },
    before=rf"(?:^|[\s(\[~≈∼/=]|(?<=[\s(]\d)[-–]|(?<=[\s(]\d\d)[-–])(?:(?P<nodes>\d{{1,4}}|{NUMBER_WORDS})(?:\s{MACHINE_WORDS})?\s?[x×*]\s?)?(?P<count>",
    after=rf")(?P<joint>\s?[x×*✕]\s?|\s?-\s?|\s|,\s(?=\d+\s?GB))(?:{_BETWEEN}[\s-]+){{0,5}}\(?$",
    refuses=("8 images per ", "ResNet-50 "),
)
_NO_ADJECTIVE = any_of(
    "of on in for with to by per and or using than as at from via when which that is are was were has have each",
    "machine server node cluster number pair set couple few lot version type kind family mix pool rack series batch",
    "half third quarter fraction host box workstation non multi implementation model network layer",
)
ONE_BEFORE = Pattern(
    "one device, by words that a list of kinds would not hold",
    {
        # "an old GeForce", "one off-the-shelf GPU"
        rf"\b(?:an?|one|a single)\s(?:(?!{_NO_ADJECTIVE}\b)[a-z][a-z-]*\s){{1,3}}": (
            "on an old ",
            "one off-the-shelf ",
        ),
        # "on the Titan X GPU": the one that is there
        r"\b(?:on|using|with|via)\s(?P<the>the)\s(?:same\s)?": ("on the ", "using the same NVIDIA "),
        r"\b(?:used?|employ(?:ed)?|shared?)\sthe\ssame\s": "we used the same ",
        # "a laptop with GTX 1060", "our desktop PC equipped with NVIDIA"
        r"\b(?:an?|one|our|single)\s(?:[\w-]+\s){0,2}?(?:machine|workstation|desktop|PC|computer|laptop)\s"
        r"(?:with|equipped with|having|containing|using|that has|featuring)\s(?:the\s)?": "on a laptop with ",
    },
    after=rf"(?:{_MAKERS}\s)*$",
    refuses=("a cluster of ", "a number of NVIDIA ", "a machine with four ", "half of the "),
)
SEVERAL_AFTER = Pattern(
    "several devices of the name before",
    {r"^\s?(?:[GT]PUs|cards|devices|chips|accelerators|boards)\b": " GPUs"},
    refuses=(" GPU",),
)
ONE_AFTER = Pattern(
    "one device of the name before",
    {
        r"^\s(?:GPU|card|graphics card|accelerator|chip|device)\b"
        r"(?![\s-](?:days?|hours?|memory|cluster|nodes?|machines?))": " GPU."
    },
    refuses=(" GPUs", " GPU hours", " GPU cluster"),
)
RANGE_BEFORE = Pattern(
    "the lesser counts of a list or range",
    {
        rf"(?<![\w.+-])(?P<list>{NUMBER}(?:\s?,\s{NUMBER})*)(?:\s?[-–]\s?|\sto\s|,?\sor\s|,?\sand\s|,\s)(?:up to )?$": (
            "with 1, 2, 4 or ",
            "from 8 to ",
        ),
        # in any order: "8/1 GPUs for the large and the small data set"
        r"(?<![\w.+/-])(?P<each>\d{1,4}(?:/\d{1,4})*)/$": "we use 8/8/16/",
    },
    refuses=("from ",),
)
_OF_THEM = r"(?:cores?|chips?|GPUs?|devices?|cards?|accelerators?)"
COUNT_AFTER = Pattern(
    "a count behind its device",
    {
        r"[x×*✕]\s?(?P<times>\d{1,4})\b(?!\s?\d*\s?(?:GB|G\b))": " × 8",
        r"(?P<fold>\d{1,4})\s?[x×✕](?=\s?\))": " (4x)",
        r"(?:with|of|having|has|contains|comprises|using|comprising|consisting of|on|(?:which|that) "
        r"(?:has|have|contains?|consists of|comprises))"
        rf"\s(?:a total of |up to )?(?P<with>\d{{1,5}}|\w+)[\s-](?:TPU |tensor )?{_OF_THEM}\b": " with 8 cores",
        r"(?:(?:with|using)\s)?(?P<total>\d{1,5}) (?:in (?:total|number|all)|altogether|overall)\b": (
            ", 40 in total",
            ", 128 in number",
        ),
        rf"(?:i\.e\.,?|that is,?|namely|or)\s(?P<its>{NUMBER}) (?:of (?:its|the|these) )?{_OF_THEM}\b": (
            ", i.e. 96 of its chips"
        ),
        r"(?P<each>\d{1,4}) (?:per|for (?:each|every)) (?:experiment|run|model|job|training)\b": " GPUs (4 per run",
        rf"(?P<n>\d{{1,5}})(?:\s(?:of them|pieces|units|boards|pcs|{_OF_THEM})\b|-(?:core|chip|GPU)\b)": (
            " 32 cores",
            " pod (256 chips)",
            " (4 pieces)",
        ),
    },
    before=rf"^(?:[\s-]?(?:{UNITS}|pods?|slices?|hardware|instances?|hosts?))*\s?[,(\[]?\s?",
    refuses=(" with 16 GB", " × 16GB"),
)
CORES_OF = Pattern(
    "a count of the device's cores before it",
    {
        rf"(?P<n>{NUMBER})[\s-](?:cores?|chips?|nodes?)\s(?:of|on)\s(?:an? |the )?(?:Google |Cloud )*$": (
            "32 cores of a Cloud "
        ),
    },
    refuses=("the cores of a ",),
)
OF_WHICH = Pattern(
    "what was used of those just counted",
    {
        r"of which (?:we |each (?:run|job|model|experiment) |only |\w+ )?(?:use[sd]?|take[sn]?|took|occup\w+|employ\w*"
        rf"|needs?|train\w* on) (?:only |just )?(?P<n>{NUMBER})\b": ", of which we use 2",
    },
    before=r"^[^.;,]{0,20},?\s(?:and\s)?",
    refuses=(", of which there are 2",),
)
KEYED = Pattern(
    "a line of a list that names one device",
    {
        r"(?:GPU|hardware|device|graphics card|video card|accelerator|processor)(?:\s(?:type|model|used))?": (
            "Hardware: NVIDIA ",
            "took 90 minutes (GPU: GeForce ",
            "Device: ",
        )
    },
    before=r"(?:^|[\s(;,.])",
    after=rf"\s?[:=]\s?(?:{_MAKERS}\s)*$",
    refuses=("GPUs: ", "on a GPU, NVIDIA "),
)
IN_A_LIST = Pattern(
    "one device with no article, in what a machine has",
    {
        r"\b(?:on|with|using|via|and|GPU)\s": ("minutes with NVIDIA Tesla ", "an Intel i7 CPU and ", "GPU NVIDIA "),
        r"[,:+/]\s?": "64GB RAM, ",
    },
    after=rf"(?:{_MAKERS}\s)*$",
    refuses=("on a ", "on 8 "),
)
ON_BEFORE = Pattern(
    "what something ran on, with no article",
    {r"\b(?:on|with|using|via|in|by)\s(?:GPU\s)?": ("is trained on NVIDIA Tesla ", "trained with GPU GeForce ")},
    before=rf"(?:^|\s)(?!(?:{MACHINE_WORDS}|clusters?|equipped)\s)\S+\s",
    after=rf"(?:{_MAKERS}\s)*$",
    refuses=("trained on a ", "trained and ", "on machines with "),
)
ENDS = Pattern(
    "the end of what one device is called",
    {
        r"\s?(?:[.;)\d]|$|,\s(?:and\s)?(?:which|it|with|the|we)\b)": ("1.", ", and the model"),
        r"\s(?:for|to|with|at|in|by|under|until|during|over)\b": " for 20 epochs",
    },
    before="^",
    refuses=(" GPUs", " and V100 GPUs", " or A100"),
)
OF_A_MACHINE = Pattern(
    "the other parts of a machine",
    {
        r"\bCPU\b(?!s)": "a CPU",
        r"\bIntel\b|\bXeon\b|\bRyzen\b|\bi[3579]\b": "Intel i9",
        r"\d\s?GB?\s(?:of\s)?(?:RAM|memory|main memory)\b": "64 GB RAM",
        r"\b[Ee]nvironment\b": "Runtime environment: ",
    },
    flags=re.NOFLAG,
    refuses=("GPUs", "CPUs"),
)
MEMORY_BEHIND = Pattern(
    "the memory of one device",
    {
        r"\(\s?\d+\s?GB?\b[^)]{0,20}\)": " (16 GB)",
        r"(?:with|of|,) \d+\s?GB?\b(?! (?:each|per))": " with 24 GB of memory",
    },
    before=r"(?:^\s?(?:GPU|card)?,?\s?|(?=\()(?<=\())",
    refuses=(" GPUs (16 GB each)",),
)
EACH_IS = Pattern(
    "of what kind each is of those counted before",
    {
        r"\b(?:each|every)\s(?:\w+\s)?(?:GPU|card|device|chip|accelerator|one|worker|node)\s(?:is|was)\sa": (
            "Every GPU was a "
        )
    },
    refuses=("The GPU is a ",),
)
EACH_BEFORE = Pattern(
    "what each of several is, named after them",
    {r"\b(?:each|all|both)\s?$": "two GPUs, each "},
    refuses=("each with ",),
)
SLICE = Pattern(
    "a slice of TPUs, whose name carries its number of cores",
    {r"(?:\b|TPU)v\d[a-z]?-(?P<n>\d{1,5})(?:\sTPUs?)?$": ("TPU v3-512", "TPUv3-32 TPUs")},
    refuses=("TPU v3",),
)
LOST_SLICE = Pattern(
    "a slice's number of cores behind its name", {r"-\d{1,5}(?![\w.])": "-8"}, refuses=(" -8", "-8x"), before="^"
)
OUT_OF = Pattern(
    "what was used of a machine's",
    {rf"(?:^|\s)(?P<n>{NUMBER})\s(?:out\s)?of\s(?:the|its|our|these|those)\s?$": "two of the"},
    refuses=("all of the",),
)
NAME_BEFORE = Pattern(
    "a name, of which the number is a part",
    {
        r"(?:Xeon|Core(?!s)|EPYC|Opteron|i[3579]|GHz)[\w\s®()-]{0,8}$": "Xeon ",
        r"\b(?:Tesla|Quadro|GeForce|[GR]TX|RX|Radeon|Volta|Pascal|Maxwell|Kepler|Turing|Ampere)\s(?:[^\W\d]\s?)?$": (
            "a single Volta ",
            "on Tesla K ",
        ),
    },
    refuses=("on ", "Tesla V100, 4 ", "a cluster featuring "),
)


def count_beside(m: Mention) -> Counted | None:
    """What stands before the device counts it, else what stands behind it, else its own name ("TPU v3-512")."""
    match = COUNT_BEFORE.search(m.before)
    counted = _count_before(m, match) if match else _one_before(m)
    if counted is None or counted.one:
        counted = _count_after(m, match, beside_one=counted is not None and counted.pattern == "one device") or counted
    if counted is None or counted.one:
        counted = _count_of_cores(m, match) or counted
    one = counted is None or (counted.one and counted.match is match)
    if one and (named := SLICE.search(m.device.printed + (LOST_SLICE.match(m.after) or [""])[0])):
        at = m.device.start + named.start("n")
        counted = Counted(int(named["n"]), at, at + len(named["n"]), "cores of a slice", True, match)
    return counted


def _count_before(m: Mention, match: re.Match[str]) -> Counted | None:
    """ "8 NVIDIA", "a single", "a pair of"; None for "a GPU-based", "our V100 GPUs", "Xeon 5 CPUs"."""
    word = match["count"].lower()
    article = word in ("a", "an", "our")
    if article and (
        EACH_BEFORE.search(m.before[: match.start("count")]) or EACH_IS.search(m.before[: match.start("count") + 2])
    ):
        return None
    if article and (_in_plural(m.device) or match["joint"].strip() == "-"):
        return None
    if word == "our" and (m.device.processor is None or re.match(r"\s?(?:GPUs|cards|chips)\b", m.after)):
        return None
    if word.isdigit() and NAME_BEFORE.search(m.before[: match.start("count")]):
        return None
    if article or word.endswith("own"):
        value: int | None = 1
    else:
        value = 2 if word == "dual" or word.endswith("pair of") else whole(word)
    if value is None:
        return None
    pattern = "one device" if value == 1 else "count before device"
    cores = re.search(r"\bcores?\b", match[0], re.IGNORECASE) is not None
    if cores and m.device.kind == "gpu":
        return None  # "a 256-core GPU": what is in one
    return Counted(value, m.origin + match.start("count"), m.origin + match.end("count"), pattern, cores, match)


def _one_before(m: Mention) -> Counted | None:
    """One device that is named in the singular: "an old GTX 780", "the Titan X GPU", "a laptop with GTX 1060"."""
    keyed = KEYED.search(m.before) is not None and not NUMBER_OF.search(m.sentence)
    alone = _has_memory(m) or OF_A_MACHINE.search(m.sentence)
    named = keyed or (IN_A_LIST.search(m.before) and alone) or _is_trained_on(m)
    found = ONE_BEFORE.search(m.before)
    several = _in_plural(m.device) or SEVERAL_AFTER.match(m.after)
    if named and not several and m.device.kind == "gpu" and m.device.processor is not None:
        return Counted(1, m.device.start, m.device.end, "one device named")
    if (
        found is None
        or several
        or m.device.kind not in ("gpu", "tpu", "system", "other")
        or CARDS_IN_NAME.search(m.before)
    ):
        return None
    one = m.device.processor is not None and ONE_AFTER.match(m.after)
    if ((found["the"] and not one) or m.device.processor is None) and not HOURS.search(m.sentence):
        return None  # "on the GPU" says most often what does not run on the CPU; "10 hours on the GPU" counts one
    return Counted(1, m.origin + found.start(), m.device.start, "one device")


def _in_plural(device: DeviceMention) -> bool:
    """Whether the printed name ends in an s that the device's own name does not end in: an L40S is one."""
    own = device.processor.name if device.processor else ""
    return device.printed[-1] in "sS" and not (device.printed[-1] == "S" and own.endswith("S"))


def _is_trained_on(m: Mention) -> bool:
    """Whether a run is said to be on a device in the singular: "75 hours on Titan X", "trained with K40"."""
    if not ON_BEFORE.search(m.before) or not (ONE_AFTER.match(m.after) or ENDS.match(m.after)):
        return False
    return says_training(m.sentence) or HOURS.search(m.sentence) is not None


def _has_memory(m: Mention) -> bool:
    """Whether the device's name goes on with the memory of one: "Tesla P100 (16 GB)"."""
    return MEMORY_BEHIND.match(m.after) is not None or re.search(r"\(\d+\s?GB", m.device.printed) is not None


def _count_after(m: Mention, match: re.Match[str] | None, *, beside_one: bool) -> Counted | None:
    """ "× 8", "with 32 cores", "(256 chips)"; beside "a TPU v3" only what it has."""
    follows = COUNT_AFTER.match(m.after)
    if follows is None or (beside_one and not (follows["with"] or follows["its"])):
        return None
    name = next(n for n in ("times", "fold", "with", "total", "its", "each", "n") if follows[n])
    value = whole(follows[name])
    if not value:
        return None
    at = m.device.end + follows.start(name)
    cores = "core" in follows[0][follows.end(name) - follows.start() :].lower()
    return Counted(value, at, m.device.end + follows.end(name), "count after device", cores, match)


def _count_of_cores(m: Mention, match: re.Match[str] | None) -> Counted | None:
    """ "32 cores of a TPUv3"."""
    of = CORES_OF.search(m.before)
    value = whole(of["n"]) if of else None
    if of is None or value is None:
        return None
    cores = "core" in of[0].lower()
    return Counted(value, m.origin + of.start("n"), m.origin + of.end("n"), "cores of a device", cores, match)


def taken_out_of(m: Mention, counted: Counted) -> Counted:
    """The count of what was used: "two of the four A30 cards of a node"."""
    if counted.match is None or counted.value == 1:
        return counted
    if (used := OF_WHICH.match(m.after)) and (many := whole(used["n"])):
        return replace(counted, value=many, start=m.device.end + used.start("n"), end=m.device.end + used.end("n"))
    part = OUT_OF.search(m.before[: counted.match.start("count")])
    taken = whole(part["n"]) if part else None
    if part is None or taken is None:
        return counted
    return replace(counted, value=taken, start=m.origin + part.start("n"), end=m.origin + part.end("n"))


def lesser_counts(m: Mention, match: re.Match[str], most: int, refused: Reason | None) -> Iterator[Count]:
    """The other counts of "1, 2, 4 or 8 GPUs"."""
    listed = RANGE_BEFORE.search(m.before[: match.start("count")])
    if listed is None:
        return
    name = "each" if listed["each"] else "list"
    for item in re.finditer(NUMBER, listed[name], re.IGNORECASE):
        low = whole(item[0])
        if low and (low < most or name == "each"):
            place = m.origin + listed.start(name) + item.start()
            yield Count(low, place, place + len(item[0]), "lesser of two counts", m.device, True, refused)
