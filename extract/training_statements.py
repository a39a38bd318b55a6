"""Sentences that say on what, how many, and for how long something was run: the ground of four fields.

A sentence's parts stand together ("Training took 3.5 days on 8 P100 GPUs"), so they are found together, once, here;
`extract/fields/device.py`, `device_count.py`, `training_time.py` and `epochs.py` make candidates of them, and
`extract/runs.py` joins those of one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.hardware import DeviceMention, find_devices, has_device_context
from extract.numbers import WORDS, parse_number
from extract.text import Passage

# --- what is run: training, search, inference, or somebody else's work --------------------------------------------

_TRAINING = re.compile(
    r"\b(?:re-?|co-|pre-?|post-)?train(?:s|ed|ing|able)?\b|\bfine-?tun\w*|\bconverge[sd]?\b|\bconvergence\b|\boptimi[sz](?:e[sd]?|ing)\b"
    r"|\bparallel\w*|\bmini-?batch\w*|\bbatch(?:es)? (?:size|of)\b|\bSGD\b|\bAdamW?\b|\bgradient\b|\bepochs?\b|\blearning rate\b",
    re.I,
)
_INFERENCE = re.compile(
    r"\binference\b|\binfer(?:s|red)?\b|\btest(?:ing)?[- ]time\b|\bat test\b|\blatency\b|\bfps\b|\bframes?(?: per |/)s(?:ec(?:ond)?)?\b"
    r"|\bdecod(?:es?|ing) (?:speed|time|sentences?)\b|\breal[- ]?time\b|\brun[- ]?times? (?:is|are|was|were|of)\b|\bruntimes? (?:is|are|was|were)\b"
    r"|\bthroughput\b|\b(?:images?|sentences?|words|tokens|samples|examples)(?: per |/)s(?:ec(?:ond)?)?\b"
    r"|\b(?:ms|milliseconds?|seconds?|s)(?: per |/| for (?:each|an?|one) )(?:image|frame|sentence|sample|example|query|question|document)\b"
    r"|\bper[- ]image\b|\bto process (?:an?|one|each)\b|\bforward pass\b|\bgeneration speed\b|\bspeed (?:is|was|are|were|results?|tests?|comparison)\b"
    r"|\b(?:detection|evaluation|prediction|test|testing|running|execution|sampling|generation|translation|processing) (?:time|speed)s?\b"
    r"|\bto (?:perform|run|do) (?:detection|inference|evaluation|prediction|recognition)\b|\bserv(?:e|ing) (?:requests?|users?|traffic)\b"
    r"|\bconcurrent (?:user|request|stream)s?\b|\btest results?\b|\bby testing\b|\bfor (?:one |an? |each )?evaluation\b|\bsampling (?:of )?\d|\bclassif(?:y|ies)\b|\btest(?:ing|ed)? (?:it|them|our model) on\b|\bdeployment\b|\bbenchmarked\b|\b\d+ ?ms\b",
    re.I,
)
_STRONG_TRAINING = re.compile(
    r"(?<!\ba )(?<!\bthe )(?<!fully )(?<!\bour )\b(?:re-?|pre-?)?train(?:ed|s)\b|\b(?:we|to) (?:also |then |first |can )?(?:re-?|pre-?)?train\b|\b(?:re-?|pre-?)?training\b(?! (?:set|data|sets|images|corpus|examples|samples|split|sentences))|\bfine-?tun(?:ed|ing|e)\b|\bto (?:pre-?)?train\b",
    re.I,
)
_SEARCH = re.compile(
    r"\barchitecture search\b|\bNAS\b|\bsearch(?:es)? (?:takes?|took|costs?|was|is|used|ran|phase|process|for architectures)\b"
    r"|\b(?:evolution|search) experiments?\b|\bevolv(?:e[sd]?|ing)\b|\bhyper-?parameter (?:search|tuning|sweep)\b|\bgrid search\b",
    re.I,
)
_PRETRAINING = re.compile(r"\bpre-?train(?:ed|ing|s)?\b", re.I)
_FINETUNING = re.compile(r"\bfine-?tun(?:ed|ing|e|es)\b", re.I)
_FOREIGN_SECTION = re.compile(
    r"\brelated work|\bprevious work|\bprior work|\bbackground\b|\bliterature\b|\breferences\b", re.I
)
# "[12] trained on", "Smith et al. (2017) used": the subject is another paper
_FOREIGN_SUBJECT = re.compile(
    r"(?:^|[.;,(] ?|\b(?:by|in|of|while|whereas|that|and) )(?:[A-Z][\w’'-]+ (?:et al\.?|and [A-Z][\w’'-]+)(?:,? ?[\[(][^\])]{1,40}[\])])?|\[\d+(?:, ?\d+)*\])"
    r",? (?:have |has |had |also |only |further |then |first )?(?:train|use|employ|require|take|took|report|need|consume|spen|achiev|run|ran|propos|us[ei]|scale|show)",
)
# "OPT-175B [3] took 34 days": a cited name as the subject
_CITED_NAME = re.compile(
    r"\b[A-Z][\w+-]*(?: [A-Z0-9][\w+-]*){0,2} (?:\[\d+(?:, ?\d+)*\]|\([A-Z][^()]{3,40}\d{4}[a-z]?\)),?"
    r" (?:also |only |even |already )?(?:spent|took|takes|had|used|uses|trained|required|requires|needed|needs|consumed|(?:was|is|were|are) (?:pre-?)?trained|ran|reported?|costs?)\b"
)
_COMPARED = re.compile(
    r"^(?:for|in|by) (?:comparison|contrast|reference)\b|^(?:compared|in comparison) (?:to|with)\b", re.I
)
_OWN = re.compile(r"\b(?:we|our|ours|us|this (?:work|paper|implementation))\b", re.I)

# --- numbers and units ----------------------------------------------------------------------------------------------

_NUMBER_WORDS = "|".join(sorted((re.escape(w) for w, v in WORDS.items() if v >= 1), key=len, reverse=True))
_NUM = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?[kK]?|\.\d+|(?:{_NUMBER_WORDS})(?![\w-]))"
UNIT_SECONDS = {
    "ms": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0,
    "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0, "week": 604800.0, "wk": 604800.0, "month": 2592000.0,
    "year": 31536000.0,
}  # fmt: skip  # a month is 30 days, as the study counts it
_UNIT = r"(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|months?)"
DURATION = re.compile(
    rf"(?<![\w.,])(?P<low>{_NUM})(?:\s?(?:-|–|—|−|~|to|or|and a)\s?(?P<high>{_NUM}|half))?[\s-]{{0,2}}(?P<unit>{_UNIT})\b(?![-/][a-z])",
    re.I,
)
# device time: "200 GPU-days", "2.5k TPUv3-core-days", "82,432 A100-80GB GPU hours"
DEVICE_TIME = re.compile(
    rf"(?<![\w.,])(?P<low>{_NUM})(?:\s?(?:-|–|to)\s?(?P<high>{_NUM}))?\s?(?:[A-Za-z][\w-]*\s)?"
    r"(?P<device>(?:[A-Za-z]+[\w]*[\s-])?(?:GPU|TPU|CPU|core|processor|node|V100|P100|A100|H100)s?(?:[\s-]?v?\d)?(?:[\s-]core)?)"
    r"[\s-]?(?P<unit>hours?|hrs?|days?|weeks?|months?|years?)\b",
    re.I,
)
_BETWEEN_BEFORE = re.compile(rf"\bbetween\s(?P<low>{_NUM})\s(?:{_UNIT}\s)?and\s$", re.I)
_LISTED_BEFORE = re.compile(rf"(?P<list>(?:{_NUM}\s?,\s?)*{_NUM})\s?,?\s(?:and|or|&)\s$", re.I)
_PER_AFTER = re.compile(
    r"^\s?(?:/|per|an?|each|every|for (?:each|one|an?|every))\s?(?:single |training |full )?(?P<per>epoch|iteration|iter|step|mini-?batch|batch|update|image"
    r"|frame|example|sentence|token|query|sample|video|question|document|pass|fold|model|experiment|layer)",
    re.I,
)
_PER_BEFORE = re.compile(
    r"\b(?:each|every|one|an?|per|single)\s(?:single |training |full |gradient |optimization )?(?P<per>epoch|iteration|step|mini-?batch|batch|update|image"
    r"|frame|example|sentence|token|query|sample|video|question|document)s?\b(?! sizes?)[^.;]{0,40}$",
    re.I,
)
_TAKES = re.compile(
    r"(?:\b(?:takes?|took|taking|taken|requir\w+|costs?|costing|lasts?|lasted|lasting|needs?|needed|spen[dt]s?|completes?|completed|finish\w*|converge[sd]?"
    r"|runs?|ran|running|trains?|trained|training|train|for|in|within|over|after|under|only|about|around|to|of|is|was|are|were|be|to be|from|by"
    r"|approximately|roughly|nearly|almost|less than|more than|up to|at most|at least|than|or|and|total|another|some|circa|ca\.?|(?:training|total|wall-?clock|search) times?[:=]?|(?:about|around|for|takes?|took) an?)"
    r"|[(~≈∼<>≤≥:=,])\s*$",
    re.I,
)
_NOT_A_RUN_AFTER = re.compile(
    r"^\s?(?:long )?(?:worth )?(?:of )?(?:\w+[- ]){0,3}?(?:speech|audio|videos?|data|recordings?|clips?|footage|music|movies?|film|game ?play|play|utterances"
    r"|segments?|windows?|trailers?|ago|old|later|earlier|prior|interval|context|history|corpus|labels?|transcri\w+|of age|conversation\w*|budget per|delay)\b",
    re.I,
)
_NOT_A_RUN_BEFORE = re.compile(
    r"\b(?:every|interval of|intervals of|last|past|first|previous|next|recent|age of|aged|of the|these|those|checkpoints? (?:at|from|every)|window of)\s(?:\w+\s)?$|\beach\s$",
    re.I,
)
_DATA_HOURS = re.compile(
    r"\b(?:librispeech|speech|audio|corpus|corpora|utterance|recording|video|transcri|dataset|spoken|switchboard|fisher)\w*",
    re.I,
)

_VENDORS = (
    r"(?:NVIDIA|Nvidia|nVidia|nvidia|NVidia|Tesla|GeForce|Geforce|Google|Cloud|cloud|Intel|AMD|Quadro|GTX|RTX|high-?end|parallel|synchronous|modern|commodity|distributed|different|available"
    r"|identical|desktop|consumer|consumer-grade|fast|dedicated|local|physical|separate|interconnected|concurrent|total|workers?|replicas?|devices?|cards?|units?|pieces|sets?|standard|recent|state-of-the-art|cores?"
    r"|logical|server|preemptible|second-generation|third-generation|low-end|mid-range|high-performance|PCIe|SXM2?|\d+\s?GB|of|the|NVLink|type|-|a|an)"
)
_COUNT_BEFORE = re.compile(
    rf"(?:^|[\s(\[~≈∼/=])(?P<count>\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}|{_NUMBER_WORDS}|an?)(?P<joint>\s?[x×*]\s?|\s?-\s?|\s)(?:{_VENDORS}[\s-]+){{0,4}}\(?$",
    re.I,
)
_COUNT_RANGE = re.compile(
    rf"(?P<low>\d{{1,5}}|{_NUMBER_WORDS})(?:\s?[-–]\s?|\sto\s|\sor\s|\sand\s|,\s(?:\d+,\s)*(?:and |or )?)(?:up to )?$",
    re.I,
)
_COUNT_AFTER = re.compile(
    r"^(?:\s?(?:GPUs?|cards?|devices?|accelerators?))?\s?[(\[]?\s?(?:[x×*]\s?(?P<times>\d{1,4})\b|with (?P<with>\d{1,5}) (?:cores|chips|GPUs|devices|cards)\b|(?P<total>\d{1,5}) in total\b|(?P<n>\d{1,4}) (?:of them|GPUs?|cards?|devices?|chips|cores)\b)",
    re.I,
)
_NODES = re.compile(
    rf"(?<![\w.])(?P<nodes>\d{{1,4}}|{_NUMBER_WORDS})[\s-](?:(?:compute|computing|worker|GPU|server|DGX-?[12]?|DGX-A100|physical|multi-GPU|big basin)[\s-])*(?P<what>nodes?|machines?|servers?|hosts?|workstations?|boxes)\b",
    re.I,
)
_EACH = re.compile(
    r"\beach\b|\bper (?:node|machine|server|host|worker)\b|/(?:node|machine|server)\b|\b(?:nodes?|machines?|servers?|hosts?) (?:with|of|containing|equipped)\b|\beach (?:with|having|of which|containing)",
    re.I,
)
_DEVICE_TIME_AFTER = re.compile(r"^(?:[\s-]?core)?[\s-]?(?:hours?|hrs?|days?|weeks?|months?|years?)\b", re.I)
_PER_DEVICE = re.compile(r"\b(?:per|each|every|/)\s?$", re.I)

# --- epochs ------------------------------------------------------------------------------------------------------------

_EPOCH_NUM = rf"(?P<n>\d+(?:\.\d+)?|{_NUMBER_WORDS})"
_EPOCH = re.compile(
    rf"(?<![\w.\-/])(?:(?P<low>\d+)\s?[-–]\s?)?{_EPOCH_NUM}[\s-]{{0,2}}(?:(?:full|total|complete|training|more|additional|pre-?training|fine-?tuning|data)\s)?epochs?\b",
    re.I,
)
_EPOCH_ASSIGNED = re.compile(
    rf"\b(?:(?:number|amount|maximum(?: number)?|max(?:imum)?|total(?: number)?|no\.) (?:of )?(?:the )?(?:training |pre-?training |fine-?tuning )?epochs?|epochs? numbers?)\b"
    rf"[^.;,]{{0,24}}?(?:is|was|are|were|to|to be|as|at|=|:|of)\s(?:set to |fixed (?:to|at) |be )?(?:about |around |~)?{_EPOCH_NUM}(?![\w%]|\.\d)",
    re.I,
)
_EPOCH_MARK_BEFORE = re.compile(
    r"\b(?:after|every|first|last|initial|final|until|till|by|each|before|beyond|past|warm-?up (?:of|for|period of|over)|warm(?:ed)?[- ]?up[^.;]{0,30}|at(?: the)?|"
    r"patience (?:of|is|was)?|early stopping[^.;]{0,40}|improve[^.;]{0,30}|annealed (?:every|over)|per|within|than|drop(?:ped|s)?[^.;]{0,20}|decay(?:ed|s|ing)?[^.;]{0,25}(?:every|at|after|by)|"
    r"divid\w+[^.;]{0,30}|reduc\w+[^.;]{0,30}|multipl\w+[^.;]{0,30}|cool-?down|most recent|next|additional|ramp\w*[^.;]{0,20}|average[ds]?[^.;]{0,20}|interval of|between|linear\w*[^.;]{0,20})\s(?:the\s)?(?:about |around |approximately |only |first |last |a |an )*$",
    re.I,
)
_EPOCH_TRAINING_BEFORE = re.compile(
    r"\b(?:for|of|in|total|takes?|took|requires?|run|runs|ran|train|trained|trains|training|use|used|with|over|is|was|to|uses|using|continue[ds]?|lasts?|performs?|perform|completes?|schedule|only|approximately|about|around|ca\.|≈|~|up to|and|at most|maximum|plus|equals|another)\s*[(:~≈]?\s*"
    r"(?:a total of |about |around |approximately |roughly |only |up to |at most |just |the full |all |a maximum of |another |an additional |nearly |almost |over |more than |~ ?|≈ ?|ca\. )*[(]?$",
    re.I,
)
_EPOCH_NOT_AFTER = re.compile(
    r"^\s?(?:of )?(?:warm-?up|of warm|linear warm|later|old|per (?:second|hour|day)|without improvement|before|cool-?down|as warm)",
    re.I,
)
_EPOCH_SCHEDULE_AFTER = re.compile(
    r"^[\s-](?:of )?(?:training|schedule|in total|total|training schedule|models?|runs?|regime|budget|(?:are|is|were|was) (?:used|performed|trained|needed|required|run|enough))",
    re.I,
)


@dataclass(frozen=True)
class Count:
    """How many processors; offsets in the passage."""

    value: int
    start: int
    end: int
    pattern: str
    device: DeviceMention  # the mention that it counts
    lesser: bool = False  # the smaller of two ("8 or 16 GPUs")


@dataclass(frozen=True)
class Duration:
    """A stretch of time, in seconds as printed; `per` says of what (epoch, step ...), "" for the whole."""

    seconds: float
    low: float | None
    high: float | None
    start: int
    end: int
    per: str
    of_devices: bool  # device time: GPU-days
    pattern: str
    refused: str | None = None


@dataclass(frozen=True)
class Epochs:
    value: float
    start: int
    end: int
    pattern: str
    refused: str | None = None


@dataclass(frozen=True)
class Statement:
    """One sentence that names a device, a duration or epochs."""

    number: int  # in document order
    passage: Passage
    start: int
    end: int
    purpose: str
    foreign: str | None  # why it is not of this paper's runs
    trains: bool  # it speaks of training by itself
    context: bool  # the sentences around it, or its section, do
    devices: tuple[DeviceMention, ...] = ()  # offsets in the passage
    counts: tuple[Count, ...] = ()
    durations: tuple[Duration, ...] = ()
    epochs: tuple[Epochs, ...] = ()

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


_ANY_DEVICE = re.compile(
    r"GPU|TPU|CPU|processor|accelerator|graphics|NVIDIA|Nvidia|nvidia|Tesla|GTX|RTX|Titan|TITAN|GeForce|Quadro|DGX|Xeon|[KPVMATLH]\d{2,4}s?\b|\d{3,4} ?Ti\b|Ascend|Trainium|IPU|Cerebras|MI\d{2,3}",
    re.I,
)
_ANY_TIME = re.compile(r"\d|" + "|".join(rf"\b{w}\b" for w in ("day", "days", "week", "weeks", "hour", "month")), re.I)
_ANY_UNIT = re.compile(rf"\b(?:{_UNIT})\b", re.I)


def find_statements(passages: Sequence[Passage]) -> list[Statement]:
    """The passages' statements in reading order."""
    return list(_statements(passages))


