"""Whose run a sentence speaks of: the paper's own, or another paper's, and why.

A sentence may speak of both ("X ran on a K40, while ours took two days"): then the words around a value decide.
"""

from __future__ import annotations

import re

from db.vocabulary import Reason, Refusal
from extract.language.purpose import TRAINING, says_training
from extract.language.wording import any_of
from extract.pattern import Pattern

FOREIGN_SECTION = Pattern(
    "a section on other work",
    {
        r"\b(?:related|previous|prior) work|\bbackground\b|\bliterature\b|\breferences\b|\bpreliminar": "Related work",
    },
    refuses=("Our work",),
)
_DOES = (
    r"(?:train|use[sd]?\b|using\b|employ|require|take|took|report|need|consume|spen[dt]|achiev|run\b|ran\b|propos"
    r"|scale|show|cost|finish|complet|demonstrat|claim"
    r"|(?:was|is|were|are) (?:(?:pre-?)?trained|based on|built on|able to))"
)
_YEAR = r"(?<!TX )(?<!TX)(?:19|20)\d\d[a-z]?"  # and no card: "(RTX 2080)"
_MARK = (
    rf"(?:\[\d+(?:\s?[,–-]\s?\d+)*\]|\[[A-Z][^\[\]]{{3,60}}{_YEAR}\]"
    rf"|\((?:[A-Z][^()]{{2,60}}?,? )?{_YEAR}\)|\([A-Z][^()]{{3,60}}{_YEAR}\))"
)
_AUTHORS = r"[A-Z][\w’'-]+ and [A-Z][\w’'-]+"
_KIND = r"(?:model|network|method|system|architecture)s?"
FOREIGN_SUBJECT = Pattern(
    "another paper is the subject",
    {
        r"(?:^(?:\d{1,2} ?)?|[.;,(] ?|\b(?:by|in|of|while|whereas|that|and) )"
        rf"(?:[A-Z][\w’'-]+ et al\.?(?:,? ?{_MARK})?|{_AUTHORS},? ?{_MARK}|{_MARK})": (
            "[12] trained",
            "3 [12] reports",
            "Smith et al. (2017) used",
            "while Smith and Jones (2017) took",
        ),
        rf"\b(?:by|of) {_AUTHORS}": "the work of Smith and Jones takes",
    },
    after=rf",? (?:have |has |had |also |only |further |then |first )?{_DOES}",
    flags=re.RegexFlag(0),
    refuses=("We use the optimizer of [12]", "Training takes"),
)
CITED_NAME = Pattern(
    "a cited model is the subject",
    {
        rf"\b(?!(?:[GT]PU|NVIDIA|Cloud|Tesla|[AHPV]\d))[A-Z][\w+-]*(?: (?:[A-Z0-9]|v\d)[\w.+-]*){{0,2}}(?: {_KIND})? "
        rf"(?:[A-Z][\w’'-]+ et al\.? )?{_MARK}(?: {_KIND})?,? ?\(?(?:which |that )?"
        rf"(?:also |only |even |already |reportedly )?{_DOES}": (
            "FooNet [3] took", "FooNet [76] (which used", "FooNet v2 [9] was trained",
            "training the FooNet 2.1 30B Lee et al. (2024) model takes",
        )
    },
    flags=re.RegexFlag(0),
    refuses=("FooNet took", "on a TPUv7 (Lee et al., 2024) takes"),
)  # fmt: skip
ELSEWHERE = Pattern(
    "words of other papers",
    {
        r"\b(?:was|were) originally trained\b": "FooNet was originally trained",
        r"\b(?:the|their) original (?:paper|work|authors|implementation|recipe)\b": "the original authors of FooNet",
        r"\b(?:standard|common|usual) practice (?:[\w-]+ ){0,8}to\b": "the standard practice is to train for one epoch",
        r"\bin the literature\b|\bpre-?vious(?:ly)? (?:versions? of|published|reported)\b": "in the literature",
        r"\b(?:in|by) (?:original|their) (?:paper|work|authors|implementation)\b": "in their paper",
        r"\bthe original (?-i:[A-Z])\w+(?: \w+)? paper\b|^In the (?-i:[A-Z])[\w-]+ paper\b": "In the FooNet paper",
        r"\b(?:their|they) (?:model |method |system |network )?"
        r"(?:was trained|(?<!^They )were trained|trained|report(?:s|ed)?|used|took)\b": (
            "their model was trained",
            "They reported",
        ),
        r"\b(?!We\b)(?-i:[A-Z])\w+ reported (?:that|an?|finishing|to)\b": "FooCorp reported that",
        r"\bpreviously (?:trained|published|proposed)\b[^.;]{0,80}\b(?:that|which) (?:took|takes|required|used)\b": (
            "a previously trained model that took"
        ),
        r"\bwe assume\b[^.;]{0,40}\b(?:took|takes|required|requires|used|trained)\b": "we assume that it took",
        r"(?:\b|(?<=\d))the (?!proposed|present|following|full|final|current)[\w.-]+ "
        r"(?:implementation|repository|code-?base|library|toolkit) (?:of [\w-]+ )?"
        r"(?:includes|provides|ships|offers|contains|reports)\b": (
            "The foo implementation includes a recipe",
            "3The foo library provides one",
        ),
        r"\b(?:as|than) (?:reported|stated|published) (?:in|by)\b|\baccording to (?:\[|(?-i:[A-Z]))": "as reported in",
        r"\breportedly\b|\b(?:rumou?red|believed|speculated|said) to have\b": "is said to have",
        r"\b(?:its|their) (?:authors|creators|developers)\b": "its authors",
        r"\b(?-i:[A-Z])\S*['’]s? (?:authors|creators|developers)\b": "FooNet's authors",
        r"\b(?:authors|creators|developers) of (?-i:[A-Z]|\[)": "the authors of FooNet",
        r"\btrained (?:(?:[^\s;.]|\.\d)+ ){0,14}(?<!proposed )(?<!introduced )(?<!used )(?<!developed )(?<!described )"
        r"(?<!suggested )(?<!released )(?<!provided )(?<!given )(?<!recommended )"
        r"by (?-i:[A-Z][\w’'-]+ et al\b|\[\d)": "trained for 6 days by Lee et al",
    },
    refuses=("trained with the recipe proposed by Lee et al", "we report", "the implementation includes"),
)
REPORTED_IN = Pattern(
    "where others' run is told, before it",
    {
        rf"(?:^|[,;] |\b(?:is|are|was|were) (?:used|taken|reported) )[Ii]n (?:{_MARK}"
        rf"|[A-Z][\w’'-]+ (?:et al\.?|and [A-Z][\w’'-]+)(?:,? ?{_MARK})?),\s": (
            "For instance, in (Lee et al., 2021), a cluster was used",
            "As exact gradients are used in Ho and Li (2015), a cluster of 30 machines works for 3 days",
        ),
    },
    flags=re.RegexFlag(0),
    refuses=("with the schedule in [5], training takes 3 days", "Following Lee et al, training takes 3 days"),
)
_THING = any_of("model network DNN system method approach detector work version training recipe")
THEIR_MODEL = Pattern(
    "the model of another paper, which took or needs",
    {
        rf"\b{_THING} (?:from|of|by|in|proposed (?:by|in)) "
        rf"(?:[A-Z][\w’'-]+ (?:et al\.?|and [A-Z][\w’'-]+)(?:,? ?{_MARK})?|{_MARK})(?:[^.;]|\.\d){{0,90}}?\b"
        r"(?:takes?|took|requires?|required|needs?|needed|finish(?:es|ed)|complet(?:es|ed)|(?:was|is) trained)\b": (
            "the network from Smith et al. (2017) needs",
            "the model of [12] takes",
        ),
    },
    flags=re.RegexFlag(0),
    refuses=("our network of 12 layers takes",),
)
WHO_USED = Pattern(
    "others of whom a clause tells what they used",
    {
        rf"\b[A-Z][\w’'-]+ et al\.?(?:,? ?{_MARK})?,? who (?:use|train|need|report|employ|require)(?:s|d|ed)?\b": (
            "than Smith et al. (2016), who used"
        ),
    },
    flags=re.RegexFlag(0),
    refuses=("we, who used", "Smith et al. (2016) used"),
)
SAID_BY = Pattern(
    "who says so, behind the figures",
    {
        rf"\b(?:seconds|minutes?|hours?|days?|weeks?|months?|[GT]PUs|chips|cores|cluster|V100s?|A100s?|H100s?) "
        rf"(?:in [A-Z][\w’'-]+ et al\.? )?{_MARK}\s?(?:[.,;]|$|and\b)": (
            "for two weeks (Smith et al., 2017).",
            "found with 500 GPUs over four days [41], which",
            "is given as 2 weeks in Smith et al. (2015) and",
        )
    },
    flags=re.RegexFlag(0),
    refuses=("for two weeks.",),
)
WHOSE = Pattern(
    "another's model, in a clause on which the value stands, and whose citation ends it",
    {
        r"\b[A-Z][\w-]*(?: [A-Z\d][\w.-]*)?(?: \[[\d, ]+\])?,? (?:for which|whose|which|that|where)\b": (
            "GPT-3, for which"
        ),
    },
    flags=re.RegexFlag(0),
    refuses=("our model, for which",),
)
CITED_BEHIND = re.compile(rf"(?:[^.;\[]|\.\d){{0,80}}?{_MARK}")
# "500 GPUs" of "than the search for X that used 500 GPUs"
THAN_THEIRS = Pattern(
    "another's run, with which ours is compared",
    {
        r"\b(?:compared (?:to|with)|than|versus|vs\.?|relative to|as opposed to|unlike)\s(?P<theirs>[^.;]{0,90}?)\b"
        r"(?:that|which)\s(?:\w+ )?(?:use[sd]?|took|takes|required?s?|needs?|needed|(?:was|were) trained|trained)\b": (
            "less than the search for X that used"
        )
    },
    refuses=("more than a day",),
)
MOST_OTHERS = Pattern(
    "other papers' models in general",
    {
        r"\b(?:[Mm]ost|[Mm]any|[Ee]xisting|[Pp]rior|[Pp]revious|[Rr]ecent)(?: [\w-]+){0,3} "
        r"(?:models|systems|works?|methods|approaches|networks|papers|LLMs|detectors)\b": (
            "Most recent models were trained"
        ),
    },
    after=r"[^.;]{0,40}\b(?:train|use[sd]?|using|require|take|need|cost|timed)\w*",
    flags=re.RegexFlag(0),
    refuses=("Most images are",),
)
_OTHERS = ("ost ", "any ", "ther ", "isting ", "rior ", "vious ", "ecent ")  # a first look, ten times as fast
OURS_AGAIN = Pattern(
    "our own, after another's", {r",\s(?:we|our|ours|this)\b": "unlike [14], which needs weeks, our"}, refuses=("our",)
)
_ACTS = (
    "[Cc]ollecting [Gg]enerating [Rr]endering [Aa]nnotating [Ll]abell?ing [Pp]re-?processing [Ee]xtracting "
    "[Ss]imulating [Rr]ecording [Tt]ranscribing [Ss]ampling"
)
_WORKS = (
    "[Ss]imulations? [Cc]alculations? [Ss]olvers? [Rr]endering [Dd]e-?duplication [Tt]okeni[sz]ation [Ii]ndexing "
    "[Aa]nnotation [Ll]abell?ing [Pp]re-?processing [Ee]xperts? [Cc]linicians? "
    "[Qq]uanti[sz]ation(?!-aware) [Cc]alibration [Cc]ompression"
)
_TIMED_PARTS = any_of("mini-?batch batch layer image pass operation kernel convolution block forward module")
TIMING = Pattern(
    "something that is timed, which is no run of training",
    {
        r"\b(?:we|to) (?:also )?(?:measur|profil|benchmark|tim)(?:e|ed|ing)?\b[^.;]{0,40}"
        r"\b(?:times?|speeds?|latency|throughput|run-?times?)\b[^.;]{0,20}\b(?:of|for|per) "
        rf"(?:an?|one|each|single|the)?\s?(?:single )?{_TIMED_PARTS}": (
            "we measure the execution time of one mini-batch"
        ),
        r"\b(?:forward|backward)s?(?:[ /+-](?:and )?(?:forward|backward)s?)? (?:times?|pass(?:es)?) "
        r"(?:of|for|is|are|was|takes?|took)\b": "the forward and backward pass takes",
        r"\bper (?:mini-?batch|layer|image|frame|query)\b[^.;]{0,40}\b(?:measured|timed|reported|profiled)\b": (
            "milliseconds per image are reported"
        ),
        r"\bspeeds? (?:of|and)\b[^.;]{0,40}\b(?:measured|benchmarked|tested|compared|evaluated)\b": (
            "the speed of both is compared"
        ),
    },
    refuses=("we measure the training time of our model", "speeds of light"),
)
OTHER_WORK = Pattern(
    "a sentence on making data, not on training",
    {
        rf"{any_of(_ACTS)}\b": "Collecting the scenes takes a day",
        r"(?:[Dd]ata (?:collection|generation|pre-?processing)|[Ff]eature extraction)\b": "Data collection took a day",
        r"(?:[\w-]+ ){0,6}?(?:is|are|was|were) (?:then |finally )?"
        r"(?:quanti[sz]ed|pruned|compressed|calibrated|converted)\b": "The network was quantized on a GPU",
        r"[Tt]o (?:label|annotate|transcribe|collect|record|render|generate|simulate|extract"
        r"|pre-?process)\b[^.;]{0,40},": ("To label the corpus, three speakers worked"),
        rf"(?:[\w-]+ ){{0,3}}?{any_of(_WORKS)}\b(?: [\w-]+){{0,5}}? "
        r"(?:takes?|took|requires?|required|needs?|needed|was|were|lasts?|lasted)\b": (
            "A calculation of one molecule takes an hour",
            "De-duplication was run for four days",
        ),
    },
    before=r"^",
    flags=re.RegexFlag(0),
    refuses=("Training on rendered scenes takes a day",),
)
COMPARED = Pattern(
    "a sentence that compares",
    {
        r"^(?:for|in|by) (?:(?:the )?sake of )?(?:comparison|reference)\b": "For the sake of comparison, X took",
        r"^(?:in|by) contrast (?:to|with)\b": "In contrast to X",
        r"^(?:compared|in comparison) (?:to|with)\b": "Compared to X",
    },
    refuses=("We compare", "In contrast, fine-tuning takes"),
)
OWN = Pattern(
    "the paper itself", {r"\b(?:we|our|ours|us|this (?:work|paper|implementation))\b": "this work"}, refuses=("their",)
)
WE = Pattern("we", {r"\b(?:we|our)\b": "we"}, refuses=("ours",))
CONTRAST = Pattern(
    "another's run, and then ours",
    {r",? (?:while|whereas|but|in contrast,?) (?=(?:we|our|ours|this)\b)": "X needs 120 epochs, while ours needs 90"},
    refuses=("while X needs 90",),
)
OURS_BEHIND = Pattern(
    "ours, behind another's run", {r"[,;] ours\b": "X [3] needs 120 epochs, ours 90"}, refuses=("X needs ours",)
)
THEIRS_FIRST = Pattern(
    "what others did, with which a sentence begins, and then ours",
    {
        r"While|Whereas|Although|Where": "While NetX needs 512 cards for a week, our",
        r"Unlike|(?:In contrast|Contrary|Compared|As opposed)(?: to| with)?": (
            "Unlike prior work, which needs a week, we"
        ),
    },
    before="^(?P<theirs>",
    after=r"\s[^;]*?),\s(?P<ours>our|ours|we|this (?:paper|work))\b",
    flags=re.RegexFlag(0),
    refuses=("While it trains for a day; our", "Training needs a week, we"),
)
OF_OTHERS = Pattern(
    "others' work, by a citation or in general",
    {
        _MARK: ("While NetX is trained for a week in [5]", "In contrast to Smith et al. (2019)"),
        r"(?:[Pp]rior|[Pp]revious|[Ee]arlier|[Ee]xisting|[Oo]ther|[Mm]ost)\s(?:\w+\s)?"
        r"(?:works?|methods|approaches|papers|models|detectors)\b": "Unlike prior work",
    },
    flags=re.RegexFlag(0),
    refuses=("While the small model trains for a day",),
)
NAMED_USES = Pattern(
    "a model by its name, and what its run needed",
    {
        r"(?:use[sd]?|needs?|needed|requires?|required|took|takes|(?:was |is )?trained|consumes?|consumed|costs?)\b": (
            "While NetX was trained",
            "Compared to NetX and FooNet, both trained",
        )
    },
    before=r"^\w+(?: (?:to|with))? [A-Z][\w+-]*(?:(?:,| and)? [A-Z\d][\w.+-]*)*,? (?:\[[\d, ]+\] )?(?:both |all )?",
    flags=re.RegexFlag(0),
    refuses=("While it was trained",),
)


