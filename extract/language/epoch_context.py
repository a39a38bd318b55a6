"""Whether a number of epochs is the length of a run, by the words around it, or a point of its schedule and why.

The words before it say what it is: the preposition ("for", "in", "of" against "after", "at", "every", "first") and the
nearest verb or noun ("trained", "optimizer", "schedule" against "warm-up", "decayed", "dropped").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from db.vocabulary import Reason, Refusal
from extract.language.numbers import NUMBER_WORDS
from extract.language.quantities import UNIT
from extract.language.wording import any_of, hedged, words_of
from extract.pattern import Pattern

CLOSED = re.compile(r"\([^()]*\)")  # what stands in closed brackets, which says nothing of the numbers behind them
BETWEEN = Pattern("a range begins", {r"\bbetween\s$": "for between "}, refuses=("between A and ",))


_FILLER = (
    r"(?:(?:a |the )?(?:total|maximum|minimum|max\.?|sum) (?:number )?(?:of )?|up to |at most |more than |at least "
    r"|as (?:few|little|many) as |an additional |default, |(?<=for )other |[~≈∼˜≃] ?|"
    + any_of(
        "merely barely its our their simply mere about around approximately approx\\.? roughly only just the all full "
        "fixed nearly almost another additional further extra a an standard exactly ca\\.? circa long short typical "
        "default usual"
    )
    + " )*"
)
LEAD = Pattern(
    "the word or sign before a number, hedges left out",
    {r"(?P<word>(?<![A-Za-z#-])[A-Za-z#-]+\.?|[(\[,:;=×~–—/])": ("trained for about ", "the first ", "the encoder (")},
    after=rf"\s*\^?{_FILLER}[(~≈∼]?\s?$",
    refuses=("in 2019 ",),
)
# the words before the number: a length's ...
_LENGTH_WORDS = words_of(
    "for of in over across during with to than within on as is are was were be set do did use used using uses run "
    "runs ran running train trained trains training pretrain pre-train pretrained pre-trained pre-training "
    "pretraining have has need comprises through finetune fine-tune finetuned fine-tuned fine-tuning finetuning takes "
    "took take taking requires required require requiring needs needed spend schedule lasts lasted last perform "
    "performs performed completes complete finish finishes finished continue continued keep adopt adopted follow "
    "iterate iterated consists and or plus equals total budget only longer times x i.e. e. namely iterations steps "
    "updates afford spans spanned spanning lasting covers comprise comprising comprised ( [ : = , ; – — /"
)
# ... and a point's
_POINT_WORDS = words_of(
    "at every each first last final initial next previous per before beyond past latter second third by around early "
    "later th best most remaining other"
)
END_BEFORE = Pattern(
    "the end of training, said by a verb",
    {
        r"(?:in|at) the end,? (?:at|after)\s$": "in the end, at ",
        r"(?:stop|end|finish|terminat|conclud|converg|complet|halt)\w*,?\s(?:i\.e\.,?\s)?(?:\w+\s){0,3}?(?:at|after|in|within|by|until)\s"
        r"(?:the\s|about\s|around\s|approximately\s|roughly\s|only\s|up to\s|just\s)*$": (
            "training converges after about ",
            "at convergence, i.e. after ",
        ),
    },
    before=r"\b",
    refuses=("training converges in the first ",),
)
REPORTED = Pattern(
    "a result reported at the end of training",
    {
        r"(?:report\w*|obtain\w*|achiev\w*|final)\b[^.;]{0,60}"
        r"\b(?:error|accurac\w+|score|result|performance|BLEU|AP|model|rate)s?\b[^.;]{0,60}"
        r"\b(?:after|at the end of)\s(?:\w+\s)?$": "we report the test error after "
    },
    before=r"\b",
    refuses=("the loss is reported after ",),
)
# "stop when nothing improves after 10 epochs", "early stopping after 10 epochs"; not "it early-stopped at 30 epochs"
PATIENCE = Pattern(
    "patience of early stopping",
    {r"patience|improv\w+|early[- ]stopping": "early stopping after "},
    before=r"\b",
    after=r"\b",
    refuses=("early-stopped at ",),
)
# The nearest of these before the number decides between a run and a part of its schedule.
RUN_WORDS = Pattern(
    "words of a run",
    {
        r"\b(?:re-?|pre-?)?train(?:s|ed|ing|able)?\b(?! (?:loss|error|accuracy|curve|rate))": "pre-trained",
        r"\b(?:fine-?tun|adapt|perform|converge|Adam)\w*": "fine-tuning",
        r"\boptimi[sz](?:e[sdr]?|ers?|ation|ing)\b": "optimizer",
        r"\b(?:run|ran|runs|running|SGD|RMSprop|schedules?|total|experiments?|models?|networks?|regime)\b": "schedule",
        r"\b(?:learn|last)(?:s|ed|t)\b": "lasts",
        r"\b(?:steps|iterations|updates|batch size|to (?:zero|0(?!\.\d))|cosine|polynomial|learn)\b": "cosine",
        r"\bsearch\w*\b": "search",
        r"\b(?:recipe|scheme|configuration|setting|hyper-?parameters?)\b": "the same scheme with",
    },
    refuses=("the training loss", "warm-up"),
)
PART_WORDS = Pattern(
    "words of a part of a run's schedule",
    {
        r"\b(?:warm|(?<!weight )(?<!weight-)decay|anneal|ramp|cool|early[- ]stop|plateau|saturat)\w*": "warm-up",
        r"\b(?:divid|reduc|multipl|decreas|increas|improv|halv|freez|unfr|disabl|enabl|switch|evaluat|averag|penalt"
        r"|restart)\w*": "is divided",
        r"\bdrop(?:s|ped|ping)?\b(?! ?-?out)": "dropped",
        r"\b(?:lower(?:s|ed|ing)?|sav(?:e[sd]?|ing)|shar(?:e|ed|es)|step(?:ped)? down|speed-?up)\b": "lowered",
        r"\b(?:patience|frozen|cycles?|milestones?|(?<!training )(?<!learning )period)\b": "patience",
        r"(?<!from )(?<!from a )(?<!from the )\bcheckpoints?\b": "a checkpoint",
    },
    refuses=("dropout", "trained from a checkpoint", "weight decay of 0.05", "the whole training period"),
)
COSINE = Pattern(
    "a decay that lasts as long as the run",
    {
        r"\bcosine\b|\bpolynomial\b": "cosine decay",
        r"\bto (?:zero|0(?!\.\d))\b": "decays to zero",
        r"\blinear(?:ly)? (?:learning rate )?(?:decay|schedul)\w*": "linear learning rate decay",
    },
    refuses=("linear warm-up", "decays to 0.01"),
)
_POWER = r"10[\s^]{0,2}[-−–][\s^]{0,2}\d"  # "10-2", and "10^-^2" where both are raised
_LAST_RATE = rf"(?:\d(?:\.\d+)?\s?e\s?[-−–]\s?\d+|{_POWER}|0?\.0\d*)"
DECAYS_AWAY = Pattern(
    "a rate that falls to its last value in so many epochs: those of the run",
    {
        rf"\b(?:de(?:cay|creas)|drop|fall|anneal|reduc|lower)\w* (?:[\w.^−–-]+ ){{0,4}}to {_LAST_RATE} "
        r"(?:in|over|during|within|throughout)\s": (
            "drops to 1e-5 in ",
            "is annealed from 0.1 to 0.001 over about ",
            "decreases from 10^-^1 to 10^-^3 over ",
        ),
    },
    after=rf"{_FILLER}$",
    refuses=("drops to 1e-5 for ", "rises to 0.01 over ", "drops to 0.1 over "),
)
WARMS_UP = Pattern(
    "a warm-up, whose length stands in brackets",
    {
        r"\bwarm(?:s|ed|ing)?[- ]?up\b(?:(?!train|,)[^.;]){0,30}\((?:(?:about|around|roughly|i\.e\.,?)\s|[~≈∼]\s?)?$": (
            "warms up for 10k steps (about "
        )
    },
    refuses=("warm-up, then we train (",),
)
PART_OF_DATA = Pattern(
    "passes over a part of the data",
    {
        r"\bexcept(?:ion)?\b[^.;]{0,30}\b(?:of|for)\b[^.;]{0,60}\bover which\b": (
            "with the exception of books, over which we do "
        ),
    },
    refuses=("over which we do ",),
)
BEGINS = Pattern(
    "something that begins in the course of training",
    {
        r"\b(?:start(?:s|ed|ing)?|begins?|began|beginning|introduced?|activated?|add(?:s|ed)?|turn(?:s|ed)? (?:on|off)"
        r"|appl(?:y|ies|ied)|insert(?:s|ed)?|prun(?:e|es|ed))\b[^.;]{0,90}\bafter\b[^.;]{0,20}$": (
            "we start to use a queue of features after "
        ),
    },
    refuses=("after ", "the network is trained and stops after "),
)
NO_LENGTH_AFTER = Pattern(
    "words behind a number that is no run's length",
    {
        rf"[\s,-]?(?:\(?of )?(?:the )?(?:for )?(?:a )?(?:{any_of('linear; gradual; learning[- ]rate; LR; constant')} )*"
        r"(?:warm|ramp|cool|burn-in)": " of linear warm-up",
        r"\s(?:of|after|before) the (?:[\w-]+ ){0,2}(?:drop|decay|change|start|restart)": " of the learning-rate drop",
        r"\s?(?:later|old|before(?! (?:being|we|it))|earlier|ago|apart|onwards?|of patience|as warm"
        r"|i\.e\.? warm|in (?:a|the) row)": (" later"),
        r"\s?(?:with(?:out| no)|(?:if|when)(?: there (?:is|was))? no)(?: \w+){0,3}? "
        r"(?:improve|decreas|degrad|progress|gain)": (" with no further improvement", " if no loss degradation"),
        r"\s(?:contains|consists|comprises|corresponds|means|refers|denotes)\b": " contains 250 iterations",
        r"\s(?:required|needed|used|reported|adopted) (?:by|in) (?-i:[A-Z]|\[\d)": " required by Smith et al",
        r"\s?(?:per|in each|for each|/)\s?(?:\w+ )?(?:stage|phase|cycle|level|period|round)\b": " per stage",
    },
    before=r"^",
    refuses=(" of training",),
)
SCHEDULE_AFTER = Pattern(
    "words behind a run's length",
    {
        r"[\s-](?:of )?(?:(?:pre-?|fine-?)?train\w*|(?:fine-?)?tuning|(?:\w+ )?schedules?|in total|total|models?|runs?"
        r"|regime|budget|baseline|setting|experiments?|each)": (" of training", "-schedule", " in total"),
        r"\s(?:suffice|to be (?:enough|sufficient|adequate))": (" to be sufficient", " suffice"),
        r"[\s-](?:of )?on ": " on the data",
        r"[\s-](?:of )?over (?:the|our) (?:full|train|whole)": " over the whole set",
        r"[\s-](?:of )?for (?:all|each|every|the (?:other|larger|smaller|small|large|base|big))": (
            " for the large model"
        ),
        r"[\s-](?:of )?(?:are|is|were|was|ha(?:d|s|ve) been)"
        r" (?:used|performed|trained|needed|required|run|enough|sufficient|done|set|completed)": (" are used"),
        r"\s?[)\]]": ")",
    },
    before=r"^",
    refuses=(" later",),
)
# "90 cycles through the training set" are a network's only where it is trained
TRAINS = Pattern(
    "something is trained",
    {
        r"\btrain(?:ed|s|ing)?\b(?! (?:data|sets?|corpus|examples|images))": "trained",
        r"\bSGD\b|\b(?:optimi[sz]|converg|fine-?tun)\w+": "SGD",
    },
    refuses=("the training set",),
)
_DURATION = rf"(?:\d|(?:an?|half|{NUMBER_WORDS})\b)"
_ADVERBS = any_of("can could thus then therefore are were is was be only together in total")
REACHES = Pattern(
    "what had been reached by then, on the way to the end",
    {
        r"to (?:reach|get|achieve|attain|obtain|surpass|match|exceed|outperform)\b(?! (?:convergence|the end))": (
            " to get an accuracy of 70%, while the other",
            " and FooNet needs 40 epochs to reach the same error",
        ),
    },
    before=r"^[^.;,]{0,45}?\s",
    refuses=(" to converge", " to reach convergence", ". We use it to get"),
)
_NEEDS = words_of("takes took take taking needs need needed requires require required requiring")
BEST_BY = Pattern(
    "a state that training came to by then, and not its end",
    {
        r"\b(?:stead(?:y|il)|stable|stabili[sz]|stagnat|overfit|no (?:more|further) (?:gain|improve))\w*"
        r"[^.;,]{0,45}\b(?:after|within|in|by)\s": "the curves are steady after about ",
        r"\b(?:reach|attain|achiev|obtain)\w*\s(?:[\w']+\s){0,2}(?:best|lowest|highest|optimal|peak)\b[^.;,]{0,45}"
        r"\b(?:after|within|in|by)\s": "reaching its best error within ",
    },
    after=rf"{_FILLER}$",
    refuses=("we report the error after ", "the best model is trained for ", "the best of the models in "),
)
TAKES_AFTER = Pattern(
    "a time behind the epochs that it took: the run ends there",
    {
        r"\s?,?\s?(?:which|this|that) (?:only |just |approximately |roughly |about )?"
        r"(?:takes?|took|requires?|required|lasts?|lasted|amounts? to|costs?)\b": ", which takes two hours",
        rf"\s?\({hedged()}[\d.]+\s?{UNIT}\b": (" (about 6 h)"),
        rf"\s(?:(?:of|on|over) (?:[\w-]+ ){{1,3}})?(?:{_ADVERBS} ){{0,3}}"
        r"(?:takes?|took|needs?|needed|requires?|required|lasts?|lasted|amount(?:s|ed)? to|correspond(?:s|ed)? to"
        r"|(?:finish|complet|perform|don|process|carri|run)\w*(?: out)? (?:in|within))\s"
        rf"{hedged('less', 'more', 'than', 'under', 'over')}{_DURATION}": (
            " took 6 hours",
            " of ResNet-50 are finished in 15 minutes",
        ),
    },
    before=r"^",
    refuses=(" which we take", " take place"),
)
TRAINED_OBJECT = Pattern(
    "a network that is trained, right before its epochs",
    {
        r"\b(?:re-?|pre-?)?train(?:s|ed|ing)?\s(?:(?!on|with|for|after|until)\w+\s){1,4}$": (
            "we train the obtained network "
        ),
    },
    refuses=("we train with ",),
)
NOT_DONE_AFTER = Pattern(
    "said, not done",
    {
        r"(?:would|might|could not|(?:did|do|does) not (?:help|improve|change|matter))\b": (
            " would be excessive",
            " did not help",
        ),
        r"(?:is|are|was|were) (?:not (?:feasible|possible|affordable)|infeasible|impossible|prohibitive)": (
            " were not feasible"
        ),
    },
    before=r"^[\s)\]]{0,2}",
    refuses=(" are used",),
)
INSTEAD_OF = Pattern(
    "what was not done",
    {
        r"\b(?:can|could|would)(?:\s?not|n['’]t) (?:be )?(?:\w+ )?(?:re-?|pre-?)?(?:train|run|ran)\w*\b[^.;,]{0,30}$": (
            "cannot be trained for only "
        ),
        r"\b(?:longer|shorter|larger|smaller)\b[^.;,]{0,60}\bthan\s(?:the\s)?"
        r"(?:(?:usual|standard|common|original|default)\s)?$": "is longer than the standard ",
        r"\b(?:does|do|did) not (?:require|need)\b[^.;,]{0,40}$": "does not require running the games for ",
        r"\b(?:instead of|rather than|as opposed to|compared (?:to|with)|versus|not)\s(?:the (?:usual |common )?)?$": (
            "instead of "
        ),
    },
    refuses=("no more than ", "less than "),
)
OF_THE_WHOLE = Pattern(
    "a share of the run before its length",
    {
        r"(?:\d\s?%|\b(?:half|third|quarter|end|rest|fraction))\sof\s(?:the|all|our|an?)\s(?:total\s)?$": (
            "at 75% of the "
        ),
    },
    refuses=("one of the ", "the first of the "),
)
CURVE_BEFORE = Pattern(
    "a curve, whose length is told",
    {
        r"\b(?:curves?|plots?|plotted|evolution|history|progress)\b(?:(?!\btrained\b)[^.;]){0,40}$": (
            "training curves over "
        ),
        r"\b(?:Figure|Fig\.) \d+\w? (?:shows?|plots?|compares?|depicts?)\b(?:(?!\btrained\b)[^.;]){0,60}$": (
            "Figure 3 shows the loss over "
        ),
    },
    refuses=("curves of models trained for ",),
)
ESTIMATED = Pattern(
    "a few epochs from which a time was worked out",
    {
        r"\b(?:estimated|extrapolated|projected|measured|timed) (?:by|from|on|over)\b[^.;]{0,30}$": (
            "is estimated by training "
        ),
    },
    refuses=("training takes ",),
)
_STAGE = rf"(?:{_POWER}|[\d.]+(?:\s?[·*×]\s?[\w^]+|e-?\d+)?)\s(?:for|over)\s"
# "the rate is 0.5 for 40 epochs, 0.075 for 30 epochs, ...": parts of a schedule
STAGES = Pattern(
    "a schedule of rates, each with its epochs",
    {
        rf"\brates?\b.*?{_STAGE}.{{1,20}}\bepochs?\b.*?{_STAGE}.{{1,20}}\bepochs?\b": (
            "rate is 0.2 for 20 epochs, 0.1 for 9 epochs"
        ),
        # a power of ten is a rate, whether or not it is called one
        rf"\b{_POWER} (?:for|over) .{{1,20}}\bepochs?\b.*?\b{_POWER} (?:for|over) .{{1,20}}\bepochs?\b": (
            "with 10-2 for 75 epochs, then at 10-3 for 30 epochs",
            "at 10^-^2 for 8 epochs and 10^-^3 for 4 epochs",
        ),
    },
    refuses=("a rate of 0.2 for 20 epochs",),
)
A_STAGE = Pattern(
    "a rate before its epochs",
    {rf"(?:^|[\s(]){_STAGE}(?:the (?:first|next|last)\s)?$": "is 0.2 for "},
    refuses=("rate for ",),
)
SETTINGS = Pattern(
    "settings of a run, in a list",
    {r"\b(?:batch[- ]?size|learning[- ]rate|dropout|weight decay|lr|optimi[sz]er)\b": "batch size 32"},
    refuses=("a figure",),
)
ONE_DONE = Pattern(
    "a run of a single epoch",
    {
        r"\b(?:(?:pre-?|re-?)?train|fine-?tun|run|ran|pass)\w*\b[^.;,]{0,40}\b(?:for|in|on|with)\s"
        r"(?:only |just |exactly |a single )*$": ("pretrained for ", "each method is trained with "),
    },
    refuses=("time of ",),
)
FOR_SO_LONG = Pattern(
    "a clause that says for how long",
    {r",\sfor\s(?:only\s|just\s)?$": "with a decayed learning rate, for "},
    refuses=("for ", "time for "),
)


@dataclass(frozen=True)
class _Words:
    """A number of epochs and the words around it, as the rules below ask for them."""

    sentence: str
    before: str
    after: str
    value: float
    printed: str
    ordinal: bool
    listed: bool
    floor: int  # where the number before it ended: what stands before that is not of this one
    near: str  # the last 140 characters of `before`
    word: str  # the word or sign right before the number, hedges left out
    run: int  # where in `near` the last word of a run begins; -1 where there is none
    part: int  # where the last word of a schedule's part does
    between: bool  # "between 3 and 5 epochs"

    @property
    def unsaid(self) -> bool:
        """Whether nothing around it speaks of a run."""
        around = (self.printed, self.after, self.before)
        return self.run < 0 and not any(RUN_WORDS.search(words) for words in around)


def words_around(
    sentence: str, m: re.Match[str], begins: int, value: float, listed: bool, floor: int
) -> _Words:  # fmt: skip
    """The number that `m` found, with the words around it; `begins`: where it or its list does."""
    before = sentence[:begins]
    between = BETWEEN.search(before)
    near = CLOSED.sub(lambda b: " " * len(b[0]), before[: between.start() if between else None][-140:])
    lead = LEAD.search(near)
    word = lead["word"].lower() if lead else ""
    if lead and near.rstrip(" ~≈∼").endswith("("):
        word = "("  # "the encoder (30 epochs, 10 h)"
    part = _last(PART_WORDS, near)
    if part + len(before) - len(near) < floor:
        part = -1  # it had its number: "a patience of 10 epochs for at most 100 epochs"
    return _Words(
        sentence, before, sentence[m.end() : m.end() + 60], value, m[0], bool(m["ordinal"]), listed, floor, near, word,
        _last(RUN_WORDS, near), part, between is not None,
    )  # fmt: skip


def _last(pattern: Pattern, text: str) -> int:
    """Where the pattern's last match begins; -1 where there is none."""
    return max((m.start() for m in pattern.finditer(text)), default=-1)


