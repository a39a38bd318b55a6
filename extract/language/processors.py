"""How many processors a sentence says worked together: "8 V100s", "V100 x 8", "4 nodes with 8 GPUs each", "32 cores".

A count belongs to a device's mention, or, where only "the same 32 chips" is printed, to none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.reference.hardware import DeviceMention
from extract.language.durations import NUMBER_WORDS, amount

MOST = 200_000  # processors; no run of any paper used more

# What may stand between a number and its device: "8 NVIDIA Tesla", "four high-end", "16 synchronous 40 GB".
_BETWEEN = (
    r"(?:NVIDIA(?:\(R\)|®|’s|'s)?|Tesla(?:\(R\)|®)?|GeForce|Google|Cloud|Intel|AMD|Quadro|Huawei|Titan|DGX|Volta"
    r"|Pascal|Ampere|Hopper|Kepler|Maxwell|Turing|GTX|RTX"
    r"|high-?end|parallel|synchronous|asynchronous|modern|commodity|distributed|different|available|identical"
    r"|desktop|consumer|consumer-grade|fast|dedicated"
    r"|local|physical|separate|interconnected|concurrent|total|workers?|replicas?|devices?|cards?|units?|pieces"
    r"|sets?|chips?|cores?|standard|recent|powerful|single-slot"
    r"|state-of-the-art|logical|server|preemptible|second-generation|third-generation|low-end|mid-range"
    r"|high-performance|PCI-?e|SXM\d?|NVLink|type|accelerators?|GPUs?"
    r"|[\d.]+\s?GHz|\d+\s?GB?(?:-memory)?|[(]?\d+\s?GB?[)]?|of|the|such|-|a|an)"
)
_BEFORE = re.compile(
    rf"(?:^|[\s(\[~≈∼/=])(?:(?P<nodes>\d{{1,4}}"
    rf"|{NUMBER_WORDS})(?:\s(?:nodes|machines|servers|hosts"
    rf"|boxes))?\s?[x×*]\s?)?(?P<count>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|\d{{1,3}}(?:\.\d)?k"
    rf"|{NUMBER_WORDS}|an?|our|(?:its|their) own|dual|(?:an?|the same) pair of)"
    rf"(?P<joint>\s?[x×*✕]\s?|\s?-\s?|\s)(?:{_BETWEEN}[\s-]+){{0,5}}\(?$",
    re.IGNORECASE,
)
# "4 8-GPU machines", "two 8-GPU servers": what stands before the count of an 8-GPU machine
_MACHINES_BEFORE = re.compile(rf"(?:^|\s)(?P<nodes>\d{{1,4}}|{NUMBER_WORDS})\s(?:\w+\s)?$", re.IGNORECASE)
_MACHINES_AFTER = re.compile(r"^\s?(?:machines|servers|nodes|hosts|workstations|instances|boxes)\b", re.IGNORECASE)
# the other numbers of "1, 2, 4 or 8 GPUs", "from 8 to 256 GPUs"
_RANGE = re.compile(
    rf"(?P<list>(?:\d{{1,6}}|{NUMBER_WORDS})(?:\s?,\s(?:\d{{1,6}}|{NUMBER_WORDS}))*)(?:\s?[-–]\s?|\sto\s|,?\sor\s"
    rf"|,?\sand\s|,\s)(?:up to )?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^(?:[\s-]?(?:GPUs?|cards?|devices?|accelerators?|TPUs?|chips?|pods?|slices?|hardware|instances?"
    r"|hosts?))*\s?[,(\[]?\s?"
    r"(?:[x×*✕]\s?(?P<times>\d{1,4})\b(?!\s?\d*\s?(?:GB|G\b))"  # V100 x 8
    r"|(?:with|of|having|using|comprising|consisting of|on|(?:which|that) (?:has|have|contains?|consists of|comprises))"
    r"\s(?:a total of |up to )?(?P<with>\d{1,5}"
    r"|\w+)[\s-](?:TPU |tensor )?(?:cores?|chips?|GPUs?|devices|cards|accelerators)\b"  # TPUv3 with 8 cores
    r"|(?P<total>\d{1,5}) in total\b"
    r"|(?P<n>\d{1,5})(?:\s(?:of them|GPUs?|cards?|devices?|chips|cores|accelerators)\b|-(?:core|chip"
    r"|GPU)\b))",  # TPUv3 32 cores
    re.IGNORECASE,
)
_CORES_OF = re.compile(
    rf"(?P<n>\d{{1,5}}|{NUMBER_WORDS})[\s-](?:cores?|chips?|nodes?)\s(?:of|on)\s(?:an? |the )?(?:Google |Cloud )*$",
    re.IGNORECASE,
)
# a slice's name carries its number of cores: "TPU v3-512"
_SLICE = re.compile(r"(?:\b|TPU)v\d[a-z]?-(?P<n>\d{1,5})(?:\sTPUs?)?$", re.IGNORECASE)
_NODES = re.compile(
    rf"(?<![\w.-])(?P<nodes>\d{{1,4}}|{NUMBER_WORDS})[\s-](?:(?:compute|computing|worker|GPU|server|DGX-?[12]?"
    rf"|DGX[- ]?A100|physical|multi-GPU|big basin|AWS|EC2|cloud|cluster|identical)[\s-])*"
    r"(?P<what>nodes?|machines?|servers?|hosts?|workstations?|boxes|instances?|DGX[\w-]*"
    r"|p[234]\w*\.\w+)(?![\w])(?![\s-]?(?:hours?|days?|h\b))",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\beach\b|\b(?:per|a|every|in every|in each) (?:node|machine|server|host|worker|instance)\b|/(?:node|machine"
    r"|server)\b"
    r"|\b(?:nodes|machines|servers|hosts|instances|workstations) (?:with|of|containing|equipped|having)\b",
    re.IGNORECASE,
)
# "two of the four A30 cards of a node": what was used of them
_OUT_OF = re.compile(
    rf"(?:^|\s)(?P<n>\d{{1,4}}|{NUMBER_WORDS})\s(?:out\s)?of\s(?:the|its|our|these"
    rf"|those)\s?$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(
    r"^\s?(?:GPUs?|cards|chips|devices)?,?\s(?:in total|total|altogether|overall"
    r"|in all)\b",
    re.IGNORECASE,
)
# "16 (64) V100 GPUs" for the base (large) model
_TWO_COUNTS = re.compile(r"(?:^|\s)(?P<first>\d{1,5})\s\((?P<second>\d{1,5})\)\s(?:NVIDIA\s|Tesla\s)*$")
_IN_ALL = re.compile(r"\s?\((?:a total of |in total |total )?\d{1,5}$")  # "8 servers (64 GPUs)"
# processes of which each has a GPU of its own
_REPLICAS = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,5}}|{NUMBER_WORDS})\s(?:\w+\s)?(?:replicas|workers|processes|learners|machines"
    rf"|nodes)\b(?:[^.;]{{0,40}}\b(?:each|every)\b|,? (?:which|that) (?:are|were|is|was|have|had|use[sd]?)\b)",
    re.IGNORECASE,
)
_WORKERS = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,5}}|{NUMBER_WORDS})\s(?:parallel |synchronous |asynchronous |distributed "
    rf"|training )*(?:workers|replicas|learners)\b(?! for (?:data|loading))",
    re.IGNORECASE,
)
# "the same 32 chips", "256 cores", "eight cards": no device is named here
_BARE = re.compile(
    rf"(?<![\w.-])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|{NUMBER_WORDS})[\s-](?:(?:parallel|identical|such|physical"
    rf"|synchronous|of (?:the|these|those))\s)*(?P<what>chips|cores|cards|accelerators)\b",
    re.IGNORECASE,
)
_USED_BEFORE = re.compile(
    r"\b(?:takes?|took|use[sd]?|using|needs?|needed|requires?|required|on|across|over|with|to|employ\w*"
    r"|occup\w+)\s(?:a total of |all |our |(?:of )?the same |these |those |up to |about )?$"
    r"|TPU[\w .-]{0,14}[(:]\s?$",  # "a TPU v3 pod (1024 chips)"
    re.IGNORECASE,
)
# "each run used one card", "a run occupies 4 of them"
_SOME_OF_THEM = re.compile(
    rf"\b(?:used|uses|using|on|with|occupies|occupied|takes|took)\s(?:only\s|just\s)?(?:(?P<one>one"
    rf"|a single) (?:such )?card\b"
    rf"|(?P<n>\d{{1,3}}|{NUMBER_WORDS}) of them\b(?! (?:is|are|were|was)))",
    re.IGNORECASE,
)
# the others of "128, 256 and 512 cores"
_SEVERAL_BEFORE = re.compile(r"(?:\d{1,6}\s?,\s)*\d{1,6},?\s(?:and|or)\s$")
# "Each server contains 8 GPUs", "DGX-1 nodes have 8 GPUs": a machine is described
_MACHINE_HAS = re.compile(
    r"\b(?:each|every|one|a|per) (?:[\w.-]+ ){0,3}?(?:node|machine|server|host|instance|box"
    r"|DGX[\w-]*) (?:is equipped with|was equipped with|had|contained|featured|has|contains?"
    r"|includes?|comes with|consists of|comprises?|offers"
    r"|provides)\b[^.;]{0,30}$"
    # "pods are computers that contain 1,024 chips": any of them
    r"|\b(?:pods|machines|nodes|servers|hosts|supercomputers)(?: that| which)? (?:contain|have|come with|consist of"
    r"|comprise)\b[^.;]{0,20}$",
    re.IGNORECASE,
)
# "the number of TPUs used for training ranged from 64 to 512"
_NUMBER_OF = re.compile(
    rf"\bnumber of (?:GPU|TPU|device|chip|core|processor|accelerator|worker)s?\b[^.;]{{0,40}}?(?:\b(?:is|was|are"
    rf"|ranged? from|ranges from|to|equals|of)\s|[:=]\s?)(?P<n>\d[\d,]*"
    rf"|{NUMBER_WORDS})(?:\sto\s(?P<most>\d[\d,]*))?(?!\w|\.\d)",
    re.IGNORECASE,
)
_TPU_NEAR = re.compile(r"TPU|chips", re.IGNORECASE)

_DEVICE_TIME_AFTER = re.compile(
    r"^(?:[\s-]?(?:GPUs?|TPUs?|cores?|chips?))?(?:\s?[-/·]\s?|\s)?(?:hours?|hrs?|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_PER_DEVICE = re.compile(r"\b(?:per|each|every|/)\s?$|/\s?$", re.IGNORECASE)
_OTHER_DEVICES = re.compile(
    r"\b(?:remaining|other|another|different|separate|next|half of the|rest of the)\s(?:\d+\s)?$", re.IGNORECASE
)
# "a GPU implementation", "two GPU kernels": no processor is counted
_MODIFIES = re.compile(
    r"^(?!\s?\(?\d+\s?GB?\b)[\s-](?:based\b|(?:and|or) CPU\b)?\s?(?:\w+\s)?(?:implementations?"
    r"|kernels?|memor(?:y|ies)|usage"
    r"|utili[sz]ation|versions?|architectures?|hardware|code|clusters?|backends?"
    r"|librar(?:y|ies)|packages?|operations?|ops?|acceleration|computations?|programming|speed|baseline|types?"
    r"|generations?|models|nets?|networks?|support|budget|vendors?|time\b|threads?|friendly|bound|RAM(?! GPU))",
    re.IGNORECASE,
)
# "cannot be trained on a single GPU", "fits on one TPU core", "8-GPU machines are needed": said, not done
_NOT_DONE_BEFORE = re.compile(
    r"\b(?:trainable (?:on|with)|can be (?:run|deployed|served)|compared (?:to|with)|power (?:consumption )?of"
    r"|can ?not|could not|couldn['’]t|can['’]t|unable to|impossible|infeasible|not (?:even )?(?:be|fit|possible)"
    r"|would(?: have)?|might|may|fit(?:s|ted)?|fitting (?:on|in|into|onto)|loaded|exceed\w*|beyond|larger than"
    r"|e\.g\.,?|for instance,?|limited memory of|memory (?:of|on)|(?:limits?|capacity) of|didn['’]t"
    r"|without|lack(?:s|ed|ing)?"
    r"|require[sd]? at least|scale to|implementation for"
    r"|(?:similar|comparable|equivalent|akin) to"
    r"|optimi[sz]ations? for|depending on|equivalent (?:of|to)|parallelism (?:of|on)|affordable|accessible|suffices?"
    r"|enough for|ask(?:s|ed)? for|call(?:s|ed)? for"
    r"|(?:shard|partition|split|divid)\w* (?:\w+ ){0,6}(?:across|over|among|between))\b"
    # "fits into 12 GB and was done on one V100": the second verb is of what was done
    r"(?:(?!\sand\s(?:is|are|was|were|we|trains?|trained)\b)[^.;,]){0,45}$"
    r"|\b(?:(?:rather|other|faster|slower) than|instead of|such as|like)\s(?:the |an? )?$",
    re.IGNORECASE,
)
# "a batch is split over 8 devices", "all experiments fit on one V100": done so all the same
_DONE_SO = re.compile(
    r"\bbatch\w*\b[^.;]{0,30}\b(?:shard|partition|split|divid)\w* (?:\w+ ){0,3}(?:across|over|among"
    r"|between)\b[^.;,]{0,45}$"
    r"|\b(?:runs|experiments?|jobs|everything)\b(?:(?!\bnot\b)[^.;,]){0,30}\bfits?\b[^.;,]{0,45}$",
    re.IGNORECASE,
)
_NOT_DONE_AFTER = re.compile(
    r"^[^.;,]{0,24}\b(?:is|are) (?:needed|required|necessary)\b|^[^.;,]{0,24}\b(?:is|are|was"
    r"|were) (?:unavailable|not (?:available|enough"
    r"|sufficient))\b"
    r"|^\s?(?:with|of|having) (?:limited|small|little|insufficient) (?:memory|RAM)",
    re.IGNORECASE,
)
_EACH_AFTER = re.compile(r"^\s?each\b", re.IGNORECASE)  # "20 cards (two GPUs each)"
_IF = re.compile(r"^If\b.*\bwould\b", re.DOTALL)
_ONE_MACHINE = "the processors of one machine"
_PER_NODE_AFTER = re.compile(
    r"^\s?(?:GPUs?|cards|chips)?,?\s?(?:each\b|per (?:node|machine|server|host)|/\s?(?:node|machine"
    r"|server))",
    re.IGNORECASE,
)
_POD = re.compile(r"\b(?:pod|slice)s?$", re.IGNORECASE)
# "3072 chips in each pod", "8 GPUs for each model"
_EACH_OTHER = re.compile(
    r"\b(?:each|every|per|a) (?:\w+ )?(?:pod|slice|rack|run|model|experiment|task"
    r"|batch)s?\b",
    re.IGNORECASE,
)
# "a single H100 node": nobody says how many there are in it
_NODES_OF = re.compile(r"^\s?(?:GPU\s)?(?:nodes?|servers?|hosts?)\b(?!\s?(?:GPUs?|cards?))", re.IGNORECASE)
# "A V100 delivers 125 TFLOPS": what such a device is
_DESCRIBED = re.compile(
    r"^\s?(?:GPU |card )?(?:delivers|has\b|offers|provides|can\b|peaks|supports|costs)", re.IGNORECASE
)
# "5,000 TPUs to generate self-play games": other work than training
_OTHER_WORK_AFTER = re.compile(
    r"^[^.;,]{0,24}\b(?:to|for) (?:\w+ )?(?:generat\w+|self-play|rollouts?|acting|data (?:collection|generation)"
    r"|preprocess\w*|evaluat\w+|inference|serving)\b",
    re.IGNORECASE,
)
# what makes of "a GPU" one that was used: the paper's doing, or a time
_DONE = re.compile(
    r"\b(?:we|our|us)\b|\b(?:was|were|is|are|been|be)\s(?:\w+\s)?(?:pre-?|fine-?)?(?:train|run|perform|conduct"
    r"|execut|carried|done|implement|tun|based|optimi[sz])\w*|\b(?:took|takes|taking|ran|runs|trained|used|using)\b",
    re.IGNORECASE,
)
_CPU_NAME_BEFORE = re.compile(r"(?:Xeon|Core(?!s)|EPYC|Opteron|i[3579]|GHz)[\w\s®()-]{0,8}$", re.IGNORECASE)


@dataclass(frozen=True)
class Count:
    """How many processors; offsets in the text."""

    value: int
    start: int
    end: int
    pattern: str
    device: DeviceMention | None  # the mention that it counts
    lesser: bool = False  # not the last of several ("8 or 16 GPUs")
    refused: str | None = None
    of_cores: bool = False  # cores of TPUs, of which a chip has two


def find_counts(text: str, start: int, end: int, devices: Sequence[DeviceMention]) -> list[Count]:
    """The counts of the sentence `text[start:end]`, whose devices these are."""
    sentence = text[start:end]
    found: list[Count] = []
    for device in devices:
        found += _of_device(text, start, end, sentence, device)
    if not any(c.refused is None for c in found):
        found += _of_no_device(text, start, sentence, devices)
    elif any(d.kind == "tpu" for d in devices):
        found += _further_chips(sentence, start, found)
    return found


def _further_chips(sentence: str, start: int, found: Sequence[Count]) -> Iterator[Count]:
    """The bare counts beside a named one: "A was trained on 512 TPU v4 chips and B on 1024 chips"."""
    for m in _BARE.finditer(sentence):
        n = whole(m["n"])
        at = start + m.start("n")
        if not n or n < 2 or m["what"].lower() != "chips" or any(c.start - 3 <= at <= c.end + 3 for c in found):
            continue
        if _ON_BEFORE.search(sentence[: m.start()]) and not _NOT_DONE_BEFORE.search(sentence[: m.start()][-70:]):
            yield Count(n, at, start + m.end("n"), "chips, cores or cards", None)


_ON_BEFORE = re.compile(r"\b(?:on|using|with|across)\s$", re.IGNORECASE)


def _of_device(text: str, start: int, end: int, sentence: str, device: DeviceMention) -> Iterator[Count]:
    before, after = text[max(start, device.start - 110) : device.start], text[device.end : min(end, device.end + 70)]
    if _DEVICE_TIME_AFTER.match(after) or _PER_DEVICE.search(before) or _OTHER_DEVICES.search(before):
        return
    origin = device.start - len(before)
    two = _TWO_COUNTS.search(before) if ") " in before else None
    if two:
        for name in ("first", "second"):
            place = origin + two.start(name)
            yield Count(int(two[name]), place, place + len(two[name]), "count before device", device)
        return
    match = _BEFORE.search(before)
    value: int | None = None
    at = (device.start, device.end)
    pattern, one, cores = "count before device", False, False
    if match:
        word = match["count"].lower()
        value = (
            1
            if word in ("a", "an", "our") or word.endswith("own")
            else 2
            if word == "dual" or word.endswith("pair of")
            else whole(word)
        )
        at = (origin + match.start("count"), origin + match.end("count"))
        one = value == 1
        cores = bool(re.search(r"\bcores?\b", match[0], re.IGNORECASE))
        pattern = "one device" if one else pattern
        if word in ("a", "an", "our") and (text[device.end - 1] in "sS" or match["joint"].strip() == "-"):
            value = None
        elif word == "our" and (device.processor is None or re.match(r"\s?(?:GPUs|cards|chips)\b", after)):
            value = None  # "our GPU", "our P100 GPUs"
        elif word.isdigit() and _CPU_NAME_BEFORE.search(before[: match.start("count")]):
            value = None  # "Xeon 5 CPUs", "2.5 GHz 4 core": part of a CPU's name
    in_slice = _SLICE.search(device.printed)
    follows = _AFTER.match(after)
    if follows and (value is None or (one and follows["with"])):
        name = next(n for n in ("times", "with", "total", "n") if follows[n])
        counted = whole(follows[name])
        if counted:
            value, pattern, one = counted, "count after device", False
            at = (device.end + follows.start(name), device.end + follows.end(name))
            cores = "core" in follows[0][follows.end(name) - follows.start() :].lower()
    if (value is None or one) and (of := _CORES_OF.search(before)):
        value, pattern, one, cores = whole(of["n"]), "cores of a device", False, "core" in of[0].lower()
        at = (origin + of.start("n"), origin + of.end("n"))
    if in_slice and (value is None or (match and match["count"].lower() in ("a", "an"))):
        value, pattern, one, cores = int(in_slice["n"]), "cores of a slice", False, True
        at = (device.start + in_slice.start("n"), device.start + in_slice.end("n"))
    if value is None or not 1 <= value <= MOST:
        return
    refused = _refused(sentence, before, after, device, value, pattern)
    if match and value > 1 and (part := _OUT_OF.search(before[: match.start("count")])) and (taken := whole(part["n"])):
        value, at = taken, (origin + part.start("n"), origin + part.end("n"))
        one = value == 1
    times = _machines(sentence, start, at, before, after, match, value)
    if times > 1 and refused == _ONE_MACHINE:
        refused = None
    if refused is None and times == 1 and pattern != "count after device" and _POD.search(device.printed):
        refused = "pods, whose chips are not counted"
    if times > 1:
        value, pattern = value * times, "nodes times devices"
    elif one and (replicas := _REPLICAS.search(sentence)) and (many := whole(replicas["n"])) and many > 1:
        value, pattern, one = many, "replicas with a device each", False
        at = (start + replicas.start("n"), start + replicas.end("n"))
        refused = None
    yield Count(
        value, at[0], at[1], pattern, device, refused=refused, of_cores=cores and device.kind == "tpu" and value > 1
    )
    if match and times == 1 and value > 1 and pattern == "count before device":
        lesser = _RANGE.search(before[: match.start("count")])
        if lesser:
            for item in re.finditer(rf"\d+|(?:{NUMBER_WORDS})", lesser["list"], re.IGNORECASE):
                low = whole(item[0])
                if low and low < value:
                    place = origin + lesser.start("list") + item.start()
                    yield Count(low, place, place + len(item[0]), "lesser of two counts", device, True, refused)


def _machines(
    sentence: str, start: int, at: tuple[int, int], before: str, after: str, match: re.Match[str] | None, value: int
) -> int:
    """By how many machines to multiply: "4 nodes with 8 GPUs each", "4 x 8 V100", "4 8-GPU machines"."""
    if match and match["nodes"]:
        return whole(match["nodes"]) or 1
    if match is None or (value == 1 and not _PER_NODE_AFTER.match(after)):
        return 1
    if match["joint"].strip() == "-" and _MACHINES_AFTER.match(after):
        machines = _MACHINES_BEFORE.search(before[: match.start("count")])
        return (whole(machines["nodes"]) or 1) if machines else 1
    if (
        _TOTAL_AFTER.match(after)
        or not _EACH.search(sentence)
        or _EACH_OTHER.match(sentence, at[1] - start)
        or _EACH_OTHER.search(after[:30])
    ):
        return 1
    for node in _NODES.finditer(sentence):
        if _IN_ALL.match(sentence[node.end() : at[0] - start + 1]) and not _PER_NODE_AFTER.match(after):
            return 1
        if not start + node.start() <= at[0] < start + node.end():
            return whole(node["nodes"]) or 1
    return 1


def _of_no_device(text: str, start: int, sentence: str, devices: Sequence[DeviceMention]) -> Iterator[Count]:
    """Counts of workers with a device somewhere in the sentence, and of bare chips, cores, cards."""
    gpus = [d for d in devices if d.kind in ("gpu", "tpu")]
    gpu = next((d for d in gpus if d.processor is not None), gpus[0] if gpus else None)
    workers = (
        None if gpu is None or re.search(r"\b(?:each|every|per|a) [GT]PU\b", sentence) else _WORKERS.search(sentence)
    )
    if gpu is not None and workers and (n := whole(workers["n"])):
        yield Count(
            n, start + workers.start("n"), start + workers.end("n"), "workers", gpu,
            refused=_refused(sentence, sentence[: workers.start()], sentence[workers.end() :], gpu, n, "workers"),
        )  # fmt: skip
        return
    if "umber of" in sentence and (numbered := _NUMBER_OF.search(sentence)):
        for name in ("n", "most"):
            if numbered[name] and (n := whole(numbered[name])):
                yield Count(n, start + numbered.start(name), start + numbered.end(name), "number of devices is", gpu)
        return
    if (" card" in sentence or " of them" in sentence) and (m := _SOME_OF_THEM.search(sentence)):
        n = 1 if m["one"] else whole(m["n"])
        if n:
            name = "one" if m["one"] else "n"
            yield Count(n, start + m.start(name), start + m.end(name), "some of the named ones", None)
        return
    if not any(what in sentence for what in ("chips", "cores", "cards", "accelerators")):
        return
    for m in _BARE.finditer(sentence):
        n = whole(m["n"])
        if not n or n < 2:
            continue
        what = m["what"].lower()
        if what == "cores" and not _TPU_NEAR.search(text[max(0, start - 400) : start + len(sentence)]):
            continue
        before = sentence[: m.start()]
        refused = None
        several = _SEVERAL_BEFORE.search(before)
        if several:
            before = before[: several.start()]
        if _NOT_DONE_BEFORE.search(before[-70:]) or _PER_DEVICE.search(before) or not _USED_BEFORE.search(before[-50:]):
            refused = "not used so"
        yield Count(n, start + m.start("n"), start + m.end("n"), "chips, cores or cards", None, refused=refused)
        for item in re.finditer(r"\d+", several[0] if several else ""):
            place = start + len(before) + item.start()
            yield Count(
                int(item[0]), place, place + len(item[0]), "chips, cores or cards", None, lesser=True, refused=refused
            )  # fmt: skip
        return


def _refused(sentence: str, before: str, after: str, device: DeviceMention, value: int, pattern: str) -> str | None:
    if _NOT_DONE_AFTER.match(after) or (_NOT_DONE_BEFORE.search(before[-70:]) and not _DONE_SO.search(before[-90:])):
        return "not used so"
    if "would" in sentence and _IF.search(sentence):
        return "not used so"
    if _OTHER_WORK_AFTER.match(after):
        return "other work than training"
    if value > 1 and (
        _MACHINE_HAS.search(before) or (_EACH_AFTER.match(after) and before.rfind("(") > before.rfind(")"))
    ):
        return _ONE_MACHINE
    if (
        device.kind == "gpu"
        and device.processor is not None
        and pattern != "count after device"
        and _NODES_OF.match(after)
        and not re.search(r"\d-(?:card|way|chip|GPU)\s(?:\w+\s)?$", before)  # "an 8-card A800 server"
    ):
        return "machines, whose processors are not counted"
    if _MODIFIES.match(after) and (
        pattern == "one device" or re.match(r"^\s?(?:implementations?|kernels?|types?|vendors?)", after)
    ):
        return "counts no processors"
    if pattern == "one device" and _DESCRIBED.match(after):
        return "a processor in general"
    if pattern == "one device" and device.processor is None and not _DONE.search(sentence):
        return "a processor in general"
    return None


def whole(text: str) -> int | None:
    """The whole number that digits or a number word stand for."""
    value = amount(text.replace(",", ""))
    return int(value) if value is not None and value == int(value) and value >= 1 else None
