"""Numbers of epochs in a sentence: the length of a run, or a point of its schedule and why.

What a number of epochs is, the words before it say: the preposition ("for", "in", "of" against "after", "at",
"every", "first") and the nearest verb or noun ("trained", "optimizer", "schedule" against "warm-up", "decayed",
"dropped"). The numbers of a list ("for 100, 200 or 400 epochs", "at 60, 120 and 160 epochs") share what is before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extract.language.durations import NUMBER_WORDS, amount, words_of

_N = rf"(?:\d{{1,3}},\d{{3}}|\d+(?:\.\d+)?[kK]?|{NUMBER_WORDS})"
_EPOCHS = re.compile(
    rf"(?<![\w.,×^])(?<![A-Za-z][-/])(?P<n>{_N})(?P<ordinal>\s?-?(?:st|nd|rd|th))?[\s-]{{0,2}}"
    r"(?:(?:full|total|complete|training|more|additional|extra|further|pre-?training|fine-?tuning|data"
    r"|whole)\s)*(?:(?:epochs?|ep\.?(?=[\s,;)]|$))(?![\w-]*\w{3})"
    r"|(?:passes|cycles|sweeps)(?=\s(?:through|over|of|across) (?:the |our |each |this "
    r"|all (?:of )?(?:the )?)?(?:\w+ ){0,2}(?:data\w*|sets?|corpus|corpora|examples|images|samples|logs?)))",
    re.IGNORECASE,
)
# "the number of epochs is 100", "max epochs = 30", "epochs: 50"
_ASSIGNED = re.compile(
    r"\b(?:(?:number|amount|maximum(?: number)?|max(?:imum)?|total(?: number)?|no\."
    r"|num\.?) (?:of )?(?:the )?(?:total )?(?:training |pre-?training |fine-?tuning )?epochs?"
    r"|epochs? numbers?|#\s?(?:of )?epochs?|(?<!per )(?<!each )(?<!one )(?:training |train )?epochs?(?=\s?[:=]))\b"
    rf"[^.;,]{{0,30}}?(?:\b(?:is|was|are|were|to|to be|as|at|of|equals?)\b|[:=]"
    rf"|\((?=\d+\)))\s?(?:set to |fixed (?:to|at) "
    rf"|be )?(?:about |around |~ ?|only )?(?P<n>{_N})(?![\w%]|\.\d|\s?[×x]\s?10|\s?(?:h|hrs?|hours?"
    rf"|days?|min|minutes|s|seconds)\b)",
    re.IGNORECASE,
)
# "training stops at epoch 60", "falls to zero at epoch 100", "trained until epoch 20"
_TO_EPOCH = re.compile(
    r"\b(?:(?:training|optimi[sz]ation|we|it|model|run)s? (?:is |was |are |were )?(?:stop|end|finish"
    r"|terminat)\w* (?:\w+ ){0,2}?"
    r"(?:at|after|with|in)|(?:to|reach\w*) (?:zero|0) (?:at|by|in)|train(?:ed"
    r"|ing)? (?:\w+ ){0,3}?(?:until|till|up to|to)|converg\w+[^.;]{0,30}? at(?: around| about)?)"
    r"\s(?:the\s)?epochs?\s(?P<n>\d{1,5})(?![\d%]|[.,]\s?\d|\s(?:and|or|to)\s\d)",
    re.IGNORECASE,
)
# "250 epochs are used for A and 90 for B", "A is trained for 90 epochs, those of B for 200"
_ALSO = re.compile(
    r"^(?:\s(?:are|were|is|was) used)?(?:\s(?:for|on)\s(?:the\s)?[\w-]+(?:\s[\w-]+)?)?(?:,?\sand"
    r"|,)\s(?:for\s)?(?P<n>\d{1,5})\s(?:for|on)\s(?:the\s)?[A-Z]"
    r"|^(?:\son\s[\w-]+)?(?:,?\sand|,)\s(?:[\w-]+\s){1,3}for\s(?P<m>\d{1,5})(?=\s?[.,;)]|\s?$)"
)
_ESTIMATED = re.compile(
    r"\b(?:estimated|extrapolated|projected|measured|timed) (?:by|from|on"
    r"|over)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"\b(?:at most|a maximum of|maximally|no more than)\s$", re.IGNORECASE)
_STOPPING = re.compile(r"\bearly[- ]stop\w*|\btrain", re.IGNORECASE)
_ITEM = rf"(?:{_N}(?:\s?-?(?:st|nd|rd|th))?)"
_LIST_BEFORE = re.compile(
    rf"(?P<list>(?:{_ITEM}(?:-|\s)?(?:epochs?)?(?:\s?,\s?(?:and\s|or\s|then\s)?|\s(?:and|or|to|then|vs\.?)\s"
    rf"|\s?[/–&-]\s?|,\s?again at\s))+)$",
    re.IGNORECASE,
)
# "a batch size of 32 and 3 epochs": the first number is another setting's
_OTHER_SETTING = re.compile(
    r"\b(?:batch[- ]?size|learning[- ]rate|momentum|dropout(?: rate)?|weight decay|patience|length|beam(?: size)?|lr)s?"
    r"\s?(?:of|is|was|=|:|to|set to|,)?\s?$",
    re.IGNORECASE,
)
_LIST_JOINT = re.compile(r"(?:\b(?:and|or|to|then|vs\.?|at)\s|[/–&-]\s?)$", re.IGNORECASE)
_RANGE_JOINT = re.compile(r"\s?[-–]\s?$|\sto\s$", re.IGNORECASE)

_FILLER = (
    r"(?:(?:a |the )?(?:total|maximum|minimum|max\.?|sum) (?:number )?(?:of )?|merely |barely |its |our |their "
    r"|simply |mere |about |around |approximately "
    r"|approx\.? |roughly |only |just |up to |at most |the |all |full |fixed "
    r"|nearly |almost |more than |at least |another |an additional |additional |further |extra |a |an |standard "
    r"|exactly |ca\.? |circa |as (?:few|little|many) as |[~≈∼˜≃] ?|long |short |typical |default |default, |usual )*"
)
_LEAD = re.compile(rf"(?P<word>[A-Za-z#-]+\.?|[(\[,:;=×~–—/])\s*\^?{_FILLER}[(~≈∼]?\s?$", re.IGNORECASE)

# the words before the number: a length's ...
_LENGTH_WORDS = words_of(
    "for of in over during with to than within on as is are was were be set do did use used using uses run "
    "runs ran train trained trains training pretrain pre-train pretrained pre-trained pre-training pretraining "
    "has have need comprises through "
    "finetune fine-tune finetuned fine-tuned fine-tuning finetuning takes took take taking requires required "
    "require requiring needs needed spend schedule lasts lasted last perform performs performed completes "
    "complete finish finishes finished continue continued keep adopt adopted follow iterate iterated consists and "
    "or plus equals total budget only longer times x i.e. e. namely iterations steps updates afford spans spanned "
    "spanning lasting covers comprising comprised ( [ : = , ; – — /"
)
# ... and a point's
_POINT_WORDS = words_of(
    "at every each first last final initial next previous per before beyond past latter second third by around "
    "early later th best most remaining other"
)
_OTHER_END = re.compile(
    r"\b(?:stop|end|finish|terminat|conclud|converg|complet|halt)\w*\s(?:\w+\s){0,3}?(?:at|after|in|within|by"
    r"|until)\s(?:the\s|about\s|around\s|approximately\s|roughly\s|only\s|up to\s|just\s)*$",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:report\w*|obtain\w*|achiev\w*|final)\b[^.;]{0,60}\b(?:error|accurac\w+|score|result|performance|BLEU|AP"
    r"|model|rate)s?\b[^.;]{0,60}\b(?:after|at the end of)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_AFTER_TRAINING = re.compile(
    r"\bafter (?:being )?(?:pre-?|fine-?)?(?:training|trained|tuning|tuned)\b[^.;,]{0,40}$", re.IGNORECASE
)
# "stop when nothing improves after 10 epochs", "early stopping after 10 epochs"; not "it early-stopped at 30 epochs"
_PATIENCE = re.compile(r"\b(?:patience|improv\w+|early[- ]stopping)\b", re.IGNORECASE)
# The nearest of these before the number decides between a run and a part of its schedule.
_RUN_WORDS = re.compile(
    r"\b(?:re-?|pre-?)?train(?:s|ed|ing|able)?\b(?! (?:loss|error|accuracy|curve|rate))|\bfine-?tun\w*"
    r"|\boptimi[sz](?:e[sdr]?|ers?|ation|ing)\b|\b(?:run|ran|runs|running)\b|\bSGD\b|\bAdam\w*|\bRMSprop\b"
    r"|\bschedules?\b"
    r"|\btotal\b|\blearn(?:s|ed|t)\b|\b(?:steps|iterations|updates)\b|\bexperiments?\b|\bmodels?\b|\bnetworks?\b"
    r"|\bperform\w*\b|\blast(?:s|ed)\b|\bconverge\w*|\bregime\b|\bcosine\b|\bpolynomial\b|\bto (?:zero|0)\b"
    r"|\bbatch size\b|\bsearch\w*\b",
    re.IGNORECASE,
)
_PART_WORDS = re.compile(
    r"\bwarm\w*|\bdecay\w*|\bdrop(?:s|ped|ping)?\b(?! ?-?out)|\bdivid\w+|\breduc\w+|\banneal\w*|\bmultipl\w+"
    r"|\bdecreas\w+|\bincreas\w+|\bramp\w*|\bcool\w*|\bpatience\b|\bimprov\w+"
    r"|\bearly[- ]stop\w*|\bhalv\w+|\blower(?:s|ed|ing)?\b|\bfreez\w+|\bfrozen\b|\bunfr\w+|\bdisabl\w+|\benabl\w+"
    r"|\bswitch\w*|(?<!from )(?<!from a )(?<!from the )\bcheckpoints?\b|\bsav(?:e[sd]?|ing)\b"
    r"|\bevaluat\w+|\baverag\w+|\brestart\w*|\bcycles?\b|\bmilestones?\b|\bstep(?:ped)? down\b|\bperiod\b|\bshar(?:e"
    r"|ed|es)\b|\blinear(?:ly)? (?:in|de)creas\w*|\bplateau\w*|\bpenalt\w+|\bspeed-?up\b|\bsaturat\w*",
    re.IGNORECASE,
)
_COSINE = re.compile(
    r"\bcosine\b|\bpolynomial\b|\bto (?:zero|0)\b|\blinear(?:ly)? (?:learning rate )?(?:decay|schedul)\w*",
    re.IGNORECASE,
)
_WARMS = re.compile(
    r"\bwarm(?:s|ed|ing)?[- ]?up\b(?:(?!train|,)[^.;]){0,30}\((?:(?:about|around|roughly|i\.e\.,?)\s"
    r"|[~≈∼]\s?)?$",
    re.IGNORECASE,
)
_PART_OF_DATA = re.compile(r"\bexcept(?:ion)?\b[^.;]{0,30}\b(?:of|for)\b[^.;]{0,60}\bover which\b", re.IGNORECASE)
_NOT_AFTER = re.compile(
    r"^[\s,-]?(?:\(?of )?(?:the )?(?:for )?(?:a )?(?:linear |gradual |learning[- ]rate |LR |constant )*(?:warm|ramp"
    r"|cool|burn-in)|^\s?(?:later|old|without (?:any )?improvement|before|earlier|ago|per (?:second|hour|day|minute)"
    r"|with(?:out| no) improvement|apart|onwards?|of patience|as warm|in (?:a|the) row|i\.e\.? warm)",
    re.IGNORECASE,
)
_SCHEDULE_AFTER = re.compile(
    r"^[\s-](?:of )?(?:(?:pre-?|fine-?)?train\w*|(?:fine-?)?tuning|(?:\w+ )?schedules?|in total|total"
    r"|models?|runs?|regime|budget"
    r"|baseline|setting|experiments?|each|on |over (?:the|our) (?:full|train|whole)|for (?:all|each|every"
    r"|the (?:other|larger|smaller|small|large|base|big))"
    r"|(?:are|is|were|was) (?:used|performed|trained|needed|required|run|enough|sufficient|done|set))|^\s?[)\]]",
    re.IGNORECASE,
)
# "we iterate over the corpus 25 times", "the data set is swept ten times", "sees each image 90 times"
_TIMES = re.compile(
    r"\b(?:(?:iterat|loop|cycl|pass|sweep|swept|travers|go|went|goes|run|ran"
    r"|repeat)\w*\s(?:\w+\s){0,2}?(?:over|through)"
    r"|see[sn]?|saw|shown?|present\w*|visit\w*|process\w*|swept|sweep|travers\w+)\s"
    r"(?:(?:the|each|every|our|all|whole|entire|full|complete|training|train|of)\s)*"
    r"(?:(?:data|data ?sets?|training sets?|sets?|corpus|examples?|images?|samples?|sentences?|instances?|pairs?)\s)?"
    r"(?:\w+\s){0,2}?(?:about |around |roughly |approximately |exactly )?"
    rf"(?P<n>{_N}|once|twice) times?\b",
    re.IGNORECASE,
)
_DATA_SWEPT = re.compile(
    r"\b(?:data ?sets?|training set|training data|the data|corpus|training (?:image|example|sample|instance"
    r"|sentence)s?|each (?:image|example|sample))\b",
    re.IGNORECASE,
)
# "90 cycles through the training set" are a network's only where it is trained
_PASSES = re.compile(r"(?:passes|cycles|sweeps)$", re.IGNORECASE)
_TRAINS = re.compile(
    r"\btrain(?:ed|s|ing)?\b(?! (?:data|sets?|corpus|examples|images))|\bSGD\b|\boptimi[sz]\w+|\bconverge\w*"
    r"|\bfine-?tun\w+",
    re.IGNORECASE,
)
# "around 50 epochs, which takes two hours": the run ends there
_TAKES_AFTER = re.compile(
    r"^\s?,?\s?(?:which|this|that) (?:only |just |approximately |roughly |about )?(?:takes?|took"
    r"|requires?|required|lasts?"
    r"|lasted|amounts? to|costs?)\b"
    # "25 epochs took 6 hours", "90 epochs of ResNet-50 are finished in 15 minutes", "the 12 epochs thus need 9 hours"
    r"|^\s?\((?:(?:about|around|roughly|approximately) |[~≈∼]\s?)?[\d.]+\s?(?:h|hrs?|hours?|days?|d"
    r"|min|minutes|weeks?)\b"
    r"|^\s(?:(?:of|on|over) (?:[\w-]+ ){1,3})?(?:(?:can|could|thus|then|therefore|are|were|is|was|be"
    r"|only|together|in|total) ){0,3}"
    r"(?:takes?|took|needs?|needed|requires?|required|lasts?|lasted|amount(?:s|ed)? to|correspond(?:s|ed)? to"
    r"|(?:finish|complet|perform|don|process|carri|run)\w*(?: out)? (?:in|within))\s"
    r"(?:(?:about|around|roughly|approximately|almost|nearly|only|just|less|more|than|under|over|some|ca\.)\s"
    r"|[~≈∼<>]\s?)*(?:\d|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|half|twelve)\b)",
    re.IGNORECASE,
)
# "train the obtained network 480 epochs"
_TRAINED_OBJECT = re.compile(
    r"\b(?:re-?|pre-?)?train(?:s|ed|ing)?\s(?:(?!on|with|for|after|until)\w+\s){1,4}$", re.IGNORECASE
)
_NOT_DONE_AFTER = re.compile(
    r"^[\s)\]]{0,2}(?:would|might|could not)\b|^[\s)\]]{0,2}(?:is|are|was|were) (?:not (?:feasible"
    r"|possible|affordable)|infeasible|impossible|prohibitive)",
    re.IGNORECASE,
)
# "the rate is 0.5 for 40 epochs, 0.075 for 30 epochs, ...": parts of a schedule
_A_STAGE = re.compile(r"(?:^|[\s(])[\d.]+(?:\s?[·*×]\s?[\w^]+|e-?\d+)?\s(?:for|over)\s(?:the (?:first|next|last)\s)?$")
_STAGES = re.compile(
    r"\brates?\b.*?[\d.]+(?:\s?[·*×]\s?[\w^]+|e-?\d+)?\s(?:for"
    r"|over)\s.{1,20}\bepochs?\b.*?[\d.]+(?:\s?[·*×]\s?[\w^]+|e-?\d+)?"
    r"\s(?:for|over)\s.{1,20}\bepochs?\b",
    re.IGNORECASE,
)
_SETTINGS = re.compile(
    r"\bbatch[- ]?size|\blearning[- ]rate|\bdropout\b|\bweight decay\b|\blr\b|\boptimi[sz]er\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Epochs:
    """A number of epochs; offsets in the text. `refused` says why it is not a run's length."""

    value: float
    start: int
    end: int
    pattern: str
    refused: str | None = None
    low: float | None = None
    high: float | None = None