def set_against_ours(sentence: str, place: int) -> bool:
    """Whether "our" run is set against that of the value's clause: "X ran on a K40, while ours ..."."""
    for than in THAN_THEIRS.finditer(sentence) if "that" in sentence or "which" in sentence else ():
        again = OURS_AGAIN.search(sentence, than.end())
        if place >= than.end("theirs") and (place < again.start() if again else not OWN.search(sentence, than.start())):
            return True
    if (first := THEIRS_FIRST.match(sentence)) and place < first.end("theirs") and not OWN.search(first["theirs"]):
        return bool(OF_OTHERS.search(first["theirs"]) or (first["ours"] != "we" and NAMED_USES.search(first["theirs"])))
    contrast = CONTRAST.search(sentence)
    if not contrast:
        return False
    theirs, ours = sentence[: contrast.start()], sentence[contrast.start() :]
    if place >= contrast.start() or OWN.search(theirs):
        return False
    return bool(OWN.search(ours[:60]))


def ours_at(sentence: str, place: int) -> bool:
    """Whether the value's clause is of "our" run, set against another's: "X needs 120 epochs, while ours needs 90"."""
    return any(place >= contrast.end() for p in (CONTRAST, OURS_BEHIND) if (contrast := p.search(sentence)))


def whose(sentence: str, section: str | None) -> Reason | None:
    """Why the sentence speaks of another paper's run; None where it is (or may be) the paper's own."""
    if section and FOREIGN_SECTION.search(section) and not OWN.search(sentence):
        return Reason(Refusal.FOREIGN_SECTION)
    if _of_others(sentence):
        return Reason(Refusal.FOREIGN_RUN)
    if not says_training(sentence):
        if OTHER_WORK.search(sentence):
            return Reason(Refusal.OTHER_WORK)
        if TIMING.search(sentence):
            return Reason(Refusal.TIMING)
    return None