def _statements(passages: Sequence[Passage]) -> Iterator[Statement]:
    number = 0
    for passage in passages:
        if passage.kind in ("heading", "front") or (passage.kind == "label" and len(passage.text) < 40):
            continue
        text = passage.text
        device_hint = _ANY_DEVICE.search(text)
        if not device_hint and "poch" not in text and not _ANY_UNIT.search(text):
            continue
        for start, end in passage.sentences:
            sentence = text[start:end]
            devices = tuple(_devices(passage, start, end)) if device_hint and _ANY_DEVICE.search(sentence) else ()
            purpose = purpose_of(sentence, passage.section)
            trains = bool(_STRONG_TRAINING.search(sentence))
            context = trains or _context_trains(passage, start, end)
            counts = tuple(_counts(passage, start, end, devices)) if devices else ()
            durations = tuple(_durations(passage, start, end)) if _ANY_UNIT.search(sentence) else ()
            epochs = tuple(_epochs(passage, start, end)) if "poch" in sentence else ()
            if devices or durations or epochs:
                yield Statement(
                    number, passage, start, end, purpose, _foreign(passage, start, sentence), trains, context, devices,
                    counts, durations, epochs,
                )  # fmt: skip
                number += 1


def purpose_of(sentence: str, section: str | None = None) -> str:
    """What the sentence's run is for: training, pretraining, finetuning, search or inference."""
    inference = _INFERENCE.search(sentence)
    if inference and not _STRONG_TRAINING.search(sentence):
        return "inference"
    if _SEARCH.search(sentence) or re.search(r"architecture search", section or "", re.I):
        return "search"
    if _FINETUNING.search(sentence):
        return "finetuning"
    if _PRETRAINING.search(sentence) or re.search(r"pre-?training", section or "", re.I):
        return "pretraining"
    if re.search(
        r"\binference\b|\bspeed\b|\btest(?:ing)? time\b|\blatency\b|\brun-?time\b", section or "", re.I
    ) and not _TRAINING.search(sentence):
        return "inference"
    return "training"