POINT = "a point in the schedule, not the run's length"


def find_epochs(text: str, start: int, end: int) -> list[Epochs]:
    """The numbers of epochs in the sentence `text[start:end]`; offsets are those of the text."""
    return [replace(e, start=e.start + start, end=e.end + start) for e in _found(text[start:end])]


def _found(sentence: str) -> Iterator[Epochs]:
    seen: list[tuple[int, int]] = []
    for m in _ASSIGNED.finditer(sentence):
        value = amount(m["n"])
        if value is not None:
            seen.append(m.span("n"))
            yield Epochs(value, m.start("n"), m.end("n"), "number of epochs is")
    for m in _TO_EPOCH.finditer(sentence) if "poch " in sentence else ():
        seen.append(m.span("n"))
        yield Epochs(float(m["n"]), m.start("n"), m.end("n"), "stopped at epochs")
    if " times" in sentence and _DATA_SWEPT.search(sentence):
        for m in _TIMES.finditer(sentence):
            value = amount(m["n"])
            if value is not None and value > 1:
                yield Epochs(value, m.start("n"), m.end("n"), "times over the data")
    point_ended = -1  # where the last point of a schedule ended
    floor = 0  # where the last number of epochs ended
    for m in _EPOCHS.finditer(sentence):
        if any(a <= m.start("n") < b for a, b in seen):
            continue
        value = amount(m["n"])
        if value is None or value > 100_000:
            continue
        listed = _LIST_BEFORE.search(sentence[max(0, m.start() - 80) : m.start()])
        if (
            listed
            and (
                not _LIST_JOINT.search(listed["list"])  # "batch size 32, 10 epochs": a comma alone makes no list
                or _OTHER_SETTING.search(sentence[: max(0, m.start() - len(listed[0]))][-40:])
            )
        ):
            listed = None
        begins = m.start() - len(listed[0]) if listed else m.start()
        before, after = sentence[:begins], sentence[m.end() : m.end() + 60]
        pattern, refused = _judge(before, after, value, m, sentence, listed is not None, floor)
        floor = m.end()
        if refused is None and point_ended >= 0 and re.fullmatch(
            rf"(?:\s?(?:for|on|in)?\s?[\w-]+)?,?\s?(?:and|or|,|then)?\s?(?:again |then )?(?:at "
            rf"|after )?(?:{_ITEM},?\s?(?:and|or)?\s?)*", sentence[point_ended : m.start()]
        ) and not re.search(r"\bfor\s$|train", sentence[point_ended : m.start()]):  # fmt: skip
            pattern, refused = "a point in training", POINT
        if refused == POINT:
            point_ended = m.end()
        if refused is None and (also := _ALSO.match(sentence[m.end() :])):
            name = "n" if also["n"] else "m"
            start, end = m.end() + also.start(name), m.end() + also.end(name)
            yield Epochs(float(also[name]), start, end, pattern)
        items = _items(listed["list"]) if listed else []
        if (
            listed
            and _RANGE_JOINT.search(listed["list"])
            and items
            and items[-1][1] is not None
            and items[-1][1] < value
        ):
            low = items.pop()[1]
            assert low is not None
            yield Epochs((low + value) / 2, begins, m.end(), pattern, refused, low, value)
        else:
            yield Epochs(value, m.start(), m.end(), pattern, refused)
        dashed = listed is not None and re.search(r"\s[–-]\s$", listed["list"])
        for item, one in items:
            if one is not None and not (dashed and one > value):
                assert listed is not None
                at = max(0, m.start() - 80) + listed.start("list") + item.start()
                yield Epochs(one, at, at + len(item[0]), pattern, refused)


