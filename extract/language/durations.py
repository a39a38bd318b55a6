"""Stretches of time in a sentence: what was printed, of what it is the time, and why it is no run's.

"3.5 days", "10-14 days", "between 24 and 48 hours", "a week and a half", "70h 48min", "200 GPU-days", "24 minutes per
epoch", "step time was 1.0 seconds". Whether the sentence speaks of a run of the paper's own is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.language.numbers import WORDS, parse_number

UNIT_SECONDS = {
    "ms": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0,
    "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0, "week": 604800.0, "wk": 604800.0, "month": 2592000.0,
    "year": 31536000.0,
}  # fmt: skip  # a month is 30 days, as the study counts it


def words_of(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


NUMBER_WORDS = "|".join(sorted((re.escape(w) for w, v in WORDS.items() if v >= 0.5), key=len, reverse=True))
# 1,000 | 10.5 | 2.5k | .5 | twelve | half a
NUM = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?[kK]?|\.\d+|(?:{NUMBER_WORDS})(?![\w-]))"
_UNIT = r"(?:milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|months?|years?)"
_DURATION = re.compile(
    # 3 | 10-14 | 2 to 3 | 1 or 2 | two and a half; "a" and "an" only as "a day": the word before decides
    rf"(?<![\w.,/$€])(?P<low>{NUM}|an?(?=\s(?:full\s)?(?:second|minute|hour|day|week|month|year)\b))"
    rf"(?:\s?(?:-|–|—|−|~|∼|to|or|and a)\s?(?P<high>{NUM}|half))?"
    rf"(?:\s?-?(?:full|whole|additional|more|wall[- ]?clock"
    rf"|calendar)\s)?[\s-]{{0,2}}(?P<unit>{_UNIT})\b(?P<half>\sand a (?:half|quarter)\b)?(?![-/](?!to\b|(?:epoch"
    rf"|iter|step|batch|update|run|fold|model|seed|image|task)s?\b)[a-z])",
    re.IGNORECASE,
)
# 2h30 | 5h32m | 1 h 20 min | 02d:14h:25m | 5 h 12 min 40 s | 6:30 h
_HOURS_MINUTES = re.compile(
    r"(?<![\w.,:])(?:(?P<d>\d{1,3})\s?d(?:ays?)?[\s:,]{0,2})?(?P<h>\d{1,3})(?:\s?h(?:ours?|rs?)?[\s:]?(?P<m>\d{1,2})"
    r"(?:\s?m(?:in(?:ute)?s?)?)?(?:[\s:]{1,2}(?P<s>\d{1,2})\s?s(?:ec(?:ond)?s?)?)?\b"
    r"|:(?P<mm>[0-5]\d)(?::[0-5]\d)?\s(?:h|hrs?|hours)\b)",
    re.IGNORECASE,
)
# "hours used: 120", "training time (days): 3"
_KEYED = re.compile(
    rf"(?<!GPU )(?<!GPU-)(?<!TPU )\b(?P<unit>hours|days|hrs"
    rf"|minutes)(?: used)?\)?\s?[:=]\s?(?P<low>{NUM})(?![\w%]|[.,:]\d)",
    re.IGNORECASE,
)
# "3 (8) days" for the base (large) model
_IN_BRACKETS = re.compile(
    rf"(?<![\w.,/$€])(?P<low>{NUM})\s\((?P<high>{NUM})\)\s(?P<unit>minutes|hours|days|weeks)\b", re.IGNORECASE
)
# "8 TPU cores × 24 hours"
_DEVICES_TIMES = re.compile(r"(?:[CGT]PUs?|cores|chips|cards|[A-Z]\d{2,4}s?)\s?$")
# device time: "200 GPU-days", "2.5k TPUv3-core-days", "82,432 A100-80GB GPU hours", "32 GPU/day", "half a GPU day"
_DEVICE_TIME = re.compile(
    rf"(?<![\w.,])(?P<low>{NUM}M?)(?:\s?(?:-|–|to)\s?(?P<high>{NUM}))?[\s-]?(?:[A-Za-z][\w-]*\s)?"
    r"(?P<device>(?:[A-Za-z]+[\w]*[\s-])?(?:GPU|TPU|CPU|core|processor|node|machine|[VPAH]100|K[248]0"
    r"|T4)s?(?:[\s-]?v?\d)?(?:[\s-]core)?)"
    r"(?:\s?[-–/·*×]\s?|\s|)(?P<unit>hours?|hrs?|h|days?|weeks?|months?|years?)\b",  # a hyphen at a line's end is lost
    re.IGNORECASE,
)
_BETWEEN_BEFORE = re.compile(rf"\bbetween\s(?P<low>{NUM})\s(?:{_UNIT}\s)?and\s$", re.IGNORECASE)
_LISTED_BEFORE = re.compile(rf"(?<![\w.-])(?P<list>(?:{NUM}\s?,\s?)*{NUM})\s?,?\s(?:and|or|&)\s$", re.IGNORECASE)

_PART = r"epochs?|iterations?|iters?|steps?|mini-?batch(?:es)?|batch(?:es)?|updates?|pass(?:es)?|sweeps?|traversals?"
# what the time is for: "per epoch", "/step", "for each image", "a run"
_PER_AFTER = re.compile(
    r"^\.?\s?(?:of (?:training|wall-?clock|compute) (?:time )?)?(?:/|per|an?\b|each|every|for (?:each"
    r"|one|an?|every)\b)\s?"
    r"(?:single |training |full |gradient |fine-?tuning )?(?P<per>[A-Za-z-]{2,})",
    re.IGNORECASE,
)
# "each epoch takes ...", "time per step is ...", "epoch time of ...", "one pass over the images in ..."
_PER_BEFORE = re.compile(
    r"\b(?:(?:each|every|one|an?|per|single)\s(?:single |training |full |gradient |optimization |complete )*"
    rf"(?P<per>{_PART}|image|frame|example|sentence|token|query|sample|video|question|document|move"
    rf"|game|round|episode)s?\b(?! sizes?)(?!(?<=batch) of)"
    rf"|(?P<timed>epoch|iteration|step|batch|update)[- ]times?\b)(?P<between>(?:[^.;]|\.\d){{0,90}})$",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:total|in all|altogether|overall|whole|entire|complete training|full training)\b", re.IGNORECASE
)
_NEW_CLAUSE = re.compile(
    r"\b(?:so|thus|hence|which|that|end|ends|after|train\w*|whole|takes?|took|lasts?"
    r"|complete|needs?)\b",
    re.IGNORECASE,
)
_RUN_UNITS = words_of(
    "gtx rtx nvidia tesla titan geforce quadro run runs model models experiment experiments trial"
    " trials seed seeds training task tasks dataset datasets "
    "network networks configuration setting job architecture fold folds search variant language system"
)
# what a run is for, where it lasts long: "nine hours per member", "a day for each scene"; "2 s per object" is no run
_LONG_UNITS = words_of(
    "member scene game environment agent method baseline stage phase level pair direction subject category class "
    "object domain classifier detector policy speaker repetition replicate replica split ensemble city round session"
)
_LONG = 600.0  # seconds
# "every 1k iterations take 8 minutes", "6 min per 1000 steps"
_PER_MANY = re.compile(
    rf"\b(?:(?:each|every|per)\s(?P<n>{NUM})\s(?:training\s)?(?:iterations?|iters?|steps|updates"
    rf"|mini-?batches|batches)\b"
    r"[^.;,]{0,40}$)",
    re.IGNORECASE,
)
_PER_MANY_AFTER = re.compile(
    rf"^\s?(?:/|per|for every|for each|every)\s?(?P<n>{NUM})\s(?:training\s)?(?:iterations?|iters?"
    rf"|steps|updates|mini-?batches|batches)\b",
    re.IGNORECASE,
)
# "training: ~2.5 d": days with a space before their letter
_SPACED_DAYS = re.compile(r"\b(?:train\w*|takes?|took|time|lasts?|lasted|needs?|needed)\b[^.;\d]{0,16}$", re.IGNORECASE)
_EACH_AFTER = re.compile(r"^\seach\b(?!\s(?!on\b|with\b|using\b|and\b)[a-z])", re.IGNORECASE)
_PARTS = {
    "iter": "iteration",
    "iters": "iteration",
    "minibatch": "batch",
    "mini-batch": "batch",
    "pass": "epoch",
    "sweep": "epoch",
    "traversal": "epoch",
}

# Words that may stand before a run's time. Another one ("first 3 days") says that it is something else.
_LEADS = words_of(
    "takes took take taking taken requires required require requiring costs cost costing lasts lasted last "
    "lasting needs needed need spend spends spent completes completed complete finish finishes finished converge "
    "converges converged runs run ran running trains trained training train pretraining pre-training pretrained "
    "pre-trained finetuning fine-tuning finetuned fine-tuned optimization search consumes consumed consume "
    "amounts amounted equals equal uses use used using for in within over after under to of is was are were be "
    "from than at or and as a an only about around approximately approx approx. roughly nearly almost some circa "
    "ca ca. exactly barely merely well slightly just comparable another additional extra further longer full "
    "whole total totaling totalling estimated remaining time times duration wall-clock budget long little few up "
    "most least below above stays stayed remains remained between single i.e. e.g. hours days epochs"
    " steps iterations updates us includes"
    " included including involves involved during spanned spans spanning averages averaged average averaging"
    " corresponds corresponding amounting totals totaled totalled equalling equaling stopped ended ends by"
    " once then merely straight occupies occupied"
)
_LEAD = re.compile(r"([A-Za-z][A-Za-z.’'/-]*,?|[(~≈≃∼˜<>≤≥:=,;+/\[‘“\"]|±)\s*$")
_DATA = (
    r"(?:speech|audio|videos?|data|recordings?|clips?|footage|music|movies?|films?|game ?play|play|utterances|segments?"
    r"|windows?|trailers?|corpus|labels?|transcri\w+|conversation\w*|telephone|broadcast|dialogues?|podcasts?|songs?"
    r"|signals?)"
)
_DATA_AFTER = re.compile(
    # "960 hours of (labelled English) speech", "10 hours speech"; not "10 hours on the data set"
    rf"^\s?(?:worth )?of (?:\w+[- ]){{0,4}}?{_DATA}\b|^\s?(?:\w+[- ])?(?<!on )(?<!for )(?<!with )(?<!using ){_DATA}\b"
    r"|^\s?(?-i:of [A-Z][a-z]\w+[A-Z]\w*)\b"  # a data set by its name: "960 hours of LibriSpeech"
    r"|^\s?(?:ago|old|prior|intervals?|context|history|of age|delay|window|horizon|period of time series|sleep)\b",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"^\s?(?:faster|slower|less|longer|shorter|earlier|later|more\b|fewer|quicker|speed-?up|of (?:idle|human|manual"
    r"|labou?r))",
    re.IGNORECASE,
)
# "training set: 250 hours; dev set: 5 hours", "crops of 320k samples, or 20 s", "the total batch size is 1.6h"
_DATA_BEFORE = re.compile(
    r"\b(?:train\w*|dev\w*|test|validation|eval\w*) (?:set|data|split|corpus)s?\s?[:=(]\s?$|\b(?:dev|test)\s?[:=(]\s?$"
    r"|\b(?:batch(?:es)?(?: sizes?)?|(?:samples|crops?|frames|segments|clips|utterances|windows),? (?:or|i\.e\.))\s"
    r"(?:(?:of|is|are|was|were|to|with|about|around)\s|[=≈~∼])*(?:\d[\d.]*\s?\w+ and )?$",
    re.IGNORECASE,
)
# "6 days to train the network and 2 hours to test it"
_OTHER_WORK_AFTER = re.compile(
    r"^\s?(?:to|for) (?:test\w*|evaluat\w+|infer\w*|decod\w+|generat\w+|sampl\w+|annotat\w+|label\w*"
    r"|render\w*|collect\w*"
    r"|record\w*|download\w*|pre-?process\w*|extract\w*|transcrib\w+|predict\w*)\b",
    re.IGNORECASE,
)
# "takes two more days" is a difference; "tuned for two more days" a stage of its own
_MORE = re.compile(r"\bmore\b", re.IGNORECASE)
_FOR_BEFORE = re.compile(r"\bfor\s(?:\w+\s|[~≈∼])?$", re.IGNORECASE)
_MARK_BEFORE = re.compile(
    # intervals, parts and limits: "every 12 hours", "the last 3 days", "a limit of 24 hours"
    r"(?:\b(?:every|each|intervals? of|last|past|first|previous|next|recent|age of|aged|of the|these|those"
    r"|checkpoints? (?:at|from|every)|(?:windows?|segments?|chunks?|clips?|horizons?) of"
    r"|limit(?: of| is| was)?|time-?out(?: of)?|deadline of|start-?up time of|delay of|intervals|given)\s"
    r"(?:(?!(?:in|for|within|takes?|took|over|about|is|was|to|lasts?|requires?|after|only|spent)\b)\w+\s)?|\beach\s)"
    r"(?:about |around |approximately )?$",
    re.IGNORECASE,
)
_DIFFERENCE_BEFORE = re.compile(
    r"\b(?:sav(?:e[sd]?|ing)(?: us)?|(?<!followed )by|gain(?:ed|s)?|overhead of|(?:rather|other) than"
    r"|instead of|as opposed to"
    r"|versus|vs\.?|compared (?:to|with)|not)"
    r"\s(?:the |about |around |only |up to |over |more than |nearly |another |[≈~∼<>] ?)*$"
    # "is reduced from 3 days to 76 minutes": the first is what it was before
    r"|\b(?:reduc|cut|shorten|decreas|drop|lower|brought|bring|sped|speed)\w*\b[^.;]{0,60}\bfrom\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
_WOULD = re.compile(
    r"\b(?:would|might|may|could)\s(?:have |still |easily |also |only |otherwise )*(?:take|taken|require|required"
    r"|need|needed|cost|last|lasted)\w*\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_OF_NODES = re.compile(r"(?:\w+[\s-])?(?:node|machine)s?$", re.IGNORECASE)
_BUDGET = re.compile(r"\bbudget\s(?:of|is|was)\s(?:\w+\s)?$", re.IGNORECASE)
_OPERATORS = tuple("×∈∥⊗*^·")
_DIMENSIONS_AFTER = re.compile(
    r"\s?(?:vectors?|embeddings?|features?|spaces?|hidden|word|representations?|points?|boxes|poses?"
    r"|shapes?|images?)\b",
    re.IGNORECASE,
)
_FORMULA_AFTER = re.compile(r"\s?[×∈∥⊗*^]|\s?x\s?\d")
_PEOPLE_TRAINED = re.compile(
    r"\b(?:annotator|participant|rater|worker|student|volunteer|transcriber|expert|subject|player"
    r"|crowd ?worker|judge)s?\b"
    r"[^.;,]{0,20}\b(?:was|were|are|is|been|received?|undergo|underwent) (?:\w+ )?train",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:annotat\w+|label(?:l)?ers?|labou?r|participants?|human (?:experts?|players?|performance|workers?|raters?"
    r"|evaluat\w+)|crowd-?\w*|transcrib\w+"
    r"|turkers?|gameplay|players?|played|live (?:online )?experiments?|A/B test\w*|students?|volunteers?|interviews?"
    r"|lectures?|patients?|follow-up|hospital\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Duration:
    """A stretch of time in seconds as printed; `per` says of what (epoch, step ...), "" for the whole."""

    seconds: float
    low: float | None
    high: float | None
    start: int
    end: int
    per: str
    of_devices: bool  # device time: GPU-days
    pattern: str
    refused: str | None = None


WOULD = "what it would take, not what it took"
# "in total", "60 hours of training are required", "the 76-minute run"
_RUN_AFTER = re.compile(
    r"^\s?(?:on (?:an?|one|a single|two|four|eight|\d+) (?:NVIDIA|Nvidia|GTX|RTX|Tesla|GeForce|TPU|GPU|[VAPHK]\d\d)"
    r"|in (?:all|total)|total|altogether|overall|wall"
    r"|of (?:total )?(?:(?:pre-?|fine-?)?(?:training|tuning)|wall-?clock|comput\w+"
    r"|optimi[sz]ation)\b(?! (?:data|set|corpus))"
    r"|(?:have |had )(?:passed|elapsed)|are (?:required|needed)|is (?:required|needed)"
    r"|were (?:required|needed|necessary)"
    r"|(?:[A-Z][\w-]* )?(?:(?:pre-?|fine-?)?training|run|schedule|budget)\b(?! (?:data|set|corpus"
    r"|example|sample|period)))\b",
    re.IGNORECASE,
)
UNSAID = "no word before it says that something took this long"
# "takes one day for A, two days for B, and four days for C": what is said of the first holds for all
_EACH_OF_ITS_OWN = re.compile(
    r"^\s(?:for|on|with|using|in)\s[^.;:]{1,60}?(?:,|,? and|,? or)\s(?:about |around |roughly |[~≈∼])?$", re.IGNORECASE
)
# "stage one lasted 4 hours and stage two 13 hours", "an epoch takes 3 minutes and the whole schedule 33 hours"
_GAPPED = re.compile(
    r"^,?\s(?:and|while|whereas)\s(?:that\sof\s|the\s|our\s)?"
    r"(?!(?:the|our|for|on|with|in|first|last|next|every|each|about)\b)"
    r"(?:(?!(?:of|with|every|last|past)\b)[\w.-]+\s){1,4}(?:about\s|around\s|roughly\s|only\s|just\s|[~≈∼]\s?)?$",
    re.IGNORECASE,
)
_PREPOSITION_AFTER = re.compile(r"\s(?:for|on|with|using|in)\s", re.IGNORECASE)
# "the first stage takes 2 days and stage two 5 hours", "the base model needs 10 hours, the large one 26 hours"
_NEXT_STAGE = re.compile(
    r"^,?\s(?:and\s|while\s)?(?:(?:the\s)?(?:stage|phase|step|part)\s\w+|the\s\w+\s(?:one|stage|phase|model|network"
    r"|version|variant))\s(?:about |around |roughly |[~≈∼])?$",
    re.IGNORECASE,
)
LONGEST = 2 * 31536000.0  # seconds; what is longer was no single run


def find_durations(text: str, start: int, end: int) -> list[Duration]:
    """The durations of the sentence `text[start:end]`; offsets are those of the text."""
    found = []
    for d in _found(text[start:end]):
        if d.refused is None and not d.of_devices and d.seconds > LONGEST:
            d = replace(d, refused="longer than any run")
        found.append(replace(d, start=d.start + start, end=d.end + start))
    return found


def of_people(sentence: str) -> bool:
    """Whether the sentence speaks of people's time: annotators, players, patients."""
    return bool(_PEOPLE.search(sentence))