_WE_OR_OUR = Pattern(
    "the paper's doing, or something of it for the subject",
    {r"\bwe\b": "as we do", r"^our\b": "Our recipe takes"},
    refuses=("it beats our recipe",),
)


def _of_others(sentence: str) -> bool:
    """Whether the sentence's run is another paper's, by its words or its subject."""
    if ELSEWHERE.search(sentence) and not re.search(r"\bwe (?:re-?)?train", sentence, re.IGNORECASE):
        return True
    if not WE.search(sentence) and _names_other(sentence):
        return True
    return not _WE_OR_OUR.search(sentence) and _cited_subject(sentence)


def _names_other(sentence: str) -> bool:
    """Whether a sentence without "we" has another paper's model for its subject."""
    others = FOREIGN_SUBJECT.search(sentence)
    if (others and not _in_brackets(sentence, others.end())) or COMPARED.search(sentence):
        return True
    if ("et al" in sentence or "[" in sentence) and THEIR_MODEL.search(sentence):
        return True
    if ("[" in sentence or "et al" in sentence or "(" in sentence) and REPORTED_IN.search(sentence):
        return True
    if any(word in sentence for word in _OTHERS) and MOST_OTHERS.search(sentence):
        return True
    if ("[" in sentence or "et al" in sentence or ")" in sentence) and SAID_BY.search(sentence):
        return True
    return _cited_subject(sentence)