# --- the rules: the first that holds decides --------------------------------------------------------------------------

Judgement = tuple[str, Reason | None]  # (the pattern's name, why it is no run's length)
POINT: Judgement = ("a point in training", Reason(Refusal.POINT_OF_SCHEDULE))
_ELSEWHERE: Judgement = ("epochs elsewhere", Reason(Refusal.LENGTH_UNSAID))
_TRAINED: Judgement = ("trained for epochs", None)
_SCHEDULE: Judgement = ("epochs of a schedule", None)


def _ends(w: _Words) -> bool:
    """Whether training ends there: "converges after 25 epochs"; not "early stopping after 10 epochs"."""
    stop = END_BEFORE.search(w.near)
    return stop is not None and not PATIENCE.search(w.near[max(0, stop.start() - 7) :])


def _single(w: _Words) -> Judgement:
    """ "one epoch" is most often a measure ("one epoch takes ..."), seldom a run's length."""
    clause = FOR_SO_LONG.search(w.near) and RUN_WORDS.search(w.sentence)
    done = ONE_DONE.search(w.near) or clause or (w.word == "(" and not w.unsaid)
    said = re.match(r"^\s(?:each|is used|was used|only|for (?:pre-?|fine-?)?(?:training|tuning))\b", w.after)
    if not done and said and RUN_WORDS.search(w.sentence):
        return _TRAINED
    timed = re.search(r"\btimes?\b[^.;,]{0,20}\bfor\s(?:\w+\s)?$", w.near, re.IGNORECASE)
    lasts = w.after.startswith((" takes ", " took ", " lasts ", " lasted "))
    return _TRAINED if done and not timed and not lasts else POINT