def people_trained(sentence: str) -> bool:
    """Whether it is people who are trained: "each annotator was trained for two hours"."""
    return bool(_PEOPLE_TRAINED.search(sentence))


def _found(sentence: str) -> Iterator[Duration]:
    taken: list[tuple[int, int]] = []
    for m in _DEVICE_TIME.finditer(sentence):
        low, high = amount(m["low"]), amount(m["high"]) if m["high"] else None
        if low is None:
            continue
        unit = unit_seconds(m["unit"])
        value = (low + high) / 2 if high else low
        taken.append(m.span())
        near = sentence[: m.start()][-80:]
        would = WOULD if _WOULD.search(near) or _BUDGET.search(near) else None
        if would is None and _OF_NODES.match(m["device"]):
            would = "time of machines, whose processors are not counted by it"
        yield Duration(
            value * unit, low * unit if high else None, high * unit if high else None, m.start(), m.end(), "", True,
            "device time", would,
        )  # fmt: skip
    for m in _HOURS_MINUTES.finditer(sentence):
        if int(m["m"] or m["mm"]) < 60 and not any(a < m.end() and m.start() < b for a, b in taken):
            taken.append(m.span())
            seconds = (
                int(m["d"] or 0) * 86400.0 + int(m["h"]) * 3600.0 + int(m["m"] or m["mm"]) * 60.0 + int(m["s"] or 0)
            )
            per, refused = _about(sentence, m.start(), m.end(), "hours", 0, None)
            yield Duration(seconds, None, None, m.start(), m.end(), per, False, "compound time", refused)
    for m in _IN_BRACKETS.finditer(sentence) if ") " in sentence else ():
        taken.append((m.start(), m.end()))
        _, refused = _about(sentence, m.start(), m.end(), m["unit"], 0, None)
        for name in ("low", "high"):
            if (each := amount(m[name])) is not None:
                yield Duration(
                    each * unit_seconds(m["unit"]), None, None, m.start(name), m.end(name), "", False, "listed times",
                    refused,
                )  # fmt: skip
    for m in _KEYED.finditer(sentence) if ":" in sentence or "=" in sentence else ():
        if (keyed := amount(m["low"])) is not None:
            yield Duration(
                keyed * unit_seconds(m["unit"]),
                None,
                None,
                m.start("low"),
                m.end("low"),
                "",
                False,
                "time after its unit",
            )
    previous: Duration | None = None
    for m in _DURATION.finditer(sentence):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        found = _one(sentence, m, previous)
        if found is None:
            continue
        if previous and found.seconds < previous.seconds and _joins(sentence[previous.end : m.start()]):
            previous = replace(
                previous, seconds=previous.seconds + found.seconds, low=None, high=None, end=found.end,
                per=previous.per or found.per,
                pattern="compound time",
            )  # fmt: skip
            continue
        if previous:
            yield previous
        if not found.refused and (listed := _LISTED_BEFORE.search(sentence[max(0, found.start - 80) : found.start])):
            # "3 and 6 days": the unit stands behind the last one only
            for item in re.finditer(NUM, listed["list"], re.IGNORECASE):
                each = amount(item[0])
                if each is not None:
                    at = listed.start("list") + item.start()
                    unit = unit_seconds(m["unit"])
                    yield Duration(
                        each * unit, None, None, at, at + len(item[0]), found.per, False, "listed times", found.refused
                    )
        previous = found
    if previous:
        yield previous