def _in_brackets(sentence: str, place: int) -> bool:
    """Whether the place stands in an open bracket."""
    return sentence.count("(", 0, place) > sentence.count(")", 0, place)


def foreign_at(sentence: str, place: int, section: str | None) -> Reason | None:
    """Why the value at this place is of another's run, in a sentence that is our own but for a part of it.

    "ours took 33 days (Smith et al. (2020) used 96 GPUs)", "X is the model of [5] and took weeks; we use its weights".
    """
    if OTHER_WORK.match(sentence) and (trains := TRAINING.search(sentence)) and place < trains.start():
        return Reason(Refusal.OTHER_WORK)
    cites = "(" in sentence and ("et al" in sentence or "[" in sentence)
    others = FOREIGN_SUBJECT.search(sentence) if cites else None
    if others and others.start() <= place and _in_brackets(sentence, others.end()) and _in_brackets(sentence, place):
        return Reason(Refusal.FOREIGN_RUN)
    if " who " in sentence and WHO_USED.search(sentence, 0, place):
        return Reason(Refusal.FOREIGN_RUN)
    if _is_of_whose(sentence, place) or (cites and _is_behind_citation(sentence, place)):
        return Reason(Refusal.FOREIGN_RUN)
    if ";" in sentence:
        left = sentence.rfind(";", 0, place) + 1
        right = sentence.find(";", place)
        return whose(sentence[left : right if right >= 0 else len(sentence)].strip(), section)
    return None