def _of_a_curve(w: _Words) -> bool:
    """Whether a figure shows so many epochs: "training curves over 200 epochs"."""
    return w.word in ("over", "across", "during", "in", "of") and CURVE_BEFORE.search(w.near) is not None


def _after(w: _Words) -> Judgement:
    """ "after 500 epochs": the end where a result is reported, else a point."""
    ended = (
        (REPORTED.search(w.near) and not PART_WORDS.search(w.near[-60:]))
        or (w.sentence.startswith(("Table", "TABLE")) and not PART_WORDS.search(w.near))
        or re.match(r"^\s?of (?:pre-?|fine-?)?(?:training|tuning)\b", w.after)
        or (w.word != "after" and RUN_WORDS.search(w.near[-50:]))
    )
    if w.word == "after" and (PART_WORDS.search(w.after) or re.search(r"\balready\b", w.near[-40:] + w.after)):
        return POINT  # "after 100 epochs of training, the learning rate is reduced"
    if w.word == "after" and BEGINS.search(w.near):
        return POINT  # "we start to use a queue after 15 epochs of training"
    if ended and not re.search(r"\bbest\b[^.;]{0,20}\bparameters\b", w.near):
        return ("epochs at the end", None)
    return POINT


def _is_point_word(w: _Words) -> bool:
    """Whether the word before it is a point's ("at", "every", "first"), and no schedule's follows it."""
    if w.word not in _POINT_WORDS or w.word == "second":
        return False
    return not (w.word in ("by", "around") and SCHEDULE_AFTER.match(w.after))