def _one(sentence: str, m: re.Match[str], previous: Duration | None) -> Duration | None:
    """The duration that a match is, or None where its letters are no unit."""
    printed = m["unit"]
    if printed in ("d", "D", "S", "H", "M") and not (
        printed == "d"
        and m["low"][-1:].isdigit()
        and (m.end("low") == m.start("unit") or _SPACED_DAYS.search(sentence[: m.start()]))
    ):
        return None
    if printed in ("s", "h") and not m["low"][-1:].isdigit():
        return None
    if printed == "s" and sentence[m.end() :].startswith(" of "):
        return None  # "1000s of operations"
    stands_before = sentence[: m.start()].rstrip()[-1:]
    if len(printed) == 1 and (_FORMULA_AFTER.match(sentence[m.end() : m.end() + 3]) or stands_before in _OPERATORS):
        return None  # "R 8d×T", "32×4d": letters of a formula
    if printed == "d" and (stands_before == "=" or _DIMENSIONS_AFTER.match(sentence[m.end() :])):
        return None  # "dG = 8d", "50d vectors"
    article = m["low"].lower() in ("a", "an")
    low = 1.0 if article else amount(m["low"])
    if low is None:
        return None
    high = None
    if m["high"]:
        high = low + 0.5 if m["high"].lower() == "half" else amount(m["high"])
    if m["half"]:
        low += 0.5 if m["half"].lower().endswith("half") else 0.25
    unit = unit_seconds(printed)
    before = sentence[: m.start()]
    if before.endswith(("× ", "x ", "* ", "×", "*")) and not _DEVICES_TIMES.search(before.rstrip("×x* ")):
        return None
    begins = m.start()
    between = _BETWEEN_BEFORE.search(before[-60:])
    if between and high is None and (least := amount(between["low"])) is not None and least < low:
        low, high, begins = least, low, max(0, len(before) - 60) + between.start("low")
        before = sentence[:begins]
    is_range = high is not None and (m["high"] or "").lower() != "half" and high > low
    value = ((low + high) / 2 if is_range else high if high is not None else low) * unit  # type: ignore[operator]
    per, refused = _about(sentence, begins, m.end(), printed, previous.end if previous else 0, previous)
    if refused == UNSAID and previous and previous.refused is None and _GAPPED.match(sentence[previous.end : begins]):
        refused = None
    if refused == UNSAID and previous and previous.refused is None and not previous.per:
        joint = sentence[previous.end : begins]
        listed = _EACH_OF_ITS_OWN.search(joint) and _PREPOSITION_AFTER.match(sentence[m.end() :])
        if listed or _NEXT_STAGE.match(joint):
            refused = None
    if per in _LONG_UNITS and value >= _LONG:
        per, refused = "", _refuse(before[-110:], sentence[m.end() : m.end() + 60], printed, "")
    if per == "epoch" and unit < 1.0:
        per = "step"  # "a single pass forwards and backwards takes 190 ms"
    after = sentence[m.end() : m.end() + 60]
    many = _PER_MANY_AFTER.match(after) or _PER_MANY.search(before[-90:])
    if many and not is_range and (steps := amount(many["n"])):
        value, per, refused = value / steps, "iteration", None
    elif not per and value < 86400.0 and _EACH_AFTER.match(after) and "epochs" in before[-30:]:
        per, refused = "epoch", None
    if refused is None and _MORE.search(m[0]) and not _FOR_BEFORE.search(before):
        refused = "more time, on top of the run's"
    if article and refused is None and not _article_counts(before) and not (
        before.rstrip()[-1:] in ("", ";", ":", ",") and _ARTICLE_BEFORE.match(sentence[m.end() :])
    ):  # fmt: skip
        return None
    return Duration(
        value, low * unit if is_range else None, high * unit if is_range and high else None, begins, m.end(), per,
        False,
        "time in a sentence", refused,
    )  # fmt: skip