def _foreign(passage: Passage, start: int, sentence: str) -> str | None:
    if passage.section and _FOREIGN_SECTION.search(passage.section) and not _OWN.search(sentence):
        return "a section on other work"
    ours = re.search(r"\b(?:we|our)\b", sentence, re.I)
    if not ours and (_FOREIGN_SUBJECT.search(sentence) or _CITED_NAME.search(sentence) or _COMPARED.search(sentence)):
        return "speaks of another paper's run"
    return None


def _context_trains(passage: Passage, start: int, end: int) -> bool:
    if re.search(
        r"train|implement|optimi|experiment|setup|setting|detail|schedule|hardware|infrastructure",
        passage.section or "",
        re.I,
    ):
        return True
    around = passage.text[max(0, start - 250) : min(len(passage.text), end + 150)]
    return bool(_TRAINING.search(around))


def singular(device: str) -> str:
    """A device's printed name without the plural: "V100s" -> "V100", "Titan Xs" -> "Titan X"."""
    return re.sub(r"(?<=[\dA-Zinpu])s$", "", device)


# --- parts ------------------------------------------------------------------------------------------------------------


def _devices(passage: Passage, start: int, end: int) -> Iterator[DeviceMention]:
    sentence = passage.text[start:end]
    for m in find_devices(sentence):
        if m.needs_context and not has_device_context(sentence, m):
            continue
        yield replace(m, start=m.start + start, end=m.end + start)