def _is_part(w: _Words) -> bool:
    """Whether the nearest verb or noun before it is of a part of the schedule."""
    # "cosine decay to zero over 600 epochs" lasts as long as the run
    whole_decay = COSINE.search(w.near[max(0, w.part - 40) :]) and not re.search(r"\bwarm[^,;]*$", w.near)
    # "is decayed ..., for 90 epochs": a new clause is the run's again
    new_clause = w.part >= 0 and re.search(r"[,)]\s(?:and\s)?(?:for|in total|a total)\b[^,]*$", w.near[w.part :])
    return w.part > w.run and not whole_decay and not new_clause


def _by_length_word(w: _Words) -> Judgement:
    """ "for 90 epochs", "(30 epochs": a length, where anything speaks of a run."""
    if w.unsaid and w.word in ("to", "of", "in", "with", "as", "and", ",", "than", "or"):
        return _ELSEWHERE
    if w.word == "," and not SETTINGS.search(w.sentence) and not SCHEDULE_AFTER.match(w.after) and w.run < 0:
        return _ELSEWHERE
    return ("for epochs, training unsaid", None) if w.unsaid else _TRAINED


RULES: tuple[tuple[Callable[[_Words], object], Judgement | Callable[[_Words], Judgement]], ...] = (
    (lambda w: not re.search("poch|ep", w.printed, re.IGNORECASE) and not TRAINS.search(w.near), _ELSEWHERE),
    (lambda w: w.ordinal, lambda w: ("stopped at epochs", None) if END_BEFORE.search(w.near) else POINT),
    (lambda w: NO_LENGTH_AFTER.match(w.after) or re.search(r"\bwarm-?up\b", w.printed, re.IGNORECASE), POINT),
    (_ends, ("stopped at epochs", None)),
    (
        lambda w: NOT_DONE_AFTER.match(w.after) or INSTEAD_OF.search(w.near),
        ("epochs elsewhere", Reason(Refusal.NOT_DONE)),
    ),
    (lambda w: OF_THE_WHOLE.search(w.near), _TRAINED),
    (_of_a_curve, _ELSEWHERE),
    (
        lambda w: w.value > 1 and w.word not in _POINT_WORDS and TAKES_AFTER.match(w.after),
        ("epochs of a known time", None),
    ),
    (lambda w: w.value == 1 and not w.listed, _single),
    (lambda w: (w.word in _NEEDS and REACHES.match(w.after)) or BEST_BY.search(w.near), POINT),
    (lambda w: w.word in ("after", "until", "till"), _after),
    (_is_point_word, POINT),
    (lambda w: WARMS_UP.search(w.near), POINT),
    (lambda w: PART_OF_DATA.search(w.near), ("epochs elsewhere", Reason(Refusal.PART_OF_DATA))),
    (lambda w: DECAYS_AWAY.search(w.near), _SCHEDULE),
    (_is_part, POINT),
    (lambda w: ESTIMATED.search(w.near), ("epochs elsewhere", Reason(Refusal.ESTIMATE))),
    (lambda w: STAGES.search(w.sentence) and A_STAGE.search(w.near), POINT),
    (lambda w: TRAINED_OBJECT.search(w.near), _TRAINED),
    (lambda w: not w.before.strip() or w.word in _LENGTH_WORDS, _by_length_word),
    (lambda w: SCHEDULE_AFTER.match(w.after), _SCHEDULE),
)


def judge(words: _Words) -> Judgement:
    """What a number of epochs is, by the first rule that holds."""
    for holds, judgement in RULES:
        if holds(words):
            return judgement(words) if callable(judgement) else judgement
    return _ELSEWHERE