def _is_behind_citation(sentence: str, place: int) -> bool:
    """Whether the value stands in a bracket behind another's cited model: "unlike Foonet [8] (5 days on 512 cards)"."""
    opens = sentence.rfind("(", 0, place)
    if opens < 0 or not _in_brackets(sentence, place):
        return False
    cited = _CITED_END.search(sentence, 0, opens)
    return cited is not None and not TRAINING.search(sentence[:opens]) and not _ON.search(sentence, 0, cited.start())


_CITED_END = Pattern(
    "a cited name before a bracket",
    {_MARK: ("unlike Foonet [8] ", "than Foonet V2 [3, 4] ")},
    before=r"\b[A-Z][\w-]*(?: [A-Z\d][\w.-]*)? ",
    after=" $",
    flags=re.RegexFlag(0),
    refuses=("our model [8] ", "Foonet "),
)


def _is_of_whose(sentence: str, place: int) -> bool:
    """Whether the value is said in a clause on another's model: "GPT-3, whose training took 34 days [30]"."""
    if not any(word in sentence for word in (" which", " whose", " that", " where")):
        return False
    theirs = list(WHOSE.finditer(sentence, 0, place))
    if not theirs or _ON.search(sentence, 0, theirs[-1].start()):
        return False
    between = sentence[theirs[-1].end() : place]
    if OURS_AGAIN.search(between) or not _NEEDED.search(between):
        return False
    return "[" in theirs[-1][0] or CITED_BEHIND.match(sentence, place) is not None


_ON = re.compile(r"\b(?:on|over)\s(?:the\s)?$")
_NEEDED = Pattern(
    "what a run needed",
    {r"train\w*|took|takes?|need\w*|requir\w*|use[sd]?|costs?|spen[dt]s?": " whose training took "},
    before=r"\b",
    after=r"\b",
    refuses=(" which has ",),
)


def _cited_subject(sentence: str) -> bool:
    """Whether a cited name is the subject, and not the clause after it."""
    cited = CITED_NAME.search(sentence)
    return cited is not None and not cited[0].startswith(("Unlike", "While", "Whereas", "Compared", "In ", "As "))