def _counts(passage: Passage, start: int, end: int, devices: Sequence[DeviceMention]) -> Iterator[Count]:
    text = passage.text
    sentence = text[start:end]
    nodes = [m for m in _NODES.finditer(sentence)]
    for device in devices:
        before = text[start : device.start]
        if _DEVICE_TIME_AFTER.match(text[device.end : end]):
            continue
        if _PER_DEVICE.search(before) or re.search(
            r"\b(?:remaining|other|another|different|separate|next)\s(?:\d+\s)?$", before, re.I
        ):
            continue
        match = _COUNT_BEFORE.search(before)
        value: int | None = None
        at = (device.start, device.end)
        pattern = "count before device"
        if match:
            word = match["count"].lower()
            value = 1 if word in ("a", "an") else _whole(word)
            at = (start + match.start("count"), start + match.end("count"))
            if word in ("a", "an", "one", "single", "a single"):
                pattern = "one device"
                if text[device.end - 1 : device.end] == "s" and word in ("a", "an"):
                    value = None
            if match["joint"].strip() == "-" and word in ("a", "an"):
                value = None
        after = _COUNT_AFTER.match(text[device.end : end])
        if after and (value is None or (value == 1 and after["with"])):
            name = next(n for n in ("times", "with", "total", "n") if after[n])
            value, pattern = int(after[name]), "count after device"
            at = (device.end + after.start(name), device.end + after.end(name))
        if value is None or not 1 <= value <= 200_000:
            continue
        each = _EACH.search(sentence)
        multiplied = False
        if nodes and each and value > 1:
            how_many = next((n for n in nodes if not (start + n.start() <= at[0] < start + n.end())), None)
            factor = _whole(how_many["nodes"]) if how_many else None
            if factor and factor > 1:
                value, pattern, multiplied = value * factor, "nodes times devices", True
        yield Count(value, at[0], at[1], pattern, device)
        if match and not multiplied and value > 1:
            lesser = _COUNT_RANGE.search(text[start : at[0]])
            if lesser and (low := _whole(lesser["low"])) and low < value:
                yield Count(
                    low, start + lesser.start("low"), start + lesser.end("low"), "lesser of two counts", device, True
                )


