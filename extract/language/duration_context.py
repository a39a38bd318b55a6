"""What the words around a time say: whether something took so long, and if it did not, why it is no run's time.

Of what part of a run it is the time, `duration_parts.py` says. A time is refused by the first row of `REFUSALS` that
holds: data ("960 hours of speech"), an interval ("every 12 hours"), a difference ("3 hours faster"), other work ("2
hours to test it"), or no word that says something took so long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from db.vocabulary import Reason, Refusal
from extract.language.duration_parts import LONG, PARTS_OF_A_RUN, TimeBefore, part_timed
from extract.language.quantities import DAY
from extract.language.wording import any_of, hedged, words_of
from extract.pattern import Pattern

EACH_AFTER = Pattern(
    "each of the things named before",
    {r"^\seach\b(?!\s(?!on\b|with\b|using\b|and\b)[a-z])": (" each.", " each on a GPU")},
    refuses=(" each model",),
)
# what a run is for, where it lasts long: "nine hours per member", "a day for each scene"; "2 s per object" is no run
_LONG_UNITS = words_of(
    "member scene game environment agent method baseline stage phase level pair direction subject category class "
    "object domain classifier detector policy speaker repetition replicate replica split ensemble city round session"
)
_MILLISECONDS = words_of("ms msec msecs millisecond milliseconds")

WOULD = Pattern(
    "what something would take",
    {
        rf"(?:would|might|may|could)\s(?:{any_of('have still easily also only otherwise')} )*"
        r"(?:take|taken|require|required|need|needed|cost|last|lasted|complete|finish)\w*\b[^.;]{0,40}$": (
            "it would have taken about ",
            "one card could complete all of them in ",
        ),
        r"should be train\w+\b[^.;]{0,50}$": "a task should be trainable in less than ",
        r"will (?:still )?need\s[^.;,]{0,20}$": "and will need more than ",
    },
    before=r"\b",
    refuses=("it has taken about ",),
)
BUDGET = Pattern(
    "a budget of device time", {r"\bbudget\s(?:of|is|was)\s(?:\w+\s)?$": "a budget of "}, refuses=("the budget took ",)
)
_DATA = any_of(
    r"speech audio videos? data recordings? clips? footage music movies? films? (?<!self-)play utterances segments? "
    r"windows? trailers? corpus labels? transcri\w+ conversation\w* telephone broadcast dialogues? podcasts? songs? "
    r"signals?"
)
_OF_WORK = (
    r"(?:[\w-]+ ){0,3}?(?:(?:(?:re|pre|fine)-?\s?)?(?:training|tuning|learning)\b(?! (?:data|sets?|corpus|examples?"
    r"|samples?|images|material)\b)|optimi[sz]|comput|processing|search(?:es|ing)?\b(?! (?:logs?|quer))|wall|run-?time"
    r"|running|execution|updates\b|self-play|[GTC]PU|[VAPH]\d\d)"
    r"|(?:an?|one|a single) (?:\w+ )?(?:node|machine|server|host|card|chip)\b"
    r"|(?:total |machine |real |elapsed )?(?:time|work|use|it|them|this|these|those|that|which|each|its|our"
    r"|the (?:run|budget|schedule|total))\b"
)
DATA_AFTER = Pattern(
    "a length of data, by the words behind it",
    {
        # a length of anything but work: "of labelled speech", "of clicks", "of training data"
        rf"(?:worth )?of (?!{_OF_WORK})[A-Za-z]": (
            " of labelled English speech", " worth of video", " of LibriSpeech", " of posts by readers",
            " of training data",
        ),
        # not "10 hours on the data set"
        rf"(?:\w+[- ])?(?<!on )(?<!for )(?<!with )(?<!using ){_DATA}\b": " speech",
        r"(?:ago|ahead|old|prior|intervals?|context|history|of age|delay|window|horizon|period of time series"
        r"|sleep)\b": (
            " ago"
        ),
        r"-?long\b": (" long", "-long"),
    },
    before=r"^\s?",
    refuses=(
        " on the data set", " of training", " of our large-batch training", " of A100 compute", " of wall-clock time",
    ),
)  # fmt: skip
_NO_RUN = r"(?:(?!\b(?:train|t[ao]ke?|took|takes|ran?|run|requir|need|last|cost|spen[dt]|converg)\w*)[^.;:])"
DATA_BEFORE = Pattern(
    "a length of data, by the words before it",
    {
        # "the labelled subset (about 20 hours)", "a validation set of ten weeks", "one part with 40 h"
        r"\b(?:(?:sub-?|data-?)?(?:sets?|splits?|samples?)|data|corpus|corpora|portions?|collections?|series|logs?|dumps?)"
        r"\s?(?:[:=(]\s?|(?:of|with|above|totall?ing|(?:composed|consisting|made up) of)\s)"
        rf"{hedged('the', 'more than', 'less than', 'over', 'up to', 'other')}$": (
            "training set: ", "the labelled subset (about ", "a validation set of ", "a corpus composed of ",
        ),
        rf"\bwe (?:only )?(?:use|take|keep|select|hold out)\s{hedged()}$": "we take only ",
        r"\bbatch(?:es)?(?: sizes?)?\s(?:(?:of|is|are|was|were|to|with|about|around)\s|[=≈~∼])*"
        r"(?:\d[\d.]*\s?\w+ and )?$": "the total batch size is ",
        r"\b(?:samples|crops?|frames|segments|clips|utterances|windows),? (?:or|i\.e\.)\s$": "of 320k samples, or ",
        # "activities spanning 30 seconds", "clips that last about 10 s"
        r"\b(?:activit(?:y|ies)|actions?|videos?|clips?|films?|movies?|songs?|utterances?|recordings?|episodes?|dialogues?"
        r"|conversations?|sequences|segments?|interactions?|audios?|trailers?)\s(?:(?:which|that|each|all|typically|mostly"
        r"|usually|only)\s)?(?:spann?(?:ing|s|ed)?|last(?:ing|s|ed)?|averag(?:ing|es?|ed)|ranging from)\s"
        rf"{hedged()}$": ("longer activities spanning about ", "clips that last "),
        r"\blengths? (?:of|is|are|was)\s(?:\w+\s)?$": "an average length of ",
        r"\b(?:logs?|histor(?:y|ies)|records?|traffic|clicks|sessions|measurements?|readings) "
        r"(?:of|from|over|covering|spanning)\s(?:\w+\s)?$": ("Logs of ", "traffic from about "),
        r"\b(?:data(?:base|\s?set)?s?|benchmarks?|corpus|corpora|logs?|collections?|archives?|dumps?)\b"
        rf"{_NO_RUN}{{0,50}}?\b(?:includ(?:es?|ing)|contain(?:s|ing)?|compris(?:es?|ing)|consists? of|cover(?:s|ing)?"
        r"|span(?:s|ning)?|represent(?:s|ing)?|(?:collected|gathered|recorded|sampled|crawled|captured|drawn) "
        r"(?:[^.;,]{0,40} )?(?:over|from|during|across|within|in))"
        rf"\s{hedged('the', 'more than', 'over', 'up to')}$": (
            "a public data set consists of ", "The data is sampled over ", "advertising dataset including ",
            "a dataset collected from two plants in about ",
        ),
    },
    refuses=(
        "training: ", "we train with batches; it takes ", "on the larger dataset training takes ",
        "the data set on which we train for ",
    ),
)  # fmt: skip
_NO_NOUN = any_of(
    "of on for to in with using and or at per when which while by from is was are were each every total long later "
    "after before until if as but than that"
)
_DATA_NOUN = "(?:sets?|data|corpus|corpora|splits?|subsets?|examples?|samples?|images?|audio)\\b"
# "a 12-week forecast", "the 80 hour subset": a time that describes a thing, which may be a run ("a 3-day run")
DESCRIBES = Pattern(
    "several of a unit in the singular, before the thing that they describe",
    {
        rf"(?!(?:a|an|one|half|1|0\.\d+)\b)[\w.,]*(?<=\w)[\s-](?:second|minute|hour|day|week|month)[\s-](?!{_NO_NOUN}\b)"
        rf"(?!(?:[\w-]+\s){{0,2}}?(?:(?:re|pre|fine)-?)?(?:train(?!\w*\s{_DATA_NOUN})|tun|learn|run|job|schedule|budget|search"
        r"|optimi[sz]|wall))[A-Za-z]": (
            "80 hour subset", "12-week forecast", "four-hour flight", "90 hour FooSpeech training set",
        ),
    },
    before="^",
    refuses=("3-day run", "12 hour of training", "1 hour subset", "24 hour training budget", "a day later"),
)  # fmt: skip
SHARE_OF_DATA = Pattern(
    "between a length of data and a share of it",
    {
        r"[^.;]{0,60}(?:,|\b(?:in|into|as|are|is|were|was|with|to|and|or))\s": (
            " of recordings into ",
            " of speech, and ",
        ),
        r"\s?\(": " (",
    },
    before="^",
    after=rf"{hedged()}$",
    refuses=(" of speech. Training took ",),
)
# what a run's time is taken for: "3 days to train it", "to reach 40 BLEU"; what else it takes time to do is other work
_RUN_VERB = any_of(
    r"(?:re-?|pre-?|fine-?|over-?)?(?:train|tune|fit)\w* learn\w* converg\w* optimi[sz]\w* adapt\w* distil\w* updat\w* "
    "reach achieve attain get obtain arrive complete finish terminate end stop run execute perform conduct make do "
    "go pass process cover see iterate match surpass exceed outperform beat reproduce replicate search find discover "
    "continue identify evolve solve master play produce yield be become saturate stabili[sz]e improve minimi[sz]e use "
    r"(?:develop|build|create|construct)(?=\s(?:[\w-]+\s){0,3}?(?:model|network|agent)s?\b)"
)
_NO_VERB = any_of(
    "about over under around almost nearly roughly only just more less at up our the an this that each both all full "
    "half several many two three four five six seven eight nine ten twelve "
    r"hours? days? weeks? minutes? seconds? months? years? \w+ly also then"
)
OTHER_WORK_AFTER = Pattern(
    "work that is no training",
    {
        rf"to (?:\w+ly |also |then )?(?!{_RUN_VERB}\b|{_NO_VERB}\b)[a-z]{{3,}}(?:-\s?[a-z]+)?\s(?=[\w“\"(])": (
            " to test it", " respectively to build the graph", " to manually label the clips", " to con- struct a tree",
        ),
        r"for (?:test|record|download|label|pre-?process|extract|predict|render|collect|evaluat|generat|annotat"
        r"|transcrib|infer|decod|sampl)\w*\b": " for testing",
    },
    before=r"^\s?(?:(?:and [\w.]+ \w+ )?respectively,?\s)?",
    refuses=(
        " to train it", " to converge on it", " to fully pre-train a net", " to about 2 hours", " to reach an error of",
        " to develop all of our models", " respectively to train it",
    ),
)  # fmt: skip
_RUN_ACT = any_of(
    r"(?:re-?|pre-?|fine-?|over-?|self-)?(?:train|tun|fitt|learn|converg|optimi[sz]|adapt|distill?|updat|runn)ing "
    "boosting reaching achieving attaining getting obtaining arriving completing finishing executing performing "
    "conducting doing passing covering iterating searching finding discovering identifying evolving solving "
    "mastering playing producing yielding becoming improving minimi[sz]ing using processing developing going "
    "everything something nothing anything during including following considering according being having given "
    "scaling increasing decreasing reducing doubling repeating reproducing replicating"
)
_ACT_NOUNS = any_of(
    "construction collection generation evaluations? initiali[sz]ation annotation extraction inference parsing "
    "decoding translation indexing simulations? demonstrations? comparisons? solver encoding tagging"
)
# an open class: what is done, but for training and what is said of it, is other work
OTHER_ACT = Pattern(
    "work that is no training, the subject of the verb before a time",
    {
        rf"(?!(?:[a-z]+-\s?)*{_RUN_ACT}\b)(?:[a-z]+-\s?)*[a-z]{{3,}}ing\b"
        r"(?!\s(?:time|run|model|network|stage|phase))": (
            "Capturing one scene takes ", "at once, while encoding all pages took about ",
        ),
        rf"(?:[\w-]+\s){{0,2}}?{_ACT_NOUNS}(?!-)\b": ("the index construction takes ", "Evaluation takes "),
    },
    before=r"(?:^|[.;:(,]\s?|\b(?:(?<!training )and|while|whereas|but|that|because|where|since|although|though|finally"
    r"|then)\s)"
    r"(?:the\s|then\s|this\s|such\s|our\s|finally\s)*",
    after=r"(?:(?!train|tun(?:e|ing)|learn|epoch|converg|\b(?:takes?|took)\b)[^.;,:]){0,70}?"
    r"(?:\b(?:takes?|took|taken|taking|requires?|required|requiring|needs?|needed|costs?|cost|lasts?|lasted|consum\w+)"
    rf"|\b(?:done|completed|performed|finished) (?:in|within))\s{hedged('us', 'less than', 'an average of', 'up to')}$",
    refuses=(
        "Training one model takes ", "Meta-training took ", "Using one card takes ", "encoding all pages. It takes ",
        "Evaluating after training takes ", "The larger network takes ", "All training and evaluation takes ",
    ),
)  # fmt: skip
TO_TRAIN = Pattern(
    "training, behind its time",
    {r"^\s(?:to|of|for)\s(?:[\w-]+\s)?(?:(?:re|pre)-?)?(?:train|learn)": (" to train", " of joint training")},
    refuses=(" for two models, training", " on a train"),
)
INTERVAL_BEFORE = Pattern(
    "an interval, a part or a limit",
    {
        r"\b(?:every|each(?! (?:last|tak))|last|past|first|previous|next|recent|these|those|given|of the)\s": (
            "every ",
            "the last ",
        ),
        r"\b(?:intervals?(?: of)?|(?:age|gap|frequency|granularity) of|aged)\s": "at intervals of ",
        r"\bcheckpoints? (?:at|from|every)\s": "the checkpoint at ",
        r"\b(?:windows?|segments?|chunks?|clips?|horizons?) of\s": "windows of ",
        r"\b(?:limit(?: of| is| was)?|time-?out(?: of)?|deadline of|start-?up time of|delay of)\s": "a limit of ",
    },
    after=r"(?:(?!(?:in|for|within|takes?|took|over|about|is|was|to|lasts?|requires?|after|only|spent)\b)\w+\s)?"
    r"(?:about |around |approximately )?$",
    refuses=("each took ", "it takes "),
)
DIFFERENCE_AFTER = Pattern(
    "a difference, by the words behind it",
    {
        r"(?:faster|slower|less|longer|shorter|earlier|later|more\b|fewer|quicker|speed-?up)": " faster",
    },
    before=r"^\s?",
    refuses=(" of training",),
)
DIFFERENCE_BEFORE = Pattern(
    "a difference, by the words before it",
    {
        r"\b(?:sav(?:e[sd]?|ing)(?: us)?|(?<!followed )by|gain(?:ed|s)?|overhead of|(?:rather|other) than|instead of"
        r"|as opposed to|versus|vs\.?|compared (?:to|with)|not)"
        r"\s(?:the |about |around |only |up to |over |more than |nearly |another |[≈~∼<>] ?)*$": (
            "this saves us ",
            "rather than ",
        ),
        # "is reduced from 3 days to 76 minutes": the first is what it was before
        r"\b(?:reduc|cut|shorten|decreas|drop|lower|brought|bring|sped|speed)\w*\b[^.;]{0,60}\bfrom\s(?:\w+\s){0,2}$": (
            "was reduced from "
        ),
    },
    refuses=("followed by ", "the time from "),
)
# Words that may stand before a run's time. Another one ("first 3 days") says that it is something else.
_LEADS = words_of(
    "takes took take taking taken requires required require requiring costs cost costing lasts lasted last lasting "
    "needs needed need spend spends spent completes completed complete finish finishes finished converge converges "
    "converged runs run ran running trains trained training train pretraining pre-training pretrained pre-trained "
    "finetuning fine-tuning finetuned fine-tuned optimization search consumes consumed consume amounts amounted equals "
    "equal uses use used using for in within over after under to of is was are were be from than at or and as a an "
    "only about around approximately approx approx. roughly nearly almost some circa ca ca. exactly barely merely well "
    "slightly just comparable another additional extra further longer full whole total totaling totalling estimated "
    "remaining time times duration wall-clock budget long little few up most least below above stays stayed remains "
    "remained between single i.e. e.g. minute, minutes, hour, day, week, weeks, "
    "hours days epochs steps iterations updates us includes included including "
    "involves involved during spanned spans spanning averages averaged average averaging corresponds corresponding "
    "amounting totals totaled totalled equalling equaling stopped ended ends by once then merely straight occupies "
    "occupied mere measured plus"
)
LEAD = Pattern(
    "the word or sign before a time",
    {
        r"(?P<word>[A-Za-z][A-Za-z.’'/-]*,?)": "it takes ",
        r"(?P<sign>[(~≈≃∼˜<>≤≥:=,;+/\[‘“\"]|±|\([a-h]\))": (
            "training time: ",
            "is: (a) ",
        ),
    },
    after=r"\s*$",
    refuses=("it takes 5 ",),
)
RUN_AFTER = Pattern(
    "a run, by the words behind its time",
    {
        r"on (?:an?|one|a single|two|four|\d+) (?:NVIDIA|[GR]TX|Tesla|GeForce|Titan|Quadro|[TG]PUs?|[VAPHK]\d+s?)": (
            " on a GPU",
            " on 8 V100s",
        ),
        r"(?:in (?:all|total)|total|altogether|overall|wall)": " in total",
        r"of (?:total )?(?:(?:pre-?|fine-?)?(?:training|tuning)|wall-?clock|comput\w+|optimi[sz]ation)\b"
        r"(?! (?:data|set|corpus))": " of wall-clock time",
        r"(?:are|is|were|was) (?:required|needed|necessary|enough|sufficient)": " are needed",
        r"suffic(?:es?|ed)": " suffices",
        r"(?:are|is|was|were) (?:all|everything|what) (?:that )?(?:[\w/-]+ ){1,3}?(?:takes?|took|needs?|needed"
        r"|requires?|required)": (" are all it takes", " is everything that was needed"),
        r"(?:[A-Z][\w-]* )?(?:(?:pre-?|fine-?)?training|run|schedule|budget)\b(?! (?:data|set|corpus|example|sample"
        r"|period))": (" training", " run"),
    },
    before=r"^\s?",
    after=r"\b",
    refuses=(" of training data", " training set"),
)
TAKES_WHOM = Pattern(
    "who needs the time, between its verb and the time",
    {
        r"(?:takes?|took|costs?)\s(?:the|our|its|this|each|an?)\s(?:[\w-]+\s){0,3}?(?:model|network|agent|policy|system"
        r"|variant|method|one|detector|classifier|encoder|decoder|parser|tagger|learner|algorithm|generator)s?\s": (
            "it takes the MoE model ",
            "it took our agent ",
        ),
        r"(?:takes?|took)\s(?:[A-Z][\w-]*\s){1,3}": "it took WideNet ",
        r"(?:takes?|took)\s(?:them|it|us|one|each)\s": "it takes them ",
    },
    before=r"\bit\s",
    after=rf"{hedged()}$",
    flags=re.RegexFlag(0),
    refuses=("it takes the first ", "the model of "),
)
NEVER_MORE = Pattern(
    "no run that took longer",
    {r"\b(?:no|never|not|none|nor|neither)\b[^.;]{0,80}\bexceed(?:s|ed|ing)?\s": "no run ever exceeded "},
    after=rf"{hedged()}$",
    refuses=("it exceeds ", "not more "),
)
AGAINST = Pattern(
    "another of our models, with which the first is compared",
    {r"\b(?:against|versus|vs\.)\s": "costs 53 hours, against "},
    after=rf"{hedged()}$",
    refuses=("compared to ",),
)
DESCRIBED = Pattern(
    "a model that is described and not named",
    {r"[a-z][\w-]*(?:\s[a-z][\w-]*){0,4}": " for the plain variant."},
    before=r"^\s(?:for|with|without)\s(?:the|our|its)\s",
    after=r"\s?(?=[.,;)]|$)",
    flags=re.RegexFlag(0),
    refuses=(" for the NetX model.",),
)
MORE = Pattern(
    "time on top of another",
    {r"\bmore\b": "2 more days"},
    refuses=("moreover 2 days",),
)
FOR_BEFORE = Pattern("a stage of its own", {r"\bfor\s(?:\w+\s|[~≈∼])?$": "tuned for "}, refuses=("takes ",))
# "takes one day for A, two days for B, and four days for C": what is said of the first holds for all
EACH_OF_ITS_OWN = Pattern(
    "a list of times, each of its own model",
    {
        rf"^\s(?:for|on|with|using|in)\s[^.;:]{{1,60}}?(?:,|,? and|,? or)\s{hedged()}$": " for A, ",
        rf"^\s\([^()]{{1,40}}\)(?:,|,? and|,? or)\s{hedged()}$": " (A) and ",
    },
    refuses=(". For A, ",),
)
PREPOSITION_AFTER = Pattern(
    "the model of a time in a list",
    {r"^\s(?:for|on|with|using|in)\s": " for B", r"^\s\([A-Za-z]": " (B)"},
    refuses=(" is",),
)
ANOTHER_STAGE = Pattern(
    "the next model or stage, whose verb is left out",
    {
        # "the first stage takes 2 days and stage two 5 hours", "the base model needs 10 hours, the large one 26 hours"
        r",?\s(?:and\s|while\s)?(?:(?:the\s)?(?:stage|phase|step|part)\s\w+"
        r"|(?:the|our)\s(?!(?:first|last|next|past|other|remaining|following|previous)\b)[\w-]+"
        r"|the\s(?:[\w-]+\s){1,3}?(?:one|stage|phase|model|network|version|variant|counterpart|baseline|twin|teacher"
        r"|student))\s": (
            ", the large one ",
            " (-31%), the dense counterpart ",
        ),
        # "stage one lasted 4 hours and that of the complete schedule 33 hours"
        r",?\s(?:and|while|whereas)\s(?:that\sof\s|the\s|our\s)?"
        r"(?!(?:the|our|for|on|with|in|first|last|next|every|each|about)\b)"
        r"(?:(?!(?:of|with|every|last|past)\b)[\w.-]+\s){1,4}": " and the complete schedule ",
        # "ViT-S needs 11 hours, ViT-B 20 hours"
        r",\s(?:and\s)?(?-i:[A-Z][\w.+]*[A-Z\d-][\w.+-]*)\s": ", NetX-B ",
        r",?\s(?:and|while|whereas)\s(?:the|our)\s(?:second|third|other|latter|former|final)\s(?:stage|phase|part|step|one)"
        r"\s(?:with|of|on|for|at)\s(?:[\w.-]+\s){1,3}": " and the second phase with 512 tokens ",
        # "took 40 minutes, on MNLI 2.5 hours, and on RTE 4 minutes"
        r",\s(?:and\s)?(?:on|for|with)\s(?:the\s|our\s)?(?-i:[A-Z][\w.+-]*|[a-z]+\s)"
        r"(?:\s(?-i:[A-Z\d])[\w.+-]*){0,2}\s": (", on MNLI "),
    },
    before=r"^(?:\s\([^()]{1,20}\))?(?:\sto (?:train|converge|finish)(?=,)|\s(?:to (?:train|converge|finish"
    r"|complete|reach)|of training|for|on|with|using|in)\s[^.;,]{1,50}?)?",
    after=rf"{hedged()}$",
    refuses=(" and for ", ", every "),
)
ARTICLE_BEFORE = Pattern(
    "words before an article that counts: a day is one day",
    {
        r"takes?|took|taking|requires?|required|costs?|lasts?|lasted|needs?|needed|is|was": "it takes ",
        r"in|within|for|than|under|over|after|to|of": "within ",
        r"about|around|approximately|roughly|nearly|almost|only|just|half": "in about ",
    },
    before=r"\b",
    after=r"\s$",
    refuses=("twice ", "hours "),
)
ARTICLE_AFTER = Pattern(
    "words behind an article's time at the start of its clause",
    {
        r"^\s(?:is|was|of training|on|suffices|sufficed)\b": " is enough",
        r"^\sand\s(?:\d+|[a-z]+)\s(?:hours|minutes|days)\b": " and four hours",
    },
    refuses=(" later",),
)


@dataclass(frozen=True)
class _Words:
    """The words around a time, and of what it is the time."""

    before: str  # all of the sentence before it
    near: str  # the 110 characters before it
    printed: str
    after: str  # the 60 behind it
    unit: str
    per: str


def meaning_of(
    sentence: str, begins: int, ends: int, unit: str, previous: TimeBefore | None = None, seconds: float = 0.0
) -> tuple[str, Reason | None]:
    """(of what the time at `begins:ends` is, why it is no run's): ("epoch", None), ("", Reason(DATA_LENGTH))."""
    before, after = sentence[:begins], sentence[ends : ends + 60]
    per = part_timed(sentence, begins, after, previous)
    words = _Words(before, before[-110:], sentence[begins:ends], after, unit, per)
    refusal = _refusal(words)
    if refusal is not None and refusal.refusal is Refusal.UNSAID and previous and previous.own:
        joint = sentence[previous.end : begins]
        one_by_one = EACH_OF_ITS_OWN.search(joint) and PREPOSITION_AFTER.match(sentence[ends:])
        against = AGAINST.search(joint) and DESCRIBED.match(after)
        if ANOTHER_STAGE.match(joint) or against or (one_by_one and not previous.per):
            refusal = None
    if previous and previous.of_data and refusal is None and SHARE_OF_DATA.match(sentence[previous.end : begins]):
        refusal = Reason(Refusal.DATA_LENGTH)
    if per in _LONG_UNITS and seconds >= LONG:
        return "", _refusal(replace(words, per=""))
    if not per and 0 < seconds < DAY and EACH_AFTER.match(after) and "epochs" in sentence[:begins][-30:]:
        return "epoch", None
    return per, refusal


def would_have_taken(before: str) -> bool:
    """Whether device time is said of what something would take, or of a budget."""
    return bool(WOULD.search(before[-80:]) or BUDGET.search(before[-80:]))


def is_more_time(before: str, printed: str) -> bool:
    """Whether "takes two more days" says a difference; "tuned for two more days" is a stage of its own."""
    return bool(MORE.search(printed)) and not FOR_BEFORE.search(before)


def article_counts(before: str, behind: str) -> bool:
    """Whether "a day" is one day: "takes a day", "in about an hour"; not "twice a day", "hours a week"."""
    if ARTICLE_BEFORE.search(before):
        return True
    return before.rstrip()[-1:] in ("", ";", ":", ",") and bool(ARTICLE_AFTER.match(behind))


def _unsaid(words: _Words) -> bool:
    """Whether no word before the time says that something took so long."""
    if not words.near.strip() or RUN_AFTER.match(words.after):
        return False
    lead = LEAD.search(words.near)
    if lead is None:
        return True
    if TAKES_WHOM.search(words.near) or NEVER_MORE.search(words.near):
        return False
    word = (lead["word"] or "").lower()
    return bool(word) and word not in _LEADS and word.rstrip(",") not in _LEADS


def _is_data(words: _Words) -> bool:
    if DATA_AFTER.match(words.after) or DESCRIBES.match(words.printed + words.after):
        return True
    return DATA_BEFORE.search(words.near) is not None and not RUN_AFTER.match(words.after)


def _is_other_work(words: _Words) -> bool:
    if OTHER_WORK_AFTER.match(words.after):
        return True
    return not words.per and not TO_TRAIN.match(words.after) and OTHER_ACT.search(words.before) is not None


def _is_difference(words: _Words) -> bool:
    return bool(DIFFERENCE_AFTER.match(words.after) or DIFFERENCE_BEFORE.search(words.near))


REFUSALS: tuple[tuple[Callable[[_Words], object], Refusal], ...] = (
    (lambda w: WOULD.search(w.near), Refusal.WOULD_TAKE),
    (_is_data, Refusal.DATA_LENGTH),
    (_is_other_work, Refusal.OTHER_WORK),
    (lambda w: INTERVAL_BEFORE.search(w.near), Refusal.INTERVAL),
    (_is_difference, Refusal.DIFFERENCE_OF_TIMES),
    (lambda w: w.per and w.per not in PARTS_OF_A_RUN, Refusal.TIME_FOR_ONE),
    (_unsaid, Refusal.UNSAID),
    (lambda w: w.unit.lower() in _MILLISECONDS and not w.per, Refusal.MILLISECONDS),
)


def _refusal(words: _Words) -> Reason | None:
    """The first refusal that holds."""
    for holds, refusal in REFUSALS:
        if holds(words):
            return Reason(refusal, words.per if refusal is Refusal.TIME_FOR_ONE else "")
    return None