# "a day of training", "a week is enough", "a day and four hours"
_ARTICLE_BEFORE = re.compile(r"\s(?:is|was|of training|on)\b|\sand\s(?:\d+|[a-z]+)\s(?:hours|minutes|days)\b")


def _article_counts(before: str) -> bool:
    """Whether "a day" is one day: "takes a day", "in about an hour"; not "twice a day", "hours a week"."""
    return bool(
        re.search(
            r"\b(?:takes?|took|taking|requires?|required|costs?|lasts?|lasted|needs?|needed|in|within|for|about"
            r"|around|approximately|roughly|nearly|almost"
            r"|than|under|over|after|is|was|only|just|half|to|of)\s$",
            before,
            re.IGNORECASE,
        )
    )


def _about(
    sentence: str, begins: int, ends: int, unit: str, floor: int, previous: Duration | None
) -> tuple[str, str | None]:
    """(of what it is the time, why it is no run's). `floor` is where the sentence's last duration ended."""
    before, after = sentence[:begins], sentence[ends : ends + 60]
    near = before[-110:]
    per = _per(sentence, begins, after, floor, previous)
    return per, _refuse(near, after, unit, per)


def _per(sentence: str, begins: int, after: str, floor: int, previous: Duration | None) -> str:
    match = _PER_AFTER.match(after)
    if match:
        word = match["per"].lower().removesuffix("s") if match["per"].lower() not in ("pass",) else "pass"
        word = _PARTS.get(word, word)
        if not (
            re.match(r"\s?(?:for\s)?(?:an?|each)\b", after, re.IGNORECASE) and word not in _PART_WORDS | _RUN_UNITS
        ):
            return "" if word in _RUN_UNITS or word + "s" in _RUN_UNITS else word
    if _WHOLE.search(after[:22]):
        return ""
    rest = sentence[floor:begins]
    if previous and previous.per and (before := _PER_AFTER.match(rest)):
        rest = rest[before.end() :]  # the "per iteration" of the duration before
    lead = rest[-130:]
    match = _PER_BEFORE.search(lead)
    if match and not _WHOLE.search(match["between"]):
        word = (match["per"] or match["timed"]).lower()
        word = (
            word if word == "pass" else word.removesuffix("es") if word.endswith("batches") else word.removesuffix("s")
        )
        return _PARTS.get(word, word)
    if previous and previous.per and len(lead) < 45 and re.match(
        r"^\s?(?:/\w+|per \w+)?(?: (?:on|for|with|using|of|in) [\w\s.-]{1,26})?(?:,? (?:and|or|to|vs\.?|versus)|,|/"
        r"|\s?\()", lead
    ) and not _WHOLE.search(lead) and not _NEW_CLAUSE.search(lead):  # fmt: skip
        return previous.per
    return ""