def _whole(text: str) -> int | None:
    number = parse_number(text.replace(",", "")) if text[:1].isdigit() else None
    value = number.value if number else WORDS.get(text.lower())
    return int(value) if value is not None and value == int(value) else None


def _amount(text: str) -> float | None:
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    number = parse_number(text)
    return number.value if number else None


def _unit_seconds(unit: str) -> float:
    unit = unit.lower()
    return UNIT_SECONDS.get(unit) or UNIT_SECONDS[unit.rstrip("s")]


def _durations(passage: Passage, start: int, end: int) -> Iterator[Duration]:
    sentence = passage.text[start:end]
    taken: list[tuple[int, int]] = []
    for m in DEVICE_TIME.finditer(sentence):
        low, high = _amount(m["low"]), _amount(m["high"]) if m["high"] else None
        if low is None:
            continue
        unit = _unit_seconds(m["unit"])
        value = (low + high) / 2 if high else low
        taken.append(m.span())
        yield Duration(
            value * unit, low * unit if high else None, high * unit if high else None, start + m.start(), start + m.end(),
            "", True, "device time",
        )  # fmt: skip
    previous: Duration | None = None
    for m in DURATION.finditer(sentence):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        low, high = _amount(m["low"]), None
        if m["high"]:
            high = (low or 0) + 0.5 if m["high"].lower() == "half" else _amount(m["high"])
        if (
            low is None
            or (m["unit"] == "s" and m["low"][-1:].isdigit() is False)
            or (m["unit"] in ("d", "D", "S", "H"))
        ):
            continue
        unit = _unit_seconds(m["unit"])
        before, after = sentence[: m.start()], sentence[m.end() :]
        between = _BETWEEN_BEFORE.search(before)
        begins = m.start()
        if between and high is None and (least := _amount(between["low"])) is not None and least < low:
            low, high, begins = least, low, between.start("low")
        is_range = high is not None and (m["high"] or "").lower() != "half"
        value = ((low + high) / 2 if is_range else high if high is not None else low) * unit  # type: ignore[operator]
        per_after, per_before = _PER_AFTER.match(after), _PER_BEFORE.search(before)
        per = (per_after or per_before)["per"].lower() if (per_after or per_before) else ""  # type: ignore[index]
        refused = _refuse_duration(sentence, before, after, m["unit"], per)
        found = Duration(
            value, low * unit if is_range else None, high * unit if is_range and high else None, start + begins,
            start + m.end(), per, False, "time in a sentence", refused,
        )  # fmt: skip
        if previous and _compound(sentence[previous.end - start : m.start()]) and found.seconds < previous.seconds:
            previous = Duration(
                previous.seconds + found.seconds, None, None, previous.start, found.end, previous.per, False,
                "compound time", previous.refused,
            )  # fmt: skip
            continue
        if previous:
            yield previous
        listed = _LISTED_BEFORE.search(before)
        if listed and not refused and not between:
            for item in re.finditer(_NUM, listed["list"], re.I):
                amount = _amount(item[0])
                if amount is not None:
                    at = listed.start("list") + item.start()
                    yield Duration(
                        amount * unit, None, None, start + at, start + at + len(item[0]), per, False, "listed times"
                    )
        previous = found
    if previous:
        yield previous