def _items(printed: str) -> list[tuple[re.Match[str], float | None]]:
    """The numbers of a list, as matched and as read."""
    return [
        (item, amount(re.sub(r"\s?-?(?:st|nd|rd|th)$", "", item[0])))
        for item in re.finditer(_ITEM, printed, re.IGNORECASE)
    ]


def _judge(
    before: str, after: str, value: float, m: re.Match[str], sentence: str, listed: bool, floor: int
) -> tuple[str, str | None]:
    """(pattern, why it is no run's length or None)."""
    point = ("a point in training", POINT)
    near = before[-140:]
    lead = _LEAD.search(near)
    word = lead["word"].lower() if lead else ""
    if lead and near.rstrip(" ~≈∼").endswith("("):
        word = "("  # "the encoder (30 epochs, 10 h)"
    if _PASSES.search(m[0]) and not _TRAINS.search(near):
        return ("epochs elsewhere", "nothing says that training lasted this long")
    if m["ordinal"]:
        return ("stopped at epochs", None) if _OTHER_END.search(near) else point
    if _NOT_AFTER.match(after) or re.search(r"\bwarm-?up\b", m[0], re.IGNORECASE):
        return point
    if (stop := _OTHER_END.search(near)) and not _PATIENCE.search(near[max(0, stop.start() - 7) :]):
        return ("stopped at epochs", None)
    if _NOT_DONE_AFTER.match(after):
        return ("epochs elsewhere", "said, not done")
    if value > 1 and word not in _POINT_WORDS and _TAKES_AFTER.match(after):
        return ("epochs of a known time", None)
    if value == 1 and not listed:
        # "one epoch" is most often a measure ("one epoch takes ..."), seldom a run's length
        done = re.search(
            r"\b(?:(?:pre-?|re-?)?train|fine-?tun|run|ran|pass)\w*\b[^.;,]{0,40}\b(?:for"
            r"|in|on)\s(?:only |just |a single |exactly )*$"
            r"|\b(?:runs?|ran|performs?|performed|for)\s(?:only |just |exactly |for |a |one |single )*$",
            near,
            re.IGNORECASE,
        )
        if not done and re.match(r"^\s(?:each|is used|was used|only)\b", after) and _RUN_WORDS.search(sentence):
            return ("trained for epochs", None)
        if not done or re.search(r"\btimes?\b[^.;,]{0,20}\bfor\s(?:\w+\s)?$", near, re.IGNORECASE):
            return point
        return ("trained for epochs", None)
    if word in ("after", "until", "till"):
        ended = _REPORTED.search(near) and not _PART_WORDS.search(near[-60:])
        if (
            ended
            or re.match(r"^\s?of (?:pre-?|fine-?)?(?:training|tuning)\b", after)
            or (word != "after" and _RUN_WORDS.search(near[-50:]))
        ):
            return ("epochs at the end", None) if not re.search(r"\bbest\b[^.;]{0,20}\bparameters\b", near) else point
        return point
    if word in _POINT_WORDS and not (word == "second" or (_SCHEDULE_AFTER.match(after) and word in ("by", "around"))):
        return point
    if _WARMS.search(near):
        return point
    if _PART_OF_DATA.search(near):
        return ("epochs elsewhere", "passes over a part of the data")
    part = _last(_PART_WORDS, near)
    if part + len(before) - len(near) < floor:
        part = -1  # it had its number: "a patience of 10 epochs for at most 100 epochs"
    run = _last(_RUN_WORDS, near)
    # "cosine decay to zero over 600 epochs" lasts as long as the run
    whole_decay = _COSINE.search(near[max(0, part - 40) :]) and not re.search(r"\bwarm", near[-70:])
    # "is decayed ..., for 90 epochs": a new clause is the run's again
    new_clause = part >= 0 and re.search(r"[,)]\s(?:and\s)?(?:for|in total|a total)\b[^,]*$", near[part:])
    if part > run and not whole_decay and not new_clause:
        return point
    if _ESTIMATED.search(near):
        return ("epochs elsewhere", "what a time was worked out from")
    if _AT_MOST.search(near) and _STOPPING.search(sentence):
        return ("trained for epochs", None)
    if _STAGES.search(sentence) and _A_STAGE.search(near):
        return point
    if _TRAINED_OBJECT.search(near):
        return ("trained for epochs", None)
    if re.search(r"\b(?:sav|improv|outperform|gain|differ)\w*\s\w*\s?$", near):
        return ("epochs elsewhere", "nothing says that training lasted this long")
    if not before.strip() or word in _LENGTH_WORDS:
        unsaid = run < 0 and not _RUN_WORDS.search(after) and not _RUN_WORDS.search(before)
        if unsaid and word in ("to", "of", "in", "with", "as", "and", ",", "than", "or"):
            return ("epochs elsewhere", "nothing says that training lasted this long")
        if word == "," and not _SETTINGS.search(sentence) and not _SCHEDULE_AFTER.match(after) and run < 0:
            return ("epochs elsewhere", "nothing says that training lasted this long")
        return ("for epochs, training unsaid" if unsaid else "trained for epochs", None)
    if _SCHEDULE_AFTER.match(after):
        return ("epochs of a schedule", None)
    if word == "are" or re.search(r"\bthere (?:are|were)\s$", near):
        return ("epochs of a schedule", None)
    return ("epochs elsewhere", "nothing says that training lasted this long")


def _last(pattern: re.Pattern[str], text: str) -> int:
    """Where the pattern's last match begins; -1 where there is none."""
    place = -1
    for m in pattern.finditer(text):
        place = m.start()
    return place