_PART_WORDS = frozenset(
    ("epoch", "iteration", "step", "batch", "update", "pass", "image", "sentence", "second", "sample")
)
PARTS_OF_A_RUN = ("epoch", "iteration", "step", "batch", "update")


def _refuse(near: str, after: str, unit: str, per: str) -> str | None:
    if _WOULD.search(near):
        return WOULD
    if _DATA_AFTER.match(after) or re.match(r"\s?-?long\b", after):
        return "a stretch of data, not of a run"
    if _DATA_BEFORE.search(near):
        return "a stretch of data, not of a run"
    if _OTHER_WORK_AFTER.match(after):
        return "other work than training"
    if _MARK_BEFORE.search(near):
        return "an interval or a limit, not a run's length"
    if _DIFFERENCE_AFTER.match(after) or _DIFFERENCE_BEFORE.search(near):
        return "a difference, not a run's length"
    if per and per not in PARTS_OF_A_RUN:
        return f"time for one {per}"
    if near.strip() and not _RUN_AFTER.match(after):
        lead = _LEAD.search(near)
        if not lead or (
            lead[1][0].isalpha() and lead[1].lower().rstrip(",") not in _LEADS and lead[1].lower() not in _LEADS
        ):
            return UNSAID
    if unit.lower() in ("ms", "millisecond", "milliseconds", "msec", "msecs") and not per:
        return "milliseconds are no training run"
    return None


def _joins(between: str) -> bool:
    """Whether two durations are one: "3 days 4 hours", "1 hour and 20 minutes"."""
    return between.strip(" ,:") in ("", "and")


def amount(text: str) -> float | None:
    """The number that digits or a number word stand for."""
    lowered = text.lower()
    if lowered in WORDS:
        return WORDS[lowered]
    number = parse_number(text)
    return number.value if number else None


def unit_seconds(unit: str) -> float:
    """Seconds in one unit, singular or plural, short or long."""
    unit = unit.lower().rstrip(".")
    return UNIT_SECONDS.get(unit) or UNIT_SECONDS.get(unit.rstrip("s")) or UNIT_SECONDS["ms"]