def _compound(between: str) -> bool:
    return between.strip(" ,") in ("", "and")


def _refuse_duration(sentence: str, before: str, after: str, unit: str, per: str) -> str | None:
    if re.search(r"\bwould (?:have )?(?:take|require|need|cost|last)\w*[^.;]{0,25}$", before, re.I):
        return "what it would take, not what it took"
    if _NOT_A_RUN_AFTER.match(after) or _NOT_A_RUN_BEFORE.search(before):
        return "a stretch of data, not of a run"
    if not _TAKES.search(before) and before.strip():
        return "no word before it says that something took this long"
    if per and not per.startswith(("epoch", "iter", "step", "mini", "batch", "update")):
        return f"time for one {per}"
    if unit.lower().startswith(("h", "m")) and _DATA_HOURS.search(after[:25]):
        return "a stretch of data, not of a run"
    if unit.lower() in ("ms", "millisecond", "milliseconds") and not per:
        return "milliseconds are no training run"
    return None


def _epochs(passage: Passage, start: int, end: int) -> Iterator[Epochs]:
    sentence = passage.text[start:end]
    seen: list[tuple[int, int]] = []
    in_schedule = 0
    for m in _EPOCH_ASSIGNED.finditer(sentence):
        value = _amount(m["n"])
        if value is not None:
            seen.append(m.span("n"))
            yield Epochs(value, start + m.start("n"), start + m.end("n"), "number of epochs is")
    for m in _EPOCH.finditer(sentence):
        if any(a <= m.start("n") < b for a, b in seen):
            continue
        value = _amount(m["n"])
        if value is None:
            continue
        if m["low"] and float(m["low"]) < value:
            value = (float(m["low"]) + value) / 2
        before, after = sentence[: m.start()], sentence[m.end() :]
        place = (start + m.start(), start + m.end())
        one = (
            value == 1
            and re.match(r"(?:one|a single|single|1)\b", m["n"], re.I)
            and not re.search(r"\bfor (?:only |just )?$", before)
        )
        listed = in_schedule and re.fullmatch(
            r"\s?(?:epochs?)?,?\s?(?:and|or|,|then)?\s?(?:again )?(?:at )?", sentence[in_schedule : m.start()]
        )
        ends = re.search(
            r"\b(?:stop|end|finish|terminat|conclud)\w*\s(?:training\s)?(?:at|after)\s(?:the\s)?$", before, re.I
        )
        if ends:
            yield Epochs(value, *place, "stopped at epochs")
            continue
        if one or listed:
            in_schedule = m.end()
            yield Epochs(value, *place, "a point in training", "a point in the schedule, not the run's length")
            continue
        if _EPOCH_NOT_AFTER.match(after) or _EPOCH_MARK_BEFORE.search(before):
            in_schedule = m.end()
            yield Epochs(value, *place, "a point in training", "a point in the schedule, not the run's length")
            continue
        if _EPOCH_TRAINING_BEFORE.search(before) or not before.strip():
            pattern = "trained for epochs"
            if not _TRAINING.search(before) and not _TRAINING.search(after.replace("epoch", "")):
                pattern = "for epochs, training unsaid"
            yield Epochs(value, *place, pattern)
        elif _EPOCH_SCHEDULE_AFTER.match(after) or re.match(r"^\s?\)", after):
            yield Epochs(value, *place, "epochs of a schedule")
        else:
            yield Epochs(value, *place, "epochs elsewhere", "nothing says that training lasted this long")
